#include "stocktake/engine/flight.h"

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "stocktake/engine/flight_school.h"
#include "stocktake/engine/flight_water.h"
#include "stocktake/engine/render_camera.h"
#include "stocktake/engine/render_ground.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;

constexpr int coarse = 4;   ///< pixels between two looks at the surface

/// Where the camera is and how it is turned: pond metres, radians.
struct Eye {
    float x = 0, y = 0, yaw = 0, tilt_x = 0, tilt_y = 0;
};

using Matrix = cv::Matx33f;

/// From pond metres, so deep below the surface, to pixels. Small tilts only.
Matrix view_of(Eye const& e, FlightWorld const& w, cv::Size size, float depth) {
    auto const c = std::cos(e.yaw), s = std::sin(e.yaw), far = w.altitude + depth / 1.333f, f = w.focal_px;
    auto const x = e.x + w.altitude * (c * e.tilt_x - s * e.tilt_y), y = e.y + w.altitude * (s * e.tilt_x + c * e.tilt_y);   // what it stands over, so that it looks at (e.x, e.y)
    cv::Vec3f const u{c, s, -c * x - s * y}, v{-s, c, s * x - c * y}, z{0, 0, far};
    cv::Vec3f const tu = u + z * e.tilt_x, tv = v + z * e.tilt_y, tz = z - u * e.tilt_x - v * e.tilt_y;
    auto const mx = static_cast<float>(size.width - 1) / 2, my = static_cast<float>(size.height - 1) / 2;
    cv::Vec3f const px = tu * f + tz * mx, py = tv * f + tz * my;
    return {px[0], px[1], px[2], py[0], py[1], py[2], tz[0], tz[1], tz[2]};
}

cv::Point2f seen_at(Matrix const& m, float x, float y) {
    auto const z = m(2, 0) * x + m(2, 1) * y + m(2, 2);
    return {(m(0, 0) * x + m(0, 1) * y + m(0, 2)) / z, (m(1, 0) * x + m(1, 1) * y + m(1, 2)) / z};
}

/// The camera's way over the pond.
class Course {
public:
    Course(FlightPlan const& plan, FlightWorld const& w, std::uint64_t seed) : m_world(w) {
        Dice dice{seed, 31};
        for (auto& p : m_phase) p = dice.angle();
        for (auto& s : m_speed) s = dice.uniform(.4f, 3);
        m_middle = {w.pond.width / 2, w.pond.height / 2};
        if (plan.camera == CameraPath::glimpse) {
            m_middle = {w.pond.width * dice.uniform(), w.pond.height * dice.uniform()};
            m_yaw = dice.angle();
        } else m_yaw = dice.normal() * .02f + (dice.chance(.5f) ? pi_v<float> : 0.f);
        m_tilt = {dice.normal() * w.tilt, dice.normal() * w.tilt};
        if (plan.camera == CameraPath::sweep) {
            auto const view = static_cast<float>(plan.width) / w.px_per_m;
            m_reach = std::max(0.f, (w.pond.width - .94f * view) / 2);
            auto const way_px = 2 * m_reach * w.px_per_m, frames = static_cast<float>(plan.seconds * plan.frames_per_s);
            auto const by_frame = std::max(dice.uniform(6, 13), 2 * way_px / std::max(frames, 1.f));   // at least there and back
            m_pass_s = std::max(1.f, way_px / (by_frame * static_cast<float>(plan.frames_per_s)));
        }
    }
    Eye at(float t) const {
        auto const sway = [&](std::size_t k) { return .6f * std::sin(m_speed[k] * t + m_phase[k]) + .4f * std::sin(2.7f * m_speed[k] * t + m_phase[k + 1]); };
        auto const metre = m_world.jitter_px / m_world.px_per_m;
        Eye e{m_middle.x + metre * sway(0), m_middle.y + metre * sway(1), m_yaw + m_world.yaw * sway(2), m_tilt.x + .1f * m_world.tilt * sway(3), m_tilt.y + .1f * m_world.tilt * sway(4)};
        if (m_reach > 0) {
            auto const turns = t / m_pass_s, part = turns - 2 * std::floor(turns / 2), along = part < 1 ? part : 2 - part;
            e.x += m_reach * (2 * along * along * (3 - 2 * along) - 1);
        }
        return e;
    }

private:
    FlightWorld const& m_world;
    cv::Point2f m_middle, m_tilt;
    float m_yaw = 0, m_reach = 0, m_pass_s = 1;
    std::array<float, 6> m_phase{}, m_speed{};
};

