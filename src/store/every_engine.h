#pragma once
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

#include "store/db.h"
#include "store/private_postgres.h"

namespace osetra::store {

/// A test that runs once on each engine, with an empty database of its own each time.
class EveryEngine : public ::testing::TestWithParam<char const*> {
protected:
    void SetUp() override {
        std::string const engine = GetParam();
        if (engine == "memory") where = ":memory:";
        if (engine == "file") where = fresh_file();
        if (engine == "postgres") {
            auto const url = PrivatePostgres::fresh_database();
            if (!url) GTEST_SKIP() << "PostgreSQL is not installed";
            where = *url;
        }
        db = open(where);
    }
    void TearDown() override {
        db.reset();
        for (auto const& file : m_files)
            for (auto const* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
    }
    /// A path for one more SQLite database, removed with the test.
    std::string fresh_file() {
        static int n = 0;
        m_files.push_back((std::filesystem::temp_directory_path() / ("osetra_test_" + std::to_string(getpid()) + "_" + std::to_string(++n) + ".db")).string());
        return m_files.back();
    }

    std::string where;
    std::unique_ptr<Db> db;

private:
    std::vector<std::string> m_files;
};

inline std::string engine_name(::testing::TestParamInfo<char const*> const& info) { return info.param; }

} // namespace osetra::store

#define OSETRA_ON_EVERY_ENGINE(suite) \
    INSTANTIATE_TEST_SUITE_P(Store, suite, ::testing::Values("memory", "file", "postgres"), ::osetra::store::engine_name)
/// Where a second connection to the same database is needed.
#define OSETRA_ON_SHARED_ENGINES(suite) \
    INSTANTIATE_TEST_SUITE_P(Store, suite, ::testing::Values("file", "postgres"), ::osetra::store::engine_name)
