#include "farm/farm_sql.h"

namespace osetra::farm::sql {

store::Sql const all[count] = {
#define OSETRA_TEXT(name, text) {"farm." #name, text},
    OSETRA_FARM_STATEMENTS(OSETRA_TEXT)
#undef OSETRA_TEXT
};

} // namespace osetra::farm::sql
