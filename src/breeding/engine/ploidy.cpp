#include "breeding/engine/ploidy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "breeding/engine/ancestors.h"

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;
using std::string;
using std::uint8_t;

size_t at(int32_t i) { return static_cast<size_t>(i); }

constexpr std::array<std::pair<char const*, Origin>, 7> origin_words{{{"cross", Origin::cross}, {"unreduced_egg", Origin::unreduced_egg}, {"doubled", Origin::doubled}, {"gynogenesis", Origin::gynogenesis},
                                                                      {"doubled_haploid", Origin::doubled_haploid}, {"androgenesis", Origin::androgenesis}, {"dispermic_androgenesis", Origin::dispermic_androgenesis}}};

/// One animal's gametes, made out from what is told of it and what is known of its parents.
struct Maker {
    Pedigree const& pedigree;
    PloidyTold const& told;
    Origins& out;
    size_t i = 0;

    auto no(std::string_view code, string message) const { return refuse(code, std::move(message), pedigree.id.empty() ? std::to_string(i) : pedigree.id[i]); }
    int sets(int32_t parent) const { return parent < 0 ? 0 : out.ploidy[at(parent)]; }
    double reduced(int copies) const { return copies > 1 ? told.meiosis.double_reduction : 0; }
    /// A copy's sister is one of the others; from the rest it differs as two copies of a reduced gamete do.
    double unreduced(int copies) const { return copies > 1 ? (1 - told.meiosis.second_division + (copies - 2) * told.meiosis.double_reduction) / (copies - 1) : 0; }
    Result<int> half(int32_t parent) const {
        if (sets(parent) % 2) return no("ploidy_odd", "A parent has " + std::to_string(sets(parent)) + " chromosome sets, and half of them is no number. Tell how this animal came to be in the column origin.");
        return sets(parent) / 2;
    }
    void give(int32_t sire, int sire_copies, double sire_same, int32_t dam, int dam_copies, double dam_same, int ploidy) {
        out.sire[i] = sire;
        out.dam[i] = dam;
        out.sire_copies[i] = static_cast<uint8_t>(sire_copies);
        out.dam_copies[i] = static_cast<uint8_t>(dam_copies);
        out.sire_same[i] = sire_same;
        out.dam_same[i] = dam_same;
        out.ploidy[i] = static_cast<uint8_t>(ploidy);
    }

    Result<Done> make() {
        auto const sire = pedigree.sire[i], dam = pedigree.dam[i];
        int const ploidy = told.ploidy[i];
        auto const origin = told.origin[i];
        if ((origin == Origin::gynogenesis || origin == Origin::doubled_haploid || origin == Origin::unreduced_egg) && dam < 0) return no("parent_missing", "It came from its dam's egg: name the dam.");
        if ((origin == Origin::androgenesis || origin == Origin::dispermic_androgenesis) && sire < 0) return no("parent_missing", "It came from its sire's sperm: name the sire.");
        if (std::max(sets(sire), sets(dam)) > 32) return no("ploidy_impossible", "A parent has more than 32 chromosome sets. Look at how often they are told to have doubled.");
        int becomes = 0;
        switch (origin) {
        case Origin::gynogenesis:
            becomes = sets(dam);
            give(-1, 0, 0, dam, becomes, unreduced(becomes), becomes);
            break;
        case Origin::doubled_haploid: {
            auto const copies = OSETRA_TRY(half(dam));
            becomes = 2 * copies;
            give(-1, 0, 0, dam, copies, reduced(copies), becomes);
            break;
        }
        case Origin::androgenesis: {
            auto const copies = OSETRA_TRY(half(sire));
            becomes = 2 * copies;
            give(sire, copies, reduced(copies), -1, 0, 0, becomes);
            break;
        }
        case Origin::dispermic_androgenesis: {
            auto const copies = OSETRA_TRY(half(sire));
            becomes = 2 * copies;
            give(sire, copies, reduced(copies), sire, copies, reduced(copies), becomes);
            break;
        }
        case Origin::unreduced_egg: {
            auto const copies = sire < 0 ? std::max(1, ploidy - sets(dam)) : OSETRA_TRY(half(sire));
            becomes = copies + sets(dam);
            give(sire, copies, reduced(copies), dam, sets(dam), unreduced(sets(dam)), becomes);
            break;
        }
        case Origin::doubled:
        case Origin::cross: return cross(sire, dam, ploidy, origin == Origin::doubled);
        }
        return agrees(ploidy, becomes);
    }
    Result<Done> agrees(int ploidy, int becomes) const {
        if (ploidy && ploidy != becomes) return no("ploidy_impossible", "It is told to have " + std::to_string(ploidy) + " chromosome sets, but its parents and origin give " + std::to_string(becomes) + ". Mend one of them.");
        return Done{};
    }
    Result<Done> cross(int32_t sire, int32_t dam, int ploidy, bool twice) {
        if (sire < 0 && dam < 0) {
            if (!ploidy) return no("ploidy_missing", "It has no parents here: tell how many chromosome sets it has.");
            give(-1, (ploidy + 1) / 2, 0, -1, ploidy / 2, 0, ploidy);
            return Done{};
        }
        if (sire < 0 || dam < 0) {   // the other parent gave the rest
            auto const known = OSETRA_TRY(half(sire < 0 ? dam : sire));
            auto const becomes = ploidy ? ploidy : (twice ? 4 : 2) * known;
            auto const rest = (twice ? becomes / 2 : becomes) - known;
            if (rest < 1 || (twice && becomes % 2)) return no("ploidy_impossible", "It is told to have " + std::to_string(becomes) + " chromosome sets; the parent named gives " + std::to_string(known) + " and the other at least one.");
            if (sire < 0) give(-1, rest, reduced(rest), dam, known, reduced(known), becomes);
            else give(sire, known, reduced(known), -1, rest, reduced(rest), becomes);
            return Done{};
        }
        auto const from_sire = OSETRA_TRY(half(sire));
        auto const egg = sets(dam);
        auto const is_whole_egg = !twice && ploidy == from_sire + egg && (egg % 2 || ploidy != from_sire + egg / 2);
        auto const from_dam = is_whole_egg ? egg : OSETRA_TRY(half(dam));
        auto const single = from_sire + from_dam;
        if (is_whole_egg) { give(sire, from_sire, reduced(from_sire), dam, egg, unreduced(egg), ploidy); return Done{}; }
        auto const becomes = twice || (ploidy && ploidy == 2 * single) ? 2 * single : single;
        give(sire, from_sire, reduced(from_sire), dam, from_dam, reduced(from_dam), becomes);
        return agrees(ploidy, becomes);
    }
};

