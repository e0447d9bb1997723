#include "stocktake/engine/detect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <numbers>
#include <sstream>

#include <opencv2/imgproc.hpp>

#include "stocktake/engine/middle.h"
#include "stocktake/engine/net.h"
#include "stocktake/engine/normalise.h"
#include "stocktake/engine/stands_out.h"

__asm__(".section .rodata\n"
        ".balign 16\n"
        "osetra_open_weights:\n"
        ".incbin \"" OSETRA_MODELS "/open.osetra-weights\"\n"
        "osetra_open_weights_end:\n"
        ".balign 16\n"
        "osetra_fry_weights:\n"
        ".incbin \"" OSETRA_MODELS "/fry.osetra-weights\"\n"
        "osetra_fry_weights_end:\n"
        ".byte 0\n"
        ".previous\n");
extern "C" {
extern char const osetra_open_weights[];
extern char const osetra_open_weights_end[];
extern char const osetra_fry_weights[];
extern char const osetra_fry_weights_end[];
}

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;

/// What a cell can know of the picture lies within so many pixels; tiles overlap by it, so that they say the same as the whole would.
constexpr int halo = 96;
constexpr int halo_round = 16;          ///< of the part that is looked at at all: its rim, where nobody was seen lately, need not be seen quite so well
constexpr int tile = 1024;              ///< without its halo
constexpr int whole_pixels = 2'200'000; ///< up to this a picture is one tile
constexpr double coarsest = 0.25, finest = 2;   // scales that are tried, against one where the longer side has 1280 pixels
constexpr double length_spread = 0.35;          // of the logarithm of body lengths in one stock, with what the network errs
constexpr double next_to = 0.9;                 // of the most evidence: a coarser look is that much faster
constexpr double most_pixels = 24e6;    ///< of a picture after scaling

/// The network goes by cells of so many pixels: a part that begins with one sees what the whole does.
constexpr int pitch_px = 16;
int up_to_grid(int n) { return (n + pitch_px - 1) / pitch_px * pitch_px; }
cv::Rect on_grid(cv::Rect2d const& part, cv::Size const& size) {
    cv::Rect const within = cv::Rect{cv::Point{cvFloor(part.x), cvFloor(part.y)}, cv::Point{cvCeil(part.br().x), cvCeil(part.br().y)}} & cv::Rect{{}, size};
    cv::Point const from{within.x / pitch_px * pitch_px, within.y / pitch_px * pitch_px};
    return within.empty() ? within : cv::Rect{from, cv::Point{up_to_grid(within.br().x), up_to_grid(within.br().y)}} & cv::Rect{{}, size};
}

cv::Rect wider(cv::Rect const& r, int by) { return {r.x - by, r.y - by, r.width + 2 * by, r.height + 2 * by}; }

double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }

/// Where the top of a parabola through three neighbours is, from the middle one, in [-0.5, 0.5].
float top_of(float before, float at, float after) {
    auto const bend = before - 2 * at + after;
    return bend >= 0 ? 0 : std::clamp((before - after) / (2 * bend), -0.5f, 0.5f);
}

/// One number a cell: how sure it is that the middle of a body is there, as a logit.
struct Middles {
    int height = 0, width = 0;
    std::vector<float> logits;       ///< kept from look to look
    float at(int y, int x) const { return logits[static_cast<std::size_t>(y * width + x)]; }

    void clear(int h, int w) {
        height = h, width = w;
        logits.assign(static_cast<std::size_t>(h * w), 0.0f);
    }
    /// Adds a share of what was seen in a row, mirrored as the picture was.
    void add(int y, float const* heads, float share, bool mirrored_x, bool mirrored_y) {
        auto* to = logits.data() + (mirrored_y ? height - 1 - y : y) * width;
        auto const* from = heads + head_centre;
        if (mirrored_x) for (int x = 0; x < width; ++x) to[width - 1 - x] += share * from[x * 16];
        else for (int x = 0; x < width; ++x) to[x] += share * from[x * 16];
    }
};

/// A cell that may be the middle of a body, with what the head says of it.
struct Candidate {
    int y, x;
    std::array<float, head_count> said;
};

