#include "farm/import/guess.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "farm/import/days.h"
#include "farm/import/words.h"
#include "kernel/sha256.h"

namespace osetra::farm {
namespace {

constexpr std::size_t rows_to_look_at = 30;

bool is_value(Cell const& c) { return c.kind == CellKind::number || c.kind == CellKind::moment || c.kind == CellKind::time || c.kind == CellKind::flag; }

/// How many different fields a row's texts name, and how many cells hold values.
struct Score { std::size_t fields = 0, values = 0, texts = 0; };
Score score(TableRow const& row) {
    Score s;
    std::set<std::string_view> seen;
    for (auto const& c : row.cells) {
        if (is_value(c)) ++s.values;
        if (c.kind != CellKind::text) continue;
        if (!c.merged) ++s.texts;
        if (c.text.size() > 90) continue;
        if (auto const h = words::read_heading(c.text); h && h->field != "ignored") seen.insert(h->field);
    }
    s.fields = seen.size();
    return s;
}

/// A row under the headings that holds nothing but units.
bool units_only(TableRow const& row) {
    std::size_t units = 0;
    for (auto const& c : row.cells) {
        if (c.kind == CellKind::empty || c.merged) continue;
        auto text = half_width(c.text);
        if (text.size() > 2 && text.front() == '(' && text.back() == ')') text = text.substr(1, text.size() - 2);
        if (c.kind != CellKind::text || !find_unit(text)) return false;
        ++units;
    }
    return units > 0;
}

std::string_view cell_text(TableRow const& row, std::size_t column) {
    return column < row.cells.size() ? std::string_view{row.cells[column].text} : std::string_view{};
}

bool title_row(TableRow const& row) {
    std::set<std::string_view> texts;
    for (auto const& c : row.cells)
        if (c.kind != CellKind::empty) texts.insert(c.text);
    return texts.size() <= 1;
}

bool looks_like_day(Cell const& c) {
    if (c.kind == CellKind::moment) return true;
    if (c.kind != CellKind::text && c.kind != CellKind::number) return false;
    DayReader reader{DateOrder::day_first, 2000};
    return c.text.find_first_of("-/.:\xE5") != std::string::npos && reader.read(c).has_value();
}

struct Layout {
    std::set<std::string_view> fields;
    bool has(std::string_view f) const { return fields.count(f) > 0; }
    bool any(std::initializer_list<std::string_view> all) const { return std::any_of(all.begin(), all.end(), [&](auto f) { return has(f); }); }

    bool fits(std::string_view layout) const {
        if (layout == "sites") return any({"site"}) && any({"name", "province", "licence", "water_source"}) && !any({"pool", "heads"});
        if (layout == "pools") return has("pool") && any({"volume", "area", "depth", "pool_kind", "flow", "site"}) && !any({"heads", "deaths", "feed", "date", "tag"});
        if (layout == "cohorts") return has("cohort") && has("species") && !any({"pool", "heads", "tag"});
        if (layout == "stock" || layout == "opening") return has("heads") && any({"pool", "to"}) && !has("tag");
        if (layout == "move") return (has("from") && has("to")) || (has("to") && has("tag")) || (has("to") && has("pool"));
        if (layout == "regroup") return has("to_cohort") && has("heads");
        if (layout == "death" || layout == "escape") return any({"deaths", "heads", "tag"});
        if (layout == "weigh") return any({"mean", "total", "weight"}) && !has("tag");
        if (layout == "tag") return has("tag") && has("pool");
        if (layout == "measure") return has("tag") && any({"weight", "mean", "length", "sex", "stage", "health"});
        if (layout == "retag") return has("tag") && has("new_tag");
        if (layout == "count") return has("heads") && has("pool");
        if (layout == "feed") return has("feed");
        if (layout == "water") return any({"temperature", "oxygen", "ph", "ammonia", "turbidity"});
        if (layout == "treat") return has("product");
        if (layout == "harvest") return any({"heads", "tag"});
        if (layout == "round") return has("pool") && kinds_of_round() >= 1;
        return false;
    }
    int kinds_of_round() const { return int{has("deaths")} + int{has("feed")} + int{any({"temperature", "oxygen"})}; }

