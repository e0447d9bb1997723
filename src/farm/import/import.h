#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "farm/facts.h"
#include "farm/pack/pack.h"
#include "kernel/fact.h"
#include "kernel/table.h"

// Spreadsheets as a farm has them, turned into facts. Pure: the same files and the same knowledge give the same plan, whatever the
// day; writing it down is the ledger's work. A file is taken whole or not at all.
namespace osetra::farm {

/// A file as it came.
struct ImportFile {
    std::string name;              ///< may hold the folder it came from
    std::string bytes;
    std::string folder = {};       ///< name of that folder, where `name` does not hold it
};

/// Which number comes first in 05/03/2024.
enum class DateOrder : std::uint8_t { guess, day_first, month_first };

/// What a sheet's column holds.
struct ColumnPlan {
    std::string column;            ///< "B"
    std::string heading;           ///< as it stands there; empty where the sheet has none
    std::string field;             ///< "pool", "heads", "mean" ...; empty: not used
    std::string unit;              ///< code of kernel/units.h that bare numbers are in; empty: none
};
template <Is<ColumnPlan> X> void visit_fields(X& x, auto f) {
    f("column", x.column); f("heading", x.heading); f("field", x.field); f("unit", x.unit);
}

/// How a sheet is read: guessed, shown to people, and taken back from them as they mended it.
struct SheetPlan {
    std::string sheet;
    std::string layout;            ///< "stock", "weigh" ... (layout_names()); "ignore": the sheet is left out
    std::int64_t header_rows = 0;  ///< so many rows at the top of the sheet are titles and headings
    std::int64_t rows = 0;         ///< below them
    DateOrder date_order = DateOrder::guess;
    std::vector<ColumnPlan> columns;
    std::vector<std::vector<std::string>> sample;   ///< first rows as they stand
    std::string signature;         ///< of the headings: the same form has the same signature next month
};

enum class Severity : std::uint8_t { warn, bad };

/// What is wrong in a file, where, and what to do. A file with a bad problem is not taken.
struct ImportProblem {
    std::string sheet;
    std::int64_t row = 0;          ///< 0: the sheet or file as a whole
    std::string column;            ///< "B"
    std::string code, message, cure;
    Severity severity = Severity::bad;
    bool by_ledger = false;        ///< not seen in the file: the ledger refused it
};

/// What is missing and could be made up from the rows: refuse it (a typo makes no new pool), or register it.
enum class Missing : std::uint8_t { refuse, create };

struct ImportOptions {
    Enterprise enterprise = 0;
    std::string author;
    Instant now;
    FarmOffset offset;
    std::optional<FarmDay> start, end;   ///< of records that hold no dates
    std::optional<PoolId> pool;          ///< of rows without one
    std::optional<SiteId> site;          ///< of pools that are registered by the import
    Missing missing = Missing::refuse;
    DateOrder date_order = DateOrder::guess;
    std::vector<SheetPlan> mapping;                  ///< told for sheets by name ("" is any sheet)
    std::map<std::string, SheetPlan> remembered;     ///< by signature, as saved from earlier files
};

/// What the import may look up. The maps are by id.
struct Known {
    struct Pool { std::string name, site; };
    struct Fish { std::string pool, cohort; bool alive = true; };
    std::set<std::string> sites;
    std::map<std::string, Pool> pools;
    std::map<std::string, std::string> cohorts;      ///< and their species
    std::function<std::vector<std::pair<CohortId, std::int64_t>>(PoolId const&, FarmDay)> groups;   ///< cohorts of a pool that day, with heads; may be empty
    std::function<std::optional<Fish>(FishId)> fish;                                               ///< may be empty
};

/// Where a fact of the plan comes from.
struct Origin { std::string sheet; std::int64_t row = 0; };

/// What a file would do. `facts` is empty where a problem is bad.
struct ImportPlan {
    std::string file, folder, sha256;
    std::vector<SheetPlan> sheets;
    std::vector<ImportProblem> problems;
    std::vector<std::string> notes;
    std::vector<Fact> facts;               ///< in the order in which they happened
    std::vector<Origin> origins;           ///< of each fact
    std::pair<std::int64_t, Instant> order;   ///< files that others build on come first
    bool refused() const;
};

/// Plans files that are given together: what one registers the next may use, whatever their order, and records without dates or
/// pools of their own take them from one another. One plan a file, in the order given.
std::vector<ImportPlan> plan_imports(std::span<ImportFile const> files, ImportOptions const& options, Known const& known, Pack const& pack);

/// A refusal of the ledger, said of the row that the fact came from.
ImportProblem problem_of(ImportPlan const& plan, FactId const& fact, Refusal const& refusal);

/// Every layout: its name and what it records.
struct LayoutName { std::string_view name, says; };
std::span<LayoutName const> layout_names();

/// The report of contract and web page: file, sheets with their mapping, problems, notes, preview. `stored`: it was written;
/// `already`: the file was taken before, and nothing happened.
std::string report_json(ImportPlan const& plan, bool already, bool stored);

std::string mapping_json(SheetPlan const&);
/// A mapping as shown and edited: one sheet's object, or {"sheets": [...]}. Refusals: those of JsonIn, layout_unknown,
/// field_unknown, unit_unknown, column_unknown.
Result<std::vector<SheetPlan>> read_mapping(std::string_view json);

// Keeping -------------------------------------------------------------------------------------------------------------

/// What the store has to offer for imports.
class ImportStore {
public:
    virtual ~ImportStore() = default;
    virtual bool taken(std::string_view sha256) = 0;
    virtual std::map<std::string, SheetPlan> mappings() = 0;
    virtual Known known() = 0;
    /// All facts or none, in one transaction with the note that the file was taken and its mappings. What the ledger refused
    /// comes back by fact; nothing refused means that all is kept.
    virtual std::vector<std::pair<FactId, Refusal>> keep(ImportPlan const& plan, ImportOptions const& options) = 0;
    /// What the ledger would refuse of these facts, taken together. Nothing is kept.
    virtual std::vector<std::pair<FactId, Refusal>> rehearse(std::vector<Fact> facts, ImportOptions const& options) = 0;
};

struct ImportDone {
    ImportPlan plan;
    bool already = false, stored = false;
};

/// Plans the files against the store and, unless `dry`, writes each that has no bad problem.
std::vector<ImportDone> run_import(std::span<ImportFile const> files, ImportOptions options, ImportStore& store, Pack const& pack, bool dry);

} // namespace osetra::farm
