#include "breeding/engine/hybrids.h"

#include <set>
#include <unordered_map>

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;

size_t at(int32_t i) { return static_cast<size_t>(i); }

} // namespace

Result<Composition> composition_of(Pedigree const& p, Origins const& o, std::vector<std::string> species, std::vector<int32_t> const& told) {
    Composition out;
    out.species = std::move(species);
    auto const n = o.sire.size(), kinds = out.species.size();
    out.fraction.assign(n * kinds, 0);
    std::vector<double> sire(kinds), dam(kinds);
    for (size_t i = 0; i < n; ++i) {
        double const s = o.sire_copies[i], d = o.dam_copies[i], all = s + d;
        auto const wanted = (s > 0 && o.sire[i] < 0) || (d > 0 && o.dam[i] < 0);
        if (wanted && told[i] < 0) return refuse("species_missing", "A parent of " + p.id[i] + " is not known and no species is told. Name the species in its line.", p.id[i]);
        auto const gamete = [&](int32_t parent, std::vector<double>& of) {   // a gamete's mean composition is the parent's
            for (size_t k = 0; k < kinds; ++k) of[k] = parent >= 0 ? out.of(at(parent), k) : told[i] == static_cast<int32_t>(k) ? 1 : 0;
        };
        gamete(o.sire[i], sire);
        gamete(o.dam[i], dam);
        double alike = 0, alike_in_sire = 0, alike_in_dam = 0;
        for (size_t k = 0; k < kinds; ++k) {
            out.fraction[i * kinds + k] = (s * sire[k] + d * dam[k]) / all;
            alike += sire[k] * dam[k];
            alike_in_sire += sire[k] * sire[k];
            alike_in_dam += dam[k] * dam[k];
        }
        auto const within = [&](double copies, int32_t parent, double same) { return parent < 0 ? 0 : copies * (copies - 1) * (1 - same) * out.heterosis[at(parent)]; };
        auto const pairs = within(s, o.sire[i], o.sire_same[i]) + within(d, o.dam[i], o.dam_same[i]) + 2 * s * d * (1 - alike);
        auto heterosis = all > 1 ? pairs / (all * (all - 1)) : 0;
        if (o.ploidy[i] == 2 * (o.sire_copies[i] + o.dam_copies[i])) heterosis *= (2 * all - 2) / (2 * all - 1);   // each copy has its double
        out.heterosis.push_back(heterosis);
        out.recombination.push_back((s > 0 ? s * (1 - alike_in_sire) : 0) / all + (d > 0 ? d * (1 - alike_in_dam) : 0) / all);
    }
    return out;
}

Result<Composition> read_composition(Columns const& c, std::string const& id_column, std::string const& species_column, Pedigree const& p, Origins const& o) {
    auto const id = OSETRA_TRY(c.column(id_column)), column = OSETRA_TRY(c.column(species_column));
    std::set<std::string, std::less<>> names;
    std::unordered_map<std::string_view, size_t> row_of;
    for (size_t row = 0; row < c.rows(); ++row) {
        row_of.emplace(c.cell(row, id), row);
        if (!is_missing(c.cell(row, column), usually_missing)) names.emplace(c.cell(row, column));
    }
    if (names.size() > 20) return refuse("species_too_many", "The column " + species_column + " has more than 20 values. Is it the species?", c.name());
    std::vector<int32_t> told(p.size(), -1);
    for (size_t i = 0; i < p.size(); ++i) {
        auto const row = row_of.find(p.id[i]);
        if (row == row_of.end()) continue;
        if (auto const name = names.find(c.cell(row->second, column)); name != names.end()) told[i] = static_cast<int32_t>(std::distance(names.begin(), name));
    }
    return composition_of(p, o, {names.begin(), names.end()}, told);
}

} // namespace osetra::breeding
