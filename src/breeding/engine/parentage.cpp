#include "breeding/engine/parentage.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;
using std::string;
using std::string_view;
using std::uint8_t;

using Chances = std::vector<double>;

double choose(int n, int k) {
    if (k < 0 || k > n) return 0;
    double out = 1;
    for (int i = 1; i <= k; ++i) out = out * (n - k + i) / i;
    return out;
}
Chances binomial(int n, double p) {
    Chances out;
    for (int k = 0; k <= n; ++k) out.push_back(choose(n, k) * std::pow(p, k) * std::pow(1 - p, n - k));
    return out;
}
/// Copies in the gamete of an animal that has `dosage` of `copies`.
Chances gamete(int copies, int dosage) {
    Chances out;
    for (int j = 0; j <= copies / 2; ++j) out.push_back(choose(dosage, j) * choose(copies - dosage, copies / 2 - j) / choose(copies, copies / 2));
    return out;
}
Chances sum_of(Chances const& a, Chances const& b) {
    Chances out(a.size() + b.size() - 1, 0);
    for (size_t i = 0; i < a.size(); ++i) for (size_t j = 0; j < b.size(); ++j) out[i + j] += a[i] * b[j];
    return out;
}

/// With the chance that one of these genotypes is wrong, anything goes.
double evidence_of(double with, double of_any, int genotypes, double error) {
    auto const right = std::pow(1 - error, genotypes);
    return std::log((right * with + (1 - right) * of_any) / of_any);
}

/// Markers with few states each: evidence is read from tables.
class Tables final : public Markers {
public:
    /// `seen`: animals by markers, the dosage or (dominant) 0 and 1; 255 not called. `frequency` of the allele.
    Tables(std::vector<string> ids, std::vector<uint8_t> seen, Chances const& frequency, int copies, bool dominant, double error)
        : m_seen(std::move(seen)), m_states(static_cast<size_t>(dominant ? 2 : copies + 1)) {
        m_ids = std::move(ids);
        m_size = frequency.size();
        for (auto const p : frequency) add_table(p, copies, dominant, error);
        for (auto& s : m_seen) if (s == 255) s = static_cast<uint8_t>(m_states);   // the state of whom nobody genotyped
    }

    size_t called(size_t animal) const override {
        return m_size - static_cast<size_t>(std::count(row(animal), row(animal) + m_size, static_cast<uint8_t>(m_states)));
    }
    double evidence(size_t offspring, int32_t sire, int32_t dam) const override {
        double out = 0;
        each(offspring, sire, dam, [&](size_t cell) { out += static_cast<double>(m_evidence[cell]); });
        return out;
    }
    size_t mismatches(size_t offspring, int32_t sire, int32_t dam) const override {
        size_t out = 0;
        each(offspring, sire, dam, [&](size_t cell) { out += m_impossible[cell] != 0; });
        return out;
    }

private:
    uint8_t const* row(size_t animal) const { return m_seen.data() + animal * m_size; }
    void each(size_t offspring, int32_t sire, int32_t dam, auto does) const {
        auto const wide = m_states + 1;
        auto const* o = row(offspring);
        auto const* s = sire < 0 ? nullptr : row(static_cast<size_t>(sire));
        auto const* d = dam < 0 ? nullptr : row(static_cast<size_t>(dam));
        for (size_t m = 0; m < m_size; ++m)
            if (o[m] < m_states) does(((m * m_states + o[m]) * wide + (s ? s[m] : m_states)) * wide + (d ? d[m] : m_states));
    }
    void add_table(double p, int copies, bool dominant, double error) {
        std::vector<Chances> gametes;
        if (!dominant) for (int d = 0; d <= copies; ++d) gametes.push_back(gamete(copies, d));
        else {
            gametes.push_back(gamete(copies, 0));
            auto const dosages = binomial(copies, p);
            Chances there(static_cast<size_t>(copies / 2) + 1, 0);
            for (int d = 1; d <= copies; ++d) {
                auto const of = gamete(copies, d);
                for (size_t j = 0; j < of.size(); ++j) there[j] += dosages[static_cast<size_t>(d)] / (1 - dosages[0]) * of[j];
            }
            gametes.push_back(std::move(there));
        }
        gametes.push_back(binomial(copies / 2, p));
        auto const seen_as = [&](Chances const& dosage) { return dominant ? Chances{dosage[0], 1 - dosage[0]} : dosage; };
        auto const of_any = seen_as(sum_of(gametes.back(), gametes.back()));
        auto const unknown = m_states;
        for (size_t o = 0; o < m_states; ++o)
            for (size_t s = 0; s <= unknown; ++s)
                for (size_t d = 0; d <= unknown; ++d) {
                    auto const with = seen_as(sum_of(gametes[s], gametes[d]))[o];
                    m_evidence.push_back(static_cast<float>(evidence_of(with, std::max(1e-12, of_any[o]), 1 + (s < unknown) + (d < unknown), error)));
                    m_impossible.push_back(with < 1e-9);
                }
    }

