#include "stocktake/engine/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define OSETRA_PROCESSOR __attribute__((target("avx2,fma")))
#include "stocktake/engine/kernels_tiles.h"

namespace osetra::stocktake {
namespace {

/// N neighbours of a row at once: their sums stay in 2 N of the 16 registers while the weights of one block go by.
template <int K, int S, int C, int Step, int N>
__attribute__((target("avx2,fma"), always_inline)) inline void run_of(Convolution const& c, float const* const* in, std::size_t first, float const* w, __m256 low, __m256 high, float* out) {
    __m256 lows[std::size_t{N}], highs[std::size_t{N}];
    for (int n = 0; n < N; ++n) lows[n] = low, highs[n] = high;
    for (int ib = 0; ib < c.in_blocks; ++ib, first += c.in_block)
        for (int ky = 0; ky < K; ++ky)
            for (int kx = 0; kx < K; ++kx, w += C * 16) {
                auto const* at = in[ky] + first + kx * Step;
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
            auto const* const* in = c.in + y * S;
            auto const first = static_cast<std::size_t>(K == 1 ? Step : 0);
            auto* out = c.out[y] + static_cast<std::size_t>(ob) * c.out_block;
            int x = 0;
            for (; x + 6 <= c.width; x += 6) run_of<K, S, C, Step, 6>(c, in, first + static_cast<std::size_t>(x * S * Step), w, low, high, out + x * 16);
            for (; x + 2 <= c.width; x += 2) run_of<K, S, C, Step, 2>(c, in, first + static_cast<std::size_t>(x * S * Step), w, low, high, out + x * 16);
            for (; x < c.width; ++x) run_of<K, S, C, Step, 1>(c, in, first + static_cast<std::size_t>(x * S * Step), w, low, high, out + x * 16);
        }
    }
}

struct Products {
    static int at_once(int) { return 1; }
    static OSETRA_PROCESSOR void add_up(int, int in_blocks, int many, float const* in, float const* weight, std::size_t, float* out, std::size_t) {
        constexpr int n_at_once = 6;
        for (int t = 0; t < many; t += n_at_once, in += n_at_once * 16, out += n_at_once * 16) {
            __m256 lows[n_at_once], highs[n_at_once];
#pragma GCC unroll 6
            for (int n = 0; n < n_at_once; ++n) lows[n] = highs[n] = _mm256_setzero_ps();
            auto const *w = weight, *from = in;
            for (int ib = 0; ib < in_blocks; ++ib, w += 256, from += tile_group * 16)
#pragma GCC unroll 4
                for (int i = 0; i < 16; ++i) {
                    auto const w0 = _mm256_loadu_ps(w + i * 16), w1 = _mm256_loadu_ps(w + i * 16 + 8);
#pragma GCC unroll 6
                    for (int n = 0; n < n_at_once; ++n) {
                        auto const v = _mm256_broadcast_ss(from + n * 16 + i);
                        lows[n] = _mm256_fmadd_ps(w0, v, lows[n]);
                        highs[n] = _mm256_fmadd_ps(w1, v, highs[n]);
                    }
                }
#pragma GCC unroll 6
            for (int n = 0; n < n_at_once; ++n) {
                _mm256_storeu_ps(out + n * 16, lows[n]);
                _mm256_storeu_ps(out + n * 16 + 8, highs[n]);
            }
        }
    }
};

} // namespace

Kernels kernels_avx2() { return {"avx2", convolve<3, 2, picture_channels, picture_step>, by_tiles<1, __m256, Products>, by_tiles<2, __m256, Products>, convolve<1, 1, 16, 16>, refine<__m256>}; }

} // namespace osetra::stocktake
#endif
