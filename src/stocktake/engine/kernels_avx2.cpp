#include "stocktake/engine/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace osetra::stocktake {
namespace {

/// N neighbours of a row at once: their sums stay in 2 N of the 16 registers while the weights of one block go by.
template <int K, int S, int C, int Step, int N>
__attribute__((target("avx2,fma"), always_inline)) inline void run_of(Convolution const& c, float const* in, float const* w, __m256 low, __m256 high, float* out) {
    __m256 lows[std::size_t{N}], highs[std::size_t{N}];
    for (int n = 0; n < N; ++n) lows[n] = low, highs[n] = high;
    for (int ib = 0; ib < c.in_blocks; ++ib, in += c.in_block)
        for (int ky = 0; ky < K; ++ky)
            for (int kx = 0; kx < K; ++kx, w += C * 16) {
                auto const* at = in + static_cast<std::size_t>(ky) * c.in_row + kx * Step;
#pragma GCC unroll 4
                for (int i = 0; i < C; ++i) {
                    auto const w0 = _mm256_loadu_ps(w + i * 16), w1 = _mm256_loadu_ps(w + i * 16 + 8);
#pragma GCC unroll 8
                    for (int n = 0; n < N; ++n) {
                        auto const v = _mm256_broadcast_ss(at + n * S * Step + i);
                        lows[n] = _mm256_fmadd_ps(w0, v, lows[n]);
                        highs[n] = _mm256_fmadd_ps(w1, v, highs[n]);
                    }
                }
            }
    auto const least = c.rectify ? _mm256_setzero_ps() : _mm256_set1_ps(-3.4e38f);
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
        _mm256_storeu_ps(out + n * 16, _mm256_max_ps(lows[n], least));
        _mm256_storeu_ps(out + n * 16 + 8, _mm256_max_ps(highs[n], least));
    }
}

template <int K, int S, int C, int Step> __attribute__((target("avx2,fma"))) void convolve(Convolution const& c) {
    auto const block = static_cast<std::size_t>(c.in_blocks * K * K * C * 16);
    for (int ob = 0; ob < c.out_blocks; ++ob) {
        auto const low = _mm256_loadu_ps(c.bias + ob * 16), high = _mm256_loadu_ps(c.bias + ob * 16 + 8);
        auto const* w = c.weight + static_cast<std::size_t>(ob) * block;
        for (int y = 0; y < c.height; ++y) {
            auto const* in = c.in + static_cast<std::size_t>(y * S + (K == 1)) * c.in_row + (K == 1 ? Step : 0);
            auto* out = c.out + static_cast<std::size_t>(ob) * c.out_block + static_cast<std::size_t>(y) * c.out_row;
            int x = 0;
            for (; x + 6 <= c.width; x += 6) run_of<K, S, C, Step, 6>(c, in + x * S * Step, w, low, high, out + x * 16);
            for (; x + 2 <= c.width; x += 2) run_of<K, S, C, Step, 2>(c, in + x * S * Step, w, low, high, out + x * 16);
            for (; x < c.width; ++x) run_of<K, S, C, Step, 1>(c, in + x * S * Step, w, low, high, out + x * 16);
        }
    }
}

} // namespace

Kernels kernels_avx2() { return {"avx2", convolve<3, 2, 3, 4>, convolve<3, 1, 16, 16>, convolve<3, 2, 16, 16>, convolve<1, 1, 16, 16>}; }

} // namespace osetra::stocktake
#endif
