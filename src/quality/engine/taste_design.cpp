#include "quality/engine/taste_design.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "kernel/json.h"
#include "kernel/sha256.h"
#include "kernel/splitmix.h"

namespace osetra::quality {
namespace {

using std::size_t;
using std::string;

constexpr std::array<std::pair<TasteTest, char const*>, 8> words{{{TasteTest::triangle, "triangle"}, {TasteTest::duo_trio, "duo_trio"}, {TasteTest::two_afc, "2afc"},
    {TasteTest::three_afc, "3afc"}, {TasteTest::paired, "paired"}, {TasteTest::ranking, "ranking"}, {TasteTest::hedonic, "hedonic"}, {TasteTest::profile, "profile"}}};

size_t below(std::uint64_t& state, size_t n) {   // without the bias of a remainder
    auto const limit = ~std::uint64_t{0} - ~std::uint64_t{0} % n;
    for (;;) if (auto const x = splitmix64(state); x < limit) return static_cast<size_t>(x % n);
}
template <class T> void shuffle(std::vector<T>& v, std::uint64_t& state) {
    for (size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[below(state, i)]);
}

/// Numbers that people read something into: equal or running digits, mirrors, round ones, calls for help, and those with a meaning in Chinese or English ears.
bool means_something(int code) {
    static std::set<int> const known{110, 114, 119, 120, 122, 123, 233, 250, 360, 365, 404, 502, 512, 514, 520, 521, 555, 618, 666, 711, 747, 748, 886, 888, 911, 985, 987, 996};
    auto const a = code / 100, b = code / 10 % 10, c = code % 10;
    return a == c || a == b || b == c || b - a == c - b || known.contains(code);
}
std::vector<int> plain_codes() {
    std::vector<int> all;
    for (int code = 101; code < 1000; ++code) if (!means_something(code)) all.push_back(code);
    return all;
}

/// The orders of one trial of a test of two samples, by sample: 0 and 1.
std::vector<std::vector<size_t>> trial_orders(TasteTest test) {
    switch (test) {
    case TasteTest::triangle: return {{0, 0, 1}, {0, 1, 0}, {1, 0, 0}, {1, 1, 0}, {1, 0, 1}, {0, 1, 1}};
    case TasteTest::duo_trio: return {{0, 0, 1}, {0, 1, 0}, {1, 0, 1}, {1, 1, 0}};
    case TasteTest::three_afc: return {{0, 0, 1}, {0, 1, 0}, {1, 0, 0}};   // the second sample is the one that should be stronger
    default: return {{0, 1}, {1, 0}};
    }
}

/// Deals rows in turn, each block of all rows in a new random order, so that no row is ever more than one ahead of another.
class Deck {
public:
    Deck(std::vector<std::vector<size_t>> rows, std::uint64_t& state) : m_rows(std::move(rows)), m_state(state) {}
    std::vector<size_t> const& next() {
        if (m_left.empty()) {
            m_left.resize(m_rows.size());
            std::iota(m_left.begin(), m_left.end(), size_t{0});
            shuffle(m_left, m_state);
        }
        auto const row = m_left.back();
        m_left.pop_back();
        return m_rows[row];
    }
private:
    std::vector<std::vector<size_t>> m_rows;
    std::vector<size_t> m_left;
    std::uint64_t& m_state;
};

void give_codes(Design& d, std::uint64_t& state) {
    auto codes = plain_codes();
    shuffle(codes, state);
    if (d.servings.size() <= codes.size()) {
        for (size_t i = 0; i < d.servings.size(); ++i) d.servings[i].code = std::to_string(codes[i]);
        return;
    }
    auto const samples = d.asked.samples.size(), share = codes.size() / samples;
    std::vector<size_t> used(samples, 0);
    for (auto& s : d.servings) s.code = std::to_string(codes[s.sample * share + used[s.sample]++ % share]);
}

} // namespace

std::string_view word_of(TasteTest t) {
    for (auto const& [test, word] : words) if (test == t) return word;
    return {};
}
Result<TasteTest> parse_taste_test(std::string_view text) {
    string plain{text};
    std::replace(plain.begin(), plain.end(), '-', '_');
    if (plain == "2_afc" || plain == "3_afc") plain.erase(1, 1);
    for (auto const& [test, word] : words) if (plain == word) return test;
    return refuse("taste_test_unknown", "A tasting is one of triangle, duo_trio, 2afc, 3afc, paired, ranking, hedonic, profile.", string{text});
}

std::vector<std::vector<size_t>> williams_square(size_t n) {
    std::vector<size_t> first{0};
    for (size_t i = 1; first.size() < n; ++i) {
        first.push_back(i);
        if (first.size() < n) first.push_back(n - i);
    }
    std::vector<std::vector<size_t>> rows;
    for (size_t shift = 0; shift < n; ++shift) {
        auto row = first;
        for (auto& x : row) x = (x + shift) % n;
        rows.push_back(std::move(row));
    }
    if (n % 2)
        for (size_t i = 0; i < n; ++i) rows.emplace_back(rows[i].rbegin(), rows[i].rend());
    return rows;
}

Result<Design> make_design(DesignAsked asked) {
    auto const n = asked.samples.size();
    auto const is_two = asked.test == TasteTest::triangle || asked.test == TasteTest::duo_trio || asked.test == TasteTest::two_afc || asked.test == TasteTest::three_afc;
    if (n < 2 && asked.test != TasteTest::hedonic && asked.test != TasteTest::profile) return refuse("samples_too_few", "Name at least two samples.", "samples");
    if (n < 1) return refuse("samples_too_few", "Name the samples.", "samples");
    if (is_two && n != 2) return refuse("samples_too_many", fmt::format("A {} test is of two samples. For more take paired, ranking, hedonic or profile.", word_of(asked.test)), "samples");
    if (n > 20) return refuse("samples_too_many", "More than 20 samples tire any taster. Divide them over several tastings.", "samples");
    for (size_t i = 0; i < n; ++i)
        for (size_t j = i + 1; j < n; ++j)
            if (asked.samples[i] == asked.samples[j]) return refuse("sample_twice", asked.samples[i] + " is named twice. Give each sample a name of its own.", "samples");
    if (asked.tasters < 1 || asked.tasters > 2000) return refuse("tasters_unlikely", "Give from 1 to 2000 tasters.", "tasters");
    if (asked.rounds < 1 || asked.rounds > 12) return refuse("rounds_unlikely", "Give from 1 to 12 rounds.", "rounds");

    auto state = asked.seed;
    std::vector<size_t> relabelled(n);
    std::iota(relabelled.begin(), relabelled.end(), size_t{0});
    auto const direction = asked.test == TasteTest::two_afc || asked.test == TasteTest::three_afc;
    if (!direction) shuffle(relabelled, state);

    Design d{std::move(asked), {}};
    auto const test = d.asked.test;
    if (is_two || test == TasteTest::paired) {
        std::vector<std::pair<size_t, size_t>> pairs;
        for (size_t i = 0; i < n; ++i) for (size_t j = i + 1; j < n; ++j) pairs.emplace_back(relabelled[i], relabelled[j]);
        std::vector<Deck> decks(pairs.size(), Deck{trial_orders(test), state});
        for (int taster = 1; taster <= d.asked.tasters; ++taster)
            for (int round = 1; round <= d.asked.rounds; ++round) {
                std::vector<size_t> turn(pairs.size());
                std::iota(turn.begin(), turn.end(), size_t{0});
                shuffle(turn, state);
                for (size_t t = 0; t < turn.size(); ++t) {
                    auto const [a, b] = pairs[turn[t]];
                    int place = test == TasteTest::duo_trio ? 0 : 1;
                    for (auto const x : decks[turn[t]].next()) d.servings.push_back({taster, round, static_cast<int>(t) + 1, place++, {}, x == 0 ? a : b});
                }
            }
    } else {
        Deck deck{williams_square(n), state};
        for (int taster = 1; taster <= d.asked.tasters; ++taster)
            for (int round = 1; round <= d.asked.rounds; ++round) {
                int place = 1;
                for (auto const x : deck.next()) {
                    d.servings.push_back({taster, round, test == TasteTest::ranking ? 1 : place, place, {}, relabelled[x]});
                    ++place;
                }
            }
    }
    give_codes(d, state);
    for (auto& s : d.servings) if (s.place == 0) s.code.clear();
    return d;
}

std::string key_of(Design const& d) {
    JsonOut out;
    out.begin_object();
    out.value("test", word_of(d.asked.test));
    out.value("samples", d.asked.samples);
    out.value("attributes", d.asked.attributes);
    out.value("seed", std::to_string(d.asked.seed));
    out.value("salt", d.asked.salt);
    out.begin_array("servings");
    for (auto const& s : d.servings) {
        out.begin_object();
        out.value("taster", s.taster); out.value("round", s.round); out.value("trial", s.trial); out.value("place", s.place);
        out.value("code", s.code); out.value("sample", d.asked.samples[s.sample]);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string commitment_of(std::string_view key) { return sha256_hex(key); }

Result<Opened> open_key(std::string_view key, std::string_view commitment) {
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.remove_suffix(1);
    if (!commitment.empty() && commitment_of(key) != commitment)
        return refuse("key_changed", "This is not the key that was sealed with the design: its fingerprint is another. Look for the right file.", "key");
    auto in = OSETRA_TRY(JsonIn::parse(key));
    Opened o;
    string test;
    if (in.has("test")) get(in, "test", test);
    auto const which = parse_taste_test(test);
    if (!which) return refuse("key_malformed", "This is no key of a tasting: it does not say which test it was.", "key");
    o.test = *which;
    get(in, "samples", o.samples);
    if (in.has("attributes")) get(in, "attributes", o.attributes);
    for (auto& one : in.items("servings")) {
        Serving s;
        string sample;
        get(one, "taster", s.taster); get(one, "round", s.round); get(one, "trial", s.trial); get(one, "place", s.place); get(one, "code", s.code); get(one, "sample", sample);
        auto const found = std::find(o.samples.begin(), o.samples.end(), sample);
        if (one.refusal() || found == o.samples.end()) return refuse("key_malformed", "A serving of this key cannot be read.", "key");
        s.sample = static_cast<size_t>(found - o.samples.begin());
        o.servings.push_back(std::move(s));
    }
    if (in.refusal() || o.servings.empty()) return refuse("key_malformed", "This is no key of a tasting.", "key");
    return o;
}

Balance balance_of(std::vector<Serving> const& servings, size_t samples) {
    std::map<std::pair<int, size_t>, int> places;
    std::map<std::pair<size_t, size_t>, int> after;
    int most_places = 0;
    for (auto const& s : servings) most_places = std::max(most_places, s.place);
    for (size_t i = 0; i < servings.size(); ++i) {
        auto const& s = servings[i];
        ++places[{s.place, s.sample}];
        if (i > 0 && servings[i - 1].taster == s.taster && servings[i - 1].round == s.round && servings[i - 1].place + 1 == s.place) ++after[{servings[i - 1].sample, s.sample}];
    }
    Balance b;
    for (int place = 1; place <= most_places; ++place) {
        int low = places[{place, 0}], high = low;
        for (size_t s = 1; s < samples; ++s) { low = std::min(low, places[{place, s}]); high = std::max(high, places[{place, s}]); }
        b.place = std::max(b.place, high - low);
    }
    bool begun = false;
    int low = 0, high = 0;
    for (size_t i = 0; i < samples; ++i)
        for (size_t j = 0; j < samples; ++j) {
            if (i == j) continue;
            auto const n = after[{i, j}];
            low = begun ? std::min(low, n) : n;
            high = begun ? std::max(high, n) : n;
            begun = true;
        }
    b.after = high - low;
    return b;
}

} // namespace osetra::quality
