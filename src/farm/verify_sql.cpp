#include "farm/verify_sql.h"

#include <cstring>
#include <filesystem>

#include "farm/farm_sql.h"
#include "farm/ledger_sql.h"
#include "kernel/json.h"
#include "kernel/sha256.h"
#include "store/migrate.h"

namespace osetra::farm {
namespace {

using store::arg;

template <class Row> std::string digest_of(store::Db& db, Enterprise enterprise, char const* table, sql::Name statement, auto clean) {
    Sha256 digest;
    db.each<Row>(sql::all[statement], [&](Row&& row) {
        clean(row);
        digest.add(to_json(row));
        digest.add("\n");
    }, arg("enterprise", enterprise));
    return std::string{table} + " " + digest.hex() + "\n";
}

} // namespace

std::string state_digest(store::Db& db, Enterprise e) {
    auto const as_is = [](auto&) {};
    auto const without_recording = [](auto& line) { line.known_from = Instant{}; };
    return digest_of<SiteRegistered>(db, e, "site", sql::sites, as_is) + digest_of<PoolRegistered>(db, e, "pool", sql::pools, as_is) +
           digest_of<CohortRegistered>(db, e, "cohort", sql::cohorts, as_is) + digest_of<GrowthAdopted>(db, e, "growth", sql::growths, as_is) +
           digest_of<PoolLine>(db, e, "pool_line", sql::digest_pool_line, without_recording) +
           digest_of<FishLine>(db, e, "fish_line", sql::digest_fish_line, without_recording) +
           digest_of<Stay>(db, e, "stay", sql::digest_stay, as_is) + digest_of<FishRow>(db, e, "fish", sql::digest_fish, as_is) +
           digest_of<StockRow>(db, e, "stock", sql::digest_stock, as_is) + digest_of<GroupSize>(db, e, "size_track", sql::digest_size, as_is) +
           digest_of<PoolDay>(db, e, "pool_day", sql::digest_day, as_is);
}

Result<std::int64_t> verify(store::Db& db, Pack const& pack, Enterprise enterprise, FarmOffset offset, std::string const& scratch,
                            std::function<void(char const*, std::int64_t, std::int64_t)> progress, Branches const& branches) {
    auto const tell = [&](char const* what) {
        return [&progress, what](std::int64_t done, std::int64_t all) { if (progress) progress(what, done, all); };
    };
    auto const head = OSETRA_TRY(store::verify_chain(db, enterprise, tell("chain")));
    struct Remove {
        std::string const& file;
        ~Remove() {
            if (file == ":memory:") return;
            std::error_code ignored;
            for (auto const* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end, ignored);
        }
    } const remove{scratch};
    auto anew = store::open_sqlite(scratch, store::Access::read_write);
    store::migrate(*anew);
    Ledger ledger{*anew, pack, enterprise, offset, branches};
    for (std::int64_t done = 0; done < head.seq;) {
        auto facts = store::facts_after(db, enterprise, done, 20'000);
        done = facts.back().seq;
        ledger.load(std::move(facts));
        tell("state")(done, head.seq);
    }
    Ledger as_kept{db, pack, enterprise, offset, branches};
    auto const kept = state_digest(db, enterprise) + as_kept.branch_digest();
    auto const made = state_digest(*anew, enterprise) + ledger.branch_digest();
    if (kept != made) {
        std::size_t at = 0;
        while (kept[at] == made[at]) ++at;
        auto const line = kept.rfind('\n', at) == std::string::npos ? 0 : kept.rfind('\n', at) + 1;
        auto const table = kept.substr(line, kept.find(' ', line) - line);
        return refuse("state_differs", "The table " + table + " is not what the journal gives. Run: osetra rebuild", table);
    }
    OSETRA_TRY(as_kept.verify_events(tell("events")));
    return head.seq;
}

} // namespace osetra::farm
