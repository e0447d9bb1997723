#pragma once
#include <optional>
#include <string_view>

#include "kernel/result.h"

// Whether tasters tell two products apart: exact binomial tests, their power, and how far apart the products lie for the tongue (Thurstone's d').
namespace osetra::quality {

/// How the question is put. Three samples of which one is odd; a reference and two; the stronger of two or of three; which of two is preferred.
enum class Protocol { triangle, duo_trio, two_afc, three_afc, paired };
/// A paired test asks either way (which is preferred); all others, and a paired test with a direction expected, ask one.
enum class Sides { one, two };

std::string_view word_of(Protocol);
/// Refusal: protocol_unknown.
Result<Protocol> parse_protocol(std::string_view);
double chance_of(Protocol);

/// The share that chooses rightly when the products are d' apart (Thurstone 1927; Ennis 1993), and d' of a share; nought where it is at chance or below.
double share_right(Protocol, double d_prime);
double d_prime_of(Protocol, double share);

/// The least number right (or, two-sided, on one side) that chance gives in no more than `alpha`; more than `tasters` where none does.
int critical_count(Protocol, Sides, int tasters, double alpha);
/// How often a test of so many tasters finds a difference that `distinguishers` of them (share) truly perceive.
double power_of(Protocol, Sides, int tasters, double distinguishers, double alpha);
/// The fewest from which on every larger number reaches the power; empty above 10,000. Exact power goes up and down by single tasters: the fewest that stays above counts.
std::optional<int> tasters_for(Protocol, Sides, double distinguishers, double alpha, double power);

struct DiscriminationAsked {
    Protocol protocol = Protocol::triangle;
    Sides sides = Sides::one;
    int answers = 0, right = 0;
    double alpha = 0.05;
    double distinguishers = 0.3;                 ///< share that would matter
    double power = 0.8;                          ///< how surely it should be found
};

/// An estimate with its 95 % interval.
struct Estimate { double value = 0, low = 0, high = 0, error = 0; };

struct Discrimination {
    DiscriminationAsked asked;
    double chance = 0, p = 1;
    int critical = 0;
    Estimate right;                              ///< share right, exact interval (Clopper and Pearson)
    Estimate distinguishers;                     ///< share that perceives the difference: what is above chance
    Estimate d_prime;                            ///< interval: the exact one of the share, carried over
    double power = 0;                            ///< of this test for the share asked for
    std::optional<int> answers_needed;           ///< for the power asked for
    bool different = false;
    /// Nothing was found, and a difference that matters could well have been missed.
    bool too_few = false;
};
/// \pre 0 <= right <= answers, answers > 0
Discrimination discriminate(DiscriminationAsked const&);

} // namespace osetra::quality
