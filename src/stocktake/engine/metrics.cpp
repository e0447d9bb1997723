#include "stocktake/engine/metrics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>
#include <queue>
#include <unordered_map>

namespace osetra::stocktake {
namespace {

constexpr std::int32_t nobody = -1;

// The pairs by rows, each row with one more column of its own: to be left alone.
class Assignment {
public:
    Assignment(std::int32_t rows, std::int32_t columns, std::span<Edge const> edges, double unmatched)
        : m_columns{columns}, m_begin(size(rows) + 1), m_u(size(rows)), m_v(size(columns + rows)), m_owner(size(columns + rows), nobody), m_column(size(rows), nobody),
          m_distance(m_v.size()), m_from(m_v.size()), m_seen(m_v.size()), m_done(m_v.size()) {
        for (auto const& e : edges) ++m_begin[size(e.row) + 1];
        for (std::size_t i = 1; i < m_begin.size(); ++i) m_begin[i] += m_begin[i - 1] + 1;
        m_links.resize(size(m_begin.back()));
        auto next = m_begin;
        for (auto const& e : edges) m_links[size(next[size(e.row)]++)] = {e.column, e.cost};
        for (std::int32_t r = 0; r < rows; ++r) m_links[size(next[size(r)])] = {columns + r, unmatched};
    }

    std::vector<std::int32_t> solve() {
        take_cheapest();
        for (std::int32_t r = 0; r < rows(); ++r)
            if (m_column[size(r)] == nobody) augment(r);
        for (auto& c : m_column)
            if (c >= m_columns) c = nobody;
        return std::move(m_column);
    }

private:
    struct Link { std::int32_t column; double cost; };
    static std::size_t size(std::int32_t n) { return static_cast<std::size_t>(n); }
    std::int32_t rows() const { return static_cast<std::int32_t>(m_u.size()); }
    std::span<Link const> links(std::int32_t r) const { return std::span{m_links}.subspan(size(m_begin[size(r)]), size(m_begin[size(r) + 1] - m_begin[size(r)])); }

    void take_cheapest() {
        for (std::int32_t r = 0; r < rows(); ++r) {
            auto const all = links(r);
            auto const best = std::min_element(all.begin(), all.end(), [](Link const& a, Link const& b) { return a.cost < b.cost; });
            m_u[size(r)] = best->cost;
            if (m_owner[size(best->column)] != nobody) continue;
            m_owner[size(best->column)] = r;
            m_column[size(r)] = best->column;
        }
    }

    void reach(std::int32_t row, double so_far) {
        for (auto const& l : links(row)) {
            auto const c = size(l.column);
            if (m_done[c] == m_round) continue;
            auto const d = so_far + l.cost - m_u[size(row)] - m_v[c];
            if (m_seen[c] == m_round && m_distance[c] <= d) continue;
            m_seen[c] = m_round;
            m_distance[c] = d;
            m_from[c] = row;
            m_heap.emplace(d, l.column);
        }
    }

    void augment(std::int32_t first) {
        ++m_round;
        m_heap = {};
        std::vector<std::int32_t> scanned;
        reach(first, 0);
        std::int32_t last = nobody;
        while (last == nobody) {
            auto const [d, column] = m_heap.top();   // never empty: the row's own column is always free to it
            m_heap.pop();
            auto const c = size(column);
            if (m_done[c] == m_round) continue;
            m_done[c] = m_round;
            if (m_owner[c] == nobody) last = column;
            else { scanned.push_back(column); reach(m_owner[c], d); }
        }
        auto const shortest = m_distance[size(last)];
        m_u[size(first)] += shortest;
        for (auto const column : scanned) {
            auto const less = shortest - m_distance[size(column)];
            m_u[size(m_owner[size(column)])] += less;
            m_v[size(column)] -= less;
        }
        for (auto column = last; column != nobody;) {
            auto const row = m_from[size(column)];
            m_owner[size(column)] = row;
            std::swap(m_column[size(row)], column);
            if (row == first) break;
        }
    }

