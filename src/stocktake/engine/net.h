#pragma once
#include <functional>
#include <memory>

#include "stocktake/engine/kernels.h"
#include "stocktake/engine/weights.h"

namespace osetra::stocktake {

/// A network that runs on one thread with its own kernels, and keeps its planes from run to run. Not for two threads at once.
class Net {
public:
    explicit Net(Weights const&, Kernels const& = kernels_here().front());
    ~Net();
    Net(Net&&) noexcept;
    Net& operator=(Net&&) noexcept;

    /// Writes a row of the picture: [column][picture_step].
    using PutRow = std::function<void(int y, float* to)>;
    /// What the head says of a row of cells; a cell is two by two pixels. [column][16], the first head_count of them in use; valid during the call.
    using TakeRow = std::function<void(int y, float const* heads)>;
    /// Asks for every row of a picture from the top down and tells the heads likewise, so that neither is ever in memory as a whole. Both sides are multiples of 16.
    void run(int height, int width, PutRow const&, TakeRow const&);
    void rest();   ///< gives its planes back; the next run makes new ones

private:
    struct State;
    std::unique_ptr<State> m;
};

} // namespace osetra::stocktake
