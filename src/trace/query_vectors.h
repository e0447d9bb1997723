#pragma once
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "trace/engine/query.h"

// The query vectors of ../shared/data/epcis/query, for the tests that put them to an engine, a repository and a server.
namespace osetra::trace {

struct QueryVector {
    std::string id, level;
    std::vector<Parameter> parameters;
    nlohmann::json as_json;               ///< the parameters as the file has them: the query of POST /queries
    std::vector<std::string> event_ids;   ///< in order where `ordered`
    bool ordered = false;
    std::string exception;                ///< instead of events
};
struct QueryVectors {
    std::string dataset;                  ///< the document to capture
    std::map<std::string, std::string, std::less<>> prefixes;
    std::vector<QueryVector> vectors;
};

inline std::string whole_file(std::string const& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// `root`: where the source is (OSETRA_ROOT). Nothing where the shared data is not there.
inline std::optional<QueryVectors> query_vectors(std::string const& root) {
    auto const* told = std::getenv("OSETRA_SHARED");
    auto const folder = (told ? std::string{told} : root + "/../shared/data") + "/epcis/query/";
    auto const text = whole_file(folder + "vectors.json");
    if (text.empty()) return {};
    QueryVectors out;
    out.dataset = whole_file(folder + "dataset.jsonld");
    auto const file = nlohmann::json::parse(text);
    out.prefixes = file.at("extensions").get<std::map<std::string, std::string, std::less<>>>();
    auto const plain = [](nlohmann::json const& v) { return v.is_string() ? v.get<std::string>() : v.dump(); };
    for (auto const& v : file.at("vectors")) {
        QueryVector one{v.at("id"), v.at("level"), {}, v.at("params"), {}, false, {}};
        for (auto const& [name, value] : v.at("params").items()) {
            Parameter p{name, {}};
            if (value.is_array()) for (auto const& item : value) p.values.push_back(plain(item));
            else p.values.push_back(plain(value));
            one.parameters.push_back(std::move(p));
        }
        auto const& expect = v.at("expect");
        if (expect.contains("exception")) one.exception = expect.at("exception");
        else {
            one.event_ids = expect.at("eventIDs").get<std::vector<std::string>>();
            one.ordered = expect.at("ordered");
            if (!one.ordered) std::sort(one.event_ids.begin(), one.event_ids.end());
        }
        out.vectors.push_back(std::move(one));
    }
    return out;
}

} // namespace osetra::trace
