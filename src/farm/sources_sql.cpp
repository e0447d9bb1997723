#include "farm/query_sql.h"

#include <algorithm>
#include <unordered_set>

#include "farm/farm_sql.h"

namespace osetra::farm {
namespace {

using store::arg;

struct SizeOf { std::string pool, cohort; SizePoint size; };
template <Is<SizeOf> X> void visit_fields(X& x, auto f) { f("pool", x.pool); f("cohort", x.cohort); visit_fields(x.size, f); }
struct HeadsOn { std::string pool; FarmDay day; std::int64_t all = 0, tagged = 0; FarmDay last; };
template <Is<HeadsOn> X> void visit_fields(X& x, auto f) { f("pool", x.pool); f("day", x.day); f("heads", x.all); f("tagged", x.tagged); f("last", x.last); }
struct Moves { std::int64_t what = 0, n = 0; };
template <Is<Moves> X> void visit_fields(X& x, auto f) { f("what", x.what); f("n", x.n); }

Source::Water water_of(Reader& reader, std::string const& pool, FarmDay day) {
    return {reader.day(pool, day), reader.db().row<PoolDay>(sql::all[sql::last_seen], arg("enterprise", reader.enterprise()), arg("pool", pool), arg("day", day)),
            reader.temperature(pool, day)};
}

CountTold told_of(PoolLine&& l) { return {l.root, l.happened_at, l.heads, l.low, l.high, l.word.value_or(""), std::move(l.author)}; }

Source::Adjustment adjustment_of(PoolLine const& l) { return {l.happened_at, l.heads, l.word.value_or("")}; }

/// All that is worked out already: what is known now.
class Present : public Source {
public:
    explicit Present(Reader& reader) : m_reader(reader) {}
    std::vector<Group> groups(std::string const& pool, FarmDay day) override {
        std::vector<Group> all;
        for (auto& row : m_reader.stock(pool, day)) {
            auto size = row.sums.untagged + row.shortfall > 0 ? m_reader.size(pool, row.cohort, day) : std::nullopt;
            all.push_back({std::move(row.pool), std::move(row.cohort), row.sums, row.shortfall, size});
        }
        return all;
    }
    Heads heads(std::string const& pool, FarmDay day) override {
        Heads n;
        for (auto const& row : m_reader.stock(pool, day)) {
            n.all += row.heads();
            n.tagged += row.sums.tagged;
            n.changed = n.changed || row.day == day;
        }
        return n;
    }
    std::int64_t book_at(std::string const& pool, Instant at) override {
        auto const day = farm_day(at, m_reader.offset());
        auto& db = m_reader.db();
        auto const e = arg("enterprise", m_reader.enterprise());
        auto const p = arg("pool", pool);
        auto const begin = start_of(day, m_reader.offset());
        auto const from = arg("from", begin);
        auto const until = arg("at", at);
        auto n = heads(pool, day - 1).all + db.row<Count>(sql::all[sql::untagged_moves], e, p, from, until)->n;
        for (auto const& m : db.rows<Moves>(sql::all[sql::tagged_arrivals], e, p, from, until))
            if (static_cast<Came>(m.what) == Came::stocked || static_cast<Came>(m.what) == Came::moved) n += m.n;   // one that is tagged was there before
        for (auto const& m : db.rows<Moves>(sql::all[sql::tagged_leavings], e, p, from, until))
            if (static_cast<Went>(m.what) != Went::weighed) n -= m.n;
        return std::max<std::int64_t>(0, n);
    }
    Water water(std::string const& pool, FarmDay day) override { return water_of(m_reader, pool, day); }
    std::vector<CountTold> counts(std::string const& pool, Instant up_to, int most) override {
        std::vector<CountTold> all;
        m_reader.db().each<PoolLine>(sql::all[sql::counts], [&](PoolLine&& l) { all.push_back(told_of(std::move(l))); },
                                     arg("enterprise", m_reader.enterprise()), arg("pool", pool), arg("at", up_to), arg("limit", std::int64_t{most}));
        std::reverse(all.begin(), all.end());
        return all;
    }
    std::vector<Adjustment> adjustments(std::string const& pool, Instant from, Instant to) override {
        std::vector<Adjustment> all;
        m_reader.db().each<PoolLine>(sql::all[sql::adjusted], [&](PoolLine&& l) { all.push_back(adjustment_of(l)); },
                                     arg("enterprise", m_reader.enterprise()), arg("pool", pool), arg("from", from), arg("to", to));
        return all;
    }
    std::vector<Stay> roster(std::string const& pool, Instant at) override {
        return m_reader.db().rows<Stay>(sql::all[sql::roster], arg("enterprise", m_reader.enterprise()), arg("pool", pool), arg("at", at));
    }
    FishLife life(FishId fish) override { return life_of(fish, fish_lines(fish), m_reader, m_reader, m_reader.offset()); }
    std::vector<FishLine> fish_lines(FishId fish) override {
        return m_reader.db().rows<FishLine>(sql::all[sql::fish_lines], arg("enterprise", m_reader.enterprise()), arg("fish", fish.n));
    }

protected:
    Reader& m_reader;
};

/// A day of the whole company: asked for in a few questions instead of a dozen for each pool, which is what costs where every
/// question travels to a server and back.
class Company final : public Present {
public:
    Company(Reader& reader, Moment const& moment) : Present(reader), m_day(moment.day) {
        auto& db = reader.db();
        auto const e = reader.enterprise();
        auto const at = std::min(moment.at, end_of(moment.day, reader.offset()));
        std::map<std::pair<std::string, std::string>, SizePoint> sizes;
        db.each<SizeOf>(sql::all[sql::company_sizes], [&](SizeOf&& s) { sizes.emplace(std::pair{std::move(s.pool), std::move(s.cohort)}, s.size); }, arg("enterprise", e), arg("day", m_day));
        db.each<StockRow>(sql::all[sql::company_stock], [&](StockRow&& row) {
            std::optional<SizePoint> size;
            if (auto const s = sizes.find({row.pool, row.cohort}); s != sizes.end() && row.sums.untagged + row.shortfall > 0) size = s->second;
            auto const pool = row.pool;
            m_groups[pool].push_back({std::move(row.pool), std::move(row.cohort), row.sums, row.shortfall, size});
        }, arg("enterprise", e), arg("day", m_day));
        db.each<PoolLine>(sql::all[sql::company_counts], [&](PoolLine&& l) {
            auto const pool = l.pool;
            m_counts[pool].push_back(told_of(std::move(l)));
        }, arg("enterprise", e), arg("at", at), arg("most", std::int64_t{most_counts}));
        db.each<HeadsOn>(sql::all[sql::company_heads], [&](HeadsOn&& h) { m_heads[{h.pool, h.day.n}] = {h.all, h.tagged, h.last == h.day}; }, arg("enterprise", e), arg("at", at),
                         arg("most", std::int64_t{most_counts}), arg("offset", std::int64_t{reader.offset().east.count()} * 60));
        db.each<PoolLine>(sql::all[sql::company_adjusted], [&](PoolLine&& l) { m_adjusted[l.pool].push_back(adjustment_of(l)); },
                          arg("enterprise", e), arg("to", at));
        for (auto const& p : reader.pools()) m_water[p.pool.text];
        db.each<PoolDay>(sql::all[sql::company_day], [&](PoolDay&& d) { m_water[d.pool].today = d; }, arg("enterprise", e), arg("day", m_day));
        db.each<PoolDay>(sql::all[sql::company_last_seen], [&](PoolDay&& d) { m_water[d.pool].last_seen = d; }, arg("enterprise", e), arg("day", m_day));
        db.each<PoolDay>(sql::all[sql::company_warm], [&](PoolDay&& d) {
            m_water[d.pool].warm = ThetaPoint{d.day, d.theta.value_or(0), d.temp_sum, d.temp_n};
            if (d.day == m_day) reader.know_theta(d.pool, m_day, *d.theta);
        }, arg("enterprise", e), arg("day", m_day));
    }
    std::vector<Group> groups(std::string const& pool, FarmDay day) override {
        if (day != m_day) return Present::groups(pool, day);
        auto const at = m_groups.find(pool);
        return at == m_groups.end() ? std::vector<Group>{} : at->second;
    }
    Heads heads(std::string const& pool, FarmDay day) override {
        auto const at = m_heads.find({pool, day.n});
        return at == m_heads.end() ? Present::heads(pool, day) : at->second;
    }
    std::vector<CountTold> counts(std::string const& pool, Instant up_to, int most) override {
        if (most != most_counts) return Present::counts(pool, up_to, most);
        auto const at = m_counts.find(pool);
        return at == m_counts.end() ? std::vector<CountTold>{} : at->second;
    }
    std::vector<Adjustment> adjustments(std::string const& pool, Instant from, Instant) override {
        std::vector<Adjustment> all;
        if (auto const at = m_adjusted.find(pool); at != m_adjusted.end())
            for (auto const& a : at->second) if (a.at >= from) all.push_back(a);
        return all;
    }
    Water water(std::string const& pool, FarmDay day) override {
        auto const at = m_water.find(pool);
        if (day != m_day || at == m_water.end()) return Present::water(pool, day);
        auto found = at->second;
        if (!found.warm) found.warm = m_reader.temperature(pool, day);   // the site's water may stand in for it
        return found;
    }

private:
    FarmDay m_day;
    std::unordered_map<std::string, std::vector<Group>> m_groups;
    std::unordered_map<std::string, std::vector<CountTold>> m_counts;
    std::map<std::pair<std::string, std::int32_t>, Heads> m_heads;
    std::unordered_map<std::string, std::vector<Adjustment>> m_adjusted;
    std::unordered_map<std::string, Water> m_water;
};

/// As it was known at an earlier time: lines that had been told and not yet been taken back, worked out in memory by the same
/// rules. Warmth and growth coefficients are those known now.
class Past final : public Source, private SizeSource {
public:
    Past(Reader& reader, Instant known) : m_reader(reader), m_known(known) {}

