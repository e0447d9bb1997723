#include "stocktake/engine/weights.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <opencv2/core.hpp>

#include "kernel/sha256.h"
#include "stocktake/engine/kernels.h"

namespace osetra::stocktake {
namespace {

constexpr std::string_view first_line = "osetra-weights 1\n";

Layer convolve(std::string name, std::string from, int in, int out, int kernel, int stride, bool rectify = true) {
    return {LayerKind::convolve, std::move(name), std::move(from), {}, in, out, kernel, stride, rectify, {}, {}};
}
Layer refine(std::string name, std::string from, std::string with, int channels) {
    return {LayerKind::refine, std::move(name), std::move(from), std::move(with), channels, channels, 1, 1, false, {}, {}};
}

std::size_t weight_size(Layer const& l) { return l.kind == LayerKind::convolve ? static_cast<std::size_t>(l.in * l.out * l.kernel * l.kernel) : 0; }
std::size_t bias_size(Layer const& l) { return l.kind == LayerKind::convolve ? static_cast<std::size_t>(l.out) : 0; }

std::string layer_line(Layer const& l) {
    if (l.kind == LayerKind::refine) return fmt::format("refine {} {} {} {}\n", l.name, l.from, l.with, l.out);
    return fmt::format("convolve {} {} {} {} {} {} {}\n", l.name, l.from, l.in, l.out, l.kernel, l.stride, l.rectify ? "rectify" : "plain");
}

// halves and floats go to disk as this machine has them: little end first, as every machine we build for
static_assert(std::endian::native == std::endian::little);

void put_halves(std::string& to, std::vector<float> const& v) {
    cv::Mat halves;
    cv::Mat(1, static_cast<int>(v.size()), CV_32F, const_cast<float*>(v.data())).convertTo(halves, CV_16F);
    to.append(reinterpret_cast<char const*>(halves.data), 2 * v.size());
}
void put_floats(std::string& to, std::vector<float> const& v) { to.append(reinterpret_cast<char const*>(v.data()), 4 * v.size()); }

std::vector<float> take_halves(std::string_view& from, std::size_t n) {
    std::vector<std::uint16_t> raw(n);
    std::memcpy(raw.data(), from.data(), 2 * n);
    from.remove_prefix(2 * n);
    cv::Mat floats;
    cv::Mat(1, static_cast<int>(n), CV_16F, raw.data()).convertTo(floats, CV_32F);
    return {floats.ptr<float>(), floats.ptr<float>() + n};
}
std::vector<float> take_floats(std::string_view& from, std::size_t n) {
    std::vector<float> v(n);
    std::memcpy(v.data(), from.data(), 4 * n);
    from.remove_prefix(4 * n);
    return v;
}

auto malformed(std::string what) { return refuse("model_malformed", "These are not weights of this program: " + std::move(what) + ". Choose a file made by osetra-train.", "model"); }

std::string_view take_line(std::string_view& from) {
    auto const end = from.find('\n');
    auto const line = from.substr(0, end);
    from.remove_prefix(end == std::string_view::npos ? from.size() : end + 1);
    return line;
}

constexpr int colours = 3;

/// Of a network from before brightness lately and before that was told: it pays them no heed.
void learn_of_the_past(Layer& l) {
    auto const kernel = static_cast<std::ptrdiff_t>(l.kernel * l.kernel);
    std::vector<float> wide;
    for (auto from = l.weight.begin(); from != l.weight.end(); from += colours * kernel) {
        wide.insert(wide.end(), from, from + colours * kernel);
        wide.resize(wide.size() + static_cast<std::size_t>((picture_channels - colours) * kernel));
    }
    l.weight = std::move(wide);
    l.in = picture_channels;
}

/// Planes that a layer can be made from: how many channels, and how much coarser than the picture.
struct Made { int channels, coarse; };

Result<Layer> layer_of(std::string_view line, std::map<std::string, Made>& made) {
    std::istringstream in{std::string{line}};
    std::string kind, last;
    Layer l;
    in >> kind >> l.name >> l.from;
    if (kind == "convolve") {
        in >> l.in >> l.out >> l.kernel >> l.stride >> last;
        l.rectify = last == "rectify";
    } else {
        l.kind = LayerKind::refine;
        in >> l.with >> l.out;
        l.in = l.out;
        l.kernel = 1;
    }
    auto const source = made.find(l.from);
    if (!in || source == made.end()) return malformed(fmt::format("a layer cannot be made: {}", line));
    auto const fits = l.out > 0 && l.out <= 256 && (l.kernel == 1 || l.kernel == 3) && (l.stride == 1 || (l.stride == 2 && l.kernel == 3)) && (source->second.channels == l.in || (l.from == "picture" && l.in == colours))
        && (l.from != "picture" || (l.kernel == 3 && l.stride == 2)) && made.size() < 64;
    auto coarse = source->second.coarse * l.stride;
    if (l.kind == LayerKind::refine) {
        auto const with = made.find(l.with);
        coarse /= 2;
        if (with == made.end() || with->second.channels != l.out || with->second.coarse != coarse) return malformed(fmt::format("two planes do not fit: {}", line));
    }
    if (!fits || coarse < 1 || coarse > 64) return malformed(fmt::format("a layer of a kind that is not known: {}", line));
    made[l.name] = {l.out, coarse};
    return l;
}

} // namespace

std::vector<Layer> network_layers() {
    std::vector<Layer> all;
    all.push_back(convolve("half", "picture", picture_channels, 16, 3, 2));
    all.push_back(convolve("half_skip", "half", 16, 16, 3, 1));
    all.push_back(convolve("quarter", "half_skip", 16, 32, 3, 2));
    all.push_back(convolve("quarter_skip", "quarter", 32, 32, 3, 1));
    all.push_back(convolve("eighth", "quarter_skip", 32, 48, 3, 2));
    all.push_back(convolve("eighth_skip", "eighth", 48, 48, 3, 1));
    all.push_back(convolve("sixteenth", "eighth_skip", 48, 64, 3, 2));
    all.push_back(convolve("deep_1", "sixteenth", 64, 64, 3, 1));
    all.push_back(convolve("deep_2", "deep_1", 64, 64, 3, 1));
    all.push_back(convolve("deep_to_eighth", "deep_2", 64, 48, 1, 1, false));
    all.push_back(refine("eighth_sum", "deep_to_eighth", "eighth_skip", 48));
    all.push_back(convolve("eighth_up", "eighth_sum", 48, 48, 3, 1));
    all.push_back(convolve("eighth_to_quarter", "eighth_up", 48, 32, 1, 1, false));
    all.push_back(refine("quarter_sum", "eighth_to_quarter", "quarter_skip", 32));
    all.push_back(convolve("quarter_up", "quarter_sum", 32, 32, 3, 1));
    all.push_back(convolve("quarter_to_half", "quarter_up", 32, 16, 1, 1, false));
    all.push_back(refine("half_sum", "quarter_to_half", "half_skip", 16));
    all.push_back(convolve("half_up", "half_sum", 16, 16, 3, 1));
    all.push_back(convolve("head", "half_up", 16, head_count, 1, 1, false));
    return all;
}

std::string write_weights(Weights const& w) {
    auto body = fmt::format("name {}\nrecipe {}\nthreshold {}\nbody_px {}\n", w.name, w.recipe, w.threshold, w.body_px);
    std::string numbers;
    for (auto const& l : w.layers) {
        body += layer_line(l);
        if (l.kind != LayerKind::convolve) continue;
        put_halves(numbers, l.weight);
        put_floats(numbers, l.bias);
    }
    body += fmt::format("numbers {}\n", numbers.size()) + numbers;
    return std::string{first_line} + "sha256 " + sha256_hex(body) + "\n" + body;
}

Result<Weights> read_weights(std::string_view bytes) {
    if (!bytes.starts_with(first_line)) return malformed("the first line is not \"osetra-weights 1\"");
    bytes.remove_prefix(first_line.size());
    Weights w;
    auto const seal = take_line(bytes);
    w.sha256 = sha256_hex(bytes);
    if (seal != "sha256 " + w.sha256) return malformed("the file was changed or cut short");
    std::map<std::string, Made> made{{"picture", {picture_channels, 1}}};
    for (;;) {
        auto const line = take_line(bytes);
        auto const space = std::min(line.find(' '), line.size());
        auto const word = line.substr(0, space);
        std::string const rest{line.substr(std::min(space + 1, line.size()))};
        if (word == "name") w.name = rest;
        else if (word == "recipe") w.recipe = rest;
        else if (word == "threshold") w.threshold = std::strtod(rest.c_str(), nullptr);
        else if (word == "body_px") w.body_px = std::strtod(rest.c_str(), nullptr);
        else if (word == "convolve" || word == "refine") w.layers.push_back(OSETRA_TRY(layer_of(line, made)));
        else if (word == "numbers") break;
        else return malformed(fmt::format("\"{}\" means nothing", word.substr(0, 40)));
    }
    if (w.layers.empty() || w.layers.back().out != head_count || made[w.layers.back().name].coarse != 2) return malformed("the last layer is not the head");
    if (!(w.threshold > 0 && w.threshold < 1) || !(w.body_px >= 4 && w.body_px <= 400)) return malformed("threshold or body_px is out of range");
    for (auto& l : w.layers) {
        if (bytes.size() < 2 * weight_size(l) + 4 * bias_size(l)) return malformed("numbers are missing at its end");
        l.weight = take_halves(bytes, weight_size(l));
        l.bias = take_floats(bytes, bias_size(l));
    }
    if (!bytes.empty()) return malformed("something follows its end");
    for (auto& l : w.layers)
        if (l.from == "picture" && l.in == colours) learn_of_the_past(l);
    return w;
}

} // namespace osetra::stocktake
