#pragma once
#include <deque>
#include <functional>
#include <string>

#include "app/demo_world.h"
#include "quality/facts.h"

// What the demo company's laboratory and its quality people do: samples of lots, results after some days, one that is out of bounds, holds and how they are decided.
namespace osetra::app::demo {

class DemoQuality {
public:
    /// Takes a fact: kind, body as JSON, when it happened, who told it.
    using Tell = std::function<void(char const* kind, std::string body, Instant happened, char const* author)>;
    DemoQuality(std::uint64_t seed, Tell tell) : m_random(seed ^ 0x9a11f7c3U), m_tell(std::move(tell)) {}

    /// Feed and medicine of the first day, and what the company has promised.
    void open(Instant, std::string const& site);
    /// A lot was filled into tins.
    void lot(std::string const& lot, Instant);
    void one_day(FarmDay, Instant morning);

private:
    struct Due { std::string sample; FarmDay on; bool fails = false; };
    template <class T> void tell(T const& body, Instant happened, char const* author);
    void results(Due const&, Instant);

    Random m_random;
    Tell m_tell;
    std::deque<Due> m_due, m_failed_due;
    std::int64_t m_lots = 0, m_failed = 0, m_year = 0, m_sample = 0;
};

} // namespace osetra::app::demo