    std::vector<uint8_t> m_seen;
    size_t m_states;
    std::vector<float> m_evidence;
    std::vector<char> m_impossible;
};

/// Microsatellites of diploids.
class Pairs final : public Markers {
public:
    using Allele = std::int16_t;
    struct Genotype { Allele a = -1, b = -1; };
    Pairs(std::vector<string> ids, std::vector<Genotype> seen, std::vector<Chances> frequency, double error) : m_seen(std::move(seen)), m_frequency(std::move(frequency)), m_error(error) {
        m_ids = std::move(ids);
        m_size = m_frequency.size();
    }
    size_t called(size_t animal) const override {
        size_t out = 0;
        for (size_t m = 0; m < m_size; ++m) out += m_seen[animal * m_size + m].a >= 0;
        return out;
    }
    double evidence(size_t offspring, int32_t sire, int32_t dam) const override {
        double out = 0;
        for (size_t m = 0; m < m_size; ++m) {
            auto const o = of(static_cast<int32_t>(offspring), m);
            if (o.a < 0) continue;
            auto const s = of(sire, m), d = of(dam, m);
            out += evidence_of(with(m, o, s, d), with(m, o, {}, {}), 1 + (s.a >= 0) + (d.a >= 0), m_error);
        }
        return out;
    }
    size_t mismatches(size_t offspring, int32_t sire, int32_t dam) const override {
        size_t out = 0;
        for (size_t m = 0; m < m_size; ++m) {
            auto const o = of(static_cast<int32_t>(offspring), m);
            out += o.a >= 0 && with(m, o, of(sire, m), of(dam, m)) <= 0;
        }
        return out;
    }

private:
    Genotype of(int32_t animal, size_t m) const { return animal < 0 ? Genotype{} : m_seen[static_cast<size_t>(animal) * m_size + m]; }
    double gives(size_t m, Genotype parent, Allele allele) const { return parent.a < 0 ? m_frequency[m][static_cast<size_t>(allele)] : 0.5 * (parent.a == allele) + 0.5 * (parent.b == allele); }
    double with(size_t m, Genotype o, Genotype s, Genotype d) const {
        auto const one = gives(m, s, o.a) * gives(m, d, o.b);
        return o.a == o.b ? one : one + gives(m, s, o.b) * gives(m, d, o.a);
    }
    std::vector<Genotype> m_seen;
    std::vector<Chances> m_frequency;
    double m_error;
};

/// Everything that might be, with its prior, for one offspring.
class Search {
public:
    Search(Markers const& markers, ParentageWish const& wish) : m_markers(markers), m_wish(wish), m_crosses(wish.crosses.begin(), wish.crosses.end()) {}

