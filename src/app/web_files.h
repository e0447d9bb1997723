#pragma once
#include <span>
#include <string_view>

namespace osetra::app {

/// One file of the built web pages (web/dist), packed into the program.
struct WebFile {
    std::string_view path;           ///< "/index.html"
    std::string_view content_type;
    std::string_view gzip;           ///< the bytes, compressed with gzip
    std::string_view sha256;         ///< of the plain bytes, hexadecimal: the ETag
};

/// All of them, in order of path. Empty where the pages had not been built.
std::span<WebFile const> web_files();

} // namespace osetra::app
