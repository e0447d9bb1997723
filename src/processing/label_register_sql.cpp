#include "processing/label_register_sql.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "processing/labels/cites.h"
#include "store/db.h"

namespace osetra::processing {
namespace {

using store::arg;

constexpr std::int64_t most_at_once = 100'000;
constexpr std::size_t series_longest = 6, digits = 8;

enum Name : std::size_t {
    add_series, take_numbers, lock_series, add_run, add_label, add_act, change_label, by_number, by_tin, run_by_first, acts_of, list_all, list_state, newest_runs, count_states, series_ends, seen_numbers, acts_missing, add_confirmed, all_confirmed
};
#define OSETRA_LABEL "l.series, l.number, l.first, l.state, l.tin, l.changed_at"
#define OSETRA_RUN "r.series, r.first, r.last, r.content, r.design, r.author, r.issued_at"
constexpr std::array sql{
    store::Sql{"label.add_series", "INSERT INTO label_series (enterprise, series, last) VALUES (:enterprise, :series, 0) ON CONFLICT (enterprise, series) DO NOTHING"},
    store::Sql{"label.take_numbers", "UPDATE label_series SET last = last + :count WHERE enterprise = :enterprise AND series = :series RETURNING last"},
    store::Sql{"label.lock_series", "UPDATE label_series SET last = last WHERE enterprise = :enterprise AND series = :series RETURNING last"},
    store::Sql{"label.add_run", "INSERT INTO label_run (enterprise, series, first, last, content, design, author, issued_at) VALUES (:enterprise, :series, :first, :last, :content, :design, :author, :issued_at)"},
    store::Sql{"label.add_label", "INSERT INTO label (enterprise, series, number, first, state, tin, changed_at) VALUES (:enterprise, :series, :number, :first, :state, :tin, :changed_at)"},
    store::Sql{"label.add_act", "INSERT INTO label_act (enterprise, series, number, act_no, state, tin, author, acted_at, reason) "
                                "VALUES (:enterprise, :series, :number, (SELECT count(*) + 1 FROM label_act WHERE enterprise = :enterprise AND series = :series AND number = :number), :state, :tin, :author, :acted_at, :reason)"},
    store::Sql{"label.change_label", "UPDATE label SET state = :state, tin = :tin, changed_at = :changed_at WHERE enterprise = :enterprise AND series = :series AND number = :number"},
    store::Sql{"label.by_number", "SELECT " OSETRA_LABEL " FROM label AS l WHERE l.enterprise = :enterprise AND l.series = :series AND l.number = :number"},
    store::Sql{"label.by_tin", "SELECT " OSETRA_LABEL " FROM label AS l WHERE l.enterprise = :enterprise AND l.tin = :tin AND l.state = 'applied'"},
    store::Sql{"label.run_by_first", "SELECT " OSETRA_RUN " FROM label_run AS r WHERE r.enterprise = :enterprise AND r.series = :series AND r.first = :first"},
    store::Sql{"label.acts_of", "SELECT state, author, acted_at, tin, reason FROM label_act WHERE enterprise = :enterprise AND series = :series AND number = :number ORDER BY act_no"},
    store::Sql{"label.list_all", "SELECT " OSETRA_LABEL " FROM label AS l WHERE l.enterprise = :enterprise AND (l.series > :series OR (l.series = :series AND l.number > :number)) ORDER BY l.series, l.number LIMIT :limit"},
    store::Sql{"label.list_state", "SELECT " OSETRA_LABEL " FROM label AS l WHERE l.enterprise = :enterprise AND l.state = :state AND (l.series > :series OR (l.series = :series AND l.number > :number)) ORDER BY l.series, l.number LIMIT :limit"},
    store::Sql{"label.newest_runs", "SELECT " OSETRA_RUN " FROM label_run AS r WHERE r.enterprise = :enterprise ORDER BY r.issued_at DESC, r.series, r.first DESC LIMIT :limit"},
    store::Sql{"label.count_states", "SELECT series, state, count(*) AS labels FROM label WHERE enterprise = :enterprise GROUP BY series, state ORDER BY series, state"},
    store::Sql{"label.series_ends", "SELECT series, last FROM label_series WHERE enterprise = :enterprise ORDER BY series"},
    store::Sql{"label.seen_numbers", "SELECT count(*) AS labels, coalesce(min(number), 1) AS first, coalesce(max(number), 0) AS last FROM label WHERE enterprise = :enterprise AND series = :series"},
    store::Sql{"label.acts_missing", "SELECT l.series, l.number, l.first, l.state, l.tin, l.changed_at FROM label AS l WHERE l.enterprise = :enterprise AND NOT EXISTS "
                                     "(SELECT 1 FROM label_act AS a WHERE a.enterprise = l.enterprise AND a.series = l.series AND a.number = l.number AND a.state = l.state AND a.acted_at = l.changed_at) ORDER BY l.series, l.number LIMIT 1"},
    store::Sql{"label.add_confirmed", "INSERT INTO species_code_confirmed (enterprise, code, author, confirmed_at, source) VALUES (:enterprise, :code, :author, :confirmed_at, :source) ON CONFLICT (enterprise, code) DO NOTHING"},
    store::Sql{"label.all_confirmed", "SELECT code FROM species_code_confirmed WHERE enterprise = :enterprise ORDER BY code"},
};

struct LastRow { std::int64_t last = 0; };
template <Is<LastRow> X> void visit_fields(X& x, auto f) { f("last", x.last); }
struct SeriesRow { std::string series; std::int64_t last = 0; };
template <Is<SeriesRow> X> void visit_fields(X& x, auto f) { f("series", x.series); f("last", x.last); }
struct SeenRow { std::int64_t labels = 0, first = 0, last = 0; };
template <Is<SeenRow> X> void visit_fields(X& x, auto f) { f("labels", x.labels); f("first", x.first); f("last", x.last); }
struct CodeRow { std::string code; };
template <Is<CodeRow> X> void visit_fields(X& x, auto f) { f("code", x.code); }

bool capital_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_series(std::string_view text) { return !text.empty() && text.size() <= series_longest && std::all_of(text.begin(), text.end(), capital_or_digit); }

/// From which state each act leads on.
bool may_become(std::string_view from, std::string_view to) {
    if (to == "printed") return from == "issued";
    if (to == "applied") return from == "printed";
    if (to == "spoiled") return from == "issued" || from == "printed";
    return to == "voided" && (from == "issued" || from == "printed" || from == "applied");
}

Refusal not_there(LabelName const& name) { return {"label_not_found", "No label " + name.text() + " was ever issued.", "number"}; }

} // namespace

std::string LabelName::text() const { return fmt::format("{}-{:08}", series, number); }

Result<LabelName> LabelName::parse(std::string_view text) {
    auto const dash = text.rfind('-');
    auto const end = dash == std::string_view::npos ? std::string_view{} : text.substr(dash + 1);
    auto const good = dash != std::string_view::npos && is_series(text.substr(0, dash)) && !end.empty() && end.size() <= digits + 4 && std::all_of(end.begin(), end.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!good) return refuse("label_number_malformed", "A label's number is its series, a hyphen and digits: L-00000042.", "number");
    LabelName name{std::string{text.substr(0, dash)}, 0};
    for (auto const c : end) name.number = name.number * 10 + (c - '0');
    return name;
}

Result<Done> LabelRegister::within(std::function<Result<Done>()> const& work) {
    if (m_within == Within::callers) return work();
    store::Transaction change{m_db};
    OSETRA_TRY(work());
    change.commit();
    return Done{};
}

Result<LabelRun> LabelRegister::issue(std::string const& series, std::int64_t count, std::string const& content, std::string const& design, std::string const& author, Instant now) {
    if (!is_series(series)) return refuse("label_series_malformed", "A series is 1 to 6 capital letters or digits.", "series");
    if (count < 1 || count > most_at_once) return refuse("label_count_unlikely", fmt::format("Between 1 and {} labels are issued at once.", most_at_once), "count");
    LabelRun run{series, 0, 0, content, design, author, now};
    OSETRA_TRY(within([&]() -> Result<Done> {
        auto const e = arg("enterprise", m_enterprise);
        m_db.run(sql[add_series], e, arg("series", series));
        run.last = m_db.row<LastRow>(sql[take_numbers], e, arg("series", series), arg("count", count)).value().last;   // holds the series until the commit
        run.first = run.last - count + 1;
        m_db.run(sql[add_run], e, run);
        for (auto n = run.first; n <= run.last; ++n) {
            m_db.run(sql[add_label], e, LabelState{series, n, run.first, "issued", {}, now});
            m_db.run(sql[add_act], e, arg("series", series), arg("number", n), LabelAct{"issued", author, now, {}, {}});
        }
        return Done{};
    }));
    return run;
}

Result<Done> LabelRegister::change(LabelName const& name, std::string const& to, std::optional<std::string> const& tin, std::optional<std::string> const& reason, std::string const& author, Instant now) {
    auto const e = arg("enterprise", m_enterprise);
    if (!m_db.row<LastRow>(sql[lock_series], e, arg("series", name.series))) return tl::unexpected(not_there(name));   // others wait here: what is read below still holds when it is written
    auto label = find(name);
    if (!label) return tl::unexpected(not_there(name));
    if (!may_become(label->state, to)) return refuse("label_state", fmt::format("Label {} is {} and cannot become {}.", name.text(), label->state, to), "number");
    if (to == "applied")
        if (auto const other = on_tin(*tin)) return refuse("tin_labelled", fmt::format("Tin {} carries label {} already; void that one first.", *tin, other->name()), "tin");
    label->state = to;
    if (tin) label->tin = tin;
    label->changed_at = std::max(now, label->changed_at);
    m_db.run(sql[change_label], e, *label);
    m_db.run(sql[add_act], e, arg("series", name.series), arg("number", name.number), LabelAct{to, author, label->changed_at, label->tin, reason});
    return Done{};
}

Result<std::vector<LabelState>> LabelRegister::print(LabelName const& first, std::int64_t count, std::string const& author, Instant now) {
    if (count < 1 || count > most_at_once) return refuse("label_count_unlikely", fmt::format("Between 1 and {} labels are printed at once.", most_at_once), "count");
    std::vector<LabelState> all;
    auto const printed = within([&]() -> Result<Done> {
        for (auto n = first.number; n < first.number + count; ++n) {
            OSETRA_TRY(change({first.series, n}, "printed", {}, {}, author, now));
            all.push_back(*find({first.series, n}));
        }
        return Done{};
    });
    if (!printed) return tl::unexpected(printed.error());
    return all;
}

Result<Done> LabelRegister::apply(LabelName const& name, std::string const& tin, std::string const& author, Instant now) {
    return within([&] { return change(name, "applied", tin, {}, author, now); });
}
Result<Done> LabelRegister::spoil(LabelName const& name, std::string const& reason, std::string const& author, Instant now) {
    if (reason.empty()) return refuse("reason_missing", "Say what happened to the label.", "reason");
    return within([&] { return change(name, "spoiled", {}, reason, author, now); });
}
Result<Done> LabelRegister::cancel(LabelName const& name, std::string const& reason, std::string const& author, Instant now) {
    if (reason.empty()) return refuse("reason_missing", "Say what happened to the label.", "reason");
    return within([&] { return change(name, "voided", {}, reason, author, now); });
}

std::optional<LabelState> LabelRegister::find(LabelName const& name) { return m_db.row<LabelState>(sql[by_number], arg("enterprise", m_enterprise), arg("series", name.series), arg("number", name.number)); }
std::optional<LabelState> LabelRegister::on_tin(std::string const& tin) { return m_db.row<LabelState>(sql[by_tin], arg("enterprise", m_enterprise), arg("tin", tin)); }
std::optional<LabelRun> LabelRegister::run_of(LabelState const& label) { return m_db.row<LabelRun>(sql[run_by_first], arg("enterprise", m_enterprise), arg("series", label.series), arg("first", label.first)); }
std::vector<LabelAct> LabelRegister::acts(LabelName const& name) { return m_db.rows<LabelAct>(sql[acts_of], arg("enterprise", m_enterprise), arg("series", name.series), arg("number", name.number)); }

std::vector<LabelState> LabelRegister::list(std::optional<std::string> const& state, LabelName const& after, std::int64_t limit) {
    auto const e = arg("enterprise", m_enterprise);
    if (state) return m_db.rows<LabelState>(sql[list_state], e, arg("state", *state), arg("series", after.series), arg("number", after.number), arg("limit", limit));
    return m_db.rows<LabelState>(sql[list_all], e, arg("series", after.series), arg("number", after.number), arg("limit", limit));
}
std::vector<LabelRun> LabelRegister::runs(std::int64_t limit) { return m_db.rows<LabelRun>(sql[newest_runs], arg("enterprise", m_enterprise), arg("limit", limit)); }
std::vector<LabelCount> LabelRegister::counts() { return m_db.rows<LabelCount>(sql[count_states], arg("enterprise", m_enterprise)); }

/// The key lets no number be there twice; as many as the last number says, from 1 to it, are then all of them.
Result<std::int64_t> LabelRegister::verify() {
    std::int64_t all = 0;
    for (auto const& s : m_db.rows<SeriesRow>(sql[series_ends], arg("enterprise", m_enterprise))) {
        auto const seen = m_db.row<SeenRow>(sql[seen_numbers], arg("enterprise", m_enterprise), arg("series", s.series)).value();
        if (seen.labels != s.last || seen.first != 1 || seen.last != s.last)
            return refuse("label_register_broken", fmt::format("Series {} gave out {} numbers, and {} labels from {} to {} are there.", s.series, s.last, seen.labels, seen.first, seen.last), "series:" + s.series);
        all += seen.labels;
    }
    if (auto const lost = m_db.row<LabelState>(sql[acts_missing], arg("enterprise", m_enterprise)))
        return refuse("label_register_broken", fmt::format("Label {} is {}, and no act says so.", lost->name(), lost->state), "label:" + lost->name());
    return all;
}

Result<Done> LabelRegister::confirm(std::string const& code, std::string const& source, std::string const& author, Instant now) {
    if (!labels::SpeciesCodes::known().find(code)) return refuse("cites_species", code + " is not a code of the annex.", "code");
    if (source.empty()) return refuse("reason_missing", "Say where it was looked up.", "source");
    return within([&]() -> Result<Done> {
        m_db.run(sql[add_confirmed], arg("enterprise", m_enterprise), arg("code", code), arg("author", author), arg("confirmed_at", now), arg("source", source));
        return Done{};
    });
}
std::set<std::string> LabelRegister::confirmed() {
    std::set<std::string> all;
    for (auto& row : m_db.rows<CodeRow>(sql[all_confirmed], arg("enterprise", m_enterprise))) all.insert(std::move(row.code));
    return all;
}

std::vector<store::Sql> label_statements() { return {sql.begin(), sql.end()}; }

} // namespace osetra::processing
