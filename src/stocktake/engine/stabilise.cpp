#include "stocktake/engine/stabilise.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "stocktake/engine/percentile.h"

namespace osetra::stocktake {
namespace {

constexpr int lk_levels = 3;
constexpr double ripples_last_s = 0.5;    // caustics and wind waves move together for a while, as a floor would
constexpr double frame_s = 1.0 / 15;      // where nobody tells the time
cv::Size const lk_window{15, 15};

Homography scaled(double by) { return {by, 0, 0, 0, by, 0, 0, 0, 1}; }

Homography normal(Homography h) {
    for (auto& x : h) x /= h[8];
    return h;
}

Homography from_cv(cv::Mat const& m) {
    Homography h = identity;
    for (int r = 0; r < m.rows; ++r)
        for (int c = 0; c < 3; ++c) h[static_cast<std::size_t>(r) * 3 + static_cast<std::size_t>(c)] = m.at<double>(r, c);
    return normal(h);
}

cv::Point2f point(Homography const& h, cv::Point2f p) {
    auto const q = through(h, p.x, p.y);
    return {static_cast<float>(q[0]), static_cast<float>(q[1])};
}

std::array<cv::Point2f, 4> corners_of(cv::Size s) {
    auto const w = static_cast<float>(s.width), h = static_cast<float>(s.height);
    return {cv::Point2f{0, 0}, {w, 0}, {w, h}, {0, h}};
}

double largest_shift(Homography const& a, Homography const& b, cv::Size s) {
    double most = 0;
    for (auto const& c : corners_of(s)) most = std::max(most, cv::norm(point(a, c) - point(b, c)));
    return most;
}

// share of a picture of this size that is still in view after h
double overlap(Homography const& h, cv::Size s) {
    std::vector<cv::Point2f> moved, common;
    for (auto const& c : corners_of(s)) moved.push_back(point(h, c));
    if (!cv::isContourConvex(moved)) return 0;
    auto const frame = corners_of(s);
    return static_cast<double>(cv::intersectConvexConvex(moved, std::vector<cv::Point2f>(frame.begin(), frame.end()), common)) / s.area();
}

struct Key {
    std::vector<cv::Mat> pyramid;
    cv::Mat edges;                        // 255: strong gradient that is no body
    std::vector<cv::Point2f> corners;     // working pixels
    std::vector<float> contrast;          // of each corner: mean deviation of the light around it
    std::vector<int> agreed, asked;       // of each corner: how often it went with the camera, of the times that were long after the key: by then ripples have changed
    double at_s = 0;                      // of the key
    int votes = 0;                        // looks since ripples have changed
    Homography to_mosaic = identity;      // working pixels of the key to working pixels of the mosaic
    int piece = 0;
    double darkest = 0, lightest = 255;   // between these its light is looked at

    bool proven(std::size_t i) const { return agreed[i] >= 2 && agreed[i] * 10 >= asked[i] * 7; }
    bool refuted(std::size_t i) const { return asked[i] >= 4 && agreed[i] * 2 < asked[i]; }
    bool mature() const { return votes >= 3; }
};

struct Fit {
    Homography from_key = identity;       // key to frame, working pixels
    double sure = 0;
    std::vector<int> agreed, asked;       // places in the key's corners
};

} // namespace

class Stabiliser::Thread {
public:
    explicit Thread(StabiliserSettings const& settings) : m_settings{settings} {}

