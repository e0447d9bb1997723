#include "quality/safety.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace osetra::quality {
namespace {

/// Keeps the first refusal of a whole reading.
struct Reading {
    std::optional<Refusal> refusal;
    void remember(char const* code, std::string message, YAML::Node const& at) {
        if (!refusal) refusal = Refusal{code, std::move(message), fmt::format("line {}", at.Mark().line + 1)};
    }
};

/// One map; every key that is not asked for is unknown.
class Map {
public:
    Map(YAML::Node node, Reading& reading) : m_node(std::move(node)), m_reading(reading) {
        if (m_node.IsMap()) return;
        m_reading.remember("pack_value_type", "Here must be keys and values.", m_node);
        m_node = YAML::Node{YAML::NodeType::Map};
    }
    bool has(char const* key) { m_asked.insert(key); return bool(m_node[key]); }
    std::string text(char const* key) {
        auto const node = find(key);
        if (node && !node.IsScalar()) m_reading.remember("pack_value_type", fmt::format("{} must be a text.", key), node);
        return node && node.IsScalar() ? node.Scalar() : std::string{};
    }
    double number(char const* key) {
        double n = 0;
        auto const node = find(key);
        if (node && (!node.IsScalar() || !YAML::convert<double>::decode(node, n))) m_reading.remember("pack_value_type", fmt::format("{} must be a number.", key), node);
        return n;
    }
    std::int64_t whole(char const* key) { return std::llround(number(key)); }
    bool flag(char const* key) { return has(key) && text(key) == "true"; }
    std::vector<YAML::Node> list(char const* key) {
        auto const node = find(key);
        if (node && !node.IsSequence()) m_reading.remember("pack_value_type", fmt::format("{} must be a list.", key), node);
        return node && node.IsSequence() ? std::vector<YAML::Node>{node.begin(), node.end()} : std::vector<YAML::Node>{};
    }
    std::vector<std::string> texts(char const* key) {
        std::vector<std::string> all;
        for (auto const& node : list(key)) all.push_back(node.Scalar());
        return all;
    }
    template <class T> std::vector<T> each(char const* key, auto read) {
        std::vector<T> all;
        for (auto const& node : list(key)) {
            Map map{node, m_reading};
            read(map, all.emplace_back());
            map.no_more();
        }
        return all;
    }
    template <class T> std::vector<T> words(char const* key, auto read) {
        auto all = each<T>(key, [&](Map& m, T& t) { t.code = m.text("code"); t.name_en = m.text("name_en"); t.name_zh = m.text("name_zh"); read(m, t); });
        std::set<std::string> seen;
        for (auto const& one : all)
            if (!seen.insert(one.code).second) m_reading.remember("pack_code_twice", fmt::format("{} has the code {} twice.", key, one.code), m_node);
        return all;
    }
    void unknown(std::string const& code, char const* what) { m_reading.remember("pack_code_unknown", fmt::format("{} is no {} of these rules.", code, what), m_node); }
    void no_more() {
        for (auto const& pair : m_node)
            if (!m_asked.contains(pair.first.Scalar())) m_reading.remember("pack_key_unknown", fmt::format("{} is not a key here; remove it or mend its spelling.", pair.first.Scalar()), pair.first);
    }

private:
    YAML::Node find(char const* key) {
        m_asked.insert(key);
        auto node = m_node[key];
        if (!node) m_reading.remember("pack_key_missing", fmt::format("{} is missing; add it.", key), m_node);
        return node;
    }
    YAML::Node m_node;
    Reading& m_reading;
    std::set<std::string> m_asked;
};

constexpr std::pair<char const*, Bound> bounds[] = {{"absent", Bound::absent}, {"below", Bound::below}, {"at_most", Bound::at_most}, {"range", Bound::range}, {"at_least", Bound::at_least}, {"classes", Bound::classes}};

void read_limit(Map& m, Limit& l) {
    l.market = m.text("market");
    if (m.has("product")) l.product = m.text("product");
    auto const word = m.text("bound");
    auto const* bound = std::find_if(std::begin(bounds), std::end(bounds), [&](auto const& b) { return word == b.first; });
    if (bound == std::end(bounds)) { m.unknown(word, "kind of limit"); return; }
    l.bound = bound->second;
    if (l.bound == Bound::below || l.bound == Bound::at_most || l.bound == Bound::range) l.most = m.number("most");
    if (l.bound == Bound::range || l.bound == Bound::at_least) l.least = m.number("least");
    if (l.bound == Bound::classes) {
        l.n = m.whole("n");
        l.c = m.whole("c");
        l.m = m.number("m");
        if (m.has("limit_m")) l.limit_m = m.number("limit_m");
    }
    l.source = m.text("source");
}

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y)); });
}
template <class T> T const* find(std::vector<T> const& all, std::string_view code) {
    auto const at = std::find_if(all.begin(), all.end(), [&](T const& t) { return t.code == code; });
    return at == all.end() ? nullptr : &*at;
}

