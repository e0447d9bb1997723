#include "app/demo_flights.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>

#include "app/branches.h"
#include "farm/ledger_sql.h"
#include "farm/query_sql.h"
#include "kernel/json.h"
#include "stocktake/count_job_sql.h"
#include "stocktake/engine/flight_plan.h"
#include "stocktake/flights_sql.h"

namespace osetra::app {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t fewest = 15, most = 150;   // fish of a pool that a small clip shows well
constexpr std::int64_t fit = 40;

/// Pools with about as many fish as look well on a small clip, the fittest first.
std::vector<farm::PoolState> fit_pools(farm::Reader& reader, Instant at) {
    farm::Moment const moment{at, farm_day(at, reader.offset()), {}};
    auto const source = farm::company_source(reader, moment);
    std::vector<farm::PoolState> fits;
    for (auto const& pool : reader.pools()) {
        auto state = farm::pool_state(reader, *source, pool, moment);
        if (state.heads.value >= fewest && state.heads.value <= most && state.differences.empty()) fits.push_back(std::move(state));
    }
    std::stable_sort(fits.begin(), fits.end(), [](auto const& a, auto const& b) { return std::abs(a.heads.value - fit) < std::abs(b.heads.value - fit); });
    return fits;
}

/// Who flies: the first manager, or whoever there is.
std::string pilot(DemoOptions const& options) {
    auto const people = demo_people(options);
    auto const manager = std::find_if(people.begin(), people.end(), [](DemoPerson const& p) { return p.role == "manager"; });
    return manager == people.end() ? people.front().person : manager->person;
}

/// Gone at the end, whatever happens.
struct Clip {
    fs::path path;
    explicit Clip(fs::path p) : path(std::move(p)) {}
    ~Clip() { std::error_code none; fs::remove(path, none); }
    Clip(Clip const&) = delete;
    Clip& operator=(Clip const&) = delete;
};

} // namespace

Result<std::int64_t> fly_demo(store::Db& db, Enterprise enterprise, store::MediaFolder& media, DemoOptions const& options, Clock const& clock, std::int64_t flights) {
    farm::Ledger ledger{db, farm::caviar_pack(), enterprise, {}, branches()};
    auto const now = clock.now();
    auto const noon = std::min(now, start_of(options.end_day, {}) + std::chrono::hours{12});
    auto const pools = fit_pools(ledger.reader(), noon);
    UuidMaker ids{options.seed + 77};
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    auto const person = pilot(options);
    std::int64_t flown = 0;
    for (auto const& pool : pools) {
        if (flown == flights) break;
        stocktake::FlightPlan plan;
        plan.seed = stocktake::first_test_seed + options.seed * 1'000 + static_cast<std::uint64_t>(flown);
        plan.fish = static_cast<int>(pool.heads.value);
        plan.seconds = 4;
        plan.width = 640;
        plan.height = 360;
        Clip const clip{media.folder() / "part" / fmt::format("demo_{}.mp4", flown)};
        auto const checked = OSETRA_TRY(stocktake::checked(plan));
        OSETRA_TRY(stocktake::write_flight(checked, clip.path.string(), {}, 23));
        auto const name = fmt::format("{}-{}.mp4", pool.pool.pool.text, text_of(options.end_day));
        auto const medium = OSETRA_TRY(media.keep_file(db, enterprise, name, clip.path, person, now));
        auto fact = farm::fact_of(ids.next(ms), person, noon - std::chrono::minutes{20 * flown}, stocktake::FlightFlown{pool.pool.pool, store::sha256_text(medium.sha256), name, "sturgeon", {}, {}, "rendered for the demo"});
        auto const id = fact.id;
        auto const told = ledger.record({std::move(fact)}, farm::Trust::checked, now);
        if (told.front().outcome == farm::Told::Outcome::refused) return tl::unexpected(told.front().refusal);
        auto const job = ids.next(ms);
        store::put_job(db, enterprise, job, stocktake::count_flight_kind, to_json(stocktake::CountInput{id, {}, {}, {}}), person, now);
        stocktake::FlightStore{db, enterprise}.put_job(id, job);
        ++flown;
    }
    return flown;
}

} // namespace osetra::app
