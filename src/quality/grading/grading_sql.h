#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "farm/kept_sql.h"
#include "quality/grading/decide.h"
#include "store/db.h"

namespace osetra::quality {


using farm::Of;

/// A lot of the plant, and the fish that it came from.
struct LotRow {
    std::string lot;
    FishId fish;
    Instant taken_at;
    std::string species;                         ///< empty: not known
};

/// What is kept of grading. One enterprise, one connection, one thread.
class GradingStore : public farm::KeptFacts {
public:
    GradingStore(store::Db& db, Enterprise enterprise);

    void enter(Fact const&);

    std::vector<LotRow> last_lots(std::int64_t most);   ///< those taken last first
    std::optional<LotRow> lot(std::string const&);
};

} // namespace osetra::quality
