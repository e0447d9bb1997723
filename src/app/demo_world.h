#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "app/demo.h"
#include "kernel/splitmix.h"

// Where the demo company's farms lie and what their water does through the year. Places and names are of our own making.
namespace osetra::app::demo {

/// Deterministic numbers on every platform: the standard library's distributions are not.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed * 0x9e3779b97f4a7c15U + 1) {}
    std::uint64_t bits() { return splitmix64(m_state); }
    double part() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }                        ///< [0, 1)
    double between(double low, double high) { return low + (high - low) * part(); }
    std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(part() * static_cast<double>(n)); }   ///< [0, n)
    std::int64_t whole(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
    bool chance(double p) { return part() < p; }
    /// Sum of four uniforms: near enough to normal for life on a farm, and never farther out than 3.46 deviations.
    double normal(double mean, double sd) { return mean + sd * (part() + part() + part() + part() - 2) * 1.7320508075688772; }
    /// Poisson for small means, rounded normal for large ones.
    std::int64_t events(double mean);

private:
    std::uint64_t m_state;
};

enum class Role : std::uint8_t { hatchery, grow_out, cages, mixed };

struct SitePlan {
    std::string code, name, province, water_source, licence;
    double latitude = 0, longitude = 0;
    Role role{};
    double mean_c = 0, swing_c = 0;      ///< of the water through the year; warmest in early August
    double growth = 1;                   ///< how its fish do beside the pack's coefficients
    double altitude_m = 0;
};
std::vector<SitePlan> plan_sites(std::int64_t farms);

/// The water's usual temperature on a day of the year.
double usual_celsius(SitePlan const&, FarmDay);

enum class Kind : std::uint8_t { tray, tank, raceway, pool, cage };
struct PoolPlan {
    std::int32_t site = 0;
    Kind kind{};
    std::string code, name;
    double volume_m3 = 0, area_m2 = 0;
    std::int64_t walk_order = 0;
    double longitude = 0, latitude = 0;
    std::string outline;
};
char const* word_of(Kind);
std::vector<PoolPlan> plan_pools(std::vector<SitePlan> const&, DemoOptions const&, Random&);

} // namespace osetra::app::demo
