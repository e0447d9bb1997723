#include "trace/trace_answer.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_set>

#include "trace/engine/identifiers.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using Numbers = std::vector<std::int64_t>;

string spelled(string_view name) { return to_digital_link(name).value_or(string{name}); }
Instant instant(Time t) { return Instant{Microseconds{t}}; }
std::optional<Instant> when(Time t) { return t == always || t == never ? std::nullopt : std::optional{instant(t)}; }
template <class T> std::optional<string> told(T const& text) { return text.empty() ? std::nullopt : std::optional<string>{text}; }

/// What a person reads on the thing: its serial or lot, or the end of its number.
string short_name(string_view name) {
    if (auto const id = parse_identifier(name)) return id->serial.empty() ? id->number : id->serial;
    auto const cut = name.find_last_of("/:");
    return string{cut == string_view::npos ? name : name.substr(cut + 1)};
}
string scheme_of(string_view name) {
    auto const id = parse_identifier(name);
    return id ? id->scheme : string{name.starts_with("urn:") ? name.substr(4, name.find(':', 4) - 4) : string_view{"other"}};
}

char const* word(Via v) {
    switch (v) {
    case Via::contained: return "contained";
    case Via::parent: return "parent";
    case Via::fed: return "fed";
    case Via::associated: return "associated";
    default: return "transformed";
    }
}
char const* word(Balance::Verdict v) {
    using enum Balance::Verdict;
    switch (v) {
    case balanced: return "balanced";
    case more_out_than_in: return "more_out_than_in";
    case loss: return "loss";
    case unknown: break;
    }
    return "unknown";
}

/// A walk and what the events behind it say.
class Story {
public:
    Story(LineageStore& store, Repository& events, std::int64_t start, Ask const& ask) : m_store(store), m_events(events), m_ask(ask) {
        lineage = walk(store, start, ask);
        for (auto const& p : lineage.processes) {   // what was reached; balances add what else went in and came out
            for (auto const& s : p.inputs) made_of[p.process].insert(s.thing);
            for (auto const& s : p.outputs) made_of[p.process].insert(s.thing);
        }
        all_balances = balances(store, lineage, ask);
        add_tags();
        for (auto const& r : lineage.things) { m_at[r.thing] = &r; m_things.push_back(r.thing); }
        seen = sightings(store, lineage, ask);
        where = store.whereabouts(m_things, ask.at);
        all_gaps = gaps(lineage, seen);
        store.links(Numbers{start}, static_cast<std::int64_t>(seen_from_other(Tie::made)), static_cast<std::int64_t>(seen_from_other(Tie::parent)), ask.at,
                    [&](Known&& k) {
                        m_start_known = true;
                        if (k.tie == static_cast<std::int64_t>(seen_from_other(Tie::made))) start_made.push_back({k.thing, k.happened_at, k.event, k.quantity, k.uom.value_or("")});
                    });
        take_names();
        describe();
    }

