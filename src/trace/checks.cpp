#include "trace/checks.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>

#include "kernel/number.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using Said = Past::Said;
using End = Past::End;

constexpr double least_salt = 3, most_salt = 5;          // g/100 g in the end product
constexpr double longest_rubbing_s = 900;
constexpr int deepest = 6;                               ///< steps from a tin to its fish: repacked once or twice, tinned, salted, taken

string scheme_of(string_view name) {
    auto const id = parse_identifier(name);
    return id ? id->scheme : string{};
}
string serial_of(string_view name) {
    auto const id = parse_identifier(name);
    return id ? id->serial : string{name.substr(name.find_last_of(":.") + 1)};
}
bool is_fish(string_view name) { return scheme_of(name) == "giai"; }

class Checker {
public:
    Checker(Node const& event, string_view event_id, Past& past) : m_event(event), m_past(past), m_at(event_time(event)), m_links(links_of(event, event_id)) {
        m_step = bare_word(Words::biz_step, event.value("bizStep"));
        m_ilmd = event.find("ilmd");
        for (auto const& l : m_links) {
            if (l.tie == Tie::used) m_inputs.push_back(&l);
            if (l.tie == Tie::made) m_outputs.push_back(&l);
        }
    }

    std::vector<Refusal> all() {
        if (m_event.find("errorDeclaration")) return {};
        if (m_event.name == "TransformationEvent") {
            balance();
            drawn_lots();
            tins();
            harvest();
        }
        salt();
        rubbing();
        if (m_step == "shipping") {
            closed();
            permit();
        }
        label();
        return std::move(m_found);
    }

private:
    void found(char const* code, string message, char const* at) { m_found.push_back({code, std::move(message), at}); }
    Node const* said_in_ilmd(char const* field) const { return m_ilmd ? find_local(*m_ilmd, field) : nullptr; }
    static string text_in(Node const* event, std::initializer_list<char const*> fields) {
        auto const* ilmd = event ? event->find("ilmd") : nullptr;
        if (ilmd)
            for (auto const* field : fields)
                if (auto const* f = find_local(*ilmd, field); f && !f->text.empty()) return f->text;
        return {};
    }

    std::vector<Said> makings(string_view thing) { return m_past.said(thing, Tie::made, End::to); }
    /// What went into the making of a thing: the inputs of all processes that gave it.
    std::vector<Said> made_of(string_view thing) {
        std::vector<Said> all;
        std::set<string> processes;
        for (auto const& m : makings(thing))
            if (processes.insert(m.other).second)
                for (auto& in : m_past.said_of_process(m.other, Tie::used)) all.push_back(std::move(in));
        return all;
    }

    // Mass and heads ------------------------------------------------------------------------------------------------

