#include <fmt/core.h>
#include <ostream>

#include "app/verbs.h"
#include "farm/identity_routes.h"
#include "trace/identity_sql.h"

namespace osetra::app {

Result<Done> identity(Context const& c, IdentityVerb const& o) {
    auto const tells = !o.company_prefix.empty() || !o.name.empty() || !o.country.empty() || !o.plant_code.empty() || !o.plant_name.empty() || !o.address.empty() || !o.phone.empty();
    auto company = OSETRA_TRY(open_company(c, tells ? Missing::make : Missing::refuse));
    trace::IdentityStore store{*company.db, company.record.enterprise};
    auto told = store.told();
    if (tells) {
        auto now = told.value_or(trace::Identity{});
        if (!told) now.name = company.record.name;
        auto const put = [](auto& field, std::string const& value) { if (!value.empty()) field = value; };
        put(now.company_prefix, o.company_prefix);
        put(now.name, o.name);
        put(now.country, o.country);
        put(now.plant_code, o.plant_code);
        put(now.plant_name, o.plant_name);
        put(now.address, o.address);
        put(now.phone, o.phone);
        Progress progress{c.io};
        OSETRA_TRY(company.ledger->tell_identity(now, c.clock.now(), [&](std::int64_t done, std::int64_t all) { progress.show("Telling partners what the journal holds:", done, all); }));
        progress.done();
        told = now;
    }
    store.only_read(true);
    if (c.where.json) {
        c.io.out << farm::identity_json(told, store) << '\n';
        return Done{};
    }
    if (!told) {
        c.io.out << "The company has not said who it is among its partners, and nothing is told to them: osetra identity --company-prefix DIGITS\n";
        return Done{};
    }
    trace::Naming const names{*told, store};
    for (auto const& [label, value] : std::vector<std::pair<char const*, std::string>>{{"company prefix", told->company_prefix + (trace::is_demonstration(*told) ? " (for demonstrations)" : "")},
                          {"name", told->name},
                          {"country", told->country},
                          {"plant", told->plant_code.value_or("") + (told->plant_name ? " " + *told->plant_name : "")},
                          {"address", told->address.value_or("")},
                          {"phone", told->phone.value_or("")},
                          {"known as", names.company()}})
        if (!value.empty()) c.io.out << fmt::format("{:<15} {}\n", label, value);
    return Done{};
}

} // namespace osetra::app
