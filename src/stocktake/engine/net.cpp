#include "stocktake/engine/net.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

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

/// Planes of one size, in rows. Of most only those rows are kept that somebody still reads: the next ones take their places.
struct Planes {
    int blocks = 0, height = 0, width = 0, step = 16, kept = 0;   ///< step: floats a pixel
    Floats data, nothing;            ///< a row of noughts, above and below

    Planes(int b, int h, int w, int s, int rows) : blocks(b), height(h), width(w), step(s), kept(rows), data(noughts(static_cast<std::size_t>(rows) * row())), nothing(noughts(row())) {}
    std::size_t block() const {
        constexpr int on = 2 * tile_side;   // from a tile to the next, of stride 2
        return static_cast<std::size_t>(((width + on - 1) / on * on + 2) * step);
    }
    std::size_t row() const { return static_cast<std::size_t>(blocks) * block(); }
    float* at(int y) const { return data.get() + static_cast<std::size_t>(y % kept) * row() + step; }
    /// From the column before the first.
    float const* from(int y) const { return y < 0 || y >= height ? nothing.get() : at(y) - step; }
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

/// The same for tiles: [out block][place][in block][in channel][16 out channels].
std::vector<float> packed_for_tiles(Layer const& l) {
    auto const in_blocks = blocks_of(l.in), places = tile_places(l.stride);
    std::vector<float> to(static_cast<std::size_t>(blocks_of(l.out) * places * in_blocks * 256)), at(static_cast<std::size_t>(places));
    for (int o = 0; o < l.out; ++o)
        for (int i = 0; i < l.in; ++i) {
            weights_of_tile(l.weight.data() + (o * l.in + i) * 9, l.stride, at.data());
            for (int k = 0; k < places; ++k) to[static_cast<std::size_t>((((o / 16 * places + k) * in_blocks + i / 16) * 16 + i % 16) * 16 + o % 16)] = at[static_cast<std::size_t>(k)];
        }
    return to;
}

std::vector<float> whole_blocks(std::vector<float> bias) {
    bias.resize((bias.size() + 15) / 16 * 16);
    return bias;
}

bool tiled(Layer const& l) { return l.kind == LayerKind::convolve && l.kernel == 3 && l.from != "picture"; }

/// Rows made at a time.
constexpr int band = tile_side;

/// Which rows of what comes in a row that comes out needs.
int first_needed(Layer const& l, bool with, int y) {
    if (l.kind == LayerKind::refine) return with ? y : y / 2;
    return y * l.stride - l.kernel / 2;
}
int last_needed(Layer const& l, bool with, int y) { return l.kind == LayerKind::refine ? first_needed(l, with, y) : y * l.stride + l.kernel / 2; }

} // namespace

/// Steps are made from top to bottom all together, a few rows of each in turn, so that a row is still at hand when it is read: no step's planes are whole. The first step is the picture.
struct Net::State {
    static constexpr int none = -1;
    struct Step {
        Layer shape;                         ///< its numbers are in `weight` and `bias`
        int from = none, with = none;        ///< steps
        std::vector<int> readers;
        std::vector<float> weight, bias;
        int blocks = 0, height = 0, width = 0, made = 0, kept = 0;   ///< made: rows so far
        std::unique_ptr<Planes> planes;
    };

    Kernels kernels;
    std::vector<Step> steps;
    Floats work;

    State(Weights const& w, Kernels const& k) : kernels(k), steps(1) {
        std::map<std::string, int> place{{"picture", 0}};
        std::size_t most_work = 0;
        picture().blocks = 1;
        for (auto const& l : w.layers) {
            Step s;
            s.from = place.at(l.from);
            if (l.kind == LayerKind::refine) s.with = place.at(l.with);
            else s.weight = tiled(l) ? packed_for_tiles(l) : packed(l, s.from == 0 ? picture_channels : 16), s.bias = whole_blocks(l.bias);
            s.blocks = blocks_of(l.out);
            s.shape = l;
            s.shape.weight.clear();
            s.shape.bias.clear();
            if (tiled(l)) most_work = std::max(most_work, tile_work(l.stride, blocks_of(l.in)));
            auto const here = static_cast<int>(steps.size());
            for (auto const used : {s.from, s.with})
                if (used != none) step(used).readers.push_back(here);
            place[l.name] = here;
            steps.push_back(std::move(s));
        }
        work = noughts(most_work);
    }