    CameraPose frame(cv::Mat const& picture, Marks const& bodies, double at_s) {
        m_at_s = at_s >= 0 ? at_s : m_at_s + frame_s;
        auto const grey = working(picture);
        auto const mask = free_of(bodies, grey.size());
        CameraPose pose;
        if (!m_key) {
            begin_key(grey, mask, identity);
            pose.still = true;
            return pose;
        }
        m_before = mosaic_pose();
        auto fit = follow(grey);
        if (!fit) fit = follow_next(grey);
        if (!fit) return is_still(grey, mask) ? stand(pose) : lose(pose, grey, mask);
        m_lost_frames = 0;
        auto const moved = largest_shift(fit->from_key, identity, grey.size());
        if (moved < 0.4) return stand(pose);
        m_static = m_static && moved < 1.0;
        m_step = usual_step(normal(product(fit->from_key, inverse(m_from_key))), grey.size());
        m_from_key = fit->from_key;
        if (m_at_s - m_key->at_s >= ripples_last_s) remember(*m_key, fit->asked, fit->agreed);
        told(pose, fit->sure);
        look_ahead(grey, mask);
        if (overlap(m_from_key, grey.size()) < m_settings.new_key_below) change_key(grey, mask);
        return pose;
    }

    void mended(CameraPose const& pose, bool flies) {
        if (!m_key || pose.piece != m_piece) return;
        auto const working_pose = normal(product(scaled(m_scale), product(pose.to_mosaic, scaled(1 / m_scale))));
        m_from_key = normal(product(inverse(working_pose), m_key->to_mosaic));
        m_step = flies ? shift_of(normal(product(inverse(working_pose), m_before)), m_key->pyramid[0].size()) : identity;
        m_lost_frames = 0;
    }

    bool static_camera() const { return m_static; }

private:
    cv::Mat working(cv::Mat const& picture) {
        cv::Mat grey;
        m_scale = std::min(1.0, static_cast<double>(m_settings.working_width) / picture.cols);
        cv::Mat reduced = picture;
        if (m_scale < 1) cv::resize(picture, reduced, {}, m_scale, m_scale, m_scale > 0.45 && m_scale < 0.55 ? cv::INTER_LINEAR : cv::INTER_AREA);
        if (reduced.channels() == 1) grey = reduced;
        else cv::cvtColor(reduced, grey, cv::COLOR_BGR2GRAY);
        return grey;
    }

    // glints and dark bodies are the sharpest things there are: what is far from a key's middle light is cut down
    static std::vector<cv::Mat> pyramid_of(cv::Mat const& grey, Key const& key) {
        cv::Mat cut;
        cv::max(grey, key.darkest, cut);
        cv::min(cut, key.lightest, cut);
        std::vector<cv::Mat> out;
        cv::buildOpticalFlowPyramid(cut, out, lk_window, lk_levels, false);
        return out;
    }

    cv::Mat free_of(Marks const& bodies, cv::Size size) const {
        cv::Mat mask(size, CV_8U, cv::Scalar(255));
        for (auto const& b : bodies) {
            auto const half = std::max(4.0, b.length_px * m_scale * 0.6);
            cv::Point2d const middle{b.x * m_scale, b.y * m_scale}, along{std::cos(b.axis) * half, std::sin(b.axis) * half};
            cv::line(mask, middle - along, middle + along, cv::Scalar(0), static_cast<int>(half * 0.6) + 3);
        }
        return mask;
    }

    // By how much the middle of the picture shifts.
    static Homography shift_of(Homography const& step, cv::Size size) {
        cv::Point2f const middle{static_cast<float>(size.width) / 2, static_cast<float>(size.height) / 2};
        auto const shift = point(step, middle) - middle;
        return {1, 0, static_cast<double>(shift.x), 0, 1, static_cast<double>(shift.y), 0, 0, 1};
    }

    // The same from frame to frame, of late.
    Homography usual_step(Homography const& now, cv::Size size) const {
        auto const shift = shift_of(now, size);
        return {1, 0, (m_step[2] + shift[2]) / 2, 0, 1, (m_step[5] + shift[5]) / 2, 0, 0, 1};
    }

    CameraPose stand(CameraPose pose) {
        m_lost_frames = 0;
        m_step = identity;
        m_from_key = identity;
        pose.still = true;
        return told(pose, 1);
    }

    void begin_key(cv::Mat const& grey, cv::Mat const& free, Homography const& to_mosaic) {
        m_key = key_of(grey, free, to_mosaic);
        m_from_key = identity;
        keep(m_key);
        m_next = nullptr;
    }

