#include "quality/papers.h"

#include <algorithm>
#include <fmt/format.h>

#include "kernel/paper.h"
#include "processing/processing.h"

namespace osetra::quality {

using std::string;
using namespace paper;

string analysis_certificate(Certificate const& c, string const& company, bool simulated, FarmOffset offset, string const& link) {
    auto const local = osetra::text_of(c.issued_at + offset.east);
    auto const market = *std::find_if(safety().markets.begin(), safety().markets.end(), [&](Market const& m) { return m.code == c.told.market; });
    Paper sheet;
    sheet.line("Certificate of analysis 检验证书", large);
    if (simulated) sheet.line("SIMULATED: this company and its goods do not exist. 模拟数据：该公司及其产品均不存在。", normal + 1);
    sheet.line(fmt::format("No. 编号 {}   {}", c.told.certificate, company), normal + 2);
    string lots;
    for (auto const& l : c.lots) lots += (lots.empty() ? "" : ", ") + l;
    sheet.line(c.told.what == "shipment" ? fmt::format("Shipment 发货 {}, lots 批次 {}", c.told.thing, lots) : fmt::format("Lot 批次 {}", lots), normal + 1);
    sheet.line(fmt::format("Held against the limits of 依据限量标准: {} {}", market.name_en, market.name_zh), normal + 1);
    sheet.gap(normal);
    std::vector<std::vector<string>> rows;
    for (auto const& l : c.lines)
        rows.push_back({l.lot, l.sample, l.name_en + " " + l.name_zh, l.method, l.values + " " + l.unit, l.limit, l.source, l.verdict == "pass" ? "pass 合格" : l.verdict});
    sheet.table({{"Lot 批次", 0.13F}, {"Sample 样品", 0.08F}, {"Tested 项目", 0.21F}, {"Method 方法", 0.12F}, {"Result 结果", 0.14F}, {"Limit 限量", 0.09F}, {"Source of the limit 限量依据", 0.15F}, {"Verdict 判定", 0.08F}}, rows);
    sheet.gap(normal);
    sheet.line(fmt::format("Every limit of {} that is named above was kept. A dash: no limit is set there. 上列 {} 限量均符合；“–”表示未设限量。", market.name_en, market.name_zh), normal);
    sheet.line(fmt::format("Issued by 签发 {}, {} {}", c.issued_by, local.substr(0, 10), local.substr(11, 5)), normal + 1);
    sheet.line(fmt::format("SHA-256 of what it says 内容摘要: {}", c.told.content_sha256), normal);
    if (auto const code = link.empty() ? Result<paper::Dots>{tl::unexpected(Refusal{})} : processing::qr_code(link); code)
        sheet.code(*code, 84, {"Scan to see whether this certificate is genuine, unchanged and still holds. Hold what is shown there against this paper.", "扫码查验本证书是否真实、未经更改、仍然有效；请与纸面内容核对。", link});
    sheet.signature("For quality: name, day, stamp 质量负责人：姓名、日期、盖章");
    return sheet.bytes();
}

} // namespace osetra::quality
