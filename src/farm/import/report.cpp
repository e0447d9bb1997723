#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "farm/import/import.h"
#include "farm/import/words.h"
#include "kernel/json.h"

// Reports and mappings as JSON, and writing planned files down.
namespace osetra::farm {
namespace {

std::string_view text_of_order(DateOrder o) {
    return o == DateOrder::day_first ? "day_first" : o == DateOrder::month_first ? "month_first" : "guess";
}

void write_sheet(JsonOut& out, SheetPlan const& s) {
    out.value("sheet", s.sheet);
    out.value("layout", s.layout);
    out.value("header_rows", s.header_rows);
    out.value("rows", s.rows);
    out.value("date_order", std::string{text_of_order(s.date_order)});
    out.value("signature", s.signature);
    out.begin_array("columns");
    for (auto const& c : s.columns) out.record(nullptr, c);
    out.end_array();
}

Result<SheetPlan> read_sheet(JsonIn in) {
    SheetPlan s;
    if (in.has("sheet")) in.get("sheet", s.sheet);
    if (in.has("layout")) in.get("layout", s.layout);
    if (in.has("header_rows")) in.get("header_rows", s.header_rows);
    if (in.has("signature")) in.get("signature", s.signature);
    if (in.has("date_order")) {
        std::string order;
        in.get("date_order", order);
        if (order == "day_first") s.date_order = DateOrder::day_first;
        else if (order == "month_first") s.date_order = DateOrder::month_first;
        else if (order != "guess" && !in.refusal()) return refuse("field_type", "date_order is \"day_first\", \"month_first\" or \"guess\".", "date_order");
    }
    if (in.refusal()) return tl::unexpected(*in.refusal());
    auto const names = layout_names();
    if (std::none_of(names.begin(), names.end(), [&](auto const& l) { return l.name == s.layout; }))
        return refuse("layout_unknown", fmt::format("\"{}\" is not a layout. Choose one of those listed in the manual, or \"ignore\".", clipped(s.layout, 40)), "layout");
    if (s.header_rows < 0 || s.header_rows > 1'000'000) return refuse("field_type", "header_rows is the number of rows above the data.", "header_rows");
    for (auto& column : in.items("columns")) {
        ColumnPlan c;
        if (column.has("column")) column.get("column", c.column);
        if (column.has("heading")) column.get("heading", c.heading);
        if (column.has("field")) column.get("field", c.field);
        if (column.has("unit")) column.get("unit", c.unit);
        if (column.refusal()) return tl::unexpected(*column.refusal());
        if (column_index(c.column) == std::string_view::npos) return refuse("column_unknown", fmt::format("\"{}\" is not a column. Write its letter, like B.", clipped(c.column, 20)), "column");
        if (!c.field.empty() && !words::find_field(c.field)) return refuse("field_unknown", fmt::format("\"{}\" is not a field. The manual lists them.", clipped(c.field, 40)), "field");
        if (!c.unit.empty() && !find_unit(c.unit)) return refuse("unit_unknown", fmt::format("\"{}\" is not a unit that is known here.", clipped(c.unit, 40)), "unit");
        s.columns.push_back(std::move(c));
    }
    return s;
}

} // namespace

std::string mapping_json(SheetPlan const& s) {
    JsonOut out;
    out.begin_object();
    write_sheet(out, s);
    out.end_object();
    return out.take();
}

Result<std::vector<SheetPlan>> read_mapping(std::string_view json) {
    auto in = OSETRA_TRY(JsonIn::parse(json));
    std::vector<SheetPlan> all;
    auto const list = in.is_array() ? in.items(nullptr) : in.has("sheets") ? in.items("sheets") : std::vector<JsonIn>{in};
    for (auto const& one : list) {
        auto sheet = read_sheet(one);
        if (!sheet) return tl::unexpected(sheet.error());
        all.push_back(std::move(*sheet));
    }
    return all;
}

std::string report_json(ImportPlan const& plan, bool already, bool stored) {
    JsonOut out;
    out.begin_object();
    out.value("file", plan.file);
    out.value("sha256", plan.sha256);
    out.value("already", already);
    out.value("stored", stored);
    out.value("facts", static_cast<std::int64_t>(plan.facts.size()));
    out.objects("sheets", plan.sheets, [&](auto const& s) {
        write_sheet(out, s);
        out.begin_array("sample");
        for (auto const& row : s.sample) {
            out.begin_array();
            for (auto const& c : row) out.value(nullptr, c);
            out.end_array();
        }
        out.end_array();
    });
    out.objects("problems", plan.problems, [&](auto const& p) {
        out.value("sheet", p.sheet);
        if (p.row > 0) out.value("row", p.row);
        if (!p.column.empty()) out.value("column", p.column);
        out.value("code", p.code);
        out.value("message", p.message);
        out.value("cure", p.cure);
        out.value("severity", p.severity == Severity::bad ? "bad" : "warn");
    });
    out.begin_array("notes");
    for (auto const& n : plan.notes) out.value(nullptr, n);
    out.end_array();
    out.begin_array("preview");
    for (std::size_t i = 0; i < std::min<std::size_t>(20, plan.facts.size()); ++i) {
        auto const& f = plan.facts[i];
        out.begin_object();
        out.value("kind", f.kind);
        out.value("happened_at", f.happened_at);
        out.raw("body", f.body);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

namespace {
/// A dry run: all files' facts together, places first, then as they happened.
void rehearse(std::vector<ImportDone>& done, std::vector<std::size_t> const& files, ImportOptions const& options, ImportStore& store) {
    std::vector<Fact> facts;
    std::map<FactId, std::size_t> file_of;
    for (auto const i : files)
        for (auto const& fact : done[i].plan.facts) {
            facts.push_back(fact);
            file_of.emplace(fact.id, i);
        }
    auto const is_place = [](Fact const& f) { return f.kind == SiteRegistered::kind || f.kind == PoolRegistered::kind || f.kind == CohortRegistered::kind; };
    std::stable_sort(facts.begin(), facts.end(), [&](Fact const& a, Fact const& b) {
        if (is_place(a) != is_place(b)) return is_place(a);
        return !is_place(a) && a.happened_at < b.happened_at;
    });
    if (facts.empty()) return;
    for (auto const& [id, why] : store.rehearse(std::move(facts), options)) {
        auto& plan = done[file_of.at(id)].plan;
        plan.problems.push_back(problem_of(plan, id, why));
    }
}
} // namespace

std::vector<ImportDone> run_import(std::span<ImportFile const> files, ImportOptions options, ImportStore& store, Pack const& pack, bool dry) {
    if (options.remembered.empty()) options.remembered = store.mappings();
    auto plans = plan_imports(files, options, store.known(), pack);
    std::vector<ImportDone> done(plans.size());
    for (std::size_t i = 0; i < plans.size(); ++i) done[i].plan = std::move(plans[i]);
    for (auto& d : done) d.already = store.taken(d.plan.sha256);
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < done.size(); ++i) {
        auto& d = done[i];
        if (d.already) {
            d.plan.facts.clear();
            d.plan.origins.clear();
            d.plan.problems.clear();
            d.plan.notes.emplace_back("The file was imported before; nothing changes.");
        } else if (!d.plan.refused()) waiting.push_back(i);
    }
    if (dry) {
        rehearse(done, waiting, options, store);
        return done;
    }
    // What one file speaks of another may have to tell first: those that register places and fish go before, and one that is refused
    // is tried again as long as others are taken.
    std::stable_sort(waiting.begin(), waiting.end(), [&](auto a, auto b) { return done[a].plan.order < done[b].plan.order; });
    for (bool taken = true; taken && !waiting.empty();) {
        taken = false;
        std::vector<std::size_t> left;
        for (auto const i : waiting) {
            auto& d = done[i];
            std::erase_if(d.plan.problems, [](ImportProblem const& p) { return p.by_ledger; });
            auto const refused = store.keep(d.plan, options);
            if (refused.empty()) { taken = d.stored = true; continue; }
            for (auto const& [id, why] : refused) d.plan.problems.push_back(problem_of(d.plan, id, why));
            left.push_back(i);
        }
        waiting = std::move(left);
    }
    return done;
}

} // namespace osetra::farm
