#include "breeding/engine/simulate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>

#include "breeding/engine/contributions.h"
#include "breeding/engine/inbreeding.h"
#include "breeding/engine/mates.h"
#include "kernel/splitmix.h"

namespace osetra::breeding {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::int32_t;
using std::size_t;
using Index = Eigen::Index;

Index ix(size_t i) { return static_cast<Index>(i); }
size_t at(int32_t i) { return static_cast<size_t>(i); }

/// The same numbers everywhere, normal ones by Box and Muller.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : m_state(seed * 0x9e3779b97f4a7c15U + 1) {}
    double part() { return (static_cast<double>(splitmix64(m_state) >> 11) + 0.5) * 0x1p-53; }
    size_t below(size_t n) { return std::min(n - 1, static_cast<size_t>(part() * static_cast<double>(n))); }
    double normal() { auto const length = std::sqrt(-2 * std::log(part())); return length * std::cos(6.283185307179586 * part()); }
    template <class T> void shuffle(std::vector<T>& all) { for (auto i = all.size(); i > 1; --i) std::swap(all[i - 1], all[below(i)]); }

private:
    std::uint64_t m_state;
};

/// A square root of a covariance that may be singular.
MatrixXd root_of(MatrixXd const& c) {
    Eigen::SelfAdjointEigenSolver<MatrixXd> const s(c);
    return s.eigenvectors() * s.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
}

/// Whole numbers that sum to `all`, as near to these shares as can be; the largest remainders first.
std::vector<int32_t> apportion(std::vector<double> const& share, int32_t all) {
    auto const whole = std::accumulate(share.begin(), share.end(), 0.0);
    std::vector<int32_t> out;
    std::vector<std::pair<double, size_t>> left;
    auto given = 0;
    for (size_t i = 0; i < share.size(); ++i) {
        auto const exact = share[i] / whole * all;
        out.push_back(static_cast<int32_t>(exact));
        given += out.back();
        left.emplace_back(-(exact - out.back()), i);
    }
    std::sort(left.begin(), left.end());
    for (size_t k = 0; given < all; ++k, ++given) ++out[left[k % left.size()].second];
    return out;
}

struct Born {   // what one replicate says of a generation
    double worth, deviation, inbreeding, coancestry, accuracy, parents;
    std::vector<double> traits;
};

class Replicate {
public:
    Replicate(Programme const& programme, BreedingGoal const& goal, std::uint64_t seed) : m_programme(programme), m_goal(goal), m_chance(seed), m_traits(goal.traits.size()) {
        MatrixXd const genetic = Eigen::Map<MatrixXd const>(goal.genetic.value.data(), ix(m_traits), ix(m_traits)), phenotypic = Eigen::Map<MatrixXd const>(goal.phenotypic.value.data(), ix(m_traits), ix(m_traits));
        m_genetic = root_of(genetic);
        m_residual = root_of(phenotypic - genetic);
        m_variances = {goal.genetic, goal.phenotypic};
        for (size_t i = 0; i < m_variances[1].value.size(); ++i) m_variances[1].value[i] -= goal.genetic.value[i];
        for (auto* v : {&m_variances[0], &m_variances[1]}) for (size_t t = 0; t < m_traits; ++t) (*v)(t, t) *= 1 + 1e-6;   // correlations of one stay solvable
    }

    Result<std::vector<Born>> run() {
        found();
        std::vector<Born> out{say(0, 0, m_programme.founder_sires + m_programme.founder_dams)};
        for (int32_t g = 1; g <= m_programme.generations; ++g) {
            auto const parents = OSETRA_TRY(choose());
            auto const plan = OSETRA_TRY(pair(parents));
            breed(plan, g);
            OSETRA_TRY(evaluate());
            auto said = say(parents.coancestry, accuracy(), static_cast<double>(parents.sire.size() + parents.dam.size()));
            out.push_back(std::move(said));
        }
        return out;
    }

private:
    struct Parents { std::vector<int32_t> sire, dam; std::vector<double> sire_share, dam_share; double coancestry = 0; };

