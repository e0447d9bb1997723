#include "trace/named_query.h"

#include <nlohmann/json.hpp>

#include "kernel/json.h"

namespace osetra::trace {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t name_max = 200, values_max = 1000;

Result<Json> parsed(std::string_view text) {
    OSETRA_TRY(JsonIn::parse(text));   // well formed, and not deep
    return Json::parse(text);
}

Result<std::string> text_of(std::string const& name, Json const& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number() || value.is_boolean()) return value.dump();
    return refuse("query_malformed", "The values of " + name + " are text, numbers or true and false.", name);
}

void take_context(Json const& context, std::map<std::string, std::string, std::less<>>& prefixes) {
    if (context.is_array())
        for (auto const& one : context) take_context(one, prefixes);
    if (!context.is_object()) return;
    for (auto const& [prefix, uri] : context.items())
        if (uri.is_string() && !prefix.starts_with('@')) prefixes[prefix] = uri.get<std::string>();
}

} // namespace

Result<QueryDefinition> read_definition(std::string_view json) {
    auto const root = OSETRA_TRY(parsed(json));
    if (!root.is_object() || !root.contains("name") || !root["name"].is_string() || !root.contains("query") || !root["query"].is_object())
        return refuse("query_malformed", R"(A query is {"name": "...", "query": {"EQ_bizStep": ["shipping"]}}.)", "query");
    for (auto const& [field, value] : root.items())
        if (field != "name" && field != "query" && field != "@context") return refuse("query_malformed", field + " is no field of a query; name and query are.", field);
    QueryDefinition d{root["name"].get<std::string>(), root["query"].dump(), {}};
    if (d.name.empty() || d.name.size() > name_max || d.name.find_first_of("/?#%\r\n\t") != std::string::npos)
        return refuse("query_malformed", "A query's name has 1 to 200 characters, none of them / ? # or %.", "name");
    if (root.contains("@context")) take_context(root["@context"], d.prefixes);
    if (root["query"].contains("@context")) take_context(root["query"]["@context"], d.prefixes);
    OSETRA_TRY(parameters_in(d.query));
    return d;
}

Result<std::vector<Parameter>> parameters_in(std::string_view query) {
    auto const root = OSETRA_TRY(parsed(query));
    if (!root.is_object()) return refuse("query_malformed", "A query is an object of parameters.", "query");
    std::vector<Parameter> all;
    for (auto const& [name, value] : root.items()) {
        if (name == "@context") continue;
        auto& parameter = all.emplace_back(Parameter{name, {}});
        if (value.is_null()) continue;
        if (!value.is_array()) {
            parameter.values.push_back(OSETRA_TRY(text_of(name, value)));
            continue;
        }
        if (value.size() > values_max) return refuse("query_malformed", "At most 1000 values may be given for one parameter.", name);
        for (auto const& one : value) parameter.values.push_back(OSETRA_TRY(text_of(name, one)));
    }
    return all;
}

} // namespace osetra::trace
