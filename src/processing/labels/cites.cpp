#include "processing/labels/cites.h"

#include <algorithm>
#include <fmt/core.h>

#include "kernel/csv.h"
#include "kernel/fault.h"

namespace osetra::processing::labels {
namespace {

using std::string;
using std::string_view;

bool capital(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
/// Of registrations and lots: what a printer prints and a reader reads back.
bool plain(string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](char c) { return capital(c) || digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == ' '; });
}
constexpr std::size_t code_length = 3, longest_part = 40;

/// A small table of texts: its heading and its rows, each as long as the heading.
struct Texts {
    std::vector<string> heading;
    std::vector<std::vector<string>> rows;
};
Result<Texts> texts_of(string_view csv, string name) {
    auto const table = OSETRA_TRY(read_csv(csv, std::move(name), {Encoding::utf8, ',', DecimalMark::point}));
    Texts out;
    if (table.sheets.empty()) return out;
    for (auto const& row : table.sheets.front().rows) {
        std::vector<string> cells;
        for (auto const& c : row.cells) cells.push_back(c.text);
        if (out.heading.empty()) out.heading = std::move(cells);
        else { cells.resize(out.heading.size()); out.rows.push_back(std::move(cells)); }
    }
    return out;
}

Result<Done> good_species(string const& text, SpeciesCodes const& codes) {
    if (text.size() == code_length) {
        if (!codes.find(text)) return refuse("cites_species", text + " is not a code of the annex.", "species");
        return Done{};
    }
    if (text.size() != 2 * code_length + 1 || text[code_length] != 'x')
        return refuse("cites_hybrid", text + " is neither a code of three letters nor two of them with a small x between, male first.", "species");
    auto const male = text.substr(0, code_length), female = text.substr(code_length + 1);
    for (auto const& parent : {male, female})
        if (!codes.find(parent)) return refuse("cites_species", parent + " is not a code of the annex.", "species");
    if (male == female) return refuse("cites_hybrid", "Both parents are of one species: that is no hybrid.", "species");
    return Done{};
}

std::map<string, std::map<Language, string>, std::less<>> const& words() {
    static auto const all = [] {
        auto const read = texts_of(words_text(), "label_words.csv");
        if (!read) throw Fault("the words of labels cannot be read: " + read.error().message);
        std::map<string, std::map<Language, string>, std::less<>> out;
        for (auto const& row : read->rows)
            for (std::size_t i = 1; i < row.size(); ++i)
                if (auto const language = parse_language(read->heading[i])) out[row[0]][*language] = row[i];
        return out;
    }();
    return all;
}

} // namespace

char const* code_of(Language l) {
    constexpr char const* codes[] = {"en", "zh", "fr", "de", "ja"};
    return codes[static_cast<std::size_t>(l)];
}
Result<Language> parse_language(string_view text) {
    for (auto const l : every_language)
        if (text == code_of(l)) return l;
    return refuse("language_unknown", string{text} + " is not one of en, zh, fr, de, ja.", "languages");
}

string const& SpeciesCode::name(Language l) const {
    auto const at = names.find(l);
    return at != names.end() && !at->second.empty() ? at->second : latin;
}

Result<SpeciesCodes> SpeciesCodes::read(string_view csv) {
    auto const table = OSETRA_TRY(texts_of(csv, "label_species.csv"));
    if (table.heading.size() < 5 || table.heading[0] != "code" || table.heading[3] != "seen") return refuse("label_words_malformed", "The list begins with code,latin,appendix,seen and a column a language.", "row 1");
    SpeciesCodes out;
    for (auto const& row : table.rows) {
        SpeciesCode one{row[0], row[1], row[2], row[3] == "yes", {}};
        for (std::size_t i = 4; i < row.size(); ++i) one.names[OSETRA_TRY(parse_language(table.heading[i]))] = row[i];
        out.m_all.push_back(std::move(one));
    }
    return out;
}

SpeciesCodes const& SpeciesCodes::known() {
    static auto const all = [] {
        auto read = SpeciesCodes::read(species_text());
        if (!read) throw Fault("the codes of species cannot be read: " + read.error().message);
        return std::move(*read);
    }();
    return all;
}

