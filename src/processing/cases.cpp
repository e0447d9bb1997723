#include "processing/cases.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

#include "kernel/json.h"
#include "kernel/number.h"
#include "processing/plant_sql.h"
#include "trace/engine/naming.h"
#include "trace/identity_sql.h"

namespace osetra::processing {
namespace {

constexpr std::int64_t last_shown = 40, names_seen = 500, greatest_number = 999'999;

struct InCase { std::string lot, species; std::int64_t tins = 0, net_mg = 0; };
struct CaseNow {
    Of<CaseClosed> told;
    Container stands;
    std::vector<InCase> lots;                    ///< in the order of their names
    std::int64_t tins = 0, net_mg = 0;
    std::string sscc;                            ///< empty: the company has not said who it is
};

struct Cases {
    FarmRead farm;
    PlantStore plant{farm};
    std::optional<trace::Identity> identity = farm.identity();
    explicit Cases(farm::Reader& reader) : farm(reader) {}

    std::optional<CaseNow> find(std::string const& name) {
        auto closed = plant.first<CaseClosed>(name);
        auto const stands = plant.container(name);
        if (!closed || !stands) return std::nullopt;
        std::map<std::string, InCase> lots;
        add(*stands, lots, 0);
        CaseNow out{std::move(*closed), *stands, {}, 0, 0, {}};
        for (auto& [lot, in] : lots) {
            out.tins += in.tins;
            out.net_mg += in.net_mg;
            out.lots.push_back(std::move(in));
        }
        if (trace::is_sscc(name)) out.sscc = name;
        else if (auto const number = read_number<std::int64_t>(name); number && identity) out.sscc = trace::sscc_of(identity->company_prefix, *number, trace::case_extension);
        return out;
    }

private:
    void add(Container const& of, std::map<std::string, InCase>& lots, int depth) {
        for (auto const& name : of.tins)
            if (auto const tin = plant.in_tin(name)) {
                auto& lot = lots[tin->lot];
                lot.lot = tin->lot;
                lot.species = tin->species;
                ++lot.tins;
                lot.net_mg += tin->net_mg;
            }
        if (depth < 10)
            for (auto const& inner : of.containers)
                if (auto const box = plant.container(inner)) add(*box, lots, depth + 1);
    }
};

tl::unexpected<Refusal> missing(std::string const& name) { return refuse("container_not_found", fmt::format("There is no case {}. Close it first.", name.substr(0, 40)), "container"); }

void put_case(JsonOut& out, CaseNow const& c) {
    out.value("container", c.told.body.container);
    if (!c.sscc.empty()) out.value("sscc", c.sscc);
    out.value("closed_at", c.told.at);
    out.value("fact", c.told.root);
    out.value("tins", c.tins);
    out.value("net_mg", c.net_mg);
    if (c.stands.inside) out.value("inside", *c.stands.inside);
    if (c.stands.shipment) out.value("shipment", *c.stands.shipment);
    out.objects("lots", c.lots, [&](InCase const& l) {
        out.value("lot", l.lot);
        out.value("species", l.species);
        out.value("tins", l.tins);
        out.value("net_mg", l.net_mg);
    });
}

} // namespace

Result<std::string> case_json(farm::Reader& reader, std::string const& name) {
    auto const found = Cases{reader}.find(name);
    if (!found) return missing(name);
    JsonOut out;
    out.begin_object();
    put_case(out, *found);
    out.value("holds", found->stands.tins);
    out.value("containers", found->stands.containers);
    out.end_object();
    return out.take();
}

std::string cases_json(farm::Reader& reader, Instant now) {
    Cases cases{reader};
    auto const names = cases.plant.last_names(CaseClosed::kind, now, names_seen);
    std::int64_t next = 1;
    for (auto const& name : names)
        if (auto const n = read_number<std::int64_t>(name); n && *n <= greatest_number) next = std::max(next, *n + 1);
    while (cases.plant.container(std::to_string(next))) ++next;
    std::vector<CaseNow> shown;
    for (auto const& name : names) {
        if (static_cast<std::int64_t>(shown.size()) == last_shown) break;
        if (auto one = cases.find(name)) shown.push_back(std::move(*one));
    }
    JsonOut out;
    out.begin_object();
    out.value("next", std::to_string(next));
    out.objects("cases", shown, [&](CaseNow const& c) { put_case(out, c); });
    out.end_object();
    return out.take();
}

Result<UnitLabel> label_of_case(farm::Reader& reader, std::string const& name, std::string const& company) {
    Cases cases{reader};
    auto const found = cases.find(name);
    if (!found) return missing(name);
    if (found->sscc.empty()) return refuse("identity_missing", "Say first who the company is among its partners: osetra identity --company-prefix DIGITS.", "identity");
    UnitLabel label{fmt::format("Case 箱 {}", name), {company}, found->sscc};
    for (auto const& lot : found->lots) {
        auto const* species = reader.pack().find_species(lot.species);
        if (species) label.lines.push_back(species->name_en + "  " + species->name_zh);
        label.lines.push_back(fmt::format("Lot 批次 {}   {} tins 罐   {:g} g net 净重", lot.lot, lot.tins, static_cast<double>(lot.net_mg) / 1e3));
    }
    label.lines.push_back(fmt::format("{} tins 罐   {:g} g net 净重", found->tins, static_cast<double>(found->net_mg) / 1e3));
    label.lines.push_back("Closed 封箱 " + text_of(farm_day(found->told.at, reader.offset())));
    return label;
}

} // namespace osetra::processing
