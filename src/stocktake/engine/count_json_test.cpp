#include <gtest/gtest.h>

#include "stocktake/engine/count.h"

namespace osetra::stocktake {
namespace {

CountResult sample() {
    CountResult c;
    c.count = 512; c.low = 498; c.high = 526;
    c.verdict = "sure";
    c.reasons = {"Three passes agree."};
    c.seen_area = 0.98; c.detectability = 0.971;
    c.length_m = Estimate{0.9, 0.88, 0.92};
    c.model = "open"; c.model_sha256 = "ab"; c.media_sha256 = "cd";
    c.seconds = 12.5;
    c.frames = {{"", 0.2, 1280, 720, 500.5, {"glare"}, {{10.25, 20.5, -1.5, 44, 0.9, 0.75}}}};
    c.tracks = {{3, 0, 1.5, 0.9, 0.02, {{0, 1.25, 2}, {0.5, 1.5, 2}}}};
    return c;
}

TEST(CountJson, IsReadAsWritten) {
    auto const json = count_json(sample(), true);
    auto const again = read_count(json);
    ASSERT_TRUE(again) << again.error().message << " " << again.error().at;
    EXPECT_EQ(count_json(*again, true), json);
    EXPECT_EQ(again->frames.at(0).points.at(0).visible, 0.75);
    EXPECT_EQ(again->tracks.at(0).path.size(), 2u);
    EXPECT_FALSE(again->biomass_kg);
}

TEST(CountJson, FramesOnlyWhereAskedFor) {
    auto const json = count_json(sample(), false);
    EXPECT_EQ(json.find("points"), std::string::npos);
    EXPECT_TRUE(read_count(json));
}

TEST(CountJson, SaysWhatIsWrong) {
    EXPECT_EQ(read_count("{").error().code, "json_malformed");
    for (char const* bad : {"{}", "[]", R"({"count":"many"})", R"({"count":1,"low":1,"high":1})"}) EXPECT_EQ(read_count(bad).error().code, "count_malformed") << bad;
    auto json = count_json(sample(), true);
    json.replace(json.find("[0,1.25,2]"), 10, "[0,1.25]");
    EXPECT_EQ(read_count(json).error().code, "count_malformed");
}

} // namespace
} // namespace osetra::stocktake
