#include "farm/engine/heads.h"

#include <algorithm>
#include <cmath>

#include "farm/engine/distributions.h"

namespace osetra::farm::engine {
namespace {

constexpr double microseconds_per_year = 365.25 * 86'400e6;
constexpr double count_sd_min = 0.5;   // fish
constexpr double difference_min = 2;   // fish: nobody is asked to explain fewer

/// Share of the fish that the unseen loss leaves after so long.
double kept_share(Instant from, Instant to, UnseenLoss const& loss) {
    return std::exp(-loss.per_year * static_cast<double>((to - from).count()) / microseconds_per_year);
}

/// One thing that happened, in the order in which things at one instant count.
struct Step {
    Instant at;
    enum class What : std::uint8_t { loss, move, mend, count } what = What::move;
    std::size_t index = 0;
};

std::vector<Step> in_order(HeadsHistory const& history) {
    std::vector<Step> steps;
    steps.reserve(history.moves.size() + history.counts.size() + history.losses.size() + history.explanations.size());
    auto const all = [&](auto const& things, Step::What what) {
        for (std::size_t i = 0; i < things.size(); ++i) steps.push_back({things[i].at, what, i});
    };
    all(history.losses, Step::What::loss);
    all(history.moves, Step::What::move);
    all(history.explanations, Step::What::mend);
    all(history.counts, Step::What::count);
    std::stable_sort(steps.begin(), steps.end(), [](Step const& a, Step const& b) {
        return a.at != b.at ? a.at < b.at : a.what < b.what;
    });
    return steps;
}

/// What the smoother needs of each step: the belief before it, and how what is predicted for it hangs on that.
struct Link {
    double mean = 0, variance = 0;
    double slope = 0;
    double predicted = 0, predicted_variance = 0;
};

/// Walks through a pool's history.
class Walk {
public:
    Walk(HeadsHistory const& history, Instant known_until) : m_history(history), m_known_until(known_until) {}

    HeadsBelief belief;
    std::vector<CountResult> counts;
    std::vector<Link> links;
    bool linking = false;
    bool emptied = false;   ///< while linking: the pool was seen to be empty, nothing later says anything of before

    void pass_to(Instant at) { pass(belief, at, m_loss); }

    void take(Step const& step) {
        Link link{belief.mean, belief.variance, step.at > belief.at ? kept_share(belief.at, step.at, m_loss) : 1, 0, 0};
        pass_to(step.at);
        switch (step.what) {
        case Step::What::loss: m_loss = m_history.losses[step.index].loss; break;
        case Step::What::move: {
            auto const& m = m_history.moves[step.index];
            move(belief, m.heads, m.sd);
            break;
        }
        case Step::What::mend: mend_book(m_history.explanations[step.index].heads); break;
        case Step::What::count: break;
        }
        std::int64_t explained = 0;
        bool wrong = false;
        if (step.what == Step::What::count) {
            for (auto const& e : m_history.explanations)
                if (e.count == step.index && e.at <= m_known_until) explained += e.heads, wrong = wrong || e.count_wrong;
            counts.push_back({step.index, test(belief, m_history.counts[step.index].heads, m_history.counts[step.index].sd), explained, false});
            belief.mean = std::max(0.0, belief.mean + static_cast<double>(explained));
        }
        link.predicted = belief.mean;
        link.predicted_variance = belief.variance;
        if (linking) links.push_back(link);
        if (linking && belief.mean <= 0 && belief.variance <= 0) emptied = true;
        if (step.what == Step::What::count && !wrong) counts.back().open = use(step, explained);
    }

private:
    /// The book moves; the belief has moved already, before the count that was explained. What is left of a pool that the
    /// book now holds to be empty is nothing.
    void mend_book(std::int64_t heads) {
        belief.book.move(heads);
        if (heads < 0 && belief.book.heads() == 0) belief.mean = belief.variance = 0;
    }