/// A fish's own looks.
struct Look { std::size_t outline, skin; float width; };
/// Poles, pipes and feeders over the water; leaves on it. Pond metres.
struct Thing { cv::Point2f from, to; float width; cv::Vec3f colour; cv::Point2f drift; };

} // namespace

struct Flight::Parts {
    FlightPlan plan;
    FlightWorld world;
    School school;
    Waves waves;
    Sky sky;
    Course course;
    Ground ground;
    Canvas canvas;
    Dice dice;
    std::int64_t frame = 0;
    std::vector<Outline> outlines;
    std::vector<Skin> skins;
    std::vector<Look> looks;
    std::vector<Thing> things;
    cv::Mat_<float> map_x, map_y, light, glare, shadow;
    cv::Mat_<schar> grain;
    cv::Vec3f sky_colour{1, 1, 1};
    cv::Point2f lamp;

    explicit Parts(FlightPlan const& p)
        : plan(p), world(world_of(p)), school(world, p.seed), waves(world, p.seed), sky(world, p.seed), course(p, world, p.seed), ground(ground_of(world, region(), p.seed)),
          canvas(p.width, p.height), dice(p.seed, 41) {
        dress();
        furnish();
        auto const gw = (p.width - 1) / coarse + 2, gh = (p.height - 1) / coarse + 2;
        for (auto* m : {&map_x, &map_y, &light, &glare, &shadow}) m->create(gh, gw);
        grain.create(512, 512);
        std::array<schar, 1024> usual;   // normal numbers, of which the grain is a choice
        for (auto& u : usual) u = static_cast<schar>(std::clamp(dice.normal() * world.noise * 255, -100.f, 100.f));
        std::uint64_t bits = 0;
        int left = 0;
        for (auto& g : grain) {
            if (left-- == 0) bits = dice.next(), left = 5;
            g = usual[bits & 1023];
            bits >>= 10;
        }
        sky_colour = {dice.uniform(.95f, 1.05f), dice.uniform(.96f, 1.02f), dice.uniform(.9f, 1.02f)};
        if (world.lamp > 0) sky_colour = {.75f, .9f, 1};
        lamp = {world.pond.width * dice.uniform(.2f, .8f), world.pond.height * dice.uniform(.2f, .8f)};
        for (int k = p.camera == CameraPath::glimpse ? 28 : 0; k < 40; ++k) school.step(.1f);
    }

    cv::Size size() const { return {plan.width, plan.height}; }

    /// What may come into view, and some more.
    cv::Rect2f region() const {
        auto const view = std::hypot(static_cast<float>(plan.width), static_cast<float>(plan.height)) / world.px_per_m;
        if (plan.camera == CameraPath::glimpse) {
            auto const e = course.at(0);
            auto const half = .56f * view;
            return {e.x - half, e.y - half, 2 * half, 2 * half};
        }
        auto const wide = static_cast<float>(plan.width) / world.px_per_m, high = static_cast<float>(plan.height) / world.px_per_m;
        auto const margin_x = std::max(0.f, (wide - world.pond.width) / 2) + .08f * wide + .3f, margin_y = std::max(0.f, (high - world.pond.height) / 2) + .1f * high + .3f;
        return {-margin_x, -margin_y, world.pond.width + 2 * margin_x, world.pond.height + 2 * margin_y};
    }

