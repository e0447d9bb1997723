#include "breeding/engine/mixed_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_set>

#include <Eigen/Dense>

#include "breeding/engine/pcg.h"
#include "breeding/engine/sparse_cholesky.h"

namespace osetra::breeding {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::int32_t;
using std::size_t;

using Index = Eigen::Index;
Index ix(size_t i) { return static_cast<Index>(i); }
size_t at(int32_t i) { return static_cast<size_t>(i); }

MatrixXd matrix(Covariance const& c) { return Eigen::Map<MatrixXd const>(c.value.data(), ix(c.traits), ix(c.traits)); }
Covariance covariance(MatrixXd const& m) {
    auto const t = static_cast<size_t>(m.rows());
    Covariance c{t, std::vector<double>(t * t)};
    for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) c(a, b) = (m(ix(a), ix(b)) + m(ix(b), ix(a))) / 2;
    return c;
}
bool positive(MatrixXd const& m) { return m.allFinite() && Eigen::SelfAdjointEigenSolver<MatrixXd>(m).eigenvalues().minCoeff() > 1e-12 * std::max(1e-300, m.diagonal().cwiseAbs().maxCoeff()); }
double log_det(MatrixXd const& m) {
    Eigen::LLT<MatrixXd> const l(m);
    return 2 * MatrixXd(l.matrixL()).diagonal().array().log().sum();
}

} // namespace

Covariance Covariance::diagonal(size_t traits, double v) {
    Covariance c{traits, std::vector<double>(traits * traits, 0)};
    for (size_t i = 0; i < traits; ++i) c(i, i) = v;
    return c;
}

size_t MixedModel::random_effects() const {
    return static_cast<size_t>(std::count_if(effects.begin(), effects.end(), [](Effect const& e) { return e.is_random(); }));
}

/// Everything is kept by nodes: a node is a level of an effect (or a slope) and has one unknown for each trait. Nodes stand in the order in which they are eliminated.
struct Equations::Inside {
    size_t traits = 0, nodes = 0, records = 0;
    std::vector<size_t> first;                    // node number, before ordering, of an effect's first level
    std::vector<int32_t> place;                   // by that number: where the node stands
    std::vector<Effect> effects;                  // without their records
    LowerColumns shape;                           // of nodes, until the factor has it
    /// Records with the same traits measured.
    struct Pattern {
        std::vector<size_t> traits;
        size_t records = 0;
        double sum_log_weight = 0;
        std::vector<double> weights;              // by entries of shape: sum of weight x_r x_c
        std::vector<double> right;                // node by trait: sum of weight x y
        MatrixXd squares;                         // sum of weight y y'
    };
    std::vector<Pattern> patterns;
    LowerRows const& kinship;                     // of animals
    std::vector<std::vector<std::uint32_t>> kinship_slot;   // of each related effect: where its entries stand in shape
    double log_kinship = 0;
    std::unique_ptr<SparseCholesky> factor;
    std::vector<double> theta;

    explicit Inside(MixedModel const&);
    static bool of_animal(Effect const& e) { return e.is_related() || e.kind == Effect::Kind::permanent; }
    static size_t level_in(MixedModel const& model, size_t e, size_t record) { return model.effects[e].kind == Effect::Kind::slope ? 0 : at(model.effects[e].level[record]); }
    void order(MixedModel const&);
    void make_shape(MixedModel const&);
    void sum_records(MixedModel const&);
    MatrixXd part(MatrixXd const& full, Pattern const& p) const;
    MatrixXd spread(MatrixXd const& inner, Pattern const& p) const;
    std::optional<Refusal> set(Variances const&);
    double log_likelihood(Variances const&);
    template <class Does> void each_entry(Does does) const {
        auto const& entries = factor->shape();
        for (size_t column = 0; column < nodes; ++column)
            for (auto k = entries.start[column]; k < entries.start[column + 1]; ++k) does(at(entries.row[k]), column, k);
    }
    /// Traits by traits: the sum over the inverse of an effect's kinship, each entry times the expectation of the product of its levels.
    MatrixXd sum_over_kinship(size_t effect) const;
    /// Of what a record with this pattern leaves unexplained; nought where a trait is not measured.
    MatrixXd residual_inverse(MatrixXd const& residual, Pattern const& p) const { return spread(part(residual, p).inverse(), p); }
    size_t node(size_t effect, size_t level) const { return at(place[first[effect] + level]); }
};

