#include "http/routes.h"

#include <algorithm>
#include <cctype>
#include <memory>

// JSON Schema from field lists, and OpenAPI from the route table.
namespace osetra::http {

namespace {

/// What the last part of a name says about the number under it.
std::string_view unit_of(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> units[] = {
        {"_mg_per_l", "milligrams per litre"},
        {"_ug_l", "micrograms per litre"},
        {"_ml_s", "millilitres per second"},
        {"_mg", "milligrams"},
        {"_g", "grams"},
        {"_ml", "millilitres"},
        {"_mm", "millimetres"},
        {"_cm2", "square centimetres"},
        {"_mc", "thousandths of a degree Celsius"},
        {"_minutes", "minutes"},
        {"_days", "days"},
        {"_s", "seconds"},
        {"_ms", "milliseconds"},
        {"_micro", "millionths"},
        {"_minor", "minor units of the currency"},
    };
    for (auto const& [ending, unit] : units)
        if (name.ends_with(ending)) return unit;
    return {};
}

} // namespace

void SchemaWriter::field(char const* name, std::string_view type) {
    if (!m_properties.empty()) m_properties += ',';
    m_properties += '"';
    m_properties += name;
    m_properties += "\":{";
    m_properties += type;
    if (auto const unit = unit_of(name); !unit.empty()) m_properties.append(R"(,"description":")").append(unit).append("\"");
    m_properties += '}';
    if (!m_must) return;
    if (!m_required.empty()) m_required += ',';
    m_required.append("\"").append(name).append("\"");
}

void SchemaWriter::put(char const* name, std::int64_t) { field(name, R"("type":"integer")"); }
void SchemaWriter::put(char const* name, double) { field(name, R"("type":"number")"); }
void SchemaWriter::put(char const* name, std::string_view) { field(name, R"("type":"string")"); }
void SchemaWriter::put_blob(char const* name, std::string_view bytes) {
    field(name, bytes.size() == 16 ? R"("type":"string","format":"uuid")" : R"("type":"string","pattern":"^([0-9a-f]{2})*$")");
}
void SchemaWriter::put_flag(char const* name, bool) { field(name, R"("type":"boolean")"); }
void SchemaWriter::put_instant(char const* name, Instant) { field(name, R"("type":"string","format":"date-time")"); }
void SchemaWriter::put_day(char const* name, FarmDay) { field(name, R"("type":"string","format":"date")"); }
void SchemaWriter::put_fish(char const* name, FishId) { field(name, R"("type":"string","pattern":"^[0-9]{15}$")"); }
void SchemaWriter::put_fish_list(char const* name, std::span<FishId const>) {
    field(name, R"("type":"array","items":{"type":"string","pattern":"^[0-9]{15}$"})");
}
void SchemaWriter::put_text_list(char const* name, std::span<std::string const>) { field(name, R"("type":"array","items":{"type":"string"})"); }
void SchemaWriter::put_null(char const* name) { field(name, R"("type":"null")"); }

std::string SchemaWriter::take() {
    auto text = R"({"type":"object","additionalProperties":false,"properties":{)" + m_properties + "}";
    if (!m_required.empty()) text += ",\"required\":[" + m_required + "]";
    return text + "}";
}

