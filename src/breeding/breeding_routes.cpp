#include "breeding/breeding_routes.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "breeding/answers.h"
#include "breeding/cross_plan.h"
#include "breeding/papers.h"
#include "breeding/plan.h"
#include "kernel/json.h"
#include "kernel/number.h"

namespace osetra::breeding {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

struct AskSpecies { std::string species; };
template <Is<AskSpecies> X> void visit_fields(X& x, auto f) { f("species", x.species); }

struct AskPlan {
    std::string species;
    std::optional<std::string> weights;          ///< "weight:2,egg:1"
    std::optional<FarmDay> season;
    std::optional<std::int64_t> dams, sires_each;
    std::optional<double> most_of_sire, max_coancestry, move_cost;
    std::vector<std::string> without;
    std::optional<std::string> cross_dam, cross_sire;      ///< lines of the cross that is adopted, with what it was ranked by
    std::vector<std::string> traits, means, heterosis;     ///< as of a list of crosses
};
template <Is<AskPlan> X> void visit_fields(X& x, auto f) {
    f("species", x.species); f("weights", x.weights); f("season", x.season); f("dams", x.dams); f("sires_each", x.sires_each); f("most_of_sire", x.most_of_sire);
    f("max_coancestry", x.max_coancestry); f("move_cost", x.move_cost); f("without", x.without);
    f("cross_dam", x.cross_dam); f("cross_sire", x.cross_sire); f("traits", x.traits); f("means", x.means); f("heterosis", x.heterosis);
}
struct AskCrosses {
    std::vector<std::string> traits;             ///< "roe:120": what one unit is worth in one fish
    std::vector<std::string> means;              ///< "roe:DAU:15.2": of pure fish
    std::vector<std::string> heterosis;          ///< "roe:DAU:SCH:0.8": of the first cross above the mean of its species
    std::optional<bool> all_female;              ///< also by neo-males and WW mothers that have to be made first
    std::optional<double> least_females;
    std::optional<std::int64_t> fish, generations;
};
template <Is<AskCrosses> X> void visit_fields(X& x, auto f) {
    f("traits", x.traits); f("means", x.means); f("heterosis", x.heterosis); f("all_female", x.all_female); f("least_females", x.least_females); f("fish", x.fish); f("generations", x.generations);
}
struct AskGenotypes {
    std::string species, panel, format, file_sha256;
    std::optional<std::string> bim_sha256, fam_sha256, laboratory;
    std::optional<bool> leave_out;               ///< samples of no animal; else they are refused
};
template <Is<AskGenotypes> X> void visit_fields(X& x, auto f) {
    f("species", x.species); f("panel", x.panel); f("format", x.format); f("file_sha256", x.file_sha256); f("bim_sha256", x.bim_sha256); f("fam_sha256", x.fam_sha256);
    f("laboratory", x.laboratory); f("leave_out", x.leave_out);
}
struct AskSign { std::optional<std::string> note; };
template <Is<AskSign> X> void visit_fields(X& x, auto f) { f("note", x.note); }
struct AskReason { std::string reason; };
template <Is<AskReason> X> void visit_fields(X& x, auto f) { f("reason", x.reason); }
struct AskStrip {
    std::string dam;
    std::optional<std::string> stripped_at;
    std::optional<Milligrams> roe_mg;
    std::optional<std::int64_t> eggs;
    std::optional<std::string> note;
};
template <Is<AskStrip> X> void visit_fields(X& x, auto f) { f("dam", x.dam); f("stripped_at", x.stripped_at); f("roe_mg", x.roe_mg); f("eggs", x.eggs); f("note", x.note); }
struct AskCertificate {
    std::vector<std::string> animals;
    std::string buyer, country;
    std::optional<std::string> purpose;
};
template <Is<AskCertificate> X> void visit_fields(X& x, auto f) { f("animals", x.animals); f("buyer", x.buyer); f("country", x.country); f("purpose", x.purpose); }

std::vector<http::Parameter> const plan_query{
    {"species", "Of the offspring."}, {"weights", "How much each trait counts, in genetic standard deviations: weight:2,egg:1."}, {"season", "Day of mating; the next first of May."},
    {"dams", "Females to be stripped; 12."}, {"sires_each", "Males for each of them; 1."}, {"most_of_sire", "Share of all matings that one male may have; 0.25."}, {"max_coancestry", "Of the parents; 0.05."}};

constexpr std::size_t most_crosses = 60;

/// What a route works with: one moment of the journal.
struct Scene {
    std::shared_ptr<Herd const> herd;
    std::optional<Of<Evaluated>> told;
    std::shared_ptr<Values const> values;
};

class BreedingRoutes {
public:
    BreedingRoutes(farm::Service& service, BreedingDesk desk) : m_service(service), m_desk(std::move(desk)) {}

