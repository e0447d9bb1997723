#include <fmt/format.h>

#include <algorithm>

#include "farm/import/planner.h"

// Records with a form of their own: tank trials that tell only start and end, model runs that tell seeding and loss, surveys.
namespace osetra::farm {
namespace {

/// "P90 (pikeperch)" into "P90" and "pikeperch".
std::pair<std::string, std::string> group_and_species(std::string const& text) {
    auto const open = text.find('('), close = text.find(')');
    if (open == std::string::npos || close == std::string::npos || close < open) return {text, text};
    auto group = half_width(text.substr(0, open));
    return {group.empty() ? text : group, half_width(text.substr(open + 1, close - open - 1))};
}

int year_of(FarmDay d) { return int{std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{d.n}}}.year()}; }

} // namespace

/// What other sheets must know before any fact is made.
void SheetWork::look_ahead() {
    auto const rows_do = [&](auto const& what) {
        auto const problems = m_plan.problems.size();
        for (auto const& row : m_sheet.rows) {
            if (row.number <= m_how.header_rows) continue;
            m_row = &row;
            what();
        }
        m_row = nullptr;
        m_plan.problems.resize(problems);   // they are told when the sheet is read
        m_said.clear();
    };
    if (m_how.layout == "trial_rearing") rows_do([&] { if (auto const days = amount("duration")) m_planner.trial_days = std::max(m_planner.trial_days.value_or(0), *days); });
    if (m_how.layout == "management")
        rows_do([&] {
            auto const at = day("date");
            auto const n = amount("heads");
            auto const what = text("action");
            if (at && n && what) m_planner.managed.push_back({*at, folded(*what).starts_with("h") ? -*n : *n});
        });
    if (m_how.header_rows == 0 && (m_how.layout == "water" || m_how.layout == "feed_per_fish"))
        rows_do([&] {
            auto const at = day("date");
            if (!at) return;
            if (m_how.layout == "feed_per_fish" && (!m_planner.first_day || *at < *m_planner.first_day)) m_planner.first_day = at;
            auto& last = m_how.layout == "water" ? m_planner.last_water_day : m_planner.last_feed_day;
            if (!last || *at > *last) last = at;
        });
}

