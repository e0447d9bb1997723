#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "farm/check.h"
#include "kernel/fact.h"
#include "kernel/json.h"
#include "trace/engine/event.h"
#include "trace/engine/naming.h"

namespace osetra::store { class Db; }

// How another capability's facts get into the ledger: it says what they are, judges them, keeps what they say, and tells partners. The
// ledger takes, corrects, withdraws, rebuilds and verifies them like its own and knows nothing else of them.
namespace osetra::farm {

/// One field of a kind of fact, as forms and documents show it.
struct KindField {
    char const* name;
    char const* type;                            ///< fish, fish_list, text_list, flag, number, day, fact, text or int
    bool required = true;
};

/// One kind of fact.
struct Kind {
    std::string name;
    std::vector<KindField> fields;
    bool by_manager = false;                     ///< only who manages may tell it
    /// The body strictly read, and as it is kept. Refusals of read_strict.
    std::function<Result<std::string>(std::string_view json)> canonical;
    /// Every field once, with an empty value of its type.
    std::function<void(FieldWriter&)> blank;
    /// A sentence for people.
    std::function<std::string(std::string_view body)> says;
};

template <class T> constexpr char const* field_type() {
    if constexpr (std::is_same_v<T, std::vector<FishId>>) return "fish_list";
    else if constexpr (std::is_same_v<T, std::vector<std::string>>) return "text_list";
    else if constexpr (requires(T t) { typename T::value_type; t.has_value(); }) return field_type<typename T::value_type>();
    else if constexpr (std::is_same_v<T, bool>) return "flag";
    else if constexpr (std::is_same_v<T, double>) return "number";
    else if constexpr (std::is_same_v<T, FarmDay>) return "day";
    else if constexpr (std::is_same_v<T, FishId>) return "fish";
    else if constexpr (std::is_same_v<T, FactId>) return "fact";
    else if constexpr (std::is_same_v<T, std::string> || requires(T t) { t.text; }) return "text";
    else return "int";
}

/// A kind by its record: T::kind, and its one list of fields.
template <class T> Kind kind_of(std::string (*says)(T const&)) {
    Kind kind;
    kind.name = T::kind;
    T const empty{};
    visit_fields(empty, [&]<class V>(char const* name, V const&) { kind.fields.push_back({name, field_type<V>(), !osetra::detail::may_be_absent<V>}); });
    kind.canonical = [](std::string_view json) -> Result<std::string> {
        auto const record = from_json<T>(json);
        if (!record) return tl::unexpected(record.error());
        return to_json(*record);
    };
    kind.blank = [](FieldWriter& out) {
        T const record{};
        visit_fields(record, [&]<class V>(char const* name, V const& value) {
            if constexpr (requires { typename V::value_type; value.has_value(); }) osetra::put(out, name, typename V::value_type{});
            else osetra::put(out, name, value);
        });
    };
    kind.says = [says](std::string_view body) {
        auto const record = from_json<T>(body);
        return record ? says(*record) : std::string{T::kind};
    };
    return kind;
}

/// A body of one of a branch's kinds. `each_kind`: calls what it is given once for every kind's record. That the kind is there was asked when the fact was taken.
template <class Body> Body body_among(auto&& each_kind, std::string_view kind, std::string_view json) {
    std::optional<Body> found;
    each_kind([&]<class T>() {
        if (kind != T::kind) return;
        if (auto body = from_json<T>(json)) found = std::move(*body);
    });
    if (!found) throw std::logic_error("no body of " + std::string{kind});
    return std::move(*found);
}

/// A fact that somebody is about to tell.
template <class T> Fact fact_of(FactId id, std::string author, Instant at, T const& body) {
    Fact fact;
    fact.id = id;
    fact.kind = T::kind;
    fact.happened_at = at;
    fact.author = std::move(author);
    fact.body = to_json(body);
    return fact;
}

/// A fact with its body read, as a branch keeps it.
template <class T> struct Of {
    FactId root;
    Instant at;
    std::string author;
    T body;
};

/// The farm's own kinds, in the order in which forms and documents list them.
std::vector<Kind> const& own_kinds();

/// What became of a tagged fish that was harvested.
struct HarvestOf {
    FactId root;                                 ///< first fact of the harvest's chain
    Instant at;
    std::string purpose;                         ///< empty: not told
    PoolId pool;                                 ///< where it was taken from
    CohortId cohort;
    std::string species;
    FarmDay hatched;
    std::optional<std::int64_t> weight_mg;       ///< where the fish was weighed alone
};

/// What joins a fish that was harvested with the roe that it gave, in what partners are told.
std::string harvest_transformation(FactId const& root, FishId);

/// What a branch may ask of the farm, and where it keeps its own.
class FarmAsked {
public:
    virtual ~FarmAsked() = default;
    virtual std::optional<HarvestOf> harvest_of(FishId) = 0;
    virtual bool knows_fish(FishId) = 0;
    virtual bool knows_pool(PoolId const&) = 0;
    virtual bool knows_site(SiteId const&) = 0;
    virtual Pack const& pack() const = 0;
    virtual FarmOffset offset() const = 0;
    virtual Enterprise enterprise() const = 0;
    virtual store::Db& db() = 0;
    /// Who the enterprise is among partners, where it has said so.
    virtual std::optional<trace::Identity> identity() = 0;
};

class Branch {
public:
    virtual ~Branch() = default;
    /// After the envelope was found good. May fill in what the teller left out (`fact.body`). The value is what a person should know all
    /// the same. A witnessed fact is refused only where it is malformed.
    virtual Result<std::vector<Refusal>> judge(Fact& fact, Trust) = 0;
    /// Whether what a fact told may be taken back; `fact` is the withdrawal.
    virtual Result<Done> may_be_withdrawn(Fact const& /*fact*/, Trust) { return Done{}; }
    /// What the fact speaks of: "lot:L1", or "f:TAG" and the like for what the farm knows.
    virtual std::vector<std::string> subjects(Fact const&) = 0;
    /// Keeps what the fact says, or takes it back. The same facts in any order must leave the same behind.
    virtual void enter(Fact const&) = 0;
    virtual void leave(Fact const&) = 0;
    /// Forgets all, before the journal is read again.
    virtual void clear() = 0;
    /// One line a table: the same text where the same is kept.
    virtual std::string digest() = 0;

    /// What partners are told of the fact, as far as it can be told already.
    virtual std::vector<trace::Node> events_of(Fact const&, trace::Naming const&) = 0;
    /// First facts of chains whose events had to wait for this one.
    virtual std::vector<FactId> waited_for(Fact const&) { return {}; }
    /// All that was to be told has been: what was remembered on the way may be forgotten.
    virtual void told() {}
    /// Master data of what the fact registers.
    virtual std::vector<trace::Node> vocabularies_of(Fact const&, trace::Naming const&) { return {}; }
};

/// What the composition root plugs in.
struct BranchPlan {
    std::vector<Kind> kinds;
    std::vector<std::string> subject_words;      ///< "lot": subjects are written lot:NAME
    std::function<std::unique_ptr<Branch>(FarmAsked&)> make;
};
using Branches = std::vector<BranchPlan>;
Branches const& no_branches();

/// The kind by its word, the farm's own or a branch's; nullptr: there is none.
Kind const* find_kind(std::string_view word, Branches const&);
bool is_own_kind(std::string_view word);

} // namespace osetra::farm
