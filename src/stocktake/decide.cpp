#include "stocktake/decide.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>

#include "farm/branch.h"
#include "kernel/json.h"
#include "stocktake/engine/calibrate.h"

namespace osetra::stocktake {
namespace {

constexpr std::size_t most_marks = 20'000;           // of one frame: a tray of larvae holds a tenth of that
constexpr std::int64_t most_heads = 100'000'000;
constexpr std::int64_t longest_ms = 24LL * 3600 * 1000;
constexpr double widest_px = 100'000;
constexpr std::size_t longest_calibration = 200'000;

/// Form: what can be seen from the fact alone.
struct Form {
    static Result<Done> sha256(std::string const& text, char const* at) {
        auto const digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (text.size() != 64 || !std::all_of(text.begin(), text.end(), digit)) return refuse("sha256_malformed", "A SHA-256 is written as 64 hexadecimal digits in lower case.", at);
        return Done{};
    }
    static Result<Done> sha256(std::optional<std::string> const& text, char const* at) { return text ? sha256(*text, at) : Result<Done>{Done{}}; }
    static Result<Done> text(std::string const& told, char const* at, std::size_t longest) {
        if (told.empty() || told.size() > longest) return refuse("name_malformed", fmt::format("{} has 1 to {} bytes of text.", at, longest), at);
        return Done{};
    }
    static Result<Done> within(std::optional<double> const& n, double least, double most, char const* at) {
        if (n && !(*n >= least && *n <= most)) return refuse("number_unlikely", fmt::format("{} is a number from {:g} to {:g}.", at, least, most), at);
        return Done{};
    }
    static Result<Done> heads(Heads n, Heads low, Heads high) {
        if (n.n < 0 || n.n > most_heads || low.n < 0 || high.n > most_heads) return refuse("number_unlikely", fmt::format("Heads are a number from 0 to {}.", most_heads), "heads");
        if (low.n > n.n || high.n < n.n) return refuse("interval_crossed", "The number lies between low and high.", "low");
        return Done{};
    }
    static Result<Done> frame(std::int64_t ms) {
        if (ms < 0 || ms > longest_ms) return refuse("number_unlikely", "A frame is told by its thousandths of a second from the beginning of the clip.", "frame_ms");
        return Done{};
    }
    static Result<Done> places(std::vector<std::string> const& all, char const* at) {
        if (all.size() > most_marks) return refuse("too_many_marks", fmt::format("At most {} marks in one frame.", most_marks), at);
        for (auto const& one : all)
            if (auto const place = parse_place(one); !place) return refuse(place.error().code, place.error().message, at);
        return Done{};
    }

