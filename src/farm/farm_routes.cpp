#include "farm/farm_routes.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "farm/check.h"
#include "farm/query_sql.h"
#include "farm/tasks_sql.h"
#include "kernel/json.h"
#include "kernel/table.h"

namespace osetra::farm {
namespace {

using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

http::Parameter const at{"at", "As of this farm day (2026-03-31) or instant; now where it is left out."};
http::Parameter const known{"known", "As it was known at this instant; all that is known where it is left out."};

/// The moment a request asks of.
Result<Moment> moment_of(Request const& ask, Service& service) {
    auto const offset = service.offset(ask.caller.enterprise);
    Moment m;
    m.at = service.now();
    if (auto const text = ask.asked("at")) {
        if (auto const day = parse_day(*text)) m.at = end_of(*day, offset);
        else m.at = OSETRA_TRY(parse_instant(*text, offset));
    }
    m.day = farm_day(m.at, offset);
    if (auto const text = ask.asked("known")) {
        if (auto const day = parse_day(*text)) m.known = end_of(*day, offset);
        else m.known = OSETRA_TRY(parse_instant(*text, offset));
    }
    return m;
}

Result<std::int64_t> number(Request const& ask, std::string_view name, std::int64_t otherwise, std::int64_t most) {
    auto const text = ask.asked(name);
    if (!text) return otherwise;
    std::int64_t n = 0;
    for (char const c : *text) {
        if (c < '0' || c > '9' || n > 1'000'000'000'000'000) return refuse("number_malformed", std::string{name} + " is a whole number.", std::string{name});
        n = n * 10 + (c - '0');
    }
    return std::min(n, most);
}

Result<FarmDay> day(Request const& ask, std::string_view name, FarmDay otherwise) {
    auto const text = ask.asked(name);
    return text ? parse_day(*text) : Result<FarmDay>{otherwise};
}

/// States of all pools for the questions of now, kept an enterprise at a time between two facts. Other moments are worked out anew.
class States {
public:
    explicit States(Service& service) : m_service(service) {}

    std::shared_ptr<std::vector<PoolState> const> of(Reader& reader, Moment const& moment, bool now) {
        if (!now) return made(reader, moment);
        auto const seq = m_service.seq();
        std::lock_guard const hold{m_mutex};   // one works it out, the others wait for it rather than do the same
        auto& kept = m_kept[reader.enterprise()];
        if (kept.states && kept.seq == seq && kept.day == moment.day) return kept.states;
        if (kept.states && kept.day == moment.day && kept.seq < seq && seq - kept.seq <= 500) {
            // Only pools that the facts since then speak of, directly or through a fish, can have changed.
            if (auto const touched = pools_touched(reader, kept.seq, seq)) {
                auto fresh = std::make_shared<std::vector<PoolState>>(*kept.states);
                auto const source = source_for(reader, moment);
                for (auto& p : *fresh) if (touched->contains(p.pool.pool.text)) p = pool_state(reader, *source, p.pool, moment);
                kept = {fresh, seq, moment.day};
                return kept.states;
            }
        }
        kept = {made(reader, moment), seq, moment.day};
        return kept.states;
    }

private:
    /// The pools that facts after `from` up to `to` concern; nothing where they change more than pools (a cohort, a coefficient).
    static std::optional<std::set<std::string>> pools_touched(Reader& reader, std::int64_t from, std::int64_t to) {
        std::set<std::string> pools;
        for (auto const& fact : store::facts_after(reader.db(), reader.enterprise(), from, to - from)) {
            auto const versions = fact.corrects ? store::versions_of(reader.db(), reader.enterprise(), *fact.corrects) : std::vector<Fact>{fact};
            for (auto const& version : versions) {
                if (version.act == FactAct::withdraw) continue;
                if (!is_own_kind(version.kind)) continue;   // of no pool
                if (version.kind == "site" || version.kind == "pool" || version.kind == "cohort" || version.kind == "growth") return std::nullopt;
                auto const body = read_body(version.kind, version.body);
                if (!body) return std::nullopt;
                auto const lines = lines_of(version, *body);
                for (auto const& subject : lines.subjects) {
                    if (subject.starts_with("s:")) return std::nullopt;   // the water of all its pools
                    if (subject.starts_with("p:")) pools.insert(subject.substr(2));
                    if (subject.starts_with("f:"))
                        if (auto const fish = parse_pit_tag(subject.substr(2)))
                            for (auto const& s : reader.stays(*fish)) pools.insert(s.pool);
                }
            }
        }
        // Fish moved on carry their size along: pools that were filled from these.
        auto const first = pools;
        for (auto const& pool : first)
            for (auto const& next : pools_fed_from(reader, pool)) pools.insert(next);
        return pools;
    }
    struct Kept {
        std::shared_ptr<std::vector<PoolState> const> states;
        std::int64_t seq = 0;
        FarmDay day;
    };
    static std::shared_ptr<std::vector<PoolState> const> made(Reader& reader, Moment const& moment) {
        auto states = std::make_shared<std::vector<PoolState>>();
        auto const source = company_source(reader, moment);
        for (auto const& pool : reader.pools()) states->push_back(pool_state(reader, *source, pool, moment));
        return states;
    }
    Service& m_service;
    std::mutex m_mutex;
    std::map<Enterprise, Kept> m_kept;
};

/// Trends that were asked for last: each is the work of some dozen days, and everybody's first page shows one.
class Trends {
public:
    std::string of(Reader& reader, std::int64_t seq, std::vector<std::string> const& sites, Moment const& moment, int months) {
        auto const key = std::tuple{reader.enterprise(), sites, moment.day.n, months};
        std::lock_guard const hold{m_mutex};
        if (m_kept.size() > 100) m_kept.clear();
        auto& kept = m_kept[key];
        if (kept.text.empty() || kept.seq != seq) kept = {trend_json(reader, sites, moment, months), seq};
        return kept.text;
    }

private:
    struct Kept {
        std::string text;
        std::int64_t seq = 0;
    };
    std::mutex m_mutex;
    std::map<std::tuple<Enterprise, std::vector<std::string>, std::int32_t, int>, Kept> m_kept;
};

/// One fact as a client sends it.
Result<Fact> fact_of(JsonIn in, Service& service, http::Caller const& caller) {
    Fact fact;
    fact.author = caller.person;
    std::string text;
    if (in.has("id")) {
        in.get("id", text);
        fact.id = OSETRA_TRY(Uuid::parse(text));
        auto const version = fact.id.bytes[6] >> 4U;
        if (version != 7 && version != 5 && version != 8) return refuse("uuid_malformed", "A fact's id is a UUID of version 7, so that ids sort by time.", "id");
    } else {
        fact.id = service.new_id();
    }
    in.get("kind", fact.kind);
    fact.happened_at = service.now();
    if (in.has("happened_at")) {
        in.get("happened_at", text);
        fact.happened_at = OSETRA_TRY(parse_instant(text, service.offset(caller.enterprise)));
    }
    std::string act = "tell";
    if (in.has("act")) in.get("act", act);
    if (act == "correct") fact.act = FactAct::correct;
    else if (act == "withdraw") fact.act = FactAct::withdraw;
    else if (act != "tell") return refuse("act_unknown", "act is tell, correct or withdraw.", "act");
    if (in.has("corrects")) {
        in.get("corrects", text);
        fact.corrects = OSETRA_TRY(Uuid::parse(text));
    }
    if (fact.act == FactAct::tell && fact.corrects) return refuse("act_unknown", "A fact that corrects another says so: act is correct or withdraw.", "act");
    if (in.has("reason")) in.get("reason", fact.reason);
    if (in.refusal()) return tl::unexpected(*in.refusal());
    if (auto const body = in.child("body")) fact.body = body->dump();
    else if (fact.act != FactAct::withdraw) return refuse("field_missing", "body is missing.", "body");
    for (auto const& name : in.names()) {
        static std::set<std::string, std::less<>> const fields{"id", "kind", "happened_at", "act", "corrects", "reason", "body", "offline"};
        if (!fields.contains(name)) return refuse("field_unknown", name + " is not a field of a fact.", name);
    }
    return fact;
}

void told_row(JsonOut& out, Told const& told) {
    out.begin_object();
    out.put_blob("id", told.id.raw());
    out.value("outcome", told.outcome == Told::Outcome::accepted ? "accepted" : told.outcome == Told::Outcome::duplicate ? "duplicate" : "refused");
    if (told.outcome == Told::Outcome::refused) {
        out.value("code", told.refusal.code);
        out.value("detail", told.refusal.message);
        out.value("at", told.refusal.at);
    } else {
        out.value("seq", told.seq);
    }
    if (!told.warnings.empty()) {
        out.begin_array("warnings");
        for (auto const& w : told.warnings) {
            out.begin_object();
            out.value("code", w.code);
            out.value("detail", w.message);
            out.end_object();
        }
        out.end_array();
    }
    out.end_object();
}

/// The site that a fact is about, for people who may only tell of theirs; nothing where it is about the whole company.
std::optional<std::string> site_of(Reader& reader, Fact const& fact) {
    auto const body = fact.act == FactAct::withdraw ? Result<Body>{refuse("", "")} : read_body(fact.kind, fact.body);
    if (!body) return std::nullopt;
    for (auto const& subject : lines_of(fact, *body).subjects) {
        if (subject.starts_with("s:")) return subject.substr(2);
        if (subject.starts_with("p:"))
            if (auto const* pool = reader.pool(subject.substr(2))) return pool->site.text;
        if (subject.starts_with("f:")) {
            auto const fish = parse_pit_tag(subject.substr(2));
            auto const row = fish ? reader.fish(*fish) : std::nullopt;
            auto const* pool = row ? reader.pool(row->pool) : nullptr;
            if (pool) return pool->site.text;
        }
    }
    return std::nullopt;
}

/// Whether a fact may be told to a person of some sites. What is about no site is for all.
bool seen_by_caller(Reader& reader, http::Caller const& caller, Fact const& fact) {
    auto shown = fact;
    if (fact.act == FactAct::withdraw && fact.corrects)
        if (auto const first = store::fact_by_id(reader.db(), reader.enterprise(), *fact.corrects)) { shown = *first; shown.act = FactAct::tell; }
    auto const site = site_of(reader, shown);
    return !site || caller.sees(*site);
}

/// What a kind of fact needs: places, growth and what is signed are the managers', the rest is anybody's work.
Permission needed(Fact const& fact, bool signs) {
    if (fact.act != FactAct::tell) return signs ? Permission::manage : Permission::mend;
    auto const place = fact.kind == "site" || fact.kind == "pool" || fact.kind == "cohort" || fact.kind == "growth";
    return place || signs ? Permission::manage : Permission::record;
}

constexpr char const* facts_schema = R"({"type":"object","required":["facts"],"properties":{"facts":{"type":"array","maxItems":5000,"items":{"type":"object","required":["kind"],"properties":{"id":{"type":"string","format":"uuid"},"kind":{"type":"string"},"happened_at":{"type":"string","format":"date-time"},"act":{"enum":["tell","correct","withdraw"]},"corrects":{"type":"string","format":"uuid"},"reason":{"type":"string"},"offline":{"type":"boolean"},"body":{"type":"object"}}}},"witnessed":{"type":"boolean"}}})";

bool flag(JsonIn& in, char const* name) {
    auto v = false;
    if (in.has(name)) in.get_flag(name, v);
    return v;
}

void tell_facts(Service& service, Request const& ask, http::Reply const& reply) {
    auto const answer = [&](Refusal const& r) { reply(http::problem(r)); };
    auto body = JsonIn::parse(ask.body);
    if (!body) return answer(body.error());
    auto const items = body->items("facts");
    if (items.empty()) return answer({"field_missing", "facts is a list of at least one fact.", "facts"});
    if (items.size() > 5'000) return answer({"too_large", "At most 5,000 facts at once; send them in parts.", "facts"});
    auto const witnessed = flag(*body, "witnessed");
    if (body->refusal()) return answer(*body->refusal());

    // One place a fact in the answer, in the order asked; those that can be told at once are filled in now.
    auto results = std::make_shared<std::vector<Told>>(items.size());
    auto places = std::make_shared<std::vector<std::size_t>>();
    std::vector<std::pair<FactId, std::string>> offline;   // as sent, for tasks
    std::vector<Fact> facts;
    Branches const* branches = nullptr;                    // they live as long as the program
    auto const needs = [&](Fact const& fact) {
        if (is_own_kind(fact.kind)) return needed(fact, false);
        if (!branches) service.read(ask.caller.enterprise, [&](Reader& reader) { branches = &reader.branches(); });
        auto const* kind = find_kind(fact.kind, *branches);
        return needed(fact, kind && kind->by_manager);
    };
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto item = items[i];
        auto const was_offline = flag(item, "offline");
        auto const sent = item.dump();
        auto fact = fact_of(std::move(item), service, ask.caller);
        auto refusal = fact ? std::optional<Refusal>{} : std::optional{fact.error()};
        if (fact && !ask.caller.holds(needs(*fact))) refusal = Refusal{"not_allowed", "Your role may not tell this; ask a manager.", "kind"};
        if (fact) (*results)[i].id = fact->id;
        if (was_offline) offline.emplace_back((*results)[i].id, sent);
        if (refusal) {
            (*results)[i].outcome = Told::Outcome::refused;
            (*results)[i].refusal = std::move(*refusal);
            continue;
        }
        facts.push_back(std::move(*fact));
        places->push_back(i);
    }
    if (!ask.caller.sites.empty() || !ask.caller.at_site.empty())   // people of some sites tell of those only
        service.read(ask.caller.enterprise, [&](Reader& reader) {
            std::vector<Fact> mine;
            std::vector<std::size_t> mine_at;
            branches = &reader.branches();
            for (std::size_t i = 0; i < facts.size(); ++i) {
                auto checked = facts[i];
                if (checked.act == FactAct::withdraw && checked.corrects)
                    if (auto const first = store::fact_by_id(reader.db(), reader.enterprise(), *checked.corrects)) { checked = *first; checked.act = FactAct::tell; }
                auto const site = site_of(reader, checked);
                if (site ? ask.caller.sees(*site) && ask.caller.holds(needs(facts[i]), *site) : ask.caller.holds(needs(facts[i]), "")) {
                    mine.push_back(std::move(facts[i]));
                    mine_at.push_back((*places)[i]);
                } else {
                    auto& r = (*results)[(*places)[i]];
                    r.outcome = Told::Outcome::refused;
                    r.refusal = {"not_allowed", "This is about a site that is not yours.", "body"};
                }
            }
            facts = std::move(mine);
            *places = std::move(mine_at);
        });
    auto const enterprise = ask.caller.enterprise;
    auto const answered = [](std::vector<Told> const& all) {
        JsonOut out;
        out.begin_object();
        out.begin_array("results");
        for (auto const& r : all) told_row(out, r);
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    };
    auto const fill = [results, places](std::vector<Told>&& told) {
        for (std::size_t i = 0; i < told.size(); ++i) (*results)[(*places)[i]] = std::move(told[i]);
    };
    auto const trust = witnessed ? Trust::witnessed : Trust::checked;
    if (offline.empty() && facts.empty()) return reply(answered(*results));
    if (offline.empty()) {
        service.record(enterprise, std::move(facts), trust, Ledger::Together::each_alone, [results, fill, answered, reply](Result<std::vector<Told>> told) {
            if (!told) return reply(http::problem(told.error()));
            fill(std::move(*told));
            reply(answered(*results));
        });
        return;
    }
    // Written down without a signal: whatever is refused now must not be lost, so it becomes a task before the phone hears of it.
    service.work(enterprise, [&](Ledger& ledger) {
        if (!facts.empty()) fill(ledger.record(std::move(facts), trust, service.now()));
        std::vector<TaskRow> tasks;
        for (auto const& r : *results)
            if (r.outcome == Told::Outcome::refused)
                for (auto const& [id, sent] : offline) if (id == r.id) tasks.push_back({id, service.now(), ask.caller.person, r.refusal.code, r.refusal.message, sent});
        if (!tasks.empty()) keep_tasks(ledger.reader(), tasks);
    });
    reply(answered(*results));
}

using Ask = std::function<Result<std::string>(Reader&, Request const&, Moment const&)>;

} // namespace

void add_farm_routes(http::Routes& routes, Service& service) {
    auto const states = std::make_shared<States>(service);
    // A question of a moment: the reader, the request and the moment are made ready; the answer is JSON text.
    auto const question = [&routes, &service](std::string path, std::string about, Lane lane, std::vector<http::Parameter> query, Ask act) {
        routes.get(std::move(path), Permission::view, std::move(about), lane, [&service, act = std::move(act)](Request const& ask) -> Result<Response> {
            auto const moment = OSETRA_TRY(moment_of(ask, service));
            Result<std::string> answer{std::string{}};
            service.read(ask.caller.enterprise, [&](Reader& reader) { answer = act(reader, ask, moment); });
            if (!answer) return tl::unexpected(answer.error());
            return Response::json(std::move(*answer));
        }, std::move(query));
    };
    auto const of_now = [](Request const& ask) { return !ask.asked("at") && !ask.asked("known"); };
    // People of some sites see those only.
    auto const seen_by = [states, of_now](Reader& reader, Request const& ask, Moment const& moment) {
        auto all = states->of(reader, moment, of_now(ask));
        if (ask.caller.sites.empty()) return all;
        auto mine = std::make_shared<std::vector<PoolState>>();
        for (auto const& p : *all) if (ask.caller.sees(p.pool.site.text)) mine->push_back(p);
        return std::shared_ptr<std::vector<PoolState> const>{mine};
    };
    auto const may_see_pool = [](Reader& reader, Request const& ask, std::string const& name) -> Result<Done> {
        auto const* pool = reader.pool(name);
        if (pool && !ask.caller.sees(pool->site.text)) return refuse("pool_not_found", "There is no pool \"" + name + "\" at your sites.", "pool");
        return Done{};
    };
    auto const may_see_fish = [may_see_pool](Reader& reader, Request const& ask, FishId tag) -> Result<Done> {
        auto const id = reader.fish_by_tag(tag);
        auto const row = id ? reader.fish(*id) : std::nullopt;
        return row ? may_see_pool(reader, ask, row->pool) : Result<Done>{Done{}};
    };

    question("/api/v1/today", "The company today: fish, biomass, the round, and what is not as it should be.", Lane::worker, {at, known},
             [&service, seen_by](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> { return today_json(r, *seen_by(r, ask, m), m, service.simulated(r.enterprise())); });
    question("/api/v1/trend", "Heads and biomass at the ends of the last months.", Lane::worker, {{"months", "How many; 24 where it is left out."}},
             [&service, trends = std::make_shared<Trends>()](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 return trends->of(r, service.seq(), ask.caller.sites, m, static_cast<int>(OSETRA_TRY(number(ask, "months", 24, 60))));
             });
    question("/api/v1/sites", "The sites.", Lane::worker, {}, [](Reader& r, Request const&, Moment const&) -> Result<std::string> { return sites_json(r); });
    question("/api/v1/pools", "The pools with their state.", Lane::worker, {at, known, {"site", "Only of this site."}, {"cohort", "Only with this cohort in them."}},
             [seen_by](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> { return pools_json(r, *seen_by(r, ask, m), ask.asked("site"), ask.asked("cohort")); });
    question("/api/v1/pools/{pool}", "One pool: who is in it, how many, how heavy, how sure.", Lane::worker, {at, known},
             [may_see_pool](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 OSETRA_TRY(may_see_pool(r, ask, ask.in_path.at("pool")));
                 return pool_json(r, ask.in_path.at("pool"), m);
             });
    question("/api/v1/pools/{pool}/days", "A pool day by day: water, feed, deaths, heads, biomass.", Lane::worker, {{"from", "First day; 90 days before the last where it is left out."}, {"to", "Last day."}},
             [may_see_pool](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 OSETRA_TRY(may_see_pool(r, ask, ask.in_path.at("pool")));
                 auto const to = OSETRA_TRY(day(ask, "to", m.day));
                 auto const from = OSETRA_TRY(day(ask, "from", to - 90));
                 return pool_days_json(r, ask.in_path.at("pool"), from, to, m);
             });
    question("/api/v1/pools/{pool}/life", "The cohorts of a pool over its life.", Lane::worker, {at},
             [may_see_pool](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 OSETRA_TRY(may_see_pool(r, ask, ask.in_path.at("pool")));
                 return pool_life_json(r, ask.in_path.at("pool"), m);
             });
    question("/api/v1/pools/{pool}/fish", "The tagged fish of a pool.", Lane::worker, {at, known, {"limit", "Rows, at most 1,000."}, {"after", "Tag to go on behind."}},
             [may_see_pool](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 OSETRA_TRY(may_see_pool(r, ask, ask.in_path.at("pool")));
                 auto const limit = OSETRA_TRY(number(ask, "limit", 200, 1'000));
                 auto const after = OSETRA_TRY(number(ask, "after", 0, 999'999'999'999'999));
                 return pool_fish_json(r, ask.in_path.at("pool"), m, limit, FishId{after});
             });
    question("/api/v1/fish", "Tagged fish by the first digits of the tag, site, cohort or stage.", Lane::worker,
             {{"q", "First digits of the tag."}, {"site", "Only of this site."}, {"cohort", "Only of this cohort."}, {"stage", "Only at this stage of maturity."}, {"state", "alive, or any where it is left out."}, {"limit", "Rows, at most 500."}, {"after", "Tag to go on behind."}},
             [](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 auto const limit = OSETRA_TRY(number(ask, "limit", 100, 500));
                 auto const after = OSETRA_TRY(number(ask, "after", 0, 999'999'999'999'999));
                 auto site = ask.asked("site");
                 if (!site && ask.caller.sites.size() == 1) site = ask.caller.sites.front();
                 if (site && !ask.caller.sees(*site)) return refuse("site_not_found", "That site is not yours.", "site");
                 auto const state = ask.asked("state").value_or("any");
                 if (state != "any" && state != "alive") return refuse("state_unknown", "state is alive or any.", "state");
                 return fish_list_json(r, {ask.asked("q").value_or(""), site, ask.asked("cohort"), ask.asked("stage"), state == "alive", limit, FishId{after}}, m);
             });
    question("/api/v1/fish/{fish}", "One fish: where it lived, what it weighs, how sure.", Lane::io, {at, known},
             [may_see_fish](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 auto const tag = OSETRA_TRY(parse_pit_tag(ask.in_path.at("fish")));
                 OSETRA_TRY(may_see_fish(r, ask, tag));
                 return fish_json(r, tag, m);
             });
    question("/api/v1/fish/{fish}/state", "Where a fish is on a day and what it weighs: the short answer.", Lane::io, {at, known},
             [may_see_fish](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 auto const tag = OSETRA_TRY(parse_pit_tag(ask.in_path.at("fish")));
                 OSETRA_TRY(may_see_fish(r, ask, tag));
                 return fish_state_json(r, tag, m);
             });
    routes.get("/api/v1/fish/{fish}/history.epcis", Permission::view, "The daily story of a fish as an EPCIS document: water and weight, one event a day.", Lane::worker,
               [&service, may_see_fish](Request const& ask) -> Result<Response> {
                   auto const tag = OSETRA_TRY(parse_pit_tag(ask.in_path.at("fish")));
                   std::optional<FarmDay> from, to;
                   if (auto const text = ask.asked("from")) from = OSETRA_TRY(parse_day(*text));
                   if (auto const text = ask.asked("to")) to = OSETRA_TRY(parse_day(*text));
                   Result<std::string> answer{std::string{}};
                   service.read(ask.caller.enterprise, [&](Reader& reader) {
                       auto const seen = may_see_fish(reader, ask, tag);
                       answer = seen ? history_epcis(reader, tag, from, to, service.now()) : Result<std::string>{tl::unexpected(seen.error())};
                   });
                   if (!answer) return tl::unexpected(answer.error());
                   auto response = Response::json(std::move(*answer));
                   response.content_type = "application/ld+json";
                   return response;
               }, {{"from", "First day; the fish's first where it is left out."}, {"to", "Last day; today where it is left out."}});
    question("/api/v1/cohorts", "The cohorts with their state.", Lane::worker, {at, known},
             [seen_by](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> { return cohorts_json(r, *seen_by(r, ask, m)); });
    question("/api/v1/cohorts/{cohort}", "One cohort over all pools.", Lane::worker, {at, known},
             [seen_by](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> { return cohort_json(r, *seen_by(r, ask, m), ask.in_path.at("cohort"), m); });
    question("/api/v1/stock", "Stock of the whole company as of a day and as known at a time.", Lane::worker, {at, known, {"by", "site, pool, cohort or species."}},
             [seen_by](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> { return stock_json(r, *seen_by(r, ask, m), ask.asked("by").value_or("site"), m); });
    question("/api/v1/round", "The daily round: what has been seen and what is missing, in walking order.", Lane::worker, {{"day", "Farm day."}, {"site", "Only of this site."}},
             [&service, states, seen_by](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 auto const on = OSETRA_TRY(day(ask, "day", m.day));
                 if (on == m.day) return round_json(r, *seen_by(r, ask, m), on, ask.asked("site"));
                 auto asked = ask;
                 asked.query.add("at", text_of(on));
                 Moment const then{end_of(on, service.offset(r.enterprise())), on, {}};
                 return round_json(r, *seen_by(r, asked, then), on, ask.asked("site"));
             });
    question("/api/v1/differences", "Counts that contradict the book.", Lane::worker, {{"open", "1: only those that nobody has explained."}},
             [seen_by](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> { return differences_json(*seen_by(r, ask, m), ask.asked("open").has_value()); });
    question("/api/v1/facts", "The journal, newest first.", Lane::worker,
             {{"subject", "pool:P1, fish:TAG, cohort:C or site:S."}, {"kind", "Kind of fact."}, {"from", "Happened at or after."}, {"to", "Happened at or before."}, {"limit", "Rows, at most 500."}, {"before", "Go on behind this number."}},
             [may_see_pool](Reader& r, Request const& ask, Moment const&) -> Result<std::string> {
                 FactsAsked want;
                 want.subject = ask.asked("subject");
                 want.kind = ask.asked("kind");
                 if (auto const text = ask.asked("from")) want.from = OSETRA_TRY(parse_instant(*text, r.offset()));
                 if (auto const text = ask.asked("to")) want.to = OSETRA_TRY(parse_instant(*text, r.offset()));
                 want.limit = OSETRA_TRY(number(ask, "limit", 50, 500));
                 if (ask.asked("before")) want.before = OSETRA_TRY(number(ask, "before", 0, 1'000'000'000'000));
                 if (!ask.caller.sites.empty()) {
                     if (want.subject && want.subject->starts_with("pool:")) OSETRA_TRY(may_see_pool(r, ask, want.subject->substr(5)));
                     want.seen = [&](Fact const& f) { return seen_by_caller(r, ask.caller, f); };
                 }
                 return facts_json(r, want);
             });
    question("/api/v1/facts/{id}", "One fact with all its versions.", Lane::worker, {},
             [](Reader& r, Request const& ask, Moment const&) -> Result<std::string> {
                 auto const id = OSETRA_TRY(Uuid::parse(ask.in_path.at("id")));
                 if (!ask.caller.sites.empty())
                     if (auto const fact = store::fact_by_id(r.db(), r.enterprise(), id); fact && !seen_by_caller(r, ask.caller, *fact))
                         return refuse("fact_not_found", "There is no such fact about your sites.", "id");
                 return fact_json(r, id);
             });
    question("/api/v1/why", "Why a figure is what it is: the formula in words, its steps, and the facts behind it.", Lane::worker,
             {{"figure", "heads, biomass, mean, feed, temperature or density."}, {"subject", "pool:P1, cohort:C, site:S, fish:TAG or company:."}, at, known},
             [may_see_pool, may_see_fish](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 auto const subject = ask.asked("subject").value_or("company:");
                 if (subject.starts_with("pool:")) OSETRA_TRY(may_see_pool(r, ask, subject.substr(5)));
                 if (subject.starts_with("fish:")) {
                     auto const tag = OSETRA_TRY(parse_pit_tag(subject.substr(5)));
                     OSETRA_TRY(may_see_fish(r, ask, tag));
                 }
                 if (subject.starts_with("site:") && !ask.caller.sees(subject.substr(5))) return refuse("site_not_found", "That site is not yours.", "subject");
                 return why_json(r, ask.asked("figure").value_or("heads"), subject, ask.caller.sites, m);
             });
    question("/api/v1/search", "Fish, pools, cohorts and sites by what is written on them.", Lane::worker, {{"q", "What to look for."}},
             [](Reader& r, Request const& ask, Moment const&) -> Result<std::string> { return search_json(r, ask.asked("q").value_or("").substr(0, 100), ask.caller.sites); });
    question("/api/v1/pack", "The words and limits of the product pack.", Lane::worker, {}, [](Reader& r, Request const&, Moment const&) -> Result<std::string> { return pack_json(r.pack()); });
    question("/api/v1/kinds", "Every kind of fact with its fields, for forms.", Lane::worker, {}, [](Reader& r, Request const&, Moment const&) -> Result<std::string> { return kinds_json(r.branches()); });
    question("/api/v1/growth", "Growth coefficients: the pack's, those in use, and those that a site's own weighings show.", Lane::worker, {{"site", "Only this site."}},
             [](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> { return growth_json(r, ask.asked("site"), m.day); });
    question("/api/v1/gain", "What the fish of each pool gained, SGR by cohort, and FCR by pool.", Lane::worker,
             {{"from", "First day; 365 days to the last where it is left out."}, {"to", "Last day; today where it is left out."}, {"site", "Only this site."}},
             [](Reader& r, Request const& ask, Moment const& m) -> Result<std::string> {
                 auto to = m.day;
                 if (auto const text = ask.asked("to")) to = OSETRA_TRY(parse_day(*text));
                 auto from = to - 364;
                 if (auto const text = ask.asked("from")) from = OSETRA_TRY(parse_day(*text));
                 return gain_json(r, from, to, ask.asked("site"));
             });
    question("/api/v1/surveys", "Surveys of fish without a pool: ages, and stocks from marks and recaptures.", Lane::worker, {}, [](Reader& r, Request const&, Moment const&) -> Result<std::string> { return surveys_json(r); });
    question("/api/v1/tasks", "Facts that were refused after they had been written down without a signal.", Lane::worker, {}, [](Reader& r, Request const&, Moment const&) -> Result<std::string> { return tasks_json(r); });

    http::Route tell;
    tell.method = http::Method::post;
    tell.path = "/api/v1/facts";
    tell.needs = Permission::record;
    tell.about = "Tells facts, corrects or withdraws them. Each is accepted, a duplicate (sent before) or refused with a reason.";
    tell.body_schema = facts_schema;
    tell.body_limit = 8 << 20;
    tell.act = [&service](Request const& ask, http::Reply reply) { tell_facts(service, ask, reply); };
    routes.add(std::move(tell));

    routes.post("/api/v1/tasks/{id}/done", Permission::record, "A refused fact has been dealt with.", R"({"type":"object"})", [&service](Request const& ask) -> Result<Response> {
        auto const id = OSETRA_TRY(Uuid::parse(ask.in_path.at("id")));
        service.work(ask.caller.enterprise, [&](Ledger& ledger) { task_done(ledger.reader(), id, ask.caller.person, service.now()); });
        return Response::json("{}");
    });
    routes.get("/api/v1/export/{list}.{format}", Permission::view, "A list as CSV or XLSX: pools, fish, cohorts, sites, stock, facts, round or differences.", Lane::worker, [&service](Request const& ask) -> Result<Response> {
        auto const moment = OSETRA_TRY(moment_of(ask, service));
        auto const format = ask.in_path.at("format");
        if (format != "csv" && format != "xlsx") return refuse("format_unknown", "Lists come as csv or xlsx.", "format");
        if (!ask.caller.sites.empty() && ask.in_path.at("list") != "sites") return refuse("not_allowed", "Lists hold all sites; your role sees some of them.", "list");
        Result<OutTable> list{OutTable{}};
        service.read(ask.caller.enterprise, [&](Reader& reader) { list = list_of(reader, ask.in_path.at("list"), moment); });
        if (!list) return tl::unexpected(list.error());
        Response response;
        auto const& table = *list;
        response.body = format == "csv" ? write_csv(table) : write_xlsx(table);
        response.content_type = format == "csv" ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + ask.in_path.at("list") + "-" + text_of(moment.day) + "." + format + "\"");
        return response;
    }, {at, known});
}

} // namespace osetra::farm
