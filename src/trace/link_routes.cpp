#include "trace/link_routes.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <mutex>
#include <set>

#include "trace/engine/identifiers.h"
#include "trace/engine/measure.h"
#include "trace/link_sql.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using http::Permission;
using http::Request;
using http::Response;

constexpr char const* gs1_voc = "https://ref.gs1.org/voc/";
constexpr auto issuers_kept = std::chrono::seconds{20};

/// The kinds of codes: how a link is made of a path's parts, what a page calls the thing, and what GS1 does.
struct Kind {
    char const* path;
    char const* what;
    char const* type;
    std::size_t skipped;                  ///< digits before the company's prefix: a trade item's and a container's first says how it is packed
};
constexpr Kind kinds[] = {
    {"/id/01/{key}/21/{serial}", "tin", "gs1:Product", 1}, {"/id/01/{key}/10/{lot}", "lot", "gs1:Product", 1}, {"/id/01/{key}", "item", "gs1:Product", 1},
    {"/id/00/{key}", "case", "gs1:LogisticUnit", 1},       {"/id/8004/{key}", "fish", "gs1:Thing", 0},
    {"/id/414/{key}/254/{extension}", "place", "gs1:Place", 0}, {"/id/414/{key}", "place", "gs1:Place", 0}, {"/id/417/{key}", "party", "gs1:Organization", 0},
};

class Links {
public:
    Links(Service& s, LinkWorld w) : service(s), world(std::move(w)) {}

    /// Whose prefix the number begins with; the longest holds.
    std::optional<Issuer> issuer_of(string_view number) {
        std::lock_guard const hold{m_lock};
        if (auto const now = service.now(); now - m_asked_at > issuers_kept || now < m_asked_at) {
            m_issuers = world.issuers();
            m_asked_at = now;
        }
        Issuer const* best = nullptr;
        for (auto const& issuer : m_issuers)
            if (!issuer.company_prefix.empty() && number.starts_with(issuer.company_prefix) && (!best || best->company_prefix.size() < issuer.company_prefix.size())) best = &issuer;
        return best ? std::optional{*best} : std::nullopt;
    }

    Service& service;
    LinkWorld const world;

private:
    std::mutex m_lock;
    std::vector<Issuer> m_issuers;
    Instant m_asked_at{};
};
using LinksPtr = std::shared_ptr<Links>;

/// One request: the code in its canonical spelling and whose it is.
struct Asked {
    Kind const& kind;
    string id, number;
    std::optional<Issuer> issuer;
};

