#include <algorithm>
#include <iterator>
#include <memory_resource>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "trace/engine/event.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::size_t;
using std::string;
using std::string_view;

/// JSON as it was written: the order of fields kept, and numbers with their own digits. It lies in an arena that goes as a whole: a
/// document of 10,000 events has a million of these.
struct Json {
    enum class Kind { null, truth, number, text, array, object };
    Kind kind = Kind::null;
    string_view key;              ///< in an object
    string_view text;
    Json const* first = nullptr;  ///< of what it holds
    Json const* next = nullptr;   ///< beside it

    struct Row {
        struct Iterator {
            using iterator_category = std::forward_iterator_tag;
            using value_type = Json;
            using difference_type = std::ptrdiff_t;
            using pointer = Json const*;
            using reference = Json const&;
            Json const* at;
            Json const& operator*() const { return *at; }
            Iterator& operator++() { at = at->next; return *this; }
            friend bool operator==(Iterator const&, Iterator const&) = default;
        };
        Json const* first;
        Iterator begin() const { return {first}; }
        Iterator end() const { return {nullptr}; }
        bool empty() const { return !first; }
    };
    Row fields() const { return {kind == Kind::object ? first : nullptr}; }
    Row items() const { return {kind == Kind::array ? first : nullptr}; }
    Json const* find(string_view name) const {
        for (auto const& field : fields())
            if (field.key == name) return &field;
        return nullptr;
    }
};

constexpr size_t most_fields = 2'000;   ///< of one object; each is compared with those before it

class Builder final : public nlohmann::json_sax<nlohmann::json> {
public:
    Builder(Limits const& limits, std::pmr::memory_resource& arena) : m_limits{limits}, m_arena{&arena} {}
    Json const* root = nullptr;
    std::optional<Refusal> no;

    bool null() override { return add(Json::Kind::null, {}) != nullptr; }
    bool boolean(bool v) override { return add(Json::Kind::truth, v ? "true" : "false") != nullptr; }
    bool number_integer(number_integer_t v) override { return add(Json::Kind::number, kept(std::to_string(v))) != nullptr; }
    bool number_unsigned(number_unsigned_t v) override { return add(Json::Kind::number, kept(std::to_string(v))) != nullptr; }
    bool number_float(number_float_t, string_t const& digits) override { return add(Json::Kind::number, kept(digits)) != nullptr; }
    bool string(string_t& v) override { return add(Json::Kind::text, kept(v)) != nullptr; }
    bool binary(binary_t&) override { return false; }
    bool start_object(size_t) override { return open(Json::Kind::object); }
    bool start_array(size_t) override { return open(Json::Kind::array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        auto& above = m_open.back();
        if (above.count >= most_fields) return stop({"epcis_too_large", "One object has more than " + std::to_string(most_fields) + " fields.", {}});
        if (above.json->find(name)) return stop({"json_duplicate", "The field " + name + " stands twice in one object. Which is meant? Leave one.", name});
        m_key = kept(name);
        return true;
    }
    bool parse_error(size_t at, std::string const&, nlohmann::detail::exception const&) override {
        return stop({"json_malformed", "This is not JSON from byte " + std::to_string(at) + " on.", std::to_string(at)});
    }

private:
    bool stop(Refusal refusal) {
        if (!no) no = std::move(refusal);
        return false;
    }
    string_view kept(string_view text) {
        if (text.empty()) return {};
        auto* bytes = static_cast<char*>(m_arena->allocate(text.size(), 1));
        std::copy(text.begin(), text.end(), bytes);
        return {bytes, text.size()};
    }
    Json* add(Json::Kind kind, string_view text) {
        if (++m_nodes > m_limits.nodes) {
            stop({"epcis_too_large", "The document has more than " + std::to_string(m_limits.nodes) + " values. Send it in parts.", {}});
            return nullptr;
        }
        auto* json = new (m_arena->allocate(sizeof(Json), alignof(Json))) Json{kind, {}, text};
        if (m_open.empty()) {
            root = json;
            return json;
        }
        auto& above = m_open.back();
        if (above.json->kind == Json::Kind::object) json->key = m_key;
        (above.last ? above.last->next : above.json->first) = json;
        above.last = json;
        ++above.count;
        return json;
    }
    bool open(Json::Kind kind) {
        if (static_cast<int>(m_open.size()) >= m_limits.depth)
            return stop({"json_too_deep", "Fields are nested more than " + std::to_string(m_limits.depth) + " deep.", {}});
        auto* json = add(kind, {});
        if (json) m_open.push_back({json, nullptr, 0});
        return json != nullptr;
    }
    bool close() {
        m_open.pop_back();
        return true;
    }
    struct Open {
        Json* json;
        Json* last;
        size_t count;
    };
    Limits m_limits;
    std::pmr::memory_resource* m_arena;
    std::vector<Open> m_open;
    string_view m_key;
    size_t m_nodes = 0;
};

bool is_comment(string_view name) { return name == "comment" || name == "rdfs:comment"; }

class Reader {
public:
    explicit Reader(Limits const& limits) : m_limits{limits} {}

