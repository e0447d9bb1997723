#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "kernel/id.h"

namespace osetra::store { class Db; }

namespace osetra::trace {

class LineageStore;

/// What a person means by what stands on a thing: a name that events tell of, as it is; else the Digital Link of the tag of a fish, the serial of a tin, a lot,
/// a cohort, the number of a case, as far as the enterprise itself gave such a name and events tell of it. Of several with one number the nearest to the eater.
/// The text itself where nothing is meant.
std::string meant(store::Db&, Enterprise, LineageStore&, std::string_view text);

} // namespace osetra::trace
