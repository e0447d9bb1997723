#include <algorithm>
#include <fmt/core.h>
#include <fstream>
#include <map>
#include <ostream>
#include <set>

#include "app/text.h"
#include "app/verbs.h"
#include "kernel/fault.h"
#include "trace/meant_sql.h"
#include "trace/recall_pdf.h"
#include "trace/trace_answer.h"

namespace osetra::app {
namespace {

Result<trace::TraceQuestion> question_of(TraceVerb const& verb, FarmOffset offset) {
    trace::TraceQuestion question{verb.id, verb.direction, {}, static_cast<std::size_t>(verb.most)};
    if (verb.at.empty()) return question;
    if (auto const day = parse_day(verb.at)) question.at = end_of(*day, offset);
    else question.at = OSETRA_TRY(parse_instant(verb.at, offset));
    return question;
}

/// A walk as a tree for a terminal. What can be reached in several ways is written out once.
class Tree {
public:
    Tree(trace::TraceAnswer const& answer, FarmOffset offset, bool events, std::ostream& out) : m_answer(answer), m_offset(offset), m_events(events), m_out(out) {
        for (auto const& n : answer.nodes) m_node[n.id] = &n;
        for (auto const& g : answer.gaps) if (g.code == "origin_not_told") m_open.insert(g.id);
        for (auto const& e : answer.edges) {
            m_up[e.to].push_back(&e);
            m_down[e.from].push_back(&e);
        }
    }
    void print() {
        auto const& start = *m_node.at(m_answer.start);
        m_out << start.id << '\n' << about(start) << '\n';
        auto const up = m_answer.direction == "up" || m_answer.direction == "both", down = m_answer.direction != "up";
        if (up) branch("Origins", m_up, true);
        if (down) branch("Results", m_down, false);
    }

private:
    using Edges = std::map<std::string, std::vector<trace::TraceEdge const*>>;

    void branch(char const* heading, Edges const& edges, bool up) {
        if (!edges.contains(m_answer.start)) return;
        m_out << heading << '\n';
        m_written = {m_answer.start};
        below(m_answer.start, edges, up, "");
    }
    void below(std::string const& id, Edges const& edges, bool up, std::string const& indent) {
        auto const found = edges.find(id);
        if (found == edges.end()) return;
        std::vector<trace::TraceEdge const*> shown;
        for (auto const* e : found->second) if (m_node.contains(up ? e->from : e->to)) shown.push_back(e);
        for (std::size_t i = 0; i < shown.size(); ++i) {
            auto const& e = *shown[i];
            auto const& next = up ? e.from : e.to;
            auto const last = i + 1 == shown.size();
            auto const again = !m_written.insert(next).second;
            m_out << indent << (last ? "└─ " : "├─ ") << way(e, up) << ' ' << about(*m_node.at(next)) << amount(e) << during(e) << (again ? " (above)" : "") << '\n';
            if (m_events) for (auto const no : e.events) tell(no, indent + (last ? "     " : "│    "));
            if (!again && !(up ? e.kind == "parent" || e.kind == "associated" : e.kind == "associated")) below(next, edges, up, indent + (last ? "   " : "│  "));
        }
    }
    static std::string way(trace::TraceEdge const& e, bool up) {
        if (e.kind == "contained") return up ? "held" : "in";
        if (e.kind == "parent") return up ? "parent" : "offspring";
        if (e.kind == "fed") return up ? "fed" : "fed to";
        if (e.kind == "associated") return up ? "carries" : "fixed to";
        return up ? "from" : "became";
    }
    std::string about(trace::TraceNode const& n) const {
        auto text = fmt::format("{} {}", n.kind, n.name);
        if (n.label) text += ' ' + *n.label;
        else if (n.species) text += ' ' + *n.species;
        if (n.grade) text += " grade " + *n.grade;
        if (m_open.contains(n.id)) text += " (origin not told)";
        return text;
    }
    static std::string amount(trace::TraceEdge const& e) {
        if (!e.quantity) return "";
        auto const uom = e.uom.value_or("");
        return fmt::format(", {:g}{}", *e.quantity, uom == "KGM" ? " kg" : uom == "GRM" ? " g" : uom.empty() ? "" : " " + uom);
    }
    std::string during(trace::TraceEdge const& e) const {
        if (e.kind == "contained" || e.kind == "fed")
            return ", " + (e.from_at ? local(*e.from_at, m_offset) : "?") + " to " + (e.until_at ? local(*e.until_at, m_offset) : "now");
        return "";
    }
    void tell(std::int64_t no, std::string const& indent) const {
        auto const at = std::find_if(m_answer.events.begin(), m_answer.events.end(), [&](trace::TraceEvent const& v) { return v.no == no; });
        if (at == m_answer.events.end()) return;
        m_out << indent << local(at->event_at, m_offset) << ' ' << at->type << (at->biz_step.empty() ? "" : " ") << at->biz_step << (at->place ? " at " : "")
              << at->place.value_or("") << ' ' << at->event_id << '\n';
    }

