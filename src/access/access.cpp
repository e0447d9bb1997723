#include "access/access.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include <openssl/rand.h>

#include "access/access_sql.h"
#include "access/secrets.h"
#include "http/parser.h"
#include "kernel/fault.h"

namespace osetra::access {

using http::Caller;
using http::Permission;
using Steady = std::chrono::steady_clock;

namespace {

constexpr std::size_t sign_ins_waiting_max = 64;      // about three seconds of hashing
constexpr std::size_t audit_waiting_max = 10'000;     // different entries between two writes; more are counted, not kept
constexpr std::size_t addresses_max = 100'000;        // whose buckets are remembered
constexpr auto touch_every = std::chrono::seconds{30};
constexpr auto sweep_every = std::chrono::hours{1};

std::int64_t ticks(Steady::time_point t) { return t.time_since_epoch().count(); }

/// A token bucket in one number: the time at which it would be full again (generic cell rate algorithm).
class Bucket {
public:
    /// Takes one; false when it is empty. `burst` at once, then `per_s`.
    bool take(double per_s, double burst, Steady::time_point now) {
        if (per_s <= 0) return true;
        auto const step = static_cast<std::int64_t>(1e9 / per_s);
        auto const room = static_cast<std::int64_t>(burst * 1e9 / per_s);
        auto full_at = m_full_at.load(std::memory_order_relaxed);
        for (;;) {
            auto const next = std::max(full_at, ticks(now)) + step;
            if (next - ticks(now) > room) return false;
            if (m_full_at.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) return true;
        }
    }
    bool is_empty(double per_s, double burst, Steady::time_point now) const {
        return per_s > 0 && m_full_at.load(std::memory_order_relaxed) - ticks(now) + static_cast<std::int64_t>(1e9 / per_s) >
                                static_cast<std::int64_t>(burst * 1e9 / per_s);
    }
    bool is_full(Steady::time_point now) const { return m_full_at.load(std::memory_order_relaxed) <= ticks(now); }

private:
    std::atomic<std::int64_t> m_full_at = 0;
};

/// Buckets by address or name.
class Buckets {
public:
    bool take(std::string const& name, double per_s, double burst) {
        if (per_s <= 0) return true;
        std::lock_guard const hold{m_lock};
        return bucket(name).take(per_s, burst, Steady::now());
    }
    bool is_empty(std::string const& name, double per_s, double burst) {
        std::lock_guard const hold{m_lock};
        auto const found = m_all.find(name);
        return found != m_all.end() && found->second.is_empty(per_s, burst, Steady::now());
    }

private:
    Bucket& bucket(std::string const& name) {
        if (m_all.size() >= addresses_max) {
            auto const now = Steady::now();
            std::erase_if(m_all, [&](auto const& entry) { return entry.second.is_full(now); });
            if (m_all.size() >= addresses_max) m_all.clear();   // a flood from everywhere: better to forget than to grow
        }
        return m_all[name];
    }
    std::mutex m_lock;
    std::unordered_map<std::string, Bucket> m_all;
};

/// What is known of a token. Shared between threads; only the atomics change.
struct Known {
    Caller caller;
    Instant expires_at;
    Steady::time_point loaded;
    std::string digest;
    bool by_key = false;
    std::atomic<bool> refreshing = false;
    std::atomic<std::int64_t> used_us = 0;    ///< UTC, not yet noted in the store; 0: noted
    std::shared_ptr<Bucket> bucket;           ///< outlives this knowledge
};
using KnownPtr = std::shared_ptr<Known>;

/// SHA-256s are even already; their first bytes are the hash.
struct DigestHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view digest) const {
        std::size_t h = 0;
        std::memcpy(&h, digest.data(), sizeof h);
        return h;
    }
};

std::string_view token_of(http::Request const& request, bool& by_cookie) {
    by_cookie = false;
    if (auto const found = request.headers.find("authorization"); found != request.headers.end()) {
        std::string_view value = found->second;
        constexpr std::string_view bearer = "bearer ";
        if (value.size() > bearer.size() && std::equal(bearer.begin(), bearer.end(), value.begin(), [](char a, char b) {
                return a == b || (b >= 'A' && b <= 'Z' && a == b - 'A' + 'a');
            })) {
            value.remove_prefix(bearer.size());
            while (value.starts_with(' ')) value.remove_prefix(1);
            return value;
        }
    }
    if (auto const found = request.headers.find("cookie"); found != request.headers.end())
        if (auto const value = http::cookie(found->second, "osetra_session")) {
            by_cookie = true;
            return *value;
        }
    return {};
}