    void dress() {
        for (int k = 0; k < 5; ++k) outlines.push_back(outline_of(Species::sturgeon, world.girth, dice));
        for (int k = 0; k < 8; ++k) {
            SkinColours c{world.back * dice.uniform(.8f, 1.25f), world.flank, world.mark};
            c.flank *= dice.uniform(.85f, 1.2f);
            skins.push_back(skin_of(Species::sturgeon, c, dice));
        }
        for (std::size_t i = 0; i < school.fish().size(); ++i)
            looks.push_back({static_cast<std::size_t>(dice.below(5)), static_cast<std::size_t>(dice.below(8)), dice.uniform(.92f, 1.1f)});
    }

    void furnish() {
        auto const& p = world.pond;
        for (int k = 0; k < world.poles; ++k) {
            cv::Point2f const at{p.width * dice.uniform(), p.height * dice.uniform()};
            auto const ink = ground_colour(dice) * .8f;
            if (dice.chance(.5f)) things.push_back({at, at, dice.uniform(.25f, .6f), ink, {}});   // a feeder
            else if (dice.chance(.7f)) {   // a pipe or a plank from the edge
                auto const end = dice.chance(.5f) ? cv::Point2f{at.x, -.5f} : cv::Point2f{at.x, p.height + .5f};
                things.push_back({at + (end - at) * dice.uniform(.3f, .8f), end, dice.uniform(.06f, .3f), ink, {}});
            } else things.push_back({{at.x, -1}, {at.x + dice.normal() * .5f, p.height + 1}, dice.uniform(.02f, .06f), ink, {}});   // a rope
        }
        for (int k = 0; k < world.leaves; ++k) {
            cv::Point2f const at{p.width * dice.uniform(), p.height * dice.uniform()};
            auto const way = dice.angle(), half = dice.uniform(.02f, .07f);
            if (p.outside(at.x, at.y) < -.1f)
                things.push_back({at, at + cv::Point2f{std::cos(way), std::sin(way)} * half, dice.uniform(.04f, .08f), colour_of(dice.uniform(.05f, .3f), dice.uniform(.4f, .8f), dice.uniform(.3f, .8f)), {dice.normal() * .01f, dice.normal() * .01f}});
        }
    }

    /// The surface, where each coarse pixel looks on the ground, and what light it gets and gives.
    void look(Matrix const& upper, Matrix const& lower, Eye const& eye, float t) {
        waves.at_time(t);
        auto const gh = light.rows, gw = light.cols;
        auto const mx = static_cast<float>(plan.width) / 2, my = static_cast<float>(plan.height) / 2, by_r2 = 1 / (mx * mx + my * my);
        auto const refraction = bent(world.pond.depth);
        auto const gain = world.exposure * (1 + .01f * std::sin(t * .7f));
        for (int r = 0; r < gh; ++r) {
            auto const share = static_cast<float>(r * coarse) / static_cast<float>(plan.height);
            auto const back = (upper * (1 - share) + lower * share).inv();
            for (int c = 0; c < gw; ++c) {
                auto const px = static_cast<float>(c * coarse), py = static_cast<float>(r * coarse);
                auto const at = seen_at(back, px, py);
                auto const wet = std::clamp(.5f - world.pond.outside(at.x, at.y) * 12, 0.f, 1.f);
                auto const dx = px - mx, dy = py - my;
                auto l = gain * (1 - world.vignette * (dx * dx + dy * dy) * by_r2);
                auto g = 0.f;
                auto to = at;
                if (wet > 0) {
                    auto const s = waves.at(at.x, at.y);
                    to += cv::Point2f{s.slope_x, s.slope_y} * (refraction * wet);
                    l *= 1 + wet * world.caustics * gathered(s);
                    g = wet * sky.seen(s, at.x, at.y, (eye.x - at.x) / world.altitude, (eye.y - at.y) / world.altitude, t);
                    if (auto const ice = sky.ice(at.x, at.y) * wet; ice > 0) l *= 1 - .96f * ice, g = g * (1 - ice) + ice * .85f;
                }
                if (world.lamp > 0) {
                    auto const d2 = (at.x - lamp.x) * (at.x - lamp.x) + (at.y - lamp.y) * (at.y - lamp.y), reach = .3f * world.pond.width;
                    l *= 1 - world.lamp + world.lamp * 3 * std::exp(-d2 / (reach * reach));
                }
                map_x(r, c) = (to.x - ground.origin.x) * ground.px_per_m;
                map_y(r, c) = (to.y - ground.origin.y) * ground.px_per_m;
                light(r, c) = l, glare(r, c) = g;
            }
        }
    }

