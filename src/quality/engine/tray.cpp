#include "quality/engine/tray.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include <fmt/format.h>

#include "kernel/fault.h"
#include "kernel/json.h"
#include "media/media.h"
#include "quality/engine/colour.h"
#include "quality/engine/distributions.h"
#include "quality/engine/tray_find.h"

namespace osetra::quality {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;
constexpr std::int64_t pixels_most = 64'000'000;

// What is looked for, in pixels and shares; found on rendered trays (tray_test.cpp) and on real pictures of other things.
constexpr double radius_least = 4.5;                 // an egg with fewer pixels is not measured to a per cent
constexpr double rim_blurred = 0.62;                 // width of a rim / radius beyond which a picture is out of focus
constexpr double broken_roundness = 0.06;            // rms of an outline about its circle

/// Width and height as the file tells them, before anything is unpacked (JPEG ITU T.81 B.2.2, PNG 11.2.2).
std::optional<std::pair<std::int64_t, std::int64_t>> told_size(std::string_view b) {
    auto const at = [&](std::size_t i) { return static_cast<std::int64_t>(static_cast<unsigned char>(b[i])); };
    auto const big16 = [&](std::size_t i) { return at(i) << 8 | at(i + 1); };
    if (b.starts_with("\x89PNG\r\n\x1a\n") && b.size() >= 24) return std::pair{big16(16) << 16 | big16(18), big16(20) << 16 | big16(22)};
    if (!b.starts_with("\xff\xd8")) return {};
    for (std::size_t i = 2; i + 9 <= b.size();) {
        if (at(i) != 0xff) return {};
        auto const marker = at(i + 1);
        if (marker == 0xff) { ++i; continue; }
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) return std::pair{big16(i + 7), big16(i + 5)};
        if (marker == 0xd9 || marker == 0xda) return {};
        i += marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2U : 2U + static_cast<std::size_t>(big16(i + 2));
    }
    return {};
}

Result<cv::Mat> unpack(std::string_view bytes) {
    auto const size = told_size(bytes);
    auto const unreadable = [] { return refuse("picture_unreadable", "This is no picture that can be read. Send a JPEG or PNG as the camera makes it.", "picture"); };
    if (!size || size->first <= 0 || size->second <= 0) return unreadable();
    if (size->first * size->second > pixels_most) return refuse("picture_too_large", fmt::format("A picture may have {} million pixels; make it smaller.", pixels_most / 1'000'000), "picture");
    if (std::min(size->first, size->second) < 200) return refuse("picture_too_small", "A picture has 200 pixels or more each way. Send it as the camera makes it.", "picture");
    auto picture = media::unpack(bytes);
    if (picture.empty()) return unreadable();
    return picture;
}

cv::Rect within(cv::Rect const& r, cv::Size size) { return r & cv::Rect{0, 0, size.width, size.height}; }

/// Middle value of each channel of what `take` says of a pixel's place.
template <class Take> cv::Vec3d median_colour(cv::Mat const& bgr, cv::Rect const& area, int step, Take take) {
    std::array<std::vector<unsigned char>, 3> all;
    for (int y = area.y; y < area.y + area.height; y += step)
        for (int x = area.x; x < area.x + area.width; x += step)
            if (take(x, y))
                for (int c = 0; c < 3; ++c) all[static_cast<std::size_t>(c)].push_back(bgr.at<cv::Vec3b>(y, x)[c]);
    cv::Vec3d middle{0, 0, 0};
    for (int c = 0; c < 3; ++c) {
        auto& v = all[static_cast<std::size_t>(c)];
        if (v.empty()) continue;
        std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
        middle[c] = v[v.size() / 2];
    }
    return middle;
}

/// A rectangle and what lies round it, by shares of its sides.
cv::Rect grown(cv::Rect const& r, double share, cv::Size size) {
    auto const x = static_cast<int>(r.width * share) + 4, y = static_cast<int>(r.height * share) + 4;
    return within({r.x - x, r.y - y, r.width + 2 * x, r.height + 2 * y}, size);
}