Refusal const not_signed_in{"not_signed_in", "Sign in first.", {}};

} // namespace

struct Access::Inside {
    Inside(OpenDb open_db, Clock const& c, AccessOptions o) : pool(std::move(open_db)), clock(c), options(std::move(o)), uuids(seed()) {
        keeper = std::thread{[this] { keep(); }};
        for (auto& hasher : hashers) hasher = std::thread{[this] { hash(); }};
    }
    ~Inside() {
        {
            std::lock_guard const hold{hash_lock};
            ended = true;
            std::lock_guard const hold2{keep_lock};
            keep_ended = true;
        }
        hash_come.notify_all();
        keep_come.notify_all();
        for (auto& hasher : hashers) hasher.join();
        keeper.join();
    }

    static std::uint64_t seed() {
        std::uint64_t n = 0;
        if (RAND_bytes(reinterpret_cast<unsigned char*>(&n), sizeof n) != 1) throw Fault{"the system gave no random bytes"};
        return n;
    }

    // ---- what tokens stand for

    KnownPtr look_up(TokenParts const& parts, std::string const& digest) {
        DbPool::Lease db{pool};
        auto const now = clock.now();
        auto const holder = parts.kind == TokenKind::login ? holder_of_login(*db, parts.enterprise, digest, now, options.login_idle)
                                                           : holder_of_key(*db, parts.enterprise, digest);
        if (!holder || holder->roles.empty()) return nullptr;
        auto known = std::make_shared<Known>();
        known->caller = caller_of(parts.enterprise, holder->holder, holder->roles);
        known->expires_at = holder->expires_at;
        known->loaded = Steady::now();
        known->digest = digest;
        known->by_key = parts.kind == TokenKind::key;
        known->bucket = std::make_shared<Bucket>();
        return known;
    }

    KnownPtr find(std::string_view digest) {
        std::shared_lock const hold{cache_lock};
        auto const found = cache.find(digest);
        return found == cache.end() ? nullptr : found->second;
    }
    /// `before` is the count of forgettings when the look-up began: what was forgotten since then is not brought back.
    void remember(KnownPtr const& known, std::uint64_t before) {
        std::unique_lock const hold{cache_lock};
        if (forgotten != before) return;
        auto& place = cache[known->digest];
        if (place) {
            known->bucket = place->bucket;
            known->used_us = place->used_us.load();
        }
        place = known;
    }
    void forget(std::string_view digest) {
        std::unique_lock const hold{cache_lock};
        ++forgotten;
        if (auto const found = cache.find(digest); found != cache.end()) cache.erase(found);
    }
    void forget_holder(Enterprise enterprise, std::string_view holder) {
        std::unique_lock const hold{cache_lock};
        ++forgotten;
        std::erase_if(cache, [&](auto const& entry) { return entry.second->caller.enterprise == enterprise && entry.second->caller.person == holder; });
    }

    /// Who stands behind this token. Refusals: not_signed_in, too_many.
    Result<KnownPtr> known_of(std::string_view token, std::string const& remote) {
        auto const parts = read_token(token);
        if (!parts) return tl::unexpected(not_signed_in);
        auto const digest = sha256(token);
        auto const now = Steady::now();
        auto known = find(digest);
        if (known && now - known->loaded > options.stale) known = nullptr;
        if (!known) {
            auto const burst = options.unknown_per_s * 2;
            if (unknown.is_empty(remote, options.unknown_per_s, burst))
                return refuse("too_many", "Too many wrong sessions or keys came from this address. Wait a little.");
            auto const before = forgotten.load();
            known = look_up(*parts, digest);
            if (!known) {
                unknown.take(remote, options.unknown_per_s, burst);
                return tl::unexpected(not_signed_in);
            }
            remember(known, before);
        } else if (now - known->loaded > options.refresh && !known->refreshing.exchange(true)) {
            std::lock_guard const hold{keep_lock};
            refreshes.push_back({*parts, digest});
            keep_come.notify_one();
        }
        auto const at = clock.now();
        if (known->expires_at <= at) return tl::unexpected(not_signed_in);
        known->used_us.store(at.time_since_epoch().count(), std::memory_order_relaxed);
        return known;
    }