    struct Side {
        double kg = 0, heads = 0;
        bool weighed = true, counted = true, any = false;
        void add(std::optional<double> quantity, string_view uom, std::optional<double> of_one) {
            any = true;
            auto const mass = quantity ? kilograms(*quantity, uom) : of_one;
            if (mass) kg += *mass;
            else weighed = false;
            if (uom.empty()) heads += quantity.value_or(1);
            else counted = false;
        }
        std::optional<double> mass() const { return any && weighed ? std::optional{kg} : std::nullopt; }
    };
    std::optional<double> mass_of_one(string_view thing) {
        for (auto const& m : makings(thing)) if (m.quantity) return kilograms(*m.quantity, m.uom);
        return {};
    }
    void balance() {
        auto const* const process = !m_inputs.empty() ? &m_inputs.front()->other : !m_outputs.empty() ? &m_outputs.front()->thing : nullptr;
        if (!process) return;
        Side in, out;
        auto fish = true;
        auto const input = [&](std::optional<double> q, string_view uom, string_view thing) { in.add(q, uom, q ? std::nullopt : mass_of_one(thing)); };
        auto const output = [&](std::optional<double> q, string_view uom, string_view thing) {
            out.add(q, uom, {});
            fish = fish && is_fish(thing);
        };
        for (auto const* l : m_inputs) input(l->quantity, l->uom, l->thing);
        for (auto const* l : m_outputs) output(l->quantity, l->uom, l->other);
        for (auto const& s : m_past.said_of_process(*process, Tie::used)) input(s.quantity, s.uom, s.other);
        for (auto const& s : m_past.said_of_process(*process, Tie::made)) output(s.quantity, s.uom, s.other);
        auto const* const at = m_outputs.empty() ? "inputQuantityList" : "outputQuantityList";
        if (verdict_of(in.mass(), out.mass()) == Balance::Verdict::more_out_than_in)
            found("more_out_than_in", fmt::format("{:.3f} kg come out of what {:.3f} kg went into. Weigh again, or tell what else went in.", out.kg, in.kg), at);
        if (fish && out.any && in.any && in.counted && out.heads > in.heads)
            found("more_out_than_in", fmt::format("{:g} fish are named out of {:g}. Count again, or tell which cohort the others are of.", out.heads, in.heads), "outputEPCList");
    }
    /// A lot gives no more than was made of it.
    void drawn_lots() {
        for (auto const* l : m_inputs) {
            if (!l->quantity || !kilograms(*l->quantity, l->uom)) continue;
            double made = 0, used = *kilograms(*l->quantity, l->uom);
            auto known = false, weighed = true;
            for (auto const& m : makings(l->thing)) {
                known = true;
                auto const kg = m.quantity ? kilograms(*m.quantity, m.uom) : std::nullopt;
                if (kg) made += *kg;
                else weighed = false;
            }
            if (!known || !weighed) continue;
            for (auto const& u : m_past.said(l->thing, Tie::used, End::from)) used += u.quantity ? kilograms(*u.quantity, u.uom).value_or(0) : 0;
            if (verdict_of(made, used) == Balance::Verdict::more_out_than_in)
                found("lot_overdrawn", fmt::format("{} had {:.3f} kg, and {:.3f} kg of it would be used. Check the weights and the lot.", l->thing, made, used), "inputQuantityList");
        }
    }

    // Lots and fish -------------------------------------------------------------------------------------------------

    /// A lot or tin of caviar by what was told when it was made: it has a label, or salt in it.
    struct Caviar { std::set<string> lots, species; };
    static bool is_caviar(Node const* made_by) { return !text_in(made_by, {"citesLabel", "saltPercent"}).empty(); }
    void caviar_in(string_view thing, Caviar& all, int depth) {
        auto const lot = scheme_of(thing) == "lgtin" || scheme_of(thing).empty();
        for (auto const& m : makings(thing)) {
            if (lot && is_caviar(m.event)) {
                all.lots.insert(match_key(thing));
                auto species = text_in(m.event, {"species"});
                if (species.empty()) if (auto const label = parse_cites_label(text_in(m.event, {"citesLabel"}))) species = label->species;
                if (!species.empty()) all.species.insert(species);
                return;
            }
            if (!lot && depth > 0)
                for (auto const& in : m_past.said_of_process(m.other, Tie::used)) caviar_in(in.other, all, depth - 1);
        }
    }
    void tins() {
        auto const instances = std::any_of(m_outputs.begin(), m_outputs.end(), [](Link const* l) { return scheme_of(l->other) == "sgtin" && !is_class_without_lot(l->other); });
        if (!instances) return;
        Caviar caviar;
        for (auto const* l : m_inputs) caviar_in(l->thing, caviar, deepest);
        if (auto const process = m_event.value("transformationID"); !process.empty())
            for (auto const& in : m_past.said_of_process(process, Tie::used)) caviar_in(in.other, caviar, deepest);
        if (caviar.lots.size() > 1) found("tin_mixes_lots", fmt::format("Caviar of {} lots goes into one tin. A tin holds one lot (Codex CXS 291-2010).", caviar.lots.size()), "inputQuantityList");
        if (caviar.species.size() > 1) found("tin_mixes_species", "Caviar of several species goes into one tin. A tin holds one species (Codex CXS 291-2010).", "inputQuantityList");
        if (caviar.lots.empty() && said_in_ilmd("citesLabel"))
            found("tin_without_lot", "The tins have a caviar label, and nothing that went in is known to be a lot of caviar. Tell the salting first.", "inputQuantityList");
    }
    void harvest() {
        if (!local_name(m_step).ends_with("farmHarvest") && m_step != "killing") return;
        for (auto const* l : m_inputs) {
            if (!is_fish(l->thing)) continue;
            for (auto const& u : m_past.said(l->thing, Tie::used, End::from)) {
                if (u.other == l->other) continue;   // told in parts
                found("fish_harvested_twice", fmt::format("{} was taken already ({}). Check the tag.", l->thing, u.event_id), "inputEPCList");
                break;
            }
        }
    }