/// Kinship of an animal with itself, from its gametes; `parents` is the kinship of the two.
struct SelfKinship {
    Origins const& origins;
    std::vector<double> of;   // of each animal; filled from the first

    double same(int32_t parent, double by_meiosis) const {   // two different copies in a gamete
        if (parent < 0) return by_meiosis;
        double const sets = origins.ploidy[at(parent)];
        auto const f = sets > 1 ? (sets * of[at(parent)] - 1) / (sets - 1) : 0;
        return by_meiosis + (1 - by_meiosis) * f;
    }
    void fill(size_t i, double parents) {
        double const s = origins.sire_copies[i], d = origins.dam_copies[i];
        if (origins.sire[i] < 0 && origins.dam[i] < 0) { of[i] = 1 / static_cast<double>(origins.ploidy[i]); return; }
        auto const side = [&](double copies, int32_t parent, double by_meiosis) { return copies > 0 ? copies * (1 + (copies - 1) * same(parent, by_meiosis)) : 0; };
        of[i] = (side(s, origins.sire[i], origins.sire_same[i]) + side(d, origins.dam[i], origins.dam_same[i]) + 2 * s * d * parents) / ((s + d) * (s + d));
    }
    /// What is not explained by the parents.
    double mendelian(size_t i, double parents) const {
        auto const s = origins.sire[i], d = origins.dam[i];
        auto const w = sire_share(i);
        auto const sire = s < 0 ? 0 : w * w * of[at(s)], dam = d < 0 ? 0 : (1 - w) * (1 - w) * of[at(d)];
        return of[i] - sire - dam - (s < 0 || d < 0 ? 0 : 2 * w * (1 - w) * parents);
    }
    double sire_share(size_t i) const { return static_cast<double>(origins.sire_copies[i]) / (origins.sire_copies[i] + origins.dam_copies[i]); }
};

constexpr double least_of_its_own = 1e-6;

} // namespace

Result<Origins> origins_of(Pedigree const& p, PloidyTold const& told) {
    Origins out;
    auto const n = p.size();
    out.sire.resize(n);
    out.dam.resize(n);
    out.sire_copies.resize(n);
    out.dam_copies.resize(n);
    out.ploidy.resize(n);
    out.sire_same.resize(n);
    out.dam_same.resize(n);
    Maker maker{p, told, out};
    for (maker.i = 0; maker.i < n; ++maker.i) OSETRA_TRY(maker.make());
    return out;
}

