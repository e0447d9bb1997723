#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <fstream>
#include <ostream>
#include <sstream>

#include "app/company.h"
#include "app/plain_files.h"
#include "app/text.h"
#include "app/verbs.h"
#include "farm/pack/pack_texts.h"
#include "kernel/money.h"
#include "kernel/units.h"
#include "quality/blending/answers.h"
#include "quality/blending/goods.h"
#include "quality/blending/product.h"
#include "quality/blending/sheets.h"

namespace osetra::app {
namespace {

using namespace quality;

Result<Table> table_of(Context const& c, std::string const& path) { return read_table(OSETRA_TRY(bytes_of(c, path)), path); }

Result<Currency> currency_of(std::string const& code) {
    auto const money = OSETRA_TRY(parse_money("1 " + code));
    return money.currency;
}

std::string number(double v) { return fmt::format("{:.4g}", v); }
std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

/// Whether what is named may be blended. A pack by its code or by its file; nothing is asked where nothing is named.
Result<Done> product_of(std::string const& named) {
    if (named.empty()) return Done{};
    if (auto const built_in = farm::pack_text(named); !built_in.empty()) return may_be_blended(built_in);
    std::ifstream in{named, std::ios::binary};
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) return refuse("product_not_found", "There is no product pack " + named + ", neither by this code nor as a file.", "product");
    return may_be_blended(std::move(text).str());
}

/// What past blends say of each attribute.
Result<Done> show_mixing(Context const& c, BlendVerb const& v) {
    auto const recipe = OSETRA_TRY(table_of(c, v.past));
    std::optional<Table> profile;
    if (!v.profile.empty()) profile = OSETRA_TRY(table_of(c, v.profile));
    auto const past = OSETRA_TRY(read_past(recipe, profile ? &*profile : nullptr, v.kinds));
    auto const models = OSETRA_TRY(find_mixing(past, v.trust));
    if (c.where.json) { c.io.out << mixing_json(models) << '\n'; return Done{}; }
    auto const counted_as = [&](Mixing m) { return std::count_if(models.begin(), models.end(), [m](auto const& x) { return x.mixing == m; }); };
    c.io.out << fmt::format("{} past blends of {}: {} attributes mix linearly, {} with meetings of kinds, {} as nothing here predicts.\n", past.share.size(), fmt::join(past.kinds, ", "), counted_as(Mixing::linear), counted_as(Mixing::interacting), counted_as(Mixing::untold));
    TextTable table{{"Attribute", ">Linear R2", ">With meetings R2", "Taken as", ">Left-out error", "Meetings"}};
    for (auto const& m : models) {
        std::vector<std::string> meetings;
        for (auto const& x : m.meetings) meetings.push_back(fmt::format("{} x {} {:+.3g}", past.kinds[x.kind], past.kinds[x.other], x.extra));
        table.add({m.attribute, fmt::format("{:.2f}", m.r2_linear), fmt::format("{:.2f}", m.r2_interacting), std::string{word_of(m.mixing)}, fmt::format("{:.3f}", m.error), fmt::format("{}", fmt::join(meetings, "; "))});
    }
    c.io.out << table.text() << "R2 of blends left out one at a time; below nought is worse than the mean of all. Of what is untold the error is the spread between blends.\n";
    return Done{};
}

void show_blend(std::ostream& out, BlendTask const& task, Blend const& b, std::string const& product) {
    auto const& wish = task.wish;
    out << fmt::format("{} from {} {} for {}: {} above the least that is possible{}.\n", mass(b.amount_mg.n), b.parts.size(), b.parts.size() == 1 ? "lot" : "lots", text_of(b.cost), percent(b.gap), b.bound_holds ? "" : " by straight lines round this blend");
    TextTable lots{{"Lot", ">Bags", ">Amount", ">Share", ">Price", ">Cost"}};
    for (auto const& p : b.parts) {
        auto const& lot = task.lots[p.lot];
        lots.add({lot.lot, p.bags ? fmt::format("{} x {}", p.bags, mass(lot.bag_mg->n)) : "loose", mass(p.mg.n), percent(static_cast<double>(p.mg.n) / static_cast<double>(b.amount_mg.n)), text_of(lot.price), text_of(p.cost)});
    }
    out << lots.text();
    auto const uncertain = std::any_of(b.mean.begin(), b.mean.end(), [](auto const& m) { return m.error > 0; });
    TextTable profile{{"Attribute", ">Low", ">Blend", ">Target", ">High", ">Within", "Limit"}};
    for (std::size_t a = 0; a < wish.aims.size(); ++a) {
        auto const& aim = wish.aims[a];
        auto const& mean = b.mean[a];
        auto limit = !aim.counted ? std::string{"left to the panel"} : mean.leans == 0 ? std::string{} : fmt::format("{} costs {} for each {}", mean.leans < 0 ? "low" : "high", text_of(Money{std::llround(mean.saved_by_wider * 0.1), b.cost.currency}), 0.1);
        profile.add({aim.attribute, number(aim.low), aim.counted ? number(mean.value) + (mean.error > 0 ? fmt::format(" ± {:.2g}", mean.error) : "") : "?", number(aim.target), number(aim.high), aim.counted && mean.error > 0 ? percent(mean.within) : "", std::move(limit)});
    }
    out << profile.text();
    if (uncertain) out << fmt::format("Within every limit with a probability of {}.\n", percent(b.within));
    if (wish.old_share > 0) out << fmt::format("{} of it is from lots of {} days or older.\n", percent(b.old_share), wish.old_days);
    for (std::size_t a = 0; a < wish.aims.size(); ++a)
        if (!wish.aims[a].counted)
            out << fmt::format("{} does not mix as anything here predicts (left-out R2 {:.2f} linear, {:.2f} with meetings): have {} tasters compare the blend with the reference in a triangle test before it is sold.\n", wish.aims[a].attribute, task.mixing[a].r2_linear, task.mixing[a].r2_interacting, confirming_tasters());
    if (product.empty()) out << "No product was named (--product): see that it may be blended.\n";
    for (auto const& note : task.notes) out << note << '\n';
}

} // namespace

