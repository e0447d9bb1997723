#include "trace/jobs_sql.h"

#include <algorithm>
#include <array>

#include "kernel/json.h"
#include "store/jobs.h"
#include "trace/page_token.h"

namespace osetra::trace {
namespace {

using std::string;
using store::arg;
using store::Db;
using store::Sql;

constexpr std::int64_t waiting_max = 200;   ///< documents of one enterprise: each may hold 32 MiB

#define CAPTURE "capture, person, content, teller, on_error, events, created_at, finished_at, success, accepted, duplicates, refused"
#define NAMED_QUERY "name, query, prefixes, person, created_at"
constexpr Sql sql[] = {
    {"epcis.put_capture", "INSERT INTO epcis_capture (enterprise, capture, person, content, teller, on_error, events, created_at, accepted, duplicates, refused, outcomes) "
                          "VALUES (:enterprise, :capture, :person, :content, :teller, :on_error, :events, :created_at, 0, 0, 0, '[]')"},
    {"epcis.put_document", "INSERT INTO epcis_document (enterprise, capture, document) VALUES (:enterprise, :capture, :document)"},
    {"epcis.document", "SELECT document FROM epcis_document WHERE enterprise = :enterprise AND capture = :capture"},
    {"epcis.drop_document", "DELETE FROM epcis_document WHERE enterprise = :enterprise AND capture = :capture"},
    {"epcis.forget_documents", "DELETE FROM epcis_document WHERE enterprise = :enterprise AND NOT EXISTS "
                               "(SELECT 1 FROM job WHERE job.enterprise = :enterprise AND job.job = epcis_document.capture)"},
    {"epcis.waiting", "SELECT count(*) AS n FROM job WHERE enterprise = :enterprise AND state IN ('queued', 'running') AND kind = 'capture'"},
    {"epcis.capture", "SELECT " CAPTURE ", outcomes FROM epcis_capture WHERE enterprise = :enterprise AND capture = :capture"},
    {"epcis.captures", "SELECT " CAPTURE ", CASE WHEN success = 0 THEN outcomes ELSE '[]' END AS outcomes FROM epcis_capture WHERE enterprise = :enterprise AND capture < :before ORDER BY capture DESC LIMIT :most"},
    {"epcis.end_capture", "UPDATE epcis_capture SET finished_at = :finished_at, success = :success, accepted = :accepted, duplicates = :duplicates, refused = :refused, "
                          "outcomes = :outcomes WHERE enterprise = :enterprise AND capture = :capture"},
    {"epcis.add_query", "INSERT INTO epcis_query (enterprise, " NAMED_QUERY ") VALUES (:enterprise, :name, :query, :prefixes, :person, :created_at) "
                        "ON CONFLICT (enterprise, name) DO NOTHING RETURNING name"},
    {"epcis.query", "SELECT " NAMED_QUERY " FROM epcis_query WHERE enterprise = :enterprise AND name = :name"},
    {"epcis.queries", "SELECT " NAMED_QUERY " FROM epcis_query WHERE enterprise = :enterprise AND name > :after ORDER BY name LIMIT :most"},
    {"epcis.drop_query", "DELETE FROM epcis_query WHERE enterprise = :enterprise AND name = :name RETURNING name"},
    {"epcis.put_secret", "INSERT INTO epcis_secret (enterprise, secret) VALUES (:enterprise, :secret) ON CONFLICT (enterprise) DO NOTHING"},
    {"epcis.secret", "SELECT secret FROM epcis_secret WHERE enterprise = :enterprise"},
    {"epcis.revoke", "INSERT INTO epcis_revoked (enterprise, token, expires_at) VALUES (:enterprise, :token, :expires_at) ON CONFLICT (enterprise, token) DO NOTHING"},
    {"epcis.forget_revoked", "DELETE FROM epcis_revoked WHERE enterprise = :enterprise AND expires_at < :now"},
    {"epcis.revoked", "SELECT expires_at FROM epcis_revoked WHERE enterprise = :enterprise AND token = :token"},
};
enum { put_capture_, put_document, document_, drop_document, forget_documents_, waiting, capture_, captures_, end_capture, add_query_, query_, queries_, drop_query_, put_secret, secret_, revoke, forget_revoked, revoked };
#undef NAMED_QUERY
#undef CAPTURE

struct CaptureRow {
    Uuid capture;
    string person, content;
    std::int64_t teller = 0, on_error = 0, events = 0;
    Instant created_at{};
    std::optional<Instant> finished_at;
    std::optional<std::int64_t> success;
    std::int64_t accepted = 0, duplicates = 0, refused = 0;
    string outcomes;
};
template <Is<CaptureRow> X> void visit_fields(X& x, auto f) {
    f("capture", x.capture); f("person", x.person); f("content", x.content); f("teller", x.teller); f("on_error", x.on_error); f("events", x.events);
    f("created_at", x.created_at); f("finished_at", x.finished_at); f("success", x.success); f("accepted", x.accepted); f("duplicates", x.duplicates);
    f("refused", x.refused); f("outcomes", x.outcomes);
}

struct DocumentRow { Bytes document; };
template <Is<DocumentRow> X> void visit_fields(X& x, auto f) { f("document", x.document); }

struct QueryRow {
    string name, query, prefixes, person;
    Instant created_at{};
};
template <Is<QueryRow> X> void visit_fields(X& x, auto f) {
    f("name", x.name); f("query", x.query); f("prefixes", x.prefixes); f("person", x.person); f("created_at", x.created_at);
}

struct CountRow { std::int64_t n = 0; };
template <Is<CountRow> X> void visit_fields(X& x, auto f) { f("n", x.n); }

struct NameRow { string name; };
template <Is<NameRow> X> void visit_fields(X& x, auto f) { f("name", x.name); }

struct SecretRow { Bytes secret; };
template <Is<SecretRow> X> void visit_fields(X& x, auto f) { f("secret", x.secret); }

struct ExpiryRow { Instant expires_at{}; };
template <Is<ExpiryRow> X> void visit_fields(X& x, auto f) { f("expires_at", x.expires_at); }

Capture capture_of(Db& db, Enterprise enterprise, CaptureRow row) {
    Capture c{row.capture, std::move(row.person), std::move(row.content), static_cast<Teller>(row.teller), static_cast<OnError>(row.on_error), row.events, row.created_at,
              row.finished_at, {}, row.accepted, row.duplicates, row.refused, std::move(row.outcomes), {}};
    if (row.success) c.success = *row.success != 0;
    if (c.finished_at) return c;
    auto const job = store::job_by_id(db, enterprise, c.capture);
    if (job && job->state != "failed" && job->state != "cancelled") return c;
    c.failed = Refusal{"capture_failed", "The capture ended before it was done; nothing of it was stored. Send the document again.", {}};
    if (job && !job->said.empty()) c.failed->message += " (" + job->said + ")";
    c.finished_at = job ? job->changed_at : c.created_at;
    c.success = false;
    return c;
}

string prefixes_json(PrefixMap const& prefixes) {
    JsonOut out;
    out.begin_object();
    for (auto const& [prefix, uri] : prefixes) out.value(prefix.c_str(), uri);
    out.end_object();
    return out.take();
}

NamedQuery query_of(QueryRow row) {
    NamedQuery q{std::move(row.name), std::move(row.query), {}, std::move(row.person), row.created_at};
    auto in = JsonIn::parse(row.prefixes);
    if (!in) throw Fault("the prefixes of the query " + q.name + " cannot be read");
    for (auto const& prefix : in->names()) in->get(prefix.c_str(), q.prefixes[prefix]);
    return q;
}

/// What was captured, if all of it may stay.
struct Outcome {
    std::int64_t accepted = 0, duplicates = 0, refused = 0;
    string json;
};

Outcome outcome_of(std::vector<Captured> const& all, bool kept) {
    Outcome o;
    JsonOut out;
    out.begin_array();
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& one = all[i];
        if (one.outcome == Captured::Outcome::refused) ++o.refused;
        else if (one.outcome == Captured::Outcome::duplicate) ++o.duplicates;
        else if (kept) ++o.accepted;
        out.raw(nullptr, outcome_json(i, one, kept));
    }
    out.end_array();
    o.json = out.take();
    return o;
}

void write_refusal(JsonOut& out, Refusal const& why) {
    out.value("code", why.code);
    out.value("detail", why.message);
    if (!why.at.empty()) out.value("at", why.at);
}

void write_outcome(Db& db, Enterprise enterprise, Uuid const& capture, Outcome const& o, Instant now) {
    db.run(sql[end_capture], arg("enterprise", enterprise), arg("capture", capture), arg("finished_at", now), arg("success", std::int64_t{o.refused == 0}),
           arg("accepted", o.accepted), arg("duplicates", o.duplicates), arg("refused", o.refused), arg("outcomes", o.json));
    db.run(sql[drop_document], arg("enterprise", enterprise), arg("capture", capture));
}

} // namespace