PolyploidRelationship polyploid_relationship(Origins const& o) {
    auto const n = o.sire.size();
    // parents alone, in the same order
    std::vector<int32_t> small(n, -1), parent, sire, dam;
    for (size_t i = 0; i < n; ++i) for (auto const x : {o.sire[i], o.dam[i]}) if (x >= 0) small[at(x)] = 0;
    auto const in_small = [&](int32_t animal) { return animal < 0 ? -1 : small[at(animal)]; };
    for (size_t i = 0; i < n; ++i) {
        if (small[i] < 0) continue;
        small[i] = static_cast<int32_t>(parent.size());
        parent.push_back(static_cast<int32_t>(i));
        sire.push_back(in_small(o.sire[i]));
        dam.push_back(in_small(o.dam[i]));
    }
    auto const parents = parent.size();
    SelfKinship self{o, std::vector<double>(n, 0)};
    std::vector<double> between(n, 0), mendelian(parents, 0);   // kinship of an animal's parents
    Groups const by_sire(parents, n, [&](size_t i) { return o.dam[i] < 0 ? -1 : in_small(o.sire[i]); });
    Ancestors ancestors(parents);
    std::vector<double> own(parents, 0), shared(parents, 0);
    std::vector<int32_t> of_sire;
    // sire by sire, as inbreeding() does; whatever a sire's ancestors need is filled before his turn
    for (size_t s = 0; s < parents; ++s) {
        auto const animal = at(parent[s]);
        self.fill(animal, between[animal]);
        mendelian[s] = std::max(least_of_its_own, self.mendelian(animal, between[animal]));
        if (by_sire.start[s] == by_sire.start[s + 1]) continue;
        ancestors.add(static_cast<int32_t>(s));
        of_sire = ancestors.walk(sire, dam);
        own[s] = 1;
        for (auto const a : of_sire) {
            auto const i = at(a);
            auto const w = self.sire_share(at(parent[i]));
            if (sire[i] >= 0) own[at(sire[i])] += w * own[i];
            if (dam[i] >= 0) own[at(dam[i])] += (1 - w) * own[i];
            own[i] *= mendelian[i];
        }
        for (auto k = by_sire.start[s]; k < by_sire.start[s + 1]; ++k) ancestors.add(in_small(o.dam[at(by_sire.member[k])]));
        auto const& of_mates = ancestors.walk(sire, dam);
        for (auto k = of_mates.size(); k-- > 0;) {
            auto const i = at(of_mates[k]);
            auto const w = self.sire_share(at(parent[i]));
            shared[i] = own[i] + (sire[i] < 0 ? 0 : w * shared[at(sire[i])]) + (dam[i] < 0 ? 0 : (1 - w) * shared[at(dam[i])]);
        }
        for (auto k = by_sire.start[s]; k < by_sire.start[s + 1]; ++k) {
            auto const child = at(by_sire.member[k]);
            between[child] = shared[at(in_small(o.dam[child]))];
        }
        for (auto const a : of_sire) own[at(a)] = 0;
    }
    PolyploidRelationship out;
    out.f.resize(n);
    out.own.resize(n);
    out.mendelian.resize(n);
    for (size_t i = 0; i < n; ++i) {
        if (small[i] < 0) self.fill(i, between[i]);
        double const sets = o.ploidy[i];
        out.own[i] = sets * self.of[i];
        out.f[i] = sets > 1 ? (out.own[i] - 1) / (sets - 1) : 0;
        auto const rest = self.mendelian(i, between[i]);
        out.copies += rest < least_of_its_own;
        out.mendelian[i] = sets * std::max(least_of_its_own, rest);
        out.log_determinant += std::log(out.mendelian[i]);
    }
    return out;
}

