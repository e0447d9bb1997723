#include "stocktake/marks.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <numeric>

#include "kernel/json.h"
#include "kernel/number.h"

namespace osetra::stocktake {
namespace {

constexpr std::string_view title = "osetra marks 1 ";
constexpr std::int64_t head_bytes = static_cast<std::int64_t>(title.size()) + 11;
constexpr std::int64_t row_bytes = 10 + 1 + 14 + 1 + 9 + 1 + 6 + 1;
constexpr std::int64_t most_frames = 10'000'000;

auto malformed() { return refuse("marks_malformed", "The file of marks is damaged. Count the flight again."); }

std::string line_of(FrameMarks const& frame, std::int64_t at_ms) {
    JsonOut out;
    out.begin_object();
    out.value("at_ms", at_ms);
    out.value("width", frame.width);
    out.value("height", frame.height);
    out.value("count", frame.count);
    out.value("faults", frame.faults);
    std::string points;
    for (auto const& p : frame.points) points += fmt::format("{}[{:.1f},{:.1f},{:.3f},{:.1f},{:.3f}]", points.empty() ? "" : ",", p.x, p.y, p.axis, p.length_px, p.score);
    out.raw("points", "[" + points + "]");
    out.end_object();
    return out.take() + "\n";
}

std::optional<std::int64_t> number(std::string_view digits) {
    auto const n = read_number<std::int64_t>(digits);
    return n && *n >= 0 ? n : std::nullopt;
}

Result<std::vector<FrameAt>> index_of(ReadBytes const& read) {
    auto const head = read(0, head_bytes);
    auto const frames = head.starts_with(title) && std::ssize(head) == head_bytes ? number(std::string_view{head}.substr(title.size(), 10)) : std::nullopt;
    if (!frames || *frames > most_frames) return malformed();
    auto const rows = read(head_bytes, *frames * row_bytes);
    if (std::ssize(rows) != *frames * row_bytes) return malformed();
    std::vector<FrameAt> all;
    all.reserve(static_cast<std::size_t>(*frames));
    for (std::int64_t i = 0; i < *frames; ++i) {
        auto const row = std::string_view{rows}.substr(static_cast<std::size_t>(i * row_bytes));
        auto const at = number(row.substr(0, 10)), offset = number(row.substr(11, 14)), bytes = number(row.substr(26, 9)), marks = number(row.substr(36, 6));
        if (!at || !offset || !bytes || !marks) return malformed();
        all.push_back({*at, head_bytes + *frames * row_bytes + *offset, *bytes, *marks});
    }
    return all;
}

} // namespace

std::string marks_file(std::vector<FrameMarks> const& frames) {
    auto const ms = [](FrameMarks const& f) { return std::max<std::int64_t>(0, std::llround(f.at_s * 1000)); };
    std::vector<std::size_t> order(frames.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ms(frames[a]) < ms(frames[b]); });
    auto text = fmt::format("{}{:010}\n", title, frames.size());
    std::string lines;
    for (auto const i : order) {
        auto const line = line_of(frames[i], ms(frames[i]));
        text += fmt::format("{:010} {:014} {:09} {:06}\n", ms(frames[i]), lines.size(), line.size(), std::min<std::size_t>(frames[i].points.size(), 999'999));
        lines += line;
    }
    return text + lines;
}

Result<std::vector<FrameAt>> frames_between(ReadBytes const& read, std::int64_t from_ms, std::int64_t to_ms) {
    auto all = OSETRA_TRY(index_of(read));
    std::erase_if(all, [&](FrameAt const& f) { return f.at_ms < from_ms || f.at_ms > to_ms; });
    return all;
}

Result<std::optional<FrameAt>> frame_nearest(ReadBytes const& read, std::int64_t at_ms) {
    auto const all = OSETRA_TRY(index_of(read));
    auto const nearest = std::min_element(all.begin(), all.end(), [&](FrameAt const& a, FrameAt const& b) { return std::abs(a.at_ms - at_ms) < std::abs(b.at_ms - at_ms); });
    return nearest == all.end() ? std::nullopt : std::optional{*nearest};
}

Result<std::vector<std::array<double, 2>>> places_in(std::string_view line) {
    auto const frame = JsonIn::parse(line);
    if (!frame) return malformed();
    std::vector<std::array<double, 2>> all;
    for (auto const& point : frame->items("points")) {
        std::array<double, 2> place{};
        auto const numbers = point.items(nullptr);
        if (numbers.size() < 2) return malformed();
        for (std::size_t i = 0; i < 2; ++i) {
            auto const text = numbers[i].dump();
            if (std::from_chars(text.data(), text.data() + text.size(), place[i]).ec != std::errc{}) return malformed();
        }
        all.push_back(place);
    }
    return all;
}

} // namespace osetra::stocktake