    Result<Document> document(Json const& root) {
        if (root.kind != Json::Kind::object) return refuse("epcis_no_events", "An EPCIS document is a JSON object.");
        m_out.json = true;
        if (auto const* context = root.find("@context")) { m_out.context = true; take_context(*context); }
        auto const text = [&](string_view name) { auto const* v = root.find(name); return v && v->kind == Json::Kind::text ? string{v->text} : string{}; };
        auto const* body = root.find("epcisBody");
        if (!body) {
            if (!text("type").ends_with("Event")) return refuse("epcis_no_events", "Neither an epcisBody nor an event is here.", "epcisBody");
            m_out.kind = Document::Kind::single_event;
            take_event(root);
            return finish();
        }
        if (auto const v = text("schemaVersion"); !v.empty()) m_out.schema_version = v;
        m_out.creation_date = text("creationDate");
        if (auto const* header = root.find("epcisHeader")) master_data(*header);
        Node own;
        for (auto const& field : root.fields())
            if (auto name = name_of(field.key); name.starts_with('{') && !name.ends_with("}ignoreFields")) add(std::move(name), field, own, {});
        m_out.extensions = std::move(own.children);
        auto const* list = body->find("eventList");
        auto const* ignored_in = &root;
        if (auto const* results = body->find("queryResults")) {
            m_out.kind = Document::Kind::query_results;
            ignored_in = results;
            if (auto const* name = results->find("queryName")) m_out.query_name = name->text;
            if (auto const* inner = results->find("resultsBody")) list = inner->find("eventList");
        }
        for (auto const& field : ignored_in->fields())
            if (name_of(field.key) == "{https://repository-x.example.com/}ignoreFields")
                for (auto const& item : field.items()) m_out.not_hashed.push_back(name_of(item.text));
        if (list) {
            if (list->kind != Json::Kind::array) return refuse("epcis_field_kind", "eventList is an array of events.", "eventList");
            auto const size = static_cast<size_t>(std::distance(list->items().begin(), list->items().end()));
            if (size > m_limits.events)
                return refuse("epcis_too_large", "The document has " + std::to_string(size) + " events; at most " + std::to_string(m_limits.events) + " are taken at once.", "eventList");
            m_out.events.reserve(size);
            for (auto const& event : list->items()) take_event(event);
        } else if (auto const* event = body->find("event")) take_event(*event);
        else return refuse("epcis_no_events", "epcisBody has no eventList.", "epcisBody");
        return finish();
    }

private:
    Result<Document> finish() {
        if (m_no) return tl::unexpected(*m_no);
        return std::move(m_out);
    }
    void take_context(Json const& context) {
        if (context.kind == Json::Kind::array)
            for (auto const& item : context.items()) take_context(item);
        for (auto const& uri : context.fields())
            if (uri.kind == Json::Kind::text && !uri.key.starts_with('@')) declare(uri.key, uri.text);
    }
    void declare(string_view prefix, string_view uri) {
        auto const at = std::find_if(m_out.namespaces.begin(), m_out.namespaces.end(), [&](Namespace const& n) { return n.prefix == prefix; });
        if (at == m_out.namespaces.end()) m_out.namespaces.push_back({string{prefix}, string{uri}});
        else at->uri = uri;
    }
    string const* namespace_of(string_view prefix) const {
        for (auto const& n : m_out.namespaces)
            if (n.prefix == prefix) return &n.uri;
        return nullptr;
    }
    string name_of(string_view key) const {
        auto const colon = key.find(':');
        if (colon != string_view::npos)
            if (auto const* uri = namespace_of(key.substr(0, colon))) return '{' + *uri + '}' + string{key.substr(colon + 1)};
        return string{key};
    }
    string value_of(string_view text) const {
        auto const colon = text.find(':');
        if (colon != string_view::npos && !text.substr(colon + 1).starts_with("//"))   // https://... is no short name
            if (auto const* uri = namespace_of(text.substr(0, colon))) return *uri + string{text.substr(colon + 1)};
        return full_curie(text);
    }

