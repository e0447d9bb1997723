#include "farm/query_sql.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include "farm/engine/water.h"
#include "farm/farm_sql.h"

namespace osetra::farm {
namespace {

using store::arg;

struct PoolName { std::string pool; };
template <Is<PoolName> X> void visit_fields(X& x, auto f) { f("pool", x.pool); }

// What people's scales and records are good for.
constexpr double weighing_sd_share = 0.01;       // one fish on a wet scale
constexpr double untagged_sd_share = 0.02;       // heads stocked by sample weight, before the first count
constexpr double tagged_sd_share = 0.002;        // tags lost, fish gone unseen since the last scan

std::vector<engine::Leg> legs_between(Reader& reader, std::string const& pool, std::string const& cohort, FarmDay from, FarmDay to, double averaged_over) {
    auto const& life = reader.life(pool, cohort);
    std::vector<engine::Leg> legs;
    for (std::size_t i = 0; i < life.stages.size(); ++i) {
        auto const begins = i == 0 ? from : std::max(from, life.hatched + life.stages[i].from_age_days);
        auto const ends = i + 1 < life.stages.size() ? std::min(to, life.hatched + life.stages[i + 1].from_age_days) : to;
        if (begins >= ends) continue;
        legs.push_back({static_cast<double>(reader.theta(pool, ends) - reader.theta(pool, begins)) / 1000.0, life.stages[i].tgc,
                        life.stages[i].tgc_sd / std::sqrt(averaged_over), life.stages[i].tgc_se});
    }
    return legs;
}

std::int64_t mg(double grams) { return std::llround(grams * 1000.0); }
Estimate estimate_mg(engine::Interval const& g) { return {mg(g.value), mg(g.low), mg(g.high)}; }
Estimate estimate_mg(engine::Total const& t) { return estimate_mg(engine::interval(t)); }

Stage const* stage_on(Reader& reader, std::string const& cohort_name, FarmDay day) {
    auto const* cohort = reader.cohort(cohort_name);
    auto const* species = cohort ? reader.pack().find_species(cohort->species) : nullptr;
    if (!species) return nullptr;
    auto const age = day - reader.life("", cohort_name).hatched;
    return &stage_of(*species, std::max(0, age));
}

/// Biomass of a group with its errors, in grams; nothing where no fish of it was ever weighed.
std::optional<engine::Total> group_biomass(Reader& reader, Group const& g, FarmDay day) {
    auto const grown = reader.growth(g.pool, g.cohort, day);
    engine::Total total;
    std::int64_t counted = 0;
    std::optional<double> mean;
    auto const& s = g.sums;
    if (s.weighed > 0) {
        auto const n = static_cast<double>(s.weighed);
        auto const u1 = static_cast<double>(s.m1) / 1e3, u2 = static_cast<double>(s.m2) / 1e6, u3 = static_cast<double>(s.m3) / 1e9;
        auto const sum = u3 + 3 * grown * u2 + 3 * grown * grown * u1 + n * grown * grown * grown;   // sum of (u + G)^3
        auto const based = FarmDay{static_cast<std::int32_t>(s.based_days / s.weighed)};
        auto const base_root = u1 / n + reader.growth(g.pool, g.cohort, based);
        auto const legs = legs_between(reader, g.pool, g.cohort, based, day, 1);
        auto const fish = engine::grown({base_root, base_root * weighing_sd_share / 3, 0}, legs);
        total = engine::sum(std::vector<engine::Total>{total, {std::max(0.0, sum), engine::own_sd_g(fish) * std::sqrt(n), engine::shared_sd_g(fish) * n}});
        counted += s.weighed;
        mean = std::max(0.0, sum) / n;
    }
    auto const untagged = s.untagged + g.shortfall;
    if (untagged > 0 && g.size) {
        auto const base_root = static_cast<double>(g.size->root_milli) / 1000.0 + reader.growth(g.pool, g.cohort, g.size->based_day);
        auto const sample = static_cast<double>(std::max<std::int64_t>(1, g.size->sample));
        auto const legs = legs_between(reader, g.pool, g.cohort, g.size->based_day, day, std::sqrt(static_cast<double>(untagged)));
        auto fish = engine::grown({base_root, static_cast<double>(g.size->sd_milli) / 1000.0 / std::sqrt(sample), 0}, legs);
        fish.root = std::max(0.0, static_cast<double>(g.size->root_milli) / 1000.0 + grown);
        auto const n = static_cast<double>(untagged);
        auto const weight = std::pow(fish.root, 3);
        total = engine::sum(std::vector<engine::Total>{total, {n * weight, n * engine::own_sd_g(fish), n * engine::shared_sd_g(fish)}});
        counted += untagged;
        if (!mean) mean = weight;
    }
    if (!mean) return std::nullopt;
    // Fish that were never weighed count with the mean of the others; dead fish whose tag was not read are taken off so too.
    auto const others = static_cast<double>(g.heads() - counted);
    if (others != 0) total = engine::sum(std::vector<engine::Total>{total, {others * *mean, std::abs(others) * *mean * 0.2, 0}});
    total.value = std::max(0.0, total.value);
    return total;
}

Instant just_before(Instant t) { return t - Microseconds{1}; }

} // namespace

void Sum::add(PoolState const& p) {
    heads += p.heads.value;
    tagged += p.tagged;
    heads_variance += p.heads_sd * p.heads_sd;
    biomass_g = engine::sum(std::vector<engine::Total>{biomass_g, p.biomass_g});
    auto const scale = p.book > 0 ? static_cast<double>(p.heads.value) / static_cast<double>(p.book) : 0.0;
    for (auto const& g : p.groups)
        weight_g = engine::sum(std::vector<engine::Total>{weight_g, {g.biomass_g.value * scale, g.biomass_g.own_sd * scale, g.biomass_g.shared_sd * scale}});
    sums.add(p.sums);
    shortfall += p.shortfall;
}

void Sum::add(GroupState const& g, double variance) {
    heads += g.heads;
    tagged += g.tagged;
    heads_variance += variance;
    auto const mean = g.heads > 0 ? g.biomass_g.value / static_cast<double>(g.heads) : 0.0;
    biomass_g = engine::sum(std::vector<engine::Total>{biomass_g, {g.biomass_g.value, std::hypot(g.biomass_g.own_sd, mean * std::sqrt(variance)), g.biomass_g.shared_sd}});
    weight_g = engine::sum(std::vector<engine::Total>{weight_g, g.biomass_g});
}

Estimate Sum::heads_estimate() const {
    auto const half = engine::z95 * std::sqrt(heads_variance);
    return {heads, std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(static_cast<double>(heads) - half))),
            static_cast<std::int64_t>(std::ceil(static_cast<double>(heads) + half))};
}
std::optional<Estimate> Sum::biomass_mg() const {
    if (heads > 0 && biomass_g.value <= 0) return std::nullopt;
    return estimate_mg(biomass_g);
}
std::optional<Estimate> Sum::mean_mg() const {
    if (heads <= 0 || weight_g.value <= 0) return std::nullopt;
    auto const n = static_cast<double>(heads);
    return estimate_mg(engine::Total{weight_g.value / n, weight_g.own_sd / n, weight_g.shared_sd / n});
}

