#include <chrono>
#include <cmath>
#include <fmt/core.h>
#include <fstream>
#include <ostream>
#include <sstream>
#include <unistd.h>

#include "app/verbs.h"
#include "stocktake/count_job_sql.h"
#include "stocktake/flights_sql.h"
#include "kernel/fault.h"
#include "kernel/json.h"
#include "stocktake/engine/count.h"
#include "stocktake/engine/count_known.h"

namespace osetra::app {
namespace {

/// One line on a terminal that is written over: a bar, what is being done, the time left.
class Bar {
public:
    explicit Bar(Console& io) : m_io(io), m_shown(io.terminal && isatty(2) == 1), m_begin(std::chrono::steady_clock::now()) {}
    ~Bar() { if (m_drawn) m_io.err << "\r\033[K" << std::flush; }
    Bar(Bar const&) = delete;
    Bar& operator=(Bar const&) = delete;

    stocktake::Progress progress() {
        if (!m_shown) return {};
        return [this](double share, std::string const& doing) { return show(share, doing); };
    }

private:
    bool show(double share, std::string const& doing) {
        auto const now = std::chrono::steady_clock::now();
        if (now < m_next) return true;
        m_next = now + std::chrono::milliseconds{200};
        m_drawn = true;
        constexpr int width = 30;
        auto const full = static_cast<int>(share * width);
        m_io.err << "\r\033[K[" << std::string(static_cast<std::size_t>(full), '#') << std::string(static_cast<std::size_t>(width - full), '.') << fmt::format("] {:.0f} % {}", 100 * share, doing);
        auto const gone = std::chrono::duration<double>(now - m_begin).count();
        if (gone > 2 && share > 0.01) {
            auto const left = static_cast<long>(gone * (1 - share) / share);
            m_io.err << (left >= 60 ? fmt::format(", {} min {} s left", left / 60, left % 60) : fmt::format(", {} s left", left));
        }
        m_io.err.flush();
        return true;
    }
    Console& m_io;
    bool m_shown, m_drawn = false;
    std::chrono::steady_clock::time_point m_begin, m_next{};
};

/// "0,0 40,0 40,8". Refusals: outline_malformed.
Result<std::vector<std::array<double, 2>>> outline_of(std::string const& text) {
    std::vector<std::array<double, 2>> all;
    std::istringstream in{text};
    for (std::string corner; in >> corner;) {
        std::istringstream pair{corner};
        std::array<double, 2> p{};
        char comma = 0, more = 0;
        if (!(pair >> p[0] >> comma >> p[1]) || comma != ',' || (pair >> more) || !std::isfinite(p[0]) || !std::isfinite(p[1]))
            return refuse("outline_malformed", "Write the corners of the pond in metres like \"0,0 40,0 40,8 0,8\".", "outline");
        all.push_back(p);
    }
    return all;
}

Result<std::string> text_of_file(std::string const& path, std::string const& at) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return refuse("file_missing", "There is no such file, or it cannot be opened.", at);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Result<stocktake::CountQuestion> question_of(CountVerb const& verb) {
    stocktake::CountQuestion q;
    q.paths = verb.paths;
    q.kind = verb.kind;
    q.model = verb.model;
    q.outline_m = OSETRA_TRY(outline_of(verb.outline));
    if (verb.altitude_m > 0) q.altitude_m = verb.altitude_m;
    if (verb.px_per_m > 0) q.px_per_m = verb.px_per_m;
    q.tolerance = verb.tolerance_percent / 100;
    q.every = verb.every;
    if (!verb.calibration.empty()) q.calibration = OSETRA_TRY(text_of_file(verb.calibration, "calibration"));
    return q;
}

Result<stocktake::Truth> truth_of(std::string const& path) {
    auto truth = stocktake::read_truth(OSETRA_TRY(text_of_file(path, "truth")));
    if (!truth) truth.error().at = path;
    return truth;
}

char const* spoken(std::string const& verdict) { return verdict == "sure" ? "sure" : verdict == "nothing_seen" ? "nothing seen" : "count again"; }

void print(stocktake::CountResult const& r, std::ostream& out) {
    out << fmt::format("Count {} (95 %: {} to {}), {}\n", r.count, r.low, r.high, spoken(r.verdict));
    for (auto const& why : r.reasons) out << "  " << why << '\n';
    out << fmt::format("  seen {:.0f} % of the pond; one look finds {:.1f} % of the fish there; {} looks\n", 100 * r.seen_area, 100 * r.detectability, r.frames.size());
    if (r.length_m) out << fmt::format("  length {:.3f} m ({:.3f} to {:.3f})\n", r.length_m->value, r.length_m->low, r.length_m->high);
    if (r.biomass_kg) out << fmt::format("  biomass {:.0f} kg ({:.0f} to {:.0f})\n", r.biomass_kg->value, r.biomass_kg->low, r.biomass_kg->high);
    out << fmt::format("  model {} {}, media {}, {:.1f} s of processor\n", r.model, r.model_sha256.substr(0, 12), r.media_sha256.substr(0, 12), r.seconds);
}

} // namespace

Result<Done> count_fish(Context const& c, CountVerb const& verb) {
    auto question = OSETRA_TRY(question_of(verb));
    if (!verb.pool.empty()) {
        auto const company = OSETRA_TRY(open_company(c));
        auto const* pool = company.reader().pool(verb.pool);
        if (!pool) return refuse("pool_not_found", fmt::format("There is no pool \"{}\". `osetra pools` lists them.", verb.pool), "pool");
        stocktake::of_pool(*pool, stocktake::FlightStore{*company.db, company.record.enterprise}, question);
    }
    auto const result = [&] {
        Bar bar{c.io};
        return stocktake::count(question, bar.progress(), verb.out);
    }();
    if (!result) return tl::unexpected(result.error());
    if (c.where.json) c.io.out << stocktake::count_json(*result, true) << '\n';
    else print(*result, c.io.out);
    return Done{};
}

Result<Done> count_calibrate(Context const& c, CountVerb const& verb) {
    auto const question = OSETRA_TRY(question_of(verb));
    std::vector<stocktake::KnownMedia> all;
    if (verb.truths.empty()) {
        if (verb.numbers.empty()) return refuse("truth_missing", "Tell how many fish were there: --number N for one clip or tub, --number N,M for a clip or folder each, or --truth FILE for each clip.", "truth");
        if (verb.numbers.size() == 1) all.push_back({verb.paths, {}, verb.numbers.front()});
        else if (verb.numbers.size() != verb.paths.size()) return refuse("truth_missing", "Give one number for all pictures of one tub, or one for each clip or folder, in the same order.", "number");
        else for (std::size_t i = 0; i < verb.paths.size(); ++i) all.push_back({{verb.paths[i]}, {}, verb.numbers[i]});
    } else {
        if (verb.truths.size() != verb.paths.size()) return refuse("truth_missing", "Give one --truth file for each clip, in the same order.", "truth");
        for (std::size_t i = 0; i < verb.paths.size(); ++i) all.push_back({{verb.paths[i]}, OSETRA_TRY(truth_of(verb.truths[i])), 0});
    }
    auto const fits = [&] {
        Bar bar{c.io};
        return stocktake::calibrate_site(all, question, bar.progress());
    }();
    if (!fits) return tl::unexpected(fits.error());
    std::ofstream file{verb.out, std::ios::binary};
    file << stocktake::calibration_json(*fits);
    if (!file.flush()) throw Fault("cannot write " + verb.out + "; check the folder and the room on the disk");
    if (c.where.json) c.io.out << stocktake::calibration_json(*fits);
    else
        for (auto const& f : *fits)
            c.io.out << fmt::format("{}: {:.1f} % of the fish are found at usual sight, give or take {:.1f} % from one clip to the next ({:.0f} clips)\n", f.way, 100 * f.detectability({}), 100 * f.between, f.clips);
    return Done{};
}

Result<Done> count_eval(Context const& c, CountVerb const& verb) {
    auto const question = OSETRA_TRY(question_of(verb));
    auto const truth = OSETRA_TRY(truth_of(verb.truths.front()));
    auto const e = [&] {
        Bar bar{c.io};
        return stocktake::count_against(question, truth, verb.radius_px, bar.progress());
    }();
    if (!e) return tl::unexpected(e.error());
    auto const off = std::abs(e->counted.value - e->number) / std::max(1.0, e->number);
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.put("number", e->number);
        out.put("count", e->counted.value);
        out.put("low", e->counted.low);
        out.put("high", e->counted.high);
        out.put("error", off);
        out.value("covered", e->covered() > 0);
        out.value("looks", e->looks);
        out.put("f1", e->found.f1());
        out.put("precision", e->found.precision());
        out.put("recall", e->found.recall());
        out.put("mape", e->mape);
        if (e->tracks) out.record("tracks", *e->tracks);
        out.value("verdict", e->count.verdict);
        out.put("seen_area", e->count.seen_area);
        out.end_object();
        c.io.out << out.text() << '\n';
        return Done{};
    }
    c.io.out << fmt::format("Count {:.0f} (95 %: {:.0f} to {:.0f}) of {:.0f}: {:.2f} % off, the interval {} it\n", e->counted.value, e->counted.low, e->counted.high, e->number, 100 * off, e->covered() > 0 ? "holds" : "misses")
             << fmt::format("  marks: F1 {:.3f} (precision {:.3f}, recall {:.3f}); a look is {:.2f} % off what is visible; {} looks\n", e->found.f1(), e->found.precision(), e->found.recall(), 100 * e->mape, e->looks);
    if (e->tracks)
        c.io.out << fmt::format("  tracks: HOTA {:.3f}, IDF1 {:.3f}, MOTA {:.3f}, {} switches; {} tracks of {} fish\n", e->tracks->hota, e->tracks->idf1, e->tracks->mota, e->tracks->switches, e->tracks->tracks, e->tracks->truths);
    return Done{};
}

} // namespace osetra::app
