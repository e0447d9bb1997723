// The manual leaves nothing out: every address of the API, every verb of the command line and every refusal is in docs/manual. The
// reference pages are written by this test (./osetra-dev test --update) from the program itself and compared with what stands there.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "breeding/facts.h"
#include "quality/facts.h"
#include "farm/facts.h"
#include "processing/facts.h"
#include "processing/register_facts.h"
#include "processing/sorting_facts.h"
#include "quality/blending/facts.h"
#include "quality/tasting/facts.h"
#include "stocktake/facts.h"
#include "kernel/json.h"

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

/// What follows a literal that is put together: `" + name + "` becomes "…", and literals side by side are one.
std::string rest_of(std::string const& text, std::size_t at) {
    std::string out;
    for (auto filled = false; at < text.size();) {
        at = text.find_first_not_of(" \n", at);
        if (at == std::string::npos || (text[at] != '+' && text[at] != '"')) break;
        if (text[at] == '+') {   // up to the next literal, or the end of the sum
            filled = true;
            auto depth = 0;
            for (++at; at < text.size() && (depth > 0 || (text[at] != '"' && text[at] != ',' && text[at] != ';')); ++at) {
                if (text[at] == '"' && depth > 0) at = text.find('"', at + 1);
                else if (text[at] == '(') ++depth;
                else if (text[at] == ')' && --depth < 0) return out + "…";
            }
            if (at >= text.size() || text[at] != '"') return out + "…";
        }
        auto end = at + 1;
        while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
        out += (filled ? "…" : "") + sentence_of(text.substr(at + 1, end - at - 1));
        filled = false;
        at = end + 1;
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
            auto sentence = sentence_of((*it)[2]) + rest_of(text, static_cast<std::size_t>(it->position() + it->length()));
            if (std::isalnum(static_cast<unsigned char>(sentence.back()))) continue;   // the name of a field and what it is
            all[module].emplace((*it)[1], std::move(sentence));
        }
    }
    return all;
}

/// What a shell command prints.
std::string output_of(std::string const& command) {
    std::string text;
    auto* const pipe = popen(command.c_str(), "r");
    if (!pipe) return text;
    std::array<char, 4096> part{};
    for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe)) > 0;) text.append(part.data(), n);
    pclose(pipe);
    return text;
}

struct Verb {
    std::string words, help;
};

/// The verbs below these words, with theirs, as the program's own help tells them.
void find_verbs(std::string const& words, std::vector<Verb>& all) {
    auto help = output_of("'" OSETRA_BINARY "' " + words + " --help 2>&1");
    std::regex const name{R"(\n  ([a-z]+) +[A-Z])"};
    auto const list = help.find("\nSubcommands:");
    std::vector<std::string> below;
    if (list != std::string::npos)
        for (std::sregex_iterator it{help.begin() + static_cast<std::ptrdiff_t>(list), help.end(), name}, end; it != end; ++it) below.push_back((*it)[1]);
    for (auto at = help.find(OSETRA_BINARY); at != std::string::npos; at = help.find(OSETRA_BINARY)) help.replace(at, std::string_view{OSETRA_BINARY}.size(), "osetra");
    all.push_back({words, help});
    for (auto const& verb : below) find_verbs(words.empty() ? verb : words + " " + verb, all);
}

TEST(Manual, HasEveryVerb) {
    std::vector<Verb> verbs;
    find_verbs("", verbs);
    EXPECT_GT(verbs.size(), 20u);
    std::string page = "# Command line: reference\n\nEvery verb works without a server on `--db FILE` or `--db postgresql://...`. What each prints is shown in [tests/scenarios](../../tests/scenarios).\n";
    for (auto const& verb : verbs) {
        page += "\n## osetra" + (verb.words.empty() ? "" : " " + verb.words) + "\n\n```\n" + verb.help;
        while (page.ends_with("\n")) page.pop_back();
        page += "\n```\n";
    }
    expect_page("docs/manual/command-line.md", page);
}

/// The commands of a page: lines in its blocks of code that begin with "osetra ", without remarks.
std::vector<std::string> examples_of(std::string const& page) {
    std::vector<std::string> all;
    std::istringstream in{read(root / "docs/manual" / page)};
    auto inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("```")) inside = !inside;
        if (!inside || !line.starts_with("osetra ")) continue;
        if (auto const remark = line.find(" #"); remark != std::string::npos) line.erase(remark);
        all.push_back(line);
    }
    return all;
}

