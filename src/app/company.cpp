#include "app/company.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <ostream>
#include <random>

#include "app/branches.h"
#include "app/text.h"
#include "store/migrate.h"

namespace osetra::app {

bool is_postgres(std::string const& db) { return db.starts_with("postgres://") || db.starts_with("postgresql://"); }

std::string media_folder(Where const& where, std::string const& told) {
    if (!told.empty()) return told;
    return is_postgres(where.db) ? "osetra-media" : where.db + "-media";
}

Result<std::unique_ptr<store::Db>> open_database(Context const& c, Missing missing) {
    auto const& where = c.where.db;
    auto const there = is_postgres(where) || std::filesystem::exists(where);
    if (!there && missing == Missing::refuse)
        return refuse("database_not_found", "There is no database " + where + ". Name one with --db; `osetra import` and `osetra tell` make a new one, `osetra demo` one to try.", "db");
    auto db = store::open(where);
    store::migrate(*db);
    if (!there) c.io.err << "Made the database " << where << ".\n";
    return db;
}

Result<access::EnterpriseRecord> find_enterprise(Context const& c, store::Db& db) {
    auto const all = access::enterprises(db);
    auto const& asked = c.where.enterprise;
    if (asked.empty() && all.size() == 1) return all.front();
    std::string names;
    for (auto const& e : all) {
        if (!asked.empty() && (e.slug == asked || std::to_string(e.enterprise) == asked)) return e;
        names += (names.empty() ? "" : ", ") + e.slug;
    }
    if (all.empty()) return refuse("enterprise_missing", "There is no enterprise in this database yet. `osetra user add --enterprise SLUG` makes one.", "enterprise");
    if (asked.empty()) return refuse("enterprise_unclear", "This database holds several enterprises: name one with --enterprise (" + names + ").", "enterprise");
    return refuse("enterprise_not_found", "There is no enterprise " + asked + " here; there is " + names + ".", "enterprise");
}

Result<Company> open_company(Context const& c, Missing missing) {
    Company company;
    company.db = OSETRA_TRY(open_database(c, missing));
    auto found = find_enterprise(c, *company.db);
    auto const code = found ? std::string{} : found.error().code;
    auto const make = code == "enterprise_missing" ? missing != Missing::refuse : code == "enterprise_not_found" && missing == Missing::make_another;
    if (make) {
        auto const slug = c.where.enterprise.empty() ? std::string{"farm"} : c.where.enterprise;
        OSETRA_TRY(access::create_enterprise(*company.db, slug, slug, false, 480, c.clock.now()));
        c.io.err << "Made the enterprise " << slug << ".\n";
        found = find_enterprise(c, *company.db);
    }
    company.record = OSETRA_TRY(std::move(found));
    company.ledger = std::make_unique<farm::Ledger>(*company.db, farm::caviar_pack(), company.record.enterprise, company.offset(), branches());
    return company;
}

Result<Done> print_answer(Context const& c, Result<std::string> json, std::function<std::string(JsonIn const&)> const& words) {
    auto const text = OSETRA_TRY(std::move(json));
    if (c.where.json) {
        c.io.out << text << '\n';
        return Done{};
    }
    auto const in = JsonIn::parse(text);
    if (!in) throw std::logic_error("an answer is no JSON: " + in.error().message);
    c.io.out << words(*in);
    return Done{};
}
Result<Done> print_answer(Context const& c, Result<std::string> json, FarmOffset offset, std::string (*words)(JsonIn const&, FarmOffset)) {
    return print_answer(c, std::move(json), [&](JsonIn const& in) { return words(in, offset); });
}

Result<Done> record_all(Context const& c, Company const& company, std::vector<Fact> facts) {
    for (auto const& told : company.ledger->record(std::move(facts), farm::Trust::checked, c.clock.now(), farm::Ledger::Together::all_or_none)) {
        if (told.outcome == farm::Told::Outcome::refused) return tl::unexpected(told.refusal);
        for (auto const& w : told.warnings) c.io.out << "warning " << w.code << ": " << w.message << '\n';
    }
    return Done{};
}

Result<Done> know_site(Company const& company, std::string const& site) {
    if (!site.empty() && !company.reader().site(site)) return refuse("site_not_found", "There is no site \"" + site + "\".", "site");
    return Done{};
}

Result<farm::Moment> moment_of(Context const& c, FarmOffset offset, std::string const& at, std::string const& known) {
    auto const instant = [&](std::string const& text, char const* place) -> Result<Instant> {
        if (auto const day = parse_day(text)) return end_of(*day, offset);
        if (auto const told = parse_instant(text, offset)) return *told;
        return refuse("instant_malformed", "\"" + text + "\" is neither a day nor a time: write 2026-01-11, 2026-01-11 12:00 or 2026-01-11T12:00:00Z.", place);
    };
    farm::Moment m;
    m.at = at.empty() ? c.clock.now() : OSETRA_TRY(instant(at, "at"));
    m.day = farm_day(m.at, offset);
    if (!known.empty()) m.known = OSETRA_TRY(instant(known, "known"));
    return m;
}

std::string author() {
    auto const* person = std::getenv("OSETRA_PERSON");
    return person && *person ? person : "cli";
}

Ids::Ids(Clock const& clock) : m_clock(clock), m_maker([] {
    std::random_device seed;
    return (std::uint64_t{seed()} << 32U) | seed();
}()) {}

FactId Ids::next() { return m_maker.next(std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now().time_since_epoch()).count()); }

FactId Ids::next_after(FactId const& other) {
    if (auto const id = next(); id > other) return id;
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | other.bytes[i];
    return m_maker.next(ms + 1);
}

void Progress::show(std::string const& what, std::int64_t done, std::int64_t all) {
    auto const now = std::chrono::steady_clock::now();
    if (!m_io.terminal || (now < m_next && done != all)) return;
    m_next = now + std::chrono::milliseconds{100};
    m_shown = true;
    m_io.err << "\r\033[K" << what << " " << counted(done);
    if (all > 0) m_io.err << fmt::format(" of {} ({} %)", counted(all), 100 * done / all);
    m_io.err.flush();
}

void Progress::done() {
    if (m_shown) m_io.err << "\r\033[K" << std::flush;
    m_shown = false;
}

} // namespace osetra::app
