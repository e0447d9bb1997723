#include "quality/quality_sql.h"

#include <algorithm>
#include <array>

#include "farm/facts.h"
#include "kernel/sha256.h"
#include "quality/quality.h"

namespace osetra::quality {
namespace {

using store::arg;

enum Name : std::size_t {
    put_part, drop_parts, clear_parts, clear_clocks, clear_holds, last_of_kind_, of_part_, greatest_, all_parts,
    put_clock, drop_clock, clock_of, all_clocks, put_hold, drop_hold, one_hold, all_holds, holds_of_thing, holds_of_what, barring_, last_holds_, pool_site, one_fish, stays_in, stays_all, feeds, staged
};
#define OSETRA_KEPT "f.root, f.kind, f.name, f.happened_at, f.author, f.body"
#define OSETRA_HOLD "hold, what, thing, reason, markets, since_at, put_at, put_by, failed, state, bars"
constexpr std::array sql{
    store::Sql{"quality.put_part", "INSERT INTO quality_part (enterprise, root, part, kind) VALUES (:enterprise, :root, :part, :kind)"},
    store::Sql{"quality.drop_parts", "DELETE FROM quality_part WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"quality.clear_parts", "DELETE FROM quality_part WHERE enterprise = :enterprise"},
    store::Sql{"quality.clear_clocks", "DELETE FROM quality_clock WHERE enterprise = :enterprise"},
    store::Sql{"quality.clear_holds", "DELETE FROM quality_hold WHERE enterprise = :enterprise"},
    store::Sql{"quality.last_of_kind", "SELECT " OSETRA_KEPT " FROM quality_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind ORDER BY f.happened_at DESC, f.root DESC LIMIT :most"},
    store::Sql{"quality.of_part", "SELECT " OSETRA_KEPT " FROM quality_part AS p JOIN quality_fact AS f ON f.enterprise = p.enterprise AND f.root = p.root WHERE p.enterprise = :enterprise AND p.part = :part AND p.kind = :kind "
                                  "ORDER BY f.happened_at, f.root"},
    store::Sql{"quality.greatest", "SELECT MAX(name) AS name FROM quality_fact WHERE enterprise = :enterprise AND kind = :kind AND name >= :least AND name < :below"},
    store::Sql{"quality.all_parts", "SELECT root, kind, part AS name FROM quality_part WHERE enterprise = :enterprise ORDER BY root, part"},
    store::Sql{"quality.put_clock", "INSERT INTO quality_clock (enterprise, lot, late_at) VALUES (:enterprise, :lot, :late_at) ON CONFLICT (enterprise, lot) DO UPDATE SET late_at = excluded.late_at"},
    store::Sql{"quality.drop_clock", "DELETE FROM quality_clock WHERE enterprise = :enterprise AND lot = :lot"},
    store::Sql{"quality.clock_of", "SELECT lot, late_at FROM quality_clock WHERE enterprise = :enterprise AND lot = :lot"},
    store::Sql{"quality.all_clocks", "SELECT lot, late_at FROM quality_clock WHERE enterprise = :enterprise ORDER BY lot"},
    store::Sql{"quality.put_hold", "INSERT INTO quality_hold (enterprise, " OSETRA_HOLD ") VALUES (:enterprise, :hold, :what, :thing, :reason, :markets, :since_at, :put_at, :put_by, :failed, :state, :bars)"},
    store::Sql{"quality.drop_hold", "DELETE FROM quality_hold WHERE enterprise = :enterprise AND hold = :hold"},
    store::Sql{"quality.one_hold", "SELECT " OSETRA_HOLD " FROM quality_hold WHERE enterprise = :enterprise AND hold = :hold"},
    store::Sql{"quality.all_holds", "SELECT " OSETRA_HOLD " FROM quality_hold WHERE enterprise = :enterprise ORDER BY hold"},
    store::Sql{"quality.holds_of_thing", "SELECT " OSETRA_HOLD " FROM quality_hold WHERE enterprise = :enterprise AND bars = 1 AND what = :what AND thing = :thing ORDER BY put_at, hold"},
    store::Sql{"quality.holds_of_what", "SELECT " OSETRA_HOLD " FROM quality_hold WHERE enterprise = :enterprise AND bars = 1 AND what = :what ORDER BY put_at, hold"},
    store::Sql{"quality.barring", "SELECT " OSETRA_HOLD " FROM quality_hold WHERE enterprise = :enterprise AND bars = 1 ORDER BY put_at DESC, hold"},
    store::Sql{"quality.last_holds", "SELECT " OSETRA_HOLD " FROM quality_hold WHERE enterprise = :enterprise ORDER BY put_at DESC, hold DESC LIMIT :most"},
    store::Sql{"quality.pool_site", "SELECT site AS name FROM pool WHERE enterprise = :enterprise AND pool = :pool"},
    store::Sql{"quality.one_fish", "SELECT fish FROM fish WHERE enterprise = :enterprise AND fish = :fish"},
    store::Sql{"quality.stays_in", "SELECT pool, from_at, to_at FROM stay WHERE enterprise = :enterprise AND fish = :fish AND pool = :pool AND to_at > :since AND from_at <= :until"},
    store::Sql{"quality.stays_all", "SELECT pool, from_at, to_at FROM stay WHERE enterprise = :enterprise AND fish = :fish ORDER BY from_at"},
    store::Sql{"quality.feeds", "SELECT f.body, f.happened_at FROM mention AS m JOIN fact AS f ON f.enterprise = :enterprise AND f.seq = m.seq WHERE m.enterprise = :enterprise AND m.subject = :subject AND "
                                "m.happened_at >= :since AND m.happened_at < :until AND m.kind = :kind AND m.superseded_at IS NULL"},
    store::Sql{"quality.staged", "SELECT fish, pool, cohort, stage, stage_at FROM fish WHERE enterprise = :enterprise AND stage = :stage AND state = 0 ORDER BY stage_at, fish"},
};

struct PartRow { FactId root; std::string kind, name; };
template <Is<PartRow> X> void visit_fields(X& x, auto f) { f("root", x.root); f("kind", x.kind); f("name", x.name); }
struct NameRow { std::optional<std::string> name; };
template <Is<NameRow> X> void visit_fields(X& x, auto f) { f("name", x.name); }
struct ClockRow { std::string lot; Instant late_at; };
template <Is<ClockRow> X> void visit_fields(X& x, auto f) { f("lot", x.lot); f("late_at", x.late_at); }
struct FishRow { std::int64_t fish = 0; };
template <Is<FishRow> X> void visit_fields(X& x, auto f) { f("fish", x.fish); }
struct StayRow { std::string pool; Instant from_at, to_at; };
template <Is<StayRow> X> void visit_fields(X& x, auto f) { f("pool", x.pool); f("from_at", x.from_at); f("to_at", x.to_at); }
struct StagedRow { QualityStore::StagedFish told; };
template <Is<StagedRow> X> void visit_fields(X& x, auto f) { f("fish", x.told.fish.n); f("pool", x.told.pool); f("cohort", x.told.cohort); f("stage", x.told.stage); f("stage_at", x.told.stage_at); }
struct FeedRow { std::string body; Instant happened_at; };
template <Is<FeedRow> X> void visit_fields(X& x, auto f) { f("body", x.body); f("happened_at", x.happened_at); }

std::string after(std::string const& name, std::string_view prefix) { return name.starts_with(prefix) ? name.substr(prefix.size()) : std::string{}; }

farm::KeptTable const& table() {
    static farm::KeptTable const made{"quality"};
    return made;
}

} // namespace

QualityStore::QualityStore(store::Db& db, Enterprise enterprise, FarmOffset offset, std::string product) : KeptFacts(db, enterprise, table()), m_offset(offset), m_product(std::move(product)) {}

void QualityStore::enter(Fact const& fact) {
    auto const body = body_of(fact.kind, fact.body);
    auto const e = arg("enterprise", m_enterprise);
    KeptFacts::enter(fact, name_of(body));
    for (auto const& part : parts_of(body)) m_db.run(sql[put_part], e, arg("root", fact.root()), arg("part", part), arg("kind", fact.kind));
    for (auto const& hold : touched(body, fact.happened_at)) settle_hold(hold);
}

void QualityStore::leave(Fact const& fact) {
    auto const body = body_of(fact.kind, fact.body);
    KeptFacts::leave(fact.root());
    m_db.run(sql[drop_parts], arg("enterprise", m_enterprise), arg("root", fact.root()));
    for (auto const& hold : touched(body, fact.happened_at)) settle_hold(hold);
}

void QualityStore::clear() {
    KeptFacts::clear();
    for (auto const statement : {clear_parts, clear_clocks, clear_holds}) m_db.run(sql[statement], arg("enterprise", m_enterprise));
}

std::string QualityStore::digest() {
    Sha256 parts, clocks, holds;
    auto const e = arg("enterprise", m_enterprise);
    m_db.each<PartRow>(sql[all_parts], [&](PartRow&& row) { parts.add(to_json(row) + "\n"); }, e);
    m_db.each<ClockRow>(sql[all_clocks], [&](ClockRow&& row) { clocks.add(to_json(row) + "\n"); }, e);
    m_db.each<Hold>(sql[all_holds], [&](Hold&& row) { holds.add(to_json(row) + "\n"); }, e);
    return KeptFacts::digest() + "quality_part " + parts.hex() + "\nquality_clock " + clocks.hex() + "\nquality_hold " + holds.hex() + "\n";
}

void QualityStore::clock(std::string const& lot, std::optional<Instant> first_late_at) {
    auto const e = arg("enterprise", m_enterprise);
    if (first_late_at) m_db.run(sql[put_clock], e, arg("lot", lot), arg("late_at", *first_late_at));
    else m_db.run(sql[drop_clock], e, arg("lot", lot));
    settle_hold("CLOCK-" + lot);
}

std::vector<farm::Kept> QualityStore::last_of_kind(char const* kind, std::size_t most) {
    return m_db.rows<farm::Kept>(sql[last_of_kind_], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind}), arg("most", static_cast<std::int64_t>(most)));
}
std::vector<farm::Kept> QualityStore::of_part(char const* kind, std::string const& part) {
    return m_db.rows<farm::Kept>(sql[of_part_], arg("enterprise", m_enterprise), arg("part", part), arg("kind", std::string_view{kind}));
}