    void add(int32_t sire, int32_t dam, bool male, int32_t generation) {
        auto const i = m_pedigree.size();
        m_pedigree.sire.push_back(sire);
        m_pedigree.dam.push_back(dam);
        VectorXd z(ix(m_traits));
        for (auto& x : z) x = m_chance.normal();
        VectorXd value = m_genetic * z;
        if (sire >= 0) {
            value *= std::sqrt(0.5 - 0.25 * (m_f[at(sire)] + m_f[at(dam)]));
            for (size_t t = 0; t < m_traits; ++t) value(ix(t)) += (m_value[at(sire) * m_traits + t] + m_value[at(dam) * m_traits + t]) / 2;
        }
        m_value.insert(m_value.end(), value.data(), value.data() + value.size());
        m_male.push_back(male);
        m_generation.push_back(generation);
        m_estimate.push_back(0);
        m_now.push_back(static_cast<int32_t>(i));
    }
    void found() {
        for (int32_t i = 0; i < m_programme.founder_sires + m_programme.founder_dams; ++i) add(-1, -1, i < m_programme.founder_sires, 0);
        m_f.assign(m_pedigree.size(), 0);
        measure();
    }
    /// Records of those born last: as many as are measured, by lot.
    void measure() {
        auto shown = m_now;
        m_chance.shuffle(shown);
        auto left = m_programme.measured;
        for (auto const i : shown) {
            if (left == 0) break;
            if (m_programme.females_only && m_male[at(i)]) continue;
            --left;
            VectorXd z(ix(m_traits));
            for (auto& x : z) x = m_chance.normal();
            VectorXd const chance = m_residual * z;
            m_record_of.push_back(i);
            for (size_t t = 0; t < m_traits; ++t) m_record.push_back(m_value[at(i) * m_traits + t] + chance(ix(t)));
        }
    }
    Result<Done> evaluate() {
        if (m_programme.way == Programme::Way::random || m_programme.way == Programme::Way::least_coancestry) return Done{};
        MixedModel model;
        model.traits = m_goal.traits;
        model.y.assign(m_traits, {});
        for (size_t r = 0; r < m_record_of.size(); ++r) for (size_t t = 0; t < m_traits; ++t) model.y[t].push_back(m_record[r * m_traits + t]);
        Effect mean{"mean", Effect::Kind::fixed, std::vector<int32_t>(m_record_of.size(), 0), {}, 1}, animal{"animal", Effect::Kind::additive, m_record_of, {}, m_pedigree.size()};
        model.effects = {std::move(mean), std::move(animal)};
        model.kinship_inverse = relationship_inverse(m_pedigree, m_f);
        model.is_parent.assign(m_pedigree.size(), 0);
        model.is_sire = model.is_parent;
        for (size_t i = 0; i < m_pedigree.size(); ++i) {
            if (m_pedigree.sire[i] < 0) continue;
            model.is_parent[at(m_pedigree.sire[i])] = model.is_sire[at(m_pedigree.sire[i])] = 1;
            model.is_parent[at(m_pedigree.dam[i])] = 1;
        }
        Equations equations(model);
        auto const solved = OSETRA_TRY(equations.solve(m_variances, false));
        for (size_t i = 0; i < m_pedigree.size(); ++i) {
            m_estimate[i] = 0;
            for (size_t t = 0; t < m_traits; ++t) m_estimate[i] += m_goal.worth[t] * solved.value[1][i * m_traits + t];
        }
        return Done{};
    }
    double worth(int32_t i) const {
        double sum = 0;
        for (size_t t = 0; t < m_traits; ++t) sum += m_goal.worth[t] * m_value[at(i) * m_traits + t];
        return sum;
    }
    double accuracy() const {
        double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (auto const i : m_now) { auto const a = m_estimate[at(i)], b = worth(i); ++n; x += a; y += b; xx += a * a; yy += b * b; xy += a * b; }
        auto const both = (xx - x * x / n) * (yy - y * y / n);
        return both > 0 ? (xy - x * y / n) / std::sqrt(both) : 0;
    }