    void take_event(Json const& event) {
        if (m_no) return;
        auto const* type = event.find("type");
        if (event.kind != Json::Kind::object || !type || type->kind != Json::Kind::text) {
            m_no = Refusal{"epcis_field_kind", "An event is an object with a type.", "eventList[" + std::to_string(m_out.events.size()) + "]"};
            return;
        }
        auto const outer = m_out.namespaces;   // an event's own context holds for that event alone; its names are full already
        if (m_out.kind != Document::Kind::single_event)
            if (auto const* context = event.find("@context")) take_context(*context);
        Node node;
        node.name = name_of(type->text);
        fields(event, node, node.name, true);
        m_out.events.push_back(std::move(node));
        auto const inner = std::exchange(m_out.namespaces, outer);
        for (auto const& n : inner)
            if (!namespace_of(n.prefix)) m_out.namespaces.push_back(n);
    }

    void fields(Json const& object, Node& into, string_view within, bool event) {
        into.children.reserve(static_cast<size_t>(std::distance(object.fields().begin(), object.fields().end())));
        for (auto const& field : object.fields()) {
            if (is_comment(field.key) || field.key == "#text" || (event && (field.key == "type" || field.key == "@context"))) continue;
            add(name_of(field.key), field, into, within);
        }
        if (auto const* text = object.find("#text")) scalar(*text, into, Words::none);
    }

    /// One JSON field becomes one element, a row of elements, or a list that holds them.
    void add(string name, Json const& value, Node& into, string_view within) {
        if (value.kind == Json::Kind::null) return;   // null is absence in JSON-LD
        if (name.ends_with("List")) {
            auto item = name.substr(0, name.size() - 4);
            if (item == "inputEPC" || item == "outputEPC") item = "epc";
            else if (item == "quantity" || item == "inputQuantity" || item == "outputQuantity" || item == "childQuantity") item = "quantityElement";
            Node list{name, {}, {}, Node::Kind::text};
            auto const one = [&](Json const& v) { list.children.push_back(pair_or_element(item, v, name)); };
            if (value.kind == Json::Kind::array) for (auto const& v : value.items()) one(v);
            else one(value);
            if (!list.children.empty()) into.children.push_back(std::move(list));
            return;
        }
        if (name == "childEPCs") {
            Node list{name, {}, {}, Node::Kind::text};
            if (value.kind == Json::Kind::array) for (auto const& v : value.items()) list.children.push_back(element("epc", v, name));
            else list.children.push_back(element("epc", value, name));
            if (!list.children.empty()) into.children.push_back(std::move(list));
            return;
        }
        if (name == "correctiveEventIDs") {
            Node list{name, {}, {}, Node::Kind::text};
            for (auto const& v : value.items()) list.children.push_back(element("correctiveEventID", v, name));
            if (!list.children.empty()) into.children.push_back(std::move(list));
            return;
        }
        if (value.kind == Json::Kind::array) for (auto const& v : value.items()) into.children.push_back(element(name, v, within));
        else into.children.push_back(element(name, value, within));
    }

