#include "trace/engine/schedule.h"

#include <gtest/gtest.h>

#include <random>

using namespace osetra;
using namespace osetra::trace;

namespace {

Instant at(std::string_view text) { return *parse_instant(text, {}); }

struct Row {
    char const* what;
    ScheduleText text;
    char const* then;
    std::vector<char const*> next;
};

/// Fields: second, minute, hour, dayOfMonth, month, dayOfWeek.
std::vector<Row> const rows = {
    {"once a day, as in the standard", {.minute = "5", .hour = "1"}, "2026-01-10T01:05:00Z", {"2026-01-11T01:05:00Z", "2026-01-12T01:05:00Z"}},
    {"the moment itself is not later", {.minute = "5", .hour = "1"}, "2026-01-10T01:04:59.999999Z", {"2026-01-10T01:05:00Z"}},
    {"an hour alone is its beginning", {.hour = "7"}, "2026-01-10T07:30:00Z", {"2026-01-11T07:00:00Z"}},
    {"a minute alone is every hour", {.minute = "30"}, "2026-01-10T23:30:00Z", {"2026-01-11T00:30:00Z", "2026-01-11T01:30:00Z"}},
    {"a gap between fields matches always", {.second = "0", .hour = "1"}, "2026-01-10T01:58:30Z", {"2026-01-10T01:59:00Z", "2026-01-11T01:00:00Z"}},
    {"a list", {.second = "0,20,40"}, "2026-01-10T01:00:21Z", {"2026-01-10T01:00:40Z", "2026-01-10T01:01:00Z"}},
    {"a range", {.hour = "[8-10]"}, "2026-01-10T07:00:00Z", {"2026-01-10T08:00:00Z", "2026-01-10T09:00:00Z", "2026-01-10T10:00:00Z", "2026-01-11T08:00:00Z"}},
    {"a list of ranges and numbers", {.hour = "[1-2],13,[22-23]"}, "2026-01-10T02:00:00Z", {"2026-01-10T13:00:00Z", "2026-01-10T22:00:00Z", "2026-01-10T23:00:00Z", "2026-01-11T01:00:00Z"}},
    {"a range without brackets", {.hour = "8-9"}, "2026-01-10T08:00:00Z", {"2026-01-10T09:00:00Z", "2026-01-11T08:00:00Z"}},
    {"a step as in the standard's example", {.second = "0/30"}, "2026-01-10T00:00:00Z", {"2026-01-10T00:00:30Z", "2026-01-10T00:01:00Z"}},
    {"a step from any", {.minute = "*/20"}, "2026-01-10T00:41:00Z", {"2026-01-10T01:00:00Z", "2026-01-10T01:20:00Z"}},
    {"any second", {.second = "*"}, "2026-01-10T00:00:00.5Z", {"2026-01-10T00:00:01Z", "2026-01-10T00:00:02Z"}},
    {"any day, said so", {.hour = "1", .day_of_month = "*", .month = "*", .day_of_week = "?"}, "2026-01-10T01:00:00Z", {"2026-01-11T01:00:00Z"}},
    {"Monday is 1", {.hour = "6", .day_of_week = "1"}, "2026-01-10T00:00:00Z", {"2026-01-12T06:00:00Z", "2026-01-19T06:00:00Z"}},
    {"Sunday is 7", {.day_of_week = "7"}, "2026-01-10T00:00:00Z", {"2026-01-11T00:00:00Z"}},
    {"working days", {.hour = "6", .day_of_week = "[1-5]"}, "2026-01-09T06:00:00Z", {"2026-01-12T06:00:00Z", "2026-01-13T06:00:00Z"}},
    {"day and weekday must both match", {.day_of_month = "13", .day_of_week = "5"}, "2026-01-10T00:00:00Z", {"2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z", "2026-11-13T00:00:00Z"}},
    {"months without a 31st are passed over", {.day_of_month = "31"}, "2026-01-31T00:00:00Z", {"2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"}},
    {"a leap day", {.day_of_month = "29", .month = "2"}, "2026-01-10T00:00:00Z", {"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}},
    {"a leap day that is a Monday", {.day_of_month = "29", .month = "2", .day_of_week = "1"}, "2026-01-10T00:00:00Z", {"2044-02-29T00:00:00Z"}},
    {"over the new year", {.hour = "0", .day_of_month = "1", .month = "1"}, "2026-01-10T00:00:00Z", {"2027-01-01T00:00:00Z"}},
    {"the last second of a year", {.second = "59", .minute = "59", .hour = "23", .day_of_month = "31", .month = "12"}, "2025-12-31T23:59:59Z", {"2026-12-31T23:59:59Z"}},
    {"an empty field is one that is not there", {.second = "", .minute = "5", .hour = ""}, "2026-01-10T00:05:00Z", {"2026-01-10T01:05:00Z"}},
    {"before 1970", {.hour = "1"}, "1960-02-28T01:00:00Z", {"1960-02-29T01:00:00Z"}},
};

TEST(Schedule, RunsWhenAllFieldsMatch) {
    for (auto const& row : rows) {
        auto const schedule = parse_schedule(row.text);
        ASSERT_TRUE(schedule) << row.what << ": " << schedule.error().message;
        auto then = at(row.then);
        for (auto const* next : row.next) {
            then = next_after(*schedule, then);
            EXPECT_EQ(text_of(then), next) << row.what;
        }
    }
}

struct Bad {
    ScheduleText text;
    char const *code, *place;
};
std::vector<Bad> const bad = {
    {{}, "schedule_empty", "schedule"},
    {{.second = ""}, "schedule_empty", "schedule"},
    {{.second = "60"}, "schedule_malformed", "schedule.second"},
    {{.minute = "-1"}, "schedule_malformed", "schedule.minute"},
    {{.hour = "24"}, "schedule_malformed", "schedule.hour"},
    {{.day_of_month = "0"}, "schedule_malformed", "schedule.dayOfMonth"},
    {{.day_of_month = "32"}, "schedule_malformed", "schedule.dayOfMonth"},
    {{.month = "13"}, "schedule_malformed", "schedule.month"},
    {{.day_of_week = "0"}, "schedule_malformed", "schedule.dayOfWeek"},
    {{.day_of_week = "8"}, "schedule_malformed", "schedule.dayOfWeek"},
    {{.day_of_week = "MON"}, "schedule_malformed", "schedule.dayOfWeek"},
    {{.hour = "1,"}, "schedule_malformed", "schedule.hour"},
    {{.hour = ",1"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "1 2"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "[5-2]"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "[5]"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "[5-"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "5-"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "[1--2]"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "1/0"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "1/-1"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "1/"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "/"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "99999999999999999999"}, "schedule_malformed", "schedule.hour"},
    {{.hour = "0x1"}, "schedule_malformed", "schedule.hour"},
    {{.hour = std::string(201, '1')}, "schedule_malformed", "schedule.hour"},
    {{.day_of_month = "31", .month = "2,4,6"}, "schedule_never", "schedule.dayOfMonth"},
};

TEST(Schedule, RefusesWhatItCannotRead) {
    for (auto const& row : bad) {
        auto const schedule = parse_schedule(row.text);
        ASSERT_FALSE(schedule) << row.code << " " << row.place;
        EXPECT_EQ(schedule.error().code, row.code) << row.place;
        EXPECT_EQ(schedule.error().at, row.place);
        EXPECT_LT(schedule.error().message.size(), 200U);
    }
}

/// The next instant is the one that counting through all seconds finds.
TEST(Schedule, NoInstantIsPassedOver) {
    std::mt19937_64 random{7};
    for (int run = 0; run < 300; ++run) {
        auto const some = [&](int lowest, int highest) {
            std::uint64_t set = 0;
            for (int n = 0; n < 2; ++n) set |= std::uint64_t{1} << (static_cast<unsigned>(lowest) + random() % static_cast<unsigned>(highest - lowest + 1));
            return set;
        };
        Schedule const s{some(0, 59), some(0, 59), static_cast<std::uint32_t>(some(0, 23)), 0xfffffffe, 0x1ffe, 0xfe};
        auto const start = at("2026-01-10T00:00:00Z") + std::chrono::seconds{random() % 86400};
        auto t = start;
        do t += std::chrono::seconds{1};
        while ([&] {
            auto const n = (t - std::chrono::floor<std::chrono::days>(t)) / std::chrono::seconds{1};
            return !((s.hours >> (n / 3600) & 1) && (s.minutes >> (n / 60 % 60) & 1) && (s.seconds >> (n % 60) & 1));
        }());
        EXPECT_EQ(text_of(next_after(s, start)), text_of(t));
    }
}

} // namespace
