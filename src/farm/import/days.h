#pragma once
#include <optional>
#include <string>

#include "farm/import/import.h"

namespace osetra::farm {

/// A day on the farm's calendar, and the time of day where one is told.
struct LocalTime {
    FarmDay day;
    std::optional<std::int64_t> us_of_day;
};

Instant instant_of(LocalTime, FarmOffset);   ///< noon where no time is told

/// Reads a column of days as people write them: 2024-3-5, 2024年3月5日, 20240305, 5 Mar 2024, 05/03/2024, 3月5日 (with the sheet's
/// year), serial numbers, with or without a time. Which number of 05/03/2024 is the month is decided over the whole column.
class DayReader {
public:
    DayReader(DateOrder told, std::optional<int> sheet_year) : m_told(told), m_year(sheet_year) {}
    /// Looks at a cell before any is read.
    void learn(Cell const&);
    /// Refusals: day_malformed, day_ambiguous (the order can be either; say which), day_mixed (both orders occur), year_missing, year_short.
    Result<LocalTime> read(Cell const&) const;
    bool ambiguous() const { return m_told == DateOrder::guess && m_open > 0 && !m_first_over_12 && !m_second_over_12; }
    DateOrder order() const;

private:
    DateOrder m_told;
    std::optional<int> m_year;
    std::size_t m_open = 0;
    bool m_first_over_12 = false, m_second_over_12 = false;
};

/// A time of day: "08:30", "8:30:15", "下午3:05", "3:05 pm".
std::optional<std::int64_t> read_clock_time(std::string_view);

/// The year that a title speaks of: "2024年放养记录", "Stocking 2024".
std::optional<int> year_in(std::string_view text);
/// The day that a title speaks of: "截至2024年3月31日".
std::optional<FarmDay> day_in(std::string_view text);

} // namespace osetra::farm
