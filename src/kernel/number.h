#pragma once
#include <charconv>
#include <optional>
#include <string_view>

namespace osetra {

/// The number that a text is from its first byte to its last, as C++ writes it; none where it is anything else, or does not fit. Of double also inf and nan.
template <class N> std::optional<N> read_number(std::string_view text) {
    N n{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{n} : std::nullopt;
}

} // namespace osetra
