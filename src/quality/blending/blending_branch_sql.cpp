#include "processing/loads.h"
#include "processing/processing.h"
#include "quality/blending/blending.h"
#include "quality/blending/blending_sql.h"
#include "quality/blending/product.h"
#include "quality/blending/tell.h"
#include "quality/tasting/tasting_sql.h"
#include "farm/pack/pack_texts.h"

namespace osetra::quality {
namespace {

class BlendingBranch final : public farm::Branch, private Stock {
public:
    explicit BlendingBranch(farm::FarmAsked& farm) : m_farm(farm), m_store(farm.db(), farm.enterprise()) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto body = blending_body_of(fact.kind, fact.body);
        complete(body, *this, fact.root());
        OSETRA_TRY(judge_blending(fact, body, *this, trust == farm::Trust::witnessed));
        fact.body = std::visit([](auto const& b) { return to_json(b); }, body);
        return std::vector<Refusal>{};
    }
    Result<Done> may_be_withdrawn(Fact const& fact, farm::Trust trust) override { return trust == farm::Trust::witnessed ? Done{} : quality::may_be_withdrawn(fact.root(), *this); }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = blending_body_of(fact.kind, fact.body);
        if (auto const* plan = std::get_if<BlendPlanned>(&body)) return {"blend_plan:" + plan->plan};
        std::vector<std::string> all{"lot:" + blending_name_of(body)};
        if (auto const* left = std::get_if<GoodsLeft>(&body); left && left->party) all.push_back("party:" + *left->party);
        if (auto const* made = std::get_if<BlendMade>(&body)) {
            if (auto const parts = parse_components(made->components))
                for (auto const& c : *parts) all.push_back("lot:" + c.lot);
            if (made->tasting) all.push_back("tasting:" + *made->tasting);
            if (made->plan) all.push_back("blend_plan:" + *made->plan);
        }
        return all;
    }
    void enter(Fact const& fact) override { m_store.enter(fact); }
    void leave(Fact const& fact) override { m_store.leave(fact); }
    void clear() override { m_store.clear(); }
    std::string digest() override { return m_store.digest(); }
    std::vector<trace::Node> events_of(Fact const& fact, trace::Naming const& names) override {
        auto const body = blending_body_of(fact.kind, fact.body);
        auto const* left = std::get_if<GoodsLeft>(&body);
        auto const lot = left ? m_store.lot(left->lot) : std::nullopt;
        auto const party = left && left->party ? processing::party_told(m_farm.db(), m_farm.enterprise(), *left->party) : std::nullopt;
        return blending_events_of(fact, body, names, m_farm.offset(), lot ? lot->product : std::string{}, party ? party->gln : std::nullopt);
    }

private:
    std::optional<GoodsLot> lot(std::string const& name, FactId const& without) override { return m_store.lot(name, without); }
    LotTaken taken(std::string const& lot, FactId const& without) override { return m_store.taken(lot, without); }
    std::string told_by(FactId const& root) override { return m_store.told_by(root); }
    std::optional<BlendPlanned> plan(std::string const& name) override {
        auto all = m_store.named<BlendPlanned>(name);
        return all.empty() ? std::nullopt : std::optional{std::move(all.back().body)};
    }
    bool plant_knows(std::string const& lot) override { return processing::knows(m_farm.db(), m_farm.enterprise(), "lot", lot); }
    Result<Done> plants_product_may_be_blended() override { return may_be_blended(farm::pack_text(m_farm.pack().code)); }
    bool knows_tasting(std::string const& name) override { return !TastingStore{m_farm.db(), m_farm.enterprise()}.named<TastingPlanned>(name).empty(); }
    std::map<std::string, std::string> held() override { return m_store.held(); }

    farm::FarmAsked& m_farm;
    BlendStore m_store;
};

} // namespace

farm::BranchPlan blending_branch() {
    farm::BranchPlan plan;
    each_blending_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&blending_says<T>)); });
    for (auto& kind : plan.kinds) kind.by_manager = kind.name == BlendMade::kind;
    plan.subject_words = {"blend_plan"};
    plan.make = [](farm::FarmAsked& farm) { return std::make_unique<BlendingBranch>(farm); };
    return plan;
}

} // namespace osetra::quality
