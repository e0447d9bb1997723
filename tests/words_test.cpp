// Words that must not be in the project, and documents that must be.
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;
fs::path const root{OSETRA_ROOT};

struct Banned {
    std::string word;   ///< put together here, so that this file does not hold it
    char const* why;
};
std::vector<Banned> const banned = {
    {"TO" "DO", "finish it, or leave it out"},
    {"FIX" "ME", "mend it"},
    {"XX" "X:", "say it in a sentence"},
    {"not " "implemented", "what is not there is not offered"},
    {"lorem " "ipsum", "write real text"},
    {"/ho" "me/", "no path of anyone's machine"},
};

bool is_ours(fs::path const& path) {
    static std::regex const skip{R"(^(build|data|\.git|web/(node_modules|dist|public)|tests/words_test\.cpp)(/|$))"};
    static std::regex const text{R"(\.(h|cpp|ts|tsx|css|html|md|txt|yaml|yml|sql|cmake|sh)$|/CMakeLists\.txt$|^osetra-dev$)"};
    auto const name = path.generic_string();
    return !std::regex_search(name, skip) && std::regex_search(name, text);
}

std::vector<fs::path> files() {
    std::vector<fs::path> all;
    for (auto it = fs::recursive_directory_iterator{root}; it != fs::recursive_directory_iterator{}; ++it) {
        auto const path = fs::relative(it->path(), root);
        auto const name = it->path().filename().string();
        if (it->is_directory() && (name == "build" || name == "node_modules" || name == ".git" || name == "dist")) it.disable_recursion_pending();
        if (it->is_regular_file() && is_ours(path)) all.push_back(path);
    }
    return all;
}

TEST(Words, NoneThatMeanUnfinished) {
    auto const all = files();
    ASSERT_GT(all.size(), 80u);
    for (auto const& path : all) {
        std::ifstream in{root / path};
        int number = 0;
        for (std::string line; std::getline(in, line);) {
            ++number;
            for (auto const& b : banned) EXPECT_EQ(line.find(b.word), std::string::npos) << path << ":" << number << ": " << b.word << " - " << b.why;
        }
    }
}

TEST(Words, TheDocumentsAreThere) {
    for (auto const* name : {"README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs/first-change.md"})
        EXPECT_TRUE(fs::exists(root / name)) << name;
}

TEST(Words, LinksBetweenDocumentsLead) {
    std::regex const link{R"(\]\(([^)#:]+)(#[^)]*)?\))"};
    for (auto const& path : files()) {
        if (path.extension() != ".md") continue;
        std::ifstream in{root / path};
        for (std::string line; std::getline(in, line);)
            for (std::sregex_iterator it{line.begin(), line.end(), link}, end; it != end; ++it)
                EXPECT_TRUE(fs::exists(root / path.parent_path() / (*it)[1].str())) << path << " links to " << (*it)[1].str();
    }
}

} // namespace
