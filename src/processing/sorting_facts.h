#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of what a line that sorts fruit tells. A load and a pallet are named by the text people write on them; classes and sizes are those of the
// sorting pack. Weights are whole milligrams.
namespace osetra::processing {

/// A grower's load was weighed in.
struct LoadReceived {
    static constexpr char const* kind = "load";
    std::string load, grower;
    std::string pack;                            ///< code of a sorting pack
    Milligrams gross_mg, tare_mg;                ///< with crates, and the crates
    std::optional<std::string> orchard, note;
    std::optional<std::string> variety = {};     ///< code of the product pack, or as people call it
    std::int64_t net_mg() const { return gross_mg.n - tare_mg.n; }
};
template <Is<LoadReceived> X> void visit_fields(X& x, auto f) {
    f("load", x.load); f("grower", x.grower); f("pack", x.pack); f("gross_mg", x.gross_mg); f("tare_mg", x.tare_mg); f("orchard", x.orchard); f("variety", x.variety); f("note", x.note);
}

/// A load is tipped onto a line. A line sorts one load at a time.
struct SortingBegun {
    static constexpr char const* kind = "sort_start";
    std::string load;
    std::optional<std::string> line;             ///< L1 where it is not told
};
template <Is<SortingBegun> X> void visit_fields(X& x, auto f) { f("load", x.load); f("line", x.line); }

/// The sizer counted fruits of a load that are of one class and size. Told in as many parts as it pleases; they add up.
struct SizerCounted {
    static constexpr char const* kind = "sizer_count";
    std::string load, quality;
    std::optional<std::string> size;             ///< left out: of no size
    std::int64_t pieces = 0;
    Milligrams weight_mg;
};
template <Is<SizerCounted> X> void visit_fields(X& x, auto f) { f("load", x.load); f("quality", x.quality); f("size", x.size); f("pieces", x.pieces); f("weight_mg", x.weight_mg); }

/// The last fruit of a load is through.
struct SortingEnded {
    static constexpr char const* kind = "sort_end";
    std::string load;
    std::optional<std::string> note;
};
template <Is<SortingEnded> X> void visit_fields(X& x, auto f) { f("load", x.load); f("note", x.note); }

/// So many cartons of one load, class and size were put on a pallet.
struct CartonsPacked {
    static constexpr char const* kind = "cartons";
    std::string pallet;                          ///< up to 6 digits of our own, or the 18 of an SSCC
    std::string load, quality;
    std::optional<std::string> size;
    std::int64_t cartons = 0;
    std::optional<Milligrams> net_mg;            ///< of all of them; left out: as many times the pack's carton
};
template <Is<CartonsPacked> X> void visit_fields(X& x, auto f) {
    f("pallet", x.pallet); f("load", x.load); f("quality", x.quality); f("size", x.size); f("cartons", x.cartons); f("net_mg", x.net_mg);
}

/// A pallet is strapped: nothing more goes onto it.
struct PalletClosed {
    static constexpr char const* kind = "pallet";
    std::string pallet;
    std::optional<std::string> note;
};
template <Is<PalletClosed> X> void visit_fields(X& x, auto f) { f("pallet", x.pallet); f("note", x.note); }

/// Closed pallets left for a customer.
struct PalletsSent {
    static constexpr char const* kind = "pallet_ship";
    std::string shipment;
    std::string party;                           ///< as it is registered
    std::vector<std::string> pallets;
    std::optional<std::string> po, invoice, waybill, note;
};
template <Is<PalletsSent> X> void visit_fields(X& x, auto f) {
    f("shipment", x.shipment); f("party", x.party); f("pallets", x.pallets); f("po", x.po); f("invoice", x.invoice); f("waybill", x.waybill); f("note", x.note);
}

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_sorting_kind(See&& see) {
    see.template operator()<LoadReceived>(); see.template operator()<SortingBegun>(); see.template operator()<SizerCounted>();
    see.template operator()<SortingEnded>(); see.template operator()<CartonsPacked>(); see.template operator()<PalletClosed>();
    see.template operator()<PalletsSent>();
}

} // namespace osetra::processing
