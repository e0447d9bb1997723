#include "breeding/engine/evaluation.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <unordered_map>

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;
using std::string;
using std::string_view;

/// The column told, or the first of the usual names that is there; nothing where it may be absent.
Result<std::optional<size_t>> find_column(Columns const& c, string const& told, std::initializer_list<char const*> usual, bool needed) {
    if (!told.empty()) return std::optional<size_t>{OSETRA_TRY(c.column(told))};
    for (auto const* name : usual) if (c.has(name)) return std::optional<size_t>{OSETRA_TRY(c.column(name))};
    if (needed) return std::optional<size_t>{OSETRA_TRY(c.column(*usual.begin()))};
    return std::optional<size_t>{};
}

/// Text levels by the order in which they are first named, made independent of it: sorted.
struct Levels {
    std::vector<string> names;
    std::vector<int32_t> of_record;

    explicit Levels(std::vector<string_view> const& cells) {
        std::unordered_map<string_view, int32_t> place;
        std::vector<string_view> sorted;
        for (auto const cell : cells) if (place.try_emplace(cell, 0).second) sorted.push_back(cell);
        std::sort(sorted.begin(), sorted.end());
        for (auto const name : sorted) { place[name] = static_cast<int32_t>(names.size()); names.emplace_back(name); }
        of_record.reserve(cells.size());
        for (auto const cell : cells) of_record.push_back(place.at(cell));
    }
};

/// The texts that records have, from the lowest: by number where all are numbers, else two of them by text.
Result<std::vector<string_view>> ordered_categories(Columns const& c, std::vector<size_t> const& rows, size_t column) {
    std::map<string_view, std::optional<double>> texts;
    auto numbers = true;
    for (auto const row : rows) {
        auto const [found, fresh] = texts.try_emplace(c.cell(row, column));
        if (!fresh) continue;
        if (auto const number = number_in(c, row, column)) found->second = *number;
        else numbers = false;
        if (texts.size() > 50) return refuse("categories_too_many", "The trait has more than 50 values. Leave ordinal() away: it is a measure.", c.name() + " " + c.header()[column]);
    }
    std::vector<string_view> out;
    for (auto const& [text, number] : texts) out.push_back(text);
    if (!numbers && out.size() > 2) return refuse("category_order_unknown", "Which category is above which is not known from texts. Write them as numbers, the lowest first.", c.name() + " " + c.header()[column]);
    if (!numbers) return out;
    std::stable_sort(out.begin(), out.end(), [&](auto a, auto b) { return *texts.at(a) < *texts.at(b); });
    out.erase(std::unique(out.begin(), out.end(), [&](auto a, auto b) { return *texts.at(a) == *texts.at(b); }), out.end());   // 1 and 1.0
    return out;
}

} // namespace

string sex_of(string_view text) {
    if (text == "male" || text == "Male" || text == "M" || text == "m") return "male";
    if (text == "female" || text == "Female" || text == "F" || text == "f") return "female";
    return {};
}

Result<string> id_column(Columns const& c, string const& told) { return c.header()[*OSETRA_TRY(find_column(c, told, {"id", "animal", "self", "fish"}, true))]; }

