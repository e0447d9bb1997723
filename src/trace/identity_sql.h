#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/db.h"
#include "trace/engine/naming.h"

namespace osetra::trace {

/// What an enterprise said of itself, and the numbers that it gave to its places and articles. One connection, one thread.
class IdentityStore final : public Numbers {
public:
    IdentityStore(store::Db&, Enterprise);
    /// Of somebody who only reads: what has no number yet gets none (0).
    void only_read(bool yes) { m_only_read = yes; }

    std::optional<Identity> told();
    /// In the caller's transaction. The prefix stays once things were named with it. Refusals: those of check_identity, identity_in_use.
    Result<Done> tell(Identity const&);
    bool in_use();                        ///< whether anything was named

    std::int64_t place(std::string const& what) override { return number("place", what); }
    std::int64_t article(std::string const& what) override { return number("article", what); }
    struct Numbered {
        std::string what;
        std::int64_t number = 0;
    };
    std::vector<Numbered> numbered(std::string const& series);   ///< "place" or "article", in order of their numbers
    /// Articles that got their number since this was asked last.
    std::vector<std::string> take_new_articles() { return std::exchange(m_new_articles, {}); }
    void forget() { m_new_articles.clear();  m_known.clear(); }    ///< what is remembered may have been rolled back

private:
    std::int64_t number(std::string const& series, std::string const& what);
    store::Db& m_db;
    Enterprise m_enterprise;
    bool m_only_read = false;
    std::map<std::string, std::int64_t, std::less<>> m_known;
    std::vector<std::string> m_new_articles;
};

std::vector<store::Sql> identity_statements();

} // namespace osetra::trace
