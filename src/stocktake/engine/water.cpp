#include "stocktake/engine/water.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "stocktake/engine/percentile.h"

namespace osetra::stocktake {
namespace {

constexpr int working_width = 320;

// 8-bit light levels. Cameras put white water at 245 and more; below 24 the sensor's noise is as large as any body's contrast.
constexpr double saturated = 245, night = 24, pale = 215;
constexpr double glare_largest = 0.1;      // of the picture: what is white beyond that is no reflection of sun or lamp
constexpr double glare_in_cell = 0.25;     // of a cell: a body in it may be covered
constexpr double sparkles = 215, above_water = 70;   // light levels of a speck, and above the middle of the picture
constexpr double sparkle_in_cell = 0.05;   // white specks all over: waves that mirror the sun by turns, between which a body is seen in pieces
constexpr double outstanding = 0.0005;     // of the picture: twenty fry in a plain tub take no more
constexpr double stands_out = 14;          // light levels between the lightest or darkest of so many and the middle of a picture that shows anything

struct Small {
    cv::Mat grey, lowest;      // light; the least of the three colours
    double scale = 1;
};

Small shrunk(cv::Mat const& picture) {
    Small s;
    s.scale = std::min(1.0, static_cast<double>(working_width) / picture.cols);
    cv::Mat reduced = picture;
    if (s.scale < 1) cv::resize(picture, reduced, {}, s.scale, s.scale, cv::INTER_AREA);
    if (reduced.channels() == 1) {
        s.grey = s.lowest = reduced;
        return s;
    }
    cv::cvtColor(reduced, s.grey, cv::COLOR_BGR2GRAY);
    std::vector<cv::Mat> colours;
    cv::split(reduced, colours);
    cv::min(colours[0], colours[1], s.lowest);
    cv::min(s.lowest, colours[2], s.lowest);
    return s;
}

struct Light {
    double low = 0, middle = 0, high = 0;      // of all but the `outstanding` darkest, of half, of all but the `outstanding` lightest
};

Light light_of(cv::Mat const& grey) {
    std::array<int, 256> many{};
    for (int y = 0; y < grey.rows; ++y)
        for (int x = 0; x < grey.cols; ++x) ++many[grey.at<uchar>(y, x)];
    auto const level = [&](double share) {
        double sum = 0;
        for (std::size_t v = 0; v < many.size(); ++v) {
            sum += many[v];
            if (sum >= share * static_cast<double>(grey.total())) return static_cast<double>(v);
        }
        return 255.0;
    };
    return {level(outstanding), level(0.5), level(1 - outstanding)};
}

struct Glare {
    cv::Mat spots, walls;      // of the shrunk picture: saturated; and what is pale and too large for a reflection: banks, a tub
};

double bright(double middle) { return std::max(sparkles, middle + above_water); }

Glare glare_of(Small const& s, double middle) {
    cv::Mat white = s.lowest >= saturated, walls = cv::Mat::zeros(white.size(), CV_8U);
    if (middle >= pale) {
        white.setTo(0);
        walls.setTo(255);
        return {white, walls};
    }
    // concrete and tiles are pale with stains and joints; waves that mirror the sun are specks. Banks go on beyond the picture, on several sides of the water
    constexpr int stain = 7;           // pixels of the shrunk picture
    constexpr double of_wall = 0.6;
    cv::Mat share, label, stats, middles;
    cv::blur(s.lowest >= bright(middle), share, {stain, stain});
    auto const n = cv::connectedComponentsWithStats(share >= 255 * of_wall, label, stats, middles, 8, CV_32S);
    auto const area = [&](int i) { return stats.at<int>(i, cv::CC_STAT_AREA); };
    auto const at_edge = [&](int i) {
        auto const x = stats.at<int>(i, cv::CC_STAT_LEFT), y = stats.at<int>(i, cv::CC_STAT_TOP);
        return x == 0 || y == 0 || x + stats.at<int>(i, cv::CC_STAT_WIDTH) == white.cols || y + stats.at<int>(i, cv::CC_STAT_HEIGHT) == white.rows;
    };
    int banks = 0;
    for (int i = 1; i < n; ++i) if (at_edge(i)) banks += area(i);
    for (int i = 1; i < n; ++i)
        if ((at_edge(i) ? banks : area(i)) > glare_largest * static_cast<double>(white.total())) walls.setTo(255, label == i);
    cv::dilate(walls, walls, cv::getStructuringElement(cv::MORPH_RECT, {stain, stain}));   // to its edge, where half of what is about is water
    white.setTo(0, walls);
    cv::dilate(white, white, {});
    return {white, walls};
}

/// Of each cell the share that is white and no wall, as fine as the picture is: sparkle is lost where it is shrunk.
cv::Mat sparkle_of(cv::Mat const& picture, double middle, cv::Mat const& walls, int columns, int rows) {
    auto const least = bright(middle);
    cv::Mat white, wall, whole(rows * water_cell, columns * water_cell, CV_8U, cv::Scalar(0)), share, near;
    if (picture.channels() == 1) white = picture >= least;
    else cv::inRange(picture, cv::Scalar::all(least), cv::Scalar::all(255), white);
    if (cv::countNonZero(walls) > 0) {
        cv::resize(walls, wall, white.size(), 0, 0, cv::INTER_NEAREST);
        white.setTo(0, wall);
    }
    white.copyTo(whole(cv::Rect(0, 0, white.cols, white.rows)));
    cv::resize(whole, share, {columns, rows}, 0, 0, cv::INTER_AREA);
    share.convertTo(share, CV_32F, 1.0 / 255);
    cv::blur(share, near, {3, 3});
    return cv::min(share, near);
}

// the noise of a pixel, from second differences that a smooth picture does not have (Immerkaer, CVIU 64:300, 1996)
double noise_of(cv::Mat const& grey) {
    cv::Mat const kernel = (cv::Mat_<float>(3, 3) << 1, -2, 1, -2, 4, -2, 1, -2, 1);
    cv::Mat second;
    cv::filter2D(grey, second, CV_32F, kernel);
    return std::max(0.3, static_cast<double>(percentile(cv::Mat(cv::abs(second)), 50)) / 0.6745 / 6);
}

struct Edges {
    double steepness = 0;      // light levels a pixel that a hundredth of the pixels have
    double sharpness = 0;      // of those, how much of the rise over nine pixels lies in the middle three
};

Edges edges_of(cv::Mat const& grey) {
    cv::Mat dx, dy, size;
    cv::Sobel(grey, dx, CV_32F, 1, 0, 3, 1.0 / 8);
    cv::Sobel(grey, dy, CV_32F, 0, 1, 3, 1.0 / 8);
    cv::magnitude(dx, dy, size);
    auto const steep = std::max(percentile(size, 99), 1.0F);
    double near = 0, far = 0;
    auto const at = [&](int x, int y) { return static_cast<double>(grey.at<uchar>(std::clamp(y, 0, grey.rows - 1), std::clamp(x, 0, grey.cols - 1))); };
    for (int y = 0; y < grey.rows; ++y)
        for (int x = 0; x < grey.cols; ++x)
            if (size.at<float>(y, x) >= steep) {
                auto const gx = dx.at<float>(y, x), gy = dy.at<float>(y, x);
                int const sx = std::abs(gx) >= std::abs(gy) / 2 ? (gx > 0 ? 1 : -1) : 0, sy = std::abs(gy) >= std::abs(gx) / 2 ? (gy > 0 ? 1 : -1) : 0;
                near += std::abs(at(x + sx, y + sy) - at(x - sx, y - sy));
                far += std::max(std::abs(at(x + 4 * sx, y + 4 * sy) - at(x - 4 * sx, y - 4 * sy)), std::abs(at(x + sx, y + sy) - at(x - sx, y - sy)));
            }
    return {steep, far > 0 ? near / far : 0};
}

} // namespace

std::vector<std::string> WaterView::faults() const {
    std::vector<std::string> out;
    constexpr double matters = 0.1;
    if (blurred) out.emplace_back("blurred");
    if (dark >= matters) out.emplace_back("dark");
    if (glare >= matters) out.emplace_back("glare");
    if (turbid >= matters) out.emplace_back("turbid");
    if (ice >= matters) out.emplace_back("ice");
    return out;
}

WaterView Water::frame(cv::Mat const& picture) {
    WaterView view;
    auto const small = shrunk(picture);
    auto const light = light_of(small.grey);
    auto const noise = noise_of(small.grey);
    auto const glare = glare_of(small, light.middle);
    bool const shows_nothing = std::max(light.high - light.middle, light.middle - light.low) < std::max(stands_out, 6 * noise);

    int const columns = (picture.cols + water_cell - 1) / water_cell, rows = (picture.rows + water_cell - 1) / water_cell;
    view.readable = cv::Mat(rows, columns, CV_8U, cv::Scalar(255));
    auto const sparkle = sparkle_of(picture, light.middle, glare.walls, columns, rows);
    auto const in_small = [&](int n, int limit) { return std::clamp(static_cast<int>(std::lround(n * water_cell * small.scale)), 0, limit); };
    auto const place = [&](int j, int i) {
        int const x = std::min(in_small(i, small.grey.cols), small.grey.cols - 1), y = std::min(in_small(j, small.grey.rows), small.grey.rows - 1);
        return cv::Rect(x, y, std::max(1, in_small(i + 1, small.grey.cols) - x), std::max(1, in_small(j + 1, small.grey.rows) - y));
    };
    auto const part = 1.0 / static_cast<double>(view.readable.total());
    auto const lose = [&](int j, int i, double& why) {
        view.readable.at<uchar>(j, i) = 0;
        why += part;
    };
    for (int j = 0; j < rows; ++j)
        for (int i = 0; i < columns; ++i) {
            auto const r = place(j, i);
            cv::Scalar mean, spread;
            cv::meanStdDev(small.grey(r), mean, spread);
            if (static_cast<double>(sparkle.at<float>(j, i)) >= sparkle_in_cell || cv::countNonZero(glare.spots(r)) >= glare_in_cell * r.area()) lose(j, i, view.glare);
            else if (mean[0] < night && mean[0] + 3 * spread[0] < 2 * night) lose(j, i, view.dark);
            else if (shows_nothing) lose(j, i, light.middle >= pale ? view.ice : view.turbid);
        }
    auto const edges = edges_of(small.grey);
    constexpr std::size_t remembered = 31;
    constexpr double never_sharp = 0.5, half_as_steep = 0.5;
    auto sorted = std::vector<double>(m_steepness.begin(), m_steepness.end());
    std::sort(sorted.begin(), sorted.end());
    auto const usual = sorted.size() >= 5 ? sorted[sorted.size() / 2] : 0;
    view.sharpness = edges.sharpness;
    view.blurred = edges.sharpness < never_sharp || edges.steepness < half_as_steep * usual;
    m_steepness.push_back(edges.steepness);
    if (m_steepness.size() > remembered) m_steepness.pop_front();
    return view;
}

} // namespace osetra::stocktake
