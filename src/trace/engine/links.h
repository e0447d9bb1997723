#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trace/engine/event.h"

// What an event says of where things come from, where they go, and what holds them. Pure.
namespace osetra::trace {

/// How one thing stands to another, seen from the first. Seen from the other it is the same number and 32 (seen_from_other).
/// Stored; never renumber. What leads on to results comes first, so each walk reads one range.
enum class Tie : std::uint8_t {
    used = 1,       ///< a thing went into a process; `what` is 1 for a class that names no lot
    made = 2,       ///< a process gave a thing; `what` as above
    parent = 3,     ///< a parent has offspring, and is not used up by it
    fed = 4,        ///< feed was given out at a place
    held = 5,       ///< a thing is in a container; `what` is a Hold
    emptied = 6,    ///< a container, all that it held left it; the other is the container itself
    attached = 7,   ///< a thing is fixed to another: a tag to its fish; `what` is a Hold
    seen = 8,       ///< a thing was at a place
    told = 9,       ///< seen, and something that matters was told of it: `what` holds Told marks
    from_other = 32
};
constexpr Tie seen_from_other(Tie t) { return static_cast<Tie>(static_cast<unsigned>(t) | static_cast<unsigned>(Tie::from_other)); }

enum class Hold : std::uint8_t { add = 1, remove = 2, observe = 3 };

/// Marks of Tie::told.
enum class Told : std::uint32_t {
    commissioned = 1, ended = 2, shipped = 4, received = 8, closed = 16, hatched = 32, recalled = 64, left = 128, harvested = 256
};
constexpr std::int64_t operator|(Told a, Told b) { return static_cast<std::int64_t>(a) | static_cast<std::int64_t>(b); }
constexpr bool has(std::int64_t marks, Told t) { return (marks & static_cast<std::int64_t>(t)) != 0; }

/// One link of one event, in views of the event and of the name given with it. `other` of used and `thing` of made are processes, named
/// by the transformation's id or, where it has none, the event's.
struct Link {
    std::string_view thing, other;
    Tie tie = Tie::used;
    std::int64_t what = 0;
    std::optional<double> quantity;   ///< of instances whose net mass the event tells: that
    std::string_view uom;             ///< empty: pieces
    std::string_view place;           ///< of used, made and held: where it happened
    bool both_ways = true;            ///< found from the other end too
    friend bool operator==(Link const&, Link const&) = default;
};

/// What the event says, none of it twice. Nothing where it is an error declaration.
std::vector<Link> links_of(Node const& event, std::string_view event_id);
/// Microseconds; 0 where the event tells no time that can be read.
std::int64_t event_time(Node const& event);

/// A process is a thing of its own in the web of links: what went in and what came out meet there, in whatever documents they are told.
std::string process_name(std::string_view transformation_or_event_id);
bool is_process(std::string_view name);
std::string_view process_id(std::string_view name);

/// Kilograms of a quantity; nothing for what is no mass.
std::optional<double> kilograms(double quantity, std::string_view uom);

/// A class that names no lot: what one of them became says nothing of the others.
bool is_class_without_lot(std::string_view name);

/// Whether it may be a living thing (a fish, a cohort, a lot of fry): places remember what was there, for what was fed there.
bool may_live(std::string_view name);

/// 64 bits of a match_key; equal keys have equal numbers, and almost no others.
std::int64_t key_hash(std::string_view key);

/// The last part of a field's full name: {https://ns.example.com/}grade -> grade.
std::string_view local_name(std::string_view full);
/// Children of `above` with this local name, whatever their namespace.
Node const* find_local(Node const& above, std::string_view local);

} // namespace osetra::trace
