#include "kernel/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/units_exact.h"

namespace osetra {
namespace {

constexpr std::array<char, 4> delimiters{',', ';', '\t', '|'};

/// Field counts per line for one delimiter, quotes respected; at most 200 lines.
std::vector<std::size_t> counts(std::string_view text, char delimiter) {
    std::vector<std::size_t> lines;
    std::size_t n = 0;
    bool quoted = false, any = false;
    for (auto const c : text) {
        if (c == '"') quoted = !quoted;
        else if (!quoted && c == delimiter) ++n;
        else if (!quoted && (c == '\n' || c == '\r')) {
            if (any) lines.push_back(n);
            n = 0;
            any = false;
            if (lines.size() == 200) return lines;
            continue;
        }
        any = true;
    }
    if (any) lines.push_back(n);
    return lines;
}

char guess_delimiter(std::string_view text) {
    auto best = ',';
    double best_score = 0;
    for (auto const d : delimiters) {
        auto const lines = counts(text.substr(0, 64 << 10), d);
        if (lines.empty()) continue;
        // lines that share the commonest count above nought, weighted a little by how many fields they have
        auto most = std::size_t{0}, most_count = std::size_t{0};
        for (auto const n : lines) {
            if (n == 0) continue;
            auto const same = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), n));
            if (same > most || (same == most && n > most_count)) { most = same; most_count = n; }
        }
        auto const score = static_cast<double>(most) / static_cast<double>(lines.size()) + 0.01 * static_cast<double>(std::min<std::size_t>(most_count, 20));
        if (most > 0 && score > best_score) { best_score = score; best = d; }
    }
    return best;
}

/// Decimal commas: cells like 12,5 or 0,375 where the comma cannot divide thousands, and none with a decimal point.
DecimalMark guess_decimal_mark(std::vector<TableRow> const& rows) {
    std::size_t commas = 0, points = 0;
    for (auto const& row : rows)
        for (auto const& cell : row.cells) {
            if (cell.text.empty() || cell.text.size() > 24 || number_length(cell.text) != cell.text.size()) continue;
            auto const comma = cell.text.rfind(','), point = cell.text.rfind('.');
            if (comma == std::string::npos && point == std::string::npos) continue;
            if (comma != std::string::npos && (point == std::string::npos || comma > point)) {
                auto const places = cell.text.size() - comma - 1;
                if (places != 3 || point != std::string::npos || cell.text.starts_with("0,") || cell.text.starts_with("-0,")) ++commas;
            } else {
                auto const places = cell.text.size() - point - 1;
                if (places != 3 || comma != std::string::npos || cell.text.starts_with("0.") || cell.text.starts_with("-0.")) ++points;
            }
        }
    return commas > points ? DecimalMark::comma : DecimalMark::point;
}

std::string_view name_of_delimiter(char c) {
    switch (c) {
    case ';': return "semicolon";
    case '\t': return "tab";
    case '|': return "bar";
    default: return "comma";
    }
}

} // namespace