    void keep(std::shared_ptr<Key> const& key) {
        m_keys.push_back(key);
        // the first of a piece stays: it is what the mosaic is made from
        if (static_cast<int>(m_keys.size()) > m_settings.keys_kept) m_keys.erase(m_keys.begin() + 1);
    }

    std::shared_ptr<Key> key_of(cv::Mat const& grey, cv::Mat const& free, Homography const& to_mosaic) const {
        auto key = std::make_shared<Key>();
        key->at_s = m_at_s;
        cv::Scalar mean, spread;
        cv::meanStdDev(grey, mean, spread);
        auto const far = std::max(12.0, 2 * spread[0]);
        key->darkest = std::floor(std::max(0.0, mean[0] - far));
        key->lightest = std::ceil(std::min(255.0, mean[0] + far));
        key->pyramid = pyramid_of(grey, *key);
        cv::Mat wide, mask;
        cv::dilate(key->pyramid[0], wide, {});
        cv::compare(wide, key->lightest, mask, cv::CMP_LT);
        mask &= free;
        key->corners = spread_corners(key->pyramid[0], mask);
        cv::Mat soft, off;
        cv::blur(key->pyramid[0], soft, lk_window);
        cv::absdiff(key->pyramid[0], soft, off);
        cv::blur(off, off, lk_window);
        for (auto const& c : key->corners) key->contrast.push_back(static_cast<float>(off.at<uchar>(static_cast<int>(c.y), static_cast<int>(c.x))));
        key->agreed.resize(key->corners.size());
        key->asked.resize(key->corners.size());
        key->edges = strong_edges(key->pyramid[0], mask);
        key->to_mosaic = to_mosaic;
        key->piece = m_piece;
        return key;
    }

    // the best of every small field: the floor has its say beside fish, however much sharper they are
    std::vector<cv::Point2f> spread_corners(cv::Mat const& grey, cv::Mat const& mask) const {
        cv::Mat quality;
        cv::cornerMinEigenVal(grey, quality, 5);
        quality.setTo(0, mask == 0);
        std::vector<cv::Point2f> out;
        auto const side = static_cast<int>(std::sqrt(grey.size().area() / m_settings.corners));
        constexpr int edge = 8;
        constexpr double flat = 1e-6;      // of 8-bit pictures' eigenvalues: what is less is noise of coding
        for (int y = edge; y + side <= grey.rows - edge; y += side)
            for (int x = edge; x + side <= grey.cols - edge; x += side) {
                double most = 0;
                cv::Point at;
                cv::minMaxLoc(quality(cv::Rect(x, y, side, side)), nullptr, &most, nullptr, &at);
                if (most > flat) out.emplace_back(static_cast<float>(x + at.x), static_cast<float>(y + at.y));
            }
        return out;
    }

    static cv::Mat strong_edges(cv::Mat const& grey, cv::Mat const& mask) {
        cv::Mat soft, dx, dy, size, out;
        cv::GaussianBlur(grey, soft, {3, 3}, 0);
        cv::Sobel(soft, dx, CV_32F, 1, 0);
        cv::Sobel(soft, dy, CV_32F, 0, 1);
        cv::magnitude(dx, dy, size);
        size.setTo(0, mask == 0);
        cv::Mat strong = size >= std::max(percentile(size, 95), 40.0F);
        return strong;
    }

    // Had the camera moved by a pixel, what has strong edges would look different nearly everywhere.
    bool is_still(cv::Mat const& grey, cv::Mat const& mask) const {
        if (largest_shift(m_from_key, identity, grey.size()) > 2) return false;
        cv::Mat const where = m_key->edges & mask;
        auto const asked = cv::countNonZero(where);
        if (asked < 200) return false;
        cv::Mat difference, soft_now, soft_key, changed;
        cv::max(grey, m_key->darkest, soft_now);
        cv::min(soft_now, m_key->lightest, soft_now);
        cv::GaussianBlur(soft_now, soft_now, {3, 3}, 0);
        cv::GaussianBlur(m_key->pyramid[0], soft_key, {3, 3}, 0);
        cv::absdiff(soft_now, soft_key, difference);
        changed = (difference > 8) & where;
        return cv::countNonZero(changed) < asked * 12 / 100;
    }

