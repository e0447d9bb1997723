#include "quality/blending/sheets.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <limits>
#include <map>
#include <numeric>

#include "kernel/units.h"

namespace osetra::quality {
namespace {

double number_of(Decimal d) { return static_cast<double>(d.digits) * std::pow(10.0, d.exponent); }

/// A sheet by its headings.
class Sheeted {
public:
    static Result<Sheeted> of(Table const& table, std::string_view name) {
        Sheeted out;
        for (auto const& s : table.sheets) if (folded(s.name) == folded(name)) out.m_sheet = &s;
        if (!out.m_sheet && !table.sheets.empty()) out.m_sheet = &table.sheets.front();
        if (!out.m_sheet || out.m_sheet->rows.size() < 2) return refuse("sheet_empty", "There is no row below the headings in " + table.name + ".", table.name);
        auto const& head = out.m_sheet->rows.front();
        for (std::size_t c = 0; c < head.cells.size(); ++c) {
            auto text = half_width(head.cells[c].text);
            if (!text.empty() && !out.m_columns.emplace(folded(text), c).second) return refuse("column_twice", "Two columns are headed " + text + ". Name them apart.", cell_address(out.m_sheet->name, head.number, c));
            out.m_headings.push_back(std::move(text));
        }
        return out;
    }
    std::vector<std::string> const& headings() const { return m_headings; }
    std::size_t rows() const { return m_sheet->rows.size() - 1; }

    /// Of the first of these headings that there is, perhaps with a unit behind: "bag", "bag kg", "bag_kg".
    struct Found { std::size_t column = npos; Unit const* unit = nullptr; };
    Found column(std::initializer_list<std::string_view> names) const {
        for (auto const name : names)
            for (auto const& [heading, c] : m_columns) {
                auto text = heading;
                text.erase(std::remove_if(text.begin(), text.end(), [](char x) { return x == '_' || x == '(' || x == ')' || x == '/'; }), text.end());
                auto wanted = folded(name);
                std::erase(wanted, '/');
                if (text == wanted) return {c, nullptr};
                if (text.starts_with(wanted))
                    if (auto const* unit = find_unit(text.substr(wanted.size()))) return {c, unit};
            }
        return {};
    }
    Cell const& cell(std::size_t row, std::size_t column) const {
        static Cell const none;
        auto const& cells = m_sheet->rows[row + 1].cells;
        return column < cells.size() ? cells[column] : none;
    }
    std::string at(std::size_t row, std::size_t column) const { return cell_address(m_sheet->name, m_sheet->rows[row + 1].number, column); }
    std::string text(std::size_t row, std::size_t column) const { return column == npos ? std::string{} : half_width(cell(row, column).text); }
    bool empty(std::size_t row, std::size_t column) const { return column == npos || text(row, column).empty(); }

    Result<double> number(std::size_t row, std::size_t column) const {
        if (empty(row, column)) return refuse("cell_missing", "A number belongs here.", at(row, column));
        auto const read = parse_decimal(text(row, column), m_sheet->decimal_mark);
        if (!read) return refuse(read.error().code, read.error().message, at(row, column));
        return number_of(*read);
    }
    Result<Milligrams> weight(std::size_t row, Found const& where) const {
        auto const* unit = where.unit ? where.unit : find_unit("kg");
        auto const read = parse_quantity(text(row, where.column), Dimension::mass, unit, Rounding::half_even, m_sheet->decimal_mark);
        if (!read) return refuse(read.error().code, read.error().message, at(row, where.column));
        if (*read < 0) return refuse("number_unlikely", "A weight is not below nought.", at(row, where.column));
        return Milligrams{*read};
    }
    Result<UnitPrice> price(std::size_t row, std::size_t column, Currency currency) const {
        auto const written = text(row, column);
        auto const plain = parse_decimal(written, m_sheet->decimal_mark);
        auto const read = plain ? parse_unit_price(fmt::format("{} {}/kg", text_of(*plain), code_of(currency))) : parse_unit_price(written);
        if (!read) return refuse(read.error().code, read.error().message, at(row, column));
        if (read->money.minor < 0) return refuse("number_unlikely", "A price is not below nought.", at(row, column));
        return *read;
    }

