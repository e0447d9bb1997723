#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "farm/kept_sql.h"
#include "quality/blending/decide.h"
#include "store/db.h"

namespace osetra::quality {

using farm::Of;

/// What is kept of goods and blends. One enterprise, one connection, one thread.
class BlendStore : public farm::KeptFacts {
public:
    BlendStore(store::Db& db, Enterprise enterprise);

    void enter(Fact const&);
    void leave(Fact const&);
    void clear();
    std::string digest();

    /// The first of this name that does not come from `without`.
    std::optional<GoodsLot> lot(std::string const& name, FactId const& without = {});
    std::vector<GoodsLot> lots();                ///< all, in the order of their times and names
    std::string told_by(FactId const& root);     ///< the lot that a fact tells; empty: none

    struct Taken {
        FactId root;
        std::string lot;
        std::int64_t bags = 0, mg = 0;
        Instant happened_at;
        std::string blend;                       ///< empty: it was sold, used or lost
    };
    std::vector<Taken> taken_of(std::string const& lot);
    std::vector<Taken> all_taken();
    LotTaken taken(std::string const& lot, FactId const& without = {});

    /// Of every lot that is on hold itself, or of which another is that went into it: "H26-00001, residue (of A1)".
    std::map<std::string, std::string> held();
};
template <Is<BlendStore::Taken> X> void visit_fields(X& x, auto f) { f("root", x.root); f("lot", x.lot); f("bags", x.bags); f("mg", x.mg); f("happened_at", x.happened_at); f("blend", x.blend); }

} // namespace osetra::quality
