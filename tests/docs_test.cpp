// The manual leaves nothing out: every address of the API, every verb of the command line and every refusal is in docs/manual. The
// reference pages are written by this test (./osetra-dev test --update) from the program itself and compared with what stands there.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;
fs::path const root{OSETRA_ROOT};

std::string read(fs::path const& path) {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

/// Compares a reference page with what it should be, or writes it.
void expect_page(fs::path const& path, std::string const& page) {
    if (std::getenv("OSETRA_UPDATE")) {
        if (read(root / path) != page) std::ofstream{root / path} << page;
        return;
    }
    EXPECT_EQ(read(root / path), page) << path << " is out of date; run ./osetra-dev test --update";
}

/// A C++ string literal's text as a sentence: what is filled in becomes "…".
std::string sentence_of(std::string const& literal) {
    std::string out;
    for (std::size_t i = 0; i < literal.size(); ++i) {
        if (literal[i] == '\\' && i + 1 < literal.size()) out += literal[++i] == 'n' ? ' ' : literal[i];
        else if (literal[i] == '{') {
            i = std::min(literal.find('}', i), literal.size());
            out += "…";
        } else if (literal[i] == '|') out += "\\|";
        else out += literal[i];
    }
    return out;
}

/// Codes with the first sentence that goes with each: "code", "Sentence ... or "code", fmt::format("Sentence ...
std::map<std::string, std::map<std::string, std::string>> refusals_by_module() {
    static std::regex const refusal{
        R"re("([a-z]+(?:_[a-z0-9]+)+|busy|fault)",\s*(?:std::string\{)?(?:fmt::format\()?\s*"((?:[A-Z{]|\\")(?:[^"\\\n]|\\.)*)")re"};
    std::map<std::string, std::map<std::string, std::string>> all;
    std::vector<fs::path> files;
    for (auto const& entry : fs::recursive_directory_iterator{root / "src"}) {
        auto const& path = entry.path();
        if ((path.extension() == ".cpp" || path.extension() == ".h") && !path.stem().string().ends_with("_test")) files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    for (auto const& path : files) {
        auto const module = fs::relative(path, root / "src").begin()->string();
        auto const text = read(path);
        for (std::sregex_iterator it{text.begin(), text.end(), refusal}, end; it != end; ++it) {
            auto sentence = sentence_of((*it)[2]);
            if (std::isalnum(static_cast<unsigned char>(sentence.back()))) continue;   // the name of a field and what it is
            if (sentence.back() == ' ' || sentence.back() == '"') sentence += "…";
            all[module].emplace((*it)[1], std::move(sentence));
        }
    }
    return all;
}

TEST(Manual, HasEveryRefusal) {
    std::string page = "# Refusals and exceptions\n\n"
                       "Every refusal has a code that never changes its meaning, a sentence, and a place in what was sent. Exceptions on *Today* use the same kind of codes. "
                       "`…` stands for what is filled in; a code that several places use is shown with its first sentence.\n";
    std::size_t count = 0;
    for (auto const& [module, refusals] : refusals_by_module()) {
        page += "\n## " + module + "\n\n| Code | What it says |\n|---|---|\n";
        for (auto const& [code, sentence] : refusals) page += "| `" + code + "` | " + sentence + " |\n";
        count += refusals.size();
    }
    EXPECT_GT(count, 100u);
    expect_page("docs/manual/refusals.md", page);
}

} // namespace
