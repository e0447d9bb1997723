#include "kernel/xlsx.h"

#include <expat.h>
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <optional>

namespace osetra {
namespace {

constexpr std::size_t chunk_bytes = 256u << 10;
constexpr std::size_t longest_token = 2u << 20;      ///< a cell holds 32,767 characters at most
constexpr std::size_t most_elements = 6'000'000;     ///< about three a cell
constexpr int deepest = 64;

std::string_view local(std::string_view name) {
    auto const colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// One pass over one part: what begins, what ends, and the text between. Namespaces' prefixes are cut off.
class Handler {
public:
    virtual ~Handler() = default;
    virtual void begin(std::string_view element, char const** attributes) = 0;
    virtual void end(std::string_view element) = 0;
    virtual void text(std::string_view) {}
    std::optional<Refusal> no;
    void refuse_with(std::string code, std::string message, std::string at = {}) {
        if (!no) no = Refusal{std::move(code), std::move(message), std::move(at)};
    }
};

std::string_view attribute(char const** attributes, std::string_view name) {
    for (; *attributes; attributes += 2)
        if (local(*attributes) == name) return attributes[1];
    return {};
}

struct Parser {
    XML_Parser xml = XML_ParserCreate(nullptr);
    Handler* handler = nullptr;
    std::size_t elements = 0, fed = 0, last_event = 0;
    int depth = 0;
    bool doctype = false;

    Parser() = default;
    ~Parser() { XML_ParserFree(xml); }
    Parser(Parser const&) = delete;
    Parser& operator=(Parser const&) = delete;
    void stop() { XML_StopParser(xml, XML_FALSE); }
};

void on_begin(void* user, char const* name, char const** attributes) {
    auto& p = *static_cast<Parser*>(user);
    p.last_event = p.fed;
    if (++p.elements > most_elements) p.handler->refuse_with("xlsx_bomb", "The workbook has more marks than any honest sheet. Save only the needed rows and columns.");
    if (++p.depth > deepest) p.handler->refuse_with("xlsx_damaged", "The workbook's marks are nested too deeply. Open it in a spreadsheet program and save it again.");
    if (!p.handler->no) p.handler->begin(local(name), attributes);
    if (p.handler->no) p.stop();
}
void on_end(void* user, char const* name) {
    auto& p = *static_cast<Parser*>(user);
    p.last_event = p.fed;
    --p.depth;
    if (!p.handler->no) p.handler->end(local(name));
    if (p.handler->no) p.stop();
}
void on_text(void* user, char const* s, int length) {
    auto& p = *static_cast<Parser*>(user);
    p.last_event = p.fed;
    if (!p.handler->no) p.handler->text({s, static_cast<std::size_t>(length)});
    if (p.handler->no) p.stop();
}
void on_doctype(void* user, char const*, char const*, char const*, int) {
    auto& p = *static_cast<Parser*>(user);
    p.doctype = true;
    p.stop();
}

class Archive {
public:
    static Result<std::unique_ptr<Archive>> open(std::string_view bytes, ReadLimits const& limits) {
        zip_error_t error;
        zip_error_init(&error);
        auto archive = std::unique_ptr<Archive>(new Archive{limits});
        auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
        if (source) archive->m_zip = zip_open_from_source(source, ZIP_RDONLY, &error);
        if (source && !archive->m_zip) zip_source_free(source);
        zip_error_fini(&error);
        if (!archive->m_zip)
            return refuse("file_unreadable", "The file begins like a workbook but is damaged or cut off. Send it again.");
        if (zip_get_num_entries(archive->m_zip, 0) > 10'000)
            return refuse("xlsx_bomb", "The workbook holds more than 10,000 parts. Save only the needed sheets.");
        return archive;
    }
    ~Archive() { if (m_zip) zip_discard(m_zip); }
    Archive(Archive const&) = delete;
    Archive& operator=(Archive const&) = delete;

    bool has(std::string const& part) const { return zip_name_locate(m_zip, part.c_str(), ZIP_FL_NOCASE) >= 0; }

    Result<Done> read(std::string const& part, Handler& handler) {
        auto const damaged = [&](std::string_view how) {
            return refuse("xlsx_damaged", fmt::format("The workbook's part {} is damaged ({}). Open it in a spreadsheet program and save it again.", part, how), part);
        };
        auto const index = zip_name_locate(m_zip, part.c_str(), ZIP_FL_NOCASE);
        if (index < 0) return damaged("it is missing");
        zip_stat_t stat;
        if (zip_stat_index(m_zip, static_cast<zip_uint64_t>(index), 0, &stat) != 0) return damaged("it cannot be found");
        auto const bomb = [&] {
            return refuse("xlsx_bomb", fmt::format("The workbook unpacks to far more than it holds ({}). Save only the needed rows and columns.", part), part);
        };
        if ((stat.valid & ZIP_STAT_SIZE) && stat.size > m_limits.unpacked_bytes - std::min(m_unpacked, m_limits.unpacked_bytes)) return bomb();
        auto const packed = (stat.valid & ZIP_STAT_COMP_SIZE) ? stat.comp_size : 1;
        struct Close { void operator()(zip_file_t* f) const { zip_fclose(f); } };
        std::unique_ptr<zip_file_t, Close> file{zip_fopen_index(m_zip, static_cast<zip_uint64_t>(index), 0)};
        if (!file) return damaged("it is locked or packed in a way that is not known");

        Parser p;
        p.handler = &handler;
        XML_SetUserData(p.xml, &p);
        XML_SetElementHandler(p.xml, on_begin, on_end);
        XML_SetCharacterDataHandler(p.xml, on_text);
        XML_SetStartDoctypeDeclHandler(p.xml, on_doctype);
        for (bool last = false; !last;) {
            auto* buffer = XML_GetBuffer(p.xml, static_cast<int>(chunk_bytes));
            if (!buffer) return damaged("it needs too much memory");
            auto const n = zip_fread(file.get(), buffer, chunk_bytes);
            if (n < 0) return damaged("it does not unpack");
            last = n == 0;
            p.fed += static_cast<std::size_t>(n);
            m_unpacked += static_cast<std::size_t>(n);
            if (m_unpacked > m_limits.unpacked_bytes || (p.fed > (1u << 20) && p.fed / m_limits.pack_ratio > packed)) return bomb();
            auto const status = XML_ParseBuffer(p.xml, static_cast<int>(n), last ? 1 : 0);
            if (p.doctype)
                return refuse("xlsx_doctype", fmt::format("The workbook's part {} declares entities, which no spreadsheet program writes. Save it again from one.", part), part);
            if (handler.no) return tl::unexpected(*handler.no);
            if (status != XML_STATUS_OK) return damaged(fmt::format("line {}: {}", XML_GetCurrentLineNumber(p.xml), XML_ErrorString(XML_GetErrorCode(p.xml))));
            if (p.fed - p.last_event > longest_token) return bomb();
        }
        return Done{};
    }

private:
    explicit Archive(ReadLimits const& limits) : m_limits(limits) {}
    ReadLimits m_limits;
    zip_t* m_zip = nullptr;
    std::size_t m_unpacked = 0;
};

std::string joined(std::string_view folder, std::string_view target) {
    if (target.starts_with('/')) return std::string{target.substr(1)};
    std::string path{folder};
    while (target.starts_with("../")) {
        target.remove_prefix(3);
        auto const slash = path.rfind('/', path.size() > 1 ? path.size() - 2 : 0);
        path = slash == std::string::npos ? std::string{} : path.substr(0, slash + 1);
    }
    return path + std::string{target};
}
std::string folder_of(std::string_view path) {
    auto const slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string{} : std::string{path.substr(0, slash + 1)};
}

struct Relations final : Handler {
    struct One { std::string type, target; };
    std::map<std::string, One, std::less<>> by_id;
    void begin(std::string_view element, char const** a) override {
        if (element == "Relationship") by_id[std::string{attribute(a, "Id")}] = {std::string{attribute(a, "Type")}, std::string{attribute(a, "Target")}};
        if (by_id.size() > 10'000) refuse_with("xlsx_bomb", "The workbook names more than 10,000 parts. Save only the needed sheets.");
    }
    void end(std::string_view) override {}
};

struct Workbook final : Handler {
    struct One { std::string name, id; bool hidden = false; };
    std::vector<One> sheets;
    bool from_1904 = false;
    void begin(std::string_view element, char const** a) override {
        if (element == "workbookPr") { auto const v = attribute(a, "date1904"); from_1904 = v == "1" || v == "true"; }
        if (element == "sheet") {
            auto const state = attribute(a, "state");
            sheets.push_back({std::string{attribute(a, "name")}, std::string{attribute(a, "id")}, state == "hidden" || state == "veryHidden"});
        }
        if (sheets.size() > 10'000) refuse_with("sheets_too_many", "The workbook has more than 10,000 sheets.");
    }
    void end(std::string_view) override {}
};

/// Whether a number format shows days or times. Text in quotes, escapes and [colours] do not count; [h] does.
struct Shows { bool day = false, time = false; };
Shows shows(std::string_view code) {
    Shows s;
    for (std::size_t i = 0; i < code.size(); ++i) {
        auto const c = code[i];
        if (c == '"') { while (++i < code.size() && code[i] != '"') {} continue; }
        if (c == '\\' || c == '_' || c == '*') { ++i; continue; }
        if (c == ';') break;   // what follows is for negative numbers and text
        if (c == '[') {
            auto const close = std::min(code.find(']', i), code.size());
            auto const inside = code.substr(i + 1, close - i - 1);
            if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) s.time = true;
            i = close;
            continue;
        }
        if (code.substr(i, 7) == "General") { i += 6; continue; }
        if (c == 'y' || c == 'Y' || c == 'd' || c == 'D' || (c == 'e' && (i == 0 || (code[i - 1] != '0' && code[i - 1] != '#')))) s.day = true;
        if (c == 'h' || c == 'H' || c == 's' || c == 'S') s.time = true;
    }
    if (!s.day && !s.time && code.find_first_of("mM") != std::string_view::npos && code.find_first_of("0#?") == std::string_view::npos) s.day = true;
    return s;
}
Shows built_in(int id) {
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58)) return {true, false};
    if (id == 22) return {true, true};
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47)) return {false, true};
    return {};
}

int to_int(std::string_view s) {
    int n = -1;
    std::from_chars(s.data(), s.data() + s.size(), n);
    return n;
}

struct Styles final : Handler {
    std::map<int, Shows> formats;
    std::vector<Shows> cells;   // cellXfs, by index
    bool in_cells = false;
    void begin(std::string_view element, char const** a) override {
        if (element == "numFmt") formats[to_int(attribute(a, "numFmtId"))] = shows(attribute(a, "formatCode"));
        if (element == "cellXfs") in_cells = true;
        if (element == "xf" && in_cells) {
            auto const id = to_int(attribute(a, "numFmtId"));
            auto const own = formats.find(id);
            cells.push_back(own != formats.end() ? own->second : built_in(id));
        }
        if (cells.size() > 100'000 || formats.size() > 100'000) refuse_with("xlsx_bomb", "The workbook has more than 100,000 cell formats. Copy the rows into a new workbook.");
    }
    void end(std::string_view element) override { if (element == "cellXfs") in_cells = false; }
};

/// "_x000D_" stands for a control character in a workbook's text.
std::string unescaped(std::string text) {
    for (auto at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
        if (at + 7 > text.size() || text[at + 6] != '_') continue;
        unsigned code = 0;
        auto const [stop, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, code, 16);
        if (error != std::errc{} || stop != text.data() + at + 6 || code >= 0x80) continue;
        text.replace(at, 7, 1, code < 0x20 ? ' ' : static_cast<char>(code));
    }
    return text;
}

struct Strings final : Handler {
    explicit Strings(ReadLimits const& l) : limits(l) {}
    ReadLimits const& limits;
    std::vector<std::string> all;
    std::string now;
    std::size_t bytes = 0;
    bool in_text = false, in_phonetic = false;
    void begin(std::string_view element, char const**) override {
        if (element == "si") now.clear();
        else if (element == "rPh") in_phonetic = true;
        else if (element == "t") in_text = true;
    }
    void end(std::string_view element) override {
        if (element == "t") in_text = false;
        else if (element == "rPh") in_phonetic = false;
        else if (element == "si") {
            if (all.size() >= limits.cells) refuse_with("cells_too_many", fmt::format("The workbook has more than {} different texts. Split it.", limits.cells));
            else all.push_back(unescaped(now));
        }
    }
    void text(std::string_view s) override {
        if (!in_text || in_phonetic) return;
        bytes += s.size();
        if (bytes > limits.text_bytes) refuse_with("cells_too_many", fmt::format("The workbook has more than {} bytes of text. Split it.", limits.text_bytes));
        else now += s;
    }
};

/// Digits with at most one point, no more than 15, no zeros that a sheet would not show: the text is the number already.
bool plain_number(std::string_view s) {
    std::size_t points = 0, digits = 0;
    if (s.starts_with('-')) s.remove_prefix(1);
    for (auto const c : s) {
        if (c == '.') ++points;
        else if (c >= '0' && c <= '9') ++digits;
        else return false;
    }
    return digits > 0 && digits <= 15 && points <= 1 && s.front() != '.' && !(s.front() == '0' && s.size() > 1 && s[1] != '.') &&
           (points == 0 || (s.back() != '0' && s.back() != '.'));
}

constexpr std::int64_t day_us = 86'400'000'000;

/// A date serial on the sheet's own calendar. The 1900 calendar has a 29 February 1900 that never was (serial 60).
void set_moment(Cell& cell, double serial, Shows format, bool from_1904) {
    if (!(serial >= 0) || serial >= 2'958'466) return;   // beyond 9999-12-31: stays a number
    auto const day = std::floor(serial);
    auto const ms = static_cast<std::int64_t>(std::llround((serial - day) * 86'400'000.0));   // spreadsheets keep milliseconds at best
    if (day < 1 && !from_1904) { cell.kind = CellKind::time; cell.when_us = ms * 1000; return; }
    if (!format.day && day < 1) { cell.kind = CellKind::time; cell.when_us = ms * 1000; return; }
    if (!from_1904 && day == 60) return;
    auto const whole_days = static_cast<std::int64_t>(day);
    // 25569 and 24107 are 1970-01-01 in the two systems
    auto const since_1970 = from_1904 ? whole_days - 24'107 : whole_days - 25'569 + (whole_days < 60 ? 1 : 0);
    cell.kind = CellKind::moment;
    cell.when_us = since_1970 * day_us + ms * 1000;
    cell.with_time = format.time || ms != 0;
}

struct Merge { std::uint32_t top, bottom; std::size_t left, right; };

/// "B7" into column and row; false where it is none.
bool parse_address(std::string_view s, std::size_t& column, std::uint32_t& row) {
    std::size_t i = 0;
    column = 0;
    while (i < s.size() && s[i] >= 'A' && s[i] <= 'Z' && i < 4) column = column * 26 + static_cast<std::size_t>(s[i++] - 'A' + 1);
    if (i == 0 || i == s.size()) return false;
    auto const [stop, error] = std::from_chars(s.data() + i, s.data() + s.size(), row);
    if (error != std::errc{} || stop != s.data() + s.size() || row == 0) return false;
    --column;
    return true;
}

struct Cells final : Handler {
    Cells(ReadLimits const& l, Strings const& s, Styles const& f, bool from1904, Sheet& out, std::size_t& count, std::size_t& bytes)
        : limits(l), strings(s), styles(f), from_1904(from1904), sheet(out), cell_count(count), text_bytes(bytes) {}
    ReadLimits const& limits;
    Strings const& strings;
    Styles const& styles;
    bool from_1904;
    Sheet& sheet;
    std::size_t& cell_count;
    std::size_t& text_bytes;

