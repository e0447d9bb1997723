#include "quality/engine/tray_find.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "quality/engine/colour.h"

namespace osetra::quality {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;

struct Edge { float x, y, gx, gy; };                 ///< place and direction of the gradient, of length 1

/// Where the picture changes most, thinned to one pixel across.
std::vector<Edge> edges_of(cv::Mat const& grey) {
    cv::Mat dx, dy;
    cv::Sobel(grey, dx, CV_32F, 1, 0, 3, 1. / 8);
    cv::Sobel(grey, dy, CV_32F, 0, 1, 3, 1. / 8);
    cv::Mat strength;
    cv::magnitude(dx, dy, strength);
    // The strongest fifth, and never what noise alone gives.
    cv::Mat small;
    cv::resize(strength, small, {}, 0.25, 0.25, cv::INTER_NEAREST);
    std::vector<float> all(small.begin<float>(), small.end<float>());
    auto const fifth = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 4 / 5);
    std::nth_element(all.begin(), fifth, all.end());
    auto const peak = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 99 / 100);
    std::nth_element(all.begin(), peak, all.end());
    auto const least = std::max({0.6F * *fifth, 0.12F * *peak, 2.F});
    std::vector<Edge> edges;
    for (int y = 1; y + 1 < grey.rows; ++y) {
        auto const* s = strength.ptr<float>(y);
        auto const* gx = dx.ptr<float>(y);
        auto const* gy = dy.ptr<float>(y);
        for (int x = 1; x + 1 < grey.cols; ++x) {
            if (s[x] < least) continue;
            auto const across = std::abs(gx[x]) > std::abs(gy[x]);
            auto const before = across ? s[x - 1] : strength.at<float>(y - 1, x), after = across ? s[x + 1] : strength.at<float>(y + 1, x);
            if (s[x] < before || s[x] < after) continue;
            edges.push_back({static_cast<float>(x), static_cast<float>(y), gx[x] / s[x], gy[x] / s[x]});
        }
    }
    return edges;
}

/// Every edge votes for the middle of a circle of each radius that it could be the rim of.
cv::Mat votes_of(std::vector<Edge> const& edges, cv::Size size, double from, double to, double step, bool dark) {
    cv::Mat votes(size, CV_32F, cv::Scalar(0));
    auto const sign = dark ? -1.F : 1.F;             // of a dark egg the gradient points away from its middle
    for (auto const& e : edges)
        for (double r = from; r <= to; r += step) {
            auto const x = static_cast<int>(std::lround(e.x + sign * static_cast<float>(r) * e.gx)), y = static_cast<int>(std::lround(e.y + sign * static_cast<float>(r) * e.gy));
            if (x >= 0 && y >= 0 && x < size.width && y < size.height) votes.at<float>(y, x) += 1;
        }
    return votes;
}

/// How high the peaks of one radius rise, as a share of a whole rim: the mean of the best.
double peak_height(std::vector<Edge> const& edges, cv::Size size, double radius, bool dark) {
    auto votes = votes_of(edges, size, radius, radius, 1, dark);
    cv::GaussianBlur(votes, votes, {}, 0.8 + 0.04 * radius);
    cv::Mat high;
    auto const window = std::max(3, static_cast<int>(1.2 * radius) | 1);
    cv::dilate(votes, high, cv::Mat::ones(window, window, CV_8U));
    std::vector<float> peaks;
    for (int y = 0; y < votes.rows; ++y)
        for (int x = 0; x < votes.cols; ++x)
            if (votes.at<float>(y, x) > 0.5F && votes.at<float>(y, x) >= high.at<float>(y, x)) peaks.push_back(votes.at<float>(y, x));
    if (peaks.size() < 3) return 0;
    std::sort(peaks.begin(), peaks.end(), std::greater<>{});
    // As many as would fill a third of the picture count; fewer large things are as good as many small ones.
    auto const wanted = std::max<std::size_t>(3, static_cast<std::size_t>(0.33 * size.area() / (std::numbers::pi * radius * radius)));
    double sum = 0;
    for (std::size_t i = 0; i < std::min(wanted, peaks.size()); ++i) sum += peaks[i];
    // A blurred peak holds its votes over 2 pi sigma^2; a rim has 2 pi r of them.
    auto const sigma = 0.8 + 0.04 * radius;
    return sum / static_cast<double>(wanted) * sigma * sigma / radius;
}

