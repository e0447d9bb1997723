#include "quality/blending/decide.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

#include "farm/branch.h"
#include "farm/pack/pack_texts.h"
#include "kernel/json.h"
#include "kernel/money.h"
#include "kernel/number.h"
#include "kernel/units.h"
#include "quality/blending/product.h"

namespace osetra::quality {
namespace {

constexpr std::size_t longest_name = 64, longest_note = 2'000;
constexpr std::int64_t heaviest_mg = 1'000'000'000'000;          // a thousand tonnes
constexpr std::int64_t dearest_minor = 1'000'000'000'000;

std::string kg(std::int64_t mg) { return print(mg, "kg", 6); }

Result<Done> sound_name(std::string const& text, char const* at) {
    auto const bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == ',' || c == ';' || c == '=' || c == '"' || c == '\\' || c == 0x7f; };
    if (text.empty() || text.size() > longest_name || text.front() == ' ' || text.back() == ' ' || std::any_of(text.begin(), text.end(), bad))
        return refuse("name_malformed", fmt::format("{} is a name of 1 to {} bytes without commas, semicolons, quotation marks and equals signs.", at, longest_name), at);
    return Done{};
}
Result<Done> sound_note(std::optional<std::string> const& text, char const* at) {
    if (text && (text->empty() || text->size() > longest_note)) return refuse("name_malformed", fmt::format("{} has 1 to {} bytes of text.", at, longest_note), at);
    return Done{};
}
Result<Done> sound_weight(std::optional<Milligrams> const& weight, char const* at) {
    if (weight && (weight->n < 1 || weight->n > heaviest_mg)) return refuse("weight_unlikely", fmt::format("{} is more than nothing, and a thousand tonnes at the most.", at), at);
    return Done{};
}
Result<Done> sound_money(std::optional<std::int64_t> const& minor, std::optional<std::string> const& currency, char const* at) {
    if (minor && (*minor < 0 || *minor > dearest_minor)) return refuse("price_malformed", "A price is 0 or more hundredths of the currency.", at);
    if (currency && !parse_money("1 " + *currency)) return refuse("currency_malformed", fmt::format("\"{}\" is not a currency that is known here. Write CNY, EUR, USD ...", currency->substr(0, 10)), "currency");
    return Done{};
}
Result<Done> known_product(std::string const& code) {
    if (farm::pack_text(code).empty()) {
        std::vector<std::string_view> codes;
        for (auto const& p : farm::pack_texts()) codes.push_back(p.code);
        return refuse("product_not_found", fmt::format("There is no product pack \"{}\". There are: {}.", code.substr(0, 40), fmt::join(codes, ", ")), "product");
    }
    return Done{};
}
Result<Done> may_blend(std::string const& code) {
    OSETRA_TRY(known_product(code));
    return may_be_blended(farm::pack_text(code));
}

std::optional<double> number_in(std::string_view text) {
    auto const v = read_number<double>(text);
    return v && std::isfinite(*v) ? v : std::nullopt;
}
std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}
/// "NAME=rest"; the name may not be empty.
std::optional<std::pair<std::string, std::string_view>> named(std::string_view text) {
    auto const eq = text.find('=');
    if (eq == text.npos || trimmed(text.substr(0, eq)).empty()) return std::nullopt;
    return std::pair{std::string{trimmed(text.substr(0, eq))}, trimmed(text.substr(eq + 1))};
}
template <class T, class Name> Result<Done> each_once(std::vector<T> const& all, Name name, char const* at) {
    std::set<std::string> seen;
    for (auto const& one : all)
        if (!seen.insert(name(one)).second) return refuse("name_twice", name(one) + " is named twice.", at);
    return Done{};
}

std::int64_t sum_mg(std::vector<Component> const& all) {
    std::int64_t mg = 0;
    for (auto const& c : all) mg += c.mg;
    return mg;
}
/// \pre read before
std::vector<Component> components_of(std::vector<std::string> const& texts) {
    auto all = parse_components(texts);
    return all ? std::move(*all) : std::vector<Component>{};
}

std::string went(LotTaken const& taken) { return taken.first_blend.empty() ? "was sold, used or lost in part" : "went into blend " + taken.first_blend; }

