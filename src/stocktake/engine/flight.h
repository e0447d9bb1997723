#pragma once
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <string_view>

#include "stocktake/engine/flight_plan.h"
#include "stocktake/engine/render.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// A flight over a pond that never was, frame by frame, as the camera sees it and before it is packed into a clip. Uses no thread but the caller's.
class Flight {
public:
    explicit Flight(FlightPlan const&);   ///< a plan that was checked
    ~Flight();
    Flight(Flight&&) noexcept;

    std::int64_t frame_count() const;
    /// The next frame, 8 bits a channel, and what is in it. False when the flight is over.
    bool next(cv::Mat& bgr, TrueFrame&);
    /// All but the frames.
    Truth truth() const;
    /// Where each fish is in pond metres now, whether seen or not, in the order of Truth::fish.
    std::vector<std::array<double, 2>> positions() const;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

/// A crop of a pond for training, of the same look as flights, always of Range::training.
Picture render_pond_crop(std::uint64_t seed, int width, int height);

/// A number that worlds are drawn with: all of it, and the band within it that is kept for tests.
struct Band {
    std::string_view name;
    float low, high, test_low, test_high;
    bool holds(Range range, float v) const { return v >= low && v <= high && (v >= test_low && v <= test_high) == (range == Range::test); }
};

} // namespace osetra::stocktake
