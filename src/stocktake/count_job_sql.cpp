#include "stocktake/count_job_sql.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <random>

#include "access/access.h"
#include "farm/ledger_sql.h"
#include "kernel/json.h"
#include "stocktake/flights_sql.h"
#include "stocktake/marks.h"
#include "stocktake/review.h"

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto between_reports = 400ms;

/// A folder of its own beside the media, gone at the end: an overlay may be as large as its clip.
class Bench {
public:
    Bench(store::MediaFolder const& media, Uuid const& job) : m_folder(media.folder() / "part" / ("count_" + job.text())) {
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
    }
    ~Bench() {
        std::error_code none;
        fs::remove_all(m_folder, none);
    }
    Bench(Bench const&) = delete;
    Bench& operator=(Bench const&) = delete;
    /// The medium under a name with its own ending, by which readers of pictures tell what it is.
    std::string clip(fs::path const& medium, std::string const& name) const {
        auto ending = fs::path{name}.extension().string();
        if (ending.size() > 8) ending.clear();
        auto const link = m_folder / ("clip" + ending);
        fs::create_symlink(fs::absolute(medium), link);
        return link.string();
    }
    std::string overlay() const { return (m_folder / "overlay.mp4").string(); }

private:
    fs::path m_folder;
};

CountQuestion question_of(FlightFlown const& flown, CountInput const& ask, std::string clip) {
    CountQuestion q;
    q.paths = {std::move(clip)};
    q.kind = flown.fish_kind.value_or("auto");
    if (ask.model) q.model = *ask.model;
    if (ask.every) q.every = static_cast<int>(std::clamp<std::int64_t>(*ask.every, 1, 100));
    if (ask.tolerance) q.tolerance = std::clamp(*ask.tolerance, 0.001, 1.0);
    q.altitude_m = flown.altitude_m;
    q.px_per_m = flown.px_per_m;
    return q;
}

/// The water of a pool as a polygon in metres: its surveyed corners, else a square of its area. Nothing where neither was told.
std::vector<std::array<double, 2>> outline_of(farm::PoolRegistered const& pool) {
    if (pool.outline)
        if (auto corners = outline_in_metres(*pool.outline); corners.size() > 2) return corners;
    if (!pool.area_cm2 || *pool.area_cm2 <= 0) return {};
    auto const side = std::sqrt(static_cast<double>(*pool.area_cm2)) / 100;
    return {{0, 0}, {side, 0}, {side, side}, {0, side}};
}

std::int64_t whole(double value, double unit) { return std::llround(value * unit); }

/// What becomes of the answer: the files, and the fact that names them.
Result<FlightCounted> keep_answer(store::Task& task, CountingParts const& parts, FlightRecord const& flight, CountResult const& result, std::string const& overlay) {
    auto const now = parts.clock.now();
    auto const keep = [&](std::string const& name, std::string_view bytes) -> Result<std::string> {
        auto const medium = OSETRA_TRY(parts.media.keep(task.db(), task.enterprise(), name, bytes, task.job().person, now));
        return store::sha256_text(medium.sha256);
    };
    auto const stem = fs::path{flight.flown.body.file}.stem().string();
    FlightCounted fact;
    fact.flight = flight.flight;
    fact.heads = {result.count};
    fact.low = {std::min(result.low, result.count)};
    fact.high = {std::max(result.high, result.count)};
    fact.verdict = result.verdict;
    fact.seen_area = std::clamp(result.seen_area, 0.0, 1.0);
    fact.detectability = std::clamp(result.detectability, 0.0, 1.0);
    fact.model = result.model;
    fact.model_sha256 = result.model_sha256;
    fact.result_sha256 = OSETRA_TRY(keep(stem + ".count.json", count_json(result, false)));
    if (!result.frames.empty()) fact.marks_sha256 = OSETRA_TRY(keep(stem + ".marks", marks_file(result.frames)));
    if (std::error_code none; fs::exists(overlay, none)) {
        auto const medium = OSETRA_TRY(parts.media.keep_file(task.db(), task.enterprise(), stem + ".overlay.mp4", overlay, task.job().person, now));
        fact.overlay_sha256 = store::sha256_text(medium.sha256);
    }
    if (auto const& l = result.length_m) {
        fact.length_mm = {{whole(l->value, 1e3)}};
        fact.length_low_mm = {{whole(l->low, 1e3)}};
        fact.length_high_mm = {{whole(l->high, 1e3)}};
    }
    if (auto const& b = result.biomass_kg) {
        fact.biomass_mg = {{whole(b->value, 1e6)}};
        fact.biomass_low_mg = {{whole(b->low, 1e6)}};
        fact.biomass_high_mg = {{whole(b->high, 1e6)}};
    }
    return fact;
}

