#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "farm/branch.h"
#include "farm/check.h"
#include "farm/events_sql.h"
#include "farm/reader_sql.h"
#include "store/journal.h"

namespace osetra::farm {

/// What became of a fact that was told.
struct Told {
    enum class Outcome : std::uint8_t { accepted, duplicate, refused };
    FactId id;
    Outcome outcome = Outcome::accepted;
    Refusal refusal;
    std::int64_t seq = 0;
    std::vector<Refusal> warnings;
    std::vector<std::string> subjects;           ///< what it spoke of
};

/// Takes facts into one enterprise's journal and keeps everything that is worked out from them in step, in the same transaction.
/// One connection, one thread. The same facts in any order give the same state.
class Ledger final : private Book, private FarmAsked {
public:
    Ledger(store::Db&, Pack const&, Enterprise, FarmOffset, Branches const& = no_branches());
    ~Ledger() override;
    Ledger(Ledger const&) = delete;
    Ledger& operator=(Ledger const&) = delete;

    enum class Together : std::uint8_t { each_alone, all_or_none };
    /// One transaction. With all_or_none a single refusal leaves the journal as it was.
    /// `beside` writes what belongs to the facts (that their file was taken) just before the commit.
    std::vector<Told> record(std::vector<Fact> facts, Trust, Instant now, Together = Together::each_alone,
                             std::function<void(store::Db&)> const& beside = {});

    /// For very many facts (the demo company, a journal read again): witnessed, each recorded at its own recorded_at. One transaction a
    /// call. `bodies`, where given, are those of the facts, so that they need not be read.
    void load(std::vector<Fact>&& facts, std::vector<Body> const& bodies = {});

    /// Throws away all that is worked out and works it out again from the journal.
    void rebuild(std::function<void(std::int64_t done, std::int64_t all)> progress = {});

    /// Says who the enterprise is among its partners, and tells them all that the journal holds for them. Refusals: those of
    /// trace::IdentityStore::tell.
    Result<Done> tell_identity(trace::Identity const&, Instant now, std::function<void(std::int64_t done, std::int64_t all)> progress = {});
    /// Whether partners were told what they should be of every fact. The refusal (events_missing) names the first that they were not told of.
    Result<std::int64_t> verify_events(std::function<void(std::int64_t done, std::int64_t all)> progress = {});
    /// State of the branches, one line a table.
    std::string branch_digest();

    Reader& reader() { return m_reader; }
    /// Nothing: the enterprise has not said who it is.
    trace::Naming const* naming();

private:
    struct GroupName {
        std::string pool, cohort;
        friend auto operator<=>(GroupName const&, GroupName const&) = default;
    };

    // Book
    bool knows(SiteId const& s) override { return m_reader.site(s.text) != nullptr; }
    bool knows(PoolId const& p) override { return m_reader.pool(p.text) != nullptr; }
    bool knows(CohortId const& c) override { return m_reader.cohort(c.text) != nullptr; }
    std::optional<std::string> species_of(CohortId const&) override;
    std::vector<std::pair<CohortId, GroupHeads>> groups(PoolId const&, Instant) override;
    std::int64_t least_untagged(PoolId const&, CohortId const&, Instant from) override;
    FishState fish(FishId, Instant) override;
    std::optional<Withdrawal> withdrawal(PoolId const&, Instant at) override;
    std::optional<Withdrawal> withdrawal(FishId, Instant at) override;
    std::optional<Entry> told(FactId const&) override;

    // FarmAsked
    std::optional<HarvestOf> harvest_of(FishId) override;
    bool knows_fish(FishId id) override { return m_reader.fish_by_tag(id).has_value(); }
    bool knows_pool(PoolId const& pool) override { return knows(pool); }
    bool knows_site(SiteId const& site) override { return knows(site); }
    Pack const& pack() const override { return m_reader.pack(); }
    FarmOffset offset() const override { return m_offset; }
    Enterprise enterprise() const override { return m_enterprise; }
    store::Db& db() override { return m_db; }
    std::optional<trace::Identity> identity() override { return m_events.identity().told(); }

