#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "stocktake/engine/calibrate.h"
#include "stocktake/engine/count.h"
#include "stocktake/engine/ingest.h"
#include "stocktake/engine/measure.h"
#include "stocktake/engine/metrics.h"
#include "stocktake/engine/number.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// What finds bodies in single pictures: a network; in tests what is known of a made-up clip.
class Finder {
public:
    virtual ~Finder() = default;
    /// Also marks below `threshold`, which only go on with what was surer before. `clip`: all are of one distance.
    virtual Marks find(Shot const&, bool clip) = 0;
    virtual double threshold() const = 0;
    /// Score from which a mark may go on with a body that was surer before.
    virtual double weak() const { return 0.15; }
    /// How surely its marks tell head from tail.
    virtual double wrong_way() const { return mostly_right; }
    virtual std::string const& name() const = 0;
    virtual std::string const& sha256() const = 0;
    /// Of a clip, before each look: how the camera moved since the look before, from that one's pixels to this one's; none: it was lost.
    virtual void moved(std::optional<Homography> const&) {}
    /// There are no more pictures: working memory may go.
    virtual void rest() {}
    /// Where those followed are thought to be in the next picture.
    virtual void expect(Marks const&) {}
    /// Of the marks last found, as Tracker::look takes them; empty: none.
    virtual std::vector<double> const& sizes() const {
        static std::vector<double> const none;
        return none;
    }
};

/// All that pictures tell before anybody asks how much of it is seen: what `number` and a calibration make a count of.
struct Gathered {
    std::string way;                   ///< as Calibration has it: which one it needs
    std::vector<FrameMarks> frames;    ///< in pixels of the files
    std::vector<Track> tracks;
    std::vector<Homography> to_plane;  ///< of each frame of a clip: from its pixels to those of the first, in which the tracks are where there is no scale
    std::vector<std::vector<Placed>> followed;   ///< at each frame of a clip: the bodies followed, seen or hidden, in its pixels
    std::vector<std::vector<double>> likely;     ///< how likely each of these is a body, no sparkle; empty: all are sure
    std::vector<Look> looks;           ///< detectability 1: not yet known; of a clip that hovers those of its middle
    std::vector<Cell> cells;           ///< of a sweep; empty: the camera stood
    double pond_square_m = 0;          ///< of a sweep, in the plane's square units; 0: the cells are the pond
    double crossings = 0;              ///< as number_of_sweep takes them
    double area_error = 0;             ///< of a sweep: standard error of the logarithm of how much water was seen
    Sight sight;
    double readable = 1;               ///< share of the pictures without glare, mud, dark
    std::vector<std::string> faults;   ///< of the whole: dark, ice, ...
    std::vector<std::string> remarks;  ///< sentences: cut off, looked at in parts
    std::vector<Measured> bodies;
    Scale scale;                       ///< px_per_m 0: unknown
    std::string media_sha256;
};

/// Looks at everything there is. At most some thousand looks, in even bursts, are made of a long clip, so that an hour needs no more memory than ten minutes.
/// Refusals: those of Media, scale_missing (an outline without a scale), outline_malformed, count_stopped.
Result<Gathered> gather(CountQuestion const&, Media&, Finder&, Progress const&);

/// N as these pictures tell it by this calibration. `perfect`: as if everything were found and nothing else, which is what calibrating compares with the truth.
Number number_by(Gathered const&, Calibration const&);
Number number_if_perfect(Gathered const&);

CountResult result_of(CountQuestion const&, Gathered, Calibration const&, Finder const&);

/// Square metres within a closed line. \pre three corners or more
double area_of(std::vector<std::array<double, 2>> const& outline);

} // namespace osetra::stocktake