    Reached const* at(std::int64_t thing) const { auto const found = m_at.find(thing); return found == m_at.end() ? nullptr : found->second; }
    string id(std::int64_t thing) const { return spelled(lineage.name(thing)); }
    Event const* event(std::int64_t no) {
        auto const [known, fresh] = m_read.try_emplace(no);
        if (fresh) known->second = m_events.by_no(no);
        return known->second ? &*known->second : nullptr;
    }
    bool is_told(std::int64_t thing, Told mark) const {
        auto const found = seen.find(thing);
        return found != seen.end() && std::any_of(found->second.told.begin(), found->second.told.end(), [&](Known const& k) { return has(k.what, mark); });
    }
    std::optional<string> place_name(std::int64_t place) {
        auto const [known, fresh] = m_place_names.try_emplace(place);
        if (fresh) {
            auto const names = m_events.master_data().attribute(lineage.name(place), "urn:epcglobal:cbv:mda:name");
            if (!names.empty()) known->second = names.front();
        }
        return known->second;
    }
    /// By the trade item's own name: https://id.gs1.org/01/09521234100058 of .../10/L1.
    std::optional<string> article_name(string const& id) {
        auto const key = id.find("/01/");
        if (key == string::npos) return {};
        auto item = id.substr(0, id.find('/', key + 4));
        auto const [known, fresh] = m_article_names.try_emplace(std::move(item));
        if (fresh)
            if (auto const names = m_events.master_data().attribute(known->first, "urn:epcglobal:cbv:mda:descriptionShort"); !names.empty()) known->second = names.front();
        return known->second;
    }
    TraceNode node(Reached const& r) {
        auto const& name = lineage.name(r.thing);
        TraceNode n;
        n.thing = r.thing;
        n.id = spelled(name);
        n.name = short_name(name);
        n.scheme = scheme_of(name);
        n.kind = kind_of(r, n.scheme);
        n.article = article_name(n.id);
        n.level = r.level;
        n.container = m_holds.contains(r.thing);
        n.known = m_origin.contains(r.thing) || n.container || is_told(r.thing, Told::commissioned) || (r.thing == lineage.start && m_start_known);
        if (auto const w = where.find(r.thing); w != where.end()) {
            n.first_at = when(w->second.first_at);
            n.last_at = when(w->second.last_at);
            if (w->second.place && w->second.place != r.thing) {
                n.place = id(w->second.place);
                n.place_name = place_name(w->second.place);
            }
        }
        if (auto const d = m_said.find(r.thing); d != m_said.end()) { n.species = d->second.species; n.grade = d->second.grade; n.label = d->second.label; }
        if (!n.species && n.label) n.species = n.label->substr(0, n.label->find('/'));
        return n;
    }

    Lineage lineage;
    std::map<std::int64_t, std::set<std::int64_t>> made_of;   ///< of each process, what of it is on the walk
    std::vector<Balance> all_balances;
    std::unordered_map<std::int64_t, Sightings> seen;
    std::unordered_map<std::int64_t, LineageStore::Whereabouts> where;
    std::vector<Gap> all_gaps;
    std::vector<Step> start_made;         ///< how the start itself came about

private:
    struct Said { std::optional<string> species, grade, label; };

