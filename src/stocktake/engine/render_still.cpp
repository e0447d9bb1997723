#include <opencv2/imgproc.hpp>
#include <utility>

#include "stocktake/engine/render.h"
#include "stocktake/engine/render_camera.h"
#include "stocktake/engine/render_ground.h"
#include "stocktake/engine/render_surroundings.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;

/// What is drawn for one picture before anything is painted.
struct Setting {
    Species species = Species::fingerling;
    float size_px = 40, size_spread = .15f, girth = 5;   ///< length, its deviation as a share, length by width
    Vessel vessel;
    bool bounded = false;                                ///< the vessel's edge may be in the picture
    std::optional<float> glass;                          ///< walls of glass mirror what is within so many pixels beyond the floor's edge
    float depth_veil = 0;                                ///< of a body at the bottom
    float litter = 1, glare = 1, people = .2f, shadow = .5f, ripple = .3f, hair = 0;
    float murk = .15f, littered = .6f, afloat = .3f, stained = .2f, clumps = .35f;   ///< chances
    float contrast = .06f;                               ///< of bodies and floor, at least
    bool care = false;                                   ///< taken with care
};

Setting setting_of(StillKind kind, int width, int height, Dice& dice) {
    Setting s;
    auto const w = static_cast<float>(width), h = static_cast<float>(height);
    s.size_spread = dice.uniform(.03f, .25f);
    auto vessel = [&](float chance, float smallest, float largest) {
        s.bounded = dice.chance(chance);
        auto const scale = dice.log_uniform(smallest, largest);
        auto& v = s.vessel;
        v.half_width = w * scale * dice.uniform(.4f, .6f), v.half_height = h * scale * dice.uniform(.4f, .6f);
        if (scale > 1.2f) {   // one edge or corner in view
            v.middle = {w / 2 + (dice.chance(.5f) ? 1.f : -1.f) * std::max(0.f, v.half_width - w * dice.uniform(.1f, .6f)), h / 2 + (dice.chance(.5f) ? 1.f : -1.f) * std::max(0.f, v.half_height - h * dice.uniform(.1f, .6f))};
        } else v.middle = {w * dice.uniform(.4f, .6f), h * dice.uniform(.4f, .6f)};
        auto const round = dice.chance(.25f);
        if (round) v.half_height = v.half_width = std::min(v.half_width, v.half_height);
        v.corner = std::min(v.half_width, v.half_height) * (round ? 1 : dice.log_uniform(.02f, .5f));
        v.turn = dice.chance(.6f) ? dice.normal() * .08f : dice.angle();
        v.wall = s.size_px * dice.uniform(.2f, 1.6f), v.rim = s.size_px * dice.uniform(.05f, 1);
    };
    switch (kind) {
    case StillKind::pond:
        s.species = Species::sturgeon, s.size_px = dice.log_uniform(15, 120), s.girth = dice.uniform(6.5f, 9.5f), s.size_spread = dice.uniform(.05f, .3f);
        s.depth_veil = dice.uniform(0, .6f), s.glare = 1.2f, s.people = .1f, s.shadow = dice.uniform(0, .5f), s.ripple = .6f, s.murk = .7f, s.stained = .1f;
        vessel(.3f, .9f, 6);
        break;
    case StillKind::tub:
        s.species = Species::fingerling, s.size_px = dice.log_uniform(18, 75), s.girth = dice.uniform(3.8f, 6.5f), s.hair = .3f;
        s.depth_veil = dice.uniform(0, .4f), s.people = .2f, s.shadow = .7f;
        vessel(.55f, .75f, 4);
        break;
    case StillKind::tank:
        s.species = Species::fingerling, s.size_px = dice.log_uniform(10, 64), s.girth = dice.uniform(4, 7), s.hair = .3f;
        s.depth_veil = dice.uniform(0, .3f), s.litter = 1.6f, s.people = .4f, s.shadow = .7f, s.stained = .45f;
        vessel(.5f, .75f, 5);
        s.vessel.corner = std::min(s.vessel.corner, s.size_px * .3f);
        break;
    case StillKind::tray:
        s.species = Species::shrimp, s.size_px = dice.log_uniform(12, 44), s.girth = dice.uniform(4.2f, 7), s.hair = .5f;
        s.glare = 1.8f, s.litter = 1.2f, s.people = .25f, s.shadow = .5f;
        vessel(.55f, .75f, 4);
        break;
    case StillKind::dish:
        s.species = Species::larva, s.size_px = dice.log_uniform(14, 60), s.girth = dice.uniform(4.5f, 8);
        s.glare = .4f, s.people = .05f, s.shadow = .2f, s.ripple = .1f;
        vessel(.5f, .8f, 3);
        break;
    }
    return s;
}

