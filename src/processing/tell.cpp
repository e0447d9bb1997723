#include "processing/tell.h"

#include <fmt/core.h>

#include "trace/engine/make.h"

namespace osetra::processing {
namespace {

using trace::Article;
using trace::EventMaker;
using trace::Node;
using trace::cbvmda_space;
using trace::gdst_space;
using trace::osetra_space;
using Kind = EventMaker::Kind;

std::string decimal(std::int64_t thousandths) {
    auto text = fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

/// Makes the events of one fact; one operator() a kind.
struct Teller : trace::OwnEvents {
    Plant& plant;

    std::string at(std::optional<std::string> const& station, char const* otherwise) const { return names.station(station.value_or(otherwise)); }
    std::string day(Instant i) const { return text_of(farm_day(i, offset)); }
    int year(Instant i) const { return static_cast<int>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{farm_day(i, offset).n}}}.year()); }

    /// The year is that of the harvest; of repacked caviar that of repacking.
    std::string label(Lot const& lot, std::optional<Instant> repacked_at = {}) const {
        auto const harvest = plant.harvest_of(lot.fish);
        auto const& i = names.identity();
        return cites_label(lot.species, i.country, year(repacked_at ? *repacked_at : harvest ? harvest->at : lot.taken_at), i.plant_code.value_or(""), lot.lot);
    }