/// Paints over what is no egg (marker, card) with what lies round it. Returns the place in which leftovers of it may be.
cv::Rect paint_over(cv::Mat& bgr, cv::Rect const& r) {
    auto const wide = grown(r, 0.22, bgr.size()), ring = grown(r, 0.3, bgr.size());
    auto const colour = median_colour(bgr, ring, 2, [&](int x, int y) { return !wide.contains({x, y}); });
    bgr(grown(r, 0.03, bgr.size())).setTo(cv::Scalar(colour[0], colour[1], colour[2]));
    return wide;
}

struct Scale { double px_per_mm = 0, error = 0; };
Result<Scale> scale_of(cv::Mat& bgr, TrayQuestion const& q, std::vector<cv::Rect>& ignored) {
    if (!q.marker_mm) {
        if (!q.px_per_mm) return refuse("scale_missing", "Tell how many pixels a millimetre has (--scale), or lay a printed square marker into the tray and tell its side (--marker).", "scale");
        return Scale{*q.px_per_mm, 0};
    }
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    auto const corners = find_marker(grey);
    if (corners.empty()) return refuse("marker_not_found", "No black square marker (ArUco of 4 by 4) is seen. Lay it flat beside the eggs, with its white border.", "marker");
    std::array<double, 4> side{};
    for (std::size_t i = 0; i < 4; ++i) side[i] = std::hypot(corners[i].x - corners[(i + 1) % 4].x, corners[i].y - corners[(i + 1) % 4].y);
    auto const [least, most] = std::minmax_element(side.begin(), side.end());
    if (*most > 1.06 * *least) return refuse("marker_tilted", "The marker is seen askew: its sides differ by more than 6 %. Hold the camera straight above the tray.", "marker");
    auto const mean = (side[0] + side[1] + side[2] + side[3]) / 4;
    ignored.push_back(paint_over(bgr, cv::boundingRect(corners)));
    // Each corner to a tenth of a pixel, the print to two thousandths, and what tilt is left.
    return Scale{mean / *q.marker_mm, std::hypot(0.1 / mean, 0.002, 0.1 * (*most / *least - 1))};
}

Result<std::optional<ColourMending>> mending_of(cv::Mat& bgr, TrayQuestion const& q, std::vector<cv::Rect>& ignored) {
    if (!q.card) return std::optional<ColourMending>{};
    auto const [x, y, w, h] = *q.card;
    if (!(x >= 0 && y >= 0 && w >= 48 && h >= 32 && x + w <= bgr.cols && y + h <= bgr.rows))
        return refuse("card_outside", "The rectangle of the card is not inside the picture, or has under 8 pixels a patch.", "card");
    std::vector<Rgb> seen;
    for (int i = 0; i < 24; ++i) {
        auto const px = x + (i % 6 + 0.3) * w / 6, py = y + (i / 6 + 0.3) * h / 4;
        cv::Rect const patch{static_cast<int>(px), static_cast<int>(py), std::max(2, static_cast<int>(0.4 * w / 6)), std::max(2, static_cast<int>(0.4 * h / 4))};
        auto const mean = cv::mean(bgr(within(patch, bgr.size())));
        seen.push_back({mean[2], mean[1], mean[0]});
    }
    auto mending = OSETRA_TRY(mend_colours(seen));
    ignored.push_back(paint_over(bgr, {static_cast<int>(x), static_cast<int>(y), static_cast<int>(w), static_cast<int>(h)}));
    return std::optional{mending};
}

