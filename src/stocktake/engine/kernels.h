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
    float const* weight = nullptr;   ///< [out block][in block][kernel row][kernel column][in channel][16 out channels]; by tiles [out block][place][in block][in channel][16 out channels]
    float const* bias = nullptr;     ///< [out block][16]
    bool rectify = false;
    float* work = nullptr;           ///< by tiles: tile_work(stride, in_blocks) floats, finite
};

/// Convolutions of 3x3 but for the picture's own go by tiles of 4x4 numbers that come out, whose products have 36 places where the stride is 1 and 81 where it is 2, in groups. They take at most four rows; the rows they read have columns for whole
/// tiles and two more.
inline constexpr int tile_side = 4, tile_group = 24, tile_blocks = 3;   ///< blocks: that come out at once
constexpr int tile_reach(int stride) { return (tile_side - 1) * stride + 3; }   ///< numbers on a side of what a tile reads, and places on a side of its products
constexpr int tile_places(int stride) { return tile_reach(stride) * tile_reach(stride); }
/// Floats from a place to the next in the work on so many blocks: an odd number of 64 bytes, so that the places of a tile do not all fall to the same few lines of the cache.
constexpr std::size_t tile_pitch(int blocks) { return 16 * static_cast<std::size_t>(tile_group * blocks | 1); }
constexpr std::size_t tile_work(int stride, int in_blocks) { return static_cast<std::size_t>(tile_places(stride)) * (tile_pitch(in_blocks) + tile_blocks * tile_pitch(1)); }

/// The weights of a 3x3 kernel, row by row, as its tiles take them: tile_places(stride) numbers.
void weights_of_tile(float const* nine, int stride, float* places);

/// Convolutions by one kind of processor. All give the same numbers but for rounding.
struct Kernels {
    std::string_view name;           ///< avx512, avx2, scalar
    void (*picture3s2)(Convolution const&);   ///< kernel 3, stride 2, straight from the picture
    void (*k3s1)(Convolution const&);         ///< by tiles, as the next
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
