#pragma once
#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "breeding/engine/columns.h"
#include "kernel/result.h"

namespace osetra::breeding {

/// Genotypes of animals, variant after variant, so that a file need not fit in memory.
class Genotypes {
public:
    virtual ~Genotypes() = default;

    std::vector<std::string> const& ids() const { return m_ids; }
    std::size_t animals() const { return m_ids.size(); }
    /// Copies of each place in an animal: what a dosage is at most. Known after the first read().
    int copies() const { return m_copies; }
    /// Up to `most` variants more; 0 at the end. Dosages of the counted allele, those of one variant beside each other in the order of ids(), not-a-number where none was called.
    /// Refusals are those of the kind of file.
    virtual Result<std::size_t> read(std::size_t most, std::vector<float>& dosage) = 0;

protected:
    std::vector<std::string> m_ids;
    int m_copies = 2;
};

/// PLINK 1: X.bed with X.bim and X.fam beside it. Counted is the first allele of the .bim.
/// Refusals: fam_malformed, bim_malformed, genotype_id_twice, with the line; bed_magic, bed_by_animal, bed_size (with what it should be); genotypes_empty.
Result<std::unique_ptr<Genotypes>> plink_genotypes(std::unique_ptr<std::istream> bed, std::istream& bim, std::istream& fam, std::string name);

/// VCF as text: GT, or DS where there is none. Counted are alleles other than the reference; a genotype with one allele unknown is not called. How many alleles a GT has is the ploidy.
/// Refusals: vcf_header, vcf_ragged, vcf_genotype, vcf_ploidy, line_too_long, with the line; genotype_id_twice, genotypes_empty.
Result<std::unique_ptr<Genotypes>> vcf_genotypes(std::unique_ptr<std::istream> text, std::string name);

/// A table: id, then a column for each variant with its dosage, whole or not. Or lines of an id and one row of digits (5: not called), as BLUPF90 has them.
/// Refusals: those of Columns, number_malformed, dosage_out_of_range, genotype_id_twice, genotypes_ragged, genotypes_too_many (over 50 million cells), genotypes_empty.
Result<std::unique_ptr<Genotypes>> table_genotypes(std::string bytes, std::string name);

/// By the ending: .bed, .vcf, else a table. Refusals: file_not_found, file_packed (.gz: to be unpacked first), and those above.
Result<std::unique_ptr<Genotypes>> open_genotypes(std::string const& path);

} // namespace osetra::breeding
