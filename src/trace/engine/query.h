#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/time.h"
#include "trace/engine/event.h"

// The simple event query of EPCIS 2.0 (8.2.7.1): parameters to a question, and whether an event answers it. Pure.
namespace osetra::trace {

/// One parameter as it came, its values as text: {"EQ_bizStep", {"shipping", "receiving"}}.
struct Parameter {
    std::string name;
    std::vector<std::string> values;
};

/// What the question needs to know beside the event: the master data that was captured.
class MasterData {
public:
    virtual ~MasterData() = default;
    /// The location and all below it, by the children attributes of master data; match keys.
    virtual std::vector<std::string> with_descendants(std::string_view id) const = 0;
    /// Values of one attribute of a vocabulary element; empty where it has none.
    virtual std::vector<std::string> attribute(std::string_view id, std::string_view attribute) const = 0;
};

/// An event with what the repository knows of it.
struct Recorded {
    Node const& event;
    Instant recorded_at;
};

class Condition;                          ///< one parameter of the question (query.cpp)

struct Query {
    std::vector<std::shared_ptr<Condition const>> all_of;
    /// Every answer carries a mark out of each of these lists; none: all events must be looked at.
    std::vector<std::vector<std::int64_t>> marks;
    std::optional<Instant> event_from, event_to, recorded_from, recorded_to;   ///< half open
    enum class Order : std::uint8_t { recorded, event_time, field };
    Order order = Order::recorded;
    std::string order_field;              ///< full name of the extension that Order::field sorts by
    bool ascending = false;
    std::optional<std::int64_t> limit;    ///< eventCountLimit: so many and no more
    std::optional<std::int64_t> most;     ///< maxEventCount: more than so many is an error
    std::optional<std::int64_t> per_page;
};

/// `prefixes`: of extension fields, from GS1-Extensions, the @context of a named query, and what was captured. Names and words
/// in either spelling mean the same. perPage is read here, nextPageToken is not. Refusals: query_parameter (unknown name, limit and most together,
/// value of the wrong kind, orderBy what cannot be ordered by), as epcisException:QueryParameterException.
Result<Query> parse_query(std::vector<Parameter> const&, std::map<std::string, std::string, std::less<>> const& prefixes, MasterData const&);

bool matches(Query const&, Recorded const&, MasterData const&);
/// What Order::field sorts by; nothing where the event has no such field. Numbers sort before text.
struct SortKey {
    double number = 0;
    std::string text;
    bool is_number = false;
    friend bool operator<(SortKey const& a, SortKey const& b) {
        if (a.is_number != b.is_number) return a.is_number;
        return a.is_number ? a.number < b.number : a.text < b.text;
    }
};
std::optional<SortKey> sort_key(Query const&, Node const& event);

} // namespace osetra::trace