    Parents of(size_t k) {
        auto const offspring = static_cast<size_t>(m_wish.offspring[k]);
        Parents out;
        out.markers = m_markers.called(offspring);
        if (out.markers < m_wish.fewest_markers) { out.status = "too_few_markers"; return out; }
        auto const known = [&](std::vector<int32_t> const& of) { return of.empty() ? -1 : of[k]; };
        auto const sires = side(offspring, m_wish.sires, known(m_wish.known_sire), m_wish.unsampled_sires, true), dams = side(offspring, m_wish.dams, known(m_wish.known_dam), m_wish.unsampled_dams, false);
        m_found.clear();
        auto const& nobody = dams.back();   // who was not sampled stands last; a known parent stands alone
        auto const& no_sire = sires.back();
        if (nobody.animal < 0) for (auto const& s : sires) consider(offspring, s, nobody);
        if (no_sire.animal < 0) for (auto const& d : dams) if (d.animal >= 0) consider(offspring, no_sire, d);
        if (m_crosses.empty()) {
            for (auto const& s : sires) if (s.tried && s.animal >= 0) for (auto const& d : dams) if (d.tried && d.animal >= 0) consider(offspring, s, d);
        } else {
            std::map<int32_t, One const*> sire_of, dam_of;
            for (auto const& s : sires) sire_of.emplace(s.animal, &s);
            for (auto const& d : dams) dam_of.emplace(d.animal, &d);
            for (auto const& [s, d] : m_crosses) if (sire_of.contains(s) && dam_of.contains(d)) consider(offspring, *sire_of[s], *dam_of[d]);
        }
        std::stable_sort(m_found.begin(), m_found.end(), [](Pair const& a, Pair const& b) { return a.evidence + a.prior > b.evidence + b.prior; });
        conclude(offspring, out);
        return out;
    }

private:
    struct One { int32_t animal; double alone, prior; bool tried; };
    struct Pair { int32_t sire, dam; double evidence, prior; };

    /// Candidates of one sex, with what each says alone; the best are tried as pairs. Last the one who was not sampled.
    std::vector<One> side(size_t offspring, std::vector<int32_t> const& candidates, int32_t known, double unsampled, bool are_sires) const {
        std::vector<One> out;
        if (known >= 0) return {{known, are_sires ? m_markers.evidence(offspring, known, -1) : m_markers.evidence(offspring, -1, known), 0, true}};
        for (auto const c : candidates)
            if (c != static_cast<int32_t>(offspring)) out.push_back({c, are_sires ? m_markers.evidence(offspring, c, -1) : m_markers.evidence(offspring, -1, c), 0, true});
        auto const each = std::log((1 - unsampled) / std::max<double>(1, static_cast<double>(out.size())));
        for (auto& x : out) x.prior = each;
        if (m_crosses.empty() && out.size() > m_wish.tried) {
            std::stable_sort(out.begin(), out.end(), [](One const& a, One const& b) { return a.alone > b.alone; });
            for (auto i = m_wish.tried; i < out.size(); ++i) out[i].tried = false;
        }
        out.push_back({-1, 0, std::log(std::max(1e-12, out.empty() ? 1.0 : unsampled)), true});
        return out;
    }
    void consider(size_t offspring, One const& s, One const& d) {
        if (s.animal < 0 || d.animal < 0) { m_found.push_back({s.animal, d.animal, s.animal < 0 ? d.animal < 0 ? 0 : d.alone : s.alone, s.prior + d.prior}); return; }
        if (s.animal == d.animal) return;
        m_found.push_back({s.animal, d.animal, m_markers.evidence(offspring, s.animal, d.animal), s.prior + d.prior});
    }
    void conclude(size_t offspring, Parents& out) const {
        auto const& best = m_found.front();
        double all = 0, sire = 0, dam = 0;
        for (auto const& x : m_found) {
            auto const weight = std::exp(x.evidence + x.prior - best.evidence - best.prior);
            all += weight;
            if (x.sire == best.sire) sire += weight;
            if (x.dam == best.dam) dam += weight;
        }
        out.evidence = best.evidence;
        if (m_found.size() > 1) { out.next = m_found[1].evidence; out.next_sire = m_found[1].sire; out.next_dam = m_found[1].dam; }
        auto const sure = m_wish.least_probability;
        out.probability = 1 / all;
        if (out.probability >= sure) { out.sire = best.sire; out.dam = best.dam; }
        else if (best.sire >= 0 && sire / all >= sure) { out.sire = best.sire; out.probability = sire / all; }
        else if (best.dam >= 0 && dam / all >= sure) { out.dam = best.dam; out.probability = dam / all; }
        else { out.status = "ambiguous"; out.sire = best.sire; out.dam = best.dam; }
        if (out.status.empty()) out.status = out.sire >= 0 && out.dam >= 0 ? "assigned" : out.sire >= 0 ? "sire_only" : out.dam >= 0 ? "dam_only" : "none";
        if (out.sire >= 0) out.sire_mismatches = m_markers.mismatches(offspring, out.sire, -1);
        if (out.dam >= 0) out.dam_mismatches = m_markers.mismatches(offspring, -1, out.dam);
        out.pair_mismatches = m_markers.mismatches(offspring, out.sire, out.dam);
    }

