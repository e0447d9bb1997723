#pragma once
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "http/routes.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/migrate.h"

// Walks every route as a stranger: somebody of another enterprise, with all rights there, who knows every id of the first one.
namespace osetra::isolation {

/// What lies in the enterprise that must stay closed.
struct Planted {
    Enterprise enterprise = 0;
    /// Its ids by the name a route gives them ("pool", "fish", "id"): the stranger tries each wherever that name is asked for, in
    /// paths, queries and bodies. The stranger's own records (and the name of their key) must not be among them.
    std::map<std::string, std::vector<std::string>> ids;
    /// Texts that stand in its records and that the stranger never says: none may come back.
    std::vector<std::string> secrets;
};

/// Bodies to send beside the ones made from each route's schema, by route path.
using Bodies = std::map<std::string, std::vector<std::string>>;

/// A number made of every row of this enterprise in every table that has an `enterprise` column, in any order of rows.
inline std::map<std::string, std::uint64_t> digests(store::Db& db, Enterprise enterprise) {
    static std::regex const table{R"(CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+) \(([^;]*)\n\);)"};
    static std::regex const column{R"(\n\s+([a-z_0-9]+) (BIGINT|TEXT|BYTEA|DOUBLE PRECISION))"};
    std::map<std::string, std::uint64_t> all;
    for (auto const& step : store::schema_steps()) {
        std::string const schema = step.sql;
        for (std::sregex_iterator it{schema.begin(), schema.end(), table}, end; it != end; ++it) {
            auto const name = (*it)[1].str(), body = "\n" + (*it)[2].str();
            std::vector<std::pair<std::string, std::string>> columns;
            for (std::sregex_iterator c{body.begin(), body.end(), column}; c != end; ++c) columns.emplace_back((*c)[1], (*c)[2]);
            if (std::none_of(columns.begin(), columns.end(), [](auto const& c) { return c.first == "enterprise"; })) continue;
            std::string text = "SELECT ";
            for (auto const& c : columns) text += (text.size() > 7 ? ", " : "") + c.first;
            text += " FROM " + name + " WHERE enterprise = :enterprise";
            auto const rows = db.prepare({"isolation.digest", text.c_str()});
            put(static_cast<FieldWriter&>(*rows), "enterprise", enterprise);
            std::uint64_t sum = 0;
            while (rows->step()) {
                std::string row;
                for (auto const& [field, type] : columns) {
                    row += '\n';
                    if (!rows->has(field.c_str())) continue;
                    std::string piece;
                    if (type == "BIGINT") {
                        std::int64_t n = 0;
                        rows->get(field.c_str(), n);
                        piece = std::to_string(n);
                    } else if (type == "DOUBLE PRECISION") {
                        double d = 0;
                        rows->get(field.c_str(), d);
                        piece = std::to_string(d);
                    } else if (type == "BYTEA") {
                        rows->get_blob(field.c_str(), piece);
                    } else {
                        rows->get(field.c_str(), piece);
                    }
                    row += piece;
                }
                sum += std::hash<std::string>{}(row) | 1;
            }
            all[name] = sum;
        }
    }
    return all;
}

namespace detail {

inline std::string encoded(std::string_view text) {
    std::string out;
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') out += c;
        else {
            constexpr char digits[] = "0123456789ABCDEF";
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

/// Values to try under a name: the planted ids of that name; for a subject, each id with its kind; else something harmless.
inline std::vector<std::string> values(Planted const& planted, std::string const& name) {
    if (auto const found = planted.ids.find(name); found != planted.ids.end()) return found->second;
    std::vector<std::string> all;
    if (name == "subject" || name == "q" || name == "id")
        for (auto const& [kind, ids] : planted.ids)
            for (auto const& id : ids) all.push_back(name == "subject" ? kind + ":" + id : id);
    if (all.empty()) {
        if (name == "password") all = {"four plain words"};
        else if (name == "format") all = {"csv", "xlsx"};
        else if (name == "at" || name == "known" || name == "from" || name == "to" || name == "day" || name == "start") all = {"2026-01-11"};
        else all = {"1"};
    }
    return all;
}

/// The paths of a route with every planted id in its parts.
inline std::vector<std::string> paths(Planted const& planted, std::string const& pattern) {
    auto const open = pattern.find('{');
    if (open == std::string::npos) return {pattern};
    auto const close = pattern.find('}', open);
    std::vector<std::string> all;
    for (auto const& value : values(planted, pattern.substr(open + 1, close - open - 1)))
        for (auto const& rest : paths(planted, pattern.substr(close + 1))) all.push_back(pattern.substr(0, open) + encoded(value) + rest);
    return all;
}

/// A body that fits the schema, with planted ids under the names that have some.
inline std::string body(Planted const& planted, std::string const& schema) {
    auto const in = JsonIn::parse(schema);
    if (!in) return "{}";
    auto const properties = in->child("properties");
    if (!properties) return "{}";
    JsonOut out;
    out.begin_object();
    for (auto const& name : properties->names()) {
        auto field = *properties->child(name.c_str());
        std::string type, format;
        if (field.has("type")) field.get("type", type);
        if (field.has("format")) field.get("format", format);
        auto const some = values(planted, name).front();
        if (type == "integer" || type == "number") out.value(name.c_str(), std::int64_t{1});
        else if (type == "boolean") out.value(name.c_str(), true);
        else if (type == "array" && name == "roles") out.raw(name.c_str(), R"([{"role":"worker"}])");
        else if (type == "array") out.raw(name.c_str(), planted.ids.contains("fish") ? "[\"" + planted.ids.at("fish").front() + "\"]" : "[]");
        else if (type == "object") out.raw(name.c_str(), "{}");
        else if (format == "date-time") out.value(name.c_str(), "2026-01-11T12:00:00Z");
        else if (format == "date") out.value(name.c_str(), "2026-01-11");
        else out.value(name.c_str(), some);
    }
    out.end_object();
    return out.take();
}

} // namespace detail

struct Walk {
    std::vector<std::string> leaks;                ///< "GET /api/v1/x: ..." for each thing that came through; empty is good
    std::map<std::string, int> statuses;           ///< "GET /api/v1/x 404" -> how often: shows that the walk got somewhere
    int requests = 0;
};

/// `stranger` is an API key of another enterprise, with every role there.
inline Walk walk(http::Routes const& routes, http::Gate& gate, std::string const& stranger, store::Db& db, Planted const& planted, Bodies const& more = {}) {
    Walk result;
    constexpr char const* verbs[] = {"GET ", "POST ", "PUT ", "DELETE ", "OPTIONS "};
    auto before = digests(db, planted.enterprise);
    auto head = store::head_of(db, planted.enterprise);
    for (auto const& route : routes.all()) {
        auto const name = verbs[static_cast<std::size_t>(route.method)] + route.path;
        std::vector<std::string> targets;
        for (auto const& path : detail::paths(planted, route.path)) {
            targets.push_back(path);
            std::string all;
            for (auto const& asked : route.query) {
                for (auto const& value : detail::values(planted, asked.name)) targets.push_back(path + "?" + asked.name + "=" + detail::encoded(value));
                all += (all.empty() ? "?" : "&") + asked.name + "=" + detail::encoded(detail::values(planted, asked.name).front());
            }
            if (route.query.size() > 1) targets.push_back(path + all);
        }
        std::vector<std::string> bodies{""};
        if (route.method == http::Method::post || route.method == http::Method::put) {
            bodies = {detail::body(planted, route.body_schema)};
            if (auto const found = more.find(route.path); found != more.end()) bodies.insert(bodies.end(), found->second.begin(), found->second.end());
        }
        for (auto const& target : targets)
            for (auto const& body : bodies) {
                auto const reply = http::ask(routes, gate, route.method, target, body, {{"authorization", "Bearer " + stranger}});
                ++result.requests;
                ++result.statuses[name + " " + std::to_string(reply.status)];
                for (auto const& secret : planted.secrets) {
                    auto out = reply.body.find(secret) != std::string::npos;
                    for (auto const& [header, value] : reply.headers) out = out || value.find(secret) != std::string::npos;
                    if (out) result.leaks.push_back(name + ": " + target + " gave away \"" + secret + "\"");
                }
            }
        auto const now = digests(db, planted.enterprise);
        for (auto const& [table, digest] : now)
            if (before.at(table) != digest) result.leaks.push_back(name + " changed the table " + table);
        auto const new_head = store::head_of(db, planted.enterprise);
        if (new_head.seq != head.seq || new_head.hash != head.hash) result.leaks.push_back(name + " added to the journal");
        before = now;
        head = new_head;
    }
    return result;
}

} // namespace osetra::isolation
