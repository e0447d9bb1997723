#include "trace/rest_routes.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "trace/page_token.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using http::Request;
using http::Response;

constexpr string_view standard_context = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
constexpr string_view epcis_namespace = "urn:epcglobal:epcis:xsd:2";
constexpr std::size_t address_max = 32 << 10;            ///< bytes of an address, decoded
constexpr std::size_t prefixes_max = 4 << 10;            ///< bytes of GS1-Extensions that we send
constexpr auto token_life = std::chrono::hours{1};

string_view header(Request const& request, string_view name) {
    auto const found = request.headers.find(name);
    return found == request.headers.end() ? string_view{} : string_view{found->second};
}

string_view trimmed(string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
    return s;
}

string lower(string_view s) {
    string out{s};
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

template <class See> void each_part(string_view text, char separator, See see) {
    while (!text.empty()) {
        auto const end = text.find(separator);
        see(trimmed(text.substr(0, end)));
        if (end == string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

// ---- Accept -------------------------------------------------------------------------------------------------------------------

/// How much a caller likes a media type: 0 not at all, 1000 best. The most exact range holds (RFC 9110, 12.5.1).
int liking(string_view accept, string_view type) {
    if (accept.empty()) return 1000;
    auto best = 0, exactness = -1;
    each_part(accept, ',', [&](string_view range) {
        auto const end = range.find(';');
        auto const name = lower(trimmed(range.substr(0, end)));
        int exact = 0;
        if (name == type) exact = 2;
        else if (name.ends_with("/*") && name != "*/*" && type.starts_with(string_view{name}.substr(0, name.size() - 1))) exact = 1;
        else if (name != "*/*") return;
        int quality = 1000;
        if (end != string_view::npos)
            each_part(range.substr(end + 1), ';', [&](string_view parameter) {
                if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return;
                double q = 1;
                auto const number = parameter.substr(2);
                auto const [stop, wrong] = std::from_chars(number.data(), number.data() + number.size(), q);
                if (wrong == std::errc{} && q >= 0 && q <= 1) quality = static_cast<int>(q * 1000);
            });
        if (exact > exactness || (exact == exactness && quality > best)) {
            best = quality;
            exactness = exact;
        }
    });
    return best;
}

struct Offer {
    string_view type;
    Form form;
};
constexpr std::array<Offer, 4> offers{{{"application/json", Form::json}, {"application/ld+json", Form::json_ld}, {"application/xml", Form::xml}, {"text/xml", Form::xml}}};

bool likes_xml_problems(Request const& request) {
    auto const accept = header(request, "accept");
    auto const xml = std::max({liking(accept, "application/problem+xml"), liking(accept, "application/xml"), liking(accept, "text/xml")});
    auto const json = std::max({liking(accept, "application/problem+json"), liking(accept, "application/json"), liking(accept, "application/ld+json")});
    return xml > json;
}

// ---- versions -----------------------------------------------------------------------------------------------------------------

/// 2.0 and 2.0.0 are one; nothing where it is no version.
std::optional<std::array<int, 3>> version(string_view text) {
    std::array<int, 3> all{};
    std::size_t n = 0;
    auto good = !text.empty() && text.back() != '.';
    each_part(text, '.', [&](string_view part) {
        int value = 0;
        auto const [end, wrong] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (wrong != std::errc{} || end != part.data() + part.size() || value < 0 || n >= 3) good = false;
        else all.at(n++) = value;
    });
    if (!good) return std::nullopt;
    return all;
}

constexpr std::array<int, 3> ours{2, 0, 0};

/// Replies are of EPCIS and CBV 2.0; documents may also be of 1.x.
Result<Done> fit_versions(Request const& request) {
    for (auto const* standard : {"epcis", "cbv"}) {
        auto const named = [&](char const* end) { return "gs1-" + string{standard} + end; };
        auto const refused = [&](string const& name, string_view value) {
            return refuse("not_acceptable", "Osetra speaks EPCIS 2.0 and CBV 2.0, and reads XML of EPCIS 1.x; " + name + ": " + string{value} + " asks for another version.", name);
        };
        auto const low = named("-min"), high = named("-max"), exact = named("-version");
        if (auto const value = header(request, low); !value.empty())
            if (auto const v = version(value); !v || *v > ours) return refused(low, value);
        if (auto const value = header(request, high); !value.empty())
            if (auto const v = version(value); !v || *v < ours) return refused(high, value);
        if (auto const value = header(request, exact); !value.empty()) {
            auto const v = version(value);
            if (!v || (*v != ours && !(request.method == http::Method::post && v->at(0) == 1 && v->at(1) <= 2))) return refused(exact, value);
        }
    }
    return Done{};
}

Result<Done> fit_length(Request const& request) {
    auto size = request.path.size();
    for (auto const& [name, value] : request.every_query) size += name.size() + value.size() + 2;
    if (size > address_max) return refuse("uri_too_long", "The address is too long. Make a named query of it: POST /epcis/v2/queries.", "target");
    return Done{};
}

void add_versions(Response& response) {
    response.headers.emplace_back("GS1-EPCIS-Version", "2.0.0");
    response.headers.emplace_back("GS1-CBV-Version", "2.0.0");
}

void add_capture_limits(Response& response) {
    response.headers.emplace_back("GS1-EPCIS-Capture-Limit", std::to_string(capture_limit));
    response.headers.emplace_back("GS1-EPCIS-Capture-File-Size-Limit", std::to_string(capture_bytes));
}

// ---- pages --------------------------------------------------------------------------------------------------------------------

constexpr bool is_paging(string_view name) { return name == "perPage" || name == "nextPageToken"; }

/// What is asked, without paging: the path and its parameters in order.
string question_of(Request const& request) {
    std::vector<string> all;
    for (auto const& [name, value] : request.every_query)
        if (!is_paging(name)) all.emplace_back(name).append(1, '=').append(value);
    std::sort(all.begin(), all.end());
    auto out = request.path;
    for (auto const& one : all) out += '\n' + one;
    return out;
}

} // namespace

string_view content_type(Form form) {
    return form == Form::json ? "application/json" : form == Form::json_ld ? "application/ld+json" : "application/xml";
}

Result<Form> form_wanted(Request const& request, Offered offered) {
    auto const accept = header(request, "accept");
    Offer const* best = nullptr;
    auto most = 0;
    for (auto const& offer : offers) {
        if (offer.form == Form::xml && offered == Offered::json) continue;
        if (auto const likes = liking(accept, offer.type); likes > most) {
            most = likes;
            best = &offer;
        }
    }
    if (best) return best->form;
    return refuse("not_acceptable", offered == Offered::json ? "The reply is application/json; Accept does not take it." : "The reply is application/json, application/ld+json or application/xml; Accept takes none of them.", "Accept");
}

Result<Wanted> wanted_of(Request const& request, Offered offered) {
    Wanted w;
    w.form = OSETRA_TRY(form_wanted(request, offered));
    if (auto const names = header(request, "gs1-epc-format"); !names.empty()) {
        if (names == "Always_GS1_Digital_Link") w.names = EpcFormat::always_gs1_digital_link;
        else if (names == "Always_EPC_URN") w.names = EpcFormat::always_epc_urn;
        else if (names == "Never_Translates") w.names = EpcFormat::never_translates;
        else if (names == "No_Preference") w.names = EpcFormat::no_preference;
        else return refuse("not_acceptable", "GS1-EPC-Format is No_Preference, Always_GS1_Digital_Link, Always_EPC_URN or Never_Translates.", "GS1-EPC-Format");
    }
    if (auto const words = header(request, "gs1-cbv-xml-format"); !words.empty()) {
        if (words == "Always_Web_URI" || words == "No_Preference") w.words = WordFormat::web_uri;
        else if (words == "Always_URN") w.words = WordFormat::urn;
        else if (words == "Never_Translates") w.words = WordFormat::as_they_are;
        else return refuse("not_acceptable", "GS1-CBV-XML-Format is No_Preference, Always_Web_URI, Always_URN or Never_Translates.", "GS1-CBV-XML-Format");
    }
    w.prefixes = OSETRA_TRY(read_prefixes(header(request, "gs1-extensions")));
    return w;
}

string prefixes_text(PrefixMap const& prefixes) {
    string out;
    for (auto const& [prefix, uri] : prefixes) {
        if (uri.find_first_of(", \t\r\n") != string::npos || prefix.find_first_of("=, ") != string::npos || uri.starts_with('@')) continue;
        if (out.size() + prefix.size() + uri.size() > prefixes_max) break;
        out.append(out.empty() ? "" : ", ").append(prefix).append(1, '=').append(uri);
    }
    return out;
}

Result<PrefixMap> read_prefixes(string_view text) {
    PrefixMap all;
    std::optional<Refusal> wrong;
    each_part(text, ',', [&](string_view pair) {
        if (pair.empty()) return;
        auto const equals = pair.find('=');
        auto const prefix = trimmed(pair.substr(0, equals));
        auto const uri = equals == string_view::npos ? string_view{} : trimmed(pair.substr(equals + 1));
        if (prefix.empty() || uri.find(':') == string_view::npos) wrong = Refusal{"prefixes_malformed", "GS1-Extensions names prefixes like this: example=https://ns.example.com/epcis/, other=https://...", "GS1-Extensions"};
        else all[string{prefix}] = uri;
    });
    if (wrong) return tl::unexpected(*wrong);
    return all;
}

ProblemKind problem_kind(string_view code) {
    constexpr std::pair<string_view, ProblemKind> known[] = {
        {"not_signed_in", {401, "SecurityException"}},
        {"not_allowed", {403, "SecurityException"}},
        {"too_many", {429, "SecurityException"}},
        {"not_acceptable", {406, "NotAcceptableException"}},
        {"media_type_unknown", {415, "UnsupportedMediaTypeException"}},
        {"uri_too_long", {414, "URITooLongException"}},
        {"too_large", {413, "CaptureLimitExceededException"}},
        {"epcis_too_large", {413, "CaptureLimitExceededException"}},
        {"xml_cannot_say", {406, "NotAcceptableException"}},
        {"query_parameter", {400, "QueryParameterException"}},
        {"query_malformed", {400, "QueryValidationException"}},
        {"subscription_controls", {400, "SubscriptionControlsException"}},
        {"schedule_empty", {400, "SubscriptionControlsException"}},
        {"schedule_malformed", {400, "SubscriptionControlsException"}},
        {"schedule_never", {400, "SubscriptionControlsException"}},
        {"query_too_large", {413, "QueryTooLargeException"}},
        {"bad_request", {400, "ValidationException"}},
        {"busy", {503, "ImplementationException"}},
        {"fault", {500, "ImplementationException"}},
    };
    for (auto const& [word, kind] : known)
        if (code == word) return kind;
    if (code.ends_with("_not_found")) return {404, "NoSuchNameException"};
    if (code.ends_with("_exists")) return {409, "ResourceAlreadyExistsException"};
    return {400, "ValidationException"};
}

Response epcis_problem(Request const& request, Refusal const& refusal) {
    auto const kind = problem_kind(refusal.code);
    auto const type = "epcisException:" + string{kind.type};
    Response response{kind.status, {}, {}, {}, false};
    if (likes_xml_problems(request)) {
        response.content_type = "application/problem+xml";
        response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<epcis:EPCISException xmlns:epcis=\"" + string{epcis_namespace} + "\"><type>" + type + "</type><title>" +
                        string{http::phrase_of(kind.status)} + "</title><status>" + std::to_string(kind.status) + "</status><detail>" + xml_text(refusal.message) + "</detail></epcis:EPCISException>\n";
    } else {
        JsonOut out;
        out.begin_object();
        out.value("type", type);
        out.value("title", http::phrase_of(kind.status));
        out.value("status", std::int64_t{kind.status});
        out.value("detail", refusal.message);
        out.value("code", refusal.code);
        if (!refusal.at.empty()) out.value("at", refusal.at);
        out.end_object();
        response.content_type = "application/problem+json";
        response.body = out.take();
    }
    if (kind.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (kind.status == 429 || kind.status == 503) response.headers.emplace_back("Retry-After", "1");
    if (kind.type == "CaptureLimitExceededException") add_capture_limits(response);
    return response;
}

string percent_encoded(string_view text) {
    constexpr string_view digits = "0123456789ABCDEF";
    string out;
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        auto const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) out += c;
        else (out += '%').append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
    }
    return out;
}

string xml_text(string_view text) {
    string out;
    for (auto const c : text)
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        }
    return out;
}

string Rest::secret(Enterprise enterprise) {
    {
        std::lock_guard const hold{m_lock};
        if (auto const found = m_secrets.find(enterprise); found != m_secrets.end()) return found->second;
    }
    string made;
    service.write(enterprise, [&](Desk& desk) {
        made = page_secret(desk.db, enterprise);
        return Service::Keep::yes;
    });
    std::lock_guard const hold{m_lock};
    return m_secrets[enterprise] = made;
}

Result<Paging> paging_of(Rest& rest, Desk& desk, Request const& request, string const& secret) {
    Paging p;
    if (request.query.contains("perPage")) {
        auto const& text = request.query.at("perPage");
        auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), p.most);
        if (wrong != std::errc{} || end != text.data() + text.size() || p.most < 1) return refuse("query_parameter", "perPage is a whole number, 1 or more.", "perPage");
        p.most = std::min(p.most, page_most);
    }
    if (auto const token = request.asked("nextPageToken")) {
        p.after = OSETRA_TRY(read_token(secret, question_of(request), *token, rest.service.now())).after;
        if (is_revoked(desk.db, desk.enterprise, token_digest(*token)))
            return refuse("query_parameter", "This nextPageToken was given back. Ask for the first page again.", "nextPageToken");
    }
    return p;
}

