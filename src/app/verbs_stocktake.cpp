#include <cmath>
#include <cstdlib>
#include <fmt/core.h>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/text.h"
#include "app/verbs.h"
#include "stocktake/answers_sql.h"

namespace osetra::app {
namespace {

double decimal(JsonIn in, char const* name) {
    double v = 0;
    if (in.has(name)) in.get(name, v);
    return v;
}
bool yes(JsonIn in, char const* name) {
    auto v = false;
    if (in.has(name)) in.get_flag(name, v);
    return v;
}
std::string give_or_take(double sd) { return "± " + counted(std::llround(std::ceil(1.96 * sd))); }
std::string hours(double h) { return h < 1 ? fmt::format("{:.0f} min", h * 60) : fmt::format("{:.1f} h", h); }

std::string plan_text(JsonIn const& plan, FarmOffset offset) {
    auto text = fmt::format("{} of {} pools counted in {}; {} fish in all.\n", number_or_0(plan, "counted"), number_or_0(plan, "pools"), number_or_0(plan, "year"), heads_estimate(plan, "heads"));
    auto const kg = word(plan, "by") == "biomass";
    TextTable table{{">", "Pool", "Site", ">Fish", "Last counted", ">After", ">Takes", ">So far", kg ? ">Total, kg" : ">Total"}};
    for (auto const& row : plan.items("rows"))
        table.add({counted(number_or_0(row, "place")), word(row, "pool"), word(row, "site"), heads_estimate(row, "heads"), yes(row, "counted") || !local(row, "counted_at", offset).empty() ? local(row, "counted_at", offset) : "never",
                   give_or_take(decimal(row, "sd_after")), hours(decimal(row, "hours")), hours(decimal(row, "hours_so_far")), give_or_take(decimal(row, "total_sd_after"))});
    return text + "\n" + table.text();
}

std::string flights_text(JsonIn const& list, FarmOffset offset) {
    TextTable table{{"Flown", "Pool", "Site", "Clip", "State", ">Counted", ">Agreed", "Signed by", "Id"}};
    for (auto const& f : list.items("flights")) {
        auto const machine = f.child("counted"), signature = f.child("signature");
        table.add({local(f, "at", offset), word(f, "pool"), word(f, "site"), word(f, "file"), word(f, "state"), machine ? counted(number_or_0(*machine, "heads")) : "", signature ? counted(number_or_0(*signature, "heads")) : "",
                   signature ? word(*signature, "by") : "", word(f, "flight")});
    }
    return table.empty() ? "No flights.\n" : table.text();
}

} // namespace

Result<Done> stocktake_plan(Context const& c, StocktakeVerb const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    OSETRA_TRY(know_site(company, o.site));
    auto const now = c.clock.now();
    stocktake::PlanAsked asked;
    auto const today = std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{farm_day(now, company.offset()).n}}};
    asked.year = o.year ? o.year : static_cast<int>(today.year());
    asked.worth = o.by == "biomass" ? stocktake::Worth::biomass : stocktake::Worth::heads;
    asked.seen = [&](std::string const& site) { return o.site.empty() || site == o.site; };
    return print_answer(c, stocktake::plan_json(company.reader(), asked, now), company.offset(), plan_text);
}

Result<Done> stocktake_flights(Context const& c, StocktakeVerb const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    OSETRA_TRY(know_site(company, o.site));
    auto const pool = o.pool.empty() ? std::nullopt : std::optional{o.pool};
    return print_answer(c, stocktake::flights_json(company.reader(), pool, [&](std::string const& site) { return o.site.empty() || site == o.site; }), company.offset(), flights_text);
}

Result<Done> stocktake_calibrated(Context const& c, StocktakeVerb const& o) {
    std::ifstream in{o.file, std::ios::binary};
    if (!in) return refuse("file_not_found", fmt::format("{} cannot be read.", o.file), "file");
    std::stringstream text;
    text << in.rdbuf();
    auto const company = OSETRA_TRY(open_company(c));
    auto fact = farm::fact_of(Ids{c.clock}.next(), author(), c.clock.now(), stocktake::SiteCalibrated{{o.site}, text.str(), o.note.empty() ? std::nullopt : std::optional{o.note}});
    auto const told = company.ledger->record({std::move(fact)}, farm::Trust::checked, c.clock.now());
    if (told.front().outcome == farm::Told::Outcome::refused) return tl::unexpected(told.front().refusal);
    if (c.where.json) c.io.out << fmt::format("{{\"id\":\"{}\",\"seq\":{}}}\n", told.front().id.text(), told.front().seq);
    else c.io.out << fmt::format("Flights over {} are counted with it from now on.\n", o.site);
    return Done{};
}

} // namespace osetra::app
