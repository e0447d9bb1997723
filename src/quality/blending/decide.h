#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/fact.h"
#include "kernel/result.h"
#include "quality/blending/facts.h"

// Whether a fact of goods and blends may be taken. Pure: what is there already comes through `Stock`.
namespace osetra::quality {

using BlendingBody = std::variant<LotReceived, BlendPlanned, BlendMade, GoodsLeft>;
/// \pre the kind is one of blending's and the text was read strictly
BlendingBody blending_body_of(std::string_view kind, std::string_view json);
/// By what name later facts find this one: a lot's, or a plan's.
std::string blending_name_of(BlendingBody const&);

/// What a blend takes of a lot.
struct Component {
    std::string lot;
    std::int64_t bags = 0;                       ///< 0: loose
    std::int64_t mg = 0;                         ///< 0: not known yet, bags of the lot's own weight
};
/// "A1=10", "A1=10 x 20 kg", "A1=35.5 kg". Refusals: component_malformed, weight_unlikely, name_twice.
Result<std::vector<Component>> parse_components(std::vector<std::string> const&);
std::string component_text(Component const&);

/// What was judged of a lot.
struct Judged {
    std::string attribute;
    double value = 0, error = 0;
};
/// "colour=8.6±0.2". Refusals: score_malformed, name_twice.
Result<std::vector<Judged>> parse_judged(std::vector<std::string> const&);
std::string judged_text(Judged const&);

/// "colour=6.6..7.6@7". Refusals: target_malformed, name_twice.
struct AimTold {
    std::string attribute;
    double low = 0, high = 0;
    std::optional<double> best;
};
Result<std::vector<AimTold>> parse_aims(std::vector<std::string> const&);

/// A lot of goods as it was received or blended.
struct GoodsLot {
    FactId root;
    std::string lot, product, variety;
    Instant there_at;                            ///< since when it can be taken
    std::int64_t amount_mg = 0;
    std::optional<std::int64_t> bag_mg;
    std::optional<std::int64_t> price_minor;     ///< a kilogram
    std::string currency;
    std::vector<std::string> attributes;
    std::optional<FarmDay> made_on;
    bool blended = false;
};
GoodsLot lot_of(FactId const& root, Instant, LotReceived const&);
GoodsLot lot_of(FactId const& root, Instant, BlendMade const&);

/// What blends took of a lot, and what of it was sold, used or lost.
struct LotTaken {
    std::int64_t bags = 0, in_bags_mg = 0, mg = 0;   ///< mg: all, loose too
    std::optional<Instant> first_at;
    std::string first_blend;                     ///< empty: it was no blend
};

/// What a decision has to know.
class Stock {
public:
    virtual ~Stock() = default;
    /// The first of this name; what the fact `without` tells is left out.
    virtual std::optional<GoodsLot> lot(std::string const& name, FactId const& without) = 0;
    virtual LotTaken taken(std::string const& lot, FactId const& without) = 0;
    /// The name of the lot that this fact tells as it holds now; empty: none.
    virtual std::string told_by(FactId const& root) = 0;
    virtual std::optional<BlendPlanned> plan(std::string const& name) = 0;
    virtual bool plant_knows(std::string const& lot) = 0;         ///< a lot of the plant's own product
    virtual Result<Done> plants_product_may_be_blended() = 0;
    virtual bool knows_tasting(std::string const& name) = 0;
    /// What bars lots, by their names: "H26-00001, residue", also of lots that one that is barred is in.
    virtual std::map<std::string, std::string> held() = 0;
};

/// What the teller left out: what the plan says, weights of bags, the currency, the cost where every lot has a price.
void complete(BlendingBody&, Stock&, FactId const& root);

/// May it be told? Refusals in this order: the form (name_malformed, product_not_found, list_empty, component_malformed, weight_unlikely, name_twice, score_malformed, target_malformed, price_malformed,
/// currency_malformed, share_malformed, word_unknown, party_missing), what packs say (blending_forbidden, blending_untold), and, unless witnessed, the book: lot_exists, lot_in_itself, lot_not_found, product_differs, bag_missing,
/// bag_differs, lot_comes_after, more_than_there, lot_on_hold, plan_not_found, tasting_not_found; of what is taken from the lot that a correction tells: lot_used, bag_differs, lot_comes_after, more_than_there.
/// A correction is looked at like a new fact, but for holds and for plans: no lot may give more than it had, whatever is mended.
Result<Done> judge_blending(Fact const&, BlendingBody const&, Stock&, bool witnessed);
/// A lot of which blends took something stays. Refusal: lot_used.
Result<Done> may_be_withdrawn(FactId const& root, Stock&);

/// A sentence for people.
template <class T> std::string blending_says(T const&);

} // namespace osetra::quality
