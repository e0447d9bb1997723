#pragma once
#include <string>
#include <string_view>

#include "kernel/result.h"
#include "kernel/time.h"

// Where the next page begins, given to whoever asks and signed, so that the server keeps nothing of it.
namespace osetra::trace {

struct PageToken {
    Instant expires_at{};
    std::string after;                    ///< the place, in words of whoever made it
};

/// `question`: what was asked, without its paging. A token goes on with that question only.
std::string write_token(std::string_view secret, std::string_view question, PageToken const&);
/// Refusal: query_parameter (not one of ours, of another question, too old).
Result<PageToken> read_token(std::string_view secret, std::string_view question, std::string_view text, Instant now);
/// Whether it is one of ours that still holds, whatever its question was; and until when.
Result<Instant> token_holds(std::string_view secret, std::string_view text, Instant now);

std::string new_secret();                 ///< 32 random bytes
std::string token_digest(std::string_view text);
std::string hmac_sha256(std::string_view secret, std::string_view text);

} // namespace osetra::trace
