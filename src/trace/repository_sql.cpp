#include "trace/repository_sql.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "kernel/sha256.h"
#include "trace/engine/hash.h"
#include "trace/engine/packed.h"
#include "trace/engine/terms.h"
#include "trace/engine/validate.h"
#include "trace/engine/vocabulary.h"
#include "trace/checks_sql.h"
#include "trace/lineage_sql.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using store::arg;
using Resource = Repository::Resource;

struct NameRow {
    std::int64_t declared_at = 0;
    std::optional<string> event_id;
    Bytes hash;
};
template <Is<NameRow> X> void visit_fields(X& x, auto f) { f("declared_at", x.declared_at); f("event_id", x.event_id); f("hash", x.hash); }

struct RecordedRow { Instant recorded_at{}; };
template <Is<RecordedRow> X> void visit_fields(X& x, auto f) { f("recorded_at", x.recorded_at); }

std::optional<Instant> instant_of(string_view text) {
    auto const t = parse_instant(text, FarmOffset{std::chrono::minutes{0}});
    return t ? std::optional{*t} : std::nullopt;
}

/// What one document brings, event by event, in the transaction that is open.
class Capture {
public:
    Capture(Repository::Inside& in, Document const& document, Teller teller, std::vector<Repository::Inside::From> const& from, Instant now)
        : m(in), m_document(document), m_teller(teller), m_from(from), m_now(now),
          m_head(*in.db.row<Head>(sql::all[sql::lock], arg("enterprise", in.enterprise))), m_first(m_head.no + 1) {}

    std::vector<Captured> run() {
        m_result.resize(m_document.events.size());
        if (m_from.empty()) check();   // what our own facts tell is made right, and tests hold it to that
        m_runs = m.index.runs();
        constexpr std::size_t many = 200;
        if (m_document.events.size() >= many) m.index.remember_filters(m_runs);
        m_here.reserve(m_document.events.size());
        for (std::size_t i = 0; i < m_document.events.size(); ++i)
            if (m_result[i].outcome != Captured::Outcome::refused) one(m_document.events[i], i);
        if (m_head.no >= m_first) {
            enter_lineage();
            m_brought.first_no = m_first;
            m_brought.last_no = m_head.no;
            m.index.add(m_head, m_brought);
        }
        m.keep_prefixes(m_document);
        m.keep_vocabularies(m_document, m_head);
        m.db.run(sql::all[sql::set_head], arg("enterprise", m.enterprise), m_head);
        return std::move(m_result);
    }

private:
    /// Places of findings begin with eventList[7] where there are several events.
    std::optional<std::size_t> event_at(string_view place) const {
        constexpr string_view list = "eventList[";
        if (m_document.kind == Document::Kind::single_event) return 0;
        std::size_t i = 0;
        if (!place.starts_with(list) || std::from_chars(place.data() + list.size(), place.data() + place.size(), i).ec != std::errc{}) return {};
        return i;
    }
    void check() {
        for (auto& finding : validate(m_document)) {
            Refusal said{finding.code, std::move(finding.message), std::move(finding.at)};
            auto const i = event_at(said.at);
            for (auto at = i.value_or(0); at < (i ? *i + 1 : m_result.size()); ++at) {
                if (finding.hint) m_result[at].warnings.push_back(said);
                else refuse_event(at, {"epcis_invalid", said.message, said.at});
            }
        }
    }
    void refuse_event(std::size_t i, Refusal why) {
        if (m_result[i].outcome == Captured::Outcome::refused) return;   // the first reason is told
        m_result[i].outcome = Captured::Outcome::refused;
        m_result[i].refusal = std::move(why);
        m_result[i].event_id = m_document.events[i].value("eventID");
    }
    string place_of(std::size_t i, string_view field) const {
        return m_document.kind == Document::Kind::single_event ? string{field} : "eventList[" + std::to_string(i) + "]." + string{field};
    }

