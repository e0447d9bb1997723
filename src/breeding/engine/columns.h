#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace osetra::breeding {

/// A file of columns with a header, held once: cells are pieces of its text, so that ten million animals fit (kernel/csv.h, for what people type, keeps a record a cell and
/// takes 300,000 rows). Separated by comma, semicolon or tab, whichever the header has most of.
class Columns {
public:
    /// `name` goes into the places of refusals. Refusals: file_empty, encoding_broken, text_binary, csv_quote_open, column_twice, row_ragged (with its row), file_too_large (over 4 GB).
    static Result<Columns> read(std::string bytes, std::string name);

    std::string const& name() const { return m_name; }
    std::size_t rows() const { return m_header.empty() ? 0 : m_cells.size() / m_header.size(); }
    std::vector<std::string> const& header() const { return m_header; }
    bool has(std::string_view column) const;
    /// Refusal: column_unknown, with the columns there are.
    Result<std::size_t> column(std::string_view name) const;
    std::string_view cell(std::size_t row, std::size_t column) const { auto const c = m_cells[row * m_header.size() + column]; return std::string_view{m_text}.substr(c.from, c.size); }
    std::int64_t line(std::size_t row) const { return m_line[row]; }   ///< where it begins in the file, for people

private:
    struct Piece { std::uint32_t from, size; };
    std::string m_name, m_text;
    std::vector<std::string> m_header;
    std::vector<Piece> m_cells;
    std::vector<std::int64_t> m_line;
};

/// Texts that mean "not known".
using Missing = std::vector<std::string>;
Missing const usually_missing = {"", "0", "NA", "NaN", ".", "*"};
bool is_missing(std::string_view, Missing const&);

/// Refusals: number_malformed, number_not_finite, with the place.
Result<double> number_in(Columns const&, std::size_t row, std::size_t column);

} // namespace osetra::breeding
