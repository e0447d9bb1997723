#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "stocktake/engine/mark.h"
#include "stocktake/engine/pictures.h"
#include "stocktake/engine/render.h"
#include "stocktake/engine/render_dice.h"
#include "stocktake/engine/truth.h"

namespace osetra::train {

/// One square piece of a picture to learn from, 8 bits a channel.
struct Sample {
    cv::Mat bgr;
    stocktake::Marks marks;
    bool whole_truth = true;   ///< axis, length and share seen are known; of people's marks only the middle, and roughly the length
};

/// A photograph read once.
struct Photograph {
    cv::Mat bgr;
    stocktake::Marks marks;
};

/// Photographs of these groups (all, where none are named) that are good enough to learn from. Throws std::runtime_error with the refusal's sentence.
std::vector<Photograph> photographs(std::string const& folder, std::vector<std::string> const& groups);

/// Clips that `osetra flight` wrote into one folder, each NAME.mp4 with its truth NAME.json: what the clip's encoder left of the water and the bodies is learnt too.
class Clips {
public:
    Clips() = default;
    /// Throws std::runtime_error where there are none, or one cannot be read.
    explicit Clips(std::string const& folder);
    std::size_t size() const { return m_clips.size(); }
    /// A square from a random frame, `side` pixels wide, mostly where bodies are.
    stocktake::Picture crop(stocktake::Dice&, int side) const;

private:
    struct Clip {
        std::string path;
        stocktake::Truth truth;
    };
    std::vector<Clip> m_clips;
};

/// Of a kind that the seed chooses.
stocktake::Picture rendered_picture(std::uint64_t seed, int side);
/// Of a pond as a flight shows it.
stocktake::Picture pond_picture(std::uint64_t seed, int side);
/// A piece of a picture, mirrored and resized: bodies come out between 15 and 70 pixels long, half of them near 40.
Sample cut_upright(stocktake::Picture const&, stocktake::Dice&, int side);
/// A turned, mirrored and resized piece of a photograph.
Sample cut_from(Photograph const&, stocktake::Dice&, int side);
/// What cameras and people do to colours: tints, inversion, channels changed about, gamma, blur, noise, JPEG, bright patches. Rendered pictures have been through a camera already and
/// come off lightly.
void disturb(Sample&, stocktake::Dice&);
/// Bodies that hardly stand out from what is beside them count as hidden: nobody could mark them.
void forgive_unseen(Sample&);

} // namespace osetra::train