    std::vector<Group> groups(std::string const& pool, FarmDay day) override {
        auto all = book(pool, day);
        for (auto& g : all) if (g.sums.untagged + g.shortfall > 0) g.size = size(pool, g.cohort, day);
        return all;
    }
    Heads heads(std::string const& pool, FarmDay day) override {
        Heads n;
        for (auto const& g : book(pool, day)) {
            n.all += g.heads();
            n.tagged += g.sums.tagged;
        }
        for (auto const& [cohort, days] : pool_ledger(pool).deltas) n.changed = n.changed || days.contains(day.n);
        return n;
    }
    std::int64_t book_at(std::string const& pool, Instant at) override {
        auto const day = farm_day(at, m_reader.offset());
        auto n = heads(pool, day - 1).all;
        for (auto const& [when, moved] : pool_ledger(pool).moves)
            if (when <= at && farm_day(when, m_reader.offset()) == day) n += moved;
        return std::max<std::int64_t>(0, n);
    }
    Water water(std::string const& pool, FarmDay day) override { return water_of(m_reader, pool, day); }
    std::vector<CountTold> counts(std::string const& pool, Instant up_to, int most) override {
        std::vector<CountTold> all;
        m_reader.db().each<PoolLine>(sql::all[sql::counts_known], [&](PoolLine&& l) { all.push_back(told_of(std::move(l))); },
                                     arg("enterprise", m_reader.enterprise()), arg("pool", pool), arg("at", up_to), arg("known", m_known), arg("limit", std::int64_t{most}));
        std::reverse(all.begin(), all.end());
        return all;
    }
    std::vector<Adjustment> adjustments(std::string const& pool, Instant from, Instant to) override {
        std::vector<Adjustment> all;
        m_reader.db().each<PoolLine>(sql::all[sql::adjusted_known], [&](PoolLine&& l) { all.push_back(adjustment_of(l)); },
                                     arg("enterprise", m_reader.enterprise()), arg("pool", pool), arg("from", from), arg("to", to), arg("known", m_known));
        return all;
    }
    std::vector<Stay> roster(std::string const& pool, Instant at) override {
        std::vector<Stay> all;
        for (auto const n : pool_ledger(pool).fish)
            for (auto const& s : life(FishId{n}).stays)
                if (s.pool == pool && s.from_at <= at && at < s.to_at) all.push_back(s);
        return all;
    }
    FishLife life(FishId fish) override {
        return life_of(fish, fish_lines(fish), m_reader, m_reader, m_reader.offset());
    }
    std::vector<FishLine> fish_lines(FishId fish) override {
        return m_reader.db().rows<FishLine>(sql::all[sql::fish_lines_known], arg("enterprise", m_reader.enterprise()), arg("fish", fish.n), arg("known", m_known));
    }

private:
    struct PoolLedger {
        bool complete = false;
        std::map<std::string, std::map<std::int32_t, StockDelta>> deltas;
        std::vector<std::pair<Instant, std::int64_t>> moves;   ///< what each line and stay changed the heads by
        std::map<std::string, std::vector<PoolLine>> size_lines;
        std::vector<std::int64_t> fish;
    };