std::optional<std::string> QualityStore::greatest_name(char const* kind, std::string const& from, std::string const& below) {
    auto const row = m_db.row<NameRow>(sql[greatest_], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind}), arg("least", from), arg("below", below));
    return row ? row->name : std::nullopt;
}

std::optional<std::string> QualityStore::site_of(std::string const& pool) {
    auto const row = m_db.row<NameRow>(sql[pool_site], arg("enterprise", m_enterprise), arg("pool", pool));
    return row ? row->name : std::nullopt;
}
bool QualityStore::knows_fish(FishId fish) { return m_db.row<FishRow>(sql[one_fish], arg("enterprise", m_enterprise), arg("fish", fish.n)).has_value(); }

std::vector<std::string> QualityStore::programmes_at(std::string const& site, Instant at) {
    std::set<std::string> follows;
    for (auto const& p : named<ProgrammeFollowed>(site)) {
        if (p.at > at) continue;
        if (p.body.left.value_or(false)) follows.erase(p.body.programme);
        else follows.insert(p.body.programme);
    }
    return {follows.begin(), follows.end()};
}

std::vector<Of<TestReported>> QualityStore::results(std::string const& sample) {
    std::vector<Of<TestReported>> out;
    for (auto& r : named<TestReported>(sample)) {
        auto const before = std::find_if(out.begin(), out.end(), [&](auto const& o) { return o.body.analyte == r.body.analyte; });
        if (before != out.end()) out.erase(before);
        out.push_back(std::move(r));
    }
    return out;
}

