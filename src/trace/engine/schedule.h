#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "kernel/fields.h"
#include "kernel/result.h"
#include "kernel/time.h"

// When a query runs by itself (QuerySchedule of EPCIS 2.0, 8.2.5.3). Pure.
namespace osetra::trace {

/// The fields as a partner writes them. Each holds numbers and ranges, with commas between: "0,15,30", "[8-17]". Also taken is what
/// cron and Quartz write: "*" and "?" for any, "8-17" without brackets, "0/15" and "*/15" for steps.
struct ScheduleText {
    std::optional<std::string> second = {}, minute = {}, hour = {}, day_of_month = {}, month = {}, day_of_week = {};
    bool empty() const;                 ///< no field says anything
    friend bool operator==(ScheduleText const&, ScheduleText const&) = default;
};
template <Is<ScheduleText> X> void visit_fields(X& x, auto f) {
    f("second", x.second); f("minute", x.minute); f("hour", x.hour); f("dayOfMonth", x.day_of_month); f("month", x.month); f("dayOfWeek", x.day_of_week);
}

/// The instants at which all six fields match, in UTC. A bit is a value: bit 5 of `minutes` is :05.
struct Schedule {
    std::uint64_t seconds = 0, minutes = 0;
    std::uint32_t hours = 0, days = 0;
    std::uint16_t months = 0;
    std::uint8_t weekdays = 0;          ///< bit 1 is Monday, bit 7 Sunday
    friend bool operator==(Schedule const&, Schedule const&) = default;
};

/// A field that is not there matches always; but seconds, minutes and hours below the finest field that is there are nought, so that
/// hour 1, minute 5 is once a day. Refusals: schedule_empty, schedule_malformed, schedule_never (a 31st of February).
Result<Schedule> parse_schedule(ScheduleText const&);

/// The first of its instants that is later than `then`.
Instant next_after(Schedule const&, Instant then);

} // namespace osetra::trace
