#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact of grading: what graders score, what the tray camera saw, what a person decides, and what grades cost.
namespace osetra::quality {

/// A grader scored a lot, alone. Of several of one grader the last holds.
struct GradeScored {
    static constexpr char const* kind = "grade_score";
    std::string lot;
    std::string scheme;                          ///< code in a product pack
    std::vector<std::string> scores;             ///< "taste=4.5": attribute of the scheme and value
    std::optional<std::string> note;
};
template <Is<GradeScored> X> void visit_fields(X& x, auto f) { f("lot", x.lot); f("scheme", x.scheme); f("scores", x.scores); f("note", x.note); }

/// A photograph of a lot on a tray was measured. Told by the program with the pictures, never by hand. Of several the last holds.
struct TrayPhotographed {
    static constexpr char const* kind = "tray_photo";
    std::string lot;
    std::string photo_sha256, overlay_sha256;    ///< in the media store
    std::int64_t eggs = 0, measured = 0, broken = 0;
    std::int64_t mean_um = 0, mean_low_um = 0, mean_high_um = 0, spread_um = 0;   ///< diameters, thousandths of a millimetre
    std::optional<double> lightness, red_green, yellow_blue;   ///< L* a* b*; only with a colour card
    double colour_spread = 0;
    std::string verdict;                         ///< sure | look_again
};
template <Is<TrayPhotographed> X> void visit_fields(X& x, auto f) {
    f("lot", x.lot); f("photo_sha256", x.photo_sha256); f("overlay_sha256", x.overlay_sha256); f("eggs", x.eggs); f("measured", x.measured); f("broken", x.broken);
    f("mean_um", x.mean_um); f("mean_low_um", x.mean_low_um); f("mean_high_um", x.mean_high_um); f("spread_um", x.spread_um); f("lightness", x.lightness);
    f("red_green", x.red_green); f("yellow_blue", x.yellow_blue); f("colour_spread", x.colour_spread); f("verdict", x.verdict);
}

/// A person decided the grade of a lot and put their name to it. Of several the last holds.
struct GradeDecided {
    static constexpr char const* kind = "lot_grade";
    std::string lot;
    std::string scheme, grade;
    std::vector<std::string> values;             ///< "egg_mm=2.91": what it was decided on
    std::optional<std::string> suggested;        ///< grade that the rules gave
    std::optional<std::string> reason;           ///< where the decision is another
};
template <Is<GradeDecided> X> void visit_fields(X& x, auto f) {
    f("lot", x.lot); f("scheme", x.scheme); f("grade", x.grade); f("values", x.values); f("suggested", x.suggested); f("reason", x.reason);
}

/// What a kilogram of a grade brings from then on.
struct GradePriced {
    static constexpr char const* kind = "grade_price";
    std::string scheme, grade;
    std::int64_t price_minor = 0;                ///< hundredths of the currency, a kilogram
    std::string currency;                        ///< ISO 4217
};
template <Is<GradePriced> X> void visit_fields(X& x, auto f) { f("scheme", x.scheme); f("grade", x.grade); f("price_minor", x.price_minor); f("currency", x.currency); }

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_grading_kind(See&& see) {
    see.template operator()<GradeScored>(); see.template operator()<TrayPhotographed>(); see.template operator()<GradeDecided>(); see.template operator()<GradePriced>();
}

} // namespace osetra::quality
