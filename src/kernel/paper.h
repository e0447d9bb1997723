#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/glyphs.h"

// Papers to print, A4 as PDF, in Latin and Chinese; the font is in them. No PDF library is visible here.
namespace osetra::paper {

/// Sizes of letters in points.
inline constexpr float small = 7.5F, normal = 9, large = 16;

struct Column { char const* heading; float width; };   ///< width: part of the page
enum class Lie { wide, upright };
/// Rows of empty lines are as high as somebody needs to write in them.
enum class Rows { read, written_in };

class Paper {
public:
    explicit Paper(Lie = Lie::wide);
    ~Paper();
    Paper(Paper const&) = delete;
    Paper& operator=(Paper const&) = delete;

    /// A paragraph, broken where it is full.
    void line(std::string_view text, float size);
    void gap(float points);
    /// \pre a row has a cell for each column
    void table(std::vector<Column> const&, std::vector<std::vector<std::string>> const& rows, Rows = Rows::read);
    /// A square of dots, so many points wide (a QR code), with words beside it.
    void code(Dots const&, float side, std::vector<std::string> const& beside);
    /// A line to write on, with what belongs there under it.
    void signature(std::string_view under);
    /// The file. Faults where the library fails.
    std::string bytes();

private:
    struct Inside;
    std::unique_ptr<Inside> m;
};

/// A black rectangle; points from the page's upper left corner.
struct Fill { float x, y, width, height; };

/// Pages of any size on which all has its place, told by its maker: labels, drawings. Points from the upper left corner.
class Board {
public:
    Board();
    ~Board();
    Board(Board const&) = delete;
    Board& operator=(Board const&) = delete;

    void page(float width, float height);
    /// \pre there is a page; `baseline`: where the letters stand
    void text(float x, float baseline, float size, std::string_view text);
    void fill(std::span<Fill const>);
    /// The outline of a place on the page, thin and grey: where to cut.
    void frame(Fill const&);
    std::string bytes();

private:
    struct Inside;
    std::unique_ptr<Inside> m;
};

} // namespace osetra::paper
