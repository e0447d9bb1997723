#pragma once
#include <set>
#include <unordered_set>

#include "kernel/fields.h"
#include "store/db.h"
#include "trace/index_sql.h"
#include "trace/trace.h"
#include "trace/trace_sql.h"

namespace osetra::trace {

/// An event as its row holds it.
struct EventRow {
    std::int64_t no = 0;
    Instant event_at{}, recorded_at{};
    std::int64_t declared_at = 0;
    std::optional<std::string> event_id;
    std::optional<FactId> root;
    Bytes hash, body;
};
template <Is<EventRow> X> void visit_fields(X& x, auto f) {
    f("no", x.no); f("event_at", x.event_at); f("recorded_at", x.recorded_at); f("declared_at", x.declared_at);
    f("event_id", x.event_id); f("root", x.root); f("hash", x.hash); f("body", x.body);
}

struct Number { std::int64_t no = 0; };
template <Is<Number> X> void visit_fields(X& x, auto f) { f("no", x.no); }

/// The name that an event gets from its content.
std::string name_of_hash(std::string_view raw);
Event event_of(EventRow&&);

/// Elements of master data by their keys.
class Elements final : public MasterData {
public:
    void add(Node const& element);
    std::vector<std::string> with_descendants(std::string_view id) const override;
    std::vector<std::string> attribute(std::string_view id, std::string_view attribute) const override;

private:
    struct Element {
        std::map<std::string, std::vector<std::string>, std::less<>> attributes;
        std::vector<std::string> children;   ///< match keys
    };
    std::map<std::string, Element, std::less<>> m_of;
};

struct Repository::Inside {
    Inside(store::Db& of_db, Enterprise of) : db(of_db), enterprise(of), index(of_db, of) {}

    Head head() { return db.row<Head>(sql::all[sql::head], store::arg("enterprise", enterprise)).value_or(Head{}); }
    std::optional<Event> event(std::int64_t no);
    std::optional<Instant> recorded_at(std::int64_t no);

    /// Of which fact each event is, and when that was recorded; none: the document is somebody's, taken now.
    struct From {
        FactId root;
        Instant recorded_at{};
    };
    std::vector<Captured> capture(Document const&, Teller, std::vector<From> const&, Instant now);
    void keep_vocabularies(Document const&, Head&);
    void keep_prefixes(Document const&);
    void keep_company_prefixes(Node const&, std::set<std::string, std::less<>>& looked_at);

    std::vector<std::string> epcs(std::int64_t most, std::string const& after);
    bool has_thing(std::string_view name);

    store::Db& db;
    Enterprise enterprise;
    Index index;
    std::optional<std::int64_t> vocabulary;   ///< Head::vocabulary of `elements`
    Elements elements;
    CompanyPrefixes company_prefixes;
};

} // namespace osetra::trace
