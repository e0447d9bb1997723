#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "farm/import/planner.h"

// One row of each layout that farms keep, turned into facts.
namespace osetra::farm {
namespace {

template <class Q> std::optional<Q> maybe(std::optional<std::int64_t> n) { return n ? std::optional{Q{*n}} : std::nullopt; }

bool says(std::string const& text, std::initializer_list<std::string_view> words) {
    auto const t = folded(text);
    return std::any_of(words.begin(), words.end(), [&](auto w) { return t.find(w) != std::string::npos; });
}

} // namespace

void SheetWork::site_row() {
    auto const code = text("site");
    if (!code) { bad("site", "site_missing", "The row names no farm.", "Write its code or name."); return; }
    SiteRegistered body;
    body.site = SiteId{std::string{clipped(*code, 64)}};
    body.name = text("name").value_or(*code);
    body.province = text("province");
    body.water_source = text("water_source");
    body.licence = text("licence");
    body.latitude = degrees("latitude");
    body.longitude = degrees("longitude");
    auto const at = has("date") || m_title_day || m_planner.options.start ? when() : std::optional{m_planner.options.now};
    if (!at) return;
    add_undated(body, *at);
    m_planner.learn_site(body.site.text);
}

void SheetWork::pool_row() {
    auto const code = text("pool");
    if (!code) {
        if (cell("pool")) return;
        bad("pool", "pool_missing", "The row names no pool.", "Write the pool's number.");
        return;
    }
    PoolRegistered body;
    body.pool = PoolId{std::string{clipped(*code, 64)}};
    auto const at = has("date") || m_title_day || m_planner.options.start ? when() : std::optional{m_planner.options.now};
    if (!at) return;
    if (auto const written = text("site")) {
        auto const id = m_planner.find_site(*written);
        body.site = SiteId{id.value_or(std::string{clipped(*written, 64)})};
        if (!id) {
            add_undated(SiteRegistered{body.site, *written, {}, {}, {}, {}, {}}, *at);
            m_planner.learn_site(body.site.text);
            note_once(fmt::format("Farm {} is new.", body.site.text));
        }
    } else {
        auto const site = site_for_new();
        if (!site) return;
        body.site = *site;
        if (m_planner.sites().count(site->text) == 0) {
            add_undated(SiteRegistered{*site, site->text, {}, {}, {}, {}, {}}, *at);
            m_planner.learn_site(site->text);
            note_once(fmt::format("Farm {} is new.", site->text));
        }
    }
    if (auto const kind = text("pool_kind")) {
        auto const known = words::pool_kind_of(*kind);
        if (!known) { bad("pool_kind", "pool_kind_unknown", fmt::format("\"{}\" is not a kind of pool.", clipped(*kind, 40)), "Write pool, tank, cage, raceway or tray (池塘, 桶, 网箱, 流水槽, 孵化盘)."); return; }
        body.pool_kind = *known;
    } else body.pool_kind = says(*code, {"tank", "桶", "缸"}) ? "tank" : says(*code, {"cage", "网箱"}) ? "cage" : "pool";
    body.name = text("name");
    body.volume_ml = maybe<Millilitres>(amount("volume"));
    body.area_cm2 = amount("area");
    auto const depth_mm = amount("depth");
    if (!body.volume_ml && body.area_cm2 && depth_mm)   // cm2 x mm = 0.1 ml
        body.volume_ml = Millilitres{static_cast<std::int64_t>(divide_half_even(static_cast<Wide>(*body.area_cm2) * *depth_mm, 10))};
    if (body.volume_ml && body.volume_ml->n == 0) body.volume_ml.reset();
    if (body.area_cm2 == 0) body.area_cm2.reset();
    body.flow_ml_s = amount("flow");
    body.walk_order = whole_number("walk_order");
    body.latitude = degrees("latitude");
    body.longitude = degrees("longitude");
    auto const key = "pool " + body.pool.text;
    if (!m_said.insert(key).second) { bad("pool", "pool_twice", fmt::format("Pool {} stands in the list twice.", body.pool.text), "Delete one of the rows, or give the pools different numbers."); return; }
    add_undated(body, *at);
    m_planner.learn_pool(body.pool.text, body.name.value_or(""), body.site.text);
}

void SheetWork::cohort_row() {
    auto const code = text("cohort");
    auto const kind = text("species");
    if (!code || !kind) { bad(code ? "species" : "cohort", "field_missing", "The row needs a cohort and its species.", "Write both."); return; }
    auto const known = species(*kind);
    if (!known) { bad("species", "species_unknown", fmt::format("\"{}\" is not a species of the pack {}.", clipped(*kind, 40), m_planner.pack.code), "Write its code or name as in the pack: BAE, 西伯利亚鲟 ..."); return; }
    CohortRegistered body;
    body.cohort = CohortId{std::string{clipped(*code, 64)}};
    body.species = *known;
    body.hatched_on = day("hatched");
    auto year = whole_number("year_class");
    if (!year && body.hatched_on) year = int{std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{body.hatched_on->n}}}.year()};
    if (!year)
        if (auto const y = year_in(*code)) year = *y;
    if (!year || *year < 1950 || *year > 2200) { bad("year_class", "field_missing", "The row does not say the year of hatching.", "Add it with four digits."); return; }
    body.year_class = *year;
    body.name = text("name");
    body.origin = text("source");
    auto const at = has("date") || m_title_day || m_planner.options.start ? when() : std::optional{m_planner.options.now};
    if (!at) return;
    add_undated(body, *at);
    m_planner.learn_cohort(body.cohort.text, body.species);
}

