// osetra-train: teaches the network that finds bodies, from rendered pictures and people's marks on photographs. One thread; the same seed and budget of steps give the same weights.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <malloc.h>

#include <fmt/format.h>
#include <opencv2/core.hpp>

#include "model.h"
#include "stocktake/engine/detect.h"
#include "stocktake/engine/kernels.h"
#include "stocktake/engine/metrics.h"
#include "stocktake/engine/onnx.h"
#include "stocktake/engine/render.h"

namespace osetra::train {
namespace {

namespace fs = std::filesystem;
using stocktake::Dice;

constexpr char usage[] = R"(osetra-train --name NAME [--out DIR] [--minutes M | --steps N] [--seed S] [--from FILE[,...]] [--photographs DIR] [--groups A,B] [--share P] [--ponds P]
             [--clips DIR] [--filmed P] [--rate R]
osetra-train --smoke
  --minutes   processor time to learn for; --steps: so many batches instead, and the result is the same each time
  --from      go on from what an earlier run left (NAME.state, or NAME.osetra-weights alone), or from the mean of several (A.state,B.state) that began alike; with neither minutes nor steps the mean is what is written
  --photographs  a set of marked photographs (counts.csv, points.csv, images/); --groups: only these; --share: of each batch
  --ponds     of what is rendered, so much are ponds as flights show them
  --clips     clips and truths that osetra flight wrote (seeds below a million); --filmed: so much of the ponds is cut from their frames
Writes NAME.osetra-weights, NAME.onnx and NAME.state into DIR (models), every ten minutes and at the end.
)";

constexpr double smoke_f1 = 0.2;   ///< what marks strewn at random do not reach

struct Task {
    std::string name, out = "models", photographs, clips;
    std::vector<std::string> groups, from;
    double minutes = 0, share = 0.5, ponds = 0.4, filmed = 0.5, rate = 3e-3;
    std::int64_t steps = 0;
    std::uint64_t seed = 1;
    int side = 192, batch = 16;
    bool smoke = false;
};

std::vector<std::string> split(std::string const& text) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at <= text.size();) {
        auto const end = std::min(text.find(',', at), text.size());
        if (end > at) all.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return all;
}

Task task_of(std::vector<std::string> const& words) {
    Task t;
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto const& w = words[i];
        if (w == "--smoke") { t.smoke = true; continue; }
        if (i + 1 == words.size()) throw std::invalid_argument{w + " wants a value"};
        auto const& v = words[++i];
        if (w == "--name") t.name = v;
        else if (w == "--out") t.out = v;
        else if (w == "--from") t.from = split(v);
        else if (w == "--photographs") t.photographs = v;
        else if (w == "--groups") t.groups = split(v);
        else if (w == "--minutes") t.minutes = std::stod(v);
        else if (w == "--steps") t.steps = std::stoll(v);
        else if (w == "--share") t.share = std::stod(v);
        else if (w == "--ponds") t.ponds = std::stod(v);
        else if (w == "--clips") t.clips = v;
        else if (w == "--filmed") t.filmed = std::stod(v);
        else if (w == "--rate") t.rate = std::stod(v);
        else if (w == "--seed") t.seed = std::stoull(v);
        else throw std::invalid_argument{"what is " + w + "?"};
    }
    if (t.smoke) t.name = "smoke", t.steps = 70, t.side = 128, t.rate = 6e-3, t.ponds = 0;
    if (t.name.empty() || (t.minutes <= 0 && t.steps <= 0 && t.from.size() < 2)) throw std::invalid_argument{"a name, and minutes or steps, are wanted"};
    return t;
}

/// Draws samples. A rendered picture is cut some three times before it goes: rendering costs as much as learning.
class Supply {
public:
    explicit Supply(Task const& t) : m_task(t), m_dice(t.seed, 11) {
        if (!t.photographs.empty()) m_photographs = train::photographs(t.photographs, t.groups);
        if (!t.clips.empty()) m_clips = Clips{t.clips, m_dice, t.side * 4 / 3};
    }
    std::vector<Sample> samples() {
        std::vector<Sample> all;
        for (int i = 0; i < m_task.batch; ++i) all.push_back(sample());
        return all;
    }
    /// Of six batches: enough to measure what layers say.
    torch::Tensor pictures() {
        std::vector<Sample> all;
        for (int i = 0; i < 6; ++i)
            for (auto& s : samples()) all.push_back(std::move(s));
        return batch_of(all).picture;
    }
    std::size_t size() const { return m_photographs.size(); }
    std::vector<Photograph> const& photographs() const { return m_photographs; }

private:
    /// Pictures on hand, of which now and then one makes room for a new one.
    struct Stock {
        std::size_t most;
        float renewal;        ///< a new one is rendered for so many of the samples
        std::vector<Piece> pictures;
    };

