#pragma once
#include <string_view>

namespace osetra::paper {

/// The font that is within the program.
std::string_view font_file();

/// Characters that are put together of others (most Chinese ones): the PDF library forgets those parts whose number in the font is over 32,767 and the paper would lack them. Marks them as
/// used too, just before the file is made. `pdf`: an HPDF_Doc; `file`: the font's bytes.
void mark_parts(void* pdf, char const* font, std::string_view file);

} // namespace osetra::paper
