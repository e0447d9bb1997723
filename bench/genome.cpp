// Genotypes and chromosome sets at size: processor seconds of the genomic matrix from a .bed file, and of the inverse of the relationship matrix of fish with four sets.
//   genome_bench g ANIMALS VARIANTS [MISSING_PER_THOUSAND]
//   genome_bench ploidy ANIMALS
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <unistd.h>

#include "breeding/engine/genomic.h"
#include "breeding/engine/wide_algebra.h"
#include "measure.h"

namespace {

using namespace osetra::breeding;

void tell(char const* what, std::size_t animals, double from) {
    std::printf("{\"measure\":\"%s\",\"animals\":%zu,\"processor_s\":%.3f,\"resident_mb\":%ld}\n", what, animals, osetra::bench::processor_s() - from, osetra::bench::resident_mb());
}

/// Genotypes in the shares that each variant's frequency gives, animals not related.
std::string made_bed(std::size_t animals, std::size_t variants, unsigned missing) {
    auto const stem = (std::filesystem::temp_directory_path() / ("genome_bench_" + std::to_string(getpid()))).string();
    std::ofstream bed{stem + ".bed", std::ios::binary}, bim{stem + ".bim"}, fam{stem + ".fam"};
    for (std::size_t i = 0; i < animals; ++i) fam << "f " << i << " 0 0 0 -9\n";
    bed.write("\x6c\x1b\x01", 3);
    std::mt19937_64 random{1};
    std::string row((animals + 3) / 4, '\0');
    for (std::size_t v = 0; v < variants; ++v) {
        bim << "1 " << v << " 0 " << v << " A B\n";
        auto const frequency = 3'000 + random() % 59'000;   // of 65,536
        std::fill(row.begin(), row.end(), '\0');
        for (std::size_t i = 0; i < animals; ++i) {
            auto const bits = random();
            auto const dosage = ((bits & 0xffff) < frequency) + ((bits >> 16 & 0xffff) < frequency);
            auto const code = (bits >> 32) % 1'000 < missing ? 1u : dosage == 2 ? 0u : dosage == 1 ? 2u : 3u;
            row[i / 4] = static_cast<char>(static_cast<unsigned char>(row[i / 4]) | code << 2 * (i % 4));
        }
        bed.write(row.data(), static_cast<std::streamsize>(row.size()));
    }
    return stem;
}

int genomic(std::size_t animals, std::size_t variants, unsigned missing) {
    auto const stem = made_bed(animals, variants, missing);
    auto const from = osetra::bench::processor_s();
    auto const source = open_genotypes(stem + ".bed");
    if (!source) { std::printf("%s\n", source.error().message.c_str()); return 1; }
    std::vector<std::size_t> all(animals);
    std::iota(all.begin(), all.end(), std::size_t{0});
    auto const got = genomic_matrix(**source, all, {});
    if (!got) { std::printf("%s\n", got.error().message.c_str()); return 1; }
    tell("genomic matrix", animals, from);
    double own = 0;
    for (std::size_t i = 0; i < animals; ++i) own += got->g(i, i);
    std::printf("{\"variants\":%zu,\"mean_own\":%.6f}\n", got->variants, own / static_cast<double>(animals));
    for (auto const* ending : {".bed", ".bim", ".fam"}) std::filesystem::remove(stem + ending);
    return 0;
}

/// Ten generations, 40 sires and 80 dams in each, four sets, a tenth of them gynogenetic.
int ploidy(std::size_t animals) {
    std::mt19937_64 random{1};
    Pedigree p;
    PloidyTold told;
    told.meiosis.double_reduction = 0.1;
    auto const generation = animals / 10;
    for (std::size_t i = 0; i < animals; ++i) {
        auto const founder = i < generation;
        auto const before = founder ? 0 : (i / generation - 1) * generation;
        p.sire.push_back(founder ? -1 : static_cast<std::int32_t>(before + random() % 40));
        p.dam.push_back(founder ? -1 : static_cast<std::int32_t>(before + 40 + random() % 80));
        told.ploidy.push_back(founder ? 4 : 0);
        told.origin.push_back(!founder && random() % 10 == 0 ? Origin::gynogenesis : Origin::cross);
    }
    auto const from = osetra::bench::processor_s();
    auto const origins = origins_of(p, told);
    if (!origins) { std::printf("%s\n", origins.error().message.c_str()); return 1; }
    auto const relationship = polyploid_relationship(*origins);
    auto const inverse = polyploid_inverse(*origins, relationship);
    tell("polyploid inverse", animals, from);
    std::printf("{\"entries\":%zu}\n", inverse.column.size());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    begin_with_wide_algebra(argv);
    auto const number = [&](int i, std::size_t otherwise) { return argc > i ? static_cast<std::size_t>(std::strtoul(argv[i], nullptr, 10)) : otherwise; };
    if (argc > 1 && std::strcmp(argv[1], "ploidy") == 0) return ploidy(number(2, 100'000));
    return genomic(number(2, 10'000), number(3, 50'000), static_cast<unsigned>(number(4, 10)));
}
