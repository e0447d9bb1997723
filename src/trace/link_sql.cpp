#include "trace/link_sql.h"

#include <algorithm>
#include <map>

#include "store/db.h"
#include "trace/lineage_sql.h"
#include "trace/trace.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using store::arg;

enum Name : std::size_t { all_fields, add_field, drop_fields, count };
constexpr store::Sql sql[count] = {
    {"publish.all", "SELECT field FROM publish WHERE enterprise = :enterprise ORDER BY field"},
    {"publish.add", "INSERT INTO publish (enterprise, field) VALUES (:enterprise, :field)"},
    {"publish.drop", "DELETE FROM publish WHERE enterprise = :enterprise"},
};

struct FieldRow { string field; };
template <Is<FieldRow> X> void visit_fields(X& x, auto f) { f("field", x.field); }

constexpr string_view fields[] = {"species", "farm", "map", "pool", "year_class", "harvest", "plant", "grade", "salt", "label", "parents", "cold_chain", "journey"};
constexpr std::size_t things_most = 400, events_most = 300, events_of_one = 40;
constexpr int holders_most = 12;

/// Which events are read, each once, at its nearest.
class Chosen {
public:
    void add(std::int64_t event, int distance, bool carries, bool makes) {
        auto const [at, added] = m_all.try_emplace(event, Choice{distance, carries, makes});
        if (added) return;
        at->second.distance = std::min(at->second.distance, distance);
        at->second.carries = at->second.carries || carries;
        at->second.makes = at->second.makes || makes;
    }
    std::vector<StoryEvent> read(Repository& events) const {
        std::vector<std::pair<int, std::int64_t>> nearest;
        for (auto const& [event, choice] : m_all) nearest.emplace_back(choice.distance, event);
        std::sort(nearest.begin(), nearest.end());
        if (nearest.size() > events_most) nearest.resize(events_most);
        std::vector<StoryEvent> all;
        for (auto const& [distance, no] : nearest) {
            auto event = events.by_no(no);
            if (!event || event->tree.find("errorDeclaration")) continue;
            auto const& choice = m_all.at(no);
            all.push_back({std::move(event->tree), distance, choice.carries, choice.makes});
        }
        return all;
    }

private:
    struct Choice { int distance = 0; bool carries = false, makes = false; };
    std::map<std::int64_t, Choice> m_all;
};

/// What was told of a thing; the last so many.
void add_told(Chosen& chosen, std::vector<Known> told, int distance, bool carries) {
    std::sort(told.begin(), told.end(), [](Known const& a, Known const& b) { return a.happened_at > b.happened_at; });
    if (told.size() > events_of_one) told.resize(events_of_one);
    for (auto const& k : told) chosen.add(k.event, distance, carries, false);
}

bool is_class(string_view name) {
    auto const id = parse_identifier(name);
    return id && id->is_class;
}

/// Events about the thing itself, or about what held it while it was inside: where it went and how warm it was.
void add_way(Chosen& chosen, Repository& events, string const& name, int distance, Spans const& when) {
    auto const query = parse_query({{is_class(name) ? "MATCH_anyEPCClass" : "MATCH_anyEPC", {name}}}, {}, events.master_data());
    if (!query) return;
    auto const page = events.events(*query, static_cast<std::int64_t>(events_of_one));
    if (!page) return;
    for (auto const& event : page->events)
        if (when.holds(event.event_at.time_since_epoch().count())) chosen.add(event.no, distance, true, false);
}

/// Whether something tells that the thing came to be.
bool came_to_be(Lineage const& origins, std::vector<Known> const& told) {
    auto const start = origins.start;
    auto const is_start = [&](Step const& s) { return s.thing == start; };
    if (std::any_of(origins.processes.begin(), origins.processes.end(), [&](Process const& p) { return std::any_of(p.outputs.begin(), p.outputs.end(), is_start); })) return true;
    if (std::any_of(origins.edges.begin(), origins.edges.end(), [&](Edge const& e) { return e.kind == Via::contained && e.to == start; })) return true;
    return std::any_of(told.begin(), told.end(), [](Known const& k) { return has(k.what, Told::commissioned) || has(k.what, Told::hatched); });
}

} // namespace

std::span<string_view const> publish_fields() { return fields; }

Result<Done> set_published(store::Db& db, Enterprise enterprise, std::set<string, std::less<>> const& wanted) {
    for (auto const& field : wanted)
        if (std::find(std::begin(fields), std::end(fields), field) == std::end(fields))
            return refuse("publish_field_unknown", field + " cannot be published. GET /api/v1/publish lists what can.", "fields");
    db.run(sql[drop_fields], arg("enterprise", enterprise));
    for (auto const& field : wanted) db.run(sql[add_field], arg("enterprise", enterprise), arg("field", field));
    return Done{};
}

std::set<string, std::less<>> published(store::Db& db, Enterprise enterprise) {
    std::set<string, std::less<>> all;
    for (auto& row : db.rows<FieldRow>(sql[all_fields], arg("enterprise", enterprise))) all.insert(std::move(row.field));
    return all;
}

std::optional<Story> read_story(store::Db& db, Enterprise enterprise, Repository& events, string_view id) {
    LineageStore web{db, enterprise};
    auto const start = web.find(id);
    if (!start) return {};
    Ask const up{.direction = Direction::up, .at = never, .most = things_most, .feed = false};
    auto const origins = walk(web, *start, up);
    auto told = sightings(web, origins, up);
    if (!came_to_be(origins, told[*start].told)) return {};

    Chosen chosen;
    std::map<std::int64_t, int> distance;
    for (auto const& r : origins.things)
        if (r.has(Via::transformed) || r.has(Via::parent) || r.thing == *start) distance[r.thing] = std::abs(r.level);
    for (auto const& process : origins.processes)
        for (auto const& made : process.outputs)
            if (auto const at = distance.find(made.thing); at != distance.end()) {
                for (auto const& step : process.inputs) chosen.add(step.event, at->second, false, made.thing == *start);
                chosen.add(made.event, at->second, false, made.thing == *start);
            }
    for (auto const& edge : origins.edges)
        if (auto const at = distance.find(edge.to); at != distance.end() && edge.kind == Via::parent)
            for (auto const event : edge.events) chosen.add(event, at->second, false, false);
    for (auto const& [thing, away] : distance) add_told(chosen, told[thing].told, away, thing == *start);

    add_way(chosen, events, origins.name(*start), 0, Spans::all());
    Ask const down{.direction = Direction::down, .at = never, .most = things_most, .feed = false};
    auto const onward = walk(web, *start, down);
    auto holders = 0;
    for (auto const& r : onward.things)
        if (r.has(Via::contained) && !r.has(Via::transformed) && r.thing != *start && ++holders <= holders_most) add_way(chosen, events, onward.name(r.thing), 1, r.when);
    return story_of(chosen.read(events));
}

std::vector<store::Sql> link_statements() { return {std::begin(sql), std::end(sql)}; }

} // namespace osetra::trace
