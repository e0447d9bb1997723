#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stocktake/engine/detect.h"
#include "stocktake/engine/ground.h"
#include "stocktake/engine/haunt.h"
#include "stocktake/engine/past.h"
#include "stocktake/engine/pipeline.h"

namespace osetra::stocktake {

/// A network as what finds bodies. The scale at which it looks is chosen on the first pictures and kept, since all are taken from about one distance.
class DetectorFinder final : public Finder {
public:
    /// Refusals: model_unknown, model_malformed.
    static Result<DetectorFinder> load(std::string const& model);
    /// Chooses the scale by the picture of a clip's first 20 seconds that shows bodies most surely (a drone may set off over empty water), and learns from all of them what the stock looks
    /// like. Pictures of a tub are not looked over.
    Result<Done> look_over(Media&);
    Marks find(Shot const&, bool clip) override;
    void moved(std::optional<Homography> const& from_last) override { m_moved = from_last; }
    void rest() override { m_memory = {}; m_ground = {}; m_haunt = {}; m_detector.rest(); }
    double threshold() const override { return m_detector.threshold(); }
    double weak() const override { return weak_share * m_detector.threshold(); }
    std::string const& name() const override { return m_detector.name(); }
    std::string const& sha256() const override { return m_detector.sha256(); }

private:
    static constexpr double weak_share = 0.5;
    explicit DetectorFinder(Detector detector) : m_detector(std::move(detector)) {}
    Detector m_detector;
    std::vector<double> m_scales;   ///< of the file's pixels
    Memory m_memory;
    Ground m_ground;
    Haunt m_haunt;
    std::optional<Homography> m_moved;
    std::optional<Stock> m_stock;   ///< of a clip that was looked over
};

/// The model that a question names. Where it says auto: the one that the site was calibrated with, if it is within the program; else `fry` for photographs and `open` for clips and for
/// sturgeon.
std::string model_for(CountQuestion const&, bool clip);
/// Media as open() has them, and who finds bodies in them by the question's model; of a clip the scale is chosen.
struct Opened {
    DetectorFinder finder;
    std::unique_ptr<Media> media;
};
/// Refusals: those of DetectorFinder::load and of Media.
Result<Opened> open_to_count(CountQuestion const&, std::vector<std::string> const& paths);

/// What a model came with: NAME.calibration.json beside it; none for a model without.
/// Refusals: calibration_malformed, json_malformed.
Result<std::vector<Calibration>> built_in_calibration(std::string const& model);
/// The site's, and after them what the model came with, for ways of looking that the site was not calibrated for. Refusals: the same.
Result<std::vector<Calibration>> known_calibrations(CountQuestion const&);

} // namespace osetra::stocktake