Result<Done> blend_lots_of(Context const& c, BlendVerb const& v) {
    if (v.file.empty()) {
        if (v.past.empty()) return refuse("file_missing", "Give the lots, or --past alone to see how past blends mix.", "FILE");
        return show_mixing(c, v);
    }
    OSETRA_TRY(product_of(v.product));
    auto const lots = OSETRA_TRY(table_of(c, v.file));
    auto const target = v.target.empty() ? lots : OSETRA_TRY(table_of(c, v.target));
    if (v.target.empty() && lots.sheets.size() < 2) return refuse("target_missing", "Say what the blend is to be: --target FILE, or a sheet named target beside the lots.", "target");
    auto const currency = OSETRA_TRY(currency_of(v.currency));
    auto task = OSETRA_TRY(read_blend(lots, target, currency));
    auto& wish = task.wish;
    wish.amount_mg.n = OSETRA_TRY(parse_quantity(v.amount, Dimension::mass, find_unit("kg")));
    wish.over = v.over_percent / 100;
    wish.goal = v.nearest ? BlendGoal::nearest : BlendGoal::cheapest;
    if (v.most_lots > 0) wish.most_lots = v.most_lots;
    wish.old_share = v.old_percent / 100;
    wish.old_days = v.old_days;
    wish.surety = v.surety;
    wish.seconds = v.seconds;
    wish.gap = v.gap_percent / 100;
    if (!v.most_cost.empty()) {
        auto const plain = parse_decimal(v.most_cost);
        wish.most_cost = OSETRA_TRY(parse_money(plain ? v.most_cost + " " + v.currency : v.most_cost));
    }
    if (!v.past.empty()) {
        std::vector<std::string> kinds = v.kinds;
        if (kinds.empty()) for (auto const& lot : task.lots) if (!lot.kind.empty() && std::find(kinds.begin(), kinds.end(), lot.kind) == kinds.end()) kinds.push_back(lot.kind);
        auto const recipe = OSETRA_TRY(table_of(c, v.past));
        std::optional<Table> profile;
        if (!v.profile.empty()) profile = OSETRA_TRY(table_of(c, v.profile));
        auto const past = OSETRA_TRY(read_past(recipe, profile ? &*profile : nullptr, kinds));
        OSETRA_TRY(learn(task, past, v.trust));
    }
    if (v.points > 0) {
        auto const curve = OSETRA_TRY(blend_curve(task.lots, wish, v.points));
        if (curve.empty()) {
            auto const answer = OSETRA_TRY(blend_lots(task.lots, wish));
            return refuse("blend_impossible", answer.why.empty() ? "No blend was found." : answer.why, answer.obstacle);
        }
        if (c.where.json) { c.io.out << curve_json(task, curve) << '\n'; return Done{}; }
        c.io.out << fmt::format("From the cheapest to the nearest to the profile, {} blends. Off: mean distance from the targets, 1 is the edge of the tolerance.\n", curve.size());
        TextTable table{{">Cost", ">Off", ">Within", "Lots"}};
        for (auto const& b : curve) {
            std::vector<std::string> names;
            for (auto const& p : b.parts) names.push_back(p.bags ? fmt::format("{} {}", task.lots[p.lot].lot, p.bags) : fmt::format("{} {}", task.lots[p.lot].lot, mass(p.mg.n)));
            table.add({text_of(b.cost), fmt::format("{:.3f}", b.off), percent(b.within), fmt::format("{}", fmt::join(names, ", "))});
        }
        c.io.out << table.text();
        return Done{};
    }
    auto const answer = OSETRA_TRY(blend_lots(task.lots, wish));
    if (c.where.json) c.io.out << blend_json(task, answer) << '\n';
    if (!answer.blend) return refuse("blend_impossible", answer.why, answer.obstacle);
    if (!c.where.json) show_blend(c.io.out, task, *answer.blend, v.product);
    return Done{};
}

