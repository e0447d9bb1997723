#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/fields.h"
#include "kernel/result.h"
#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

/// A body that is truly there, in one frame.
struct TrueMark {
    std::int64_t fish = 0;   ///< the same number in every frame
    Mark mark;               ///< visible 0: wholly hidden
};
template <Is<TrueMark> X> void visit_fields(X& x, auto f) { f("fish", x.fish); visit_fields(x.mark, f); }

/// From pond metres (x, y, 1) to pixels, by rows.
using Homography = std::array<double, 9>;
inline constexpr Homography identity{1, 0, 0, 0, 1, 0, 0, 0, 1};
bool is_known(Homography const&);                                        ///< not all nought
std::array<double, 2> through(Homography const&, double x, double y);
Homography inverse(Homography const&);                                   ///< of one that can be undone, as a camera's can
Homography product(Homography const& later, Homography const& first);    ///< the two one after the other

struct TrueFrame {
    double at_s = 0;              ///< seconds since the first frame
    Homography from_pond{};       ///< where the camera looked; all nought where nobody knows
    std::vector<TrueMark> marks;  ///< bodies whose middle is in the picture
};

struct TrueFish {
    std::int64_t fish = 0;
    double length_m = 0;
};
template <Is<TrueFish> X> void visit_fields(X& x, auto f) { f("fish", x.fish); f("length_m", x.length_m); }

/// What is known of a clip or a set of pictures: the renderer writes it, people's hand counts and other tools' tracks are turned into it, and counts are held against it.
struct Truth {
    std::string scene;                     ///< clear, turbid, glare, dense; another name where it is no rendered flight
    std::uint64_t seed = 0;
    std::int64_t fish_count = 0;           ///< in the whole pond, seen or not
    int width = 0, height = 0;             ///< pixels
    double frames_per_s = 0;
    double px_per_m = 0;                   ///< in the middle of the picture, on the water; 0: unknown
    std::vector<std::array<double, 2>> outline_m;   ///< the pond's edge in pond metres
    std::vector<TrueFish> fish;
    std::vector<TrueFrame> frames;
};

TrueFrame const* at_time(Truth const&, double at_s);   ///< within half a frame; nullptr: there is none
Marks marks_of(TrueFrame const&);

/// {"scene":...,"seed":...,"fish_count":...,"width":...,"height":...,"frames_per_s":...,"px_per_m":...,"outline_m":[[x,y],...],"fish":[{"fish","length_m"}],
/// "frames":[{"at_s","from_pond":[9 numbers],"marks":[[fish,x,y,axis,length_px,visible],...]}]}; marks are rows to keep the file small.
std::string truth_json(Truth const&);
/// Refusals: json_malformed, truth_malformed (with the place).
Result<Truth> read_truth(std::string_view json);

} // namespace osetra::stocktake
