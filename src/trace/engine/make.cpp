#include "trace/engine/make.h"

#include <algorithm>
#include <fmt/core.h>

#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

Node leaf(std::string name, std::string_view text) { return {std::move(name), std::string{text}, {}, Node::Kind::text}; }
Node number(std::string name, std::string_view text) { return {std::move(name), std::string{text}, {}, Node::Kind::number}; }

void two(std::string& out, unsigned n) {
    out += static_cast<char>('0' + n / 10);
    out += static_cast<char>('0' + n % 10);
}
std::string offset_text(FarmOffset offset) {
    auto const minutes = offset.east.count();
    std::string out{minutes < 0 ? '-' : '+'};
    two(out, static_cast<unsigned>(std::abs(minutes) / 60));
    out += ':';
    two(out, static_cast<unsigned>(std::abs(minutes) % 60));
    return out;
}

} // namespace

std::string field_name(std::string_view space, std::string_view name) {
    std::string out;
    out.reserve(space.size() + name.size() + 2);
    out += '{';
    out += space;
    out += '}';
    out += name;
    return out;
}

std::vector<Namespace> our_namespaces() {
    return {{"osetra", std::string{osetra_space}}, {"gdst", std::string{gdst_space}}, {"cbvmda", std::string{cbvmda_space}}};
}

std::string event_id_of(FactId const& fact, int index) { return "urn:uuid:" + named_uuid(fact, std::to_string(index)).text(); }

