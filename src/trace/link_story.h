#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trace/engine/event.h"

// What the events of a chain tell of one tin, lot or fish, as the page behind its code shows it. Pure.
namespace osetra::trace {

/// An event on the way of a thing.
struct StoryEvent {
    Node tree;
    int distance = 0;                     ///< steps to what is asked for: 0, it is about that itself; 1, about what that was made of, ...
    bool carries = false;                 ///< about the thing itself or what held it just then: where it went and how warm it was
    bool makes = false;                   ///< the thing came to be in it
};

/// Days are those of the place where it happened. What was not told is absent or empty.
struct Story {
    std::string species, grade, label, pool, sire, dam;
    std::string hatched_on, harvested_on, salted_on, packed_on;
    std::string farm, plant;              ///< the places' Digital Links, without the part within
    std::string plant_code;               ///< as on CITES labels
    std::optional<std::int64_t> year_class, age_years;
    std::optional<double> salt_percent, net_g;
    struct ColdChain {
        double low_c = 0, high_c = 0;
        bool alarm = false;
        std::int64_t readings = 0;
    };
    std::optional<ColdChain> cold_chain;
    struct Leg {
        std::string step, on, place;
    };
    std::vector<Leg> journey;             ///< in order of time
    bool recalled = false;
};

/// The nearest event that tells something holds.
Story story_of(std::vector<StoryEvent>);

/// "https://id.gs1.org/414/GLN" of a place within it; empty where the text is no such place.
std::string farm_of(std::string_view place);

} // namespace osetra::trace
