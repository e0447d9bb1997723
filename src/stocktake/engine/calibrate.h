#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace osetra::stocktake {

/// What detectability hangs on, as the pictures themselves tell it.
struct Sight {
    double doubt = 0;        ///< marks on a square whose side is ten body lengths that are too weak to begin a body
    double again = 0.9;      ///< of a clip: share of the bodies followed that one look finds. Where it is low, clips differ more from each other; with glitter it is low though nearly all are found, so it tells glare from murk where the camera flies along
    double score = 0.8;      ///< mean of the marks; of a clip: that of the bodies followed, each mark by its logit
    double length_px = 32;   ///< median body
    double readable = 1;     ///< share of the water in the pictures without glare, mud or dark
    double hidden = 0.03;    ///< of a clip: bodies that a look misses, by how many others are within half a length of one that it finds: of those over and under each other some are never told apart
    double apart = 0.67;     ///< of a clip: how many pairs of marks lie within half a length, by how many would if those within a length lay anyhow. Two bodies so close are often seen as one, the more often the worse the water shows them
    double close = 0.33;     ///< of a clip: the same within a quarter of a length, by those within half a length: marks that lie on one another, of bodies that do or of one that is seen in pieces
    double contrast = 30;    ///< how much half of the marks stand out from what is beside them, in 255ths of brightness. Murk takes it, and hides those that are deepest; glare does neither
};
inline constexpr std::array<char const*, 10> sight_names = {"one", "doubt", "score", "length", "unreadable", "hidden", "again", "apart", "close", "contrast"};
using SightNumbers = std::array<double, sight_names.size()>;
/// As the fit takes them: 1, tens of doubtful marks, logits and logarithms, each about nought at its usual value; the more hidden, the lower its number; the less is found again, and the more lie close, the higher; contrast that is plain counts nought, and the fainter, the lower.
SightNumbers numbers_of(Sight const&);

/// Detectability as a logistic function of what is seen, and how far it is to be trusted. Of one model and one way of looking.
struct Calibration {
    std::string model;               ///< whose
    std::string way;                 ///< clip: bodies followed from a camera that hovers, those hidden for a while counted on; sweep: from one that flies along and has each in sight for seconds;
                                     ///< picture: marks of single pictures; still: bodies followed by what moves before a camera that stands
    SightNumbers beta{};             ///< detectability = logistic(beta . numbers_of(sight))
    std::array<SightNumbers, sight_names.size()> covariance{};
    double false_share = 0;          ///< bodies found where there are none, for each that is there; of photographs where one mark is doubtful (`false_share_at`)
    double between = 0.03;           ///< standard deviation from one clip to the next of the logarithm of detectability, at the same sight, where one look finds nine of ten; of photographs, where nothing is doubtful
    double clips = 0;                ///< that it was fitted on
    struct Range { SightNumbers lowest{}, highest{}; };
    std::optional<Range> range{};    ///< of the clips that it was fitted on: a sight beyond is taken for the nearest within, since no slope is known to go on, and its error is that of the slope going on. None: few clips, or made before this was kept

    double detectability(Sight const&) const;
    /// Bodies found where there are none, for each that is there: of photographs the more, the more is doubtful.
    double false_share_at(Sight const&) const;
    /// Standard error of the logarithm of detectability in a clip not seen before: `between` and the fit's own.
    double error(Sight const&) const;
    /// In words, what of a sight lies far beyond the range: "the length of the bodies in the picture". Empty: nothing.
    std::vector<std::string> unlike(Sight const&) const;
};

/// A clip or a set of pictures whose number is known.
struct Known {
    Sight sight;
    double found = 0;        ///< mean over the looks
    double present = 0;      ///< true bodies in what the looks showed and could be read, mean over the looks
    double error = 0.005;    ///< standard error of the logarithm of found / present, from the looks alone
    double false_found = -1; ///< mean over the looks; below 0: nobody knows
};

/// Fits on top of what is believed beforehand (`base`: weak for a model's own fit, the model's for a site's). With one clip the level moves, with many the slopes do.
/// Refusals: calibration_empty, calibration_wild (found and present cannot be of the same pond).
Result<Calibration> calibrate(std::vector<Known> const&, Calibration const& base, double slope_belief);

/// What is believed of a model that nobody has calibrated.
Calibration unknown_calibration(std::string const& model, std::string const& way);

/// A list of them: {"osetra_calibration":1,"fits":[...]}.
std::string calibration_json(std::vector<Calibration> const&);
/// Refusals: json_malformed, calibration_malformed.
Result<std::vector<Calibration>> read_calibration(std::string_view json);
/// By how much of the mean the false bodies of one photograph differ from those of another: far more than flights'. Standard deviation of the Gamma law of shape a half that number_of_stills takes.
inline constexpr double vessels_differ = 1.4;

/// That of this way of looking, of this model if there is one, else of any; else unknown.
Calibration calibration_for(std::vector<Calibration> const&, std::string const& model, std::string const& way);

} // namespace osetra::stocktake
