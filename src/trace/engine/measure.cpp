#include "trace/engine/measure.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace osetra::trace {
namespace {

struct Unit {
    std::string_view code, kind;
    double factor;        ///< so many of the kind's SI unit are one of this
    double offset = 0;    ///< and its nought lies there
};

constexpr double pound = 0.45359237, ounce = pound / 16, gallon_us = 3.785411784e-3, gallon_uk = 4.54609e-3, pi = 3.14159265358979323846;
constexpr double pound_force = pound * 9.80665, inch = 0.0254;

// UN/ECE Recommendation 20, revision 17 [factors: annex I; SI brochure; NIST SP 811 for the others].
constexpr auto units = [] {
    std::array table{
        // temperature, K
        Unit{"KEL", "temperature", 1}, Unit{"CEL", "temperature", 1, 273.15}, Unit{"FAH", "temperature", 5.0 / 9, 273.15 - 32 * 5.0 / 9}, Unit{"A48", "temperature", 5.0 / 9},
        // mass, kg
        Unit{"KGM", "mass", 1}, Unit{"GRM", "mass", 1e-3}, Unit{"MGM", "mass", 1e-6}, Unit{"MC", "mass", 1e-9}, Unit{"CGM", "mass", 1e-5}, Unit{"DG", "mass", 1e-4},
        Unit{"DJ", "mass", 1e-2}, Unit{"HGM", "mass", 0.1}, Unit{"DTN", "mass", 100}, Unit{"TNE", "mass", 1e3}, Unit{"KTN", "mass", 1e6}, Unit{"2U", "mass", 1e3},
        Unit{"LBR", "mass", pound}, Unit{"ONZ", "mass", ounce}, Unit{"APZ", "mass", 0.0311034768}, Unit{"GRN", "mass", 64.79891e-6}, Unit{"CTM", "mass", 2e-4},
        Unit{"STI", "mass", 14 * pound}, Unit{"CWA", "mass", 100 * pound}, Unit{"CWI", "mass", 112 * pound}, Unit{"STN", "mass", 2000 * pound}, Unit{"LTN", "mass", 2240 * pound},
        // time, s
        Unit{"SEC", "time", 1}, Unit{"MIN", "time", 60}, Unit{"HUR", "time", 3600}, Unit{"DAY", "time", 86400}, Unit{"WEE", "time", 604800}, Unit{"MON", "time", 2629800},
        Unit{"ANN", "time", 31557600}, Unit{"C26", "time", 1e-3}, Unit{"B98", "time", 1e-6}, Unit{"C47", "time", 1e-9}, Unit{"H70", "time", 1e-12}, Unit{"B52", "time", 1e3},
        // length, m
        Unit{"MTR", "length", 1}, Unit{"MMT", "length", 1e-3}, Unit{"CMT", "length", 1e-2}, Unit{"DMT", "length", 0.1}, Unit{"A45", "length", 10}, Unit{"HMT", "length", 100},
        Unit{"KMT", "length", 1e3}, Unit{"4H", "length", 1e-6}, Unit{"C45", "length", 1e-9}, Unit{"INH", "length", inch}, Unit{"FOT", "length", 12 * inch}, Unit{"YRD", "length", 36 * inch},
        Unit{"SMI", "length", 1609.344}, Unit{"NMI", "length", 1852}, Unit{"AK", "length", 72 * inch},
        // area, m2
        Unit{"MTK", "area", 1}, Unit{"MMK", "area", 1e-6}, Unit{"CMK", "area", 1e-4}, Unit{"DMK", "area", 1e-2}, Unit{"ARE", "area", 100}, Unit{"HAR", "area", 1e4}, Unit{"KMK", "area", 1e6},
        Unit{"INK", "area", inch * inch}, Unit{"FTK", "area", 144 * inch * inch}, Unit{"YDK", "area", 1296 * inch * inch}, Unit{"ACR", "area", 4046.8564224}, Unit{"MIK", "area", 1609.344 * 1609.344},
        // volume, m3
        Unit{"MTQ", "volume", 1}, Unit{"LTR", "volume", 1e-3}, Unit{"MLT", "volume", 1e-6}, Unit{"CLT", "volume", 1e-5}, Unit{"DLT", "volume", 1e-4}, Unit{"A44", "volume", 1e-2},
        Unit{"HLT", "volume", 0.1}, Unit{"K6", "volume", 1}, Unit{"MAL", "volume", 1e3}, Unit{"4G", "volume", 1e-9}, Unit{"MMQ", "volume", 1e-9}, Unit{"CMQ", "volume", 1e-6}, Unit{"DMQ", "volume", 1e-3},
        Unit{"INQ", "volume", inch * inch * inch}, Unit{"FTQ", "volume", 1728 * inch * inch * inch}, Unit{"YDQ", "volume", 46656 * inch * inch * inch},
        Unit{"GLL", "volume", gallon_us}, Unit{"GLI", "volume", gallon_uk}, Unit{"QTL", "volume", gallon_us / 4}, Unit{"QTI", "volume", gallon_uk / 4}, Unit{"PTL", "volume", gallon_us / 8},
        Unit{"PTI", "volume", gallon_uk / 8}, Unit{"OZA", "volume", gallon_us / 128}, Unit{"OZI", "volume", gallon_uk / 160}, Unit{"BLL", "volume", 42 * gallon_us},
        // things counted
        Unit{"C62", "count", 1}, Unit{"EA", "count", 1}, Unit{"H87", "count", 1}, Unit{"PR", "count", 2}, Unit{"DZN", "count", 12}, Unit{"CEN", "count", 100}, Unit{"GRO", "count", 144},
        Unit{"MIL", "count", 1e3}, Unit{"T3", "count", 1e3}, Unit{"MIO", "count", 1e6},
        // parts of a whole
        Unit{"P1", "ratio", 1e-2}, Unit{"NX", "ratio", 1e-3}, Unit{"59", "ratio", 1e-6}, Unit{"61", "ratio", 1e-9},
        // mass in a volume, kg/m3
        Unit{"KMQ", "density", 1}, Unit{"GL", "density", 1}, Unit{"F23", "density", 1}, Unit{"M1", "density", 1e-3}, Unit{"A93", "density", 1e-3}, Unit{"GP", "density", 1e-6}, Unit{"H29", "density", 1e-6},
        Unit{"GQ", "density", 1e-9}, Unit{"23", "density", 1e3}, Unit{"GJ", "density", 1e3}, Unit{"B35", "density", 1e3}, Unit{"B34", "density", 1e3}, Unit{"D41", "density", 1e3}, Unit{"B72", "density", 1e3},
        Unit{"87", "density", pound / (1728 * inch * inch * inch)}, Unit{"GE", "density", pound / gallon_us}, Unit{"K71", "density", pound / gallon_uk},
        // substance in a volume, mol/m3, and substance
        Unit{"C36", "molarity", 1}, Unit{"C38", "molarity", 1e3}, Unit{"M33", "molarity", 1}, Unit{"C34", "substance", 1}, Unit{"C18", "substance", 1e-3}, Unit{"FH", "substance", 1e-6}, Unit{"B45", "substance", 1e3},
        // pressure, Pa
        Unit{"PAL", "pressure", 1}, Unit{"A97", "pressure", 100}, Unit{"KPA", "pressure", 1e3}, Unit{"MPA", "pressure", 1e6}, Unit{"A89", "pressure", 1e9}, Unit{"74", "pressure", 1e-3}, Unit{"B96", "pressure", 1e-6},
        Unit{"BAR", "pressure", 1e5}, Unit{"MBR", "pressure", 100}, Unit{"ATM", "pressure", 101325}, Unit{"ATT", "pressure", 98066.5}, Unit{"UA", "pressure", 101325.0 / 760}, Unit{"HN", "pressure", 133.322387415},
        Unit{"PS", "pressure", pound_force / (inch * inch)}, Unit{"H78", "pressure", 98.0665}, Unit{"HP", "pressure", 9.80665}, Unit{"E42", "pressure", 98066.5}, Unit{"C55", "pressure", 1}, Unit{"C56", "pressure", 1e6},
        // speed, m/s; acceleration, m/s2
        Unit{"MTS", "speed", 1}, Unit{"KMH", "speed", 1 / 3.6}, Unit{"2M", "speed", 1e-2}, Unit{"2X", "speed", 1.0 / 60}, Unit{"HM", "speed", 0.44704}, Unit{"KNT", "speed", 1852.0 / 3600}, Unit{"FS", "speed", 12 * inch},
        Unit{"M62", "speed", 1e3}, Unit{"MSK", "acceleration", 1}, Unit{"K40", "acceleration", 9.80665}, Unit{"A76", "acceleration", 1e-2}, Unit{"M39", "acceleration", 1e-2}, Unit{"M41", "acceleration", 1e-3},
        // flow, m3/s
        Unit{"MQS", "flow", 1}, Unit{"MQH", "flow", 1.0 / 3600}, Unit{"G51", "flow", 1e-3}, Unit{"L2", "flow", 1e-3 / 60}, Unit{"E32", "flow", 1e-3 / 3600},
        // conductivity of water, S/m; resistance, conductance
        Unit{"D10", "conductivity", 1}, Unit{"H61", "conductivity", 0.1}, Unit{"G42", "conductivity", 1e-4}, Unit{"G43", "conductivity", 1e-6},
        Unit{"OHM", "resistance", 1}, Unit{"B49", "resistance", 1e3}, Unit{"B75", "resistance", 1e6}, Unit{"E45", "resistance", 1e-3}, Unit{"SIE", "conductance", 1}, Unit{"C27", "conductance", 1e-3}, Unit{"B99", "conductance", 1e-6},
        // angle, rad
        Unit{"C81", "angle", 1}, Unit{"DD", "angle", pi / 180}, Unit{"D61", "angle", pi / 10800}, Unit{"D62", "angle", pi / 648000}, Unit{"A91", "angle", pi / 200},
        // light
        Unit{"LUX", "illuminance", 1}, Unit{"KLX", "illuminance", 1e3}, Unit{"B60", "illuminance", 1}, Unit{"P25", "illuminance", 1 / (144 * inch * inch)}, Unit{"CDL", "luminous_intensity", 1}, Unit{"P34", "luminous_intensity", 1e-3},
        // frequency, Hz
        Unit{"HTZ", "frequency", 1}, Unit{"KHZ", "frequency", 1e3}, Unit{"MHZ", "frequency", 1e6}, Unit{"A86", "frequency", 1e9}, Unit{"D29", "frequency", 1e12},
        // electricity
        Unit{"VLT", "voltage", 1}, Unit{"2Z", "voltage", 1e-3}, Unit{"D82", "voltage", 1e-6}, Unit{"KVT", "voltage", 1e3}, Unit{"AMP", "current", 1}, Unit{"4K", "current", 1e-3}, Unit{"B84", "current", 1e-6},
        Unit{"B22", "current", 1e3}, Unit{"COU", "charge", 1}, Unit{"A8", "charge", 1}, Unit{"AMH", "charge", 3600},
        // force, N; power, W; energy, J
        Unit{"NEW", "force", 1}, Unit{"B47", "force", 1e3}, Unit{"C20", "force", 1e-3}, Unit{"B37", "force", 9.80665}, Unit{"C78", "force", pound_force}, Unit{"DU", "force", 1e-5},
        Unit{"WTT", "power", 1}, Unit{"C31", "power", 1e-3}, Unit{"KWT", "power", 1e3}, Unit{"MAW", "power", 1e6}, Unit{"A90", "power", 1e9},
        Unit{"JOU", "energy", 1}, Unit{"KJO", "energy", 1e3}, Unit{"3B", "energy", 1e6}, Unit{"GV", "energy", 1e9}, Unit{"WHR", "energy", 3600}, Unit{"KWH", "energy", 3.6e6}, Unit{"MWH", "energy", 3.6e9}, Unit{"GWH", "energy", 3.6e12},
        // radiation
        Unit{"BQL", "radioactivity", 1}, Unit{"2Q", "radioactivity", 1e3}, Unit{"4N", "radioactivity", 1e6}, Unit{"GBQ", "radioactivity", 1e9}, Unit{"CUR", "radioactivity", 3.7e10},
        Unit{"D13", "dose_equivalent", 1}, Unit{"C28", "dose_equivalent", 1e-3}, Unit{"D91", "dose_equivalent", 1e-2}, Unit{"A95", "absorbed_dose", 1}, Unit{"C13", "absorbed_dose", 1e-3},
    };
    std::sort(table.begin(), table.end(), [](Unit const& a, Unit const& b) { return a.code < b.code; });
    return table;
}();

Unit const* find(std::string_view code) {
    auto const at = std::lower_bound(units.begin(), units.end(), code, [](Unit const& u, std::string_view c) { return u.code < c; });
    return at != units.end() && at->code == code ? &*at : nullptr;
}

} // namespace

std::string_view kind_of_unit(std::string_view code) {
    auto const* unit = find(code);
    return unit ? unit->kind : code;
}

std::optional<double> parse_number(std::string_view text) {
    auto const plus = text.starts_with('+');
    if (plus) text.remove_prefix(1);
    auto const first = text.substr(!plus && text.starts_with('-') ? 1 : 0);
    if (first.empty() || ((first[0] < '0' || first[0] > '9') && first[0] != '.')) return {};   // neither inf nor nan
    double value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
    return value;
}

std::partial_ordering compare(Measured a, Measured b, Scale scale) {
    if (a.unit == b.unit) return a.value <=> b.value;
    auto const *of_a = find(a.unit), *of_b = find(b.unit);
    if (!of_a || !of_b || of_a->kind != of_b->kind) return std::partial_ordering::unordered;
    auto const si = [&](double value, Unit const& unit) { return value * unit.factor + (scale == Scale::place ? unit.offset : 0); };
    auto const x = si(a.value, *of_a), y = si(b.value, *of_b);
    if (std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y))) return std::partial_ordering::equivalent;
    return x <=> y;
}

} // namespace osetra::trace
