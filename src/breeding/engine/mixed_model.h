#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "breeding/engine/inbreeding.h"
#include "kernel/result.h"

namespace osetra::breeding {

/// A symmetric matrix of traits by traits, by rows.
struct Covariance {
    std::size_t traits = 1;
    std::vector<double> value = {1};

    double operator()(std::size_t a, std::size_t b) const { return value[a * traits + b]; }
    double& operator()(std::size_t a, std::size_t b) { return value[a * traits + b]; }
    static Covariance diagonal(std::size_t traits, double v);
};

/// What a record depends on besides chance.
struct Effect {
    enum class Kind {
        fixed,       ///< a level each record has, its value anything
        slope,       ///< a number each record has, times one unknown
        random,      ///< a level each record has, its values alike and not related
        additive,    ///< the animal's own breeding value: levels are places in the pedigree
        maternal,    ///< the breeding value of its dam for mothering: the same
        permanent,   ///< what else stays with an animal from record to record: not related
    };
    std::string name;
    Kind kind = Kind::fixed;
    std::vector<std::int32_t> level;   ///< of each record; none for a slope. -1 for a maternal effect of a dam that is not known
    std::vector<double> number;        ///< of each record, for a slope
    std::size_t levels = 1;

    bool is_random() const { return kind >= Kind::random; }
    bool is_related() const { return kind == Kind::additive || kind == Kind::maternal; }
};

/// Records y = fixed + random + residual, each trait by the same effects. A trait that was not measured is not-a-number.
struct MixedModel {
    std::vector<std::string> traits;
    std::vector<std::vector<double>> y;    ///< of each trait, of each record
    std::vector<double> weight;            ///< residual variance of a record is R / weight; empty: 1
    std::vector<Effect> effects;
    LowerRows kinship_inverse;             ///< of the animals (and after them the groups of unknown parents), for related effects
    double log_kinship = 0;                ///< log determinant of the kinship matrix
    std::vector<char> is_parent;           ///< of each animal: others are absorbed first
    std::vector<char> is_sire;             ///< of each animal

    std::size_t records() const { return y.empty() ? 0 : y[0].size(); }
    std::size_t random_effects() const;
};

/// Components: one matrix for each random effect, in their order, and the residual last.
using Variances = std::vector<Covariance>;

struct Solution {
    /// Of effect e, level l, trait t: value[e][l * traits + t], and its error variance (PEV, or squared standard error of a fixed effect) where it was asked for.
    std::vector<std::vector<double>> value, error_variance;
    double minus_2_log_likelihood = 0;   ///< restricted, without the constant (n - p) log 2 pi
    std::size_t fixed_rank = 0;          ///< of fixed unknowns that do not depend on others
};

/// The equations of one model [Henderson 1984], kept so that they can be solved for many variances. The pattern and the sums over records are made once: afterwards
/// nothing depends on how many records there are.
class Equations {
public:
    explicit Equations(MixedModel const&);   ///< which is looked at again while they are solved: it has to stay
    explicit Equations(MixedModel&&) = delete;
    ~Equations();
    Equations(Equations&&) noexcept;
    Equations& operator=(Equations&&) noexcept;

    double bytes_needed() const;          ///< of everything that solve() and round() hold, once they ran
    std::size_t unknowns() const;
    double flops() const;                 ///< of one factor; the inverse takes two more of them
    /// Exact solutions. Refusals: variances_not_positive, equations_singular, memory_short.
    Result<Solution> solve(Variances const&, bool with_errors);
    /// Values alone, by conjugate gradients, where the factor does not fit; no likelihood. `tell`: rounds, and what of the right side is unexplained. Refusals: variances_not_positive, not_solved.
    Result<Solution> iterate(Variances const&, double tolerance = 1e-9, std::function<void(int, double)> const& tell = {});
    double bytes_to_iterate() const;

    /// Records weighed and valued anew (methods that take a curve for a line do so each round). Their effects stay as they were.
    void sum_again(MixedModel const&);
    /// For one trait: values that other right sides give, the sums over records of weight times `of_record`. After solve() without errors, with its factor.
    std::vector<std::vector<double>> solve_again(MixedModel const&, std::vector<double> const& of_record) const;

    /// What a round of REML needs.
    struct Round {
        double minus_2_log_likelihood = 0;
        std::vector<double> gradient;            ///< of the log likelihood, by parameter()
        std::vector<double> information;         ///< average information, parameters by parameters
        Variances expectation;                   ///< where EM would go
    };
    Result<Round> round(Variances const&);
    /// Parameters: lower triangles of the components, one after another, by rows.
    std::size_t parameters() const;

private:
    struct Inside;
    std::unique_ptr<Inside> m;
};

struct Reml {
    std::string status;                 ///< converged, at_boundary, not_converged
    int rounds = 0;
    Variances variance;
    std::vector<double> covariance;     ///< of the parameters' estimates, parameters by parameters; nought for those at the boundary
    std::vector<char> at_boundary;      ///< of each random effect's component (one trait): the estimate is nought
    double minus_2_log_likelihood = 0;
};
/// Restricted maximum likelihood: EM first where a step of average information would leave the space, then average information [Gilmour, Thompson & Cullis 1995], halved while it makes things worse.
/// `held`: of each parameter, whether it stays as it begins and has no error (correlated.h); empty: none does.
/// Refusals: those of solve(), reml_failed with the reason; nothing is estimated then.
Result<Reml> reml(Equations&, Variances start, int most_rounds = 60, std::function<void(int, double)> const& tell = {}, std::vector<char> const& held = {});

} // namespace osetra::breeding
