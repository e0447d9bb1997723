#include "app/verbs_grade.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <map>

#include "app/plain_files.h"
#include "breeding/engine/columns.h"
#include "farm/pack/pack.h"
#include "farm/pack/pack_texts.h"
#include "kernel/json.h"
#include "quality/engine/agreement.h"
#include "quality/engine/gage.h"
#include "quality/engine/grade.h"
#include "quality/engine/grade_scheme.h"
#include "quality/engine/ordinal.h"
#include "quality/engine/tray.h"
#include "quality/engine/tray_render.h"

namespace osetra::app {
namespace {

using breeding::Columns;
using std::size_t;

/// The packs that were built in, or the one of a file.
Result<std::vector<std::pair<std::string, quality::Grading>>> gradings(Context const& c, GradeVerb const& v) {
    std::vector<std::pair<std::string, quality::Grading>> all;
    if (v.pack.ends_with(".yaml") || v.pack.ends_with(".yml")) {
        auto const text = OSETRA_TRY(bytes_of(c, v.pack));
        all.emplace_back(v.pack, OSETRA_TRY(quality::read_grading(text)));
        return all;
    }
    for (auto const& p : farm::pack_texts())
        if (v.pack.empty() || p.code == v.pack) all.emplace_back(std::string{p.code}, OSETRA_TRY(quality::read_grading(p.text)));
    if (all.empty()) return refuse("pack_not_found", fmt::format("There is no pack {}. `osetra pack list` has those that are built in; or give a file that ends in .yaml.", v.pack), "pack");
    return all;
}

struct Chosen { quality::Grading grading; quality::Scheme scheme; };
Result<Chosen> chosen(Context const& c, GradeVerb const& v) {
    auto const all = OSETRA_TRY(gradings(c, v));
    std::vector<std::string> codes;
    for (auto const& [pack, g] : all)
        for (auto const& s : g.schemes) {
            if (s.code == v.scheme) return Chosen{g, s};
            codes.push_back(s.code);
        }
    if (v.scheme.empty() && codes.size() == 1) return Chosen{all.front().second, all.front().second.schemes.front()};
    return refuse("scheme_not_found", fmt::format("{} Schemes: {}.", v.scheme.empty() ? "Tell which scheme: --scheme." : "There is no scheme " + v.scheme + ".", fmt::join(codes, ", ")), "scheme");
}

std::string at_line(Columns const& c, size_t row) { return fmt::format("{} line {}", c.name(), c.line(row)); }

/// A row's values by the scheme's attributes; an empty cell is not told.
Result<quality::Values> values_in(Columns const& c, size_t row, quality::Scheme const& scheme) {
    quality::Values values;
    for (auto const& a : scheme.attributes) {
        if (!c.has(a.code)) continue;
        auto const column = OSETRA_TRY(c.column(a.code));
        if (!c.cell(row, column).empty()) values[a.code] = OSETRA_TRY(breeding::number_in(c, row, column));
    }
    return values;
}

/// The model of a panel's past, with the attributes that it was fitted to: those that every past lot has.
struct Learnt {
    std::vector<std::string> attributes;
    quality::OrdinalModel model;
    quality::Calibration calibration;
    std::vector<size_t> grades;                      ///< places in the scheme that the past knows
};
Result<Learnt> learn(Context const& c, std::string const& path, quality::Scheme const& scheme) {
    auto const past = OSETRA_TRY(columns_of(c, path));
    auto const grade = OSETRA_TRY(past.column("grade"));
    Learnt l;
    for (auto const& a : scheme.attributes) {
        if (!past.has(a.code)) continue;
        auto const column = OSETRA_TRY(past.column(a.code));
        bool whole = past.rows() > 0;
        for (size_t row = 0; row < past.rows(); ++row) whole = whole && !past.cell(row, column).empty();
        if (whole) l.attributes.push_back(a.code);
    }
    std::vector<quality::GradedBefore> lots;
    std::vector<size_t> places;
    for (size_t row = 0; row < past.rows(); ++row) {
        auto const place = scheme.place(past.cell(row, grade));
        if (!place) return refuse("grade_unknown", fmt::format("\"{}\" is no grade of the scheme {}.", past.cell(row, grade), scheme.code), at_line(past, row));
        quality::GradedBefore one;
        for (auto const& a : l.attributes) {
            auto const column = OSETRA_TRY(past.column(a));
            one.values.push_back(OSETRA_TRY(breeding::number_in(past, row, column)));
        }
        lots.push_back(one);
        places.push_back(*place);
    }
    // Grades that the panel never gave cannot be learnt; the others keep their order.
    l.grades = places;
    std::sort(l.grades.begin(), l.grades.end());
    l.grades.erase(std::unique(l.grades.begin(), l.grades.end()), l.grades.end());
    for (size_t i = 0; i < lots.size(); ++i) lots[i].grade = static_cast<int>(std::lower_bound(l.grades.begin(), l.grades.end(), places[i]) - l.grades.begin());
    l.model = OSETRA_TRY(quality::fit_ordinal(lots, l.grades.size(), l.attributes));
    l.calibration = OSETRA_TRY(quality::cross_validate(lots, l.grades.size(), l.attributes));
    return l;
}

void put_reasons(JsonOut& out, char const* name, quality::Scheme const& scheme, quality::Graded const& graded, quality::Tongue tongue) {
    auto const why = quality::reasons(scheme, graded, tongue);
    out.put_text_list(name, why);
}

std::vector<double> probabilities_of(Learnt const& l, quality::Scheme const& scheme, quality::Values const& values) {
    std::vector<double> told, all(scheme.grades.size(), 0.);
    for (auto const& a : l.attributes) {
        auto const found = values.find(a);
        if (found == values.end()) return {};
        told.push_back(found->second);
    }
    auto const p = l.model.probabilities(told);
    for (size_t i = 0; i < p.size(); ++i) all[l.grades[i]] = p[i];
    return all;
}

/// Ratings in rows of lot, grader, grade. Grades are the scheme's codes, or whole numbers where no scheme is told.
struct Panel {
    std::vector<std::string> lots, graders, grades;
    quality::Ratings ratings;
};
Result<Panel> panel_of(Context const& c, GradeVerb const& v) {
    auto const table = OSETRA_TRY(columns_of(c, v.file));
    auto const lot = OSETRA_TRY(table.column("lot")), grader = OSETRA_TRY(table.column("grader")), grade = OSETRA_TRY(table.column("grade"));
    Panel p;
    if (!v.scheme.empty()) {
        auto const of = OSETRA_TRY(chosen(c, v));
        for (auto const& g : of.scheme.grades) p.grades.push_back(g.code);
    } else {
        for (size_t row = 0; row < table.rows(); ++row) {
            auto const g = std::string{table.cell(row, grade)};
            if (std::find(p.grades.begin(), p.grades.end(), g) == p.grades.end()) p.grades.push_back(g);
        }
        std::sort(p.grades.begin(), p.grades.end(), [](std::string const& a, std::string const& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
    }
    std::map<std::string, size_t> lots, graders;
    for (size_t row = 0; row < table.rows(); ++row) {
        if (lots.emplace(table.cell(row, lot), p.lots.size()).second) p.lots.emplace_back(table.cell(row, lot));
        if (graders.emplace(table.cell(row, grader), p.graders.size()).second) p.graders.emplace_back(table.cell(row, grader));
    }
    p.ratings.assign(p.lots.size(), std::vector<std::optional<int>>(p.graders.size()));
    for (size_t row = 0; row < table.rows(); ++row) {
        auto const found = std::find(p.grades.begin(), p.grades.end(), table.cell(row, grade));
        if (found == p.grades.end()) return refuse("grade_unknown", fmt::format("\"{}\" is no grade of the scheme {}.", table.cell(row, grade), v.scheme), at_line(table, row));
        auto& cell = p.ratings[lots[std::string{table.cell(row, lot)}]][graders[std::string{table.cell(row, grader)}]];
        if (cell) return refuse("graded_twice", fmt::format("{} graded {} twice. Repeats belong into `osetra grade gage`.", table.cell(row, grader), table.cell(row, lot)), at_line(table, row));
        cell = static_cast<int>(found - p.grades.begin());
    }
    return p;
}

void put(JsonOut& out, char const* name, quality::Agreement const& a) {
    out.begin_object(name);
    out.put("value", a.value);
    out.put("low", a.low);
    out.put("high", a.high);
    out.put("observed", a.observed);
    out.put("by_chance", a.by_chance);
    out.put("lots", a.lots);
    out.put("word", quality::agreement_word(a.value));
    out.end_object();
}
std::string said(quality::Agreement const& a) { return fmt::format("{:.3f} (95 %: {:.3f} to {:.3f}), {}", a.value, a.low, a.high, quality::agreement_word(a.value)); }

Result<std::array<double, 4>> four_of(std::string const& text) {
    std::array<double, 4> all{};
    std::istringstream in{text};
    char comma = 0, more = 0;
    for (size_t i = 0; i < 4; ++i)
        if ((i > 0 && (!(in >> comma) || comma != ',')) || !(in >> all[i])) return refuse("card_malformed", "Write the place of the card in pixels like 1200,80,600,400: x, y, width, height.", "card");
    if (in >> more) return refuse("card_malformed", "Write the place of the card in pixels like 1200,80,600,400: x, y, width, height.", "card");
    return all;
}

Result<quality::TrayQuestion> tray_question(GradeVerb const& v) {
    quality::TrayQuestion q;
    if (v.px_per_mm > 0) q.px_per_mm = v.px_per_mm;
    if (v.marker_mm > 0) q.marker_mm = v.marker_mm;
    if (!v.card.empty()) q.card = OSETRA_TRY(four_of(v.card));
    if (v.limit_mm > 0) q.limit_mm = v.limit_mm;
    if (!v.between.empty()) {
        std::istringstream in{v.between};
        char comma = 0;
        if (!(in >> q.least_mm >> comma >> q.most_mm) || comma != ',' || !(q.least_mm > 0) || !(q.most_mm > q.least_mm))
            return refuse("between_malformed", "Write the diameters that can be like 15,45: the least and the most, in millimetres.", "between");
    }
    return q;
}

} // namespace

Result<Done> pack_list(Context const& c) {
    JsonOut out;
    out.begin_array();
    for (auto const& p : farm::pack_texts()) {
        auto const pack = OSETRA_TRY(farm::read_pack(p.text));
        auto const grading = OSETRA_TRY(quality::read_grading(p.text));
        std::vector<std::string> schemes, uses;
        for (auto const& s : grading.schemes) schemes.push_back(s.code);
        for (auto const& u : grading.portions) uses.push_back(u.code);
        if (c.where.json) {
            out.begin_object();
            out.put("pack", pack.code);
            out.put("name_en", pack.name_en);
            out.put("name_zh", pack.name_zh);
            out.put("species", static_cast<std::int64_t>(pack.species.size()));
            out.put_text_list("schemes", schemes);
            out.put_text_list("uses", uses);
            out.end_object();
        } else
            c.io.out << fmt::format("{:<10} {}, {}: {} species, schemes {}{}{}\n", pack.code, pack.name_en, pack.name_zh, pack.species.size(), fmt::join(schemes, ", "), uses.empty() ? "" : "; uses ", fmt::join(uses, ", "));
    }
    out.end_array();
    if (c.where.json) c.io.out << out.text() << '\n';
    return Done{};
}

Result<Done> pack_check(Context const& c, std::string const& file) {
    auto const text = OSETRA_TRY(bytes_of(c, file));
    auto const pack = OSETRA_TRY(farm::read_pack(text));
    auto const grading = OSETRA_TRY(quality::read_grading(text));
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.put("pack", pack.code);
        out.put("species", static_cast<std::int64_t>(pack.species.size()));
        out.put("stages", static_cast<std::int64_t>(pack.stages.size()));
        out.put("schemes", static_cast<std::int64_t>(grading.schemes.size()));
        out.put("uses", static_cast<std::int64_t>(grading.portions.size()));
        out.end_object();
        c.io.out << out.text() << '\n';
    } else
        c.io.out << fmt::format("{} is good: {} species, {} stages of life, {} schemes of grades, {} uses\n", pack.code, pack.species.size(), pack.stages.size(), grading.schemes.size(), grading.portions.size());
    return Done{};
}

Result<Done> grade_schemes(Context const& c, GradeVerb const& v) {
    JsonOut out;
    out.begin_array();
    auto const all = OSETRA_TRY(gradings(c, v));
    for (auto const& [pack, g] : all)
        for (auto const& s : g.schemes) {
            if (!v.scheme.empty() && s.code != v.scheme) continue;
            std::vector<std::string> grades;
            for (auto const& w : s.grades) grades.push_back(w.code);
            if (!c.where.json) {
                c.io.out << fmt::format("{} ({}): {}, {}; {} decides. {}\n", s.code, pack, s.name_en, s.name_zh, s.decide == quality::Decide::lowest ? "the lowest attribute" : "the weighted mean", s.basis);
                for (auto const& a : s.attributes) {
                    std::vector<std::string> limits;
                    for (auto const& [place, limit] : a.limits) limits.push_back(fmt::format("{} {}", s.grades[place].code, quality::limit_text(a, place, quality::Tongue::english)));
                    c.io.out << fmt::format("  {:<12} {}{}{}: {}\n", a.code, a.name_en, a.optional ? " (may be left out)" : "", a.camera.empty() ? "" : " [camera]", fmt::join(limits, ", "));
                }
                continue;
            }
            out.begin_object();
            out.put("scheme", s.code);
            out.put("pack", pack);
            out.put("name_en", s.name_en);
            out.put("name_zh", s.name_zh);
            out.put_text_list("grades", grades);
            out.begin_array("attributes");
            for (auto const& a : s.attributes) {
                out.begin_object();
                out.put("code", a.code);
                out.put("unit", a.unit);
                out.value("optional", a.optional);
                out.put("camera", a.camera);
                out.end_object();
            }
            out.end_array();
            out.end_object();
        }
    out.end_array();
    if (c.where.json) c.io.out << out.text() << '\n';
    return Done{};
}

Result<Done> grade_lots(Context const& c, GradeVerb const& v) {
    auto const [grading, scheme] = OSETRA_TRY(chosen(c, v));
    auto const table = OSETRA_TRY(columns_of(c, v.file));
    auto const lot = OSETRA_TRY(table.column("lot"));
    std::optional<Learnt> learnt;
    if (!v.past.empty()) learnt = OSETRA_TRY(learn(c, v.past, scheme));
    JsonOut out;
    out.begin_object();
    out.put("scheme", scheme.code);
    if (learnt) {
        auto const& k = learnt->calibration;
        out.begin_object("model");
        out.put("lots", learnt->model.lots);
        out.put("brier", k.brier);
        out.put("brier_base", k.brier_base);
        out.put("calibration_error", k.error);
        out.put("right", k.right);
        out.end_object();
        if (!c.where.json)
            c.io.out << fmt::format("Learnt from {} lots that the panel graded; told of lots left out it is right in {:.0f} %, Brier {:.3f} (by shares alone {:.3f}), calibration error {:.3f}\n", k.lots, 100 * k.right, k.brier, k.brier_base, k.error);
    }
    out.begin_array("lots");
    for (size_t row = 0; row < table.rows(); ++row) {
        auto const values = OSETRA_TRY(values_in(table, row, scheme));
        auto graded = quality::grade(scheme, values);
        if (!graded) return refuse(graded.error().code, graded.error().message, fmt::format("{} {}", at_line(table, row), graded.error().at));
        auto const& word = scheme.grades[graded->grade];
        auto const p = learnt ? probabilities_of(*learnt, scheme, values) : std::vector<double>{};
        if (!c.where.json) {
            c.io.out << fmt::format("{}  grade {} {}: {}\n", table.cell(row, lot), word.code, word.name_en, fmt::join(quality::reasons(scheme, *graded, quality::Tongue::english), "; "));
            if (!p.empty()) {
                std::vector<std::string> shares;
                for (size_t i = 0; i < p.size(); ++i) shares.push_back(fmt::format("{} {:.0f} %", scheme.grades[i].code, 100 * p[i]));
                c.io.out << fmt::format("    the panel would say: {}\n", fmt::join(shares, ", "));
            }
            continue;
        }
        out.begin_object();
        out.put("lot", table.cell(row, lot));
        out.put("grade", word.code);
        out.put("name_en", word.name_en);
        out.put("name_zh", word.name_zh);
        put_reasons(out, "reasons_en", scheme, *graded, quality::Tongue::english);
        put_reasons(out, "reasons_zh", scheme, *graded, quality::Tongue::chinese);
        if (!p.empty()) {
            out.begin_object("probability");
            for (size_t i = 0; i < p.size(); ++i) out.put(scheme.grades[i].code.c_str(), p[i]);
            out.end_object();
        }
        out.end_object();
    }
    out.end_array();
    out.end_object();
    if (c.where.json) c.io.out << out.text() << '\n';
    return Done{};
}

Result<Done> grade_agreement(Context const& c, GradeVerb const& v) {
    auto const p = OSETRA_TRY(panel_of(c, v));
    auto const alpha = OSETRA_TRY(quality::krippendorff_alpha(p.ratings, quality::Metric::ordinal));
    auto const nominal = OSETRA_TRY(quality::krippendorff_alpha(p.ratings, quality::Metric::nominal));
    std::vector<std::vector<int>> counts;
    for (auto const& lot : p.ratings) {
        std::vector<int> of(p.grades.size(), 0);
        for (auto const& g : lot)
            if (g) ++of[static_cast<size_t>(*g)];
        counts.push_back(of);
    }
    auto const fleiss = quality::fleiss_kappa(counts);
    auto const standing = quality::standings(p.ratings);
    JsonOut out;
    out.begin_object();
    put(out, "alpha_ordinal", alpha);
    put(out, "alpha_nominal", nominal);
    if (fleiss) put(out, "fleiss_kappa", *fleiss);
    auto& say = c.io.out;
    if (!c.where.json) {
        say << fmt::format("{} lots, {} graders, {} grades\n", p.lots.size(), p.graders.size(), p.grades.size());
        say << "Alpha, order counts:      " << said(alpha) << "\nAlpha, order not counted: " << said(nominal) << '\n';
        say << (fleiss ? "Kappa of all (Fleiss):    " + said(*fleiss) : "Kappa of all (Fleiss):    " + fleiss.error().message) << '\n';
    }
    out.begin_array("pairs");
    for (size_t a = 0; a < p.graders.size(); ++a)
        for (size_t b = a + 1; b < p.graders.size(); ++b) {
            auto const plain = quality::kappa_of(p.ratings, a, b, p.grades.size(), quality::Disagreement::nominal);
            auto const weighted = quality::kappa_of(p.ratings, a, b, p.grades.size(), quality::Disagreement::quadratic);
            if (!plain || !weighted) continue;
            out.begin_object();
            out.put("first", p.graders[a]);
            out.put("second", p.graders[b]);
            put(out, "kappa", *plain);
            put(out, "kappa_quadratic", *weighted);
            out.end_object();
            if (!c.where.json) say << fmt::format("{} and {}: kappa {}; weighted by the square of the distance {}\n", p.graders[a], p.graders[b], said(*plain), said(*weighted));
        }
    out.end_array();
    out.begin_array("graders");
    for (size_t g = 0; g < p.graders.size(); ++g) {
        out.begin_object();
        out.put("grader", p.graders[g]);
        out.put("lots", standing[g].lots);
        out.put("stricter", standing[g].higher);
        out.put("same", standing[g].same);
        out.end_object();
        if (!c.where.json) say << fmt::format("{}: {:.2f} grades {} than the others, the same in {:.0f} %, {} lots\n", p.graders[g], std::abs(standing[g].higher), standing[g].higher >= 0 ? "stricter" : "milder", 100 * standing[g].same, standing[g].lots);
    }
    out.end_array();
    out.end_object();
    if (c.where.json) say << out.text() << '\n';
    return Done{};
}

Result<Done> grade_gage(Context const& c, GradeVerb const& v) {
    auto const table = OSETRA_TRY(columns_of(c, v.file));
    auto const lot = OSETRA_TRY(table.column("lot")), grader = OSETRA_TRY(table.column("grader")), value = OSETRA_TRY(table.column("value"));
    std::vector<quality::GageValue> all;
    for (size_t row = 0; row < table.rows(); ++row) all.push_back({std::string{table.cell(row, lot)}, std::string{table.cell(row, grader)}, OSETRA_TRY(breeding::number_in(table, row, value))});
    auto const a = OSETRA_TRY(quality::gage_study(all, v.tolerance > 0 ? std::optional{v.tolerance} : std::nullopt));
    struct Row { char const* name; char const* label; quality::GageShare const* share; };
    Row const rows[] = {{"repeatability", "one grader again (repeatability)", &a.repeatability}, {"reproducibility", "between graders (reproducibility)", &a.reproducibility}, {"gage", "measuring in all", &a.gage}, {"part", "between lots", &a.part}, {"total", "all", &a.total}};
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        for (auto const& r : rows) {
            out.begin_object(r.name);
            out.put("sd", std::sqrt(r.share->variance));
            out.put("study_percent", r.share->study_percent);
            if (r.share->tolerance_percent) out.put("tolerance_percent", *r.share->tolerance_percent);
            out.end_object();
        }
        out.put("gage_low_percent", a.gage_low_percent);
        out.put("gage_high_percent", a.gage_high_percent);
        out.put("interaction_p", a.interaction_p);
        out.value("pooled", a.pooled);
        out.put("distinct", a.distinct);
        out.put("verdict", a.verdict);
        out.end_object();
        c.io.out << out.text() << '\n';
        return Done{};
    }
    c.io.out << fmt::format("Measuring makes {:.1f} % of the spread (95 %: {:.1f} to {:.1f}): {}. {} classes can be told apart.\n", a.gage.study_percent, a.gage_low_percent, a.gage_high_percent, a.verdict, a.distinct);
    for (auto const& r : rows) {
        c.io.out << fmt::format("  {:<36} standard deviation {:.5g}, {:.1f} % of all", r.label, std::sqrt(r.share->variance), r.share->study_percent);
        if (r.share->tolerance_percent) c.io.out << fmt::format(", {:.1f} % of the tolerance", *r.share->tolerance_percent);
        c.io.out << '\n';
    }
    c.io.out << fmt::format("  graders {} lots alike (p of interaction {:.3f}); {} lots, {} graders, {} times each\n", a.pooled ? "see" : "do not see", a.interaction_p, a.parts, a.graders, a.times);
    return Done{};
}

Result<Done> grade_use(Context const& c, GradeVerb const& v) {
    std::optional<quality::Grading> grading;
    quality::Portion const* portion = nullptr;
    std::vector<std::string> codes;
    auto const all = OSETRA_TRY(gradings(c, v));
    for (auto const& [pack, g] : all)
        for (auto const& p : g.portions) {
            codes.push_back(p.code);
            if (p.code == v.use) grading = g;
        }
    if (grading) portion = grading->portion(v.use);
    if (!portion) return refuse("use_not_found", fmt::format("There is no use {}. Uses: {}.", v.use, fmt::join(codes, ", ")), "use");
    auto const& scheme = *grading->find(portion->scheme);
    auto prices = grading->price_minor_per_kg[portion->scheme];
    for (auto const& text : v.prices) {
        auto const eq = text.find('=');
        long long minor = 0;
        auto const number = eq == std::string::npos ? std::string{} : text.substr(eq + 1);
        auto const [end, fault] = std::from_chars(number.data(), number.data() + number.size(), minor);
        if (fault != std::errc{} || end != number.data() + number.size() || minor < 0 || minor > 1'000'000'000'000) return refuse("price_malformed", "Write a price like 4=220000: the grade, and hundredths of the currency for a kilogram.", "price");
        if (!scheme.place(text.substr(0, eq))) return refuse("grade_unknown", fmt::format("\"{}\" is no grade of the scheme {}.", text.substr(0, eq), scheme.code), "price");
        prices[text.substr(0, eq)] = minor;
    }
    auto const answer = quality::margin_of(*portion, scheme, prices);
    auto const money = [](long long minor) { return fmt::format("{}{}.{:02}", minor < 0 ? "-" : "", std::abs(minor) / 100, std::abs(minor) % 100); };
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.put("use", portion->code);
        out.put("name_en", portion->name_en);
        out.put("name_zh", portion->name_zh);
        out.put("currency", portion->currency);
        out.put("price_minor", static_cast<std::int64_t>(portion->price_minor));
        out.put("pays_below_minor_per_kg", static_cast<std::int64_t>(answer.pays_below_minor_per_kg));
        if (answer.best) out.put("best", *answer.best);
        out.begin_array("grades");
        for (auto const& m : answer.grades) {
            out.begin_object();
            out.put("grade", m.grade);
            out.value("allowed", m.allowed);
            out.put("goods_minor", static_cast<std::int64_t>(m.goods_minor));
            out.put("parts_minor", static_cast<std::int64_t>(m.parts_minor));
            out.put("margin_minor", static_cast<std::int64_t>(m.margin_minor));
            out.end_object();
        }
        out.end_array();
        out.end_object();
        c.io.out << out.text() << '\n';
        return Done{};
    }
    c.io.out << fmt::format("{} at {} {}: {} g, other parts {}; the goods may cost {} a kilogram before nothing is left\n", portion->name_en, money(portion->price_minor), portion->currency, portion->grams,
                            answer.grades.empty() ? "" : money(answer.grades.front().parts_minor), money(answer.pays_below_minor_per_kg));
    for (auto const& m : answer.grades)
        c.io.out << fmt::format("  grade {:<6} goods {:>8}, margin {:>8} ({:.0f} %){}{}\n", m.grade, money(m.goods_minor), money(m.margin_minor), 100 * m.margin_share, m.allowed ? "" : ", not for this use", answer.best == m.grade ? "  <- best" : "");
    return Done{};
}

