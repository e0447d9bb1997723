#pragma once
#include <string>
#include <vector>

#include "trace/engine/event.h"

namespace osetra::trace {

/// The text that the event hash is taken of: the event's own data in one fixed order and spelling (CBV 2.0, 8.9.2), whichever
/// way it was written. `not_hashed` names the fields that a repository added to it (Document::not_hashed).
std::string pre_hash(Node const& event, std::vector<std::string> const& not_hashed = {});

/// ni:///sha-256;...?ver=CBV2.0: the event's name, made from its content (RFC 6920).
std::string event_hash(Node const& event, std::vector<std::string> const& not_hashed = {});
std::vector<std::string> event_hashes(Document const&);

/// A number as the hash writes it: 26.0 -> 26, 0.050 -> 0.05, +5 -> 5. Other text unchanged.
std::string plain_number(std::string_view);
/// 2020-04-01T15:00:00+01:00 -> 2020-04-01T14:00:00.000Z. Text that is no such instant unchanged.
std::string utc_milliseconds(std::string_view);

} // namespace osetra::trace