    Result<Parents> choose() {
        std::vector<int32_t> males, females;
        for (auto const i : m_now) (m_male[at(i)] ? males : females).push_back(i);
        if (males.empty() || females.empty()) return refuse("programme_malformed", m_programme.name + ": a generation had one sex only. Rear more fish.", "offspring");
        Parents out;
        auto const way = m_programme.way;
        if (m_now.front() == 0) {   // founders: all of them
            out.sire = males;
            out.dam = females;
        } else if (way == Programme::Way::random || way == Programme::Way::truncation) {
            for (auto* sex : {&males, &females}) {
                m_chance.shuffle(*sex);   // so that equal ones are chosen by lot
                if (way == Programme::Way::truncation) std::stable_sort(sex->begin(), sex->end(), [&](int32_t a, int32_t b) { return m_estimate[at(a)] > m_estimate[at(b)]; });
            }
            males.resize(std::min(males.size(), at(m_programme.sires)));
            females.resize(std::min(females.size(), at(m_programme.dams)));
            out.sire = males;
            out.dam = females;
        } else return shares(std::move(males), std::move(females));
        out.sire_share.assign(out.sire.size(), 0.5 / static_cast<double>(out.sire.size()));
        out.dam_share.assign(out.dam.size(), 0.5 / static_cast<double>(out.dam.size()));
        out.coancestry = coancestry(out);
        return out;
    }
    /// Optimum contributions among the best candidates, or the least related of all families.
    Result<Parents> shares(std::vector<int32_t> males, std::vector<int32_t> females) {
        auto const optimum = m_programme.way == Programme::Way::optimum;
        Candidates c;
        auto const few = static_cast<int32_t>(std::min({males.size(), females.size(), at(m_programme.sires), at(m_programme.dams)}));
        auto const take = [&](std::vector<int32_t>& sex, int32_t group, int32_t keep) {
            m_chance.shuffle(sex);
            std::stable_sort(sex.begin(), sex.end(), [&](int32_t a, int32_t b) { return m_estimate[at(a)] > m_estimate[at(b)]; });
            std::vector<int32_t> of_family(m_pedigree.size(), 0);   // full sibs beyond a few are alike: the best of each dam suffice
            for (auto const i : sex) {
                if (of_family[at(m_pedigree.dam[at(i)])]++ >= 6) continue;
                c.animal.push_back(i);
                c.value.push_back(optimum ? m_estimate[at(i)] : 0);
                c.least.push_back(0);
                c.most.push_back(std::min(0.5, 4.0 / keep * 0.5));   // no parent gives more than four times its even share
                c.group.push_back(group);
            }
        };
        take(males, 0, m_programme.sires);
        take(females, 1, m_programme.dams);
        auto chosen = Result<Contributions>{refuse("cap_too_low", "", "")};
        if (optimum) chosen = optimum_contributions(m_pedigree, m_f, c, 2 * (m_coancestry + m_programme.most_inbreeding * (1 - m_coancestry)));
        if (!chosen && chosen.error().code == "cap_too_low") {   // as little as can be, from as many of each sex
            for (auto& most : c.most) most = 1;
            chosen = least_related_parents(m_pedigree, m_f, c, 2 * at(few));
        }
        if (!chosen) return tl::unexpected(chosen.error());
        Parents out;
        for (int32_t group = 0; group < 2; ++group) {
            std::vector<std::pair<double, int32_t>> best;
            for (size_t i = 0; i < c.animal.size(); ++i) if (c.group[i] == group && chosen->share[i] > 1e-6) best.emplace_back(-chosen->share[i], c.animal[i]);
            std::sort(best.begin(), best.end());
            best.resize(std::min(best.size(), at(group == 0 ? m_programme.sires : m_programme.dams)));
            double sum = 0;
            for (auto const& b : best) sum -= b.first;
            for (auto const& [share, animal] : best) {
                (group == 0 ? out.sire : out.dam).push_back(animal);
                (group == 0 ? out.sire_share : out.dam_share).push_back(-share / sum / 2);
            }
        }
        out.coancestry = coancestry(out);
        return out;
    }
    double coancestry(Parents const& parents) {
        std::vector<double> mendelian, x(m_pedigree.size(), 0);
        for (size_t i = 0; i < m_pedigree.size(); ++i) mendelian.push_back(mendelian_variance(m_pedigree, m_f, i));
        for (size_t i = 0; i < parents.sire.size(); ++i) x[at(parents.sire[i])] = parents.sire_share[i];
        for (size_t i = 0; i < parents.dam.size(); ++i) x[at(parents.dam[i])] = parents.dam_share[i];
        auto const ax = relationship_times(m_pedigree, mendelian, x);
        m_coancestry = std::inner_product(x.begin(), x.end(), ax.begin(), 0.0) / 2;
        return m_coancestry;
    }
    Result<MatingPlan> pair(Parents const& parents) {
        m_wish = {parents.sire, parents.dam, apportion(parents.sire_share, m_programme.families), apportion(parents.dam_share, m_programme.families), {}};
        return best_mates(m_pedigree, m_f, m_wish);
    }
    void breed(MatingPlan const& plan, int32_t generation) {
        m_now.clear();
        auto const families = plan.pairs.size(), all = at(m_programme.offspring);
        for (size_t k = 0; k < families; ++k)
            for (auto i = all * k / families; i < all * (k + 1) / families; ++i) add(m_wish.sire[plan.pairs[k].sire], m_wish.dam[plan.pairs[k].dam], m_chance.part() < 0.5, generation);
        m_f = inbreeding(m_pedigree);
        measure();
    }
    Born say(double coancestry, double accuracy, double parents) const {
        Born out{0, 0, 0, coancestry, accuracy, parents, std::vector<double>(m_traits, 0)};
        auto const n = static_cast<double>(m_now.size());
        double squares = 0;
        for (auto const i : m_now) {
            auto const w = worth(i);
            out.worth += w / n;
            squares += w * w / n;
            out.inbreeding += m_f[at(i)] / n;
            for (size_t t = 0; t < m_traits; ++t) out.traits[t] += m_value[at(i) * m_traits + t] / n;
        }
        out.deviation = std::sqrt(std::max(0.0, squares - out.worth * out.worth));
        return out;
    }