TEST(Manual, ExamplesWork) {
    std::string pattern = (fs::temp_directory_path() / "osetra_manual_XXXXXX").string();
    auto const folder = fs::path{mkdtemp(pattern.data())};
    fs::create_directory(folder / "feed");
    fs::copy_file(root / "data/farm-records-2024.xlsx", folder / "records-2024.xlsx");
    std::ofstream{folder / "pools.csv"} << "pool,site,kind\nB7,HB1,tank\n";
    std::ofstream{folder / "stocking.csv"} << "date,pool,species,heads,mean weight (g)\n2025-03-02,B7,BAE,100,80\n";
    std::ofstream{folder / "feed/march.csv"} << "date,pool,feed (kg)\n2025-03-03,B7,2.5\n";
    // A page follows the one before, as for somebody who reads the manual through.
    std::size_t run = 0;
    for (auto const* page : {"getting-started.md", "daily-round.md", "facts.md", "people.md", "import.md", "operations.md"})
        for (auto command : examples_of(page)) {
            if (command == "osetra up") continue;
            auto const id = command.find(" ID ");
            if (id != std::string::npos) {   // of the stocking, which the example mends
                auto const facts = osetra::JsonIn::parse(output_of("cd '" + folder.string() + "' && OSETRA_NOW='2026-03-31 12:00' '" OSETRA_BINARY "' facts --kind stock --json"));
                ASSERT_TRUE(facts && !facts->items("facts").empty());
                std::string text;
                auto fact = facts->items("facts").front();
                fact.get("id", text);
                command.replace(id + 1, 2, text);
            }
            auto const said = output_of("cd '" + folder.string() + "' && export OSETRA_NOW='2026-03-31 12:00'; osetra() { '" OSETRA_BINARY "' \"$@\"; }; echo four plain words | " + command + " 2>&1; echo \"status $?\"");
            EXPECT_NE(said.find("status 0\n"), std::string::npos) << page << ": " << command << "\n" << said;
            ++run;
        }
    EXPECT_GT(run, 20u);
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

/// A running server on a fresh database and a free port, stopped at the end.
class Server {
public:
    Server() {
        std::string pattern = (fs::temp_directory_path() / "osetra_docs_XXXXXX").string();
        m_folder = mkdtemp(pattern.data());
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw std::runtime_error{"no pipe"};
        m_child = fork();
        if (m_child == 0) {
            dup2(ends[1], 1);
            auto const db = (m_folder / "farm.db").string();
            execl(OSETRA_BINARY, "osetra", "--db", db.c_str(), "up", "--port", "0", "--quiet", nullptr);
            _exit(127);
        }
        close(ends[1]);
        auto* const said = fdopen(ends[0], "r");
        std::array<char, 512> line{};
        while (m_port == 0 && fgets(line.data(), line.size(), said))
            if (std::cmatch found; std::regex_search(line.data(), found, std::regex{R"(localhost:([0-9]+))"})) m_port = std::stoi(found[1]);
        m_said = said;
    }
    ~Server() {
        kill(m_child, SIGTERM);
        int status = 0;
        waitpid(m_child, &status, 0);
        fclose(m_said);
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// The body of GET path.
    std::string get(std::string const& path) const {
        auto const s = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(m_port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::string text;
        if (connect(s, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0) {
            auto const ask = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            if (send(s, ask.data(), ask.size(), 0) == std::ssize(ask)) {
                std::array<char, 4096> part{};
                for (ssize_t n = 0; (n = recv(s, part.data(), part.size(), 0)) > 0;) text.append(part.data(), static_cast<std::size_t>(n));
            }
        }
        close(s);
        auto const body = text.find("\r\n\r\n");
        return body == std::string::npos ? "" : text.substr(body + 4);
    }

private:
    fs::path m_folder;
    pid_t m_child = 0;
    FILE* m_said = nullptr;
    int m_port = 0;
};

TEST(Manual, HasEveryAddress) {
    auto const text = Server{}.get("/api/v1/openapi.json");
    auto const api = osetra::JsonIn::parse(text);
    ASSERT_TRUE(api) << "the server does not tell its addresses: " << text.substr(0, 200);
    auto const paths = api->child("paths");
    ASSERT_TRUE(paths);
    std::string page = "# API: reference\n\nMade from the route table, as `/api/v1/openapi.json` is, which also has the bodies. What is said for all of them is in [api.md](api.md).\n\n"
                       "| Address | Needs | What it does | Asked with |\n|---|---|---|---|\n";
    auto const text_of = [](osetra::JsonIn in, char const* name) {
        std::string value;
        if (in.has(name)) in.get(name, value);
        return value;
    };
    std::size_t count = 0;
    for (auto const& path : paths->names()) {
        auto const operations = paths->child(path.c_str());
        for (auto const& method : operations->names()) {
            auto const operation = operations->child(method.c_str());
            std::string asked;
            for (auto const& parameter : operation->items("parameters"))
                if (text_of(parameter, "in") == "query") asked += (asked.empty() ? "`" : ", `") + text_of(parameter, "name") + "`";
            std::string upper = method;
            std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            page += "| `" + upper + " " + path + "` | " + text_of(*operation, "x-permission") + " | " + text_of(*operation, "summary") + " | " + asked + " |\n";
            ++count;
        }
    }
    EXPECT_GT(count, 40u);
    expect_page("docs/manual/api-reference.md", page);
}

template <class V> constexpr bool may_be_left_out = false;
template <class V> constexpr bool may_be_left_out<std::optional<V>> = true;
template <class V> constexpr bool may_be_left_out<std::vector<V>> = true;

TEST(Manual, HasEveryKindOfFact) {
    std::string page = "# Kinds of fact\n\nWhat can be told, with its fields. Fields in *italics* may be left out. The unit is the end of the name; on the command line an amount may carry its unit instead "
                       "(`mean=62.5g` for `mean_mg=62500`).\n\n| Kind | Fields |\n|---|---|\n";
    auto const list = [&]<class T>() {
        page += std::string{"| `"} + T::kind + "` | ";
        std::string fields;
        T const record{};
        visit_fields(record, [&](char const* name, auto const& value) {
            std::string const mark = may_be_left_out<std::remove_cvref_t<decltype(value)>> ? "*" : "";
            fields += (fields.empty() ? "" : ", ") + mark + "`" + name + "`" + mark;
        });
        page += fields + " |\n";
    };
    osetra::farm::each_kind(list);
    osetra::processing::each_kind(list);
    osetra::processing::each_tin_kind(list);
    osetra::processing::each_sorting_kind(list);
    osetra::stocktake::each_kind(list);
    osetra::breeding::each_kind(list);
    osetra::quality::each_tasting_kind(list);
    osetra::quality::each_blending_kind(list);
    osetra::quality::each_kind(list);
    expect_page("docs/manual/kinds.md", page);
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
