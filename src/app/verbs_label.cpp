#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <ostream>

#include "app/plain_files.h"
#include "app/verbs_line.h"
#include "kernel/csv.h"
#include "processing/cases.h"
#include "processing/label_content_sql.h"
#include "processing/label_register_sql.h"
#include "processing/labels/print.h"

namespace osetra::app {
namespace {

using namespace processing;
using labels::Design;
using labels::Drawing;
using labels::LabelContent;
using std::string;

Result<Design> design_of(Context const& c, LabelVerb const& o) {
    std::optional<Design> design;
    for (auto const& d : labels::known_designs())
        if (d.name == o.design) design = d;
    if (!design) {
        if (o.design.find('.') == string::npos && o.design.find('/') == string::npos) return refuse("design_not_found", o.design + " is no design: `osetra label designs` lists them; a file of your own is named by its path.", "design");
        auto const text = OSETRA_TRY(bytes_of(c, o.design));
        design = OSETRA_TRY(labels::read_design(text));
    }
    if (!o.size.empty()) {
        char* end = nullptr;
        design->width_mm = std::strtod(o.size.c_str(), &end);
        design->height_mm = *end == 'x' ? std::strtod(end + 1, &end) : 0;
    }
    if (!o.languages.empty()) design->languages = o.languages;
    OSETRA_TRY(labels::check_design(*design));
    return *design;
}

/// Fields of a label by the heading of their column. Weights and shares may be told as people write them: net_g, salt_percent.
struct Cells final : FieldReader {
    std::map<string, string> const& cells;
    string where;
    std::optional<Refusal> refusal;
    Cells(std::map<string, string> const& all, string place) : cells(all), where(std::move(place)) {}
    string const& text(char const* name) { return cells.at(name); }
    void bad(char const* name, char const* what) { if (!refusal) refusal = Refusal{"number_malformed", fmt::format("{} is not {}.", text(name), what), where + " " + name}; }
    bool has(char const* name) override { auto const at = cells.find(name); return at != cells.end() && !at->second.empty(); }
    void get(char const* name, std::int64_t& v) override {
        auto const& t = text(name);
        if (t.size() > 15 || !std::all_of(t.begin(), t.end(), [](char ch) { return ch >= '0' && ch <= '9'; })) bad(name, "a whole number");
        else v = std::stoll(t);
    }
    void get(char const* name, double& v) override {
        char* end = nullptr;
        v = std::strtod(text(name).c_str(), &end);
        if (*end != 0) bad(name, "a number");
    }
    void get(char const* name, string& v) override { v = text(name); }
    void get_flag(char const* name, bool& v) override { v = text(name) == "yes" || text(name) == "true" || text(name) == "1"; }
    void get_day(char const* name, FarmDay& v) override {
        auto const day = parse_day(text(name));
        if (day) v = *day;
        else bad(name, "a day like 2026-03-14");
    }
};

Result<std::vector<LabelContent>> contents_of(Context const& c, string const& path) {
    auto const text = OSETRA_TRY(bytes_of(c, path));
    auto const table = OSETRA_TRY(read_csv(text, path));
    std::vector<LabelContent> all;
    std::vector<string> heading;
    if (!table.sheets.empty())
        for (auto const& row : table.sheets.front().rows) {
            if (heading.empty()) {
                for (auto const& cell : row.cells) heading.push_back(cell.text);
                continue;
            }
            std::map<string, string> cells;
            for (std::size_t i = 0; i < std::min(heading.size(), row.cells.size()); ++i) cells[heading[i]] = row.cells[i].text;
            auto const thousand = [&](char const* told, char const* kept) {
                if (auto const at = cells.find(told); at != cells.end() && !at->second.empty())
                    if (auto const number = parse_decimal(at->second, DecimalMark::point)) cells[kept] = fmt::format("{:.0f}", 1000 * std::strtod(at->second.c_str(), nullptr));
            };
            thousand("net_g", "net_mg");
            thousand("salt_percent", "salt_per_100k");
            Cells in{cells, fmt::format("{} row {}", path, row.number)};
            LabelContent content;
            visit_fields(content, [&](char const* name, auto& value) { if (in.has(name)) get(in, name, value); });
            if (in.refusal) return tl::unexpected(*in.refusal);
            all.push_back(std::move(content));
        }
    if (all.empty()) return refuse("label_none", "The file has no rows: its first line names the columns (label, gtin, serial, net_g, best_before_on, ...), each further line is a label.", path);
    return all;
}

Result<std::vector<Drawing>> drawings(std::vector<LabelContent> const& contents, Design const& design, std::set<string> const& confirmed) {
    paper::Glyphs const glyphs;
    std::vector<Drawing> all;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        auto drawn = labels::draw(contents[i], design, glyphs, confirmed);
        if (!drawn) return refuse(drawn.error().code, contents.size() == 1 ? drawn.error().message : fmt::format("Label {}: {}", i + 1, drawn.error().message), drawn.error().at);
        all.push_back(std::move(*drawn));
    }
    return all;
}

Result<Done> print_out(Context const& c, LabelVerb const& o, std::vector<Drawing> const& all) {
    if (o.format == "pdf") {
        std::optional<labels::Sheet> sheet;
        if (o.sheet == "a4") sheet.emplace();
        if (o.sheet == "letter") sheet = labels::Sheet{215.9, 279.4, 8, 2};
        auto const pdf = OSETRA_TRY(labels::pdf_of(all, sheet));
        OSETRA_TRY(write(c, o.out, pdf));
    } else if (o.format == "zpl") {
        labels::Zpl how;
        how.dots_per_mm = o.dpi == 300 ? 12 : 8;
        if (o.dots) how.letters = how.codes = labels::Printers::dots;
        OSETRA_TRY(write(c, o.out, labels::zpl_of(all, how)));
    } else {
        paper::Glyphs const glyphs;
        string out;
        for (auto const& d : all) out += labels::svg_of(d, glyphs) + "\n";
        OSETRA_TRY(write(c, o.out, out));
    }
    if (!o.out.empty() && o.out != "-") c.io.out << fmt::format("{} label{} written to {}\n", all.size(), all.size() == 1 ? "" : "s", o.out);
    return Done{};
}

struct Opened {
    Company company;
    LabelRegister labels;
};
Result<Opened> open_register(Context const& c) {
    auto company = OSETRA_TRY(open_company(c));
    auto& db = *company.db;
    auto const enterprise = company.record.enterprise;
    return Opened{std::move(company), LabelRegister{db, enterprise}};
}

} // namespace