void SheetWork::stock_row() {
    auto const at = when();
    if (!at) return;
    auto const where = pool(has("pool") ? "pool" : "to");
    if (!where) return;
    auto const before = m_plan.problems.size();
    auto const n = amount("heads");
    auto mean = amount("mean");
    auto const total = has("total") ? amount("total") : amount("weight");
    auto const sd = amount("sd");
    if (m_plan.problems.size() > before) return;
    if (!n) { bad("heads", "heads_missing", "The row does not say how many fish.", "Write the number of fish."); return; }
    if (*n == 0) { ++m_skipped_zero; return; }
    if (!mean && total) {
        mean = static_cast<std::int64_t>(divide_half_even(*total, *n));
        note_once(fmt::format("{}: the mean weight is the total divided by the heads, rounded to whole milligrams.", m_sheet.name));
    }
    if (mean && total) {
        auto const expected = static_cast<Wide>(*mean) * *n;
        auto const apart = expected > *total ? expected - *total : static_cast<Wide>(*total) - expected;
        if (apart * 20 > expected) { warn("total", "weights_differ", fmt::format("{} fish of {} are {}, but the row says {}.", *n, print(*mean, "g"), print(static_cast<std::int64_t>(expected), "kg"), print(*total, "kg")), "Check heads, mean and total; the mean is taken."); }
    }
    if (mean && *mean == 0) mean.reset();
    auto const what = cohort_to_stock(*where, *at);
    if (!what) return;
    Stocked body;
    body.pool = *where;
    body.cohort = *what;
    body.heads = {*n};
    body.mean_mg = maybe<Milligrams>(mean);
    body.sd_mg = maybe<Milligrams>(sd);
    body.source = text("source");
    if (!body.source && m_how.layout == "opening") body.source = "opening balance";
    add(body, *at);
    m_planner.learn_group(where->text, what->text);
}

