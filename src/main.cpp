#include <iostream>
#include <unistd.h>

#include "app/cli.h"

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    osetra::app::Console io{std::cin, std::cout, std::cerr, isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1};
    return osetra::app::run({argv + 1, argv + argc}, io);
}
