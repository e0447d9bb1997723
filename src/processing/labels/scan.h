#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a scanner types, and what a count by scanning finds. Pure.
namespace osetra::processing::labels {

/// A code as it was read: GS1 DataMatrix or GS1-128 (with or without the reader's own mark and separators), text in round brackets, a Digital Link, or plain text that people typed.
struct Scan {
    enum class Kind : std::uint8_t { tin, container, lot, plain } kind = Kind::plain;
    std::string name;                            ///< serial of a tin, 18 digits of a container, a lot, or the text itself
    std::string gtin;
};
Scan parse_scan(std::string_view);

/// What the book says is there, and where what is not there went.
struct Stocked {
    std::string lot, container;                  ///< container: empty: it stands alone
    std::int64_t net_mg = 0;
    std::string gone;                            ///< empty: it is here; else opened, shipped, lost, sampled
};
struct Book {
    std::map<std::string, Stocked> tins;
    std::map<std::string, std::vector<std::string>> containers;   ///< every tin in it, also in those in it
    std::map<std::string, std::string> container_names;           ///< SSCC to the number that it has here
};

struct Audit {
    std::int64_t expected = 0, seen = 0;
    std::int64_t missing_mg = 0;
    std::vector<std::string> missing;            ///< tins that should be here and were not scanned
    std::vector<std::string> twice;              ///< scanned more than once, or alone and in a case that was scanned: two labels of one number, or one tin counted twice
    std::vector<std::string> unknown;            ///< of no tin, case or pallet
    std::vector<std::pair<std::string, std::string>> unexpected;   ///< tins that the book says are gone, and where to
    bool agrees() const { return missing.empty() && twice.empty() && unknown.empty() && unexpected.empty(); }
};
/// A case that is scanned counts for the tins in it. `lot`: only tins of it are expected.
Audit audit(Book const&, std::vector<std::string> const& scans, std::optional<std::string> const& lot = {});

} // namespace osetra::processing::labels
