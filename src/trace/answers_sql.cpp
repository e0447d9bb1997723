#include <algorithm>
#include <map>

#include "trace/engine/terms.h"
#include "trace/repository_sql.h"

// Questions to the repository: which events can be answers is told by the index, and `matches` says which are.
namespace osetra::trace {
namespace {

using std::string;
using store::arg;
using Way = PostingCursor::Way;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min(), greatest = std::numeric_limits<std::int64_t>::max();
/// Sorting by an event's field reads every candidate.
constexpr std::size_t most_sorted = 100'000;
/// So few candidates are sorted by their time; of more, the order of times is walked.
constexpr std::size_t few = 1'000;

struct NumberRange {
    std::int64_t low = 1, high = 0;
    bool empty() const { return low > high; }
};

using Numbers = std::vector<std::int64_t>;   ///< rising

/// Events of one run that carry a mark of each list, newest first; of those in `among`, where that is given.
class Candidates {
public:
    Candidates(Index& index, Run const& run, std::vector<std::vector<std::int64_t>> const& marks, NumberRange range, std::optional<Numbers> const& among)
        : m_low(range.low), m_next(range.high), m_among(among ? &*among : nullptr), m_left(among ? among->size() : 0) {
        for (auto const& any_of : marks) {
            auto& list = m_lists.emplace_back();
            for (auto const mark : any_of) list.emplace_back(index, run, mark);
        }
    }
    std::optional<std::int64_t> next() {
        // Each list in turn brings the number down to one of its own, until all agree.
        auto const lists = m_lists.size() + (m_among ? 1 : 0);
        for (std::size_t agreed = 0, at = 0; m_next >= m_low; at = (at + 1) % lists) {
            auto const no = at < m_lists.size() ? m_lists[at].until(m_next) : among_until(m_next);
            if (!no) m_next = m_low - 1;
            else if (*no == m_next) ++agreed;
            else { agreed = 1; m_next = *no; }
            if (agreed >= lists && m_next >= m_low) return m_next--;
        }
        return {};
    }

private:
    /// The union of some marks' events.
    class AnyOf {
    public:
        void emplace_back(Index& index, Run const& run, std::int64_t mark) { m_heads.push_back({MarkCursor{index, run, mark}, greatest}); }
        std::optional<std::int64_t> until(std::int64_t no) {
            std::optional<std::int64_t> best;
            for (auto& [cursor, head] : m_heads) {
                if (head > no) head = cursor.until(no).value_or(least);
                if (head != least && (!best || head > *best)) best = head;
            }
            return best;
        }

    private:
        struct One {
            MarkCursor cursor;
            std::int64_t head;   ///< the last answer; least: there are no more
        };
        std::vector<One> m_heads;
    };
    std::optional<std::int64_t> among_until(std::int64_t no) {
        while (m_left > 0 && (*m_among)[m_left - 1] > no) --m_left;
        return m_left > 0 ? std::optional{(*m_among)[m_left - 1]} : std::nullopt;
    }
    std::vector<AnyOf> m_lists;
    std::int64_t m_low, m_next;
    Numbers const* m_among;
    std::size_t m_left;
};

class Answers {
public:
    Answers(Repository::Inside& in, MasterData const& known, Query const& q)
        : m(in), m_known(known), m_q(q), m_runs(in.index.runs()), m_last(m_runs.empty() ? 0 : m_runs.front().last_no) {
        m_range = {1, m_last};
        if (q.recorded_from) m_range.low = first_recorded(*q.recorded_from);
        if (q.recorded_to) m_range.high = first_recorded(*q.recorded_to) - 1;
    }

    Result<Page> page(std::int64_t most, std::optional<Place> const& after) {
        if (m_q.most && (!after || after->given == 0) && OSETRA_TRY(more_than(*m_q.most)))
            return refuse("query_too_large", "More than " + std::to_string(*m_q.most) + " events answer this question. Ask a narrower one, or set eventCountLimit instead of maxEventCount.", "maxEventCount");
        Page page;
        auto given = after ? after->given : 0;
        if (m_q.per_page && *m_q.per_page > 0) most = std::min(most, *m_q.per_page);
        auto const last = m_q.limit && *m_q.limit - given <= most;
        if (last) most = std::max<std::int64_t>(0, *m_q.limit - given);
        auto more = false;
        OSETRA_TRY(each_answer(after, [&](Event&& event) {
            more = std::ssize(page.events) == most;
            if (!more) page.events.push_back(std::move(event));
            return !more && !(last && std::ssize(page.events) == most);
        }));
        if (more && !last && !page.events.empty())
            page.next = Place{page.events.back().no, page.events.back().event_at.time_since_epoch().count(), given + most};
        return page;
    }

private:
    Result<bool> more_than(std::int64_t most) {
        std::int64_t n = 0;
        OSETRA_TRY(each_answer({}, [&](Event&&) { return ++n <= most; }));
        return n > most;
    }

