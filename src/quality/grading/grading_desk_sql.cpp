#include "quality/grading/grading_desk_sql.h"

#include <fmt/core.h>

namespace osetra::quality {

Result<std::string> GradingDesk::photograph(Enterprise enterprise, std::string const& sha256) {
    constexpr std::int64_t most = 40'000'000;
    auto const bytes = OSETRA_TRY(store::parse_sha256(sha256));
    store::Pool::Lease db{m_pool};
    auto const medium = OSETRA_TRY(m_media.find(*db, enterprise, bytes));
    if (medium.size > most) return refuse("too_large", fmt::format("A photograph has at most {} million bytes.", most / 1'000'000), "photo_sha256");
    return m_media.read(medium, 0, medium.size);
}

Result<std::string> GradingDesk::keep(Enterprise enterprise, std::string const& name, std::string_view bytes, std::string const& person) {
    store::Pool::Lease db{m_pool};
    auto const medium = OSETRA_TRY(m_media.keep(*db, enterprise, name, bytes, person, m_clock.now()));
    return store::sha256_text(medium.sha256);
}

} // namespace osetra::quality
