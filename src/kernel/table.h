#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/fields.h"
#include "kernel/units_exact.h"

namespace osetra {

enum class CellKind : std::uint8_t {
    empty,
    text,
    number,    ///< `text` is the number in digits
    moment,    ///< a day, or a day and a time; `when_us` counts from 1970 on the farm's own clock
    time,      ///< a time of day without a day; `when_us` counts from midnight
    flag,      ///< `text` is TRUE or FALSE
    error      ///< a formula that failed; `text` is what the sheet shows: #REF!
};

/// One cell as it stands in a sheet.
struct Cell {
    CellKind kind = CellKind::empty;
    bool merged = false;          ///< a copy: belongs to a merged area whose first cell is elsewhere
    bool with_time = false;       ///< of a moment: it names a time, not just a day
    std::string text;
    std::int64_t when_us = 0;
};

/// A row that is not wholly empty. `number` is what the sheet's margin shows, from 1.
struct TableRow {
    std::uint32_t number = 0;
    std::vector<Cell> cells;      ///< from column A; may be shorter than other rows
};

/// "#REF!", "#N/A" and their like.
bool is_formula_error(std::string_view text);

struct Sheet {
    std::string name;
    bool hidden = false;
    std::vector<TableRow> rows;
    DecimalMark decimal_mark = DecimalMark::point;
};

/// A spreadsheet or CSV file, read. What is farm about it is the reader's guess to make, not this one's.
struct Table {
    std::string name;             ///< of the file
    std::vector<Sheet> sheets;
    std::vector<std::string> notes;   ///< what was guessed: encoding, delimiter, hidden sheets
};

/// "A", "B", ..., "AA" for column 0, 1, ..., 26.
std::string column_name(std::size_t column);
/// The column of "AB"; npos where it is none.
std::size_t column_index(std::string_view name);
/// "Sheet1!B7"
std::string cell_address(std::string_view sheet, std::uint32_t row, std::size_t column);

/// What a file may cost to read. Sized so that the worst file is refused within 2 s and 200 MB.
struct ReadLimits {
    std::size_t file_bytes = 32u << 20;
    std::size_t unpacked_bytes = 160u << 20;    ///< of all parts of a workbook together
    std::size_t pack_ratio = 250;               ///< for parts over 1 MB: honest sheets pack 5 to 40 times
    std::size_t rows = 300'000;                 ///< row marks in one sheet, empty ones too
    std::size_t columns = 1'000;
    std::size_t cells = 1'000'000;              ///< kept, all sheets together
    std::size_t text_bytes = 32u << 20;         ///< kept, all cells together
    std::size_t sheets = 200;
};

/// Reads a CSV file or an .xlsx workbook, whichever the bytes are. Refusals: those of read_csv and read_xlsx, file_empty,
/// file_too_large, xls_old, file_unreadable.
Result<Table> read_table(std::string_view bytes, std::string name, ReadLimits const& limits = {});

// Writing -------------------------------------------------------------------------------------------------------------

struct LocalMoment { std::int64_t us = 0; bool with_time = true; };   ///< on the farm's own clock
using OutCell = std::variant<std::monostate, std::string, Decimal, LocalMoment>;

/// A list to be written as CSV or XLSX: one line of headings, then rows.
struct OutTable {
    std::string name;
    std::vector<std::string> headings;
    std::vector<std::vector<OutCell>> rows;
};

/// Appends records to a list through their field lists. Headings are the fields' names; amounts keep their smallest unit.
class TableOut final : public FieldWriter {
public:
    TableOut(OutTable& table, FarmOffset offset) : m_table(table), m_offset(offset) {}
    template <class T> void record(T const& v) { begin(); write_fields(*this, v); end(); }
    void begin();
    void end();

    void put(char const* name, std::int64_t) override;
    void put(char const* name, double) override;
    void put(char const* name, std::string_view) override;
    void put_flag(char const* name, bool) override;
    void put_instant(char const* name, Instant) override;
    void put_day(char const* name, FarmDay) override;
    void put_fish(char const* name, FishId) override;
    void put_fish_list(char const* name, std::span<FishId const>) override;
    void put_text_list(char const* name, std::span<std::string const>) override;
    void put_null(char const* name) override;

private:
    void add(char const* name, OutCell cell);
    OutTable& m_table;
    FarmOffset m_offset;
};

/// UTF-8 with a mark (so that spreadsheets show Chinese), CRLF. Text that a spreadsheet would take for a formula
/// (it begins with = + - @, a tab or a return) gets an apostrophe before it; numbers do not.
std::string write_csv(OutTable const&);
/// A workbook with one sheet: bold frozen headings, real dates, text as text.
std::string write_xlsx(OutTable const&);

} // namespace osetra