void SheetWork::trial_weight() {
    using namespace std::chrono_literals;
    auto const& o = m_planner.options;
    if (!o.start) { bad("", "start_missing", "The file holds no days: it cannot be told when the trial began.", "Say the first day with --start."); return; }
    auto const end = m_planner.trial_days ? std::optional{*o.start + static_cast<int>(*m_planner.trial_days)} : o.end;
    if (!end || *end <= *o.start) { bad("", "end_missing", "The file does not say how long the trial lasted.", "Import the file with feed and duration together with it, or say the last day with --end."); return; }
    auto const began = instant_of({*o.start, {}}, o.offset), ended = instant_of({*end, {}}, o.offset);
    if (ended > o.now + 26h) { bad("", "day_in_future", fmt::format("The trial would end on {}, which is in the future.", text_of(*end)), "Check the start and the duration."); return; }
    std::int64_t dead = 0, tanks = 0;
    for (auto const& row : m_sheet.rows) {
        if (row.number <= m_how.header_rows || skip_row(row)) continue;
        m_row = &row;
        auto const before = m_plan.problems.size();
        auto const name = text("pool");
        auto const group = text("group");
        auto const species_text = text("species");
        auto const heads_start = amount("heads_start"), heads_end = amount("heads_end");
        auto mean_start = amount("mean_start");
        auto const total_start = amount("total_start");
        auto total_end = amount("total_end");
        auto const mean_end = amount("mean_end");
        if (m_plan.problems.size() > before) continue;
        if (!name || !heads_start || !heads_end || *heads_start == 0) { bad("heads_start", "field_missing", "The row needs a tank and its heads at start and end.", "Write all three."); continue; }
        if (*heads_end > *heads_start) { bad("heads_end", "count_grew", fmt::format("{} fish at the end are more than the {} at the start.", *heads_end, *heads_start), "Mend one of the counts."); continue; }
        auto const [code, inside] = group_and_species(group.value_or(species_text.value_or("")));
        auto const kind = species(species_text ? *species_text : inside);
        if (!kind) { bad(group ? "group" : "species", "species_unknown", fmt::format("\"{}\" names no species of the pack {}.", group.value_or(""), m_planner.pack.code), "Write the species in brackets, like P90 (sturgeon)."); continue; }
        auto const site = site_for_new();
        if (!site) return;
        auto const known = m_planner.find_pool(*name);
        PoolId const where{known ? *known : std::string{clipped(*name, 64)}};
        if (!known) ++tanks;
        register_pool(where, *site, began, "tank");
        // a tank and a treatment is a group of its own: what is weighed there says nothing of another tank's fish
        CohortId const what{std::string{clipped(code.empty() || folded(code) == folded(inside) ? fmt::format("{}-{}", where.text, *kind) : fmt::format("{}-{}-{}", where.text, code, *kind), 64)}};
        register_cohort(what, *kind, year_of(*o.start), began);
        if (!mean_start && total_start) mean_start = static_cast<std::int64_t>(divide_half_even(*total_start, *heads_start));
        if (!total_end && mean_end) total_end = *mean_end * *heads_end;
        add(Stocked{where, what, {*heads_start}, mean_start ? std::optional{Milligrams{*mean_start}} : std::nullopt, {}, "counted", group}, began);
        m_planner.learn_group(where.text, what.text);
        if (auto const lost = *heads_start - *heads_end; lost > 0) {
            Died body;
            body.pool = where;
            body.cohort = what;
            body.heads = Heads{lost};
            body.cause = "unknown";
            body.note = "fewer at the end than at the start";
            add(body, ended);
            dead += lost;
        }
        if (total_end && *total_end > 0 && *heads_end > 0) add(SampleWeighed{where, what, {*heads_end}, {*total_end}, {}}, ended + 1min);
    }
    m_row = nullptr;
    m_plan.notes.push_back(fmt::format("{}: {} stocked on {}; on {} all fish were weighed, and {} fish missing then are recorded as dead that day, cause not known.", m_sheet.name,
                                       counted(tanks, "tank"), text_of(*o.start), text_of(*end), dead));
}

void SheetWork::trial_rearing() {
    auto const& o = m_planner.options;
    if (!o.start) { bad("", "start_missing", "The file holds no days: it cannot be told when the trial began.", "Say the first day with --start."); return; }
    struct Tank { std::int64_t feed = 0, days = 0, row = 0; std::optional<std::int64_t> temperature; };
    std::map<std::string, Tank> tanks;
    std::int64_t twice = 0;
    for (auto const& row : m_sheet.rows) {
        if (row.number <= m_how.header_rows || skip_row(row)) continue;
        m_row = &row;
        auto const before = m_plan.problems.size();
        auto const name = text("pool");
        auto const feed = amount("feed"), days = amount("duration"), temperature = amount("temperature");
        if (m_plan.problems.size() > before) continue;
        if (!name || !feed || !days || *days == 0) { bad("feed", "field_missing", "The row needs a tank, its feed and the duration.", "Write all three."); continue; }
        auto const [known, fresh] = tanks.emplace(*name, Tank{*feed, *days, row.number, temperature});
        if (fresh) continue;
        auto const& first = known->second;
        if (first.feed != *feed || first.days != *days || first.temperature != temperature) {
            bad("feed", "rows_contradict", fmt::format("Tank {} stands in row {} too, with other figures.", *name, first.row), "Feed is told once a tank: make the rows alike, or join them.");
            continue;
        }
        ++twice;
    }
    for (auto const& [name, tank] : tanks) {
        TableRow row;
        row.number = static_cast<std::uint32_t>(tank.row);
        m_row = &row;
        auto const known = m_planner.find_pool(name);
        PoolId const where{known ? *known : std::string{clipped(name, 64)}};
        if (!known) {
            auto const site = site_for_new();
            if (!site) return;
            register_pool(where, *site, instant_of({*o.start, {}}, o.offset), "tank");
        }
        auto const days = static_cast<int>(tank.days);
        for (int d = 0; d < days; ++d) {
            auto const share = static_cast<std::int64_t>(static_cast<Wide>(tank.feed) * (d + 1) / days - static_cast<Wide>(tank.feed) * d / days);
            if (share > 0) add(Fed{where, {share}, {}}, instant_of({*o.start + d, {}}, o.offset));
        }
        if (tank.temperature)
            for (auto const on : {*o.start, *o.start + days}) {
                WaterMeasured body;
                body.pool = where;
                body.temperature_mc = MilliCelsius{*tank.temperature};
                add(body, instant_of({on, {}}, o.offset));
            }
    }
    m_row = nullptr;
    m_plan.notes.push_back(fmt::format("{}: each tank's feed is spread evenly over the days of the trial, to the milligram; its temperature is read at start and end.", m_sheet.name));
    if (twice > 0) m_plan.notes.push_back(fmt::format("{}: {} a tank that stands in the file already, with the same figures (mixed tanks have a row a species); their feed is counted once.", m_sheet.name, twice == 1 ? "1 row names" : fmt::format("{} rows name", twice)));
}

