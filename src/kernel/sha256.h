#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace osetra {

std::array<std::uint8_t, 32> sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);   ///< 64 lower-case digits

/// SHA-256 of bytes that come in pieces. Finished once, in either form.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256 const&) = delete;
    Sha256& operator=(Sha256 const&) = delete;
    void add(std::string_view bytes);
    std::string raw();   ///< 32 bytes
    std::string hex();   ///< 64 lower-case digits

private:
    struct State;
    std::unique_ptr<State> m;
};

/// Two lower-case digits a byte.
void put_hex(std::string& to, std::string_view bytes);
std::string hex_of(std::string_view bytes);

} // namespace osetra
