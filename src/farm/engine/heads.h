#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "farm/engine/interval.h"
#include "kernel/time.h"

// How many fish are in a pool, and how sure that is. The book is exact about what people wrote down; fish are also lost
// unseen (predators, cannibals, the dead at the bottom), and counts have errors. A scalar Kalman filter (Kalman 1960; Anderson
// & Moore 1979, chapter 3) carries the true number from fact to fact.
namespace osetra::farm::engine {

/// The book, never below nought: whatever the running sum falls below 0 is a shortfall (a record that is missing, wrong or not
/// yet here), taken as fish that must have been there: heads(t) = B(t) - min(0, min over s <= t of B(s)).
class Reflection {
public:
    void move(std::int64_t heads) {
        m_book += heads;
        if (m_book < m_lowest) m_lowest = m_book;
    }
    std::int64_t heads() const { return m_book - m_lowest; }
    std::int64_t shortfall() const { return -m_lowest; }
    std::int64_t book() const { return m_book; }

private:
    std::int64_t m_book = 0, m_lowest = 0;
};

/// Loss that no record shows: so much of the fish a year, and how far that rate strays from year to year.
struct UnseenLoss {
    double per_year = 0;      ///< 0.02 = 2 % of the fish a year
    double sd_per_year = 0;
};

/// What is believed of one pool at one instant. Plain, so that it can be kept and gone on from.
struct HeadsBelief {
    Instant at{};
    double mean = 0;          ///< fish
    double variance = 0;
    Reflection book;          ///< what the records alone add up to
};

/// A count's test against what was expected just before it.
struct Difference {
    double counted = 0;
    Interval expected;        ///< before the count, whole fish
    double difference = 0;    ///< counted - expected mean
    double z = 0;             ///< difference in standard deviations of count and expectation together
    double probability = 1;   ///< two-sided: of a difference this large when nothing is wrong
    bool significant = false; ///< |z| > 1.96 and more than 2 fish: a person must explain it
};

/// Lets time pass: the mean falls by the unseen loss; the variance grows by chance (who of the fish is lost) and by what is
/// not known of the rate. The result is the same however the time is cut. Time does not run backwards: an earlier `to` changes nothing.
void pass(HeadsBelief&, Instant to, UnseenLoss const&);

/// The book's movement: fish that came (above 0) or went, exact unless the fish were not counted one by one (`sd`, fish). A pool
/// from which the book takes the last fish was seen to be empty: 0, without error.
void move(HeadsBelief&, std::int64_t heads, double sd = 0);

/// What a count would show as difference, without using it.
Difference test(HeadsBelief const&, double counted, double sd);
/// Uses a count: the belief moves towards it as far as the errors say. `sd` below half a fish is taken as half a fish.
Difference count(HeadsBelief&, double counted, double sd);

/// The belief as whole fish with its 95 % interval, never below 0, bounds rounded outwards.
Interval heads(HeadsBelief const&);

/// Standard deviation that a 95 % interval stands for.
double sd_of_interval(double low, double high);

/// Movement of the book, with its sign.
struct BookMove {
    Instant at;
    std::int64_t heads = 0;
    double sd = 0;             ///< fish; above 0 where they were estimated or reckoned by weight
};
struct PoolCount {
    Instant at;
    double heads = 0;
    double sd = 0;
};
/// A person explained a count's difference: fish that had gone (below 0) or come before it, or that the count itself was wrong.
struct Explanation {
    std::size_t count = 0;       ///< index of the count
    Instant at;                  ///< when the book is mended
    std::int64_t heads = 0;
    bool count_wrong = false;    ///< the count is not used
};
/// From when a rate of unseen loss holds (the stage of the fish changed).
struct LossFrom {
    Instant at;
    UnseenLoss loss;
};

/// Everything known of one pool's heads. Any order; at one instant movements come before counts.
struct HeadsHistory {
    std::vector<BookMove> moves;
    std::vector<PoolCount> counts;
    std::vector<Explanation> explanations;
    std::vector<LossFrom> losses;
};

/// Whether counts after the asked instant help: a report of that day has not seen them, hindsight has.
enum class Counts : std::uint8_t { up_to_then, all };

struct CountResult {
    std::size_t count = 0;      ///< index into HeadsHistory::counts
    Difference raw;             ///< before any explanation
    std::int64_t explained = 0;
    bool open = false;          ///< must (still) be explained: what is left is significant, and the mended book is outside the count's own 95 % interval
};
struct HeadsAnswer {
    HeadsBelief belief;
    Interval heads;
    std::vector<CountResult> counts;   ///< in time order
};

/// State at an instant. An explanation acts just before its count (the fish had gone by then) in every answer for its own
/// instant or later; the book moves at the explanation's instant. With `Counts::all`, a Rauch-Tung-Striebel smoother (1965) runs
/// back from the last count; it does not look across an emptied pool.
HeadsAnswer heads_at(HeadsHistory const&, Instant at, Counts = Counts::up_to_then);

} // namespace osetra::farm::engine
