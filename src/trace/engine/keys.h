#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/time.h"
#include "trace/engine/event.h"
#include "trace/engine/measure.h"
#include "trace/engine/terms.h"

// What an event says, field by field, in the one spelling by which it is compared. Marks are made of these keys and conditions ask
// for them, so that an event that answers has the mark.
namespace osetra::trace {

using IsKey = std::function<bool(std::string_view key)>;

/// Whether `is` says yes to one of the event's keys of this field; it is asked no further then.
bool any_key(Node const& event, Field, IsKey const& is);

/// Every key of Field::has_field and of Field::field_value, in one walk; both say no.
void each_field(Node const& event, IsKey const& has_field, IsKey const& field_value);

/// The names of things of one of the seven fields that Field::any_thing sums up, as they were spelled.
bool any_thing_named(Node const& event, Field, IsKey const& is);

/// Where users' fields stand: the letter that begins their key; a capital where they lie deeper inside another user's field.
enum class Scope : char { event = 'e', ilmd = 'i', error = 'd', read_point = 'r', biz_location = 'b', sensor_element = 's', sensor_metadata = 'm', sensor_report = 'p' };
enum class Depth { top, inner };

bool any_extension(Node const& event, Scope, Depth, std::function<bool(Node const&)> const& is);
/// {namespace}name of a user's field, also where a sender wrote it under a prefix that every EPCIS document has.
std::string full_name(std::string_view node_name);
std::string field_key(Scope, Depth, std::string_view full_name);
/// What values of users' fields are compared by: 3.50 is 3.5, an instant is one in every offset, a thing has one name.
std::string value_key(std::string_view text);

std::string type_key(std::string_view event_type);   ///< of an event, or as asked for: {namespace}name and the URI are one
std::string sensor_key(std::string_view attribute, std::string_view text);

/// `value`, `minValue`, ..., `percRank` of sensor reports, or `quantity`. A quantity without a unit counts things (C62).
bool any_amount(Node const& event, std::string_view attribute, std::function<bool(Measured)> const& is);
/// `time`, `startTime`, `endTime` of sensor reports and their metadata, or `declarationTime`.
bool any_time(Node const& event, std::string_view attribute, std::function<bool(Instant)> const& is);
/// Values of the field that can have master data: bizLocation, epcClass, sourceList, ..., or a user's {namespace}name.
bool any_named(Node const& event, std::string_view field, IsKey const& is);

/// With an offset, as EPCIS wants; a day alone is its beginning in UTC.
std::optional<Instant> parse_time(std::string_view);

/// The key of a thing without its serial: https://id.gs1.org/01/09521234100065/21/7 -> .../01/09521234100065. Empty where it has no such part.
std::string_view class_of_key(std::string_view key);
/// The six digits that every company prefix in the key begins with; empty where it has none.
std::string_view six_digits_of_key(std::string_view key);

} // namespace osetra::trace
