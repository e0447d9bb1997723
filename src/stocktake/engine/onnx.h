#pragma once
#include <string>

#include "stocktake/engine/weights.h"

namespace osetra::stocktake {

/// The network as ONNX (opset 13) for other tools: input "picture" [1, 3, height, width], blue green red and normalised as normalise.h does; output "head"
/// [1, head_count, height / 2, width / 2]. Both sides are multiples of 16.
std::string write_onnx(Weights const&, int height, int width);

} // namespace osetra::stocktake
