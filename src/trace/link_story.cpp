#include "trace/link_story.h"

#include <algorithm>
#include <charconv>

#include "trace/engine/identifiers.h"
#include "trace/engine/links.h"
#include "trace/engine/measure.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

/// What follows the last mark of a word in full: urn:gdst:bizStep:hatching, https://ref.gs1.org/cbv/BizStep-shipping.
string_view last_word(string_view text) {
    if (auto const at = text.find_last_of(":/#"); at != text.npos) text.remove_prefix(at + 1);
    for (string_view const kind : {"BizStep-", "Disp-"})
        if (text.starts_with(kind)) text.remove_prefix(kind.size());
    return text;
}

string_view text_at(Node const& above, string_view local) {
    auto const* found = find_local(above, local);
    return found ? string_view{found->text} : string_view{};
}

string_view day_of(Node const& event) { return event.value("eventTime").substr(0, 10); }

string_view place_in(Node const& event, char const* field) {
    auto const* place = event.find(field);
    if (!place) return {};
    return place->children.empty() ? string_view{place->text} : place->value("id");
}

void take(string& field, string_view told) {
    if (field.empty()) field = told;
}

/// CITES label: species/source/country/year/plant/lot.
string_view plant_of_label(string_view label) {
    for (int part = 0; part < 4; ++part) {
        auto const slash = label.find('/');
        if (slash == label.npos) return {};
        label.remove_prefix(slash + 1);
    }
    return label.substr(0, label.find('/'));
}

std::optional<double> grams(Node const& mass) {
    auto const value = parse_number(text_at(mass, "value"));
    auto const kg = value ? kilograms(*value, text_at(mass, "uom")) : std::nullopt;
    return kg ? std::optional{*kg * 1000} : std::nullopt;
}

class Teller {
public:
    explicit Teller(Story& story) : s(story) {}

