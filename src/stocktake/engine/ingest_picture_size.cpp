#include <algorithm>
#include <cctype>

#include "stocktake/engine/ingest.h"

// Sizes as the formats' own papers place them: JPEG ITU T.81 B.2.2, PNG 11.2.2, BMP BITMAPINFOHEADER, WebP container, TIFF 6.0 section 2, Netpbm.
namespace osetra::stocktake {
namespace {

class Bytes8 {
public:
    explicit Bytes8(std::string_view text) : m_text(text) {}
    bool has(std::size_t at, std::size_t n) const { return at <= m_text.size() && m_text.size() - at >= n; }
    unsigned at(std::size_t i) const { return static_cast<unsigned char>(m_text[i]); }
    unsigned big16(std::size_t i) const { return at(i) << 8U | at(i + 1); }
    unsigned little16(std::size_t i) const { return at(i + 1) << 8U | at(i); }
    unsigned little24(std::size_t i) const { return at(i + 2) << 16U | little16(i); }
    std::uint32_t big32(std::size_t i) const { return std::uint32_t{big16(i)} << 16U | big16(i + 2); }
    std::uint32_t little32(std::size_t i) const { return std::uint32_t{little16(i + 2)} << 16U | little16(i); }
    bool begins(std::size_t place, std::string_view what) const { return has(place, what.size()) && m_text.substr(place, what.size()) == what; }
    std::size_t size() const { return m_text.size(); }

private:
    std::string_view m_text;
};

/// Sizes beyond what an int holds become the largest, which every limit refuses.
cv::Size sized(std::uint32_t width, std::uint32_t height) {
    auto const whole = [](std::uint32_t n) { return n > 0x7fffffffU ? 0x7fffffff : static_cast<int>(n); };
    return {whole(width), whole(height)};
}

/// The frame header of a JPEG may lie behind a large thumbnail. Nothing found in the bytes given: {1, 1} says "a JPEG", which opening needs.
std::optional<cv::Size> jpeg(Bytes8 const& b, bool whole) {
    for (std::size_t at = 2; b.has(at, 4);) {
        if (b.at(at) != 0xff) return std::nullopt;
        auto const marker = b.at(at + 1);
        if (marker == 0xff) { ++at; continue; }
        auto const frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) return b.has(at, 9) ? std::optional{sized(b.big16(at + 7), b.big16(at + 5))} : std::nullopt;
        if (marker == 0xd9 || marker == 0xda) return std::nullopt;
        at += marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2U : 2U + b.big16(at + 2);
    }
    return whole ? std::nullopt : std::optional{cv::Size{1, 1}};
}

std::optional<cv::Size> tiff(Bytes8 const& b) {
    bool const little = b.at(0) == 'I';
    auto const n16 = [&](std::size_t i) { return little ? b.little16(i) : b.big16(i); };
    auto const n32 = [&](std::size_t i) { return little ? b.little32(i) : b.big32(i); };
    if (!b.has(0, 8)) return std::nullopt;
    std::size_t const directory = n32(4);
    if (!b.has(directory, 2)) return cv::Size{1, 1};
    std::uint32_t width = 0, height = 0;
    for (std::size_t i = 0, n = n16(directory); i < n && b.has(directory + 2 + 12 * i, 12); ++i) {
        auto const at = directory + 2 + 12 * i;
        auto const value = n16(at + 2) == 3 ? n16(at + 8) : n32(at + 8);
        if (n16(at) == 256) width = std::max(width, value);
        if (n16(at) == 257) height = std::max(height, value);
    }
    return sized(width, height);
}

std::optional<cv::Size> webp(Bytes8 const& b) {
    if (b.begins(12, "VP8X") && b.has(24, 6)) return sized(b.little24(24) + 1, b.little24(27) + 1);
    if (b.begins(12, "VP8L") && b.has(21, 4)) {
        auto const bits = b.little32(21);
        return sized((bits & 0x3fffU) + 1, (bits >> 14U & 0x3fffU) + 1);
    }
    if (b.begins(12, "VP8 ") && b.has(26, 4)) return sized(b.little16(26) & 0x3fffU, b.little16(28) & 0x3fffU);
    return std::nullopt;
}

std::optional<cv::Size> pnm(Bytes8 const& b) {
    std::uint32_t numbers[2] = {0, 0};
    std::size_t at = 2;
    for (auto& n : numbers) {
        while (at < b.size() && (std::isspace(static_cast<int>(b.at(at))) || b.at(at) == '#')) {
            if (b.at(at) == '#') while (at < b.size() && b.at(at) != '\n') ++at;
            else ++at;
        }
        if (at >= b.size() || !std::isdigit(static_cast<int>(b.at(at)))) return std::nullopt;
        for (; at < b.size() && std::isdigit(static_cast<int>(b.at(at))) && n < 100'000'000U; ++at) n = 10 * n + (b.at(at) - '0');
    }
    return sized(numbers[0], numbers[1]);
}

} // namespace

std::optional<cv::Size> picture_size(std::string_view bytes) {
    Bytes8 const b{bytes};
    if (b.begins(0, "\xff\xd8\xff")) return jpeg(b, bytes.size() > 512);
    if (b.begins(0, "\x89PNG\r\n\x1a\n")) return b.has(16, 8) ? std::optional{sized(b.big32(16), b.big32(20))} : std::nullopt;
    if (b.begins(0, "BM") && b.has(18, 8)) {
        auto const height = static_cast<std::int32_t>(b.little32(22));
        return sized(b.little32(18), height < 0 ? 0U - b.little32(22) : b.little32(22));
    }
    if (b.begins(0, "RIFF") && b.begins(8, "WEBP")) return webp(b);
    if (b.begins(0, {"II*\0", 4}) || b.begins(0, {"MM\0*", 4})) return tiff(b);
    if (b.has(0, 3) && b.at(0) == 'P' && b.at(1) >= '1' && b.at(1) <= '6') return pnm(b);
    return std::nullopt;
}

} // namespace osetra::stocktake
