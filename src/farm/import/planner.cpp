#include "farm/import/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "kernel/sha256.h"
#include "kernel/xlsx.h"

namespace osetra::farm {
namespace {

constexpr std::size_t most_problems = 500;

constexpr LayoutName layouts[] = {
    {"sites", "farms"}, {"pools", "pools, tanks and cages"}, {"cohorts", "year classes"}, {"stock", "fish that came in"},
    {"opening", "what was there at the beginning"}, {"regroup", "fish counted to another cohort"}, {"move", "transfers between pools"},
    {"tag", "tags put into fish"}, {"retag", "tags replaced"}, {"death", "deaths"}, {"escape", "escapes"}, {"harvest", "fish taken out for use"},
    {"weigh", "samples weighed"}, {"measure", "single fish measured"}, {"count", "pools counted"}, {"feed", "feed given"},
    {"feed_per_fish", "feed for one fish and day"}, {"treat", "medicines given"}, {"water", "water measured"}, {"round", "daily rounds"},
    {"trial_weight", "start and end of a tank trial"}, {"trial_rearing", "feed and temperature of a tank trial"},
    {"population", "seeding and natural mortality of a stock"}, {"management", "later seeding and harvest of a stock"},
    {"recapture", "samples of a mark-recapture survey"}, {"ages", "ages read in a survey"}, {"ignore", "nothing: the sheet is left out"},
};

/// Sheets that tell what others speak of come first.
int rank_of(std::string_view layout) {
    for (std::size_t i = 0; i < std::size(layouts); ++i)
        if (layouts[i].name == layout) return layout == "trial_weight" || layout == "population" ? 2 : static_cast<int>(i);
    return 99;
}

/// Facts of one instant: places first, then what comes in, what changes hands, and what goes out.
int rank_of_kind(std::string_view kind) {
    constexpr std::array<std::string_view, 22> order{"site", "pool", "cohort", "stock", "regroup", "move", "tag", "retag", "measure", "weigh", "count", "death", "escape",
                                                     "harvest", "adjust", "feed", "treat", "water", "round", "growth", "ages", "recapture"};
    return static_cast<int>(std::find(order.begin(), order.end(), kind) - order.begin());
}

/// Version 8 of RFC 9562 (made by a rule of one's own): the time of happening, so that ids sort like the farm's days, then the digest
/// of what the fact came from. The same file makes the same ids.
FactId fact_id(std::string_view source, Instant at, bool undated) {
    auto const digest = sha256(source);
    FactId id;
    auto const ms = undated ? std::int64_t{0} : std::max<std::int64_t>(0, std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
    for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    for (std::size_t i = 6; i < 16; ++i) id.bytes[i] = digest[i];
    id.bytes[6] = static_cast<std::uint8_t>(0x80 | (id.bytes[6] & 0x0F));
    id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3F));
    return id;
}

/// A refusal's message without its advice: the problem's cure gives that.
std::string first_sentence(std::string const& message) {
    auto const stop = message.find(". ");
    return stop == std::string::npos ? message : message.substr(0, stop + 1);
}

} // namespace

bool ImportPlan::refused() const {
    return std::any_of(problems.begin(), problems.end(), [](auto const& p) { return p.severity == Severity::bad; });
}

std::span<LayoutName const> layout_names() { return layouts; }