    void operator()(RubbingStarted const&) {}
    void operator()(PartyRegistered const&) {}
    void operator()(PermitGranted const&) {}
    void operator()(HarvestOrdered const&) {}
    void operator()(StepDone const&) {}
    void operator()(MaterialReceived const&) {}
    void operator()(MaterialUsed const&) {}
    void operator()(PointChecked const&) {}
    void operator()(RoeTaken const& b) {
        auto const harvest = plant.harvest_of(b.fish);
        auto const lot = b.lot.value_or("");
        auto const species = harvest ? harvest->species : std::string{};
        auto made = event("TransformationEvent");
        made.amount("outputQuantityList", names.lot(Article::roe, species, lot), trace::kilograms(b.roe_mg.n), "KGM");
        if (b.carcass_mg) made.amount("outputQuantityList", names.lot(Article::carcass, species, lot), trace::kilograms(b.carcass_mg->n), "KGM");
        if (harvest) made.transformation(farm::harvest_transformation(harvest->root, b.fish));
        made.why("urn:gdst:bizStep:farmHarvest", "in_progress").where(at(b.station, "ROE"), names.plant());
        made.birth(osetra_space, "species", species).birth(cbvmda_space, "lotNumber", lot);
        made.birth(cbvmda_space, "productionMethodForFishAndSeafoodCode", "AQUACULTURE").birth(cbvmda_space, "countryOfOrigin", names.identity().country);
        if (harvest) {
            made.birth(osetra_space, "container", harvest->pool.text).birth(osetra_space, "harvestDate", day(harvest->at));
            made.birth(osetra_space, "ageYears", std::to_string((farm_day(harvest->at, offset) - harvest->hatched) / 365), Kind::number);
        }
        add(made);
    }
    void operator()(Salted const& b) {
        auto const lot = plant.lot(b.lot);
        if (!lot || !lot->first_tin_at) return;
        auto const& i = names.identity();
        auto const drained = b.drained_mg.value_or(Milligrams{}).n;
        auto const caviar = lot->roe_mg + b.salt_mg.n - drained;
        auto made = event("TransformationEvent");
        made.amount("inputQuantityList", names.lot(Article::roe, lot->species, b.lot), trace::kilograms(lot->roe_mg), "KGM");
        if (b.salt_lot) made.amount("inputQuantityList", names.lot(Article::salt, "", *b.salt_lot), trace::kilograms(b.salt_mg.n), "KGM");
        made.amount("outputQuantityList", names.lot(Article::caviar, lot->species, b.lot), trace::kilograms(caviar), "KGM");
        made.transformation("urn:uuid:" + named_uuid(fact.root(), "salting").text());
        made.why("commissioning", "in_progress").where(at(b.station, "SALT"), names.cold_store());
        made.birth(osetra_space, "citesLabel", label(*lot)).birth(osetra_space, "species", lot->species).birth(osetra_space, "source", "C");
        if (b.grade) made.birth(osetra_space, "grade", *b.grade);
        auto const salt = caviar > 0 ? decimal((b.salt_mg.n * 100'000 + caviar / 2) / caviar) : std::string{"0"};
        made.birth(osetra_space, "saltPercent", salt, Kind::number);
        if (b.egg_um) made.birth(osetra_space, "eggDiameterMm", decimal(*b.egg_um), Kind::number);
        made.birth(cbvmda_space, "lotNumber", b.lot).birth(cbvmda_space, "countryOfOrigin", i.country).birth(cbvmda_space, "productionDate", day(fact.happened_at));
        made.birth(cbvmda_space, "itemExpirationDate", text_of(farm_day(fact.happened_at, offset) + keeps_days));
        if (lot->rubbing_at) made.field(osetra_space, "rubbing_to_tin_s", std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*lot->first_tin_at - *lot->rubbing_at).count()), Kind::number);
        EventMaker::Part const when[] = {{"time", trace::local_time(fact.happened_at, offset)}};
        EventMaker::Part const content[] = {{"type", std::string{osetra_space} + "SaltContent"}, {"value", salt, true}, {"uom", "P1"}};
        made.report(when, content);
        if (b.temperature_mc) {
            EventMaker::Part const warm[] = {{"type", "https://gs1.org/voc/Temperature"}, {"value", decimal(b.temperature_mc->n), true}, {"uom", "CEL"}};
            made.report(when, warm);
        }
        add(made);
    }
    void birth_of_tin(EventMaker& made, Lot const& lot, std::int64_t net_mg, std::optional<Instant> repacked_at = {}) const {
        made.birth(osetra_space, "citesLabel", label(lot, repacked_at)).birth(osetra_space, "species", lot.species).birth(cbvmda_space, "lotNumber", lot.lot);
        made.birth(cbvmda_space, "netWeight", trace::kilograms(net_mg));
    }
    void operator()(TinClosed const& b) {
        auto const lot = plant.lot(b.lot);
        if (!lot) return;
        auto made = event("TransformationEvent");
        made.amount("inputQuantityList", names.lot(Article::caviar, lot->species, b.lot), trace::kilograms(b.net_mg.n), "KGM");
        made.thing("outputEPCList", names.tin(lot->species, b.net_mg.n, b.tin));
        auto const hold = hold_of(plant.rules(), lot->rubbing_at, fact.happened_at);
        made.why("commissioning", hold.empty() ? "active" : "non_conformant").where(at(b.station, "TIN"), names.cold_store());
        birth_of_tin(made, *lot, b.net_mg.n);
        if (!hold.empty()) made.field(osetra_space, "hold", hold);
        add(made);
    }
    void operator()(Repacked const& b) {
        auto const from = plant.in_tin(b.tin);
        auto const lot = from ? plant.lot(from->lot) : std::nullopt;
        if (!lot) return;
        auto made = event("TransformationEvent");
        made.thing("inputEPCList", names.tin(from->species, from->net_mg, b.tin));
        for (auto const& tin : b.tins) made.thing("outputEPCList", names.tin(from->species, b.net_mg.n, tin));
        made.why("repackaging", "active").where(at(b.station, "TIN"), names.cold_store());
        birth_of_tin(made, *lot, b.net_mg.n, fact.happened_at);
        add(made);
    }
    void operator()(CaseClosed const& b) {
        auto made = event("AggregationEvent");
        made.parent(names.container(b.container));
        for (auto const& name : b.tins)
            if (auto const tin = plant.in_tin(name)) made.thing("childEPCs", names.tin(tin->species, tin->net_mg, name));
        for (auto const& name : b.containers) made.thing("childEPCs", names.container(name));
        made.action("ADD").why("packing", "container_closed").where(at(b.station, "PACK"), names.cold_store());
        add(made);
    }
    void operator()(Shipped const& b) {
        auto const party = plant.party(b.party);
        auto const gln = party ? party->gln : std::nullopt;
        auto const place = party && party->place_gln ? party->place_gln : gln;
        auto const permit = "urn:cites:permit:" + names.identity().country + ":" + b.permit.value_or("");
        if (b.permit) {
            auto made = event("TransactionEvent");
            made.transaction("cert", permit);
            for (auto const& one : b.containers) made.thing("epcList", names.container(one));
            made.action("ADD").why("accepting", "").where(names.cold_store()).certificate("https://osetra.example/cites/" + *b.permit);
            if (auto const granted = plant.granted(*b.permit)) {
                made.field(osetra_space, "permitQuantityKg", trace::kilograms(granted->quantity_mg.n), Kind::number);
                if (granted->species) made.field(osetra_space, "permitSpecies", *granted->species);
                if (granted->valid_until) made.field(osetra_space, "permitValidUntil", text_of(*granted->valid_until));
            }
            add(made);
        }
        auto made = event("ObjectEvent");
        made.action("OBSERVE").why("shipping", "in_transit").where(names.cold_store());
        for (auto const& one : b.containers) made.thing("epcList", names.container(one));
        if (b.po) made.transaction("po", names.document(*b.po));
        if (b.permit) made.transaction("cert", permit);
        if (b.invoice) made.transaction("inv", names.document(*b.invoice));
        if (b.waybill) made.transaction("bol", "urn:iata:awb:" + *b.waybill);
        made.source("owning_party", names.company()).source("possessing_party", names.company()).source("location", names.cold_store());
        made.destination("owning_party", trace::partner(names, gln, b.party)).destination("location", trace::partner_place(names, place, b.party));
        if (b.certificate) made.certificate(*b.certificate);
        add(made);
    }
};

