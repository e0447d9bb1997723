#include "trace/engine/lineage.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <unordered_set>

#include "trace/engine/identifiers.h"

namespace osetra::trace {
namespace {

using std::string;
using Numbers = std::vector<std::int64_t>;

constexpr std::int64_t number_of(Tie t) { return static_cast<std::int64_t>(t); }
constexpr std::int64_t other_end(Tie t) { return number_of(seen_from_other(t)); }

/// Where something stayed, by what was told of it. One thing is at one place; of a lot or a cohort parts can be at several.
std::map<std::int64_t, Spans> stays(std::vector<Known> seen, bool in_parts) {
    std::sort(seen.begin(), seen.end(), [](Known const& a, Known const& b) { return std::tie(a.happened_at, a.event) < std::tie(b.happened_at, b.event); });
    std::map<std::int64_t, Spans> all;
    std::map<std::int64_t, Time> open;
    auto const close = [&](std::int64_t place, Time at) {
        auto const found = open.find(place);
        if (found == open.end()) return;
        all[place].add(Spans::Span{found->second, at});
        open.erase(found);
    };
    for (auto const& s : seen) {
        if (s.is(Tie::told) && has(s.what, Told::left)) { close(s.other, s.happened_at); continue; }
        if (!in_parts)
            for (auto const& [place, since] : std::map{open}) if (place != s.other) close(place, s.happened_at);
        open.try_emplace(s.other, s.happened_at);
    }
    for (auto const& [place, since] : std::map{open}) close(place, never);
    return all;
}

bool one_thing(std::string_view name) {
    auto const id = parse_identifier(name);
    return id ? !id->is_class : name.find(":class:") == std::string_view::npos;
}
void add_sorted(Numbers& all, std::int64_t n) {
    auto const at = std::lower_bound(all.begin(), all.end(), n);
    if (at == all.end() || *at != n) all.insert(at, n);
}

class Walker {
public:
    Walker(WebOfLinks& web, std::int64_t start, Ask const& ask) : m_web(web), m_ask(ask) { out.start = start; }

    Lineage done() {
        auto const up = m_ask.direction != Direction::down, down = m_ask.direction != Direction::up;
        auto& first = state(out.start, 0, Via::start);
        auto const whole = Spans{{m_ask.at == never ? always : m_ask.at, m_ask.at}};
        first.up = whole;
        first.down = Spans::all();
        Numbers starts{out.start};
        begin(starts, down);
        if (up) { m_frontier = starts; mark(starts, true); walk_up(); }
        if (down) {
            m_frontier = starts;
            m_frontier.insert(m_frontier.end(), m_contents.begin(), m_contents.end());
            mark(m_frontier, false);
            walk_down();
        }
        take_names();
        if (up && m_ask.feed) feed_given();
        finish();
        return std::move(out);
    }

private:
    struct State {
        std::size_t place = 0;           ///< in out.things
        Spans up, down;
        Time since = always;             ///< reached by feed: what happened to it before is no result of that
        bool leaf = false;
    };
    struct Meeting {                     ///< a process
        std::size_t place = 0;           ///< in out.processes
        bool inputs_read = false, outputs_read = false, followed_up = false, followed_down = false;
    };

    State& state(std::int64_t thing, int level, Via via) {
        auto const [at, fresh] = m_states.try_emplace(thing);
        if (fresh) {
            at->second.place = out.things.size();
            out.things.push_back({thing, level, 0, false, false, {}});
        }
        out.things[at->second.place].via |= static_cast<unsigned>(via);
        return at->second;
    }
    bool full(std::int64_t thing) {
        if (out.things.size() < m_ask.most || m_states.contains(thing)) return false;
        out.truncated = true;
        return true;
    }
    void mark(Numbers const& things, bool up) {
        for (auto const t : things) (up ? out.things[m_states.at(t).place].up : out.things[m_states.at(t).place].down) = true;
    }
    Meeting& meeting(std::int64_t process) {
        auto const [at, fresh] = m_meetings.try_emplace(process);
        if (fresh) {
            at->second.place = out.processes.size();
            out.processes.push_back({process, {}, {}});
        }
        return at->second;
    }
    static Step step_of(std::int64_t thing, Known const& k) { return {thing, k.happened_at, k.event, k.quantity, k.uom.value_or("")}; }