Result<Done> grade_photo(Context const& c, GradeVerb const& v) {
    auto const bytes = OSETRA_TRY(bytes_of(c, v.file));
    auto const question = OSETRA_TRY(tray_question(v));
    auto const a = OSETRA_TRY(quality::measure_tray(bytes, question));
    if (!v.overlay.empty()) {
        auto const drawn = OSETRA_TRY(quality::tray_overlay(bytes, a));
        OSETRA_TRY(write(c, v.overlay, drawn));
    }
    if (c.where.json) {
        c.io.out << quality::tray_json(a, v.eggs) << '\n';
        return Done{};
    }
    auto& out = c.io.out;
    out << fmt::format("{} eggs, mean {:.3f} mm (95 %: {:.3f} to {:.3f}), {}\n", a.eggs, a.mean_mm.value, a.mean_mm.low, a.mean_mm.high, a.verdict == "sure" ? "sure" : "look again");
    for (auto const& why : a.reasons) out << "  " << why << '\n';
    out << fmt::format("  spread {:.3f} mm ({:.3f} to {:.3f}); 5 % under {:.2f}, half under {:.2f}, 95 % under {:.2f} mm; {} measured\n", a.spread_mm.value, a.spread_mm.low, a.spread_mm.high, a.percentiles_mm[0], a.percentiles_mm[3], a.percentiles_mm[6], a.measured);
    if (a.below_limit) out << fmt::format("  smaller than {:.2f} mm: {:.1f} % ({:.1f} to {:.1f})\n", v.limit_mm, 100 * a.below_limit->value, 100 * a.below_limit->low, 100 * a.below_limit->high);
    out << fmt::format("  broken {:.1f} % ({:.1f} to {:.1f})\n", 100 * a.broken_share.value, 100 * a.broken_share.low, 100 * a.broken_share.high);
    out << fmt::format("  colour L* {:.1f}, a* {:.1f}, b* {:.1f}, eggs {:.1f} apart, {}\n", a.lightness, a.red_green, a.yellow_blue, a.colour_spread,
                       a.colour_calibrated ? fmt::format("by the card ({:.1f} left)", a.card_left) : "not calibrated: no card in the picture");
    out << fmt::format("  scale {:.3f} pixels a millimetre{}\n", a.px_per_mm, v.marker_mm > 0 ? fmt::format(" by the marker, to {:.1f} %", 100 * a.scale_error) : "");
    return Done{};
}

