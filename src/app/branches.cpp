#include "app/branches.h"

#include "processing/processing.h"

namespace osetra::app {

farm::Branches const& branches() {
    static farm::Branches const all{processing::branch()};
    return all;
}

} // namespace osetra::app
