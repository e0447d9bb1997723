#include "model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <stdexcept>

#include "stocktake/engine/kernels.h"
#include "stocktake/engine/normalise.h"

namespace osetra::train {
namespace {

using stocktake::Head;
using stocktake::Layer;
using stocktake::LayerKind;
using torch::Tensor;
using torch::indexing::Slice;

constexpr double spread_floor = 1e-5;   ///< added to variances

bool is_normalised(Layer const& l) { return l.rectify; }

std::vector<float> floats(Tensor const& t) {
    auto const flat = t.detach().contiguous().view({-1});
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

/// Of bodies hardly seen one may say either; of those below, nothing is expected.
constexpr double visible_enough = 0.3;

/// Writes a body's bell into one sample's planes.
struct Canvas {
    int cells;
    float *heat, *counted, *middle, *told, *told_axis, *told_length, *told_visible;

    void put(stocktake::Mark const& m, bool whole_truth) const {
        auto const length = std::max(8.0, m.length_px) / 2, x = m.x / 2 - 0.5, y = m.y / 2 - 0.5;   // in cells
        auto const along = whole_truth ? std::clamp(0.12 * length, 1.1, 4.0) : std::clamp(0.07 * length, 1.0, 2.0);
        auto const across = whole_truth ? std::clamp(0.05 * length, 0.8, 2.0) : along;
        auto const c = std::cos(m.axis), s = std::sin(m.axis);
        auto const reach = static_cast<int>(3 * along) + 1, cx = static_cast<int>(std::lround(x)), cy = static_cast<int>(std::lround(y));
        auto const seen = m.visible >= visible_enough;
        for (int v = std::max(0, cy - reach); v <= std::min(cells - 1, cy + reach); ++v)
            for (int u = std::max(0, cx - reach); u <= std::min(cells - 1, cx + reach); ++u) {
                auto const dx = u - x, dy = v - y;
                auto const a = (dx * c + dy * s) / along, b = (dy * c - dx * s) / across;
                auto const bell = static_cast<float>(std::exp(-(a * a + b * b) / 2));
                auto const i = v * cells + u;
                if (!seen) {
                    if (bell > 0.1f) counted[i] = 0;
                    continue;
                }
                if (bell > 0.3f && bell > heat[i]) tell(m, i, whole_truth, bell);
                heat[i] = std::max(heat[i], bell);
            }
        if (seen) middle[std::clamp(cy, 0, cells - 1) * cells + std::clamp(cx, 0, cells - 1)] = 1;
    }

    void tell(stocktake::Mark const& m, int i, bool whole_truth, float bell) const {
        auto const plane = cells * cells;
        double const values[] = {std::cos(2 * m.axis), std::sin(2 * m.axis), std::cos(m.axis), std::sin(m.axis), std::log(std::max(4.0, m.length_px) / 32), m.visible};
        for (int k = 0; k < 6; ++k) told[k * plane + i] = static_cast<float>(values[k]);
        told_axis[i] = whole_truth ? bell : 0;
        told_length[i] = whole_truth ? bell : 0.3f * bell;
        told_visible[i] = whole_truth ? bell : 0;
    }
};

stocktake::Past past_of(Sample const& s) {
    if (s.past.empty()) return {};
    cv::Mat planes[2], both;
    s.past.convertTo(both, CV_32F, 1.0 / 256);
    cv::split(both, planes);
    return {planes[0], planes[1]};
}

Tensor noughts(std::initializer_list<std::int64_t> shape) { return torch::zeros(shape); }

} // namespace

Model::Model(std::uint64_t seed) {
    torch::manual_seed(seed);
    for (auto const& l : stocktake::network_layers()) {
        Part p;
        p.layer = l;
        if (l.kind == LayerKind::convolve) {
            p.weight = torch::randn({l.out, l.in, l.kernel, l.kernel}) * std::sqrt((l.rectify ? 2.0 : 1.0) / (l.in * l.kernel * l.kernel));
            if (is_normalised(l)) p.gain = torch::ones({l.out}), p.shift = torch::zeros({l.out}), p.mean = torch::zeros({l.out}), p.variance = torch::ones({l.out});
            else p.bias = torch::zeros({l.out});
            if (l.name == "head") p.bias[stocktake::head_centre] = -4;   // bodies are rare: begin by saying so
        }
        m_parts.push_back(p);
    }
}

Model::Model(stocktake::Weights const& weights, Tensor pictures) : Model(std::uint64_t{0}) {
    if (weights.layers.size() != m_parts.size()) throw std::runtime_error{weights.name + " is of another network"};
    torch::NoGradGuard const still;
    std::map<std::string, Tensor> made{{"picture", pictures}};
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        auto& p = m_parts[i];
        auto const& known = weights.layers[i];
        if (p.layer.kind == LayerKind::convolve) {
            auto const weight = with_past(torch::tensor(known.weight).view({known.out, known.in, known.kernel, known.kernel}), p.weight), bias = torch::tensor(known.bias);
            if (weight.sizes() != p.weight.sizes()) throw std::runtime_error{weights.name + " is of another network"};
            p.weight.copy_(weight);
            if (is_normalised(p.layer)) unfold(p, bias, torch::conv2d(made.at(p.layer.from), p.weight, {}, p.layer.stride, p.layer.kernel / 2));
            else p.bias.copy_(bias);
        }
        made[p.layer.name] = said(p, made, false);
    }
}

/// What `folded` undoes: a layer says the same as before, with its numbers as large as at the start of learning, which a rate is made for.
void Model::unfold(Part& p, Tensor const& bias, Tensor const& plain) {
    auto const size = p.weight.pow(2).sum({1, 2, 3}).sqrt();
    auto const larger = torch::where(size > 1e-6, std::numbers::sqrt2 / size, torch::ones_like(size));
    p.mean.copy_(plain.mean({0, 2, 3}) * larger);
    p.variance.copy_(plain.var({0, 2, 3}, false) * larger.pow(2));
    p.gain.copy_(torch::sqrt(p.variance + spread_floor) / larger);
    p.shift.copy_(bias + p.mean / larger);
    p.weight.mul_(larger.view({-1, 1, 1, 1}));
}

void Model::learn() {
    for (auto& p : parameters()) p.requires_grad_(true);
}

Tensor Model::said(Part& p, std::map<std::string, Tensor> const& made, bool learning) {
    auto const& l = p.layer;
    auto const& from = made.at(l.from);
    if (l.kind == LayerKind::refine) return torch::upsample_nearest2d(from, {from.size(2) * 2, from.size(3) * 2}) + made.at(l.with);
    auto const plain = torch::conv2d(from, p.weight, p.bias, l.stride, l.kernel / 2);
    if (!is_normalised(l)) return plain;
    return torch::relu(torch::batch_norm(plain, p.gain, p.shift, p.mean, p.variance, learning, 0.02, spread_floor, false));
}

Tensor Model::forward(Tensor picture) {
    std::map<std::string, Tensor> made{{"picture", picture}};
    for (auto& p : m_parts) made[p.layer.name] = said(p, made, true);
    return made.at(m_parts.back().layer.name);
}

std::vector<Tensor> Model::parameters() const {
    std::vector<Tensor> all;
    for (auto const& p : m_parts)
        for (auto const& t : {p.weight, p.bias, p.gain, p.shift})
            if (t.defined()) all.push_back(t);
    return all;
}

std::vector<Tensor> Model::all() const {
    auto all = parameters();
    for (auto const& p : m_parts)
        for (auto const& t : {p.mean, p.variance})
            if (t.defined()) all.push_back(t);
    return all;
}

std::vector<Layer> Model::folded() const {
    std::vector<Layer> layers;
    for (auto const& p : m_parts) {
        auto l = p.layer;
        if (l.kind == LayerKind::convolve && is_normalised(l)) {
            auto const scale = p.gain.detach() / torch::sqrt(p.variance + spread_floor);
            l.weight = floats(p.weight.detach() * scale.view({-1, 1, 1, 1}));
            l.bias = floats(p.shift.detach() - p.mean * scale);
        } else if (l.kind == LayerKind::convolve) {
            l.weight = floats(p.weight);
            l.bias = floats(p.bias);
        }
        layers.push_back(std::move(l));
    }
    return layers;
}

Tensor with_past(Tensor weight, Tensor const& wide) {
    if (weight.dim() != 4 || weight.size(1) != 3 || wide.size(1) != stocktake::picture_channels) return weight;
    return torch::cat({weight, torch::zeros({weight.size(0), stocktake::picture_channels - 3, weight.size(2), weight.size(3)})}, 1);
}

Batch batch_of(std::vector<Sample> const& samples) {
    auto const n = static_cast<std::int64_t>(samples.size()), side = static_cast<std::int64_t>(samples.at(0).bgr.cols), cells = side / 2;
    Batch b{torch::empty({n, side, side, stocktake::picture_step}), noughts({n, cells, cells}), torch::ones({n, cells, cells}), noughts({n, cells, cells}), noughts({n, 6, cells, cells}),
            noughts({n, cells, cells}), noughts({n, cells, cells}), noughts({n, cells, cells})};
    for (std::int64_t i = 0; i < n; ++i) {
        auto const& s = samples[static_cast<std::size_t>(i)];
        auto const whole = static_cast<int>(side);
        auto* const to = b.picture.data_ptr<float>() + i * side * side * stocktake::picture_step;
        stocktake::Light{s.bgr, past_of(s)}.put({0, 0, whole, whole}, to, static_cast<std::size_t>(side * stocktake::picture_step));
        auto const plane = i * cells * cells;
        Canvas const canvas{static_cast<int>(cells), b.heat.data_ptr<float>() + plane, b.counted.data_ptr<float>() + plane, b.middle.data_ptr<float>() + plane,
                            b.told.data_ptr<float>() + plane * 6, b.told_axis.data_ptr<float>() + plane, b.told_length.data_ptr<float>() + plane, b.told_visible.data_ptr<float>() + plane};
        for (auto const& m : s.marks) canvas.put(m, s.whole_truth);
    }
    b.picture = b.picture.index({Slice(), Slice(), Slice(), Slice(0, stocktake::picture_channels)}).permute({0, 3, 1, 2}).contiguous(at::MemoryFormat::ChannelsLast);
    return b;
}

Tensor loss_of(Tensor const& head, Batch const& b) {
    auto const logit = head.select(1, stocktake::head_centre);
    auto const p = torch::sigmoid(logit), log_p = torch::log_sigmoid(logit), log_not = torch::log_sigmoid(-logit);
    auto const bodies = b.middle.sum().clamp_min(1);
    auto const found = -(1 - p).pow(2) * log_p * b.middle;
    auto const nothing = -(1 - b.heat).pow(4) * p.pow(2) * log_not * b.counted * (1 - b.middle);
    auto const axis = (head.slice(1, stocktake::head_cos2, stocktake::head_length) - b.told.slice(1, 0, 4)).abs().sum(1) * b.told_axis;
    auto const length = (head.select(1, stocktake::head_length) - b.told.select(1, 4)).abs() * b.told_length;
    auto const visible = torch::binary_cross_entropy_with_logits(head.select(1, stocktake::head_visible), b.told.select(1, 5), {}, {}, at::Reduction::None) * b.told_visible;
    auto const share = [](Tensor const& sum, Tensor const& of) { return sum.sum() / of.sum().clamp_min(1); };
    return (found.sum() + nothing.sum()) / bodies + 0.15 * share(axis, b.told_axis) + 0.3 * share(length, b.told_length) + 0.1 * share(visible, b.told_visible);
}

} // namespace osetra::train