/// As who counts fry on photographs takes care: clean vessel and water, even light, nobody's hands.
Setting with_care(Setting s) {
    s.people = s.murk = s.stained = 0, s.depth_veil *= .3f, s.glare *= .1f, s.ripple *= .3f, s.littered = .3f, s.afloat = .1f, s.clumps = .1f, s.contrast = .25f;
    s.care = true;
    return s;
}
Camera with_care(Camera c) {
    c.smear_px = 0, c.pixel_size = 1, c.vignette = std::min(c.vignette, .25f), c.noise = std::min(c.noise, .02f), c.colour_noise = std::min(c.colour_noise, c.noise);
    c.gamma = std::clamp(c.gamma, .8f, 1.25f), c.contrast = std::clamp(c.contrast, .8f, 1.1f), c.lift = std::clamp(c.lift, -.03f, .03f);
    for (int i = 0; i < 3; ++i) c.balance[i] = std::clamp(c.balance[i], .85f, 1.15f);
    if (c.jpeg_quality > 0) c.jpeg_quality = std::max(c.jpeg_quality, 70);
    return c;
}

/// Colours that stand out from the ground, dark or light or of another hue, if only a little.
SkinColours colours_on(cv::Vec3f const& ground, bool light_ground_dark_fish, float least, Dice& dice) {
    SkinColours c;
    auto const under = brightness(ground);
    for (int tries = 0; tries < 20; ++tries) {
        auto const lighter = !light_ground_dark_fish && (under < .15f || (under < .75f && dice.chance(.35f)));
        auto const value = lighter ? under + (1 - under) * dice.uniform(.2f, 1) : under * dice.uniform(.05f, .75f);
        auto const any_hue = dice.chance(.25f);
        c.back = colour_of(any_hue ? dice.uniform() : dice.uniform(.03f, .2f), dice.uniform(0, any_hue ? .9f : .6f), 1);
        c.back *= value / std::max(.05f, brightness(c.back));
        for (int k = 0; k < 3; ++k) c.back[k] = std::min(c.back[k], 1.f);
        if (std::abs(brightness(c.back) - under) > dice.uniform(least, least + .14f)) break;
    }
    c.flank = c.back * dice.uniform(.7f, 1.3f);
    c.mark = c.back + (cv::Vec3f{.75f, .8f, .8f} - c.back) * dice.uniform(.2f, .9f);
    return c;
}

struct Swimmer {
    Pose pose;
    float depth = 0;          ///< 0 top, 1 bottom
    std::size_t skin = 0;
    bool marked = false;
};

