#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <iostream>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "access/secrets.h"
#include "app/branches.h"
#include "app/cli.h"
#include "app/text.h"
#include "app/verbs.h"
#include "app/web_files.h"
#include "farm/verify_sql.h"
#include "store/backup.h"
#include "store/journal.h"
#include "trace/subscriptions_sql.h"

namespace osetra::app {
namespace {

namespace fs = std::filesystem;

/// While this lives, what is typed is not shown.
class Unseen {
public:
    Unseen() {
        m_was_there = tcgetattr(STDIN_FILENO, &m_was) == 0;
        auto now = m_was;
        now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (m_was_there) tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
    }
    ~Unseen() { if (m_was_there) tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_was); }
    Unseen(Unseen const&) = delete;
    Unseen& operator=(Unseen const&) = delete;

private:
    termios m_was{};
    bool m_was_there = false;
};

/// Asks twice at a terminal; otherwise the first line of the input.
Result<std::string> ask_password(Console& io) {
    std::string first, again;
    if (!io.terminal) {
        if (!std::getline(io.in, first)) return refuse("password_missing", "The password is read from the input, which is empty: `echo ... | osetra user add ...`.", "password");
        return first;
    }
    Unseen const unseen;
    io.err << "Password: " << std::flush;
    std::getline(io.in, first);
    io.err << "\nOnce more: " << std::flush;
    std::getline(io.in, again);
    io.err << "\n";
    if (first != again) return refuse("password_differs", "The two passwords are not the same; nothing was changed.", "password");
    return first;
}

Result<std::vector<access::Grant>> grants_of(UserOptions const& o) { return std::vector{access::Grant{OSETRA_TRY(access::parse_role(o.role)), o.site}}; }

std::string roles_text(std::vector<access::Grant> const& roles) {
    std::string text;
    for (auto const& g : roles) text += fmt::format("{}{}{}", text.empty() ? "" : ", ", access::word_of(g.role), g.site.empty() ? "" : " at " + g.site);
    return text;
}

void roles_json(JsonOut& out, std::vector<access::Grant> const& roles) {
    out.begin_array("roles");
    for (auto const& g : roles) {
        out.begin_object();
        out.value("role", std::string{access::word_of(g.role)});
        out.value("site", g.site);
        out.end_object();
    }
    out.end_array();
}

std::string bytes_text(std::int64_t n) {
    if (n < 10'000) return counted(n) + " bytes";
    if (n < 10'000'000) return counted(n / 1000) + " kB";
    return counted(n / 1'000'000) + " MB";
}

template <class T> void print(Context const& c, T const& record, std::string const& words) {
    if (c.where.json) c.io.out << to_json(record) << '\n';
    else c.io.out << words << '\n';
}

} // namespace

// ---- people -------------------------------------------------------------------------------------------------------------------

Result<Done> user_add(Context const& c, UserOptions const& o) {
    auto const roles = OSETRA_TRY(grants_of(o));   // what cannot be done makes no enterprise
    auto const password = OSETRA_TRY(ask_password(c.io));
    OSETRA_TRY(access::check_password(password));
    auto const company = OSETRA_TRY(open_company(c, Missing::make_another));
    OSETRA_TRY(know_site(company, o.site));
    OSETRA_TRY(access::add_person(*company.db, company.record.enterprise, {o.name, o.full_name.empty() ? o.name : o.full_name, password, roles}, c.clock.now()));
    if (!c.where.json) c.io.out << o.name << " may sign in to " << company.record.slug << " as " << roles_text(roles) << ".\n";
    else {
        JsonOut out;
        out.begin_object();
        out.value("person", o.name);
        out.value("enterprise", company.record.enterprise);
        roles_json(out, roles);
        out.end_object();
        c.io.out << out.text() << '\n';
    }
    return Done{};
}

Result<Done> user_password(Context const& c, UserOptions const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    auto const password = OSETRA_TRY(ask_password(c.io));
    OSETRA_TRY(access::set_password(*company.db, company.record.enterprise, o.name, password));
    c.io.out << (c.where.json ? "{}" : o.name + " has a new password.") << '\n';
    return Done{};
}

Result<Done> user_key(Context const& c, UserOptions const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    if (o.drop) {
        OSETRA_TRY(access::drop_key(*company.db, company.record.enterprise, o.name));
        c.io.out << (c.where.json ? "{}" : "The key " + o.name + " opens nothing any more.") << '\n';
        return Done{};
    }
    auto const roles = OSETRA_TRY(grants_of(o));
    OSETRA_TRY(know_site(company, o.site));
    auto const key = OSETRA_TRY(access::add_key(*company.db, company.record.enterprise, o.name, roles, author(), c.clock.now()));
    if (!c.where.json) c.io.out << key << '\n';
    else {
        JsonOut out;
        out.begin_object();
        out.value("key_name", o.name);
        out.value("key", key);
        out.end_object();
        c.io.out << out.text() << '\n';
    }
    if (c.io.terminal) c.io.err << "Keep it: it is not shown again. Send it as \"Authorization: Bearer KEY\".\n";
    return Done{};
}

Result<Done> user_list(Context const& c) {
    auto const company = OSETRA_TRY(open_company(c));
    auto const people = access::people_of(*company.db, company.record.enterprise);
    auto const keys = access::keys_of(*company.db, company.record.enterprise);
    auto const seen = [&](std::optional<Instant> at) { return at ? local(*at, company.offset()) : std::string{"never"}; };
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.begin_array("people");
        for (auto const& p : people) {
            out.begin_object();
            out.value("person", p.person);
            out.value("name", p.name);
            out.value("active", p.active);
            if (p.last_seen_at) out.value("last_seen_at", *p.last_seen_at);
            roles_json(out, p.roles);
            out.end_object();
        }
        out.end_array();
        out.begin_array("keys");
        for (auto const& k : keys) {
            out.begin_object();
            out.value("key_name", k.key_name);
            out.value("created_at", k.created_at);
            if (k.last_used_at) out.value("last_used_at", *k.last_used_at);
            roles_json(out, k.roles);
            out.end_object();
        }
        out.end_array();
        out.end_object();
        c.io.out << out.text() << '\n';
        return Done{};
    }
    TextTable table{{"person", "name", "roles", "last seen", ""}};
    for (auto const& p : people) table.add({p.person, p.name, roles_text(p.roles), seen(p.last_seen_at), p.active ? "" : "not active"});
    for (auto const& k : keys) table.add({"key:" + k.key_name, "", roles_text(k.roles), seen(k.last_used_at), ""});
    c.io.out << (table.empty() ? "nobody yet\n" : table.text());
    return Done{};
}

