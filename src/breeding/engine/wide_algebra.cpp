#include "breeding/engine/wide_algebra.h"

#include <cblas.h>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace osetra::breeding {

void begin_with_wide_algebra([[maybe_unused]] char** words) {
#if defined(__x86_64__) && defined(__linux__)
    constexpr auto told = "OPENBLAS_CORETYPE";
    std::string_view const core = openblas_get_corename();
    auto const narrow = core == "Haswell" || core == "Zen";
    auto const wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
    if (!narrow || !wide || std::getenv(told)) return;
    if (setenv(told, "SkylakeX", 1) == 0) execv("/proc/self/exe", words);   // comes back only where it could not
#endif
}

} // namespace osetra::breeding
