#pragma once
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/demo_world.h"
#include "processing/facts.h"

// What the demo company's plant does with ripe fish: roe, salt, tins, cases, shipments to customers of our own making.
namespace osetra::app::demo {

/// A fish as it comes to the plant.
struct ToPlant {
    FishId fish;
    std::string species;
    double weight_g = 0, roe_share = 0.13;
    Instant harvested_at;
    bool stations = false;               ///< every step is told by its station, and control points are looked at
};

class DemoPlant {
public:
    /// Takes a fact: kind, body as JSON, when it happened.
    using Tell = std::function<void(char const* kind, std::string body, Instant happened)>;
    DemoPlant(std::uint64_t seed, Tell tell) : m_random(seed ^ 0x5a17caf1a2U), m_at_stations(seed ^ 0x57a7105U), m_tell(std::move(tell)) {}

    /// Is told of every lot that was filled into tins.
    std::function<void(std::string const& lot, Instant)> when_tinned = {};
    /// Customers are known from then on.
    void open(Instant);
    void take(ToPlant const&);
    static std::string lot_of(FishId, Instant harvested_at);
    /// What is packed and sent in the afternoon of a day; `morning` is eight o'clock.
    void one_day(FarmDay, Instant morning);

private:
    struct Tin {
        std::string tin;
        std::int64_t net_mg = 0;
        Instant closed_at;
    };
    template <class T> void tell(T const& body, Instant happened);
    void pass_stations(ToPlant const&, Instant rubbing, double ovary_g);
    void look_at_points(Instant);
    void ship(std::string const& species, std::deque<Tin>& tins, FarmDay, Instant morning);
    std::string pack(std::vector<std::string> tins, Instant);
    std::string permit_for(std::size_t customer, std::string const& species, std::int64_t mg, FarmDay, Instant);

    Random m_random, m_at_stations;              // of their own, so that stations change nothing of what was told before
    Instant m_looked_at{};
    int m_looks = 0;
    Tell m_tell;
    std::map<std::string, std::deque<Tin>> m_store;   ///< by species, the oldest in front
    struct Allowed { std::string permit; std::int64_t left_mg = 0; FarmDay until; };
    std::map<std::pair<std::size_t, std::string>, Allowed> m_permits;
    std::int64_t m_cases = 0, m_shipments = 0, m_permit_count = 0, m_small = 0;
    std::size_t m_next_customer = 0;
};

} // namespace osetra::app::demo