    std::size_t row_marks = 0, column = 0, next_column = 0;
    std::uint32_t row_number = 0;
    TableRow row;
    std::string type, value, inline_text;
    int style = -1;
    bool in_value = false, in_inline = false, in_text = false, in_phonetic = false, in_data = false;
    std::vector<Merge> merges;

    void begin(std::string_view element, char const** a) override {
        if (element == "sheetData") in_data = true;
        else if (element == "row" && in_data) begin_row(a);
        else if (element == "c" && in_data) begin_cell(a);
        else if (element == "v") in_value = true;
        else if (element == "is") in_inline = true;
        else if (element == "rPh") in_phonetic = true;
        else if (element == "t" && in_inline) in_text = true;
        else if (element == "mergeCell") add_merge(attribute(a, "ref"));
    }
    void end(std::string_view element) override {
        if (element == "v") in_value = false;
        else if (element == "t") in_text = false;
        else if (element == "rPh") in_phonetic = false;
        else if (element == "is") in_inline = false;
        else if (element == "c" && in_data) end_cell();
        else if (element == "row" && in_data) end_row();
        else if (element == "sheetData") in_data = false;
        else if (element == "worksheet") apply_merges();
    }
    void text(std::string_view s) override {
        auto& to = in_value ? value : inline_text;
        if (!in_value && (!in_text || in_phonetic)) return;
        if (to.size() + s.size() > 200'000) refuse_with("xlsx_bomb", "A cell holds more text than a spreadsheet allows.", sheet.name);
        else to += s;
    }

    void begin_row(char const** a) {
        if (++row_marks > limits.rows) {
            refuse_with("rows_too_many", fmt::format("Sheet {} marks more than {} rows, empty ones counted. Delete the empty rows below the data, or split the sheet.", sheet.name, limits.rows), sheet.name);
            return;
        }
        auto const told = attribute(a, "r");
        auto number = row_number + 1;
        if (!told.empty()) {
            auto const [stop, error] = std::from_chars(told.data(), told.data() + told.size(), number);
            if (error != std::errc{} || number == 0 || number <= row_number) { order_broken(told); return; }
        }
        row_number = number;
        row = TableRow{row_number, {}};
        next_column = 0;
    }
    void begin_cell(char const** a) {
        type = attribute(a, "t");
        style = to_int(attribute(a, "s"));
        value.clear();
        inline_text.clear();
        column = next_column;
        auto const told = attribute(a, "r");
        std::uint32_t in_row = 0;
        if (!told.empty() && !parse_address(told, column, in_row)) { order_broken(told); return; }
        next_column = column + 1;
    }
    void order_broken(std::string_view address) {
        refuse_with("xlsx_damaged", fmt::format("Sheet {} has an address that cannot be ({}). Open it in a spreadsheet program and save it again.", sheet.name, clipped(address, 20)), sheet.name);
    }
    void too_many() { refuse_with("cells_too_many", fmt::format("The workbook has more than {} cells. Split it.", limits.cells), sheet.name); }

    void end_cell() {
        Cell cell;
        if (type == "s") {
            std::size_t n = 0;
            auto const [stop, error] = std::from_chars(value.data(), value.data() + value.size(), n);
            if (error != std::errc{} || n >= strings.all.size()) { order_broken(cell_address(sheet.name, row_number, column)); return; }
            cell.text = strings.all[n];
            cell.kind = CellKind::text;
        } else if (type == "inlineStr") {
            cell.text = unescaped(inline_text);
            cell.kind = CellKind::text;
        } else if (type == "str") {
            cell.text = unescaped(value);
            cell.kind = is_formula_error(cell.text) ? CellKind::error : CellKind::text;
        } else if (type == "b") {
            cell.text = value == "1" || value == "true" ? "TRUE" : "FALSE";
            cell.kind = CellKind::flag;
        } else if (type == "e") {
            cell.text = clipped(value, 20);
            cell.kind = CellKind::error;
        } else if (type == "d") {   // ISO 8601 text
            cell.text = value;
            cell.kind = CellKind::text;
        } else if (!value.empty()) {
            auto const format = style >= 0 && static_cast<std::size_t>(style) < styles.cells.size() ? styles.cells[static_cast<std::size_t>(style)] : Shows{};
            cell.kind = CellKind::number;
            if (value.size() <= 16 && plain_number(value) && !format.day && !format.time) cell.text = value;
            else {
                double number = 0;
                auto const* first = value.data() + std::min(value.find_first_not_of(' '), value.size());
                auto const [stop, error] = std::from_chars(first, value.data() + value.size(), number);
                if (error != std::errc{} || !std::isfinite(number)) { order_broken(cell_address(sheet.name, row_number, column)); return; }
                cell.text = fmt::format("{:.15g}", number);   // what the sheet shows; the 16th and 17th digit are noise of binary fractions
                if (format.day || format.time) set_moment(cell, number, format, from_1904);
            }
        }
        if (cell.kind == CellKind::empty || (cell.kind == CellKind::text && cell.text.find_first_not_of(" \t\r\n") == std::string::npos)) return;
        if (column >= limits.columns) {
            refuse_with("columns_too_many", fmt::format("Sheet {} has more than {} columns. Take out what is not needed.", sheet.name, limits.columns), cell_address(sheet.name, row_number, column));
            return;
        }
        if (column < row.cells.size()) { order_broken(cell_address(sheet.name, row_number, column)); return; }
        cell_count += column + 1 - row.cells.size();
        text_bytes += cell.text.size();
        if (cell_count > limits.cells || text_bytes > limits.text_bytes) { too_many(); return; }
        row.cells.resize(column);
        row.cells.push_back(std::move(cell));
    }
    void end_row() {
        if (row.cells.empty()) return;
        row.cells.shrink_to_fit();
        sheet.rows.push_back(std::move(row));
    }

    void add_merge(std::string_view ref) {
        auto const colon = ref.find(':');
        Merge m{};
        if (colon == std::string_view::npos || !parse_address(ref.substr(0, colon), m.left, m.top) || !parse_address(ref.substr(colon + 1), m.right, m.bottom) ||
            m.left > m.right || m.top > m.bottom) {
            order_broken(ref);
            return;
        }
        if (merges.size() >= 100'000) { refuse_with("xlsx_bomb", fmt::format("Sheet {} has more than 100,000 merged areas.", sheet.name), sheet.name); return; }
        merges.push_back(m);
    }
    void apply_merges() {
        std::size_t work = 0, widest = 0;
        for (auto const& r : sheet.rows) widest = std::max(widest, r.cells.size());
        auto const at = [&](std::uint32_t number) {
            return std::lower_bound(sheet.rows.begin(), sheet.rows.end(), number, [](TableRow const& r, std::uint32_t n) { return r.number < n; });
        };
        for (auto const& m : merges) {
            auto const top = at(m.top);
            if (top == sheet.rows.end() || top->number != m.top || m.left >= top->cells.size()) continue;
            auto const first = top->cells[m.left];
            if (first.kind == CellKind::empty) continue;
            auto const right = std::min(m.right, widest - 1);   // a merged title may reach far beyond the data
            for (auto r = top; r != sheet.rows.end() && r->number <= m.bottom; ++r) {
                if (r->cells.size() <= right) {
                    cell_count += right + 1 - r->cells.size();
                    if (cell_count > limits.cells) { too_many(); return; }
                    r->cells.resize(right + 1);
                }
                for (auto c = m.left; c <= right; ++c) {
                    if (r == top && c == m.left) continue;
                    if (++work > 2 * limits.cells) { too_many(); return; }
                    text_bytes += first.text.size();
                    if (text_bytes > limits.text_bytes) { too_many(); return; }
                    r->cells[c] = first;
                    r->cells[c].merged = true;
                }
            }
        }
    }
};

} // namespace

Result<Table> read_xlsx(std::string_view bytes, std::string name, ReadLimits const& limits) {
    if (bytes.size() > limits.file_bytes)
        return refuse("file_too_large", fmt::format("The file has {} bytes; {} are taken at most. Split it.", bytes.size(), limits.file_bytes));
    auto archive = OSETRA_TRY(Archive::open(bytes, limits));
    if (archive->has("mimetype") && archive->has("content.xml"))
        return refuse("not_a_workbook", "This is an OpenDocument file. Save it as .xlsx or .csv and send that.");
    if (archive->has("xl/workbook.bin")) return refuse("not_a_workbook", "This is a binary .xlsb workbook. Save it as .xlsx and send that.");

    std::string workbook_part = "xl/workbook.xml";
    if (archive->has("_rels/.rels")) {
        Relations top;
        OSETRA_TRY(archive->read("_rels/.rels", top));
        for (auto const& [id, r] : top.by_id)
            if (r.type.ends_with("/officeDocument")) workbook_part = joined("", r.target);
    }
    if (!archive->has(workbook_part)) return refuse("not_a_workbook", "The file is packed like a workbook but holds none. Send an .xlsx or a .csv file.");
    Workbook book;
    OSETRA_TRY(archive->read(workbook_part, book));
    if (book.sheets.size() > limits.sheets)
        return refuse("sheets_too_many", fmt::format("The workbook has {} sheets; {} are taken at most.", book.sheets.size(), limits.sheets));

    auto const folder = folder_of(workbook_part);
    Relations parts;
    auto const relations_part = fmt::format("{}_rels/{}.rels", folder, workbook_part.substr(folder.size()));
    if (archive->has(relations_part)) OSETRA_TRY(archive->read(relations_part, parts));
    Styles styles;
    Strings strings{limits};
    for (auto const& [id, r] : parts.by_id) {
        if (r.type.ends_with("/styles")) OSETRA_TRY(archive->read(joined(folder, r.target), styles));
        if (r.type.ends_with("/sharedStrings")) OSETRA_TRY(archive->read(joined(folder, r.target), strings));
    }

    Table table{std::move(name), {}, {}};
    std::size_t cells = 0, text_bytes = 0;
    for (auto const& one : book.sheets) {
        auto const relation = parts.by_id.find(one.id);
        if (relation == parts.by_id.end() || !relation->second.type.ends_with("/worksheet")) continue;   // chart sheets, macros
        Sheet sheet;
        sheet.name = one.name;
        sheet.hidden = one.hidden;
        Cells reader{limits, strings, styles, book.from_1904, sheet, cells, text_bytes};
        OSETRA_TRY(archive->read(joined(folder, relation->second.target), reader));
        if (one.hidden) table.notes.push_back(fmt::format("Sheet {} is hidden.", one.name));
        table.sheets.push_back(std::move(sheet));
    }
    if (table.sheets.empty()) return refuse("not_a_workbook", "The workbook has no sheet with cells.");
    if (book.from_1904) table.notes.emplace_back("The workbook counts days from 1904.");
    return table;
}

} // namespace osetra
