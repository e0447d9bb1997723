#include "farm/lines.h"

#include <algorithm>
#include <unordered_map>

#include "kernel/json.h"

namespace osetra::farm {
namespace {

using Reader = Result<Body> (*)(std::string_view);

std::unordered_map<std::string_view, Reader> const& readers() {
    static auto const all = [] {
        std::unordered_map<std::string_view, Reader> table;
        each_kind([&]<class T>() {
            table[T::kind] = [](std::string_view json) -> Result<Body> {
                auto body = from_json<T>(json);
                if (!body) return tl::unexpected(std::move(body).error());
                return Body{std::move(*body)};
            };
        });
        return table;
    }();
    return all;
}

/// Writes the lines of one fact; one operator() a kind.
struct Taker {
    Fact const& fact;
    Lines out;

    PoolLine& line(std::string const& pool, std::string const& cohort, Flow flow, std::int64_t heads) {
        auto& l = out.pool_lines.emplace_back();
        l.pool = pool;
        l.cohort = cohort;
        l.happened_at = fact.happened_at;
        l.root = fact.root();
        l.no = static_cast<std::int64_t>(out.pool_lines.size());
        l.known_from = fact.recorded_at;
        l.flow = flow;
        l.heads = heads;
        l.author = fact.author;
        return l;
    }
    FishLine& line(FishId fish, FishWhat what) {
        auto& l = out.fish_lines.emplace_back();
        l.fish = fish;
        l.happened_at = fact.happened_at;
        l.root = fact.root();
        l.known_from = fact.recorded_at;
        l.what = what;
        l.author = fact.author;
        about(fish);
        return l;
    }
    DayLine& day(std::string const& pool) { return out.day_lines.emplace_back(DayLine{pool, fact.happened_at, false, {}, {}, 0, 0}); }
    template <class X> void about(X const& subject) {
        auto text = subject_of(subject);
        if (std::find(out.subjects.begin(), out.subjects.end(), text) == out.subjects.end()) out.subjects.push_back(std::move(text));
    }
    void about(std::optional<PoolId> const& pool) { if (pool) about(*pool); }

