#include "trace/index_sql.h"

#include <algorithm>
#include <bit>

#include "trace/asked_sql.h"
#include "trace/engine/terms.h"
#include "trace/trace_sql.h"

namespace osetra::trace {
namespace {

using std::string;
using store::arg;

struct BlockRow {
    std::int64_t key = 0, no = 0;
    Bytes postings;
};
template <Is<BlockRow> X> void visit_fields(X& x, auto f) { f("key", x.key); f("no", x.no); f("postings", x.postings); }
struct FilterRow { Bytes filter; };
template <Is<FilterRow> X> void visit_fields(X& x, auto f) { f("filter", x.filter); }

std::optional<Block> block_of(std::optional<BlockRow>&& row) {
    if (!row) return {};
    return Block{{row->key, row->no}, std::move(row->postings.raw)};
}

/// Runs of like size are joined when there are eight of them, up to a quarter of a million events.
constexpr std::size_t together = 8;
constexpr int largest_joined = 5;
int level_of(std::int64_t events) { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(events)) - 1) / 3; }

/// A sum: the same whatever the order, and two of one name do not cancel out.
std::int64_t together_with(std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b)); }

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

/// One run's blocks in order, some at a time.
class BlockReader {
public:
    BlockReader(store::Db& db, Enterprise enterprise, std::int64_t run, Kind kind) : m_db(&db), m_enterprise(enterprise), m_run(run), m_kind(kind) { next(); }
    std::optional<Posting> const& now() const { return m_now; }
    void next() {
        if (m_at == m_postings.size() && !fill()) {
            m_now.reset();
            return;
        }
        m_now = m_postings[m_at++];
    }

private:
    bool fill() {
        if (m_block == m_blocks.size()) {
            m_blocks = m_db->rows<BlockRow>(sql::all[sql::blocks_after], arg("enterprise", m_enterprise), arg("run", m_run),
                                            arg("kind", static_cast<std::int64_t>(m_kind)), arg("key", m_last.key), arg("no", m_last.no));
            m_block = 0;
            if (m_blocks.empty()) return false;
            m_last = {m_blocks.back().key, m_blocks.back().no};
        }
        auto& row = m_blocks[m_block++];
        m_postings = postings_of({{row.key, row.no}, std::move(row.postings.raw)});
        m_at = 0;
        return true;
    }
    store::Db* m_db;
    Enterprise m_enterprise;
    std::int64_t m_run;
    Kind m_kind;
    Posting m_last{least, least};
    std::vector<BlockRow> m_blocks;
    std::size_t m_block = 0, m_at = 0;
    std::vector<Posting> m_postings;
    std::optional<Posting> m_now;
};

} // namespace

void Index::put(Run const& run, Kind kind, Block const& block) {
    m_db.run(sql::all[sql::add_block], arg("enterprise", m_enterprise), arg("run", run.run), arg("kind", static_cast<std::int64_t>(kind)),
             arg("key", block.first.key), arg("no", block.first.no), store::Arg<Bytes>{"postings", Bytes{block.bytes}});
}

void Index::put(Run const& run, Filter const& filter) {
    m_db.run(sql::all[sql::add_run], arg("enterprise", m_enterprise), run);
    m_db.run(sql::all[sql::add_filter], arg("enterprise", m_enterprise), arg("run", run.run), store::Arg<Bytes>{"filter", Bytes{filter.bytes()}});
}

namespace {

constexpr Kind kinds[]{Kind::marks, Kind::times, Kind::things};
bool in_filter(Kind kind, Posting p) { return kind == Kind::things || (kind == Kind::marks && field_of(p.key) == Field::event_id); }

} // namespace

void Index::add(Head& head, Brought& brought) {
    sort(brought.marks);
    sort(brought.times);
    sort(brought.things);
    Run run{++head.run, brought.first_no, brought.last_no, brought.times.front().key, brought.times.back().key, 0, 0};
    run.keys = run.events() + std::ssize(brought.things);
    Filter filter{static_cast<std::size_t>(run.keys)};
    for (auto const kind : kinds) {
        BlockWriter writer;
        for (auto const& p : kind == Kind::marks ? brought.marks : kind == Kind::times ? brought.times : brought.things) {
            if (in_filter(kind, p)) {
                filter.add(Filter::Key{p.key});
                run.names = together_with(run.names, p.key);
            }
            if (auto const block = writer.add(p)) put(run, kind, *block);
        }
        if (auto const block = writer.rest()) put(run, kind, *block);
    }
    put(run, filter);
    join_small(head);
}

