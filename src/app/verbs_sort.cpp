#include <algorithm>
#include <ostream>

#include <fmt/core.h>

#include "app/plain_files.h"
#include "app/text.h"
#include "app/verbs.h"
#include "processing/plant_sql.h"
#include "processing/sorting_answers.h"
#include "quality/quality.h"

namespace osetra::app {
namespace {

using namespace processing;

Result<SortingPack> pack_of(Context const& c, std::string const& name) {
    if (auto const* pack = find_sorting_pack(name)) return *pack;
    if (name.find('.') == std::string::npos) return refuse("pack_not_found", "There is no pack " + name + " for a sorting line: `osetra sort packs` lists them.", "pack");
    auto const text = OSETRA_TRY(bytes_of(c, name));
    return read_sorting_pack(text);
}

void print_turns(Context const& c, std::vector<OutTurn> const& all) {
    for (auto const& t : all) {
        c.io.out << fmt::format("{}: {:.1f} kg received, {:.1f} kg sorted, {:.1f} kg difference; {} cartons, {} pallets; {}\n", t.grower, static_cast<double>(t.received_mg) / 1e6, static_cast<double>(t.sorted_mg) / 1e6, static_cast<double>(t.lost_mg()) / 1e6,
                                t.cartons, t.pallets, text_of(t.money));
        for (auto const& l : t.lines)
            c.io.out << fmt::format("  {:<8} {:<4} {:>8} pieces {:>10.1f} kg {:>5.1f} % {:>6} cartons  {:>14}\n", l.quality, l.size, l.pieces, static_cast<double>(l.weight_mg) / 1e6, 100 * static_cast<double>(l.weight_mg) / static_cast<double>(t.sorted_mg), l.cartons, text_of(l.money));
    }
}

Result<Done> write_turns(Context const& c, SortVerb const& o, SortingPack const& pack, std::string const& company, std::vector<OutTurn> const& all) {
    if (!o.csv.empty()) OSETRA_TRY(write(c, o.csv, out_turn_csv(pack, all)));
    if (!o.pdf.empty()) OSETRA_TRY(write(c, o.pdf, out_turn_paper(pack, company, all)));
    if (o.csv != "-" && o.pdf != "-") print_turns(c, all);
    return Done{};
}

/// What a verb asks of the records.
template <class Say> Result<std::string> asked(Context const& c, Company const& company, Say say) {
    FarmRead farm{company.reader()};
    auto const gate = quality::load_gate(farm);
    SortingStore store{*company.db, company.record.enterprise, gate.get()};
    auto const identity = farm.identity();
    return say(SortingAsked{store, company.offset(), c.clock.now(), identity ? std::optional{identity->company_prefix} : std::nullopt});
}
double decimal(JsonIn in, char const* name) {
    double v = 0;
    if (in.has(name)) in.get(name, v);
    return v;
}
std::string loads_on(JsonIn const& pallet) {
    std::string out;
    for (auto const& p : pallet.items("parts")) out += fmt::format("{}{} ({}) {}", out.empty() ? "" : ", ", word(p, "load"), word(p, "grower"), number_or_0(p, "cartons"));
    return out;
}
std::string out_turn_table(JsonIn const& of) {
    TextTable table{{"Class", "Size", ">Fruits", ">Weight", ">Cartons", ">Packed"}};
    for (auto const& l : of.items("out_turn")) table.add({word(l, "quality"), word(l, "size"), counted(number_or_0(l, "pieces")), mass(number_or_0(l, "weight_mg")), counted(number_or_0(l, "cartons")), mass(number_or_0(l, "packed_mg"))});
    return table.empty() ? "" : table.text();
}
std::string pallets_table(JsonIn const& of, FarmOffset offset) {
    TextTable table{{"Pallet", "SSCC", "Class", "Size", ">Cartons", ">Net", "Closed", "Loads"}};
    for (auto const& p : of.items("pallets"))
        table.add({word(p, "pallet"), word(p, "sscc"), word(p, "quality"), word(p, "size"), fmt::format("{}/{}", number_or_0(p, "cartons"), number_or_0(p, "takes")), mass(number_or_0(p, "net_mg")), local(p, "closed_at", offset), loads_on(p)});
    return table.empty() ? "" : table.text();
}
std::string story_of(JsonIn const& of, FarmOffset offset) {
    std::string text;
    for (auto const& f : of.items("facts")) text += fmt::format("{}  {}  {}\n", local(f, "at", offset), word(f, "by"), word(f, "says"));
    return text;
}

std::string day_words(JsonIn const& d, FarmOffset offset) {
    auto text = fmt::format("{}, {}: {} weighed in; {} loads wait ({}), {} on the line, {} through; {} sorted, {} cartons.\n", word(d, "name_en"), word(d, "day"), mass(number_or_0(d, "received_mg")), number_or_0(d, "waiting"),
                            mass(number_or_0(d, "waiting_mg")), number_or_0(d, "running"), number_or_0(d, "through"), mass(number_or_0(d, "sorted_mg")), counted(number_or_0(d, "cartons")));
    auto const pace = *d.child("pace");
    if (decimal(pace, "kg_per_hour") > 0) text += fmt::format("{:.2f} t an hour in {:.1f} hours; the line can do {:.2f} t. What waits takes {:.1f} hours more.\n", decimal(pace, "kg_per_hour") / 1000, decimal(pace, "hours"), decimal(pace, "can_kg_per_hour") / 1000, decimal(pace, "hours_to_go"));
    TextTable loads{{"Load", "Grower", "Received", ">Net", "State", ">Sorted", ">Packed"}};
    for (auto const& l : d.items("loads")) loads.add({word(l, "load"), word(l, "grower"), local(l, "received_at", offset), mass(number_or_0(l, "net_mg")), word(l, "hold").empty() ? word(l, "state") : "on hold: " + word(l, "hold"), mass(number_or_0(l, "sorted_mg")), mass(number_or_0(l, "packed_mg"))});
    if (!loads.empty()) text += "\n" + loads.text();
    if (auto const table = out_turn_table(d); !table.empty()) text += "\n" + table;
    if (auto const table = pallets_table(d, offset); !table.empty()) text += "\n" + table;
    return text;
}
std::string load_words(JsonIn const& l, FarmOffset offset) {
    auto text = fmt::format("Load {} of {}: {}; {} received, {} sorted, {} packed.\n", word(l, "load"), word(l, "grower"), word(l, "hold").empty() ? word(l, "state") : word(l, "state") + ", on hold (" + word(l, "hold") + ")", mass(number_or_0(l, "net_mg")), mass(number_or_0(l, "sorted_mg")), mass(number_or_0(l, "packed_mg")));
    return text + out_turn_table(l) + pallets_table(l, offset) + story_of(l, offset);
}
std::string pallet_words(JsonIn const& p, FarmOffset offset) {
    auto const size = word(p, "size");
    return fmt::format("Pallet {}{}: {} of {} cartons, class {}{}, {}; {}.\nLoads: {}.\n", word(p, "pallet"), word(p, "sscc").empty() ? "" : " (SSCC " + word(p, "sscc") + ")", number_or_0(p, "cartons"), number_or_0(p, "takes"), word(p, "quality"), size.empty() ? "" : ", size " + size,
                       mass(number_or_0(p, "net_mg")), word(p, "sent_at").empty() ? word(p, "closed_at").empty() ? "open" : "closed " + local(p, "closed_at", offset) : fmt::format("left for {} with {}, {}", word(p, "party"), word(p, "shipment"), local(p, "sent_at", offset)), loads_on(p)) + story_of(p, offset);
}

} // namespace

Result<Done> sort_out_turn(Context const& c, SortVerb const& o) {
    auto const pack = OSETRA_TRY(pack_of(c, o.pack));
    auto const loads_text = OSETRA_TRY(bytes_of(c, o.loads)), counts_text = OSETRA_TRY(bytes_of(c, o.counts));
    auto const loads = OSETRA_TRY(read_loads(loads_text));
    if (loads.empty()) return refuse("loads_none", "There is no load in this list.", "loads");
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
    if (!c.where.json) return write_turns(c, o, pack, o.company, all);
    auto const [first, last] = std::minmax_element(loads.begin(), loads.end(), [](Load const& x, Load const& y) { return x.received_on < y.received_on; });
    c.io.out << out_turn_json({&pack, all, {}}, first->received_on, last->received_on) << '\n';
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

Result<Done> sort_take_loads(Context const& c, SortVerb const& o) {
    auto const text = OSETRA_TRY(bytes_of(c, o.thing));
    auto const loads = OSETRA_TRY(loads_told(text, o.pack));
    auto const days = OSETRA_TRY(read_loads(text));
    auto const company = OSETRA_TRY(open_company(c));
    auto const now = c.clock.now();
    Ids ids{c.clock};
    std::vector<Fact> facts;
    for (std::size_t i = 0; i < loads.size(); ++i) facts.push_back(farm::fact_of(ids.next(), author(), weighed_in_at(days[i].received_on, now, company.offset()), loads[i]));
    if (!o.dry_run) OSETRA_TRY(record_all(c, company, std::move(facts)));
    c.io.out << fmt::format("{} loads {}.\n", loads.size(), o.dry_run ? "read; nothing was told" : "told");
    return Done{};
}
Result<Done> sort_take_counts(Context const& c, SortVerb const& o) {
    auto const text = OSETRA_TRY(bytes_of(c, o.thing));
    auto const company = OSETRA_TRY(open_company(c));
    SortingStore store{*company.db, company.record.enterprise};
    auto const counts = OSETRA_TRY(counts_told(store, text));
    Ids ids{c.clock};
    std::vector<Fact> facts;
    for (auto const& one : counts) facts.push_back(farm::fact_of(ids.next(), author(), c.clock.now(), one));
    if (!o.dry_run) OSETRA_TRY(record_all(c, company, std::move(facts)));
    c.io.out << fmt::format("{} counts by load, class and size {}.\n", counts.size(), o.dry_run ? "read; nothing was told" : "told");
    return Done{};
}
Result<Done> sort_day(Context const& c, SortVerb const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    auto const day = o.day.empty() ? farm_day(c.clock.now(), company.offset()) : OSETRA_TRY(parse_day(o.day));
    return print_answer(c, asked(c, company, [&](SortingAsked const& a) { return sorting_day_json(a, day, o.pack); }), company.offset(), day_words);
}
Result<Done> sort_load(Context const& c, SortVerb const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    return print_answer(c, asked(c, company, [&](SortingAsked const& a) { return sorting_load_json(a, o.thing); }), company.offset(), load_words);
}
Result<Done> sort_pallet(Context const& c, SortVerb const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    return print_answer(c, asked(c, company, [&](SortingAsked const& a) { return pallet_json(a, o.thing); }), company.offset(), pallet_words);
}
Result<Done> sort_growers(Context const& c, SortVerb const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    auto const to = o.to.empty() ? farm_day(c.clock.now(), company.offset()) : OSETRA_TRY(parse_day(o.to));
    auto const from = o.from.empty() ? to - 30 : OSETRA_TRY(parse_day(o.from));
    SortingStore store{*company.db, company.record.enterprise};
    SortingAsked const a{store, company.offset(), c.clock.now()};
    auto const* pack = OSETRA_TRY(sorting_pack_of(a, o.pack));
    std::optional<Prices> prices;
    if (!o.prices.empty()) {
        auto const text = OSETRA_TRY(bytes_of(c, o.prices));
        prices = OSETRA_TRY(read_prices(text, *pack));
    }
    auto const turn = OSETRA_TRY(out_turn_of(a, *pack, from, to, o.grower, prices));
    if (c.where.json) c.io.out << out_turn_json(turn, from, to) << '\n';
    else {
        OSETRA_TRY(write_turns(c, o, *turn.pack, company.record.name, turn.all));
        if (turn.all.empty() && turn.unsorted.empty()) c.io.out << "No load was weighed in on these days.\n";
        if (!turn.unsorted.empty() && o.csv != "-" && o.pdf != "-") c.io.out << fmt::format("{} loads are not through yet.\n", turn.unsorted.size());
    }
    return Done{};
}

} // namespace osetra::app
