#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "access/access.h"
#include "farm/service.h"
#include "kernel/clock.h"
#include "store/db.h"

namespace osetra::app {

using OpenStore = std::function<std::unique_ptr<store::Db>(store::Access)>;

struct ServiceOptions {
    std::size_t waiting_max = 20'000;   ///< facts that wait for the writer; more are told busy
    std::size_t batch_max = 2'000;      ///< facts that share one transaction
    std::function<void(Enterprise, std::string event, std::string data)> tell = {};   ///< hears what changed
    std::function<void(std::string const&)> log = {};                                  ///< hears of faults
};

/// The farm of a running server. One thread writes, and whatever waits for it while it commits goes into the next transaction
/// (group commit); any thread reads, each on a connection of its own. Other processes may write to the same database.
class FarmService final : public farm::Service {
public:
    FarmService(OpenStore, Clock const&, farm::Pack const&, ServiceOptions = {});
    /// Writes what waits, and ends.
    ~FarmService() override;
    FarmService(FarmService const&) = delete;
    FarmService& operator=(FarmService const&) = delete;

    void read(Enterprise, std::function<void(farm::Reader&)> const& see) override;
    std::int64_t seq() override;
    void record(Enterprise, std::vector<Fact>, farm::Trust, farm::Ledger::Together, Recorded) override;
    void work(Enterprise, std::function<void(farm::Ledger&)> const& work) override;
    Instant now() override { return m_clock.now(); }
    FactId new_id() override;
    farm::Pack const& pack() override { return m_pack; }
    FarmOffset offset(Enterprise) override;
    bool simulated(Enterprise) override;
    void tell(Enterprise, std::string event, std::string data) override;

    struct Counts {
        std::int64_t facts = 0;          ///< accepted since the start
        std::int64_t transactions = 0;
    };
    Counts counts() const { return {m_facts, m_transactions}; }

private:
    using Tolds = std::vector<farm::Told>;
    /// Something for the writer: facts of one caller, or work.
    struct Ask {
        std::vector<Fact> facts;
        farm::Trust trust{};
        farm::Ledger::Together together{};
        Recorded recorded;
        std::function<void(farm::Ledger&)> work;
    };
    using Asks = std::vector<Ask>;
    /// A connection with what is known of each enterprise; used by one thread at a time.
    struct Known {
        farm::Reader reader;
        std::int64_t seq = -1;
    };
    struct Desk {
        std::unique_ptr<store::Db> db;
        std::map<Enterprise, Known> known;
    };
    /// What this process added to a journal last, so that its readers need not forget more than those facts touch.
    struct Added {
        std::int64_t from = 0, to = 0;   ///< all facts with from < seq <= to are of this process
        std::int64_t places_at = 0;      ///< the last of them that told of sites, pools, cohorts or growth
    };

    void write();
    Asks take_batch(std::map<Enterprise, std::deque<Ask>>::iterator waiting);
    void serve(Enterprise, Asks&);
    void serve_alone(Enterprise, Ask&);
    void do_work(Enterprise, Ask&);
    Tolds record_now(Enterprise, std::vector<Fact>, Ask const& like);
    void committed(Enterprise, Asks const&, Tolds const&);
    void answer(Ask&, Result<Tolds>);
    farm::Ledger& ledger(Enterprise);
    void forget_ledgers();
    void log(std::string const& line) { if (m_options.log) m_options.log(line); }

    std::unique_ptr<Desk> take_desk();
    void give_desk(std::unique_ptr<Desk>);
    farm::Reader& reader_at(Desk&, Enterprise);
    access::EnterpriseRecord enterprise(Enterprise);

    OpenStore m_open;
    Clock const& m_clock;
    farm::Pack const& m_pack;
    ServiceOptions m_options;

    std::mutex m_id_lock;
    UuidMaker m_ids;

    std::mutex m_enterprise_lock;
    std::map<Enterprise, access::EnterpriseRecord> m_enterprises;

    std::mutex m_desk_lock;
    std::vector<std::unique_ptr<Desk>> m_desks;      ///< free ones; the last used is taken first: its memory is warm
    std::map<Enterprise, Added> m_added;             ///< under m_desk_lock

    std::mutex m_lock;
    std::condition_variable m_come;
    std::map<Enterprise, std::deque<Ask>> m_waiting;
    std::size_t m_waiting_facts = 0;
    Enterprise m_last = 0;                           ///< served last: enterprises take turns
    bool m_ended = false;

    // The writer's own.
    std::unique_ptr<store::Db> m_db;
    std::map<Enterprise, std::unique_ptr<farm::Ledger>> m_ledgers;
    std::atomic<std::int64_t> m_facts = 0, m_transactions = 0;
    std::thread m_writer;
};

} // namespace osetra::app
