#include "processing/things_sql.h"

#include <algorithm>
#include <array>

#include "kernel/fault.h"
#include "kernel/json.h"
#include "processing/plant_sql.h"
#include "processing/loads.h"
#include "processing/processing.h"

namespace osetra::processing {
namespace {

using store::arg;

enum Name : std::size_t { by_name, by_name_last, by_part, of_kind_last };
#define OSETRA_KEPT "f.root, f.kind, f.name, f.happened_at, f.body"
constexpr std::array sql{
    store::Sql{"things.by_name", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind AND f.name = :name ORDER BY f.happened_at, f.root LIMIT 1"},
    store::Sql{"things.by_name_last", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind AND f.name = :name ORDER BY f.happened_at DESC, f.root DESC LIMIT 1"},
    store::Sql{"things.by_part", "SELECT " OSETRA_KEPT " FROM plant_part AS p JOIN plant_fact AS f ON f.enterprise = p.enterprise AND f.root = p.root WHERE p.enterprise = :enterprise AND p.part = :part AND p.kind = :kind "
                                 "ORDER BY f.happened_at, f.root"},
    store::Sql{"things.of_kind_last", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind ORDER BY f.happened_at DESC, f.root DESC LIMIT :most"},
};

template <class T> Of<T> read(Kept&& kept) {
    auto body = from_json<T>(kept.body);
    if (!body) throw Fault("a fact of the plant cannot be read: " + body.error().message);
    return {kept.root, kept.happened_at, std::move(*body)};
}

/// What is kept, asked without a farm at hand.
struct Asked {
    store::Db& db;
    Enterprise enterprise;

    template <class T> std::optional<Of<T>> first(std::string const& name) {
        auto kept = db.row<Kept>(sql[by_name], arg("enterprise", enterprise), arg("kind", std::string_view{T::kind}), arg("name", name));
        return kept ? std::optional{read<T>(std::move(*kept))} : std::nullopt;
    }
    template <class T> std::vector<Of<T>> made_of(std::string const& part) {
        std::vector<Of<T>> all;
        for (auto& kept : db.rows<Kept>(sql[by_part], arg("enterprise", enterprise), arg("part", part), arg("kind", std::string_view{T::kind}))) all.push_back(read<T>(std::move(kept)));
        return all;
    }
    std::optional<std::string> lot_of(std::string tin) {
        for (auto step = 0; step < 100; ++step) {
            if (auto const closed = first<TinClosed>(tin)) return closed->body.lot;
            auto const filled = made_of<Repacked>("tin:" + tin);
            if (filled.empty()) return std::nullopt;
            tin = filled.front().body.tin;
        }
        return std::nullopt;
    }
    /// With which shipment a case left, also on a pallet.
    std::optional<std::string> shipment_of(std::string container) {
        for (auto step = 0; step < 100; ++step) {
            if (auto const gone = made_of<Shipped>("container:" + container); !gone.empty()) return gone.front().body.shipment;
            auto const on = made_of<CaseClosed>("container:" + container);
            if (on.empty()) return std::nullopt;
            container = on.front().body.container;
        }
        return std::nullopt;
    }
    /// What is in a tin now or, where it was opened, in those filled from it.
    void follow(std::string const& tin, std::int64_t net_mg, LotTold& lot) {
        if (auto const opened = first<Repacked>(tin)) {
            for (auto const& small : opened->body.tins) follow(small, opened->body.net_mg.n, lot);
            return;
        }
        auto const packed = made_of<CaseClosed>("tin:" + tin);
        auto const shipment = packed.empty() ? std::nullopt : shipment_of(packed.front().body.container);
        if (!shipment) lot.here_mg += net_mg;
        else if (std::find(lot.shipments.begin(), lot.shipments.end(), *shipment) == lot.shipments.end()) lot.shipments.push_back(*shipment);
    }
    void lots_in(std::string const& container, ShipmentTold& out) {
        auto const closed = first<CaseClosed>(container);
        if (!closed) return;
        for (auto const& tin : closed->body.tins) {
            if (auto const lot = lot_of(tin); lot && std::find(out.lots.begin(), out.lots.end(), *lot) == out.lots.end()) out.lots.push_back(*lot);
            if (auto const whole = first<TinClosed>(tin)) out.net_mg += whole->body.net_mg.n;
            else if (auto const filled = made_of<Repacked>("tin:" + tin); !filled.empty()) out.net_mg += filled.front().body.net_mg.n;
        }
        for (auto const& inner : closed->body.containers) lots_in(inner, out);
    }
};

} // namespace

bool knows(store::Db& db, Enterprise enterprise, std::string const& what, std::string const& name) {
    Asked asked{db, enterprise};
    if (what == "lot") return asked.first<RoeTaken>(name).has_value();
    if (what == "tin") return asked.lot_of(name).has_value();
    return what == "case" && asked.first<CaseClosed>(name).has_value();
}
std::optional<std::string> lot_of_tin(store::Db& db, Enterprise enterprise, std::string const& tin) { return Asked{db, enterprise}.lot_of(tin); }

std::optional<LotTold> lot_told(store::Db& db, Enterprise enterprise, std::string const& name) {
    Asked asked{db, enterprise};
    auto const roe = asked.first<RoeTaken>(name);
    if (!roe) return std::nullopt;
    LotTold lot;
    lot.lot = name;
    lot.fish = roe->body.fish;
    lot.taken_at = roe->at;
    lot.roe_mg = roe->body.roe_mg.n;
    if (auto const salted = asked.first<Salted>(name)) lot.grade = salted->body.grade;
    for (auto const& tin : asked.made_of<TinClosed>("lot:" + name)) {
        lot.tins.push_back({tin.body.tin, tin.body.net_mg.n, tin.at});
        lot.tinned_mg += tin.body.net_mg.n;
        asked.follow(tin.body.tin, tin.body.net_mg.n, lot);
    }
    return lot;
}

std::vector<std::string> lots_of(store::Db& db, Enterprise enterprise, std::size_t most) {
    std::vector<std::string> all;
    db.each<Kept>(sql[of_kind_last], [&](Kept&& kept) { all.push_back(std::move(kept.name)); }, arg("enterprise", enterprise), arg("kind", std::string_view{RoeTaken::kind}),
                  arg("most", static_cast<std::int64_t>(most)));
    return all;
}

std::optional<PartyTold> party_told(store::Db& db, Enterprise enterprise, std::string const& name) {
    auto kept = db.row<Kept>(sql[by_name_last], arg("enterprise", enterprise), arg("kind", std::string_view{PartyRegistered::kind}), arg("name", name));
    if (!kept) return std::nullopt;
    auto const b = read<PartyRegistered>(std::move(*kept)).body;
    return PartyTold{b.party, b.name, b.country, b.gln, b.place_gln};
}

std::optional<ShipmentTold> shipment_told(store::Db& db, Enterprise enterprise, std::string const& name) {
    Asked asked{db, enterprise};
    auto const shipped = asked.first<Shipped>(name);
    if (!shipped) return std::nullopt;
    ShipmentTold out;
    out.party = shipped->body.party;
    out.at = shipped->at;
    if (auto const party = party_told(db, enterprise, out.party)) out.country = party->country;
    for (auto const& container : shipped->body.containers) asked.lots_in(container, out);
    return out;
}

std::vector<store::Sql> things_statements() { return {sql.begin(), sql.end()}; }

} // namespace osetra::processing
