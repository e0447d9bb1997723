#include "stocktake/engine/motion_finder.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <opencv2/imgproc.hpp>

#include "stocktake/engine/percentile.h"

namespace osetra::stocktake {
namespace {

constexpr std::size_t compared = 12;             // pictures that both look at
constexpr std::int64_t gone_through = 3'000;     // of a long clip
constexpr double fewest = 3, of_the_other = 0.9, apart = 0.7;
constexpr double half_a_wedge = 0.28;            // of a body whose head is plain, as MotionDetector::tapers has it

struct Counts {
    double n = 0, sum = 0, squares = 0;
    void add(double x) { ++n; sum += x; squares += x * x; }
    double mean() const { return sum / n; }
    double unsteadiness() const { return std::sqrt(std::max(0.0, squares / n - mean() * mean())) / mean(); }
};

struct Sample {
    StillGround ground;
    std::vector<Shot> shots;      // some, spread over what was gone through
};

cv::Mat soft_grey(cv::Mat const& picture) {
    cv::Mat grey, soft;
    if (picture.channels() == 1) grey = picture;
    else cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
    cv::GaussianBlur(grey, soft, {3, 3}, 0);
    return soft;
}

// Of the first picture the twentieth part with the sharpest edges that are of no body. Had the camera moved by two pixels, it would look different nearly everywhere there.
class Standing {
public:
    Standing(cv::Mat const& first, Marks const& bodies) : m_first{soft_grey(first)} {
        cv::Mat dx, dy, size;
        cv::Sobel(m_first, dx, CV_32F, 1, 0);
        cv::Sobel(m_first, dy, CV_32F, 0, 1);
        cv::magnitude(dx, dy, size);
        for (auto const& b : bodies)
            cv::circle(size, cv::Point(static_cast<int>(b.x), static_cast<int>(b.y)), static_cast<int>(0.6 * b.length_px) + 2, cv::Scalar(0), cv::FILLED);
        m_sharp = size >= std::max(percentile(size, 95), least);
    }
    bool still(cv::Mat const& picture) const {
        cv::Mat off;
        cv::absdiff(soft_grey(picture), m_first, off);
        cv::Mat const changed = (off > 10) & m_sharp;
        constexpr int fewest_pixels = 200, of_a_hundred = 25;
        auto const all = cv::countNonZero(m_sharp);
        return all >= fewest_pixels && cv::countNonZero(changed) * 100 < all * of_a_hundred;
    }

private:
    static constexpr float least = 60;    // Sobel's: a shift of a pixel changes the light by 8 and more
    cv::Mat m_first, m_sharp;
};

// Nothing where the camera moves or the pictures are not one view.
std::optional<Sample> sample(std::vector<std::string> const& paths, Finder& other) {
    auto media = Media::open(paths);
    if (!media) return {};
    Sample out;
    std::optional<Standing> first;
    cv::Size size;
    std::int64_t step = 1, frame = 0;
    for (; frame < gone_through; ++frame) {
        if (frame % step != 0) {
            if (!(*media)->skip()) break;
            continue;
        }
        auto shot = (*media)->next();
        if (!shot) return {};
        if (!*shot) break;
        auto& s = **shot;
        if (frame == 0) {
            size = s.picture.size();
            first.emplace(s.picture, other.find(s, true));
        }
        if (s.picture.size() != size || !first->still(s.picture)) return {};
        out.ground.add(s.picture);
        out.shots.push_back(std::move(s));
        // ever further apart, so that few are kept of many
        if (out.shots.size() < 4 * compared) continue;
        std::vector<Shot> fewer;
        for (std::size_t i = 0; i < out.shots.size(); i += 2) fewer.push_back(std::move(out.shots[i]));
        out.shots = std::move(fewer);
        step *= 2;
    }
    if (!out.ground.ready() || out.shots.size() < compared) return {};
    return out;
}

} // namespace

std::unique_ptr<MotionFinder> MotionFinder::over(std::vector<std::string> const& paths, Finder& other) {
    auto const known = sample(paths, other);
    if (!known) return nullptr;
    auto finder = std::unique_ptr<MotionFinder>(new MotionFinder{known->ground.grey(), other});
    Counts moving, found;
    double sure = 0, plain = 0;
    auto const step = std::max<std::size_t>(1, known->shots.size() / compared);
    for (std::size_t i = 0; i < known->shots.size(); i += step) {
        auto const marks = finder->find(known->shots[i], true);
        moving.add(static_cast<double>(marks.size()));
        auto const& tapers = finder->m_detector.tapers();
        for (std::size_t k = 0; k < marks.size(); ++k) {
            if (marks[k].score < finder->threshold()) continue;
            ++sure;
            if (tapers[k] >= half_a_wedge) ++plain;
        }
        double n = 0;
        for (auto const& m : other.find(known->shots[i], true)) n += m.score >= other.threshold() ? 1 : 0;
        found.add(n);
    }
    bool const serves = moving.mean() >= fewest && moving.mean() >= of_the_other * found.mean() && sure >= apart * moving.sum && (found.mean() < 1 || moving.unsteadiness() <= found.unsteadiness());
    constexpr double of_all = 0.9;
    if (plain >= of_all * sure) finder->m_wrong_way = nearly_always;
    return serves ? std::move(finder) : nullptr;
}

Marks MotionFinder::find(Shot const& shot, bool) { return m_detector.detect(shot.picture, m_expected); }

} // namespace osetra::stocktake
