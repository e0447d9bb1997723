#include "stocktake/engine/motion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

cv::Mat grey_of(cv::Mat const& picture) {
    if (picture.channels() == 1) return picture;
    cv::Mat grey;
    cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
    return grey;
}

struct Pixel {
    double x, y, weight;
};

// Weighted middle, spread and lean of some pixels.
struct Shape {
    double x = 0, y = 0, xx = 0, xy = 0, yy = 0, weight = 0;

    explicit Shape(std::vector<Pixel> const& pixels) {
        for (auto const& p : pixels) { weight += p.weight; x += p.weight * p.x; y += p.weight * p.y; }
        x /= weight;
        y /= weight;
        for (auto const& p : pixels) {
            xx += p.weight * (p.x - x) * (p.x - x);
            xy += p.weight * (p.x - x) * (p.y - y);
            yy += p.weight * (p.y - y) * (p.y - y);
        }
        // a pixel is a square: alone it has the spread of one
        xx = xx / weight + 1.0 / 12;
        xy /= weight;
        yy = yy / weight + 1.0 / 12;
    }
    double axis() const { return std::atan2(2 * xy, xx - yy) / 2; }
};

struct Body { Mark mark; double weight, taper; };

Body body_of(std::vector<Pixel> const& pixels, double score) {
    Shape const s{pixels};
    auto const axis = s.axis(), c = std::cos(axis), d = std::sin(axis);
    double square = 0, skew = 0;
    std::vector<double> along;
    for (auto const& p : pixels) {
        auto const a = (p.x - s.x) * c + (p.y - s.y) * d;
        along.push_back(a);
        square += p.weight * a * a;
        skew += p.weight * a * a * a;
    }
    auto const [least, most] = std::minmax_element(along.begin(), along.end());
    // a thin tail reaches far from the middle of the weight: the head is on the other side
    auto const head = skew > 0 ? (axis > 0 ? axis - std::numbers::pi : axis + std::numbers::pi) : axis;
    return {{s.x, s.y, head, *most - *least + 1, score, 1}, s.weight, std::abs(skew) / s.weight / std::pow(square / s.weight + 1.0 / 12, 1.5)};
}

// A lean ellipse about a place: inverse covariance.
struct Ellipse {
    double x = 0, y = 0, xx = 1, xy = 0, yy = 1;

    static Ellipse of(Shape const& s) {
        auto const determinant = s.xx * s.yy - s.xy * s.xy;
        return {s.x, s.y, s.yy / determinant, -s.xy / determinant, s.xx / determinant};
    }
    /// Of a body a fifth as wide as long, evenly filled.
    static Ellipse of(Mark const& m) {
        auto const along = 16 / (m.length_px * m.length_px), across = along * 25, c = std::cos(m.axis), d = std::sin(m.axis);
        return {m.x, m.y, along * c * c + across * d * d, (along - across) * c * d, along * d * d + across * c * c};
    }
    double distance(Pixel const& p) const {
        auto const dx = p.x - x, dy = p.y - y;
        return xx * dx * dx + 2 * xy * dx * dy + yy * dy * dy - std::log(xx * yy - xy * xy);
    }
};

// Pixels of a blob among bodies: each goes to the ellipse that explains it best, and the ellipses follow their pixels.
std::vector<std::vector<Pixel>> parts(std::vector<Pixel> const& pixels, std::vector<Ellipse> ellipses) {
    std::vector<std::vector<Pixel>> out(ellipses.size());
    for (int round = 0; round < 8; ++round) {
        for (auto& o : out) o.clear();
        for (auto const& p : pixels) {
            auto const best = std::min_element(ellipses.begin(), ellipses.end(), [&](Ellipse const& a, Ellipse const& b) { return a.distance(p) < b.distance(p); });
            out[static_cast<std::size_t>(best - ellipses.begin())].push_back(p);
        }
        for (std::size_t k = 0; k < out.size(); ++k)
            if (out[k].size() >= 3) ellipses[k] = Ellipse::of(Shape{out[k]});
    }
    std::erase_if(out, [](auto const& o) { return o.size() < 3; });
    return out;
}

