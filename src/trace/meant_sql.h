#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "kernel/id.h"

namespace osetra::store { class Db; }

namespace osetra::trace {

class LineageStore;

/// The Digital Link of what a person means by what stands on a thing: the tag of a fish, the serial of a tin, a lot, a cohort, the number of
/// a case, as far as the enterprise itself gave such a name and events tell of it. Of several with one number the nearest to the eater.
std::optional<std::string> meant(store::Db&, Enterprise, LineageStore&, std::string_view text);

} // namespace osetra::trace