    static constexpr auto npos = std::string::npos;

private:
    Sheet const* m_sheet = nullptr;
    std::vector<std::string> m_headings;
    std::map<std::string, std::size_t> m_columns;
};

Result<std::vector<BlendAim>> read_aims(Sheeted const& sheet) {
    auto const name = sheet.column({"attribute", "属性", "指标"}).column, low = sheet.column({"low", "least", "min", "下限"}).column, high = sheet.column({"high", "most", "max", "上限"}).column;
    auto const target = sheet.column({"target", "目标"}).column, tolerance = sheet.column({"tolerance", "公差"}).column, weight = sheet.column({"weight", "权重"}).column;
    if (name == Sheeted::npos) return refuse("column_missing", "The targets have no column headed attribute.", "attribute");
    std::vector<BlendAim> out;
    constexpr auto none = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t r = 0; r < sheet.rows(); ++r) {
        if (sheet.empty(r, name)) return refuse("cell_missing", "An attribute belongs here.", sheet.at(r, name));
        BlendAim aim{sheet.text(r, name), none, none, none, 1, true, {}, 0};
        for (auto const& [column, field] : {std::pair{low, &aim.low}, {high, &aim.high}, {target, &aim.target}}) if (!sheet.empty(r, column)) *field = OSETRA_TRY(sheet.number(r, column));
        if (!sheet.empty(r, weight)) aim.weight = OSETRA_TRY(sheet.number(r, weight));
        if (!sheet.empty(r, tolerance)) {
            auto const by = OSETRA_TRY(sheet.number(r, tolerance));
            if (std::isnan(aim.target)) return refuse("cell_missing", "A tolerance needs its target.", sheet.at(r, tolerance));
            if (std::isnan(aim.low)) aim.low = aim.target - by;
            if (std::isnan(aim.high)) aim.high = aim.target + by;
        }
        if (std::isnan(aim.low) && std::isnan(aim.high)) return refuse("cell_missing", fmt::format("{} needs low or high, or a target with a tolerance.", aim.attribute), sheet.at(r, name));
        if (aim.weight < 0) return refuse("number_unlikely", "A weight is not below nought.", sheet.at(r, weight));
        out.push_back(std::move(aim));
    }
    return out;
}

} // namespace

