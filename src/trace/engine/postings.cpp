#include "trace/engine/postings.h"

#include <algorithm>

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

void sort(std::vector<Posting>& all) {
    constexpr std::size_t worth_it = 4'096;
    if (all.size() < worth_it) return std::sort(all.begin(), all.end());
    // Keys are hashes but for their highest byte: dealt out by their highest sixteen bits, few are left to be compared.
    constexpr unsigned low_bits = 48;
    auto const heap = [](Posting p) { return static_cast<std::size_t>((static_cast<std::uint64_t>(p.key) ^ std::uint64_t{1} << 63U) >> low_bits); };
    std::vector<std::uint32_t> ends((std::size_t{1} << (64 - low_bits)) + 1);
    for (auto const p : all) ++ends[heap(p) + 1];
    for (std::size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
    std::vector<Posting> dealt(all.size());
    for (auto const p : all) dealt[ends[heap(p)]++] = p;
    for (std::size_t i = 0, begin = 0; i + 1 < ends.size(); begin = ends[i++])
        std::sort(dealt.begin() + static_cast<std::ptrdiff_t>(begin), dealt.begin() + ends[i]);
    all = std::move(dealt);
}

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

/// Calls see(word, bit) for the six bits of a key in its line, until it says no.
bool each_bit(Filter::Key key, std::size_t words, auto const& see) {
    auto const line = static_cast<std::size_t>(key.line * (words / words_a_line) >> 32U) * words_a_line;
    auto bits = key.bits;
    for (int i = 0; i < 6; ++i, bits >>= 9U)
        if (!see(line + (bits >> 6U & 7U), std::uint64_t{1} << (bits & 63U))) return false;
    return true;
}

} // namespace

Filter::Key::Key(std::int64_t key) : line(mixed(key) >> 32U), bits(mixed(static_cast<std::int64_t>(mixed(key)))) {}

void Filter::add(Key key) {
    each_bit(key, m_words.size(), [&](std::size_t word, std::uint64_t bit) { m_words[word] |= bit; return true; });
}

bool Filter::may_have(Key key) const {
    return m_words.empty() || each_bit(key, m_words.size(), [&](std::size_t word, std::uint64_t bit) { return (m_words[word] & bit) != 0; });
}

} // namespace osetra::trace