    Programme const& m_programme;
    BreedingGoal const& m_goal;
    Chance m_chance;
    size_t m_traits;
    MatrixXd m_genetic, m_residual;
    Variances m_variances;
    Pedigree m_pedigree;
    std::vector<double> m_f, m_value, m_record, m_estimate;
    std::vector<char> m_male;
    std::vector<int32_t> m_generation, m_now, m_record_of;
    MatingWish m_wish;
    double m_coancestry = 0;
};

Band band(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    auto const n = all.size();
    auto const part = [&](double q) {
        auto const where = q * static_cast<double>(n - 1);
        auto const low = static_cast<size_t>(where);
        return all[low] + (where - static_cast<double>(low)) * (all[std::min(low + 1, n - 1)] - all[low]);
    };
    return {std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(n), part(0.05), part(0.95)};
}

/// Of production fish, with the mothers there are in that generation.
double females_of(Programme const& p, int32_t generation) {
    auto const with_w = [](std::vector<double> const& sexes) { return sexes[1] + sexes[2]; };
    if (p.sexes == Programme::Sexes::usual || generation < p.sexes_from) return with_w(offspring_sexes(1, 0));
    if (generation == p.sexes_from) return with_w(p.sexes == Programme::Sexes::neo_males ? offspring_sexes(1, 1) : gynogenetic_sexes(1));
    return with_w(offspring_sexes(2, 0));
}

