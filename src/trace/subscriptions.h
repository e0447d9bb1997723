#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "trace/engine/schedule.h"
#include "trace/jobs_sql.h"
#include "trace/service.h"
#include "trace/subscriptions_sql.h"

// Events go to those who asked to be told. What a receiver has said yes to is told once; what it has not is told until it does, so nothing
// is lost when a machine stops anywhere in between. [EPCIS 2.0, 8.2.5 and 12.7]
namespace osetra::trace {

/// What a receiver gets.
struct Letter {
    std::string dest;
    std::string body;                     ///< an EPCISQueryDocument, JSON
    std::string signature;                ///< of the body, for GS1-Signature; empty: the subscriber gave no token
};

/// How letters leave this machine. From several threads.
class Sender {
public:
    virtual ~Sender() = default;
    /// The status of the receiver's answer. In less than PushOptions::lease. Refusal: there was no answer; `stopped` where it was us.
    virtual Result<int> send(Letter const&) = 0;
    virtual void stop() = 0;              ///< what is under way is given up
};

/// Somebody who listens on a line of his own, for as long as it is there.
class Listener {
public:
    virtual ~Listener() = default;
    virtual bool send(std::string text) = 0;   ///< returns at once; false: gone
    virtual std::size_t waiting() const = 0;   ///< bytes that have not left yet
    virtual bool gone() const = 0;
    virtual void end(std::string why) = 0;
};

/// What a listener wants to hear.
struct FeedAsk {
    std::string query_name = {};
    std::optional<Schedule> schedule = {};          ///< absent: as events come
    bool report_if_empty = false;
    std::optional<Instant> initial_at = {};         ///< absent: from now on
    EpcFormat names = EpcFormat::always_gs1_digital_link;
    PrefixMap prefixes = {};
};

struct PushOptions {
    std::size_t at_once = 4;              ///< letters under way, of this process
    Microseconds lease = std::chrono::seconds{25};           ///< after it a letter of a process that died is anybody's
    Microseconds look = std::chrono::milliseconds{250};      ///< for what other processes captured
    Microseconds grace = std::chrono::seconds{3};            ///< at the end, for letters under way
    std::int64_t batch = 200;             ///< events in a letter
    std::size_t letter_bytes = std::size_t{2} << 20;         ///< and their weight, unless one alone is heavier
    std::size_t feeds_max = 200;          ///< listeners of an enterprise
    std::function<void(std::string const&)> log = {};
};

inline constexpr std::int64_t subscriptions_max = 1000;      ///< of an enterprise
inline constexpr Microseconds patience = std::chrono::days{7};   ///< with a receiver that fails; then its subscription is paused
/// Until the next try: 1 s, 5 s, 30 s, 2 min, 10 min, then an hour.
Microseconds pause_after_failure(std::int64_t failures);

/// "sha256=" and HMAC-SHA256 of the body, hexadecimal.
std::string signature_of(std::string_view token, std::string_view body);

std::string_view word_of(EpcFormat);                         ///< as in GS1-EPC-Format
EpcFormat epc_format(std::string_view word);

/// Tells subscribers and listeners, one letter at a time, on the threads of whoever calls.
class Courier {
public:
    /// `name` tells those who deliver apart, over all processes.
    Courier(Service&, Sender&, std::string name, PushOptions);

    /// A letter that is due and that nobody else will send now.
    struct Errand {
        Enterprise enterprise = 0;
        Subscription subscription;        ///< as it was before
        Instant until{};
        std::int64_t up_to_no = 0, events = 0;
        bool all = false;                 ///< nothing is left to tell behind it
        Instant record_at{};              ///< of event up_to_no
        Result<Letter> letter;            ///< or why there can be none
    };
    /// One thread at a time.
    std::optional<Errand> next(Enterprise);
    /// Sends it, and writes down what became of it.
    void run(Errand const&);

    /// What gives it its listener, at once and from any thread. Refusals: query_not_found, too_many_listeners, query_parameter.
    using Attach = std::function<void(std::shared_ptr<Listener>)>;
    Result<Attach> open(Enterprise, FeedAsk);
    /// Tells listeners what has come for them. One thread at a time.
    void tell_listeners();
    void end_listeners(Enterprise, std::string const& query_name, std::string const& why);
    std::size_t listeners() const;

private:
    struct Feed;
    struct Look;
    void look_at(Desk&, Subscription const&, std::int64_t last_no, Look&);
    void tell(Desk&, Feed&, std::int64_t last_no, Instant now, NamedQuery const*);
    void log(std::string const& line) const { if (m_options.log) m_options.log(line); }

    Service& m_service;
    Sender& m_sender;
    std::string m_name;
    PushOptions m_options;
    std::map<std::pair<Enterprise, Uuid>, std::int64_t> m_seen;   ///< streams have nothing to tell up to this event
    mutable std::mutex m_lock;
    std::vector<std::shared_ptr<Feed>> m_feeds;
};

/// The courier's threads, of a running server.
class Pusher {
public:
    using Enterprises = std::function<std::vector<Enterprise>()>;
    Pusher(Service&, Sender&, Enterprises, std::string name, PushOptions = {});
    /// What is still under way after a moment is given up, and told again by the next process.
    ~Pusher();
    Pusher(Pusher const&) = delete;
    Pusher& operator=(Pusher const&) = delete;

    /// Something was captured or subscribed to: look now. From any thread.
    void wake();
    Courier& courier() { return m_courier; }

private:
    void send_letters();
    void serve_listeners();
    std::optional<Courier::Errand> find();
    bool rest(std::unique_lock<std::mutex>&, std::int64_t& woken_before);

    Sender& m_sender;
    Enterprises m_enterprises;
    PushOptions m_options;
    Courier m_courier;
    std::mutex m_lock;
    std::condition_variable m_come;
    std::int64_t m_woken = 0;
    std::size_t m_turn = 0;               ///< enterprises take turns
    std::size_t m_under_way = 0;          ///< letters
    bool m_looking = false, m_stopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace osetra::trace
