#include "stocktake/engine/kernels.h"

#if defined(__x86_64__)
#include <algorithm>

#include <immintrin.h>

#define OSETRA_PROCESSOR __attribute__((target("avx512f")))
#include "stocktake/engine/kernels_tiles.h"

namespace osetra::stocktake {
namespace {

/// sum += weights * one number of memory, sixteen times. Said to the processor in so many words: g++ 12 would rather load all numbers first and then run out of registers, at half the speed.
__attribute__((target("avx512f"), always_inline)) inline void add_product(__m512& sum, __m512 weights, float const* number) {
    __asm__("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(weights), "m"(*number));
}

/// The same for B blocks that come out, each with its sum: the number is fetched once.
template <std::size_t B> OSETRA_PROCESSOR inline __attribute__((always_inline)) void add_products(__m512* sum, __m512 const* weights, float const* number) {
    [[maybe_unused]] __m512 all;
    if constexpr (B == 1) add_product(sum[0], weights[0], number);
    if constexpr (B == 2) __asm__("vbroadcastss %5, %2\n\tvfmadd231ps %3, %2, %0\n\tvfmadd231ps %4, %2, %1" : "+v"(sum[0]), "+v"(sum[1]), "=&v"(all) : "v"(weights[0]), "v"(weights[1]), "m"(*number));
    if constexpr (B == 3)
        __asm__("vbroadcastss %7, %3\n\tvfmadd231ps %4, %3, %0\n\tvfmadd231ps %5, %3, %1\n\tvfmadd231ps %6, %3, %2"
                : "+v"(sum[0]), "+v"(sum[1]), "+v"(sum[2]), "=&v"(all)
                : "v"(weights[0]), "v"(weights[1]), "v"(weights[2]), "m"(*number));
}

/// How many of the blocks that are left come out at once.
int at_once(int left) { return left == 1 || left == 2 || left == 4 ? std::min(left, 2) : 3; }

/// N neighbours of a row at once, in B blocks: their sums stay in N * B registers while the weights go by.
template <int K, int S, int C, int Step, std::size_t B, int N>
OSETRA_PROCESSOR inline __attribute__((always_inline)) void run_of(Convolution const& c, float const* const* in, std::size_t first, float const* w, float const* bias, float* out) {
    auto const weight_block = static_cast<std::size_t>(c.in_blocks * K * K * C * 16);
    __m512 sum[std::size_t{N}][B];
    for (int n = 0; n < N; ++n)
        for (std::size_t b = 0; b < B; ++b) sum[n][b] = _mm512_loadu_ps(bias + b * 16);
    for (int ib = 0; ib < c.in_blocks; ++ib, first += c.in_block)
        for (int ky = 0; ky < K; ++ky)
            for (int kx = 0; kx < K; ++kx, w += C * 16) {
                auto const* at = in[ky] + first + kx * Step;
#pragma GCC unroll 16
                for (int i = 0; i < C; ++i) {
                    __m512 weights[B];
#pragma GCC unroll 3
                    for (std::size_t b = 0; b < B; ++b) weights[b] = _mm512_loadu_ps(w + b * weight_block + i * 16);
#pragma GCC unroll 32
                    for (int n = 0; n < N; ++n) add_products<B>(sum[n], weights, at + n * S * Step + i);
                }
            }
    auto const least = c.rectify ? _mm512_setzero_ps() : _mm512_set1_ps(-3.4e38f);
#pragma GCC unroll 32
    for (int n = 0; n < N; ++n)
#pragma GCC unroll 3
        for (std::size_t b = 0; b < B; ++b) _mm512_storeu_ps(out + b * c.out_block + n * 16, _mm512_max_ps(sum[n][b], least));
}

/// A row in runs of N; what is then left in shorter ones, or in one that begins early enough to be whole: a few of its numbers are made twice.
template <int K, int S, int C, int Step, std::size_t B, int N, int... Shorter>
OSETRA_PROCESSOR void go_along(Convolution const& c, float const* const* in, float const* w, float const* bias, float* out, int x = 0) {
    constexpr int next = std::max({0, Shorter...});
    for (; c.width >= N && c.width - x > next; x += N) {
        auto const from = std::min(x, c.width - N);
        run_of<K, S, C, Step, B, N>(c, in, static_cast<std::size_t>((from * S + (K == 1)) * Step), w, bias, out + from * 16);
    }
    if constexpr (next > 0) go_along<K, S, C, Step, B, Shorter...>(c, in, w, bias, out, x);
}

template <int K, int S, int C, int Step> OSETRA_PROCESSOR void convolve(Convolution const& c) {
    auto const block = static_cast<std::size_t>(c.in_blocks * K * K * C * 16);
    for (int ob = 0, blocks = 0; ob < c.out_blocks; ob += blocks) {
        blocks = at_once(c.out_blocks - ob);
        auto const *w = c.weight + static_cast<std::size_t>(ob) * block, *bias = c.bias + ob * 16;
        for (int y = 0; y < c.height; ++y) {
            auto const* const* in = c.in + y * S;
            auto* out = c.out[y] + static_cast<std::size_t>(ob) * c.out_block;
            if (blocks == 1) go_along<K, S, C, Step, 1, 20, 12, 8, 4, 1>(c, in, w, bias, out);
            else if (blocks == 2) go_along<K, S, C, Step, 2, 12, 8, 4, 1>(c, in, w, bias, out);
            else go_along<K, S, C, Step, 3, 8, 4, 1>(c, in, w, bias, out);
        }
    }
}

struct Products {
    static int at_once(int left) { return stocktake::at_once(left); }
    template <std::size_t B, std::size_t N> static OSETRA_PROCESSOR void add_up_tiles(int in_blocks, float const* in, float const* w, std::size_t weight_block, float* out, std::size_t out_block) {
        __m512 sum[N][B];
#pragma GCC unroll 24
        for (std::size_t n = 0; n < N; ++n)
#pragma GCC unroll 3
            for (std::size_t b = 0; b < B; ++b) sum[n][b] = _mm512_setzero_ps();
        for (int ib = 0; ib < in_blocks; ++ib, w += 256, in += tile_group * 16)
#pragma GCC unroll 4
            for (std::size_t i = 0; i < 16; ++i) {
                __m512 weights[B];
#pragma GCC unroll 3
                for (std::size_t b = 0; b < B; ++b) weights[b] = _mm512_loadu_ps(w + b * weight_block + i * 16);
#pragma GCC unroll 24
                for (std::size_t n = 0; n < N; ++n) add_products<B>(sum[n], weights, in + n * 16 + i);
            }
#pragma GCC unroll 24
        for (std::size_t n = 0; n < N; ++n)
#pragma GCC unroll 3
            for (std::size_t b = 0; b < B; ++b) _mm512_storeu_ps(out + b * out_block + n * 16, sum[n][b]);
    }
    template <std::size_t B> static OSETRA_PROCESSOR void add_up(int in_blocks, int many, float const* in, float const* w, std::size_t weight_block, float* out, std::size_t out_block) {
        constexpr int most = std::min(tile_group, 24 / static_cast<int>(B)), few = B == 1 ? 8 : 4;   // fewer sums than 8 would wait for each other
        int t = 0;
        for (; many - t > most - few; t += most) add_up_tiles<B, most>(in_blocks, in + t * 16, w, weight_block, out + t * 16, out_block);
        for (; t < many; t += few) add_up_tiles<B, few>(in_blocks, in + t * 16, w, weight_block, out + t * 16, out_block);
    }
    static OSETRA_PROCESSOR void add_up(int blocks, int in_blocks, int many, float const* in, float const* w, std::size_t weight_block, float* out, std::size_t out_block) {
        if (blocks == 1) add_up<1>(in_blocks, many, in, w, weight_block, out, out_block);
        else if (blocks == 2) add_up<2>(in_blocks, many, in, w, weight_block, out, out_block);
        else add_up<3>(in_blocks, many, in, w, weight_block, out, out_block);
    }
};

} // namespace

Kernels kernels_avx512() { return {"avx512", convolve<3, 2, picture_channels, picture_step>, by_tiles<1, __m512, Products>, by_tiles<2, __m512, Products>, convolve<1, 1, 16, 16>, refine<__m512>}; }

} // namespace osetra::stocktake
#endif
