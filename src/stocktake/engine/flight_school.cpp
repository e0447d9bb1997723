#include "stocktake/engine/flight_school.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;

float turned(float a) { return std::remainder(a, 2 * pi_v<float>); }

} // namespace

School::School(FlightWorld const& world, std::uint64_t seed) : m_world(world), m_dice(seed, 11) {
    auto const& pond = world.pond;
    m_cell = std::max(2.5f * world.length, .2f);
    m_columns = std::max(1, static_cast<int>(pond.width / m_cell)), m_rows = std::max(1, static_cast<int>(pond.height / m_cell));
    m_food = {pond.width * m_dice.uniform(.3f, .7f), pond.height * m_dice.uniform(.3f, .7f)};
    for (int k = 0; k < world.fish; ++k) {
        Swimming f;
        f.length = world.length * std::clamp(1 + world.length_spread * m_dice.normal(), .6f, 1.5f);
        for (int tries = 0; tries < 100; ++tries) {
            f.x = m_dice.uniform(0, pond.width), f.y = m_dice.uniform(0, pond.height);
            if (pond.outside(f.x, f.y) < -.5f * f.length) break;
        }
        f.heading = m_dice.angle();
        f.layer = std::clamp(.65f + .25f * m_dice.normal(), .08f, .97f);
        f.depth = f.layer * pond.depth;
        f.will = std::clamp(1 + .25f * m_dice.normal(), .5f, 1.7f);
        f.speed = .4f * f.length * f.will;
        f.beat = m_dice.angle();
        keep_inside(f);
        m_fish.push_back(f);
    }
}

void School::fill_grid() {
    auto const cell = [&](Swimming const& f) {
        auto const c = std::clamp(static_cast<int>(f.x / m_cell), 0, m_columns - 1), r = std::clamp(static_cast<int>(f.y / m_cell), 0, m_rows - 1);
        return static_cast<std::size_t>(r * m_columns + c);
    };
    m_start.assign(static_cast<std::size_t>(m_columns * m_rows) + 1, 0);
    for (auto const& f : m_fish) ++m_start[cell(f) + 1];
    for (std::size_t k = 1; k < m_start.size(); ++k) m_start[k] += m_start[k - 1];
    m_order.resize(m_fish.size());
    auto at = m_start;
    for (std::size_t i = 0; i < m_fish.size(); ++i) m_order[static_cast<std::size_t>(at[cell(m_fish[i])]++)] = static_cast<int>(i);
}

School::Wish School::neighbours(std::size_t i) const {
    auto const& me = m_fish[i];
    auto const c = std::clamp(static_cast<int>(me.x / m_cell), 0, m_columns - 1), r = std::clamp(static_cast<int>(me.y / m_cell), 0, m_rows - 1);
    auto const near = .55f * me.length, far = 2.5f * me.length;
    Wish apart, along, towards;
    int others = 0;
    for (int row = std::max(0, r - 1); row <= std::min(m_rows - 1, r + 1); ++row)
        for (int column = std::max(0, c - 1); column <= std::min(m_columns - 1, c + 1); ++column) {
            auto const k = static_cast<std::size_t>(row * m_columns + column);
            for (auto o = m_start[k]; o < m_start[k + 1] && others < 24; ++o) {
                auto const j = static_cast<std::size_t>(m_order[static_cast<std::size_t>(o)]);
                auto const& you = m_fish[j];
                auto const dx = you.x - me.x, dy = you.y - me.y, d2 = dx * dx + dy * dy;
                if (j == i || d2 > far * far || std::abs(you.depth - me.depth) > .6f * me.length) continue;
                ++others;
                auto const d = std::sqrt(d2) + 1e-4f;
                if (d < near) apart.x -= dx / d * (1 - d / near), apart.y -= dy / d * (1 - d / near);
                else {
                    along.x += std::cos(you.heading), along.y += std::sin(you.heading);
                    towards.x += dx / d, towards.y += dy / d;
                }
            }
        }
    auto const per = others ? m_world.schooling / static_cast<float>(others) : 0.f;
    return {1.6f * apart.x + per * (.8f * along.x + .15f * towards.x), 1.6f * apart.y + per * (.8f * along.y + .15f * towards.y)};
}

void School::keep_inside(Swimming& f) const {
    auto const& pond = m_world.pond;
    for (int tries = 0; tries < 4; ++tries) {
        auto const here = pond.outside(f.x, f.y);
        auto const nx = (pond.outside(f.x + .01f, f.y) - here) * 100, ny = (pond.outside(f.x, f.y + .01f) - here) * 100;
        auto const facing = std::abs(std::cos(f.heading) * nx + std::sin(f.heading) * ny);
        auto const room = f.length * (.12f + .36f * std::min(facing, 1.f));
        auto const over = here + std::min(room, .48f * std::min(pond.width, pond.height));
        if (over <= 0) return;
        f.x -= nx * over, f.y -= ny * over;
    }
    auto const rim = std::min(.02f, .1f * pond.width);
    if (pond.outside(f.x, f.y) > -rim) {   // a corner that held it
        auto const dx = pond.width / 2 - f.x, dy = pond.height / 2 - f.y;
        for (float t = .1f; t <= 1 && pond.outside(f.x, f.y) > -rim; t += .1f) f.x += dx * t, f.y += dy * t;
    }
}