Result<BlendTask> read_blend(Table const& lots, Table const& target, Currency currency) {
    auto const sheet = OSETRA_TRY(Sheeted::of(lots, "lots"));
    auto const aims = OSETRA_TRY(Sheeted::of(target, "target"));
    BlendTask out;
    out.wish.aims = OSETRA_TRY(read_aims(aims));
    auto const lot = sheet.column({"lot", "批号", "批次"}), kind = sheet.column({"kind", "cultivar", "品种"}), price = sheet.column({"price", "priceper", "单价", "价格"});
    auto const available = sheet.column({"available", "stock", "库存", "可用"}), bag = sheet.column({"bag", "袋重"}), least = sheet.column({"least", "minimum", "最少"}), must = sheet.column({"must", "必用"}), age = sheet.column({"agedays", "age", "天数"});
    for (auto const& [found, name] : {std::pair{lot, "lot"}, {price, "price"}, {available, "available"}})
        if (found.column == Sheeted::npos) return refuse("column_missing", fmt::format("The lots have no column headed {}. There are: {}.", name, fmt::join(sheet.headings(), ", ")), name);
    std::vector<std::size_t> values, errors;
    for (auto const& aim : out.wish.aims) {
        values.push_back(sheet.column({aim.attribute}).column);
        errors.push_back(sheet.column({aim.attribute + " error", aim.attribute + "error"}).column);
        if (values.back() == Sheeted::npos) return refuse("attribute_unknown", fmt::format("The lots have no column headed {}. There are: {}.", aim.attribute, fmt::join(sheet.headings(), ", ")), aim.attribute);
    }
    for (std::size_t r = 0; r < sheet.rows(); ++r) {
        BlendLot x;
        x.lot = sheet.text(r, lot.column);
        if (x.lot.empty()) return refuse("cell_missing", "A lot's name belongs here.", sheet.at(r, lot.column));
        x.kind = sheet.text(r, kind.column);
        x.price = OSETRA_TRY(sheet.price(r, price.column, currency));
        x.available_mg = OSETRA_TRY(sheet.weight(r, available));
        if (!sheet.empty(r, bag.column)) {
            x.bag_mg = OSETRA_TRY(sheet.weight(r, bag));
            if (x.bag_mg->n <= 0) x.bag_mg.reset();
        }
        if (!sheet.empty(r, least.column)) x.least_mg = OSETRA_TRY(sheet.weight(r, least));
        if (!sheet.empty(r, must.column)) x.must_mg = OSETRA_TRY(sheet.weight(r, must));
        if (!sheet.empty(r, age.column)) x.age_days = static_cast<std::int64_t>(OSETRA_TRY(sheet.number(r, age.column)));
        for (std::size_t a = 0; a < values.size(); ++a) {
            x.value.push_back(OSETRA_TRY(sheet.number(r, values[a])));
            x.error.push_back(sheet.empty(r, errors[a]) ? 0 : OSETRA_TRY(sheet.number(r, errors[a])));
            if (x.error.back() < 0) return refuse("number_unlikely", "An error is not below nought.", sheet.at(r, errors[a]));
        }
        out.lots.push_back(std::move(x));
    }
    // a side that was left open lies beyond every lot
    for (std::size_t a = 0; a < out.wish.aims.size(); ++a) {
        auto& aim = out.wish.aims[a];
        auto const [least_lot, most_lot] = std::minmax_element(out.lots.begin(), out.lots.end(), [a](auto const& x, auto const& y) { return x.value[a] < y.value[a]; });
        auto const open = std::isnan(aim.low) || std::isnan(aim.high);
        if (std::isnan(aim.low)) aim.low = std::min(least_lot->value[a], aim.high) - 1;
        if (std::isnan(aim.high)) aim.high = std::max(most_lot->value[a], aim.low) + 1;
        if (std::isnan(aim.target)) aim.target = (aim.low + aim.high) / 2;
        if (open) out.notes.push_back(fmt::format("{} has one limit only.", aim.attribute));
    }
    if (!bag.column || bag.column == Sheeted::npos) out.notes.emplace_back("The lots name no bags: they are taken to the gram.");
    return out;
}

Result<PastBlends> read_past(Table const& recipe, Table const* profile, std::vector<std::string> const& kinds) {
    auto const shares = OSETRA_TRY(Sheeted::of(recipe, profile ? "recipe" : "past"));
    auto const judged = profile ? OSETRA_TRY(Sheeted::of(*profile, "profile")) : shares;
    if (shares.rows() != judged.rows()) return refuse("rows_differ", fmt::format("There are {} recipes and {} profiles; a row is a blend, in the same order.", shares.rows(), judged.rows()), judged.at(0, 0));
    PastBlends out;
    std::vector<std::size_t> kind_columns, attribute_columns;
    auto const is_kind = [&](std::string const& heading) { return profile ? kinds.empty() || std::find(kinds.begin(), kinds.end(), heading) != kinds.end() : std::find(kinds.begin(), kinds.end(), heading) != kinds.end(); };
    auto const is_name = [](std::string const& heading) { auto const f = folded(heading); return f.empty() || f == "blend"; };
    for (std::size_t c = 0; c < shares.headings().size(); ++c) if (!is_name(shares.headings()[c]) && is_kind(shares.headings()[c])) { out.kinds.push_back(shares.headings()[c]); kind_columns.push_back(c); }
    for (std::size_t c = 0; c < judged.headings().size(); ++c)
        if (!is_name(judged.headings()[c]) && (profile || !is_kind(judged.headings()[c]))) { out.attributes.push_back(judged.headings()[c]); attribute_columns.push_back(c); }
    if (kind_columns.empty()) return refuse("column_missing", "The past blends have no column for any kind of the lots.", recipe.name);
    for (std::size_t r = 0; r < shares.rows(); ++r) {
        std::vector<double> share, value;
        for (auto const c : kind_columns) share.push_back(shares.empty(r, c) ? 0 : OSETRA_TRY(shares.number(r, c)));
        auto const sum = std::accumulate(share.begin(), share.end(), 0.0);
        if (!(sum > 0) || *std::min_element(share.begin(), share.end()) < 0) return refuse("number_unlikely", "The parts of a blend are not below nought and not all nought.", shares.at(r, kind_columns.front()));
        for (auto& s : share) s /= sum;
        for (auto const c : attribute_columns) value.push_back(judged.empty(r, c) ? std::numeric_limits<double>::quiet_NaN() : OSETRA_TRY(judged.number(r, c)));
        out.share.push_back(std::move(share));
        out.value.push_back(std::move(value));
    }
    return out;
}

