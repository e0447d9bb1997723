#include "farm/ledger_sql.h"

#include "farm/ripe.h"

#include <algorithm>
#include <fmt/core.h>
#include <tuple>

#include "farm/farm_sql.h"
#include "kernel/json.h"

namespace osetra::farm {
namespace {

using store::arg;

struct Place { Instant happened_at; std::int64_t seq = 0; };
template <Is<Place> X> void visit_fields(X& x, auto f) { f("happened_at", x.happened_at); f("seq", x.seq); }
struct Low { std::optional<std::int64_t> low, shortfall; };
template <Is<Low> X> void visit_fields(X& x, auto f) { f("low", x.low); f("short", x.shortfall); }
struct SizeDown { std::string pool, cohort; Instant happened_at; };
template <Is<SizeDown> X> void visit_fields(X& x, auto f) { f("pool", x.pool); f("cohort", x.cohort); f("happened_at", x.happened_at); }
struct Last { std::optional<Instant> at; };
template <Is<Last> X> void visit_fields(X& x, auto f) { f("at", x.at); }
struct At { Instant happened_at; };
template <Is<At> X> void visit_fields(X& x, auto f) { f("happened_at", x.happened_at); }

void add_to(PoolDay& day, DayLine const& line) {
    if (line.seen) {
        ++day.seen;
        day.seen_at = std::max(day.seen_at.value_or(line.at), line.at);
    }
    if (line.temperature_mc) { day.temp_sum += *line.temperature_mc; ++day.temp_n; }
    if (line.oxygen_ug_l) day.oxygen_ug_l = std::min(day.oxygen_ug_l.value_or(*line.oxygen_ug_l), *line.oxygen_ug_l);
    day.feed_mg += line.feed_mg;
    day.deaths += line.deaths;
}

void add_to(PoolDay& day, PoolDay const& more) {
    day.seen += more.seen;
    if (more.seen_at) day.seen_at = std::max(day.seen_at.value_or(*more.seen_at), *more.seen_at);
    day.temp_sum += more.temp_sum;
    day.temp_n += more.temp_n;
    if (more.oxygen_ug_l) day.oxygen_ug_l = std::min(day.oxygen_ug_l.value_or(*more.oxygen_ug_l), *more.oxygen_ug_l);
    day.feed_mg += more.feed_mg;
    day.deaths += more.deaths;
}

bool empty(PoolDay const& d) { return d.seen == 0 && d.temp_n == 0 && !d.oxygen_ug_l && d.feed_mg == 0 && d.deaths == 0; }

struct IdOnly { FactId id; };
template <Is<IdOnly> X> void visit_fields(X& x, auto f) { f("id", x.id); }
struct GroupOf { std::string pool, cohort; };
template <Is<GroupOf> X> void visit_fields(X& x, auto f) { f("pool", x.pool); f("cohort", x.cohort); }
struct CohortOf { std::string cohort; };
template <Is<CohortOf> X> void visit_fields(X& x, auto f) { f("cohort", x.cohort); }
struct Least { std::optional<std::int64_t> low; };
template <Is<Least> X> void visit_fields(X& x, auto f) { f("low", x.low); }

/// Treatments of a subject whose withdrawal period runs at an instant.
std::optional<Book::Withdrawal> running(Reader& reader, std::string const& subject, Instant from, Instant at) {
    std::optional<Book::Withdrawal> longest;
    for (auto const& m : reader.db().rows<Place>(sql::all[sql::mentions_of_kind], arg("enterprise", reader.enterprise()), arg("subject", subject), arg("kind", std::string_view{Treated::kind}))) {
        if (m.happened_at > from) break;
        auto const fact = store::fact_at(reader.db(), reader.enterprise(), m.seq);
        auto const body = fact ? from_json<Treated>(fact->body) : Result<Treated>{refuse("", "")};
        if (!body) continue;
        auto const until = m.happened_at + std::chrono::days{body->withdrawal_days};
        if (until > at && (!longest || until > longest->until)) longest = Book::Withdrawal{until, body->product};
    }
    return longest;
}

std::optional<Book::Withdrawal> later(std::optional<Book::Withdrawal> a, std::optional<Book::Withdrawal> b) {
    if (!a) return b;
    return b && b->until > a->until ? b : a;
}

/// A pool's own treatments up to `in_pool_until`, and those that came with fish moved in (three pools back).
std::optional<Book::Withdrawal> pool_withdrawal(Reader& reader, std::string const& pool, Instant in_pool_until, Instant at, int back = 3) {
    auto longest = running(reader, "p:" + pool, in_pool_until, at);
    if (back == 0) return longest;
    for (auto const& row : reader.stock(pool, farm_day(in_pool_until, reader.offset())))
        for (auto const& l : reader.db().rows<PoolLine>(sql::all[sql::size_lines], arg("enterprise", reader.enterprise()), arg("pool", pool), arg("cohort", row.cohort),
                                                        arg("from", at - std::chrono::days{400})))
            if (l.flow == Flow::moved_in && l.other_pool && l.happened_at <= in_pool_until)
                longest = later(longest, pool_withdrawal(reader, *l.other_pool, l.happened_at, at, back - 1));
    return longest;
}

/// Every tagged fish by the stage that it was last seen at; of a fish that nobody looked at there is nothing to say.
Result<std::vector<Refusal>> ripe_enough(Reader& reader, Fact const& fact, Harvested const& harvest) {
    std::vector<Refusal> warnings;
    for (auto const tag : harvest.fish) {
        auto const id = reader.fish_by_tag(tag);
        auto const row = id ? reader.fish(*id) : std::nullopt;
        auto const* stage = row && row->stage ? reader.pack().find_maturity(*row->stage) : nullptr;
        if (!stage || !row->stage_at || *row->stage_at > fact.happened_at) continue;
        auto const ago = std::chrono::duration_cast<std::chrono::days>(fact.happened_at - *row->stage_at).count();
        auto const more = OSETRA_TRY(judge_ripe(tag, *stage, ago, fact.reason));
        warnings.insert(warnings.end(), more.begin(), more.end());
    }
    return warnings;
}

/// The body of a fact that the journal took: it must be readable.
Body body_of(Fact const& fact) {
    auto body = read_body(fact.kind, fact.body);
    if (!body) throw Fault(fmt::format("fact {} of the kind {} cannot be read: {}", fact.id.text(), fact.kind, body.error().message));
    return std::move(*body);
}

bool is_place(std::string_view kind) { return kind == "site" || kind == "pool" || kind == "cohort" || kind == "growth"; }

} // namespace

Ledger::Ledger(store::Db& db, Pack const& pack, Enterprise enterprise, FarmOffset offset, Branches const& branches)
    : m_db(db), m_reader(db, pack, enterprise, offset, branches), m_enterprise(enterprise), m_offset(offset),
      m_events(m_reader, [this](std::string_view kind) { return branch_of(kind); }, m_branches) {
    for (auto const& plan : branches) {
        m_branches.push_back(plan.make(*this));
        for (auto const& kind : plan.kinds) m_branch_of.emplace(kind.name, m_branches.back().get());
    }
}
Ledger::~Ledger() = default;

Branch* Ledger::branch_of(std::string_view kind) {
    if (m_branch_of.empty()) return nullptr;
    auto const at = m_branch_of.find(std::string{kind});
    return at == m_branch_of.end() ? nullptr : at->second;
}

std::optional<Body> Ledger::own_body(Fact const& fact) {
    if (fact.act == FactAct::withdraw || branch_of(fact.kind)) return std::nullopt;
    return body_of(fact);
}

Lines Ledger::said_by(Fact const& fact, Body const* body) {
    if (body) return lines_of(fact, *body);
    Lines lines;
    if (auto* branch = fact.act == FactAct::withdraw ? nullptr : branch_of(fact.kind)) lines.subjects = branch->subjects(fact);
    return lines;
}

// ---- taking facts in

std::vector<Told> Ledger::record(std::vector<Fact> facts, Trust trust, Instant now, Together together,
                                 std::function<void(store::Db&)> const& beside) {
    Guard guard{*this};
    store::Transaction all{m_db};
    store::Appender journal{m_db, m_enterprise};
    if (journal.head().seq != m_seen_seq) forget_remembered();
    m_events.open();
    std::vector<Told> results;
    auto refused = false;
    for (auto& fact : facts) {
        results.push_back(take(std::move(fact), trust, now, journal));
        refused = refused || results.back().outcome == Told::Outcome::refused;
    }
    if (refused && together == Together::all_or_none) return results;   // the transaction rolls back
    settle();
    m_events.tell(now);
    journal.close();
    if (beside) beside(m_db);
    all.commit();
    guard.done = true;
    m_seen_seq = journal.head().seq;
    return results;
}

void Ledger::forget_remembered() {
    m_reader.forget();
    m_tips.clear();
    m_stock_tips.clear();
    m_counted.clear();
    auto const last = m_db.row<IdOnly>(sql::all[sql::last_corrected], arg("enterprise", m_enterprise));
    m_last_corrected = last ? std::optional{last->id} : std::nullopt;
}

void Ledger::forget_touched() {
    m_places.clear();
    m_days.clear();
    m_days_again.clear();
    m_fish.clear();
    m_mentions.clear();
    m_deltas.clear();
    m_sizes.clear();
    m_size_sources.clear();
    m_events.forget();
    m_seen_seq = -1;   // what is remembered may have been rolled back
}

void Ledger::load(std::vector<Fact>&& facts, std::vector<Body> const& bodies) {
    Guard guard{*this};
    store::Transaction all{m_db};
    store::Appender journal{m_db, m_enterprise};
    if (journal.head().seq != m_seen_seq) forget_remembered();
    m_events.open();
    for (std::size_t i = 0; i < facts.size(); ++i) {
        auto const given = !bodies.empty() && facts[i].act != FactAct::withdraw && !branch_of(facts[i].kind);
        auto const read = given ? std::nullopt : own_body(facts[i]);
        if (journal.append(facts[i], facts[i].recorded_at) == store::Outcome::added) project(facts[i], given ? &bodies[i] : read ? &*read : nullptr);
    }
    settle();
    if (!facts.empty()) m_events.tell(facts.back().recorded_at);
    journal.close();
    all.commit();
    guard.done = true;
    m_seen_seq = journal.head().seq;
}

Told Ledger::take(Fact&& fact, Trust trust, Instant now, store::Appender& journal) {
    Told result;
    result.id = fact.id;
    auto const refused = [&](Refusal r) {
        result.outcome = Told::Outcome::refused;
        result.refusal = std::move(r);
        return result;
    };
    if (auto const there = journal.place_of(fact.id)) {
        result.outcome = Told::Outcome::duplicate;
        result.seq = *there;
        return result;
    }
    if (fact.act == FactAct::withdraw) {
        auto const first = fact.corrects ? store::fact_by_id(m_db, m_enterprise, *fact.corrects) : std::nullopt;
        if (first) {
            fact.kind = first->kind;
            fact.happened_at = first->happened_at;
        }
        fact.body = "{}";
    }
    Body body;
    auto* branch = branch_of(fact.kind);
    auto verdict = may_enter(fact, body, branch, trust, now);
    if (!verdict) return refused(verdict.error());
    result.warnings = std::move(*verdict);
    if (fact.corrects)   // from a machine whose clock is behind, or sent late
        if (auto const versions = store::versions_of(m_db, m_enterprise, fact.root()); !versions.empty() && versions.back().id > fact.id)
            result.warnings.push_back({"version_newer", "A later version of this fact is there and holds; this one changes nothing. Look at the fact, and mend it again if it should hold.", "id"});
    auto const* own = fact.act == FactAct::withdraw || branch ? nullptr : &body;
    if (own) fact.body = std::visit([](auto const& b) { return to_json(b); }, body);
    journal.append_new(fact, now);
    result.seq = fact.seq;
    result.subjects = said_by(fact, own).subjects;
    project(fact, own);
    return result;
}

/// The value is what a person should know all the same. What the teller left out is filled in.
Result<std::vector<Refusal>> Ledger::may_enter(Fact& fact, Body& body, Branch* branch, Trust trust, Instant now) {
    auto const told = fact.act != FactAct::withdraw;
    if (branch) {
        if (told) fact.body = OSETRA_TRY(find_kind(fact.kind, m_reader.branches())->canonical(fact.body));
        settle();   // a branch asks the book what it likes
        OSETRA_TRY(judge_envelope(fact, *this, trust, now));
        if (told) return branch->judge(fact, trust);
        OSETRA_TRY(branch->may_be_withdrawn(fact, trust));
        return std::vector<Refusal>{};
    }
    if (told) body = OSETRA_TRY(read_body(fact.kind, fact.body));
    if (trust == Trust::checked) {
        if (!m_places.empty() || asks_the_book(body)) settle();   // the book must hold what came before in this batch
        if (fact.act == FactAct::tell) complete(body, fact, *this);
    }
    auto verdict = judge(fact, body, *this, m_reader.pack(), m_offset, trust, now);
    if (auto const* gone = std::get_if<Harvested>(&body); verdict && gone && gone->purpose == "roe" && trust == Trust::checked && fact.act == FactAct::tell) {
        auto const more = OSETRA_TRY(ripe_enough(m_reader, fact, *gone));
        verdict->insert(verdict->end(), more.begin(), more.end());
    }
    return verdict;
}

std::optional<Body> Ledger::body_at(std::int64_t seq, Fact& fact) {
    auto found = store::fact_at(m_db, m_enterprise, seq);
    if (!found) throw Fault(fmt::format("journal entry {} is missing; run osetra verify", seq));
    fact = std::move(*found);
    return own_body(fact);
}

// Of all versions of a fact the one made last holds (greatest id), whenever it arrives.
void Ledger::project(Fact const& fact, Body const* body) {
    if (fact.corrects) m_last_corrected = std::max(m_last_corrected.value_or(*fact.corrects), *fact.corrects);
    auto const never_corrected = !m_last_corrected || fact.id > *m_last_corrected;
    auto const first_alone = fact.act == FactAct::tell && (never_corrected || !m_db.row<Seq>(sql::all[sql::has_correction], arg("enterprise", m_enterprise), arg("root", fact.id), arg("seq", fact.seq)));
    auto const [holds, was] = first_alone ? Before{} : before(m_db, m_enterprise, fact);
    if (!holds) return;
    if (was && was->act != FactAct::withdraw) {
        leave(*was, fact.recorded_at);
        m_events.note_wrong(*was, fact);
    }
    if (fact.act == FactAct::withdraw) return;
    enter(fact, body);
    m_events.note(fact, body);
}

void Ledger::enter(Fact const& fact, Body const* body) {
    auto const lines = said_by(fact, body);
    if (auto* branch = body ? nullptr : branch_of(fact.kind)) branch->enter(fact);
    for (auto const& subject : lines.subjects) m_mentions.push_back({subject, fact.happened_at, fact.seq, fact.kind});
    if (is_place(fact.kind)) m_places.insert(lines.subjects.begin(), lines.subjects.end());
    for (auto const& l : lines.pool_lines) {
        counted_until(l.pool);   // remembered before the line is there: it is not counted yet
        if (l.other_pool) counted_until(*l.other_pool);
        m_db.run(sql::all[sql::add_pool_line], arg("enterprise", m_enterprise), l);
        touch(l, 1);
    }
    for (auto const& l : lines.fish_lines) {
        m_db.run(sql::all[sql::add_fish_line], arg("enterprise", m_enterprise), l);
        m_fish[l.fish.n] = true;
    }
    for (auto const& l : lines.day_lines) {
        auto const day = farm_day(l.at, m_offset);
        auto& sum = m_days[{l.pool, day.n}];
        sum.pool = l.pool;
        sum.day = day;
        add_to(sum, l);
    }
}

void Ledger::leave(Fact const& fact, Instant superseded_at) {
    auto const body = own_body(fact);
    auto const lines = said_by(fact, body ? &*body : nullptr);
    if (auto* branch = branch_of(fact.kind)) branch->leave(fact);
    write_mentions();
    for (auto const& subject : lines.subjects)
        m_db.run(sql::all[sql::end_mention], arg("superseded_at", superseded_at), arg("enterprise", m_enterprise), arg("subject", subject),
                 arg("happened_at", fact.happened_at), arg("seq", fact.seq));
    if (is_place(fact.kind)) m_places.insert(lines.subjects.begin(), lines.subjects.end());
    for (auto const& l : lines.pool_lines) {
        m_db.run(sql::all[sql::end_pool_line], arg("superseded_at", superseded_at), arg("enterprise", m_enterprise), arg("pool", l.pool),
                 arg("cohort", l.cohort), arg("happened_at", l.happened_at), arg("root", l.root));
        touch(l, -1);
    }
    for (auto const& l : lines.fish_lines) {
        m_db.run(sql::all[sql::end_fish_line], arg("superseded_at", superseded_at), arg("enterprise", m_enterprise), arg("fish", l.fish.n),
                 arg("happened_at", l.happened_at), arg("root", l.root));
        m_fish[l.fish.n] = true;
    }
    for (auto const& l : lines.day_lines) m_days_again.insert({l.pool, farm_day(l.at, m_offset).n});
}

void Ledger::touch(PoolLine const& l, std::int64_t times) {
    auto const day = farm_day(l.happened_at, m_offset);
    auto const group = GroupName{l.pool, l.cohort};
    if (auto const delta = delta_of(l); !delta.nothing()) m_deltas[group][day.n].add(delta, times);
    if (!tells_size(l.flow)) return;
    size_again(group, day);
    if (l.mean_mg) m_size_sources.insert({day.n, group});
}

void Ledger::size_again(GroupName const& group, FarmDay day) {
    auto const [at, fresh] = m_sizes.try_emplace(group, day.n);
    if (!fresh) at->second = std::min(at->second, day.n);
}

// ---- working out what was touched

void Ledger::write_mentions() {
    std::sort(m_mentions.begin(), m_mentions.end());
    for (auto const& m : m_mentions)
        m_db.run(sql::all[sql::add_mention], arg("enterprise", m_enterprise), arg("subject", m.subject), arg("happened_at", m.happened_at), arg("seq", m.seq), arg("kind", m.kind));
    m_mentions.clear();
}

void Ledger::settle() {
    write_mentions();
    if (!m_places.empty()) settle_places();
    if (!m_days.empty() || !m_days_again.empty()) settle_days();
    if (!m_fish.empty()) settle_fish();
    if (!m_deltas.empty()) settle_stock();
    if (!m_sizes.empty() || !m_size_sources.empty()) settle_sizes();
    m_reader.forget_sums();
}

template <class T> std::optional<T> Ledger::latest_told(std::string const& subject) {
    std::optional<std::tuple<Instant, FactId, std::int64_t>> last;
    for (auto const& m : m_db.rows<Place>(sql::all[sql::mentions_of_kind], arg("enterprise", m_enterprise), arg("subject", subject), arg("kind", std::string_view{T::kind}))) {
        auto const fact = store::fact_at(m_db, m_enterprise, m.seq);
        if (!fact) continue;
        auto const here = std::tuple{fact->happened_at, fact->id, fact->seq};
        if (!last || here > *last) last = here;
    }
    if (!last) return std::nullopt;
    Fact fact;
    auto const body = body_at(std::get<2>(*last), fact);
    return body ? std::optional{std::get<T>(*body)} : std::nullopt;
}

void Ledger::settle_places() {
    auto const places = std::exchange(m_places, {});
    auto const e = arg("enterprise", m_enterprise);
    std::set<std::string> pools_again;
    for (auto const& subject : places) {
        auto const name = subject.substr(2);
        if (subject.starts_with("s:")) {
            if (auto const told = latest_told<SiteRegistered>(subject)) m_db.run(sql::all[sql::put_site], e, *told);
            else m_db.run(sql::all[sql::drop_site], e, arg("site", name));
        } else if (subject.starts_with("p:")) {
            auto const told = latest_told<PoolRegistered>(subject);
            auto const* old = m_reader.pool(name);
            if ((old ? old->site.text : "") != (told ? told->site.text : "")) pools_again.insert(name);   // other warmth, other growth
            if (told) m_db.run(sql::all[sql::put_pool], e, *told);
            else m_db.run(sql::all[sql::drop_pool], e, arg("pool", name));
        } else if (subject.starts_with("c:")) {
            if (auto const told = latest_told<CohortRegistered>(subject)) m_db.run(sql::all[sql::put_cohort], e, *told);
            else m_db.run(sql::all[sql::drop_cohort], e, arg("cohort", name));
            for (auto const& f : m_db.rows<FishNumber>(sql::all[sql::fish_of_cohort], e, arg("cohort", name))) m_fish[f.fish.n] = true;
            for (auto const& group : m_db.rows<GroupOf>(sql::all[sql::groups_of_cohort], e, arg("cohort", name))) {
                size_again({group.pool, name}, FarmDay{-1'000'000});
                m_size_sources.insert({-1'000'000, {group.pool, name}});
            }
        } else if (subject.starts_with("g:")) {
            auto const told = latest_told<GrowthAdopted>(subject);
            auto const slash = name.find('/');
            auto const second = name.find('/', slash + 1);
            auto const site = name.substr(0, slash);
            if (told) m_db.run(sql::all[sql::put_growth], e, *told);
            else m_db.run(sql::all[sql::drop_growth], e, arg("site", site), arg("species", name.substr(slash + 1, second - slash - 1)), arg("stage", name.substr(second + 1)));
            for (auto const& p : m_reader.pools()) if (p.site.text == site) pools_again.insert(p.pool.text);
        }
    }
    m_reader.forget();
    for (auto const& pool : pools_again) fish_of_pool_again(pool, FarmDay{-1'000'000});
}

/// The thermal axis of a pool (or of a site's pools) changed from a day on: all that was counted on it is counted again.
void Ledger::fish_of_pool_again(std::string const& name, FarmDay from) {
    m_reader.forget_warmth(name);
    auto const start = from.n < -100'000 ? Instant::min() : start_of(from, m_offset);
    std::vector<std::string> pools{name};
    if (name.starts_with("s:")) {
        pools.clear();
        for (auto const& p : m_reader.pools()) if (p.site.text == name.substr(2)) pools.push_back(p.pool.text);
    }
    for (auto const& pool : pools) {
        // A fish that came before that day and is still there is counted from before: nothing of it changes.
        for (auto const& s : m_db.rows<FishNumber>(sql::all[sql::stays_counted_after], arg("enterprise", m_enterprise), arg("pool", pool), arg("at", start), arg("forever", forever)))
            m_fish.try_emplace(s.fish.n, false);
        for (auto const& c : m_db.rows<CohortOf>(sql::all[sql::size_cohorts], arg("enterprise", m_enterprise), arg("pool", pool))) {
            size_again({pool, c.cohort}, from);
            m_size_sources.insert({from.n, {pool, c.cohort}});   // those that left take other growth with them
        }
    }
}

void Ledger::settle_days() {
    auto additions = std::exchange(m_days, {});
    auto const again = std::exchange(m_days_again, {});
    for (auto const& [pool, n] : again) {
        additions.erase({pool, n});
        PoolDay day;
        day.pool = pool;
        day.day = FarmDay{n};
        auto const subject = pool.starts_with("s:") ? pool : "p:" + pool;
        for (auto const& m : m_db.rows<Place>(sql::all[sql::mentions_between], arg("enterprise", m_enterprise), arg("subject", subject),
                                              arg("from", start_of(day.day, m_offset)), arg("to", start_of(day.day + 1, m_offset)))) {
            Fact fact;
            auto const body = body_at(m.seq, fact);
            if (!body) continue;
            for (auto const& l : lines_of(fact, *body).day_lines) if (l.pool == pool) add_to(day, l);
        }
        write_day(std::move(day), m_reader.day(pool, FarmDay{n}));
    }
    for (auto& [key, sum] : additions) {
        auto tip = m_tips.find(key.first);
        if (tip == m_tips.end()) {
            auto const last = m_db.row<PoolDay>(sql::all[sql::last_day], arg("enterprise", m_enterprise), arg("pool", key.first));
            auto const warm = last ? m_db.row<ThetaPoint>(sql::all[sql::theta_before], arg("enterprise", m_enterprise), arg("pool", key.first), arg("day", last->day)) : std::nullopt;
            tip = m_tips.emplace(key.first, Tip{last ? last->day : FarmDay{-1'000'000}, warm}).first;
        }
        if (sum.day > tip->second.last &&
            (sum.temp_n == 0 || (tip->second.warm && counted_until(key.first) <= tip->second.warm->day + 1))) {
            write_day_at_tip(std::move(sum), tip->second);
            continue;
        }
        auto const there = m_reader.day(key.first, sum.day);
        if (there) add_to(sum, *there);
        write_day(std::move(sum), there);
    }
}

/// The last day on which something was counted on the thermal axis of a pool (or of a site's pools).
FarmDay Ledger::counted_until(std::string const& name) {
    if (name.starts_with("s:")) {
        auto last = FarmDay{-1'000'000};
        for (auto const& p : m_reader.pools()) if (p.site.text == name.substr(2)) last = std::max(last, counted_until(p.pool.text));
        return last;
    }
    if (auto const at = m_counted.find(name); at != m_counted.end()) return at->second;
    auto const row = m_db.row<Last>(sql::all[sql::last_counted], arg("enterprise", m_enterprise), arg("pool", name), arg("forever", forever));
    return m_counted.emplace(name, row && row->at ? farm_day(*row->at, m_offset) : FarmDay{-1'000'000}).first->second;
}

void Ledger::counted(std::string const& pool, FarmDay day) {
    if (auto const at = m_counted.find(pool); at != m_counted.end()) at->second = std::max(at->second, day);
}

/// The next day of a pool, behind the last: nothing that was counted so far used a guess about it. (Of the day after a temperature
/// the thermal sum is known before that day's own temperature.)
void Ledger::write_day_at_tip(PoolDay day, Tip& tip) {
    if (day.temp_n > 0) {
        auto const& warm = *tip.warm;
        day.theta = warm.theta + theta_gain(m_reader.response(), warm.temp_sum / warm.temp_n, day.temp_sum / day.temp_n, day.day - warm.day);
        m_reader.forget_warmth(day.pool, warm.day + 2);
        tip.warm = ThetaPoint{day.day, *day.theta, day.temp_sum, day.temp_n};
    }
    tip.last = day.day;
    m_db.run(sql::all[sql::add_day], arg("enterprise", m_enterprise), day);
}

/// Writes a day and keeps the thermal axis true: its own sum, and that of all days after it.
void Ledger::write_day(PoolDay day, std::optional<PoolDay> const& old) {
    auto const pool = day.pool;
    auto const n = day.day;
    m_tips.erase(pool);
    auto const e = arg("enterprise", m_enterprise);
    auto const p = arg("pool", pool);
    auto const mean = [](auto const& x) { return x.temp_sum / x.temp_n; };
    auto const before = m_db.row<ThetaPoint>(sql::all[sql::theta_before], e, p, arg("day", n - 1));
    auto const after = m_db.row<ThetaPoint>(sql::all[sql::theta_after], e, p, arg("day", n));
    auto const& response = m_reader.response();
    auto const had = old && old->temp_n > 0;
    day.theta.reset();
    if (day.temp_n > 0) {
        day.theta = before ? before->theta + theta_gain(response, mean(*before), mean(day), n - before->day) : 0;
    }
    if (empty(day)) m_db.run(sql::all[sql::drop_day], e, p, arg("day", n));
    else m_db.run(sql::all[sql::put_day], e, day);

    if (!had && day.temp_n == 0) return;
    auto const same = had && day.temp_n > 0 && mean(*old) == mean(day);
    if (same) return;
    std::int64_t shift = 0;
    if (after) {
        std::int64_t next = 0;   // an axis begins with nought on its first day
        if (day.temp_n > 0) next = *day.theta + theta_gain(response, mean(day), mean(*after), after->day - n);
        else if (before) next = before->theta + theta_gain(response, mean(*before), mean(*after), after->day - before->day);
        shift = next - after->theta;
        if (shift != 0) m_db.run(sql::all[sql::shift_theta], arg("shift", shift), e, p, arg("day", after->day));
    }
    // In step with the days: nothing that was counted so far used a guess about this day.
    auto const plain_step = !had && !after && before && counted_until(pool) <= before->day + 1;
    if (plain_step) {
        m_reader.forget_warmth(pool);
        return;
    }
    fish_of_pool_again(pool, before ? before->day + 1 : FarmDay{-1'000'000});
}

void Ledger::settle_fish() {
    auto const fish = std::exchange(m_fish, {});
    auto const e = arg("enterprise", m_enterprise);
    for (auto const& [n, told] : fish) {
        auto const id = FishId{n};
        auto lines = m_db.rows<FishLine>(sql::all[sql::fish_lines], e, arg("fish", n));
        auto const nothing = lines.empty();
        auto const life = life_of(id, std::move(lines), m_reader, m_reader, m_offset);
        auto const old = m_reader.stays(id);
        auto const& now = life.stays;
        for (auto const& s : now) counted(s.pool, farm_day(s.to_at == forever ? s.from_at : s.to_at, m_offset));
        std::size_t same = 0;
        while (same < old.size() && same < now.size() && old[same] == now[same]) ++same;
        auto const account = [&](Stay const& s, std::int64_t times) {
            auto const arrival = delta_of_arrival(s, m_offset);
            auto const leaving = delta_of_leaving(s, m_offset);
            auto& days = m_deltas[{s.pool, s.cohort}];
            days[farm_day(s.from_at, m_offset).n].add(arrival, times);
            if (!leaving.nothing()) days[farm_day(s.to_at, m_offset).n].add(leaving, times);
        };
        for (auto i = same; i < old.size(); ++i) {
            account(old[i], -1);
            auto const kept = std::any_of(now.begin() + static_cast<std::ptrdiff_t>(same), now.end(), [&](Stay const& s) { return s.from_at == old[i].from_at; });
            if (!kept) m_db.run(sql::all[sql::drop_stay], e, arg("fish", n), arg("from_at", old[i].from_at));
        }
        for (auto i = same; i < now.size(); ++i) {
            account(now[i], 1);
            auto const there = std::find_if(old.begin() + static_cast<std::ptrdiff_t>(same), old.end(), [&](Stay const& s) { return s.from_at == now[i].from_at; });
            if (there != old.end() && *there == now[i]) continue;
            auto resized = now[i];   // most often only the warmth was another: then no index need be touched
            if (there != old.end()) resized.root_milli = there->root_milli, resized.based_at = there->based_at;
            m_db.run(sql::all[there == old.end() ? sql::add_stay : resized == *there ? sql::set_stay_size : sql::set_stay], e, now[i]);
        }
        if (nothing || now.empty()) {
            m_db.run(sql::all[sql::drop_fish], e, arg("fish", n));
            continue;
        }
        if (!told) continue;
        auto const& last = now.back();
        auto const row = FishRow{id, life.tag, last.cohort, last.pool, last.to_at == forever ? 0 : static_cast<std::int64_t>(last.went), life.sex, life.stage, life.stage_at};
        if (m_reader.fish(id) != row) m_db.run(sql::all[sql::put_fish], e, row);
    }
}

void Ledger::settle_stock() {
    auto const deltas = std::exchange(m_deltas, {});
    for (auto const& [group, days] : deltas)
        for (auto const& [day, delta] : days)
            if (!delta.nothing()) apply(group, FarmDay{day}, delta);
}

void Ledger::apply(GroupName const& group, FarmDay day, StockDelta const& delta) {
    auto const e = arg("enterprise", m_enterprise);
    auto const p = arg("pool", group.pool);
    auto const c = arg("cohort", group.cohort);
    auto const d = arg("day", day);
    auto const resize = [&] {   // fish that come in later are mixed with another number
        if (delta.untagged == 0) return;
        auto const later = m_db.row<At>(sql::all[sql::any_size_line], e, p, c, arg("from", start_of(day + 1, m_offset)));
        if (later) size_again(group, farm_day(later->happened_at, m_offset));
    };
    auto tip = m_stock_tips.find(group);
    if (tip == m_stock_tips.end())
        if (auto row = m_reader.stock(group.pool, group.cohort, FarmDay{1'000'000})) tip = m_stock_tips.emplace(group, std::move(*row)).first;
    if (tip != m_stock_tips.end() && day > tip->second.day) {   // in step with the days: one row more
        auto& row = tip->second;
        row.day = day;
        row.sums.add(delta);
        row.shortfall = std::max(row.shortfall, -(row.sums.tagged + row.sums.untagged));
        m_db.run(sql::all[sql::add_stock], e, row);
        return resize();
    }
    if (tip != m_stock_tips.end()) m_stock_tips.erase(tip);
    auto last = m_reader.stock(group.pool, group.cohort, day);
    auto const fresh = !last || last->day != day;
    if (fresh) {
        StockRow row;
        if (last) row = *last;
        row.pool = group.pool;
        row.cohort = group.cohort;
        row.day = day;
        m_db.run(sql::all[sql::add_stock], e, row);
    }
    m_db.run(sql::all[sql::shift_stock], delta, e, p, c, d);
    auto const low = m_db.row<Low>(sql::all[sql::stock_low], e, p, c, d);
    if (low->low.value_or(0) < 0 || low->shortfall.value_or(0) > 0 || (last && last->shortfall > 0)) refill_shortfall(group, day);
    // A row stands only for a day that changed something, whatever was told and taken back meanwhile.
    auto const row = m_reader.stock(group.pool, group.cohort, day);
    auto change = row->sums;
    if (auto const before = m_reader.stock(group.pool, group.cohort, day - 1)) change.add(before->sums, -1);
    if (change.nothing()) m_db.run(sql::all[sql::drop_stock], e, p, c, d);
    resize();
}

/// heads(t) = B(t) - min(0, min over s <= t of B(s)): what had to be there although nobody had told of it stays visible.
void Ledger::refill_shortfall(GroupName const& group, FarmDay from) {
    auto const e = arg("enterprise", m_enterprise);
    auto const p = arg("pool", group.pool);
    auto const c = arg("cohort", group.cohort);
    auto const before = m_reader.stock(group.pool, group.cohort, from - 1);
    auto shortfall = before ? before->shortfall : 0;
    for (auto const& row : m_db.rows<StockRow>(sql::all[sql::stock_from], e, p, c, arg("day", from))) {
        shortfall = std::max(shortfall, -(row.sums.tagged + row.sums.untagged));
        if (shortfall != row.shortfall) m_db.run(sql::all[sql::set_short], arg("short", shortfall), e, p, c, arg("day", row.day));
    }
}

void Ledger::settle_sizes() {
    auto const e = arg("enterprise", m_enterprise);
    // By day, so that a group is worked out before those that its fish moved to.
    std::set<std::pair<std::int32_t, GroupName>> open;
    auto const pass_on = [&](GroupName const& group, FarmDay from) {
        auto const since = from.n < -100'000 ? Instant::min() : start_of(from, m_offset);
        for (auto const& down : m_db.rows<SizeDown>(sql::all[sql::size_lines_from], e, arg("pool", group.pool), arg("cohort", group.cohort), arg("from", since)))
            size_again({down.pool, down.cohort}, farm_day(down.happened_at, m_offset));
    };
    for (auto const& [day, group] : std::exchange(m_size_sources, {})) pass_on(group, FarmDay{day});
    for (;;) {
        for (auto const& [group, day] : std::exchange(m_sizes, {})) open.emplace(day, group);
        if (open.empty()) break;
        auto const [n, group] = *open.begin();
        auto const from = FarmDay{n};
        open.erase(open.begin());
        auto const p = arg("pool", group.pool);
        auto const c = arg("cohort", group.cohort);
        auto const old = m_db.rows<SizePoint>(sql::all[sql::sizes_from], e, p, c, arg("day", from));
        auto const start = from.n < -100'000 ? Instant::min() : start_of(from, m_offset);
        auto const lines = m_db.rows<PoolLine>(sql::all[sql::size_lines], e, p, c, arg("from", start));
        auto const before = m_reader.size(group.pool, group.cohort, from - 1);
        auto const now = sizes_of(group.pool, group.cohort, before, lines, m_reader, m_reader, m_reader, m_offset);
        for (auto const& l : lines) {
            counted(l.pool, farm_day(l.happened_at, m_offset));
            if (l.other_pool) counted(*l.other_pool, farm_day(l.happened_at, m_offset));
        }
        if (old == now) continue;
        auto const [was, is] = std::mismatch(old.begin(), old.end(), now.begin(), now.end());
        auto changed = from;
        if (was != old.end() && is != now.end()) changed = std::min(was->day, is->day);
        else if (was != old.end()) changed = was->day;
        else if (is != now.end()) changed = is->day;
        m_db.run(sql::all[sql::drop_sizes], e, p, c, arg("day", changed));
        for (auto at = is; at != now.end(); ++at) m_db.run(sql::all[sql::add_size], e, p, c, *at);
        pass_on(group, changed);
    }
}

void Ledger::rebuild(std::function<void(std::int64_t, std::int64_t)> progress) {
    auto const e = arg("enterprise", m_enterprise);
    Guard guard{*this};
    {
        store::Transaction all{m_db};
        for (auto const clear : {sql::clear_site, sql::clear_pool, sql::clear_cohort, sql::clear_growth, sql::clear_mention, sql::clear_pool_line,
                                 sql::clear_fish_line, sql::clear_stay, sql::clear_fish, sql::clear_stock, sql::clear_size_track, sql::clear_pool_day})
            m_db.run(sql::all[clear], e);
        for (auto const& branch : m_branches) branch->clear();
        all.commit();
    }
    forget_remembered();
    m_last_corrected.reset();
    auto const end = store::head_of(m_db, m_enterprise).seq;
    std::int64_t done = 0;
    while (done < end) {
        store::Transaction all{m_db};
        m_events.open();
        auto recorded_at = Instant{};
        for (auto const& fact : store::facts_after(m_db, m_enterprise, done, 20'000)) {
            auto const body = own_body(fact);
            project(fact, body ? &*body : nullptr);
            done = fact.seq;
            recorded_at = fact.recorded_at;
        }
        settle();
        m_events.tell(recorded_at);
        all.commit();
        if (progress) progress(done, end);
    }
    guard.done = true;
}

// ---- what partners are told

trace::Naming const* Ledger::naming() {
    m_events.open();
    return m_events.naming();
}

Result<Done> Ledger::tell_identity(trace::Identity const& identity, Instant now, std::function<void(std::int64_t, std::int64_t)> progress) {
    Guard guard{*this};
    auto const fresh = !m_events.identity().told();
    {
        store::Transaction all{m_db};
        OSETRA_TRY(m_events.identity().tell(identity));
        m_events.open();
        m_events.tell_master_data(now);
        all.commit();
    }
    auto const end = fresh ? store::head_of(m_db, m_enterprise).seq : 0;
    for (std::int64_t done = 0; done < end;) {
        store::Transaction all{m_db};
        for (auto const& fact : store::facts_after(m_db, m_enterprise, done, 20'000)) {
            done = fact.seq;
            auto const [holds, was] = before(m_db, m_enterprise, fact);
            if (!holds) continue;
            auto const body = own_body(fact);
            if (was && was->act != FactAct::withdraw) m_events.note_wrong(*was, fact);
            m_events.note(fact, body ? &*body : nullptr);
        }
        m_events.tell(now);
        all.commit();
        if (progress) progress(done, end);
    }
    guard.done = true;
    return Done{};
}

Result<std::int64_t> Ledger::verify_events(std::function<void(std::int64_t, std::int64_t)> progress) {
    m_events.open();
    m_events.identity().only_read(true);
    struct Write {
        EventTeller& events;
        ~Write() {
            events.identity().only_read(false);
            events.told();
        }
    } const write_again{m_events};
    auto const end = m_events.is_open() ? store::head_of(m_db, m_enterprise).seq : 0;
    std::int64_t told = 0;
    for (std::int64_t done = 0; done < end;) {
        for (auto const& fact : store::facts_after(m_db, m_enterprise, done, 20'000)) {
            done = fact.seq;
            if (!before(m_db, m_enterprise, fact).holds) continue;
            if (auto const missing = m_events.missing(fact))
                return refuse("events_missing", fmt::format("Partners were not told the event {} of the fact {}. Run: osetra rebuild", *missing, fact.id.text()), fact.id.text());
            ++told;
        }
        if (progress) progress(done, end);
    }
    return told;
}

std::string Ledger::branch_digest() {
    std::string all;
    for (auto const& branch : m_branches) all += branch->digest();
    return all;
}

std::optional<HarvestOf> Ledger::harvest_of(FishId fish) { return farm::harvest_of(m_reader, fish); }

std::optional<HarvestOf> harvest_of(Reader& reader, FishId fish) {
    std::optional<FishLine> first;
    for (auto& l : reader.db().rows<FishLine>(sql::all[sql::fish_lines], arg("enterprise", reader.enterprise()), arg("fish", fish.n)))
        if (l.what == FishWhat::harvested && (!first || std::tie(l.happened_at, l.root) < std::tie(first->happened_at, first->root))) first = std::move(l);
    if (!first) return std::nullopt;
    HarvestOf of;
    of.root = first->root;
    of.at = first->happened_at;
    of.purpose = first->word.value_or("");
    of.weight_mg = first->weight_mg;
    if (auto const stay = reader.stay(fish, first->happened_at - Microseconds{1})) {
        of.pool = PoolId{stay->pool};
        of.cohort = CohortId{stay->cohort};
        if (auto const* cohort = reader.cohort(stay->cohort)) {
            of.species = cohort->species;
            if (cohort->hatched_on) of.hatched = *cohort->hatched_on;
            else of.hatched = FarmDay{static_cast<std::int32_t>(std::chrono::sys_days{std::chrono::year{static_cast<int>(cohort->year_class)} / std::chrono::May / 1}.time_since_epoch().count())};
        }
    }
    return of;
}

// ---- the book, for decisions

std::optional<std::string> Ledger::species_of(CohortId const& cohort) {
    auto const* known = m_reader.cohort(cohort.text);
    return known ? std::optional{known->species} : std::nullopt;
}

std::vector<std::pair<CohortId, GroupHeads>> Ledger::groups(PoolId const& pool, Instant at) {
    std::vector<std::pair<CohortId, GroupHeads>> all;
    for (auto const& row : m_reader.stock(pool.text, farm_day(at, m_offset))) all.push_back({CohortId{row.cohort}, {row.sums.tagged, row.sums.untagged + row.shortfall}});
    return all;
}

std::int64_t Ledger::least_untagged(PoolId const& pool, CohortId const& cohort, Instant from) {
    auto const rows = m_db.row<Least>(sql::all[sql::least_untagged], arg("enterprise", m_enterprise), arg("pool", pool.text), arg("cohort", cohort.text), arg("day", farm_day(from, m_offset)));
    auto const now = m_reader.stock(pool.text, cohort.text, farm_day(from, m_offset));
    auto const here = now ? now->sums.untagged + now->shortfall : 0;
    return rows && rows->low ? std::min(here, *rows->low) : here;
}

Book::FishState Ledger::fish(FishId id, Instant at) {
    auto const known = m_reader.fish_by_tag(id);
    if (!known) return {};
    auto const stay = m_reader.stay(*known, at);
    if (!stay) return {true, false, {}, "was not tagged yet"};
    if (stay->to_at > at || stay->to_at == forever) return {true, true, PoolId{stay->pool}, {}};
    auto const* how = stay->went == Went::died ? "died" : stay->went == Went::escaped ? "escaped" : "was harvested";
    return {true, false, PoolId{stay->pool}, how};
}

std::optional<Book::Withdrawal> Ledger::withdrawal(PoolId const& pool, Instant at) { return pool_withdrawal(m_reader, pool.text, at, at); }

std::optional<Book::Withdrawal> Ledger::withdrawal(FishId id, Instant at) {
    auto longest = running(m_reader, subject_of(id), at, at);
    for (auto const& s : m_reader.stays(id))
        if (s.from_at <= at) longest = later(longest, running(m_reader, "p:" + s.pool, std::min(s.to_at, at), at));
    return longest;
}

std::optional<Book::Entry> Ledger::told(FactId const& id) {
    auto const fact = store::fact_by_id(m_db, m_enterprise, id);
    if (!fact) return std::nullopt;
    auto const versions = store::versions_of(m_db, m_enterprise, fact->root());
    return Book::Entry{fact->kind, versions.back().act == FactAct::withdraw, fact->corrects.has_value()};
}

} // namespace osetra::farm