/// What can be seen from the fact and the packs.
struct Form {
    Result<Done> operator()(LotReceived const& b) const {
        OSETRA_TRY(sound_name(b.lot, "lot"));
        OSETRA_TRY(known_product(b.product));
        if (b.variety) OSETRA_TRY(sound_name(*b.variety, "variety"));
        OSETRA_TRY(sound_weight(b.amount_mg, "amount_mg"));
        OSETRA_TRY(sound_weight(b.bag_mg, "bag_mg"));
        if (b.bag_mg && b.bag_mg->n > b.amount_mg.n) return refuse("weight_unlikely", "A bag weighs no more than the lot.", "bag_mg");
        OSETRA_TRY(sound_money(b.price_minor, b.currency, "price_minor"));
        OSETRA_TRY(parse_judged(b.attributes));
        if (b.supplier) OSETRA_TRY(sound_name(*b.supplier, "supplier"));
        return sound_note(b.note, "note");
    }
    Result<Done> operator()(BlendPlanned const& b) const {
        OSETRA_TRY(sound_name(b.plan, "plan"));
        OSETRA_TRY(may_blend(b.product));
        return recipe(b);
    }
    Result<Done> operator()(BlendMade const& b) const {
        OSETRA_TRY(sound_name(b.lot, "lot"));
        if (b.plan) OSETRA_TRY(sound_name(*b.plan, "plan"));
        if (!b.product) return refuse("product_not_found", "Say which product is blended, or name a plan.", "product");
        OSETRA_TRY(may_blend(*b.product));
        OSETRA_TRY(recipe(b));
        OSETRA_TRY(sound_weight(b.lost_mg, "lost_mg"));
        OSETRA_TRY(sound_weight(b.bag_mg, "bag_mg"));
        auto const all = components_of(b.components);
        auto const told = std::all_of(all.begin(), all.end(), [](auto const& c) { return c.mg > 0; });
        if (told && b.lost_mg && b.lost_mg->n >= sum_mg(all)) return refuse("weight_unlikely", "More was lost than was taken.", "lost_mg");
        if (told && b.bag_mg && b.bag_mg->n > sum_mg(all)) return refuse("weight_unlikely", "A bag weighs no more than the lot.", "bag_mg");
        if (b.tasting) OSETRA_TRY(sound_name(*b.tasting, "tasting"));
        return Done{};
    }
    Result<Done> operator()(GoodsLeft const& b) const {
        OSETRA_TRY(sound_name(b.lot, "lot"));
        if (b.cause != "sold" && b.cause != "used" && b.cause != "lost") return refuse("word_unknown", "cause is one of: sold, used, lost.", "cause");
        if (b.bags && (*b.bags < 1 || *b.bags > 1'000'000)) return refuse("weight_unlikely", "At least one bag leaves, and a million at the most.", "bags");
        OSETRA_TRY(sound_weight(b.amount_mg, "amount_mg"));
        if (!b.bags && !b.amount_mg) return refuse("weight_unlikely", "Say how much left: bags, or a weight.", "amount_mg");
        if (b.cause == "sold" && !b.party) return refuse("party_missing", "Say who bought it.", "party");
        if (b.cause != "sold" && (b.party || b.price_minor)) return refuse("word_unknown", "Only what is sold has a buyer and a price.", "cause");
        if (b.party) OSETRA_TRY(sound_name(*b.party, "party"));
        OSETRA_TRY(sound_money(b.price_minor, b.currency, "price_minor"));
        if (b.invoice) OSETRA_TRY(sound_name(*b.invoice, "invoice"));
        return sound_note(b.note, "note");
    }

private:
    template <class T> static Result<Done> recipe(T const& b) {
        if (b.components.empty()) return refuse("list_empty", "Say what it is made of: components=LOT=BAGS, one a lot.", "components");
        OSETRA_TRY(parse_components(b.components));
        OSETRA_TRY(parse_aims(b.target));
        OSETRA_TRY(parse_judged(b.promised));
        OSETRA_TRY(sound_money(b.cost_minor, b.currency, "cost_minor"));
        if (b.within && !(*b.within >= 0 && *b.within <= 1)) return refuse("share_malformed", "A probability is between 0 and 1.", "within");
        return sound_note(b.note, "note");
    }
};

/// What the book says against it.
struct Book {
    Fact const& fact;
    Stock& stock;

