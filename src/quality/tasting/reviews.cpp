#include "quality/tasting/reviews.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "kernel/csv.h"
#include "kernel/number.h"
#include "kernel/sha256.h"
#include "kernel/text.h"
#include "quality/engine/distributions.h"

namespace osetra::quality {
namespace {

using Words = std::vector<std::string_view>;
std::map<std::string_view, Words> const headings{
    {"date", {"date", "day", "when", "日期", "时间"}}, {"product", {"product", "variety", "item", "产品", "品种", "商品"}}, {"score", {"score", "rating", "stars", "liking", "评分", "星级", "喜好度"}},
    {"scale", {"scale", "评分制", "量表"}}, {"lot", {"lot", "batch", "批次", "批号"}}, {"channel", {"channel", "source", "shop", "渠道", "来源"}}, {"customer", {"customer", "guest", "name", "客户", "顾客", "昵称"}},
    {"words", {"words", "comment", "review text", "text", "评价", "评论", "留言"}}, {"review", {"review", "id", "评价编号", "编号"}},
};

/// "1-5", "1..9", "stars".
std::optional<std::pair<std::int64_t, std::int64_t>> scale_of(std::string const& text) {
    if (text == "stars" || text == "星" || text == "星级") return std::pair<std::int64_t, std::int64_t>{1, 5};
    auto const dash = text.find_first_of("-.~");
    auto const end = text.find_first_not_of("-.~", dash);
    if (dash == std::string::npos || end == std::string::npos) return {};
    auto const low = read_number<std::int64_t>(text.substr(0, dash)), high = read_number<std::int64_t>(text.substr(end));
    return low && high ? std::optional{std::pair{*low, *high}} : std::nullopt;
}

std::string span_of(Instant at, FarmOffset offset, std::string const& span) {
    auto const day = text_of(farm_day(at, offset));   // 2026-07-15
    if (span == "year") return day.substr(0, 4) + "-01-01";
    auto month = (day[5] - '0') * 10 + day[6] - '0';
    if (span == "quarter") month = (month - 1) / 3 * 3 + 1;
    return fmt::format("{}-{:02}-01", day.substr(0, 4), month);
}

} // namespace

Result<std::vector<ReviewRow>> read_review_sheet(std::string_view csv, FarmOffset offset) {
    auto const table = OSETRA_TRY(read_csv(csv, "reviews.csv"));
    std::map<std::string_view, std::size_t> column;
    std::vector<ReviewRow> out;
    auto const text = [](TableRow const& row, std::size_t at) { return at < row.cells.size() ? row.cells[at].text : std::string{}; };
    auto stars = false;
    auto const& rows = table.sheets.front().rows;
    std::map<std::string, int> alike;
    for (auto const& row : rows) {
        if (&row == &rows.front()) {
            for (std::size_t i = 0; i < row.cells.size(); ++i) {
                auto const heading = lower_ascii(text(row, i));
                for (auto const& [field, words] : headings) if (std::find(words.begin(), words.end(), heading) != words.end()) column.emplace(field, i);
                stars = stars || heading == "stars" || heading == "星级";
            }
            for (auto const* needed : {"date", "product", "score"})
                if (!column.contains(needed)) return refuse("column_missing", fmt::format("The sheet has no column \"{}\"; its first line names its columns.", needed), needed);
            continue;
        }
        auto const at = fmt::format("line {}", row.number);
        auto const cell = [&](char const* field) { auto const c = column.find(field); return c == column.end() ? std::string{} : text(row, c->second); };
        auto const maybe = [&](char const* field) { auto told = cell(field); return told.empty() ? std::nullopt : std::optional{std::move(told)}; };
        if (cell("product").empty() && cell("score").empty()) continue;
        if (cell("product").empty() || cell("score").empty() || cell("date").empty()) return refuse("field_missing", "A line needs a date, a product and a score.", at);
        ReviewRow one{row.number, {}, {}};
        auto const day = parse_day(cell("date").substr(0, 10));
        if (!day) return refuse(day.error().code, day.error().message, at);
        one.at = start_of(*day, offset) + std::chrono::hours{12};
        one.told.product = cell("product");
        auto const score = read_number<double>(cell("score"));
        if (!score || !std::isfinite(*score)) return refuse("number_malformed", fmt::format("\"{}\" is no number.", cell("score").substr(0, 40)), at);
        one.told.score = *score;
        if (stars) one.told.scale_high = 5;
        if (auto const told = maybe("scale")) {
            auto const scale = scale_of(lower_ascii(*told));
            if (!scale) return refuse("scale_malformed", fmt::format("\"{}\" is no scale; write 1-5, 1-9 or stars.", told->substr(0, 40)), at);
            one.told.scale_low = scale->first;
            one.told.scale_high = scale->second;
        }
        one.told.lot = maybe("lot");
        one.told.channel = maybe("channel");
        one.told.customer = maybe("customer");
        one.told.words = maybe("words");
        one.told.review = maybe("review");
        if (!one.told.review) {
            std::string all;
            for (auto const& c : row.cells) all += c.text + "\n";
            auto const n = alike[all]++;          // two that say the same are two
            one.told.review = "R-" + sha256_hex(n == 0 ? all : fmt::format("{}{}", all, n)).substr(0, 16);
        }
        out.push_back(std::move(one));
    }
    if (out.empty()) return refuse("field_missing", "The sheet has no line with a review.", "product");
    return out;
}

double liking_of(Reviewed const& r) {
    auto const width = static_cast<double>(std::max<std::int64_t>(1, r.scale_high - r.scale_low));
    return 1 + 8 * (r.score - static_cast<double>(r.scale_low)) / width;
}

std::vector<ReviewSaid> said_of(std::vector<farm::Of<Reviewed>> const& told, std::optional<std::string> const& channel) {
    std::vector<ReviewSaid> out;
    for (auto const& r : told)
        if (!channel || r.body.channel == channel) out.push_back({r.at, r.body.product, r.body.channel.value_or(""), liking_of(r.body)});
    return out;
}

std::vector<ReviewRow> not_told(std::vector<ReviewRow> rows, std::vector<farm::Of<Reviewed>> const& told) {
    std::set<std::string> here;
    for (auto const& r : told) if (r.body.review) here.insert(*r.body.review);
    std::vector<ReviewRow> out;
    for (auto& row : rows) if (here.insert(*row.told.review).second) out.push_back(std::move(row));
    return out;
}

ReviewTrend review_trend(std::vector<ReviewSaid> const& said, FarmOffset offset) {
    ReviewTrend out{"year", {}};
    std::set<std::string> products;
    for (auto const& s : said) products.insert(s.product);
    for (auto const* span : {"month", "quarter"}) {
        std::set<std::pair<std::string, std::string>> spans;
        for (auto const& s : said) spans.emplace(s.product, span_of(s.at, offset, span));
        if (!spans.empty() && said.size() >= 5 * spans.size()) { out.span = span; break; }
    }
    std::map<std::string, std::vector<double>> of_product;
    std::map<std::pair<std::string, std::string>, std::vector<ReviewSaid const*>> by;
    for (auto const& s : said) { of_product[s.product].push_back(s.liking); by[{s.product, span_of(s.at, offset, out.span)}].push_back(&s); }
    auto const spread = [](auto const& all, auto value) {
        double mean = 0, sum = 0;
        for (auto const& x : all) mean += value(x) / static_cast<double>(all.size());
        for (auto const& x : all) sum += std::pow(value(x) - mean, 2);
        return std::pair{mean, sum};
    };
    for (auto const& [key, all] : by) {
        auto const n = static_cast<double>(all.size());
        auto const [mean, sum] = spread(all, [](auto const* s) { return s->liking; });
        auto const& whole = of_product[key.first];
        auto const [whole_mean, whole_sum] = spread(whole, [](double x) { return x; });
        // fewer than five tell little of their own spread
        auto const own = all.size() >= 5;
        auto const freedom = own ? n - 1 : static_cast<double>(whole.size()) - 1;
        auto const variance = freedom > 0 ? (own ? sum : whole_sum) / freedom : 4;
        auto const half = (freedom > 0 ? t_quantile(0.975, freedom) : 1.96) * std::sqrt(std::max(variance, 0.05) / n);
        double middle = 0;
        for (auto const* s : all) middle += static_cast<double>(s->at.time_since_epoch().count()) / n;
        out.points.push_back({key.first, start_of(*parse_day(key.second), offset), Instant{std::chrono::microseconds{std::llround(middle)}}, std::ssize(all), mean, std::max(1.0, mean - half), std::min(9.0, mean + half)});
    }
    return out;
}

} // namespace osetra::quality
