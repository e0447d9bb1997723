#include "store/media.h"

#include <gmock/gmock.h>

#include "store/every_engine.h"
#include "store/migrate.h"

namespace osetra::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr Instant noon{Microseconds{1'768'132'800'000'000}};
// FIPS 180-4, example of SHA-256: the hash of "abc".
constexpr char const* abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class Media : public EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        migrate(*db);
        folder = fs::path{fresh_file() + "_media"};
        media = std::make_unique<MediaFolder>(folder, 1'000'000);
    }
    void TearDown() override {
        fs::remove_all(folder);
        EveryEngine::TearDown();
    }
    Upload upload(std::int64_t size, std::optional<Bytes> sha256 = {}, std::string name = "清塘 flight.mp4") {
        return {ids.next(1), std::move(name), size, std::move(sha256), "zhang.wei", {}};
    }
    Uuid begun(std::int64_t size, std::optional<Bytes> sha256 = {}) { return media->begin(*db, 1, upload(size, std::move(sha256)), noon)->upload; }
    template <class T> std::string code(Result<T> const& result) { return result ? "done" : result.error().code; }
    std::size_t files() {
        std::size_t n = 0;
        for (auto const& entry : fs::recursive_directory_iterator(folder)) n += entry.is_regular_file();
        return n;
    }
    UuidMaker ids{1};
    fs::path folder;
    std::unique_ptr<MediaFolder> media;
};
OSETRA_ON_EVERY_ENGINE(Media);

TEST_P(Media, ArriveInPiecesAndAreFoundByHash) {
    auto const id = begun(3, *parse_sha256(abc));
    EXPECT_EQ(media->add(*db, 1, id, 0, "ab", noon), 2);
    auto const lost = media->add(*db, 1, id, 0, "ab", noon);   // the answer got lost and the phone sends it again
    EXPECT_EQ(code(lost), "upload_offset");
    EXPECT_EQ(lost.error().at, "2");
    EXPECT_EQ(code(media->finish(*db, 1, id, noon)), "upload_incomplete");
    EXPECT_EQ(media->offset_of(*db, 1, id), 2);
    EXPECT_EQ(code(media->add(*db, 1, id, 2, "cd", noon)), "too_large");
    EXPECT_EQ(media->add(*db, 1, id, 2, "c", noon), 3);
    auto const medium = media->finish(*db, 1, id, noon);
    ASSERT_TRUE(medium) << medium.error().message;
    EXPECT_EQ(sha256_text(medium->sha256), abc);
    EXPECT_EQ(medium->name, "清塘 flight.mp4");
    EXPECT_EQ(media->read(*medium, 0, 100), "abc");
    EXPECT_EQ(media->read(*medium, 1, 1), "b");
    EXPECT_EQ(media->read(*medium, 7, 1), "");
    EXPECT_EQ(media->path_of(medium->sha256), folder / "ba" / "78" / abc);
    EXPECT_EQ(code(media->finish(*db, 1, id, noon)), "upload_not_found");
    EXPECT_EQ(media->list(*db, 1, 10).size(), 1U);
}

TEST_P(Media, OfOneEnterpriseAreNotAnothers) {
    auto const id = begun(3);
    EXPECT_EQ(code(media->offset_of(*db, 2, id)), "upload_not_found");
    EXPECT_EQ(code(media->add(*db, 2, id, 0, "abc", noon)), "upload_not_found");
    EXPECT_EQ(code(media->finish(*db, 2, id, noon)), "upload_not_found");
    media->add(*db, 1, id, 0, "abc", noon).value();
    auto const medium = media->finish(*db, 1, id, noon).value();
    EXPECT_EQ(code(media->find(*db, 2, medium.sha256)), "media_not_found");
    EXPECT_TRUE(media->list(*db, 2, 10).empty());
    ASSERT_TRUE(media->keep(*db, 2, "own.txt", "abc", "li.na", noon)) << "the same bytes, once in the folder";
    EXPECT_EQ(media->find(*db, 2, medium.sha256)->name, "own.txt");
    EXPECT_EQ(media->find(*db, 1, medium.sha256)->name, "清塘 flight.mp4");
    EXPECT_EQ(files(), 1U);
}

