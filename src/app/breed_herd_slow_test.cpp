#include <gtest/gtest.h>
#include <set>

#include "app/branches.h"
#include "app/demo.h"
#include "breeding/herd_sql.h"
#include "farm/ledger_sql.h"
#include "store/migrate.h"

// A herd that is kept by the ledger's position is the herd that is read anew.
namespace osetra::app {
namespace {

using namespace breeding;

std::string all_of(Herd const& herd) {
    std::string out;
    std::set<std::string> species;
    for (auto const& a : herd.animals()) {
        species.insert(a.species);
        out += a.id + '|' + a.species + '|' + a.sex + '|' + a.sire + '|' + a.dam + '|' + a.family + '|' + a.cohort + '|' + a.pool + '|' + a.site + '|' + a.stage + (a.alive ? "|alive" : "|gone") + '\n';
    }
    for (auto const& s : species) out += pedigree_csv(herd.lines_for(s));
    return out + std::to_string(herd.told().samples.size()) + ' ' + std::to_string(herd.told().recoveries.size());
}

TEST(BreedHerd, KeptByTheLedgersPositionItIsAsReadAnew) {
    auto const db = store::open(":memory:");
    store::migrate(*db);
    farm::Ledger ledger{*db, farm::caviar_pack(), 1, {}, branches()};
    DemoOptions o;
    o.fish = 800;
    o.farms = 8;
    o.pools = 96;
    o.years = 2;
    o.end_day = *parse_day("2025-11-24");
    std::vector<Fact> waiting;
    std::int64_t loaded = 0, at = 0;
    auto same = 0, partly = 0;
    std::shared_ptr<Herd const> kept;
    BreedingStore store{*db, 1};
    auto const look = [&] {
        loaded += std::ssize(waiting);
        ledger.load(std::exchange(waiting, {}));
        auto const changed = kept ? store.herd_kinds_since(at) : std::set<std::string>{};
        if (kept && changed.empty()) ++same;
        else {
            partly += kept != nullptr;
            kept = std::make_shared<Herd>(store.herd(ledger.reader(), kept ? &kept->told() : nullptr, changed));
        }
        at = loaded;
        ASSERT_EQ(all_of(*kept), all_of(Herd{store.herd(ledger.reader())})) << "after " << loaded << " facts";
    };
    std::int64_t told = 0;
    ASSERT_TRUE(simulate_company(o, farm::caviar_pack(), [&](Fact&& f, farm::Body const&) {
        waiting.push_back(std::move(f));
        // many at a time, and now and then a few
        ++told;
        if (told % 4'000 == 0 || (told % 4'000 < 12 && told > 4'000)) look();
    }));
    look();
    EXPECT_GT(kept->animals().size(), 300u);
    EXPECT_GT(same, 2);
    EXPECT_GT(partly, 10);
}

} // namespace
} // namespace osetra::app
