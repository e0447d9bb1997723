#pragma once
#include <optional>
#include <vector>

#include "farm/lines.h"
#include "farm/pack/pack.h"

// Whether a fact may enter the journal. Pure: what is there already comes through `Book`.
namespace osetra::farm {

/// How a fact reaches the ledger.
enum class Trust : std::uint8_t {
    checked,    ///< refused where it contradicts the book: forms, spreadsheets, the command line
    witnessed   ///< it happened, whatever the book says: it is taken if it is well formed, and what contradicts is shown
};

/// Heads of one cohort in one pool.
struct GroupHeads {
    std::int64_t tagged = 0, untagged = 0;
};

/// What a decision has to know of the ledger.
class Book {
public:
    virtual ~Book() = default;
    virtual bool knows(SiteId const&) = 0;
    virtual bool knows(PoolId const&) = 0;
    virtual bool knows(CohortId const&) = 0;
    virtual std::optional<std::string> species_of(CohortId const&) = 0;
    /// The cohorts of a pool at the end of the day.
    virtual std::vector<std::pair<CohortId, GroupHeads>> groups(PoolId const&, Instant) = 0;
    /// The fewest untagged heads of a group from that day on: as many as can be taken away without a later day missing them.
    virtual std::int64_t least_untagged(PoolId const&, CohortId const&, Instant from) = 0;
    struct FishState { bool known = false, alive = false; PoolId pool; std::string ended; };
    virtual FishState fish(FishId, Instant) = 0;
    /// The last instant of a withdrawal period that runs at `at` for the pool or the fish, with the product; nothing where none runs.
    struct Withdrawal { Instant until; std::string product; };
    virtual std::optional<Withdrawal> withdrawal(PoolId const&, Instant at) = 0;
    virtual std::optional<Withdrawal> withdrawal(FishId, Instant at) = 0;
    /// The first fact of a chain: its kind, and whether it has been withdrawn.
    struct Entry { std::string kind; bool withdrawn = false, is_correction = false; };
    virtual std::optional<Entry> told(FactId const&) = 0;
};

/// Fills in what the book knows and the teller left out (the cohort of the dead in a pool with one cohort). Before `judge`.
void complete(Body&, Fact const&, Book&);

/// Whether the verdict on it depends on how many fish are where: only then must the book be worked out before.
bool asks_the_book(Body const&);

/// What is asked of every fact, whatever it tells. Refusals in this order: happened_in_future, happened_too_early, name_malformed,
/// corrects_missing, reason_missing, fact_not_found, corrects_a_correction, kind_differs, already_withdrawn.
Result<Done> judge_envelope(Fact const&, Book&, Trust, Instant now);

/// May it be told? The value is what a person should know all the same. Refusals in this order:
/// the envelope (happened_in_future, happened_too_early, corrects_missing, reason_missing, fact_not_found, corrects_a_correction,
/// kind_differs, already_withdrawn), the form (name_malformed, heads_not_positive, fish_or_heads, code_unknown, number_unlikely,
/// weight_unlikely, interval_crossed, cohort_missing, same_pool), and, unless witnessed, the book (site_not_found, pool_not_found, cohort_not_found,
/// tag_exists, fish_not_found, fish_not_alive, fish_not_there, not_enough_fish, fish_by_tag, not_enough_later,
/// withdrawal_running).
Result<std::vector<Refusal>> judge(Fact const&, Body const&, Book&, Pack const&, FarmOffset, Trust, Instant now);

} // namespace osetra::farm
