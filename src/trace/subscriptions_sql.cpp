#include "trace/subscriptions_sql.h"

#include <array>

#include "store/db.h"

namespace osetra::trace {
namespace {

using store::arg;
using store::Db;
using store::Sql;

constexpr std::int64_t letters_kept = 100;       ///< of each subscription

#define SUBSCRIPTION "subscription, query_name, dest, token, stream, schedule, report_if_empty, names, prefixes, initial_at, person, created_at, state, " \
    "cursor_no, min_record_at, batch, next_at, failures, failing_since, said, last_delivered_at, delivered, letters, taken_by, taken_until"
#define LETTER "letter, at, after_no, up_to_no, events, status, said"
#define ONE "WHERE enterprise = :enterprise AND subscription = :subscription "
// Nobody has it, and nobody has told it since it was looked at.
#define UNTOUCHED ONE "AND state = 'active' AND taken_until <= :now AND cursor_no = :cursor_no AND letters = :letters "
constexpr Sql sql[] = {
    {"trace.add_subscription", "INSERT INTO epcis_subscription (enterprise, " SUBSCRIPTION ") VALUES (:enterprise, :subscription, :query_name, :dest, :token, :stream, "
                               ":schedule, :report_if_empty, :names, :prefixes, :initial_at, :person, :created_at, :state, :cursor_no, :min_record_at, :batch, :next_at, "
                               ":failures, :failing_since, :said, :last_delivered_at, :delivered, :letters, :taken_by, :taken_until)"},
    {"trace.subscription", "SELECT " SUBSCRIPTION " FROM epcis_subscription " ONE},
    {"trace.subscriptions_of", "SELECT " SUBSCRIPTION " FROM epcis_subscription WHERE enterprise = :enterprise AND query_name = :query_name AND subscription > :after "
                               "ORDER BY subscription LIMIT :most"},
    {"trace.failing_subscriptions", "SELECT " SUBSCRIPTION " FROM epcis_subscription WHERE enterprise = :enterprise AND failing_since IS NOT NULL ORDER BY failing_since, subscription"},
    {"trace.count_subscriptions", "SELECT count(*) AS n FROM epcis_subscription WHERE enterprise = :enterprise"},
    {"trace.drop_subscription", "DELETE FROM epcis_subscription " ONE "RETURNING subscription"},
    {"trace.drop_letters", "DELETE FROM epcis_letter " ONE},
    {"trace.resume_subscription", "UPDATE epcis_subscription SET state = 'active', failures = 0, failing_since = NULL, next_at = :now " ONE "RETURNING subscription"},
    {"trace.letters", "SELECT " LETTER " FROM epcis_letter " ONE "ORDER BY letter DESC LIMIT :most"},
    {"trace.due_subscriptions", "SELECT " SUBSCRIPTION " FROM epcis_subscription WHERE enterprise = :enterprise AND state = 'active' AND next_at <= :now AND taken_until <= :now "
                                "AND (stream = 0 OR cursor_no < :last_no) ORDER BY next_at, subscription LIMIT :most"},
    {"trace.take_subscription", "UPDATE epcis_subscription SET taken_by = :taken_by, taken_until = :until " UNTOUCHED "RETURNING subscription"},
    {"trace.give_subscription", "UPDATE epcis_subscription SET state = :state, cursor_no = :cursor_no, min_record_at = :min_record_at, batch = :batch, next_at = :next_at, "
                                "failures = :failures, failing_since = :failing_since, said = :said, last_delivered_at = :last_delivered_at, delivered = :delivered, "
                                "letters = :letters, taken_by = '', taken_until = 0 " ONE "AND taken_by = :taken_by AND taken_until = :until RETURNING subscription"},
    {"trace.skip_events", "UPDATE epcis_subscription SET cursor_no = :to_no, next_at = :next_at " UNTOUCHED "RETURNING subscription"},
    {"trace.add_letter", "INSERT INTO epcis_letter (enterprise, subscription, " LETTER ") VALUES (:enterprise, :subscription, :letter, :at, :after_no, :up_to_no, :events, :status, :said)"},
    {"trace.forget_letters", "DELETE FROM epcis_letter " ONE "AND letter <= :letter"},
};
enum { add_, by_id, of_query, failing_, count_, drop_, drop_letters, resume, letters_, due, take, give, skip, add_letter, forget_letters };
#undef UNTOUCHED
#undef ONE
#undef LETTER
#undef SUBSCRIPTION

struct IdRow { Uuid subscription; };
template <Is<IdRow> X> void visit_fields(X& x, auto f) { f("subscription", x.subscription); }
struct CountRow { std::int64_t n = 0; };
template <Is<CountRow> X> void visit_fields(X& x, auto f) { f("n", x.n); }

/// What `give` writes, and no more: every :name of a statement is bound once.
struct Outcome { Subscription const& s; };
template <Is<Outcome> X> void visit_fields(X& x, auto f) {
    f("subscription", x.s.subscription); f("state", x.s.state); f("cursor_no", x.s.cursor_no); f("min_record_at", x.s.min_record_at); f("batch", x.s.batch);
    f("next_at", x.s.next_at); f("failures", x.s.failures); f("failing_since", x.s.failing_since); f("said", x.s.said);
    f("last_delivered_at", x.s.last_delivered_at); f("delivered", x.s.delivered); f("letters", x.s.letters);
}

} // namespace

void add_subscription(Db& db, Enterprise enterprise, Subscription const& s) { db.run(sql[add_], arg("enterprise", enterprise), s); }

std::optional<Subscription> subscription_by_id(Db& db, Enterprise enterprise, Uuid const& id) {
    return db.row<Subscription>(sql[by_id], arg("enterprise", enterprise), arg("subscription", id));
}

std::vector<Subscription> subscriptions_of(Db& db, Enterprise enterprise, std::string const& query_name, std::int64_t most, Uuid const& after) {
    return db.rows<Subscription>(sql[of_query], arg("enterprise", enterprise), arg("query_name", query_name), arg("after", after), arg("most", most));
}

std::vector<Subscription> failing_subscriptions(Db& db, Enterprise enterprise) { return db.rows<Subscription>(sql[failing_], arg("enterprise", enterprise)); }

std::int64_t count_subscriptions(Db& db, Enterprise enterprise) { return db.row<CountRow>(sql[count_], arg("enterprise", enterprise))->n; }

bool drop_subscription(Db& db, Enterprise enterprise, Uuid const& id) {
    db.run(sql[drop_letters], arg("enterprise", enterprise), arg("subscription", id));
    return db.row<IdRow>(sql[drop_], arg("enterprise", enterprise), arg("subscription", id)).has_value();
}

void drop_subscriptions_of(Db& db, Enterprise enterprise, std::string const& query_name) {
    constexpr std::int64_t at_once = 100;
    for (;;) {
        auto const some = subscriptions_of(db, enterprise, query_name, at_once);
        for (auto const& s : some) drop_subscription(db, enterprise, s.subscription);
        if (some.empty()) return;
    }
}

bool resume_subscription(Db& db, Enterprise enterprise, Uuid const& id, Instant now) {
    return db.row<IdRow>(sql[resume], arg("enterprise", enterprise), arg("subscription", id), arg("now", now)).has_value();
}

std::vector<LetterRow> letters_to(Db& db, Enterprise enterprise, Uuid const& id, std::int64_t most) {
    return db.rows<LetterRow>(sql[letters_], arg("enterprise", enterprise), arg("subscription", id), arg("most", most));
}

std::vector<Subscription> due_subscriptions(Db& db, Enterprise enterprise, Instant now, std::int64_t last_no, std::int64_t most) {
    return db.rows<Subscription>(sql[due], arg("enterprise", enterprise), arg("now", now), arg("last_no", last_no), arg("most", most));
}

bool take_subscription(Db& db, Enterprise enterprise, Subscription const& seen, std::string const& by, Instant now, Instant until) {
    return db.row<IdRow>(sql[take], arg("enterprise", enterprise), arg("subscription", seen.subscription), arg("cursor_no", seen.cursor_no), arg("letters", seen.letters),
                         arg("taken_by", by), arg("now", now), arg("until", until)).has_value();
}

bool give_subscription(Db& db, Enterprise enterprise, Subscription const& now, std::string const& by, Instant until, std::optional<LetterRow> const& letter) {
    if (!db.row<IdRow>(sql[give], arg("enterprise", enterprise), Outcome{now}, arg("taken_by", by), arg("until", until))) return false;
    if (!letter) return true;
    db.run(sql[add_letter], arg("enterprise", enterprise), arg("subscription", now.subscription), *letter);
    db.run(sql[forget_letters], arg("enterprise", enterprise), arg("subscription", now.subscription), arg("letter", letter->letter - letters_kept));
    return true;
}

bool skip_events(Db& db, Enterprise enterprise, Subscription const& seen, std::int64_t cursor_no, Instant next_at, Instant now) {
    return db.row<IdRow>(sql[skip], arg("enterprise", enterprise), arg("subscription", seen.subscription), arg("cursor_no", seen.cursor_no), arg("letters", seen.letters),
                         arg("to_no", cursor_no), arg("next_at", next_at), arg("now", now)).has_value();
}

std::vector<Sql> subscription_statements() { return {std::begin(sql), std::end(sql)}; }

} // namespace osetra::trace
