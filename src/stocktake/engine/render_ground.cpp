#include "stocktake/engine/render_ground.h"

#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;

cv::Point2f point_in(cv::Mat const& m, Dice& dice) { return {dice.uniform(0, static_cast<float>(m.cols)), dice.uniform(0, static_cast<float>(m.rows))}; }
cv::Scalar scalar(cv::Vec3f const& c) { return {c[0], c[1], c[2]}; }

void tiles(cv::Mat_<cv::Vec3f>& picture, Dice& dice) {
    auto const size = dice.log_uniform(20, 200), turn = dice.chance(.5f) ? dice.uniform(-.1f, .1f) : dice.angle();
    auto const c = std::cos(turn) / size, s = std::sin(turn) / size, tall = dice.chance(.4f) ? dice.uniform(2, 6) : 1.f, width = dice.uniform(.4f, 2.5f) / size;
    auto const dark = dice.uniform(-.4f, .3f), vary = dice.uniform(0, .12f), phase = dice.uniform(0, 1);
    auto const both = dice.chance(.7f);
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.cols; ++x) {
            auto const u = (static_cast<float>(x) * c - static_cast<float>(y) * s + phase), v = (static_cast<float>(x) * s + static_cast<float>(y) * c + phase) / tall;
            auto const fu = u - std::floor(u), fv = v - std::floor(v);
            auto const h = static_cast<std::uint32_t>(static_cast<int>(std::floor(u)) * 73856093 ^ static_cast<int>(std::floor(v)) * 19349663) * 2654435761u;
            auto f = 1 + vary * (static_cast<float>(h >> 20) / 2048 - 1);
            if (fu < width || (both && fv < width / tall)) f *= 1 + dark;
            picture(y, x) *= f;
        }
}

} // namespace

void lay(Canvas& canvas, cv::Mat_<float> const& mask, cv::Vec3f const& ink, float alpha, bool hides) {
    for (int y = 0; y < mask.rows; ++y)
        for (int x = 0; x < mask.cols; ++x) {
            auto const a = mask(y, x) * alpha;
            if (a <= 0.004f) continue;
            auto& p = canvas.colour(y, x);
            p += (ink - p) * a;
            if (hides && a > .8f) canvas.top(y, x) = -2;
        }
}

cv::Mat_<float> polygon(cv::Size size, std::vector<cv::Point2f> const& corners, float soft) {
    cv::Mat_<float> mask(size, 0.f);
    std::vector<cv::Point> whole;
    whole.reserve(corners.size());
    for (auto const& c : corners) whole.emplace_back(cvRound(c.x * 16), cvRound(c.y * 16));
    cv::Mat_<uchar> hard(size, uchar{0});
    cv::fillPoly(hard, std::vector<std::vector<cv::Point>>{whole}, 255, cv::LINE_AA, 4);
    hard.convertTo(mask, CV_32F, 1 / 255.);
    if (soft > .3f) cv::GaussianBlur(mask, mask, {}, soft);
    return mask;
}

std::vector<cv::Point2f> box(cv::Point2f middle, float half_w, float half_h, float turn) {
    auto const c = std::cos(turn), s = std::sin(turn);
    std::vector<cv::Point2f> corners;
    for (auto [x, y] : {std::pair{-1.f, -1.f}, {1.f, -1.f}, {1.f, 1.f}, {-1.f, 1.f}})
        corners.push_back(middle + cv::Point2f{x * half_w * c - y * half_h * s, x * half_w * s + y * half_h * c});
    return corners;
}

std::vector<cv::Point2f> lump(cv::Point2f middle, float half_w, float half_h, float turn, float wander, Dice& dice) {
    auto const c = std::cos(turn), s = std::sin(turn);
    auto const p2 = dice.angle(), p3 = dice.angle(), p5 = dice.angle();
    std::vector<cv::Point2f> edge;
    for (int i = 0; i < 40; ++i) {
        auto const a = 2 * pi_v<float> * static_cast<float>(i) / 40;
        auto const r = 1 + wander * (.5f * std::sin(2 * a + p2) + .3f * std::sin(3 * a + p3) + .2f * std::sin(5 * a + p5));
        auto const x = half_w * r * std::cos(a), y = half_h * r * std::sin(a);
        edge.push_back(middle + cv::Point2f{x * c - y * s, x * s + y * c});
    }
    return edge;
}

