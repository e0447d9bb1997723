#include "stocktake/engine/flight_world.h"

#include "stocktake/engine/render_ground.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;

enum BandIndex : std::size_t { length_band, girth_band, lens_band, turbidity_band, wave_length_band, wave_slope_band, sun_band, back_band, size_band };

/// Uniform over what the range may use.
float draw(BandIndex index, Range range, Dice& dice, std::vector<float>* drawn) {
    auto const& b = world_bands()[index];
    float v;
    if (range == Range::test) v = dice.uniform(b.test_low, b.test_high);
    else {
        auto const below = b.test_low - b.low, above = b.high - b.test_high;
        v = dice.uniform(0, below + above);
        v = v < below ? b.low + v : std::nextafter(b.test_high + (v - below), 1e9f);
        v = std::min(v, b.high);
    }
    if (drawn) (*drawn)[index] = v;
    return v;
}

/// The pond and how it lies in the picture.
void lay_out(FlightWorld& w, FlightPlan const& plan, Dice& dice, std::vector<float>* drawn) {
    auto const width = static_cast<float>(plan.width), height = static_cast<float>(plan.height);
    auto const n = static_cast<float>(std::max(plan.fish, 1));
    auto const share = draw(size_band, plan.range, dice, drawn);   // where between the smallest and the largest that fish may look
    auto const crowding = plan.scene == SceneKind::dense ? dice.uniform(.9f, 1.8f) : dice.uniform(.15f, .9f);   // fish a square of their length
    auto const aspect = dice.uniform(.75f, 1);
    if (plan.camera == CameraPath::glimpse) {
        auto const fish_px = 15 * std::pow(8.f, share);
        w.px_per_m = fish_px / w.length;
        w.pond = {dice.uniform(1, 4) * width / w.px_per_m, dice.uniform(1, 4) * height / w.px_per_m, 0, 1};
        if (plan.fish < 0) w.fish = dice.chance(.1f) ? 0 : std::min(1'500, static_cast<int>(w.pond.width * w.pond.height / (w.length * w.length) * dice.log_uniform(.03f, plan.scene == SceneKind::dense ? 2.f : 1.f)));
    } else if (plan.camera == CameraPath::sweep) {
        auto const fish_px = std::clamp(std::sqrt(crowding * 2.6f * width * height / n), 20.f, 20 + 60 * share);
        w.px_per_m = fish_px / w.length;
        w.pond = {dice.uniform(1.9f, 3) * width / w.px_per_m, dice.uniform(.78f, .88f) * height / w.px_per_m, 0, 1};
    } else {
        // so many fish, so large in the picture, so near to each other: the pond fills the picture and the crowding follows
        auto const least = std::max(18.f, 12.f + 20.f * share);
        auto const fish_px = std::clamp(std::sqrt(crowding * .8f * aspect * width * height / n), least, 32 + 58 * share);
        auto const fit = dice.uniform(.88f, .96f);
        w.px_per_m = fish_px / w.length;
        w.pond = {fit * width * aspect / w.px_per_m, fit * height / w.px_per_m, 0, 1};
        if (dice.chance(.3f)) w.pond.width = w.pond.height * dice.uniform(1, 1.15f);
    }
    // ponds are 6 to 40 m long: fish are smaller or larger to fit
    if (plan.camera != CameraPath::glimpse) {
        auto const fit = std::clamp(w.pond.width, 6.f, 40.f) / w.pond.width;
        w.pond.width *= fit, w.pond.height *= fit, w.length *= fit, w.px_per_m /= fit;
    }
    auto const half = std::min(w.pond.width, w.pond.height) / 2;
    w.pond.corner = dice.chance(.35f) ? half * dice.uniform(.8f, 1) : half * dice.uniform(0, .25f);
    w.pond.depth = dice.uniform(.7f, 1.5f);
    w.focal_px = width * draw(lens_band, plan.range, dice, drawn);
    if (plan.camera == CameraPath::glimpse) w.focal_px = 1280 * w.focal_px / width;
    w.altitude = w.focal_px / w.px_per_m;
}

void colour(FlightWorld& w, Range range, Dice& dice, std::vector<float>* drawn) {
    auto const floors = floors_of(range);
    w.floor = floors[static_cast<std::size_t>(dice.below(static_cast<int>(floors.size())))];
    for (int k = 0; k < 3; ++k) w.floor[k] *= dice.uniform(.94f, 1.06f);
    w.floor *= dice.uniform(.85f, 1.15f);
    w.deck = dice.one_of<cv::Vec3f>({{.62f, .66f, .68f}, {.5f, .53f, .54f}, {.25f, .42f, .36f}, {.3f, .4f, .5f}, {.7f, .72f, .72f}, {.2f, .3f, .25f}}) * dice.uniform(.7f, 1.15f);
    auto const dark = draw(back_band, range, dice, drawn);   // how much darker or lighter than its floor a back is
    auto const under = brightness(w.floor);
    auto const lighter = under < .22f;
    auto const value = lighter ? under + .1f + .35f * dark : under * (1 - .3f - .6f * dark);
    auto hue = cv::Vec3f{dice.uniform(.75f, 1.05f), dice.uniform(.9f, 1.08f), dice.uniform(.92f, 1.15f)};
    w.back = hue * (value / brightness(hue));
    w.flank = w.back * dice.uniform(.8f, 1.5f);
    w.mark = w.back + (cv::Vec3f{.7f, .75f, .76f} - w.back) * dice.uniform(.3f, .8f);
}

void water(FlightWorld& w, FlightPlan const& plan, Dice& dice, std::vector<float>* drawn) {
    auto const murk = draw(turbidity_band, plan.range, dice, drawn);
    // the share of light that comes back from a fish at the bottom sets how far one sees, whatever the depth
    w.turbidity = (plan.scene == SceneKind::turbid ? .65f + .75f * murk : .08f + .35f * murk) / w.pond.depth;
    auto const green = dice.chance(.6f);
    w.loss = cv::Vec3f{green ? dice.uniform(1.1f, 1.4f) : dice.uniform(.7f, .95f), green ? .9f : 1.f, green ? dice.uniform(1.1f, 1.4f) : dice.uniform(1.2f, 1.7f)} * w.turbidity;
    auto const hue = green ? colour_of(dice.uniform(.13f, .38f), dice.uniform(.15f, .5f), 1) : colour_of(dice.uniform(.42f, .58f), dice.uniform(.15f, .5f), 1);
    w.veil = hue * dice.uniform(.3f, .5f);
    w.wave_length = draw(wave_length_band, plan.range, dice, drawn);
    w.wave_slope = draw(wave_slope_band, plan.range, dice, drawn);
    w.wave_way = dice.angle();
    auto const steep = draw(sun_band, plan.range, dice, drawn), way = dice.angle();
    w.sun = {steep * std::cos(way), steep * std::sin(way)};
    auto const sunny = dice.chance(.6f);
    w.caustics = sunny ? dice.uniform(.04f, .2f) : dice.uniform(0, .03f);
    w.shadow = sunny ? dice.uniform(.1f, .35f) : dice.uniform(0, .1f);
    w.glint = sunny ? dice.uniform(.1f, .4f) : 0;
    w.sky = dice.uniform(.01f, .06f);
    w.sky_patches = dice.uniform(0, .08f);
    if (plan.scene == SceneKind::glare) {
        auto const reach = dice.uniform(.25f, .75f) * .5f * static_cast<float>(plan.width) / w.focal_px;   // the sun's image is in the picture
        w.sun = cv::Point2f{std::cos(way), std::sin(way) * .6f} * reach;
        w.glint = dice.uniform(.8f, 1.6f), w.wave_slope *= 1.2f, w.sky_patches = dice.uniform(.1f, .4f), w.sky = dice.uniform(.03f, .1f);
    }
}

} // namespace

