#pragma once
#include <functional>
#include <iosfwd>
#include <memory>

#include "access/access.h"
#include "app/clock.h"
#include "farm/ledger_sql.h"
#include "farm/query_sql.h"
#include "store/db.h"

// What the verbs of the command line share: where they work and how they speak.
namespace osetra::app {

/// The streams of one run. A terminal is asked for passwords and shown progress.
struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool terminal = false;
};

/// The options that every verb has.
struct Where {
    std::string db;
    std::string enterprise;       ///< slug or number; empty: the only one
    bool json = false;            ///< one JSON document instead of text
};

struct Context {
    Console& io;
    Clock const& clock;
    Where const& where;
};

/// Whether a verb makes what is missing: the database and the first enterprise in it; `make_another`: also one more, named on purpose.
enum class Missing : std::uint8_t { refuse, make, make_another };

/// The database of a run, brought to this program's schema. Refusals: database_not_found.
Result<std::unique_ptr<store::Db>> open_database(Context const&, Missing);
bool is_postgres(std::string const& db);
/// Where media lie when nobody told: beside the database file; for a server's database a folder of its own where the program runs.
std::string media_folder(Where const&, std::string const& told);

/// One enterprise in an open database.
struct Company {
    std::unique_ptr<store::Db> db;
    access::EnterpriseRecord record;
    std::unique_ptr<farm::Ledger> ledger;

    farm::Reader& reader() const { return ledger->reader(); }
    FarmOffset offset() const { return {std::chrono::minutes{record.offset_minutes}}; }
};
/// Refusals: database_not_found, enterprise_not_found, enterprise_missing, enterprise_unclear.
Result<Company> open_company(Context const&, Missing = Missing::refuse);
Result<access::EnterpriseRecord> find_enterprise(Context const&, store::Db&);

/// When a question is asked of: now, or --at and --known. A day is the end of that farm day.
Result<farm::Moment> moment_of(Context const&, FarmOffset, std::string const& at, std::string const& known);

/// Who tells facts from here: "cli" or the person named by OSETRA_PERSON.
std::string author();

/// Prints an answer as it is where --json asks for that, else what `words` make of it.
Result<Done> print_answer(Context const&, Result<std::string> json, std::function<std::string(JsonIn const&)> const& words);
Result<Done> print_answer(Context const&, Result<std::string> json, FarmOffset, std::string (*words)(JsonIn const&, FarmOffset));

/// All of these facts or none; warnings go to the terminal. Refusals: that of the first fact that is refused.
Result<Done> record_all(Context const&, Company const&, std::vector<Fact>);

/// A site that is named must be there: a typo is no empty farm. Refusals: site_not_found.
Result<Done> know_site(Company const&, std::string const& site);

/// Facts made where they are told.
class Ids {
public:
    explicit Ids(Clock const&);
    FactId next();
    /// For a correction: later than what it corrects, even where that was told on a machine whose clock is ahead.
    FactId next_after(FactId const&);

private:
    Clock const& m_clock;
    UuidMaker m_maker;
};

/// Progress of long work: on a terminal one line that is written over, at most ten times a second.
class Progress {
public:
    explicit Progress(Console& io) : m_io(io) {}
    ~Progress() { done(); }
    void show(std::string const& what, std::int64_t done, std::int64_t all);
    void done();

private:
    Console& m_io;
    std::chrono::steady_clock::time_point m_next{};
    bool m_shown = false;
};

} // namespace osetra::app
