#include "breeding/engine/genomic.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <cblas.h>

extern "C" {   // LAPACK, which OpenBLAS brings
void dpotrf_(char const* uplo, int const* n, double* a, int const* lda, int* info);
void dpotri_(char const* uplo, int const* n, double* a, int const* lda, int* info);
}

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;

size_t at(int32_t i) { return static_cast<size_t>(i); }

/// One block of variants after another, times itself, summed into the lower half.
class Products {
public:
    explicit Products(size_t n) : m_n(n), m_single(n >= 4'000), m_most(std::clamp<size_t>((size_t{160} << 20) / (4 * n), 64, 8'192)) {
        m_sum.assign(n * n, 0);
        (m_single ? m_float.resize(m_most * n) : m_double.resize(m_most * n));
        openblas_set_num_threads(1);
    }

    void put(size_t animal, double x) {   // of the variant that is next
        if (m_single) m_float[m_filled * m_n + animal] = static_cast<float>(x);
        else m_double[m_filled * m_n + animal] = x;
    }
    void next() { if (++m_filled == m_most) add(); }
    Dense take(double divisor) {
        add();
        for (size_t i = 0; i < m_n; ++i)
            for (size_t j = 0; j <= i; ++j) m_sum[i * m_n + j] = m_sum[j * m_n + i] = m_sum[i * m_n + j] / divisor;
        return {m_n, std::move(m_sum)};
    }

private:
    void add() {
        auto const n = static_cast<int>(m_n), variants = static_cast<int>(m_filled);
        if (variants && m_single) in_single(n, variants);
        else if (variants) cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, n, variants, 1, m_double.data(), n, 1, m_sum.data(), n);
        m_filled = 0;
    }
    void in_single(int n, int variants) {
        constexpr size_t high = 1'024;   // rows of the sum at a time
        m_part.resize(high * m_n);
        for (size_t from = 0; from < m_n; from += high) {
            auto const rows = std::min(high, m_n - from), columns = from + rows;
            cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<int>(rows), static_cast<int>(columns), variants, 1, m_float.data() + from, n, m_float.data(), n, 0, m_part.data(), static_cast<int>(columns));
            for (size_t i = 0; i < rows; ++i)
                for (size_t j = 0; j <= from + i; ++j) m_sum[(from + i) * m_n + j] += static_cast<double>(m_part[i * columns + j]);
        }
    }

    size_t m_n;
    bool m_single;
    size_t m_most, m_filled = 0;
    std::vector<double> m_sum, m_double;   // blocks: variants by animals
    std::vector<float> m_float, m_part;
};

/// Animals and all their ancestors, parents first.
std::vector<int32_t> with_ancestors(Descent const& d, std::vector<int32_t> const& animals) {
    std::vector<char> in(d.sire.size(), 0);
    for (auto const a : animals) in[at(a)] = 1;
    std::vector<int32_t> out;
    for (auto i = in.size(); i-- > 0;) {
        if (!in[i]) continue;
        out.push_back(static_cast<int32_t>(i));
        for (auto const parent : {d.sire[i], d.dam[i]}) if (parent >= 0) in[at(parent)] = 1;
    }
    std::reverse(out.begin(), out.end());
    return out;
}

} // namespace

