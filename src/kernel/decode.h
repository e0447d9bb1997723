#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/result.h"

namespace osetra {

/// How the bytes of a text file stand for characters.
enum class Encoding : std::uint8_t { utf8, utf8_bom, utf16_le, utf16_be, gb18030, windows_1252 };

std::string_view name_of(Encoding);

/// Guesses from byte-order marks, validity, and whether the two-byte pairs are those of everyday Chinese.
Encoding detect_encoding(std::string_view bytes);

/// Text as UTF-8 without a mark. Refusals: encoding_broken (bytes that the encoding does not have), text_binary.
Result<std::string> decode(std::string_view bytes, Encoding);

bool valid_utf8(std::string_view);

} // namespace osetra
