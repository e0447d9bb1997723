#include "farm/service.h"

#include <algorithm>

namespace osetra::farm {

Result<Done> record_together(Service& service, Enterprise enterprise, std::vector<Fact> facts) {
    std::vector<Told> told;
    service.work(enterprise, [&](Ledger& ledger) { told = ledger.record(std::move(facts), Trust::checked, service.now(), Ledger::Together::all_or_none); });
    auto const refused = std::find_if(told.begin(), told.end(), [](Told const& t) { return t.outcome == Told::Outcome::refused; });
    if (refused != told.end()) return tl::unexpected(refused->refusal);
    return Done{};
}

} // namespace osetra::farm
