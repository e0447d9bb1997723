#include "stocktake/engine/render_body.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;

/// A curve through points (position, height), straight between them.
float curve(std::initializer_list<std::pair<float, float>> points, float at) {
    auto before = *points.begin();
    for (auto const& p : points) {
        if (at <= p.first) {
            auto const span = p.first - before.first;
            return span <= 0 ? p.second : before.second + (p.second - before.second) * (at - before.first) / span;
        }
        before = p;
    }
    return before.second;
}

float outline_at(Species species, float s) {
    switch (species) {
    case Species::sturgeon: return curve({{0, .06f}, {.04f, .32f}, {.09f, .58f}, {.15f, .84f}, {.25f, 1}, {.4f, .92f}, {.55f, .72f}, {.7f, .44f}, {.82f, .24f}, {.9f, .15f}, {1, .05f}}, s);
    case Species::fingerling: return curve({{0, .38f}, {.03f, .72f}, {.08f, .95f}, {.15f, 1}, {.25f, .92f}, {.4f, .66f}, {.6f, .4f}, {.8f, .2f}, {.92f, .12f}, {1, .05f}}, s);
    case Species::shrimp: return curve({{0, .3f}, {.03f, .95f}, {.06f, 1.05f}, {.1f, 1}, {.13f, .6f}, {.2f, .85f}, {.3f, .85f}, {.4f, .6f}, {.6f, .42f}, {.88f, .25f}, {.94f, .42f}, {1, .3f}}, s);
    case Species::larva: break;
    }
    return curve({{0, .45f}, {.04f, .85f}, {.1f, 1}, {.16f, .9f}, {.24f, .62f}, {.35f, .45f}, {.55f, .3f}, {.8f, .18f}, {1, .06f}}, s);
}

float fin_at(Species species, float s) {
    switch (species) {
    case Species::sturgeon: return curve({{.2f, 0}, {.23f, 1.25f}, {.27f, 1.8f}, {.33f, 1.95f}, {.345f, 0}, {.62f, 0}, {.64f, .8f}, {.69f, 1}, {.7f, 0}, {.86f, 0}, {.93f, .35f}, {1, .2f}}, s);
    case Species::fingerling: return curve({{.16f, 0}, {.19f, 1.5f}, {.26f, 1.85f}, {.28f, 0}, {.85f, 0}, {.95f, .42f}, {1, .3f}}, s);
    case Species::shrimp: return curve({{.4f, 0}, {.5f, .95f}, {.7f, .7f}, {.72f, 0}, {.9f, 0}, {.96f, .9f}, {1, .7f}}, s);
    case Species::larva: break;
    }
    return curve({{.18f, 0}, {.22f, 1.1f}, {.28f, .9f}, {.3f, 0}, {.8f, 0}, {.9f, .32f}, {1, .2f}}, s);
}

/// Where a pixel lies on a body, one row of pixels at a time.
struct Row {
    std::vector<float> best, s, off, skin_s, aside;   ///< how deep within; the nearest of the spine, and how far off; along and aside as the skin is drawn (ends are not wrapped round)
    void fit(std::size_t n) {
        if (best.size() < n) for (auto* list : {&best, &s, &off, &skin_s, &aside}) list->resize(n);
    }
};

float half_at(std::array<float, outline_steps + 1> const& list, float s) {
    auto const at = std::clamp(s, 0.f, 1.f) * outline_steps;
    auto const i = std::min(static_cast<std::size_t>(at), static_cast<std::size_t>(outline_steps - 1));
    return list[i] + (list[i + 1] - list[i]) * (at - static_cast<float>(i));
}

/// Share of a pixel covered by what is `half` wide to both sides, `aside` from its middle.
float cover(float half, float aside) { return std::clamp(std::min(half - std::abs(aside) + 0.5f, 2 * half), 0.f, 1.f); }

