#include "stocktake/engine/net.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <string>

namespace osetra::stocktake {
namespace {

struct Free { void operator()(float* p) const { std::free(p); } };
using Floats = std::unique_ptr<float[], Free>;

Floats noughts(std::size_t n) {
    auto const bytes = (n * sizeof(float) + 63) / 64 * 64;
    auto* p = static_cast<float*>(std::aligned_alloc(64, bytes));
    if (!p) throw std::bad_alloc{};
    std::fill_n(p, bytes / sizeof(float), 0.0f);
    return Floats{p};
}

int blocks_of(int channels) { return (channels + 15) / 16; }

/// Planes of one size with their rim.
struct Planes {
    int blocks = 0, height = 0, width = 0, step = 16;   ///< step: floats a pixel
    Floats data;

    Planes(int b, int h, int w, int s) : blocks(b), height(h), width(w), step(s), data(noughts(static_cast<std::size_t>(b) * block())) {}
    std::size_t row() const { return static_cast<std::size_t>((width + 2) * step); }
    std::size_t block() const { return row() * static_cast<std::size_t>(height + 2); }
    float* inner() const { return data.get() + row() + step; }
};

/// [out][in][k][k] becomes [out block][in block][k][k][in channel][16 out channels]; channels that are not there are noughts.
std::vector<float> packed(Layer const& l, int per_block) {
    auto const kk = l.kernel * l.kernel, in_blocks = (l.in + per_block - 1) / per_block;
    std::vector<float> to(static_cast<std::size_t>(blocks_of(l.out) * in_blocks * kk * per_block * 16));
    for (int o = 0; o < l.out; ++o)
        for (int i = 0; i < l.in; ++i)
            for (int k = 0; k < kk; ++k) {
                auto const at = (((o / 16 * in_blocks + i / per_block) * kk + k) * per_block + i % per_block) * 16 + o % 16;
                to[static_cast<std::size_t>(at)] = l.weight[static_cast<std::size_t>((o * l.in + i) * kk + k)];
            }
    return to;
}

std::vector<float> whole_blocks(std::vector<float> bias) {
    bias.resize((bias.size() + 15) / 16 * 16);
    return bias;
}

void refine(Planes const& coarse, Planes const& with, Planes& out) {
    for (int b = 0; b < out.blocks; ++b)
        for (int y = 0; y < out.height; ++y) {
            auto const block = static_cast<std::size_t>(b);
            auto const* from = coarse.inner() + block * coarse.block() + static_cast<std::size_t>(y / 2) * coarse.row();
            auto const* add = with.inner() + block * with.block() + static_cast<std::size_t>(y) * with.row();
            auto* to = out.inner() + block * out.block() + static_cast<std::size_t>(y) * out.row();
            for (int x = 0; x < out.width; ++x)
                for (int c = 0; c < 16; ++c) to[x * 16 + c] = from[x / 2 * 16 + c] + add[x * 16 + c];
        }
}

} // namespace

struct Net::State {
    struct Step {
        Layer shape;                         ///< its numbers are in `weight` and `bias`
        int from = 0, with = -1, last_use = 0;   ///< steps; -1 is the picture
        std::vector<float> weight, bias;
        std::shared_ptr<Planes> planes;
    };

    Kernels kernels;
    std::vector<Step> steps;
    std::shared_ptr<Planes> picture;

    State(Weights const& w, Kernels const& k) : kernels(k) {
        std::map<std::string, int> place{{"picture", -1}};
        for (auto const& l : w.layers) {
            Step s;
            s.from = place.at(l.from);
            if (l.kind == LayerKind::refine) s.with = place.at(l.with);
            else s.weight = packed(l, s.from < 0 ? 3 : 16), s.bias = whole_blocks(l.bias);
            s.shape = l;
            s.shape.weight.clear();
            s.shape.bias.clear();
            auto const here = static_cast<int>(steps.size());
            for (auto const used : {s.from, s.with})
                if (used >= 0) steps[static_cast<std::size_t>(used)].last_use = here;
            s.last_use = here;
            place[l.name] = here;
            steps.push_back(std::move(s));
        }
        steps.back().last_use = static_cast<int>(steps.size());
    }

    Planes const& planes(int step) const { return step < 0 ? *picture : *steps[static_cast<std::size_t>(step)].planes; }

    /// Planes that nobody reads any more serve again, if they have the same size: their rims are still noughts.
    void size(int height, int width) {
        if (picture && picture->height == height && picture->width == width) return;
        for (auto& s : steps) s.planes.reset();
        picture = std::make_shared<Planes>(1, height, width, 4);
        std::vector<std::shared_ptr<Planes>> idle;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            auto& s = steps[i];
            auto const& from = planes(s.from);
            auto const refines = s.shape.kind == LayerKind::refine;
            auto const h = refines ? from.height * 2 : from.height / s.shape.stride, w = refines ? from.width * 2 : from.width / s.shape.stride, b = blocks_of(s.shape.out);
            auto const found = std::find_if(idle.begin(), idle.end(), [&](auto const& p) { return p->blocks == b && p->height == h && p->width == w; });
            if (found != idle.end()) s.planes = *found, idle.erase(found);
            else s.planes = std::make_shared<Planes>(b, h, w, 16);
            for (std::size_t j = 0; j < i; ++j)
                if (steps[j].last_use == static_cast<int>(i)) idle.push_back(steps[j].planes);
        }
    }

    void convolve(Step const& s) const {
        auto const& in = planes(s.from);
        auto& out = *s.planes;
        Convolution const c{in.data.get(), in.row(), in.block(), in.blocks, out.inner(), out.row(), out.block(), out.blocks, out.height, out.width,
                            s.weight.data(), s.bias.data(), s.shape.rectify};
        if (s.from < 0) kernels.picture3s2(c);
        else if (s.shape.kernel == 1) kernels.k1(c);
        else if (s.shape.stride == 2) kernels.k3s2(c);
        else kernels.k3s1(c);
    }
};

Net::Net(Weights const& w, Kernels const& k) : m(std::make_unique<State>(w, k)) {}
Net::~Net() = default;
Net::Net(Net&&) noexcept = default;
Net& Net::operator=(Net&&) noexcept = default;

float* Net::picture(int height, int width) {
    assert(height > 0 && width > 0 && height % 16 == 0 && width % 16 == 0);
    m->size(height, width);
    return m->picture->inner();
}
std::size_t Net::picture_row() const { return m->picture->row(); }

Heads Net::run() {
    for (auto& s : m->steps)
        if (s.shape.kind == LayerKind::refine) refine(m->planes(s.from), m->planes(s.with), *s.planes);
        else m->convolve(s);
    auto const& head = *m->steps.back().planes;
    return {head.inner(), head.row(), head.height, head.width};
}

} // namespace osetra::stocktake