    Markers const& m_markers;
    ParentageWish const& m_wish;
    std::set<std::pair<int32_t, int32_t>> m_crosses;
    std::vector<Pair> m_found;
};

Result<Done> even(int copies) {
    if (copies % 2 || copies < 2) return refuse("ploidy_odd", "Gametes have half of the chromosome sets: " + std::to_string(copies) + " is no even number. Parentage of triploids is not to be had.", "ploidy");
    return Done{};
}

/// The alleles of a cell, in any order, each once.
std::set<string> alleles_in(string_view cell) {
    std::set<string> out;
    for (size_t at = 0; at < cell.size();) {
        auto const to = std::min(cell.size(), cell.find_first_of("/|;: -", at));
        auto const allele = cell.substr(at, to - at);
        if (!is_missing(allele, usually_missing)) out.emplace(allele);
        at = to + 1;
    }
    return out;
}

} // namespace

Result<std::unique_ptr<Markers>> markers_of(Genotypes& source, MarkerWish const& wish) {
    struct Variant { double worth, frequency; std::vector<uint8_t> seen; };
    std::vector<Variant> best;
    auto const n = source.animals();
    auto const worse = [](Variant const& a, Variant const& b) { return a.worth > b.worth; };   // the least worthy on top of the heap
    std::vector<float> block;
    int copies = wish.ploidy;
    while (auto const got = OSETRA_TRY(source.read(64, block))) {
        if (!copies) { copies = source.copies(); }
        OSETRA_TRY(even(copies));
        for (size_t v = 0; v < got; ++v) {
            double sum = 0;
            size_t known = 0;
            Variant x{0, 0, std::vector<uint8_t>(n, 255)};
            for (size_t i = 0; i < n; ++i) {
                auto const dosage = block[v * n + i];
                if (!(dosage >= 0)) continue;
                auto const whole = std::min(std::lround(dosage), static_cast<long>(copies));
                x.seen[i] = static_cast<uint8_t>(whole);
                sum += static_cast<double>(whole);
                ++known;
            }
            if (2 * known < n) continue;
            x.frequency = sum / (static_cast<double>(known) * copies);
            x.worth = x.frequency * (1 - x.frequency) * static_cast<double>(known) / static_cast<double>(n);
            if (x.worth < 1e-3) continue;
            best.push_back(std::move(x));
            std::push_heap(best.begin(), best.end(), worse);
            if (best.size() > std::max<size_t>(1, wish.most)) { std::pop_heap(best.begin(), best.end(), worse); best.pop_back(); }
        }
    }
    if (best.empty()) return refuse("markers_none", "No variant differs enough between these animals, or is called in half of them.", "genotypes");
    std::vector<uint8_t> seen(n * best.size());
    Chances frequency;
    for (size_t m = 0; m < best.size(); ++m) {
        frequency.push_back(best[m].frequency);
        for (size_t i = 0; i < n; ++i) seen[i * best.size() + m] = best[m].seen[i];
    }
    return std::make_unique<Tables>(source.ids(), std::move(seen), frequency, copies, false, wish.error);
}

