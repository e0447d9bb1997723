#include "quality/engine/tray_render.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <array>
#include <opencv2/imgproc.hpp>

#include "kernel/fault.h"
#include "kernel/json.h"
#include "kernel/splitmix.h"
#include "media/media.h"

namespace osetra::quality {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_state(seed) {}
    double uniform(double from = 0, double to = 1) { return from + (to - from) * (static_cast<double>(splitmix64(m_state) >> 11) + 0.5) * 0x1p-53; }
    double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(two_pi * uniform()); }
    bool chance(double p) { return uniform() < p; }

private:
    std::uint64_t m_state;
};

struct Egg {
    TrayTruthEgg told;
    double radius = 0, shade = 1;
    std::array<double, 4> wobble{}, phase{};         ///< outline of a broken one
    double spot_x = 0, spot_y = 0;                   ///< the pale germ
};

/// Where eggs lie: half of them touch one that lies there already, some lie a little under another.
std::vector<Egg> strew(TrayOrder const& order, Dice& dice, int width, int height, std::vector<cv::Rect> const& taken) {
    std::vector<Egg> all;
    auto const most = (order.mean_mm + 4 * order.spread_mm) * order.px_per_mm;   // diameter
    auto const columns = static_cast<int>(width / most) + 1, rows = static_cast<int>(height / most) + 1;
    std::vector<std::vector<std::size_t>> grid(static_cast<std::size_t>(columns * rows));
    auto const cell = [&](double x, double y) { return static_cast<std::size_t>(std::clamp(static_cast<int>(y / most), 0, rows - 1) * columns + std::clamp(static_cast<int>(x / most), 0, columns - 1)); };
    auto const free = [&](double x, double y, double r, double closeness) {
        for (auto const& t : taken)
            if (x > t.x - r && y > t.y - r && x < t.x + t.width + r && y < t.y + t.height + r) return false;
        for (int dy = -1; dy <= 1; ++dy)
            for (int dx = -1; dx <= 1; ++dx) {
                auto const gx = static_cast<int>(x / most) + dx, gy = static_cast<int>(y / most) + dy;
                if (gx < 0 || gy < 0 || gx >= columns || gy >= rows) continue;
                for (auto const i : grid[static_cast<std::size_t>(gy * columns + gx)])
                    if (std::hypot(all[i].told.x - x, all[i].told.y - y) < closeness * (r + all[i].radius)) return false;
            }
        return true;
    };
    for (std::int64_t tries = 0; static_cast<std::int64_t>(all.size()) < order.eggs && tries < order.eggs * 200; ++tries) {
        Egg e;
        e.told.diameter_mm = std::max(0.5 * order.mean_mm, order.mean_mm + order.spread_mm * dice.normal());
        e.radius = e.told.diameter_mm * order.px_per_mm / 2;
        auto const closeness = dice.chance(order.overlaps) ? dice.uniform(0.8, 0.95) : 1.;
        double x = dice.uniform(0, width), y = dice.uniform(0, height);
        if (!all.empty() && dice.chance(0.5)) {
            auto const& by = all[static_cast<std::size_t>(dice.uniform(0, static_cast<double>(all.size())))];
            auto const angle = dice.uniform(0, two_pi);
            x = by.told.x + closeness * (by.radius + e.radius) * std::cos(angle);
            y = by.told.y + closeness * (by.radius + e.radius) * std::sin(angle);
        }
        if (x < 0.2 * e.radius || y < 0.2 * e.radius || x > width - 0.2 * e.radius || y > height - 0.2 * e.radius || !free(x, y, e.radius, closeness * 0.999)) continue;
        e.told.x = x;
        e.told.y = y;
        e.told.broken = dice.chance(order.broken);
        e.shade = 1 + 0.07 * dice.normal();
        for (std::size_t k = 0; k < 4; ++k) { e.wobble[k] = dice.uniform(0.05, 0.13) / (1 + 0.35 * static_cast<double>(k)); e.phase[k] = dice.uniform(0, two_pi); }
        auto const germ = dice.uniform(0, two_pi), far = dice.uniform(0, 0.9);
        e.spot_x = far * std::cos(germ);
        e.spot_y = far * std::sin(germ);
        grid[cell(x, y)].push_back(all.size());
        all.push_back(e);
    }
    return all;
}

struct Light { double x, y, warm, glare; };

