#pragma once
#include <filesystem>
#include <span>

#include "kernel/result.h"
#include "store/db.h"

// Clips, photographs, spreadsheets and signed papers. Their bytes lie once in a folder under their SHA-256 (ab/cd/abcd...);
// a row per enterprise is the right to read them, so knowing a hash opens nothing. Facts carry the hash.
namespace osetra::store {

struct Medium {
    Bytes sha256;
    std::int64_t size = 0;
    std::string name, content_type, person;
    Instant added_at{};
};
template <Is<Medium> X> void visit_fields(X& x, auto f) {
    f("sha256", x.sha256); f("size", x.size); f("name", x.name); f("content_type", x.content_type); f("person", x.person);
    f("added_at", x.added_at);
}

/// A file on its way in. Its bytes gather in a file of their own; how many there are is that file's size.
struct Upload {
    Uuid upload;
    std::string name;
    std::int64_t size = 0;            ///< of the whole file
    std::optional<Bytes> sha256;      ///< what it must come to, where the sender knows
    std::string person;
    Instant touched_at{};
};
template <Is<Upload> X> void visit_fields(X& x, auto f) {
    f("upload", x.upload); f("name", x.name); f("size", x.size); f("sha256", x.sha256); f("person", x.person);
    f("touched_at", x.touched_at);
}

/// The media folder. Any number of threads and processes may use one, each with its own Db.
class MediaFolder {
public:
    static constexpr std::int64_t most_open_uploads = 50;   ///< of one enterprise

    /// Makes the folder if need be. Files over `most_bytes` are refused.
    explicit MediaFolder(std::filesystem::path folder, std::int64_t most_bytes = std::int64_t{8} << 30);

    /// Refusals: too_large, upload_size, upload_name, sha256_malformed, too_many_uploads.
    Result<Upload> begin(Db&, Enterprise, Upload, Instant now);
    /// How many bytes are there: where to go on. Refusal: upload_not_found.
    Result<std::int64_t> offset_of(Db&, Enterprise, Uuid const& upload);
    /// Adds bytes at `offset`, which must be where the file ends; returns the new end.
    /// Refusals: upload_not_found, upload_offset, upload_busy, too_large.
    Result<std::int64_t> add(Db&, Enterprise, Uuid const& upload, std::int64_t offset, std::string_view bytes, Instant now);
    /// The file is whole: checks size and hash and keeps it for good. Refusals: upload_not_found, upload_incomplete, upload_damaged.
    Result<Medium> finish(Db&, Enterprise, Uuid const& upload, Instant now);
    /// A small file at once.
    Result<Medium> keep(Db&, Enterprise, std::string name, std::string_view bytes, std::string person, Instant now);

    /// A file that lies on the folder's own disk and moves in.
    Result<Medium> keep_file(Db&, Enterprise, std::string name, std::filesystem::path const& file, std::string person, Instant now);

    /// Refusal: media_not_found, also where only another enterprise has it.
    Result<Medium> find(Db&, Enterprise, Bytes const& sha256) const;
    /// Newest first.
    std::vector<Medium> list(Db&, Enterprise, std::int64_t limit) const;
    std::string read(Medium const&, std::int64_t offset, std::int64_t bytes) const;
    std::filesystem::path path_of(Bytes const& sha256) const;
    std::filesystem::path const& folder() const { return m_folder; }

    /// Uploads that nobody touched since `then` go. Returns how many.
    std::int64_t clean(Db&, Enterprise, Instant then);

private:
    std::filesystem::path part_of(Enterprise, Uuid const&) const;
    void settle(std::filesystem::path const& part, Bytes const& sha256);

    std::filesystem::path m_folder;
    std::int64_t m_most_bytes;
};

/// Whether an enterprise may read the file of this hash, told as text; false where that is no hash.
bool has_medium(Db&, Enterprise, std::string_view sha256);

/// 64 hexadecimal digits. Refusal: sha256_malformed.
Result<Bytes> parse_sha256(std::string_view);
std::string sha256_text(Bytes const&);

std::span<Sql const> media_statements();

} // namespace osetra::store
