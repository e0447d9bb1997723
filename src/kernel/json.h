#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/fields.h"
#include "kernel/result.h"

namespace osetra {

/// Writes one JSON document, compact, names in the order given. Instants become RFC 3339 text in UTC, farm days
/// 2026-01-11, ids and fish tags text, flags true and false; empty optionals are left out.
/// Inside an array, records and values are added with a null name.
class JsonOut final : public FieldWriter {
public:
    void put(char const* name, std::int64_t) override;
    void put(char const* name, double) override;            ///< shortest text that reads back the same; not-a-number is null
    void put(char const* name, std::string_view) override;
    void put_blob(char const* name, std::string_view) override;   ///< 16 bytes: as a UUID; else hexadecimal
    void put_flag(char const* name, bool) override;
    void put_instant(char const* name, Instant) override;
    void put_day(char const* name, FarmDay) override;
    void put_fish(char const* name, FishId) override;
    void put_fish_list(char const* name, std::span<FishId const>) override;   ///< an empty list is left out
    void put_text_list(char const* name, std::span<std::string const>) override;
    void put_null(char const*) override {}

    void begin_object(char const* name = nullptr);
    void end_object();
    void begin_array(char const* name = nullptr);
    void end_array();
    /// An array with an object of each, which `fields` fills.
    template <class All, class Fields> void objects(char const* name, All const& all, Fields fields) {
        begin_array(name);
        for (auto const& one : all) {
            begin_object();
            fields(one);
            end_object();
        }
        end_array();
    }
    /// JSON text made elsewhere, put in unchanged.
    void raw(char const* name, std::string_view json);
    template <class T> void record(char const* name, T const& v) { begin_object(name); write_fields(*this, v); end_object(); }
    template <class V> void value(char const* name, V const& v) { osetra::put(*this, name, v); }

    std::string const& text() const { return m_text; }
    std::string take() { return std::move(m_text); }

private:
    void name(char const*);
    void quoted(std::string_view);
    std::string m_text;
    bool m_first = true;
};

/// Reads one JSON object's fields. Remembers the first refusal: field_type, field_unknown, field_missing,
/// instant_malformed, ..., with the field's name as its place.
class JsonIn final : public FieldReader {
public:
    /// Refusals: json_malformed (with line and column), json_too_deep (over 32 levels).
    static Result<JsonIn> parse(std::string_view text);

    bool has(char const* name) override;
    void get(char const* name, std::int64_t&) override;
    void get(char const* name, double&) override;
    void get(char const* name, std::string&) override;
    void get_blob(char const* name, std::string&) override;
    void get_flag(char const* name, bool&) override;
    void get_instant(char const* name, Instant&) override;
    void get_day(char const* name, FarmDay&) override;
    void get_fish(char const* name, FishId&) override;
    void get_fish_list(char const* name, std::vector<FishId>&) override;
    void get_text_list(char const* name, std::vector<std::string>&) override;

    bool is_array() const;
    std::optional<JsonIn> child(char const* name) const;      ///< a nested object or array
    std::vector<JsonIn> items(char const* name) const;        ///< of the array under this name (or of this array: nullptr)
    std::vector<std::string> names() const;                   ///< of this object's fields
    std::string dump() const;                                 ///< this value as compact JSON
    std::optional<Refusal> const& refusal() const { return m_refusal; }
    void remember(Refusal);

private:
    struct Node;
    std::shared_ptr<Node const> m_node;
    std::optional<Refusal> m_refusal;
};

template <class T> std::string to_json(T const& record) {
    JsonOut out;
    out.record(nullptr, record);
    return out.take();
}

namespace detail {
template <class V> constexpr bool may_be_absent = false;
template <class V> constexpr bool may_be_absent<std::optional<V>> = true;
template <class V> constexpr bool may_be_absent<std::vector<V>> = true;
} // namespace detail

/// A record read from an object with nothing missing and nothing unknown in it.
template <class T> Result<T> read_strict(JsonIn in) {
    T record{};
    std::vector<std::string> known;
    visit_fields(record, [&](char const* name, auto& value) {
        known.emplace_back(name);
        using V = std::remove_cvref_t<decltype(value)>;
        if constexpr (!detail::may_be_absent<V>)
            if (!in.has(name)) { in.remember({"field_missing", std::string{name} + " is missing.", name}); return; }
        if (in.has(name)) get(in, name, value);
    });
    for (auto const& name : in.names())
        if (std::find(known.begin(), known.end(), name) == known.end())
            in.remember({"field_unknown", name + " is not a field of this record.", name});
    if (in.refusal()) return tl::unexpected(*in.refusal());
    return record;
}
template <class T> Result<T> from_json(std::string_view text) {
    auto in = OSETRA_TRY(JsonIn::parse(text));
    return read_strict<T>(std::move(in));
}

} // namespace osetra
