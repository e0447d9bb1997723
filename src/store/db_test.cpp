#include "store/db.h"

#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <limits>
#include <thread>

#include "store/every_engine.h"
#include "store/journal.h"
#include "store/migrate.h"

namespace osetra::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Sample {
    std::int64_t n = 0;
    std::optional<double> weight;
    std::optional<std::string> name;
    std::optional<Bytes> hash;
};
template <Is<Sample> X> void visit_fields(X& x, auto f) { f("n", x.n); f("weight", x.weight); f("name", x.name); f("hash", x.hash); }

struct Number { std::int64_t n = 0; };
template <Is<Number> X> void visit_fields(X& x, auto f) { f("n", x.n); }
struct Text { std::string t; };
template <Is<Text> X> void visit_fields(X& x, auto f) { f("t", x.t); }
struct Real { double r = 0; };
template <Is<Real> X> void visit_fields(X& x, auto f) { f("r", x.r); }

constexpr Step samples[] = {{"test/0001_sample", "CREATE TABLE sample (\n    n BIGINT NOT NULL,\n    weight DOUBLE PRECISION CHECK (weight < 1e300),\n"
                                                 "    name TEXT,\n    hash BYTEA,\n    PRIMARY KEY (n)\n);\n"}};
constexpr Sql add{"test.add", "INSERT INTO sample (n, weight, name, hash) VALUES (:n, :weight, :name, :hash)"};
constexpr Sql one{"test.one", "SELECT n, weight, name, hash FROM sample WHERE n = :n"};
constexpr Sql all{"test.all", "SELECT n, weight, name, hash FROM sample ORDER BY n"};
constexpr Sql count{"test.count", "SELECT count(*) AS n FROM sample"};
constexpr Sql series{"test.series", "WITH RECURSIVE s(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM s WHERE n < :n) SELECT n FROM s"};

class DbOnEveryEngine : public EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (db) migrate(*db, samples);
    }
    Sample there_and_back(Sample const& sample) {
        db->run(add, sample);
        return db->row<Sample>(one, arg("n", sample.n)).value();
    }
    std::string fault_of(std::function<void()> const& act) {
        try {
            act();
        } catch (Fault const& fault) {
            return fault.what();
        }
        return "no fault";
    }
    std::int64_t rows() { return db->row<Number>(count)->n; }
};
OSETRA_ON_EVERY_ENGINE(DbOnEveryEngine);

TEST_P(DbOnEveryEngine, KeepsEveryValueAsItIs) {
    std::string every_byte;
    for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
    Sample const samples_in[] = {
        {std::numeric_limits<std::int64_t>::min(), std::nullopt, std::nullopt, std::nullopt},
        {std::numeric_limits<std::int64_t>::max(), 0.1, "", Bytes{""}},
        {0, -1.7e-308, "达氏鳇 🐟 ' \" \\ :n $1", Bytes{every_byte}},
        {156000000000001, 1e17 / 3, std::string(200'000, 'x'), Bytes{std::string(300'000, '\0')}},
    };
    for (auto const& in : samples_in) {
        auto const out = there_and_back(in);
        EXPECT_EQ(out.n, in.n);
        EXPECT_EQ(out.weight, in.weight);
        EXPECT_EQ(out.name, in.name);
        EXPECT_EQ(out.hash, in.hash);
    }
    EXPECT_EQ(there_and_back({7, std::numeric_limits<double>::quiet_NaN(), {}, {}}).weight, std::nullopt);
    EXPECT_EQ(db->rows<Sample>(all).size(), 5U);
}

