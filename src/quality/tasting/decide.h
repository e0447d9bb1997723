#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/fact.h"
#include "kernel/result.h"
#include "quality/engine/taste_report.h"
#include "quality/tasting/facts.h"

// Whether a fact of tastings may be taken. Pure: what is there already comes through `TastingBook`.
namespace osetra::quality {

using TastingBody = std::variant<TasterRegistered, TastingPlanned, Tasted, TastingClosed, Reviewed>;
/// \pre the kind is one of tastings' and the text was read strictly
TastingBody tasting_body_of(std::string_view kind, std::string_view json);
/// By what name later facts find this one: a taster's as "PANEL/NAME", a review's own, else the tasting's.
std::string tasting_name_of(TastingBody const&);
std::string taster_key(std::string const& panel, std::string const& taster);

/// What a decision has to know.
class TastingBook {
public:
    virtual ~TastingBook() = default;
    virtual std::optional<TastingPlanned> tasting(std::string const& name) = 0;
    virtual bool is_closed(std::string const& tasting) = 0;
    virtual bool is_answered(std::string const& tasting, std::int64_t seat, std::int64_t round, std::int64_t trial) = 0;
    virtual bool has_review(std::string const& review) = 0;
    virtual std::optional<TasterRegistered> taster(std::string const& panel, std::string const& name) = 0;
};

/// May it be told? Refusals in this order: the form (name_malformed, taste_test_unknown, samples_too_few, samples_too_many, sample_twice, number_unlikely, sha256_malformed, score_malformed,
/// answer_missing, text_too_long), and, unless it is taken as witnessed or corrects another, the book: tasting_exists, taster_not_found, taster_allergic, tasting_not_found, tasting_is_closed,
/// seat_unknown, answer_exists, key_changed, review_exists.
Result<Done> judge(Fact const&, TastingBody const&, TastingBook&, bool witnessed);

/// A score as answers write it. Refusal: score_malformed.
Result<TasteAnswer::Score> parse_score(std::string_view);
TasteAnswer answer_of(Tasted const&);
/// "SAMPLE=LOT"; empty where that sample is of no lot.
std::string lot_of(TastingPlanned const&, std::string const& sample);

/// A sentence for people.
template <class T> std::string tasting_says(T const&);

} // namespace osetra::quality
