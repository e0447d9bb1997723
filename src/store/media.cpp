#include "store/media.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/sha256.h"

namespace osetra::store {
namespace {

namespace fs = std::filesystem;

#define MEDIUM "sha256, size, name, content_type, person, added_at"
#define UPLOAD "upload, name, size, sha256, person, touched_at"
constexpr Sql sql[] = {
    {"media.begin", "INSERT INTO upload (enterprise, " UPLOAD ") VALUES (:enterprise, :upload, :name, :size, :sha256, :person, :touched_at)"},
    {"media.upload", "SELECT " UPLOAD " FROM upload WHERE enterprise = :enterprise AND upload = :upload"},
    {"media.open_uploads", "SELECT count(*) AS n FROM upload WHERE enterprise = :enterprise"},
    {"media.touch", "UPDATE upload SET touched_at = :touched_at WHERE enterprise = :enterprise AND upload = :upload"},
    {"media.end", "DELETE FROM upload WHERE enterprise = :enterprise AND upload = :upload"},
    {"media.abandoned", "SELECT " UPLOAD " FROM upload WHERE enterprise = :enterprise AND touched_at < :then"},
    {"media.add", "INSERT INTO media (enterprise, " MEDIUM ") VALUES (:enterprise, :sha256, :size, :name, :content_type, :person, :added_at) "
                  "ON CONFLICT DO NOTHING"},
    {"media.find", "SELECT " MEDIUM " FROM media WHERE enterprise = :enterprise AND sha256 = :sha256"},
    {"media.list", "SELECT " MEDIUM " FROM media WHERE enterprise = :enterprise ORDER BY added_at DESC, sha256 LIMIT :limit"},
};
enum { begin_, upload_, open_uploads, touch, end_, abandoned, add_, find_, list_ };
#undef MEDIUM
#undef UPLOAD

struct Count { std::int64_t n = 0; };
template <Is<Count> X> void visit_fields(X& x, auto f) { f("n", x.n); }

[[noreturn]] void fail(fs::path const& path) { throw Fault("media file " + path.string() + ": " + std::strerror(errno)); }

class Descriptor {
public:
    Descriptor(fs::path const& path, int flags) : m_path(path), m_n(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0640)) {
        if (m_n < 0) fail(m_path);
    }
    ~Descriptor() { ::close(m_n); }
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;

    bool lock() const { return ::flock(m_n, LOCK_EX | LOCK_NB) == 0; }
    std::int64_t size() const {
        struct stat about{};
        if (::fstat(m_n, &about) != 0) fail(m_path);
        return about.st_size;
    }
    void write(std::string_view bytes, std::int64_t offset) const {
        while (!bytes.empty()) {
            auto const n = ::pwrite(m_n, bytes.data(), bytes.size(), offset);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) fail(m_path);
            bytes.remove_prefix(static_cast<std::size_t>(n));
            offset += n;
        }
    }
    std::size_t read(char* to, std::size_t bytes, std::int64_t offset) const {
        std::size_t got = 0;
        while (got < bytes) {
            auto const n = ::pread(m_n, to + got, bytes - got, offset + static_cast<std::int64_t>(got));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) fail(m_path);
            if (n == 0) break;
            got += static_cast<std::size_t>(n);
        }
        return got;
    }
    void sync() const { if (::fsync(m_n) != 0) fail(m_path); }

private:
    fs::path m_path;
    int m_n;
};

Bytes sha256_of(Descriptor const& file) {
    Sha256 digest;
    std::string buffer(1U << 18U, '\0');
    std::int64_t at = 0;
    for (std::size_t n = 0; (n = file.read(buffer.data(), buffer.size(), at)) > 0; at += static_cast<std::int64_t>(n))
        digest.add({buffer.data(), n});
    return {digest.raw()};
}

/// From the bytes themselves; what the sender calls it is not believed.
std::string content_type_of(Descriptor const& file) {
    std::string head(16, '\0');
    head.resize(file.read(head.data(), head.size(), 0));
    auto const has = [&](std::string_view mark, std::size_t at = 0) { return head.size() >= at + mark.size() && head.compare(at, mark.size(), mark) == 0; };
    if (has("\x89PNG")) return "image/png";
    if (has("\xFF\xD8\xFF")) return "image/jpeg";
    if (has("GIF8")) return "image/gif";
    if (has("RIFF") && has("WEBP", 8)) return "image/webp";
    if (has("ftyp", 4)) return "video/mp4";
    if (has("\x1A\x45\xDF\xA3")) return "video/webm";
    if (has("%PDF-")) return "application/pdf";
    if (has("PK\x03\x04")) return "application/zip";
    return "application/octet-stream";
}

Refusal not_found(Uuid const& upload) { return {"upload_not_found", "There is no upload " + upload.text() + ". Begin it again.", "upload"}; }

