#include "farm/events_sql.h"

#include <algorithm>
#include <fmt/core.h>

#include "farm/farm_sql.h"
#include "kernel/json.h"
#include "store/journal.h"
#include "trace/engine/make.h"

namespace osetra::farm {
namespace {

using store::arg;
using trace::Node;

std::string event_id(Node const& event) { return std::string{event.value("eventID")}; }

} // namespace

Before before(store::Db& db, Enterprise enterprise, Fact const& fact) {
    Before found;
    for (auto& other : store::versions_of(db, enterprise, fact.root())) {
        if (other.seq >= fact.seq) continue;   // itself, and when the journal is read again what came after it
        if (other.id > fact.id) return {false, {}};
        found.version = std::move(other);
    }
    return found;
}

EventTeller::EventTeller(Reader& reader, BranchOf branch_of, std::vector<std::unique_ptr<Branch>> const& branches)
    : m_reader(reader), m_branch_of(std::move(branch_of)), m_branches(branches), m_identity(reader.db(), reader.enterprise()) {}
EventTeller::~EventTeller() = default;

void EventTeller::open() {
    auto const told = m_identity.told();
    if (!told) return m_naming.reset();
    if (m_naming && m_naming->identity() == *told) return;
    m_naming.emplace(*told, m_identity);
    if (!m_repository) m_repository = std::make_unique<trace::Repository>(m_reader.db(), m_reader.enterprise());
}

void EventTeller::forget() {
    m_noted.clear();
    m_put_off.clear();
    m_put_off_of.clear();
    m_places.clear();
    m_vocabularies.clear();
    m_identity.forget();
    m_repository.reset();   // what it remembers may have been rolled back
    m_naming.reset();
}

void EventTeller::note(Fact const& fact, Body const* body) {
    if (!m_naming || fact.act == FactAct::withdraw) return;
    if (!body) {
        m_noted.push_back(Told{fact, {}});
        return;
    }
    if (auto const* site = std::get_if<SiteRegistered>(body)) m_places.insert(site->site.text);
    else if (auto const* pool = std::get_if<PoolRegistered>(body)) m_places.insert(pool->site.text);
    if (!concerns_partners(*body)) return;
    Told told{fact, *body};
    told.fact.body.clear();
    m_noted.push_back(std::move(told));
}

void EventTeller::note_wrong(Fact const& was, Fact const& by) {
    if (!m_naming) return;
    m_noted.push_back(Wrong{was, by});
}

void EventTeller::tell(Instant now) {
    if (!m_naming) return;
    auto const noted = std::exchange(m_noted, {});
    for (auto const& one : noted) {
        if (auto const* wrong = std::get_if<Wrong>(&one)) declare_wrong(wrong->was, wrong->by);
        else tell_one(std::get<Told>(one).fact, std::get<Told>(one).body ? &*std::get<Told>(one).body : nullptr);
    }
    flush();
    if (!m_places.empty()) tell_places(now);
    if (!m_vocabularies.empty()) capture(std::exchange(m_vocabularies, {}), now);
    tell_articles(now);
    told();
}

void EventTeller::told() {
    for (auto const& branch : m_branches) branch->told();
}

std::vector<Node> EventTeller::events_of(Fact const& fact, Body const* body) {
    if (!m_naming) return {};
    if (body) return farm::events_of(fact, *body, *m_naming, *this, m_reader.offset());
    if (auto* branch = m_branch_of(fact.kind)) return branch->events_of(fact, *m_naming);
    return {};
}

std::vector<Node> EventTeller::events_of(Fact const& fact) {
    if (fact.act == FactAct::withdraw) return {};
    if (m_branch_of(fact.kind)) return events_of(fact, nullptr);
    auto const body = read_body(fact.kind, fact.body);
    return body ? events_of(fact, &*body) : std::vector<Node>{};
}

/// Many events cost less written together: the repository's index is made for that.
void EventTeller::put_off(FactId const& root, std::vector<Node> events, Instant recorded_at) {
    constexpr std::size_t together = 20'000;
    if (events.empty()) return;
    m_put_off_of[root].push_back(m_put_off.size());
    m_put_off.push_back({root, recorded_at, std::move(events)});
    if (m_put_off.size() >= together) flush();
}

void EventTeller::flush() {
    if (!m_put_off.empty()) m_repository->tell(std::exchange(m_put_off, {}));
    m_put_off_of.clear();
}

void EventTeller::tell_one(Fact const& fact, Body const* body) {
    put_off(fact.root(), events_of(fact, body), fact.recorded_at);
    auto* branch = body ? nullptr : m_branch_of(fact.kind);
    if (!branch) return;
    auto more = branch->vocabularies_of(fact, *m_naming);
    std::move(more.begin(), more.end(), std::back_inserter(m_vocabularies));
    for (auto const& root : branch->waited_for(fact)) {
        auto const versions = store::versions_of(m_reader.db(), m_reader.enterprise(), root);
        if (versions.empty() || versions.back().act == FactAct::withdraw) continue;
        put_off(root, branch->events_of(versions.back(), *m_naming), fact.recorded_at);
    }
}

/// The events of a version that does not hold any more: they stay, and are said to have been wrong.
void EventTeller::declare_wrong(Fact const& was, Fact const& by) {
    std::set<std::string> declared;
    std::vector<Node> wrong;
    for (auto& event : m_repository->of_fact(was.root())) {
        if (event.tree.find("errorDeclaration")) declared.insert(event.event_id);
        else wrong.push_back(std::move(event.tree));
    }
    for (auto const at : m_put_off_of[was.root()])
        for (auto const& event : m_put_off[at].events) {
            if (event.find("errorDeclaration")) declared.insert(event_id(event));
            else wrong.push_back(event);
        }
    std::set<std::string> of_it;   // other versions tell under the same root
    for (int i = 0; i <= static_cast<int>(wrong.size()); ++i) of_it.insert(trace::event_id_of(was.id, i));
    std::vector<std::string> instead;
    if (by.act != FactAct::withdraw) for (auto const& event : events_of(by)) instead.push_back(event_id(event));
    std::vector<Node> all;
    for (auto& event : wrong) {
        auto const id = event_id(event);
        if (!of_it.contains(id) || declared.contains(id)) continue;
        all.push_back(trace::declared_wrong(std::move(event), by.recorded_at, by.act == FactAct::withdraw ? "did_not_occur" : "incorrect_data", instead));
    }
    put_off(was.root(), std::move(all), by.recorded_at);
}

std::optional<std::string> EventTeller::missing(Fact const& fact) {
    for (auto const& event : events_of(fact))
        if (auto const id = event_id(event); m_repository->by_id(id).empty()) return id;
    return std::nullopt;
}

// ---- master data

void EventTeller::tell_places(Instant now) {
    auto const sites = std::exchange(m_places, {});
    std::vector<SiteRegistered> told;
    std::vector<PoolRegistered> pools;
    for (auto const& s : m_reader.sites()) if (sites.contains(s.site.text)) told.push_back(s);
    for (auto const& p : m_reader.pools()) if (sites.contains(p.site.text)) pools.push_back(p);
    capture(place_vocabularies(told, pools, *m_naming), now);
}

void EventTeller::tell_articles(Instant now) {
    if (auto const fresh = m_identity.take_new_articles(); !fresh.empty()) capture(article_vocabularies(fresh, *m_naming, m_reader.pack()), now);
}

void EventTeller::tell_master_data(Instant now) {
    capture(company_vocabularies(*m_naming), now);
    for (auto const& s : m_reader.sites()) m_places.insert(s.site.text);
    tell_places(now);
    std::vector<std::string> articles;
    for (auto const& a : m_identity.numbered("article")) articles.push_back(a.what);
    capture(article_vocabularies(articles, *m_naming, m_reader.pack()), now);
}

void EventTeller::capture(std::vector<Node> vocabularies, Instant now) {
    if (vocabularies.empty()) return;
    trace::Document document;
    document.creation_date = trace::local_time(now, m_reader.offset());
    document.namespaces = trace::our_namespaces();
    document.vocabularies = std::move(vocabularies);
    m_repository->capture(document, trace::Teller::ours, trace::OnError::proceed, now);
}

// ---- what the book says around a fact

std::optional<Around::Whereabouts> EventTeller::fish_before(FishId fish, Instant at) {
    auto const stay = m_reader.stay(fish, at - Microseconds{1});
    if (!stay) return std::nullopt;
    return Whereabouts{PoolId{stay->pool}, CohortId{stay->cohort}};
}

std::vector<CohortId> EventTeller::cohorts_in(PoolId const& pool, Instant at) {
    std::vector<CohortId> all;
    for (auto const& row : m_reader.stock(pool.text, farm_day(at, m_reader.offset()))) if (row.heads() > 0) all.push_back(CohortId{row.cohort});
    return all;
}

std::optional<std::string> EventTeller::feed_before(PoolId const& pool, Fact const& fact) {
    for (auto const& m : m_reader.db().rows<Seq>(sql::all[sql::mentions_back_of_kind], arg("enterprise", m_reader.enterprise()), arg("subject", subject_of(pool)),
                                                 arg("to", fact.happened_at), arg("from", Instant::min()), arg("kind", std::string_view{Fed::kind}))) {
        auto const other = store::fact_at(m_reader.db(), m_reader.enterprise(), m.seq);
        if (!other || other->root() == fact.root() || (other->happened_at == fact.happened_at && other->id > fact.id)) continue;
        auto const body = from_json<Fed>(other->body);
        if (body && body->feed) return body->feed;
    }
    return std::nullopt;
}

} // namespace osetra::farm
