#include "farm/check.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>

namespace osetra::farm {
namespace {

constexpr std::int64_t most_heads = 1'000'000'000;

Result<Done> sound_name(std::string const& text, char const* at) {
    auto const odd = std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (text.empty() || text.size() > 64 || odd || text.front() == ' ' || text.back() == ' ')
        return refuse("name_malformed", fmt::format("{} must be 1 to 64 bytes of text without line breaks or spaces at its ends.", at), at);
    return Done{};
}

Result<Done> some_heads(std::int64_t n, char const* at = "heads") {
    if (n <= 0) return refuse("heads_not_positive", fmt::format("{} fish cannot be; write how many there were, at least 1.", n), at);
    if (n > most_heads) return refuse("number_unlikely", fmt::format("{} fish are more than any farm holds; check the number.", n), at);
    return Done{};
}

/// `unit` is said to people, and is `per` of what is kept.
Result<Done> in_range(std::optional<std::int64_t> n, std::int64_t low, std::int64_t high, char const* at, char const* what, char const* unit = "", double per = 1) {
    auto const said = [&](std::int64_t v) { return per == 1 ? fmt::format("{}{}", v, unit) : fmt::format("{:.10g}{}", static_cast<double>(v) / per, unit); };
    if (n && (*n < low || *n > high))
        return refuse("number_unlikely", fmt::format("{} of {} cannot be right; it must lie between {} and {}.", what, said(*n), said(low), said(high)), at);
    return Done{};
}

std::string listed(auto const& words) {
    std::string all;
    for (auto const& w : words) all += (all.empty() ? "" : ", ") + w.code;
    return all;
}

Result<Done> code_in(auto const& words, std::string const& code, char const* at) {
    for (auto const& w : words)
        if (w.code == code) return Done{};
    return refuse("code_unknown", fmt::format("\"{}\" is not known here; one of: {}.", code, listed(words)), at);
}

Result<Done> one_of(std::initializer_list<char const*> words, std::string const& word, char const* at) {
    std::string all;
    for (auto const* w : words) {
        if (word == w) return Done{};
        all += (all.empty() ? "" : ", ") + std::string{w};
    }
    return refuse("code_unknown", fmt::format("\"{}\" is not known here; one of: {}.", word, all), at);
}

/// Form: what can be seen from the fact alone.
struct Form {
    Pack const& pack;

