#include "stocktake/engine/track_motion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace osetra::stocktake {
namespace {

using std::numbers::pi;

// In lengths and seconds. Fish cruise at about a length a second and start and stop within one (Videler, Fish Swimming, 1993, ch. 6 and 8); larvae and fry do it faster, which `factor` learns.
constexpr double first_speed = 1.5, first_turn = 1.5;
constexpr double acceleration = 1.0, turn_acceleration = 2.0;
constexpr double slip = 0.1, wobble = 0.2;                   // sideways and of the axis, in a second
constexpr double speed_lasts_s = 3, turn_lasts_s = 0.7;
constexpr double place_error = 0.08, axis_error = 0.25;      // of a sure mark: lengths, radians
constexpr double unsure = 3;                                 // times that of a weak one

double square(double x) { return x * x; }

double error_of(Mark const& m, double of_sure) { return square(of_sure * (m.score < sure_score ? unsure : 1)); }

} // namespace

double wrapped(double angle) {
    auto const a = std::remainder(angle, 2 * pi);
    return a <= -pi ? a + 2 * pi : a;
}

Motion::Motion(Mark const& m, Liveliness const& l) : m_state{m.x, m.y, m.axis, 0, 0} {
    m_sure[0][0] = m_sure[1][1] = square(place_error * l.length);
    m_sure[2][2] = square(axis_error);
    m_sure[3][3] = square(first_speed * l.length) * std::max(1.0, l.factor);
    m_sure[4][4] = square(first_turn) * std::max(1.0, l.factor);
}

void Motion::add(std::array<double, n> const& d, double variance) {
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) m_sure[i][j] += d[i] * d[j] * variance;
}

void Motion::predict(double dt, Liveliness const& l) {
    auto& [x, y, heading, speed, turn] = m_state;
    auto const middle = heading + turn * dt / 2;
    auto const c = std::cos(middle), s = std::sin(middle);
    auto const slows = std::exp(-dt / speed_lasts_s), straightens = std::exp(-dt / turn_lasts_s);
    // derivatives of the new state by the old one
    std::array<std::array<double, n>, n> const f{{{1, 0, -speed * s * dt, c * dt, -speed * s * dt * dt / 2},
                                                  {0, 1, speed * c * dt, s * dt, speed * c * dt * dt / 2},
                                                  {0, 0, 1, 0, dt},
                                                  {0, 0, 0, slows, 0},
                                                  {0, 0, 0, 0, straightens}}};
    x += speed * c * dt;
    y += speed * s * dt;
    heading = wrapped(heading + turn * dt);
    speed *= slows;
    turn *= straightens;
    std::array<std::array<double, n>, n> half{}, whole{};
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k)
            if (f[i][k] != 0)
                for (std::size_t j = 0; j < n; ++j) half[i][j] += f[i][k] * m_sure[k][j];
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k)
            if (f[i][k] != 0)
                for (std::size_t j = 0; j < n; ++j) whole[j][i] += half[j][k] * f[i][k];
    m_sure = whole;
    add({c * dt * dt / 2, s * dt * dt / 2, 0, dt, 0}, square(acceleration * l.length) * l.factor * std::max(1.0, 0.2 / dt));
    add({0, 0, dt * dt / 2, 0, dt}, square(turn_acceleration) * l.factor * std::max(1.0, 0.2 / dt));
    m_sure[0][0] += square(slip * l.length) * dt * l.factor;
    m_sure[1][1] += square(slip * l.length) * dt * l.factor;
    m_sure[2][2] = std::min(m_sure[2][2] + square(wobble) * dt * l.factor, square(pi));
}

void Motion::correct(std::size_t which, double by, double variance) {
    auto const whole = m_sure[which][which] + variance;
    auto const row = m_sure[which];
    std::array<double, n> gain{};
    for (std::size_t i = 0; i < n; ++i) gain[i] = m_sure[i][which] / whole;
    for (std::size_t i = 0; i < n; ++i) m_state[i] += gain[i] * by;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) m_sure[i][j] -= gain[i] * row[j];
}

void Motion::see(Mark const& m, Liveliness const& l) {
    auto const variance = error_of(m, place_error * l.length);
    correct(0, m.x - m_state[0], variance);
    correct(1, m.y - m_state[1], variance);
    auto off = wrapped(m.axis - m_state[2]);
    bool const backwards = std::abs(off) > pi / 2;
    m_heads = std::clamp(m_heads + (backwards ? -1 : 1), -10, 10);
    if (backwards) off = wrapped(off + pi);
    // across the body an axis says little: a body half hidden, or two taken for one
    if (auto const axis = error_of(m, axis_error); square(off) < 9 * (m_sure[2][2] + axis)) correct(2, off, axis);
    m_state[2] = wrapped(m_state[2]);
    if (m_heads >= -2) return;
    m_state[2] = wrapped(m_state[2] + pi);
    m_state[3] = -m_state[3];
    for (std::size_t i = 0; i < n; ++i)
        if (i != 3) m_sure[i][3] = m_sure[3][i] = -m_sure[3][i];
    m_heads = 2;
}

void Motion::hide_at(double x, double y, double within) {
    correct(0, x - m_state[0], square(within));
    correct(1, y - m_state[1], square(within));
}

std::array<double, 3> Motion::place_covariance(double variance) const {
    return {m_sure[0][0] + variance, m_sure[0][1], m_sure[1][1] + variance};
}

double Motion::distance(Mark const& m, Liveliness const& l) const {
    auto const [xx, xy, yy] = place_covariance(error_of(m, place_error * l.length));
    auto const dx = m.x - m_state[0], dy = m.y - m_state[1];
    return (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / (xx * yy - xy * xy);
}

double Motion::turned(Mark const& m, Liveliness const& l) const {
    auto const variance = m_sure[2][2] + error_of(m, axis_error);
    auto const off = wrapped(m.axis - m_state[2]), other = wrapped(off + pi);
    return std::min({square(off) / variance, square(other) / variance + l.wrong_way, 1.5 * l.wrong_way});
}

double Motion::spread(Liveliness const& l) const {
    auto const [xx, xy, yy] = place_covariance(square(place_error * l.length));
    return std::max(0.0, std::log((xx * yy - xy * xy) / square(2 * square(place_error * l.length))));
}

double Motion::spread_of(double variance, Liveliness const& l) { return std::max(0.0, 2 * std::log(variance / (2 * square(place_error * l.length)))); }

double Motion::reach(Liveliness const& l) const {
    auto const [xx, xy, yy] = place_covariance(square(place_error * l.length));
    auto const half = (xx + yy) / 2;
    return 4 * std::sqrt(half + std::sqrt(std::max(0.0, square(half) - (xx * yy - xy * xy))));
}

} // namespace osetra::stocktake
