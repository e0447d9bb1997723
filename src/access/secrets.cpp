#include "access/secrets.h"

#include <argon2.h>
#include <array>
#include <charconv>
#include <memory>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <semaphore>

#include "kernel/fault.h"

namespace osetra::access {

namespace {

constexpr std::uint32_t passes = 2, memory_kib = 19 * 1024, lanes = 1;
constexpr std::size_t salt_bytes = 16, hash_bytes = 32, secret_bytes = 32, secret_chars = 43;

/// Two at once: 38 MiB and two cores at the most, however many ask.
std::counting_semaphore<2> hashers{2};

class Turn {
public:
    Turn() { hashers.acquire(); }
    ~Turn() { hashers.release(); }
    Turn(Turn const&) = delete;
    Turn& operator=(Turn const&) = delete;
};

template <std::size_t N> std::array<unsigned char, N> random_bytes() {
    std::array<unsigned char, N> bytes;
    if (RAND_bytes(bytes.data(), static_cast<int>(N)) != 1) throw Fault{"the system gave no random bytes"};
    return bytes;
}

std::string_view prefix_of(TokenKind kind) { return kind == TokenKind::login ? "s" : "osk"; }

constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

} // namespace

std::string hash_password(std::string_view password) {
    auto const salt = random_bytes<salt_bytes>();
    std::string text(argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id), '\0');
    Turn const turn;
    auto const rc = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(), salt.data(), salt.size(), hash_bytes,
                                          text.data(), text.size());
    if (rc != ARGON2_OK) throw Fault{std::string{"cannot hash a password: "} + argon2_error_message(rc)};
    text.resize(text.find('\0'));
    return text;
}

bool password_fits(std::string_view password, std::string const& hash) {
    Turn const turn;
    auto const rc = argon2id_verify(hash.c_str(), password.data(), password.size());
    if (rc == ARGON2_MEMORY_ALLOCATION_ERROR) throw Fault{"no memory to check a password"};
    return rc == ARGON2_OK;
}

void spend_a_hash(std::string_view password) { hash_password(password); }

Result<std::string> check_password(std::string_view password) {
    if (password.size() < 8) return refuse("password_weak", "A password has at least 8 characters; a sentence of four words is best.", "password");
    if (password.size() > 256) return refuse("password_weak", "A password has at most 256 bytes.", "password");
    return std::string{password};
}

std::string sha256(std::string_view text) {
    // Fetched once, and one context a thread: OpenSSL's lookups cost more than the hash.
    static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    std::string digest(32, '\0');
    if (!method || !context || EVP_DigestInit_ex2(context.get(), method, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), text.data(), text.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) != 1)
        throw Fault{"OpenSSL made no SHA-256"};
    return digest;
}

std::string make_token(TokenKind kind, Enterprise enterprise) {
    auto const secret = random_bytes<secret_bytes>();
    auto text = std::string{prefix_of(kind)} + std::to_string(enterprise) + "_";
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (auto const byte : secret) {
        bits = bits << 8 | byte;
        held += 8;
        while (held >= 6) {
            held -= 6;
            text += base64url[bits >> held & 63];
        }
    }
    return text += base64url[bits << (6 - held) & 63];
}

std::optional<TokenParts> read_token(std::string_view text) {
    for (auto const kind : {TokenKind::login, TokenKind::key}) {
        auto const prefix = prefix_of(kind);
        if (!text.starts_with(prefix)) continue;
        Enterprise enterprise = 0;
        auto const* const end = text.data() + text.size();
        auto const [after, wrong] = std::from_chars(text.data() + prefix.size(), end, enterprise);
        if (wrong != std::errc{} || enterprise <= 0 || after == end || *after != '_') continue;
        if (static_cast<std::size_t>(end - after) != secret_chars + 1) continue;
        return TokenParts{kind, enterprise};
    }
    return std::nullopt;
}

} // namespace osetra::access
