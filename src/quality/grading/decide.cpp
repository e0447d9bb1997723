#include "quality/grading/decide.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>

#include "farm/branch.h"
#include "farm/pack/pack_texts.h"
#include "kernel/json.h"
#include "kernel/number.h"
#include "quality/engine/grade_scheme.h"

namespace osetra::quality {
namespace {

constexpr std::size_t longest_name = 64, longest_note = 2'000;

/// Form: what can be seen from the fact and the packs.
struct Form {
    Graders& known;

    static Result<Done> name(std::string const& text, char const* at) {
        auto const bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == ',' || c == ';' || c == '"' || c == '\\' || c == 0x7f; };
        if (text.empty() || text.size() > longest_name || text.front() == ' ' || text.back() == ' ' || std::any_of(text.begin(), text.end(), bad))
            return refuse("name_malformed", fmt::format("{} is a name of 1 to {} bytes without commas, semicolons and quotation marks.", at, longest_name), at);
        return Done{};
    }
    static Result<Done> note(std::optional<std::string> const& text, char const* at) {
        if (text && (text->empty() || text->size() > longest_note)) return refuse("name_malformed", fmt::format("{} has 1 to {} bytes of text.", at, longest_note), at);
        return Done{};
    }
    static Result<Done> sha256(std::string const& text, char const* at) {
        auto const digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (text.size() != 64 || !std::all_of(text.begin(), text.end(), digit)) return refuse("sha256_malformed", "A SHA-256 is written as 64 hexadecimal digits in lower case.", at);
        return Done{};
    }
    Result<Scheme const*> scheme(std::string const& code) const {
        auto const* s = known.scheme(code);
        if (!s) return refuse("scheme_not_found", fmt::format("No product pack has the scheme \"{}\". `osetra grade schemes` lists them.", code.substr(0, 40)), "scheme");
        return s;
    }
    /// Some of the attributes, each with a value that can be.
    Result<Done> some(std::vector<std::string> const& texts, Scheme const& s) const {
        auto const values = OSETRA_TRY(parse_scores(texts));
        auto loose = s;
        for (auto& a : loose.attributes) a.optional = true;
        if (values.empty()) return refuse("score_malformed", "Score one attribute or more, like taste=4.5.", "scores");
        auto const graded = grade(loose, values);
        if (!graded) return tl::unexpected(graded.error());
        return Done{};
    }
    static Result<Done> graded(std::string const& code, Scheme const& s, char const* at) {
        if (s.place(code)) return Done{};
        std::vector<std::string> codes;
        for (auto const& g : s.grades) codes.push_back(g.code);
        return refuse("grade_unknown", fmt::format("\"{}\" is no grade of the scheme {}; its grades are {}.", code.substr(0, 40), s.code, fmt::join(codes, ", ")), at);
    }

