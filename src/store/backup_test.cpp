#include "store/backup.h"

#include <atomic>
#include <fstream>
#include <gmock/gmock.h>
#include <thread>

#include "store/every_engine.h"
#include "store/journal.h"

namespace osetra::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr Instant noon{Microseconds{1'768'132'800'000'000}};

class Backup : public EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        migrate(*db);
        file = fs::path{fresh_file()};
    }
    void TearDown() override {
        fs::remove(file);
        EveryEngine::TearDown();
    }
    std::string code_of(std::function<Result<BackupReport>()> const& act) {
        auto const result = act();
        return result ? "done" : result.error().code;
    }
    std::string bytes() {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    void write(std::string const& bytes) { std::ofstream{file, std::ios::binary} << bytes; }
    fs::path file;
};
OSETRA_ON_EVERY_ENGINE(Backup);

void tell(Db& db, UuidMaker& ids, int facts, Enterprise enterprise = 1) {
    Transaction change{db};
    Appender journal{db, enterprise};
    for (int n = 0; n < facts; ++n) {
        Fact fact;
        fact.id = ids.next(1'767'225'600'000 + n);
        fact.kind = "round";
        fact.happened_at = Instant{Microseconds{-n}};
        fact.author = "张伟";
        fact.body = R"({"pool":"P1","note":"''\"\\ 清塘"})";
        journal.append(fact, Instant{Microseconds{n}});
    }
    journal.close();
    change.commit();
}

std::vector<Fact> facts_of(Db& db) { return facts_after(db, 1, 0, 100'000); }
bool same(std::vector<Fact> const& a, std::vector<Fact> const& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](Fact const& x, Fact const& y) {
        return x.seq == y.seq && chain_hash("", x) == chain_hash("", y);
    });
}

TEST_P(Backup, ComesBackInEitherEngine) {
    UuidMaker ids{1};
    tell(*db, ids, 1'000);
    tell(*db, ids, 7, 2);
    auto const made = backup(*db, file, noon);
    EXPECT_GE(made.rows, 1'009);
    auto const checked = check_backup(file);
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(checked->rows, made.rows);
    EXPECT_EQ(checked->made_at, noon);
    EXPECT_EQ(checked->sha256, made.sha256);

    std::vector<std::string> targets{":memory:", fresh_file()};
    if (auto const url = PrivatePostgres::fresh_database()) targets.push_back(*url);
    for (auto const& target : targets) {
        auto const copy = open(target);
        auto const restored = restore(file, *copy);
        ASSERT_TRUE(restored) << restored.error().message;
        EXPECT_EQ(restored->rows, made.rows);
        EXPECT_TRUE(same(facts_of(*db), facts_of(*copy))) << target;
        EXPECT_EQ(verify_chain(*copy, 1)->seq, 1'000);
        EXPECT_EQ(verify_chain(*copy, 2)->seq, 7);
        tell(*copy, ids, 3);
        EXPECT_EQ(verify_chain(*copy, 1)->seq, 1'003);
        migrate(*copy);
    }
}

TEST_P(Backup, OfTheCopyHoldsTheSame) {
    UuidMaker ids{1};
    tell(*db, ids, 50);
    auto const first = backup(*db, file, noon);
    auto const copy = open(":memory:");
    ASSERT_TRUE(restore(file, *copy));
    EXPECT_EQ(backup(*copy, file, noon).rows, first.rows);
}

TEST_P(Backup, RefusesWhatIsNotWhole) {
    UuidMaker ids{1};
    tell(*db, ids, 20);
    backup(*db, file, noon);
    auto const good = bytes();
    auto const empty = open(":memory:");
    auto const outcome = [&](std::string const& content) {
        write(content);
        auto const code = code_of([&] { return restore(file, *empty); });
        EXPECT_EQ(code, code_of([&] { return check_backup(file); }));
        return code;
    };
    EXPECT_EQ(outcome(""), "backup_not_ours");
    EXPECT_EQ(outcome("PK\3\4 a spreadsheet"), "backup_not_ours");
    EXPECT_EQ(outcome(good.substr(0, 60)), "backup_damaged");
    EXPECT_EQ(outcome(good.substr(0, good.size() - 1)), "backup_damaged");
    EXPECT_EQ(outcome(good + '\0'), "backup_damaged");
    for (std::size_t at = 16; at < good.size(); at += 37) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 4);
        EXPECT_EQ(outcome(bad), "backup_damaged") << at;
    }
    auto newer = good;
    newer[14] = '2';
    EXPECT_EQ(outcome(newer), "backup_newer");
    fs::remove(file);
    EXPECT_EQ(code_of([&] { return restore(file, *empty); }), "backup_not_found");
    write(good);
    EXPECT_EQ(code_of([&] { return restore(file, *empty); }), "done");
    EXPECT_EQ(code_of([&] { return restore(file, *empty); }), "database_not_empty");
    EXPECT_EQ(code_of([&] { return restore(file, *db); }), "database_not_empty");
}

TEST_P(Backup, OfAnOlderSchemaGetsTheNewerSteps) {
    auto const old = open(":memory:");
    constexpr Step first[] = {{"test/0001_a", "CREATE TABLE a (\n    n BIGINT NOT NULL,\n    PRIMARY KEY (n)\n);\n"}};
    constexpr Step both[] = {first[0], {"test/0002_b", "CREATE TABLE b (\n    n BIGINT NOT NULL,\n    PRIMARY KEY (n)\n);\nINSERT INTO b (n) SELECT n FROM a;\n"}};
    migrate(*old, first);
    old->script("INSERT INTO a (n) VALUES (7)");
    backup(*old, file, noon);

    auto const fresh = std::string{GetParam()} == "postgres" ? open(*PrivatePostgres::fresh_database()) : open(":memory:");
    ASSERT_TRUE(restore(file, *fresh, both));
    constexpr Sql carried{"test.carried", "SELECT n AS seq FROM b"};
    auto const row = fresh->prepare(carried);
    ASSERT_TRUE(row->step());
    std::int64_t n = 0;
    row->get("seq", n);
    EXPECT_EQ(n, 7);

    migrate(*old, both);
    backup(*old, file, noon);
    EXPECT_EQ(code_of([&] { return restore(file, *open(":memory:"), first); }), "backup_newer");
}

TEST_P(Backup, LeavesNothingWhereItCannotWrite) {
    EXPECT_THROW(backup(*db, "/nonexistent/x", noon), Fault);
    EXPECT_NO_THROW(backup(*db, file, noon)) << "the connection is as good as before";
}

class BackupOfShared : public Backup {};
OSETRA_ON_SHARED_ENGINES(BackupOfShared);

TEST_P(BackupOfShared, IsOfOneMomentWhileOthersWrite) {
    std::atomic<bool> stop{false};
    std::atomic<int> told{0};
    std::thread writer{[&] {
        auto const own = open(where);
        UuidMaker ids{2};
        while (!stop) {
            tell(*own, ids, 10);
            told += 10;
        }
    }};
    for (int round = 0; round < 5; ++round) {
        for (auto const until = told + 50; told < until;) std::this_thread::yield();
        backup(*db, file, noon);
        auto const copy = open(":memory:");
        auto const restored = restore(file, *copy);
        ASSERT_TRUE(restored);
        auto const head = verify_chain(*copy, 1);
        ASSERT_TRUE(head) << head.error().message;
        EXPECT_EQ(head->seq % 10, 0) << "half a transaction";
        EXPECT_EQ(static_cast<std::int64_t>(facts_of(*copy).size()), head->seq);
    }
    stop = true;
    writer.join();
}

} // namespace
} // namespace osetra::store
