#include "trace/engine/naming.h"

#include <algorithm>
#include <fmt/core.h>

#include "kernel/fault.h"
#include "trace/engine/identifiers.h"

namespace osetra::trace {
namespace {

constexpr std::string_view home = "https://id.gs1.org/";
std::string const private_home = "https://osetra.example/";   // CBV 2.0, 8.2: a web address of one's own is a name too
constexpr std::size_t gln_digits = 12, gtin_digits = 12, sscc_digits = 16;   // of prefix and number together
constexpr std::size_t serial_longest = 20, asset_longest = 30;

bool digits_only(std::string_view text) { return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }); }
bool letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
/// The 82 characters of a serial (GS1 General Specifications, figure 7.11-1).
bool in_82(char c) { return letter_or_digit(c) || std::string_view{"!\"%&'()*+,-./:;<=>?_"}.find(c) != std::string_view::npos; }
bool sound_serial(std::string_view text, std::size_t longest) { return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), in_82); }

std::string escaped(std::string_view plain) {
    std::string out;
    for (char const c : plain) {
        if (letter_or_digit(c) || c == '-' || c == '.' || c == '_') out += c;
        else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}
/// FNV-1a, 64 bits: short, and the same on every machine.
std::string short_name(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return fmt::format("H-{:016x}", hash);
}

std::string behind(std::string_view prefix, std::int64_t number, std::size_t digits) {
    auto const room = digits - prefix.size();
    auto const text = std::to_string(number);
    if (text.size() > room) throw Fault(fmt::format("the company prefix {} leaves {} digits, and number {} is asked for; take a shorter prefix from GS1", prefix, room, text));
    return std::string{prefix} + std::string(room - text.size(), '0') + text;
}
std::string closed(std::string digits) {
    digits += check_digit(digits);
    return digits;
}

char const* word_of(Article a) {
    static constexpr char const* words[] = {"live_fish", "roe", "carcass", "caviar", "tin", "feed", "salt", "load", "carton", "goods"};
    return words[static_cast<std::size_t>(a)];
}
std::string name_of(Article a, std::string_view species) { return species.empty() ? word_of(a) : fmt::format("{}/{}", word_of(a), species); }

Result<Done> sound_text(std::string const& text, std::size_t longest, char const* code, char const* at) {
    auto const odd = std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (text.empty() || text.size() > longest || odd) return refuse(code, fmt::format("{} has 1 to {} bytes of text without line breaks.", at, longest), at);
    return Done{};
}

} // namespace

std::string gln_of(std::string_view prefix, std::int64_t number) { return closed(behind(prefix, number, gln_digits)); }
std::string gtin_of(std::string_view prefix, std::int64_t number) {
    // References of one length begin with 1 where there is room, so that a short one is never mistaken for a number typed in full.
    auto const room = gtin_digits - prefix.size();
    std::int64_t first = 0;
    if (room >= 3) for (first = 1; first < static_cast<std::int64_t>(1e9) && std::to_string(first).size() < room;) first *= 10;
    return closed("0" + behind(prefix, first + number, gtin_digits));
}
std::string sscc_of(std::string_view prefix, std::int64_t number, char extension) { return closed(extension + behind(prefix, number, sscc_digits)); }

bool is_gln(std::string_view text) { return text.size() == 13 && digits_only(text) && check_digit(text.substr(0, 12)) == text.back(); }
bool is_sscc(std::string_view text) { return text.size() == 18 && digits_only(text) && check_digit(text.substr(0, 17)) == text.back(); }

std::string serial_of(std::string_view text) { return sound_serial(text, serial_longest) ? escaped(text) : short_name(text); }

