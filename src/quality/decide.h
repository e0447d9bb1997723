#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/fact.h"
#include "kernel/result.h"
#include "processing/loads.h"
#include "quality/facts.h"
#include "quality/safety.h"

// Whether a fact about safety may be taken, and how holds stand. Pure: what is there already comes through `Known`.
namespace osetra::quality {

using Body = std::variant<HoldPut, HoldDecided, DecisionAgreed, SampleTaken, TestReported, InputReceived, InputUsed, ProgrammeFollowed, AnalysisCertified, MaturityMeasured, MaturityGate>;
/// \pre the kind is one of quality's and the text was read strictly
Body body_of(std::string_view kind, std::string_view json);

/// By what name later facts find this one: of decisions their hold, of results their sample, of a programme its site.
std::string name_of(Body const&);
/// What it is about: "lot:L", "pool:P", "block:PACK/GROWER/ORCHARD".
std::vector<std::string> parts_of(Body const&);

/// A decision with who made it.
struct Decision {
    HoldDecided told;
    Instant at;
    std::string by;
    std::optional<std::string> agreed_by;        ///< a second person, after it
};

/// A hold and how it stands.
struct Hold {
    std::string hold, what, thing, reason;       ///< reason: code of the rules, or clock, test, forbidden_input
    std::string markets;                         ///< "EU,JP"; empty: all
    Instant since_at;                            ///< of a pool: from when on its fish are meant
    Instant put_at;
    std::string put_by;                          ///< empty: nobody; it follows from other facts
    bool failed = false;                         ///< by a test
    std::string state;                           ///< open | second_awaited | released | conditional | rework | condemned
    bool bars = true;
};
template <Is<Hold> X> void visit_fields(X& x, auto f) {
    f("hold", x.hold); f("what", x.what); f("thing", x.thing); f("reason", x.reason); f("markets", x.markets); f("since_at", x.since_at);
    f("put_at", x.put_at); f("put_by", x.put_by);
    std::int64_t failed = x.failed, bars = x.bars;
    f("failed", failed); f("state", x.state); f("bars", bars);
    if constexpr (!std::is_const_v<X>) { x.failed = failed != 0; x.bars = bars != 0; }
}
/// Sets state and bars by the last decision.
void settle(Hold&, std::optional<Decision> const&);
/// Whether it bars what goes to a country; empty: everywhere. A country without rules of its own is barred by any.
bool bars_for(Hold const&, Safety const&, std::string const& country);

/// What a decision has to know.
class Known {
public:
    virtual ~Known() = default;
    virtual Safety const& rules() = 0;
    virtual std::string product() = 0;           ///< code of the product pack
    virtual bool knows(std::string const& what, std::string const& thing) = 0;
    virtual bool knows_site(SiteId const&) = 0;
    virtual bool has_medium(std::string const& sha256) = 0;
    virtual std::optional<Hold> hold(std::string const&) = 0;
    virtual std::optional<Decision> decision(std::string const& hold) = 0;
    virtual std::optional<SampleTaken> sample(std::string const&) = 0;
    virtual std::optional<InputReceived> input(std::string const&) = 0;
    virtual bool knows_use(std::string const&) = 0;
    virtual bool knows_certificate(std::string const&) = 0;
    virtual bool knows_maturity(std::string const& sample) = 0;
    virtual std::optional<processing::LoadTold> load(std::string const&) = 0;
    virtual std::optional<SiteId> site_of(PoolId const&) = 0;
    virtual std::vector<std::string> programmes_of(SiteId const&, Instant) = 0;   ///< that it follows then
    /// The next free name: H26-00001.
    virtual std::string next_name(char const* kind, char const* letter, Instant) = 0;
};

/// What the teller left out: names of holds, samples and uses, the site of a use, the block of a load that was measured.
void complete(Body&, Known&, Instant);

/// May it be told? The value is what a person should know all the same. Refusals in this order: the form (name_malformed, word_unknown, list_empty, name_twice, number_unlikely,
/// value_malformed, unit_unknown, condition_missing, sha256_malformed, block_missing, floors_missing), and, unless it is witnessed or corrects another, the book: thing_not_found, hold_exists, hold_not_found,
/// hold_decided, hold_cannot_reopen, result_failed, decision_missing, second_is_the_same, second_not_needed, sample_exists, sample_not_found, media_missing, input_exists,
/// input_not_found, input_forbidden, use_exists, site_not_found, certificate_exists, load_not_found.
Result<std::vector<Refusal>> judge(Fact const&, Body const&, Known&, bool witnessed);

/// A sentence for people.
template <class T> std::string says(T const&);

} // namespace osetra::quality
