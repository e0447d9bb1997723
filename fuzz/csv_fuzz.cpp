#include <cstddef>
#include <cstdint>

#include "farm/import/import.h"
#include "kernel/csv.h"

// Any bytes as a CSV file, read and planned as an import: no crash, no hang; whatever comes back is sound.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra;
    std::string const bytes{reinterpret_cast<char const*>(data), size};
    if (auto const table = read_csv(bytes, "x.csv"))
        for (auto const& row : table->sheets.front().rows)
            for (auto const& cell : row.cells)
                if (!valid_utf8(cell.text)) __builtin_trap();
    farm::ImportOptions options;
    options.now = Instant{std::chrono::sys_days{std::chrono::January / 1 / 2026}};
    options.start = FarmDay{20'000};
    options.missing = farm::Missing::create;
    farm::ImportFile const file{"fuzz_feed.csv", bytes};
    auto const plans = farm::plan_imports({&file, 1}, options, farm::Known{}, farm::caviar_pack());
    if (plans.front().refused() != plans.front().facts.empty()) __builtin_trap();
    farm::report_json(plans.front(), false, false);
    return 0;
}