    std::optional<Fit> follow(cv::Mat const& grey) {
        auto const pyramid = pyramid_of(grey, *m_key);
        // fine levels first: glints that come and go spoil the coarse ones
        if (auto fit = hold_against(*m_key, pyramid, normal(product(m_step, m_from_key)), 1)) return fit;
        if (auto fit = hold_against(*m_key, pyramid, m_from_key, lk_levels)) return fit;
        // a jump: the whole picture's shift, coarsely
        cv::Mat before, now;
        auto const by = 160.0 / grey.cols;
        cv::resize(m_key->pyramid[0], before, {}, by, by, cv::INTER_AREA);
        cv::resize(pyramid[0], now, before.size(), 0, 0, cv::INTER_AREA);
        before.convertTo(before, CV_32F);
        now.convertTo(now, CV_32F);
        cv::Mat window;
        cv::createHanningWindow(window, before.size(), CV_32F);
        auto const shift = cv::phaseCorrelate(before, now, window);
        // one that is seldom right and must therefore be plain
        constexpr double plain = 0.3;
        auto fit = hold_against(*m_key, pyramid, {1, 0, shift.x / by, 0, 1, shift.y / by, 0, 0, 1}, 2);
        return fit && fit->sure >= plain ? fit : std::nullopt;
    }

    // The key to come, where the present one serves no more.
    std::optional<Fit> follow_next(cv::Mat const& grey) {
        if (!m_next) return {};
        auto const guess = normal(product(inverse(normal(product(mosaic_pose(), inverse(m_step)))), m_next->to_mosaic));
        auto fit = hold_against(*m_next, pyramid_of(grey, *m_next), guess, 1);
        if (!fit) return {};
        m_from_key = normal(product(inverse(mosaic_pose()), m_next->to_mosaic));
        m_key = m_next;
        m_next = nullptr;
        keep(m_key);
        return fit;
    }

    struct Found { std::vector<cv::Point2f> from, to; std::vector<int> which; };

    // The key's corners in another picture, sought from where a guess has them.
    static Found found(Key const& key, std::vector<cv::Mat> const& pyramid, Homography const& guess, int levels) {
        std::vector<cv::Point2f> from, to;
        std::vector<int> which;
        auto const size = pyramid[0].size();
        for (std::size_t i = 0; i < key.corners.size(); ++i) {
            if (key.refuted(i)) continue;    // a ripple, a glint, a fish
            auto const p = point(guess, key.corners[i]);
            if (p.x < 4 || p.y < 4 || p.x > static_cast<float>(size.width - 5) || p.y > static_cast<float>(size.height - 5)) continue;
            from.push_back(key.corners[i]);
            to.push_back(p);
            which.push_back(static_cast<int>(i));
        }
        if (from.empty()) return {};
        std::vector<uchar> in;
        std::vector<float> error;
        cv::calcOpticalFlowPyrLK(key.pyramid, pyramid, from, to, in, error, lk_window, levels, {cv::TermCriteria::COUNT + cv::TermCriteria::EPS, 20, 0.02}, cv::OPTFLOW_USE_INITIAL_FLOW);
        // what looks otherwise by now did not stand still, wherever it went
        constexpr float changed = 0.35F, noise = 3.5F;
        for (std::size_t i = 0; i < in.size(); ++i)
            if (error[i] > changed * key.contrast[static_cast<std::size_t>(which[i])] + noise) in[i] = 0;
        keep(from, to, which, in);
        return {from, to, which};
    }