void add_next_page(Response& response, Request const& request, string const& self, string const& secret, string after, Instant now) {
    auto const expires = std::chrono::floor<std::chrono::seconds>(now) + token_life;
    auto const token = write_token(secret, question_of(request), {expires, std::move(after)});
    auto link = '<' + string{epcis_root} + self;
    char separator = '?';
    for (auto const& [name, value] : request.every_query) {
        if (name == "nextPageToken") continue;
        link += separator + percent_encoded(name) + '=' + percent_encoded(value);
        separator = '&';
    }
    link += separator + string{"nextPageToken="} + token + ">; rel=\"next\"";
    response.headers.emplace_back("Link", std::move(link));
    response.headers.emplace_back("GS1-Next-Page-Token-Expires", text_of(Instant{expires}));
}

void add(http::Routes& routes, EpcisRoute route) {
    http::Route r;
    r.method = route.method;
    r.path = epcis_root + route.path;
    r.needs = route.needs;
    r.about = std::move(route.about);
    r.body_limit = route.body_limit;
    if (route.pages == EpcisRoute::Pages::yes) r.query = {{"perPage", "At most so many, 30 where it is left out, 500 at most."}, {"nextPageToken", "Goes on behind a page: the Link of that page has it."}};
    r.problem = epcis_problem;
    r.listed = false;
    r.answer = [answer = std::move(route.answer), needs = route.needs](Request const& request) -> Result<Response> {
        if (request.method != http::Method::options && !request.caller.holds(needs, ""))
            return refuse("not_allowed", "Events tell of every site and of partners: this needs a role for the whole company, not for single sites.");
        OSETRA_TRY(fit_length(request));
        OSETRA_TRY(fit_versions(request));
        auto response = OSETRA_TRY(answer(request));
        if (response.status < 300) add_versions(response);
        return response;
    };
    routes.add(r);
    if (r.path == epcis_root) {   // the same with a stroke at its end
        r.path += '/';
        routes.add(std::move(r));
    }
}

