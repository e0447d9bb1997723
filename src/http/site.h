#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace osetra::http {

/// One file of the web pages inside the program. The bytes live as long as the program.
struct Asset {
    std::string_view path;   ///< "/assets/app-3f2a91.js"
    std::string_view type;   ///< "text/javascript"; empty: from the path's ending
    std::string_view etag;   ///< with its quotes; empty: made from the bytes
    std::string_view bytes;  ///< as it is; may be empty when there is `gzip`
    std::string_view gzip;   ///< the same, compressed; may be empty
};

/// What is sent for a path.
struct Page {
    int status = 200;
    std::string type;
    std::string etag;
    std::string_view cache;          ///< Cache-Control
    bool gzip = false;               ///< `bytes` are compressed
    std::string_view bytes;          ///< into the program, or into `own`
    std::string own;
};

/// The web pages: from the program or from a folder. What lies below a page's name gets that page (/id/01/... gets /id.html), another unknown
/// path /index.html: there the pages find their own way.
class Site {
public:
    /// Pages inside the program.
    explicit Site(std::span<Asset const>);
    /// Pages from a folder, read anew each time; for work on them. Fault when it is none.
    explicit Site(std::string folder);

    bool from_folder() const { return !m_folder.empty(); }
    /// `path` is decoded. `asked_etag` is If-None-Match, `takes_gzip` whether Accept-Encoding names gzip.
    /// Refusals: page_not_found, also for a path that tries to climb out.
    Result<Page> page(std::string_view path, std::string_view asked_etag, bool takes_gzip) const;

private:
    Result<Page> from_program(std::string_view path, bool takes_gzip) const;
    Result<Page> read(std::string_view path) const;
    Result<Page> given(std::string_view path, bool takes_gzip) const;
    Result<Page> found(std::string_view path, bool takes_gzip) const;
    std::string m_folder;
    std::vector<Asset> m_assets;             ///< sorted by path
    std::vector<std::string> m_etags;        ///< of m_assets
};

/// From the ending: "text/html; charset=utf-8".
std::string_view type_of(std::string_view path);

/// Whether a decoded path stays inside: begins with a slash, no "..", no backslash, no colon, no hidden part, no control character.
bool stays_inside(std::string_view path);

} // namespace osetra::http
