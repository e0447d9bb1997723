#include "breeding/engine/genotypes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string_view>
#include <unordered_set>

namespace osetra::breeding {
namespace {

using std::size_t;
using std::string;
using std::string_view;
using std::uint8_t;

constexpr float not_called = std::numeric_limits<float>::quiet_NaN();
constexpr size_t longest_line = size_t{256} << 20;

string line_of(string const& name, size_t line) { return name + " line " + std::to_string(line); }

/// A line without its end; false at the end of the text. Refusal: line_too_long.
Result<bool> next_line(std::istream& in, string& line, string const& name, size_t number) {
    line.clear();
    auto* buffer = in.rdbuf();
    for (;;) {
        auto const c = buffer->sbumpc();
        if (c == std::char_traits<char>::eof()) { if (line.empty()) return false; break; }
        if (c == '\n') break;
        if (line.size() >= longest_line) return refuse("line_too_long", "This line has more than 256 MB. Is it a text file?", line_of(name, number));
        line += static_cast<char>(c);
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
}

std::vector<string_view> words(string_view line) {
    std::vector<string_view> out;
    for (size_t at = 0; at < line.size();) {
        at = line.find_first_not_of(" \t", at);
        if (at == string_view::npos) break;
        auto const to = std::min(line.size(), line.find_first_of(" \t", at));
        out.push_back(line.substr(at, to - at));
        at = to;
    }
    return out;
}

/// Refusals: genotype_id_twice, genotypes_empty.
Result<Done> take_ids(std::vector<string> const& ids, string const& name, size_t first_line) {
    if (ids.empty()) return refuse("genotypes_empty", "The file has no animal.", name);
    std::unordered_set<string_view> seen;
    for (size_t i = 0; i < ids.size(); ++i)
        if (!seen.insert(ids[i]).second) return refuse("genotype_id_twice", "The animal " + ids[i].substr(0, 80) + " is there twice. Leave one of its samples out.", first_line ? line_of(name, first_line + i) : name);
    return Done{};
}

class Plink final : public Genotypes {
public:
    Plink(std::unique_ptr<std::istream> bed, std::vector<string> ids, size_t variants, string name) : m_bed(std::move(bed)), m_left(variants), m_name(std::move(name)) {
        m_ids = std::move(ids);
        for (size_t byte = 0; byte < 256; ++byte)
            for (size_t k = 0; k < 4; ++k) m_of_byte[byte][k] = std::array{2.0f, not_called, 1.0f, 0.0f}[byte >> 2 * k & 3];
    }
    Result<size_t> read(size_t most, std::vector<float>& dosage) override {
        auto const n = std::min(most, m_left), width = (animals() + 3) / 4;
        dosage.resize(n * animals());
        m_bytes.resize(width);
        for (size_t v = 0; v < n; ++v) {
            if (!m_bed->read(reinterpret_cast<char*>(m_bytes.data()), static_cast<std::streamsize>(width))) return refuse("bed_size", "The file ends before its last variant.", m_name);
            auto* to = dosage.data() + v * animals();
            for (size_t i = 0; i < animals(); ++i) to[i] = m_of_byte[m_bytes[i / 4]][i % 4];
        }
        m_left -= n;
        return n;
    }

private:
    std::unique_ptr<std::istream> m_bed;
    size_t m_left;
    string m_name;
    std::vector<uint8_t> m_bytes;
    std::array<std::array<float, 4>, 256> m_of_byte;
};

class Vcf final : public Genotypes {
public:
    explicit Vcf(std::unique_ptr<std::istream> text, string name) : m_text(std::move(text)), m_name(std::move(name)) { m_copies = 0; }

    Result<Done> header() {
        string line;
        while (OSETRA_TRY(next_line(*m_text, line, m_name, m_line + 1))) {
            ++m_line;
            if (line.starts_with("##")) continue;
            auto const cells = split(line, '\t');
            if (cells.size() < 10 || cells[0] != "#CHROM" || cells[8] != "FORMAT") return refuse("vcf_header", "The line #CHROM POS ID REF ALT QUAL FILTER INFO FORMAT and the animals, parted by tabs, is wanted before the variants.", line_of(m_name, m_line));
            for (size_t i = 9; i < cells.size(); ++i) m_ids.emplace_back(cells[i]);
            return take_ids(m_ids, m_name, 0);
        }
        return refuse("vcf_header", "The file has no line #CHROM.", m_name);
    }

    Result<size_t> read(size_t most, std::vector<float>& dosage) override {
        dosage.clear();
        string line;
        size_t n = 0;
        while (n < most && OSETRA_TRY(next_line(*m_text, line, m_name, m_line + 1))) {
            ++m_line;
            if (line.empty()) continue;
            OSETRA_TRY(variant(line, dosage));
            ++n;
        }
        return n;
    }

private:
    static std::vector<string_view> split(string_view text, char by) {
        std::vector<string_view> out;
        for (size_t at = 0;;) {
            auto const to = text.find(by, at);
            out.push_back(text.substr(at, to == string_view::npos ? to : to - at));
            if (to == string_view::npos) return out;
            at = to + 1;
        }
    }
    auto wrong(string_view cell, size_t animal) const { return refuse("vcf_genotype", "'" + string{cell.substr(0, 40)} + "' of " + m_ids[animal].substr(0, 80) + " is no genotype.", line_of(m_name, m_line)); }

    Result<Done> variant(string const& line, std::vector<float>& dosage) {
        auto const cells = split(line, '\t');
        if (cells.size() != 9 + animals()) return refuse("vcf_ragged", "This line has " + std::to_string(cells.size()) + " columns, the header " + std::to_string(9 + animals()) + ".", line_of(m_name, m_line));
        auto const format = split(cells[8], ':');
        auto const genotype = std::find(format.begin(), format.end(), "GT"), amount = std::find(format.begin(), format.end(), "DS");
        auto const which = static_cast<size_t>((genotype != format.end() ? genotype : amount) - format.begin());
        if (which == format.size()) return refuse("vcf_genotype", "The variant has neither GT nor DS.", line_of(m_name, m_line));
        for (size_t i = 0; i < animals(); ++i) {
            auto cell = cells[9 + i];
            for (size_t k = 0; k < which; ++k) {   // pieces may be left away at the end
                auto const colon = cell.find(':');
                cell = colon == string_view::npos ? string_view{"."} : cell.substr(colon + 1);
            }
            cell = cell.substr(0, cell.find(':'));
            dosage.push_back(genotype != format.end() ? OSETRA_TRY(alleles(cell, i)) : OSETRA_TRY(amount_in(cell, i)));
        }
        return Done{};
    }
    Result<float> alleles(string_view cell, size_t animal) {
        if (cell == ".") return not_called;
        int count = 0, copies = 0;
        auto unknown = false;
        for (size_t at = 0; at <= cell.size();) {
            auto const to = std::min(cell.size(), cell.find_first_of("/|", at));
            auto const allele = cell.substr(at, to - at);
            if (allele == ".") unknown = true;
            else if (allele.empty() || allele.size() > 4 || !std::all_of(allele.begin(), allele.end(), [](char c) { return c >= '0' && c <= '9'; })) return wrong(cell, animal);
            else count += allele != "0";
            ++copies;
            at = to + 1;
        }
        if (copies > 16) return wrong(cell, animal);
        if (!m_copies) m_copies = copies;
        if (copies != m_copies)
            return refuse("vcf_ploidy", m_ids[animal].substr(0, 80) + " has " + std::to_string(copies) + " alleles here, others before " + std::to_string(m_copies) + ". Fish of different ploidy go into files of their own.", line_of(m_name, m_line));
        return unknown ? not_called : static_cast<float>(count);
    }
    Result<float> amount_in(string_view cell, size_t animal) {
        if (cell == "." || cell.empty()) return not_called;
        float value = 0;
        auto const [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
        if (error != std::errc{} || end != cell.data() + cell.size() || !(value >= 0) || value > 16) return wrong(cell, animal);
        if (!m_copies) m_copies = 2;
        return value;
    }

    std::unique_ptr<std::istream> m_text;
    string m_name;
    size_t m_line = 0;
};

class InMemory final : public Genotypes {
public:
    InMemory(std::vector<string> ids, std::vector<float> by_animal, int copies) : m_by_animal(std::move(by_animal)) {
        m_ids = std::move(ids);
        m_copies = copies;
        m_variants = m_by_animal.size() / m_ids.size();
    }
    Result<size_t> read(size_t most, std::vector<float>& dosage) override {
        auto const n = std::min(most, m_variants - m_at);
        dosage.resize(n * animals());
        for (size_t v = 0; v < n; ++v) for (size_t i = 0; i < animals(); ++i) dosage[v * animals() + i] = m_by_animal[i * m_variants + m_at + v];
        m_at += n;
        return n;
    }

private:
    std::vector<float> m_by_animal;
    size_t m_variants = 0, m_at = 0;
};

Result<std::unique_ptr<Genotypes>> from_digits(string const& bytes, string const& name) {
    std::istringstream in{bytes};
    std::vector<string> ids;
    std::vector<float> dosage;
    size_t variants = 0, number = 0;
    float most = 2;
    for (string line; std::getline(in, line);) {
        ++number;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        auto const w = words(line);
        if (w.empty()) continue;
        if (w.size() != 2 || (variants && w[1].size() != variants)) return refuse("genotypes_ragged", "An id and " + (variants ? std::to_string(variants) + " digits are" : string{"a row of digits is"}) + " wanted in each line.", line_of(name, number));
        variants = w[1].size();
        ids.emplace_back(w[0]);
        for (char const c : w[1]) {
            if (c < '0' || c > '8') return refuse("number_malformed", "'" + string(1, c) + "' is no dosage: digits from 0, and 5 for what was not called.", line_of(name, number));
            auto const value = static_cast<float>(c - '0');
            if (value > 2 && c != '5') most = std::max(most, value);
            dosage.push_back(c == '5' ? not_called : value);
        }
    }
    OSETRA_TRY(take_ids(ids, name, 1));
    return std::make_unique<InMemory>(std::move(ids), std::move(dosage), static_cast<int>(most));
}

} // namespace

Result<std::unique_ptr<Genotypes>> plink_genotypes(std::unique_ptr<std::istream> bed, std::istream& bim, std::istream& fam, string name) {
    auto const stem = name.ends_with(".bed") ? name.substr(0, name.size() - 4) : name;
    std::vector<string> ids;
    string line;
    for (size_t number = 1; OSETRA_TRY(next_line(fam, line, stem + ".fam", number)); ++number) {
        auto const w = words(line);
        if (w.size() != 6) return refuse("fam_malformed", "A line has six words: family, animal, sire, dam, sex, trait. This one has " + std::to_string(w.size()) + ".", line_of(stem + ".fam", number));
        ids.emplace_back(w[1]);
    }
    OSETRA_TRY(take_ids(ids, stem + ".fam", 1));
    size_t variants = 0;
    for (; OSETRA_TRY(next_line(bim, line, stem + ".bim", variants + 1)); ++variants)
        if (auto const w = words(line); w.size() != 6) return refuse("bim_malformed", "A line has six words: chromosome, variant, centimorgans, base, two alleles. This one has " + std::to_string(w.size()) + ".", line_of(stem + ".bim", variants + 1));
    if (!variants) return refuse("genotypes_empty", "The file has no variant.", stem + ".bim");
    std::array<unsigned char, 3> magic{};
    bed->read(reinterpret_cast<char*>(magic.data()), 3);
    if (bed->gcount() != 3 || magic[0] != 0x6c || magic[1] != 0x1b) return refuse("bed_magic", "This is no PLINK .bed file.", name);
    if (magic[2] != 1) return refuse("bed_by_animal", "This .bed file goes animal by animal. Write it anew with plink --make-bed.", name);
    bed->seekg(0, std::ios::end);
    auto const size = static_cast<std::int64_t>(bed->tellg()), wanted = 3 + static_cast<std::int64_t>(variants) * static_cast<std::int64_t>((ids.size() + 3) / 4);
    if (size != wanted) return refuse("bed_size", "The file has " + std::to_string(size) + " bytes; " + std::to_string(ids.size()) + " animals (.fam) and " + std::to_string(variants) + " variants (.bim) make " + std::to_string(wanted) + ". Do the three belong together?", name);
    bed->seekg(3);
    return std::make_unique<Plink>(std::move(bed), std::move(ids), variants, std::move(name));
}

Result<std::unique_ptr<Genotypes>> vcf_genotypes(std::unique_ptr<std::istream> text, string name) {
    auto out = std::make_unique<Vcf>(std::move(text), std::move(name));
    OSETRA_TRY(out->header());
    return out;
}

Result<std::unique_ptr<Genotypes>> table_genotypes(string bytes, string name) {
    auto const first = string_view{bytes}.substr(0, bytes.find('\n'));
    if (first.find_first_of(",;\t") == string_view::npos && words(first).size() == 2) return from_digits(bytes, name);
    auto const columns = OSETRA_TRY(Columns::read(std::move(bytes), name));
    auto const rows = columns.rows(), width = columns.header().size();
    if (rows * width > 50'000'000) return refuse("genotypes_too_many", "A table of more than 50 million genotypes is better written as .bed (plink --make-bed).", name);
    if (!rows || width < 2) return refuse("genotypes_empty", "A line for each animal, with its id and a column for each variant, is wanted.", name);
    Missing const missing = {"", "NA", "NaN", ".", "*"};
    std::vector<string> ids;
    std::vector<float> dosage;
    dosage.reserve(rows * (width - 1));
    double most = 2;
    for (size_t row = 0; row < rows; ++row) {
        ids.emplace_back(columns.cell(row, 0));
        for (size_t c = 1; c < width; ++c) {
            if (is_missing(columns.cell(row, c), missing)) { dosage.push_back(not_called); continue; }
            auto const value = OSETRA_TRY(number_in(columns, row, c));
            if (value < 0 || value > 16) return refuse("dosage_out_of_range", "A dosage is the number of copies of one allele: from 0 to the number of chromosome sets, 16 at most.", line_of(name, static_cast<size_t>(columns.line(row))) + " " + columns.header()[c]);
            most = std::max(most, value);
            dosage.push_back(static_cast<float>(value));
        }
    }
    OSETRA_TRY(take_ids(ids, name, 0));
    return std::make_unique<InMemory>(std::move(ids), std::move(dosage), static_cast<int>(std::ceil(most)));
}

Result<std::unique_ptr<Genotypes>> open_genotypes(string const& path) {
    auto const open = [](string const& file) -> Result<std::unique_ptr<std::istream>> {
        auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
        if (!*in) return refuse("file_not_found", "There is no file " + file + " that can be read.", file);
        return in;
    };
    if (path.ends_with(".gz") || path.ends_with(".zip") || path.ends_with(".bcf")) return refuse("file_packed", "Unpack the file first (gunzip, or bcftools view).", path);
    auto in = OSETRA_TRY(open(path));
    if (path.ends_with(".bed")) {
        auto const stem = path.substr(0, path.size() - 4);
        auto const bim = OSETRA_TRY(open(stem + ".bim")), fam = OSETRA_TRY(open(stem + ".fam"));
        return plink_genotypes(std::move(in), *bim, *fam, path);
    }
    if (path.ends_with(".vcf")) return vcf_genotypes(std::move(in), path);
    std::ostringstream bytes;
    bytes << in->rdbuf();
    return table_genotypes(std::move(bytes).str(), path);
}

} // namespace osetra::breeding
