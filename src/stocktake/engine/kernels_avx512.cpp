#include "stocktake/engine/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace osetra::stocktake {
namespace {

/// sum += weights * one number of memory, sixteen times. Said to the processor in so many words: g++ 12 would rather load all numbers first and then run out of registers, at half the speed.
__attribute__((target("avx512f"), always_inline)) inline void add_product(__m512& sum, __m512 weights, float const* number) {
    __asm__("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(weights), "m"(*number));
}

/// N neighbours of a row at once: their sums stay in N registers while the weights of one block go by.
template <int K, int S, int C, int Step, int N>
__attribute__((target("avx512f"), always_inline)) inline void run_of(Convolution const& c, float const* in, float const* w, __m512 bias, float* out) {
    __m512 sum[std::size_t{N}];
    for (int n = 0; n < N; ++n) sum[n] = bias;
    for (int ib = 0; ib < c.in_blocks; ++ib, in += c.in_block)
        for (int ky = 0; ky < K; ++ky)
            for (int kx = 0; kx < K; ++kx, w += C * 16) {
                auto const* at = in + static_cast<std::size_t>(ky) * c.in_row + kx * Step;
#pragma GCC unroll 16
                for (int i = 0; i < C; ++i) {
                    auto const wi = _mm512_loadu_ps(w + i * 16);
#pragma GCC unroll 32
                    for (int n = 0; n < N; ++n) add_product(sum[n], wi, at + n * S * Step + i);
                }
            }
    auto const least = c.rectify ? _mm512_setzero_ps() : _mm512_set1_ps(-3.4e38f);
#pragma GCC unroll 32
    for (int n = 0; n < N; ++n) _mm512_storeu_ps(out + n * 16, _mm512_max_ps(sum[n], least));
}

template <int K, int S, int C, int Step> __attribute__((target("avx512f"))) void convolve(Convolution const& c) {
    auto const block = static_cast<std::size_t>(c.in_blocks * K * K * C * 16);
    for (int ob = 0; ob < c.out_blocks; ++ob) {
        auto const bias = _mm512_loadu_ps(c.bias + ob * 16);
        auto const* w = c.weight + static_cast<std::size_t>(ob) * block;
        for (int y = 0; y < c.height; ++y) {
            auto const* in = c.in + static_cast<std::size_t>(y * S + (K == 1)) * c.in_row + (K == 1 ? Step : 0);
            auto* out = c.out + static_cast<std::size_t>(ob) * c.out_block + static_cast<std::size_t>(y) * c.out_row;
            int x = 0;
            for (; x + 20 <= c.width; x += 20) run_of<K, S, C, Step, 20>(c, in + x * S * Step, w, bias, out + x * 16);
            for (; x + 4 <= c.width; x += 4) run_of<K, S, C, Step, 4>(c, in + x * S * Step, w, bias, out + x * 16);
            for (; x < c.width; ++x) run_of<K, S, C, Step, 1>(c, in + x * S * Step, w, bias, out + x * 16);
        }
    }
}

} // namespace

Kernels kernels_avx512() { return {"avx512", convolve<3, 2, 3, 4>, convolve<3, 1, 16, 16>, convolve<3, 2, 16, 16>, convolve<1, 1, 16, 16>}; }

} // namespace osetra::stocktake
#endif