Node leaf(char const* name, std::string text) { return {name, std::move(text), {}, Node::Kind::text}; }
void attribute(Node& to, std::string_view space, char const* name, std::optional<std::string> const& value) {
    if (!value || value->empty()) return;
    auto& node = to.children.emplace_back(leaf("attribute", *value));
    node.children = {leaf("id", std::string{space} + name)};
}
Node vocabulary(char const* type, Node element) {
    auto list = leaf("VocabularyElementList", "");
    list.children = {std::move(element)};
    auto node = leaf("Vocabulary", "");
    node.children = {leaf("type", std::string{"urn:epcglobal:epcis:vtype:"} + type), std::move(list)};
    return node;
}

} // namespace

std::vector<Node> events_of(Fact const& fact, Body const& body, trace::Naming const& names, Plant& plant, FarmOffset offset) {
    Teller tell{{fact, names, offset}, plant};
    std::visit(tell, body);
    return std::move(tell.out);
}

std::vector<Node> vocabularies_of(PartyRegistered const& b, trace::Naming const& names) {
    auto const described = [&](std::string const& id) {
        auto node = leaf("VocabularyElement", "");
        node.children = {leaf("id", id)};
        attribute(node, cbvmda_space, "name", b.name);
        attribute(node, cbvmda_space, "countryCode", b.country);
        attribute(node, cbvmda_space, "streetAddressOne", b.address);
        attribute(node, osetra_space, "contact", b.contact);
        attribute(node, osetra_space, "phone", b.phone);
        attribute(node, osetra_space, "email", b.email);
        return node;
    };
    return {vocabulary("Party", described(trace::partner(names, b.gln, b.party))),
            vocabulary("BusinessLocation", described(trace::partner_place(names, b.place_gln ? b.place_gln : b.gln, b.party)))};
}

} // namespace osetra::processing
