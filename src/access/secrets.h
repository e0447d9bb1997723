#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "kernel/id.h"
#include "kernel/result.h"

// Passwords and tokens. Nothing here knows a database.
namespace osetra::access {

/// argon2id, 19 MiB, two passes, one lane (OWASP's least for servers): about 80 ms. At most two hashes are made at once in a
/// process; others wait.
std::string hash_password(std::string_view password);
bool password_fits(std::string_view password, std::string const& hash);
/// Takes as long as password_fits, so that an unknown name cannot be told from a wrong password.
void spend_a_hash(std::string_view password);
/// Refusal: password_weak.
Result<std::string> check_password(std::string_view password);

/// 32 bytes.
std::string sha256(std::string_view);

enum class TokenKind : std::uint8_t { login, key };
/// 256 random bits behind their kind and enterprise: "s1_...", "osk1_...". The enterprise tells where to look it up.
std::string make_token(TokenKind, Enterprise);

struct TokenParts {
    TokenKind kind;
    Enterprise enterprise;
};
/// Absent when it cannot be one of ours.
std::optional<TokenParts> read_token(std::string_view);

} // namespace osetra::access
