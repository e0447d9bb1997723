#include <algorithm>
#include <deque>

#include "trace/engine/bytes.h"
#include "trace/engine/packed.h"
#include "trace/engine/vocabulary.h"
#include "trace/repository_sql.h"

// Master data of documents' headers, and prefixes.
namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using store::arg;

struct ElementRow {
    string type, key;
    Bytes body;
};
template <Is<ElementRow> X> void visit_fields(X& x, auto f) { f("type", x.type); f("key", x.key); f("body", x.body); }

struct PrefixRow { string prefix, uri; };
template <Is<PrefixRow> X> void visit_fields(X& x, auto f) { f("prefix", x.prefix); f("uri", x.uri); }
struct CompanyPrefixRow { string prefix; };
template <Is<CompanyPrefixRow> X> void visit_fields(X& x, auto f) { f("prefix", x.prefix); }

/// What is told anew replaces what was known: attributes one by one, children all together.
Node told_anew(Node known, Node const& told) {
    auto& all = known.children;
    auto const has = [](Node const& in, auto const& like) { return std::any_of(in.children.begin(), in.children.end(), like); };
    std::erase_if(all, [&](Node const& old) {
        if (old.name == "attribute") return has(told, [&](Node const& n) { return n.name == "attribute" && n.value("id") == old.value("id"); });
        return has(told, [&](Node const& n) { return n.name == old.name; });
    });
    all.insert(all.end(), told.children.begin(), told.children.end());
    return known;
}

/// Master data in other words has another number: 64 bits of FNV-1a over what it was and what is told.
std::int64_t next_number(std::int64_t number, string_view body) {
    auto n = static_cast<std::uint64_t>(number) ^ 0xcbf29ce484222325U;
    for (auto const c : body) n = (n ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return static_cast<std::int64_t>(n);
}

/// The company prefix of an EPC URN as it stands there: urn:epc:id:sgtin:9521234.012345.7.
string_view prefix_in(string_view urn) {
    auto const scheme = urn.find(':', urn.find(':', 8) + 1);
    if (scheme == string_view::npos) return {};
    auto const digits = urn.substr(scheme + 1);
    auto const dot = digits.find('.');
    if (dot == string_view::npos || dot < 6 || dot > 12) return {};
    return digits.substr(0, dot);
}

void prefixes_in(Node const& n, std::set<string, std::less<>>& looked_at, auto const& found) {
    if (n.text.starts_with("urn:epc:"))
        if (auto const prefix = prefix_in(n.text); !prefix.empty() && !looked_at.contains(prefix)) {
            looked_at.emplace(prefix);
            if (auto const id = parse_identifier(n.text); id && id->prefix == prefix.size()) found(prefix);
        }
    for (auto const& c : n.children) prefixes_in(c, looked_at, found);
}

} // namespace

void Elements::add(Node const& element) {
    auto& e = m_of[match_key(element.value("id"))];
    for (auto const& c : element.children) {
        if (c.name == "attribute") e.attributes[string{c.value("id")}].push_back(c.text);
        if (c.name == "children")
            for (auto const& id : c.children) e.children.push_back(match_key(id.text));
    }
}

std::vector<string> Elements::with_descendants(string_view id) const {
    std::vector<string> all{match_key(id)};
    std::set<string, std::less<>> seen{all[0]};
    for (std::size_t i = 0; i < all.size(); ++i)   // grows while it is walked; a circle ends because each is taken once
        if (auto const at = m_of.find(all[i]); at != m_of.end())
            for (auto const& child : at->second.children)
                if (seen.insert(child).second) all.push_back(child);
    return all;
}

std::vector<string> Elements::attribute(string_view id, string_view attribute) const {
    auto const at = m_of.find(match_key(id));
    if (at == m_of.end()) return {};
    auto const values = at->second.attributes.find(attribute);
    return values == at->second.attributes.end() ? std::vector<string>{} : values->second;
}

void Repository::Inside::keep_vocabularies(Document const& document, Head& head) {
    for (auto const& v : document.vocabularies) {
        auto const* list = v.find("VocabularyElementList");
        if (!list) continue;
        for (auto const& element : list->children) {
            ElementRow row{string{v.value("type")}, match_key(element.value("id")), {}};
            auto const known = db.row<ElementRow>(sql::all[sql::vocabulary_element], arg("enterprise", enterprise), arg("type", row.type), arg("key", row.key));
            row.body.raw = packed(known ? told_anew(unpacked(known->body.raw), element) : element);
            if (known && known->body == row.body) continue;
            db.run(sql::all[sql::put_vocabulary], arg("enterprise", enterprise), row);
            head.vocabulary = next_number(next_number(head.vocabulary, row.type), row.body.raw);
        }
    }
}

void Repository::Inside::keep_prefixes(Document const& document) {
    for (auto const& n : document.namespaces) db.run(sql::all[sql::add_prefix], arg("enterprise", enterprise), PrefixRow{n.prefix, n.uri});
    std::set<string, std::less<>> looked_at;
    for (auto const& v : document.vocabularies) keep_company_prefixes(v, looked_at);
}

void Repository::Inside::keep_company_prefixes(Node const& node, std::set<string, std::less<>>& looked_at) {
    prefixes_in(node, looked_at, [&](string_view prefix) { db.run(sql::all[sql::add_company_prefix], arg("enterprise", enterprise), arg("prefix", prefix)); });
}

MasterData const& Repository::master_data() {
    auto const number = m->head().vocabulary;
    if (m->vocabulary == number) return m->elements;
    m->elements = {};
    m->db.each<ElementRow>(sql::all[sql::vocabularies], [&](ElementRow&& row) { m->elements.add(unpacked(row.body.raw)); }, arg("enterprise", m->enterprise));
    m->vocabulary = number;
    return m->elements;
}

std::vector<Node> Repository::vocabularies(string_view type) {
    std::vector<Node> all;
    auto const see = [&](ElementRow&& row) {
        if (all.empty() || all.back().value("type") != row.type)
            all.push_back({"Vocabulary", {}, {{"type", row.type, {}, Node::Kind::text}, {"VocabularyElementList", {}, {}, Node::Kind::text}}, Node::Kind::text});
        all.back().children.back().children.push_back(unpacked(row.body.raw));
    };
    if (type.empty()) m->db.each<ElementRow>(sql::all[sql::vocabularies], see, arg("enterprise", m->enterprise));
    else m->db.each<ElementRow>(sql::all[sql::vocabularies_of], see, arg("enterprise", m->enterprise), arg("type", type));
    return all;
}

std::map<string, string, std::less<>> Repository::prefixes() {
    std::map<string, string, std::less<>> all;
    for (auto& row : m->db.rows<PrefixRow>(sql::all[sql::prefixes], arg("enterprise", m->enterprise))) all.emplace(std::move(row.prefix), std::move(row.uri));
    return all;
}

CompanyPrefixes const& Repository::company_prefixes() {
    m->company_prefixes = {};
    for (auto const& row : m->db.rows<CompanyPrefixRow>(sql::all[sql::company_prefixes], arg("enterprise", m->enterprise)))
        (void)m->company_prefixes.add(row.prefix);   // only well-formed ones were kept
    return m->company_prefixes;
}

} // namespace osetra::trace