/// Too much or too little light, as far as the whole picture tells.
Result<Done> lit(cv::Mat const& grey) {
    std::array<std::int64_t, 256> of{};
    for (int y = 0; y < grey.rows; y += 2)
        for (int x = 0; x < grey.cols; x += 2) ++of[grey.at<unsigned char>(y, x)];
    std::int64_t all = 0, below_40 = 0, white = 0;
    for (std::size_t i = 0; i < 256; ++i) {
        all += of[i];
        if (i < 40) below_40 += of[i];
        if (i >= 253) white += of[i];
    }
    if (static_cast<double>(white) > 0.75 * static_cast<double>(all)) return refuse("picture_overexposed", "Three quarters of the picture are white without any shade. Take it with less light.", "picture");
    if (static_cast<double>(below_40) > 0.99 * static_cast<double>(all)) return refuse("picture_dark", "The picture is nearly black. Take it with more light.", "picture");
    return Done{};
}

/// Grey between tray and eggs, and which side is which.
struct Levels {
    double tray = 0, egg = 0;
    double middle() const { return (tray + egg) / 2; }
    bool is_tray(double v) const { return (v > middle()) == (tray > egg); }
};

double median(std::vector<double> v) {
    if (v.empty()) return 0;
    auto const middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
    std::nth_element(v.begin(), middle, v.end());
    return *middle;
}

/// The side of each egg that lies open to the tray says whether it is round. Returns the share of the rim that is open.
double outline(TrayScene const& scene, Levels const& levels, TrayEgg& e) {
    constexpr int rays = 48;
    constexpr double step = 0.5;
    // Nearer to the tray than to the egg, whose rim is often shaded.
    auto const border = levels.tray + 0.4 * (levels.egg - levels.tray);
    auto const beyond = [&](double v) { return (v > border) == (levels.tray > levels.egg); };
    std::vector<double> out;
    for (int k = 0; k < rays; ++k) {
        auto const c = std::cos(two_pi * k / rays), s = std::sin(two_pi * k / rays);
        auto const level = [&](double r) {
            auto const x = e.x + r * c, y = e.y + r * s;
            return x < 0 || y < 0 || x >= scene.grey.cols - 1 || y >= scene.grey.rows - 1 ? levels.egg : static_cast<double>(sample(scene.grey, x, y));
        };
        auto r = 1.3 * e.radius;
        auto last = level(r);
        if (!beyond(last)) { r = 1.12 * e.radius; last = level(r); }
        if (!beyond(last)) continue;
        while (r > 0.4 * e.radius) {
            auto const next = level(r - step);
            if (!beyond(next)) { r -= step * (last - border) / (last - next); break; }
            r -= step;
            last = next;
        }
        out.push_back(r / e.radius);
    }
    if (out.size() < 6) return static_cast<double>(out.size()) / rays;
    auto const typical = median(out);
    double squares = 0;
    for (auto const r : out) squares += std::min((r - typical) * (r - typical), 0.09);
    e.roundness = std::sqrt(squares / static_cast<double>(out.size()));
    return static_cast<double>(out.size()) / rays;
}

