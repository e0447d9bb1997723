#include "trace/lineage_sql.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "trace/asked_sql.h"
#include "trace/engine/identifiers.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr std::int64_t most_rows = 200'000;   ///< of one question: what has more neighbours is shown in part

/// Spans of numbers, each by its first and last in 40 characters: what was made together was numbered together. The engine counts through
/// them, and finds each by itself, which both plan well whatever they know of the tables.
#define ASKED "WITH RECURSIVE asked(thing, highest, rest) AS (SELECT CAST(substr(:list, 1, 20) AS BIGINT), CAST(substr(:list, 21, 20) AS BIGINT), " \
              "substr(:list, 41) UNION ALL SELECT CASE WHEN thing < highest THEN thing + 1 ELSE CAST(substr(rest, 1, 20) AS BIGINT) END, " \
              "CASE WHEN thing < highest THEN highest ELSE CAST(substr(rest, 21, 20) AS BIGINT) END, " \
              "CASE WHEN thing < highest THEN rest ELSE substr(rest, 41) END FROM asked WHERE thing < highest OR rest <> '')"
#define LINK "l.thing, l.tie, l.happened_at, l.other, l.event, l.further, l.what, l.quantity, l.uom"

#define OSETRA_LINEAGE_STATEMENTS(X)                                                                                               \
    X(last_thing, "SELECT max(thing) AS n FROM thing WHERE enterprise = :enterprise")                                              \
    X(put_thing, "INSERT INTO thing (enterprise, thing, name) VALUES (:enterprise, :thing, :name)")                                \
    X(put_link, "INSERT INTO link (enterprise, thing, tie, happened_at, other, event, further, what, quantity, uom, place) VALUES (:enterprise, :thing, " \
                ":tie, :happened_at, :other, :event, :further, :what, :quantity, :uom, :place) ON CONFLICT DO NOTHING")            \
    X(drop_link, "DELETE FROM link WHERE enterprise = :enterprise AND thing = :thing AND tie = :tie AND happened_at = :happened_at AND " \
                 "other = :other AND event = :event")                                                                              \
    X(any_declared, "SELECT event_hash AS n FROM declared_error WHERE enterprise = :enterprise LIMIT 1")                           \
    X(put_declared, "INSERT INTO declared_error (enterprise, event_hash, event_id) VALUES (:enterprise, :event_hash, :event_id) "  \
                    "ON CONFLICT DO NOTHING")                                                                                      \
    X(declared, OSETRA_ASKED " SELECT d.event_id AS name FROM asked a JOIN declared_error d ON d.enterprise = :enterprise AND d.event_hash = a.thing") \
    /* Of each run the blocks that may hold this hash: the last that begins before it, and those that begin with it. */             \
    X(blocks_of_name, "WITH ends AS (SELECT r.run, coalesce((SELECT max(c.key) FROM epcis_block c WHERE c.enterprise = r.enterprise AND c.run = r.run AND " \
                      "c.kind = 3 AND c.key < :hash), :hash) AS low FROM epcis_run r WHERE r.enterprise = :enterprise) SELECT b.key, b.no, b.postings FROM ends e " \
                      "CROSS JOIN epcis_block b WHERE b.enterprise = :enterprise AND b.run = e.run AND b.kind = 3 AND b.key >= e.low AND b.key <= :hash") \
    X(names, ASKED " SELECT t.thing, t.name FROM asked a JOIN thing t ON t.enterprise = :enterprise AND t.thing = a.thing")        \
    X(links, ASKED " SELECT " LINK " FROM asked a JOIN link l ON l.enterprise = :enterprise AND l.thing = a.thing AND l.tie >= :first AND " \
                   "l.tie <= :last WHERE l.happened_at <= :until LIMIT :most")                                                     \
    X(down, ASKED ", near AS (SELECT " LINK " FROM asked a JOIN link l ON l.enterprise = :enterprise AND l.thing = a.thing AND l.tie >= 1 AND " \
                  "l.tie <= 6 WHERE l.happened_at <= :until LIMIT :most), reached AS (SELECT DISTINCT other FROM near WHERE tie = 1 OR tie = 5) " \
                  "SELECT " LINK " FROM near l UNION ALL SELECT * FROM (SELECT " LINK " FROM reached r JOIN link l ON "            \
                  "l.enterprise = :enterprise AND l.thing = r.other AND l.tie IN (2, 6) WHERE l.happened_at <= :until LIMIT :most) made") \
    X(up, ASKED ", near AS (SELECT " LINK " FROM asked a JOIN link l ON l.enterprise = :enterprise AND l.thing = a.thing AND l.tie >= 34 AND " \
                "l.tie <= 37 WHERE l.happened_at <= :until LIMIT :most), reached AS (SELECT DISTINCT other FROM near WHERE tie = 34), " \
                "holding AS (SELECT DISTINCT thing FROM near WHERE tie = 37) "                                                     \
                "SELECT " LINK " FROM near l UNION ALL SELECT * FROM (SELECT " LINK " FROM reached r JOIN link l ON "              \
                "l.enterprise = :enterprise AND l.thing = r.other AND l.tie = 33 WHERE l.happened_at <= :until LIMIT :most) went_in " \
                "UNION ALL SELECT " LINK " FROM holding h JOIN link l ON l.enterprise = :enterprise AND l.thing = h.thing AND l.tie = 6 " \
                "WHERE l.happened_at <= :until")                                                                                   \
    X(whereabouts, ASKED ", ties(tie) AS (SELECT 1 UNION ALL SELECT 5 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 34), "    \
                   "spans AS (SELECT a.thing, s.tie, "                                                                             \
                   "(SELECT min(l.happened_at) FROM link l WHERE l.enterprise = :enterprise AND l.thing = a.thing AND l.tie = s.tie AND l.happened_at <= :until) AS first_at, " \
                   "(SELECT max(l.happened_at) FROM link l WHERE l.enterprise = :enterprise AND l.thing = a.thing AND l.tie = s.tie AND l.happened_at <= :until) AS last_at " \
                   "FROM asked a CROSS JOIN ties s) SELECT m.thing, m.first_at, m.last_at, l.tie, l.other, l.place FROM spans m JOIN link l ON l.enterprise = :enterprise AND " \
                   "l.thing = m.thing AND l.tie = m.tie AND l.happened_at = m.last_at")

