#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

// Which attributes mix linearly, found from blends made before. Mixtures after Scheffe 1958 (J. R. Stat. Soc. B 20:344): shares sum to one, so no constant.
namespace osetra::quality {

/// Blends that were made and judged. Shares are of kinds (cultivar, field, fruit), not of lots.
struct PastBlends {
    std::vector<std::string> kinds, attributes;
    std::vector<std::vector<double>> share;      ///< [blend][kind], each row sums to 1
    std::vector<std::vector<double>> value;      ///< [blend][attribute]; not-a-number where it was not judged
};

enum class Mixing : std::uint8_t {
    linear,          ///< the blend is the mean of what is in it
    interacting,     ///< the mean, and more or less where two kinds meet
    untold           ///< neither predicts a blend that it has not seen
};
std::string_view word_of(Mixing);

/// How two kinds together differ from their mean: `extra` times both shares.
struct Meeting {
    std::size_t kind, other;
    double extra;
};

struct MixingModel {
    std::string attribute;
    Mixing mixing = Mixing::untold;
    std::size_t blends = 0;
    double r2_linear = 0;                        ///< of blends left out one at a time; below nought: worse than saying the mean of all
    double r2_interacting = 0;                   ///< the same; meetings are chosen anew without the blend left out
    double error = 0;                            ///< root mean square of the left-out errors of the model taken; of untold: of the mean
    std::vector<double> pure;                    ///< of each kind, by the model taken; empty for untold
    std::vector<Meeting> meetings;
    std::vector<double> left_out;                ///< what the model taken (for untold: linear) says of each blend that it has not seen
    std::vector<double> left_out_linear, left_out_interacting;
};

/// Least R2 of left-out blends at which a model is taken. Half the spread between blends explained.
inline constexpr double trusted_r2 = 0.5;

/// Refusals: past_blends_few (fewer than kinds + 2), shares_sum, past_blends_alike (kinds that never differ cannot be told apart).
Result<std::vector<MixingModel>> find_mixing(PastBlends const&, double trust = trusted_r2);

/// What a model says of a blend of these shares.
double said_by(MixingModel const&, std::vector<double> const& share);

} // namespace osetra::quality