    Sample sample() {
        auto s = !m_photographs.empty() && chance(m_task.share) ? cut_from(m_photographs[static_cast<std::size_t>(m_dice.below(static_cast<int>(m_photographs.size())))], m_dice, m_task.side)
            : cut_upright(chance(m_task.ponds) ? pond() : rendered(m_stills, rendered_picture), m_dice, m_task.side);
        disturb(s, m_dice);
        if (s.whole_truth) forgive_unseen(s);
        return s;
    }
    bool chance(double share) { return m_dice.chance(static_cast<float>(share)); }
    Piece const& pond() {
        if (m_clips.size() == 0 || !chance(m_task.filmed)) return rendered(m_ponds, pond_picture);
        return m_clips.piece(m_dice);
    }
    Piece const& rendered(Stock& stock, stocktake::Picture (*render)(std::uint64_t, int)) {
        return from(stock, [&] { return render(m_task.seed * 1'000'003u + m_next++, m_task.side * 4 / 3); });
    }
    Piece const& from(Stock& stock, auto const& make) {
        auto& all = stock.pictures;
        auto const full = all.size() == stock.most;
        if (full && !m_dice.chance(stock.renewal)) return all[static_cast<std::size_t>(m_dice.below(static_cast<int>(all.size())))];
        Piece made{make()};
        if (!full) return all.emplace_back(std::move(made));
        return all[static_cast<std::size_t>(m_dice.below(static_cast<int>(all.size())))] = std::move(made);
    }

    Task m_task;
    Dice m_dice;
    std::uint64_t m_next = 0;
    Stock m_stills{500, 0.2f, {}}, m_ponds{300, 0.1f, {}};
    Clips m_clips;
    std::vector<Photograph> m_photographs;
};

double minutes_used() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC / 60; }

/// The weights that are kept are a running mean of those that learn: steadier than any of them.
class Learner {
public:
    Learner(Task const& t, Supply& supply) : m_task(t), m_model(t.seed), m_kept(t.seed) {
        if (t.from.size() == 1 && fs::path{t.from.front()}.extension() == ".osetra-weights") begin_with(t.from.front(), supply);
        else for (auto const& path : t.from) load(path, 1.0 / static_cast<double>(t.from.size()), path == t.from.front());
        if (!t.from.empty()) begin_as_kept();
        m_model.learn();
        std::vector<torch::Tensor> bend, plain;
        for (auto const& p : m_model.parameters()) (p.dim() > 1 ? bend : plain).push_back(p);
        std::vector<torch::optim::OptimizerParamGroup> groups;
        groups.emplace_back(bend, std::make_unique<torch::optim::AdamWOptions>(torch::optim::AdamWOptions(t.rate).weight_decay(0.01)));
        groups.emplace_back(plain, std::make_unique<torch::optim::AdamWOptions>(torch::optim::AdamWOptions(t.rate).weight_decay(0)));
        m_optimizer = std::make_unique<torch::optim::AdamW>(groups, torch::optim::AdamWOptions(t.rate));
    }

    /// `part` of the way is done; slow at the start, a cosine to the end.
    double step(std::vector<Sample> const& samples, std::int64_t step, double part) {
        auto const warm = std::min(1.0, (static_cast<double>(step) + 1) / 60);
        auto const rate = m_task.rate * warm * (0.01 + 0.99 * (1 + std::cos(3.14159265358979 * part)) / 2);
        for (auto& g : m_optimizer->param_groups()) static_cast<torch::optim::AdamWOptions&>(g.options()).lr(rate);
        auto const batch = batch_of(samples);
        m_optimizer->zero_grad();
        auto const loss = loss_of(m_model.forward(batch.picture), batch);
        loss.backward();
        torch::nn::utils::clip_grad_norm_(m_model.parameters(), 5.0);
        m_optimizer->step();
        keep(step);
        return loss.item<double>();
    }

    stocktake::Weights weights(std::string recipe) const {
        stocktake::Weights w;
        w.name = m_task.name;
        w.recipe = std::move(recipe);
        w.layers = m_kept.folded();
        return w;
    }