/// What is no tray and no egg that was found: skins of broken ones. Empty: heaps.
std::optional<std::vector<TrayEgg>> skins(TrayScene const& scene, Levels const& levels, std::vector<TrayEgg> const& eggs, std::vector<cv::Rect> const& ignored) {
    // Two pixels of a radius of eight are enough here.
    auto const scale = std::min(1., 8 / scene.radius);
    cv::Mat small;
    cv::resize(scene.grey, small, {}, scale, scale, cv::INTER_AREA);
    auto const r = scene.radius * scale;
    // Shadows are nearer to the tray than skins are.
    auto const level = levels.tray + 0.5 * (levels.egg - levels.tray);
    cv::Mat other = levels.egg < levels.tray ? cv::Mat(small < level) : cv::Mat(small > level);
    auto const seen = static_cast<double>(cv::countNonZero(other));
    for (auto const& e : eggs)
        cv::circle(other, cv::Point{static_cast<int>(std::lround(e.x * scale * 16)), static_cast<int>(std::lround(e.y * scale * 16))}, static_cast<int>(std::lround(1.1 * e.radius * scale * 16)), cv::Scalar(0), cv::FILLED, cv::LINE_8, 4);
    auto const wide = std::max(3, static_cast<int>(0.8 * r) | 1);
    cv::morphologyEx(other, other, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_ELLIPSE, {wide, wide}));
    if (static_cast<double>(cv::countNonZero(other)) > 0.4 * seen) return {};
    cv::Mat labels, stats, middles;
    auto const n = cv::connectedComponentsWithStats(other, labels, stats, middles);
    std::vector<TrayEgg> all;
    for (int i = 1; i < n; ++i) {
        auto const area = static_cast<double>(stats.at<int>(i, cv::CC_STAT_AREA));
        auto const times = area / (std::numbers::pi * r * r);
        if (times < 0.3) continue;
        cv::Rect const place{static_cast<int>(stats.at<int>(i, cv::CC_STAT_LEFT) / scale), static_cast<int>(stats.at<int>(i, cv::CC_STAT_TOP) / scale), static_cast<int>(stats.at<int>(i, cv::CC_STAT_WIDTH) / scale), static_cast<int>(stats.at<int>(i, cv::CC_STAT_HEIGHT) / scale)};
        if (std::any_of(ignored.begin(), ignored.end(), [&](cv::Rect const& other_thing) { return (other_thing & place).area() * 2 > place.area(); })) continue;
        auto const many = std::max(1L, std::lround(times / 1.1));
        for (long k = 0; k < many; ++k) all.push_back({middles.at<double>(i, 0) / scale, middles.at<double>(i, 1) / scale, scene.radius * std::sqrt(std::min(1.3, times / static_cast<double>(many))), 0, 1, true, false});
    }
    return all;
}

/// Light of an egg's middle: its darker three quarters, so that gleams do not count.
Rgb middle_light(cv::Mat const& bgr, TrayEgg const& e, std::array<double, 256> const& to_light, double* white) {
    auto const r = 0.55 * e.radius;
    std::vector<std::pair<int, cv::Vec3b>> all;
    for (int y = std::max(0, static_cast<int>(e.y - r)); y <= std::min(bgr.rows - 1, static_cast<int>(e.y + r)); ++y)
        for (int x = std::max(0, static_cast<int>(e.x - r)); x <= std::min(bgr.cols - 1, static_cast<int>(e.x + r)); ++x)
            if ((x - e.x) * (x - e.x) + (y - e.y) * (y - e.y) <= r * r) {
                auto const& p = bgr.at<cv::Vec3b>(y, x);
                all.emplace_back(p[0] + p[1] + p[2], p);
            }
    Rgb sum{};
    if (all.empty()) return sum;
    auto const n = std::max<std::size_t>(1, all.size() * 3 / 4);
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n - 1), all.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t c = 0; c < 3; ++c) sum[c] += to_light[all[i].second[static_cast<int>(2 - c)]] / static_cast<double>(n);
    if (white) *white = static_cast<double>(std::count_if(all.begin(), all.end(), [](auto const& p) { return p.first >= 3 * 250; })) / static_cast<double>(all.size());
    return sum;
}

Interval share_of(std::int64_t of, std::int64_t all) {
    auto const exact = exact_share(static_cast<int>(of), static_cast<int>(all));
    return {static_cast<double>(of) / static_cast<double>(all), exact.low, exact.high};
}