    /// Calls see(event) for each answer behind the place, in the question's order, until it says false.
    Result<Done> each_answer(std::optional<Place> const& after, auto const& see) {
        if (m_q.order == Query::Order::field) return by_field(after, see);
        if (m_q.order == Query::Order::event_time) by_time(after, see);
        else by_number(after, see);
        return Done{};
    }
    bool answers(Event const& event) const {
        auto const at = event.event_at.time_since_epoch().count();
        return at >= time_from() && at < time_to() && matches(m_q, {event.tree, event.recorded_at}, m_known);
    }
    /// The event of this number, when it is an answer.
    std::optional<Event> answer(std::int64_t no) {
        auto event = m.event(no);
        if (!event || !answers(*event)) return {};
        return event;
    }

    // In the order of recording.
    void by_number(std::optional<Place> const& after, auto const& see) {
        auto range = m_range;
        if (after && m_q.ascending) range.low = std::max(range.low, after->no + 1);
        if (after && !m_q.ascending) range.high = std::min(range.high, after->no - 1);
        each_candidate(range, [&](std::int64_t no) {
            auto event = answer(no);
            return !event || see(*std::move(event));
        }, [&](EventRow&& row) {
            auto event = event_of(std::move(row));
            return !answers(event) || see(std::move(event));
        });
    }

    /// Candidates of the range in the wanted direction, until one of the two says false: `see_number` where the index finds them,
    /// `see_row` where all events are read one after the other.
    void each_candidate(NumberRange range, auto const& see_number, auto const& see_row) {
        auto const step = [&](Run const& run) {
            NumberRange const part{std::max(range.low, run.first_no), std::min(range.high, run.last_no)};
            if (part.empty() || outside_times(run)) return true;
            if (!m_q.marks.empty()) return walk_marks(run, part, see_number);
            if (inside_times(run)) return walk_rows(part, see_row);
            return walk_times(run, part, see_number);
        };
        if (m_q.ascending) std::all_of(m_runs.rbegin(), m_runs.rend(), step);
        else std::all_of(m_runs.begin(), m_runs.end(), step);
    }
    std::int64_t time_from() const { return m_q.event_from ? m_q.event_from->time_since_epoch().count() : least; }
    std::int64_t time_to() const { return m_q.event_to ? m_q.event_to->time_since_epoch().count() : greatest; }
    bool outside_times(Run const& r) const { return r.event_to < time_from() || r.event_from >= time_to(); }
    bool inside_times(Run const& r) const { return r.event_from >= time_from() && r.event_to < time_to(); }

    bool walk_marks(Run const& run, NumberRange part, auto const& see) {
        auto const among = few_by_time(run, part);
        if (!m_q.ascending) {
            Candidates all{m.index, run, m_q.marks, part, among};
            for (auto no = all.next(); no; no = all.next())
                if (!see(*no)) return false;
            return true;
        }
        // Upwards in windows, each walked down: wider ones where little is found.
        std::int64_t width = 1'024;
        for (auto low = part.low; low <= part.high; low += width, width *= 2) {
            Candidates some{m.index, run, m_q.marks, {low, std::min(part.high, low + width - 1)}, among};
            std::vector<std::int64_t> numbers;
            for (auto no = some.next(); no; no = some.next()) numbers.push_back(*no);
            if (!std::all_of(numbers.rbegin(), numbers.rend(), see)) return false;
        }
        return true;
    }
    bool walk_rows(NumberRange part, auto const& see) {
        constexpr std::int64_t at_once = 64;
        while (!part.empty()) {
            auto const now = m_q.ascending ? NumberRange{part.low, std::min(part.high, part.low + at_once - 1)} : NumberRange{std::max(part.low, part.high - at_once + 1), part.high};
            for (auto& row : m.db.rows<EventRow>(sql::all[m_q.ascending ? sql::events_up : sql::events_down], arg("enterprise", m.enterprise), arg("low", now.low), arg("high", now.high)))
                if (!see(std::move(row))) return false;
            if (m_q.ascending) part.low = now.high + 1;
            else part.high = now.low - 1;
        }
        return true;
    }
    Numbers numbers_by_time(Run const& run, NumberRange part) {
        Numbers numbers;
        PostingCursor times{m.index, run, Kind::times, Way::up, {time_from(), least}};
        for (; times.now() && times.now()->key < time_to(); times.next())
            if (times.now()->no >= part.low && times.now()->no <= part.high) numbers.push_back(times.now()->no);
        std::sort(numbers.begin(), numbers.end());
        return numbers;
    }
    /// The events of the wanted time, where that is a small part of the run's; else they are met soon enough.
    std::optional<Numbers> few_by_time(Run const& run, NumberRange part) {
        if (inside_times(run)) return {};
        auto const span = static_cast<double>(run.event_to) - static_cast<double>(run.event_from);
        auto const wanted = static_cast<double>(std::min(time_to(), run.event_to)) - static_cast<double>(std::max(time_from(), run.event_from));
        return wanted * 4 < span ? std::optional{numbers_by_time(run, part)} : std::nullopt;
    }
    bool walk_times(Run const& run, NumberRange part, auto const& see) {
        auto const numbers = numbers_by_time(run, part);
        return m_q.ascending ? std::all_of(numbers.begin(), numbers.end(), see) : std::all_of(numbers.rbegin(), numbers.rend(), see);
    }