    /// Foam and drops where fish feed at the surface.
    void splash(Matrix const& view) {
        auto const& fish = school.fish();
        for (std::size_t k = 0; k < fish.size() / 12 + 1 && !fish.empty(); ++k) {
            auto const& f = fish[static_cast<std::size_t>(dice.below(static_cast<int>(fish.size())))];
            if (f.depth > .35f * world.pond.depth) continue;
            auto const at = seen_at(view, f.x, f.y) * (1.f / coarse);
            auto const reach = world.px_per_m * f.length * dice.uniform(.15f, .5f) / coarse;
            for (int y = std::max(0, static_cast<int>(at.y - reach)); y <= std::min(glare.rows - 1, static_cast<int>(at.y + reach)); ++y)
                for (int x = std::max(0, static_cast<int>(at.x - reach)); x <= std::min(glare.cols - 1, static_cast<int>(at.x + reach)); ++x)
                    if (std::hypot(static_cast<float>(x) - at.x, static_cast<float>(y) - at.y) < reach && dice.chance(.6f)) glare(y, x) += dice.uniform(.1f, .9f);
        }
    }

    /// Four values between two coarse rows and columns.
    struct Blend {
        float a, b;
        Blend(cv::Mat_<float> const& m, int r, int c, float fy) : a(m(r, c) + (m(r + 1, c) - m(r, c)) * fy), b(m(r, c + 1) + (m(r + 1, c + 1) - m(r, c + 1)) * fy) { b = (b - a) / coarse; }
        float at(int k) const { return a + b * static_cast<float>(k); }
    };

    void paint_ground_through_waves() {
        auto const cols = ground.picture.cols, rows = ground.picture.rows;
        auto const most_x = static_cast<float>(cols) - 1.01f, most_y = static_cast<float>(rows) - 1.01f;
        auto const step = ground.picture.step;
        for (int y = 0; y < plan.height; ++y) {
            auto* out = canvas.colour[y];
            auto const r = y / coarse;
            auto const fy = static_cast<float>(y % coarse) / coarse;
            for (int c = 0; c * coarse < plan.width; ++c) {
                Blend const mx{map_x, r, c, fy}, my{map_y, r, c, fy}, sh{shadow, r, c, fy};
                for (int k = 0; k < coarse && c * coarse + k < plan.width; ++k) {
                    auto const u = std::clamp(mx.at(k), 0.f, most_x), v = std::clamp(my.at(k), 0.f, most_y);
                    auto const x0 = static_cast<int>(u), y0 = static_cast<int>(v);
                    auto const fx = u - static_cast<float>(x0), fv = v - static_cast<float>(y0);
                    auto const* p = ground.picture.ptr<uchar>(y0) + 3 * x0;
                    auto const* q = p + step;
                    auto const w = (1 - sh.at(k)) * (1.f / 255);
                    auto const a = (1 - fx) * (1 - fv) * w, b = fx * (1 - fv) * w, d = (1 - fx) * fv * w, e = fx * fv * w;
                    auto& o = out[c * coarse + k];
                    o[0] = a * p[0] + b * p[3] + d * q[0] + e * q[3];
                    o[1] = a * p[1] + b * p[4] + d * q[1] + e * q[4];
                    o[2] = a * p[2] + b * p[5] + d * q[2] + e * q[5];
                }
            }
        }
    }