std::set<std::string> QualityStore::touched(Body const& body, Instant at) {
    std::set<std::string> all;
    auto const uses_of = [&](std::string const& part) {
        for (auto const& use : about<InputUsed>(part)) all.insert("USE-" + use.body.use.value_or(""));
    };
    if (auto const* b = std::get_if<HoldPut>(&body)) all.insert(b->hold.value_or(""));
    if (auto const* b = std::get_if<HoldDecided>(&body)) all.insert(b->hold);
    if (auto const* b = std::get_if<DecisionAgreed>(&body)) all.insert(b->hold);
    if (auto const* b = std::get_if<SampleTaken>(&body)) all.insert("TEST-" + b->sample.value_or(""));
    if (auto const* b = std::get_if<TestReported>(&body)) all.insert("TEST-" + b->sample);
    if (auto const* b = std::get_if<InputUsed>(&body)) all.insert("USE-" + b->use.value_or(""));
    if (auto const* b = std::get_if<InputReceived>(&body)) uses_of("input:" + b->input);
    if (auto const* b = std::get_if<ProgrammeFollowed>(&body))
        for (auto const& use : this->all<InputUsed>())
            if (use.body.site == b->site) all.insert("USE-" + use.body.use.value_or(""));
    auto const loads = [&](Instant from, Instant to, auto means) {
        for (auto const& load : processing::loads_between(m_db, m_enterprise, from, to))
            if (means(load)) all.insert("RIPE-" + load.load);
    };
    if (auto const* b = std::get_if<MaturityMeasured>(&body)) {
        std::int64_t days = 0;
        for (auto const& r : safety().ripe) days = std::max(days, r.measured_days);
        loads(at, at + std::chrono::hours{24 * (days + 1)}, [&](auto const& load) { return block_of(load.pack, load.grower, load.orchard) == block_of(*b); });
        if (b->load) all.insert("RIPE-" + *b->load);
    }
    if (auto const* b = std::get_if<MaturityGate>(&body)) loads(at, Instant::max(), [&](auto const& load) { return load.pack == b->pack; });
    return all;
}