Result<PedigreeFile> read_pedigree(Columns const& c, PedigreeColumns const& wanted, std::vector<Defect>& defects) {
    auto const id = *OSETRA_TRY(find_column(c, wanted.id, {"id", "animal", "self", "fish"}, true));
    auto const sire = *OSETRA_TRY(find_column(c, wanted.sire, {"sire", "father", "dad"}, true));
    auto const dam = *OSETRA_TRY(find_column(c, wanted.dam, {"dam", "mother", "mum"}, true));
    auto const sex = OSETRA_TRY(find_column(c, wanted.sex, {"sex"}, false));
    auto const born = OSETRA_TRY(find_column(c, wanted.born, {"born", "birth", "hatched", "gen"}, false));
    auto const text = [&](size_t row, size_t column) { auto const cell = c.cell(row, column); return is_missing(cell, wanted.missing) ? string{} : string{cell}; };
    std::vector<PedigreeLine> lines;
    lines.reserve(c.rows());
    for (size_t row = 0; row < c.rows(); ++row) {
        PedigreeLine line{text(row, id), text(row, sire), text(row, dam), sex ? sex_of(c.cell(row, *sex)) : string{}, {}, c.line(row)};
        if (born) {   // 2014, 2014-05-01: digits in their order
            string digits;
            for (char const x : c.cell(row, *born)) if (x >= '0' && x <= '9') digits += x;
            if (!digits.empty() && digits.size() < 18) line.born = std::stoll(digits);
        }
        lines.push_back(std::move(line));
    }
    PedigreeFile out;
    out.checked = check_pedigree(lines, wanted.cures);
    defects = out.checked.defects;
    auto const grave = std::count_if(defects.begin(), defects.end(), [](Defect const& d) { return d.grave; });
    if (grave) return refuse("pedigree_defects", "The pedigree has " + std::to_string(grave) + (grave == 1 ? " defect" : " defects") + ". Mend them, or name those to be cured with --cure CODE.", c.name());
    if (wanted.groups.empty()) return out;
    auto const sires = OSETRA_TRY(c.column(wanted.groups[0])), dams = OSETRA_TRY(c.column(wanted.groups.back()));
    std::unordered_map<string, size_t> row_of;
    for (size_t row = 0; row < c.rows(); ++row) row_of.emplace(c.cell(row, id), row);
    std::set<string> names;
    for (size_t row = 0; row < c.rows(); ++row) for (auto const column : {sires, dams}) if (auto const g = text(row, column); !g.empty()) names.insert(g);
    out.group_names.assign(names.begin(), names.end());
    auto const& p = out.checked.pedigree;
    for (size_t i = 0; i < p.size(); ++i) {
        auto const row = row_of.find(p.id[i]);
        auto const group = [&](size_t column) -> int32_t {
            if (row == row_of.end()) return -1;
            auto const g = text(row->second, column);
            return g.empty() ? -1 : static_cast<int32_t>(std::distance(names.begin(), names.find(g)));
        };
        out.sire_group.push_back(p.sire[i] >= 0 ? -1 : group(sires));
        out.dam_group.push_back(p.dam[i] >= 0 ? -1 : group(dams));
    }
    return out;
}

