#include "app/field_words.h"

#include <algorithm>
#include <map>

#include "app/branches.h"
#include "kernel/json.h"
#include "kernel/units.h"

namespace osetra::app {
namespace {

/// What the end of a field's name says of its numbers (kernel/fields.h).
struct Ending {
    std::string_view text;
    Dimension dimension;
};
constexpr Ending endings[] = {{"_mg", Dimension::mass},           {"_ml", Dimension::volume},          {"_mm", Dimension::length},
                              {"_mc", Dimension::temperature},    {"_cm2", Dimension::area},           {"_ml_s", Dimension::flow},
                              {"_ug_l", Dimension::concentration}, {"_milli_ntu", Dimension::turbidity}};

Ending const* ending_of(std::string_view name) {
    Ending const* longest = nullptr;
    for (auto const& e : endings)
        if (name.ends_with(e.text) && (!longest || e.text.size() > longest->text.size())) longest = &e;
    return longest;
}

/// A field is put with a value of its type; what is written instead is the word that people gave it.
class FromWords final : public FieldWriter {
public:
    FromWords(std::map<std::string, std::string>& words, std::optional<JsonIn> told, FarmOffset offset) : m_words(words), m_told(std::move(told)), m_offset(offset) { m_out.begin_object(); }

    void put(char const* name, std::int64_t) override {
        auto const* ending = ending_of(name);
        if (auto const word = take(name, ending)) {
            auto const n = ending && !m_exact ? parse_quantity(*word, ending->dimension) : whole_of(*word, name);
            keep(name, n, [&](std::int64_t v) { m_out.put(name, v); });
        }
    }
    void put(char const* name, double) override {
        if (auto const word = take(name)) {
            auto const number = parse_decimal(*word);
            keep(name, number, [&](Decimal const& d) { m_out.raw(name, text_of(d)); });
        }
    }
    void put(char const* name, std::string_view) override {
        if (auto const word = take(name)) m_out.put(name, std::string_view{*word});
    }
    void put_blob(char const* name, std::string_view) override {
        if (auto const word = take(name)) keep(name, Uuid::parse(*word), [&](Uuid const& id) { m_out.put_blob(name, id.raw()); });
    }
    void put_flag(char const* name, bool) override {
        auto const word = take(name);
        if (!word) return;
        auto const yes = *word == "yes" || *word == "true" || *word == "1";
        if (!yes && *word != "no" && *word != "false" && *word != "0") refused({"flag_malformed", "Say yes or no.", name});
        else m_out.put_flag(name, yes);
    }
    void put_instant(char const* name, Instant) override {
        if (auto const word = take(name)) keep(name, parse_instant(*word, m_offset), [&](Instant v) { m_out.put_instant(name, v); });
    }
    void put_day(char const* name, FarmDay) override {
        if (auto const word = take(name)) keep(name, parse_day(*word), [&](FarmDay v) { m_out.put_day(name, v); });
    }
    void put_fish(char const* name, FishId) override {
        if (auto const word = take(name)) keep(name, parse_pit_tag(*word), [&](FishId v) { m_out.put_fish(name, v); });
    }
    void put_fish_list(char const* name, std::span<FishId const>) override {
        auto const word = take(name);
        if (!word) return;
        std::vector<FishId> fish;
        for (std::size_t from = 0; from <= word->size();) {
            auto const to = std::min(word->find(',', from), word->size());
            auto const one = parse_pit_tag(word->substr(from, to - from));
            if (!one) return refused({one.error().code, one.error().message, name});
            fish.push_back(*one);
            from = to + 1;
        }
        m_out.put_fish_list(name, fish);
    }
    void put_text_list(char const* name, std::span<std::string const>) override {
        auto const word = take(name);
        if (!word) return;
        std::vector<std::string> list;
        for (std::size_t from = 0; from <= word->size();) {
            auto const to = std::min(word->find(',', from), word->size());
            if (to > from) list.push_back(word->substr(from, to - from));
            from = to + 1;
        }
        m_out.put_text_list(name, list);
    }
    void put_null(char const*) override {}

    std::vector<std::string> const& known() const { return m_known; }
    std::optional<Refusal> const& refusal() const { return m_refusal; }
    std::string text() {
        m_out.end_object();
        return m_out.take();
    }

private:
    /// The word for a field. Without one, what was told before is written at once.
    std::optional<std::string> take(std::string const& name, Ending const* ending = nullptr) {
        auto const bare = ending ? name.substr(0, name.size() - ending->text.size()) : name;
        m_known.push_back(ending ? bare + " (" + name + ")" : name);
        auto at = m_words.find(name);
        m_exact = at != m_words.end();
        if (!m_exact && ending) at = m_words.find(bare);
        if (at == m_words.end()) {
            if (auto const before = m_told ? m_told->child(name.c_str()) : std::nullopt) m_out.raw(name.c_str(), before->dump());
            return std::nullopt;
        }
        auto word = std::move(at->second);
        m_words.erase(at);
        if (word.empty()) return std::nullopt;
        return word;
    }
    static Result<std::int64_t> whole_of(std::string const& word, char const* name) {
        auto const number = parse_decimal(word);
        if (!number) return refuse("number_malformed", "\"" + word + "\" is no number.", name);
        return whole(*number);
    }
    template <class T> void keep(char const* name, Result<T> const& value, auto write) {
        if (value) write(*value);
        else refused({value.error().code, value.error().message, name});
    }
    void refused(Refusal r) {
        if (!m_refusal) m_refusal = std::move(r);
    }

    std::map<std::string, std::string>& m_words;
    std::optional<JsonIn> m_told;
    FarmOffset m_offset;
    JsonOut m_out;
    bool m_exact = false;
    std::vector<std::string> m_known;
    std::optional<Refusal> m_refusal;
};

} // namespace

Result<std::string> body_of_words(std::string const& kind, std::vector<std::string> const& words, FarmOffset offset, std::optional<std::string> const& told) {
    std::map<std::string, std::string> by_name;
    for (auto const& word : words) {
        auto const equals = word.find('=');
        if (equals == std::string::npos || equals == 0) return refuse("word_malformed", "\"" + word + "\" is not FIELD=VALUE.", word);
        if (!by_name.emplace(word.substr(0, equals), word.substr(equals + 1)).second)
            return refuse("field_twice", word.substr(0, equals) + " is told twice.", word.substr(0, equals));
    }
    std::optional<JsonIn> before;
    if (told) before = OSETRA_TRY(JsonIn::parse(*told));
    FromWords fields{by_name, std::move(before), offset};
    auto const* known = farm::find_kind(kind, branches());
    if (!known) {
        std::string kinds;
        auto const list = [&](std::vector<farm::Kind> const& more) {
            for (auto const& k : more) kinds += (kinds.empty() ? "" : ", ") + k.name;
        };
        list(farm::own_kinds());
        for (auto const& branch : branches()) list(branch.kinds);
        return refuse("kind_unknown", "\"" + kind + "\" is no kind of fact; there is " + kinds + ".", "kind");
    }
    known->blank(fields);
    if (fields.refusal()) return tl::unexpected(*fields.refusal());
    if (!by_name.empty()) {
        std::string names;
        for (auto const& name : fields.known()) names += (names.empty() ? "" : ", ") + name;
        return refuse("field_unknown", by_name.begin()->first + " is not a field of " + kind + "; there is " + names + ".", by_name.begin()->first);
    }
    return fields.text();
}

} // namespace osetra::app
