#include <algorithm>

#include "farm/answer_parts.h"
#include "farm/farm_sql.h"
#include "kernel/json.h"

namespace osetra::farm {
namespace {

using store::arg;

} // namespace

Result<std::string> fish_json(Reader& reader, FishId tag, Moment const& moment) {
    auto const source = source_for(reader, moment);
    auto const state = OSETRA_TRY(fish_state(reader, *source, tag, moment));
    auto const life = source->life(state.fish);
    auto lines = source->fish_lines(state.fish);
    std::sort(lines.begin(), lines.end(), [](auto const& a, auto const& b) { return std::tie(a.happened_at, a.root) < std::tie(b.happened_at, b.root); });
    JsonOut out;
    out.begin_object();
    out.value("fish", state.fish);
    out.begin_array("tags");
    out.value(nullptr, state.fish);
    for (auto const& l : lines) if (l.what == FishWhat::retagged && l.other_tag) out.value(nullptr, FishId{*l.other_tag});
    out.end_array();
    out.value("cohort", state.cohort);
    out.value("species", state.species);
    out.value("year_class", state.year_class);
    out.value("sex", state.sex);
    out.value("state", state.state);
    out.value("pool", state.pool);
    out.value("site", state.site);
    put(out, "weight_mg", state.weight_mg);
    maybe(out, "length_mm", state.length_mm);
    maybe(out, "stage", state.stage);
    maybe(out, "stage_at", state.stage_at);
    maybe(out, "health", state.health);
    as_of(out, moment);
    out.begin_array("withdrawal");
    for (auto const& f : facts_back(reader, subject_of(state.fish), moment.at - std::chrono::days{400}, moment.at, 1000, true)) {
        auto const body = f.kind == Treated::kind ? from_json<Treated>(f.body) : Result<Treated>{refuse("", "")};
        if (!body || f.happened_at + std::chrono::days{body->withdrawal_days} <= moment.at) continue;
        out.begin_object();
        out.value("product", body->product);
        out.value("until_on", farm_day(f.happened_at + std::chrono::days{body->withdrawal_days}, reader.offset()));
        out.value("fact", f.id);
        out.end_object();
    }
    out.end_array();
    out.begin_array("life");
    for (std::size_t i = 0; i < life.stays.size(); ++i) {
        auto const& s = life.stays[i];
        if (i > 0 && s.came == Came::weighed) continue;   // one entry a pool, however often it was weighed there
        auto last = i;
        while (last + 1 < life.stays.size() && life.stays[last + 1].came == Came::weighed) ++last;
        auto const* pool = reader.pool(s.pool);
        out.begin_object();
        out.value("pool", s.pool);
        out.value("site", pool ? pool->site.text : std::string{});
        out.value("from_at", s.from_at);
        if (life.stays[last].to_at == forever) out.raw("to_at", "null"); else out.value("to_at", life.stays[last].to_at);
        out.end_object();
    }
    out.end_array();
    auto const listed = [&](char const* name, auto const& wanted, auto const& field) {
        out.begin_array(name);
        for (auto const& l : lines) {
            if (!wanted(l)) continue;
            out.begin_object();
            out.value("at", l.happened_at);
            field(l);
            out.value("fact", l.root);
            out.value("author", l.author);
            out.end_object();
        }
        out.end_array();
    };
    listed("weights", [](auto const& l) { return l.weight_mg.has_value() && (l.what == FishWhat::measured || l.what == FishWhat::tagged || l.what == FishWhat::harvested); }, [&](auto const& l) { out.value("weight_mg", *l.weight_mg); });
    listed("stages", [](auto const& l) { return l.stage.has_value(); }, [&](auto const& l) { out.value("stage", *l.stage); });
    out.begin_array("curve");
    if (!life.stays.empty()) {
        auto const first = farm_day(life.stays.front().from_at, reader.offset());
        auto const end = life.stays.back().to_at == forever ? moment.day : std::min(moment.day, farm_day(life.stays.back().to_at, reader.offset()));
        auto const step = std::max(1, (end - first) / 150);
        for (auto d = first; d <= end; d = d + step) {
            auto const at = end_of(d, reader.offset());
            Stay const* here = nullptr;
            for (auto const& s : life.stays) if (s.from_at <= at) here = &s;
            auto const w = here ? weight_on(reader, *here, d) : std::nullopt;
            if (!w) continue;
            out.begin_object();
            out.value("day", d);
            out.value("weight_mg", w->value);
            out.value("low", w->low);
            out.value("high", w->high);
            out.end_object();
        }
    }
    out.end_array();
    if (!life.stays.empty() && life.stays.back().to_at != forever && life.stays.back().to_at <= moment.at) {
        auto const& last = life.stays.back();
        out.begin_object("ended");
        out.value("how", state_word(static_cast<std::int64_t>(last.went)));
        out.value("at", last.to_at);
        for (auto const& l : lines)
            if (l.happened_at == last.to_at && (l.what == FishWhat::died || l.what == FishWhat::escaped || l.what == FishWhat::harvested)) { out.value("fact", l.root); out.value("cause", l.word); break; }
        out.end_object();
    } else {
        out.raw("ended", "null");
    }
    out.value("contradictions", life.contradictions);
    out.end_object();
    return out.take();
}

Result<std::string> fish_state_json(Reader& reader, FishId tag, Moment const& moment) {
    auto const id = reader.fish_by_tag(tag);
    if (!id) return refuse("fish_not_found", "No fish carries the tag " + pit_tag_text(tag) + ".", "fish");
    JsonOut out;
    out.begin_object();
    out.value("fish", *id);
    if (moment.known) {
        auto const source = source_for(reader, moment);
        auto const state = OSETRA_TRY(fish_state(reader, *source, tag, moment));
        out.value("cohort", state.cohort);
        out.value("pool", state.pool);
        out.value("state", state.state);
        put(out, "weight_mg", state.weight_mg);
    } else {
        auto const stay = reader.stay(*id, moment.at);
        auto const ended = stay && stay->to_at <= moment.at;
        out.value("cohort", stay ? stay->cohort : std::string{});
        out.value("pool", stay ? stay->pool : std::string{});
        out.value("state", !stay ? "not_yet" : ended ? state_word(static_cast<std::int64_t>(stay->went)) : "alive");
        put(out, "weight_mg", stay ? weight_on(reader, *stay, ended ? farm_day(stay->to_at, reader.offset()) : moment.day) : std::nullopt);
    }
    as_of(out, moment);
    out.end_object();
    return out.take();
}

std::string fish_list_json(Reader& reader, FishAsked const& ask, Moment const& moment) {
    auto const& [q, site, cohort, stage, living, limit, after] = ask;
    auto const e = arg("enterprise", reader.enterprise());
    JsonOut out;
    out.begin_object();
    out.begin_array("fish");
    std::int64_t given = 0;
    std::optional<FishId> next;
    auto const give = [&](FishRow const& f) {
        auto const* pool = reader.pool(f.pool);
        if (site && (!pool || pool->site.text != *site)) return;
        if (cohort && f.cohort != *cohort) return;
        if (stage && f.stage != *stage) return;
        if (living && f.state != 0) return;
        ++given;
        auto const* known = reader.cohort(f.cohort);
        out.begin_object();
        out.value("fish", f.fish);
        out.value("tag", f.tag);
        out.value("cohort", f.cohort);
        out.value("species", known ? known->species : std::string{});
        out.value("sex", f.sex);
        out.value("pool", f.pool);
        out.value("site", pool ? pool->site.text : std::string{});
        out.value("state", state_word(f.state));
        out.value("stage", f.stage);
        auto const stay = f.state == 0 ? reader.stay(f.fish, moment.at) : std::nullopt;
        put(out, "weight_mg", stay ? weight_on(reader, *stay, moment.day) : std::nullopt);
        out.end_object();
    };
    std::int64_t low = after.n + 1, high = 999'999'999'999'999;
    auto const digits = !q.empty() && q.size() <= 15 && std::all_of(q.begin(), q.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {   // the first digits of a tag
        auto first = q, last = q;
        first.append(15 - q.size(), '0');
        last.append(15 - q.size(), '9');
        low = std::max<std::int64_t>(std::stoll(first), low);
        high = std::stoll(last);
    }
    // Rows are read in large pieces, as few of them may fit; what is still unread after a million is the next page's.
    constexpr std::int64_t piece = 5'000;
    auto at = FishId{low - 1};
    auto more = digits || q.empty();
    for (auto looked = 0; more && given < limit && looked < 200; ++looked) {
        auto const rows = digits ? reader.db().rows<FishRow>(sql::all[sql::fish_between], e, arg("from", at.n + 1), arg("to", high), arg("limit", piece))
                          : cohort ? reader.db().rows<FishRow>(sql::all[sql::fish_of_cohort_after], e, arg("cohort", *cohort), arg("after", at.n), arg("limit", piece))
                          : stage ? reader.db().rows<FishRow>(sql::all[sql::fish_of_stage_after], e, arg("stage", *stage), arg("after", at.n), arg("limit", piece))
                                  : reader.db().rows<FishRow>(sql::all[sql::fish_after], e, arg("after", at.n), arg("limit", piece));
        more = static_cast<std::int64_t>(rows.size()) == piece;
        for (auto const& f : rows) {
            if (given == limit) { more = true; break; }
            give(f);
            at = f.fish;
        }
    }
    if (q.size() == 15 && digits && given == 0)
        if (auto const renamed = reader.fish_by_tag(FishId{std::stoll(q)})) if (auto const f = reader.fish(*renamed)) give(*f);
    if (more) next = at;
    out.end_array();
    maybe(out, "next", next);
    out.end_object();
    return out.take();
}

} // namespace osetra::farm