    /// {"type": "po", "bizTransaction": "..."} is one element with an attribute.
    Node pair_or_element(string const& item, Json const& v, string_view within) {
        if ((item == "bizTransaction" || item == "source" || item == "destination") && v.kind == Json::Kind::object) {
            Node node{item, {}, {}, Node::Kind::text};
            for (auto const& field : v.fields())
                if (field.key == item) scalar(field, node, Words::none);
                else if (!is_comment(field.key)) add(name_of(field.key), field, node, item);
            return node;
        }
        return element(item, v, within);
    }

    Node element(string const& name, Json const& value, string_view within) {
        Node node{name, {}, {}, Node::Kind::text};
        if (value.kind == Json::Kind::object) fields(value, node, name, false);
        else if (value.kind == Json::Kind::array) for (auto const& v : value.items()) node.children.push_back(element({}, v, name));
        else scalar(value, node, words_of(within, name));
        return node;
    }
    void scalar(Json const& value, Node& node, Words words) const {
        node.kind = value.kind == Json::Kind::number ? Node::Kind::number : value.kind == Json::Kind::truth ? Node::Kind::truth : Node::Kind::text;
        node.text = value.kind == Json::Kind::text ? value_of(words == Words::none ? value.text : full_word(words, value.text)) : string{value.text};
    }

    /// The header's master data, brought into the shape of the XML.
    void master_data(Json const& header) {
        auto const* data = header.find("epcisMasterData");
        if (!data) data = header.find("EPCISMasterData");
        auto const* list = data ? data->find("vocabularyList") : nullptr;
        if (!list) return;
        auto const words = [](Json const* v) { return v ? string{v->text} : string{}; };
        for (auto const& vocabulary : list->items()) {
            Node out{"Vocabulary", {}, {}, Node::Kind::text};
            out.children.push_back({"type", words(vocabulary.find("type")), {}, Node::Kind::text});
            Node elements{"VocabularyElementList", {}, {}, Node::Kind::text};
            if (auto const* inner = vocabulary.find("vocabularyElementList"))
                for (auto const& one : inner->items()) {
                    Node element{"VocabularyElement", {}, {}, Node::Kind::text};
                    element.children.push_back({"id", words(one.find("id")), {}, Node::Kind::text});
                    if (auto const* attributes = one.find("attributes"))
                        for (auto const& a : attributes->items()) {
                            Node attribute{"attribute", {}, {}, Node::Kind::text};
                            auto const* value = a.find("attribute");
                            if (value && value->kind == Json::Kind::object) fields(*value, attribute, "attribute", false);
                            else if (value) scalar(*value, attribute, Words::none);
                            attribute.children.insert(attribute.children.begin(), {"id", words(a.find("id")), {}, Node::Kind::text});
                            element.children.push_back(std::move(attribute));
                        }
                    if (auto const* below = one.find("children"); below && !below->items().empty()) {
                        Node children{"children", {}, {}, Node::Kind::text};
                        for (auto const& id : below->items()) children.children.push_back({"id", string{id.text}, {}, Node::Kind::text});
                        element.children.push_back(std::move(children));
                    }
                    elements.children.push_back(std::move(element));
                }
            out.children.push_back(std::move(elements));
            m_out.vocabularies.push_back(std::move(out));
        }
    }

    Limits m_limits;
    Document m_out;
    std::optional<Refusal> m_no;
};

} // namespace

Result<Document> read_json(string_view text, Limits const& limits) {
    if (text.size() > limits.bytes) return refuse("epcis_too_large", "The document has more than " + std::to_string(limits.bytes) + " bytes. Send it in parts.");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::pmr::monotonic_buffer_resource arena{std::max<size_t>(4'096, text.size() / 2)};
    Builder builder{limits, arena};
    auto const read = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    if (builder.no) return tl::unexpected(*builder.no);
    if (!read) return refuse("json_malformed", "This is not JSON.");
    return Reader{limits}.document(*builder.root);
}

} // namespace osetra::trace
