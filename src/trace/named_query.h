#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trace/engine/query.h"

namespace osetra::trace {

/// What a client sends to keep a query: {"name": ..., "query": {"EQ_bizStep": ["shipping"], "@context": {...}}}.
struct QueryDefinition {
    std::string name;
    std::string query;                                                        ///< compact JSON, as it came
    std::map<std::string, std::string, std::less<>> prefixes;                 ///< that its @context declares
};
/// Refusals: query_malformed, json_malformed, json_too_deep.
Result<QueryDefinition> read_definition(std::string_view json);
/// The parameters of a query's JSON. Refusal: query_malformed.
Result<std::vector<Parameter>> parameters_in(std::string_view query);

} // namespace osetra::trace
