#include "app/traits_world.h"

#include "processing/processing.h"
#include "quality/grading/grading.h"

namespace osetra::app {
namespace {

/// Roe as a share of the whole fish, per cent. Fish of one month went through one plant alike.
std::vector<breeding::TraitRecord> roe_shares(store::Db& db, Enterprise enterprise, FarmOffset offset) {
    std::vector<breeding::TraitRecord> all;
    for (auto const& gave : processing::all_roe(db, enterprise)) {
        if (!gave.carcass_mg) continue;
        auto const whole = static_cast<double>(gave.ovary_mg.n + gave.carcass_mg->n);
        if (!(whole > 0)) continue;
        auto const day = farm_day(gave.at, offset);
        all.push_back({pit_tag_text(gave.fish), "roe", 100 * static_cast<double>(gave.roe_mg.n) / whole, day, text_of(day).substr(0, 7), "female"});
    }
    return all;
}

/// What grading measured of eggs. Lots of one month went past one panel.
std::vector<breeding::TraitRecord> graded_eggs(store::Db& db, Enterprise enterprise, FarmOffset offset) {
    std::vector<breeding::TraitRecord> all;
    for (auto const& m : quality::measured_by_grading(db, enterprise)) {
        auto const* trait = m.attribute == "egg_mm" ? "egg" : m.attribute == "firmness" ? "firmness" : nullptr;
        if (!trait) continue;
        auto const day = farm_day(m.at, offset);
        all.push_back({pit_tag_text(m.fish), trait, m.value, day, "graded " + text_of(day).substr(0, 7), "female"});
    }
    return all;
}

} // namespace

std::vector<breeding::TraitSource> trait_sources() { return {roe_shares, graded_eggs}; }

} // namespace osetra::app
