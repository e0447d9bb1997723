#include "trace/identity_sql.h"

#include <array>
#include <fmt/core.h>

namespace osetra::trace {
namespace {

using store::arg;

enum Name : std::size_t { identity, put_identity, number_of, last_number, add_number, any_number, numbers };
constexpr std::array statements_here{
    store::Sql{"identity.identity", "SELECT company_prefix, name, country, plant_code, plant_name, address, phone FROM identity WHERE enterprise = :enterprise"},
    store::Sql{"identity.put_identity", "INSERT INTO identity (enterprise, company_prefix, name, country, plant_code, plant_name, address, phone) VALUES (:enterprise, :company_prefix, :name, :country, :plant_code, "
                                        ":plant_name, :address, :phone) ON CONFLICT (enterprise) DO UPDATE SET company_prefix = excluded.company_prefix, name = excluded.name, country = excluded.country, "
                                        "plant_code = excluded.plant_code, plant_name = excluded.plant_name, address = excluded.address, phone = excluded.phone"},
    store::Sql{"identity.number_of", "SELECT number FROM identity_number WHERE enterprise = :enterprise AND series = :series AND what = :what"},
    store::Sql{"identity.last_number", "SELECT coalesce(max(number), 0) AS number FROM identity_number WHERE enterprise = :enterprise AND series = :series"},
    store::Sql{"identity.add_number", "INSERT INTO identity_number (enterprise, series, what, number) VALUES (:enterprise, :series, :what, :number)"},
    store::Sql{"identity.any_number", "SELECT number FROM identity_number WHERE enterprise = :enterprise LIMIT 1"},
    store::Sql{"identity.numbers", "SELECT what, number FROM identity_number WHERE enterprise = :enterprise AND series = :series ORDER BY number"},
};

struct NumberOnly { std::int64_t number = 0; };
template <Is<NumberOnly> X> void visit_fields(X& x, auto f) { f("number", x.number); }

} // namespace

template <Is<IdentityStore::Numbered> X> void visit_fields(X& x, auto f) { f("what", x.what); f("number", x.number); }

IdentityStore::IdentityStore(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

std::optional<Identity> IdentityStore::told() { return m_db.row<Identity>(statements_here[identity], arg("enterprise", m_enterprise)); }

bool IdentityStore::in_use() { return m_db.row<NumberOnly>(statements_here[any_number], arg("enterprise", m_enterprise)).has_value(); }

Result<Done> IdentityStore::tell(Identity const& now) {
    OSETRA_TRY(check_identity(now));
    auto const before = told();
    if (before && before->company_prefix != now.company_prefix && in_use())
        return refuse("identity_in_use", fmt::format("Things are named with the prefix {} already, and partners know them by it; it stays.", before->company_prefix), "company_prefix");
    m_db.run(statements_here[put_identity], arg("enterprise", m_enterprise), now);
    return Done{};
}

std::vector<IdentityStore::Numbered> IdentityStore::numbered(std::string const& series) {
    return m_db.rows<Numbered>(statements_here[numbers], arg("enterprise", m_enterprise), arg("series", series));
}

std::int64_t IdentityStore::number(std::string const& series, std::string const& what) {
    auto const key = series + "/" + what;
    if (auto const at = m_known.find(key); at != m_known.end()) return at->second;
    auto const e = arg("enterprise", m_enterprise);
    auto const s = arg("series", series);
    auto const w = arg("what", what);
    auto known = m_db.row<NumberOnly>(statements_here[number_of], e, s, w);
    if (!known && m_only_read) return 0;
    if (!known) {
        known = m_db.row<NumberOnly>(statements_here[last_number], e, s);
        ++known->number;
        m_db.run(statements_here[add_number], e, s, w, *known);
        if (series == "article") m_new_articles.push_back(what);
    }
    return m_known.emplace(key, known->number).first->second;
}

std::vector<store::Sql> identity_statements() { return {statements_here.begin(), statements_here.end()}; }

} // namespace osetra::trace
