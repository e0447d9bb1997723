#include "stocktake/flights_sql.h"
#include "stocktake/stocktake.h"
#include "store/media.h"

namespace osetra::stocktake {
namespace {

/// Partners are told of the pool's count that goes with a signature, by the farm; of the flight itself there is nothing to tell.
class StocktakeBranch final : public farm::Branch, private Flights {
public:
    explicit StocktakeBranch(farm::FarmAsked& farm) : m_farm(farm), m_store(farm.db(), farm.enterprise()) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto const body = body_of(fact.kind, fact.body);
        auto const may = stocktake::judge(fact, body, *this, trust == farm::Trust::witnessed);
        if (!may) return tl::unexpected(may.error());
        return std::vector<Refusal>{};
    }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = body_of(fact.kind, fact.body);
        if (auto const* calibrated = std::get_if<SiteCalibrated>(&body)) return {"s:" + calibrated->site.text};
        std::vector<std::string> all{"flight:" + flight_of(fact, body).text()};
        if (auto const* flown = std::get_if<FlightFlown>(&body)) all.push_back("p:" + flown->pool.text);
        return all;
    }
    void enter(Fact const& fact) override { m_store.enter(fact); }
    void leave(Fact const& fact) override { m_store.leave(fact.root()); }
    void clear() override { m_store.clear(); }
    std::string digest() override { return m_store.digest(); }
    std::vector<trace::Node> events_of(Fact const&, trace::Naming const&) override { return {}; }

private:
    bool knows_site(SiteId const& site) override { return m_farm.knows_site(site); }
    bool knows_pool(PoolId const& pool) override { return m_farm.knows_pool(pool); }
    bool has_medium(std::string const& sha256) override { return store::has_medium(m_farm.db(), m_farm.enterprise(), sha256); }
    std::optional<FlightFlown> flown(FactId const& flight) override {
        auto found = m_store.flight(flight);
        return found ? std::optional{std::move(found->flown.body)} : std::nullopt;
    }
    std::optional<FlightCounted> counted(FactId const& flight) override {
        auto found = m_store.flight(flight);
        return found && found->counted ? std::optional{std::move(found->counted->body)} : std::nullopt;
    }
    std::optional<StocktakeSigned> signed_(FactId const& flight) override {
        auto found = m_store.flight(flight);
        return found && found->signature ? std::optional{std::move(found->signature->body)} : std::nullopt;
    }
    std::optional<PoolCount> count(FactId const& fact) override { return m_store.count(fact); }

    farm::FarmAsked& m_farm;
    FlightStore m_store;
};

} // namespace

farm::BranchPlan branch() {
    farm::BranchPlan plan;
    each_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&says<T>)); });
    plan.subject_words = {"flight"};
    plan.make = [](farm::FarmAsked& farm) { return std::make_unique<StocktakeBranch>(farm); };
    return plan;
}

} // namespace osetra::stocktake
