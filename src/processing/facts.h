#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact that the plant records: from the harvested fish to the shipment. Weights are whole milligrams.
namespace osetra::processing {

/// Somebody outside the company: a customer, a carrier. A later registration replaces the earlier one.
struct PartyRegistered {
    static constexpr char const* kind = "party";
    std::string party;                           ///< short name here
    std::string name;
    std::string country;                         ///< ISO 3166, two capital letters
    std::optional<std::string> gln, place_gln;   ///< GS1 numbers of the party and of the place where it takes goods in
    std::optional<std::string> address, contact, phone, email;
};
template <Is<PartyRegistered> X> void visit_fields(X& x, auto f) {
    f("party", x.party); f("name", x.name); f("country", x.country); f("gln", x.gln); f("place_gln", x.place_gln);
    f("address", x.address); f("contact", x.contact); f("phone", x.phone); f("email", x.email);
}

/// An authority allowed so much to be sent abroad (CITES). A later one of the same number replaces it.
struct PermitGranted {
    static constexpr char const* kind = "permit";
    std::string permit;                          ///< its number
    Milligrams quantity_mg;
    std::optional<std::string> species;          ///< code in the pack; empty: any
    std::optional<FarmDay> valid_until;
    std::optional<std::string> party;            ///< whom it is for
    std::optional<std::string> authority;
};
template <Is<PermitGranted> X> void visit_fields(X& x, auto f) {
    f("permit", x.permit); f("quantity_mg", x.quantity_mg); f("species", x.species); f("valid_until", x.valid_until);
    f("party", x.party); f("authority", x.authority);
}

/// The eggs of one fish began to be rubbed off the ovary: the fifteen minutes run from here to the closed tin.
struct RubbingStarted {
    static constexpr char const* kind = "rubbing";
    FishId fish;
    std::optional<std::string> station;
};
template <Is<RubbingStarted> X> void visit_fields(X& x, auto f) { f("fish", x.fish); f("station", x.station); }

/// The roe of one harvested fish became a lot: one fish, one lot.
struct RoeTaken {
    static constexpr char const* kind = "roe";
    FishId fish;
    std::optional<std::string> lot;              ///< day of harvest and end of the tag where it is not told: 20260314-00017421
    Milligrams ovary_mg, roe_mg;
    std::optional<Milligrams> waste_mg, carcass_mg;
    std::optional<std::string> station;
};
template <Is<RoeTaken> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish); f("lot", x.lot); f("ovary_mg", x.ovary_mg); f("roe_mg", x.roe_mg); f("waste_mg", x.waste_mg);
    f("carcass_mg", x.carcass_mg); f("station", x.station);
}

/// A lot was salted: from now on it is caviar.
struct Salted {
    static constexpr char const* kind = "salt";
    std::string lot;
    Milligrams salt_mg;
    std::optional<Milligrams> drained_mg;        ///< what ran off
    std::optional<std::string> salt_lot, grade;
    std::optional<std::int64_t> egg_um;          ///< diameter of an egg, thousandths of a millimetre
    std::optional<MilliCelsius> temperature_mc;  ///< of the room
    std::optional<std::string> station;
};
template <Is<Salted> X> void visit_fields(X& x, auto f) {
    f("lot", x.lot); f("salt_mg", x.salt_mg); f("drained_mg", x.drained_mg); f("salt_lot", x.salt_lot); f("grade", x.grade);
    f("egg_um", x.egg_um); f("temperature_mc", x.temperature_mc); f("station", x.station);
}

/// An original tin of one lot was closed.
struct TinClosed {
    static constexpr char const* kind = "tin";
    std::string tin;                             ///< its serial
    std::string lot;
    Milligrams net_mg;
    std::optional<std::string> station;
    std::optional<std::string> tin_batch = {};   ///< the delivery of empty tins that it came from
};
template <Is<TinClosed> X> void visit_fields(X& x, auto f) {
    f("tin", x.tin); f("lot", x.lot); f("net_mg", x.net_mg); f("station", x.station); f("tin_batch", x.tin_batch);
}

/// One tin was opened, and smaller ones were filled from it and from nothing else.
struct Repacked {
    static constexpr char const* kind = "repack";
    std::string tin;
    std::vector<std::string> tins;
    Milligrams net_mg;                           ///< of each new one
    std::optional<std::string> station;
};
template <Is<Repacked> X> void visit_fields(X& x, auto f) { f("tin", x.tin); f("tins", x.tins); f("net_mg", x.net_mg); f("station", x.station); }