std::string counted(std::int64_t n, std::string_view thing) { return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s"); }

std::vector<ImportPlan> plan_imports(std::span<ImportFile const> files, ImportOptions const& options, Known const& known, Pack const& pack) {
    return Planner{files, options, known, pack}.take();
}

ImportProblem problem_of(ImportPlan const& plan, FactId const& fact, Refusal const& refusal) {
    ImportProblem p;
    p.by_ledger = true;
    p.code = refusal.code;
    p.message = refusal.message;
    p.cure = "Mend the row, or record what is missing first, and import the file again.";
    for (std::size_t i = 0; i < plan.facts.size(); ++i)
        if (plan.facts[i].id == fact) {
            p.sheet = plan.origins[i].sheet;
            p.row = plan.origins[i].row;
            for (auto const& s : plan.sheets)
                if (s.sheet == p.sheet)
                    for (auto const& c : s.columns)
                        if (!c.field.empty() && (refusal.at == c.field || refusal.at.starts_with(c.field + "_"))) p.column = c.column;
        }
    return p;
}

// Planner -------------------------------------------------------------------------------------------------------------

Planner::Planner(std::span<ImportFile const> files, ImportOptions const& o, Known const& known, Pack const& p) : options(o), pack(p), m_known(known) {
    for (auto const& [id, pool] : m_known.pools) {
        m_pool_aliases.emplace(words::bare_name(id), id);
        if (!pool.name.empty()) m_pool_aliases.emplace(words::bare_name(pool.name), id);
    }
    for (auto const& [id, species] : m_known.cohorts) m_cohort_aliases.emplace(words::bare_name(id), id);
    m_tables.resize(files.size());
    m_plans.resize(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) read(i, files[i]);
    std::stable_sort(m_jobs.begin(), m_jobs.end(), [](Job const& a, Job const& b) { return a.rank < b.rank; });
    for (auto const& job : m_jobs) SheetWork{*this, m_plans[job.file], m_tables[job.file].sheets[job.sheet], m_plans[job.file].sheets[job.sheet]}.look_ahead();
    for (auto const& job : m_jobs) SheetWork{*this, m_plans[job.file], m_tables[job.file].sheets[job.sheet], m_plans[job.file].sheets[job.sheet]}.run();
    date_places();
    for (auto& plan : m_plans) finish(plan);
}

/// Lists of farms and pools hold no days. What they register has stood since the first day that the files speak of.
void Planner::date_places() {
    auto const is_place = [](Fact const& f) { return f.kind == SiteRegistered::kind || f.kind == PoolRegistered::kind || f.kind == CohortRegistered::kind; };
    auto first = options.now;
    for (auto const& plan : m_plans)
        for (auto const& f : plan.facts)
            if (!plan.refused()) first = std::min(first, f.happened_at);
    for (auto& plan : m_plans)
        for (auto& f : plan.facts)
            if (is_place(f) && f.happened_at == options.now) f.happened_at = first;
}

void Planner::read(std::size_t file, ImportFile const& from) {
    auto& plan = m_plans[file];
    plan.file = from.name;
    plan.folder = from.folder.empty() ? folder_name_of(from.name) : from.folder;
    plan.sha256 = sha256_hex(from.bytes);
    auto const file_problem = [&](std::string code, std::string message, std::string cure) {
        plan.problems.push_back({"", 0, "", std::move(code), std::move(message), std::move(cure), Severity::bad, false});
    };
    // where the file lay and what it was called make no other facts of it
    auto const slash = from.name.find_last_of("/\\");
    auto table = read_table(from.bytes, slash == std::string::npos ? from.name : from.name.substr(slash + 1));
    if (!table) {
        file_problem(table.error().code, table.error().message, "Mend the file as told and import it again.");
        return;
    }
    m_tables[file] = std::move(*table);
    plan.notes = m_tables[file].notes;
    bool any = false;
    for (std::size_t s = 0; s < m_tables[file].sheets.size(); ++s) {
        auto const& sheet = m_tables[file].sheets[s];
        auto how = guess_sheet(sheet, from.name, plan.notes);
        auto const use = [&](SheetPlan const& told) {
            how.layout = told.layout;
            how.header_rows = told.header_rows;
            how.date_order = told.date_order;
            for (auto& c : how.columns) { c.field.clear(); c.unit.clear(); }
            for (auto const& t : told.columns) {
                auto const at = std::find_if(how.columns.begin(), how.columns.end(), [&](auto const& c) { return c.column == t.column; });
                if (at == how.columns.end()) how.columns.push_back(t);
                else { at->field = t.field; at->unit = t.unit; }
            }
            how.rows = std::count_if(sheet.rows.begin(), sheet.rows.end(), [&](auto const& r) { return r.number > how.header_rows; });
        };
        auto const told = std::find_if(options.mapping.begin(), options.mapping.end(), [&](auto const& m) { return m.sheet == sheet.name || m.sheet.empty(); });
        auto const saved = options.remembered.find(how.signature);
        if (told != options.mapping.end()) use(*told);
        else if (saved != options.remembered.end() && !how.signature.empty()) {
            auto const guessed = how;
            use(saved->second);
            how.header_rows = guessed.header_rows;   // another month's title may be a row longer
            if (options.date_order != DateOrder::guess) how.date_order = options.date_order;
            if (mapping_json(how) != mapping_json(guessed)) plan.notes.push_back(fmt::format("{}: read as it was told for these headings before.", sheet.name));
        } else if (sheet.hidden) {
            how.layout = "ignore";
            plan.notes.push_back(fmt::format("{}: the sheet is hidden and not read. Show it in the workbook, or map it, to have it read.", sheet.name));
        }
        if (how.date_order == DateOrder::guess) how.date_order = options.date_order;
        plan.sheets.push_back(how);
        if (sheet.rows.empty()) { plan.sheets.back().layout = "ignore"; continue; }
        if (how.layout == "ignore") continue;
        any = true;
        if (how.layout == "not_records") {
            plan.problems.push_back({sheet.name, 0, "", "not_records", "This is a list of a model's parameters, not records of a farm.", "Leave the file out.", Severity::bad, false});
        } else if (how.layout.empty()) {
            plan.problems.push_back({sheet.name, 0, "", "layout_unknown",
                                     "It cannot be told what the sheet records: its headings name nothing that is known together.",
                                     "Name the sheet or file after what it records (放养, 转池, 死亡, 打样, 投喂 ...; stocking, transfers, deaths, weighings, feeding ...), or say its layout in the mapping (\"ignore\" leaves it out).", Severity::bad, false});
        } else m_jobs.push_back({file, s, rank_of(how.layout)});
    }
    if (!any) file_problem("nothing_to_import", "The file holds no sheet with records.", "Send the file that holds the records.");
}

void Planner::finish(ImportPlan& plan) {
    if (plan.problems.size() > most_problems) {
        auto const more = plan.problems.size() - most_problems;
        plan.problems.resize(most_problems);
        plan.problems.push_back({"", 0, "", "more_problems", fmt::format("There are {} more problems.", more), "Mend those above first; many share a cause.", Severity::bad, false});
    }
    if (plan.refused()) {
        plan.facts.clear();
        plan.origins.clear();
        return;
    }
    if (plan.facts.empty()) {
        plan.problems.push_back({"", 0, "", "nothing_to_import", "No row of the file records anything.", "Check the mapping, or send the file that holds the records.", Severity::bad, false});
        return;
    }
    std::vector<std::size_t> order(plan.facts.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
        auto const &x = plan.facts[a], &y = plan.facts[b];
        auto const place_x = rank_of_kind(x.kind) < 3, place_y = rank_of_kind(y.kind) < 3;
        if (place_x != place_y) return place_x;
        if (place_x && x.kind != y.kind) return rank_of_kind(x.kind) < rank_of_kind(y.kind);
        if (x.happened_at != y.happened_at) return x.happened_at < y.happened_at;
        return rank_of_kind(x.kind) < rank_of_kind(y.kind);
    });
    std::vector<Fact> facts;
    std::vector<Origin> origins;
    for (auto const i : order) {
        facts.push_back(std::move(plan.facts[i]));
        origins.push_back(std::move(plan.origins[i]));
    }
    plan.facts = std::move(facts);
    plan.origins = std::move(origins);
    plan.order = {99, options.now};
    for (auto const& sheet : plan.sheets)
        if (sheet.layout != "ignore") plan.order.first = std::min<std::int64_t>(plan.order.first, rank_of(sheet.layout));
    for (auto const& f : plan.facts) plan.order.second = std::min(plan.order.second, f.happened_at);
}