    /// What is fixed to a thing: its tag.
    void add_tags() {
        std::erase_if(lineage.edges, [](Edge const& e) { return e.kind == Via::associated; });   // the walk's own, without times
        Numbers carriers;
        std::unordered_map<std::int64_t, int> known;   // with their levels
        for (auto const& r : lineage.things) {
            known.emplace(r.thing, r.level);
            if (may_live(lineage.name(r.thing))) carriers.push_back(r.thing);
        }
        std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Known>> fixed;
        m_store.links(carriers, static_cast<std::int64_t>(seen_from_other(Tie::attached)), static_cast<std::int64_t>(seen_from_other(Tie::attached)), m_ask.at,
                      [&](Known&& k) { fixed[{k.other, k.thing}].push_back(std::move(k)); });
        for (auto const& [ends, links] : fixed) {
            auto const [tag, carrier] = ends;
            if (lineage.things.size() >= m_ask.most && !known.contains(tag)) { lineage.truncated = true; continue; }
            if (auto const level = known.at(carrier); known.emplace(tag, level).second) lineage.things.push_back({tag, level, static_cast<unsigned>(Via::associated), false, false, Spans::all()});
            lineage.edges.push_back({tag, carrier, Via::associated, {}, {}, inside(links, {}), {}});
            for (auto const& k : links) lineage.edges.back().events.push_back(k.event);
        }
    }
    void take_names() {
        Numbers unknown;
        auto const want = [&](std::int64_t n) { if (n && !lineage.names.contains(n)) unknown.push_back(n); };
        for (auto const n : m_things) want(n);
        for (auto const& [thing, w] : where) want(w.place);
        for (auto& [n, text] : m_store.names(unknown)) lineage.names.try_emplace(n, std::move(text));
    }
    /// What the ILMD of the events that made or commissioned a thing says of it.
    void describe() {
        for (auto const& e : lineage.edges) {
            if (e.kind == Via::contained) m_holds.insert(e.to);
            if (e.kind == Via::parent) { m_origin.insert(e.to); m_parents.insert(e.from); m_offspring.insert(e.to); }
            if (e.kind == Via::fed) m_feeds.insert(e.from);
            if (e.kind == Via::associated) m_tags.insert(e.from);
        }
        for (auto const& p : lineage.processes) {
            auto const all_fish = !p.outputs.empty() && std::all_of(p.outputs.begin(), p.outputs.end(), [&](Step const& s) { return scheme_of(lineage.name(s.thing)) == "giai"; });
            for (auto const& s : p.outputs) {
                m_origin.insert(s.thing);
                if (at(s.thing)) said_by(s.thing, s.event);
            }
            if (all_fish) for (auto const& s : p.inputs) m_gives_fish.insert(s.thing);
        }
        for (auto const& [thing, s] : seen)
            for (auto const& k : s.told) if (has(k.what, Told::commissioned)) said_by(thing, k.event);
    }
    void said_by(std::int64_t thing, std::int64_t no) {
        auto const* e = event(no);
        auto const* ilmd = e ? e->tree.find("ilmd") : nullptr;
        if (!ilmd) return;
        auto& said = m_said[thing];
        auto const take = [&](std::optional<string>& into, char const* field) {
            if (auto const* found = find_local(*ilmd, field); found && !into && !found->text.empty()) into = found->text;
        };
        take(said.species, "species");
        take(said.species, "speciesForFisheryStatisticsPurposesCode");
        take(said.grade, "grade");
        take(said.label, "citesLabel");
    }
    string kind_of(Reached const& r, string const& scheme) const {
        auto const t = r.thing;
        if (m_feeds.contains(t)) return "feed";
        if (m_parents.contains(t) && !r.has(Via::transformed)) return "parent";
        if (m_tags.contains(t)) return "thing";
        if (m_gives_fish.contains(t) || m_offspring.contains(t) || is_told(t, Told::hatched)) return scheme == "giai" ? "fish" : "cohort";
        if (m_holds.contains(t) || scheme == "sscc") return "case";
        if (scheme == "giai") return "fish";
        if (scheme == "sgtin") return "tin";
        if (scheme == "lgtin" || may_live(lineage.name(t))) return "lot";
        return "thing";
    }

    LineageStore& m_store;
    Repository& m_events;
    Ask m_ask;
    Numbers m_things;
    std::unordered_map<std::int64_t, Reached const*> m_at;
    std::unordered_map<std::int64_t, std::optional<Event>> m_read;
    std::unordered_map<std::int64_t, std::optional<string>> m_place_names;
    std::unordered_map<string, std::optional<string>> m_article_names;
    std::unordered_map<std::int64_t, Said> m_said;
    std::unordered_set<std::int64_t> m_holds, m_origin, m_parents, m_offspring, m_feeds, m_tags, m_gives_fish;
    bool m_start_known = false;
};

string place_of(Node const& event) {
    for (auto const* field : {"bizLocation", "readPoint"})
        if (auto const* place = event.find(field)) if (auto const id = place->value("id"); !id.empty()) return string{id};
    return {};
}

/// A process of few is shown as edges from each input to each output; one of many as a thing of its own.
constexpr std::size_t most_folded = 64;