    static std::optional<Fit> hold_against(Key const& key, std::vector<cv::Mat> const& pyramid, Homography const& guess, int levels) {
        auto const [from, to, which] = found(key, pyramid, guess, levels);
        std::vector<uchar> proven;
        proven.reserve(which.size());
        for (auto const i : which) proven.push_back(key.proven(static_cast<std::size_t>(i)) ? 1 : 0);
        Fit fit;
        fit.asked = which;
        return agree(from, to, proven, std::move(fit), pyramid[0].size());
    }

    static double sum_of_squares(Homography const& h, std::vector<cv::Point2f> const& a, std::vector<cv::Point2f> const& b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            auto const d = point(h, a[i]) - b[i];
            sum += static_cast<double>(d.dot(d));
        }
        return sum;
    }

    static void keep(std::vector<cv::Point2f>& a, std::vector<cv::Point2f>& b, std::vector<int>& which, std::vector<uchar> const& in) {
        std::size_t n = 0;
        for (std::size_t i = 0; i < in.size(); ++i)
            if (in[i]) { a[n] = a[i]; b[n] = b[i]; which[n] = which[i]; ++n; }
        a.resize(n);
        b.resize(n);
        which.resize(n);
    }

    // Points within so many pixels of where h has them.
    static std::vector<uchar> near(Homography const& h, std::vector<cv::Point2f> const& a, std::vector<cv::Point2f> const& b, double within) {
        std::vector<uchar> in;
        in.reserve(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) in.push_back(cv::norm(point(h, a[i]) - b[i]) <= within ? 1 : 0);
        return in;
    }

    static std::optional<Fit> agree(std::vector<cv::Point2f> a, std::vector<cv::Point2f> b, std::vector<uchar> const& proven, Fit fit, cv::Size size) {
        if (a.size() < 8) return {};
        auto which = fit.asked;
        auto const all = a.size();
        // two points make a plain move and four a free one: a crowd that mostly does not agree is thinned by the first
        std::vector<uchar> in;
        // corners that have shown that they stand still are asked first, and alone where there are enough
        auto pa = a, pb = b;
        auto which_proven = which;
        keep(pa, pb, which_proven, proven);
        constexpr std::size_t enough = 16;
        bool const few = pa.size() < enough;
        auto const rough = few ? cv::estimateAffinePartial2D(a, b, in, cv::RANSAC, 3, 400, 0.995, 0) : cv::estimateAffinePartial2D(pa, pb, in, cv::RANSAC, 3, 400, 0.995, 0);
        bool const by_proven = !few && !rough.empty() && std::count(in.begin(), in.end(), uchar{1}) * 5 >= static_cast<std::ptrdiff_t>(pa.size()) * 2;
        if (!few && !by_proven) return {};
        if (!rough.empty() && std::count(in.begin(), in.end(), uchar{1}) >= 12) keep(a, b, which, near(from_cv(rough), a, b, 3));
        auto const m = cv::findHomography(a, b, cv::USAC_MAGSAC, 1.0, in, 300, 0.995);
        if (m.empty()) return {};
        keep(a, b, which, in);
        // by chance one in fifty lies within 1.5 px of where any camera would have it
        if (!by_proven && !((a.size() >= 8 && a.size() * 10 >= all * 3) || (a.size() >= 14 && a.size() * 100 >= all * 7))) return {};
        auto h = from_cv(m);
        // turning, shifting and climbing alone, where that explains as much: it does not drift as a free homography does
        if (auto const plain = cv::estimateAffinePartial2D(a, b, in, cv::RANSAC, 1.5, 200, 0.99, 5); !plain.empty()) {
            auto const s = from_cv(plain);
            auto const n = static_cast<double>(2 * a.size());
            // Bayes' criterion: residuals' variance against 4 or 8 parameters
            auto const floor = 1e-3 * n;
            auto const bic_plain = n * std::log((sum_of_squares(s, a, b) + floor) / n) + 4 * std::log(n);
            auto const bic_free = n * std::log((sum_of_squares(h, a, b) + floor) / n) + 8 * std::log(n);
            // a picture seen from above does not tilt by a tenth within one key
            auto const tilt = std::abs(h[6]) * size.width + std::abs(h[7]) * size.height;
            if (a.size() < 24 || tilt > 0.1 || bic_plain < bic_free) h = s;
        }
        if (overlap(h, size) < 0.15) return {};
        auto const grown = cv::norm(point(h, {0, 0}) - point(h, {100, 0})) / 100;
        if (grown < 0.5 || grown > 2) return {};
        std::vector<cv::Point2f> hull;
        cv::convexHull(b, hull);
        auto const spread = cv::contourArea(hull) / size.area();
        if (spread < 0.01) return {};
        auto const inside = static_cast<double>(a.size());
        fit.from_key = h;
        fit.sure = (by_proven ? std::min(1.0, inside / static_cast<double>(pa.size())) : inside / static_cast<double>(all)) * std::min(1.0, inside / 40) * std::min(1.0, spread / 0.15);
        fit.agreed = std::move(which);
        if (fit.sure < 0.03) return {};
        return fit;
    }

