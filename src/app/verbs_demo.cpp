#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <future>
#include <iostream>
#include <unistd.h>

#include "app/branches.h"
#include "app/demo.h"
#include "app/demo_flights.h"
#include "app/demo_blend.h"
#include "app/demo_labels.h"
#include "app/demo_line.h"
#include "app/demo_sorting.h"
#include "app/demo_tasting.h"
#include "app/text.h"
#include "app/verbs.h"
#include "breeding/evaluation_job_sql.h"
#include "breeding/herd_sql.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "trace/link_sql.h"

namespace osetra::app {
namespace {

namespace fs = std::filesystem;

/// Facts that are loaded in one transaction: enough to make each one's share of it small, few enough to stay small in memory.
constexpr std::size_t batch = 100'000;

constexpr char const* slug = "demo";
/// The demo company is no secret, but its door is a real one.
constexpr char const* password = "sturgeon-demo";

void remove_database(std::string const& path) {
    for (auto const* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(path + suffix);
}

/// A fresh file is filled without waiting for the disk, and gets its name when all of it is on the disk: one that was broken off is
/// never taken for a company.
std::unique_ptr<store::Db> open_for_filling(std::string const& path) {
    remove_database(path);
    auto db = store::open(path);
    store::migrate(*db);
    db->script("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000");
    return db;
}
void name_filled(std::unique_ptr<store::Db> db, std::string const& path, std::string const& name) {
    db->script("PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL; PRAGMA wal_checkpoint(TRUNCATE)");
    db.reset();   // the last connection leaves no journal behind
    auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    auto const safe = file >= 0 && fsync(file) == 0;
    if (file >= 0) close(file);
    if (!safe) throw Fault("cannot bring " + path + " to the disk");
    remove_database(name);
    fs::rename(path, name);
}

struct Made {
    std::int64_t facts = 0;
    double seconds = 0;
    DemoTold told;
};

Result<Made> make(Context const& c, store::Db& db, DemoOptions const& o) {
    using Clock = std::chrono::steady_clock;
    auto const& pack = farm::caviar_pack();
    auto const now = c.clock.now();
    auto const enterprise = OSETRA_TRY(access::create_enterprise(db, slug, "Osetra Demo 示范公司", true, 480, now));
    farm::Ledger ledger{db, pack, enterprise, {}, branches()};
    OSETRA_TRY(ledger.tell_identity(trace::demonstration_identity(enterprise, "Osetra Demo 示范公司"), now));
    {
        store::Transaction all{db};
        OSETRA_TRY(trace::set_published(db, enterprise, {"species", "farm", "harvest", "label"}));
        all.commit();
    }
    Progress progress{c.io};
    auto const begin = Clock::now();
    Made made;
    struct Batch {
        std::vector<Fact> facts;
        std::vector<farm::Body> bodies;
    };
    Batch next;
    std::future<void> loading;   // one batch is lived through while the one before is loaded
    auto const load = [&] {
        if (loading.valid()) loading.get();
        made.facts += static_cast<std::int64_t>(next.facts.size());
        auto const rate = static_cast<double>(made.facts) / std::chrono::duration<double>(Clock::now() - begin).count();
        progress.show(fmt::format("Living through {} years of farm life, {} facts/s:", o.years, counted(static_cast<std::int64_t>(rate))), made.facts, 0);
        loading = std::async(std::launch::async, [&ledger, part = std::exchange(next, {})]() mutable { ledger.load(std::move(part.facts), part.bodies); });
    };
    made.told = OSETRA_TRY(simulate_company(o, pack, [&](Fact&& fact, farm::Body const& body) {
        next.facts.push_back(std::move(fact));
        next.bodies.push_back(body);
        if (next.facts.size() == batch) load();
    }));
    load();
    loading.get();
    if (db.engine() == store::Db::Engine::postgres) db.script("ANALYZE");   // its planner must not wait for the nightly look at what came
    // Last, since they are the sign that all of it is there.
    for (auto const& p : demo_people(o)) {
        auto const role = OSETRA_TRY(access::parse_role(p.role));
        OSETRA_TRY(access::add_person(db, enterprise, {p.person, p.name, password, {{role, p.site}}}, now));
    }
    progress.done();
    made.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return made;
}

/// Breeding values of every species wait in the queue, so that the pages have them soon after the server is up.
void queue_evaluations(store::Db& db, DemoOptions const& o, Instant now) {
    auto const all = access::enterprises(db);
    auto const there = std::find_if(all.begin(), all.end(), [](auto const& e) { return e.slug == slug; });
    auto const people = demo_people(o);
    auto const breeder = std::find_if(people.begin(), people.end(), [](DemoPerson const& p) { return p.role == "breeder"; });
    if (there == all.end() || breeder == people.end()) return;
    UuidMaker ids{o.seed + 91};
    breeding::BreedingStore breeding{db, there->enterprise};
    for (auto const* species : {"SCH", "DAUxSCH", "BAE", "GUE", "DAU"}) {
        auto const job = ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
        store::put_job(db, there->enterprise, job, breeding::evaluation_kind, to_json(breeding::EvaluationInput{species}), breeder->person, now);
        breeding.put_job(species, job);
    }
}

void print_logins(Context const& c, DemoOptions const& o) {
    TextTable table{{"sign in as", "name", "role", "site"}};
    for (auto const& p : demo_people(o)) table.add({p.person, p.name, p.role, p.site});
    c.io.out << table.text() << "Everybody's password is " << password << "\n";
}

} // namespace

Result<Done> demo(Context const& c, DemoVerb const& o, UpOptions const& serve) {
    DemoOptions options;
    options.fish = o.fish;
    options.farms = o.farms;
    options.pools = o.pools;
    options.years = o.years;
    options.seed = o.seed;
    options.end_day = o.end.empty() ? farm_day(c.clock.now(), {}) : OSETRA_TRY(parse_day(o.end));
    auto const file = !is_postgres(c.where.db);
    if (file && o.fresh) remove_database(c.where.db);
    if (file && !fs::path{c.where.db}.parent_path().empty()) fs::create_directories(fs::path{c.where.db}.parent_path());

    std::optional<Made> made;
    if (file && !fs::exists(c.where.db)) {
        auto const unfinished = c.where.db + ".unfinished";
        auto db = open_for_filling(unfinished);
        auto filled = make(c, *db, options);
        if (!filled) {
            db.reset();
            remove_database(unfinished);
            return tl::unexpected(filled.error());
        }
        made = std::move(*filled);
        name_filled(std::move(db), unfinished, c.where.db);
    } else {
        auto const db = store::open(c.where.db);
        store::migrate(*db);
        auto const all = access::enterprises(*db);
        auto const there = std::find_if(all.begin(), all.end(), [](auto const& e) { return e.slug == slug; });
        if (there == all.end() && !all.empty()) return refuse("demo_beside_real", "This database holds a real company; the demo company gets a database of its own (--db).", "db");
        if (there == all.end()) made = OSETRA_TRY(make(c, *db, options));
        else if (access::people_of(*db, there->enterprise).empty())
            return refuse("demo_unfinished", "The demo company in this database was not finished. Give it an empty database.", "db");
    }
    if (made) {
        auto const db = store::open(c.where.db);
        queue_evaluations(*db, options, c.clock.now());
        auto const all = access::enterprises(*db);
        auto const there = std::find_if(all.begin(), all.end(), [](auto const& e) { return e.slug == slug; });
        auto const people = demo_people(options);
        auto const hand = std::find_if(people.begin(), people.end(), [](DemoPerson const& p) { return p.role == "plant"; });
        farm::Ledger ledger{*db, farm::caviar_pack(), there->enterprise, {}, branches()};
        auto const hand_name = hand == people.end() ? "plant" : hand->person;
        made->facts += work_at_demo_line(ledger, hand_name, c.clock.now());
        OSETRA_TRY(label_demo(*db, there->enterprise, ledger, hand_name, c.clock.now()));
        made->facts += sort_at_demo_line(ledger, hand_name, c.clock.now());
        auto const head = std::find_if(people.begin(), people.end(), [](DemoPerson const& p) { return p.role == "manager"; });
        made->facts += blend_at_demo_company(ledger, head == people.end() ? hand_name : head->person, c.clock.now());
        OSETRA_TRY(taste_demo(*db, there->enterprise, options, c.clock));
    }
    if (made && o.flights > 0) {
        auto const db = store::open(c.where.db);
        auto const all = access::enterprises(*db);
        auto const there = std::find_if(all.begin(), all.end(), [](auto const& e) { return e.slug == slug; });
        store::MediaFolder media{media_folder(c.where, serve.media)};
        OSETRA_TRY(fly_demo(*db, there->enterprise, media, options, c.clock, o.flights));
    }
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.value("db", c.where.db);
        out.value("made", made.has_value());
        if (made) {
            out.value("facts", made->facts);
            out.value("seconds", made->seconds);
            out.value("tagged_alive", made->told.tagged_alive);
            out.value("untagged", made->told.untagged);
        }
        out.begin_array("logins");
        for (auto const& p : demo_people(options)) {
            out.begin_object();
            out.value("person", p.person);
            out.value("role", p.role);
            out.value("site", p.site);
            out.value("password", password);
            out.end_object();
        }
        out.end_array();
        out.end_object();
        c.io.out << out.text() << '\n';
    } else {
        if (made)
            c.io.out << fmt::format("Made {}: {} facts in {:.0f} s; {} tagged fish and {} others. All of it is simulated.\n", c.where.db, counted(made->facts), made->seconds,
                                    counted(made->told.tagged_alive), counted(made->told.untagged));
        else
            c.io.out << "The demo company is in " << c.where.db << " already; --fresh makes it anew.\n";
        print_logins(c, options);
    }
    c.io.out << std::flush;
    if (o.no_serve) return Done{};
    return up(c, serve);
}

} // namespace osetra::app
