#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "kernel/json.h"
#include "trace/engine/event.h"
#include "trace/engine/names.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr string_view standard_context = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

template <std::size_t N> bool in(std::array<string_view, N> const& list, string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

/// Lists that JSON always writes with brackets.
bool is_list(string_view name) {
    static constexpr std::array<string_view, 13> lists{"epcList", "inputEPCList", "outputEPCList", "childEPCs", "quantityList", "childQuantityList", "inputQuantityList",
                                                       "outputQuantityList", "bizTransactionList", "sourceList", "destinationList", "sensorElementList", "correctiveEventIDs"};
    return in(lists, name);
}
bool always_array(string_view above, string_view name) {
    return name == "sensorReport" || (above == "persistentDisposition" && (name == "set" || name == "unset"));
}
bool is_number(string_view above, string_view name) {
    static constexpr std::array<string_view, 7> fields{"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"};
    return (above == "sensorReport" && in(fields, name)) || (name == "quantity" && (above == "quantityElement" || above == "QuantityEvent"));
}
bool json_number(string_view text) {
    return !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) && text.size() < 64 && nlohmann::json::accept(text.begin(), text.end());
}

class Writer {
public:
    explicit Writer(Document const& d) : m_d{d}, m_names{d} {}

    string write() {
        m_out.begin_object();
        m_out.begin_array("@context");
        m_out.value(nullptr, string{standard_context});
        if (!m_names.all().empty()) {
            m_out.begin_object();
            for (auto const& n : m_names.all()) m_out.value(n.prefix.c_str(), n.uri);
            m_out.end_object();
        }
        m_out.end_array();
        if (m_d.kind == Document::Kind::single_event) {
            for (auto const& event : m_d.events) fields(event, true);
            m_out.end_object();
            return m_out.take();
        }
        auto const results = m_d.kind == Document::Kind::query_results;
        m_out.value("type", string{results ? "EPCISQueryDocument" : "EPCISDocument"});
        m_out.value("schemaVersion", string{"2.0"});
        if (!m_d.creation_date.empty()) m_out.value("creationDate", m_d.creation_date);
        if (!results) ignored();
        if (!m_d.extensions.empty()) fields({{}, {}, m_d.extensions, Node::Kind::text}, false);
        header();
        m_out.begin_object("epcisBody");
        if (results) {
            m_out.begin_object("queryResults");
            m_out.value("queryName", m_d.query_name);
            if (!m_d.subscription_id.empty()) m_out.value("subscriptionID", m_d.subscription_id);
            ignored();
            m_out.begin_object("resultsBody");
        }
        m_out.begin_array("eventList");
        for (auto const& event : m_d.events) { m_out.begin_object(); fields(event, true); m_out.end_object(); }
        m_out.end_array();
        if (results) { m_out.end_object(); m_out.end_object(); }
        m_out.end_object();
        m_out.end_object();
        return m_out.take();
    }

private:
    void ignored() {
        if (m_d.not_hashed.empty()) return;
        m_out.begin_array(m_names.name("{https://repository-x.example.com/}ignoreFields").c_str());
        for (auto const& name : m_d.not_hashed) m_out.value(nullptr, m_names.name(name));
        m_out.end_array();
    }

    void header() {
        if (m_d.vocabularies.empty()) return;
        m_out.begin_object("epcisHeader");
        m_out.begin_object("epcisMasterData");
        m_out.begin_array("vocabularyList");
        for (auto const& vocabulary : m_d.vocabularies) {
            m_out.begin_object();
            m_out.value("type", string{vocabulary.value("type")});
            m_out.begin_array("vocabularyElementList");
            if (auto const* elements = vocabulary.find("VocabularyElementList"))
                for (auto const& element : elements->children) {
                    m_out.begin_object();
                    m_out.value("id", string{element.value("id")});
                    m_out.begin_array("attributes");
                    for (auto const& a : element.children)
                        if (a.name == "attribute") {
                            m_out.begin_object();
                            m_out.value("id", string{a.value("id")});
                            Node value = a;
                            std::erase_if(value.children, [](Node const& n) { return n.name == "id"; });
                            body("attribute", value, "attribute");
                            m_out.end_object();
                        }
                    m_out.end_array();
                    if (auto const* children = element.find("children")) {
                        m_out.begin_array("children");
                        for (auto const& id : children->children) m_out.value(nullptr, id.text);
                        m_out.end_array();
                    }
                    m_out.end_object();
                }
            m_out.end_array();
            m_out.end_object();
        }
        m_out.end_array();
        m_out.end_object();
        m_out.end_object();
    }

    /// Fields in their order, those of one name together.
    void fields(Node const& node, bool event) {
        if (event) m_out.value("type", m_names.name(node.name));
        std::vector<bool> written(node.children.size());
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            if (written[i]) continue;
            auto const& first = node.children[i];
            std::vector<Node const*> same;
            for (auto j = i; j < node.children.size(); ++j)
                if (!written[j] && node.children[j].name == first.name) { same.push_back(&node.children[j]); written[j] = true; }
            auto const name = m_names.name(first.name);
            if (is_list(first.name) || is_named_list(first)) {
                m_out.begin_array(name.c_str());
                for (auto const* list : same)
                    for (auto const& item : list->children) list_item(item);
                m_out.end_array();
            } else if (same.size() > 1 || always_array(node.name, first.name)) {
                m_out.begin_array(name.c_str());
                for (auto const* n : same) body(nullptr, *n, node.name);
                m_out.end_array();
            } else body(name.c_str(), first, node.name);
        }
    }
    /// xList of elements that are all named x: what a reader makes of an array of that name.
    static bool is_named_list(Node const& n) {
        if (!n.name.ends_with("List") || n.children.empty() || !n.text.empty()) return false;
        auto const item = string_view{n.name}.substr(0, n.name.size() - 4);
        return std::all_of(n.children.begin(), n.children.end(), [&](Node const& c) { return c.name == item; });
    }
    void list_item(Node const& item) {
        if (item.name == "bizTransaction" || item.name == "source" || item.name == "destination") {
            m_out.begin_object();
            fields(item, false);
            m_out.value(item.name.c_str(), item.text);
            m_out.end_object();
        } else body(nullptr, item, item.name == "epc" ? string_view{} : string_view{"List"});
    }
    void body(char const* name, Node const& n, string_view above) {
        if (!n.children.empty()) {
            m_out.begin_object(name);
            fields(n, false);
            if (!n.text.empty()) m_out.value("#text", n.text);
            m_out.end_object();
            return;
        }
        if (n.text.empty() && (n.name == "readPoint" || n.name == "bizLocation" || n.name == "ilmd" || n.name == "sensorMetadata")) {
            m_out.begin_object(name);
            m_out.end_object();
            return;
        }
        auto const number = (n.kind == Node::Kind::number || is_number(above, n.name)) && json_number(n.text);
        auto const truth = (n.kind == Node::Kind::truth || (above == "sensorReport" && n.name == "booleanValue")) && (n.text == "true" || n.text == "false");
        if (number || truth) m_out.raw(name, n.text);
        else m_out.value(name, bare_word(words_of(above, n.name), n.text));
    }

    Document const& m_d;
    Prefixes m_names;
    JsonOut m_out;
};

} // namespace

string write_json(Document const& document) { return Writer{document}.write(); }

} // namespace osetra::trace
