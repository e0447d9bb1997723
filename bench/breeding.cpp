// Exact evaluation at size: processor seconds of inbreeding, the inverse of the relationship matrix, breeding values with reliabilities, and REML.
//   breeding_bench [fish|dairy] ANIMALS [--reml | --three-traits | --kinship | --write FOLDER]
//   breeding_bench mates DAMS [--write FOLDER]     (half as many sires)
// --write: what is worked on as pedigree.csv, records.csv and kinship.csv (of sires by dams), for the programs of others.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <malloc.h>
#include <numeric>
#include <random>

#include "breeding/engine/contributions.h"
#include "breeding/engine/mates.h"
#include "breeding/engine/mixed_model.h"
#include "breeding/engine/wide_algebra.h"
#include "measure.h"

namespace {

using namespace osetra::breeding;

double uniform(std::mt19937_64& r) { return (static_cast<double>(r() >> 11) + 0.5) * 0x1p-53; }
double normal(std::mt19937_64& r) { return std::sqrt(-2 * std::log(uniform(r))) * std::cos(6.283185307179586 * uniform(r)); }

/// Ten generations of n / 10, 200 sires and 400 dams each, kept at random.
Pedigree fish(std::size_t n, std::mt19937_64& random) {
    Pedigree p;
    auto const generation = n / 10;
    for (std::size_t i = 0; i < n; ++i) {
        if (i < generation) { p.sire.push_back(-1); p.dam.push_back(-1); continue; }
        auto const before = (i / generation - 1) * generation;
        auto const dam = random() % 400, mate = random() % 3;   // a dam meets a few sires
        p.sire.push_back(static_cast<std::int32_t>(before + 400 + (dam * 7 + mate * 31) % 200));
        p.dam.push_back(static_cast<std::int32_t>(before + dam));
    }
    return p;
}

/// Overlapping generations: one animal in a thousand a sire, half of the females dams, mated at random within a window.
Pedigree dairy(std::size_t n, std::mt19937_64& random) {
    Pedigree p;
    auto const window = n / 8;
    std::vector<std::int32_t> sires, dams;
    for (std::size_t i = 0; i < n; ++i) {
        auto const pick = [&](std::vector<std::int32_t> const& from) -> std::int32_t {
            for (int k = 0; k < 40; ++k) {
                if (from.empty()) break;
                auto const recent = std::min(from.size(), from.size() * window / std::max<std::size_t>(i, 1) + 1);
                return from[from.size() - 1 - random() % recent];
            }
            return -1;
        };
        if (i < n / 20) { p.sire.push_back(-1); p.dam.push_back(-1); }
        else { p.sire.push_back(pick(sires)); p.dam.push_back(pick(dams)); }
        if (i % 1000 == 0) sires.push_back(static_cast<std::int32_t>(i));
        else if (i % 2 == 1 && random() % 2 == 0) dams.push_back(static_cast<std::int32_t>(i));
    }
    return p;
}

void write_pedigree(std::string const& folder, Pedigree const& p) {
    std::ofstream out{folder + "/pedigree.csv"};
    out << "id,sire,dam\n";
    for (std::size_t i = 0; i < p.sire.size(); ++i) out << i + 1 << ',' << p.sire[i] + 1 << ',' << p.dam[i] + 1 << '\n';   // 0: not known
}

void write_records(std::string const& folder, MixedModel const& model) {
    std::ofstream out{folder + "/records.csv"};
    out << "id,group,pool,y\n";
    for (std::size_t i = 0; i < model.records(); ++i) out << i + 1 << ',' << model.effects[0].level[i] + 1 << ',' << model.effects[1].level[i] + 1 << ',' << model.y[0][i] << '\n';
}

/// Half the relationship of each sire with each dam.
void write_kinship(std::string const& folder, Pedigree const& p, std::vector<double> const& f, MatingWish const& wish) {
    std::vector<double> mendelian(p.sire.size());
    for (std::size_t i = 0; i < mendelian.size(); ++i) mendelian[i] = mendelian_variance(p, f, i);
    std::ofstream out{folder + "/kinship.csv"};
    out.precision(17);
    for (auto const sire : wish.sire) {
        std::vector<double> unit(p.sire.size(), 0);
        unit[static_cast<std::size_t>(sire)] = 1;
        auto const related = relationship_times(p, mendelian, std::move(unit));
        for (std::size_t d = 0; d < wish.dam.size(); ++d) out << (d ? "," : "") << related[static_cast<std::size_t>(wish.dam[d])] / 2;
        out << '\n';
    }
}

} // namespace

