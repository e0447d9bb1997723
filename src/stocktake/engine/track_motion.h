#pragma once
#include <array>

#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

constexpr double sure_score = 0.5;    ///< of a mark from which its place is good; weaker ones are parts of a crowd

/// What a usual body does, in its own lengths and seconds; multiplied by what the clip shows.
struct Liveliness {
    double length = 1;           ///< of a body in the plane's unit
    double factor = 1;           ///< on the variances of acceleration and turning, learnt
    double wrong_way = mostly_right;
};

/// Where one body is and whither it swims, with how sure that is: an extended Kalman filter over x, y, heading, speed along it and rate of turn.
class Motion {
public:
    Motion(Mark const&, Liveliness const&);

    void predict(double dt_s, Liveliness const&);
    void see(Mark const&, Liveliness const&);
    /// Somewhere within so much of a place: inside another's mark.
    void hide_at(double x, double y, double within);

    double x() const { return m_state[0]; }
    double y() const { return m_state[1]; }
    double heading() const { return m_state[2]; }
    double speed() const { return m_state[3]; }

    /// Squared distance of a mark from where the body is thought to be, in standard deviations of both.
    double distance(Mark const&, Liveliness const&) const;
    /// The same of the axis, at most half as much again as a body seen the wrong way round costs.
    double turned(Mark const&, Liveliness const&) const;
    /// Logarithm of the area in which the body may be, against that of a body just seen: what is anywhere is likely nowhere in particular.
    double spread(Liveliness const&) const;
    static double spread_of(double variance, Liveliness const&);    ///< the same of a round area
    /// Radius within which nearly all of the area lies.
    double reach(Liveliness const&) const;

private:
    static constexpr std::size_t n = 5;
    std::array<double, n> m_state{};
    std::array<std::array<double, n>, n> m_sure{};     // covariance
    int m_heads = 0;                                   // sightings that agreed with the heading less those that were the other way round
    std::array<double, 3> place_covariance(double of_mark) const;
    void correct(std::size_t which, double by, double variance);
    void add(std::array<double, n> const& direction, double variance);
};

/// (-pi, pi]
double wrapped(double angle);

} // namespace osetra::stocktake