void Planner::learn_pool(std::string const& id, std::string const& name, std::string const& site) {
    m_known.pools[id] = {name, site};
    m_pool_aliases.emplace(words::bare_name(id), id);
    if (!name.empty()) m_pool_aliases.emplace(words::bare_name(name), id);
}

std::optional<std::string> Planner::find_pool(std::string_view written) const {
    auto const text = half_width(written);
    if (m_known.pools.count(text)) return text;
    auto const alias = m_pool_aliases.find(words::bare_name(text));
    return alias == m_pool_aliases.end() ? std::nullopt : std::optional{alias->second};
}

std::optional<std::string> Planner::find_cohort(std::string_view written) const {
    auto const text = half_width(written);
    if (m_known.cohorts.count(text)) return text;
    for (auto const& [id, species] : m_known.cohorts)
        if (folded(id) == folded(text)) return id;
    return {};
}

std::optional<std::string> Planner::find_site(std::string_view written) const {
    for (auto const& id : m_known.sites)
        if (folded(id) == folded(written)) return id;
    return {};
}

namespace {
template <class Map> std::string first_names(Map const& all) {
    std::string text;
    std::size_t n = 0;
    for (auto const& [id, rest] : all) {
        if (++n > 8) { text += " ..."; break; }
        text += (text.empty() ? "" : ", ") + id;
    }
    return text.empty() ? "none" : text;
}
} // namespace

std::string Planner::some_pools() const { return first_names(m_known.pools); }
std::string Planner::some_cohorts() const { return first_names(m_known.cohorts); }

std::optional<Known::Fish> Planner::fish(FishId f) const {
    if (auto const mine = m_fish.find(f.n); mine != m_fish.end()) return mine->second;
    return m_known.fish ? m_known.fish(f) : std::nullopt;
}

std::set<std::string> Planner::cohorts_in(std::string const& pool, FarmDay day) const {
    std::set<std::string> all;
    if (auto const mine = m_groups.find(pool); mine != m_groups.end()) all = mine->second;
    if (m_known.groups)
        for (auto const& [cohort, heads] : m_known.groups(PoolId{pool}, day))
            if (heads > 0) all.insert(cohort.text);
    return all;
}

std::optional<std::int64_t> Planner::heads_in(std::string const& pool, FarmDay day) const {
    if (auto const s = series.find(pool); s != series.end()) return s->second.on(day).value_or(0);
    if (!m_known.groups) return {};
    auto const there = m_known.groups(PoolId{pool}, day);
    if (there.empty()) return {};
    std::int64_t sum = 0;
    for (auto const& [cohort, heads] : there) sum += heads;
    return sum;
}

// SheetWork: cells ----------------------------------------------------------------------------------------------------

SheetWork::SheetWork(Planner& planner, ImportPlan& plan, Sheet const& sheet, SheetPlan const& how)
    : m_planner(planner), m_plan(plan), m_sheet(sheet), m_how(how),
      m_days(how.date_order, [&]() -> std::optional<int> {
          for (auto const& text : {title_of(sheet, how.header_rows), sheet.name, stem_of(plan.file)})
              if (auto const y = year_in(text)) return y;
          return {};
      }()) {
    for (auto const& c : how.columns) {
        auto const* field = words::find_field(c.field);
        auto const at = column_index(c.column);
        if (!field || at == std::string_view::npos) continue;
        m_columns.emplace(field->name, at);
        auto const* unit = c.unit.empty() ? nullptr : find_unit(c.unit);
        m_units.emplace(field->name, unit ? unit : field->unit.empty() ? nullptr : find_unit(field->unit));
    }
    m_title_day = day_in(title_of(sheet, how.header_rows));
    if (!m_title_day) m_title_day = day_in(sheet.name);
    if (auto const date = m_columns.find("date"); date != m_columns.end())
        for (auto const& row : sheet.rows)
            if (row.number > how.header_rows && date->second < row.cells.size()) m_days.learn(row.cells[date->second]);
}

Cell const* SheetWork::cell(std::string_view field) const {
    auto const at = m_columns.find(field);
    if (at == m_columns.end() || !m_row || at->second >= m_row->cells.size()) return nullptr;
    auto const& c = m_row->cells[at->second];
    return is_blank(c) ? nullptr : &c;
}

