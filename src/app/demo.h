#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "farm/lines.h"
#include "farm/pack/pack.h"
#include "kernel/fact.h"

// The demo company: years of plausible life, made from a seed. The same options give the same facts, byte for byte.
namespace osetra::app {

struct DemoOptions {
    std::int64_t fish = 40'000;   ///< tagged fish alive on the last day, about
    std::int64_t farms = 8;
    std::int64_t pools = 160;
    std::int64_t years = 10;
    std::uint64_t seed = 1;
    FarmDay end_day;              ///< "today": its round is partly done
};

/// Somebody of the demo company who can sign in and who is the author of facts.
struct DemoPerson {
    std::string person, name;
    std::string role;             ///< owner | manager | worker | breeder | plant | sales | auditor
    std::string site;             ///< empty: of the whole company
};
std::vector<DemoPerson> demo_people(DemoOptions const&);

/// Takes facts in the order in which they were recorded: id, kind, act, corrects, both times, author, reason and body are set, seq is
/// not. The record is what the body says.
using DemoSink = std::function<void(Fact&&, farm::Body const&)>;

/// What was told at the end, for a line on the screen and for tests.
struct DemoTold {
    std::int64_t facts = 0, corrections = 0, withdrawals = 0, late = 0;
    std::int64_t tagged_alive = 0;      ///< in the book
    std::int64_t untagged = 0;          ///< in the book
    std::int64_t missing = 0;           ///< in the book and not in the water: what counts have still to show
    Instant last_recorded_at{};
};

/// Refusals: demo_option (a number out of range; names it).
Result<DemoTold> simulate_company(DemoOptions const&, farm::Pack const&, DemoSink const&);

} // namespace osetra::app
