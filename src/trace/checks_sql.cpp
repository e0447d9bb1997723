#include "trace/checks_sql.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include "kernel/fields.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/packed.h"
#include "trace/engine/vocabulary.h"
#include "trace/lineage_sql.h"
#include "trace/trace_sql.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

struct ElementBody { Bytes body; };
template <Is<ElementBody> X> void visit_fields(X& x, auto f) { f("body", x.body); }

constexpr std::array vocabulary_types{"urn:epcglobal:epcis:vtype:BusinessLocation", "urn:epcglobal:epcis:vtype:ReadPoint", "urn:epcglobal:epcis:vtype:BusinessTransaction",
                                      "urn:epcglobal:epcis:vtype:SourceDest", "urn:epcglobal:epcis:vtype:Location", "urn:epcglobal:epcis:vtype:Party"};

std::int64_t number_of(Tie t, Past::End end) { return static_cast<std::int64_t>(end == Past::End::from ? t : seen_from_other(t)); }

/// The site that a place is part of, by its key: an SGLN without the extension.
std::optional<string> site_of(string const& key) {
    auto const extension = key.find("/254/");
    return extension == string::npos ? std::nullopt : std::optional{key.substr(0, extension)};
}

/// Attributes are named by URIs of any shape: what stands behind the last of : / # }
string_view last_part(string_view id) {
    auto const cut = id.find_last_of(":/#}");
    return cut == string_view::npos ? id : id.substr(cut + 1);
}
void read_attributes(Node const& element, string_view local, std::vector<string>& into) {
    for (auto const& a : element.children)
        if (a.name == "attribute" && last_part(a.value("id")) == local) into.push_back(a.text);
}

} // namespace

struct ToldBefore::Told {
    Told(store::Db& of, Enterprise e, Document const& d) : db(of), enterprise(e), document(d), events(of, e), web(of, e) {}

    Event const* event(std::int64_t no) {
        auto const [at, fresh] = read.try_emplace(no);
        if (fresh) at->second = events.by_no(no);
        return at->second ? &*at->second : nullptr;
    }
    std::vector<Said> all_said(std::optional<std::int64_t> number, string const& key, std::int64_t tie) {
        std::vector<Said> all;
        if (number) {
            std::vector<Known> links;
            std::vector<std::int64_t> others;
            web.links(std::array{*number}, tie, tie, never, [&](Known&& k) {
                others.push_back(k.other);
                links.push_back(std::move(k));
            });
            auto const names = web.names(others);
            for (auto& k : links) {
                auto const& name = names.at(k.other);
                Said s{static_cast<Tie>(tie), is_process(name) ? string{process_id(name)} : name, k.happened_at, k.what, k.quantity, k.uom.value_or(""), nullptr, {}};
                auto const of = tie & 31;
                if (of == static_cast<std::int64_t>(Tie::made) || of == static_cast<std::int64_t>(Tie::used))
                    if (auto const* e = event(k.event)) { s.event = &e->tree; s.event_id = e->event_id; }
                all.push_back(std::move(s));
            }
        }
        if (auto const here = of_document.find({key, tie}); here != of_document.end()) all.insert(all.end(), here->second.begin(), here->second.end());
        return all;
    }

    store::Db& db;
    Enterprise enterprise;
    Document const& document;
    Repository events;
    LineageStore web;
    std::map<std::pair<string, std::int64_t>, std::vector<Said>> of_document;
    std::vector<Node const*> document_events;
    std::map<std::int64_t, std::optional<Event>> read;
    std::deque<Event> with_papers;
    std::map<string, std::vector<Node const*>, std::less<>> papers;
};

ToldBefore::ToldBefore(store::Db& db, Enterprise enterprise, Document const& document) : m(std::make_unique<Told>(db, enterprise, document)) {}
ToldBefore::~ToldBefore() = default;

void ToldBefore::add(Node const& event, string const& event_id) {
    auto const at = event_time(event);
    m->document_events.push_back(&event);
    for (auto const& l : links_of(event, event_id)) {
        auto const name = [](string_view n, bool process) { return process ? process_name(n) : match_key(n); };
        auto const from = name(l.thing, l.tie == Tie::made), to = name(l.other, l.tie == Tie::used);
        m->of_document[{from, number_of(l.tie, End::from)}].push_back({l.tie, string{l.other}, at, l.what, l.quantity, string{l.uom}, &event, event_id});
        m->of_document[{to, number_of(l.tie, End::to)}].push_back({l.tie, string{l.thing}, at, l.what, l.quantity, string{l.uom}, &event, event_id});
    }
}

std::vector<Past::Said> ToldBefore::said(string_view thing, Tie tie, End end) { return m->all_said(m->web.find(thing), match_key(thing), number_of(tie, end)); }

std::vector<Past::Said> ToldBefore::said_of_process(string_view id, Tie tie) {
    return m->all_said(m->web.find_process(id), process_name(id), number_of(tie, tie == Tie::used ? End::to : End::from));
}

std::vector<Node const*> ToldBefore::with_paper(string_view id) {
    auto const [at, fresh] = m->papers.try_emplace(string{id});
    if (fresh) {
        auto const query = parse_query({{"EQ_bizTransaction_cert", {string{id}}}}, {}, m->events.master_data());
        constexpr std::int64_t most = 10'000;
        auto page = query ? m->events.events(*query, most) : Result<Page>{refuse("", "")};
        if (page)
            for (auto& e : page->events) {
                m->with_papers.push_back(std::move(e));
                at->second.push_back(&m->with_papers.back().tree);
            }
    }
    auto all = at->second;
    auto const key = match_key(id);
    for (auto const* e : m->document_events)
        if (auto const* papers = e->find("bizTransactionList"))
            if (std::any_of(papers->children.begin(), papers->children.end(), [&](Node const& p) { return match_key(p.text) == key; })) all.push_back(e);
    return all;
}

std::vector<string> ToldBefore::attribute(string_view id, string_view local) {
    std::vector<string> found;
    auto const look = [&](string const& key) {
        for (auto const& vocabulary : m->document.vocabularies)
            if (auto const* list = vocabulary.find("VocabularyElementList"))
                for (auto const& element : list->children) if (match_key(element.value("id")) == key) read_attributes(element, local, found);
        if (!found.empty()) return;
        for (auto const* type : vocabulary_types)
            if (auto const row = m->db.row<ElementBody>(sql::all[sql::vocabulary_element], store::arg("enterprise", m->enterprise), store::arg("type", type), store::arg("key", key)))
                read_attributes(unpacked(row->body.raw), local, found);
    };
    auto const key = match_key(id);
    look(key);
    if (auto const site = site_of(key); site && found.empty()) look(*site);
    return found;
}

} // namespace osetra::trace