void SheetWork::move_row() {
    auto const at = when();
    if (!at) return;
    Moved body;
    auto const before = m_plan.problems.size();
    std::optional<PoolId> from;
    auto const from_field = has("from") ? std::string_view{"from"} : std::string_view{"pool"};
    if (cell(from_field)) from = pool(from_field);
    auto const to = pool("to");
    auto const one = tag("tag");
    auto const n = amount("heads");
    body.mean_mg = maybe<Milligrams>(amount("mean"));
    if (m_plan.problems.size() > before || !to) return;
    body.from = from;
    body.to = *to;
    if (one) {
        if (!m_planner.fish(*one)) { bad("tag", "fish_unknown", fmt::format("No fish carries the tag {}.", pit_tag_text(*one)), "Import its tagging first or with this file, or mend the number."); return; }
        body.fish = {*one};
    } else {
        if (!n) { bad("heads", "heads_missing", "The row does not say how many fish.", "Write the number of fish, or the tag of the fish."); return; }
        if (*n == 0) { ++m_skipped_zero; return; }
        if (!from) { bad(from_field, "pool_missing", "The row does not say from which pool.", "Write the pool's number."); return; }
        body.heads = Heads{*n};
        auto const what = cohort(*from, *at, false);
        if (!what) return;
        body.cohort = *what;
        m_planner.learn_group(to->text, what->text);
    }
    if (from && *from == *to) { bad("to", "same_pool", "The fish would move to the pool they are in.", "Mend one of the two pools."); return; }
    auto const why = text("reason").value_or(text("note").value_or("")) + (m_sheet.name.size() < 60 ? m_sheet.name : "");
    body.reason = says(why, {"分级", "分选", "grade"}) ? "grade_out" : says(why, {"分池", "分塘", "split"}) ? "split" : says(why, {"并池", "并塘", "merge"}) ? "merge" : "transfer";
    add(body, *at);
}

void SheetWork::regroup_row() {
    auto const at = when();
    auto const where = pool();
    auto const n = amount("heads");
    auto const to = text("to_cohort");
    if (!at || !where) return;
    if (!n || !to) { bad(n ? "to_cohort" : "heads", "field_missing", "The row needs heads and the cohort they are counted to.", "Write both."); return; }
    auto const what = cohort(*where, *at, false);
    auto const target = m_planner.find_cohort(*to);
    if (!what) return;
    if (!target) { bad("to_cohort", "cohort_unknown", fmt::format("There is no cohort \"{}\". Known are: {}.", clipped(*to, 40), m_planner.some_cohorts()), "Mend the name."); return; }
    add(Regrouped{*where, *what, CohortId{*target}, {*n}}, *at);
    m_planner.learn_group(where->text, *target);
}

void SheetWork::death_row() {
    auto const at = when();
    if (!at) return;
    Died body;
    auto const before = m_plan.problems.size();
    auto const one = tag("tag");
    auto const n = has("deaths") ? amount("deaths") : amount("heads");
    body.note = text("note");
    auto const why = text(has("cause") ? "cause" : "reason");
    if (m_plan.problems.size() > before) return;
    body.cause = why ? cause(*why, body.note) : "unknown";
    if (one) {
        if (!m_planner.fish(*one)) {
            bad("tag", "fish_unknown", fmt::format("No fish carries the tag {}.", pit_tag_text(*one)), "Import its tagging first or with this file, or mend the number.");
            return;
        }
        body.fish = {*one};
        if (cell("pool")) if (auto const where = pool()) body.pool = *where;
    } else {
        if (!n) {
            if (has("tag") && !has("deaths") && !has("heads")) bad("tag", "fish_missing", "The row names no fish.", "Write its tag.");
            else ++m_skipped_zero;   // a day without deaths, left blank in the log
            return;
        }
        if (*n == 0) { ++m_skipped_zero; return; }
        auto const where = pool();
        if (!where) return;
        body.pool = *where;
        body.heads = Heads{*n};
        auto const had = m_plan.problems.size();
        auto const what = cohort(*where, *at, true);
        if (m_plan.problems.size() > had) return;
        if (what) body.cohort = *what;
    }
    add(body, *at);
}

