#include "stocktake/decide.h"

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "stocktake/engine/calibrate.h"

namespace osetra::stocktake {
namespace {

std::string const clip(64, 'a'), answer(64, 'b'), missing(64, 'c');
FactId const flight = Uuid::parse("01930000-0000-7000-8000-000000000001").value(), other = Uuid::parse("01930000-0000-7000-8000-000000000002").value();
FactId const count = Uuid::parse("01930000-0000-7000-8000-000000000003").value();

/// A pool P1 with a flight that was counted as 412 (400 to 425).
struct OneFlight final : Flights {
    bool machine = true, signature = false;
    bool knows_site(SiteId const& s) override { return s.text == "S"; }
    bool knows_pool(PoolId const& p) override { return p.text == "P1"; }
    bool has_medium(std::string const& sha256) override { return sha256 == clip || sha256 == answer; }
    std::optional<FlightFlown> flown(FactId const& f) override { return f == flight ? std::optional{FlightFlown{{"P1"}, clip, "a.mp4", {}, {}, {}, {}}} : std::nullopt; }
    std::optional<FlightCounted> counted(FactId const& f) override {
        if (f != flight || !machine) return std::nullopt;
        FlightCounted c;
        c.heads = {412};
        c.low = {400};
        c.high = {425};
        return c;
    }
    std::optional<StocktakeSigned> signed_(FactId const&) override { return signature ? std::optional{StocktakeSigned{}} : std::nullopt; }
    std::optional<PoolCount> count(FactId const& f) override { return f == stocktake::count ? std::optional{PoolCount{{"P1"}, 412}} : std::nullopt; }
};

struct Row {
    char const* kind;
    std::string body;
    char const* author;
    char const* checked;     ///< code of the refusal; ok
    char const* witnessed;
};

TEST(StocktakeDecide, EveryRefusalHasItsCase) {
    auto const f = R"("flight":")" + flight.text() + "\"";
    auto const counted = [&](std::string const& numbers, std::string const& verdict = "sure", std::string const& result = answer) {
        return "{" + f + "," + numbers + R"(,"verdict":")" + verdict + R"(","seen_area":1,"detectability":0.98,"model":"open","model_sha256":"x","result_sha256":")" + result + "\"}";
    };
    auto const flown = [&](std::string const& pool, std::string const& sha256, std::string const& more = "") { return R"({"pool":")" + pool + R"(","sha256":")" + sha256 + R"(","file":"a.mp4")" + more + "}"; };
    auto const sign = [&](std::string const& of, int heads, std::string const& more = "") {
        return R"({"flight":")" + of + R"(","heads":)" + std::to_string(heads) + R"(,"low":400,"high":425,"count":")" + count.text() + "\"" + more + "}";
    };
    auto const calibrated = [&](char const* site) { return to_json(SiteCalibrated{{site}, calibration_json({unknown_calibration("open", "clip")}), {}}); };
    std::vector<Row> const rows{
        {"flight_flown", flown("P1", clip), "li", "ok", "ok"},
        {"flight_flown", flown("P9", clip), "li", "pool_not_found", "ok"},
        {"flight_flown", flown("P1", missing), "li", "media_missing", "ok"},
        {"flight_flown", flown("P1", "xyz"), "li", "sha256_malformed", "sha256_malformed"},
        {"flight_flown", flown("P1", clip, R"(,"fish_kind":"whale")"), "li", "fish_kind_unknown", "fish_kind_unknown"},
        {"flight_flown", flown("P1", clip, R"(,"altitude_m":-3)"), "li", "number_unlikely", "number_unlikely"},
        {"flight_flown", flown("P1", clip, R"(,"note":"")"), "li", "name_malformed", "name_malformed"},
        {"flight_counted", counted(R"("heads":412,"low":400,"high":425)"), "job:li", "ok", "ok"},
        {"flight_counted", counted(R"("heads":412,"low":400,"high":425)"), "li", "not_by_hand", "ok"},
        {"flight_counted", counted(R"("heads":412,"low":413,"high":425)"), "job:li", "interval_crossed", "interval_crossed"},
        {"flight_counted", counted(R"("heads":-1,"low":-1,"high":425)"), "job:li", "number_unlikely", "number_unlikely"},
        {"flight_counted", counted(R"("heads":412,"low":400,"high":425)", "maybe"), "job:li", "verdict_unknown", "verdict_unknown"},
        {"flight_counted", counted(R"("heads":412,"low":400,"high":425)", "sure", missing), "job:li", "media_missing", "ok"},
        {"marks_corrected", "{" + f + R"(,"frame_ms":200,"added":["4 5.5"],"struck":[]})", "li", "ok", "ok"},
        {"marks_corrected", "{" + f + R"(,"frame_ms":200,"added":["4;5"],"struck":[]})", "li", "mark_malformed", "mark_malformed"},
        {"marks_corrected", "{" + f + R"(,"frame_ms":-1,"added":[],"struck":[]})", "li", "number_unlikely", "number_unlikely"},
        {"flight_hand_counted", "{" + f + R"(,"frame_ms":0,"points":["1 1","2 2"]})", "li", "ok", "ok"},
        {"flight_hand_counted", R"({"flight":")" + other.text() + R"(","frame_ms":0,"points":[]})", "li", "flight_not_found", "ok"},
        {"site_calibrated", calibrated("S"), "li", "ok", "ok"},
        {"site_calibrated", calibrated("S9"), "li", "site_not_found", "ok"},
        {"site_calibrated", R"({"site":"S","calibration":"{}"})", "li", "calibration_malformed", "calibration_malformed"},
        {"stocktake_signed", sign(flight.text(), 412), "li", "ok", "ok"},
        {"stocktake_signed", sign(other.text(), 412), "li", "flight_not_found", "ok"},
        {"stocktake_signed", sign(flight.text(), 415), "li", "signature_reason_missing", "ok"},
        {"stocktake_signed", sign(flight.text(), 415, R"(,"why":"three behind the feeder")"), "li", "count_not_found", "ok"},
        {"stocktake_signed", sign(flight.text(), 399), "li", "interval_crossed", "interval_crossed"},
    };
    for (auto const& row : rows)
        for (auto const witnessed : {false, true}) {
            OneFlight flights;
            Fact fact;
            fact.kind = row.kind;
            fact.author = row.author;
            fact.body = row.body;
            auto const verdict = judge(fact, body_of(row.kind, row.body), flights, witnessed);
            EXPECT_EQ(verdict ? "ok" : verdict.error().code, witnessed ? row.witnessed : row.checked) << row.kind << " " << row.body;
        }
}

