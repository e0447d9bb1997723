#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/routes.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/query.h"
#include "trace/engine/spelling.h"
#include "trace/jobs_sql.h"
#include "trace/service.h"

// What all addresses of EPCIS's interface have in common: which versions, forms and spellings a caller wants, how pages follow one another,
// and how refusals are told. [EPCIS 2.0, 12; openapi.json]
namespace osetra::trace {

inline constexpr char const* epcis_root = "/epcis/v2";
inline constexpr std::int64_t capture_limit = 10'000;               ///< events of one document
inline constexpr std::size_t capture_bytes = std::size_t{32} << 20;
inline constexpr std::int64_t page_default = 30, page_most = 500;

enum class Form : std::uint8_t { json, json_ld, xml };
std::string_view content_type(Form);
/// Which of them the Accept header likes best. Refusal: not_acceptable.
enum class Offered : std::uint8_t { json, json_and_xml };
Result<Form> form_wanted(http::Request const&, Offered);

/// How events are to be written.
struct Wanted {
    Form form = Form::json;
    EpcFormat names = EpcFormat::always_gs1_digital_link;
    WordFormat words = WordFormat::web_uri;
    PrefixMap prefixes;                                             ///< those of GS1-Extensions
};
/// Refusals: not_acceptable, prefixes_malformed.
Result<Wanted> wanted_of(http::Request const&, Offered);

/// "example=https://ns.example.com/, ..."; empty where there are none.
std::string prefixes_text(PrefixMap const&);
/// Refusal: prefixes_malformed.
Result<PrefixMap> read_prefixes(std::string_view);

/// RFC 7807 with EPCIS's own types, as JSON or XML. `epcisException:...` of a refusal's code, and its status.
http::Response epcis_problem(http::Request const&, Refusal const&);
struct ProblemKind {
    int status;
    std::string_view type;
};
ProblemKind problem_kind(std::string_view code);

std::string percent_encoded(std::string_view);
std::string xml_text(std::string_view);

using Answer = std::function<Result<http::Response>(http::Request const&)>;

/// What the addresses share while the server runs.
class Rest {
public:
    Rest(Service& s, std::string v) : service(s), vendor(std::move(v)) {}
    Service& service;
    std::string vendor;                                             ///< GS1-Vendor-Version
    std::string secret(Enterprise);                                 ///< of page tokens
    Answer listen;                                                  ///< what answers a named query that is asked over a WebSocket
    std::function<void(Enterprise, std::string const&)> query_gone; ///< hears of named queries that were deleted

private:
    std::mutex m_lock;
    std::map<Enterprise, std::string> m_secrets;
};
using RestPtr = std::shared_ptr<Rest>;

/// Where a page begins and how long it is: perPage and nextPageToken.
struct Paging {
    std::int64_t most = page_default;
    std::optional<std::string> after;                               ///< the place in the token
};
/// Refusal: query_parameter.
Result<Paging> paging_of(Rest&, Desk&, http::Request const&, std::string const& secret);
/// Link and GS1-Next-Page-Token-Expires. `self`: the address's path below epcis_root, its names percent-encoded.
void add_next_page(http::Response&, http::Request const&, std::string const& self, std::string const& secret, std::string after, Instant now);

/// Puts a route of EPCIS's interface into the table: `path` is below epcis_root. Versions are negotiated before it is asked, and roles for
/// single sites do not reach it.
struct EpcisRoute {
    http::Method method = http::Method::get;
    std::string path;
    http::Permission needs = http::Permission::view;
    std::string about;
    Answer answer;
    std::size_t body_limit = 1 << 20;
    enum class Pages : std::uint8_t { no, yes } pages = Pages::no;  ///< takes perPage and nextPageToken
};
void add(http::Routes&, EpcisRoute);

/// What OPTIONS tells beside the versions.
enum class Discovery : std::uint8_t { standard, capture };
void add_options(http::Routes&, RestPtr, std::string path, std::string allow, Discovery = Discovery::standard,
                 std::function<void(http::Request const&, http::Response&)> more = {});

/// A collection of words or names.
http::Response collection(std::vector<std::string> const& members, PrefixMap const& prefixes, Form);

// The addresses, a file each.
void add_capture_routes(http::Routes&, RestPtr const&);             ///< /capture and POST /events
void add_event_routes(http::Routes&, RestPtr const&);               ///< /events, /events/{eventID}, and those of the six resources
void add_query_routes(http::Routes&, RestPtr const&);               ///< /queries, /nextPageToken

/// What a page of events is made of.
struct EventsAsked {
    std::string self;                                               ///< as add_next_page takes it
    std::vector<Parameter> parameters;                              ///< without paging
    PrefixMap prefixes;                                             ///< of extensions, beside those known anyway
    std::string query_name = "SimpleEventQuery";
};
/// Queried, spelled, written, with Link.
Result<http::Response> events_page(Rest&, Desk&, http::Request const&, EventsAsked const&, std::string const& secret);
/// All values of the address's query but paging; lists may be parted by |.
std::vector<Parameter> parameters_of(http::Request const&);

} // namespace osetra::trace