void tell_colour(TrayAnswer& a, cv::Mat const& bgr, std::optional<ColourMending> const& mending, double* white_eggs) {
    std::array<double, 256> to_light{};
    for (std::size_t i = 0; i < 256; ++i) to_light[i] = linear_of(static_cast<double>(i));
    std::vector<Lab> all;
    double white = 0;
    for (auto const& e : a.all) {
        if (!e.measured) continue;
        double own = 0;
        auto light = middle_light(bgr, e, to_light, &own);
        white += own > 0.4 ? 1 : 0;
        if (mending) light = mending->apply(light);
        for (auto& c : light) c = std::max(0., c);
        all.push_back(lab_of_linear(light));
    }
    a.colour_calibrated = mending.has_value();
    a.card_left = mending ? mending->left : 0;
    if (all.empty()) return;
    auto const n = static_cast<double>(all.size());
    *white_eggs = white / n;
    for (auto const& c : all) { a.lightness += c.l / n; a.red_green += c.a / n; a.yellow_blue += c.b / n; }
    for (auto const& c : all) a.colour_spread += colour_distance(c, {a.lightness, a.red_green, a.yellow_blue}) / n;
}

void tell_diameters(TrayAnswer& a, TrayQuestion const& q) {
    std::vector<double> mm;
    for (auto const& e : a.all)
        if (e.measured) mm.push_back(2 * e.radius / a.px_per_mm);
    std::sort(mm.begin(), mm.end());
    auto const n = static_cast<double>(mm.size());
    double mean = 0, squares = 0;
    for (auto const d : mm) mean += d / n;
    for (auto const d : mm) squares += (d - mean) * (d - mean);
    auto const sd = std::sqrt(squares / (n - 1));
    // By how many eggs, how well the scale is known, and how well a rim is, alike in all: a twentieth of a pixel, three of a bright egg.
    auto const error = std::hypot(sd / std::sqrt(n), mean * a.scale_error, (a.dark_eggs ? 0.1 : 0.3) / a.px_per_mm);
    auto const t = t_quantile(0.975, n - 1);
    a.mean_mm = {mean, mean - t * error, mean + t * error};
    a.spread_mm = {sd, sd * std::sqrt((n - 1) / chi_square_quantile(0.975, n - 1)), sd * std::sqrt((n - 1) / chi_square_quantile(0.025, n - 1))};
    for (auto const p : {5, 10, 25, 50, 75, 90, 95}) {
        auto const at = p / 100. * (n - 1);
        auto const i = static_cast<std::size_t>(at);
        a.percentiles_mm.push_back(i + 1 < mm.size() ? mm[i] + (at - std::floor(at)) * (mm[i + 1] - mm[i]) : mm.back());
    }
    a.histogram_from_mm = std::floor(mm.front() * 10) / 10;
    a.histogram.assign(std::min<std::size_t>(400, static_cast<std::size_t>((mm.back() - a.histogram_from_mm) * 10) + 1), 0);
    for (auto const d : mm) ++a.histogram[std::min(a.histogram.size() - 1, static_cast<std::size_t>((d - a.histogram_from_mm) * 10 + 1e-9))];
    if (q.limit_mm) a.below_limit = share_of(std::lower_bound(mm.begin(), mm.end(), *q.limit_mm) - mm.begin(), static_cast<std::int64_t>(mm.size()));
}

void tell_doubts(TrayAnswer& a) {
    if (a.mean_mm.value * a.px_per_mm < 16) a.reasons.push_back(fmt::format("an egg is only {:.0f} pixels wide; from 16 on diameters are right to a per cent", a.mean_mm.value * a.px_per_mm));
    if (a.measured < 50) a.reasons.push_back(fmt::format("only {} eggs could be measured; 50 or more say it well", a.measured));
    if (2 * a.measured < a.eggs - a.broken) a.reasons.push_back("most eggs are hidden or cut off: spread them in one layer");
    if (a.mean_mm.high - a.mean_mm.low > 0.06 * a.mean_mm.value) a.reasons.push_back(fmt::format("the mean diameter is known only from {:.2f} to {:.2f} mm", a.mean_mm.low, a.mean_mm.high));
    double support = 0;
    for (auto const& e : a.all) support += e.measured ? e.support / static_cast<double>(a.measured) : 0;
    if (support < 0.65) a.reasons.push_back("rims are hard to see: more even light, or a tray of another colour");
    a.verdict = a.reasons.empty() ? "sure" : "look_again";
}

