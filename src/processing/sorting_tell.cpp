#include "processing/sorting_branch_sql.h"
#include "trace/engine/make.h"

namespace osetra::processing {
namespace {

using trace::Article;

/// A carton is of a pack, a class and a size; its lot is the load that it was filled from, so that it leads back to the grower.
std::string article_of(std::string const& pack, CartonsPacked const& b) { return pack + "/" + b.quality + (b.size ? "/" + *b.size : ""); }

struct Teller : trace::OwnEvents {
    SortingBook& book;

    void operator()(LoadReceived const& b) {
        auto made = event("ObjectEvent");
        made.action("ADD").amount("quantityList", names.lot(Article::load, b.pack, b.load), trace::kilograms(b.net_mg()), "KGM");
        made.why("receiving", "in_progress").where(names.station("SORT"), names.plant());
        made.source("possessing_party", trace::partner(names, std::nullopt, b.grower)).destination("possessing_party", names.company());
        made.birth(trace::cbvmda_space, "lotNumber", b.load).birth(trace::osetra_space, "grower", b.grower);
        if (b.orchard) made.birth(trace::osetra_space, "orchard", *b.orchard);
        add(made);
    }
    void operator()(SortingBegun const&) {}
    void operator()(SizerCounted const&) {}
    void operator()(SortingEnded const&) {}
    void operator()(CartonsPacked const& b) {
        auto const load = book.load(b.load);
        if (!load || !load->received) return;
        auto const& pack = load->told.pack;
        auto const kg = trace::kilograms(net_of(b, find_sorting_pack(pack)));
        auto const cartons = names.lot(Article::carton, article_of(pack, b), b.load);
        auto made = event("TransformationEvent");
        made.amount("inputQuantityList", names.lot(Article::load, pack, b.load), kg, "KGM").amount("outputQuantityList", cartons, kg, "KGM");
        made.why("commissioning", "active").where(names.station("SORT"), names.plant());
        made.birth(trace::cbvmda_space, "lotNumber", b.load).birth(trace::osetra_space, "grower", load->told.grower).birth(trace::osetra_space, "grade", b.quality);
        if (b.size) made.birth(trace::osetra_space, "size", *b.size);
        add(made);
        auto stacked = event("AggregationEvent");
        stacked.parent(names.pallet(b.pallet)).amount("childQuantityList", cartons, kg, "KGM");
        stacked.action("ADD").why("packing", "in_progress").where(names.station("SORT"), names.plant());
        stacked.field(trace::osetra_space, "cartons", std::to_string(b.cartons), trace::EventMaker::Kind::number);
        add(stacked);
    }
    void operator()(PalletClosed const& b) {
        auto made = event("ObjectEvent");
        made.thing("epcList", names.pallet(b.pallet)).action("ADD").why("commissioning", "container_closed").where(names.station("SORT"), names.plant());
        add(made);
    }
    void operator()(PalletsSent const& b) {
        auto const party = book.party(b.party);
        auto const gln = party ? party->gln : std::nullopt;
        auto made = event("ObjectEvent");
        made.action("OBSERVE").why("shipping", "in_transit").where(names.station("SORT"));
        for (auto const& pallet : b.pallets) made.thing("epcList", names.pallet(pallet));
        if (b.po) made.transaction("po", names.document(*b.po));
        if (b.invoice) made.transaction("inv", names.document(*b.invoice));
        if (b.waybill) made.transaction("bol", names.document(*b.waybill));
        made.source("owning_party", names.company()).source("possessing_party", names.company()).source("location", names.plant());
        made.destination("owning_party", trace::partner(names, gln, b.party)).destination("location", trace::partner_place(names, party && party->place_gln ? party->place_gln : gln, b.party));
        add(made);
    }
};

} // namespace

std::vector<trace::Node> sorting_events(Fact const& fact, SortingBody const& body, SortingBook& book, trace::Naming const& names, FarmOffset offset) {
    Teller tell{{fact, names, offset}, book};
    std::visit(tell, body);
    return std::move(tell.out);
}

} // namespace osetra::processing
