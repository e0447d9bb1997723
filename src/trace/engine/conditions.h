#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trace/engine/keys.h"
#include "trace/engine/query.h"

namespace osetra::trace {

/// One parameter of a question.
class Condition {
public:
    using Holds = std::function<bool(Node const& event, MasterData const&)>;
    Condition(Holds holds, std::vector<std::int64_t> marks) : m_holds{std::move(holds)}, m_marks{std::move(marks)} {}
    bool holds(Node const& event, MasterData const& data) const { return m_holds(event, data); }
    /// An event for which it holds has one of these; none: nothing can be told beforehand.
    std::vector<std::int64_t> const& marks() const { return m_marks; }

private:
    Holds m_holds;
    std::vector<std::int64_t> m_marks;
};

enum class Compare : std::uint8_t { eq, gt, ge, lt, le };

/// One of the fields has one of the keys.
Condition has_key(std::vector<Field> fields, std::vector<std::string> keys, Field marked);

/// urn:epc:idpat:sgtin:0614141.107346.*, or the same said by a class in a link where instances are asked for. A pattern with an open
/// reference (0614141.*.*) has URNs only, since a link does not say where its company prefix ends. Refusal (no code): why it can be none.
class Pattern {
public:
    static bool is_pattern(std::string_view, bool of_instances);
    static Result<Pattern> parse(std::string_view);
    bool has(std::string_view spelled) const;
    std::string const& kind() const { return m_kind; }   ///< key of Field::kind that what it has carries; empty: none

private:
    std::string m_scheme, m_class, m_kind;   ///< m_class: key of the class whose instances it has
    std::vector<std::string> m_fields;       ///< where the reference is open
};
/// One of the fields, all of things, has one of the keys or a name that one of the patterns has.
Condition matches_any(std::vector<Field> fields, std::vector<std::string> keys, std::vector<Pattern> patterns, Field marked);

struct FieldPlace { Scope scope; Depth depth; std::vector<std::string> names; };   ///< any of the names
Condition has_extension(FieldPlace);
Condition extension_equals(FieldPlace, std::vector<std::string> value_keys);
Condition extension_compares(FieldPlace, Compare, double);
Condition extension_compares(FieldPlace, Compare, Instant);

/// `unit` empty: numbers are compared whatever their unit is. One of `values` is enough.
Condition amount_compares(std::string attribute, std::string unit, Compare, std::vector<double> values);
Condition time_compares(std::string attribute, Compare, std::vector<Instant> values);

/// A thing named in one of the fields has one of the attributes; with values, one of them. Each field goes with its own attributes.
struct Attribute { std::string field; std::vector<std::string> names; };
Condition has_attribute(std::vector<Attribute>, std::vector<std::string> value_keys);

} // namespace osetra::trace