PoolState pool_state(Reader& reader, Source& source, PoolRegistered const& pool, Moment const& moment) {
    PoolState state;
    state.pool = pool;
    auto const& name = pool.pool.text;
    auto const day = moment.day;
    auto const offset = reader.offset();
    auto const& pack = reader.pack();
    auto const groups = source.groups(name, day);

    Stage const* main_stage = nullptr;
    double main_mass = -1;
    for (auto const& g : groups) {
        state.sums.add(g.sums);
        state.shortfall += g.shortfall;
        state.book += g.heads();
        state.tagged += g.sums.tagged;
        if (g.heads() == 0 && g.sums.tagged == 0) continue;
        GroupState s;
        s.cohort = g.cohort;
        if (auto const* cohort = reader.cohort(g.cohort)) {
            s.species = cohort->species;
            s.year_class = cohort->year_class;
        }
        auto const* stage = stage_on(reader, g.cohort, day);
        if (stage) s.stage = stage->code;
        s.heads = g.heads();
        s.tagged = g.sums.tagged;
        s.untagged = g.sums.untagged + g.shortfall;
        if (auto const mass = group_biomass(reader, g, day)) {
            s.biomass_g = *mass;
            if (s.heads > 0) {
                auto const n = static_cast<double>(s.heads);
                s.mean_mg = estimate_mg(engine::Total{mass->value / n, mass->own_sd / n, mass->shared_sd / n});
            }
        }
        if (stage && s.biomass_g.value > main_mass) { main_mass = s.biomass_g.value; main_stage = stage; }
        state.biomass_g = engine::sum(std::vector<engine::Total>{state.biomass_g, s.biomass_g});
        state.groups.push_back(std::move(s));
    }

    // Heads: the book, the counts and what is lost unseen, put together.
    auto const now = std::min(moment.at, end_of(day, offset));
    auto const counts = source.counts(name, now, most_counts);
    auto const untagged = std::max<std::int64_t>(0, state.book - state.tagged);
    if (counts.empty()) {
        state.heads_sd = std::hypot(static_cast<double>(untagged) * untagged_sd_share, static_cast<double>(state.tagged) * tagged_sd_share);
        auto const half = engine::z95 * state.heads_sd;
        state.heads = {state.book, std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(static_cast<double>(state.book) - half))),
                       static_cast<std::int64_t>(std::ceil(static_cast<double>(state.book) + half))};
    } else {
        engine::HeadsHistory history;
        auto const first_day = farm_day(counts.front().at, offset) - 1;
        auto const begin = source.heads(name, first_day);
        auto book = begin.all;
        auto const tagged_then = begin.tagged;
        auto const start = end_of(first_day, offset);
        history.moves.push_back({start, book, std::hypot(static_cast<double>(book - tagged_then) * untagged_sd_share, static_cast<double>(tagged_then) * tagged_sd_share)});
        engine::UnseenLoss loss;
        if (main_stage) loss = {main_stage->unobserved_loss_per_year, main_stage->unobserved_loss_sd_per_year};
        history.losses.push_back({start, loss});
        auto const mended = source.adjustments(name, counts.front().at, now);
        std::int64_t taken_out = 0;   // adjustments that are explanations, not movements
        std::vector<std::int64_t> books;      // at each count, explanations of earlier ones included
        std::size_t next = 0;
        for (std::size_t i = 0; i <= counts.size(); ++i) {
            auto const last = i == counts.size();
            auto const at = last ? now : counts[i].at;
            for (; next < mended.size() && mended[next].at <= at; ++next) {
                auto const* cause = pack.find_difference_cause(mended[next].cause);
                history.explanations.push_back({i == 0 ? 0 : i - 1, mended[next].at, mended[next].heads, cause && cause->count_wrong});
                taken_out += mended[next].heads;
            }
            auto const then = last ? Source::Heads{state.book, 0, false} : source.heads(name, farm_day(at, offset));
            auto const book_now = (then.changed ? source.book_at(name, at) : then.all) - taken_out;
            if (book_now != book) history.moves.push_back({last ? at : just_before(at), book_now - book, 0});
            book = book_now;
            if (last) break;
            books.push_back(book_now + taken_out);
            auto const* method = pack.find_count_method(counts[i].method);
            auto sd = static_cast<double>(counts[i].heads) * (method ? method->sd_share : 0.03);
            if (counts[i].low && counts[i].high) sd = engine::sd_of_interval(static_cast<double>(*counts[i].low), static_cast<double>(*counts[i].high));
            history.counts.push_back({at, static_cast<double>(counts[i].heads), sd});
        }
        auto const answer = engine::heads_at(history, now);
        auto const round = [](double v) { return static_cast<std::int64_t>(std::llround(v)); };
        state.heads = {round(answer.heads.value), round(answer.heads.low), round(answer.heads.high)};
        state.heads_sd = std::sqrt(std::max(0.0, answer.belief.variance));
        for (auto const& result : answer.counts) {
            auto const& told = counts[result.count];
            auto const settled = books[result.count] + result.explained == told.heads;   // the book was mended to what was counted
            auto const open = result.open && !settled;
            DifferenceFound d{name, pool.site.text, told.fact, told.at, told.heads, told.low, told.high,
                              {round(result.raw.expected.value), round(result.raw.expected.low), round(result.raw.expected.high)},
                              round(result.raw.difference), result.explained, result.raw.probability, open};
            if (d.difference != 0 && (result.raw.significant || open)) state.differences.push_back(std::move(d));   // less than half a fish is none
        }
    }
    // Biomass for the estimated heads, with their error.
    if (state.book > 0 && state.biomass_g.value > 0) {
        auto const mean = state.biomass_g.value / static_cast<double>(state.book);
        auto const scale = static_cast<double>(state.heads.value) / static_cast<double>(state.book);
        state.biomass_g = {state.biomass_g.value * scale, std::hypot(state.biomass_g.own_sd * scale, mean * state.heads_sd), state.biomass_g.shared_sd * scale};
        state.biomass_mg = estimate_mg(state.biomass_g);
        if (state.heads.value > 0) {
            auto const n = static_cast<double>(state.book);
            engine::Total all;
            for (auto const& g : state.groups) all = engine::sum(std::vector<engine::Total>{all, g.biomass_g});
            state.mean_mg = estimate_mg(engine::Total{all.value / n, all.own_sd / n, all.shared_sd / n});
        }
    } else if (state.heads.value == 0) {
        state.biomass_mg = Estimate{};
    }

    // Water, presence, and what is not as it should be.
    auto const water = source.water(name, day);
    if (auto const& t = water.warm) {
        state.temperature_mc = t->temp_sum / t->temp_n;
        state.temperature_on = t->day;
    }
    auto const& today = water.today;
    if (today) state.oxygen_ug_l = today->oxygen_ug_l;
    if (auto const& seen = water.last_seen) {
        state.last_seen_at = seen->seen_at;
        state.seen_that_day = seen->day == day;
    }
    auto const warn = [&](char const* code, bool bad, std::string detail, double value, double limit, std::optional<Instant> since = {}) {
        state.exceptions.push_back({code, bad, name, pool.site.text, std::move(detail), value, limit, since});
    };
    if (pool.volume_ml && state.biomass_mg) {
        state.density_kg_m3 = static_cast<double>(state.biomass_mg->value) / static_cast<double>(pool.volume_ml->n);   // mg/ml is kg/m3
        if (main_stage) {
            state.density_limit_kg_m3 = main_stage->density_max_kg_m3;
            if (*state.density_kg_m3 > main_stage->density_max_kg_m3)
                warn("density_high", *state.density_kg_m3 > 1.25 * main_stage->density_max_kg_m3,
                     fmt::format("{} holds {:.1f} kg/m³; {:.0f} is the limit for this stage.", name, *state.density_kg_m3, main_stage->density_max_kg_m3), *state.density_kg_m3, main_stage->density_max_kg_m3);
        }
    }
    if (main_stage && state.temperature_mc && day - *state.temperature_on <= 2 && state.book > 0) {
        auto const t = static_cast<double>(*state.temperature_mc) / 1000.0;
        if (*state.temperature_mc > main_stage->temp_bad_mc)
            warn("water_warm", true, fmt::format("{} is at {:.1f} °C; above {:.0f} °C fish die.", name, t, static_cast<double>(main_stage->temp_bad_mc) / 1000.0), t, static_cast<double>(main_stage->temp_bad_mc) / 1000.0, start_of(*state.temperature_on, offset));
        else if (*state.temperature_mc > main_stage->temp_max_mc)
            warn("water_warm", false, fmt::format("{} is at {:.1f} °C; {:.0f} °C is the best for this stage.", name, t, static_cast<double>(main_stage->temp_max_mc) / 1000.0), t, static_cast<double>(main_stage->temp_max_mc) / 1000.0, start_of(*state.temperature_on, offset));
    }
    if (state.oxygen_ug_l && state.temperature_mc && state.book > 0) {
        auto const full = engine::oxygen_saturation_mg_l(static_cast<double>(*state.temperature_mc) / 1000.0);
        auto const percent = 100.0 * static_cast<double>(*state.oxygen_ug_l) / 1000.0 / full;
        if (percent < pack.water.oxygen_warn_percent)
            warn("oxygen_low", percent < pack.water.oxygen_bad_percent, fmt::format("{} has {:.1f} mg/L oxygen, {:.0f} % of saturation; {:.0f} % is the alarm.", name, static_cast<double>(*state.oxygen_ug_l) / 1000.0, percent, pack.water.oxygen_warn_percent), percent, pack.water.oxygen_warn_percent, today->seen_at);
    }
    if (state.shortfall > 0)
        warn("fish_found", false, fmt::format("{} fish of {} left or died without ever having been told to come. A stocking or move is missing.", state.shortfall, name), static_cast<double>(state.shortfall), 0);
    for (auto const& d : state.differences)
        if (d.open) {
            auto const rest = d.difference - d.explained;
            auto const told = d.explained == 0 ? fmt::format("explain the difference of {:+}.", rest) : fmt::format("{:+} of it is explained, {:+} not yet.", d.explained, rest);
            warn("difference_open", d.probability < 0.001, fmt::format("{} was counted {} where {} were expected; {}", name, d.counted, d.expected.value, told), static_cast<double>(rest), 0, d.at);
        }
    auto const unseen = state.last_seen_at ? day - farm_day(*state.last_seen_at, offset) : 0;
    if (state.book > 0 && state.last_seen_at && unseen >= 2)
        warn("not_seen", unseen >= 4, fmt::format("Nobody has told of {} for {} days.", name, unseen), unseen, 1, state.last_seen_at);
    return state;
}