Result<Done> learn(BlendTask& task, PastBlends const& past, double trust) {
    task.wish.kinds = past.kinds;
    auto const models = OSETRA_TRY(find_mixing(past, trust));
    for (auto& aim : task.wish.aims) {
        auto const found = std::find_if(models.begin(), models.end(), [&](auto const& m) { return folded(m.attribute) == folded(aim.attribute); });
        if (found == models.end()) {
            MixingModel untold;
            untold.attribute = aim.attribute;
            task.mixing.push_back(untold);
            task.notes.push_back(aim.attribute + " was not judged in past blends; it is taken to mix linearly.");
            continue;
        }
        task.mixing.push_back(*found);
        aim.counted = found->mixing != Mixing::untold;
        aim.meetings = found->meetings;
        aim.model_error = aim.counted ? found->error : 0;
    }
    return Done{};
}

Result<Analysis> read_analysis(Table const& table) {
    auto const sheet = OSETRA_TRY(Sheeted::of(table, "analysis"));
    auto const name = sheet.column({"ion", "parameter", "what", "离子", "项目"}).column;
    auto const mg = sheet.column({"mg/l", "mgl", "mgperl", "value", "含量"}).column, mmol = sheet.column({"mmol/l", "mmoll", "mmolperl"}).column, meq = sheet.column({"meq/l", "meql", "meqperl"}).column;
    if (name == Sheeted::npos || (mg == Sheeted::npos && mmol == Sheeted::npos && meq == Sheeted::npos))
        return refuse("column_missing", fmt::format("An analysis has a column headed ion, and one headed mg/L, mmol/L or meq/L. There are: {}.", fmt::join(sheet.headings(), ", ")), table.name);
    Analysis out{Water(ion_count, 0), {}};
    std::vector<char> told(ion_count, 0);
    for (std::size_t r = 0; r < sheet.rows(); ++r) {
        auto const written = sheet.text(r, name);
        if (written.empty()) return refuse("cell_missing", "An ion belongs here.", sheet.at(r, name));
        auto const plain = folded(written);
        if (plain == "ph" || plain.starts_with("temp") || plain.starts_with("salinity") || plain.starts_with("ec") || plain == "水温" || plain == "盐度") { out.passed_over.push_back(written); continue; }
        auto const alkalinity = plain.starts_with("alkalinity") || plain.starts_with("总碱度");
        auto const* ion = alkalinity ? find_ion("HCO3") : find_ion(written);
        if (!ion) return refuse("ion_unknown", fmt::format("\"{}\" is no ion that is known here: Na, K, Mg, Ca, Sr, Cl, SO4, HCO3, CO3, OH, Br, F, B, or alkalinity.", clipped(written, 40)), sheet.at(r, name));
        auto const i = number_of(*ion);
        if (told[i]++) return refuse("ion_twice", std::string{ion->code} + " stands twice in the analysis.", sheet.at(r, name));
        auto const column = !sheet.empty(r, mg) ? mg : !sheet.empty(r, mmol) ? mmol : meq != Sheeted::npos ? meq : mg;
        auto value = OSETRA_TRY(sheet.number(r, column));
        if (value < 0) return refuse("number_unlikely", "An amount is not below nought.", sheet.at(r, column));
        if (alkalinity && column == mg) value = value / alkalinity_mg_l([&] { Water one(ion_count, 0); one[i] = 1; return one; }());
        else if (column == mmol) value *= ion->g_mol;
        else if (column == meq) value *= ion->g_mol / std::max(1, std::abs(ion->charge));
        out.water[i] = value;
    }
    return out;
}