Result<Done> tell(store::Task& task, CountingParts const& parts, farm::Ledger& ledger, FlightCounted const& counted) {
    auto const now = parts.clock.now();
    Fact fact;
    UuidMaker ids{std::random_device{}()};
    fact.id = ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    fact.kind = FlightCounted::kind;
    fact.happened_at = now;
    fact.author = job_author(task.job().person);
    fact.body = to_json(counted);
    auto const told = ledger.record({std::move(fact)}, farm::Trust::checked, now);
    if (told.front().outcome == farm::Told::Outcome::refused) return tl::unexpected(told.front().refusal);
    return Done{};
}

} // namespace

void of_pool(farm::PoolRegistered const& pool, FlightStore flights, CountQuestion& question) {
    if (question.calibration.empty()) question.calibration = flights.calibration(pool.site.text);
    // Only where the scale was measured: the area seen follows its square, and an altitude knows nothing of the lens.
    if (question.px_per_m && question.outline_m.empty()) question.outline_m = outline_of(pool);
}

Result<std::string> count_flight(store::Task& task, CountingParts const& parts) {
    auto const ask = OSETRA_TRY(from_json<CountInput>(task.input()));
    auto const flight = FlightStore{task.db(), task.enterprise()}.flight(ask.flight);
    if (!flight) return refuse("flight_not_found", "The flight was taken back before it was counted.", "flight");
    auto const sha256 = OSETRA_TRY(store::parse_sha256(flight->flown.body.sha256));
    auto const medium = OSETRA_TRY(parts.media.find(task.db(), task.enterprise(), sha256));
    auto const record = access::enterprise_of(task.db(), task.enterprise());
    if (!record) return refuse("enterprise_not_found", "There is no such enterprise.");
    farm::Ledger ledger{task.db(), parts.pack, task.enterprise(), {std::chrono::minutes{record->offset_minutes}}, parts.branches};
    Bench const bench{parts.media, task.job().job};
    auto said_at = Instant{};
    auto stopped = false;
    auto const progress = [&](double share, std::string const& doing) {
        auto const now = parts.clock.now();
        if (stopped || now - said_at < between_reports) return !stopped;
        said_at = now;
        stopped = !task.report(share, doing);
        return !stopped;
    };
    auto question = question_of(flight->flown.body, ask, bench.clip(parts.media.path_of(medium.sha256), flight->flown.body.file));
    if (auto const* pool = ledger.reader().pool(flight->flown.body.pool.text)) of_pool(*pool, FlightStore{task.db(), task.enterprise()}, question);
    auto result = parts.counter(question, progress, bench.overlay());
    if (stopped) return refuse("cancelled", "Cancelled.");
    if (!result) return tl::unexpected(std::move(result).error());
    auto const counted = OSETRA_TRY(keep_answer(task, parts, *flight, *result, bench.overlay()));
    OSETRA_TRY(tell(task, parts, ledger, counted));
    JsonOut out;
    out.begin_object();
    out.value("flight", ask.flight);
    out.value("heads", counted.heads);
    out.value("low", counted.low);
    out.value("high", counted.high);
    out.value("verdict", counted.verdict);
    out.end_object();
    return out.take();
}

} // namespace osetra::stocktake