    Edge& edge(std::int64_t from, std::int64_t to, Via kind) {
        auto const [at, fresh] = m_edges.try_emplace({from, to, kind}, out.edges.size());
        if (fresh) out.edges.push_back({from, to, kind, {}, {}, {}, {}});
        return out.edges[at->second];
    }
    void held_edge(std::int64_t content, std::int64_t container, Spans const& when, std::vector<Known> const& told) {
        auto& e = edge(content, container, Via::contained);
        e.when.add(when);
        for (auto const& k : told) {
            add_sorted(e.events, k.event);
            if (k.quantity && k.what != static_cast<std::int64_t>(Hold::remove)) { e.quantity = k.quantity; e.uom = k.uom.value_or(""); }
        }
    }
    static Spans touching(Spans const& all, Spans const& part) {
        Spans out;
        for (auto const& s : all.spans()) if (!Spans{s}.within(part).empty()) out.add(s);
        return out;
    }

    /// A tag stands for what carries it, a container for what it holds.
    void begin(Numbers& starts, bool down) {
        Numbers carriers;
        std::map<std::int64_t, std::vector<Known>> contents;
        m_web.links(starts, number_of(Tie::attached), other_end(Tie::attached), m_ask.at, [&](Known&& k) {
            if (k.is(Tie::attached) && k.what != static_cast<std::int64_t>(Hold::remove)) {
                add_sorted(edge(k.thing, k.other, Via::associated).events, k.event);
                add_sorted(carriers, k.other);
            } else if (k.tie == other_end(Tie::held)) contents[k.other].push_back(std::move(k));
        });
        for (auto const c : carriers) {
            auto& s = state(c, 0, Via::associated);
            s.up.add(m_states.at(out.start).up);
            s.down = Spans::all();
            starts.push_back(c);
        }
        if (down && !contents.empty()) unpack();
    }
    /// All that the start held, and what the containers in it held while they were there.
    void unpack() {
        Numbers frontier{out.start};
        std::map<std::int64_t, Spans> windows{{out.start, m_states.at(out.start).up}};
        for (int level = -1; !frontier.empty(); --level) {
            std::map<std::int64_t, std::map<std::int64_t, std::vector<Known>>> held;
            std::map<std::int64_t, std::vector<Time>> emptied;
            m_web.links(frontier, other_end(Tie::held), other_end(Tie::held), m_ask.at, [&](Known&& k) { held[k.thing][k.other].push_back(std::move(k)); });
            m_web.links(frontier, number_of(Tie::emptied), number_of(Tie::emptied), m_ask.at, [&](Known&& k) { emptied[k.thing].push_back(k.happened_at); });
            frontier.clear();
            for (auto const& [container, by_content] : held)
                for (auto const& [content, told] : by_content) {
                    auto const when = inside(told, emptied[container]);
                    auto const now = when.within(windows[container]);
                    if (now.empty() || full(content)) continue;
                    held_edge(content, container, touching(when, windows[container]), told);
                    auto& s = state(content, level, Via::contained);
                    s.down = Spans::all();
                    if (windows[content].add(now)) frontier.push_back(content);
                    m_contents.push_back(content);
                }
        }
    }