Result<Done> label_print(Context const& c, LabelVerb const& o) {
    auto const design = OSETRA_TRY(design_of(c, o));
    auto const contents = OSETRA_TRY(contents_of(c, o.file));
    auto const all = OSETRA_TRY(drawings(contents, design, {o.confirmed.begin(), o.confirmed.end()}));
    return print_out(c, o, all);
}

Result<Done> label_check(Context const& c, LabelVerb const& o) {
    std::optional<Refusal> first;
    for (auto const& text : o.words) {
        auto const read = labels::parse_cites(text, o.pressed ? labels::Pressed::yes : labels::Pressed::no);
        if (!read) {
            c.io.out << fmt::format("{}  {}: {}\n", text, read.error().code, read.error().message);
            if (!first) first = read.error();
            continue;
        }
        auto const printable = labels::may_print(*read, {o.confirmed.begin(), o.confirmed.end()});
        c.io.out << fmt::format("{}  {}, source {}, {} {}, plant {}, lot {}{}\n", text, labels::species_name(*read, labels::Language::en), read->source, read->country, read->year, read->plant, read->lot,
                                printable ? "" : "; the code is to be confirmed before it is printed");
    }
    if (first) return tl::unexpected(*first);
    return Done{};
}

Result<Done> label_repacked(Context const& c, LabelVerb const& o) {
    auto const original = OSETRA_TRY(labels::parse_cites(o.words.front()));
    c.io.out << OSETRA_TRY(labels::repacked(original, {o.year, o.country, o.plant, o.lot})).text() << '\n';
    return Done{};
}

Result<Done> label_designs(Context const& c, LabelVerb const&) {
    for (auto const& d : labels::known_designs()) {
        string codes, languages;
        for (auto const& one : d.codes) codes += (codes.empty() ? "" : ", ") + one;
        for (auto const& one : d.languages) languages += (languages.empty() ? "" : ",") + one;
        c.io.out << fmt::format("{:<16} {:g} x {:g} mm  {:<14} {}\n", d.name, d.width_mm, d.height_mm, languages, codes);
    }
    return Done{};
}

Result<Done> label_codes(Context const& c, LabelVerb const&) {
    for (auto const& s : labels::SpeciesCodes::known().all()) c.io.out << fmt::format("{}  {:<34} {:<3} {}\n", s.code, s.latin, s.appendix, s.seen ? "" : "to be confirmed before print");
    return Done{};
}