Result<std::vector<Salt>> read_salts(Table const& table, Currency currency) {
    auto const sheet = OSETRA_TRY(Sheeted::of(table, "salts"));
    auto const name = sheet.column({"salt", "name", "盐", "名称"}).column, formula = sheet.column({"formula", "化学式"}).column, purity = sheet.column({"purity", "purity%", "纯度"}).column, price = sheet.column({"price", "priceper", "单价", "价格"}).column;
    auto const bag = sheet.column({"bag", "袋重"}), available = sheet.column({"available", "stock", "库存", "可用"});
    for (auto const& [found, word] : {std::pair{name, "salt"}, {price, "price"}})
        if (found == Sheeted::npos) return refuse("column_missing", fmt::format("The salts have no column headed {}. There are: {}.", word, fmt::join(sheet.headings(), ", ")), word);
    std::vector<Salt> out;
    for (std::size_t r = 0; r < sheet.rows(); ++r) {
        Salt s;
        s.name = sheet.text(r, name);
        if (s.name.empty()) return refuse("cell_missing", "A salt's name belongs here.", sheet.at(r, name));
        s.formula = sheet.empty(r, formula) ? s.name : sheet.text(r, formula);
        if (auto const read = parse_formula(s.formula); !read) return refuse(read.error().code, read.error().message, sheet.at(r, formula == Sheeted::npos ? name : formula));
        if (!sheet.empty(r, purity)) {
            auto text = sheet.text(r, purity);
            auto const percent = !text.empty() && text.back() == '%';
            if (percent) text.pop_back();
            auto const value = parse_decimal(text);
            if (!value) return refuse(value.error().code, value.error().message, sheet.at(r, purity));
            s.purity = number_of(*value);
            if (percent || s.purity > 1) s.purity /= 100;
            if (!(s.purity > 0 && s.purity <= 1)) return refuse("purity_wrong", "A purity is a share between 0 and 1, or up to 100 %.", sheet.at(r, purity));
        }
        s.price = OSETRA_TRY(sheet.price(r, price, currency));
        if (!sheet.empty(r, bag.column)) s.bag_mg = OSETRA_TRY(sheet.weight(r, bag));
        if (s.bag_mg && s.bag_mg->n <= 0) s.bag_mg.reset();
        if (!sheet.empty(r, available.column)) s.available_mg = OSETRA_TRY(sheet.weight(r, available));
        out.push_back(std::move(s));
    }
    return out;
}

Result<std::vector<MixBand>> read_bands(Table const& table) {
    auto const sheet = OSETRA_TRY(Sheeted::of(table, "target"));
    auto const what = sheet.column({"what", "ratio", "ion", "指标"}).column, low = sheet.column({"low", "min", "下限"}).column, high = sheet.column({"high", "max", "上限"}).column;
    for (auto const& [found, word] : {std::pair{what, "what"}, {low, "low"}, {high, "high"}})
        if (found == Sheeted::npos) return refuse("column_missing", fmt::format("The targets have no column headed {}. There are: {}.", word, fmt::join(sheet.headings(), ", ")), word);
    std::vector<MixBand> out;
    for (std::size_t r = 0; r < sheet.rows(); ++r) {
        auto const from = OSETRA_TRY(sheet.number(r, low)), to = OSETRA_TRY(sheet.number(r, high));
        out.push_back({sheet.text(r, what), from, to});
    }
    return out;
}

} // namespace osetra::quality