/// Grams in a gram.
std::optional<double> mass_share(std::string_view unit) {
    constexpr std::pair<std::string_view, double> all[] = {{"ug/kg", 1e-9}, {"ppb", 1e-9}, {"ng/g", 1e-9}, {"mg/kg", 1e-6}, {"ppm", 1e-6}, {"ug/g", 1e-6}, {"g/kg", 1e-3}, {"g/100g", 1e-2}, {"percent", 1e-2}, {"%", 1e-2}};
    for (auto const& [name, share] : all)
        if (same_text(unit, name)) return share;
    return std::nullopt;
}

} // namespace

bool has(std::vector<Word> const& words, std::string_view code) { return find(words, code) != nullptr; }
Analyte const* Safety::find_analyte(std::string_view code) const { return find(analytes, code); }
TestPlan const* Safety::find_plan(std::string_view code) const { return find(plans, code); }

Substance const* Safety::find_substance(std::string_view told) const {
    for (auto const& s : substances)
        if (told == s.cas || same_text(told, s.name_en) || told == s.name_zh || std::any_of(s.aliases.begin(), s.aliases.end(), [&](auto const& a) { return same_text(told, a); })) return &s;
    return nullptr;
}

Market const* Safety::market_of(std::string_view country) const {
    for (auto const& m : markets)
        if (std::find(m.countries.begin(), m.countries.end(), country) != m.countries.end()) return &m;
    return nullptr;
}

RipeRule const* Safety::ripe_rule(std::string_view product, std::string_view purpose) const {
    for (auto const& r : ripe)
        if (r.product == product && (r.purpose.empty() || r.purpose == purpose)) return &r;
    return nullptr;
}

RipeRule const* Safety::floors_of(std::string_view product, std::string_view variety) const {
    RipeRule const* of_all = nullptr;
    for (auto const& r : ripe) {
        if (r.product != product || r.measures.empty()) continue;
        if (!r.variety.empty() && r.variety == variety) return &r;
        if (r.variety.empty() && !of_all) of_all = &r;
    }
    return of_all;
}

std::vector<Ban> Safety::bans_of(std::vector<std::string> const& told, std::vector<std::string> const& followed) const {
    std::vector<Ban> all;
    for (auto const& name : told) {
        auto const* substance = find_substance(name);
        if (!substance) continue;
        for (auto const& ban : substance->bans) {
            auto const* programme = find(programmes, ban.programme);
            if ((programme && programme->every_site) || std::find(followed.begin(), followed.end(), ban.programme) != followed.end()) all.push_back(ban);
        }
    }
    return all;
}

