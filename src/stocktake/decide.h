#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kernel/fact.h"
#include "kernel/result.h"
#include "stocktake/facts.h"

// Whether a fact of a stocktake may be taken. Pure: what is there already comes through `Flights`.
namespace osetra::stocktake {

using FactBody = std::variant<FlightFlown, FlightCounted, MarksCorrected, FlightHandCounted, StocktakeSigned, SiteCalibrated>;
/// \pre the kind is one of a stocktake's and the text was read strictly
FactBody body_of(std::string_view kind, std::string_view json);
/// The flight that a fact is of; that of a FlightFlown is its own chain, and so is what is of no flight.
FactId flight_of(Fact const&, FactBody const&);

/// The author of what a job told for a person: "job:li".
std::string job_author(std::string const& person);

/// A pool's count as the farm keeps it.
struct PoolCount {
    PoolId pool;
    std::int64_t heads = 0;
};

/// What a decision has to know.
class Flights {
public:
    virtual ~Flights() = default;
    virtual bool knows_site(SiteId const&) = 0;
    virtual bool knows_pool(PoolId const&) = 0;
    virtual bool has_medium(std::string const& sha256) = 0;   ///< of this enterprise
    virtual std::optional<FlightFlown> flown(FactId const& flight) = 0;
    virtual std::optional<FlightCounted> counted(FactId const& flight) = 0;   ///< the last
    virtual std::optional<StocktakeSigned> signed_(FactId const& flight) = 0;
    virtual std::optional<PoolCount> count(FactId const&) = 0;
};

/// "x y" in pixels, at least 0. Refusal: mark_malformed.
Result<std::pair<double, double>> parse_place(std::string_view);
std::string place_text(double x, double y);      ///< tenths of a pixel

/// May it be told? Refusals in this order: the form (sha256_malformed, name_malformed, fish_kind_unknown, number_unlikely, interval_crossed, verdict_unknown,
/// mark_malformed, too_many_marks, those of read_calibration), and, unless it is taken as witnessed or corrects another, the book: not_by_hand, site_not_found, pool_not_found, media_missing,
/// flight_not_found, flight_not_counted, flight_signed, signature_reason_missing, count_not_found.
Result<Done> judge(Fact const&, FactBody const&, Flights&, bool witnessed);

/// A sentence for people.
template <class T> std::string says(T const&);

} // namespace osetra::stocktake
