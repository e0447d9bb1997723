#include "processing/stations_scale.h"

#include <gtest/gtest.h>

#include "kernel/splitmix.h"

namespace osetra::processing {
namespace {

TEST(Scale, LinesOfMakersAreRead) {
    struct { char const* line; std::optional<ScaleReading> want; } const cases[] = {
        {"S S     123.4 g", ScaleReading{123'400, true}}, {"S D      12.04 g\r", ScaleReading{12'040, false}}, {"S S   1.23456 kg", ScaleReading{1'234'560, true}},
        {"S S     -0.2 g", ScaleReading{-200, true}}, {"ST,GS,+0001.234kg", ScaleReading{1'234'000, true}}, {"US,NT,+  12.3 g", ScaleReading{12'300, false}}, {"ST,NT,-  0.5 g", ScaleReading{-500, true}},
        {"N     +  250.1 g", ScaleReading{250'100, true}}, {"N     +  250.1", ScaleReading{250'100, false}}, {"  1234,5 g ", ScaleReading{1'234'500, true}}, {"1234.5", ScaleReading{1'234'500, true}},
        {"0.0005 g", ScaleReading{1, true}}, {"17 mg", ScaleReading{17, true}}, {"+ 20 KG", ScaleReading{20'000'000, true}},
        // no weight
        {"", {}}, {"S I", {}}, {"S +", {}}, {"S -", {}}, {"ES", {}}, {"ET", {}}, {"EL", {}}, {"I4 A \"0123456789\"", {}}, {"ST,OL,+9999", {}}, {"S S     12.3 lb", {}}, {"1.2.3 g", {}}, {"12 g 13 g", {}},
        {"1e9 g", {}}, {"nan g", {}}, {"0x10 g", {}}, {"123456789012 g", {}}, {"999999999 kg", {}}, {"--5 g", {}}, {"5-3 g", {}}, {".", {}}, {"+", {}}, {"S S g", {}}, {"<script>12 g", {}}, {"１２ g", {}},
    };
    for (auto const& c : cases) EXPECT_EQ(read_scale_line(c.line), c.want) << c.line;
    EXPECT_EQ(read_scale_line(std::string(200, '1')), std::nullopt);
}

TEST(Scale, WhateverComesOverTheWireIsCutIntoLines) {
    ScaleLines lines;
    lines.add("S S   1");
    EXPECT_FALSE(lines.next());
    lines.add("2.5 g\r\nS D 13 g\n\n");
    EXPECT_EQ(lines.next(), "S S   12.5 g");
    EXPECT_EQ(lines.next(), "S D 13 g");
    EXPECT_FALSE(lines.next());
    lines.add(std::string(10'000, 'x'));
    EXPECT_FALSE(lines.next());
    lines.add("tail of it\n7 g\n");                // what belonged to the endless line goes with it
    EXPECT_EQ(lines.next(), "7 g");
    std::uint64_t state = 5;
    for (auto n = 0; n < 20'000; ++n) {
        std::string bytes;
        for (auto k = 0; k < 20; ++k) bytes += static_cast<char>(splitmix64(state) % 256);
        lines.add(bytes);
        while (auto const line = lines.next()) {
            ASSERT_LE(line->size(), 80u);
            auto const r = read_scale_line(*line);
            ASSERT_LE(std::abs(r ? r->weight_mg : 0), 1'000'000'000) << "seed 5";
        }
    }
}

} // namespace
} // namespace osetra::processing
