#include "breeding/engine/inbreeding.h"

#include <algorithm>

#include "breeding/engine/ancestors.h"

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;

} // namespace

double mendelian_variance(Pedigree const& p, std::vector<double> const& f, size_t i) {
    auto const s = p.sire[i], d = p.dam[i];
    auto const of = [&](int32_t parent) { return f[static_cast<size_t>(parent)]; };
    if (s < 0 && d < 0) return 1;
    if (s >= 0 && d >= 0) return 0.5 - 0.25 * (of(s) + of(d));
    return 0.75 - 0.25 * of(s >= 0 ? s : d);
}

std::vector<double> inbreeding(Pedigree const& p) {
    auto const n = p.size();
    // parents alone, in the same order
    std::vector<int32_t> small(n, -1);
    for (size_t i = 0; i < n; ++i)
        for (auto const parent : {p.sire[i], p.dam[i]}) if (parent >= 0) small[static_cast<size_t>(parent)] = 0;
    std::vector<int32_t> sire, dam;
    auto const in_small = [&](int32_t animal) { return animal < 0 ? -1 : small[static_cast<size_t>(animal)]; };
    for (size_t i = 0; i < n; ++i) {
        if (small[i] < 0) continue;
        small[i] = static_cast<int32_t>(sire.size());
        sire.push_back(in_small(p.sire[i]));
        dam.push_back(in_small(p.dam[i]));
    }
    auto const parents = sire.size();
    std::vector<double> f(n, 0), f_small(parents, 0);
    // every animal with two parents, by its sire
    Groups const by_sire(parents, n, [&](size_t i) { return p.dam[i] < 0 ? -1 : in_small(p.sire[i]); });
    Ancestors ancestors(parents);
    std::vector<double> own(parents + 1, 0), shared(parents + 1, 0);   // one more, always nought, for parents that are not known
    auto const slot = [&](int32_t animal) { return animal < 0 ? parents : static_cast<size_t>(animal); };
    auto const variance = [&](size_t i) {
        auto const s = sire[i], d = dam[i];
        if (s < 0 && d < 0) return 1.0;
        if (s >= 0 && d >= 0) return 0.5 - 0.25 * (f_small[static_cast<size_t>(s)] + f_small[static_cast<size_t>(d)]);
        return 0.75 - 0.25 * f_small[static_cast<size_t>(s >= 0 ? s : d)];
    };
    std::vector<int32_t> of_sire;
    for (size_t s = 0; s < parents; ++s) {
        if (by_sire.start[s] == by_sire.start[s + 1]) continue;
        ancestors.add(static_cast<int32_t>(s));
        of_sire = ancestors.walk(sire, dam);
        own[s] = 1;
        for (auto const a : of_sire) {   // the share of each ancestor in him
            auto const i = static_cast<size_t>(a);
            auto const half = own[i] / 2;
            if (sire[i] >= 0) own[slot(sire[i])] += half;
            if (dam[i] >= 0) own[slot(dam[i])] += half;
            own[i] *= variance(i);
        }
        for (auto k = by_sire.start[s]; k < by_sire.start[s + 1]; ++k) ancestors.add(in_small(p.dam[static_cast<size_t>(by_sire.member[k])]));
        auto const& of_mates = ancestors.walk(sire, dam);
        for (auto k = of_mates.size(); k-- > 0;) {   // relationship of him with each of them
            auto const i = static_cast<size_t>(of_mates[k]);
            shared[i] = own[i] + (shared[slot(sire[i])] + shared[slot(dam[i])]) / 2;
        }
        for (auto k = by_sire.start[s]; k < by_sire.start[s + 1]; ++k) {
            auto const i = static_cast<size_t>(by_sire.member[k]);
            f[i] = shared[slot(in_small(p.dam[i]))] / 2;
            if (small[i] >= 0) f_small[static_cast<size_t>(small[i])] = f[i];
        }
        for (auto const a : of_sire) own[static_cast<size_t>(a)] = 0;
    }
    return f;
}

LowerRows relationship_inverse(Pedigree const& p, std::vector<double> const& f, ParentGroups const& groups) {
    auto const animals = p.size(), n = animals + groups.count;
    auto sire = p.sire, dam = p.dam;   // groups stand in for parents that are not known
    for (size_t i = 0; i < animals && groups.count; ++i) {
        if (sire[i] < 0 && groups.of_sire[i] >= 0) sire[i] = static_cast<int32_t>(animals) + groups.of_sire[i];
        if (dam[i] < 0 && groups.of_dam[i] >= 0) dam[i] = static_cast<int32_t>(animals) + groups.of_dam[i];
    }
    sire.resize(n, -1);
    dam.resize(n, -1);
    LowerRows out;
    out.start.resize(n + 1);
    std::vector<double> diagonal(n, 0);
    std::vector<double> b(n, 0);
    for (size_t i = 0; i < animals; ++i) {
        b[i] = 1 / mendelian_variance(p, f, i);
        diagonal[i] += b[i];
        for (auto const parent : {sire[i], dam[i]}) if (parent >= 0) diagonal[static_cast<size_t>(parent)] += b[i] / 4;
        if (sire[i] >= 0 && sire[i] == dam[i]) diagonal[static_cast<size_t>(sire[i])] += b[i] / 2;
    }
    // pairs stand in the row of the later: two parents, or an animal and the group of its parent
    Groups const by_later(n, animals, [&](size_t i) { return sire[i] < 0 || dam[i] < 0 || sire[i] == dam[i] ? -1 : std::max(sire[i], dam[i]); });
    Groups const with_sire(n, animals, [&](size_t i) { return sire[i] > static_cast<int32_t>(i) ? sire[i] : -1; });
    Groups const with_dam(n, animals, [&](size_t i) { return dam[i] > static_cast<int32_t>(i) && dam[i] != sire[i] ? dam[i] : -1; });
    std::vector<double> sum(n, 0);
    std::vector<int32_t> columns;
    out.column.reserve(n * 3);
    out.value.reserve(n * 3);
    auto const share = [&](size_t i) { return sire[i] == dam[i] ? -b[i] : -b[i] / 2; };
    for (size_t i = 0; i < n; ++i) {
        columns.clear();
        auto const add = [&](int32_t column, double value) {
            auto& s = sum[static_cast<size_t>(column)];
            if (s == 0) columns.push_back(column);
            s += value;
            if (s == 0) s = 1e-300;   // stays listed
        };
        auto const before = [&](int32_t parent) { return parent >= 0 && parent < static_cast<int32_t>(i); };
        if (before(sire[i])) add(sire[i], share(i));
        if (before(dam[i]) && dam[i] != sire[i]) add(dam[i], share(i));
        for (auto k = by_later.start[i]; k < by_later.start[i + 1]; ++k) {
            auto const child = static_cast<size_t>(by_later.member[k]);
            add(std::min(sire[child], dam[child]), b[child] / 4);
        }
        for (auto const* with : {&with_sire, &with_dam})
            for (auto k = with->start[i]; k < with->start[i + 1]; ++k) add(with->member[k], share(static_cast<size_t>(with->member[k])));
        std::sort(columns.begin(), columns.end());
        for (auto const c : columns) {
            out.column.push_back(c);
            out.value.push_back(sum[static_cast<size_t>(c)]);
            sum[static_cast<size_t>(c)] = 0;
        }
        out.column.push_back(static_cast<int32_t>(i));
        out.value.push_back(diagonal[i]);
        out.start[i + 1] = out.column.size();
    }
    return out;
}

} // namespace osetra::breeding