std::vector<Run> Index::runs() { return m_db.rows<Run>(sql::all[sql::runs], arg("enterprise", m_enterprise)); }

void Index::join_small(Head& head) {
    for (auto again = true; again;) {
        again = false;
        auto const all = runs();
        for (int level = 0; level <= largest_joined && !again; ++level) {
            auto const end = std::find_if(all.begin(), all.end(), [&](Run const& r) { return level_of(r.events()) > level; });
            if (static_cast<std::size_t>(end - all.begin()) < together) continue;
            join(head, {all.begin(), end});
            again = true;
        }
    }
}

void Index::join(Head& head, std::vector<Run> const& neighbours) {
    Run run{++head.run, neighbours.back().first_no, neighbours.front().last_no, neighbours[0].event_from, neighbours[0].event_to, 0, 0};
    for (auto const& r : neighbours) {
        run.event_from = std::min(run.event_from, r.event_from);
        run.event_to = std::max(run.event_to, r.event_to);
        run.names = together_with(run.names, r.names);
        run.keys += r.keys;
    }
    Filter filter{static_cast<std::size_t>(run.keys)};
    for (auto const kind : kinds) {
        std::vector<BlockReader> from;
        for (auto const& r : neighbours) from.emplace_back(m_db, m_enterprise, r.run, kind);
        BlockWriter writer;
        for (;;) {
            BlockReader* smallest = nullptr;
            for (auto& reader : from)
                if (reader.now() && (!smallest || *reader.now() < *smallest->now())) smallest = &reader;
            if (!smallest) break;
            auto const p = *smallest->now();
            if (in_filter(kind, p)) filter.add(Filter::Key{p.key});
            if (auto const block = writer.add(p)) put(run, kind, *block);
            smallest->next();
        }
        if (auto const block = writer.rest()) put(run, kind, *block);
    }
    for (auto const& r : neighbours) {
        m_db.run(sql::all[sql::drop_blocks], arg("enterprise", m_enterprise), arg("run", r.run));
        m_db.run(sql::all[sql::drop_filter], arg("enterprise", m_enterprise), arg("run", r.run));
        m_db.run(sql::all[sql::drop_run], arg("enterprise", m_enterprise), arg("run", r.run));
        m_filters.erase(r.run);
    }
    put(run, filter);
    head.joined = run.run;
}

std::optional<Block> Index::until(Run const& run, Kind kind, Posting p) {
    return block_of(m_db.row<BlockRow>(sql::all[sql::block_until], arg("enterprise", m_enterprise), arg("run", run.run),
                                       arg("kind", static_cast<std::int64_t>(kind)), arg("key", p.key), arg("no", p.no)));
}
std::optional<Block> Index::after(Run const& run, Kind kind, Posting p) {
    return block_of(m_db.row<BlockRow>(sql::all[sql::block_after], arg("enterprise", m_enterprise), arg("run", run.run),
                                       arg("kind", static_cast<std::int64_t>(kind)), arg("key", p.key), arg("no", p.no)));
}

std::vector<std::int64_t> Index::named(std::vector<Run> const& runs, Kind kind, std::int64_t key) {
    std::vector<std::int64_t> found;
    Filter::Key const seen{key};
    for (auto const& run : runs) {
        if (!may_have_name(run, seen)) continue;
        MarkCursor cursor{*this, run, key, kind};
        for (auto no = cursor.until(std::numeric_limits<std::int64_t>::max()); no; no = cursor.until(*no - 1)) found.push_back(*no);
    }
    std::reverse(found.begin(), found.end());
    return found;
}

