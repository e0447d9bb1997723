#include "stocktake/engine/track.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "stocktake/engine/metrics.h"
#include "stocktake/engine/middle.h"
#include "stocktake/engine/track_motion.h"

namespace osetra::stocktake {
namespace {

// squared distances in standard deviations: 99.97 % of what two numbers do by chance, and 98.9 %
constexpr double gate = 16, narrow_gate = 9;
constexpr double inside = 0.6;                       // lengths from another's middle
constexpr double touching = 0.5;                     // the same, where it is no longer sure which is which
constexpr double at_edge = 1.0;                      // lengths from the picture's edge where bodies come and go
constexpr std::size_t measures = 2;                  // of a body's size: its length, and what the caller has

// The logarithm of a size, over sightings.
struct Size {
    double n = 0, mean = 0;
    void add(double log_size) { mean += (log_size - mean) / ++n; }
    void add(Size const& other) {
        if (other.n > 0) mean = (mean * n + other.mean * other.n) / (n + other.n);
        n += other.n;
    }
};

using Sizes = std::array<Size, measures>;

// Sightings of one body from where it was clear who it is to where that is clear no more, and on as far as it could be followed.
struct Stretch {
    std::vector<std::int64_t> numbers;               // it was given to the caller under these
    std::int64_t heir_of = 0;                        // the number under which it was followed into the crowd from which it comes
    double from_s = 0, clear_s = 0, to_s = 0;        // clear_s: last time that it was clear who it is
    std::int64_t sightings = 0;
    double logits = 0;                               // sum over the sightings
    std::vector<std::array<double, 3>> path;
    std::int64_t path_step = 1;
    std::vector<double> lengths;
    std::int64_t lengths_step = 1;
    double seen_s = 0;
    Sizes sizes;
    bool from_edge = false, to_edge = false;
    std::optional<Motion> last;                      // at clear_s
    Mark first_mark, last_mark;

