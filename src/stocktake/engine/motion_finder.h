#pragma once
#include <memory>
#include <string>
#include <vector>

#include "stocktake/engine/motion.h"
#include "stocktake/engine/pipeline.h"

namespace osetra::stocktake {

/// What moves before a camera that stands still, instead of another finder, whose name and weights it goes by.
class MotionFinder final : public Finder {
public:
    /// Goes through the pictures once before. None where motion does not serve as well: the camera moves, they are no clip, bodies lie about in heaps, some never move (the other finds more), or
    /// the number seen is less steady from look to look than what the other sees. Before a camera that stands still, bodies neither come nor go from one look to the next: who is steadier is right more often.
    static std::unique_ptr<MotionFinder> over(std::vector<std::string> const& paths, Finder& other);

    Marks find(Shot const&, bool clip) override;
    double threshold() const override { return 0.5; }
    double wrong_way() const override { return m_wrong_way; }
    std::string const& name() const override { return m_name; }
    std::string const& sha256() const override { return m_sha256; }
    void expect(Marks const& bodies) override { m_expected = bodies; }
    std::vector<double> const& sizes() const override { return m_detector.sizes(); }

private:
    MotionFinder(cv::Mat const& ground, Finder const& other) : m_detector{ground}, m_name{other.name()}, m_sha256{other.sha256()} {}
    MotionDetector m_detector;
    Marks m_expected;
    double m_wrong_way = mostly_right;
    std::string m_name, m_sha256;
};

} // namespace osetra::stocktake
