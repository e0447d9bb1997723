#include "kernel/sha256.h"

#include <openssl/evp.h>

#include "kernel/fault.h"

namespace osetra {

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
    std::array<std::uint8_t, 32> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) throw Fault{"OpenSSL made no SHA-256"};
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (auto const b : sha256(bytes)) {
        text += digits[b >> 4];
        text += digits[b & 15];
    }
    return text;
}

} // namespace osetra