Result<Done> grade_tray(Context const& c, GradeVerb const& v) {
    quality::TrayOrder order;
    order.eggs = v.number;
    order.seed = v.seed;
    order.px_per_mm = v.px_per_mm > 0 ? v.px_per_mm : 12;
    order.mean_mm = v.mean_mm;
    order.spread_mm = v.spread_mm;
    order.broken = v.broken_percent / 100;
    order.dark_tray = v.dark;
    order.marker = v.marker_mm > 0;
    if (order.marker) order.marker_mm = v.marker_mm;
    order.card = v.with_card;
    if (static_cast<double>(order.eggs) * order.mean_mm * order.mean_mm * order.px_per_mm * order.px_per_mm > 4e7)
        return refuse("picture_too_large", "So many eggs of that size do not fit into a picture. Take fewer, or fewer pixels a millimetre.", "eggs");
    auto const picture = quality::render_tray(order);
    OSETRA_TRY(write(c, v.out, picture.png));
    if (!v.truth.empty()) OSETRA_TRY(write(c, v.truth, quality::tray_truth_json(order, picture) + "\n"));
    if (v.out == "-") return Done{};
    c.io.out << fmt::format("{} eggs in {} x {} pixels, {} a millimetre", picture.eggs.size(), picture.width, picture.height, order.px_per_mm);
    if (order.card) c.io.out << fmt::format("; card at {:.0f},{:.0f},{:.0f},{:.0f}", picture.card[0], picture.card[1], picture.card[2], picture.card[3]);
    c.io.out << '\n';
    return Done{};
}

} // namespace osetra::app
