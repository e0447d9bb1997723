#pragma once
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "stocktake/engine/kernels.h"
#include "stocktake/engine/weights.h"

namespace osetra::stocktake {

/// What the head says of each cell; a cell is two by two pixels. Valid until the next run.
struct Heads {
    float const* data = nullptr;     ///< [row][column][16], the first head_count of them in use
    std::size_t row = 0;             ///< floats from a row to the next
    int height = 0, width = 0;
    float const* at(int y, int x) const { return data + static_cast<std::size_t>(y) * row + static_cast<std::size_t>(x) * 16; }
};

/// A network that runs on one thread with its own kernels, and keeps its planes from run to run. Not for two threads at once.
class Net {
public:
    explicit Net(Weights const&, Kernels const& = kernels_here().front());
    ~Net();
    Net(Net&&) noexcept;
    Net& operator=(Net&&) noexcept;

    /// Where the picture goes before `run`: [row][column][picture_step]. Both sides are multiples of 16.
    float* picture(int height, int width);
    std::size_t picture_row() const;   ///< floats from a row to the next
    Heads run();
    void rest();   ///< gives its planes back; the next picture makes new ones

private:
    struct State;
    std::unique_ptr<State> m;
};

} // namespace osetra::stocktake