/// A name to show and to save under: no folder, no control characters.
Result<std::string> plain_name(std::string name) {
    name.erase(0, name.find_last_of("/\\") + 1);
    auto const control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (name.empty() || name == "." || name == ".." || name.size() > 255 || std::any_of(name.begin(), name.end(), control))
        return refuse("upload_name", "The file needs a name of 1 to 255 bytes without control characters.", "name");
    return name;
}

} // namespace

Result<Bytes> parse_sha256(std::string_view hex) {
    auto const value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size() && hex.size() == 64; i += 2) {
        auto const high = value(hex[i]), low = value(hex[i + 1]);
        if (high < 0 || low < 0) break;
        bytes.raw += static_cast<char>(high * 16 + low);
    }
    if (bytes.raw.size() != 32) return refuse("sha256_malformed", "A SHA-256 is written as 64 hexadecimal digits.", "sha256");
    return bytes;
}

std::string sha256_text(Bytes const& sha256) { return hex_of(sha256.raw); }

MediaFolder::MediaFolder(fs::path folder, std::int64_t most_bytes) : m_folder(std::move(folder)), m_most_bytes(most_bytes) {
    std::error_code error;
    fs::create_directories(m_folder / "part", error);
    if (error) throw Fault("cannot make the media folder " + m_folder.string() + ": " + error.message());
}

fs::path MediaFolder::path_of(Bytes const& sha256) const {
    auto const hex = sha256_text(sha256);
    return m_folder / hex.substr(0, 2) / hex.substr(2, 2) / hex;
}

fs::path MediaFolder::part_of(Enterprise enterprise, Uuid const& upload) const {
    return m_folder / "part" / (std::to_string(enterprise) + "_" + upload.text());
}

Result<Upload> MediaFolder::begin(Db& db, Enterprise enterprise, Upload upload, Instant now) {
    upload.name = OSETRA_TRY(plain_name(std::move(upload.name)));
    upload.touched_at = now;
    if (upload.size < 0) return refuse("upload_size", "The size of the file is its number of bytes.", "size");
    if (upload.size > m_most_bytes)
        return refuse("too_large", "The file has " + std::to_string(upload.size) + " bytes; at most " + std::to_string(m_most_bytes) + " are taken.", "size");
    if (upload.sha256 && upload.sha256->raw.size() != 32) return refuse("sha256_malformed", "A SHA-256 is written as 64 hexadecimal digits.", "sha256");
    Transaction change{db};
    if (db.row<Count>(sql[open_uploads], arg("enterprise", enterprise))->n >= most_open_uploads)
        return refuse("too_many_uploads", "Too many uploads are open. Finish some of them; those that rest for two days go by themselves.", "upload");
    db.run(sql[begin_], arg("enterprise", enterprise), upload);
    Descriptor const made{part_of(enterprise, upload.upload), O_WRONLY | O_CREAT | O_EXCL};
    change.commit();
    return upload;
}

Result<std::int64_t> MediaFolder::offset_of(Db& db, Enterprise enterprise, Uuid const& upload) {
    if (!db.row<Upload>(sql[upload_], arg("enterprise", enterprise), arg("upload", upload))) return tl::unexpected(not_found(upload));
    return Descriptor{part_of(enterprise, upload), O_RDONLY}.size();
}

Result<std::int64_t> MediaFolder::add(Db& db, Enterprise enterprise, Uuid const& upload, std::int64_t offset, std::string_view bytes, Instant now) {
    auto const about = db.row<Upload>(sql[upload_], arg("enterprise", enterprise), arg("upload", upload));
    if (!about) return tl::unexpected(not_found(upload));
    Descriptor const part{part_of(enterprise, upload), O_RDWR};
    if (!part.lock()) return refuse("upload_busy", "Another request is writing to this upload. Try again in a moment.", "upload");
    auto const end = part.size();
    if (offset != end)
        return refuse("upload_offset", "The upload has " + std::to_string(end) + " bytes so far; go on from there.", std::to_string(end));
    if (static_cast<std::int64_t>(bytes.size()) > about->size - end)
        return refuse("too_large", "The upload was begun for " + std::to_string(about->size) + " bytes; this would make it more.", "size");
    part.write(bytes, end);
    db.run(sql[touch], arg("enterprise", enterprise), arg("upload", upload), arg("touched_at", now));
    return end + static_cast<std::int64_t>(bytes.size());
}

void MediaFolder::settle(fs::path const& part, Bytes const& sha256) {
    auto const place = path_of(sha256);
    fs::create_directories(place.parent_path());
    if (::rename(part.c_str(), place.c_str()) != 0) fail(place);
    for (auto const& folder : {place.parent_path(), place.parent_path().parent_path(), m_folder}) Descriptor{folder, O_RDONLY | O_DIRECTORY}.sync();
}

