#include "quality/tasting/decide.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "farm/branch.h"
#include "kernel/json.h"
#include "kernel/number.h"

namespace osetra::quality {
namespace {

constexpr std::size_t longest_name = 64, longest_title = 200, longest_comment = 2'000, longest_key = 4'000'000;

Result<Done> name(std::string const& text, char const* at, std::size_t longest = longest_name) {
    auto const bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '=' || c == '"' || c == '\\' || c == '/' || c == 0x7f; };
    if (text.empty() || text.size() > longest || text.front() == ' ' || text.back() == ' ' || std::any_of(text.begin(), text.end(), bad))
        return refuse("name_malformed", fmt::format("{} is a name of 1 to {} bytes without / = \\ and quotation marks.", at, longest), at);
    return Done{};
}
Result<Done> within(std::int64_t n, std::int64_t least, std::int64_t most, char const* at) {
    if (n < least || n > most) return refuse("number_unlikely", fmt::format("{} is a number from {} to {}.", at, least, most), at);
    return Done{};
}

struct Form {
    Result<Done> operator()(TasterRegistered const& b) const {
        OSETRA_TRY(name(b.taster, "taster"));
        OSETRA_TRY(name(b.panel, "panel"));
        for (auto const& a : b.allergies) OSETRA_TRY(name(a, "allergies"));
        if (b.note && b.note->size() > longest_comment) return refuse("text_too_long", "A note has at most 2000 bytes.", "note");
        return Done{};
    }
    Result<Done> operator()(TastingPlanned const& b) const {
        OSETRA_TRY(name(b.tasting, "tasting"));
        if (b.title.empty() || b.title.size() > longest_title) return refuse("text_too_long", "A title has 1 to 200 bytes.", "title");
        for (auto const& s : b.samples) OSETRA_TRY(name(s, "samples"));
        for (auto const& a : b.attributes) OSETRA_TRY(name(a, "attributes"));
        for (auto const& a : b.allergens) OSETRA_TRY(name(a, "allergens"));
        for (auto const& t : b.tasters) OSETRA_TRY(name(t, "tasters"));
        OSETRA_TRY(within(b.seats, 1, 500, "seats"));
        OSETRA_TRY(within(b.scale_low, 0, 10, "scale_low"));
        OSETRA_TRY(within(b.scale_high, b.scale_low + 1, 100, "scale_high"));
        if (!b.tasters.empty() && std::ssize(b.tasters) != b.seats) return refuse("number_unlikely", "Name a taster for each seat, or none.", "tasters");
        auto const test = OSETRA_TRY(parse_taste_test(b.test));
        if (test == TasteTest::profile && b.attributes.empty()) return refuse("attribute_missing", "A profile needs attributes to score.", "attributes");
        OSETRA_TRY(make_design({test, b.samples, static_cast<int>(b.seats), static_cast<int>(std::clamp<std::int64_t>(b.rounds, 0, 99)), 1, "", b.attributes}));
        for (auto const& l : b.lots) {
            auto const equals = l.find('=');
            if (equals == std::string::npos || std::find(b.samples.begin(), b.samples.end(), l.substr(0, equals)) == b.samples.end())
                return refuse("name_malformed", "A lot is written SAMPLE=LOT, with one of the samples.", "lots");
        }
        auto const digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (b.commitment.size() != 64 || !std::all_of(b.commitment.begin(), b.commitment.end(), digit)) return refuse("sha256_malformed", "A SHA-256 is written as 64 hexadecimal digits in lower case.", "commitment");
        return Done{};
    }
    Result<Done> operator()(Tasted const& b) const {
        OSETRA_TRY(name(b.tasting, "tasting"));
        OSETRA_TRY(within(b.round, 1, 12, "round"));
        OSETRA_TRY(within(b.trial, 1, 400, "trial"));
        if (!b.chosen && b.scores.empty()) return refuse("answer_missing", "Nothing was answered.", "chosen");
        for (auto const& s : b.scores) OSETRA_TRY(parse_score(s));
        if (b.comment && b.comment->size() > longest_comment) return refuse("text_too_long", "A comment has at most 2000 bytes.", "comment");
        return Done{};
    }
    Result<Done> operator()(TastingClosed const& b) const {
        OSETRA_TRY(name(b.tasting, "tasting"));
        if (b.key.size() > longest_key) return refuse("text_too_long", "This is no key of a tasting.", "key");
        return Done{};
    }
    Result<Done> operator()(Reviewed const& b) const {
        OSETRA_TRY(name(b.product, "product", longest_title));
        OSETRA_TRY(within(b.scale_low, 0, 10, "scale_low"));
        OSETRA_TRY(within(b.scale_high, b.scale_low + 1, 100, "scale_high"));
        if (!(b.score >= static_cast<double>(b.scale_low) && b.score <= static_cast<double>(b.scale_high))) return refuse("number_unlikely", fmt::format("The score lies outside its scale, {} to {}.", b.scale_low, b.scale_high), "score");
        for (auto const& [text, at] : {std::pair{&b.lot, "lot"}, {&b.channel, "channel"}, {&b.customer, "customer"}, {&b.review, "review"}})
            if (*text && ((*text)->empty() || (*text)->size() > longest_title)) return refuse("text_too_long", fmt::format("{} has 1 to {} bytes.", at, longest_title), at);
        if (b.words && b.words->size() > longest_comment) return refuse("text_too_long", "What was said has at most 2000 bytes.", "words");
        return Done{};
    }
};

struct Book {
    TastingBook& book;
    Result<Done> operator()(TasterRegistered const&) const { return Done{}; }
    Result<Done> operator()(TastingPlanned const& b) const {
        if (book.tasting(b.tasting)) return refuse("tasting_exists", "There is a tasting of this name.", "tasting");
        if (!b.panel) return Done{};
        for (auto const& t : b.tasters) {
            auto const known = book.taster(*b.panel, t);
            if (!known || known->gone.value_or(false)) return refuse("taster_not_found", fmt::format("{} is not on this panel.", t), "tasters");
            for (auto const& a : known->allergies)
                if (std::find(b.allergens.begin(), b.allergens.end(), a) != b.allergens.end()) return refuse("taster_allergic", fmt::format("{} must not taste {}. Leave this taster out.", t, a), "tasters");
        }
        return Done{};
    }
    Result<Done> operator()(Tasted const& b) const {
        auto const planned = book.tasting(b.tasting);
        if (!planned) return refuse("tasting_not_found", "There is no such tasting.", "tasting");
        if (book.is_closed(b.tasting)) return refuse("tasting_is_closed", "This tasting is closed: the key is open, nobody can answer any more.", "tasting");
        if (b.seat < 1 || b.seat > planned->seats) return refuse("seat_unknown", fmt::format("This tasting has seats 1 to {}.", planned->seats), "seat");
        if (book.is_answered(b.tasting, b.seat, b.round, b.trial)) return refuse("answer_exists", "This was answered already.", "trial");
        return Done{};
    }
    Result<Done> operator()(TastingClosed const& b) const {
        auto const planned = book.tasting(b.tasting);
        if (!planned) return refuse("tasting_not_found", "There is no such tasting.", "tasting");
        if (book.is_closed(b.tasting)) return refuse("tasting_is_closed", "This tasting is closed already.", "tasting");
        OSETRA_TRY(open_key(b.key, planned->commitment));
        return Done{};
    }
    Result<Done> operator()(Reviewed const& b) const {
        if (b.review && book.has_review(*b.review)) return refuse("review_exists", "This review is here already.", "review");
        return Done{};
    }
};

} // namespace

