#include "farm/derive.h"

#include <algorithm>
#include <cmath>

namespace osetra::farm {
namespace {

// Between fish of a cohort of which no standard deviation is told: 20 % of the weight (aquacultuR tanks show 15 to 30 %).
constexpr double usual_cv = 0.20;

double root_of_mg(std::int64_t mg) { return std::cbrt(static_cast<double>(mg) / 1000.0); }
std::int64_t milli(double root) { return std::llround(root * 1000.0); }

/// d(root) = d(w) / (3 w^(2/3))
std::int64_t sd_in_roots(std::int64_t mean_mg, std::optional<std::int64_t> sd_mg) {
    auto const root = root_of_mg(mean_mg);
    auto const cv = sd_mg && mean_mg > 0 ? static_cast<double>(*sd_mg) / static_cast<double>(mean_mg) : usual_cv;
    return milli(root * cv / 3.0);
}

bool ends(FishWhat what) { return what == FishWhat::died || what == FishWhat::escaped || what == FishWhat::harvested; }

Went went_by(FishWhat what) {
    switch (what) {
    case FishWhat::died: return Went::died;
    case FishWhat::escaped: return Went::escaped;
    default: return Went::harvested;
    }
}

void add_weight(StockDelta& d, Stay const& s, FarmOffset offset, std::int64_t times) {
    if (!s.root_milli) return;
    auto const u = *s.root_milli;
    d.weighed += times;
    d.based_days += times * farm_day(*s.based_at, offset).n;
    d.m1 += times * u;
    d.m2 += times * u * u;
    d.m3 += times * u * u * u;
}

} // namespace

double growth_sum(Warmth& warmth, std::string const& pool, CohortLife const& life, FarmDay day) {
    double sum = 0;
    for (std::size_t i = 0; i < life.stages.size(); ++i) {
        auto const from = life.hatched + life.stages[i].from_age_days;
        if (i > 0 && from >= day) break;
        auto to = day;
        if (i + 1 < life.stages.size()) to = std::min(day, life.hatched + life.stages[i + 1].from_age_days);
        sum += life.stages[i].tgc * static_cast<double>(warmth.theta(pool, to) - warmth.theta(pool, from)) / 1000.0;
    }
    return sum;
}

FishLife life_of(FishId fish, std::vector<FishLine> lines, Warmth& warmth, Lives& lives, FarmOffset offset) {
    std::sort(lines.begin(), lines.end(), [](auto const& a, auto const& b) { return std::tie(a.happened_at, a.root) < std::tie(b.happened_at, b.root); });
    FishLife life;
    life.tag = fish;
    auto const tagging = std::find_if(lines.begin(), lines.end(), [](auto const& l) { return l.what == FishWhat::tagged; });
    auto& stays = life.stays;
    auto ended = false;

    auto const begin = [&](FishLine const& l, std::string const& pool, std::string const& cohort, Came came) {
        auto& s = stays.emplace_back();
        s.fish = fish;
        s.from_at = l.happened_at;
        s.pool = pool;
        s.cohort = cohort;
        s.came = came;
    };
    auto const weigh = [&](Stay& s, std::int64_t weight_mg, Instant at) {
        auto const day = farm_day(at, offset);
        s.root_milli = milli(root_of_mg(weight_mg) - growth_sum(warmth, s.pool, lives.life(s.pool, s.cohort), day));
        s.based_at = at;
    };
    auto const close = [&](Instant at, Went went) {
        stays.back().to_at = at;
        stays.back().went = went;
    };
    // Several lines at one instant make one stay: the last pool holds.
    auto const next_stay = [&](FishLine const& l, std::string pool, Came came, Went went) {
        auto& last = stays.back();
        if (last.from_at != l.happened_at) {
            auto const cohort = last.cohort;
            close(l.happened_at, went);
            begin(l, pool, cohort, came);
        } else if (came == Came::moved) {
            last.pool = std::move(pool);
            if (stays.size() == 1) return;
            last.came = Came::moved;
            stays[stays.size() - 2].went = Went::moved;
        }
    };

    for (auto const& l : lines) {
        if (l.sex && l.what != FishWhat::treated) life.sex = l.sex;
        if (l.stage) { life.stage = l.stage; life.stage_at = l.happened_at; }
        if (l.what == FishWhat::retagged && l.other_tag) life.tag = FishId{*l.other_tag};
        if (ended) { life.contradictions += l.what != FishWhat::retagged; continue; }
        auto const started = !stays.empty();
        if (!started) {
            auto const starts = tagging == lines.end() ? l.what == FishWhat::moved : &l == &*tagging;
            if (!starts || !l.pool) { life.contradictions += l.what == FishWhat::moved || ends(l.what); continue; }
            begin(l, *l.pool, l.cohort.value_or(""), l.what == FishWhat::moved || l.newly_stocked.value_or(false) ? Came::stocked : Came::tagged);
            if (l.weight_mg && *l.weight_mg > 0) weigh(stays.back(), *l.weight_mg, l.happened_at);
            continue;
        }
        if (l.what == FishWhat::tagged) { ++life.contradictions; continue; }
        if (l.what == FishWhat::moved && l.pool && *l.pool != stays.back().pool) {
            auto const before = stays.back();
            next_stay(l, *l.pool, Came::moved, Went::moved);
            auto& now = stays.back();
            if (before.root_milli) {
                auto const day = farm_day(l.happened_at, offset);
                auto const root = static_cast<double>(*before.root_milli) / 1000.0 +
                                  growth_sum(warmth, before.pool, lives.life(before.pool, before.cohort), day);
                now.root_milli = milli(root - growth_sum(warmth, now.pool, lives.life(now.pool, now.cohort), day));
                now.based_at = before.based_at;
            }
        } else if (l.weight_mg && *l.weight_mg > 0 && !ends(l.what)) {
            next_stay(l, stays.back().pool, Came::weighed, Went::weighed);
            weigh(stays.back(), *l.weight_mg, l.happened_at);
        } else if (ends(l.what)) {
            close(l.happened_at, went_by(l.what));
            ended = true;
        }
    }
    return life;
}

bool StockDelta::nothing() const {
    auto all = true;
    visit_fields(*this, [&](char const*, std::int64_t v) { all = all && v == 0; });
    return all;
}

StockDelta& StockDelta::add(StockDelta const& d, std::int64_t times) {
    stocked += times * d.stocked;
    moved_in += times * d.moved_in;
    moved_out += times * d.moved_out;
    dead += times * d.dead;
    escaped += times * d.escaped;
    harvested += times * d.harvested;
    adjusted += times * d.adjusted;
    regrouped += times * d.regrouped;
    untagged += times * d.untagged;
    tagged += times * d.tagged;
    weighed += times * d.weighed;
    based_days += times * d.based_days;
    m1 += times * d.m1;
    m2 += times * d.m2;
    m3 += times * d.m3;
    return *this;
}

StockDelta delta_of(PoolLine const& l) {
    StockDelta d;
    switch (l.flow) {
    case Flow::stocked: d.stocked = l.heads; break;
    case Flow::moved_in: d.moved_in = l.heads; break;
    case Flow::moved_out: d.moved_out = -l.heads; break;
    case Flow::dead: d.dead = -l.heads; break;
    case Flow::escaped: d.escaped = -l.heads; break;
    case Flow::harvested: d.harvested = -l.heads; break;
    case Flow::adjusted: d.adjusted = l.heads; break;
    case Flow::regrouped: d.regrouped = l.heads; break;
    case Flow::weighed:
    case Flow::counted: return d;
    }
    d.untagged = l.heads;
    return d;
}

StockDelta delta_of_arrival(Stay const& s, FarmOffset offset) {
    StockDelta d;
    d.tagged = 1;
    switch (s.came) {
    case Came::tagged: d.untagged = -1; break;
    case Came::stocked: d.stocked = 1; break;
    case Came::moved: d.moved_in = 1; break;
    case Came::weighed: break;
    }
    add_weight(d, s, offset, 1);
    return d;
}

StockDelta delta_of_leaving(Stay const& s, FarmOffset offset) {
    StockDelta d;
    if (s.to_at == forever) return d;
    d.tagged = -1;
    switch (s.went) {
    case Went::moved: d.moved_out = 1; break;
    case Went::died: d.dead = 1; break;
    case Went::escaped: d.escaped = 1; break;
    case Went::harvested: d.harvested = 1; break;
    case Went::weighed:
    case Went::still_here: break;
    }
    add_weight(d, s, offset, -1);
    return d;
}

std::optional<SizePoint> told_size(PoolLine const& l, double grown, FarmDay day) {
    if (!l.mean_mg || *l.mean_mg <= 0) return std::nullopt;
    return SizePoint{day, milli(root_of_mg(*l.mean_mg) - grown), sd_in_roots(*l.mean_mg, l.sd_mg), std::max<std::int64_t>(1, l.heads), day};
}

std::optional<SizePoint> size_leaving(std::span<PoolLine const> of_day, std::optional<SizePoint> before, double grown, FarmDay day) {
    std::optional<SizePoint> weighed, came;
    for (auto const& l : of_day) {
        auto const told = told_size(l, grown, day);
        if (told) (l.flow == Flow::weighed ? weighed : came) = told;
    }
    return weighed ? weighed : before ? before : came;
}

std::vector<SizePoint> sizes_of(std::string const& pool, std::string const& cohort, std::optional<SizePoint> before,
                                std::span<PoolLine const> lines, SizeSource& source, Warmth& warmth, Lives& lives, FarmOffset offset) {
    std::vector<SizePoint> points;
    auto now = before;
    std::int64_t came_today = 0;
    std::optional<FarmDay> today;
    for (auto const& l : lines) {
        auto const day = farm_day(l.happened_at, offset);
        if (day != today) { today = day; came_today = 0; }
        auto const grown = growth_sum(warmth, pool, lives.life(pool, cohort), day);
        std::optional<SizePoint> in;
        if (auto const told = told_size(l, grown, day)) {
            in = told;
        } else if (l.other_pool && l.other_cohort) {
            in = source.size_leaving(*l.other_pool, *l.other_cohort, day);
            if (in) {
                auto const there = growth_sum(warmth, *l.other_pool, lives.life(*l.other_pool, *l.other_cohort), day);
                in->root_milli = milli(static_cast<double>(in->root_milli) / 1000.0 + there - grown);
                in->day = day;
            }
        }
        if (l.flow == Flow::weighed) {
            if (in) now = in;
        } else if (l.heads > 0) {
            auto const there = source.untagged(pool, cohort, day - 1) + came_today;
            came_today += l.heads;
            if (in && (!now || there <= 0)) {
                now = in;
            } else if (in) {
                auto const all = there + l.heads;
                auto const mix = [&](std::int64_t a, std::int64_t b) {
                    return std::llround((static_cast<double>(a) * static_cast<double>(there) + static_cast<double>(b) * static_cast<double>(l.heads)) / static_cast<double>(all));
                };
                auto const apart = static_cast<double>(now->root_milli - in->root_milli);
                auto const share = static_cast<double>(there) / static_cast<double>(all);
                auto const within = share * std::pow(static_cast<double>(now->sd_milli), 2) + (1 - share) * std::pow(static_cast<double>(in->sd_milli), 2);
                now = SizePoint{day, mix(now->root_milli, in->root_milli), std::llround(std::sqrt(within + share * (1 - share) * apart * apart)),
                                std::max(now->sample, in->sample), {static_cast<std::int32_t>(mix(now->based_day.n, in->based_day.n))}};
            }
        }
        if (!now) continue;
        now->day = day;
        if (!points.empty() && points.back().day == day) points.back() = *now; else points.push_back(*now);
    }
    return points;
}

} // namespace osetra::farm
