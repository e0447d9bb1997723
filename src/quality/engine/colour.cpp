#include "quality/engine/colour.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace osetra::quality {

double linear_of(double v) {
    auto const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
}

Lab lab_of_linear(Rgb const& c) {
    auto const f = [](double t) { return t > 216. / 24389 ? std::cbrt(t) : (24389. / 27 * t + 16) / 116; };
    auto const x = f((0.4124564 * c[0] + 0.3575761 * c[1] + 0.1804375 * c[2]) / 0.95047);
    auto const y = f(0.2126729 * c[0] + 0.7151522 * c[1] + 0.0721750 * c[2]);
    auto const z = f((0.0193339 * c[0] + 0.1191920 * c[1] + 0.9503041 * c[2]) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

Lab lab_of_srgb(Rgb const& c) { return lab_of_linear({linear_of(c[0]), linear_of(c[1]), linear_of(c[2])}); }

double colour_distance(Lab const& a, Lab const& b) { return std::hypot(a.l - b.l, a.a - b.a, a.b - b.b); }

std::array<Rgb, 24> const& card_patches() {
    static std::array<Rgb, 24> const all{{{115, 82, 68}, {194, 150, 130}, {98, 122, 157}, {87, 108, 67}, {133, 128, 177}, {103, 189, 170}, {214, 126, 44}, {80, 91, 166},
                                          {193, 90, 99}, {94, 60, 108}, {157, 188, 64}, {224, 163, 46}, {56, 61, 150}, {70, 148, 73}, {175, 54, 60}, {231, 199, 31},
                                          {187, 86, 149}, {8, 133, 161}, {243, 243, 242}, {200, 200, 200}, {160, 160, 160}, {122, 122, 121}, {85, 85, 85}, {52, 52, 52}}};
    return all;
}

Rgb ColourMending::apply(Rgb const& c) const {
    Rgb out{};
    for (std::size_t i = 0; i < 3; ++i) out[i] = matrix[i][0] * c[0] + matrix[i][1] * c[1] + matrix[i][2] * c[2] + matrix[i][3];
    return out;
}

Result<ColourMending> mend_colours(std::vector<Rgb> const& seen) {
    constexpr double clipped = 252;
    constexpr double most_left = 10;                 // of a card in its place; a turned or missed one leaves 25 and more
    auto const& known = card_patches();
    auto const to_light = [](Rgb const& c) { return Rgb{linear_of(c[0]), linear_of(c[1]), linear_of(c[2])}; };
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < known.size() && i < seen.size(); ++i)
        if (*std::max_element(seen[i].begin(), seen[i].end()) < clipped) used.push_back(i);
    if (used.size() < 12) return refuse("card_overexposed", fmt::format("Only {} of the 24 patches of the card are not overexposed. Take the picture with less light.", used.size()), "card");
    auto const n = static_cast<Eigen::Index>(used.size());
    Eigen::MatrixXd in(n, 4), out(n, 3);
    for (Eigen::Index r = 0; r < n; ++r) {
        auto const a = to_light(seen[used[static_cast<std::size_t>(r)]]), b = to_light(known[used[static_cast<std::size_t>(r)]]);
        // Dark patches count as eyes see them: by the square root of their light.
        auto const weight = 1 / std::sqrt(0.02 + (b[0] + b[1] + b[2]) / 3);
        in.row(r) << weight * a[0], weight * a[1], weight * a[2], weight;
        out.row(r) << weight * b[0], weight * b[1], weight * b[2];
    }
    Eigen::MatrixXd const found = in.colPivHouseholderQr().solve(out);
    ColourMending m;
    m.patches = n;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 4; ++j) m.matrix[i][j] = found(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i));
    for (auto const i : used) {
        auto const wanted = lab_of_srgb(known[i]);
        auto light = m.apply(to_light(seen[i]));
        for (auto& c : light) c = std::max(0., c);
        m.left += colour_distance(lab_of_linear(light), wanted) / static_cast<double>(n);
        m.before += colour_distance(lab_of_srgb(seen[i]), wanted) / static_cast<double>(n);
    }
    if (!(m.left <= most_left))
        return refuse("card_unclear", fmt::format("The patches do not look like those of the card (they are {:.0f} apart). Give the rectangle that holds the 6 by 4 patches, dark skin at its top left.", m.left), "card");
    return m;
}

} // namespace osetra::quality