    double length() const { return sizes[0].n > 0 ? std::exp(sizes[0].mean) : 0; }
};

struct Follow {
    Stretch seen;
    Motion motion;
    std::ptrdiff_t mark = -1;                        // of this look
    int missed = 0;                                  // looks in a row
    double unseen_s = 0;
    bool confirmed = false;
    bool hidden_inside = false;
    bool in_crowd = false;                           // since it was last clear who it is
};

double logit_of(double score) {
    auto const held = std::clamp(score, 0.001, 0.999);
    return std::log(held / (1 - held));
}

double from_edge_of(std::vector<std::array<double, 2>> const& view, double x, double y) {
    double least = 1e300;
    for (std::size_t i = 0; i < view.size(); ++i) {
        auto const& a = view[i];
        auto const& b = view[(i + 1) % view.size()];
        auto const along = std::hypot(b[0] - a[0], b[1] - a[1]);
        if (along > 0) least = std::min(least, std::abs((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / along);
    }
    return least;
}

} // namespace

std::int64_t Tracks::of(std::int64_t seen_as) const {
    auto const it = joined.find(seen_as);
    return it == joined.end() ? 0 : it->second;
}

class Tracker::Crowd {
public:
    explicit Crowd(TrackSettings const& settings) : m_settings{settings} {
        m_lively.length = settings.length;
        m_lively.wrong_way = settings.wrong_way;
    }

    std::vector<std::int64_t> look(double at_s, Marks const& marks, std::vector<std::array<double, 2>> const& view, std::vector<double> const& sizes) {
        learn_length(marks);
        auto const dt = m_looks++ == 0 ? 0 : at_s - m_at_s;
        assert(dt >= 0 && (sizes.empty() || sizes.size() == marks.size()));
        m_at_s = at_s;
        m_marks = &marks;
        m_sizes = &sizes;
        m_view = &view;
        m_taken.assign(marks.size(), false);
        for (auto& f : m_follows) {
            if (dt > 0) f.motion.predict(dt, m_lively);
            f.unseen_s += dt;
            ++f.missed;
            f.mark = -1;
        }
        auto const sure = [&](Mark const& m) { return m.score >= m_settings.sure; };
        auto const weak = [&](Mark const& m) { return m.score >= m_settings.weak; };
        pair([](Follow const& f) { return f.confirmed; }, sure, gate);
        pair([](Follow const& f) { return f.confirmed; }, weak, narrow_gate);
        pair([](Follow const& f) { return !f.confirmed; }, sure, gate);
        search_wide();
        hide();
        begin();
        notice_crowds();
        std::vector<std::int64_t> given(marks.size(), 0);
        for (auto& f : m_follows)
            if (f.mark >= 0) {
                record(f);
                given[static_cast<std::size_t>(f.mark)] = f.seen.numbers.back();
            }
        end_old();
        if (at_s - m_joined_s > m_settings.stitch_s) join(at_s);
        thin();
        return given;
    }

    Marks expected(double at_s) const {
        Marks out;
        for (auto const& f : m_follows) {
            if (!f.confirmed) continue;
            auto motion = f.motion;
            if (at_s > m_at_s) motion.predict(at_s - m_at_s, m_lively);
            auto const length = f.seen.length();
            out.push_back({motion.x(), motion.y(), motion.heading(), length > 0 ? length : m_lively.length, 1, 1});
        }
        return out;
    }

    std::int64_t followed() const {
        return std::count_if(m_follows.begin(), m_follows.end(), [](Follow const& f) { return f.confirmed; });
    }

    Tracks finish() {
        for (auto& f : m_follows)
            if (f.confirmed) m_ended.push_back(std::move(f.seen));
        m_follows.clear();
        join(1e300);
        std::sort(m_closed.begin(), m_closed.end(), [](Stretch const& a, Stretch const& b) { return std::pair{a.from_s, a.numbers[0]} < std::pair{b.from_s, b.numbers[0]}; });
        Tracks out;
        for (auto& s : m_closed) {
            Track t;
            t.track = static_cast<std::int64_t>(out.tracks.size()) + 1;
            t.from_s = s.from_s;
            t.to_s = s.to_s;
            t.path = std::move(s.path);
            t.sightings = s.sightings;
            t.evidence = s.logits / static_cast<double>(std::max<std::int64_t>(1, s.sightings));
            measure(t, s.lengths, s.seen_s);
            for (auto const n : s.numbers) out.joined[n] = t.track;
            out.tracks.push_back(std::move(t));
        }
        return out;
    }

private:
    void learn_length(Marks const& marks) {
        if (m_settings.length > 0) return;
        constexpr int looks_enough = 20;
        if (m_looks < looks_enough)
            for (auto const& m : marks)
                if (m.length_px > 0 && m.score >= m_settings.sure) m_lengths.push_back(m.length_px);
        constexpr double unknown = 20;
        if (!m_lengths.empty() && m_looks < looks_enough) m_lively.length = median_of(m_lengths);
        else if (m_lengths.empty()) m_lively.length = unknown;
    }

    // The follows that are asked and not yet seen, with the marks that are asked and not yet taken.
    void pair(auto&& of_follow, auto&& of_mark, double within) {
        std::vector<Follow*> follows;
        Marks marks;
        std::vector<std::size_t> which;
        for (auto& f : m_follows)
            if (f.mark < 0 && of_follow(f)) follows.push_back(&f);
        for (std::size_t i = 0; i < m_marks->size(); ++i)
            if (!m_taken[i] && of_mark((*m_marks)[i])) { which.push_back(i); marks.push_back((*m_marks)[i]); }
        if (follows.empty() || marks.empty()) return;
        // those just seen need not be looked for far away, however unsure their speed
        std::vector<Edge> edges;
        auto const far = 3 * m_lively.length, close = 1.5 * m_lively.length;
        for (bool const hidden : {false, true}) {
            Marks asked;
            std::vector<std::int32_t> rows;
            for (std::size_t r = 0; r < follows.size(); ++r)
                if ((follows[r]->motion.reach(m_lively) > close) == hidden) { asked.push_back({follows[r]->motion.x(), follows[r]->motion.y()}); rows.push_back(static_cast<std::int32_t>(r)); }
            for (auto const& e : pairs_within(asked, marks, hidden ? far : close)) {
                auto const row = rows[static_cast<std::size_t>(e.row)];
                auto const& f = *follows[static_cast<std::size_t>(row)];
                auto const& m = marks[static_cast<std::size_t>(e.column)];
                auto const d = f.motion.distance(m, m_lively);
                if (d <= within) edges.push_back({row, e.column, d + f.motion.turned(m, m_lively) + of_size(f.seen, which[static_cast<std::size_t>(e.column)]) + f.motion.spread(m_lively)});
            }
        }
        constexpr double unmatched = 60;     // dearer than any pair: who may be together is what the gate says
        auto const given = assign(static_cast<std::int32_t>(follows.size()), static_cast<std::int32_t>(marks.size()), edges, unmatched);
        for (std::size_t r = 0; r < given.size(); ++r)
            if (given[r] >= 0) take(*follows[r], which[static_cast<std::size_t>(given[r])], true);
    }

    double size_of(std::size_t mark, std::size_t measure) const {
        if (measure == 0) return (*m_marks)[mark].length_px;
        return m_sizes->empty() ? 0 : (*m_sizes)[mark];
    }

    // Squared distance of one sighting's sizes from those before; a mark in a crowd has the size of what is left of it.
    double of_size(Stretch const& s, std::size_t mark) const {
        constexpr double most = 4;
        double sum = 0;
        if ((*m_marks)[mark].score < m_settings.sure) return 0;
        for (std::size_t k = 0; k < measures; ++k) {
            auto const size = size_of(mark, k);
            if (s.sizes[k].n < 1 || !(size > 0)) continue;
            auto const off = std::log(size) - s.sizes[k].mean;
            sum += std::min(most, off * off / (m_scatter[k] * (1 + 1 / s.sizes[k].n)));
        }
        return sum;
    }

    // The same of two stretches. Sightings close together err alike (a third are worth as much as all), and bodies bend and tilt for longer than that.
    double of_sizes(Sizes const& a, Sizes const& b) const {
        constexpr double most = 16, alike = 3, slowly = 0.25;
        double sum = 0;
        for (std::size_t k = 0; k < measures; ++k) {
            if (a[k].n < 1 || b[k].n < 1) continue;
            auto const off = a[k].mean - b[k].mean;
            sum += std::min(most, off * off / (m_scatter[k] * (std::min(1.0, alike / a[k].n) + std::min(1.0, alike / b[k].n) + 2 * slowly)));
        }
        return sum;
    }

    // Bodies that swam as nobody could foresee (startled, or turned by a wall), to marks that nobody else claims.
    void search_wide() {
        std::vector<Follow*> follows;
        Marks places, marks;
        std::vector<std::size_t> which;
        double longest = 0;
        for (auto& f : m_follows)
            if (f.mark < 0) { follows.push_back(&f); places.push_back({f.motion.x(), f.motion.y()}); longest = std::max(longest, f.unseen_s); }
        for (std::size_t i = 0; i < m_marks->size(); ++i)
            if (!m_taken[i] && (*m_marks)[i].score >= m_settings.sure) { which.push_back(i); marks.push_back((*m_marks)[i]); }
        if (follows.empty() || marks.empty()) return;
        std::vector<Edge> edges;
        constexpr double farthest = 3;
        for (auto const& e : pairs_within(places, marks, std::min(farthest * m_lively.length, 3 * std::sqrt(anywhere(longest))))) {
            auto const& f = *follows[static_cast<std::size_t>(e.row)];
            auto const variance = anywhere(f.unseen_s), d = e.cost * e.cost / variance;
            if (d <= narrow_gate) edges.push_back({e.row, e.column, d + 2 * std::log(variance) + of_size(f.seen, which[static_cast<std::size_t>(e.column)])});
        }
        constexpr double unmatched = 1e3;
        auto const given = assign(static_cast<std::int32_t>(follows.size()), static_cast<std::int32_t>(marks.size()), edges, unmatched);
        for (std::size_t r = 0; r < given.size(); ++r)
            if (given[r] >= 0) take(*follows[r], which[static_cast<std::size_t>(given[r])], false);
    }

    // Variance of where a body is that may have done anything since it was seen.
    double anywhere(double unseen_s) const {
        constexpr double at_once = 0.12, in_a_second = 0.64;      // squared lengths: a third of one, and four fifths
        return m_lively.length * m_lively.length * (at_once + in_a_second * unseen_s);
    }

    void take(Follow& f, std::size_t i, bool expected) {
        auto const& m = (*m_marks)[i];
        m_taken[i] = true;
        f.mark = static_cast<std::ptrdiff_t>(i);
        if (expected && f.confirmed && f.missed == 1 && m.score >= m_settings.sure) learn(f.motion.distance(m, m_lively));
        if (expected) f.motion.see(m, m_lively);
        else f.motion = Motion{m, m_lively};
        f.missed = 0;
        f.unseen_s = 0;
        f.hidden_inside = false;
    }

    // The middle squared distance of two normal numbers is 2 ln 2: where marks are further off than that half of the time, bodies here are livelier than thought.
    void learn(double distance) {
        constexpr double middle = 1.386, step = 0.02, calmest = 0.1, liveliest = 400;
        m_lively.factor = std::clamp(m_lively.factor * std::exp(distance > middle ? step : -step), calmest, liveliest);
    }

    bool by_edge(Mark const& m) const { return !m_view->empty() && from_edge_of(*m_view, m.x, m.y) < at_edge * m_lively.length; }

    // Bodies that are not seen where another is seen: they are inside its mark.
    void hide() {
        Marks hidden, seen;
        std::vector<Follow*> who, hosts;
        for (auto& f : m_follows) {
            if (!f.confirmed) continue;
            (f.mark < 0 ? hidden : seen).push_back({f.motion.x(), f.motion.y()});
            (f.mark < 0 ? who : hosts).push_back(&f);
        }
        std::vector<double> nearest(who.size(), 1e300);
        std::vector<Follow*> host(who.size(), nullptr);
        for (auto const& e : pairs_within(hidden, seen, inside * m_lively.length))
            if (auto const r = static_cast<std::size_t>(e.row); e.cost < nearest[r]) { nearest[r] = e.cost; host[r] = hosts[static_cast<std::size_t>(e.column)]; }
        for (std::size_t i = 0; i < who.size(); ++i) {
            who[i]->hidden_inside = host[i] != nullptr;
            if (host[i]) who[i]->motion.hide_at(host[i]->motion.x(), host[i]->motion.y(), 0.4 * m_lively.length);
        }
    }

    void begin() {
        for (std::size_t i = 0; i < m_marks->size(); ++i) {
            auto const& m = (*m_marks)[i];
            if (m_taken[i] || m.score < m_settings.sure) continue;
            m_taken[i] = true;
            Follow f{{}, Motion{m, m_lively}, static_cast<std::ptrdiff_t>(i)};
            m_follows.push_back(std::move(f));
        }
    }

    // Bodies so close together that one may be taken for the other.
    void notice_crowds() {
        Marks places;
        std::vector<Follow*> who;
        for (auto& f : m_follows) {
            if (!f.confirmed) continue;
            places.push_back({f.motion.x(), f.motion.y()});
            who.push_back(&f);
            if (f.hidden_inside || (f.mark >= 0 && (*m_marks)[static_cast<std::size_t>(f.mark)].score < m_settings.sure)) f.in_crowd = true;
        }
        m_crowded.assign(m_marks->size(), false);
        for (auto const& e : pairs_within(places, places, touching * m_lively.length))
            if (e.row != e.column) {
                auto& f = *who[static_cast<std::size_t>(e.row)];
                f.in_crowd = true;
                if (f.mark >= 0) m_crowded[static_cast<std::size_t>(f.mark)] = true;
            }
    }

    void record(Follow& f) {
        auto const i = static_cast<std::size_t>(f.mark);
        auto const& m = (*m_marks)[i];
        bool const clear = m.score >= m_settings.sure && !m_crowded[i];
        if (f.seen.numbers.empty()) start(f, 0);
        else if (clear && f.in_crowd) {
            auto const before = f.seen.numbers.back();
            m_ended.push_back(std::move(f.seen));
            f.seen = {};
            start(f, before);
        }
        auto& s = f.seen;
        if (s.sightings > 0) s.seen_s += m_at_s - s.to_s;
        s.to_s = m_at_s;
        s.logits += logit_of(m.score);
        if (s.sightings++ % s.path_step == 0) {
            s.path.push_back({m_at_s, m.x, m.y});
            ++m_rows;
        }
        if (clear || !f.confirmed) {
            s.clear_s = m_at_s;
            s.to_edge = by_edge(m);
            s.last = f.motion;
            s.last_mark = m;
            f.in_crowd = false;
            add_sizes(s, i);
        }
        if (!f.confirmed && s.sightings >= m_settings.confirm) f.confirmed = true;
    }

    void start(Follow& f, std::int64_t heir_of) {
        auto const& m = (*m_marks)[static_cast<std::size_t>(f.mark)];
        f.seen.numbers.push_back(++m_numbers);
        f.seen.heir_of = heir_of;
        f.seen.from_s = f.seen.clear_s = m_at_s;
        f.seen.from_edge = by_edge(m);
        f.seen.first_mark = m;
        f.seen.last = f.motion;
    }

    void add_sizes(Stretch& s, std::size_t mark) {
        for (std::size_t k = 0; k < measures; ++k) {
            auto const size = size_of(mark, k);
            if (!(size > 0)) continue;
            constexpr double settled = 6, step = 0.002, most = 0.2, least_scatter = 4e-4;
            if (s.sizes[k].n >= settled) {
                auto const off = std::clamp(std::log(size) - s.sizes[k].mean, -most, most);
                m_scatter[k] = std::max(least_scatter, m_scatter[k] + step * (off * off - m_scatter[k]));
            }
            s.sizes[k].add(std::log(size));
        }
        auto const length = (*m_marks)[mark].length_px;
        if (length > 0 && s.sightings % s.lengths_step == 0) s.lengths.push_back(length);
        keep_few(s);
    }

    static void keep_few(Stretch& s) {
        constexpr std::size_t lengths_kept = 128;
        while (s.lengths.size() >= lengths_kept) { s.lengths_step *= 2; every_second(s.lengths); }
    }

    void end_old() {
        auto const old = [&](Follow const& f) {
            if (!f.confirmed) return f.missed > 2;
            return f.unseen_s > m_settings.memory_s * (f.hidden_inside ? 3 : 1);
        };
        for (auto& f : m_follows) {
            if (!old(f)) continue;
            if (f.confirmed) m_ended.push_back(std::move(f.seen));
            else m_rows -= f.seen.path.size();
            f.missed = gone;
        }
        std::erase_if(m_follows, [](Follow const& f) { return f.missed == gone; });
    }

    template <class T> static void every_second(std::vector<T>& all) {
        std::size_t n = 0;
        for (std::size_t i = 0; i < all.size(); i += 2) all[n++] = all[i];
        all.resize(n);
    }

    void thin() {
        if (m_rows <= m_settings.rows_kept) return;
        m_rows = 0;
        auto const one = [&](Stretch& s) {
            if (s.path.size() > 2) {
                auto const last = s.path.back();
                every_second(s.path);
                if (s.path.back() != last) s.path.push_back(last);
                s.path.shrink_to_fit();
                s.path_step *= 2;
            }
            m_rows += s.path.size();
        };
        for (auto* all : {&m_ended, &m_closed})
            for (auto& s : *all) one(s);
        for (auto& f : m_follows) one(f.seen);
    }

    // One stretch may have led to another: places in a list, how well it fits by motion, and what it is worth that a is not an end nor b a beginning.
    struct Lead { std::size_t a, b; double motion, worth; };

    // Where a body goes that nobody sees any more, for gaps that only grow: step by step, so that each beginning after its end costs one step.
    class Ahead {
    public:
        Ahead(Stretch const& a, Liveliness const& l) : m_at(*a.last), m_lively(l) {}
        // At most a step before the gap's end.
        Motion const& before(double gap) {
            for (; m_s + step_s <= gap; m_s += step_s) m_at.predict(step_s, m_lively);
            return m_at;
        }
        Motion at(double gap) {
            auto motion = before(gap);
            if (gap > m_s) motion.predict(gap - m_s, m_lively);
            return motion;
        }
        static constexpr double step_s = 0.2;

    private:
        Motion m_at;
        Liveliness const& m_lively;
        double m_s = 0;
    };

    std::optional<Lead> lead(Stretch const& a, Stretch const& b, Ahead& way) const {
        auto const gap = b.from_s - a.clear_s;
        bool const heir = b.heir_of == a.numbers.back();
        if (gap <= 0 || (gap > m_settings.stitch_s && !heir)) return {};
        auto const& end = a.path.back();
        auto const length = m_lively.length;
        // both were in the crowd from which b comes: there one is easily taken for the other
        constexpr double crowd_s = 1, crowd_lengths = 2;
        bool const exchanged = b.heir_of != 0 && a.to_s > a.clear_s && std::abs(b.from_s - a.to_s) < crowd_s && std::hypot(end[1] - b.first_mark.x, end[2] - b.first_mark.y) < crowd_lengths * length;
        auto const variance = anywhere(gap);
        auto const d_wide = (std::pow(a.last->x() - b.first_mark.x, 2) + std::pow(a.last->y() - b.first_mark.y, 2)) / variance;
        auto const ahead_s = std::min(gap, m_settings.stitch_s);
        bool const must_be_foreseen = d_wide > narrow_gate && !heir && !exchanged;
        if (must_be_foreseen) {
            auto const& near = way.before(ahead_s);
            constexpr double wider = 1.5;       // than a step before
            auto const farthest = wider * near.reach(m_lively) + length + std::abs(near.speed()) * Ahead::step_s;
            if (std::hypot(near.x() - b.first_mark.x, near.y() - b.first_mark.y) > farthest) return {};
        }
        auto const ahead = way.at(ahead_s);
        auto const d = ahead.distance(b.first_mark, m_lively);
        if (d > gate && must_be_foreseen) return {};
        // as foreseen, or one in twenty anyhow
        constexpr double unforeseen = 6, not_followed = 7;
        auto const foreseen = std::min(d, gate) + ahead.turned(b.first_mark, m_lively) + ahead.spread(m_lively);
        auto const anyhow = std::min(d_wide, gate) + unforeseen + Motion::spread_of(variance, m_lively);
        auto const motion = std::min(foreseen, anyhow) + (heir ? 0 : not_followed);
        // in the middle of the picture bodies neither come nor go: an end there wants its beginning
        constexpr double an_end = 24, in_the_middle = 10, in_a_crowd = 120;
        return Lead{0, 0, motion, heir || exchanged ? in_a_crowd : an_end + (a.to_edge ? 0 : in_the_middle) + (b.from_edge ? 0 : in_the_middle)};
    }

    // In the order of a, and of b for each.
    std::vector<Lead> leads(std::vector<Stretch*> const& all, std::vector<bool> const& ended) const {
        std::vector<Lead> out;
        std::map<std::int64_t, std::size_t> heirs;
        for (std::size_t b = 0; b < all.size(); ++b)
            if (all[b]->heir_of != 0) heirs[all[b]->heir_of] = b;
        for (std::size_t a = 0; a < all.size(); ++a) {
            if (!ended[a]) continue;
            Ahead way{*all[a], m_lively};
            auto const consider = [&](std::size_t b) {
                if (auto l = lead(*all[a], *all[b], way)) out.push_back({a, b, l->motion, l->worth});
            };
            auto const until = all[a]->clear_s + m_settings.stitch_s;
            auto const from = std::upper_bound(all.begin(), all.end(), all[a]->clear_s, [](double t, Stretch const* s) { return t < s->from_s; });
            for (auto b = from; b != all.end() && (*b)->from_s <= until; ++b) consider(static_cast<std::size_t>(b - all.begin()));
            if (auto const heir = heirs.find(all[a]->numbers.back()); heir != heirs.end() && all[heir->second]->from_s > until) consider(heir->second);
        }
        return out;
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    // For each the one that it goes on as: the least cost of motion, and of the sizes of neighbours.
    std::vector<std::size_t> likeliest(std::vector<Stretch*> const& all, std::vector<Lead> const& candidates) const {
        std::vector<Edge> edges;
        for (auto const& l : candidates)
            if (auto const cost = l.motion + of_sizes(all[l.a]->sizes, all[l.b]->sizes) - l.worth; cost < 0) edges.push_back({static_cast<std::int32_t>(l.a), static_cast<std::int32_t>(l.b), cost});
        auto const n = static_cast<std::int32_t>(all.size());
        std::vector<std::size_t> next;
        for (auto const b : assign(n, n, edges, 0)) next.push_back(b < 0 ? none : static_cast<std::size_t>(b));
        return next;
    }

    // Where two chains cross, all that is known of the sizes before and after says whether they did or only touched.
    void uncross(std::vector<Stretch*> const& all, std::vector<Lead> const& candidates, std::vector<std::size_t>& next) const {
        std::vector<std::ptrdiff_t> first(all.size() + 1);
        for (auto const& l : candidates) ++first[l.a + 1];
        for (std::size_t a = 0; a < all.size(); ++a) first[a + 1] += first[a];
        auto const motion_of = [&](std::size_t one, std::size_t two) {
            auto const end = candidates.begin() + first[one + 1];
            auto const at = std::lower_bound(candidates.begin() + first[one], end, two, [](Lead const& l, std::size_t b) { return l.b < b; });
            return at != end && at->b == two ? std::optional{at->motion} : std::nullopt;
        };
        std::vector<Sizes> before(all.size()), after(all.size());
        std::vector<std::size_t> previous(all.size(), none);
        auto const both = [](Sizes one, Sizes const& more) {
            for (std::size_t k = 0; k < measures; ++k) one[k].add(more[k]);
            return one;
        };
        auto const sum_before = [&](std::size_t b) { before[b] = previous[b] == none ? all[b]->sizes : both(all[b]->sizes, before[previous[b]]); };
        auto const sum_after = [&](std::size_t a) { after[a] = next[a] == none ? all[a]->sizes : both(all[a]->sizes, after[next[a]]); };
        for (std::size_t a = 0; a < all.size(); ++a)
            if (next[a] != none) previous[next[a]] = a;
        for (std::size_t a = 0; a < all.size(); ++a) sum_before(a);      // chains go forward in time, as the list does
        for (std::size_t a = all.size(); a-- > 0;) sum_after(a);
        auto const lead_on = [&](std::size_t from, std::size_t to) {
            next[from] = to;
            previous[to] = from;
        };
        auto const sum_again = [&](std::size_t from) {                   // what hangs on a lead that is new
            for (auto i = next[from]; i != none; i = next[i]) sum_before(i);
            for (auto i = from; i != none; i = previous[i]) sum_after(i);
        };
        constexpr int rounds = 6;
        for (int round = 0; round < rounds; ++round) {
            bool changed = false;
            for (auto const& l : candidates) {
                auto const a = l.a, d = l.b, b = next[a], c = previous[d];
                if (b == none || c == none || a == c || b == d) continue;
                auto const other = motion_of(c, b);
                if (!other) continue;
                auto const now = *motion_of(a, b) + *motion_of(c, d) + of_sizes(before[a], after[b]) + of_sizes(before[c], after[d]);
                auto const then = l.motion + *other + of_sizes(before[a], after[d]) + of_sizes(before[c], after[b]);
                if (then >= now - 1e-9) continue;
                lead_on(a, d);
                lead_on(c, b);
                sum_again(a);
                sum_again(c);
                changed = true;
            }
            if (!changed) break;
        }
    }

    // Ends and beginnings are joined that are certain to have all their candidates: those that ended so long ago that whatever they lead to has begun.
    void join(double now_s) {
        m_joined_s = now_s;
        std::vector<Stretch*> all;
        all.reserve(m_ended.size() + m_follows.size());
        for (auto& s : m_ended) all.push_back(&s);
        for (auto& f : m_follows)
            if (f.confirmed) all.push_back(&f.seen);
        std::sort(all.begin(), all.end(), [](Stretch const* a, Stretch const* b) { return std::pair{a->from_s, a->numbers[0]} < std::pair{b->from_s, b->numbers[0]}; });
        std::vector<bool> ended(all.size());
        for (std::size_t a = 0; a < all.size(); ++a) ended[a] = all[a] >= m_ended.data() && all[a] < m_ended.data() + m_ended.size();
        auto const candidates = leads(all, ended);
        auto next = likeliest(all, candidates);
        uncross(all, candidates, next);
        // from the first on, so that each hands over all that led to it
        for (std::size_t a = 0; a < all.size(); ++a) {
            if (!ended[a] || std::max(all[a]->clear_s + m_settings.stitch_s, all[a]->to_s) >= now_s) continue;
            if (next[a] != none) go_on(*all[a], *all[next[a]]);
            else m_closed.push_back(std::move(*all[a]));
            all[a]->numbers.clear();
        }
        std::erase_if(m_ended, [](Stretch const& s) { return s.numbers.empty(); });
    }

    // b is a, later: it takes over what a was.
    static void go_on(Stretch& a, Stretch& b) {
        b.heir_of = a.heir_of;
        b.numbers.insert(b.numbers.begin(), a.numbers.begin(), a.numbers.end());
        b.from_s = a.from_s;
        b.sightings += a.sightings;
        b.logits += a.logits;
        b.seen_s += a.seen_s;
        b.path.insert(b.path.begin(), a.path.begin(), a.path.end());
        b.path_step = std::max(a.path_step, b.path_step);
        b.lengths.insert(b.lengths.begin(), a.lengths.begin(), a.lengths.end());
        b.lengths_step = std::max(a.lengths_step, b.lengths_step);
        keep_few(b);
        for (std::size_t k = 0; k < measures; ++k) b.sizes[k].add(a.sizes[k]);
        b.from_edge = a.from_edge;
        b.first_mark = a.first_mark;
    }

    // The middle of all sightings; those within half a second of each other say the same.
    static void measure(Track& t, std::vector<double> const& lengths, double seen_s) {
        if (lengths.empty()) return;
        t.length = median_of(lengths);
        std::vector<double> off;
        off.reserve(lengths.size());
        for (auto const l : lengths) off.push_back(std::abs(l - t.length));
        auto const independent = std::clamp(seen_s / 0.5, 1.0, static_cast<double>(lengths.size()));
        // standard deviation from the middle deviation, and the middle's error against the mean's
        t.length_error = 1.2533 * 1.4826 * median_of(std::move(off)) / std::sqrt(independent);
    }

    static constexpr int gone = 1 << 30;
    TrackSettings m_settings;
    Liveliness m_lively;
    std::array<double, measures> m_scatter{0.04, 0.04};            // variance of a body's measured size about its own mean, learnt
    std::vector<double> m_lengths;
    std::vector<Follow> m_follows;
    std::vector<Stretch> m_ended, m_closed;                        // may still lead on; does not
    std::int64_t m_numbers = 0, m_looks = 0;
    std::size_t m_rows = 0;
    double m_at_s = 0, m_joined_s = 0;
    Marks const* m_marks = nullptr;                                // of the look, as are the rest
    std::vector<double> const* m_sizes = nullptr;
    std::vector<std::array<double, 2>> const* m_view = nullptr;
    std::vector<bool> m_taken, m_crowded;
};

Tracker::Tracker(TrackSettings const& settings) : m_crowd{std::make_unique<Crowd>(settings)} {}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;
std::vector<std::int64_t> Tracker::look(double at_s, Marks const& marks, std::vector<std::array<double, 2>> const& view, std::vector<double> const& sizes) {
    return m_crowd->look(at_s, marks, view, sizes);
}
Marks Tracker::expected(double at_s) const { return m_crowd->expected(at_s); }
std::int64_t Tracker::followed() const { return m_crowd->followed(); }
Tracks Tracker::finish() { return m_crowd->finish(); }

} // namespace osetra::stocktake