namespace statement {
#define DEFINE(name, text) constexpr store::Sql name{"lineage." #name, text};
OSETRA_LINEAGE_STATEMENTS(DEFINE)
#undef DEFINE
} // namespace statement

struct Number { std::optional<std::int64_t> n; };
template <Is<Number> X> void visit_fields(X& x, auto f) { f("n", x.n); }
struct Thing { std::int64_t thing = 0; string name; };
template <Is<Thing> X> void visit_fields(X& x, auto f) { f("thing", x.thing); f("name", x.name); }
struct Name { string name; };
template <Is<Name> X> void visit_fields(X& x, auto f) { f("name", x.name); }
struct BlockRow { std::int64_t key = 0, no = 0; Bytes postings; };
template <Is<BlockRow> X> void visit_fields(X& x, auto f) { f("key", x.key); f("no", x.no); f("postings", x.postings); }
struct Sighting { std::int64_t thing = 0, first_at = 0, last_at = 0, tie = 0, other = 0; std::optional<std::int64_t> place; };
template <Is<Sighting> X> void visit_fields(X& x, auto f) {
    f("thing", x.thing); f("first_at", x.first_at); f("last_at", x.last_at); f("tie", x.tie); f("other", x.other); f("place", x.place);
}
/// A link as a row holds it.
struct Row : Known {
    std::int64_t further = 0;
};
template <Is<Row> X> void visit_fields(X& x, auto f) {
    f("thing", x.thing); f("tie", x.tie); f("happened_at", x.happened_at); f("other", x.other); f("event", x.event); f("further", x.further); f("what", x.what);
    f("quantity", x.quantity); f("uom", x.uom);
}

bool in_order(Known const& a, Known const& b) { return std::tie(a.thing, a.tie, a.happened_at, a.event, a.other) < std::tie(b.thing, b.tie, b.happened_at, b.event, b.other); }

/// Numbers that are asked for, each once, as spans.
std::vector<std::int64_t> spans_of(std::span<std::int64_t const> numbers) {
    std::vector<std::int64_t> all{numbers.begin(), numbers.end()}, spans;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (std::size_t from = 0, to = 0; from < all.size(); from = to) {
        for (to = from + 1; to < all.size() && all[to] == all[to - 1] + 1;) ++to;
        spans.push_back(all[from]);
        spans.push_back(all[to - 1]);
    }
    return spans;
}

/// In the order of the table, so that each page of it is written once; what follows one another is one row.
std::vector<Row> rows_of(std::vector<Known> links) {
    std::sort(links.begin(), links.end(), in_order);
    std::vector<Row> rows;
    rows.reserve(links.size());
    for (auto& k : links) {
        if (!rows.empty()) {
            auto& last = rows.back();
            auto const alike = last.thing == k.thing && last.tie == k.tie && last.happened_at == k.happened_at && last.event == k.event && last.what == k.what &&
                               last.quantity == k.quantity && last.uom == k.uom && last.place == k.place;
            if (alike && k.other == last.other + last.further + 1) { ++last.further; continue; }
        }
        rows.push_back({std::move(k), 0});
    }
    return rows;
}

} // namespace

