#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The index of events: which key (a mark, or an event's time) stands in which event, in blocks of few bytes. Pure.
namespace osetra::trace {

struct Posting {
    std::int64_t key = 0, no = 0;
    friend auto operator<=>(Posting const&, Posting const&) = default;
};

/// A row of postings, each greater than the one before. Fits four times into a page of the store.
struct Block {
    Posting first;
    std::string bytes;
};

/// Sorts by key and number; quick for what a capture brings.
void sort(std::vector<Posting>&);

/// Cuts a sorted row of postings into blocks.
class BlockWriter {
public:
    /// Takes the next posting; a block, where one is full.
    std::optional<Block> add(Posting);
    std::optional<Block> rest();

private:
    Block m_block;
    Posting m_last;
};

std::vector<Posting> postings_of(Block const&);
/// Only the numbers of one key.
std::vector<std::int64_t> numbers_of(Block const&, std::int64_t key);

/// Tells that a key is surely not among those that it was made of; else it may be (one time in 200 it is not).
class Filter {
public:
    Filter() = default;
    explicit Filter(std::size_t keys);
    static Filter of(std::string bytes);   ///< as `bytes` gave it
    /// A key as filters see it: made once, asked of many.
    struct Key {
        std::uint64_t line = 0, bits = 0;
        explicit Key(std::int64_t);
    };
    void add(Key);
    bool may_have(Key) const;
    std::string bytes() const;
    std::size_t size() const { return m_words.size() * 8; }

private:
    std::vector<std::uint64_t> m_words;   ///< in lines of eight: one key is in one line of the processor's cache
};

} // namespace osetra::trace
