#include "kernel/decode.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cerrno>

#include "kernel/fault.h"

namespace osetra {
namespace {

std::string_view iconv_name(Encoding e) {
    switch (e) {
    case Encoding::utf16_le: return "UTF-16LE";
    case Encoding::utf16_be: return "UTF-16BE";
    case Encoding::gb18030: return "GB18030";
    case Encoding::windows_1252: return "WINDOWS-1252";
    default: return "UTF-8";
    }
}

class Converter {
public:
    explicit Converter(Encoding from) : m_handle(iconv_open("UTF-8", std::string{iconv_name(from)}.c_str())) {
        if (m_handle == reinterpret_cast<iconv_t>(-1)) throw Fault{fmt::format("This machine's iconv cannot read {}.", name_of(from))};
    }
    ~Converter() { iconv_close(m_handle); }
    Converter(Converter const&) = delete;
    Converter& operator=(Converter const&) = delete;

    /// False at the first byte that the encoding does not have; `read` says how far it came.
    bool convert(std::string_view bytes, std::string& out, std::size_t& read) {
        auto* in = const_cast<char*>(bytes.data());   // iconv's signature; it does not write there
        auto left = bytes.size();
        out.clear();
        char buffer[16384];
        while (left > 0) {
            auto* to = buffer;
            auto room = sizeof buffer;
            auto const done = iconv(m_handle, &in, &left, &to, &room);
            out.append(buffer, sizeof buffer - room);
            if (done == static_cast<std::size_t>(-1) && errno != E2BIG) {
                read = bytes.size() - left;
                return false;
            }
        }
        read = bytes.size();
        return true;
    }

private:
    iconv_t m_handle;
};

std::string_view without_mark(std::string_view bytes, Encoding e) {
    if (e == Encoding::utf8_bom) return bytes.substr(3);
    if ((e == Encoding::utf16_le && bytes.starts_with("\xFF\xFE")) || (e == Encoding::utf16_be && bytes.starts_with("\xFE\xFF")))
        return bytes.substr(2);
    return bytes;
}

/// Whether high bytes come in the pairs of GB 2312 (both bytes A1 to FE) rather than one by one between letters, as accents do.
bool looks_chinese(std::string_view bytes) {
    std::size_t pairs = 0, strays = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto const lead = static_cast<unsigned char>(bytes[i]);
        if (lead < 0x80) continue;
        auto const trail = i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1]) : 0U;
        if (lead >= 0xA1 && lead <= 0xF7 && trail >= 0xA1) { ++pairs; ++i; }
        else ++strays;
    }
    return pairs > 3 * strays;
}

} // namespace

std::string_view name_of(Encoding e) {
    switch (e) {
    case Encoding::utf8: return "UTF-8";
    case Encoding::utf8_bom: return "UTF-8 with a mark";
    case Encoding::utf16_le: return "UTF-16 LE";
    case Encoding::utf16_be: return "UTF-16 BE";
    case Encoding::gb18030: return "GB18030";
    case Encoding::windows_1252: return "Windows-1252";
    }
    return "";
}

bool valid_utf8(std::string_view s) {
    auto const follows = [&](std::size_t i, unsigned low, unsigned high) {
        auto const b = i < s.size() ? static_cast<unsigned char>(s[i]) : 0U;
        return b >= low && b <= high;
    };
    for (std::size_t i = 0; i < s.size();) {
        auto const lead = static_cast<unsigned char>(s[i]);
        if (lead < 0x80) { ++i; continue; }
        if (lead >= 0xC2 && lead <= 0xDF) { if (!follows(i + 1, 0x80, 0xBF)) return false; i += 2; continue; }
        if (lead >= 0xE0 && lead <= 0xEF) {
            auto const low = lead == 0xE0 ? 0xA0U : 0x80U, high = lead == 0xED ? 0x9FU : 0xBFU;   // no overlong forms, no surrogates
            if (!follows(i + 1, low, high) || !follows(i + 2, 0x80, 0xBF)) return false;
            i += 3;
            continue;
        }
        if (lead >= 0xF0 && lead <= 0xF4) {
            auto const low = lead == 0xF0 ? 0x90U : 0x80U, high = lead == 0xF4 ? 0x8FU : 0xBFU;
            if (!follows(i + 1, low, high) || !follows(i + 2, 0x80, 0xBF) || !follows(i + 3, 0x80, 0xBF)) return false;
            i += 4;
            continue;
        }
        return false;
    }
    return true;
}

Encoding detect_encoding(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) return Encoding::utf8_bom;
    if (bytes.starts_with("\xFF\xFE")) return Encoding::utf16_le;
    if (bytes.starts_with("\xFE\xFF")) return Encoding::utf16_be;
    if (valid_utf8(bytes)) return Encoding::utf8;
    if (!looks_chinese(bytes)) return Encoding::windows_1252;
    std::string text;
    std::size_t read = 0;
    return Converter{Encoding::gb18030}.convert(bytes, text, read) ? Encoding::gb18030 : Encoding::windows_1252;
}

Result<std::string> decode(std::string_view bytes, Encoding encoding) {
    auto const body = without_mark(bytes, encoding);
    std::string text;
    if (encoding == Encoding::utf8 || encoding == Encoding::utf8_bom) {
        if (!valid_utf8(body)) return refuse("encoding_broken", "The file is not whole UTF-8 text. Save it again as UTF-8 and send that.");
        text = body;
    } else {
        std::size_t read = 0;
        if (!Converter{encoding}.convert(body, text, read))
            return refuse("encoding_broken", fmt::format("The file is not whole {} text (byte {}). Save it again as UTF-8 and send that.",
                                                         name_of(encoding), read + (bytes.size() - body.size())));
    }
    if (text.find('\0') != std::string::npos)
        return refuse("text_binary", "The file holds bytes that no text has. Send a CSV file or an .xlsx workbook.");
    return text;
}

} // namespace osetra
