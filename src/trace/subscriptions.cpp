#include "trace/subscriptions.h"

#include <algorithm>
#include <array>
#include <set>

#include "kernel/fault.h"
#include "kernel/json.h"
#include "kernel/sha256.h"
#include "trace/engine/spelling.h"
#include "trace/named_query.h"
#include "trace/page_token.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr std::int64_t chunk = 50;                    ///< events read at once: one may hold 100,000 names
constexpr std::int64_t skipped_unwritten = 10'000;    ///< events without an answer that a cursor may be behind
constexpr std::size_t listener_ahead = 256 << 10;     ///< bytes that may wait for a listener before it gets more
constexpr std::size_t seen_max = 100'000;

/// As often as they are told: in the order of recording, and all of them.
Result<Query> standing_query(Desk& desk, NamedQuery const& named, std::optional<Instant> initial_at) {
    auto prefixes = desk.events.prefixes();
    for (auto const& [prefix, uri] : named.prefixes) prefixes[prefix] = uri;
    auto const parameters = OSETRA_TRY(parameters_in(named.query));
    auto query = OSETRA_TRY(parse_query(parameters, prefixes, desk.events.master_data()));
    query.order = Query::Order::recorded;
    query.ascending = true;
    query.limit.reset();
    query.most.reset();
    if (initial_at && (!query.recorded_from || *query.recorded_from < *initial_at)) query.recorded_from = initial_at;
    return query;
}

std::size_t weight(Node const& node) {
    auto sum = node.name.size() + node.text.size() + 8;
    for (auto const& child : node.children) sum += weight(child);
    return sum;
}

/// Some of the events behind a place that answer, and up to which event all have been looked at.
struct Told {
    std::vector<Event> events;
    std::int64_t up_to_no = 0;
    bool all = true;                      ///< nothing that answers is left behind it
};

Result<Told> read_told(Desk& desk, Query const& query, std::int64_t after_no, std::int64_t last_no, std::int64_t most, std::size_t bytes_max) {
    Told told;
    told.up_to_no = std::max(last_no, after_no);
    std::size_t bytes = 0;
    Place place;
    place.no = after_no;
    for (;;) {
        auto const wanted = std::min(chunk, most - std::ssize(told.events));
        auto page = OSETRA_TRY(desk.events.events(query, wanted, place));
        for (auto& event : page.events) {
            bytes += weight(event.tree);
            if (!told.events.empty() && bytes > bytes_max) {
                told.all = false;
                told.up_to_no = told.events.back().no;
                return told;
            }
            told.events.push_back(std::move(event));
        }
        if (!page.next) return told;
        if (std::ssize(told.events) >= most) break;
        place = *page.next;
    }
    told.all = false;
    told.up_to_no = told.events.back().no;
    return told;
}

/// The events as the receiver reads them; its own prefixes come before those of the documents that were taken in.
string document_of(Desk& desk, std::vector<Event> events, string const& query_name, string const& subscription, EpcFormat names, PrefixMap prefixes, Instant now) {
    std::set<string, std::less<>> told;
    for (auto const& [prefix, uri] : prefixes) told.insert(uri);
    for (auto const& [prefix, uri] : desk.events.prefixes())
        if (!told.contains(uri)) prefixes.emplace(prefix, uri);
    auto document = results_of(std::move(events), prefixes, now);
    document.query_name = query_name;
    document.subscription_id = subscription;
    spell(document, names, desk.events.company_prefixes());
    return write_json(document);
}

PrefixMap prefixes_in(string const& json) {
    PrefixMap all;
    auto in = JsonIn::parse(json);
    if (!in) return all;
    for (auto const& prefix : in->names()) get(*in, prefix.c_str(), all[prefix]);
    return all;
}

/// \pre it was one when it was kept
Schedule schedule_of(Subscription const& s) {
    auto const text = from_json<ScheduleText>(s.schedule);
    auto const schedule = text ? parse_schedule(*text) : Result<Schedule>{tl::unexpected(text.error())};
    if (!schedule) throw Fault{"the schedule of subscription " + s.subscription.text() + " is damaged"};
    return *schedule;
}

Instant next_of(Subscription const& s, Instant now) { return s.stream ? now : next_after(schedule_of(s), now); }

constexpr std::array<std::pair<EpcFormat, string_view>, 4> formats{{
    {EpcFormat::always_gs1_digital_link, "Always_GS1_Digital_Link"}, {EpcFormat::always_epc_urn, "Always_EPC_URN"},
    {EpcFormat::never_translates, "Never_Translates"}, {EpcFormat::no_preference, "No_Preference"}}};

} // namespace

