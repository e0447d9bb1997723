#include "trace/lineage_sql.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "trace/engine/identifiers.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

/// Numbers asked for at once travel as one text of 20 characters each, which both engines take apart.
constexpr std::size_t at_once = 128;
constexpr std::int64_t most_rows = 200'000;   ///< of one question: what has more neighbours is shown in part

#define ASKED "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count), " \
              "asked(thing) AS (SELECT CAST(substr(:list, i * 20 + 1, 20) AS BIGINT) FROM n)"
#define LINK "l.thing, l.tie, l.happened_at, l.other, l.event, l.what, l.quantity, l.uom"

#define OSETRA_LINEAGE_STATEMENTS(X)                                                                                               \
    X(last_thing, "SELECT max(thing) AS n FROM thing WHERE enterprise = :enterprise")                                              \
    X(put_thing, "INSERT INTO thing (enterprise, thing, name) VALUES (:enterprise, :thing, :name)")                                \
    X(put_thing_key, "INSERT INTO thing_key (enterprise, key_hash, thing) VALUES (:enterprise, :key_hash, :thing)")                \
    X(put_link, "INSERT INTO link (enterprise, thing, tie, happened_at, other, event, what, quantity, uom) VALUES (:enterprise, :thing, :tie, " \
                ":happened_at, :other, :event, :what, :quantity, :uom) ON CONFLICT DO NOTHING")                                    \
    X(drop_link, "DELETE FROM link WHERE enterprise = :enterprise AND thing = :thing AND tie = :tie AND happened_at = :happened_at AND " \
                 "other = :other AND event = :event")                                                                              \
    X(put_declared, "INSERT INTO declared_error (enterprise, event_hash, event_id) VALUES (:enterprise, :event_hash, :event_id) "  \
                    "ON CONFLICT DO NOTHING")                                                                                      \
    X(declared, ASKED " SELECT d.event_id AS name FROM asked a JOIN declared_error d ON d.enterprise = :enterprise AND d.event_hash = a.thing") \
    X(things_by_key, ASKED " SELECT t.thing, t.name FROM asked a JOIN thing_key k ON k.enterprise = :enterprise AND k.key_hash = a.thing " \
                           "JOIN thing t ON t.enterprise = k.enterprise AND t.thing = k.thing")                                    \
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
    X(first_seen, ASKED ", first_at AS (SELECT a.thing, (SELECT min(l.happened_at) FROM link l WHERE l.enterprise = :enterprise AND l.thing = a.thing " \
                  "AND l.tie = :tie AND l.happened_at <= :until) AS happened_at FROM asked a) SELECT f.thing, f.happened_at, f.thing AS other FROM first_at f " \
                  "WHERE f.happened_at IS NOT NULL")                                                                               \
    X(last_seen, ASKED ", last_at AS (SELECT a.thing, (SELECT max(l.happened_at) FROM link l WHERE l.enterprise = :enterprise AND l.thing = a.thing " \
                 "AND l.tie = :tie AND l.happened_at <= :until) AS happened_at FROM asked a) SELECT l.thing, l.happened_at, l.other FROM last_at m " \
                 "JOIN link l ON l.enterprise = :enterprise AND l.thing = m.thing AND l.tie = :tie AND l.happened_at = m.happened_at")

#define DEFINE(name, text) constexpr store::Sql name{"lineage." #name, text};
OSETRA_LINEAGE_STATEMENTS(DEFINE)
#undef DEFINE

struct Number { std::optional<std::int64_t> n; };
template <Is<Number> X> void visit_fields(X& x, auto f) { f("n", x.n); }
struct Thing { std::int64_t thing = 0; string name; };
template <Is<Thing> X> void visit_fields(X& x, auto f) { f("thing", x.thing); f("name", x.name); }
struct Name { string name; };
template <Is<Name> X> void visit_fields(X& x, auto f) { f("name", x.name); }
struct Sighting { std::int64_t thing = 0, happened_at = 0, other = 0; };
template <Is<Sighting> X> void visit_fields(X& x, auto f) { f("thing", x.thing); f("happened_at", x.happened_at); f("other", x.other); }

string list_of(std::span<std::int64_t const> numbers) {
    string list;
    list.reserve(numbers.size() * 20);
    std::array<char, 24> digits;
    for (auto const n : numbers) {
        auto const size = std::snprintf(digits.data(), digits.size(), "%20lld", static_cast<long long>(n));
        list.append(digits.data(), static_cast<std::size_t>(size));
    }
    return list;
}
template <class Do> void in_parts(std::span<std::int64_t const> numbers, Do part) {
    for (std::size_t i = 0; i < numbers.size(); i += at_once) {
        auto const some = numbers.subspan(i, std::min(at_once, numbers.size() - i));
        part(list_of(some), static_cast<std::int64_t>(some.size()));
    }
}

} // namespace