    void reach_up(std::int64_t thing, int level, Via via, Spans const& when, bool leaf) {
        if (full(thing)) return;
        auto& s = state(thing, level, via);
        auto& reached = out.things[s.place];
        auto const grew = s.up.add(when);
        if (leaf || via == Via::parent) return;
        if (!reached.up || (grew && m_containers.contains(thing))) m_next.push_back(thing);
        reached.up = true;
    }
    void walk_up() {
        while (!m_frontier.empty()) {
            unique(m_frontier);
            std::unordered_map<std::int64_t, std::vector<Known>> own, inputs;
            std::unordered_map<std::int64_t, std::vector<Time>> emptied;
            m_web.up(m_frontier, m_ask.at, [&](Known&& k) {
                if (k.tie == other_end(Tie::used)) inputs[k.thing].push_back(std::move(k));
                else if (k.is(Tie::emptied)) emptied[k.thing].push_back(k.happened_at);
                else own[k.thing].push_back(std::move(k));
            });
            out.truncated = out.truncated || m_web.cut();
            for (auto const thing : m_frontier) expand_up(thing, own[thing], inputs, emptied[thing]);
            m_frontier = std::exchange(m_next, {});
        }
    }
    void expand_up(std::int64_t thing, std::vector<Known> const& own, std::unordered_map<std::int64_t, std::vector<Known>>& inputs, std::vector<Time> const& emptied) {
        auto const level = out.things[m_states.at(thing).place].level - 1;
        std::map<std::int64_t, std::vector<Known>> contents;
        for (auto const& k : own) {
            if (k.tie == other_end(Tie::made)) {
                auto& m = meeting(k.other);
                out.processes[m.place].outputs.push_back(step_of(thing, k));
                if (std::exchange(m.followed_up, true)) continue;
                for (auto const& in : inputs[k.other]) {
                    out.processes[m.place].inputs.push_back(step_of(in.other, in));
                    reach_up(in.other, level, Via::transformed, {{in.happened_at, in.happened_at}}, in.what == 1);
                }
            } else if (k.tie == other_end(Tie::parent)) {
                reach_up(k.other, level, Via::parent, Spans::all(), true);
                if (m_states.contains(k.other)) add_sorted(edge(k.other, thing, Via::parent).events, k.event);
            } else if (k.tie == other_end(Tie::held)) contents[k.other].push_back(k);
        }
        if (contents.empty()) return;
        m_containers.insert(thing);
        auto const window = m_states.at(thing).up;
        for (auto const& [content, told] : contents) {
            auto const when = inside(told, emptied);
            auto const now = when.within(window);
            if (now.empty() || full(content)) continue;
            held_edge(content, thing, touching(when, window), told);
            reach_up(content, level, Via::contained, now, false);
        }
    }

    void reach_down(std::int64_t thing, int level, Via via, Spans const& when, Time since, bool leaf) {
        if (full(thing)) return;
        auto& s = state(thing, level, via);
        auto& reached = out.things[s.place];
        auto grew = s.down.add(when);
        if (!reached.down) s.since = since;
        else if (since < s.since) { s.since = since; grew = true; }
        if (leaf) return;
        if (!reached.down || grew) m_next.push_back(thing);
        reached.down = true;
    }
    void walk_down() {
        while (!m_frontier.empty()) {
            unique(m_frontier);
            std::unordered_map<std::int64_t, std::vector<Known>> own, outputs;
            std::unordered_map<std::int64_t, std::vector<Time>> emptied;
            m_web.down(m_frontier, m_ask.at, [&](Known&& k) {
                if (k.is(Tie::made)) outputs[k.thing].push_back(std::move(k));
                else if (k.is(Tie::emptied)) emptied[k.thing].push_back(k.happened_at);
                else own[k.thing].push_back(std::move(k));
            });
            out.truncated = out.truncated || m_web.cut();
            for (auto const thing : m_frontier) expand_down(thing, own[thing], outputs, emptied);
            m_frontier = std::exchange(m_next, {});
            if (m_frontier.empty() && m_ask.feed) feed_taken();
        }
    }
    void expand_down(std::int64_t thing, std::vector<Known> const& own, std::unordered_map<std::int64_t, std::vector<Known>>& outputs,
                     std::unordered_map<std::int64_t, std::vector<Time>>& emptied) {
        auto const s = m_states.at(thing);
        auto const level = out.things[s.place].level + 1;
        std::map<std::int64_t, std::vector<Known>> containers;
        for (auto const& k : own) {
            if (k.is(Tie::held)) { containers[k.other].push_back(k); continue; }
            if (k.happened_at < s.since) continue;
            if (k.is(Tie::used) && s.down.holds(k.happened_at)) {
                auto& m = meeting(k.other);
                out.processes[m.place].inputs.push_back(step_of(thing, k));
                if (std::exchange(m.followed_down, true)) continue;
                for (auto const& made : outputs[k.other]) {
                    out.processes[m.place].outputs.push_back(step_of(made.other, made));
                    reach_down(made.other, level, Via::transformed, Spans::all(), always, made.what == 1);
                }
            } else if (k.is(Tie::parent)) {
                reach_down(k.other, level, Via::parent, Spans::all(), always, false);
                if (m_states.contains(k.other)) add_sorted(edge(thing, k.other, Via::parent).events, k.event);
            } else if (k.is(Tie::fed)) m_given.push_back(k);
        }
        for (auto const& [container, told] : containers) {
            auto const when = inside(told, emptied[container]);
            auto const now = when.within(s.down).within({{s.since, never}});
            if (now.empty() || full(container)) continue;
            held_edge(thing, container, touching(when, s.down), told);
            reach_down(container, level, Via::contained, now, always, false);
        }
    }

