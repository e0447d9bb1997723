#pragma once
#include <optional>
#include <string>
#include <vector>

#include "farm/kept_sql.h"
#include "quality/tasting/decide.h"
#include "store/db.h"

namespace osetra::quality {

using farm::Of;

/// The key of a tasting, and the secret that signs its tasters' links.
struct SealedKey { std::string secret, sealed; };
template <Is<SealedKey> X> void visit_fields(X& x, auto f) { f("secret", x.secret); f("sealed", x.sealed); }

/// What is kept of tastings. One enterprise, one connection, one thread.
class TastingStore : public farm::KeptFacts {
public:
    TastingStore(store::Db& db, Enterprise enterprise);

    void enter(Fact const&);

    void put_key(std::string const& tasting, SealedKey const&);
    std::optional<SealedKey> key(std::string const& tasting);
};

} // namespace osetra::quality