string escaped(string_view text) {
    string out;
    constexpr char digits[] = "0123456789ABCDEF";
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') out += c;
        else (out += '%') += {digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

Result<Asked> asked_of(Links& links, Kind const& kind, Request const& request) {
    string link = "https://id.gs1.org";
    string_view pattern = string_view{kind.path}.substr(3);
    while (!pattern.empty()) {
        auto const part = pattern.substr(1, pattern.find('/', 1) - 1);
        pattern.remove_prefix(part.size() + 1);
        link += '/';
        link += part.starts_with('{') ? escaped(request.in_path.at(part.substr(1, part.size() - 2))) : string{part};
    }
    if (auto const sound = parse_identifier(link); !sound) return tl::unexpected(sound.error());
    auto const& number = request.in_path.at("key");
    if (number.size() <= kind.skipped) return refuse("identifier_malformed", "The number is too short.", "key");
    return Asked{kind, std::move(link), number, links.issuer_of(string_view{number}.substr(kind.skipped))};
}

struct LinkTarget { char const* type; string href; char const* media; char const* title; };
std::vector<LinkTarget> targets_of(Asked const& asked, Request const& request) {
    auto const base = http::base_of(request), here = base + "/id" + asked.id.substr(string_view{"https://id.gs1.org"}.size());
    std::vector<LinkTarget> all{{"pip", here, "text/html", "What it is and where it comes from"}};
    if (!asked.issuer) return all;
    all.push_back({"traceability", here, "application/ld+json", "The same for programs"});
    all.push_back({"epcis", base + "/epcis/v2/events?" + (string_view{asked.kind.what} == "lot" ? "MATCH_anyEPCClass=" : "MATCH_anyEPC=") + escaped(asked.id), "application/ld+json", "Its EPCIS events, for partners who sign in"});
    all.push_back({"traceabilityLineage", base + "/trace?id=" + escaped(asked.id), "text/html", "Its lineage, for who signs in"});
    return all;
}

/// RFC 9264.
Response linkset(Asked const& asked, Request const& request) {
    JsonOut out;
    out.begin_object();
    out.begin_array("linkset");
    out.begin_object();
    out.value("anchor", asked.id);
    for (auto const& target : targets_of(asked, request)) {
        out.begin_array((gs1_voc + string{target.type}).c_str());
        out.begin_object();
        out.value("href", target.href);
        out.value("type", string_view{target.media});
        out.value("title", string_view{target.title});
        if (string_view{target.media} == "text/html") {
            out.begin_array("hreflang");
            out.value(nullptr, string_view{"en"});
            out.value(nullptr, string_view{"zh"});
            out.end_array();
        }
        out.end_object();
        out.end_array();
    }
    out.end_object();
    out.end_array();
    out.end_object();
    return {200, out.take(), "application/linkset+json", {{"Cache-Control", "no-store"}, {"Vary", "Accept"}, {"Access-Control-Allow-Origin", "*"}}, false, {}};
}

Result<Response> redirect(Asked const& asked, Request const& request, string_view type) {
    for (string_view const prefix : {string_view{"gs1:"}, string_view{gs1_voc}, string_view{"https://gs1.org/voc/"}})
        if (type.starts_with(prefix)) type.remove_prefix(prefix.size());
    if (type == "defaultLink") type = "pip";
    for (auto const& target : targets_of(asked, request))
        if (type == target.type) return Response{307, {}, {}, {{"Location", target.href}, {"Cache-Control", "no-store"}}, false, {}};
    return refuse("link_type_not_found", "There is no link of the type " + string{type} + " here. linkType=all lists those that there are.", "linkType");
}

/// The last part of a name: FS0041 of https://id.gs1.org/8004/9521234FS0041 is what follows the prefix of its company.
string short_name(string_view link, Issuer const& issuer) {
    auto const slash = link.rfind('/');
    auto last = slash == link.npos ? link : link.substr(slash + 1);
    if (last.starts_with(issuer.company_prefix) && last.size() > issuer.company_prefix.size()) last.remove_prefix(issuer.company_prefix.size());
    return string{last};
}

/// A place or an article as master data tells of it.
class Described {
public:
    Described(MasterData const& known, string_view id) : m_known(known), m_id(id) {}
    string text(char const* attribute) const {
        auto const values = m_known.attribute(m_id, "urn:epcglobal:cbv:mda:" + string{attribute});
        return values.empty() ? string{} : values.front();
    }
    std::optional<double> number(char const* attribute) const { return parse_number(text(attribute)); }

private:
    MasterData const& m_known;
    string m_id;
};

bool write_place(JsonOut& out, char const* field, MasterData const& known, string_view id, bool map) {
    Described const place{known, id};
    auto const name = place.text("name");
    if (name.empty()) return false;
    out.begin_object(field);
    out.value("name", name);
    for (auto const& [called, attribute] : {std::pair{"province", "state"}, std::pair{"country", "countryCode"}})
        if (auto const text = place.text(attribute); !text.empty()) out.value(called, text);
    if (map) {
        out.value("latitude", place.number("latitude"));
        out.value("longitude", place.number("longitude"));
    }
    out.end_object();
    return true;
}

void write_story(JsonOut& out, Story const& s, Issuer const& issuer, LinkWorld const& world, MasterData const& known_places, std::set<string, std::less<>> const& shown) {
    auto const text = [&](char const* name, string const& value) { if (!value.empty()) out.value(name, value); };
    if (s.recalled) out.value("recalled", true);     // whatever else is closed: nobody should eat it
    out.value("net_g", s.net_g);
    if (shown.contains("species") && !s.species.empty()) {
        auto const known = world.species(s.species);
        out.begin_object("species");
        out.value("code", s.species);
        out.value("latin", known ? known->latin : s.species);
        out.value("name_en", known ? known->name_en : s.species);
        out.value("name_zh", known ? known->name_zh : s.species);
        out.end_object();
    }
    if (shown.contains("farm") && !s.farm.empty()) write_place(out, "farm", known_places, s.farm, shown.contains("map"));
    if (shown.contains("pool")) text("pool", s.pool);
    if (shown.contains("year_class")) {
        out.value("year_class", s.year_class);
        text("hatched_on", s.hatched_on);
        out.value("age_years", s.age_years);
    }
    if (shown.contains("harvest")) {
        text("harvested_on", s.harvested_on);
        text("salted_on", s.salted_on);
        text("packed_on", s.packed_on);
    }
    if (shown.contains("plant") && (!s.plant.empty() || !s.plant_code.empty())) {
        out.begin_object("plant");
        text("name", Described{known_places, s.plant}.text("name"));
        text("code", s.plant_code);
        out.end_object();
    }
    if (shown.contains("grade")) text("grade", s.grade);
    if (shown.contains("salt")) out.value("salt_percent", s.salt_percent);
    if (shown.contains("label")) text("label", s.label);
    if (shown.contains("parents") && (!s.sire.empty() || !s.dam.empty())) {
        out.begin_object("parents");
        if (!s.sire.empty()) out.value("sire", short_name(s.sire, issuer));
        if (!s.dam.empty()) out.value("dam", short_name(s.dam, issuer));
        out.end_object();
    }
    if (shown.contains("cold_chain") && s.cold_chain) {
        out.begin_object("cold_chain");
        out.value("low_c", s.cold_chain->low_c);
        out.value("high_c", s.cold_chain->high_c);
        out.value("alarm", s.cold_chain->alarm);
        out.value("readings", s.cold_chain->readings);
        out.end_object();
    }
    if (shown.contains("journey") && !s.journey.empty()) {
        out.begin_array("journey");      // days and steps; not where, which would tell of customers
        for (auto const& leg : s.journey) {
            out.begin_object();
            out.value("step", leg.step);
            out.value("at", leg.on);
            out.end_object();
        }
        out.end_array();
    }
}

/// What the enterprise shows of the thing; a number that it did not give is said to be none of its own.
Response told(Links& links, Asked const& asked, string_view media) {
    JsonOut out;
    out.begin_object();
    out.begin_object("@context");
    out.value("@vocab", string_view{"https://osetra.example/voc/"});
    out.value("gs1", string_view{gs1_voc});
    out.value("id", string_view{"@id"});
    out.value("type", string_view{"@type"});
    out.end_object();
    out.value("id", asked.id);
    out.value("type", string_view{asked.kind.type});
    out.value("what", string_view{asked.kind.what});
    auto issued = false;
    if (asked.issuer) {
        auto const& issuer = *asked.issuer;
        out.begin_object("issuer");
        out.value("name", issuer.name);
        out.value("simulated", issuer.simulated);
        out.end_object();
        links.service.read(issuer.enterprise, [&](Desk& desk) {
            auto const shown = published(desk.db, issuer.enterprise);
            string_view const what = asked.kind.what;
            if (what == "party") issued = true;
            else if (what == "item") {
                auto const name = Described{desk.events.master_data(), asked.id}.text("descriptionShort");
                issued = !name.empty();
                if (issued) out.value("name", name);
            } else if (what == "place") {
                issued = !Described{desk.events.master_data(), asked.id}.text("name").empty();
                if (shown.contains("farm")) write_place(out, "farm", desk.events.master_data(), asked.id, shown.contains("map"));
            } else if (auto const story = read_story(desk.db, issuer.enterprise, desk.events, asked.id)) {
                issued = true;
                write_story(out, *story, issuer, links.world, desk.events.master_data(), shown);
            }
        });
    }
    out.value("issued", issued);
    out.end_object();
    return {issued ? 200 : 404, out.take(), string{media}, {{"Cache-Control", "no-store"}, {"Vary", "Accept"}, {"Access-Control-Allow-Origin", "*"}}, false, {}};
}

Result<Response> answer_link(Links& links, Kind const& kind, Request const& request) {
    auto const asked = OSETRA_TRY(asked_of(links, kind, request));
    auto const found = request.headers.find("accept");
    string_view const accept = found == request.headers.end() ? string_view{} : string_view{found->second};
    auto type = request.asked("linkType");
    if (!type) type = request.asked("linktype");
    if (type && *type != "all" && *type != "linkset") return redirect(asked, request, *type);
    if (type || accept.find("application/linkset+json") != accept.npos) return linkset(asked, request);
    return told(links, asked, accept.find("application/ld+json") != accept.npos ? "application/ld+json" : "application/json");
}

/// Each field with whether it is shown.
string fields_json(std::set<string, std::less<>> const& shown) {
    JsonOut out;
    out.begin_object();
    for (auto const field : publish_fields()) out.value(string{field}.c_str(), shown.contains(field));
    out.end_object();
    return out.take();
}

string fields_schema() {
    string properties;
    for (auto const field : publish_fields()) properties += (properties.empty() ? "\"" : ",\"") + string{field} + R"(":{"type":"boolean"})";
    return R"({"type":"object","additionalProperties":false,"properties":{)" + properties + "}}";
}

Result<Response> put_published(Links& links, Request const& request) {
    auto body = OSETRA_TRY(JsonIn::parse(request.body));
    std::set<string, std::less<>> wanted;
    for (auto const& field : body.names()) {
        auto shown = false;
        body.get_flag(field.c_str(), shown);
        if (shown) wanted.insert(field);
    }
    if (body.refusal()) return tl::unexpected(*body.refusal());
    Result<Done> done = Done{};
    links.service.write(request.caller.enterprise, [&](Desk& desk) {
        done = set_published(desk.db, request.caller.enterprise, wanted);
        return done ? Service::Keep::yes : Service::Keep::no;
    });
    OSETRA_TRY(done);
    return Response::json(fields_json(wanted));
}

constexpr char const* about_link = "What is behind the code on a label: JSON-LD of what its enterprise publishes; 404 where it gave no such number. linkType=all: a linkset (RFC 9264).";

} // namespace

void add_link_routes(http::Routes& routes, Service& service, LinkWorld world) {
    auto const links = std::make_shared<Links>(service, std::move(world));
    for (auto const& kind : kinds) {
        http::Route route;
        route.path = kind.path;
        route.needs = Permission::open;
        route.about = about_link;
        route.query = {{"linkType", "all: every link as a linkset; gs1:pip, gs1:traceability, gs1:epcis: sends you there."}};
        route.page_for_people = true;
        route.answer = [links, &kind](Request const& request) { return answer_link(*links, kind, request); };
        routes.add(std::move(route));
    }
    routes.get("/api/v1/publish", Permission::manage, "What the enterprise shows to whoever scans a label, and what it does not.", http::Lane::worker, [links](Request const& request) -> Result<Response> {
        std::set<string, std::less<>> shown;
        links->service.read(request.caller.enterprise, [&](Desk& desk) { shown = published(desk.db, request.caller.enterprise); });
        return Response::json(fields_json(shown));
    });
    routes.put("/api/v1/publish", Permission::manage, "Sets what is shown to whoever scans a label; what is not named is closed.",
               fields_schema(),
               [links](Request const& request) { return put_published(*links, request); });
}

} // namespace osetra::trace
