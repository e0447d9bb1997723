#include "http/site.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "kernel/fault.h"
#include "kernel/sha256.h"

namespace osetra::http {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view ask_again = "no-cache";
constexpr std::uintmax_t file_bytes_max = 64 << 20;

/// Vite puts a hash into the names below /assets/, so what lies there never changes.
std::string_view cache_of(std::string_view path) { return path.starts_with("/assets/") ? for_ever : ask_again; }

std::string etag_of(std::string_view bytes) { return '"' + sha256_hex(bytes).substr(0, 24) + '"'; }

/// Whether If-None-Match ("\"a\", W/\"b\"" or "*") names this etag.
bool names(std::string_view asked, std::string_view etag) { return asked == "*" || (!etag.empty() && asked.find(etag) != asked.npos); }

} // namespace

std::string_view type_of(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".geojson", "application/geo+json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".ttf", "font/ttf"},
        {".wasm", "application/wasm"},
        {".pbf", "application/x-protobuf"},
        {".txt", "text/plain; charset=utf-8"},
        {".map", "application/json"},
    };
    for (auto const& [ending, type] : types)
        if (path.ends_with(ending)) return type;
    return "application/octet-stream";
}

bool stays_inside(std::string_view path) {
    if (!path.starts_with('/')) return false;
    for (auto const c : path)
        if (static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == ':' || c == 0x7f) return false;
    return path.find("/.") == path.npos;   // no "..", and no hidden file
}

Site::Site(std::span<Asset const> assets) : m_assets(assets.begin(), assets.end()) {
    std::sort(m_assets.begin(), m_assets.end(), [](Asset const& a, Asset const& b) { return a.path < b.path; });
    for (auto const& asset : m_assets)
        m_etags.push_back(asset.etag.empty() ? etag_of(asset.bytes.empty() ? asset.gzip : asset.bytes) : std::string{asset.etag});
}

Site::Site(std::string folder) : m_folder(std::move(folder)) {
    if (!fs::is_regular_file(fs::path{m_folder} / "index.html"))
        throw Fault{m_folder + " holds no index.html. Build the pages first, or leave --web-dir out."};
}

Result<Page> Site::from_program(std::string_view path, bool takes_gzip) const {
    auto const found = std::lower_bound(m_assets.begin(), m_assets.end(), path, [](Asset const& a, std::string_view p) { return a.path < p; });
    if (found == m_assets.end() || found->path != path) return refuse("page_not_found", "There is no such page.", "path");
    Page page;
    page.type = found->type.empty() ? type_of(path) : found->type;
    page.etag = m_etags[static_cast<std::size_t>(found - m_assets.begin())];
    page.cache = cache_of(path);
    page.gzip = !found->gzip.empty() && (takes_gzip || found->bytes.empty());
    page.bytes = page.gzip ? found->gzip : found->bytes;
    return page;
}

Result<Page> Site::read(std::string_view path) const {
    auto const file = fs::path{m_folder} / path.substr(1);
    std::error_code ec;
    if (!fs::is_regular_file(file, ec)) return refuse("page_not_found", "There is no such page.", "path");
    // A link inside the folder may not lead out of it.
    auto const real = fs::canonical(file, ec);
    auto const home = fs::canonical(m_folder, ec);
    if (ec || std::mismatch(home.begin(), home.end(), real.begin(), real.end()).first != home.end())
        return refuse("page_not_found", "There is no such page.", "path");
    if (fs::file_size(real, ec) > file_bytes_max || ec) return refuse("too_large", "The file is too large to be a page.", "path");
    std::ifstream in{real, std::ios::binary};
    Page page;
    page.own.assign(std::istreambuf_iterator<char>{in}, {});
    if (in.bad()) throw Fault{"cannot read " + real.string()};
    page.type = type_of(path);
    page.etag = etag_of(page.own);
    page.cache = cache_of(path);
    return page;
}

Result<Page> Site::given(std::string_view path, bool takes_gzip) const { return from_folder() ? read(path) : from_program(path, takes_gzip); }

Result<Page> Site::found(std::string_view path, bool takes_gzip) const {
    // What lies below a page is told by others' rules: an identifier may hold points and colons.
    auto const top = path.substr(0, path.find('/', 1));
    if (top.size() < path.size() && stays_inside(top))
        if (auto page = given(std::string{top} + ".html", takes_gzip)) return page;
    if (!stays_inside(path)) return refuse("page_not_found", "There is no such page.", "path");
    auto page = given(path == "/" ? "/index.html" : path, takes_gzip);
    // A name with an ending is a file that is missing; anything else is a place inside the pages.
    if (!page && page.error().code == "page_not_found" && path.substr(path.rfind('/')).find('.') == path.npos) return given("/index.html", takes_gzip);
    return page;
}

Result<Page> Site::page(std::string_view path, std::string_view asked_etag, bool takes_gzip) const {
    auto page = found(path, takes_gzip);
    if (!page) return page;
    if (names(asked_etag, page->etag)) {
        page->status = 304;
        page->bytes = {};
        page->own.clear();
    }
    return page;
}

} // namespace osetra::http