struct RimPoint { double x = 0, y = 0, slope = 0, width = 0; };

/// The steepest step of the right sign along each ray, to parts of a pixel.
std::vector<RimPoint> rim_of(TrayScene const& scene, cv::Mat const& picture, double cx, double cy, double radius, double inner, double outer, int rays) {
    std::vector<RimPoint> rim;
    auto const step = std::clamp(radius / 16, 0.4, 3.);
    auto const n = static_cast<int>((outer - inner) * radius / step) + 1;
    auto const sign = scene.dark_eggs ? 1.F : -1.F;
    std::vector<float> line(static_cast<std::size_t>(n));
    for (int k = 0; k < rays; ++k) {
        auto const c = std::cos(two_pi * k / rays), s = std::sin(two_pi * k / rays);
        int whole = 0;
        for (; whole < n; ++whole) {
            auto const r = inner * radius + whole * step, x = cx + r * c, y = cy + r * s;
            if (x < 0 || y < 0 || x >= scene.grey.cols - 1 || y >= scene.grey.rows - 1) break;
            line[static_cast<std::size_t>(whole)] = sample(picture, x, y);
        }
        int best = -1;
        float steepest = 0;
        for (int i = 1; i + 1 < whole; ++i) {
            auto const at = static_cast<std::size_t>(i);
            auto const slope = sign * (line[at + 1] - line[at - 1]);
            if (slope > steepest) { steepest = slope; best = i; }
        }
        if (best < 2 || best + 2 >= whole || steepest < 3) continue;
        auto const at = static_cast<std::size_t>(best);
        auto const before = sign * (line[at] - line[at - 2]), after = sign * (line[at + 2] - line[at]);
        auto const bend = before - 2 * steepest + after;
        auto const shift = bend < -1e-6F ? std::clamp(0.5 * static_cast<double>(before - after) / static_cast<double>(bend), -1., 1.) : 0.;
        auto const r = inner * radius + (best + shift) * step;
        auto const [low, high] = std::minmax_element(line.begin(), line.begin() + whole);
        rim.push_back({cx + r * c, cy + r * s, steepest / (2 * step), static_cast<double>(*high - *low) / std::max(1e-6, steepest / (2 * step))});
    }
    return rim;
}

/// A circle through weighted points: Coope's linear form.
bool circle_through(std::vector<RimPoint> const& rim, std::vector<double> const& weight, double& cx, double& cy, double& r) {
    double sw = 0, mx = 0, my = 0;
    for (std::size_t i = 0; i < rim.size(); ++i) { sw += weight[i]; mx += weight[i] * rim[i].x; my += weight[i] * rim[i].y; }
    if (sw < 3) return false;
    mx /= sw;
    my /= sw;
    double xx = 0, xy = 0, yy = 0, xz = 0, yz = 0, zz = 0;
    for (std::size_t i = 0; i < rim.size(); ++i) {
        auto const x = rim[i].x - mx, y = rim[i].y - my, z = x * x + y * y;
        xx += weight[i] * x * x; xy += weight[i] * x * y; yy += weight[i] * y * y;
        xz += weight[i] * x * z; yz += weight[i] * y * z; zz += weight[i] * z;
    }
    auto const det = xx * yy - xy * xy;
    if (!(det > 1e-6 * (xx + yy) * (xx + yy))) return false;
    auto const a = (xz * yy - yz * xy) / det / 2, b = (yz * xx - xz * xy) / det / 2;
    cx = mx + a;
    cy = my + b;
    r = std::sqrt(std::max(0., zz / sw + a * a + b * b));
    return true;
}

