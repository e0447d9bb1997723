#pragma once
// Tables for tests, and sets of others that are not part of the repository.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "breeding/engine/evaluation.h"

namespace osetra::breeding {

inline Columns table(std::string text) {
    auto read = Columns::read(std::move(text), "table");
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
}
inline std::filesystem::path shared() {
    auto const* told = std::getenv("OSETRA_SHARED");
    return (told ? std::filesystem::path{told} : std::filesystem::path{OSETRA_ROOT} / ".." / "shared" / "data") / "genetics";
}
inline Columns shared_table(std::string const& file) {
    std::ifstream in{shared() / file, std::ios::binary};
    return table({std::istreambuf_iterator<char>{in}, {}});
}
#define OSETRA_NEEDS_SHARED() if (!std::filesystem::exists(shared() / "mrode")) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << shared()

} // namespace osetra::breeding
