// The time that a blend takes, and how far above its bound: `build/release/bench/blend_bench [LOTS] [ATTRIBUTES] [SEEDS] [KG] [MOST LOTS]`.
#include <chrono>
#include <cstdlib>
#include <fmt/core.h>

#include "quality/engine/test_blends.h"

int main(int argc, char** argv) {
    using namespace osetra;
    using namespace osetra::quality;
    auto const number = [&](int i, long otherwise) { return argc > i ? std::strtol(argv[i], nullptr, 10) : otherwise; };
    auto const lots = static_cast<std::size_t>(number(1, 500)), attributes = static_cast<std::size_t>(number(2, 12));
    auto const seeds = number(3, 10);
    for (auto const surety : {0.0, 0.95})
        for (long seed = 1; seed <= seeds; ++seed) {
            auto made = made_up_blend(static_cast<std::uint64_t>(seed), lots, attributes, number(4, 1'000), number(5, 0));
            made.wish.surety = surety;
            if (argc > 6) made.wish.seconds = std::atof(argv[6]);
            auto const began = std::chrono::steady_clock::now();
            auto const answer = blend_lots(made.lots, made.wish);
            auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
            if (!answer) { fmt::print("refused: {}\n", answer.error().message); return 1; }
            if (!answer->blend) { fmt::print("surety {:.2f} seed {}: {:.2f} s, none: {}\n", surety, seed, seconds, answer->why); continue; }
            auto const& b = *answer->blend;
            fmt::print("surety {:.2f} seed {}: {:.2f} s, {} lots, {:.2f}, bound {:.2f}, {:.2f} % above it, within {:.3f}\n", surety, seed, seconds, b.parts.size(), static_cast<double>(b.cost.minor) / 100, b.bound / 100, 100 * b.gap, b.within);
        }
}
