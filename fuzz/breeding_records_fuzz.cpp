#include <cstddef>
#include <cstdint>
#include <cmath>
#include <string>

#include "breeding/engine/shares.h"

// A formula in the first line, any records after it, and the pedigree of Mrode's example 3.1: refused with the place, or solved with finite answers.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra::breeding;
    std::string const text{reinterpret_cast<char const*>(data), size};
    auto const end = text.find('\n');
    if (end == std::string::npos || size > 20'000) return 0;
    auto const formula = Formula::parse(text.substr(0, end));
    auto const records = Columns::read(text.substr(end + 1), "r.csv");
    if (!formula || !records) return 0;
    static auto const pedigree = [] {
        auto const table = Columns::read("id,sire,dam\n1,,\n2,,\n3,,\n4,1,\n5,3,2\n6,1,2\n7,4,5\n8,3,6\n", "p.csv");
        std::vector<Defect> defects;
        return *read_pedigree(*table, {}, defects);
    }();
    auto const made = prepare(*formula, *records, {}, &pedigree);
    if (!made) { if (made.error().code.empty()) __builtin_trap(); return 0; }
    if (made->formula.is_ordinal() || made->model.traits.size() > 4) return 0;
    Equations equations(made->model);
    auto const solved = equations.solve(start_of(made->model), true);
    if (solved) for (auto const& effect : solved->value) for (auto const x : effect) if (!std::isfinite(x)) __builtin_trap();
    if (made->model.traits.size() == 1) variance_report(*made, false);
    return 0;
}
