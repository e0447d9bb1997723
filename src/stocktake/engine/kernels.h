#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace osetra::stocktake {

/// Blue, green, red, and brightness lately and before that (past.h).
inline constexpr int picture_channels = 5, picture_step = 6;

/// Planes lie in rows, each with its blocks of 16 channels: [row][block][column][16], and columns of noughts before the first and after the last. The picture itself lies [row][column][picture_step], picture_channels of them in use.
/// This is about some rows of what comes out of a convolution, one below the other.
struct Convolution {
    float const* const* in = nullptr;   ///< rows from the first that the kernel touches, each at column -1 of its first block
    std::size_t in_block = 0;        ///< floats from a block to the next
    int in_blocks = 0;
    float* const* out = nullptr;     ///< rows, each at column 0 of its first block
    std::size_t out_block = 0;
    int out_blocks = 0, height = 0, width = 0;   ///< of what comes out
    float const* weight = nullptr;   ///< [out block][in block][kernel row][kernel column][in channel][16 out channels]; of k3s1 [out block][36 places][in block][in channel][16 out channels]
    float const* bias = nullptr;     ///< [out block][16]
    bool rectify = false;
    float* work = nullptr;           ///< of k3s1: tile_work(in_blocks) floats, finite
};

/// A 3x3 convolution of stride 1 goes by tiles of 4x4, whose products have 36 places, in groups. It takes at most four rows; the six rows it reads have columns for whole tiles and two more.
inline constexpr int tile_side = 4, tile_places = 36, tile_group = 24, tile_blocks = 3;   ///< blocks: that come out at once
/// Floats from a place to the next in the work on so many blocks: an odd number of 64 bytes, so that the places of a tile do not all fall to the same few lines of the cache.
constexpr std::size_t tile_pitch(int blocks) { return 16 * static_cast<std::size_t>(tile_group * blocks | 1); }
constexpr std::size_t tile_work(int in_blocks) { return tile_places * (tile_pitch(in_blocks) + tile_blocks * tile_pitch(1)); }

/// The weights of a 3x3 kernel, row by row, as its tiles take them.
void weights_of_tile(float const* nine, float* places);

/// Convolutions by one kind of processor. All give the same numbers but for rounding.
struct Kernels {
    std::string_view name;           ///< avx512, avx2, scalar
    void (*picture3s2)(Convolution const&);   ///< kernel 3, stride 2, straight from the picture
    void (*k3s1)(Convolution const&);         ///< by tiles
    void (*k3s2)(Convolution const&);
    void (*k1)(Convolution const&);
    void (*refine)(float const* coarse, float const* with, float* out, int width);   ///< one row of one block: `coarse` repeated, and `with`
};

/// Those that this processor can run, fastest first.
std::vector<Kernels> kernels_here();

Kernels kernels_avx512();
Kernels kernels_avx2();
Kernels kernels_scalar();

} // namespace osetra::stocktake
