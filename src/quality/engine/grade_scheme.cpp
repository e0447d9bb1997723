#include "quality/engine/grade_scheme.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "kernel/yaml_map.h"

namespace osetra::quality {
namespace {

constexpr double any = 1e12;

template <class T> bool has_code(std::vector<T> const& all, std::string const& code) {
    return std::any_of(all.begin(), all.end(), [&](T const& x) { return x.code == code; });
}

template <class T> void add_once(std::vector<T>& all, T one, YamlMap& map, std::string const& list) {
    if (has_code(all, one.code)) map.trouble().remember("pack_code_twice", fmt::format("{} has the code {} twice; codes are unique.", list, one.code), map.mark(), map.place());
    all.push_back(std::move(one));
}

template <class T> void read_names(YamlMap& map, T& one) {
    one.code = map.text("code");
    one.name_en = map.text("name_en");
    one.name_zh = map.text("name_zh");
}

/// One of several words. `what` lists them for the refusal.
template <class E> E word_of(YamlMap& map, char const* key, std::initializer_list<std::pair<char const*, E>> words, char const* what) {
    auto const node = map.need(key);
    if (!node) return words.begin()->second;
    auto const text = map.text_of(node, key);
    for (auto const& [word, value] : words)
        if (text == word) return value;
    map.wrong(node, key, what);
    return words.begin()->second;
}

GradeLimit read_limit(YamlMap& map, YAML::Node const& node, Attribute const& a, std::string const& key) {
    GradeLimit limit{-any, any};
    if (a.better == Better::between) {
        auto const both = map.numbers(node, key.c_str(), a.from, a.to);
        if (both.size() == 2 && both[0] < both[1]) return {both[0], both[1]};
        map.wrong(node, key.c_str(), "two numbers, the lower first");
        return limit;
    }
    auto const value = map.number_of(node, key.c_str(), a.from, a.to);
    (a.better == Better::more ? limit.low : limit.high) = value;
    return limit;
}

/// What a better grade takes, every worse one must take.
bool holds(GradeLimit const& worse, GradeLimit const& better) { return worse.low <= better.low && worse.high >= better.high; }

void read_limits(YamlMap& map, Attribute& a, Scheme const& scheme) {
    auto const node = map.need("limits");
    if (!node) return;
    if (!node.IsMap()) return map.wrong(node, "limits", "a map from grade to limit");
    for (auto const& pair : node) {
        auto const code = pair.first.IsScalar() ? pair.first.Scalar() : std::string{};
        auto const place = scheme.place(code);
        auto const where = yaml_place(yaml_place(map.place(), "limits"), code);
        if (!place) { map.trouble().remember("pack_code_unknown", fmt::format("{} is not a grade of the scheme {}.", code, scheme.code), pair.first.Mark(), where); continue; }
        if (*place + 1 == scheme.grades.size())
            map.trouble().remember("pack_order", fmt::format("The last grade, {}, takes every lot and asks nothing.", code), pair.first.Mark(), where);
        a.limits[*place] = read_limit(map, pair.second, a, "limits." + code);
    }
    GradeLimit const* better = nullptr;
    for (auto const& [place, limit] : a.limits) {
        if (better && !holds(limit, *better))
            map.trouble().remember("pack_order", fmt::format("{}: grade {} must take all that the better grade takes.", a.code, scheme.grades[place].code), node.Mark(), yaml_place(map.place(), "limits"));
        better = &limit;
    }
}

Attribute read_attribute(YamlMap& map, Scheme const& scheme) {
    Attribute a;
    read_names(map, a);
    if (map.has("unit")) a.unit = map.text("unit");
    a.kind = word_of<AttributeKind>(map, "kind", {{"measured", AttributeKind::measured}, {"scored", AttributeKind::scored}}, "measured or scored");
    a.better = word_of<Better>(map, "better", {{"more", Better::more}, {"less", Better::less}, {"between", Better::between}}, "more, less or between");
    a.from = map.number("from", -any, any);
    a.to = map.number("to", -any, any);
    if (!(a.from < a.to)) map.trouble().remember("pack_order", fmt::format("{}: from must be below to.", a.code), map.mark(), map.place());
    a.optional = map.flag("optional");
    a.caps = map.flag("caps");
    if (map.has("weight")) a.weight = map.number("weight", 0, 1000);
    if (map.has("camera")) {
        a.camera = map.text("camera");
        if (std::find(std::begin(grade_camera_words), std::end(grade_camera_words), a.camera) == std::end(grade_camera_words))
            map.trouble().remember("pack_code_unknown", fmt::format("{} is nothing that a tray photograph tells; it tells {}.", a.camera, fmt::join(grade_camera_words, ", ")), map.mark(), yaml_place(map.place(), "camera"));
    }
    read_limits(map, a, scheme);
    map.no_more();
    return a;
}

Scheme read_scheme(YamlMap& map, std::vector<std::string> const& species) {
    Scheme scheme;
    read_names(map, scheme);
    scheme.basis = map.text("basis");
    if (map.has("species"))
        for (auto const& node : map.list("species")) {
            auto const code = map.text_of(node, "species");
            if (std::find(species.begin(), species.end(), code) == species.end())
                map.trouble().remember("pack_code_unknown", fmt::format("{} is not a species of this pack.", code), node.Mark(), yaml_place(map.place(), "species"));
            scheme.species.push_back(code);
        }
    scheme.decide = word_of<Decide>(map, "decide", {{"lowest", Decide::lowest}, {"weighted", Decide::weighted}}, "lowest or weighted");
    for (auto const& node : map.list("grades")) {
        YamlMap one{node, fmt::format("{}.grades[{}]", map.place(), scheme.grades.size()), map.trouble()};
        GradeWord word;
        read_names(one, word);
        one.no_more();
        add_once(scheme.grades, std::move(word), one, "grades");
    }
    if (scheme.grades.size() < 2) map.trouble().remember("pack_value_range", "A scheme has two grades or more.", map.mark(), yaml_place(map.place(), "grades"));
    for (auto const& node : map.list("attributes")) {
        YamlMap one{node, fmt::format("{}.attributes[{}]", map.place(), scheme.attributes.size()), map.trouble()};
        add_once(scheme.attributes, read_attribute(one, scheme), one, "attributes");
    }
    map.no_more();
    return scheme;
}

Portion read_portion(YamlMap& map, Grading const& grading) {
    constexpr auto most_money = std::int64_t{1'000'000'000'000};
    Portion p;
    read_names(map, p);
    p.scheme = map.text("scheme");
    auto const* scheme = grading.find(p.scheme);
    if (!scheme) map.trouble().remember("pack_code_unknown", fmt::format("{} is not a scheme of this pack.", p.scheme), map.mark(), yaml_place(map.place(), "scheme"));
    for (auto const& node : map.list("grades")) {
        p.grades.push_back(map.text_of(node, "grades"));
        if (scheme && !scheme->place(p.grades.back()))
            map.trouble().remember("pack_code_unknown", fmt::format("{} is not a grade of the scheme {}.", p.grades.back(), p.scheme), node.Mark(), yaml_place(map.place(), "grades"));
    }
    p.grams = map.number("grams", 0.01, 1e6);
    p.loss = map.number("loss", 0, 0.9);
    p.price_minor = map.whole("price_minor", 1, most_money);
    p.currency = grading.currency;
    for (auto const& node : map.list("parts")) {
        YamlMap one{node, fmt::format("{}.parts[{}]", map.place(), p.parts.size()), map.trouble()};
        PortionPart part;
        part.name_en = one.text("name_en");
        part.name_zh = one.text("name_zh");
        part.amount = one.number("amount", 0, 1e6);
        part.unit = one.text("unit");
        part.cost_minor = one.whole("cost_minor", 0, most_money);
        one.no_more();
        p.parts.push_back(std::move(part));
    }
    map.no_more();
    return p;
}

void read_prices(YamlMap& map, Scheme const& scheme, Grading& grading) {
    auto const node = map.need("price_minor_per_kg");
    if (!node) return;
    if (!node.IsMap()) return map.wrong(node, "price_minor_per_kg", "a map from grade to price");
    for (auto const& pair : node) {
        auto const code = pair.first.IsScalar() ? pair.first.Scalar() : std::string{};
        auto const where = yaml_place(yaml_place(map.place(), "price_minor_per_kg"), code);
        if (!scheme.place(code)) { map.trouble().remember("pack_code_unknown", fmt::format("{} is not a grade of the scheme {}.", code, scheme.code), pair.first.Mark(), where); continue; }
        std::int64_t price = 0;
        if (!pair.second.IsScalar() || !YAML::convert<std::int64_t>::decode(pair.second, price) || price < 0) map.wrong(pair.second, ("price_minor_per_kg." + code).c_str(), "a whole number of minor units, 0 or more");
        grading.price_minor_per_kg[scheme.code][code] = price;
    }
}

Grading read_sections(YamlMap& map) {
    Grading grading;
    std::vector<std::string> species;
    if (map.has("species") && map.need("species").IsSequence())
        for (auto const& node : map.need("species"))
            if (node.IsMap())
                for (auto const& pair : node)
                    if (pair.first.IsScalar() && pair.first.Scalar() == "code" && pair.second.IsScalar()) species.push_back(pair.second.Scalar());
    if (!map.has("grading")) return grading;
    YamlMap section{map.need("grading"), "grading", map.trouble()};
    grading.currency = section.text("currency");
    for (auto const& node : section.list("schemes")) {
        YamlMap one{node, fmt::format("grading.schemes[{}]", grading.schemes.size()), map.trouble()};
        add_once(grading.schemes, read_scheme(one, species), one, "schemes");
    }
    if (section.has("prices"))
        for (auto const& node : section.list("prices")) {
            YamlMap one{node, "grading.prices", map.trouble()};
            auto const code = one.text("scheme");
            if (auto const* scheme = grading.find(code)) read_prices(one, *scheme, grading);
            else map.trouble().remember("pack_code_unknown", fmt::format("{} is not a scheme of this pack.", code), one.mark(), "grading.prices");
            one.skip("price_minor_per_kg");
            one.no_more();
        }
    section.no_more();
    if (map.has("uses"))
        for (auto const& node : map.list("uses")) {
            YamlMap one{node, fmt::format("uses[{}]", grading.portions.size()), map.trouble()};
            add_once(grading.portions, read_portion(one, grading), one, "uses");
        }
    return grading;
}

} // namespace

Result<Grading> read_grading(std::string_view yaml) {
    return read_yaml<Grading>(yaml, [](YamlMap& map) { return read_sections(map); });
}

} // namespace osetra::quality