void School::step(float dt) {
    m_now += dt;
    fill_grid();
    auto const& w = m_world;
    for (std::size_t i = 0; i < m_fish.size(); ++i) {
        auto& f = m_fish[i];
        using Mode = Swimming::Mode;
        if (m_now > f.until) {
            auto const rests = m_dice.chance(w.resting);
            f.mode = rests ? Mode::rest : f.mode == Mode::coast || m_dice.chance(.6f) ? Mode::cruise : Mode::coast;
            f.until = m_now + (f.mode == Mode::rest ? m_dice.uniform(3, 14) : f.mode == Mode::cruise ? m_dice.uniform(1, 6) : m_dice.uniform(.5f, 1.6f));
            if (m_dice.chance(.3f)) f.layer = std::clamp(w.frenzy ? m_dice.uniform(.02f, .3f) : .65f + .25f * m_dice.normal(), .05f, .97f);
            if (f.mode == Mode::rest) f.layer = .97f;
        }
        auto const usual = .55f * f.length * f.will * w.activity;
        auto const goal = f.mode == Mode::cruise ? usual : f.mode == Mode::coast ? .45f * usual : 0.f;
        f.speed += (goal - f.speed) * std::min(1.f, dt * (f.mode == Mode::cruise ? 1.5f : .7f));

        auto wish = neighbours(i);
        auto const cx = std::cos(f.heading), cy = std::sin(f.heading);
        auto const ahead = .9f * f.length + f.speed * .6f;
        auto const here = w.pond.outside(f.x, f.y), there = w.pond.outside(f.x + cx * ahead, f.y + cy * ahead);
        if (there > -.15f * f.length || here > -.3f * f.length) {   // along the wall, the way that is nearer to its own
            auto const nx = (w.pond.outside(f.x + .02f, f.y) - here) * 50, ny = (w.pond.outside(f.x, f.y + .02f) - here) * 50;
            auto const side = cx * -ny + cy * nx >= 0 ? 1.f : -1.f;
            auto const push = std::clamp((there + .15f * f.length) / ahead + .3f, .1f, 1.5f);
            wish.x += 2.5f * push * (-ny * side - .8f * nx), wish.y += 2.5f * push * (nx * side - .8f * ny);
        }
        if (w.current != 0) {   // against a round current
            auto const rx = f.x - w.pond.width / 2, ry = f.y - w.pond.height / 2, r = std::hypot(rx, ry) + .1f;
            wish.x += w.current * -ry / r, wish.y += w.current * rx / r;
        }
        if (w.frenzy) {
            auto const dx = m_food.x - f.x, dy = m_food.y - f.y, d = std::hypot(dx, dy) + .1f;
            if (d > .06f * std::min(w.pond.width, w.pond.height)) wish.x += 1.5f * dx / d, wish.y += 1.5f * dy / d;
        }
        auto const strength = std::hypot(wish.x, wish.y);
        auto pull = 0.f;
        if (strength > 1e-3f) pull = turned(std::atan2(wish.y, wish.x) - f.heading) * std::min(strength, 1.6f) * 1.4f;
        if (f.mode == Mode::rest) pull *= .1f;
        auto const wander = (f.mode == Mode::rest ? .05f : .9f * w.activity) * std::sqrt(dt) * m_dice.normal();
        f.turn += (pull - f.turn) * std::min(1.f, 4 * dt) + wander;
        f.turn = std::clamp(f.turn, -2.f * w.activity, 2.f * w.activity);
        f.heading = turned(f.heading + f.turn * dt);
        f.bend += (std::clamp(f.turn * .6f, -1.3f, 1.3f) - f.bend) * std::min(1.f, 5 * dt);
        f.x += std::cos(f.heading) * f.speed * dt, f.y += std::sin(f.heading) * f.speed * dt;
        f.depth += std::clamp(f.layer * w.pond.depth - f.depth, -.15f * dt, .15f * dt);
        auto const effort = f.mode == Mode::cruise ? std::clamp(f.speed / (.55f * f.length), .35f, 1.6f) : .12f;
        f.swing += (.09f * std::min(effort, 1.25f) - f.swing) * std::min(1.f, 3 * dt);
        f.beat = turned(f.beat + 2 * pi_v<float> * (.35f + .9f * effort) * dt / std::sqrt(std::max(f.length, .2f)));
        keep_inside(f);
    }
}

} // namespace osetra::stocktake
