#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/result.h"
#include "kernel/time.h"

namespace osetra::app {

/// What people write after `osetra tell round`: pool=P1 feed=3.2jin temperature=15.5C, as the body of a fact of this kind.
/// A field whose name ends in a unit (`mean_mg`) may be named without it (`mean`), and then its value names the unit; with the
/// unit in the name the value is that many of it. Missing fields are the ledger's to refuse.
/// `told` is an earlier body: its fields stand where no word replaces them; "note=" takes a field away.
/// Refusals: kind_unknown, word_malformed, field_unknown, field_twice, number_malformed, flag_malformed, and those of parse_quantity,
/// parse_pit_tag, parse_day and Uuid::parse.
Result<std::string> body_of_words(std::string const& kind, std::vector<std::string> const& words, FarmOffset,
                                  std::optional<std::string> const& told = std::nullopt);

} // namespace osetra::app
