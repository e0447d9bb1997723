#include "quality/tasting/tasting_paper.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "kernel/paper.h"
#include "quality/tasting/decide.h"

namespace osetra::quality {
namespace {

using paper::Column, paper::large, paper::normal, paper::Paper, paper::small;
using std::size_t;
using std::string;

string both(TasteTest t) {
    switch (t) {
    case TasteTest::triangle: return "Triangle test 三点检验 (ISO 4120)";
    case TasteTest::duo_trio: return "Duo-trio test 二-三点检验 (ISO 10399)";
    case TasteTest::two_afc: return "2-AFC 二项必选检验";
    case TasteTest::three_afc: return "3-AFC 三项必选检验";
    case TasteTest::paired: return "Paired comparison 成对比较 (ISO 5495)";
    case TasteTest::ranking: return "Ranking 排序检验 (ISO 8587)";
    case TasteTest::hedonic: return "Liking 喜好度";
    case TasteTest::profile: return "Profile 定量描述";
    }
    return {};
}

string work_word(string const& verdict) {
    if (verdict == "good") return "good 良好";
    if (verdict == "discriminates_little") return "tells apart little 区分力弱";
    if (verdict == "repeats_badly") return "does not repeat itself 重复性差";
    if (verdict == "disagrees") return "disagrees with the others 与他人不一致";
    return "not judged 未评";
}

/// A bar of 24 places, its whole width being `most`.
string bar(double value, double least, double most) {
    auto const n = most > least ? std::clamp(static_cast<int>(std::lround(24 * (value - least) / (most - least))), 0, 24) : 0;
    string out;
    for (int i = 0; i < n; ++i) out += "█";
    return out;
}
string range(double value, double low, double high) { return fmt::format("{:.2f} ({:.2f} – {:.2f})", value, low, high); }

void head(Paper& sheet, TastingPaper const& of, char const* title) {
    sheet.line(title, large);
    if (of.simulated) sheet.line("SIMULATED: this company and its tasters do not exist. 模拟数据：该公司及其品评员均不存在。", normal + 1);
    auto const when = text_of(of.at + of.offset.east);
    sheet.line(fmt::format("{}   {}   {}", of.company, of.planned.tasting, of.planned.title), normal + 2);
    auto const test = parse_taste_test(of.planned.test);
    sheet.line(fmt::format("{}; {} tasters 人, {}", test ? both(*test) : of.planned.test, of.planned.seats, when.substr(0, 10)), normal);
    sheet.line("Sealed with 封存指纹 SHA-256 " + of.planned.commitment, small);
    sheet.gap(normal);
}

} // namespace

string tasting_report_paper(TastingPaper const& of, TasteReport const& r) {
    Paper sheet{paper::Lie::upright};
    head(sheet, of, "Tasting report 品评报告");
    sheet.line(r.verdict.en, normal + 3);
    sheet.line(r.verdict.zh, normal + 3);
    for (auto const& n : r.notes) { sheet.line(n.en, normal); sheet.line(n.zh, normal); }
    sheet.gap(normal);
    if (r.discrimination) {
        auto const& d = *r.discrimination;
        sheet.table({{"", 0.5F}, {"", 0.5F}},
                    {{"Right 答对", fmt::format("{} / {}", d.asked.right, d.asked.answers)}, {"By chance 随机概率", fmt::format("{:.1f} %", 100 * d.chance)},
                     {fmt::format("Enough at 临界数 {:g} %", 100 * d.asked.alpha), std::to_string(d.critical)}, {"p", fmt::format("{:.4f}", d.p)},
                     {"Perceive it 能分辨者", fmt::format("{:.0f} % ({:.0f} – {:.0f})", 100 * d.distinguishers.value, 100 * d.distinguishers.low, 100 * d.distinguishers.high)},
                     {"d' 辨别力", range(d.d_prime.value, d.d_prime.low, d.d_prime.high)}, {fmt::format("Power if {:.0f} % perceive it 检验力", 100 * d.asked.distinguishers), fmt::format("{:.0f} %", 100 * d.power)},
                     {fmt::format("Answers for {:.0f} % 所需人数", 100 * d.asked.power), d.answers_needed ? std::to_string(*d.answers_needed) : "–"}});
        sheet.gap(normal);
    }
    if (r.worths && r.products.size() > 1) {
        double most = 0;
        for (auto const& w : r.worths->worth) most = std::max(most, w.share);
        std::vector<std::vector<string>> rows;
        for (size_t i = 0; i < r.products.size(); ++i) rows.push_back({r.products[i], range(r.worths->worth[i].value, r.worths->worth[i].low, r.worths->worth[i].high), fmt::format("{:.0f} %", 100 * r.worths->worth[i].share), bar(r.worths->worth[i].share, 0, most)});
        sheet.table({{"Sample 样品", 0.25F}, {"Worth 价值 (95 %)", 0.25F}, {"First places 首选", 0.15F}, {"", 0.35F}}, rows);
        sheet.gap(normal);
    }
    if (r.friedman) sheet.line(fmt::format("Friedman {:.3f}, p {:.4f}", r.friedman->statistic, r.friedman->p), normal);
    for (auto const& a : r.attributes) {
        if (!a.profile) continue;
        sheet.line(fmt::format("{}   F {:.2f}, p {:.4f}", a.name, a.profile->product.f, a.profile->product.p), normal + 1);
        std::vector<std::vector<string>> rows;
        for (size_t i = 0; i < r.products.size(); ++i) {
            auto const& m = a.profile->means[i];
            rows.push_back({r.products[i], lot_of(of.planned, r.products[i]), range(m.mean, m.low, m.high), m.group_tukey, bar(m.mean, static_cast<double>(of.planned.scale_low), static_cast<double>(of.planned.scale_high))});
        }
        sheet.table({{"Sample 样品", 0.22F}, {"Lot 批次", 0.15F}, {"Mean 均值 (95 %)", 0.23F}, {"Group 分组", 0.1F}, {"", 0.3F}}, rows);
    }
    if (!r.attributes.empty()) sheet.line("Samples that share a letter do not differ (Tukey, 5 %). 字母相同者差异不显著（Tukey，5 %）。", small);
    if (r.test == TasteTest::profile && !r.panel.empty()) {
        sheet.gap(normal);
        std::vector<std::vector<string>> rows;
        for (auto const& t : r.panel) rows.push_back({t.taster, work_word(t.verdict), t.of ? fmt::format("{} / {}", t.discriminated, t.of) : "–", fmt::format("{:.2f}", t.agrees), t.repeats > 0 ? fmt::format("{:.2f}", t.repeats) : "–"});
        sheet.table({{"Taster 品评员", 0.2F}, {"Verdict 评价", 0.3F}, {"Discriminates 区分", 0.2F}, {"Agrees 一致", 0.15F}, {"Repeats 重复", 0.15F}}, rows);
    }
    return sheet.bytes();
}

string serving_paper(TastingPaper const& of, Opened const& key) {
    Paper sheet{paper::Lie::upright};
    head(sheet, of, "To pour by 备样单");
    sheet.line("This sheet tells what is what. It is not for who tastes or asks. 本单写明样品身份，不得给品评员和主持人看。", normal + 1);
    sheet.gap(normal);
    std::vector<std::vector<string>> rows;
    for (auto const& s : key.servings)
        rows.push_back({std::to_string(s.taster), std::to_string(s.round), std::to_string(s.place), s.place == 0 ? "reference 对照" : s.code, key.samples[s.sample], ""});
    sheet.table({{"Seat 座位", 0.12F}, {"Round 轮", 0.1F}, {"Place 位置", 0.12F}, {"Code 编码", 0.2F}, {"Sample 样品", 0.36F}, {"Done 完成", 0.1F}}, rows);
    return sheet.bytes();
}

} // namespace osetra::quality