/// Goes over every pixel that a body may touch: `each(x, y, on body, on fin, s, aside)`: cover 0 to 1, share along the body, and aside from -1 (left) to 1.
template <class Each> void scan(Spine const& spine, Outline const& outline, float length, float width_scale, Each each) {
    thread_local Row row;
    auto const stride = length < 14 ? 4 : length < 40 ? 2 : 1;
    struct Piece { float x, y, ex, ey, span, s0, s1, h0, h1, reach; };
    std::array<Piece, spine_points - 1> pieces;
    std::size_t n = 0;
    auto const lateral = length * width_scale;
    float top = 1e9f, bottom = -1e9f, left = 1e9f, right = -1e9f;
    for (int k = 0; k + stride < spine_points; k += stride) {
        auto const a = spine[static_cast<std::size_t>(k)], b = spine[static_cast<std::size_t>(k + stride)];
        auto const s0 = static_cast<float>(k) / (spine_points - 1), s1 = static_cast<float>(k + stride) / (spine_points - 1);
        auto const span = std::max(std::hypot(b.x - a.x, b.y - a.y), 1e-3f);
        Piece p{a.x, a.y, (b.x - a.x) / span, (b.y - a.y) / span, span, s0, s1, half_at(outline.body, s0) * lateral, half_at(outline.body, s1) * lateral, 0};
        for (int i = 0; i <= 4; ++i) p.reach = std::max(p.reach, half_at(outline.fin, s0 + (s1 - s0) * static_cast<float>(i) / 4) * lateral);
        p.reach += 0.75f;
        top = std::min({top, a.y - p.reach, b.y - p.reach}), bottom = std::max({bottom, a.y + p.reach, b.y + p.reach});
        left = std::min({left, a.x - p.reach, b.x - p.reach}), right = std::max({right, a.x + p.reach, b.x + p.reach});
        pieces[n++] = p;
    }
    auto const x0 = static_cast<int>(std::floor(left)), y0 = static_cast<int>(std::floor(top)), y1 = static_cast<int>(std::ceil(bottom));
    auto const wide = static_cast<std::size_t>(std::ceil(right) - std::floor(left)) + 1;
    row.fit(wide);
    for (int y = y0; y <= y1; ++y) {
        auto const py = static_cast<float>(y);
        std::size_t from = wide, to = 0;
        for (std::size_t k = 0; k < n; ++k) {
            auto const& p = pieces[k];
            auto const by = p.y + p.ey * p.span;
            if (py < std::min(p.y, by) - p.reach || py > std::max(p.y, by) + p.reach) continue;
            // where the row crosses the strip about the piece: across, and along
            auto lo = std::min(p.x, p.x + p.ex * p.span) - p.reach, hi = std::max(p.x, p.x + p.ex * p.span) + p.reach;
            if (std::abs(p.ey) > 0.2f) {   // |(x - p.x) ey - (y - p.y) ex| <= reach
                auto const middle = p.x + (py - p.y) * p.ex / p.ey, reach = p.reach / std::abs(p.ey);
                lo = std::max(lo, middle - reach), hi = std::min(hi, middle + reach);
            }
            if (lo > hi) continue;
            auto const i0 = static_cast<std::size_t>(std::max(0.f, std::ceil(lo) - static_cast<float>(x0)));
            auto const i1 = std::min(wide, static_cast<std::size_t>(std::max(0.f, std::floor(hi) - static_cast<float>(x0)) + 1));
            if (i0 >= i1) continue;
            if (from >= to) {
                from = i0, to = i1;
                std::fill(row.best.begin() + static_cast<std::ptrdiff_t>(i0), row.best.begin() + static_cast<std::ptrdiff_t>(i1), -1e9f);
            } else {
                if (i0 < from) { std::fill(row.best.begin() + static_cast<std::ptrdiff_t>(i0), row.best.begin() + static_cast<std::ptrdiff_t>(from), -1e9f); from = i0; }
                if (i1 > to) { std::fill(row.best.begin() + static_cast<std::ptrdiff_t>(to), row.best.begin() + static_cast<std::ptrdiff_t>(i1), -1e9f); to = i1; }
            }
            auto const dy = py - p.y, by_span = 1 / p.span;
            for (auto i = i0; i < i1; ++i) {
                auto const dx = static_cast<float>(x0) + static_cast<float>(i) - p.x;
                auto const free = (dx * p.ex + dy * p.ey) * by_span, t = std::clamp(free, 0.f, 1.f);
                auto const fx = dx - t * p.span * p.ex, fy = dy - t * p.span * p.ey;
                auto const d = std::sqrt(fx * fx + fy * fy);
                auto const depth = p.h0 + (p.h1 - p.h0) * t - d;
                if (depth > row.best[i]) {
                    row.best[i] = depth;
                    row.s[i] = p.s0 + (p.s1 - p.s0) * t;
                    row.off[i] = d;
                    row.skin_s[i] = p.s0 + (p.s1 - p.s0) * free;
                    row.aside[i] = dx * p.ey - dy * p.ex;
                }
            }
        }
        for (auto i = from; i < to; ++i) {
            if (row.best[i] < -1e8f) continue;
            auto const half = half_at(outline.body, row.s[i]) * lateral, fin = half_at(outline.fin, row.s[i]) * lateral;
            if (row.off[i] > std::max(half, fin) + 0.5f) continue;
            auto const s = std::clamp(row.skin_s[i], 0.f, 1.f);
            each(x0 + static_cast<int>(i), y, cover(half, row.off[i]), fin > half ? cover(fin, row.off[i]) : 0.f, s, std::clamp(row.aside[i] / std::max(half, .5f), -1.f, 1.f));
        }
    }
}

} // namespace

