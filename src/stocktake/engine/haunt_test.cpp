#include "stocktake/engine/haunt.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

namespace osetra::stocktake {
namespace {

cv::Size const picture{1280, 720};
Homography shifted(double x) { return {1, 0, x, 0, 1, 0, 0, 0, 1}; }

// What is looked at in the looks of some seconds, 15 a second; a body is seen where it is if it is looked at.
struct Looks { int whole = 0, parts = 0; double seen_of_all = 0; cv::Rect last; };
Looks look(double seconds, std::function<Marks(double)> const& bodies, double moves_a_look = 0, bool known = true) {
    Haunt haunt;
    Looks out;
    int seen = 0, all = 0;
    for (int i = 0; i < static_cast<int>(seconds * 15); ++i) {
        auto const at_s = i / 15.0;
        auto const part = haunt.part(picture, i > 0 && known ? std::optional{shifted(moves_a_look)} : std::nullopt, at_s);
        Marks marks;
        for (auto const& m : bodies(at_s)) {
            ++all;
            if (!part || part->contains(cv::Point(static_cast<int>(m.x), static_cast<int>(m.y)))) marks.push_back(m), ++seen;
        }
        haunt.saw(marks, 0.5);
        (part ? out.parts : out.whole) += 1;
        if (part) out.last = *part;
    }
    out.seen_of_all = static_cast<double>(seen) / std::max(1, all);
    return out;
}

Marks pond(double) {
    Marks out;
    for (int i = 0; i < 40; ++i) out.push_back({400.0 + 10 * i, 200.0 + (i * 37) % 300, 0, 30, 0.9, 1});
    return out;
}

TEST(Haunt, OnceASecondTheWholePictureIsLookedAt) {
    auto const l = look(20, pond);
    EXPECT_EQ(l.whole, 2 * 15 + 18);
    EXPECT_EQ(l.seen_of_all, 1);
    EXPECT_EQ(l.last, (cv::Rect{cv::Point{325, 125}, cv::Point{865, 571}}));   // two and a half lengths round those seen
}

TEST(Haunt, WhereThatIsOfNoUseAllIsLookedAt) {
    struct Case { char const* why; std::function<Marks(double)> bodies; double moves; bool known; };
    auto const everywhere = [](double) { return Marks{{30, 30, 0, 30, 0.9, 1}, {1250, 700, 0, 30, 0.9, 1}}; };
    auto const nobody = [](double) { return Marks{}; };
    auto const doubtful = [](double) { return Marks{{640, 360, 0, 30, 0.4, 1}}; };
    for (auto const& c : {Case{"the camera flies", pond, 4, true}, Case{"nobody knows how it moved", pond, 0, false}, Case{"they are everywhere", everywhere, 0, true}, Case{"nobody is seen", nobody, 0, true},
                          Case{"nobody surely", doubtful, 0, true}})
        EXPECT_EQ(look(20, c.bodies, c.moves, c.known).parts, 0) << c.why;
    EXPECT_GT(look(20, pond, 0.5).parts, 200) << "it hovers";
}

TEST(Haunt, WhoSwimsOutIsFollowedAndWhoComesInIsSeenWithinASecond) {
    auto const out = [](double at_s) {
        auto all = pond(at_s);
        all.push_back({795 + 20 * at_s, 300, 0, 30, 0.9, 1});   // two thirds of a length a second
        return all;
    };
    EXPECT_EQ(look(20, out).seen_of_all, 1);
    auto const in = [](double at_s) {
        auto all = pond(at_s);
        if (at_s >= 10.5) all.push_back({1200, 650, 0, 30, 0.9, 1});
        return all;
    };
    auto const l = look(20, in);
    EXPECT_GE(l.seen_of_all, 1 - 15.0 / (300 * 40));
    EXPECT_TRUE(l.last.contains(cv::Point{1200, 650}));
}

TEST(Haunt, WhereNobodyHasBeenForLongIsLeftOut) {
    auto const gone = [](double at_s) {
        auto all = pond(at_s);
        if (at_s < 6) all.push_back({1200, 650, 0, 30, 0.9, 1});
        return all;
    };
    EXPECT_TRUE(look(10, gone).last.contains(cv::Point{1200, 650}));
    EXPECT_FALSE(look(32, gone).last.contains(cv::Point{1200, 650}));
}

} // namespace
} // namespace osetra::stocktake