    Result<Done> operator()(LotReceived const& b) const {
        OSETRA_TRY(free_name(b.lot));
        return still_enough(lot_of(fact.root(), fact.happened_at, b));
    }
    Result<Done> operator()(BlendPlanned const& b) const {
        for (auto const& c : components_of(b.components)) {
            auto const lot = OSETRA_TRY(there(c, b.product));
            if (c.bags > 0 && !lot.bag_mg) return no_bags(c);
        }
        return Done{};
    }
    Result<Done> operator()(BlendMade const& b) const {
        OSETRA_TRY(free_name(b.lot));
        auto const all = components_of(b.components);
        auto const held = fact.act == FactAct::tell ? stock.held() : std::map<std::string, std::string>{};
        for (auto const& c : all) {
            if (c.lot == b.lot) return refuse("lot_in_itself", fmt::format("Lot {} cannot be made of itself. Give the blend a name of its own.", c.lot), "components");
            auto const lot = OSETRA_TRY(there(c, *b.product));
            OSETRA_TRY(takes(lot, c, "components"));
            if (auto const hold = held.find(c.lot); hold != held.end()) return refuse("lot_on_hold", fmt::format("Lot {} is on hold ({}); nothing is made of it until somebody releases it.", c.lot, hold->second), "components");
        }
        if (fact.act == FactAct::tell && b.plan && !stock.plan(*b.plan)) return refuse("plan_not_found", fmt::format("There is no plan {}. Tell it first, or leave it out.", *b.plan), "plan");
        if (b.tasting && !stock.knows_tasting(*b.tasting)) return refuse("tasting_not_found", fmt::format("There is no tasting {}.", *b.tasting), "tasting");
        return still_enough(lot_of(fact.root(), fact.happened_at, b));
    }
    Result<Done> operator()(GoodsLeft const& b) const {
        auto const lot = stock.lot(b.lot, fact.root());
        if (!lot) return refuse("lot_not_found", fmt::format("There is no lot {} of goods. Tell it first: osetra tell lot_received.", b.lot), "lot");
        OSETRA_TRY(takes(*lot, {b.lot, b.bags.value_or(0), b.amount_mg->n}, "amount_mg"));
        if (fact.act != FactAct::tell || b.cause == "lost") return Done{};   // also what is on hold can be lost
        auto const held = stock.held();
        if (auto const hold = held.find(b.lot); hold != held.end()) return refuse("lot_on_hold", fmt::format("Lot {} is on hold ({}); nothing of it leaves until somebody releases it.", b.lot, hold->second), "lot");
        return Done{};
    }

private:
    /// Whether so much of it is there at that time.
    Result<Done> takes(GoodsLot const& lot, Component const& c, char const* at) const {
        if (c.bags > 0 && !lot.bag_mg) return no_bags(c);
        if (c.bags > 0 && c.mg != c.bags * *lot.bag_mg)
            return refuse("bag_differs", fmt::format("A bag of lot {} weighs {}; {} of them are {}, not {}.", c.lot, kg(*lot.bag_mg), c.bags, kg(c.bags * *lot.bag_mg), kg(c.mg)), at);
        if (lot.blended ? lot.there_at >= fact.happened_at : lot.there_at > fact.happened_at) return refuse("lot_comes_after", fmt::format("Lot {} was not there yet at that time.", c.lot), at);
        auto taken = stock.taken(c.lot, fact.root());
        auto const had_mg = taken.mg, had_bags = taken.bags;
        taken.mg += c.mg;
        taken.bags += c.bags;
        if (fits(lot, taken)) return Done{};
        auto const left = lot.bag_mg ? fmt::format("{} bags of {}", std::min((lot.amount_mg - had_mg) / *lot.bag_mg, lot.amount_mg / *lot.bag_mg - had_bags), kg(*lot.bag_mg)) : kg(lot.amount_mg - had_mg);
        return refuse("more_than_there", fmt::format("Of lot {} there are {} left; {} cannot be taken.", c.lot, left, c.bags > 0 ? fmt::format("{} bags", c.bags) : kg(c.mg)), at);
    }
    static tl::unexpected<Refusal> no_bags(Component const& c) { return refuse("bag_missing", fmt::format("Lot {} is loose: say what is taken of it by weight, like {}=35 kg.", c.lot, c.lot), "components"); }
    static bool fits(GoodsLot const& lot, LotTaken const& taken) { return taken.mg <= lot.amount_mg && (!lot.bag_mg || taken.bags <= lot.amount_mg / *lot.bag_mg); }

