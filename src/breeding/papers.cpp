#include "breeding/papers.h"

#include <fmt/core.h>

#include "kernel/paper.h"

namespace osetra::breeding {
namespace {

using std::string;
using paper::large, paper::normal, paper::Paper;

string local(Instant at, FarmOffset offset) {
    auto const text = text_of(at + offset.east);
    return text.substr(0, 10) + " " + text.substr(11, 5);
}

struct Word { char const *code, *both; };
constexpr Word traits[] = {{"weight", "weight 体重"}, {"roe", "roe share 出籽率"}, {"egg", "egg diameter 卵径"}, {"colour", "colour 卵色"}, {"firmness", "firmness 弹性"}, {"ripe_age", "age when ripe 初熟年龄"}, {"survival", "survival 存活"}, {"female", "females 雌性"}};
string trait_word(std::string_view code) {
    for (auto const& t : traits)
        if (code == t.code) return t.both;
    return string{code};
}
string sex_word(string const& sex) { return sex == "female" ? "female 雌" : sex == "male" ? "male 雄" : "unknown 未知"; }

/// The reason for a pair in both languages, from what the plan keeps of it.
string reason(Plan const& plan, PlannedPair const& p) {
    string out = fmt::format("Female {} of {}, male {} of {} by index. 雌鱼综合指数第 {} 名，雄鱼第 {} 名。", p.dam_place, plan.females, p.sire_place, plan.males, p.dam_place, p.sire_place);
    out += p.less_related == 0 ? " The least related male of the plan. 计划中血缘最远的雄鱼。"
                               : fmt::format(" {} males are less related but are needed elsewhere. 另有 {} 尾血缘更远，已配他鱼。", p.less_related, p.less_related);
    if (p.same_site) out += " Same farm. 同场。";
    else if (!p.sire_site.empty()) out += fmt::format(" Milt from {}. 精液来自 {}。", p.sire_site, p.sire_site);
    return out;
}

string where(string const& site, string const& pool) { return pool.empty() ? site : site.empty() ? pool : site + " / " + pool; }

/// Parents, grandparents and great-grandparents, a row a generation.
void ancestors(Herd const& herd, string const& id, int depth, std::vector<std::vector<string>>& by_generation, size_t generation = 0) {
    if (generation == by_generation.size()) by_generation.emplace_back();
    auto const* a = herd.find(id);
    for (auto const* parent : {a ? &a->sire : nullptr, a ? &a->dam : nullptr}) {
        auto const known = parent && !parent->empty();
        by_generation[generation].push_back(known ? *parent : "–");
        if (depth > 1) ancestors(herd, known ? *parent : string{}, depth - 1, by_generation, generation + 1);
    }
}

string joined(std::vector<string> const& all) {
    string out;
    for (auto const& one : all) out += (out.empty() ? "" : ",  ") + one;
    return out;
}

} // namespace

string hatchery_sheet(Plan const& plan, string const& company, string const& author, std::optional<Signed> const& signature, FarmOffset offset) {
    Paper sheet;
    sheet.line("Hatchery sheet 配种单", large);
    sheet.line(fmt::format("{}   {}   season 季 {}", company, plan.species, text_of(plan.season)), normal + 2);
    sheet.line(fmt::format("{} matings 配对, expected inbreeding of the offspring 后代预期近交 {:.2f} % (any pair at random 随机 {:.2f} %), coancestry of the parents 亲本共祖 {:.3f}.", plan.pairs.size(), 100 * plan.mean_f,
                           100 * plan.mean_f_at_random, plan.coancestry), normal);
    string weights;
    std::string_view left = plan.weights;
    while (!left.empty()) {
        auto const comma = left.find(',');
        auto const part = left.substr(0, comma);
        left.remove_prefix(comma == std::string_view::npos ? left.size() : comma + 1);
        auto const colon = part.find(':');
        if (colon != std::string_view::npos) weights += fmt::format("{}{} × {}", weights.empty() ? "" : ", ", trait_word(part.substr(0, colon)), part.substr(colon + 1));
    }
    sheet.line("Index 综合指数: " + (weights.empty() ? string{"–"} : weights), normal);
    sheet.line(signature ? fmt::format("Planned by 制定 {}; signed by 签字 {}, {}{}", author, signature->by, local(signature->at, offset), signature->note.empty() ? "" : ": " + signature->note)
                         : fmt::format("Planned by 制定 {}. NOT SIGNED: do not mate by this sheet. 未签字：不得据此配种。", author), normal + 1);
    sheet.gap(normal);
    std::vector<std::vector<string>> rows;
    for (size_t i = 0; i < plan.pairs.size(); ++i) {
        auto const& p = plan.pairs[i];
        rows.push_back({std::to_string(i + 1), p.dam + (p.dam_stage.empty() ? "" : " (" + p.dam_stage + ")"), where(p.dam_site, p.dam_pool), p.sire, where(p.sire_site, p.sire_pool), fmt::format("{:.2f} %", 100 * p.f), reason(plan, p), "", "", "", ""});
    }
    sheet.table({{"No.", 0.03F}, {"Female 雌鱼", 0.13F}, {"Where 位置", 0.09F}, {"Male 雄鱼", 0.12F}, {"Where 位置", 0.08F}, {"F 近交", 0.05F}, {"Why 理由", 0.22F}, {"Day 日期", 0.06F}, {"Eggs 卵 g", 0.06F}, {"Fertilised 受精 %", 0.09F}, {"Tray 孵化槽", 0.07F}},
                rows, paper::Rows::written_in);
    sheet.signature("Hatchery, day and name 孵化场、日期、姓名");
    return sheet.bytes();
}

string pedigree_certificate(Of<PedigreeCertified> const& told, Herd const& herd, farm::Pack const& pack, string const& company, bool simulated, std::function<std::optional<double>(string const&)> const& f_of, FarmOffset offset) {
    auto const& b = told.body;
    Paper sheet{paper::Lie::upright};
    sheet.line("Certificate of descent 系谱证书", large);
    if (simulated) sheet.line("SIMULATED: this company and its animals do not exist. 模拟数据：该公司及其鱼均不存在。", normal + 1);
    sheet.line(fmt::format("No. 编号 {}   {}", b.certificate, company), normal + 2);
    sheet.line(fmt::format("To 收货方 {} ({}){}", b.buyer, b.country, b.purpose ? *b.purpose == "breeding" ? ", for breeding 用于繁育" : *b.purpose == "growing" ? ", for growing 用于养殖" : ", for research 用于研究" : ""), normal);
    sheet.line(fmt::format("Issued by 签发 {}, {}", told.author, local(told.at, offset)), normal);
    sheet.gap(normal);
    for (auto const& id : b.animals) {
        auto const* a = herd.find(id);
        auto const* species = a ? pack.find_species(a->species) : nullptr;
        sheet.line(fmt::format("{}   {}", id, a ? sex_word(a->sex) : ""), normal + 3);
        sheet.line(fmt::format("{}{}", species ? fmt::format("{} ({}) {}", species->latin, species->name_en, species->name_zh) : a ? a->species : "", a && a->born ? fmt::format(", hatched 孵化 {}", *a->born) : ""), normal);
        std::vector<std::vector<string>> generations;
        ancestors(herd, id, 3, generations);
        std::vector<std::vector<string>> rows;
        char const* const names[] = {"Parents 父母 (sire 父, dam 母)", "Grandparents 祖父母", "Great-grandparents 曾祖父母"};
        for (size_t g = 0; g < generations.size() && g < 3; ++g) rows.push_back({names[g], joined(generations[g])});
        if (auto const f = f_of(id)) rows.push_back({"Inbreeding 近交系数", fmt::format("{:.2f} %", 100 * *f)});
        if (a && !a->family.empty()) rows.push_back({"Family 家系", a->family});
        string samples;
        for (auto const& s : herd.told().samples)
            if (s.body.animal == id) samples += (samples.empty() ? "" : ", ") + s.body.sample + (s.body.laboratory ? " (" + *s.body.laboratory + ")" : "");
        for (auto const& p : herd.told().parents)
            for (auto const fish : p.body.fish)
                if (pit_tag_text(fish) == id) rows.push_back({"Parents found by 亲子鉴定", (p.body.method == "dna" ? "DNA" : p.body.method == "mark" ? "mark 标记" : "kept apart 单独饲养") + (p.body.certainty ? fmt::format(", {:.2f} %", 100 * *p.body.certainty) : "")});
        if (!samples.empty()) rows.push_back({"DNA samples 样本", samples});
        sheet.table({{"", 0.28F}, {"", 0.72F}}, rows);
    }
    sheet.signature("For the company: name, day, stamp 公司：姓名、日期、盖章");
    return sheet.bytes();
}

} // namespace osetra::breeding
