#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What scales send over a wire, a line at a time. Pure.
namespace osetra::processing {

struct ScaleReading {
    std::int64_t weight_mg = 0;
    bool stable = true;                          ///< false: still moving; not to be taken
    friend bool operator==(ScaleReading const&, ScaleReading const&) = default;
};

/// One line of a scale. Understood: MT-SICS ("S S     123.4 g", "S D" moving), the printer lines of Kern, Sartorius and A&D ("N    +  123.4 g", "ST,GS,+0001.234 kg",
/// "US,NT,..."), and a number with or without a unit (g, kg, mg; alone: g). Nothing: no weight (over or under range, an error, an answer to something
/// else, more digits than a scale has, other units).
std::optional<ScaleReading> read_scale_line(std::string_view line);

/// Bytes as they come, cut into lines; a line that is longer than any scale's is thrown away.
class ScaleLines {
public:
    /// The next whole line, without its end; nothing: more bytes are needed.
    std::optional<std::string> next();
    void add(std::string_view bytes);

private:
    std::string m_rest;
    bool m_skipping = false;
};

} // namespace osetra::processing
