#include "breeding/engine/columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "kernel/decode.h"

namespace osetra::breeding {
namespace {

using std::size_t;
using std::string;
using std::string_view;

string_view trimmed(string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
    return s;
}

} // namespace

Result<Columns> Columns::read(string bytes, string name) {
    Columns out;
    out.m_name = std::move(name);
    if (bytes.size() >= std::numeric_limits<std::uint32_t>::max()) return refuse("file_too_large", "The file is larger than 4 GB. Send it in parts.", out.m_name);
    auto const encoding = detect_encoding(bytes);
    if (encoding == Encoding::utf8) out.m_text = std::move(bytes);
    else {
        auto text = decode(bytes, encoding);
        if (!text) return tl::unexpected(Refusal{text.error().code, text.error().message, out.m_name});
        out.m_text = *std::move(text);
    }
    if (out.m_text.find('\0') != string::npos) return refuse("text_binary", "This is no text file. Save the table as CSV.", out.m_name);
    auto& text = out.m_text;
    auto const first_line = string_view{text}.substr(0, text.find('\n'));
    auto delimiter = ',';
    for (char const other : {';', '\t'}) if (std::count(first_line.begin(), first_line.end(), other) > std::count(first_line.begin(), first_line.end(), delimiter)) delimiter = other;
    std::vector<Piece> row;
    std::int64_t line = 1;
    size_t at = 0;
    while (at < text.size()) {
        row.clear();
        auto const begins = line;
        for (auto more = true; more;) {
            if (at < text.size() && text[at] == '"') {   // quotes are taken off in place
                auto const from = ++at;
                auto to = from;
                for (;; ++at) {
                    if (at >= text.size()) return refuse("csv_quote_open", "A quote is opened and not closed.", out.m_name + " line " + std::to_string(begins));
                    if (text[at] == '\n') ++line;
                    if (text[at] != '"') { text[to++] = text[at]; continue; }
                    if (at + 1 < text.size() && text[at + 1] == '"') { text[to++] = '"'; ++at; continue; }
                    ++at;
                    break;
                }
                row.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from)});
                while (at < text.size() && text[at] != delimiter && text[at] != '\n') ++at;
            } else {
                auto const from = at;
                while (at < text.size() && text[at] != delimiter && text[at] != '\n') ++at;
                auto const piece = trimmed(string_view{text}.substr(from, at - from));
                row.push_back({static_cast<std::uint32_t>(piece.data() - text.data()), static_cast<std::uint32_t>(piece.size())});
            }
            more = at < text.size() && text[at] == delimiter;
            ++at;
        }
        ++line;
        if (row.size() == 1 && row[0].size == 0) continue;   // an empty line
        if (out.m_header.empty()) {
            for (auto const& piece : row) {
                out.m_header.emplace_back(text, piece.from, piece.size);
                if (std::count(out.m_header.begin(), out.m_header.end(), out.m_header.back()) > 1)
                    return refuse("column_twice", "Two columns are named " + out.m_header.back() + ". Rename one.", out.m_name + " line 1");
            }
            continue;
        }
        if (row.size() != out.m_header.size())
            return refuse("row_ragged", "This row has " + std::to_string(row.size()) + " cells, the header " + std::to_string(out.m_header.size()) + ".", out.m_name + " line " + std::to_string(begins));
        out.m_cells.insert(out.m_cells.end(), row.begin(), row.end());
        out.m_line.push_back(begins);
    }
    if (out.m_header.empty()) return refuse("file_empty", "The file is empty. Its first line names the columns.", out.m_name);
    return out;
}

bool Columns::has(string_view column) const { return std::find(m_header.begin(), m_header.end(), column) != m_header.end(); }

Result<size_t> Columns::column(string_view wanted) const {
    auto const found = std::find(m_header.begin(), m_header.end(), wanted);
    if (found != m_header.end()) return static_cast<size_t>(found - m_header.begin());
    string all;
    for (auto const& h : m_header) all += (all.empty() ? "" : ", ") + h;
    return refuse("column_unknown", "There is no column " + string{wanted} + ". There are: " + all + ".", m_name);
}

bool is_missing(string_view text, Missing const& missing) { return std::find(missing.begin(), missing.end(), text) != missing.end(); }

Result<double> number_in(Columns const& c, size_t row, size_t column) {
    auto const text = c.cell(row, column);
    auto const place = [&] { return c.name() + " line " + std::to_string(c.line(row)) + " " + c.header()[column]; };
    double value = 0;
    auto const* first = text.data() + (text.starts_with('+') ? 1 : 0);
    auto const [end, error] = std::from_chars(first, text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return refuse("number_malformed", "'" + string{text.substr(0, 40)} + "' is no number.", place());
    if (!std::isfinite(value)) return refuse("number_not_finite", "'" + string{text.substr(0, 40)} + "' is not finite.", place());
    return value;
}

} // namespace osetra::breeding