    std::int32_t m_columns;
    std::vector<std::int32_t> m_begin;
    std::vector<Link> m_links;
    std::vector<double> m_u, m_v;                 // prices of rows and columns: cost - u - v is never negative
    std::vector<std::int32_t> m_owner, m_column;
    std::vector<double> m_distance;
    std::vector<std::int32_t> m_from, m_seen, m_done;
    std::int32_t m_round = 0;
    std::priority_queue<std::pair<double, std::int32_t>, std::vector<std::pair<double, std::int32_t>>, std::greater<>> m_heap;
};

// Points by square cells of the radius, so that all within it are in nine cells.
class Cells {
public:
    Cells(Marks const& marks, double radius) : m_radius{radius} {
        for (std::size_t i = 0; i < marks.size(); ++i) m_cells[key(cell(marks[i].x), cell(marks[i].y))].push_back(static_cast<std::int32_t>(i));
    }
    void near(double x, double y, auto&& f) const {
        for (std::int64_t j = -1; j <= 1; ++j)
            for (std::int64_t i = -1; i <= 1; ++i)
                if (auto const it = m_cells.find(key(cell(x) + i, cell(y) + j)); it != m_cells.end())
                    for (auto const n : it->second) f(n);
    }

private:
    std::int64_t cell(double x) const { return static_cast<std::int64_t>(std::floor(x / m_radius)); }
    static std::int64_t key(std::int64_t i, std::int64_t j) { return i * 0x1000003 + j; }
    double m_radius;
    std::unordered_map<std::int64_t, std::vector<std::int32_t>> m_cells;
};

double share(double part, double whole, double of_nothing) { return whole > 0 ? part / whole : of_nothing; }

Marks points(std::vector<Placed> const& all) {
    Marks out;
    for (auto const& p : all) out.push_back({p.x, p.y, 0, 0, 1, 1});
    return out;
}

// Names as 0, 1, 2, ... in the order met.
class Names {
public:
    std::int32_t of(std::int64_t id) { return m_known.emplace(id, static_cast<std::int32_t>(m_known.size())).first->second; }
    std::int32_t count() const { return static_cast<std::int32_t>(m_known.size()); }

private:
    std::map<std::int64_t, std::int32_t> m_known;
};

struct Likeness { std::int32_t truth, seen; double likeness; };   // places in the frame's lists

struct JudgedFrame {
    std::vector<std::int32_t> truth, seen;     // names
    std::vector<Likeness> pairs;
};

JudgedFrame judged(PlacedFrame const& frame, double scale, Names& truths, Names& tracks) {
    auto all = frame.truth;
    all.insert(all.end(), frame.unjudged.begin(), frame.unjudged.end());
    auto const given = match(points(frame.seen), points(all), scale / 2);
    std::vector<Placed> seen;
    for (std::size_t i = 0; i < given.size(); ++i)
        if (given[i] < static_cast<std::int32_t>(frame.truth.size())) seen.push_back(frame.seen[i]);
    JudgedFrame out;
    for (auto const& p : frame.truth) out.truth.push_back(truths.of(p.id));
    for (auto const& p : seen) out.seen.push_back(tracks.of(p.id));
    for (auto const& e : pairs_within(points(frame.truth), points(seen), scale))
        out.pairs.push_back({e.row, e.column, 1 - e.cost / scale});
    return out;
}

using PairSums = std::map<std::pair<std::int32_t, std::int32_t>, double>;

class Judge {
public:
    Judge(std::span<PlacedFrame const> frames, double scale) {
        Names truths, tracks;
        for (auto const& f : frames) m_frames.push_back(judged(f, scale, truths, tracks));
        m_truth_frames.resize(static_cast<std::size_t>(truths.count()));
        m_track_frames.resize(static_cast<std::size_t>(tracks.count()));
        for (auto const& f : m_frames) {
            for (auto const t : f.truth) ++m_truth_frames[static_cast<std::size_t>(t)];
            for (auto const t : f.seen) ++m_track_frames[static_cast<std::size_t>(t)];
        }
        m_truths = std::accumulate(m_truth_frames.begin(), m_truth_frames.end(), 0.0);
        m_seen = std::accumulate(m_track_frames.begin(), m_track_frames.end(), 0.0);
    }

    TrackScore score() {
        TrackScore s;
        s.truths = static_cast<std::int64_t>(m_truth_frames.size());
        s.tracks = static_cast<std::int64_t>(m_track_frames.size());
        higher_order(s);
        clear(s);
        identity(s);
        return s;
    }

private:
    double frames_of(std::pair<std::int32_t, std::int32_t> const& names) const {
        return m_truth_frames[static_cast<std::size_t>(names.first)] + m_track_frames[static_cast<std::size_t>(names.second)];
    }

    // how much two names belong together over the whole clip, before anything is decided
    PairSums alignment() const {
        PairSums sums;
        for (auto const& f : m_frames) {
            std::vector<double> of_truth(f.truth.size()), of_seen(f.seen.size());
            for (auto const& p : f.pairs) { of_truth[static_cast<std::size_t>(p.truth)] += p.likeness; of_seen[static_cast<std::size_t>(p.seen)] += p.likeness; }
            for (auto const& p : f.pairs) {
                auto const t = static_cast<std::size_t>(p.truth), s = static_cast<std::size_t>(p.seen);
                if (p.likeness > 0) sums[{f.truth[t], f.seen[s]}] += p.likeness / (of_truth[t] + of_seen[s] - p.likeness);
            }
        }
        for (auto& [names, sum] : sums) sum /= frames_of(names) - sum;
        return sums;
    }