cv::Vec3f colour_of(float hue, float saturation, float value) {
    auto const part = [&](float n) {
        auto const k = std::fmod(n + hue * 6, 6.f);
        return value - value * saturation * std::clamp(std::min(k, 4 - k), 0.f, 1.f);
    };
    return {part(1), part(3), part(5)};
}

float brightness(cv::Vec3f const& c) { return .11f * c[0] + .59f * c[1] + .3f * c[2]; }

cv::Vec3f ground_colour(Dice& dice) {
    if (dice.chance(.35f)) return colour_of(dice.uniform(), dice.uniform(0, 1) * dice.uniform(0, 1), dice.uniform(.08f, 1));
    auto const c = dice.one_of<cv::Vec3f>({{.88f, .88f, .86f}, {.75f, .72f, .7f}, {.45f, .75f, .72f}, {.55f, .86f, .85f}, {.8f, .55f, .2f}, {.65f, .35f, .1f}, {.3f, .5f, .25f}, {.45f, .65f, .3f},
                                           {.12f, .12f, .12f}, {.5f, .52f, .52f}, {.62f, .66f, .66f}, {.25f, .4f, .55f}, {.2f, .3f, .3f}, {.15f, .15f, .65f}, {.2f, .45f, .75f}, {.3f, .35f, .4f}});
    auto const light = dice.uniform(.6f, 1.15f);
    return {std::min(1.f, c[0] * light * dice.uniform(.88f, 1.1f)), std::min(1.f, c[1] * light * dice.uniform(.92f, 1.08f)), std::min(1.f, c[2] * light * dice.uniform(.88f, 1.1f))};
}

cv::Mat_<float> cloud(int width, int height, float lump_px, int octaves, float fade, Dice& dice) {
    cv::Mat_<float> sum(height, width, 0.f), part;
    auto strength = 1.f;
    for (int o = 0; o < octaves && lump_px >= .9f; ++o, lump_px /= 2, strength *= fade) {
        auto const w = static_cast<int>(static_cast<float>(width) / lump_px) + 4, h = static_cast<int>(static_cast<float>(height) / lump_px) + 4;
        cv::Mat_<float> grid(h, w);
        for (auto& g : grid) g = dice.uniform(-1.7f, 1.7f);
        cv::Matx23f const to_grid{1 / lump_px, 0, 1.f + dice.uniform(), 0, 1 / lump_px, 1.f + dice.uniform()};
        cv::warpAffine(grid, part, to_grid, {width, height}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REFLECT);
        cv::scaleAdd(part, strength, sum, sum);
    }
    return sum;
}

void shade(cv::Mat_<cv::Vec3f>& picture, cv::Mat_<float> const& map, float strength) {
    for (int y = 0; y < picture.rows; ++y) {
        auto* p = picture[y];
        auto const* m = map[y];
        for (int x = 0; x < picture.cols; ++x) p[x] *= 1 + strength * m[x];
    }
}