    // ---- the audit trail

    void tell(AuditEntry entry) {
        std::lock_guard const hold{keep_lock};
        auto const key = std::tuple{entry.enterprise, entry.person, entry.what, entry.code, entry.detail, entry.remote};
        if (auto const found = audit_index.find(key); found != audit_index.end()) {
            ++audit_waiting[found->second].times;
            return;
        }
        if (audit_waiting.size() >= audit_waiting_max) {
            ++audit_lost;
            return;
        }
        entry.at = clock.now();
        entry.id = uuids.next(std::chrono::duration_cast<std::chrono::milliseconds>(entry.at.time_since_epoch()).count());
        audit_index.emplace(key, audit_waiting.size());
        audit_waiting.push_back(std::move(entry));
        keep_come.notify_one();
    }
    void tell(http::Request const& request, std::string what, std::string code, std::string detail) {
        tell({.enterprise = request.caller.enterprise, .id = {}, .at = {}, .person = request.caller.person, .what = std::move(what),
              .code = std::move(code), .detail = std::move(detail), .remote = request.remote});
    }

    /// The background writer: audit entries, renewed knowledge of sessions, when they were last used.
    void keep() {
        auto touched = Steady::now(), swept = Steady::time_point{};
        std::unique_lock hold{keep_lock};
        for (;;) {
            auto const awake = [&] { return keep_ended || flush_asked > flush_done || !refreshes.empty(); };
            keep_come.wait_for(hold, options.write_pause, awake);
            auto const ending = keep_ended;
            auto const flushing = flush_asked;
            auto const entries = std::exchange(audit_waiting, {});
            audit_index.clear();
            auto const lost = std::exchange(audit_lost, 0);
            auto const renew = std::exchange(refreshes, {});
            hold.unlock();
            auto const now = Steady::now();
            try {
                auto all = entries;
                if (lost > 0) all.push_back(lost_entry(lost));
                if (!all.empty()) write_audit(std::move(all));
                for (auto const& [parts, digest] : renew) refresh(parts, digest);
                if (ending || flushing > flush_done || now - touched > touch_every) {
                    note();
                    touched = now;
                }
                if (now - swept > sweep_every) {
                    sweep();
                    swept = now;
                }
            } catch (std::exception const& e) {
                if (options.log) options.log(std::string{"access: "} + e.what());
            }
            hold.lock();
            flush_done = flushing;
            flush_over.notify_all();
            if (ending && audit_waiting.empty()) return;
        }
    }
    AuditEntry lost_entry(std::int64_t lost) {
        auto const at = clock.now();
        std::lock_guard const hold{keep_lock};
        return {.enterprise = 0, .id = uuids.next(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count()), .at = at,
                .person = {}, .what = "refused", .code = "too_many", .detail = "more refusals than could be written", .remote = {}, .times = lost};
    }
    void write_audit(std::vector<AuditEntry> entries) {
        DbPool::Lease db{pool};
        add_audit(*db, entries);
    }
    void refresh(TokenParts const& parts, std::string const& digest) {
        auto const before = forgotten.load();
        if (auto const known = look_up(parts, digest)) remember(known, before);
        else forget(digest);
    }
    /// Writes down when sessions, keys and people were last seen, and lets knowledge go that nobody uses.
    void note() {
        std::vector<Use> uses;
        {
            std::unique_lock const hold{cache_lock};
            auto const now = Steady::now();
            for (auto entry = cache.begin(); entry != cache.end();) {
                auto& known = *entry->second;
                if (auto const at = known.used_us.exchange(0); at != 0)
                    uses.push_back({known.caller.enterprise, known.digest, known.caller.person, Instant{Microseconds{at}}});
                entry = now - known.loaded > options.stale ? cache.erase(entry) : std::next(entry);
            }
        }
        if (uses.empty()) return;
        DbPool::Lease db{pool};
        note_uses(*db, uses);
    }
    void sweep() {
        DbPool::Lease db{pool};
        for (auto const& e : enterprises(*db)) drop_expired_logins(*db, e.enterprise, clock.now(), options.login_idle);
    }
    void flush() {
        std::unique_lock hold{keep_lock};
        auto const mine = ++flush_asked;
        keep_come.notify_one();
        flush_over.wait(hold, [&] { return flush_done >= mine || keep_ended; });
    }

