#include "kernel/yaml_map.h"

#include <fmt/format.h>

namespace osetra {

void YamlTrouble::remember(std::string_view code, std::string message, YAML::Mark const& mark, std::string const& place) {
    if (!m_first) m_first = Refusal{std::string{code}, std::move(message), fmt::format("line {}: {}", mark.line + 1, place)};
}

std::string yaml_place(std::string const& place, std::string_view key) {
    return place.empty() ? std::string{key} : fmt::format("{}.{}", place, key);
}

YamlMap::YamlMap(YAML::Node node, std::string place, YamlTrouble& trouble) : m_node(std::move(node)), m_place(std::move(place)), m_trouble(trouble) {
    if (m_node.IsMap()) return;
    m_trouble.remember("pack_value_type", fmt::format("{} must be a map of keys and values.", where()), m_node.Mark(), where());
    m_node = YAML::Node{YAML::NodeType::Map};
}

YAML::Node YamlMap::need(char const* key) {
    auto node = find(key);
    if (!node) m_trouble.remember("pack_key_missing", fmt::format("{} is missing; add it.", yaml_place(m_place, key)), m_node.Mark(), yaml_place(m_place, key));
    return node;
}

std::string YamlMap::text(char const* key) {
    auto const node = need(key);
    return node ? text_of(node, key) : std::string{};
}

std::string YamlMap::text_of(YAML::Node const& node, char const* key) {
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    wrong(node, key, "a text that is not empty");
    return {};
}

std::int64_t YamlMap::whole(char const* key, std::int64_t min, std::int64_t max) {
    auto const node = need(key);
    if (!node) return min;
    std::int64_t n = 0;
    if (!node.IsScalar() || !YAML::convert<std::int64_t>::decode(node, n)) {
        wrong(node, key, "a whole number");
        return min;
    }
    if (n < min || n > max) out_of_range(node, key, fmt::format("{}", min), fmt::format("{}", max));
    return n;
}

double YamlMap::number(char const* key, double min, double max) {
    auto const node = need(key);
    return node ? number_of(node, key, min, max) : min;
}

bool YamlMap::flag(char const* key) {
    auto const node = find(key);
    bool b = false;
    if (node && (!node.IsScalar() || !YAML::convert<bool>::decode(node, b))) wrong(node, key, "true or false");
    return b;
}

std::vector<YAML::Node> YamlMap::list(char const* key) {
    auto const node = need(key);
    if (!node) return {};
    if (!node.IsSequence() || node.size() == 0) {
        wrong(node, key, "a list that is not empty");
        return {};
    }
    return {node.begin(), node.end()};
}

std::vector<double> YamlMap::numbers(YAML::Node const& node, char const* key, double min, double max) {
    std::vector<double> all;
    if (!node.IsSequence() || node.size() == 0) {
        wrong(node, key, "a list of numbers");
        return all;
    }
    for (auto const& item : node) all.push_back(number_of(item, key, min, max));
    return all;
}

void YamlMap::no_more() {
    for (auto const& pair : m_node) {
        auto const key = pair.first.IsScalar() ? pair.first.Scalar() : std::string{"(not a text)"};
        if (!m_asked.contains(key))
            m_trouble.remember("pack_key_unknown", fmt::format("{} is not a key of a pack; remove it or mend its spelling.", yaml_place(m_place, key)), pair.first.Mark(), yaml_place(m_place, key));
    }
}

YAML::Node YamlMap::find(char const* key) {
    m_asked.insert(key);
    YAML::Node found{YAML::NodeType::Undefined};
    for (auto const& pair : m_node) {
        if (!pair.first.IsScalar() || pair.first.Scalar() != key) continue;
        if (found) m_trouble.remember("pack_key_twice", fmt::format("{} is given twice.", yaml_place(m_place, key)), pair.first.Mark(), yaml_place(m_place, key));
        found.reset(pair.second);
    }
    return found;
}

double YamlMap::number_of(YAML::Node const& node, char const* key, double min, double max) {
    double n = 0;
    if (!node.IsScalar() || !YAML::convert<double>::decode(node, n)) {
        wrong(node, key, "a number");
        return min;
    }
    if (!(n >= min && n <= max)) out_of_range(node, key, fmt::format("{}", min), fmt::format("{}", max));
    return n;
}

void YamlMap::wrong(YAML::Node const& node, char const* key, char const* what) {
    m_trouble.remember("pack_value_type", fmt::format("{} must be {}.", yaml_place(m_place, key), what), node.Mark(), yaml_place(m_place, key));
}

void YamlMap::out_of_range(YAML::Node const& node, char const* key, std::string const& min, std::string const& max) {
    m_trouble.remember("pack_value_range", fmt::format("{} must lie between {} and {}.", yaml_place(m_place, key), min, max), node.Mark(), yaml_place(m_place, key));
}

} // namespace osetra
