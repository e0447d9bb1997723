#pragma once
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "kernel/fields.h"
#include "store/db.h"
#include "trace/engine/postings.h"

// The index of an enterprise's events, in runs: what was captured together is written once, sorted; small neighbouring runs are
// joined, as in a log-structured merge tree, so that ten million events are as quick to add to as ten (docs/adr/0008).
namespace osetra::trace {

/// What stands in the enterprise's one row.
struct Head {
    std::int64_t no = 0;
    Instant recorded_at{};
    std::int64_t run = 0;          ///< the last number given to a run
    std::int64_t joined = 0;       ///< the last run that was made by joining others: a reader who sees another begins anew
    std::int64_t vocabulary = 0;   ///< of the master data; other content, other number
};
template <Is<Head> X> void visit_fields(X& x, auto f) {
    f("no", x.no); f("recorded_at", x.recorded_at); f("run", x.run); f("joined", x.joined); f("vocabulary", x.vocabulary);
}

/// things: hashes of names of things (lineage), each with the thing's number.
enum class Kind : std::int64_t { marks = 1, times = 2, things = 3 };

struct Run {
    std::int64_t run = 0, first_no = 0, last_no = 0, event_from = 0, event_to = 0, names = 0, keys = 0;   ///< keys: so many are in the filter
    std::int64_t events() const { return last_no - first_no + 1; }
};
template <Is<Run> X> void visit_fields(X& x, auto f) {
    f("run", x.run); f("first_no", x.first_no); f("last_no", x.last_no); f("event_from", x.event_from); f("event_to", x.event_to); f("names", x.names); f("keys", x.keys);
}

class Index {
public:
    Index(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

    /// What a capture brings, in any order.
    struct Brought {
        std::int64_t first_no = 0, last_no = 0;
        std::vector<Posting> marks, times, things;
    };
    /// One run more; joins runs where there are many small ones. Numbers of runs come from `head`.
    void add(Head& head, Brought&);

    std::vector<Run> runs();   ///< newest first
    /// The last block that begins at the posting or before it; the first that begins behind it.
    std::optional<Block> until(Run const&, Kind, Posting);
    std::optional<Block> after(Run const&, Kind, Posting);
    /// Every number of this key, which is of a kind that filters know: an event's name (a mark) or a thing's. Oldest first.
    std::vector<std::int64_t> named(std::vector<Run> const&, Kind, std::int64_t key);
    /// All things whose names have one of these hashes, which are sorted.
    std::vector<Posting> things(std::vector<Run> const&, std::vector<std::int64_t> const& hashes);

    /// Reads the filters of all runs that are not remembered: worth it for whoever asks for many names.
    void remember_filters(std::vector<Run> const&);
    bool may_have_name(Run const&, Filter::Key) const;

private:
    void put(Run const&, Kind, Block const&);
    void put(Run const&, Filter const&);
    void join_small(Head&);
    void join(Head&, std::vector<Run> const& neighbours);

    store::Db& m_db;
    Enterprise m_enterprise;
    struct Remembered {
        std::int64_t names, keys;
        Filter filter;
    };
    std::map<std::int64_t, Remembered> m_filters;   ///< by run; a run that was rolled back has other names than its successor
};

/// Events of one run that have a mark, newest first; or numbers of another kind.
class MarkCursor {
public:
    MarkCursor(Index& index, Run const& run, std::int64_t mark, Kind kind = Kind::marks) : m_index(&index), m_run(&run), m_kind(kind), m_mark(mark) {}
    /// The greatest number that is not above `no`. Each call asks for a smaller one than the last.
    std::optional<std::int64_t> until(std::int64_t no);

private:
    Index* m_index;
    Run const* m_run;
    Kind m_kind;
    std::int64_t m_mark;
    std::vector<std::int64_t> m_numbers;
    std::optional<std::int64_t> m_before = std::numeric_limits<std::int64_t>::max();   ///< smaller ones are in earlier blocks
};

/// A run's postings one by one, up or down from a place.
class PostingCursor {
public:
    enum class Way : std::uint8_t { up, down };
    PostingCursor(Index&, Run const&, Kind, Way, Posting from);   ///< from: the first that may come
    std::optional<Posting> const& now() const { return m_now; }
    void next();
    void skip_to(Posting from);   ///< in the cursor's way

private:
    void take(std::optional<Block>);
    void settle(Posting from);
    Index* m_index;
    Run const* m_run;
    Kind m_kind;
    Way m_way;
    std::optional<Posting> m_now, m_block;   ///< m_block: where the block begins
    std::vector<Posting> m_postings;         ///< left of it, the next one last
};

} // namespace osetra::trace