Result<GenomicMatrix> genomic_matrix(Genotypes& source, std::vector<size_t> const& keep, GenomicWish const& wish, std::function<void(size_t)> const& tell) {
    auto const n = keep.size(), all = source.animals();
    GenomicMatrix out;
    Products products(n);
    std::vector<float> read;
    std::vector<char> called(n, 0);
    double divisor = 0, not_called = 0;
    size_t done = 0;
    for (;;) {
        auto const got = OSETRA_TRY(source.read(std::clamp<size_t>((size_t{160} << 20) / (4 * all), 1, 1'024), read));
        if (!got) break;
        done += got;
        for (size_t v = 0; v < got; ++v) {
            auto const* from = read.data() + v * all;
            double sum = 0;
            size_t known = 0;
            for (size_t i = 0; i < n; ++i) {
                auto const x = from[keep[i]];
                auto const is = x == x;
                sum += is ? static_cast<double>(x) : 0;
                known += is;
                called[i] |= is;
            }
            auto const copies = static_cast<double>(source.copies());
            if (!known || static_cast<double>(n - known) > wish.most_missing * static_cast<double>(n)) { ++out.too_few_called; continue; }
            auto const mean = sum / static_cast<double>(known), p = mean / copies, variance = mean * (1 - p);
            if (!(variance > 1e-12)) { ++out.same_in_all; continue; }
            if (std::min(p, 1 - p) < wish.least_frequency) { ++out.too_rare; continue; }
            auto const scale = wish.each_alike ? 1 / std::sqrt(variance) : 1;
            for (size_t i = 0; i < n; ++i) {
                auto const x = from[keep[i]];
                products.put(i, x == x ? (static_cast<double>(x) - mean) * scale : 0);
            }
            products.next();
            divisor += wish.each_alike ? 1 : variance;
            not_called += static_cast<double>(n - known);
            ++out.variants;
        }
        if (tell) tell(done);
    }
    if (!out.variants) return refuse("variants_none", "No variant differs between these animals, of " + std::to_string(done) + ".", "genotypes");
    for (size_t i = 0; i < n; ++i) if (!called[i]) return refuse("animal_not_called", "Not one genotype of " + source.ids()[keep[i]].substr(0, 80) + " was called. Leave it out.", source.ids()[keep[i]].substr(0, 80));
    out.share_not_called = not_called / (static_cast<double>(n) * static_cast<double>(out.variants));
    out.g = products.take(divisor);
    return out;
}

Descent Descent::of(Pedigree const& p, std::vector<double> const& f) {
    Descent out{p.sire, p.dam, std::vector<double>(p.size(), 0.5), std::vector<double>(p.size(), 0.5), {}};
    for (size_t i = 0; i < p.size(); ++i) out.mendelian.push_back(mendelian_variance(p, f, i));
    return out;
}

Descent Descent::of(Origins const& o, PolyploidRelationship const& r) {
    Descent out{o.sire, o.dam, {}, {}, r.mendelian};
    for (size_t i = 0; i < o.sire.size(); ++i) {
        auto const share = [&](int32_t parent, int copies) { return parent < 0 ? 0 : copies / static_cast<double>(o.sire_copies[i] + o.dam_copies[i]) * std::sqrt(static_cast<double>(o.ploidy[i]) / o.ploidy[at(parent)]); };
        out.from_sire.push_back(share(o.sire[i], o.sire_copies[i]));
        out.from_dam.push_back(share(o.dam[i], o.dam_copies[i]));
    }
    return out;
}

Dense relationships_among(Descent const& d, std::vector<int32_t> const& animals) {
    auto const line = with_ancestors(d, animals);
    auto const n = animals.size(), size = line.size();
    std::vector<int32_t> place(d.sire.size(), -1);
    for (size_t i = 0; i < size; ++i) place[at(line[i])] = static_cast<int32_t>(i);
    struct Step { int32_t sire, dam; double from_sire, from_dam, own; };
    std::vector<Step> steps;
    for (auto const a : line) steps.push_back({d.sire[at(a)] < 0 ? -1 : place[at(d.sire[at(a)])], d.dam[at(a)] < 0 ? -1 : place[at(d.dam[at(a)])], d.from_sire[at(a)], d.from_dam[at(a)], d.mendelian[at(a)]});
    Dense out{n, std::vector<double>(n * n)};
    std::vector<double> x(size);
    for (size_t k = 0; k < n; ++k) {
        std::fill(x.begin(), x.end(), 0);
        auto const top = at(place[at(animals[k])]);
        x[top] = 1;
        for (auto i = top + 1; i-- > 0;) {
            if (x[i] == 0) continue;
            auto const& s = steps[i];
            if (s.sire >= 0) x[at(s.sire)] += s.from_sire * x[i];
            if (s.dam >= 0) x[at(s.dam)] += s.from_dam * x[i];
            x[i] *= s.own;
        }
        for (size_t i = 0; i < size; ++i) {
            auto const& s = steps[i];
            if (s.sire >= 0) x[i] += s.from_sire * x[at(s.sire)];
            if (s.dam >= 0) x[i] += s.from_dam * x[at(s.dam)];
        }
        for (size_t j = 0; j < n; ++j) out(k, j) = x[at(place[at(animals[j])])];
    }
    return out;
}

void blend(Dense& g, Dense const* a22, Blend const& wish) {
    auto const n = g.size;
    if (wish.tuned && a22 && n > 1) {
        auto const means = [n](Dense const& m) {
            double diagonal = 0, all = 0;
            for (size_t i = 0; i < n; ++i) diagonal += m(i, i);
            for (auto const x : m.value) all += x;
            auto const count = static_cast<double>(n);
            return std::pair{diagonal / count, (all - diagonal) / (count * (count - 1))};
        };
        auto const [g_own, g_other] = means(g);
        auto const [a_own, a_other] = means(*a22);
        auto const slope = (a_own - a_other) / (g_own - g_other), base = a_own - slope * g_own;
        for (auto& x : g.value) x = base + slope * x;
    }
    for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j) g(i, j) = (1 - wish.weight) * g(i, j) + wish.weight * (a22 ? (*a22)(i, j) : i == j ? 1 : 0);
}

Result<double> invert(Dense& m) {
    openblas_set_num_threads(1);
    auto const n = static_cast<int>(m.size);
    int info = 0;
    dpotrf_("U", &n, m.value.data(), &n, &info);   // the lower half by rows is the upper by columns
    double log_determinant = 0;
    for (size_t i = 0; i < m.size && info == 0; ++i) {
        log_determinant += 2 * std::log(m(i, i));
        if (!(m(i, i) > 1e-7)) info = static_cast<int>(i) + 1;
    }
    if (info == 0) dpotri_("U", &n, m.value.data(), &n, &info);
    if (info != 0) return refuse("genomic_singular", "The genomic matrix has no inverse: animals may be genotyped twice under two names, or there are fewer variants than animals. Blend more of the other matrix in (--blend 0.05).", "genotypes");
    for (size_t i = 0; i < m.size; ++i) for (size_t j = 0; j < i; ++j) m(j, i) = m(i, j);
    return log_determinant;
}

Result<Relationship> genomic_relationship(Dense g) {
    Relationship out;
    for (size_t i = 0; i < g.size; ++i) out.own.push_back(g(i, i));
    out.log_determinant = OSETRA_TRY(invert(g));
    out.together.assign(g.size, 1);
    out.inverse.start.push_back(0);
    for (size_t i = 0; i < g.size; ++i) {
        for (size_t j = 0; j <= i; ++j) { out.inverse.column.push_back(static_cast<int32_t>(j)); out.inverse.value.push_back(g(i, j)); }
        out.inverse.start.push_back(out.inverse.column.size());
    }
    return out;
}

Result<Relationship> single_step(Pedigree const& p, Relationship whole, std::vector<int32_t> const& genotyped, Dense g, Dense a22) {
    Relationship out;
    out.f = std::move(whole.f);
    out.log_determinant = whole.log_determinant + OSETRA_TRY(invert(g));
    out.log_determinant -= OSETRA_TRY(invert(a22));
    for (size_t k = 0; k < g.value.size(); ++k) g.value[k] -= a22.value[k];
    a22 = {};
    std::vector<int32_t> row_of(p.size(), -1), order(genotyped.size());
    for (size_t k = 0; k < genotyped.size(); ++k) row_of[at(genotyped[k])] = static_cast<int32_t>(k);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return genotyped[at(a)] < genotyped[at(b)]; });
    out.inverse.start.push_back(0);
    out.together.assign(p.size(), 0);
    auto const& w = whole.inverse;
    for (size_t i = 0; i < p.size(); ++i) {
        auto k = w.start[i];
        if (row_of[i] >= 0) {   // two sorted lists of columns become one
            out.together[i] = 1;
            for (auto const o : order) {
                auto const column = genotyped[at(o)];
                if (column > static_cast<int32_t>(i)) break;
                for (; w.column[k] < column; ++k) { out.inverse.column.push_back(w.column[k]); out.inverse.value.push_back(w.value[k]); }
                auto value = g(at(row_of[i]), at(o));
                if (w.column[k] == column) value += w.value[k++];
                out.inverse.column.push_back(column);
                out.inverse.value.push_back(value);
                if (k == w.start[i + 1]) break;   // the diagonal
            }
        }
        for (; k < w.start[i + 1]; ++k) { out.inverse.column.push_back(w.column[k]); out.inverse.value.push_back(w.value[k]); }
        out.inverse.start.push_back(out.inverse.column.size());
    }
    // what each has with itself: the inverse of that, as equations without records have it
    MixedModel alone;
    alone.traits = {"own"};
    alone.y.resize(1);
    alone.kinship_inverse = out.inverse;
    alone.is_parent = out.together;
    alone.is_sire = out.together;
    for (size_t i = 0; i < p.size(); ++i) for (auto const parent : {p.sire[i], p.dam[i]}) if (parent >= 0) alone.is_parent[at(parent)] = 1;
    alone.effects.push_back({"own", Effect::Kind::additive, {}, {}, p.size()});
    auto const solution = OSETRA_TRY(Equations(alone).solve({Covariance::diagonal(1, 1), Covariance::diagonal(1, 1)}, true));
    out.own = solution.error_variance[0];
    return out;
}

