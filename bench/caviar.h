#pragma once
#include <cstdint>
#include <string>

// A made-up caviar company's chain as EPCIS documents in JSON, for measuring: the same for the same seed.
namespace osetra::bench {

/// Twenty events for each fish whose roe is taken: tagged, its tag fixed, scanned twice, harvested, salted, tasted, put into 24 tins
/// and two cases, sold, shipped, carried, received and unpacked. About 1 kB an event.
class Caviar {
public:
    explicit Caviar(std::uint64_t seed) : m_state(seed * 2 + 1) {}
    std::string document(int events);

    static constexpr int events_a_fish = 20, tins_a_case = 12;
    static std::string fish(std::int64_t n);
    static std::string lot(std::int64_t n, char kind);       ///< R roe, C caviar
    static std::string tin(std::int64_t fish, int n);        ///< 0 to 23
    static std::string box(std::int64_t fish, int n);        ///< 0, 1
    static std::string pool(std::int64_t fish);
    std::int64_t fishes() const { return m_fish; }

private:
    void event(std::string& out);
    std::uint64_t random() { return m_state = m_state * 6364136223846793005U + 1442695040888963407U; }
    std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>((random() >> 33U) % static_cast<std::uint64_t>(n)); }
    std::string time(int minutes_later);

    std::uint64_t m_state;
    std::int64_t m_fish = 1;
    int m_step = 0;
};

} // namespace osetra::bench
