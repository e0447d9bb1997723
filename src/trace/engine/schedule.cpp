#include "trace/engine/schedule.h"

#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <string_view>

namespace osetra::trace {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::size_t longest_text = 200;

struct Bounds {
    char const* name;
    int lowest, highest;
};
constexpr std::array<Bounds, 6> bounds{{{"second", 0, 59}, {"minute", 0, 59}, {"hour", 0, 23}, {"dayOfMonth", 1, 31}, {"month", 1, 12}, {"dayOfWeek", 1, 7}}};

std::array<std::optional<std::string> const*, 6> fields_of(ScheduleText const& text) {
    return {&text.second, &text.minute, &text.hour, &text.day_of_month, &text.month, &text.day_of_week};
}

bool is_any(std::string_view element) { return element == "*" || element == "?"; }

constexpr std::uint64_t bits(int from, int to, int step = 1) {
    std::uint64_t all = 0;
    for (int n = from; n <= to; n += step) all |= std::uint64_t{1} << static_cast<unsigned>(n);
    return all;
}

auto malformed(Bounds const& b, std::string_view element) {
    return refuse("schedule_malformed", "\"" + std::string{element} + "\" is no value of " + b.name + ": say numbers of " + std::to_string(b.lowest) + " to " +
                  std::to_string(b.highest) + " with commas between, or a range like [" + std::to_string(b.lowest) + "-" + std::to_string(b.highest) + "].",
                  std::string{"schedule."} + b.name);
}

std::optional<int> number(std::string_view digits) {
    int n = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [stop, error] = std::from_chars(digits.data(), end, n);
    if (error != std::errc{} || stop != end || digits.starts_with('-')) return std::nullopt;
    return n;
}

Result<std::uint64_t> parse_element(Bounds const& b, std::string_view const element) {
    auto text = element;
    std::optional<int> step = 1;
    auto const slash = text.find('/');
    if (slash != text.npos) {
        step = number(text.substr(slash + 1));
        text = text.substr(0, slash);
    }
    if (!step || *step < 1 || *step > b.highest) return malformed(b, element);
    if (is_any(text)) return bits(b.lowest, b.highest, *step);
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
        if (text.find('-') == text.npos) return malformed(b, element);
    }
    auto const dash = text.find('-');
    auto const from = number(text.substr(0, dash));
    auto const to = dash != text.npos ? number(text.substr(dash + 1)) : slash != text.npos ? std::optional{b.highest} : from;
    if (!from || !to || *from < b.lowest || *to > b.highest || *from > *to) return malformed(b, element);
    return bits(*from, *to, *step);
}

Result<std::uint64_t> parse_field(Bounds const& b, std::string_view text) {
    if (text.size() > longest_text) return malformed(b, text.substr(0, 20));
    std::uint64_t all = 0;
    for (;;) {
        auto const comma = text.find(',');
        all |= OSETRA_TRY(parse_element(b, text.substr(0, comma)));
        if (comma == text.npos) return all;
        text.remove_prefix(comma + 1);
    }
}

bool in(std::uint64_t set, unsigned n) { return (set >> n & 1U) != 0; }

bool on_day(Schedule const& s, sys_days day) {
    year_month_day const date{day};
    return in(s.months, static_cast<unsigned>(date.month())) && in(s.days, static_cast<unsigned>(date.day())) &&
           in(s.weekdays, std::chrono::weekday{day}.iso_encoding());
}

/// The first member of a set that is not below `from`; 64 where there is none.
unsigned first_from(std::uint64_t set, unsigned from) {
    return from > 63 ? 64U : static_cast<unsigned>(std::countr_zero(set >> from << from));
}

/// The first second of the day that is in the schedule and not before `from`.
std::optional<std::int64_t> second_of_day(Schedule const& s, std::int64_t from) {
    auto const h0 = static_cast<unsigned>(from / 3600), m0 = static_cast<unsigned>(from / 60 % 60), s0 = static_cast<unsigned>(from % 60);
    auto const at = [](unsigned h, unsigned m, unsigned sec) { return std::int64_t{h} * 3600 + std::int64_t{m} * 60 + sec; };
    if (in(s.hours, h0)) {
        if (in(s.minutes, m0))
            if (auto const sec = first_from(s.seconds, s0); sec < 64) return at(h0, m0, sec);
        if (auto const m = first_from(s.minutes, m0 + 1); m < 64) return at(h0, m, first_from(s.seconds, 0));
    }
    if (auto const h = first_from(s.hours, h0 + 1); h < 64) return at(h, first_from(s.minutes, 0), first_from(s.seconds, 0));
    return std::nullopt;
}

/// Within 400 years every date has been on every day of the week that it can be on; 40 years hold all but those that never are.
constexpr int days_ahead = 366 * 40;

std::optional<sys_days> next_day(Schedule const& s, sys_days from) {
    for (int n = 0; n < days_ahead; ++n, from += std::chrono::days{1})
        if (on_day(s, from)) return from;
    return std::nullopt;
}

} // namespace

bool ScheduleText::empty() const {
    for (auto const* field : fields_of(*this))
        if (*field && !(*field)->empty()) return false;
    return true;
}

Result<Schedule> parse_schedule(ScheduleText const& text) {
    if (text.empty()) return refuse("schedule_empty", "A schedule says at least one of second, minute, hour, dayOfMonth, month and dayOfWeek.", "schedule");
    auto const fields = fields_of(text);
    std::array<std::uint64_t, 6> sets{};
    auto nought_below = true;   // no finer field has been said yet
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto const& field = *fields.at(i);
        auto const& b = bounds.at(i);
        if (field && !field->empty()) {
            sets.at(i) = OSETRA_TRY(parse_field(b, *field));
            nought_below = false;
        } else {
            sets.at(i) = nought_below && i < 3 ? 1U : bits(b.lowest, b.highest);
        }
    }
    Schedule const schedule{sets[0], sets[1], static_cast<std::uint32_t>(sets[2]), static_cast<std::uint32_t>(sets[3]),
                            static_cast<std::uint16_t>(sets[4]), static_cast<std::uint8_t>(sets[5])};
    if (!next_day(schedule, sys_days{year_month_day{std::chrono::year{2000}, std::chrono::month{1}, std::chrono::day{1}}}))
        return refuse("schedule_never", "No day is ever as this schedule says.", "schedule.dayOfMonth");
    return schedule;
}

Instant next_after(Schedule const& s, Instant then) {
    auto const from = std::chrono::floor<std::chrono::seconds>(then) + std::chrono::seconds{1};
    auto const today = std::chrono::floor<std::chrono::days>(from);
    if (on_day(s, today))
        if (auto const second = second_of_day(s, (from - today).count())) return Instant{today} + std::chrono::seconds{*second};
    auto const day = next_day(s, today + std::chrono::days{1});
    return day ? Instant{*day} + std::chrono::seconds{*second_of_day(s, 0)} : forever;
}

} // namespace osetra::trace