std::string SheetWork::column_of(std::string_view field) const {
    auto const at = m_columns.find(field);
    return at == m_columns.end() ? std::string{} : column_name(at->second);
}

void SheetWork::problem(Severity severity, std::string_view field, std::string code, std::string message, std::string cure) {
    m_plan.problems.push_back({m_sheet.name, m_row ? static_cast<std::int64_t>(m_row->number) : 0, column_of(field), std::move(code), std::move(message), std::move(cure), severity, false});
}
void SheetWork::bad(std::string_view field, std::string code, std::string message, std::string cure) {
    problem(Severity::bad, field, std::move(code), std::move(message), std::move(cure));
}
void SheetWork::warn(std::string_view field, std::string code, std::string message, std::string cure) {
    problem(Severity::warn, field, std::move(code), std::move(message), std::move(cure));
}
void SheetWork::note_once(std::string note) {
    if (m_said.insert(note).second) m_plan.notes.push_back(std::move(note));
}

std::optional<std::string> SheetWork::text(std::string_view field) {
    auto const* c = cell(field);
    if (!c) return {};
    if (c->kind == CellKind::error) {
        bad(field, "formula_error", fmt::format("The formula in {} shows {}.", cell_address(m_sheet.name, m_row->number, m_columns.at(field)), c->text), "Mend the formula, or write the value in its place.");
        return {};
    }
    auto t = half_width(shown(*c));
    return t.empty() ? std::nullopt : std::optional{std::move(t)};
}

