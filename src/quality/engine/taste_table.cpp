#include "quality/engine/taste_table.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "kernel/csv.h"

namespace osetra::quality {
namespace {

bool alike(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

} // namespace

Result<TasteTable> TasteTable::read(std::string_view bytes, std::string name) {
    auto read = read_csv(bytes, name);
    if (!read) return tl::unexpected(Refusal{read.error().code, read.error().message, name + (read.error().at.empty() ? "" : " " + read.error().at)});
    TasteTable out;
    out.m_name = std::move(name);
    auto const& sheet = read->sheets.front();
    out.m_mark = sheet.decimal_mark;
    if (sheet.rows.empty()) return refuse("file_empty", "The file is empty. Its first line names the columns.", out.m_name);
    for (auto const& c : sheet.rows.front().cells) out.m_header.push_back(c.text);
    while (!out.m_header.empty() && out.m_header.back().empty()) out.m_header.pop_back();
    for (std::size_t i = 0; i < out.m_header.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (alike(out.m_header[i], out.m_header[j])) return refuse("column_twice", "Two columns are named " + out.m_header[i] + ". Rename one.", out.m_name + " row 1");
    for (std::size_t r = 1; r < sheet.rows.size(); ++r) {
        Row row{sheet.rows[r].number, {}};
        for (auto const& c : sheet.rows[r].cells) row.cells.push_back(c.text);
        while (row.cells.size() > out.m_header.size() && row.cells.back().empty()) row.cells.pop_back();
        if (row.cells.size() > out.m_header.size())
            return refuse("row_ragged", fmt::format("This row has {} cells, the header {}.", row.cells.size(), out.m_header.size()), fmt::format("{} row {}", out.m_name, row.number));
        row.cells.resize(out.m_header.size());
        if (std::any_of(row.cells.begin(), row.cells.end(), [](auto const& c) { return !c.empty(); })) out.m_rows.push_back(std::move(row));
    }
    if (out.m_rows.empty()) return refuse("file_empty", "There are no answers below the header.", out.m_name);
    return out;
}

std::string TasteTable::place(std::size_t row, std::size_t column) const {
    return fmt::format("{} row {} {}", m_name, m_rows[row].number, m_header[column].empty() ? "column " + std::to_string(column + 1) : m_header[column]);
}

std::optional<std::size_t> TasteTable::find(std::string_view column) const {
    for (std::size_t i = 0; i < m_header.size(); ++i) if (alike(m_header[i], column)) return i;
    return std::nullopt;
}

Result<std::size_t> TasteTable::column(std::string_view wanted) const {
    if (auto const found = find(wanted)) return *found;
    std::string all;
    for (std::size_t i = 0; i < m_header.size() && i < 40; ++i) if (!m_header[i].empty()) all += (all.empty() ? "" : ", ") + m_header[i];
    return refuse("column_unknown", "There is no column " + std::string{wanted} + ". There are: " + all + ".", m_name);
}

std::optional<double> TasteTable::as_number(std::string const& cell) const {
    auto text = cell;
    if (m_mark == DecimalMark::comma) std::replace(text.begin(), text.end(), ',', '.');
    double value = 0;
    auto const* from = text.data() + (text.starts_with('+') ? 1 : 0);
    auto const [end, error] = std::from_chars(from, text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

Result<double> TasteTable::number(std::size_t row, std::size_t column) const {
    auto const& text = cell(row, column);
    if (text.empty()) return refuse("cell_empty", "Here is nothing. Write the answer, or take the row out.", place(row, column));
    if (auto const value = as_number(text)) return *value;
    return refuse("number_malformed", "'" + text.substr(0, 40) + "' is no number.", place(row, column));
}

Result<std::string> TasteTable::word(std::size_t row, std::size_t column) const {
    auto const& text = cell(row, column);
    if (text.empty()) return refuse("cell_empty", "Here is nothing. Write the answer, or take the row out.", place(row, column));
    return text;
}

bool TasteTable::is_numeric(std::size_t column) const {
    bool any = false;
    for (std::size_t r = 0; r < rows(); ++r) {
        if (cell(r, column).empty()) continue;
        if (!as_number(cell(r, column))) return false;
        any = true;
    }
    return any;
}

} // namespace osetra::quality
