#include <fmt/core.h>
#include <ostream>

#include "app/plain_files.h"
#include "app/text.h"
#include "app/verbs.h"
#include "quality/tasting/reviews.h"
#include "quality/tasting/tasting_sql.h"

namespace osetra::app {
namespace {

Result<Done> tell_sheet(Context const& c, ReviewsVerb const& v) {
    auto const sheet = OSETRA_TRY(bytes_of(c, v.file));
    auto const company = OSETRA_TRY(open_company(c));
    auto const rows = OSETRA_TRY(quality::read_review_sheet(sheet, company.offset()));
    quality::TastingStore store{*company.db, company.record.enterprise};
    Ids ids{c.clock};
    std::vector<Fact> facts;
    for (auto const& row : quality::not_told(rows, store.all<quality::Reviewed>())) facts.push_back(farm::fact_of(ids.next(), author(), row.at, row.told));
    auto const fresh = facts.size();
    if (!v.dry_run && fresh > 0) OSETRA_TRY(record_all(c, company, std::move(facts)));
    c.io.out << fmt::format("{} reviews {}; {} were here already.\n", fresh, v.dry_run ? "read, nothing was told" : "told", rows.size() - fresh);
    return Done{};
}

} // namespace

Result<Done> taste_reviews(Context const& c, ReviewsVerb const& v) {
    if (!v.file.empty()) return tell_sheet(c, v);
    auto const company = OSETRA_TRY(open_company(c));
    quality::TastingStore store{*company.db, company.record.enterprise};
    auto const said = quality::said_of(store.all<quality::Reviewed>(), v.channel.empty() ? std::nullopt : std::optional{v.channel});
    auto const trend = quality::review_trend(said, company.offset());
    TextTable table{{"Product", trend.span == "month" ? "Month from" : trend.span == "quarter" ? "Quarter from" : "Year from", ">Reviews", ">Liking 1-9", ">95 %"}};
    for (auto const& p : trend.points) table.add({p.product, text_of(farm_day(p.from, company.offset())), fmt::format("{}", p.reviews), fmt::format("{:.1f}", p.mean), fmt::format("{:.1f}-{:.1f}", p.low, p.high)});
    c.io.out << (table.empty() ? "No review yet.\n" : table.text());
    return Done{};
}

} // namespace osetra::app
