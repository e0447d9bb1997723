#include "trace/engine/vocabulary.h"

#include <algorithm>
#include <array>
#include <span>

namespace osetra::trace {
namespace {

// From the CBV 2.0 and the JSON-LD context of EPCIS 2.0; each list sorted.
constexpr std::array<std::string_view, 41> biz_steps{
    "accepting", "arriving", "assembling", "collecting", "commissioning", "consigning", "creating_class_instance",
    "cycle_counting", "decommissioning", "departing", "destroying", "disassembling", "dispensing", "encoding",
    "entering_exiting", "holding", "inspecting", "installing", "killing", "loading", "other", "packing", "picking",
    "receiving", "removing", "repackaging", "repairing", "replacing", "reserving", "retail_selling", "sampling",
    "sensor_reporting", "shipping", "staging_outbound", "stock_taking", "stocking", "storing", "transporting",
    "unloading", "unpacking", "void_shipping"};
constexpr std::array<std::string_view, 33> dispositions{
    "active", "available", "completeness_inferred", "completeness_verified", "conformant", "container_closed",
    "container_open", "damaged", "destroyed", "dispensed", "disposed", "encoded", "expired", "in_progress",
    "in_transit", "inactive", "mismatch_class", "mismatch_instance", "mismatch_quantity", "needs_replacement",
    "no_pedigree_match", "non_conformant", "non_sellable_other", "partially_dispensed", "recalled", "reserved",
    "retail_sold", "returned", "sellable_accessible", "sellable_not_accessible", "stolen", "unavailable", "unknown"};
constexpr std::array<std::string_view, 13> transactions{
    "bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder", "recadv", "rma", "testprd", "testres",
    "upevt"};
constexpr std::array<std::string_view, 3> parties{
    "location", "owning_party", "possessing_party"};
constexpr std::array<std::string_view, 2> reasons{
    "did_not_occur", "incorrect_data"};
constexpr std::array<std::string_view, 72> measurements{
    "AbsoluteHumidity", "AbsorbedDose", "AbsorbedDoseRate", "Acceleration", "Altitude", "AmountOfSubstance",
    "AmountOfSubstancePerUnitVolume", "Angle", "AngularAcceleration", "AngularMomentum", "AngularVelocity", "Area",
    "Capacitance", "Conductance", "Conductivity", "Count", "Density", "Dimensionless", "DoseEquivalent",
    "DoseEquivalentRate", "DynamicViscosity", "ElectricCharge", "ElectricCurrent", "ElectricCurrentDensity",
    "ElectricFieldStrength", "Energy", "Exposure", "Force", "Frequency", "Illuminance", "Inductance", "Irradiance",
    "KinematicViscosity", "Length", "LinearMomentum", "Luminance", "LuminousFlux", "LuminousIntensity",
    "MagneticFlux", "MagneticFluxDensity", "MagneticVectorPotential", "Mass", "MassConcentration", "MassFlowRate",
    "MassPerAreaTime", "MemoryCapacity", "MolalityOfSolute", "MolarEnergy", "MolarMass", "MolarVolume", "Power",
    "Pressure", "RadiantFlux", "RadiantIntensity", "Radioactivity", "RelativeHumidity", "Resistance", "Resistivity",
    "SolidAngle", "SpecificVolume", "Speed", "SurfaceDensity", "SurfaceTension", "Temperature", "Time", "Torque",
    "Voltage", "Volume", "VolumeFlowRate", "VolumeFraction", "VolumetricFlux", "Wavenumber"};
constexpr std::array<std::string_view, 2> exceptions{
    "ALARM_CONDITION", "ERROR_CONDITION"};
constexpr std::array<std::string_view, 14> components{
    "altitude", "axial_distance", "azimuth", "easting", "elevation_angle", "height", "latitude", "longitude",
    "northing", "polar_angle", "spherical_radius", "x", "y", "z"};

struct List {
    std::span<std::string_view const> words;
    std::string_view web, urn;   ///< what stands before the word in its full name, and in EPCIS 1.2
};
List list_of(Words which) {
    switch (which) {
    case Words::biz_step: return {biz_steps, "https://ref.gs1.org/cbv/BizStep-", "urn:epcglobal:cbv:bizstep:"};
    case Words::disposition: return {dispositions, "https://ref.gs1.org/cbv/Disp-", "urn:epcglobal:cbv:disp:"};
    case Words::transaction: return {transactions, "https://ref.gs1.org/cbv/BTT-", "urn:epcglobal:cbv:btt:"};
    case Words::party: return {parties, "https://ref.gs1.org/cbv/SDT-", "urn:epcglobal:cbv:sdt:"};
    case Words::reason: return {reasons, "https://ref.gs1.org/cbv/ER-", "urn:epcglobal:cbv:er:"};
    case Words::measurement: return {measurements, "https://gs1.org/voc/", "gs1:"};
    case Words::exception: return {exceptions, "https://gs1.org/voc/", "gs1:"};
    case Words::component: return {components, "https://ref.gs1.org/cbv/Comp-", "cbv:Comp-"};
    case Words::none: break;
    }
    return {};
}
bool has(List const& list, std::string_view word) { return std::binary_search(list.words.begin(), list.words.end(), word); }

} // namespace

Words words_of(std::string_view above, std::string_view field) {
    if (field == "bizStep") return Words::biz_step;
    if (field == "disposition") return Words::disposition;
    if (above == "persistentDisposition" && (field == "set" || field == "unset")) return Words::disposition;
    if (field == "type") {
        if (above == "bizTransaction") return Words::transaction;
        if (above == "source" || above == "destination") return Words::party;
        if (above == "sensorReport") return Words::measurement;
    }
    if (above == "errorDeclaration" && field == "reason") return Words::reason;
    if (above == "sensorReport" && field == "exception") return Words::exception;
    if (above == "sensorReport" && field == "component") return Words::component;
    return Words::none;
}

std::string full_word(Words which, std::string_view word) {
    auto const list = list_of(which);
    return has(list, word) ? std::string{list.web} + std::string{word} : std::string{word};
}

std::string bare_word(Words which, std::string_view full) {
    auto const list = list_of(which);
    for (auto const start : {list.web, list.urn})
        if (!start.empty() && full.starts_with(start) && has(list, full.substr(start.size()))) return std::string{full.substr(start.size())};
    return std::string{full};
}

std::string urn_word(Words which, std::string_view bare) {
    auto const list = list_of(which);
    return list.urn.starts_with("urn:") && has(list, bare) ? std::string{list.urn} + std::string{bare} : full_word(which, bare);
}

std::span<std::string_view const> standard_words(Words which) { return list_of(which).words; }

std::string full_curie(std::string_view text) {
    if (text.starts_with("gs1:")) return "https://gs1.org/voc/" + std::string{text.substr(4)};
    if (text.starts_with("cbv:")) return "https://ref.gs1.org/cbv/" + std::string{text.substr(4)};
    return std::string{text};
}

std::string without_cbv_urns(std::string_view text) {
    std::string out{text};
    for (auto const which : {Words::biz_step, Words::disposition, Words::transaction, Words::party, Words::reason}) {
        auto const list = list_of(which);
        for (auto at = out.find(list.urn); at != std::string::npos; at = out.find(list.urn, at + list.web.size())) out.replace(at, list.urn.size(), list.web);
    }
    return out;
}

} // namespace osetra::trace
