#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace osetra::stocktake {

/// Planes lie in blocks of 16 channels: [block][row][column][16], with a rim of noughts one wide round each block. The picture itself, with
/// its three channels, lies [row][column][4].
struct Convolution {
    float const* in = nullptr;       ///< row -1, column -1 of the first block
    std::size_t in_row = 0;          ///< floats from a row to the next
    std::size_t in_block = 0;        ///< floats from a block to the next
    int in_blocks = 0;
    float* out = nullptr;            ///< row 0, column 0 of the first block
    std::size_t out_row = 0, out_block = 0;
    int out_blocks = 0, height = 0, width = 0;   ///< of what comes out
    float const* weight = nullptr;   ///< [out block][in block][kernel row][kernel column][in channel][16 out channels]
    float const* bias = nullptr;     ///< [out block][16]
    bool rectify = false;
};

/// Convolutions by one kind of processor. All give the same numbers but for rounding.
struct Kernels {
    std::string_view name;           ///< avx512, avx2, scalar
    void (*picture3s2)(Convolution const&);   ///< kernel 3, stride 2, straight from the picture
    void (*k3s1)(Convolution const&);
    void (*k3s2)(Convolution const&);
    void (*k1)(Convolution const&);
};

/// Those that this processor can run, fastest first.
std::vector<Kernels> kernels_here();

Kernels kernels_avx512();
Kernels kernels_avx2();
Kernels kernels_scalar();

} // namespace osetra::stocktake