void Equations::Inside::order(MixedModel const& model) {
    // what few others depend on goes first: permanent effects, animals without offspring, dams from the youngest, sires, other random effects, fixed ones
    std::map<std::int64_t, std::vector<int32_t>> groups;
    auto const add = [&](std::int64_t group, size_t e, size_t level) { groups[group].push_back(static_cast<int32_t>(first[e] + level)); };
    auto const few = [](size_t levels) { return static_cast<std::int64_t>(std::min<size_t>(levels, 900)); };
    auto const animals = model.is_parent.size();
    std::vector<int32_t> without_offspring, dams, sires;
    std::vector<size_t> youngest_first(kinship.size());
    {   // those without offspring by their dams: what they have in common stays in the cache
        auto const none = kinship.size();
        std::vector<size_t> start(none + 2, 0);
        auto const dam = [&](size_t l) {
            if (l >= animals || model.is_parent[l]) return none - 1 - l;
            auto out = none - 1;
            for (auto k = kinship.start[l]; k + 1 < kinship.start[l + 1]; ++k) if (auto const parent = at(kinship.column[k]); parent < animals && !model.is_sire[parent]) out = none - 1 - parent;
            return out;
        };
        for (size_t l = 0; l < none; ++l) ++start[dam(l) + 1];
        std::partial_sum(start.begin(), start.end(), start.begin());
        for (auto l = none; l-- > 0;) youngest_first[start[dam(l)]++] = l;
    }
    for (auto const l : youngest_first)
        for (size_t e = 0; e < effects.size(); ++e) {
            if (!effects[e].is_related()) continue;
            auto& group = l >= animals ? groups[3'000] : !model.is_parent[l] ? without_offspring : model.is_sire[l] ? sires : dams;
            group.push_back(static_cast<int32_t>(first[e] + l));
        }
    groups[1] = std::move(without_offspring);
    groups[2] = std::move(dams);
    groups[3] = std::move(sires);
    for (size_t e = 0; e < effects.size(); ++e) {
        auto const& effect = effects[e];
        for (size_t l = 0; l < effect.levels && !effect.is_related(); ++l)
            add(effect.kind == Effect::Kind::permanent ? 0 : effect.kind == Effect::Kind::random ? 1'000 - few(effect.levels) : effect.kind == Effect::Kind::fixed ? 2'000 - few(effect.levels) : 4'000, e, l);
    }
    place.resize(nodes);
    int32_t next = 0;
    for (auto const& [group, members] : groups) for (auto const node : members) place[at(node)] = next++;
}

void Equations::Inside::make_shape(MixedModel const& model) {
    std::vector<std::pair<int32_t, int32_t>> common;      // pairs of levels that many records share
    {
        std::unordered_set<std::uint64_t> known;
        std::vector<std::uint64_t> last;                  // of each two effects
        for (size_t i = 0; i < effects.size(); ++i)
            for (size_t j = 0; j < i; ++j) {
                if (of_animal(effects[i]) || of_animal(effects[j])) continue;
                auto before = ~std::uint64_t{0};
                for (size_t r = 0; r < records; ++r) {
                    auto const a = place[first[i] + level_in(model, i, r)], b = place[first[j] + level_in(model, j, r)];
                    auto const pair = static_cast<std::uint64_t>(std::min(a, b)) << 32 | static_cast<std::uint32_t>(std::max(a, b));
                    if (pair != before && known.insert(pair).second) common.emplace_back(std::min(a, b), std::max(a, b));
                    before = pair;
                }
            }
    }
    // every pair of nodes that meet, some often
    auto const each_pair = [&](auto does) {
        std::vector<int32_t> of_record;
        for (size_t r = 0; r < records; ++r) {
            of_record.clear();
            size_t own = 0;   // nodes of the animal come first
            for (auto const animals : {true, false}) {
                for (size_t e = 0; e < effects.size(); ++e)
                    if (of_animal(effects[e]) == animals)
                        if (auto const level = model.effects[e].kind == Effect::Kind::slope ? 0 : model.effects[e].level[r]; level >= 0) of_record.push_back(place[first[e] + at(level)]);
                if (animals) own = of_record.size();
            }
            for (size_t j = 0; j < own; ++j)
                for (auto i = j + 1; i < of_record.size(); ++i) does(std::min(of_record[i], of_record[j]), std::max(of_record[i], of_record[j]));
        }
        for (auto const& [a, b] : common) does(a, b);
        for (size_t e = 0; e < effects.size(); ++e) {
            if (!effects[e].is_related()) continue;
            for (size_t i = 0; i < kinship.size(); ++i)
                for (auto k = kinship.start[i]; k < kinship.start[i + 1]; ++k)
                    if (at(kinship.column[k]) != i) { auto const a = place[first[e] + i], b = place[first[e] + at(kinship.column[k])]; does(std::min(a, b), std::max(a, b)); }
        }
    };
    shape.start.assign(nodes + 1, 1);
    shape.start[0] = 0;
    each_pair([&](int32_t column, int32_t) { ++shape.start[at(column) + 1]; });
    std::partial_sum(shape.start.begin(), shape.start.end(), shape.start.begin());
    shape.row.resize(shape.start[nodes]);
    auto fill = shape.start;
    for (size_t i = 0; i < nodes; ++i) shape.row[fill[i]++] = static_cast<int32_t>(i);
    each_pair([&](int32_t column, int32_t row) { shape.row[fill[at(column)]++] = row; });
    size_t out = 0;
    for (size_t column = 0, from = 0; column < nodes; ++column) {
        auto const to = shape.start[column + 1], begin = out;
        std::sort(shape.row.begin() + static_cast<std::ptrdiff_t>(from), shape.row.begin() + static_cast<std::ptrdiff_t>(to));
        for (auto k = from; k < to; ++k) if (out == begin || shape.row[out - 1] != shape.row[k]) shape.row[out++] = shape.row[k];
        from = to;
        shape.start[column + 1] = out;
    }
    shape.row.resize(out);
}

void Equations::Inside::sum_records(MixedModel const& model) {
    std::map<std::vector<size_t>, size_t> known;
    std::vector<std::pair<int32_t, double>> nodes_of;   // node, x
    auto const& entries = factor ? factor->shape() : shape;
    for (size_t r = 0; r < records; ++r) {
        std::vector<size_t> measured;
        for (size_t t = 0; t < traits; ++t) if (!std::isnan(model.y[t][r])) measured.push_back(t);
        if (measured.empty()) continue;
        auto const [found, fresh] = known.try_emplace(measured, patterns.size());
        if (fresh) patterns.push_back({measured, 0, 0, std::vector<double>(entries.row.size(), 0), std::vector<double>(nodes * traits, 0), MatrixXd::Zero(ix(traits), ix(traits))});
        auto& p = patterns[found->second];
        auto const weight = model.weight.empty() ? 1 : model.weight[r];
        ++p.records;
        p.sum_log_weight += std::log(weight);
        nodes_of.clear();
        for (size_t e = 0; e < effects.size(); ++e) {
            auto const& effect = model.effects[e];
            auto const slope = effect.kind == Effect::Kind::slope;
            auto const level = slope ? 0 : effect.level[r];
            if (level >= 0) nodes_of.emplace_back(place[first[e] + at(level)], slope ? effect.number[r] : 1.0);
        }
        for (auto const a : measured)
            for (auto const b : measured) p.squares(ix(a), ix(b)) += weight * model.y[a][r] * model.y[b][r];
        for (auto const& [node, x] : nodes_of) {
            for (auto const t : measured) p.right[at(node) * traits + t] += weight * x * model.y[t][r];
            for (auto const& [other, z] : nodes_of) if (other <= node) p.weights[entries.entry(node, other)] += weight * x * z;
        }
    }
}

Equations::Inside::Inside(MixedModel const& model) : traits(model.traits.size()), records(model.records()), kinship(model.kinship_inverse), log_kinship(model.log_kinship) {
    for (auto const& e : model.effects) {
        first.push_back(nodes);
        nodes += e.levels;
        effects.push_back({e.name, e.kind, {}, {}, e.levels});
    }
    order(model);
    make_shape(model);
    sum_records(model);
    for (size_t e = 0; e < effects.size(); ++e) {
        kinship_slot.emplace_back();
        if (!effects[e].is_related()) continue;
        for (size_t i = 0; i < kinship.size(); ++i)
            for (auto k = kinship.start[i]; k < kinship.start[i + 1]; ++k)
                kinship_slot.back().push_back(static_cast<std::uint32_t>(shape.entry(place[first[e] + i], place[first[e] + at(kinship.column[k])])));
    }
    factor = std::make_unique<SparseCholesky>(std::move(shape), traits);
}

MatrixXd Equations::Inside::part(MatrixXd const& full, Pattern const& p) const {
    MatrixXd out(ix(p.traits.size()), ix(p.traits.size()));
    for (size_t a = 0; a < p.traits.size(); ++a)
        for (size_t b = 0; b < p.traits.size(); ++b) out(ix(a), ix(b)) = full(ix(p.traits[a]), ix(p.traits[b]));
    return out;
}
MatrixXd Equations::Inside::spread(MatrixXd const& inner, Pattern const& p) const {
    MatrixXd out = MatrixXd::Zero(ix(traits), ix(traits));
    for (size_t a = 0; a < p.traits.size(); ++a)
        for (size_t b = 0; b < p.traits.size(); ++b) out(ix(p.traits[a]), ix(p.traits[b])) = inner(ix(a), ix(b));
    return out;
}

/// Puts the variances in, factors and solves.
std::optional<Refusal> Equations::Inside::set(Variances const& v) {
    for (auto const& component : v)
        if (!positive(matrix(component))) return Refusal{"variances_not_positive", "A matrix of variances is not positive definite. Give variances above nought and correlations between -1 and 1.", {}};
    auto const t = traits;
    if (factor->too_large()) return Refusal{"memory_short", "The factor of these equations is larger than 32 GB.", {}};
    auto const& entries = factor->shape();
    factor->clear();
    theta.assign(nodes * t, 0);
    auto const residual = matrix(v.back());
    for (auto const& p : patterns) {
        MatrixXd const inverse = residual_inverse(residual, p);
        if (t == 1) {
            auto const precision = inverse(0, 0);
            for (size_t k = 0; k < p.weights.size(); ++k) *factor->entry(k) += precision * p.weights[k];
            for (size_t n = 0; n < nodes; ++n) theta[n] += precision * p.right[n];
            continue;
        }
        each_entry([&](size_t, size_t column, size_t k) {
            if (p.weights[k] == 0) return;
            auto* const to = factor->entry(k);
            auto const high = factor->stride(column);
            for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) to[b * high + a] += p.weights[k] * inverse(ix(a), ix(b));
        });
        for (size_t n = 0; n < nodes; ++n)
            for (size_t a = 0; a < t; ++a)
                for (size_t b = 0; b < t; ++b) theta[n * t + a] += inverse(ix(a), ix(b)) * p.right[n * t + b];
    }
    size_t component = 0;
    for (size_t e = 0; e < effects.size(); ++e) {
        if (!effects[e].is_random()) continue;
        MatrixXd const inverse = matrix(v[component++]).inverse();
        auto const add = [&](size_t entry, size_t column, double times) {
            auto* const to = factor->entry(entry);
            if (t == 1) { *to += times * inverse(0, 0); return; }
            auto const high = factor->stride(column);
            for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) to[b * high + a] += times * inverse(ix(a), ix(b));
        };
        if (!effects[e].is_related()) for (size_t l = 0; l < effects[e].levels; ++l) add(entries.start[node(e, l)], node(e, l), 1);
        else
            for (size_t i = 0; i < kinship.size(); ++i)
                for (auto k = kinship.start[i]; k < kinship.start[i + 1]; ++k) add(kinship_slot[e][k], std::min(node(e, i), node(e, at(kinship.column[k]))), kinship.value[k]);
    }
    if (!factor->factor()) return Refusal{"equations_singular", "The equations cannot be solved: they are not positive definite. Two effects may say the same, or a variance be far too small.", {}};
    return std::nullopt;
}