    /// The groups without their sizes.
    std::vector<Group> book(std::string const& pool, FarmDay day) {
        std::vector<Group> all;
        for (auto const& [cohort, days] : pool_ledger(pool).deltas) {
            Group g{pool, cohort, {}, 0, {}};
            auto any = false;
            for (auto const& [n, delta] : days) {
                if (n > day.n) break;
                any = true;
                g.sums.add(delta);
                g.shortfall = std::max(g.shortfall, -(g.sums.tagged + g.sums.untagged));
            }
            if (any) all.push_back(std::move(g));
        }
        return all;
    }
    PoolLedger& pool_ledger(std::string const& pool) {
        auto& ledger = m_pools[pool];
        if (ledger.complete) return ledger;
        ledger.complete = true;
        auto const offset = m_reader.offset();
        m_reader.db().each<PoolLine>(sql::all[sql::pool_lines_known], [&](PoolLine&& l) {
            if (auto const d = delta_of(l); !d.nothing()) {
                ledger.deltas[l.cohort][farm_day(l.happened_at, offset).n].add(d);
                ledger.moves.emplace_back(l.happened_at, d.untagged);
            }
            if (tells_size(l.flow)) ledger.size_lines[l.cohort].push_back(std::move(l));
        }, arg("enterprise", m_reader.enterprise()), arg("pool", pool), arg("known", m_known));
        m_reader.db().each<FishNumber>(sql::all[sql::fish_ever_in_pool], [&](FishNumber&& f) { ledger.fish.push_back(f.fish.n); },
                                       arg("enterprise", m_reader.enterprise()), arg("pool", pool));
        // A fish is worked out once for all pools that it was in, and not kept: a company has a million.
        for (auto const n : ledger.fish)
            for (auto const& s : m_accounted.insert(n).second ? life(FishId{n}).stays : std::vector<Stay>{}) {
                auto& of_pool = m_pools[s.pool];
                auto const account = [&](Instant at, StockDelta const& d) {
                    of_pool.deltas[s.cohort][farm_day(at, offset).n].add(d);
                    of_pool.moves.emplace_back(at, d.tagged + d.untagged);
                };
                account(s.from_at, delta_of_arrival(s, offset));
                if (s.to_at != forever) account(s.to_at, delta_of_leaving(s, offset));
            }
        return ledger;
    }
    /// At the end of the day. Looks only at earlier days of other pools, so it comes to an end.
    std::optional<SizePoint> size(std::string const& pool, std::string const& cohort, FarmDay day) {
        auto const key = std::tuple{pool, cohort, day.n};
        if (auto const at = m_sizes.find(key); at != m_sizes.end()) return at->second;
        auto lines = pool_ledger(pool).size_lines[cohort];
        std::erase_if(lines, [&](PoolLine const& l) { return farm_day(l.happened_at, m_reader.offset()) > day; });
        auto const points = sizes_of(pool, cohort, std::nullopt, lines, *this, m_reader, m_reader, m_reader.offset());
        auto const last = points.empty() ? std::nullopt : std::optional{points.back()};
        return m_sizes.emplace(key, last).first->second;
    }
    std::optional<SizePoint> size_leaving(std::string const& pool, std::string const& cohort, FarmDay day) override {
        auto lines = pool_ledger(pool).size_lines[cohort];
        std::erase_if(lines, [&](PoolLine const& l) { return farm_day(l.happened_at, m_reader.offset()) != day; });
        return farm::size_leaving(lines, size(pool, cohort, day - 1), m_reader.growth(pool, cohort, day), day);
    }
    std::int64_t untagged(std::string const& pool, std::string const& cohort, FarmDay day) override {
        std::int64_t n = 0;
        for (auto const& [d, delta] : pool_ledger(pool).deltas[cohort]) if (d <= day.n) n += delta.untagged;
        return std::max<std::int64_t>(0, n);
    }

    Reader& m_reader;
    Instant m_known;
    std::map<std::string, PoolLedger> m_pools;
    std::unordered_set<std::int64_t> m_accounted;
    std::map<std::tuple<std::string, std::string, std::int32_t>, std::optional<SizePoint>> m_sizes;
};

} // namespace

std::unique_ptr<Source> source_for(Reader& reader, Moment const& moment) {
    if (moment.known) return std::make_unique<Past>(reader, *moment.known);
    return std::make_unique<Present>(reader);
}

std::unique_ptr<Source> company_source(Reader& reader, Moment const& moment) {
    if (moment.known) return std::make_unique<Past>(reader, *moment.known);
    // Where a question costs microseconds, many small ones are faster than a few large ones.
    if (reader.db().engine() == store::Db::Engine::sqlite) return std::make_unique<Present>(reader);
    return std::make_unique<Company>(reader, moment);
}

} // namespace osetra::farm
