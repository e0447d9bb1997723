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
    cv::Mat past;              ///< CV_16UC2, brightness lately and before that in 256ths (past.h); empty: nothing is known but the picture
    stocktake::Marks marks;
    bool whole_truth = true;   ///< axis, length and share seen are known; of people's marks only the middle, and roughly the length
};

/// A picture to cut samples from.
struct Piece {
    cv::Mat bgr, past;
    stocktake::Marks marks;

    Piece(stocktake::Picture p) : bgr(std::move(p.bgr)), marks(std::move(p.marks)) {}
    Piece(cv::Mat b, cv::Mat p, stocktake::Marks m) : bgr(std::move(b)), past(std::move(p)), marks(std::move(m)) {}
};

/// A photograph read once.
struct Photograph {
    cv::Mat bgr;
    stocktake::Marks marks;
};

/// Of a file; none where it cannot be read: who takes them says what is wrong.
std::string bytes_of(std::string const& path);

/// Photographs of these groups (all, where none are named) that are good enough to learn from. Throws std::runtime_error with the refusal's sentence.
std::vector<Photograph> photographs(std::string const& folder, std::vector<std::string> const& groups);

/// Clips that `osetra flight` wrote into one folder, each NAME.mp4 with its truth NAME.json: what the clip's encoder left of the water and the bodies is learnt too.
class Clips {
public:
    Clips() = default;
    /// Squares from random frames with what was seen before them, `side` pixels wide, mostly where bodies are. Throws std::runtime_error where there are no clips, or one cannot be read.
    Clips(std::string const& folder, stocktake::Dice&, int side);
    std::size_t size() const { return m_pieces.size(); }
    Piece const& piece(stocktake::Dice& dice) const { return m_pieces[static_cast<std::size_t>(dice.below(static_cast<int>(m_pieces.size())))]; }

private:
    std::vector<Piece> m_pieces;
};

/// Of a kind that the seed chooses.
stocktake::Picture rendered_picture(std::uint64_t seed, int side);
/// Of a pond as a flight shows it.
stocktake::Picture pond_picture(std::uint64_t seed, int side);
/// A piece of a picture, mirrored and resized: bodies come out between 15 and 70 pixels long, half of them near 40.
Sample cut_upright(Piece const&, stocktake::Dice&, int side);
/// A turned, mirrored and resized piece of a photograph.
Sample cut_from(Photograph const&, stocktake::Dice&, int side);
/// What cameras and people do to colours: tints, inversion, channels changed about, gamma, blur, noise, JPEG, bright patches. Rendered pictures have been through a camera already and
/// come off lightly.
void disturb(Sample&, stocktake::Dice&);
/// Bodies that hardly stand out from what is beside them count as hidden: nobody could mark them.
void forgive_unseen(Sample&);

} // namespace osetra::train