/// Draws the circle onto the rim: what lies far from it (a neighbour, a gleam) soon counts nothing.
std::optional<TrayEgg> fit(TrayScene const& scene, double x, double y, double radius, int rays, std::vector<double>& widths) {
    TrayEgg egg{x, y, radius, 0, 0, false, false};
    std::vector<RimPoint> rim;
    for (int round = 0; round < 2; ++round) {
        rim = round == 0 ? rim_of(scene, scene.grey, egg.x, egg.y, egg.radius, 0.55, 1.45, rays) : rim_of(scene, scene.light, egg.x, egg.y, egg.radius, 0.72, 1.28, rays);
        if (rim.size() < static_cast<std::size_t>(rays) / 4) return {};
        std::vector<double> weight(rim.size(), 1.);
        for (int again = 0; again < 4; ++again) {
            // Median distance tells what is near; Tukey's weights beyond three of it.
            std::vector<double> off;
            for (auto const& p : rim) off.push_back(std::abs(std::hypot(p.x - egg.x, p.y - egg.y) - egg.radius));
            auto sorted = off;
            std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
            auto const scale = std::max({0.35, 0.012 * egg.radius, 1.5 * sorted[sorted.size() / 2]}) * (round == 0 && again < 2 ? 3 : 2.5);
            for (std::size_t i = 0; i < rim.size(); ++i) {
                auto const u = off[i] / scale;
                weight[i] = u < 1 ? (1 - u * u) * (1 - u * u) * std::min(1., rim[i].slope / 8) : 0;
            }
            if (!circle_through(rim, weight, egg.x, egg.y, egg.radius)) return {};
            if (std::abs(egg.radius - radius) > 0.6 * radius || std::hypot(egg.x - x, egg.y - y) > 0.7 * radius) return {};
        }
    }
    auto const near = std::max(0.9, 0.05 * egg.radius);
    double on = 0;
    for (auto const& p : rim) {
        if (std::abs(std::hypot(p.x - egg.x, p.y - egg.y) - egg.radius) > near) continue;
        ++on;
        widths.push_back(p.width);
    }
    egg.support = on / rays;
    return egg;
}

/// An egg that is in the place of a better one.
bool hides(TrayEgg const& better, TrayEgg const& e) {
    auto const d = std::hypot(better.x - e.x, better.y - e.y);
    return d < 0.62 * std::max(better.radius, e.radius);
}

/// A line through the steepest places between two corners: a point and a direction.
struct Side { cv::Vec2d at, along; };
std::optional<Side> side_of(cv::Mat const& light, cv::Point2f const& a, cv::Point2f const& b, cv::Point2f const& middle) {
    cv::Vec2d const along{b.x - a.x, b.y - a.y};
    auto const length = cv::norm(along);
    auto const u = along / length;
    cv::Vec2d out{u[1], -u[0]};
    if (out.dot(cv::Vec2d{(a.x + b.x) / 2 - middle.x, (a.y + b.y) / 2 - middle.y}) < 0) out = -out;
    auto const reach = std::clamp(length / 20, 3., 8.);
    std::vector<cv::Point2f> points;
    for (double t = 0.12; t <= 0.88; t += 0.02) {
        // The middle of the step by its own moments: sum of slope x place / sum of slope.
        double slope = 0, moment = 0;
        bool inside = true;
        auto const at = [&](double d) {
            auto const x = a.x + t * along[0] + d * out[0], y = a.y + t * along[1] + d * out[1];
            inside = inside && x >= 0 && y >= 0 && x < light.cols - 1 && y < light.rows - 1;
            return inside ? static_cast<double>(sample(light, x, y)) : 0;
        };
        for (double d = -reach; d < reach; d += 0.5) {
            auto const up = std::max(0., at(d + 0.5) - at(d));
            slope += up;
            moment += up * (d + 0.25);
        }
        if (!inside || slope < 20) continue;
        auto const d = moment / slope;
        points.emplace_back(static_cast<float>(a.x + t * along[0] + d * out[0]), static_cast<float>(a.y + t * along[1] + d * out[1]));
    }
    if (points.size() < 12) return {};
    cv::Vec4f line;
    cv::fitLine(points, line, cv::DIST_HUBER, 0, 0.01, 0.01);
    return Side{{line[2], line[3]}, {line[0], line[1]}};
}

std::optional<cv::Point2f> crossing(Side const& a, Side const& b) {
    auto const det = a.along[0] * b.along[1] - a.along[1] * b.along[0];
    if (std::abs(det) < 0.1) return {};
    auto const d = b.at - a.at;
    auto const t = (d[0] * b.along[1] - d[1] * b.along[0]) / det;
    auto const p = a.at + t * a.along;
    return cv::Point2f{static_cast<float>(p[0]), static_cast<float>(p[1])};
}

} // namespace

