#include "quality/engine/grade.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace osetra::quality {
namespace {

bool keeps(Attribute const& a, GradeLimit const& limit, double value) {
    switch (a.better) {
    case Better::more: return value >= limit.low;
    case Better::less: return value <= limit.high;
    case Better::between: return value >= limit.low && value <= limit.high;
    }
    return false;
}

AttributeGrade grade_of(Attribute const& a, std::size_t place, double value, std::size_t grades) {
    AttributeGrade g{place, value, grades - 1, {}, false};
    for (std::size_t i = 0; i < grades; ++i) {
        auto const limit = a.limits.find(i);
        if (limit == a.limits.end() || keeps(a, limit->second, value)) { g.grade = i; break; }
        g.missed = i;
    }
    return g;
}

/// A mean between two grades is the worse of them, as buyers take it.
std::size_t together(Scheme const& scheme, std::vector<AttributeGrade> const& all) {
    std::size_t worst = 0, cap = 0;
    double sum = 0, weights = 0;
    for (auto const& g : all) {
        auto const& a = scheme.attributes[g.attribute];
        worst = std::max(worst, g.grade);
        if (a.caps) cap = std::max(cap, g.grade);
        sum += a.weight * static_cast<double>(g.grade);
        weights += a.weight;
    }
    if (scheme.decide == Decide::lowest) return worst;
    return std::max(cap, weights > 0 ? static_cast<std::size_t>(std::floor(sum / weights + 0.5)) : worst);
}

std::string with_unit(double value, Attribute const& a) {
    return a.unit.empty() ? fmt::format("{:.4g}", value) : fmt::format("{:.4g} {}", value, a.unit);
}

} // namespace

Attribute const* Scheme::find(std::string_view wanted) const {
    auto const i = std::find_if(attributes.begin(), attributes.end(), [&](Attribute const& a) { return a.code == wanted; });
    return i == attributes.end() ? nullptr : &*i;
}

std::optional<std::size_t> Scheme::place(std::string_view grade) const {
    for (std::size_t i = 0; i < grades.size(); ++i)
        if (grades[i].code == grade) return i;
    return {};
}

Result<Graded> grade(Scheme const& scheme, Values const& values) {
    for (auto const& [code, value] : values) {
        auto const* a = scheme.find(code);
        if (!a) return refuse("attribute_unknown", fmt::format("{} is no attribute of the scheme {}. Its attributes are listed by `osetra grade schemes`.", code, scheme.code), code);
        if (!(value >= a->from && value <= a->to))
            return refuse("attribute_range", fmt::format("{} of {:.6g} cannot be: it lies between {} and {}. Look at the value again.", a->name_en, value, with_unit(a->from, *a), with_unit(a->to, *a)), code);
        if (a->kind == AttributeKind::scored && value != std::round(value) && value * 2 != std::round(value * 2))
            return refuse("attribute_range", fmt::format("{} is scored in whole or half points.", a->name_en), code);
    }
    Graded graded;
    for (std::size_t i = 0; i < scheme.attributes.size(); ++i) {
        auto const& a = scheme.attributes[i];
        auto const value = values.find(a.code);
        if (value != values.end()) graded.attributes.push_back(grade_of(a, i, value->second, scheme.grades.size()));
        else if (a.optional) graded.missing.push_back(i);
        else return refuse("attribute_missing", fmt::format("{} is missing; the scheme {} asks for it.", a.name_en, scheme.code), a.code);
    }
    if (graded.attributes.empty()) return refuse("attribute_missing", fmt::format("Nothing was told of the lot. The scheme {} lists what can be.", scheme.code), "values");
    graded.grade = together(scheme, graded.attributes);
    if (graded.grade == 0) return graded;
    for (auto& g : graded.attributes) {
        auto const& a = scheme.attributes[g.attribute];
        g.decides = scheme.decide == Decide::lowest || a.caps ? g.grade == graded.grade : g.grade >= graded.grade;
    }
    return graded;
}

