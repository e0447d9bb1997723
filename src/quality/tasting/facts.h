#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact of tastings. A tasting is named by the text people write on its sheets (T26-001), a taster by a name within a panel; in a tasting tasters have seats, 1, 2, ...
namespace osetra::quality {

/// Somebody who tastes, and what they must not eat. Of several of one name the last holds.
struct TasterRegistered {
    static constexpr char const* kind = "taster";
    std::string taster;
    std::string panel;
    std::vector<std::string> allergies;          ///< in words: milk, fish, nuts
    std::optional<bool> gone;
    std::optional<std::string> note;
};
template <Is<TasterRegistered> X> void visit_fields(X& x, auto f) {
    f("taster", x.taster); f("panel", x.panel); f("allergies", x.allergies); f("gone", x.gone); f("note", x.note);
}

/// A blind tasting: who is asked what of which samples. Which code is which sample is sealed until it is closed.
struct TastingPlanned {
    static constexpr char const* kind = "tasting";
    std::string tasting;
    std::string title;
    std::string test;                            ///< triangle | duo_trio | 2afc | 3afc | paired | ranking | hedonic | profile
    std::vector<std::string> samples;
    std::vector<std::string> lots;               ///< "SAMPLE=LOT" where a sample is of a lot of ours
    std::vector<std::string> attributes;         ///< of a profile
    std::vector<std::string> allergens;          ///< that any sample holds
    std::vector<std::string> tasters;            ///< seat by seat; empty: nobody is named
    std::int64_t seats = 0;
    std::int64_t rounds = 1;
    std::int64_t scale_low = 1, scale_high = 9;  ///< of scores
    std::string commitment;                      ///< SHA-256 of the key
    std::optional<std::string> panel;
};
template <Is<TastingPlanned> X> void visit_fields(X& x, auto f) {
    f("tasting", x.tasting); f("title", x.title); f("test", x.test); f("samples", x.samples); f("lots", x.lots); f("attributes", x.attributes); f("allergens", x.allergens);
    f("tasters", x.tasters); f("seats", x.seats); f("rounds", x.rounds); f("scale_low", x.scale_low); f("scale_high", x.scale_high); f("commitment", x.commitment); f("panel", x.panel);
}

/// A taster answered one trial.
struct Tasted {
    static constexpr char const* kind = "tasting_answer";
    std::string tasting;
    std::int64_t seat = 0, round = 1, trial = 1;
    std::optional<std::string> chosen;           ///< a code; = is no difference
    std::vector<std::string> scores;             ///< "CODE=RANK", or "CODE/ATTRIBUTE=SCORE"
    std::optional<std::string> comment;
};
template <Is<Tasted> X> void visit_fields(X& x, auto f) {
    f("tasting", x.tasting); f("seat", x.seat); f("round", x.round); f("trial", x.trial); f("chosen", x.chosen); f("scores", x.scores); f("comment", x.comment);
}

/// Nobody answers any more, and the key is opened for everybody to check.
struct TastingClosed {
    static constexpr char const* kind = "tasting_closed";
    std::string tasting;
    std::string key;                             ///< JSON; its SHA-256 is the commitment
};
template <Is<TastingClosed> X> void visit_fields(X& x, auto f) { f("tasting", x.tasting); f("key", x.key); }

/// What somebody outside said of a product: not blind, not trained, and so kept apart from panels.
struct Reviewed {
    static constexpr char const* kind = "review";
    std::string product;                         ///< a variety, a kind, a brand: what the board compares
    double score = 0;                            ///< as it was given, between scale_low and scale_high
    std::int64_t scale_low = 1, scale_high = 9;  ///< stars: 1 to 5
    std::optional<std::string> lot;              ///< of ours, where it is known
    std::optional<std::string> channel;          ///< shop, restaurant, web
    std::optional<std::string> customer;
    std::optional<std::string> words;
    std::optional<std::string> review;           ///< by what it is found again; of several of one the first is kept
};
template <Is<Reviewed> X> void visit_fields(X& x, auto f) {
    f("product", x.product); f("score", x.score); f("scale_low", x.scale_low); f("scale_high", x.scale_high); f("lot", x.lot); f("channel", x.channel); f("customer", x.customer);
    f("words", x.words); f("review", x.review);
}

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_tasting_kind(See&& see) {
    see.template operator()<TasterRegistered>(); see.template operator()<TastingPlanned>(); see.template operator()<Tasted>(); see.template operator()<TastingClosed>();
    see.template operator()<Reviewed>();
}

} // namespace osetra::quality