void tell_processes(Story& story, TraceAnswer& answer) {
    for (auto const& p : story.lineage.processes) {
        auto const& here = story.made_of[p.process];
        std::vector<Step const*> inputs, outputs;
        for (auto const& s : p.inputs) if (here.contains(s.thing)) inputs.push_back(&s);
        for (auto const& s : p.outputs) if (here.contains(s.thing)) outputs.push_back(&s);
        auto const add = [&](string from, string to, Step const* amount, std::set<std::int64_t> const& events) {
            TraceEdge e{std::move(from), std::move(to), "transformed", {}, {}, {}, {}, {events.begin(), events.end()}};
            if (amount && amount->quantity) {
                e.quantity = amount->quantity;
                e.uom = told(amount->uom);
            }
            answer.edges.push_back(std::move(e));
        };
        auto const folded = std::min(inputs.size(), outputs.size()) == 1 || inputs.size() * outputs.size() <= most_folded;
        if (folded) {
            for (auto const* in : inputs)
                for (auto const* made : outputs)
                    add(story.id(in->thing), story.id(made->thing), p.inputs.size() == 1 ? made : p.outputs.size() == 1 ? in : nullptr, {in->event, made->event});
            continue;
        }
        TraceNode node;
        node.id = string{process_id(story.lineage.name(p.process))};
        node.name = short_name(node.id);
        node.kind = node.scheme = "process";
        node.known = true;
        for (auto const* in : inputs) {
            add(story.id(in->thing), node.id, in, {in->event});
            node.level = story.at(in->thing)->level;
        }
        for (auto const* made : outputs) add(node.id, story.id(made->thing), made, {made->event});
        answer.nodes.push_back(std::move(node));
    }
}

void tell_edges(Story& story, TraceAnswer& answer) {
    for (auto const& e : story.lineage.edges) {
        TraceEdge out{story.id(e.from), story.id(e.to), word(e.kind), e.quantity, told(e.uom), {}, {}, e.events};
        if (e.when.empty()) answer.edges.push_back(out);
        for (auto const& span : e.when.spans()) {
            out.from_at = when(span.from);
            out.until_at = when(span.until);
            answer.edges.push_back(out);
        }
    }
}

void tell_events(Story& story, TraceAnswer& answer) {
    std::set<std::int64_t> numbers;
    for (auto const& e : answer.edges) numbers.insert(e.events.begin(), e.events.end());
    for (auto const& b : story.all_balances) numbers.insert(b.events.begin(), b.events.end());
    for (auto const& [thing, s] : story.seen) for (auto const& k : s.told) numbers.insert(k.event);
    for (auto const no : numbers) {
        auto const* e = story.event(no);
        if (!e) continue;
        answer.events.push_back({no, e->event_id, e->tree.name, bare_word(Words::biz_step, e->tree.value("bizStep")), bare_word(Words::disposition, e->tree.value("disposition")),
                                 e->event_at, told(spelled(place_of(e->tree))), e->root.has_value()});
    }
    std::stable_sort(answer.events.begin(), answer.events.end(), [](TraceEvent const& a, TraceEvent const& b) { return a.event_at < b.event_at; });
}

Result<std::int64_t> start_of(LineageStore& store, string const& id) {
    auto const start = store.find(id);
    if (!start) return refuse("thing_not_found", "No event names " + id + ". Check the number: a tag, a serial, a lot, a case, a Digital Link or a URN.", "id");
    return *start;
}

} // namespace

Result<Ask> ask_of(TraceQuestion const& question) {
    Ask ask;
    if (question.direction == "up") ask.direction = Direction::up;
    else if (question.direction == "down" || question.direction == "recall") ask.direction = Direction::down;
    else if (question.direction != "both") return refuse("direction_unknown", "direction is up (origins), down (results), both or recall.", "direction");
    if (question.at) ask.at = question.at->time_since_epoch().count();
    ask.most = question.most;
    return ask;
}

