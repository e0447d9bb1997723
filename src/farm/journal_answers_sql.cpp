#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <set>

#include "farm/answer_parts.h"
#include "farm/farm_sql.h"

namespace osetra::farm {
namespace {

using store::arg;

struct SubjectName { std::string subject; };
template <Is<SubjectName> X> void visit_fields(X& x, auto f) { f("subject", x.subject); }

std::string grams_text(std::int64_t mg) {
    if (mg >= 10'000'000) return fmt::format("{:.1f} kg", static_cast<double>(mg) / 1e6);
    if (mg >= 1'000'000) return fmt::format("{:.2f} kg", static_cast<double>(mg) / 1e6);
    if (mg >= 100'000) return fmt::format("{:.0f} g", static_cast<double>(mg) / 1e3);
    return fmt::format("{:.3g} g", static_cast<double>(mg) / 1e3);
}

std::string fish_names(std::vector<FishId> const& fish) {
    if (fish.size() == 1) return "Fish " + pit_tag_text(fish.front());
    return fmt::format("{} tagged fish", fish.size());
}

/// Says in words what a body tells; one operator() a kind.
struct Sayer {
    std::string operator()(SiteRegistered const& b) const { return fmt::format("Site {} registered: {}{}.", b.site.text, b.name, b.province ? ", " + *b.province : ""); }
    std::string operator()(PoolRegistered const& b) const { return fmt::format("Pool {} registered at {}: {}{}.", b.pool.text, b.site.text, b.pool_kind, b.closed.value_or(false) ? ", closed" : ""); }
    std::string operator()(CohortRegistered const& b) const { return fmt::format("Cohort {} registered: {} of year class {}.", b.cohort.text, b.species, b.year_class); }
    std::string operator()(Stocked const& b) const { return fmt::format("{} {} stocked into {}{}.", b.heads.n, b.cohort.text, b.pool.text, b.mean_mg ? " at " + grams_text(b.mean_mg->n) : ""); }
    std::string operator()(Moved const& b) const {
        auto const who = b.fish.empty() ? fmt::format("{} {}", b.heads.value_or(Heads{}).n, b.cohort.value_or(CohortId{}).text) : fish_names(b.fish);
        return fmt::format("{} moved {}to {}{}.", who, b.from ? "from " + b.from->text + " " : "", b.to.text, b.reason ? " (" + *b.reason + ")" : "");
    }
    std::string operator()(Regrouped const& b) const { return fmt::format("{} fish in {} counted as {} instead of {}.", b.heads.n, b.pool.text, b.to_cohort.text, b.cohort.text); }
    std::string operator()(Tagged const& b) const { return fmt::format("Fish {} of {} tagged in {}{}{}.", pit_tag_text(b.fish), b.cohort.text, b.pool.text, b.weight_mg ? ", " + grams_text(b.weight_mg->n) : "", b.sex ? ", " + *b.sex : ""); }
    std::string gone(std::optional<PoolId> const& pool, std::optional<CohortId> const& cohort, std::optional<Heads> const& heads, std::vector<FishId> const& fish, std::string const& how) const {
        if (!fish.empty()) return fmt::format("{} {}.", fish_names(fish), how);
        return fmt::format("{} {} in {} {}.", heads.value_or(Heads{}).n, cohort.value_or(CohortId{}).text, pool.value_or(PoolId{}).text, how);
    }
    std::string operator()(Died const& b) const { return gone(b.pool, b.cohort, b.heads, b.fish, "died: " + b.cause); }
    std::string operator()(Escaped const& b) const { return gone(b.pool, b.cohort, b.heads, b.fish, "escaped"); }
    std::string operator()(Harvested const& b) const { return gone(b.pool, b.cohort, b.heads, b.fish, "harvested" + (b.purpose ? " for " + *b.purpose : std::string{}) + (b.total_mg ? ", " + grams_text(b.total_mg->n) : "")); }
    std::string operator()(SampleWeighed const& b) const { return fmt::format("{} {} in {} weighed {} together, {} each.", b.heads.n, b.cohort.text, b.pool.text, grams_text(b.total_mg.n), grams_text(b.total_mg.n / b.heads.n)); }
    std::string operator()(Measured const& b) const {
        return fmt::format("Fish {} measured{}{}{}{}{}.", pit_tag_text(b.fish), b.weight_mg ? ", " + grams_text(b.weight_mg->n) : "", b.length_mm ? fmt::format(", {} cm", static_cast<double>(b.length_mm->n) / 10) : "",
                           b.sex ? ", " + *b.sex : "", b.stage ? ", stage " + *b.stage : "", b.health ? ", " + *b.health : "");
    }
    std::string operator()(Retagged const& b) const { return fmt::format("Fish {} carries the new tag {}.", pit_tag_text(b.fish), pit_tag_text(b.new_tag)); }
    std::string operator()(Counted const& b) const { return fmt::format("{} counted in {} by {}{}.", b.heads.n, b.pool.text, b.method == "by_weight" ? "weight" : b.method, b.low ? fmt::format(" (95 % {} to {})", b.low->n, b.high->n) : ""); }
    std::string operator()(Adjusted const& b) const { return fmt::format("Book of {} in {} mended by {:+}: {}.", b.cohort.text, b.pool.text, b.heads.n, b.cause); }
    std::string operator()(Fed const& b) const { return fmt::format("{} fed to {}{}.", grams_text(b.feed_mg.n), b.pool.text, b.feed ? " of " + *b.feed : ""); }
    std::string operator()(Treated const& b) const { return fmt::format("{} treated with {}; no harvest for {} days.", b.pool ? b.pool->text : fish_names(b.fish), b.product, b.withdrawal_days); }
    std::string operator()(WaterMeasured const& b) const {
        return fmt::format("Water of {}:{}{}{}.", b.pool ? b.pool->text : b.site.value_or(SiteId{}).text, b.temperature_mc ? fmt::format(" {:.1f} °C", static_cast<double>(b.temperature_mc->n) / 1000.0) : "",
                           b.oxygen_ug_l ? fmt::format(" {:.1f} mg/L oxygen", static_cast<double>(*b.oxygen_ug_l) / 1000.0) : "", b.ph_milli ? fmt::format(" pH {:.2f}", static_cast<double>(*b.ph_milli) / 1000.0) : "");
    }
    std::string operator()(RoundDone const& b) const {
        return fmt::format("{} seen{}{}{}{}.", b.pool.text, b.deaths && b.deaths->n > 0 ? fmt::format(", {} dead", b.deaths->n) : "", b.feed_mg ? ", " + grams_text(b.feed_mg->n) + " fed" : "",
                           b.temperature_mc ? fmt::format(", {:.1f} °C", static_cast<double>(b.temperature_mc->n) / 1000.0) : "", b.oxygen_ug_l ? fmt::format(", {:.1f} mg/L oxygen", static_cast<double>(*b.oxygen_ug_l) / 1000.0) : "");
    }
    std::string operator()(GrowthAdopted const& b) const { return fmt::format("{} adopts the growth coefficient {} for {} in stage {}.", b.site.text, b.tgc_micro, b.species, b.stage); }
    std::string operator()(AgesRead const& b) const { return fmt::format("{} fish of age {} read in {} ({}).", b.heads.n, b.age_years, b.year, b.series); }
    std::string operator()(Recaptured const& b) const { return fmt::format("Sample {} of {}: {} caught, {} of them marked.", b.sample, b.series, b.caught.n, b.recaptured.n); }
};

void fact_fields(JsonOut& out, Reader& reader, Fact const& f) {
    out.put_blob("id", f.id.raw());
    out.value("seq", f.seq);
    out.value("kind", f.kind);
    out.value("act", act_word(f.act));
    out.value("happened_at", f.happened_at);
    out.value("recorded_at", f.recorded_at);
    out.value("author", f.author);
    out.value("reason", f.reason);
    if (f.corrects) out.put_blob("corrects", f.corrects->raw());
    out.raw("body", f.body.empty() ? "{}" : f.body);
    // The last version of a chain is the one that holds; of the others it says what came over them.
    auto const versions = store::versions_of(reader.db(), reader.enterprise(), f.root());
    auto const last = versions.empty() || versions.back().id == f.id;
    out.value("holds", last && f.act != FactAct::withdraw);
    if (!last) {
        auto const& by = versions.back();
        out.begin_object("mended_by");
        out.value("act", act_word(by.act));
        out.value("author", by.author);
        out.value("recorded_at", by.recorded_at);
        out.value("reason", by.reason);
        out.end_object();
    }
    out.value("says", says(f, reader.branches()));
}

} // namespace

std::string says(Fact const& fact, Branches const& branches) {
    if (fact.act == FactAct::withdraw) return "Withdrawn: " + fact.reason + ".";
    auto const* kind = find_kind(fact.kind, branches);
    return kind ? kind->says(fact.body) : fact.kind;
}

std::vector<Kind> const& own_kinds() {
    static auto const all = [] {
        std::vector<Kind> kinds;
        each_kind([&]<class T>() { kinds.push_back(kind_of<T>([](T const& body) { return Sayer{}(body); })); });
        return kinds;
    }();
    return all;
}

void fact_row(JsonOut& out, Reader& reader, Fact const& f) {
    out.begin_object();
    fact_fields(out, reader, f);
    out.end_object();
}

/// Facts that speak of a subject up to a time, newest first.
std::vector<Fact> facts_back(Reader& reader, std::string const& subject, Instant from, Instant to, std::int64_t limit, bool only_holding) {
    std::vector<Fact> all;
    for (auto const& m : reader.db().rows<Seq>(sql::all[only_holding ? sql::mentions_back_holding : sql::mentions_back], arg("enterprise", reader.enterprise()),
                                               arg("subject", subject), arg("to", to), arg("from", from), arg("limit", limit)))
        if (auto fact = store::fact_at(reader.db(), reader.enterprise(), m.seq)) all.push_back(std::move(*fact));
    return all;
}

/// "pool:P1" as the web writes it, as the mention table has it.
Result<std::string> subject_key(std::string const& text, Branches const& branches) {
    auto const colon = text.find(':');
    auto const kind = text.substr(0, colon);
    auto const name = colon == std::string::npos ? std::string{} : text.substr(colon + 1);
    if (kind == "pool" || kind == "p") return "p:" + name;
    if (kind == "fish" || kind == "f") return "f:" + name;
    if (kind == "cohort" || kind == "c") return "c:" + name;
    if (kind == "site" || kind == "s") return "s:" + name;
    if (kind == "series" || kind == "y") return "y:" + name;
    for (auto const& branch : branches)
        for (auto const& word : branch.subject_words) if (kind == word) return text;
    return refuse("subject_unknown", "A subject is written pool:P1, fish:156000000000001, cohort:C, site:S or series:NAME.", "subject");
}

Result<std::string> facts_json(Reader& reader, FactsAsked const& ask) {
    std::vector<Fact> facts;
    std::optional<std::int64_t> next;
    auto const limit = std::clamp<std::int64_t>(ask.limit, 1, 500);
    auto const fits = [&](Fact const& f) {
        return (!ask.seen || ask.seen(f)) && (!ask.kind || f.kind == *ask.kind) && (!ask.from || f.happened_at >= *ask.from) && (!ask.to || f.happened_at <= *ask.to);
    };
    if (ask.subject) {
        auto const key = OSETRA_TRY(subject_key(*ask.subject, reader.branches()));
        // Newest first; a page goes on before the last fact of the page before it.
        auto to = ask.to.value_or(forever);
        if (ask.before)
            if (auto const last = store::fact_at(reader.db(), reader.enterprise(), *ask.before)) to = std::min(to, last->happened_at - Microseconds{1});
        for (auto& f : facts_back(reader, key, ask.from.value_or(Instant::min()), to, ask.kind || ask.seen ? 5'000 : limit + 1, false)) {
            if (!fits(f)) continue;
            if (static_cast<std::int64_t>(facts.size()) == limit) { next = facts.back().seq; break; }
            facts.push_back(std::move(f));
        }
    } else {
        auto before = ask.before.value_or(std::numeric_limits<std::int64_t>::max());
        for (int looked = 0; looked < 40 && static_cast<std::int64_t>(facts.size()) < limit; ++looked) {
            auto const rows = reader.db().rows<Seq>(sql::all[sql::facts_before], arg("enterprise", reader.enterprise()), arg("before", before), arg("limit", std::int64_t{500}));
            for (auto const& row : rows) {
                if (static_cast<std::int64_t>(facts.size()) == limit) break;
                before = row.seq;
                auto f = store::fact_at(reader.db(), reader.enterprise(), row.seq);
                if (f && fits(*f)) facts.push_back(std::move(*f));
            }
            if (rows.size() < 500) { before = 1; break; }
        }
        if (before > 1) next = before;
    }
    JsonOut out;
    out.begin_object();
    out.begin_array("facts");
    for (auto const& f : facts) fact_row(out, reader, f);
    out.end_array();
    maybe(out, "next", next);
    out.end_object();
    return out.take();
}

Result<std::string> fact_json(Reader& reader, FactId const& id) {
    auto const fact = store::fact_by_id(reader.db(), reader.enterprise(), id);
    if (!fact) return refuse("fact_not_found", "There is no such fact in the journal.", "id");
    JsonOut out;
    out.begin_object();
    fact_fields(out, reader, *fact);
    out.begin_array("chain");
    for (auto const& f : store::versions_of(reader.db(), reader.enterprise(), fact->root())) fact_row(out, reader, f);
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> why_json(Reader& reader, std::string const& figure, std::string const& subject, std::vector<std::string> const& sites, Moment const& moment) {
    static std::set<std::string_view> const figures{"heads", "biomass", "mean", "feed", "temperature", "density"};
    if (!figures.contains(figure)) return refuse("figure_unknown", "A figure is heads, biomass, mean, feed, temperature or density.", "figure");
    if (subject != "company:" && !subject.starts_with("pool:") && !subject.starts_with("fish:") && !subject.starts_with("cohort:") && !subject.starts_with("site:"))
        return refuse("subject_unknown", "A subject is written pool:P1, fish:156000000000001, cohort:C, site:S or company:.", "subject");
    auto const seen = [&](std::string const& site) { return sites.empty() || std::find(sites.begin(), sites.end(), site) != sites.end(); };
    JsonOut out;
    out.begin_object();
    out.value("figure", figure);
    out.value("subject", subject);
    as_of(out, moment);
    std::string formula;
    std::vector<std::pair<std::string, std::string>> steps;
    std::set<std::string> kinds;   // of facts that bear on it; empty: all
    std::string key;
    auto const with_interval = [](std::optional<Estimate> const& e, bool weight) {
        if (!e) return std::string{"not known: no fish of it was ever weighed"};
        return weight ? fmt::format("{} ({} to {})", grams_text(e->value), grams_text(e->low), grams_text(e->high)) : fmt::format("{} ({} to {})", e->value, e->low, e->high);
    };
    auto const source = source_for(reader, moment);
    auto const fish = subject.starts_with("fish:");
    if (fish) {
        auto const tag = OSETRA_TRY(parse_pit_tag(subject.substr(5)));
        auto const state = OSETRA_TRY(fish_state(reader, *source, tag, moment));
        key = subject_of(state.fish);
        put(out, "value", state.weight_mg);
        out.value("unit", "mg");
        formula = "Weight = (cube root of the last weighing + growth coefficient × degree-days since)³.";
        if (state.stay && state.stay->based_at) {
            auto const based = farm_day(*state.stay->based_at, reader.offset());
            steps.emplace_back("last weighed", text_of(based));
            steps.emplace_back("degree-days in " + state.pool + " since it came or was weighed", fmt::format("{:.0f}", static_cast<double>(reader.theta(state.pool, moment.day) - reader.theta(state.pool, std::max(based, farm_day(state.stay->from_at, reader.offset())))) / 1000.0));
        }
        steps.emplace_back("weight on " + text_of(moment.day), with_interval(state.weight_mg, true));
        kinds = {"tag", "measure", "move", "death", "harvest", "escape"};
    } else if (subject.starts_with("pool:")) {
        auto const name = subject.substr(5);
        auto const pool = OSETRA_TRY(need_pool(reader, name));
        auto const p = pool_state(reader, *source, pool, moment);
        key = "p:" + name;
        auto const book_steps = [&] {
            auto const& s = p.sums;
            auto const step = [&](char const* label, std::int64_t n, char sign) { if (n != 0) steps.emplace_back(label, fmt::format("{} {}", sign, std::abs(n))); };
            step("stocked", s.stocked, '+');
            step("moved in", s.moved_in, '+');
            step("moved out", s.moved_out, '-');
            step("dead", s.dead, '-');
            step("escaped", s.escaped, '-');
            step("harvested", s.harvested, '-');
            step("regrouped", s.regrouped, s.regrouped < 0 ? '-' : '+');
            step("differences explained", s.adjusted, s.adjusted < 0 ? '-' : '+');
            step("found (left without having come)", p.shortfall, '+');
            steps.emplace_back("book", fmt::format("= {}", p.book));
        };
        if (figure == "heads") {
            put(out, "value", p.heads);
            out.value("unit", "fish");
            formula = fmt::format("Heads = the book ({}), merged with the last counts by how sure each is; fish lost unseen widen the interval.", p.book);
            book_steps();
            for (auto const& c : source->counts(name, moment.at, 3)) steps.emplace_back("counted " + text_of(farm_day(c.at, reader.offset())) + " (" + c.method + ")", std::to_string(c.heads));
            steps.emplace_back("estimate (95 %)", with_interval(p.heads, false));
            kinds = {"stock", "move", "death", "escape", "harvest", "adjust", "count", "regroup", "tag", "round"};
        } else if (figure == "biomass" || figure == "mean" || figure == "density") {
            if (figure == "density") maybe(out, "value", p.density_kg_m3 ? std::optional<std::int64_t>{std::llround(*p.density_kg_m3 * 1000.0)} : std::nullopt);
            else put(out, "value", figure == "mean" ? p.mean_mg : p.biomass_mg);
            out.value("unit", figure == "density" ? "mg_per_l" : "mg");
            formula = figure == "mean" ? "Mean weight = cube root of the last weighings + growth coefficient × degree-days since, cubed; tagged fish each by its own."
                                       : figure == "biomass" ? "Biomass = heads × mean weight, with the errors of both." : "Density = biomass / volume.";
            for (auto const& g : p.groups) {
                steps.emplace_back(g.cohort, fmt::format("{} fish × {}", g.heads, with_interval(g.mean_mg, true)));
                if (auto const size = reader.size(name, g.cohort, moment.day); size && g.untagged > 0) steps.emplace_back("untagged " + g.cohort + " counted from the weighing of", text_of(size->based_day));
            }
            steps.emplace_back("heads (95 %)", with_interval(p.heads, false));
            steps.emplace_back("biomass (95 %)", with_interval(p.biomass_mg, true));
            if (p.density_kg_m3) steps.emplace_back("density", fmt::format("{:.2f} kg/m³", *p.density_kg_m3));
            kinds = {"weigh", "measure", "stock", "move", "tag", "growth"};
        } else if (figure == "feed") {
            std::int64_t feed = 0;
            for (auto const& d : reader.db().rows<PoolDay>(sql::all[sql::days], arg("enterprise", reader.enterprise()), arg("pool", name), arg("from", moment.day - 29), arg("to", moment.day))) feed += d.feed_mg;
            out.value("value", feed);
            out.value("unit", "mg");
            formula = "Feed given in the last 30 days, from rounds and feed records.";
            kinds = {"round", "feed"};
        } else {
            maybe(out, "value", p.temperature_mc);
            out.value("unit", "mc");
            formula = "Mean of the day's readings; the pool's own come before the site's.";
            if (p.temperature_on) steps.emplace_back("read on", text_of(*p.temperature_on));
            kinds = {"round", "water"};
        }
    } else if (subject.starts_with("cohort:")) {
        auto const name = subject.substr(7);
        if (!reader.cohort(name)) return refuse("cohort_not_found", "There is no cohort \"" + name + "\".", "subject");
        key = "c:" + name;
        std::vector<PoolState> states;
        for (auto const& pool : reader.pools()) {
            if (!seen(pool.site.text)) continue;
            auto const groups = source->groups(pool.pool.text, moment.day);
            auto const here = std::find_if(groups.begin(), groups.end(), [&](auto const& g) { return g.cohort == name && g.heads() != 0; });
            if (here == groups.end()) continue;
            states.push_back(pool_state(reader, *source, pool, moment));
            steps.emplace_back(pool.pool.text, fmt::format("{} fish", here->heads()));
        }
        auto const sum = sums_by_cohort(states)[name].sum;
        if (figure == "heads") put(out, "value", sum.heads_estimate()); else put(out, "value", figure == "mean" ? sum.mean_mg() : sum.biomass_mg());
        out.value("unit", figure == "heads" ? "fish" : "mg");
        formula = "The sum of the cohort over all pools: each pool's book and mean weight, with their errors.";
        kinds = {"stock", "move", "death", "escape", "harvest", "adjust", "weigh", "regroup", "cohort"};
    } else {   // a site, or the whole company: the pools that make it up
        auto const site = subject.starts_with("site:") ? std::optional{subject.substr(5)} : std::nullopt;
        if (site && !reader.site(*site)) return refuse("site_not_found", "There is no site \"" + *site + "\".", "subject");
        key = site ? "s:" + *site : "";
        Sum sum;
        std::map<std::string, Sum> parts;
        for (auto const& pool : reader.pools()) {
            if ((site && pool.site.text != *site) || !seen(pool.site.text)) continue;
            auto const p = pool_state(reader, *source, pool, moment);
            sum.add(p);
            if (p.book != 0) parts[site ? pool.pool.text : pool.site.text].add(p);
        }
        auto const heads = figure == "heads";
        auto const weight = [&](Sum const& of) { return figure == "mean" ? of.mean_mg() : of.biomass_mg(); };
        if (heads) put(out, "value", sum.heads_estimate()); else put(out, "value", weight(sum));
        out.value("unit", heads ? "fish" : "mg");
        formula = heads ? "The sum of the pools' estimates; their errors add up in squares."
                : figure == "mean" ? "Mean weight = the pools' biomass by their heads." : "The sum over pools of heads × mean weight; errors of weighing add up in squares, those of growth coefficients straight.";
        for (auto const& [name, part] : parts) steps.emplace_back(name, heads ? with_interval(part.heads_estimate(), false) : with_interval(weight(part), true));
    }
    out.value("formula", formula);
    out.begin_array("steps");
    for (auto const& [label, value] : steps) {
        out.begin_object();
        out.value("label", label);
        out.value("value", value);
        out.end_object();
    }
    out.end_array();
    out.begin_array("facts");
    auto more = false;
    if (!key.empty()) {
        std::int64_t given = 0;
        for (auto const& f : facts_back(reader, key, Instant::min(), moment.at, 3'000, true)) {
            if (!kinds.empty() && !kinds.contains(f.kind)) continue;
            if (figure == "heads" && f.kind == RoundDone::kind && f.body.find("\"deaths\":0") != std::string::npos) continue;
            if (figure == "heads" && f.kind == RoundDone::kind && f.body.find("\"deaths\"") == std::string::npos) continue;
            if (moment.known && f.recorded_at > *moment.known) continue;
            if (given++ == 50) { more = true; break; }
            fact_row(out, reader, f);
        }
    }
    out.end_array();
    out.value("more", more);
    out.end_object();
    return out.take();
}

std::string search_json(Reader& reader, std::string const& q, std::vector<std::string> const& sites) {
    auto const seen = [&](std::string const& site) { return sites.empty() || std::find(sites.begin(), sites.end(), site) != sites.end(); };
    JsonOut out;
    out.begin_object();
    out.begin_array("hits");
    std::int64_t given = 0;
    auto const lower = [](std::string s) {
        std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
        return s;
    };
    auto const wanted = lower(q);
    auto const hit = [&](char const* type, std::string const& id, std::string const& text) {
        if (++given > 40) return;
        out.begin_object();
        out.value("type", type);
        out.value("id", id);
        out.value("text", text);
        out.end_object();
    };
    if (!wanted.empty()) {
        for (auto const& s : reader.sites()) if (seen(s.site.text) && lower(s.site.text + " " + s.name).find(wanted) != std::string::npos) hit("site", s.site.text, s.name);
        for (auto const& p : reader.pools()) if (seen(p.site.text) && lower(p.pool.text + " " + p.name.value_or("")).find(wanted) != std::string::npos) hit("pool", p.pool.text, p.name.value_or(p.pool.text) + " · " + p.site.text);
        for (auto const& c : reader.cohorts()) if (lower(c.cohort.text + " " + c.name.value_or("")).find(wanted) != std::string::npos) hit("cohort", c.cohort.text, c.species + " " + std::to_string(c.year_class));
        if (wanted.size() <= 15 && std::all_of(wanted.begin(), wanted.end(), [](char c) { return c >= '0' && c <= '9'; }) && wanted.size() >= 3) {
            auto low = wanted, high = wanted;
            low.append(15 - wanted.size(), '0');
            high.append(15 - wanted.size(), '9');
            auto found = 0;
            for (auto const& f : reader.db().rows<FishRow>(sql::all[sql::fish_between], arg("enterprise", reader.enterprise()), arg("from", std::int64_t{std::stoll(low)}), arg("to", std::int64_t{std::stoll(high)}), arg("limit", std::int64_t{10}))) {
                ++found;
                auto const* pool = reader.pool(f.pool);
                if (pool && !seen(pool->site.text)) continue;
                hit("fish", pit_tag_text(f.fish), f.cohort + " · " + f.pool);
            }
            if (wanted.size() == 15 && found == 0)
                if (auto const renamed = reader.fish_by_tag(FishId{std::stoll(wanted)})) hit("fish", pit_tag_text(*renamed), "new tag " + wanted);
        }
    }
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::farm
