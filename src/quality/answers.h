#pragma once
#include <optional>
#include <string>
#include <vector>

#include "farm/query_sql.h"
#include "quality/quality_sql.h"

// Answers to people about safety: what is held, what waits, what may go. JSON, for pages and the command line alike.
namespace osetra::quality {

inline constexpr std::size_t most_lots = 400;    ///< that a page looks at, the last ones

/// How a lot stands.
struct LotState {
    processing::LotTold told;
    std::vector<Hold> holds;                     ///< that bar it, or some of it
    std::int64_t held_mg = 0;                    ///< of what is here
    std::vector<std::string> awaited;            ///< "S26-00001: salt": asked and not answered
};
/// Nothing: there is no such lot.
std::optional<LotState> lot_state(QualityStore&, std::string const& lot, std::vector<Hold> const& barring);

/// A sample that says something of a lot: of itself, its tins, its fish, or of a pool that the fish was in within a year before.
std::vector<Of<SampleTaken>> samples_of(QualityStore&, processing::LotTold const&);
/// What is asked of a sample, by its plan and beside it, and has no result.
std::vector<std::string> missing(QualityStore&, Of<SampleTaken> const&);

std::string overview_json(QualityStore&, Instant now);
std::string rules_json(QualityStore&);
Result<std::string> hold_json(QualityStore&, std::string const& hold);        ///< refusal: hold_not_found
std::string lots_json(QualityStore&);
Result<std::string> lot_json(QualityStore&, std::string const& lot);          ///< refusal: lot_not_found
std::string inputs_json(QualityStore&, Instant now);
/// Fish by whether they may be harvested for roe, and pools or plots by what was measured.
std::string ripe_json(QualityStore&, farm::Reader&, Instant now);
/// Blocks of growers by their samples of the last half year: what each measure is against its floor, where it leads, and when the block will be ripe; loads of the last fortnight by what the gate says of them.
/// `pack`: empty: every one.
std::string maturity_json(QualityStore&, std::string const& pack, Instant now);

/// A line of a certificate.
struct CertifiedLine { std::string lot, analyte, name_en, name_zh, method, values, unit, limit, source, verdict, sample; };
struct Certificate {
    AnalysisCertified told;
    FactId fact;
    std::string issued_by;
    Instant issued_at;
    std::vector<std::string> lots;
    std::vector<CertifiedLine> lines;
    std::string content;                         ///< what is hashed: a line of text for each of the above
};
/// What may be certified now. Refusals: lot_not_found, shipment_not_found, word_unknown, lot_on_hold, results_missing, result_out, nothing_tested.
Result<Certificate> certifiable(QualityStore&, std::string const& what, std::string const& thing, std::string const& market);
/// One that was issued. Refusals: certificate_not_found, certificate_stale (what it says is not so any more).
Result<Certificate> certificate(QualityStore&, std::string const& name);
std::string certificates_json(QualityStore&);

/// Behind the code on a certificate, for everybody who holds the paper: the enterprise, the fact that issued it and the first half of the hash of what it says, which nobody can guess.
struct CertificateLink { Enterprise enterprise = 0; FactId fact; std::string hash; };
std::string text_of(CertificateLink const&);
std::optional<CertificateLink> parse_certificate_link(std::string_view);
CertificateLink link_of(Enterprise, FactId const&, AnalysisCertified const&);
/// What whoever scans the code is told: whether it holds, was withdrawn, was replaced by a newer one of the same goods, or is not so any more; and what it says, to be held against the paper.
/// Refusal: certificate_not_found.
Result<std::string> certificate_check_json(QualityStore&, farm::Reader&, CertificateLink const&, std::string const& company, bool simulated);
std::string next_certificate(QualityStore&, Instant);

/// Results of a laboratory's sheet.
struct SheetRow { std::int64_t line = 0; TestReported told; };
/// Columns by their headings in English or Chinese (sample, analyte, value, unit, method, lod, loq, tested on, report); several values of one sample and analyte are its units, in their
/// order. An analyte is named by its code or name. Refusals: column_missing, and of a row, with its line: field_missing, word_unknown, number_malformed; those of read_csv.
Result<std::vector<SheetRow>> read_sheet(std::string_view csv);

} // namespace osetra::quality
