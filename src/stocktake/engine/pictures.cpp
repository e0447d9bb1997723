#include "stocktake/engine/pictures.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "kernel/csv.h"

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;

/// A CSV file by the names of its columns.
struct Rows {
    std::string file;
    std::map<std::string, std::size_t> columns;
    std::vector<TableRow> rows;

    std::string text(TableRow const& r, char const* column) const {
        auto const at = columns.at(column);
        return at < r.cells.size() ? r.cells[at].text : std::string{};
    }
    auto malformed(TableRow const& r, std::string what) const {
        return refuse("pictures_malformed", fmt::format("{} row {}: {}. Mend the file.", file, r.number, what), fmt::format("{}!{}", file, r.number));
    }
    Result<double> number(TableRow const& r, char const* column, double least, double most) const {
        auto const t = text(r, column);
        double v = 0;
        auto const [end, fault] = std::from_chars(t.data(), t.data() + t.size(), v);
        if (fault != std::errc{} || end != t.data() + t.size() || !(v >= least && v <= most)) return malformed(r, fmt::format("{} is not a number from {} to {}", column, least, most));
        return v;
    }
};

Result<Rows> read_rows(fs::path const& path, std::initializer_list<char const*> needed) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return refuse("pictures_missing", fmt::format("{} is not there. A set of pictures has images/, counts.csv and points.csv.", path.string()), path.filename().string());
    std::ostringstream bytes;
    bytes << in.rdbuf();
    CsvTold told;
    told.encoding = Encoding::utf8;
    told.delimiter = ',';
    told.decimal_mark = DecimalMark::point;
    auto table = OSETRA_TRY(read_csv(bytes.str(), path.filename().string(), told));
    Rows all{path.filename().string(), {}, {}};
    auto& sheet = table.sheets.at(0);
    if (!sheet.rows.empty())
        for (std::size_t c = 0; c < sheet.rows[0].cells.size(); ++c) all.columns[sheet.rows[0].cells[c].text] = c;
    for (auto const* name : needed)
        if (!all.columns.contains(name)) return refuse("pictures_malformed", fmt::format("{} has no column {}. Add it.", all.file, name), all.file);
    all.rows.assign(std::make_move_iterator(sheet.rows.begin() + 1), std::make_move_iterator(sheet.rows.end()));
    return all;
}

Result<MarkedPicture> picture_of(Rows const& counts, TableRow const& r, fs::path const& folder) {
    MarkedPicture p;
    auto const name = counts.text(r, "image");
    if (name.empty() || name.find('/') != std::string::npos) return counts.malformed(r, "image is not the name of a file in images/");
    p.path = (folder / "images" / name).string();
    if (!fs::exists(p.path)) return refuse("pictures_missing", fmt::format("{} is named in {} but is not there.", p.path, counts.file), counts.file);
    p.width = static_cast<int>(OSETRA_TRY(counts.number(r, "width", 1, 1 << 16)));
    p.height = static_cast<int>(OSETRA_TRY(counts.number(r, "height", 1, 1 << 16)));
    p.group = counts.text(r, "group");
    if (!counts.text(r, "physical_count").empty()) p.physical = static_cast<std::int64_t>(OSETRA_TRY(counts.number(r, "physical_count", 0, 1e9)));
    p.labelled = static_cast<std::int64_t>(OSETRA_TRY(counts.number(r, "labelled_count", 0, 1e9)));
    p.quality = counts.text(r, "label_quality");
    return p;
}

} // namespace

Result<std::vector<MarkedPicture>> read_pictures(std::string const& folder) {
    auto const counts = OSETRA_TRY(read_rows(fs::path{folder} / "counts.csv", {"image", "width", "height", "group", "physical_count", "labelled_count", "label_quality"}));
    auto const points = OSETRA_TRY(read_rows(fs::path{folder} / "points.csv", {"image", "x", "y", "w", "h"}));
    std::vector<MarkedPicture> all;
    std::map<std::string, std::size_t> place;
    for (auto const& r : counts.rows) {
        if (!place.emplace(counts.text(r, "image"), all.size()).second) return counts.malformed(r, "image is there twice");
        all.push_back(OSETRA_TRY(picture_of(counts, r, folder)));
    }
    for (auto const& r : points.rows) {
        auto const found = place.find(points.text(r, "image"));
        if (found == place.end()) return points.malformed(r, "image is not in counts.csv");
        auto& p = all[found->second];
        Mark m;
        m.x = OSETRA_TRY(points.number(r, "x", 0, p.width));
        m.y = OSETRA_TRY(points.number(r, "y", 0, p.height));
        m.length_px = std::hypot(OSETRA_TRY(points.number(r, "w", 0, p.width)), OSETRA_TRY(points.number(r, "h", 0, p.height)));
        p.marks.push_back(m);
    }
    for (auto const& p : all)
        if (static_cast<std::int64_t>(p.marks.size()) != p.labelled)
            return refuse("pictures_malformed", fmt::format("{} has {} marks in points.csv and {} in counts.csv. Mend one of them.", p.path, p.marks.size(), p.labelled), "counts.csv");
    return all;
}

} // namespace osetra::stocktake
