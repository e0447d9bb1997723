#include "kernel/processor_time.h"

#include <ctime>

namespace osetra {

double processor_seconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);   // rule off: processor time tells nobody the date
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

} // namespace osetra
