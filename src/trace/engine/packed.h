#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "trace/engine/event.h"

namespace osetra::trace {

/// An event as it is kept: its tree in few bytes, read again ten times faster than JSON. Names that EPCIS defines are numbers in it.
/// `without` names fields of the event itself that are kept elsewhere.
std::string packed(Node const& event, std::initializer_list<std::string_view> without = {});
/// Fault where the bytes were not made by `packed`: the store is damaged.
Node unpacked(std::string_view bytes);

} // namespace osetra::trace
