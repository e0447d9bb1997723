// Words that must not be in the project, and documents that must be.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
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

/// A word of a product in the program, and why it may stand there. Comments may name products as examples; what is said of a product is in packs/.
struct MayName { char const* path; char const* why; };
MayName const may_name[] = {
    {"src/app/demo", "the demo company is invented: its products, species and tastings are its own"},
    {"src/app/verbs_demo.cpp", "options of the demo company"},
    {"src/app/cli.cpp", "help that names kinds of fish as `osetra count` takes them"},
    {"src/app/verbs_plant.cpp", "field names of the plant's answers"},
    {"src/processing/decide.", "the salted roe of the plant: its field and sentences; CITES and Codex rules are of that product alone"},
    {"src/processing/tell.cpp", "the article caviar and the CITES words in what partners are told"},
    {"src/processing/label_content_sql.cpp", "the CITES label is a legal form of caviar"},
    {"src/processing/line_state.", "field names of the plant's balance: roe, salt, caviar"},
    {"src/processing/stations_answers.cpp", "the same, as answers"},
    {"src/trace/checks.cpp", "checks of caviar's own law: CITES label, Codex salt, one lot a tin"},
    {"src/trace/engine/naming.", "words of articles are kept for good in partners' events; never to be changed"},
    {"src/trace/meant_sql.cpp", "the same words, in the order in which they are looked for"},
    {"src/farm/events.cpp", "the same words, with what partners are told of them"},
    {"src/farm/pack/pack.", "the pack that is built in, by its name"},
    {"src/farm/import/", "words that people write in their sheets, and sentences that show them how"},
    {"src/breeding/herd.cpp", "years between strippings by species code, until the pack tells them"},
    {"src/breeding/cross_plan.cpp", "chromosome sets by species code, until the pack tells them"},
    {"src/stocktake/", "kinds of animal that the networks know, as their files are named, and drawn bodies to test them on"},
};
/// The program's text without comments and includes.
std::string spoken(std::string const& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto const skip_to = [&](char const* end, std::size_t more) { auto const at = text.find(end, i + more); return at == std::string::npos ? text.size() : at; };
        if (text.compare(i, 2, "//") == 0) i = skip_to("\n", 2);
        else if (text.compare(i, 2, "/*") == 0) i = std::min(text.size(), skip_to("*/", 2) + 2);
        else if (text.compare(i, 8, "#include") == 0) i = skip_to("\n", 8);
        else if (text.compare(i, 2, "R\"") == 0) {
            auto const open = text.find('(', i);
            auto const close = ")" + text.substr(i + 2, open - i - 2) + "\"";
            auto const end = text.find(close, open);
            out += text.substr(i, end - i);
            i = end == std::string::npos ? text.size() : end + close.size();
        } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1]))))) {
            auto const quote = text[i];
            auto end = i + 1;
            while (end < text.size() && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2U : 1U;
            out += text.substr(i, end - i + 1);
            i = end + 1;
        } else out += text[i++];
    }
    return out;
}

/// The first product word in a text, or nothing. Words are in small letters; one that stands alone is no part of another word.
std::string product_in(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto const letter = [&](std::size_t at) { return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])); };
    for (std::string const word : {"caviar", "sturgeon", "tencha", "matcha", "citrus", "mandarin", "blueberr", "wagyu", "shrimp", "prawn", "rabbit", "goose", "truffle", "oyster", "beluga", "sevruga", "kaluga", "sterlet", "acipenser",
                                   "\"bae\"", "\"gue\"", "\"sch\"", "\"dau\"", "\"hus\"", "\"dauxsch\""})
        if (text.find(word) != std::string::npos) return word;
    for (std::string const word : {"tea", "berry", "berries", "beef", "foie", "huso"})
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
            if ((at == 0 || !letter(at - 1)) && !letter(at + word.size())) return word;
    return {};
}

TEST(Words, NoProductIsNamedInCode) {
    EXPECT_EQ(product_in(spoken("auto kind = \"Caviar\";")), "caviar");
    EXPECT_EQ(product_in(spoken("auto kind = \"a cup of tea\";")), "tea");
    EXPECT_EQ(product_in(spoken("auto steam = 1; // caviar\n/* tea */ #include \"beluga.h\"\n char c = '\"';")), "");
    std::vector<bool> used(std::size(may_name));
    std::size_t read_files = 0;
    for (auto const& entry : fs::recursive_directory_iterator{root / "src"}) {
        auto const path = fs::relative(entry.path(), root).generic_string();
        auto const stem = entry.path().stem().string();
        if ((entry.path().extension() != ".cpp" && entry.path().extension() != ".h") || stem.ends_with("_test") || stem.starts_with("test_")) continue;
        ++read_files;
        std::ostringstream raw;
        raw << std::ifstream{entry.path()}.rdbuf();
        auto text = spoken(raw.str());
        for (std::string const name : {"caviar_pack(", "caviar_pack_text("})   // the pack that is built in, asked for by its name
            for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) text.erase(at, name.size());
        auto const word = product_in(std::move(text));
        if (word.empty()) continue;
        auto const exempt = std::find_if(std::begin(may_name), std::end(may_name), [&](MayName const& m) { return path.starts_with(m.path); });
        if (exempt != std::end(may_name)) used[static_cast<std::size_t>(exempt - std::begin(may_name))] = true;
        else ADD_FAILURE() << path << " names " << word << ": what is said of a product is data, in packs/";
    }
    EXPECT_GT(read_files, 300u);
    for (std::size_t i = 0; i < used.size(); ++i) EXPECT_TRUE(used[i]) << may_name[i].path << " names no product any more: take it off the list";
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