    void save(std::string const& path) const {
        auto all = m_model.all();
        auto const kept = m_kept.all();
        all.insert(all.end(), kept.begin(), kept.end());
        torch::save(all, path);
    }

private:
    void begin_with(std::string const& path, Supply& supply) {
        auto const weights = stocktake::read_weights(bytes_of(path));
        if (!weights) throw std::runtime_error{path + ": " + weights.error().message};
        m_kept = Model{*weights, supply.pictures()};
    }
    /// Adds a share of what a run left to what was loaded before.
    void load(std::string const& path, double share, bool first) {
        std::vector<torch::Tensor> all;
        torch::load(all, path);
        torch::NoGradGuard const still;
        auto kept = m_kept.all();
        if (all.size() != 2 * kept.size()) throw std::runtime_error{path + " is of another network"};
        for (std::size_t i = 0; i < kept.size(); ++i) {
            auto const from = with_past(all[kept.size() + i], kept[i]);
            if (first) kept[i].copy_(from * share);
            else kept[i].add_(from, share);
        }
    }
    void begin_as_kept() {
        torch::NoGradGuard const still;
        auto model = m_model.all();
        auto const kept = m_kept.all();
        for (std::size_t i = 0; i < model.size(); ++i) model[i].copy_(kept[i]);
    }
    void keep(std::int64_t step) {
        torch::NoGradGuard const still;
        auto const share = std::min(0.995, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
        auto const now = m_model.all();
        auto kept = m_kept.all();
        for (std::size_t i = 0; i < now.size(); ++i) kept[i].mul_(share).add_(now[i], 1 - share);
    }

    Task m_task;
    Model m_model, m_kept;
    std::unique_ptr<torch::optim::AdamW> m_optimizer;
};

/// Pictures with their marks, one kind of them, to try thresholds on.
struct Trial {
    std::vector<stocktake::Marks> seen, truth;   ///< a picture each; `seen` with low scores too
    double radius = 8;

    void add(stocktake::Marks marks, stocktake::Marks there) {
        std::erase_if(there, [](auto const& m) { return m.visible < 0.3; });
        seen.push_back(std::move(marks));
        truth.push_back(std::move(there));
    }
    stocktake::FoundScore at(double threshold) const {
        stocktake::FoundScore score;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            auto marks = seen[i];
            std::erase_if(marks, [&](auto const& m) { return m.score < threshold; });
            score += stocktake::found_score(marks, truth[i], radius);
        }
        return score;
    }
};

constexpr double lowest = 0.15;

