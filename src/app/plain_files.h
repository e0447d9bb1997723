#pragma once
#include <string>
#include <string_view>

#include "app/company.h"
#include "breeding/engine/columns.h"

namespace osetra::app {

/// What a file holds, or the input where the path is "-". Refusal: file_not_found, also of an empty file.
Result<std::string> bytes_of(Context const&, std::string const& path);

/// A table of a file, or of the input where the path is "-". Refusals: those of bytes_of and Columns::read.
Result<breeding::Columns> columns_of(Context const&, std::string const& path);

/// A cell of a table that is written: in quotes where it has to be.
std::string csv_cell(std::string_view);

/// To a file, or to the output where the path is empty or "-".
Result<Done> write(Context const&, std::string const& path, std::string const& text);

} // namespace osetra::app
