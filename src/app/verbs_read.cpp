#include <fmt/core.h>
#include <fstream>
#include <iostream>
#include <map>

#include "app/branches.h"
#include "app/text.h"
#include "app/verbs.h"
#include "kernel/table.h"

namespace osetra::app {
namespace {

using farm::Moment;

/// A company, opened and asked of one moment.
struct Asked {
    Company company;
    Moment moment;
    std::vector<farm::PoolState> pools() const {
        std::vector<farm::PoolState> states;
        auto const source = farm::source_for(company.reader(), moment);
        for (auto const& pool : company.reader().pools()) states.push_back(farm::pool_state(company.reader(), *source, pool, moment));
        return states;
    }
};
Result<Asked> asked(Context const& c, When const& when) {
    Asked a;
    a.company = OSETRA_TRY(open_company(c));
    a.moment = OSETRA_TRY(moment_of(c, a.company.offset(), when.at, when.known));
    return a;
}

bool is_kind(std::string const& word) {
    return farm::find_kind(word, branches()) != nullptr;
}

std::string title(Company const& company, Moment const& m) {
    auto text = company.record.name + (company.record.simulated ? " (simulated)" : "") + ", as of " + local(m.at, company.offset());
    if (m.known) text += ", as known " + local(*m.known, company.offset());
    return text + "\n";
}

std::string labelled(std::vector<std::pair<std::string, std::string>> const& rows) {
    TextTable table{{"", ""}};
    for (auto const& [label, value] : rows)
        if (!value.empty()) table.add({label, value});
    auto const text = table.text();
    return text.substr(text.find('\n') + 1);
}

std::string conservation(JsonIn const& in) {
    auto const sums = in.child("conservation");
    if (!sums) return "";
    std::string text;
    for (auto const* name : {"stocked", "moved_in", "moved_out", "dead", "escaped", "harvested", "adjusted", "regrouped", "shortfall"})
        if (auto const n = number_or_0(*sums, name)) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", std::string_view{name} == "moved_in" ? "moved in" : std::string_view{name} == "moved_out" ? "moved out" : name, counted(n));
    return text;
}

std::string joined(JsonIn const& in, char const* list, char const* name = nullptr) {
    std::string text;
    for (auto const& item : in.items(list)) {
        auto one = name ? word(item, name) : item.dump();
        if (!name && one.size() >= 2 && one.front() == '"') one = one.substr(1, one.size() - 2);
        text += (text.empty() ? "" : ", ") + one;
    }
    return text;
}

std::string oxygen(JsonIn const& in) {
    auto const ug = whole_number(in, "oxygen_ug_l");
    return ug ? fmt::format("{:.1f} mg/L", static_cast<double>(*ug) / 1000) : "";
}
std::string warmth(JsonIn const& in) {
    auto const mc = whole_number(in, "temperature_mc");
    return mc ? celsius(*mc) : "";
}

std::string facts_table(std::vector<JsonIn> const& facts, FarmOffset offset) {
    TextTable table{{">seq", "happened", "kind", "author", "what", "id"}};
    for (auto const& f : facts) {
        auto kind = word(f, "kind");
        auto const act = word(f, "act");
        if (act != "tell") kind += " (" + act + ")";
        auto says = word(f, "says");
        bool holds = true;
        if (auto in = f; in.has("holds")) in.get_flag("holds", holds);
        if (act == "withdraw") holds = true;   // its words say all, with the reason
        if (!holds) says += " [no longer holds]";
        if (auto const reason = word(f, "reason"); !reason.empty() && act != "withdraw") says += " (" + reason + ")";
        table.add({counted(number_or_0(f, "seq")), local(f, "happened_at", offset), kind, word(f, "author"), says, word(f, "id")});
    }
    return table.empty() ? "no facts\n" : table.text();
}

} // namespace

Result<Done> show_day(Context const& c, When const& when) {
    auto a = OSETRA_TRY(asked(c, when));
    auto const json = farm::today_json(a.company.reader(), a.pools(), a.moment, a.company.record.simulated);
    return print_answer(c, json, [&](JsonIn const& in) {
        auto const round = in.child("round");
        auto text = title(a.company, a.moment);
        std::string missing;
        if (round) missing = joined(*round, "missing", "pool");
        auto const seen = round ? fmt::format("{} of {} pools seen", number_or_0(*round, "seen"), number_or_0(*round, "pools")) : "";
        text += labelled({{"fish", heads_estimate(in, "heads")},
                          {"biomass", mass_estimate(in, "biomass_mg")},
                          {"tagged", counted(number_or_0(in, "tagged"))},
                          {"ripe females", counted(number_or_0(in, "females_staged_ripe"))},
                          {"round", seen},
                          {"not seen", missing}});
        TextTable sites{{"site", "name", ">pools", ">seen", ">fish", ">biomass", ">water", "state"}};
        for (auto const& s : in.items("site_summary"))
            sites.add({word(s, "site"), word(s, "name"), counted(number_or_0(s, "pools")), counted(number_or_0(s, "seen")), heads_estimate(s, "heads"),
                       mass_estimate(s, "biomass_mg"), warmth(s), word(s, "worst")});
        if (!sites.empty()) text += "\n" + sites.text();
        TextTable exceptions{{"", "code", "site", "pool", "what"}};
        for (auto const& e : in.items("exceptions")) exceptions.add({word(e, "severity"), word(e, "code"), word(e, "site"), word(e, "pool"), word(e, "detail")});
        if (!exceptions.empty()) text += fmt::format("\nExceptions: {}\n", number_or_0(in, "exceptions_total")) + exceptions.text();
        return text;
    });
}

Result<Done> show_stock(Context const& c, When const& when, std::string const& by) {
    auto a = OSETRA_TRY(asked(c, when));
    auto const json = OSETRA_TRY(farm::stock_json(a.company.reader(), a.pools(), by, a.moment));
    return print_answer(c, json, [&](JsonIn const& in) {
        TextTable table{{by, ">fish", ">tagged", ">mean weight", ">biomass"}};
        auto const line = [&](std::string const& name, JsonIn const& row) {
            table.add({name, heads_estimate(row, "heads"), counted(number_or_0(row, "tagged")), mass_estimate(row, "mean_mg"), mass_estimate(row, "biomass_mg")});
        };
        for (auto const& row : in.items("rows")) line(word(row, "key"), row);
        if (auto const total = in.child("total")) line("total", *total);
        auto text = title(a.company, a.moment) + table.text();
        if (auto const sums = conservation(in); !sums.empty()) text += "since the beginning: " + sums + "\n";
        return text;
    });
}

Result<Done> show_pools(Context const& c, When const& when, std::string const& site) {
    auto a = OSETRA_TRY(asked(c, when));
    OSETRA_TRY(know_site(a.company, site));
    auto const json = farm::pools_json(a.company.reader(), a.pools(), site.empty() ? std::nullopt : std::optional{site}, std::nullopt);
    return print_answer(c, json, [&](JsonIn const& in) {
        TextTable table{{"pool", "site", "kind", ">fish", ">mean weight", ">biomass", ">water", "last seen", "state"}};
        for (auto const& p : in.items("pools"))
            table.add({word(p, "pool"), word(p, "site"), word(p, "pool_kind"), heads_estimate(p, "heads"), mass_estimate(p, "mean_mg"), mass_estimate(p, "biomass_mg"), warmth(p),
                       local(p, "last_seen_at", a.company.offset()), word(p, "worst")});
        return title(a.company, a.moment) + (table.empty() ? "no pools\n" : table.text());
    });
}

Result<Done> show_pool(Context const& c, When const& when, std::string const& pool) {
    auto a = OSETRA_TRY(asked(c, when));
    auto const json = OSETRA_TRY(farm::pool_json(a.company.reader(), pool, a.moment));
    return print_answer(c, json, [&](JsonIn const& in) {
        auto text = title(a.company, a.moment);
        auto const density = whole_number(in, "density_mg_per_l");
        text += labelled({{"pool", word(in, "pool") + (word(in, "name").empty() ? "" : " " + word(in, "name"))},
                          {"site", word(in, "site")},
                          {"kind", word(in, "pool_kind")},
                          {"fish", heads_estimate(in, "heads")},
                          {"book", counted(number_or_0(in, "book"))},
                          {"tagged", counted(number_or_0(in, "tagged"))},
                          {"mean weight", mass_estimate(in, "mean_mg")},
                          {"biomass", mass_estimate(in, "biomass_mg")},
                          {"density", density ? fmt::format("{:.1f} kg/m3", static_cast<double>(*density) / 1000) : ""},
                          {"water", warmth(in)},
                          {"oxygen", oxygen(in)},
                          {"last seen", local(in, "last_seen_at", a.company.offset())},
                          {"history", conservation(in)}});
        TextTable groups{{"cohort", "species", ">book", ">tagged", ">mean weight", ">biomass", "stage"}};
        for (auto const& g : in.items("occupants"))
            groups.add({word(g, "cohort"), word(g, "species"), counted(number_or_0(g, "heads")), counted(number_or_0(g, "tagged")), mass_estimate(g, "mean_mg"), mass_estimate(g, "biomass_mg"), word(g, "stage")});
        if (!groups.empty()) text += "\n" + groups.text();
        TextTable counts{{"counted", ">fish", "method", "author"}};
        for (auto const& k : in.items("counts")) counts.add({local(k, "at", a.company.offset()), counted(number_or_0(k, "heads")), word(k, "method"), word(k, "author")});
        if (!counts.empty()) text += "\n" + counts.text();
        TextTable differences{{"difference", ">counted", ">expected", ">difference", ">explained", "open"}};
        for (auto const& d : in.items("differences")) {
            auto open = false;
            if (auto flag = d; flag.has("open")) flag.get_flag("open", open);
            differences.add({local(d, "at", a.company.offset()), counted(number_or_0(d, "counted")), heads_estimate(d, "expected"), counted(number_or_0(d, "difference")),
                             counted(number_or_0(d, "explained")), open ? "open" : ""});
        }
        if (!differences.empty()) text += "\n" + differences.text();
        for (auto const& w : in.items("withdrawal")) text += "no harvest until " + word(w, "until_on") + ": " + word(w, "product") + "\n";
        if (auto const codes = joined(in, "exceptions"); !codes.empty()) text += "look at: " + codes + "\n";
        return text;
    });
}

Result<Done> show_fish(Context const& c, When const& when, std::string const& tag, bool epcis) {
    auto a = OSETRA_TRY(asked(c, when));
    auto const fish = OSETRA_TRY(parse_pit_tag(tag));
    if (epcis) {
        c.io.out << OSETRA_TRY(farm::history_epcis(a.company.reader(), fish, std::nullopt, std::nullopt, a.moment.at)) << '\n';
        return Done{};
    }
    auto const json = OSETRA_TRY(farm::fish_json(a.company.reader(), fish, a.moment));
    return print_answer(c, json, [&](JsonIn const& in) {
        auto const offset = a.company.offset();
        auto const length = whole_number(in, "length_mm");
        std::string ended;
        if (auto const end = in.child("ended")) ended = word(*end, "how") + " " + local(*end, "at", offset);
        auto text = title(a.company, a.moment);
        text += labelled({{"fish", word(in, "fish")},
                          {"tags", joined(in, "tags")},
                          {"cohort", word(in, "cohort")},
                          {"species", word(in, "species")},
                          {"year class", std::to_string(number_or_0(in, "year_class"))},
                          {"sex", word(in, "sex")},
                          {"state", word(in, "state")},
                          {"pool", word(in, "pool") + (word(in, "site").empty() ? "" : " (" + word(in, "site") + ")")},
                          {"weight", mass_estimate(in, "weight_mg")},
                          {"length", length ? fmt::format("{:.1f} cm", static_cast<double>(*length) / 10) : ""},
                          {"stage", word(in, "stage") + (word(in, "stage_at").empty() ? "" : " " + local(in, "stage_at", offset))},
                          {"health", word(in, "health")},
                          {"ended", ended}});
        TextTable life{{"pool", "site", "from", "to"}};
        for (auto const& s : in.items("life")) life.add({word(s, "pool"), word(s, "site"), local(s, "from_at", offset), local(s, "to_at", offset)});
        if (!life.empty()) text += "\n" + life.text();
        TextTable weights{{"weighed", ">weight", "author"}};
        for (auto const& w : in.items("weights")) weights.add({local(w, "at", offset), mass(number_or_0(w, "weight_mg")), word(w, "author")});
        if (!weights.empty()) text += "\n" + weights.text();
        for (auto const& w : in.items("withdrawal")) text += "no harvest until " + word(w, "until_on") + ": " + word(w, "product") + "\n";
        return text;
    });
}

Result<Done> show_why(Context const& c, When const& when, std::string const& figure, std::string const& subject) {
    auto a = OSETRA_TRY(asked(c, when));
    auto const json = OSETRA_TRY(farm::why_json(a.company.reader(), figure, subject, {}, a.moment));
    return print_answer(c, json, [&](JsonIn const& in) {
        auto text = title(a.company, a.moment) + word(in, "formula") + "\n";
        std::vector<std::pair<std::string, std::string>> steps;
        for (auto const& s : in.items("steps")) steps.emplace_back(word(s, "label"), word(s, "value"));
        if (!steps.empty()) text += labelled(steps) + "\n";
        if (in.items("facts").empty() && !steps.empty()) return text;
        return text + facts_table(in.items("facts"), a.company.offset());
    });
}

Result<Done> show_facts(Context const& c, FactsOptions const& o) {
    auto const company = OSETRA_TRY(open_company(c));
    auto const instant = [&](std::string const& text, bool end) -> Result<std::optional<Instant>> {
        if (text.empty()) return std::optional<Instant>{};
        if (auto const day = parse_day(text)) return std::optional{end ? end_of(*day, company.offset()) : start_of(*day, company.offset())};
        return std::optional{OSETRA_TRY(parse_instant(text, company.offset()))};
    };
    farm::FactsAsked ask;
    if (!o.subject.empty()) ask.subject = o.subject;
    if (!o.kind.empty()) {
        if (!is_kind(o.kind)) return refuse("kind_unknown", "\"" + o.kind + "\" is no kind of fact; osetra kinds lists them.", "kind");
        ask.kind = o.kind;
    }
    ask.from = OSETRA_TRY(instant(o.from, false));
    ask.to = OSETRA_TRY(instant(o.to, true));
    ask.limit = o.limit;
    if (o.before > 0) ask.before = o.before;
    auto const json = OSETRA_TRY(farm::facts_json(company.reader(), ask));
    return print_answer(c, json, [&](JsonIn const& in) {
        auto text = facts_table(in.items("facts"), company.offset());
        if (auto const next = whole_number(in, "next")) text += fmt::format("more: --before {}\n", *next);
        return text;
    });
}

Result<Done> show_kinds(Context const& c) {
    auto const json = farm::kinds_json(branches());
    return print_answer(c, json, [](JsonIn const& in) {
        TextTable table{{"kind", "fields (those in brackets may be left out)"}};
        for (auto const& k : in.items("kinds")) {
            std::string fields;
            for (auto f : k.items("form")) {
                auto required = false;
                if (f.has("required")) f.get_flag("required", required);
                fields += (fields.empty() ? "" : " ") + (required ? word(f, "name") : "[" + word(f, "name") + "]");
            }
            table.add({word(k, "kind"), fields});
        }
        return table.text();
    });
}

Result<Done> show_surveys(Context const& c) {
    auto const company = OSETRA_TRY(open_company(c));
    return print_answer(c, farm::surveys_json(company.reader()), [](JsonIn const& in) {
        std::string text;
        TextTable recaptures{{"mark-recapture series", ">samples", ">fish (95 % interval)", "method"}};
        for (auto const& r : in.items("recaptures")) recaptures.add({word(r, "series"), counted(number_or_0(r, "samples")), heads_estimate(r, "estimate"), word(r, "method")});
        if (!recaptures.empty()) text += recaptures.text();
        for (auto const& s : in.items("ages")) {
            TextTable ages{{">age", ">fish"}};
            for (auto const& row : s.items("rows")) ages.add({counted(number_or_0(row, "age_years")), counted(number_or_0(row, "heads"))});
            text += fmt::format("{}{} {}\n", text.empty() ? "" : "\n", word(s, "series"), number_or_0(s, "year")) + ages.text("  ");
        }
        return text.empty() ? std::string{"no surveys\n"} : text;
    });
}

Result<Done> show_gain(Context const& c, When const& when, std::string const& first, std::string const& site) {
    auto a = OSETRA_TRY(asked(c, when));
    OSETRA_TRY(know_site(a.company, site));
    auto const from = first.empty() ? a.moment.day - 364 : OSETRA_TRY(parse_day(first));
    auto const json = OSETRA_TRY(farm::gain_json(a.company.reader(), from, a.moment.day, site.empty() ? std::nullopt : std::optional{site}));
    return print_answer(c, json, [&](JsonIn const& in) {
        auto const decimal = [](JsonIn row, char const* name, int digits) {
            double v = 0;
            if (!row.has(name)) return std::string{};
            row.get(name, v);
            return fmt::format("{:.{}f}", v, digits);
        };
        auto const weight = [](JsonIn const& row, char const* name) { return whole_number(row, name) ? mass(number_or_0(row, name)) : ""; };
        TextTable table{{"pool", "cohort", "since", ">fish then", ">now", ">weight then", ">now", ">SGR, % a day", ">gain", ">feed", ">FCR"}};
        for (auto const& p : in.items("pools")) {
            auto const cohorts = p.items("cohorts");
            for (auto const& k : cohorts)
                table.add({word(p, "pool"), word(k, "cohort"), word(k, "from"), counted(number_or_0(k, "heads_from")), counted(number_or_0(k, "heads_to")), weight(k, "mean_from_mg"), weight(k, "mean_to_mg"),
                           decimal(k, "sgr_percent_per_day", 2), cohorts.size() == 1 ? mass(number_or_0(p, "gain_mg")) : "", cohorts.size() == 1 ? mass(number_or_0(p, "feed_mg")) : "",
                           cohorts.size() == 1 ? decimal(p, "fcr", 2) : ""});
            if (cohorts.size() != 1) table.add({word(p, "pool"), "all", "", "", "", "", "", "", mass(number_or_0(p, "gain_mg")), mass(number_or_0(p, "feed_mg")), decimal(p, "fcr", 2)});
        }
        if (table.empty()) return std::string{"no fish and no feed in these days\n"};
        auto const total = in.child("total");
        table.add({"total", "", "", "", "", "", "", "", mass(number_or_0(*total, "gain_mg")), mass(number_or_0(*total, "feed_mg")), decimal(*total, "fcr", 2)});
        return fmt::format("{}, {} to {}\n", a.company.record.name, text_of(from), text_of(a.moment.day)) + table.text();
    });
}

Result<Done> export_list(Context const& c, When const& when, std::string const& list, std::string const& format, std::string const& file) {
    auto a = OSETRA_TRY(asked(c, when));
    auto const table = OSETRA_TRY(farm::list_of(a.company.reader(), list, a.moment));
    std::string bytes;
    if (format == "csv") bytes = write_csv(table);
    else if (format == "xlsx") bytes = write_xlsx(table);
    else {
        JsonOut out;
        out.begin_object();
        out.begin_array(list.c_str());
        for (auto const& row : table.rows) {
            out.begin_object();
            for (std::size_t i = 0; i < row.size() && i < table.headings.size(); ++i) {
                auto const* name = table.headings[i].c_str();
                if (auto const* text = std::get_if<std::string>(&row[i])) out.value(name, *text);
                else if (auto const* number = std::get_if<Decimal>(&row[i])) out.raw(name, text_of(*number));
                else if (auto const* at = std::get_if<LocalMoment>(&row[i])) out.value(name, text_of(Instant{Microseconds{at->us} - a.company.offset().east}));
            }
            out.end_object();
        }
        out.end_array();
        out.end_object();
        bytes = out.take() + "\n";
    }
    if (file.empty() || file == "-") {
        if (format == "xlsx" && c.io.terminal) return refuse("file_missing", "A workbook is no text for a terminal: name a file with --out.", "out");
        c.io.out << bytes;
        return Done{};
    }
    std::ofstream out{file, std::ios::binary};
    out << bytes;
    if (!out.flush()) throw Fault("cannot write " + file + "; check the folder and the room on the disk");
    c.io.err << fmt::format("{} lines in {}\n", counted(static_cast<std::int64_t>(table.rows.size())), file);
    return Done{};
}

} // namespace osetra::app
