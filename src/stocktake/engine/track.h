#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "stocktake/engine/count.h"
#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

/// Lengths in the unit of the plane that marks lie in (metres of the pond, or pixels of the mosaic); bodies' lengths where it says so.
struct TrackSettings {
    double length = 0;               ///< of a usual body; 0: the middle length of the marks seen first
    double wrong_way = mostly_right; ///< how surely an axis tells head from tail
    double sure = 0.5;               ///< score from which a mark begins a track
    double weak = 0.15;              ///< score from which it may go on with one
    int confirm = 3;                 ///< sightings that make a track one
    double memory_s = 3;             ///< a body unseen for so long is given up, and three times so long while it is inside another's mark
    double stitch_s = 8;             ///< longest gap over which a track that ended is joined to one that began, afterwards
    std::size_t rows_kept = 2'000'000;   ///< of all paths together: beyond, every second row of each goes, so that an hour fits
};

/// What became of the tracks of a clip.
struct Tracks {
    std::vector<Track> tracks;                       ///< by number, from 1 in the order of their beginning; marks that were no track are not among them
    std::map<std::int64_t, std::int64_t> joined;     ///< from the number that Tracker::look gave to that of the track, for those that are one
    std::int64_t of(std::int64_t seen_as) const;     ///< 0: none
};

/// Follows bodies from look to look. A body swims the way its head points, at a speed and a rate of turn that change slowly (constant turn rate and velocity, extended Kalman filter); how
/// slowly is learnt from the clip. Marks are given to tracks by least cost of place, axis and length together, sure marks first, weak ones to those left. A body that nobody sees any more beside another
/// that is seen lives on inside it, and may come out again. After the last look, ends and beginnings are joined where one led to the other.
class Tracker {
public:
    explicit Tracker(TrackSettings const& = {});
    ~Tracker();
    Tracker(Tracker&&) noexcept;
    Tracker& operator=(Tracker&&) noexcept;

    /// Marks in the plane. `view` is the convex outline of the picture there, empty: all of the plane. Times grow.
    /// `sizes`: of each mark any measure that stays with a body besides its length, such as how much of it there is; empty: none.
    /// For every mark the number under which its body goes for now, see Tracks::of; 0: none.
    std::vector<std::int64_t> look(double at_s, Marks const& marks, std::vector<std::array<double, 2>> const& view = {}, std::vector<double> const& sizes = {});
    /// Where the bodies followed will be at a time to come, for a detector that asks.
    Marks expected(double at_s) const;
    /// Bodies followed now: sure ones, seen or hidden.
    std::int64_t followed() const;
    /// The tracker is used up.
    Tracks finish();

private:
    class Crowd;
    std::unique_ptr<Crowd> m_crowd;
};

} // namespace osetra::stocktake