string outcome_json(std::size_t index, Captured const& one, bool kept) {
    JsonOut out;
    out.begin_object();
    out.value("index", static_cast<std::int64_t>(index));
    out.value("eventID", one.event_id);
    auto const refused = one.outcome == Captured::Outcome::refused;
    out.value("outcome", refused ? "refused" : one.outcome == Captured::Outcome::duplicate ? "duplicate" : kept ? "accepted" : "rolled_back");
    if (refused) write_refusal(out, one.refusal);
    if (!one.warnings.empty()) {
        out.begin_array("warnings");
        for (auto const& warning : one.warnings) {
            out.begin_object();
            write_refusal(out, warning);
            out.end_object();
        }
        out.end_array();
    }
    out.end_object();
    return out.take();
}

Result<Done> put_capture(Db& db, Enterprise enterprise, Capture const& c, string const& document) {
    if (db.row<CountRow>(sql[waiting], arg("enterprise", enterprise))->n >= waiting_max)
        return refuse("busy", "More documents wait to be captured than can be held. Try again when some are done.");
    db.run(sql[put_capture_], arg("enterprise", enterprise), arg("capture", c.capture), arg("person", c.person), arg("content", c.content),
           arg("teller", static_cast<std::int64_t>(c.teller)), arg("on_error", static_cast<std::int64_t>(c.on_error)), arg("events", c.events), arg("created_at", c.created_at));
    db.run(sql[put_document], arg("enterprise", enterprise), arg("capture", c.capture), arg("document", Bytes{document}));
    store::put_job(db, enterprise, c.capture, "capture", "{}", c.person, c.created_at);
    return Done{};
}

