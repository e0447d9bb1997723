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
    auto const digest = sha256(bytes);
    return hex_of({reinterpret_cast<char const*>(digest.data()), digest.size()});
}

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() {
        if (!context || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) throw Fault{"SHA-256 is not to be had from the OpenSSL library"};
    }
    ~State() { EVP_MD_CTX_free(context); }
    State(State const&) = delete;
    State& operator=(State const&) = delete;
};

Sha256::Sha256() : m(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) { EVP_DigestUpdate(m->context, bytes.data(), bytes.size()); }

std::string Sha256::raw() {
    std::string digest(32, '\0');
    EVP_DigestFinal_ex(m->context, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return digest;
}

std::string Sha256::hex() { return hex_of(raw()); }

void put_hex(std::string& to, std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    for (auto const c : bytes) {
        to += digits[static_cast<unsigned char>(c) >> 4U];
        to += digits[static_cast<unsigned char>(c) & 15U];
    }
}

std::string hex_of(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    put_hex(text, bytes);
    return text;
}

} // namespace osetra
