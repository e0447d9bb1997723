#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/time.h"

// What the command line prints for people.
namespace osetra::app {

/// Columns of a terminal that a text takes: Chinese characters are two wide, marks that sit on others none.
std::size_t width_of(std::string_view utf8);

/// A table with aligned columns. A heading that begins with '>' is set to the right, without that sign.
class TextTable {
public:
    explicit TextTable(std::vector<std::string> headings);
    void add(std::vector<std::string> cells);
    bool empty() const { return m_rows.empty(); }
    std::string text(std::string_view indent = "") const;

private:
    std::vector<std::string> m_headings;
    std::vector<bool> m_right;
    std::vector<std::vector<std::string>> m_rows;
};

std::string counted(std::int64_t);                 ///< 41,300
std::string mass(std::int64_t mg);                 ///< 62.5 g, 3.21 kg, 41.3 t
std::string celsius(std::int64_t mc);              ///< 15.2 °C
std::string local(Instant, FarmOffset);            ///< 2026-01-11 12:00, on the farm's clock

/// Answers of the farm as JSON documents, looked into. Absent values are empty text.
std::string word(JsonIn, char const* name);
std::optional<std::int64_t> whole_number(JsonIn, char const* name);
std::int64_t number_or_0(JsonIn const&, char const* name);
std::string local(JsonIn const&, char const* name, FarmOffset);
/// {"value","low","high"} as "41,300 (40,700 - 41,900)"; one without an error is the value alone.
std::string heads_estimate(JsonIn const&, char const* name);
std::string mass_estimate(JsonIn const&, char const* name);

} // namespace osetra::app