    static void remember(Key& key, std::vector<int> const& asked, std::vector<int> const& agreed) {
        for (auto const i : asked) ++key.asked[static_cast<std::size_t>(i)];
        for (auto const i : agreed) ++key.agreed[static_cast<std::size_t>(i)];
    }

    Homography mosaic_pose() const { return normal(product(m_key->to_mosaic, inverse(m_from_key))); }

    // The key to come is begun while this one still serves, and proves its corners on what this one says.
    void look_ahead(cv::Mat const& grey, cv::Mat const& mask) {
        auto const size = grey.size();
        if (!m_next) {
            if (overlap(m_from_key, size) < m_settings.new_key_below + 0.35) m_next = key_of(grey, mask, mosaic_pose());
            return;
        }
        auto const expected = normal(product(inverse(mosaic_pose()), m_next->to_mosaic));
        if (m_at_s - m_next->at_s < ripples_last_s) return;
        ++m_next->votes;
        std::vector<int> asked, agreed;
        auto const [from, to, which] = found(*m_next, pyramid_of(grey, *m_next), expected, 1);
        for (std::size_t i = 0; i < which.size(); ++i) {
            asked.push_back(which[i]);
            if (cv::norm(point(expected, from[i]) - to[i]) < 1.5) agreed.push_back(which[i]);
        }
        remember(*m_next, asked, agreed);
    }

    // an old key that is in view again, else the next one
    void change_key(cv::Mat const& grey, cv::Mat const& mask) {
        auto const size = grey.size();
        auto const to_mosaic = mosaic_pose();
        std::vector<std::pair<double, std::shared_ptr<Key>>> in_view;
        for (auto const& k : m_keys)
            if (k != m_key && k->piece == m_piece)
                if (auto const o = overlap(normal(product(inverse(to_mosaic), k->to_mosaic)), size); o > m_settings.new_key_below + 0.15) in_view.emplace_back(o, k);
        std::sort(in_view.begin(), in_view.end(), [](auto const& x, auto const& y) { return x.first > y.first; });
        if (in_view.size() > 2) in_view.resize(2);
        for (auto const& [o, k] : in_view)
            if (auto const fit = hold_against(*k, pyramid_of(grey, *k), normal(product(inverse(to_mosaic), k->to_mosaic)), 2); fit && fit->sure > 0.3) {
                m_key = k;
                m_from_key = fit->from_key;
                m_next = nullptr;
                return;
            }
        if (!m_next) { begin_key(grey, mask, to_mosaic); return; }
        // not yet: as long as this one holds, let the next one prove itself
        constexpr double too_late = 0.3;
        if (!m_next->mature() && overlap(m_from_key, size) > too_late) return;
        m_key = m_next;
        m_next = nullptr;
        m_from_key = normal(product(inverse(to_mosaic), m_key->to_mosaic));
        keep(m_key);
    }

