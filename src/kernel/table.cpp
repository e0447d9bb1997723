#include "kernel/table.h"

#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "kernel/csv.h"
#include "kernel/fault.h"
#include "kernel/xlsx.h"

namespace osetra {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;

std::string moment_text(LocalMoment m) {
    auto const day = m.us >= 0 ? m.us / day_us : -((-m.us + day_us - 1) / day_us);
    auto const rest = (m.us - day * day_us) / 1'000'000;
    auto text = text_of(FarmDay{static_cast<std::int32_t>(day)});
    if (m.with_time) text += fmt::format(" {:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    return text;
}

void append_csv(std::string& out, std::string_view field) {
    if (field.find_first_of(",\"\r\n;\t") == std::string_view::npos && !(field.starts_with(' ') || field.ends_with(' '))) { out += field; return; }
    out += '"';
    for (auto const c : field) { if (c == '"') out += '"'; out += c; }
    out += '"';
}

std::string guarded(std::string const& text) {
    return !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos ? "'" + text : text;
}

/// A file that is gone when this is.
class ScratchFile {
public:
    ScratchFile() {
        char const* folder = std::getenv("TMPDIR");
        m_path = fmt::format("{}/osetra-XXXXXX", folder && *folder ? folder : "/tmp");
        auto const fd = mkstemp(m_path.data());
        if (fd < 0) throw Fault{"No scratch file could be made in " + m_path};
        close(fd);
    }
    ~ScratchFile() { unlink(m_path.c_str()); }
    ScratchFile(ScratchFile const&) = delete;
    ScratchFile& operator=(ScratchFile const&) = delete;
    char const* path() const { return m_path.c_str(); }
    std::string bytes() const {
        std::string all;
        auto* file = std::fopen(path(), "rb");
        if (!file) throw Fault{"The scratch file " + m_path + " cannot be read"};
        char buffer[65536];
        for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) all.append(buffer, n);
        std::fclose(file);
        return all;
    }

private:
    std::string m_path;
};

/// A sheet's name: 31 characters at most, none of []:*?/\ .
std::string sheet_name(std::string_view name) {
    std::string out;
    std::size_t characters = 0;
    for (auto const c : name) {
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U && ++characters > 31) break;
        out += std::string_view{"[]:*?/\\'"}.find(c) == std::string_view::npos ? c : ' ';
    }
    return out.empty() ? "Sheet1" : out;
}

} // namespace

