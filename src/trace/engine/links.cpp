#include "trace/engine/links.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "kernel/time.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr string_view process_start = "process:";

struct Amount {
    std::optional<double> quantity;
    string_view uom;
};

std::optional<double> number_in(string_view text) {
    double n = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return n;
}

string bare(Words words, string_view text) { return bare_word(words, text); }

struct Mass { string_view uom; double kg; };
/// UN/ECE Recommendation 20: units of mass that are met in trade.
constexpr std::array masses{
    Mass{"KGM", 1}, Mass{"GRM", 1e-3}, Mass{"MGM", 1e-6}, Mass{"MC", 1e-9}, Mass{"HGM", 0.1}, Mass{"DJ", 1e-2}, Mass{"DG", 1e-4}, Mass{"CGM", 1e-5},
    Mass{"TNE", 1'000}, Mass{"DTN", 100}, Mass{"LBR", 0.453'592'37}, Mass{"ONZ", 0.028'349'523'125}, Mass{"STN", 907.184'74}, Mass{"LTN", 1'016.046'908'8},
    Mass{"STI", 6.350'293'18}, Mass{"CWA", 45.359'237}, Mass{"CWI", 50.802'345'44}, Mass{"APZ", 0.031'103'476'8}, Mass{"KTN", 1e6}, Mass{"2U", 1e3}};

bool one_of(string_view word, std::initializer_list<string_view> words) { return std::find(words.begin(), words.end(), word) != words.end(); }

class Sayer {
public:
    Sayer(Node const& event, string_view event_id) : m_event(event), m_id(event_id) {}

    std::vector<Link> all() {
        if (m_event.find("errorDeclaration")) return {};
        m_step = bare(Words::biz_step, m_event.value("bizStep"));
        m_disposition = bare(Words::disposition, m_event.value("disposition"));
        m_action = m_event.value("action");
        m_place = place_in("bizLocation");
        if (m_place.empty()) m_place = place_in("readPoint");
        if (m_event.name == "TransformationEvent") transformation();
        else if (m_event.name == "AggregationEvent") containment(Tie::held);
        else if (m_event.name == "AssociationEvent") containment(Tie::attached);
        else if (m_event.name == "ObjectEvent" || m_event.name == "TransactionEvent" || m_event.name == "QuantityEvent") object();
        merge();
        return std::move(m_links);
    }

private:
    string_view place_in(string_view field) const {
        auto const* place = m_event.find(field);
        return place ? place->value("id") : string_view{};
    }
    template <class See> void each_instance(string_view list, See see) const {
        auto const* found = m_event.find(list);
        if (!found) return;
        for (auto const& epc : found->children) if (!epc.text.empty()) see(string_view{epc.text});
    }
    template <class See> void each_class(string_view list, See see) const {
        auto const* found = m_event.find(list);
        if (!found) return;
        for (auto const& element : found->children)
            if (auto const name = element.value("epcClass"); !name.empty()) see(name, Amount{number_in(element.value("quantity")), element.value("uom")});
    }

    void add(Link link) { m_links.push_back(std::move(link)); }
    void merge() {
        auto const key = [](Link const& l) { return std::tie(l.tie, l.thing, l.other); };
        std::stable_sort(m_links.begin(), m_links.end(), [&](Link const& a, Link const& b) { return key(a) < key(b); });
        std::size_t kept = 0;
        for (std::size_t i = 1; i < m_links.size(); ++i)
            if (key(m_links[kept]) == key(m_links[i])) join(m_links[kept], m_links[i]);
            else if (++kept != i) m_links[kept] = std::move(m_links[i]);
        if (!m_links.empty()) m_links.resize(kept + 1);
    }
    /// One lot named twice in a list: the amounts add up.
    static void join(Link& l, Link const& more) {
        l.what |= more.what;
        if (!more.quantity) return;
        if (!l.quantity) { l.quantity = more.quantity; l.uom = more.uom; return; }
        if (l.uom == more.uom) { *l.quantity += *more.quantity; return; }
        auto const a = kilograms(*l.quantity, l.uom), b = kilograms(*more.quantity, more.uom);
        if (a && b) { l.quantity = *a + *b; l.uom = "KGM"; }
    }

