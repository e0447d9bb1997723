#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <set>

#include "farm/engine/growth.h"
#include "farm/engine/survey.h"
#include "farm/farm_sql.h"
#include "farm/query_sql.h"
#include "kernel/json.h"

namespace osetra::farm {
namespace {

using store::arg;

struct SubjectName { std::string subject; };
template <Is<SubjectName> X> void visit_fields(X& x, auto f) { f("subject", x.subject); }

constexpr std::size_t fish_looked_at = 1500;   ///< of one pool's site; more weighings hardly move a coefficient

/// Weighings of one site by species and stage, as intervals for the fit.
using Intervals = std::map<std::pair<std::string, std::string>, std::vector<engine::GrowthInterval>>;

void add_interval(Reader& reader, Intervals& all, std::string const& pool, std::string const& cohort_name, FarmDay from, FarmDay to, double from_g, double to_g,
                  double from_sd, double to_sd, double degree_days) {
    auto const* cohort = reader.cohort(cohort_name);
    auto const* species = cohort ? reader.pack().find_species(cohort->species) : nullptr;
    if (!species || to - from < 10 || degree_days <= 20 || from_g <= 0 || to_g <= 0) return;
    auto const hatched = reader.life(pool, cohort_name).hatched;
    auto const& first = stage_of(*species, std::max(0, from - hatched));
    auto const& last = stage_of(*species, std::max(0, to - hatched));
    if (first.code != last.code) return;   // which stage grew what cannot be told apart
    all[{species->code, first.code}].push_back({from_g, to_g, from_sd, to_sd, degree_days});
}

Intervals intervals_of(Reader& reader, std::string const& site) {
    Intervals all;
    std::set<std::int64_t> fish;
    for (auto const& pool : reader.pools()) {
        if (pool.site.text != site) continue;
        auto const& name = pool.pool.text;
        std::map<std::string, PoolLine> before;
        for (auto const& row : reader.stock(name, FarmDay{1'000'000}))
            for (auto const& l : reader.db().rows<PoolLine>(sql::all[sql::size_lines], arg("enterprise", reader.enterprise()), arg("pool", name), arg("cohort", row.cohort), arg("from", Instant::min()))) {
                if (l.flow != Flow::weighed) { before.erase(l.cohort); continue; }   // others came in: not the same fish
                if (auto const at = before.find(l.cohort); at != before.end()) {
                    auto const& b = at->second;
                    auto const sd = [](PoolLine const& x) { return static_cast<double>(x.sd_mg.value_or(*x.mean_mg / 5)) / 1e3 / std::sqrt(static_cast<double>(std::max<std::int64_t>(1, x.heads))); };
                    auto const from = farm_day(b.happened_at, reader.offset()), to = farm_day(l.happened_at, reader.offset());
                    add_interval(reader, all, name, l.cohort, from, to, static_cast<double>(*b.mean_mg) / 1e3, static_cast<double>(*l.mean_mg) / 1e3, sd(b), sd(l),
                                 static_cast<double>(reader.theta(name, to) - reader.theta(name, from)) / 1e3);
                }
                before[l.cohort] = l;
            }
        if (fish.size() < fish_looked_at)
            for (auto const& f : reader.db().rows<FishNumber>(sql::all[sql::fish_ever_in_pool], arg("enterprise", reader.enterprise()), arg("pool", name)))
                if (fish.size() < fish_looked_at) fish.insert(f.fish.n);
    }
    for (auto const n : fish) {
        auto const lines = reader.db().rows<FishLine>(sql::all[sql::fish_lines], arg("enterprise", reader.enterprise()), arg("fish", n));
        std::vector<FishLine const*> weighings;
        for (auto const& l : lines) if (l.weight_mg && (l.what == FishWhat::measured || l.what == FishWhat::tagged || l.what == FishWhat::harvested)) weighings.push_back(&l);
        std::sort(weighings.begin(), weighings.end(), [](auto const* a, auto const* b) { return a->happened_at < b->happened_at; });
        auto const stays = reader.stays(FishId{n});
        for (std::size_t i = 1; i < weighings.size(); ++i) {
            auto const from = farm_day(weighings[i - 1]->happened_at, reader.offset()), to = farm_day(weighings[i]->happened_at, reader.offset());
            double warmth = 0;
            auto here = true;
            Stay const* last = nullptr;
            for (auto const& s : stays) {
                auto const begins = std::max(from, farm_day(s.from_at, reader.offset()));
                auto const ends = s.to_at == forever ? to : std::min(to, farm_day(s.to_at, reader.offset()));
                if (begins >= ends) continue;
                auto const* pool = reader.pool(s.pool);
                here = here && pool && pool->site.text == site;
                warmth += static_cast<double>(reader.theta(s.pool, ends) - reader.theta(s.pool, begins)) / 1e3;
                last = &s;
            }
            auto const a = static_cast<double>(*weighings[i - 1]->weight_mg) / 1e3, b = static_cast<double>(*weighings[i]->weight_mg) / 1e3;
            if (here && last) add_interval(reader, all, last->pool, last->cohort, from, to, a, b, a * 0.02, b * 0.02, warmth);
        }
    }
    return all;
}

template <class T> Result<T> read_fact(Reader& reader, std::int64_t seq) {
    auto const fact = store::fact_at(reader.db(), reader.enterprise(), seq);
    if (!fact) return refuse("fact_not_found", "A fact is missing.");
    return from_json<T>(fact->body);
}

void estimate(JsonOut& out, char const* name, Result<engine::StockEstimate> const& e) {
    if (!e) { out.raw(name, "null"); return; }
    auto const& h = e->heads;
    out.begin_object(name);
    out.value("value", std::int64_t{std::llround(h.value)});
    out.value("low", std::int64_t{std::llround(h.low)});
    if (std::isfinite(h.high)) out.value("high", std::int64_t{std::llround(h.high)}); else out.raw("high", "null");
    out.end_object();
}

struct Task {
    Uuid task;
    Instant at;
    std::string person, code, detail, fact;
    std::optional<Instant> done_at;
    std::optional<std::string> done_by;
};
template <Is<Task> X> void visit_fields(X& x, auto f) {
    f("task", x.task); f("at", x.at); f("person", x.person); f("code", x.code); f("detail", x.detail); f("fact", x.fact);
    f("done_at", x.done_at); f("done_by", x.done_by);
}

/// What a form has to ask for, one row a field.
/// One field of a kind, as a form asks for it.
void form_field(JsonOut& out, KindField const& field) {
    static std::map<std::string_view, char const*> const choices = {
        {"pool", "pool"}, {"from", "pool"}, {"to", "pool"}, {"site", "site"}, {"cohort", "cohort"}, {"to_cohort", "cohort"}, {"species", "species"},
        {"cause", "cause"}, {"method", "method"}, {"stage", "maturity"}, {"health", "health"}, {"sex", "sex"}, {"pool_kind", "pool_kind"},
        {"reason", "move_reason"}, {"purpose", "purpose"}};
    std::string_view const name = field.name, type = field.type;
    auto const choice = choices.find(name);
    out.begin_object();
    out.value("name", name);
    out.value("type", type == "text" && choice != choices.end() ? std::string_view{"choice"} : type);
    out.value("required", field.required);
    if (name == "heads" || name == "deaths") out.value("unit", "fish");
    for (auto const* unit : {"mg", "ml", "mm", "mc", "cm2", "ml_s", "ug_l"})
        if (name.size() > std::string_view{unit}.size() && name.ends_with(std::string{"_"} + unit)) { out.value("unit", unit); break; }
    if (choice != choices.end()) out.value("choices", choice->second);
    out.end_object();
}

} // namespace

std::vector<GrowthRow> growth_rows(Reader& reader, std::optional<std::string> const& site, FarmDay) {
    std::vector<GrowthRow> rows;
    for (auto const& s : reader.sites()) {
        if (site && s.site.text != *site) continue;
        auto const intervals = intervals_of(reader, s.site.text);
        std::set<std::string> kept;
        for (auto const& c : reader.cohorts()) kept.insert(c.species);
        for (auto const& code : kept) {
            auto const* species = reader.pack().find_species(code);
            if (!species) continue;
            auto const adopted = reader.adopted(s.site.text, code);
            for (auto const& stage : species->stages) {
                GrowthRow row{s.site.text, code, stage.code, stage.tgc_micro, stage.tgc_micro, {}, {}, 0};
                for (auto const& g : adopted) if (g.stage == stage.code) row.used_tgc_micro = g.tgc_micro;
                auto const at = intervals.find({code, stage.code});
                if (at != intervals.end()) {
                    row.weighings = static_cast<std::int64_t>(at->second.size());
                    if (auto const fit = engine::fit_tgc(at->second)) {
                        row.fitted_tgc_micro = std::llround(fit->tgc * 1e6);
                        row.se_micro = std::llround(fit->se * 1e6);
                    }
                }
                if (row.weighings > 0 || row.used_tgc_micro != row.pack_tgc_micro) rows.push_back(std::move(row));
            }
        }
    }
    return rows;
}

std::optional<double> PoolGain::fcr() const {
    if (feed_mg <= 0 || gain_mg() <= 0) return std::nullopt;
    return engine::fcr(static_cast<double>(feed_mg), static_cast<double>(gain_mg()));
}

PoolGain pool_gain(Reader& reader, PoolRegistered const& pool, FarmDay from, FarmDay to) {
    auto const& name = pool.pool.text;
    PoolGain all{name, pool.site.text, 0, 0, 0, 0, 0, {}};
    auto const moment = [&](FarmDay day) { return Moment{end_of(day, reader.offset()), day, {}}; };
    auto const source = source_for(reader, moment(to));
    std::map<std::int32_t, std::map<std::string, GroupState>> remembered;
    auto const groups_on = [&](FarmDay day) -> std::map<std::string, GroupState> const& {
        auto const [at, fresh] = remembered.try_emplace(day.n);
        if (fresh)
            for (auto& g : pool_state(reader, *source, pool, moment(day)).groups) at->second.emplace(g.cohort, std::move(g));
        return at->second;
    };
    auto const mean_on = [&](FarmDay day, std::string const& cohort) -> std::optional<std::int64_t> {
        auto const& groups = groups_on(day);
        auto const at = groups.find(cohort);
        if (at == groups.end() || !at->second.mean_mg) return std::nullopt;
        return at->second.mean_mg->value;
    };
    auto const before = from - 1;
    std::map<std::string, std::vector<StockRow>> rows;
    for (auto& row : reader.db().rows<StockRow>(sql::all[sql::stock_all], arg("enterprise", reader.enterprise()), arg("pool", name), arg("day", to))) {
        auto& of_cohort = rows[row.cohort];
        if (row.day <= before) of_cohort.clear();   // the last row before the days is where they begin
        of_cohort.push_back(std::move(row));
    }
    for (auto const& [cohort, days] : rows) {
        CohortGain gain{cohort, "", 0, 0, before, {}, {}, {}};
        if (auto const* c = reader.cohort(cohort)) gain.species = c->species;
        bool there = false;
        StockRow last;
        for (auto const& row : days) {
            if (row.day <= before) {
                there = row.heads() > 0;
                gain.heads_from = row.heads();
                gain.mean_from_mg = mean_on(before, cohort);
                all.biomass_from_mg += row.heads() * gain.mean_from_mg.value_or(0);
                last = row;
                continue;
            }
            auto const came = row.sums.stocked + row.sums.moved_in - last.sums.stocked - last.sums.moved_in + std::max<std::int64_t>(0, row.sums.regrouped - last.sums.regrouped) +
                              std::max<std::int64_t>(0, row.sums.adjusted - last.sums.adjusted);
            auto const left = row.sums.moved_out + row.sums.harvested - last.sums.moved_out - last.sums.harvested + std::max<std::int64_t>(0, last.sums.regrouped - row.sums.regrouped);
            auto const arrived = last.heads() > 0 ? std::nullopt : mean_on(row.day, cohort);
            if (came > 0) all.came_mg += came * (arrived ? *arrived : mean_on(row.day, cohort).value_or(0));
            if (left > 0) {   // as those that stayed weigh that day, or as all did the day before
                auto const weighed = mean_on(row.day, cohort);
                all.left_mg += left * (weighed ? *weighed : mean_on(row.day - 1, cohort).value_or(0));
            }
            if (!there && row.heads() > 0) {
                there = true;
                gain.from = row.day;
                gain.heads_from = row.heads();
                gain.mean_from_mg = arrived;
            }
            last = row;
        }
        if (!there) continue;
        gain.heads_to = last.heads();
        if (gain.heads_to > 0) {
            gain.mean_to_mg = mean_on(to, cohort);
            all.biomass_to_mg += gain.heads_to * gain.mean_to_mg.value_or(0);
        }
        if (gain.mean_from_mg && gain.mean_to_mg && *gain.mean_from_mg > 0 && *gain.mean_to_mg > 0 && to - gain.from > 0)
            gain.sgr_percent_per_day = engine::sgr_percent_per_day(static_cast<double>(*gain.mean_from_mg), static_cast<double>(*gain.mean_to_mg), to - gain.from);
        all.cohorts.push_back(std::move(gain));
    }
    for (auto const& d : reader.db().rows<PoolDay>(sql::all[sql::days], arg("enterprise", reader.enterprise()), arg("pool", name), arg("from", from), arg("to", to))) all.feed_mg += d.feed_mg;
    return all;
}

Result<std::string> gain_json(Reader& reader, FarmDay from, FarmDay to, std::optional<std::string> const& site) {
    if (to < from) return refuse("day_order", "The last day is before the first.", "to");
    if (to - from > 4000) return refuse("number_unlikely", "Ask for at most 4,000 days at once.", "from");
    JsonOut out;
    out.begin_object();
    out.value("from", from);
    out.value("to", to);
    out.begin_array("pools");
    auto const maybe = [&](char const* name, auto const& v) { if (v) out.value(name, *v); };
    PoolGain total;
    for (auto const& pool : reader.pools()) {
        if (site && pool.site.text != *site) continue;
        auto const gain = pool_gain(reader, pool, from, to);
        if (gain.cohorts.empty() && gain.feed_mg == 0) continue;
        total.biomass_from_mg += gain.biomass_from_mg;
        total.came_mg += gain.came_mg;
        total.left_mg += gain.left_mg;
        total.biomass_to_mg += gain.biomass_to_mg;
        total.feed_mg += gain.feed_mg;
        out.begin_object();
        out.value("pool", gain.pool);
        out.value("site", gain.site);
        out.value("biomass_from_mg", gain.biomass_from_mg);
        out.value("came_mg", gain.came_mg);
        out.value("left_mg", gain.left_mg);
        out.value("biomass_to_mg", gain.biomass_to_mg);
        out.value("gain_mg", gain.gain_mg());
        out.value("feed_mg", gain.feed_mg);
        maybe("fcr", gain.fcr());
        out.begin_array("cohorts");
        for (auto const& c : gain.cohorts) {
            out.begin_object();
            out.value("cohort", c.cohort);
            out.value("species", c.species);
            out.value("from", c.from);
            out.value("heads_from", c.heads_from);
            out.value("heads_to", c.heads_to);
            maybe("mean_from_mg", c.mean_from_mg);
            maybe("mean_to_mg", c.mean_to_mg);
            maybe("sgr_percent_per_day", c.sgr_percent_per_day);
            out.end_object();
        }
        out.end_array();
        out.end_object();
    }
    out.end_array();
    out.begin_object("total");
    out.value("gain_mg", total.gain_mg());
    out.value("feed_mg", total.feed_mg);
    maybe("fcr", total.fcr());
    out.end_object();
    out.end_object();
    return out.take();
}

std::string kinds_json(Branches const& branches) {
    JsonOut out;
    out.begin_object();
    out.begin_array("kinds");
    auto const list = [&](std::vector<Kind> const& kinds) {
        for (auto const& kind : kinds) {
            out.begin_object();
            out.value("kind", kind.name);
            out.begin_array("form");
            for (auto const& field : kind.fields) form_field(out, field);
            out.end_array();
            out.end_object();
        }
    };
    list(own_kinds());
    for (auto const& branch : branches) list(branch.kinds);
    out.end_array();
    out.end_object();
    return out.take();
}

std::string surveys_json(Reader& reader) {
    auto const e = arg("enterprise", reader.enterprise());
    std::map<std::pair<std::string, std::int64_t>, std::map<std::int64_t, std::int64_t>> ages;
    std::map<std::string, std::map<std::int64_t, Recaptured>> samples;
    for (auto const& s : reader.db().rows<SubjectName>(sql::all[sql::subjects_between], e, arg("from", "y:"), arg("to", "y;"))) {
        for (auto const& m : reader.db().rows<Seq>(sql::all[sql::mentions_of_kind], e, arg("subject", s.subject), arg("kind", AgesRead::kind)))
            if (auto const a = read_fact<AgesRead>(reader, m.seq)) ages[{a->series, a->year}][a->age_years] += a->heads.n;
        for (auto const& m : reader.db().rows<Seq>(sql::all[sql::mentions_of_kind], e, arg("subject", s.subject), arg("kind", Recaptured::kind)))
            if (auto const r = read_fact<Recaptured>(reader, m.seq)) samples[r->series][r->sample] = *r;
    }
    JsonOut out;
    out.begin_object();
    out.begin_array("ages");
    for (auto const& [key, rows] : ages) {
        out.begin_object();
        out.value("series", key.first);
        out.value("year", key.second);
        std::vector<engine::AgeHeads> list;
        for (auto const& [age, heads] : rows) list.push_back({age, heads});
        auto const summary = engine::summarise_ages(list);
        out.begin_array("rows");
        for (auto const& row : summary.by_age) {
            out.begin_object();
            out.value("age_years", row.age_years);
            out.value("heads", row.heads);
            out.end_object();
        }
        out.end_array();
        out.value("heads", summary.heads);
        out.value("mean_age_years", summary.mean_years);
        out.value("sd_age_years", summary.sd_years);
        out.value("median_age_years", summary.median_years);
        out.value("youngest", summary.youngest);
        out.value("oldest", summary.oldest);
        out.end_object();
    }
    out.end_array();
    out.begin_array("recaptures");
    for (auto const& [series, by_sample] : samples) {
        std::vector<engine::CatchSample> list;
        std::int64_t caught = 0, again = 0;
        for (auto const& [n, r] : by_sample) {
            list.push_back(engine::CatchSample{r.caught.n, r.recaptured.n, r.returned_marked.n});
            caught += r.caught.n;
            again += r.recaptured.n;
        }
        out.begin_object();
        out.value("series", series);
        out.value("samples", static_cast<std::int64_t>(list.size()));
        out.value("caught", caught);
        out.value("recaptured", again);
        estimate(out, "estimate", engine::schnabel(list));
        estimate(out, "check", engine::schumacher_eschmeyer(list));
        out.value("method", "Schnabel with Chapman's correction, checked by Schumacher-Eschmeyer");
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string tasks_json(Reader& reader) {
    JsonOut out;
    out.begin_object();
    out.begin_array("tasks");
    for (auto const& t : reader.db().rows<Task>(sql::all[sql::tasks], arg("enterprise", reader.enterprise()))) {
        out.begin_object();
        out.value("id", t.task);
        out.value("at", t.at);
        out.value("person", t.person);
        out.value("code", t.code);
        out.value("detail", t.detail);
        out.raw("fact", t.fact);
        out.value("state", t.done_at ? "done" : "open");
        if (t.done_at) out.value("done_at", *t.done_at);
        if (t.done_by) out.value("done_by", *t.done_by);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::farm
