#include "app/demo_labels.h"

#include <map>

#include "processing/label_content_sql.h"
#include "processing/label_register_sql.h"

namespace osetra::app {
namespace {

using namespace processing;
using std::string;

constexpr std::size_t lots_most = 8;
constexpr auto looked_back = std::chrono::days{600};
constexpr char const* series = "HZ";

/// Tins in stock, lot by lot, the newest lots first.
std::vector<std::vector<string>> stock(farm::Reader& reader, Instant now) {
    std::map<string, std::vector<string>, std::greater<>> by_lot;
    for (auto const& [tin, at] : book_of(reader, now - looked_back).tins)
        if (at.gone.empty()) by_lot[at.lot].push_back(tin);
    std::vector<std::vector<string>> out;
    for (auto& [lot, tins] : by_lot) {
        if (out.size() == lots_most) break;
        out.push_back(std::move(tins));
    }
    return out;
}

} // namespace

Result<std::int64_t> label_demo(store::Db& db, Enterprise enterprise, farm::Ledger& ledger, string const& author, Instant now) {
    LabelRegister labels{db, enterprise};
    std::int64_t given = 0;
    for (auto const& tins : stock(ledger.reader(), now)) {
        LabelWish wish;
        wish.tins = tins;
        wish.series = series;
        wish.design = labels::known_designs().front();
        auto const runs = OSETRA_TRY(issue_labels(ledger.reader(), labels, wish, author, now));   // one a tin, as they were named
        for (std::size_t i = 0; i < runs.size(); ++i) {
            LabelName const name{series, runs[i].first};
            auto const last_ones = given == 0 ? runs.size() - i : 3;   // of the newest lot one waits for the printer and one tore in it
            if (last_ones == 1) continue;
            OSETRA_TRY(labels.print(name, 1, author, now));
            OSETRA_TRY(last_ones == 2 ? labels.spoil(name, "torn at the printer", author, now) : labels.apply(name, tins[i], author, now));
        }
        given += std::ssize(runs);
    }
    return given;
}

} // namespace osetra::app