/// -2 log restricted likelihood; theta holds the right side before and the solutions afterwards.
double Equations::Inside::log_likelihood(Variances const& v) {
    auto const right = theta;
    factor->solve(theta);
    double out = factor->log_determinant();
    size_t component = 0;
    for (auto const& e : effects) {
        if (!e.is_random()) continue;
        out += static_cast<double>(e.levels) * log_det(matrix(v[component++])) + (e.is_related() ? static_cast<double>(traits) * log_kinship : 0);
    }
    auto const residual = matrix(v.back());
    for (auto const& p : patterns) {
        auto const own = part(residual, p);
        out += static_cast<double>(p.records) * log_det(own) - static_cast<double>(p.traits.size()) * p.sum_log_weight;
        out += (residual_inverse(residual, p) * p.squares).trace();
    }
    for (size_t i = 0; i < theta.size(); ++i) out -= theta[i] * right[i];
    return out;
}

MatrixXd Equations::Inside::sum_over_kinship(size_t e) const {
    MatrixXd out = MatrixXd::Zero(ix(traits), ix(traits));
    auto const t = traits;
    auto const add = [&](size_t a, size_t b, size_t k, double times) {   // b stands before a, or is it
        auto const* const inverse = factor->entry(k);
        if (t == 1) { out(0, 0) += (a == b ? times : 2 * times) * (theta[a] * theta[b] + *inverse); return; }
        auto const high = factor->stride(b);
        for (size_t i = 0; i < t; ++i)
            for (size_t j = 0; j < t; ++j) {
                auto const value = times * (theta[a * t + i] * theta[b * t + j] + (a != b || i >= j ? inverse[j * high + i] : inverse[i * high + j]));
                out(ix(i), ix(j)) += value;
                if (a != b) out(ix(j), ix(i)) += value;
            }
    };
    auto const& entries = factor->shape();
    if (!effects[e].is_related()) { for (size_t l = 0; l < effects[e].levels; ++l) add(node(e, l), node(e, l), entries.start[node(e, l)], 1); return out; }
    for (size_t i = 0; i < kinship.size(); ++i)
        for (auto k = kinship.start[i]; k < kinship.start[i + 1]; ++k) {
            auto const a = node(e, i), b = node(e, at(kinship.column[k]));
            add(std::max(a, b), std::min(a, b), kinship_slot[e][k], kinship.value[k]);
        }
    return out;
}

