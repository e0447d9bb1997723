#include <fmt/core.h>

#include "farm/answer_parts.h"
#include "farm/farm_sql.h"

namespace osetra::farm {
namespace {

using store::arg;

/// Plain numbers are numbers in a spreadsheet, everything else is text; tags stay text, they are names.
std::vector<OutCell> cells(std::initializer_list<std::string> texts) {
    std::vector<OutCell> row;
    for (auto const& t : texts) {
        auto const plain = t.size() < 15 && t.find_first_not_of("0123456789.-") == std::string::npos;
        auto const number = plain ? parse_decimal(t) : Result<Decimal>{refuse("", "")};
        if (number) row.emplace_back(*number); else if (t.empty()) row.emplace_back(std::monostate{}); else row.emplace_back(t);
    }
    return row;
}

} // namespace

Result<OutTable> list_of(Reader& reader, std::string const& name, Moment const& moment) {
    OutTable list;
    list.name = name;
    auto const text = [](std::optional<std::string> const& t) { return t.value_or(""); };
    auto const states = [&] {
        auto const source = company_source(reader, moment);
        std::vector<PoolState> all;
        for (auto const& p : reader.pools()) all.push_back(pool_state(reader, *source, p, moment));
        return all;
    };
    auto const e = arg("enterprise", reader.enterprise());
    if (name == "sites") {
        list.headings = {"site", "name", "province", "water_source", "licence", "latitude", "longitude"};
        for (auto const& s : reader.sites())
            list.rows.push_back(cells({s.site.text, s.name, text(s.province), text(s.water_source), text(s.licence), s.latitude ? fmt::format("{}", *s.latitude) : "", s.longitude ? fmt::format("{}", *s.longitude) : ""}));
    } else if (name == "pools" || name == "stock") {
        list.headings = {"pool", "site", "pool_kind", "volume_l", "heads", "heads_low", "heads_high", "tagged", "mean_g", "biomass_kg", "biomass_kg_low", "biomass_kg_high", "density_kg_m3", "temperature_c"};
        for (auto const& p : states())
            list.rows.push_back(cells({p.pool.pool.text, p.pool.site.text, p.pool.pool_kind, p.pool.volume_ml ? std::to_string(p.pool.volume_ml->n / 1000) : "", std::to_string(p.heads.value), std::to_string(p.heads.low),
                                 std::to_string(p.heads.high), std::to_string(p.tagged), p.mean_mg ? fmt::format("{:.1f}", static_cast<double>(p.mean_mg->value) / 1e3) : "",
                                 p.biomass_mg ? fmt::format("{:.3f}", static_cast<double>(p.biomass_mg->value) / 1e6) : "", p.biomass_mg ? fmt::format("{:.3f}", static_cast<double>(p.biomass_mg->low) / 1e6) : "",
                                 p.biomass_mg ? fmt::format("{:.3f}", static_cast<double>(p.biomass_mg->high) / 1e6) : "", p.density_kg_m3 ? fmt::format("{:.2f}", *p.density_kg_m3) : "",
                                 p.temperature_mc ? fmt::format("{:.1f}", static_cast<double>(*p.temperature_mc) / 1e3) : ""}));
    } else if (name == "cohorts") {
        list.headings = {"cohort", "species", "year_class", "heads", "tagged", "mean_g", "biomass_kg", "pools"};
        auto const all = states();
        auto sums = sums_by_cohort(all);
        for (auto const& c : reader.cohorts()) {
            auto const& s = sums[c.cohort.text];
            auto const mean = s.sum.mean_mg();
            auto const mass = s.sum.biomass_mg();
            list.rows.push_back(cells({c.cohort.text, c.species, std::to_string(c.year_class), std::to_string(s.sum.heads), std::to_string(s.sum.tagged), mean ? fmt::format("{:.1f}", static_cast<double>(mean->value) / 1e3) : "",
                                 mass ? fmt::format("{:.3f}", static_cast<double>(mass->value) / 1e6) : "", std::to_string(s.pools)}));
        }
    } else if (name == "fish") {
        list.headings = {"fish", "tag", "cohort", "pool", "state", "sex", "stage", "weight_g"};
        auto after = FishId{};
        for (;;) {
            auto const rows = reader.db().rows<FishRow>(sql::all[sql::fish_after], e, arg("after", after.n), arg("limit", std::int64_t{5'000}));
            for (auto const& f : rows) {
                auto const stay = f.state == 0 ? reader.stay(f.fish, moment.at) : std::nullopt;
                auto const w = stay ? weight_on(reader, *stay, moment.day) : std::nullopt;
                list.rows.push_back(cells({pit_tag_text(f.fish), pit_tag_text(f.tag), f.cohort, f.pool, state_word(f.state), text(f.sex), text(f.stage), w ? fmt::format("{:.0f}", static_cast<double>(w->value) / 1e3) : ""}));
                after = f.fish;
            }
            if (rows.size() < 5'000) break;
        }
    } else if (name == "round") {
        list.headings = {"pool", "site", "seen", "heads", "temperature_c", "oxygen_mg_l", "last_seen_at"};
        for (auto const& p : states())
            if (p.book != 0 || p.seen_that_day)
                list.rows.push_back(cells({p.pool.pool.text, p.pool.site.text, p.seen_that_day ? "yes" : "no", std::to_string(p.book), p.temperature_mc ? fmt::format("{:.1f}", static_cast<double>(*p.temperature_mc) / 1e3) : "",
                                     p.oxygen_ug_l ? fmt::format("{:.1f}", static_cast<double>(*p.oxygen_ug_l) / 1e3) : "", p.last_seen_at ? text_of(*p.last_seen_at) : ""}));
    } else if (name == "differences") {
        list.headings = {"pool", "site", "at", "counted", "expected", "expected_low", "expected_high", "difference", "probability", "explained", "open"};
        for (auto const& p : states())
            for (auto const& d : p.differences)
                list.rows.push_back(cells({d.pool, d.site, text_of(d.at), std::to_string(d.counted), std::to_string(d.expected.value), std::to_string(d.expected.low), std::to_string(d.expected.high), std::to_string(d.difference),
                                     fmt::format("{:.4g}", d.probability), std::to_string(d.explained), d.open ? "yes" : "no"}));
    } else if (name == "facts") {
        list.headings = {"seq", "id", "kind", "act", "happened_at", "recorded_at", "author", "says", "body"};
        std::int64_t after = 0;
        for (;;) {
            auto const facts = store::facts_after(reader.db(), reader.enterprise(), after, 5'000);
            for (auto const& f : facts) {
                list.rows.push_back(cells({std::to_string(f.seq), f.id.text(), f.kind, act_word(f.act), text_of(f.happened_at), text_of(f.recorded_at), f.author, says(f, reader.branches()), f.body}));
                after = f.seq;
            }
            if (facts.size() < 5'000 || list.rows.size() > 1'000'000) break;
        }
    } else {
        return refuse("list_not_found", "There is no list \"" + name + "\"; the lists are pools, fish, cohorts, sites, stock, facts, round and differences.", "list");
    }
    return list;
}

} // namespace osetra::farm
