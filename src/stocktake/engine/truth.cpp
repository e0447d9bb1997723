#include "stocktake/engine/truth.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace osetra::stocktake {
namespace {

using Json = nlohmann::json;

// two decimals of a pixel, four of a radian: nobody knows more, and truths of clips are long
std::string row(TrueMark const& t) {
    auto const& m = t.mark;
    return fmt::format("[{},{:.2f},{:.2f},{:.4f},{:.2f},{:.3f}]", t.fish, m.x, m.y, m.axis, m.length_px, m.visible);
}

double number(Json const& j, char const* name) {
    auto const x = j.at(name).get<double>();
    if (!std::isfinite(x)) throw std::runtime_error{name};
    return x;
}

Truth truth_of(Json const& j) {
    Truth t;
    t.scene = j.at("scene").get<std::string>();
    t.seed = j.at("seed").get<std::uint64_t>();
    t.fish_count = j.at("fish_count").get<std::int64_t>();
    t.width = j.at("width").get<int>();
    t.height = j.at("height").get<int>();
    t.frames_per_s = number(j, "frames_per_s");
    t.px_per_m = number(j, "px_per_m");
    for (auto const& p : j.at("outline_m")) t.outline_m.push_back({p.at(0).get<double>(), p.at(1).get<double>()});
    for (auto const& f : j.at("fish")) t.fish.push_back({f.at("fish").get<std::int64_t>(), number(f, "length_m")});
    for (auto const& f : j.at("frames")) {
        TrueFrame frame;
        frame.at_s = number(f, "at_s");
        auto const& h = f.at("from_pond");
        for (std::size_t i = 0; i < 9; ++i) frame.from_pond[i] = h.at(i).get<double>();
        for (auto const& m : f.at("marks"))
            frame.marks.push_back({m.at(0).get<std::int64_t>(), {m.at(1).get<double>(), m.at(2).get<double>(), m.at(3).get<double>(), m.at(4).get<double>(), 1, m.at(5).get<double>()}});
        t.frames.push_back(std::move(frame));
    }
    return t;
}

} // namespace

bool is_known(Homography const& h) {
    return std::any_of(h.begin(), h.end(), [](double x) { return x != 0; });
}

std::array<double, 2> through(Homography const& h, double x, double y) {
    auto const w = h[6] * x + h[7] * y + h[8];
    return {(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w};
}

Homography inverse(Homography const& h) {
    Homography const adjoint{h[4] * h[8] - h[5] * h[7], h[2] * h[7] - h[1] * h[8], h[1] * h[5] - h[2] * h[4],
                             h[5] * h[6] - h[3] * h[8], h[0] * h[8] - h[2] * h[6], h[2] * h[3] - h[0] * h[5],
                             h[3] * h[7] - h[4] * h[6], h[1] * h[6] - h[0] * h[7], h[0] * h[4] - h[1] * h[3]};
    auto const by = h[0] * adjoint[0] + h[1] * adjoint[3] + h[2] * adjoint[6];
    auto out = adjoint;
    for (auto& x : out) x /= by;
    return out;
}

Homography product(Homography const& later, Homography const& first) {
    Homography out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k) out[i * 3 + j] += later[i * 3 + k] * first[k * 3 + j];
    return out;
}

std::string truth_json(Truth const& t) {
    std::string out = fmt::format(R"({{"scene":{},"seed":{},"fish_count":{},"width":{},"height":{},"frames_per_s":{},"px_per_m":{},"outline_m":[)",
                                  Json(t.scene).dump(), t.seed, t.fish_count, t.width, t.height, t.frames_per_s, t.px_per_m);
    auto const list = [&](auto const& all, auto const& one) {
        char const* between = "";
        for (auto const& x : all) { out += between; one(x); between = ","; }
    };
    list(t.outline_m, [&](auto const& p) { out += fmt::format("[{},{}]", p[0], p[1]); });
    out += "],\n\"fish\":[";
    list(t.fish, [&](TrueFish const& f) { out += fmt::format(R"({{"fish":{},"length_m":{:.4f}}})", f.fish, f.length_m); });
    out += "],\n\"frames\":[";
    list(t.frames, [&](TrueFrame const& f) {
        out += fmt::format("\n{{\"at_s\":{:.4f},\"from_pond\":[", f.at_s);
        list(f.from_pond, [&](double h) { out += fmt::format("{}", h); });
        out += "],\"marks\":[";
        list(f.marks, [&](TrueMark const& m) { out += row(m); });
        out += "]}";
    });
    return out + "]}\n";
}

TrueFrame const* at_time(Truth const& truth, double at_s) {
    auto const after = std::lower_bound(truth.frames.begin(), truth.frames.end(), at_s, [](TrueFrame const& f, double s) { return f.at_s < s; });
    TrueFrame const* best = nullptr;
    for (auto i = after == truth.frames.begin() ? after : after - 1; i != truth.frames.end() && i <= after; ++i)
        if (!best || std::abs(i->at_s - at_s) < std::abs(best->at_s - at_s)) best = &*i;
    auto const half = truth.frames_per_s > 0 ? 0.5 / truth.frames_per_s : 0.02;
    return best && std::abs(best->at_s - at_s) <= half + 1e-6 ? best : nullptr;
}

Marks marks_of(TrueFrame const& frame) {
    Marks all;
    for (auto const& t : frame.marks) all.push_back(t.mark);
    return all;
}

Result<Truth> read_truth(std::string_view json) {
    auto const j = Json::parse(json, nullptr, false);
    if (j.is_discarded()) return refuse("json_malformed", "This is not JSON.");
    try {
        return truth_of(j);
    } catch (std::exception const& e) {
        return refuse("truth_malformed", "This is not what is known of a clip (osetra flight --truth writes one): " + std::string{e.what()});
    }
}

} // namespace osetra::stocktake
