#include "stocktake/engine/kernels.h"

#include <algorithm>

namespace osetra::stocktake {
namespace {

template <int K, int S, int C, int Step> void convolve(Convolution const& c) {
    for (int ob = 0; ob < c.out_blocks; ++ob)
        for (int y = 0; y < c.height; ++y)
            for (int x = 0; x < c.width; ++x) {
                float sum[16];
                std::copy_n(c.bias + ob * 16, 16, sum);
                for (int ib = 0; ib < c.in_blocks; ++ib)
                    for (int k = 0; k < K * K; ++k) {
                        auto const row = static_cast<std::size_t>(y * S + k / K + (K == 1)), column = static_cast<std::size_t>(x * S + k % K + (K == 1));
                        auto const* in = c.in + static_cast<std::size_t>(ib) * c.in_block + row * c.in_row + column * Step;
                        auto const* w = c.weight + static_cast<std::size_t>(((ob * c.in_blocks + ib) * K * K + k) * C * 16);
                        for (int i = 0; i < C; ++i)
                            for (int o = 0; o < 16; ++o) sum[o] += w[i * 16 + o] * in[i];
                    }
                auto* out = c.out + static_cast<std::size_t>(ob) * c.out_block + static_cast<std::size_t>(y) * c.out_row + static_cast<std::size_t>(x) * 16;
                for (int o = 0; o < 16; ++o) out[o] = c.rectify ? std::max(sum[o], 0.0f) : sum[o];
            }
}

} // namespace

Kernels kernels_scalar() { return {"scalar", convolve<3, 2, 3, 4>, convolve<3, 1, 16, 16>, convolve<3, 2, 16, 16>, convolve<1, 1, 16, 16>}; }

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
