#include "quality/tasting/reviews.h"

#include <gtest/gtest.h>

namespace osetra::quality {
namespace {

FarmOffset const china{std::chrono::minutes{480}};
Instant noon(char const* day) { return start_of(*parse_day(day), china) + std::chrono::hours{12}; }

TEST(Reviews, SheetsAreReadAsShopsWriteThem) {
    struct Row { char const* csv; char const* outcome; };
    for (auto const& row : {Row{"date,product,stars\n2026-05-01,Starlight,4\n2026-05-02,Starlight,5\n", "2"},
                            {"日期,品种,评分,评分制,渠道\n2026-05-01,星光,8,1-9,门店\n", "1"},
                            {"date,product,score\n,,\n2026-05-01,Starlight,7\n", "1"},
                            {"date,product\n2026-05-01,Starlight\n", "column_missing score"},
                            {"date,product,score\n2026-05-01,,7\n", "field_missing line 2"},
                            {"date,product,score\n1 May,Starlight,7\n", "day_malformed line 2"},
                            {"date,product,score\n2026-05-01,Starlight,good\n", "number_malformed line 2"},
                            {"date,product,score,scale\n2026-05-01,Starlight,7,many\n", "scale_malformed line 2"},
                            {"date,product,score\n", "field_missing product"}}) {
        auto const read = read_review_sheet(row.csv, china);
        EXPECT_EQ(read ? std::to_string(read->size()) : read.error().code + " " + read.error().at, row.outcome) << row.csv;
    }
    auto const two = *read_review_sheet("date,product,stars,customer\n2026-05-01,Starlight,4,Li\n2026-05-01,Starlight,4,Li\n", china);
    EXPECT_NE(two[0].told.review, two[1].told.review);       // said twice is two reviews
    EXPECT_EQ(two[0].told.scale_high, 5);
    EXPECT_EQ(two[0].at, noon("2026-05-01"));
    auto const again = *read_review_sheet("date,product,stars,customer\n2026-05-01,Starlight,4,Li\n", china);
    EXPECT_EQ(again[0].told.review, two[0].told.review);     // and the same sheet again is known
}

TEST(Reviews, StarsAndCardsAreOnOneScale) {
    for (auto const& [score, low, high, liking] : {std::tuple{1.0, 1, 5, 1.0}, {3.0, 1, 5, 5.0}, {5.0, 1, 5, 9.0}, {7.0, 1, 9, 7.0}, {50.0, 0, 100, 5.0}})
        EXPECT_DOUBLE_EQ(liking_of({"x", score, low, high, {}, {}, {}, {}, {}}), liking);
}

// 6, 7, 8, 7, 7: mean 7, standard deviation sqrt(0.5), t(4) = 2.776: 7 +- 0.878.
TEST(Reviews, MeansHaveTheirIntervals) {
    std::vector<ReviewSaid> said;
    for (auto const x : {6.0, 7.0, 8.0, 7.0, 7.0}) said.push_back({noon("2026-05-10"), "Starlight", "", x});
    auto const one = review_trend(said, china);
    EXPECT_EQ(one.span, "month");
    ASSERT_EQ(one.points.size(), 1u);
    EXPECT_EQ(one.points[0].reviews, 5);
    EXPECT_NEAR(one.points[0].mean, 7, 1e-12);
    EXPECT_NEAR(one.points[0].low, 7 - 0.878, 1e-3);
    EXPECT_NEAR(one.points[0].high, 7 + 0.878, 1e-3);
    EXPECT_EQ(text_of(farm_day(one.points[0].from, china)), "2026-05-01");

    // One review a month for a year is told by year; two of it lie on both sides of the farm's midnight.
    std::vector<ReviewSaid> thin;
    for (int m = 1; m <= 9; ++m) thin.push_back({noon(("2025-0" + std::to_string(m) + "-15").c_str()), "Dawn", "", 6.0 + m % 2});
    thin.push_back({start_of(*parse_day("2026-01-01"), china), "Dawn", "", 6});
    auto const years = review_trend(thin, china);
    EXPECT_EQ(years.span, "year");
    ASSERT_EQ(years.points.size(), 2u);
    EXPECT_EQ(years.points[0].reviews, 9);
    EXPECT_EQ(years.points[1].reviews, 1);
    EXPECT_GT(years.points[1].high - years.points[1].low, years.points[0].high - years.points[0].low);   // one review says little
}

} // namespace
} // namespace osetra::quality