Result<Done> label_issue(Context const& c, LabelVerb const& o) {
    auto opened = OSETRA_TRY(open_register(c));
    auto const now = c.clock.now();
    LabelWish wish{o.words, o.lot.empty() ? std::nullopt : std::optional{o.lot}, o.net_mg, o.count, o.series, OSETRA_TRY(design_of(c, o)), o.storage.empty() ? std::nullopt : std::optional{o.storage}};
    auto const runs = OSETRA_TRY(issue_labels(opened.company.reader(), opened.labels, wish, author(), now));
    std::vector<Drawing> all;
    for (auto const& run : runs) {
        auto part = OSETRA_TRY(drawings_of(opened.labels, {run.series, run.first}, run.last - run.first + 1));
        std::move(part.begin(), part.end(), std::back_inserter(all));
    }
    for (auto const& run : runs) OSETRA_TRY(opened.labels.print({run.series, run.first}, run.last - run.first + 1, author(), now));   // before a file is there, so that none is printed twice
    OSETRA_TRY(print_out(c, o, all));
    if (!o.out.empty() && o.out != "-") c.io.out << fmt::format("{} to {}\n", LabelName{o.series, runs.front().first}.text(), LabelName{o.series, runs.back().last}.text());
    return Done{};
}

Result<Done> label_apply(Context const& c, LabelVerb const& o) {
    auto opened = OSETRA_TRY(open_register(c));
    auto const name = OSETRA_TRY(LabelName::parse(o.words.at(0)));
    auto const& tin = o.words.size() > 1 ? o.words[1] : o.words[0];
    if (!knows_tin(opened.company.reader(), tin)) return refuse("tin_not_found", "There is no tin " + tin + "; close it first.", "tin");
    OSETRA_TRY(opened.labels.apply(name, tin, author(), c.clock.now()));
    c.io.out << name.text() << " is on tin " << tin << '\n';
    return Done{};
}

Result<Done> label_end(Context const& c, LabelVerb const& o, bool spoiled) {
    auto opened = OSETRA_TRY(open_register(c));
    for (auto const& text : o.words) {
        auto const name = OSETRA_TRY(LabelName::parse(text));
        OSETRA_TRY(spoiled ? opened.labels.spoil(name, o.reason, author(), c.clock.now()) : opened.labels.cancel(name, o.reason, author(), c.clock.now()));
        c.io.out << name.text() << (spoiled ? " is spoiled" : " is void") << '\n';
    }
    return Done{};
}

Result<Done> label_list(Context const& c, LabelVerb const& o) {
    auto opened = OSETRA_TRY(open_register(c));
    auto const state = o.state.empty() ? std::nullopt : std::optional{o.state};
    LabelName after;
    if (!o.after.empty()) after = OSETRA_TRY(LabelName::parse(o.after));
    auto const all = opened.labels.list(state, after, o.limit);
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.begin_array("labels");
        for (auto const& one : all) out.record(nullptr, one);
        out.end_array();
        out.end_object();
        c.io.out << out.take() << '\n';
        return Done{};
    }
    for (auto const& one : all) c.io.out << fmt::format("{}  {:<8} {:<20} {}\n", one.name(), one.state, one.tin.value_or(""), text_of(one.changed_at));
    for (auto const& n : opened.labels.counts()) c.io.out << fmt::format("{} {}: {}\n", n.series, n.state, n.labels);
    return Done{};
}

Result<Done> label_show(Context const& c, LabelVerb const& o) {
    auto opened = OSETRA_TRY(open_register(c));
    auto const name = OSETRA_TRY(LabelName::parse(o.words.front()));
    auto const label = opened.labels.find(name);
    if (!label) return refuse("label_not_found", "No label " + name.text() + " was ever issued.", "number");
    auto const run = opened.labels.run_of(*label);
    auto const content = OSETRA_TRY(numbered(*run, name.number));
    c.io.out << fmt::format("{}  {}{}\n{}\n", name.text(), label->state, label->tin ? ", tin " + *label->tin : "", content.label);
    for (auto const& act : opened.labels.acts(name))
        c.io.out << fmt::format("{}  {:<8} by {}{}{}\n", text_of(act.acted_at), act.state, act.author, act.tin ? ", tin " + *act.tin : "", act.reason ? ": " + *act.reason : "");
    return Done{};
}

Result<Done> label_case(Context const& c, LabelVerb const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    auto const label = OSETRA_TRY(label_of_case(company.reader(), o.words.front(), company.record.name));
    return print_out(c, o, {OSETRA_TRY(unit_drawing(label))});
}

Result<Done> label_confirm(Context const& c, LabelVerb const& o) {
    auto opened = OSETRA_TRY(open_register(c));
    OSETRA_TRY(opened.labels.confirm(o.words.front(), o.source, author(), c.clock.now()));
    c.io.out << o.words.front() << " may be printed from now on\n";
    return Done{};
}

Result<Done> label_verify(Context const& c, LabelVerb const&) {
    auto opened = OSETRA_TRY(open_register(c));
    c.io.out << fmt::format("{} labels, each number once, none missing\n", OSETRA_TRY(opened.labels.verify()));
    return Done{};
}

} // namespace osetra::app