    cv::Mat expose() {
        cv::Mat_<cv::Vec3b> picture(plan.height, plan.width);
        for (int y = 0; y < plan.height; ++y) {
            auto const* in = canvas.colour[y];
            auto* out = picture[y];
            auto* top = canvas.top[y];
            auto const r = y / coarse;
            auto const fy = static_cast<float>(y % coarse) / coarse;
            for (int c = 0; c * coarse < plan.width; ++c) {
                Blend const l{light, r, c, fy}, g{glare, r, c, fy};
                for (int k = 0; k < coarse && c * coarse + k < plan.width; ++k) {
                    auto const x = c * coarse + k;
                    auto const shine = g.at(k), lit = l.at(k) * 255;
                    if (shine > .6f) top[x] = -2;   // nothing below is to be made out
                    for (int i = 0; i < 3; ++i) out[x][i] = static_cast<uchar>(std::clamp(in[x][i] * lit + shine * 255 * sky_colour[i] + .5f, 0.f, 255.f));
                }
            }
        }
        if (world.blur_px > .3f) cv::GaussianBlur(picture, picture, {}, world.blur_px);
        auto const shift = dice.next();
        for (int y = 0; y < plan.height; ++y) {
            auto* out = picture[y];
            auto const* row = grain[static_cast<int>((shift + static_cast<std::uint64_t>(y) * 7) & 511)];
            auto const from = (shift >> 10) + static_cast<std::uint64_t>(y) * 131;   // rows begin at odd places, or the grain would repeat
            for (int x = 0; x < plan.width; ++x) {
                auto const n = row[(from + static_cast<std::uint64_t>(x)) & 511];
                for (int i = 0; i < 3; ++i) out[x][i] = static_cast<uchar>(std::clamp(out[x][i] + n, 0, 255));
            }
        }
        return picture;
    }

    /// A fish as it is seen: nearer or farther by its depth, each part of it moved by the waves above.
    Body body_of(std::size_t i, Eye const& e0, Eye const& e1, cv::Point2f& middle) const {
        auto const& f = school.fish()[i];
        Pose pose{f.x, f.y, f.heading, f.length, f.bend, f.swing, f.beat};
        auto spine = spine_of(pose);
        auto const a = view_of(e0, world, size(), f.depth), b = view_of(e1, world, size(), f.depth);
        auto const row = std::clamp(seen_at(a, f.x, f.y).y / static_cast<float>(plan.height), 0.f, 1.f);
        auto const view = a * (1 - row) + b * row;
        auto const bend = bent(f.depth);
        Body body;
        std::array<cv::Point2f, 5> shift;   // waves are longer than a quarter of a body
        for (std::size_t k = 0; k < shift.size(); ++k) {
            auto const s = waves.at(spine[4 * k].x, spine[4 * k].y);
            shift[k] = cv::Point2f{s.slope_x, s.slope_y} * -bend;
        }
        for (std::size_t k = 0; k < spine_points; ++k) {
            auto const part = k / 4, next = std::min(part + 1, std::size_t{4});
            auto const share = static_cast<float>(k % 4) / 4;
            auto const at = spine[k] + shift[part] * (1 - share) + shift[next] * share;
            body.spine[k] = seen_at(view, at.x, at.y);
        }
        middle = body.spine[spine_points / 2];
        auto length = 0.f;
        for (std::size_t k = 0; k + 1 < spine_points; ++k) length += static_cast<float>(cv::norm(body.spine[k + 1] - body.spine[k]));
        body.length_px = length;
        body.outline = &outlines[looks[i].outline], body.skin = &skins[looks[i].skin], body.width_scale = looks[i].width;
        std::tie(body.scale, body.veil) = through_water(world, f.depth);
        return body;
    }

    /// 0 to 1: whether a fish at that depth, under that much light, stands out at all.
    float stands_out(float depth, float lit) const {
        auto const [left, added] = through_water(world, depth);
        auto const [bottom, bottom_added] = through_water(world, world.pond.depth);
        auto contrast = 0.f;
        for (int k = 0; k < 3; ++k) contrast += std::abs(world.back[k] * left[k] + added[k] - world.floor[k] * bottom[k] - bottom_added[k]) / 3;
        return std::clamp((contrast * lit - .3f * world.noise - .004f) / .01f, 0.f, 1.f);
    }