std::optional<std::int64_t> SheetWork::amount(std::string_view field) {
    auto const* c = cell(field);
    if (!c || c->merged) return {};   // a merged area holds its amount once
    if (c->kind == CellKind::error) { text(field); return {}; }
    auto const& what = *words::find_field(field);
    if (c->kind == CellKind::moment || c->kind == CellKind::time) {
        bad(field, "number_malformed", fmt::format("{} is a day or time where a number is asked.", shown(*c)), "Give the cell a number format and write the number again.");
        return {};
    }
    auto const written = half_width(c->text);
    auto parsed = parse_amount(written, m_sheet.decimal_mark);
    auto const* told = m_units.at(field);
    auto const refusal = [&](Refusal const& r) { bad(field, r.code, first_sentence(r.message), r.code == "number_comma" ? "Write decimals with one mark in the whole file: 2.5 or 2,5." : "Write a number, with its unit in the cell or the heading."); };
    if (parsed && parsed->unit && parsed->unit->dimension == Dimension::heads_per_mass && what.dimension == Dimension::mass) told = parsed->unit;
    if (parsed && !parsed->unit) parsed->unit = told;
    Result<std::int64_t> n = 0;
    if (parsed && parsed->unit && parsed->unit->dimension == Dimension::heads_per_mass && what.dimension == Dimension::mass) {
        auto const one = mass_of_one(*parsed);
        if (!one) { refusal(one.error()); return {}; }
        note_once(fmt::format("{}: column {} tells fish in a unit of weight; the weight of one is worked out from it.", m_sheet.name, column_of(field)));
        n = one->n;
    } else {
        auto const rounding = what.dimension == Dimension::heads || what.dimension == Dimension::days ? Rounding::refuse : Rounding::half_even;
        if (parsed && !parsed->unit) {
            if (m_said.insert("unit " + std::string{field}).second)
                bad(field, "unit_missing", fmt::format("Column {} ({}) does not say its unit.", column_of(field), field), "Write it in the heading, like 均重(g) or weight (kg), or choose it in the mapping.");
            return {};
        }
        n = parse_quantity(written, what.dimension, told, Rounding::refuse, m_sheet.decimal_mark);
        if (!n && n.error().code == "not_whole" && rounding == Rounding::half_even) {
            n = parse_quantity(written, what.dimension, told, Rounding::half_even, m_sheet.decimal_mark);
            ++m_rounded;
        } else if (!n && n.error().code == "not_whole") {
            bad(field, "not_whole", fmt::format("{} is not a whole number of {}.", written, what.dimension == Dimension::days ? "days" : "fish"), "Write a whole number.");
            return {};
        }
    }
    if (!n) { refusal(n.error()); return {}; }
    if (*n < 0 && what.dimension != Dimension::temperature) {
        bad(field, "number_negative", fmt::format("{} is less than nought.", written), "Write how many or how much there was; take fish out by a transfer, death or harvest.");
        return {};
    }
    struct Range { Dimension dimension; std::int64_t low, high; std::string_view says; };
    // Beyond these a number was mistyped or its unit is another one.
    static constexpr Range ranges[] = {{Dimension::temperature, -3'000, 45'000, "-3 and 45 ℃"}, {Dimension::acidity, 0, 14'000, "0 and 14"},
                                       {Dimension::length, 0, 50'000, "0 and 50 m"}, {Dimension::heads, 0, 1'000'000'000, "0 and 1,000,000,000 fish"},
                                       {Dimension::days, 0, 3'650, "0 and 3,650 days"}, {Dimension::mass, 0, 1'000'000'000'000, "0 and 1,000 t"}};
    for (auto const& r : ranges)
        if (what.dimension == r.dimension && (*n < r.low || *n > r.high)) {
            bad(field, "number_unlikely", fmt::format("{} cannot be: it must lie between {}.", written, r.says), "Check the number and its unit.");
            return {};
        }
    if (field == "oxygen" && *n > 40'000) {
        bad(field, "number_unlikely", fmt::format("{} of oxygen cannot be: water holds at most 40 mg/L.", written), "Check the number and its unit.");
        return {};
    }
    if (field == "length" && *n > 8'000) {
        bad(field, "number_unlikely", fmt::format("A fish of {} m cannot be.", static_cast<double>(*n) / 1000), "Check the number and its unit.");
        return {};
    }
    if (field == "weight" || field == "mean") {
        std::int64_t most = 0;
        for (auto const& s : m_planner.pack.stages) most = std::max(most, s.weight_max_mg);
        for (auto const& sp : m_planner.pack.species)
            for (auto const& s : sp.stages) most = std::max(most, s.weight_max_mg);
        if (most > 0 && *n > most && m_how.layout != "weigh" && m_how.layout != "harvest") {
            bad(field, "weight_unlikely", fmt::format("A fish of {} cannot be.", print(*n, "kg")), "Check the number and its unit.");
            return {};
        }
    }
    return *n;
}

std::optional<std::int64_t> SheetWork::whole_number(std::string_view field) {
    auto const t = text(field);
    if (!t) return {};
    // "2021年", "2021级" and the like
    auto const length = number_length(*t);
    auto const d = parse_decimal(std::string_view{*t}.substr(0, length), m_sheet.decimal_mark);
    auto const n = length > 0 && d ? whole(*d) : Result<std::int64_t>{tl::unexpected(Refusal{"number_malformed", "", ""})};
    if (!n) {
        bad(field, "number_malformed", fmt::format("\"{}\" is not a whole number.", clipped(*t, 40)), "Write a whole number.");
        return {};
    }
    return *n;
}

std::optional<FishId> SheetWork::tag(std::string_view field) {
    auto const* c = cell(field);
    if (!c) return {};
    auto t = text(field);
    if (!t) return {};
    if (t->find_first_of("eE") != std::string::npos && number_length(*t) == t->size()) {
        bad(field, "pit_tag_rounded", fmt::format("The spreadsheet has rounded the tag to {}.", *t), "Format the column as text and enter the 15 digits again.");
        return {};
    }
    std::erase_if(*t, [](char ch) { return ch == ' ' || ch == '.' || ch == '-'; });
    auto id = parse_pit_tag(*t);
    if (!id) {
        bad(field, "pit_tag_malformed", fmt::format("\"{}\" is not a tag: it has {} of 15 digits.", clipped(*t, 40), std::count_if(t->begin(), t->end(), [](char ch) { return ch >= '0' && ch <= '9'; })),
            "Read the tag again and write all 15 digits, as text.");
        return {};
    }
    return *id;
}

std::optional<double> SheetWork::degrees(std::string_view field) {
    auto const t = text(field);
    if (!t) return {};
    double v = 0;
    auto const [stop, error] = std::from_chars(t->data(), t->data() + t->size(), v);
    auto const limit = field == "latitude" ? 90.0 : 180.0;
    if (error != std::errc{} || !std::isfinite(v) || std::abs(v) > limit) {
        bad(field, "number_unlikely", fmt::format("\"{}\" is not a {} in degrees.", clipped(*t, 40), field), "Write degrees with decimals, like 29.5512.");
        return {};
    }
    return v;
}

std::optional<FarmDay> SheetWork::day(std::string_view field) {
    auto const* c = cell(field);
    if (!c) return {};
    if (c->kind == CellKind::error) { text(field); return {}; }
    auto const t = m_days.read(*c);
    if (!t) { bad(field, t.error().code, first_sentence(t.error().message), "Write the day like 2024-03-05."); return {}; }
    return t->day;
}

std::optional<Instant> SheetWork::when() {
    auto const* c = cell("date");
    std::optional<LocalTime> t;
    if (c && c->kind == CellKind::error) { text("date"); return {}; }
    if (c) {
        auto const read = m_days.read(*c);
        if (!read) {
            auto const& r = read.error();
            // what is wrong with a whole column is said once
            if ((r.code == "day_ambiguous" || r.code == "day_mixed" || r.code == "year_missing") && !m_said.insert(r.code).second) return {};
            bad("date", r.code, first_sentence(r.message), r.code == "day_ambiguous" ? "Say which comes first: --dates day-first or month-first, or date_order in the mapping." : "Write the day like 2024-03-05.");
            return {};
        }
        t = *read;
    } else if (has("date") && !m_title_day && !m_planner.options.start) {
        bad("date", "day_missing", "The row has no day.", "Write the day like 2024-03-05.");
        return {};
    } else if (m_title_day && !has("date")) {
        t = LocalTime{*m_title_day, {}};
        note_once(fmt::format("{}: the rows hold no day; that of the title is taken, {}.", m_sheet.name, text_of(*m_title_day)));
    } else if (m_planner.options.start && !has("date")) {
        t = LocalTime{*m_planner.options.start, {}};
        note_once(fmt::format("{}: the rows hold no day; the start told is taken, {}.", m_sheet.name, text_of(*m_planner.options.start)));
    } else {
        if (has("date")) bad("date", "day_missing", "The row has no day.", "Write the day like 2024-03-05.");
        else if (m_said.insert("day_missing").second) bad("date", "start_missing", "The sheet holds no day.", "Say the day with --start, or write it in the sheet's title.");
        return {};
    }
    if (auto const* clock = cell("time")) {
        if (clock->kind == CellKind::time) t->us_of_day = clock->when_us;
        else if (clock->kind == CellKind::moment && clock->with_time) t->us_of_day = m_days.read(*clock)->us_of_day;
        else if (auto const us = read_clock_time(clock->text)) t->us_of_day = us;
        else {
            bad("time", "time_malformed", fmt::format("\"{}\" is not a time of day.", clipped(clock->text, 40)), "Write it like 08:30.");
            return {};
        }
    }
    auto const at = instant_of(*t, m_planner.options.offset);
    if (at > m_planner.options.now + std::chrono::hours{26}) {
        bad("date", "day_in_future", fmt::format("{} is in the future.", text_of(t->day)), "Check the year.");
        return {};
    }
    return at;
}

// SheetWork: names ----------------------------------------------------------------------------------------------------

std::string SheetWork::default_pool() const {
    if (m_planner.options.pool) return m_planner.options.pool->text;
    auto const stem = stem_of(m_plan.file);
    // files of one model run lie in one folder under names that say only what they hold
    auto const name = folded(stem);
    auto const& folder = m_plan.folder;
    if (!folder.empty() && (name == "population" || name == "management" || name == "feeding" || name == "water_temperature")) return std::string{clipped(half_width(folder), 64)};
    return std::string{clipped(half_width(stem), 64)};
}

std::optional<SiteId> SheetWork::site_for_new() {
    auto const& o = m_planner.options;
    if (o.site) return *o.site;
    if (m_planner.sites().size() == 1) return SiteId{*m_planner.sites().begin()};
    if (m_planner.sites().empty()) return SiteId{"FARM"};
    bad("pool", "site_missing", "It cannot be told on which farm the new pool lies; several are known.", "Say it with --site, or add a column with the farm.");
    return {};
}

void SheetWork::register_pool(PoolId const& pool, SiteId const& site, Instant at, std::string kind) {
    if (m_planner.knows_pool(pool.text)) return;
    if (m_planner.sites().count(site.text) == 0) {
        add(SiteRegistered{site, site.text, {}, {}, {}, {}, {}}, at);
        m_planner.learn_site(site.text);
        note_once(fmt::format("Farm {} is new.", site.text));
    }
    PoolRegistered body;
    body.pool = pool;
    body.site = site;
    body.pool_kind = std::move(kind);
    add(body, at);
    m_planner.learn_pool(pool.text, "", site.text);
}

void SheetWork::register_cohort(CohortId const& cohort, std::string species_code, std::int64_t year_class, Instant at) {
    if (m_planner.knows_cohort(cohort.text)) return;
    CohortRegistered body;
    body.cohort = cohort;
    body.species = species_code;
    body.year_class = year_class;
    add(body, at);
    m_planner.learn_cohort(cohort.text, species_code);
}

std::optional<PoolId> SheetWork::pool(std::string_view field) {
    auto const written = text(field);
    if (!written) {
        if (auto const* c = cell(field); c && c->kind == CellKind::error) return {};
        if (field == "pool" && m_planner.options.pool) {
            if (m_planner.knows_pool(m_planner.options.pool->text)) return *m_planner.options.pool;
            auto const site = site_for_new();
            auto const at = has("date") || m_title_day || m_planner.options.start ? when() : std::optional{m_planner.options.now};
            if (!site || !at) return {};
            register_pool(*m_planner.options.pool, *site, *at, "pool");
            return *m_planner.options.pool;
        }
        bad(field, "pool_missing", "The row names no pool.", has(field) ? "Write the pool's number." : "Add a column with the pool, or say it with --pool.");
        return {};
    }
    if (auto const id = m_planner.find_pool(*written)) return PoolId{*id};
    if (m_planner.options.missing == Missing::create) {
        auto const site = site_for_new();
        auto const at = has("date") || m_title_day || m_planner.options.start ? when() : std::optional{m_planner.options.now};
        if (!site || !at) return {};
        PoolId const id{std::string{clipped(*written, 64)}};
        register_pool(id, *site, *at, "pool");
        note_once(fmt::format("Pool {} is new: --create was given.", id.text));
        return id;
    }
    bad(field, "pool_unknown", fmt::format("There is no pool \"{}\". Known are: {}.", clipped(*written, 40), m_planner.some_pools()),
        "Mend the name, import the list of pools first or with this file, or import with --create to register what is missing.");
    return {};
}

std::optional<std::string> SheetWork::species(std::string_view written) const {
    auto const text = folded(written);
    if (text.empty()) return {};
    auto const& all = m_planner.pack.species;
    for (auto const& s : all)
        if (text == folded(s.code) || text == folded(s.name_en) || text == folded(s.name_zh) || text == folded(s.latin)) return s.code;
    for (auto const& n : m_planner.pack.also_called)
        if (text.find(n.written) != std::string::npos) return n.species;
    for (auto const& s : all)
        if (text.size() >= 6 && (folded(s.name_zh).find(text) != std::string::npos || folded(s.name_en).find(text) != std::string::npos)) return s.code;
    return {};
}

std::optional<CohortId> SheetWork::cohort(PoolId const& in, Instant at, bool may_be_left_out) {
    if (auto const written = text("cohort")) {
        if (auto const id = m_planner.find_cohort(*written)) return CohortId{*id};
        bad("cohort", "cohort_unknown", fmt::format("There is no cohort \"{}\". Known are: {}.", clipped(*written, 40), m_planner.some_cohorts()),
            "Mend the name, or import the stocking that brought it first or with this file.");
        return {};
    }
    auto const there = m_planner.cohorts_in(in.text, farm_day(at, m_planner.options.offset));
    if (there.size() == 1) return CohortId{*there.begin()};
    if (auto const kind = text("species")) {
        std::vector<std::string> fitting;
        if (auto const code = species(*kind))
            for (auto const& id : there)
                if (auto const known = m_planner.m_known.cohorts.find(id); known != m_planner.m_known.cohorts.end() && known->second == *code) fitting.push_back(id);
        if (fitting.size() == 1) return CohortId{fitting.front()};
    }
    if (may_be_left_out) return {};
    if (there.empty()) bad("cohort", "cohort_missing", fmt::format("No fish are known in {} on that day, so their cohort cannot be told.", in.text), "Import the stocking first or with this file, or add a column with the cohort (批次).");
    else bad("cohort", "cohort_missing", fmt::format("{} holds several cohorts; the row does not say which.", in.text), "Add a column with the cohort (批次).");
    return {};
}

std::optional<CohortId> SheetWork::cohort_to_stock(PoolId const& in, Instant at) {
    auto const written = text("cohort");
    if (written)
        if (auto const id = m_planner.find_cohort(*written)) return CohortId{*id};
    auto const kind = text("species");
    std::optional<std::string> code;
    if (kind) {
        code = species(*kind);
        if (!code) {
            bad("species", "species_unknown", fmt::format("\"{}\" is not a species of the pack {}.", clipped(*kind, 40), m_planner.pack.code), "Write its code or name as in the pack: BAE, 西伯利亚鲟 ...");
            return {};
        }
    }
    if (!code) {
        if (written) bad("cohort", "cohort_unknown", fmt::format("There is no cohort \"{}\", and the row does not say its species. Known are: {}.", clipped(*written, 40), m_planner.some_cohorts()), "Mend the name, or add a column with the species (品种).");
        else return cohort(in, at, false);
        return {};
    }
    auto const hatched = day("hatched");
    auto year = whole_number("year_class");
    if (!year && hatched) year = std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{hatched->n}}}.year().operator int();
    if (!year && written)
        if (auto const y = year_in(*written)) year = *y;
    auto const year_of_stocking = int{std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{farm_day(at, m_planner.options.offset).n}}}.year()};
    if (!year && written && written->size() > 3) {   // BAE-24
        auto const end = std::string_view{*written}.substr(written->size() - 3);
        if (end[0] == '-' && std::isdigit(static_cast<unsigned char>(end[1])) && std::isdigit(static_cast<unsigned char>(end[2]))) {
            auto const named = year_of_stocking / 100 * 100 + (end[1] - '0') * 10 + (end[2] - '0');
            if (named <= year_of_stocking && named > year_of_stocking - 20) year = named;
        }
    }
    if (!year) {
        year = year_of_stocking;
        note_once(fmt::format("{}: the rows do not say the year of hatching; the year of stocking is taken.", m_sheet.name));
    }
    if (*year < 1950 || *year > year_of_stocking) {
        bad("year_class", "number_unlikely", fmt::format("Fish stocked in {} did not hatch in {}.", year_of_stocking, *year), "Write the year of hatching with four digits.");
        return {};
    }
    CohortId const id{written ? std::string{clipped(*written, 64)} : fmt::format("{}-{}", *code, *year)};
    if (!m_planner.knows_cohort(id.text)) {
        CohortRegistered body;
        body.cohort = id;
        body.species = *code;
        body.year_class = *year;
        body.hatched_on = hatched;
        if (auto const from = text("source")) body.origin = *from;
        add(body, at);
        m_planner.learn_cohort(id.text, *code);
        note_once(fmt::format("Cohort {} ({}, {}) is new.", id.text, *code, *year));
    }
    return id;
}

