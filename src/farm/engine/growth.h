#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "farm/engine/interval.h"
#include "kernel/result.h"

// Growth in thermal units. Sturgeon, like other fish, add to the cube root of their weight in proportion to warmth:
//     W2^(1/3) - W1^(1/3) = TGC x degree-days, W in grams
// (Iwama & Tautz 1981, Can. J. Fish. Aquat. Sci. 38:649; Cho 1992, Aquaculture 100:107). TGC falls with age in sturgeon,
// so each life stage has its own; published values are 0.43e-3 to 1.45e-3 g^(1/3) per degree-day.
namespace osetra::farm::engine {

/// How growth answers to water temperature, degrees Celsius. \pre min_c <= max_c < bad_c
struct ThermalResponse {
    double min_c = 0;   ///< no growth at or below
    double max_c = 0;   ///< warmer water helps no more
    double bad_c = 0;   ///< no growth at or above
};

/// Degrees that count for growth: 0 at or below min_c, the temperature itself up to max_c, and from there on a straight fall
/// from max_c to 0 at bad_c. One day at this temperature adds so many degree-days.
double effective_celsius(ThermalResponse const&, double celsius);

/// A stretch of life in one stage: how warm it was, and how fish of that stage grow.
struct Leg {
    double degree_days = 0;
    double tgc = 0;          ///< g^(1/3) per degree-day
    double tgc_sd = 0;       ///< how fish differ from each other
    double tgc_se = 0;       ///< how well the stage's coefficient is known: one error shared by all its fish
};

/// A weight as its cube root (g^(1/3)), with the errors that belong to this fish alone and those that it shares with all
/// others grown by the same coefficients.
struct Size {
    double root = 0;
    double own_sd = 0;
    double shared_sd = 0;
};

/// What was weighed: `sd_g` is the error of the scale and of the handling; for a sample's mean, its standard error. \pre weight_g > 0
Size size_of(double weight_g, double sd_g);

/// The size after some legs. A fish that grows faster than its stage does so in every leg, so both growth errors add up along
/// the legs and only then join the error of weighing, in squares.
Size grown(Size, std::span<Leg const>);

/// The weight in grams with its 95 % interval: made in cube roots and cubed, so it is longer upwards; never below 0.
Interval weight_g(Size const&);
/// First-order standard deviations of the weight, g.
double own_sd_g(Size const&);
double shared_sd_g(Size const&);

/// TGC between two weights, g^(1/3) per degree-day. \pre degree_days > 0
double tgc_between(double from_g, double to_g, double degree_days);
/// Specific growth rate, % of body weight a day. \pre both weights and days > 0
double sgr_percent_per_day(double from_g, double to_g, double days);
/// Feed conversion ratio: feed given per gain of biomass, both in the same unit. \pre gain > 0
double fcr(double feed, double gain);

/// Ration by weight and temperature, % of body weight a day, at grid points; between them in straight lines over log weight and
/// temperature, outside as at the edge.
class RationTable {
public:
    /// \pre both axes rise; percent holds weights x temperatures, weight by weight
    RationTable(std::vector<double> const& weights_g, std::vector<double> celsius, std::vector<double> percent);
    double percent(double weight_g, double celsius) const;

private:
    std::vector<double> m_log_weights, m_celsius, m_percent;
};

/// Two weighings of the same fish or of the same cohort, and the warmth between them.
struct GrowthInterval {
    double from_g = 0, to_g = 0;
    double from_sd_g = 0, to_sd_g = 0;   ///< of the means where groups were weighed; 0 when not known
    double degree_days = 0;
};

/// A growth coefficient refitted from weighings.
struct GrowthFit {
    double tgc = 0, se = 0;          ///< g^(1/3) per degree-day
    double scale = 0;                ///< robust residual scale in units of an interval's own error
    std::size_t intervals = 0;       ///< used
    std::size_t outliers = 0;        ///< of these, how many were held back (Huber weight below 1/2)
};

/// Weighted least squares through the origin on cube roots, each interval weighted by its own error (cube-root errors of both
/// weighings, at least 1 % of the weight), made robust by Huber's weights (k = 1.345, scale by the median absolute residual), standard error
/// after Huber 1973 as in Venables & Ripley's `rlm`. Refusals: growth_weighings_few (fewer than three intervals with
/// warmth between them), growth_weighing_bad (a weight that is not above 0).
Result<GrowthFit> fit_tgc(std::span<GrowthInterval const>);

} // namespace osetra::farm::engine