std::string local_time(Instant at, FarmOffset offset) {
    auto const local = at + offset.east;
    auto const day = std::chrono::floor<std::chrono::days>(local);
    auto const date = std::chrono::year_month_day{day};
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(local - day).count();
    auto out = fmt::format("{:04}-", static_cast<int>(date.year()));
    two(out, static_cast<unsigned>(date.month()));
    out += '-';
    two(out, static_cast<unsigned>(date.day()));
    out += 'T';
    two(out, static_cast<unsigned>(ms / 3'600'000));
    out += ':';
    two(out, static_cast<unsigned>(ms / 60'000 % 60));
    out += ':';
    two(out, static_cast<unsigned>(ms / 1000 % 60));
    out += '.';
    out += static_cast<char>('0' + ms % 1000 / 100);
    two(out, static_cast<unsigned>(ms % 100));
    return out + offset_text(offset);
}

std::string kilograms(std::int64_t mg) {
    auto const size = std::abs(mg);
    auto text = fmt::format("{}{}.{:06}", mg < 0 ? "-" : "", size / 1'000'000, size % 1'000'000);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

EventMaker::EventMaker(char const* type, std::string event_id, Instant happened_at, FarmOffset offset) {
    m_event.name = type;
    m_event.children.reserve(12);
    m_event.children.push_back({"eventID", std::move(event_id), {}, Node::Kind::text});
    m_event.children.push_back({"eventTime", local_time(happened_at, offset), {}, Node::Kind::text});
    m_event.children.push_back({"eventTimeZoneOffset", offset_text(offset), {}, Node::Kind::text});
}

Node& EventMaker::list(char const* name) {
    for (auto& child : m_event.children) if (child.name == name) return child;
    return m_event.children.emplace_back(leaf(name, ""));
}

EventMaker& EventMaker::action(char const* word) {
    m_event.children.push_back(leaf("action", word));
    return *this;
}
EventMaker& EventMaker::why(std::string_view biz_step, std::string_view disposition) {
    m_event.children.push_back(leaf("bizStep", full_word(Words::biz_step, biz_step)));
    if (!disposition.empty()) m_event.children.push_back(leaf("disposition", full_word(Words::disposition, disposition)));
    return *this;
}
EventMaker& EventMaker::where(std::string const& read_point, std::string const& biz_location) {
    if (!read_point.empty()) m_event.children.push_back({"readPoint", "", {leaf("id", read_point)}, Node::Kind::text});
    if (!biz_location.empty()) m_event.children.push_back({"bizLocation", "", {leaf("id", biz_location)}, Node::Kind::text});
    return *this;
}
EventMaker& EventMaker::thing(char const* list_name, std::string const& name) {
    list(list_name).children.push_back(leaf("epc", name));
    return *this;
}
EventMaker& EventMaker::amount(char const* list_name, std::string const& epc_class, std::string const& amount, char const* unit) {
    auto& element = list(list_name).children.emplace_back(leaf("quantityElement", ""));
    element.children = {leaf("epcClass", epc_class), number("quantity", amount)};
    if (unit) element.children.push_back(leaf("uom", unit));
    return *this;
}
EventMaker& EventMaker::parent(std::string const& name) {
    m_event.children.push_back(leaf("parentID", name));
    return *this;
}
EventMaker& EventMaker::transformation(std::string const& id) {
    m_event.children.push_back(leaf("transformationID", id));
    return *this;
}
EventMaker& EventMaker::typed(char const* list_name, char const* name, char const* type, std::string_view space, std::string const& id) {
    auto const words = space == "BTT" ? Words::transaction : Words::party;
    list(list_name).children.push_back({name, id, {leaf("type", full_word(words, type))}, Node::Kind::text});
    return *this;
}
EventMaker& EventMaker::transaction(char const* type, std::string const& id) { return typed("bizTransactionList", "bizTransaction", type, "BTT", id); }
EventMaker& EventMaker::source(char const* type, std::string const& id) { return typed("sourceList", "source", type, "SDT", id); }
EventMaker& EventMaker::destination(char const* type, std::string const& id) { return typed("destinationList", "destination", type, "SDT", id); }
EventMaker& EventMaker::certificate(std::string const& uri) {
    m_event.children.push_back(leaf("certificationInfo", uri));
    return *this;
}
EventMaker& EventMaker::birth(std::string_view space, char const* name, std::string_view value, Kind kind) {
    list("ilmd").children.push_back({field_name(space, name), std::string{value}, {}, static_cast<Node::Kind>(kind)});
    return *this;
}
EventMaker& EventMaker::field(std::string_view space, char const* name, std::string_view value, Kind kind) {
    m_event.children.push_back({field_name(space, name), std::string{value}, {}, static_cast<Node::Kind>(kind)});
    return *this;
}
EventMaker& EventMaker::report(std::span<Part const> metadata, std::span<Part const> values) {
    auto& element = list("sensorElementList").children.emplace_back(leaf("sensorElement", ""));
    auto const add = [&](char const* name, std::span<Part const> parts) {
        if (parts.empty()) return;
        auto& node = element.children.emplace_back(leaf(name, ""));
        for (auto const& p : parts) node.children.push_back(p.number ? number(p.name, p.value) : leaf(p.name, p.value));
    };
    add("sensorMetadata", metadata);
    add("sensorReport", values);
    return *this;
}

EventMaker OwnEvents::event(char const* type) const {
    EventMaker made{type, event_id_of(fact.id, static_cast<int>(out.size())), fact.happened_at, offset};
    made.field(gdst_space, "productOwner", names.company()).field(cbvmda_space, "informationProvider", names.company());
    return made;
}

Node declared_wrong(Node event, Instant declared_at, char const* reason, std::span<std::string const> corrective_ids) {
    auto declaration = leaf("errorDeclaration", "");
    declaration.children = {leaf("declarationTime", local_time(declared_at, FarmOffset{std::chrono::minutes{0}})), leaf("reason", full_word(Words::reason, reason))};
    if (!corrective_ids.empty()) {
        auto& list = declaration.children.emplace_back(leaf("correctiveEventIDs", ""));
        for (auto const& id : corrective_ids) list.children.push_back(leaf("correctiveEventID", id));
    }
    event.children.push_back(std::move(declaration));
    return event;
}

} // namespace osetra::trace
