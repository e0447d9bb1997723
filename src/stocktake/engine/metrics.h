#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernel/fields.h"
#include "stocktake/engine/count.h"
#include "stocktake/engine/mark.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// A row may be given to a column at a cost; what is not listed cannot be given.
struct Edge {
    std::int32_t row = 0, column = 0;
    double cost = 0;
};

/// For every row its column, or -1. No column is given twice; the sum of costs is the least there is, where a row left alone costs `unmatched`. Costs are finite, negative ones too.
/// Shortest augmenting paths along the listed pairs only (Jonker and Volgenant, Computing 38:325, 1987), so the work grows with the crowd round a body and not with the square of all bodies.
std::vector<std::int32_t> assign(std::int32_t rows, std::int32_t columns, std::span<Edge const>, double unmatched);

/// All pairs of a (rows) and b (columns) not further apart than the radius, at the cost of their distance.
std::vector<Edge> pairs_within(Marks const& a, Marks const& b, double radius);

/// One-to-one: as many pairs within the radius as there can be, and of those ways the one with the least distances. For every mark its truth, or -1.
std::vector<std::int32_t> match(Marks const& seen, Marks const& truth, double radius);

/// How well single pictures were read. Add up pictures with +=; the shares are of the sums.
struct FoundScore {
    std::int64_t found = 0, false_marks = 0, missed = 0;
    double precision() const;
    double recall() const;
    double f1() const;     ///< 1 where there was nothing and nothing was seen
    FoundScore& operator+=(FoundScore const&);
};
FoundScore found_score(Marks const& seen, Marks const& truth, double radius);

/// A count held against what is there.
struct Counted {
    double truth = 0, value = 0;
    double low = 0, high = 0;        ///< both nought where no interval was told
};

/// Shares, [0, 1] where all is well. An error is |value - truth| / max(truth, 1).
struct CountScore {
    std::int64_t scenes = 0;
    double mape = 0;                 ///< mean error over scenes: errors of two signs do not cancel
    double worst_tenth = 0;          ///< mean error of the worst tenth of the scenes (at least one scene)
    double bias = 0;                 ///< mean signed error: they do
    double covered = 0;              ///< of the intervals, those that hold the truth
    double width = 0;                ///< mean of (high - low) / truth
};
template <Is<CountScore> X> void visit_fields(X& x, auto f) {
    f("scenes", x.scenes); f("mape", x.mape); f("worst_tenth", x.worst_tenth); f("bias", x.bias); f("covered", x.covered); f("width", x.width);
}
CountScore count_score(std::span<Counted const>);

/// Who is where, in any unit of length.
struct Placed {
    std::int64_t id = 0;
    double x = 0, y = 0;
};
struct PlacedFrame {
    std::vector<Placed> truth, seen;
    std::vector<Placed> unjudged;    ///< bodies that are there and that nobody need see: hidden, or lost by those who made the truth. What is seen at one of them counts neither way
};

/// How well bodies were followed. HOTA after Luiten et al. (IJCV 129:548, 2021), MOTA after Bernardin and Stiefelhagen (2008), IDF1 after Ristani et al. (2016), all with the similarity of
/// points 1 - distance / scale: HOTA is the mean over thresholds 0.05 to 0.95 of it, the others count a pair up to half the scale apart.
struct TrackScore {
    double hota = 0, deta = 0, assa = 0, idf1 = 0, mota = 0;
    std::int64_t switches = 0;       ///< times that a body was followed under another name than before
    std::int64_t found = 0, false_marks = 0, missed = 0;
    std::int64_t truths = 0, tracks = 0;   ///< different ids
};
template <Is<TrackScore> X> void visit_fields(X& x, auto f) {
    f("hota", x.hota); f("deta", x.deta); f("assa", x.assa); f("idf1", x.idf1); f("mota", x.mota); f("switches", x.switches);
    f("found", x.found); f("false_marks", x.false_marks); f("missed", x.missed); f("truths", x.truths); f("tracks", x.tracks);
}
TrackScore track_score(std::span<PlacedFrame const>, double scale);

/// The frames of a truth that were looked at, with what was followed there: in pond metres where the truth knows where the camera looked, else in pixels, as the tracks must be too.
/// Bodies less visible than `visible_from` are unjudged. A track is where its path has a row within half a frame of the time.
std::vector<PlacedFrame> placed_frames(Truth const&, std::span<Track const>, std::span<double const> looked_at_s, double visible_from);

} // namespace osetra::stocktake