    // Salt and time -------------------------------------------------------------------------------------------------

    void salt() {
        auto const judge = [&](string_view text, char const* at) {
            auto const percent = read_number<double>(text);
            if (percent && *percent >= least_salt && *percent <= most_salt) return;
            found("salt_out_of_range", fmt::format("Caviar has 3 to 5 g of salt in 100 g, not {} (Codex CXS 291-2010).", text), at);
        };
        if (auto const* told = said_in_ilmd("saltPercent")) judge(told->text, "ilmd.saltPercent");
        auto const* sensors = m_event.find("sensorElementList");
        if (!sensors) return;
        for (auto const& element : sensors->children)
            for (auto const& report : element.children)
                if (report.name == "sensorReport" && report.value("type").ends_with("SaltContent") && report.value("uom") == "P1" && !report.value("value").empty())
                    judge(report.value("value"), "sensorElementList");
    }
    void rubbing() {
        auto const* told = find_local(m_event, "rubbing_to_tin_s");
        if (!told || !told->is_extension()) return;
        auto const seconds = read_number<double>(told->text);
        if (!seconds || *seconds < 0 || *seconds > longest_rubbing_s)
            found("rubbing_too_long", fmt::format("From rubbing to the closed tin it takes at most 900 s, not {}.", told->text), "rubbing_to_tin_s");
    }

    // Shipping ------------------------------------------------------------------------------------------------------

    std::vector<string_view> shipped() const {
        std::vector<string_view> all;
        if (auto const* list = m_event.find("epcList")) for (auto const& epc : list->children) all.push_back(epc.text);
        return all;
    }
    /// What a container holds at the time of the event.
    std::map<string, Said> contents(string_view container) {
        std::map<string, std::vector<Said>> told;
        for (auto& s : m_past.said(container, Tie::held, End::to)) told[s.other].push_back(std::move(s));
        std::vector<Time> emptied;
        for (auto const& s : m_past.said(container, Tie::emptied, End::from)) emptied.push_back(s.at);
        std::map<string, Said> held;
        for (auto& [content, all] : told) {
            std::vector<Known> moments;
            for (auto const& s : all) {
                Known k;
                k.happened_at = s.at;
                k.what = s.what;
                moments.push_back(k);
            }
            if (inside(moments, emptied).holds(m_at)) held.emplace(content, std::move(all.front()));
        }
        return held;
    }
    void closed() {
        std::vector<string> open;
        for (auto const epc : shipped()) look_closed(epc, open, deepest);
        for (auto const& container : open)
            found("container_open", fmt::format("{} is shipped, and nothing tells that it was closed after it was packed. Tell the packing with container_closed.", container), "epcList");
    }
    void look_closed(string_view container, std::vector<string>& open, int depth) {
        auto const held = contents(container);
        if (held.empty() || depth == 0) return;
        auto packed = always, shut = always;
        for (auto const& s : m_past.said(container, Tie::held, End::to))
            if (static_cast<Hold>(s.what) == Hold::add && s.at <= m_at) packed = std::max(packed, s.at);
        for (auto const& s : m_past.said(container, Tie::told, End::from))
            if (has(s.what, Told::closed) && s.at <= m_at) shut = std::max(shut, s.at);
        if (shut < packed || shut == always) open.emplace_back(container);
        for (auto const& [content, said] : held) if (scheme_of(content) == "sscc") look_closed(content, open, depth - 1);
    }

