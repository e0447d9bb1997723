#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "quality/engine/taste_choice.h"
#include "quality/engine/taste_design.h"
#include "quality/engine/taste_discrimination.h"
#include "quality/engine/taste_profile.h"
#include "quality/engine/taste_table.h"

// From answers to a verdict in both languages, with the figures that it stands on.
namespace osetra::quality {

struct Said { std::string en, zh; };

struct TasteAsked {
    std::optional<TasteTest> test;               ///< empty: as the file shows
    std::string taster, product, chosen;         ///< columns; empty: the usual names
    std::vector<std::string> attributes, fixed;  ///< columns; no attribute: every column of numbers that is nothing else
    std::string wide;                            ///< what the columns are where each has one answer a row: samples or tasters
    bool ordinal = false;                        ///< scores are ordered categories
    bool order = false, taster_effects = false;  ///< of pairs
    Ties ties = Ties::davidson;
    Sides sides = Sides::one;
    std::vector<std::string> expected;           ///< order of ranks expected before, best first: Page's test
    double alpha = 0.05, power = 0.8, distinguishers = 0.3;
    double matters = 0;                          ///< difference of scores that would matter; 0: a tenth of their span
};

struct AttributeReport {
    std::string name;
    std::optional<Profile> profile;
    std::optional<OrdinalProfile> ordinal;
    std::string left_out;                        ///< code of the refusal, where it could not be analysed
};
struct TasterReport {
    std::string taster;
    std::string verdict;                         ///< good | discriminates_little | repeats_badly | disagrees | not_judged
    int discriminated = 0, of = 0;               ///< attributes that the panel tells products apart by
    double agrees = 0;                           ///< mean correlation with the others
    double repeats = 0;                          ///< error of repetition against the panel's median; nought where nothing was repeated
};

struct TasteReport {
    TasteTest test = TasteTest::triangle;
    std::string outcome;                         ///< different | not_shown | too_few
    Said verdict;
    std::vector<Said> notes;
    std::vector<std::string> products;
    int tasters = 0, answers = 0;
    double p = 1;
    std::optional<int> more_needed;              ///< further tasters (or answers) for the power asked for
    std::optional<Discrimination> discrimination;
    std::optional<Worths> worths;
    std::optional<RankTest> friedman, page;
    std::vector<AttributeReport> attributes;
    std::vector<TasterReport> panel;
};

/// What one taster said of one trial. In answers of scores each attribute has its own.
struct TasteAnswer {
    int taster = 0, round = 0, trial = 0;        ///< from 1
    std::string chosen;                          ///< a code; "=" is no difference
    struct Rank { std::string code; double rank; };
    struct Score { std::string code, attribute; double score; };
    std::vector<Rank> ranks;
    std::vector<Score> scores;
};
/// With the key opened. Refusals: code_unknown, answer_missing, answers_missing, and those of the analyses.
Result<TasteReport> report_of_answers(Opened const&, std::vector<TasteAnswer> const&, TasteAsked const&);

/// So many of so many chose rightly (or the first of two).
Result<TasteReport> report_of_count(Protocol, int right, int answers, TasteAsked const&);
Result<TasteReport> report_of_pairs(std::vector<Comparison> const&, std::vector<std::string> products, TasteAsked const&);
/// `ranks[taster][product]`.
Result<TasteReport> report_of_ranks(std::vector<std::vector<double>> const& ranks, std::vector<std::string> products, TasteAsked const&);

struct ScoreSheet {
    std::vector<std::string> products, tasters;
    std::vector<std::string> attributes;
    std::vector<Scores> scores;                  ///< by attribute
};
Result<TasteReport> report_of_scores(ScoreSheet const&, TasteAsked const&);

/// A file of answers: pairs in counts (i, j, w_ij, w_ji, t_ij), pairs one a row (first, second, chosen), right or wrong (right), ranks (rank), scores in columns, or one answer
/// a cell (`wide`). With a key: answers by code (taster, round, trial, and chosen, or code with rank or scores). Refusals: those of reading, column_unknown, cell_empty, number_malformed,
/// answer_unknown, attribute_missing, taste_test_missing, and of the analyses; each with its row and column.
Result<TasteReport> report_of_file(TasteTable const&, std::optional<Opened> const&, TasteAsked const&);

std::string json_of(TasteReport const&);

} // namespace osetra::quality
