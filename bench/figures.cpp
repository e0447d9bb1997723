// How fast the ledger answers and takes late records, on a database that is there:
//     figures_bench DB [RUNS]
// It tells some hundreds of backdated facts of a demo company, so give it a copy or a database made for this.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

#include "access/access.h"
#include "farm/query_sql.h"
#include "kernel/json.h"
#include "store/journal.h"
#include "store/migrate.h"

using namespace osetra;

namespace {

void measure(char const* what, int runs, std::function<void()> const& once) {
    std::vector<double> ms;
    for (int i = 0; i < runs; ++i) {
        auto const begin = std::chrono::steady_clock::now();
        once();
        ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(ms.begin(), ms.end());
    auto const at = [&](double share) { return ms[std::min(ms.size() - 1, static_cast<std::size_t>(share * static_cast<double>(ms.size())))]; };
    std::printf("%-58s %6d runs   median %9.3f ms   p99 %9.3f ms   worst %9.3f ms\n", what, runs, at(0.5), at(0.99), ms.back());
    std::fflush(stdout);
}

struct FishNumber { FishId fish; };
template <Is<FishNumber> X> void visit_fields(X& x, auto f) { f("fish", x.fish.n); }
struct Count { std::int64_t n = 0; };
template <Is<Count> X> void visit_fields(X& x, auto f) { f("n", x.n); }
struct Times { Instant first, last; };
template <Is<Times> X> void visit_fields(X& x, auto f) { f("first", x.first); f("last", x.last); }

constexpr store::Sql next_fish{"bench.fish", "SELECT fish FROM fish WHERE enterprise = :enterprise AND fish >= :fish AND state = 0 ORDER BY fish LIMIT 1"};
constexpr store::Sql fish_range{"bench.range", "SELECT min(fish) AS n FROM fish WHERE enterprise = :enterprise"};
constexpr store::Sql fish_end{"bench.end", "SELECT max(fish) AS n FROM fish WHERE enterprise = :enterprise"};
constexpr store::Sql fish_count{"bench.count", "SELECT count(*) AS n FROM fish WHERE enterprise = :enterprise AND state = 0"};

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return std::fprintf(stderr, "figures_bench DB [RUNS]\n"), 2;
    auto const runs = argc > 2 ? std::atoi(argv[2]) : 300;
    auto const db = store::open(argv[1]);
    store::migrate(*db);
    auto const companies = access::enterprises(*db);
    if (companies.empty()) return std::fprintf(stderr, "There is no company in %s; make one with: osetra --db X demo --no-serve\n", argv[1]), 1;
    auto const e = companies.front().enterprise;
    farm::Reader reader{*db, farm::caviar_pack(), e, {}};
    farm::Ledger ledger{*db, farm::caviar_pack(), e, {}};

    auto const head = store::head_of(*db, e);
    auto const first = store::fact_at(*db, e, 1)->happened_at;
    auto const last_day = farm_day(head.recorded_at, {});
    auto const days = last_day - farm_day(first, {});
    auto const count = [&](store::Sql const& sql) { return db->row<Count>(sql, store::arg("enterprise", e))->n; };
    std::printf("%s: %lld facts, %lld fish alive, %zu pools, %d days\n", argv[1], static_cast<long long>(head.seq), static_cast<long long>(count(fish_count)),
                reader.pools().size(), days);

    std::mt19937_64 random{1};
    auto const upto = [&](std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)); };
    auto const from = count(fish_range), to = count(fish_end);
    auto const any_fish = [&] {
        for (;;)
            if (auto const f = db->row<FishNumber>(next_fish, store::arg("enterprise", e), store::arg("fish", from + upto(to - from + 1)))) return f->fish;
    };
    auto const any_day = [&] { return FarmDay{static_cast<std::int32_t>(last_day.n - upto(days))}; };
    auto const end_of_day = [&](FarmDay d) { return farm::Moment{end_of(d, {}), d, {}}; };
    auto const& pools = reader.pools();
    auto const any_pool = [&] { return pools[static_cast<std::size_t>(upto(static_cast<std::int64_t>(pools.size())))].pool.text; };

    // What is asked is drawn before the clock starts.
    std::vector<std::pair<FishId, farm::Moment>> asked(static_cast<std::size_t>(runs) * 4);
    for (auto& a : asked) a = {any_fish(), end_of_day(any_day())};
    std::size_t next = 0;
    std::size_t bytes = 0;
    measure("state of one fish on any day", runs * 4, [&] { bytes += farm::fish_state_json(reader, asked[next].first, asked[next].second)->size(); ++next; reader.forget_sums(); });
    measure("roster of a pool on any past day, weights and all", runs, [&] { bytes += farm::pool_fish_json(reader, any_pool(), end_of_day(any_day()), 100'000, FishId{0})->size(); reader.forget_sums(); });
    measure("a pool's card", runs, [&] { bytes += farm::pool_json(reader, any_pool(), end_of_day(any_day()))->size(); reader.forget_sums(); });
    auto const company = [&](farm::Moment const& moment) {
        std::vector<farm::PoolState> states;
        auto const source = farm::company_source(reader, moment);
        for (auto const& p : pools) states.push_back(farm::pool_state(reader, *source, p, moment));
        bytes += farm::stock_json(reader, states, "site", moment)->size();
        reader.forget_sums();
    };
    measure("the whole company as of a day", std::min(runs, 20), [&] { company(end_of_day(any_day())); });

    // Late records, each in a transaction of its own, on the disk when it returns. Half a year back, as the trade's worst are.
    UuidMaker ids{random()};
    auto now = head.recorded_at;
    int refused = 0;
    auto const tell = [&]<class T>(T const& body, FarmDay day) {
        now += std::chrono::seconds{1};
        Fact f;
        f.id = ids.next(now.time_since_epoch() / std::chrono::milliseconds{1});
        f.kind = T::kind;
        f.happened_at = start_of(day, {}) + std::chrono::hours{10};
        f.author = "bench";
        f.body = to_json(body);
        auto const told = ledger.record({std::move(f)}, farm::Trust::checked, now);
        refused += told.front().outcome == farm::Told::Outcome::refused;
    };
    auto const late = [&] { return FarmDay{static_cast<std::int32_t>(last_day.n - 1 - upto(180))}; };
    auto const one_pool_or_another = [&](std::string const& not_this) { for (;;) if (auto p = any_pool(); p != not_this) return p; };
    std::vector<std::pair<farm::Moved, FarmDay>> moves;
    std::vector<std::pair<farm::Measured, FarmDay>> weights;
    for (int i = 0; i < runs; ++i) {
        farm::Moved m;
        auto const fish = any_fish();
        auto const stays = reader.stays(fish);
        m.fish = {fish};
        m.to = PoolId{one_pool_or_another(stays.back().pool)};
        moves.emplace_back(m, late());
        farm::Measured w;
        w.fish = any_fish();
        w.weight_mg = Milligrams{4'000'000 + upto(6'000'000)};
        weights.emplace_back(w, late());
    }
    farm::Measured warm;
    warm.fish = any_fish();
    warm.weight_mg = Milligrams{5'000'000};
    tell(warm, late());
    next = 0;
    measure("a backdated transfer, derived again and on the disk", runs, [&] { tell(moves[next].first, moves[next].second); ++next; });
    next = 0;
    measure("a backdated weight, derived again and on the disk", runs, [&] { tell(weights[next].first, weights[next].second); ++next; });
    // An untagged group's move changes the stock of every later day of two pools.
    std::vector<std::pair<farm::Moved, FarmDay>> herds;
    for (int i = 0; i < runs * 20 && herds.size() < static_cast<std::size_t>(runs); ++i) {
        auto const pool = any_pool();
        auto const day = late();
        for (auto const& row : reader.stock(pool, day))
            if (row.sums.untagged > 50) {
                farm::Moved m;
                m.from = PoolId{pool};
                m.to = PoolId{one_pool_or_another(pool)};
                m.cohort = CohortId{row.cohort};
                m.heads = Heads{1 + upto(5)};
                herds.emplace_back(m, day);
                break;
            }
    }
    next = 0;
    if (!herds.empty()) measure("a backdated transfer of untagged fish", static_cast<int>(herds.size()), [&] { tell(herds[next].first, herds[next].second); ++next; });
    std::printf("%d of these facts were refused by the book; %zu bytes of answers\n", refused, bytes);
    return bytes == 0;
}
