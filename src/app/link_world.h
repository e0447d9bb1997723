#pragma once
#include "farm/pack/pack.h"
#include "store/pool.h"
#include "trace/link_routes.h"

namespace osetra::app {

/// What the pages behind codes show beside events: issuers are the enterprises that said who they are, species those of the pack. Both must
/// outlive it.
trace::LinkWorld link_world(store::Pool&, farm::Pack const&);

} // namespace osetra::app