/// Where bodies are: strewn, in clumps or along the walls, each with the way it heads.
class Places {
public:
    Places(Setting const& setting, float width, float height, Dice& dice) : m_setting(setting), m_width(width), m_height(height), m_dice(dice), m_way(dice.angle()) {
        m_clumped = dice.chance(setting.clumps) ? dice.uniform(.2f, .95f) : 0;
        m_aligned = dice.chance(.4f) ? dice.uniform(.2f, 3) : pi_v<float>;
        m_spread = setting.size_px * dice.uniform(.6f, 3);
        for (int k = 1 + dice.below(3); k-- > 0;) m_clumps.push_back(anywhere());
        m_by_wall = setting.bounded && dice.chance(.4f) ? dice.uniform(.1f, .8f) : 0;
    }
    Pose next() {
        Pose p;
        auto at = anywhere();
        if (m_dice.chance(m_clumped)) {
            auto const& c = m_clumps[static_cast<std::size_t>(m_dice.below(static_cast<int>(m_clumps.size())))];
            for (int tries = 0; tries < 10; ++tries) {
                auto const near = c + cv::Point2f{m_dice.normal(), m_dice.normal()} * m_spread;
                if (allowed(near)) { at = near; break; }
            }
        } else if (m_dice.chance(m_by_wall)) {
            for (int tries = 0; tries < 30 && m_setting.vessel.outside(at.x, at.y) < -m_setting.size_px * .5f; ++tries) at = anywhere();
        }
        p.x = at.x, p.y = at.y;
        p.axis = m_aligned >= pi_v<float> ? m_dice.angle() : m_way + m_dice.normal() * m_aligned;
        p.axis = std::remainder(p.axis, 2 * pi_v<float>);
        return p;
    }
    /// In the water, and in the picture.
    bool allowed(cv::Point2f at) const {
        if (at.x < 0 || at.y < 0 || at.x >= m_width || at.y >= m_height) return false;
        return !m_setting.bounded || m_setting.vessel.outside(at.x, at.y) < m_setting.glass.value_or(m_setting.vessel.wall * .35f) - m_setting.size_px * .12f;
    }

private:
    cv::Point2f anywhere() {
        cv::Point2f at;
        for (int tries = 0; tries < 200; ++tries) {
            at = {m_dice.uniform(0, m_width - .01f), m_dice.uniform(0, m_height - .01f)};
            if (allowed(at)) break;
        }
        return at;
    }
    Setting const& m_setting;
    float m_width, m_height;
    Dice& m_dice;
    float m_way, m_clumped = 0, m_aligned = 0, m_spread = 0, m_by_wall = 0;
    std::vector<cv::Point2f> m_clumps;
};

int drawn_number(Setting const& s, float free_area, Dice& dice) {
    if (dice.chance(.08f)) return 0;
    auto const room = free_area / (s.size_px * s.size_px);
    return std::clamp(static_cast<int>(std::lround(room * dice.log_uniform(.06f, 1))), 1, 3'000);
}

/// Where along a body, from the snout, a person would put the mark: of post-larvae on the head and breast under the shell, which hatcheries count; of larvae in the middle of what hides the
/// ground, which is near the head where tails are as clear as water.
float marked_at(Species species, Outline const& outline, Skin const& skin) {
    constexpr float under_shell = .2f;
    if (species == Species::shrimp) return under_shell;
    if (species != Species::larva) return .5f;
    float sum = 0, at = 0;
    for (int i = 0; i < Skin::along; ++i) {
        auto const s = (static_cast<float>(i) + .5f) / Skin::along;
        float alpha = 0;
        for (int j = 0; j < Skin::across; ++j) alpha += skin.sizes[0][static_cast<std::size_t>(i * Skin::across + j)].alpha / Skin::across;
        auto const weight = alpha * alpha * outline.body[static_cast<std::size_t>(s * outline_steps)];
        sum += weight, at += weight * s;
    }
    return sum > 0 ? at / sum : .5f;
}
cv::Point2f point_at(Spine const& spine, float s) {
    auto const at = s * (spine_points - 1);
    auto const i = std::min(static_cast<std::size_t>(at), static_cast<std::size_t>(spine_points - 2));
    return spine[i] + (spine[i + 1] - spine[i]) * (at - static_cast<float>(i));
}

/// The picture bent as by waves: up to `px` pixels.
void ripple(Canvas& canvas, float px, Dice& dice) {
    auto const size = canvas.colour.size();
    auto const lump = dice.log_uniform(8, 90);
    auto map_x = cloud(size.width, size.height, lump, 2, .5f, dice), map_y = cloud(size.width, size.height, lump, 2, .5f, dice);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            map_x(y, x) = static_cast<float>(x) + px * map_x(y, x);
            map_y(y, x) = static_cast<float>(y) + px * map_y(y, x);
        }
    cv::Mat_<cv::Vec3f> bent;
    cv::remap(canvas.colour, bent, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_REFLECT);
    canvas.colour = bent;
}

