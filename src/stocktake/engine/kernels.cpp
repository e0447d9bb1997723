#include "stocktake/engine/kernels.h"

#include <algorithm>

#include "stocktake/engine/four.h"
#include "stocktake/engine/kernels_tiles.h"

namespace osetra::stocktake {
namespace {

struct Products {
    static int at_once(int) { return 1; }
    static void add_up(int, int in_blocks, int many, float const* in, float const* w, std::size_t, float* out, std::size_t) {
        std::fill_n(out, many * 16, 0.0f);
        for (int ib = 0; ib < in_blocks; ++ib, w += 256, in += tile_group * 16)
            for (int t = 0; t < many; ++t)
                for (int i = 0; i < 16; ++i)
                    for (int o = 0; o < 16; ++o) out[t * 16 + o] += w[i * 16 + o] * in[t * 16 + i];
    }
};

template <int K, int S, int C, int Step> void convolve(Convolution const& c) {
    for (int ob = 0; ob < c.out_blocks; ++ob)
        for (int y = 0; y < c.height; ++y)
            for (int x = 0; x < c.width; ++x) {
                float sum[16];
                std::copy_n(c.bias + ob * 16, 16, sum);
                for (int ib = 0; ib < c.in_blocks; ++ib)
                    for (int k = 0; k < K * K; ++k) {
                        auto const* in = c.in[y * S + k / K] + static_cast<std::size_t>(ib) * c.in_block + static_cast<std::size_t>((x * S + k % K + (K == 1)) * Step);
                        auto const* w = c.weight + static_cast<std::size_t>(((ob * c.in_blocks + ib) * K * K + k) * C * 16);
                        for (int i = 0; i < C; ++i)
                            for (int o = 0; o < 16; ++o) sum[o] += w[i * 16 + o] * in[i];
                    }
                auto* out = c.out[y] + static_cast<std::size_t>(ob) * c.out_block + static_cast<std::size_t>(x) * 16;
                for (int o = 0; o < 16; ++o) out[o] = c.rectify ? std::max(sum[o], 0.0f) : sum[o];
            }
}

} // namespace

void weights_of_tile(float const* nine, int stride, float* places) {
    constexpr double one[6][3] = {{1.0 / 4, 0, 0}, {-1.0 / 6, -1.0 / 6, -1.0 / 6}, {-1.0 / 6, 1.0 / 6, -1.0 / 6}, {1.0 / 24, 1.0 / 12, 1.0 / 6}, {1.0 / 24, -1.0 / 12, 1.0 / 6}, {0, 0, 1}};
    constexpr double two[9][3] = {{1.0 / 2, 0, 0}, {-1.0 / 2, 0, -1.0 / 2}, {-1.0 / 6, 0, 1.0 / 6}, {1.0 / 6, 0, 1.0 / 3}, {0, 0, 1}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0}};
    auto const* g = stride == 1 ? one : two;
    auto const reach = tile_reach(stride);
    for (int y = 0; y < reach; ++y)
        for (int x = 0; x < reach; ++x) {
            double sum = 0;
            for (int r = 0; r < 3; ++r)
                for (int c = 0; c < 3; ++c) sum += g[y][r] * static_cast<double>(nine[r * 3 + c]) * g[x][c];
            places[y * reach + x] = static_cast<float>(sum);
        }
}

Kernels kernels_scalar() { return {"scalar", convolve<3, 2, picture_channels, picture_step>, by_tiles<1, Four, Products>, by_tiles<2, Four, Products>, convolve<1, 1, 16, 16>, refine<Four>}; }

std::vector<Kernels> kernels_here() {
    std::vector<Kernels> all;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) all.push_back(kernels_avx512());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back(kernels_avx2());
#endif
    all.push_back(kernels_scalar());
    return all;
}

} // namespace osetra::stocktake