SpeciesCode const* SpeciesCodes::find(string_view code) const {
    auto const at = std::find_if(m_all.begin(), m_all.end(), [&](SpeciesCode const& s) { return s.code == code; });
    return at == m_all.end() ? nullptr : &*at;
}

string CitesText::text() const { return fmt::format("{}/{}/{}/{:04}/{}/{}", species, source, country, year, plant, lot); }

std::vector<string> CitesText::codes() const {
    if (!is_hybrid()) return {species};
    return {species.substr(0, code_length), species.substr(code_length + 1)};
}

Result<CitesText> parse_cites(string_view text, Pressed pressed, SpeciesCodes const& codes) {
    std::vector<string> parts(1);
    for (auto const c : text) {
        if (c == '/') parts.emplace_back();
        else parts.back().push_back(c);
    }
    if (parts.size() != 6 || std::any_of(parts.begin(), parts.end(), [](string const& p) { return p.empty(); }))
        return refuse("cites_fields", "A label has six parts with strokes between: species/source/country/year/plant/lot.", "label");
    OSETRA_TRY(good_species(parts[0], codes));
    constexpr string_view mixed = "MIX";
    if (parts[0].find(mixed) != string::npos && (pressed == Pressed::no || parts[0] != mixed)) return refuse("cites_mixed", "Mixed species are for the pressed product only.", "species");
    if (parts[1].size() != 1 || string_view{"CFRW"}.find(parts[1][0]) == string_view::npos) return refuse("cites_source", "The source is C (bred in captivity), F (born in captivity), R (ranched) or W (wild).", "source");
    if (parts[2].size() != 2 || !capital(parts[2][0]) || !capital(parts[2][1])) return refuse("cites_country", "The country of origin is two capital letters: CN, IR.", "country");
    if (parts[3].size() != 4 || !std::all_of(parts[3].begin(), parts[3].end(), digit)) return refuse("cites_year", "The year has four digits.", "year");
    if (!plain(parts[4], longest_part)) return refuse("cites_plant", "The registration of the plant is letters, digits, hyphens and points.", "plant");
    if (!plain(parts[5], longest_part)) return refuse("cites_lot", "The lot is letters, digits, hyphens and points.", "lot");
    return CitesText{parts[0], parts[1][0], parts[2], std::stoi(parts[3]), parts[4], parts[5]};
}

Result<CitesText> repacked(CitesText const& original, Repacking const& r) {
    auto again = original;
    again.year = r.year;
    again.plant = r.country == original.country || r.plant.starts_with(r.country) ? r.plant : r.country + "-" + r.plant;
    again.lot = r.lot;
    if (r.year < original.year) return refuse("cites_year", fmt::format("It was harvested in {} and cannot have been repacked in {}.", original.year, r.year), "year");
    return parse_cites(again.text(), original.species == "MIX" ? Pressed::yes : Pressed::no);
}

Result<Done> may_print(CitesText const& text, std::set<string> const& confirmed, SpeciesCodes const& codes) {
    for (auto const& code : text.codes()) {
        auto const* known = codes.find(code);
        if (known && !known->seen && !confirmed.contains(code))
            return refuse("cites_unconfirmed", fmt::format("{} ({}) was written from memory: look it up at cites.org and confirm it once before anything is printed.", code, known->latin), "species");
    }
    return Done{};
}

string species_name(CitesText const& text, Language language, SpeciesCodes const& codes) {
    string out;
    for (auto const& code : text.codes()) {
        auto const* known = codes.find(code);
        out += (out.empty() ? "" : " × ") + (known ? known->name(language) : code);
    }
    return text.is_hybrid() ? word("hybrid", language) + (language == Language::zh || language == Language::ja ? "（" + out + "）" : " " + out) : out;
}

string const& word(string_view key, Language language) {
    auto const at = words().find(key);
    if (at == words().end()) throw Fault("there is no word for labels named " + string{key});
    return at->second.at(language);
}

} // namespace osetra::processing::labels