std::optional<Estimate> weight_on(Reader& reader, Stay const& stay, FarmDay day) {
    if (!stay.root_milli) return std::nullopt;
    auto const u = static_cast<double>(*stay.root_milli) / 1000.0;
    auto const based = farm_day(*stay.based_at, reader.offset());
    auto const from = std::max(based, farm_day(stay.from_at, reader.offset()));
    auto const root_now = u + reader.growth(stay.pool, stay.cohort, day);
    auto const legs = legs_between(reader, stay.pool, stay.cohort, from, day, 1);
    auto base = u + reader.growth(stay.pool, stay.cohort, from);
    // What it grew in earlier pools since it was weighed is as uncertain as what it grew here.
    engine::Size size{base, base * weighing_sd_share / 3, 0};
    auto fish = engine::grown(size, legs);
    fish.root = std::max(0.0, root_now);
    return estimate_mg(engine::weight_g(fish));
}

Result<FishState> fish_state(Reader& reader, Source& source, FishId tag, Moment const& moment) {
    auto const id = reader.fish_by_tag(tag);
    if (!id) return refuse("fish_not_found", "No fish carries the tag " + pit_tag_text(tag) + ".", "fish");
    auto const life = source.life(*id);
    FishState state;
    state.fish = *id;
    state.tag = life.tag;
    state.state = "not_yet";
    Stay const* here = nullptr;
    for (auto const& s : life.stays) if (s.from_at <= moment.at) here = &s;
    auto lines = source.fish_lines(*id);
    std::sort(lines.begin(), lines.end(), [](auto const& a, auto const& b) { return std::tie(a.happened_at, a.root) < std::tie(b.happened_at, b.root); });
    for (auto const& l : lines) {
        if (l.happened_at > moment.at) break;
        if (l.sex) state.sex = l.sex;
        if (l.stage) { state.stage = l.stage; state.stage_at = l.happened_at; }
        if (l.health) state.health = l.health;
        if (l.length_mm) state.length_mm = l.length_mm;
    }
    if (!here && !life.stays.empty()) here = &life.stays.front();
    if (!here) return state;
    state.cohort = here->cohort;
    if (auto const* cohort = reader.cohort(here->cohort)) {
        state.species = cohort->species;
        state.year_class = cohort->year_class;
    }
    state.pool = here->pool;
    if (auto const* pool = reader.pool(here->pool)) state.site = pool->site.text;
    if (here->from_at > moment.at) return state;
    state.stay = *here;
    auto const ended = here->to_at <= moment.at && here->to_at != forever;
    state.state = !ended ? "alive" : here->went == Went::died ? "dead" : here->went == Went::escaped ? "escaped" : "harvested";
    state.weight_mg = weight_on(reader, *here, ended ? farm_day(here->to_at, reader.offset()) : moment.day);
    if (ended)
        for (auto const& l : lines)   // weighed as it was taken out
            if (l.what == FishWhat::harvested && l.weight_mg && l.happened_at == here->to_at) state.weight_mg = Estimate{*l.weight_mg, *l.weight_mg, *l.weight_mg};
    return state;
}

std::vector<std::string> pools_fed_from(Reader& reader, std::string const& pool) {
    std::vector<std::string> all;
    for (auto const& p : reader.db().rows<PoolName>(sql::all[sql::fed_from], arg("enterprise", reader.enterprise()), arg("pool", pool))) all.push_back(p.pool);
    return all;
}

} // namespace osetra::farm
