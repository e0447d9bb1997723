#pragma once
#include <map>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "samples.h"
#include "stocktake/engine/weights.h"

namespace osetra::train {

/// The network of network_layers(), as it learns: every convolution but the head and the 1 by 1 ones is normalised over the batch.
class Model {
public:
    explicit Model(std::uint64_t seed);
    /// To learn on from weights alone: `pictures` tell how far what each layer says lies about, which normalisation has to know.
    Model(stocktake::Weights const&, torch::Tensor pictures);
    torch::Tensor forward(torch::Tensor picture);   ///< [n, picture_channels, h, w] to [n, head_count, h / 2, w / 2]
    void learn();                                   ///< averages of this batch are used and remembered
    std::vector<torch::Tensor> parameters() const;
    std::vector<torch::Tensor> all() const;         ///< and remembered averages, in a fixed order
    /// The layers with normalisation folded into their numbers.
    std::vector<stocktake::Layer> folded() const;

private:
    struct Part {
        stocktake::Layer layer;
        torch::Tensor weight, bias;                 ///< bias of layers without normalisation
        torch::Tensor gain, shift, mean, variance;  ///< of those with
    };
    static torch::Tensor said(Part&, std::map<std::string, torch::Tensor> const& made, bool learning);
    static void unfold(Part&, torch::Tensor const& bias, torch::Tensor const& plain);
    std::vector<Part> m_parts;
};

/// Weights as wide as those they are for: of a network from before the past was told (past.h), nothing is known of it yet.
torch::Tensor with_past(torch::Tensor weight, torch::Tensor const& wide);

/// A batch as tensors: pictures with their light taken out, and what the head should say.
struct Batch {
    torch::Tensor picture;    ///< [n, picture_channels, side, side]
    torch::Tensor heat;       ///< [n, side / 2, side / 2]: 1 in the middle of bodies, falling off along and across them
    torch::Tensor counted;    ///< the same: 0 where one may say either
    torch::Tensor middle;     ///< the same: 1 in the one cell of each body
    torch::Tensor told;       ///< [n, 6, ...]: cos 2a, sin 2a, cos a, sin a, ln(length / 32), visible
    torch::Tensor told_axis, told_length, told_visible;   ///< [n, ...]: how much each of them counts in a cell
};
Batch batch_of(std::vector<Sample> const&);

/// Focal loss of the middles (after CornerNet, Law and Deng 2018), and distances of what is told of each body.
torch::Tensor loss_of(torch::Tensor const& head, Batch const&);

} // namespace osetra::train
