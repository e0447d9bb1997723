#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact of a stocktake by camera. A flight is named by the id of the fact that told of it. Places in a picture are "x y" in pixels,
// origin top left; a frame is named by its time from the clip's beginning in thousandths of a second, a still picture by 0.
namespace osetra::stocktake {

/// A pool was filmed from above, and the clip or picture is kept.
struct FlightFlown {
    static constexpr char const* kind = "flight_flown";
    PoolId pool;
    std::string sha256;                          ///< of the clip in the media store
    std::string file;                            ///< what it was called
    std::optional<std::string> fish_kind;        ///< sturgeon | fingerling | larva | auto
    std::optional<double> altitude_m, px_per_m;  ///< of the camera over the water; in the middle of the picture
    std::optional<std::string> note;
};
template <Is<FlightFlown> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("sha256", x.sha256); f("file", x.file); f("fish_kind", x.fish_kind); f("altitude_m", x.altitude_m); f("px_per_m", x.px_per_m);
    f("note", x.note);
}

/// The machine counted a flight. Told by the job that counted, never by hand.
struct FlightCounted {
    static constexpr char const* kind = "flight_counted";
    FactId flight;
    Heads heads, low, high;                      ///< 95 %
    std::string verdict;                         ///< sure | count_again | nothing_seen
    double seen_area = 1, detectability = 1;     ///< shares, [0, 1]
    std::string model, model_sha256;
    std::string result_sha256;                   ///< of the whole answer, kept as a file
    std::optional<std::string> marks_sha256, overlay_sha256;
    std::optional<Millimetres> length_mm, length_low_mm, length_high_mm;      ///< mean of the bodies
    std::optional<Milligrams> biomass_mg, biomass_low_mg, biomass_high_mg;
};
template <Is<FlightCounted> X> void visit_fields(X& x, auto f) {
    f("flight", x.flight); f("heads", x.heads); f("low", x.low); f("high", x.high); f("verdict", x.verdict); f("seen_area", x.seen_area);
    f("detectability", x.detectability); f("model", x.model); f("model_sha256", x.model_sha256); f("result_sha256", x.result_sha256);
    f("marks_sha256", x.marks_sha256); f("overlay_sha256", x.overlay_sha256); f("length_mm", x.length_mm); f("length_low_mm", x.length_low_mm);
    f("length_high_mm", x.length_high_mm); f("biomass_mg", x.biomass_mg); f("biomass_low_mg", x.biomass_low_mg); f("biomass_high_mg", x.biomass_high_mg);
}

/// A person went over a frame's marks: these were missed, those are no fish. Of several of one frame the last holds.
struct MarksCorrected {
    static constexpr char const* kind = "marks_corrected";
    FactId flight;
    std::int64_t frame_ms = 0;
    std::vector<std::string> added, struck;
};
template <Is<MarksCorrected> X> void visit_fields(X& x, auto f) { f("flight", x.flight); f("frame_ms", x.frame_ms); f("added", x.added); f("struck", x.struck); }

/// A person marked every fish of a frame without seeing what the machine marked: what detectability is fitted from. Of several of one frame and one
/// person the last holds.
struct FlightHandCounted {
    static constexpr char const* kind = "flight_hand_counted";
    FactId flight;
    std::int64_t frame_ms = 0;
    std::vector<std::string> points;
};
template <Is<FlightHandCounted> X> void visit_fields(X& x, auto f) { f("flight", x.flight); f("frame_ms", x.frame_ms); f("points", x.points); }

/// A person put their name to a number. The pool's own count (kind `count`, method camera) is told with it and moves the pool's estimate.
struct StocktakeSigned {
    static constexpr char const* kind = "stocktake_signed";
    FactId flight;
    Heads heads, low, high;                      ///< 95 %
    FactId count;                                ///< the pool's count that says the same
    std::optional<std::string> why;              ///< it is not what the machine says
};
template <Is<StocktakeSigned> X> void visit_fields(X& x, auto f) {
    f("flight", x.flight); f("heads", x.heads); f("low", x.low); f("high", x.high); f("count", x.count); f("why", x.why);
}

/// How many of the fish one look finds at a site, fitted on its own clips (`osetra count calibrate`). Of several the last holds; flights counted from then on use it.
struct SiteCalibrated {
    static constexpr char const* kind = "site_calibrated";
    SiteId site;
    std::string calibration;                     ///< JSON as calibrate writes it
    std::optional<std::string> note;
};
template <Is<SiteCalibrated> X> void visit_fields(X& x, auto f) { f("site", x.site); f("calibration", x.calibration); f("note", x.note); }

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_kind(See&& see) {
    see.template operator()<FlightFlown>(); see.template operator()<FlightCounted>(); see.template operator()<MarksCorrected>();
    see.template operator()<FlightHandCounted>(); see.template operator()<StocktakeSigned>();
    see.template operator()<SiteCalibrated>();
}

} // namespace osetra::stocktake
