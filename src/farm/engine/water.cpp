#include "farm/engine/water.h"

#include <cmath>

namespace osetra::farm::engine {

double unionised_ammonia_share(double celsius, double ph) {
    auto const pka = 0.09018 + 2729.92 / (273.15 + celsius);
    return 1 / (std::pow(10, pka - ph) + 1);
}

double oxygen_saturation_mg_l(double celsius, double salinity, double pressure_atm) {
    auto const t = 273.15 + celsius;
    auto const at_1_atm = std::exp(-139.34411 + 1.575701e5 / t - 6.642308e7 / (t * t) + 1.243800e10 / (t * t * t) -
                                   8.621949e11 / (t * t * t * t) -
                                   salinity * (1.7674e-2 - 10.754 / t + 2140.7 / (t * t)));
    auto const vapour_atm = std::exp(11.8571 - 3840.70 / t - 216961 / (t * t));
    auto const theta = 0.000975 - 1.426e-5 * celsius + 6.436e-8 * celsius * celsius;
    return at_1_atm * (pressure_atm - vapour_atm) * (1 - theta * pressure_atm) / ((1 - vapour_atm) * (1 - theta));
}

double pressure_atm_at(double metres) { return std::pow(1 - 2.25577e-5 * metres, 5.25588); }

} // namespace osetra::farm::engine
