#pragma once
// Convolutions of 3x3 by tiles of 4x4 numbers, after Winograd (Lavin and Gray, CVPR 2016): of stride 1 by F(4x4, 3x3), 36 products in the place of 144; of stride 2, where every other number meets the outer weights and the others
// the middle one alone, by F(4, 2) for the former, 81 products. Included by the file of each kind of processor, which says in OSETRA_PROCESSOR what its functions may use; so there is one text of what all of them reckon, and each
// has its own.
#include <algorithm>
#include <cstring>

#include "stocktake/engine/kernels.h"

#ifndef OSETRA_PROCESSOR
#define OSETRA_PROCESSOR
#endif

namespace osetra::stocktake {
namespace {

/// One way of the numbers of a tile, before the products.
template <int S, class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) void spread(V const* d, V* to) {
    if constexpr (S == 1) {
        auto const a = d[4] - 4 * d[2], b = d[3] - 4 * d[1], c = d[4] - d[2], e = 2 * (d[3] - d[1]);
        to[0] = 4 * d[0] - 5 * d[2] + d[4];
        to[1] = a + b;
        to[2] = a - b;
        to[3] = c + e;
        to[4] = c - e;
        to[5] = 4 * d[1] - 5 * d[3] + d[5];
    } else {   // points 0, 1, -1, 2 and infinity
        auto const a = d[6] - d[2];
        to[0] = 2 * (d[0] - d[4]) + a;
        to[1] = a - d[2] - d[4];
        to[2] = a + 3 * (d[2] - d[4]);
        to[3] = a;
        to[4] = d[8] - d[4] - 2 * a;
        for (int i = 0; i < tile_side; ++i) to[5 + i] = d[1 + 2 * i];
    }
}

/// One way of the products of a tile.
template <int S, class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) void gather(V const* m, V* to) {
    auto const a = m[1] + m[2], b = m[1] - m[2];
    if constexpr (S == 1) {
        auto const c = m[3] + m[4], d = m[3] - m[4];
        to[0] = m[0] + a + c;
        to[1] = b + 2 * d;
        to[2] = a + 4 * c;
        to[3] = b + 8 * d + m[5];
    } else {
        to[0] = m[0] + a + m[3] + m[5];
        to[1] = b + 2 * m[3] + m[6];
        to[2] = a + 4 * m[3] + m[7];
        to[3] = b + 8 * m[3] + m[4] + m[8];
    }
}

