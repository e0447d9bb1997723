#include "stocktake/engine/flight_water.h"

#include "stocktake/engine/render_ground.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;

constexpr std::size_t sine_steps = 4096;
/// Sines by turns, from a table: waves are looked at a hundred thousand times a frame.
std::vector<float> const& sines() {
    static std::vector<float> const table = [] {
        std::vector<float> t(sine_steps);
        for (std::size_t i = 0; i < sine_steps; ++i) t[i] = std::sin(2 * pi_v<float> * static_cast<float>(i) / sine_steps);
        return t;
    }();
    return table;
}
std::size_t step_of(float turns) { return static_cast<std::size_t>(static_cast<int>((turns + 1024) * sine_steps)) & (sine_steps - 1); }

float smooth(float from, float to, float x) {
    auto const t = std::clamp((x - from) / (to - from), 0.f, 1.f);
    return t * t * (3 - 2 * t);
}

float sample(cv::Mat_<float> const& m, float x, float y) {   // wraps
    auto const wrap = [](float v, int n) { return v - std::floor(v / static_cast<float>(n)) * static_cast<float>(n); };
    auto const u = wrap(x, m.cols), v = wrap(y, m.rows);
    auto const x0 = std::min(static_cast<int>(u), m.cols - 1), y0 = std::min(static_cast<int>(v), m.rows - 1), x1 = (x0 + 1) % m.cols, y1 = (y0 + 1) % m.rows;
    auto const fx = u - static_cast<float>(x0), fy = v - static_cast<float>(y0);
    return (m(y0, x0) * (1 - fx) + m(y0, x1) * fx) * (1 - fy) + (m(y1, x0) * (1 - fx) + m(y1, x1) * fx) * fy;
}

} // namespace

Waves::Waves(FlightWorld const& world, std::uint64_t seed) {
    Dice dice{seed, 21};
    auto sum_slope = 0.f, sum_curve = 0.f;
    constexpr int waves = 9;
    // down to an eighth, but none finer than what is drawn
    auto const finest = std::min(.9f * world.wave_length, std::max(world.wave_length / 8, 9 / world.px_per_m));
    for (int k = 0; k < waves; ++k) {
        auto const length = world.wave_length * std::pow(finest / world.wave_length, (static_cast<float>(k) + dice.uniform(-.4f, .4f)) / (waves - 1));
        auto const way = world.wave_way + dice.normal() * (.3f + .1f * static_cast<float>(k)), turns = 1 / length;
        auto const slope = dice.uniform(.6f, 1);
        m_waves.push_back({turns * std::cos(way), turns * std::sin(way), std::sqrt(9.81f * 2 * pi_v<float> * turns) / (2 * pi_v<float>), dice.uniform(), slope, slope * turns, 0});
        sum_slope += slope * slope / 2, sum_curve += slope * turns * slope * turns / 2;
    }
    for (auto& w : m_waves) w.slope *= world.wave_slope / std::sqrt(sum_slope), w.curve /= std::sqrt(sum_curve);
}

void Waves::at_time(float seconds) {
    for (auto& w : m_waves) {
        auto const turns = w.start - w.speed * seconds;
        w.phase = turns - std::floor(turns);
    }
}

Surface Waves::at(float x, float y) const {
    auto const& table = sines();
    Surface s;
    for (auto const& w : m_waves) {
        auto const turns = w.kx * x + w.ky * y + w.phase;
        auto const sine = table[step_of(turns)], cosine = table[step_of(turns + .25f)];
        auto const along = w.slope * cosine / std::sqrt(w.kx * w.kx + w.ky * w.ky);
        s.slope_x += along * w.kx, s.slope_y += along * w.ky, s.curve -= w.curve * sine;
    }
    return s;
}

float gathered(Surface const& s) { return .62f / (.3f + std::abs(1 + .55f * s.curve)) - .55f; }

Sky::Sky(FlightWorld const& world, std::uint64_t seed) : m_world(world) {
    Dice dice{seed, 22};
    m_clouds = cloud(128, 128, dice.uniform(14, 50), 4, .55f, dice);
    if (world.ice > 0) {
        m_ice = cloud(192, 192, dice.uniform(25, 90), 5, .5f, dice);
        m_ice_scale = 190 / std::max(world.pond.width, world.pond.height);
        std::vector<float> sorted(m_ice.begin(), m_ice.end());
        auto const at = static_cast<std::size_t>((1 - world.ice) * static_cast<float>(sorted.size() - 1));
        std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at), sorted.end());
        m_ice_from = sorted[at];
    }
}

float Sky::seen(Surface const& s, float x, float y, float towards_x, float towards_y, float seconds) const {
    auto light = m_world.sky;
    if (m_world.glint > 0) {   // a facet that mirrors the sun: its slope is half way between the eye and the sun
        auto const dx = s.slope_x - (towards_x - m_world.sun.x) / 2, dy = s.slope_y - (towards_y - m_world.sun.y) / 2;
        auto const off = (dx * dx + dy * dy) / (.045f * .045f);
        if (off < 9) light += m_world.glint * std::exp(-off);
    }
    if (m_world.sky_patches > 0) {   // clouds in the mirror, bent by the waves
        auto const c = sample(m_clouds, (x + s.slope_x * 8) * 5 + 2 * seconds, (y + s.slope_y * 8) * 5 + seconds);
        light += m_world.sky_patches * std::clamp(c - .2f, 0.f, 1.2f);
    }
    return light;
}

float Sky::ice(float x, float y) const {
    if (m_ice.empty()) return 0;
    auto const v = sample(m_ice, x * m_ice_scale, y * m_ice_scale) - m_ice_from;
    return v <= 0 ? 0 : std::clamp(v * 12, 0.f, 1.f);
}

