// Plays tests/scenarios/*.txt against the real program, each on a fresh SQLite file and on a fresh PostgreSQL database, and compares
// what it prints. The files are written for a farm manager:
//
//     # a remark
//     at 2026-01-11 12:00          what the clock shows from here on, farm time
//     $ osetra day                 a shell command; `osetra` knows its database
//     142 of 160 pools seen        what it prints, output and errors together
//     given two_tanks              plays scenarios/given/two_tanks.txt first, unseen
//     file stock.csv               a file that the commands can read; its lines follow, each after "| "
//     | pool,heads
//
// Ids that the program makes up are shown as <id 1>, <id 2> ... in the order in which they appear, and can be used so in
// commands. An exit status other than 0, and other than 1 with "refused", is shown as (exit N).
// OSETRA_UPDATE=1 writes what is printed now into the file instead (./osetra-dev test --update).
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/private_postgres.h"

namespace {

namespace fs = std::filesystem;

class Stage {
public:
    explicit Stage(std::string db) : m_db(std::move(db)) {
        std::string pattern = (fs::temp_directory_path() / "osetra_scenario_XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error{"no temporary folder"};
        m_folder = pattern;
        fs::create_directory_symlink(fs::path{OSETRA_ROOT} / "data", m_folder / "data");
        if (m_db.empty()) m_db = "farm.db";
    }
    ~Stage() {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }
    Stage(Stage const&) = delete;
    Stage& operator=(Stage const&) = delete;

    void at(std::string const& time) { m_now = time; }
    void file(std::string const& name, std::string const& text) { std::ofstream{m_folder / fs::path{name}.filename()} << text; }

    /// Plays what is given without showing it.
    void given(std::string const& name);

    /// What the command prints, as the scenario shows it.
    std::string run(std::string command) {
        for (auto const& [id, shown] : m_ids)
            for (auto at = command.find(shown); at != std::string::npos; at = command.find(shown, at)) command.replace(at, shown.size(), id);
        std::ofstream{m_folder / ".run.sh"} << "osetra() { \"$OSETRA_BINARY\" \"$@\"; }\n" << command << "\n";
        setenv("OSETRA_NOW", m_now.c_str(), 1);
        setenv("OSETRA_DB", m_db.c_str(), 1);
        setenv("OSETRA_BINARY", OSETRA_BINARY, 1);
        auto const line = "cd '" + m_folder.string() + "' && timeout 60 sh ./.run.sh 2>&1";
        auto* const pipe = popen(line.c_str(), "r");
        if (!pipe) throw std::runtime_error{"cannot run a shell"};
        std::string text;
        std::array<char, 4096> part{};
        for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe)) > 0;) text.append(part.data(), n);
        auto const status = pclose(pipe);
        auto const code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (!text.empty() && text.back() != '\n') text += '\n';
        if (m_unseen) return code == 0 ? "" : throw std::runtime_error{command + " printed " + text};
        text = plain(without_ids(std::move(text)));
        auto const refused = code == 1 && text.find("refused ") != std::string::npos;
        if (code != 0 && !refused) text += "(exit " + std::to_string(code) + ")\n";
        return text;
    }

private:
    /// Without empty lines, and with a space before what would read as the scenario's own words.
    static std::string plain(std::string const& text) {
        std::istringstream in{text};
        std::string out;
        for (std::string line; std::getline(in, line);) {
            if (line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);   // the mark that spreadsheet programs want
            if (line.find_first_not_of(' ') == std::string::npos) continue;
            if (line == "Made the database farm.db.") continue;   // a file is made; a database of PostgreSQL is there
            for (auto const* own : {"$ ", "at ", "# ", "file ", "given ", "> ", "| "})
                if (line.starts_with(own)) line.insert(0, 1, ' ');
            while (line.ends_with(' ')) line.pop_back();
            out += line + '\n';
        }
        return out;
    }
    std::string without_ids(std::string text) {
        static std::regex const uuid{"[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"};
        for (std::smatch found; std::regex_search(text, found, uuid);) {
            auto const id = found.str();
            auto& shown = m_ids[id];
            if (shown.empty()) shown = "<id " + std::to_string(m_ids.size()) + ">";
            text.replace(static_cast<std::size_t>(found.position()), id.size(), shown);
        }
        for (auto const& [secret, shown] : std::map<std::string, std::string>{{m_folder.string(), "."}, {m_db, "farm.db"}})
            for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + shown.size())) text.replace(at, secret.size(), shown);
        return text;
    }

    std::string m_db, m_now = "2026-01-11 12:00";
    fs::path m_folder;
    std::map<std::string, std::string> m_ids;
    bool m_unseen = false;
};

/// Plays a scenario's text and gives it back with what is printed now.
std::string play(std::string const& text, Stage& stage) {
    std::istringstream in{text};
    std::string out, line;
    bool have = static_cast<bool>(std::getline(in, line));
    while (have) {
        out += line + '\n';
        if (line.starts_with("$ ")) {
            auto command = line.substr(2);
            while ((have = static_cast<bool>(std::getline(in, line))) && line.starts_with("> ")) {
                out += line + '\n';
                command += '\n' + line.substr(2);
            }
            out += stage.run(command);
            // What it printed before: up to the next thing that is not output. A blank line ends it.
            while (have && !line.empty() && !line.starts_with("$ ") && !line.starts_with("at ") && !line.starts_with("# ") && !line.starts_with("file ") && !line.starts_with("given "))
                have = static_cast<bool>(std::getline(in, line));
            continue;
        }
        if (line.starts_with("at ")) stage.at(line.substr(3));
        if (line.starts_with("given ")) stage.given(line.substr(6));
        if (line.starts_with("file ")) {
            auto const name = line.substr(5);
            std::string content;
            while ((have = static_cast<bool>(std::getline(in, line))) && line.starts_with("|")) {
                out += line + '\n';
                content += (line.size() > 2 ? line.substr(2) : "") + '\n';
            }
            stage.file(name, content);
            continue;
        }
        have = static_cast<bool>(std::getline(in, line));
    }
    return out;
}

std::string read(fs::path const& path) {
    std::ifstream in{path};
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

void Stage::given(std::string const& name) {
    m_unseen = true;
    play(read(fs::path{OSETRA_ROOT} / "tests/scenarios/given" / (name + ".txt")), *this);
    m_unseen = false;
}

class Scenario : public testing::TestWithParam<fs::path> {};

TEST_P(Scenario, OnSqlite) {
    auto const told = read(GetParam());
    Stage stage{""};
    auto const now = play(told, stage);
    if (std::getenv("OSETRA_UPDATE")) {
        if (now != told) std::ofstream{GetParam()} << now;
        return;
    }
    EXPECT_EQ(told, now);
}

TEST_P(Scenario, OnPostgres) {
    if (std::getenv("OSETRA_UPDATE")) GTEST_SKIP() << "the files are written from SQLite";
    auto const url = osetra::store::PrivatePostgres::fresh_database();
    if (!url) GTEST_SKIP() << "PostgreSQL is not installed: ./osetra-dev setup";
    auto const told = read(GetParam());
    Stage stage{*url};
    EXPECT_EQ(told, play(told, stage));
}

std::vector<fs::path> scenarios() {
    std::vector<fs::path> all;
    for (auto const& entry : fs::directory_iterator{fs::path{OSETRA_ROOT} / "tests/scenarios"})
        if (entry.path().extension() == ".txt") all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all;
}

INSTANTIATE_TEST_SUITE_P(Files, Scenario, testing::ValuesIn(scenarios()), [](auto const& scenario) { return scenario.param.stem().string(); });

} // namespace