Microseconds pause_after_failure(std::int64_t failures) {
    constexpr std::array<Microseconds, 6> pauses{std::chrono::seconds{1}, std::chrono::seconds{5}, std::chrono::seconds{30},
                                                 std::chrono::minutes{2}, std::chrono::minutes{10}, std::chrono::hours{1}};
    return pauses.at(static_cast<std::size_t>(std::clamp<std::int64_t>(failures - 1, 0, 5)));
}

string signature_of(string_view token, string_view body) {
    return "sha256=" + hex_of(hmac_sha256(token, body));
}

string_view word_of(EpcFormat format) {
    return std::find_if(formats.begin(), formats.end(), [&](auto const& one) { return one.first == format; })->second;
}

EpcFormat epc_format(string_view word) {
    auto const found = std::find_if(formats.begin(), formats.end(), [&](auto const& one) { return one.second == word; });
    return found == formats.end() ? EpcFormat::always_gs1_digital_link : found->first;
}

// ---- letters ------------------------------------------------------------------------------------------------------------------

/// What one look at the due ones found.
struct Courier::Look {
    std::optional<Errand> errand;
    struct Skip { Subscription subscription; std::int64_t to_no = 0; };
    std::vector<Skip> skips;              ///< they have nothing to tell, and their time is over
    std::vector<string> orphans;          ///< names of queries that are gone
};

Courier::Courier(Service& service, Sender& sender, string name, PushOptions options)
    : m_service(service), m_sender(sender), m_name(std::move(name)), m_options(std::move(options)) {}

void Courier::look_at(Desk& desk, Subscription const& s, std::int64_t last_no, Look& look) {
    auto const key = std::pair{desk.enterprise, s.subscription};
    auto const seen = m_seen.find(key);
    auto const after_no = std::max(s.cursor_no, s.stream && seen != m_seen.end() ? seen->second : 0);
    if (s.stream && after_no >= last_no) return;
    auto const named = query_by_name(desk.db, desk.enterprise, s.query_name);
    if (!named) return look.orphans.push_back(s.query_name);

    Errand errand{desk.enterprise, s, {}, s.cursor_no, 0, true, s.min_record_at, Letter{}};
    auto const query = standing_query(desk, *named, s.initial_at);
    auto told = query ? read_told(desk, *query, after_no, last_no, s.batch, m_options.letter_bytes) : Result<Told>{tl::unexpected(query.error())};
    if (!told) {
        errand.letter = tl::unexpected(told.error());
        look.errand = std::move(errand);
        return;
    }
    if (told->events.empty() && (s.stream || !s.report_if_empty)) {
        if (m_seen.size() > seen_max) m_seen.clear();
        if (s.stream) m_seen[key] = last_no;
        if (!s.stream || last_no - s.cursor_no >= skipped_unwritten) look.skips.push_back({s, last_no});
        return;
    }
    errand.up_to_no = told->up_to_no;
    errand.events = std::ssize(told->events);
    errand.all = told->all;
    if (auto const at = desk.events.recorded_at(told->up_to_no)) errand.record_at = *at;
    auto body = document_of(desk, std::move(told->events), s.query_name, s.subscription.text(), epc_format(s.names), prefixes_in(s.prefixes), m_service.now());
    auto signature = s.token.empty() ? string{} : signature_of(s.token, body);
    errand.letter = Letter{s.dest, std::move(body), std::move(signature)};
    look.errand = std::move(errand);
}

std::optional<Courier::Errand> Courier::next(Enterprise enterprise) {
    Look look;
    auto const now = m_service.now();
    m_service.read(enterprise, [&](Desk& desk) {
        auto const last_no = desk.events.last_no();
        for (auto const& s : due_subscriptions(desk.db, enterprise, now, last_no, subscriptions_max)) {
            look_at(desk, s, last_no, look);
            if (look.errand) return;
        }
    });
    if (!look.errand && look.skips.empty() && look.orphans.empty()) return std::nullopt;
    auto taken = false;
    auto const until = m_service.now() + m_options.lease;
    m_service.write(enterprise, [&](Desk& desk) {
        for (auto const& name : look.orphans)
            if (!query_by_name(desk.db, enterprise, name)) drop_subscriptions_of(desk.db, enterprise, name);
        for (auto const& skip : look.skips) skip_events(desk.db, enterprise, skip.subscription, skip.to_no, next_of(skip.subscription, now), now);
        taken = look.errand && take_subscription(desk.db, enterprise, look.errand->subscription, m_name, now, until);
        return Service::Keep::yes;
    });
    if (!taken) return std::nullopt;   // somebody else was faster
    look.errand->until = until;
    return std::move(look.errand);
}

