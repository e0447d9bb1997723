#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "kernel/result.h"
#include "stocktake/engine/kernels.h"
#include "stocktake/engine/mark.h"
#include "stocktake/engine/past.h"
#include "stocktake/engine/weights.h"

namespace osetra::stocktake {

/// Where a measure of bodies that swim together lies: natural logarithms.
struct Kin {
    double middle = 0, spread = 1;
};
/// What bodies of one stock have in common, at the scale they are looked at: length in pixels, and how they stand out from the ground, in 255ths of brightness and 2 more.
struct Stock {
    Kin length, contrast;
};

struct DetectOptions {
    std::optional<double> scale;       ///< the picture is resized by this first; none: chosen by the bodies seen, as `choose_scale` does
    std::optional<double> threshold;   ///< marks with a lower score are left out; none: the model's own
    bool thorough = false;             ///< looks at the picture mirrored too, four times in all, and takes the mean: four times as slow and surer
    std::optional<cv::Rect> where;     ///< of the picture, in its pixels: nothing is looked for elsewhere; none: everywhere
    Past past;                         ///< of a frame: what was seen before it; empty: nothing is known
    std::optional<Stock> stock;        ///< marks unlike it are doubted; none: it is learnt from the picture's own surest marks
};

/// A scale to look at, and how surely bodies of the length learnt are seen there: to be compared between pictures taken from one distance.
struct LookScale {
    double scale = 1, evidence = 0;
};

/// Finds bodies in single pictures. Keeps working memory from picture to picture; two threads take turns.
class Detector {
public:
    /// By the name of a model (one of those within the program, or a file NAME.osetra-weights in a folder `models` here, beside the program or above it) or by the path of a file.
    /// Refusals: model_unknown, model_malformed.
    static Result<Detector> load(std::string const& name_or_path);
    explicit Detector(Weights, Kernels const& = kernels_here().front());
    ~Detector();
    Detector(Detector&&) noexcept;
    Detector& operator=(Detector&&) noexcept;

    /// Marks in pixels of the picture given, best first. Pictures with one, three or four channels of 8 or 16 bits.
    Marks detect(cv::Mat const& bgr, DetectOptions const& = {}) const;
    /// The scale that brings the bodies in this picture to the length that the model knows best; for clips it is chosen once, on some frames.
    LookScale choose_scale(cv::Mat const& bgr) const;
    /// The stock in pictures of one water, looked at at this scale: of a camera that flies along a pond each picture shows but some of it, and some show scraps alone. None: too few are seen.
    std::optional<Stock> stock_of(std::vector<cv::Mat> const& pictures, double scale) const;

    void rest() const;   ///< gives its working memory back, until it is needed again

    std::string const& name() const;
    std::string const& sha256() const;
    double threshold() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Of the models that are within the program: `open`, and `fry` for photographs of fry and larvae. Empty: it is none of them.
std::string_view weights_within(std::string_view model);

} // namespace osetra::stocktake
