#pragma once
#include <optional>
#include <string>

#include "kernel/fields.h"

namespace osetra {

/// What a journal entry does: tells something new, replaces what an earlier fact told, or takes it back.
enum class FactAct : std::uint8_t { tell = 0, correct = 1, withdraw = 2 };

/// One entry of the journal: the envelope, and the body as canonical JSON text (fields in their list's order).
/// A correction carries the whole new body and time and names the *first* fact of the chain it mends; of several
/// corrections the one made last (greatest id) holds, in whatever order they arrive.
struct Fact {
    FactId id;
    std::string kind;                            ///< stable word: "stock", "move", "round" ...
    FactAct act = FactAct::tell;
    std::optional<FactId> corrects;
    Instant happened_at;                         ///< on the farm
    Instant recorded_at;                         ///< when the journal took it; no two of an enterprise are the same
    std::string author;                          ///< person, key or import that told it
    std::string reason;                          ///< why it was corrected or withdrawn
    std::string body;
    std::int64_t seq = 0;                        ///< place in the enterprise's journal, 1, 2, ... without gaps

    FactId root() const { return corrects ? *corrects : id; }
};

} // namespace osetra