Outline outline_of(Species species, float girth, Dice& dice) {
    Outline o;
    auto const widest = 0.5f / girth;
    auto const snout = dice.uniform(.8f, 1.2f), tail = dice.uniform(species == Species::shrimp ? .45f : .75f, 1.3f), fins = dice.uniform(.4f, 1.1f);
    for (std::size_t i = 0; i <= outline_steps; ++i) {
        auto const s = static_cast<float>(i) / outline_steps;
        auto const form = s < .2f ? snout + (1 - snout) * s / .2f : 1 + (tail - 1) * (s - .2f) / .8f;
        o.body[i] = widest * outline_at(species, s) * form;
        o.fin[i] = std::max(o.body[i], widest * fin_at(species, s) * fins);
    }
    o.fin_alpha = dice.uniform(.1f, .7f);
    return o;
}

Skin skin_of(Species species, SkinColours const& c, Dice& dice) {
    Skin skin;
    auto const soft = [](float x, float edge) { return std::clamp(x / edge, 0.f, 1.f); };
    auto const lit = dice.uniform(-.25f, .25f), rim = dice.uniform(.7f, 1.25f), mottle = dice.uniform(0, .2f), line = dice.uniform(-.3f, .2f);
    auto const pale_snout = dice.chance(.5f) ? dice.uniform(.3f, 1) : 0.f;
    auto const scutes = species == Species::sturgeon ? dice.uniform(.2f, 1) : 0.f;
    auto const spots = dice.uniform(10, 15);
    auto const see_through = species == Species::shrimp ? (dice.chance(.7f) ? dice.uniform(.15f, .5f) : dice.uniform(.5f, .95f)) : species == Species::larva ? dice.uniform(.6f, 1) : 1.f;
    auto const tail_alpha = species == Species::sturgeon ? dice.uniform(.8f, 1) : dice.uniform(.35f, 1);
    auto const gut = dice.uniform(.5f, 1), eye = species == Species::sturgeon ? 0.f : species == Species::shrimp ? dice.uniform(.7f, 1) : dice.uniform(.3f, 1), eye_size = dice.uniform(.8f, 1.3f);
    // the shell over head and breast hides the ground where the tail of a post-larva is as clear as water
    auto const shell = species == Species::shrimp && dice.chance(.7f) ? dice.uniform(.5f, 1) : 0.f, clear = shell > 0 ? dice.uniform(.15f, .8f) : 1.f, shell_end = shell > 0 ? dice.uniform(.3f, .45f) : 0.f;
    cv::Vec3f const gut_colour = cv::Vec3f{dice.uniform(.05f, .2f), dice.uniform(.08f, .22f), dice.uniform(.12f, .42f)};
    auto& full = skin.sizes[0];
    full.resize(Skin::along * Skin::across);
    for (int i = 0; i < Skin::along; ++i)
        for (int j = 0; j < Skin::across; ++j) {
            auto const s = (static_cast<float>(i) + .5f) / Skin::along, q = (static_cast<float>(j) + .5f) / Skin::across * 2 - 1;
            auto const aside = std::abs(q);
            auto colour = c.back * (1 - aside * aside) + c.flank * (aside * aside);
            colour *= (1 + (rim - 1) * aside) * (1 + lit * q) * (1 + mottle * dice.normal());
            if (aside < .2f && s > .1f) colour *= 1 + line * (1 - aside / .2f);
            auto alpha = see_through * (1 - (1 - tail_alpha) * s);
            if (scutes > 0 && s > .2f && s < .92f) {
                auto const beat = s * spots - std::floor(s * spots);   // a dot at the middle of each beat
                auto const dot = soft(.32f - std::abs(beat - .5f), .2f);
                auto const on_back = soft(.22f - aside, .1f), on_flank = soft(.18f - std::abs(aside - .72f), .1f);
                colour += (c.mark - colour) * (scutes * std::max(dot * on_back, .7f * dot * on_flank));
            }
            if (pale_snout > 0 && s < .07f) colour += (c.mark - colour) * (pale_snout * soft(.07f - s, .04f));
            if (species == Species::shrimp) {   // glass but for the eyes, the stomach and a string along the back
                if (s < .13f && shell <= 0) alpha *= .35f;
                auto const stomach = soft(.75f - aside, .4f) * soft(.09f - std::abs(s - .24f), .06f), string = soft(.25f - aside, .2f) * (s > .3f && s < .9f ? .5f : 0.f);
                auto const g = std::max(gut * stomach, .7f * gut * string);
                colour += (gut_colour - colour) * g;
                alpha = std::max(alpha, g);
            } else if (species == Species::larva) {
                auto const g = gut * soft(.5f - aside, .3f) * soft(.09f - std::abs(s - .24f), .05f);
                colour += (gut_colour - colour) * g;
                alpha = std::max(alpha, .9f * g);
            }
            if (shell > 0) {
                auto const under = shell * soft(shell_end - s, .1f) * soft(1.1f - aside, .5f);
                colour *= 1 - .5f * under;
                alpha = std::max(alpha * clear, .95f * under);
            }
            if (eye > 0) {
                auto const at = species == Species::larva ? .1f : .07f, out = species == Species::shrimp ? .78f : .6f;
                auto const r = std::hypot((s - at) / (.04f * eye_size), (aside - out) / (species == Species::shrimp ? .42f : .35f * eye_size));
                auto const dark = eye * soft(1.2f - r, .5f);
                colour *= 1 - .92f * dark;
                alpha = std::max(alpha, dark);
            }
            full[static_cast<std::size_t>(i * Skin::across + j)] = {std::max(colour[0], 0.f), std::max(colour[1], 0.f), std::max(colour[2], 0.f), std::clamp(alpha, 0.f, 1.f)};
        }
    for (std::size_t level = 1; level < 3; ++level) {
        auto const along = Skin::along >> level, across = Skin::across >> level;
        auto const& above = skin.sizes[level - 1];
        auto& below = skin.sizes[level];
        for (int i = 0; i < along; ++i)
            for (int j = 0; j < across; ++j) {
                Skin::Spot sum{};
                for (int k = 0; k < 4; ++k) {
                    auto const& a = above[static_cast<std::size_t>((2 * i + k / 2) * across * 2 + 2 * j + k % 2)];
                    sum.b += a.b / 4, sum.g += a.g / 4, sum.r += a.r / 4, sum.alpha += a.alpha / 4;
                }
                below.push_back(sum);
            }
    }
    return skin;
}