Result<TraceAnswer> trace_of(LineageStore& store, Repository& events, TraceQuestion const& question) {
    auto const ask = OSETRA_TRY(ask_of(question));
    auto const start = OSETRA_TRY(start_of(store, question.id));
    Story story{store, events, start, ask};
    TraceAnswer answer;
    answer.start = story.id(start);
    answer.direction = question.direction;
    answer.truncated = story.lineage.truncated;
    for (auto const& r : story.lineage.things) answer.nodes.push_back(story.node(r));
    tell_processes(story, answer);
    tell_edges(story, answer);
    std::stable_sort(answer.nodes.begin(), answer.nodes.end(), [](TraceNode const& a, TraceNode const& b) { return std::tie(a.level, a.kind, a.name) < std::tie(b.level, b.kind, b.name); });
    std::stable_sort(answer.edges.begin(), answer.edges.end(), [](TraceEdge const& a, TraceEdge const& b) { return std::tie(a.from, a.to, a.kind, a.from_at) < std::tie(b.from, b.to, b.kind, b.from_at); });
    tell_events(story, answer);
    for (auto const& b : story.all_balances)
        answer.balances.push_back({string{process_id(story.lineage.name(b.process))}, b.in_kg, b.out_kg, b.difference_kg(), b.in_pieces, b.out_pieces, word(b.verdict), b.events});
    std::stable_sort(answer.balances.begin(), answer.balances.end(), [](TraceBalance const& a, TraceBalance const& b) { return a.process < b.process; });
    for (auto const& g : story.all_gaps) answer.gaps.push_back({story.id(g.thing), g.code, g.why});
    std::stable_sort(answer.gaps.begin(), answer.gaps.end(), [](TraceGap const& a, TraceGap const& b) { return std::tie(a.id, a.code) < std::tie(b.id, b.code); });
    return answer;
}

namespace {

struct Sent {
    std::int64_t event = 0;
    Time at = always;
};

class Recaller {
public:
    Recaller(LineageStore& store, Repository& events, std::int64_t start, Ask const& ask) : m_story(store, events, start, ask), m_events(events) {}

    Recall done() {
        out.start = m_story.id(m_story.lineage.start);
        out.truncated = m_story.lineage.truncated;
        find_shipments();
        read_processes();
        for (auto const& r : m_story.lineage.things)
            if (r.has(Via::start) || r.down || r.has(Via::contained)) item(r);
        std::stable_sort(out.items.begin(), out.items.end(), [](RecallItem const& a, RecallItem const& b) { return std::tie(a.kind, a.where, a.id) < std::tie(b.kind, b.where, b.id); });
        for (auto const& g : m_story.all_gaps)
            if (g.code == "receipt_not_told" || g.code == "outputs_not_told" || g.code == "opening_not_told") out.unaccounted.push_back({m_story.id(g.thing), g.code, g.why});
        for (auto const& b : m_story.all_balances)
            if (b.verdict == Balance::Verdict::more_out_than_in || b.verdict == Balance::Verdict::loss)
                out.unaccounted.push_back({string{process_id(m_story.lineage.name(b.process))}, "balance_open",
                                           b.verdict == Balance::Verdict::loss ? "Less came out of it than went in." : "More came out of it than went in."});
        contacts();
        return std::move(out);
    }

private:
    void find_shipments() {
        for (auto const& e : m_story.lineage.edges) if (e.kind == Via::contained) m_containers[e.from].push_back(&e);
        for (auto const& r : m_story.lineage.things) {
            auto const seen = m_story.seen.find(r.thing);
            if (seen == m_story.seen.end()) continue;
            for (auto const& k : seen->second.told) {
                if (!r.when.holds(k.happened_at)) continue;
                if (has(k.what, Told::shipped)) { m_sent[r.thing].push_back({k.event, k.happened_at}); m_carried[k.event].insert(r.thing); }
                if (has(k.what, Told::received)) m_received[r.thing].push_back({k.event, k.happened_at});
            }
        }
        for (auto const& [no, things] : m_carried) shipment(no, things);
        std::stable_sort(out.shipments.begin(), out.shipments.end(), [](RecallShipment const& a, RecallShipment const& b) { return a.shipped_at < b.shipped_at; });
    }
    void shipment(std::int64_t no, std::set<std::int64_t> const& things) {
        auto const* e = m_story.event(no);
        if (!e) return;
        RecallShipment s;
        s.event = no;
        s.shipped_at = e->event_at;
        for (auto const t : things) {
            s.things.push_back(m_story.id(t));
            for (auto const& received : m_received[t])
                if (received.at >= e->event_at.time_since_epoch().count() && (!s.received_at || instant(received.at) < *s.received_at)) s.received_at = instant(received.at);
        }
        auto const ends = [&](char const* list, char const* item, std::optional<string>& party, std::optional<string>& place) {
            auto const* found = e->tree.find(list);
            if (!found) return;
            for (auto const& one : found->children) {
                if (one.name != item) continue;
                auto const type = bare_word(Words::party, one.value("type"));
                if (type == "location") place = spelled(one.text);
                else if (!party || type == "owning_party") party = spelled(one.text);
            }
        };
        ends("sourceList", "source", s.from_party, s.from_place);
        ends("destinationList", "destination", s.to_party, s.to_place);
        if (auto const* papers = e->tree.find("bizTransactionList"))
            for (auto const& p : papers->children) s.papers.push_back({bare_word(Words::transaction, p.value("type")), p.text});
        out.shipments.push_back(std::move(s));
    }

