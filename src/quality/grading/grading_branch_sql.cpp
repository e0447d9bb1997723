#include "quality/grading/grading.h"
#include "quality/grading/grading_sql.h"
#include "store/media.h"

namespace osetra::quality {
namespace {

/// Partners are told of none of it: a grade goes on papers and prices, not into the chain's events.
class GradingBranch final : public farm::Branch, private Graders {
public:
    explicit GradingBranch(farm::FarmAsked& farm) : m_farm(farm), m_store(farm.db(), farm.enterprise()) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto const may = judge_grading(fact, grading_body_of(fact.kind, fact.body), *this, trust == farm::Trust::witnessed);
        if (!may) return tl::unexpected(may.error());
        return std::vector<Refusal>{};
    }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = grading_body_of(fact.kind, fact.body);
        if (auto const* price = std::get_if<GradePriced>(&body)) return {"scheme:" + price->scheme};
        return {"lot:" + grading_name_of(body)};
    }
    void enter(Fact const& fact) override { m_store.enter(fact); }
    void leave(Fact const& fact) override { m_store.leave(fact.root()); }
    void clear() override { m_store.clear(); }
    std::string digest() override { return m_store.digest(); }
    std::vector<trace::Node> events_of(Fact const&, trace::Naming const&) override { return {}; }

private:
    bool knows_lot(std::string const& name) override { return m_store.lot(name).has_value(); }
    bool has_medium(std::string const& sha256) override { return store::has_medium(m_farm.db(), m_farm.enterprise(), sha256); }
    Scheme const* scheme(std::string const& code) override { return all_gradings().find(code); }

    farm::FarmAsked& m_farm;
    GradingStore m_store;
};

} // namespace

farm::BranchPlan grading_branch() {
    farm::BranchPlan plan;
    each_grading_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&grading_says<T>)); });
    plan.subject_words = {"scheme"};
    plan.make = [](farm::FarmAsked& farm) { return std::make_unique<GradingBranch>(farm); };
    return plan;
}

} // namespace osetra::quality
