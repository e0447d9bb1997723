#pragma once
#include <optional>

#include "farm/import/import.h"

namespace osetra::farm {

/// The file's name without folders and ending.
std::string stem_of(std::string_view name);
/// The folder that the file lay in; empty where its name does not tell.
std::string folder_name_of(std::string_view name);

/// Where the headings stand, what each column is, and which layout the sheet has. Notes what it was unsure of.
SheetPlan guess_sheet(Sheet const& sheet, std::string_view file_name, std::vector<std::string>& notes);

/// The cells above the headings, joined: the sheet's title.
std::string title_of(Sheet const& sheet, std::int64_t header_rows);

std::string shown(Cell const& cell);   ///< as people see it

/// A cell without a value: empty, or "-", "/", "无", "n/a".
bool is_blank(Cell const& cell);

} // namespace osetra::farm
