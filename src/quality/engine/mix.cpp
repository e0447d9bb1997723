#include "quality/engine/mix.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/core.h>

#include "kernel/units_exact.h"
#include "quality/engine/mixture_program.h"

namespace osetra::quality {
namespace {

// Standard atomic weights, abridged [IUPAC 2021, doi:10.1515/pac-2019-0603].
constexpr double H = 1.008, B = 10.81, C = 12.011, N = 14.007, O = 15.999, F = 18.998, Na = 22.990, Mg = 24.305, S = 32.06, Cl = 35.45, K = 39.098, Ca = 40.078, Br = 79.904, Sr = 87.62;

constexpr std::array<Ion, ion_count> ions{{{"Na", Na, 1, 0}, {"K", K, 1, 0}, {"Mg", Mg, 2, 0}, {"Ca", Ca, 2, 0}, {"Sr", Sr, 2, 0}, {"Cl", Cl, -1, 0}, {"SO4", S + 4 * O, -2, 0},
    {"HCO3", H + C + 3 * O, -1, 1}, {"CO3", C + 3 * O, -2, 2}, {"OH", O + H, -1, 1}, {"Br", Br, -1, 0}, {"F", F, -1, 0}, {"B", B, 0, 0}}};
constexpr double boric_acid = 3 * H + B + 3 * O, caco3_per_equivalent = (Ca + C + 3 * O) / 2;

struct Name { std::string_view written; std::size_t ion; };
constexpr std::array<Name, 13> chinese{{{"钠", 0}, {"钾", 1}, {"镁", 2}, {"钙", 3}, {"锶", 4}, {"氯", 5}, {"硫酸根", 6}, {"碳酸氢根", 7}, {"碳酸根", 8}, {"氢氧根", 9}, {"溴", 10}, {"氟", 11}, {"硼", 12}}};

enum class Band : std::uint8_t { ratio, ion, alkalinity, salinity };
struct Meant {
    Band band;
    std::size_t ion = 0, other = 0;
};

Result<Meant> meant_by(MixBand const& b) {
    auto const name = folded(b.what);
    if (name == "alkalinity" || name == "碱度") return Meant{Band::alkalinity};
    if (name == "salinity" || name == "盐度") return Meant{Band::salinity};
    if (auto const colon = name.find(':'); colon != std::string::npos) {
        auto const* a = find_ion(name.substr(0, colon));
        auto const* c = find_ion(name.substr(colon + 1));
        if (a && c) return Meant{Band::ratio, number_of(*a), number_of(*c)};
    } else if (auto const* a = find_ion(name)) return Meant{Band::ion, number_of(*a)};
    return refuse("band_unknown", fmt::format("\"{}\" is none of: a ratio like Na:K, an ion like Mg, alkalinity, salinity.", b.what), b.what);
}

double value_of(Meant const& m, Water const& w) {
    switch (m.band) {
        case Band::ratio: return w[m.other] > 0 ? w[m.ion] / w[m.other] : no_limit;
        case Band::ion: return w[m.ion];
        case Band::alkalinity: return alkalinity_mg_l(w);
        case Band::salinity: break;
    }
    return salinity_g_l(w);
}

/// What a gram in a cubic metre of a salt brings of each ion, mg/L.
Water brings(Formula const& f, double purity) {
    Water out(ion_count, 0);
    for (auto const& [ion, count] : f.ions) out[ion] += count * ions[ion].g_mol / f.g_mol * purity;
    return out;
}

/// When a salt goes in: each step has its reason.
enum class When : std::uint8_t { first, magnesium, calcium, bicarbonate };
When when_of(Formula const& f) {
    auto const has = [&](std::string_view code) { return std::any_of(f.ions.begin(), f.ions.end(), [&](auto const& i) { return ions[i.first].code == code; }); };
    if (has("HCO3") || has("CO3") || has("OH")) return When::bicarbonate;
    if (has("Ca") || has("Sr")) return When::calcium;
    return has("Mg") ? When::magnesium : When::first;
}
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> reasons{{
    {"Dissolve in four fifths of the water, stirring, each before the next.", "Sulfates and the salts of sodium and potassium dissolve at any strength and do not fall out with one another."},
    {"Dissolve apart in a little water and pour in.", "Magnesium salts take up water in the bag: weigh them fresh, and see that they are clear before they go in."},
    {"Dissolve apart in a little water and pour in slowly, stirring.", "Strong calcium or strontium solution meeting sulfate falls out as gypsum; thinned, it stays dissolved."},
    {"Fill up, aerate, and add last, dissolved apart.", "Bicarbonate meeting strong calcium falls out as chalk and takes the alkalinity with it; after aerating, pH stays where it is."}}};

Result<Done> check(Water const& source, std::vector<Salt> const& salts, MixWish const& wish) {
    auto const off = charge_error(source);
    if (std::abs(off) > charge_refused)
        return refuse("analysis_unbalanced", fmt::format("{} outweigh {} by {:.1f} % of all charges. More than 10 %: an ion is missing or wrong. Look for it, or have the water analysed again.", off > 0 ? "Cations" : "Anions", off > 0 ? "anions" : "cations", 100 * std::abs(off)), "analysis");
    if (salts.empty()) return refuse("salts_none", "There is no salt to add.", "salts");
    if (wish.bands.empty()) return refuse("bands_none", "Say what the water is to be.", "target");
    if (!(wish.volume_l > 0) || wish.volume_l > 1e9) return refuse("amount_wrong", "Say how much water is to be made: more than nought, up to a million cubic metres.", "volume");
    for (auto const& s : salts) {
        if (!(s.purity > 0 && s.purity <= 1)) return refuse("purity_wrong", fmt::format("The purity of {} is a share between 0 and 1, or up to 100 %.", s.name), s.name);
        if (s.price.money.currency != salts.front().price.money.currency) return refuse("currency_mixed", s.name + " is priced in another currency than the others.", s.name);
    }
    for (auto const& b : wish.bands) {
        OSETRA_TRY(meant_by(b));
        if (!(b.low <= b.high) || b.low < 0) return refuse("limits_crossed", "The limits of " + b.what + " are not in order, or below nought.", b.what);
    }
    return Done{};
}

} // namespace

std::span<Ion const> all_ions() { return ions; }
std::size_t number_of(Ion const& i) { return static_cast<std::size_t>(&i - ions.data()); }

Ion const* find_ion(std::string_view written) {
    auto text = folded(written);
    for (auto const& n : chinese) if (text.starts_with(n.written)) return &ions[n.ion];
    while (!text.empty() && (text.back() == '+' || text.back() == '-' || text.back() == '^')) text.pop_back();
    auto const lower = [](std::string_view code) { std::string out{code}; for (auto& x : out) x = static_cast<char>(std::tolower(static_cast<unsigned char>(x))); return out; };
    for (auto const& i : ions) {
        auto const code = lower(i.code);
        if (text == code) return &i;
        // a charge behind: "so42-", "ca2+"
        if (text == code + std::to_string(std::abs(i.charge)) && i.charge != 0) return &i;
    }
    return nullptr;
}

double salinity_g_l(Water const& w) {
    double mg = 0;
    for (std::size_t i = 0; i < ion_count; ++i) mg += w[i] * (ions[i].code == "B" ? boric_acid / B : 1);
    return mg / 1000;
}
double alkalinity_mg_l(Water const& w) {
    double equivalents = 0;
    for (std::size_t i = 0; i < ion_count; ++i) equivalents += w[i] / ions[i].g_mol * ions[i].alkalinity;
    return equivalents * caco3_per_equivalent;
}
double charge_error(Water const& w) {
    double plus = 0, minus = 0;
    for (std::size_t i = 0; i < ion_count; ++i) (ions[i].charge > 0 ? plus : minus) += w[i] / ions[i].g_mol * std::abs(ions[i].charge);
    return plus + minus > 0 ? (plus - minus) / (plus + minus) : 0;
}

Result<Formula> parse_formula(std::string_view written) {
    auto text = half_width(written);
    for (auto const dot : {"·", "•", "∙", "*"})
        for (auto at = text.find(dot); at != std::string::npos; at = text.find(dot)) text.replace(at, std::string_view{dot}.size(), ".");
    std::erase(text, ' ');
    auto const malformed = [&](std::string const& what) { return refuse("formula_malformed", fmt::format("\"{}\" is not read: {}. Write salts like NaCl, MgCl2·6H2O or Ca(OH)2.", clipped(written, 40), what), std::string{clipped(written, 40)}); };
    Formula out;
    if (auto const dot = text.find('.'); dot != std::string::npos) {
        auto water = text.substr(dot + 1);
        int count = 0;
        std::size_t digits = 0;
        while (digits < water.size() && digits < 2 && std::isdigit(static_cast<unsigned char>(water[digits]))) count = count * 10 + (water[digits++] - '0');
        if (water.substr(digits) != "H2O") return malformed("behind the dot stands water");
        out.g_mol += (digits ? count : 1) * (2 * H + O);
        text.resize(dot);
    }
    if (text == "H3BO3" || text == "B(OH)3") {
        out.g_mol += boric_acid;
        out.ions.emplace_back(12, 1);
        return out;
    }
    int charge = 0;
    for (std::size_t i = 0; i < text.size();) {
        auto const bracket = text[i] == '(';
        auto const from = i + (bracket ? 1 : 0);
        Ion const* found = nullptr;
        for (auto const& ion : ions)
            if (ion.charge != 0 && text.compare(from, ion.code.size(), ion.code) == 0 && (!found || ion.code.size() > found->code.size())) found = &ion;
        if (!found) return malformed(fmt::format("no ion known here begins with \"{}\"", text.substr(from, 4)));
        i = from + found->code.size();
        if (bracket) {
            if (i >= text.size() || text[i] != ')') return malformed("a bracket is not closed");
            ++i;
        }
        int count = 0;
        std::size_t digits = 0;
        while (i < text.size() && digits < 2 && std::isdigit(static_cast<unsigned char>(text[i]))) { count = count * 10 + (text[i++] - '0'); ++digits; }
        if (!digits) count = 1;
        charge += count * found->charge;
        out.g_mol += count * found->g_mol;
        out.ions.emplace_back(number_of(*found), count);
    }
    if (out.ions.empty()) return malformed("it is empty");
    if (charge != 0) return refuse("formula_charge", fmt::format("The charges of {} do not cancel.", clipped(written, 40)), std::string{clipped(written, 40)});
    return out;
}

Result<MixAnswer> mix_water(Water const& source, std::vector<Salt> const& salts, MixWish const& wish) {
    OSETRA_TRY(check(source, salts, wish));
    MixAnswer out;
    out.charge_error = charge_error(source);
    std::vector<Formula> formulas;
    std::vector<Water> bring;
    for (auto const& s : salts) {
        formulas.push_back(OSETRA_TRY(parse_formula(s.formula)));
        bring.push_back(brings(formulas.back(), s.purity));
    }
    auto const cubic_metres = wish.volume_l / 1000;
    // columns are grams a cubic metre, or bags
    auto const grams_of = [&](std::size_t s) { return wish.whole_bags && salts[s].bag_mg ? static_cast<double>(salts[s].bag_mg->n) / 1000 / cubic_metres : 1.0; };
    std::vector<Meant> meant;
    for (auto const& b : wish.bands) meant.push_back(OSETRA_TRY(meant_by(b)));
    auto const build = [&](bool elastic, std::vector<int>& slack) {
        Program p;
        for (std::size_t s = 0; s < salts.size(); ++s) {
            auto const grams = grams_of(s);
            auto const bags = wish.whole_bags && salts[s].bag_mg;
            auto const most = salts[s].available_mg ? static_cast<double>(salts[s].available_mg->n) / 1000 / cubic_metres / grams : no_limit;
            auto const cost = static_cast<double>(salts[s].price.money.minor) / static_cast<double>(salts[s].price.per.n) * 1000 * grams;
            p.column(elastic ? 0 : cost, 0, bags ? std::floor(most) : most, bags);
        }
        for (std::size_t b = 0; b < meant.size(); ++b) {
            auto const& m = meant[b];
            auto const straight = [&](Water const& w, double limit) {   // of ratios: above minus limit times below
                if (m.band == Band::ratio) return w[m.ion] - limit * w[m.other];
                return value_of(m, w);
            };
            auto const unit = m.band == Band::ratio ? 1.0 : std::max(1e-9, wish.bands[b].high);
            slack.push_back(elastic ? p.column(1, 0, no_limit) : -1);
            for (auto const low : {true, false}) {
                auto const limit = low ? wish.bands[b].low : wish.bands[b].high;
                auto const offset = m.band == Band::ratio ? 0 : limit;
                std::vector<Term> row;
                for (std::size_t s = 0; s < salts.size(); ++s) row.push_back({static_cast<int>(s), straight(bring[s], limit) * grams_of(s) / unit});
                if (slack.back() >= 0) row.push_back({slack.back(), (low ? 1.0 : -1.0) * (m.band == Band::ratio ? std::max(1.0, source[m.ion]) : 1)});
                auto const rest = (offset - straight(source, limit)) / unit;
                if (low) p.row(rest, no_limit, row);
                else p.row(-no_limit, rest, row);
            }
        }
        return p;
    };
    auto const mixed = [&](std::vector<double> const& value) {
        Mix mix;
        mix.cost.currency = salts.front().price.money.currency;
        mix.water = source;
        for (std::size_t s = 0; s < salts.size(); ++s) {
            if (value[s] <= 1e-9) continue;
            MixPart part{s, {}, 0, 0, {}};
            if (wish.whole_bags && salts[s].bag_mg) { part.bags = std::llround(value[s]); part.mg = {part.bags * salts[s].bag_mg->n}; }
            else part.mg = {std::llround(value[s] * cubic_metres) * 1000};
            if (part.mg.n <= 0) continue;
            part.g_m3 = static_cast<double>(part.mg.n) / 1000 / cubic_metres;
            part.cost = price_of(salts[s].price, part.mg);
            mix.cost = mix.cost + part.cost;
            for (std::size_t i = 0; i < ion_count; ++i) mix.water[i] += part.g_m3 * bring[s][i];
            mix.parts.push_back(part);
        }
        std::stable_sort(mix.parts.begin(), mix.parts.end(), [&](auto const& a, auto const& b) {
            auto const x = when_of(formulas[a.salt]), y = when_of(formulas[b.salt]);
            return x != y ? x < y : a.mg.n > b.mg.n;
        });
        for (auto const when : {When::first, When::magnesium, When::calcium, When::bicarbonate}) {
            MixStep step{{}, reasons[static_cast<std::size_t>(when)].first, reasons[static_cast<std::size_t>(when)].second};
            for (std::size_t i = 0; i < mix.parts.size(); ++i) if (when_of(formulas[mix.parts[i].salt]) == when) step.parts.push_back(i);
            if (!step.parts.empty()) mix.steps.push_back(std::move(step));
        }
        for (auto const& m : meant) mix.band.push_back({value_of(m, mix.water), value_of(m, source)});
        return mix;
    };
    std::vector<int> slack;
    auto const solved = solve(build(false, slack), {wish.seconds, 1e-4});
    if (solved.found) {
        out.mix = mixed(solved.value);
        out.mix->gap = solved.cost > 0 ? std::max(0.0, (solved.cost - solved.bound) / solved.cost) : 0;
        return out;
    }
    slack.clear();
    auto const given = solve(build(true, slack), {wish.seconds, 1e-4});
    if (!given.found) { out.why = "These salts cannot bring the water into any of its bands."; return out; }
    auto const nearest = mixed(given.value);
    for (std::size_t b = 0; b < wish.bands.size(); ++b)
        if (given.value[static_cast<std::size_t>(slack[b])] > 1e-7) out.gives.push_back({b, nearest.band[b].value});
    std::string list;
    for (auto const& g : out.gives) {
        auto const& b = wish.bands[g.band];
        list += fmt::format("{}{} {:.3g} (asked: {:.3g} to {:.3g}; the source has {:.3g})", list.empty() ? "" : ", ", b.what, g.value, b.low, b.high, nearest.band[g.band].source);
    }
    out.why = "No mix of these salts keeps every band; salts only add. Nearest is: " + list + ". Widen that, thin the source with fresh water, or offer a salt with what is missing.";
    return out;
}

std::span<Kester const> kester_recipe() {
    static constexpr std::array<Kester, 10> recipe{{{"NaCl", 23.926, 0}, {"Na2SO4", 4.008, 0}, {"KCl", 0.677, 0}, {"NaHCO3", 0.196, 0}, {"KBr", 0.098, 0}, {"H3BO3", 0.026, 0}, {"NaF", 0.003, 0},
                                                     {"MgCl2·6H2O", 0, 0.05327}, {"CaCl2·2H2O", 0, 0.01033}, {"SrCl2·6H2O", 0, 0.00009}}};
    return recipe;
}

Water kester_water() {
    Water out(ion_count, 0);
    for (auto const& salt : kester_recipe()) {
        auto const formula = parse_formula(salt.formula);
        auto const bring = brings(*formula, 1);
        auto const grams = salt.g_kg > 0 ? salt.g_kg : salt.mol_kg * formula->g_mol;
        for (std::size_t i = 0; i < ion_count; ++i) out[i] += 1000 * grams * bring[i];
    }
    return out;
}

std::vector<MixBand> kester_bands(double salinity, double share) {
    auto const sea = kester_water();
    std::vector<MixBand> out;
    for (auto const ratio : {"Na:K", "Mg:Ca", "Cl:Na", "Na:Mg", "Cl:SO4"}) {
        MixBand band{ratio, 0, 0};
        auto const value = value_of(*meant_by(band), sea);
        out.push_back({ratio, value * (1 - share), value * (1 + share)});
    }
    // alkalinity as in the sea, whatever the salinity: shell is built from it
    auto const alkalinity = alkalinity_mg_l(sea);
    out.push_back({"alkalinity", alkalinity * (1 - 2 * share), alkalinity * (1 + 5 * share)});
    out.push_back({"salinity", salinity * (1 - share / 4), salinity * (1 + share / 4)});
    return out;
}

} // namespace osetra::quality