    trace::TraceAnswer const& m_answer;
    FarmOffset m_offset;
    bool m_events;
    std::ostream& m_out;
    std::map<std::string, trace::TraceNode const*> m_node;
    Edges m_up, m_down;
    std::set<std::string> m_written, m_open;
};

void print_balances(trace::TraceAnswer const& answer, std::ostream& out) {
    TextTable table{{"Process", ">In kg", ">Out kg", ">Difference", "Verdict"}};
    auto const kg = [](std::optional<double> v) { return v ? fmt::format("{:.3f}", *v) : std::string{}; };
    for (auto const& b : answer.balances) {
        if (b.in_heads && b.out_heads) table.add({b.process, fmt::format("{:g} fish", *b.in_heads), fmt::format("{:g} fish", *b.out_heads), fmt::format("{:g}", *b.out_heads - *b.in_heads), b.verdict});
        else if (b.in_kg || b.out_kg) table.add({b.process, kg(b.in_kg), kg(b.out_kg), kg(b.difference_kg), b.verdict});
    }
    if (!table.empty()) out << "Balances\n" << table.text("  ");
}

Result<Done> write_file(Context const& c, std::string const& path, std::string const& bytes) {
    std::ofstream file{path, std::ios::binary};
    file << bytes;
    if (!file.flush()) throw Fault("cannot write " + path + "; check the folder and the room on the disk");
    c.io.out << "Written to " << path << '\n';
    return Done{};
}

void print_recall(trace::Recall const& recall, FarmOffset offset, std::ostream& out) {
    out << recall.start << '\n';
    TextTable items{{"Where", "Kind", "Number", ">Amount", "Place", "Holder"}};
    for (auto const& i : recall.items)
        items.add({i.where, i.kind, i.name, i.quantity ? fmt::format("{:g} {}", *i.quantity, i.uom.value_or("")) : "", i.place_name.value_or(i.place.value_or("")), i.holder.value_or("")});
    out << items.text();
    if (!recall.shipments.empty()) out << "Shipments\n";
    for (auto const& s : recall.shipments) {
        out << "  " << local(s.shipped_at, offset) << " to " << s.to_party.value_or(s.to_place.value_or("?")) << (s.received_at ? ", received " + local(*s.received_at, offset) : ", receipt not told") << '\n';
        for (auto const& t : s.things) out << "    " << t << '\n';
        for (auto const& p : s.papers) out << "    " << p.type << ' ' << p.id << '\n';
    }
    if (!recall.contacts.empty()) out << "Whom to call\n";
    for (auto const& k : recall.contacts) {
        out << "  " << k.party;
        for (auto const& part : {k.name, k.address, k.country, k.contact, k.phone, k.email}) if (part) out << "; " << *part;
        out << '\n';
    }
    if (!recall.unaccounted.empty()) out << "Not accounted for\n";
    for (auto const& g : recall.unaccounted) out << "  " << g.id << ": " << g.why << '\n';
    if (recall.truncated) out << "There is more than these; ask with a larger --most.\n";
}

} // namespace

Result<Done> trace_thing(Context const& c, TraceVerb const& verb) {
    auto company = OSETRA_TRY(open_company(c));
    auto question = OSETRA_TRY(question_of(verb, company.offset()));
    trace::Repository events{*company.db, company.record.enterprise};
    trace::LineageStore store{*company.db, company.record.enterprise};
    question.id = trace::meant(*company.db, company.record.enterprise, store, question.id);
    auto const begin = c.clock.now();
    auto answer = OSETRA_TRY(trace::trace_of(store, events, question));
    answer.ms = static_cast<double>((c.clock.now() - begin).count()) / 1'000;
    if (c.where.json) {
        c.io.out << to_json(answer) << '\n';
        return Done{};
    }
    Tree{answer, company.offset(), verb.events, c.io.out}.print();
    print_balances(answer, c.io.out);
    if (!answer.gaps.empty()) c.io.out << "Not told\n";
    for (auto const& g : answer.gaps) c.io.out << "  " << g.id << ": " << g.why << '\n';
    if (answer.truncated) c.io.out << "There is more than these; ask with a larger --most.\n";
    return Done{};
}

Result<Done> recall_thing(Context const& c, TraceVerb const& verb) {
    auto company = OSETRA_TRY(open_company(c));
    auto question = OSETRA_TRY(question_of(verb, company.offset()));
    trace::Repository events{*company.db, company.record.enterprise};
    trace::LineageStore store{*company.db, company.record.enterprise};
    question.id = trace::meant(*company.db, company.record.enterprise, store, question.id);
    auto const recall = OSETRA_TRY(trace::recall_of(store, events, question));
    if (c.where.json) c.io.out << to_json(recall) << '\n';
    else if (verb.csv.empty() && verb.pdf.empty()) print_recall(recall, company.offset(), c.io.out);
    if (!verb.csv.empty()) OSETRA_TRY(write_file(c, verb.csv, write_csv(to_table(recall, company.offset()))));
    if (!verb.pdf.empty()) OSETRA_TRY(write_file(c, verb.pdf, to_pdf(recall, c.clock.now(), company.offset())));
    return Done{};
}

} // namespace osetra::app