Spine spine_of(Pose const& pose) {
    Spine spine;
    auto const step = pose.length / (spine_points - 1);
    auto const back = pose.axis + pi_v<float>;
    for (std::size_t k = 0; k + 1 < spine_points; ++k) {
        auto const s = (static_cast<float>(k) + .5f) / (spine_points - 1);
        auto const swing = pose.wave * (2 * pi_v<float>) * (.2f - .825f * s + 1.625f * s * s) * std::cos(2 * pi_v<float> * s - pose.phase);
        auto const way = back + pose.bend * (s - .5f) + std::atan(swing);
        spine[k + 1] = spine[k] + cv::Point2f{std::cos(way), std::sin(way)} * step;
    }
    auto const shift = cv::Point2f{pose.x, pose.y} - spine[spine_points / 2];
    for (auto& p : spine) p += shift;
    return spine;
}

Canvas::Canvas(int width, int height) : colour(height, width, cv::Vec3f{}), top(height, width, -1) {}

void Canvas::body(Body const& body, std::int32_t number) {
    auto const level = body.length_px > 48 ? 0u : body.length_px > 22 ? 1u : 2u;
    auto const& skin = body.skin->sizes[level];
    auto const along = Skin::along >> level, across = Skin::across >> level;
    if (number >= 0 && m_area.size() <= static_cast<std::size_t>(number)) m_area.resize(static_cast<std::size_t>(number) + 1);
    auto const fin_alpha = body.outline->fin_alpha;
    scan(body.spine, *body.outline, body.length_px, body.width_scale, [&](int x, int y, float on_body, float on_fin, float s, float aside) {
        auto const on = std::max(on_body, fin_alpha * on_fin);
        if (on <= 0.01f) return;
        auto const inside = x >= 0 && y >= 0 && x < colour.cols && y < colour.rows;
        if (number >= 0 && on_body > .4f) {
            ++m_area[static_cast<std::size_t>(number)];
            if (inside) top(y, x) = number;
        }
        if (!inside) return;
        auto const i = std::min(static_cast<int>(s * static_cast<float>(along)), along - 1), j = std::min(static_cast<int>((aside + 1) * .5f * static_cast<float>(across)), across - 1);
        auto const& spot = skin[static_cast<std::size_t>(i * across + j)];
        auto const a = on * spot.alpha * body.alpha;
        auto& pixel = colour(y, x);
        pixel[0] += (spot.b * body.scale[0] + body.veil[0] - pixel[0]) * a;
        pixel[1] += (spot.g * body.scale[1] + body.veil[1] - pixel[1]) * a;
        pixel[2] += (spot.r * body.scale[2] + body.veil[2] - pixel[2]) * a;
    });
}