    Result<Done> free_name(std::string const& lot) const {
        if (stock.lot(lot, fact.root()) || stock.plant_knows(lot)) return refuse("lot_exists", fmt::format("There is a lot {} already.", lot), "lot");
        return Done{};
    }
    Result<GoodsLot> there(Component const& c, std::string const& product) const {
        auto lot = stock.lot(c.lot, fact.root());
        if (!lot) {
            if (stock.plant_knows(c.lot)) OSETRA_TRY(stock.plants_product_may_be_blended());
            return refuse("lot_not_found", fmt::format("There is no lot {}. Tell it first: osetra tell lot_received.", c.lot), "components");
        }
        if (lot->product != product) return refuse("product_differs", fmt::format("Lot {} is {}, and {} is blended.", c.lot, lot->product, product), "components");
        return std::move(*lot);
    }
    /// What blends took of the lot that this fact tells, held against what it says now.
    Result<Done> still_enough(GoodsLot const& now) const {
        if (fact.act == FactAct::tell) return Done{};
        auto const was = stock.told_by(fact.root());
        auto const taken = stock.taken(was, fact.root());
        if (was.empty() || !taken.first_at) return Done{};
        if (was != now.lot) return refuse("lot_used", fmt::format("Lot {} {} and keeps its name. Withdraw that first.", was, went(taken)), "lot");
        if (auto const before = stock.lot(was, FactId{}); before && before->product != now.product) return refuse("lot_used", fmt::format("Lot {} {} and keeps its product. Withdraw that first.", was, went(taken)), "product");
        if (taken.bags > 0 && now.bag_mg.value_or(0) * taken.bags != taken.in_bags_mg)
            return refuse("bag_differs", fmt::format("Bags of lot {} {} at {} each. Correct that first.", was, went(taken), kg(taken.in_bags_mg / taken.bags)), "bag_mg");
        if (now.blended ? now.there_at >= *taken.first_at : now.there_at > *taken.first_at) return refuse("lot_comes_after", fmt::format("Lot {} {} before that.", was, went(taken)), "happened_at");
        if (!fits(now, taken)) return refuse("more_than_there", fmt::format("{} of lot {} were taken; it cannot have been {}.", kg(taken.mg), was, kg(now.amount_mg)), "amount_mg");
        return Done{};
    }
};

std::int64_t cost_of(std::vector<Component> const& all, Stock& stock, FactId const& root, std::string& currency) {
    std::int64_t sum = 0;
    for (auto const& c : all) {
        auto const lot = stock.lot(c.lot, root);
        if (!lot || !lot->price_minor || c.mg <= 0 || (!currency.empty() && currency != lot->currency)) return -1;
        currency = lot->currency;
        sum += price_of(UnitPrice{{*lot->price_minor, Currency::cny}, {1'000'000}}, {c.mg}).minor;
    }
    return sum;
}

/// Weights of bags, and the cost.
template <class T> void fill_recipe(T& b, Stock& stock, FactId const& root) {
    auto all = parse_components(b.components);
    if (!all) return;
    for (auto& c : *all)
        if (c.bags > 0 && c.mg == 0)
            if (auto const lot = stock.lot(c.lot, root); lot && lot->bag_mg && c.bags <= heaviest_mg / *lot->bag_mg) c.mg = c.bags * *lot->bag_mg;
    b.components.clear();
    for (auto const& c : *all) b.components.push_back(component_text(c));
    if (std::string currency; !b.cost_minor && !b.currency)
        if (auto const cost = cost_of(*all, stock, root, currency); cost >= 0 && !currency.empty()) {
            b.cost_minor = cost;
            b.currency = currency;
        }
    if (b.cost_minor && !b.currency) b.currency = "CNY";
}

std::string listed(std::vector<std::string> const& all) { return fmt::format("{}", fmt::join(all, ", ")); }

} // namespace

BlendingBody blending_body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<BlendingBody>([](auto&& see) { each_blending_kind(see); }, kind, json);
}

std::string blending_name_of(BlendingBody const& body) {
    return std::visit([]<class T>(T const& b) {
        if constexpr (std::is_same_v<T, BlendPlanned>) return b.plan;
        else return b.lot;
    }, body);
}

