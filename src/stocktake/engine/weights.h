#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace osetra::stocktake {

enum class LayerKind : std::uint8_t {
    convolve,   ///< square kernel of 1 or 3, edges padded with noughts
    refine      ///< twice as fine by repeating, and added to `with`
};

/// One step of a network. Channels of planes are told in `in` and `out`.
struct Layer {
    LayerKind kind = LayerKind::convolve;
    std::string name, from;      ///< `from` is the name of an earlier layer, or "picture"
    std::string with;            ///< of refine: the finer one
    int in = 0, out = 0;
    int kernel = 3, stride = 1;  ///< of convolve
    bool rectify = true;         ///< of convolve: nothing below nought comes out
    std::vector<float> weight;   ///< [out][in][kernel][kernel]
    std::vector<float> bias;     ///< [out]
};

/// What the channels of the last layer mean; the planes have half the picture's width and height.
enum Head : int {
    head_centre,                 ///< logit: the middle of a body is here
    head_cos2, head_sin2,        ///< of twice the axis: a body looks much the same both ways round
    head_cos, head_sin,          ///< of the way the head points
    head_length,                 ///< natural logarithm of length_px / 32
    head_visible,                ///< logit of the share that can be seen
    head_count
};

/// A trained network with what one has to know to use it.
struct Weights {
    std::string name;
    std::string recipe;          ///< one line: what it was trained on
    double threshold = 0.35;     ///< of the score
    double body_px = 33;         ///< pictures are scaled so that bodies are about so long
    std::vector<Layer> layers;   ///< from "picture" (picture_channels) to the head
    std::string sha256;          ///< of the file's bytes after its second line
};

/// The layers without their numbers.
std::vector<Layer> network_layers();

/// Lines of text, then the numbers: "osetra-weights 1", "sha256 HEX", "name", "recipe", "threshold", "body_px", one line a layer, "numbers N";
/// then N bytes: a layer's weight as 16-bit and bias as 32-bit floats, little end first.
std::string write_weights(Weights const&);
/// Refusals: model_malformed (with what is wrong).
Result<Weights> read_weights(std::string_view bytes);

} // namespace osetra::stocktake