void SheetWork::escape_row() {
    auto const at = when();
    if (!at) return;
    Escaped body;
    auto const before = m_plan.problems.size();
    auto const one = tag("tag");
    auto const n = amount("heads");
    body.note = text("note");
    if (m_plan.problems.size() > before) return;
    if (one) body.fish = {*one};
    else {
        if (!n || *n == 0) { ++m_skipped_zero; return; }
        auto const where = pool();
        if (!where) return;
        body.pool = *where;
        body.heads = Heads{*n};
        auto const had = m_plan.problems.size();
        if (auto const what = cohort(*where, *at, true)) body.cohort = *what;
        if (m_plan.problems.size() > had) return;
    }
    add(body, *at);
}

void SheetWork::harvest_row() {
    auto const at = when();
    if (!at) return;
    Harvested body;
    auto const before = m_plan.problems.size();
    auto const one = tag("tag");
    auto const n = amount("heads");
    auto total = has("total") ? amount("total") : amount("weight");
    auto const mean = amount("mean");
    if (m_plan.problems.size() > before) return;
    if (auto const why = text("purpose")) {
        for (auto const& w : m_planner.pack.harvest_purposes)
            if (folded(*why) == folded(w.code) || folded(*why) == folded(w.name_zh) || folded(*why) == folded(w.name_en)) body.purpose = w.code;
        if (!body.purpose) body.purpose = says(*why, {"卵", "roe", "caviar", "鱼子"}) ? std::optional<std::string>{"roe"} : says(*why, {"销售", "活鱼", "sale", "sold"}) ? std::optional<std::string>{"sale"}
                                        : says(*why, {"肉", "加工", "meat", "process"}) ? std::optional<std::string>{"meat"} : std::nullopt;
        if (!body.purpose) warn("purpose", "purpose_unknown", fmt::format("\"{}\" is not a purpose that is known.", clipped(*why, 40)), "Write roe, meat or sale (取卵, 鱼肉, 活鱼销售); it is left out.");
    }
    if (one) body.fish = {*one};
    else {
        if (!n || *n == 0) {
            if (total && *total > 0) bad("heads", "heads_missing", "The row tells a weight but not how many fish.", "Write the number of fish.");
            else ++m_skipped_zero;
            return;
        }
        auto const where = pool();
        if (!where) return;
        body.pool = *where;
        body.heads = Heads{*n};
        auto const had = m_plan.problems.size();
        if (auto const what = cohort(*where, *at, true)) body.cohort = *what;
        if (m_plan.problems.size() > had) return;
        if (!total && mean) total = *mean * *n;
    }
    if (total && *total > 0) body.total_mg = Milligrams{*total};
    add(body, *at);
}

void SheetWork::weigh_row() {
    auto const at = when();
    if (!at) return;
    auto const where = pool();
    if (!where) return;
    auto const before = m_plan.problems.size();
    auto const n = amount("heads");
    auto const mean = amount("mean");
    auto total = has("total") ? amount("total") : amount("weight");
    auto const sd = amount("sd");
    if (m_plan.problems.size() > before) return;
    auto const what = cohort(*where, *at, false);
    if (!what) return;
    if (!has("heads") && (total || mean)) {   // a row a fish: a sample is gathered from them
        auto const one = total ? *total : *mean;
        auto& sample = m_samples[{where->text, what->text, *at}];
        if (sample.heads == 0) sample.row = static_cast<std::int64_t>(m_row->number);
        ++sample.heads;
        sample.total_mg += one;
        sample.sum += static_cast<double>(one);
        sample.squares += static_cast<double>(one) * static_cast<double>(one);
        return;
    }
    if (!n || *n == 0) { bad("heads", "heads_missing", "The row does not say how many fish were weighed.", "Write the number of fish in the sample."); return; }
    if (!total && mean) {
        total = *mean * *n;
        note_once(fmt::format("{}: the sample's weight is the mean times the heads.", m_sheet.name));
    }
    if (!total || *total == 0) { bad(has("total") ? "total" : "mean", "weight_missing", "The row does not say what the fish weighed.", "Write their total or mean weight."); return; }
    SampleWeighed body;
    body.pool = *where;
    body.cohort = *what;
    body.heads = {*n};
    body.total_mg = {*total};
    body.sd_mg = maybe<Milligrams>(sd);
    add(body, *at);
}

