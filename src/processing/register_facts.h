#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of what becomes of tins beside packing and shipping. Weights are whole milligrams.
namespace osetra::processing {

/// Tins are no more: nobody packs, opens or sends them, and a count does not look for them.
struct TinsLost {
    static constexpr char const* kind = "loss";
    std::vector<std::string> tins;
    std::string cause;                           ///< broken | spoiled | stolen | not_found
    std::optional<std::string> note;
};
template <Is<TinsLost> X> void visit_fields(X& x, auto f) { f("tins", x.tins); f("cause", x.cause); f("note", x.note); }

/// A tin went to a laboratory, a tasting or into the store of retained samples: the whole of it, or so much.
struct TinSampled {
    static constexpr char const* kind = "sample";
    std::string tin;
    std::string purpose;                         ///< laboratory | tasting | retained | customs
    std::optional<Milligrams> net_mg;            ///< of a tin that stays; left out: the whole tin
    std::optional<std::string> note;
};
template <Is<TinSampled> X> void visit_fields(X& x, auto f) { f("tin", x.tin); f("purpose", x.purpose); f("net_mg", x.net_mg); f("note", x.note); }

/// Cases that had left came back, and are in the store again.
struct CasesReturned {
    static constexpr char const* kind = "return";
    std::string shipment;
    std::vector<std::string> containers;
    std::string reason;                          ///< refused | damaged | warm | not_ordered | other
    std::optional<std::string> note;
};
template <Is<CasesReturned> X> void visit_fields(X& x, auto f) { f("shipment", x.shipment); f("containers", x.containers); f("reason", x.reason); f("note", x.note); }

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_tin_kind(See&& see) {
    see.template operator()<TinsLost>(); see.template operator()<TinSampled>(); see.template operator()<CasesReturned>();
}

} // namespace osetra::processing
