#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "app/verbs.h"
#include "app/verbs_grade.h"
#include "app/verbs_line.h"

namespace osetra::app {
namespace {

/// Where the demo company goes when nobody says: a folder that git does not see.
constexpr char const* demo_database = "data/demo/osetra-demo.db";
constexpr char const* of_every_verb = "Every verb also takes --db, --enterprise and --json (osetra --help).";

/// The words of the command line, each bound to the option it sets. One verb is chosen; `act` carries it out.
struct Words {
    Where where;
    When when;
    FactsOptions facts;
    GrowthOptions growth;
    StocktakeVerb stocktake;
    QualityVerb quality;
    TellOptions tell;
    ImportVerb import;
    EpcisVerb epcis;
    TraceVerb lineage;
    LabelVerb label;
    SortVerb sort;
    std::string maturity_pack;
    BreedVerb breed;
    ProgrammeVerb programme;
    TasteVerb taste;
    ReviewsVerb reviews;
    BlendVerb blend;
    GoodsVerb goods;
    MixVerb mix;
    IdentityVerb identity;
    PlantVerb at_plant;
    ScaleVerb scale;
    CountVerb count;
    FlightVerb flight;
    GradeVerb grade;
    UserOptions user;
    UpOptions up;
    DemoVerb demo;
    WorkOptions work;
    bool as_epcis = false;
    std::string name, by = "site", site, from, figure, list, format = "csv", file;
    std::function<Result<Done>(Context const&)> act;

    CLI::App app{"Osetra: every fish of a farm, every day, and how sure that is."};

    Words() {
        app.name("osetra");
        app.set_version_flag("--version", "osetra " + program_version());
        app.require_subcommand(1);
        app.fallthrough();
        app.option_defaults()->always_capture_default(false);
        app.add_option("--db", where.db, "Database: a file, or postgresql://...")->envname("OSETRA_DB")->default_str("osetra.db");
        app.add_option("--enterprise,-e", where.enterprise, "Which company, by its short name or number (default: the only one)");
        app.add_flag("--json", where.json, "Print one JSON document");
        app.footer("Exit status: 0 done, 1 refused (the reason on stderr, with its code), 2 not understood, 3 the machine failed.\n"
                   "`osetra VERB --help` tells more.");
        reading();
        stocktaking();
        telling();
        chain();
        labels();
        sorting();
        safety();
        pictures();
        flying();
        grading();
        breeding();
        tasting();
        plant();
        blending();
        keeping();
        serving();
    }

private:
    CLI::App* verb(std::string const& words, std::string const& about, std::function<Result<Done>(Context const&)> does) { return verb(&app, words, about, std::move(does)); }
    CLI::App* verb(CLI::App* above, std::string const& words, std::string const& about, std::function<Result<Done>(Context const&)> does) {
        auto* v = above->add_subcommand(words, about);
        v->fallthrough();
        v->footer(of_every_verb);
        v->callback([this, does = std::move(does)] { act = does; });
        return v;
    }
    CLI::App* group(std::string const& words, std::string const& about) {
        auto* g = app.add_subcommand(words, about);
        g->fallthrough();
        g->footer(of_every_verb);
        g->require_subcommand(1);
        return g;
    }
    CLI::App* asked_when(CLI::App* v) {
        v->add_option("--at", when.at, "As of the end of this farm day (2026-03-31), or of an instant (default: now)");
        v->add_option("--known", when.known, "As it was known then (default: all that is known)");
        return v;
    }

    void safety() {
        auto* g = group("quality", "What is on hold, tested, certified and used");
        verb(g, "show", "What is on hold and how much of it, and which results are awaited", [](auto& c) { return quality_overview(c); });
        auto* v = verb(g, "lot", "One lot: holds, results with the verdict of each market, and whether a certificate may be issued", [this](auto& c) { return quality_lot(c, quality); });
        v->add_option("LOT", quality.thing, "Its name")->required();
        v = verb(g, "hold", "One hold: what was decided, and which lots it bars", [this](auto& c) { return quality_hold(c, quality); });
        v->add_option("HOLD", quality.thing, "Its name: H26-00001, TEST-S26-00001, CLOCK-(lot)")->required();
        v = verb(g, "results", "Results from a laboratory's sheet: all of them or none", [this](auto& c) { return quality_results(c, quality); });
        v->add_option("FILE", quality.file, "CSV with a header: sample, analyte, value, unit, perhaps method, lod, loq, tested on, report; - is the input")->required();
        v->add_flag("--dry-run", quality.dry_run, "Read it and tell nothing");
        v = verb(g, "certificate", "Issues a certificate of analysis; refused while results are missing or out", [this](auto& c) { return quality_certificate(c, quality); });
        v->add_option("WHAT", quality.what, "lot or shipment")->required()->check(CLI::IsMember({"lot", "shipment"}));
        v->add_option("THING", quality.thing, "Its name")->required();
        v->add_option("--market", quality.market, "Whose limits: EU, US, CN, JP")->required();
        v->add_option("--out,-o", quality.file, "PDF to write");
        v->add_option("--address", quality.address, "Address of the server, for the code on the paper: https://farm.example");
        verb(g, "rules", "What is tested, with the limits of each market and their sources", [](auto& c) { return quality_rules(c); });
        verb(g, "inputs", "Feed, medicines and the like: what forbids them, and where they were used", [](auto& c) { return quality_inputs(c); });
        auto* m = verb(g, "maturity", "Which growers' blocks are ripe by their samples, when others will be, and which loads are held", [this](auto& c) { return quality_maturity(c, maturity_pack); });
        m->add_option("--pack", maturity_pack, "Only of this pack");
        verb(g, "ripe", "Which fish may be harvested for roe, and why others may not", [](auto& c) { return quality_ripe(c); });
    }

    void stocktaking() {
        auto* above = group("stocktake", "Flights over pools, and the plan of the year");
        auto* v = verb(above, "plan", "Which pools were counted, how sure the total is, and where the next flight is worth most", [this](auto& c) { return stocktake_plan(c, stocktake); });
        v->add_option("--year", stocktake.year, "Default: this year")->check(CLI::Range(1970, 2200));
        v->add_option("--by", stocktake.by, "heads (default) or biomass: of which total the variance is to fall")->check(CLI::IsMember({"heads", "biomass"}));
        v->add_option("--site", stocktake.site, "Only of this site");
        v = verb(above, "flights", "Flights, newest first, with what was counted and signed", [this](auto& c) { return stocktake_flights(c, stocktake); });
        v->add_option("--pool", stocktake.pool, "Only over this pool");
        v->add_option("--site", stocktake.site, "Only of this site");
        v = verb(above, "calibrated", "Keeps what `osetra count calibrate` fitted on a site's clips: its flights are counted with it", [this](auto& c) { return stocktake_calibrated(c, stocktake); });
        v->add_option("FILE", stocktake.file, "What calibrate wrote")->required();
        v->add_option("--site", stocktake.site, "Whose")->required();
        v->add_option("--note", stocktake.note, "On which clips");
    }

    void plant() {
        auto* g = group("plant", "The line, its lots, checks, charts and what it can do");
        auto const ask = [&](char const* what, char const* about) { return verb(g, what, about, [this, what](auto& c) { at_plant.what = what; return show_plant(c, at_plant); }); };
        auto* v = ask("line", "Every fish on the line now: last step, next step, running clock, hold");
        v->add_option("--line", at_plant.line, "Only of this line");
        v->add_option("--step", at_plant.step, "Only those whose next step it is: a station's queue");
        ask("day", "Lots of a day and their balances, to the gram")->add_option("--day", at_plant.day, "Farm day (default: today)");
        ask("lot", "The whole story of a lot")->add_option("LOT", at_plant.lot, "Its name")->required();
        ask("salt", "How much salt for a lot")->add_option("LOT", at_plant.lot, "Its name")->required();
        ask("capacity", "What the line can do today by hour, from its own recorded times");
        ask("charts", "Control charts of time, yield and salt, and what breaks their run rules")->add_option("--lots", at_plant.lots, "The last so many (default 120)")->check(CLI::Range(2, 1000));
        ask("checks", "Control points of a day: done, due, missed")->add_option("--day", at_plant.day, "Farm day (default: today)");
        ask("orders", "Harvest orders, the newest first");
        ask("materials", "Salt, brine and tins: what came, what was used, what is left");

        v = verb("scale", "Reads a scale over the network, and shows its weight at a station", [this](auto& c) { return read_scale(c, scale); });
        v->add_option("--connect", scale.connect, "HOST:PORT of the scale, or of its serial line's server")->required();
        v->add_option("--station", scale.station, "Whose scale it is: L1-SALT");
        v->add_option("--to", scale.to, "The server whose station screens show it: http://127.0.0.1:8080");
        v->add_option("--key", scale.key, "A key of somebody who may record (osetra user key)")->envname("OSETRA_KEY");
        v->add_flag("--ask", scale.ask, "Ask the scale to send its weight again and again (MT-SICS: SIR)");
        v->add_flag("--once", scale.once, "End with the first weight that stands still");
    }

