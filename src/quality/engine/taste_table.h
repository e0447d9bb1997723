#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/units_exact.h"

namespace osetra::quality {

/// A file of answers as it was written: a header, then rows of as many cells.
class TasteTable {
public:
    /// Refusals: those of read_csv, file_empty, column_twice, row_ragged (row).
    static Result<TasteTable> read(std::string_view bytes, std::string name);

    std::string const& name() const { return m_name; }
    std::vector<std::string> const& header() const { return m_header; }
    std::size_t rows() const { return m_rows.size(); }
    std::string const& cell(std::size_t row, std::size_t column) const { return m_rows[row].cells[column]; }
    /// "answers.csv row 7 sweet", rows as a spreadsheet counts them.
    std::string place(std::size_t row, std::size_t column) const;
    std::optional<std::size_t> find(std::string_view column) const;          ///< capitals and small letters alike
    Result<std::size_t> column(std::string_view) const;                      ///< refusal: column_unknown
    /// Refusals: cell_empty, number_malformed, each with its place.
    Result<double> number(std::size_t row, std::size_t column) const;
    Result<std::string> word(std::size_t row, std::size_t column) const;     ///< refusal: cell_empty
    /// Every cell that is not empty is a number, and one at least is.
    bool is_numeric(std::size_t column) const;

private:
    struct Row { std::uint32_t number; std::vector<std::string> cells; };
    std::optional<double> as_number(std::string const&) const;
    std::string m_name;
    std::vector<std::string> m_header;
    std::vector<Row> m_rows;
    DecimalMark m_mark = DecimalMark::point;
};

} // namespace osetra::quality