/// Light drawn together by waves: bright lines between dark cells.
void caustics(Canvas& canvas, float strength, Dice& dice) {
    auto const size = canvas.colour.size();
    auto const waves = cloud(size.width, size.height, dice.log_uniform(10, 80), 2, .5f, dice);
    cv::Mat_<float> light(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            auto const a = std::abs(waves(y, x));
            light(y, x) = std::max(0.f, 1 - 4 * a) - .25f;
        }
    shade(canvas.colour, light, strength);
}

/// Sheets laid under glass, and the joints between them.
void sheets(Canvas& canvas, Dice& dice) {
    auto const w = canvas.colour.cols, h = canvas.colour.rows;
    for (int n = 1 + dice.below(4); n-- > 0;) {
        auto const upright = dice.chance(.5f);
        auto const at = dice.uniform(0, static_cast<float>(upright ? w : h)), lean = dice.normal() * .03f, step = dice.normal() * .06f, dark = dice.uniform(0, .35f), soft = dice.uniform(.5f, 4);
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) {
                auto const d = upright ? static_cast<float>(x) - at - lean * static_cast<float>(y) : static_cast<float>(y) - at - lean * static_cast<float>(x);
                canvas.colour(y, x) *= (d > 0 ? 1 + step : 1) * (1 - dark * std::clamp(1 - std::abs(d) / soft, 0.f, 1.f));
            }
    }
}

/// What people keep fry in: white, grey or pale, with hardly a hue.
cv::Vec3f plain_colour(Dice& dice) {
    auto const value = dice.uniform(.5f, 1), warm = dice.normal() * .03f, green = dice.normal() * .02f;
    cv::Vec3f c{value * (1 - warm), value * (1 + green), value * (1 + warm)};
    for (int k = 0; k < 3; ++k) c[k] = std::min(c[k], 1.f);
    return c;
}

/// Crumbs and droppings in heaps, dark or reddish, the largest a third as long as a body.
void crumbs(Canvas& canvas, float size_px, Dice& dice) {
    auto const w = static_cast<float>(canvas.colour.cols), h = static_cast<float>(canvas.colour.rows);
    for (int heaps = 1 + dice.below(4); heaps-- > 0;) {
        cv::Point2f const middle{dice.uniform(0, w), dice.uniform(0, h)};
        auto const spread = dice.log_uniform(.4f, 4) * size_px, largest = size_px * dice.uniform(.08f, .35f);
        auto const ink = colour_of(dice.uniform(.02f, .12f), dice.uniform(.1f, .7f), dice.uniform(.05f, .5f));
        auto const alpha = dice.uniform(.3f, 1);
        for (int n = 3 + dice.below(40); n-- > 0;) {
            auto const at = middle + cv::Point2f{dice.normal(), dice.normal()} * spread;
            auto const length = largest * dice.uniform(.15f, 1), a = dice.angle(), bend = dice.normal();
            auto const bent = at + cv::Point2f{std::cos(a), std::sin(a)} * (length / 2);
            auto const width = std::max(.5f, length * dice.uniform(.15f, .6f));
            canvas.stroke(at, bent, width, ink, alpha * dice.uniform(.5f, 1));
            canvas.stroke(bent, bent + cv::Point2f{std::cos(a + bend), std::sin(a + bend)} * (length / 2), width * dice.uniform(.5f, 1), ink, alpha * dice.uniform(.5f, 1));
        }
    }
}

