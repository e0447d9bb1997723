// What a subscriber sends: a schedule's fields and an address, a line each. A schedule that is taken has a next instant, later than the last,
// and an address that is taken is one that is written as it was read.
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/client.h"
#include "trace/engine/schedule.h"

using namespace osetra;

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    std::string_view rest{reinterpret_cast<char const*>(data), size};
    std::array<std::string, 7> lines;
    for (auto& line : lines) {
        auto const end = rest.find('\n');
        line = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
    }
    trace::ScheduleText const text{lines[0], lines[1], lines[2], lines[3], lines[4], lines[5]};
    if (auto const schedule = trace::parse_schedule(text)) {
        Instant then{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
        for (int n = 0; n < 3; ++n) {
            auto const next = trace::next_after(*schedule, then);
            if (next <= then || next == forever) std::abort();
            then = next;
        }
    }
    if (auto const url = http::parse_url(lines[6])) {
        if (url->host.empty() || url->port == 0 || !url->target.starts_with('/')) std::abort();
        for (auto const c : url->host + url->target)
            if (c <= ' ' || static_cast<unsigned char>(c) >= 0x7f) std::abort();
        auto const six = url->host.find(':') != std::string::npos;
        auto const again = http::parse_url((url->secure ? "https://" : "http://") + (six ? "[" + url->host + "]" : url->host) + ":" + std::to_string(url->port) + url->target);
        if (url->target.size() + url->host.size() < 1900 && (!again || again->host != url->host || again->port != url->port || again->target != url->target)) std::abort();
        if (http::is_public(url->host) && http::is_private_host(url->host)) std::abort();
    }
    return 0;
}