void add_options(http::Routes& routes, RestPtr rest, string path, string allow, Discovery discovery, std::function<void(Request const&, Response&)> more) {
    auto const answer = [rest = std::move(rest), allow = std::move(allow), discovery, more = std::move(more)](Request const& request) -> Result<Response> {
        Response response{204, {}, {}, {{"Allow", allow}}, false};
        auto const oldest = discovery == Discovery::capture ? "1.0.0" : "2.0.0";
        for (auto const* standard : {"EPCIS", "CBV"}) {
            response.headers.emplace_back("GS1-" + string{standard} + "-Min", oldest);
            response.headers.emplace_back("GS1-" + string{standard} + "-Max", "2.0.0");
        }
        response.headers.emplace_back("GS1-EPC-Format", "No_Preference");
        response.headers.emplace_back("GS1-CBV-XML-Format", "No_Preference");
        response.headers.emplace_back("GS1-Vendor-Version", rest->vendor);
        rest->service.read(request.caller.enterprise, [&](Desk& desk) {
            if (auto text = prefixes_text(desk.events.prefixes()); !text.empty()) response.headers.emplace_back("GS1-Extensions", std::move(text));
        });
        if (discovery == Discovery::capture) {
            add_capture_limits(response);
            response.headers.emplace_back("GS1-Capture-Error-Behaviour", "all");
        }
        if (more) more(request, response);
        return response;
    };
    add(routes, {.method = http::Method::options, .path = std::move(path), .about = "What is spoken here: versions, spellings, limits.", .answer = answer});
}

Response collection(std::vector<string> const& members, PrefixMap const& prefixes, Form form) {
    Response response{200, {}, string{content_type(form)}, {}, false};
    if (form == Form::xml) {
        response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Collection>";
        for (auto const& member : members) response.body += "<member>" + xml_text(member) + "</member>";
        response.body += "</Collection>\n";
        return response;
    }
    JsonOut out;
    out.begin_object();
    if (prefixes.empty()) out.value("@context", standard_context);
    else {
        out.begin_array("@context");
        out.value(nullptr, standard_context);
        out.begin_object();
        for (auto const& [prefix, uri] : prefixes) out.value(prefix.c_str(), uri);
        out.end_object();
        out.end_array();
    }
    out.value("type", "Collection");
    out.begin_array("member");
    for (auto const& member : members) out.value(nullptr, member);
    out.end_array();
    out.end_object();
    response.body = out.take();
    return response;
}

} // namespace osetra::trace
