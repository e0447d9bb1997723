#include "trace/engine/spelling.h"

#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

bool may_be_name(Node const& n) { return !n.is_extension() && n.children.empty() && (n.text.starts_with("urn:epc:") || n.text.starts_with("http")); }

void look(Node const& n, CompanyPrefixes& known) {
    if (n.text.starts_with("urn:epc:"))
        if (auto const id = parse_identifier(n.text); id && id->prefix) {
            auto const start = n.text.find(':', n.text.find(':', 8) + 1) + 1;
            (void)known.add(std::string_view{n.text}.substr(start, id->prefix));
        }
    for (auto const& child : n.children) look(child, known);
}

void spell(Node& n, EpcFormat wanted, CompanyPrefixes const& known) {
    if (n.is_extension() || n.name == "ilmd") return;
    if (n.name == "bizTransaction" || n.name == "source" || n.name == "destination" || may_be_name(n)) n.text = formatted(n.text, wanted, known);
    for (auto& child : n.children) spell(child, wanted, known);
}

void spell_words(Node& n, std::string_view above, WordFormat wanted) {
    if (n.is_extension() || n.name == "ilmd") return;
    if (auto const which = words_of(above, n.name); which != Words::none) {
        auto const bare = bare_word(which, n.text);
        n.text = wanted == WordFormat::urn ? urn_word(which, bare) : full_word(which, bare);
    }
    for (auto& child : n.children) spell_words(child, n.name, wanted);
}

} // namespace

CompanyPrefixes prefixes_seen(Document const& document, CompanyPrefixes known) {
    for (auto const& event : document.events) look(event, known);
    for (auto const& vocabulary : document.vocabularies) look(vocabulary, known);
    return known;
}

void spell(Document& document, EpcFormat wanted, CompanyPrefixes const& known) {
    for (auto& event : document.events) spell(event, wanted, known);
    for (auto& vocabulary : document.vocabularies) spell(vocabulary, wanted, known);
}

void spell_words(Document& document, WordFormat wanted) {
    if (wanted == WordFormat::as_they_are) return;
    for (auto& event : document.events) spell_words(event, {}, wanted);
}

} // namespace osetra::trace