Result<Safety> read_safety(std::string_view yaml) {
    try {
        Reading reading;
        Map map{YAML::Load(std::string{yaml}), reading};
        auto const plain = [](Map&, auto&) {};
        Safety s;
        s.markets = map.words<Market>("markets", [](Map& m, Market& x) { x.countries = m.texts("countries"); });
        s.hold_reasons = map.words<Word>("hold_reasons", plain);
        s.programmes = map.words<Programme>("programmes", [](Map& m, Programme& x) { x.every_site = m.flag("every_site"); });
        s.input_uses = map.words<Word>("input_uses", plain);
        s.analytes = map.words<Analyte>("analytes", [&](Map& m, Analyte& x) {
            x.group = m.text("group");
            x.unit = m.text("unit");
            x.limits = m.each<Limit>("limits", read_limit);
            for (auto const& l : x.limits)
                if (l.market != "all" && !find(s.markets, l.market)) m.unknown(l.market, "market");
        });
        s.plans = map.words<TestPlan>("plans", [&](Map& m, TestPlan& x) {
            x.every = m.text("every");
            x.units = m.whole("units");
            x.amount_g = m.whole("amount_g");
            x.analytes = m.texts("analytes");
            for (auto const& a : x.analytes)
                if (!find(s.analytes, a)) m.unknown(a, "analyte");
        });
        s.substances = map.each<Substance>("substances", [&](Map& m, Substance& x) {
            x.cas = m.text("cas");
            x.name_en = m.text("name_en");
            x.name_zh = m.text("name_zh");
            x.aliases = m.texts("aliases");
            x.bans = m.each<Ban>("bans", [&](Map& b, Ban& ban) {
                ban.programme = b.text("programme");
                ban.limited = b.flag("limited");
                ban.source = b.text("source");
                if (!find(s.programmes, ban.programme)) b.unknown(ban.programme, "programme");
            });
        });
        s.ripe = map.each<RipeRule>("ripe", [&](Map& m, RipeRule& r) {
            r.product = m.text("product");
            r.purpose = m.text("purpose");
            r.looked_days = m.whole("looked_days");
            r.measured_days = m.whole("measured_days");
            if (m.has("variety")) {
                r.variety = m.text("variety");
                r.name_en = m.text("name_en");
                r.name_zh = m.text("name_zh");
            }
            if (m.has("fruits")) r.fruits = m.whole("fruits");
            r.source = m.text("source");
            r.measures = m.each<RipeRule::Measure>("measures", [&](Map& x, RipeRule::Measure& measure) {
                measure.analyte = x.text("analyte");
                if (!find(s.analytes, measure.analyte)) x.unknown(measure.analyte, "analyte");
                if (x.has("over")) measure.over = x.text("over");
                if (!measure.over.empty() && !find(s.analytes, measure.over)) x.unknown(measure.over, "analyte");
                if (x.has("least")) measure.least = x.number("least");
                if (x.has("most")) measure.most = x.number("most");
            });
        });
        map.no_more();
        if (reading.refusal) return tl::unexpected(*reading.refusal);
        return s;
    } catch (YAML::Exception const& e) {
        return refuse("pack_malformed", "The rules are not YAML: " + e.msg + ".", fmt::format("line {}", e.mark.line + 1));
    }
}

Safety const& safety() {
    static Safety const built_in = [] {
        auto read = read_safety(safety_text());
        if (!read) throw std::logic_error("packs/rules/safety.yaml: " + read.error().message + " " + read.error().at);
        return std::move(*read);
    }();
    return built_in;
}

std::string text_of(Limit const& l) {
    switch (l.bound) {
    case Bound::absent: return "0";
    case Bound::below: return fmt::format("< {:g}", l.most);
    case Bound::at_most: return fmt::format("≤ {:g}", l.most);
    case Bound::range: return fmt::format("{:g}–{:g}", l.least, l.most);
    case Bound::at_least: return fmt::format("≥ {:g}", l.least);
    case Bound::classes: return fmt::format("n={} c={} m={:g}", l.n, l.c, l.m) + (l.limit_m ? fmt::format(" M={:g}", *l.limit_m) : "");
    }
    return {};
}

Result<Value> parse_value(std::string_view text) {
    auto const trimmed = [&] {
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
        return text;
    }();
    if (same_text(trimmed, "absent") || same_text(trimmed, "nd") || same_text(trimmed, "n.d.") || same_text(trimmed, "not detected") || trimmed == "未检出" || trimmed == "ND") return Value{0, Value::Mark::absent};
    if (same_text(trimmed, "present") || same_text(trimmed, "detected") || trimmed == "检出") return Value{0, Value::Mark::present};
    auto digits = trimmed;
    Value value;
    if (!digits.empty() && (digits.front() == '<' || digits.front() == '>')) {
        value.mark = digits.front() == '<' ? Value::Mark::less : Value::Mark::more;
        digits.remove_prefix(1);
        while (!digits.empty() && digits.front() == ' ') digits.remove_prefix(1);
    }
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value.number);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || !(value.number >= 0 && value.number < 1e15))
        return refuse("value_malformed", fmt::format("\"{}\" is no result; write 0.31, <0.5, >300, absent or present.", trimmed.substr(0, 40)), "values");
    return value;
}

