#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

// The text that every primary container carries, species/source/country/year/plant/lot (CITES Res. Conf. 12.7, Annex 1), and the codes of species in it. Pure.
namespace osetra::processing::labels {

enum class Language : std::uint8_t { en, zh, fr, de, ja };
inline constexpr Language every_language[] = {Language::en, Language::zh, Language::fr, Language::de, Language::ja};
char const* code_of(Language);
/// Refusal: language_unknown.
Result<Language> parse_language(std::string_view);

/// One code of the annex. `seen`: met in a source; the others print only after a person confirmed them once.
struct SpeciesCode {
    std::string code, latin, appendix;
    bool seen = false;
    std::map<Language, std::string> names;
    std::string const& name(Language) const;     ///< the Latin one where the language has none here
};
/// The list within the program (packs/label_species.csv).
class SpeciesCodes {
public:
    static SpeciesCodes const& known();
    /// Refusals: those of the reader, label_words_malformed.
    static Result<SpeciesCodes> read(std::string_view csv);
    SpeciesCode const* find(std::string_view code) const;
    std::vector<SpeciesCode> const& all() const { return m_all; }

private:
    std::vector<SpeciesCode> m_all;
};

struct CitesText {
    std::string species;      ///< code, or male x female of a hybrid: DAUxSCH
    char source = 'C';        ///< C bred in captivity, F born in captivity, R ranched, W wild
    std::string country;      ///< of origin, two capitals
    int year = 0;             ///< of harvest; of a repacked one of repackaging
    std::string plant;        ///< registration of the processing or repackaging plant
    std::string lot;          ///< or number of the permit or of the re-export certificate
    friend bool operator==(CitesText const&, CitesText const&) = default;
    std::string text() const;
    bool is_hybrid() const { return species.size() == 7; }
    std::vector<std::string> codes() const;      ///< one, or the parents' two
};

/// Whether roe of several fish was pressed together: the one product that may be of mixed species.
enum class Pressed : std::uint8_t { no, yes };

/// Refusals: cites_fields (not six, or one empty), cites_species, cites_hybrid, cites_source, cites_country, cites_year, cites_plant, cites_lot, cites_mixed.
Result<CitesText> parse_cites(std::string_view, Pressed = Pressed::no, SpeciesCodes const& = SpeciesCodes::known());

/// Who filled it again, and under what: a plant elsewhere than in the country of origin puts its country before its registration.
struct Repacking {
    int year = 0;
    std::string country, plant;
    std::string lot;          ///< its own, or the number of the permit under which the goods came
};
Result<CitesText> repacked(CitesText const& original, Repacking const&);

/// Codes from memory that nobody has confirmed yet. Refusal: cites_unconfirmed, naming them.
Result<Done> may_print(CitesText const&, std::set<std::string> const& confirmed, SpeciesCodes const& = SpeciesCodes::known());

/// The name of the species for people: of a hybrid the word for it and both parents.
std::string species_name(CitesText const&, Language, SpeciesCodes const& = SpeciesCodes::known());

/// A word of the label in a language (packs/label_words.csv). \pre the key is one of the list's
std::string const& word(std::string_view key, Language);

std::string_view species_text();   ///< the file within the program
std::string_view words_text();

} // namespace osetra::processing::labels
