#include <fmt/format.h>

#include "quality/blending/blending.h"
#include "quality/quality.h"
#include "quality/quality_sql.h"
#include "store/media.h"

namespace osetra::quality {
namespace {

QualityStore store_of(farm::FarmAsked& farm) { return {farm.db(), farm.enterprise(), farm.offset(), farm.pack().code}; }

/// Partners are told of none of it: a hold is the company's own affair until it becomes a recall.
class QualityBranch final : public farm::Branch, private Known {
public:
    explicit QualityBranch(farm::FarmAsked& farm) : m_farm(farm), m_store(store_of(farm)) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto body = body_of(fact.kind, fact.body);
        complete(body, *this, fact.happened_at);
        auto verdict = quality::judge(fact, body, *this, trust == farm::Trust::witnessed);
        if (verdict) fact.body = std::visit([](auto const& b) { return to_json(b); }, body);
        return verdict;
    }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = body_of(fact.kind, fact.body);
        std::vector<std::string> all;
        for (auto const& part : parts_of(body)) {
            auto const name = part.substr(part.find(':') + 1);
            if (part.starts_with("pool:")) all.push_back("p:" + name);
            else if (part.starts_with("fish:")) all.push_back("f:" + name);
            else if (part.starts_with("case:")) all.push_back("container:" + name);
            else all.push_back(part);
        }
        if (auto const* b = std::get_if<ProgrammeFollowed>(&body)) all.push_back("s:" + b->site.text);
        else if (auto const* word = own_subject(fact.kind)) all.push_back(word + (":" + name_of(body)));
        return all;
    }
    void enter(Fact const& fact) override { m_store.enter(fact); }
    void leave(Fact const& fact) override { m_store.leave(fact); }
    void clear() override { m_store.clear(); }
    std::string digest() override { return m_store.digest(); }
    std::vector<trace::Node> events_of(Fact const&, trace::Naming const&) override { return {}; }

private:
    static char const* own_subject(std::string_view kind) {
        if (kind == HoldPut::kind || kind == HoldDecided::kind || kind == DecisionAgreed::kind) return "hold";
        if (kind == SampleTaken::kind || kind == TestReported::kind) return "lab_sample";
        if (kind == InputReceived::kind) return "input";
        if (kind == AnalysisCertified::kind) return "certificate";
        return nullptr;
    }
    template <class T> std::optional<T> first(std::string const& name) {
        auto all = m_store.named<T>(name);
        return all.empty() ? std::nullopt : std::optional{std::move(all.front().body)};
    }

    Safety const& rules() override { return safety(); }
    std::string product() override { return m_store.product(); }
    bool knows(std::string const& what, std::string const& thing) override {
        if (what == "pool") return m_farm.knows_pool(PoolId{thing});
        if (what == "fish") {
            auto const tag = parse_pit_tag(thing);
            return tag && m_farm.knows_fish(*tag);
        }
        if (what == "input") return first<InputReceived>(thing).has_value();
        if (what == "load") return load(thing).has_value();
        return processing::knows(m_farm.db(), m_farm.enterprise(), what, thing) || (what == "lot" && knows_goods(m_farm.db(), m_farm.enterprise(), thing));
    }
    bool knows_site(SiteId const& site) override { return m_farm.knows_site(site); }
    bool has_medium(std::string const& sha256) override { return store::has_medium(m_farm.db(), m_farm.enterprise(), sha256); }
    std::optional<Hold> hold(std::string const& name) override { return m_store.hold(name); }
    std::optional<Decision> decision(std::string const& hold) override { return m_store.decision(hold); }
    std::optional<SampleTaken> sample(std::string const& name) override { return first<SampleTaken>(name); }
    std::optional<InputReceived> input(std::string const& name) override { return first<InputReceived>(name); }
    bool knows_use(std::string const& name) override { return first<InputUsed>(name).has_value(); }
    bool knows_certificate(std::string const& name) override { return first<AnalysisCertified>(name).has_value(); }
    bool knows_maturity(std::string const& sample) override { return first<MaturityMeasured>(sample).has_value(); }
    std::optional<processing::LoadTold> load(std::string const& name) override { return processing::load_told(m_farm.db(), m_farm.enterprise(), name); }
    std::optional<SiteId> site_of(PoolId const& pool) override {
        auto const site = m_store.site_of(pool.text);
        return site ? std::optional{SiteId{*site}} : std::nullopt;
    }
    std::vector<std::string> programmes_of(SiteId const& site, Instant at) override { return m_store.programmes_at(site.text, at); }
    std::string next_name(char const* kind, char const* letter, Instant at) override {
        auto const start = fmt::format("{}{}-", letter, osetra::text_of(farm_day(at, m_farm.offset())).substr(2, 2));
        auto const greatest = m_store.greatest_name(kind, start, start + ":");
        auto const n = greatest ? std::atoll(greatest->c_str() + start.size()) : 0;
        return fmt::format("{}{:05}", start, n + 1);
    }

    farm::FarmAsked& m_farm;
    QualityStore m_store;
};

class HoldsOfQuality final : public processing::Holds {
public:
    explicit HoldsOfQuality(farm::FarmAsked& farm) : m_store(store_of(farm)) {}
    std::string on(Of const& of, std::string const& country) override { return m_store.barred(of, country); }
    void clock(std::string const& lot, std::optional<Instant> first_late_at) override { m_store.clock(lot, first_late_at); }

private:
    QualityStore m_store;
};

class GateOfQuality final : public processing::LoadGate {
public:
    explicit GateOfQuality(farm::FarmAsked& farm) : m_store(store_of(farm)) {}
    std::string on(std::string const& load) override { return m_store.barred_load(load); }
    std::string against(processing::LoadTold const& load) override {
        auto const gate = m_store.at_gate(load);
        return !gate || gate->state.empty() || gate->state == "ripe" ? std::string{} : gate->why + (gate->sample.empty() ? "" : " (sample " + gate->sample + ")");
    }
    void changed(std::string const& load) override { m_store.load_changed(load); }

private:
    QualityStore m_store;
};

} // namespace

farm::BranchPlan branch() {
    farm::BranchPlan plan;
    each_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&says<T>)); });
    for (auto& kind : plan.kinds) kind.by_manager = kind.name == HoldDecided::kind || kind.name == DecisionAgreed::kind || kind.name == AnalysisCertified::kind || kind.name == MaturityGate::kind;
    plan.subject_words = {"hold", "lab_sample", "input", "certificate", "block"};
    plan.make = [](farm::FarmAsked& farm) { return std::make_unique<QualityBranch>(farm); };
    return plan;
}

std::unique_ptr<processing::LoadGate> load_gate(farm::FarmAsked& farm) { return std::make_unique<GateOfQuality>(farm); }
std::unique_ptr<processing::Holds> holds(farm::FarmAsked& farm) { return std::make_unique<HoldsOfQuality>(farm); }

} // namespace osetra::quality