/// Walls of glass mirror what is before them from `from` pixels beyond the floor's edge to their rim, now strongly, now faintly, and may have a seam along the floor and drops above the
/// water. Beyond the glass no body is.
void glass_walls(Canvas& canvas, Vessel const& v, float from, float size_px, Dice& dice) {
    auto const before = canvas.colour.clone();
    auto const strength = dice.chance(.5f) ? dice.uniform(.4f, .95f) : dice.uniform(.08f, .4f), reach = (v.wall - from) * dice.log_uniform(.25f, 4) + 1;
    auto const seam = dice.chance(.6f) ? size_px * dice.uniform(.05f, .7f) : 0.f, seam_light = dice.uniform(.6f, 1.1f);
    auto const tint = colour_of(dice.uniform(.2f, .5f), dice.uniform(0, .25f), 1);
    auto const squeeze = dice.chance(.3f) ? dice.uniform(1, 3) : 1;   // seen up against the water's surface
    for (int y = 0; y < before.rows; ++y)
        for (int x = 0; x < before.cols; ++x) {
            auto const px = static_cast<float>(x), py = static_cast<float>(y), out = v.outside(px, py);
            if (out < -seam || out > v.wall + v.rim) continue;
            auto& p = canvas.colour(y, x);
            if (out < from) {
                if (seam > 0) for (int k = 0; k < 3; ++k) p[k] *= seam_light * tint[k];
                continue;
            }
            cv::Point2f const slope{v.outside(px + 1, py) - out, v.outside(px, py + 1) - out};
            auto const back = 2 * (out - from) * squeeze / std::max(.2f, static_cast<float>(cv::norm(slope)));
            auto const u = cvRound(px - slope.x * back), w = cvRound(py - slope.y * back);
            canvas.top(y, x) = -2;
            if (u < 0 || w < 0 || u >= before.cols || w >= before.rows || out > v.wall) continue;
            auto const share = strength * std::exp(-(out - from) / reach);
            for (int k = 0; k < 3; ++k) p[k] += (before(w, u)[k] * tint[k] - p[k]) * share;
        }
    if (dice.chance(.5f)) return;
    auto const way = dice.angle(), dark = dice.uniform(.15f, .6f);
    for (int n = 3 + dice.below(60); n-- > 0;) {
        cv::Point2f const at{dice.uniform(0, static_cast<float>(before.cols)), dice.uniform(0, static_cast<float>(before.rows))};
        if (auto const out = v.outside(at.x, at.y); out < from + .3f * (v.wall - from) || out > v.wall + v.rim) continue;
        auto const half = size_px * dice.log_uniform(.03f, .3f), a = way + dice.normal() * .2f;
        auto const to = at + cv::Point2f{std::cos(a), std::sin(a)} * half;
        canvas.stroke(at, to, std::max(.7f, half * dice.uniform(.5f, 1)), cv::Vec3f::all(dice.uniform(.1f, .5f)), dark * dice.uniform(.4f, 1));
        if (dice.chance(.4f)) canvas.stroke(at, at + (to - at) * .5f, std::max(.5f, half * .3f), cv::Vec3f::all(dice.uniform(.8f, 1)), .6f);
    }
}

/// Drops that dried, crumbs, scratches and smears as long as bodies and as dark as pale ones, some of them strewn where a hand or a hose went.
void stains(Canvas& canvas, float size_px, cv::Vec3f const& floor, Dice dice) {
    auto const w = static_cast<float>(canvas.colour.cols), h = static_cast<float>(canvas.colour.rows);
    auto const x = dice.uniform(0, w), y = dice.uniform(0, h), spread = dice.log_uniform(1, 12) * size_px, strewn = dice.uniform();
    auto const usual = dice.uniform(.05f, .45f), way = dice.angle(), own_way = dice.uniform(0, 1.5f);
    auto const shade = floor * dice.uniform(.1f, .8f);
    for (int n = 4 + dice.below(40); n-- > 0;) {
        cv::Point2f at{dice.uniform(0, w), dice.uniform(0, h)};
        if (dice.chance(strewn)) at = {x + spread * dice.normal(), y + spread * dice.normal()};
        auto const length = size_px * dice.log_uniform(.15f, 1.1f), wide = length * dice.log_uniform(.06f, .35f), turn = way + own_way * dice.normal(), bend = dice.normal() * .5f;
        auto const alpha = std::min(.8f, usual * dice.log_uniform(.4f, 1.8f));
        auto const middle = at + cv::Point2f{std::cos(turn), std::sin(turn)} * (length / 2);
        canvas.stroke(at, middle, std::max(.7f, wide), shade, alpha);
        canvas.stroke(middle, middle + cv::Point2f{std::cos(turn + bend), std::sin(turn + bend)} * (length / 2), std::max(.6f, wide * dice.uniform(.3f, 1)), shade, alpha);
    }
}

} // namespace