    static std::vector<Likeness> best(JudgedFrame const& f, auto&& worth) {
        std::vector<Edge> edges;
        std::map<std::pair<std::int32_t, std::int32_t>, double> likeness;
        for (auto const& p : f.pairs)
            if (auto const w = worth(p, f.truth[static_cast<std::size_t>(p.truth)], f.seen[static_cast<std::size_t>(p.seen)]); w > 0) {
                edges.push_back({p.truth, p.seen, -w});
                likeness[{p.truth, p.seen}] = p.likeness;
            }
        auto const given = assign(static_cast<std::int32_t>(f.truth.size()), static_cast<std::int32_t>(f.seen.size()), edges, 0);
        std::vector<Likeness> out;
        for (std::int32_t t = 0; t < static_cast<std::int32_t>(given.size()); ++t)
            if (auto const s = given[static_cast<std::size_t>(t)]; s >= 0) out.push_back({t, s, likeness.at({t, s})});
        return out;
    }

    void higher_order(TrackScore& s) const {
        constexpr int levels = 19;
        auto const together = alignment();
        std::array<PairSums, levels> matched;
        std::array<double, levels> found{};
        for (auto const& f : m_frames)
            for (auto const& m : best(f, [&](Likeness const& p, std::int32_t t, std::int32_t k) {
                     auto const it = together.find({t, k});
                     return it == together.end() ? 0.0 : it->second * p.likeness;
                 }))
                for (std::size_t a = 0; a < levels; ++a)
                    if (m.likeness >= 0.05 * static_cast<double>(a + 1) - 1e-9) {
                        ++found[a];
                        ++matched[a][{f.truth[static_cast<std::size_t>(m.truth)], f.seen[static_cast<std::size_t>(m.seen)]}];
                    }
        for (std::size_t a = 0; a < levels; ++a) {
            double association = 0;
            for (auto const& [names, n] : matched[a]) association += n * n / (frames_of(names) - n);
            auto const deta = share(found[a], m_truths + m_seen - found[a], 1), assa = share(association, found[a], m_truths + m_seen > 0 ? 0 : 1);
            s.deta += deta / levels;
            s.assa += assa / levels;
            s.hota += std::sqrt(deta * assa) / levels;
        }
    }

    void clear(TrackScore& s) const {
        std::map<std::int32_t, std::int32_t> ever, before;
        for (auto const& f : m_frames) {
            std::map<std::int32_t, std::int32_t> now;
            for (auto const& m : best(f, [&](Likeness const& p, std::int32_t t, std::int32_t k) {
                     if (p.likeness < 0.5 - 1e-9) return 0.0;
                     auto const it = before.find(t);
                     return p.likeness + (it != before.end() && it->second == k ? 1000 : 0);
                 })) {
                auto const t = f.truth[static_cast<std::size_t>(m.truth)], k = f.seen[static_cast<std::size_t>(m.seen)];
                if (auto const it = ever.find(t); it != ever.end() && it->second != k) ++s.switches;
                ever[t] = now[t] = k;
                ++s.found;
            }
            before = std::move(now);
        }
        s.false_marks = static_cast<std::int64_t>(m_seen) - s.found;
        s.missed = static_cast<std::int64_t>(m_truths) - s.found;
        s.mota = 1 - share(static_cast<double>(s.false_marks + s.missed + s.switches), m_truths, s.false_marks > 0 ? 1 : 0);
    }

    void identity(TrackScore& s) const {
        PairSums near;
        for (auto const& f : m_frames)
            for (auto const& p : f.pairs)
                if (p.likeness >= 0.5 - 1e-9) ++near[{f.truth[static_cast<std::size_t>(p.truth)], f.seen[static_cast<std::size_t>(p.seen)]}];
        std::vector<Edge> edges;
        for (auto const& [names, n] : near) edges.push_back({names.first, names.second, -n});
        auto const given = assign(static_cast<std::int32_t>(m_truth_frames.size()), static_cast<std::int32_t>(m_track_frames.size()), edges, 0);
        double same = 0;
        for (std::size_t t = 0; t < given.size(); ++t)
            if (given[t] >= 0) same += near.at({static_cast<std::int32_t>(t), given[t]});
        s.idf1 = share(2 * same, m_truths + m_seen, 1);
    }

