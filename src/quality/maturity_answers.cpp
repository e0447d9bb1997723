#include <algorithm>
#include <map>
#include <set>

#include "quality/answers.h"
#include "quality/maturity.h"

namespace osetra::quality {
namespace {

using std::chrono::days;
constexpr days season{183};                      // samples older than that are of another harvest [G]
constexpr days loads_shown{14};

struct Block { std::string pack, grower, orchard, variety; std::vector<Of<MaturityMeasured>> samples; };

/// A block's samples by the variety that its last one names: a block is of one.
std::vector<Block> blocks_of(QualityStore& store, std::string const& pack, Instant now) {
    std::map<std::string, Block> all;
    for (auto& s : store.all<MaturityMeasured>()) {
        if (s.at < now - season || s.at > now || (!pack.empty() && s.body.pack != pack)) continue;
        auto& block = all[block_of(s.body)];
        block.pack = s.body.pack.value_or("");
        block.grower = s.body.grower.value_or("");
        block.orchard = s.body.orchard.value_or("");
        if (s.body.variety) block.variety = *s.body.variety;
        block.samples.push_back(std::move(s));
    }
    std::vector<Block> out;
    for (auto& [name, block] : all) out.push_back(std::move(block));
    return out;
}

void put_floor(JsonOut& out, Floor const& f) {
    out.value("measure", f.asked->name());
    auto const* unit = f.asked->over.empty() ? safety().find_analyte(f.asked->analyte) : nullptr;
    if (unit) {
        out.value("name_en", unit->name_en);
        out.value("name_zh", unit->name_zh);
        out.value("unit", unit->unit);
    }
    out.value("floor", text_of(*f.asked));
    out.value("least", f.asked->least);
    out.value("most", f.asked->most);
    out.value("n", f.n);
    if (f.n > 0) out.value("mean", f.mean);
    out.value("spread", f.spread);
    out.value("held", f.held);
}

/// stale: ripe by a sample that speaks for no load of today any more.
char const* state_of(BlockTrend const& trend, RipeRule const& rule, Instant last, Instant now) {
    if (!trend.ripe) return "unripe";
    return now - last > days{rule.measured_days} ? "stale" : "ripe";
}

void put_block(JsonOut& out, Block const& b, RipeRule const& rule, FarmOffset offset, Instant now, std::int64_t& ripe) {
    auto const trend = trend_of(rule, b.samples, offset);
    auto const state = std::string{state_of(trend, rule, b.samples.back().at, now)};
    ripe += state == "ripe" ? 1 : 0;
    out.value("pack", b.pack);
    out.value("grower", b.grower);
    out.value("orchard", b.orchard);
    out.value("variety", b.variety);
    if (rule.variety == b.variety && !rule.variety.empty()) {
        out.value("name_en", rule.name_en);
        out.value("name_zh", rule.name_zh);
    }
    out.value("state", state);
    out.value("ripe", trend.ripe);
    out.value("at", b.samples.back().at);
    out.value("days", static_cast<std::int64_t>(std::chrono::duration_cast<days>(now - b.samples.back().at).count()));
    out.value("good_for_days", rule.measured_days);
    out.value("fruits_asked", rule.fruits);
    out.value("source", rule.source);
    out.value("ripe_since", trend.ripe_since);
    out.value("ripe_on", trend.ripe_on);
    out.objects("measures", trend.headings, [&](Heading const& h) {
        put_floor(out, h.last);
        out.value("per_day", h.per_day);
        out.value("reached", h.reached);
        out.value("earliest", h.earliest);
        out.value("latest", h.latest);
    });
    out.objects("samples", b.samples, [&](auto const& s) {
        auto const verdict = verdict_of(rule, s.body);
        out.value("sample", s.body.sample);
        out.value("load", s.body.load);
        out.value("at", s.at);
        out.value("by", s.author);
        out.value("fact", s.root);
        out.value("fruits", verdict.fruits);
        out.value("ripe", verdict.ripe);
        out.value("why", verdict.why);
        out.objects("measures", verdict.floors, [&](Floor const& f) { put_floor(out, f); });
    });
}

} // namespace

std::string maturity_json(QualityStore& store, std::string const& pack, Instant now) {
    auto const blocks = blocks_of(store, pack, now);
    std::set<std::string> packs;
    for (auto const& r : safety().ripe)
        if (!r.measures.empty() && (pack.empty() || r.product == pack)) packs.insert(r.product);
    std::int64_t ripe = 0;
    JsonOut out;
    out.begin_object();
    out.value("at", now);
    out.objects("packs", packs, [&](std::string const& code) {
        out.value("pack", code);
        auto const told = store.named<MaturityGate>(code);
        auto const stands = !told.empty() && !told.back().body.lifted.value_or(false);
        out.value("gate", stands);
        if (!told.empty()) {
            out.value("since", told.back().at);
            out.value("by", told.back().author);
        }
    });
    out.begin_array("blocks");
    for (auto const& b : blocks) {
        auto const* rule = safety().floors_of(b.pack, b.variety);
        if (!rule) continue;
        out.begin_object();
        put_block(out, b, *rule, store.offset(), now, ripe);
        out.end_object();
    }
    out.end_array();
    out.value("ripe", ripe);
    out.begin_array("loads");
    for (auto const& load : processing::loads_between(store.db(), store.enterprise(), now - loads_shown, now + days{1})) {
        auto const gate = packs.contains(load.pack) ? store.at_gate(load) : std::nullopt;
        if (!gate || gate->state.empty()) continue;
        auto const hold = store.hold("RIPE-" + load.load);
        out.begin_object();
        out.value("load", load.load);
        out.value("pack", load.pack);
        out.value("grower", load.grower);
        out.value("orchard", load.orchard);
        out.value("variety", load.variety);
        out.value("at", load.at);
        out.value("state", gate->state);
        out.value("sample", gate->sample);
        out.value("why", gate->why);
        if (hold) {
            out.value("hold", hold->hold);
            out.value("hold_state", hold->state);
            out.value("bars", hold->bars);
        }
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::quality
