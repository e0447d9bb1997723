#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/roles.h"
#include "kernel/clock.h"

namespace osetra::store { class Db; struct Sql; }

// Who works here, who they are when they come to the door, and what they may do.
namespace osetra::access {

/// A company (tenant) of this installation.
struct EnterpriseRecord {
    Enterprise enterprise = 0;
    std::string slug;                    ///< short word for the command line: "sturgeon"
    std::string name;
    bool simulated = false;              ///< made-up data: every screen says so
    std::int64_t offset_minutes = 480;   ///< the farm's clock ahead of UTC
    Instant created_at;
};
template <Is<EnterpriseRecord> X> void visit_fields(X& x, auto f) {
    f("enterprise", x.enterprise);
    f("slug", x.slug);
    f("name", x.name);
    f("simulated", x.simulated);
    f("offset_minutes", x.offset_minutes);
    f("created_at", x.created_at);
}

struct Person {
    std::string person;                  ///< login name, unique over all enterprises, lower case
    std::string name;                    ///< as people say it
    bool active = true;
    std::optional<Instant> last_seen_at;
    std::vector<Grant> roles;
};

struct NewPerson {
    std::string person, name, password;
    std::vector<Grant> roles;
};

struct PersonChange {
    std::optional<std::string> name = {}, password = {};
    std::optional<bool> active = {};
    std::optional<std::vector<Grant>> roles = {};
};

struct Key {
    std::string key_name;
    Instant created_at;
    std::optional<Instant> last_used_at;
    std::vector<Grant> roles;
};

/// One line of the audit trail.
struct AuditEntry {
    Enterprise enterprise = 0;
    Uuid id;
    Instant at;
    std::string person;                  ///< who tried: a login name, "key:NAME", or the name that was typed
    std::string what;                    ///< sign_in, sign_out, refused, people, keys
    std::string code;                    ///< done, or the refusal's
    std::string detail;
    std::string remote;
    std::int64_t times = 1;
};

// For the command line and the demo company: on a connection of the caller's, each in a transaction of its own.
// Refusals: slug_malformed, enterprise_exists, offset_malformed.
Result<Enterprise> create_enterprise(store::Db&, std::string slug, std::string name, bool simulated, std::int64_t offset_minutes, Instant now);
std::vector<EnterpriseRecord> enterprises(store::Db&);
std::optional<EnterpriseRecord> enterprise_of(store::Db&, Enterprise);
std::string name_of(store::Db&, Enterprise);     ///< empty: there is no such enterprise
/// Refusals: enterprise_not_found, person_malformed, person_exists, password_weak, roles_missing.
Result<Done> add_person(store::Db&, Enterprise, NewPerson const&, Instant now);
/// Refusals: person_not_found, password_weak, roles_missing, last_owner.
Result<Done> change_person(store::Db&, Enterprise, std::string const& person, PersonChange const&);
Result<Done> set_password(store::Db&, Enterprise, std::string const& person, std::string_view password);
std::vector<Person> people_of(store::Db&, Enterprise);
/// The key, which is shown this once. Refusals: key_malformed, key_exists, roles_missing.
Result<std::string> add_key(store::Db&, Enterprise, std::string const& key_name, std::vector<Grant> const&, std::string const& by, Instant now);
Result<Done> drop_key(store::Db&, Enterprise, std::string const& key_name);   ///< refusal: key_not_found
std::vector<Key> keys_of(store::Db&, Enterprise);
std::vector<Grant> grants_of(store::Db&, Enterprise, std::string const& holder);

/// Every statement of this module, for the tests that prepare and read them.
std::vector<store::Sql> statements();

using OpenDb = std::function<std::unique_ptr<store::Db>()>;

struct AccessOptions {
    std::chrono::milliseconds refresh{5'000};     ///< older knowledge of a session is looked up again behind its back ...
    std::chrono::milliseconds stale{15'000};      ///< ... and not used any more at this age: how long processes may disagree
    std::chrono::milliseconds write_pause{500};   ///< the background writer gathers for so long
    std::chrono::hours login_life{24 * 30};
    std::chrono::hours login_idle{24 * 7};
    double caller_per_s = 50'000;                 ///< requests of one session or key, and as many at once; 0: no limit
    double open_per_s = 10'000;                   ///< requests of one address that need no sign-in
    double unknown_per_s = 200;                   ///< tokens of one address that are looked up in vain
    double sign_in_per_minute = 10;               ///< of one name from one address; ten times as many of one address
    std::function<void(std::string const&)> log = {};   ///< hears of faults of the background writer
};

/// The gate of a running server: sessions and keys in memory, looked at on every request; people, keys and the audit trail in
/// the store. All functions may be called from any thread.
class Access final : public http::Gate {
public:
    Access(OpenDb, Clock const&, AccessOptions = {});
    ~Access() override;
    Access(Access const&) = delete;
    Access& operator=(Access const&) = delete;

    /// Refusals: not_signed_in, not_allowed (also a changing request by cookie without `X-Osetra: 1`), too_many.
    Result<http::Caller> admit(http::Request const&, http::Route const&) override;

    struct SignedIn {
        std::string token;
        http::Caller caller;
    };
    using WhenSignedIn = std::function<void(Result<SignedIn>)>;
    /// Returns at once; a thread of its own checks the password and calls back. Refusals: not_signed_in, too_many.
    void sign_in(std::string name, std::string password, std::string remote, WhenSignedIn);
    /// Ends the session whose token this request carries.
    void sign_out(http::Request const&);

    // What the routes do, on behalf of a caller, whose right to it is checked; changes are in the audit trail and hold at once
    // in this process.
    Result<Done> add_person(http::Request const&, NewPerson const&);
    Result<Done> change_person(http::Request const&, std::string const& person, PersonChange const&);
    Result<std::string> add_key(http::Request const&, std::string const& key_name, std::vector<Grant> const&);
    Result<Done> drop_key(http::Request const&, std::string const& key_name);
    Result<std::vector<Person>> people(http::Request const&);
    Result<std::vector<Key>> keys(http::Request const&);
    struct Page {
        std::vector<AuditEntry> entries;
        std::optional<Uuid> next;        ///< ask for what is before this one
    };
    Result<Page> audit(http::Request const&, std::int64_t limit, std::optional<Uuid> before);
    struct Me {
        EnterpriseRecord enterprise;
        std::string name;
        std::vector<Grant> roles;
    };
    Me me(http::Caller const&);
    /// Whether every company here is made up: what the page says before anybody has signed in.
    bool simulated();

    Clock const& clock() const;
    AccessOptions const& options() const;
    /// Waits until what was told to the audit trail so far is written.
    void flush();

private:
    struct Inside;
    std::unique_ptr<Inside> m;
};

/// The routes below /api/v1 of the contract's section "access".
void add_routes(http::Routes&, Access&);

} // namespace osetra::access