void SheetWork::finish_samples() {
    for (auto const& [key, sample] : m_samples) {
        auto const& [where, what, at] = key;
        SampleWeighed body;
        body.pool = PoolId{where};
        body.cohort = CohortId{what};
        body.heads = {sample.heads};
        body.total_mg = {sample.total_mg};
        if (sample.heads > 1) {
            auto const n = static_cast<double>(sample.heads);
            body.sd_mg = Milligrams{std::llround(std::sqrt(std::max(0.0, (sample.squares - sample.sum * sample.sum / n) / (n - 1))))};
        }
        TableRow row;
        row.number = static_cast<std::uint32_t>(sample.row);
        m_row = &row;
        add(body, at);
        m_row = nullptr;
    }
    if (!m_samples.empty()) m_plan.notes.push_back(fmt::format("{}: the rows are single fish; {} made of them.", m_sheet.name, counted(static_cast<std::int64_t>(m_samples.size()), "sample")));
}

void SheetWork::tag_row() {
    auto const one = tag("tag");
    if (!one) {
        if (!cell("tag")) bad("tag", "fish_missing", "The row names no fish.", "Write its tag.");
        return;
    }
    auto const [first, fresh] = m_tag_rows.emplace(one->n, m_row->number);
    if (!fresh) {
        bad("tag", "tag_twice", fmt::format("The tag {} stands in row {} too.", pit_tag_text(*one), first->second), "Read the tag again: one of the two is wrong, or the row is a copy.");
        return;
    }
    if (auto const known = m_planner.fish(*one)) {
        bad("tag", "tag_known", fmt::format("The tag {} is in a fish of pool {} already.", pit_tag_text(*one), known->pool), "Read the tag again, or bring new measurements of this fish as a sheet of measurements (layout \"measure\").");
        return;
    }
    auto const at = when();
    if (!at) return;
    auto const where = pool();
    if (!where) return;
    Tagged body;
    body.fish = *one;
    body.pool = *where;
    auto const before = m_plan.problems.size();
    body.weight_mg = maybe<Milligrams>(has("weight") ? amount("weight") : amount("mean"));
    body.length_mm = maybe<Millimetres>(amount("length"));
    if (auto const s = text("sex")) {
        body.sex = words::sex_of(*s);
        if (!body.sex) bad("sex", "sex_unknown", fmt::format("\"{}\" is not a sex.", clipped(*s, 40)), "Write female, male or unknown (雌, 雄, 未知).");
    }
    if (m_plan.problems.size() > before) return;
    auto const there = m_planner.cohorts_in(where->text, farm_day(*at, m_planner.options.offset));
    auto const what = has("species") || !has("cohort") || !cell("cohort") ? cohort_to_stock(*where, *at) : cohort(*where, *at, false);
    if (!what) return;
    body.cohort = *what;
    if (there.count(what->text) == 0) {   // the cohort was never in this pool: the fish came with its tag
        body.newly_stocked = true;
        note_once(fmt::format("{}: tagged fish of cohorts that the pool does not hold are taken as newly stocked with their tags.", m_sheet.name));
    }
    add(body, *at);
    m_planner.learn_fish(*one, {where->text, what->text, true});
    Measured more;
    more.fish = *one;
    more.stage = stage_of_text();
    more.note = text("note");
    more.health = health_of_text(more.note);
    if (more.stage || more.health || more.note) add(more, *at);
}