void Canvas::shadow(cv::Mat_<float>& map, Body const& body, float scale, cv::Point2f offset, float alpha) {
    auto spine = body.spine;
    for (auto& p : spine) p = (p + offset) * scale;
    scan(spine, *body.outline, body.length_px * scale, body.width_scale, [&](int x, int y, float on, float, float, float) {
        if (x < 0 || y < 0 || x >= map.cols || y >= map.rows) return;
        map(y, x) = std::max(map(y, x), alpha * on);
    });
}

void Canvas::stroke(cv::Point2f from, cv::Point2f to, float width, cv::Vec3f ink, float alpha, bool hides) {
    auto const span = std::max(std::hypot(to.x - from.x, to.y - from.y), 1e-3f), half = width / 2, reach = half + 1;
    auto const e = (to - from) / span;
    auto const x0 = std::max(0, static_cast<int>(std::floor(std::min(from.x, to.x) - reach))), x1 = std::min(colour.cols - 1, static_cast<int>(std::ceil(std::max(from.x, to.x) + reach)));
    auto const y0 = std::max(0, static_cast<int>(std::floor(std::min(from.y, to.y) - reach))), y1 = std::min(colour.rows - 1, static_cast<int>(std::ceil(std::max(from.y, to.y) + reach)));
    for (int y = y0; y <= y1; ++y)
        for (int x = x0; x <= x1; ++x) {
            auto const d = cv::Point2f{static_cast<float>(x), static_cast<float>(y)} - from;
            auto const t = std::clamp(d.dot(e), 0.f, span);
            auto const a = alpha * cover(half, std::hypot(d.x - t * e.x, d.y - t * e.y));
            if (a > 0) colour(y, x) += (ink - colour(y, x)) * a;
            if (hides && a > .5f) top(y, x) = -2;
        }
}

void Canvas::clear() {
    top.setTo(-1);
    std::fill(m_area.begin(), m_area.end(), 0);
}

std::vector<float> Canvas::visible(std::size_t bodies) const {
    std::vector<std::int32_t> seen(bodies);
    for (auto const number : top) if (number >= 0 && static_cast<std::size_t>(number) < bodies) ++seen[static_cast<std::size_t>(number)];
    std::vector<float> share(bodies);
    for (std::size_t i = 0; i < bodies; ++i) {
        auto const area = i < m_area.size() ? m_area[i] : 0;
        share[i] = area > 0 ? static_cast<float>(seen[i]) / static_cast<float>(area) : 0.f;
    }
    return share;
}

} // namespace osetra::stocktake