/// A case or a pallet was filled and closed.
struct CaseClosed {
    static constexpr char const* kind = "case";
    std::string container;                       ///< its own number, or all 18 digits of an SSCC
    std::vector<std::string> tins, containers;   ///< what is in it
    std::optional<std::string> station;
};
template <Is<CaseClosed> X> void visit_fields(X& x, auto f) {
    f("container", x.container); f("tins", x.tins); f("containers", x.containers); f("station", x.station);
}

/// Cases or pallets left for a customer.
struct Shipped {
    static constexpr char const* kind = "ship";
    std::string shipment;
    std::string party;
    std::vector<std::string> containers;
    std::optional<std::string> po, invoice, waybill, permit, certificate;
};
template <Is<Shipped> X> void visit_fields(X& x, auto f) {
    f("shipment", x.shipment); f("party", x.party); f("containers", x.containers); f("po", x.po); f("invoice", x.invoice);
    f("waybill", x.waybill); f("permit", x.permit); f("certificate", x.certificate);
}

/// Fish were chosen for the plant: they purge, and are taken on a day, to a line.
struct HarvestOrdered {
    static constexpr char const* kind = "harvest_order";
    std::string order;
    std::vector<FishId> fish;
    FarmDay planned_on;
    std::optional<FarmDay> purge_from;           ///< last fed the day before
    std::optional<std::string> line, note;
};
template <Is<HarvestOrdered> X> void visit_fields(X& x, auto f) {
    f("order", x.order); f("fish", x.fish); f("planned_on", x.planned_on); f("purge_from", x.purge_from); f("line", x.line); f("note", x.note);
}

/// A fish, or what was taken from it, has passed a step of the plant that no other fact tells (the steps are the pack's).
struct StepDone {
    static constexpr char const* kind = "step";
    FishId fish;
    std::string step;                            ///< its code in the pack
    std::optional<std::string> station, operator_name, line;
    std::optional<Milligrams> weight_mg;         ///< where the step weighs
};
template <Is<StepDone> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish); f("step", x.step); f("station", x.station); f("operator", x.operator_name); f("line", x.line); f("weight_mg", x.weight_mg);
}

/// Salt, brine or empty tins came, under the batch that their maker or we gave them.
struct MaterialReceived {
    static constexpr char const* kind = "material";
    std::string batch;
    std::string material;                        ///< salt | brine | tins
    std::optional<Milligrams> weight_mg;         ///< of salt and brine
    std::optional<std::int64_t> count;           ///< of tins
    std::optional<std::string> supplier, certificate;
    std::optional<FarmDay> expires_on;
};
template <Is<MaterialReceived> X> void visit_fields(X& x, auto f) {
    f("batch", x.batch); f("material", x.material); f("weight_mg", x.weight_mg); f("count", x.count); f("supplier", x.supplier);
    f("certificate", x.certificate); f("expires_on", x.expires_on);
}

/// Some of a batch was used or thrown away apart from what salting and closed tins tell: brine, spilt salt, dented tins.
struct MaterialUsed {
    static constexpr char const* kind = "material_used";
    std::string batch;
    std::optional<Milligrams> weight_mg;
    std::optional<std::int64_t> count;
    std::optional<std::string> lot, note;        ///< for which roe lot
};
template <Is<MaterialUsed> X> void visit_fields(X& x, auto f) { f("batch", x.batch); f("weight_mg", x.weight_mg); f("count", x.count); f("lot", x.lot); f("note", x.note); }

/// A control point was looked at (HACCP; the points are the pack's).
struct PointChecked {
    static constexpr char const* kind = "check";
    std::string point;
    std::optional<MilliCelsius> temperature_mc;  ///< where it measures a temperature
    std::optional<std::int64_t> share_ppm;       ///< where it measures a share
    std::optional<bool> good;                    ///< where it is seen to be so or not
    std::optional<std::string> action;           ///< what was done where it was not as it should be
    std::optional<std::string> line, operator_name;
};
template <Is<PointChecked> X> void visit_fields(X& x, auto f) {
    f("point", x.point); f("temperature_mc", x.temperature_mc); f("share_ppm", x.share_ppm); f("good", x.good); f("action", x.action);
    f("line", x.line); f("operator", x.operator_name);
}

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_kind(See&& see) {
    see.template operator()<RubbingStarted>(); see.template operator()<RoeTaken>(); see.template operator()<Salted>();
    see.template operator()<TinClosed>(); see.template operator()<Repacked>(); see.template operator()<CaseClosed>();
    see.template operator()<PartyRegistered>(); see.template operator()<PermitGranted>(); see.template operator()<Shipped>();
    see.template operator()<HarvestOrdered>(); see.template operator()<StepDone>();
    see.template operator()<MaterialReceived>(); see.template operator()<MaterialUsed>(); see.template operator()<PointChecked>();
}

} // namespace osetra::processing
