#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include <opencv2/core.hpp>

#include "stocktake/engine/mark.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

struct StabiliserSettings {
    int working_width = 640;       ///< pixels to which a picture is shrunk before it is compared
    int corners = 800;             ///< looked for in a key picture
    int keys_kept = 32;            ///< key pictures remembered, to come home to after a sweep; one is 0.3 MB
    double new_key_below = 0.55;   ///< share of a key picture that must still be in view
};

/// Where the camera looked in one frame.
struct CameraPose {
    Homography to_mosaic = identity;   ///< from this frame's pixels to those of the first frame of its piece
    int piece = 0;                 ///< goes up by one when the thread was lost and begun anew: positions of two pieces cannot be compared
    double sure = 1;               ///< [0, 1]: share of the corners that agree, less where they are few or all in one place
    bool lost = false;             ///< nothing agreed: `to_mosaic` is a guess from the motion before
    bool still = false;            ///< the camera did not move since the key picture
};

/// Follows the camera of one clip by what does not move: corners of key pictures, sought in every frame by pyramidal Lucas-Kanade and agreed on by MAGSAC, so that fish, ripples and glare
/// are outvoted. Every frame is held against a key picture and not against the frame before, so an error is made only where the key changes; an old key that comes into view again is taken up again.
class Stabiliser {
public:
    explicit Stabiliser(StabiliserSettings const& = {});
    ~Stabiliser();
    Stabiliser(Stabiliser&&) noexcept;
    Stabiliser& operator=(Stabiliser&&) noexcept;

    /// The next frame looked at, 8-bit BGR or grey, all of one size; below 0 its time is a fifteenth of a second after the last. Bodies are not leant on: those seen in this frame or, shifted little, in the last one looked at.
    CameraPose frame(cv::Mat const& picture, Marks const& bodies, double at_s = -1);
    /// The last frame's pose was another: the next is sought from there; of a camera that flies, as far on as it came.
    void mended(CameraPose const&, bool flies = false);
    /// No frame so far has shown a move.
    bool static_camera() const;

private:
    class Thread;
    std::unique_ptr<Thread> m_thread;
};

/// Pixels of a metre on the water for a camera that looks straight down: picture width over 2 altitude tan(fov / 2).
double px_per_m_at(double altitude_m, double fov_radians, int picture_width);

/// From mosaic pixels to pond metres: the first frame's middle is nought, x and y as in the picture.
Homography to_pond(double px_per_m, int picture_width, int picture_height);

/// A mark carried to another plane: middle, axis and length.
Mark carried(Mark const&, Homography const&);

/// How often every cell of the mosaic could be read, and what was seen there. Bodies that stand still, or move about in what is seen, are on average in the picture of a cell as many times as
/// there are bodies: the sum over cells of marks / looks is the number of bodies times the share of them that one look finds. The side is best a third of a body: a cell is in the picture or not by
/// its middle, so that half a side is lost or won at the edges of what was seen.
class MosaicCells {
public:
    struct Cell {
        std::int32_t i = 0, j = 0;      ///< x in [i, i + 1) cell sides, y in [j, j + 1)
        std::int32_t looks = 0;         ///< frames in which its middle was in the picture and could be read
        double marks = 0;               ///< scores of those seen there in those frames
    };
    explicit MosaicCells(double side);
    /// `readable` is a coarse mask of the picture (0: cannot be read), of any size; empty: all of it can. Marks in the picture's pixels.
    void add(Homography const& to_plane, int width, int height, cv::Mat const& readable, Marks const&);
    std::vector<Cell> cells() const;                      ///< by j, then i
    double count(std::int32_t looks_from = 1) const;      ///< sum of marks / looks of the cells looked at so often
    double area(std::int32_t looks_from = 1) const;       ///< of those cells, in the plane's square units
    double side() const { return m_side; }

private:
    double m_side;
    std::vector<Cell> m_cells;                          // a rectangle of cells from (m_i, m_j)
    std::int32_t m_i = 0, m_j = 0, m_width = 0, m_height = 0;
    Cell& at(std::int32_t i, std::int32_t j);
    void cover(std::int32_t i, std::int32_t j, std::int32_t i_to, std::int32_t j_to);
};

} // namespace osetra::stocktake
