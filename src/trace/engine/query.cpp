#include "trace/engine/query.h"

#include <algorithm>

#include "trace/engine/conditions.h"

namespace osetra::trace {
namespace {

bool within(std::optional<Instant> at, std::optional<Instant> const& from, std::optional<Instant> const& to) {
    if (!from && !to) return true;
    return at && (!from || *at >= *from) && (!to || *at < *to);
}

} // namespace

bool matches(Query const& q, Recorded const& r, MasterData const& data) {
    return within(r.recorded_at, q.recorded_from, q.recorded_to) && within((q.event_from || q.event_to) ? parse_time(r.event.value("eventTime")) : std::nullopt, q.event_from, q.event_to) &&
           std::all_of(q.all_of.begin(), q.all_of.end(), [&](auto const& condition) { return condition->holds(r.event, data); });
}

std::optional<SortKey> sort_key(Query const& q, Node const& event) {
    std::optional<SortKey> key;
    any_extension(event, Scope::event, Depth::top, [&](Node const& n) {
        if (full_name(n.name) != q.order_field) return false;
        key.emplace();
        if (auto const number = parse_number(n.text)) { key->number = *number; key->is_number = true; }
        else if (auto const at = parse_time(n.text)) { key->number = static_cast<double>(at->time_since_epoch().count()); key->is_number = true; }
        else key->text = n.text;
        return true;
    });
    return key;
}

} // namespace osetra::trace
