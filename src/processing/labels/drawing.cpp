#include "processing/labels/drawing.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include "kernel/fault.h"
#include "kernel/json.h"

namespace osetra::processing::labels {
namespace {

using paper::Glyphs;
using std::string;
using std::string_view;

constexpr double leading = 1.22, ascent = 0.88, gap = 1;               // of the letters' size; millimetres between codes and text
constexpr double default_margin = 1.5, default_text = 2.6, default_least_text = 1.72, default_module = 0.42, default_least_module = 0.255, module_step = 0.02;
constexpr double line_code_height = 12, line_code_least = 6;
constexpr std::size_t serial_longest = 20;

/// One line of a label before it is broken: pieces that stay whole.
struct Piece { string text; double width = 0; bool space = false; };   ///< space: one stands before it
struct Line {
    std::vector<Piece> pieces;
    double weight = 1;
};

bool breaks_anywhere(char32_t c) { return c >= 0x2e80 && c < 0xff5f; }
bool clings_to_what_was(char32_t c) { return c == U'，' || c == U'。' || c == U'、' || c == U'：' || c == U'）' || c == U'ー'; }
bool clings_to_what_comes(char32_t c) { return c == U'（'; }

std::vector<Piece> pieces_of(string_view text, Glyphs const& glyphs) {
    std::vector<Piece> all;
    auto space = false, open = true;
    char32_t before = 0;
    for (auto const c : paper::characters(text)) {
        if (c == U' ') { space = true; open = true; before = c; continue; }
        auto const apart = (breaks_anywhere(c) || breaks_anywhere(before)) && !clings_to_what_was(c) && !clings_to_what_comes(before);
        if (open || apart || all.empty()) { all.push_back({{}, 0, space && !all.empty()}); space = open = false; }
        all.back().text += paper::utf8(c);
        before = c;
    }
    for (auto& p : all) p.width = glyphs.width(p.text);
    return all;
}

std::vector<Piece> after_strokes(string_view text, Glyphs const& glyphs) {
    std::vector<Piece> all(1);
    for (auto const c : text) {
        all.back().text += c;
        if (c == '/') all.emplace_back();
    }
    for (auto& p : all) p.width = glyphs.width(p.text);
    return all;
}

string date(FarmDay day, Language l) {
    auto const ymd = std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day.n}}};
    auto const y = static_cast<int>(ymd.year());
    auto const m = static_cast<unsigned>(ymd.month()), d = static_cast<unsigned>(ymd.day());
    constexpr char const* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    switch (l) {
    case Language::en: return fmt::format("{} {} {}", d, months[m - 1], y);
    case Language::fr: return fmt::format("{:02}/{:02}/{}", d, m, y);
    case Language::de: return fmt::format("{:02}.{:02}.{}", d, m, y);
    default: return fmt::format("{}-{:02}-{:02}", y, m, d);
    }
}

string decimal(double value, int digits) {
    auto text = fmt::format("{:.{}f}", value, digits);
    while (text.find('.') != string::npos && (text.back() == '0' || text.back() == '.')) {
        auto const point = text.back() == '.';
        text.pop_back();
        if (point) break;
    }
    return text;
}
string weight(std::int64_t mg) { return mg >= 1'000'000 ? decimal(static_cast<double>(mg) / 1e6, 6) + " kg" : decimal(static_cast<double>(mg) / 1e3, 3) + " g"; }

