#pragma once
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stocktake/engine/flight.h"
#include "stocktake/engine/ingest.h"
#include "stocktake/engine/pipeline.h"
#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {

/// A rendered flight as a clip, without a file, and its truth.
class FlightMedia final : public Media {
public:
    explicit FlightMedia(FlightPlan const& plan) : m_plan(plan), m_flight(plan) {}
    Result<std::optional<Shot>> next() override {
        Shot shot;
        TrueFrame frame;
        if (!m_flight.next(shot.picture, frame)) return std::optional<Shot>{};
        shot.at_s = frame.at_s;
        shot.frame = m_read++;
        m_truth.push_back(std::move(frame));
        return std::optional{std::move(shot)};
    }
    bool skip() override { return next().value().has_value(); }
    bool clip() const override { return true; }
    std::int64_t expected() const override { return m_flight.frame_count(); }
    double frames_per_s() const override { return m_plan.frames_per_s; }
    std::vector<TrueFrame> const& truth() const { return m_truth; }

private:
    FlightPlan m_plan;
    Flight m_flight;
    std::int64_t m_read = 0;
    std::vector<TrueFrame> m_truth;
};

/// Finds what is visible, but for some by chance, and some that is not.
class TruthFinder final : public Finder {
public:
    TruthFinder(FlightMedia const& media, double p, double wrong) : m_media(media), m_p(p), m_wrong(wrong) {}
    double threshold() const override { return 0.4; }
    Marks find(Shot const& shot, bool) override {
        Marks all;
        for (auto const& t : m_media.truth().back().marks)
            if (t.mark.visible > 0.3 && m_chance.happens(m_p)) all.push_back(t.mark);
        for (auto n = std::lround(m_chance.poisson(m_wrong)); n > 0; --n) all.push_back({m_chance.uniform(0, shot.picture.cols), m_chance.uniform(0, shot.picture.rows), 0, 20, 0.5, 1});
        return all;
    }
    std::string const& name() const override { return m_name; }
    std::string const& sha256() const override { return m_name; }

private:
    FlightMedia const& m_media;
    double m_p, m_wrong;
    Chance m_chance{5};
    std::string m_name = "truth";
};

inline FlightPlan plan_of(CameraPath camera, int fish, double seconds, std::uint64_t seed) {
    FlightPlan plan;
    plan.camera = camera;
    plan.range = Range::training;
    plan.seed = seed;
    plan.fish = fish;
    plan.seconds = seconds;
    plan.width = 640;
    plan.height = 360;
    return checked(plan).value();
}

} // namespace osetra::stocktake
