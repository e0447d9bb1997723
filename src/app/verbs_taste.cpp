#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <ostream>
#include <random>

#include "app/plain_files.h"
#include "app/text.h"
#include "app/verbs.h"
#include "kernel/json.h"
#include "quality/engine/taste_report.h"

namespace osetra::app {
namespace {

using namespace quality;
using std::size_t;
using std::string;

bool asks_for_choice(TasteTest t) { return t != TasteTest::ranking && t != TasteTest::hedonic && t != TasteTest::profile; }

/// What goes to whoever serves and tastes: codes in their order, nothing of what they are.
string plan_csv(Design const& d) {
    string out = "taster,round,trial,place,code\n";
    for (auto const& s : d.servings) out += fmt::format("{},{},{},{},{}\n", s.taster, s.round, s.trial, s.place, s.place == 0 ? "reference" : s.code);
    return out;
}

/// A sheet to fill in, as analyse reads it.
string sheet_csv(Design const& d) {
    string out;
    if (asks_for_choice(d.asked.test)) {
        out = "taster,round,trial,chosen\n";
        Serving const* last = nullptr;
        for (auto const& s : d.servings) {
            if (!last || last->taster != s.taster || last->round != s.round || last->trial != s.trial) out += fmt::format("{},{},{},\n", s.taster, s.round, s.trial);
            last = &s;
        }
        return out;
    }
    out = "taster,round,code";
    string empty;
    if (d.asked.test == TasteTest::ranking) { out += ",rank"; empty = ","; }
    else for (auto const& a : d.asked.attributes.empty() ? std::vector<string>{"liking"} : d.asked.attributes) { out += "," + csv_cell(a); empty += ","; }
    out += '\n';
    for (auto const& s : d.servings) out += fmt::format("{},{},{}{}\n", s.taster, s.round, s.code, empty);
    return out;
}

string range(double value, double low, double high) { return fmt::format("{:.2f} ({:.2f} to {:.2f})", value, low, high); }

void print(Context const& c, TasteReport const& r, bool chinese) {
    auto const say = [&](Said const& s) { return chinese ? s.zh : s.en; };
    c.io.out << say(r.verdict) << "\n";
    for (auto const& n : r.notes) c.io.out << say(n) << "\n";
    if (r.discrimination) {
        auto const& d = *r.discrimination;
        TextTable t{{"", ">"}};
        t.add({"right", fmt::format("{} of {}", d.asked.right, d.asked.answers)});
        t.add({"by chance", fmt::format("{:.1f} %", 100 * d.chance)});
        t.add({fmt::format("enough at {:g} %", 100 * d.asked.alpha), std::to_string(d.critical)});
        t.add({"p", fmt::format("{:.4f}", d.p)});
        t.add({"perceive it", fmt::format("{:.0f} % ({:.0f} to {:.0f})", 100 * d.distinguishers.value, 100 * d.distinguishers.low, 100 * d.distinguishers.high)});
        t.add({"d'", range(d.d_prime.value, d.d_prime.low, d.d_prime.high)});
        t.add({fmt::format("power, if {:.0f} % perceive it", 100 * d.asked.distinguishers), fmt::format("{:.0f} %", 100 * d.power)});
        if (d.answers_needed) t.add({fmt::format("answers for {:.0f} %", 100 * d.asked.power), std::to_string(*d.answers_needed)});
        c.io.out << "\n" << t.text();
    }
    if (r.worths && r.products.size() > 1) {
        TextTable t{{"product", ">worth (95 %)", ">share of first places"}};
        std::vector<size_t> order(r.products.size());
        for (size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return r.worths->worth[a].value > r.worths->worth[b].value; });
        for (auto const i : order) { auto const& w = r.worths->worth[i]; t.add({r.products[i], range(w.value, w.low, w.high), fmt::format("{:.0f} %", 100 * w.share)}); }
        c.io.out << "\n" << t.text();
        if (r.worths->tie) c.io.out << fmt::format("ties {:.3f}\n", *r.worths->tie);
        if (r.worths->order) c.io.out << fmt::format("advantage of the first {:.3f} (standard error {:.3f})\n", *r.worths->order, *r.worths->order_error);
        if (r.worths->taster_sd) c.io.out << fmt::format("tasters' own tastes: standard deviation {:.2f}\n", *r.worths->taster_sd);
    }
    if (r.friedman) {
        TextTable t{{"product", ">rank sum"}};
        for (size_t i = 0; i < r.products.size(); ++i) t.add({r.products[i], fmt::format("{:g}", r.friedman->rank_sum[i])});
        c.io.out << "\n" << t.text() << fmt::format("Friedman {:.3f} on {}, p {:.4f}; rank sums differ from {:.1f} apart\n", r.friedman->statistic, r.friedman->degrees, r.friedman->p, r.friedman->least_difference);
    }
    if (r.page) c.io.out << fmt::format("Page L {:g}, p {:.4f} for the order expected\n", r.page->statistic, r.page->p);
    for (auto const& a : r.attributes) {
        if (!a.left_out.empty()) { c.io.out << "\n" << a.name << ": left out (" << a.left_out << ")\n"; continue; }
        if (a.profile) {
            c.io.out << "\n" << a.name << fmt::format(": F {:.3f} on {:g} and {:.1f}, p {:.4g}; tasters {:.2f}, tasters by products {:.2f}, error {:.2f}\n", a.profile->product.f, a.profile->product.degrees, a.profile->product.degrees_below, a.profile->product.p, a.profile->taster_sd, a.profile->interaction_sd, a.profile->error_sd);
            for (auto const& f : a.profile->factors) c.io.out << fmt::format("  further factor: F {:.3f} on {:g} and {:.1f}, p {:.4g}\n", f.f, f.degrees, f.degrees_below, f.p);
            TextTable t{{"product", ">mean (95 %)", "Tukey", "LSD"}};
            for (size_t i = 0; i < r.products.size(); ++i) { auto const& m = a.profile->means[i]; t.add({r.products[i], range(m.mean, m.low, m.high), m.group_tukey, m.group_lsd}); }
            c.io.out << t.text("  ");
        }
        if (a.ordinal) {
            c.io.out << "\n" << a.name << fmt::format(": chi-square {:.3f} on {}, p {:.4g}; tasters {:.2f}\n", a.ordinal->chi_square, a.ordinal->degrees, a.ordinal->p, a.ordinal->taster_sd);
            TextTable t{{"product", ">logit", ">standard error"}};
            for (size_t i = 0; i < r.products.size(); ++i) t.add({r.products[i], fmt::format("{:.3f}", a.ordinal->product[i]), fmt::format("{:.3f}", a.ordinal->product_error[i])});
            c.io.out << t.text("  ");
        }
    }
    if (!r.panel.empty() && r.test == TasteTest::profile) {
        TextTable t{{"taster", "verdict", ">discriminates", ">agrees", ">repeats"}};
        for (auto const& p : r.panel) t.add({p.taster, p.verdict, p.of ? fmt::format("{} of {}", p.discriminated, p.of) : "", fmt::format("{:.2f}", p.agrees), p.repeats > 0 ? fmt::format("{:.2f}", p.repeats) : ""});
        c.io.out << "\n" << t.text();
    }
}

} // namespace