LineageStore::LineageStore(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

/// The number of each key; 0 where it has none.
std::vector<std::int64_t> LineageStore::numbers_of(std::vector<string> const& keys, Index& index, std::vector<Run> const& runs) {
    std::vector<std::int64_t> numbers(keys.size()), hashes, things;
    std::unordered_map<string_view, std::size_t> place;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        hashes.push_back(key_hash(keys[i]));
        place.emplace(keys[i], i);
    }
    std::sort(hashes.begin(), hashes.end());
    for (auto const& found : index.things(runs, hashes)) things.push_back(found.no);
    std::sort(things.begin(), things.end());
    for (auto const& [thing, name] : names(things))   // two names may have one hash
        if (auto const at = place.find(is_process(name) ? name : match_key(name)); at != place.end()) numbers[at->second] = thing;
    return numbers;
}
std::vector<std::int64_t> LineageStore::numbers_of(std::vector<string> const& keys) {
    Index index{m_db, m_enterprise};
    return numbers_of(keys, index, index.runs());
}

/// Names as links spell them, each with its place among the keys.
struct LineageStore::Naming {
    std::unordered_map<string_view, std::size_t> by_name, by_process;
    std::unordered_map<string, std::size_t> by_key;
    std::vector<string> keys;
    std::vector<string_view> names;   ///< as first spelled; empty for a process

    std::int64_t place(string_view name, bool process) {
        auto const [at, fresh] = (process ? by_process : by_name).try_emplace(name);
        if (fresh) {
            auto key = process ? process_name(name) : match_key(name);
            auto const [known, first] = by_key.try_emplace(key, keys.size());
            if (first) {
                keys.push_back(std::move(key));
                names.push_back(process ? string_view{} : name);
            }
            at->second = known->second;
        }
        return static_cast<std::int64_t>(at->second);
    }
    /// Links with places among the keys for numbers.
    void add(std::vector<Known>& all, Link const& l, std::int64_t no, Time at) {
        Known k{place(l.thing, l.tie == Tie::made), static_cast<std::int64_t>(l.tie), at, place(l.other, l.tie == Tie::used), no, l.what, l.quantity, {}, {}};
        if (!l.uom.empty()) k.uom = l.uom;
        std::optional<std::int64_t> where;
        if (!l.place.empty()) where = place(l.place, false);
        if (l.tie != Tie::made) k.place = where;
        all.push_back(k);
        if (!l.both_ways) return;
        std::swap(k.thing, k.other);
        k.tie = static_cast<std::int64_t>(seen_from_other(l.tie));
        k.place = l.tie == Tie::made ? where : std::nullopt;
        all.push_back(std::move(k));
    }
    static void set_numbers(std::vector<Known>& links, std::vector<std::int64_t> const& numbers) {
        auto const number = [&](std::int64_t place) { return numbers[static_cast<std::size_t>(place)]; };
        for (auto& k : links) {
            k.thing = number(k.thing);
            k.other = number(k.other);
            if (k.place) k.place = number(*k.place);
        }
    }
};

/// Places in `events` of those that are declared an error, now or before. Takes out what they said.
std::vector<std::int64_t> LineageStore::in_error(std::vector<Taken> const& events, Originals const& originals) {
    for (auto const& e : events) {
        if (!e.tree->find("errorDeclaration")) continue;
        m_db.run(statement::put_declared, store::arg("enterprise", m_enterprise), store::arg("event_hash", key_hash(e.event_id)), store::arg("event_id", e.event_id));
        for (auto const& [no, tree] : originals(e.event_id)) drop(no, tree, e.event_id);
    }
    if (!m_db.row<Number>(statement::any_declared, store::arg("enterprise", m_enterprise))) return {};
    std::vector<std::int64_t> hashes, places;
    for (auto const& e : events) hashes.push_back(key_hash(e.event_id));
    std::set<string> names;
    in_parts(hashes, [&](string const& list, std::int64_t count) {
        m_db.each<Name>(statement::declared, [&](Name&& d) { names.insert(std::move(d.name)); }, store::arg("count", count), store::arg("list", list), store::arg("enterprise", m_enterprise));
    });
    for (std::size_t i = 0; i < events.size(); ++i) if (names.contains(events[i].event_id)) places.push_back(static_cast<std::int64_t>(i));
    return places;
}