std::pair<cv::Vec3f, cv::Vec3f> through_water(FlightWorld const& w, float depth) {
    cv::Vec3f left, added;
    for (int k = 0; k < 3; ++k) {
        left[k] = std::exp(-1.5f * w.loss[k] * depth);
        added[k] = w.veil[k] * (1 - left[k]);
    }
    return {left, added};
}

Ground ground_of(FlightWorld const& w, cv::Rect2f const& region, std::uint64_t seed) {
    Dice dice{seed, 23};
    Ground g;
    g.origin = region.tl();
    g.px_per_m = std::min(w.px_per_m, std::sqrt(16e6f / region.area()));
    auto const cols = std::max(8, static_cast<int>(region.width * g.px_per_m)), rows = std::max(8, static_cast<int>(region.height * g.px_per_m));
    auto const m = g.px_per_m;
    auto const broad = cloud(cols, rows, dice.uniform(1.5f, 6) * m, 5, .6f, dice), fine = cloud(cols, rows, dice.uniform(.08f, .3f) * m, 3, .7f, dice), murk = cloud(cols, rows, 4 * m, 2, .5f, dice);
    auto const broad_force = dice.uniform(.02f, .09f), fine_force = dice.uniform(.015f, .06f), algae = dice.uniform(.4f, 2.2f), algae_force = dice.chance(.6f) ? dice.uniform(.1f, .5f) : 0.f;
    auto const algae_colour = colour_of(dice.uniform(.15f, .35f), dice.uniform(.2f, .6f), dice.uniform(.12f, .3f));
    auto const sheet = dice.uniform(1.5f, 4), seam = dice.chance(.5f) ? dice.uniform(.05f, .25f) : 0.f, lie = dice.chance(.5f) ? 0.f : pi_v<float> / 2;   // liner sheets or slabs
    auto const slope = std::max(.05f, dice.uniform(.05f, .8f)), coping = dice.uniform(.08f, .35f), coping_light = dice.uniform(.7f, 1.35f);
    auto const cell = dice.uniform(.5f, 2.5f);
    auto const grass = dice.chance(.3f);
    cv::Vec3f const grass_colour{.16f, .38f, .3f};
    auto const& pond = w.pond;
    cv::Point2f const drain{pond.width / 2, pond.height / 2};
    auto const drain_r = dice.chance(.5f) ? dice.uniform(.1f, .3f) : 0.f;
    auto const far = std::hypot(w.sun.x, w.sun.y) + 1e-6f, shadow_x = -w.sun.x / far, shadow_y = -w.sun.y / far;
    auto const [left_bottom, added_bottom] = through_water(w, pond.depth);
    g.picture.create(rows, cols);
    auto const to_byte = [](cv::Vec3f const& c) { return cv::Vec3b{cv::saturate_cast<uchar>(c[0] * 255), cv::saturate_cast<uchar>(c[1] * 255), cv::saturate_cast<uchar>(c[2] * 255)}; };
    auto const ca = std::cos(lie), sa = std::sin(lie);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < cols; ++c) {
            auto const x = g.origin.x + static_cast<float>(c) / m, y = g.origin.y + static_cast<float>(r) / m;
            auto const out = pond.outside(x, y);
            auto const n1 = broad(r, c), n2 = fine(r, c);
            cv::Vec3f colour;
            if (out < 0) {
                colour = w.floor * (1 + broad_force * n1 + fine_force * n2);
                if (seam > 0) {
                    auto const u = (x * ca + y * sa) / sheet, f = u - std::floor(u);
                    if (f * sheet * m < 1.6f) colour *= 1 - seam;
                }
                if (algae_force > 0) colour += (algae_colour - colour) * (algae_force * smooth(algae - .6f, algae + 1.2f, n1 + .3f * n2));
                if (drain_r > 0) colour *= 1 - .6f * smooth(drain_r + .05f, drain_r - .05f, std::hypot(x - drain.x, y - drain.y));
                // the wall's foot, its shadow, and water that is shallower there
                auto const deep = pond.depth * smooth(0, slope, -out);
                if (-out < slope + .25f) {
                    auto const gx = pond.outside(x + .05f, y) - out, gy = pond.outside(x, y + .05f) - out;
                    auto const shaded = std::clamp((gx * shadow_x + gy * shadow_y) * -20, 0.f, 1.f);
                    colour *= 1 - (.12f + w.shadow * 1.2f * shaded) * smooth(slope + .25f, .1f, -out);
                }
                if (deep > .97f * pond.depth) for (int k = 0; k < 3; ++k) colour[k] = colour[k] * left_bottom[k] + added_bottom[k] * (1 + .1f * murk(r, c));
                else {
                    auto const [left, added] = through_water(w, deep);
                    for (int k = 0; k < 3; ++k) colour[k] = colour[k] * left[k] + added[k];
                }
                if (-out * m < 1.5f) colour *= .75f;   // wet edge
            } else if (out < coping) {
                auto const joint = std::abs(std::remainder((std::abs(x - pond.width / 2) > pond.width / 2 - .01f ? y : x), cell));
                colour = w.deck * coping_light * (1 + .06f * n2) * (joint * m < 1 ? .8f : 1.f);
            } else {
                colour = (grass ? grass_colour : w.deck) * (1 + (grass ? .16f : .05f) * n1 + (grass ? .2f : .05f) * n2) * (out - coping < .08f ? .8f : 1.f);
                if (!grass) { auto const u = x / cell, v = y / cell; if ((u - std::floor(u)) * cell * m < 1 || (v - std::floor(v)) * cell * m < 1) colour *= .88f; }
            }
            g.picture(r, c) = to_byte(colour);
        }
    return g;
}

} // namespace osetra::stocktake
