#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/company.h"

// What each verb of the command line does, apart from how its words are read (app/cli.cpp). A refusal ends the run with status 1.
namespace osetra::app {

struct When { std::string at, known; };

// Reading.
Result<Done> show_day(Context const&, When const&);
Result<Done> show_stock(Context const&, When const&, std::string const& by);
Result<Done> show_pools(Context const&, When const&, std::string const& site);
Result<Done> show_pool(Context const&, When const&, std::string const& pool);
Result<Done> show_fish(Context const&, When const&, std::string const& tag, bool epcis);   ///< epcis: its daily story as an EPCIS document
Result<Done> show_why(Context const&, When const&, std::string const& figure, std::string const& subject);
struct FactsOptions {
    std::string subject, kind, from, to;
    std::int64_t limit = 50, before = 0;
};
Result<Done> show_facts(Context const&, FactsOptions const&);
Result<Done> show_kinds(Context const&);
Result<Done> show_surveys(Context const&);
Result<Done> show_gain(Context const&, When const&, std::string const& from, std::string const& site);
Result<Done> export_list(Context const&, When const&, std::string const& list, std::string const& format, std::string const& file);

struct GrowthOptions {
    std::string site, species, stage;
    std::int64_t tgc_micro = 0;   ///< 0: as fitted from the weighings
};
Result<Done> growth_fit(Context const&, GrowthOptions const&);
Result<Done> growth_adopt(Context const&, GrowthOptions const&);

// Stocktaking by camera.
struct StocktakeVerb {
    std::string site, pool, by = "heads", file, note;
    int year = 0;                      ///< 0: this one
};
Result<Done> stocktake_plan(Context const&, StocktakeVerb const&);
Result<Done> stocktake_flights(Context const&, StocktakeVerb const&);
Result<Done> stocktake_calibrated(Context const&, StocktakeVerb const&);

// Telling.
struct TellOptions {
    std::string kind;
    std::vector<std::string> fields;   ///< "heads=120"
    std::string at, file, reason, id;
    bool witnessed = false;
};
Result<Done> tell(Context const&, TellOptions const&);
Result<Done> correct(Context const&, TellOptions const&);    ///< id: the fact that is mended; fields replace those told before
Result<Done> withdraw(Context const&, TellOptions const&);

struct ImportVerb {
    std::vector<std::string> files;
    std::string mapping_file, save_mapping_file, start, end, pool, site, date_order = "guess";
    bool dry_run = false, create = false;
};
Result<Done> import_files(Context const&, ImportVerb const&);

// Who the company is among its partners: told where anything is given, shown.
struct IdentityVerb {
    std::string company_prefix, name, country, plant_code, plant_name, address, phone;
};
Result<Done> identity(Context const&, IdentityVerb const&);

// EPCIS documents, without a database; and the repository of events.
struct EpcisVerb {
    std::vector<std::string> files, company_prefixes;
    std::string to, out, names, teller = "foreign", format = "json";
    std::vector<std::string> parameters;   ///< "EQ_bizStep=shipping"
    std::int64_t limit = 30;
    bool pre_hash = false, proceed = false, all = false;
};
Result<Done> epcis_hash(Context const&, EpcisVerb const&);
Result<Done> epcis_convert(Context const&, EpcisVerb const&);
Result<Done> epcis_validate(Context const&, EpcisVerb const&);   ///< refused when something is to be mended
Result<Done> epcis_capture(Context const&, EpcisVerb const&);    ///< refused when an event is
Result<Done> epcis_query(Context const&, EpcisVerb const&);

// Where things come from, and what became of them.
struct TraceVerb {
    std::string id, direction = "both", at, csv, pdf;
    std::int64_t most = 5'000;
    bool events = false;
};
Result<Done> trace_thing(Context const&, TraceVerb const&);
Result<Done> recall_thing(Context const&, TraceVerb const&);

// Labels: from a file without a database, and the register of those that are used once.
struct LabelVerb {
    std::string file, design = "tin-70x50", size, format = "pdf", sheet, out, series = "L", lot, reason, state, after, source, country, plant, storage;
    std::vector<std::string> words, languages, confirmed;
    std::int64_t net_mg = 0, count = 1, limit = 50;
    double net_g = 0;
    int dpi = 203, year = 0;
    bool dots = false, pressed = false;
};
Result<Done> label_print(Context const&, LabelVerb const&);
Result<Done> label_check(Context const&, LabelVerb const&);
Result<Done> label_repacked(Context const&, LabelVerb const&);
Result<Done> label_designs(Context const&, LabelVerb const&);
Result<Done> label_codes(Context const&, LabelVerb const&);
Result<Done> label_issue(Context const&, LabelVerb const&);
Result<Done> label_apply(Context const&, LabelVerb const&);
Result<Done> label_end(Context const&, LabelVerb const&, bool spoiled);
Result<Done> label_list(Context const&, LabelVerb const&);
Result<Done> label_show(Context const&, LabelVerb const&);
Result<Done> label_confirm(Context const&, LabelVerb const&);
Result<Done> label_verify(Context const&, LabelVerb const&);

// A line that sorts fruit: from plain files, or told to the records.
struct SortVerb {
    std::string pack, loads, counts, prices, grower, csv, pdf, company = "Osetra", thing, day, from, to;
    double mean_g = 0, kg = 0;
    bool dry_run = false;
};
Result<Done> sort_out_turn(Context const&, SortVerb const&);
Result<Done> sort_capacity(Context const&, SortVerb const&);
Result<Done> sort_packs(Context const&, SortVerb const&);
Result<Done> sort_take_loads(Context const&, SortVerb const&);
Result<Done> sort_take_counts(Context const&, SortVerb const&);
Result<Done> sort_day(Context const&, SortVerb const&);
Result<Done> sort_load(Context const&, SortVerb const&);
Result<Done> sort_pallet(Context const&, SortVerb const&);
Result<Done> sort_growers(Context const&, SortVerb const&);
// Whether goods are safe and may go.
struct QualityVerb {
    std::string thing, what = "lot", market, file, address;
    bool dry_run = false;
};
Result<Done> quality_overview(Context const&);
Result<Done> quality_lot(Context const&, QualityVerb const&);
Result<Done> quality_hold(Context const&, QualityVerb const&);
Result<Done> quality_rules(Context const&);
Result<Done> quality_inputs(Context const&);
Result<Done> quality_ripe(Context const&);
Result<Done> quality_results(Context const&, QualityVerb const&);
Result<Done> quality_certificate(Context const&, QualityVerb const&);

// What customers said, in the records.
struct ReviewsVerb {
    std::string file, channel;
    bool dry_run = false;
};
Result<Done> taste_reviews(Context const&, ReviewsVerb const&);

// Fish in pictures, counted without a database.
struct CountVerb {
    std::vector<std::string> paths, truths;
    std::string kind = "auto", outline, pool, model = "auto", calibration, out;
    std::vector<double> numbers;
    double altitude_m = 0, px_per_m = 0, tolerance_percent = 5, radius_px = 0;
    int every = 3;
};
Result<Done> count_fish(Context const&, CountVerb const&);
Result<Done> count_calibrate(Context const&, CountVerb const&);
Result<Done> count_eval(Context const&, CountVerb const&);
struct FlightVerb {
    std::int64_t fish = -1;            ///< -1: 200, or none where the scene is an empty pond
    std::uint64_t seed = 1;
    double minutes = 20. / 60, fps = 15;
    std::string scene = "clear", camera = "hover", range = "auto", out, truth;
    int width = 1280, height = 720, quality = 23;
};
Result<Done> flight(Context const&, FlightVerb const&);

// The plant.
struct PlantVerb {
    std::string what;                  ///< line, day, lot, salt, capacity, charts, checks, orders or materials
    std::string lot, day, line, step;
    std::int64_t lots = 120;
};
Result<Done> show_plant(Context const&, PlantVerb const&);
struct ScaleVerb {
    std::string connect, station, to, key;
    bool ask = false, once = false;
};
Result<Done> read_scale(Context const&, ScaleVerb const&);

// Breeding, on plain files.
struct BreedVerb {
    std::string pedigree, records, model, out, effects_out, weights, record_id;
    std::string id, sire, dam, sex, born;              ///< columns of the pedigree
    std::vector<std::string> groups, missing, cures, variances;
    std::string candidates, value = "ebv";             ///< whom to choose from, and the column to be raised
    double max_coancestry = 0, cost_weight = 1;
    double memory_mb = 0;                              ///< most that may be used; 0: what is free
    std::string costs;
    std::vector<std::string> index;                    ///< COLUMN=WEIGHT: the value is their sum
    std::int64_t equal = 0;                            ///< so many parents that give the same; 0: shares as they come
    std::string ploidy, origin;                        ///< chromosome sets: a number for all, or a column; and the column that says how a fish came to be
    double double_reduction = 0, second_division = 0.59;
    std::string species;                               ///< column of the pedigree
    std::string genotypes, keep, samples;              ///< a file of genotypes, one with the ids of those that count, and one that says whose its samples are
    double blend = -1, least_frequency = 0, most_missing = 1;
    bool tune = false, each_alike = false;
    std::string microsatellites, offspring, crosses;   ///< parentage
    double error = 0.01, unsampled = 0.1, probability = 0.95;
    std::int64_t most_variants = 1'000, fewest_markers = 10;
    bool ignore_inbreeding = false, no_tests = false;
};
Result<Done> breed_inbreeding(Context const&, BreedVerb const&);
Result<Done> breed_ainv(Context const&, BreedVerb const&);
Result<Done> breed_ebv(Context const&, BreedVerb const&);
Result<Done> breed_variance(Context const&, BreedVerb const&);
Result<Done> breed_g(Context const&, BreedVerb const&);
Result<Done> breed_hybrids(Context const&, BreedVerb const&);
Result<Done> breed_parentage(Context const&, BreedVerb const&);
struct ProgrammeVerb {
    std::string traits, correlations, programmes, out;
    std::vector<std::string> trade;                    ///< two traits
    double selected = 0;                               ///< share of candidates that become parents; 0: an intensity of one
    std::int32_t replicates = 20;
    std::uint64_t seed = 1;
    std::string lines, heterosis;                      ///< of a plan of crosses
    std::vector<std::string> wants;                    ///< SPECIES=LEAST..MOST
    double females = 0, fish = 1'000;
    std::int32_t generations = 1, most = 50;
};
Result<Done> breed_index(Context const&, ProgrammeVerb const&);
Result<Done> breed_simulate(Context const&, ProgrammeVerb const&);
Result<Done> breed_cross(Context const&, ProgrammeVerb const&);
Result<Done> breed_select(Context const&, BreedVerb const&);
Result<Done> breed_mate(Context const&, BreedVerb const&);

// Tastings, on plain files.
struct TasteVerb {
    std::string test, out, salt, file, key, commitment, taster, product, chosen, wide, ties = "davidson", language = "en";
    std::vector<std::string> samples, attributes, fixed, expected;
    std::optional<std::uint64_t> seed;                 ///< empty: drawn, and kept in the key alone
    int tasters = 0, rounds = 1, right = 0, of = 0;
    double alpha = 0.05, power = 0.8, distinguishers = 0.3, matters = 0;
    bool ordinal = false, order = false, taster_effects = false, two_sided = false;
};
Result<Done> taste_design(Context const&, TasteVerb const&);
Result<Done> taste_analyse(Context const&, TasteVerb const&);

// Blends and mixes, on plain files.
struct BlendVerb {
    std::string file, target, past, profile, product, amount = "100 kg", most_cost, currency = "CNY";
    std::vector<std::string> kinds;                    ///< columns of the past blends; none: those of the lots
    std::int64_t most_lots = 0, old_days = 180;        ///< 0: any number of lots
    double over_percent = 2, old_percent = 0, surety = 0, seconds = 8, gap_percent = 0.5, trust = 0.5;
    int points = 0;                                    ///< of the curve; 0: one blend
    bool nearest = false;
};
struct GoodsVerb {
    std::string product;
    bool sheet = false;                                 ///< as the file that blends read
};
Result<Done> list_goods(Context const&, GoodsVerb const&);
Result<Done> blend_lots_of(Context const&, BlendVerb const&);   ///< without lots: how past blends mix

struct MixVerb {
    std::string file, salts, target, volume = "1 m3", currency = "CNY";
    double salinity_g_l = 0;                           ///< 0: that of the source, where no target is given
    bool whole_bags = false, reference = false;
};
Result<Done> mix_salts(Context const&, MixVerb const&);

// Keeping.
struct UserOptions {
    std::string name, full_name, role = "worker", site;
    bool drop = false;
};
Result<Done> user_add(Context const&, UserOptions const&);
Result<Done> user_key(Context const&, UserOptions const&);
Result<Done> user_password(Context const&, UserOptions const&);
Result<Done> user_list(Context const&);
Result<Done> verify(Context const&);
Result<Done> rebuild(Context const&);
Result<Done> backup(Context const&, std::string const& file);
Result<Done> restore(Context const&, std::string const& file);
Result<Done> doctor(Context const&);

// Serving.
struct UpOptions {
    std::string bind = "127.0.0.1", web_dir, certificate, key, media;
    std::vector<std::string> trusted_proxies;
    std::uint16_t port = 8080;
    int workers = 8;
    bool quiet = false;
    bool private_webhooks = false;
};
Result<Done> up(Context const&, UpOptions const&);
struct DemoVerb {
    std::int64_t fish = 40'000, farms = 8, pools = 160, years = 10, flights = 2;
    std::uint64_t seed = 1;
    std::string end;              ///< last day; empty: today
    bool no_serve = false, fresh = false;
};
Result<Done> demo(Context const&, DemoVerb const&, UpOptions const&);
struct WorkOptions {
    std::string media;
    bool once = false;
};
Result<Done> work(Context const&, WorkOptions const&);

} // namespace osetra::app