    Result<Done> operator()(FlightFlown const& b) const {
        OSETRA_TRY(sha256(b.sha256, "sha256"));
        OSETRA_TRY(text(b.file, "file", 255));
        if (b.fish_kind && *b.fish_kind != "sturgeon" && *b.fish_kind != "fingerling" && *b.fish_kind != "larva" && *b.fish_kind != "auto")
            return refuse("fish_kind_unknown", "What swims there is sturgeon, fingerling, larva or auto.", "fish_kind");
        OSETRA_TRY(within(b.altitude_m, 0.05, 500, "altitude_m"));
        OSETRA_TRY(within(b.px_per_m, 0.5, 100'000, "px_per_m"));
        return b.note ? text(*b.note, "note", 2'000) : Result<Done>{Done{}};
    }
    Result<Done> operator()(FlightCounted const& b) const {
        OSETRA_TRY(heads(b.heads, b.low, b.high));
        if (b.verdict != "sure" && b.verdict != "count_again" && b.verdict != "nothing_seen") return refuse("verdict_unknown", "The verdict is sure, count_again or nothing_seen.", "verdict");
        OSETRA_TRY(within(b.seen_area, 0, 1, "seen_area"));
        OSETRA_TRY(within(b.detectability, 0, 1, "detectability"));
        OSETRA_TRY(sha256(b.result_sha256, "result_sha256"));
        OSETRA_TRY(sha256(b.marks_sha256, "marks_sha256"));
        return sha256(b.overlay_sha256, "overlay_sha256");
    }
    Result<Done> operator()(MarksCorrected const& b) const {
        OSETRA_TRY(frame(b.frame_ms));
        OSETRA_TRY(places(b.added, "added"));
        return places(b.struck, "struck");
    }
    Result<Done> operator()(FlightHandCounted const& b) const {
        OSETRA_TRY(frame(b.frame_ms));
        return places(b.points, "points");
    }
    Result<Done> operator()(SiteCalibrated const& b) const {
        if (b.calibration.size() > longest_calibration) return refuse("calibration_malformed", "A calibration is a small file, as `osetra count calibrate` writes it.", "calibration");
        if (auto const fits = read_calibration(b.calibration); !fits) return refuse(fits.error().code, fits.error().message, "calibration");
        return b.note ? text(*b.note, "note", 2'000) : Result<Done>{Done{}};
    }
    Result<Done> operator()(StocktakeSigned const& b) const {
        OSETRA_TRY(heads(b.heads, b.low, b.high));
        return b.why ? text(*b.why, "why", 2'000) : Result<Done>{Done{}};
    }
};

/// What the book has to say to it.
struct Against {
    Fact const& fact;
    Flights& flights;

    Result<FlightFlown> flown(FactId const& flight) const {
        auto found = flights.flown(flight);
        if (!found) return refuse("flight_not_found", fmt::format("There is no flight {}. Tell it first.", flight.text()), "flight");
        return std::move(*found);
    }
    Result<Done> operator()(FlightFlown const& b) const {
        if (!flights.knows_pool(b.pool)) return refuse("pool_not_found", fmt::format("There is no pool \"{}\". Register it first, or mend the name.", b.pool.text), "pool");
        if (!flights.has_medium(b.sha256)) return refuse("media_missing", "The clip is not here. Send it first; a flight names it by its SHA-256.", "sha256");
        return Done{};
    }
    Result<Done> operator()(FlightCounted const& b) const {
        if (!fact.author.starts_with("job:")) return refuse("not_by_hand", "Only the job that counts a flight tells this. What a person counted is told as flight_hand_counted, what they stand for as stocktake_signed.", "kind");
        OSETRA_TRY(flown(b.flight));
        if (!flights.has_medium(b.result_sha256)) return refuse("media_missing", "The whole answer is not in the media store.", "result_sha256");
        return Done{};
    }
    Result<Done> operator()(SiteCalibrated const& b) const {
        if (!flights.knows_site(b.site)) return refuse("site_not_found", fmt::format("There is no site \"{}\". Register it first, or mend the name.", b.site.text), "site");
        return Done{};
    }
    Result<Done> operator()(MarksCorrected const& b) const {
        OSETRA_TRY(flown(b.flight));
        if (!flights.counted(b.flight)) return refuse("flight_not_counted", "There are no marks yet that could be corrected: the flight was not counted.", "flight");
        return Done{};
    }
    Result<Done> operator()(FlightHandCounted const& b) const {
        OSETRA_TRY(flown(b.flight));
        return Done{};
    }
    Result<Done> operator()(StocktakeSigned const& b) const {
        auto const flight = OSETRA_TRY(flown(b.flight));
        auto const machine = flights.counted(b.flight);
        if (!machine) return refuse("flight_not_counted", "Nobody can sign a flight that was not counted; count it first.", "flight");
        if (flights.signed_(b.flight)) return refuse("flight_signed", "This flight was signed already. Correct that signature, or take it back.", "flight");
        if (b.heads != machine->heads && !b.why) return refuse("signature_reason_missing", "The number is not the machine's; say why.", "why");
        auto const told = flights.count(b.count);
        if (!told || told->pool != flight.pool || told->heads != b.heads.n)
            return refuse("count_not_found", "A signature names the pool's count with the same number, told with it.", "count");
        return Done{};
    }
};

} // namespace

FactBody body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<FactBody>([](auto&& see) { stocktake::each_kind(see); }, kind, json);
}

FactId flight_of(Fact const& fact, FactBody const& body) {
    return std::visit([&](auto const& b) -> FactId {
        if constexpr (requires { b.flight; }) return b.flight;
        else return fact.root();
    }, body);
}

std::string job_author(std::string const& person) { return "job:" + person; }

Result<std::pair<double, double>> parse_place(std::string_view text) {
    auto const refused = [] { return refuse("mark_malformed", "A mark is told as \"x y\" in pixels from the top left, like \"412.5 88\"."); };
    std::pair<double, double> place;
    auto const* const end = text.data() + text.size();
    auto const x = std::from_chars(text.data(), end, place.first);
    if (x.ec != std::errc{} || x.ptr == end || *x.ptr != ' ') return refused();
    auto const y = std::from_chars(x.ptr + 1, end, place.second);
    if (y.ec != std::errc{} || y.ptr != end) return refused();
    auto const inside = [](double v) { return v >= 0 && v <= widest_px; };
    if (!inside(place.first) || !inside(place.second)) return refused();
    return place;
}

std::string place_text(double x, double y) { return fmt::format("{:.1f} {:.1f}", x, y); }

Result<Done> judge(Fact const& fact, FactBody const& body, Flights& flights, bool witnessed) {
    OSETRA_TRY(std::visit(Form{}, body));
    if (witnessed || fact.act != FactAct::tell) return Done{};
    return std::visit(Against{fact, flights}, body);
}

template <> std::string says(FlightFlown const& b) { return fmt::format("Flight over {} ({}){}.", b.pool.text, b.file, b.altitude_m ? fmt::format(" from {:g} m", *b.altitude_m) : ""); }
template <> std::string says(FlightCounted const& b) {
    auto const verdict = b.verdict == "sure" ? "" : b.verdict == "count_again" ? ": count again" : ": nothing was seen";
    return fmt::format("{} fish counted by {} (95 % {} to {}), {:.0f} % of the pond seen{}.", b.heads.n, b.model, b.low.n, b.high.n, 100 * b.seen_area, verdict);
}
template <> std::string says(MarksCorrected const& b) { return fmt::format("Frame at {:.2f} s gone over: {} marks added, {} struck.", static_cast<double>(b.frame_ms) / 1e3, b.added.size(), b.struck.size()); }
template <> std::string says(FlightHandCounted const& b) { return fmt::format("{} fish marked by hand in the frame at {:.2f} s.", b.points.size(), static_cast<double>(b.frame_ms) / 1e3); }
template <> std::string says(StocktakeSigned const& b) { return fmt::format("{} fish agreed (95 % {} to {}){}{}", b.heads.n, b.low.n, b.high.n, b.why ? ": " : ".", b.why.value_or("")); }

template <> std::string says(SiteCalibrated const& b) { return fmt::format("Site {} calibrated on its own clips{}{}", b.site.text, b.note ? ": " : ".", b.note.value_or("")); }

} // namespace osetra::stocktake