    // In the order of event time, then of number.
    void by_time(std::optional<Place> const& after, auto const& see) {
        if (!m_q.marks.empty()) {
            Numbers numbers;
            if (few_candidates(numbers)) return by_time_sorted(numbers, after, see);
        }
        auto const way = m_q.ascending ? Way::up : Way::down;
        Posting from = m_q.ascending ? Posting{time_from(), least} : Posting{time_to() == greatest ? greatest : time_to() - 1, greatest};
        if (after) {
            Posting const behind{after->event_at, after->no + (m_q.ascending ? 1 : -1)};
            from = m_q.ascending ? std::max(from, behind) : std::min(from, behind);
        }
        std::vector<TimesOfRun> runs;
        for (auto const& run : m_runs)
            if (!outside_times(run)) runs.push_back({&run, {m.index, run, Kind::times, way, from}, {}});
        for (;;) {
            TimesOfRun* first = nullptr;
            for (auto& r : runs)
                if (r.times.now() && (!first || (m_q.ascending ? *r.times.now() < *first->times.now() : *r.times.now() > *first->times.now()))) first = &r;
            if (!first) return;
            auto const at = *first->times.now();
            if (m_q.ascending ? at.key >= time_to() : at.key < time_from()) return;
            first->times.next();
            if (at.no < m_range.low || at.no > m_range.high || !wanted(*first, at.no)) continue;
            if (auto event = answer(at.no); event && !see(*std::move(event))) return;
        }
    }
    /// A run's events in the order of time. Times rise with numbers, more or less, so a page needs the candidates of a run or two.
    struct TimesOfRun {
        Run const* run;
        PostingCursor times;
        std::vector<bool> wanted;   ///< by number from the run's first; empty: not looked up yet
    };
    bool wanted(TimesOfRun& r, std::int64_t no) {
        if (m_q.marks.empty()) return true;
        auto const at = [&](std::int64_t n) { return static_cast<std::size_t>(n - r.run->first_no); };
        if (r.wanted.empty()) {
            r.wanted.resize(at(r.run->last_no) + 1);
            std::optional<Numbers> const all_times;
            Candidates all{m.index, *r.run, m_q.marks, {r.run->first_no, r.run->last_no}, all_times};
            for (auto n = all.next(); n; n = all.next()) r.wanted[at(*n)] = true;
        }
        return r.wanted[at(no)];
    }
    void by_time_sorted(Numbers const& numbers, std::optional<Place> const& after, auto const& see) {
        std::map<Posting, Event> found;
        for (auto const no : numbers)
            if (auto event = answer(no)) {
                Posting const at{event->event_at.time_since_epoch().count(), no};
                if (after && (m_q.ascending ? at <= Posting{after->event_at, after->no} : at >= Posting{after->event_at, after->no})) continue;
                found.emplace(at, *std::move(event));
            }
        auto const give = [&](auto& one) { return see(std::move(one.second)); };
        if (m_q.ascending) std::all_of(found.begin(), found.end(), give);
        else std::all_of(found.rbegin(), found.rend(), give);
    }
    /// All that the index finds; false where that is too much to be sorted.
    bool few_candidates(Numbers& numbers) {
        return std::all_of(m_runs.begin(), m_runs.end(), [&](Run const& run) {
            NumberRange const part{std::max(m_range.low, run.first_no), std::min(m_range.high, run.last_no)};
            if (part.empty() || outside_times(run)) return true;
            auto const among = few_by_time(run, part);
            Candidates all{m.index, run, m_q.marks, part, among};
            for (auto no = all.next(); no; no = all.next()) {
                if (numbers.size() == few) return false;
                numbers.push_back(*no);
            }
            return true;
        });
    }