void paint_ground(cv::Mat_<cv::Vec3f>& picture, cv::Vec3f const& base, Dice& dice) {
    picture.setTo(scalar(base));
    auto const w = picture.cols, h = picture.rows;
    auto const calm = dice.chance(.5f);   // as most tubs and ponds are; the rest is there to be learnt from
    auto const force = calm ? .3f : 1.f;
    if (dice.chance(calm ? .12f : .3f)) tiles(picture, dice);
    if (dice.chance(.8f)) shade(picture, cloud(w, h, dice.log_uniform(30, 400), 4, dice.uniform(.3f, .8f), dice), force * dice.log_uniform(.01f, .2f));
    if (dice.chance(.6f)) shade(picture, cloud(w, h, dice.log_uniform(1.2f, 12), 2, .6f, dice), force * dice.log_uniform(.02f, .15f));
    if (dice.chance(.3f)) {   // grit
        auto const grit = cloud(w, h, dice.log_uniform(1.5f, 5), 1, 1, dice);
        auto const ink = base * dice.uniform(.2f, .9f) + cv::Vec3f::all(dice.uniform(0, .1f));
        auto const from = dice.uniform(.7f, 1.4f);
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) picture(y, x) += (ink - picture(y, x)) * (force * std::clamp((grit(y, x) - from) * 2, 0.f, 1.f));
    }
    if (!calm && dice.chance(.25f)) {   // long grain, as of wood or brushed sheet
        cv::Mat_<float> grain = cloud(w, h, dice.uniform(2, 8), 2, .6f, dice), wide;
        cv::blur(grain, wide, dice.chance(.5f) ? cv::Size{31, 1} : cv::Size{1, 31});
        shade(picture, wide, dice.uniform(.05f, .4f));
    }
    if (!calm && dice.chance(.3f)) {   // stains
        auto const stains = cloud(w, h, dice.log_uniform(8, 80), 4, .6f, dice);
        auto const ink = ground_colour(dice);
        auto const from = dice.uniform(.4f, 1.5f), alpha = dice.uniform(.1f, .8f), steep = dice.log_uniform(.5f, 4);
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) picture(y, x) += (ink - picture(y, x)) * (alpha * std::clamp((stains(y, x) - from) * steep, 0.f, 1.f));
    }
    auto const slope_x = dice.normal() * .15f / static_cast<float>(w), slope_y = dice.normal() * .15f / static_cast<float>(h);   // light from one side
    for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x) picture(y, x) *= std::max(0.2f, 1 + slope_x * static_cast<float>(x - w / 2) + slope_y * static_cast<float>(y - h / 2));
}

float Vessel::outside(float x, float y) const {
    auto const c = std::cos(turn), s = std::sin(turn);
    auto const dx = x - middle.x, dy = y - middle.y;
    auto const u = std::abs(dx * c + dy * s) - half_width + corner, v = std::abs(dy * c - dx * s) - half_height + corner;
    return std::hypot(std::max(u, 0.f), std::max(v, 0.f)) + std::min(std::max(u, v), 0.f) - corner;
}

void paint_vessel(Canvas& canvas, Vessel const& v, cv::Vec3f const& floor, Dice& dice) {
    auto const w = canvas.colour.cols, h = canvas.colour.rows;
    cv::Mat_<cv::Vec3f> around(h, w);
    paint_ground(around, ground_colour(dice), dice);
    auto const light = dice.angle(), strength = dice.uniform(.05f, .35f), rim_light = dice.uniform(.8f, 1.5f), wall_light = dice.uniform(.75f, 1.3f), line = dice.uniform(-.3f, .4f);
    auto const water_line = v.wall * dice.uniform(.3f, 1.1f), line_width = dice.uniform(.8f, 3);
    auto const other_rim = dice.chance(.2f);
    auto const rim_colour = other_rim ? ground_colour(dice) : floor;
    auto const smooth = [](float from, float to, float x) { return std::clamp((x - from) / (to - from), 0.f, 1.f); };
    for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x) {
            auto const px = static_cast<float>(x), py = static_cast<float>(y), out = v.outside(px, py);
            if (out < -v.wall * .3f) continue;
            auto& p = canvas.colour(y, x);
            if (out < 0) { p *= 1 + (wall_light - 1) * .3f * smooth(-v.wall * .3f, 0, out); continue; }
            auto const gx = v.outside(px + 1, py) - out, gy = v.outside(px, py + 1) - out;
            auto const facing = gx * std::cos(light) + gy * std::sin(light);
            if (out < v.wall + v.rim) {
                auto const on_rim = smooth(v.wall - 1, v.wall + 1, out);
                auto colour = p * (wall_light * (1 + strength * facing) * (.85f + .15f * smooth(0, v.wall * .3f, out)));
                if (std::abs(out - water_line) < line_width) colour *= 1 + line;
                if (out > water_line) colour = colour * .4f + floor * .6f * (1 + strength * facing);
                colour += (rim_colour * rim_light * (1 - .5f * strength * facing) - colour) * on_rim;
                p = colour;
                if (on_rim > .5f) canvas.top(y, x) = -2;
            } else {
                auto const shadow = 1 - .5f * smooth(12, 0, out - v.wall - v.rim);
                p = around(y, x) * shadow;
                canvas.top(y, x) = -2;
            }
        }
}

