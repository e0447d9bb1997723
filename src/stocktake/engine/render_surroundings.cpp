#include "stocktake/engine/render_surroundings.h"

#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

using std::numbers::pi_v;
using Shape = std::vector<cv::Point2f>;

cv::Point2f along(float turn) { return {std::cos(turn), std::sin(turn)}; }

/// Paints on what lies about one vessel.
class Surroundings {
public:
    Surroundings(Canvas& canvas, Vessel const* vessel, float size, Dice& dice) : m_canvas(canvas), m_vessel(vessel), m_size(size), m_dice(dice), m_width(static_cast<float>(canvas.colour.cols)), m_height(static_cast<float>(canvas.colour.rows)) {}

    /// Lines of letters, seen plainly or through the sheet, whichever way up.
    void print() {
        auto const letter = m_size * m_dice.log_uniform(.1f, .9f), turn = m_dice.angle(), gap = letter * m_dice.uniform(.6f, 1.1f), line = letter * m_dice.uniform(1.3f, 2.5f);
        auto const ink = m_dice.chance(.5f) ? cv::Vec3f::all(m_dice.uniform(.05f, .5f)) : colour_of(m_dice.uniform(), m_dice.uniform(.3f, .9f), m_dice.uniform(.2f, .8f));
        auto const e = along(turn), n = cv::Point2f{-e.y, e.x}, from = place(.6f);
        auto const written = m_dice.chance(.4f);
        auto const width = std::max(1, cvRound(letter * m_dice.uniform(.05f, .2f)));
        cv::Mat_<uchar> mask(m_canvas.colour.size(), uchar{0});
        for (int row = 0, rows = 1 + m_dice.below(7), columns = 3 + m_dice.below(25); row < rows; ++row)
            for (int column = 0; column < columns; ++column) {
                if (m_dice.chance(.15f)) continue;
                auto const at = from + e * (gap * static_cast<float>(column)) + n * (line * static_cast<float>(row));
                auto const point = [&] { return at + e * (letter * m_dice.uniform(-.35f, .35f)) + n * (letter * m_dice.uniform(-.5f, .5f)); };
                if (!written && m_dice.chance(.4f)) {
                    auto const a = m_dice.angle() * 180 / pi_v<float>;
                    cv::ellipse(mask, at, cv::Size{cvRound(letter * .3f), cvRound(letter * m_dice.uniform(.2f, .5f))}, static_cast<double>(turn * 180 / pi_v<float>), static_cast<double>(a), static_cast<double>(a + m_dice.uniform(120, 360)), 255, width, cv::LINE_AA);
                }
                auto before = point();
                for (int k = 1 + m_dice.below(written ? 4 : 2); k-- > 0;) {
                    auto const to = point();
                    cv::line(mask, before, to, 255, width, cv::LINE_AA);
                    before = written ? to : point();
                }
            }
        auto const alpha = m_dice.log_uniform(.06f, .9f), soft = m_dice.chance(.5f) ? letter * m_dice.uniform(.03f, .2f) : 0.f;
        cv::Mat_<float> covered;
        mask.convertTo(covered, CV_32F, 1 / 255.);
        if (soft > .3f) cv::GaussianBlur(covered, covered, {}, static_cast<double>(soft));
        lay(m_canvas, covered, ink, alpha, false);
    }

