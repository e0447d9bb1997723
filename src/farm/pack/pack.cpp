#include "farm/pack/pack.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "farm/pack/pack_texts.h"
#include "kernel/yaml_map.h"

namespace osetra::farm {
namespace {

/// What other capabilities say of a product: they read it themselves from the same text.
constexpr char const* sections_of_others[] = {"grading", "uses", "blending"};

/// Everything that has a code and two names.
template <class T> void read_names(YamlMap& map, T& word) {
    word.code = map.text("code");
    word.name_en = map.text("name_en");
    word.name_zh = map.text("name_zh");
}

/// A list of words with codes; `more` reads what else such a word has.
template <class T, class More> std::vector<T> read_words(YamlMap& pack, char const* key, More more) {
    std::vector<T> all;
    for (auto const& node : pack.list(key)) {
        YamlMap map{node, fmt::format("{}[{}]", key, all.size()), pack.trouble()};
        T word;
        read_names(map, word);
        more(map, word);
        map.no_more();
        if (std::any_of(all.begin(), all.end(), [&](T const& earlier) { return earlier.code == word.code; }))
            pack.trouble().remember("pack_code_twice", fmt::format("{} has the code {} twice; codes are unique.", key, word.code), map.mark(), map.place());
        all.push_back(std::move(word));
    }
    return all;
}

/// What of a stage a species may tell anew. With `all`, every key must be there.
void read_life(YamlMap& map, Stage& stage, bool all) {
    constexpr auto whole_max = std::numeric_limits<std::int64_t>::max();
    auto const whole = [&](char const* key, std::int64_t& v, std::int64_t min, std::int64_t max) {
        if (all || map.has(key)) v = map.whole(key, min, max);
    };
    auto const number = [&](char const* key, double& v, double min, double max) {
        if (all || map.has(key)) v = map.number(key, min, max);
    };
    whole("from_age_days", stage.from_age_days, 0, 200 * 366);
    whole("tgc_micro", stage.tgc_micro, 1, 10'000);
    whole("tgc_sd_micro", stage.tgc_sd_micro, 0, 10'000);
    whole("tgc_se_micro", stage.tgc_se_micro, 0, 10'000);
    whole("temp_min_mc", stage.temp_min_mc, -5'000, 45'000);
    whole("temp_max_mc", stage.temp_max_mc, -5'000, 45'000);
    whole("temp_bad_mc", stage.temp_bad_mc, -5'000, 45'000);
    number("density_max_kg_m3", stage.density_max_kg_m3, 0.001, 1000);
    number("unobserved_loss_per_year", stage.unobserved_loss_per_year, 0, 1);
    number("unobserved_loss_sd_per_year", stage.unobserved_loss_sd_per_year, 0, 1);
    whole("weight_min_mg", stage.weight_min_mg, 1, whole_max);
    whole("weight_max_mg", stage.weight_max_mg, 1, whole_max);
}

void check_order(std::vector<Stage> const& stages, YamlMap const& map, std::string const& place, YamlTrouble& trouble) {
    auto const bad = [&](std::string message) { trouble.remember("pack_order", std::move(message), map.mark(), place); };
    if (!stages.empty() && stages.front().from_age_days != 0) bad(fmt::format("The first stage, {}, must begin at age 0.", stages.front().code));
    for (std::size_t i = 0; i < stages.size(); ++i) {
        auto const& s = stages[i];
        if (i > 0 && s.from_age_days <= stages[i - 1].from_age_days)
            bad(fmt::format("Stage {} must begin later than {}, which begins at {} days.", s.code, stages[i - 1].code, stages[i - 1].from_age_days));
        if (!(s.temp_min_mc < s.temp_max_mc && s.temp_max_mc < s.temp_bad_mc))
            bad(fmt::format("Stage {}: temp_min_mc, temp_max_mc and temp_bad_mc must rise.", s.code));
        if (s.weight_min_mg >= s.weight_max_mg) bad(fmt::format("Stage {}: weight_min_mg must be below weight_max_mg.", s.code));
    }
}

std::vector<Stage> read_own_stages(YamlMap& map, std::vector<Stage> stages) {
    if (!map.has("stages")) return stages;
    auto const node = map.need("stages");
    if (!node.IsMap()) {
        map.trouble().remember("pack_value_type", "stages of a species must be a map from stage code to what differs.", node.Mark(), yaml_place(map.place(), "stages"));
        return stages;
    }
    for (auto const& pair : node) {
        auto const code = pair.first.IsScalar() ? pair.first.Scalar() : std::string{};
        auto const place = yaml_place(yaml_place(map.place(), "stages"), code);
        auto const stage = std::find_if(stages.begin(), stages.end(), [&](Stage const& s) { return s.code == code; });
        if (stage == stages.end()) {
            map.trouble().remember("pack_code_unknown", fmt::format("{} is not the code of a stage in this pack.", code), pair.first.Mark(), place);
            continue;
        }
        YamlMap own{pair.second, place, map.trouble()};
        read_life(own, *stage, false);
        own.no_more();
    }
    check_order(stages, map, yaml_place(map.place(), "stages"), map.trouble());
    return stages;
}

Ration read_ration(YamlMap& outer) {
    auto const node = outer.need("ration");
    if (!node) return {};
    YamlMap map{node, yaml_place(outer.place(), "ration"), outer.trouble()};
    Ration ration;
    auto const axis = [&](char const* key) {
        auto const list = map.need(key);
        auto all = list ? map.numbers(list, key, -5, 1e9) : std::vector<double>{};
        if (std::adjacent_find(all.begin(), all.end(), std::greater_equal<>{}) != all.end())
            map.trouble().remember("pack_order", fmt::format("{} must rise from value to value.", yaml_place(map.place(), key)), list.Mark(), yaml_place(map.place(), key));
        return all;
    };
    ration.celsius = axis("celsius");
    ration.weights_g = axis("weights_g");
    auto const rows = map.list("percent");
    for (auto const& row : rows) {
        auto const percent = map.numbers(row, "percent", 0, 100);
        if (percent.size() != ration.celsius.size())
            map.trouble().remember("pack_value_range", fmt::format("A row of {} must have one value for each of the {} temperatures.", yaml_place(map.place(), "percent"),
                                   ration.celsius.size()), row.Mark(), yaml_place(map.place(), "percent"));
        ration.percent.insert(ration.percent.end(), percent.begin(), percent.end());
    }
    if (rows.size() != ration.weights_g.size())
        map.trouble().remember("pack_value_range", fmt::format("{} must have one row for each of the {} weights.", yaml_place(map.place(), "percent"),
                               ration.weights_g.size()), map.mark(), yaml_place(map.place(), "percent"));
    map.no_more();
    return ration;
}

WaterLimits read_water(YamlMap& pack) {
    auto const node = pack.need("water");
    if (!node) return {};
    YamlMap map{node, "water", pack.trouble()};
    WaterLimits w;
    w.oxygen_target_percent = map.number("oxygen_target_percent", 0, 200);
    w.oxygen_warn_percent = map.number("oxygen_warn_percent", 0, 200);
    w.oxygen_bad_percent = map.number("oxygen_bad_percent", 0, 200);
    w.ammonia_warn_ug_l = map.whole("ammonia_warn_ug_l", 0, 1'000'000);
    w.ammonia_bad_ug_l = map.whole("ammonia_bad_ug_l", 0, 1'000'000);
    w.ph_min_milli = map.whole("ph_min_milli", 0, 14'000);
    w.ph_max_milli = map.whole("ph_max_milli", 0, 14'000);
    map.no_more();
    auto const falls = w.oxygen_target_percent >= w.oxygen_warn_percent && w.oxygen_warn_percent >= w.oxygen_bad_percent;
    if (!falls || w.ammonia_warn_ug_l > w.ammonia_bad_ug_l || w.ph_min_milli >= w.ph_max_milli)
        pack.trouble().remember("pack_order", "Oxygen limits must fall from target to warn to bad, ammonia and pH limits must rise.", map.mark(), "water");
    return w;
}

PlantRules read_plant(YamlMap& pack) {
    YamlMap map{pack.need("plant"), "plant", pack.trouble()};
    PlantRules rules;
    auto const choice = [](YamlMap& m, char const* key, std::string const& value, std::initializer_list<std::string_view> all) {
        if (std::find(all.begin(), all.end(), value) == all.end())
            m.trouble().remember("pack_code_unknown", fmt::format("{} cannot be {}; it is one of: {}.", yaml_place(m.place(), key), value, fmt::join(all, ", ")), m.mark(), yaml_place(m.place(), key));
    };
    rules.purge_days_least = map.whole("purge_days_least", 0, 365);
    rules.ovary_share_most = map.whole("ovary_share_most", 1, 100'000);
    rules.salt_share_least = map.whole("salt_share_least", 0, 100'000);
    rules.salt_share_usual = map.whole("salt_share_usual", 0, 100'000);
    rules.salt_share_most = map.whole("salt_share_most", 0, 100'000);
    rules.rest_most_mg = map.whole("rest_most_mg", 0, 1'000'000'000);
    rules.balance_thousandths = map.whole("balance_thousandths", 0, 1'000);
    rules.steps = read_words<PlantStep>(map, "steps", [&](YamlMap& m, PlantStep& s) {
        if (m.has("told_by")) s.told_by = m.text("told_by");
        choice(m, "told_by", s.told_by, {"step", "rubbing", "roe", "salt", "tin", "case"});
        if (m.has("weighs")) choice(m, "weighs", s.weighs = m.text("weighs"), {"ovary", "roe", "salt", "tin"});
        s.begins = m.flag("begins");
        s.rests = m.flag("rests");
    });
    auto const step = [&](YamlMap& m, char const* key) {
        auto code = m.text(key);
        if (!rules.find_step(code)) m.trouble().remember("pack_code_unknown", fmt::format("{} is not the code of a step in this pack.", code), m.mark(), yaml_place(m.place(), key));
        return code;
    };
    rules.clocks = read_words<PlantClock>(map, "clocks", [&](YamlMap& m, PlantClock& c) {
        c.from = step(m, "from");
        c.to = step(m, "to");
        c.warn_s = m.whole("warn_s", 1, 30 * 86'400);
        c.limit_s = m.whole("limit_s", 1, 30 * 86'400);
        if (m.has("hold")) c.hold = m.text("hold");
        if (c.warn_s > c.limit_s || rules.place_of(c.from) >= rules.place_of(c.to))
            m.trouble().remember("pack_order", fmt::format("Clock {} must warn before its limit and run from a step to a later one.", c.code), m.mark(), m.place());
    });
    rules.checks = read_words<PlantCheck>(map, "checks", [&](YamlMap& m, PlantCheck& c) {
        choice(m, "measures", c.measures = m.text("measures"), {"temperature_mc", "flag", "share_ppm"});
        if (m.has("least")) c.least = m.whole("least", -100'000, 1'000'000);
        if (m.has("most")) c.most = m.whole("most", -100'000, 1'000'000);
        c.every_minutes = m.whole("every_minutes", 0, 7 * 24 * 60);
        c.action_en = m.text("action_en");
        c.action_zh = m.text("action_zh");
        if (c.least && c.most && *c.least > *c.most) m.trouble().remember("pack_order", fmt::format("Check {}: least must not be above most.", c.code), m.mark(), m.place());
    });
    if (rules.salt_share_least > rules.salt_share_usual || rules.salt_share_usual > rules.salt_share_most)
        map.trouble().remember("pack_order", "Shares of salt must rise from least to usual to most.", map.mark(), "plant");
    map.no_more();
    return rules;
}

/// How animals live and what is counted and seen of them.
void read_animals(YamlMap& map, Pack& pack) {
    pack.water = read_water(map);
    auto const ration = read_ration(map);
    pack.stages = read_words<Stage>(map, "stages", [](YamlMap& m, Stage& s) { read_life(m, s, true); });
    check_order(pack.stages, map, "stages", map.trouble());
    pack.species = read_words<Species>(map, "species", [&](YamlMap& m, Species& s) {
        s.latin = m.text("latin");
        s.hybrid = m.flag("hybrid");
        if (m.has("first_roe_age_days")) s.first_roe_age_days = m.whole("first_roe_age_days", 1, 200 * 366);
        if (m.has("roe_share")) s.roe_share = m.number("roe_share", 0, 1);
        s.stages = read_own_stages(m, pack.stages);
        s.ration = m.has("ration") ? read_ration(m) : ration;
    });
    if (map.has("also_called"))
        for (auto const& node : map.list("also_called")) {
            YamlMap one{node, fmt::format("also_called[{}]", pack.also_called.size()), map.trouble()};
            AlsoCalled called{one.text("written"), one.text("species")};
            one.no_more();
            if (std::none_of(pack.species.begin(), pack.species.end(), [&](Species const& s) { return s.code == called.species; }))
                map.trouble().remember("pack_code_unknown", fmt::format("{} is not the code of a species in this pack.", called.species), one.mark(), one.place());
            pack.also_called.push_back(std::move(called));
        }
    auto const plain = [](YamlMap&, auto&) {};
    pack.maturity = read_words<Maturity>(map, "maturity", [](YamlMap& m, Maturity& x) { x.ripe = m.flag("ripe"); });
    pack.death_causes = read_words<PackWord>(map, "death_causes", plain);
    pack.difference_causes = read_words<DifferenceCause>(map, "difference_causes", [](YamlMap& m, DifferenceCause& x) { x.count_wrong = m.flag("count_wrong"); });
    pack.health = read_words<PackWord>(map, "health", plain);
    pack.harvest_purposes = read_words<PackWord>(map, "harvest_purposes", plain);
    pack.count_methods = read_words<CountMethod>(map, "count_methods", [](YamlMap& m, CountMethod& x) { x.sd_share = m.number("sd_share", 0, 1); });
}

Pack read(YamlMap& map) {
    Pack pack;
    pack.code = map.text("pack");
    pack.name_en = map.text("name_en");
    pack.name_zh = map.text("name_zh");
    for (auto const* key : sections_of_others) map.skip(key);
    if (map.has("stages")) read_animals(map, pack);
    else pack.species = read_words<Species>(map, "species", [](YamlMap& m, Species& s) { s.latin = m.text("latin"); });
    if (map.has("plant")) pack.plant = read_plant(map);
    map.no_more();
    return pack;
}

template <class T> T const* find(std::vector<T> const& all, std::string_view code) {
    auto const i = std::find_if(all.begin(), all.end(), [&](T const& x) { return x.code == code; });
    return i == all.end() ? nullptr : &*i;
}

} // namespace

Species const* Pack::find_species(std::string_view c) const { return find(species, c); }
Maturity const* Pack::find_maturity(std::string_view c) const { return find(maturity, c); }
DifferenceCause const* Pack::find_difference_cause(std::string_view c) const { return find(difference_causes, c); }
CountMethod const* Pack::find_count_method(std::string_view c) const { return find(count_methods, c); }
PlantStep const* PlantRules::find_step(std::string_view c) const { return find(steps, c); }
PlantCheck const* PlantRules::find_check(std::string_view c) const { return find(checks, c); }
std::size_t PlantRules::place_of(std::string_view c) const {
    return static_cast<std::size_t>(std::find_if(steps.begin(), steps.end(), [&](PlantStep const& s) { return s.code == c; }) - steps.begin());
}
bool Pack::knows_death_cause(std::string_view c) const { return find(death_causes, c) != nullptr; }

Stage const& stage_of(Species const& species, std::int64_t age_days) {
    auto const after = std::upper_bound(species.stages.begin(), species.stages.end(), age_days,
                                        [](std::int64_t age, Stage const& s) { return age < s.from_age_days; });
    return after == species.stages.begin() ? species.stages.front() : *(after - 1);
}

Result<Pack> read_pack(std::string_view yaml) {
    return read_yaml<Pack>(yaml, [](YamlMap& map) { return read(map); });
}

std::string_view pack_text(std::string_view code) {
    for (auto const& p : pack_texts())
        if (p.code == code) return p.text;
    return {};
}

std::string_view caviar_pack_text() { return pack_text("caviar"); }

Pack const& caviar_pack() {
    static Pack const pack = [] {
        auto read = read_pack(caviar_pack_text());
        if (!read) throw std::logic_error(fmt::format("The built-in pack: {} ({})", read.error().message, read.error().at));
        return *std::move(read);
    }();
    return pack;
}

} // namespace osetra::farm