void paint_litter(Canvas& canvas, float size, Dice& dice) {
    auto const area = static_cast<float>(canvas.colour.total());
    auto const some = [&](float p, float most) { return dice.chance(p) ? static_cast<int>(dice.log_uniform(1, 1 + most)) : 0; };
    auto const dark_or_light = [&](float alpha_low) { return std::pair{dice.chance(.7f) ? colour_of(dice.uniform(0, .2f), dice.uniform(0, .6f), dice.uniform(.03f, .35f)) : colour_of(dice.uniform(), dice.uniform(0, .5f), dice.uniform(.5f, 1)), dice.uniform(alpha_low, 1)}; };
    auto const by_area = area / 65'536;
    auto const patch = point_in(canvas.colour, dice);
    auto const spread = dice.chance(.5f) ? 0.f : dice.uniform(10, 80);
    auto const place = [&] { return spread > 0 && dice.chance(.7f) ? patch + cv::Point2f{dice.normal(), dice.normal()} * spread : point_in(canvas.colour, dice); };
    for (int n = some(.7f, 150 * by_area); n-- > 0;) {   // specks
        auto const [ink, alpha] = dark_or_light(.2f);
        auto const at = place();
        canvas.stroke(at, at + cv::Point2f{dice.normal(), dice.normal()} * .8f, dice.log_uniform(.4f, std::max(.9f, size * .07f)), ink, alpha);
    }
    for (int n = some(.5f, 40 * by_area); n-- > 0;) {   // curls and droppings, shorter and thinner than fish
        auto const [ink, alpha] = dark_or_light(.3f);
        auto at = place();
        auto way = dice.angle();
        auto const turn = dice.normal() * .5f, step = size * dice.uniform(.03f, .12f), width = size * dice.uniform(.015f, .05f);
        for (int k = 0; k < 4; ++k, way += turn) {
            auto const to = at + cv::Point2f{std::cos(way), std::sin(way)} * step;
            canvas.stroke(at, to, std::max(.4f, width), ink, alpha);
            at = to;
        }
    }
    for (int n = some(.2f, 6 * by_area); n-- > 0;) {   // leaves
        auto const ink = dice.chance(.6f) ? colour_of(dice.uniform(.05f, .4f), dice.uniform(.3f, .9f), dice.uniform(.2f, .9f)) : colour_of(dice.uniform(), dice.uniform(0, 1), dice.uniform());
        auto const half = size * dice.uniform(.15f, .9f);
        auto const mask = polygon(canvas.colour.size(), lump(place(), half, half * dice.uniform(.35f, .8f), dice.angle(), .5f, dice), .4f);
        lay(canvas, mask, ink, dice.uniform(.5f, 1), false);
    }
    for (int n = some(.2f, 5 * by_area); n-- > 0;) {   // twigs, straws, cracks, hairs
        auto const [ink, alpha] = dark_or_light(.3f);
        auto const at = place();
        canvas.stroke(at, at + cv::Point2f{dice.normal(), dice.normal()} * (size * dice.log_uniform(.5f, 4)), dice.uniform(.5f, 2), ink, alpha);
    }
    for (int n = some(.3f, 12 * by_area); n-- > 0;) {   // bubbles: a ring and a glint
        auto const at = place();
        auto const r = dice.log_uniform(1, std::max(2.f, size * .2f));
        auto const dark = dice.uniform(.1f, .6f);
        cv::Point2f before = at + cv::Point2f{r, 0};
        for (int k = 1; k <= 10; ++k) {
            auto const a = 2 * pi_v<float> * static_cast<float>(k) / 10;
            auto const to = at + cv::Point2f{std::cos(a), std::sin(a)} * r;
            canvas.stroke(before, to, .9f, cv::Vec3f::all(dice.chance(.5f) ? 0.1f : .95f), dark);
            before = to;
        }
        canvas.stroke(at - cv::Point2f{r, r} * .3f, at - cv::Point2f{r, r} * .3f, std::max(.8f, r * .5f), cv::Vec3f::all(1), .8f);
    }
    for (int n = some(.15f, 4 * by_area); n-- > 0;) {   // stones, food
        auto const half = size * dice.uniform(.08f, .4f);
        auto const mask = polygon(canvas.colour.size(), lump(place(), half, half * dice.uniform(.6f, 1), dice.angle(), .4f, dice), .5f);
        lay(canvas, mask, dark_or_light(1).first, dice.uniform(.5f, 1), false);
    }
}