/// The lines in the order of the design, each in all of its languages; what says the same in two languages stands once.
class Writer {
public:
    Writer(LabelContent const& c, CitesText const& cites, Design const& d) : m_content(c), m_cites(cites), m_design(d) {
        for (auto const& l : d.languages) if (auto const language = parse_language(l)) m_languages.push_back(*language);
    }
    /// Text and weight; empty: the content does not tell.
    std::pair<string, double> line(string_view field) const {
        auto const& c = m_content;
        auto const is_pressed = c.pressed.value_or(false);
        if (field == "product") return {c.product ? *c.product : each([&](Language l) { return word(is_pressed ? "pressed" : "product", l); }), 1.45};
        if (field == "species") return {species(), 1};
        if (field == "label") return {c.label, 1.1};
        if (field == "net" && c.net_mg) return {told("net", weight(*c.net_mg)), 1.1};
        if (field == "salt" && c.salt_per_100k) return {told("salt", decimal(static_cast<double>(*c.salt_per_100k) / 1000, 1) + " %"), 1};
        if (field == "best_before" && c.best_before_on) return {on("best_before", *c.best_before_on), 1};
        if (field == "packed" && c.packed_on) return {on("packed", *c.packed_on), 1};
        if (field == "storage" && c.storage) return {told("storage", *c.storage), 1};
        if (field == "producer" && c.producer) return {told("producer", *c.producer), 1};
        if (field == "ingredients") return {each([](Language l) { return word("ingredients", l); }), 1};
        if (field == "plant") return {told("plant", m_cites.plant), 1};
        if (field == "lot") return {told("lot", m_cites.lot), 1};
        if (field == "number" && c.number) return {told("number", *c.number), 1};
        if (field == "gs1" && c.gtin && c.serial) return {in_round_brackets(elements_of(c, m_cites)), 0.9};
        if (field == "sscc" && c.sscc) return {"SSCC (00) " + *c.sscc, 1.3};
        if (field == "note" && c.note) return {*c.note, 1};
        return {};
    }

private:
    template <class Say> string each(Say say) const {
        std::vector<string> all;
        for (auto const l : m_languages) {
            auto text = say(l);
            if (!text.empty() && std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
        }
        string out;
        for (auto const& one : all) out += (out.empty() ? "" : " / ") + one;
        return out;
    }
    string told(string_view key, string const& value) const { return each([&](Language l) { return word(key, l); }) + ": " + value; }
    string on(string_view key, FarmDay day) const { return told(key, each([&](Language l) { return date(day, l); })); }
    string species() const {
        auto const names = each([&](Language l) { return species_name(m_cites, l); });
        auto const* known = SpeciesCodes::known().find(m_cites.species);
        auto const more = m_cites.is_hybrid() ? m_cites.species : known ? known->latin : string{};
        return more.empty() || names.find(more) != string::npos ? names : names + " (" + more + ")";
    }

    LabelContent const& m_content;
    CitesText const& m_cites;
    Design const& m_design;
    std::vector<Language> m_languages;
};

/// Room for text: the label within its margins, less a corner at the upper right.
struct Room { double width = 0, height = 0, corner_width = 0, corner_height = 0; };

/// Sets lines at a size, and says how high they are; nothing where a piece is wider than the room.
std::optional<double> set(std::vector<Line> const& lines, Room const& room, double size, double space, std::vector<TextAt>* out = nullptr) {
    double y = 0;
    for (auto const& line : lines) {
        auto const letters = size * line.weight;
        for (std::size_t i = 0; i < line.pieces.size();) {
            auto const wide = y < room.corner_height ? room.width - room.corner_width : room.width;
            string text;
            double used = 0;
            auto const first = i;
            for (; i < line.pieces.size(); ++i) {
                auto const& p = line.pieces[i];
                auto const before = p.space && i > first ? space : 0;
                if (used + (before + p.width) * letters > wide) break;
                used += (before + p.width) * letters;
                if (p.space && i > first) text += ' ';
                text += p.text;
            }
            if (i == first) return std::nullopt;
            if (out) out->push_back({0, y + ascent * letters, letters, std::move(text)});
            y += leading * letters;
        }
    }
    return y;
}

/// The largest share of the design's size, from `least` to 1, at which the lines fit.
std::optional<double> fit(std::vector<Line> const& lines, Room const& room, double size, double least, double space) {
    auto const fits = [&](double share) { auto const high = set(lines, room, size * share, space); return high && *high <= room.height; };
    if (fits(1)) return 1;
    if (!fits(least)) return std::nullopt;
    auto low = least, high = 1.;
    for (auto n = 0; n < 7; ++n) {
        auto const middle = (low + high) / 2;
        (fits(middle) ? low : high) = middle;
    }
    return low;
}

Result<std::vector<CodeAt>> codes_of(LabelContent const& c, CitesText const& cites, Design const& d) {
    std::vector<CodeAt> all;
    for (auto const& name : d.codes) {
        CodeAt code;
        code.kind = OSETRA_TRY(parse_code_kind(name));
        if (code.kind == CodeKind::gs1_128) {
            if (!c.sscc) return refuse("code_needs", "A GS1-128 code is of a case or pallet: it needs an SSCC.", "sscc");
            code.elements = {{"00", *c.sscc}};
            code.modules = OSETRA_TRY(gs1_128(code.elements));
        } else {
            if (!c.gtin || !c.serial) return refuse("code_needs", name + " is of one tin: it needs a GTIN and a serial. Tell them, or take the code off the design.", c.gtin ? "serial" : "gtin");
            code.elements = elements_of(c, cites);
            code.link = link_of(c, d);
            code.modules = code.kind == CodeKind::qr ? OSETRA_TRY(qr(code.link)) : OSETRA_TRY(data_matrix(code.elements));
        }
        all.push_back(std::move(code));
    }
    return all;
}

struct Placed { double share = 0, module = 0; Room room; bool side_by_side = false, below = false; std::vector<Line> const* lines = nullptr; };

double side(CodeAt const& c, double module) { return (c.modules.width + 2 * quiet_zone(c.kind)) * module; }

} // namespace

