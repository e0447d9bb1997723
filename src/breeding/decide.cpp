#include "breeding/decide.h"

#include <algorithm>
#include <fmt/core.h>

#include "farm/branch.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

constexpr std::size_t longest_name = 64, longest_note = 2'000, most_fish = 20'000, most_sires = 100, most_pairs = 5'000;
constexpr std::int64_t most_eggs = 100'000'000;

/// Form: what can be seen from the fact alone.
struct Form {
    static Result<Done> name(std::string const& text, char const* at) {
        auto const bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == ',' || c == ';' || c == '"' || c == '\\' || c == 0x7f; };
        auto const unknown = text == "0" || text == "NA" || text == "NaN" || text == "." || text == "*";
        if (text.empty() || text.size() > longest_name || unknown || text.front() == ' ' || text.back() == ' ' || text.find(" x ") != std::string::npos || std::any_of(text.begin(), text.end(), bad))
            return refuse("name_malformed", fmt::format("{} is a name of 1 to {} bytes without commas, semicolons and quotation marks.", at, longest_name), at);
        return Done{};
    }
    static Result<Done> name(std::optional<std::string> const& text, char const* at) { return text ? name(*text, at) : Result<Done>{Done{}}; }
    static Result<Done> note(std::optional<std::string> const& text, char const* at) {
        if (text && (text->empty() || text->size() > longest_note)) return refuse("name_malformed", fmt::format("{} has 1 to {} bytes of text.", at, longest_note), at);
        return Done{};
    }
    static Result<Done> word(std::string const& told, std::initializer_list<char const*> all, char const* at) {
        if (std::find(all.begin(), all.end(), told) != all.end()) return Done{};
        std::string words;
        for (auto const* w : all) words += (words.empty() ? "" : ", ") + std::string{w};
        return refuse("word_unknown", fmt::format("{} is one of: {}.", at, words), at);
    }
    static Result<Done> word(std::optional<std::string> const& told, std::initializer_list<char const*> all, char const* at) { return told ? word(*told, all, at) : Result<Done>{Done{}}; }
    template <class N> static Result<Done> within(std::optional<N> const& n, N least, N most, char const* at) {
        if (n && !(*n >= least && *n <= most)) return refuse("number_unlikely", fmt::format("{} is a number from {} to {}.", at, least, most), at);
        return Done{};
    }
    static Result<Done> sha256(std::string const& text, char const* at) {
        auto const digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (text.size() != 64 || !std::all_of(text.begin(), text.end(), digit)) return refuse("sha256_malformed", "A SHA-256 is written as 64 hexadecimal digits in lower case.", at);
        return Done{};
    }

    Result<Done> operator()(BroodfishRegistered const& b) const {
        OSETRA_TRY(name(b.animal, "animal"));
        OSETRA_TRY(word(b.sex, {"female", "male", "unknown"}, "sex"));
        OSETRA_TRY(word(b.origin, {"own", "bought", "wild"}, "origin"));
        OSETRA_TRY(word(b.chromosomes, {"ZZ", "ZW", "WW"}, "chromosomes"));
        if ((b.chromosomes == "ZZ" && b.sex == "female") || (b.chromosomes == "WW" && b.sex == "male"))
            return refuse("sex_contradicts", "A ZZ animal is a male, a WW one a female; a ZW one is a female, or a male that was made one.", "chromosomes");
        OSETRA_TRY(within<std::int64_t>(b.born_year, 1900, 2200, "born_year"));
        OSETRA_TRY(name(b.sire, "sire"));
        OSETRA_TRY(name(b.dam, "dam"));
        if (b.sire == b.animal || b.dam == b.animal) return refuse("own_parent", fmt::format("{} cannot be its own parent; mend the sire or the dam.", b.animal), b.sire == b.animal ? "sire" : "dam");
        return note(b.note, "note");
    }
    Result<Done> operator()(Spawned const& b) const {
        OSETRA_TRY(name(b.spawning, "spawning"));
        OSETRA_TRY(name(b.dam, "dam"));
        if (b.sires.size() > most_sires) return refuse("number_unlikely", fmt::format("A spawning has at most {} sires.", most_sires), "sires");
        for (auto const& s : b.sires) OSETRA_TRY(name(s, "sires"));
        OSETRA_TRY(within<std::int64_t>(b.eggs, 0, most_eggs, "eggs"));
        OSETRA_TRY(word(b.method, {"stripped", "natural", "gynogenesis"}, "method"));
        if (b.sires.empty() && b.method != "gynogenesis") return refuse("field_missing", "Name the sires whose milt was used.", "sires");
        if (b.roe_mg) OSETRA_TRY(within<std::int64_t>(b.roe_mg->n, 0, 200'000'000'000, "roe_mg"));
        return note(b.note, "note");
    }
    Result<Done> operator()(FamilyMade const& b) const {
        OSETRA_TRY(name(b.family, "family"));
        OSETRA_TRY(name(b.spawning, "spawning"));
        OSETRA_TRY(name(b.sire, "sire"));
        return within<std::int64_t>(b.eggs, 0, most_eggs, "eggs");
    }
    Result<Done> operator()(FamilyHatched const& b) const {
        OSETRA_TRY(name(b.family, "family"));
        OSETRA_TRY(within<std::int64_t>(b.larvae, 0, most_eggs, "larvae"));
        OSETRA_TRY(within<double>(b.fertilised, 0, 1, "fertilised"));
        return within<double>(b.deformed, 0, 1, "deformed");
    }
    Result<Done> operator()(ParentsFound const& b) const {
        OSETRA_TRY(name(b.family, "family"));
        if (b.fish.empty()) return refuse("field_missing", "Name the fish whose parents were found.", "fish");
        if (b.fish.size() > most_fish) return refuse("too_many_fish", fmt::format("At most {} fish in one fact; tell several.", most_fish), "fish");
        OSETRA_TRY(word(b.method, {"dna", "kept_apart", "mark"}, "method"));
        return within<double>(b.certainty, 0, 1, "certainty");
    }
    Result<Done> operator()(EggsSampled const& b) const {
        OSETRA_TRY(name(b.animal, "animal"));
        OSETRA_TRY(within<std::int64_t>(b.egg_um, 500, 6'000, "egg_um"));
        OSETRA_TRY(within<std::int64_t>(b.colour, 1, 6, "colour"));
        OSETRA_TRY(within<std::int64_t>(b.firmness, 1, 5, "firmness"));
        OSETRA_TRY(within<std::int64_t>(b.eggs_per_g, 5, 500, "eggs_per_g"));
        if (!b.egg_um && !b.colour && !b.firmness && !b.eggs_per_g) return refuse("field_missing", "Tell what was seen of the eggs: egg_um, colour, firmness or eggs_per_g.", "egg_um");
        return note(b.note, "note");
    }
    Result<Done> operator()(RecoveryChecked const& b) const {
        OSETRA_TRY(name(b.animal, "animal"));
        OSETRA_TRY(word(b.condition, {"good", "slow", "poor"}, "condition"));
        return note(b.note, "note");
    }
    Result<Done> operator()(DnaSampled const& b) const {
        OSETRA_TRY(name(b.animal, "animal"));
        OSETRA_TRY(name(b.sample, "sample"));
        return b.result_sha256 ? sha256(*b.result_sha256, "result_sha256") : Result<Done>{Done{}};
    }
    Result<Done> operator()(GenotypesGiven const& b) const {
        OSETRA_TRY(note(b.panel, "panel"));
        OSETRA_TRY(word(b.format, {"plink", "vcf", "table"}, "format"));
        OSETRA_TRY(sha256(b.file_sha256, "file_sha256"));
        auto const plink = b.format == "plink";
        if (plink != b.bim_sha256.has_value() || plink != b.fam_sha256.has_value())
            return refuse("genotype_files", plink ? "A .bed comes with its .bim and its .fam: name the three." : "A .bim and a .fam belong to a .bed only.", plink && b.bim_sha256 ? "fam_sha256" : "bim_sha256");
        if (plink) {
            OSETRA_TRY(sha256(*b.bim_sha256, "bim_sha256"));
            OSETRA_TRY(sha256(*b.fam_sha256, "fam_sha256"));
        }
        return note(b.laboratory, "laboratory");
    }
    Result<Done> operator()(VarietyRegistered const& b) const {
        OSETRA_TRY(name(b.variety, "variety"));
        OSETRA_TRY(note(b.name, "name"));
        OSETRA_TRY(word(b.status, {"trial", "released", "withdrawn"}, "status"));
        OSETRA_TRY(note(b.sires, "sires"));
        OSETRA_TRY(note(b.dams, "dams"));
        OSETRA_TRY(note(b.approval, "approval"));
        return note(b.goals, "goals");
    }
    Result<Done> operator()(TrialMeasured const& b) const {
        OSETRA_TRY(name(b.variety, "variety"));
        OSETRA_TRY(note(b.place, "place"));
        OSETRA_TRY(within<std::int64_t>(b.year, 1900, 2200, "year"));
        OSETRA_TRY(name(b.trait, "trait"));
        OSETRA_TRY(within<double>(b.value, -1e12, 1e12, "value"));
        OSETRA_TRY(within<double>(b.control, -1e12, 1e12, "control"));
        return within<double>(b.error, 0, 1e12, "error");
    }
    Result<Done> operator()(Evaluated const& b) const {
        OSETRA_TRY(sha256(b.pedigree_sha256, "pedigree_sha256"));
        OSETRA_TRY(sha256(b.records_sha256, "records_sha256"));
        OSETRA_TRY(sha256(b.values_sha256, "values_sha256"));
        return sha256(b.summary_sha256, "summary_sha256");
    }
    Result<Done> operator()(MatingsPlanned const& b) const {
        OSETRA_TRY(sha256(b.plan_sha256, "plan_sha256"));
        if (b.pairs.empty() || b.pairs.size() > most_pairs) return refuse("number_unlikely", fmt::format("A plan has 1 to {} pairs.", most_pairs), "pairs");
        for (auto const& p : b.pairs) OSETRA_TRY(parse_pair(p));
        return within<double>(b.mean_f, 0, 1, "mean_f");
    }
    Result<Done> operator()(MatingsSigned const& b) const { return note(b.note, "note"); }
    Result<Done> operator()(PedigreeCertified const& b) const {
        OSETRA_TRY(name(b.certificate, "certificate"));
        if (b.animals.empty()) return refuse("field_missing", "Name the animals that the certificate is of.", "animals");
        if (b.animals.size() > 500) return refuse("too_many_fish", "At most 500 animals on one certificate.", "animals");
        for (auto const& a : b.animals) OSETRA_TRY(name(a, "animals"));
        OSETRA_TRY(note(b.buyer, "buyer"));
        auto const letter = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (b.country.size() != 2 || !std::all_of(b.country.begin(), b.country.end(), letter)) return refuse("word_unknown", "country is two capital letters, like UG.", "country");
        return word(b.purpose, {"breeding", "growing", "research"}, "purpose");
    }
    static Result<Done> note(std::string const& text, char const* at) { return note(std::optional{text}, at); }
    template <class N> static Result<Done> within(N n, N least, N most, char const* at) { return within<N>(std::optional{n}, least, most, at); }
};

/// What the book has to say to it.
struct Against {
    Fact const& fact;
    Studbook& book;

    Result<Done> animal(std::string const& name, char const* at, char const* sex = nullptr) const {
        if (!book.knows_animal(name)) return refuse("animal_not_found", fmt::format("There is no animal \"{}\": neither a tag nor a name of the studbook. Register it first, or mend the name.", name), at);
        auto const known = book.sex_of(name);
        if (sex && !known.empty() && known != sex) return refuse("sex_contradicts", fmt::format("{} is {} in the records; a {} is wanted here.", name, known, sex), at);
        return Done{};
    }
    Result<Done> animal(std::optional<std::string> const& name, char const* at, char const* sex) const { return name ? animal(*name, at, sex) : Result<Done>{Done{}}; }
    Result<Done> species(std::string const& code) const {
        if (!book.knows_species(code)) return refuse("species_not_found", fmt::format("The pack has no species \"{}\".", code), "species");
        return Done{};
    }
    Result<FamilyMade> family(std::string const& name) const {
        auto found = book.family(name);
        if (!found) return refuse("family_not_found", fmt::format("There is no family \"{}\". Tell it first, or mend the name.", name), "family");
        return std::move(*found);
    }
    Result<Done> medium(std::string const& sha256, char const* at) const {
        if (!book.has_medium(sha256)) return refuse("media_missing", "The file is not in the media store. Send it first; a fact names it by its SHA-256.", at);
        return Done{};
    }
    Result<Done> by_job() const {
        if (!fact.author.starts_with("job:")) return refuse("not_by_hand", "Only the job that works breeding values out tells this. Start it under Breeding.", "kind");
        return Done{};
    }

    Result<Done> operator()(BroodfishRegistered const& b) const {
        OSETRA_TRY(species(b.species));
        if (b.site && !book.knows_site(*b.site)) return refuse("site_not_found", fmt::format("There is no site \"{}\".", b.site->text), "site");
        OSETRA_TRY(animal(b.sire, "sire", "male"));
        return animal(b.dam, "dam", "female");
    }
    Result<Done> operator()(Spawned const& b) const {
        if (book.spawning(b.spawning)) return refuse("spawning_exists", fmt::format("A spawning {} was told already. Give this one another name, or correct that one.", b.spawning), "spawning");
        OSETRA_TRY(animal(b.dam, "dam", "female"));
        for (auto const& s : b.sires) OSETRA_TRY(animal(s, "sires", "male"));
        if (b.plan && !book.plan(*b.plan)) return refuse("plan_not_found", "There is no such mating plan.", "plan");
        return Done{};
    }
    Result<Done> operator()(FamilyMade const& b) const {
        if (book.family(b.family)) return refuse("family_exists", fmt::format("A family {} was told already. Give this one another name, or correct that one.", b.family), "family");
        auto const spawning = book.spawning(b.spawning);
        if (!spawning) return refuse("spawning_not_found", fmt::format("There is no spawning \"{}\". Tell it first, or mend the name.", b.spawning), "spawning");
        if (spawning->method != "gynogenesis" && std::find(spawning->sires.begin(), spawning->sires.end(), b.sire) == spawning->sires.end())
            return refuse("sire_not_used", fmt::format("{} is not among the sires of spawning {}.", b.sire, b.spawning), "sire");
        if (b.cohort && !book.knows_cohort(*b.cohort)) return refuse("cohort_not_found", fmt::format("There is no cohort \"{}\".", b.cohort->text), "cohort");
        if (b.pool && !book.knows_pool(*b.pool)) return refuse("pool_not_found", fmt::format("There is no pool \"{}\".", b.pool->text), "pool");
        return Done{};
    }
    Result<Done> operator()(FamilyHatched const& b) const {
        OSETRA_TRY(family(b.family));
        return Done{};
    }
    Result<Done> operator()(ParentsFound const& b) const {
        auto const made = OSETRA_TRY(family(b.family));
        auto const spawning = book.spawning(made.spawning);
        for (auto const f : b.fish) {
            auto const name = pit_tag_text(f);
            if (!book.knows_animal(name)) return refuse("fish_not_found", fmt::format("There is no fish {}.", name), "fish");
            if (made.sire == name || (spawning && spawning->dam == name)) return refuse("own_parent", fmt::format("{} cannot be its own parent.", name), "fish");
        }
        return Done{};
    }
    Result<Done> operator()(EggsSampled const& b) const { return animal(b.animal, "animal", "female"); }
    Result<Done> operator()(RecoveryChecked const& b) const { return animal(b.animal, "animal", "female"); }
    Result<Done> operator()(DnaSampled const& b) const {
        OSETRA_TRY(animal(b.animal, "animal"));
        return b.result_sha256 ? medium(*b.result_sha256, "result_sha256") : Result<Done>{Done{}};
    }
    Result<Done> operator()(GenotypesGiven const& b) const {
        OSETRA_TRY(species(b.species));
        OSETRA_TRY(medium(b.file_sha256, "file_sha256"));
        if (b.bim_sha256) OSETRA_TRY(medium(*b.bim_sha256, "bim_sha256"));
        return b.fam_sha256 ? medium(*b.fam_sha256, "fam_sha256") : Result<Done>{Done{}};
    }
    Result<Done> operator()(VarietyRegistered const& b) const { return species(b.species); }
    Result<Done> operator()(TrialMeasured const& b) const {
        if (!book.knows_variety(b.variety)) return refuse("variety_not_found", fmt::format("There is no variety \"{}\". Register it first.", b.variety), "variety");
        return Done{};
    }
    Result<Done> operator()(Evaluated const& b) const {
        OSETRA_TRY(by_job());
        OSETRA_TRY(species(b.species));
        OSETRA_TRY(medium(b.pedigree_sha256, "pedigree_sha256"));
        OSETRA_TRY(medium(b.records_sha256, "records_sha256"));
        OSETRA_TRY(medium(b.values_sha256, "values_sha256"));
        return medium(b.summary_sha256, "summary_sha256");
    }
    Result<Done> operator()(MatingsPlanned const& b) const {
        OSETRA_TRY(species(b.species));
        OSETRA_TRY(medium(b.plan_sha256, "plan_sha256"));
        if (!book.knows_evaluation(b.evaluation)) return refuse("evaluation_not_found", "There is no such evaluation.", "evaluation");
        for (auto const& p : b.pairs) {
            auto const pair = OSETRA_TRY(parse_pair(p));
            OSETRA_TRY(animal(pair.first, "pairs", "female"));
            OSETRA_TRY(animal(pair.second, "pairs", "male"));
        }
        return Done{};
    }
    Result<Done> operator()(MatingsSigned const& b) const {
        auto const plan = book.plan(b.plan);
        if (!plan) return refuse("plan_not_found", "There is no such mating plan.", "plan");
        if (book.is_signed(b.plan)) return refuse("plan_signed", "This mating plan was signed already. Take that signature back first.", "plan");
        for (auto const& p : plan->pairs) {
            auto const pair = OSETRA_TRY(parse_pair(p));
            for (auto const& name : {pair.first, pair.second})
                if (!book.is_alive(name)) return refuse("plan_animal_gone", fmt::format("{} is no longer there: plan anew without it.", name), "plan");
        }
        return Done{};
    }
    Result<Done> operator()(PedigreeCertified const& b) const {
        if (book.knows_certificate(b.certificate)) return refuse("certificate_exists", fmt::format("A certificate {} was issued already.", b.certificate), "certificate");
        for (auto const& a : b.animals) OSETRA_TRY(animal(a, "animals"));
        return Done{};
    }
};

struct Namer {
    std::string operator()(BroodfishRegistered const& b) const { return b.animal; }
    std::string operator()(Spawned const& b) const { return b.spawning; }
    std::string operator()(FamilyMade const& b) const { return b.family; }
    std::string operator()(VarietyRegistered const& b) const { return b.variety; }
    std::string operator()(PedigreeCertified const& b) const { return b.certificate; }
    std::string operator()(MatingsSigned const& b) const { return b.plan.text(); }
    std::string operator()(Evaluated const& b) const { return b.species; }
    std::string operator()(GenotypesGiven const& b) const { return b.species; }
    template <class T> std::string operator()(T const&) const { return {}; }
};

struct Animals {
    std::vector<std::string> out;
    void add(std::string const& name) {
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    void operator()(BroodfishRegistered const& b) { add(b.animal); }
    void operator()(Spawned const& b) { add(b.dam); for (auto const& s : b.sires) add(s); }
    void operator()(FamilyMade const& b) { add(b.sire); }
    void operator()(ParentsFound const& b) { for (auto const f : b.fish) out.push_back(pit_tag_text(f)); }
    void operator()(EggsSampled const& b) { add(b.animal); }
    void operator()(RecoveryChecked const& b) { add(b.animal); }
    void operator()(DnaSampled const& b) { add(b.animal); }
    void operator()(PedigreeCertified const& b) { for (auto const& a : b.animals) add(a); }
    void operator()(MatingsPlanned const& b) {
        for (auto const& p : b.pairs)
            if (auto const pair = parse_pair(p)) { add(pair->first); add(pair->second); }
    }
    template <class T> void operator()(T const&) {}
};

std::string some(std::vector<std::string> const& all) {
    std::string out;
    for (std::size_t i = 0; i < all.size() && i < 4; ++i) out += (i ? ", " : "") + all[i];
    return all.size() > 4 ? out + fmt::format(" and {} more", all.size() - 4) : out;
}

} // namespace

FactBody body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<FactBody>([](auto&& see) { breeding::each_kind(see); }, kind, json);
}

std::string name_of(FactBody const& body) { return std::visit(Namer{}, body); }

std::vector<std::string> animals_of(FactBody const& body) {
    Animals animals;
    std::visit(animals, body);
    std::sort(animals.out.begin(), animals.out.end());
    animals.out.erase(std::unique(animals.out.begin(), animals.out.end()), animals.out.end());
    return std::move(animals.out);
}

Result<std::pair<std::string, std::string>> parse_pair(std::string_view text) {
    auto const cross = text.find(" x ");
    if (cross == std::string_view::npos || cross == 0 || cross + 3 == text.size()) return refuse("pair_malformed", "A pair is written \"DAM x SIRE\".", "pairs");
    std::pair<std::string, std::string> pair{text.substr(0, cross), text.substr(cross + 3)};
    OSETRA_TRY(Form::name(pair.first, "pairs"));
    OSETRA_TRY(Form::name(pair.second, "pairs"));
    return pair;
}

std::string pair_text(std::string const& dam, std::string const& sire) { return dam + " x " + sire; }

Result<Done> form_of(FactBody const& body) { return std::visit(Form{}, body); }

Result<Done> judge(Fact const& fact, FactBody const& body, Studbook& book, bool witnessed) {
    OSETRA_TRY(std::visit(Form{}, body));
    if (witnessed || fact.act != FactAct::tell) return Done{};
    return std::visit(Against{fact, book}, body);
}

template <> std::string says(BroodfishRegistered const& b) { return fmt::format("{} in the studbook: {}{}{}{}.", b.animal, b.species, b.sex ? " " + *b.sex : "", b.born_year ? fmt::format(", born {}", *b.born_year) : "", b.gone.value_or(false) ? ", gone" : ""); }
template <> std::string says(Spawned const& b) { return fmt::format("Spawning {}: {} with {}{}.", b.spawning, b.dam, b.sires.empty() ? b.method.value_or("?") : some(b.sires), b.eggs ? fmt::format(", {} eggs", *b.eggs) : ""); }
template <> std::string says(FamilyMade const& b) { return fmt::format("Family {} of spawning {} with {}{}.", b.family, b.spawning, b.sire, b.cohort ? ", in cohort " + b.cohort->text : ""); }
template <> std::string says(FamilyHatched const& b) { return fmt::format("{} larvae hatched in family {}{}.", b.larvae, b.family, b.fertilised ? fmt::format(" ({:.0f} % of the eggs fertilised)", 100 * *b.fertilised) : ""); }
template <> std::string says(ParentsFound const& b) { return fmt::format("{} fish are of family {} ({}).", b.fish.size(), b.family, b.method); }
template <> std::string says(EggsSampled const& b) {
    return fmt::format("Eggs of {}:{}{}{}{}.", b.animal, b.egg_um ? fmt::format(" {:.2f} mm", static_cast<double>(*b.egg_um) / 1000) : "", b.colour ? fmt::format(" colour {}", *b.colour) : "",
                       b.firmness ? fmt::format(" firmness {}", *b.firmness) : "", b.eggs_per_g ? fmt::format(" {} a gram", *b.eggs_per_g) : "");
}
template <> std::string says(RecoveryChecked const& b) { return fmt::format("{} after stripping: {}{}.", b.animal, b.condition, b.wound_closed ? *b.wound_closed ? ", wound closed" : ", wound open" : ""); }
template <> std::string says(DnaSampled const& b) { return fmt::format("DNA sample {} of {}{}.", b.sample, b.animal, b.result_sha256 ? ", with its result" : ""); }
template <> std::string says(GenotypesGiven const& b) { return fmt::format("Genotypes of {} ({}{}).", b.species, b.panel, b.laboratory ? ", " + *b.laboratory : std::string{}); }
template <> std::string says(VarietyRegistered const& b) { return fmt::format("Variety {} ({}): {}.", b.variety, b.name, b.status); }
template <> std::string says(TrialMeasured const& b) { return fmt::format("Trial of {} at {} in {}: {} {:g}, control {:g}.", b.variety, b.place, b.year, b.trait, b.value, b.control); }
template <> std::string says(Evaluated const& b) { return fmt::format("Breeding values of {}: {} animals, {} records, {}.", b.species, b.animals, b.records, some(b.traits)); }
template <> std::string says(MatingsPlanned const& b) { return fmt::format("{} matings planned for {}, mean inbreeding of the offspring {:.2f} %.", b.pairs.size(), b.species, 100 * b.mean_f); }
template <> std::string says(MatingsSigned const& b) { return "Mating plan signed" + (b.note ? ": " + *b.note : std::string{"."}); }
template <> std::string says(PedigreeCertified const& b) { return fmt::format("Certificate of descent {} for {} animals to {} ({}).", b.certificate, b.animals.size(), b.buyer, b.country); }

} // namespace osetra::breeding