    Step& step(int i) { return steps[static_cast<std::size_t>(i)]; }
    Planes const& planes(int i) { return *step(i).planes; }
    Step& picture() { return steps.front(); }

    void size(int height, int width) {
        if (picture().planes && picture().height == height && picture().width == width) return;
        for (auto& s : steps) {
            auto const h = s.from == none ? height : step(s.from).height, w = s.from == none ? width : step(s.from).width;
            auto const refines = s.shape.kind == LayerKind::refine;
            s.height = refines ? h * 2 : h / s.shape.stride;
            s.width = refines ? w * 2 : w / s.shape.stride;
            s.kept = 0;
            s.planes.reset();
        }
        go_through([](Step&, int) {});      // to learn how many rows are to be kept
        for (auto& s : steps) s.planes = std::make_unique<Planes>(s.blocks, s.height, s.width, s.from == none ? picture_step : 16, s.kept);
    }

    /// Calls `work_on(step, rows)` for every few rows of every step, after all that they need.
    template <class Work> void go_through(Work const& work_on) {
        for (auto& s : steps) s.made = 0;
        make(static_cast<int>(steps.size()) - 1, steps.back().height, work_on);
    }
    template <class Work> void make(int which, int upto, Work const& work_on) {
        if (which == none) return;
        auto& s = step(which);
        upto = std::min(upto, s.height);
        while (s.made < upto) {
            auto const rows = std::min(band, s.height - s.made), last = s.made + rows - 1;
            make(s.from, last_needed(s.shape, false, last) + 1, work_on);
            make(s.with, last_needed(s.shape, true, last) + 1, work_on);
            auto oldest = s.made;
            for (auto const r : s.readers) {
                auto const& reader = step(r);
                if (reader.made == reader.height) continue;
                for (bool const with : {false, true})
                    if ((with ? reader.with : reader.from) == which) oldest = std::min(oldest, first_needed(reader.shape, with, reader.made));
            }
            s.kept = std::max(s.kept, s.made + rows - std::max(0, oldest));
            work_on(s, rows);
            s.made += rows;
        }
    }

    void work_on(Step const& s, int rows) {
        auto const& out = *s.planes;
        if (s.shape.kind == LayerKind::refine) {
            auto const &coarse = planes(s.from), &with = planes(s.with);
            for (int y = s.made; y < s.made + rows; ++y)
                for (int b = 0; b < out.blocks; ++b) {
                    auto const block = static_cast<std::size_t>(b);
                    kernels.refine(coarse.at(y / 2) + block * coarse.block(), with.at(y) + block * with.block(), out.at(y) + block * out.block(), out.width);
                }
            return;
        }
        auto const& in = planes(s.from);
        float const* from[2 * band + 1];
        float* to[band];
        auto const first = first_needed(s.shape, false, s.made), last = last_needed(s.shape, false, s.made + (tiled(s.shape) ? band : rows) - 1);
        for (int y = first; y <= last; ++y) from[y - first] = in.from(y);
        for (int r = 0; r < rows; ++r) to[r] = out.at(s.made + r);
        Convolution const c{from, in.block(), in.blocks, to, out.block(), out.blocks, rows, out.width, s.weight.data(), s.bias.data(), s.shape.rectify, work.get()};
        if (s.from == 0) kernels.picture3s2(c);
        else if (s.shape.kernel == 1) kernels.k1(c);
        else if (s.shape.stride == 2) kernels.k3s2(c);
        else kernels.k3s1(c);
    }
};

Net::Net(Weights const& w, Kernels const& k) : m(std::make_unique<State>(w, k)) {}
Net::~Net() = default;
Net::Net(Net&&) noexcept = default;
Net& Net::operator=(Net&&) noexcept = default;

void Net::rest() {
    for (auto& s : m->steps) s.planes.reset();
}

void Net::run(int height, int width, PutRow const& put, TakeRow const& take) {
    assert(height > 0 && width > 0 && height % 16 == 0 && width % 16 == 0);
    m->size(height, width);
    m->go_through([&](State::Step& s, int rows) {
        auto const last = s.made + rows;
        if (&s != &m->picture()) m->work_on(s, rows);
        else for (int y = s.made; y < last; ++y) put(y, s.planes->at(y));
        if (&s == &m->steps.back()) for (int y = s.made; y < last; ++y) take(y, s.planes->at(y));
    });
}

} // namespace osetra::stocktake
