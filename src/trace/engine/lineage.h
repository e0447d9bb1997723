#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "trace/engine/links.h"

// The walk through the web of links: where a thing came from, what became of it, what held it and when. Pure: links come from
// a WebOfLinks, a database or a test's own.
namespace osetra::trace {

/// Microseconds since 1970.
using Time = std::int64_t;
inline constexpr Time always = std::numeric_limits<Time>::min(), never = std::numeric_limits<Time>::max();

/// A link as it is kept, seen from `thing`. Things have numbers.
struct Known {
    std::int64_t thing = 0;
    std::int64_t tie = 0;                 ///< Tie, or Tie and 32
    Time happened_at = 0;
    std::int64_t other = 0;
    std::int64_t event = 0;               ///< number of the event that says it
    std::int64_t what = 0;
    std::optional<double> quantity;
    std::optional<std::string> uom;
    std::optional<std::int64_t> place;
    bool is(Tie t) const { return tie == static_cast<std::int64_t>(t); }
};

class WebOfLinks {
public:
    virtual ~WebOfLinks() = default;
    using See = std::function<void(Known&&)>;
    /// Links of these things that lead to results: used, parent, fed, held; with them what the processes named there made, and
    /// when the containers named there were emptied. Nothing after `until`.
    virtual void down(std::span<std::int64_t const>, Time until, See const&) = 0;
    /// Links that lead to origins: the processes that made these things, with what went into those; parents; what the things
    /// themselves held, and when they were emptied.
    virtual void up(std::span<std::int64_t const>, Time until, See const&) = 0;
    /// Links of ties `first` to `last`, as they are.
    virtual void links(std::span<std::int64_t const>, std::int64_t first, std::int64_t last, Time until, See const&) = 0;
    virtual std::unordered_map<std::int64_t, std::string> names(std::span<std::int64_t const>) = 0;
    /// Whether the last answers were cut for want of room.
    virtual bool cut() const = 0;
};

/// Times in which something was so: sorted, apart. Both ends belong to it.
class Spans {
public:
    struct Span { Time from = always, until = never; friend bool operator==(Span const&, Span const&) = default; };
    Spans() = default;
    Spans(std::initializer_list<Span> all) : m_all(all) {}
    static Spans all() { return {{always, never}}; }
    bool empty() const { return m_all.empty(); }
    bool holds(Time) const;
    bool add(Span);                       ///< whether that made it larger
    bool add(Spans const&);
    Spans within(Spans const&) const;     ///< what both hold
    std::vector<Span> const& spans() const { return m_all; }
    friend bool operator==(Spans const&, Spans const&) = default;

private:
    std::vector<Span> m_all;
};

/// When a thing was in a container, by what was told of the two in any order: put in, taken out, seen inside; and the times at
/// which the container was emptied. One that is taken out without having been put in was inside since an unknown time.
Spans inside(std::vector<Known> const& held, std::vector<Time> const& emptied);

enum class Direction : std::uint8_t { up, down, both };

struct Ask {
    Direction direction = Direction::both;
    Time at = never;                      ///< what was told to have happened by then
    std::size_t most = 20'000;            ///< things
    bool feed = true;
};

/// How a thing was reached: marks.
enum class Via : std::uint8_t { start = 1, transformed = 2, contained = 4, parent = 8, fed = 16, associated = 32 };

struct Reached {
    std::int64_t thing = 0;
    int level = 0;                        ///< steps from the start: below nought towards origins
    unsigned via = 0;
    bool up = false, down = false;        ///< on the way to origins, to results
    Spans when;                           ///< of a container: when what is traced was inside; else all times
    bool has(Via v) const { return (via & static_cast<unsigned>(v)) != 0; }
};

struct Step {                             ///< something went into a process, or came out
    std::int64_t thing = 0;
    Time at = 0;
    std::int64_t event = 0;
    std::optional<double> quantity;
    std::string uom;
};
struct Process {
    std::int64_t process = 0;
    std::vector<Step> inputs, outputs;    ///< those met on the walk; all of them after balances()
};
struct Edge {
    std::int64_t from = 0, to = 0;
    Via kind = Via::contained;            ///< contained, parent, fed or associated; what was transformed is in the processes
    std::optional<double> quantity;
    std::string uom;
    Spans when;
    std::vector<std::int64_t> events;
};

struct Lineage {
    std::int64_t start = 0;
    std::vector<Reached> things;          ///< the start first, then as they were reached
    std::vector<Process> processes;
    std::vector<Edge> edges;
    std::unordered_map<std::int64_t, std::string> names;   ///< of things and processes
    bool truncated = false;
    Reached const* find(std::int64_t thing) const;
    std::string const& name(std::int64_t) const;
};

/// Breadth first, cycles harmless.
Lineage walk(WebOfLinks&, std::int64_t start, Ask const&);

/// Kilograms in and out of one process. A side that holds something without a known mass has none.
struct Balance {
    std::int64_t process = 0;
    std::optional<double> in_kg, out_kg;
    std::optional<double> in_pieces, out_pieces;   ///< where everything on that side is counted
    enum class Verdict : std::uint8_t { balanced, more_out_than_in, loss, unknown } verdict = Verdict::unknown;
    std::vector<std::int64_t> events;
    std::optional<double> difference_kg() const;   ///< out less in
};
/// Two scales, each right to 0.25 %, and a gram: more out than this over what went in is more than weighing explains.
inline constexpr double balance_tolerance = 0.005, balance_tolerance_kg = 0.001;
/// Less out than this part of what went in is told as a loss.
inline constexpr double loss_told = 0.05;
Balance::Verdict verdict_of(std::optional<double> in, std::optional<double> out);
/// Reads the rest of each process on the walk, and puts it into the lineage too.
std::vector<Balance> balances(WebOfLinks&, Lineage&, Ask const&);

/// What is not told and should be.
struct Gap {
    std::int64_t thing = 0;
    std::string code, why;
};
/// Where a thing was seen, and what else was told of it.
struct Sightings {
    std::vector<Known> told;
};
std::vector<Gap> gaps(Lineage const&, std::unordered_map<std::int64_t, Sightings> const&);
/// What is told (Tie::told) of every thing on the walk.
std::unordered_map<std::int64_t, Sightings> sightings(WebOfLinks&, Lineage const&, Ask const&);

} // namespace osetra::trace