Result<Relationship> single_step(Pedigree const& p, std::vector<double> const& f, std::vector<int32_t> const& genotyped, Dense g, Blend const& wish) {
    auto const descent = Descent::of(p, f);
    Relationship whole;
    whole.inverse = relationship_inverse(p, f);
    for (auto const m : descent.mendelian) whole.log_determinant += std::log(m);
    auto a22 = relationships_among(descent, genotyped);
    blend(g, &a22, wish);
    return single_step(p, std::move(whole), genotyped, std::move(g), std::move(a22));
}

Result<GenotypedAnimals> genotyped_animals(std::vector<std::string> const& names, Pedigree const& p) {
    std::unordered_map<std::string_view, int32_t> places;
    for (size_t i = 0; i < p.size(); ++i) places.emplace(p.id[i], static_cast<int32_t>(i));
    GenotypedAnimals out;
    std::vector<char> seen(p.size(), 0);
    for (size_t i = 0; i < names.size(); ++i) {
        auto const found = places.find(names[i]);
        if (found == places.end()) { out.strangers.push_back(names[i]); continue; }
        if (std::exchange(seen[at(found->second)], 1)) return refuse("genotype_id_twice", "The animal " + names[i].substr(0, 80) + " is there twice. Leave one of its samples out.", names[i].substr(0, 80));
        out.keep.push_back(i);
        out.place.push_back(found->second);
    }
    return out;
}

double genomic_bytes(size_t genotyped, bool with_pedigree) {
    auto const n = static_cast<double>(genotyped), pairs = n * n;
    return (with_pedigree ? 16 : 8) * pairs + 40 * pairs;   // matrices whole; then rows, equations' entries and the factor, halves each
}

} // namespace osetra::breeding
