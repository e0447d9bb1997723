#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <vector>

namespace osetra::breeding {

/// Animals of a set and all their ancestors, the youngest first. Parents have lower numbers, so one walk down a row of bits finds them in order.
class Ancestors {
public:
    explicit Ancestors(std::size_t n) : m_bits((n + 63) / 64) {}

    void add(std::int32_t animal) { set(static_cast<std::size_t>(animal)); m_top = std::max(m_top, static_cast<std::size_t>(animal) / 64); }
    std::vector<std::int32_t> const& walk(std::vector<std::int32_t> const& sire, std::vector<std::int32_t> const& dam) {
        m_found.clear();
        for (auto w = m_top + 1; w-- > 0;)
            while (m_bits[w]) {
                auto const bit = 63u - static_cast<unsigned>(std::countl_zero(m_bits[w]));
                auto const i = w * 64 + bit;
                m_bits[w] &= ~(std::uint64_t{1} << bit);
                m_found.push_back(static_cast<std::int32_t>(i));
                if (sire[i] >= 0) set(static_cast<std::size_t>(sire[i]));
                if (dam[i] >= 0) set(static_cast<std::size_t>(dam[i]));
            }
        m_top = 0;
        return m_found;
    }

private:
    void set(std::size_t i) { m_bits[i / 64] |= std::uint64_t{1} << (i % 64); }
    std::vector<std::uint64_t> m_bits;
    std::vector<std::int32_t> m_found;
    std::size_t m_top = 0;
};

/// Places of animals grouped by a key from 0 to n - 1.
struct Groups {
    std::vector<std::size_t> start;
    std::vector<std::int32_t> member;

    Groups(std::size_t n, std::size_t members, auto const& key) : start(n + 1, 0) {
        for (std::size_t i = 0; i < members; ++i) if (auto const k = key(i); k >= 0) ++start[static_cast<std::size_t>(k) + 1];
        std::partial_sum(start.begin(), start.end(), start.begin());
        member.resize(start[n]);
        auto fill = start;
        for (std::size_t i = 0; i < members; ++i) if (auto const k = key(i); k >= 0) member[fill[static_cast<std::size_t>(k)]++] = static_cast<std::int32_t>(i);
    }
};

} // namespace osetra::breeding
