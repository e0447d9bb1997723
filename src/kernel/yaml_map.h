#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "kernel/result.h"

// Files that people write in YAML (product packs), read strictly: every mistake has its line and its key. Heavy: for .cpp files only.
namespace osetra {

/// Keeps the first refusal of a whole reading, so that readers need not stop at every value.
class YamlTrouble {
public:
    /// `place`: the key, as a.b[2].c; the refusal's place is "line N: key".
    void remember(std::string_view code, std::string message, YAML::Mark const&, std::string const& place);
    std::optional<Refusal> const& first() const { return m_first; }

private:
    std::optional<Refusal> m_first;
};

std::string yaml_place(std::string const& place, std::string_view key);

/// One map of the file. Every key that is not asked for is unknown. Refusals: pack_value_type, pack_value_range, pack_key_missing, pack_key_twice, pack_key_unknown.
class YamlMap {
public:
    YamlMap(YAML::Node node, std::string place, YamlTrouble& trouble);
    ~YamlMap() = default;
    YamlMap(YamlMap const&) = delete;
    YamlMap& operator=(YamlMap const&) = delete;

    bool has(char const* key) { return bool(find(key)); }
    YAML::Node need(char const* key);
    std::string text(char const* key);
    /// A text of a value that is no key of this map's own: an item of a list.
    std::string text_of(YAML::Node const&, char const* key);
    std::int64_t whole(char const* key, std::int64_t min, std::int64_t max);
    double number(char const* key, double min, double max);
    double number_of(YAML::Node const&, char const* key, double min, double max);
    bool flag(char const* key);                          ///< false where it is not told
    std::vector<YAML::Node> list(char const* key);       ///< not empty
    std::vector<double> numbers(YAML::Node const&, char const* key, double min, double max);
    void no_more();
    void wrong(YAML::Node const&, char const* key, char const* what);   ///< the value of a key is not `what`
    void skip(char const* key) { m_asked.insert(key); }  ///< read by somebody else

    YAML::Mark mark() const { return m_node.Mark(); }
    std::string const& place() const { return m_place; }
    YamlTrouble& trouble() { return m_trouble; }

private:
    std::string where() const { return m_place.empty() ? "the pack" : m_place; }
    YAML::Node find(char const* key);
    void out_of_range(YAML::Node const&, char const* key, std::string const& min, std::string const& max);

    YAML::Node m_node;
    std::string m_place;
    YamlTrouble& m_trouble;
    std::set<std::string> m_asked;
};

/// Reads a whole file: `read` is given its outermost map. Refusals: pack_too_large, pack_malformed (not YAML), and the first of the reading.
template <class T, class Read> Result<T> read_yaml(std::string_view text, Read read) {
    constexpr std::size_t limit = 1 << 20;
    if (text.size() > limit) return refuse("pack_too_large", "A pack holds at most " + std::to_string(limit) + " bytes.", "pack");
    try {
        YamlTrouble trouble;
        YamlMap map{YAML::Load(std::string{text}), "", trouble};
        T value = read(map);
        if (trouble.first()) return tl::unexpected(*trouble.first());
        return value;
    } catch (YAML::Exception const& e) {
        return refuse("pack_malformed", "The pack is not YAML: " + e.msg + ".", "line " + std::to_string(e.mark.line + 1) + ": column " + std::to_string(e.mark.column + 1));
    }
}

} // namespace osetra
