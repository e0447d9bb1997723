#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/fields.h"
#include "kernel/result.h"

// Who gets what, in which order, under which code. Everything comes from a seed; what tasters and servers see does not tell what is what.
namespace osetra::quality {

enum class TasteTest { triangle, duo_trio, two_afc, three_afc, paired, ranking, hedonic, profile };
std::string_view word_of(TasteTest);
/// Refusal: taste_test_unknown.
Result<TasteTest> parse_taste_test(std::string_view);

struct DesignAsked {
    TasteTest test = TasteTest::triangle;
    std::vector<std::string> samples;
    int tasters = 0;
    int rounds = 1;                              ///< how often each taster goes through all
    std::uint64_t seed = 0;
    std::string salt;                            ///< goes into the sealed key, so that nobody finds it by trying seeds
    std::vector<std::string> attributes;         ///< of a profile; a hedonic test asks for liking
};

/// One sample put before one taster. In a duo-trio the one at place 0 is the reference, which has no code.
struct Serving {
    int taster = 0, round = 0, trial = 0, place = 0;   ///< from 1; a trial is what is answered together
    std::string code;
    std::size_t sample = 0;
};

struct Design {
    DesignAsked asked;
    std::vector<Serving> servings;               ///< by taster, round, trial and place
};

/// Triangles: the six orders in turn; duo-trios the four; pairs both ways (all pairs where there are more than two samples); else Williams' squares: each sample as often at each
/// place and after each other. Codes of three digits that say nothing (no 111, 123, 250, 888 ...), none used twice; where tasters need more than there are, none twice with one
/// taster and none for two samples. Refusals: samples_too_few, samples_too_many, sample_twice, tasters_unlikely, rounds_unlikely.
Result<Design> make_design(DesignAsked);

/// What is sealed: JSON that tells which code is which sample. Its SHA-256, printed with the design, proves afterwards that nothing was changed.
std::string key_of(Design const&);
std::string commitment_of(std::string_view key);

struct Opened {
    TasteTest test = TasteTest::triangle;
    std::vector<std::string> samples, attributes;
    std::vector<Serving> servings;
};
/// Refusals: key_changed (where a commitment is given and does not fit), key_malformed.
Result<Opened> open_key(std::string_view key, std::string_view commitment);

/// How even orders are: the largest difference between how often samples come at a place, and between how often they follow each other.
struct Balance { int place = 0, after = 0; };
Balance balance_of(std::vector<Serving> const&, std::size_t samples);

/// Rows of orders in which each of n follows each other equally often: n rows, or 2 n where n is odd (Williams 1949).
std::vector<std::vector<std::size_t>> williams_square(std::size_t n);

} // namespace osetra::quality