    Branch* branch_of(std::string_view kind);
    /// The body of one of the farm's own facts; nothing where a branch reads it.
    std::optional<Body> own_body(Fact const&);
    Lines said_by(Fact const&, Body const*);

    Told take(Fact&&, Trust, Instant now, store::Appender&);
    Result<std::vector<Refusal>> may_enter(Fact&, Body&, Branch*, Trust, Instant now);
    void project(Fact const&, Body const*);
    void forget_touched();
    void enter(Fact const&, Body const*);
    void leave(Fact const&, Instant superseded_at);
    void touch(PoolLine const&, std::int64_t times);
    void settle();
    void write_mentions();
    void settle_places();
    void settle_days();
    void settle_fish();
    void settle_stock();
    void settle_sizes();
    void write_day(PoolDay, std::optional<PoolDay> const& old);   ///< `old` is what the row held
    void fish_of_pool_again(std::string const& pool, FarmDay from);
    void apply(GroupName const&, FarmDay, StockDelta const&);
    void refill_shortfall(GroupName const&, FarmDay);
    void size_again(GroupName const&, FarmDay);
    std::optional<Body> body_at(std::int64_t seq, Fact& fact);
    template <class T> std::optional<T> latest_told(std::string const& subject);

    store::Db& m_db;
    Reader m_reader;
    Enterprise m_enterprise;
    FarmOffset m_offset;
    std::vector<std::unique_ptr<Branch>> m_branches;
    std::unordered_map<std::string, Branch*> m_branch_of;               ///< by kind
    EventTeller m_events;
    struct Mention {
        std::string subject;
        Instant happened_at;
        std::int64_t seq = 0;
        std::string kind;
        auto operator<=>(Mention const&) const = default;
    };
    std::int64_t m_seen_seq = -1;                ///< journal's end when we last looked: others may write too

    // What the open transaction has touched and not yet worked out.
    std::set<std::string> m_places;                                     ///< subjects whose registration changed
    std::map<std::pair<std::string, std::int32_t>, PoolDay> m_days;     ///< additions to pool days
    std::set<std::pair<std::string, std::int32_t>> m_days_again;        ///< pool days to be made from their facts
    std::map<std::int64_t, bool> m_fish;                                ///< fish to be worked out; whether something was told of them
    std::vector<Mention> m_mentions;                                    ///< not written yet: in order of their key they cost less
    std::map<GroupName, std::map<std::int32_t, StockDelta>> m_deltas;
    std::map<GroupName, std::int32_t> m_sizes;                          ///< groups whose size track must be looked at, from which day
    std::set<std::pair<std::int32_t, GroupName>> m_size_sources;        ///< from which day on the fish that left a group must be looked at

    // What is remembered between facts, so that life in step with the days costs no look-ups. Forgotten when others wrote.
    struct Tip {
        FarmDay last;                                                   ///< last row of the pool's days
        std::optional<ThetaPoint> warm;                                 ///< last of these with a temperature
    };
    std::unordered_map<std::string, Tip> m_tips;
    std::map<GroupName, StockRow> m_stock_tips;                         ///< last row of each group
    std::optional<FactId> m_last_corrected;                             ///< greatest id that was ever corrected
    std::unordered_map<std::string, FarmDay> m_counted;                 ///< last day on which something was counted on a pool's thermal axis
    void forget_remembered();
    FarmDay counted_until(std::string const& pool);
    void counted(std::string const& pool, FarmDay);
    void write_day_at_tip(PoolDay, Tip&);

    /// Whatever ends a transaction early leaves nothing half-touched behind.
    struct Guard {
        Ledger& ledger;
        bool done = false;
        ~Guard() { if (!done) ledger.forget_touched(); }
    };
};

/// What became of a tagged fish that was harvested, for those who read.
std::optional<HarvestOf> harvest_of(Reader&, FishId);

} // namespace osetra::farm
