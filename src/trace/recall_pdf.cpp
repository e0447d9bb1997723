#include "trace/recall_pdf.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

#include "kernel/paper.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using paper::large, paper::normal;

string local(std::optional<Instant> at, FarmOffset offset) {
    if (!at) return "";
    auto const text = text_of(*at + offset.east);
    return text.substr(0, 10) + " " + text.substr(11, 5);
}
string amount(RecallItem const& i) { return i.quantity ? fmt::format("{:g} {}", *i.quantity, i.uom.value_or("")) : ""; }
string joined(std::vector<string> const& all) {
    string out;
    for (auto const& one : all) out += (out.empty() ? "" : ", ") + one;
    return out;
}
char const* both_languages(string_view where) {
    if (where == "in_house") return "in house 在库";
    if (where == "shipped") return "shipped 已发运";
    if (where == "received") return "received 已收货";
    if (where == "used_up") return "used up 已用尽";
    if (where == "ended") return "ended 已注销";
    return "unknown 不明";
}

} // namespace

string to_pdf(Recall const& recall, Instant made_at, FarmOffset offset) {
    paper::Paper paper;
    paper.line("Recall 召回", large);
    paper.line(recall.start, normal);
    paper.line("As of 截至 " + local(made_at, offset), normal);
    std::map<string, int> count;
    for (auto const& i : recall.items) ++count[i.where];
    string summary;
    for (auto const& [where, n] : count) summary += fmt::format("{}{}: {}", summary.empty() ? "" : "; ", both_languages(where), n);
    paper.line(summary, normal);
    if (recall.truncated) paper.line("This list is not complete: there is more than was asked for. 清单不完整。", normal);
    paper.gap(normal);

    paper.line("Whom to call 联系人", normal + 2);
    std::vector<std::vector<string>> rows;
    for (auto const& c : recall.contacts)
        rows.push_back({c.name.value_or(""), c.address.value_or("") + (c.country ? " " + *c.country : ""), c.contact.value_or(""), c.phone.value_or(""), c.email.value_or(""), c.party});
    paper.table({{"Name 名称", 0.2F}, {"Address 地址", 0.24F}, {"Person 联系人", 0.12F}, {"Phone 电话", 0.12F}, {"E-mail 邮箱", 0.14F}, {"Number 编号", 0.18F}}, rows);

    paper.line("Shipments 发运", normal + 2);
    rows.clear();
    for (auto const& s : recall.shipments) {
        std::vector<string> papers;
        for (auto const& p : s.papers) papers.push_back(p.type + " " + p.id);
        rows.push_back({local(s.shipped_at, offset), local(s.received_at, offset), joined(s.things), s.to_party.value_or("") + (s.to_place ? " " + *s.to_place : ""), joined(papers)});
    }
    paper.table({{"Shipped 发运", 0.1F}, {"Received 收货", 0.1F}, {"Carried 物品", 0.26F}, {"To 收货方", 0.26F}, {"Papers 单据", 0.28F}}, rows);

    paper.line("Affected 受影响物品", normal + 2);
    rows.clear();
    for (auto const& i : recall.items)
        rows.push_back({i.name, i.kind, i.label.value_or(""), amount(i), both_languages(i.where), i.place_name.value_or(i.place.value_or("")), i.container.value_or(""), local(i.last_at, offset)});
    paper.table({{"Number 编号", 0.14F}, {"Kind 类别", 0.06F}, {"Label 标签", 0.22F}, {"Amount 数量", 0.08F}, {"Where 状态", 0.1F}, {"Place 地点", 0.16F}, {"Container 包装", 0.16F}, {"Last seen 最后", 0.08F}}, rows);

    if (!recall.unaccounted.empty()) {
        paper.line("Not accounted for 未查明", normal + 2);
        rows.clear();
        for (auto const& g : recall.unaccounted) rows.push_back({g.id, g.why});
        paper.table({{"What 物品", 0.5F}, {"Why 原因", 0.5F}}, rows);
    }
    return paper.bytes();
}

} // namespace osetra::trace
