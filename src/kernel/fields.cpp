#include "kernel/fields.h"

#include <stdexcept>

namespace osetra {

void FieldWriter::put_fish_list(char const* name, std::span<FishId const>) {
    throw std::logic_error(std::string{name} + ": this format has no lists");
}
void FieldReader::get_fish_list(char const* name, std::vector<FishId>&) {
    throw std::logic_error(std::string{name} + ": this format has no lists");
}

} // namespace osetra