    void seen(string_view thing, string_view place, std::int64_t what = 0) {
        if (!place.empty()) add({thing, place, what ? Tie::told : Tie::seen, what, {}, {}, {}, may_live(thing)});
    }
    /// Where no place is told, what matters is kept with the thing itself for a place.
    void seen_or_told(string_view thing, std::int64_t what) {
        if (!m_place.empty()) seen(thing, m_place, what);
        else if (what) add({thing, thing, Tie::told, what, {}, {}, {}, false});
    }
    /// Links of these ties tell the place too; more is said of what lives, and of what matters.
    void noticed(string_view thing, std::int64_t what = 0) {
        if (what || may_live(thing)) seen_or_told(thing, what);
    }

    std::int64_t marks() const {
        std::int64_t what = 0;
        auto const set = [&](bool yes, Told t) { if (yes) what |= static_cast<std::int64_t>(t); };
        set(m_event.name == "ObjectEvent" && m_action == "ADD", Told::commissioned);
        set(m_event.name == "ObjectEvent" && (m_action == "DELETE" || one_of(m_step, {"decommissioning", "destroying", "retail_selling"})), Told::ended);
        set(one_of(m_step, {"shipping", "departing"}), Told::shipped);
        set(one_of(m_step, {"receiving", "arriving"}), Told::received);
        set(m_disposition == "container_closed", Told::closed);
        set(local_name(m_step).ends_with("hatching"), Told::hatched);
        auto recalled = m_disposition == "recalled";
        if (auto const* lasting = m_event.find("persistentDisposition"))
            for (auto const& c : lasting->children) recalled = recalled || (c.name == "set" && bare(Words::disposition, c.text) == "recalled");
        set(recalled, Told::recalled);
        set(local_name(m_step).ends_with("farmHarvest"), Told::harvested);
        return what;
    }

    void transformation() {
        auto const told_id = m_event.value("transformationID");
        auto const process = told_id.empty() ? m_id : told_id;
        auto const* ilmd = m_event.find("ilmd");
        auto const net = ilmd ? net_mass(*ilmd) : Amount{};
        auto const what = marks();
        each_instance("inputEPCList", [&](string_view epc) {
            add({epc, process, Tie::used, 0, {}, {}, m_place, true});
            noticed(epc, what);
        });
        each_class("inputQuantityList", [&](string_view name, Amount const& a) { add({name, process, Tie::used, is_class_without_lot(name), a.quantity, a.uom, m_place, true}); });
        each_instance("outputEPCList", [&](string_view epc) {
            add({process, epc, Tie::made, 0, net.quantity, net.uom, m_place, true});
            noticed(epc, what & ~static_cast<std::int64_t>(Told::harvested));
        });
        each_class("outputQuantityList", [&](string_view name, Amount const& a) {
            auto const no_lot = is_class_without_lot(name);
            add({process, name, Tie::made, no_lot, a.quantity, a.uom, m_place, true});
            if (!no_lot) noticed(name);
        });
        if (ilmd) {
            each_instance("outputEPCList", [&](string_view epc) { parents(*ilmd, epc); });
            each_class("outputQuantityList", [&](string_view name, Amount const&) { parents(*ilmd, name); });
        }
    }

    /// Net mass of one instance: a field netMass, netWeight or netContent that holds a value and a unit, or a bare netWeight.
    static Amount net_mass(Node const& ilmd) {
        for (auto const* field : {"netMass", "netWeight", "netContent"})
            if (auto const* found = find_local(ilmd, field))
                if (auto const* value = find_local(*found, "value")) {
                    auto const* uom = find_local(*found, "uom");
                    if (!uom) uom = find_local(*found, "unitCode");
                    if (auto const n = number_in(value->text); n && uom && kilograms(*n, uom->text)) return {n, uom->text};
                }
        if (auto const* bare = find_local(ilmd, "netWeight"))   // as our own tins tell it: kilograms
            if (auto const n = number_in(bare->text)) return {n, "KGM"};
        return {};
    }
    /// Sire, dam and broodstock that the ILMD names.
    void parents(Node const& ilmd, string_view child) {
        for (auto const& field : ilmd.children) {
            if (!one_of(local_name(field.name), {"sire", "dam", "broodstock", "broodstockID", "broodstockId"})) continue;
            auto const name = [&](string const& text) { if (!text.empty() && (parse_identifier(text) || text.starts_with("urn:"))) add({text, child, Tie::parent, 0, {}, {}, {}, true}); };
            name(field.text);
            for (auto const& one : field.children) name(one.text);
        }
    }