std::optional<Refusal> malformed(Programme const& p, int32_t replicates) {
    auto const no = [&](std::string what, std::string field) { return Refusal{"programme_malformed", p.name + ": " + std::move(what), std::move(field)}; };
    if (p.generations < 1 || p.generations > 200) return no("a programme has from 1 to 200 generations.", "generations");
    if (p.founder_sires < 1 || p.founder_dams < 1) return no("founders are at least one of each sex.", "founder_sires");
    if (p.sires < 1 || p.dams < 1) return no("at least one of each sex is kept.", "sires");
    if (p.families < 1 || p.families > 5'000) return no("a generation has from 1 to 5000 families.", "families");
    if (p.families < std::max({p.dams, p.founder_dams, p.sires, p.founder_sires})) return no("every parent needs a family: raise families, or keep fewer.", "families");
    if (p.offspring < 2 * p.families || p.offspring > 200'000) return no("of each family at least two are reared, and at most 200000 in all.", "offspring");
    if (p.measured < 1) return no("somebody has to be measured.", "measured");
    if (!(p.sire_age > 0) || !(p.dam_age > 0)) return no("ages are above nought.", "sire_age");
    if (!(p.most_inbreeding > 0 && p.most_inbreeding < 1)) return no("the rate of inbreeding is between 0 and 1.", "most_inbreeding");
    if (replicates < 1 || replicates > 10'000) return no("from 1 to 10000 replicates.", "replicates");
    return std::nullopt;
}

} // namespace

std::vector<double> offspring_sexes(SexChromosomes mother, SexChromosomes father) {
    auto const w = [](SexChromosomes parent) { return parent / 2.0; };   // chance that a gamete carries W
    auto const m = w(mother), f = w(father);
    return {(1 - m) * (1 - f), m * (1 - f) + f * (1 - m), m * f};
}
std::vector<double> gynogenetic_sexes(SexChromosomes mother) {
    if (mother == 1) return {0.19, 0.59, 0.22};
    return mother == 0 ? std::vector<double>{1, 0, 0} : std::vector<double>{0, 0, 1};
}

Result<ProgrammeOutcome> simulate(Programme const& programme, BreedingGoal const& goal, int32_t replicates, std::uint64_t seed) {
    if (auto no = malformed(programme, replicates)) return tl::unexpected(*no);
    OSETRA_TRY(economic_index(goal));   // whether the goal can be
    std::vector<std::vector<Born>> all;
    for (int32_t r = 0; r < replicates; ++r) all.push_back(OSETRA_TRY(Replicate(programme, goal, seed * 1'000'003 + static_cast<std::uint64_t>(r)).run()));
    ProgrammeOutcome out{programme.name, {}};
    for (int32_t g = 0; g <= programme.generations; ++g) {
        auto const of = [&](auto what) { std::vector<double> values; for (auto const& run : all) values.push_back(what(run[at(g)], run[0])); return band(std::move(values)); };
        GenerationOutcome o;
        o.generation = g;
        o.year = g * (programme.sire_age + programme.dam_age) / 2;
        o.worth = of([](Born const& b, Born const& first) { return b.worth - first.worth; });
        for (size_t t = 0; t < goal.traits.size(); ++t) o.traits.push_back(of([t](Born const& b, Born const& first) { return b.traits[t] - first.traits[t]; }));
        o.genetic_deviation = of([](Born const& b, Born const&) { return b.deviation; });
        o.inbreeding = of([](Born const& b, Born const&) { return b.inbreeding; });
        o.coancestry = of([](Born const& b, Born const&) { return b.coancestry; });
        o.accuracy = of([](Born const& b, Born const&) { return b.accuracy; });
        o.parents = of([](Born const& b, Born const&) { return b.parents; });
        o.females = females_of(programme, g);
        if (g > 0) o.cost = out.generations.back().cost + programme.fixed_cost + programme.family_cost * programme.families + programme.fish_cost * programme.offspring + programme.record_cost * std::min(programme.measured, programme.offspring);
        out.generations.push_back(std::move(o));
    }
    return out;
}

} // namespace osetra::breeding
