#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "app/branches.h"
#include "app/field_words.h"
#include "app/text.h"
#include "app/verbs.h"
#include "farm/import_store_sql.h"
#include "store/journal.h"

namespace osetra::app {
namespace {

using farm::Told;

Result<std::string> read_file(std::string const& path, std::istream& input) {
    std::ostringstream bytes;
    if (path == "-") {
        bytes << input.rdbuf();
        return bytes.str();
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return refuse("file_not_found", path + " is a folder; name its files.", path);
    std::ifstream in{path, std::ios::binary};
    if (!in) return refuse("file_not_found", "There is no file " + path + " that can be read.", path);
    bytes << in.rdbuf();
    return bytes.str();
}

Result<std::string> write_file(std::string const& path, std::string const& bytes) {
    std::ofstream out{path, std::ios::binary};
    out << bytes;
    if (!out.flush()) throw Fault("cannot write " + path + "; check the folder and the room on the disk");
    return path;
}

/// A day alone is its noon, or now where that is still to come.
Result<Instant> when_told(Context const& c, std::string const& text, FarmOffset offset) {
    auto const now = c.clock.now();
    if (text.empty()) return now;
    auto at = OSETRA_TRY(parse_instant(text, offset));
    if (parse_day(text) && at > now && farm_day(now, offset) == farm_day(at, offset)) at = now;
    return at;
}

/// One fact as the web takes them: id, kind, happened_at, act, corrects, reason, body.
Result<Fact> fact_of(JsonIn in, Context const& c, Ids& ids, FarmOffset offset) {
    Fact fact;
    fact.author = author();
    auto const place = [&](char const* name, std::string& text) {
        if (!in.has(name)) return false;
        in.get(name, text);
        return !in.refusal();
    };
    std::string text, act = "tell";
    fact.id = place("id", text) ? OSETRA_TRY(Uuid::parse(text)) : ids.next();
    place("kind", fact.kind);
    fact.happened_at = place("happened_at", text) ? OSETRA_TRY(parse_instant(text, offset)) : c.clock.now();
    place("act", act);
    if (act == "correct") fact.act = FactAct::correct;
    else if (act == "withdraw") fact.act = FactAct::withdraw;
    else if (act != "tell") return refuse("act_unknown", "act is tell, correct or withdraw.", "act");
    if (place("corrects", text)) fact.corrects = OSETRA_TRY(Uuid::parse(text));
    place("reason", fact.reason);
    if (in.refusal()) return tl::unexpected(*in.refusal());
    if (auto const body = in.child("body")) fact.body = body->dump();
    else if (fact.act != FactAct::withdraw) return refuse("field_missing", "body is missing.", "body");
    static std::set<std::string> const fields{"id", "kind", "happened_at", "act", "corrects", "reason", "body", "offline"};
    for (auto const& name : in.names())
        if (!fields.contains(name)) return refuse("field_unknown", name + " is not a field of a fact.", name);
    return fact;
}

std::vector<JsonIn> facts_in(JsonIn const& in) {
    if (in.is_array()) return in.items(nullptr);
    auto copy = in;
    return copy.has("facts") ? in.items("facts") : std::vector<JsonIn>{in};
}

char const* word_of(Told::Outcome o) {
    return o == Told::Outcome::accepted ? "accepted" : o == Told::Outcome::duplicate ? "duplicate" : "refused";
}

void told_json(JsonOut& out, Told const& told) {
    out.begin_object();
    out.value("id", told.id);
    out.value("outcome", word_of(told.outcome));
    if (told.outcome == Told::Outcome::refused) {
        out.value("code", told.refusal.code);
        out.value("detail", told.refusal.message);
        out.value("at", told.refusal.at);
    } else {
        out.value("seq", told.seq);
    }
    out.begin_array("warnings");
    for (auto const& w : told.warnings) {
        out.begin_object();
        out.value("code", w.code);
        out.value("detail", w.message);
        out.end_object();
    }
    out.end_array();
    out.end_object();
}

/// Records facts and says what became of each. All are taken or none.
Result<Done> record(Context const& c, Company& company, std::vector<Fact> facts, bool witnessed) {
    auto const kept = facts;
    auto const told = company.ledger->record(std::move(facts), witnessed ? farm::Trust::witnessed : farm::Trust::checked, c.clock.now(), farm::Ledger::Together::all_or_none);
    auto const bad = std::find_if(told.begin(), told.end(), [](Told const& t) { return t.outcome == Told::Outcome::refused; });
    if (bad != told.end()) {
        auto refusal = bad->refusal;
        if (told.size() > 1) refusal.at = fmt::format("fact {}{}{}", bad - told.begin() + 1, refusal.at.empty() ? "" : ": ", refusal.at);
        if (told.size() > 1) refusal.message += " Nothing of the whole was taken.";
        return tl::unexpected(std::move(refusal));
    }
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.begin_array("results");
        for (auto const& t : told) told_json(out, t);
        out.end_array();
        out.end_object();
        c.io.out << out.text() << '\n';
        return Done{};
    }
    for (std::size_t i = 0; i < told.size(); ++i) {
        auto fact = kept[i];
        fact.id = told[i].id;
        if (told[i].outcome == Told::Outcome::duplicate) c.io.out << "was there already: " << told[i].id.text() << '\n';
        else if (auto const there = store::fact_at(*company.db, company.record.enterprise, told[i].seq)) c.io.out << farm::says(*there, branches()) << "  " << there->id.text() << '\n';
        for (auto const& w : told[i].warnings) c.io.err << "warning " << w.code << ": " << w.message << '\n';
    }
    return Done{};
}

/// The fact that holds of the chain that this id belongs to.
Result<Fact> holding(Company const& company, std::string const& id) {
    auto const asked = OSETRA_TRY(Uuid::parse(id));
    auto const found = store::fact_by_id(*company.db, company.record.enterprise, asked);
    if (!found) return refuse("fact_not_found", "There is no fact " + id + "; `osetra facts` lists them.", "id");
    auto versions = store::versions_of(*company.db, company.record.enterprise, found->root());
    auto last = std::move(versions.back());
    last.corrects = found->root();
    return last;
}

} // namespace

Result<Done> tell(Context const& c, TellOptions const& o) {
    if (o.kind.empty() == o.file.empty()) return refuse("tell_unclear", "Name a kind of fact with its fields, or a file with --facts.", "kind");
    // What cannot be read makes no database.
    auto const text = o.file.empty() ? std::string{} : OSETRA_TRY(read_file(o.file, c.io.in));
    if (o.file.empty()) OSETRA_TRY(body_of_words(o.kind, o.fields, {}));
    auto const in = OSETRA_TRY(JsonIn::parse(o.file.empty() ? "{}" : text));
    auto company = OSETRA_TRY(open_company(c, Missing::make));
    Ids ids{c.clock};
    std::vector<Fact> facts;
    if (!o.file.empty()) {
        for (auto const& one : facts_in(in)) {
            auto fact = fact_of(one, c, ids, company.offset());
            if (!fact) return refuse(fact.error().code, fact.error().message, fmt::format("fact {}{}{}", facts.size() + 1, fact.error().at.empty() ? "" : ": ", fact.error().at));
            facts.push_back(std::move(*fact));
        }
        if (facts.empty()) return refuse("field_missing", "facts is a list of at least one fact.", "facts");
    } else {
        Fact fact;
        fact.id = ids.next();
        fact.kind = o.kind;
        fact.reason = o.reason;
        fact.author = author();
        fact.happened_at = OSETRA_TRY(when_told(c, o.at, company.offset()));
        fact.body = OSETRA_TRY(body_of_words(o.kind, o.fields, company.offset()));
        facts.push_back(std::move(fact));
    }
    return record(c, company, std::move(facts), o.witnessed);
}

Result<Done> correct(Context const& c, TellOptions const& o) {
    auto company = OSETRA_TRY(open_company(c));
    auto const last = OSETRA_TRY(holding(company, o.id));
    if (last.act == FactAct::withdraw) return refuse("already_withdrawn", "This fact has been withdrawn; tell it anew.", "id");
    Fact fact;
    fact.id = Ids{c.clock}.next_after(last.id);
    fact.kind = last.kind;
    fact.act = FactAct::correct;
    fact.corrects = last.corrects;
    fact.reason = o.reason;
    fact.author = author();
    fact.happened_at = o.at.empty() ? last.happened_at : OSETRA_TRY(when_told(c, o.at, company.offset()));
    fact.body = OSETRA_TRY(body_of_words(last.kind, o.fields, company.offset(), last.body));
    return record(c, company, {fact}, o.witnessed);
}

Result<Done> withdraw(Context const& c, TellOptions const& o) {
    auto company = OSETRA_TRY(open_company(c));
    auto const last = OSETRA_TRY(holding(company, o.id));
    Fact fact;
    fact.id = Ids{c.clock}.next_after(last.id);
    fact.kind = last.kind;
    fact.act = FactAct::withdraw;
    fact.corrects = last.corrects;
    fact.reason = o.reason;
    fact.author = author();
    fact.happened_at = last.happened_at;
    fact.body = "{}";
    return record(c, company, {fact}, false);
}

// ---- import -------------------------------------------------------------------------------------------------------------------

namespace {

using farm::ImportDone;
using farm::ImportProblem;
using farm::Severity;

std::string place_of(ImportProblem const& p) {
    if (p.row == 0) return p.sheet;
    return fmt::format("{}!{}{}", p.sheet, p.column, p.row);
}

/// What a person has to see of a file: how it was read, what is wrong with it, and what it did or would do.
std::string report(ImportDone const& done, bool dry) {
    auto const& plan = done.plan;
    auto text = plan.file + "\n";
    if (done.already) return text + "  was imported before; nothing happens\n";
    for (auto const& sheet : plan.sheets) {
        text += fmt::format("  sheet {}: {} ({} rows below {} of headings)\n", sheet.sheet, sheet.layout, sheet.rows, sheet.header_rows);
        if (sheet.layout == "ignore") continue;
        TextTable columns{{"column", "heading", "read as", "unit"}};
        for (auto const& col : sheet.columns) columns.add({col.column, col.heading, col.field.empty() ? "-" : col.field, col.unit});
        text += columns.text("    ");
    }
    for (auto const& note : plan.notes) text += "  note: " + note + "\n";
    for (auto const& p : plan.problems) {
        text += fmt::format("  {} {} {}: {}\n", p.severity == Severity::bad ? "bad " : "warn", p.sheet.empty() ? "file" : place_of(p), p.code, p.message);
        if (!p.cure.empty()) text += "       " + p.cure + "\n";
    }
    std::map<std::string, std::int64_t> kinds;
    for (auto const& fact : plan.facts) ++kinds[fact.kind];
    std::string facts;
    for (auto const& [kind, n] : kinds) facts += fmt::format("{}{} {}", facts.empty() ? "" : ", ", counted(n), kind);
    if (plan.refused()) text += "  nothing of this file is taken\n";
    else text += fmt::format("  {} {} fact{}{}\n", done.stored ? "recorded" : dry ? "would record" : "not recorded:", counted(static_cast<std::int64_t>(plan.facts.size())), plan.facts.size() == 1 ? "" : "s", facts.empty() ? "" : ": " + facts);
    return text;
}

} // namespace

Result<Done> import_files(Context const& c, ImportVerb const& o) {
    std::vector<farm::ImportFile> files;
    for (auto const& path : o.files) {
        auto bytes = OSETRA_TRY(read_file(path, c.io.in));
        files.push_back({path, std::move(bytes), std::filesystem::absolute(path).parent_path().filename().string()});
    }
    farm::ImportOptions options;
    if (!o.mapping_file.empty()) {
        auto const text = OSETRA_TRY(read_file(o.mapping_file, c.io.in));
        options.mapping = OSETRA_TRY(farm::read_mapping(text));
    }
    if (!o.start.empty()) options.start = OSETRA_TRY(parse_day(o.start));
    if (!o.end.empty()) options.end = OSETRA_TRY(parse_day(o.end));
    if (options.start && options.end && *options.end < *options.start) return refuse("day_order", "The last day is before the first.", "end");
    if (auto const folder = std::filesystem::path{o.save_mapping_file}.parent_path(); !folder.empty() && !std::filesystem::is_directory(folder))
        return refuse("file_not_found", "There is no folder " + folder.string() + " to write the mapping into.", "save-mapping");
    if (!o.pool.empty()) options.pool = PoolId{o.pool};
    if (!o.site.empty()) options.site = SiteId{o.site};
    options.missing = o.create ? farm::Missing::create : farm::Missing::refuse;
    options.date_order = o.date_order == "day-first" ? farm::DateOrder::day_first : o.date_order == "month-first" ? farm::DateOrder::month_first : farm::DateOrder::guess;

    auto const in_memory = o.dry_run && !is_postgres(c.where.db) && !std::filesystem::exists(c.where.db);
    auto where = c.where;
    if (in_memory) where.db = ":memory:";   // a dry run makes no file
    std::ostringstream nothing;
    Console quiet{c.io.in, c.io.out, nothing, false};
    auto company = OSETRA_TRY(open_company({in_memory ? quiet : c.io, c.clock, where}, Missing::make));
    options.enterprise = company.record.enterprise;
    options.author = author();
    options.now = c.clock.now();
    options.offset = company.offset();
    farm::LedgerImports store{company.reader(), [&](auto const& work) { work(*company.ledger); }};
    auto const done = farm::run_import(files, options, store, farm::caviar_pack(), o.dry_run);

    if (!o.save_mapping_file.empty()) {
        JsonOut out;
        out.begin_object();
        out.begin_array("sheets");
        for (auto const& d : done)
            for (auto const& sheet : d.plan.sheets) out.raw(nullptr, farm::mapping_json(sheet));
        out.end_array();
        out.end_object();
        OSETRA_TRY(write_file(o.save_mapping_file, out.text() + "\n"));
    }
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.begin_array("files");
        for (auto const& d : done) out.raw(nullptr, farm::report_json(d.plan, d.already, d.stored));
        out.end_array();
        out.end_object();
        c.io.out << out.text() << '\n';
    } else {
        for (auto const& d : done) c.io.out << report(d, o.dry_run);
    }
    std::int64_t bad = 0;
    std::string first, file;
    for (auto const& d : done)
        for (auto const& p : d.plan.problems)
            if (p.severity == Severity::bad) {
                ++bad;
                if (!first.empty()) continue;
                file = d.plan.file;
                first = (p.sheet.empty() ? d.plan.file : d.plan.file.ends_with(p.sheet) ? place_of(p) : d.plan.file + " " + place_of(p)) + ": " + p.message;
            }
    if (bad > 0) return refuse("import_refused", fmt::format("{} problem{}; the first is {}", bad, bad == 1 ? "" : "s", first), file);
    return Done{};
}

} // namespace osetra::app