    void tell(StoryEvent const& e) {
        auto const& event = e.tree;
        auto const step = last_word(event.value("bizStep"));
        if (auto const* ilmd = event.find("ilmd")) birth(e, *ilmd);
        if (step == "hatching") hatched(event);
        if (step == "farmHarvest") take(s.harvested_on, day_of(event));
        if (e.makes && e.distance == 0) take(s.packed_on, day_of(event));
        for (auto const* field : {"bizLocation", "readPoint"}) m_places.push_back(string{place_in(event, field)});
        if (!e.carries) return;
        if (step == "shipping" || step == "receiving" || step == "repackaging") s.journey.push_back({string{step}, string{day_of(event)}, string{place_in(event, "readPoint")}});
        if (auto const* sensors = event.find("sensorElementList")) for (auto const& element : sensors->children) warmth(element);
        persistent(event);
    }
    void end() {
        std::stable_sort(s.journey.begin(), s.journey.end(), [](auto const& a, auto const& b) { return a.on < b.on; });
        auto const again = std::unique(s.journey.begin(), s.journey.end(), [](auto const& a, auto const& b) { return a.step == b.step && a.on == b.on; });
        s.journey.erase(again, s.journey.end());
        if (s.plant_code.empty()) s.plant_code = plant_of_label(s.label);
        if (!s.year_class && s.hatched_on.size() >= 4) s.year_class = year_of(s.hatched_on);
        if (s.pool.empty()) return;
        for (auto const& place : m_places)
            if (place.ends_with("/254/" + s.pool)) return void(s.farm = farm_of(place));
    }

private:
    static std::optional<std::int64_t> year_of(string_view day) {
        std::int64_t year = 0;
        auto const [end, error] = std::from_chars(day.data(), day.data() + 4, year);
        return error == std::errc{} ? std::optional{year} : std::nullopt;
    }
    void birth(StoryEvent const& e, Node const& ilmd) {
        take(s.species, text_at(ilmd, "species"));
        take(s.grade, text_at(ilmd, "grade"));
        take(s.label, text_at(ilmd, "citesLabel"));
        take(s.harvested_on, text_at(ilmd, "harvestDate"));
        take(s.pool, text_at(ilmd, "container"));
        take(s.sire, text_at(ilmd, "sire"));
        take(s.dam, text_at(ilmd, "dam"));
        if (!s.age_years)
            if (auto const age = parse_number(text_at(ilmd, "ageYears"))) s.age_years = static_cast<std::int64_t>(*age);
        if (!s.year_class)
            if (auto const year = parse_number(text_at(ilmd, "yearClass"))) s.year_class = static_cast<std::int64_t>(*year);
        if (auto const salt = parse_number(text_at(ilmd, "saltPercent")); salt && !s.salt_percent) {
            s.salt_percent = salt;
            s.salted_on = day_of(e.tree);
            auto const at = place_in(e.tree, "readPoint");
            s.plant = farm_of(at.empty() ? place_in(e.tree, "bizLocation") : at);
        }
        if (e.distance != 0 || s.net_g) return;
        if (auto const* mass = find_local(ilmd, "netMass")) s.net_g = grams(*mass);
        else if (auto const kg = parse_number(text_at(ilmd, "netWeight"))) s.net_g = *kg * 1000;
    }
    void hatched(Node const& event) {
        take(s.hatched_on, day_of(event));
        m_places.push_back(string{place_in(event, "bizLocation")});
    }
    void warmth(Node const& element) {
        for (auto const& report : element.children) {
            if (report.name != "sensorReport" || last_word(report.value("type")) != "Temperature") continue;
            auto const unit = report.value("uom");
            auto const celsius = [&](string_view field) -> std::optional<double> {
                auto const value = parse_number(report.value(field));
                if (!value || unit.empty() || unit == "CEL") return value;
                return unit == "KEL" ? std::optional{*value - 273.15} : unit == "FAH" ? std::optional{(*value - 32) / 1.8} : std::nullopt;
            };
            auto const low = celsius("minValue"), high = celsius("maxValue"), value = celsius("value");
            auto const mean = celsius("meanValue");
            auto const lowest = low ? low : value ? value : mean, highest = high ? high : value ? value : mean;
            if (!lowest || !highest) continue;
            if (!s.cold_chain) s.cold_chain = Story::ColdChain{*lowest, *highest, false, 0};
            auto& c = *s.cold_chain;
            c.low_c = std::min(c.low_c, *lowest);
            c.high_c = std::max(c.high_c, *highest);
            c.alarm = c.alarm || last_word(report.value("exception")) == "ALARM_CONDITION";
            ++c.readings;
        }
    }
    void persistent(Node const& event) {
        auto const* told = event.find("persistentDisposition");
        if (!told) return;
        for (auto const& part : told->children) {
            auto const recalled = [](string_view word) { return last_word(word) == "recalled"; };
            auto const names = recalled(part.text) || std::any_of(part.children.begin(), part.children.end(), [&](Node const& n) { return recalled(n.text); });
            if (!names || event_time(event) < m_recall_at) continue;
            m_recall_at = event_time(event);
            s.recalled = part.name == "set";
        }
    }

    Story& s;
    std::vector<string> m_places;
    std::int64_t m_recall_at = 0;
};

} // namespace

std::string farm_of(string_view place) {
    auto const link = canonical_link(place);
    if (!link) return {};
    string_view text = *link;
    auto const key = text.find("/414/");
    if (key == text.npos) return {};
    auto const end = text.find('/', key + 5);
    return string{text.substr(0, end)};
}

Story story_of(std::vector<StoryEvent> events) {
    std::stable_sort(events.begin(), events.end(), [](auto const& a, auto const& b) { return a.distance < b.distance; });
    Story story;
    Teller teller{story};
    for (auto const& e : events) teller.tell(e);
    teller.end();
    return story;
}

} // namespace osetra::trace
