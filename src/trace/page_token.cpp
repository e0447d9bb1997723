#include "trace/page_token.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "kernel/fault.h"
#include "kernel/sha256.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr std::size_t mac_bytes = 16, time_bytes = 8, question_bytes = 8, head_bytes = mac_bytes + time_bytes + question_bytes;
constexpr std::size_t token_max = 16384;   ///< characters
constexpr string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

string base64url(string_view bytes) {
    string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (auto const c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (held += 8; held >= 6;) out += letters[bits >> (held -= 6) & 63U];
    }
    if (held > 0) out += letters[bits << (6 - held) & 63U];
    return out;
}

std::optional<string> from_base64url(string_view text) {
    string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (auto const c : text) {
        auto const value = letters.find(c);
        if (value == string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> held & 255U);
    }
    return out;
}

string eight_bytes(std::int64_t n) {
    string out;
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint64_t>(n) >> shift & 255U);
    return out;
}

string digest_of(string_view text) {
    auto const hash = sha256(text);
    return {hash.begin(), hash.end()};
}

Refusal const not_ours{"query_parameter", "This nextPageToken is none of ours. Ask for the first page again.", "nextPageToken"};

/// What was signed, if it was, and still holds: time, question, place.
Result<string> opened(string_view secret, string_view text, Instant now) {
    auto const bytes = text.size() <= token_max ? from_base64url(text) : std::nullopt;
    if (!bytes || bytes->size() < head_bytes) return tl::unexpected(not_ours);
    auto const mac = hmac_sha256(secret, string_view{*bytes}.substr(mac_bytes));
    if (CRYPTO_memcmp(mac.data(), bytes->data(), mac_bytes) != 0) return tl::unexpected(not_ours);
    auto content = bytes->substr(mac_bytes);
    if (content.substr(0, time_bytes) <= eight_bytes(now.time_since_epoch().count()))
        return refuse("query_parameter", "This nextPageToken has expired. Ask for the first page again.", "nextPageToken");
    return content;
}

Instant time_in(string_view content) {
    std::uint64_t n = 0;
    for (auto const c : content.substr(0, time_bytes)) n = n << 8 | static_cast<unsigned char>(c);
    return Instant{Microseconds{static_cast<std::int64_t>(n)}};
}

} // namespace

string hmac_sha256(string_view secret, string_view text) {
    std::array<unsigned char, 32> out{};
    unsigned length = 0;
    if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<unsigned char const*>(text.data()), text.size(), out.data(), &length))
        throw Fault("the signature of a page token could not be made");
    return {out.begin(), out.end()};
}

string write_token(string_view secret, string_view question, PageToken const& token) {
    auto const content = eight_bytes(token.expires_at.time_since_epoch().count()) + digest_of(question).substr(0, question_bytes) + token.after;
    return base64url(hmac_sha256(secret, content).substr(0, mac_bytes) + content);
}

Result<PageToken> read_token(string_view secret, string_view question, string_view text, Instant now) {
    auto const content = OSETRA_TRY(opened(secret, text, now));
    if (content.substr(time_bytes, question_bytes) != digest_of(question).substr(0, question_bytes))
        return refuse("query_parameter", "This nextPageToken goes on with another query. Ask for the first page of this one.", "nextPageToken");
    return PageToken{time_in(content), content.substr(time_bytes + question_bytes)};
}

Result<Instant> token_holds(string_view secret, string_view text, Instant now) { return time_in(OSETRA_TRY(opened(secret, text, now))); }

string new_secret() {
    string bytes(32, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1) throw Fault("the system gave no random bytes");
    return bytes;
}

string token_digest(string_view text) { return digest_of(text); }

} // namespace osetra::trace
