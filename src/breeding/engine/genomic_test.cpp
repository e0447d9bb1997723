#include "breeding/engine/genomic.h"

#include <cmath>
#include <map>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "breeding/engine/shares.h"
#include "breeding/engine/test_sets.h"

namespace osetra::breeding {
namespace {

using std::size_t;

std::unique_ptr<Genotypes> opened(std::string const& path) {
    auto got = open_genotypes(path);
    EXPECT_TRUE(got) << got.error().message;
    return *std::move(got);
}
std::vector<size_t> first_of(Genotypes const& g, size_t n) {
    std::vector<size_t> out(std::min(n, g.animals()));
    std::iota(out.begin(), out.end(), size_t{0});
    return out;
}
/// Animals with no pedigree.
PedigreeFile founders(std::vector<std::string> ids) {
    PedigreeFile out;
    out.checked.pedigree.sire.assign(ids.size(), -1);
    out.checked.pedigree.dam = out.checked.pedigree.sire;
    out.checked.pedigree.id = std::move(ids);
    return out;
}
Variances two(double a, double e) { return {Covariance::diagonal(1, a), Covariance::diagonal(1, e)}; }

/// Robledo and others 2018: 1,481 salmon, 17,156 variants; VanRaden's first, missing at the mean, 0.99 G + 0.01 I; values and error variances by dense algebra in R. 1e-6.
TEST(SetsOfOthers, SalmonByGenotypesAlone) {
    OSETRA_NEEDS_SHARED();
    auto const source = opened((shared() / "salmon_agd/geno.bed").string());
    auto got = genomic_matrix(*source, first_of(*source, 5'000), {});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->variants + got->same_in_all, 17'156u);
    EXPECT_EQ(got->same_in_all, 5'639u);   // tell nothing, and change nothing
    blend(got->g, nullptr, {0.01, false});
    auto const relationship = genomic_relationship(std::move(got->g));
    ASSERT_TRUE(relationship) << relationship.error().message;
    auto const file = founders(source->ids());
    auto const records = shared_table("salmon_agd/phenotypes.csv");
    auto const e = prepare(*Formula::parse("mean_gill_score ~ 1 + animal"), records, {}, &file, false, &*relationship);
    ASSERT_TRUE(e) << e.error().message;
    Equations equations(e->model);
    auto const s = equations.solve(two(0.25, 0.60), true);
    ASSERT_TRUE(s) << s.error().message;
    auto const expected = shared_table("salmon_agd/expected_gblup_gill_va0.25_ve0.60.csv");
    ASSERT_EQ(expected.rows(), source->animals());
    for (size_t i = 0; i < expected.rows(); ++i) {
        ASSERT_EQ(expected.cell(i, 0), e->level_names[1][i]);
        EXPECT_NEAR(s->value[1][i], *number_in(expected, i, 1), 1e-6);
        EXPECT_NEAR(s->error_variance[1][i], *number_in(expected, i, 2), 1e-6);
        EXPECT_NEAR(e->own[i], 0.99 * *number_in(expected, i, 3) + 0.01, 1e-6);   // printed before blending
    }
    // variances by REML: another program's profile of the likelihood
    auto const report = variance_report(*e, false);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_NEAR(report->shares[0].variance, 0.17581252369, 2e-5);
    EXPECT_NEAR(report->shares[1].variance, 0.57098363746, 2e-5);
}

/// The first 700 are genotyped: 0.95 G + 0.05 A22. 1e-6.
TEST(SetsOfOthers, SalmonInOneStep) {
    OSETRA_NEEDS_SHARED();
    std::vector<Defect> defects;
    auto const pedigree = read_pedigree(shared_table("salmon_agd/pedigree.csv"), {}, defects);
    ASSERT_TRUE(pedigree);
    auto const& p = pedigree->checked.pedigree;
    auto const source = opened((shared() / "salmon_agd/geno.bed").string());
    auto got = genomic_matrix(*source, first_of(*source, 700), {});
    ASSERT_TRUE(got);
    std::map<std::string, std::int32_t> place;
    for (size_t i = 0; i < p.size(); ++i) place[p.id[i]] = static_cast<std::int32_t>(i);
    std::vector<std::int32_t> genotyped;
    for (size_t i = 0; i < 700; ++i) genotyped.push_back(place.at(source->ids()[i]));
    auto const f = inbreeding(p);
    auto a22 = relationships_among(Descent::of(p, f), genotyped);
    blend(got->g, &a22, {0.05, false});
    Relationship whole{relationship_inverse(p, f), 0, {}, {}, {}};
    for (size_t i = 0; i < p.size(); ++i) whole.log_determinant += std::log(mendelian_variance(p, f, i));
    auto const g = got->g;
    auto const h = single_step(p, std::move(whole), genotyped, got->g, std::move(a22));
    ASSERT_TRUE(h) << h.error().message;
    for (size_t i = 0; i < 700; ++i) EXPECT_NEAR(h->own[static_cast<size_t>(genotyped[i])], g(i, i), 1e-8);
    auto const records = shared_table("salmon_agd/phenotypes.csv");
    auto const e = prepare(*Formula::parse("mean_gill_score ~ 1 + animal"), records, {}, &*pedigree, false, &*h);
    ASSERT_TRUE(e) << e.error().message;
    Equations equations(e->model);
    auto const s = equations.solve(two(0.25, 0.60), true);
    ASSERT_TRUE(s) << s.error().message;
    auto const expected = shared_table("salmon_agd/expected_ssgblup_gill_va0.25_ve0.60.csv");
    ASSERT_EQ(expected.rows(), p.size());
    for (size_t row = 0; row < expected.rows(); ++row) {
        auto const i = static_cast<size_t>(place.at(std::string{expected.cell(row, 0)}));
        EXPECT_NEAR(s->value[1][i], *number_in(expected, row, 2), 1e-6);
        EXPECT_NEAR(s->error_variance[1][i], *number_in(expected, row, 3), 1e-6);
    }
}

/// Where the genomic matrix says what the pedigree says, one step changes nothing, whatever the ploidy.
TEST(Genomic, OneStepWithThePedigreesOwnMatrixIsThePedigree) {
    std::mt19937_64 random{23};
    Pedigree p;
    PloidyTold told;
    for (std::int32_t i = 0; i < 120; ++i) {
        auto const any = [&] { return i < 12 ? -1 : static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(i)); };
        p.sire.push_back(any());
        p.dam.push_back(any());
        p.id.push_back(std::to_string(i));
        told.ploidy.push_back(i < 12 ? 4 : 0);
        told.origin.push_back(Origin::cross);
    }
    told.meiosis.double_reduction = 0.1;
    auto const o = origins_of(p, told);
    ASSERT_TRUE(o);
    auto const r = polyploid_relationship(*o);
    auto const inverse = polyploid_inverse(*o, r);
    std::vector<std::int32_t> genotyped{119, 40, 7, 80, 81, 3};
    auto const a22 = relationships_among(Descent::of(*o, r), genotyped);
    for (size_t k = 0; k < genotyped.size(); ++k) EXPECT_NEAR(a22(k, k), r.own[static_cast<size_t>(genotyped[k])], 1e-10);
    auto const h = single_step(p, {inverse, r.log_determinant, r.own, r.f, {}}, genotyped, a22, a22);
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_NEAR(h->log_determinant, r.log_determinant, 1e-9);
    for (size_t i = 0; i < p.size(); ++i) {
        EXPECT_NEAR(h->own[i], r.own[i], 1e-8);
        for (auto k = inverse.start[i]; k < inverse.start[i + 1]; ++k) {
            auto found = false;
            for (auto m = h->inverse.start[i]; m < h->inverse.start[i + 1]; ++m) {
                if (m > h->inverse.start[i]) { EXPECT_LT(h->inverse.column[m - 1], h->inverse.column[m]); }
                if (h->inverse.column[m] == inverse.column[k]) { found = true; EXPECT_NEAR(h->inverse.value[m], inverse.value[k], 1e-9); }
            }
            EXPECT_TRUE(found);
        }
    }
}

std::string bed_of(std::vector<std::string> const& variants) {   // 0, 1, 2 or . of each animal
    std::string out{"\x6c\x1b\x01", 3};
    for (auto const& v : variants) {
        std::string bytes((v.size() + 3) / 4, '\0');
        for (size_t i = 0; i < v.size(); ++i) bytes[i / 4] = static_cast<char>(static_cast<unsigned char>(bytes[i / 4]) | (v[i] == '2' ? 0 : v[i] == '.' ? 1 : v[i] == '1' ? 2 : 3) << 2 * (i % 4));
        out += bytes;
    }
    return out;
}
Result<std::unique_ptr<Genotypes>> plink_of(std::string bed, size_t variants, std::vector<std::string> const& ids) {
    std::string bim, fam;
    for (size_t v = 0; v < variants; ++v) bim += "1 v" + std::to_string(v) + " 0 1 A B\n";
    for (auto const& id : ids) fam += "f " + id + " 0 0 0 -9\r\n";
    std::istringstream bim_in{bim}, fam_in{fam};
    return plink_genotypes(std::make_unique<std::istringstream>(std::move(bed)), bim_in, fam_in, "x.bed");
}
std::string vcf_of(std::vector<std::string> const& ids, std::vector<std::vector<std::string>> const& variants, char const* format = "GT") {
    std::string out = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT";
    for (auto const& id : ids) out += '\t' + id;
    for (auto const& v : variants) {
        out += std::string{"\n1\t1\tv\tA\tB\t.\t.\t.\t"} + format;
        for (auto const& g : v) out += '\t' + g;
    }
    return out + '\n';
}
std::vector<float> all_of(Genotypes& g) {
    std::vector<float> out, block;
    for (;;) {
        auto const got = g.read(2, block);
        EXPECT_TRUE(got) << got.error().message;
        if (!got || !*got) return out;
        out.insert(out.end(), block.begin(), block.end());
    }
}
void expect_same(std::vector<float> const& got, std::vector<float> const& wanted) {
    ASSERT_EQ(got.size(), wanted.size());
    for (size_t i = 0; i < got.size(); ++i) EXPECT_TRUE(got[i] == wanted[i] || (std::isnan(got[i]) && std::isnan(wanted[i]))) << i;
}

TEST(Genotypes, OneTruthInFourFormats) {
    std::vector<std::string> const ids{"a", "b", "c", "d", "e"};
    auto const no = std::nanf("");
    std::vector<float> const truth{0, 1, 2, no, 2, 1, 1, no, 0, 0, 2, 2, 2, 2, 1};
    auto const bed = plink_of(bed_of({"012.2", "11.00", "22221"}), 3, ids);
    ASSERT_TRUE(bed) << bed.error().message;
    expect_same(all_of(**bed), truth);
    auto const vcf = vcf_genotypes(std::make_unique<std::istringstream>(vcf_of(ids, {{"0/0:9", "0|1:9", "1/1", "./.", "1/2"}, {"1/0", "0/1:3", "./1", "0/0", "0/0"}, {"1/1", "1/1", "1/1", "1/1", "0/1"}}, "GT:DP")), "x.vcf");
    ASSERT_TRUE(vcf) << vcf.error().message;
    expect_same(all_of(**vcf), truth);
    EXPECT_EQ((*vcf)->copies(), 2);
    auto const amounts = vcf_genotypes(std::make_unique<std::istringstream>(vcf_of(ids, {{"5:0", "5:1.0", "5:2", "5", ".:2"}, {"1:1", "1:1", "1:.", "1:0", "1:0"}, {"1:2", "1:2", "1:2", "1:2", "1:1"}}, "DP:DS")), "x.vcf");
    ASSERT_TRUE(amounts) << amounts.error().message;
    expect_same(all_of(**amounts), truth);
    auto const csv = table_genotypes("id,v1,v2,v3\na,0,1,2\nb,1,1,2\nc,2,NA,2\nd,,0,2\ne,2,0,1.0\n", "x.csv");
    ASSERT_TRUE(csv) << csv.error().message;
    expect_same(all_of(**csv), truth);
    auto const digits = table_genotypes("a 012\nb 112\nc 252\nd 502\n  e 201\r\n", "x.txt");
    ASSERT_TRUE(digits) << digits.error().message;
    expect_same(all_of(**digits), truth);
    auto const four = vcf_genotypes(std::make_unique<std::istringstream>(vcf_of({"a", "b"}, {{"0/0/1/1", "1/1/1/1"}})), "x.vcf");
    ASSERT_TRUE(four);
    expect_same(all_of(**four), {2, 4});
    EXPECT_EQ((*four)->copies(), 4);
}

TEST(Genotypes, EveryDefectHasItsNameAndPlace) {
    auto const code_of = [](auto const& result) { return result ? std::string{} : result.error().code + " " + result.error().at; };
    std::vector<std::string> const ab{"a", "b"};
    auto const good = bed_of({"01"});
    EXPECT_EQ(code_of(plink_of("", 1, ab)), "bed_magic x.bed");
    EXPECT_EQ(code_of(plink_of("\x6c\x1b", 1, ab)), "bed_magic x.bed");
    EXPECT_EQ(code_of(plink_of({"\x6c\x1b\0\0", 4}, 1, ab)), "bed_by_animal x.bed");
    EXPECT_EQ(code_of(plink_of(good + "x", 1, ab)), "bed_size x.bed");
    EXPECT_EQ(code_of(plink_of(good, 2, ab)), "bed_size x.bed");
    EXPECT_EQ(code_of(plink_of(good, 0, ab)), "genotypes_empty x.bim");
    EXPECT_EQ(code_of(plink_of(good, 1, {})), "genotypes_empty x.fam");
    EXPECT_EQ(code_of(plink_of(good, 1, {"a", "a"})), "genotype_id_twice x.fam line 2");
    EXPECT_EQ(code_of(plink_of(good, 1, {"a", "b c"})), "fam_malformed x.fam line 2");
    auto const vcf = [&](std::string text) {
        auto got = vcf_genotypes(std::make_unique<std::istringstream>(std::move(text)), "x.vcf");
        if (!got) return code_of(got);
        std::vector<float> block;
        return code_of((*got)->read(100, block));
    };
    EXPECT_EQ(vcf(""), "vcf_header x.vcf");
    EXPECT_EQ(vcf("##a\n##b\n"), "vcf_header x.vcf");
    EXPECT_EQ(vcf("##a\n1\t2\n"), "vcf_header x.vcf line 2");
    EXPECT_EQ(vcf(vcf_of({"a", "a"}, {})), "genotype_id_twice x.vcf");
    EXPECT_EQ(vcf(vcf_of(ab, {{"0/1"}})), "vcf_ragged x.vcf line 3");
    EXPECT_EQ(vcf(vcf_of(ab, {{"0/1", "0/1"}, {"0/1", "hom"}})), "vcf_genotype x.vcf line 4");
    EXPECT_EQ(vcf(vcf_of(ab, {{"0/1", "0/"}})), "vcf_genotype x.vcf line 3");
    EXPECT_EQ(vcf(vcf_of(ab, {{"0/1", "0/1/1"}})), "vcf_ploidy x.vcf line 3");
    EXPECT_EQ(vcf(vcf_of(ab, {{"9", "8"}}, "DP")), "vcf_genotype x.vcf line 3");
    EXPECT_EQ(vcf(vcf_of(ab, {{"nan", "8"}}, "DS")), "vcf_genotype x.vcf line 3");
    EXPECT_EQ(vcf(vcf_of(ab, {{"-1", "8"}}, "DS")), "vcf_genotype x.vcf line 3");
    EXPECT_EQ(code_of(table_genotypes("", "t")), "file_empty t");
    EXPECT_EQ(code_of(table_genotypes("id,v\n", "t")), "genotypes_empty t");
    EXPECT_EQ(code_of(table_genotypes("id,v\na,3e9\n", "t")), "dosage_out_of_range t line 2 v");
    EXPECT_EQ(code_of(table_genotypes("id,v\na,-1\n", "t")), "dosage_out_of_range t line 2 v");
    EXPECT_EQ(code_of(table_genotypes("id,v\na,AB\n", "t")), "number_malformed t line 2 v");
    EXPECT_EQ(code_of(table_genotypes("id,v\na,1\na,2\n", "t")), "genotype_id_twice t");
    EXPECT_EQ(code_of(table_genotypes("a 012\nb 01\n", "t")), "genotypes_ragged t line 2");
    EXPECT_EQ(code_of(table_genotypes("a 012\nb 01x\n", "t")), "number_malformed t line 2");
    EXPECT_EQ(code_of(open_genotypes("/nowhere.bed")), "file_not_found /nowhere.bed");
    EXPECT_EQ(code_of(open_genotypes("x.vcf.gz")), "file_packed x.vcf.gz");
    auto const same = table_genotypes("id,v\na,2\nb,2\n", "t");
    EXPECT_EQ(genomic_matrix(**same, {0, 1}, {}).error().code, "variants_none");
    auto const silent = table_genotypes("id,v\na,1\nb,0\nc,\n", "t");
    EXPECT_EQ(genomic_matrix(**silent, {0, 1, 2}, {}).error().code, "animal_not_called");
    Dense twins{2, {1, 1, 1, 1}};
    EXPECT_EQ(invert(twins).error().code, "genomic_singular");
}

/// Single precision and the panels of many animals say what plain sums say.
TEST(Genomic, ManyAnimalsAreSummedAsFewAre) {
    constexpr size_t n = 4'100, variants = 90;
    std::mt19937_64 random{2};
    std::vector<std::string> rows(variants, std::string(n, '0')), ids;
    for (auto& row : rows) for (auto& c : row) { auto const x = random() % 20; c = x == 0 ? '.' : static_cast<char>('0' + x % 3); }
    for (size_t i = 0; i < n; ++i) ids.push_back(std::to_string(i));
    auto const bed = plink_of(bed_of(rows), variants, ids);
    ASSERT_TRUE(bed);
    auto const got = genomic_matrix(**bed, first_of(**bed, n), {});
    ASSERT_TRUE(got);
    std::vector<double> mean(variants);
    double divisor = 0;
    for (size_t v = 0; v < variants; ++v) {
        double sum = 0, known = 0;
        for (auto const c : rows[v]) if (c != '.') { sum += c - '0'; ++known; }
        mean[v] = sum / known;
        divisor += mean[v] * (1 - mean[v] / 2);
    }
    for (auto const& [i, j] : std::vector<std::pair<size_t, size_t>>{{0, 0}, {4'099, 4'099}, {17, 3'000}, {1'024, 1'023}, {4'099, 0}, {2'047, 2'048}}) {
        double sum = 0;
        for (size_t v = 0; v < variants; ++v) if (rows[v][i] != '.' && rows[v][j] != '.') sum += (rows[v][i] - '0' - mean[v]) * (rows[v][j] - '0' - mean[v]);
        EXPECT_NEAR(got->g(i, j), sum / divisor, 1e-6);
        EXPECT_EQ(got->g(i, j), got->g(j, i));
    }
}

} // namespace
} // namespace osetra::breeding