    void one(Node const& event, std::size_t i) {
        auto const event_time = instant_of(event.value("eventTime"));
        if (!event_time) return refuse_event(i, {"epcis_invalid", "The time of the event is of no year between 1900 and 2200.", place_of(i, "eventTime")});
        auto& row = m_row;
        row.event_at = *event_time;
        row.declared_at = 0;
        if (auto const* error = event.find("errorDeclaration")) {
            auto const declared = instant_of(error->value("declarationTime"));
            if (!declared) return refuse_event(i, {"epcis_invalid", "An error declaration says when it was made.", place_of(i, "errorDeclaration.declarationTime")});
            row.declared_at = declared->time_since_epoch().count();
        }
        m_hash = sha256(pre_hash(m_document.hashed(i), m_document.not_hashed));
        row.hash.raw.assign(reinterpret_cast<char const*>(m_hash.data()), m_hash.size());
        auto const by_hash = name_of_hash(row.hash.raw);
        auto const given = event.value("eventID");
        auto& result = m_result[i];
        result.event_id = given.empty() ? by_hash : string{given};
        row.event_id.reset();
        if (result.event_id != by_hash) row.event_id = result.event_id;
        auto const name = mark(Field::event_id, result.event_id);
        if (auto const known = find(name, result.event_id)) {
            result.no = known->no;
            if (known->same) result.outcome = Captured::Outcome::duplicate;
            else refuse_event(i, {"event_exists", "Another event is named " + result.event_id + " already. What was wrong is mended by an error declaration and a new event.", place_of(i, "eventID")});
            return;
        }
        if (m_from.empty() && !fits_the_chain(event, i)) return;   // facts were judged, and a witnessed one is told whatever it contradicts
        accept(event, name, result, m_from.empty() ? nullptr : &m_from[i]);
        if (m_past) m_past->add(event, result.event_id);
    }
    /// Ours must be right; of others it is said what does not fit. Partners' large documents would take long, so they are taken as they are.
    bool fits_the_chain(Node const& event, std::size_t i) {
        constexpr std::size_t looked_at = 1'000;
        if (m_teller == Teller::foreign && m_document.events.size() > looked_at) return true;
        if (!m_past) m_past.emplace(m.db, m.enterprise, m_document);
        for (auto& wrong : check_chain(event, m_result[i].event_id, *m_past)) {
            wrong.at = place_of(i, wrong.at);
            if (m_teller == Teller::foreign) m_result[i].warnings.push_back(std::move(wrong));
            else refuse_event(i, std::move(wrong));
        }
        return m_result[i].outcome != Captured::Outcome::refused;
    }

    void accept(Node const& event, std::int64_t name, Captured& result, Repository::Inside::From const* from) {
        auto& row = m_row;
        result.no = row.no = ++m_head.no;
        row.recorded_at = m_head.recorded_at = std::max(m_head.recorded_at + Microseconds{1}, from ? from->recorded_at : m_now);
        row.root = from ? std::optional{from->root} : std::nullopt;
        row.body.raw = packed(event, {"eventID", "recordTime"});
        m.db.run(sql::all[sql::add_event], arg("enterprise", m.enterprise), row);
        if (from) m.db.run(sql::all[sql::add_root], arg("enterprise", m.enterprise), arg("root", from->root), arg("no", row.no));
        for (auto const k : marks_of(event))
            if (field_of(k) != Field::event_id) m_brought.marks.push_back({k, row.no});
        m_brought.marks.push_back({name, row.no});
        m_brought.times.push_back({row.event_at.time_since_epoch().count(), row.no});
        m_here.emplace(name, Here{row.no, row.declared_at, m_hash, &result.event_id});
        values(event);
        m.keep_company_prefixes(event, m_prefixes);
    }

