#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// The letters of the font that papers are printed with (kernel/paper.h), as measures, outlines and dots: for what has to know how wide a text is before it
// prints it, and for printers that have no such letters. Pure.
namespace osetra::paper {

struct Point { double x = 0, y = 0; };
/// Closed lines; curves are cut so fine that nobody sees it. In parts of the letter's size, y upwards from the line on which letters stand.
using Outline = std::vector<std::vector<Point>>;

/// Black and white dots, row by row from the top.
struct Dots {
    int width = 0, height = 0;
    std::vector<std::uint8_t> black;
    Dots() = default;
    Dots(int w, int h) : width(w), height(h), black(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
    bool at(int x, int y) const { return x >= 0 && y >= 0 && x < width && y < height && black[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] != 0; }
    void set(int x, int y) {
        if (x >= 0 && y >= 0 && x < width && y < height) black[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = 1;
    }
};

class Glyphs {
public:
    /// The font within the program.
    Glyphs();
    /// How wide a text is, in parts of its size.
    double width(std::string_view text) const;
    /// A letter that the font lacks: the text cannot be printed.
    bool has(char32_t) const;
    Outline const& outline(char32_t) const;
    /// Draws a text with its line at `baseline`, `size` dots high.
    void draw(Dots& on, std::string_view text, double x, double baseline, double size) const;

private:
    struct Letter { std::uint16_t glyph = 0; double advance = 0; };
    Letter letter(char32_t) const;
    void read_map();
    std::size_t table(char const* name) const;
    std::uint16_t u16(std::size_t at) const;
    std::uint32_t u32(std::size_t at) const;
    Outline read(std::uint16_t glyph, int depth) const;

    std::string_view m_file;
    std::map<std::string, std::size_t> m_tables;
    double m_units = 1;
    bool m_long_places = false;
    std::uint16_t m_measured = 1, m_glyphs = 0;
    std::unordered_map<char32_t, std::uint16_t> m_map;
    std::vector<Letter> m_common;                                   ///< the first letters of Unicode, which most texts are of
    mutable std::unordered_map<char32_t, Outline> m_outlines;       ///< one thread's: each has its own Glyphs
};

/// The characters of UTF-8 text; what is malformed becomes U+FFFD.
std::u32string characters(std::string_view text);
std::string utf8(char32_t);

} // namespace osetra::paper