/// Whether the whole picture is soft: smoothing it takes little from its steepest slopes.
bool is_soft(cv::Mat const& grey) {
    auto const steepest = [](cv::Mat const& picture) {
        cv::Mat dx, dy, slope;
        cv::Sobel(picture, dx, CV_32F, 1, 0, 3, 1. / 8);
        cv::Sobel(picture, dy, CV_32F, 0, 1, 3, 1. / 8);
        cv::magnitude(dx, dy, slope);
        std::vector<float> all(slope.begin<float>(), slope.end<float>());
        auto const at = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 199 / 200);
        std::nth_element(all.begin(), at, all.end());
        return *at;
    };
    cv::Mat smooth;
    cv::GaussianBlur(grey, smooth, {}, 2);
    auto const before = steepest(grey), after = steepest(smooth);
    return after > 2 && after > 0.78F * before;
}

tl::unexpected<Refusal> nothing_round(cv::Mat const& grey, std::string const& what) {
    if (is_soft(grey)) return refuse("picture_blurred", "The picture is out of focus. Wipe the lens, hold still, take it again.", "picture");
    return refuse("eggs_not_found", what + " Spread eggs in one layer on a plain tray that is much lighter or darker than they are, and take the picture from straight above.", "picture");
}

} // namespace

Result<TrayAnswer> measure_tray(std::string_view bytes, TrayQuestion const& q) {
    if (q.px_per_mm && !(*q.px_per_mm > 0.05 && *q.px_per_mm < 2000)) return refuse("scale_wrong", "A millimetre has between 0.05 and 2,000 pixels.", "scale");
    auto bgr = OSETRA_TRY(unpack(bytes));
    std::vector<cv::Rect> ignored;
    auto const mending = OSETRA_TRY(mending_of(bgr, q, ignored));
    auto const scale = OSETRA_TRY(scale_of(bgr, q, ignored));
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    OSETRA_TRY(lit(grey));

    // Wider than what can be, so that a wrong scale is told from nothing.
    auto const side = static_cast<double>(std::min(grey.cols, grey.rows));
    auto const scene = look_for_scale(grey, std::max(3.5, 0.3 * q.least_mm * scale.px_per_mm / 2), std::min(side / 5, 3 * q.most_mm * scale.px_per_mm / 2));
    if (!(scene.radius > 0)) return nothing_round(grey, "Nothing round is seen.");
    double rim = 0;
    auto eggs = find_round(scene, &rim);
    auto const clear = std::count_if(eggs.begin(), eggs.end(), [](TrayEgg const& e) { return e.support > 0.55; });
    if (clear >= 5 && rim > rim_blurred * scene.radius) return refuse("picture_blurred", "The picture is out of focus: rims are as wide as eggs. Wipe the lens, hold still, take it again.", "picture");
    if (clear < 10 || 3 * clear < static_cast<std::ptrdiff_t>(eggs.size())) return nothing_round(grey, fmt::format("Only {} things in it are clearly round.", clear));
    auto const usual = [&] { std::vector<double> r; for (auto const& e : eggs) if (e.support > 0.55) r.push_back(e.radius); return median(std::move(r)); }();
    auto const usual_mm = 2 * usual / scale.px_per_mm;
    if (usual_mm < q.least_mm || usual_mm > q.most_mm)
        return refuse("scale_wrong", fmt::format("By this scale what lies there is {:.2g} mm wide, which cannot be ({:.2g} to {:.2g} mm). Look at the scale again.", usual_mm, q.least_mm, q.most_mm), "scale");
    if (usual < radius_least) return refuse("picture_too_small", fmt::format("An egg is only {:.0f} pixels wide; 9 are the least. Go nearer.", 2 * usual), "picture");

    Levels levels;
    std::vector<double> inside, outside;
    for (auto const& e : eggs) {
        if (e.support < 0.55) continue;
        for (int k = 0; k < 16; ++k) {
            auto const c = std::cos(two_pi * k / 16), s = std::sin(two_pi * k / 16);
            auto const take = [&](double r, std::vector<double>& to) {
                auto const x = static_cast<int>(std::lround(e.x + r * e.radius * c)), y = static_cast<int>(std::lround(e.y + r * e.radius * s));
                if (x >= 0 && y >= 0 && x < grey.cols && y < grey.rows) to.push_back(scene.grey.at<float>(y, x));
            };
            take(0.6, inside);
            take(1.2, outside);
        }
    }
    levels.egg = median(inside);
    // Of what lies beyond rims a neighbour may be half: the brightest (or darkest) third is the tray.
    std::sort(outside.begin(), outside.end());
    levels.tray = outside.empty() ? 0 : outside[scene.dark_eggs ? outside.size() * 5 / 6 : outside.size() / 6];
    if (std::abs(levels.tray - levels.egg) < 12) return nothing_round(grey, "Eggs and tray look alike.");

    TrayAnswer a;
    a.px_per_mm = scale.px_per_mm;
    a.scale_error = scale.error;
    a.sharpness_px = rim;
    a.dark_eggs = scene.dark_eggs;
    for (auto& e : eggs) {
        std::vector<double> own;
        for (int k = 0; k < 12; ++k) {
            auto const x = static_cast<int>(std::lround(e.x + 0.45 * e.radius * std::cos(two_pi * k / 12))), y = static_cast<int>(std::lround(e.y + 0.45 * e.radius * std::sin(two_pi * k / 12)));
            if (x >= 0 && y >= 0 && x < grey.cols && y < grey.rows) own.push_back(scene.grey.at<float>(y, x));
        }
        if (own.size() < 4 || levels.is_tray(median(own))) continue;
        auto const open = outline(scene, levels, e);
        auto const sized = e.radius > 0.6 * usual && e.radius < 1.6 * usual;
        e.broken = open > 0.25 && e.roundness > std::max(broken_roundness, 0.6 / e.radius);
        if (e.support < 0.3 && !e.broken && open < 0.15) continue;
        auto const whole = e.x - e.radius > 1 && e.y - e.radius > 1 && e.x + e.radius < grey.cols - 2 && e.y + e.radius < grey.rows - 2;
        e.measured = !e.broken && sized && whole && e.support >= 0.5;
        if (sized || e.broken) a.all.push_back(e);
    }
    // Blur moves the steepest place of a round rim inwards by sigma^2 / 2r; a bright sphere fades before it ends, by a part of the rim's width [rendered trays].
    for (auto& e : a.all) e.radius += 0.5 * (rim / 2.2) * (rim / 2.2) / e.radius + (scene.dark_eggs ? 0 : 0.06 * rim);
    auto const left = skins(scene, levels, a.all, ignored);
    if (!left) return refuse("eggs_not_spread", "Much of what lies there cannot be told apart. Spread the eggs in one layer.", "picture");
    a.all.insert(a.all.end(), left->begin(), left->end());
    for (auto const& e : a.all) { ++a.eggs; a.measured += e.measured ? 1 : 0; a.broken += e.broken ? 1 : 0; }
    if (a.measured < 10) return nothing_round(grey, fmt::format("Only {} eggs can be measured.", a.measured));
    double white = 0;
    tell_colour(a, bgr, mending, &white);
    if (white > 0.3) return refuse("picture_overexposed", "Eggs are white from too much light. Take the picture with less, or without a flash.", "picture");
    tell_diameters(a, q);
    a.broken_share = share_of(a.broken, a.eggs);
    tell_doubts(a);
    return a;
}

