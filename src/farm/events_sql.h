#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "farm/branch.h"
#include "farm/events.h"
#include "farm/reader_sql.h"
#include "trace/identity_sql.h"

namespace osetra::farm {

/// What holds of a fact's chain before a new version of it, when the journal is read in its order.
struct Before {
    bool holds = true;                           ///< the new version: no later one was there already
    std::optional<Fact> version;                 ///< the version that held until then
};
Before before(store::Db&, Enterprise, Fact const&);

/// Tells partners of facts, in the transaction that takes them. Nothing is told until the enterprise has said who it is.
class EventTeller final : private Around {
public:
    using BranchOf = std::function<Branch*(std::string_view kind)>;
    EventTeller(Reader&, BranchOf, std::vector<std::unique_ptr<Branch>> const&);
    ~EventTeller() override;

    /// Looks whether the enterprise has said who it is: once a transaction, before its facts.
    void open();
    bool is_open() const { return m_naming.has_value(); }
    trace::Naming const* naming() const { return m_naming ? &*m_naming : nullptr; }

    /// A fact that holds from now on; `body` where it is one of the farm's own.
    void note(Fact const&, Body const* body);
    /// A version that held until now, and what came over it.
    void note_wrong(Fact const& was, Fact const& by);
    /// Tells all that was noted, in that order. The book must hold it already.
    void tell(Instant now);
    void forget();
    /// The book may change from now on.
    void told();

    /// The fact's events, as far as they can be told.
    std::vector<trace::Node> events_of(Fact const&);
    /// The first of the fact's events that is not there; with what came over it, also the declaration that it was wrong.
    std::optional<std::string> missing(Fact const&);
    /// Master data of the company and of all places.
    void tell_master_data(Instant now);
    trace::IdentityStore& identity() { return m_identity; }

private:
    SiteRegistered const* site(SiteId const& s) override { return m_reader.site(s.text); }
    PoolRegistered const* pool(PoolId const& p) override { return m_reader.pool(p.text); }
    CohortRegistered const* cohort(CohortId const& c) override { return m_reader.cohort(c.text); }
    std::optional<Whereabouts> fish_before(FishId, Instant) override;
    std::vector<CohortId> cohorts_in(PoolId const&, Instant) override;
    std::optional<std::string> feed_before(PoolId const&, Fact const&) override;

    std::vector<trace::Node> events_of(Fact const&, Body const*);
    void tell_one(Fact const&, Body const*);
    void put_off(FactId const& root, std::vector<trace::Node>, Instant recorded_at);
    void flush();
    void declare_wrong(Fact const& was, Fact const& by);
    void tell_places(Instant now);
    void tell_articles(Instant now);
    void capture(std::vector<trace::Node>, Instant now);

    struct Told {
        Fact fact;
        std::optional<Body> body;
    };
    struct Wrong {
        Fact was, by;
    };
    Reader& m_reader;
    BranchOf m_branch_of;
    std::vector<std::unique_ptr<Branch>> const& m_branches;
    trace::IdentityStore m_identity;
    std::unique_ptr<trace::Repository> m_repository;
    std::optional<trace::Naming> m_naming;
    std::vector<std::variant<Told, Wrong>> m_noted;
    std::vector<trace::Repository::OfFact> m_put_off;                   ///< written together
    std::map<FactId, std::vector<std::size_t>> m_put_off_of;            ///< where a fact's are among them
    std::set<std::string> m_places;              ///< subjects of sites and pools that were registered
    std::vector<trace::Node> m_vocabularies;
};

} // namespace osetra::farm
