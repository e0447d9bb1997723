#pragma once
#include <string>
#include <vector>

#include "stocktake/engine/count.h"

namespace osetra::stocktake {

/// One look at the water: a frame, a photograph, or one pass over a part of the pond.
struct Look {
    double at_s = 0;
    double found = 0;          ///< bodies
    double area = 1;           ///< [0, 1]: share of the pond that was in the picture and could be read
    double detectability = 1;  ///< (0, 1]: share of the bodies there that such a look finds, as calibrated
    double false_found = 0;    ///< bodies that such a look finds where there are none, as calibrated
};

/// What was found, and how far it can be trusted. `found` of a look is Binomial(N area, detectability) + Poisson(false_found), more unequal than that and alike from one
/// look to the next by amounts that the looks themselves tell.
struct History {
    std::vector<Look> looks;             ///< in order of time
    double detectability_error = 0.02;   ///< standard error of the logarithm of detectability, the same for all looks: calibration and this pond against others
    double false_error = 0.5;            ///< the same of false_found, as a share of it
    double clumping = 2;                 ///< variance of the number in a part of the pond against that of bodies that do not know of one another
};

struct Number {
    Estimate n;
    double effective_looks = 1;   ///< looks that knew nothing of one another and would tell as much
    double detectability = 1;     ///< mean over the looks
    double seen_area = 1;         ///< mean over the looks
};

/// N of a pond that the looks show again and again. Between looks: a fast part, a part that dies away by a rate, and bodies that swim in and out of what is seen; rates
/// and sizes are integrated over. The unseen is taken to hold what the seen does, with `clumping` in its error. \pre looks not empty
Number number_of(History const&);

/// N of one tub from photographs between which the bodies moved: each finds Binomial(N, p) with its own p ~ Beta, and some that are none. N is common: the best
/// pictures bound it from below. Posterior over whole N. \pre looks not empty, at most some hundred
Number number_of_stills(History const&);

/// A part of the pond in a sweep.
struct Cell {
    double square_m = 0;
    std::vector<Look> looks;   ///< `area`: share of this cell
};
/// N of a pond whose parts were seen at different times: each part's mean, and for parts never seen the mean of those seen. `crossings`: bodies that swam between
/// what had been seen and what had not while the camera went on (they are missed or counted twice). `pond_square_m` 0: the cells are the pond. No cells: nothing of it could be read, and `seen_area` is 0
Number number_of_sweep(std::vector<Cell> const&, double pond_square_m, double crossings, History const& errors);

/// Two passes over the same water as capture and recapture without names: n1 found first, n2 then, `again` of the second where one of the first was. Chapman's estimate
/// and its error; a check of detectability, since bodies that are hard to see are so twice.
Estimate recaptured(double n1, double n2, double again);

struct Verdict {
    std::string verdict;                ///< sure, count_again, nothing_seen
    std::vector<std::string> reasons;
};
/// `readable`: share of the pictures' water that could be read (no glare, mud, dark).
Verdict judge(Number const&, double tolerance, double readable, std::vector<std::string> const& faults);

} // namespace osetra::stocktake
