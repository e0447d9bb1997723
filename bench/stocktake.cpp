// How right and how fast fish are counted: on photographs with people's marks, on a followed sequence, on rendered flights. `./osetra-dev bench stocktake` runs it.
//     stocktake_bench table [--flights N] [--keep FOLDER] [--processes N] [--write docs/validation.md] [--only tubs|pictures|sequence|sweep|histories|flights|along|crowds]   every row of the table but flights along and crowds, of which nothing was asked; photographs where ../shared/data/vision is
//     stocktake_bench fit --model NAME [--only clip|sweep|stills|photographs|picture] [--more] [--keep FOLDER] [--pictures GROUP,GROUP]   models/NAME.calibration.json, from training flights and the groups the model learnt from. What was seen of each
//                                                                                                         is kept in models/NAME.known.txt; --more looks at those alone that it lacks
//     stocktake_bench left-out --model NAME                                                               how far the fit is off for each clip of models/NAME.known.txt when it is left out
//     stocktake_bench study [--flights N] [--keep FOLDER]                                                 of each training flight what was followed and what was missed, and how well the camera was known
//     stocktake_bench speed [--keep FOLDER] [--hour]                                                      frames a second of one core, memory
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <tuple>
#include <unistd.h>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "larvae.h"
#include "measure.h"
#include "kernel/csv.h"
#include "stocktake/engine/count_flights.h"
#include "stocktake/engine/count_known.h"
#include "stocktake/engine/detector_finder.h"
#include "stocktake/engine/pictures.h"
#include "stocktake/engine/pipeline.h"
#include "stocktake/engine/test_history.h"
#include "stocktake/engine/test_window.h"

