#pragma once
#include <optional>
#include <string>
#include <vector>

#include "farm/query_sql.h"
#include "processing/label_register_sql.h"
#include "processing/labels/drawing.h"
#include "processing/labels/scan.h"

// What a label says, from the facts of the plant.
namespace osetra::processing {

/// Of a tin that is closed: what is in it, its GTIN and serial, when it is best before. Filled again from another, it carries the year in which that was done.
/// Refusals: tin_not_found, lot_not_salted, plant_code_missing, identity_missing.
Result<labels::LabelContent> content_of_tin(farm::Reader&, std::string const& tin);

/// Of tins of one lot and weight that are still to be closed: each label's own number is then the tin's serial. Refusals: lot_not_found and as above.
Result<labels::LabelContent> content_of_lot(farm::Reader&, std::string const& lot, std::int64_t net_mg);

bool knows_tin(farm::Reader&, std::string const& tin);

/// Labels that somebody wants: of tins that are closed, one each, or so many for a lot.
struct LabelWish {
    std::vector<std::string> tins;
    std::optional<std::string> lot;
    std::int64_t net_mg = 0, count = 1;
    std::string series = "L";
    labels::Design design;
    std::optional<std::string> storage;
};
/// Every label is tried before any number is given out. Refusals: label_none, those of the content, of labels::draw and of LabelRegister::issue.
Result<std::vector<LabelRun>> issue_labels(farm::Reader&, LabelRegister&, LabelWish const&, std::string const& author, Instant now);
/// What stands on one label of a run: its number, and where the tin is still to be closed the number as the tin's serial.
Result<labels::LabelContent> numbered(LabelRun const&, std::int64_t number);
/// As they are printed. Refusals: label_not_found, those of labels::draw.
Result<std::vector<labels::Drawing>> drawings_of(LabelRegister&, LabelName const& first, std::int64_t count);

/// A tin's whole story for one who holds it.
struct TinStory {
    std::string tin, lot, species;
    std::int64_t net_mg = 0;
    Instant closed_at;
    std::optional<std::string> from, container, label, gone;
    std::string hold;
};
template <Is<TinStory> X> void visit_fields(X& x, auto f) {
    f("tin", x.tin); f("lot", x.lot); f("species", x.species); f("net_mg", x.net_mg); f("closed_at", x.closed_at); f("from", x.from); f("container", x.container); f("label", x.label); f("gone", x.gone); f("hold", x.hold);
}
/// By what was scanned: the tin's code, its serial, or the number of its label. Refusal: tin_not_found.
Result<TinStory> tin_story(farm::Reader&, std::string const& scanned);

/// All tins that were closed since `from`, with where they are by the book.
labels::Book book_of(farm::Reader&, Instant from);

} // namespace osetra::processing