template <Is<Known> X> void visit_fields(X& x, auto f) {
    f("thing", x.thing); f("tie", x.tie); f("happened_at", x.happened_at); f("other", x.other); f("event", x.event); f("what", x.what);
    f("quantity", x.quantity); f("uom", x.uom);
}

LineageStore::LineageStore(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

/// The numbers of those keys that have one.
std::unordered_map<string, std::int64_t> LineageStore::numbers_of(std::vector<string> const& keys) {
    std::unordered_map<string, std::int64_t> found;
    std::vector<std::int64_t> hashes;
    std::set<string_view> wanted;
    hashes.reserve(keys.size());
    for (auto const& key : keys) {
        hashes.push_back(key_hash(key));
        wanted.insert(key);
    }
    in_parts(hashes, [&](string const& list, std::int64_t count) {
        for (auto const& t : m_db.rows<Thing>(things_by_key, store::arg("count", count), store::arg("list", list), store::arg("enterprise", m_enterprise)))
            if (auto key = is_process(t.name) ? t.name : match_key(t.name); wanted.contains(key)) found.emplace(std::move(key), t.thing);
    });
    return found;
}

void LineageStore::enter(std::vector<Taken> const& events, Originals const& originals) {
    struct Said { std::int64_t no = 0; Time at = 0; std::vector<Link> links; };
    std::vector<std::int64_t> event_hashes;
    std::set<string> in_error;
    for (auto const& e : events) {
        auto const hash = key_hash(e.event_id);
        event_hashes.push_back(hash);
        if (!e.tree->find("errorDeclaration")) continue;
        in_error.insert(e.event_id);
        m_db.run(put_declared, store::arg("enterprise", m_enterprise), store::arg("event_hash", hash), store::arg("event_id", e.event_id));
        for (auto const& [no, tree] : originals(e.event_id)) drop(no, tree, e.event_id);
    }
    in_parts(event_hashes, [&](string const& list, std::int64_t count) {
        for (auto& d : m_db.rows<Name>(declared, store::arg("count", count), store::arg("list", list), store::arg("enterprise", m_enterprise))) in_error.insert(std::move(d.name));
    });
    std::vector<Said> said;
    std::unordered_map<string, string> key_of;       // of each name as it is spelled
    std::vector<string> order;
    auto const meet = [&](string const& name) {
        auto const [at, fresh] = key_of.try_emplace(name);
        if (!fresh) return;
        at->second = is_process(name) ? name : match_key(name);
        order.push_back(name);
    };
    for (auto const& e : events) {
        if (in_error.contains(e.event_id)) continue;
        auto links = links_of(*e.tree, e.event_id);
        if (links.empty()) continue;
        for (auto const& l : links) { meet(l.thing); meet(l.other); }
        said.push_back({e.no, event_time(*e.tree), std::move(links)});
    }
    if (said.empty()) return;
    std::vector<string> keys;
    std::set<string_view> met;
    for (auto const& name : order)
        if (auto const& key = key_of.at(name); met.insert(key).second) keys.push_back(key);
    auto number = numbers_of(keys);
    auto next = m_db.row<Number>(last_thing, store::arg("enterprise", m_enterprise)).value_or(Number{}).n.value_or(0);
    std::vector<std::pair<std::int64_t, std::int64_t>> fresh;
    for (auto const& name : order) {
        auto const& key = key_of.at(name);
        if (!number.try_emplace(key, next + 1).second) continue;
        ++next;
        m_db.run(put_thing, store::arg("enterprise", m_enterprise), store::arg("thing", next), store::arg("name", name));
        fresh.emplace_back(key_hash(key), next);
    }
    std::sort(fresh.begin(), fresh.end());
    for (auto const& [hash, thing] : fresh)
        m_db.run(put_thing_key, store::arg("enterprise", m_enterprise), store::arg("key_hash", hash), store::arg("thing", thing));

    std::vector<Known> rows;
    for (auto const& s : said)
        for (auto const& l : s.links) {
            Known k{number.at(key_of.at(l.thing)), static_cast<std::int64_t>(l.tie), s.at, number.at(key_of.at(l.other)), s.no, l.what, l.quantity, {}};
            if (!l.uom.empty()) k.uom = l.uom;
            rows.push_back(k);
            if (!l.both_ways) continue;
            std::swap(k.thing, k.other);
            k.tie = static_cast<std::int64_t>(seen_from_other(l.tie));
            rows.push_back(std::move(k));
        }
    put(std::move(rows));
}

/// In the order of the table, so that each page of it is written once.
void LineageStore::put(std::vector<Known> rows) {
    std::sort(rows.begin(), rows.end(), [](Known const& a, Known const& b) { return std::tie(a.thing, a.tie, a.happened_at, a.other, a.event) < std::tie(b.thing, b.tie, b.happened_at, b.other, b.event); });
    for (auto const& k : rows) m_db.run(put_link, store::arg("enterprise", m_enterprise), k);
}

void LineageStore::drop(std::int64_t no, Node const& tree, string_view event_id) {
    auto const at = event_time(tree);
    for (auto const& l : links_of(tree, event_id)) {
        auto const thing = is_process(l.thing) ? find_process(process_id(l.thing)) : find(l.thing);
        auto const other = is_process(l.other) ? find_process(process_id(l.other)) : find(l.other);
        if (!thing || !other) continue;
        auto const drop_one = [&](std::int64_t from, std::int64_t to, Tie tie) {
            m_db.run(drop_link, store::arg("enterprise", m_enterprise), store::arg("thing", from), store::arg("tie", static_cast<std::int64_t>(tie)),
                     store::arg("happened_at", at), store::arg("other", to), store::arg("event", no));
        };
        drop_one(*thing, *other, l.tie);
        if (l.both_ways) drop_one(*other, *thing, seen_from_other(l.tie));
    }
}

std::optional<std::int64_t> LineageStore::find(string_view id) {
    auto const found = numbers_of({match_key(id)});
    return found.empty() ? std::nullopt : std::optional{found.begin()->second};
}
std::optional<std::int64_t> LineageStore::find_process(string_view id) {
    auto const found = numbers_of({process_name(id)});
    return found.empty() ? std::nullopt : std::optional{found.begin()->second};
}

template <class... More> void LineageStore::read(store::Sql const& sql, std::span<std::int64_t const> things, Time until, See const& see, More const&... more) {
    m_cut = false;
    in_parts(things, [&](string const& list, std::int64_t count) {
        std::int64_t rows = 0;
        m_db.each<Known>(sql, [&](Known&& k) { ++rows; see(std::move(k)); }, store::arg("count", count), store::arg("list", list), store::arg("enterprise", m_enterprise),
                         more..., store::arg("until", until), store::arg("most", most_rows));
        m_cut = m_cut || rows >= most_rows;
    });
}
void LineageStore::down(std::span<std::int64_t const> things, Time until, See const& see) { read(trace::down, things, until, see); }
void LineageStore::up(std::span<std::int64_t const> things, Time until, See const& see) { read(trace::up, things, until, see); }
void LineageStore::links(std::span<std::int64_t const> things, std::int64_t first, std::int64_t last, Time until, See const& see) {
    read(trace::links, things, until, see, store::arg("first", first), store::arg("last", last));
}

std::unordered_map<std::int64_t, string> LineageStore::names(std::span<std::int64_t const> things) {
    std::unordered_map<std::int64_t, string> all;
    in_parts(things, [&](string const& list, std::int64_t count) {
        m_db.each<Thing>(trace::names, [&](Thing&& t) { all.emplace(t.thing, std::move(t.name)); }, store::arg("count", count), store::arg("list", list),
                         store::arg("enterprise", m_enterprise));
    });
    return all;
}

std::unordered_map<std::int64_t, LineageStore::Whereabouts> LineageStore::whereabouts(std::span<std::int64_t const> things, Time until) {
    std::unordered_map<std::int64_t, Whereabouts> all;
    in_parts(things, [&](string const& list, std::int64_t count) {
        for (auto const tie : {Tie::seen, Tie::told}) {
            auto const asked = [&](store::Sql const& sql, auto see) {
                m_db.each<Sighting>(sql, see, store::arg("count", count), store::arg("list", list), store::arg("enterprise", m_enterprise),
                                    store::arg("tie", static_cast<std::int64_t>(tie)), store::arg("until", until));
            };
            asked(first_seen, [&](Sighting&& s) { auto& w = all[s.thing]; w.first_at = std::min(w.first_at, s.happened_at); });
            asked(last_seen, [&](Sighting&& s) {
                auto& w = all[s.thing];
                if (s.happened_at >= w.last_at) { w.last_at = s.happened_at; w.place = s.other; }
            });
        }
    });
    return all;
}

std::vector<store::Sql> lineage_statements() {
    return {
#define LIST(name, text) name,
        OSETRA_LINEAGE_STATEMENTS(LIST)
#undef LIST
    };
}

} // namespace osetra::trace
