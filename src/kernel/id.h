#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/result.h"

namespace osetra {

/// Names one thing of one kind by the text people write on it. `PoolId` and `CohortId` are different types, so
/// they cannot be swapped. Never empty once parsed.
template <class Tag> struct Id {
    std::string text;
    friend auto operator<=>(Id const&, Id const&) = default;
};

using SiteId = Id<struct SiteTag>;
using PoolId = Id<struct PoolTag>;
using CohortId = Id<struct CohortTag>;

/// An enterprise (tenant). The first part of every key in the store.
using Enterprise = std::int64_t;

/// A fish: the 15-digit number (ISO 11784/11785) of the first PIT tag it was given.
struct FishId {
    std::int64_t n = 0;
    friend auto operator<=>(FishId, FishId) = default;
};

/// 16 bytes, RFC 9562. Facts carry version 7: the first 48 bits are the millisecond in which the id was made, so
/// ids sort by the time of making.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    friend auto operator<=>(Uuid const&, Uuid const&) = default;
    std::string text() const;                       ///< 8-4-4-4-12, lower case
    static Result<Uuid> parse(std::string_view);    ///< refusal: uuid_malformed
    std::string_view raw() const { return {reinterpret_cast<char const*>(bytes.data()), bytes.size()}; }
    static Uuid from_raw(std::string_view);         ///< \pre 16 bytes
};
using FactId = Uuid;

/// The id of version 5 (RFC 9562 5.5) that a name has in a space: the same two always give the same id.
Uuid named_uuid(Uuid const& space, std::string_view name);

/// Makes version-7 ids, each greater than the last, from a millisecond and a seeded generator (never the wall
/// clock: the caller says what time it is).
class UuidMaker {
public:
    explicit UuidMaker(std::uint64_t seed) : m_state(seed) {}
    Uuid next(std::int64_t unix_ms);

private:
    std::uint64_t random();
    std::uint64_t m_state;
    std::int64_t m_last_ms = 0;
    std::uint32_t m_counter = 0;
};

/// Tags are 15 digits; the refusal is pit_tag_malformed.
Result<FishId> parse_pit_tag(std::string_view);
std::string pit_tag_text(FishId);

} // namespace osetra