// Two that touch by their tails fall apart where only what is darkest is looked at. Of all heights the one at which most pieces of a size stand by themselves.
std::vector<Ellipse> cores(std::vector<Pixel> const& pixels, double least_pixels) {
    int left = 1 << 30, top = 1 << 30, right = 0, bottom = 0;
    double most = 0;
    for (auto const& p : pixels) {
        left = std::min(left, static_cast<int>(p.x));
        right = std::max(right, static_cast<int>(p.x));
        top = std::min(top, static_cast<int>(p.y));
        bottom = std::max(bottom, static_cast<int>(p.y));
        most = std::max(most, p.weight);
    }
    cv::Mat field(bottom - top + 1, right - left + 1, CV_32F, cv::Scalar(0)), label, stats, middles;
    for (auto const& p : pixels) field.at<float>(static_cast<int>(p.y) - top, static_cast<int>(p.x) - left) = static_cast<float>(p.weight);
    std::vector<Ellipse> best;
    constexpr int heights = 9;
    for (int i = 0; i < heights; ++i) {
        cv::Mat const above = field > (0.1 + 0.08 * i) * most;
        auto const n = cv::connectedComponentsWithStats(above, label, stats, middles, 8, CV_32S);
        std::vector<std::vector<Pixel>> pieces(static_cast<std::size_t>(n));
        for (auto const& p : pixels) pieces[static_cast<std::size_t>(label.at<int>(static_cast<int>(p.y) - top, static_cast<int>(p.x) - left))].push_back(p);
        std::vector<Ellipse> here;
        for (std::size_t l = 1; l < pieces.size(); ++l)
            if (static_cast<double>(pieces[l].size()) >= least_pixels) here.push_back(Ellipse::of(Shape{pieces[l]}));
        if (here.size() > best.size()) best = here;
    }
    return best;
}

// so many ellipses, the further ones where the blob is least explained
void fill_up(std::vector<Ellipse>& ellipses, std::vector<Pixel> const& pixels, std::size_t n) {
    if (ellipses.empty()) {
        auto const& p = *std::max_element(pixels.begin(), pixels.end(), [](Pixel const& a, Pixel const& b) { return a.weight < b.weight; });
        ellipses.push_back({p.x, p.y});
    }
    while (ellipses.size() < n) {
        auto const far = [&](Pixel const& p) {
            double least = 1e300;
            for (auto const& e : ellipses) least = std::min(least, std::hypot(e.x - p.x, e.y - p.y));
            return least * p.weight;
        };
        auto const& p = *std::max_element(pixels.begin(), pixels.end(), [&](Pixel const& a, Pixel const& b) { return far(a) < far(b); });
        ellipses.push_back({p.x, p.y, 0.1, 0, 0.1});
    }
}

} // namespace

StillGround::StillGround(std::size_t pictures) : m_most{pictures} {}

void StillGround::add(cv::Mat const& picture) {
    if (m_seen++ % m_step != 0) return;
    m_pictures.push_back(grey_of(picture).clone());
    if (m_pictures.size() < m_most) return;
    std::size_t n = 0;
    for (std::size_t i = 0; i < m_pictures.size(); i += 2) m_pictures[n++] = m_pictures[i];
    m_pictures.resize(n);
    m_step *= 2;
}

bool StillGround::ready() const { return m_pictures.size() >= 5; }

cv::Mat StillGround::grey() const {
    cv::Mat out(m_pictures.at(0).size(), CV_8U);
    std::vector<uchar> values(m_pictures.size());
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    for (int y = 0; y < out.rows; ++y)
        for (int x = 0; x < out.cols; ++x) {
            for (std::size_t i = 0; i < values.size(); ++i) values[i] = m_pictures[i].at<uchar>(y, x);
            std::nth_element(values.begin(), middle, values.end());
            out.at<uchar>(y, x) = *middle;
        }
    return out;
}

MotionDetector::MotionDetector(cv::Mat const& ground_grey, MotionSettings const& settings) : m_ground{ground_grey.clone()}, m_settings{settings} {}