    /// Kilograms of a thing with all that is in it; nothing where some of it has no told mass.
    std::optional<double> mass_shipped(string_view thing, Said const* as_content, int depth) {
        if (as_content && as_content->quantity) return kilograms(*as_content->quantity, as_content->uom);
        auto const held = contents(thing);
        if (held.empty() || depth == 0) return mass_of_one(thing);
        double sum = 0;
        for (auto const& [content, said] : held) {
            auto const kg = mass_shipped(content, &said, depth - 1);
            if (!kg) return {};
            sum += *kg;
        }
        return sum;
    }
    std::optional<double> mass_in(Node const& event) {
        double sum = 0;
        if (auto const* list = event.find("epcList"))
            for (auto const& epc : list->children) {
                auto const kg = mass_shipped(epc.text, nullptr, deepest);
                if (!kg) return {};
                sum += *kg;
            }
        if (auto const* list = event.find("quantityList"))
            for (auto const& q : list->children) {
                auto const n = read_number<double>(q.value("quantity"));
                auto const kg = n ? kilograms(*n, q.value("uom")) : std::nullopt;
                if (!kg) return {};
                sum += *kg;
            }
        return sum;
    }
    static std::optional<double> amount_in(Node const& event) {
        auto const* told = find_local(event, "permitQuantity");
        if (!told) return {};
        auto const* value = find_local(*told, "value");
        auto const* uom = find_local(*told, "uom");
        auto const n = read_number<double>(value ? value->text : told->text);
        return n ? kilograms(*n, uom ? uom->text : "KGM") : std::nullopt;
    }
    std::optional<double> amount_of(string_view permit, std::vector<Node const*> const& events) {
        for (auto const* e : events) if (auto const kg = amount_in(*e)) return kg;
        if (auto const kg = amount_in(m_event)) return kg;
        std::vector<string> names{string{permit}};
        for (auto const& c : m_event.children) if (c.name == "certificationInfo") names.push_back(c.text);
        for (auto const* e : events) for (auto const& c : e->children) if (c.name == "certificationInfo") names.push_back(c.text);
        for (auto const& name : names) {
            auto const told = m_past.attribute(name, "permitQuantity");
            auto const n = told.empty() ? std::nullopt : read_number<double>(told.front());
            auto const uom = m_past.attribute(name, "permitUom");
            if (n) return kilograms(*n, uom.empty() ? "KGM" : uom.front());
        }
        return {};
    }
    void permit() {
        auto const* papers = m_event.find("bizTransactionList");
        if (!papers) return;
        for (auto const& paper : papers->children) {
            if (bare_word(Words::transaction, paper.value("type")) != "cert") continue;
            auto const events = m_past.with_paper(paper.text);
            auto const allowed = amount_of(paper.text, events);
            if (!allowed) continue;
            auto used = mass_in(m_event);
            for (auto const* e : events)
                if (used && e->name == "ObjectEvent" && bare_word(Words::biz_step, e->value("bizStep")) == "shipping" && !e->find("errorDeclaration")) {
                    auto const before = mass_in(*e);
                    used = before ? std::optional{*used + *before} : std::nullopt;
                }
            if (used && verdict_of(*allowed, *used) == Balance::Verdict::more_out_than_in)
                found("permit_exceeded", fmt::format("{} is for {:.3f} kg, and {:.3f} kg would be shipped under it. Use another permit, or ship less.", paper.text, *allowed, *used), "bizTransactionList");
        }
    }

    // Label ---------------------------------------------------------------------------------------------------------

