#include "http/websocket.h"

#include <gtest/gtest.h>

using namespace osetra;
using namespace osetra::http;
using namespace std::string_literals;

namespace {

/// A client's frame, masked as it must be.
std::string masked(unsigned first, std::string const& payload) {
    std::string out{static_cast<char>(first)};
    if (payload.size() < 126) out += static_cast<char>(0x80U | payload.size());
    else if (payload.size() < 65536) out += "\xfe"s + static_cast<char>(payload.size() >> 8U) + static_cast<char>(payload.size() & 0xffU);
    else {
        out += '\xff';
        for (int n = 7; n >= 0; --n) out += static_cast<char>(payload.size() >> (8U * static_cast<unsigned>(n)) & 0xffU);
    }
    std::string const mask = "\x12\x34\x56\x78";
    out += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
    return out;
}

std::string words(std::vector<Said> const& all) {
    std::string out;
    for (auto const& one : all) {
        constexpr char const* kinds[] = {"text", "bytes", "ping", "pong", "end", "broken"};
        out += (out.empty() ? "" : " ") + std::string{kinds[static_cast<int>(one.kind)]};
        if (!one.payload.empty()) out += ":" + (one.payload.size() > 20 ? std::to_string(one.payload.size()) : one.payload);
        if (one.end != End::nothing) out += "=" + std::to_string(static_cast<int>(one.end));
    }
    return out;
}

struct Row {
    char const* what;
    std::string bytes;
    char const* said;
};
std::vector<Row> const rows = {
    {"a text", masked(0x81, "hello"), "text:hello"},
    {"the example of RFC 6455 5.7", "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s, "text:Hello"},
    {"an empty text", masked(0x81, ""), "text"},
    {"bytes", masked(0x82, "x"), "bytes:x"},
    {"two of them", masked(0x81, "a") + masked(0x81, "b"), "text:a text:b"},
    {"in three frames, with a ping between", masked(0x01, "a") + masked(0x00, "b") + masked(0x89, "p") + masked(0x80, "c"), "ping:p text:abc"},
    {"a middle length", masked(0x81, std::string(300, 'x')), "text:300"},
    {"a long length", masked(0x81, std::string(66'000, 'x')), "text:66000"},
    {"at the limit", masked(0x81, std::string(100'000, 'x')), "text:100000"},
    {"over the limit", masked(0x81, std::string(100'001, 'x')), "broken=1009"},
    {"over the limit in pieces", masked(0x01, std::string(60'000, 'x')) + masked(0x80, std::string(60'000, 'x')), "broken=1009"},
    {"a length of 2^63", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff"s, "broken=1009"},
    {"a pong", masked(0x8a, "p"), "pong:p"},
    {"an end", masked(0x88, ""), "end"},
    {"an end with a reason", masked(0x88, "\x03\xe8""bye"s), "end:bye=1000"},
    {"nothing is read behind the end", masked(0x88, "") + masked(0x81, "a"), "end"},
    {"an end of one byte", masked(0x88, "\x03"s), "broken=1002"},
    {"a code that may not be sent", masked(0x88, "\x03\xed"s), "broken=1002"},
    {"a reason that is no text", masked(0x88, "\x03\xe8\xff"s), "broken=1007"},
    {"a text that is no text", masked(0x81, "\xff"), "broken=1007"},
    {"not masked", "\x81\x01x"s, "broken=1002"},
    {"a reserved bit", masked(0xc1, "x"), "broken=1002"},
    {"a kind that is not there", masked(0x83, "x"), "broken=1002"},
    {"a control that is not there", masked(0x8b, "x"), "broken=1002"},
    {"a control in pieces", masked(0x09, "x"), "broken=1002"},
    {"a long control", masked(0x89, std::string(126, 'x')), "broken=1002"},
    {"more of nothing", masked(0x80, "x"), "broken=1002"},
    {"a second one before the first has ended", masked(0x01, "a") + masked(0x81, "b"), "broken=1002"},
    {"half of one", masked(0x81, "hello").substr(0, 8), ""},
};

TEST(WebSocket, TakesFramesApart) {
    for (auto const& row : rows)
        for (std::size_t const step : {std::size_t{1}, std::size_t{3}, std::size_t{1'000'000}}) {
            if (step == 1 && row.bytes.size() > 1000) continue;
            FrameReader reader{100'000};
            std::vector<Said> said;
            for (std::size_t at = 0; at < row.bytes.size(); at += step) reader.put(std::string_view{row.bytes}.substr(at, step), said);
            EXPECT_EQ(words(said), row.said) << row.what << ", " << step << " bytes at a time";
        }
}

TEST(WebSocket, WritesFrames) {
    EXPECT_EQ(text_frame("Hello"), "\x81\x05Hello");
    EXPECT_EQ(text_frame(std::string(126, 'x')).substr(0, 5), "\x81\x7e\x00\x7ex"s);
    EXPECT_EQ(text_frame(std::string(65'536, 'x')).substr(0, 11), "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00x"s);
    EXPECT_EQ(ping_frame(), "\x89\x00"s);
    EXPECT_EQ(pong_frame("p"), "\x8a\x01p");
    EXPECT_EQ(end_frame(End::policy, "no"), "\x88\x04\x03\xf0no");
    EXPECT_EQ(end_frame(End::nothing), "\x88\x00"s);
    std::string long_reason;
    for (int n = 0; n < 100; ++n) long_reason += "鱼";
    EXPECT_EQ(end_frame(End::done, long_reason).size(), 2U + 2U + 123U);   // cut between letters
}

struct Handshake {
    char const* what;
    Names headers;
    char const* outcome;
};
Names const good = {{"host", "farm.example"}, {"upgrade", "websocket"}, {"connection", "Upgrade"}, {"sec-websocket-version", "13"}, {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
Names with(std::initializer_list<Names::value_type> more) {
    auto all = good;
    for (auto const& [name, value] : more) all[name] = value;
    return all;
}

TEST(WebSocket, ShakesHands) {
    std::vector<Handshake> const handshakes = {
        {"the example of RFC 6455 1.3", good, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
        {"words in any case, in lists", with({{"upgrade", "h2c, WebSocket"}, {"connection", "keep-alive, UPGRADE"}}), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
        {"no key", with({{"sec-websocket-key", ""}}), "bad_request"},
        {"a key of another length", with({{"sec-websocket-key", "dGhlIHNhbXBsZQ=="}}), "bad_request"},
        {"an old version", with({{"sec-websocket-version", "8"}}), "bad_request"},
        {"no connection", with({{"connection", "keep-alive"}}), "bad_request"},
        {"a cookie, of our own page", with({{"cookie", "a=b"}, {"origin", "https://FARM.example"}}), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
        {"a cookie, of another site's page", with({{"cookie", "a=b"}, {"origin", "https://evil.example"}}), "not_allowed"},
        {"a cookie, of a page without an origin", with({{"cookie", "a=b"}, {"origin", "null"}}), "not_allowed"},
        {"a key, of any page", with({{"authorization", "Bearer x"}, {"origin", "https://partner.example"}}), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
    };
    for (auto const& row : handshakes) {
        Request request;
        request.headers = row.headers;
        auto const accepted = accept_socket(request);
        EXPECT_EQ(accepted ? *accepted : accepted.error().code, row.outcome) << row.what;
    }
}

} // namespace