// ---- the store ----------------------------------------------------------------------------------------------------------------

namespace {
struct Verified {
    std::string enterprise;
    std::int64_t facts = 0;
};
template <Is<Verified> X> void visit_fields(X& x, auto f) { f("enterprise", x.enterprise); f("facts", x.facts); }

/// The enterprise that was named, or all.
Result<std::vector<access::EnterpriseRecord>> chosen(Context const& c, store::Db& db) {
    if (c.where.enterprise.empty()) return access::enterprises(db);
    return std::vector{OSETRA_TRY(find_enterprise(c, db))};
}
} // namespace

Result<Done> verify(Context const& c) {
    auto const db = OSETRA_TRY(open_database(c, Missing::refuse));
    auto const scratch = is_postgres(c.where.db) ? (fs::temp_directory_path() / fmt::format("osetra-verify-{}.db", getpid())).string()
                                                 : fmt::format("{}.verify-{}.db", c.where.db, getpid());
    Progress progress{c.io};
    JsonOut out;
    out.begin_object();
    out.begin_array("enterprises");
    std::string text;
    for (auto const& e : OSETRA_TRY(chosen(c, *db))) {
        auto const facts = OSETRA_TRY(farm::verify(*db, farm::caviar_pack(), e.enterprise, FarmOffset{std::chrono::minutes{e.offset_minutes}}, scratch,
                                                   [&](char const* what, std::int64_t done, std::int64_t all) { progress.show(e.slug + ": " + what, done, all); }, branches()));
        progress.done();
        out.record(nullptr, Verified{e.slug, facts});
        text += fmt::format("{}: {} facts; the chain is whole, and all that is worked out is what they give\n", e.slug, counted(facts));
    }
    out.end_array();
    out.end_object();
    c.io.out << (c.where.json ? out.text() + "\n" : text.empty() ? "no enterprise yet\n" : text);
    return Done{};
}