Equations::Equations(MixedModel const& model) : m(std::make_unique<Inside>(model)) {}
Equations::~Equations() = default;
Equations::Equations(Equations&&) noexcept = default;
Equations& Equations::operator=(Equations&&) noexcept = default;

double Equations::flops() const { return m->factor->flops(); }
size_t Equations::unknowns() const { return m->nodes * m->traits; }
double Equations::bytes_needed() const {
    auto const entries = static_cast<double>(m->factor->shape().row.size());
    return m->factor->bytes_needed() + 8.0 * entries * static_cast<double>(m->patterns.size()) + 16.0 * static_cast<double>(m->kinship.column.size())
         + 8.0 * static_cast<double>(unknowns() * (m->patterns.size() + 2 * parameters() + 3));
}
double Equations::bytes_to_iterate() const {
    auto const entries = static_cast<double>(m->factor->shape().row.size());
    auto const layers = static_cast<double>(m->patterns.size() + m->effects.size());
    return 8.0 * entries * layers + 20.0 * entries + 8.0 * static_cast<double>(unknowns() * (m->traits + 3)) + 16.0 * static_cast<double>(m->kinship.column.size());
}
size_t Equations::parameters() const {
    auto const components = static_cast<size_t>(std::count_if(m->effects.begin(), m->effects.end(), [](Effect const& e) { return e.is_random(); })) + 1;
    return components * m->traits * (m->traits + 1) / 2;
}