std::optional<Hold> QualityStore::hold(std::string const& name) { return m_db.row<Hold>(sql[one_hold], arg("enterprise", m_enterprise), arg("hold", name)); }
std::vector<Hold> QualityStore::barring() { return m_db.rows<Hold>(sql[barring_], arg("enterprise", m_enterprise)); }
std::vector<Hold> QualityStore::last_holds(std::size_t most) { return m_db.rows<Hold>(sql[last_holds_], arg("enterprise", m_enterprise), arg("most", static_cast<std::int64_t>(most))); }

std::optional<Decision> QualityStore::decision(std::string const& hold) {
    auto all = named<HoldDecided>(hold);
    if (all.empty()) return std::nullopt;
    auto& last = all.back();
    Decision d{std::move(last.body), last.at, last.author, {}};
    for (auto const& a : named<DecisionAgreed>(hold))
        if (a.at >= d.at && a.author != d.by) d.agreed_by = a.author;
    return d;
}

std::optional<Hold> QualityStore::opened_by_test(std::string const& sample, std::string const& name) {
    auto const taken = named<SampleTaken>(sample);
    if (taken.empty()) return std::nullopt;
    std::set<std::string> failed;
    Instant first{};
    for (auto const& r : results(sample)) {
        auto const* analyte = safety().find_analyte(r.body.analyte);
        if (!analyte) continue;
        for (auto const& [market, j] : judged(safety(), *analyte, m_product, r.body.values, r.body.unit)) {
            if (j.verdict != Verdict::fail) continue;
            if (failed.empty() || r.at < first) first = r.at;
            failed.insert(market);
        }
    }
    if (failed.empty()) return std::nullopt;
    auto const& s = taken.front();
    Hold hold{name, s.body.what, s.body.thing, "test", {}, s.at, first, {}, true, {}, true};
    if (failed.size() < safety().markets.size())
        for (auto const& market : failed) hold.markets += (hold.markets.empty() ? "" : ",") + market;
    return hold;
}

