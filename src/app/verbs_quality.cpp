#include <fmt/core.h>
#include <fstream>
#include <ostream>
#include <sstream>

#include "app/text.h"
#include "app/verbs_line.h"
#include "kernel/fault.h"
#include "quality/answers.h"
#include "quality/papers.h"

namespace osetra::app {
namespace {

using quality::QualityStore;

QualityStore store_of(Company const& company) { return {*company.db, company.record.enterprise, company.offset(), company.reader().pack().code}; }

std::string list(JsonIn in, char const* name) {
    std::vector<std::string> all;
    if (in.has(name)) in.get_text_list(name, all);
    std::string out;
    for (auto const& one : all) out += (out.empty() ? "" : ", ") + one;
    return out;
}
bool yes(JsonIn in, char const* name) {
    auto v = false;
    if (in.has(name)) in.get_flag(name, v);
    return v;
}

std::string holds_table(JsonIn const& from, char const* name, FarmOffset offset) {
    TextTable table{{"Hold", "Put", "On", "Reason", "For", "State", ">Held"}};
    for (auto const& h : from.items(name))
        table.add({word(h, "hold"), local(h, "put_at", offset), word(h, "what") + " " + word(h, "thing"), word(h, "reason"), word(h, "markets").empty() ? "all" : word(h, "markets"), word(h, "state"),
                   whole_number(h, "held_mg") ? mass(number_or_0(h, "held_mg")) : ""});
    return table.empty() ? "" : table.text();
}

std::string overview_words(JsonIn const& o, FarmOffset offset) {
    auto text = fmt::format("{} of {} here is on hold, in {} lots; {} in {} lots may go.\n", mass(number_or_0(o, "held_mg")), mass(number_or_0(o, "here_mg")), number_or_0(o, "held_lots"),
                            mass(number_or_0(o, "free_mg")), number_or_0(o, "free_lots"));
    if (auto const holds = holds_table(o, "holds", offset); !holds.empty()) text += "\n" + holds;
    TextTable awaited{{"Sample", "Taken", "Of", "Laboratory", "Awaited"}};
    for (auto const& s : o.items("awaited")) awaited.add({word(s, "sample"), local(s, "at", offset), word(s, "what") + " " + word(s, "thing"), word(s, "laboratory"), list(s, "missing")});
    if (!awaited.empty()) text += "\n" + awaited.text();
    return text;
}

std::string lot_words(JsonIn const& l, FarmOffset offset) {
    auto text = fmt::format("Lot {}: {} here, {} on hold.\n", word(l, "lot"), mass(number_or_0(l, "here_mg")), mass(number_or_0(l, "held_mg")));
    text += holds_table(l, "holds", offset);
    TextTable table{{"Sample", "Tested", "Result", "Verdicts"}};
    for (auto const& s : l.items("samples")) {
        for (auto const& r : s.items("results")) {
            std::string verdicts;
            for (auto const& v : r.items("verdicts")) verdicts += (verdicts.empty() ? "" : ", ") + word(v, "market") + " " + word(v, "verdict") + " (" + word(v, "limit") + ")";
            table.add({word(s, "sample"), word(r, "analyte"), list(r, "values") + " " + word(r, "unit"), verdicts});
        }
        if (auto const open = list(s, "missing"); !open.empty()) table.add({word(s, "sample"), open, "awaited", ""});
    }
    if (!table.empty()) text += table.text();
    for (auto const& m : l.items("markets")) text += fmt::format("{}: {}\n", word(m, "market"), yes(m, "may") ? "a certificate may be issued" : word(m, "why"));
    return text;
}

std::string hold_words(JsonIn const& h, FarmOffset offset) {
    auto text = fmt::format("Hold {} on {} {}: {}, {}.\n", word(h, "hold"), word(h, "what"), word(h, "thing"), word(h, "reason"), word(h, "state"));
    for (auto const& d : h.items("decisions")) text += fmt::format("{}  {}  {}: {}\n", local(d, "at", offset), word(d, "by"), word(d, "decision"), word(d, "reason"));
    for (auto const& a : h.items("agreements")) text += fmt::format("{}  {}  agrees\n", local(a, "at", offset), word(a, "by"));
    for (auto const& l : h.items("lots")) text += fmt::format("lot {}: {} of {} here\n", word(l, "lot"), mass(number_or_0(l, "held_mg")), mass(number_or_0(l, "here_mg")));
    return text;
}

std::string rules_words(JsonIn const& r, FarmOffset) {
    TextTable table{{"Analyte", "Unit", "Market", "Limit", "Source"}};
    for (auto const& a : r.items("analytes")) {
        auto const limits = a.items("limits");
        if (limits.empty()) table.add({word(a, "code"), word(a, "unit"), "", "", ""});
        for (auto const& l : limits) table.add({word(a, "code"), word(a, "unit"), word(l, "market"), word(l, "limit"), word(l, "source")});
    }
    return table.text();
}

std::string inputs_words(JsonIn const& all, FarmOffset offset) {
    TextTable table{{"Input", "Article", "For", "Substances", "Forbidden by", "Used"}};
    for (auto const& i : all.items("inputs")) {
        std::string bans, uses;
        for (auto const& b : i.items("bans")) bans += (bans.empty() ? "" : ", ") + word(b, "programme") + (yes(b, "limited") ? " (within bounds)" : "");
        for (auto const& u : i.items("uses")) uses += (uses.empty() ? "" : "; ") + word(u, "pool") + " " + local(u, "at", offset) + (word(u, "hold").empty() ? "" : ", hold " + word(u, "hold") + " " + word(u, "hold_state"));
        table.add({word(i, "input"), word(i, "article"), word(i, "use"), list(i, "substances"), bans, uses});
    }
    return table.empty() ? "No inputs.\n" : table.text();
}

std::string ripe_words(JsonIn const& r, FarmOffset offset) {
    auto const fish = r.items("fish");
    auto text = fmt::format("{} of {} fish seen ripe may be harvested for roe.\n", number_or_0(r, "ready"), fish.size());
    TextTable table{{"Fish", "Pool", "Stage", "Seen", ">Days ago", "Why not"}};
    for (auto const& f : fish) table.add({word(f, "fish"), word(f, "pool"), word(f, "stage"), local(f, "stage_at", offset).substr(0, 10), counted(number_or_0(f, "days")), word(f, "why")});
    if (!table.empty()) text += table.text();
    return text;
}

std::string floors_of(JsonIn const& block) {
    std::string out;
    for (auto m : block.items("measures")) {
        if (!out.empty()) out += "; ";
        if (number_or_0(m, "n") == 0) { out += word(m, "measure") + " not measured"; continue; }
        double mean = 0;
        m.get("mean", mean);
        out += fmt::format("{} {:.4g} ({}){}", word(m, "measure"), mean, word(m, "floor"), yes(m, "held") ? "" : word(m, "reached").empty() ? " below" : " by " + word(m, "reached"));
    }
    return out;
}
std::string maturity_words(JsonIn const& all, FarmOffset offset) {
    auto const blocks = all.items("blocks");
    auto text = fmt::format("{} of {} blocks are ripe by their last sample.\n", number_or_0(all, "ripe"), blocks.size());
    TextTable table{{"Pack", "Grower", "Orchard", "Variety", "State", "Sampled", "Against the floors", "Ripe"}};
    for (auto const& b : blocks)
        table.add({word(b, "pack"), word(b, "grower"), word(b, "orchard"), word(b, "variety"), word(b, "state"), local(b, "at", offset).substr(0, 10), floors_of(b),
                   yes(b, "ripe") ? "since " + word(b, "ripe_since") : word(b, "ripe_on").empty() ? "" : "about " + word(b, "ripe_on")});
    if (!table.empty()) text += table.text();
    TextTable loads{{"Load", "Received", "Grower", "Orchard", "State", "Sample", "Why", "Hold"}};
    for (auto const& l : all.items("loads")) loads.add({word(l, "load"), local(l, "at", offset), word(l, "grower"), word(l, "orchard"), word(l, "state"), word(l, "sample"), word(l, "why"), word(l, "hold_state")});
    if (!loads.empty()) text += "\n" + loads.text();
    for (auto const& p : all.items("packs"))
        if (!yes(p, "gate")) text += fmt::format("Loads of {} are not held to its floors: osetra tell maturity_gate pack={}\n", word(p, "pack"), word(p, "pack"));
    return text;
}

Result<std::string> file_text(Context const& c, std::string const& path) {
    std::ostringstream text;
    if (path == "-") text << c.io.in.rdbuf();
    else {
        std::ifstream in{path, std::ios::binary};
        if (!in) return refuse("file_not_found", fmt::format("There is no file {}.", path), "FILE");
        text << in.rdbuf();
    }
    return std::move(text).str();
}

} // namespace

Result<Done> quality_overview(Context const& c) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    return print_answer(c, overview_json(store, c.clock.now()), company.offset(), overview_words);
}
Result<Done> quality_lot(Context const& c, QualityVerb const& v) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    return print_answer(c, lot_json(store, v.thing), company.offset(), lot_words);
}
Result<Done> quality_hold(Context const& c, QualityVerb const& v) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    return print_answer(c, hold_json(store, v.thing), company.offset(), hold_words);
}
Result<Done> quality_rules(Context const& c) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    return print_answer(c, rules_json(store), company.offset(), rules_words);
}
Result<Done> quality_inputs(Context const& c) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    return print_answer(c, inputs_json(store, c.clock.now()), company.offset(), inputs_words);
}
Result<Done> quality_ripe(Context const& c) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    return print_answer(c, ripe_json(store, company.reader(), c.clock.now()), company.offset(), ripe_words);
}

