#include "app/link_world.h"

#include "access/access.h"
#include "trace/identity_sql.h"

namespace osetra::app {
namespace {

std::vector<trace::Issuer> issuers(store::Pool& pool) {
    store::Pool::Lease lease{pool};
    std::vector<trace::Issuer> all;
    for (auto const& e : access::enterprises(*lease))
        if (auto const told = trace::IdentityStore{*lease, e.enterprise}.told()) all.push_back({e.enterprise, told->name, e.simulated, told->company_prefix});
    return all;
}

} // namespace

trace::LinkWorld link_world(store::Pool& pool, farm::Pack const& pack) {
    return {[&pool] { return issuers(pool); },
            [&pack](std::string_view code) -> std::optional<trace::LinkWorld::Species> {
                auto const* species = pack.find_species(code);
                if (!species) return std::nullopt;
                return trace::LinkWorld::Species{species->code, species->latin, species->name_en, species->name_zh};
            }};
}

} // namespace osetra::app
