#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace/engine/event.h"

// What events are found by: small marks of an event's content, kept beside it. A mark may stand for more than one content (it
// is 64 bits of a hash), so whoever finds an event by its marks asks `matches` (query.h) before it is given out.
namespace osetra::trace {

/// What a mark is of. Stored inside the mark; never renumber.
enum class Field : std::uint8_t {
    type = 1, action = 2, biz_step = 3, disposition = 4, disposition_set = 5, disposition_unset = 6, read_point = 7, biz_location = 8,
    transaction = 9,        ///< of any type; with its type: "po\nurn:..."
    source = 10, destination = 11, transformation = 12,
    epc = 13, parent = 14, input_epc = 15, output_epc = 16,
    epc_class = 17, input_class = 18, output_class = 19,
    any_thing = 20,         ///< any of the above seven
    error_reason = 21, corrective = 22, has_error = 23,
    has_field = 24,         ///< an extension anywhere: its full name, with ilmd/sensor/... told by the name's first letter
    has_sensor = 25, sensor_type = 26, device = 27, uom_kind = 28,
    party = 29, event_id = 30,
    field_value = 31,       ///< an extension with its value: as has_field, then "\n" and what values are compared by
    sensor_value = 32,      ///< an attribute of a sensor report or its metadata: "bizRules\nhttps://..."
    kind = 33               ///< what patterns ask for: the class of a thing (its key without the serial), and six digits of its company prefix
};

/// `key` as match_key gives it for names of things, bare words for words. The highest byte is the field, so marks of one field lie
/// together; the other 56 bits are of the hash.
std::int64_t mark(Field, std::string_view key);
inline Field field_of(std::int64_t mark) { return static_cast<Field>(static_cast<std::uint64_t>(mark) >> 56U); }
/// Every mark of an event, sorted, none twice.
std::vector<std::int64_t> marks_of(Node const& event);

} // namespace osetra::trace