    // ---- the door

    struct Knock {
        std::string name, password, remote;
        WhenSignedIn then;
    };
    void hash() {
        std::unique_lock hold{hash_lock};
        for (;;) {
            hash_come.wait(hold, [&] { return ended || !knocks.empty(); });
            if (ended) return;
            auto const knock = std::move(knocks.front());
            knocks.pop_front();
            hold.unlock();
            Result<SignedIn> outcome = refuse("fault", "Signing in does not work now. Try again; tell the operator if it stays so.");
            try {
                outcome = open_door(knock);
            } catch (std::exception const& e) {
                if (options.log) options.log(std::string{"sign-in: "} + e.what());
            }
            knock.then(std::move(outcome));
            hold.lock();
        }
    }
    Result<SignedIn> open_door(Knock const& knock) {
        auto const person = [&] {
            DbPool::Lease db{pool};
            return person_at_the_door(*db, knock.name);
        }();
        auto const shown = person ? person->person : knock.name.substr(0, 64);
        auto const enterprise = person ? person->enterprise : 0;
        auto fits = false;
        if (person) fits = password_fits(knock.password, person->password);
        else spend_a_hash(knock.password);
        auto const turn_away = [&](char const* why) {
            tell({.enterprise = enterprise, .id = {}, .at = {}, .person = shown, .what = "sign_in", .code = "not_signed_in", .detail = why, .remote = knock.remote});
            return refuse("not_signed_in", "The name or the password is wrong.");
        };
        if (!person) return turn_away("no such name");
        if (!fits) return turn_away("wrong password");
        if (!person->active) return turn_away("no longer active");

        DbPool::Lease db{pool};
        auto const roles = grants_of(*db, enterprise, person->person);
        if (roles.empty()) return turn_away("no role");
        auto const now = clock.now();
        SignedIn in{make_token(TokenKind::login, enterprise), caller_of(enterprise, person->person, roles)};
        add_login(*db, enterprise, sha256(in.token), person->person, now, now + options.login_life, knock.remote);
        tell({.enterprise = enterprise, .id = {}, .at = {}, .person = person->person, .what = "sign_in", .code = "done", .detail = {}, .remote = knock.remote});
        return in;
    }

    DbPool pool;
    Clock const& clock;
    AccessOptions options;

    std::shared_mutex cache_lock;
    std::atomic<std::uint64_t> forgotten = 0;
    std::unordered_map<std::string, KnownPtr, DigestHash, std::equal_to<>> cache;
    Buckets unknown, open, doors;

    std::mutex keep_lock;
    std::condition_variable keep_come, flush_over;
    bool keep_ended = false;
    std::uint64_t flush_asked = 0, flush_done = 0;
    UuidMaker uuids;
    std::vector<AuditEntry> audit_waiting;
    std::map<std::tuple<Enterprise, std::string, std::string, std::string, std::string, std::string>, std::size_t> audit_index;
    std::int64_t audit_lost = 0;
    std::vector<std::pair<TokenParts, std::string>> refreshes;
    std::thread keeper;

    std::mutex hash_lock;
    std::condition_variable hash_come;
    std::deque<Knock> knocks;
    bool ended = false;
    std::array<std::thread, 2> hashers;
};

Access::Access(OpenDb open, Clock const& clock, AccessOptions options) : m(std::make_unique<Inside>(std::move(open), clock, std::move(options))) {}
Access::~Access() = default;
Clock const& Access::clock() const { return m->clock; }
AccessOptions const& Access::options() const { return m->options; }
void Access::flush() { m->flush(); }