void SheetWork::measure_row() {
    auto const one = tag("tag");
    if (!one) {
        if (!cell("tag")) bad("tag", "fish_missing", "The row names no fish.", "Write its tag.");
        return;
    }
    if (!m_planner.fish(*one)) {
        if (has("pool") && cell("pool")) { tag_row(); return; }   // met for the first time
        bad("tag", "fish_unknown", fmt::format("No fish carries the tag {}.", pit_tag_text(*one)), "Import its tagging first, or add columns with pool and cohort, so that it can be registered.");
        return;
    }
    auto const at = when();
    if (!at) return;
    Measured body;
    body.fish = *one;
    auto const before = m_plan.problems.size();
    body.weight_mg = maybe<Milligrams>(has("weight") ? amount("weight") : amount("mean"));
    body.length_mm = maybe<Millimetres>(amount("length"));
    if (auto const s = text("sex")) {
        body.sex = words::sex_of(*s);
        if (!body.sex) bad("sex", "sex_unknown", fmt::format("\"{}\" is not a sex.", clipped(*s, 40)), "Write female, male or unknown (雌, 雄, 未知).");
    }
    body.stage = stage_of_text();
    body.note = text("note");
    body.health = health_of_text(body.note);
    if (m_plan.problems.size() > before) return;
    if (!body.weight_mg && !body.length_mm && !body.sex && !body.stage && !body.health && !body.note) { ++m_skipped_zero; return; }
    auto const [first, fresh] = m_tag_rows.emplace(one->n ^ (at->time_since_epoch().count() << 1), m_row->number);
    auto const seen = m_seen.find(fmt::format("{}|{}|{}", Measured::kind, at->time_since_epoch().count(), to_json(body)));
    if (!fresh && seen == m_seen.end()) {
        bad("tag", "tag_twice", fmt::format("The fish {} was measured twice at the same time: here and in row {}.", pit_tag_text(*one), first->second), "Read the tag again, or write the times of day.");
        return;
    }
    add(body, *at);
}

std::optional<std::string> SheetWork::stage_of_text() {
    auto const written = text("stage");
    if (!written) return {};
    auto t = folded(*written);
    struct Sign { std::string_view sign, plain; };
    constexpr Sign signs[] = {{"ⅰ", "i"}, {"ⅱ", "ii"}, {"ⅲ", "iii"}, {"ⅳ", "iv"}, {"ⅴ", "v"}, {"ⅵ", "vi"}, {"Ⅰ", "i"}, {"Ⅱ", "ii"}, {"Ⅲ", "iii"}, {"Ⅳ", "iv"}, {"Ⅴ", "v"}, {"Ⅵ", "vi"}, {"期", ""}, {"stage", ""}};
    for (auto const& s : signs)
        if (auto const i = t.find(s.sign); i != std::string::npos) t.replace(i, s.sign.size(), s.plain);
    constexpr std::string_view romans[] = {"i", "ii", "iii", "iv", "v", "vi"};
    if (t.size() == 1 && t[0] >= '1' && t[0] <= '6') t = romans[static_cast<std::size_t>(t[0] - '1')];
    for (auto const& m : m_planner.pack.maturity)
        if (t == folded(m.code) || folded(*written) == folded(m.name_en) || folded(*written) == folded(m.name_zh)) return m.code;
    bad("stage", "stage_unknown", fmt::format("\"{}\" is not a stage of maturity of the pack {}.", clipped(*written, 40), m_planner.pack.code), "Write I, II, III, IV, V or VI.");
    return {};
}

std::optional<std::string> SheetWork::health_of_text(std::optional<std::string>& note) {
    auto const written = text("health");
    if (!written) return {};
    for (auto const& w : m_planner.pack.health)
        if (folded(*written) == folded(w.code) || folded(*written) == folded(w.name_en) || folded(*written) == folded(w.name_zh)) return w.code;
    if (says(*written, {"良好", "正常", "healthy"})) return "good";
    note = note ? fmt::format("{}; {}", *written, *note) : *written;
    return {};
}