void SheetWork::population() {
    using namespace std::chrono_literals;
    auto const& o = m_planner.options;
    std::map<std::string, Decimal> values;
    for (auto const& row : m_sheet.rows) {
        if (row.number <= m_how.header_rows) continue;
        m_row = &row;
        auto const name = text("quantity"), value = text("value");
        if (!name || !value) continue;
        auto const d = parse_decimal(*value, m_sheet.decimal_mark);
        if (!d) { bad("value", d.error().code, d.error().message, "Write a number."); continue; }
        values[folded(*name)] = *d;
    }
    m_row = nullptr;
    if (m_plan.refused()) return;
    auto const seeded = values.count("nseed") ? whole(values["nseed"]) : Result<std::int64_t>{tl::unexpected(Refusal{})};
    if (!seeded || *seeded <= 0) { bad("value", "heads_missing", "The file does not say how many fish were seeded (Nseed).", "Write a whole number."); return; }
    auto const start = o.start ? o.start : m_planner.first_day;
    if (!start) { bad("", "start_missing", "The file holds no days: it cannot be told when the fish were seeded.", "Say the first day with --start, or import the daily feed together with it."); return; }
    auto last = o.end ? o.end : m_planner.last_feed_day ? m_planner.last_feed_day : m_planner.last_water_day;
    auto const loss = values.count("mortmyt") ? values["mortmyt"] : Decimal{};
    if (loss.negative() || (loss.exponent >= 0 && !loss.zero())) { bad("value", "number_unlikely", "A natural mortality is a share of the fish a day, below 1.", "Check mortmyt."); return; }
    if (!loss.zero() && !last) { bad("", "end_missing", "It cannot be told until when fish died at the file's natural mortality.", "Say the last day with --end, or import the daily feed or temperature together with it."); return; }
    auto const kind = species(m_plan.folder + " " + stem_of(m_plan.file) + " " + o.pool.value_or(PoolId{}).text);
    if (!kind) { bad("", "species_missing", "Neither the file nor its folder says which species the fish are.", "Name the folder or the pool after it (bass, sturgeon, 鲟), or stock the pool by another sheet."); return; }
    auto const site = site_for_new();
    if (!site) return;
    PoolId const where{default_pool()};
    auto const began = instant_of({*start, {}}, o.offset);
    register_pool(where, *site, began, "cage");
    CohortId const what{std::string{clipped(fmt::format("{}-{}", *kind, year_of(*start)), 64)}};
    register_cohort(what, *kind, year_of(*start), began);
    Stocked first;
    first.pool = where;
    first.cohort = what;
    first.heads = {*seeded};
    if (values.count("meanw")) if (auto const mg = whole(values["meanw"], 1000, 1, Rounding::half_even)) first.mean_mg = Milligrams{*mg};
    if (values.count("deltaw")) if (auto const mg = whole(values["deltaw"], 1000, 1, Rounding::half_even)) first.sd_mg = Milligrams{*mg};
    add(first, began);
    m_planner.learn_group(where.text, what.text);
    if (!last) { m_planner.series[where.text] = {*start, {}}; return; }

    // Each day the expected loss, in whole fish; what is left of a fish is carried to the next day, so nothing is lost in rounding.
    Wide one = 1, carried = 0;
    for (int i = 0; i < -loss.exponent; ++i) one *= 10;
    HeadSeries series{*start, {}};
    std::int64_t heads = *seeded, dead = 0;
    for (auto day = *start; day <= *last; day = day + 1) {
        for (auto const& m : m_planner.managed)
            if (m.day == day) heads = std::max<std::int64_t>(0, heads + m.heads);
        series.heads.push_back(heads);
        carried += static_cast<Wide>(loss.digits) * heads;
        auto const died = std::min(heads, static_cast<std::int64_t>(carried / one));
        carried %= one;
        if (died == 0) continue;
        heads -= died;
        dead += died;
        Died body;
        body.pool = where;
        body.cohort = what;
        body.heads = Heads{died};
        body.cause = "unknown";
        body.note = "natural mortality told by the file, not observed";
        add(body, instant_of({day, std::int64_t{20} * 3'600'000'000}, o.offset));
    }
    m_planner.series[where.text] = std::move(series);
    m_plan.notes.push_back(fmt::format("{}: {} fish seeded in {} on {}; {} die by {} at the file's {} a day, in whole fish with the rest carried over.", m_sheet.name, *seeded, where.text, text_of(*start), dead, text_of(*last), text_of(loss)));
    if (m_planner.managed.empty() && !loss.zero())
        m_plan.notes.push_back(fmt::format("{}: later seeding and harvest were not given with this file, so the loss is that of the first seeding alone. Import them together if there are any.", m_sheet.name));
    if (values.count("meanw")) m_plan.notes.push_back(fmt::format("{}: meanW is taken for the live weight of one fish, though the file calls it dry.", m_sheet.name));
}

void SheetWork::management_row() {
    auto const at = when();
    auto const n = amount("heads");
    auto const what = text("action");
    if (!at) return;
    if (!n || !what || *n == 0) { bad(n ? "action" : "heads", "field_missing", "The row needs seeding or harvest (s, h) and how many fish.", "Write both."); return; }
    PoolId const where{default_pool()};
    if (!m_planner.knows_pool(where.text)) {
        if (m_said.insert("pool").second) bad("", "pool_unknown", fmt::format("The rows name no pool, and there is no pool {}.", where.text), "Import the population's file first or together, or say the pool with --pool.");
        return;
    }
    auto const which = cohort(where, *at, false);
    if (!which) return;
    auto const action = folded(*what);
    if (action.starts_with("s")) {
        Stocked body;
        body.pool = where;
        body.cohort = *which;
        body.heads = {*n};
        add(body, *at);
    } else if (action.starts_with("h")) {
        Harvested body;
        body.pool = where;
        body.cohort = *which;
        body.heads = Heads{*n};
        add(body, *at);
    } else bad("action", "action_unknown", fmt::format("\"{}\" is neither seeding (s) nor harvest (h).", clipped(*what, 20)), "Write s or h.");
}

void SheetWork::feed_per_fish_row() {
    auto const* c = cell("feed");
    if (!c) { ++m_skipped_zero; return; }
    auto const each = parse_decimal(c->text, m_sheet.decimal_mark);   // grams for one fish
    if (!each || each->negative()) { bad("feed", "number_malformed", fmt::format("\"{}\" is not an amount of feed.", clipped(c->text, 40)), "Write a number."); return; }
    if (each->zero()) { ++m_skipped_zero; return; }
    if (auto const mg = whole(*each, 1000, 1, Rounding::half_even); !mg || *mg > 1'000'000) {
        bad("feed", "unit_missing", fmt::format("{} is too much for one fish and day, and the file does not say its unit.", c->text), "Add headings: day, pool, feed (kg).");
        return;
    }
    auto const at = when();
    if (!at) return;
    PoolId const where{default_pool()};
    auto const on = farm_day(*at, m_planner.options.offset);
    if (!m_planner.knows_pool(where.text)) {
        if (m_said.insert("pool").second) bad("", "pool_unknown", fmt::format("The rows name no pool, and there is no pool {}.", where.text), "Import the stocking first or together, or say the pool with --pool.");
        return;
    }
    auto const heads = m_planner.heads_in(where.text, on);
    if (!heads) {
        if (m_said.insert("heads").second) bad("feed", "heads_unknown", fmt::format("The feed is told for one fish, and it is not known how many were in {}.", where.text), "Import the stocking first or together with it.");
        return;
    }
    if (*heads == 0) { ++m_skipped_zero; return; }
    auto const feed = whole(*each, 1000 * *heads, 1, Rounding::half_even);
    if (!feed) { bad("feed", feed.error().code, feed.error().message, "Check the number."); return; }
    note_once(fmt::format("{}: the numbers have no heading and are below a few grams: they are taken for grams for one fish a day (so RAC, whose layout this is, documents them), times the fish there that day.", m_sheet.name));
    if (*feed > 0) add(Fed{where, {*feed}, {}}, *at);
}

void SheetWork::recapture_row() {
    auto const before = m_plan.problems.size();
    auto const sample = whole_number("sample"), caught = whole_number("caught"), again = whole_number("recaptured"), back = whole_number("returned_marked");
    if (m_plan.problems.size() > before) return;
    auto const no = sample.value_or(static_cast<std::int64_t>(m_row->number) - m_how.header_rows);
    if (!caught || !again) { bad("caught", "field_missing", "The row needs how many were caught and how many of those were marked.", "Write both."); return; }
    if (*again > *caught || *caught < 0 || *again < 0 || back.value_or(0) > *caught || back.value_or(0) < 0) { bad("recaptured", "number_unlikely", "Recaptured and returned fish are among those caught.", "Check the row."); return; }
    auto const& o = m_planner.options;
    std::optional<Instant> at;
    if (has("date")) {
        at = when();
        if (!at) return;
    } else {
        auto const series_day = o.start ? *o.start + static_cast<int>(std::clamp<std::int64_t>(no - 1, 0, 100'000)) : farm_day(o.now, o.offset);
        at = instant_of({series_day, {}}, o.offset);
        note_once(o.start ? fmt::format("{}: the samples hold no days; they are dated a day apart from {}.", m_sheet.name, text_of(*o.start))
                          : fmt::format("{}: the samples hold no days; they are dated to the day of import. Say the first day with --start.", m_sheet.name));
    }
    add_undated(Recaptured{stem_of(m_plan.file), no, {*caught}, {*again}, {back.value_or(*caught)}}, *at);
}

void SheetWork::ages() {
    struct Group { std::int64_t heads = 0, row = 0; };
    std::map<std::pair<std::int64_t, std::int64_t>, Group> groups;
    std::int64_t without = 0;
    for (auto const& row : m_sheet.rows) {
        if (row.number <= m_how.header_rows || skip_row(row)) continue;
        m_row = &row;
        auto const before = m_plan.problems.size();
        auto const year = whole_number("year");
        auto const age = whole_number("age");
        if (m_plan.problems.size() > before) continue;
        if (!year) { bad("year", "field_missing", "The row does not say the year.", "Write it."); continue; }
        if (!age) { ++without; continue; }
        if (*age < 0 || *age > 200 || *year < 1950 || *year > 2200) { bad("age", "number_unlikely", fmt::format("An age of {} in {} cannot be.", *age, *year), "Check the row."); continue; }
        auto& g = groups[{*year, *age}];
        if (g.heads++ == 0) g.row = row.number;
    }
    for (auto const& [key, group] : groups) {
        TableRow row;
        row.number = static_cast<std::uint32_t>(group.row);
        m_row = &row;
        using namespace std::chrono;
        auto const middle = sys_days{year{static_cast<int>(key.first)} / July / 1};
        add(AgesRead{stem_of(m_plan.file), key.first, key.second, {group.heads}}, instant_of({FarmDay{static_cast<std::int32_t>(middle.time_since_epoch().count())}, {}}, m_planner.options.offset));
    }
    m_row = nullptr;
    m_plan.notes.push_back(fmt::format("{}: fish of one year and age are told together, dated to the middle of their year.", m_sheet.name));
    if (without > 0) m_plan.notes.push_back(fmt::format("{}: {} without an age left out.", m_sheet.name, counted(without, "row")));
}

} // namespace osetra::farm