    Result<Response> species(Request const& ask) {
        OSETRA_TRY(whole(ask));
        std::string text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto const herd = m_desk.herd(reader, m_service.seq());
            text = species_json(asked(ask, *herd), [&](std::string const& code) { return store_of(reader).evaluation(code); });
        });
        return Response::json(std::move(text));
    }

    Result<Response> candidates(Request const& ask) {
        auto const code = OSETRA_TRY(species_in(ask, ask.asked("species")));
        auto const scene = OSETRA_TRY(at(ask, code));
        auto const season = OSETRA_TRY(season_in(ask));
        std::optional<EvaluationRead> evaluation;
        if (scene.told) evaluation.emplace(EvaluationRead{*scene.told, *scene.values});
        return Response::json(candidates_json(asked(ask, *scene.herd), code, evaluation, season, ask.asked("ready") == "all", job_of(ask, code)));
    }

    Result<Response> evaluate(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskSpecies>(ask.body));
        auto const code = OSETRA_TRY(species_in(ask, told.species));
        OSETRA_TRY(m_desk.evaluate(ask.caller.enterprise, code, ask.caller.person));
        return Response::json(fmt::format(R"({{"job":{}}})", job_of(ask, code)), 202);
    }

    /// A laboratory's file is taken once it can be read and its samples are of animals.
    Result<Response> give_genotypes(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskGenotypes>(ask.body));
        auto const code = OSETRA_TRY(species_in(ask, told.species));
        GenotypesGiven const given{code, told.panel, told.format, told.file_sha256, told.bim_sha256, told.fam_sha256, told.laboratory};
        OSETRA_TRY(form_of(given));
        std::shared_ptr<Herd const> herd;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { herd = m_desk.herd(reader, m_service.seq()); });
        auto const seen = OSETRA_TRY(m_desk.look_at(ask.caller.enterprise, given, *herd));
        auto const unknown = std::ssize(seen.unknown);
        if (seen.of_species == 0) return refuse("samples_of_others", fmt::format("None of the {} samples is of an animal that {} is evaluated with. Tell their DNA samples first, or choose the species that they are of.", seen.samples, code), "species");
        if (unknown > 0 && !told.leave_out.value_or(false)) {
            std::string some;
            for (std::size_t i = 0; i < seen.unknown.size() && i < 5; ++i) some += (i ? ", " : "") + seen.unknown[i].substr(0, 40);
            return refuse("sample_unknown", fmt::format("{} of {} samples are of no animal: {}{}. Tell their DNA samples first, or leave them out.", unknown, seen.samples, some, unknown > 5 ? ", ..." : ""), "file_sha256");
        }
        auto const fact = made(ask, given, m_service.now());
        OSETRA_TRY(record(ask, {fact}));
        JsonOut out;
        out.begin_object();
        out.value("fact", fact.id);
        out.value("samples", seen.samples);
        out.value("of_species", seen.of_species);
        out.value("left_out", unknown);
        out.end_object();
        return Response::json(out.take(), 201);
    }

    Result<Response> curve(Request const& ask) {
        auto const wish = OSETRA_TRY(wish_in(ask));
        auto const scene = OSETRA_TRY(evaluated(ask, wish.species));
        auto const points = OSETRA_TRY(trade_off(*scene.herd, *scene.values, m_service.pack(), wish, offset(ask)));
        JsonOut out;
        out.begin_object();
        out.objects("points", points, [&](auto const& p) {
            out.value("coancestry", p.coancestry);
            out.value("gain", p.gain);
            out.value("parents", p.parents);
        });
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> propose_plan(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskPlan>(ask.body));
        auto const wish = OSETRA_TRY(wish_of(ask, told));
        auto const scene = OSETRA_TRY(evaluated(ask, wish.species));
        auto const plan = OSETRA_TRY(planned(ask, told, wish, scene));
        return Response::json(plan_json(plan));
    }

    /// What the records know of species, for a list of crosses to begin from.
    Result<Response> crosses_known(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const scene = OSETRA_TRY(all_species(ask));
        return Response::json(known_json(*scene.herd, cross_known(*scene.herd, scene.values_of())));
    }

    Result<Response> crosses(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskCrosses>(ask.body));
        auto const scene = OSETRA_TRY(all_species(ask));
        CrossWishes const wish{told.traits, told.means, told.heterosis, told.all_female.value_or(false), told.least_females.value_or(0), told.fish.value_or(1'000), told.generations.value_or(1)};
        auto const answer = OSETRA_TRY(cross_answer(*scene.herd, m_service.pack(), scene.values_of(), wish));
        return Response::json(crosses_json(m_service.pack(), answer, scene.values_of(), most_crosses));
    }

    /// The same wish once more, and the plan that it gives is kept.
    Result<Response> keep_plan(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskPlan>(ask.body));
        auto const wish = OSETRA_TRY(wish_of(ask, told));
        auto const scene = OSETRA_TRY(evaluated(ask, wish.species));
        auto const plan = OSETRA_TRY(planned(ask, told, wish, scene));
        MatingsPlanned fact;
        fact.species = plan.species;
        fact.evaluation = scene.told->root;
        fact.plan_sha256 = OSETRA_TRY(m_desk.keep(ask.caller.enterprise, fmt::format("{}-{}.plan.json", plan.species, text_of(plan.season)), plan_json(plan), ask.caller.person));
        for (auto const& p : plan.pairs) fact.pairs.push_back(pair_text(p.dam, p.sire));
        fact.mean_f = plan.mean_f;
        auto const planned = made(ask, fact, m_service.now());
        OSETRA_TRY(record(ask, {planned}));
        return shown(ask, planned.id, 201);
    }

    Result<Response> plans(Request const& ask) {
        OSETRA_TRY(whole(ask));
        JsonOut out;
        out.begin_object();
        out.begin_array("plans");
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto all = store_of(reader).all<MatingsPlanned>();
            for (auto i = all.size(); i-- > 0;) plan_fields(out, reader, all[i]);
        });
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> plan(Request const& ask) {
        auto const found = OSETRA_TRY(plan_in(ask));
        return shown(ask, found.root);
    }

    Result<Response> sign(Request const& ask) {
        auto const found = OSETRA_TRY(plan_in(ask));
        auto const told = OSETRA_TRY(from_json<AskSign>(ask.body.empty() ? "{}" : ask.body));
        OSETRA_TRY(record(ask, {made(ask, MatingsSigned{found.root, told.note}, m_service.now())}));
        return shown(ask, found.root);
    }

    Result<Response> unsign(Request const& ask) {
        auto const found = OSETRA_TRY(plan_in(ask));
        auto const told = OSETRA_TRY(from_json<AskReason>(ask.body));
        std::optional<Of<MatingsSigned>> signature;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { signature = signature_of(reader, found.root); });
        if (!signature) return refuse("plan_not_signed", "Nobody has signed this mating plan.", "plan");
        if (signature->author != ask.caller.person && !ask.caller.holds(Permission::manage)) return refuse("not_allowed", "Only who signed, and a manager, takes a signature back.", "plan");
        Fact fact;
        fact.id = m_service.new_id();
        fact.kind = MatingsSigned::kind;
        fact.act = FactAct::withdraw;
        fact.corrects = signature->root;
        fact.happened_at = signature->at;
        fact.author = ask.caller.person;
        fact.reason = told.reason;
        fact.body = "{}";
        OSETRA_TRY(record(ask, {std::move(fact)}));
        return shown(ask, found.root);
    }

    /// A female of a signed plan was stripped: her spawning, and a family with each of her males, named by themselves.
    Result<Response> strip(Request const& ask) {
        auto const found = OSETRA_TRY(plan_in(ask));
        auto const told = OSETRA_TRY(from_json<AskStrip>(ask.body));
        std::optional<Of<MatingsSigned>> signature;
        std::set<std::string> spawnings, families;
        auto done = false;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            signature = signature_of(reader, found.root);
            auto store = store_of(reader);
            for (auto const& s : store.all<Spawned>()) {
                spawnings.insert(s.body.spawning);
                done = done || (s.body.plan == found.root && s.body.dam == told.dam);
            }
            for (auto const& f : store.all<FamilyMade>()) families.insert(f.body.family);
        });
        if (!signature) return refuse("plan_not_signed", "This mating plan is not signed: nothing may be mated by it yet.", "plan");
        if (done) return refuse("spawning_exists", fmt::format("{} was stripped by this plan already.", told.dam), "dam");
        Spawned spawning;
        spawning.dam = told.dam;
        for (auto const& p : found.body.pairs)
            if (auto const pair = parse_pair(p); pair && pair->first == told.dam) spawning.sires.push_back(pair->second);
        if (spawning.sires.empty()) return refuse("animal_not_found", fmt::format("{} is no female of this plan.", told.dam), "dam");
        auto const when = told.stripped_at ? OSETRA_TRY(parse_instant(*told.stripped_at, offset(ask))) : m_service.now();
        auto const year = text_of(farm_day(when, offset(ask))).substr(2, 2);
        auto const next = [&](std::set<std::string>& taken, char const* letter) {
            for (auto n = 1;; ++n)
                if (auto name = fmt::format("{}{}-{:03}", letter, year, n); taken.insert(name).second) return name;
        };
        spawning.spawning = next(spawnings, "S");
        spawning.roe_mg = told.roe_mg;
        spawning.eggs = told.eggs;
        spawning.method = "stripped";
        spawning.plan = found.root;
        spawning.note = told.note;
        std::vector<Fact> facts{made(ask, spawning, when)};
        for (auto const& sire : spawning.sires) {
            auto const eggs = spawning.eggs ? std::optional{*spawning.eggs / std::ssize(spawning.sires)} : std::nullopt;
            facts.push_back(made(ask, FamilyMade{next(families, "F"), spawning.spawning, sire, eggs, {}, {}}, when));
        }
        OSETRA_TRY(record(ask, std::move(facts)));
        return shown(ask, found.root, 201);
    }

    Result<Response> sheet(Request const& ask) {
        auto const found = OSETRA_TRY(plan_in(ask));
        auto const file = OSETRA_TRY(m_desk.read(ask.caller.enterprise, found.body.plan_sha256));
        auto const plan = OSETRA_TRY(read_plan(file));
        std::optional<Of<MatingsSigned>> signature;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { signature = signature_of(reader, found.root); });
        std::optional<Signed> by;
        if (signature) by = Signed{signature->author, signature->at, signature->body.note.value_or("")};
        return Response::pdf(hatchery_sheet(plan, m_desk.company(ask.caller.enterprise), found.author, by, offset(ask)), fmt::format("hatchery-{}-{}.pdf", plan.species, text_of(plan.season)));
    }

    Result<Response> animal(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const& id = ask.in_path.at("animal");
        Result<std::string> text = tl::unexpected(Refusal{});
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto const herd = m_desk.herd(reader, m_service.seq());
            std::vector<std::shared_ptr<Values const>> held;
            text = animal_json(asked(ask, *herd), id, [&](std::string const& code) -> Values const* {
                auto const told = store_of(reader).evaluation(code);
                auto const values = told ? m_desk.values(ask.caller.enterprise, told->body) : Result<std::shared_ptr<Values const>>{nullptr};
                if (!values || !*values) return nullptr;
                held.push_back(*values);
                return held.back().get();
            });
        });
        return Response::json(OSETRA_TRY(std::move(text)));
    }

    Result<Response> trend(Request const& ask) {
        auto const code = OSETRA_TRY(species_in(ask, ask.asked("species")));
        auto const scene = OSETRA_TRY(evaluated(ask, code));
        auto const records = OSETRA_TRY(m_desk.read(ask.caller.enterprise, scene.told->body.records_sha256));
        return Response::json(OSETRA_TRY(trend_json(asked(ask, *scene.herd), code, {*scene.told, *scene.values}, records)));
    }

    Result<Response> spawnings(Request const& ask) {
        OSETRA_TRY(whole(ask));
        std::string text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto const herd = m_desk.herd(reader, m_service.seq());
            text = spawnings_json(asked(ask, *herd), ask.asked("species"));
        });
        return Response::json(std::move(text));
    }

    Result<Response> varieties(Request const& ask) {
        OSETRA_TRY(whole(ask));
        JsonOut out;
        out.begin_object();
        out.begin_array("varieties");
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            auto const trials = store.all<TrialMeasured>();
            std::map<std::string, Of<VarietyRegistered>> last;
            for (auto& v : store.all<VarietyRegistered>()) last.insert_or_assign(v.body.variety, std::move(v));
            for (auto const& [name, v] : last) {
                out.begin_object();
                write_fields(out, v.body);
                out.value("at", v.at);
                out.value("by", v.author);
                out.value("fact", v.root);
                out.begin_array("trials");
                for (auto const& t : trials) {
                    if (t.body.variety != name) continue;
                    out.begin_object();
                    write_fields(out, t.body);
                    out.value("fact", t.root);
                    out.end_object();
                }
                out.end_array();
                out.end_object();
            }
        });
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> certificates(Request const& ask) {
        OSETRA_TRY(whole(ask));
        JsonOut out;
        out.begin_object();
        out.begin_array("certificates");
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto all = store_of(reader).all<PedigreeCertified>();
            for (auto i = all.size(); i-- > 0;) certificate_fields(out, all[i]);
        });
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> certify(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskCertificate>(ask.body));
        std::set<std::string> taken;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { for (auto const& c : store_of(reader).all<PedigreeCertified>()) taken.insert(c.body.certificate); });
        auto const now = m_service.now();
        auto const year = text_of(farm_day(now, offset(ask))).substr(0, 4);
        auto n = 1;
        while (taken.contains(fmt::format("PC-{}-{:04}", year, n))) ++n;
        PedigreeCertified const body{fmt::format("PC-{}-{:04}", year, n), told.animals, told.buyer, told.country, told.purpose};
        auto const fact = made(ask, body, now);
        OSETRA_TRY(record(ask, {fact}));
        JsonOut out;
        certificate_fields(out, {fact.id, now, ask.caller.person, body});
        return Response::json(out.take(), 201);
    }

    Result<Response> certificate_paper(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const& name = ask.in_path.at("certificate");
        std::optional<Of<PedigreeCertified>> found;
        std::shared_ptr<Herd const> herd;
        std::map<std::string, double> f;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            auto all = store.named<PedigreeCertified>(name);
            if (all.empty()) return;
            found = std::move(all.front());
            herd = m_desk.herd(reader, m_service.seq());
            for (auto const& id : found->body.animals) {
                auto const* a = herd->find(id);
                auto const told = a ? store.evaluation(a->species) : std::nullopt;
                auto const values = told ? m_desk.values(ask.caller.enterprise, told->body) : Result<std::shared_ptr<Values const>>{nullptr};
                if (values && *values)
                    if (auto const place = (*values)->place.find(id); place != (*values)->place.end()) f[id] = (*values)->f[place->second];
            }
        });
        if (!found) return refuse("certificate_not_found", fmt::format("There is no certificate {}.", name), "certificate");
        auto const f_of = [&](std::string const& id) { auto const at = f.find(id); return at == f.end() ? std::nullopt : std::optional{at->second}; };
        return Response::pdf(pedigree_certificate(*found, *herd, m_service.pack(), m_desk.company(ask.caller.enterprise), m_service.simulated(ask.caller.enterprise), f_of, offset(ask)), name + ".pdf");
    }

