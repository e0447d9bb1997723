#include "quality/blending/tell.h"

#include "trace/engine/make.h"

namespace osetra::quality {
namespace {

using trace::Article;

struct Teller : trace::OwnEvents {
    void operator()(LotReceived const& b) {
        auto made = event("ObjectEvent");
        made.action("ADD").amount("quantityList", names.lot(Article::goods, b.product, b.lot), trace::kilograms(b.amount_mg.n), "KGM");
        made.why(b.supplier ? "receiving" : "commissioning", b.supplier ? "in_progress" : "active").where(names.station("BLEND"), names.plant());
        if (b.supplier) made.source("owning_party", trace::partner(names, std::nullopt, *b.supplier)).destination("owning_party", names.company());
        born(made, b.product, b.lot);
        if (b.made_on) made.birth(trace::cbvmda_space, "productionDate", text_of(*b.made_on));
        add(made);
    }
    void operator()(BlendPlanned const&) {}
    void operator()(BlendMade const& b) {
        auto const parts = parse_components(b.components);
        if (!parts || !b.product) return;
        auto made = event("TransformationEvent");
        for (auto const& c : *parts) made.amount("inputQuantityList", names.lot(Article::goods, *b.product, c.lot), trace::kilograms(c.mg), "KGM");
        made.amount("outputQuantityList", names.lot(Article::goods, *b.product, b.lot), trace::kilograms(lot_of(fact.root(), fact.happened_at, b).amount_mg), "KGM");
        made.transformation("urn:uuid:" + named_uuid(fact.root(), "blending").text());
        made.why("commissioning", "active").where(names.station("BLEND"), names.plant());
        born(made, *b.product, b.lot);
        made.birth(trace::cbvmda_space, "productionDate", text_of(farm_day(fact.happened_at, offset)));
        if (b.tasting) made.field(trace::osetra_space, "tasting", *b.tasting);
        add(made);
    }
    void operator()(GoodsLeft const& b) {
        if (its_product.empty() || !b.amount_mg) return;
        auto const sold = b.cause == "sold";
        auto made = event("ObjectEvent");
        made.action(sold ? "OBSERVE" : "DELETE").amount("quantityList", names.lot(Article::goods, its_product, b.lot), trace::kilograms(b.amount_mg->n), "KGM");
        made.why(sold ? "shipping" : "destroying", sold ? "in_transit" : b.cause == "used" ? "inactive" : "destroyed").where(names.station("BLEND"));
        if (b.invoice) made.transaction("inv", names.document(*b.invoice));
        if (sold) made.source("owning_party", names.company()).destination("owning_party", trace::partner(names, gln, *b.party));
        add(made);
    }
    std::string its_product = {};
    std::optional<std::string> gln = {};

    void born(trace::EventMaker& made, std::string const& product, std::string const& lot) const { made.birth(trace::osetra_space, "product", product).birth(trace::cbvmda_space, "lotNumber", lot); }
};

} // namespace

std::vector<trace::Node> blending_events_of(Fact const& fact, BlendingBody const& body, trace::Naming const& names, FarmOffset offset, std::string const& product, std::optional<std::string> const& gln) {
    Teller tell{{fact, names, offset}, product, gln};
    std::visit(tell, body);
    return std::move(tell.out);
}

} // namespace osetra::quality