Result<Done> rebuild(Context const& c) {
    auto const db = OSETRA_TRY(open_database(c, Missing::refuse));
    Progress progress{c.io};
    JsonOut out;
    out.begin_object();
    out.begin_array("enterprises");
    std::string text;
    for (auto const& e : OSETRA_TRY(chosen(c, *db))) {
        farm::Ledger ledger{*db, farm::caviar_pack(), e.enterprise, FarmOffset{std::chrono::minutes{e.offset_minutes}}, branches()};
        ledger.rebuild([&](std::int64_t done, std::int64_t all) { progress.show(e.slug + ": facts", done, all); });
        progress.done();
        auto const facts = store::head_of(*db, e.enterprise).seq;
        out.record(nullptr, Verified{e.slug, facts});
        text += fmt::format("{}: worked out again from {} facts\n", e.slug, counted(facts));
    }
    out.end_array();
    out.end_object();
    c.io.out << (c.where.json ? out.text() + "\n" : text.empty() ? "no enterprise yet\n" : text);
    return Done{};
}

Result<Done> backup(Context const& c, std::string const& file) {
    auto const db = OSETRA_TRY(open_database(c, Missing::refuse));
    auto const report = store::backup(*db, file, c.clock.now());
    print(c, report, fmt::format("{}: {} rows of {} tables, {}, SHA-256 {}", file, counted(report.rows), report.tables, bytes_text(report.bytes), report.sha256));
    return Done{};
}

Result<Done> restore(Context const& c, std::string const& file) {
    OSETRA_TRY(store::check_backup(file));
    auto const there = !is_postgres(c.where.db) && fs::exists(c.where.db);
    auto const db = store::open(c.where.db);
    auto const report = store::restore(file, *db);
    if (!report) return tl::unexpected(report.error());
    print(c, *report, fmt::format("{}{}: {} rows of {} tables, as they were at {}. `osetra verify` checks them.", there ? "" : "Made ", c.where.db, counted(report->rows), report->tables, text_of(report->made_at)));
    return Done{};
}

// ---- doctor -------------------------------------------------------------------------------------------------------------------

