#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact of goods that are blended: lots that came or were made, blends planned and made. Weights are whole milligrams, money whole minor units.
namespace osetra::quality {

/// A lot of goods came from a supplier or was made here.
struct LotReceived {
    static constexpr char const* kind = "lot_received";
    std::string lot;
    std::string product;                         ///< code of a product pack
    std::optional<std::string> variety;          ///< cultivar, field, fruit: what meets in a blend
    Milligrams amount_mg;
    std::optional<Milligrams> bag_mg;            ///< in whole bags; none: loose
    std::optional<std::int64_t> price_minor;     ///< a kilogram, in hundredths of the currency (whole yen)
    std::optional<std::string> currency;         ///< ISO 4217; CNY where it is not told
    std::vector<std::string> attributes;         ///< "colour=8.6", with its standard error "colour=8.6±0.2"
    std::optional<FarmDay> made_on;              ///< from then on it ages; the day of the fact where it is not told
    std::optional<std::string> supplier;         ///< none: made here
    std::optional<std::string> note;
};
template <Is<LotReceived> X> void visit_fields(X& x, auto f) {
    f("lot", x.lot); f("product", x.product); f("variety", x.variety); f("amount_mg", x.amount_mg); f("bag_mg", x.bag_mg); f("price_minor", x.price_minor); f("currency", x.currency);
    f("attributes", x.attributes); f("made_on", x.made_on); f("supplier", x.supplier); f("note", x.note);
}

/// What a blend is to be, and what was worked out of it. It takes nothing from any lot. Of several of one name the last holds.
struct BlendPlanned {
    static constexpr char const* kind = "blend_plan";
    std::string plan;
    std::string product;
    std::vector<std::string> components;         ///< "A1=10 x 20 kg", "A2=35.5 kg"; told as "A1=10" they are bags of the lot's own weight
    std::vector<std::string> target;             ///< "colour=6.6..7.6", with what is best "colour=6.6..7.6@7"
    std::vector<std::string> promised;           ///< as attributes of a lot: what the blend will be
    std::optional<std::int64_t> cost_minor;      ///< of all of it
    std::optional<std::string> currency;
    std::optional<double> within;                ///< probability of being within every limit
    std::optional<std::string> note;
};
template <Is<BlendPlanned> X> void visit_fields(X& x, auto f) {
    f("plan", x.plan); f("product", x.product); f("components", x.components); f("target", x.target); f("promised", x.promised); f("cost_minor", x.cost_minor); f("currency", x.currency);
    f("within", x.within); f("note", x.note);
}

/// Lots were blended into a new one; whoever tells it signs it. What is not told is the plan's.
struct BlendMade {
    static constexpr char const* kind = "blend";
    std::string lot;                             ///< the new one
    std::optional<std::string> plan;
    std::optional<std::string> product;
    std::vector<std::string> components;
    std::optional<Milligrams> lost_mg;           ///< dust: taken and not in the new lot
    std::optional<Milligrams> bag_mg;            ///< of the new lot
    std::vector<std::string> target, promised;
    std::optional<std::int64_t> cost_minor;
    std::optional<std::string> currency;
    std::optional<double> within;
    std::optional<std::string> tasting;          ///< that compared it with the reference
    std::optional<std::string> note;
};
template <Is<BlendMade> X> void visit_fields(X& x, auto f) {
    f("lot", x.lot); f("plan", x.plan); f("product", x.product); f("components", x.components); f("lost_mg", x.lost_mg); f("bag_mg", x.bag_mg); f("target", x.target); f("promised", x.promised);
    f("cost_minor", x.cost_minor); f("currency", x.currency); f("within", x.within); f("tasting", x.tasting); f("note", x.note);
}

/// Something of a lot left without being blended: it was sold, used up, or lost.
struct GoodsLeft {
    static constexpr char const* kind = "goods_out";
    std::string lot;
    std::string cause;                           ///< sold | used | lost
    std::optional<std::int64_t> bags;            ///< of a lot in bags
    std::optional<Milligrams> amount_mg;         ///< of bags it follows from their weight
    std::optional<std::string> party;            ///< who bought it
    std::optional<std::int64_t> price_minor;     ///< a kilogram, in hundredths of the currency
    std::optional<std::string> currency;         ///< ISO 4217; CNY where a price is told without
    std::optional<std::string> invoice, note;
};
template <Is<GoodsLeft> X> void visit_fields(X& x, auto f) {
    f("lot", x.lot); f("cause", x.cause); f("bags", x.bags); f("amount_mg", x.amount_mg); f("party", x.party); f("price_minor", x.price_minor); f("currency", x.currency);
    f("invoice", x.invoice); f("note", x.note);
}

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_blending_kind(See&& see) {
    see.template operator()<LotReceived>(); see.template operator()<BlendPlanned>(); see.template operator()<BlendMade>(); see.template operator()<GoodsLeft>();
}

} // namespace osetra::quality