template <class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) V at(float const* p) {
    V v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
template <class V> OSETRA_PROCESSOR inline __attribute__((always_inline)) void put(float* p, V const& v) { std::memcpy(p, &v, sizeof v); }

/// `to`: [place in the tile][in block][tile of the group][16].
template <int S, class V> OSETRA_PROCESSOR void tiles_in(Convolution const& c, int first, int many, float* to) {
    constexpr int wide = sizeof(V) / sizeof(float), reach = tile_reach(S);
    auto const place = tile_pitch(c.in_blocks);
    for (int ib = 0; ib < c.in_blocks; ++ib)
        for (int t = 0; t < many; ++t)
            for (int part = 0; part < 16; part += wide) {
                auto const from = static_cast<std::size_t>(ib) * c.in_block + static_cast<std::size_t>((first + t) * tile_side * S * 16 + part);
                V w[std::size_t{reach}][std::size_t{reach}];
#pragma GCC unroll 9
                for (int r = 0; r < reach; ++r) {
                    V d[std::size_t{reach}];
#pragma GCC unroll 9
                    for (int k = 0; k < reach; ++k) d[k] = at<V>(c.in[r] + from + k * 16);
                    spread<S>(d, w[r]);
                }
                auto* out = to + static_cast<std::size_t>((ib * tile_group + t) * 16 + part);
#pragma GCC unroll 9
                for (int k = 0; k < reach; ++k) {
                    V d[std::size_t{reach}], u[std::size_t{reach}];
#pragma GCC unroll 9
                    for (int r = 0; r < reach; ++r) d[r] = w[r][k];
                    spread<S>(d, u);
#pragma GCC unroll 9
                    for (int j = 0; j < reach; ++j) put(out + static_cast<std::size_t>(j * reach + k) * place, u[j]);
                }
            }
}

/// `from`: [place in the tile][tile of the group][16], of one block.
template <int S, class V> OSETRA_PROCESSOR void tiles_out(Convolution const& c, int ob, int first, int many, float const* from) {
    constexpr int wide = sizeof(V) / sizeof(float), reach = tile_reach(S);
    constexpr auto place = tile_pitch(1);
    V const least = V{} + (c.rectify ? 0.0f : -3.4e38f);
    for (int t = 0; t < many; ++t) {
        auto const left = (first + t) * tile_side, columns = std::min(tile_side, c.width - left);
        for (int part = 0; part < 16; part += wide) {
            auto const to = static_cast<std::size_t>(ob) * c.out_block + static_cast<std::size_t>(left * 16 + part);
            auto const bias = at<V>(c.bias + ob * 16 + part);
            auto const* m = from + static_cast<std::size_t>(t * 16 + part);
            V w[std::size_t{reach}][std::size_t{tile_side}];
#pragma GCC unroll 9
            for (int j = 0; j < reach; ++j) {
                V d[std::size_t{reach}];
#pragma GCC unroll 9
                for (int k = 0; k < reach; ++k, m += place) d[k] = at<V>(m);
                gather<S>(d, w[j]);
            }
#pragma GCC unroll 4
            for (int x = 0; x < tile_side; ++x) {
                if (x >= columns) break;
                V d[std::size_t{reach}], y[std::size_t{tile_side}];
#pragma GCC unroll 9
                for (int j = 0; j < reach; ++j) d[j] = w[j][x];
                gather<S>(d, y);
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
template <int S> OSETRA_PROCESSOR inline __attribute__((always_inline)) void ask_for(Convolution const& c, int first, std::size_t place) {
    constexpr int reach = tile_reach(S), columns = (tile_group * tile_side * S + reach - 1) / reach;
    auto const row = place / reach, from = static_cast<std::size_t>((first * tile_side * S + 2 + static_cast<int>(place % reach) * columns) * 16);
    for (int ib = 0; ib < c.in_blocks; ++ib)
        for (int x = 0; x < columns; ++x) __builtin_prefetch(c.in[row] + static_cast<std::size_t>(ib) * c.in_block + from + x * 16, 0, 3);
}

/// `Products`: adds up the products of so many blocks of one place, for a group of tiles.
template <int S, class V, class Products> OSETRA_PROCESSOR void by_tiles(Convolution const& c) {
    constexpr std::size_t places = tile_places(S);
    auto const tiles = (c.width + tile_side - 1) / tile_side;
    auto const in_place = tile_pitch(c.in_blocks), weight_place = static_cast<std::size_t>(c.in_blocks * 256), block = places * weight_place;
    constexpr auto out_place = tile_pitch(1);
    auto* const in = c.work;
    auto* const out = c.work + places * in_place;
    for (int first = 0; first < tiles; first += tile_group) {
        auto const many = std::min(tile_group, tiles - first);
        tiles_in<S, V>(c, first, many, in);
        for (int ob = 0, blocks = 0; ob < c.out_blocks; ob += blocks) {
            blocks = Products::at_once(c.out_blocks - ob);
            for (std::size_t k = 0; k < places; ++k) {
                if (ob == 0 && first + tile_group < tiles) ask_for<S>(c, first + tile_group, k);
                Products::add_up(blocks, c.in_blocks, many, in + k * in_place, c.weight + static_cast<std::size_t>(ob) * block + k * weight_place, block, out + k * out_place, places * out_place);
            }
            for (int b = 0; b < blocks; ++b) tiles_out<S, V>(c, ob + b, first, many, out + static_cast<std::size_t>(b) * places * out_place);
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
