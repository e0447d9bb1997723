#include "http/websocket.h"

#include <algorithm>
#include <array>
#include <openssl/evp.h>

#include "http/target.h"

namespace osetra::http {
namespace {

constexpr std::size_t control_max = 125;
enum : unsigned { more_of_it = 0, of_text = 1, of_bytes = 2, of_end = 8, of_ping = 9, of_pong = 10 };

std::string_view header(Request const& request, std::string_view name) {
    auto const found = request.headers.find(name);
    return found == request.headers.end() ? std::string_view{} : std::string_view{found->second};
}

bool same_word(std::string_view a, std::string_view lower) {
    return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y; });
}

/// Whether a list with commas between holds the word.
bool lists(std::string_view list, std::string_view lower) {
    while (!list.empty()) {
        auto const comma = list.find(',');
        auto word = list.substr(0, comma);
        list = comma == list.npos ? std::string_view{} : list.substr(comma + 1);
        while (word.starts_with(' ') || word.starts_with('\t')) word.remove_prefix(1);
        while (word.ends_with(' ') || word.ends_with('\t')) word.remove_suffix(1);
        if (same_word(word, lower)) return true;
    }
    return false;
}

/// 16 bytes in base64: 22 letters and "==".
bool is_key(std::string_view key) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == 24 && key.ends_with("==") && key.substr(0, 22).find_first_not_of(letters) == key.npos;
}

std::string accept_of(std::string_view key) {
    auto const text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, 20> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    std::string out(29, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), digest.data(), static_cast<int>(digest.size()));
    out.resize(28);
    return out;
}

/// "https://farm.example:8080" and "farm.example:8080" are one place.
bool same_place(std::string_view origin, std::string_view host) {
    auto const scheme = origin.find("://");
    return scheme != origin.npos && same_word(origin.substr(scheme + 3), [&] {
        std::string lower{host};
        for (auto& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        return lower;
    }());
}

std::string frame(unsigned opcode, std::string_view payload) {
    std::string out;
    out.reserve(payload.size() + 10);
    out += static_cast<char>(0x80U | opcode);
    auto const put = [&](unsigned bytes) {
        for (auto n = bytes; n-- > 0;) out += static_cast<char>(payload.size() >> (8U * n) & 0xffU);
    };
    if (payload.size() < 126) {
        put(1);
    } else if (payload.size() < 65536) {
        out += static_cast<char>(126);
        put(2);
    } else {
        out += static_cast<char>(127);
        put(8);
    }
    return out.append(payload);
}

unsigned byte_at(std::string const& text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// Codes that an end may carry on the wire.
bool may_be_sent(unsigned code) {
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) || (code >= 3000 && code <= 4999);
}

} // namespace

bool asks_for_socket(Request const& request) { return lists(header(request, "upgrade"), "websocket"); }

Result<std::string> accept_socket(Request const& request) {
    if (request.method != Method::get || !asks_for_socket(request) || !lists(header(request, "connection"), "upgrade") ||
        !is_key(header(request, "sec-websocket-key")) || header(request, "sec-websocket-version") != "13")
        return refuse("bad_request", "A WebSocket begins with Upgrade: websocket, Connection: Upgrade, Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key.", "headers");
    auto const origin = header(request, "origin");
    auto const by_cookie = !request.headers.contains("authorization") && request.headers.contains("cookie");
    if (by_cookie && !origin.empty() && !same_place(origin, header(request, "host")))
        return refuse("not_allowed", "A page of another site may not listen here.", "origin");
    return accept_of(header(request, "sec-websocket-key"));
}

std::string text_frame(std::string_view text) { return frame(of_text, text); }
std::string ping_frame() { return frame(of_ping, {}); }
std::string pong_frame(std::string_view payload) { return frame(of_pong, payload); }

std::string end_frame(End end, std::string_view why) {
    if (end == End::nothing) return frame(of_end, {});
    auto const code = static_cast<unsigned>(end);
    std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xffU)};
    auto text = why.substr(0, control_max - 2);
    while (!is_utf8(text)) text.remove_suffix(1);
    return frame(of_end, payload.append(text));
}

void FrameReader::put(std::string_view bytes, std::vector<Said>& into) {
    if (m_ended) return;
    m_waiting += bytes;
    while (!m_ended && one_frame(into)) {}
}

void FrameReader::broken(End end, std::vector<Said>& into) {
    m_ended = true;
    m_waiting = m_message = {};
    into.push_back({Said::Kind::broken, {}, end});
}

/// False: more bytes are needed, or it is over.
bool FrameReader::one_frame(std::vector<Said>& into) {
    if (m_waiting.size() < 2) return false;
    auto const first = byte_at(m_waiting, 0), second = byte_at(m_waiting, 1);
    auto const opcode = first & 0x0fU;
    auto const last = (first & 0x80U) != 0;
    auto const is_control = opcode >= of_end;
    auto const begins = opcode == of_text || opcode == of_bytes;
    auto const fits = is_control ? opcode <= of_pong && last : begins ? m_opcode == 0 : opcode == more_of_it && m_opcode != 0;
    // No extension was agreed on, and every frame of a client is masked.
    if ((first & 0x70U) != 0 || (second & 0x80U) == 0 || !fits) {
        broken(End::broken, into);
        return false;
    }
    std::uint64_t length = second & 0x7fU;
    std::size_t const more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (is_control && more > 0) {
        broken(End::broken, into);
        return false;
    }
    if (m_waiting.size() < 2 + more) return false;
    if (more > 0) {
        length = 0;
        for (std::size_t i = 0; i < more; ++i) length = length << 8U | byte_at(m_waiting, 2 + i);
    }
    if (!is_control && (length > m_limit || m_message.size() + length > m_limit)) {
        broken(End::too_large, into);
        return false;
    }
    auto const head = 2 + more + 4;
    auto const size = static_cast<std::size_t>(length);
    if (m_waiting.size() < head + size) return false;

    auto payload = m_waiting.substr(head, size);
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(byte_at(payload, i) ^ byte_at(m_waiting, head - 4 + i % 4));
    m_waiting.erase(0, head + size);
    if (is_control) {
        control(opcode, std::move(payload), into);
        return true;
    }
    if (begins) m_opcode = opcode;
    m_message += payload;
    if (!last) return true;
    auto const kind = m_opcode == of_text ? Said::Kind::text : Said::Kind::bytes;
    if (kind == Said::Kind::text && !is_utf8(m_message)) {
        broken(End::text, into);
        return false;
    }
    into.push_back({kind, std::move(m_message), End::nothing});
    m_message = {};
    m_opcode = 0;
    return true;
}

void FrameReader::control(unsigned opcode, std::string payload, std::vector<Said>& into) {
    if (opcode != of_end) {
        into.push_back({opcode == of_ping ? Said::Kind::ping : Said::Kind::pong, std::move(payload), End::nothing});
        return;
    }
    if (payload.empty()) {
        into.push_back({Said::Kind::end, {}, End::nothing});
    } else {
        if (payload.size() == 1) return broken(End::broken, into);
        auto const code = byte_at(payload, 0) << 8U | byte_at(payload, 1);
        if (!may_be_sent(code)) return broken(End::broken, into);
        if (!is_utf8(std::string_view{payload}.substr(2))) return broken(End::text, into);
        into.push_back({Said::Kind::end, payload.substr(2), static_cast<End>(code)});
    }
    m_ended = true;
    m_waiting = {};
}

} // namespace osetra::http