float sample(cv::Mat const& picture, double x, double y) {
    auto const x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    auto const fx = static_cast<float>(x - x0), fy = static_cast<float>(y - y0);
    auto const* a = picture.ptr<float>(y0) + x0;
    auto const* b = picture.ptr<float>(y0 + 1) + x0;
    return (a[0] * (1 - fx) + a[1] * fx) * (1 - fy) + (b[0] * (1 - fx) + b[1] * fx) * fy;
}

cv::Mat light_of_grey(cv::Mat const& grey) {
    cv::Mat table(1, 256, CV_32F), light;
    for (int i = 0; i < 256; ++i) table.at<float>(0, i) = static_cast<float>(255 * linear_of(i));
    cv::LUT(grey, table, light);
    return light;
}

TrayScene look_for_scale(cv::Mat const& grey, double least, double most) {
    TrayScene scene;
    grey.convertTo(scene.grey, CV_32F);
    cv::GaussianBlur(scene.grey, scene.grey, {}, 0.8);
    scene.light = light_of_grey(grey);
    cv::GaussianBlur(scene.light, scene.light, {}, 0.8);
    // The middle of the picture says what there is; it is made smaller for large things.
    auto const side = 1100;
    cv::Rect const middle{std::max(0, (grey.cols - side) / 2), std::max(0, (grey.rows - side) / 2), std::min(side, grey.cols), std::min(side, grey.rows)};
    cv::Mat small;
    std::vector<Edge> edges;
    double best = 0, small_scale = 0;
    for (double r = least; r <= most; r *= 1.09) {
        // Above 14 pixels the picture is halved as often as it takes.
        double scale = 1;
        while (r * scale > 14) scale /= 2;
        auto const big = scale == 1 ? middle : cv::Rect{std::max(0, static_cast<int>((grey.cols - side / scale) / 2)), std::max(0, static_cast<int>((grey.rows - side / scale) / 2)), std::min(static_cast<int>(side / scale), grey.cols), std::min(static_cast<int>(side / scale), grey.rows)};
        if (small_scale != scale) {
            cv::resize(scene.grey(big), small, {}, scale, scale, cv::INTER_AREA);
            edges = edges_of(small);
            small_scale = scale;
        }
        for (auto const dark : {true, false}) {
            auto const height = peak_height(edges, small.size(), r * scale, dark);
            if (height <= best) continue;
            best = height;
            scene.radius = r;
            scene.dark_eggs = dark;
        }
    }
    if (best < 0.12) scene.radius = 0;
    return scene;
}