    CameraPose& told(CameraPose& pose, double sure) const {
        auto const working_pose = product(m_key->to_mosaic, inverse(m_from_key));
        pose.to_mosaic = normal(product(scaled(1 / m_scale), product(working_pose, scaled(m_scale))));
        pose.piece = m_piece;
        pose.sure = sure;
        return pose;
    }

    CameraPose lose(CameraPose pose, cv::Mat const& grey, cv::Mat const& mask) {
        constexpr int patience = 10;
        m_static = false;
        m_from_key = normal(product(m_step, m_from_key));
        if (++m_lost_frames > patience) {
            ++m_piece;
            m_keys.clear();
            m_step = identity;
            m_lost_frames = 0;
            begin_key(grey, mask, identity);
            told(pose, 0);
            return pose;
        }
        told(pose, 0);
        pose.lost = true;
        return pose;
    }

    StabiliserSettings m_settings;
    std::vector<std::shared_ptr<Key>> m_keys;
    std::shared_ptr<Key> m_key, m_next;   // held against; to come
    Homography m_from_key = identity;     // active key to the last frame
    Homography m_step = identity;         // from the frame before it to the last one
    Homography m_before = identity;       // of the frame before it, working pixels to those of the mosaic
    double m_scale = 1, m_at_s = 0;
    int m_piece = 0, m_lost_frames = 0;
    bool m_static = true;
};

Stabiliser::Stabiliser(StabiliserSettings const& settings) : m_thread{std::make_unique<Thread>(settings)} {}
Stabiliser::~Stabiliser() = default;
Stabiliser::Stabiliser(Stabiliser&&) noexcept = default;
Stabiliser& Stabiliser::operator=(Stabiliser&&) noexcept = default;
CameraPose Stabiliser::frame(cv::Mat const& picture, Marks const& bodies, double at_s) { return m_thread->frame(picture, bodies, at_s); }
void Stabiliser::mended(CameraPose const& pose, bool flies) { m_thread->mended(pose, flies); }
bool Stabiliser::static_camera() const { return m_thread->static_camera(); }

double px_per_m_at(double altitude_m, double fov_radians, int picture_width) { return picture_width / (2 * altitude_m * std::tan(fov_radians / 2)); }

Homography to_pond(double px_per_m, int picture_width, int picture_height) {
    return {1 / px_per_m, 0, -picture_width / (2 * px_per_m), 0, 1 / px_per_m, -picture_height / (2 * px_per_m), 0, 0, 1};
}

Mark carried(Mark const& m, Homography const& h) {
    auto out = m;
    auto const half = m.length_px > 0 ? m.length_px / 2 : 1;
    auto const middle = through(h, m.x, m.y), head = through(h, m.x + half * std::cos(m.axis), m.y + half * std::sin(m.axis)),
               tail = through(h, m.x - half * std::cos(m.axis), m.y - half * std::sin(m.axis));
    out.x = middle[0];
    out.y = middle[1];
    out.axis = std::atan2(head[1] - tail[1], head[0] - tail[0]);
    if (m.length_px > 0) out.length_px = std::hypot(head[0] - tail[0], head[1] - tail[1]);
    return out;
}

MosaicCells::MosaicCells(double side) : m_side{side} {}