Result<Medium> MediaFolder::finish(Db& db, Enterprise enterprise, Uuid const& upload, Instant now) {
    auto const about = db.row<Upload>(sql[upload_], arg("enterprise", enterprise), arg("upload", upload));
    if (!about) return tl::unexpected(not_found(upload));
    auto const path = part_of(enterprise, upload);
    Medium medium{{}, about->size, about->name, {}, about->person, now};
    {
        Descriptor const part{path, O_RDWR};
        if (!part.lock()) return refuse("upload_busy", "Another request is writing to this upload. Try again in a moment.", "upload");
        if (part.size() != about->size)
            return refuse("upload_incomplete", std::to_string(part.size()) + " of " + std::to_string(about->size) + " bytes are there; send the rest.", std::to_string(part.size()));
        medium.sha256 = sha256_of(part);
        medium.content_type = content_type_of(part);
        if (!about->sha256 || *about->sha256 == medium.sha256) {
            part.sync();
            settle(path, medium.sha256);   // the bytes first: a row never names a file that is not there
        } else {
            fs::remove(path);
        }
    }
    Transaction change{db};
    db.run(sql[end_], arg("enterprise", enterprise), arg("upload", upload));
    auto const damaged = about->sha256 && *about->sha256 != medium.sha256;
    if (!damaged) db.run(sql[add_], arg("enterprise", enterprise), medium);
    change.commit();
    if (damaged) return refuse("upload_damaged", "The file that arrived is not the one that was sent (its SHA-256 differs). Send it again.", "sha256");
    return find(db, enterprise, medium.sha256);
}

Result<Medium> MediaFolder::keep(Db& db, Enterprise enterprise, std::string name, std::string_view bytes, std::string person, Instant now) {
    if (static_cast<std::int64_t>(bytes.size()) > m_most_bytes) return refuse("too_large", "The file is too large.", "size");
    Medium medium{{}, static_cast<std::int64_t>(bytes.size()), OSETRA_TRY(plain_name(std::move(name))), {}, std::move(person), now};
    auto pattern = (m_folder / "part" / "keep_XXXXXX").string();
    auto const made = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (made < 0) fail(pattern);
    ::close(made);
    try {
        Descriptor const part{pattern, O_RDWR};
        part.write(bytes, 0);
        part.sync();
        medium.sha256 = sha256_of(part);
        medium.content_type = content_type_of(part);
        settle(pattern, medium.sha256);
    } catch (...) {
        ::unlink(pattern.c_str());
        throw;
    }
    db.run(sql[add_], arg("enterprise", enterprise), medium);
    return find(db, enterprise, medium.sha256);
}

Result<Medium> MediaFolder::keep_file(Db& db, Enterprise enterprise, std::string name, fs::path const& path, std::string person, Instant now) {
    Medium medium{{}, 0, OSETRA_TRY(plain_name(std::move(name))), {}, std::move(person), now};
    {
        Descriptor const file{path, O_RDWR};
        medium.size = file.size();
        if (medium.size > m_most_bytes) return refuse("too_large", "The file is too large.", "size");
        file.sync();
        medium.sha256 = sha256_of(file);
        medium.content_type = content_type_of(file);
    }
    settle(path, medium.sha256);
    db.run(sql[add_], arg("enterprise", enterprise), medium);
    return find(db, enterprise, medium.sha256);
}

Result<Medium> MediaFolder::find(Db& db, Enterprise enterprise, Bytes const& sha256) const {
    auto medium = db.row<Medium>(sql[find_], arg("enterprise", enterprise), arg("sha256", sha256));
    if (!medium) return refuse("media_not_found", "There is no file with this SHA-256.", "sha256");
    return *medium;
}

std::vector<Medium> MediaFolder::list(Db& db, Enterprise enterprise, std::int64_t limit) const {
    return db.rows<Medium>(sql[list_], arg("enterprise", enterprise), arg("limit", limit));
}

std::string MediaFolder::read(Medium const& medium, std::int64_t offset, std::int64_t bytes) const {
    Descriptor const file{path_of(medium.sha256), O_RDONLY};
    std::string text(static_cast<std::size_t>(std::clamp<std::int64_t>(medium.size - offset, 0, bytes)), '\0');
    text.resize(file.read(text.data(), text.size(), offset));
    return text;
}

std::int64_t MediaFolder::clean(Db& db, Enterprise enterprise, Instant then) {
    auto const old = db.rows<Upload>(sql[abandoned], arg("enterprise", enterprise), arg("then", then));
    for (auto const& upload : old) {
        std::error_code none;
        fs::remove(part_of(enterprise, upload.upload), none);
        db.run(sql[end_], arg("enterprise", enterprise), arg("upload", upload.upload));
    }
    return static_cast<std::int64_t>(old.size());
}

bool has_medium(Db& db, Enterprise enterprise, std::string_view sha256) {
    auto const bytes = parse_sha256(sha256);
    return bytes && db.row<Medium>(sql[find_], arg("enterprise", enterprise), arg("sha256", *bytes));
}

std::span<Sql const> media_statements() { return sql; }

} // namespace osetra::store