Result<std::vector<Component>> parse_components(std::vector<std::string> const& texts) {
    std::vector<Component> all;
    for (auto const& text : texts) {
        auto const wrong = [&] { return refuse("component_malformed", fmt::format("\"{}\" is no component: write the lot and its bags, like A1=10, or its weight, like A1=35.5 kg.", text.substr(0, 60)), "components"); };
        auto const told = named(text);
        if (!told) return wrong();
        Component c{told->first, 0, 0};
        auto rest = std::string{told->second};
        if (auto const sign = rest.find("×"); sign != rest.npos) rest.replace(sign, std::string_view{"×"}.size(), "x");
        auto const by = rest.find('x');
        if (auto const bags = read_number<std::int64_t>(trimmed(std::string_view{rest}.substr(0, by))); bags && (by != rest.npos || trimmed(rest).size() == rest.size())) {
            if (*bags < 1 || *bags > 1'000'000) return refuse("weight_unlikely", fmt::format("Of lot {} at least one bag is taken, and a million at the most.", c.lot), "components");
            c.bags = *bags;
            if (by != rest.npos) {
                auto const bag = parse_quantity(trimmed(std::string_view{rest}.substr(by + 1)), Dimension::mass);
                if (!bag) return wrong();
                if (*bag < 1 || *bag > heaviest_mg / c.bags) return refuse("weight_unlikely", fmt::format("Bags of lot {} weigh something, and a thousand tonnes together at the most.", c.lot), "components");
                c.mg = c.bags * *bag;
            }
        } else {
            auto const mg = parse_quantity(rest, Dimension::mass);
            if (!mg) return wrong();
            if (*mg < 1 || *mg > heaviest_mg) return refuse("weight_unlikely", fmt::format("What is taken of lot {} weighs something, and a thousand tonnes at the most.", c.lot), "components");
            c.mg = *mg;
        }
        all.push_back(std::move(c));
    }
    OSETRA_TRY(each_once(all, [](auto const& c) { return c.lot; }, "components"));
    return all;
}
std::string component_text(Component const& c) {
    if (c.bags == 0) return fmt::format("{}={}", c.lot, kg(c.mg));
    return c.mg == 0 ? fmt::format("{}={}", c.lot, c.bags) : fmt::format("{}={} x {}", c.lot, c.bags, kg(c.mg / c.bags));
}

Result<std::vector<Judged>> parse_judged(std::vector<std::string> const& texts) {
    std::vector<Judged> all;
    for (auto const& text : texts) {
        auto const told = named(text);
        auto const sign = told ? told->second.find("±") : std::string_view::npos;
        auto const value = told ? number_in(trimmed(told->second.substr(0, sign))) : std::nullopt;
        auto const error = sign == std::string_view::npos ? std::optional{0.0} : number_in(trimmed(told->second.substr(sign + std::string_view{"±"}.size())));
        if (!value || !error || *error < 0 || told->first.size() > longest_name)
            return refuse("score_malformed", fmt::format("\"{}\" is no score: write the attribute and its value once, like colour=8.6 or colour=8.6±0.2.", text.substr(0, 60)), "attributes");
        all.push_back({told->first, *value, *error});
    }
    OSETRA_TRY(each_once(all, [](auto const& j) { return j.attribute; }, "attributes"));
    return all;
}
std::string judged_text(Judged const& j) { return j.error > 0 ? fmt::format("{}={:.6g}±{:.3g}", j.attribute, j.value, j.error) : fmt::format("{}={:.6g}", j.attribute, j.value); }

Result<std::vector<AimTold>> parse_aims(std::vector<std::string> const& texts) {
    std::vector<AimTold> all;
    for (auto const& text : texts) {
        auto const told = named(text);
        auto const range = told ? told->second : std::string_view{};
        auto const dots = range.find(".."), best_at = range.find('@');
        auto const low = dots == range.npos ? std::nullopt : number_in(trimmed(range.substr(0, dots)));
        auto const high = dots == range.npos ? std::nullopt : number_in(trimmed(range.substr(dots + 2, best_at == range.npos ? best_at : best_at - dots - 2)));
        auto const best = best_at == range.npos ? std::nullopt : number_in(trimmed(range.substr(best_at + 1)));
        if (!low || !high || *low > *high || (best_at != range.npos && (!best || *best < *low || *best > *high)))
            return refuse("target_malformed", fmt::format("\"{}\" is no target: write the attribute with its limits, like colour=6.6..7.6, and what is best behind them, like colour=6.6..7.6@7.", text.substr(0, 60)), "target");
        all.push_back({told->first, *low, *high, best});
    }
    OSETRA_TRY(each_once(all, [](auto const& a) { return a.attribute; }, "target"));
    return all;
}