namespace {

char const* verb_of(Method m) {
    constexpr char const* verbs[] = {"get", "post", "put", "delete", "options"};
    return verbs[static_cast<std::size_t>(m)];
}

std::vector<std::string> parts_of(std::string const& path) {
    std::vector<std::string> names;
    for (auto open = path.find('{'); open != path.npos; open = path.find('{', open + 1))
        names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
    return names;
}

/// get_pools_pool for GET /api/v1/pools/{pool}.
std::string operation_name(Route const& route) {
    std::string name = verb_of(route.method);
    auto const from = route.path.starts_with("/api/v1/") ? std::string_view{route.path}.substr(7) : std::string_view{route.path};
    for (auto const c : from) {
        auto const letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (letter) name += c;
        else if (!name.ends_with('_')) name += '_';
    }
    if (name.ends_with('_')) name.pop_back();
    return name;
}

/// The first part after the version: what OpenAPI groups by.
std::string tag_of(Route const& route) {
    auto const from = route.path.starts_with("/api/v1/") ? 8U : 1U;
    return route.path.substr(from, route.path.find('/', from) - from);
}

void parameter(JsonOut& out, std::string const& name, char const* where, std::string const& about) {
    out.begin_object();
    out.value("name", name);
    out.value("in", where);
    if (!about.empty()) out.value("description", about);
    if (std::string_view{where} == "path") out.value("required", true);
    out.raw("schema", R"({"type":"string"})");
    out.end_object();
}

void operation(JsonOut& out, Route const& route) {
    out.begin_object(verb_of(route.method));
    out.value("operationId", operation_name(route));
    out.value("summary", route.about);
    out.begin_array("tags");
    out.value(nullptr, tag_of(route));
    out.end_array();
    out.value("x-permission", word_of(route.needs));
    auto const in_path = parts_of(route.path);
    if (!in_path.empty() || !route.query.empty()) {
        out.begin_array("parameters");
        for (auto const& name : in_path) parameter(out, name, "path", {});
        for (auto const& asked : route.query) parameter(out, asked.name, "query", asked.about);
        out.end_array();
    }
    if (!route.body_schema.empty())
        out.raw("requestBody", R"({"required":true,"content":{"application/json":{"schema":)" + route.body_schema + "}}}");
    out.begin_object("responses");
    out.begin_object("2XX");
    out.value("description", "Done.");
    if (!route.reply_schema.empty()) out.raw("content", R"({"application/json":{"schema":)" + route.reply_schema + "}}");
    out.end_object();
    out.raw("default", R"({"$ref":"#/components/responses/problem"})");
    out.end_object();
    if (route.needs == Permission::open) out.raw("security", "[]");
    out.end_object();
}

} // namespace

std::string openapi(Routes const& routes, std::string_view version) {
    JsonOut out;
    out.begin_object();
    out.value("openapi", "3.1.0");
    out.begin_object("info");
    out.value("title", "Osetra");
    out.value("version", version);
    out.value("description", "Weights are whole milligrams, lengths millimetres, volumes millilitres, temperatures thousandths of a degree "
                             "Celsius. Instants are RFC 3339 text in UTC, days 2026-01-11, fish 15-digit tags.");
    out.raw("license", R"({"name":"Apache-2.0","identifier":"Apache-2.0"})");
    out.end_object();
    out.raw("servers", R"([{"url":"/"}])");
    out.raw("security", R"([{"session":[]},{"key":[]}])");
    out.begin_object("paths");
    std::vector<std::string_view> told;
    for (auto const& route : routes.all()) {
        if (!route.listed || std::find(told.begin(), told.end(), route.path) != told.end()) continue;
        told.push_back(route.path);
        out.begin_object(route.path.c_str());
        for (auto const& same : routes.all())
            if (same.path == route.path) operation(out, same);
        out.end_object();
    }
    out.end_object();
    out.raw("components", R"({"securitySchemes":{)"
        R"("session":{"type":"apiKey","in":"cookie","name":"osetra_session","description":"Requests other than GET also carry X-Osetra: 1."},)"
        R"("key":{"type":"http","scheme":"bearer"}},)"
        R"("responses":{"problem":{"description":"Refused, or failed.","content":{"application/problem+json":{"schema":)"
        R"({"type":"object","required":["type","title","status","code","detail"],"properties":{"type":{"type":"string"},)"
        R"("title":{"type":"string"},"status":{"type":"integer"},"code":{"type":"string"},"detail":{"type":"string"},)"
        R"("at":{"type":"string"}}}}}}}})");
    out.end_object();
    return out.take();
}

void add_own_routes(Routes& routes, std::string version) {
    JsonOut health;
    health.begin_object();
    health.value("ok", true);
    health.value("version", version);
    health.end_object();
    routes.get("/api/v1/health", Permission::open, "Whether the server answers, and which version it is.", Lane::io,
               [text = health.take()](Request const&) -> Result<Response> { return Response::json(text); });
    routes.get("/api/v1/live", Permission::signed_in, "What changes in the enterprise, as server-sent events.", Lane::io,
               [](Request const&) -> Result<Response> { return Response{.content_type = "text/event-stream", .listen = true}; });
    auto const text = std::make_shared<std::string>();
    routes.get("/api/v1/openapi.json", Permission::open, "This interface, as OpenAPI 3.1.", Lane::io,
               [text](Request const&) -> Result<Response> { return Response::json(*text); });
    *text = openapi(routes, version);
}

} // namespace osetra::http
