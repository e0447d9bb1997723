#pragma once
#include <optional>

#include "kernel/decode.h"
#include "kernel/table.h"

namespace osetra {

/// What to take as told instead of guessing.
struct CsvTold {
    std::optional<Encoding> encoding;
    std::optional<char> delimiter;
    std::optional<DecimalMark> decimal_mark;
};

/// One sheet named like the file. Encoding, delimiter and decimal mark are guessed where they are not told.
/// Refusals: encoding_broken, text_binary, csv_quote_open, rows_too_many, columns_too_many, cells_too_many, file_too_large.
Result<Table> read_csv(std::string_view bytes, std::string name, CsvTold const& told = {}, ReadLimits const& limits = {});

} // namespace osetra
