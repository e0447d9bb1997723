#include <iostream>
#include <set>
#include <string_view>
#include <unistd.h>

#include "app/cli.h"
#include "breeding/engine/wide_algebra.h"

int main(int argc, char** argv) {
    if (argc > 1 && std::set<std::string_view>{"breed", "demo", "up", "work"}.contains(argv[1])) osetra::breeding::begin_with_wide_algebra(argv);
    std::ios::sync_with_stdio(false);
    osetra::app::Console io{std::cin, std::cout, std::cerr, isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1};
    return osetra::app::run({argv + 1, argv + argc}, io);
}