std::string SheetWork::cause(std::string const& written, std::optional<std::string>& note) const {
    auto const want = folded(written);
    for (auto const& w : m_planner.pack.death_causes)
        if (want == folded(w.code) || want == folded(w.name_en) || want == folded(w.name_zh)) return w.code;
    for (auto const& w : m_planner.pack.death_causes)
        if (want.size() >= 6 && (folded(w.name_zh).find(want) != std::string::npos || want.find(folded(w.name_zh)) != std::string::npos)) return w.code;
    note = note ? fmt::format("{}; {}", written, *note) : written;
    return "unknown";
}

// SheetWork: rows -----------------------------------------------------------------------------------------------------

void SheetWork::add_fact(char const* kind, std::string body, Instant at, bool undated) {
    auto const row = m_row ? static_cast<std::int64_t>(m_row->number) : 0;
    auto const kind_text = std::string_view{kind};
    // told twice: places and measurements are one fact; two deaths or feedings of a day may be two
    auto const [before, fresh] = m_seen.emplace(fmt::format("{}|{}|{}", kind, at.time_since_epoch().count(), body), row);
    if (!fresh && before->second != row) {
        auto const once = kind_text != "feed" && kind_text != "death" && kind_text != "move" && kind_text != "harvest" && kind_text != "escape" && kind_text != "treat";
        if (once) {
            ++m_repeated;
            if (kind_text != "water")
                warn("", "row_repeated", fmt::format("The row tells the same as row {}.", before->second), "It is taken once. Delete it if it is a copy.");
            return;
        }
        warn("", "row_repeated_kept", fmt::format("The row tells the same as row {} and is taken as a second event.", before->second), "Delete it if it is a copy.");
    }
    Fact fact;
    fact.id = fact_id(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", m_planner.options.enterprise, m_plan.sha256, &m_how - m_plan.sheets.data(), row, kind, m_made[{row, kind_text}]++), at, undated);
    fact.kind = kind;
    fact.happened_at = at;
    fact.recorded_at = m_planner.options.now;
    fact.author = m_planner.options.author;
    fact.body = std::move(body);
    m_plan.facts.push_back(std::move(fact));
    m_plan.origins.push_back({m_sheet.name, row});
}

bool SheetWork::skip_row(TableRow const& row) {
    std::size_t heading_cells = 0, texts = 0;
    for (auto const& [field, at] : m_columns) {
        if (at >= row.cells.size()) continue;
        auto const& c = row.cells[at];
        if (c.kind != CellKind::text) continue;
        ++texts;
        auto const* what = words::find_field(field);
        if (what->holds == words::Holds::text || what->holds == words::Holds::day || what->holds == words::Holds::tag)
            if (words::is_subtotal(c.text)) { ++m_subtotals; return true; }
        if (auto const h = words::read_heading(c.text); h && h->field == field) ++heading_cells;
    }
    // the word may stand in a column that is not used, such as 序号
    for (auto const& c : row.cells)
        if (c.kind == CellKind::text && !c.merged && words::is_subtotal(c.text)) { ++m_subtotals; return true; }
    if (heading_cells >= 2 && heading_cells == texts) return true;   // the headings once more, as printed sheets repeat them
    Cell const* alone = nullptr;
    std::size_t filled = 0;
    for (auto const& c : row.cells)
        if (!is_blank(c) && !c.merged) { ++filled; alone = &c; }
    if (filled == 1 && alone->kind == CellKind::text && words::is_remark(alone->text)) { ++m_remarks; return true; }
    // signatures and remarks under the table: text alone, none of it in a column that asks for a number
    bool any = false;
    for (auto const& [field, at] : m_columns) any = any || (at < row.cells.size() && !is_blank(row.cells[at]) && !row.cells[at].merged);
    return !any;
}

void SheetWork::run() {
    auto const& layout = m_how.layout;
    if (layout == "trial_weight") trial_weight();
    else if (layout == "trial_rearing") trial_rearing();
    else if (layout == "population") population();
    else if (layout == "ages") ages();
    else {
        using Row = void (SheetWork::*)();
        static std::map<std::string_view, Row> const rows{
            {"sites", &SheetWork::site_row}, {"pools", &SheetWork::pool_row}, {"cohorts", &SheetWork::cohort_row}, {"stock", &SheetWork::stock_row},
            {"opening", &SheetWork::stock_row}, {"move", &SheetWork::move_row}, {"regroup", &SheetWork::regroup_row}, {"death", &SheetWork::death_row},
            {"escape", &SheetWork::escape_row}, {"harvest", &SheetWork::harvest_row}, {"weigh", &SheetWork::weigh_row}, {"tag", &SheetWork::tag_row},
            {"measure", &SheetWork::measure_row}, {"retag", &SheetWork::retag_row}, {"count", &SheetWork::count_row}, {"feed", &SheetWork::feed_row},
            {"water", &SheetWork::water_row}, {"treat", &SheetWork::treat_row}, {"round", &SheetWork::round_row}, {"management", &SheetWork::management_row},
            {"feed_per_fish", &SheetWork::feed_per_fish_row}, {"recapture", &SheetWork::recapture_row}};
        auto const reader = rows.find(layout);
        if (reader == rows.end()) {
            bad("", "layout_unknown", fmt::format("\"{}\" is not a layout.", layout), "Choose one of those listed in the manual.");
            return;
        }
        for (auto const& row : m_sheet.rows) {
            if (row.number <= m_how.header_rows || skip_row(row)) continue;
            if (m_plan.problems.size() > most_problems + 1) break;
            m_row = &row;
            (this->*reader->second)();
        }
        m_row = nullptr;
        finish_samples();
        finish_series();
    }
    m_row = nullptr;
    if (m_subtotals > 0) m_plan.notes.push_back(fmt::format("{}: {} of sums left out (合计, 小计, total).", m_sheet.name, counted(m_subtotals, "row")));
    if (m_remarks > 0) m_plan.notes.push_back(fmt::format("{}: {} under the table left out.", m_sheet.name, counted(m_remarks, "remark")));
    if (m_rounded > 0) m_plan.notes.push_back(fmt::format("{}: {} rounded to the smallest unit kept, half to even.", m_sheet.name, counted(m_rounded, "number")));
    if (m_repeated > 0 && m_how.layout == "water") m_plan.notes.push_back(fmt::format("{}: {} taken once.", m_sheet.name, counted(m_repeated, "repeated reading")));
    if (m_skipped_zero > 0) m_plan.notes.push_back(fmt::format("{}: {} with nothing in them left out.", m_sheet.name, counted(m_skipped_zero, "row")));
}

} // namespace osetra::farm
