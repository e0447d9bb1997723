#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/id.h"
#include "store/db.h"
#include "trace/engine/lineage.h"
#include "trace/index_sql.h"

// The web of links as it is kept: filled at capture, read by walks.
namespace osetra::trace {

/// One event that was taken, with the number and the name that the repository gave it.
struct Taken {
    std::int64_t no = 0;
    std::string event_id;
    Node const* tree = nullptr;
};

/// One enterprise, one connection, one thread.
class LineageStore final : public WebOfLinks {
public:
    LineageStore(store::Db&, Enterprise);

    /// The events of the repository that have this name and declare no error.
    using Originals = std::function<std::vector<std::pair<std::int64_t, Node>>(std::string_view event_id)>;
    /// Puts in what these events say, in the caller's transaction; takes out what those said that are now declared an error.
    /// Things are found by the index and its `runs`; what is new is for the run that is written next: it is returned.
    std::vector<Posting> enter(std::vector<Taken> const&, Originals const&, Index&, std::vector<Run> const& runs);

    /// The number of a thing by its name in any spelling.
    std::optional<std::int64_t> find(std::string_view id);
    /// Also a transformation by its id.
    std::optional<std::int64_t> find_process(std::string_view transformation_or_event_id);

    void down(std::span<std::int64_t const>, Time until, See const&) override;
    void up(std::span<std::int64_t const>, Time until, See const&) override;
    void links(std::span<std::int64_t const>, std::int64_t first, std::int64_t last, Time until, See const&) override;
    std::unordered_map<std::int64_t, std::string> names(std::span<std::int64_t const>) override;
    bool cut() const override { return m_cut; }
    /// When each thing was seen first and last, and where it was then.
    struct Whereabouts {
        Time first_at = never, last_at = always;
        std::int64_t place = 0;
    };
    std::unordered_map<std::int64_t, Whereabouts> whereabouts(std::span<std::int64_t const>, Time until);

private:
    struct Naming;
    std::vector<std::int64_t> numbers_of(std::vector<std::string> const& keys);
    std::vector<std::int64_t> numbers_of(std::vector<std::string> const& keys, Index&, std::vector<Run> const& runs);
    std::optional<std::int64_t> number_of(std::string const& key);
    std::vector<std::int64_t> in_error(std::vector<Taken> const&, Originals const&);
    void drop(std::int64_t no, Node const&, std::string_view event_id);
    void read(store::Sql const&, std::span<std::int64_t const>, Time until, See const&, std::int64_t first = 0, std::int64_t last = 0);

    store::Db& m_db;
    Enterprise m_enterprise;
    bool m_cut = false;
};

std::vector<store::Sql> lineage_statements();

} // namespace osetra::trace
