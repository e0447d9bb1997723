#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/money.h"
#include "kernel/quantity.h"
#include "kernel/result.h"

// Artificial sea water: which salts, and how much of each, a saline source needs so that its ions stand in the ratios asked, at the least cost.
namespace osetra::quality {

/// What is counted of a water.
struct Ion {
    std::string_view code;                       ///< "Na", "HCO3"
    double g_mol;                                ///< IUPAC 2021, abridged
    int charge;                                  ///< boric acid counts as dissolved without one
    double alkalinity;                           ///< equivalents a mole
};
std::span<Ion const> all_ions();
inline constexpr std::size_t ion_count = 13;
/// "Na", "Na+", "SO4 2-", "钠"; nullptr: none.
Ion const* find_ion(std::string_view written);
std::size_t number_of(Ion const&);

/// mg/L of each ion, in the order of all_ions().
using Water = std::vector<double>;
double salinity_g_l(Water const&);               ///< of all that is counted
double alkalinity_mg_l(Water const&);            ///< as CaCO3
/// Cations less anions, as a share of both, in equivalents; an analysis with an error in it is far from nought. Above 0.10 it is refused, above 0.05 told.
double charge_error(Water const&);
inline constexpr double charge_refused = 0.10, charge_told = 0.05;

/// What a mole of a salt brings: "MgCl2·6H2O" or "MgCl2.6H2O". Refusals: formula_malformed, formula_charge.
struct Formula {
    double g_mol = 0;                            ///< with its water
    std::vector<std::pair<std::size_t, int>> ions;
};
Result<Formula> parse_formula(std::string_view);

struct Salt {
    std::string name, formula;
    double purity = 1;                           ///< share by weight; the rest is taken as inert
    UnitPrice price;
    std::optional<Milligrams> bag_mg, available_mg;
};

/// What the water shall be: one of "Na:K" (by weight), "Mg" (mg/L), "alkalinity" (mg/L as CaCO3), "salinity" (g/L).
struct MixBand {
    std::string what;
    double low, high;
};

struct MixWish {
    double volume_l = 1000;
    bool whole_bags = false;                     ///< else to the gram
    std::vector<MixBand> bands;
    double seconds = 5;
};

struct MixPart {
    std::size_t salt;
    Milligrams mg;                               ///< for the whole volume, as it comes from the bag
    double g_m3;
    std::int64_t bags;                           ///< 0: to the gram
    Money cost;
};

struct MixGot {
    double value;                                ///< of the band
    double source;                               ///< of the source alone
};

struct MixStep {
    std::vector<std::size_t> parts;              ///< places in Mix::parts; none: a step without a salt
    std::string_view act, why;
};

struct Mix {
    std::vector<MixPart> parts;                  ///< in the order of dissolving
    Money cost;
    Water water;
    std::vector<MixGot> band;
    std::vector<MixStep> steps;
    double gap = 0;                              ///< of the cost above the bound, as a share
};

struct MixGive {
    std::size_t band;
    double value;                                ///< what it would be
};

struct MixAnswer {
    double charge_error = 0;
    std::optional<Mix> mix;
    std::string why;
    std::vector<MixGive> gives;                  ///< the least giving of bands that makes it possible
};

/// Refusals: analysis_unbalanced, salts_none, bands_none, band_unknown, limits_crossed, amount_wrong, purity_wrong, currency_mixed, those of parse_formula.
Result<MixAnswer> mix_water(Water const& source, std::vector<Salt> const&, MixWish const&);

/// A kilogram of artificial sea water of 35 g/kg [Kester et al. 1967, Limnol. Oceanogr. 12:176]: grams, or moles of the salts with water in them.
struct Kester {
    std::string_view formula;
    double g_kg, mol_kg;                         ///< one of them
};
std::span<Kester const> kester_recipe();
/// Its ions, mg/kg.
Water kester_water();
/// Bands of `share` round its ratios, its alkalinity, and a salinity.
std::vector<MixBand> kester_bands(double salinity_g_l, double share = 0.1);

} // namespace osetra::quality
