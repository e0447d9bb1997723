#pragma once
#include <opencv2/core.hpp>

#include "stocktake/engine/stabilise.h"

namespace osetra::stocktake {

/// Tells a camera that hovers from one that was lost. Corners on waves and fish may outvote the few on a bank or a floor, and waves carry the pose along. So where a pose leaps from the look before,
/// or hangs on little, the whole picture is laid on the first one, so coarsely that banks and floor show in it and waves do not (enhanced correlation, Evangelidis and Psarakis, PAMI 30:1858, 2008).
class Standing {
public:
    /// Mends a pose that says otherwise, where the picture is more like the first one so or the leap is less for as much likeness; whether it did. `readable`: as Water tells it.
    /// Poses of a camera that flew on, or of a later piece, stay as they are; so do those along whose way nothing tells, as where straight banks lie along it.
    bool mend(cv::Mat const& picture, cv::Mat const& readable, CameraPose&);
    /// The last pose was another.
    void mended(CameraPose const& pose) { m_last = pose.to_mosaic; }

private:
    struct Laid;
    Laid laid_on_first(cv::Mat const& now, cv::Mat const& seen, Homography const& guess, double by) const;
    Laid laid_by(Homography const& pose, cv::Mat const& now, cv::Mat const& seen, double by) const;
    cv::Mat m_first;
    Homography m_last = identity;
};

} // namespace osetra::stocktake
