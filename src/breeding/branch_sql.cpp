#include "breeding/breeding.h"
#include "breeding/herd_sql.h"
#include "kernel/json.h"
#include "store/media.h"

namespace osetra::breeding {
namespace {

/// Partners are told of hatchings by the farm, with the cohort's parents; of breeding itself there is nothing to tell.
class BreedingBranch final : public farm::Branch, private Studbook {
public:
    explicit BreedingBranch(farm::FarmAsked& farm) : m_farm(farm), m_store(farm.db(), farm.enterprise()) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto const may = breeding::judge(fact, body_of(fact.kind, fact.body), *this, trust == farm::Trust::witnessed);
        if (!may) return tl::unexpected(may.error());
        return std::vector<Refusal>{};
    }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = body_of(fact.kind, fact.body);
        std::vector<std::string> all;
        for (auto const& a : animals_of(body)) all.push_back((parse_pit_tag(a) ? "f:" : "animal:") + a);
        if (auto const* b = std::get_if<FamilyMade>(&body)) { all.push_back("family:" + b->family); all.push_back("spawning:" + b->spawning); }
        if (auto const* b = std::get_if<FamilyHatched>(&body)) all.push_back("family:" + b->family);
        if (auto const* b = std::get_if<ParentsFound>(&body)) all.push_back("family:" + b->family);
        if (auto const* b = std::get_if<Spawned>(&body)) all.push_back("spawning:" + b->spawning);
        if (auto const* b = std::get_if<VarietyRegistered>(&body)) all.push_back("variety:" + b->variety);
        if (auto const* b = std::get_if<TrialMeasured>(&body)) all.push_back("variety:" + b->variety);
        if (std::holds_alternative<MatingsPlanned>(body)) all.push_back("plan:" + fact.root().text());
        if (auto const* b = std::get_if<MatingsSigned>(&body)) all.push_back("plan:" + b->plan.text());
        if (auto const* b = std::get_if<Evaluated>(&body)) all.push_back("evaluation:" + b->species);
        return all;
    }
    void enter(Fact const& fact) override { m_store.enter(fact); }
    void leave(Fact const& fact) override { m_store.leave(fact.root()); }
    void clear() override { m_store.clear(); }
    std::string digest() override { return m_store.digest(); }
    std::vector<trace::Node> events_of(Fact const&, trace::Naming const&) override { return {}; }

private:
    template <class T> std::optional<T> first(std::string const& name) {
        auto all = m_store.named<T>(name);
        return all.empty() ? std::nullopt : std::optional{std::move(all.front().body)};
    }
    std::optional<BroodfishRegistered> broodfish(std::string const& name) {
        auto all = m_store.named<BroodfishRegistered>(name);
        return all.empty() ? std::nullopt : std::optional{std::move(all.back().body)};
    }
    std::optional<FishTold> fish(std::string const& name) {
        auto const tag = parse_pit_tag(name);
        return tag ? m_store.fish(*tag) : std::nullopt;
    }

    bool knows_site(SiteId const& site) override { return m_farm.knows_site(site); }
    bool knows_pool(PoolId const& pool) override { return m_farm.knows_pool(pool); }
    bool knows_cohort(CohortId const& cohort) override { return m_store.knows_cohort(cohort.text); }
    bool knows_species(std::string const& code) override { return m_farm.pack().find_species(code) != nullptr; }
    bool knows_animal(std::string const& name) override { return fish(name) || broodfish(name); }
    std::string sex_of(std::string const& name) override {
        auto const b = broodfish(name);
        if (b && b->sex && *b->sex != "unknown") return *b->sex;
        auto const f = fish(name);
        return f && f->sex && *f->sex != "unknown" ? *f->sex : std::string{};
    }
    bool is_alive(std::string const& name) override {
        auto const b = broodfish(name);
        if (b && b->gone.value_or(false)) return false;
        auto const f = fish(name);
        return f ? f->state == 0 : b.has_value();
    }
    bool has_medium(std::string const& sha256) override { return store::has_medium(m_farm.db(), m_farm.enterprise(), sha256); }
    std::optional<Spawned> spawning(std::string const& name) override { return first<Spawned>(name); }
    std::optional<FamilyMade> family(std::string const& name) override { return first<FamilyMade>(name); }
    bool knows_variety(std::string const& name) override { return first<VarietyRegistered>(name).has_value(); }
    bool knows_certificate(std::string const& name) override { return first<PedigreeCertified>(name).has_value(); }
    bool knows_evaluation(FactId const& id) override { return m_store.one<Evaluated>(id).has_value(); }
    std::optional<MatingsPlanned> plan(FactId const& id) override {
        auto found = m_store.one<MatingsPlanned>(id);
        return found ? std::optional{std::move(found->body)} : std::nullopt;
    }
    bool is_signed(FactId const& plan) override { return first<MatingsSigned>(plan.text()).has_value(); }

    farm::FarmAsked& m_farm;
    BreedingStore m_store;
};

} // namespace

farm::BranchPlan branch() {
    farm::BranchPlan plan;
    each_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&says<T>)); });
    plan.subject_words = {"animal", "family", "spawning", "variety", "plan", "evaluation"};
    plan.make = [](farm::FarmAsked& farm) { return std::make_unique<BreedingBranch>(farm); };
    return plan;
}

} // namespace osetra::breeding