    void read_processes() {
        for (auto const& p : m_story.lineage.processes) {
            auto const& here = m_story.made_of[p.process];
            for (auto const& s : p.inputs) if (here.contains(s.thing)) m_used[s.thing].push_back(&s);
            for (auto const& s : p.outputs) {
                if (!here.contains(s.thing)) continue;
                m_made[s.thing].push_back(&s);
                for (auto const& in : p.inputs) if (here.contains(in.thing)) m_from[s.thing].push_back(in.thing);
            }
        }
        for (auto const& s : m_story.start_made) if (m_made[s.thing].size() < m_story.start_made.size()) m_made[s.thing].push_back(&s);
    }
    /// The last shipment that took it along: its own, that of a container while it was inside, or that of what it was made of.
    struct Trip { Sent sent; bool received = false; };
    std::optional<Trip> trip(std::int64_t thing, std::set<std::int64_t>& asked) {
        if (!asked.insert(thing).second) return {};
        if (auto const known = m_trips.find(thing); known != m_trips.end()) return known->second;
        std::optional<Trip> last;
        auto const take = [&](std::int64_t carrier, Spans const& while_in) {
            for (auto const& s : m_sent[carrier]) {
                if (!while_in.holds(s.at) || (last && s.at <= last->sent.at)) continue;
                auto const& got = m_received[carrier];
                last = Trip{s, std::any_of(got.begin(), got.end(), [&](Sent const& r) { return r.at >= s.at; })};
            }
        };
        take(thing, Spans::all());
        std::vector<std::pair<std::int64_t, Spans>> around{{thing, Spans::all()}};
        for (std::size_t i = 0; i < around.size() && i < 1'000; ++i)
            for (auto const* e : m_containers[around[i].first]) {
                auto const in = e->when.within(around[i].second);
                if (in.empty()) continue;
                take(e->to, in);
                around.emplace_back(e->to, in);
            }
        if (!last)
            for (auto const from : m_from[thing])
                if (auto const t = trip(from, asked); t && t->received && (!last || t->sent.at > last->sent.at)) last = t;
        m_trips[thing] = last;
        return last;
    }

    void item(Reached const& r) {
        auto const node = m_story.node(r);
        if (node.kind == "feed" || node.kind == "parent") return;
        RecallItem i{node.id, node.name, node.kind, node.label, node.grade, {}, {}, "unknown", node.place, node.place_name, {}, {}, node.last_at};
        auto const& made = m_made[r.thing];
        auto const& used = m_used[r.thing];
        if (!made.empty() && made.front()->quantity) {
            i.quantity = made.front()->quantity;
            i.uom = told(made.front()->uom);
        }
        auto const left = node.kind == "lot" ? left_of(made, used) : std::nullopt;
        if (left) {
            i.quantity = *left;
            i.uom = "KGM";
        }
        for (auto const* e : m_containers[r.thing]) if (!e->when.empty() && e->when.spans().back().until == never) i.container = m_story.id(e->to);
        std::set<std::int64_t> asked;
        auto const last = trip(r.thing, asked);
        auto const whole = node.scheme == "sgtin" || node.scheme == "giai";
        if (m_story.is_told(r.thing, Told::ended) && whole) i.where = "ended";
        else if (!used.empty() && (whole || (left && *left <= balance_tolerance_kg))) i.where = "used_up";
        else if (last) {
            i.where = last->received ? "received" : "shipped";
            if (auto const* s = shipment_of(last->sent.event)) {
                i.holder = s->to_party;
                if (!i.place || last->received) i.place = i.place ? i.place : s->to_place;
            }
        } else if (node.place) i.where = "in_house";
        else {
            auto const known = std::any_of(m_containers[r.thing].begin(), m_containers[r.thing].end(), [&](Edge const* e) { return m_story.where.contains(e->to); });
            i.where = known ? "in_house" : "unknown";
        }
        if (i.where == "unknown") out.unaccounted.push_back({i.id, "whereabouts_not_told", "No event tells where it is."});
        out.items.push_back(std::move(i));
    }
    /// Kilograms of a lot that did not go into anything, to the milligram.
    static std::optional<double> left_of(std::vector<Step const*> const& made, std::vector<Step const*> const& used) {
        double kg = 0;
        for (auto const* m : made) {
            auto const more = m->quantity ? kilograms(*m->quantity, m->uom) : std::nullopt;
            if (!more) return {};
            kg += *more;
        }
        if (made.empty()) return {};
        for (auto const* u : used) {
            auto const less = u->quantity ? kilograms(*u->quantity, u->uom) : std::nullopt;
            if (!less) return 0;   // all of it
            kg -= *less;
        }
        return std::max(0.0, std::round(kg * 1e6) / 1e6);
    }
    RecallShipment const* shipment_of(std::int64_t event) const {
        auto const at = std::find_if(out.shipments.begin(), out.shipments.end(), [&](RecallShipment const& s) { return s.event == event; });
        return at == out.shipments.end() ? nullptr : &*at;
    }

    void contacts() {
        std::vector<string> parties;
        auto const add = [&](std::optional<string> const& party) { if (party && std::find(parties.begin(), parties.end(), *party) == parties.end()) parties.push_back(*party); };
        for (auto const& s : out.shipments) { add(s.to_party); if (!s.to_party) add(s.to_place); }
        std::map<string, Node const*> elements;
        auto const vocabularies = m_events.vocabularies();
        for (auto const& v : vocabularies)
            if (auto const* list = v.find("VocabularyElementList"))
                for (auto const& e : list->children) elements.try_emplace(match_key(e.value("id")), &e);
        for (auto const& party : parties) {
            RecallContact c;
            c.party = party;
            if (auto const at = elements.find(match_key(party)); at != elements.end()) describe(*at->second, c);
            out.contacts.push_back(std::move(c));
        }
    }
    static void describe(Node const& element, RecallContact& c) {
        string address;
        auto const said = [&](std::initializer_list<string_view> names) {
            std::vector<string> all;
            for (auto const name : names)
                for (auto const& a : element.children)
                    if (a.name == "attribute" && local_name(a.value("id")) == name && !a.text.empty()) all.push_back(a.text);
            return all;
        };
        auto const first = [&](std::initializer_list<string_view> names) -> std::optional<string> {
            auto const all = said(names);
            return all.empty() ? std::nullopt : std::optional{all.front()};
        };
        for (auto const& part : said({"streetAddressOne", "streetAddressTwo", "streetAddressThree", "streetAddress", "postalCode", "city", "state"})) address += (address.empty() ? "" : ", ") + part;
        c.name = first({"name", "organizationName"});
        c.address = told(address);
        c.country = first({"countryCode", "country"});
        c.phone = first({"telephone", "phone", "contactTelephone", "contactPhone"});
        c.email = first({"email", "emailAddress", "contactEmail"});
        c.contact = first({"contact", "contactPoint", "contactName"});
    }

    Recall out;
    Story m_story;
    Repository& m_events;
    std::unordered_map<std::int64_t, std::vector<Edge const*>> m_containers;
    std::unordered_map<std::int64_t, std::vector<Sent>> m_sent, m_received;
    std::map<std::int64_t, std::set<std::int64_t>> m_carried;
    std::unordered_map<std::int64_t, std::vector<Step const*>> m_used, m_made;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> m_from;
    std::unordered_map<std::int64_t, std::optional<Trip>> m_trips;
};

/// `more` adds what a field list cannot hold: the lists in a record.
template <class T> void put_records(JsonOut& out, char const* name, std::vector<T> const& all, auto more) {
    out.begin_array(name);
    for (auto const& one : all) {
        out.begin_object();
        write_fields(out, one);
        more(one);
        out.end_object();
    }
    out.end_array();
}
template <class T> void put_records(JsonOut& out, char const* name, std::vector<T> const& all) {
    put_records(out, name, all, [](T const&) {});
}
template <class T> void put_list(JsonOut& out, char const* name, std::vector<T> const& all) {
    out.begin_array(name);
    for (auto const& one : all) out.value(nullptr, one);
    out.end_array();
}

} // namespace

Result<Recall> recall_of(LineageStore& store, Repository& events, TraceQuestion const& question) {
    auto ask = OSETRA_TRY(ask_of(question));
    ask.direction = Direction::down;
    auto const start = OSETRA_TRY(start_of(store, question.id));
    return Recaller{store, events, start, ask}.done();
}

string to_json(TraceAnswer const& answer) {
    JsonOut out;
    out.begin_object();
    out.value("start", answer.start);
    out.value("direction", answer.direction);
    auto const with_events = [&out](auto const& one) { put_list(out, "events", one.events); };
    put_records(out, "nodes", answer.nodes);
    put_records(out, "edges", answer.edges, with_events);
    put_records(out, "events", answer.events);
    put_records(out, "balances", answer.balances, with_events);
    put_records(out, "gaps", answer.gaps);
    out.put_flag("truncated", answer.truncated);
    out.value("ms", answer.ms);
    out.end_object();
    return out.take();
}

string to_json(Recall const& recall) {
    JsonOut out;
    out.begin_object();
    out.value("start", recall.start);
    put_records(out, "items", recall.items);
    put_records(out, "shipments", recall.shipments, [&out](auto const& s) {
        put_list(out, "things", s.things);
        put_records(out, "papers", s.papers);
    });
    put_records(out, "contacts", recall.contacts);
    put_records(out, "unaccounted", recall.unaccounted);
    out.put_flag("truncated", recall.truncated);
    out.end_object();
    return out.take();
}

OutTable to_table(Recall const& recall, FarmOffset offset) {
    OutTable table;
    table.name = "recall";
    TableOut out{table, offset};
    std::map<string, RecallContact const*> contact;
    for (auto const& c : recall.contacts) contact[c.party] = &c;
    for (auto const& i : recall.items) {
        auto const at = i.holder ? contact.find(*i.holder) : contact.end();
        static RecallContact const nobody;
        auto const& c = at == contact.end() ? nobody : *at->second;
        out.begin();
        write_fields(out, i);
        put(out, "holder_name", c.name);
        put(out, "holder_address", c.address);
        put(out, "holder_phone", c.phone);
        put(out, "holder_email", c.email);
        out.end();
    }
    return table;
}

} // namespace osetra::trace