Elements elements_of(LabelContent const& c, CitesText const& cites) {
    Elements out;
    if (c.gtin) out.emplace_back("01", *c.gtin);
    if (c.best_before_on) {
        auto const text = text_of(*c.best_before_on);
        out.emplace_back("15", text.substr(2, 2) + text.substr(5, 2) + text.substr(8, 2));
    }
    if (c.serial) out.emplace_back("21", *c.serial);
    if (cites.lot.size() <= serial_longest && cites.lot.find(' ') == string::npos) out.emplace_back("10", cites.lot);
    return out;
}

string link_of(LabelContent const& c, Design const& d) { return d.resolver.value_or("https://id.gs1.org") + "/01/" + c.gtin.value_or("") + "/21/" + c.serial.value_or(""); }

std::vector<string> const& known_fields() {
    static std::vector<string> const all{"product", "species", "label", "net", "salt", "best_before", "packed", "storage", "producer", "ingredients", "plant", "lot", "number", "gs1", "sscc", "note"};
    return all;
}

Result<Done> check_design(Design const& d) {
    auto const within = [](double v, double least, double most) { return v >= least && v <= most; };
    if (!within(d.width_mm, 10, 300) || !within(d.height_mm, 10, 300)) return refuse("design_malformed", "A label is 10 to 300 mm wide and high.", "width_mm");
    if (!within(d.margin_mm.value_or(1), 0, 20)) return refuse("design_malformed", "A margin is 0 to 20 mm.", "margin_mm");
    auto const text = d.text_mm.value_or(default_text), least = d.least_text_mm.value_or(std::min(default_least_text, text));
    if (!within(text, 0.8, 40) || !within(least, 0.8, text)) return refuse("design_malformed", "Letters are 0.8 to 40 mm high, the least no more than the usual.", "text_mm");
    auto const module = d.module_mm.value_or(default_module), least_module = d.least_module_mm.value_or(std::min(default_least_module, module));
    if (!within(module, 0.15, 2) || !within(least_module, 0.15, module)) return refuse("design_malformed", "A module of a code is 0.15 to 2 mm, the least no more than the usual.", "module_mm");
    if (d.languages.empty()) return refuse("design_malformed", "A label speaks at least one language.", "languages");
    for (auto const& l : d.languages) OSETRA_TRY(parse_language(l));
    for (auto const& c : d.codes) OSETRA_TRY(parse_code_kind(c));
    for (auto const& f : d.fields)
        if (std::find(known_fields().begin(), known_fields().end(), f) == known_fields().end()) return refuse("design_malformed", f + " is not a field of labels.", "fields");
    return Done{};
}

Result<Design> read_design(string_view json) {
    auto design = OSETRA_TRY(from_json<Design>(json));
    OSETRA_TRY(check_design(design));
    return design;
}

std::vector<Design> const& known_designs() {
    static auto const all = [] {
        std::vector<Design> out;
        auto const in = JsonIn::parse(designs_text());
        if (!in) throw Fault("the designs of labels cannot be read: " + in.error().message);
        for (auto const& one : in->items(nullptr)) {
            auto design = read_design(one.dump());
            if (!design) throw Fault("a design of a label cannot be read: " + design.error().message);
            out.push_back(std::move(*design));
        }
        return out;
    }();
    return all;
}