    bool next(cv::Mat& bgr, TrueFrame& truth) {
        auto const dt = 1 / static_cast<float>(plan.frames_per_s), t = static_cast<float>(frame) * dt;
        if (frame > 0) school.step(dt);
        auto const eye = course.at(t), e0 = course.at(t - .5f * dt * world.rolling), e1 = course.at(t + .5f * dt * world.rolling);
        auto const view = view_of(eye, world, size(), 0), upper = view_of(e0, world, size(), 0), lower = view_of(e1, world, size(), 0);
        look(upper, lower, eye, t);
        if (world.frenzy) splash(view);

        auto const& fish = school.fish();
        m_bodies.resize(fish.size()), m_middles.resize(fish.size()), m_order.resize(fish.size());
        for (std::size_t i = 0; i < fish.size(); ++i) m_bodies[i] = body_of(i, e0, e1, m_middles[i]), m_order[i] = i;
        std::stable_sort(m_order.begin(), m_order.end(), [&](std::size_t a, std::size_t b) { return fish[a].depth > fish[b].depth; });

        shadow.setTo(0);
        if (world.shadow > .03f) {
            auto const left = through_water(world, world.pond.depth).first[1];
            for (std::size_t i = 0; i < fish.size(); ++i) {
                auto const above = (world.pond.depth - fish[i].depth) * world.px_per_m * .6f;
                Canvas::shadow(shadow, m_bodies[i], 1.f / coarse, -cv::Point2f{world.sun} * (above * .5f), world.shadow * left);
            }
            cv::GaussianBlur(shadow, shadow, {}, .8);
        }
        canvas.clear();
        paint_ground_through_waves();
        for (auto const i : m_order) canvas.body(m_bodies[i], static_cast<std::int32_t>(i));
        for (auto const& thing : things) {
            auto const from = seen_at(view, thing.from.x + thing.drift.x * t, thing.from.y + thing.drift.y * t), to = seen_at(view, thing.to.x + thing.drift.x * t, thing.to.y + thing.drift.y * t);
            canvas.stroke(from, to, std::max(1.f, thing.width * world.px_per_m), thing.colour * .8f, 1, true);
        }
        bgr = expose();

        auto const visible = canvas.visible(fish.size());
        truth.at_s = static_cast<double>(frame) / plan.frames_per_s;
        for (int k = 0; k < 9; ++k) truth.from_pond[static_cast<std::size_t>(k)] = static_cast<double>(view.val[k]) / static_cast<double>(view.val[8]);
        truth.marks.clear();
        for (std::size_t i = 0; i < fish.size(); ++i) {
            auto const at = m_middles[i];
            if (at.x < 0 || at.y < 0 || at.x >= static_cast<float>(plan.width) || at.y >= static_cast<float>(plan.height)) continue;
            auto const way = m_bodies[i].spine[0] - m_bodies[i].spine[spine_points - 1];
            truth.marks.push_back({static_cast<std::int64_t>(i) + 1, {at.x, at.y, std::atan2(way.y, way.x), m_bodies[i].length_px, 1, visible[i] * stands_out(fish[i].depth, light(static_cast<int>(at.y) / coarse, static_cast<int>(at.x) / coarse))}});
        }
        ++frame;
        return true;
    }

    std::vector<Body> m_bodies;
    std::vector<cv::Point2f> m_middles;
    std::vector<std::size_t> m_order;
};

std::string_view name_of(SceneKind scene) {
    switch (scene) {
    case SceneKind::clear: return "clear";
    case SceneKind::turbid: return "turbid";
    case SceneKind::glare: return "glare";
    case SceneKind::dense: return "dense";
    case SceneKind::night: return "night";
    case SceneKind::ice: return "ice";
    case SceneKind::feeding: return "feeding";
    case SceneKind::empty: return "empty";
    }
    return "";
}

