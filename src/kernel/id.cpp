#include "kernel/id.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <memory>
#include <openssl/evp.h>

#include "kernel/fault.h"
#include "kernel/splitmix.h"

namespace osetra {
namespace {

constexpr char const* hex_digits = "0123456789abcdef";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool dash_before(int byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

} // namespace

std::string Uuid::text() const {
    std::string out;
    out.reserve(36);
    for (int i = 0; i < 16; ++i) {
        if (dash_before(i)) out += '-';
        auto const byte = bytes[static_cast<std::size_t>(i)];
        out += hex_digits[byte >> 4];
        out += hex_digits[byte & 15];
    }
    return out;
}

Result<Uuid> Uuid::parse(std::string_view text) {
    auto const bad = [&] { return refuse("uuid_malformed", "\"" + std::string{text.substr(0, 60)} + "\" is not an id like 0190163d-8694-739b-aea5-966c26f8ad91."); };
    if (text.size() != 36) return bad();
    Uuid id;
    std::size_t at = 0;
    for (int i = 0; i < 16; ++i) {
        if (dash_before(i) && text[at++] != '-') return bad();
        auto const high = hex_value(text[at]);
        auto const low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return bad();
        id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return id;
}

Uuid Uuid::from_raw(std::string_view raw) {
    assert(raw.size() == 16);
    Uuid id;
    std::memcpy(id.bytes.data(), raw.data(), 16);
    return id;
}

// Enough for ids that only have to differ.
std::uint64_t UuidMaker::random() { return splitmix64(m_state); }

// RFC 9562 6.2 method 1: 18 bits behind the millisecond are a counter, so ids of one millisecond sort by their making.
Uuid UuidMaker::next(std::int64_t unix_ms) {
    constexpr std::uint32_t counter_limit = 1U << 18U;
    if (unix_ms > m_last_ms) {
        m_last_ms = unix_ms;
        m_counter = 0;
    } else if (++m_counter == counter_limit) {
        ++m_last_ms;
        m_counter = 0;
    }
    auto const ms = static_cast<std::uint64_t>(m_last_ms);
    auto const tail = random();
    Uuid id;
    for (unsigned i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40U - 8U * i));
    id.bytes[6] = static_cast<std::uint8_t>(0x70U | (m_counter >> 14U));
    id.bytes[7] = static_cast<std::uint8_t>(m_counter >> 6U);
    id.bytes[8] = static_cast<std::uint8_t>(0x80U | (m_counter & 0x3fU));
    for (unsigned i = 9; i < 16; ++i) id.bytes[i] = static_cast<std::uint8_t>(tail >> (8U * (i - 9U)));
    return id;
}

Uuid named_uuid(Uuid const& space, std::string_view name) {
    static auto* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    thread_local std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    unsigned char digest[EVP_MAX_MD_SIZE];
    auto const done = sha1 && EVP_DigestInit_ex2(context.get(), sha1, nullptr) == 1 && EVP_DigestUpdate(context.get(), space.bytes.data(), space.bytes.size()) == 1 &&
                      EVP_DigestUpdate(context.get(), name.data(), name.size()) == 1 && EVP_DigestFinal_ex(context.get(), digest, nullptr) == 1;
    if (!done) throw Fault("the library of digests has no SHA-1");
    Uuid id;
    std::copy_n(digest, id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | 0x50U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);
    return id;
}

Result<FishId> parse_pit_tag(std::string_view text) {
    auto const digits = text.size() == 15 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits)
        return refuse("pit_tag_malformed", "\"" + std::string{text.substr(0, 40)} + "\" is not a PIT tag: 15 digits are needed.");
    FishId fish;
    for (char const c : text) fish.n = fish.n * 10 + (c - '0');
    return fish;
}

std::string pit_tag_text(FishId fish) {
    auto digits = std::to_string(fish.n);
    return digits.size() < 15 ? std::string(15 - digits.size(), '0') + digits : digits;
}

} // namespace osetra