void Courier::run(Errand const& errand) {
    Result<int> answer = 0;
    if (!errand.letter) answer = tl::unexpected(errand.letter.error());
    else answer = m_sender.send(*errand.letter);

    auto const now = m_service.now();
    auto s = errand.subscription;
    LetterRow letter{s.letters + 1, now, s.cursor_no, errand.up_to_no, errand.events, answer ? *answer : 0, {}};
    std::optional<LetterRow> kept;
    if (answer && *answer >= 200 && *answer < 300) {
        s.cursor_no = errand.up_to_no;
        s.min_record_at = errand.record_at;
        s.delivered += errand.events;
        s.last_delivered_at = now;
        s.failures = 0;
        s.failing_since.reset();
        s.said.clear();
        s.next_at = errand.all ? next_of(s, now) : now;
        kept = letter;
    } else if (answer && *answer == 413 && errand.events > 1) {   // the receiver wants less at once
        s.batch = errand.events / 2;
        s.next_at = now;
        letter.said = s.said = "The receiver wants fewer events in a letter.";
        kept = letter;
    } else if (answer || answer.error().code != "stopped") {
        letter.said = s.said = answer ? "The receiver answered " + std::to_string(*answer) + "." : answer.error().message;
        ++s.failures;
        if (!s.failing_since) s.failing_since = now;
        s.next_at = now + pause_after_failure(s.failures);
        if (now - *s.failing_since >= patience) s.state = "paused";
        kept = letter;
    }
    if (kept) s.letters = letter.letter;
    m_service.write(errand.enterprise, [&](Desk& desk) {
        return give_subscription(desk.db, errand.enterprise, s, m_name, errand.until, kept) ? Service::Keep::yes : Service::Keep::no;
    });
    if (s.state == "paused") log("the subscription " + s.subscription.text() + " to " + s.query_name + " is paused: its receiver has failed for seven days. " + s.said);
}

// ---- listeners ----------------------------------------------------------------------------------------------------------------

struct Courier::Feed {
    Enterprise enterprise = 0;
    FeedAsk ask;
    std::shared_ptr<Listener> listener;
    Instant query_made_at{};              ///< another of the same name is another
    std::int64_t cursor_no = 0;
    Instant next_at{};
};

Result<Courier::Attach> Courier::open(Enterprise enterprise, FeedAsk ask) {
    auto const now = m_service.now();
    auto feed = std::make_shared<Feed>(Feed{enterprise, std::move(ask), {}, {}, 0, now});
    Result<Done> good = Done{};
    m_service.read(enterprise, [&](Desk& desk) {
        auto const named = query_by_name(desk.db, enterprise, feed->ask.query_name);
        if (!named) return void(good = refuse("query_not_found", "There is no query named " + feed->ask.query_name + ".", "queryName"));
        if (auto const query = standing_query(desk, *named, {}); !query) return void(good = tl::unexpected(query.error()));
        feed->query_made_at = named->created_at;
        if (!feed->ask.initial_at) feed->cursor_no = desk.events.last_no();
    });
    OSETRA_TRY(good);
    if (feed->ask.schedule) feed->next_at = next_after(*feed->ask.schedule, now);
    std::lock_guard const hold{m_lock};
    auto const others = std::count_if(m_feeds.begin(), m_feeds.end(), [&](auto const& f) { return f->enterprise == enterprise; });
    if (static_cast<std::size_t>(others) >= m_options.feeds_max)
        return refuse("too_many_listeners", "So many listen here already that no more can. Subscribe with a webhook: POST .../subscriptions.", "Upgrade");
    return [this, feed](std::shared_ptr<Listener> listener) {
        feed->listener = std::move(listener);
        std::lock_guard const hold_too{m_lock};
        m_feeds.push_back(feed);
    };
}

void Courier::tell(Desk& desk, Feed& feed, std::int64_t last_no, Instant now, NamedQuery const* named) {
    if (!named || named->created_at != feed.query_made_at) return feed.listener->end("The query was deleted.");
    if (feed.listener->waiting() > listener_ahead || now < feed.next_at || (!feed.ask.schedule && feed.cursor_no >= last_no)) return;
    auto const query = standing_query(desk, *named, feed.ask.initial_at);
    auto told = query ? read_told(desk, *query, feed.cursor_no, last_no, m_options.batch, m_options.letter_bytes) : Result<Told>{tl::unexpected(query.error())};
    if (!told) return feed.listener->end(told.error().message);
    feed.cursor_no = told->up_to_no;
    if (feed.ask.schedule && told->all) feed.next_at = next_after(*feed.ask.schedule, now);
    if (told->events.empty() && !(feed.ask.schedule && feed.ask.report_if_empty)) return;
    feed.listener->send(document_of(desk, std::move(told->events), feed.ask.query_name, {}, feed.ask.names, feed.ask.prefixes, now));
}