    bool use(Step const& step, std::int64_t explained) {
        auto const& counted = m_history.counts[step.index];
        auto mended = belief.book.heads() + explained;
        for (auto const& e : m_history.explanations)
            if (e.count == step.index && e.at <= step.at) mended -= e.heads;   // in the book already
        auto const left = count(belief, counted.heads, counted.sd);
        return left.significant && std::abs(counted.heads - static_cast<double>(mended)) > z95 * std::max(counted.sd, count_sd_min);
    }

    HeadsHistory const& m_history;
    Instant m_known_until;
    UnseenLoss m_loss;
};

} // namespace

void pass(HeadsBelief& belief, Instant to, UnseenLoss const& loss) {
    if (to <= belief.at) return;
    auto const from = belief.at;
    belief.at = to;
    if (belief.mean <= 0 && belief.variance <= 0) return;
    auto const kept = kept_share(from, to, loss);
    auto const years = static_cast<double>((to - from).count()) / microseconds_per_year;
    auto const chance = belief.mean * kept * (1 - kept);   // binomial: which of the fish are lost
    belief.mean *= kept;
    belief.variance = belief.variance * kept * kept + chance + belief.mean * belief.mean * loss.sd_per_year * loss.sd_per_year * years;
}

void move(HeadsBelief& belief, std::int64_t heads, double sd) {
    belief.book.move(heads);
    belief.mean = std::max(0.0, belief.mean + static_cast<double>(heads));
    belief.variance += sd * sd;
    if (heads < 0 && belief.book.heads() == 0) belief.mean = belief.variance = 0;
}

Difference test(HeadsBelief const& belief, double counted, double sd) {
    Difference d;
    d.counted = counted;
    d.expected = heads(belief);
    d.difference = counted - belief.mean;
    d.z = d.difference / std::hypot(std::max(sd, count_sd_min), std::sqrt(belief.variance));
    d.probability = normal_two_sided(d.z);
    d.significant = std::abs(d.z) > z95 && std::abs(d.difference) > difference_min;
    return d;
}

Difference count(HeadsBelief& belief, double counted, double sd) {
    auto const d = test(belief, counted, sd);
    auto const error = std::max(sd, count_sd_min);
    auto const gain = belief.variance / (belief.variance + error * error);
    belief.mean = std::max(0.0, belief.mean + gain * d.difference);
    belief.variance *= 1 - gain;
    return d;
}

Interval heads(HeadsBelief const& belief) {
    auto const half = z95 * std::sqrt(belief.variance);
    constexpr double slip = 1e-6;   // a sum of doubles that stands for a whole number
    return {std::round(belief.mean), std::floor(std::max(0.0, belief.mean - half) + slip), std::ceil(belief.mean + half - slip)};
}

double sd_of_interval(double low, double high) { return (high - low) / (2 * z95); }

HeadsAnswer heads_at(HeadsHistory const& history, Instant at, Counts use) {
    auto const steps = in_order(history);
    Walk walk{history, use == Counts::all ? Instant::max() : at};
    walk.belief.at = steps.empty() ? at : std::min(at, steps.front().at);

    auto step = steps.begin();
    for (; step != steps.end() && step->at <= at; ++step) walk.take(*step);
    walk.pass_to(at);
    HeadsAnswer answer{walk.belief, {}, {}};

    if (use == Counts::all) {
        walk.linking = true;
        for (; step != steps.end() && !walk.emptied; ++step) walk.take(*step);
        auto mean = walk.belief.mean, variance = walk.belief.variance;
        if (walk.emptied) mean = walk.links.back().predicted, variance = walk.links.back().predicted_variance, walk.links.back().slope = 0;
        for (auto link = walk.links.rbegin(); link != walk.links.rend(); ++link) {
            auto const gain = link->predicted_variance > 0 ? link->variance * link->slope / link->predicted_variance : 0;
            mean = std::max(0.0, link->mean + gain * (mean - link->predicted));
            variance = std::max(0.0, link->variance + gain * gain * (variance - link->predicted_variance));
        }
        answer.belief.mean = mean;
        answer.belief.variance = variance;
    }
    answer.heads = heads(answer.belief);
    answer.counts = std::move(walk.counts);
    return answer;
}

} // namespace osetra::farm::engine
