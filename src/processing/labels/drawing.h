#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/fields.h"
#include "processing/labels/cites.h"
#include "processing/labels/codes.h"

// What stands on a label, how a label looks, and where everything comes to stand. Pure. Lengths are millimetres.
namespace osetra::processing::labels {

/// What one label says. `label` is the CITES text; whatever is left out is not printed.
struct LabelContent {
    std::string label;
    std::optional<std::string> number;           ///< of the non-reusable label
    std::optional<std::string> gtin, serial;     ///< of the tin: 14 digits, and up to 20 characters
    std::optional<std::string> sscc;             ///< of a case or pallet
    std::optional<std::int64_t> net_mg;
    std::optional<std::int64_t> salt_per_100k;   ///< parts of salt in 100,000
    std::optional<FarmDay> packed_on, best_before_on;
    std::optional<std::string> storage, producer, product, note;   ///< product: instead of the list's word for it
    std::optional<bool> pressed;
};
template <Is<LabelContent> X> void visit_fields(X& x, auto f) {
    f("label", x.label); f("number", x.number); f("gtin", x.gtin); f("serial", x.serial); f("sscc", x.sscc); f("net_mg", x.net_mg); f("salt_per_100k", x.salt_per_100k);
    f("packed_on", x.packed_on); f("best_before_on", x.best_before_on); f("storage", x.storage); f("producer", x.producer); f("product", x.product); f("note", x.note); f("pressed", x.pressed);
}

/// How a label looks, as data. Letters are `text_mm` high and shrink to no less than `least_text_mm`: small letters 0.9 mm high are the least that the EU lets a small
/// package have (Regulation 1169/2011, art. 13), and of this font a small letter is 0.53 of the whole.
struct Design {
    std::string name;
    double width_mm = 0, height_mm = 0;
    std::optional<double> margin_mm, text_mm, least_text_mm, module_mm, least_module_mm;
    std::vector<std::string> languages;          ///< en, zh, fr, de, ja
    std::vector<std::string> fields;             ///< in the order in which they stand
    std::vector<std::string> codes;              ///< data_matrix, qr, gs1_128
    std::optional<std::string> resolver;         ///< where the QR code leads: https://id.gs1.org
};
template <Is<Design> X> void visit_fields(X& x, auto f) {
    f("name", x.name); f("width_mm", x.width_mm); f("height_mm", x.height_mm); f("margin_mm", x.margin_mm); f("text_mm", x.text_mm); f("least_text_mm", x.least_text_mm);
    f("module_mm", x.module_mm); f("least_module_mm", x.least_module_mm); f("languages", x.languages); f("fields", x.fields); f("codes", x.codes); f("resolver", x.resolver);
}

/// Designs that are there (packs/label_designs.json).
std::vector<Design> const& known_designs();
std::string_view designs_text();
/// Refusals: design_malformed (sizes of 10 to 300 mm; fields and codes of the lists), language_unknown, code_kind_unknown, those of JSON.
Result<Design> read_design(std::string_view json);
Result<Done> check_design(Design const&);
std::vector<std::string> const& known_fields();

struct TextAt { double x = 0, baseline = 0, size = 0; std::string text; };
struct CodeAt {
    CodeKind kind = CodeKind::data_matrix;
    Elements elements;                           ///< of GS1 codes
    std::string link;                            ///< of the QR code
    paper::Dots modules;
    double x = 0, y = 0, module = 0;             ///< upper left corner of the first module
    double height = 0;                           ///< of a line code
};
struct Drawing {
    double width = 0, height = 0;
    std::vector<TextAt> texts;
    std::vector<CodeAt> codes;
};

/// Where everything stands. Nothing ever leaves the label: letters and modules shrink to the design's least, and then it is refused.
/// Refusals: those of parse_cites and may_print, gtin_malformed, code_needs (the code lacks what it is made of), gs1_malformed, letter_missing, label_too_small.
Result<Drawing> draw(LabelContent const&, Design const&, paper::Glyphs const&, std::set<std::string> const& confirmed = {});

/// What the tin's DataMatrix and Digital Link say.
Elements elements_of(LabelContent const&, CitesText const&);
std::string link_of(LabelContent const&, Design const&);

} // namespace osetra::processing::labels