void Courier::tell_listeners() {
    std::map<Enterprise, std::vector<std::shared_ptr<Feed>>> all;
    {
        std::lock_guard const hold{m_lock};
        std::erase_if(m_feeds, [](auto const& feed) { return feed->listener->gone(); });
        for (auto const& feed : m_feeds) all[feed->enterprise].push_back(feed);
    }
    auto const now = m_service.now();
    for (auto const& [enterprise, feeds] : all)
        m_service.read(enterprise, [&](Desk& desk) {
            auto const last_no = desk.events.last_no();
            std::map<string, std::optional<NamedQuery>> queries;
            for (auto const& feed : feeds) {
                auto const& name = feed->ask.query_name;
                auto at = queries.find(name);
                if (at == queries.end()) at = queries.emplace(name, query_by_name(desk.db, desk.enterprise, name)).first;
                tell(desk, *feed, last_no, now, at->second ? &*at->second : nullptr);
            }
        });
}

void Courier::end_listeners(Enterprise enterprise, string const& query_name, string const& why) {
    std::lock_guard const hold{m_lock};
    for (auto const& feed : m_feeds)
        if (feed->enterprise == enterprise && feed->ask.query_name == query_name) feed->listener->end(why);
}

std::size_t Courier::listeners() const {
    std::lock_guard const hold{m_lock};
    return m_feeds.size();
}

// ---- threads ------------------------------------------------------------------------------------------------------------------

Pusher::Pusher(Service& service, Sender& sender, Enterprises enterprises, string name, PushOptions options)
    : m_sender(sender), m_enterprises(std::move(enterprises)), m_options(options), m_courier(service, sender, std::move(name), std::move(options)) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, m_options.at_once); ++i) m_threads.emplace_back([this] { send_letters(); });
    m_threads.emplace_back([this] { serve_listeners(); });
}

Pusher::~Pusher() {
    {
        std::unique_lock hold{m_lock};
        m_stopping = true;
        m_come.notify_all();
        m_come.wait_for(hold, m_options.grace, [&] { return m_under_way == 0; });
    }
    m_sender.stop();
    for (auto& thread : m_threads) thread.join();
}

void Pusher::wake() {
    {
        std::lock_guard const hold{m_lock};
        ++m_woken;
    }
    m_come.notify_all();
}

std::optional<Courier::Errand> Pusher::find() {
    auto const all = m_enterprises();
    for (std::size_t n = 0; n < all.size(); ++n)
        if (auto errand = m_courier.next(all[(m_turn + n) % all.size()])) {
            m_turn = (m_turn + n + 1) % all.size();
            return errand;
        }
    return std::nullopt;
}

/// Until something is to be looked at. False: stop.
bool Pusher::rest(std::unique_lock<std::mutex>& hold, std::int64_t& woken_before) {
    m_come.wait_for(hold, m_options.look, [&] { return m_stopping || m_woken != woken_before; });
    woken_before = m_woken;
    return !m_stopping;
}

/// One of these threads looks for the next letter while the others send theirs or wait for their turn to look.
void Pusher::send_letters() {
    string last;
    std::int64_t woken = 0;
    std::unique_lock hold{m_lock};
    for (;;) {
        m_come.wait(hold, [&] { return m_stopping || !m_looking; });
        if (m_stopping) return;
        m_looking = true;
        hold.unlock();
        std::optional<Courier::Errand> errand;
        try {   // where faults end: the database went away; look again later
            errand = find();
            last.clear();
        } catch (std::exception const& fault) {
            if (m_options.log && last != fault.what()) m_options.log(string{"subscriptions: "} + fault.what());
            last = fault.what();
        }
        hold.lock();
        if (!errand) rest(hold, woken);
        m_looking = false;
        if (errand) ++m_under_way;
        m_come.notify_all();
        if (!errand) continue;
        hold.unlock();
        try {
            m_courier.run(*errand);
        } catch (std::exception const& fault) {   // it will be told again when its lease is over
            if (m_options.log) m_options.log(string{"subscriptions: "} + fault.what());
        }
        hold.lock();
        --m_under_way;
        ++m_woken;   // there may be more for the same receiver
        m_come.notify_all();
    }
}

void Pusher::serve_listeners() {
    string last;
    std::int64_t woken = 0;
    std::unique_lock hold{m_lock};
    do {
        hold.unlock();
        try {
            m_courier.tell_listeners();
            last.clear();
        } catch (std::exception const& fault) {
            if (m_options.log && last != fault.what()) m_options.log(string{"listeners: "} + fault.what());
            last = fault.what();
        }
        hold.lock();
    } while (rest(hold, woken));
}

} // namespace osetra::trace
