#include "quality/engine/taste_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "kernel/json.h"
#include "quality/engine/distributions.h"

namespace osetra::quality {
namespace {

using std::size_t;
using std::string;

string p_text(double p) { return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3f}", p); }
int percent(double share) { return static_cast<int>(std::lround(100 * share)); }

/// Tasters beyond those there are, for a difference that matters to be found with the power asked for: errors shrink with the root of their number.
int more_for(int tasters, double error, double matters, double alpha, double power) {
    auto const z = normal_quantile(1 - alpha / 2) + normal_quantile(power);
    auto const factor = z * error / matters;
    return std::max(0, static_cast<int>(std::ceil(tasters * factor * factor)) - tasters);
}

void tell_nothing(TasteReport& r, int more, double power, string const& what_en, string const& what_zh) {
    if (more > 0) {
        r.outcome = "too_few";
        r.more_needed = more;
        r.verdict = {fmt::format("Too few tasters to tell: no difference was shown ({}), but {} could well have been missed. {} more are needed for {} %.", p_text(r.p), what_en, more, percent(power)),
                     fmt::format("品评人数不足，无法判定：未显示差异（{}），但{}很可能被漏掉。要达到 {} % 的把握还需 {} 人。", p_text(r.p), what_zh, percent(power), more)};
    } else {
        r.outcome = "not_shown";
        r.verdict = {fmt::format("No difference was shown ({}), and {} would have been found with at least {} % certainty.", p_text(r.p), what_en, percent(power)),
                     fmt::format("未显示差异（{}）；若有{}，有至少 {} % 的把握会被发现。", p_text(r.p), what_zh, percent(power))};
    }
}

size_t index_in(std::vector<string>& names, string const& name) {
    auto const found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<size_t>(found - names.begin());
    names.push_back(name);
    return names.size() - 1;
}

size_t best_of(Worths const& w) {
    return static_cast<size_t>(std::max_element(w.worth.begin(), w.worth.end(), [](auto const& a, auto const& b) { return a.value < b.value; }) - w.worth.begin());
}

/// Names of products that nothing sets apart from the best.
string beside(std::vector<string> const& names, std::vector<size_t> const& with) {
    string out;
    for (auto const i : with) out += (out.empty() ? "" : ", ") + names[i];
    return out;
}

void tell_worths(TasteReport& r, TasteAsked const& a) {
    auto const& w = *r.worths;
    r.p = w.p;
    auto const best = best_of(w);
    std::vector<size_t> equals;
    double error = 0;
    for (auto const& d : w.differences) {
        error = std::max(error, d.error);
        if (d.one != best && d.other != best) continue;
        if (d.p > a.alpha) equals.push_back(d.one == best ? d.other : d.one);
    }
    if (w.drawn_in) r.notes.push_back({"A product always won or always lost: its worth is drawn in by half a win and half a loss against an average product.", "有产品全胜或全负：为其加上对平均产品的半胜半负后估计。"});
    if (r.p > a.alpha) {
        tell_nothing(r, more_for(std::max(1, r.tasters), error, std::log(1.5), a.alpha, a.power), a.power, "a product that 60 of 100 would choose over another", "“100 人中有 60 人更愿选”的差异");
        return;
    }
    r.outcome = "different";
    if (equals.empty())
        r.verdict = {fmt::format("{} is chosen before all others ({}).", r.products[best], p_text(r.p)), fmt::format("{} 优于其他所有产品（{}）。", r.products[best], p_text(r.p))};
    else if (equals.size() + 1 < r.products.size())
        r.verdict = {fmt::format("Products are not worth the same ({}): {} comes first, and is not set apart from {}.", p_text(r.p), r.products[best], beside(r.products, equals)),
                     fmt::format("产品价值不同（{}）：{} 居首，但与 {} 未能分开。", p_text(r.p), r.products[best], beside(r.products, equals))};
    else r.verdict = {fmt::format("Products are not worth the same ({}), but the first, {}, is not set apart from any one.", p_text(r.p), r.products[best]),
                      fmt::format("产品价值不同（{}），但居首的 {} 与任一产品都未能单独分开。", p_text(r.p), r.products[best])};
}

void judge_panel(TasteReport& r, ScoreSheet const& sheet, double alpha) {
    std::vector<std::vector<TasterWork>> work;
    std::vector<size_t> telling;                 // attributes that the panel tells products apart by
    for (size_t k = 0; k < sheet.attributes.size(); ++k) {
        work.push_back(work_of(sheet.scores[k]));
        auto const& a = r.attributes[k];
        if ((a.profile && a.profile->product.p <= alpha) || (a.ordinal && a.ordinal->p <= alpha)) telling.push_back(k);
    }
    for (size_t t = 0; t < sheet.tasters.size(); ++t) {
        TasterReport row;
        row.taster = sheet.tasters[t];
        double ratios = 0, repeated = 0;
        for (size_t k = 0; k < work.size(); ++k) {
            if (!work[k][t].repeated) continue;
            std::vector<double> all;
            for (auto const& w : work[k]) if (w.repeated) all.push_back(w.repeats_sd);
            std::nth_element(all.begin(), all.begin() + std::ssize(all) / 2, all.end());
            if (auto const median = all[all.size() / 2]; median > 0) { ratios += work[k][t].repeats_sd / median; ++repeated; }
        }
        row.repeats = repeated > 0 ? ratios / repeated : 0;
        for (auto const k : telling) {
            row.agrees += work[k][t].agrees / static_cast<double>(telling.size());
            row.of += work[k][t].repeated;
            row.discriminated += work[k][t].repeated && work[k][t].discriminates_p <= 0.1;
        }
        if (telling.empty() || sheet.products.size() < 3) row.verdict = "not_judged";
        else if (row.agrees < 0.3) row.verdict = "disagrees";
        else if (row.repeats > 1.6) row.verdict = "repeats_badly";
        else if (row.of > 0 && row.discriminated * 5 < row.of) row.verdict = "discriminates_little";
        else row.verdict = "good";
        r.panel.push_back(std::move(row));
    }
}

void put_estimate(JsonOut& out, char const* name, Estimate const& e) {
    out.begin_object(name);
    out.value("value", e.value); out.value("low", e.low); out.value("high", e.high); out.value("error", e.error);
    out.end_object();
}
void put_said(JsonOut& out, char const* name, Said const& s) {
    out.begin_object(name);
    out.value("en", s.en); out.value("zh", s.zh);
    out.end_object();
}
void put_test(JsonOut& out, char const* name, FactorTest const& t) {
    out.begin_object(name);
    out.value("f", t.f); out.value("degrees", t.degrees); out.value("degrees_below", t.degrees_below); out.value("p", t.p);
    out.end_object();
}
void put_rank_test(JsonOut& out, char const* name, RankTest const& t, std::vector<string> const& products) {
    out.begin_object(name);
    out.value("statistic", t.statistic); out.value("degrees", t.degrees); out.value("p", t.p); out.value("least_difference", t.least_difference);
    out.begin_array("rank_sums");
    for (size_t i = 0; i < products.size(); ++i) { out.begin_object(); out.value("product", products[i]); out.value("sum", t.rank_sum[i]); out.end_object(); }
    out.end_array();
    out.end_object();
}

struct Places { std::map<std::pair<int, string>, Serving const*> by_code; std::map<std::tuple<int, int, int>, std::vector<Serving const*>> trials; };
Places places_of(Opened const& o) {
    Places p;
    for (auto const& s : o.servings) {
        if (!s.code.empty()) p.by_code[{s.taster, s.code}] = &s;
        p.trials[{s.taster, s.round, s.trial}].push_back(&s);
    }
    return p;
}
Result<Serving const*> serving(Places const& p, TasteAnswer const& a, string const& code) {
    auto const found = p.by_code.find({a.taster, code});
    if (found == p.by_code.end()) return refuse("code_unknown", fmt::format("Taster {} had no sample {}. Look at the sheet again.", a.taster, code), fmt::format("taster {} round {}", a.taster, a.round));
    return found->second;
}

bool is_right(TasteTest test, std::vector<Serving const*> const& trial, Serving const& chosen) {
    if (test == TasteTest::triangle) return std::count_if(trial.begin(), trial.end(), [&](auto const* s) { return s->sample == chosen.sample; }) == 1;
    if (test == TasteTest::duo_trio) return std::any_of(trial.begin(), trial.end(), [&](auto const* s) { return s->place == 0 && s->sample == chosen.sample; });
    return chosen.sample == 1;
}

std::optional<Protocol> protocol_of(TasteTest t) {
    switch (t) {
    case TasteTest::triangle: return Protocol::triangle;
    case TasteTest::duo_trio: return Protocol::duo_trio;
    case TasteTest::two_afc: return Protocol::two_afc;
    case TasteTest::three_afc: return Protocol::three_afc;
    default: return std::nullopt;
    }
}

} // namespace

Result<TasteReport> report_of_count(Protocol protocol, int right, int answers, TasteAsked const& a) {
    if (answers < 1 || answers > 100'000) return refuse("answers_missing", "Give how many answered: from 1 to 100000.", "of");
    if (right < 0 || right > answers) return refuse("count_impossible", fmt::format("{} of {} cannot be.", right, answers), "right");
    TasteReport r;
    r.test = *parse_taste_test(word_of(protocol));
    r.tasters = r.answers = answers;
    r.discrimination = discriminate({protocol, a.sides, answers, right, a.alpha, a.distinguishers, a.power});
    auto const& d = *r.discrimination;
    r.p = d.p;
    auto const more = d.answers_needed ? std::max(0, *d.answers_needed - answers) : 0;
    auto const is_pair = protocol == Protocol::paired;
    if (d.different) {
        r.outcome = "different";
        r.verdict = is_pair ? Said{fmt::format("One is chosen over the other: {} of {} ({}).", std::max(right, answers - right), answers, p_text(r.p)),
                                   fmt::format("两者有别：{} 人中 {} 人选择同一方（{}）。", answers, std::max(right, answers - right), p_text(r.p))}
                            : Said{fmt::format("Tasters tell the two apart: {} of {} answered rightly, {} are enough ({}); d' = {:.2f} ({:.2f} to {:.2f}).", right, answers, d.critical, p_text(r.p), d.d_prime.value, d.d_prime.low, d.d_prime.high),
                                   fmt::format("品评员能分辨两者：{} 人中 {} 人答对，{} 人即显著（{}）；d' = {:.2f}（{:.2f} 至 {:.2f}）。", answers, right, d.critical, p_text(r.p), d.d_prime.value, d.d_prime.low, d.d_prime.high)};
    } else {
        tell_nothing(r, d.too_few ? std::max(more, 1) : 0, a.power, fmt::format("a difference that {} % perceive", percent(a.distinguishers)), fmt::format("{} % 的人能察觉的差异", percent(a.distinguishers)));
    }
    if (d.too_few) r.notes.push_back({fmt::format("{} answers find such a difference in {} % of cases.", answers, percent(d.power)), fmt::format("{} 个答案发现此类差异的概率为 {} %。", answers, percent(d.power))});
    return r;
}

Result<TasteReport> report_of_pairs(std::vector<Comparison> const& pairs, std::vector<string> products, TasteAsked const& a) {
    TasteReport r;
    r.test = TasteTest::paired;
    r.products = std::move(products);
    std::set<int> tasters;
    double answers = 0, wins = 0, ties = 0;
    for (auto const& c : pairs) {
        if (c.taster >= 0) tasters.insert(c.taster);
        answers += c.first_wins + c.second_wins + c.ties;
        ties += c.ties;
        wins += c.first == 0 ? c.first_wins : c.second_wins;
    }
    r.answers = static_cast<int>(std::lround(answers));
    r.tasters = tasters.empty() ? static_cast<int>(std::ceil(answers / std::max(1.0, static_cast<double>(r.products.size() * (r.products.size() - 1)) / 2))) : static_cast<int>(tasters.size());
    r.worths = OSETRA_TRY(worth_of_pairs(pairs, r.products.size(), {a.ties, a.order, a.taster_effects}));
    if (r.products.size() == 2 && ties == 0) {   // the exact test has the word
        auto told = OSETRA_TRY(report_of_count(Protocol::paired, static_cast<int>(std::lround(wins)), r.answers, [&] { auto b = a; b.sides = Sides::two; return b; }()));
        r.discrimination = told.discrimination;
        r.p = told.p;
        r.outcome = told.outcome;
        r.more_needed = told.more_needed;
        r.notes = told.notes;
        auto const best = best_of(*r.worths);
        r.verdict = told.outcome != "different" ? told.verdict
                  : Said{fmt::format("{} is chosen over {}: {} of {} ({}).", r.products[best], r.products[1 - best], std::max<int>(static_cast<int>(wins), r.answers - static_cast<int>(wins)), r.answers, p_text(r.p)),
                         fmt::format("{} 优于 {}：{} 次中 {} 次选它（{}）。", r.products[best], r.products[1 - best], r.answers, std::max<int>(static_cast<int>(wins), r.answers - static_cast<int>(wins)), p_text(r.p))};
        return r;
    }
    tell_worths(r, a);
    return r;
}

Result<TasteReport> report_of_ranks(std::vector<std::vector<double>> const& ranks, std::vector<string> products, TasteAsked const& a) {
    TasteReport r;
    r.test = TasteTest::ranking;
    r.products = std::move(products);
    r.tasters = static_cast<int>(ranks.size());
    r.answers = r.tasters * static_cast<int>(r.products.size());
    if (ranks.empty() || r.products.size() < 2) return refuse("answers_missing", "Nothing was ranked.");
    std::vector<Ranking> rankings;
    for (auto const& row : ranks) rankings.push_back(ranking_of(row));
    if (r.products.size() <= 12) r.worths = OSETRA_TRY(worth_of_rankings(rankings, r.products.size()));
    r.friedman = friedman(ranks);
    if (!a.expected.empty()) {
        std::vector<size_t> expected;
        for (auto const& name : a.expected) {
            auto const found = std::find(r.products.begin(), r.products.end(), name);
            if (found == r.products.end() || a.expected.size() != r.products.size()) return refuse("sample_unknown", "The expected order names each sample once: " + beside(r.products, [&] { std::vector<size_t> all(r.products.size()); for (size_t i = 0; i < all.size(); ++i) all[i] = i; return all; }()) + ".", name);
            expected.push_back(static_cast<size_t>(found - r.products.begin()));
        }
        r.page = page(ranks, expected);
    }
    if (r.worths) tell_worths(r, a);
    r.p = r.friedman->p;                         // the ranks' own test has the word where the two differ
    if (r.worths && (r.worths->p <= a.alpha) != (r.friedman->p <= a.alpha))
        r.notes.push_back({fmt::format("Friedman's test says {}, the model of choices {}.", p_text(r.friedman->p), p_text(r.worths->p)), fmt::format("Friedman 检验为 {}，选择模型为 {}。", p_text(r.friedman->p), p_text(r.worths->p))});
    return r;
}

Result<TasteReport> report_of_scores(ScoreSheet const& sheet, TasteAsked const& a) {
    TasteReport r;
    r.test = sheet.attributes.size() > 1 ? TasteTest::profile : TasteTest::hedonic;
    r.products = sheet.products;
    r.tasters = static_cast<int>(sheet.tasters.size());
    std::vector<string> differ;
    double least = 1;
    int more = 0;
    std::optional<Refusal> refusal;
    for (size_t k = 0; k < sheet.attributes.size(); ++k) {
        AttributeReport one;
        one.name = sheet.attributes[k];
        auto scores = sheet.scores[k];
        r.answers += static_cast<int>(scores.rows.size());
        double p = 1;
        if (a.ordinal) {
            std::set<double> levels;
            for (auto const& row : scores.rows) levels.insert(row.score);
            for (auto& row : scores.rows) row.score = static_cast<double>(std::distance(levels.begin(), levels.find(row.score)));
            if (auto told = ordinal_profile(scores, sheet.tasters.size() > 1)) { p = told->p; one.ordinal = std::move(*told); }
            else { one.left_out = told.error().code; refusal = told.error(); }
        } else if (auto told = profile(scores)) {
            p = told->product.p;
            if (p > a.alpha) {
                double low = scores.rows[0].score, high = low, error = 0;
                for (auto const& row : scores.rows) { low = std::min(low, row.score); high = std::max(high, row.score); }
                for (auto const& d : told->differences) error = std::max(error, d.error);
                more = std::max(more, more_for(r.tasters, error, a.matters > 0 ? a.matters : (high - low) / 10, a.alpha, a.power));
            }
            one.profile = std::move(*told);
        } else { one.left_out = told.error().code; refusal = told.error(); }
        least = std::min(least, p);
        if (p <= a.alpha) differ.push_back(one.name);
        r.attributes.push_back(std::move(one));
    }
    if (refusal && std::all_of(r.attributes.begin(), r.attributes.end(), [](auto const& one) { return !one.left_out.empty(); })) return tl::unexpected(*refusal);
    r.p = least;
    if (!a.ordinal) judge_panel(r, sheet, a.alpha);
    if (differ.empty()) {
        auto const what = a.matters > 0 ? fmt::format("a difference of {:g}", a.matters) : string{"a difference of a tenth of the scale"};
        tell_nothing(r, more, a.power, what, a.matters > 0 ? fmt::format("相差 {:g} 分", a.matters) : string{"相差量程十分之一"});
        return r;
    }
    r.outcome = "different";
    string names;
    for (auto const& d : differ) names += (names.empty() ? "" : ", ") + d;
    if (sheet.attributes.size() > 1) {
        r.verdict = {fmt::format("Products differ in {} of {} attributes: {}.", differ.size(), sheet.attributes.size(), names), fmt::format("产品在 {} 个属性中的 {} 个上有差异：{}。", sheet.attributes.size(), differ.size(), names)};
        return r;
    }
    size_t best = 0;
    std::vector<size_t> equals;
    auto const& one = r.attributes.front();
    auto const& differences = one.profile ? one.profile->differences : one.ordinal->differences;
    for (size_t i = 1; i < r.products.size(); ++i)
        if (one.profile ? one.profile->means[i].mean > one.profile->means[best].mean : one.ordinal->product[i] > one.ordinal->product[best]) best = i;
    for (auto const& d : differences)
        if ((static_cast<size_t>(d.one) == best || static_cast<size_t>(d.other) == best) && d.p_tukey > a.alpha) equals.push_back(static_cast<size_t>(static_cast<size_t>(d.one) == best ? d.other : d.one));
    if (equals.empty()) r.verdict = {fmt::format("{} scores highest in {}, and is set apart from all others ({}).", r.products[best], one.name, p_text(r.p)), fmt::format("{} 的{}得分最高，且与其他产品均有差异（{}）。", r.products[best], one.name, p_text(r.p))};
    else r.verdict = {fmt::format("Products differ in {} ({}): {} scores highest, and is not set apart from {}.", one.name, p_text(r.p), r.products[best], beside(r.products, equals)),
                      fmt::format("产品在{}上有差异（{}）：{} 得分最高，但与 {} 未能分开。", one.name, p_text(r.p), r.products[best], beside(r.products, equals))};
    return r;
}

Result<TasteReport> report_of_answers(Opened const& o, std::vector<TasteAnswer> const& answers, TasteAsked const& a) {
    if (answers.empty()) return refuse("answers_missing", "Nobody has answered yet.");
    auto const places = places_of(o);
    std::set<int> tasters;
    for (auto const& x : answers) tasters.insert(x.taster);
    auto const trial_of = [&](TasteAnswer const& x, Serving const& s) { (void)x; return places.trials.at({s.taster, s.round, s.trial}); };
    if (auto const protocol = protocol_of(o.test)) {
        int right = 0, n = 0;
        for (auto const& x : answers) {
            if (x.chosen.empty()) return refuse("answer_missing", "A taster chose nothing. Ask again, or take the answer out.", fmt::format("taster {} round {}", x.taster, x.round));
            auto const* s = OSETRA_TRY(serving(places, x, x.chosen));
            right += is_right(o.test, trial_of(x, *s), *s);
            ++n;
        }
        auto r = OSETRA_TRY(report_of_count(*protocol, right, n, a));
        r.products = o.samples;
        r.tasters = static_cast<int>(tasters.size());
        if (r.tasters < n) r.notes.push_back({"Tasters answered several times; answers of one taster are taken as independent.", "每人多次作答；同一人的答案按相互独立处理。"});
        return r;
    }
    if (o.test == TasteTest::paired) {
        std::vector<Comparison> pairs;
        for (auto const& x : answers) {
            auto const found = places.trials.find({x.taster, x.round, x.trial});
            if (found == places.trials.end()) return refuse("answer_unknown", "No such pair was served.", fmt::format("taster {} round {} trial {}", x.taster, x.round, x.trial));
            Comparison c{found->second[0]->sample, found->second[1]->sample, 0, 0, 0, x.taster - 1};
            if (x.chosen == "=") c.ties = 1;
            else (OSETRA_TRY(serving(places, x, x.chosen))->sample == c.first ? c.first_wins : c.second_wins) = 1;
            pairs.push_back(c);
        }
        return report_of_pairs(pairs, o.samples, a);
    }
    if (o.test == TasteTest::ranking) {
        std::map<std::pair<int, int>, std::vector<double>> rows;
        for (auto const& x : answers)
            for (auto const& rank : x.ranks) {
                auto& row = rows[{x.taster, x.round}];
                row.resize(o.samples.size(), 0);
                row[OSETRA_TRY(serving(places, x, rank.code))->sample] = rank.rank;
            }
        std::vector<std::vector<double>> ranks;
        for (auto& [who, row] : rows) {
            if (std::any_of(row.begin(), row.end(), [](double x) { return !(x > 0); })) return refuse("answer_missing", "A sample was not ranked.", fmt::format("taster {} round {}", who.first, who.second));
            for (auto& x : row) x = -x;
            ranks.push_back(ranks_of(row));      // ties get their mean rank, whatever numbers were written
        }
        return report_of_ranks(ranks, o.samples, a);
    }
    ScoreSheet sheet;
    sheet.products = o.samples;
    std::map<int, int> numbers;
    for (auto const t : tasters) { numbers[t] = static_cast<int>(sheet.tasters.size()); sheet.tasters.push_back(std::to_string(t)); }
    sheet.attributes = o.attributes.empty() ? std::vector<string>{"liking"} : o.attributes;
    for (size_t k = 0; k < sheet.attributes.size(); ++k) sheet.scores.push_back({static_cast<int>(sheet.tasters.size()), static_cast<int>(o.samples.size()), {}, {}});
    for (auto const& x : answers)
        for (auto const& s : x.scores) {
            auto const found = std::find(sheet.attributes.begin(), sheet.attributes.end(), s.attribute);
            if (found == sheet.attributes.end()) return refuse("attribute_unknown", "This tasting does not ask for " + s.attribute + ".", fmt::format("taster {}", x.taster));
            sheet.scores[static_cast<size_t>(found - sheet.attributes.begin())].rows.push_back({numbers[x.taster], static_cast<int>(OSETRA_TRY(serving(places, x, s.code))->sample), s.score, {}});
        }
    auto r = OSETRA_TRY(report_of_scores(sheet, a));
    r.test = o.test;
    return r;
}

string json_of(TasteReport const& r) {
    JsonOut out;
    out.begin_object();
    out.value("test", word_of(r.test));
    out.value("outcome", r.outcome);
    put_said(out, "verdict", r.verdict);
    out.begin_array("notes");
    for (auto const& n : r.notes) put_said(out, nullptr, n);
    out.end_array();
    out.value("products", r.products);
    out.value("tasters", r.tasters);
    out.value("answers", r.answers);
    out.value("p", r.p);
    out.value("more_needed", r.more_needed);
    if (r.discrimination) {
        auto const& d = *r.discrimination;
        out.begin_object("discrimination");
        out.value("protocol", word_of(d.asked.protocol));
        out.value("answers", d.asked.answers); out.value("right", d.asked.right); out.value("chance", d.chance); out.value("critical", d.critical); out.value("p", d.p); out.value("alpha", d.asked.alpha);
        put_estimate(out, "share_right", d.right); put_estimate(out, "distinguishers", d.distinguishers); put_estimate(out, "d_prime", d.d_prime);
        out.value("power", d.power); out.value("power_for", d.asked.distinguishers); out.value("answers_needed", d.answers_needed);
        out.end_object();
    }
    if (r.worths) {
        auto const& w = *r.worths;
        out.begin_object("worths");
        out.begin_array("products");
        for (size_t i = 0; i < w.worth.size(); ++i) {
            out.begin_object();
            out.value("product", r.products[i]);
            out.value("worth", w.worth[i].value); out.value("error", w.worth[i].error); out.value("low", w.worth[i].low); out.value("high", w.worth[i].high); out.value("share", w.worth[i].share);
            out.end_object();
        }
        out.end_array();
        out.begin_array("differences");
        for (auto const& d : w.differences) {
            out.begin_object();
            out.value("one", r.products[d.one]); out.value("other", r.products[d.other]); out.value("value", d.value); out.value("error", d.error); out.value("p", d.p);
            out.end_object();
        }
        out.end_array();
        out.value("chi_square", w.chi_square); out.value("degrees", w.degrees); out.value("p", w.p); out.value("log_likelihood", w.log_likelihood);
        out.value("tie", w.tie); out.value("tie_error", w.tie_error); out.value("order", w.order); out.value("order_error", w.order_error); out.value("taster_sd", w.taster_sd);
        out.begin_array("tie_sizes");
        for (auto const d : w.tie_sizes) out.value(nullptr, d);
        out.end_array();
        out.end_object();
    }
    if (r.friedman) put_rank_test(out, "friedman", *r.friedman, r.products);
    if (r.page) put_rank_test(out, "page", *r.page, r.products);
    out.begin_array("attributes");
    for (auto const& a : r.attributes) {
        out.begin_object();
        out.value("attribute", a.name);
        if (!a.left_out.empty()) out.value("left_out", a.left_out);
        if (a.profile) {
            auto const& f = *a.profile;
            put_test(out, "product", f.product);
            out.begin_array("factors");
            for (auto const& t : f.factors) put_test(out, nullptr, t);
            out.end_array();
            out.value("taster_sd", f.taster_sd); out.value("interaction_sd", f.interaction_sd); out.value("error_sd", f.error_sd); out.value("reml", f.reml);
            out.begin_array("means");
            for (size_t i = 0; i < f.means.size(); ++i) {
                auto const& m = f.means[i];
                out.begin_object();
                out.value("product", r.products[i]);
                out.value("mean", m.mean); out.value("error", m.error); out.value("low", m.low); out.value("high", m.high); out.value("group", m.group_tukey); out.value("group_lsd", m.group_lsd);
                out.end_object();
            }
            out.end_array();
        }
        if (a.ordinal) {
            auto const& f = *a.ordinal;
            out.value("chi_square", f.chi_square); out.value("degrees", f.degrees); out.value("p", f.p); out.value("taster_sd", f.taster_sd); out.value("log_likelihood", f.log_likelihood);
            out.begin_array("thresholds");
            for (auto const t : f.thresholds) out.value(nullptr, t);
            out.end_array();
            out.begin_array("logits");
            for (size_t i = 0; i < f.product.size(); ++i) { out.begin_object(); out.value("product", r.products[i]); out.value("value", f.product[i]); out.value("error", f.product_error[i]); out.end_object(); }
            out.end_array();
            out.begin_array("factor_logits");
            for (size_t k = 0; k < f.factors.size(); ++k)
                for (size_t l = 1; l < f.factors[k].size(); ++l) { out.begin_object(); out.value("value", f.factors[k][l]); out.value("error", f.factor_errors[k][l]); out.end_object(); }
            out.end_array();
        }
        auto const* differences = a.profile ? &a.profile->differences : a.ordinal ? &a.ordinal->differences : nullptr;
        if (differences) {
            out.begin_array("differences");
            for (auto const& d : *differences) {
                out.begin_object();
                out.value("one", r.products[static_cast<size_t>(d.one)]); out.value("other", r.products[static_cast<size_t>(d.other)]);
                out.value("value", d.value); out.value("error", d.error); out.value("degrees", d.degrees); out.value("p", d.p); out.value("p_adjusted", d.p_tukey);
                out.end_object();
            }
            out.end_array();
        }
        out.end_object();
    }
    out.end_array();
    out.begin_array("panel");
    for (auto const& t : r.panel) {
        out.begin_object();
        out.value("taster", t.taster); out.value("verdict", t.verdict); out.value("discriminated", t.discriminated); out.value("of", t.of); out.value("agrees", t.agrees); out.value("repeats", t.repeats);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

// Reading a file ------------------------------------------------------------------------------------------------------

namespace {

constexpr std::array<std::string_view, 8> taster_names{"taster", "panelist", "panellist", "judge", "consumer", "assessor", "subject", "品评员"};
constexpr std::array<std::string_view, 4> product_names{"product", "sample", "样品", "产品"};
constexpr std::array<std::string_view, 11> never_scores{"session", "round", "trial", "rank", "place", "replicate", "order", "age", "code", "场次", "轮次"};

template <size_t N> std::optional<size_t> usual(TasteTable const& t, std::array<std::string_view, N> const& names) {
    for (auto const name : names) if (auto const c = t.find(name)) return c;
    return std::nullopt;
}
Result<std::optional<size_t>> told_or_usual(TasteTable const& t, string const& told, auto const& names) {
    if (told.empty()) return usual(t, names);
    return std::optional{OSETRA_TRY(t.column(told))};
}

Result<int> whole(TasteTable const& t, size_t row, size_t column) {
    auto const x = OSETRA_TRY(t.number(row, column));
    if (x != std::floor(x) || std::abs(x) > 1e6) return refuse("number_malformed", "Here a whole number is wanted.", t.place(row, column));
    return static_cast<int>(x);
}
Result<bool> yes_or_no(TasteTable const& t, size_t row, size_t column) {
    auto const word = OSETRA_TRY(t.word(row, column));
    for (auto const* yes : {"1", "yes", "Yes", "YES", "true", "TRUE", "right", "correct", "y", "对", "是"}) if (word == yes) return true;
    for (auto const* no : {"0", "no", "No", "NO", "false", "FALSE", "wrong", "incorrect", "n", "错", "否"}) if (word == no) return false;
    return refuse("answer_unknown", "'" + word.substr(0, 40) + "' is neither yes nor no. Write 1 or 0.", t.place(row, column));
}
/// Whole numbers that cannot be negative, of pairs in counts.
Result<double> count_in(TasteTable const& t, size_t row, size_t column) {
    auto const x = OSETRA_TRY(t.number(row, column));
    if (x < 0) return refuse("count_impossible", "A count is not below nought.", t.place(row, column));
    return x;
}

Result<TasteReport> of_counts(TasteTable const& t, TasteAsked const& a) {
    auto const i = *t.find("i"), j = *t.find("j"), wi = *t.find("w_ij"), wj = *t.find("w_ji");
    auto const tie = t.find("t_ij");
    std::vector<string> products;
    std::vector<Comparison> pairs;
    for (size_t r = 0; r < t.rows(); ++r) {
        Comparison c;
        c.first = index_in(products, OSETRA_TRY(t.word(r, i)));
        c.second = index_in(products, OSETRA_TRY(t.word(r, j)));
        if (c.first == c.second) return refuse("answer_unknown", "A product is compared with itself.", t.place(r, j));
        c.first_wins = OSETRA_TRY(count_in(t, r, wi));
        c.second_wins = OSETRA_TRY(count_in(t, r, wj));
        if (tie) c.ties = OSETRA_TRY(count_in(t, r, *tie));
        pairs.push_back(c);
    }
    return report_of_pairs(pairs, std::move(products), a);
}

Result<TasteReport> of_pairs(TasteTable const& t, TasteAsked const& a) {
    auto const first = *t.find("first"), second = *t.find("second"), chosen = OSETRA_TRY(t.column(a.chosen.empty() ? "chosen" : a.chosen));
    auto const taster = OSETRA_TRY(told_or_usual(t, a.taster, taster_names));
    std::vector<string> products, tasters;
    std::vector<Comparison> pairs;
    for (size_t r = 0; r < t.rows(); ++r) {
        Comparison c;
        auto const one = OSETRA_TRY(t.word(r, first)), other = OSETRA_TRY(t.word(r, second)), choice = OSETRA_TRY(t.word(r, chosen));
        if (one == other) return refuse("answer_unknown", "A product is compared with itself.", t.place(r, second));
        c.first = index_in(products, one);
        c.second = index_in(products, other);
        if (choice == one || choice == "first") c.first_wins = 1;
        else if (choice == other || choice == "second") c.second_wins = 1;
        else if (choice == "=" || choice == "tie" || choice == "none" || choice == "平") c.ties = 1;
        else return refuse("answer_unknown", fmt::format("'{}' is neither {} nor {} nor = (no difference).", choice.substr(0, 40), one, other), t.place(r, chosen));
        if (taster) c.taster = static_cast<int>(index_in(tasters, OSETRA_TRY(t.word(r, *taster))));
        pairs.push_back(c);
    }
    return report_of_pairs(pairs, std::move(products), a);
}

Result<TasteReport> of_right(TasteTable const& t, size_t column, TasteAsked const& a) {
    auto const protocol = a.test ? *a.test == TasteTest::paired ? std::optional{Protocol::paired} : protocol_of(*a.test) : std::nullopt;
    if (!protocol) return refuse("taste_test_missing", "Say which test these answers are of: --test triangle, duo_trio, 2afc, 3afc or paired.", t.name());
    int right = 0;
    for (size_t r = 0; r < t.rows(); ++r) right += OSETRA_TRY(yes_or_no(t, r, column));
    return report_of_count(*protocol, right, static_cast<int>(t.rows()), a);
}

Result<TasteReport> ranked(std::map<string, std::map<string, double>> const& by_taster, std::vector<string> products, string const& file, TasteAsked const& a) {
    std::vector<std::vector<double>> ranks;
    for (auto const& [taster, told] : by_taster) {
        std::vector<double> row;
        for (auto const& p : products) {
            auto const found = told.find(p);
            if (found == told.end()) return refuse("answer_missing", fmt::format("Taster {} did not rank {}. Take the taster out, or fill it in.", taster, p), file);
            row.push_back(-found->second);
        }
        ranks.push_back(ranks_of(row));
    }
    return report_of_ranks(ranks, std::move(products), a);
}

Result<TasteReport> of_ranks(TasteTable const& t, size_t rank, TasteAsked const& a) {
    auto const taster = OSETRA_TRY(told_or_usual(t, a.taster, taster_names)), product = OSETRA_TRY(told_or_usual(t, a.product, product_names));
    if (!taster || !product) return refuse("column_unknown", "Ranks need a column with the taster and one with the product: --taster, --product.", t.name());
    std::vector<string> products;
    std::map<string, std::map<string, double>> by_taster;
    for (size_t r = 0; r < t.rows(); ++r) {
        auto const who = OSETRA_TRY(t.word(r, *taster)), what = OSETRA_TRY(t.word(r, *product));
        index_in(products, what);
        if (!by_taster[who].emplace(what, OSETRA_TRY(t.number(r, rank))).second) return refuse("answer_twice", fmt::format("Taster {} ranked {} twice.", who, what), t.place(r, rank));
    }
    return ranked(by_taster, std::move(products), t.name(), a);
}

/// One answer a cell; the first column names the rows.
Result<TasteReport> of_wide(TasteTable const& t, TasteAsked const& a) {
    if (a.wide != "samples" && a.wide != "tasters") return refuse("word_unknown", "--wide says what the columns are: samples or tasters.", a.wide);
    if (t.header().size() < 3) return refuse("column_unknown", "A wide file has a first column that names the rows, and two more at least.", t.name());
    ScoreSheet sheet;
    auto const columns_are_samples = a.wide == "samples";
    auto& across = columns_are_samples ? sheet.products : sheet.tasters;
    auto& down = columns_are_samples ? sheet.tasters : sheet.products;
    across.assign(t.header().begin() + 1, t.header().end());
    Scores scores;
    for (size_t r = 0; r < t.rows(); ++r) {
        auto const name = OSETRA_TRY(t.word(r, 0));
        if (std::find(down.begin(), down.end(), name) != down.end()) return refuse("answer_twice", name + " has two rows.", t.place(r, 0));
        down.push_back(name);
        for (size_t c = 1; c < t.header().size(); ++c) {
            if (t.cell(r, c).empty() && a.test != TasteTest::ranking) continue;
            auto const x = OSETRA_TRY(t.number(r, c));
            auto const row = static_cast<int>(r), column = static_cast<int>(c) - 1;
            scores.rows.push_back({columns_are_samples ? row : column, columns_are_samples ? column : row, x, {}});
        }
    }
    if (a.test == TasteTest::ranking) {
        std::map<string, std::map<string, double>> by_taster;
        for (auto const& row : scores.rows) by_taster[sheet.tasters[static_cast<size_t>(row.taster)]][sheet.products[static_cast<size_t>(row.product)]] = row.score;
        return ranked(by_taster, sheet.products, t.name(), a);
    }
    scores.tasters = static_cast<int>(sheet.tasters.size());
    scores.products = static_cast<int>(sheet.products.size());
    sheet.attributes = {a.attributes.empty() ? "liking" : a.attributes.front()};
    sheet.scores = {std::move(scores)};
    return report_of_scores(sheet, a);
}

Result<TasteReport> of_scores(TasteTable const& t, TasteAsked const& a) {
    auto const taster = OSETRA_TRY(told_or_usual(t, a.taster, taster_names)), product = OSETRA_TRY(told_or_usual(t, a.product, product_names));
    if (!product) return refuse("column_unknown", "Say which column has the product: --product. (One answer a cell? Then --wide.)", t.name());
    std::vector<size_t> fixed, attributes;
    for (auto const& name : a.fixed) fixed.push_back(OSETRA_TRY(t.column(name)));
    for (auto const& name : a.attributes) attributes.push_back(OSETRA_TRY(t.column(name)));
    if (attributes.empty())
        for (size_t c = 0; c < t.header().size(); ++c) {
            auto const used = c == product || c == taster || std::find(fixed.begin(), fixed.end(), c) != fixed.end();
            auto const never = std::any_of(never_scores.begin(), never_scores.end(), [&](auto name) { return t.find(name) == c; });
            if (!used && !never && !t.header()[c].empty() && t.is_numeric(c)) attributes.push_back(c);
        }
    if (attributes.empty()) return refuse("attribute_missing", "No column has scores. Name them: --attribute.", t.name());
    ScoreSheet sheet;
    std::vector<std::vector<string>> levels(fixed.size());
    std::vector<Scores::Row> rows;
    for (size_t r = 0; r < t.rows(); ++r) {
        Scores::Row row{taster ? static_cast<int>(index_in(sheet.tasters, OSETRA_TRY(t.word(r, *taster)))) : static_cast<int>(r), static_cast<int>(index_in(sheet.products, OSETRA_TRY(t.word(r, *product)))), 0, {}};
        for (size_t f = 0; f < fixed.size(); ++f) row.levels.push_back(static_cast<int>(index_in(levels[f], OSETRA_TRY(t.word(r, fixed[f])))));
        rows.push_back(std::move(row));
    }
    if (!taster && !a.ordinal) return refuse("column_unknown", "Say which column has the taster: --taster. Without it nobody can tell tasters from products.", t.name());
    if (!taster) sheet.tasters = {"all"};
    for (auto const c : attributes) {
        Scores s;
        s.tasters = taster ? static_cast<int>(sheet.tasters.size()) : 1;
        s.products = static_cast<int>(sheet.products.size());
        for (auto const& l : levels) s.factor_sizes.push_back(static_cast<int>(l.size()));
        for (size_t r = 0; r < t.rows(); ++r) {
            if (t.cell(r, c).empty()) continue;
            auto row = rows[r];
            if (!taster) row.taster = 0;
            row.score = OSETRA_TRY(t.number(r, c));
            s.rows.push_back(std::move(row));
        }
        sheet.attributes.push_back(t.header()[c]);
        sheet.scores.push_back(std::move(s));
    }
    return report_of_scores(sheet, a);
}

Result<TasteReport> of_codes(TasteTable const& t, Opened const& o, TasteAsked const& a) {
    auto const taster = OSETRA_TRY(t.column(a.taster.empty() ? "taster" : a.taster));
    auto const round = t.find("round"), trial = t.find("trial"), code = t.find("code"), chosen = t.find(a.chosen.empty() ? "chosen" : a.chosen), rank = t.find("rank");
    auto const by_choice = protocol_of(o.test) || o.test == TasteTest::paired;
    if (by_choice && !chosen) return refuse("column_unknown", "The answers need a column chosen, with the code that was chosen.", t.name());
    if (!by_choice && !code) return refuse("column_unknown", "The answers need a column code.", t.name());
    std::vector<std::pair<string, size_t>> attributes;
    if (o.test == TasteTest::hedonic || o.test == TasteTest::profile)
        for (auto const& name : o.attributes.empty() ? std::vector<string>{"liking"} : o.attributes) attributes.emplace_back(name, OSETRA_TRY(t.column(name)));
    if (o.test == TasteTest::ranking && !rank) return refuse("column_unknown", "The answers need a column rank.", t.name());
    std::vector<TasteAnswer> answers;
    std::set<std::tuple<int, int, int, string>> seen;
    std::set<std::pair<int, string>> codes;
    for (auto const& s : o.servings) codes.emplace(s.taster, s.code);
    for (size_t r = 0; r < t.rows(); ++r) {
        TasteAnswer x;
        x.taster = OSETRA_TRY(whole(t, r, taster));
        x.round = round ? OSETRA_TRY(whole(t, r, *round)) : 1;
        x.trial = trial ? OSETRA_TRY(whole(t, r, *trial)) : 1;
        auto const which = by_choice ? *chosen : *code;
        auto const text = OSETRA_TRY(t.word(r, which));
        if (!(by_choice && text == "=" && o.test == TasteTest::paired) && !codes.contains({x.taster, text})) return refuse("code_unknown", fmt::format("Taster {} had no sample {}. Look at the sheet again.", x.taster, text.substr(0, 40)), t.place(r, which));
        if (!seen.emplace(x.taster, x.round, x.trial, by_choice ? "" : text).second) return refuse("answer_twice", "This was answered already in a row above.", t.place(r, which));
        if (by_choice) x.chosen = text;
        else if (rank && o.test == TasteTest::ranking) x.ranks.push_back({text, OSETRA_TRY(t.number(r, *rank))});
        else for (auto const& [name, column] : attributes) if (!t.cell(r, column).empty()) x.scores.push_back({text, name, OSETRA_TRY(t.number(r, column))});
        answers.push_back(std::move(x));
    }
    return report_of_answers(o, answers, a);
}

} // namespace

Result<TasteReport> report_of_file(TasteTable const& t, std::optional<Opened> const& opened, TasteAsked const& a) {
    if (opened) return of_codes(t, *opened, a);
    if (!a.wide.empty()) return of_wide(t, a);
    if (t.find("i") && t.find("j") && t.find("w_ij") && t.find("w_ji")) return of_counts(t, a);
    if (t.find("first") && t.find("second")) return of_pairs(t, a);
    if (auto const right = t.find("right")) return of_right(t, *right, a);
    if (auto const rank = t.find("rank"); rank && (!a.test || *a.test == TasteTest::ranking) && a.attributes.empty() && (a.test || t.header().size() <= 4)) return of_ranks(t, *rank, a);
    return of_scores(t, a);
}

} // namespace osetra::quality