void SheetWork::retag_row() {
    auto const old_tag = tag("tag"), new_tag = tag("new_tag");
    auto const at = when();
    if (!at) return;
    if (!old_tag || !new_tag) {
        if (!cell("tag") || !cell("new_tag")) bad(cell("tag") ? "new_tag" : "tag", "fish_missing", "The row needs the old and the new tag.", "Write both.");
        return;
    }
    if (auto const [first, fresh] = m_tag_rows.emplace(new_tag->n, m_row->number); !fresh) { bad("new_tag", "tag_twice", fmt::format("The tag {} stands in row {} too.", pit_tag_text(*new_tag), first->second), "Read the tag again."); return; }
    add(Retagged{*old_tag, *new_tag}, *at);
    m_planner.learn_fish(*new_tag, m_planner.fish(*old_tag).value_or(Known::Fish{}));
}

void SheetWork::count_row() {
    auto const at = when();
    if (!at) return;
    auto const where = pool();
    if (!where) return;
    auto const before = m_plan.problems.size();
    auto const n = amount("heads");
    Counted body;
    body.pool = *where;
    body.low = maybe<Heads>(amount("low"));
    body.high = maybe<Heads>(amount("high"));
    if (m_plan.problems.size() > before) return;
    if (!n) { ++m_skipped_zero; return; }   // a pool of the list that was not counted
    body.heads = {*n};
    body.method = "hand";
    if (auto const how = text("method")) {
        auto const known = words::count_method_of(*how);
        if (!known) { bad("method", "method_unknown", fmt::format("\"{}\" is not a way of counting.", clipped(*how, 40)), "Write hand, scan, camera or by_weight (人工, 扫描, 影像, 称重)."); return; }
        body.method = *known;
    }
    if (body.low.has_value() != body.high.has_value() || (body.low && (*body.low > body.heads || body.heads > *body.high))) {
        bad("low", "interval_crossed", "The count does not lie between its two ends.", "Give both ends of the interval, or neither.");
        return;
    }
    add(body, *at);
}

void SheetWork::feed_row() {
    auto const n = amount("feed");
    if (cell("feed") && !n) return;
    if (!n || *n == 0) { ++m_skipped_zero; return; }
    auto const at = when();
    if (!at) return;
    auto const where = pool();
    if (!where) return;
    add(Fed{*where, {*n}, text("feed_name")}, *at);
}

void SheetWork::water_row() {
    auto const at = when();
    if (!at) return;
    WaterMeasured body;
    auto const before = m_plan.problems.size();
    body.temperature_mc = maybe<MilliCelsius>(amount("temperature"));
    body.oxygen_ug_l = amount("oxygen");
    body.ph_milli = amount("ph");
    body.ammonia_ug_l = amount("ammonia");
    body.turbidity_milli_ntu = amount("turbidity");
    if (m_plan.problems.size() > before) return;
    if (!body.temperature_mc && !body.oxygen_ug_l && !body.ph_milli && !body.ammonia_ug_l && !body.turbidity_milli_ntu) { ++m_skipped_zero; return; }
    if (!has("pool") && has("site")) {
        auto const written = text("site");
        auto const id = written ? m_planner.find_site(*written) : std::nullopt;
        if (!id) { bad("site", "site_unknown", fmt::format("There is no farm \"{}\".", clipped(written.value_or(""), 40)), "Mend the name, or add a column with the pool."); return; }
        body.site = SiteId{*id};
        add(body, *at);
        return;
    }
    std::optional<PoolId> where;
    if (has("pool")) where = pool();
    else {   // a logger's file: one place, named by the file or by --pool
        PoolId const id{default_pool()};
        auto const site = m_planner.knows_pool(id.text) ? std::optional{SiteId{}} : site_for_new();
        if (!site) return;
        if (!m_planner.knows_pool(id.text)) {
            register_pool(id, *site, *at, "pool");
            note_once(fmt::format("{}: the rows name no pool; they are taken for {}. Say another with --pool.", m_sheet.name, id.text));
        }
        where = id;
    }
    if (!where) return;
    body.pool = *where;
    m_readings[where->text].push_back({*at, static_cast<std::int64_t>(m_row->number)});
    add(body, *at);
}

