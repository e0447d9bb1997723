#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <numbers>

#include "kernel/splitmix.h"

namespace osetra::stocktake {

/// Chance from a seed, the same on every machine and with every library (the distributions of std are not).
class Dice {
public:
    explicit Dice(std::uint64_t seed, std::uint64_t stream = 0) : m_state(seed * 0x9e3779b97f4a7c15u ^ (stream + 1) * 0xd1342543de82ef95u) { next(); }
    std::uint64_t next() { return splitmix64(m_state); }
    float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }   ///< [0, 1)
    float uniform(float low, float high) { return low + (high - low) * uniform(); }
    float log_uniform(float low, float high) { return low * std::exp(std::log(high / low) * uniform()); }
    int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(std::max(n, 1))); }
    bool chance(float p) { return uniform() < p; }
    float angle() { return uniform(-std::numbers::pi_v<float>, std::numbers::pi_v<float>); }
    float normal() {   // Box and Muller; one of the pair is enough here
        auto const r = std::sqrt(-2 * std::log(1 - uniform()));
        return r * std::cos(2 * std::numbers::pi_v<float> * uniform());
    }
    template <class T> T one_of(std::initializer_list<T> all) { return *std::next(all.begin(), below(static_cast<int>(all.size()))); }

private:
    std::uint64_t m_state;
};

} // namespace osetra::stocktake