Result<Caller> Access::admit(http::Request const& request, http::Route const& route) {
    auto const& o = m->options;
    if (route.needs == Permission::open) {
        if (!m->open.take(request.remote, o.open_per_s, o.open_per_s)) return refuse("too_many", "Too many requests from this address. Wait a second.");
        return Caller{};
    }
    auto by_cookie = false;
    auto const token = token_of(request, by_cookie);
    if (token.empty()) return tl::unexpected(not_signed_in);
    auto const known = OSETRA_TRY(m->known_of(token, request.remote));
    if (!known->bucket->take(o.caller_per_s, o.caller_per_s, Steady::now()))
        return refuse("too_many", "Too many requests in this session. Wait a second, and send several things in one request.");
    auto const turn_away = [&](std::string code, std::string const& message, std::string at) {
        m->tell({.enterprise = known->caller.enterprise, .id = {}, .at = {}, .person = known->caller.person, .what = "refused", .code = code,
                 .detail = route.path, .remote = request.remote});
        return refuse(code, message, std::move(at));
    };
    if (by_cookie && request.method != http::Method::get && request.method != http::Method::options) {
        auto const found = request.headers.find("x-osetra");
        if (found == request.headers.end() || found->second != "1")
            return turn_away("not_allowed", "A request that changes something must carry the header X-Osetra: 1.", "X-Osetra");
    }
    if (!known->caller.holds(route.needs))
        return turn_away("not_allowed", "This needs the right to " + std::string{http::word_of(route.needs)} + ", which your role does not have.", {});
    return known->caller;
}

void Access::sign_in(std::string name, std::string password, std::string remote, WhenSignedIn then) {
    auto const per_s = m->options.sign_in_per_minute / 60;
    auto const burst = m->options.sign_in_per_minute;
    auto const refused = [&](char const* message) {
        m->tell({.enterprise = 0, .id = {}, .at = {}, .person = name.substr(0, 64), .what = "sign_in", .code = "too_many", .detail = {}, .remote = remote});
        then(refuse("too_many", message));
    };
    if (!m->doors.take(remote + "\n" + name.substr(0, 64), per_s, burst) || !m->doors.take(remote, per_s * 10, burst * 10))
        return refused("Too many attempts. Wait a minute, then try again.");
    {
        std::lock_guard const hold{m->hash_lock};
        if (m->knocks.size() < sign_ins_waiting_max) {
            m->knocks.push_back({std::move(name), std::move(password), std::move(remote), std::move(then)});
            m->hash_come.notify_one();
            return;
        }
    }
    refused("Many people are signing in just now. Try again in a moment.");
}

void Access::sign_out(http::Request const& request) {
    auto by_cookie = false;
    auto const token = token_of(request, by_cookie);
    auto const parts = read_token(token);
    if (!parts || parts->kind != TokenKind::login) return;
    auto const digest = sha256(token);
    {
        DbPool::Lease db{m->pool};
        drop_login(*db, parts->enterprise, digest);
    }
    m->forget(digest);
    m->tell(request, "sign_out", "done", {});
}

// ---- on behalf of a caller ----------------------------------------------------------------------------------------------------

namespace {

bool has_owner(std::vector<Grant> const& grants) {
    return std::any_of(grants.begin(), grants.end(), [](Grant const& g) { return g.role == Role::owner; });
}

Result<Done> needs(http::Request const& request, Permission permission) {
    if (!request.caller.holds(permission, "")) return refuse("not_allowed", "This needs a role for the whole enterprise, not for single sites.");
    return Done{};
}

/// Only owners touch owners.
Result<Done> may_touch(store::Db& db, Caller const& caller, std::vector<Grant> const& before, std::vector<Grant> const& after) {
    if (!has_owner(before) && !has_owner(after)) return Done{};
    if (!has_owner(grants_of(db, caller.enterprise, caller.person))) return refuse("not_allowed", "Only an owner may make or change an owner.", "roles");
    return Done{};
}

std::string words_of(std::vector<Grant> const& grants) {
    std::string text;
    for (auto const& grant : grants)
        text += (text.empty() ? "" : ", ") + std::string{word_of(grant.role)} + (grant.site.empty() ? "" : " at " + grant.site);
    return text;
}

} // namespace