std::string_view name_of(StillKind kind) {
    switch (kind) {
    case StillKind::pond: return "pond";
    case StillKind::tub: return "tub";
    case StillKind::tank: return "tank";
    case StillKind::tray: return "tray";
    case StillKind::dish: return "dish";
    }
    return "";
}

std::optional<StillKind> still_kind(std::string_view name) {
    for (auto const kind : all_still_kinds) if (name_of(kind) == name) return kind;
    return {};
}

Picture render_still(StillKind kind, std::uint64_t seed, int width, int height, std::optional<int> asked, Taken taken) {
    Dice dice{seed, 100 + static_cast<std::uint64_t>(kind)};
    auto setting = setting_of(kind, width, height, dice);
    if (taken == Taken::with_care) setting = with_care(setting);
    Canvas canvas{width, height};
    // drawn apart, so that the rest of a seed's picture stays what it was
    Dice own_dice{seed, 300 + static_cast<std::uint64_t>(kind)};
    auto const in_a_vessel = kind != StillKind::pond && kind != StillKind::dish;
    auto const plain = in_a_vessel && (own_dice.chance(.5f) || setting.care);
    if (kind == StillKind::tank && setting.bounded && own_dice.chance(.7f)) {
        setting.vessel.wall = setting.size_px * own_dice.log_uniform(.4f, 5);
        setting.glass = own_dice.uniform(0, std::min(.5f * setting.vessel.wall, .8f * setting.size_px));
    }

    auto floor = ground_colour(dice);
    auto const as_in_life = dice.chance(.5f) || plain;   // dark fish on a light floor, as most people arrange it
    if (plain) floor = plain_colour(own_dice);
    else if ((as_in_life && kind != StillKind::pond) || kind == StillKind::dish) for (int k = 0; k < 3; ++k) floor[k] = .45f + .55f * floor[k];
    if (setting.care) {
        canvas.colour = floor;
        shade(canvas.colour, cloud(width, height, own_dice.log_uniform(30, 400), 4, .6f, own_dice), own_dice.log_uniform(.01f, .08f));
    } else if (plain && own_dice.chance(.5f)) canvas.colour = floor;
    else paint_ground(canvas.colour, floor, dice);
    if (kind == StillKind::tank && dice.chance(.6f)) sheets(canvas, dice);
    if (setting.bounded) paint_vessel(canvas, setting.vessel, floor, dice);
    if (dice.chance(setting.littered)) paint_litter(canvas, setting.size_px * dice.uniform(.7f, 1.1f) * setting.litter, dice);

    if (kind != StillKind::pond && own_dice.chance(.35f)) crumbs(canvas, setting.size_px, own_dice);
    if (Dice more{seed, 200 + static_cast<std::uint64_t>(kind)}; more.chance(setting.stained)) stains(canvas, setting.size_px, floor, more);

    if (Dice about{seed, 400 + static_cast<std::uint64_t>(kind)}; in_a_vessel && about.chance(setting.bounded ? .9f : .5f))
        paint_surroundings(canvas, setting.bounded ? &setting.vessel : nullptr, setting.size_px, about);

    Places places{setting, static_cast<float>(width), static_cast<float>(height), dice};
    auto const free = static_cast<float>(cv::countNonZero(canvas.top == -1));
    auto const n = asked ? std::max(*asked, 0) : drawn_number(setting, free, dice);

    // a few kinds of individuals to a picture
    std::vector<std::pair<Outline, Skin>> looks;
    auto const own = colours_on(floor, as_in_life, setting.contrast, dice);
    for (int k = 0; k < 5; ++k) {
        auto c = own;
        auto const light = dice.uniform(.75f, 1.25f);
        c.back *= light, c.flank *= light;
        looks.emplace_back(outline_of(setting.species, setting.girth * dice.uniform(.88f, 1.12f), dice), skin_of(setting.species, c, dice));
    }
    std::vector<float> marked;
    for (auto const& [outline, skin] : looks) marked.push_back(marked_at(setting.species, outline, skin));
    auto const curl = dice.uniform(0, .7f), beat = dice.uniform(.02f, .11f);
    std::vector<Swimmer> swimmers;
    auto const add = [&](Pose pose, bool is_marked) {
        pose.length = setting.size_px * std::max(.5f, 1 + setting.size_spread * dice.normal());
        pose.bend = dice.normal() * (dice.chance(.06f) ? 1.7f : curl);
        if (setting.species == Species::shrimp) pose.bend = std::clamp(pose.bend, -.8f, .8f);
        pose.wave = beat * dice.uniform(.2f, 1.2f), pose.phase = dice.angle();
        auto const look = static_cast<std::size_t>(dice.below(static_cast<int>(looks.size())));
        auto const off = point_at(spine_of(pose), marked[look]) - cv::Point2f{pose.x, pose.y};   // what is marked is where the place is
        pose.x -= off.x, pose.y -= off.y;
        swimmers.push_back({pose, dice.uniform(), look, is_marked});
    };
    for (int k = 0; k < n; ++k) add(places.next(), true);
    // bodies whose middle is just outside the picture
    auto const per_px = static_cast<float>(n) / std::max(free, 1.f), margin = setting.size_px * .6f;
    auto const w = static_cast<float>(width), h = static_cast<float>(height);
    for (int k = static_cast<int>(std::lround(per_px * 2 * margin * (w + h + 2 * margin))); k-- > 0;) {
        Pose p;
        p.x = dice.uniform(-margin, w + margin), p.y = dice.uniform(-margin, h + margin), p.axis = dice.angle();
        auto const in_picture = p.x >= 0 && p.y >= 0 && p.x < w && p.y < h;
        if (in_picture || (setting.bounded && setting.vessel.outside(p.x, p.y) > 0)) continue;
        add(p, false);
    }
    std::stable_sort(swimmers.begin(), swimmers.end(), [](Swimmer const& a, Swimmer const& b) { return a.depth > b.depth; });

    std::vector<Body> bodies;
    auto const veil = ground_colour(dice) * .3f + floor * .7f;
    for (auto const& s : swimmers) {
        Body b;
        b.spine = spine_of(s.pose), b.length_px = s.pose.length, b.outline = &looks[s.skin].first, b.skin = &looks[s.skin].second;
        auto const through = 1 - setting.depth_veil * s.depth;
        b.scale = cv::Vec3f::all(through), b.veil = veil * (1 - through);
        bodies.push_back(b);
    }
    if (dice.chance(setting.shadow)) {
        auto const scale = .5f;
        cv::Mat_<float> map((height + 1) / 2, (width + 1) / 2, 0.f), full;
        auto const way = dice.angle(), far = setting.size_px * dice.uniform(.02f, .55f), dark = dice.uniform(.08f, .5f);
        for (std::size_t k = 0; k < bodies.size(); ++k)
            Canvas::shadow(map, bodies[k], scale, cv::Point2f{std::cos(way), std::sin(way)} * (far * (1.05f - swimmers[k].depth)), dark);
        cv::GaussianBlur(map, map, {}, std::max(.5f, setting.size_px * dice.uniform(.01f, .07f)));
        cv::resize(map, full, {width, height});
        shade(canvas.colour, full, -1);
    }
    if (!setting.glass && setting.bounded && n > 0 && dice.chance(kind == StillKind::tank ? .6f : .15f)) {   // walls mirror some of them faintly: nobody counts those
        auto const faint = dice.uniform(.06f, .4f);
        for (int k = 1 + dice.below(std::max(3, n / 2)); k-- > 0;) {
            Pose p;
            p.x = dice.uniform(0, w), p.y = dice.uniform(0, h), p.axis = dice.angle();
            p.length = setting.size_px * dice.uniform(.5f, 1.1f), p.bend = dice.normal() * curl;
            if (setting.vessel.outside(p.x, p.y) < setting.size_px * .3f) continue;
            auto const& look = looks[static_cast<std::size_t>(dice.below(static_cast<int>(looks.size())))];
            Body b;
            b.spine = spine_of(p), b.length_px = p.length, b.outline = &look.first, b.skin = &look.second;
            b.alpha = faint * dice.uniform(.4f, 1), b.width_scale = dice.uniform(.6f, 1);
            canvas.body(b, -1);
        }
    }
    auto const hairs = dice.chance(setting.hair) ? dice.uniform(.1f, .6f) : 0.f;
    for (std::size_t k = 0; k < bodies.size(); ++k) {
        auto const& b = bodies[k];
        if (hairs > 0 && b.length_px > 16) {   // barbels, feelers
            auto const snout = b.spine[0], e = (b.spine[0] - b.spine[2]) * (1 / std::max(1e-3f, static_cast<float>(cv::norm(b.spine[0] - b.spine[2]))));
            for (auto const side : {-1.f, 1.f}) {
                auto const a = side * dice.uniform(.2f, 1.4f), c = std::cos(a), s = std::sin(a);
                canvas.stroke(snout - e * (.03f * b.length_px), snout + cv::Point2f{e.x * c - e.y * s, e.x * s + e.y * c} * (b.length_px * dice.uniform(.1f, .3f)), std::max(.5f, b.length_px * .012f), own.flank, hairs);
            }
        }
        canvas.body(b, static_cast<std::int32_t>(k));
    }
    if (setting.glass) glass_walls(canvas, setting.vessel, *setting.glass, setting.size_px, own_dice);
    if (dice.chance(setting.afloat)) paint_litter(canvas, setting.size_px * .6f, dice);   // afloat
    if (dice.chance(setting.murk)) {
        auto const murk = dice.uniform(0, kind == StillKind::pond ? .45f : .3f);
        auto const clouds = cloud(width, height, dice.log_uniform(40, 400), 2, .5f, dice);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) canvas.colour(y, x) += (veil - canvas.colour(y, x)) * std::clamp(murk * (1 + .3f * clouds(y, x)), 0.f, .85f);
    }
    if (dice.chance(setting.ripple)) {
        if (dice.chance(.6f)) caustics(canvas, dice.uniform(.03f, .5f), dice);
        ripple(canvas, setting.size_px * dice.uniform(.003f, .03f), dice);
    }
    paint_glare(canvas, std::min(setting.glare, 2.f), dice);
    if (dice.chance(setting.people)) paint_people(canvas, dice);

    Picture picture;
    auto const visible = canvas.visible(bodies.size());
    picture.marks.reserve(swimmers.size());
    for (std::size_t k = 0; k < swimmers.size(); ++k) {
        if (!swimmers[k].marked) continue;
        auto const& p = swimmers[k].pose;
        auto const at = point_at(bodies[k].spine, marked[swimmers[k].skin]);
        auto const way = bodies[k].spine[0] - bodies[k].spine[spine_points - 1];   // the way of the whole body, not only of its middle
        picture.marks.push_back({std::clamp(at.x, 0.f, w - .01f), std::clamp(at.y, 0.f, h - .01f), std::atan2(way.y, way.x), p.length, 1, visible[k]});
    }
    auto const camera = camera_of(dice, setting.size_px);
    picture.bgr = photograph(canvas.colour, setting.care ? with_care(camera) : camera, dice);
    return picture;
}

} // namespace osetra::stocktake
