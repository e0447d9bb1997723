#include "app/service.h"

#include <algorithm>
#include <fmt/core.h>
#include <future>
#include <random>
#include <set>

#include "app/branches.h"
#include "kernel/json.h"
#include "store/journal.h"

namespace osetra::app {
namespace {

using farm::Ledger;
using farm::Told;

/// The moment that the read now running on this thread sees.
thread_local std::int64_t seq_seen = 0;

bool tells_of_places(Fact const& fact) {
    // A withdrawal's kind is the ledger's to find out.
    return fact.act == FactAct::withdraw || fact.kind == "site" || fact.kind == "pool" || fact.kind == "cohort" || fact.kind == "growth";
}

/// "p:P1" as the web names it: "pool:P1".
std::string public_subject(std::string const& subject) {
    static std::map<char, char const*> const words{{'p', "pool"}, {'f', "fish"}, {'c', "cohort"}, {'s', "site"}, {'g', "growth"}, {'y', "series"}};
    if (subject.size() < 2 || subject[1] != ':') return subject;
    auto const word = words.find(subject[0]);
    return word == words.end() ? subject : word->second + subject.substr(1);
}

/// Listeners that hear of more than this look at everything again anyway.
constexpr std::size_t subjects_max = 200;

std::string facts_event(std::int64_t seq, std::set<std::string> const& subjects) {
    JsonOut out;
    out.begin_object();
    out.value("seq", seq);
    out.begin_array("subjects");
    if (subjects.size() > subjects_max) out.value(nullptr, "*");
    else for (auto const& s : subjects) out.value(nullptr, s);
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace

FarmService::FarmService(OpenStore open, Clock const& clock, farm::Pack const& pack, ServiceOptions options)
    : m_open(std::move(open)), m_clock(clock), m_pack(pack), m_options(std::move(options)), m_ids([] {
          std::random_device seed;
          return (std::uint64_t{seed()} << 32U) | seed();
      }()) {
    m_writer = std::thread{[this] { write(); }};
}

FarmService::~FarmService() {
    {
        std::lock_guard const hold{m_lock};
        m_ended = true;
    }
    m_come.notify_all();
    m_writer.join();
}

FactId FarmService::new_id() {
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch()).count();
    std::lock_guard const hold{m_id_lock};
    return m_ids.next(ms);
}

access::EnterpriseRecord FarmService::enterprise(Enterprise e) {
    std::lock_guard const hold{m_enterprise_lock};
    if (auto const at = m_enterprises.find(e); at != m_enterprises.end()) return at->second;
    auto const found = access::enterprise_of(*m_open(store::Access::read_only), e);
    if (!found) throw Fault(fmt::format("there is no enterprise {}", e));
    return m_enterprises.emplace(e, *found).first->second;
}

FarmOffset FarmService::offset(Enterprise e) { return {std::chrono::minutes{enterprise(e).offset_minutes}}; }
bool FarmService::simulated(Enterprise e) { return enterprise(e).simulated; }

void FarmService::tell(Enterprise e, std::string event, std::string data) {
    if (m_options.tell) m_options.tell(e, std::move(event), std::move(data));
}

// ---- reading ------------------------------------------------------------------------------------------------------------------

std::unique_ptr<FarmService::Desk> FarmService::take_desk() {
    {
        std::lock_guard const hold{m_desk_lock};
        if (!m_desks.empty()) {
            auto desk = std::move(m_desks.back());
            m_desks.pop_back();
            return desk;
        }
    }
    auto desk = std::make_unique<Desk>();
    desk->db = m_open(store::Access::read_only);
    return desk;
}

void FarmService::give_desk(std::unique_ptr<Desk> desk) {
    std::lock_guard const hold{m_desk_lock};
    m_desks.push_back(std::move(desk));
}

/// The reader of an enterprise in the moment that the desk's connection sees from now on.
farm::Reader& FarmService::reader_at(Desk& desk, Enterprise e) {
    auto at = desk.known.find(e);
    if (at == desk.known.end()) at = desk.known.try_emplace(e, Known{farm::Reader{*desk.db, m_pack, e, offset(e), branches()}, -1}).first;
    auto& known = at->second;
    desk.db->begin_reading();
    auto const head = store::head_of(*desk.db, e).seq;
    if (head != known.seq) {
        auto small = false;
        {
            std::lock_guard const hold{m_desk_lock};
            if (auto const added = m_added.find(e); added != m_added.end())
                small = added->second.from <= known.seq && head <= added->second.to && added->second.places_at <= known.seq;
        }
        if (small) known.reader.forget_warmth("s:");   // all warmth; places are as they were
        else known.reader.forget();
        known.seq = head;
    }
    return known.reader;
}

void FarmService::read(Enterprise e, std::function<void(farm::Reader&)> const& see) {
    auto desk = take_desk();
    farm::Reader* reader = nullptr;
    try {
        reader = &reader_at(*desk, e);
    } catch (Fault const&) {   // the connection may have been idle while the server went away and came back: once more, on a new one
        desk = std::make_unique<Desk>();
        desk->db = m_open(store::Access::read_only);
        reader = &reader_at(*desk, e);
    }
    seq_seen = desk->known.at(e).seq;
    see(*reader);              // a desk on which something broke is not used again
    desk->db->rollback();
    give_desk(std::move(desk));
}

std::int64_t FarmService::seq() { return seq_seen; }

// ---- writing ------------------------------------------------------------------------------------------------------------------

void FarmService::record(Enterprise e, std::vector<Fact> facts, farm::Trust trust, Ledger::Together together, Recorded recorded) {
    if (facts.empty()) return recorded(Tolds{});
    {
        std::lock_guard const hold{m_lock};
        if (!m_ended && (m_waiting_facts == 0 || m_waiting_facts + facts.size() <= m_options.waiting_max)) {
            m_waiting_facts += facts.size();
            m_waiting[e].push_back({std::move(facts), trust, together, std::move(recorded), {}});
            recorded = nullptr;
        }
    }
    if (recorded) return recorded(refuse("busy", "More facts come in than can be written. Nothing of this was taken: send it again in a few seconds."));
    m_come.notify_one();
}

void FarmService::work(Enterprise e, std::function<void(Ledger&)> const& work) {
    std::promise<void> done;
    std::exception_ptr thrown;
    auto const run = [&](Ledger& ledger) {
        try {
            work(ledger);
        } catch (...) {
            thrown = std::current_exception();
            throw;
        }
    };
    {
        std::lock_guard const hold{m_lock};
        if (m_ended) throw Fault("the server is stopping");
        m_waiting[e].push_back({{}, {}, {}, [&](Result<Tolds> r) {
            if (r) done.set_value();
            else done.set_exception(thrown ? thrown : std::make_exception_ptr(Fault(r.error().message)));
        }, run});
    }
    m_come.notify_one();
    done.get_future().get();
}

void FarmService::write() {
    std::unique_lock hold{m_lock};
    for (;;) {
        m_come.wait(hold, [&] { return m_ended || !m_waiting.empty(); });
        if (m_waiting.empty()) return;
        auto next = m_waiting.upper_bound(m_last);
        if (next == m_waiting.end()) next = m_waiting.begin();
        auto const e = m_last = next->first;
        auto batch = take_batch(next);
        hold.unlock();
        serve(e, batch);
        batch.clear();
        hold.lock();
    }
}

/// As many as may share a transaction, from the front on, in the order in which they came.
FarmService::Asks FarmService::take_batch(std::map<Enterprise, std::deque<Ask>>::iterator waiting) {
    auto& asks = waiting->second;
    Asks batch;
    std::size_t facts = 0;
    auto const alone = [](Ask const& a) { return a.work || a.together == Ledger::Together::all_or_none; };
    while (!asks.empty()) {
        auto& ask = asks.front();
        if (!batch.empty() && (alone(ask) || ask.trust != batch.front().trust || facts + ask.facts.size() > m_options.batch_max)) break;
        facts += ask.facts.size();
        batch.push_back(std::move(ask));
        asks.pop_front();
        if (alone(batch.back())) break;
    }
    if (asks.empty()) m_waiting.erase(waiting);
    m_waiting_facts -= facts;
    return batch;
}

void FarmService::serve(Enterprise e, Asks& batch) {
    if (batch.front().work) return do_work(e, batch.front());
    std::vector<Fact> facts;
    for (auto const& ask : batch) facts.insert(facts.end(), ask.facts.begin(), ask.facts.end());
    try {
        auto tolds = record_now(e, std::move(facts), batch.front());
        committed(e, batch, tolds);
        auto from = tolds.begin();
        for (auto& ask : batch) {
            auto const to = from + static_cast<std::ptrdiff_t>(ask.facts.size());
            answer(ask, Tolds{std::make_move_iterator(from), std::make_move_iterator(to)});
            from = to;
        }
    } catch (std::exception const& broken) {
        log(fmt::format("writing {} requests together failed, each is tried alone: {}", batch.size(), broken.what()));
        forget_ledgers();
        for (auto& ask : batch) serve_alone(e, ask);
    }
}

void FarmService::serve_alone(Enterprise e, Ask& ask) {
    try {
        auto tolds = record_now(e, ask.facts, ask);
        Asks one;
        one.push_back({ask.facts, ask.trust, ask.together, {}, {}});
        committed(e, one, tolds);
        answer(ask, std::move(tolds));
    } catch (std::exception const& broken) {
        log(std::string{"a request could not be written: "} + broken.what());
        forget_ledgers();
        answer(ask, refuse("fault", "The store did not take this, and it is not known whether all of it is there. Send the same facts again: "
                                    "what is there already is not taken twice."));
    }
}

void FarmService::do_work(Enterprise e, Ask& ask) {
    try {
        auto& ledger_now = ledger(e);
        auto& db = ledger_now.reader().db();
        auto const before = store::head_of(db, e).seq;
        ask.work(ledger_now);
        auto const after = store::head_of(db, e).seq;
        m_transactions += 1;
        if (after != before) {
            m_facts += after - before;
            {
                std::lock_guard const hold{m_desk_lock};
                m_added[e] = {after, after, after};   // readers forget all
            }
            tell(e, "facts", facts_event(after, {"*"}));
        }
        answer(ask, Tolds{});
    } catch (std::exception const& broken) {
        forget_ledgers();
        answer(ask, refuse("fault", broken.what()));
    }
}

FarmService::Tolds FarmService::record_now(Enterprise e, std::vector<Fact> facts, Ask const& like) {
    auto tolds = ledger(e).record(std::move(facts), like.trust, now(), like.together);
    m_transactions += 1;
    return tolds;
}

/// What readers and listeners must know of a transaction, before its callers hear of it.
void FarmService::committed(Enterprise e, Asks const& batch, Tolds const& tolds) {
    std::set<std::string> subjects;
    std::int64_t first = 0, last = 0, places_at = 0, accepted = 0;
    auto told = tolds.begin();
    auto const whole = std::all_of(tolds.begin(), tolds.end(), [](auto const& t) { return t.outcome != Told::Outcome::refused; });
    if (!whole && batch.front().together == Ledger::Together::all_or_none) return;
    for (auto const& ask : batch)
        for (auto const& fact : ask.facts) {
            auto const& t = *told++;
            if (t.outcome != Told::Outcome::accepted) continue;
            ++accepted;
            if (first == 0) first = t.seq;
            last = t.seq;
            if (tells_of_places(fact)) places_at = t.seq;
            if (subjects.size() <= subjects_max)
                for (auto const& s : t.subjects) subjects.insert(public_subject(s));
        }
    if (accepted == 0) return;
    m_facts += accepted;
    {
        std::lock_guard const hold{m_desk_lock};
        auto& added = m_added[e];
        if (added.to != first - 1) added.from = first - 1;   // others wrote in between
        added.to = last;
        if (places_at != 0) added.places_at = places_at;
    }
    tell(e, "facts", facts_event(last, subjects));
}

void FarmService::answer(Ask& ask, Result<Tolds> result) {
    try {
        ask.recorded(std::move(result));
    } catch (std::exception const& broken) {
        log(std::string{"a caller could not be told what became of its facts: "} + broken.what());
    }
}

farm::Ledger& FarmService::ledger(Enterprise e) {
    if (!m_db) m_db = m_open(store::Access::read_write);
    auto& there = m_ledgers[e];
    if (!there) there = std::make_unique<Ledger>(*m_db, m_pack, e, offset(e), branches());
    return *there;
}

/// After a fault: the connection and all that was remembered may be wrong.
void FarmService::forget_ledgers() {
    m_ledgers.clear();
    m_db.reset();
}

} // namespace osetra::app
