#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

// Many numbers asked for in one question: they travel as one text of 20 characters each, which both engines take apart.
namespace osetra::trace {

// Each step takes the first number off, so none looks for its place in the whole text.
#define OSETRA_ASKED "WITH RECURSIVE n(one, rest) AS (SELECT substr(:list, 1, 20), substr(:list, 21) UNION ALL " \
                     "SELECT substr(rest, 1, 20), substr(rest, 21) FROM n WHERE rest <> ''), asked(thing) AS (SELECT CAST(one AS BIGINT) FROM n)"

inline constexpr std::size_t asked_at_once = 128;

inline std::string list_of(std::span<std::int64_t const> numbers) {
    std::string list;
    list.reserve(numbers.size() * 20);
    std::array<char, 24> digits;
    for (auto const n : numbers) {
        auto const size = std::snprintf(digits.data(), digits.size(), "%20lld", static_cast<long long>(n));
        list.append(digits.data(), static_cast<std::size_t>(size));
    }
    return list;
}
/// Calls part(list, count) for so many as go into one question.
template <class Do> void in_parts(std::span<std::int64_t const> numbers, Do part) {
    for (std::size_t i = 0; i < numbers.size(); i += asked_at_once) {
        auto const some = numbers.subspan(i, std::min(asked_at_once, numbers.size() - i));
        part(list_of(some), static_cast<std::int64_t>(some.size()));
    }
}

} // namespace osetra::trace