Result<Solution> Equations::solve(Variances const& v, bool with_errors) {
    if (auto no = m->set(v)) return tl::unexpected(*no);
    Solution out;
    out.minus_2_log_likelihood = m->log_likelihood(v);
    if (with_errors) m->factor->invert();
    for (size_t e = 0; e < m->effects.size(); ++e) {
        auto const& effect = m->effects[e];
        out.value.emplace_back(effect.levels * m->traits);
        if (with_errors) out.error_variance.emplace_back(effect.levels * m->traits);
        for (size_t l = 0; l < effect.levels; ++l)
            for (size_t t = 0; t < m->traits; ++t) {
                auto const unknown = m->node(e, l) * m->traits + t;
                out.value[e][l * m->traits + t] = m->theta[unknown];
                if (with_errors) out.error_variance[e][l * m->traits + t] = m->factor->entry(m->factor->shape().start[m->node(e, l)])[m->traits == 1 ? 0 : t * m->factor->stride(m->node(e, l)) + t];
                if (!effect.is_random() && !m->factor->depends(unknown)) ++out.fixed_rank;
            }
    }
    return out;
}

void Equations::sum_again(MixedModel const& model) {
    m->patterns.clear();
    m->sum_records(model);
}

std::vector<std::vector<double>> Equations::solve_again(MixedModel const& model, std::vector<double> const& of_record) const {
    std::vector<double> right(m->nodes, 0);
    for (size_t e = 0; e < m->effects.size(); ++e) {
        auto const& effect = model.effects[e];
        for (size_t r = 0; r < m->records; ++r) {
            auto const value = (model.weight.empty() ? 1 : model.weight[r]) * of_record[r];
            if (effect.kind == Effect::Kind::slope) right[m->node(e, 0)] += value * effect.number[r];
            else if (effect.level[r] >= 0) right[m->node(e, at(effect.level[r]))] += value;
        }
    }
    m->factor->solve(right);
    std::vector<std::vector<double>> out;
    for (size_t e = 0; e < m->effects.size(); ++e) {
        auto& values = out.emplace_back();
        for (size_t l = 0; l < m->effects[e].levels; ++l) values.push_back(right[m->node(e, l)]);
    }
    return out;
}

