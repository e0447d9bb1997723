#include "processing/processing.h"

#include "processing/plant_sql.h"
#include "processing/tell.h"

namespace osetra::processing {
namespace {

class PlantBranch final : public farm::Branch {
public:
    PlantBranch(farm::FarmAsked& farm, std::unique_ptr<Holds> holds) : m_farm(farm), m_holds(std::move(holds)), m_plant(farm, m_holds.get()), m_remembering(m_plant) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto body = body_of(fact.kind, fact.body);
        complete(body, m_plant, m_farm.offset());
        auto verdict = processing::judge(fact, body, m_plant, trust, m_farm.offset());
        if (verdict) fact.body = std::visit([](auto const& b) { return to_json(b); }, body);
        return verdict;
    }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = body_of(fact.kind, fact.body);
        std::vector<std::string> all;
        for (auto const& part : parts_of(body)) all.push_back(part.starts_with("fish:") ? "f:" + part.substr(5) : part);
        auto const own = own_subject(fact.kind);
        if (own) all.push_back(own + (":" + name_of(body)));
        return all;
    }
    void enter(Fact const& fact) override { m_plant.enter(fact); }
    void leave(Fact const& fact) override { m_plant.leave(fact); }
    void clear() override { m_plant.clear(); }
    std::string digest() override { return m_plant.digest(); }

    std::vector<trace::Node> events_of(Fact const& fact, trace::Naming const& names) override {
        return processing::events_of(fact, body_of(fact.kind, fact.body), names, m_remembering, m_farm.offset());
    }
    void told() override { m_remembering.forget(); }
    std::vector<FactId> waited_for(Fact const& fact) override {
        if (fact.kind != TinClosed::kind) return {};
        auto const salted = m_plant.first<Salted>(std::get<TinClosed>(body_of(fact.kind, fact.body)).lot);
        return salted ? std::vector{salted->root} : std::vector<FactId>{};
    }
    std::vector<trace::Node> vocabularies_of(Fact const& fact, trace::Naming const& names) override {
        if (fact.kind != PartyRegistered::kind) return {};
        return processing::vocabularies_of(std::get<PartyRegistered>(body_of(fact.kind, fact.body)), names);
    }

private:
    /// What a fact itself is about; nothing of those that are about their parts alone.
    static char const* own_subject(std::string_view kind) {
        if (kind == RoeTaken::kind || kind == Salted::kind) return "lot";
        if (kind == TinClosed::kind || kind == Repacked::kind) return "tin";
        if (kind == CaseClosed::kind) return "container";
        if (kind == PartyRegistered::kind) return "party";
        if (kind == PermitGranted::kind) return "permit";
        if (kind == Shipped::kind) return "shipment";
        if (kind == HarvestOrdered::kind) return "order";
        if (kind == MaterialReceived::kind) return "batch";
        if (kind == PointChecked::kind) return "point";
        return nullptr;
    }
    farm::FarmAsked& m_farm;
    std::unique_ptr<Holds> m_holds;
    PlantStore m_plant;
    RememberingPlant m_remembering;              // while events are made
};

} // namespace

farm::BranchPlan branch(MakeHolds holds) {
    farm::BranchPlan plan;
    each_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&says<T>)); });
    plan.subject_words = {"lot", "tin", "container", "party", "permit", "shipment", "order", "batch", "point"};
    plan.make = [holds = std::move(holds)](farm::FarmAsked& farm) { return std::make_unique<PlantBranch>(farm, holds ? holds(farm) : nullptr); };
    return plan;
}

} // namespace osetra::processing
