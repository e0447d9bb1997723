#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/units.h"

// What farms write over their columns and on their sheets, and what it means.
namespace osetra::farm::words {

/// What a field's cells hold.
enum class Holds : std::uint8_t { text, amount, day, clock_time, tag, whole, degrees };

struct Field {
    std::string_view name;
    Holds holds;
    Dimension dimension;                     ///< of amounts
    std::string_view unit;                   ///< of bare numbers where neither cell nor heading tells; empty: must be told
    std::string_view aliases;                ///< divided by spaces; folded, without punctuation
};
std::vector<Field> const& fields();
Field const* find_field(std::string_view name);

/// A heading understood: which field, and the unit in it.
struct Heading { std::string_view field; Unit const* unit = nullptr; };
std::optional<Heading> read_heading(std::string_view heading);

/// The layout that a sheet's name, title or file name speaks of; empty where it speaks of none.
std::string_view layout_of(std::string_view text);

/// "合计", "小计", "Total" and their like: a row that adds up others.
bool is_subtotal(std::string_view cell);

/// "制表：王工", "备注：...": what stands alone under a table.
bool is_remark(std::string_view cell);

/// female | male | unknown
std::optional<std::string> sex_of(std::string_view);
/// pool | tank | cage | raceway | tray
std::optional<std::string> pool_kind_of(std::string_view);
/// hand | scan | camera | by_weight
std::optional<std::string> count_method_of(std::string_view);

/// A name as people vary it: folded, without 号, 池, #.
std::string bare_name(std::string_view);

} // namespace osetra::farm::words
