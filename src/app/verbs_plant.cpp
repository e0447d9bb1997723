#include <cmath>
#include <fmt/core.h>

#include "app/text.h"
#include "app/verbs.h"
#include "processing/stations_answers.h"
#include "quality/quality.h"

namespace osetra::app {
namespace {

std::string clock_text(std::int64_t seconds) { return fmt::format("{}{}:{:02}", seconds < 0 ? "-" : "", std::abs(seconds) / 60, std::abs(seconds) % 60); }
std::string grams(JsonIn const& in, char const* name) {
    auto const mg = whole_number(in, name);
    return mg ? fmt::format("{:.1f}", static_cast<double>(*mg) / 1000) : "";
}
bool yes(JsonIn in, char const* name) {
    auto v = false;
    if (in.has(name)) in.get_flag(name, v);
    return v;
}
double decimal(JsonIn in, char const* name) {
    double v = 0;
    if (in.has(name)) in.get(name, v);
    return v;
}
std::string step_name(JsonIn const& in, std::string const& code) {
    for (auto const& s : in.items("steps"))
        if (word(s, "step") == code) return word(s, "name_en");
    return code;
}
/// The clock with the least time left that still runs.
std::string running(JsonIn const& fish) {
    std::string text;
    auto least = std::int64_t{1'000'000};
    for (auto const& c : fish.items("clocks"))
        if (yes(c, "running") && number_or_0(c, "left_s") < least) {
            least = number_or_0(c, "left_s");
            text = fmt::format("{} {} of {}", word(c, "name_en"), clock_text(number_or_0(c, "seconds")), clock_text(number_or_0(c, "limit_s")));
        }
    return text;
}

std::string line_text(JsonIn const& in, FarmOffset) {
    auto text = fmt::format("Clocks that run: {}, too long: {}; on hold: {}; fish done today: {}, waiting: {}; checks due: {}.\n", number_or_0(in, "running"), number_or_0(in, "late"), number_or_0(in, "held"),
                            number_or_0(in, "done"), in.items("waiting").size(), number_or_0(in, "checks_due"));
    TextTable table{{"Fish", "Lot", "Line", "Last step", "Next", "Clock", ">Tins", "Hold"}};
    for (auto const& f : in.items("fish"))
        table.add({word(f, "fish"), word(f, "lot"), word(f, "line"), step_name(in, word(f, "step")), step_name(in, word(f, "next")), running(f), counted(number_or_0(f, "tins")), word(f, "hold")});
    return table.empty() ? text : text + table.text();
}

std::string day_text(JsonIn const& in, FarmOffset) {
    TextTable table{{"Lot", ">Ovary, g", ">Waste", ">Roe", ">Salt", ">Ran off", ">Caviar", ">In tins", ">Left", "Balance"}};
    auto const add = [&](std::string name, JsonIn const& w) {
        table.add({std::move(name), grams(w, "ovary_mg"), grams(w, "waste_mg"), grams(w, "roe_mg"), grams(w, "salt_mg"), grams(w, "drained_mg"), grams(w, "caviar_mg"), grams(w, "tinned_mg"), grams(w, "caviar_left_mg"),
                   yes(w, "holds") ? "holds" : "does not hold"});
    };
    for (auto const& l : in.items("lots")) add(word(l, "lot"), *l.child("weights"));
    if (table.empty()) return "No lots on " + word(in, "day") + ".\n";
    add("all", *in.child("sum"));
    return fmt::format("Lots on {}: {}; balances that do not hold: {}.\n", word(in, "day"), number_or_0(in, "count"), number_or_0(in, "broken")) + table.text();
}

std::string lot_text(JsonIn const& in, FarmOffset offset) {
    auto const fish = in.items("of").front();
    auto const w = *fish.child("weights");
    auto text = fmt::format("Lot {} of fish {}{}.\n", word(in, "lot"), word(fish, "fish"), word(fish, "hold").empty() ? "" : ", on hold: " + word(fish, "hold"));
    TextTable steps{{"Step", "At", "Station", "Operator"}};
    for (auto const& r : in.items("reached")) steps.add({step_name(in, word(r, "step")), local(r, "at", offset), word(r, "station"), word(r, "operator")});
    text += steps.text();
    for (auto const& c : fish.items("clocks")) text += fmt::format("{}: {} of {}{}\n", word(c, "name_en"), clock_text(number_or_0(c, "seconds")), clock_text(number_or_0(c, "limit_s")), word(c, "state") == "late" ? ", too long" : "");
    text += fmt::format("Ovary {} g = roe {} + waste {} + not weighed {}. Roe {} + salt {} - ran off {} = {}; in tins {}, left {}: {}.\n", grams(w, "ovary_mg"), grams(w, "roe_mg"), grams(w, "waste_mg"), grams(w, "ovary_left_mg"),
                        grams(w, "roe_mg"), grams(w, "salt_mg"), grams(w, "drained_mg"), grams(w, "caviar_mg"), grams(w, "tinned_mg"), grams(w, "caviar_left_mg"), yes(w, "holds") ? "the balance holds" : "the balance does not hold");
    TextTable tins{{"Tin", ">Net, g", "Closed", "Case", "Hold"}};
    for (auto const& t : in.items("tins_closed")) tins.add({word(t, "tin"), grams(t, "net_mg"), local(t, "at", offset), word(t, "container"), word(t, "hold")});
    return tins.empty() ? text : text + tins.text();
}

std::string salt_text(JsonIn const& in, FarmOffset) {
    return fmt::format("{} g of salt for {} g of roe (between {} and {}).\n", grams(in, "suggested_mg"), grams(in, "roe_mg"), grams(in, "least_mg"), grams(in, "most_mg"));
}

std::string capacity_text(JsonIn const& in, FarmOffset offset) {
    auto const between = in.child("seconds_between");
    if (!between) return "Nothing was recorded in the last fortnight; what the line can do is not known.\n";
    auto text = fmt::format("A fish every {} on a line (half of all; {} to {} in 8 of 10), {} intervals recorded; {} lines, {} fish wait.\n", clock_text(std::llround(decimal(*between, "median"))),
                            clock_text(std::llround(decimal(*between, "low"))), clock_text(std::llround(decimal(*between, "high"))), number_or_0(in, "recorded"), number_or_0(in, "lines"), number_or_0(in, "waiting"));
    TextTable ahead{{"Until", ">Fish", ">At least", ">At most"}};
    for (auto const& h : in.items("ahead")) ahead.add({local(h, "until", offset), fmt::format("{:.0f}", decimal(h, "median")), fmt::format("{:.0f}", decimal(h, "low")), fmt::format("{:.0f}", decimal(h, "high"))});
    TextTable steps{{"Step", ">Usual", ">Quick", ">Slow", ">Recorded"}};
    for (auto const& s : in.items("steps")) {
        auto const spread = *s.child("seconds");
        steps.add({word(s, "name_en"), clock_text(std::llround(decimal(spread, "median"))), clock_text(std::llround(decimal(spread, "low"))), clock_text(std::llround(decimal(spread, "high"))), counted(number_or_0(spread, "n"))});
    }
    return text + ahead.text() + (steps.empty() ? "" : "\n" + steps.text());
}

std::string charts_text(JsonIn const& in, FarmOffset offset) {
    std::string text;
    for (auto const& c : in.items("charts")) {
        auto const points = c.items("points");
        text += fmt::format("{}, {}: {} lots", word(c, "chart"), word(c, "unit"), points.size());
        if (points.size() >= 2) text += fmt::format(", mean {:.2f}, usual {:.2f} to {:.2f}", decimal(c, "centre"), decimal(c, "low"), decimal(c, "high"));
        text += "\n";
        for (auto const& p : points) {
            std::string rules;
            auto const broken = p.child("rules");
            if (broken) rules = broken->dump();
            if (!rules.empty()) text += fmt::format("  {} {} {:.2f} breaks rule {}\n", local(p, "at", offset), word(p, "lot"), decimal(p, "value"), rules.substr(1, rules.size() - 2));
        }
    }
    return text;
}

std::string checks_text(JsonIn const& in, FarmOffset offset) {
    auto text = fmt::format("{}: {} due, {} missed, {} outside their limits.\n", word(in, "day"), number_or_0(in, "due"), number_or_0(in, "missed"), number_or_0(in, "failed"));
    TextTable table{{"Point", ">Done", ">Failed", ">Missed", "Last", "Due"}};
    for (auto const& p : in.items("points"))
        table.add({word(p, "name_en"), counted(number_or_0(p, "done")), counted(number_or_0(p, "failed")), counted(static_cast<std::int64_t>(p.items("missed").size())), local(p, "last_at", offset), local(p, "due_at", offset)});
    return text + table.text();
}

std::string orders_text(JsonIn const& in, FarmOffset) {
    TextTable table{{"Order", "Day", "Purge from", "Line", ">Fish", ">Harvested"}};
    for (auto const& o : in.items("orders")) {
        std::int64_t taken = 0;
        auto const fish = o.items("fish");
        for (auto const& f : fish) taken += word(f, "harvested_at").empty() ? 0 : 1;
        table.add({word(o, "order"), word(o, "planned_on"), word(o, "purge_from"), word(o, "line"), counted(static_cast<std::int64_t>(fish.size())), counted(taken)});
    }
    return table.empty() ? "No harvest orders.\n" : table.text();
}

std::string materials_text(JsonIn const& in, FarmOffset offset) {
    TextTable table{{"Batch", "Material", "Came", "Supplier", ">Came, g or tins", ">Used", ">Left"}};
    for (auto const& b : in.items("batches")) {
        auto const tins = whole_number(b, "count").has_value();
        auto const amount = [&](char const* name) { return tins ? counted(number_or_0(b, name)) : grams(b, name); };
        table.add({word(b, "batch"), word(b, "material"), local(b, "at", offset), word(b, "supplier"), tins ? amount("count") : amount("weight_mg"), amount("used"), amount("left")});
    }
    return table.empty() ? "No salt, brine or tins were received.\n" : table.text();
}

} // namespace

Result<Done> show_plant(Context const& c, PlantVerb const& o) {
    auto company = OSETRA_TRY(open_company(c));
    processing::FarmRead farm{company.reader()};
    auto const holds = quality::holds(farm);
    processing::PlantStore plant{farm, holds.get()};
    processing::PlantAsked const asked{plant, farm, c.clock.now()};
    auto const offset = company.offset();
    auto const day = o.day.empty() ? farm_day(asked.now, offset) : OSETRA_TRY(parse_day(o.day));
    auto const print = [&](Result<std::string> json, std::string (*words)(JsonIn const&, FarmOffset)) { return print_answer(c, std::move(json), offset, words); };
    if (o.what == "line") return print(processing::line_json(asked, o.line, o.step), line_text);
    if (o.what == "day") return print(processing::plant_day_json(asked, day), day_text);
    if (o.what == "lot") return print(processing::lot_json(asked, o.lot), lot_text);
    if (o.what == "salt") return print(processing::salt_json(asked, o.lot), salt_text);
    if (o.what == "capacity") return print(processing::capacity_json(asked), capacity_text);
    if (o.what == "charts") return print(processing::charts_json(asked, o.lots), charts_text);
    if (o.what == "checks") return print(processing::checks_json(asked, day), checks_text);
    if (o.what == "orders") return print(processing::orders_json(asked, 30), orders_text);
    return print(processing::materials_json(asked), materials_text);
}

} // namespace osetra::app
