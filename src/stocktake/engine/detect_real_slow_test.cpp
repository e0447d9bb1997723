// The detector held against photographs that its model never saw, at most some fifty of a set. All of them: ./osetra-dev bench
// stocktake, whose figures docs/validation.md tells.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "stocktake/engine/detect.h"
#include "stocktake/engine/metrics.h"
#include "stocktake/engine/pictures.h"

namespace osetra::stocktake {
namespace {

struct Row {
    char const *model, *set;
    std::vector<std::string> groups;
    double radius;
    double f1, mape;             ///< below or above these, something broke; what is aimed at is higher (docs/validation.md)
};

std::string in_models(char const* model) { return std::string{OSETRA_ROOT} + "/models/" + model + ".osetra-weights"; }

class Real : public testing::TestWithParam<Row> {};

TEST_P(Real, PhotographsAreRead) {
    auto const& row = GetParam();
    auto const folder = std::string{OSETRA_ROOT} + "/../shared/data/vision/" + row.set;
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << row.set << " is not here";
    if (!std::filesystem::exists(in_models(row.model))) GTEST_SKIP() << "the model " << row.model << " is not here";
    auto const detector = Detector::load(in_models(row.model));
    ASSERT_TRUE(detector) << detector.error().message;
    auto const pictures = read_pictures(folder);
    ASSERT_TRUE(pictures) << pictures.error().message;
    DetectOptions thorough;   // as stills are counted
    thorough.thorough = true;
    FoundScore found;
    std::vector<Counted> counts;
    std::vector<MarkedPicture> wanted;
    for (auto const& p : *pictures)
        if (p.quality == "good" && std::find(row.groups.begin(), row.groups.end(), p.group) != row.groups.end()) wanted.push_back(p);
    for (std::size_t i = 0, every = (wanted.size() + 49) / 50; i < wanted.size(); i += every) {
        auto const& p = wanted[i];
        auto const marks = detector->detect(cv::imread(p.path), thorough);
        found += found_score(marks, p.marks, row.radius);
        counts.push_back({static_cast<double>(p.labelled), static_cast<double>(marks.size())});
    }
    auto const count = count_score(counts);
    fmt::print("{} on {} {}: {} pictures, F1 {:.4f} (precision {:.4f}, recall {:.4f}), MAPE {:.2f} %, bias {:+.2f} %, worst tenth {:.2f} %\n", row.model, row.set, fmt::join(row.groups, "+"),
               counts.size(), found.f1(), found.precision(), found.recall(), 100 * count.mape, 100 * count.bias, 100 * count.worst_tenth);
    EXPECT_GE(found.f1(), row.f1);
    EXPECT_LE(count.mape, row.mape);
}

INSTANTIATE_TEST_SUITE_P(Rows, Real, testing::Values(
    Row{"tub_a", "fingerlings_tub", {"tony100"}, 10, 0.97, 0.02},
    Row{"tub_b", "fingerlings_tub", {"20", "50"}, 10, 0.97, 0.02},
    Row{"fry", "shrimp_pl", {"shrimp"}, 10, 0.87, 0.14},
    Row{"fry", "fingerlings_hires", {"hires_c"}, 20, 0.89, 0.07}),
    [](auto const& i) { return std::string{i.param.model} + "_" + i.param.set + "_" + i.param.groups[0]; });

} // namespace
} // namespace osetra::stocktake