    std::string_view by_fields() const {
        if (has("heads_start") && has("heads_end") && has("pool")) return "trial_weight";
        if (has("duration") && has("feed") && has("pool")) return "trial_rearing";
        if (has("caught") && has("recaptured")) return "recapture";
        if (has("year") && has("age")) return "ages";
        if (has("action") && has("heads") && has("date")) return "management";
        if (has("from") && has("to")) return "move";
        if (has("to") && has("tag") && !has("pool")) return "move";
        return {};
    }
    std::string_view otherwise() const {
        if (fits("retag")) return "retag";
        if (fits("regroup")) return "regroup";
        if (has("tag") && has("pool") && has("cohort")) return "tag";
        if (fits("measure")) return "measure";
        if (has("tag") && has("pool")) return "tag";
        if (kinds_of_round() >= 2 && has("pool")) return "round";
        if (has("deaths")) return "death";
        if (has("product")) return "treat";
        if (has("feed")) return "feed";
        if (fits("water")) return "water";
        if (has("heads") && has("pool") && any({"species", "year_class", "source", "mean"})) return "stock";
        if (fits("pools")) return "pools";
        if (fits("cohorts")) return "cohorts";
        if (fits("sites")) return "sites";
        return {};
    }
};

} // namespace

std::string stem_of(std::string_view name) {
    if (auto const slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
    if (auto const point = name.rfind('.'); point != std::string_view::npos && point > 0) name = name.substr(0, point);
    return std::string{name};
}

std::string folder_name_of(std::string_view name) {
    auto const slash = name.find_last_of("/\\");
    if (slash == std::string_view::npos || slash == 0) return {};
    auto folder = name.substr(0, slash);
    if (auto const before = folder.find_last_of("/\\"); before != std::string_view::npos) folder.remove_prefix(before + 1);
    return folder == "." || folder == ".." ? std::string{} : std::string{folder};
}

std::string shown(Cell const& cell) {
    if (cell.kind == CellKind::moment) {
        DayReader const reader{DateOrder::guess, {}};
        auto const t = reader.read(cell);
        auto text = text_of(t->day);
        if (t->us_of_day) text += fmt::format(" {:02}:{:02}:{:02}", *t->us_of_day / 3'600'000'000, *t->us_of_day / 60'000'000 % 60, *t->us_of_day / 1'000'000 % 60);
        return text;
    }
    if (cell.kind == CellKind::time) return fmt::format("{:02}:{:02}:{:02}", cell.when_us / 3'600'000'000, cell.when_us / 60'000'000 % 60, cell.when_us / 1'000'000 % 60);
    return cell.text;
}

bool is_blank(Cell const& cell) {
    if (cell.kind == CellKind::empty) return true;
    if (cell.kind != CellKind::text || cell.text.size() > 8) return false;
    auto const text = folded(cell.text);
    return text.empty() || text == "-" || text == "--" || text == "/" || text == "\\" || text == "—" || text == "——" || text == "无" || text == "n/a" || text == "na" || text == "null";
}

std::string title_of(Sheet const& sheet, std::int64_t header_rows) {
    std::string title;
    for (auto const& row : sheet.rows) {
        if (row.number > header_rows) break;
        for (auto const& c : row.cells)
            if (c.kind != CellKind::empty && !c.merged) title += shown(c) + " ";
    }
    return title;
}

SheetPlan guess_sheet(Sheet const& sheet, std::string_view file_name, std::vector<std::string>& notes) {
    SheetPlan plan;
    plan.sheet = sheet.name;
    auto const stem = stem_of(file_name);

    // The headings: the row that names most fields, before the first rows of values.
    auto const look = std::min(rows_to_look_at, sheet.rows.size());
    std::size_t best = look, best_fields = 0;
    for (std::size_t i = 0; i < look; ++i) {
        auto const s = score(sheet.rows[i]);
        if (s.values > s.fields) { if (best < look) break; continue; }
        if (s.fields > best_fields) { best_fields = s.fields; best = i; }
    }
    std::size_t widest = 0;
    for (auto const& row : sheet.rows) widest = std::max(widest, row.cells.size());

    Layout layout;
    std::string headings_text;
    std::size_t first_data = 0;
    if (best < look && (best_fields >= 2 || (best_fields == 1 && score(sheet.rows[best]).values == 0 && widest <= 3))) {
        auto const& bottom = sheet.rows[best];
        first_data = best + 1;
        TableRow const* units = first_data < sheet.rows.size() && units_only(sheet.rows[first_data]) ? &sheet.rows[first_data] : nullptr;
        if (units) ++first_data;
        TableRow const* above = best > 0 && !title_row(sheet.rows[best - 1]) && score(sheet.rows[best - 1]).values == 0 &&
                                        sheet.rows[best - 1].number + 1 == bottom.number ? &sheet.rows[best - 1] : nullptr;
        plan.header_rows = units ? units->number : bottom.number;
        std::map<std::string_view, std::string> taken;
        std::string signature;
        for (std::size_t c = 0; c < widest; ++c) {
            auto const own = half_width(cell_text(bottom, c));
            auto const up = above ? half_width(cell_text(*above, c)) : std::string{};
            if (own.empty() && up.empty()) continue;
            auto const both = up == own || up.empty() ? own : own.empty() ? up : up + " " + own;
            ColumnPlan column{column_name(c), both, {}, {}};
            auto heading = words::read_heading(up == own ? own : up + own);
            if (!heading) heading = words::read_heading(own);
            if (!heading && own.empty()) heading = words::read_heading(up);
            // 时间 is the day in one sheet and the time of day beside a day in another
            if (heading && heading->field == "date" && taken.count("date") && !taken.count("time") && (own.find("时间") != std::string::npos || folded(own).find("time") != std::string::npos))
                heading->field = "time";
            if (heading) {
                auto const* unit = heading->unit;
                if (units && c < units->cells.size() && !units->cells[c].merged) {
                    auto text = half_width(units->cells[c].text);
                    if (text.size() > 2 && text.front() == '(') text = text.substr(1, text.size() - 2);
                    if (auto const* u = find_unit(text)) unit = u;
                }
                auto const [first, fresh] = taken.emplace(heading->field, column.column);
                if (fresh || heading->field == "ignored" || heading->field == "note") {
                    column.field = heading->field == "ignored" ? std::string{} : std::string{heading->field};
                    if (unit) column.unit = unit->code;
                    if (fresh) layout.fields.insert(heading->field);
                } else notes.push_back(fmt::format("{}: columns {} and {} look alike ({}); {} is not used.", sheet.name, first->second, column.column, heading->field, column.column));
            }
            headings_text += both + " ";
            signature += both + "\n";
            plan.columns.push_back(std::move(column));
        }
        plan.signature = signature;
    } else if (!sheet.rows.empty()) {
        // No headings: a column of days and one of numbers is a series; its name tells of what.
        auto const& first = sheet.rows.front();
        auto const kind = words::layout_of(stem);
        if (first.cells.size() == 2 && looks_like_day(first.cells[0]) && first.cells[1].kind == CellKind::number && (kind == "water" || kind == "feed")) {
            plan.columns = {{"A", "", "date", ""}, {"B", "", kind == "water" ? "temperature" : "feed", kind == "water" ? "C" : "g"}};
            plan.layout = kind == "water" ? "water" : "feed_per_fish";
            plan.signature = "no headings\n";
        } else {
            // Headings in words that are not known: a row of texts above a row with values.
            for (std::size_t i = 0; i + 1 < look; ++i) {
                auto const s = score(sheet.rows[i]);
                if (s.values > 0 || s.texts < 2 || score(sheet.rows[i + 1]).values == 0) continue;
                plan.header_rows = sheet.rows[i].number;
                first_data = i + 1;
                break;
            }
            std::string signature;
            for (std::size_t c = 0; c < widest; ++c) {
                auto const heading = plan.header_rows > 0 ? half_width(cell_text(sheet.rows[first_data - 1], c)) : std::string{};
                plan.columns.push_back({column_name(c), heading, "", ""});
                signature += heading + "\n";
            }
            if (plan.header_rows > 0) plan.signature = signature;
        }
    }

    if (plan.layout.empty()) {
        std::set<std::string> raw;
        for (auto const& c : plan.columns) raw.insert(folded(c.heading));
        if (raw.count("description") && raw.count("value")) {
            auto const seeded = std::any_of(sheet.rows.begin(), sheet.rows.end(), [](TableRow const& r) { return !r.cells.empty() && folded(r.cells[0].text) == "nseed"; });
            plan.layout = seeded ? "population" : "not_records";
            for (auto& c : plan.columns) c.field = folded(c.heading) == "value" ? "value" : c.column == "A" ? "quantity" : "";
        }
    }
    if (plan.layout.empty()) plan.layout = layout.by_fields();
    if (plan.layout.empty())
        for (auto const& text : {stem_of(sheet.name) == stem ? std::string{} : sheet.name, title_of(sheet, best < look ? static_cast<std::int64_t>(sheet.rows[best].number) - 1 : 0), headings_text, stem}) {
            auto const spoken = words::layout_of(text);
            // a heading "feed" makes no feed sheet of a round
            if (text == headings_text && (spoken == "feed" || spoken == "water" || spoken == "death") && !layout.otherwise().empty()) continue;
            if (!spoken.empty() && layout.fits(spoken)) { plan.layout = spoken; break; }
        }
    if (plan.layout.empty()) plan.layout = layout.otherwise();

    // the same headings may stand over deaths and over stockings: the layout guessed is part of what is recognised
    if (!plan.signature.empty()) plan.signature = sha256_hex(plan.layout + "\n" + plan.signature).substr(0, 32);
    for (auto i = first_data; i < sheet.rows.size(); ++i) {
        ++plan.rows;
        if (plan.sample.size() < 5) {
            auto& line = plan.sample.emplace_back();
            for (auto const& c : sheet.rows[i].cells) {
                if (line.size() == 40) break;
                line.emplace_back(clipped(shown(c), 120));
            }
        }
    }
    return plan;
}

} // namespace osetra::farm
