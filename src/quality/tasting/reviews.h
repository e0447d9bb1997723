#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "farm/branch.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "quality/tasting/facts.h"

// What customers said, as sheets of shops and restaurants bring it, and how liking went by product. Pure.
namespace osetra::quality {

struct ReviewRow {
    std::uint32_t line = 0;
    Instant at{};                                ///< noon of the day at the farm
    Reviewed told;
};
/// A sheet of reviews (CSV): date, product and score, and as they are there scale (1-5, 1-9, stars), lot, channel, customer, words, review; headings English or Chinese. A review without a name of its own is
/// called by its line's content, so the same sheet sent again is known. Refusals: those of read_csv, column_missing, field_missing, day_malformed, number_malformed, scale_malformed.
Result<std::vector<ReviewRow>> read_review_sheet(std::string_view csv, FarmOffset);

/// A score on the scale of 1 to 9 that panels use.
double liking_of(Reviewed const&);

struct ReviewSaid { Instant at; std::string product, channel; double liking; };
struct ReviewPoint {
    std::string product;
    Instant from, at;                            ///< first day of the span, and the middle of its reviews
    std::int64_t reviews = 0;
    double mean = 0, low = 0, high = 0;          ///< 95 %, Student's t; of few reviews with the spread of all of that product
};
/// As they were told; of one channel where one is named.
std::vector<ReviewSaid> said_of(std::vector<farm::Of<Reviewed>> const&, std::optional<std::string> const& channel);
/// The rows of a sheet that were not told yet and stand in it once, in its order.
std::vector<ReviewRow> not_told(std::vector<ReviewRow>, std::vector<farm::Of<Reviewed>> const& told);

/// By product and span; the oldest first.
struct ReviewTrend {
    std::string span;                            ///< month, quarter, year: the finest in which a product has some five reviews a span
    std::vector<ReviewPoint> points;
};
ReviewTrend review_trend(std::vector<ReviewSaid> const&, FarmOffset);

} // namespace osetra::quality
