#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/fields.h"

// The GS1 names of an enterprise's own things, as Digital Links. Pure: what was allotted comes through `Numbers`.
namespace osetra::trace {

/// Who an enterprise is among its partners.
struct Identity {
    std::string company_prefix;              ///< the first digits of all its names; those that begin with 952 are for demonstrations
    std::string name;
    std::string country = "CN";              ///< ISO 3166, two capital letters
    std::optional<std::string> plant_code;   ///< registration of the processing plant, as CITES labels show it
    std::optional<std::string> plant_name, address, phone;
    bool operator==(Identity const&) const = default;
};
template <Is<Identity> X> void visit_fields(X& x, auto f) {
    f("company_prefix", x.company_prefix); f("name", x.name); f("country", x.country); f("plant_code", x.plant_code);
    f("plant_name", x.plant_name); f("address", x.address); f("phone", x.phone);
}

/// Refusals: company_prefix_malformed (6 to 10 digits: places and articles need the rest of twelve), name_malformed, country_malformed,
/// plant_code_malformed.
Result<Done> check_identity(Identity const&);
/// Of a company that only shows how it is done: GS1 keeps 952 for demonstrations, and no real thing is ever named so.
Identity demonstration_identity(Enterprise, std::string const& name);
bool is_demonstration(Identity const&);

/// What a lot or a piece is of. The first part of an article's name; never change the words.
enum class Article : std::uint8_t { live_fish, roe, carcass, caviar, tin, feed, salt, load, carton, goods };

/// Numbers that an enterprise gave to its places and articles, from 1 on: allotted when first asked for, and kept for good.
class Numbers {
public:
    virtual ~Numbers() = default;
    virtual std::int64_t place(std::string const& what) = 0;     ///< "company", "plant", "site/XA"
    virtual std::int64_t article(std::string const& what) = 0;   ///< "caviar/DAUxSCH", "tin/DAUxSCH/30000"
};

class Naming {
public:
    Naming(Identity identity, Numbers& numbers) : m_identity(std::move(identity)), m_numbers(&numbers) {}
    Identity const& identity() const { return m_identity; }

    std::string company() const;                              ///< as a party (PGLN)
    std::string company_gln() const;                          ///< its 13 digits
    std::string site(std::string_view site) const;
    std::string pool(std::string_view site, std::string_view pool) const;
    std::string plant() const;
    std::string station(std::string_view code) const;         ///< a place in the plant
    std::string cold_store() const;

    std::string fish(FishId) const;                           ///< one fish, for life
    std::string tag(FishId) const;                            ///< the tag in it
    std::string device(std::string_view code) const;
    std::string kind(Article, std::string_view species) const;                        ///< all of an article, whatever the lot; of goods the product stands for the species
    std::string lot(Article, std::string_view species, std::string_view lot) const;   ///< species may be empty (feed, salt)
    std::string tin(std::string_view species, std::int64_t net_mg, std::string_view serial) const;
    std::string container(std::string_view number) const;     ///< a case or pallet, by all 18 digits or the number it has here
    std::string pallet(std::string_view number) const;        ///< of a sorting line; its own numbers are none of those of cases
    std::string document(std::string_view number) const;      ///< an order, an invoice

private:
    std::string logistic(char extension, std::string_view number) const;
    std::string gln(std::string const& what) const;
    std::string gtin(std::string const& what) const;
    Identity m_identity;
    Numbers* m_numbers;
};

/// 13 digits. \pre `number` fits behind the prefix, as Naming sees to
std::string gln_of(std::string_view company_prefix, std::int64_t number);
std::string gtin_of(std::string_view company_prefix, std::int64_t number);   ///< 14 digits
inline constexpr char case_extension = '3', pallet_extension = '4';           ///< the digit before the prefix is ours to choose
std::string sscc_of(std::string_view company_prefix, std::int64_t number, char extension = case_extension);   ///< 18 digits
bool is_gln(std::string_view);                               ///< 13 digits, the last of them right
bool is_sscc(std::string_view);

/// As a serial, a lot or the part of a place: the text itself, escaped for a link, where GS1 lets it be one (20 characters of 82); else a
/// short name made of it, always the same.
std::string serial_of(std::string_view text);

/// A party or a place of somebody else: by GLN where it has one, else by a name within ours.
std::string partner(Naming const&, std::optional<std::string> const& gln, std::string_view code);
std::string partner_place(Naming const&, std::optional<std::string> const& gln, std::string_view code);

} // namespace osetra::trace
