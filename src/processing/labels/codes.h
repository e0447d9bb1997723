#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/glyphs.h"
#include "kernel/result.h"

// The codes on labels, as modules: GS1 DataMatrix, QR and GS1-128. Pure; the library that encodes is seen by the .cpp only.
namespace osetra::processing::labels {

/// GS1 application identifiers with their values, in the order in which they are written.
using Elements = std::vector<std::pair<std::string, std::string>>;
std::string bracketed(Elements const&);          ///< [01]09521234000013[21]T1
std::string in_round_brackets(Elements const&);  ///< (01)09521234000013(21)T1, as people read it
/// As a reader gives it back: FNC1 (told by `fnc1`) in front and after each part of changing length that another follows.
std::string with_fnc1(Elements const&, std::string_view fnc1);

enum class CodeKind : std::uint8_t { data_matrix, qr, gs1_128 };
char const* code_of(CodeKind);
/// Refusal: code_kind_unknown.
Result<CodeKind> parse_code_kind(std::string_view);
/// Free of ink around it, in modules (GS1 General Specifications 5.6, ISO/IEC 18004, 5.4).
int quiet_zone(CodeKind);

/// One dot a module; of a line code one row. Refusal: gs1_malformed, with what the encoder says.
Result<paper::Dots> data_matrix(Elements const&);
Result<paper::Dots> qr(std::string_view text);   ///< error correction M
Result<paper::Dots> gs1_128(Elements const&);

/// Black rectangles in modules, as few as rows and runs allow: x, y, width, height.
struct Run { int x, y, width, height; };
std::vector<Run> runs_of(paper::Dots const&);

} // namespace osetra::processing::labels
