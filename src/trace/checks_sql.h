#pragma once
#include <memory>

#include "store/db.h"
#include "trace/checks.h"
#include "trace/trace.h"

namespace osetra::trace {

/// What the repository holds, and what the document at hand told so far.
class ToldBefore final : public Past {
public:
    ToldBefore(store::Db&, Enterprise, Document const&);
    ~ToldBefore() override;

    /// An event of the document that was accepted.
    void add(Node const& event, std::string const& event_id);

    std::vector<Said> said(std::string_view thing, Tie, End) override;
    std::vector<Said> said_of_process(std::string_view id, Tie) override;
    std::vector<Node const*> with_paper(std::string_view id) override;
    std::vector<std::string> attribute(std::string_view id, std::string_view local) override;

private:
    struct Told;
    std::unique_ptr<Told> m;
};

} // namespace osetra::trace