std::vector<Band> const& world_bands() {
    static std::vector<Band> const bands{
        {"length_m", .4f, 1.6f, .85f, 1.05f}, {"girth", 6.4f, 9.6f, 7.6f, 8.2f}, {"lens", .45f, 1.1f, .68f, .8f}, {"turbidity", 0, 1, .4f, .62f},
        {"wave_length_m", .35f, 3, 1.0f, 1.5f}, {"wave_slope", .01f, .11f, .045f, .065f}, {"sun", .9f, 2.6f, 1.4f, 1.8f}, {"back", 0, 1, .42f, .62f}, {"size", 0, 1, .35f, .6f}};
    return bands;
}

std::vector<cv::Vec3f> floors_of(Range range) {   // blue, green, red
    if (range == Range::test) return {{.66f, .62f, .38f}, {.55f, .6f, .62f}, {.34f, .46f, .42f}, {.42f, .5f, .58f}, {.62f, .54f, .3f}};
    return {{.72f, .5f, .2f}, {.46f, .47f, .46f}, {.28f, .42f, .3f}, {.13f, .13f, .12f}, {.26f, .34f, .42f}, {.7f, .72f, .72f}, {.5f, .36f, .14f}, {.22f, .34f, .34f}, {.8f, .74f, .6f}, {.38f, .52f, .24f}, {.34f, .36f, .4f}};
}

