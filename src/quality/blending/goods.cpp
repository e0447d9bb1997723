#include "quality/blending/goods.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

#include "kernel/json.h"
#include "kernel/money.h"
#include "kernel/units.h"

namespace osetra::quality {
namespace {

std::string kilograms(std::int64_t mg) {
    auto text = print(mg, "kg", 6);
    return text.substr(0, text.find(' '));
}
template <class T> void recipe(JsonOut& out, Of<T> const& of) {
    auto const& b = of.body;
    out.value("components", b.components);
    out.value("target", b.target);
    out.value("promised", b.promised);
    if (b.cost_minor) out.value("cost_minor", *b.cost_minor);
    if (b.currency) out.value("currency", *b.currency);
    if (b.within) out.value("within", *b.within);
    if (b.note) out.value("note", *b.note);
    out.value("at", of.at);
    out.value("by", of.author);
    out.value("fact", of.root);
}

} // namespace

std::int64_t GoodsNow::left_bags() const { return std::max<std::int64_t>(0, std::min(left_mg() / *lot.bag_mg, lot.amount_mg / *lot.bag_mg - taken.bags)); }

std::vector<GoodsNow> goods_now(BlendStore& store, std::string const& product) {
    std::map<std::string, LotTaken> taken;
    std::map<std::string, std::vector<std::string>> blends;
    for (auto const& t : store.all_taken()) {
        auto& sum = taken[t.lot];
        sum.bags += t.bags;
        sum.mg += t.mg;
        if (!t.blend.empty()) blends[t.lot].push_back(t.blend);
    }
    auto const held = store.held();
    std::vector<GoodsNow> all;
    for (auto& lot : store.lots()) {
        if (!product.empty() && lot.product != product) continue;
        auto const hold = held.find(lot.lot);
        GoodsNow now{lot, taken[lot.lot], hold == held.end() ? std::string{} : hold->second, blends[lot.lot]};
        all.push_back(std::move(now));
    }
    return all;
}

GoodsSheet goods_sheet(std::vector<GoodsNow> const& goods, FarmDay today, FarmOffset offset) {
    std::vector<GoodsNow const*> usable;
    std::map<std::string, std::pair<std::size_t, bool>> judged;   // how many have it, and whether any tells an error
    for (auto const& g : goods) {
        if (!g.hold.empty() || (g.lot.bag_mg ? g.left_bags() < 1 : g.left_mg() < 1)) continue;
        usable.push_back(&g);
        if (auto const all = parse_judged(g.lot.attributes))
            for (auto const& j : *all) {
                auto& [times, error] = judged[j.attribute];
                ++times;
                error = error || j.error > 0;
            }
    }
    std::erase_if(judged, [&](auto const& j) { return 2 * j.second.first <= usable.size(); });
    GoodsSheet out;
    out.csv = "lot,kind,price,available kg,bag kg,age";
    for (auto const& [attribute, of] : judged) out.csv += "," + attribute + (of.second ? "," + attribute + " error" : "");
    out.csv += "\n";
    for (auto const* g : usable) {
        std::map<std::string, Judged> own;
        if (auto const all = parse_judged(g->lot.attributes))
            for (auto const& j : *all) own[j.attribute] = j;
        auto const whole = std::all_of(judged.begin(), judged.end(), [&](auto const& j) { return own.contains(j.first); });
        if (!whole || !g->lot.price_minor) { out.left_out.push_back(g->lot.lot); continue; }
        auto const& l = g->lot;
        auto const since = l.made_on.value_or(farm_day(l.there_at, offset));
        auto const currency = parse_money("1 " + l.currency);
        out.csv += fmt::format("{},{},{}/kg,{},{},{}", l.lot, l.variety, text_of(Money{*l.price_minor, currency ? currency->currency : Currency::cny}), kilograms(l.bag_mg ? g->left_bags() * *l.bag_mg : g->left_mg()),
                               l.bag_mg ? kilograms(*l.bag_mg) : "", std::max<std::int64_t>(0, today - since));
        for (auto const& [attribute, of] : judged) out.csv += fmt::format(",{:.6g}", own[attribute].value) + (of.second ? fmt::format(",{:.6g}", own[attribute].error) : "");
        out.csv += "\n";
    }
    return out;
}

std::string goods_json(BlendStore& store, std::string const& product, Instant now, FarmOffset offset) {
    auto const goods = goods_now(store, product);
    JsonOut out;
    out.begin_object();
    out.objects("goods", goods, [&](auto const& g) {
        out.value("lot", g.lot.lot);
        out.value("product", g.lot.product);
        out.value("variety", g.lot.variety);
        out.value("there_at", g.lot.there_at);
        out.value("amount_mg", g.lot.amount_mg);
        out.value("left_mg", g.left_mg());
        if (g.lot.bag_mg) {
            out.value("bag_mg", *g.lot.bag_mg);
            out.value("left_bags", g.left_bags());
        }
        if (g.lot.price_minor) {
            out.value("price_minor", *g.lot.price_minor);
            out.value("currency", g.lot.currency);
        }
        out.value("attributes", g.lot.attributes);
        if (g.lot.made_on) out.value("made_on", *g.lot.made_on);
        out.value("blended", g.lot.blended);
        if (!g.hold.empty()) out.value("hold", g.hold);
        out.value("blends", g.blends);
        out.value("fact", g.lot.root);
    });
    out.begin_array("blends");
    auto made = store.all<BlendMade>();
    std::reverse(made.begin(), made.end());
    for (auto const& of : made) {
        if (!product.empty() && of.body.product != product) continue;
        out.begin_object();
        out.value("lot", of.body.lot);
        out.value("product", of.body.product.value_or(""));
        if (of.body.plan) out.value("plan", *of.body.plan);
        out.value("amount_mg", lot_of(of.root, of.at, of.body).amount_mg);
        if (of.body.tasting) out.value("tasting", *of.body.tasting);
        recipe(out, of);
        out.end_object();
    }
    out.end_array();
    auto gone = store.all<GoodsLeft>();
    std::reverse(gone.begin(), gone.end());
    std::erase_if(gone, [&](auto const& of) { return std::none_of(goods.begin(), goods.end(), [&](auto const& g) { return g.lot.lot == of.body.lot; }); });
    out.objects("outs", gone, [&](auto const& of) {
        write_fields(out, of.body);
        out.value("at", of.at);
        out.value("by", of.author);
        out.value("fact", of.root);
    });
    out.begin_array("plans");
    auto plans = store.all<BlendPlanned>();
    std::reverse(plans.begin(), plans.end());
    for (auto const& of : plans) {
        if (!product.empty() && of.body.product != product) continue;
        out.begin_object();
        out.value("plan", of.body.plan);
        out.value("product", of.body.product);
        out.value("made", std::any_of(made.begin(), made.end(), [&](auto const& m) { return m.body.plan == of.body.plan; }));
        recipe(out, of);
        out.end_object();
    }
    out.end_array();
    if (!product.empty()) {
        auto const sheet = goods_sheet(goods, farm_day(now, offset), offset);
        out.value("sheet", sheet.csv);
        out.value("left_out", sheet.left_out);
    }
    out.end_object();
    return out.take();
}

} // namespace osetra::quality