Result<Done> list_goods(Context const& c, GoodsVerb const& v) {
    if (v.sheet && v.product.empty()) return refuse("product_missing", "A sheet is of one product: --product CODE.", "product");
    auto const company = OSETRA_TRY(open_company(c));
    BlendStore store{*company.db, company.record.enterprise};
    auto& out = c.io.out;
    auto const offset = company.offset();
    if (c.where.json) {
        out << goods_json(store, v.product, c.clock.now(), offset) << '\n';
        return Done{};
    }
    auto const goods = goods_now(store, v.product);
    if (v.sheet) {
        auto const sheet = goods_sheet(goods, farm_day(c.clock.now(), offset), offset);
        out << sheet.csv;
        if (!sheet.left_out.empty()) c.io.err << fmt::format("Left out, for want of a price or an attribute: {}.\n", fmt::join(sheet.left_out, ", "));
        return Done{};
    }
    TextTable table{{"Lot", "Product", "Variety", "Since", ">There was", ">Left", "Judged", "On hold", "Went into"}};
    for (auto const& g : goods)
        table.add({g.lot.lot, g.lot.product, g.lot.blended ? "blend" : g.lot.variety, local(g.lot.there_at, offset), mass(g.lot.amount_mg), g.lot.bag_mg ? fmt::format("{} x {}", g.left_bags(), mass(*g.lot.bag_mg)) : mass(g.left_mg()),
                   fmt::format("{}", fmt::join(g.lot.attributes, ", ")), g.hold, fmt::format("{}", fmt::join(g.blends, ", "))});
    out << (table.empty() ? "No lot of goods was told yet: osetra tell lot_received.\n" : table.text());
    TextTable blends{{"Blend", "Made", ">Weight", "Of", "Signed by", "Tasting"}};
    for (auto const& b : store.all<BlendMade>())
        if (v.product.empty() || b.body.product == v.product)
            blends.add({b.body.lot, local(b.at, offset), mass(lot_of(b.root, b.at, b.body).amount_mg), fmt::format("{}", fmt::join(b.body.components, ", ")), b.author, b.body.tasting.value_or("")});
    if (!blends.empty()) out << "\n" << blends.text();
    TextTable gone{{"Lot", "Left", ">Weight", "How", "To", "Invoice"}};
    for (auto const& g : store.all<GoodsLeft>())
        if (std::any_of(goods.begin(), goods.end(), [&](auto const& one) { return one.lot.lot == g.body.lot; }))
            gone.add({g.body.lot, local(g.at, offset), mass(g.body.amount_mg ? g.body.amount_mg->n : 0), g.body.cause, g.body.party.value_or(""), g.body.invoice.value_or("")});
    if (!gone.empty()) out << "\n" << gone.text();
    return Done{};
}

