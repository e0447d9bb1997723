#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kernel/id.h"
#include "kernel/quantity.h"
#include "kernel/time.h"

namespace osetra {

/// Matches `T` and `T const`: one field list serves reading and writing.
template <class X, class T> concept Is = std::is_same_v<std::remove_const_t<X>, T>;

/// Raw bytes (a hash), as opposed to text.
struct Bytes {
    std::string raw;
    friend auto operator<=>(Bytes const&, Bytes const&) = default;
};

/// Where a record's fields go: JSON text, SQL parameters, a CSV line, a form, a page of documentation.
/// Only plain values pass, so each format is one small class in one .cpp file. The unit is the last part of the
/// name: `_mg`, `_ml`, `_mm`, `_mc` (thousandths of a degree Celsius), `_at` (microseconds UTC), `_on` (farm day).
class FieldWriter {
public:
    virtual ~FieldWriter() = default;
    virtual void put(char const* name, std::int64_t) = 0;
    virtual void put(char const* name, double) = 0;
    virtual void put(char const* name, std::string_view) = 0;
    virtual void put_blob(char const* name, std::string_view bytes) { put(name, bytes); }
    virtual void put_flag(char const* name, bool v) { put(name, std::int64_t{v}); }
    virtual void put_instant(char const* name, Instant v) { put(name, std::int64_t{v.time_since_epoch().count()}); }
    virtual void put_day(char const* name, FarmDay v) { put(name, std::int64_t{v.n}); }
    virtual void put_null(char const* name) = 0;
    virtual void put_fish(char const* name, FishId v) { put(name, v.n); }
    /// A list of fish. Formats without lists (SQL) throw std::logic_error.
    virtual void put_fish_list(char const* name, std::span<FishId const>);
    virtual void put_text_list(char const* name, std::span<std::string const>);   ///< the same of names
};

/// Where a record's fields come from. Readers remember the first refusal and skip the rest.
class FieldReader {
public:
    virtual ~FieldReader() = default;
    /// Whether there is a value (present and not null) under this name.
    virtual bool has(char const* name) = 0;
    virtual void get(char const* name, std::int64_t&) = 0;
    virtual void get(char const* name, double&) = 0;
    virtual void get(char const* name, std::string&) = 0;
    virtual void get_blob(char const* name, std::string& bytes) { get(name, bytes); }
    virtual void get_flag(char const* name, bool& v) { std::int64_t n = 0; get(name, n); v = n != 0; }
    virtual void get_instant(char const* name, Instant& v) { std::int64_t n = 0; get(name, n); v = Instant{Microseconds{n}}; }
    virtual void get_day(char const* name, FarmDay& v) { std::int64_t n = 0; get(name, n); v = {static_cast<std::int32_t>(n)}; }
    virtual void get_fish(char const* name, FishId& v) { get(name, v.n); }
    virtual void get_fish_list(char const* name, std::vector<FishId>&);
    virtual void get_text_list(char const* name, std::vector<std::string>&);
};

// How each kind of value becomes plain. New value types add their pair beside their own definition.
inline void put(FieldWriter& w, char const* name, std::int64_t v) { w.put(name, v); }
inline void put(FieldWriter& w, char const* name, std::int32_t v) { w.put(name, std::int64_t{v}); }
inline void put(FieldWriter& w, char const* name, double v) { w.put(name, v); }
inline void put(FieldWriter& w, char const* name, std::string_view v) { w.put(name, v); }
inline void put(FieldWriter& w, char const* name, std::string const& v) { w.put(name, std::string_view{v}); }
inline void put(FieldWriter& w, char const* name, char const* v) { w.put(name, std::string_view{v}); }
inline void put(FieldWriter& w, char const* name, bool v) { w.put_flag(name, v); }
inline void put(FieldWriter& w, char const* name, Instant v) { w.put_instant(name, v); }
inline void put(FieldWriter& w, char const* name, FarmDay v) { w.put_day(name, v); }
inline void put(FieldWriter& w, char const* name, FishId v) { w.put_fish(name, v); }
inline void put(FieldWriter& w, char const* name, Uuid const& v) { w.put_blob(name, v.raw()); }
inline void put(FieldWriter& w, char const* name, Bytes const& v) { w.put_blob(name, v.raw); }
template <class Tag> void put(FieldWriter& w, char const* name, Id<Tag> const& v) { w.put(name, std::string_view{v.text}); }
template <class U> void put(FieldWriter& w, char const* name, Quantity<U> v) { w.put(name, v.n); }
inline void put(FieldWriter& w, char const* name, std::vector<FishId> const& v) { w.put_fish_list(name, v); }
inline void put(FieldWriter& w, char const* name, std::vector<std::string> const& v) { w.put_text_list(name, v); }
template <class T> void put(FieldWriter& w, char const* name, std::optional<T> const& v) {
    if (v) put(w, name, *v); else w.put_null(name);
}

inline void get(FieldReader& r, char const* name, std::int64_t& v) { r.get(name, v); }
inline void get(FieldReader& r, char const* name, std::int32_t& v) { std::int64_t n = 0; r.get(name, n); v = static_cast<std::int32_t>(n); }
inline void get(FieldReader& r, char const* name, double& v) { r.get(name, v); }
inline void get(FieldReader& r, char const* name, std::string& v) { r.get(name, v); }
inline void get(FieldReader& r, char const* name, bool& v) { r.get_flag(name, v); }
inline void get(FieldReader& r, char const* name, Instant& v) { r.get_instant(name, v); }
inline void get(FieldReader& r, char const* name, FarmDay& v) { r.get_day(name, v); }
inline void get(FieldReader& r, char const* name, FishId& v) { r.get_fish(name, v); }
inline void get(FieldReader& r, char const* name, Uuid& v) { std::string raw; r.get_blob(name, raw); if (raw.size() == 16) v = Uuid::from_raw(raw); }
inline void get(FieldReader& r, char const* name, Bytes& v) { r.get_blob(name, v.raw); }
template <class Tag> void get(FieldReader& r, char const* name, Id<Tag>& v) { r.get(name, v.text); }
template <class U> void get(FieldReader& r, char const* name, Quantity<U>& v) { r.get(name, v.n); }
inline void get(FieldReader& r, char const* name, std::vector<FishId>& v) { r.get_fish_list(name, v); }
inline void get(FieldReader& r, char const* name, std::vector<std::string>& v) { r.get_text_list(name, v); }
template <class T> void get(FieldReader& r, char const* name, std::optional<T>& v) {
    if (!r.has(name)) { v.reset(); return; }
    T value{};
    get(r, name, value);
    v = std::move(value);
}

template <class T> void write_fields(FieldWriter& w, T const& record) {
    visit_fields(record, [&](char const* name, auto const& value) { put(w, name, value); });
}
template <class T> T read_fields(FieldReader& r) {
    T record{};
    visit_fields(record, [&](char const* name, auto& value) { get(r, name, value); });
    return record;
}

} // namespace osetra
