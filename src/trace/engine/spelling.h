#pragma once
#include "trace/engine/event.h"
#include "trace/engine/identifiers.h"

namespace osetra::trace {

/// Company prefixes that the document's own URNs tell.
CompanyPrefixes prefixes_seen(Document const&, CompanyPrefixes = {});
/// All GS1 names in what EPCIS defines, in the wanted spelling; users' fields stay as they are. The hash does not change.
void spell(Document&, EpcFormat, CompanyPrefixes const& known);

/// The header GS1-CBV-XML-Format: how standard words are spelled in XML. JSON has bare words only.
enum class WordFormat { web_uri, urn, as_they_are };
void spell_words(Document&, WordFormat);

} // namespace osetra::trace