Marks MotionDetector::detect(cv::Mat const& picture, Marks const& expected) {
    m_sizes.clear();
    m_tapers.clear();
    cv::Mat soft_now, soft_ground, difference;
    cv::GaussianBlur(grey_of(picture), soft_now, {3, 3}, 0);
    cv::GaussianBlur(m_ground, soft_ground, {3, 3}, 0);
    cv::subtract(soft_now, soft_ground, difference, {}, CV_16S);
    // noise and the light's change from the middle of all differences: bodies are the smaller part of a picture
    std::array<int, 511> many{};
    for (int y = 0; y < difference.rows; ++y)
        for (int x = 0; x < difference.cols; ++x) ++many[static_cast<std::size_t>(difference.at<short>(y, x) + 255)];
    auto const level = [&](double share) {
        double sum = 0;
        for (std::size_t v = 0; v < many.size(); ++v) {
            sum += many[v];
            if (sum >= share * static_cast<double>(difference.total())) return static_cast<double>(v) - 255;
        }
        return 255.0;
    };
    auto const light = level(0.5), noise = std::max(1.0, (level(0.84) - level(0.16)) / 2);
    auto const clear = m_settings.clear * noise;
    for (std::size_t v = 0; v < many.size(); ++v) {
        auto const off = static_cast<double>(v) - 255 - light;
        if (std::abs(off) > clear) m_darker -= off * many[v];
    }
    double const sign = m_darker >= 0 ? -1 : 1;
    cv::Mat strength;
    difference.convertTo(strength, CV_32F, sign, -sign * light);
    cv::Mat const faint = strength > m_settings.faint * noise;
    cv::Mat label, stats, middles;
    auto const n = cv::connectedComponentsWithStats(faint, label, stats, middles, 8, CV_32S);
    std::vector<std::vector<Pixel>> blobs(static_cast<std::size_t>(n));
    std::vector<bool> is_clear(static_cast<std::size_t>(n));
    for (int y = 0; y < label.rows; ++y)
        for (int x = 0; x < label.cols; ++x) {
            auto const l = static_cast<std::size_t>(label.at<int>(y, x));
            if (l == 0) continue;
            auto const s = strength.at<float>(y, x);
            blobs[l].push_back({static_cast<double>(x), static_cast<double>(y), s});
            if (s > clear) is_clear[l] = true;
        }
    for (std::size_t l = 1; l < blobs.size(); ++l)
        if (is_clear[l] && static_cast<int>(blobs[l].size()) >= m_settings.least_pixels) m_areas.push_back(static_cast<double>(blobs[l].size()));
    constexpr std::size_t areas_kept = 2000;
    if (m_areas.size() > areas_kept) m_areas.erase(m_areas.begin(), m_areas.end() - areas_kept);
    if (m_areas.empty()) return {};
    // half of all pixels of blobs lie in blobs as large as this: specks do not make a body small
    auto sorted = m_areas;
    std::sort(sorted.begin(), sorted.end());
    double all = 0, sum = 0, usual = 0;
    for (auto const a : sorted) all += a;
    for (auto const a : sorted) {
        sum += a;
        usual = a;
        if (sum >= all / 2) break;
    }
    Marks out;
    auto const add = [&](std::vector<Pixel> const& pixels, double score) {
        auto const b = body_of(pixels, score);
        out.push_back(b.mark);
        m_sizes.push_back(b.weight);
        m_tapers.push_back(b.taper);
    };
    std::vector<Marks> inside(blobs.size());
    for (auto const& m : expected)
        if (m.x >= 0 && m.y >= 0 && m.x < label.cols && m.y < label.rows && m.length_px > 0)
            inside[static_cast<std::size_t>(label.at<int>(static_cast<int>(m.y), static_cast<int>(m.x)))].push_back(m);
    constexpr double alone = 0.9, apart = 0.7, in_a_crowd = 0.4, small = 0.3, shared = 1.4, core = 0.15;
    for (std::size_t l = 1; l < blobs.size(); ++l) {
        auto const area = static_cast<double>(blobs[l].size());
        if (!is_clear[l] || area < m_settings.least_pixels || area < small * usual) continue;
        if (area < shared * usual) { add(blobs[l], alone); continue; }
        auto const bodies = std::max(static_cast<std::size_t>(std::lround(area / usual)), std::min(inside[l].size(), static_cast<std::size_t>(std::lround(area / usual + 0.6))));
        auto ellipses = cores(blobs[l], core * usual);
        bool const stand_apart = ellipses.size() >= bodies;
        if (!stand_apart && inside[l].size() > ellipses.size()) {
            ellipses.clear();
            for (auto const& m : inside[l]) ellipses.push_back(Ellipse::of(m));
            ellipses.resize(std::min(ellipses.size(), bodies));
        }
        if (!stand_apart) fill_up(ellipses, blobs[l], bodies);
        for (auto const& part : parts(blobs[l], ellipses)) add(part, stand_apart ? apart : in_a_crowd);
    }
    return out;
}

} // namespace osetra::stocktake