void MosaicCells::cover(std::int32_t i, std::int32_t j, std::int32_t i_to, std::int32_t j_to) {
    if (m_width > 0 && i >= m_i && j >= m_j && i_to < m_i + m_width && j_to < m_j + m_height) return;
    constexpr std::int32_t more = 16;
    auto const from_i = m_width > 0 ? std::min(m_i, i - more) : i - more, from_j = m_width > 0 ? std::min(m_j, j - more) : j - more;
    auto const to_i = std::max(m_width > 0 ? m_i + m_width : i_to, i_to + more), to_j = std::max(m_height > 0 ? m_j + m_height : j_to, j_to + more);
    auto const width = to_i - from_i, height = to_j - from_j;
    std::vector<Cell> wider(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (std::int32_t y = 0; y < height; ++y)
        for (std::int32_t x = 0; x < width; ++x) {
            auto& c = wider[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
            c.i = from_i + x;
            c.j = from_j + y;
        }
    for (auto const& c : m_cells)
        wider[static_cast<std::size_t>(c.j - from_j) * static_cast<std::size_t>(width) + static_cast<std::size_t>(c.i - from_i)] = c;
    m_cells = std::move(wider);
    m_i = from_i;
    m_j = from_j;
    m_width = width;
    m_height = height;
}

MosaicCells::Cell& MosaicCells::at(std::int32_t i, std::int32_t j) {
    return m_cells[static_cast<std::size_t>(j - m_j) * static_cast<std::size_t>(m_width) + static_cast<std::size_t>(i - m_i)];
}

void MosaicCells::add(Homography const& to_plane, int width, int height, cv::Mat const& readable, Marks const& marks) {
    auto const cell = [&](double x) { return static_cast<std::int32_t>(std::floor(x / m_side)); };
    double left = 1e30, top = 1e30, right = -1e30, bottom = -1e30;
    for (auto const& c : corners_of({width, height})) {
        auto const p = through(to_plane, c.x, c.y);
        left = std::min(left, p[0]);
        right = std::max(right, p[0]);
        top = std::min(top, p[1]);
        bottom = std::max(bottom, p[1]);
    }
    // a picture as wide as that is no picture but a thread that was lost
    if (!(right - left < 4096 * m_side && bottom - top < 4096 * m_side && std::max(std::abs(left), std::abs(top)) < 1e6 * m_side)) return;
    cover(cell(left), cell(top), cell(right), cell(bottom));
    auto const to_picture = inverse(to_plane);
    auto const width_here = cell(right) - cell(left) + 1;
    std::vector<char> now(static_cast<std::size_t>(width_here) * static_cast<std::size_t>(cell(bottom) - cell(top) + 1));   // whether it can be read
    auto const place = [&](std::int32_t i, std::int32_t j) -> char& {
        return now[static_cast<std::size_t>(j - cell(top)) * static_cast<std::size_t>(width_here) + static_cast<std::size_t>(i - cell(left))];
    };
    for (auto j = cell(top); j <= cell(bottom); ++j)
        for (auto i = cell(left); i <= cell(right); ++i) {
            auto const p = through(to_picture, (i + 0.5) * m_side, (j + 0.5) * m_side);
            if (!(p[0] >= 0 && p[1] >= 0 && p[0] < width && p[1] < height)) continue;
            if (!readable.empty() && readable.at<uchar>(static_cast<int>(p[1] * readable.rows / height), static_cast<int>(p[0] * readable.cols / width)) == 0) continue;
            place(i, j) = 1;
            ++at(i, j).looks;
        }
    for (auto const& m : marks) {
        auto const p = through(to_plane, m.x, m.y);
        auto const i = cell(p[0]), j = cell(p[1]);
        if (i < cell(left) || i > cell(right) || j < cell(top) || j > cell(bottom) || !place(i, j)) continue;
        at(i, j).marks += m.score;
    }
}

std::vector<MosaicCells::Cell> MosaicCells::cells() const {
    std::vector<Cell> out;
    for (auto const& c : m_cells)
        if (c.looks > 0) out.push_back(c);
    return out;
}

double MosaicCells::count(std::int32_t looks_from) const {
    double sum = 0;
    for (auto const& c : m_cells)
        if (c.looks >= looks_from && c.looks > 0) sum += c.marks / c.looks;
    return sum;
}

double MosaicCells::area(std::int32_t looks_from) const {
    auto const n = std::count_if(m_cells.begin(), m_cells.end(), [&](Cell const& c) { return c.looks >= looks_from && c.looks > 0; });
    return static_cast<double>(n) * m_side * m_side;
}

} // namespace osetra::stocktake