void paint(cv::Mat& light, Egg const& e, Rgb const& egg, Light const& lamp) {
    auto const reach = e.radius * (e.told.broken ? 1.4 : 1) + 2;
    auto const x0 = std::max(0, static_cast<int>(e.told.x - reach)), x1 = std::min(light.cols - 1, static_cast<int>(e.told.x + reach) + 1);
    auto const y0 = std::max(0, static_cast<int>(e.told.y - reach)), y1 = std::min(light.rows - 1, static_cast<int>(e.told.y + reach) + 1);
    for (int y = y0; y <= y1; ++y) {
        auto* row = light.ptr<cv::Vec3f>(y);
        for (int x = x0; x <= x1; ++x) {
            auto const dx = x - e.told.x, dy = y - e.told.y, d = std::hypot(dx, dy);
            auto edge = e.radius;
            if (e.told.broken) {
                auto const angle = std::atan2(dy, dx);
                double out = 0.92;
                for (std::size_t k = 0; k < 4; ++k) out += e.wobble[k] * std::cos(static_cast<double>(k + 2) * angle + e.phase[k]);
                edge *= out;
            }
            auto const cover = std::clamp(edge - d + 0.5, 0., 1.);
            if (cover <= 0) continue;
            auto const u = dx / e.radius, v = dy / e.radius;
            auto const up = std::sqrt(std::max(0., 1 - u * u - v * v));
            double shade, shine = 0;
            if (e.told.broken) {
                shade = 1.5 + 0.25 * std::sin(9 * u + e.phase[0]) * std::cos(8 * v + e.phase[1]);   // an empty, wrinkled skin
            } else {
                shade = 0.62 + 0.45 * std::max(0., 0.35 * lamp.x * u + 0.35 * lamp.y * v + 0.87 * up);
                shade *= 1 + 0.25 * std::exp(-((u - e.spot_x) * (u - e.spot_x) + (v - e.spot_y) * (v - e.spot_y)) / 0.06);
                auto const hx = u - 0.33 * lamp.x, hy = v - 0.33 * lamp.y;
                shine = lamp.glare * std::exp(-(hx * hx + hy * hy) / 0.014);
            }
            for (int c = 0; c < 3; ++c) {
                auto const value = egg[static_cast<std::size_t>(2 - c)] * shade * e.shade + shine;
                row[x][c] = static_cast<float>(row[x][c] * (1 - cover) + value * cover);
            }
        }
    }
}

void fill(cv::Mat& light, cv::Rect const& r, Rgb const& colour) {
    light(r).setTo(cv::Scalar(colour[2], colour[1], colour[0]));
}

Rgb light_of(Rgb const& srgb) { return {linear_of(srgb[0]), linear_of(srgb[1]), linear_of(srgb[2])}; }

/// A black square with a pattern of 4 by 4 in a black border, on white.
void lay_marker(cv::Mat& light, cv::Rect const& outer, double side) {
    fill(light, outer, {0.8, 0.8, 0.8});
    auto const left = outer.x + (outer.width - side) / 2, top = outer.y + (outer.height - side) / 2;
    static constexpr int white[16] = {1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0};
    constexpr int fine = 4;                          // pixels are cut so fine, for true edges
    for (int y = outer.y; y < outer.y + outer.height; ++y)
        for (int x = outer.x; x < outer.x + outer.width; ++x) {
            double black = 0;
            for (int sy = 0; sy < fine; ++sy)
                for (int sx = 0; sx < fine; ++sx) {
                    auto const u = (x + (sx + 0.5) / fine - 0.5 - left) / side * 6, v = (y + (sy + 0.5) / fine - 0.5 - top) / side * 6;
                    if (u < 0 || v < 0 || u >= 6 || v >= 6) continue;
                    auto const inside = u >= 1 && v >= 1 && u < 5 && v < 5;
                    if (!inside || white[(static_cast<int>(v) - 1) * 4 + static_cast<int>(u) - 1] == 0) black += 1. / (fine * fine);
                }
            light.at<cv::Vec3f>(y, x) = cv::Vec3f::all(static_cast<float>(0.8 * (1 - black) + 0.02 * black));
        }
}

void lay_card(cv::Mat& light, cv::Rect const& r) {
    fill(light, cv::Rect{r.x - 6, r.y - 6, r.width + 12, r.height + 12}, {0.02, 0.02, 0.02});
    for (int i = 0; i < 24; ++i) {
        auto const w = r.width / 6, h = r.height / 4;
        fill(light, {r.x + i % 6 * w + 2, r.y + i / 6 * h + 2, w - 4, h - 4}, light_of(card_patches()[static_cast<std::size_t>(i)]));
    }
}

/// What the lens and the sensor make of the light: a slope of light, warm or cold, out of focus a little, with noise.
cv::Mat photograph(cv::Mat light, Light const& lamp, Dice& dice) {
    auto const slope_x = dice.uniform(-0.12, 0.12), slope_y = dice.uniform(-0.12, 0.12);
    cv::Vec3f const warm{static_cast<float>(1 - lamp.warm), 1.F, static_cast<float>(1 + lamp.warm)};
    for (int y = 0; y < light.rows; ++y) {
        auto* row = light.ptr<cv::Vec3f>(y);
        for (int x = 0; x < light.cols; ++x) {
            auto const bright = static_cast<float>(1 + slope_x * (2. * x / light.cols - 1) + slope_y * (2. * y / light.rows - 1));
            for (int c = 0; c < 3; ++c) row[x][c] *= bright * warm[c];
        }
    }
    cv::GaussianBlur(light, light, {}, dice.uniform(0.6, 1.2));
    cv::Mat out(light.size(), CV_8UC3);
    auto const noise = dice.uniform(1.5, 4);
    for (int y = 0; y < light.rows; ++y) {
        auto const* from = light.ptr<cv::Vec3f>(y);
        auto* to = out.ptr<cv::Vec3b>(y);
        for (int x = 0; x < light.cols; ++x)
            for (int c = 0; c < 3; ++c) {
                auto const l = std::clamp(static_cast<double>(from[x][c]), 0., 1.);
                auto const s = 255 * (l <= 0.0031308 ? 12.92 * l : 1.055 * std::pow(l, 1 / 2.4) - 0.055);
                to[x][c] = cv::saturate_cast<unsigned char>(s + noise * (dice.uniform() + dice.uniform() + dice.uniform() - 1.5) * 2);
            }
    }
    return out;
}

} // namespace

