#include "app/demo_blend.h"

#include "app/demo_teller.h"
#include "quality/blending/facts.h"

namespace osetra::app {
namespace {

using namespace quality;
using std::chrono::days;

constexpr std::int64_t kg = 1'000'000;
constexpr char const* product = "tencha";

struct Leaf {
    char const *lot, *variety, *supplier;
    std::int64_t bags, price_minor;
    days came;
    std::vector<std::string> judged;
};

} // namespace

std::int64_t blend_at_demo_company(farm::Ledger& ledger, std::string const& author, Instant now) {
    demo::Teller teller{ledger, author, now, 79};
    Leaf const leaves[] = {
        {"TE-01", "OKU", "East Hill (invented)", 15, 21'000, days{40}, {"colour=8.6±0.2", "aroma=8.1±0.2", "umami=7.9±0.2"}}, {"TE-02", "OKU", "East Hill (invented)", 20, 18'500, days{65}, {"colour=7.9±0.2", "aroma=8.4±0.2", "umami=7.2±0.2"}},
        {"TE-03", "OKU", "Cloud Valley (invented)", 9, 24'000, days{35}, {"colour=9.1±0.2", "aroma=8.8±0.3", "umami=8.6±0.2"}}, {"TE-04", "YAB", "Cloud Valley (invented)", 40, 9'600, days{120}, {"colour=6.4±0.3", "aroma=6±0.2", "umami=5.9±0.3"}},
        {"TE-05", "YAB", "South Slope (invented)", 30, 11'000, days{110}, {"colour=6.9±0.2", "aroma=6.6±0.2", "umami=6.1±0.3"}},   {"TE-06", "YAB", "South Slope (invented)", 25, 8'800, days{210}, {"colour=5.8±0.3", "aroma=6.2±0.3", "umami=5.5±0.3"}},
        {"TE-07", "ZH113", "River Gardens (invented)", 45, 6'400, days{230}, {"colour=5.1±0.3", "aroma=5.2±0.2", "umami=4.8±0.3"}}, {"TE-08", "ZH113", "River Gardens (invented)", 35, 7'200, days{190}, {"colour=5.6±0.3", "aroma=5±0.3", "umami=5.3±0.2"}},
    };
    for (auto const& l : leaves) teller.tell(LotReceived{l.lot, product, l.variety, {l.bags * 20 * kg}, Milligrams{20 * kg}, l.price_minor, "CNY", l.judged, {}, l.supplier, {}}, l.came);
    std::vector<std::string> const house{"colour=6.6..7.6@7", "aroma=6.3..7.4@6.8", "umami=6..7@6.5"};
    teller.tell(BlendPlanned{"HOUSE-autumn", product, {"TE-02=4", "TE-05=12", "TE-04=4"}, house, {"colour=7.0±0.14", "aroma=6.84±0.13", "umami=6.28±0.19"}, {}, {}, 0.91, {}}, days{22});
    teller.tell(BlendMade{"HOUSE-1", "HOUSE-autumn", {}, {}, Milligrams{600'000}, Milligrams{10 * kg}, {}, {}, {}, {}, {}, {}, {}}, days{20});
    teller.tell(BlendMade{"KITCHEN-1", {}, product, {"TE-06=6", "TE-07=10", "HOUSE-1=4"}, {}, Milligrams{10 * kg}, {}, {"colour=5.55±0.2", "aroma=5.76±0.2", "umami=5.22±0.2"}, {}, {}, {}, {}, "For the kitchen"}, days{9});
    teller.tell(BlendPlanned{"HOUSE-winter", product, {"TE-01=3", "TE-05=12", "TE-04=5"}, house, {"colour=7.03±0.14", "aroma=6.68±0.13", "umami=6.32±0.19"}, {}, {}, 0.94, {}}, days{1});
    return teller.told();
}

} // namespace osetra::app
