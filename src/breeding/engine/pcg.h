#pragma once
#include <functional>

#include "breeding/engine/mixed_model.h"
#include "breeding/engine/sparse_cholesky.h"

namespace osetra::breeding {

/// The equations for given variances, as a sum of layers: a symmetric matrix over nodes (values at the entries of one shape) times one of traits by traits. It points into what it was
/// made from.
struct LayeredSystem {
    struct Layer {
        std::vector<double> own;                  ///< by entries of the shape; where it is empty, `shared` is meant
        std::vector<double> const* shared = nullptr;
        std::vector<double> of_traits;            ///< traits by traits

        std::vector<double> const& value() const { return shared ? *shared : own; }
    };
    std::size_t traits = 1;
    LowerColumns const* shape = nullptr;
    std::vector<Layer> layers;
    std::vector<double> right;                    ///< node by trait
};

struct Iterated {
    std::vector<double> solution;                 ///< node by trait
    int rounds = 0;
    double residual = 0;                          ///< of the right side, relative
};

/// Conjugate gradients [Hestenes & Stiefel 1952] on the nodes that others hang on; those that stand first in the order and have none before them (animals without offspring) are
/// absorbed in every round and never stored, the rest is preconditioned by its own blocks of traits. No factor: memory grows with the entries only. No error variances either.
/// Refusal: not_solved where `most_rounds` do not suffice.
Result<Iterated> solve_by_iteration(LayeredSystem const&, double tolerance = 1e-9, int most_rounds = 5'000, std::function<void(int, double)> const& tell = {});

} // namespace osetra::breeding