    void reading() {
        asked_when(verb("day", "Today: fish, biomass, the round, and what needs a person", [this](auto& c) { return show_day(c, when); }));
        auto* v = asked_when(verb("stock", "What is there, by site, pool, cohort or species", [this](auto& c) { return show_stock(c, when, by); }));
        v->add_option("--by", by, "site, pool, cohort or species")->check(CLI::IsMember({"site", "pool", "cohort", "species"}));
        v = asked_when(verb("pools", "All pools", [this](auto& c) { return show_pools(c, when, site); }));
        v->add_option("--site", site, "Only of this site");
        v = asked_when(verb("pool", "One pool", [this](auto& c) { return show_pool(c, when, name); }));
        v->add_option("POOL", name, "Its id: P1")->required();
        v = asked_when(verb("fish", "One fish, by its tag", [this](auto& c) { return show_fish(c, when, name, as_epcis); }));
        v->add_option("TAG", name, "15 digits")->required();
        v->add_flag("--epcis", as_epcis, "Its daily story as an EPCIS document");
        v = asked_when(verb("why", "The facts behind a figure", [this](auto& c) { return show_why(c, when, figure, name); }));
        v->add_option("FIGURE", figure, "heads, biomass, mean, feed, temperature or density")->required();
        v->add_option("SUBJECT", name, "pool:P1, fish:156..., cohort:C, site:S or company:")->required();

        v = verb("facts", "The journal, newest first", [this](auto& c) { return show_facts(c, facts); });
        v->add_option("--subject", facts.subject, "pool:P1, fish:156..., cohort:C or site:S");
        v->add_option("--kind", facts.kind, "round, move, ... (osetra kinds)");
        v->add_option("--from", facts.from, "Happened at this time or later");
        v->add_option("--to", facts.to, "Happened at this time or before");
        v->add_option("--limit", facts.limit, "At most so many (default 50)")->check(CLI::Range(1, 1000));
        v->add_option("--before", facts.before, "Only facts before this place in the journal")->check(CLI::Range(std::int64_t{1}, std::int64_t{999'999'999'999}));

        verb("kinds", "Every kind of fact, with its fields", [](auto& c) { return show_kinds(c); });
        verb("surveys", "Mark-recapture series and ages read, with no pool", [this](auto& c) { return show_surveys(c); });
        v = verb("gain", "What the fish gained, SGR by cohort and FCR by pool", [this](auto& c) { return show_gain(c, when, from, site); });
        v->add_option("--from", from, "First day (default: 365 days to the last)");
        v->add_option("--at", when.at, "Last day (default: today)");
        v->add_option("--site", site, "Only of this site");
        v = asked_when(verb("export", "A list as CSV, XLSX or JSON", [this](auto& c) { return export_list(c, when, list, format, file); }));
        v->add_option("LIST", list, "pools, fish, cohorts, sites, stock, facts, round or differences")->required();
        v->add_option("--format", format, "csv (default), xlsx or json")->check(CLI::IsMember({"csv", "xlsx", "json"}));
        v->add_option("--out,-o", file, "File to write (default: print it)");

        auto* g = group("growth", "Growth coefficients fitted from a site's own weighings");
        v = verb(g, "fit", "Fit and show them", [this](auto& c) { return growth_fit(c, growth); });
        v->add_option("--site", growth.site, "Only of this site");
        v = verb(g, "adopt", "Use a fitted coefficient from now on", [this](auto& c) { return growth_adopt(c, growth); });
        v->add_option("--site", growth.site, "The site whose fish grow so")->required();
        v->add_option("--species", growth.species, "Code in the pack: BAE")->required();
        v->add_option("--stage", growth.stage, "Stage of life in the pack")->required();
        v->add_option("--tgc", growth.tgc_micro, "1e6 g^(1/3) per degree-day (default: as fitted)")->check(CLI::Range(1, 20'000));
    }

    CLI::App* told(CLI::App* v) {
        v->add_option("--at", tell.at, "When it happened (default: now); a day alone is its noon");
        v->add_flag("--witnessed", tell.witnessed, "It happened: take it even though it contradicts the book");
        return v;
    }

    void telling() {
        auto* v = told(verb("tell", "Tell one fact, or many from JSON", [this](auto& c) { return app::tell(c, tell); }));
        v->add_option("KIND", tell.kind, "round, move, death, ... (osetra kinds)");
        v->add_option("FIELD=VALUE", tell.fields, "pool=P1 heads=120 mean=62.5g total=3.2jin");
        v->add_option("--reason", tell.reason, "Why all the same, where a fact asks for it: a harvest of fish that are not ripe");
        v->add_option("--facts", tell.file, "Facts as JSON, as the web takes them; - reads them from the input");
        v->footer("Amounts take their unit (3.2jin, 15.5C, 12m3) where the unit at the end of the field's name is left out; with it they are whole: mean_mg=62500.\n" + std::string{of_every_verb});
        v = told(verb("correct", "Mend a fact: the fields named replace those told before", [this](auto& c) { return app::correct(c, tell); }));
        v->add_option("ID", tell.id, "Of the fact (osetra facts)")->required();
        v->add_option("FIELD=VALUE", tell.fields, "heads=120; heads= takes the field away");
        v->add_option("--reason", tell.reason, "Why")->required();
        v = verb("withdraw", "Take a fact back: it did not happen", [this](auto& c) { return app::withdraw(c, tell); });
        v->add_option("ID", tell.id, "Of the fact (osetra facts)")->required();
        v->add_option("--reason", tell.reason, "Why")->required();

        v = verb("import", "Spreadsheets as a farm has them: XLSX or CSV", [this](auto& c) { return import_files(c, import); });
        v->add_option("FILE", import.files, "Files that speak of one another are given together; - is the input")->required();
        v->add_flag("--dry-run,-n", import.dry_run, "Say what would happen, and write nothing");
        v->add_option("--mapping", import.mapping_file, "How the sheets are read, as JSON (--save-mapping wrote it)");
        v->add_option("--save-mapping", import.save_mapping_file, "Write how the sheets were read, to be mended and given back");
        v->add_option("--start", import.start, "First day of records that hold no dates");
        v->add_option("--end", import.end, "Last day of records that hold no dates");
        v->add_option("--pool", import.pool, "Pool of rows that name none");
        v->add_option("--site", import.site, "Site of pools that the file brings");
        v->add_option("--dates", import.date_order, "05/03/2024 is day-first, month-first or to be guessed")->check(CLI::IsMember({"guess", "day-first", "month-first"}));
        v->add_flag("--create", import.create, "Register sites, pools and cohorts that the file names and the company does not have");
    }

    void sorting() {
        auto* g = group("sort", "A line that sorts fruit: size and quality classes, cartons, what each grower is paid");
        auto const of_pack = [this](CLI::App* v) {
            v->add_option("--pack", sort.pack, "What is sorted (osetra sort packs), or a YAML file of your own")->required();
            return v;
        };
        auto* v = of_pack(verb(g, "outturn", "What became of each grower's loads, with money by class", [this](auto& c) { return sort_out_turn(c, sort); }));
        v->add_option("--loads", sort.loads, "CSV with a header: load, grower, received_on, gross_kg, tare_kg")->required();
        v->add_option("--counts", sort.counts, "CSV of the sizer: load, pieces, weight_g and the pack's measures")->required();
        v->add_option("--prices", sort.prices, "CSV with a header: class, size (empty: all), price_per_kg (default: the pack's)");
        v->add_option("--grower", sort.grower, "Only of this one");
        v->add_option("--csv", sort.csv, "Write it as a list");
        v->add_option("--pdf", sort.pdf, "Write it for printing, a report a grower");
        v->add_option("--company", sort.company, "Name on the report");
        v = of_pack(verb(g, "capacity", "How long the line takes", [this](auto& c) { return sort_capacity(c, sort); }));
        v->add_option("--mean-g", sort.mean_g, "Weight of one fruit")->required()->check(CLI::PositiveNumber);
        v->add_option("--kg", sort.kg, "What there is to sort")->required()->check(CLI::PositiveNumber);
        verb(g, "packs", "What can be sorted: sizes, classes and their limits", [this](auto& c) { return sort_packs(c, sort); });
        v = of_pack(verb(g, "receive", "Tells the loads of a list: all of them or none", [this](auto& c) { return sort_take_loads(c, sort); }));
        v->add_option("FILE", sort.thing, "CSV with a header: load, grower, received_on, gross_kg, tare_kg; - is the input")->required();
        v->add_flag("--dry-run,-n", sort.dry_run, "Say what would be told, and tell nothing");
        v = verb(g, "count", "Tells what a sizer counted of loads that were received: all of it or nothing", [this](auto& c) { return sort_take_counts(c, sort); });
        v->add_option("FILE", sort.thing, "CSV of the sizer: load, pieces, weight_g and the measures of the loads' pack; - is the input")->required();
        v->add_flag("--dry-run,-n", sort.dry_run, "Say what would be told, and tell nothing");
        v = verb(g, "line", "A day of the line: loads, classes and sizes, how fast, pallets", [this](auto& c) { return sort_day(c, sort); });
        v->add_option("--day", sort.day, "Farm day (default: today)");
        v->add_option("--pack", sort.pack, "Code of a sorting pack (default: of the load weighed in last)");
        v = verb(g, "load", "The whole story of a grower's load", [this](auto& c) { return sort_load(c, sort); });
        v->add_option("LOAD", sort.thing, "Its name")->required();
        v = verb(g, "pallet", "What is on a pallet, and whose it is", [this](auto& c) { return sort_pallet(c, sort); });
        v->add_option("PALLET", sort.thing, "Its number")->required();
        v = verb(g, "growers", "What became of the loads that were told, by grower, with money", [this](auto& c) { return sort_growers(c, sort); });
        v->add_option("--from", sort.from, "First day on which loads were weighed in (default: 30 days before the last)");
        v->add_option("--to", sort.to, "Last day (default: today)");
        v->add_option("--pack", sort.pack, "Code of a sorting pack (default: of the load weighed in last)");
        v->add_option("--grower", sort.grower, "Only of this one");
        v->add_option("--prices", sort.prices, "CSV with a header: class, size (empty: all), price_per_kg (default: the pack's)");
        v->add_option("--csv", sort.csv, "Write it as a list");
        v->add_option("--pdf", sort.pdf, "Write it for printing, a page a grower");
    }

    void labels() {
        auto* g = group("label", "Labels: CITES text, codes and words, printed and kept in a register");
        auto const printed = [this](CLI::App* v) {
            v->add_option("--design", label.design, "Name of a design (osetra label designs) or a JSON file of your own (default tin-70x50)");
            v->add_option("--size", label.size, "Another size in mm: 60x40");
            v->add_option("--languages", label.languages, "Instead of the design's: en,zh,fr,de,ja")->delimiter(',');
            v->add_option("--format", label.format, "pdf (default), zpl for label printers, or svg")->check(CLI::IsMember({"pdf", "zpl", "svg"}));
            v->add_option("--sheet", label.sheet, "Many labels a page of PDF: a4 or letter (default: a page a label)")->check(CLI::IsMember({"a4", "letter"}));
            v->add_option("--dpi", label.dpi, "Of the label printer: 203 (default) or 300")->check(CLI::IsMember({203, 300}));
            v->add_flag("--dots", label.dots, "Send letters and codes to the printer as dots, for one that lacks them");
            v->add_option("--out,-o", label.out, "File to write (default: print it)");
            return v;
        };
        auto* v = printed(verb(g, "print", "Labels from a CSV file, without a database", [this](auto& c) { return label_print(c, label); }));
        v->add_option("FILE", label.file, "CSV with a header: label, gtin, serial, net_g, salt_percent, packed_on, best_before_on, storage, producer, number, sscc, product, note, pressed; - is the input")->required();
        v->add_option("--confirmed", label.confirmed, "Codes of species that you looked up: NUD,MIK")->delimiter(',');
        v = verb(g, "check", "Whether a CITES text is right, and what it says", [this](auto& c) { return label_check(c, label); });
        v->add_option("TEXT", label.words, "DAUxSCH/C/CN/2026/CN-ZJ-0007/L1")->required();
        v->add_flag("--pressed", label.pressed, "The pressed product, which alone may be of mixed species");
        v->add_option("--confirmed", label.confirmed, "Codes of species that you looked up")->delimiter(',');
        v = verb(g, "repacked", "The CITES text after repacking or re-export", [this](auto& c) { return label_repacked(c, label); });
        v->add_option("TEXT", label.words, "The original text")->required()->expected(1);
        v->add_option("--year", label.year, "In which it was repacked")->required();
        v->add_option("--country", label.country, "Where, in two letters")->required();
        v->add_option("--plant", label.plant, "Registration of the repackaging plant")->required();
        v->add_option("--lot", label.lot, "Its lot, or the number of the permit or re-export certificate")->required();
        verb(g, "designs", "Designs that are there", [this](auto& c) { return label_designs(c, label); });
        verb(g, "codes", "Codes of species, and which are to be confirmed before print", [this](auto& c) { return label_codes(c, label); });
        v = printed(verb(g, "issue", "Takes numbers that nobody had before, and prints their labels", [this](auto& c) { label.net_mg = static_cast<std::int64_t>(label.net_g * 1000 + 0.5); return label_issue(c, label); }));
        v->add_option("TIN", label.words, "Closed tins, a label each");
        v->add_option("--lot", label.lot, "Instead: for tins of this lot that are still to be closed");
        v->add_option("--net-g", label.net_g, "Weight of each of them");
        v->add_option("--count", label.count, "How many (default 1)")->check(CLI::Range(1, 100'000));
        v->add_option("--series", label.series, "Letters in front of the number (default L)");
        v->add_option("--storage", label.storage, "Temperature to keep it at, as it shall stand on the label");
        v = verb(g, "case", "The label of a case or pallet with its SSCC", [this](auto& c) { return label_case(c, label); });
        v->add_option("CASE", label.words, "Its number")->required()->expected(1);
        v->add_option("--format", label.format, "pdf (default), zpl for label printers, or svg")->check(CLI::IsMember({"pdf", "zpl", "svg"}));
        v->add_option("--dpi", label.dpi, "Of the label printer: 203 (default) or 300")->check(CLI::IsMember({203, 300}));
        v->add_option("--out,-o", label.out, "File to write (default: print it)");
        v = verb(g, "apply", "A label was put on its tin", [this](auto& c) { return label_apply(c, label); });
        v->add_option("NUMBER", label.words, "The label's number, and the tin where it has another name")->required()->expected(1, 2);
        v = verb(g, "spoil", "A label tore or was misprinted, and is destroyed", [this](auto& c) { return label_end(c, label, true); });
        v->add_option("NUMBER", label.words, "Numbers of labels")->required();
        v->add_option("--reason", label.reason, "What happened")->required();
        v = verb(g, "void", "A label was taken off its tin or is not needed, and is destroyed", [this](auto& c) { return label_end(c, label, false); });
        v->add_option("NUMBER", label.words, "Numbers of labels")->required();
        v->add_option("--reason", label.reason, "Why")->required();
        v = verb(g, "list", "Labels and their states", [this](auto& c) { return label_list(c, label); });
        v->add_option("--state", label.state, "issued, printed, applied, spoiled or voided")->check(CLI::IsMember({"issued", "printed", "applied", "spoiled", "voided"}));
        v->add_option("--after", label.after, "Only numbers after this one");
        v->add_option("--limit", label.limit, "At most so many (default 50)")->check(CLI::Range(1, 1'000'000));
        v = verb(g, "show", "One label: its text, and every act on it", [this](auto& c) { return label_show(c, label); });
        v->add_option("NUMBER", label.words, "L-00000042")->required()->expected(1);
        v = verb(g, "confirm", "A code of species from memory was looked up, and may be printed", [this](auto& c) { return label_confirm(c, label); });
        v->add_option("CODE", label.words, "NUD")->required()->expected(1);
        v->add_option("--source", label.source, "Where it was looked up")->required();
        verb(g, "verify", "Whether every number that was given out is there once", [this](auto& c) { return label_verify(c, label); });
    }

    void chain() {
        auto const of_thing = [this](CLI::App* t) {
            t->add_option("ID", lineage.id, "Its name: a GS1 Digital Link, an EPC URN, or as its events have it")->required();
            t->add_option("--at", lineage.at, "As it was at this instant, or at the end of this day (default: all that is told)");
            t->add_option("--most", lineage.most, "At most so many things (default 5000)")->check(CLI::Range(1, 1'000'000));
            return t;
        };
        auto* walk = of_thing(verb("trace", "Where a thing came from and what became of it", [this](auto& c) { return trace_thing(c, lineage); }));
        walk->add_option("--direction", lineage.direction, "up (origins), down (results and what held them), both (default) or recall")->check(CLI::IsMember({"up", "down", "both", "recall"}));
        walk->add_flag("--events", lineage.events, "Also the events behind each step");
        walk = of_thing(verb("recall", "What is affected by a fault of a thing, where it is, and whom to call", [this](auto& c) { return recall_thing(c, lineage); }));
        walk->add_option("--csv", lineage.csv, "Write a list of what is affected");
        walk->add_option("--pdf", lineage.pdf, "Write the recall for printing");
        auto* g = group("epcis", "Events of the chain as partners send them: EPCIS 2.0 in JSON and XML, and XML of 1.2");
        auto* v = verb(g, "hash", "The hash of each event, by which it is known wherever it goes", [this](auto& c) { return epcis_hash(c, epcis); });
        v->add_option("FILE", epcis.files, "Documents; - is the input")->required();
        v->add_flag("--pre-hash", epcis.pre_hash, "Also the text that the hash is taken of");
        v = verb(g, "convert", "JSON to XML, XML to JSON, either to XML of EPCIS 1.2; the hash stays", [this](auto& c) { return epcis_convert(c, epcis); });
        v->add_option("FILE", epcis.files, "Documents; - is the input")->required();
        v->add_option("--to", epcis.to, "json, xml or xml-1.2 for old partners, with GS1 names as URNs (default: the other one of json and xml)")->check(CLI::IsMember({"json", "xml", "xml-1.2"}));
        v->add_option("--out,-o", epcis.out, "File to write, or a folder (default: print it)");
        v->add_option("--names", epcis.names, "GS1 names as urn or link (default: as they are)")->check(CLI::IsMember({"urn", "link"}));
        v->add_option("--company-prefix", epcis.company_prefixes, "A GS1 company prefix; links become URNs only where it is known")->expected(1)->take_all();
        v = verb(g, "validate", "What is not as the standard wants it, where, and what would cure it", [this](auto& c) { return epcis_validate(c, epcis); });
        v->add_option("FILE", epcis.files, "Documents; - is the input")->required();
        v = verb(g, "capture", "Take events and master data into the repository", [this](auto& c) { return epcis_capture(c, epcis); });
        v->add_option("FILE", epcis.files, "Documents, each kept whole or not at all; - is the input")->required();
        v->add_flag("--proceed", epcis.proceed, "Keep the good events of a document beside refused ones");
        v->add_option("--as", epcis.teller, "ours: events of our own chain, which must be right; foreign (default): of partners")->check(CLI::IsMember({"ours", "foreign"}));
        v = verb(g, "query", "Events of the repository, by the parameters of EPCIS", [this](auto& c) { return epcis_query(c, epcis); });
        v->add_option("NAME=VALUE", epcis.parameters, "EQ_bizStep=shipping MATCH_anyEPC=urn:...; a name again adds a value; EXISTS_... stands alone");
        v->add_option("--format", epcis.format, "json (default) or xml")->check(CLI::IsMember({"json", "xml"}));
        v->add_option("--names", epcis.names, "GS1 names as urn, link or as_is (default)")->check(CLI::IsMember({"urn", "link", "as_is"}));
        v->add_option("--limit", epcis.limit, "At most so many events (default 30)")->check(CLI::Range(1, 1'000'000));
        v->add_flag("--all", epcis.all, "All events that answer");
    }

    CLI::App* seen(CLI::App* v) {
        v->add_option("--kind", count.kind, "sturgeon, fingerling, larva or auto (default)")->check(CLI::IsMember({"auto", "sturgeon", "fingerling", "larva"}));
        v->add_option("--model", count.model, "Its name in models/, a file, or auto (default): fry for photographs, open for clips and for sturgeon");
        v->add_option("--calibration", count.calibration, "What osetra count calibrate wrote for this place");
        v->add_option("--every", count.every, "Of a clip's frames, every so many are looked at (default 3)")->check(CLI::Range(1, 1000));
        return v;
    }
    CLI::App* scaled(CLI::App* v) {
        v->add_option("--outline", count.outline, "The pond's edge in metres: \"0,0 40,0 40,8 0,8\" (default: what is seen is all there is)");
        v->add_option("--altitude", count.altitude_m, "Metres from the water up to the camera")->check(CLI::Range(0.1, 1000.0));
        v->add_option("--scale", count.px_per_m, "Pixels of a metre, in the middle of the picture")->check(CLI::Range(0.01, 1e6));
        return v;
    }

    void pictures() {
        auto* g = app.add_subcommand("count", "How many fish are in pictures from above, and how sure that is");
        g->fallthrough();
        g->footer("PATH: one picture; pictures of one tub, or a folder of them (they make one number together); a clip; a folder of its frames. Needs no database but for --pool.");
        g->require_subcommand(0, 1);
        g->add_option("PATH", count.paths, "Pictures, a folder or a clip");
        scaled(seen(g));
        g->add_option("--pool", count.pool, "The pool of the database that was flown over: its water is the outline (with --scale), and what was calibrated on its site is used");
        g->add_option("--tolerance", count.tolerance_percent, "Count again when the interval is wider each way than so many percent (default 5)")->check(CLI::Range(0.01, 100.0));
        g->add_option("--out,-o", count.out, "Draw what was seen into a clip (.mp4) or, of one picture, a picture");
        g->callback([this, g] { if (g->get_subcommands().empty()) act = [this](auto& c) { return count_fish(c, count); }; });
        auto* v = scaled(seen(verb(g, "calibrate", "Learn from clips with a known number how many of the fish here are found", [this](auto& c) { return count_calibrate(c, count); })));
        v->add_option("CLIP", count.paths, "Clips, or folders of pictures of one tub, each of which was counted otherwise; or pictures of one tub with one --number")->required();
        v->add_option("--truth", count.truths, "What is known of each clip, in their order (osetra flight writes such files)");
        v->add_option("--number", count.numbers, "Fish that were there: one number of a single clip or of pictures of one tub, or one for each clip or folder, in their order, by commas")->delimiter(',')->allow_extra_args(false)->check(CLI::Range(1.0, 1e7));
        v->add_option("--out,-o", count.out, "The file to write")->required();
        v = scaled(seen(verb(g, "eval", "Hold a count against what is known of the clip", [this](auto& c) { return count_eval(c, count); })));
        v->add_option("CLIP", count.paths, "Clip or pictures")->required();
        v->add_option("--truth", count.truths, "What is known of it")->required()->expected(1);
        v->add_option("--radius", count.radius_px, "A mark is right within so many pixels (default: half a body)")->check(CLI::Range(0.5, 1e4));
    }

    void flying() {
        auto* v = verb("flight", "A made-up clip of a drone over a pond whose fish are known, to try counting on", [this](auto& c) { return app::flight(c, flight); });
        v->add_option("--fish", flight.fish, "In the whole pond (default 200)")->check(CLI::Range(0, 5'000));
        v->add_option("--seed", flight.seed, "Another seed makes another pond and day; below 1000000 such as models are trained on (default 1)");
        v->add_option("--minutes", flight.minutes, "How long (default 0.3333)");
        v->add_option("--scene", flight.scene, "clear (default), turbid, glare or dense; night, ice, feeding or empty")
            ->check(CLI::IsMember({"clear", "turbid", "glare", "dense", "night", "ice", "feeding", "empty"}));
        v->add_option("--camera", flight.camera, "hover (default): over the whole pond; sweep: along a longer one, forth and back")->check(CLI::IsMember({"hover", "sweep"}));
        v->add_option("--range", flight.range, "auto (default): by the seed; training or test: out of which range ponds are drawn")->check(CLI::IsMember({"auto", "training", "test"}));
        v->add_option("--width", flight.width, "Pixels (default 1280)");
        v->add_option("--height", flight.height, "Pixels (default 720)");
        v->add_option("--fps", flight.fps, "Frames a second (default 15)");
        v->add_option("--quality", flight.quality, "Of the clip: 23 (default) as H.264 does it, up to 51 as if a messenger had packed it poorly before")->check(CLI::Range(23, 51));
        v->add_option("--out", flight.out, "Clip to write: CLIP.mp4")->required();
        v->add_option("--truth", flight.truth, "JSON file for what is in each frame");
    }

    void grading() {
        auto* g = group("grade", "Grades by rule and by what a panel said before, how far graders agree, and eggs measured in a photograph; on plain files");
        auto const of_scheme = [this](CLI::App* v) {
            v->add_option("--pack", grade.pack, "A pack that is built in (osetra pack list), or a file that ends in .yaml (default: all)");
            v->add_option("--scheme", grade.scheme, "A scheme of grades, by its code");
            return v;
        };
        of_scheme(verb(g, "schemes", "What each grade asks of each attribute", [this](auto& c) { return grade_schemes(c, grade); }));
        auto* v = of_scheme(verb(g, "lots", "The grade of each lot of a file, with the reason", [this](auto& c) { return grade_lots(c, grade); }));
        v->add_option("FILE", grade.file, "CSV with a header: lot, and a column for each attribute; - is the input")->required();
        v->add_option("--past", grade.past, "CSV with the same columns and grade: what the panel gave before; then the probability of each grade is told too");
        v = of_scheme(verb(g, "agreement", "How far graders agree beyond chance, and who is strict", [this](auto& c) { return grade_agreement(c, grade); }));
        v->add_option("FILE", grade.file, "CSV with a header: lot, grader, grade; - is the input")->required();
        v = verb(g, "gage", "How much of a measurement's spread is the measuring (repeatability and reproducibility)", [this](auto& c) { return grade_gage(c, grade); });
        v->add_option("FILE", grade.file, "CSV with a header: lot, grader, value; every grader every lot equally often; - is the input")->required();
        v->add_option("--tolerance", grade.tolerance, "Upper limit less lower limit")->check(CLI::PositiveNumber);
        v = verb(g, "use", "What a portion made of each grade costs and leaves, and which grade still pays", [this](auto& c) { return grade_use(c, grade); });
        v->add_option("USE", grade.use, "A use of a pack, by its code")->required();
        v->add_option("--pack", grade.pack, "A pack that is built in, or a file that ends in .yaml (default: all)");
        v->add_option("--price", grade.prices, "GRADE=MINOR: a kilogram of the grade costs so many hundredths")->expected(1)->take_all();
        v = verb(g, "photo", "Eggs or other round things on a tray: diameters, colour, broken ones", [this](auto& c) { return grade_photo(c, grade); });
        v->add_option("IMAGE", grade.file, "JPEG or PNG, from straight above, in one layer")->required();
        v->add_option("--scale", grade.px_per_mm, "Pixels of a millimetre")->check(CLI::Range(0.05, 2000.0));
        v->add_option("--marker", grade.marker_mm, "Side in millimetres of a black square marker (ArUco of 4 by 4) in the picture, instead of --scale")->check(CLI::Range(1.0, 1000.0));
        v->add_option("--card", grade.card, "X,Y,WIDTH,HEIGHT of the 6 by 4 patches of a ColorChecker, in pixels");
        v->add_option("--between", grade.between, "LEAST,MOST millimetres that a diameter can have (default 1,8)");
        v->add_option("--limit", grade.limit_mm, "Tell the share that is smaller, millimetres")->check(CLI::PositiveNumber);
        v->add_option("--overlay", grade.overlay, "PNG to write, with each egg drawn");
        v->add_flag("--eggs", grade.eggs, "With --json: each egg");
        v = verb(g, "tray", "A made-up tray whose eggs are known, to try the camera on", [this](auto& c) { return grade_tray(c, grade); });
        v->add_option("--out,-o", grade.out, "PNG to write")->required();
        v->add_option("--eggs", grade.number, "How many (default 400)")->check(CLI::Range(1, 20'000));
        v->add_option("--seed", grade.seed, "Another seed makes another tray (default 1)");
        v->add_option("--scale", grade.px_per_mm, "Pixels of a millimetre (default 12)")->check(CLI::Range(1.0, 200.0));
        v->add_option("--mean", grade.mean_mm, "Mean diameter, millimetres (default 2.9)")->check(CLI::Range(0.5, 100.0));
        v->add_option("--spread", grade.spread_mm, "Standard deviation of diameters (default 0.15)")->check(CLI::Range(0.0, 20.0));
        v->add_option("--broken", grade.broken_percent, "Per cent that are broken (default 3)")->check(CLI::Range(0.0, 100.0));
        v->add_flag("--dark", grade.dark, "Pale eggs on a dark tray");
        v->add_option("--marker", grade.marker_mm, "Lay a marker with so long a side, millimetres, into the tray")->check(CLI::Range(5.0, 100.0));
        v->add_flag("--card", grade.with_card, "Lay a colour card into the tray");
        v->add_option("--truth", grade.truth, "JSON file for what is there");
        g = group("pack", "Product packs: what the trade calls things, grades, uses and prices, as data");
        verb(g, "list", "Packs that are built in", [](auto& c) { return pack_list(c); });
        v = verb(g, "check", "Is a pack good? If not, the line and the key that are to be mended", [this](auto& c) { return pack_check(c, file); });
        v->add_option("FILE", file, "A pack as YAML")->required();
    }

    void blending() {
        auto* v = verb("blend", "Which lots to blend, in whole bags, so that the blend is as wished and cheapest; or how past blends mix", [this](auto& c) { return blend_lots_of(c, blend); });
        v->add_option("FILE", blend.file, "Lots as CSV or XLSX: lot, kind, price, available, bag, least, must, age, and a column an attribute (\"sweet\", \"sweet error\"); - is the input");
        v->add_option("--target,-t", blend.target, "What the blend is to be: attribute, low, target, high, tolerance, weight (default: the sheet named target)");
        v->add_option("--product", blend.product, "What is blended: the code of a product pack, or a file with one; a product whose pack forbids blending is refused");
        v->add_option("--amount,-a", blend.amount, "To be made (default 100 kg)");
        v->add_option("--over", blend.over_percent, "Percent that may be made more, for bags are whole (default 2)")->check(CLI::Range(0.0, 100.0));
        v->add_option("--most-lots", blend.most_lots, "At most so many lots (default: any number)")->check(CLI::Range(1, 1000));
        v->add_option("--old", blend.old_percent, "Percent that comes from old lots at the least (default 0)")->check(CLI::Range(0.0, 100.0));
        v->add_option("--old-days", blend.old_days, "How many days old is old (default 180)")->check(CLI::Range(0, 100'000));
        v->add_option("--surety", blend.surety, "Probability that the blend is within every limit, the errors of its lots and of past blends taken in: 0.95 (default: by best estimates)")->check(CLI::Range(0.0, 0.9999));
        v->add_flag("--nearest", blend.nearest, "The nearest to the targets instead of the cheapest");
        v->add_option("--most-cost", blend.most_cost, "No dearer than this");
        v->add_option("--curve", blend.points, "So many blends from the cheapest to the nearest")->check(CLI::Range(2, 50));
        v->add_option("--past", blend.past, "Blends made before: a column a kind with its parts, a column an attribute");
        v->add_option("--profile", blend.profile, "Their attributes, where they stand in a file of their own");
        v->add_option("--kinds", blend.kinds, "Columns of --past that are kinds (default: the kinds of the lots)")->expected(1)->take_all();
        v->add_option("--trust", blend.trust, "Least R2 of left-out blends at which an attribute is predicted (default 0.5)")->check(CLI::Range(0.0, 1.0));
        v->add_option("--currency", blend.currency, "Of prices that name none (default CNY)");
        v->add_option("--seconds", blend.seconds, "Of search (default 8)")->check(CLI::Range(0.1, 3600.0));
        v->add_option("--gap", blend.gap_percent, "Stop within so many percent of the least that is possible (default 0.5)")->check(CLI::Range(0.0, 50.0));
        v = verb("goods", "Lots of goods that were received or blended: what is left of them, what bars them, and which blends they went into", [this](auto& c) { return list_goods(c, goods); });
        v->add_option("--product", goods.product, "Of this product pack alone");
        v->add_flag("--sheet", goods.sheet, "What can be blended of a product, as the file that `osetra blend` reads");
        v = verb("mix", "Artificial sea water: which salts a saline source needs, cheapest, and in which order they are dissolved", [this](auto& c) { return mix_salts(c, mix); });
        v->add_option("FILE", mix.file, "Ion analysis of the source as CSV or XLSX: ion, and mg/L, mmol/L or meq/L; - is the input");
        v->add_option("--salts,-s", mix.salts, "Salts to be had: salt, formula, purity, price, bag, available");
        v->add_option("--target,-t", mix.target, "What the water is to be: what (Na:K, Mg, alkalinity, salinity), low, high (default: the ratios of sea water within 10 %)");
        v->add_option("--salinity", mix.salinity_g_l, "g/L, where no target is given (default: that of the source and a tenth)")->check(CLI::Range(0.1, 60.0));
        v->add_option("--volume", mix.volume, "Water to be made (default 1 m3)");
        v->add_flag("--whole-bags", mix.whole_bags, "Salts in whole bags instead of to the gram");
        v->add_option("--currency", mix.currency, "Of prices that name none (default CNY)");
        v->add_flag("--reference", mix.reference, "The recipe from pure water after Kester and others, 1967");
    }

    void breeding() {
        auto* g = group("breed", "What genes are worth and how sure that is, from plain files");
        auto const of_pedigree = [this](CLI::App* v, bool needed) {
            auto* o = v->add_option("--pedigree", breed.pedigree, "CSV with a header: id, sire, dam, perhaps sex and born; in any order; - is the input");
            if (needed) o->required();
            v->add_option("--id", breed.id, "Column of the pedigree with the animal (default: id)");
            v->add_option("--sire", breed.sire, "Column with its sire (default: sire)");
            v->add_option("--dam", breed.dam, "Column with its dam (default: dam)");
            v->add_option("--sex", breed.sex, "Column with its sex (default: sex, where there is one)");
            v->add_option("--born", breed.born, "Column with its birth (default: born, where there is one)");
            v->add_option("--groups", breed.groups, "Column with the group that unknown parents come from, or two: of sires, of dams")->expected(1, 2);
            v->add_option("--missing", breed.missing, "Texts that mean unknown, instead of empty, 0, NA, NaN, . and *")->expected(1)->take_all();
            v->add_option("--cure", breed.cures, "A kind of defect that is to be cured, by its code")->expected(1)->take_all();
            v->add_flag("--ignore-inbreeding", breed.ignore_inbreeding, "Take parents as not inbred in the inverse, as some programs do");
            v->add_option("--out,-o", breed.out, "File to write (default: print it)");
            return v;
        };
        auto const of_sets = [this](CLI::App* v) {
            v->add_option("--ploidy", breed.ploidy, "Chromosome sets: a number for all founders (2, 4, 8), or the column with each fish's");
            v->add_option("--origin", breed.origin, "Column that says how a fish came to be: cross, unreduced_egg, doubled, gynogenesis, doubled_haploid, androgenesis, dispermic_androgenesis (default: origin, where there is one)");
            v->add_option("--double-reduction", breed.double_reduction, "Chance that two copies in a polyploid's gamete come from one of its copies (default 0)")->check(CLI::Range(0.0, 0.5));
            v->add_option("--second-division", breed.second_division, "Share of places that a kept polar body leaves different (default 0.59)")->check(CLI::Range(0.0, 1.0));
            return v;
        };
        auto const of_genotypes = [this](CLI::App* v, bool needed) {
            auto* o = v->add_option("--genotypes", breed.genotypes, "X.bed (with X.bim and X.fam), X.vcf, or a table of dosages. With a pedigree: both in a single step; without: genotypes alone");
            if (needed) o->required();
            v->add_option("--keep", breed.keep, "CSV with a column id: genotyped fish that count (default: all)");
            v->add_option("--samples", breed.samples, "CSV with columns sample and animal: whose the ids in the genotypes are (default: the ids are animals)");
            v->add_option("--blend", breed.blend, "Share of the pedigree's matrix in the genomic one (default 0.05), or of the identity where there is no pedigree (default 0.01)")->check(CLI::Range(0.0, 1.0));
            v->add_flag("--tune", breed.tune, "Bring the genomic matrix to the mean and the mean diagonal of the pedigree's first");
            v->add_flag("--each-alike", breed.each_alike, "Divide each variant by its own variance (VanRaden's second way)");
            v->add_option("--least-frequency", breed.least_frequency, "Leave out variants whose rarer allele is rarer (default 0)")->check(CLI::Range(0.0, 0.5));
            v->add_option("--most-missing", breed.most_missing, "Leave out variants of which a larger share was not called (default 1)")->check(CLI::Range(0.0, 1.0));
            return v;
        };
        auto const of_records = [this](CLI::App* v) {
            v->add_option("--records", breed.records, "CSV with a header: a record a row")->required();
            v->add_option("--model", breed.model, "trait ~ farm + sex + slope(age) + animal + permanent + maternal + random(pool)")->required();
            v->add_option("--species", breed.species, "Column of the pedigree with the species of unknown parents: slope(fraction_NAME), slope(heterosis) and slope(recombination) can stand in the model");
            v->add_option("--record-id", breed.record_id, "Column of the records with the animal (default: id)");
            v->add_option("--weights", breed.weights, "Column with the weight of a record: its residual variance is divided by it");
            v->add_option("--memory", breed.memory_mb, "Most megabytes to use (default: what is free); breeding values beyond it are iterated, without reliabilities")->check(CLI::PositiveNumber);
            return v;
        };
        of_sets(of_pedigree(verb(g, "inbreeding", "Inbreeding of every animal, exactly", [this](auto& c) { return breed_inbreeding(c, breed); }), true));
        of_sets(of_pedigree(verb(g, "ainv", "The inverse of the relationship matrix, its lower half", [this](auto& c) { return breed_ainv(c, breed); }), true));
        auto* v = of_genotypes(of_sets(of_records(of_pedigree(verb(g, "ebv", "Breeding value and reliability of every animal, exactly", [this](auto& c) { return breed_ebv(c, breed); }), false))), false);
        v->add_option("--variance", breed.variances, "NAME=VALUE of each random term and of residual (several traits: the lower half by rows, with commas); none: they are estimated")->expected(1)->take_all();
        v->add_option("--effects", breed.effects_out, "File for all other effects");
        v = of_genotypes(of_sets(of_records(of_pedigree(verb(g, "variance", "How much of the differences is in genes, pools, feed and chance", [this](auto& c) { return breed_variance(c, breed); }), false))), false);
        v->add_flag("--no-tests", breed.no_tests, "Leave out the tests of each source, which take a fit each");
        of_sets(of_pedigree(verb(g, "hybrids", "What fish have of each species, and how much of it meets (heterosis, recombination)", [this](auto& c) { return breed_hybrids(c, breed); }), true))
            ->add_option("--species", breed.species, "Column with the species: of founders, and of parents that are not known")->required();
        of_genotypes(of_sets(of_pedigree(verb(g, "g", "The genomic relationship matrix, its lower half; beside it the pedigree's, where there is one", [this](auto& c) { return breed_g(c, breed); }), false)), true);
        v = of_pedigree(verb(g, "select", "What share of the next generation each candidate gives: the greatest gain with inbreeding held down", [this](auto& c) { return breed_select(c, breed); }), true);
        v->add_option("--candidates", breed.candidates, "CSV with a header: id, the value, perhaps sex (each gives half then), least and most (shares)")->required();
        v->add_option("--value", breed.value, "Column that is to be raised (default ebv)");
        v->add_option("--max-coancestry", breed.max_coancestry, "Highest mean coancestry of the parents by their shares: the inbreeding to come")->required()->check(CLI::Range(0.0, 1.0));
        v->add_option("--index", breed.index, "COLUMN=WEIGHT: the value is the sum of these; what each column gains is told too")->expected(1)->take_all();
        v->add_option("--equal", breed.equal, "So many parents that all give the same")->check(CLI::PositiveNumber);
        auto const of_goal = [this](CLI::App* w) {
            w->add_option("--traits", programme.traits, "CSV with a header: trait, h2 (heritability), sd (phenotypic standard deviation), perhaps worth (of one unit) and desired (gain)")->required();
            w->add_option("--correlations", programme.correlations, "CSV with a header: trait, other, genetic, phenotypic");
            w->add_option("--out,-o", programme.out, "File to write (default: print it)");
            return w;
        };
        v = of_goal(verb(g, "index", "Weights of several traits, what each then gains, and what one costs the other", [this](auto& c) { return breed_index(c, programme); }));
        v->add_option("--selected", programme.selected, "Share of candidates that become parents (default: an intensity of 1)")->check(CLI::Range(0.0, 1.0));
        v->add_option("--trade", programme.trade, "Two traits: everything that can be had of them together, point by point")->expected(2);
        v = of_goal(verb(g, "simulate", "Breeding programmes played over generations: gain, inbreeding and cost of each, with bands", [this](auto& c) { return breed_simulate(c, programme); }));
        v->add_option("--programmes", programme.programmes, "CSV with a header, a programme a row: name, way (random, truncation, optimum, least_coancestry), generations, founder_sires, founder_dams, sires, dams, families, offspring, measured, shown_by (both, females), sire_age, dam_age, most_inbreeding, sexes (usual, gynogenesis, neo_males), sexes_from, fixed_cost, family_cost, fish_cost, record_cost")->required();
        v->add_option("--replicates", programme.replicates, "How often each is played (default 20)")->check(CLI::Range(1, 10'000));
        v->add_option("--seed", programme.seed, "The same seed gives the same answer (default 1)");
        v = verb(g, "cross", "Which lines and hybrids to cross: what each cross is, is worth, and how many of it are females", [this](auto& c) { return breed_cross(c, programme); });
        v->add_option("--lines", programme.lines, "CSV with a header: line, species (of pure fish) or a column fraction_SPECIES each; perhaps heterosis, recombination, sets (2), dams (ZW, WW or no), sires (ZZ, ZW or no), dam_cost, sire_cost (of a mating), better_TRAIT (what selection made of it)")->required();
        v->add_option("--traits", programme.traits, "CSV with a header: trait, worth (of one unit in one fish), shown_by (both, females), a column mean_SPECIES each")->required();
        v->add_option("--heterosis", programme.heterosis, "CSV with a header: trait, one, other, amount (what first crosses of these two species have more than their mean)");
        v->add_option("--want", programme.wants, "SPECIES=LEAST..MOST: fraction that the offspring have to have")->expected(1)->take_all();
        v->add_option("--females", programme.females, "Least share of females among them")->check(CLI::Range(0.0, 1.0));
        v->add_option("--fish", programme.fish, "Fish reared of one mating (default 1000)")->check(CLI::PositiveNumber);
        v->add_option("--generations", programme.generations, "2: what is crossed first may be crossed again (default 1)")->check(CLI::Range(1, 2));
        v->add_option("--most", programme.most, "So many of the best crosses are told (default 50)")->check(CLI::Range(1, 100'000));
        v->add_option("--out,-o", programme.out, "File to write (default: print it)");
        v = of_pedigree(verb(g, "mate", "Who is mated with whom so that offspring are least inbred, proven", [this](auto& c) { return breed_mate(c, breed); }), true);
        v->add_option("--candidates", breed.candidates, "CSV with a header: id, sex, perhaps matings (1)")->required();
        v->add_option("--costs", breed.costs, "CSV with a header: sire, dam, cost; an empty cost forbids the pair")->check(CLI::ExistingFile);
        v->add_option("--cost-weight", breed.cost_weight, "Inbreeding that one unit of cost is worth (default 1)")->check(CLI::NonNegativeNumber);
        v = verb(g, "parentage", "Who the parents of fish are, by their genotypes, and how sure that is", [this](auto& c) { return breed_parentage(c, breed); });
        v->add_option("--genotypes", breed.genotypes, "X.bed (with X.bim and X.fam), X.vcf, or a table of dosages");
        v->add_option("--microsatellites", breed.microsatellites, "CSV with a header: id, then a column a locus with the alleles seen, 120/124");
        v->add_option("--offspring", breed.offspring, "CSV with a header: id, perhaps sire and dam where they are known")->required();
        v->add_option("--candidates", breed.candidates, "CSV with a header: id, sex (empty: either)")->required();
        v->add_option("--crosses", breed.crosses, "CSV with a header: sire, dam: only these were mated");
        v->add_option("--ploidy", breed.ploidy, "Chromosome sets: an even number (default: as the genotypes have them; microsatellites 2). Above 2, each allele of a microsatellite is scored as there or not");
        v->add_option("--error", breed.error, "Share of genotypes that are wrong (default 0.01)")->check(CLI::Range(0.0, 0.5));
        v->add_option("--unsampled", breed.unsampled, "Share of fish whose sire, or dam, is believed not to be among the candidates (default 0.1)")->check(CLI::Range(0.0, 1.0));
        v->add_option("--probability", breed.probability, "How sure a parent must be to be assigned (default 0.95)")->check(CLI::Range(0.5, 1.0));
        v->add_option("--most-variants", breed.most_variants, "Most informative variants that are used (default 1000)")->check(CLI::Range(1, 1'000'000));
        v->add_option("--fewest-markers", breed.fewest_markers, "Fish with fewer markers called are not looked at (default 10)")->check(CLI::Range(1, 1'000'000));
        v->add_option("--out,-o", breed.out, "File to write (default: print it)");
    }
    void tasting() {
        auto* g = group("taste", "Blind tastings: designs under a sealed key, and what the answers say, from plain files; what customers say, in the records");
        auto* v = verb(g, "design", "Who gets what in which order under which code, and the key, sealed", [this](auto& c) { return taste_design(c, taste); });
        v->add_option("TEST", taste.test, "triangle, duo_trio, 2afc, 3afc, paired, ranking, hedonic or profile")->required();
        v->add_option("--samples", taste.samples, "What is tasted, by commas; of 2afc and 3afc the second is the one thought stronger")->delimiter(',')->required();
        v->add_option("--tasters", taste.tasters, "How many there are")->required()->check(CLI::Range(1, 2000));
        v->add_option("--rounds", taste.rounds, "How often each goes through all (default 1)")->check(CLI::Range(1, 12));
        v->add_option("--attribute", taste.attributes, "An attribute that is scored, of a profile")->expected(1)->take_all();
        v->add_option("--seed", taste.seed, "The same seed gives the same design; who knows it can find the key (default: drawn, and told to nobody)");
        v->add_option("--salt", taste.salt, "Words that go into the key, so that nobody finds it by trying seeds");
        v->add_option("--out,-o", taste.out, "Files to write: NAME.plan.csv, NAME.answers.csv, NAME.key.json (default: print the plan)");
        v = verb(g, "reviews", "What customers like, product by product; with a file: tells the reviews of it that are not here yet, or none", [this](auto& c) { return taste_reviews(c, reviews); });
        v->add_option("FILE", reviews.file, "CSV with a header: date, product, score, perhaps scale (1-5, 1-9, stars), lot, channel, customer, words, review; - is the input");
        v->add_option("--channel", reviews.channel, "Only what was said there");
        v->add_flag("--dry-run", reviews.dry_run, "Read it and tell nothing");
        v = verb(g, "analyse", "What the answers say: a verdict, the figures it stands on, and whether there were tasters enough", [this](auto& c) { return taste_analyse(c, taste); });
        v->add_option("FILE", taste.file, "CSV with a header: i,j,w_ij,w_ji,t_ij; or first,second,chosen; or right; or taster,product,rank; or taster, product and columns of scores; with --key taster,round,trial,chosen or taster,round,code and rank or scores; - is the input");
        v->add_option("--key", taste.key, "The key of the design: answers are by code");
        v->add_option("--commitment", taste.commitment, "SHA-256 that was printed with the design: the key must be that one");
        v->add_option("--test", taste.test, "Which test it was, where the file does not show it");
        v->add_option("--right", taste.right, "Instead of a file: so many chose rightly")->check(CLI::NonNegativeNumber);
        v->add_option("--of", taste.of, "of so many")->check(CLI::PositiveNumber);
        v->add_option("--taster", taste.taster, "Column with the taster (default: taster, panelist, judge, consumer, assessor)");
        v->add_option("--product", taste.product, "Column with the product (default: product, sample)");
        v->add_option("--chosen", taste.chosen, "Column with the choice (default: chosen)");
        v->add_option("--attribute", taste.attributes, "A column of scores (default: every column of numbers that is nothing else)")->expected(1)->take_all();
        v->add_option("--fixed", taste.fixed, "A column with a further factor: session, information, ...")->expected(1)->take_all();
        v->add_option("--wide", taste.wide, "One answer a cell: whether the columns are samples or tasters")->check(CLI::IsMember({"samples", "tasters"}));
        v->add_flag("--ordinal", taste.ordinal, "Scores are ordered categories: cumulative logits instead of means");
        v->add_option("--ties", taste.ties, "Ties of pairs: davidson (default) or rao_kupper")->check(CLI::IsMember({"davidson", "rao_kupper"}));
        v->add_flag("--order", taste.order, "What is tasted first may have an advantage");
        v->add_flag("--taster-effects", taste.taster_effects, "Each taster has a taste of their own, of pairs");
        v->add_flag("--two-sided", taste.two_sided, "No direction was expected, of a count of a paired test");
        v->add_option("--expected", taste.expected, "Order of ranks expected before, best first, by commas: Page's test")->delimiter(',');
        v->add_option("--alpha", taste.alpha, "How often chance may look like a difference (default 0.05)")->check(CLI::Range(0.0001, 0.5));
        v->add_option("--power", taste.power, "How surely a difference that matters should be found (default 0.8)")->check(CLI::Range(0.5, 0.999));
        v->add_option("--distinguishers", taste.distinguishers, "Share of tasters whose perceiving it would matter (default 0.3)")->check(CLI::Range(0.01, 1.0));
        v->add_option("--matters", taste.matters, "Difference of scores that would matter (default: a tenth of their span)")->check(CLI::PositiveNumber);
        v->add_option("--language", taste.language, "Of the verdict: en (default) or zh")->check(CLI::IsMember({"en", "zh"}));
    }
    void keeping() {
        auto* i = verb("identity", "Who the company is among its partners: shown, or told", [this](auto& c) { return app::identity(c, identity); });
        i->add_option("--company-prefix", identity.company_prefix, "First digits of its GS1 numbers; it stays once things are named with it");
        i->add_option("--name", identity.name, "As partners read it");
        i->add_option("--country", identity.country, "Two capital letters (default CN)");
        i->add_option("--plant-code", identity.plant_code, "Registration of the processing plant, as CITES labels show it: CN-ZJ-0007");
        i->add_option("--plant-name", identity.plant_name, "Of the plant");
        i->add_option("--address", identity.address, "Of the company");
        i->add_option("--phone", identity.phone, "For partners");
        auto* g = group("user", "People and keys");
        auto* v = verb(g, "add", "A person who may sign in; the password is asked for, or read from the input", [this](auto& c) { return user_add(c, user); });
        v->add_option("--name", user.name, "Login name: zhang.wei")->required();
        v->add_option("--full-name", user.full_name, "As people say it (default: the login name)");
        v->add_option("--role", user.role, "owner, manager, worker (default), breeder, plant, sales or auditor");
        v->add_option("--site", user.site, "Only at this site");
        v = verb(g, "key", "An API key, printed this once", [this](auto& c) { return user_key(c, user); });
        v->add_option("--name", user.name, "What the key is called: scales")->required();
        v->add_option("--role", user.role, "As for people");
        v->add_option("--site", user.site, "Only at this site");
        v->add_flag("--drop", user.drop, "Take the key away");
        v = verb(g, "password", "A new password", [this](auto& c) { return user_password(c, user); });
        v->add_option("--name", user.name, "Login name")->required();
        verb(g, "list", "People and keys", [](auto& c) { return user_list(c); });

        verb("verify", "Check the hash chain, and that everything worked out is what the journal gives", [](auto& c) { return app::verify(c); });
        verb("rebuild", "Work everything out again from the journal", [](auto& c) { return app::rebuild(c); });
        v = verb("backup", "Write all data to one checksummed file, while others go on working", [this](auto& c) { return app::backup(c, file); });
        v->add_option("FILE", file, "Where to write it")->required();
        v = verb("restore", "Fill an empty database from a backup", [this](auto& c) { return app::restore(c, file); });
        v->add_option("FILE", file, "What osetra backup wrote")->required();
        verb("doctor", "What this program finds around it", [](auto& c) { return app::doctor(c); });
    }

    void serving_options(CLI::App* v) {
        v->add_option("--port", up.port, "Port (default 8080; 0: any free one)");
        v->add_option("--bind", up.bind, "Address to listen at (default 127.0.0.1; 0.0.0.0: every one)");
        v->add_option("--web-dir", up.web_dir, "Web pages from a folder instead of those in the program");
        v->add_option("--tls-cert", up.certificate, "PEM file with the certificate chain: serves HTTPS only");
        v->add_option("--tls-key", up.key, "PEM file with its key");
        v->add_option("--trusted-proxy", up.trusted_proxies, "Address whose X-Forwarded-For is believed");
        v->add_option("--media", up.media, "Folder of photographs and clips (default: beside the database)");
        v->add_option("--workers", up.workers, "Threads that answer (default 8)")->check(CLI::Range(1, 256));
        v->add_flag("--allow-private-webhooks", up.private_webhooks, "Tell subscribers at addresses of this machine and network too");
        v->add_flag("--quiet", up.quiet, "No log");
    }

    void serving() {
        serving_options(verb("up", "Serve the web pages and the API", [this](auto& c) { return app::up(c, up); }));
        auto* v = verb("demo", "A made-up company with ten years of life, to try everything on", [this](auto& c) { return app::demo(c, demo, up); });
        serving_options(v);
        v->add_option("--fish", demo.fish, "Tagged fish (default 40000)");
        v->add_option("--farms", demo.farms, "Farms (default 8)");
        v->add_option("--pools", demo.pools, "Pools (default 160)");
        v->add_option("--years", demo.years, "Years of life (default 10)");
        v->add_option("--flights", demo.flights, "Clips over pools, rendered and put in the queue to be counted (default 2)")->check(CLI::Range(0, 20));
        v->add_option("--seed", demo.seed, "Another seed makes another life (default 1)");
        v->add_option("--end", demo.end, "Last day (default: today)");
        v->add_flag("--no-serve", demo.no_serve, "Only make the database");
        v->add_flag("--fresh", demo.fresh, "Make it anew where it is there already");
        v = verb("work", "Do queued jobs, as a process of its own", [this](auto& c) { return app::work(c, work); });
        v->add_option("--media", work.media, "Folder of photographs and clips (default: beside the database)");
        v->add_flag("--once", work.once, "End when nothing is waiting");
    }
};

} // namespace

std::string program_version() { return OSETRA_VERSION; }

int run(std::vector<std::string> const& given, Console& io) {
    auto words = std::make_unique<Words>();
    try {
        std::vector<std::string> reversed{given.rbegin(), given.rend()};   // as CLI11 takes them
        words->app.parse(std::move(reversed));
    } catch (CLI::ParseError const& e) {
        auto const asked_for_help = words->app.exit(e, io.out, io.err) == 0;
        return asked_for_help ? 0 : 2;
    }
    try {
        SystemClock const clock;
        if (words->where.db.empty()) words->where.db = words->app.got_subcommand("demo") ? demo_database : "osetra.db";
        auto const done = words->act(Context{io, clock, words->where});
        if (done) return 0;
        io.out.flush();
        io.err << "refused " << done.error().code << ": " << done.error().message;
        if (!done.error().at.empty()) io.err << " [" << done.error().at << "]";
        io.err << std::endl;
        return 1;
    } catch (std::logic_error const&) {   // a bug of ours: not to be dressed up
        throw;
    } catch (std::exception const& fault) {
        io.out.flush();
        io.err << "fault: " << fault.what() << std::endl;
        return 3;
    }
}

} // namespace osetra::app
