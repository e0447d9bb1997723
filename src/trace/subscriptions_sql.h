#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"
#include "kernel/time.h"
#include "trace/trace.h"

// Who is told when an event answers a named query, and how far each has been told. All functions within the caller's transaction.
namespace osetra::trace {

struct Subscription {
    Uuid subscription = {};
    std::string query_name = {};
    std::string dest = {};                              ///< the receiver's address
    std::string token = {};                             ///< letters are signed with it; empty: they are not
    bool stream = false;                           ///< as events come; else by its schedule
    std::string schedule = {};                          ///< JSON of a ScheduleText; empty with `stream`
    bool report_if_empty = false;
    std::string names = {};                             ///< GS1-EPC-Format
    std::string prefixes = {};                          ///< GS1-Extensions of whoever subscribed
    std::optional<Instant> initial_at = {};             ///< events recorded before it are never told
    std::string person = {};
    Instant created_at{};
    std::string state = "active";                  ///< or paused: it failed for too long
    std::int64_t cursor_no = 0;                    ///< all up to this event has been told, where it answers
    Instant min_record_at{};                       ///< what has not been told was recorded then or later
    std::int64_t batch = 0;                        ///< events in a letter, at most
    Instant next_at{};                             ///< nothing is sent before
    std::int64_t failures = 0;                     ///< in a row
    std::optional<Instant> failing_since = {};
    std::string said = {};                              ///< why the last letter failed
    std::optional<Instant> last_delivered_at = {};
    std::int64_t delivered = 0;                    ///< events, all in all
    std::int64_t letters = 0;                      ///< all in all, those that failed too
    std::string taken_by = {};
    Instant taken_until{};
};
template <Is<Subscription> X> void visit_fields(X& x, auto f) {
    f("subscription", x.subscription); f("query_name", x.query_name); f("dest", x.dest); f("token", x.token); f("stream", x.stream);
    f("schedule", x.schedule); f("report_if_empty", x.report_if_empty); f("names", x.names); f("prefixes", x.prefixes);
    f("initial_at", x.initial_at); f("person", x.person); f("created_at", x.created_at); f("state", x.state); f("cursor_no", x.cursor_no);
    f("min_record_at", x.min_record_at); f("batch", x.batch); f("next_at", x.next_at); f("failures", x.failures);
    f("failing_since", x.failing_since); f("said", x.said); f("last_delivered_at", x.last_delivered_at); f("delivered", x.delivered);
    f("letters", x.letters); f("taken_by", x.taken_by); f("taken_until", x.taken_until);
}

/// One letter that was sent, or was to be.
struct LetterRow {
    std::int64_t letter = 0;
    Instant at{};
    std::int64_t after_no = 0, up_to_no = 0;       ///< the events looked at: after_no < no <= up_to_no
    std::int64_t events = 0;                       ///< those of them that it holds
    std::int64_t status = 0;                       ///< 0: there was no answer
    std::string said = {};                              ///< why it failed
};
template <Is<LetterRow> X> void visit_fields(X& x, auto f) {
    f("letter", x.letter); f("at", x.at); f("after_no", x.after_no); f("up_to_no", x.up_to_no); f("events", x.events); f("status", x.status); f("said", x.said);
}

void add_subscription(store::Db&, Enterprise, Subscription const&);
std::optional<Subscription> subscription_by_id(store::Db&, Enterprise, Uuid const&);
/// Of one query, by their ids, those behind `after`.
std::vector<Subscription> subscriptions_of(store::Db&, Enterprise, std::string const& query_name, std::int64_t most, Uuid const& after = {});
/// Those that fail or are paused, of all queries.
std::vector<Subscription> failing_subscriptions(store::Db&, Enterprise);
std::int64_t count_subscriptions(store::Db&, Enterprise);
/// False: there was none.
bool drop_subscription(store::Db&, Enterprise, Uuid const&);
/// The query is gone, and so are they.
void drop_subscriptions_of(store::Db&, Enterprise, std::string const& query_name);
/// A paused one goes on where it stopped; a failing one tries at once. False: there was none.
bool resume_subscription(store::Db&, Enterprise, Uuid const&, Instant now);
/// The last letters, the newest first.
std::vector<LetterRow> letters_to(store::Db&, Enterprise, Uuid const&, std::int64_t most);

/// Those whose time has come and that nobody is telling, the longest waiting first: by schedule, or streams that have not seen `last_no`.
std::vector<Subscription> due_subscriptions(store::Db&, Enterprise, Instant now, std::int64_t last_no, std::int64_t most);
/// The right to tell it until then. False: another has it, or has told it meanwhile.
bool take_subscription(store::Db&, Enterprise, Subscription const& seen, std::string const& by, Instant now, Instant until);
/// Writes down what has become of it, gives it back, and keeps the letter, if there was one; `now` has cursor and state of after it.
/// False: it is not the caller's any more, and nothing was written.
bool give_subscription(store::Db&, Enterprise, Subscription const& now, std::string const& by, Instant until, std::optional<LetterRow> const&);
/// Moves the cursor over events that do not answer. False: somebody tells it, or has told it meanwhile.
bool skip_events(store::Db&, Enterprise, Subscription const& seen, std::int64_t cursor_no, Instant next_at, Instant now);

std::vector<store::Sql> subscription_statements();

} // namespace osetra::trace