    Result<Done> weight(std::optional<Milligrams> const& w, char const* at) const {
        if (!w) return Done{};
        auto least = std::numeric_limits<std::int64_t>::max(), most = std::int64_t{0};
        for (auto const& s : pack.stages) { least = std::min(least, s.weight_min_mg); most = std::max(most, s.weight_max_mg); }
        if (w->n <= 0 || w->n < least || w->n > most)
            return refuse("weight_unlikely", fmt::format("A fish of {:g} {} cannot be; between {} mg and {} kg is possible. Check the unit.", static_cast<double>(w->n) / (w->n < 1'000'000 ? 1e3 : 1e6), w->n < 1'000'000 ? "g" : "kg", least, most / 1'000'000), at);
        return Done{};
    }
    Result<Done> fish_or_heads(std::vector<FishId> const& fish, std::optional<PoolId> const& pool, std::optional<CohortId> const& cohort,
                               std::optional<Heads> const& heads) const {
        if (!fish.empty() && heads) return refuse("fish_or_heads", "Name the fish or say how many heads, not both.", "heads");
        if (fish.empty()) {
            if (!pool || !cohort || !heads) return refuse("fish_or_heads", "Name the fish by tag, or say pool, cohort and how many heads.", !heads ? "heads" : !pool ? "pool" : "cohort");
            OSETRA_TRY(sound_name(cohort->text, "cohort"));
            OSETRA_TRY(some_heads(heads->n));
        }
        if (pool) OSETRA_TRY(sound_name(pool->text, "pool"));
        if (fish.size() > 10'000) return refuse("number_unlikely", "More than 10,000 fish in one fact; send them in parts.", "fish");
        return Done{};
    }

    Result<Done> operator()(SiteRegistered const& b) const {
        OSETRA_TRY(sound_name(b.site.text, "site"));
        OSETRA_TRY(sound_name(b.name, "name"));
        return place(b.latitude, b.longitude);
    }
    Result<Done> place(std::optional<double> lat, std::optional<double> lon) const {
        if ((lat && (*lat < -90 || *lat > 90)) || (lon && (*lon < -180 || *lon > 180)))
            return refuse("number_unlikely", "Latitude lies between -90 and 90 degrees, longitude between -180 and 180.", "latitude");
        return Done{};
    }
    Result<Done> operator()(PoolRegistered const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        OSETRA_TRY(sound_name(b.site.text, "site"));
        OSETRA_TRY(one_of({"pool", "tank", "cage", "raceway", "tray"}, b.pool_kind, "pool_kind"));
        OSETRA_TRY(in_range(b.volume_ml ? std::optional{b.volume_ml->n} : std::nullopt, 1, 1'000'000'000'000'000, "volume_ml", "A volume", " m3", 1e6));
        OSETRA_TRY(in_range(b.area_cm2, 1, 1'000'000'000'000, "area_cm2", "An area", " m2", 1e4));
        return place(b.latitude, b.longitude);
    }
    Result<Done> operator()(CohortRegistered const& b) const {
        OSETRA_TRY(sound_name(b.cohort.text, "cohort"));
        OSETRA_TRY(code_in(pack.species, b.species, "species"));
        return in_range(b.year_class, 1950, 2200, "year_class", "A year class");
    }
    Result<Done> operator()(Stocked const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        OSETRA_TRY(sound_name(b.cohort.text, "cohort"));
        OSETRA_TRY(some_heads(b.heads.n));
        return weight(b.mean_mg, "mean_mg");
    }
    Result<Done> operator()(Moved const& b) const {
        OSETRA_TRY(sound_name(b.to.text, "to"));
        OSETRA_TRY(fish_or_heads(b.fish, b.from, b.cohort, b.heads));
        if (b.from && *b.from == b.to) return refuse("same_pool", "The fish would move to the pool they are in.", "to");
        return weight(b.mean_mg, "mean_mg");
    }
    Result<Done> operator()(Regrouped const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        OSETRA_TRY(sound_name(b.to_cohort.text, "to_cohort"));
        return some_heads(b.heads.n);
    }
    Result<Done> operator()(Tagged const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        OSETRA_TRY(sound_name(b.cohort.text, "cohort"));
        OSETRA_TRY(weight(b.weight_mg, "weight_mg"));
        return measures(b.length_mm, b.sex);
    }
    Result<Done> measures(std::optional<Millimetres> const& length, std::optional<std::string> const& sex) const {
        OSETRA_TRY(in_range(length ? std::optional{length->n} : std::nullopt, 1, 8'000, "length_mm", "A length", " cm", 10));
        if (sex) OSETRA_TRY(one_of({"female", "male", "unknown"}, *sex, "sex"));
        return Done{};
    }
    Result<Done> operator()(Died const& b) const {
        OSETRA_TRY(fish_or_heads(b.fish, b.pool, b.cohort, b.heads));
        return code_in(pack.death_causes, b.cause, "cause");
    }
    Result<Done> operator()(Escaped const& b) const { return fish_or_heads(b.fish, b.pool, b.cohort, b.heads); }
    Result<Done> operator()(Harvested const& b) const {
        OSETRA_TRY(fish_or_heads(b.fish, b.pool, b.cohort, b.heads));
        if (b.purpose && !pack.harvest_purposes.empty()) OSETRA_TRY(code_in(pack.harvest_purposes, *b.purpose, "purpose"));
        if (b.total_mg && b.total_mg->n <= 0) return refuse("weight_unlikely", "The fish weighed more than nothing.", "total_mg");
        return Done{};
    }
    Result<Done> operator()(SampleWeighed const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        OSETRA_TRY(sound_name(b.cohort.text, "cohort"));
        OSETRA_TRY(some_heads(b.heads.n));
        return weight(Milligrams{b.total_mg.n / b.heads.n}, "total_mg");
    }
    Result<Done> operator()(Measured const& b) const {
        if (!b.weight_mg && !b.length_mm && !b.sex && !b.stage && !b.health && !b.note)
            return refuse("field_missing", "Say what was measured: weight, length, sex, stage or health.", "weight_mg");
        OSETRA_TRY(weight(b.weight_mg, "weight_mg"));
        if (b.stage) OSETRA_TRY(code_in(pack.maturity, *b.stage, "stage"));
        if (b.health) OSETRA_TRY(code_in(pack.health, *b.health, "health"));
        return measures(b.length_mm, b.sex);
    }
    Result<Done> operator()(Retagged const& b) const {
        if (b.fish == b.new_tag) return refuse("tag_exists", "The new tag is the old one.", "new_tag");
        return Done{};
    }
    Result<Done> operator()(Counted const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        if (b.heads.n < 0 || b.heads.n > most_heads) return refuse("number_unlikely", "A count is 0 or more fish.", "heads");
        if (b.low.has_value() != b.high.has_value() || (b.low && (b.low->n > b.heads.n || b.high->n < b.heads.n || b.low->n < 0)))
            return refuse("interval_crossed", "Give both ends of the interval, with the count between them.", "low");
        return code_in(pack.count_methods, b.method, "method");
    }
    Result<Done> operator()(Adjusted const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        OSETRA_TRY(sound_name(b.cohort.text, "cohort"));
        if (b.heads.n < -most_heads || b.heads.n > most_heads) return refuse("number_unlikely", "Check the number of fish.", "heads");
        return code_in(pack.difference_causes, b.cause, "cause");
    }
    Result<Done> operator()(Fed const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        return in_range(b.feed_mg.n, 0, 1'000'000'000'000, "feed_mg", "Feed", " kg", 1e6);
    }
    Result<Done> operator()(Treated const& b) const {
        if (!b.pool && b.fish.empty()) return refuse("fish_or_heads", "Say which pool or which fish were treated.", "pool");
        if (b.pool) OSETRA_TRY(sound_name(b.pool->text, "pool"));
        OSETRA_TRY(sound_name(b.product, "product"));
        return in_range(b.withdrawal_days, 0, 3650, "withdrawal_days", "A withdrawal period", " days");
    }
    Result<Done> water(std::optional<MilliCelsius> const& t, std::optional<std::int64_t> oxygen) const {
        OSETRA_TRY(in_range(t ? std::optional{t->n} : std::nullopt, -3'000, 45'000, "temperature_mc", "A temperature", " °C", 1000));
        return in_range(oxygen, 0, 40'000, "oxygen_ug_l", "Oxygen", " mg/L", 1000);
    }
    Result<Done> operator()(WaterMeasured const& b) const {
        if (!b.pool == !b.site) return refuse("field_missing", "Say the pool or the site, one of them.", "pool");
        OSETRA_TRY(in_range(b.ph_milli, 0, 14'000, "ph_milli", "A pH", "", 1000));
        return water(b.temperature_mc, b.oxygen_ug_l);
    }
    Result<Done> operator()(RoundDone const& b) const {
        OSETRA_TRY(sound_name(b.pool.text, "pool"));
        if (b.deaths && b.deaths->n > 0) {
            OSETRA_TRY(some_heads(b.deaths->n, "deaths"));
            if (!b.cohort) return refuse("cohort_missing", fmt::format("{} holds several cohorts or none; say of which the dead fish were.", b.pool.text), "cohort");
            if (b.cause) OSETRA_TRY(code_in(pack.death_causes, *b.cause, "cause"));
        } else if (b.deaths && b.deaths->n < 0) {
            return refuse("heads_not_positive", "Fewer than no dead fish cannot be.", "deaths");
        }
        OSETRA_TRY(in_range(b.feed_mg ? std::optional{b.feed_mg->n} : std::nullopt, 0, 1'000'000'000'000, "feed_mg", "Feed", " kg", 1e6));
        return water(b.temperature_mc, b.oxygen_ug_l);
    }
    Result<Done> operator()(GrowthAdopted const& b) const {
        auto const* species = pack.find_species(b.species);
        if (!species) return code_in(pack.species, b.species, "species");
        OSETRA_TRY(code_in(species->stages, b.stage, "stage"));
        return in_range(b.tgc_micro, 0, 20'000, "tgc_micro", "A growth coefficient in millionths");
    }
    Result<Done> operator()(AgesRead const& b) const {
        OSETRA_TRY(sound_name(b.series, "series"));
        OSETRA_TRY(in_range(b.age_years, 0, 200, "age_years", "An age", " years"));
        return some_heads(b.heads.n);
    }
    Result<Done> operator()(Recaptured const& b) const {
        OSETRA_TRY(sound_name(b.series, "series"));
        if (b.caught.n < 0 || b.recaptured.n < 0 || b.returned_marked.n < 0 || b.recaptured.n > b.caught.n || b.returned_marked.n > b.caught.n)
            return refuse("number_unlikely", "Recaptured and returned fish are among those caught.", "recaptured");
        return in_range(b.sample, 1, 100'000, "sample", "A sample number");
    }
};

/// What the book has to say to it.
struct Against {
    Fact const& fact;
    Book& book;
    FarmOffset offset;
    std::vector<Refusal> warnings;

    Result<Done> there(PoolId const& pool, char const* at) const {
        if (!book.knows(pool)) return refuse("pool_not_found", fmt::format("There is no pool \"{}\". Register it first, or mend the name.", pool.text), at);
        return Done{};
    }
    Result<Done> there(CohortId const& cohort, char const* at) const {
        if (!book.knows(cohort)) return refuse("cohort_not_found", fmt::format("There is no cohort \"{}\". Register it first, or mend the name.", cohort.text), at);
        return Done{};
    }
    Result<Done> there(SiteId const& site) const {
        if (!book.knows(site)) return refuse("site_not_found", fmt::format("There is no site \"{}\". Register it first, or mend the name.", site.text), "site");
        return Done{};
    }
    /// A correction takes back its old lines first; how many heads those held is not worth a second book, so corrections are
    /// taken and what contradicts is shown.
    bool mends() const { return fact.act != FactAct::tell; }

    Result<Done> enough(PoolId const& pool, CohortId const& cohort, std::int64_t heads) const {
        OSETRA_TRY(there(pool, "pool"));
        OSETRA_TRY(there(cohort, "cohort"));
        if (mends()) return Done{};
        GroupHeads here;
        for (auto const& [name, group] : book.groups(pool, fact.happened_at)) if (name == cohort) here = group;
        auto const day = text_of(farm_day(fact.happened_at, offset));
        if (here.untagged < heads && here.tagged >= heads)
            return refuse("fish_by_tag", fmt::format("{} holds {} untagged fish of {} on {}; the other {} are tagged. Name them by tag.", pool.text, std::max<std::int64_t>(0, here.untagged), cohort.text, day, here.tagged), "heads");
        if (here.untagged + here.tagged < heads)
            return refuse("not_enough_fish", fmt::format("{} holds {} fish of {} on {}, not {}. Mend the number, or tell first how the others came there.", pool.text, std::max<std::int64_t>(0, here.untagged + here.tagged), cohort.text, day, heads), "heads");
        if (auto const later = book.least_untagged(pool, cohort, fact.happened_at); later < heads)
            return refuse("not_enough_later", fmt::format("On a later day only {} fish of {} are left in {}, so {} cannot have gone on {}.", std::max<std::int64_t>(0, later), cohort.text, pool.text, heads, day), "heads");
        return Done{};
    }
    /// The dead of a pool may be tagged fish whose tag nobody read: only the total counts.
    Result<Done> enough_of_all(PoolId const& pool, CohortId const& cohort, std::int64_t heads, char const* at) const {
        OSETRA_TRY(there(pool, "pool"));
        OSETRA_TRY(there(cohort, "cohort"));
        if (mends()) return Done{};
        GroupHeads here;
        for (auto const& [name, group] : book.groups(pool, fact.happened_at)) if (name == cohort) here = group;
        if (here.untagged + here.tagged < heads)
            return refuse("not_enough_fish", fmt::format("{} holds {} fish of {} on {}, not {}. Mend the number, or tell first how the others came there.", pool.text, std::max<std::int64_t>(0, here.untagged + here.tagged), cohort.text, text_of(farm_day(fact.happened_at, offset)), heads), at);
        return Done{};
    }
    Result<Done> alive(std::vector<FishId> const& fish, std::optional<PoolId> const& from) const {
        if (mends()) return Done{};
        for (auto const one : fish) {
            auto const state = book.fish(one, fact.happened_at);
            if (!state.known) return refuse("fish_not_found", fmt::format("No fish carries the tag {}. Tag it first, or mend the number.", pit_tag_text(one)), "fish");
            if (!state.alive) return refuse("fish_not_alive", fmt::format("Fish {} {} before that.", pit_tag_text(one), state.ended), "fish");
            if (from && state.pool != *from)
                return refuse("fish_not_there", fmt::format("Fish {} is in {} then, not in {}.", pit_tag_text(one), state.pool.text, from->text), "fish");
        }
        return Done{};
    }

    Result<Done> operator()(SiteRegistered const&) { return Done{}; }
    Result<Done> operator()(PoolRegistered const& b) { return there(b.site); }
    Result<Done> operator()(CohortRegistered const&) { return Done{}; }
    Result<Done> operator()(Stocked const& b) {
        OSETRA_TRY(there(b.pool, "pool"));
        return there(b.cohort, "cohort");
    }
    Result<Done> operator()(Moved const& b) {
        OSETRA_TRY(there(b.to, "to"));
        OSETRA_TRY(alive(b.fish, b.from));
        return b.fish.empty() ? enough(*b.from, *b.cohort, b.heads->n) : Result<Done>{Done{}};
    }
    Result<Done> operator()(Regrouped const& b) {
        OSETRA_TRY(there(b.to_cohort, "to_cohort"));
        return enough(b.pool, b.cohort, b.heads.n);
    }
    Result<Done> operator()(Tagged const& b) {
        OSETRA_TRY(there(b.pool, "pool"));
        OSETRA_TRY(there(b.cohort, "cohort"));
        if (!mends() && book.fish(b.fish, forever).known)
            return refuse("tag_exists", fmt::format("The tag {} is in another fish already. Read it again; one of the two is wrong.", pit_tag_text(b.fish)), "fish");
        return b.newly_stocked.value_or(false) ? Result<Done>{Done{}} : enough(b.pool, b.cohort, 1);
    }
    Result<Done> operator()(Died const& b) {
        OSETRA_TRY(alive(b.fish, std::nullopt));
        return b.fish.empty() ? enough_of_all(*b.pool, *b.cohort, b.heads->n, "heads") : Result<Done>{Done{}};
    }
    Result<Done> operator()(Escaped const& b) {
        OSETRA_TRY(alive(b.fish, std::nullopt));
        return b.fish.empty() ? enough_of_all(*b.pool, *b.cohort, b.heads->n, "heads") : Result<Done>{Done{}};
    }
    Result<Done> operator()(Harvested const& b) {
        OSETRA_TRY(alive(b.fish, std::nullopt));
        if (b.fish.empty()) OSETRA_TRY(enough(*b.pool, *b.cohort, b.heads->n));
        auto const barred = [&](std::optional<Book::Withdrawal> const& w, std::string const& who, char const* at) -> Result<Done> {
            if (!w) return Done{};
            return refuse("withdrawal_running", fmt::format("{} got {}; nothing of it may be harvested before {}.", who, w->product, text_of(farm_day(w->until, offset))), at);
        };
        for (auto const fish : b.fish) OSETRA_TRY(barred(book.withdrawal(fish, fact.happened_at), "Fish " + pit_tag_text(fish), "fish"));
        if (b.fish.empty()) OSETRA_TRY(barred(book.withdrawal(*b.pool, fact.happened_at), "Pool " + b.pool->text, "pool"));
        return Done{};
    }
    Result<Done> operator()(SampleWeighed const& b) {
        OSETRA_TRY(there(b.pool, "pool"));
        OSETRA_TRY(there(b.cohort, "cohort"));
        for (auto const& [name, group] : book.groups(b.pool, fact.happened_at))
            if (name == b.cohort && group.tagged + group.untagged > 0) return Done{};
        if (!mends()) warnings.push_back({"sample_of_none", fmt::format("The book has no {} in {} on that day.", b.cohort.text, b.pool.text), "cohort"});
        return Done{};
    }
    Result<Done> operator()(Measured const& b) { return alive({b.fish}, std::nullopt); }
    Result<Done> operator()(Retagged const& b) {
        OSETRA_TRY(alive({b.fish}, std::nullopt));
        if (!mends() && book.fish(b.new_tag, forever).known)
            return refuse("tag_exists", fmt::format("The tag {} is in another fish already.", pit_tag_text(b.new_tag)), "new_tag");
        return Done{};
    }
    Result<Done> operator()(Counted const& b) { return there(b.pool, "pool"); }
    Result<Done> operator()(Adjusted const& b) {
        if (b.about && !book.told(*b.about)) return refuse("fact_not_found", "The count that this explains is not in the journal.", "about");
        if (b.heads.n < 0) return enough_of_all(b.pool, b.cohort, -b.heads.n, "heads");
        OSETRA_TRY(there(b.pool, "pool"));
        return there(b.cohort, "cohort");
    }
    Result<Done> operator()(Fed const& b) { return there(b.pool, "pool"); }
    Result<Done> operator()(Treated const& b) {
        if (b.pool) OSETRA_TRY(there(*b.pool, "pool"));
        return alive(b.fish, std::nullopt);
    }
    Result<Done> operator()(WaterMeasured const& b) { return b.pool ? there(*b.pool, "pool") : there(*b.site); }
    Result<Done> operator()(RoundDone const& b) {
        OSETRA_TRY(there(b.pool, "pool"));
        if (!b.deaths || b.deaths->n == 0) return Done{};
        return enough_of_all(b.pool, *b.cohort, b.deaths->n, "deaths");
    }
    Result<Done> operator()(GrowthAdopted const& b) { return there(b.site); }
    Result<Done> operator()(AgesRead const&) { return Done{}; }
    Result<Done> operator()(Recaptured const&) { return Done{}; }
};

} // namespace

Result<Done> judge_envelope(Fact const& fact, Book& book, Trust trust, Instant now) {
    using namespace std::chrono_literals;
    if (fact.happened_at > now + 26h) return refuse("happened_in_future", "It would happen in the future; check the day and the clock of the phone.", "happened_at");
    if (fact.happened_at < Instant{std::chrono::sys_days{std::chrono::January / 1 / 1950}}) return refuse("happened_too_early", "It would have happened before 1950; check the year.", "happened_at");
    if (fact.author.size() > 200 || fact.reason.size() > 2'000) return refuse("name_malformed", "A reason has at most 2,000 bytes.", "reason");
    if (fact.act == FactAct::tell) return Done{};
    if (!fact.corrects) return refuse("corrects_missing", "Say which fact is corrected or withdrawn.", "corrects");
    if (fact.reason.empty()) return refuse("reason_missing", "Say why: the next reader will ask.", "reason");
    auto const told = book.told(*fact.corrects);
    if (!told) {
        if (trust == Trust::witnessed) return Done{};   // the phone that told it has not been heard yet
        return refuse("fact_not_found", "There is no such fact in the journal.", "corrects");
    }
    if (told->is_correction) return refuse("corrects_a_correction", "Name the first fact of the chain, not a correction of it.", "corrects");
    if (told->kind != fact.kind) return refuse("kind_differs", fmt::format("The fact is of the kind \"{}\"; a correction must be too. Withdraw it and tell another.", told->kind), "kind");
    if (told->withdrawn && trust == Trust::checked && fact.act == FactAct::withdraw) return refuse("already_withdrawn", "This fact was withdrawn before.", "corrects");
    return Done{};
}

void complete(Body& body, Fact const& fact, Book& book) {
    auto const only = [&](PoolId const& pool, std::optional<CohortId>& cohort) {
        if (cohort) return;
        std::vector<CohortId> there;
        for (auto const& [name, heads] : book.groups(pool, fact.happened_at))
            if (heads.tagged + heads.untagged > 0) there.push_back(name);
        if (there.size() == 1) cohort = there.front();
    };
    if (auto* round = std::get_if<RoundDone>(&body); round && round->deaths && round->deaths->n > 0) only(round->pool, round->cohort);
    if (auto* died = std::get_if<Died>(&body); died && died->fish.empty() && died->pool && died->heads) only(*died->pool, died->cohort);
    if (auto* escaped = std::get_if<Escaped>(&body); escaped && escaped->fish.empty() && escaped->pool && escaped->heads) only(*escaped->pool, escaped->cohort);
    if (auto* gone = std::get_if<Harvested>(&body); gone && gone->fish.empty() && gone->pool && gone->heads) only(*gone->pool, gone->cohort);
    if (auto* moved = std::get_if<Moved>(&body); moved && moved->fish.empty() && moved->from && moved->heads) only(*moved->from, moved->cohort);
}

bool asks_the_book(Body const& body) {
    if (auto const* round = std::get_if<RoundDone>(&body)) return round->deaths && round->deaths->n > 0;
    return !std::holds_alternative<Fed>(body) && !std::holds_alternative<WaterMeasured>(body) && !std::holds_alternative<AgesRead>(body) &&
           !std::holds_alternative<Recaptured>(body);
}

Result<std::vector<Refusal>> judge(Fact const& fact, Body const& body, Book& book, Pack const& pack, FarmOffset offset, Trust trust, Instant now) {
    OSETRA_TRY(judge_envelope(fact, book, trust, now));
    if (fact.act == FactAct::withdraw) return std::vector<Refusal>{};
    OSETRA_TRY(std::visit(Form{pack}, body));
    if (trust == Trust::witnessed) return std::vector<Refusal>{};
    Against against{fact, book, offset, {}};
    OSETRA_TRY(std::visit(against, body));
    return std::move(against.warnings);
}

} // namespace osetra::farm