TrayPicture render_tray(TrayOrder const& order) {
    Dice dice{order.seed};
    auto const egg_area = std::numbers::pi / 4 * order.mean_mm * order.mean_mm * order.px_per_mm * order.px_per_mm;
    auto const area = static_cast<double>(order.eggs) * egg_area / order.filled;
    auto const height = std::max(240, static_cast<int>(std::sqrt(area / 1.4))), width = std::max(320, static_cast<int>(area / height));
    cv::Mat light(height, width, CV_32FC3);
    auto const tray = order.dark_tray ? Rgb{0.035, 0.037, 0.04} : Rgb{0.62, 0.63, 0.62};
    light.setTo(cv::Scalar(tray[2], tray[1], tray[0]));
    // Grey to brown, as sturgeon eggs are; pale on a dark tray.
    auto const tone = dice.uniform(0.7, 1.4);
    Rgb const egg = order.dark_tray ? Rgb{0.34 * tone, 0.26 * tone, 0.13 * tone} : Rgb{0.075 * tone, 0.065 * tone, 0.05 * tone};
    Light const lamp{dice.uniform(-1, 1), dice.uniform(-1, 1), dice.uniform(-0.12, 0.15), dice.uniform(0.15, 0.9)};

    TrayPicture picture;
    std::vector<cv::Rect> taken;
    if (order.marker) {
        auto const outer = static_cast<int>(order.marker_mm * order.px_per_mm * 1.35);
        taken.push_back({8, 8, outer, outer});
    }
    if (order.card) {
        cv::Rect const card{width - 8 - 6 * 24, height - 8 - 4 * 24, 6 * 24, 4 * 24};
        taken.push_back({card.x - 6, card.y - 6, card.width + 12, card.height + 12});
        picture.card = {static_cast<double>(card.x), static_cast<double>(card.y), static_cast<double>(card.width), static_cast<double>(card.height)};
    }
    auto const eggs = strew(order, dice, width, height, taken);
    // Shadows first, then egg over egg.
    cv::Mat shadow(height, width, CV_32F, cv::Scalar(0));
    for (auto const& e : eggs)
        cv::circle(shadow, cv::Point{static_cast<int>(std::lround(e.told.x - 0.12 * e.radius * lamp.x)), static_cast<int>(std::lround(e.told.y - 0.12 * e.radius * lamp.y))}, static_cast<int>(e.radius), cv::Scalar(1), cv::FILLED);
    cv::GaussianBlur(shadow, shadow, {}, 0.25 * order.mean_mm * order.px_per_mm);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) light.at<cv::Vec3f>(y, x) *= 1 - 0.35F * shadow.at<float>(y, x);
    for (auto const& e : eggs) {
        paint(light, e, egg, lamp);
        picture.eggs.push_back(e.told);
    }
    if (order.marker) lay_marker(light, taken.front(), order.marker_mm * order.px_per_mm);
    if (order.card) lay_card(light, {static_cast<int>(picture.card[0]), static_cast<int>(picture.card[1]), static_cast<int>(picture.card[2]), static_cast<int>(picture.card[3])});
    auto const middle = 0.62 + 0.45 * 0.87;
    picture.colour = lab_of_linear({egg[0] * middle, egg[1] * middle, egg[2] * middle});
    picture.width = width;
    picture.height = height;
    picture.png = media::png(photograph(light, lamp, dice), 1);
    if (picture.png.empty()) throw Fault("the picture could not be packed");
    return picture;
}

std::string tray_truth_json(TrayOrder const& order, TrayPicture const& picture) {
    JsonOut out;
    out.begin_object();
    out.put("px_per_mm", order.px_per_mm);
    out.value("seed", static_cast<std::int64_t>(order.seed));
    out.put("width", picture.width);
    out.put("height", picture.height);
    if (!picture.card.empty()) {
        out.begin_array("card");
        for (auto const v : picture.card) out.put(nullptr, v);
        out.end_array();
    }
    out.begin_array("eggs");
    for (auto const& e : picture.eggs) {
        out.begin_object();
        out.put("x", e.x);
        out.put("y", e.y);
        out.put("diameter_mm", e.diameter_mm);
        out.value("broken", e.broken);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::quality