    /// An arm or a leg, much larger than a fish.
    void skin() {
        auto const colour = m_dice.one_of<cv::Vec3f>({{.6f, .7f, .88f}, {.42f, .55f, .75f}, {.3f, .42f, .6f}, {.15f, .2f, .3f}}) * m_dice.uniform(.8f, 1.1f);
        auto const half = m_size * m_dice.log_uniform(1.5f, 9), turn = m_dice.angle();
        auto const at = place(0), e = along(turn), n = cv::Point2f{-e.y, e.x};
        auto const length = m_width + m_height;
        put(lump(at, length, half, turn, .1f, m_dice), m_dice.uniform(.5f, 2), colour, 1);
        put(lump(at + n * (half * .3f), length, half * .5f, turn, .2f, m_dice), half * .2f, colour * 1.15f, m_dice.uniform(.1f, .6f));
        auto const on_it = [&] { return at + e * (length * .5f * m_dice.uniform(-1, 1)) + n * (half * .8f * m_dice.uniform(-1, 1)); };
        for (int k = 3 + m_dice.below(25); k-- > 0;) {   // freckles, scars
            auto const r = m_size * m_dice.log_uniform(.06f, .45f);
            put(lump(on_it(), r, r * m_dice.uniform(.2f, 1), turn + m_dice.normal() * .6f, .5f, m_dice), r * m_dice.uniform(.05f, .6f), colour.mul({m_dice.uniform(.3f, .8f), m_dice.uniform(.4f, .85f), m_dice.uniform(.6f, 1)}), m_dice.uniform(.15f, .8f));
        }
        if (m_dice.chance(.5f))
            for (int k = m_dice.below(80); k-- > 0;) {   // hairs
                auto const from = on_it();
                if (allowed(from)) m_canvas.stroke(from, from + along(turn + m_dice.normal()) * (m_size * m_dice.uniform(.1f, .7f)), m_dice.uniform(.5f, 1.4f), colour * .3f, m_dice.uniform(.1f, .6f));
            }
    }

    /// Rods, hinges and boxes, with what is screwed to them and let into them.
    void gear() {
        auto const turn = m_dice.angle();
        auto const at = place(0);
        auto const colour = m_dice.chance(.7f) ? cv::Vec3f::all(m_dice.log_uniform(.06f, .8f)) : ground_colour(m_dice);
        for (int part = 1 + m_dice.below(4); part-- > 0;) {
            auto const half_w = m_size * m_dice.log_uniform(.8f, 9), half_h = m_size * m_dice.log_uniform(.3f, 2.5f), a = turn + (m_dice.chance(.6f) ? 0 : m_dice.normal());
            auto const middle = at + cv::Point2f{m_dice.normal(), m_dice.normal()} * (m_size * 2);
            auto const own = colour * m_dice.uniform(.7f, 1.3f);
            auto const shape = [&](cv::Point2f centre, float w, float h) { return m_dice.chance(.6f) ? box(centre, w, h, a) : lump(centre, w, h, a, .2f, m_dice); };
            put(shape(middle, half_w, half_h), m_dice.uniform(.3f, 1), own, 1);
            auto const n = cv::Point2f{-std::sin(a), std::cos(a)};
            if (m_dice.chance(.6f)) put(box(middle + n * (half_h * m_dice.uniform(-.7f, .7f)), half_w, half_h * m_dice.uniform(.05f, .4f), a), half_h * .1f, own * m_dice.uniform(1.2f, 2.2f), m_dice.uniform(.2f, .9f));   // how it shines
            for (int k = m_dice.below(10); k-- > 0;) {
                auto const r = std::min(m_size * m_dice.log_uniform(.08f, .6f), half_h * 1.2f);
                auto const where = middle + along(a) * (half_w * m_dice.uniform(-1, 1)) + n * (half_h * m_dice.uniform(-1, 1));
                put(shape(where, r, r * m_dice.uniform(.15f, 1)), m_dice.uniform(.3f, 1.5f), m_dice.chance(.65f) ? own * m_dice.uniform(.1f, .6f) : own * m_dice.uniform(1.3f, 2.5f), m_dice.uniform(.4f, 1));
            }
        }
    }

    /// Tape, edges of sheets and of glass: long and straight, now and then seen through, with flecks.
    void strip() {
        auto const turn = m_dice.chance(.5f) ? m_dice.normal() * .1f + (m_dice.chance(.5f) ? pi_v<float> / 2 : 0) : m_dice.angle();
        auto const half_w = m_size * m_dice.log_uniform(1, 20), half_h = m_size * m_dice.log_uniform(.08f, 1.5f);
        auto const at = place(.2f);
        auto const colour = ground_colour(m_dice);
        put(box(at, half_w, half_h, turn), m_dice.uniform(.3f, 2), colour, m_dice.uniform(.2f, 1));
        for (int k = m_dice.below(12); k-- > 0;) {
            auto const r = m_size * m_dice.log_uniform(.03f, .4f);
            auto const where = at + along(turn) * (half_w * m_dice.uniform(-1, 1)) + along(turn + pi_v<float> / 2) * (half_h * m_dice.uniform(-1, 1));
            put(lump(where, r, r * m_dice.uniform(.1f, .7f), turn + m_dice.normal() * .3f, .4f, m_dice), m_dice.uniform(.3f, 1), colour * m_dice.uniform(.1f, 1.6f), m_dice.uniform(.2f, .9f));
        }
    }