TEST(StocktakeDecide, WhatWasNotCountedOrIsSignedIsNotSigned) {
    Fact fact;
    fact.kind = StocktakeSigned::kind;
    fact.author = "li";
    FactBody const body = StocktakeSigned{flight, {412}, {400}, {425}, count, {}};
    OneFlight flights;
    flights.signature = true;
    EXPECT_EQ(judge(fact, body, flights, false).error().code, "flight_signed");
    flights.machine = false;
    EXPECT_EQ(judge(fact, body, flights, false).error().code, "flight_not_counted");
    FactBody const marks = MarksCorrected{flight, 0, {}, {}};
    EXPECT_EQ(judge(fact, marks, flights, false).error().code, "flight_not_counted");
    FactBody const many = FlightHandCounted{flight, 0, std::vector<std::string>(20'001, "1 1")};
    EXPECT_EQ(judge(fact, many, flights, true).error().code, "too_many_marks");
}

TEST(StocktakeDecide, SentencesForPeople) {
    EXPECT_EQ(says(FlightFlown{{"P1"}, clip, "a.mp4", {}, 8.0, {}, {}}), "Flight over P1 (a.mp4) from 8 m.");
    EXPECT_EQ(says(StocktakeSigned{flight, {412}, {400}, {425}, count, {}}), "412 fish agreed (95 % 400 to 425).");
    EXPECT_EQ(parse_place("412.5 88")->first, 412.5);
    EXPECT_EQ(place_text(412.5, 88), "412.5 88.0");
}

} // namespace
} // namespace osetra::stocktake