namespace {

using namespace osetra::stocktake;
using osetra::Result;
namespace fs = std::filesystem;

struct Options {
    std::string what, keep, write, model = "open", groups, only;
    int flights = 0, processes = 2, looks = 0;
    bool more = false;
};

fs::path const root{OSETRA_ROOT};
fs::path vision() { return root / "../shared/data/vision"; }

template <class T> T must(Result<T> r) {
    if (r) return *std::move(r);
    fmt::print(stderr, "{}: {} {}\n", r.error().code, r.error().message, r.error().at);
    std::exit(1);
}
bool has_model(std::string const& name) { return Detector::load(name).has_value(); }
std::string percent(double x, int digits = 2) { return fmt::format("{:.{}f} %", 100 * x, digits); }

// ---- the table ----

struct Row {
    std::string test, model, must, achieved;
    bool met = false;
};
void tell(std::vector<Row>& rows, Row row) {
    fmt::print("| {} | {} | {} | {} | {} |\n", row.test, row.model, row.must, row.achieved, row.met ? "yes" : "no");
    std::fflush(stdout);
    rows.push_back(std::move(row));
}

struct PictureScore {
    FoundScore found;
    double mape = 0, worst = 0;
    std::size_t n = 0;
};
PictureScore score_pictures(Detector const& detector, std::vector<MarkedPicture> const& all, double radius, std::function<bool(MarkedPicture const&)> const& which) {
    PictureScore s;
    std::vector<double> off;
    DetectOptions as_stills;
    as_stills.thorough = true;
    for (auto const& p : all) {
        if (!which(p)) continue;
        auto const seen = detector.detect(cv::imread(p.path, cv::IMREAD_COLOR), as_stills);   // as osetra count looks at a photograph
        s.found += found_score(seen, p.marks, radius);
        off.push_back(std::abs(static_cast<double>(seen.size()) - static_cast<double>(p.labelled)) / std::max<double>(1, static_cast<double>(p.labelled)));
    }
    s.n = off.size();
    if (off.empty()) return s;
    std::sort(off.begin(), off.end(), std::greater<>{});
    for (auto const o : off) s.mape += o / static_cast<double>(off.size());
    auto const tenth = std::max<std::size_t>(1, off.size() / 10);
    for (std::size_t i = 0; i < tenth; ++i) s.worst += off[i] / static_cast<double>(tenth);
    return s;
}
std::string told(PictureScore const& s) { return fmt::format("F1 {:.3f}, MAPE {}, worst tenth {} ({} pictures)", s.found.f1(), percent(s.mape), percent(s.worst), s.n); }

void tubs(std::vector<Row>& rows) {
    auto const all = must(read_pictures((vision() / "fingerlings_tub").string()));
    struct Way { char const* model; std::vector<std::string> groups; char const* learnt; };
    for (auto const& way : {Way{"tub_a", {"tony100"}, "20 and 50"}, Way{"tub_b", {"20", "50"}, "tony100"}}) {
        auto const in = [&](MarkedPicture const& p, std::string const& g) { return p.group == g; };
        auto const any = [&](MarkedPicture const& p) { return std::any_of(way.groups.begin(), way.groups.end(), [&](auto const& g) { return in(p, g); }); };
        if (!has_model(way.model)) { fmt::print("no model {}\n", way.model); continue; }
        auto const detector = must(Detector::load(way.model));
        auto const s = score_pictures(detector, all, 10, any);
        tell(rows, {fmt::format("tub photographs, learnt on {}", way.learnt), way.model, "F1 >= 0.97 at 10 px, MAPE <= 2 %", told(s), s.found.f1() >= 0.97 && s.mape <= 0.02});
        double worst = 0;
        std::string each;
        for (auto const& group : way.groups) {
            std::vector<std::string> paths;
            double physical = 0;
            for (auto const& p : all)
                if (in(p, group)) paths.push_back(p.path), physical = static_cast<double>(p.physical.value_or(0));
            for (std::size_t from = 0; from + 30 <= paths.size(); from += 60) {
                CountQuestion q;
                q.model = way.model;
                q.paths.assign(paths.begin() + static_cast<std::ptrdiff_t>(from), paths.begin() + static_cast<std::ptrdiff_t>(std::min(paths.size(), from + 60)));
                auto const c = must(count(q, {}));
                auto const off = std::abs(static_cast<double>(c.count) - physical) / physical;
                worst = std::max(worst, off);
                each += fmt::format("{}{} ({} to {}) of {:.0f}", each.empty() ? "" : "; ", c.count, c.low, c.high, physical);
            }
        }
        tell(rows, {"N of one tub from at most 60 stills", way.model, "error <= 2 %", fmt::format("largest error {}: {}", percent(worst, 1), each), worst <= 0.02});
    }
}

void other_pictures(std::vector<Row>& rows) {
    auto const detector = must(Detector::load("fry"));
    struct Set { char const* folder; char const* name; double radius; };
    for (auto const& set : {Set{"shrimp_pl", "shrimp trays, unseen, 10 px", 10}, Set{"fingerlings_hires", "hires tank photographs (good), unseen, 20 px", 20}}) {
        auto const all = must(read_pictures((vision() / set.folder).string()));
        auto const s = score_pictures(detector, all, set.radius, [](MarkedPicture const& p) { return p.quality == "good"; });
        tell(rows, {set.name, "fry", "F1 >= 0.93, MAPE <= 4 %", told(s), s.found.f1() >= 0.93 && s.mape <= 0.04});
    }
}

void followed(std::vector<Row>& rows) {
    using osetra::bench::Labels;
    auto const folder = vision() / "zebrafish_larvae_seq";
    CountQuestion q;
    q.paths = {(folder / "frames").string()};
    auto const against = [&](Labels labels) { return must(count_against(q, *osetra::bench::larvae(folder, labels), 0, {})); };
    auto const e = against(Labels::as_they_are), right = against(Labels::put_right);
    auto const idf1 = [](Evaluation const& of) { return of.tracks ? of.tracks->idf1 : 0; };
    tell(rows, {"zebrafish sequence", "open", "IDF1 >= 0.92, N = 14",
                fmt::format("IDF1 {:.3f}, HOTA {:.3f}, {} switches, N {} ({} to {}); IDF1 {:.3f} with the names of larvae 1 and 8 put right, which the labels exchange where they touch", idf1(e),
                            e.tracks ? e.tracks->hota : 0, e.tracks ? e.tracks->switches : 0, e.count.count, e.count.low, e.count.high, idf1(right)),
                idf1(e) >= 0.92 && e.count.count == 14});
}

void virtual_sweep(std::vector<Row>& rows) {
    auto const all = must(read_pictures((vision() / "fingerlings_hires").string()));
    auto const fits = must(built_in_calibration("fry"));
    double worst = 1;
    int n = 0;
    std::string each;
    for (auto const& p : all) {
        if (p.quality != "good" || p.width != 1920 || p.height != 4160 || n == 3) continue;
        ++n;
        auto const photograph = cv::imread(p.path, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
        auto finder = must(DetectorFinder::load("fry"));
        auto const g = must(swept(photograph, finder));
        auto const c = result_of({}, g, calibration_for(fits, finder.name(), g.way), finder);
        auto const right = 1 - std::abs(static_cast<double>(c.count) - static_cast<double>(p.labelled)) / static_cast<double>(p.labelled);
        worst = std::min(worst, right);
        each += fmt::format("; {}: {} ({} to {}) of {}", fs::path{p.path}.filename().string(), c.count, c.low, c.high, p.labelled);
    }
    tell(rows, {"virtual sweep along three hires photographs", "fry", "unique count >= 98 %", fmt::format("worst {}{}", percent(worst, 1), each), worst >= 0.98});
}

// ---- rendered flights ----

struct Flown {
    FlightPlan plan;
    std::string clip, truth_file;
};
Flown flown(FlightPlan const& plan, fs::path const& folder) {
    auto const name = fmt::format("{}-{}-{}-{}", name_of(plan.scene), plan.camera == CameraPath::sweep ? "sweep" : "hover", plan.fish, plan.seed);
    return {plan, (folder / (name + ".mp4")).string(), (folder / (name + ".json")).string()};
}
std::string name_of(Flown const& f) { return fs::path{f.clip}.stem().string(); }
Truth rendered(Flown const& f) {
    if (fs::exists(f.clip) && fs::exists(f.truth_file)) {
        std::ifstream in{f.truth_file};
        std::ostringstream text;
        text << in.rdbuf();
        if (auto truth = read_truth(text.str())) return *std::move(truth);
    }
    return must(write_flight(must(checked(f.plan)), f.clip, f.truth_file, 23));
}

/// Does every job in one of several processes, each of which writes its lines to a file of its own; what they wrote, in no order.
std::vector<std::string> shared_out(std::size_t jobs, int processes, std::function<std::string(std::size_t)> const& job) {
    std::vector<std::string> files;
    std::vector<pid_t> children;
    for (int p = 0; p < processes; ++p) {
        files.push_back((fs::temp_directory_path() / fmt::format("osetra_bench_{}_{}", getpid(), p)).string());
        auto const child = fork();
        if (child == 0) {
            std::ofstream out{files.back()};
            for (auto i = static_cast<std::size_t>(p); i < jobs; i += static_cast<std::size_t>(processes)) {
                auto const line = job(i);
                out << line << '\n' << std::flush;
                fmt::print(stderr, "{}\n", line);
            }
            out.flush();
            _exit(0);
        }
        children.push_back(child);
    }
    std::vector<std::string> lines;
    for (std::size_t p = 0; p < children.size(); ++p) {
        int status = 0;
        waitpid(children[p], &status, 0);
        std::ifstream in{files[p]};
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        fs::remove(files[p]);
        if (status != 0) fmt::print(stderr, "a process ended with {}\n", status);
    }
    return lines;
}

struct Judged {
    std::string scene, verdict;
    double n = 0, count = 0, low = 0, high = 0, f1 = 0, idf1 = 0;
    double right() const { return 1 - std::abs(count - n) / n; }
    bool covered() const { return low <= n && n <= high; }
};

fs::path folder_of(Options const& o) {
    auto folder = o.keep.empty() ? fs::temp_directory_path() / fmt::format("osetra_flights_{}", getpid()) : fs::path{o.keep};
    fs::create_directories(folder);
    return folder;
}

std::vector<Judged> counted(std::vector<FlightPlan> const& plans, Options const& o) {
    auto const folder = folder_of(o);
    auto const lines = shared_out(plans.size(), o.processes, [&](std::size_t i) {
        auto const f = flown(plans[i], folder);
        auto const truth = rendered(f);
        CountQuestion q;
        q.paths = {f.clip};
        q.model = o.model;
        auto const e = must(count_against(q, truth, 0, {}));
        if (o.keep.empty()) fs::remove(f.clip), fs::remove(f.truth_file);
        return fmt::format("{} {} {} {} {} {} {:.4f} {:.4f} # {}", truth.scene, e.count.verdict, e.number, e.counted.value, e.counted.low, e.counted.high, e.found.f1(), e.tracks ? e.tracks->idf1 : 0, f.plan.seed);
    });
    std::vector<Judged> all;
    for (auto const& line : lines) {
        std::istringstream in{line};
        Judged j;
        if (in >> j.scene >> j.verdict >> j.n >> j.count >> j.low >> j.high >> j.f1 >> j.idf1) all.push_back(j);
    }
    std::sort(all.begin(), all.end(), [](Judged const& a, Judged const& b) { return std::pair{a.scene, a.n} < std::pair{b.scene, b.n}; });
    for (auto const& j : all) fmt::print("{} {:.0f}: {:.0f} ({:.0f} to {:.0f}), {}\n", j.scene, j.n, j.count, j.low, j.high, j.verdict);
    return all;
}

struct Accuracy {
    double mean = 0, worst = 0;   ///< the worst tenth
    int n = 0;
};
template <class Which> Accuracy accuracy_of(std::vector<Judged> const& all, Which const& which) {
    std::vector<double> right;
    for (auto const& j : all) if (which(j)) right.push_back(j.right());
    std::sort(right.begin(), right.end());
    Accuracy a;
    a.n = static_cast<int>(right.size());
    auto const tenth = std::max<std::size_t>(1, right.size() / 10);
    for (std::size_t i = 0; i < right.size(); ++i) {
        a.mean += right[i] / static_cast<double>(right.size());
        if (i < tenth) a.worst += right[i] / static_cast<double>(tenth);
    }
    return a;
}
std::string told(Accuracy const& a) { return fmt::format("mean {}, worst tenth {}", percent(a.mean), percent(a.worst)); }
double half_width(std::vector<Judged> const& all) {
    double width = 0;
    for (auto const& j : all) width += (j.high - j.low) / 2 / j.n / static_cast<double>(all.size());
    return width;
}

void flights(std::vector<Row>& rows, Options const& o) {
    auto plans = judged_flights();
    if (o.flights > 0 && o.flights < 60) {   // evenly from all
        std::vector<FlightPlan> some;
        some.reserve(static_cast<std::size_t>(o.flights));
        for (int i = 0; i < o.flights; ++i) some.push_back(plans[static_cast<std::size_t>(i * 60 / o.flights)]);
        plans = some;
    }
    auto const begin = std::chrono::steady_clock::now();
    auto const all = counted(plans, o);
    auto const minutes = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 60;
    auto const clear = accuracy_of(all, [](Judged const& j) { return j.scene == "clear"; });
    tell(rows, {fmt::format("{} rendered flights, clear", clear.n), o.model, "mean >= 99.0 %, worst tenth >= 97.5 %", told(clear), clear.mean >= 0.99 && clear.worst >= 0.975});
    for (auto const* scene : {"turbid", "glare", "dense"}) {
        auto const a = accuracy_of(all, [&](Judged const& j) { return j.scene == scene; });
        tell(rows, {fmt::format("{} rendered flights, {}", a.n, scene), o.model, "mean >= 97 % (hard scenes together)", told(a), a.mean >= 0.97});
    }
    auto const hard = accuracy_of(all, [](Judged const& j) { return j.scene != "clear"; });
    tell(rows, {fmt::format("{} rendered flights, hard scenes", hard.n), o.model, "mean >= 97 %", told(hard), hard.mean >= 0.97});
    auto const covered = std::count_if(all.begin(), all.end(), [](Judged const& j) { return j.covered(); });
    tell(rows, {fmt::format("95 % interval of {} flights", all.size()), o.model, "holds N in at least 53 of 60", fmt::format("holds in {} of {}; mean half width {}; rendered and counted in {:.0f} min", covered, all.size(), percent(half_width(all), 1), minutes),
                static_cast<double>(covered) >= 53.0 / 60 * static_cast<double>(all.size())});
}

/// Nothing was asked of these but that the interval be honest, and nothing was fitted on them.
void left_out(std::vector<Row>& rows, Options const& o, std::string_view what, std::vector<FlightPlan> const& plans) {
    auto const all = counted(plans, o);
    auto const clear = accuracy_of(all, [](Judged const& j) { return j.scene == "clear"; });
    auto const covered = std::count_if(all.begin(), all.end(), [](Judged const& j) { return j.covered(); });
    auto const sure = std::count_if(all.begin(), all.end(), [](Judged const& j) { return j.verdict == "sure"; });
    auto const wrong = std::count_if(all.begin(), all.end(), [](Judged const& j) { return j.verdict == "sure" && !j.covered(); });
    tell(rows, {fmt::format("{} rendered {}", all.size(), what), o.model, "95 % interval holds N", fmt::format("holds in {} of {}, mean half width {}; {} sure, {} of them of a wrong number; the {} clear: {}", covered, all.size(), percent(half_width(all), 1), sure, wrong, clear.n, told(clear)),
                static_cast<double>(covered) >= 0.93 * static_cast<double>(all.size())});
}
void along(std::vector<Row>& rows, Options const& o) {
    left_out(rows, o, "flights along", sweeps_left_out());
}

void histories(std::vector<Row>& rows) {
    Chance chance{20'260'412};
    int covered = 0;
    for (int i = 0; i < 2'000; ++i) {
        auto const m = made(chance);
        auto const n = number_of(m.history).n;
        covered += n.low <= m.n && m.n <= n.high;
    }
    tell(rows, {"95 % interval of 2,000 simulated histories", "", "holds N in 93 to 97 %", fmt::format("holds in {}", percent(covered / 2000.0, 1)), covered >= 1'860 && covered <= 1'940});
}

int table(Options const& o) {
    std::vector<Row> rows;
    fmt::print("| Test | Model | Must | Achieved | Met |\n|---|---|---|---|---|\n");
    auto const asked = [&](char const* part) { return o.only.empty() || o.only == part; };
    if (fs::exists(vision())) {
        if (asked("tubs")) tubs(rows);
        if (asked("pictures")) other_pictures(rows);
        if (asked("sequence")) followed(rows);
        if (asked("sweep")) virtual_sweep(rows);
    } else {
        fmt::print("{} is not here: photographs are left out\n", vision().string());
    }
    if (asked("histories")) histories(rows);
    if (asked("flights")) flights(rows, o);
    if (o.only == "along") along(rows, o);
    if (o.only == "crowds") left_out(rows, o, "crowds", crowds(crowds_left_out));
    if (o.write.empty()) return 0;
    std::ifstream in{o.write};
    std::ostringstream text;
    text << in.rdbuf();
    auto page = text.str();
    auto const begin = page.find("<!-- stocktake -->\n"), end = page.find("<!-- /stocktake -->");
    if (begin == std::string::npos || end == std::string::npos) { fmt::print(stderr, "{} has no place for the table\n", o.write); return 1; }
    std::string now = "<!-- stocktake -->\n| Test | Model | Must | Achieved | Met |\n|---|---|---|---|---|\n";
    for (auto const& r : rows) now += fmt::format("| {} | {} | {} | {} | {} |\n", r.test, r.model, r.must, r.achieved, r.met ? "yes" : "no");
    page.replace(begin, end - begin, now);
    std::ofstream{o.write} << page;
    return 0;
}

// ---- calibration ----

constexpr auto lost = "lost";   ///< in the place of a way: the camera could not be followed

/// What was seen of a flight or of pictures whose number is known.
struct Example {
    std::string way, name;
    Known known;
    std::string scene() const { return name.substr(0, name.find('-')); }
    std::string_view part() const { return scene() == "tub" ? "picture" : scene().ends_with("_photograph") ? "photographs" : scene().ends_with("_still") ? "stills" : name.find("-sweep-") == std::string::npos ? "clip" : "sweep"; }   ///< of the fit; a flight along that looks like a hover is of the way it looks
};
std::string line_of(Example const& e) {
    auto const& k = e.known;
    if (e.way == lost) return e.way + ' ' + e.name;
    auto const more = e.part() == "clip" ? fmt::format(" {} {}", k.sight.apart, k.sight.close) : e.part() != "picture" ? fmt::format(" {}", k.sight.contrast) : std::string{};   // what only one way hangs on
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}{}", e.way, e.name, k.sight.doubt, k.sight.again, k.sight.score, k.sight.length_px, k.sight.readable, k.sight.hidden, k.found, k.present, k.error, k.false_found, more);
}
std::optional<Example> example_of(std::string const& line) {
    std::istringstream in{line};
    Example e;
    auto& k = e.known;
    if (line.starts_with('#') || !(in >> e.way >> e.name)) return {};
    if (e.way != lost && !(in >> k.sight.doubt >> k.sight.again >> k.sight.score >> k.sight.length_px >> k.sight.readable >> k.sight.hidden >> k.found >> k.present >> k.error >> k.false_found)) return {};
    if (e.way == lost || e.part() == "picture") return e;
    if (!(e.part() == "clip" ? in >> k.sight.apart >> k.sight.close : in >> k.sight.contrast)) return {};
    return e;
}

fs::path known_file(Options const& o) { return root / "models" / (o.model + ".known.txt"); }
std::vector<Example> kept_examples(Options const& o) {
    std::vector<Example> all;
    std::ifstream in{known_file(o)};
    for (std::string line; std::getline(in, line);)
        if (auto e = example_of(line)) all.push_back(*std::move(e));
    std::sort(all.begin(), all.end(), [](Example const& a, Example const& b) { return std::tie(a.way, a.name) < std::tie(b.way, b.name); });
    return all;
}

void keep_examples(Options const& o, std::vector<Example> const& all) {
    std::ofstream out{known_file(o)};
    out << "# way name doubt again score length_px readable hidden found present error false_found, then of hovers apart close, of those along contrast\n";
    for (auto const& e : all) out << line_of(e) << '\n';
}

Calibration fitted(std::string const& model, std::string const& way, std::vector<Known> const& known) {
    return must(calibrate(known, unknown_calibration(model, way), 0.7));
}

/// No floor of nothing but crumbs, or under glare: nobody counts there.
bool can_be_counted(Known const& k) { return k.found > k.present / 3 && k.found < 2 * k.present; }

/// Rendered photographs of tanks, tubs and trays, which a window goes along as in the virtual sweep. Nobody moves, so whoever is hidden stays so: what is there is who can be seen.
constexpr int stills_along = 60;
Example along_a_still(int i, Options const& o) {
    auto const kind = std::array{StillKind::tank, StillKind::tub, StillKind::tank, StillKind::tray}[static_cast<std::size_t>(i % 4)];
    auto const seed = 998'000 + 17 * static_cast<std::uint64_t>(i);
    auto const picture = render_still(kind, seed, 960, 2080, fish_of(i, 20, 200), Taken::with_care);
    auto finder = must(DetectorFinder::load(o.model));
    auto const g = must(swept(picture.bgr, finder));
    auto const seen = std::count_if(picture.marks.begin(), picture.marks.end(), [](Mark const& m) { return m.visible >= 0.3; });
    auto const name = fmt::format("{}_still-sweep-{}", name_of(kind), seed);
    if (g.way != "sweep" || seen < 10) return {lost, name, {}};
    auto const known = known_of(g, static_cast<double>(seen));
    return can_be_counted(known) ? Example{g.way, name, known} : Example{lost, name, {}};
}

/// Rendered photographs, each of a vessel of its own, which tell how much vessels differ: of the tubs that a model learnt from it finds nearly all. Some are no larger than small bodies allow.
constexpr int photographs = 300;
Example photograph(int i, Options const& o, fs::path const& folder) {
    auto const kind = std::array{StillKind::tank, StillKind::tub, StillKind::tray, o.model == "fry" ? StillKind::dish : StillKind::pond}[static_cast<std::size_t>(i % 4)];
    auto const seed = 950'000 + 17 * static_cast<std::uint64_t>(i);
    auto picture = render_still(kind, seed, 1280, 960, fish_of(i, 20, 200), kind == StillKind::pond ? Taken::anyhow : Taken::with_care);   // nobody cleans a pond for it
    auto const shrunk = std::array{1.0, 0.7, 0.5}[static_cast<std::size_t>(i / 4 % 3)];
    cv::resize(picture.bgr, picture.bgr, {}, shrunk, shrunk, cv::INTER_AREA);
    Marks there;
    for (auto m : picture.marks)
        if (m.visible >= 0.3) m.x *= shrunk, m.y *= shrunk, m.length_px *= shrunk, there.push_back(m);
    auto const name = fmt::format("{}_photograph-{}", name_of(kind), seed);
    auto const file = (folder / (name + ".png")).string();
    cv::imwrite(file, picture.bgr);
    auto finder = must(DetectorFinder::load(o.model));
    auto media = must(Media::open({file}));
    auto const g = must(gather({}, *media, finder, {}));
    fs::remove(file);
    auto known = known_of(g, static_cast<double>(there.size()));
    if (there.size() < 10 || !can_be_counted(known)) return {lost, name, {}};
    double length = 0;
    for (auto const& m : there) length += m.length_px / static_cast<double>(there.size());
    auto const by = found_score(g.frames.front().points, there, length / 2);
    known.false_found = static_cast<double>(by.false_marks);
    known.error = std::hypot(known.error, std::sqrt(static_cast<double>(by.missed)) / known.found);   // of one vessel that is found by chance
    return {g.way, name, known};
}

/// What a flight of the training range shows, and what is true of it.
struct Watched {
    Truth truth;
    Gathered seen;
};
Watched watched(Flown const& f, Options const& o) {
    auto truth = rendered(f);
    CountQuestion q;
    q.model = o.model;
    auto [finder, media] = must(open_to_count(q, {f.clip}));
    Watched out{std::move(truth), must(gather({}, *media, finder, {}))};
    if (o.keep.empty()) fs::remove(f.clip), fs::remove(f.truth_file);
    return out;
}

int fit(Options const& o) {
    auto const asked = [&](std::string_view part) { return o.only == part || (o.only.empty() && part != "stills"); };   // stills are a fit for models of photographs
    auto examples = kept_examples(o);
    if (!o.more) std::erase_if(examples, [&](Example const& e) { return asked(e.part()); });
    keep_examples(o, examples);
    std::set<std::string> kept;
    for (auto const& e : examples) kept.insert(e.name);
    auto const keep = [&](Example const& e) {   // at once: who stops it goes on with --more
        auto line = line_of(e);
        std::ofstream{known_file(o), std::ios::app} << line + '\n';
        return line;
    };
    auto const folder = folder_of(o);
    std::vector<Flown> wanted;
    auto const want = [&](std::vector<FlightPlan> const& plans) {
        for (auto const& plan : plans) {
            auto const f = flown(plan, folder);
            if (!kept.contains(name_of(f))) wanted.push_back(f);
        }
    };
    if (asked("clip")) want(fitting_flights(fitting_flights_there_are));
    if (asked("sweep")) want(fitting_sweeps());
    std::shuffle(wanted.begin(), wanted.end(), std::mt19937{1});   // so that those that are done when it is stopped are of all kinds
    shared_out(wanted.size(), o.processes, [&](std::size_t i) {
        auto const [truth, g] = watched(wanted[i], o);
        if (g.way == "picture") return keep({lost, name_of(wanted[i]), {}});   // each look for itself: of no use to any fit
        return keep({g.way, name_of(wanted[i]), known_of(g, static_cast<double>(truth.fish_count), &truth)});
    });
    if (asked("stills")) shared_out(stills_along, o.processes, [&](std::size_t i) { return keep(along_a_still(static_cast<int>(i), o)); });
    if (asked("photographs")) shared_out(photographs, o.processes, [&](std::size_t i) { return keep(photograph(static_cast<int>(i), o, folder)); });
    if (asked("picture") && !o.groups.empty()) {
        auto const all = must(read_pictures((vision() / "fingerlings_tub").string()));
        std::istringstream groups{o.groups};
        for (std::string group; std::getline(groups, group, ',');) {
            std::vector<std::string> paths;
            double physical = 0;
            for (auto const& p : all)
                if (p.group == group) paths.push_back(p.path), physical = static_cast<double>(p.physical.value_or(0));
            for (std::size_t from = 0; from + 20 <= std::min<std::size_t>(paths.size(), 40); from += 20) {
                auto const name = fmt::format("tub-{}-{}", group, from);
                if (kept.contains(name)) continue;
                auto finder = must(DetectorFinder::load(o.model));
                auto media = must(Media::open({paths.begin() + static_cast<std::ptrdiff_t>(from), paths.begin() + static_cast<std::ptrdiff_t>(from + 20)}));
                keep({"picture", name, known_of(must(gather({}, *media, finder, {})), physical)});
            }
        }
    }
    examples = kept_examples(o);
    keep_examples(o, examples);   // in their order
    std::vector<Calibration> fits;
    for (auto const* way : {"clip", "sweep", "picture"}) {
        std::vector<Known> known;
        for (auto const& e : examples) if (e.way == way) known.push_back(e.known);
        if (known.empty()) {   // as it was
            auto const before = built_in_calibration(o.model);
            if (before) for (auto const& c : *before) if (c.way == way && c.model == o.model) fits.push_back(c);
            continue;
        }
        auto const c = fitted(o.model, way, known);
        fmt::print("{}: {:.1f} % at usual sight, between {:.2f} %, false {:.2f} %, {} clips\n", way, 100 * c.detectability({}), 100 * c.between, 100 * c.false_share, c.clips);
        fits.push_back(c);
    }
    std::ofstream{root / "models" / (o.model + ".calibration.json")} << calibration_json(fits);
    return 0;
}

int each_left_out(Options const& o) {
    if (kept_examples(o).empty()) { fmt::print(stderr, "{} is not here: stocktake_bench fit makes it\n", known_file(o).string()); return 1; }
    for (auto const* way : {"clip", "sweep", "picture"}) {
        std::vector<Example> examples;
        for (auto const& e : kept_examples(o)) if (e.way == way) examples.push_back(e);
        std::map<std::string, std::vector<double>> off;
        int holds = 0;
        for (std::size_t i = 0; i < examples.size(); ++i) {
            std::vector<Known> others;
            for (std::size_t j = 0; j < examples.size(); ++j) if (j != i) others.push_back(examples[j].known);
            auto const& k = examples[i].known;
            auto const c = fitted(o.model, way, others);
            auto const false_share = c.false_share_at(k.sight);
            auto const by = std::log(k.found / k.present / (1 + false_share) / c.detectability(k.sight));
            auto const error = std::hypot(c.error(k.sight), k.error, examples[i].way == "picture" ? vessels_differ * false_share : 0.0);
            holds += std::abs(by) <= 1.96 * error;
            off["all"].push_back(std::abs(by)), off[examples[i].scene()].push_back(std::abs(by));
            fmt::print("  {} {}: {:+.2f} % +- {:.2f}\n", way, examples[i].name, 100 * by, 100 * error);
        }
        for (auto& [scene, each] : off) {
            std::sort(each.begin(), each.end());
            double sum = 0;
            for (auto const by : each) sum += by;
            fmt::print("{} {}: {} clips off by {:.2f} % on average, {:.2f} in the middle\n", way, scene, each.size(), 100 * sum / static_cast<double>(each.size()), 100 * each[each.size() / 2]);
        }
        if (!examples.empty()) fmt::print("{}: intervals hold {} of {}\n", way, holds, examples.size());
    }
    return 0;
}

// ---- why a count is wrong ----

/// Shares of the fish that were there, mean over the looks: followed, followed under a second name (a fish is near), followed where no fish is, and missed; of the missed, those with another fish within half
/// a length, and those that a mark was at all the same. And by how many pixels the middle of the picture is thought to be off, on average and at worst, where the camera hovers.
std::string studied(Gathered const& g, Truth const& truth, double count) {
    auto const length = g.sight.length_px;
    double there = 0, right = 0, twice = 0, nobody = 0, missed = 0, crowded = 0, marked = 0, looks = 0, off = 0, farthest = 0;
    TrueFrame const* first = nullptr;
    for (std::size_t i = 0; i < g.followed.size(); ++i) {
        auto const* frame = at_time(truth, g.frames[i].at_s);
        if (!frame || !is_known(frame->from_pond)) continue;
        auto const fish = marks_of(*frame);
        Marks followed;
        for (auto const& b : g.followed[i]) followed.push_back({b.x, b.y});
        std::vector<bool> met(fish.size()), by_a_mark(fish.size()), beside(fish.size()), near(followed.size());
        for (auto const& e : pairs_within(followed, fish, 1.5 * length)) near[static_cast<std::size_t>(e.row)] = true;
        for (auto const& e : pairs_within(fish, fish, 0.5 * length)) if (e.row != e.column) beside[static_cast<std::size_t>(e.row)] = true;
        for (auto const to : match(g.frames[i].points, fish, 0.5 * length)) if (to >= 0) by_a_mark[static_cast<std::size_t>(to)] = true;
        auto const pairs = match(followed, fish, length);
        for (std::size_t b = 0; b < pairs.size(); ++b) {
            auto const likely = g.likely.empty() ? 1.0 : g.likely[i][b];
            if (pairs[b] >= 0) met[static_cast<std::size_t>(pairs[b])] = true;
            (pairs[b] >= 0 ? right : near[b] ? twice : nobody) += likely;
        }
        for (std::size_t f = 0; f < fish.size(); ++f) {
            if (met[f]) continue;
            ++missed;
            crowded += beside[f];
            marked += by_a_mark[f];
        }
        there += static_cast<double>(fish.size());
        if (!first) first = frame;
        auto const x = g.frames[i].width / 2.0, y = g.frames[i].height / 2.0;
        auto const thought = through(g.to_plane[i], x, y), was = through(product(first->from_pond, inverse(frame->from_pond)), x, y);
        auto const by = std::hypot(thought[0] - was[0], thought[1] - was[1]);
        off += by;
        farthest = std::max(farthest, by);
        ++looks;
    }
    if (there <= 0) return fmt::format("| {} | {:.0f} | nobody could be followed | | | | | | | |", truth.fish_count, count);
    auto const of_missed = std::max(1.0, missed);
    return fmt::format("| {} | {:.0f} | {:+.1f} % | {:.3f} | {:.3f} | {:.3f} | {:.3f} | {:.2f} | {:.2f} | {:.1f}, {:.1f} |", truth.fish_count, count, 100 * (count / static_cast<double>(truth.fish_count) - 1), right / there, twice / there,
                       nobody / there, missed / there, crowded / of_missed, marked / of_missed, off / looks, farthest);
}

int study(Options const& o) {
    auto const plans = fitting_flights(o.flights > 0 ? o.flights : fitting_flights_there_are);
    auto const folder = folder_of(o);
    auto const fits = must(built_in_calibration(o.model));
    auto lines = shared_out(plans.size(), o.processes, [&](std::size_t i) {
        auto const f = flown(plans[i], folder);
        auto const [truth, g] = watched(f, o);
        return fmt::format("| {} {}", name_of(f), studied(g, truth, number_by(g, calibration_for(fits, o.model, g.way)).n.value));
    });
    std::sort(lines.begin(), lines.end());
    fmt::print("| flight | N | counted | off | followed | twice | nobody there | missed | of these beside another | of these at a mark | camera off, px: mean, worst |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (auto const& line : lines) fmt::print("{}\n", line);
    return 0;
}

// ---- speed ----

/// The same clip again and again, as one long one.
class Again final : public Media {
public:
    Again(std::string path, std::int64_t frames) : m_path(std::move(path)), m_frames(frames) { rewind(); }
    Result<std::optional<Shot>> next() override {
        if (m_read >= m_frames) return std::optional<Shot>{};
        auto shot = m_media->next().value();
        if (!shot) { rewind(); shot = m_media->next().value(); }
        shot->at_s = static_cast<double>(m_read) / 15;
        shot->frame = m_read++;
        return shot;
    }
    bool skip() override {
        if (m_read >= m_frames) return false;
        if (!m_media->skip()) { rewind(); m_media->skip(); }
        ++m_read;
        return true;
    }
    bool clip() const override { return true; }
    std::int64_t expected() const override { return m_frames; }
    double frames_per_s() const override { return 15; }

private:
    void rewind() { m_media = must(Media::open({m_path})); }
    std::string m_path;
    std::int64_t m_frames, m_read = 0;
    std::unique_ptr<Media> m_media;
};

int speed(Options const& o) {
    auto plan = judged_flights().front();
    plan.fish = 500;
    auto const f = flown(plan, folder_of(o));
    rendered(f);
    for (int const every : {1, 3}) {
        auto const line = shared_out(1, 1, [&](std::size_t) {
            CountQuestion q;
            q.model = o.model, q.every = every;
            auto [finder, media] = must(open_to_count(q, {f.clip}));
            auto const begin = osetra::bench::processor_s();
            auto const g = must(gather(q, *media, finder, {}));
            (void)number_by(g, unknown_calibration(o.model, "clip"));
            auto const s = osetra::bench::processor_s() - begin;
            rusage use{};
            getrusage(RUSAGE_SELF, &use);
            return fmt::format("every {}: {:.1f} frames a second of one core, {} MB", every, static_cast<double>(media->expected()) / s, use.ru_maxrss / 1024);
        });
        fmt::print("{}\n", line.front());
    }
    if (o.looks == 0) return 0;
    auto const line = shared_out(1, 1, [&](std::size_t) {   // an hour at 15 frames a second has 54,000 frames
        Again media{f.clip, 54'000};
        auto finder = must(DetectorFinder::load(o.model));
        CountQuestion q;
        auto const begin = osetra::bench::processor_s();
        auto const c = result_of(q, must(gather(q, media, finder, {})), unknown_calibration(o.model, "clip"), finder);
        rusage use{};
        getrusage(RUSAGE_SELF, &use);
        return fmt::format("an hour of 54,000 frames: {} looks, {:.0f} s, {} MB, count {}", c.frames.size(), osetra::bench::processor_s() - begin, use.ru_maxrss / 1024, c.count);
    });
    fmt::print("{}\n", line.front());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    Options o;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        auto const value = [&] { return i + 1 < argc ? std::string{argv[++i]} : std::string{}; };
        if (word == "--keep") o.keep = value();
        else if (word == "--write") o.write = value();
        else if (word == "--model") o.model = value();
        else if (word == "--pictures") o.groups = value();
        else if (word == "--flights") o.flights = std::stoi(value());
        else if (word == "--processes") o.processes = std::max(1, std::stoi(value()));
        else if (word == "--only") o.only = value();
        else if (word == "--hour") o.looks = 1;
        else if (word == "--more") o.more = true;
        else o.what = word;
    }
    if (o.what == "table") return table(o);
    if (o.what == "fit") return fit(o);
    if (o.what == "left-out") return each_left_out(o);
    if (o.what == "study") return study(o);
    if (o.what == "speed") return speed(o);
    fmt::print(stderr, "stocktake_bench table|fit|left-out|study|speed [--only PART] [--more] [--flights N] [--keep FOLDER] [--processes N] [--model NAME] [--pictures GROUPS] [--write PAGE] [--hour]\n");
    return 2;
}