LowerRows polyploid_inverse(Origins const& o, PolyploidRelationship const& r) {
    struct Entry { int32_t row, column; double value; };
    std::vector<Entry> entries;
    auto const n = o.sire.size();
    entries.reserve(6 * n);
    auto const share = [&](size_t i, int32_t parent, int copies) {
        return copies / static_cast<double>(o.sire_copies[i] + o.dam_copies[i]) * std::sqrt(static_cast<double>(o.ploidy[i]) / o.ploidy[at(parent)]);
    };
    for (size_t i = 0; i < n; ++i) {
        auto const b = 1 / r.mendelian[i];
        auto const me = static_cast<int32_t>(i), s = o.sire[i], d = o.dam[i];
        entries.push_back({me, me, b});
        auto const to_sire = s < 0 ? 0 : share(i, s, o.sire_copies[i]), to_dam = d < 0 ? 0 : share(i, d, o.dam_copies[i]);
        if (s >= 0) { entries.push_back({me, s, -b * to_sire}); entries.push_back({s, s, b * to_sire * to_sire}); }
        if (d >= 0) { entries.push_back({me, d, -b * to_dam}); entries.push_back({d, d, b * to_dam * to_dam}); }
        if (s >= 0 && d >= 0) entries.push_back({std::max(s, d), std::min(s, d), (s == d ? 2 : 1) * b * to_sire * to_dam});
    }
    // by column, then stable by row
    auto const sorted = [&](auto const& key) {
        std::vector<size_t> start(n + 1, 0);
        for (auto const& e : entries) ++start[at(key(e)) + 1];
        std::partial_sum(start.begin(), start.end(), start.begin());
        std::vector<Entry> into(entries.size());
        for (auto const& e : entries) into[start[at(key(e))]++] = e;
        entries = std::move(into);
    };
    sorted([](Entry const& e) { return e.column; });
    sorted([](Entry const& e) { return e.row; });
    LowerRows out;
    out.start.assign(n + 1, 0);
    for (size_t k = 0; k < entries.size(); ++k) {
        auto const& e = entries[k];
        if (k && entries[k - 1].row == e.row && entries[k - 1].column == e.column) { out.value.back() += e.value; continue; }
        out.column.push_back(e.column);
        out.value.push_back(e.value);
        out.start[at(e.row) + 1] = out.column.size();
    }
    return out;
}

Result<Origins> read_origins(Columns const& c, string const& id_column, Pedigree const& p, PloidyColumns const& wanted) {
    PloidyTold told;
    told.meiosis = wanted.meiosis;
    told.ploidy.assign(p.size(), 0);
    told.origin.assign(p.size(), Origin::cross);
    std::unordered_map<std::string_view, size_t> row_of;
    auto const id = OSETRA_TRY(c.column(id_column));
    for (size_t row = 0; row < c.rows(); ++row) row_of.emplace(c.cell(row, id), row);
    auto const number = [](std::string_view text) -> int {
        int value = 0;
        for (char const x : text) { if (x < '0' || x > '9' || value > 99) return -1; value = 10 * value + (x - '0'); }
        return text.empty() || value < 1 || value > 16 ? -1 : value;
    };
    auto const for_all = c.has(wanted.ploidy) ? -1 : number(wanted.ploidy);
    auto const place = [&](size_t row, size_t column) { return c.name() + " line " + std::to_string(c.line(row)) + " " + c.header()[column]; };
    if (for_all > 0) {   // founders: others follow from how they came to be
        for (size_t i = 0; i < p.size(); ++i) if (p.sire[i] < 0 && p.dam[i] < 0) told.ploidy[i] = static_cast<uint8_t>(for_all);
    } else {
        auto const column = OSETRA_TRY(c.column(wanted.ploidy));
        for (size_t i = 0; i < p.size(); ++i) {
            auto const row = row_of.find(p.id[i]);
            if (row == row_of.end() || is_missing(c.cell(row->second, column), usually_missing)) continue;
            auto const sets = number(c.cell(row->second, column));
            if (sets < 0) return refuse("ploidy_malformed", "'" + string{c.cell(row->second, column).substr(0, 40)} + "' is no number of chromosome sets from 1 to 16.", place(row->second, column));
            told.ploidy[i] = static_cast<uint8_t>(sets);
        }
    }
    if (wanted.origin.empty() && !c.has("origin")) return origins_of(p, told);
    auto const column = OSETRA_TRY(c.column(wanted.origin.empty() ? "origin" : wanted.origin));
    for (size_t i = 0; i < p.size(); ++i) {
        auto const row = row_of.find(p.id[i]);
        if (row == row_of.end() || is_missing(c.cell(row->second, column), usually_missing)) continue;
        auto const text = c.cell(row->second, column);
        auto const word = std::find_if(origin_words.begin(), origin_words.end(), [&](auto const& w) { return w.first == text; });
        if (word == origin_words.end()) {
            string all;
            for (auto const& w : origin_words) all += (all.empty() ? "" : ", ") + string{w.first};
            return refuse("origin_unknown", "'" + string{text.substr(0, 40)} + "' is no origin. There are: " + all + ".", place(row->second, column));
        }
        told.origin[i] = word->second;
    }
    return origins_of(p, told);
}

} // namespace osetra::breeding