TEST_P(Media, ThatAreNotWhatWasSentGo) {
    auto const id = begun(3, *parse_sha256(abc));
    media->add(*db, 1, id, 0, "abd", noon).value();
    EXPECT_EQ(code(media->finish(*db, 1, id, noon)), "upload_damaged");
    EXPECT_EQ(code(media->offset_of(*db, 1, id)), "upload_not_found");
    EXPECT_EQ(files(), 0U);
}

TEST_P(Media, NamesAndSizesAreChecked) {
    struct Case { std::int64_t size; char const* name; char const* outcome; };
    constexpr Case cases[] = {
        {0, "a.txt", "done"},
        {1'000'000, "a.txt", "done"},
        {1'000'001, "a.txt", "too_large"},
        {-1, "a.txt", "upload_size"},
        {1, "", "upload_name"},
        {1, "..", "upload_name"},
        {1, "folder/", "upload_name"},
        {1, "a\nb", "upload_name"},
        {1, "../../etc/passwd", "done"},   // kept as passwd, and only as a word
        {1, "C:\\clips\\a.mp4", "done"},
    };
    for (auto const& c : cases) EXPECT_EQ(code(media->begin(*db, 1, upload(c.size, {}, c.name), noon)), c.outcome) << c.name << " " << c.size;
    EXPECT_EQ(code(media->begin(*db, 1, upload(1, Bytes{"short"}), noon)), "sha256_malformed");
    EXPECT_EQ(code(parse_sha256(std::string(64, 'g'))), "sha256_malformed");
    EXPECT_EQ(code(parse_sha256("../../../etc/passwd")), "sha256_malformed");
    EXPECT_EQ(media->begin(*db, 1, upload(1, {}, "../../etc/passwd"), noon)->name, "passwd");
}

TEST_P(Media, AbandonedUploadsGo) {
    for (std::int64_t n = 0; n < MediaFolder::most_open_uploads; ++n) begun(3);
    EXPECT_EQ(code(media->begin(*db, 1, upload(3), noon)), "too_many_uploads");
    EXPECT_EQ(code(media->begin(*db, 2, upload(3), noon)), "done");
    auto const used = media->begin(*db, 2, upload(3), noon)->upload;
    media->add(*db, 2, used, 0, "a", noon + 2h).value();
    EXPECT_EQ(media->clean(*db, 1, noon + 1h), MediaFolder::most_open_uploads);
    EXPECT_EQ(media->clean(*db, 2, noon + 1h), 1);
    EXPECT_EQ(media->offset_of(*db, 2, used), 1);
    EXPECT_EQ(files(), 1U);
    EXPECT_EQ(code(media->begin(*db, 1, upload(3), noon)), "done");
}

TEST_P(Media, KindsAreToldByTheirBytes) {
    struct Case { std::string_view bytes; char const* type; };
    constexpr Case cases[] = {
        {"\x89PNG\r\n\x1a\n", "image/png"}, {"\xFF\xD8\xFF\xE0", "image/jpeg"}, {"%PDF-1.7", "application/pdf"},
        {"PK\x03\x04....", "application/zip"}, {"....ftypisom", "video/mp4"}, {"<html><script>", "application/octet-stream"}, {"", "application/octet-stream"},
    };
    for (auto const& c : cases) EXPECT_EQ(media->keep(*db, 1, "x", c.bytes, "p", noon)->content_type, c.type);
}

TEST_P(Media, EveryStatementFitsTheSchemaAndBindsTheEnterprise) {
    for (auto const& sql : media_statements()) {
        EXPECT_NO_THROW(db->prepare(sql)) << sql.name;
        EXPECT_THAT(sql.text, HasSubstr(":enterprise")) << sql.name;
    }
}

} // namespace
} // namespace osetra::store
