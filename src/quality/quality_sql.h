#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "farm/kept_sql.h"
#include "processing/processing.h"
#include "quality/decide.h"
#include "quality/maturity.h"
#include "store/db.h"

namespace osetra::quality {

using farm::Of;

/// What is kept of safety. One enterprise, one connection, one thread.
class QualityStore : public farm::KeptFacts {
public:
    QualityStore(store::Db& db, Enterprise enterprise, FarmOffset offset, std::string product);

    void enter(Fact const&);
    void leave(Fact const&);                     ///< as it was entered
    void clear();
    std::string digest();
    /// The plant says whether the clock of a lot was kept.
    void clock(std::string const& lot, std::optional<Instant> first_late_at);

    std::optional<Hold> hold(std::string const&);
    std::optional<Decision> decision(std::string const& hold);   ///< the last
    std::vector<Of<HoldDecided>> decisions(std::string const& hold) { return named<HoldDecided>(hold); }
    std::vector<Hold> barring();                 ///< every hold that lets something not go
    std::vector<Hold> last_holds(std::size_t most);
    /// The hold that bars a tin for a country, or everywhere: "H26-00001, residue"; empty: none.
    std::string barred(processing::Holds::Of const&, std::string const& country);
    /// The hold that bars a load of fruit: "RIPE-K1, unripe"; empty: none.
    std::string barred_load(std::string const& load);
    /// What a load is at the gate, by samples and by whether there is a gate then; nothing: no gate stands.
    std::optional<AtGate> at_gate(processing::LoadTold const&);
    /// A load was weighed in, mended or taken back.
    void load_changed(std::string const& load) { settle_hold("RIPE-" + load); }
    /// Whether a hold means a lot of a fish.
    bool reaches(Hold const&, std::string const& lot, FishId);

    /// Those of the last time, newest first.
    template <class T> std::vector<Of<T>> last(std::size_t most) { return farm::read_kept<T>(last_of_kind(T::kind, most)); }
    template <class T> std::vector<Of<T>> about(std::string const& part) { return farm::read_kept<T>(of_part(T::kind, part)); }
    std::optional<std::string> greatest_name(char const* kind, std::string const& from, std::string const& below);
    std::optional<std::string> site_of(std::string const& pool);
    bool knows_fish(FishId);
    std::vector<std::string> programmes_at(std::string const& site, Instant);
    /// Of one sample the last result of each analyte.
    std::vector<Of<TestReported>> results(std::string const& sample);

    struct StayTold { std::string pool; Instant from_at, to_at; };
    std::vector<StayTold> stays(FishId);
    struct TreatedTold { std::string pool, product; Instant at, until; };
    /// Medicines that pools got since then.
    std::vector<TreatedTold> treated(std::vector<std::string> const& pools, Instant since);
    struct StagedFish { FishId fish; std::string pool, cohort; std::optional<std::string> stage; std::optional<Instant> stage_at; };
    std::vector<StagedFish> alive_at_stage(std::string const& stage);

    store::Db& db() { return m_db; }
    Enterprise enterprise() const { return m_enterprise; }
    FarmOffset offset() const { return m_offset; }
    std::string const& product() const { return m_product; }

private:
    std::vector<farm::Kept> last_of_kind(char const* kind, std::size_t most);
    std::vector<farm::Kept> of_part(char const* kind, std::string const& part);

    std::set<std::string> touched(Body const&, Instant);   ///< holds that a fact has to do with
    void settle_hold(std::string const& name);
    std::optional<Hold> opened(std::string const& name);
    std::optional<Hold> opened_by_test(std::string const& sample, std::string const& name);
    std::optional<Hold> opened_at_gate(std::string const& load, std::string const& name);
    std::optional<Hold> opened_by_use(std::string const& use, std::string const& name);
    bool was_in(FishId, std::string const& pool, Instant since, Instant until);
    bool was_given(FishId, std::string const& input);

    FarmOffset m_offset;
    std::string m_product;
};

} // namespace osetra::quality
