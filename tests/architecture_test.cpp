// The map of the program, held against what the files include (ARCHITECTURE.md). A new row or exception here is a design
// decision: say why in docs/adr.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

std::map<std::string, Names> const may_use = {
    {"kernel", {}},
    {"media", {"kernel"}},
    {"store", {"kernel"}},
    {"http", {"kernel"}},
    {"access", {"kernel", "store", "http"}},
    {"farm", {"kernel", "store", "http", "access", "trace"}},
    {"processing", {"kernel", "store", "http", "access", "trace", "farm"}},
    {"trace", {"kernel", "store", "http", "access"}},
    {"train", {"kernel", "stocktake"}},
    {"breeding", {"kernel", "store", "http", "access", "trace", "farm"}},
    {"stocktake", {"kernel", "media", "store", "http", "access", "trace", "farm"}},
    {"quality", {"kernel", "media", "store", "http", "access", "trace", "farm", "processing"}},
    {"app", {"kernel", "store", "http", "access", "farm", "trace", "processing", "stocktake", "breeding", "quality"}},
};
/// kernel, store and http are shelves of small headers. Of a capability, others see these headers only.
std::map<std::string, Names> const shown = {
    {"access", {"access/access.h"}},
    {"trace", {"trace/trace.h", "trace/identity_sql.h", "trace/engine/event.h", "trace/engine/identifiers.h", "trace/engine/make.h", "trace/engine/naming.h"}},
    {"processing", {"processing/processing.h", "processing/facts.h", "processing/line_chart.h", "processing/loads.h"}},
    {"farm", {"farm/branch.h", "farm/facts.h", "farm/kept_sql.h", "farm/ledger_sql.h", "farm/pack/pack.h", "farm/pack/pack_texts.h", "farm/query_sql.h", "farm/service.h"}},
};
/// access is the gate that the web asks before every handler, so its rights are told in the web's words.
Names const doors = {"access"};
/// The composition root puts everything together, so it sees stores, routes and the doors of every capability.
Names const roots = {"app"};

struct Include {
    fs::path file;      ///< below src/
    std::string what;   ///< "kernel/id.h"
};

std::vector<Include> includes() {
    static std::regex const line{R"re(^\s*#\s*include\s+"([a-z_]+/[^"]+)")re"};
    std::vector<Include> all;
    auto const src = fs::path{OSETRA_ROOT} / "src";
    for (auto const& entry : fs::recursive_directory_iterator{src}) {
        auto const ending = entry.path().extension();
        if (ending != ".h" && ending != ".cpp") continue;
        std::ifstream in{entry.path()};
        std::smatch found;
        for (std::string text; std::getline(in, text);)
            if (std::regex_search(text, found, line)) all.push_back({fs::relative(entry.path(), src), found[1]});
    }
    return all;
}

std::string module_of(fs::path const& file) { return file.begin()->string(); }
bool is_test(fs::path const& file) { return file.stem().string().ends_with("_test") || file.stem().string().starts_with("test_"); }
bool has_part(fs::path const& file, std::string_view part) { return file.stem().string().find(part) != std::string::npos; }

TEST(Architecture, NobodyUsesWhatIsAboveThem) {
    auto const all = includes();
    ASSERT_GT(all.size(), 100u);
    for (auto const& i : all) {
        auto const from = module_of(i.file);
        auto const to = module_of(i.what);
        if (from == "main.cpp" || from == to) continue;
        ASSERT_TRUE(may_use.contains(from)) << "src/" << from << " is not on the map";
        EXPECT_TRUE(may_use.at(from).contains(to)) << i.file << " includes " << i.what;
    }
}

TEST(Architecture, CapabilitiesAreSeenThroughTheirFrontOnly) {
    for (auto const& i : includes()) {
        auto const from = module_of(i.file);
        auto const to = module_of(i.what);
        if (from == to || !shown.contains(to) || roots.contains(from) || is_test(i.file)) continue;
        EXPECT_TRUE(shown.at(to).contains(i.what)) << i.file << " includes " << i.what;
    }
}

TEST(Architecture, OnlySqlFilesSeeTheStore) {
    for (auto const& i : includes()) {
        auto const from = module_of(i.file);
        if (module_of(i.what) != "store" || from == "store" || roots.contains(from) || is_test(i.file)) continue;
        EXPECT_TRUE(has_part(i.file, "_sql")) << i.file << " includes " << i.what;
    }
}

TEST(Architecture, OnlyRouteFilesSeeTheWeb) {
    for (auto const& i : includes()) {
        auto const from = module_of(i.file);
        if (module_of(i.what) != "http" || from == "http" || roots.contains(from) || doors.contains(from) || is_test(i.file)) continue;
        EXPECT_TRUE(has_part(i.file, "_routes")) << i.file << " includes " << i.what;
    }
}

TEST(Architecture, EnginesArePure) {
    for (auto const& i : includes()) {
        auto const inside = i.file.string().find("/engine/");
        if (inside == std::string::npos || is_test(i.file)) continue;
        auto const own = i.file.string().substr(0, inside + 8);
        EXPECT_TRUE(i.what.starts_with("kernel/") || i.what.starts_with("media/") || i.what.starts_with(own)) << i.file << " includes " << i.what;
    }
}

TEST(Architecture, EveryModuleTellsWhatItIs) {
    for (auto const& [name, uses] : may_use) EXPECT_TRUE(fs::exists(fs::path{OSETRA_ROOT} / "src" / name / "README.md")) << name;
}

} // namespace
