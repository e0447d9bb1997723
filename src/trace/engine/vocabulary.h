#pragma once
#include <span>
#include <string>
#include <string_view>

namespace osetra::trace {

/// The lists of words that CBV 2.0 and the GS1 Web Vocabulary give to fields of an event.
enum class Words { none, biz_step, disposition, transaction, party, reason, measurement, exception, component };

/// Which list a field takes its value from. `above` is the element that holds it.
Words words_of(std::string_view above, std::string_view field);

/// The full name of a word as JSON writes it: shipping -> https://ref.gs1.org/cbv/BizStep-shipping. Unchanged where the list does
/// not have it.
std::string full_word(Words, std::string_view);
/// The reverse, also from URNs of EPCIS 1.2. Unchanged where it is no standard word.
std::string bare_word(Words, std::string_view);

/// Its URN of CBV 1.2, where the list has URNs; else as full_word.
std::string urn_word(Words, std::string_view bare);
/// The standard words, sorted.
std::span<std::string_view const> standard_words(Words);

/// gs1:Temperature, cbv:BizStep-shipping: prefixes that every EPCIS 2.0 document has.
std::string full_curie(std::string_view);

/// Old URNs of CBV 1.2 as the Web URIs of CBV 2.0, wherever in the text they stand.
std::string without_cbv_urns(std::string_view);

} // namespace osetra::trace
