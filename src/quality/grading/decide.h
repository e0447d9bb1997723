#pragma once
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/fact.h"
#include "kernel/result.h"
#include "quality/engine/grade.h"
#include "quality/grading/facts.h"

// Whether a fact of grading may be taken. Pure: what is there already comes through `Graders`.
namespace osetra::quality {

using GradingBody = std::variant<GradeScored, TrayPhotographed, GradeDecided, GradePriced>;
/// \pre the kind is one of grading's and the text was read strictly
GradingBody grading_body_of(std::string_view kind, std::string_view json);

/// By what name later facts find this one: the lot, or "scheme/grade" of a price.
std::string grading_name_of(GradingBody const&);

/// "taste=4.5" by attribute. Refusal: score_malformed.
Result<Values> parse_scores(std::vector<std::string> const&);
std::vector<std::string> score_texts(Values const&);

/// What a decision has to know.
class Graders {
public:
    virtual ~Graders() = default;
    virtual bool knows_lot(std::string const&) = 0;
    virtual bool has_medium(std::string const& sha256) = 0;
    virtual Scheme const* scheme(std::string const& code) = 0;   ///< of any pack
};

/// May it be told? Refusals in this order: the form (name_malformed, scheme_not_found, score_malformed, attribute_unknown, attribute_range, grade_unknown, price_malformed, currency_malformed,
/// word_unknown, sha256_malformed, number_unlikely, reason_missing), and, unless witnessed or a correction, the book: lot_not_found, media_missing.
Result<Done> judge_grading(Fact const&, GradingBody const&, Graders&, bool witnessed);

/// A sentence for people.
template <class T> std::string grading_says(T const&);

/// The grade of everything that packs say, of all that are built in; made once.
Grading const& all_gradings();

} // namespace osetra::quality
