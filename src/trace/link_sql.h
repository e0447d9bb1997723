#pragma once
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/id.h"
#include "kernel/result.h"
#include "trace/link_story.h"

namespace osetra::store { class Db; struct Sql; }

// What is kept for the pages behind codes, and how their stories are read.
namespace osetra::trace {

class Repository;

/// What an enterprise may show, a word each.
std::span<std::string_view const> publish_fields();

/// In the caller's transaction. Refusal: publish_field_unknown.
Result<Done> set_published(store::Db&, Enterprise, std::set<std::string, std::less<>> const& fields);
std::set<std::string, std::less<>> published(store::Db&, Enterprise);

/// What the events tell of a thing by its name in any spelling. Absent: no event tells that it came to be, whoever else may name it.
std::optional<Story> read_story(store::Db&, Enterprise, Repository&, std::string_view id);

std::vector<store::Sql> link_statements();

} // namespace osetra::trace