    /// The first that is told of a thing or of what it was made of.
    string told_above(std::vector<Said> const& things, auto const& read, int depth) {
        for (auto const& t : things)
            for (auto const& m : makings(t.other))
                if (auto const text = read(m.event); !text.empty()) return text;
        if (depth == 0) return {};
        for (auto const& t : things)
            if (auto const text = told_above(made_of(t.other), read, depth - 1); !text.empty()) return text;
        return {};
    }
    std::vector<Said> own_inputs() {
        std::vector<Said> all;
        for (auto const* l : m_inputs) all.push_back({Tie::used, string{l->thing}, m_at, 0, {}, {}, nullptr, {}});
        if (auto const process = m_event.value("transformationID"); !process.empty())
            for (auto& s : m_past.said_of_process(process, Tie::used)) all.push_back(std::move(s));
        return all;
    }
    void label() {
        auto const* told = said_in_ilmd("citesLabel");
        if (!told) return;
        auto const read = parse_cites_label(told->text);
        if (!read) return found("label_malformed", read.error().message, "ilmd.citesLabel");
        auto const repacked = m_step == "repackaging";
        auto const inputs = own_inputs();
        auto const fact = [&](std::initializer_list<char const*> fields) {
            auto text = text_in(&m_event, fields);
            if (text.empty()) text = told_above(inputs, [&](Node const* e) { return text_in(e, fields); }, deepest);
            return text;
        };
        auto const compare = [&](char const* what, string_view on_label, string_view in_fact) {
            if (!in_fact.empty() && on_label != in_fact)
                found("label_contradicts", fmt::format("The label says {} {}, its history {}. Print the label anew, or mend what was told.", what, on_label, in_fact), "ilmd.citesLabel");
        };
        compare("species", read->species, fact({"species"}));
        compare("source", read->source, fact({"source"}));
        compare("country", read->country, fact({"countryOfOrigin"}));
        compare("year", read->year, year(repacked, inputs));
        compare("plant", read->plant, plant());
        if (!repacked) compare("lot", read->lot, lot(inputs));
    }
    /// Of the harvest; of repacked caviar that of repacking.
    string year(bool repacked, std::vector<Said> const& inputs) {
        if (repacked) return string{m_event.value("eventTime").substr(0, 4)};
        auto const of = [](Node const* e) {
            auto day = text_in(e, {"harvestDate"});
            if (day.empty() && e && local_name(e->value("bizStep")).ends_with("farmHarvest")) day = e->value("eventTime");
            return day.substr(0, 4);
        };
        auto text = of(&m_event);
        if (text.empty()) text = told_above(inputs, of, deepest);
        return text;
    }
    /// The registration of the plant where this happens.
    string plant() {
        for (auto const* field : {"readPoint", "bizLocation"})
            if (auto const* place = m_event.find(field))
                if (auto const told = m_past.attribute(place->value("id"), "citesRegistration"); !told.empty()) return told.front();
        return {};
    }
    string lot(std::vector<Said> const& inputs) {
        for (auto const* l : m_outputs) if (scheme_of(l->other) == "lgtin") return serial_of(l->other);
        Caviar caviar;
        for (auto const& in : inputs) caviar_in(in.other, caviar, deepest);
        return caviar.lots.size() == 1 ? serial_of(*caviar.lots.begin()) : string{};
    }

    Node const& m_event;
    Past& m_past;
    Time m_at;
    std::vector<Link> m_links;
    std::vector<Link const*> m_inputs, m_outputs;
    string m_step;
    Node const* m_ilmd = nullptr;
    std::vector<Refusal> m_found;
};

} // namespace

Result<CitesLabel> parse_cites_label(string_view text) {
    CitesLabel label;
    auto rest = text;
    for (auto* part : {&label.species, &label.source, &label.country, &label.year, &label.plant}) {
        auto const slash = rest.find('/');
        if (slash == string_view::npos || slash == 0) return refuse("label_malformed", "A caviar label is species/source/country/year/plant/lot, as DAUxSCH/C/CN/2026/CN-ZJ-0007/17421.");
        *part = rest.substr(0, slash);
        rest.remove_prefix(slash + 1);
    }
    label.lot = rest;
    auto const all = [](string_view s, auto good) { return std::all_of(s.begin(), s.end(), good); };
    auto const upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    auto const species = label.species == "MIX" || (label.species.size() == 3 && all(label.species, upper)) ||
                         (label.species.size() == 7 && label.species[3] == 'x' && all(string_view{label.species}.substr(0, 3), upper) && all(string_view{label.species}.substr(4), upper));
    if (!species) return refuse("label_malformed", "A caviar label begins with a species code of three letters, or two with x between for a hybrid, not with " + label.species + ".");
    if (label.source.size() != 1 || !upper(label.source[0])) return refuse("label_malformed", "The source on a caviar label is one letter (C: captive-bred, W: wild), not " + label.source + ".");
    if (label.country.size() != 2 || !all(label.country, upper)) return refuse("label_malformed", "The country on a caviar label has two letters, not " + label.country + ".");
    if (label.year.size() != 4 || !all(label.year, digit)) return refuse("label_malformed", "The year on a caviar label has four digits, not " + label.year + ".");
    if (label.lot.empty()) return refuse("label_malformed", "A caviar label ends with the lot.");
    return label;
}

std::vector<Refusal> check_chain(Node const& event, string_view event_id, Past& past) { return Checker{event, event_id, past}.all(); }

} // namespace osetra::trace