Result<Done> taste_design(Context const& c, TasteVerb const& v) {
    DesignAsked asked;
    asked.test = OSETRA_TRY(parse_taste_test(v.test));
    asked.samples = v.samples;
    asked.attributes = v.attributes;
    asked.tasters = v.tasters;
    asked.rounds = v.rounds;
    std::random_device chance;
    asked.seed = v.seed ? *v.seed : (static_cast<std::uint64_t>(chance()) << 32) | chance();
    asked.salt = v.salt.empty() && !v.seed ? fmt::format("{:08x}{:08x}", chance(), chance()) : v.salt;
    auto const design = OSETRA_TRY(make_design(std::move(asked)));
    auto const key = key_of(design), commitment = commitment_of(key);
    if (!v.out.empty()) {
        OSETRA_TRY(write(c, v.out + ".plan.csv", plan_csv(design)));
        OSETRA_TRY(write(c, v.out + ".answers.csv", sheet_csv(design)));
        OSETRA_TRY(write(c, v.out + ".key.json", key + "\n"));
    }
    if (c.where.json) {
        c.io.out << fmt::format("{{\"commitment\":\"{}\",\"key\":{}}}\n", commitment, key);
        return Done{};
    }
    if (v.out.empty()) c.io.out << plan_csv(design);
    else c.io.out << fmt::format("{} for {} tasters: {}.plan.csv (to serve by), {}.answers.csv (to fill in), {}.key.json (closed until all have answered)\n", word_of(design.asked.test), design.asked.tasters, v.out, v.out, v.out);
    c.io.out.flush();
    (v.out.empty() ? c.io.err : c.io.out) << "sealed with SHA-256 " << commitment << "\n";
    return Done{};
}

Result<Done> taste_analyse(Context const& c, TasteVerb const& v) {
    TasteAsked asked;
    if (!v.test.empty()) asked.test = OSETRA_TRY(parse_taste_test(v.test));
    asked.taster = v.taster;
    asked.product = v.product;
    asked.chosen = v.chosen;
    asked.attributes = v.attributes;
    asked.fixed = v.fixed;
    asked.wide = v.wide;
    asked.ordinal = v.ordinal;
    asked.order = v.order;
    asked.taster_effects = v.taster_effects;
    asked.ties = v.ties == "rao_kupper" ? Ties::rao_kupper : Ties::davidson;
    asked.sides = v.two_sided ? Sides::two : Sides::one;
    asked.expected = v.expected;
    asked.alpha = v.alpha;
    asked.power = v.power;
    asked.distinguishers = v.distinguishers;
    asked.matters = v.matters;
    std::optional<TasteReport> report;
    if (v.of > 0) {
        auto const protocol = OSETRA_TRY(parse_protocol(v.test));
        report = OSETRA_TRY(report_of_count(protocol, v.right, v.of, asked));
    } else {
        if (v.file.empty()) return refuse("file_missing", "Name the file of answers, or say --right and --of.");
        auto const bytes = OSETRA_TRY(bytes_of(c, v.file));
        auto const table = OSETRA_TRY(TasteTable::read(bytes, v.file));
        std::optional<Opened> opened;
        if (!v.key.empty()) {
            auto const key = OSETRA_TRY(bytes_of(c, v.key));
            opened = OSETRA_TRY(open_key(key, v.commitment));
        }
        report = OSETRA_TRY(report_of_file(table, opened, asked));
    }
    if (c.where.json) c.io.out << json_of(*report) << "\n";
    else print(c, *report, v.language == "zh");
    return Done{};
}

} // namespace osetra::app
