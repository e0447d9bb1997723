#pragma once
#include <chrono>

#include "farm/facts.h"
#include "kernel/fact.h"
#include "kernel/id.h"
#include "kernel/json.h"

// What tests of the ledger share.
namespace osetra::farm {

/// Makes facts the way a phone does, each a second later than the last.
struct Teller {
    UuidMaker ids;
    Instant recorded;
    template <class T> Fact tell(T const& body, Instant at) {
        recorded += std::chrono::seconds{1};
        Fact f;
        f.id = ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(recorded.time_since_epoch()).count());
        f.kind = T::kind;
        f.happened_at = at;
        f.recorded_at = recorded;
        f.author = "test";
        f.body = to_json(body);
        return f;
    }
    template <class T> Fact correct(Fact const& first, T const& body, Instant at) {
        auto f = tell(body, at);
        f.act = FactAct::correct;
        f.corrects = first.id;
        f.reason = "mistyped";
        return f;
    }
    Fact withdraw(Fact const& first) {
        auto f = tell(SiteRegistered{}, first.happened_at);
        f.kind = first.kind;
        f.act = FactAct::withdraw;
        f.corrects = first.id;
        f.reason = "did not happen";
        f.body = "{}";
        return f;
    }
};

} // namespace osetra::farm
