#pragma once
#include <string>

namespace osetra {

/// Capitals of ASCII made small; all other letters stay, in any alphabet.
inline std::string lower_ascii(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

} // namespace osetra