float Pond::outside(float x, float y) const {
    auto const u = std::abs(x - width / 2) - width / 2 + corner, v = std::abs(y - height / 2) - height / 2 + corner;
    return std::sqrt(std::max(u, 0.f) * std::max(u, 0.f) + std::max(v, 0.f) * std::max(v, 0.f)) + std::min(std::max(u, v), 0.f) - corner;
}

std::vector<std::array<double, 2>> Pond::outline() const {
    std::vector<std::array<double, 2>> edge;
    auto const steps = corner > .05f ? 12 : 1;
    auto const w = static_cast<double>(width), h = static_cast<double>(height), c = steps > 1 ? static_cast<double>(corner) : 0.;
    std::array<std::array<double, 2>, 4> const middles{{{w - c, h - c}, {c, h - c}, {c, c}, {w - c, c}}};
    for (int q = 0; q < 4; ++q)
        for (int k = 0; k < steps; ++k) {
            auto const a = pi_v<double> / 2 * (q + (steps > 1 ? static_cast<double>(k) / (steps - 1) : .5));
            auto const& m = middles[static_cast<std::size_t>(q)];
            edge.push_back({m[0] + c * std::cos(a), m[1] + c * std::sin(a)});
        }
    return edge;
}

FlightWorld world_of(FlightPlan const& plan, std::vector<float>* drawn) {
    Dice dice{plan.seed, 7};
    if (drawn) drawn->assign(world_bands().size(), 0);
    FlightWorld w;
    w.fish = std::max(plan.fish, 0);
    w.length = draw(length_band, plan.range, dice, drawn);
    w.girth = draw(girth_band, plan.range, dice, drawn);
    w.length_spread = dice.uniform(.05f, .16f);
    lay_out(w, plan, dice, drawn);
    colour(w, plan.range, dice, drawn);
    water(w, plan, dice, drawn);
    w.schooling = dice.uniform(0, 1), w.current = dice.chance(.4f) ? dice.uniform(-.5f, .5f) : 0, w.resting = dice.uniform(0, .2f), w.activity = dice.uniform(.7f, 1.4f);
    w.noise = dice.uniform(.004f, .016f), w.blur_px = dice.uniform(.45f, .9f), w.vignette = dice.uniform(0, .3f);
    w.jitter_px = dice.uniform(.3f, 4), w.yaw = dice.uniform(0, .02f), w.tilt = dice.uniform(0, .03f), w.rolling = dice.chance(.4f) ? dice.uniform(.3f, 1) : 0;
    w.leaves = dice.chance(.4f) ? dice.below(25) : 0;
    w.poles = dice.below(3);
    // the camera's own exposure: the pond in the middle of what it can show
    w.exposure = std::clamp(dice.uniform(.36f, .5f) / std::max(.05f, brightness(w.floor)), .7f, 1.8f);
    switch (plan.scene) {
    case SceneKind::night: w.exposure *= dice.uniform(.12f, .3f), w.noise = dice.uniform(.02f, .04f), w.lamp = dice.uniform(.5f, 1), w.caustics = 0, w.shadow = 0, w.glint = 0; break;
    case SceneKind::ice: w.ice = dice.uniform(.4f, .9f), w.activity *= .3f, w.resting = .6f, w.caustics *= .3f; break;
    case SceneKind::feeding: w.frenzy = true, w.activity = dice.uniform(1.8f, 2.6f), w.resting = 0, w.wave_slope *= 1.8f; break;
    case SceneKind::empty: w.fish = 0; break;
    case SceneKind::clear: case SceneKind::turbid: case SceneKind::glare: case SceneKind::dense: break;
    }
    return w;
}

} // namespace osetra::stocktake
