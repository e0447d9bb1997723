#pragma once
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "farm/import/days.h"
#include "farm/import/guess.h"
#include "farm/import/import.h"
#include "farm/import/words.h"
#include "kernel/json.h"

// How plans are made. One Planner a call of plan_imports; one SheetWork a sheet.
namespace osetra::farm {

/// A whole-day series of heads, worked out from files that tell seeding, harvest and loss.
struct HeadSeries {
    FarmDay from;
    std::vector<std::int64_t> heads;     ///< at noon of from, from + 1, ...
    std::optional<std::int64_t> on(FarmDay d) const {
        if (d < from || d - from >= static_cast<int>(heads.size())) return {};
        return heads[static_cast<std::size_t>(d - from)];
    }
};

class SheetWork;

class Planner {
public:
    Planner(std::span<ImportFile const> files, ImportOptions const& options, Known const& known, Pack const& pack);
    std::vector<ImportPlan> take() { return std::move(m_plans); }

    ImportOptions const& options;
    Pack const& pack;

    // What is known so far: the store's, and what the files have told up to here.
    bool knows_pool(std::string const& id) const { return m_known.pools.count(id) > 0; }
    bool knows_cohort(std::string const& id) const { return m_known.cohorts.count(id) > 0; }
    std::optional<std::string> find_pool(std::string_view written) const;
    std::optional<std::string> find_cohort(std::string_view written) const;
    std::optional<std::string> find_site(std::string_view written) const;
    std::string some_pools() const;      ///< "A1, A2, A3 ..."
    std::string some_cohorts() const;
    std::optional<Known::Fish> fish(FishId) const;
    std::set<std::string> cohorts_in(std::string const& pool, FarmDay) const;
    std::optional<std::int64_t> heads_in(std::string const& pool, FarmDay) const;

    void learn_site(std::string const& id) { m_known.sites.insert(id); }
    void learn_pool(std::string const& id, std::string const& name, std::string const& site);
    void learn_cohort(std::string const& id, std::string const& species) { m_known.cohorts[id] = species; }
    void learn_group(std::string const& pool, std::string const& cohort) { m_groups[pool].insert(cohort); }
    void learn_fish(FishId f, Known::Fish what) { m_fish[f.n] = std::move(what); }
    std::set<std::string> const& sites() const { return m_known.sites; }

    // What files given together tell one another.
    std::optional<std::int64_t> trial_days;
    std::map<std::string, HeadSeries> series;                          ///< by pool
    std::optional<FarmDay> first_day, last_feed_day, last_water_day;   ///< of sheets without headings
    struct Managed { FarmDay day; std::int64_t heads = 0; };
    std::vector<Managed> managed;                                      ///< seeding and harvest, signed

private:
    struct Job { std::size_t file = 0; std::size_t sheet = 0; int rank = 0; };
    void read(std::size_t file, ImportFile const& from);
    void date_places();
    void finish(ImportPlan& plan);

    Known m_known;
    std::map<std::string, std::string> m_pool_aliases, m_cohort_aliases;
    std::map<std::string, std::set<std::string>> m_groups;
    std::map<std::int64_t, Known::Fish> m_fish;
    std::vector<Table> m_tables;
    std::vector<ImportPlan> m_plans;
    std::vector<Job> m_jobs;
    friend class SheetWork;
};

/// Reads one sheet by its plan and adds facts, problems and notes to its file's.
class SheetWork {
public:
    SheetWork(Planner& planner, ImportPlan& plan, Sheet const& sheet, SheetPlan const& how);
    void run();
    void look_ahead();   ///< only what other files need to know

private:
    // planner.cpp: cells and names
    bool has(std::string_view field) const { return m_columns.count(field) > 0; }
    Cell const* cell(std::string_view field) const;
    std::string column_of(std::string_view field) const;
    void bad(std::string_view field, std::string code, std::string message, std::string cure);
    void warn(std::string_view field, std::string code, std::string message, std::string cure);
    void problem(Severity, std::string_view field, std::string code, std::string message, std::string cure);
    void note_once(std::string note);
    std::optional<std::string> text(std::string_view field);
    std::optional<std::int64_t> amount(std::string_view field);
    std::optional<std::int64_t> whole_number(std::string_view field);
    std::optional<FishId> tag(std::string_view field);
    std::optional<double> degrees(std::string_view field);
    std::optional<Instant> when();                     ///< says what is wrong where there is none
    std::optional<FarmDay> day(std::string_view field);
    std::optional<PoolId> pool(std::string_view field = "pool");
    std::optional<SiteId> site_for_new();
    std::optional<CohortId> cohort(PoolId const&, Instant, bool may_be_left_out);
    std::optional<CohortId> cohort_to_stock(PoolId const&, Instant);
    std::optional<std::string> species(std::string_view written) const;
    std::string default_pool() const;
    void register_pool(PoolId const&, SiteId const&, Instant, std::string kind);
    void register_cohort(CohortId const&, std::string species, std::int64_t year_class, Instant);
    std::string cause(std::string const& written, std::optional<std::string>& note) const;
    std::optional<std::string> stage_of_text();
    std::optional<std::string> health_of_text(std::optional<std::string>& note);
    bool skip_row(TableRow const&);
    template <class B> void add(B const& body, Instant at) { add_fact(B::kind, to_json(body), at, false); }
    template <class B> void add_undated(B const& body, Instant at) { add_fact(B::kind, to_json(body), at, true); }
    void add_fact(char const* kind, std::string body, Instant at, bool undated);

    // layouts.cpp: a row of each layout
    void site_row(); void pool_row(); void cohort_row(); void stock_row(); void move_row(); void regroup_row();
    void death_row(); void escape_row(); void harvest_row(); void weigh_row(); void tag_row(); void measure_row(); void retag_row();
    void count_row(); void feed_row(); void water_row(); void treat_row(); void round_row();
    void finish_samples();
    void finish_series();

    // trial.cpp: records with a form of their own
    void trial_weight(); void trial_rearing(); void population(); void management_row(); void feed_per_fish_row();
    void recapture_row(); void ages();

    Planner& m_planner;
    ImportPlan& m_plan;
    Sheet const& m_sheet;
    SheetPlan const& m_how;
    std::map<std::string_view, std::size_t> m_columns;
    std::map<std::string_view, Unit const*> m_units;
    DayReader m_days;
    std::optional<FarmDay> m_title_day;
    TableRow const* m_row = nullptr;
    std::set<std::string> m_said;                      ///< problems and notes that are said once a sheet
    std::map<std::string, std::int64_t> m_seen;        ///< content of facts, and the row they stood in
    std::map<std::pair<std::int64_t, std::string_view>, std::int64_t> m_made;   ///< facts of one row and kind so far
    std::int64_t m_rounded = 0, m_repeated = 0, m_subtotals = 0, m_skipped_zero = 0, m_remarks = 0;
    std::map<std::int64_t, std::int64_t> m_tag_rows;   ///< tags of this sheet, and their rows
    struct Sample { std::int64_t heads = 0, total_mg = 0; double sum = 0, squares = 0; std::int64_t row = 0; };
    std::map<std::tuple<std::string, std::string, Instant>, Sample> m_samples;
    struct Reading { Instant at; std::int64_t row = 0; };
    std::map<std::string, std::vector<Reading>> m_readings;   ///< by pool, in the file's order
};

/// Adds text to a note in a form that people read: "12 rows", "1 row".
std::string counted(std::int64_t n, std::string_view thing);

} // namespace osetra::farm
