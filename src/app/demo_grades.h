#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/demo_stud.h"
#include "app/demo_world.h"

// How the demo company's panel grades its lots: three people score each, one of them strictly; a manager decides mostly as the rules say.
namespace osetra::app::demo {

class DemoGrades {
public:
    /// Takes a fact: kind, body as JSON, when it happened, who told it.
    using Tell = std::function<void(char const* kind, std::string body, Instant happened, std::string const& who)>;
    DemoGrades(std::uint64_t seed, Tell tell) : m_random(seed ^ 0x96ade5ULL), m_tell(std::move(tell)) {}

    /// A lot of a fish was salted. `panel`: three people, the last of whom decides. Of the last season (`settled` is false) every eighth waits for a decision.
    void graded(std::string const& lot, std::string const& species, Genes const&, Instant salted, std::vector<std::string> const& panel, bool settled);

private:
    Random m_random;
    Tell m_tell;
    int m_late = 0;     ///< lots of the last season
};

} // namespace osetra::app::demo