Result<Done> check_identity(Identity const& i) {
    if (i.company_prefix.size() < 6 || i.company_prefix.size() > 10 || !digits_only(i.company_prefix))
        return refuse("company_prefix_malformed", "A company prefix has 6 to 10 digits here: behind it come the numbers of places and articles.", "company_prefix");
    OSETRA_TRY(sound_text(i.name, 200, "name_malformed", "name"));
    auto const capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (i.country.size() != 2 || !std::all_of(i.country.begin(), i.country.end(), capital)) return refuse("country_malformed", "A country is told in two capital letters: CN, FR.", "country");
    if (i.plant_code && (!sound_serial(*i.plant_code, 30) || i.plant_code->find('/') != std::string::npos))
        return refuse("plant_code_malformed", "A plant's registration has 1 to 30 letters, digits and hyphens, as CITES labels show it: CN-ZJ-0007.", "plant_code");
    if (i.plant_name) OSETRA_TRY(sound_text(*i.plant_name, 200, "name_malformed", "plant_name"));
    if (i.address) OSETRA_TRY(sound_text(*i.address, 500, "name_malformed", "address"));
    if (i.phone) OSETRA_TRY(sound_text(*i.phone, 50, "name_malformed", "phone"));
    return Done{};
}

Identity demonstration_identity(Enterprise enterprise, std::string const& name) {
    Identity i;
    i.company_prefix = enterprise < 10'000 ? fmt::format("952{:04}", enterprise) : fmt::format("952{:06}", enterprise % 1'000'000);
    i.name = name;
    i.plant_code = "CN-ZJ-0000";
    return i;
}
bool is_demonstration(Identity const& i) { return i.company_prefix.starts_with("952"); }

std::string Naming::gln(std::string const& what) const { return gln_of(m_identity.company_prefix, m_numbers->place(what)); }
std::string Naming::gtin(std::string const& what) const { return gtin_of(m_identity.company_prefix, m_numbers->article(what)); }

std::string Naming::company_gln() const { return gln("company"); }
std::string Naming::company() const { return std::string{home} + "417/" + company_gln(); }
std::string Naming::site(std::string_view site) const { return std::string{home} + "414/" + gln("site/" + std::string{site}); }
std::string Naming::pool(std::string_view at, std::string_view pool) const { return site(at) + "/254/" + serial_of(pool); }
std::string Naming::plant() const { return std::string{home} + "414/" + gln("plant"); }
std::string Naming::station(std::string_view code) const { return plant() + "/254/" + serial_of(code); }
std::string Naming::cold_store() const { return std::string{home} + "414/" + gln("cold_store"); }

std::string Naming::fish(FishId fish) const { return std::string{home} + "8004/" + m_identity.company_prefix + "F" + pit_tag_text(fish); }
std::string Naming::tag(FishId fish) const { return std::string{home} + "8004/" + m_identity.company_prefix + "PIT" + pit_tag_text(fish); }
std::string Naming::device(std::string_view code) const {
    auto const sound = sound_serial(code, asset_longest - m_identity.company_prefix.size());
    return std::string{home} + "8004/" + m_identity.company_prefix + (sound ? escaped(code) : short_name(code));
}
std::string Naming::kind(Article a, std::string_view species) const { return std::string{home} + "01/" + gtin(name_of(a, species)); }
std::string Naming::lot(Article a, std::string_view species, std::string_view lot) const { return kind(a, species) + "/10/" + serial_of(lot); }
std::string Naming::tin(std::string_view species, std::int64_t net_mg, std::string_view serial) const {
    return std::string{home} + "01/" + gtin(fmt::format("tin/{}/{}", species, net_mg)) + "/21/" + serial_of(serial);
}
std::string Naming::container(std::string_view number) const { return logistic(case_extension, number); }
std::string Naming::pallet(std::string_view number) const { return logistic(pallet_extension, number); }
std::string Naming::logistic(char extension, std::string_view number) const {
    if (is_sscc(number)) return std::string{home} + "00/" + std::string{number};
    std::int64_t n = 0;
    for (char const c : number) n = n * 10 + (c - '0');
    return std::string{home} + "00/" + sscc_of(m_identity.company_prefix, n, extension);
}
std::string Naming::document(std::string_view number) const { return "urn:epcglobal:cbv:bt:" + company_gln() + ":" + escaped(number); }

std::string partner(Naming const& names, std::optional<std::string> const& gln, std::string_view code) {
    return gln ? std::string{home} + "417/" + *gln : private_home + "party/" + names.company_gln() + "/" + escaped(code);
}
std::string partner_place(Naming const& names, std::optional<std::string> const& gln, std::string_view code) {
    return gln ? std::string{home} + "414/" + *gln : private_home + "place/" + names.company_gln() + "/" + escaped(code);
}

} // namespace osetra::trace
