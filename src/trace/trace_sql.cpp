#include "trace/trace_sql.h"

#include "trace/trace.h"

namespace osetra::trace {
namespace sql {

store::Sql const all[count] = {
#define OSETRA_TEXT(name, text) {"trace." #name, text},
    OSETRA_TRACE_STATEMENTS(OSETRA_TEXT)
#undef OSETRA_TEXT
};

} // namespace sql

std::vector<store::Sql> statements() { return {std::begin(sql::all), std::end(sql::all)}; }

} // namespace osetra::trace
