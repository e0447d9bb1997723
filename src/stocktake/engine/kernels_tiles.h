#pragma once
// Convolutions of 3x3 by tiles of 4x4 numbers, after Winograd (Lavin and Gray, CVPR 2016: F(4x4, 3x3)): 36 products in the place of 144. Included by the file of each kind of processor, which says in
// OSETRA_PROCESSOR what its functions may use; so there is one text of what all of them reckon, and each has its own.
#include <algorithm>
#include <cstring>

#include "stocktake/engine/kernels.h"

#ifndef OSETRA_PROCESSOR
#define OSETRA_PROCESSOR
#endif

namespace osetra::stocktake {
namespace {

/// One way of the numbers of a tile, before the products.
template <class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) void spread(V const& d0, V const& d1, V const& d2, V const& d3, V const& d4, V const& d5, V* to) {
    auto const a = d4 - 4 * d2, b = d3 - 4 * d1, c = d4 - d2, d = 2 * (d3 - d1);
    to[0] = 4 * d0 - 5 * d2 + d4;
    to[1] = a + b;
    to[2] = a - b;
    to[3] = c + d;
    to[4] = c - d;
    to[5] = 4 * d1 - 5 * d3 + d5;
}

/// One way of the products of a tile.
template <class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) void gather(V const& m0, V const& m1, V const& m2, V const& m3, V const& m4, V const& m5, V* to) {
    auto const a = m1 + m2, b = m1 - m2, c = m3 + m4, d = m3 - m4;
    to[0] = m0 + a + c;
    to[1] = b + 2 * d;
    to[2] = a + 4 * c;
    to[3] = b + 8 * d + m5;
}

template <class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) V at(float const* p) {
    V v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
template <class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) void put(float* p, V const& v) { std::memcpy(p, &v, sizeof v); }

/// `to`: [place in the tile][in block][tile of the group][16].
template <class V> OSETRA_PROCESSOR void tiles_in(Convolution const& c, int first, int many, float* to) {
    constexpr int wide = sizeof(V) / sizeof(float);
    auto const place = tile_pitch(c.in_blocks);
    for (int ib = 0; ib < c.in_blocks; ++ib)
        for (int t = 0; t < many; ++t)
            for (int part = 0; part < 16; part += wide) {
                auto const from = static_cast<std::size_t>(ib) * c.in_block + static_cast<std::size_t>((first + t) * tile_side * 16 + part);
                V w[6][6];
#pragma GCC unroll 6
                for (int r = 0; r < 6; ++r) {
                    auto const* row = c.in[r] + from;
                    spread(at<V>(row), at<V>(row + 16), at<V>(row + 32), at<V>(row + 48), at<V>(row + 64), at<V>(row + 80), w[r]);
                }
                auto* out = to + static_cast<std::size_t>((ib * tile_group + t) * 16 + part);
#pragma GCC unroll 6
                for (int k = 0; k < 6; ++k) {
                    V u[6];
                    spread(w[0][k], w[1][k], w[2][k], w[3][k], w[4][k], w[5][k], u);
#pragma GCC unroll 6
                    for (int j = 0; j < 6; ++j) put(out + static_cast<std::size_t>(j * 6 + k) * place, u[j]);
                }
            }
}

/// `from`: [place in the tile][tile of the group][16], of one block.
template <class V> OSETRA_PROCESSOR void tiles_out(Convolution const& c, int ob, int first, int many, float const* from) {
    constexpr int wide = sizeof(V) / sizeof(float);
    constexpr auto place = tile_pitch(1);
    V const least = V{} + (c.rectify ? 0.0f : -3.4e38f);
    for (int t = 0; t < many; ++t) {
        auto const left = (first + t) * tile_side, columns = std::min(tile_side, c.width - left);
        for (int part = 0; part < 16; part += wide) {
            auto const to = static_cast<std::size_t>(ob) * c.out_block + static_cast<std::size_t>(left * 16 + part);
            auto const bias = at<V>(c.bias + ob * 16 + part);
            auto const* m = from + static_cast<std::size_t>(t * 16 + part);
            V w[6][4];
#pragma GCC unroll 6
            for (int j = 0; j < 6; ++j, m += 6 * place) gather(at<V>(m), at<V>(m + place), at<V>(m + 2 * place), at<V>(m + 3 * place), at<V>(m + 4 * place), at<V>(m + 5 * place), w[j]);
#pragma GCC unroll 4
            for (int x = 0; x < tile_side; ++x) {
                if (x >= columns) break;
                V y[4];
                gather(w[0][x], w[1][x], w[2][x], w[3][x], w[4][x], w[5][x], y);
#pragma GCC unroll 4
                for (int r = 0; r < tile_side; ++r) {
                    if (r >= c.height) break;
                    V const v = y[r] + bias;
                    put(c.out[r] + to + x * 16, v > least ? v : least);
                }
            }
        }
    }
}

/// Asks for what the next group reads, a share of it at every place, while the products keep the processor busy.
OSETRA_PROCESSOR inline __attribute__((always_inline)) void ask_for(Convolution const& c, int first, std::size_t place) {
    constexpr int columns = tile_group * tile_side / 6;
    auto const row = place / 6, from = static_cast<std::size_t>((first * tile_side + 2 + static_cast<int>(place % 6) * columns) * 16);
    for (int ib = 0; ib < c.in_blocks; ++ib)
        for (int x = 0; x < columns; ++x) __builtin_prefetch(c.in[row] + static_cast<std::size_t>(ib) * c.in_block + from + x * 16, 0, 3);
}

/// `Products`: adds up the products of so many blocks of one place, for a group of tiles.
template <class V, class Products> OSETRA_PROCESSOR void by_tiles(Convolution const& c) {
    auto const tiles = (c.width + tile_side - 1) / tile_side;
    auto const in_place = tile_pitch(c.in_blocks), weight_place = static_cast<std::size_t>(c.in_blocks * 256), block = tile_places * weight_place;
    constexpr auto out_place = tile_pitch(1);
    auto* const in = c.work;
    auto* const out = c.work + tile_places * in_place;
    for (int first = 0; first < tiles; first += tile_group) {
        auto const many = std::min(tile_group, tiles - first);
        tiles_in<V>(c, first, many, in);
        for (int ob = 0, blocks = 0; ob < c.out_blocks; ob += blocks) {
            blocks = Products::at_once(c.out_blocks - ob);
            for (std::size_t k = 0; k < tile_places; ++k) {
                if (ob == 0 && first + tile_group < tiles) ask_for(c, first + tile_group, k);
                Products::add_up(blocks, c.in_blocks, many, in + k * in_place, c.weight + static_cast<std::size_t>(ob) * block + k * weight_place, block, out + k * out_place, tile_places * out_place);
            }
            for (int b = 0; b < blocks; ++b) tiles_out<V>(c, ob + b, first, many, out + static_cast<std::size_t>(b) * tile_places * out_place);
        }
    }
}

template <class V> OSETRA_PROCESSOR void refine(float const* coarse, float const* with, float* out, int width) {
    constexpr int wide = sizeof(V) / sizeof(float);
    for (int x = 0; x < width * 16; x += 32)
        for (int part = 0; part < 16; part += wide) {
            auto const v = at<V>(coarse + x / 2 + part);
            put<V>(out + x + part, at<V>(with + x + part) + v);
            put<V>(out + x + 16 + part, at<V>(with + x + 16 + part) + v);
        }
}

} // namespace
} // namespace osetra::stocktake
