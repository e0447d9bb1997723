#include "farm/import_routes.h"

#include "farm/import_store_sql.h"

#include <malloc.h>

namespace osetra::farm {
namespace {

using http::Permission;
using http::Request;
using http::Response;

/// A spreadsheet is rows of all sites: only who may import everywhere brings one in.
Result<Done> whole_company(Request const& ask) {
    if (ask.caller.sites.empty() && ask.caller.holds(Permission::import, "")) return Done{};
    return refuse("not_allowed", "A file may tell of every site; your role is for some of them. Ask a manager of the company.");
}

Result<bool> flag(Request const& ask, std::string_view name, bool otherwise) {
    auto const text = ask.asked(name);
    if (!text) return otherwise;
    if (*text != "0" && *text != "1") return refuse("flag_malformed", std::string{name} + " is 0 or 1.", std::string{name});
    return *text == "1";
}

Result<ImportOptions> options_of(Request const& ask, Service& service) {
    ImportOptions o;
    o.enterprise = ask.caller.enterprise;
    o.author = ask.caller.person;
    o.now = service.now();
    o.offset = service.offset(ask.caller.enterprise);
    if (auto const day = ask.asked("start")) o.start = OSETRA_TRY(parse_day(*day));
    if (auto const day = ask.asked("end")) o.end = OSETRA_TRY(parse_day(*day));
    if (auto const pool = ask.asked("pool")) o.pool = PoolId{*pool};
    if (auto const site = ask.asked("site")) o.site = SiteId{*site};
    if (OSETRA_TRY(flag(ask, "create", false))) o.missing = Missing::create;
    if (auto const mapping = ask.asked("mapping")) o.mapping = OSETRA_TRY(read_mapping(*mapping));
    auto const dates = ask.asked("dates").value_or("guess");
    if (dates == "day-first") o.date_order = DateOrder::day_first;
    else if (dates == "month-first") o.date_order = DateOrder::month_first;
    else if (dates != "guess") return refuse("dates_unknown", "dates is day-first, month-first or guess.", "dates");
    return o;
}

Result<Response> take_file(Request const& ask, Service& service) {
    OSETRA_TRY(whole_company(ask));
    auto const name = ask.asked("name");
    if (!name) return refuse("field_missing", "name is the file's name.", "name");
    if (ask.body.empty()) return refuse("file_empty", "The file is empty; send its bytes as the body.", "body");
    auto const dry = OSETRA_TRY(flag(ask, "dry_run", true));
    auto options = OSETRA_TRY(options_of(ask, service));
    std::string report;
    service.read(ask.caller.enterprise, [&](Reader& reader) {
        LedgerImports store{reader, [&](std::function<void(Ledger&)> const& write) { service.work(ask.caller.enterprise, write); }};
        std::vector<ImportFile> const files{{*name, ask.body}};
        auto const done = run_import(files, std::move(options), store, service.pack(), dry);
        report = report_json(done.front().plan, done.front().already, done.front().stored);
    });
    malloc_trim(0);   // a large file leaves the allocator with memory that a server for months should not keep
    return Response::json(std::move(report));
}

} // namespace

void add_import_routes(http::Routes& routes, Service& service) {
    http::Route take;
    take.method = http::Method::post;
    take.path = "/api/v1/imports";
    take.needs = Permission::import;
    take.about = "Reads a spreadsheet (its bytes are the body), says how it is understood and what is wrong with it, and with dry_run=0 records it: all of it or nothing.";
    take.query = {{"name", "The file's name."},
                  {"dry_run", "1 (so it is where it is left out): only say what would happen. 0: record."},
                  {"mapping", "How the sheets are read, as JSON, where the guess was wrong."},
                  {"start", "First day of records that hold no dates."},
                  {"end", "Last day of records that hold no dates."},
                  {"pool", "Pool of rows that name none."},
                  {"site", "Site of pools that the file brings."},
                  {"create", "1: register sites, pools and cohorts that the company does not have."},
                  {"dates", "day-first or month-first, where 05/03/2024 is unclear; else guess."}};
    take.body_limit = 33 << 20;   // a file of the size that is still read (kernel/table.h), and a little: its own refusal says more
    take.answer = [&service](Request const& ask) { return take_file(ask, service); };
    routes.add(std::move(take));

    routes.get("/api/v1/imports", Permission::view, "Files that were imported, newest first.", http::Lane::worker, [&service](Request const& ask) -> Result<Response> {
        if (!ask.caller.sites.empty()) return Response::json(R"({"imports":[]})");
        std::string json;
        service.read(ask.caller.enterprise, [&](Reader& reader) { json = imports_json(reader); });
        return Response::json(std::move(json));
    });
}

} // namespace osetra::farm