Result<Evaluation> prepare(Formula const& formula, Columns const& records, RecordColumns const& wanted, PedigreeFile const* pedigree, bool ignore_inbreeding, Relationship const* instead) {
    Evaluation out;
    out.formula = formula;
    auto& model = out.model;
    model.traits = formula.traits;
    auto const of_animals = std::any_of(formula.terms.begin(), formula.terms.end(), [](Term const& t) { return t.kind >= Effect::Kind::additive; });
    auto const related = std::any_of(formula.terms.begin(), formula.terms.end(), [](Term const& t) { return t.kind == Effect::Kind::additive || t.kind == Effect::Kind::maternal; });
    if (related && !pedigree) return refuse("pedigree_wanted", "The formula has breeding values: give the pedigree (--pedigree FILE).", "pedigree");
    auto const id = OSETRA_TRY(find_column(records, wanted.id, {"id", "animal", "self", "fish"}, of_animals));
    auto const weight = OSETRA_TRY(find_column(records, wanted.weight, {}, false));
    std::vector<size_t> trait_columns;
    for (auto const& t : formula.traits) trait_columns.push_back(OSETRA_TRY(records.column(t)));
    struct Cells { Term const* term; size_t column; };
    std::vector<Cells> cells;
    for (auto const& term : formula.terms) cells.push_back({&term, term.column.empty() ? 0 : OSETRA_TRY(records.column(term.column))});
    auto const place = [&](size_t row, size_t column) { return records.name() + " line " + std::to_string(records.line(row)) + " " + records.header()[column]; };

    // records that have a trait and every factor
    std::vector<size_t> rows;
    size_t without_trait = 0, without_factor = 0;
    for (size_t row = 0; row < records.rows(); ++row) {
        auto const known = std::any_of(trait_columns.begin(), trait_columns.end(), [&](size_t c) { return !is_missing(records.cell(row, c), wanted.missing); });
        if (!known) { ++without_trait; continue; }
        auto const complete = std::none_of(cells.begin(), cells.end(), [&](Cells const& c) { return !c.term->column.empty() && is_missing(records.cell(row, c.column), wanted.missing); });
        if (!complete) { ++without_factor; continue; }
        rows.push_back(row);
    }
    if (rows.empty()) return refuse("records_none", "No record has a trait and all that the formula wants of it.", records.name());
    if (without_trait) out.notes.push_back(std::to_string(without_trait) + " records have none of the traits");
    if (without_factor) out.notes.push_back(std::to_string(without_factor) + " records lack a factor or a number of the formula and are left out");

    std::vector<string_view> categories;
    if (formula.is_ordinal()) {
        if (trait_columns.size() > 1) return refuse("ordinal_alone", "A trait in categories is evaluated alone: give each its own formula.", "model");
        if (weight) return refuse("weight_of_category", "A record in a category has no weight. Leave --weights away.", records.header()[*weight]);
        categories = OSETRA_TRY(ordered_categories(records, rows, trait_columns[0]));
        out.categories.assign(categories.begin(), categories.end());
    }
    auto const value_of = [&](size_t row, size_t column) -> Result<double> {
        if (categories.empty()) return number_in(records, row, column);
        auto found = std::find(categories.begin(), categories.end(), records.cell(row, column));
        if (found == categories.end()) {   // the same number, written otherwise
            auto const number = OSETRA_TRY(number_in(records, row, column));
            found = std::find_if(categories.begin(), categories.end(), [&](auto text) { return std::strtod(string{text}.c_str(), nullptr) == number; });
        }
        return static_cast<double>(found - categories.begin());
    };
    for (auto const column : trait_columns) {
        auto& y = model.y.emplace_back();
        double least = 0, most = 0;
        size_t known = 0;
        for (auto const row : rows) {
            if (is_missing(records.cell(row, column), wanted.missing)) { y.push_back(std::nan("")); continue; }
            auto const value = OSETRA_TRY(value_of(row, column));
            least = known ? std::min(least, value) : value;
            most = known ? std::max(most, value) : value;
            ++known;
            y.push_back(value);
        }
        if (!known) return refuse("trait_empty", "No record has the trait " + records.header()[column] + ".", records.name());
        if (least == most) return refuse("trait_constant", "The trait " + records.header()[column] + " is the same in all records: there is nothing to explain.", records.name());
    }
    if (weight) for (auto const row : rows) {
        auto const w = OSETRA_TRY(number_in(records, row, *weight));
        if (!(w > 0)) return refuse("weight_not_positive", "A weight is above nought; leave out records that count for nothing.", place(row, *weight));
        model.weight.push_back(w);
    }

    std::vector<int32_t> animal(rows.size(), -1);
    std::vector<string> animal_names;
    if (of_animals) {
        std::unordered_map<string_view, int32_t> known;
        if (pedigree) {
            out.pedigree = pedigree->checked.pedigree;
            animal_names = out.pedigree.id;
            for (size_t i = 0; i < animal_names.size(); ++i) known.emplace(animal_names[i], static_cast<int32_t>(i));
        }
        for (size_t r = 0; r < rows.size(); ++r) {
            auto const name = records.cell(rows[r], *id);
            auto const found = known.find(name);
            if (found == known.end()) {
                if (pedigree) return refuse("animal_unknown", "The pedigree has no " + string{name.substr(0, 80)} + ". Add it there, with its parents or without.", place(rows[r], *id));
                animal[r] = known.emplace(name, static_cast<int32_t>(known.size())).first->second;
                animal_names.emplace_back(name);
            } else animal[r] = found->second;
        }
    }
    if (related) {
        auto const& p = out.pedigree;
        out.f = instead && !instead->f.empty() ? instead->f : inbreeding(p);
        auto const f = ignore_inbreeding ? std::vector<double>(p.size(), 0) : out.f;
        if (instead) {
            model.kinship_inverse = instead->inverse;
            model.log_kinship = instead->log_determinant;
            out.own = instead->own;
        } else {
            model.kinship_inverse = relationship_inverse(p, f, {pedigree->sire_group, pedigree->dam_group, pedigree->group_names.size()});
            for (size_t i = 0; i < p.size(); ++i) model.log_kinship += std::log(mendelian_variance(p, f, i));
            for (auto const x : out.f) out.own.push_back(1 + x);
        }
        model.is_parent.assign(p.size(), 0);
        model.is_sire.assign(p.size(), 0);
        for (size_t i = 0; i < p.size(); ++i) {
            if (p.sire[i] >= 0) model.is_parent[static_cast<size_t>(p.sire[i])] = model.is_sire[static_cast<size_t>(p.sire[i])] = 1;
            if (p.dam[i] >= 0) model.is_parent[static_cast<size_t>(p.dam[i])] = 1;
            if (instead && !instead->together.empty() && instead->together[i]) model.is_parent[i] = model.is_sire[i] = 1;
        }
        if (!instead) animal_names.insert(animal_names.end(), pedigree->group_names.begin(), pedigree->group_names.end());
    }
    out.records_of.assign(out.pedigree.size(), 0);
    for (auto const a : animal) if (a >= 0 && static_cast<size_t>(a) < out.records_of.size()) ++out.records_of[static_cast<size_t>(a)];

    for (auto const& [term, column] : cells) {
        Effect effect{term->name(), term->kind, {}, {}, 1};
        std::vector<string> names{term->name()};
        switch (term->kind) {
        case Effect::Kind::slope:
            for (auto const row : rows) {
                auto const value = OSETRA_TRY(number_in(records, row, column));
                if (term->logarithm && !(value > 0)) return refuse("log_not_positive", "A logarithm is of numbers above nought.", place(row, column));
                effect.number.push_back(term->logarithm ? std::log(value) : value);
            }
            break;
        case Effect::Kind::additive:
        case Effect::Kind::maternal:
            effect.levels = model.kinship_inverse.size();
            names = animal_names;
            effect.level = animal;
            if (term->kind == Effect::Kind::maternal) for (auto& a : effect.level) a = out.pedigree.dam[static_cast<size_t>(a)];
            break;
        case Effect::Kind::permanent: {   // only those with records
            std::vector<int32_t> level_of(animal_names.size(), -1);
            names.clear();
            for (auto const a : animal) {
                auto& level = level_of[static_cast<size_t>(a)];
                if (level < 0) { level = static_cast<int32_t>(names.size()); names.push_back(animal_names[static_cast<size_t>(a)]); }
                effect.level.push_back(level);
            }
            effect.levels = names.size();
            break;
        }
        case Effect::Kind::fixed:
        case Effect::Kind::random:
            if (term->constant) { effect.level.assign(rows.size(), 0); break; }
            std::vector<string_view> texts;
            texts.reserve(rows.size());
            for (auto const row : rows) texts.push_back(records.cell(row, column));
            Levels levels(texts);
            effect.levels = levels.names.size();
            effect.level = std::move(levels.of_record);
            names = std::move(levels.names);
            break;
        }
        model.effects.push_back(std::move(effect));
        out.level_names.push_back(std::move(names));
    }
    return out;
}

} // namespace osetra::breeding
