#pragma once
#include <vector>

#include "stocktake/engine/flight_world.h"

namespace osetra::stocktake {

/// A fish in the water: metres, seconds, radians.
struct Swimming {
    float x = 0, y = 0, depth = 0, heading = 0, speed = 0, length = 1;
    float turn = 0;                ///< radians a second
    float bend = 0;                ///< of the body, as it turns
    float beat = 0, swing = 0;     ///< phase of the tail; how far it goes, a share of the length
    enum class Mode { cruise, coast, rest } mode = Mode::cruise;
    float until = 0;               ///< when the mode ends
    float layer = .5f;             ///< depth it seeks, a share
    float will = 1;                ///< own speed, in usual speeds
};

/// All fish of a pond. They keep apart from the nearest, take the way of those near and draw towards those farther off (Aoki 1982; Couzin et al. 2002), turn along the wall
/// before they reach it, beat and coast, rest on the bottom, change depth. None ever leaves the water.
class School {
public:
    School(FlightWorld const&, std::uint64_t seed);
    void step(float dt);
    std::vector<Swimming> const& fish() const { return m_fish; }
    cv::Point2f feeding_place() const { return m_food; }

private:
    struct Wish { float x = 0, y = 0; };
    Wish neighbours(std::size_t i) const;
    void fill_grid();
    void keep_inside(Swimming&) const;

    FlightWorld const& m_world;
    Dice m_dice;
    std::vector<Swimming> m_fish;
    float m_now = 0, m_cell = 1;
    int m_columns = 1, m_rows = 1;
    std::vector<int> m_start, m_order;   ///< fish by grid cell
    cv::Point2f m_food;
};

} // namespace osetra::stocktake