Result<Drawing> draw(LabelContent const& content, Design const& design, Glyphs const& glyphs, std::set<string> const& confirmed) {
    OSETRA_TRY(check_design(design));
    auto const cites = OSETRA_TRY(parse_cites(content.label, content.pressed.value_or(false) ? Pressed::yes : Pressed::no));
    OSETRA_TRY(may_print(cites, confirmed));
    auto const codes = OSETRA_TRY(codes_of(content, cites, design));

    std::vector<Line> lines, broken;             // broken: the CITES text may go on in a next line, after a stroke; only where it fits in no other way
    Writer const writer{content, cites, design};
    for (auto const& field : design.fields) {
        auto const [text, weight] = writer.line(field);
        if (text.empty()) continue;
        for (auto const c : paper::characters(text))
            if (c != U' ' && !glyphs.has(c)) return refuse("letter_missing", fmt::format("The font has no letter {} (in {}).", paper::utf8(c), text), field);
        lines.push_back({pieces_of(text, glyphs), weight});
        broken.push_back(field == "label" ? Line{after_strokes(text, glyphs), weight} : lines.back());
    }

    auto const margin = design.margin_mm.value_or(default_margin), text = design.text_mm.value_or(default_text), least_text = design.least_text_mm.value_or(std::min(default_least_text, text));
    auto const module = design.module_mm.value_or(default_module), least_module = design.least_module_mm.value_or(std::min(default_least_module, module));
    auto const space = glyphs.width(" ");
    auto const wide = design.width_mm - 2 * margin;
    auto high = design.height_mm - 2 * margin;

    Drawing drawing{design.width_mm, design.height_mm, {}, {}};
    std::vector<CodeAt> squares;
    for (auto code : codes) {
        if (code.kind != CodeKind::gs1_128) { squares.push_back(std::move(code)); continue; }
        code.module = std::min(1.2 * module, wide / (code.modules.width + 2 * quiet_zone(code.kind)));
        code.height = std::min(line_code_height, high / 4);
        if (code.module < least_module || code.height < line_code_least)
            return refuse("label_too_small", fmt::format("The line code needs {:.0f} mm of width within the margins and {:.0f} mm of height; the label is {:g} x {:g} mm.", least_module * (code.modules.width + 2 * quiet_zone(code.kind)), 4 * line_code_least, design.width_mm, design.height_mm), "codes");
        code.x = margin + (wide - code.modules.width * code.module) / 2;
        high -= code.height + gap;
        code.y = margin + high + gap;
        drawing.codes.push_back(std::move(code));
    }

    std::optional<Placed> best;
    for (auto const* text_lines : {&lines, &broken}) {
        for (auto m = module; m > least_module - 1e-9; m = m > least_module && m - module_step < least_module ? least_module : m - module_step) {
            for (auto const side_by_side : {false, true})
                for (auto const below : {false, true}) {
                    double w = 0, h = 0;
                    for (auto const& c : squares) {
                        auto const s = side(c, m);
                        if (side_by_side) { w += s; h = std::max(h, s); }
                        else { h += s; w = std::max(w, s); }
                    }
                    if (w > wide || h > high) continue;
                    Room const room = below ? Room{wide, high - h, 0, 0} : Room{wide, high, squares.empty() ? 0 : w + gap, squares.empty() ? 0 : h + gap / 2};
                    auto const share = fit(*text_lines, room, text, least_text / text, space);
                    if (share && (!best || *share > best->share + 0.02)) best = Placed{*share, m, room, side_by_side, below, text_lines};
                }
            if (squares.empty() || (best && best->share > 0.9) || m <= least_module) break;
        }
        if (best) break;
    }
    if (!best)
        return refuse("label_too_small", fmt::format("{} lines in letters of {:g} mm and codes of {:g} mm a module do not fit into {:g} x {:g} mm: take a larger label, fewer languages, fields or codes.", lines.size(), least_text, least_module, design.width_mm, design.height_mm), "width_mm");

    set(*best->lines, best->room, text * best->share, space, &drawing.texts);
    for (auto& t : drawing.texts) { t.x += margin; t.baseline += margin; }
    auto x = best->below ? margin : margin + wide, y = best->below ? margin + best->room.height : margin;
    for (auto& code : squares) {
        auto const s = side(code, best->module), quiet = quiet_zone(code.kind) * best->module;
        code.module = best->module;
        if (best->below) {
            code.x = x + quiet; code.y = y + quiet;
            if (best->side_by_side) x += s;
            else y += s;
        } else if (best->side_by_side) {
            x -= s;
            code.x = x + quiet; code.y = y + quiet;
        } else {
            code.x = x - s + quiet; code.y = y + quiet;
            y += s;
        }
        drawing.codes.push_back(std::move(code));
    }
    return drawing;
}

} // namespace osetra::processing::labels