Mark mark_at(Candidate const& c, Middles const& middles) {
    auto const& v = c.said;
    auto const y = c.y, x = c.x;
    auto const at = middles.at(y, x);
    Mark m;
    m.x = 2 * (x + 0.5 + static_cast<double>(x > 0 && x + 1 < middles.width ? top_of(middles.at(y, x - 1), at, middles.at(y, x + 1)) : 0));
    m.y = 2 * (y + 0.5 + static_cast<double>(y > 0 && y + 1 < middles.height ? top_of(middles.at(y - 1, x), at, middles.at(y + 1, x)) : 0));
    m.axis = std::atan2(v[head_sin2], v[head_cos2]) / 2;
    if (std::cos(m.axis) * static_cast<double>(v[head_cos]) + std::sin(m.axis) * static_cast<double>(v[head_sin]) < 0) m.axis += m.axis > 0 ? -std::numbers::pi : std::numbers::pi;
    m.length_px = 32 * std::exp(std::clamp(static_cast<double>(v[head_length]), -3.0, 3.0));
    m.score = sigmoid(static_cast<double>(at));
    m.visible = sigmoid(static_cast<double>(v[head_visible]));
    return m;
}

bool is_peak(Middles const& h, int y, int x) {
    auto const v = h.at(y, x);
    for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) {
            if ((dy == 0 && dx == 0) || y + dy < 0 || x + dx < 0 || y + dy >= h.height || x + dx >= h.width) continue;
            auto const w = h.at(y + dy, x + dx);
            if (w > v || (w == v && (dy < 0 || (dy == 0 && dx < 0)))) return false;   // of equals the first
        }
    return true;
}

/// Along the body a second peak is the same body; across it, it is a neighbour lying alongside.
constexpr double along_share = 0.38, across_share = 0.14, across_least = 2.2;

bool same_body(Mark const& kept, Mark const& other) {
    auto const dx = other.x - kept.x, dy = other.y - kept.y;
    auto const c = std::cos(kept.axis), s = std::sin(kept.axis);
    auto const turned = std::abs(std::sin(other.axis - kept.axis));   // bodies that cross share a middle and nothing else
    auto const along = std::max(across_least, along_share * kept.length_px * (1 - 0.6 * turned)), across = std::max(across_least, across_share * kept.length_px);
    auto const u = (dx * c + dy * s) / along, v = (dy * c - dx * s) / across;
    return u * u + v * v < 1;
}

/// Best first; a grid keeps the search near.
Marks one_a_body(Marks all) {
    std::stable_sort(all.begin(), all.end(), [](Mark const& a, Mark const& b) { return a.score > b.score; });
    constexpr double pitch = 32;
    auto width = 1.0, height = 1.0, longest = 0.0;
    for (auto const& m : all) width = std::max(width, m.x), height = std::max(height, m.y), longest = std::max(longest, m.length_px);
    auto const columns = static_cast<int>(width / pitch) + 1, rows = static_cast<int>(height / pitch) + 1;
    auto const reach = static_cast<int>(std::max(across_least, along_share * longest) / pitch) + 1;
    std::vector<Marks> grid(static_cast<std::size_t>(columns * rows));
    Marks kept;
    for (auto const& m : all) {
        auto const cx = static_cast<int>(m.x / pitch), cy = static_cast<int>(m.y / pitch);
        auto taken = false;
        for (int y = std::max(0, cy - reach); y <= std::min(rows - 1, cy + reach) && !taken; ++y)
            for (int x = std::max(0, cx - reach); x <= std::min(columns - 1, cx + reach) && !taken; ++x)
                for (auto const& k : grid[static_cast<std::size_t>(y * columns + x)]) taken = taken || same_body(k, m);
        if (taken) continue;
        kept.push_back(m);
        grid[static_cast<std::size_t>(cy * columns + cx)].push_back(m);
    }
    return kept;
}

double logit_of(double score) { return std::log(score / (1 - score)); }

/// Bodies that swim together are of one stock, much of a length and of a darkness: where many are sure, a mark that is quite otherwise is doubted, for it is a speck, a leaf or a mirror
/// image. The spreads are measured on the surer half, so a stock of many sizes, or one that fades with the depth, doubts nobody.
constexpr double least_length_spread = 0.12, least_contrast_spread = 0.25;
constexpr std::size_t stock_least = 8;
constexpr double spreads_free = 2, doubt_a_spread = 0.7, doubt_most = 3;

/// What shows of a mark's stock, both as natural logarithms.
struct Looks {
    double score, length, contrast;
};
std::vector<Looks> looks_of(Marks const& all, cv::Mat const& bgr) {
    std::vector<Looks> out;
    for (auto const& m : all) out.push_back({m.score, std::log(m.length_px), std::log(contrast_of(m, bgr) + 2)});
    return out;
}