Result<std::string> tray_overlay(std::string_view bytes, TrayAnswer const& a) {
    auto bgr = OSETRA_TRY(unpack(bytes));
    cv::Scalar const measured{90, 220, 60}, seen{40, 190, 250}, broken{60, 60, 240};
    constexpr int part = 4;                          // of a pixel: 1/16
    auto const to = [](double v) { return static_cast<int>(std::lround(v * (1 << part))); };
    for (auto const& e : a.all)
        cv::circle(bgr, {to(e.x), to(e.y)}, to(e.radius), e.broken ? broken : e.measured ? measured : seen, std::max(1, static_cast<int>(e.radius / 12)), cv::LINE_AA, part);
    auto const words = fmt::format("{} eggs, {:.2f} mm ({:.2f}-{:.2f}), broken {:.1f} %", a.eggs, a.mean_mm.value, a.mean_mm.low, a.mean_mm.high, 100 * a.broken_share.value);
    auto const size = std::max(0.4, bgr.cols / 1500.);
    cv::rectangle(bgr, {0, 0, bgr.cols, static_cast<int>(44 * size)}, {255, 255, 255}, cv::FILLED);
    cv::putText(bgr, words, {static_cast<int>(12 * size), static_cast<int>(31 * size)}, cv::FONT_HERSHEY_SIMPLEX, size, {30, 30, 30}, std::max(1, static_cast<int>(2 * size)), cv::LINE_AA);
    auto packed = media::png(bgr, 3);
    if (packed.empty()) throw Fault("the picture could not be packed");
    return packed;
}

