#pragma once

namespace osetra {

/// What this thread has used. A search that is limited by it takes longer on a busy machine and finds the same.
double processor_seconds();

} // namespace osetra