Result<Done> Access::add_person(http::Request const& request, NewPerson const& person) {
    OSETRA_TRY(needs(request, Permission::manage));
    DbPool::Lease db{m->pool};
    OSETRA_TRY(may_touch(*db, request.caller, {}, person.roles));
    OSETRA_TRY(access::add_person(*db, request.caller.enterprise, person, m->clock.now()));
    m->tell(request, "people", "done", "added " + person.person + ": " + words_of(person.roles));
    return Done{};
}

Result<Done> Access::change_person(http::Request const& request, std::string const& person, PersonChange const& change) {
    auto const enterprise = request.caller.enterprise;
    auto const own_password = person == request.caller.person && change.password && !change.name && !change.active && !change.roles;
    if (!own_password) OSETRA_TRY(needs(request, Permission::manage));
    DbPool::Lease db{m->pool};
    if (!own_password) OSETRA_TRY(may_touch(*db, request.caller, grants_of(*db, enterprise, person), change.roles.value_or(std::vector<Grant>{})));
    OSETRA_TRY(access::change_person(*db, enterprise, person, change));
    m->forget_holder(enterprise, person);
    std::string what = "changed " + person + ":";
    if (change.name) what += " name";
    if (change.password) what += " password";
    if (change.active) what += *change.active ? " active" : " no longer active";
    if (change.roles) what += " roles " + words_of(*change.roles);
    m->tell(request, "people", "done", what);
    return Done{};
}

bool Access::simulated() {
    DbPool::Lease db{m->pool};
    auto const all = enterprises(*db);
    return !all.empty() && std::all_of(all.begin(), all.end(), [](auto const& e) { return e.simulated; });
}

Result<std::string> Access::add_key(http::Request const& request, std::string const& key_name, std::vector<Grant> const& roles) {
    OSETRA_TRY(needs(request, Permission::manage));
    DbPool::Lease db{m->pool};
    OSETRA_TRY(may_touch(*db, request.caller, {}, roles));
    auto key = OSETRA_TRY(access::add_key(*db, request.caller.enterprise, key_name, roles, request.caller.person, m->clock.now()));
    m->tell(request, "keys", "done", "added " + key_name + ": " + words_of(roles));
    return key;
}

Result<Done> Access::drop_key(http::Request const& request, std::string const& key_name) {
    OSETRA_TRY(needs(request, Permission::manage));
    DbPool::Lease db{m->pool};
    auto const enterprise = request.caller.enterprise;
    OSETRA_TRY(may_touch(*db, request.caller, grants_of(*db, enterprise, "key:" + key_name), {}));
    OSETRA_TRY(access::drop_key(*db, enterprise, key_name));
    m->forget_holder(enterprise, "key:" + key_name);
    m->tell(request, "keys", "done", "deleted " + key_name);
    return Done{};
}

Result<std::vector<Person>> Access::people(http::Request const& request) {
    OSETRA_TRY(needs(request, Permission::manage));
    DbPool::Lease db{m->pool};
    return people_of(*db, request.caller.enterprise);
}

Result<std::vector<Key>> Access::keys(http::Request const& request) {
    OSETRA_TRY(needs(request, Permission::manage));
    DbPool::Lease db{m->pool};
    return keys_of(*db, request.caller.enterprise);
}

Result<Access::Page> Access::audit(http::Request const& request, std::int64_t limit, std::optional<Uuid> before) {
    OSETRA_TRY(needs(request, Permission::audit));
    DbPool::Lease db{m->pool};
    Page page{audit_of(*db, request.caller.enterprise, limit + 1, before), {}};
    if (static_cast<std::int64_t>(page.entries.size()) > limit) {
        page.entries.pop_back();
        page.next = page.entries.back().id;
    }
    return page;
}

Access::Me Access::me(Caller const& caller) {
    DbPool::Lease db{m->pool};
    auto const enterprise = enterprise_of(*db, caller.enterprise);
    if (!enterprise) throw Fault{"enterprise " + std::to_string(caller.enterprise) + " is gone"};
    auto const person = person_of(*db, caller.enterprise, caller.person);
    return {*enterprise, person ? person->name : caller.person, grants_of(*db, caller.enterprise, caller.person)};
}

} // namespace osetra::access
