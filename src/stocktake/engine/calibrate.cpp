#include "stocktake/engine/calibrate.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

namespace osetra::stocktake {
namespace {

constexpr int terms = static_cast<int>(sight_names.size());

/// Of photographs nobody is followed. How many are found again tells nothing more where the camera hovers (118 flights, each left out in turn, are off by 4.1 % with it and 3.8 without). How marks lie to one another tells hardly more where
/// it flies along (models/README.md).
bool hangs_on(std::string_view way, std::string_view term) {
    auto const lie = term == "apart" || term == "close", again = term == "again", contrast = term == "contrast";
    if (way == "sweep") return !lie;
    return !again && !contrast && (way == "clip" || (!lie && term != "hidden"));
}
using Vector = cv::Vec<double, terms>;
using Matrix = cv::Matx<double, terms, terms>;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
Vector vector_of(SightNumbers const& x) { return Vector{x.data()}; }
Matrix matrix_of(std::array<SightNumbers, sight_names.size()> const& rows) {
    Matrix m;
    for (int i = 0; i < terms; ++i) for (int j = 0; j < terms; ++j) m(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    return m;
}

/// Detectability closer to 1 than this is not told from 1 by any hand count.
constexpr double nearly_one = 0.999;

/// How much more clips differ than those whose looks find nine of ten: by the square of what one look misses, as on training flights (0.7 % at 5 % missed, 2 at 8, 5 at 13, 10 at 20). Those of a camera that flies along
/// differ more and less unequally, by what one look misses. Photographs differ the more, the more in them may be a body or not (models/README.md).
double spread_of(std::string const& way, Sight const& s) {
    if (way == "picture") return std::min(std::pow(1 + 10 * s.doubt, 0.4), 6.0);
    auto const missed = (1 - s.again) / 0.1;
    return way == "sweep" ? std::clamp(missed, 0.3, 3.0) : std::clamp(missed * missed, 0.15, 6.0);
}

constexpr double most_doubt = 20;   ///< training flights have no more; beyond, glare is all doubt and hides no more bodies for it

double detected(Vector const& beta, Vector const& x) { return std::clamp(logistic(beta.dot(x)), 0.02, nearly_one); }

Vector within(std::optional<Calibration::Range> const& range, Sight const& s) {
    auto x = vector_of(numbers_of(s));
    if (range)
        for (int i = 0; i < terms; ++i) x[i] = std::clamp(x[i], range->lowest[static_cast<std::size_t>(i)], range->highest[static_cast<std::size_t>(i)]);
    return x;
}

/// Of these clips, and of those before.
std::optional<Calibration::Range> range_of(std::vector<Known> const& clips, Calibration const& base) {
    if (base.clips > 0 ? !base.range : clips.size() <= 2 * sight_names.size()) return {};
    auto const first = numbers_of(clips.front().sight);
    auto range = base.range.value_or(Calibration::Range{first, first});
    for (auto const& clip : clips) {
        auto const x = numbers_of(clip.sight);
        for (std::size_t i = 0; i < x.size(); ++i) range.lowest[i] = std::min(range.lowest[i], x[i]), range.highest[i] = std::max(range.highest[i], x[i]);
    }
    return range;
}

/// Of photographs, by what share of those there bodies are found where there are none, for each that is where one mark is doubtful.
double doubted(Sight const& s) { return std::pow(std::min(s.doubt, most_doubt) + 0.05, 0.7); }
double false_at(Sight const& s, std::string const& way, double false_share) { return way == "picture" ? false_share * doubted(s) : false_share; }

/// Share of those there that was found.
double right_of(Known const& k, std::string const& way, double false_share) {
    if (way == "picture" && k.false_found >= 0) return (k.found - k.false_found) / k.present;
    return k.found / k.present / (1 + false_at(k.sight, way, false_share));
}

struct Fit {
    Vector beta;
    Matrix information;   ///< inverse of the covariance
};

/// One Gauss-Newton step after another on log(found / present) = log(logistic(beta . x)), each clip weighed by its own error and `between`, with `believed` as a normal prior.
Fit fitted(std::vector<Known> const& clips, std::string const& way, Vector const& believed, Matrix const& belief, double false_share, double between) {
    Fit fit{believed, belief};
    for (int step = 0; step < 40; ++step) {
        Matrix information = belief;
        Vector pull = belief * (believed - fit.beta);
        for (auto const& clip : clips) {
            auto const x = vector_of(numbers_of(clip.sight));
            auto const p = detected(fit.beta, x);
            auto const seen = std::min(right_of(clip, way, false_share), nearly_one);
            auto const residual = std::clamp(std::log(seen / p), -0.5, 0.5);
            auto const slope = x * std::max(1 - p, 0.002);
            auto const own = between * spread_of(way, clip.sight), variance = own * own + clip.error * clip.error;
            // of several clips those that are far off pull less: Student's t, 3 degrees of freedom
            auto const heavy = clips.size() < 5 ? 1.0 : 4 / (3 + residual * residual / variance);
            auto const weight = heavy / variance;
            information += slope * slope.t() * weight;
            pull += slope * (residual * weight);
        }
        Vector const move = information.inv(cv::DECOMP_CHOLESKY) * pull;
        auto const longest = cv::norm(move, cv::NORM_INF);
        fit.beta += longest > 1 ? move * (1 / longest) : move;
        fit.information = information;
        if (longest < 1e-6) break;
    }
    return fit;
}

/// Standard deviation of a normal law that is exceeded as often as these are by one in twenty: few vessels are seen far worse than all others.
double of_the_farthest(std::vector<double> off) {
    auto const nth = off.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(off.size()));
    std::nth_element(off.begin(), nth, off.end());
    return *nth / 1.96;
}

} // namespace

SightNumbers numbers_of(Sight const& s) {
    constexpr double least_hidden = 0.004, least_missed = 0.005, least_contrast = 2, plain_contrast = 20;
    auto const score = std::clamp(s.score, 0.02, 0.98);
    return {1, std::clamp(s.doubt, 0.0, most_doubt) / 10 - 0.3, std::log(score / (1 - score)) - 1.4, std::log(std::clamp(s.length_px, 2.0, 500.0) / 32), 4 * std::clamp(1 - s.readable, 0.0, 1.0),
            -std::log(std::clamp(s.hidden, least_hidden, 1.0) / 0.03), std::log(std::clamp(1 - s.again, least_missed, 1.0) / 0.08), 4 * std::log(std::clamp(s.apart, 0.2, 2.0) / 0.67), 2 * std::log(std::clamp(s.close, 0.05, 2.0) / 0.33),
            2 * std::log(std::clamp(s.contrast, least_contrast, plain_contrast) / plain_contrast)};
}

double Calibration::detectability(Sight const& s) const { return detected(vector_of(beta), within(range, s)); }

double Calibration::false_share_at(Sight const& s) const { return false_at(s, way, false_share); }

double Calibration::error(Sight const& s) const {
    auto const slope = vector_of(numbers_of(s)) * std::max(1 - detectability(s), 0.002);   // beyond the range, too: the less is known
    auto const own = between * spread_of(way, s);
    return std::sqrt(own * own + std::max(0.0, slope.dot(matrix_of(covariance) * slope)));
}

std::vector<std::string> Calibration::unlike(Sight const& s) const {
    constexpr std::array<char const*, sight_names.size()> in_words{"", "how much may be a body or not", "how sure the marks are", "the length of bodies in the picture", "how much cannot be read", "how many lie over one another",
                                                                   "how seldom bodies are found again", "how seldom two are seen close together", "how often marks lie on one another", "how faintly bodies stand out from the water"};
    constexpr double far = 0.25;   // a quarter of a logit or of a logarithm: a body a quarter longer
    std::vector<std::string> said;
    auto const x = numbers_of(s);
    for (std::size_t i = 0; range && i < x.size(); ++i)
        if (hangs_on(way, sight_names[i]) && (x[i] < range->lowest[i] - far || x[i] > range->highest[i] + far)) said.emplace_back(in_words[i]);
    return said;
}

Calibration unknown_calibration(std::string const& model, std::string const& way) {
    Calibration c{model, way, {}, {}, 0.005, 0.04, 0};
    if (way == "still") {   // whoever moved once is followed: 993 of 1,000, in drawn dishes with 14 bodies
        c.beta = {5};
        for (std::size_t i = 0; i < terms; ++i) c.covariance[i][i] = i == 0 ? 0.5 : 1e-6;
        c.between = 0.01;
        return c;
    }
    if (way == "sweep") c.between = 0.1;
    if (way == "clip" || way == "sweep") c.beta = {5, 0, 1, 0, -0.3, 1, 0, 0, 0, 0};      // of plain bodies apart, all but few: the rest are pale, over or under others
    else c.beta = {3.6, 0, 0.3, 0.2, -0.3, 0, 0, 0, 0, 0};           // 97 of 100 at usual sight
    for (std::size_t i = 0; i < terms; ++i) c.covariance[i][i] = i == 0 ? 1.0 : 0.1;
    return c;
}

Result<Calibration> calibrate(std::vector<Known> const& clips, Calibration const& base, double slope_belief) {
    if (clips.empty()) return refuse("calibration_empty", "Give at least one clip or set of pictures whose number is known.");
    for (auto const& clip : clips) {
        auto const ratio = clip.present > 0 ? clip.found / clip.present : -1;
        if (ratio < 0.05 || ratio > 2)
            return refuse("calibration_wild", fmt::format("{:.0f} were found where {:.0f} are said to be: this cannot be the same water. Check the number and the outline.", clip.found, clip.present));
    }
    auto out = base;
    double wrong = 0, present = 0;
    for (auto const& clip : clips)
        if (clip.false_found >= 0) wrong += clip.false_found, present += clip.present * false_at(clip.sight, base.way, 1);
    if (present > 0) out.false_share = wrong / present;
    // beliefs: the level may be off by much, the slopes by `slope_belief`
    constexpr double none = 1e-3;
    Matrix belief = Matrix::zeros();
    double slopes = 0;
    for (int i = 0; i < terms; ++i) {
        auto const counts = hangs_on(base.way, sight_names[static_cast<std::size_t>(i)]);
        slopes += counts;
        belief(i, i) = 1 / std::pow(i == 0 ? 1.5 : counts ? slope_belief : none, 2);
    }
    auto const n = static_cast<double>(clips.size());
    // `between` and the fit hang on each other; what was believed of it counts as four clips
    constexpr double believed_clips = 4;
    Fit fit;
    for (int round = 0; round < 12; ++round) {
        fit = fitted(clips, base.way, vector_of(base.beta), belief, out.false_share, out.between);
        double squares = 0;
        std::vector<double> off;
        for (auto const& clip : clips) {
            auto const p = detected(fit.beta, vector_of(numbers_of(clip.sight)));
            auto const residual = std::clamp(std::log(right_of(clip, base.way, out.false_share) / p), -0.5, 0.5);
            off.push_back(std::sqrt(std::max(0.0, residual * residual - clip.error * clip.error)) / spread_of(base.way, clip.sight));
            squares += off.back() * off.back();
        }
        auto const used = std::min(n - 0.5, n > 2 * terms ? slopes : 1.0);
        out.between = std::max(0.002, std::sqrt((believed_clips * base.between * base.between + squares * n / (n - used)) / (believed_clips + n)));
        if (base.way == "picture" && n > 2 * terms) out.between = std::max(out.between, of_the_farthest(std::move(off)));
    }
    auto const covariance = fit.information.inv(cv::DECOMP_CHOLESKY);
    for (int i = 0; i < terms; ++i) {
        out.beta[static_cast<std::size_t>(i)] = fit.beta[i];
        for (int j = 0; j < terms; ++j) out.covariance[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = covariance(i, j);
    }
    out.range = range_of(clips, base);
    out.clips = base.clips + n;
    return out;
}

std::string calibration_json(std::vector<Calibration> const& all) {
    using Json = nlohmann::ordered_json;
    Json fits = Json::array();
    for (auto const& c : all) {
        Json names = Json::array();
        for (auto const* name : sight_names) names.push_back(name);
        Json fit{{"model", c.model}, {"way", c.way}, {"terms", names}, {"beta", c.beta}, {"covariance", c.covariance}, {"false_share", c.false_share}, {"between", c.between}, {"clips", c.clips}};
        if (c.range) fit["lowest"] = c.range->lowest, fit["highest"] = c.range->highest;
        fits.push_back(std::move(fit));
    }
    return Json{{"osetra_calibration", 1}, {"fits", fits}}.dump(1, ' ') + "\n";
}

namespace {

constexpr std::size_t no_more = sight_names.size();
constexpr double unbounded = 1e9;
constexpr std::array<std::string_view, 2> former_names{"crowd", "uneven"};   // of terms that earlier calibrations had

/// Where named terms stand among ours. A calibration that was made before a term was known does without it, and what it knew of a former term is left. None: a name is not known, or one is there twice.
std::optional<std::vector<std::size_t>> places_of(std::vector<std::string> const& names) {
    std::vector<std::size_t> places;
    for (auto name = names.begin(); name != names.end(); ++name) {
        auto const place = static_cast<std::size_t>(std::find(sight_names.begin(), sight_names.end(), *name) - sight_names.begin());
        auto const known = place != no_more || std::find(former_names.begin(), former_names.end(), *name) != former_names.end();
        if (!known || std::find(names.begin(), name, *name) != name) return {};
        places.push_back(place);
    }
    return places;
}

} // namespace

Result<std::vector<Calibration>> read_calibration(std::string_view json) {
    auto const j = nlohmann::json::parse(json, nullptr, false);
    if (j.is_discarded()) return refuse("json_malformed", "This is not JSON.");
    auto const wrong = [](std::string const& why) { return refuse("calibration_malformed", "This is no calibration (osetra count calibrate writes one): " + why); };
    try {
        if (j.at("osetra_calibration").get<int>() != 1) return wrong("its version is not 1.");
        std::vector<Calibration> all;
        for (auto const& f : j.at("fits")) {
            Calibration c;
            c.model = f.at("model").get<std::string>();
            c.way = f.at("way").get<std::string>();
            auto const places = places_of(f.at("terms").get<std::vector<std::string>>());
            if (!places) return wrong("it was made with other terms.");
            if (f.contains("lowest")) c.range = Calibration::Range{}, c.range->lowest.fill(-unbounded), c.range->highest.fill(unbounded);   // what it does not know it does not bound
            for (std::size_t i = 0; i < places->size(); ++i) {
                if ((*places)[i] == no_more) continue;
                if (c.range) c.range->lowest[(*places)[i]] = f.at("lowest").at(i).get<double>(), c.range->highest[(*places)[i]] = f.at("highest").at(i).get<double>();
                c.beta[(*places)[i]] = f.at("beta").at(i).get<double>();
                for (std::size_t k = 0; k < places->size(); ++k)
                    if ((*places)[k] != no_more) c.covariance[(*places)[i]][(*places)[k]] = f.at("covariance").at(i).at(k).get<double>();
            }
            c.false_share = f.at("false_share").get<double>();
            c.between = f.at("between").get<double>();
            c.clips = f.at("clips").get<double>();
            auto sound = std::isfinite(c.false_share) && c.false_share >= 0 && c.false_share < 1 && c.between > 0 && c.between < 2;
            for (auto const b : c.beta) sound = sound && std::abs(b) < 100;
            if (c.range)
                for (std::size_t i = 0; i < c.beta.size(); ++i) sound = sound && c.range->lowest[i] <= c.range->highest[i];
            for (auto const& row : c.covariance) for (auto const v : row) sound = sound && std::abs(v) < 1e4;
            if (!sound) return wrong("a number in it cannot be.");
            all.push_back(std::move(c));
        }
        if (all.empty()) return wrong("there is no fit in it.");
        return all;
    } catch (nlohmann::json::exception const& e) {
        return wrong(e.what());
    }
}

Calibration calibration_for(std::vector<Calibration> const& all, std::string const& model, std::string const& way) {
    Calibration const* any = nullptr;
    for (auto const& c : all) {
        if (c.way != way) continue;
        if (c.model == model) return c;
        any = &c;
    }
    return any ? *any : unknown_calibration(model, way);
}

} // namespace osetra::stocktake