std::optional<Hold> QualityStore::opened_by_use(std::string const& use, std::string const& name) {
    auto const used = named<InputUsed>(use);
    if (used.empty()) return std::nullopt;
    auto const& u = used.front();
    auto const input = named<InputReceived>(u.body.input);
    if (input.empty()) return std::nullopt;
    auto const bans = safety().bans_of(input.front().body.substances, programmes_at(u.body.site.value_or(SiteId{}).text, u.at));
    if (std::none_of(bans.begin(), bans.end(), [](Ban const& b) { return !b.limited; })) return std::nullopt;
    return Hold{name, "pool", u.body.pool.text, "forbidden_input", {}, u.at, u.at, {}, false, {}, true};
}

std::optional<AtGate> QualityStore::at_gate(processing::LoadTold const& load) {
    auto stands = false;
    for (auto const& g : named<MaturityGate>(load.pack))
        if (g.at <= load.at) stands = !g.body.lifted.value_or(false);
    if (!stands) return std::nullopt;
    return quality::at_gate(safety(), {load.load, load.pack, load.variety, load.at}, about<MaturityMeasured>("load:" + load.load), about<MaturityMeasured>("block:" + block_of(load.pack, load.grower, load.orchard)));
}

std::optional<Hold> QualityStore::opened_at_gate(std::string const& load, std::string const& name) {
    auto const told = processing::load_told(m_db, m_enterprise, load);
    auto const gate = told ? at_gate(*told) : std::nullopt;
    if (!gate || gate->state.empty() || gate->state == "ripe") return std::nullopt;
    return Hold{name, "load", load, gate->state, {}, told->at, told->at, {}, false, {}, true};
}

std::optional<Hold> QualityStore::opened(std::string const& name) {
    if (auto const load = after(name, "RIPE-"); !load.empty()) return opened_at_gate(load, name);
    if (auto const sample = after(name, "TEST-"); !sample.empty()) return opened_by_test(sample, name);
    if (auto const use = after(name, "USE-"); !use.empty()) return opened_by_use(use, name);
    if (auto const lot = after(name, "CLOCK-"); !lot.empty()) {
        auto const late = m_db.row<ClockRow>(sql[clock_of], arg("enterprise", m_enterprise), arg("lot", lot));
        return late ? std::optional{Hold{name, "clock", lot, "clock", {}, late->late_at, late->late_at, {}, false, {}, true}} : std::nullopt;
    }
    auto const told = named<HoldPut>(name);
    if (told.empty()) return std::nullopt;
    auto const& t = told.front();
    Hold hold{name, t.body.what, t.body.thing, t.body.reason, {}, t.body.since ? start_of(*t.body.since, m_offset) : t.at, t.at, t.author, false, {}, true};
    for (auto const& market : t.body.markets) hold.markets += (hold.markets.empty() ? "" : ",") + market;
    return hold;
}

void QualityStore::settle_hold(std::string const& name) {
    m_db.run(sql[drop_hold], arg("enterprise", m_enterprise), arg("hold", name));
    auto hold = opened(name);
    if (!hold) return;
    settle(*hold, decision(name));
    m_db.run(sql[put_hold], arg("enterprise", m_enterprise), *hold);
}

std::vector<QualityStore::StayTold> QualityStore::stays(FishId fish) {
    std::vector<StayTold> all;
    m_db.each<StayRow>(sql[stays_all], [&](StayRow&& row) { all.push_back({std::move(row.pool), row.from_at, row.to_at}); }, arg("enterprise", m_enterprise), arg("fish", fish.n));
    return all;
}

std::vector<QualityStore::TreatedTold> QualityStore::treated(std::vector<std::string> const& pools, Instant since) {
    std::vector<TreatedTold> all;
    for (auto const& pool : pools)
        m_db.each<FeedRow>(sql[feeds], [&](FeedRow&& row) {
            auto const t = from_json<farm::Treated>(row.body);
            if (t) all.push_back({pool, t->product, row.happened_at, row.happened_at + std::chrono::days{t->withdrawal_days}});
        }, arg("enterprise", m_enterprise), arg("subject", "p:" + pool), arg("since", since), arg("until", Instant::max()), arg("kind", std::string_view{farm::Treated::kind}));
    return all;
}

