#pragma once
#include "kernel/table.h"

namespace osetra {

/// An .xlsx workbook, streamed part by part in bounds. Merged areas are filled with copies of their first cell, serial numbers
/// with a date format become moments (1900 and 1904 systems), numbers keep the 15 digits a spreadsheet shows.
/// Refusals: file_unreadable, not_a_workbook, xlsx_damaged, xlsx_doctype, xlsx_bomb, rows_too_many, columns_too_many,
/// cells_too_many, sheets_too_many, file_too_large.
Result<Table> read_xlsx(std::string_view bytes, std::string name, ReadLimits const& limits = {});

} // namespace osetra