    /// Drops that hang on a wall, lie on a sheet or have dried there: dark with a light side, drawn out one way.
    void drops() {
        auto const way = m_dice.angle(), drawn_out = m_dice.uniform(1, 3), spread = m_size * m_dice.log_uniform(1, 12);
        auto const heap = place(.3f);
        auto const lens = m_dice.chance(.5f);
        for (int k = 3 + m_dice.below(40); k-- > 0;) {
            auto const at = m_dice.chance(.7f) ? heap + cv::Point2f{m_dice.normal(), m_dice.normal()} * spread : place(.3f);
            auto const r = m_size * m_dice.log_uniform(.03f, .3f), w = r * m_dice.uniform(1, drawn_out), a = way + m_dice.normal() * .2f;
            put(lump(at, w, r, a, .3f, m_dice), r * m_dice.uniform(.05f, .5f), cv::Vec3f::all(m_dice.uniform(.1f, .6f)), m_dice.uniform(.08f, .6f), false);
            if (lens) put(lump(at + along(a) * (w * .4f), w * .4f, r * .5f, a, .2f, m_dice), r * .15f, cv::Vec3f::all(m_dice.uniform(.8f, 1)), m_dice.uniform(.2f, .9f), false);
        }
    }

private:
    bool allowed(cv::Point2f at) const { return m_vessel != nullptr && m_vessel->outside(at.x, at.y) > m_vessel->wall * .5f; }

    /// Somewhere in the picture: by this chance anywhere, else beyond the vessel.
    cv::Point2f place(float anywhere) {
        auto const beyond = m_vessel != nullptr && !m_dice.chance(anywhere);
        cv::Point2f at;
        for (int tries = 0; tries < 60; ++tries) {
            at = {m_dice.uniform(0, m_width), m_dice.uniform(0, m_height)};
            if (!beyond || allowed(at)) break;
        }
        return at;
    }
    /// A shape laid over the picture, only beyond the vessel's wall where it is told so. Small ones in a window of their own.
    void put(Shape shape, float soft, cv::Vec3f const& ink, float alpha, bool beyond = true) {
        auto const grown = 3 * soft + 2;
        float x0 = m_width, y0 = m_height, x1 = 0, y1 = 0;
        for (auto const& c : shape) x0 = std::min(x0, c.x - grown), y0 = std::min(y0, c.y - grown), x1 = std::max(x1, c.x + grown), y1 = std::max(y1, c.y + grown);
        auto const window = cv::Rect{cv::Point{static_cast<int>(x0), static_cast<int>(y0)}, cv::Point{static_cast<int>(x1) + 1, static_cast<int>(y1) + 1}} & cv::Rect{{}, m_canvas.colour.size()};
        if (window.empty()) return;
        for (auto& c : shape) c -= cv::Point2f{window.tl()};
        auto const mask = polygon(window.size(), shape, soft);
        for (int y = 0; y < mask.rows; ++y)
            for (int x = 0; x < mask.cols; ++x) {
                auto const a = mask(y, x) * alpha;
                if (a <= .004f || (beyond && !allowed({static_cast<float>(x + window.x), static_cast<float>(y + window.y)}))) continue;
                auto& p = m_canvas.colour(y + window.y, x + window.x);
                p += (ink - p) * a;
            }
    }

    Canvas& m_canvas;
    Vessel const* m_vessel;
    float m_size;
    Dice& m_dice;
    float m_width, m_height;
};

} // namespace

void paint_surroundings(Canvas& canvas, Vessel const* vessel, float size, Dice& dice) {
    Surroundings about{canvas, vessel, size, dice};
    auto const some = [&](float share, int most) { return dice.chance(share) ? 1 + dice.below(most) : 0; };
    if (vessel) {
        for (int k = some(.5f, 4); k-- > 0;) about.gear();
        for (int k = some(.4f, 6); k-- > 0;) about.strip();
        if (dice.chance(.35f)) about.skin();
    }
    for (int k = some(vessel ? .6f : .3f, 4); k-- > 0;) about.print();
    for (int k = some(vessel ? .5f : .25f, 3); k-- > 0;) about.drops();
}

} // namespace osetra::stocktake
