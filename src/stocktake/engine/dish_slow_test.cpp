#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "stocktake/engine/metrics.h"
#include "stocktake/engine/motion.h"
#include "stocktake/engine/test_history.h"
#include "stocktake/engine/track.h"

// Larvae in a drawn dish, from above: they lie, dart, turn about and swim over one another, and the camera stands still. Followed by what moves.
namespace osetra::stocktake {
namespace {

enum class Shape { tapers, even };

constexpr int width = 560, height = 400, larvae = 14, looks = 160;
constexpr double step_s = 0.04, rim = 36;

class Dish {
public:
    Dish(std::uint64_t seed, Shape shape) : m_chance(seed), m_shape(shape) {
        for (int i = 0; i < larvae; ++i) {
            Larva l{m_chance.uniform(rim, width - rim), m_chance.uniform(rim, height - rim), m_chance.uniform(-std::numbers::pi, std::numbers::pi), 0, 0, 0, m_chance.uniform(0.85, 1.15) * 46, m_chance.uniform(90, 150), {}};
            for (int k = 0; k < way_kept; ++k) l.way.emplace_back(l.x - k * std::cos(l.heading), l.y - k * std::sin(l.heading));
            m_all.push_back(std::move(l));
        }
    }
    void step() {
        for (auto& l : m_all) {
            if (l.darts_for > 0) --l.darts_for;
            else if (m_chance.happens(0.07)) {
                l.darts_for = 3 + static_cast<int>(m_chance.uniform(0, 4));
                l.turn = (m_chance.happens(0.2) ? (m_chance.happens(0.5) ? 2.0 : -2.0) : 0.5 * m_chance.normal()) / l.darts_for;
                l.speed = m_chance.uniform(3, 11);
            }
            l.heading += l.darts_for > 0 ? l.turn : 0.03 * m_chance.normal();
            auto const c = std::cos(l.heading), s = std::sin(l.heading);
            if ((l.x < rim && c < 0) || (l.x > width - rim && c > 0) || (l.y < rim && s < 0) || (l.y > height - rim && s > 0))
                l.heading += std::sin(l.heading - std::atan2(height / 2.0 - l.y, width / 2.0 - l.x)) > 0 ? -0.45 : 0.45;
            auto const far = std::max(l.speed, 0.4);
            l.speed *= l.darts_for > 0 ? 0.98 : 0.85;
            for (double gone = 0; gone < far; gone += 1) {
                auto const by = std::min(1.0, far - gone);
                l.x = std::clamp(l.x + by * std::cos(l.heading), rim - 6, width - rim + 6);
                l.y = std::clamp(l.y + by * std::sin(l.heading), rim - 20, height - rim + 20);
                if (std::hypot(l.way.front().x - l.x, l.way.front().y - l.y) < 0.8) continue;
                l.way.emplace_front(l.x, l.y);
                l.way.pop_back();
            }
        }
    }
    /// The picture, and the middle of every body in it.
    cv::Mat drawn(std::vector<Placed>& truth) {
        cv::Mat light(height, width, CV_32F, cv::Scalar(170));
        for (std::size_t i = 0; i < m_all.size(); ++i) {
            auto const& l = m_all[i];
            double x = 0, y = 0, weight = 0;
            for (double at = 0; at < l.length; ++at) {
                auto const& p = l.way[static_cast<std::size_t>(at)];
                auto const part = at / l.length;
                auto const radius = m_shape == Shape::tapers ? (part < 0.15 ? 3.5 + 10 * part : 5 * (1 - part) / 0.85 + 0.4) : 4.5 * std::sqrt(std::max(0.02, 1 - 4 * (part - 0.5) * (part - 0.5)));
                auto const dark = m_shape == Shape::tapers ? l.dark * (1.1 - 0.6 * part) : 0.8 * l.dark;
                for (int v = static_cast<int>(p.y - radius); v <= p.y + radius; ++v)
                    for (int u = static_cast<int>(p.x - radius); u <= p.x + radius; ++u)
                        if (u >= 0 && v >= 0 && u < width && v < height && std::hypot(u - p.x, v - p.y) <= radius) light.at<float>(v, u) = std::min(light.at<float>(v, u), static_cast<float>(170 - dark));
                x += radius * radius * p.x, y += radius * radius * p.y, weight += radius * radius;
            }
            truth.push_back({static_cast<std::int64_t>(i), x / weight, y / weight});
        }
        cv::GaussianBlur(light, light, {}, 1);
        cv::Mat out(height, width, CV_8U);
        for (int v = 0; v < height; ++v)
            for (int u = 0; u < width; ++u) out.at<uchar>(v, u) = cv::saturate_cast<uchar>(light.at<float>(v, u) + static_cast<float>(m_chance.uniform(-5, 5)));
        return out;
    }

private:
    static constexpr int way_kept = 120;
    struct Larva {
        double x, y, heading, speed, turn;
        int darts_for;
        double length, dark;
        std::deque<cv::Point2d> way;   ///< where its head has been, a pixel apart: the body lies along it
    };
    Chance m_chance;
    Shape m_shape;
    std::vector<Larva> m_all;
};

struct Filmed { std::vector<cv::Mat> pictures; std::vector<PlacedFrame> frames; };

Filmed filmed(std::uint64_t seed, Shape shape) {
    Dish dish{seed, shape};
    Filmed out;
    for (int t = 0; t < looks; ++t) {
        PlacedFrame frame;
        out.pictures.push_back(dish.drawn(frame.truth));
        out.frames.push_back(std::move(frame));
        dish.step();
    }
    return out;
}

double idf1(Filmed const& f, double wrong_way) {
    StillGround ground;
    for (auto const& p : f.pictures) ground.add(p);
    MotionDetector detector{ground.grey()};
    Tracker tracker{{.wrong_way = wrong_way}};
    auto frames = f.frames;
    std::vector<std::vector<std::int64_t>> given;
    std::vector<Marks> seen;
    for (std::size_t t = 0; t < frames.size(); ++t) {
        auto const at_s = static_cast<double>(t) * step_s;
        seen.push_back(detector.detect(f.pictures[t], tracker.expected(at_s)));
        given.push_back(tracker.look(at_s, seen.back(), {{0, 0}, {width, 0}, {width, height}, {0, height}}, detector.sizes()));
    }
    auto const tracks = tracker.finish();
    for (std::size_t t = 0; t < frames.size(); ++t)
        for (std::size_t i = 0; i < seen[t].size(); ++i)
            if (auto const id = tracks.of(given[t][i]); id > 0) frames[t].seen.push_back({id, seen[t][i].x, seen[t][i].y});
    return track_score(frames, 20).idf1;
}

// Where ends are alike the head is a guess, and then it must not weigh so much.
TEST(DrawnDish, HeadsThatAreSureTellWhoCameOut) {
    constexpr std::uint64_t dishes = 8;
    for (auto const shape : {Shape::tapers, Shape::even}) {
        double by_mostly = 0, by_nearly = 0;
        for (std::uint64_t seed = 1; seed <= dishes; ++seed) {
            auto const f = filmed(seed, shape);
            by_mostly += idf1(f, mostly_right) / dishes;
            by_nearly += idf1(f, nearly_always) / dishes;
        }
        auto const* const what = shape == Shape::tapers ? "tapers" : "even";
        RecordProperty(what, std::to_string(by_mostly) + ", " + std::to_string(by_nearly));
        EXPECT_EQ(by_nearly > by_mostly, shape == Shape::tapers) << what << ": " << by_mostly << ", " << by_nearly;
        EXPECT_GT(std::max(by_mostly, by_nearly), 0.88) << what << ": " << by_mostly << ", " << by_nearly;
    }
}

} // namespace
} // namespace osetra::stocktake
