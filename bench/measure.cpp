#include "measure.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "store/private_postgres.h"

namespace osetra::bench {

namespace {
double ms_of(clockid_t clock) {
    timespec used{};
    clock_gettime(clock, &used);
    return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}
} // namespace

double thread_ms() { return ms_of(CLOCK_THREAD_CPUTIME_ID); }
double processor_s() { return ms_of(CLOCK_PROCESS_CPUTIME_ID) / 1e3; }

long resident_mb() {
    std::ifstream status{"/proc/self/statm"};
    long all = 0, resident = 0;
    status >> all >> resident;
    return resident * 4096 / 1'000'000;
}

double quantile(std::vector<double>& all, double part) {
    std::sort(all.begin(), all.end());
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
}

std::string database(std::string const& named) {
    if (named != "private") return named;
    auto const url = store::PrivatePostgres::fresh_database();
    if (!url) {
        std::fprintf(stderr, "PostgreSQL is not installed\n");
        std::exit(1);
    }
    return *url;
}

} // namespace osetra::bench
