#include "stocktake/engine/truth.h"

#include <gtest/gtest.h>

namespace osetra::stocktake {
namespace {

TEST(Truth, IsReadAsWritten) {
    Truth t{"clear", 7, 3, 1280, 720, 15, 60.5, {{0, 0}, {8, 0}, {8, 4}}, {{1, 0.8}, {2, 1.1}}, {}};
    t.frames.push_back({0.2, {1, 0, 2, 0, 1, 3, 0, 0, 1}, {{2, {10.25, 20.5, -1.5, 44, 1, 0.75}}}});
    auto const again = read_truth(truth_json(t));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(truth_json(*again), truth_json(t));
    EXPECT_EQ(again->frames.at(0).marks.at(0).mark.visible, 0.75);
    EXPECT_EQ(again->outline_m.size(), 3u);
}

TEST(Truth, SaysWhatIsWrong) {
    EXPECT_EQ(read_truth("{").error().code, "json_malformed");
    for (char const* bad : {"{}", "[]", R"({"scene":1})", R"({"scene":"a","seed":1,"fish_count":2,"width":"x"})"}) EXPECT_EQ(read_truth(bad).error().code, "truth_malformed") << bad;
}

TEST(Homographies, AreUndoneByTheirInverse) {
    Homography const h{30, 2, 100, -3, 31, 50, 0.01, -0.002, 1};
    EXPECT_TRUE(is_known(h));
    EXPECT_FALSE(is_known({}));
    auto const p = through(h, 4, 2);
    auto const back = through(inverse(h), p[0], p[1]);
    EXPECT_NEAR(back[0], 4, 1e-9);
    EXPECT_NEAR(back[1], 2, 1e-9);
    auto const same = through(product(inverse(h), h), 7, -1);
    EXPECT_NEAR(same[0], 7, 1e-9);
    EXPECT_NEAR(same[1], -1, 1e-9);
}

} // namespace
} // namespace osetra::stocktake