    /// Feed was given at places: what stayed there then is a result of it.
    void feed_taken() {
        if (m_given.empty()) return;
        auto const given = std::exchange(m_given, {});
        Numbers places;
        Time last = always;
        for (auto const& g : given) { add_sorted(places, g.other); last = std::max(last, g.happened_at); }
        Numbers visitors;
        m_web.links(places, other_end(Tie::seen), other_end(Tie::told), last, [&](Known&& k) { visitors.push_back(k.other); });
        out.truncated = out.truncated || m_web.cut();
        unique(visitors);
        std::map<std::int64_t, std::vector<Known>> at_place;
        for (auto const& g : given) at_place[g.other].push_back(g);
        for (auto const& [visitor, at] : where_were(visitors))
            for (auto const& [place, when] : at) {
                auto const there = at_place.find(place);
                if (there == at_place.end()) continue;
                for (auto const& g : there->second) {
                    if (visitor == g.thing || !when.holds(g.happened_at)) continue;
                    reach_down(visitor, out.things[m_states.at(g.thing).place].level + 1, Via::fed, Spans::all(), g.happened_at, false);
                    if (m_states.contains(visitor)) fed_edge(g.thing, visitor, g);
                }
            }
        m_frontier = std::exchange(m_next, {});
    }
    void fed_edge(std::int64_t feed, std::int64_t eater, Known const& given) {
        auto& e = edge(feed, eater, Via::fed);
        auto const until = e.when.empty() ? given.happened_at : std::max(e.when.spans().back().until, given.happened_at);
        auto const from = e.when.empty() ? given.happened_at : std::min(e.when.spans().front().from, given.happened_at);
        e.when = {{from, until}};
        auto const known = std::binary_search(e.events.begin(), e.events.end(), given.event);
        add_sorted(e.events, given.event);
        if (known || !given.quantity) return;
        auto const uom = given.uom.value_or("");
        if (!e.quantity) { e.quantity = given.quantity; e.uom = uom; }
        else if (e.uom == uom) *e.quantity += *given.quantity;
    }
    std::map<std::int64_t, std::map<std::int64_t, Spans>> where_were(Numbers const& things) {
        std::map<std::int64_t, std::vector<Known>> seen;
        m_web.links(things, number_of(Tie::seen), number_of(Tie::told), m_ask.at, [&](Known&& k) { seen[k.thing].push_back(std::move(k)); });
        out.truncated = out.truncated || m_web.cut();
        for (auto& [n, text] : m_web.names(things)) out.names.try_emplace(n, std::move(text));
        std::map<std::int64_t, std::map<std::int64_t, Spans>> all;
        for (auto& [thing, rows] : seen) all[thing] = stays(std::move(rows), !one_thing(out.name(thing)));
        return all;
    }
    /// Feed that was given where things on the way up stayed, until they went into what they became.
    void feed_given() {
        Numbers eaters;
        for (auto const& r : out.things)
            if (r.up && may_live(out.name(r.thing))) eaters.push_back(r.thing);
        if (eaters.empty()) return;
        auto const where = where_were(eaters);
        Numbers places;
        for (auto const& [thing, at] : where) for (auto const& [place, when] : at) places.push_back(place);
        unique(places);
        std::map<std::int64_t, std::vector<Known>> given;
        m_web.links(places, other_end(Tie::fed), other_end(Tie::fed), m_ask.at, [&](Known&& k) { given[k.thing].push_back(std::move(k)); });
        out.truncated = out.truncated || m_web.cut();
        for (auto const& [thing, at] : where) {
            auto const s = m_states.at(thing);
            auto const until = s.up.spans().empty() ? never : s.up.spans().back().until;
            for (auto const& [place, when] : at)
                for (auto const& g : given[place]) {
                    if (g.happened_at > until || !when.holds(g.happened_at) || g.other == thing || full(g.other)) continue;
                    state(g.other, out.things[s.place].level - 1, Via::fed);
                    fed_edge(g.other, thing, g);
                }
        }
        take_names();
    }