TEST_P(DbOnEveryEngine, ReadsSumsAndQuotients) {
    db->run(add, Sample{std::int64_t{1} << 61, 1.25, "7", {}});
    db->run(add, Sample{std::int64_t{1} << 60, 2.25, "7", {}});
    db->run(add, Sample{-12'345'678, {}, {}, {}});
    EXPECT_EQ(db->row<Number>({"test.sum", "SELECT sum(n) AS n FROM sample"})->n, (std::int64_t{3} << 60) - 12'345'678);
    EXPECT_EQ(db->row<Number>({"test.small_sum", "SELECT sum(n) AS n FROM sample WHERE n < 0"})->n, -12'345'678);
    EXPECT_EQ(db->row<Number>({"test.no_sum", "SELECT sum(n) AS n FROM sample WHERE n = 5"})->n, 0);
    EXPECT_EQ(db->row<Number>({"test.quotient", "SELECT min(n) / 10000 AS n FROM sample"})->n, -1234);
    EXPECT_EQ(db->row<Number>({"test.truth", "SELECT weight IS NULL AS n FROM sample WHERE n < :n", }, arg("n", std::int64_t{0}))->n, 1);
    EXPECT_DOUBLE_EQ(db->row<Real>({"test.mean", "SELECT avg(weight) AS r FROM sample"})->r, 1.75);
    EXPECT_DOUBLE_EQ(db->row<Real>({"test.mean_n", "SELECT avg(n) AS r FROM sample WHERE n < 0"})->r, -12'345'678);
    EXPECT_DOUBLE_EQ(db->row<Real>({"test.decimal", "SELECT -1234567.000125 AS r"})->r, -1234567.000125);
    EXPECT_EQ(db->row<Text>({"test.as_text", "SELECT n AS t FROM sample WHERE n < 0"})->t, "-12345678");
    EXPECT_EQ(db->row<Number>({"test.from_text", "SELECT name AS n FROM sample WHERE n > 0 ORDER BY n"})->n, 7);
}

TEST_P(DbOnEveryEngine, FindsParametersOnlyWhereTheyAre) {
    auto const text = db->row<Text>({"test.colons", "SELECT ':n' || ' -- :n ' || CAST(:n AS TEXT) /* :n */ || '''' || :n AS t -- :n"},
                                    arg("n", std::string_view{"A"}));
    EXPECT_EQ(text->t, ":n -- :n A'A");
}

TEST_P(DbOnEveryEngine, LeavesOutParametersThatAStatementLacks) {
    db->run(add, Sample{1, {}, "one", {}}, arg("nothing", std::int64_t{4}));
    EXPECT_EQ(rows(), 1);
    db->run(add, arg("n", std::int64_t{2}));   // unbound is null, also where an earlier use bound it
    EXPECT_EQ(db->row<Sample>(one, arg("n", std::int64_t{2}))->name, std::nullopt);
}

