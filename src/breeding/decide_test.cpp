#include "breeding/decide.h"

#include <gtest/gtest.h>

#include "kernel/json.h"

namespace osetra::breeding {
namespace {

constexpr char const* sha = "0000000000000000000000000000000000000000000000000000000000000000";

FactId id(std::uint8_t n) {
    FactId made;
    made.bytes[15] = n;
    return made;
}

/// A small book: a dam, a sire, a tagged fish, one spawning with one family, one plan.
class Book final : public Studbook {
public:
    bool is_signed_ = false, sire_alive = true;

    bool knows_site(SiteId const& s) override { return s.text == "S1"; }
    bool knows_pool(PoolId const& p) override { return p.text == "P1"; }
    bool knows_cohort(CohortId const& c) override { return c.text == "C1"; }
    bool knows_species(std::string const& s) override { return s == "SCH"; }
    bool knows_animal(std::string const& a) override { return a == "DAM" || a == "SIRE" || a == "156010000000001"; }
    std::string sex_of(std::string const& a) override { return a == "DAM" ? "female" : a == "SIRE" ? "male" : ""; }
    bool is_alive(std::string const& a) override { return a != "SIRE" || sire_alive; }
    bool has_medium(std::string const& s) override { return s == sha; }
    std::optional<Spawned> spawning(std::string const& s) override { return s == "S26-001" ? std::optional{Spawned{"S26-001", "DAM", {"SIRE"}, {}, {}, {}, {}, {}}} : std::nullopt; }
    std::optional<FamilyMade> family(std::string const& f) override { return f == "F26-001" ? std::optional{FamilyMade{"F26-001", "S26-001", "SIRE", {}, {}, {}}} : std::nullopt; }
    bool knows_variety(std::string const& v) override { return v == "V1"; }
    bool knows_certificate(std::string const& c) override { return c == "PC-1"; }
    bool knows_evaluation(FactId const& e) override { return e == id(1); }
    std::optional<MatingsPlanned> plan(FactId const& p) override { return p == id(2) ? std::optional{MatingsPlanned{"SCH", id(1), sha, {"DAM x SIRE"}, 0.01}} : std::nullopt; }
    bool is_signed(FactId const&) override { return is_signed_; }
};

struct Case {
    char const* about;
    char const* kind;
    char const* json;
    char const* code;   ///< empty: it is taken
    char const* author = "qian";
};

#define OSETRA_SHA "0000000000000000000000000000000000000000000000000000000000000000"
Case const cases[] = {
    {"broodfish", "broodfish", R"({"animal":"SCH-F01","species":"SCH","sex":"female","dam":"DAM","sire":"SIRE"})", ""},
    {"a name with a comma", "broodfish", R"({"animal":"a,b","species":"SCH"})", "name_malformed"},
    {"a name that means unknown", "broodfish", R"({"animal":"NA","species":"SCH"})", "name_malformed"},
    {"a name that would be two in a plan", "broodfish", R"({"animal":"a x b","species":"SCH"})", "name_malformed"},
    {"its own mother", "broodfish", R"({"animal":"A","species":"SCH","dam":"A"})", "own_parent"},
    {"a mother that is a male", "broodfish", R"({"animal":"A","species":"SCH","dam":"SIRE"})", "sex_contradicts"},
    {"an unknown father", "broodfish", R"({"animal":"A","species":"SCH","sire":"NOBODY"})", "animal_not_found"},
    {"a species of no pack", "broodfish", R"({"animal":"A","species":"XXX"})", "species_not_found"},
    {"a place of nowhere", "broodfish", R"({"animal":"A","species":"SCH","site":"S9"})", "site_not_found"},
    {"a sex of no kind", "broodfish", R"({"animal":"A","species":"SCH","sex":"hen"})", "word_unknown"},
    {"a neo-male", "broodfish", R"({"animal":"A","species":"SCH","sex":"male","chromosomes":"ZW"})", ""},
    {"a ZZ mother", "broodfish", R"({"animal":"A","species":"SCH","sex":"female","chromosomes":"ZZ"})", "sex_contradicts"},
    {"a WW father", "broodfish", R"({"animal":"A","species":"SCH","sex":"male","chromosomes":"WW"})", "sex_contradicts"},
    {"sex chromosomes of mammals", "broodfish", R"({"animal":"A","species":"SCH","chromosomes":"XY"})", "word_unknown"},
    {"genotypes as a table", "genotypes", R"({"species":"SCH","panel":"chip","format":"table","file_sha256":")" OSETRA_SHA R"("})", ""},
    {"a .bed with its two", "genotypes", R"({"species":"SCH","panel":"chip","format":"plink","file_sha256":")" OSETRA_SHA R"(","bim_sha256":")" OSETRA_SHA R"(","fam_sha256":")" OSETRA_SHA R"("})", ""},
    {"a .bed alone", "genotypes", R"({"species":"SCH","panel":"chip","format":"plink","file_sha256":")" OSETRA_SHA R"("})", "genotype_files"},
    {"a .vcf with a .fam", "genotypes", R"({"species":"SCH","panel":"chip","format":"vcf","file_sha256":")" OSETRA_SHA R"(","fam_sha256":")" OSETRA_SHA R"("})", "genotype_files"},
    {"genotypes of a format of nobody", "genotypes", R"({"species":"SCH","panel":"chip","format":"bcf","file_sha256":")" OSETRA_SHA R"("})", "word_unknown"},
    {"genotypes that were not sent", "genotypes", R"({"species":"SCH","panel":"chip","format":"table","file_sha256":"1000000000000000000000000000000000000000000000000000000000000000"})", "media_missing"},
    {"genotypes of a species of no pack", "genotypes", R"({"species":"XXX","panel":"chip","format":"table","file_sha256":")" OSETRA_SHA R"("})", "species_not_found"},
    {"a spawning", "spawning", R"({"spawning":"S26-002","dam":"DAM","sires":["SIRE"],"eggs":100000})", ""},
    {"the same once more", "spawning", R"({"spawning":"S26-001","dam":"DAM","sires":["SIRE"]})", "spawning_exists"},
    {"nobody's milt", "spawning", R"({"spawning":"S26-002","dam":"DAM"})", "field_missing"},
    {"without milt on purpose", "spawning", R"({"spawning":"S26-002","dam":"DAM","method":"gynogenesis"})", ""},
    {"eggs of a male", "spawning", R"({"spawning":"S26-002","dam":"SIRE","sires":["SIRE"]})", "sex_contradicts"},
    {"by no plan", "spawning", R"({"spawning":"S26-002","dam":"DAM","sires":["SIRE"],"plan":"00000000-0000-0000-0000-000000000009"})", "plan_not_found"},
    {"a family", "family", R"({"family":"F26-002","spawning":"S26-001","sire":"SIRE","cohort":"C1","pool":"P1"})", ""},
    {"a family of nothing", "family", R"({"family":"F26-002","spawning":"S26-009","sire":"SIRE"})", "spawning_not_found"},
    {"a sire that was not there", "family", R"({"family":"F26-002","spawning":"S26-001","sire":"156010000000001"})", "sire_not_used"},
    {"a family twice", "family", R"({"family":"F26-001","spawning":"S26-001","sire":"SIRE"})", "family_exists"},
    {"in no cohort", "family", R"({"family":"F26-002","spawning":"S26-001","sire":"SIRE","cohort":"C9"})", "cohort_not_found"},
    {"hatching", "hatching", R"({"family":"F26-001","hatched_on":"2026-05-10","larvae":30000,"fertilised":0.71})", ""},
    {"more than all fertilised", "hatching", R"({"family":"F26-001","hatched_on":"2026-05-10","larvae":30000,"fertilised":71})", "number_unlikely"},
    {"hatching of no family", "hatching", R"({"family":"F9","hatched_on":"2026-05-10","larvae":1})", "family_not_found"},
    {"parents by DNA", "parentage", R"({"family":"F26-001","fish":["156010000000001"],"method":"dna","certainty":0.999})", ""},
    {"parents of nobody", "parentage", R"({"family":"F26-001","fish":[],"method":"dna"})", "field_missing"},
    {"parents of a stranger", "parentage", R"({"family":"F26-001","fish":["156010000000009"],"method":"dna"})", "fish_not_found"},
    {"eggs", "egg_sample", R"({"animal":"DAM","egg_um":3100,"colour":4})", ""},
    {"eggs of nothing told", "egg_sample", R"({"animal":"DAM"})", "field_missing"},
    {"eggs of a male", "egg_sample", R"({"animal":"SIRE","colour":4})", "sex_contradicts"},
    {"eggs like melons", "egg_sample", R"({"animal":"DAM","egg_um":310000})", "number_unlikely"},
    {"recovery", "recovery", R"({"animal":"DAM","condition":"slow","wound_closed":true})", ""},
    {"recovery in other words", "recovery", R"({"animal":"DAM","condition":"so so"})", "word_unknown"},
    {"a sample", "dna_sample", R"({"animal":"156010000000001","sample":"T26-0001"})", ""},
    {"a result that is not here", "dna_sample", R"({"animal":"DAM","sample":"T1","result_sha256":"1111111111111111111111111111111111111111111111111111111111111111"})", "media_missing"},
    {"a variety", "variety", R"({"variety":"V2","name":"Light","species":"SCH","status":"trial"})", ""},
    {"a trial", "variety_trial", R"({"variety":"V1","place":"S1","year":2026,"trait":"roe","value":14.1,"control":13.2,"error":0.3})", ""},
    {"a trial of nothing", "variety_trial", R"({"variety":"V9","place":"S1","year":2026,"trait":"roe","value":14.1,"control":13.2})", "variety_not_found"},
    {"an evaluation by hand", "evaluation", R"({"species":"SCH","version":"1","pedigree_sha256":")" OSETRA_SHA R"(","records_sha256":")" OSETRA_SHA R"(","values_sha256":")" OSETRA_SHA R"(","summary_sha256":")" OSETRA_SHA R"(","animals":1,"records":1,"traits":["weight"]})", "not_by_hand"},
    {"an evaluation", "evaluation", R"({"species":"SCH","version":"1","pedigree_sha256":")" OSETRA_SHA R"(","records_sha256":")" OSETRA_SHA R"(","values_sha256":")" OSETRA_SHA R"(","summary_sha256":")" OSETRA_SHA R"(","animals":1,"records":1,"traits":["weight"]})", "", "job:qian"},
    {"a plan", "mating_plan", R"({"species":"SCH","evaluation":"00000000-0000-0000-0000-000000000001","plan_sha256":")" OSETRA_SHA R"(","pairs":["DAM x SIRE"],"mean_f":0.01})", ""},
    {"a plan the wrong way round", "mating_plan", R"({"species":"SCH","evaluation":"00000000-0000-0000-0000-000000000001","plan_sha256":")" OSETRA_SHA R"(","pairs":["SIRE x DAM"],"mean_f":0.01})", "sex_contradicts"},
    {"a plan of no pairs", "mating_plan", R"({"species":"SCH","evaluation":"00000000-0000-0000-0000-000000000001","plan_sha256":")" OSETRA_SHA R"(","pairs":[],"mean_f":0.01})", "number_unlikely"},
    {"a pair of one", "mating_plan", R"({"species":"SCH","evaluation":"00000000-0000-0000-0000-000000000001","plan_sha256":")" OSETRA_SHA R"(","pairs":["DAM"],"mean_f":0.01})", "pair_malformed"},
    {"a plan of no evaluation", "mating_plan", R"({"species":"SCH","evaluation":"00000000-0000-0000-0000-000000000009","plan_sha256":")" OSETRA_SHA R"(","pairs":["DAM x SIRE"],"mean_f":0.01})", "evaluation_not_found"},
    {"a signature", "mating_plan_signed", R"({"plan":"00000000-0000-0000-0000-000000000002"})", ""},
    {"a signature under nothing", "mating_plan_signed", R"({"plan":"00000000-0000-0000-0000-000000000009"})", "plan_not_found"},
    {"a certificate", "pedigree_certificate", R"({"certificate":"PC-2","animals":["DAM"],"buyer":"Lake farm","country":"UG"})", ""},
    {"a certificate twice", "pedigree_certificate", R"({"certificate":"PC-1","animals":["DAM"],"buyer":"Lake farm","country":"UG"})", "certificate_exists"},
    {"a country in words", "pedigree_certificate", R"({"certificate":"PC-2","animals":["DAM"],"buyer":"Lake farm","country":"Uganda"})", "word_unknown"},
};

TEST(Breeding, DecidesWhatMayBeTold) {
    for (auto const& c : cases) {
        Book book;
        Fact fact;
        fact.id = id(200);
        fact.kind = c.kind;
        fact.author = c.author;
        auto const may = judge(fact, body_of(c.kind, c.json), book, false);
        EXPECT_EQ(may ? "" : may.error().code, c.code) << c.about << (may ? "" : ": " + may.error().message);
    }
}

TEST(Breeding, NothingIsMatedByAPlanThatIsStale) {
    Fact fact;
    fact.id = id(200);
    fact.kind = MatingsSigned::kind;
    Book gone;
    gone.sire_alive = false;
    EXPECT_EQ(judge(fact, MatingsSigned{id(2), {}}, gone, false).error().code, "plan_animal_gone");
    Book twice;
    twice.is_signed_ = true;
    EXPECT_EQ(judge(fact, MatingsSigned{id(2), {}}, twice, false).error().code, "plan_signed");
}

TEST(Breeding, WitnessedFactsAreRefusedForTheirFormOnly) {
    Book book;
    Fact fact;
    fact.id = id(200);
    fact.kind = RecoveryChecked::kind;
    EXPECT_TRUE(judge(fact, RecoveryChecked{"NOBODY", "good", {}, {}, {}}, book, true));
    EXPECT_EQ(judge(fact, RecoveryChecked{"NOBODY", "", {}, {}, {}}, book, true).error().code, "word_unknown");
}

TEST(Breeding, PairsAreReadAsTheyAreWritten) {
    auto const pair = parse_pair(pair_text("156010000000001", "SCH-M 01"));
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->first, "156010000000001");
    EXPECT_EQ(pair->second, "SCH-M 01");
}

} // namespace
} // namespace osetra::breeding