void forget_documents(Db& db, Enterprise enterprise) { db.run(sql[forget_documents_], arg("enterprise", enterprise)); }

std::optional<Capture> capture_by_id(Db& db, Enterprise enterprise, Uuid const& capture) {
    auto row = db.row<CaptureRow>(sql[capture_], arg("enterprise", enterprise), arg("capture", capture));
    if (!row) return std::nullopt;
    return capture_of(db, enterprise, std::move(*row));
}

std::vector<Capture> captures(Db& db, Enterprise enterprise, std::int64_t most, std::optional<Uuid> before) {
    if (!before) {
        before.emplace();
        before->bytes.fill(0xFF);
    }
    std::vector<Capture> all;
    for (auto& row : db.rows<CaptureRow>(sql[captures_], arg("enterprise", enterprise), arg("before", *before), arg("most", most)))
        all.push_back(capture_of(db, enterprise, std::move(row)));
    return all;
}

Result<string> do_capture(store::Task& task, Clock const& clock) {
    auto& db = task.db();
    auto const enterprise = task.enterprise();
    auto const id = task.job().job;
    auto const row = db.row<CaptureRow>(sql[capture_], arg("enterprise", enterprise), arg("capture", id));
    if (!row) return refuse("capture_not_found", "There is no capture " + id.text() + ".");
    auto const result = [&id](std::int64_t accepted, std::int64_t duplicates, std::int64_t refused) {
        JsonOut out;
        out.begin_object();
        out.value("capture", id.text());
        out.value("accepted", accepted);
        out.value("duplicates", duplicates);
        out.value("refused", refused);
        out.end_object();
        return out.take();
    };
    if (row->finished_at) return result(row->accepted, row->duplicates, row->refused);   // done, but the worker stopped before it could say so
    auto const kept = db.row<DocumentRow>(sql[document_], arg("enterprise", enterprise), arg("capture", id));
    if (!kept) throw Fault("the document of the capture " + id.text() + " is not there");
    auto const& text = kept->document.raw;
    auto const document = OSETRA_TRY(row->content == "xml" ? read_xml(text) : read_json(text));
    auto const on_error = static_cast<OnError>(row->on_error);

    Outcome outcome;
    {
        store::Transaction all{db};
        Repository repository{db, enterprise};
        auto const captured = repository.capture(document, static_cast<Teller>(row->teller), on_error, clock.now());
        auto const refused = std::any_of(captured.begin(), captured.end(), [](Captured const& c) { return c.outcome == Captured::Outcome::refused; });
        auto const keep = !refused || on_error == OnError::proceed;
        outcome = outcome_of(captured, keep);
        if (keep) {
            write_outcome(db, enterprise, id, outcome, clock.now());
            all.commit();
            return result(outcome.accepted, outcome.duplicates, outcome.refused);
        }
    }
    store::Transaction told{db};
    write_outcome(db, enterprise, id, outcome, clock.now());
    told.commit();
    return result(outcome.accepted, outcome.duplicates, outcome.refused);
}

