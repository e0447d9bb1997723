#include "app/plain_files.h"

#include <fstream>
#include <ostream>
#include <sstream>

#include "kernel/fault.h"

namespace osetra::app {

Result<std::string> bytes_of(Context const& c, std::string const& path) {
    std::ostringstream bytes;
    if (path == "-") bytes << c.io.in.rdbuf();
    else {
        std::ifstream in{path, std::ios::binary};
        if (!in || !(bytes << in.rdbuf())) return refuse("file_not_found", "There is no file " + path + " that can be read, or it is empty.", path);
    }
    return std::move(bytes).str();
}

Result<breeding::Columns> columns_of(Context const& c, std::string const& path) { return breeding::Columns::read(OSETRA_TRY(bytes_of(c, path)), path); }

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string{text};
    std::string out = "\"";
    for (char const x : text) { if (x == '"') out += '"'; out += x; }
    return out + '"';
}

Result<Done> write(Context const& c, std::string const& path, std::string const& text) {
    if (path.empty() || path == "-") { c.io.out << text; return Done{}; }
    std::ofstream out{path, std::ios::binary};
    out << text;
    if (!out.flush()) throw Fault("cannot write " + path + "; check the folder and the room on the disk");
    return Done{};
}

} // namespace osetra::app
