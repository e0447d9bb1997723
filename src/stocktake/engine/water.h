#pragma once
#include <deque>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace osetra::stocktake {

/// What of one picture can be read. A place that cannot be read is missing: nobody knows whether a body is there.
struct WaterView {
    cv::Mat readable;              ///< 8 bits a cell of `water_cell` pixels, 255: can be read, 0: cannot; the last column and row may reach beyond the picture
    double glare = 0, dark = 0, turbid = 0, ice = 0;    ///< shares of the picture that cannot be read, by why, [0, 1]
    double sharpness = 0;          ///< of the sharpest edges, [0, 1]: the share of their rise that lies within two working pixels
    bool blurred = false;          ///< much less sharp than the clip is, or than any picture should be

    double missing() const { return glare + dark + turbid + ice; }
    std::vector<std::string> faults() const;            ///< blurred, dark, glare, turbid, ice: those that matter (a tenth of the picture or more)
};

constexpr int water_cell = 32;     ///< pixels

/// Looks at the water of one clip, or of one picture. Works on the picture shrunk to 320 pixels across, so that it costs little beside detection.
/// Glare: saturated spots on darker water, or specks all over a place; a wall, tub or liner that is white all over is not, nor are banks: pale by six tenths about, with stains and joints, and at the
/// edge of the picture in parts that make up a tenth of it together. Dark: night. Turbid: nothing at all stands out of the picture.
/// Ice: the same, and white. A smooth floor that shows nothing in places is none of these: there, nothing is what there is.
class Water {
public:
    WaterView frame(cv::Mat const& picture);            ///< 8-bit BGR or grey

private:
    std::deque<double> m_steepness;                     // of the edges in the last frames
};

} // namespace osetra::stocktake
