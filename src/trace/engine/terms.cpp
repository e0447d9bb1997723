#include "trace/engine/terms.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "trace/engine/keys.h"

namespace osetra::trace {
namespace {

/// Eight bytes at a time; the steps of splitmix64. Part of what is stored: never change.
std::uint64_t mixed(std::uint64_t h) {
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9U;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBU;
    return h ^ (h >> 31);
}
std::uint64_t hash_of(std::string_view key) {
    std::uint64_t h = mixed(key.size() + 0x9E3779B97F4A7C15U);
    for (std::size_t at = 0; at < key.size(); at += 8) {
        std::uint64_t word = 0;
        if (std::endian::native == std::endian::little && at + 8 <= key.size()) std::memcpy(&word, key.data() + at, 8);
        else
            for (std::size_t i = 0; i < 8 && at + i < key.size(); ++i) word |= std::uint64_t{static_cast<unsigned char>(key[at + i])} << (8 * i);
        h = mixed(h ^ word) + 0x9E3779B97F4A7C15U;
    }
    return h;
}

constexpr Field things[]{Field::epc, Field::parent, Field::input_epc, Field::output_epc, Field::epc_class, Field::input_class, Field::output_class};
constexpr Field others[]{Field::type, Field::action, Field::biz_step, Field::disposition, Field::disposition_set, Field::disposition_unset, Field::read_point, Field::biz_location,
                         Field::transaction, Field::source, Field::destination, Field::transformation, Field::error_reason, Field::corrective, Field::has_error,
                         Field::has_sensor, Field::sensor_type, Field::device, Field::sensor_value, Field::uom_kind, Field::party, Field::event_id};

} // namespace

std::int64_t mark(Field field, std::string_view key) {
    return static_cast<std::int64_t>(std::uint64_t{static_cast<std::uint8_t>(field)} << 56 | hash_of(key) >> 8);
}

std::vector<std::int64_t> marks_of(Node const& event) {
    std::vector<std::int64_t> marks;
    marks.reserve(64);
    for (auto const field : others)
        any_key(event, field, [&](std::string_view key) { marks.push_back(mark(field, key)); return false; });
    each_field(event, [&](std::string_view key) { marks.push_back(mark(Field::has_field, key)); return false; },
               [&](std::string_view key) { marks.push_back(mark(Field::field_value, key)); return false; });
    for (auto const field : things)
        any_key(event, field, [&](std::string_view key) {
            marks.push_back(mark(field, key));
            marks.push_back(mark(Field::any_thing, key));
            if (auto const six = six_digits_of_key(key); !six.empty()) marks.push_back(mark(Field::kind, six));
            if (auto const without = class_of_key(key); !without.empty()) marks.push_back(mark(Field::kind, without));
            return false;
        });
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    return marks;
}

} // namespace osetra::trace
