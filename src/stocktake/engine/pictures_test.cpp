#include "stocktake/engine/pictures.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;

constexpr auto counts_head = "image,width,height,group,physical_count,labelled_count,label_quality\n", points_head = "image,x,y,w,h\n";

std::string folder(std::string const& counts, std::string const& points) {
    auto const path = fs::path{testing::TempDir()} / "pictures_test";
    fs::remove_all(path);
    fs::create_directories(path / "images");
    std::ofstream{path / "images" / "a.jpg"} << "not looked into";
    std::ofstream{path / "counts.csv"} << counts;
    std::ofstream{path / "points.csv"} << points;
    return path.string();
}

TEST(Pictures, AreReadWithTheirMarks) {
    auto const read = read_pictures(folder(std::string{counts_head} + "a.jpg,640,480,tub,3,2,good\n", std::string{points_head} + "a.jpg,10.5,20,3,4\na.jpg,100,200,6,8\n"));
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->size(), 1u);
    auto const& p = read->front();
    EXPECT_EQ(p.group, "tub");
    EXPECT_EQ(p.physical, 3);
    EXPECT_EQ(p.labelled, 2);
    ASSERT_EQ(p.marks.size(), 2u);
    EXPECT_EQ(p.marks[0].x, 10.5);
    EXPECT_EQ(p.marks[0].length_px, 5);
}

TEST(Pictures, SayWhatIsWrong) {
    struct Case { std::string counts, points, code; };
    std::string const good = std::string{counts_head} + "a.jpg,640,480,tub,,1,good\n", one = std::string{points_head} + "a.jpg,1,2,3,4\n";
    for (auto const& c : {
             Case{"image,width\na.jpg,640\n", one, "pictures_malformed"},
             Case{std::string{counts_head} + "a.jpg,640,none,tub,,1,good\n", one, "pictures_malformed"},
             Case{std::string{counts_head} + "../a.jpg,640,480,tub,,1,good\n", one, "pictures_malformed"},
             Case{std::string{counts_head} + "b.jpg,640,480,tub,,1,good\n", one, "pictures_missing"},
             Case{good + "a.jpg,640,480,tub,,1,good\n", one, "pictures_malformed"},
             Case{good, std::string{points_head} + "a.jpg,900,2,3,4\n", "pictures_malformed"},
             Case{good, std::string{points_head} + "c.jpg,1,2,3,4\n", "pictures_malformed"},
             Case{good, points_head, "pictures_malformed"},
         }) {
        auto const read = read_pictures(folder(c.counts, c.points));
        ASSERT_FALSE(read) << c.counts << c.points;
        EXPECT_EQ(read.error().code, c.code) << c.counts << c.points;
    }
    EXPECT_EQ(read_pictures("/nowhere").error().code, "pictures_missing");
}

} // namespace
} // namespace osetra::stocktake