std::optional<double> unit_factor(std::string_view from, std::string_view to) {
    if (same_text(from, to)) return 1;
    auto const a = mass_share(from), b = mass_share(to);
    return a && b ? std::optional{*a / *b} : std::nullopt;
}

std::string_view word_of(Verdict v) { return v == Verdict::pass ? "pass" : v == Verdict::fail ? "fail" : "unclear"; }

namespace {

Verdict one(Limit const& l, Value const& v, double factor) {
    using Mark = Value::Mark;
    auto const x = v.number * factor;
    auto const none = v.mark == Mark::absent;
    switch (l.bound) {
    case Bound::absent: return none || v.mark == Mark::less ? Verdict::pass : v.mark == Mark::exact && x == 0 ? Verdict::pass : Verdict::fail;
    case Bound::below:
    case Bound::at_most:
        if (none) return Verdict::pass;
        if (v.mark == Mark::present) return Verdict::unclear;
        if (v.mark == Mark::less) return x <= l.most ? Verdict::pass : Verdict::unclear;
        if (v.mark == Mark::more) return x >= l.most ? Verdict::fail : Verdict::unclear;
        return (l.bound == Bound::below ? x < l.most : x <= l.most) ? Verdict::pass : Verdict::fail;
    case Bound::range:
    case Bound::at_least:
        if (none || (v.mark == Mark::less && x <= l.least)) return Verdict::fail;
        if (v.mark == Mark::more && l.bound == Bound::range && x >= l.most) return Verdict::fail;
        if (v.mark == Mark::more && l.bound == Bound::at_least && x >= l.least) return Verdict::pass;
        if (v.mark != Mark::exact) return Verdict::unclear;
        return x >= l.least && (l.bound == Bound::at_least || x <= l.most) ? Verdict::pass : Verdict::fail;
    case Bound::classes: return Verdict::unclear;
    }
    return Verdict::unclear;
}

/// Where a unit lies: 0 up to m, 1 above m, 2 above M; nothing where its mark cannot tell.
std::optional<int> class_of(Limit const& l, Value const& v, double factor) {
    auto const x = v.number * factor;
    if (v.mark == Value::Mark::absent) return 0;
    if (v.mark == Value::Mark::present) return l.m == 0 ? std::optional{l.limit_m ? 2 : 1} : std::nullopt;
    if (v.mark == Value::Mark::less) return x <= l.m || l.m == 0 ? std::optional{0} : std::nullopt;
    if (v.mark == Value::Mark::more) return l.limit_m && x >= *l.limit_m ? 2 : x >= l.m && !l.limit_m ? std::optional{1} : std::nullopt;
    return l.limit_m && x > *l.limit_m ? 2 : x > l.m ? 1 : 0;
}

} // namespace

Verdict verdict(Limit const& l, std::span<Value const> values, double factor) {
    if (values.empty()) return Verdict::unclear;
    if (l.bound != Bound::classes) {
        auto worst = Verdict::pass;
        for (auto const& v : values) {
            auto const each = one(l, v, factor);
            if (each == Verdict::fail) return each;
            if (each == Verdict::unclear) worst = each;
        }
        return worst;
    }
    std::int64_t above = 0, unknown = 0;
    for (auto const& v : values) {
        auto const place = class_of(l, v, factor);
        if (!place) { ++unknown; continue; }
        if (*place == 2 || (*place == 1 && ++above > l.c)) return Verdict::fail;
    }
    return unknown > 0 || std::ssize(values) < l.n ? Verdict::unclear : Verdict::pass;
}

std::vector<std::pair<std::string, Judged>> judged(Safety const& rules, Analyte const& analyte, std::string_view product, std::vector<std::string> const& texts, std::string_view unit) {
    std::vector<Value> values;
    for (auto const& text : texts)
        if (auto const v = parse_value(text)) values.push_back(*v);
    auto const factor = unit_factor(unit, analyte.unit).value_or(1);
    std::vector<std::pair<std::string, Judged>> all;
    for (auto const& l : analyte.limits) {
        if (!l.product.empty() && l.product != product) continue;
        Judged const j{&l, verdict(l, values, factor)};
        if (l.market != "all") all.emplace_back(l.market, j);
        else for (auto const& m : rules.markets) all.emplace_back(m.code, j);
    }
    return all;
}

} // namespace osetra::quality
