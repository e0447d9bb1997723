#include <algorithm>

#include "quality/tasting/tasting.h"
#include "quality/tasting/tasting_sql.h"

namespace osetra::quality {
namespace {

/// Partners are told nothing of tastings: what was found of a product goes to them with its certificate.
class TastingBranch final : public farm::Branch, private TastingBook {
public:
    explicit TastingBranch(farm::FarmAsked& farm) : m_store(farm.db(), farm.enterprise()) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto const may = quality::judge(fact, tasting_body_of(fact.kind, fact.body), *this, trust == farm::Trust::witnessed);
        if (!may) return tl::unexpected(may.error());
        return std::vector<Refusal>{};
    }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = tasting_body_of(fact.kind, fact.body);
        if (auto const* b = std::get_if<TasterRegistered>(&body)) return {"taster:" + tasting_name_of(*b)};
        if (auto const* b = std::get_if<Reviewed>(&body)) return b->lot ? std::vector{"product:" + b->product, "lot:" + *b->lot} : std::vector{"product:" + b->product};
        std::vector<std::string> all{"tasting:" + tasting_name_of(body)};
        if (auto const* b = std::get_if<TastingPlanned>(&body))
            for (auto const& s : b->samples) if (auto lot = lot_of(*b, s); !lot.empty()) all.push_back("lot:" + lot);
        return all;
    }
    void enter(Fact const& fact) override { m_store.enter(fact); }
    void leave(Fact const& fact) override { m_store.leave(fact.root()); }
    void clear() override { m_store.clear(); }
    std::string digest() override { return m_store.digest(); }
    std::vector<trace::Node> events_of(Fact const&, trace::Naming const&) override { return {}; }

private:
    std::optional<TastingPlanned> tasting(std::string const& name) override {
        auto all = m_store.named<TastingPlanned>(name);
        return all.empty() ? std::nullopt : std::optional{std::move(all.front().body)};
    }
    bool is_closed(std::string const& name) override { return !m_store.named<TastingClosed>(name).empty(); }
    bool is_answered(std::string const& name, std::int64_t seat, std::int64_t round, std::int64_t trial) override {
        auto const all = m_store.named<Tasted>(name);
        return std::any_of(all.begin(), all.end(), [&](auto const& a) { return a.body.seat == seat && a.body.round == round && a.body.trial == trial; });
    }
    bool has_review(std::string const& review) override { return !m_store.named<Reviewed>(review).empty(); }
    std::optional<TasterRegistered> taster(std::string const& panel, std::string const& name) override {
        auto all = m_store.named<TasterRegistered>(taster_key(panel, name));
        return all.empty() ? std::nullopt : std::optional{std::move(all.back().body)};
    }
    TastingStore m_store;
};

} // namespace

farm::BranchPlan tasting_branch() {
    farm::BranchPlan plan;
    each_tasting_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&tasting_says<T>)); });
    plan.subject_words = {"taster", "tasting", "product"};
    plan.make = [](farm::FarmAsked& farm) { return std::make_unique<TastingBranch>(farm); };
    return plan;
}

} // namespace osetra::quality
