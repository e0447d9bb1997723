#pragma once
#include <string>
#include <vector>

#include "trace/engine/event.h"

namespace osetra::trace {

/// One thing that is not as EPCIS 2.0 and CBV 2.0 want it. `at` is its place (eventList[2].quantityList[0].uom); `message` says what
/// would be right.
struct Finding {
    std::string code, message, at;
    bool hint = false;   ///< allowed, but partners or the hash may trip over it
    friend bool operator==(Finding const&, Finding const&) = default;
};

/// In the order of the document. Nothing but hints: it is as the standard wants it.
std::vector<Finding> validate(Document const&);

} // namespace osetra::trace