    void take_names() {
        Numbers unknown;
        auto const want = [&](std::int64_t n) { if (!out.names.contains(n)) unknown.push_back(n); };
        for (auto const& r : out.things) want(r.thing);
        for (auto const& p : out.processes) want(p.process);
        if (unknown.empty()) return;
        for (auto& [n, text] : m_web.names(unknown)) out.names.try_emplace(n, std::move(text));
    }
    void finish() {
        auto const less = [](Step const& a, Step const& b) { return std::tie(a.thing, a.event) < std::tie(b.thing, b.event); };
        auto const same = [](Step const& a, Step const& b) { return a.thing == b.thing && a.event == b.event; };
        for (auto& p : out.processes)
            for (auto* side : {&p.inputs, &p.outputs}) {
                std::sort(side->begin(), side->end(), less);
                side->erase(std::unique(side->begin(), side->end(), same), side->end());
            }
        for (auto& r : out.things) {
            auto const& s = m_states.at(r.thing);
            r.when = r.down ? s.down : Spans::all();
        }
    }
    static void unique(Numbers& all) {
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
    }

    WebOfLinks& m_web;
    Ask m_ask;
    Lineage out;
    std::unordered_map<std::int64_t, State> m_states;
    std::unordered_map<std::int64_t, Meeting> m_meetings;
    std::map<std::tuple<std::int64_t, std::int64_t, Via>, std::size_t> m_edges;
    std::unordered_set<std::int64_t> m_containers;   ///< met with contents on the way up
    Numbers m_frontier, m_next, m_contents;
    std::vector<Known> m_given;
};

std::optional<double> mass_of(std::vector<Step> const& side, std::unordered_map<std::int64_t, Step> const& made) {
    double sum = 0;
    for (auto const& s : side) {
        auto kg = s.quantity ? kilograms(*s.quantity, s.uom) : std::nullopt;
        if (!s.quantity) if (auto const m = made.find(s.thing); m != made.end() && m->second.quantity) kg = kilograms(*m->second.quantity, m->second.uom);
        if (!kg) return {};
        sum += *kg;
    }
    return side.empty() ? std::nullopt : std::optional{sum};
}

} // namespace

bool Spans::holds(Time at) const {
    return std::any_of(m_all.begin(), m_all.end(), [&](Span const& s) { return s.from <= at && at <= s.until; });
}
bool Spans::add(Span s) {
    for (auto const& known : m_all) if (known.from <= s.from && s.until <= known.until) return false;
    std::vector<Span> joined;
    for (auto const& known : m_all)
        if (known.until < s.from || s.until < known.from) joined.push_back(known);
        else s = {std::min(s.from, known.from), std::max(s.until, known.until)};
    joined.push_back(s);
    std::sort(joined.begin(), joined.end(), [](Span const& a, Span const& b) { return a.from < b.from; });
    m_all = std::move(joined);
    return true;
}
bool Spans::add(Spans const& more) {
    auto grew = false;
    for (auto const& s : more.m_all) grew = add(s) || grew;
    return grew;
}
Spans Spans::within(Spans const& other) const {
    Spans both;
    for (auto const& a : m_all)
        for (auto const& b : other.m_all) {
            Span const s{std::max(a.from, b.from), std::min(a.until, b.until)};
            if (s.from <= s.until) both.m_all.push_back(s);
        }
    return both;
}

Spans inside(std::vector<Known> const& held, std::vector<Time> const& emptied) {
    enum class What : std::uint8_t { out, all_out, in, seen };   // at one moment what leaves goes first: a case can be emptied and filled anew
    std::vector<std::pair<Time, What>> all;
    for (auto const& k : held) {
        auto const hold = static_cast<Hold>(k.what);
        all.emplace_back(k.happened_at, hold == Hold::add ? What::in : hold == Hold::remove ? What::out : What::seen);
    }
    for (auto const at : emptied) all.emplace_back(at, What::all_out);
    std::sort(all.begin(), all.end());
    Spans spans;
    std::optional<Time> since;
    auto left = always;              // it was not inside then, or so it is told
    auto known = false;              // whether it was ever told to be inside
    for (auto const& [at, what] : all) {
        if (what == What::in || what == What::seen) {
            if (!since) since = what == What::in ? at : left;
            known = true;
            continue;
        }
        if (since) spans.add(Spans::Span{*since, at});
        else if (what == What::out && !known) spans.add(Spans::Span{left, at});
        known = known || what == What::out;
        since.reset();
        left = at;
    }
    if (since) spans.add(Spans::Span{*since, never});
    return spans;
}

Reached const* Lineage::find(std::int64_t thing) const {
    auto const at = std::find_if(things.begin(), things.end(), [&](Reached const& r) { return r.thing == thing; });
    return at == things.end() ? nullptr : &*at;
}
string const& Lineage::name(std::int64_t thing) const {
    static string const none;
    auto const at = names.find(thing);
    return at == names.end() ? none : at->second;
}

Lineage walk(WebOfLinks& web, std::int64_t start, Ask const& ask) { return Walker{web, start, ask}.done(); }

std::optional<double> Balance::difference_kg() const {
    if (!in_kg || !out_kg) return {};
    return *out_kg - *in_kg;
}
Balance::Verdict verdict_of(std::optional<double> in, std::optional<double> out) {
    using enum Balance::Verdict;
    if (!in || !out) return unknown;
    if (*out > *in * (1 + balance_tolerance) + balance_tolerance_kg) return more_out_than_in;
    if (*out < *in * (1 - loss_told) - balance_tolerance_kg) return loss;
    return balanced;
}

std::vector<Balance> balances(WebOfLinks& web, Lineage& lineage, Ask const& ask) {
    Numbers processes;
    std::unordered_map<std::int64_t, Process*> by_number;
    for (auto& p : lineage.processes) {
        processes.push_back(p.process);
        by_number[p.process] = &p;
        p.inputs.clear();
        p.outputs.clear();
    }
    web.links(processes, number_of(Tie::made), other_end(Tie::used), ask.at, [&](Known&& k) {
        auto& p = *by_number.at(k.thing);
        (k.is(Tie::made) ? p.outputs : p.inputs).push_back({k.other, k.happened_at, k.event, k.quantity, k.uom.value_or("")});
    });
    std::unordered_map<std::int64_t, Step> made;   // what one instance weighs, by its making
    for (auto const& p : lineage.processes) for (auto const& s : p.outputs) if (s.quantity) made.try_emplace(s.thing, s);
    Numbers unknown;
    for (auto const& p : lineage.processes)
        for (auto const& s : p.inputs) if (!s.quantity && !made.contains(s.thing)) unknown.push_back(s.thing);
    if (!unknown.empty())
        web.links(unknown, other_end(Tie::made), other_end(Tie::made), ask.at, [&](Known&& k) {
            if (k.quantity) made.try_emplace(k.thing, Step{k.thing, k.happened_at, k.event, k.quantity, k.uom.value_or("")});
        });
    Numbers nameless;
    for (auto const& p : lineage.processes)
        for (auto const* side : {&p.inputs, &p.outputs})
            for (auto const& s : *side) if (!lineage.names.contains(s.thing)) nameless.push_back(s.thing);
    if (!nameless.empty()) for (auto& [n, text] : web.names(nameless)) lineage.names.try_emplace(n, std::move(text));

    std::vector<Balance> all;
    for (auto const& p : lineage.processes) {
        Balance b;
        b.process = p.process;
        b.in_kg = mass_of(p.inputs, made);
        b.out_kg = mass_of(p.outputs, made);
        b.verdict = verdict_of(b.in_kg, b.out_kg);
        auto const heads = [](std::vector<Step> const& side) -> std::optional<double> {
            double n = 0;
            for (auto const& s : side) {
                if (!s.uom.empty()) return {};
                n += s.quantity.value_or(1);
            }
            return side.empty() ? std::nullopt : std::optional{n};
        };
        auto const fish = !p.outputs.empty() && std::all_of(p.outputs.begin(), p.outputs.end(), [&](Step const& s) {
            auto const id = parse_identifier(lineage.name(s.thing));
            return id && id->scheme == "giai";
        });
        if (fish) {   // of a cohort fish become known one by one: heads are what is kept
            b.in_pieces = heads(p.inputs);
            b.out_pieces = heads(p.outputs);
            if (b.in_pieces && b.out_pieces)
                b.verdict = *b.out_pieces > *b.in_pieces ? Balance::Verdict::more_out_than_in : *b.out_pieces < *b.in_pieces ? Balance::Verdict::loss : Balance::Verdict::balanced;
        }
        for (auto const* side : {&p.inputs, &p.outputs}) for (auto const& s : *side) add_sorted(b.events, s.event);
        all.push_back(std::move(b));
    }
    return all;
}

std::unordered_map<std::int64_t, Sightings> sightings(WebOfLinks& web, Lineage const& lineage, Ask const& ask) {
    Numbers things;
    for (auto const& r : lineage.things) things.push_back(r.thing);
    std::unordered_map<std::int64_t, Sightings> all;
    web.links(things, number_of(Tie::told), number_of(Tie::told), ask.at, [&](Known&& k) { all[k.thing].told.push_back(std::move(k)); });
    return all;
}

std::vector<Gap> gaps(Lineage const& lineage, std::unordered_map<std::int64_t, Sightings> const& seen) {
    std::vector<Gap> all;
    std::unordered_set<std::int64_t> made, holds;
    std::unordered_map<std::int64_t, Time> used, packed;
    for (auto const& p : lineage.processes) {
        for (auto const& s : p.outputs) made.insert(s.thing);
        for (auto const& s : p.inputs) used.try_emplace(s.thing, s.at);
    }
    for (auto const& e : lineage.edges) {
        if (e.kind == Via::parent) made.insert(e.to);
        if (e.kind == Via::contained) holds.insert(e.to);
    }
    static Sightings const nothing;
    auto const told = [&](std::int64_t thing) -> Sightings const& { auto const at = seen.find(thing); return at == seen.end() ? nothing : at->second; };
    auto const last = [](Sightings const& s, Told mark) {
        std::optional<Time> at;
        for (auto const& k : s.told) if (has(k.what, mark)) at = std::max(at.value_or(always), k.happened_at);
        return at;
    };
    for (auto const& p : lineage.processes) {
        if (p.inputs.empty()) all.push_back({p.outputs.empty() ? p.process : p.outputs.front().thing, "inputs_not_told", "Nothing tells what went into the process that made it."});
        if (p.outputs.empty()) all.push_back({p.inputs.empty() ? p.process : p.inputs.front().thing, "outputs_not_told", "It went into a process, and nothing tells what came out."});
    }
    for (auto const& r : lineage.things) {
        auto const& s = told(r.thing);
        if (r.up && !made.contains(r.thing) && !holds.contains(r.thing) && !last(s, Told::commissioned))
            all.push_back({r.thing, "origin_not_told", "It is used, and nothing tells where it comes from."});
        if (auto const shipped = last(s, Told::shipped); shipped && last(s, Told::received).value_or(always) < *shipped)
            all.push_back({r.thing, "receipt_not_told", "It was shipped, and nobody tells that it was received."});
        if (holds.contains(r.thing) && !last(s, Told::closed)) all.push_back({r.thing, "closing_not_told", "It was packed, and nothing tells that it was closed."});
    }
    for (auto const& e : lineage.edges) {
        if (e.kind != Via::contained || e.when.empty() || e.when.spans().back().until != never) continue;
        auto const since = e.when.spans().back().from;
        auto const out_of_it = used.find(e.from);
        if (out_of_it != used.end() && out_of_it->second > since && !packed.contains(e.to)) {
            packed[e.to] = since;
            all.push_back({e.to, "opening_not_told", "What it held was used, and nothing tells that it was opened."});
        }
    }
    return all;
}

} // namespace osetra::trace