std::string tray_json(TrayAnswer const& a, bool eggs) {
    JsonOut out;
    out.begin_object();
    out.put("eggs", a.eggs);
    out.put("measured", a.measured);
    out.put("broken", a.broken);
    out.put("px_per_mm", a.px_per_mm);
    out.record("mean_mm", a.mean_mm);
    out.record("spread_mm", a.spread_mm);
    out.begin_array("percentiles_mm");
    for (auto const p : a.percentiles_mm) out.put(nullptr, p);
    out.end_array();
    out.put("histogram_from_mm", a.histogram_from_mm);
    out.begin_array("histogram");
    for (auto const n : a.histogram) out.put(nullptr, n);
    out.end_array();
    if (a.below_limit) out.record("below_limit", *a.below_limit);
    out.record("broken_share", a.broken_share);
    out.begin_object("colour");
    out.value("calibrated", a.colour_calibrated);
    out.put("lightness", a.lightness);
    out.put("red_green", a.red_green);
    out.put("yellow_blue", a.yellow_blue);
    out.put("spread", a.colour_spread);
    if (a.colour_calibrated) out.put("card_left", a.card_left);
    out.end_object();
    out.put("sharpness_px", a.sharpness_px);
    out.put("verdict", std::string_view{a.verdict});
    out.put_text_list("reasons", a.reasons);
    if (eggs) {
        out.begin_array("all");
        for (auto const& e : a.all) {
            out.begin_object();
            out.put("x", e.x);
            out.put("y", e.y);
            out.put("diameter_mm", 2 * e.radius / a.px_per_mm);
            out.put("support", e.support);
            out.value("broken", e.broken);
            out.value("measured", e.measured);
            out.end_object();
        }
        out.end_array();
    }
    out.end_object();
    return out.take();
}

Values camera_values(TrayAnswer const& a, Scheme const& scheme) {
    std::map<std::string, double> const told{{"diameter_mm", a.mean_mm.value},    {"diameter_cv_percent", 100 * a.spread_mm.value / a.mean_mm.value}, {"broken_percent", 100 * a.broken_share.value},
                                             {"lightness", a.lightness},          {"red_green", a.red_green},                                         {"yellow_blue", a.yellow_blue},
                                             {"colour_spread", a.colour_spread}};
    Values values;
    for (auto const& attribute : scheme.attributes) {
        auto const found = told.find(attribute.camera);
        auto const colour = attribute.camera == "lightness" || attribute.camera == "red_green" || attribute.camera == "yellow_blue";
        if (found == told.end() || (colour && !a.colour_calibrated)) continue;
        values[attribute.code] = found->second;
    }
    return values;
}

} // namespace osetra::quality