GoodsLot lot_of(FactId const& root, Instant at, LotReceived const& b) {
    return {root, b.lot, b.product, b.variety.value_or(""), at, b.amount_mg.n, b.bag_mg ? std::optional{b.bag_mg->n} : std::nullopt, b.price_minor, b.currency.value_or("CNY"), b.attributes, b.made_on, false};
}
GoodsLot lot_of(FactId const& root, Instant at, BlendMade const& b) {
    auto const amount = sum_mg(components_of(b.components)) - (b.lost_mg ? b.lost_mg->n : 0);
    auto const price = b.cost_minor && amount > 0 ? std::optional{static_cast<std::int64_t>(divide_half_even(static_cast<Wide>(*b.cost_minor) * 1'000'000, amount))} : std::nullopt;
    return {root, b.lot, b.product.value_or(""), {}, at, amount, b.bag_mg ? std::optional{b.bag_mg->n} : std::nullopt, price, b.currency.value_or("CNY"), b.promised, {}, true};
}

void complete(BlendingBody& body, Stock& stock, FactId const& root) {
    if (auto* b = std::get_if<LotReceived>(&body)) {
        if (b->price_minor && !b->currency) b->currency = "CNY";
    } else if (auto* plan = std::get_if<BlendPlanned>(&body)) {
        fill_recipe(*plan, stock, root);
    } else if (auto* left = std::get_if<GoodsLeft>(&body)) {
        if (left->price_minor && !left->currency) left->currency = "CNY";
        auto const lot = left->bags && *left->bags > 0 && !left->amount_mg ? stock.lot(left->lot, root) : std::nullopt;
        if (lot && lot->bag_mg && *left->bags <= heaviest_mg / *lot->bag_mg) left->amount_mg = Milligrams{*left->bags * *lot->bag_mg};
    } else {
        auto& made = std::get<BlendMade>(body);
        if (made.plan)
            if (auto const p = stock.plan(*made.plan)) {
                if (!made.product) made.product = p->product;
                if (made.target.empty()) made.target = p->target;
                if (made.components.empty()) {
                    made.components = p->components;
                    if (made.promised.empty()) made.promised = p->promised;
                    if (!made.within) made.within = p->within;
                }
            }
        fill_recipe(made, stock, root);
    }
}

Result<Done> judge_blending(Fact const& fact, BlendingBody const& body, Stock& stock, bool witnessed) {
    OSETRA_TRY(std::visit(Form{}, body));
    if (auto const* left = std::get_if<GoodsLeft>(&body); left && !left->amount_mg) {
        auto const lot = stock.lot(left->lot, fact.root());
        if (lot && !lot->bag_mg) return refuse("bag_missing", fmt::format("Lot {} is loose: say what left of it by weight.", left->lot), "bags");
        return refuse(lot || witnessed ? "weight_unlikely" : "lot_not_found", lot || witnessed ? "Say what left of it by weight." : fmt::format("There is no lot {} of goods. Tell it first: osetra tell lot_received.", left->lot), lot ? "amount_mg" : "lot");
    }
    if (!witnessed) return std::visit(Book{fact, stock}, body);
    if (auto const* made = std::get_if<BlendMade>(&body))
        for (auto const& c : components_of(made->components))
            if (c.mg == 0) return refuse("component_malformed", fmt::format("What a bag of lot {} weighs is not known; write {}={} x 20 kg.", c.lot, c.lot, c.bags), "components");
    return Done{};
}

Result<Done> may_be_withdrawn(FactId const& root, Stock& stock) {
    auto const lot = stock.told_by(root);
    if (lot.empty()) return Done{};
    if (auto const taken = stock.taken(lot, root); taken.first_at) return refuse("lot_used", fmt::format("Lot {} {}. Withdraw that first.", lot, went(taken)), "corrects");
    return Done{};
}

template <> std::string blending_says(LotReceived const& b) {
    return fmt::format("Lot {} of {}: {}{}{}.", b.lot, b.product, kg(b.amount_mg.n), b.bag_mg ? " in bags of " + kg(b.bag_mg->n) : "", b.supplier ? " from " + *b.supplier : "");
}
template <> std::string blending_says(BlendPlanned const& b) { return fmt::format("Blend {} planned of {}.", b.plan, listed(b.components)); }
template <> std::string blending_says(GoodsLeft const& b) {
    return fmt::format("{}{} of lot {} {}{}.", b.amount_mg ? kg(b.amount_mg->n) : "", b.bags ? fmt::format(" ({} bags)", *b.bags) : "", b.lot, b.cause, b.party ? " to " + *b.party : "");
}
template <> std::string blending_says(BlendMade const& b) {
    auto const lot = lot_of({}, {}, b);
    return fmt::format("Lot {} blended of {}: {}{}.", b.lot, listed(b.components), kg(lot.amount_mg), b.tasting ? ", compared in tasting " + *b.tasting : "");
}

} // namespace osetra::quality