std::optional<SceneKind> scene_kind(std::string_view name) {
    for (auto const s : all_scenes) if (name_of(s) == name) return s;
    return {};
}

Result<FlightPlan> checked(FlightPlan plan) {
    if (plan.fish < 0 || plan.fish > 5'000) return refuse("flight_fish", "A pond of 0 to 5,000 fish can be flown over.", "fish");
    if (plan.scene == SceneKind::empty && plan.fish > 0) return refuse("flight_fish", "An empty pond has no fish: leave the number out, or choose another scene.", "fish");
    if (plan.width < 64 || plan.height < 64 || plan.width > 4'096 || plan.height > 4'096 || plan.width % 2 || plan.height % 2)
        return refuse("flight_size", "A picture is 64 to 4,096 pixels wide and high, both even.", "width");
    if (!(plan.frames_per_s >= 1 && plan.frames_per_s <= 120)) return refuse("flight_speed", "A clip has 1 to 120 frames a second.", "fps");
    if (!(plan.seconds * plan.frames_per_s >= 1 && plan.seconds <= 7'200)) return refuse("flight_long", "A flight lasts one frame at least and two hours at most.", "minutes");
    return plan;
}

Flight::Flight(FlightPlan const& plan) : m_parts(std::make_unique<Parts>(plan)) {}
Flight::~Flight() = default;
Flight::Flight(Flight&&) noexcept = default;

std::int64_t Flight::frame_count() const { return std::max<std::int64_t>(1, std::llround(m_parts->plan.seconds * m_parts->plan.frames_per_s)); }
bool Flight::next(cv::Mat& bgr, TrueFrame& frame) { return m_parts->frame < frame_count() && m_parts->next(bgr, frame); }

Truth Flight::truth() const {
    auto const& p = *m_parts;
    Truth t;
    t.scene = name_of(p.plan.scene), t.seed = p.plan.seed, t.fish_count = static_cast<std::int64_t>(p.school.fish().size());
    t.width = p.plan.width, t.height = p.plan.height, t.frames_per_s = p.plan.frames_per_s, t.px_per_m = static_cast<double>(p.world.px_per_m);
    t.outline_m = p.world.pond.outline();
    for (std::size_t i = 0; i < p.school.fish().size(); ++i) t.fish.push_back({static_cast<std::int64_t>(i) + 1, static_cast<double>(p.school.fish()[i].length)});
    return t;
}

std::vector<std::array<double, 2>> Flight::positions() const {
    std::vector<std::array<double, 2>> at;
    for (auto const& f : m_parts->school.fish()) at.push_back({static_cast<double>(f.x), static_cast<double>(f.y)});
    return at;
}

Picture render_pond_crop(std::uint64_t seed, int width, int height) {
    Dice dice{seed, 51};
    FlightPlan plan;
    auto const kind = dice.uniform();
    plan.scene = kind < .3f ? SceneKind::clear : kind < .52f ? SceneKind::turbid : kind < .7f ? SceneKind::glare : kind < .9f ? SceneKind::dense : kind < .94f ? SceneKind::night : kind < .97f ? SceneKind::ice : SceneKind::feeding;
    plan.camera = CameraPath::glimpse, plan.range = Range::training, plan.seed = seed, plan.fish = -1, plan.width = width, plan.height = height, plan.seconds = 1;
    Flight flight{plan};
    Picture picture;
    TrueFrame frame;
    flight.next(picture.bgr, frame);
    for (auto const& m : frame.marks) picture.marks.push_back(m.mark);
    if (dice.chance(.7f)) {   // packed as clips are
        std::vector<uchar> bytes;
        Camera camera;
        camera.jpeg_quality = static_cast<int>(dice.uniform(40, 95));
        cv::Mat_<cv::Vec3f> seen;
        picture.bgr.convertTo(seen, CV_32FC3, 1 / 255.);
        picture.bgr = photograph(seen, camera, dice);
    }
    return picture;
}

} // namespace osetra::stocktake