Result<Done> mix_salts(Context const& c, MixVerb const& v) {
    auto const volume_ml = OSETRA_TRY(parse_quantity(v.volume, Dimension::volume, find_unit("m3")));
    MixWish wish;
    wish.volume_l = static_cast<double>(volume_ml) / 1000;
    wish.whole_bags = v.whole_bags;
    if (v.reference) {
        TextTable table{{"Salt", ">g/kg", ">g/m3 at 25 °C"}};
        constexpr double density = 1.0233;       // kg/L at 35 g/kg and 25 °C [Millero and Poisson 1981]
        for (auto const& salt : kester_recipe()) {
            auto const formula = OSETRA_TRY(parse_formula(salt.formula));
            auto const grams = salt.g_kg > 0 ? salt.g_kg : salt.mol_kg * formula.g_mol;
            table.add({std::string{salt.formula}, fmt::format("{:.3f}", grams), fmt::format("{:.0f}", grams * density * 1000)});
        }
        c.io.out << "Artificial sea water of 35 g/kg, Kester and others 1967. Salts with water in them apart; bicarbonate last.\n" << table.text();
        return Done{};
    }
    if (v.file.empty()) return refuse("file_missing", "Give the ion analysis of the source.", "FILE");
    if (v.salts.empty()) return refuse("file_missing", "Give the salts to be had: --salts FILE.", "salts");
    auto const analysis_table = OSETRA_TRY(table_of(c, v.file));
    auto const analysis = OSETRA_TRY(read_analysis(analysis_table));
    auto const currency = OSETRA_TRY(currency_of(v.currency));
    auto const salts_table = OSETRA_TRY(table_of(c, v.salts));
    auto const salts = OSETRA_TRY(read_salts(salts_table, currency));
    if (v.target.empty()) wish.bands = kester_bands(v.salinity_g_l > 0 ? v.salinity_g_l : 1.1 * salinity_g_l(analysis.water));
    else {
        auto const target = OSETRA_TRY(table_of(c, v.target));
        wish.bands = OSETRA_TRY(read_bands(target));
    }
    auto const answer = OSETRA_TRY(mix_water(analysis.water, salts, wish));
    if (c.where.json) c.io.out << mix_json(salts, wish, answer) << '\n';
    if (!answer.mix) return refuse("mix_impossible", answer.why, "target");
    if (c.where.json) return Done{};
    auto const& mix = *answer.mix;
    auto& out = c.io.out;
    out << fmt::format("{:.6g} m3 take {} salts for {}.\n", wish.volume_l / 1000, mix.parts.size(), text_of(mix.cost));
    if (std::abs(answer.charge_error) > charge_told) out << fmt::format("The analysis is doubtful: {} outweigh by {:.1f} % of all charges. Have it repeated.\n", answer.charge_error > 0 ? "cations" : "anions", 100 * std::abs(answer.charge_error));
    for (auto const& p : analysis.passed_over) out << p << " is not used.\n";
    TextTable parts{{"Salt", "Formula", ">g/m3", ">Amount", ">Cost"}};
    for (auto const& p : mix.parts) parts.add({salts[p.salt].name, salts[p.salt].formula, fmt::format("{:.1f}", p.g_m3), p.bags ? fmt::format("{} x {}", p.bags, mass(salts[p.salt].bag_mg->n)) : mass(p.mg.n), text_of(p.cost)});
    out << parts.text();
    TextTable bands{{"What", ">Source", ">Low", ">Mixed", ">High"}};
    for (std::size_t b = 0; b < wish.bands.size(); ++b) bands.add({wish.bands[b].what, std::isfinite(mix.band[b].source) ? number(mix.band[b].source) : "-", number(wish.bands[b].low), number(mix.band[b].value), number(wish.bands[b].high)});
    out << bands.text();
    int n = 0;
    for (auto const& step : mix.steps) {
        std::vector<std::string> names;
        for (auto const i : step.parts) names.push_back(salts[mix.parts[i].salt].name);
        out << fmt::format("{}. {}: {} {}\n", ++n, fmt::join(names, ", "), step.act, step.why);
    }
    return Done{};
}

} // namespace osetra::app