    Result<Done> operator()(GradeScored const& b) const {
        OSETRA_TRY(name(b.lot, "lot"));
        auto const* s = OSETRA_TRY(scheme(b.scheme));
        OSETRA_TRY(some(b.scores, *s));
        return note(b.note, "note");
    }
    Result<Done> operator()(TrayPhotographed const& b) const {
        OSETRA_TRY(name(b.lot, "lot"));
        OSETRA_TRY(sha256(b.photo_sha256, "photo_sha256"));
        OSETRA_TRY(sha256(b.overlay_sha256, "overlay_sha256"));
        if (b.verdict != "sure" && b.verdict != "look_again") return refuse("word_unknown", "verdict is one of: sure, look_again.", "verdict");
        if (b.eggs < 1 || b.measured < 1 || b.measured > b.eggs || b.broken < 0 || b.broken > b.eggs || b.mean_um < 100 || b.mean_um > 500'000 || b.spread_um < 0 || b.mean_low_um > b.mean_um || b.mean_high_um < b.mean_um)
            return refuse("number_unlikely", "What was measured of the photograph does not fit together; let the program measure it.", "mean_um");
        return Done{};
    }
    Result<Done> operator()(GradeDecided const& b) const {
        OSETRA_TRY(name(b.lot, "lot"));
        auto const* s = OSETRA_TRY(scheme(b.scheme));
        OSETRA_TRY(graded(b.grade, *s, "grade"));
        if (b.suggested) OSETRA_TRY(graded(*b.suggested, *s, "suggested"));
        if (!b.values.empty()) OSETRA_TRY(some(b.values, *s));
        if (b.suggested && *b.suggested != b.grade && !b.reason) return refuse("reason_missing", fmt::format("The rules say {}; tell why it is {} all the same.", *b.suggested, b.grade), "reason");
        return note(b.reason, "reason");
    }
    Result<Done> operator()(GradePriced const& b) const {
        auto const* s = OSETRA_TRY(scheme(b.scheme));
        OSETRA_TRY(graded(b.grade, *s, "grade"));
        if (b.price_minor < 0 || b.price_minor > 1'000'000'000'000) return refuse("price_malformed", "A price is 0 or more hundredths of the currency, a kilogram.", "price_minor");
        if (b.currency.size() != 3 || !std::all_of(b.currency.begin(), b.currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return refuse("currency_malformed", "A currency is three capital letters: CNY, EUR.", "currency");
        return Done{};
    }
};

struct Book {
    Graders& known;
    Result<Done> lot(std::string const& name) const {
        if (!known.knows_lot(name)) return refuse("lot_not_found", fmt::format("The plant knows no lot {}. Tell its roe first.", name), "lot");
        return Done{};
    }
    Result<Done> medium(std::string const& sha256, char const* at) const {
        if (!known.has_medium(sha256)) return refuse("media_missing", "The file is not in the media store. Send it first.", at);
        return Done{};
    }
    Result<Done> operator()(GradeScored const& b) const { return lot(b.lot); }
    Result<Done> operator()(TrayPhotographed const& b) const {
        OSETRA_TRY(lot(b.lot));
        OSETRA_TRY(medium(b.photo_sha256, "photo_sha256"));
        return medium(b.overlay_sha256, "overlay_sha256");
    }
    Result<Done> operator()(GradeDecided const& b) const { return lot(b.lot); }
    Result<Done> operator()(GradePriced const&) const { return Done{}; }
};

} // namespace

GradingBody grading_body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<GradingBody>([](auto&& see) { each_grading_kind(see); }, kind, json);
}

std::string grading_name_of(GradingBody const& body) {
    return std::visit([]<class T>(T const& b) {
        if constexpr (std::is_same_v<T, GradePriced>) return b.scheme + "/" + b.grade;
        else return b.lot;
    }, body);
}

Result<Values> parse_scores(std::vector<std::string> const& texts) {
    Values values;
    for (auto const& text : texts) {
        auto const eq = text.find('=');
        auto const v = eq == std::string::npos ? std::nullopt : read_number<double>(std::string_view{text}.substr(eq + 1));
        if (eq == 0 || !v || !std::isfinite(*v) || !values.emplace(text.substr(0, eq), *v).second)
            return refuse("score_malformed", fmt::format("\"{}\" is no score: write the attribute and its value once, like taste=4.5.", text.substr(0, 60)), "scores");
    }
    return values;
}

std::vector<std::string> score_texts(Values const& values) {
    std::vector<std::string> all;
    for (auto const& [code, v] : values) all.push_back(fmt::format("{}={}", code, v));
    return all;
}

Result<Done> judge_grading(Fact const& fact, GradingBody const& body, Graders& known, bool witnessed) {
    OSETRA_TRY(std::visit(Form{known}, body));
    if (witnessed || fact.corrects) return Done{};
    return std::visit(Book{known}, body);
}

template <> std::string grading_says(GradeScored const& b) { return fmt::format("Lot {} was scored: {}.", b.lot, fmt::join(b.scores, ", ")); }
template <> std::string grading_says(TrayPhotographed const& b) {
    return fmt::format("A tray of lot {} was measured: {} eggs of {:.2f} mm ({:.2f} to {:.2f}), {} broken.", b.lot, b.eggs, static_cast<double>(b.mean_um) / 1000, static_cast<double>(b.mean_low_um) / 1000, static_cast<double>(b.mean_high_um) / 1000, b.broken);
}
template <> std::string grading_says(GradeDecided const& b) {
    return fmt::format("Lot {} is grade {} of {}{}{}.", b.lot, b.grade, b.scheme, b.suggested && *b.suggested != b.grade ? fmt::format(" (the rules say {})", *b.suggested) : "", b.reason ? ": " + *b.reason : "");
}
template <> std::string grading_says(GradePriced const& b) { return fmt::format("A kilogram of grade {} of {} costs {}.{:02} {}.", b.grade, b.scheme, b.price_minor / 100, b.price_minor % 100, b.currency); }

Grading const& all_gradings() {
    static Grading const all = [] {
        Grading g;
        for (auto const& p : farm::pack_texts()) {
            auto one = read_grading(p.text);
            if (!one) throw std::logic_error(fmt::format("the built-in pack {}: {} ({})", p.code, one.error().message, one.error().at));
            g.schemes.insert(g.schemes.end(), one->schemes.begin(), one->schemes.end());
            g.portions.insert(g.portions.end(), one->portions.begin(), one->portions.end());
            g.price_minor_per_kg.merge(one->price_minor_per_kg);
            g.currency = one->currency;
        }
        return g;
    }();
    return all;
}

} // namespace osetra::quality