Result<std::unique_ptr<Markers>> microsatellites_of(Columns const& c, MarkerWish const& wish) {
    auto const copies = wish.ploidy ? wish.ploidy : 2;
    OSETRA_TRY(even(copies));
    auto const id = OSETRA_TRY(c.column("id"));
    std::vector<string> ids;
    std::set<string> known;
    for (size_t row = 0; row < c.rows(); ++row) {
        ids.emplace_back(c.cell(row, id));
        if (!known.insert(ids.back()).second) return refuse("genotype_id_twice", "The animal " + ids.back().substr(0, 80) + " is there twice. Leave one of its samples out.", c.name() + " line " + std::to_string(c.line(row)));
    }
    auto const n = ids.size();
    std::vector<std::vector<Pairs::Genotype>> pairs;   // by locus
    std::vector<std::vector<uint8_t>> there;           // by allele of a locus
    std::vector<Chances> frequencies;                  // by locus
    Chances frequency;                                 // by allele, where scored as there or not
    for (size_t column = 0; column < c.header().size(); ++column) {
        if (column == id) continue;
        std::vector<std::set<string>> cells;
        std::map<string, double> count;
        double called = 0;
        for (size_t row = 0; row < n; ++row) {
            cells.push_back(alleles_in(c.cell(row, column)));
            auto const& cell = cells.back();
            if (static_cast<int>(cell.size()) > copies) return refuse("alleles_too_many", "More alleles than the " + std::to_string(copies) + " chromosome sets. Is the ploidy right (--ploidy)?", c.name() + " line " + std::to_string(c.line(row)) + " " + c.header()[column]);
            called += !cell.empty();
            for (auto const& a : cell) count[a] += copies == 2 && cell.size() == 1 ? 2 : 1;
        }
        if (count.size() < 2) continue;
        if (count.size() > 500) return refuse("alleles_too_many", "A locus with more than 500 alleles is no microsatellite.", c.name() + " " + c.header()[column]);
        if (copies == 2) {
            std::map<string, Pairs::Allele> place;   // 500 at most
            auto& of_locus = frequencies.emplace_back();
            for (auto const& [allele, times] : count) { place.emplace(allele, static_cast<Pairs::Allele>(place.size())); of_locus.push_back(times / (2 * called)); }
            auto& genotypes = pairs.emplace_back();
            for (auto const& cell : cells) genotypes.push_back(cell.empty() ? Pairs::Genotype{} : Pairs::Genotype{place.at(*cell.begin()), place.at(*cell.rbegin())});
            continue;
        }
        for (auto const& [allele, times] : count) {
            if (times == called) continue;   // everybody has it
            frequency.push_back(1 - std::pow(1 - times / called, 1.0 / copies));
            auto& states = there.emplace_back();
            for (auto const& cell : cells) states.push_back(cell.empty() ? uint8_t{255} : static_cast<uint8_t>(cell.contains(allele)));
        }
    }
    if (pairs.empty() && there.empty()) return refuse("markers_none", "No locus has two alleles.", c.name());
    if (copies == 2) {
        std::vector<Pairs::Genotype> seen;
        for (size_t i = 0; i < n; ++i) for (auto const& locus : pairs) seen.push_back(locus[i]);
        return std::make_unique<Pairs>(std::move(ids), std::move(seen), std::move(frequencies), wish.error);
    }
    std::vector<uint8_t> seen;
    for (size_t i = 0; i < n; ++i) for (auto const& allele : there) seen.push_back(allele[i]);
    return std::make_unique<Tables>(std::move(ids), std::move(seen), frequency, copies, true, wish.error);
}

std::vector<Parents> find_parents(Markers const& markers, ParentageWish const& wish, std::function<void(size_t)> const& tell) {
    Search search(markers, wish);
    std::vector<Parents> out;
    for (size_t k = 0; k < wish.offspring.size(); ++k) {
        out.push_back(search.of(k));
        if (tell && (k + 1) % 100 == 0) tell(k + 1);
    }
    return out;
}

} // namespace osetra::breeding
