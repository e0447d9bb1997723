#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

#include "app/cli.h"
#include "breeding/values.h"

// What the job works out is what `osetra breed ebv` says of the files that it keeps.
namespace osetra::app {
namespace {

namespace fs = std::filesystem;
using namespace breeding;

/// Deterministic noise, near enough to normal.
struct Noise {
    std::uint64_t state = 7;
    double uniform() { state = state * 6364136223846793005ULL + 1442695040888963407ULL; return static_cast<double>(state >> 11) * 0x1.0p-53; }
    double normal() { return (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508; }
};

constexpr std::size_t variants = 300;

/// Twenty sires by two dams each, twelve fish of every pair: weighed twice, opened once. Growth and roe share half of their genes the other way round, growth and eggs none.
struct Farm {
    std::string pedigree = "id,sire,dam,sex,born\n", dosages = "id";
    std::vector<TraitRecord> records;
    std::map<std::string, std::string> animal_of;
};
Farm farm() {
    Farm out;
    Noise noise;
    using Genes = std::array<double, 3>;
    using Copies = std::array<std::array<int, variants>, 2>;
    std::map<std::string, Genes> genes;
    std::map<std::string, Copies> copies;
    for (std::size_t v = 0; v < variants; ++v) out.dosages += ",v" + std::to_string(v);
    out.dosages += '\n';
    auto const founder = [&](std::string const& id, char const* sex) {
        auto const a = noise.normal(), b = noise.normal();
        genes[id] = {a, -0.5 * a + 0.866 * b, noise.normal()};
        for (auto& set : copies[id]) for (auto& allele : set) allele = noise.uniform() < 0.4;
        out.pedigree += id + ",,," + sex + ",2000\n";
    };
    for (auto s = 0; s < 20; ++s) founder("M" + std::to_string(s), "male");
    for (auto d = 0; d < 40; ++d) founder("F" + std::to_string(d), "female");
    auto n = 0;
    for (auto d = 0; d < 40; ++d)
        for (auto k = 0; k < 12; ++k, ++n) {
            auto const sire = "M" + std::to_string(d / 2), dam = "F" + std::to_string(d), id = "A" + std::to_string(n);
            auto const female = n % 2 == 0;
            out.pedigree += id + ',' + sire + ',' + dam + (female ? ",female" : ",male") + ",2018\n";
            Genes own{};
            auto const a = noise.normal(), b = noise.normal(), c = noise.normal();
            std::array const fresh{a, -0.5 * a + 0.866 * b, c};
            for (std::size_t i = 0; i < 3; ++i) own[i] = (genes[sire][i] + genes[dam][i]) / 2 + std::sqrt(0.5) * fresh[i];
            genes[id] = own;
            auto& of = copies[id];
            for (std::size_t v = 0; v < variants; ++v) { of[0][v] = copies[sire][noise.uniform() < 0.5 ? 0 : 1][v]; of[1][v] = copies[dam][noise.uniform() < 0.5 ? 0 : 1][v]; }
            auto const stays = 0.7 * noise.normal(), sex = female ? 3.0 : 0.0;
            char const* of_sex = female ? "female" : "male";
            for (auto day : {18'000, 18'400})
                out.records.push_back({id, "weight", 800 + sex + 10 * (own[0] + stays + 0.7 * noise.normal()), {day}, "pool" + std::to_string(n % 3) + "|" + std::to_string(day), of_sex});
            out.records.push_back({id, "roe", 14 + 2 * (own[1] + 0.5 * stays + noise.normal()), {19'000}, "2022-01", of_sex});
            out.records.push_back({id, "egg", 3 + 0.2 * (own[2] + noise.normal()), {19'000}, "2022-01", of_sex});
            out.records.push_back({id, "colour", std::clamp(std::round(3 + own[2] + noise.normal()), 1.0, 6.0), {19'000}, "2022-0" + std::to_string(1 + n % 6), of_sex});
            out.records.push_back({id, "survival", own[0] + noise.normal() > -1.2 ? 1.0 : 0.0, {19'000}, "C" + std::to_string(n % 4), of_sex});
            if (n % 3 == 0) {   // genotyped; samples have names of their own
                auto const sample = "T" + std::to_string(1000 + n);
                out.animal_of[sample] = id;
                out.dosages += sample;
                for (std::size_t v = 0; v < variants; ++v) out.dosages += ',' + std::to_string(of[0][v] + of[1][v]);
                out.dosages += '\n';
            }
        }
    return out;
}

class BreedSame : public testing::Test {
protected:
    BreedSame() {
        std::string pattern = (fs::temp_directory_path() / "osetra_breed_XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error{"no temporary folder"};
        m_folder = pattern;
    }
    ~BreedSame() override { fs::remove_all(m_folder); }
    std::string path(std::string const& name) const { return (m_folder / name).string(); }
    void write(std::string const& name, std::string const& text) const { std::ofstream{path(name)} << text; }

    /// What the verb says of every animal and trait of a model: a breeding value and its reliability.
    std::map<std::string, std::map<std::string, Value>> verb(std::string const& model, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"breed", "ebv", "--pedigree", path("pedigree.csv"), "--records", path("records.csv"), "--model", model, "--out", path("ebv.csv")};
        words.insert(words.end(), more.begin(), more.end());
        std::istringstream in;
        std::ostringstream o, e;
        Console io{in, o, e};
        std::map<std::string, std::map<std::string, Value>> out;
        EXPECT_EQ(app::run(words, io), 0) << e.str();
        std::ifstream file{path("ebv.csv")};
        std::ostringstream text;
        text << file.rdbuf();
        auto const c = Columns::read(text.str(), "ebv.csv");
        EXPECT_TRUE(c);
        if (!c) return out;
        for (auto const& name : c->header()) {
            if (!name.starts_with("ebv_")) continue;
            auto const trait = name.substr(4);
            auto const value = *c->column(name), reliability = *c->column("reliability_" + trait), id = *c->column("id");
            for (std::size_t row = 0; row < c->rows(); ++row) out[trait][std::string{c->cell(row, id)}] = {*number_in(*c, row, value), *number_in(*c, row, reliability)};
        }
        return out;
    }
    void same(Values const& values, std::string const& trait, std::map<std::string, Value> const& verb) {
        ASSERT_EQ(verb.size(), values.id.size());
        for (auto const& id : values.id) {
            auto const mine = values.find(id, trait);
            ASSERT_TRUE(mine);
            EXPECT_NEAR(mine->ebv, verb.at(id).ebv, 1e-9 * std::max(1.0, std::abs(verb.at(id).ebv))) << trait << " " << id;
            EXPECT_NEAR(mine->reliability, std::clamp(verb.at(id).reliability, 0.0, 1.0), 1e-9) << trait << " " << id;
        }
    }
    fs::path m_folder;
};

TEST_F(BreedSame, MeasuresTogetherAndOrdinalTraitsOnTheirLiability) {
    auto const f = farm();
    auto const records = records_csv(f.records);
    write("pedigree.csv", f.pedigree);
    write("records.csv", records);
    auto const values = evaluate(f.pedigree, records);
    ASSERT_TRUE(values) << values.error().message;
    EXPECT_EQ(values->traits, (std::vector<std::string>{"weight", "roe", "egg", "colour", "survival"}));
    auto const& together = *values->fit_of("roe");
    EXPECT_EQ(together.model, "weight, roe, egg ~ group + sex + animal + permanent");
    EXPECT_EQ(together.together, (std::vector<std::string>{"weight", "egg"}));
    auto const all = verb(together.model);
    for (auto const* trait : {"weight", "roe", "egg"}) same(*values, trait, all.at(trait));
    std::vector<std::string> told;   // and with the variances that were kept, nothing has to be found again
    for (auto const& v : together.variances) told.insert(told.end(), {"--variance", v});
    for (auto const& [trait, of] : verb(together.model, told)) same(*values, trait, of);
    for (auto const* trait : {"colour", "survival"}) {
        auto const& fit = *values->fit_of(trait);
        EXPECT_EQ(fit.alone_why, "ordinal");
        same(*values, trait, verb(fit.model).at(trait));
        auto const low = chance_of(fit, -1), middle = chance_of(fit, 0), high = chance_of(fit, 1);
        ASSERT_TRUE(low && middle && high);
        EXPECT_LT(*low, *middle);
        EXPECT_LT(*middle, *high);
        double seen = 0, wished = 0;   // at the mean it is about as often as it was seen
        for (auto const& r : f.records) if (r.trait == trait) { ++seen; wished += r.value >= find_trait(trait)->good_from; }
        EXPECT_NEAR(*middle, wished / seen, 0.12) << trait;
    }
    // growth and roe were made to go against each other, growth and eggs to have nothing to do with each other
    for (auto const& p : values->pairs) {
        if (p.other == "weight" && p.trait == "roe") { EXPECT_NEAR(p.genetic, -0.5, 2.5 * p.error); EXPECT_LT(p.error, 0.3); }
        if (p.other == "weight" && p.trait == "egg") { EXPECT_NEAR(p.genetic, 0, 2.5 * p.error); }
        EXPECT_GE(p.animals, 60);
    }
    EXPECT_EQ(values->pairs.size(), 3u);
}

TEST_F(BreedSame, InASingleStepWithGenotypesOfSamples) {
    auto f = farm();
    auto const records = records_csv(f.records);
    write("pedigree.csv", f.pedigree);
    write("records.csv", records);
    write("panel.csv", f.dosages);
    std::string samples = "sample,animal\n";
    for (auto const& [sample, animal] : f.animal_of) samples += sample + ',' + animal + '\n';
    write("samples.csv", samples);
    auto source = table_genotypes(f.dosages, "panel.csv");
    ASSERT_TRUE(source) << source.error().message;
    GenotypesTold told{std::move(*source), "panel.csv", f.animal_of};
    auto const values = evaluate(f.pedigree, records, {}, &told);
    ASSERT_TRUE(values) << values.error().message;
    ASSERT_TRUE(values->genotypes);
    EXPECT_EQ(values->genotypes->animals, 160);
    EXPECT_EQ(values->genotypes->left_out, 0);
    EXPECT_FALSE(values->genotypes->why_not);
    std::vector<std::string> const with{"--genotypes", path("panel.csv"), "--samples", path("samples.csv")};
    auto const all = verb(values->fit_of("roe")->model, with);
    for (auto const& [trait, of] : all) same(*values, trait, of);
    same(*values, "colour", verb(values->fit_of("colour")->model, with).at("colour"));
    auto const back = read_values(values_csv(*values), summary_json(*values));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(values_csv(*back), values_csv(*values));
    EXPECT_EQ(summary_json(*back), summary_json(*values));
}

} // namespace
} // namespace osetra::app
