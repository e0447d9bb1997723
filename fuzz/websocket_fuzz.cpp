// A WebSocket client's bytes, in pieces of odd sizes: the messages are the same however they are cut, and none is over the limit.
#include <cstdlib>

#include "http/target.h"
#include "http/websocket.h"

using namespace osetra::http;

namespace {

constexpr std::size_t limit = 300;

std::vector<Said> heard(std::string_view bytes, std::size_t step) {
    FrameReader reader{limit};
    std::vector<Said> all;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) reader.put(bytes.substr(0, step), all);
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    if (size < 1) return 0;
    std::string_view const bytes{reinterpret_cast<char const*>(data) + 1, size - 1};
    auto const whole = heard(bytes, bytes.size() + 1), pieces = heard(bytes, data[0] % 61U + 1U);
    if (whole.size() != pieces.size()) std::abort();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto const& said = whole[i];
        if (said.kind != pieces[i].kind || said.payload != pieces[i].payload || said.end != pieces[i].end) std::abort();
        if (said.payload.size() > limit || (said.kind == Said::Kind::text && !is_utf8(said.payload))) std::abort();
        if ((said.kind == Said::Kind::end || said.kind == Said::Kind::broken) && i + 1 < whole.size()) std::abort();
        if (said.kind == Said::Kind::end && end_frame(said.end, said.payload).size() > 127) std::abort();
    }
    return 0;
}
