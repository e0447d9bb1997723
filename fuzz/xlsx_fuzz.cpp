#include <zip.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "kernel/xlsx.h"

// Two ways in: the bytes as a workbook, and the bytes as the XML of a sheet within a sound workbook (a fuzzer seldom packs a good zip).
namespace {

std::string workbook_around(std::string const& sheet) {
    zip_error_t error;
    zip_error_init(&error);
    auto* source = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(source);
    auto* zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    static std::string const book = R"(<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>)";
    static std::string const relations = R"(<Relationships><Relationship Id="a" Type="/worksheet" Target="s.xml"/><Relationship Id="b" Type="/sharedStrings" Target="t.xml"/>)"
                                         R"(<Relationship Id="c" Type="/styles" Target="y.xml"/></Relationships>)";
    static std::string const strings = "<sst><si><t>pool</t></si><si><t>x</t></si></sst>";
    static std::string const styles = R"(<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>)";
    auto const put = [&](char const* name, std::string const& text) {
        auto const at = zip_file_add(zip, name, zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_OVERWRITE);
        if (at >= 0) zip_set_file_compression(zip, static_cast<zip_uint64_t>(at), ZIP_CM_STORE, 0);
    };
    put("xl/workbook.xml", book);
    put("xl/_rels/workbook.xml.rels", relations);
    put("xl/t.xml", strings);
    put("xl/y.xml", styles);
    put("xl/s.xml", sheet);
    zip_close(zip);
    std::string bytes;
    if (zip_source_open(source) == 0) {
        zip_source_seek(source, 0, SEEK_END);
        auto const size = zip_source_tell(source);
        zip_source_seek(source, 0, SEEK_SET);
        if (size > 0) {
            bytes.resize(static_cast<std::size_t>(size));
            zip_source_read(source, bytes.data(), bytes.size());
        }
        zip_source_close(source);
    }
    zip_source_free(source);
    zip_error_fini(&error);
    return bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const bytes{reinterpret_cast<char const*>(data), size};
    (void)osetra::read_table(bytes, "x.xlsx");
    if (!bytes.empty() && bytes.front() == '<') (void)osetra::read_xlsx(workbook_around(bytes), "x.xlsx");
    return 0;
}