bool is_formula_error(std::string_view text) {
    for (std::string_view const e : {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
        if (text == e) return true;
    return false;
}

std::string column_name(std::size_t column) {
    std::string name;
    for (auto n = column + 1; n > 0; n = (n - 1) / 26) name.insert(name.begin(), static_cast<char>('A' + (n - 1) % 26));
    return name;
}

std::size_t column_index(std::string_view name) {
    if (name.empty() || name.size() > 4) return std::string_view::npos;
    std::size_t n = 0;
    for (auto const c : name) {
        if (c >= 'A' && c <= 'Z') n = n * 26 + static_cast<std::size_t>(c - 'A' + 1);
        else if (c >= 'a' && c <= 'z') n = n * 26 + static_cast<std::size_t>(c - 'a' + 1);
        else return std::string_view::npos;
    }
    return n - 1;
}

std::string cell_address(std::string_view sheet, std::uint32_t row, std::size_t column) {
    return fmt::format("{}!{}{}", sheet, column_name(column), row);
}

Result<Table> read_table(std::string_view bytes, std::string name, ReadLimits const& limits) {
    if (bytes.empty()) return refuse("file_empty", "The file is empty. Send the one that holds the records.");
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06")) return read_xlsx(bytes, std::move(name), limits);
    if (bytes.starts_with("\xD0\xCF\x11\xE0"))
        return refuse("xls_old", "This is an old .xls workbook or one with a password. Save it as .xlsx without a password and send that.");
    if (bytes.starts_with("%PDF")) return refuse("file_unreadable", "This is a PDF. Send the spreadsheet it was printed from, as .xlsx or .csv.");
    auto table = OSETRA_TRY(read_csv(bytes, std::move(name), {}, limits));
    if (table.sheets.front().rows.empty()) return refuse("file_empty", "The file has no rows. Send the one that holds the records.");
    return table;
}

void TableOut::begin() { m_table.rows.emplace_back(); }

void TableOut::end() {
    m_table.rows.back().resize(m_table.headings.size());
}

void TableOut::add(char const* name, OutCell cell) {
    auto& row = m_table.rows.back();
    auto const at = row.size();
    if (at >= m_table.headings.size()) m_table.headings.emplace_back(name);
    row.push_back(std::move(cell));
}
void TableOut::put(char const* name, std::int64_t v) { add(name, Decimal{v, 0}); }
void TableOut::put(char const* name, double v) {
    auto const d = parse_decimal(fmt::format("{:.15g}", v));
    add(name, d ? OutCell{*d} : OutCell{});
}
void TableOut::put(char const* name, std::string_view v) { add(name, v.empty() ? OutCell{} : OutCell{std::string{v}}); }
void TableOut::put_flag(char const* name, bool v) { add(name, std::string{v ? "yes" : "no"}); }
void TableOut::put_instant(char const* name, Instant v) {
    if (v == forever) { add(name, {}); return; }
    add(name, LocalMoment{v.time_since_epoch().count() + Microseconds{m_offset.east}.count(), true});
}
void TableOut::put_day(char const* name, FarmDay v) { add(name, LocalMoment{v.n * day_us, false}); }
void TableOut::put_fish(char const* name, FishId v) { add(name, pit_tag_text(v)); }
void TableOut::put_fish_list(char const* name, std::span<FishId const> fish) {
    std::string text;
    for (auto const f : fish) { if (!text.empty()) text += ' '; text += pit_tag_text(f); }
    put(name, std::string_view{text});
}
void TableOut::put_text_list(char const* name, std::span<std::string const> list) {
    std::string text;
    for (auto const& one : list) text += (text.empty() ? "" : " ") + one;
    put(name, std::string_view{text});
}
void TableOut::put_null(char const* name) { add(name, {}); }

std::string write_csv(OutTable const& table) {
    std::string out = "\xEF\xBB\xBF";
    auto const line = [&](auto const& cells, auto const& text) {
        bool first = true;
        for (auto const& c : cells) {
            if (!first) out += ',';
            first = false;
            append_csv(out, text(c));
        }
        out += "\r\n";
    };
    line(table.headings, [](std::string const& h) { return guarded(h); });
    for (auto const& row : table.rows)
        line(row, [](OutCell const& c) -> std::string {
            if (auto const* text = std::get_if<std::string>(&c)) return guarded(*text);
            if (auto const* number = std::get_if<Decimal>(&c)) return text_of(*number);
            if (auto const* moment = std::get_if<LocalMoment>(&c)) return moment_text(*moment);
            return {};
        });
    return out;
}

std::string write_xlsx(OutTable const& table) {
    ScratchFile const file;
    lxw_workbook_options options{};
    options.constant_memory = LXW_FALSE;
    auto* book = workbook_new_opt(file.path(), &options);
    if (!book) throw Fault{"A workbook could not be begun"};
    // a fixed day, so that the same list gives the same bytes
    lxw_doc_properties properties{};
    properties.created = 946'684'800;
    workbook_set_properties(book, &properties);
    auto* sheet = workbook_add_worksheet(book, sheet_name(table.name).c_str());
    auto* bold = workbook_add_format(book);
    format_set_bold(bold);
    format_set_bottom(bold, LXW_BORDER_THIN);
    auto* day = workbook_add_format(book);
    format_set_num_format(day, "yyyy-mm-dd");
    auto* moment = workbook_add_format(book);
    format_set_num_format(moment, "yyyy-mm-dd hh:mm:ss");
    auto* text_format = workbook_add_format(book);
    format_set_num_format(text_format, "@");

    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < table.headings.size(); ++c) {
        worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(c), table.headings[c].c_str(), bold);
        widths.push_back(table.headings[c].size() + 2);
    }
    if (table.rows.size() >= LXW_ROW_MAX) throw Fault{"A workbook takes no more than 1,048,575 rows; export this list as CSV"};
    for (std::size_t r = 0; r < table.rows.size(); ++r)
        for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
            auto const row = static_cast<lxw_row_t>(r + 1);
            auto const column = static_cast<lxw_col_t>(c);
            auto const& cell = table.rows[r][c];
            auto const widen = [&](std::size_t n) { if (c < widths.size()) widths[c] = std::max(widths[c], std::min<std::size_t>(n + 2, 50)); };
            if (auto const* text = std::get_if<std::string>(&cell)) {
                worksheet_write_string(sheet, row, column, text->substr(0, 32'000).c_str(), text_format);
                widen(text->size());
            } else if (auto const* number = std::get_if<Decimal>(&cell)) {
                // a workbook's numbers are doubles of 15 digits; longer ones go as text so that nothing is lost
                auto const digits = text_of(*number);
                auto const significant = std::to_string(number->digits < 0 ? -number->digits : number->digits).size();
                double value = 0;
                std::from_chars(digits.data(), digits.data() + digits.size(), value);
                if (significant <= 15) worksheet_write_number(sheet, row, column, value, nullptr);
                else worksheet_write_string(sheet, row, column, digits.c_str(), text_format);
                widen(digits.size());
            } else if (auto const* when = std::get_if<LocalMoment>(&cell)) {
                auto const serial = static_cast<double>(when->us) / static_cast<double>(day_us) + 25'569.0;   // 1970-01-01
                worksheet_write_number(sheet, row, column, serial, when->with_time ? moment : day);
                widen(when->with_time ? 19 : 10);
            }
        }
    for (std::size_t c = 0; c < widths.size(); ++c)
        worksheet_set_column(sheet, static_cast<lxw_col_t>(c), static_cast<lxw_col_t>(c), static_cast<double>(widths[c]), nullptr);
    worksheet_freeze_panes(sheet, 1, 0);
    if (!table.rows.empty() && !table.headings.empty())
        worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(table.rows.size()), static_cast<lxw_col_t>(table.headings.size() - 1));
    auto const error = workbook_close(book);
    if (error != LXW_NO_ERROR) throw Fault{fmt::format("The workbook could not be written: {}", lxw_strerror(error))};
    return file.bytes();
}

} // namespace osetra