std::vector<Posting> LineageStore::enter(std::vector<Taken> const& events, Originals const& originals, Index& index, std::vector<Run> const& runs) {
    auto const wrong = in_error(events, originals);
    Naming naming;
    std::vector<Known> links;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (std::binary_search(wrong.begin(), wrong.end(), static_cast<std::int64_t>(i))) continue;
        auto const at = event_time(*events[i].tree);
        for (auto const& l : links_of(*events[i].tree, events[i].event_id)) naming.add(links, l, events[i].no, at);
    }
    if (links.empty()) return {};
    auto numbers = numbers_of(naming.keys, index, runs);
    auto next = m_db.row<Number>(statement::last_thing, store::arg("enterprise", m_enterprise)).value_or(Number{}).n.value_or(0);
    std::vector<Posting> fresh;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i]) continue;
        numbers[i] = ++next;
        m_db.run(statement::put_thing, store::arg("enterprise", m_enterprise), store::arg("thing", next), store::arg("name", naming.names[i].empty() ? string_view{naming.keys[i]} : naming.names[i]));
        fresh.push_back({key_hash(naming.keys[i]), next});
    }
    naming.set_numbers(links, numbers);
    for (auto const& row : rows_of(std::move(links))) m_db.run(statement::put_link, store::arg("enterprise", m_enterprise), row, store::arg("place", row.place));
    return fresh;
}

void LineageStore::drop(std::int64_t no, Node const& tree, string_view event_id) {
    Naming naming;
    std::vector<Known> links;
    auto const at = event_time(tree);
    for (auto const& l : links_of(tree, event_id)) naming.add(links, l, no, at);
    naming.set_numbers(links, numbers_of(naming.keys));
    for (auto const& row : rows_of(std::move(links))) m_db.run(statement::drop_link, store::arg("enterprise", m_enterprise), row);
}

std::optional<std::int64_t> LineageStore::number_of(string const& key) {
    auto const hash = key_hash(key);
    std::vector<std::int64_t> things;
    m_db.each<BlockRow>(statement::blocks_of_name, [&](BlockRow&& row) {
        for (auto const thing : trace::numbers_of({{row.key, row.no}, std::move(row.postings.raw)}, hash)) things.push_back(thing);
    }, store::arg("hash", hash), store::arg("enterprise", m_enterprise));
    if (things.empty()) return {};
    for (auto const& [thing, name] : names(things)) if ((is_process(name) ? name : match_key(name)) == key) return thing;
    return {};
}
std::optional<std::int64_t> LineageStore::find(string_view id) { return number_of(match_key(id)); }
std::optional<std::int64_t> LineageStore::find_process(string_view id) { return number_of(process_name(id)); }

void LineageStore::read(store::Sql const& sql, std::span<std::int64_t const> things, Time until, See const& see, std::int64_t first, std::int64_t last) {
    m_cut = false;
    in_parts(spans_of(things), [&](string const& list, std::int64_t) {
        std::int64_t rows = 0;
        m_db.each<Row>(sql, [&](Row&& row) {
            ++rows;
            for (; row.further; --row.further) {
                see(Known{row});
                ++row.other;
            }
            see(std::move(row));
        }, store::arg("list", list), store::arg("enterprise", m_enterprise), store::arg("first", first), store::arg("last", last), store::arg("until", until),
            store::arg("most", most_rows));
        m_cut = m_cut || rows >= most_rows;
    });
}
void LineageStore::down(std::span<std::int64_t const> things, Time until, See const& see) { read(statement::down, things, until, see); }
void LineageStore::up(std::span<std::int64_t const> things, Time until, See const& see) { read(statement::up, things, until, see); }
void LineageStore::links(std::span<std::int64_t const> things, std::int64_t first, std::int64_t last, Time until, See const& see) {
    read(statement::links, things, until, see, first, last);
}

std::unordered_map<std::int64_t, string> LineageStore::names(std::span<std::int64_t const> things) {
    std::unordered_map<std::int64_t, string> all;
    in_parts(spans_of(things), [&](string const& list, std::int64_t) {
        m_db.each<Thing>(statement::names, [&](Thing&& t) { all.emplace(t.thing, std::move(t.name)); }, store::arg("list", list), store::arg("enterprise", m_enterprise));
    });
    return all;
}

std::unordered_map<std::int64_t, LineageStore::Whereabouts> LineageStore::whereabouts(std::span<std::int64_t const> things, Time until) {
    std::unordered_map<std::int64_t, Whereabouts> all;
    in_parts(spans_of(things), [&](string const& list, std::int64_t) {
        m_db.each<Sighting>(statement::whereabouts, [&](Sighting&& s) {
            auto& w = all[s.thing];
            w.first_at = std::min(w.first_at, s.first_at);
            auto const place = s.tie == static_cast<std::int64_t>(Tie::seen) || s.tie == static_cast<std::int64_t>(Tie::told) ? s.other : s.place.value_or(0);
            if (s.last_at > w.last_at || (s.last_at == w.last_at && !w.place)) w.place = place ? place : w.place;
            w.last_at = std::max(w.last_at, s.last_at);
        }, store::arg("list", list), store::arg("enterprise", m_enterprise), store::arg("until", until));
    });
    return all;
}

std::vector<store::Sql> lineage_statements() {
    return {
#define LIST(name, text) statement::name,
        OSETRA_LINEAGE_STATEMENTS(LIST)
#undef LIST
    };
}

} // namespace osetra::trace