    void enter_lineage() {
        std::vector<Taken> taken;
        for (std::size_t i = 0; i < m_result.size(); ++i)
            if (m_result[i].outcome == Captured::Outcome::accepted) taken.push_back({m_result[i].no, m_result[i].event_id, &m_document.events[i]});
        m_brought.things = LineageStore{m.db, m.enterprise}.enter(taken, [&](string_view event_id) {
            std::vector<std::pair<std::int64_t, Node>> originals;   // those of this document are not in the web yet
            for (auto const no : m.index.named(m_runs, Kind::marks, mark(Field::event_id, event_id)))
                if (auto event = m.event(no); event && event->event_id == event_id && !event->tree.find("errorDeclaration")) originals.emplace_back(no, std::move(event->tree));
            return originals;
        }, m.index, m_runs);
    }

    using Hash = std::array<std::uint8_t, 32>;
    struct Here {
        std::int64_t no, declared_at;
        Hash hash;
        string const* event_id;
    };
    struct Known {
        std::int64_t no;
        bool same;   ///< in content
    };
    /// The event of this name and declaration time that is there already, from this document or before.
    std::optional<Known> find(std::int64_t name, string const& event_id) {
        auto const [from, to] = m_here.equal_range(name);
        for (auto at = from; at != to; ++at)
            if (at->second.declared_at == m_row.declared_at && *at->second.event_id == event_id) return Known{at->second.no, at->second.hash == m_hash};
        for (auto const no : m.index.named(m_runs, Kind::marks, name)) {
            auto row = m.db.row<NameRow>(sql::all[sql::event_name], arg("enterprise", m.enterprise), arg("no", no));
            if (row && row->declared_at == m_row.declared_at && (row->event_id ? *row->event_id : name_of_hash(row->hash.raw)) == event_id)
                return Known{no, row->hash == m_row.hash};
        }
        return {};
    }

    void values(Node const& event) {
        value(Resource::event_types, event.name);
        value(Resource::biz_steps, event.value("bizStep"));
        value(Resource::dispositions, event.value("disposition"));
        if (auto const* place = event.find("bizLocation")) value(Resource::biz_locations, place->value("id"));
        if (auto const* place = event.find("readPoint")) value(Resource::read_points, place->value("id"));
    }
    void value(Resource, string_view text);

    Repository::Inside& m;
    Document const& m_document;
    Teller m_teller;
    std::vector<Repository::Inside::From> const& m_from;
    Instant m_now;
    Head m_head;
    std::int64_t m_first;
    std::vector<Run> m_runs;
    std::optional<ToldBefore> m_past;
    std::vector<Captured> m_result;
    EventRow m_row;   ///< of the event at hand
    Hash m_hash{};
    std::set<string, std::less<>> m_prefixes;
    Index::Brought m_brought;
    std::unordered_multimap<std::int64_t, Here> m_here;
    std::array<std::set<string, std::less<>>, 6> m_values;
};

/// How a value of a top-level resource is told, and what it is found by.
string shown(Resource r, string_view value) {
    if (r == Resource::biz_steps) return bare_word(Words::biz_step, value);
    if (r == Resource::dispositions) return bare_word(Words::disposition, value);
    return string{value};
}
string key_of(Resource r, string_view value) { return match_key(shown(r, value)); }

struct ValueRow {
    std::int64_t resource = 0;
    string key, value;
};
template <Is<ValueRow> X> void visit_fields(X& x, auto f) { f("key", x.key); f("value", x.value); }

void Capture::value(Resource r, string_view text) {
    auto& known = m_values[static_cast<std::size_t>(r)];
    if (text.empty() || known.contains(text)) return;
    known.emplace(text);
    m.db.run(sql::all[sql::add_value], arg("enterprise", m.enterprise), arg("resource", static_cast<std::int64_t>(r)), ValueRow{0, key_of(r, text), shown(r, text)});
}

} // namespace

string name_of_hash(string_view raw) {
    string name = "ni:///sha-256;";
    name.reserve(name.size() + raw.size() * 2 + 11);
    put_hex(name, raw);
    return name += "?ver=CBV2.0";
}