int main(int argc, char** argv) {
    begin_with_wide_algebra(argv);
    mallopt(M_MMAP_MAX, 0);   // as `osetra breed` does: what was given back is taken again without being cleared anew
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    auto const kind = argc > 1 ? argv[1] : "fish";
    auto const n = static_cast<std::size_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000);
    auto const with_reml = argc > 3 && std::strcmp(argv[3], "--reml") == 0, three = argc > 3 && std::strcmp(argv[3], "--three-traits") == 0;
    if (std::strcmp(kind, "fish") == 0 && n < 6'000) { std::printf("fish: 6000 at least, six hundred parents in each of ten generations\n"); return 2; }
    auto const* const write = argc > 4 && std::strcmp(argv[3], "--write") == 0 ? argv[4] : nullptr;
    std::mt19937_64 random{1};
    auto const p = std::strcmp(kind, "dairy") == 0 ? dairy(n, random) : fish(std::strcmp(kind, "mates") == 0 ? 50'000 : n, random);
    auto clock = osetra::bench::thread_ms() / 1000;
    auto const lap = [&](char const* what) {
        auto const now = osetra::bench::thread_ms() / 1000;
        std::printf("{\"kind\":\"%s\",\"animals\":%zu,\"measure\":\"%s\",\"processor_s\":%.3f,\"resident_mb\":%ld}\n", kind, n, what, now - clock, osetra::bench::resident_mb());
        std::fflush(stdout);
        clock = osetra::bench::thread_ms() / 1000;
    };
    if (write) write_pedigree(write, p);
    auto const f = inbreeding(p);
    lap("inbreeding");
    if (std::strcmp(kind, "mates") == 0) {   // the last dams, and half as many sires
        MatingWish wish;
        for (std::size_t i = 0; i < n; ++i) { wish.dam.push_back(static_cast<std::int32_t>(p.size() - 1 - i)); wish.dam_matings.push_back(1); }
        for (std::size_t i = 0; i < n / 2; ++i) { wish.sire.push_back(static_cast<std::int32_t>(p.size() - 1 - n - i)); wish.sire_matings.push_back(2); }
        if (write) { write_kinship(write, p, f, wish); return 0; }
        auto const plan = best_mates(p, f, wish);
        lap("mates");
        if (plan) std::printf("{\"total\":%.9g,\"bound\":%.9g}\n", plan->total, plan->bound);
        return plan ? 0 : 1;
    }
    MixedModel model;
    model.kinship_inverse = relationship_inverse(p, f);
    lap("inverse of the relationship matrix");
    if (argc > 3 && std::strcmp(argv[3], "--kinship") == 0) return 0;
    // one record each: genetic 0.3, pool 0.1, residual 0.6
    std::vector<double> value(n), pool(std::clamp<std::size_t>(n / 1'000, 10, 2'000));   // a thousand fish a pool
    for (auto& x : pool) x = normal(random) * std::sqrt(0.1);
    model.traits = {"y"};
    model.y.resize(1);
    Effect group{"group", Effect::Kind::fixed, {}, {}, 10}, of_pool{"pool", Effect::Kind::random, {}, {}, pool.size()}, animal{"animal", Effect::Kind::additive, {}, {}, n};
    model.is_parent.assign(n, 0);
    model.is_sire.assign(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        auto const own = mendelian_variance(p, f, i);
        model.log_kinship += std::log(own);
        auto mean = 0.0;
        if (p.sire[i] >= 0) { mean += value[static_cast<std::size_t>(p.sire[i])] / 2; model.is_parent[static_cast<std::size_t>(p.sire[i])] = model.is_sire[static_cast<std::size_t>(p.sire[i])] = 1; }
        if (p.dam[i] >= 0) { mean += value[static_cast<std::size_t>(p.dam[i])] / 2; model.is_parent[static_cast<std::size_t>(p.dam[i])] = 1; }
        value[i] = mean + normal(random) * std::sqrt(0.3 * own);
        auto const where = random() % pool.size();
        group.level.push_back(static_cast<std::int32_t>(i * 10 / n));
        of_pool.level.push_back(static_cast<std::int32_t>(where));
        animal.level.push_back(static_cast<std::int32_t>(i));
        model.y[0].push_back(value[i] + pool[where] + normal(random) * std::sqrt(0.6));
    }
    model.effects = {group, of_pool, animal};
    if (write) { write_records(write, model); return 0; }
    if (three) {   // two more, like the first and missing in three of ten records
        model.traits = {"y", "z", "w"};
        for (int trait = 1; trait < 3; ++trait) {
            auto other = model.y[0];
            for (auto& y : other) y = uniform(random) < 0.3 ? std::nan("") : 0.6 * y + 0.8 * normal(random);
            model.y.push_back(std::move(other));
        }
    }
    lap("making records, not counted");
    Equations equations(model);
    lap("equations");
    if (three) {
        auto const alike = [](double v) { auto c = Covariance::diagonal(3, v); for (std::size_t i = 0; i < 9; ++i) if (i % 4) c.value[i] = v / 2; return c; };
        int rounds = 0;
        auto const iterated = equations.iterate({alike(0.1), alike(0.3), alike(0.6)}, 1e-8, [&](int round, double) { rounds = round; });
        lap("three traits by conjugate gradients");
        std::printf("{\"rounds\":%d}\n", rounds);
        return iterated ? 0 : 1;
    }
    auto const one = [](double v) { return Covariance::diagonal(1, v); };
    auto const solution = equations.solve({one(0.1), one(0.3), one(0.6)}, true);
    lap("breeding values and reliabilities of all");
    if (!solution) { std::printf("%s\n", solution.error().message.c_str()); return 1; }
    if (!with_reml) return 0;
    auto const fit = reml(equations, {one(0.33), one(0.33), one(0.33)});
    lap("REML with standard errors");
    if (!fit) { std::printf("%s\n", fit.error().message.c_str()); return 1; }
    std::printf("{\"rounds\":%d,\"pool\":%.4f,\"animal\":%.4f,\"residual\":%.4f,\"errors\":[%.4f,%.4f,%.4f]}\n", fit->rounds, fit->variance[0](0, 0), fit->variance[1](0, 0), fit->variance[2](0, 0),
                std::sqrt(fit->covariance[0]), std::sqrt(fit->covariance[4]), std::sqrt(fit->covariance[8]));
    return 0;
}
