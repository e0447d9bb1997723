#include "stocktake/engine/parallax.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stocktake/engine/middle.h"

namespace osetra::stocktake {
namespace {

using Row = std::array<double, 3>;   // at_s, x, y
using Vector = std::array<double, 2>;

constexpr double second = 1;         // over which ways are measured: longer than a body shakes, shorter than it turns
constexpr double believed = Parallax{}.error;   // beforehand, about nought
constexpr double shake_px = 0.3;     // what the camera's way is off by from look to look, which bodies then seem to go along with altogether
constexpr double drift = 0.03;       // and by this share of its way, where little shows to know it by

Vector at(std::vector<Row> const& path, double at_s) {
    auto const later = std::lower_bound(path.begin(), path.end(), at_s, [](Row const& r, double s) { return r[0] < s; });
    if (later == path.begin()) return {path.front()[1], path.front()[2]};
    if (later == path.end()) return {path.back()[1], path.back()[2]};
    auto const& a = *(later - 1);
    auto const part = (at_s - a[0]) / ((*later)[0] - a[0]);
    return {a[1] + part * ((*later)[1] - a[1]), a[2] + part * ((*later)[2] - a[2])};
}
Vector way(std::vector<Row> const& path, double from_s) {
    auto const a = at(path, from_s), b = at(path, from_s + second);
    return {b[0] - a[0], b[1] - a[1]};
}

/// What one body and the camera did in one second.
struct Gone {
    double from_s = 0;
    Vector body{}, camera{};
    double weight = 1;
    Vector left{};   ///< of the body's way, what neither its like nor the camera tells
};

/// Means by weight.
struct Means {
    Vector body{}, camera{};
    double weight = 0;
};
Means means_of(std::vector<Gone> const& all) {
    Means m;
    for (auto const& g : all) {
        for (std::size_t k = 0; k < 2; ++k) m.body[k] += g.weight * g.body[k], m.camera[k] += g.weight * g.camera[k];
        m.weight += g.weight;
    }
    for (std::size_t k = 0; k < 2; ++k) m.body[k] /= m.weight, m.camera[k] /= m.weight;
    return m;
}

} // namespace

Parallax parallax_of(std::vector<Track> const& tracks, std::vector<Row> const& camera) {
    if (camera.size() < 2) return {};
    std::vector<Gone> all;
    for (auto const& t : tracks)
        for (auto s = t.from_s; !t.path.empty() && s + second <= t.to_s + 1e-6; s += second) all.push_back({s, way(t.path, s), way(camera, s)});
    if (all.size() < 10) return {};
    double along = 0, spread = 0;
    Means mean;
    for (int round = 0; round < 10; ++round) {   // those that dart pull less
        mean = means_of(all);
        double product = 0;
        spread = 0;
        for (auto const& g : all)
            for (std::size_t k = 0; k < 2; ++k) {
                auto const c = g.camera[k] - mean.camera[k];
                product += g.weight * c * (g.body[k] - mean.body[k]);
                spread += g.weight * c * c;
            }
        if (spread < 1e-9 * mean.weight) return {};
        along = product / spread;
        std::vector<double> sizes;
        for (auto& g : all) {
            for (std::size_t k = 0; k < 2; ++k) g.left[k] = g.body[k] - mean.body[k] - along * (g.camera[k] - mean.camera[k]);
            sizes.push_back(std::hypot(g.left[0], g.left[1]));
        }
        auto const usual = 2 * median_of(sizes) + 1e-9;
        for (std::size_t i = 0; i < all.size(); ++i) all[i].weight = 1 / (1 + sizes[i] * sizes[i] / (usual * usual));
    }
    // bodies of one moment swim alike, so moments are what tells, not bodies
    std::map<long, double> pulls;
    for (auto const& g : all)
        for (std::size_t k = 0; k < 2; ++k) pulls[std::lround(g.from_s / second)] += g.weight * g.left[k] * (g.camera[k] - mean.camera[k]);
    double squares = 0;
    for (auto const& [when, pull] : pulls) squares += pull * pull;
    auto const moments = static_cast<double>(pulls.size());
    double went = 0;
    for (auto const& g : all) went += g.weight * (g.camera[0] * g.camera[0] + g.camera[1] * g.camera[1]);
    auto const by_shaking = (shake_px * shake_px * mean.weight + drift * drift * went) / spread;
    auto const variance = (moments > 2 ? squares / (spread * spread) * moments / (moments - 2) : 1) + by_shaking * by_shaking;
    auto const trust = believed * believed / (believed * believed + variance);
    return {trust * along, std::sqrt(trust * variance)};
}

Homography among_bodies(Homography const& to_plane, Parallax const& p, Vector const& went) {
    return product({1, 0, -p.along * went[0], 0, 1, -p.along * went[1], 0, 0, 1}, to_plane);
}

} // namespace osetra::stocktake
