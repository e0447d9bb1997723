#pragma once
#include <string>
#include <string_view>

#include "kernel/clock.h"
#include "store/media.h"
#include "store/pool.h"

namespace osetra::quality {

/// The files that grading reads and keeps, for routes that run on many threads at once. What it is made of must outlive it.
class GradingDesk {
public:
    GradingDesk(store::Pool& pool, store::MediaFolder& media, Clock const& clock) : m_pool(pool), m_media(media), m_clock(clock) {}

    /// Refusals: sha256_malformed, media_not_found, too_large.
    Result<std::string> photograph(Enterprise, std::string const& sha256);
    Result<std::string> keep(Enterprise, std::string const& name, std::string_view bytes, std::string const& person);   ///< its hash

private:
    store::Pool& m_pool;
    store::MediaFolder& m_media;
    Clock const& m_clock;
};

} // namespace osetra::quality