TEST_P(DbOnEveryEngine, StreamsAMillionRowsInLittleMemory) {
    auto const resident = [] {
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages >> pages;
        return pages * 4096;
    };
    db->row<Number>(series, arg("n", std::int64_t{10}));
    [[maybe_unused]] auto const before = resident();
    std::int64_t sum = 0;
    std::size_t most = 0;
    db->each<Number>(series, [&](Number&& row) {
        sum += row.n;
        if (row.n % 100'000 == 0) most = std::max(most, resident());
    }, arg("n", std::int64_t{1'000'000}));
    EXPECT_EQ(sum, 500'000'500'000);
#ifndef __SANITIZE_ADDRESS__   // which keeps what is freed
    EXPECT_LT(most, before + (16U << 20U));
#endif
}

TEST_P(DbOnEveryEngine, OneStatementInsideAnother) {
    std::int64_t seen = 0;
    db->each<Number>(series, [&](Number&& outer) {
        db->run(add, Sample{outer.n, {}, {}, {}});
        db->each<Number>(series, [&](Number&&) { ++seen; }, arg("n", outer.n));
    }, arg("n", std::int64_t{40}));
    EXPECT_EQ(seen, 40 * 41 / 2);
    EXPECT_EQ(rows(), 40);
}

TEST_P(DbOnEveryEngine, MayStopReadingAnywhere) {
    EXPECT_EQ(db->row<Number>(series, arg("n", std::int64_t{5'000}))->n, 1);
    EXPECT_THROW(db->each<Number>(series, [](Number&&) { throw std::runtime_error("enough"); }, arg("n", std::int64_t{5'000})), std::runtime_error);
    EXPECT_EQ(db->rows<Number>(series, arg("n", std::int64_t{3})).size(), 3U);
    auto const own = db->prepare(series);
    own->put("n", std::int64_t{2});
    EXPECT_TRUE(own->step());
    EXPECT_TRUE(own->step());
    EXPECT_FALSE(own->step());
    own->reset();
    own->put("n", std::int64_t{1});
    EXPECT_TRUE(own->step());
    EXPECT_TRUE(own->has("n"));
    EXPECT_FALSE(own->has("m"));
    EXPECT_FALSE(own->step());
}

TEST_P(DbOnEveryEngine, ATransactionIsAllOrNothing) {
    {
        Transaction dropped{*db};
        for (std::int64_t n = 0; n < 2'000; ++n) db->run(add, Sample{n, {}, {}, {}});
        EXPECT_EQ(rows(), 2'000);
    }
    EXPECT_EQ(rows(), 0);
    Transaction kept{*db};
    for (std::int64_t n = 0; n < 2'000; ++n) db->run(add, Sample{n, {}, {}, {}});
    kept.commit();
    EXPECT_EQ(rows(), 2'000);
}

TEST_P(DbOnEveryEngine, AFaultInATransactionLosesAllOfIt) {
    db->run(add, Sample{1, {}, {}, {}});
    auto const why = fault_of([&] {
        Transaction change{*db};
        db->run(add, Sample{2, {}, {}, {}});
        db->run(add, Sample{1, {}, {}, {}});   // there already
        for (std::int64_t n = 3; n < 1'000; ++n) db->run(add, Sample{n, {}, {}, {}});
        change.commit();
    });
    EXPECT_THAT(why, HasSubstr("test.add"));
    EXPECT_EQ(rows(), 1);
    EXPECT_NE(fault_of([&] {
        Transaction change{*db};
        db->run(add, Sample{2, {}, {}, {}});
        db->run(add, Sample{1, {}, {}, {}});
        rows();
    }), "no fault");
    EXPECT_EQ(rows(), 1);
    db->run(add, Sample{2, {}, {}, {}});
    EXPECT_EQ(rows(), 2);
}

TEST_P(DbOnEveryEngine, FaultsNameTheStatement) {
    EXPECT_THAT(fault_of([&] { db->prepare({"test.wrong", "SELECT nothing FROM sample"}); }), ::testing::AllOf(HasSubstr("test.wrong"), HasSubstr("nothing")));
    db->run(add, Sample{1, {}, {}, {}});
    EXPECT_THAT(fault_of([&] { db->run(add, Sample{1, {}, {}, {}}); }), HasSubstr("test.add"));
    EXPECT_THAT(fault_of([&] { db->run(add, Sample{2, 1e301, {}, {}}); }), HasSubstr("test.add"));
    EXPECT_THAT(fault_of([&] { db->row<Real>(count); }), HasSubstr("no column r"));
    EXPECT_THAT(fault_of([&] { db->script("CREATE TABLE sample (n BIGINT)"); }), HasSubstr("already exists"));
    EXPECT_EQ(rows(), 1);
}

TEST_P(DbOnEveryEngine, MigratesOnceAndNoticesAnEditedStep) {
    migrate(*db, samples);
    EXPECT_THAT(fault_of([&] {
        constexpr Step edited[] = {{"test/0001_sample", "CREATE TABLE sample (\n    n BIGINT\n);\n"}};
        migrate(*db, edited);
    }), HasSubstr("0001_sample"));
    EXPECT_THAT(fault_of([&] { migrate(*db, {}); }), HasSubstr("newer"));
    constexpr Step longer[] = {samples[0], {"test/0002_wrong", "CREATE TABLE half (\n    n BIGINT NOT NULL,\n    PRIMARY KEY (n)\n);\nCREATE TABLE sample (\n    n BIGINT\n);\n"}};
    EXPECT_NE(fault_of([&] { migrate(*db, longer); }), "no fault");
    EXPECT_NE(fault_of([&] { db->prepare({"test.half", "SELECT n FROM half"}); }), "no fault");
    migrate(*db, samples);
}

TEST_P(DbOnEveryEngine, SeesAColumnAddedLater) {
    EXPECT_EQ(db->rows<Sample>(all).size(), 0U);
    db->script(in_words_of(db->engine(), "ALTER TABLE sample ADD COLUMN more BIGINT"));
    db->run(add, Sample{1, {}, {}, {}});
    EXPECT_EQ(db->rows<Sample>(all).size(), 1U);
}

class DbOnSharedEngines : public DbOnEveryEngine {};
OSETRA_ON_SHARED_ENGINES(DbOnSharedEngines);

TEST_P(DbOnSharedEngines, AReaderCannotWrite) {
    auto const reader = open(where, Access::read_only);
    EXPECT_EQ(reader->row<Number>(count)->n, 0);
    EXPECT_THAT(fault_of([&] { reader->run(add, Sample{1, {}, {}, {}}); }), HasSubstr("test.add"));
    EXPECT_EQ(rows(), 0);
}

TEST_P(DbOnSharedEngines, NobodySeesWhatIsNotCommitted) {
    auto const other = open(where);
    Transaction change{*db};
    db->run(add, Sample{1, {}, {}, {}});
    EXPECT_EQ(rows(), 1);
    EXPECT_EQ(other->row<Number>(count)->n, 0);
    change.commit();
    EXPECT_EQ(other->row<Number>(count)->n, 1);
}

TEST_P(DbOnSharedEngines, ReadsOneMoment) {
    auto const other = open(where);
    for (std::int64_t n = 1; n < 4; ++n) {
        db->begin_reading();
        EXPECT_EQ(rows(), n - 1);
        other->run(add, Sample{n, {}, {}, {}});
        EXPECT_EQ(rows(), n - 1);
        db->rollback();
        EXPECT_EQ(rows(), n);
    }
    db->begin_reading();
    db->rollback();
    db->run(add, Sample{9, {}, {}, {}});
    EXPECT_EQ(other->row<Number>(count)->n, 4);
}

Fact fact_for(UuidMaker& ids, std::int64_t n, std::string author) {
    Fact fact;
    fact.id = ids.next(1'767'225'600'000 + n);
    fact.kind = "round";
    fact.happened_at = Instant{Microseconds{n}};
    fact.author = std::move(author);
    fact.body = R"({"pool":"P1","note":"清塘"})";
    return fact;
}

TEST_P(DbOnSharedEngines, TwoWritersKeepOneChain) {
    auto const fresh = std::string{GetParam()} == "postgres" ? *PrivatePostgres::fresh_database() : fresh_file();
    migrate(*open(fresh));
    auto const write = [&](std::uint64_t seed) {
        auto const own = open(fresh);
        UuidMaker ids{seed};
        for (std::int64_t n = 0; n < 60; ++n) {
            Transaction change{*own};
            Appender journal{*own, 1 + n % 2};
            for (int k = 0; k < 5; ++k) {
                auto fact = fact_for(ids, n, "writer " + std::to_string(seed));
                journal.append(fact, Instant{Microseconds{n}});
            }
            journal.close();
            change.commit();
        }
    };
    std::thread first{write, 1}, second{write, 2};
    first.join();
    second.join();
    auto const reader = open(fresh, Access::read_only);
    for (Enterprise const enterprise : {1, 2}) {
        auto const head = verify_chain(*reader, enterprise);
        ASSERT_TRUE(head) << head.error().message;
        EXPECT_EQ(head->seq, 300);
    }
}

class JournalOnEveryEngine : public EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (db) migrate(*db);
    }
    void tell(int facts) {
        Transaction change{*db};
        Appender journal{*db, 1};
        for (int n = 0; n < facts; ++n) {
            auto fact = fact_for(ids, n, "zhang.wei");
            EXPECT_EQ(journal.append(fact, Instant{Microseconds{n}}), Outcome::added);
            told.push_back(fact);
        }
        journal.close();
        change.commit();
    }
    UuidMaker ids{1};
    std::vector<Fact> told;
};
OSETRA_ON_EVERY_ENGINE(JournalOnEveryEngine);

TEST_P(JournalOnEveryEngine, GivesBackWhatItWasTold) {
    tell(3);
    auto const found = fact_by_id(*db, 1, told[1].id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->seq, 2);
    EXPECT_EQ(found->body, told[1].body);
    EXPECT_EQ(found->happened_at, told[1].happened_at);
    EXPECT_FALSE(fact_by_id(*db, 2, told[1].id)) << "another enterprise's";
    EXPECT_EQ(facts_after(*db, 1, 1, 10).size(), 2U);
    EXPECT_EQ(verify_chain(*db, 1)->seq, 3);
    EXPECT_EQ(verify_chain(*db, 2)->seq, 0);
}

TEST_P(JournalOnEveryEngine, TakesAFactOnce) {
    tell(2);
    Transaction change{*db};
    Appender journal{*db, 1};
    auto again = told[0];
    again.seq = 0;
    EXPECT_EQ(journal.append(again, Instant{Microseconds{9}}), Outcome::duplicate);
    EXPECT_EQ(again.seq, 1);
    EXPECT_EQ(journal.head().seq, 2);
}

TEST_P(JournalOnEveryEngine, NoticesWhatWasTamperedWith) {
    char const* const damages[] = {
        "UPDATE fact SET body = '{}' WHERE seq = 2",
        "UPDATE fact SET happened_at = happened_at - 1 WHERE seq = 2",
        "DELETE FROM fact WHERE seq = 2",
        "DELETE FROM fact WHERE seq = 3",
        "UPDATE chain SET seq = 2",
    };
    tell(3);
    for (auto const* damage : damages) {
        Transaction change{*db};
        db->script(damage);
        auto const head = verify_chain(*db, 1);
        ASSERT_FALSE(head) << damage;
        EXPECT_EQ(head.error().code, "chain_broken");
    }
    EXPECT_TRUE(verify_chain(*db, 1));
}

TEST_P(JournalOnEveryEngine, EveryStatementFitsTheSchema) {
    for (auto const& sql : journal_statements()) EXPECT_NO_THROW(db->prepare(sql)) << sql.name;
}

TEST(Postgres, FaultSaysWhatToDoWhenNobodyAnswers) {
    try {
        open("postgresql://nobody:secret@/none?host=/nonexistent");
        FAIL();
    } catch (Fault const& fault) {
        EXPECT_THAT(fault.what(), ::testing::AllOf(HasSubstr("Check that the server runs"), Not(HasSubstr("secret"))));
    }
}

TEST(Postgres, ConnectsAgainButNeverInsideATransaction) {
    auto const url = PrivatePostgres::fresh_database();
    if (!url) GTEST_SKIP() << "PostgreSQL is not installed";
    auto const db = open(*url);
    auto const other = open(*url);
    constexpr Sql self{"test.self", "SELECT pg_backend_pid() AS n"};
    constexpr Sql end{"test.end", "SELECT pg_terminate_backend(CAST(:n AS INTEGER)) AS n"};
    migrate(*db, samples);
    auto const first = db->row<Number>(self)->n;
    other->row<Number>(end, arg("n", first));
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    EXPECT_NE(db->row<Number>(self)->n, first);

    try {
        Transaction change{*db};
        db->run(add, Sample{1, {}, {}, {}});
        other->row<Number>(end, arg("n", db->row<Number>(self)->n));
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        db->run(add, Sample{2, {}, {}, {}});
        change.commit();
        FAIL();
    } catch (Fault const& fault) {
        EXPECT_THAT(fault.what(), HasSubstr("connection"));
    }
    EXPECT_EQ(db->row<Number>(count)->n, 0);
}

TEST(Postgres, GoesToTheHostThatWrites) {
    auto url = PrivatePostgres::fresh_database();
    if (!url) GTEST_SKIP() << "PostgreSQL is not installed";
    url->insert(url->find("host=") + 5, "%2Fnonexistent,");
    EXPECT_EQ(open(*url)->row<Number>({"test.one_row", "SELECT 1 AS n"})->n, 1);
}

TEST(Postgres, QueuesManyStatementsWithoutWaiting) {
    auto const url = PrivatePostgres::fresh_database();
    if (!url) GTEST_SKIP() << "PostgreSQL is not installed";
    auto const db = open(*url);
    migrate(*db, samples);
    auto const start = std::chrono::steady_clock::now();
    Transaction change{*db};
    for (std::int64_t n = 0; n < 50'000; ++n) db->run(add, Sample{n, 1.5, "name", Bytes{"hash"}});
    change.commit();
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_EQ(db->row<Number>(count)->n, 50'000);
    RecordProperty("rows_per_second", static_cast<int>(50'000 / took));
}

} // namespace
} // namespace osetra::store