    void operator()(SiteRegistered const& b) { about(b.site); }
    void operator()(PoolRegistered const& b) { about(b.pool); }
    void operator()(CohortRegistered const& b) { about(b.cohort); }
    void operator()(Stocked const& b) {
        about(b.pool);
        about(b.cohort);
        auto& l = line(b.pool.text, b.cohort.text, Flow::stocked, b.heads.n);
        if (b.mean_mg) l.mean_mg = b.mean_mg->n;
        if (b.sd_mg) l.sd_mg = b.sd_mg->n;
        l.word = b.method;
    }
    void operator()(Moved const& b) {
        about(b.from);
        about(b.to);
        for (auto const fish : b.fish) {
            auto& l = line(fish, FishWhat::moved);
            l.pool = b.to.text;
            l.word = b.reason;
        }
        if (!b.heads || !b.cohort || !b.from) return;
        about(*b.cohort);
        line(b.from->text, b.cohort->text, Flow::moved_out, -b.heads->n).word = b.reason;
        auto& in = line(b.to.text, b.cohort->text, Flow::moved_in, b.heads->n);
        in.word = b.reason;
        in.other_pool = b.from->text;
        in.other_cohort = b.cohort->text;
        if (b.mean_mg) in.mean_mg = b.mean_mg->n;
    }
    void operator()(Regrouped const& b) {
        about(b.pool);
        about(b.cohort);
        about(b.to_cohort);
        line(b.pool.text, b.cohort.text, Flow::regrouped, -b.heads.n);
        auto& in = line(b.pool.text, b.to_cohort.text, Flow::regrouped, b.heads.n);
        in.other_pool = b.pool.text;
        in.other_cohort = b.cohort.text;
    }
    void operator()(Tagged const& b) {
        auto& l = line(b.fish, FishWhat::tagged);
        about(b.pool);
        l.pool = b.pool.text;
        l.cohort = b.cohort.text;
        if (b.weight_mg) l.weight_mg = b.weight_mg->n;
        if (b.length_mm) l.length_mm = b.length_mm->n;
        l.sex = b.sex;
        l.newly_stocked = b.newly_stocked;
    }
    void leave(std::optional<PoolId> const& pool, std::optional<CohortId> const& cohort, std::optional<Heads> const& heads,
               std::vector<FishId> const& fish, Flow flow, FishWhat what, std::optional<std::string> const& word) {
        about(pool);
        for (auto const one : fish) line(one, what).word = word;
        if (!fish.empty() || !pool || !cohort || !heads) return;
        about(*cohort);
        line(pool->text, cohort->text, flow, -heads->n).word = word;
    }
    void operator()(Died const& b) {
        leave(b.pool, b.cohort, b.heads, b.fish, Flow::dead, FishWhat::died, b.cause);
        if (b.pool) day(b.pool->text).deaths = b.fish.empty() ? b.heads.value_or(Heads{}).n : static_cast<std::int64_t>(b.fish.size());
    }
    void operator()(Escaped const& b) { leave(b.pool, b.cohort, b.heads, b.fish, Flow::escaped, FishWhat::escaped, std::nullopt); }
    void operator()(Harvested const& b) {
        leave(b.pool, b.cohort, b.heads, b.fish, Flow::harvested, FishWhat::harvested, b.purpose);
        if (b.fish.size() == 1 && b.total_mg) out.fish_lines.back().weight_mg = b.total_mg->n;
        if (b.fish.empty() && b.pool && b.total_mg && b.heads && b.heads->n > 0) out.pool_lines.back().mean_mg = b.total_mg->n / b.heads->n;
    }
    void operator()(SampleWeighed const& b) {
        about(b.pool);
        about(b.cohort);
        auto& l = line(b.pool.text, b.cohort.text, Flow::weighed, b.heads.n);
        l.mean_mg = (b.total_mg.n + b.heads.n / 2) / b.heads.n;
        if (b.sd_mg) l.sd_mg = b.sd_mg->n;
    }
    void operator()(Measured const& b) {
        auto& l = line(b.fish, FishWhat::measured);
        if (b.weight_mg) l.weight_mg = b.weight_mg->n;
        if (b.length_mm) l.length_mm = b.length_mm->n;
        l.sex = b.sex;
        l.stage = b.stage;
        l.health = b.health;
    }
    void operator()(Retagged const& b) { line(b.fish, FishWhat::retagged).other_tag = b.new_tag.n; }
    void operator()(Counted const& b) {
        about(b.pool);
        auto& l = line(b.pool.text, "", Flow::counted, b.heads.n);
        l.word = b.method;
        if (b.low) l.low = b.low->n;
        if (b.high) l.high = b.high->n;
    }
    void operator()(Adjusted const& b) {
        about(b.pool);
        about(b.cohort);
        line(b.pool.text, b.cohort.text, Flow::adjusted, b.heads.n).word = b.cause;
    }
    void operator()(Fed const& b) {
        about(b.pool);
        day(b.pool.text).feed_mg = b.feed_mg.n;
    }
    void operator()(Treated const& b) {
        about(b.pool);
        for (auto const fish : b.fish) line(fish, FishWhat::treated).word = b.product;
    }
    void operator()(WaterMeasured const& b) {
        about(b.pool);
        if (!b.pool && b.site) about(*b.site);
        if (!b.pool && !b.site) return;
        auto& d = day(b.pool ? b.pool->text : subject_of(*b.site));
        if (b.temperature_mc) d.temperature_mc = b.temperature_mc->n;
        d.oxygen_ug_l = b.oxygen_ug_l;
    }
    void operator()(RoundDone const& b) {
        about(b.pool);
        auto& d = day(b.pool.text);
        d.seen = true;
        if (b.temperature_mc) d.temperature_mc = b.temperature_mc->n;
        d.oxygen_ug_l = b.oxygen_ug_l;
        if (b.feed_mg) d.feed_mg = b.feed_mg->n;
        if (!b.deaths || b.deaths->n == 0) return;
        d.deaths = b.deaths->n;
        if (!b.cohort) return;
        about(*b.cohort);
        line(b.pool.text, b.cohort->text, Flow::dead, -b.deaths->n).word = b.cause;
    }
    void operator()(GrowthAdopted const& b) {
        about(b.site);
        out.subjects.push_back("g:" + b.site.text + "/" + b.species + "/" + b.stage);
    }
    void operator()(AgesRead const& b) { out.subjects.push_back("y:" + b.series); }
    void operator()(Recaptured const& b) { out.subjects.push_back("y:" + b.series); }
};

} // namespace

std::string subject_of(PoolId const& pool) { return "p:" + pool.text; }
std::string subject_of(SiteId const& site) { return "s:" + site.text; }
std::string subject_of(CohortId const& cohort) { return "c:" + cohort.text; }
std::string subject_of(FishId fish) { return "f:" + pit_tag_text(fish); }

Result<Body> read_body(std::string_view kind, std::string_view json) {
    auto const at = readers().find(kind);
    if (at == readers().end()) return refuse("kind_unknown", "\"" + std::string{kind.substr(0, 40)} + "\" is not a kind of fact; GET /api/v1/kinds lists them.", "kind");
    return at->second(json);
}

Lines lines_of(Fact const& fact, Body const& body) {
    Taker take{fact, {}};
    if (fact.act != FactAct::withdraw) std::visit(take, body);
    return std::move(take.out);
}

} // namespace osetra::farm