/// Rendered pictures with seeds that nobody learns from, at their own scale.
Trial held_out(stocktake::Detector const& detector, stocktake::Picture (*render)(std::uint64_t, int), int pictures) {
    Trial trial;
    stocktake::DetectOptions options;
    options.scale = 1;
    options.threshold = lowest;
    for (int i = 0; i < pictures; ++i) {
        Dice dice{static_cast<std::uint64_t>(i), 13};
        auto s = cut_upright(Piece{render(0xfeed'0000u + static_cast<std::uint64_t>(i), 340)}, dice, 256);
        forgive_unseen(s);
        trial.add(detector.detect(s.bgr, options), s.marks);
    }
    return trial;
}

/// Some of the photographs that are learnt from, each at the scale that the detector chooses.
Trial learnt(stocktake::Detector const& detector, std::vector<Photograph> const& all) {
    Trial trial;
    trial.radius = 10;
    stocktake::DetectOptions options;
    options.thorough = true;
    options.threshold = lowest;
    for (std::size_t i = 0; i < all.size(); i += std::max<std::size_t>(1, all.size() / 40)) trial.add(detector.detect(all[i].bgr, options), all[i].marks);
    return trial;
}

/// Where marks are right most often, and as many as there are bodies.
double best_threshold(std::vector<Trial> const& trials) {
    double best = 0, chosen = 0.35;
    for (int k = 20; k <= 60; ++k) {
        auto const threshold = k / 100.0;
        double worth = 0;
        for (auto const& t : trials) {
            auto const s = t.at(threshold);
            auto const there = static_cast<double>(std::max<std::int64_t>(1, s.found + s.missed));
            worth += (s.f1() - std::abs(static_cast<double>(s.false_marks - s.missed)) / there) / static_cast<double>(trials.size()) + 1;
        }
        if (worth > best) best = worth, chosen = threshold;
    }
    return chosen;
}

void write_file(fs::path const& path, std::string const& bytes) {
    auto const part = path.string() + ".part";
    std::ofstream out{part, std::ios::binary};
    out << bytes;
    out.close();
    if (!out) throw std::runtime_error{path.string() + " cannot be written"};
    fs::rename(part, path);
}

/// Writes what has been learnt, with the threshold that suits it. What it reads of unseen rendered pictures, as F1.
double leave(Learner const& learner, Supply const& supply, Task const& t, std::string const& recipe, bool to_disk = true) {
    auto weights = learner.weights(recipe);
    stocktake::Detector const detector{weights};
    std::vector<Trial> trials{held_out(detector, rendered_picture, t.smoke ? 24 : 80)};
    if (!t.smoke) trials.push_back(held_out(detector, pond_picture, 60));
    if (supply.size()) trials.push_back(learnt(detector, supply.photographs()));
    weights.threshold = best_threshold(trials);
    for (auto const& trial : trials) {
        auto const s = trial.at(weights.threshold);
        fmt::print("{}: F1 {:.4f}, precision {:.4f}, recall {:.4f} at threshold {:.2f}\n", &trial == trials.data() ? "held out" : trial.radius > 8 ? "photographs learnt" : "held out ponds", s.f1(), s.precision(), s.recall(), weights.threshold);
    }
    std::fflush(stdout);
    if (to_disk) {
        fs::create_directories(t.out);
        write_file(fs::path{t.out} / (t.name + ".osetra-weights"), stocktake::write_weights(weights));
        write_file(fs::path{t.out} / (t.name + ".onnx"), stocktake::write_onnx(weights, 736, 1280));
        learner.save((fs::path{t.out} / (t.name + ".state")).string());
    }
    return trials[0].at(weights.threshold).f1();
}

/// Whether learning can go on from weights alone: a model begun with them says what they say.
bool goes_on(stocktake::Weights const& weights, Supply& supply) {
    auto const again = Model{weights, supply.pictures()}.folded();
    auto const near = [](float a, float b) { return std::abs(a - b) <= 1e-3f * (std::abs(a) + 0.01f); };
    auto const same = [&](std::vector<float> const& a, std::vector<float> const& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end(), near); };
    return std::equal(again.begin(), again.end(), weights.layers.begin(), weights.layers.end(), [&](auto const& a, auto const& b) { return same(a.weight, b.weight) && same(a.bias, b.bias); });
}

int train(Task const& t) {
    mallopt(M_MMAP_THRESHOLD, 1 << 30);   // planes come and go every batch: to give their pages back each time costs an eighth of the run
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    torch::set_num_threads(1);
    cv::setNumThreads(1);
    Supply supply{t};
    Learner learner{t, supply};
    double mean = 0, first = 0, saved = 0;
    std::int64_t step = 0;
    auto const begun_from = [&] {
        std::string names;
        for (auto const& path : t.from) names += (names.empty() ? "" : " and ") + fs::path{path}.stem().string();
        return names;
    };
    auto const recipe = [&] {
        if (t.minutes <= 0 && t.steps <= 0) return "mean of " + begun_from();
        return fmt::format("seed {}, {} batches of {} x {} px, rate {}, {:.0f} % of the rendered are ponds{}{}{}", t.seed, step, t.batch, t.side, t.rate, 100 * t.ponds,
                           t.clips.empty() ? "" : fmt::format(" ({:.0f} % of them from clips)", 100 * t.filmed), supply.size() ? fmt::format(", {:.0f} % from {} photographs", 100 * t.share, supply.size()) : ", rendered only", t.from.empty() ? "" : ", begun from " + begun_from());
    };
    for (;; ++step) {
        auto const part = t.steps ? static_cast<double>(step) / static_cast<double>(t.steps) : t.minutes > 0 ? minutes_used() / t.minutes : 1;
        if (part >= 1) break;
        auto const loss = learner.step(supply.samples(), step, part);
        mean = step ? 0.97 * mean + 0.03 * loss : loss;
        if (step == 9) first = mean;
        if (step % 50 == 49) { fmt::print("step {} loss {:.3f} processor minutes {:.2f}\n", step + 1, mean, minutes_used()); std::fflush(stdout); }
        if (!t.smoke && minutes_used() - saved > 10) {
            saved = minutes_used();
            leave(learner, supply, t, recipe());
        }
    }
    auto const f1 = leave(learner, supply, t, recipe(), !t.smoke);
    fmt::print("loss {:.3f} from {:.3f}, processor minutes {:.2f}\n", mean, first, minutes_used());
    if (!t.smoke) return 0;
    if (!goes_on(learner.weights("smoke"), supply)) { fmt::print("a model begun with these weights says something else\n"); return 1; }
    return mean < 0.7 * first && f1 > smoke_f1 ? 0 : 1;
}

} // namespace
} // namespace osetra::train

int main(int count, char** words) {
    try {
        return osetra::train::train(osetra::train::task_of({words + 1, words + count}));
    } catch (std::exception const& e) {
        std::fprintf(stderr, "osetra-train: %s\n%s", e.what(), osetra::train::usage);
        return 2;
    }
}
