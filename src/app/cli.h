#pragma once
#include <string>
#include <vector>

#include "app/company.h"

namespace osetra::app {

/// Reads the words of a command and carries it out. The status: 0 done, 1 refused (the refusal on `err`, with its code), 2 the
/// words were not understood, 3 the world broke.
int run(std::vector<std::string> const& words, Console&);

std::string program_version();

} // namespace osetra::app
