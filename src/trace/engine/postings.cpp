#include "trace/engine/postings.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "trace/engine/bytes.h"

namespace osetra::trace {
namespace {

constexpr std::size_t full = 1'880;          ///< SQLite keeps a row of up to 2,030 bytes whole in a page of 8,192
constexpr std::size_t bits_a_key = 14, words_a_line = 8;

std::uint64_t mixed(std::int64_t key) {
    auto n = static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15U;
    n ^= n >> 32U;
    n *= 0xD6E8FEB86659FD93U;
    return n ^ n >> 29U;
}

} // namespace

void sort(std::vector<Posting>& all) { std::sort(all.begin(), all.end()); }

std::optional<Block> BlockWriter::add(Posting p) {
    std::optional<Block> ready;
    if (m_block.bytes.size() >= full) ready = rest();
    if (m_block.bytes.empty()) {
        m_block.first = m_last = p;
        m_block.bytes.reserve(full + 20);
        put_number(m_block.bytes, 0);
        put_number(m_block.bytes, 0);
        return ready;
    }
    auto const step = static_cast<std::uint64_t>(p.key) - static_cast<std::uint64_t>(m_last.key);
    put_number(m_block.bytes, step);
    put_number(m_block.bytes, step == 0 ? static_cast<std::uint64_t>(p.no - m_last.no) : zigzag(p.no - m_last.no));
    m_last = p;
    return ready;
}

std::optional<Block> BlockWriter::rest() {
    if (m_block.bytes.empty()) return {};
    std::optional<Block> out{std::move(m_block)};
    m_block = {};
    return out;
}

namespace {

/// Calls see(posting) until it says false.
void each_posting(Block const& block, auto const& see) {
    ByteReader in{block.bytes};
    auto p = block.first;
    while (!in.done()) {
        auto const step = in.number(), no = in.number();
        p.key = static_cast<std::int64_t>(static_cast<std::uint64_t>(p.key) + step);
        p.no += step == 0 ? static_cast<std::int64_t>(no) : unzigzag(no);
        if (!see(p)) return;
    }
}

} // namespace

std::vector<Posting> postings_of(Block const& block) {
    std::vector<Posting> all;
    all.reserve(block.bytes.size() / 2);
    each_posting(block, [&](Posting p) { all.push_back(p); return true; });
    return all;
}

std::vector<std::int64_t> numbers_of(Block const& block, std::int64_t key) {
    std::vector<std::int64_t> all;
    each_posting(block, [&](Posting p) {
        if (p.key == key) all.push_back(p.no);
        return p.key <= key;
    });
    return all;
}

Filter::Filter(std::size_t keys) : m_words((keys * bits_a_key / (words_a_line * 64) + 1) * words_a_line) {}

Filter Filter::of(std::string bytes) {
    Filter f;
    f.m_words.resize(bytes.size() / 8);
    for (std::size_t i = 0; i < f.m_words.size(); ++i)
        for (std::size_t b = 0; b < 8; ++b) f.m_words[i] |= std::uint64_t{static_cast<unsigned char>(bytes[i * 8 + b])} << (b * 8);
    return f;
}

std::string Filter::bytes() const {
    std::string out;
    out.reserve(size());
    for (auto const word : m_words)
        for (unsigned b = 0; b < 64; b += 8) out += static_cast<char>(word >> b);
    return out;
}

namespace {

/// The line of a key, and six bits in it.
struct Spot {
    std::size_t line;
    std::array<unsigned, 6> bits;
};
Spot spot_of(std::int64_t key, std::size_t words) {
    auto const n = mixed(key);
    auto const lines = words / words_a_line;
    Spot s{static_cast<std::size_t>((n >> 32U) * lines >> 32U) * words_a_line, {}};
    auto more = mixed(static_cast<std::int64_t>(n));
    for (auto& bit : s.bits) {
        bit = static_cast<unsigned>(more & 511U);
        more >>= 9U;
    }
    return s;
}

} // namespace

void Filter::add(std::int64_t key) {
    auto const spot = spot_of(key, m_words.size());
    for (auto const bit : spot.bits) m_words[spot.line + bit / 64] |= std::uint64_t{1} << (bit % 64);
}

bool Filter::may_have(std::int64_t key) const {
    if (m_words.empty()) return true;
    auto const spot = spot_of(key, m_words.size());
    return std::all_of(spot.bits.begin(), spot.bits.end(), [&](unsigned bit) { return (m_words[spot.line + bit / 64] >> (bit % 64) & 1U) != 0; });
}

} // namespace osetra::trace