Result<Done> add_query(Db& db, Enterprise enterprise, NamedQuery const& q) {
    auto const added = db.row<NameRow>(sql[add_query_], arg("enterprise", enterprise), arg("name", q.name), arg("query", q.query), arg("prefixes", prefixes_json(q.prefixes)),
                                       arg("person", q.person), arg("created_at", q.created_at));
    if (!added) return refuse("query_exists", "There is a query named " + q.name + " already. Choose another name, or delete that one.", "name");
    return Done{};
}

std::optional<NamedQuery> query_by_name(Db& db, Enterprise enterprise, string const& name) {
    auto row = db.row<QueryRow>(sql[query_], arg("enterprise", enterprise), arg("name", name));
    if (!row) return std::nullopt;
    return query_of(std::move(*row));
}

std::vector<NamedQuery> queries(Db& db, Enterprise enterprise, std::int64_t most, string const& after) {
    std::vector<NamedQuery> all;
    for (auto& row : db.rows<QueryRow>(sql[queries_], arg("enterprise", enterprise), arg("after", after), arg("most", most))) all.push_back(query_of(std::move(row)));
    return all;
}

bool drop_query(Db& db, Enterprise enterprise, string const& name) {
    return db.row<NameRow>(sql[drop_query_], arg("enterprise", enterprise), arg("name", name)).has_value();
}

string page_secret(Db& db, Enterprise enterprise) {
    if (auto const row = db.row<SecretRow>(sql[secret_], arg("enterprise", enterprise))) return row->secret.raw;
    db.run(sql[put_secret], arg("enterprise", enterprise), arg("secret", Bytes{new_secret()}));
    auto const row = db.row<SecretRow>(sql[secret_], arg("enterprise", enterprise));   // another's, where it was the first
    if (!row) throw Fault("the secret of page tokens could not be kept");
    return row->secret.raw;
}

void revoke_token(Db& db, Enterprise enterprise, string const& digest, Instant expires_at, Instant now) {
    db.run(sql[forget_revoked], arg("enterprise", enterprise), arg("now", now));
    db.run(sql[revoke], arg("enterprise", enterprise), arg("token", Bytes{digest}), arg("expires_at", expires_at));
}

bool is_revoked(Db& db, Enterprise enterprise, string const& digest) {
    return db.row<ExpiryRow>(sql[revoked], arg("enterprise", enterprise), arg("token", Bytes{digest})).has_value();
}

std::vector<Sql> rest_statements() { return {std::begin(sql), std::end(sql)}; }

} // namespace osetra::trace