void paint_people(Canvas& canvas, Dice& dice) {
    auto const size = canvas.colour.size();
    auto const w = static_cast<float>(size.width), h = static_cast<float>(size.height), scale = std::sqrt(w * h);
    auto const from_edge = [&] {
        auto const side = dice.below(4);
        auto const at = dice.uniform();
        return side == 0 ? cv::Point2f{at * w, -5} : side == 1 ? cv::Point2f{at * w, h + 5} : side == 2 ? cv::Point2f{-5, at * h} : cv::Point2f{w + 5, at * h};
    };
    auto const thick = [&](cv::Point2f a, cv::Point2f b, float width, cv::Vec3f const& ink) {
        cv::Mat_<uchar> hard(size, uchar{0});
        cv::line(hard, {cvRound(a.x), cvRound(a.y)}, {cvRound(b.x), cvRound(b.y)}, 255, std::max(1, cvRound(width)), cv::LINE_AA);
        cv::Mat_<float> mask, near;
        hard.convertTo(mask, CV_32F, 1 / 255.);
        cv::GaussianBlur(mask, near, {}, std::max(1.f, width * .15f));
        for (auto& m : near) m = m * m;
        lay(canvas, mask, ink * .75f, 1, true);
        cv::multiply(near, mask, near);
        lay(canvas, near, ink, .7f, false);
    };
    if (dice.chance(.35f)) {   // an arm, a hand or a foot
        auto const skin = dice.one_of<cv::Vec3f>({{.6f, .7f, .88f}, {.42f, .55f, .75f}, {.25f, .35f, .5f}, {.15f, .2f, .3f}, {.8f, .4f, .2f}, {.3f, .3f, .3f}}) * dice.uniform(.8f, 1.1f);
        auto const edge = from_edge();
        auto const to = edge + (cv::Point2f{w / 2, h / 2} - edge) * dice.uniform(.15f, .6f) + cv::Point2f{dice.normal(), dice.normal()} * (.1f * scale);
        auto const width = scale * dice.uniform(.06f, .2f);
        thick(edge, to, width, skin);
        auto const way = std::atan2(to.y - edge.y, to.x - edge.x);
        if (dice.chance(.6f))
            for (int f = 0; f < 4; ++f) {
                auto const a = way + (static_cast<float>(f) - 1.5f) * dice.uniform(.12f, .3f);
                thick(to, to + cv::Point2f{std::cos(a), std::sin(a)} * (width * dice.uniform(.7f, 1.3f)), width * .22f, skin);
            }
    }
    if (dice.chance(.3f)) {   // a ruler
        auto const half = scale * dice.uniform(.1f, .5f), wide = scale * dice.uniform(.015f, .05f), turn = dice.angle();
        auto const at = point_in(canvas.colour, dice);
        auto const ink = dice.chance(.6f) ? cv::Vec3f::all(dice.uniform(.5f, .95f)) : ground_colour(dice);
        lay(canvas, polygon(size, box(at, half, wide, turn), .4f), ink, dice.uniform(.85f, 1), true);
        auto const e = cv::Point2f{std::cos(turn), std::sin(turn)}, n = cv::Point2f{-e.y, e.x};
        auto const gap = std::max(2.5f, scale * dice.uniform(.008f, .02f));
        int k = 0;
        for (float t = -half; t < half; t += gap, ++k) canvas.stroke(at + e * t + n * wide, at + e * t + n * (wide * (k % 5 ? .5f : .1f)), .8f, cv::Vec3f::all(.1f), .8f);
    }
    if (dice.chance(.25f)) {   // a hose, a cable or a pole
        auto a = from_edge();
        auto way = std::atan2(h / 2 - a.y, w / 2 - a.x) + dice.normal() * .4f;
        auto const ink = ground_colour(dice);
        auto const width = scale * dice.uniform(.01f, .06f), turn = dice.normal() * .25f;
        for (int k = 0; k < 6; ++k, way += turn) {
            auto const b = a + cv::Point2f{std::cos(way), std::sin(way)} * (scale * .15f);
            thick(a, b, width, ink);
            a = b;
        }
    }
    if (dice.chance(.2f)) {   // writing
        static constexpr char const* words[] = {"TANK 4", "Time", "Distance", "12", "POND B", "A-7", "N=50", "2024", "kg", "PL 12"};
        auto const at = point_in(canvas.colour, dice);
        cv::Mat_<uchar> hard(size, uchar{0});
        cv::putText(hard, words[dice.below(10)], {cvRound(at.x), cvRound(at.y)}, dice.below(7), dice.uniform(.3f, 1.6f), 255, 1 + dice.below(2), cv::LINE_AA);
        if (dice.chance(.4f)) cv::flip(hard, hard, 1);
        cv::Mat_<float> mask;
        hard.convertTo(mask, CV_32F, 1 / 255.);
        lay(canvas, mask, dice.chance(.5f) ? cv::Vec3f::all(.1f) : ground_colour(dice), dice.uniform(.1f, .9f), false);
    }
}