namespace {
struct Finding {
    std::string what, found;
    bool good = true;
    std::string cure = {};
};
template <Is<Finding> X> void visit_fields(X& x, auto f) { f("what", x.what); f("found", x.found); f("good", x.good); f("cure", x.cure); }

void look_at_database(Context const& c, std::vector<Finding>& all) {
    if (!is_postgres(c.where.db)) {
        std::error_code problem;
        auto const folder = fs::absolute(c.where.db).parent_path();
        auto const space = fs::space(folder, problem);
        auto const free = problem ? 0 : static_cast<std::int64_t>(space.available);
        all.push_back({"room on the disk", bytes_text(free), free > 2'000'000'000, "Make room: the database and its backups need it."});
        if (!fs::exists(c.where.db)) {
            all.push_back({"database", c.where.db + " is not there", true, "It is made by `osetra up`, `import`, `tell`, `user add` or `demo`."});
            return;
        }
        all.push_back({"database", c.where.db + ", " + bytes_text(static_cast<std::int64_t>(fs::file_size(c.where.db)))});
    } else {
        all.push_back({"database", "PostgreSQL"});
    }
    try {
        auto const db = open_database(c, Missing::refuse);
        all.push_back({"schema", "up to date"});
        for (auto const& e : access::enterprises(**db)) {
            auto const head = store::head_of(**db, e.enterprise);
            auto const people = access::people_of(**db, e.enterprise);
            auto const owners = std::count_if(people.begin(), people.end(), [](auto const& p) {
                return p.active && std::any_of(p.roles.begin(), p.roles.end(), [](auto const& g) { return g.role == access::Role::owner; });
            });
            all.push_back({"enterprise " + e.slug, fmt::format("{}{}, {} facts, {} people", e.name, e.simulated ? " (simulated)" : "", counted(head.seq), people.size()), owners > 0,
                           "Nobody owns it: osetra user add --enterprise " + e.slug + " --name NAME --role owner"});
            auto const failing = trace::failing_subscriptions(**db, e.enterprise);
            for (auto const& s : failing)
                all.push_back({"subscription to " + s.query_name, fmt::format("{} since {}: {}", s.state == "paused" ? "paused, failing" : "failing", text_of(std::chrono::floor<std::chrono::seconds>(*s.failing_since)), s.said), false,
                               fmt::format("Ask who keeps {} what is wrong there{}.", s.dest, s.state == "paused" ? "; then POST /api/v1/subscriptions/" + s.subscription.text() + "/retry" : "")});
            auto const ahead = head.recorded_at > c.clock.now() + std::chrono::minutes{5};
            all.push_back({"clock", text_of(std::chrono::floor<std::chrono::seconds>(c.clock.now())), !ahead, "The last fact was recorded later than this. Set the machine's clock (NTP)."});
        }
    } catch (Fault const& fault) {
        all.push_back({"schema", fault.what(), false, "Mend what the message names, or restore a backup."});
    }
}
} // namespace

Result<Done> doctor(Context const& c) {
    std::vector<Finding> all{{"program", "osetra " + program_version()}};
    look_at_database(c, all);
    all.push_back({"web pages", web_files().empty() ? "not in this build" : fmt::format("{} files in the program", web_files().size()), !web_files().empty(), "Build them (./osetra-dev build), or serve a folder with --web-dir."});
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    all.push_back({"open files", fmt::format("at most {}", files.rlim_max), files.rlim_max >= 8192, "Raise the hard limit (ulimit -n, LimitNOFILE): every listening browser needs one."});
    auto const good = std::all_of(all.begin(), all.end(), [](Finding const& f) { return f.good; });
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.value("good", good);
        out.begin_array("findings");
        for (auto& f : all) {
            if (f.good && f.what != "database") f.cure.clear();
            out.record(nullptr, f);
        }
        out.end_array();
        out.end_object();
        c.io.out << out.text() << '\n';
    } else {
        TextTable table{{"", "", "", ""}};
        for (auto const& f : all) table.add({f.good ? "ok" : "LOOK", f.what, f.found, f.good ? "" : f.cure});
        auto const text = table.text();
        c.io.out << text.substr(text.find('\n') + 1);
    }
    return Done{};
}

// ---- growth -------------------------------------------------------------------------------------------------------------------

Result<Done> growth_fit(Context const& c, GrowthOptions const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    auto const site = o.site.empty() ? std::nullopt : std::optional{o.site};
    auto const today = farm_day(c.clock.now(), company.offset());
    if (c.where.json) {
        c.io.out << farm::growth_json(company.reader(), site, today) << '\n';
        return Done{};
    }
    TextTable table{{"site", "species", "stage", ">pack", ">used", ">fitted", ">error", ">weighings"}};
    auto const number = [](std::optional<std::int64_t> n) { return n ? counted(*n) : std::string{"-"}; };
    for (auto const& r : farm::growth_rows(company.reader(), site, today))
        table.add({r.site, r.species, r.stage, counted(r.pack_tgc_micro), counted(r.used_tgc_micro), number(r.fitted_tgc_micro), number(r.se_micro), counted(r.weighings)});
    c.io.out << (table.empty() ? "no fish that were weighed twice\n" : table.text() + "Coefficients are 1e6 g^(1/3) per degree-day. `osetra growth adopt` uses a fitted one from then on.\n");
    return Done{};
}

Result<Done> growth_adopt(Context const& c, GrowthOptions const& o) {
    TellOptions tell_it;
    tell_it.kind = "growth";
    tell_it.fields = {"site=" + o.site, "species=" + o.species, "stage=" + o.stage};
    if (o.tgc_micro > 0) {
        tell_it.fields.push_back("tgc_micro=" + std::to_string(o.tgc_micro));
        return tell(c, tell_it);
    }
    auto const fitted = [&]() -> Result<farm::GrowthRow> {
        auto const company = OSETRA_TRY(open_company(c));
        for (auto const& r : farm::growth_rows(company.reader(), o.site, farm_day(c.clock.now(), company.offset())))
            if (r.species == o.species && r.stage == o.stage && r.fitted_tgc_micro) return r;
        return refuse("growth_not_fitted", "No fish of this species and stage were weighed often enough at this site; --tgc tells a coefficient.", "stage");
    }();
    if (!fitted) return tl::unexpected(fitted.error());
    tell_it.fields.push_back("tgc_micro=" + std::to_string(*fitted->fitted_tgc_micro));
    if (fitted->se_micro) tell_it.fields.push_back("se_micro=" + std::to_string(*fitted->se_micro));
    tell_it.fields.push_back("weighings=" + std::to_string(fitted->weighings));
    return tell(c, tell_it);
}

} // namespace osetra::app