std::string limit_text(Attribute const& a, std::size_t grade, Tongue tongue) {
    auto const limit = a.limits.find(grade);
    if (limit == a.limits.end()) return {};
    auto const zh = tongue == Tongue::chinese;
    switch (a.better) {
    case Better::more: return zh ? fmt::format("不低于 {}", with_unit(limit->second.low, a)) : fmt::format("at least {}", with_unit(limit->second.low, a));
    case Better::less: return zh ? fmt::format("不高于 {}", with_unit(limit->second.high, a)) : fmt::format("at most {}", with_unit(limit->second.high, a));
    case Better::between: return zh ? fmt::format("{:.4g} 至 {}", limit->second.low, with_unit(limit->second.high, a)) : fmt::format("{:.4g} to {}", limit->second.low, with_unit(limit->second.high, a));
    }
    return {};
}

std::vector<std::string> reasons(Scheme const& scheme, Graded const& graded, Tongue tongue) {
    std::vector<std::string> all;
    auto const zh = tongue == Tongue::chinese;
    for (auto const& g : graded.attributes) {
        if (!g.decides || !g.missed) continue;
        auto const& a = scheme.attributes[g.attribute];
        auto const& word = scheme.grades[*g.missed];
        all.push_back(zh ? fmt::format("{} {}，{} 要求{}", a.name_zh, with_unit(g.value, a), word.name_zh, limit_text(a, *g.missed, tongue))
                         : fmt::format("{} {}, {} asks {}", a.name_en, with_unit(g.value, a), word.name_en, limit_text(a, *g.missed, tongue)));
    }
    if (all.empty()) all.push_back(zh ? fmt::format("达到 {} 的全部要求", scheme.grades[graded.grade].name_zh) : fmt::format("All that {} asks is kept", scheme.grades[graded.grade].name_en));
    for (auto const i : graded.missing)
        all.push_back(zh ? fmt::format("未评{}", scheme.attributes[i].name_zh) : fmt::format("{} was not told", scheme.attributes[i].name_en));
    return all;
}

PortionAnswer margin_of(Portion const& portion, Scheme const& scheme, std::map<std::string, long long> const& prices) {
    PortionAnswer answer;
    long long parts = 0;
    for (auto const& p : portion.parts) parts += p.cost_minor;
    auto const grams = portion.grams / (1 - portion.loss);
    answer.pays_below_minor_per_kg = std::llround(std::floor(static_cast<double>(portion.price_minor - parts) / grams * 1000));
    for (auto const& word : scheme.grades) {
        auto const price = prices.find(word.code);
        if (price == prices.end()) continue;
        PortionMargin m;
        m.grade = word.code;
        m.allowed = std::find(portion.grades.begin(), portion.grades.end(), word.code) != portion.grades.end();
        m.goods_minor = std::llround(static_cast<double>(price->second) * grams / 1000);
        m.parts_minor = parts;
        m.margin_minor = portion.price_minor - m.goods_minor - parts;
        m.margin_share = static_cast<double>(m.margin_minor) / static_cast<double>(portion.price_minor);
        m.earns_per_g = static_cast<double>(portion.price_minor - parts) / grams;
        answer.grades.push_back(m);
    }
    auto best = answer.grades.end();
    for (auto i = answer.grades.begin(); i != answer.grades.end(); ++i)
        if (i->allowed && i->margin_minor > 0 && (best == answer.grades.end() || i->margin_minor >= best->margin_minor)) best = i;
    if (best != answer.grades.end()) answer.best = best->grade;
    return answer;
}

Scheme const* Grading::find(std::string_view scheme) const {
    auto const i = std::find_if(schemes.begin(), schemes.end(), [&](Scheme const& s) { return s.code == scheme; });
    return i == schemes.end() ? nullptr : &*i;
}

Portion const* Grading::portion(std::string_view code) const {
    auto const i = std::find_if(portions.begin(), portions.end(), [&](Portion const& p) { return p.code == code; });
    return i == portions.end() ? nullptr : &*i;
}

} // namespace osetra::quality