std::vector<QualityStore::StagedFish> QualityStore::alive_at_stage(std::string const& stage) {
    std::vector<StagedFish> all;
    m_db.each<StagedRow>(sql[staged], [&](StagedRow&& row) { all.push_back(std::move(row.told)); }, arg("enterprise", m_enterprise), arg("stage", stage));
    return all;
}

bool QualityStore::was_in(FishId fish, std::string const& pool, Instant since, Instant until) {
    return m_db.row<StayRow>(sql[stays_in], arg("enterprise", m_enterprise), arg("fish", fish.n), arg("pool", pool), arg("since", since), arg("until", until)).has_value();
}

bool QualityStore::was_given(FishId fish, std::string const& input) {
    auto const used = about<InputUsed>("input:" + input);
    for (auto const& stay : m_db.rows<StayRow>(sql[stays_all], arg("enterprise", m_enterprise), arg("fish", fish.n))) {
        for (auto const& u : used)
            if (u.body.pool.text == stay.pool && u.at >= stay.from_at && u.at < stay.to_at) return true;
        for (auto const& row : m_db.rows<FeedRow>(sql[feeds], arg("enterprise", m_enterprise), arg("subject", "p:" + stay.pool), arg("since", stay.from_at), arg("until", stay.to_at),
                                                  arg("kind", std::string_view{farm::Fed::kind})))
            if (auto const fed = from_json<farm::Fed>(row.body); fed && fed->feed == input) return true;
    }
    return false;
}

bool QualityStore::reaches(Hold const& h, std::string const& lot, FishId fish) {
    constexpr auto end = Instant::max();
    if (h.what == "lot" || h.what == "clock") return h.thing == lot;
    if (h.what == "fish") return h.thing == pit_tag_text(fish);
    if (h.what == "tin") return processing::lot_of_tin(m_db, m_enterprise, h.thing) == lot;
    if (h.what == "pool") return was_in(fish, h.thing, h.since_at, end);
    return h.what == "input" && was_given(fish, h.thing);
}

std::string QualityStore::barred(processing::Holds::Of const& of, std::string const& country) {
    std::string found;
    auto const look = [&](Hold const& h) {
        if (found.empty() && bars_for(h, safety(), country)) found = h.hold + ", " + h.reason;
    };
    auto const thing = [&](char const* what, std::string const& name) {
        if (found.empty()) m_db.each<Hold>(sql[holds_of_thing], [&](Hold&& h) { look(h); }, arg("enterprise", m_enterprise), arg("what", std::string_view{what}), arg("thing", name));
    };
    thing("lot", of.lot);
    if (of.late) thing("clock", of.lot);
    for (auto const& tin : of.tins) thing("tin", tin);
    for (auto const& container : of.containers) thing("case", container);
    thing("fish", pit_tag_text(of.fish));
    for (auto const* what : {"tin", "pool", "input"}) {
        if (!found.empty()) break;
        for (auto const& h : m_db.rows<Hold>(sql[holds_of_what], arg("enterprise", m_enterprise), arg("what", std::string_view{what})))
            if (found.empty() && bars_for(h, safety(), country) && (h.what != "tin" || h.failed) && reaches(h, of.lot, of.fish)) look(h);
    }
    return found;
}

std::string QualityStore::barred_load(std::string const& load) {
    std::string found;
    m_db.each<Hold>(sql[holds_of_thing], [&](Hold&& h) { if (found.empty() && bars_for(h, safety(), "")) found = h.hold + ", " + h.reason; }, arg("enterprise", m_enterprise), arg("what", std::string_view{"load"}), arg("thing", load));
    return found;
}

std::vector<store::Sql> statements() { return table().with(sql); }

} // namespace osetra::quality