private:
    static BreedingStore store_of(Reader& reader) { return {reader.db(), reader.enterprise()}; }
    FarmOffset offset(Request const& ask) { return m_service.offset(ask.caller.enterprise); }
    Asked asked(Request const& ask, Herd const& herd) { return {herd, m_service.pack(), offset(ask), m_service.now()}; }

    static Result<Done> whole(Request const& ask) { return http::of_whole_company(ask, "Breeding is"); }

    Result<std::string> species_in(Request const& ask, std::optional<std::string> const& code) {
        OSETRA_TRY(whole(ask));
        if (!code || !m_service.pack().find_species(*code)) return refuse("species_not_found", fmt::format("The pack has no species \"{}\".", code.value_or("").substr(0, 40)), "species");
        return *code;
    }
    Result<FarmDay> season_in(Request const& ask) {
        auto const text = ask.asked("season");
        return text ? parse_day(*text) : Result<FarmDay>{next_season(farm_day(m_service.now(), offset(ask)))};
    }
    std::string job_of(Request const& ask, std::string const& species) {
        auto const job = m_desk.job_of(ask.caller.enterprise, species);
        if (!job) return {};
        JsonOut out;
        out.begin_object();
        out.value("job", job->job);
        out.value("state", job->state);
        out.value("progress", job->progress);
        out.value("said", job->said);
        out.value("person", job->person);
        out.end_object();
        return out.take();
    }

    Result<Scene> at(Request const& ask, std::string const& species) {
        Scene scene;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            scene.herd = m_desk.herd(reader, m_service.seq());
            scene.told = store_of(reader).evaluation(species);
        });
        if (scene.told) scene.values = OSETRA_TRY(m_desk.values(ask.caller.enterprise, scene.told->body));
        return scene;
    }
    /// One moment of the journal with the values of every species that was evaluated.
    struct AllSpecies {
        std::shared_ptr<Herd const> herd;
        std::map<std::string, std::shared_ptr<Values const>> values;
        ValuesOf values_of() const {
            return [this](std::string const& code) { auto const found = values.find(code); return found == values.end() ? nullptr : found->second.get(); };
        }
    };
    Result<AllSpecies> all_species(Request const& ask) {
        AllSpecies out;
        std::map<std::string, Evaluated> told;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            out.herd = m_desk.herd(reader, m_service.seq());
            for (auto& e : store_of(reader).all<Evaluated>()) told[e.body.species] = std::move(e.body);   // the last holds
        });
        for (auto const& [code, e] : told) out.values[code] = OSETRA_TRY(m_desk.values(ask.caller.enterprise, e));
        return out;
    }

    /// The plan of a wish; of a cross that was chosen with what is expected of that.
    Result<Plan> planned(Request const& ask, AskPlan const& told, PlanWish wish, Scene const& scene) {
        std::string cross;
        if (told.cross_dam || told.cross_sire) {
            auto const all = OSETRA_TRY(all_species(ask));
            auto const answer = OSETRA_TRY(cross_answer(*all.herd, m_service.pack(), all.values_of(), {told.traits, told.means, told.heterosis, false, 0, 1'000, 1}));
            cross = OSETRA_TRY(chosen_json(m_service.pack(), answer, told.cross_dam.value_or(""), told.cross_sire.value_or("")));
            if (told.cross_dam.value_or("").ends_with(" WW")) wish.dam_chromosomes = "WW";
            if (told.cross_sire.value_or("").ends_with(" neo-male")) wish.sire_chromosomes = "ZW";
        }
        auto plan = OSETRA_TRY(propose(*scene.herd, *scene.values, m_service.pack(), wish, offset(ask)));
        plan.cross = std::move(cross);
        return plan;
    }

    Result<Scene> evaluated(Request const& ask, std::string const& species) {
        auto scene = OSETRA_TRY(at(ask, species));
        if (!scene.told) return refuse("evaluation_missing", "This species was not evaluated yet. Start that first.", "species");
        return scene;
    }

    Result<PlanWish> wish_of(Request const& ask, AskPlan const& told) {
        PlanWish wish;
        wish.species = OSETRA_TRY(species_in(ask, told.species));
        wish.weights = OSETRA_TRY(parse_weights(told.weights.value_or("weight:1,roe:1,egg:1,colour:1")));
        wish.season = told.season ? *told.season : next_season(farm_day(m_service.now(), offset(ask)));
        wish.dams = static_cast<int>(std::clamp<std::int64_t>(told.dams.value_or(wish.dams), 0, 1'000));
        wish.sires_each = static_cast<int>(std::clamp<std::int64_t>(told.sires_each.value_or(wish.sires_each), 0, 1'000));
        wish.most_of_sire = told.most_of_sire.value_or(wish.most_of_sire);
        wish.max_coancestry = told.max_coancestry.value_or(wish.max_coancestry);
        wish.move_cost = told.move_cost.value_or(wish.move_cost);
        wish.without = told.without;
        return wish;
    }
    Result<PlanWish> wish_in(Request const& ask) {
        AskPlan told;
        told.species = ask.asked("species").value_or("");
        told.weights = ask.asked("weights");
        if (ask.asked("season")) told.season = OSETRA_TRY(season_in(ask));
        auto const number = [&](char const* name) -> Result<std::optional<double>> {
            auto const text = ask.asked(name);
            if (!text) return std::optional<double>{};
            auto const n = read_number<double>(*text);
            if (!n) return refuse("number_malformed", fmt::format("{} is a number.", name), name);
            return n;
        };
        if (auto const n = OSETRA_TRY(number("dams"))) told.dams = static_cast<std::int64_t>(std::clamp(*n, 0.0, 1e6));
        if (auto const n = OSETRA_TRY(number("sires_each"))) told.sires_each = static_cast<std::int64_t>(std::clamp(*n, 0.0, 1e6));
        told.most_of_sire = OSETRA_TRY(number("most_of_sire"));
        told.max_coancestry = OSETRA_TRY(number("max_coancestry"));
        return wish_of(ask, told);
    }

    static std::optional<Of<MatingsSigned>> signature_of(Reader& reader, FactId const& plan) {
        auto all = store_of(reader).named<MatingsSigned>(plan.text());
        return all.empty() ? std::nullopt : std::optional{std::move(all.front())};
    }

    Result<Of<MatingsPlanned>> plan_in(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const& text = ask.in_path.at("plan");
        auto const id = Uuid::parse(text);
        std::optional<Of<MatingsPlanned>> found;
        if (id) m_service.read(ask.caller.enterprise, [&](Reader& reader) { found = store_of(reader).one<MatingsPlanned>(*id); });
        if (!found) return refuse("plan_not_found", fmt::format("There is no mating plan {}.", text.substr(0, 60)), "plan");
        return std::move(*found);
    }

    static void plan_fields(JsonOut& out, Reader& reader, Of<MatingsPlanned> const& p) {
        out.begin_object();
        out.value("plan", p.root);
        write_fields(out, p.body);
        out.value("at", p.at);
        out.value("by", p.author);
        if (auto const s = signature_of(reader, p.root)) {
            out.begin_object("signature");
            out.value("by", s->author);
            out.value("at", s->at);
            out.value("note", s->body.note);
            out.value("fact", s->root);
            out.end_object();
        }
        out.begin_array("stripped");
        for (auto const& s : store_of(reader).all<Spawned>())
            if (s.body.plan == p.root) {
                out.begin_object();
                out.value("dam", s.body.dam);
                out.value("spawning", s.body.spawning);
                out.value("at", s.at);
                out.end_object();
            }
        out.end_array();
        out.end_object();
    }

    Result<Response> shown(Request const& ask, FactId const& id, int status = 200) {
        std::string head;
        std::optional<Of<MatingsPlanned>> found;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            found = store_of(reader).one<MatingsPlanned>(id);
            if (!found) return;
            JsonOut out;
            plan_fields(out, reader, *found);
            head = out.take();
        });
        if (!found) return refuse("plan_not_found", "There is no such mating plan.", "plan");
        auto const file = OSETRA_TRY(m_desk.read(ask.caller.enterprise, found->body.plan_sha256));
        head.pop_back();
        return Response::json(head + ",\"detail\":" + file + "}", status);
    }

    static void certificate_fields(JsonOut& out, Of<PedigreeCertified> const& c) {
        out.begin_object();
        write_fields(out, c.body);
        out.value("at", c.at);
        out.value("by", c.author);
        out.value("fact", c.root);
        out.end_object();
    }

    template <class T> Fact made(Request const& ask, T const& body, Instant when) { return farm::fact_of(m_service, ask.caller.person, body, when); }

    Result<Done> record(Request const& ask, std::vector<Fact> facts) { return farm::record_together(m_service, ask.caller.enterprise, std::move(facts)); }

    farm::Service& m_service;
    BreedingDesk m_desk;
};

} // namespace

void add_breeding_routes(http::Routes& routes, farm::Service& service, BreedingDesk desk) {
    auto const all = std::make_shared<BreedingRoutes>(service, std::move(desk));
    auto const as = [&](auto member) { return [all, member](Request const& ask) { return ((*all).*member)(ask); }; };
    http::Parameter const species{"species", "Code in the product pack."};
    routes.get("/api/v1/breeding/species", Permission::view, "Species with animals in the studbook or the ledger, and the last evaluation of each.", Lane::worker, as(&BreedingRoutes::species));
    routes.get("/api/v1/breeding/candidates", Permission::view, "Living animals that could be parents, with breeding values and reliabilities.", Lane::worker, as(&BreedingRoutes::candidates),
               {species, {"season", "Day of mating; the next first of May."}, {"ready", "all: also those that are not ready, with the reason; at most 2,000."}});
    routes.post("/api/v1/breeding/evaluations", Permission::record, "Has a species evaluated: a job whose inputs and answers are kept.", http::schema_of<AskSpecies>(), as(&BreedingRoutes::evaluate));
    routes.post("/api/v1/breeding/genotypes", Permission::record, "Takes a laboratory's file of genotypes once it can be read and its samples are of animals; the next evaluation uses it.", http::schema_of<AskGenotypes>(), as(&BreedingRoutes::give_genotypes));
    routes.get("/api/v1/breeding/crosses", Permission::view, "What the records know for a list of crosses: broodstock, means of species, heterosis seen.", Lane::worker, as(&BreedingRoutes::crosses_known));
    routes.post("/api/v1/breeding/crosses", Permission::view, "Crosses of the broodstock's species, the best lot first: expected means, heterosis, share of females; nothing is kept.", http::schema_of<AskCrosses>(), as(&BreedingRoutes::crosses));
    routes.get("/api/v1/breeding/trade-off", Permission::view, "Gain against coancestry for an index, from the greatest gain to the least coancestry.", Lane::worker, as(&BreedingRoutes::curve), plan_query);
    routes.post("/api/v1/breeding/proposals", Permission::record, "Whom to mate with whom by these wishes, with the reason for each pair; nothing is kept.", http::schema_of<AskPlan>(), as(&BreedingRoutes::propose_plan));
    routes.get("/api/v1/breeding/plans", Permission::view, "Mating plans, the newest first.", Lane::worker, as(&BreedingRoutes::plans));
    routes.post("/api/v1/breeding/plans", Permission::record, "Keeps the plan that these wishes give.", http::schema_of<AskPlan>(), as(&BreedingRoutes::keep_plan));
    routes.get("/api/v1/breeding/plans/{plan}", Permission::view, "One plan with its pairs, the reasons and what was stripped by it.", Lane::worker, as(&BreedingRoutes::plan));
    routes.post("/api/v1/breeding/plans/{plan}/sign", Permission::mend, "Signs the plan: from then on the hatchery may work by it.", http::schema_of<AskSign>(), as(&BreedingRoutes::sign));
    routes.post("/api/v1/breeding/plans/{plan}/unsign", Permission::mend, "Takes the signature back.", http::schema_of<AskReason>(), as(&BreedingRoutes::unsign));
    routes.post("/api/v1/breeding/plans/{plan}/strip", Permission::record, "A female of the plan was stripped: tells the spawning and a family with each of her males.", http::schema_of<AskStrip>(), as(&BreedingRoutes::strip));
    routes.get("/api/v1/breeding/plans/{plan}/sheet.pdf", Permission::view, "The hatchery sheet, A4, English and Chinese.", Lane::worker, as(&BreedingRoutes::sheet));
    routes.get("/api/v1/breeding/animals/{animal}", Permission::view, "One animal: ancestors, values, strippings, samples, offspring, and when it may be stripped again.", Lane::worker, as(&BreedingRoutes::animal));
    routes.get("/api/v1/breeding/trend", Permission::view, "By year class: what was measured, genetic gain, inbreeding; generation interval and effective size.", Lane::worker, as(&BreedingRoutes::trend), {species});
    routes.get("/api/v1/breeding/spawnings", Permission::view, "Spawnings with families and hatchings, and the stripped females with their next cycle.", Lane::worker, as(&BreedingRoutes::spawnings), {{"species", "Only of dams of this species."}});
    routes.get("/api/v1/breeding/varieties", Permission::view, "Varieties with their trials.", Lane::worker, as(&BreedingRoutes::varieties));
    routes.get("/api/v1/breeding/certificates", Permission::view, "Certificates of descent, the newest first.", Lane::worker, as(&BreedingRoutes::certificates));
    routes.post("/api/v1/breeding/certificates", Permission::record, "Issues a certificate of descent for live animals; its number is made.", http::schema_of<AskCertificate>(), as(&BreedingRoutes::certify));
    routes.get("/api/v1/breeding/certificates/{certificate}/paper.pdf", Permission::view, "The certificate, A4, English and Chinese.", Lane::worker, as(&BreedingRoutes::certificate_paper));
}

} // namespace osetra::breeding