Result<Table> read_csv(std::string_view bytes, std::string name, CsvTold const& told, ReadLimits const& limits) {
    if (bytes.size() > limits.file_bytes)
        return refuse("file_too_large", fmt::format("The file has {} bytes; {} are taken at most. Split it.", bytes.size(), limits.file_bytes));
    auto const encoding = told.encoding.value_or(detect_encoding(bytes));
    auto const decoded = decode(bytes, encoding);
    if (!decoded) return tl::unexpected(decoded.error());
    std::string_view text = *decoded;

    auto delimiter = told.delimiter.value_or('\0');
    if (text.starts_with("sep=") && text.size() > 5 && (text[5] == '\n' || text[5] == '\r')) {   // what spreadsheets put there themselves
        if (!told.delimiter) delimiter = text[4];
        text.remove_prefix(text.substr(5).starts_with("\r\n") ? 7 : 6);
    }
    if (delimiter == '\0') delimiter = guess_delimiter(text);

    Table table{name, {}, {fmt::format("Read as text in {}, divided by {}s.", name_of(encoding), name_of_delimiter(delimiter))}};
    Sheet sheet;
    sheet.name = name;
    TableRow row{1, {}};
    std::uint32_t line = 1, record = 1;   // a spreadsheet counts records; a quoted cell may span lines
    std::size_t cells = 0, kept = 0, i = 0;
    std::optional<Refusal> no;

    auto const end_field = [&](std::string field, bool quoted) {
        if (row.cells.size() >= limits.columns && !no)
            no = Refusal{"columns_too_many", fmt::format("Line {} has more than {} columns. Take out what is not needed.", line, limits.columns), fmt::format("line {}", line)};
        if (no) return;
        Cell cell;
        if (!quoted) {
            auto const from = field.find_first_not_of(" \t");
            field = from == std::string::npos ? std::string{} : field.substr(from, field.find_last_not_of(" \t") - from + 1);
        }
        // our own export guards text that looks like a formula with an apostrophe
        if (field.size() > 1 && field[0] == '\'' && std::string_view{"=+-@\t\r"}.find(field[1]) != std::string_view::npos) field.erase(0, 1);
        cell.kind = field.empty() ? CellKind::empty
                    : is_formula_error(field) ? CellKind::error : CellKind::text;
        kept += field.size();
        cell.text = std::move(field);
        row.cells.push_back(std::move(cell));
    };
    auto const end_row = [&] {
        while (!row.cells.empty() && row.cells.back().kind == CellKind::empty) row.cells.pop_back();
        if (!row.cells.empty()) {
            cells += row.cells.size();
            if (cells > limits.cells || kept > limits.text_bytes)
                no = Refusal{"cells_too_many", fmt::format("The file has more than {} cells. Split it.", limits.cells), fmt::format("line {}", line)};
            else if (sheet.rows.size() >= limits.rows)
                no = Refusal{"rows_too_many", fmt::format("The file has more than {} rows. Split it.", limits.rows), fmt::format("line {}", line)};
            row.cells.shrink_to_fit();
            sheet.rows.push_back(std::move(row));
        }
        row = TableRow{++record, {}};
        if (record > 4 * limits.rows && !no)
            no = Refusal{"rows_too_many", fmt::format("The file has more than {} lines, most of them empty. Save only the rows that are filled.", 4 * limits.rows), fmt::format("line {}", line)};
    };

    while (i < text.size() && !no) {
        std::string field;
        bool quoted = false;
        auto const field_line = line;
        auto const start = text.find_first_not_of(' ', i);
        if (start != std::string_view::npos && text[start] == '"') {
            quoted = true;
            i = start + 1;
            for (;;) {
                if (i >= text.size())
                    return refuse("csv_quote_open", fmt::format("The quotation mark opened in line {} is never closed. Close it, or take it out.", field_line),
                                  fmt::format("line {}", field_line));
                if (text[i] == '"') {
                    if (i + 1 < text.size() && text[i + 1] == '"') { field += '"'; i += 2; continue; }
                    ++i;
                    break;
                }
                if (text[i] == '\n') ++line;
                field += text[i++];
            }
        }
        auto const stop = std::min(text.find_first_of(std::string{delimiter} + "\r\n", i), text.size());
        if (quoted) { if (text.substr(i, stop - i).find_first_not_of(' ') != std::string_view::npos) field += text.substr(i, stop - i); }
        else field = text.substr(i, stop - i);
        i = stop;
        end_field(std::move(field), quoted);
        if (i < text.size() && text[i] == delimiter) { ++i; if (i == text.size()) end_row(); continue; }
        if (i < text.size()) {
            if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
            ++i;
            ++line;
        } else ++line;
        end_row();
    }
    if (no) return tl::unexpected(*no);
    if (!row.cells.empty()) end_row();
    if (no) return tl::unexpected(*no);

    sheet.decimal_mark = told.decimal_mark.value_or(guess_decimal_mark(sheet.rows));
    if (sheet.decimal_mark == DecimalMark::comma) table.notes.emplace_back("Decimals are written with a comma.");
    for (auto& r : sheet.rows)
        for (auto& cell : r.cells)
            if (cell.kind == CellKind::text && cell.text.size() < 40 && parse_decimal(cell.text, sheet.decimal_mark)) cell.kind = CellKind::number;
    table.sheets.push_back(std::move(sheet));
    return table;
}

} // namespace osetra