std::vector<TrayEgg> find_round(TrayScene const& scene, double* rim_width) {
    // Votes in a picture where the radius has about nine pixels: quick, and smooth enough.
    auto const scale = std::min(1., 9 / scene.radius);
    cv::Mat small;
    if (scale < 1) cv::resize(scene.grey, small, {}, scale, scale, cv::INTER_AREA);
    else small = scene.grey;
    auto const r = scene.radius * scale;
    auto votes = votes_of(edges_of(small), small.size(), 0.78 * r, 1.22 * r, 1, scene.dark_eggs);
    cv::GaussianBlur(votes, votes, {}, 1.1);
    cv::Mat high;
    auto const window = std::max(3, static_cast<int>(0.9 * r) | 1);
    cv::dilate(votes, high, cv::getStructuringElement(cv::MORPH_ELLIPSE, {window, window}));
    struct Peak { double x, y; float votes; };
    std::vector<Peak> peaks;
    for (int y = 0; y < votes.rows; ++y)
        for (int x = 0; x < votes.cols; ++x) {
            auto const v = votes.at<float>(y, x);
            if (v > 0.5F && v >= high.at<float>(y, x)) peaks.push_back({(x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5, v});
        }
    std::sort(peaks.begin(), peaks.end(), [](Peak const& a, Peak const& b) { return a.votes > b.votes; });
    if (peaks.empty()) return {};
    auto const typical = peaks[std::min(peaks.size() - 1, peaks.size() / 8)].votes;

    auto const rays = scene.radius < 20 ? 40 : 56;
    std::vector<double> widths;
    std::vector<TrayEgg> found;
    for (auto const& p : peaks) {
        if (p.votes < 0.18F * typical) break;
        std::vector<double> own;
        auto egg = fit(scene, p.x, p.y, scene.radius, rays, own);
        if (!egg || egg->support < 0.22) continue;
        found.push_back(*egg);
        if (egg->support > 0.6) widths.insert(widths.end(), own.begin(), own.end());
    }
    std::sort(found.begin(), found.end(), [](TrayEgg const& a, TrayEgg const& b) { return a.support > b.support; });
    // Neighbours by cells as wide as an egg.
    std::vector<TrayEgg> kept;
    auto const wide = 2.5 * scene.radius;
    auto const columns = static_cast<int>(scene.grey.cols / wide) + 1, rows = static_cast<int>(scene.grey.rows / wide) + 1;
    std::vector<std::vector<std::size_t>> grid(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    for (auto const& e : found) {
        auto const gx = std::clamp(static_cast<int>(e.x / wide), 0, columns - 1), gy = std::clamp(static_cast<int>(e.y / wide), 0, rows - 1);
        bool hidden = false;
        for (int y = std::max(0, gy - 1); y <= std::min(rows - 1, gy + 1) && !hidden; ++y)
            for (int x = std::max(0, gx - 1); x <= std::min(columns - 1, gx + 1) && !hidden; ++x)
                for (auto const i : grid[static_cast<std::size_t>(y * columns + x)]) hidden = hidden || hides(kept[i], e);
        if (hidden) continue;
        grid[static_cast<std::size_t>(gy * columns + gx)].push_back(kept.size());
        kept.push_back(e);
    }
    if (rim_width) {
        *rim_width = 0;
        if (!widths.empty()) {
            std::nth_element(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2), widths.end());
            *rim_width = widths[widths.size() / 2];
        }
    }
    return kept;
}

std::vector<cv::Point2f> find_marker(cv::Mat const& grey) {
    cv::Mat black;
    auto const block = std::max(15, std::min(grey.cols, grey.rows) / 12) | 1;
    cv::adaptiveThreshold(grey, black, 255, cv::ADAPTIVE_THRESH_MEAN_C, cv::THRESH_BINARY_INV, block, 25);
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(black, contours, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
    std::vector<cv::Point2f> best;
    double best_area = 0;
    for (auto const& c : contours) {
        auto const around = static_cast<double>(c.size());
        if (around < 80 || around > 2. * (grey.cols + grey.rows)) continue;
        std::vector<cv::Point> corners;
        cv::approxPolyDP(c, corners, 0.04 * around, true);
        auto const area = std::abs(cv::contourArea(corners));
        if (corners.size() != 4 || !cv::isContourConvex(corners) || area < 400 || area <= best_area) continue;
        // Looked at straight: 6 by 6 cells, the border black, white and black within.
        std::vector<cv::Point2f> from;
        for (auto const& p : corners) from.emplace_back(static_cast<float>(p.x), static_cast<float>(p.y));
        std::vector<cv::Point2f> const to{{0, 0}, {48, 0}, {48, 48}, {0, 48}};
        cv::Mat straight, cells;
        cv::warpPerspective(grey, straight, cv::getPerspectiveTransform(from, to), {48, 48});
        cv::resize(straight, cells, {6, 6}, 0, 0, cv::INTER_AREA);
        double least = 0, most = 0;
        cv::minMaxLoc(cells, &least, &most);
        if (most - least < 60) continue;
        auto const middle = (least + most) / 2;
        int border = 0, white = 0;
        for (int y = 0; y < 6; ++y)
            for (int x = 0; x < 6; ++x) {
                auto const edge = x == 0 || y == 0 || x == 5 || y == 5;
                auto const bright = cells.at<unsigned char>(y, x) > middle;
                if (edge && bright) ++border;
                if (!edge && bright) ++white;
            }
        if (border > 0 || white < 3 || white > 14) continue;
        best = from;
        best_area = area;
    }
    if (best.empty()) return {};
    auto const light = light_of_grey(grey);
    auto const middle = (best[0] + best[1] + best[2] + best[3]) * 0.25F;
    std::vector<Side> sides;
    for (std::size_t i = 0; i < 4; ++i) {
        auto const side = side_of(light, best[i], best[(i + 1) % 4], middle);
        if (!side) return {};
        sides.push_back(*side);
    }
    std::vector<cv::Point2f> fine;
    for (std::size_t i = 0; i < 4; ++i) {
        auto const corner = crossing(sides[(i + 3) % 4], sides[i]);
        if (!corner || cv::norm(*corner - best[i]) > 8) return {};
        fine.push_back(*corner);
    }
    return fine;
}

} // namespace osetra::quality