Result<Done> quality_maturity(Context const& c, std::string const& pack) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    return print_answer(c, maturity_json(store, pack, c.clock.now()), company.offset(), maturity_words);
}

Result<Done> quality_results(Context const& c, QualityVerb const& v) {
    auto const sheet = OSETRA_TRY(file_text(c, v.file));
    auto const rows = OSETRA_TRY(quality::read_sheet(sheet));
    auto const company = OSETRA_TRY(open_company(c));
    Ids ids{c.clock};
    std::vector<Fact> facts;
    for (auto const& row : rows) facts.push_back(farm::fact_of(ids.next(), author(), c.clock.now(), row.told));
    if (!v.dry_run) OSETRA_TRY(record_all(c, company, std::move(facts)));
    c.io.out << fmt::format("{} results {}.\n", rows.size(), v.dry_run ? "read; nothing was told" : "told");
    return Done{};
}

Result<Done> quality_certificate(Context const& c, QualityVerb const& v) {
    auto const company = OSETRA_TRY(open_company(c));
    auto store = store_of(company);
    auto made = OSETRA_TRY(quality::certifiable(store, v.what, v.thing, v.market));
    made.told.certificate = quality::next_certificate(store, c.clock.now());
    Ids ids{c.clock};
    OSETRA_TRY(record_all(c, company, {farm::fact_of(ids.next(), author(), c.clock.now(), made.told)}));
    c.io.out << fmt::format("Certificate {} issued for {} {}, {}: {} results.\n", made.told.certificate, v.what, v.thing, v.market, made.lines.size());
    if (v.file.empty()) return Done{};
    auto const issued = OSETRA_TRY(quality::certificate(store, made.told.certificate));
    std::ofstream out{v.file, std::ios::binary};
    out << quality::analysis_certificate(issued, company.record.name, company.record.simulated, company.offset(), v.address.empty() ? "" : v.address + "/coa/" + text_of(quality::link_of(company.record.enterprise, issued.fact, issued.told)));
    if (!out) throw Fault("cannot write " + v.file);
    return Done{};
}

} // namespace osetra::app
