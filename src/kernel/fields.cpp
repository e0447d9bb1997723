#include "kernel/fields.h"

#include <stdexcept>

namespace osetra {

namespace {
[[noreturn]] void no_lists(char const* name) { throw std::logic_error(std::string{name} + ": this format has no lists"); }
} // namespace

void FieldWriter::put_fish_list(char const* name, std::span<FishId const>) { no_lists(name); }
void FieldWriter::put_text_list(char const* name, std::span<std::string const>) { no_lists(name); }
void FieldReader::get_fish_list(char const* name, std::vector<FishId>&) { no_lists(name); }
void FieldReader::get_text_list(char const* name, std::vector<std::string>&) { no_lists(name); }

} // namespace osetra