    void containment(Tie tie) {
        auto const parent = m_event.value("parentID");
        auto const hold = m_action == "ADD" ? Hold::add : m_action == "DELETE" ? Hold::remove : Hold::observe;
        auto none = true;
        auto const link = [&](string_view child, Amount const& a) {
            none = false;
            if (!parent.empty()) add({child, parent, tie, static_cast<std::int64_t>(hold), a.quantity, a.uom, m_place, true});
            noticed(child);
        };
        each_instance("childEPCs", [&](string_view epc) { link(epc, {}); });
        each_class("childQuantityList", [&](string_view name, Amount const& a) { if (!is_class_without_lot(name)) link(name, a); else none = false; });
        if (parent.empty()) return;
        if (none && hold == Hold::remove && tie == Tie::held) add({parent, parent, Tie::emptied, 0, {}, {}, {}, false});
        seen_or_told(parent, marks());
    }

    void object() {
        auto const what = marks();
        auto const dispensed = m_step == "dispensing" && m_action != "ADD";
        auto const* ilmd = m_event.find("ilmd");
        auto const origin = location_in("sourceList", "source");
        auto const target = location_in("destinationList", "destination");
        auto const moved = m_step == "stocking" || local_name(m_step).ends_with("transfer");
        auto const thing = [&](string_view name, Amount const& a) {
            if (dispensed) {
                if (!m_place.empty()) add({name, m_place, Tie::fed, 0, a.quantity, a.uom, {}, true});
                return;
            }
            seen_or_told(name, what);
            if (moved && !origin.empty() && origin != m_place) seen(name, origin, static_cast<std::int64_t>(Told::left));
            if (moved && m_place.empty() && !target.empty()) seen(name, target);
            if (ilmd) parents(*ilmd, name);
        };
        each_instance("epcList", [&](string_view epc) { thing(epc, {}); });
        each_class("quantityList", [&](string_view name, Amount const& a) { if (!is_class_without_lot(name)) thing(name, a); });
        if (m_event.name == "TransactionEvent") if (auto const parent = m_event.value("parentID"); !parent.empty()) seen_or_told(parent, what);
    }
    string_view location_in(string_view list, string_view item) const {
        auto const* found = m_event.find(list);
        if (!found) return {};
        for (auto const& one : found->children)
            if (one.name == item && bare(Words::party, one.value("type")) == "location") return one.text;
        return {};
    }

    Node const& m_event;
    string_view m_id;
    string m_step, m_disposition;
    string_view m_action, m_place;
    std::vector<Link> m_links;
};

} // namespace

std::vector<Link> links_of(Node const& event, string_view event_id) { return Sayer{event, event_id}.all(); }

std::int64_t event_time(Node const& event) {
    auto const at = parse_instant(event.value("eventTime"), FarmOffset{std::chrono::minutes{0}});
    return at ? at->time_since_epoch().count() : 0;
}

string process_name(string_view id) { return string{process_start} + string{id}; }
bool is_process(string_view name) { return name.starts_with(process_start); }
string_view process_id(string_view name) { return name.substr(process_start.size()); }

std::optional<double> kilograms(double quantity, string_view uom) {
    for (auto const& m : masses) if (m.uom == uom) return quantity * m.kg;
    return {};
}

bool is_class_without_lot(string_view name) {
    if (name.starts_with("urn:epc:idpat:")) return true;
    if (!name.starts_with("https://") && !name.starts_with("http://")) return false;
    auto const id = parse_identifier(name);
    return id && id->is_class && (id->serial.empty() || id->serial == "*");
}

bool may_live(string_view name) {
    if (name.starts_with("urn:epc:")) return name.starts_with("urn:epc:id:giai:") || name.starts_with("urn:epc:class:lgtin:");
    auto const has = [&](string_view part) { return name.find(part) != string_view::npos; };
    return name.starts_with("http") ? has("/8004/") || (has("/01/") && has("/10/")) : has(":lot:");
}

std::int64_t key_hash(string_view key) {
    std::uint64_t h = 0xcbf29ce484222325;
    for (char const c : key) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    h ^= h >> 32;   // FNV's upper bits are poor for short keys: mix them (splitmix64)
    h *= 0xd6e8feb86659fd93;
    h ^= h >> 32;
    return static_cast<std::int64_t>(h);
}

string_view local_name(string_view full) {
    if (auto const brace = full.rfind('}'); brace != string_view::npos) return full.substr(brace + 1);
    if (auto const end = full.find_last_of(":/#"); end != string_view::npos) return full.substr(end + 1);   // of a URN or a web address
    return full;
}

Node const* find_local(Node const& above, string_view local) {
    for (auto const& c : above.children) if (local_name(c.name) == local) return &c;
    return nullptr;
}

} // namespace osetra::trace
