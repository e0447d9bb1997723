#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/fault.h"

// Numbers of few bytes: seven bits a byte, the lowest first. Small numbers, and small differences, are what is kept most.
namespace osetra::trace {

inline void put_number(std::string& out, std::uint64_t n) {
    while (n >= 0x80U) {
        out += static_cast<char>(n | 0x80U);
        n >>= 7U;
    }
    out += static_cast<char>(n);
}
inline std::uint64_t zigzag(std::int64_t n) { return (static_cast<std::uint64_t>(n) << 1U) ^ static_cast<std::uint64_t>(n >> 63); }
inline std::int64_t unzigzag(std::uint64_t n) { return static_cast<std::int64_t>(n >> 1U) ^ -static_cast<std::int64_t>(n & 1U); }

/// Reads what put_number wrote. Faults at the end of the bytes.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : m_at(bytes.data()), m_end(bytes.data() + bytes.size()) {}
    bool done() const { return m_at == m_end; }
    std::uint64_t number() {
        std::uint64_t n = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (m_at == m_end) damaged();
            auto const byte = static_cast<unsigned char>(*m_at++);
            n |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80U) return n;
        }
        damaged();
    }
    std::string_view bytes(std::uint64_t count) {
        if (count > static_cast<std::uint64_t>(m_end - m_at)) damaged();
        std::string_view const out{m_at, static_cast<std::size_t>(count)};
        m_at += count;
        return out;
    }
    [[noreturn]] static void damaged() { throw Fault("an event or its index cannot be read: the database is damaged. Restore a backup."); }

private:
    char const* m_at;
    char const* m_end;
};

} // namespace osetra::trace