void paint_glare(Canvas& canvas, float strength, Dice& dice) {
    auto const size = canvas.colour.size();
    auto const scale = std::sqrt(static_cast<float>(size.area()));
    cv::Vec3f const light = cv::Vec3f{dice.uniform(.9f, 1.05f), dice.uniform(.95f, 1.03f), dice.uniform(.9f, 1.05f)};
    if (dice.chance(.3f * strength))   // windows, lamps, the sky between leaves: hard edges
        for (int n = 1 + dice.below(3); n-- > 0;) {
            auto const at = point_in(canvas.colour, dice);
            auto const half = scale * dice.log_uniform(.03f, .4f);
            auto const edge = dice.chance(.4f) ? box(at, half, half * dice.uniform(.3f, 1), dice.angle()) : lump(at, half, half * dice.uniform(.3f, 1), dice.angle(), dice.uniform(.2f, 1), dice);
            lay(canvas, polygon(size, edge, dice.log_uniform(.4f, 12)), light, dice.chance(.7f) ? dice.uniform(.1f, .6f) : dice.uniform(.6f, 1), true);
        }
    if (dice.chance(.22f * strength)) {   // wavy patches
        auto const map = cloud(size.width, size.height, scale * dice.log_uniform(.06f, .5f), 3, .6f, dice);
        auto const from = dice.uniform(.2f, 1.4f), steep = dice.log_uniform(1, 20);
        cv::Mat_<float> mask(size);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) mask(y, x) = std::clamp((map(y, x) - from) * steep, 0.f, 1.f);
        lay(canvas, mask, light, dice.chance(.7f) ? dice.uniform(.1f, .5f) : dice.uniform(.5f, 1), true);
    }
    if (dice.chance(.18f * strength)) {   // glitter
        auto const at = point_in(canvas.colour, dice);
        auto const spread = scale * dice.uniform(.05f, .4f);
        for (int n = 10 + dice.below(120); n-- > 0;) {
            auto const p = at + cv::Point2f{dice.normal(), dice.normal()} * spread;
            canvas.stroke(p, p + cv::Point2f{dice.normal() * 3, dice.normal() * .7f}, dice.uniform(.6f, 2.5f), light, dice.uniform(.4f, 1));
        }
    }
}

} // namespace osetra::stocktake
