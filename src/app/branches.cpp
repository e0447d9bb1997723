#include "app/branches.h"

#include "breeding/breeding.h"
#include "processing/processing.h"
#include "quality/blending/blending.h"
#include "quality/grading/grading.h"
#include "quality/quality.h"
#include "quality/tasting/tasting.h"
#include "stocktake/stocktake.h"

namespace osetra::app {

farm::Branches const& branches() {
    static farm::Branches const all{processing::branch(quality::holds), processing::tin_branch(), processing::sorting_branch(quality::load_gate), stocktake::branch(), breeding::branch(), quality::tasting_branch(), quality::grading_branch(), quality::blending_branch(), quality::branch()};
    return all;
}

} // namespace osetra::app