Kin kin_of(std::vector<Looks> const& known, double Looks::* what, double least_spread) {
    std::vector<double> values;
    for (auto const& k : known) values.push_back(k.*what);
    auto const middle = median_of(values);
    for (auto& v : values) v = std::abs(v - middle);
    return {middle, std::max(least_spread, 1.4826 * median_of(std::move(values)))};
}

/// Of the surer half of those that are marks at all; none where these are few.
std::optional<Stock> stock_among(std::vector<Looks> all, double threshold) {
    std::erase_if(all, [&](Looks const& l) { return l.score < threshold; });
    std::stable_sort(all.begin(), all.end(), [](Looks const& x, Looks const& y) { return x.score > y.score; });
    all.resize((all.size() + 1) / 2);
    if (all.size() < stock_least) return {};
    return Stock{kin_of(all, &Looks::length, least_length_spread), kin_of(all, &Looks::contrast, least_contrast_spread)};
}

/// What is taken off a mark's logit for being so many spreads away from its kin.
double doubt(double spreads) { return std::clamp(doubt_a_spread * (spreads - spreads_free), 0.0, doubt_most); }

Marks of_one_stock(Marks all, cv::Mat const& bgr, double threshold, std::optional<Stock> const& told) {
    auto const looks = looks_of(all, bgr);
    auto const stock = told ? told : stock_among(looks, threshold);
    if (!stock) return all;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const by_length = doubt(std::abs(looks[i].length - stock->length.middle) / stock->length.spread);
        auto const by_contrast = doubt((stock->contrast.middle - looks[i].contrast) / stock->contrast.spread);
        all[i].score = sigmoid(logit_of(all[i].score) - by_length - by_contrast);
    }
    std::stable_sort(all.begin(), all.end(), [](Mark const& x, Mark const& y) { return x.score > y.score; });
    return all;
}

cv::Mat three_bytes(cv::Mat const& picture) {
    cv::Mat bytes = picture, bgr;
    if (picture.depth() == CV_16U) picture.convertTo(bytes, CV_8U, 1.0 / 257);
    else if (picture.depth() != CV_8U) picture.convertTo(bytes, CV_8U);
    if (bytes.channels() == 3) return bytes;
    cv::cvtColor(bytes, bgr, bytes.channels() == 1 ? cv::COLOR_GRAY2BGR : cv::COLOR_BGRA2BGR);
    return bgr;
}

cv::Mat resized(cv::Mat const& bgr, double scale) {
    if (std::abs(scale - 1) < 0.02) return bgr;
    cv::Mat out;
    cv::Size const size{std::max(1, static_cast<int>(std::lround(bgr.cols * scale))), std::max(1, static_cast<int>(std::lround(bgr.rows * scale)))};
    cv::resize(bgr, out, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    return out;
}

/// Into planes that are kept from look to look.
Past const& resized(Past const& past, cv::Size const& size, Past& kept) {
    if (past.lately.empty() || past.lately.size() == size) return past;
    cv::resize(past.lately, kept.lately, size);
    cv::resize(past.before, kept.before, size);
    return kept;
}

/// A row of the network's picture, end for end.
void mirror(float* row, int width) {
    for (int a = 0, b = width - 1; a < b; ++a, --b) std::swap_ranges(row + a * picture_step, row + (a + 1) * picture_step, row + b * picture_step);
}

double held(double scale, cv::Size const& size) {
    return std::min({std::max(scale, 1.0 / 32), 4.0, std::sqrt(most_pixels / std::max(1.0, static_cast<double>(size.area())))});
}

} // namespace

struct Detector::State {
    Weights weights;
    Net net;
    Past sized;
    Middles middles;
    std::mutex turn;

    State(Weights w, Kernels const& k) : weights(std::move(w)), net(weights, k) {
        for (auto& l : weights.layers) l.weight = {}, l.bias = {};   // the net has them
    }