/// Loggers that read every few minutes: what their clocks did.
void SheetWork::finish_series() {
    using namespace std::chrono_literals;
    auto const clock_time = [&](Instant at) {   // as the file has it
        auto const text = text_of(at + m_planner.options.offset.east);
        return text.substr(0, 10) + " " + text.substr(11, 8);
    };
    for (auto const& [where, readings] : m_readings) {
        if (readings.size() < 100) continue;
        std::vector<Microseconds> steps;
        for (std::size_t i = 1; i < readings.size(); ++i)
            if (readings[i].at > readings[i - 1].at) steps.push_back(readings[i].at - readings[i - 1].at);
        if (steps.empty()) continue;
        std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
        auto const median = steps[steps.size() / 2];
        if (median > 5min) continue;
        std::int64_t jumps = 0, gaps = 0;
        for (std::size_t i = 1; i < readings.size(); ++i) {
            auto const step = readings[i].at - readings[i - 1].at;
            TableRow row;
            row.number = static_cast<std::uint32_t>(readings[i].row);
            m_row = &row;
            auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(step).count();
            if (step < 0s) {
                ++jumps;
                warn("date", "clock_jumped_back", fmt::format("{}: the clock goes back {} s, to {}.", where, -seconds, clock_time(readings[i].at)), "All distinct readings are kept. Set the logger's clock if it goes on.");
            } else if (step > 600s) {
                ++gaps;
                warn("date", "reading_gap", fmt::format("{}: nothing was read for {} s before {}.", where, seconds, clock_time(readings[i].at)), "Nothing to do if the logger was off.");
            }
            m_row = nullptr;
        }
        m_plan.notes.push_back(fmt::format("{}: {} for {}, every {} s in the middle; {} backward, {} over 600 s.", m_sheet.name, counted(static_cast<std::int64_t>(readings.size()), "reading"), where,
                                           std::chrono::duration_cast<std::chrono::seconds>(median).count(), counted(jumps, "jump"), counted(gaps, "gap")));
    }
}

void SheetWork::treat_row() {
    auto const what = text("product");
    if (!what) { ++m_skipped_zero; return; }
    auto const at = when();
    if (!at) return;
    Treated body;
    body.product = std::string{clipped(*what, 64)};
    auto const before = m_plan.problems.size();
    auto const one = tag("tag");
    auto const days = amount("withdrawal");
    if (m_plan.problems.size() > before) return;
    if (days) body.withdrawal_days = *days;
    else if (m_said.insert("withdrawal").second)
        warn("withdrawal", "withdrawal_missing", "The sheet does not say for how long no fish may be harvested (休药期).", "Add a column with the days; without it nothing bars a harvest.");
    body.dose = text("dose");
    body.reason = text("reason");
    if (!body.reason) body.reason = text("cause");
    if (one) body.fish = {*one};
    else {
        auto const where = pool();
        if (!where) return;
        body.pool = *where;
    }
    add(body, *at);
}

void SheetWork::round_row() {
    auto const at = when();
    if (!at) return;
    auto const where = pool();
    if (!where) return;
    RoundDone body;
    body.pool = *where;
    auto const before = m_plan.problems.size();
    body.deaths = maybe<Heads>(amount("deaths"));
    body.feed_mg = maybe<Milligrams>(amount("feed"));
    body.temperature_mc = maybe<MilliCelsius>(amount("temperature"));
    body.oxygen_ug_l = amount("oxygen");
    body.note = text("note");
    if (m_plan.problems.size() > before) return;
    if (body.deaths && body.deaths->n > 0) {
        if (auto const what = cohort(*where, *at, true)) body.cohort = *what;
        if (auto const why = text("cause")) body.cause = cause(*why, body.note);
        if (m_plan.problems.size() > before) return;
    }
    add(body, *at);
}

} // namespace osetra::farm
