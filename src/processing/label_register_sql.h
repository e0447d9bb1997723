#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/fields.h"
#include "kernel/result.h"

namespace osetra::store { class Db; struct Sql; }

// The register of non-reusable labels: every number is given out once, and what became of each is known. Not worked out from facts: a number that was printed cannot be taken back.
namespace osetra::processing {

/// SERIES-NUMBER, the number in eight digits: L-00000042.
struct LabelName {
    std::string series;
    std::int64_t number = 0;
    std::string text() const;
    /// Refusal: label_number_malformed.
    static Result<LabelName> parse(std::string_view);
    friend auto operator<=>(LabelName const&, LabelName const&) = default;
};

/// Labels that were issued together.
struct LabelRun {
    std::string series;
    std::int64_t first = 0, last = 0;
    std::string content, design;                 ///< JSON of labels::LabelContent and labels::Design
    std::string author;
    Instant issued_at;
};
template <Is<LabelRun> X> void visit_fields(X& x, auto f) {
    f("series", x.series); f("first", x.first); f("last", x.last); f("content", x.content); f("design", x.design); f("author", x.author); f("issued_at", x.issued_at);
}
/// One label and where it is. States: issued, printed, applied, spoiled, voided.
struct LabelState {
    std::string series;
    std::int64_t number = 0, first = 0;          ///< first: of its run
    std::string state;
    std::optional<std::string> tin;
    Instant changed_at;
    std::string name() const { return LabelName{series, number}.text(); }
};
template <Is<LabelState> X> void visit_fields(X& x, auto f) {
    f("series", x.series); f("number", x.number); f("first", x.first); f("state", x.state); f("tin", x.tin); f("changed_at", x.changed_at);
}
struct LabelAct {
    std::string state, author;
    Instant acted_at;
    std::optional<std::string> tin, reason;
};
template <Is<LabelAct> X> void visit_fields(X& x, auto f) { f("state", x.state); f("author", x.author); f("acted_at", x.acted_at); f("tin", x.tin); f("reason", x.reason); }
struct LabelCount { std::string series, state; std::int64_t labels = 0; };
template <Is<LabelCount> X> void visit_fields(X& x, auto f) { f("series", x.series); f("state", x.state); f("labels", x.labels); }

class LabelRegister {
public:
    /// Each call below that changes something is one transaction, on the disk when it returns. With `Within::callers` the caller has begun one.
    enum class Within : std::uint8_t { own, callers };
    LabelRegister(store::Db& db, Enterprise enterprise, Within within = Within::own) : m_db(db), m_enterprise(enterprise), m_within(within) {}

    /// Refusals: label_series_malformed (1 to 6 capitals or digits), label_count_unlikely (1 to 100,000).
    Result<LabelRun> issue(std::string const& series, std::int64_t count, std::string const& content, std::string const& design, std::string const& author, Instant now);
    /// They went to the printer. Refusals: label_not_found, label_state: one of them was printed, spoiled or voided before.
    Result<std::vector<LabelState>> print(LabelName const& first, std::int64_t count, std::string const& author, Instant now);
    /// Refusals: label_not_found, label_state (only a printed one is put on a tin), tin_labelled.
    Result<Done> apply(LabelName const&, std::string const& tin, std::string const& author, Instant now);
    /// It tore, or the printer ate it: never used. Refusals: label_not_found, label_state, reason_missing.
    Result<Done> spoil(LabelName const&, std::string const& reason, std::string const& author, Instant now);
    /// Taken off its tin or never to be used, and destroyed. Refusals as spoil.
    Result<Done> cancel(LabelName const&, std::string const& reason, std::string const& author, Instant now);

    std::optional<LabelState> find(LabelName const&);
    std::optional<LabelState> on_tin(std::string const& tin);
    std::optional<LabelRun> run_of(LabelState const&);
    std::vector<LabelAct> acts(LabelName const&);
    /// At most `limit`, after a number, of a state where one is named.
    std::vector<LabelState> list(std::optional<std::string> const& state, LabelName const& after, std::int64_t limit);
    std::vector<LabelRun> runs(std::int64_t limit);   ///< newest first
    std::vector<LabelCount> counts();
    /// Whether every number from the first to the last is there once with its acts. Refusal: label_register_broken.
    Result<std::int64_t> verify();

    /// A person looked a code of species up: it may be printed. Refusals: cites_species, reason_missing.
    Result<Done> confirm(std::string const& code, std::string const& source, std::string const& author, Instant now);
    std::set<std::string> confirmed();

private:
    Result<Done> change(LabelName const&, std::string const& to, std::optional<std::string> const& tin, std::optional<std::string> const& reason, std::string const& author, Instant now);
    Result<Done> within(std::function<Result<Done>()> const& work);
    store::Db& m_db;
    Enterprise m_enterprise;
    Within m_within;
};

std::vector<store::Sql> label_statements();

} // namespace osetra::processing