    // In the order of a field; events without it come last.
    struct Keyed {
        std::optional<SortKey> key;
        std::int64_t no;
    };
    bool earlier(Keyed const& a, Keyed const& b) const {
        if (a.key.has_value() != b.key.has_value()) return a.key.has_value();
        if (a.key && *a.key < *b.key) return m_q.ascending;
        if (a.key && *b.key < *a.key) return !m_q.ascending;
        return m_q.ascending ? a.no < b.no : a.no > b.no;
    }
    Result<Done> by_field(std::optional<Place> const& after, auto const& see) {
        std::vector<Keyed> all;
        std::size_t looked_at = 0;
        auto const take = [&](Event const& event) { all.push_back({sort_key(m_q, event.tree), event.no}); };
        auto const few_enough = [&] { return ++looked_at <= most_sorted; };
        each_candidate(m_range, [&](std::int64_t no) {
            if (!few_enough()) return false;
            if (auto const event = answer(no)) take(*event);
            return true;
        }, [&](EventRow&& row) {
            if (!few_enough()) return false;
            if (auto const event = event_of(std::move(row)); answers(event)) take(event);
            return true;
        });
        if (looked_at > most_sorted)
            return refuse("query_too_large", "More than " + std::to_string(most_sorted) + " events would have to be sorted by a field. Ask a narrower question, or order by eventTime.", "orderBy");
        std::sort(all.begin(), all.end(), [&](Keyed const& a, Keyed const& b) { return earlier(a, b); });
        auto from = all.begin();
        if (after)
            if (auto const last = m.event(after->no)) {
                Keyed const behind{sort_key(m_q, last->tree), after->no};
                from = std::find_if(all.begin(), all.end(), [&](Keyed const& k) { return earlier(behind, k); });
            }
        std::all_of(from, all.end(), [&](Keyed const& k) {
            auto event = m.event(k.no);
            return !event || see(*std::move(event));
        });
        return Done{};
    }

    /// The first event recorded at the instant or later. Recording times rise with the numbers.
    std::int64_t first_recorded(Instant at) {
        std::int64_t low = 1, high = m_last + 1;
        while (low < high) {
            auto const middle = low + (high - low) / 2;
            if (*m.recorded_at(middle) < at) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    Repository::Inside& m;
    MasterData const& m_known;
    Query const& m_q;
    std::vector<Run> m_runs;
    std::int64_t m_last;
    NumberRange m_range;
};

/// Names of things that are one each; classes are named by quantity elements.
void each_instance(Node const& event, auto const& see) {
    for (auto const& field : event.children) {
        if (field.name == "parentID") see(field.text);
        if (field.name != "epcList" && field.name != "childEPCs" && field.name != "inputEPCList" && field.name != "outputEPCList") continue;
        for (auto const& one : field.children) see(one.text);
    }
}

} // namespace

Result<Page> Repository::events(Query const& q, std::int64_t most, std::optional<Place> after) {
    auto const& known = master_data();
    for (;;) {   // what is read while runs are joined may have lost some: once more
        auto const joined = m->head().joined;
        auto page = Answers{*m, known, q}.page(most, after);
        if (m->head().joined == joined) return page;
    }
}

bool Repository::Inside::has_thing(std::string_view name) {
    auto const key = match_key(name);
    for (auto const& run : index.runs()) {
        MarkCursor cursor{index, run, mark(Field::any_thing, key)};
        for (auto no = cursor.until(run.last_no); no; no = cursor.until(*no - 1)) {
            auto found = false;
            if (auto const e = event(*no)) each_instance(e->tree, [&](string const& one) { found = found || match_key(one) == key; });
            if (found) return true;
        }
    }
    return false;
}

/// In the order of their marks, which is no order that a person sees, but one that new events do not change: marks of one field lie
/// together in every run, so the next names are found without a table of them.
std::vector<string> Repository::Inside::epcs(std::int64_t most, string const& after) {
    auto const first = mark(Field::any_thing, {}) >> 56 << 56;
    std::vector<string> all;
    auto const all_runs = index.runs();
    std::vector<PostingCursor> cursors;
    auto at = after.empty() ? first : mark(Field::any_thing, match_key(after)) + 1;
    for (auto const& run : all_runs) cursors.emplace_back(index, run, Kind::marks, Way::up, Posting{at, least});
    while (std::ssize(all) < most) {
        std::optional<Posting> next;
        for (auto const& c : cursors)
            if (c.now() && field_of(c.now()->key) == Field::any_thing && (!next || *c.now() < *next)) next = *c.now();
        if (!next) break;
        if (auto const e = event(next->no)) {
            auto found = false;
            each_instance(e->tree, [&](string const& one) {
                if (found || mark(Field::any_thing, match_key(one)) != next->key) return;
                all.push_back(one);
                found = true;
            });
        }
        for (auto& c : cursors) c.skip_to({next->key + 1, least});
    }
    return all;
}

} // namespace osetra::trace
