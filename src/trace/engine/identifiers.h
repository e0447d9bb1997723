#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

// GS1 names of things, in their two spellings: EPC URN (urn:epc:id:sgtin:9521234.012345.7) and GS1 Digital Link
// (https://id.gs1.org/01/09521234123457/21/7). [GS1 EPC Tag Data Standard 1.13; GS1 Digital Link URI syntax 1.2]

namespace osetra::trace {

/// The digit that closes a GS1 number (GS1 General Specifications 7.9.1). `digits` holds digits only, without it.
char check_digit(std::string_view digits);

/// How many digits of a number are its company's prefix: GS1 gives 6 to 12, and a Digital Link does not say which. Known
/// are the prefixes that someone told: the enterprise's own, those of partners, those seen in URNs.
class CompanyPrefixes {
public:
    /// Refusal: company_prefix_malformed (6 to 12 digits).
    Result<Done> add(std::string_view prefix);
    std::optional<std::size_t> length_in(std::string_view digits) const;   ///< of the longest known prefix that `digits` begin with
private:
    std::vector<std::string> m_known;   ///< sorted
};

/// Either spelling taken apart. A class is a name of many things alike: a lot (LGTIN), or a pattern that ends in *.
struct Identifier {
    std::string scheme;          ///< sgtin, sscc, sgln, ..., as in the URN
    bool is_class = false;
    std::string number;          ///< as after the key in a Digital Link, check digit included
    std::string serial;          ///< serial, lot or extension as it was spelled, escapes included
    std::size_t prefix = 0;      ///< digits of the company prefix; 0: not known
};

/// Refusals: identifier_unknown (of no GS1 kind), identifier_malformed, company_prefix_malformed, check_digit_wrong.
Result<Identifier> parse_identifier(std::string_view);

/// Refusals as parse_identifier. Instance names and class names alike; the domain becomes id.gs1.org.
Result<std::string> to_digital_link(std::string_view);
/// Also refusals: company_prefix_unknown (tell `prefix_length`, or add the prefix to `known`), company_prefix_length, identifier_no_urn.
Result<std::string> to_urn(std::string_view, CompanyPrefixes const& known, std::optional<std::size_t> prefix_length = {});
/// Whether the name is well formed. With `prefix_length` also whether a company prefix of so many digits fits.
Result<Done> check_identifier(std::string_view, std::optional<std::size_t> prefix_length = {});

/// The one spelling that the event hash takes (CBV 2.0, 8.9.2: constrained canonical Digital Link), or nothing when the text
/// is no GS1 name. Check digits are taken as they stand, as in the reference implementation.
std::optional<std::string> canonical_link(std::string_view);

/// What two spellings of one thing have in common: what events are found by. Text of no GS1 kind is its own key.
std::string match_key(std::string_view);

/// The header GS1-EPC-Format: how names are spelled in what is given out.
enum class EpcFormat { always_gs1_digital_link, always_epc_urn, never_translates, no_preference };
/// The name in the wanted spelling; as it was where that cannot be made (no GS1 name, or prefix not known).
std::string formatted(std::string_view, EpcFormat, CompanyPrefixes const& known);

} // namespace osetra::trace
