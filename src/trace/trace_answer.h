#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"
#include "kernel/json.h"
#include "kernel/table.h"
#include "trace/lineage_sql.h"
#include "trace/trace.h"

// Answers to "where does it come from" and "what became of it", told with what the events behind say of each thing.
namespace osetra::trace {

struct TraceQuestion {
    std::string id;                       ///< in any spelling
    std::string direction = "both";       ///< up, down, both, recall
    std::optional<Instant> at;            ///< as it was then
    std::size_t most = 5'000;             ///< things
};
/// Refusals: direction_unknown.
Result<Ask> ask_of(TraceQuestion const&);

/// Names are Digital Links here, or as they were told where they are of no GS1 kind.
struct TraceNode {
    std::string id, name, kind, scheme;
    std::int64_t level = 0;
    std::optional<std::string> species, grade, label, place, place_name;
    std::optional<std::string> article;   ///< what master data calls the lot's or the piece's trade item
    std::optional<Instant> first_at, last_at;
    bool known = false;                   ///< something tells where it comes from
    bool container = false;
    std::int64_t thing = 0;               ///< its number in the web of links
};
template <Is<TraceNode> X> void visit_fields(X& x, auto f) {
    f("id", x.id); f("name", x.name); f("kind", x.kind); f("scheme", x.scheme); f("level", x.level); f("species", x.species); f("grade", x.grade);
    f("label", x.label); f("place", x.place); f("place_name", x.place_name); f("article", x.article); f("first_at", x.first_at); f("last_at", x.last_at);
    f("known", x.known);
    f("container", x.container);
}

struct TraceEdge {
    std::string from, to, kind;           ///< transformed, contained, associated, parent, fed
    std::optional<double> quantity;
    std::optional<std::string> uom;
    std::optional<Instant> from_at, until_at;   ///< absent: not known, or still
    std::vector<std::int64_t> events;
};
template <Is<TraceEdge> X> void visit_fields(X& x, auto f) {
    f("from", x.from); f("to", x.to); f("kind", x.kind); f("quantity", x.quantity); f("uom", x.uom); f("from_at", x.from_at); f("until_at", x.until_at);
}

struct TraceEvent {
    std::int64_t no = 0;
    std::string event_id, type, biz_step, disposition;
    Instant event_at{};
    std::optional<std::string> place;
    bool ours = false;                    ///< a fact of our own journal tells it
};
template <Is<TraceEvent> X> void visit_fields(X& x, auto f) {
    f("no", x.no); f("event_id", x.event_id); f("type", x.type); f("biz_step", x.biz_step); f("disposition", x.disposition); f("event_at", x.event_at);
    f("place", x.place); f("ours", x.ours);
}

struct TraceBalance {
    std::string process;                  ///< transformationID, or the event's own
    std::optional<double> in_kg, out_kg, difference_kg, in_heads, out_heads;
    std::string verdict;
    std::vector<std::int64_t> events;
};
template <Is<TraceBalance> X> void visit_fields(X& x, auto f) {
    f("process", x.process); f("in_kg", x.in_kg); f("out_kg", x.out_kg); f("difference_kg", x.difference_kg); f("in_heads", x.in_heads);
    f("out_heads", x.out_heads); f("verdict", x.verdict);
}

struct TraceGap { std::string id, code, why; };
template <Is<TraceGap> X> void visit_fields(X& x, auto f) { f("id", x.id); f("code", x.code); f("why", x.why); }

struct TraceAnswer {
    std::string start, direction;
    std::vector<TraceNode> nodes;         ///< by level, then name
    std::vector<TraceEdge> edges;
    std::vector<TraceEvent> events;       ///< behind the edges, oldest first
    std::vector<TraceBalance> balances;
    std::vector<TraceGap> gaps;
    bool truncated = false;
    double ms = 0;
};
std::string to_json(TraceAnswer const&);

/// Refusals: thing_not_found (no event names it), direction_unknown.
Result<TraceAnswer> trace_of(LineageStore&, Repository&, TraceQuestion const&);

/// What is in a recall: a tin, a jar, a lot, and where it is.
struct RecallItem {
    std::string id, name, kind;
    std::optional<std::string> label, grade;
    std::optional<double> quantity;       ///< what was made of it; of a lot in the house: what is left
    std::optional<std::string> uom;
    std::string where;                    ///< in_house, shipped, received, used_up, ended, unknown
    std::optional<std::string> place, place_name, holder;   ///< holder: the party that it was sent to last
    std::optional<std::string> container;
    std::optional<Instant> last_at;
};
template <Is<RecallItem> X> void visit_fields(X& x, auto f) {
    f("id", x.id); f("name", x.name); f("kind", x.kind); f("label", x.label); f("grade", x.grade); f("quantity", x.quantity); f("uom", x.uom); f("where", x.where);
    f("place", x.place); f("place_name", x.place_name); f("holder", x.holder); f("container", x.container); f("last_at", x.last_at);
}
struct RecallPaper { std::string type, id; };     ///< type: po, inv, bol, cert, ...
template <Is<RecallPaper> X> void visit_fields(X& x, auto f) { f("type", x.type); f("id", x.id); }
struct RecallShipment {
    std::int64_t event = 0;
    Instant shipped_at{};
    std::optional<Instant> received_at;
    std::vector<std::string> things;      ///< what of the recall it carried: containers, or things themselves
    std::optional<std::string> from_party, from_place, to_party, to_place;
    std::vector<RecallPaper> papers;
};
template <Is<RecallShipment> X> void visit_fields(X& x, auto f) {
    f("event", x.event); f("shipped_at", x.shipped_at); f("received_at", x.received_at); f("from_party", x.from_party); f("from_place", x.from_place);
    f("to_party", x.to_party); f("to_place", x.to_place);
}
struct RecallContact {
    std::string party;
    std::optional<std::string> name, address, country, phone, email, contact;
};
template <Is<RecallContact> X> void visit_fields(X& x, auto f) {
    f("party", x.party); f("name", x.name); f("address", x.address); f("country", x.country); f("phone", x.phone); f("email", x.email); f("contact", x.contact);
}
struct Recall {
    std::string start;
    std::vector<RecallItem> items;
    std::vector<RecallShipment> shipments;
    std::vector<RecallContact> contacts;  ///< who received, in the order of shipping
    std::vector<TraceGap> unaccounted;
    bool truncated = false;
};
/// Refusals: as trace_of.
Result<Recall> recall_of(LineageStore&, Repository&, TraceQuestion const&);
std::string to_json(Recall const&);
/// One line an item, with how to reach its holder.
OutTable to_table(Recall const&, FarmOffset);

} // namespace osetra::trace
