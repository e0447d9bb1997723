#include <fmt/core.h>
#include <ostream>

#include "app/plain_files.h"
#include "app/verbs.h"
#include "processing/sorting_line.h"

namespace osetra::app {
namespace {

using namespace processing;

Result<SortingPack> pack_of(Context const& c, std::string const& name) {
    if (auto const* pack = find_sorting_pack(name)) return *pack;
    if (name.find('.') == std::string::npos) return refuse("pack_not_found", "There is no pack " + name + " for a sorting line: `osetra sort packs` lists them.", "pack");
    auto const text = OSETRA_TRY(bytes_of(c, name));
    return read_sorting_pack(text);
}

} // namespace

Result<Done> sort_out_turn(Context const& c, SortVerb const& o) {
    auto const pack = OSETRA_TRY(pack_of(c, o.pack));
    auto const loads_text = OSETRA_TRY(bytes_of(c, o.loads)), counts_text = OSETRA_TRY(bytes_of(c, o.counts));
    auto const loads = OSETRA_TRY(read_loads(loads_text));
    auto const counts = OSETRA_TRY(read_counts(counts_text, pack));
    auto prices = prices_of(pack);
    if (!o.prices.empty()) {
        auto const text = OSETRA_TRY(bytes_of(c, o.prices));
        prices = OSETRA_TRY(read_prices(text, pack));
    }
    auto all = OSETRA_TRY(out_turn(pack, loads, counts, prices));
    if (!o.grower.empty()) {
        std::erase_if(all, [&](OutTurn const& t) { return t.grower != o.grower; });
        if (all.empty()) return refuse("grower_not_found", "Nothing of " + o.grower + " was sorted.", "grower");
    }
    if (!o.csv.empty()) OSETRA_TRY(write(c, o.csv, out_turn_csv(pack, all)));
    if (!o.pdf.empty()) OSETRA_TRY(write(c, o.pdf, out_turn_paper(pack, o.company, all)));
    if (o.csv == "-" || o.pdf == "-") return Done{};
    for (auto const& t : all) {
        c.io.out << fmt::format("{}: {:.1f} kg received, {:.1f} kg sorted, {:.1f} kg difference; {} cartons, {} pallets; {}\n", t.grower, static_cast<double>(t.received_mg) / 1e6, static_cast<double>(t.sorted_mg) / 1e6, static_cast<double>(t.lost_mg()) / 1e6,
                                t.cartons, t.pallets, text_of(t.money));
        for (auto const& l : t.lines)
            c.io.out << fmt::format("  {:<8} {:<4} {:>8} pieces {:>10.1f} kg {:>5.1f} % {:>6} cartons  {:>14}\n", l.quality, l.size, l.pieces, static_cast<double>(l.weight_mg) / 1e6, 100 * static_cast<double>(l.weight_mg) / static_cast<double>(t.sorted_mg), l.cartons, text_of(l.money));
    }
    return Done{};
}

Result<Done> sort_capacity(Context const& c, SortVerb const& o) {
    auto const pack = OSETRA_TRY(pack_of(c, o.pack));
    auto const can = capacity(pack, o.mean_g, o.kg);
    c.io.out << fmt::format("{:.0f} pieces and {:.0f} kg an hour, {:.0f} cartons; {:.0f} kg take {:.1f} hours\n", can.pieces_per_hour, can.kg_per_hour, can.cartons_per_hour, o.kg, can.hours);
    return Done{};
}

Result<Done> sort_packs(Context const& c, SortVerb const&) {
    for (auto const& pack : sorting_packs()) {
        c.io.out << fmt::format("{}: {}, {} sizes of {:g} to {:g} mm\n", pack.code, pack.name_en, pack.sizes.size(), static_cast<double>(pack.sizes.back().from_um) / 1000, static_cast<double>(pack.sizes.front().to_um) / 1000);
        for (auto const& q : pack.classes) {
            std::string limits;
            for (auto const& [name, most] : q.limits) limits += fmt::format("{}{} at most {:g}", limits.empty() ? "" : ", ", name, most);
            c.io.out << fmt::format("  {:<8} {}\n", q.code, limits);
        }
        c.io.out << fmt::format("  {:<8} all else\n", pack.rest.code);
    }
    return Done{};
}

} // namespace osetra::app