    /// `within`: of the picture, what is read for this.
    void tile_marks(Light const& light, cv::Rect const& inner, cv::Rect const& within, float least, bool thorough, Marks& to) {
        auto const read = wider(inner, halo) & within;
        auto const left = read.x, top = read.y;
        cv::Rect const part{left, top, up_to_grid(read.width), up_to_grid(read.height)};
        middles.clear(part.height / 2, part.width / 2);
        auto const x0 = (inner.x - left) / 2, y0 = (inner.y - top) / 2;
        auto const x1 = std::min(middles.width, x0 + (inner.width + 1) / 2), y1 = std::min(middles.height, y0 + (inner.height + 1) / 2);
        std::vector<Candidate> candidates;
        auto const look = [&](bool mirrored_x, bool mirrored_y) {
            auto const put = [&](int y, float* row) {
                light.put({left, top + (mirrored_y ? part.height - 1 - y : y), part.width, 1}, row, 0);
                if (mirrored_x) mirror(row, part.width);
            };
            auto const take = [&](int y, float const* heads) {
                middles.add(y, heads, thorough ? 0.25f : 1.0f, mirrored_x, mirrored_y);
                if (mirrored_x || mirrored_y || y < y0 || y >= y1) return;
                for (int x = x0; x < x1; ++x) {
                    if (middles.at(y, x) < least) continue;
                    candidates.push_back({y, x, {}});
                    std::copy_n(heads + x * 16, +head_count, candidates.back().said.begin());
                }
            };
            net.run(part.height, part.width, put, take);
        };
        if (thorough) look(true, false), look(true, true), look(false, true);
        look(false, false);   // last, when the sums are whole: its heads tell of the bodies
        for (auto const& c : candidates) {
            if (!is_peak(middles, c.y, c.x)) continue;
            auto mark = mark_at(c, middles);
            mark.x += left;
            mark.y += top;
            to.push_back(mark);
        }
    }

    /// Marks in pixels of `bgr`, which is resized first: by this scale, whatever the options say of it.
    Marks marks(cv::Mat const& bgr, double scale, DetectOptions const& o = {}) {
        auto const picture = resized(bgr, scale);
        auto const threshold = std::clamp(o.threshold.value_or(weights.threshold), 0.001, 0.999);
        auto const past = o.past.lately.size() == bgr.size() ? resized(o.past, picture.size(), sized) : Past{};
        auto const sx = static_cast<double>(bgr.cols) / picture.cols, sy = static_cast<double>(bgr.rows) / picture.rows;
        auto const part = o.where ? on_grid({o.where->x / sx, o.where->y / sy, o.where->width / sx, o.where->height / sy}, picture.size()) : cv::Rect{{}, picture.size()};
        auto all = of_one_stock(raw_marks(picture, part, threshold, o.thorough, past), picture, weights.threshold, o.stock);
        std::erase_if(all, [&](Mark const& m) { return m.score < threshold; });
        for (auto& m : all) m.x *= sx, m.y *= sy, m.length_px *= std::sqrt(sx * sy);
        return all;
    }

    /// Marks in pixels of a picture at its scale, of a part of it that is on the grid, before they are compared with their kin.
    Marks raw_marks(cv::Mat const& picture, cv::Rect const& part, double threshold, bool thorough, Past const& past = {}) {
        if (part.empty()) return {};
        Light const light{picture, past};
        auto const size = picture.size();
        auto const least = static_cast<float>(logit_of(threshold));
        Marks all;
        auto const within = wider(part, halo_round) & cv::Rect{{}, size};
        if (part.area() <= whole_pixels) tile_marks(light, part, within, least, thorough, all);
        else
            for (int y = part.y; y < part.br().y; y += tile)
                for (int x = part.x; x < part.br().x; x += tile)
                    tile_marks(light, {x, y, std::min(tile, part.br().x - x), std::min(tile, part.br().y - y)}, within, least, thorough, all);
        all = one_a_body(std::move(all));
        std::erase_if(all, [&](Mark const& m) { return m.x >= size.width || m.y >= size.height; });
        return all;
    }

    /// How surely bodies of the length that the network learnt are seen at a scale. Many doubtful marks are no evidence: ground looked at too closely is full of them.
    double evidence(Marks const& marks, double scale) const {
        double sum = 0;
        for (auto const& m : marks) {
            auto const sure = std::max(0.0, m.score - weights.threshold), off = std::log(std::max(1e-3, m.length_px * scale / weights.body_px)) / length_spread;
            sum += sure * sure * std::exp(-off * off / 2);
        }
        return marks.empty() ? 0 : sum / std::sqrt(static_cast<double>(marks.size()));
    }

