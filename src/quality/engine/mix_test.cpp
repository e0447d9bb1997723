#include "quality/engine/mix.h"

#include <cmath>
#include <gtest/gtest.h>

namespace osetra::quality {
namespace {

double of(Water const& w, std::string_view ion) { return w[number_of(*find_ion(ion))]; }

// Sea water of 35, mol/kg [DOE 1994, Handbook of methods, chapter 5, table 6.2]; the recipe prints three to five digits, and has 3 % less potassium.
TEST(Mix, KestersRecipeIsSeaWater) {
    auto const sea = kester_water();
    struct Row { char const* ion; double mol_kg, within; };
    for (auto const& row : {Row{"Na", 0.46906, 0.005}, {"K", 0.01021, 0.031}, {"Mg", 0.05282, 0.01}, {"Ca", 0.01028, 0.01}, {"Cl", 0.54586, 0.005}, {"SO4", 0.02824, 0.005}, {"Br", 0.00084, 0.03}, {"B", 0.000416, 0.02}, {"Sr", 0.000091, 0.03}, {"F", 0.000068, 0.06}}) {
        auto const mol = of(sea, row.ion) / 1000 / find_ion(row.ion)->g_mol;
        EXPECT_NEAR(mol / row.mol_kg, 1, row.within) << row.ion;
    }
    EXPECT_NEAR(charge_error(sea), 0, 1e-9);
    EXPECT_NEAR(alkalinity_mg_l(sea), 116.8, 0.5);           // 2.333 meq/kg
    EXPECT_NEAR(salinity_g_l(sea), 35.2, 0.3);
}

TEST(Mix, ReadsFormulas) {
    struct Row { char const* text; double g_mol; };
    for (auto const& row : {Row{"NaCl", 58.440}, {"MgCl2·6H2O", 203.295}, {"MgCl2.6H2O", 203.295}, {"CaCl2*2H2O", 147.008}, {"Na2SO4", 142.036}, {"Ca(OH)2", 74.092}, {"NaHCO3", 84.006}, {"H3BO3", 61.831}, {"KBr", 119.002}, {"MgSO4 · 7H2O", 246.466}}) {
        auto const f = parse_formula(row.text);
        ASSERT_TRUE(f) << row.text << f.error().message;
        EXPECT_NEAR(f->g_mol, row.g_mol, 0.01) << row.text;
    }
    for (auto const* bad : {"", "XyCl", "NaCl2·H", "Ca(OH2", "5"}) EXPECT_EQ(parse_formula(bad).error().code, "formula_malformed") << bad;
    EXPECT_EQ(parse_formula("NaCl2").error().code, "formula_charge");
}

TEST(Mix, FindsIonsAsPeopleWriteThem) {
    for (auto const* text : {"Ca", "ca2+", "Ca++", "Ca 2+", "钙离子"}) { ASSERT_TRUE(find_ion(text)) << text; EXPECT_EQ(find_ion(text)->code, "Ca") << text; }
    for (auto const* text : {"SO4", "SO4--", "so4 2-", "硫酸根"}) { ASSERT_TRUE(find_ion(text)) << text; EXPECT_EQ(find_ion(text)->code, "SO4") << text; }
    EXPECT_EQ(find_ion("碳酸氢根")->code, "HCO3");
    EXPECT_FALSE(find_ion("Xe"));
}

Salt salt(std::string formula, std::int64_t minor, double purity = 1) {
    Salt out;
    out.name = out.formula = std::move(formula);
    out.purity = purity;
    out.price = {{minor, Currency::cny}, {1'000'000}};
    return out;
}

/// Saline groundwater with next to no potassium and little magnesium.
Water groundwater() {
    Water w(ion_count, 0);
    auto const set = [&](char const* ion, double mg) { w[number_of(*find_ion(ion))] = mg; };
    set("Na", 3200); set("K", 20); set("Mg", 150); set("Ca", 160); set("Cl", 5160); set("SO4", 480); set("HCO3", 160);
    return w;
}

TEST(Mix, MendsGroundwaterAtTheLeastCost) {
    auto const salts = std::vector{salt("KCl", 500, 0.98), salt("MgCl2·6H2O", 150, 0.97), salt("MgSO4·7H2O", 120, 0.98), salt("NaHCO3", 300), salt("CaCl2·2H2O", 200), salt("K2SO4", 700)};
    MixWish wish;
    wish.volume_l = 50'000;
    wish.bands = {{"Na:K", 25, 30}, {"Mg:Ca", 2.8, 3.5}, {"alkalinity", 150, 200}};
    auto const got = mix_water(groundwater(), salts, wish);
    ASSERT_TRUE(got && got->mix) << (got ? got->why : got.error().message);
    auto const& mix = *got->mix;
    for (std::size_t b = 0; b < wish.bands.size(); ++b) {
        EXPECT_GE(mix.band[b].value, wish.bands[b].low * (1 - 1e-4)) << b;
        EXPECT_LE(mix.band[b].value, wish.bands[b].high * (1 + 1e-4)) << b;
    }
    EXPECT_EQ(salts[mix.parts.back().salt].formula, "NaHCO3");   // last
    EXPECT_EQ(mix.steps.back().parts.size(), 1u);
    // potassium to the upper ratio and no more, by the cheapest salt that has it: (3200 + what bicarbonate brings)/30 less 20
    EXPECT_NEAR(of(mix.water, "Na") / of(mix.water, "K"), 30, 0.01);
    auto sum = std::int64_t{0};
    for (auto const& p : mix.parts) { sum += p.cost.minor; EXPECT_EQ(p.mg.n % 1000, 0); }
    EXPECT_EQ(sum, mix.cost.minor);
    EXPECT_LT(std::abs(charge_error(mix.water)), 0.05);

    auto bags = wish;
    bags.whole_bags = true;
    auto in_bags = salts;
    for (auto& s : in_bags) s.bag_mg = Milligrams{1'000'000};
    auto const whole = mix_water(groundwater(), in_bags, bags);
    ASSERT_TRUE(whole && whole->mix) << whole->why;
    for (auto const& p : whole->mix->parts) EXPECT_EQ(p.mg.n, p.bags * 1'000'000);
    EXPECT_GE(whole->mix->cost.minor, mix.cost.minor);
}

TEST(Mix, RefusesAndExplains) {
    auto const salts = std::vector{salt("KCl", 500)};
    MixWish wish;
    wish.bands = {{"Na:K", 25, 30}};
    auto const code = [](Water const& w, std::vector<Salt> const& s, MixWish const& x) { auto const r = mix_water(w, s, x); return r ? std::string{} : r.error().code; };
    auto crooked = groundwater();
    crooked[number_of(*find_ion("Cl"))] = 2500;
    EXPECT_EQ(code(crooked, salts, wish), "analysis_unbalanced");
    EXPECT_EQ(code(groundwater(), {}, wish), "salts_none");
    auto none = wish; none.bands.clear();
    EXPECT_EQ(code(groundwater(), salts, none), "bands_none");
    auto dry = wish; dry.volume_l = 0;
    EXPECT_EQ(code(groundwater(), salts, dry), "amount_wrong");
    auto odd = wish; odd.bands[0].what = "Na:Xe";
    EXPECT_EQ(code(groundwater(), salts, odd), "band_unknown");
    auto crossed = wish; crossed.bands[0].low = 40;
    EXPECT_EQ(code(groundwater(), salts, crossed), "limits_crossed");
    EXPECT_EQ(code(groundwater(), {salt("KCl", 500, 2)}, wish), "purity_wrong");
    auto euro = salt("NaCl", 1); euro.price.money.currency = Currency::eur;
    EXPECT_EQ(code(groundwater(), {salts[0], euro}, wish), "currency_mixed");
    // salts only add: less sulfate than there is cannot be had
    auto less = wish; less.bands.push_back({"SO4", 0, 100});
    auto const answer = mix_water(groundwater(), salts, less);
    ASSERT_TRUE(answer);
    ASSERT_FALSE(answer->mix);
    ASSERT_EQ(answer->gives.size(), 1u);
    EXPECT_EQ(answer->gives[0].band, 1u);
    EXPECT_NEAR(answer->gives[0].value, 480, 1);
}

} // namespace
} // namespace osetra::quality
