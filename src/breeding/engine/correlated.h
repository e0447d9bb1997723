#pragma once
#include <string>
#include <vector>

#include "breeding/engine/mixed_model.h"

// Several traits at once: where a fit begins, what no record can tell, and covariances with their errors.
namespace osetra::breeding {

struct Start {
    Variances variance;
    std::vector<char> held;      ///< of each parameter: it stays as it begins
    std::vector<std::string> notes;
};
/// Of several traits a parameter is held where no data speak of it, so that the rest can be found: at nought a covariance of two traits that no record has both of (residual), no animal (permanent) or
/// no level (another random effect). Where `permanent` is in the model, a trait that every animal has once at most cannot part it from its residual: the residual is held at a twentieth of the
/// trait's variance and `permanent` is the rest of what is not inherited. Of one trait nothing is held.
Start start_for(MixedModel const&);

/// Of one component, two traits, or one (`other` is `trait`): then `correlation` is 1 and `share` is its part of the trait's variance.
struct Covaried {
    std::string source, trait, other;
    double covariance = 0, covariance_error = 0;
    double correlation = 1, correlation_error = 0;   ///< standard errors by the delta method from the covariance of the estimates
    double share = 0, share_error = 0;
    bool held = false;
};
/// In the order of the parameters.
std::vector<Covaried> covaried(MixedModel const&, Reml const&, std::vector<char> const& held = {});

} // namespace osetra::breeding
