#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact about whether goods are safe: holds and what is decided of them, samples and what laboratories found, inputs and their use.
// A thing is named by what it is (lot, tin, case, fish, pool, input) and its name; a lot of feed is an input. Weights are whole milligrams.
namespace osetra::quality {

/// Something may go nowhere until a person decides. Holds that follow from other facts are told by nobody; they have names of their own:
/// TEST-(sample) after a failed test, USE-(use) after a forbidden input, CLOCK-(lot) where the plant's clock was not kept, RIPE-(load) where a load is not known to be ripe. Verdicts are worked out from
/// the limits of the safety rules and are in no fact.
struct HoldPut {
    static constexpr char const* kind = "hold";
    std::optional<std::string> hold;             ///< H26-0001 where it is not told
    std::string what;                            ///< lot | tin | case | fish | pool | input | load
    std::string thing;
    std::string reason;                          ///< code of the safety rules
    std::vector<std::string> markets;            ///< empty: for all
    std::optional<FarmDay> since;                ///< of a pool: from when on it is meant; the day of the hold where it is not told
    std::optional<std::string> note;
};
template <Is<HoldPut> X> void visit_fields(X& x, auto f) {
    f("hold", x.hold); f("what", x.what); f("thing", x.thing); f("reason", x.reason); f("markets", x.markets); f("since", x.since); f("note", x.note);
}

/// A person with the right to it decided of a hold. The last decision holds.
struct HoldDecided {
    static constexpr char const* kind = "hold_decision";
    std::string hold;
    std::string decision;                        ///< release | release_with_condition | rework | condemn
    std::string reason;
    std::optional<std::string> condition;        ///< with release_with_condition
    std::optional<bool> against_result;          ///< released although a test failed: in force once a second person agrees
};
template <Is<HoldDecided> X> void visit_fields(X& x, auto f) {
    f("hold", x.hold); f("decision", x.decision); f("reason", x.reason); f("condition", x.condition); f("against_result", x.against_result);
}

/// A second person agrees with the last decision of a hold.
struct DecisionAgreed {
    static constexpr char const* kind = "hold_agreement";
    std::string hold;
    std::optional<std::string> note;
};
template <Is<DecisionAgreed> X> void visit_fields(X& x, auto f) { f("hold", x.hold); f("note", x.note); }

/// Something was taken for a laboratory.
struct SampleTaken {
    static constexpr char const* kind = "lab_sample";
    std::optional<std::string> sample;           ///< what is written on it; S26-0001 where it is not told
    std::string what;                            ///< lot | tin | fish | pool | input
    std::string thing;
    std::optional<std::string> plan;             ///< code of a sampling plan: which analytes are asked
    std::vector<std::string> analytes;           ///< asked beside those of the plan
    std::optional<Milligrams> amount_mg;
    std::optional<std::int64_t> units;           ///< how many were taken; 1
    std::optional<std::string> laboratory, note;
};
template <Is<SampleTaken> X> void visit_fields(X& x, auto f) {
    f("sample", x.sample); f("what", x.what); f("thing", x.thing); f("plan", x.plan); f("analytes", x.analytes); f("amount_mg", x.amount_mg);
    f("units", x.units); f("laboratory", x.laboratory); f("note", x.note);
}

/// What a laboratory found of one analyte. Of several of one sample and analyte the last holds.
struct TestReported {
    static constexpr char const* kind = "test_result";
    std::string sample;
    std::string analyte;                         ///< code of the safety rules
    std::vector<std::string> values;             ///< one a unit: 0.31 | <0.5 | >300 | absent | present
    std::string unit;                            ///< of the values: ug/kg, cfu/g, in_25g ...
    std::optional<std::string> method;
    std::optional<double> lod, loq;
    std::optional<FarmDay> tested_on;
    std::optional<std::string> report, report_sha256;   ///< its number, and the paper in the media store
};
template <Is<TestReported> X> void visit_fields(X& x, auto f) {
    f("sample", x.sample); f("analyte", x.analyte); f("values", x.values); f("unit", x.unit); f("method", x.method); f("lod", x.lod); f("loq", x.loq); f("tested_on", x.tested_on);
    f("report", x.report); f("report_sha256", x.report_sha256);
}

/// Something that fish or plants get, or that touches them, was bought.
struct InputReceived {
    static constexpr char const* kind = "input";
    std::string input;                           ///< its lot
    std::string article;                         ///< trade name
    std::string use;                             ///< feed | drug | disinfectant | fertiliser | plant_protection | ripening_agent | other
    std::vector<std::string> substances;         ///< what is active in it: CAS numbers or names
    std::optional<std::string> supplier;
    std::optional<Milligrams> amount_mg;
    std::optional<std::int64_t> withdrawal_days; ///< of a drug
    std::optional<std::string> certificate, note;
};
template <Is<InputReceived> X> void visit_fields(X& x, auto f) {
    f("input", x.input); f("article", x.article); f("use", x.use); f("substances", x.substances); f("supplier", x.supplier); f("amount_mg", x.amount_mg);
    f("withdrawal_days", x.withdrawal_days); f("certificate", x.certificate); f("note", x.note);
}

/// A lot of an input was used on a pool.
struct InputUsed {
    static constexpr char const* kind = "input_use";
    std::optional<std::string> use;              ///< U26-0001 where it is not told
    std::string input;
    PoolId pool;
    std::optional<Milligrams> amount_mg;
    std::optional<std::string> reason;
    std::optional<SiteId> site = {};             ///< the pool's, filled in where it is not told
    std::optional<bool> admitted = {};           ///< forbidden, and done all the same: it is taken, and the pool is on hold
};
template <Is<InputUsed> X> void visit_fields(X& x, auto f) {
    f("use", x.use); f("input", x.input); f("pool", x.pool); f("amount_mg", x.amount_mg); f("reason", x.reason); f("site", x.site); f("admitted", x.admitted);
}

/// A site works by a programme from then on (organic, no herbicides), or no longer. Of several the last holds.
struct ProgrammeFollowed {
    static constexpr char const* kind = "programme";
    SiteId site;
    std::string programme;                       ///< code of the safety rules
    std::optional<bool> left;
    std::optional<std::string> certificate;
};
template <Is<ProgrammeFollowed> X> void visit_fields(X& x, auto f) {
    f("site", x.site); f("programme", x.programme); f("left", x.left); f("certificate", x.certificate);
}

/// Fruits of a block (a grower's orchard) or of one load were measured for how ripe they are. Verdicts are worked out from the rules and are in no fact.
struct MaturityMeasured {
    static constexpr char const* kind = "maturity_sample";
    std::optional<std::string> sample;           ///< M26-00001 where it is not told
    std::optional<std::string> load;             ///< measured at the line; what is not told below is the load's
    std::optional<std::string> pack;             ///< code of a pack with floors
    std::optional<std::string> grower, orchard;  ///< the block
    std::optional<std::string> variety;          ///< code of the pack, or as people call it: then the floors of all hold
    std::vector<std::string> values;             ///< "brix=11.2": one a fruit, or the mean of all
    std::optional<std::int64_t> fruits;          ///< how many were measured; as many as values of one measure where it is not told
    std::optional<std::string> note;
};
template <Is<MaturityMeasured> X> void visit_fields(X& x, auto f) {
    f("sample", x.sample); f("load", x.load); f("pack", x.pack); f("grower", x.grower); f("orchard", x.orchard); f("variety", x.variety); f("values", x.values); f("fruits", x.fruits);
    f("note", x.note);
}

/// From then on loads of a pack are held to its floors of ripeness, or no longer. Of several the last before a load holds for it.
struct MaturityGate {
    static constexpr char const* kind = "maturity_gate";
    std::string pack;
    std::optional<bool> lifted;                  ///< nothing is held to them any more
    std::optional<std::string> note;
};
template <Is<MaturityGate> X> void visit_fields(X& x, auto f) { f("pack", x.pack); f("lifted", x.lifted); f("note", x.note); }

/// A paper that says of a lot or a shipment what was tested and found. Its number is made; what it says is fixed by its hash.
struct AnalysisCertified {
    static constexpr char const* kind = "analysis_certificate";
    std::string certificate;
    std::string what;                            ///< lot | shipment
    std::string thing;
    std::string market;
    std::string content_sha256;                  ///< of what it says, as text; on the paper and in its code
};
template <Is<AnalysisCertified> X> void visit_fields(X& x, auto f) {
    f("certificate", x.certificate); f("what", x.what); f("thing", x.thing); f("market", x.market); f("content_sha256", x.content_sha256);
}

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_kind(See&& see) {
    see.template operator()<HoldPut>(); see.template operator()<HoldDecided>(); see.template operator()<DecisionAgreed>();
    see.template operator()<SampleTaken>(); see.template operator()<TestReported>(); see.template operator()<InputReceived>();
    see.template operator()<InputUsed>(); see.template operator()<ProgrammeFollowed>(); see.template operator()<AnalysisCertified>();
    see.template operator()<MaturityMeasured>(); see.template operator()<MaturityGate>();
}

} // namespace osetra::quality