    std::vector<JudgedFrame> m_frames;
    std::vector<double> m_truth_frames, m_track_frames;     // in how many frames each name is
    double m_truths = 0, m_seen = 0;
};

} // namespace

std::vector<std::int32_t> assign(std::int32_t rows, std::int32_t columns, std::span<Edge const> edges, double unmatched) {
    return Assignment{rows, columns, edges, unmatched}.solve();
}

std::vector<Edge> pairs_within(Marks const& a, Marks const& b, double radius) {
    std::vector<Edge> out;
    if (a.empty() || b.empty()) return out;
    assert(radius > 0);
    Cells const cells{b, radius};
    for (std::size_t i = 0; i < a.size(); ++i)
        cells.near(a[i].x, a[i].y, [&](std::int32_t j) {
            auto const& other = b[static_cast<std::size_t>(j)];
            if (auto const d = std::hypot(a[i].x - other.x, a[i].y - other.y); d <= radius) out.push_back({static_cast<std::int32_t>(i), j, d});
        });
    return out;
}

std::vector<std::int32_t> match(Marks const& seen, Marks const& truth, double radius) {
    // dearer to leave one alone than to move every other pair
    auto const unmatched = radius * static_cast<double>(seen.size() + truth.size() + 1);
    return assign(static_cast<std::int32_t>(seen.size()), static_cast<std::int32_t>(truth.size()), pairs_within(seen, truth, radius), unmatched);
}

double FoundScore::precision() const { return share(static_cast<double>(found), static_cast<double>(found + false_marks), 1); }
double FoundScore::recall() const { return share(static_cast<double>(found), static_cast<double>(found + missed), 1); }
double FoundScore::f1() const { return share(2 * static_cast<double>(found), static_cast<double>(2 * found + false_marks + missed), 1); }
FoundScore& FoundScore::operator+=(FoundScore const& other) {
    found += other.found;
    false_marks += other.false_marks;
    missed += other.missed;
    return *this;
}

FoundScore found_score(Marks const& seen, Marks const& truth, double radius) {
    auto const given = match(seen, truth, radius);
    auto const found = std::count_if(given.begin(), given.end(), [](auto t) { return t >= 0; });
    return {found, static_cast<std::int64_t>(seen.size()) - found, static_cast<std::int64_t>(truth.size()) - found};
}

CountScore count_score(std::span<Counted const> all) {
    CountScore s;
    s.scenes = static_cast<std::int64_t>(all.size());
    if (all.empty()) return s;
    std::vector<double> errors;
    double told = 0;
    for (auto const& c : all) {
        auto const error = (c.value - c.truth) / std::max(c.truth, 1.0);
        errors.push_back(std::abs(error));
        s.bias += error;
        if (c.low == 0 && c.high == 0 && c.truth != 0) continue;
        ++told;
        s.covered += c.low <= c.truth && c.truth <= c.high ? 1 : 0;
        s.width += (c.high - c.low) / std::max(c.truth, 1.0);
    }
    auto const n = static_cast<double>(all.size());
    std::sort(errors.begin(), errors.end(), std::greater<>{});
    auto const worst = static_cast<std::ptrdiff_t>((errors.size() + 9) / 10);
    s.mape = std::accumulate(errors.begin(), errors.end(), 0.0) / n;
    s.worst_tenth = std::accumulate(errors.begin(), errors.begin() + worst, 0.0) / static_cast<double>(worst);
    s.bias /= n;
    s.covered = share(s.covered, told, 0);
    s.width = share(s.width, told, 0);
    return s;
}

TrackScore track_score(std::span<PlacedFrame const> frames, double scale) {
    assert(scale > 0);
    return Judge{frames, scale}.score();
}

std::vector<PlacedFrame> placed_frames(Truth const& truth, std::span<Track const> tracks, std::span<double const> looked_at_s, double visible_from) {
    auto const half = truth.frames_per_s > 0 ? 0.5 / truth.frames_per_s : 0.01;
    std::vector<PlacedFrame> out;
    std::vector<double> times;
    for (auto const& frame : truth.frames) {
        if (std::none_of(looked_at_s.begin(), looked_at_s.end(), [&](double t) { return std::abs(t - frame.at_s) < half; })) continue;
        PlacedFrame placed;
        auto const to_pond = is_known(frame.from_pond) ? inverse(frame.from_pond) : identity;
        for (auto const& m : frame.marks) {
            auto const p = through(to_pond, m.mark.x, m.mark.y);
            (m.mark.visible < visible_from ? placed.unjudged : placed.truth).push_back({m.fish, p[0], p[1]});
        }
        times.push_back(frame.at_s);
        out.push_back(std::move(placed));
    }
    for (auto const& t : tracks)
        for (auto const& [at_s, x, y] : t.path) {
            auto const it = std::lower_bound(times.begin(), times.end(), at_s - half);
            if (it != times.end() && std::abs(*it - at_s) < half) out[static_cast<std::size_t>(it - times.begin())].seen.push_back({t.track, x, y});
        }
    return out;
}

} // namespace osetra::stocktake