Result<Solution> Equations::iterate(Variances const& v, double tolerance, std::function<void(int, double)> const& tell) {
    for (auto const& component : v)
        if (!positive(matrix(component))) return refuse("variances_not_positive", "A matrix of variances is not positive definite. Give variances above nought and correlations between -1 and 1.");
    auto const t = m->traits;
    auto const& shape = m->factor->shape();
    LayeredSystem system{t, &shape, {}, std::vector<double>(m->nodes * t, 0)};
    auto const rows = [&](MatrixXd const& x) { std::vector<double> out(t * t); for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) out[a * t + b] = x(ix(a), ix(b)); return out; };
    for (auto const& p : m->patterns) {
        MatrixXd const inverse = m->residual_inverse(matrix(v.back()), p);
        system.layers.push_back({{}, &p.weights, rows(inverse)});
        for (size_t n = 0; n < m->nodes; ++n)
            for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) system.right[n * t + a] += inverse(ix(a), ix(b)) * p.right[n * t + b];
    }
    for (size_t e = 0, component = 0; e < m->effects.size(); ++e) {
        if (!m->effects[e].is_random()) continue;
        system.layers.push_back({std::vector<double>(shape.row.size(), 0), nullptr, rows(matrix(v[component++]).inverse())});
        auto& values = system.layers.back().own;
        if (m->effects[e].is_related()) for (size_t k = 0; k < m->kinship_slot[e].size(); ++k) values[m->kinship_slot[e][k]] = m->kinship.value[k];
        else for (size_t l = 0; l < m->effects[e].levels; ++l) values[shape.start[m->node(e, l)]] = 1;
    }
    auto const solved = OSETRA_TRY(solve_by_iteration(system, tolerance, 5'000, tell));
    Solution out;
    for (size_t e = 0; e < m->effects.size(); ++e) {
        out.value.emplace_back(m->effects[e].levels * t);
        for (size_t l = 0; l < m->effects[e].levels; ++l)
            for (size_t a = 0; a < t; ++a) out.value[e][l * t + a] = solved.solution[m->node(e, l) * t + a];
    }
    return out;
}

Result<Equations::Round> Equations::round(Variances const& v) {
    if (auto no = m->set(v)) return tl::unexpected(*no);
    auto const t = m->traits;
    Round out;
    out.minus_2_log_likelihood = m->log_likelihood(v);
    auto const& theta = m->theta;
    struct Parameter { size_t component, a, b; };
    std::vector<Parameter> parameters;
    for (size_t c = 0; c < v.size(); ++c) for (size_t a = 0; a < t; ++a) for (size_t b = 0; b <= a; ++b) parameters.push_back({c, a, b});
    auto const unit = [&](Parameter const& p) {
        MatrixXd e = MatrixXd::Zero(ix(t), ix(t));
        e(ix(p.a), ix(p.b)) = e(ix(p.b), ix(p.a)) = 1;
        return e;
    };
    std::vector<size_t> effect_of;
    for (size_t e = 0; e < m->effects.size(); ++e) if (m->effects[e].is_random()) effect_of.push_back(e);
    auto const residual = matrix(v.back());
    std::vector<MatrixXd> inverses;   // of each pattern
    for (auto const& p : m->patterns) inverses.push_back(m->residual_inverse(residual, p));

    // residuals' sums of squares and what is left on the right side, by pattern
    auto const n_parameters = parameters.size();
    std::vector<MatrixXd> squares;
    std::vector<std::vector<double>> left;
    for (auto const& p : m->patterns) {
        left.push_back(p.right);
        MatrixXd explained = MatrixXd::Zero(ix(t), ix(t)), quadratic = explained;
        m->each_entry([&](size_t row, size_t column, size_t k) {
            auto const w = p.weights[k];
            if (w == 0) return;
            for (size_t a = 0; a < t; ++a) {
                left.back()[row * t + a] -= w * theta[column * t + a];
                if (row != column) left.back()[column * t + a] -= w * theta[row * t + a];
                for (size_t b = 0; b < t; ++b) {
                    quadratic(ix(a), ix(b)) += w * theta[row * t + a] * theta[column * t + b];
                    if (row != column) quadratic(ix(a), ix(b)) += w * theta[column * t + a] * theta[row * t + b];
                }
            }
        });
        for (size_t n = 0; n < m->nodes; ++n)
            for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) explained(ix(a), ix(b)) += theta[n * t + a] * p.right[n * t + b];
        squares.push_back(p.squares - explained - explained.transpose() + quadratic);
    }

    // working variates: W' R^-1 q, and q' R^-1 q
    std::vector<std::vector<double>> worked(n_parameters, std::vector<double>(m->nodes * t, 0)), level_values(n_parameters);
    for (size_t i = 0; i < n_parameters; ++i) {
        auto const& parameter = parameters[i];
        if (parameter.component + 1 == v.size()) {
            for (size_t p = 0; p < m->patterns.size(); ++p) {
                MatrixXd const middle = inverses[p] * unit(parameter) * inverses[p];
                for (size_t n = 0; n < m->nodes; ++n)
                    for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) worked[i][n * t + a] += middle(ix(a), ix(b)) * left[p][n * t + b];
            }
            continue;
        }
        auto const e = effect_of[parameter.component];
        MatrixXd const change = unit(parameter) * matrix(v[parameter.component]).inverse();
        auto& u = level_values[i];
        u.assign(m->nodes * t, 0);
        for (size_t l = 0; l < m->effects[e].levels; ++l) {
            auto const n = m->node(e, l);
            for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) u[n * t + a] += change(ix(a), ix(b)) * theta[n * t + b];
        }
        for (size_t p = 0; p < m->patterns.size(); ++p) {
            auto const& inverse = inverses[p];
            m->each_entry([&](size_t row, size_t column, size_t k) {
                auto const w = m->patterns[p].weights[k];
                if (w == 0) return;
                for (size_t a = 0; a < t; ++a)
                    for (size_t b = 0; b < t; ++b) {
                        worked[i][row * t + a] += w * inverse(ix(a), ix(b)) * u[column * t + b];
                        if (row != column) worked[i][column * t + a] += w * inverse(ix(a), ix(b)) * u[row * t + b];
                    }
            });
        }
    }
    auto solved = worked;
    for (auto& s : solved) m->factor->solve(s);
    out.information.assign(n_parameters * n_parameters, 0);
    for (size_t i = 0; i < n_parameters; ++i)
        for (size_t j = 0; j <= i; ++j) {
            double direct = 0;
            auto const i_residual = parameters[i].component + 1 == v.size(), j_residual = parameters[j].component + 1 == v.size();
            if (i_residual && j_residual)
                for (size_t p = 0; p < m->patterns.size(); ++p)
                    direct += (inverses[p] * unit(parameters[i]) * inverses[p] * unit(parameters[j]) * inverses[p] * squares[p]).trace();
            else {   // one of them is of levels: its values times what the other worked on them
                auto const& values = i_residual ? level_values[j] : level_values[i];
                auto const& other = i_residual ? worked[i] : worked[j];
                for (size_t n = 0; n < values.size(); ++n) direct += values[n] * other[n];
            }
            for (size_t n = 0; n < worked[i].size(); ++n) direct -= worked[i][n] * solved[j][n];
            out.information[i * n_parameters + j] = out.information[j * n_parameters + i] = direct / 2;
        }

    m->factor->invert();
    std::vector<MatrixXd> expected;
    out.gradient.assign(n_parameters, 0);
    for (size_t c = 0; c + 1 < v.size(); ++c) {
        auto const e = effect_of[c];
        MatrixXd const inverse = matrix(v[c]).inverse(), sum = m->sum_over_kinship(e);
        auto const levels = static_cast<double>(m->effects[e].levels);
        out.expectation.push_back(covariance(sum / levels));
        for (size_t i = 0; i < n_parameters; ++i)
            if (parameters[i].component == c) out.gradient[i] = -0.5 * (levels * (inverse * unit(parameters[i])).trace() - (inverse * unit(parameters[i]) * inverse * sum).trace());
    }
    MatrixXd residual_sum = MatrixXd::Zero(ix(t), ix(t));
    double all = 0;
    for (size_t p = 0; p < m->patterns.size(); ++p) {
        auto const& pattern = m->patterns[p];
        MatrixXd uncertain = MatrixXd::Zero(ix(t), ix(t));
        m->each_entry([&](size_t row, size_t column, size_t k) {
            auto const w = pattern.weights[k];
            if (w == 0) return;
            auto const* const inverse = m->factor->entry(k);
            if (t == 1) { uncertain(0, 0) += (row == column ? w : 2 * w) * *inverse; return; }
            auto const high = m->factor->stride(column);
            for (auto const a : pattern.traits)
                for (auto const b : pattern.traits) {
                    auto const value = w * (row != column || a >= b ? inverse[b * high + a] : inverse[a * high + b]);
                    uncertain(ix(a), ix(b)) += value;
                    if (row != column) uncertain(ix(b), ix(a)) += value;
                }
        });
        auto const& inverse = inverses[p];
        MatrixXd const sum = squares[p] + uncertain;
        auto const n = static_cast<double>(pattern.records);
        for (size_t i = 0; i < n_parameters; ++i)
            if (parameters[i].component + 1 == v.size())
                out.gradient[i] += -0.5 * (n * (inverse * unit(parameters[i])).trace() - (inverse * unit(parameters[i]) * inverse * sum).trace());
        residual_sum += n * residual + residual * inverse * (sum - n * m->spread(m->part(residual, pattern), pattern)) * inverse * residual;
        all += n;
    }
    out.expectation.push_back(covariance(residual_sum / all));
    return out;
}

} // namespace osetra::breeding
