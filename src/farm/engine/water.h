#pragma once

// Water chemistry that a daily round needs.
namespace osetra::farm::engine {

/// Share of total ammonia that is un-ionised (poisonous), 0..1: pKa = 0.09018 + 2729.92 / (273.15 + T), fresh water (Emerson, Russo,
/// Lund & Thurston 1975, J. Fish. Res. Board Can. 32:2379).
double unionised_ammonia_share(double celsius, double ph);

/// Dissolved oxygen of fresh or salt water in balance with air, mg/L, at `pressure_atm` (Benson & Krause 1984, Limnol. Oceanogr. 29:620, as in
/// APHA 4500-O and USGS 2011.03). Salinity in g/kg.
double oxygen_saturation_mg_l(double celsius, double salinity = 0, double pressure_atm = 1);

/// Air pressure at a height above the sea, atm (standard atmosphere, ISO 2533).
double pressure_atm_at(double metres);

} // namespace osetra::farm::engine