std::vector<Posting> Index::things(std::vector<Run> const& runs, std::vector<std::int64_t> const& hashes) {
    constexpr std::size_t one_by_one = 8;
    std::vector<Posting> found;
    if (hashes.size() <= one_by_one) {
        for (auto const hash : hashes)
            for (auto const thing : named(runs, Kind::things, hash)) found.push_back({hash, thing});
        return found;
    }
    std::vector<Filter::Key> const seen(hashes.begin(), hashes.end());
    std::vector<std::int64_t> asked;
    for (auto const& run : runs) {
        asked.clear();
        for (std::size_t i = 0; i < hashes.size(); ++i)
            if (may_have_name(run, seen[i])) asked.push_back(hashes[i]);
        in_parts(asked, [&](string const& list, std::int64_t count) {
            m_db.each<BlockRow>(sql::all[sql::blocks_of_things], [&](BlockRow&& row) {
                for (auto const p : postings_of({{row.key, row.no}, std::move(row.postings.raw)}))
                    if (std::binary_search(asked.begin(), asked.end(), p.key)) found.push_back(p);
            }, arg("count", count), arg("list", list), arg("enterprise", m_enterprise), arg("run", run.run), arg("greatest", std::numeric_limits<std::int64_t>::max()));
        });
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

void Index::remember_filters(std::vector<Run> const& runs) {
    std::erase_if(m_filters, [&](auto const& known) { return std::none_of(runs.begin(), runs.end(), [&](Run const& r) { return r.run == known.first && r.names == known.second.names && r.keys == known.second.keys; }); });
    for (auto const& r : runs) {
        if (m_filters.contains(r.run)) continue;
        if (auto row = m_db.row<FilterRow>(sql::all[sql::run_filter], arg("enterprise", m_enterprise), arg("run", r.run)))
            m_filters.emplace(r.run, Remembered{r.names, r.keys, Filter::of(std::move(row->filter.raw))});
    }
}

bool Index::may_have_name(Run const& run, Filter::Key key) const {
    auto const at = m_filters.find(run.run);
    return at == m_filters.end() || at->second.names != run.names || at->second.keys != run.keys || at->second.filter.may_have(key);
}

std::optional<std::int64_t> MarkCursor::until(std::int64_t no) {
    for (;;) {
        auto const end = std::upper_bound(m_numbers.begin(), m_numbers.end(), no);
        m_numbers.erase(end, m_numbers.end());
        if (!m_numbers.empty()) return m_numbers.back();
        if (!m_before) return {};
        auto const block = m_index->until(*m_run, m_kind, {m_mark, std::min(no, *m_before)});
        if (!block) {
            m_before.reset();
            return {};
        }
        m_numbers = numbers_of(*block, m_mark);
        if (block->first.key == m_mark) m_before = block->first.no - 1;
        else m_before.reset();
    }
}

PostingCursor::PostingCursor(Index& index, Run const& run, Kind kind, Way way, Posting from) : m_index(&index), m_run(&run), m_kind(kind), m_way(way) { settle(from); }

void PostingCursor::take(std::optional<Block> block) {
    m_postings.clear();
    m_block.reset();
    if (!block) return;
    m_block = block->first;
    m_postings = postings_of(*block);
    if (m_way == Way::up) std::reverse(m_postings.begin(), m_postings.end());
}

void PostingCursor::settle(Posting from) {
    take(m_index->until(*m_run, m_kind, from));
    if (!m_block && m_way == Way::up) take(m_index->after(*m_run, m_kind, from));
    while (!m_postings.empty() && (m_way == Way::up ? m_postings.back() < from : m_postings.back() > from)) m_postings.pop_back();
    next();
}

void PostingCursor::next() {
    if (m_postings.empty() && m_block) {
        auto const b = *m_block;
        if (m_way == Way::up) take(m_index->after(*m_run, m_kind, b));
        else take(m_index->until(*m_run, m_kind, {b.key, b.no - 1}));
    }
    m_now.reset();
    if (m_postings.empty()) return;
    m_now = m_postings.back();
    m_postings.pop_back();
}

void PostingCursor::skip_to(Posting from) {
    auto const behind = [&](Posting p) { return m_way == Way::up ? p < from : p > from; };
    while (m_now && behind(*m_now) && !m_postings.empty()) {
        m_now = m_postings.back();
        m_postings.pop_back();
    }
    if (m_now && behind(*m_now)) settle(from);
}

} // namespace osetra::trace
