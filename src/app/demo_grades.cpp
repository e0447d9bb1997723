#include "app/demo_grades.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "kernel/json.h"
#include "quality/grading/answers.h"

namespace osetra::app::demo {

using std::chrono::minutes;

void DemoGrades::graded(std::string const& lot, std::string const& species, Genes const& genes, Instant salted, std::vector<std::string> const& panel, bool settled) {
    quality::Scheme const* scheme = nullptr;
    for (auto const& s : quality::all_gradings().schemes)
        if (!scheme && std::find(s.species.begin(), s.species.end(), species) != s.species.end()) scheme = &s;
    if (!scheme) return;
    // What the lot truly is; each grader sees it with an error of his own, and one is half a point stricter.
    auto const* egg = scheme->find("egg_mm");
    auto const middle = egg ? egg->limits.at(1).low + 0.06 : 0;
    quality::Values truth{{"egg_mm", middle + 0.15 * phenotype(genes, gene_egg, m_random.normal(0, 1))}, {"broken", std::max(0.2, m_random.normal(2.4, 1.4))}};
    auto const liking = m_random.normal(4.1, 0.45);
    for (auto const* code : {"colour", "firmness", "taste", "smell"}) truth[code] = liking + m_random.normal(0, 0.3);
    std::map<std::string, quality::Of<quality::GradeScored>> scores;
    for (std::size_t g = 0; g < panel.size(); ++g) {
        quality::Values own;
        for (auto const& a : scheme->attributes) {
            if (!truth.contains(a.code)) continue;
            if (a.kind == quality::AttributeKind::scored) own[a.code] = std::clamp(std::round(2 * (truth[a.code] + m_random.normal(0, 0.3) - (g == 1 ? 0.4 : 0))) / 2, a.from, a.to);
            else if (g == 0) own[a.code] = std::round(100 * std::clamp(truth[a.code], a.from, a.to)) / 100;
        }
        quality::GradeScored const body{lot, scheme->code, quality::score_texts(own), {}};
        scores[panel[g]] = {{}, salted, panel[g], body};
        m_tell(quality::GradeScored::kind, to_json(body), salted + minutes{40 + 9 * static_cast<std::int64_t>(g)}, panel[g]);
    }
    if (!settled && m_late++ % 8 == 2) return;
    auto const values = quality::joined_values(*scheme, scores, {});
    auto const by_rule = quality::grade(*scheme, values);
    if (!by_rule) return;
    auto place = by_rule->grade;
    quality::GradeDecided body{lot, scheme->code, {}, quality::score_texts(values), scheme->grades[place].code, {}};
    auto const roll = m_random.part();
    if (roll < 0.06 && place + 1 < scheme->grades.size()) { ++place; body.reason = "Smell fades after an hour"; }
    else if (roll > 0.95 && place > 0) { --place; body.reason = "One egg in a hundred short of the limit; the rest is better"; }
    body.grade = scheme->grades[place].code;
    m_tell(quality::GradeDecided::kind, to_json(body), salted + minutes{90}, panel.back());
}

} // namespace osetra::app::demo