Event event_of(EventRow&& row) {
    Event e;
    e.no = row.no;
    e.recorded_at = row.recorded_at;
    e.event_at = row.event_at;
    e.event_id = row.event_id ? *std::move(row.event_id) : name_of_hash(row.hash.raw);
    e.root = row.root;
    e.tree = unpacked(row.body.raw);
    auto const zone = std::find_if(e.tree.children.begin(), e.tree.children.end(), [](Node const& n) { return n.name == "eventTimeZoneOffset"; });
    e.tree.children.insert(zone == e.tree.children.end() ? zone : zone + 1, Node{"eventID", e.event_id, {}, Node::Kind::text});
    return e;
}

std::vector<Captured> Repository::Inside::capture(Document const& document, Teller teller, std::vector<From> const& from, Instant now) {
    return Capture{*this, document, teller, from, now}.run();
}

std::optional<Event> Repository::Inside::event(std::int64_t no) {
    auto row = db.row<EventRow>(sql::all[sql::event], arg("enterprise", enterprise), arg("no", no));
    if (!row) return {};
    return event_of(*std::move(row));
}

std::optional<Instant> Repository::Inside::recorded_at(std::int64_t no) {
    auto const row = db.row<RecordedRow>(sql::all[sql::event_recorded], arg("enterprise", enterprise), arg("no", no));
    return row ? std::optional{row->recorded_at} : std::nullopt;
}

Repository::Repository(store::Db& db, Enterprise enterprise) : m(std::make_unique<Inside>(db, enterprise)) {}
Repository::~Repository() = default;

std::vector<Captured> Repository::capture(Document const& document, Teller teller, OnError, Instant now) { return m->capture(document, teller, {}, now); }

void Repository::tell(FactId const& root, std::vector<Node> const& events, Instant recorded_at) { tell({{root, recorded_at, events}}); }

void Repository::tell(std::vector<OfFact>&& facts) {
    Document document;
    std::vector<Inside::From> from;
    for (auto& fact : facts)
        for (auto& event : fact.events) {
            document.events.push_back(std::move(event));
            from.push_back({fact.root, fact.recorded_at});
        }
    for (auto const& told : m->capture(document, Teller::ours, from, facts.empty() ? Instant{} : facts.back().recorded_at))
        if (told.outcome == Captured::Outcome::refused && told.refusal.code != "event_exists")   // told already, in other words
            throw Fault("an event of our own is refused (" + told.refusal.code + ", " + told.refusal.at + "): " + told.refusal.message);
}

std::vector<Event> Repository::by_id(string_view event_id) {
    std::vector<Event> found;
    for (auto const no : m->index.named(m->index.runs(), Kind::marks, mark(Field::event_id, event_id)))
        if (auto event = m->event(no); event && event->event_id == event_id) found.push_back(*std::move(event));
    return found;
}

std::optional<Event> Repository::by_no(std::int64_t no) { return m->event(no); }

std::vector<Event> Repository::of_fact(FactId const& root) {
    std::vector<Event> found;
    for (auto const& n : m->db.rows<Number>(sql::all[sql::of_root], arg("enterprise", m->enterprise), arg("root", root)))
        if (auto event = m->event(n.no)) found.push_back(*std::move(event));
    return found;
}

std::int64_t Repository::last_no() { return m->head().no; }

std::optional<Instant> Repository::recorded_at(std::int64_t no) { return m->recorded_at(no); }

std::vector<string> Repository::values(Resource r, std::int64_t most, string const& after) {
    if (r == Resource::epcs) return m->epcs(most, after);
    std::vector<string> all;
    m->db.each<ValueRow>(sql::all[sql::values], [&](ValueRow&& row) { all.push_back(std::move(row.value)); }, arg("enterprise", m->enterprise),
                         arg("resource", static_cast<std::int64_t>(r)), arg("key", after.empty() ? string{} : key_of(r, after)), arg("most", most));
    return all;
}

bool Repository::has_value(Resource r, string_view value) {
    if (r == Resource::epcs) return m->has_thing(value);
    return m->db.row<ValueRow>(sql::all[sql::value], arg("enterprise", m->enterprise), arg("resource", static_cast<std::int64_t>(r)), arg("key", key_of(r, value))).has_value();
}

} // namespace osetra::trace