TastingBody tasting_body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<TastingBody>([](auto&& see) { each_tasting_kind(see); }, kind, json);
}

std::string taster_key(std::string const& panel, std::string const& taster) { return panel + "/" + taster; }

std::string tasting_name_of(TastingBody const& body) {
    if (auto const* b = std::get_if<TasterRegistered>(&body)) return taster_key(b->panel, b->taster);
    if (auto const* b = std::get_if<TastingPlanned>(&body)) return b->tasting;
    if (auto const* b = std::get_if<Tasted>(&body)) return b->tasting;
    if (auto const* b = std::get_if<Reviewed>(&body)) return b->review.value_or("");
    return std::get<TastingClosed>(body).tasting;
}

Result<Done> judge(Fact const& fact, TastingBody const& body, TastingBook& book, bool witnessed) {
    OSETRA_TRY(std::visit(Form{}, body));
    if (witnessed || fact.act == FactAct::correct) return Done{};
    return std::visit(Book{book}, body);
}

Result<TasteAnswer::Score> parse_score(std::string_view text) {
    auto const equals = text.rfind('='), slash = text.find('/');
    TasteAnswer::Score s;
    if (equals == std::string_view::npos || equals > longest_title) return refuse("score_malformed", "A score is written CODE=RANK or CODE/ATTRIBUTE=SCORE.", "scores");
    s.code = text.substr(0, std::min(slash, equals));
    if (slash < equals) s.attribute = text.substr(slash + 1, equals - slash - 1);
    auto const score = read_number<double>(text.substr(equals + 1));
    if (s.code.empty() || !score || !std::isfinite(*score)) return refuse("score_malformed", "A score is written CODE=RANK or CODE/ATTRIBUTE=SCORE.", "scores");
    s.score = *score;
    return s;
}

TasteAnswer answer_of(Tasted const& t) {
    TasteAnswer a;
    a.taster = static_cast<int>(t.seat);
    a.round = static_cast<int>(t.round);
    a.trial = static_cast<int>(t.trial);
    a.chosen = t.chosen.value_or("");
    for (auto const& text : t.scores)
        if (auto const s = parse_score(text)) {
            if (s->attribute.empty()) a.ranks.push_back({s->code, s->score});
            else a.scores.push_back(*s);
        }
    return a;
}

std::string lot_of(TastingPlanned const& planned, std::string const& sample) {
    for (auto const& l : planned.lots) if (l.starts_with(sample + "=")) return l.substr(sample.size() + 1);
    return {};
}

template <> std::string tasting_says(TasterRegistered const& b) { return fmt::format("{} {} panel {}", b.taster, b.gone.value_or(false) ? "left" : "tastes for", b.panel); }
template <> std::string tasting_says(TastingPlanned const& b) { return fmt::format("tasting {}: {}, {} samples, {} tasters", b.tasting, b.test, b.samples.size(), b.seats); }
template <> std::string tasting_says(Tasted const& b) { return fmt::format("tasting {}: taster {} answered", b.tasting, b.seat); }
template <> std::string tasting_says(Reviewed const& b) { return fmt::format("{} reviewed: {:.3g} of {}{}", b.product, b.score, b.scale_high, b.channel ? ", " + *b.channel : ""); }
template <> std::string tasting_says(TastingClosed const& b) { return fmt::format("tasting {} closed, its key opened", b.tasting); }

} // namespace osetra::quality
