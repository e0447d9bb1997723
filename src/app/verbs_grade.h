#pragma once
#include <array>
#include <string>
#include <vector>

#include "app/company.h"

// Grading and the tray camera on plain files, and the product packs. A refusal ends the run with status 1.
namespace osetra::app {

struct GradeVerb {
    std::string file, pack, scheme, past, use, overlay, out, truth, card, between;
    std::vector<std::string> prices;                 ///< GRADE=MINOR UNITS a kilogram
    double px_per_mm = 0, marker_mm = 0, limit_mm = 0, tolerance = 0;
    bool eggs = false;                               ///< of a photograph: tell each egg
    // Of a made-up tray.
    std::int64_t number = 400;
    std::uint64_t seed = 1;
    double mean_mm = 2.9, spread_mm = 0.15, broken_percent = 3;
    bool dark = false, with_card = false;
};
Result<Done> grade_schemes(Context const&, GradeVerb const&);
Result<Done> grade_lots(Context const&, GradeVerb const&);
Result<Done> grade_agreement(Context const&, GradeVerb const&);
Result<Done> grade_gage(Context const&, GradeVerb const&);
Result<Done> grade_use(Context const&, GradeVerb const&);
Result<Done> grade_photo(Context const&, GradeVerb const&);
Result<Done> grade_tray(Context const&, GradeVerb const&);
Result<Done> pack_list(Context const&);
Result<Done> pack_check(Context const&, std::string const& file);

} // namespace osetra::app