    /// Of scales half an octave apart, the coarsest that shows next to as much as any; then set by the lengths of the surer half of what is seen, where that agrees.
    LookScale scale_for(cv::Mat const& bgr) {
        auto const usual = held(std::min(1.0, 1280.0 / std::max(bgr.cols, bgr.rows)), bgr.size());
        struct Look { double scale, evidence; Marks marks; };
        std::vector<Look> looks;
        for (auto factor = coarsest; factor < finest * 1.01; factor *= std::sqrt(2.0)) {
            auto const scale = held(usual * factor, bgr.size());
            if (!looks.empty() && scale < looks.back().scale * 1.05) break;
            auto seen = marks(bgr, scale);
            auto const found = evidence(seen, scale);
            looks.push_back({scale, found, std::move(seen)});
        }
        auto const most = std::max_element(looks.begin(), looks.end(), [](Look const& x, Look const& y) { return x.evidence < y.evidence; })->evidence;
        if (most <= 0) return {usual, 0};
        auto const& best = *std::find_if(looks.begin(), looks.end(), [&](Look const& l) { return l.evidence >= next_to * most; });
        if (best.marks.size() < 3) return {best.scale, best.evidence};
        std::vector<double> lengths;
        for (std::size_t i = 0; i < (best.marks.size() + 1) / 2; ++i) lengths.push_back(best.marks[i].length_px);
        auto const by_length = held(weights.body_px / median_of(lengths), bgr.size());
        return {std::abs(std::log(by_length / best.scale)) < std::log(2.0) / 4 ? by_length : best.scale, best.evidence};
    }
};

Detector::Detector(Weights w, Kernels const& k) : m_state(std::make_unique<State>(std::move(w), k)) {}
Detector::~Detector() = default;
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;

std::string const& Detector::name() const { return m_state->weights.name; }
std::string const& Detector::sha256() const { return m_state->weights.sha256; }
double Detector::threshold() const { return m_state->weights.threshold; }

Marks Detector::detect(cv::Mat const& bgr, DetectOptions const& options) const {
    if (bgr.empty()) return {};
    std::lock_guard const turn{m_state->turn};
    auto const picture = three_bytes(bgr);
    auto const scale = options.scale ? held(*options.scale, bgr.size()) : m_state->scale_for(picture).scale;
    return m_state->marks(picture, scale, options);
}

std::optional<Stock> Detector::stock_of(std::vector<cv::Mat> const& pictures, double scale) const {
    std::lock_guard const turn{m_state->turn};
    std::vector<Looks> all;
    for (auto const& p : pictures) {
        if (p.empty()) continue;
        auto const picture = resized(three_bytes(p), held(scale, p.size()));
        auto const here = looks_of(m_state->raw_marks(picture, cv::Rect{{}, picture.size()}, m_state->weights.threshold, false), picture);
        all.insert(all.end(), here.begin(), here.end());
    }
    return stock_among(std::move(all), m_state->weights.threshold);
}

void Detector::rest() const {
    std::lock_guard const turn{m_state->turn};
    m_state->net.rest();
    m_state->sized = {};
    m_state->middles = {};
}

LookScale Detector::choose_scale(cv::Mat const& bgr) const {
    if (bgr.empty()) return {};
    std::lock_guard const turn{m_state->turn};
    return m_state->scale_for(three_bytes(bgr));
}

std::string_view weights_within(std::string_view model) {
    if (model == "open") return {osetra_open_weights, static_cast<std::size_t>(osetra_open_weights_end - osetra_open_weights)};
    if (model == "fry") return {osetra_fry_weights, static_cast<std::size_t>(osetra_fry_weights_end - osetra_fry_weights)};
    return {};
}

namespace {

/// Folders `models` here, beside the program, and up to three above it.
std::vector<fs::path> model_folders() {
    std::vector<fs::path> all{"models"};
    std::error_code none;
    auto folder = fs::read_symlink("/proc/self/exe", none).parent_path();
    for (int up = 0; up < 4 && !folder.empty(); ++up, folder = folder.parent_path()) all.push_back(folder / "models");
    return all;
}

std::optional<std::string> file_of(fs::path const& path) {
    std::error_code none;
    if (!fs::is_regular_file(path, none) || fs::file_size(path, none) > (64u << 20)) return {};
    std::ifstream in{path, std::ios::binary};
    std::ostringstream all;
    all << in.rdbuf();
    return std::move(all).str();
}

} // namespace

Result<Detector> Detector::load(std::string const& name_or_path) {
    if (auto const within = weights_within(name_or_path); !within.empty()) return Detector{OSETRA_TRY(read_weights(within))};
    if (auto const bytes = file_of(name_or_path)) return Detector{OSETRA_TRY(read_weights(*bytes))};
    if (name_or_path.find('/') == std::string::npos)
        for (auto const& folder : model_folders())
            if (auto const bytes = file_of(folder / (name_or_path + ".osetra-weights"))) return Detector{OSETRA_TRY(read_weights(*bytes))};
    return refuse("model_unknown", "There is no model \"" + name_or_path + "\". Name open, fry, a file, or one in a folder models.", "model");
}

} // namespace osetra::stocktake
