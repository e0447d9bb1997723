#include "processing/plant_sql.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "kernel/sha256.h"
#include "processing/things_sql.h"
#include "processing/label_register_sql.h"
#include "processing/processing.h"
#include "processing/register_branch_sql.h"
#include "processing/sorting_branch_sql.h"
#include "trace/identity_sql.h"

namespace osetra::processing {
namespace {

using store::arg;

enum Name : std::size_t { put_fact, put_part, drop_fact, drop_parts, clear_facts, clear_parts, by_name, by_name_last, by_part, all_facts, all_parts, of_kind, of_kind_since, between_times, last_named, every_part, kind_between };
#define OSETRA_KEPT "f.root, f.kind, f.name, f.happened_at, f.body"
constexpr std::array sql{
    store::Sql{"plant.put_fact", "INSERT INTO plant_fact (enterprise, root, kind, name, happened_at, body) VALUES (:enterprise, :root, :kind, :name, :happened_at, :body)"},
    store::Sql{"plant.put_part", "INSERT INTO plant_part (enterprise, root, part, kind) VALUES (:enterprise, :root, :part, :kind)"},
    store::Sql{"plant.drop_fact", "DELETE FROM plant_fact WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"plant.drop_parts", "DELETE FROM plant_part WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"plant.clear_facts", "DELETE FROM plant_fact WHERE enterprise = :enterprise"},
    store::Sql{"plant.clear_parts", "DELETE FROM plant_part WHERE enterprise = :enterprise"},
    store::Sql{"plant.by_name", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind AND f.name = :name ORDER BY f.happened_at, f.root LIMIT 1"},
    store::Sql{"plant.by_name_last", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind AND f.name = :name ORDER BY f.happened_at DESC, f.root DESC LIMIT 1"},
    store::Sql{"plant.by_part", "SELECT " OSETRA_KEPT " FROM plant_part AS p JOIN plant_fact AS f ON f.enterprise = p.enterprise AND f.root = p.root WHERE p.enterprise = :enterprise AND p.part = :part AND p.kind = :kind "
                                "ORDER BY f.happened_at, f.root"},
    store::Sql{"plant.all_facts", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise ORDER BY f.root"},
    store::Sql{"plant.all_parts", "SELECT root, kind, part AS name FROM plant_part WHERE enterprise = :enterprise ORDER BY root, part"},
    store::Sql{"plant.of_kind", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind ORDER BY f.happened_at, f.root"},
    store::Sql{"plant.of_kind_since", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind AND f.happened_at >= :from_at ORDER BY f.happened_at, f.root"},
    store::Sql{"plant.between", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.happened_at >= :from_at AND f.happened_at < :to_at ORDER BY f.happened_at, f.root"},
    store::Sql{"plant.last_named", "SELECT f.name FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind AND f.happened_at < :to_at AND f.happened_at >= :from_at ORDER BY f.happened_at DESC, f.name LIMIT :most"},
    store::Sql{"plant.every_part", "SELECT " OSETRA_KEPT " FROM plant_part AS p JOIN plant_fact AS f ON f.enterprise = p.enterprise AND f.root = p.root WHERE p.enterprise = :enterprise AND p.part = :part ORDER BY f.happened_at, f.root"},
    store::Sql{"plant.kind_between", "SELECT " OSETRA_KEPT " FROM plant_fact AS f WHERE f.enterprise = :enterprise AND f.kind = :kind AND f.happened_at >= :from_at AND f.happened_at < :to_at ORDER BY f.happened_at, f.root"},
};

struct NameRow { std::string name; };
template <Is<NameRow> X> void visit_fields(X& x, auto f) { f("name", x.name); }

struct PartRow { FactId root; std::string kind, name; };
template <Is<PartRow> X> void visit_fields(X& x, auto f) { f("root", x.root); f("kind", x.kind); f("name", x.name); }

template <class T> Of<T> read(Kept&& kept) {
    auto body = from_json<T>(kept.body);
    if (!body) throw Fault("a fact of the plant cannot be read: " + body.error().message);
    return {kept.root, kept.happened_at, std::move(*body)};
}

struct Namer {
    std::string operator()(RubbingStarted const& b) const { return pit_tag_text(b.fish); }
    std::string operator()(RoeTaken const& b) const { return b.lot.value_or(""); }
    std::string operator()(Salted const& b) const { return b.lot; }
    std::string operator()(TinClosed const& b) const { return b.tin; }
    std::string operator()(Repacked const& b) const { return b.tin; }
    std::string operator()(CaseClosed const& b) const { return b.container; }
    std::string operator()(PartyRegistered const& b) const { return b.party; }
    std::string operator()(PermitGranted const& b) const { return b.permit; }
    std::string operator()(Shipped const& b) const { return b.shipment; }
    std::string operator()(HarvestOrdered const& b) const { return b.order; }
    std::string operator()(StepDone const& b) const { return pit_tag_text(b.fish) + "/" + b.step; }
    std::string operator()(MaterialReceived const& b) const { return b.batch; }
    std::string operator()(MaterialUsed const& b) const { return b.batch; }
    std::string operator()(PointChecked const& b) const { return b.point; }
};
struct Parts {
    std::vector<std::string> out;
    void add(char const* word, std::string const& name) {
        auto part = word + name;
        if (std::find(out.begin(), out.end(), part) == out.end()) out.push_back(std::move(part));
    }
    void operator()(RubbingStarted const& b) { add("fish:", pit_tag_text(b.fish)); }
    void operator()(RoeTaken const& b) { add("fish:", pit_tag_text(b.fish)); }
    void operator()(Salted const& b) { if (b.salt_lot) add("batch:", *b.salt_lot); }
    void operator()(TinClosed const& b) {
        add("lot:", b.lot);
        if (b.tin_batch) add("batch:", *b.tin_batch);
    }
    void operator()(Repacked const& b) { for (auto const& t : b.tins) add("tin:", t); }
    void operator()(CaseClosed const& b) {
        for (auto const& t : b.tins) add("tin:", t);
        for (auto const& c : b.containers) add("container:", c);
    }
    void operator()(PartyRegistered const&) {}
    void operator()(PermitGranted const&) {}
    void operator()(Shipped const& b) {
        for (auto const& c : b.containers) add("container:", c);
        if (b.permit) add("permit:", *b.permit);
    }
    void operator()(HarvestOrdered const& b) { for (auto const fish : b.fish) add("fish:", pit_tag_text(fish)); }
    void operator()(StepDone const& b) { add("fish:", pit_tag_text(b.fish)); }
    void operator()(MaterialReceived const&) {}
    void operator()(MaterialUsed const& b) {
        add("batch:", b.batch);
        if (b.lot) add("lot:", *b.lot);
    }
    void operator()(PointChecked const&) {}
};

} // namespace

std::string name_of(Body const& body) { return std::visit(Namer{}, body); }
std::vector<std::string> parts_of(Body const& body) {
    Parts parts;
    std::visit(parts, body);
    return std::move(parts.out);
}

void PlantStore::enter(Fact const& fact) {
    auto const body = body_of(fact.kind, fact.body);
    auto const e = arg("enterprise", m_farm.enterprise());
    m_farm.db().run(sql[put_fact], e, Kept{fact.root(), fact.kind, name_of(body), fact.happened_at, fact.body});
    for (auto const& part : parts_of(body)) m_farm.db().run(sql[put_part], e, arg("root", fact.root()), arg("part", part), arg("kind", fact.kind));
    look_at_clocks(body, true);
}

void PlantStore::leave(Fact const& fact) {
    m_farm.db().run(sql[drop_fact], arg("enterprise", m_farm.enterprise()), arg("root", fact.root()));
    m_farm.db().run(sql[drop_parts], arg("enterprise", m_farm.enterprise()), arg("root", fact.root()));
    look_at_clocks(body_of(fact.kind, fact.body), false);
}

void PlantStore::look_at_clocks(Body const& body, bool entered) {
    if (!m_holds) return;
    auto const* tin = std::get_if<TinClosed>(&body);
    auto const* roe = std::get_if<RoeTaken>(&body);
    auto const* rubbing = std::get_if<RubbingStarted>(&body);
    auto const name = tin ? tin->lot : roe && roe->lot ? *roe->lot : rubbing ? lot_of(rubbing->fish).value_or("") : std::string{};
    if (name.empty()) return;
    std::optional<Instant> late;
    auto const taken = first<RoeTaken>(name);
    auto const began = taken ? rubbing_of(taken->body.fish) : std::nullopt;
    auto const closed = began ? made_of<TinClosed>("lot:" + name) : std::vector<Of<TinClosed>>{};
    for (auto const& one : closed)
        if (!late && !hold_of(rules(), began, one.at).empty()) late = one.at;
    if (late || !entered || !tin) m_holds->clock(name, late);
}

void PlantStore::clear() {
    m_farm.db().run(sql[clear_facts], arg("enterprise", m_farm.enterprise()));
    m_farm.db().run(sql[clear_parts], arg("enterprise", m_farm.enterprise()));
}

std::string PlantStore::digest() {
    Sha256 facts, parts;
    m_farm.db().each<Kept>(sql[all_facts], [&](Kept&& row) { facts.add(to_json(row) + "\n"); }, arg("enterprise", m_farm.enterprise()));
    m_farm.db().each<PartRow>(sql[all_parts], [&](PartRow&& row) { parts.add(to_json(row) + "\n"); }, arg("enterprise", m_farm.enterprise()));
    return "plant_fact " + facts.hex() + "\nplant_part " + parts.hex() + "\n";
}

template <class T> std::optional<Of<T>> PlantStore::first(std::string const& name) {
    auto kept = m_farm.db().row<Kept>(sql[by_name], arg("enterprise", m_farm.enterprise()), arg("kind", std::string_view{T::kind}), arg("name", name));
    return kept ? std::optional{read<T>(std::move(*kept))} : std::nullopt;
}
template <class T> std::optional<Of<T>> PlantStore::last(std::string const& name) {
    auto kept = m_farm.db().row<Kept>(sql[by_name_last], arg("enterprise", m_farm.enterprise()), arg("kind", std::string_view{T::kind}), arg("name", name));
    return kept ? std::optional{read<T>(std::move(*kept))} : std::nullopt;
}
template <class T> std::vector<Of<T>> PlantStore::made_of(std::string const& part) {
    std::vector<Of<T>> all;
    for (auto& kept : m_farm.db().rows<Kept>(sql[by_part], arg("enterprise", m_farm.enterprise()), arg("part", part), arg("kind", std::string_view{T::kind}))) all.push_back(read<T>(std::move(kept)));
    return all;
}
template <class T> std::vector<Of<T>> PlantStore::since(Instant from) {
    std::vector<Of<T>> all;
    m_farm.db().each<Kept>(sql[of_kind_since], [&](Kept&& kept) { all.push_back(read<T>(std::move(kept))); }, arg("enterprise", m_farm.enterprise()), arg("kind", std::string_view{T::kind}), arg("from_at", from));
    return all;
}
template std::vector<Of<TinClosed>> PlantStore::since<TinClosed>(Instant);
template std::vector<Of<Repacked>> PlantStore::since<Repacked>(Instant);
template std::vector<Of<CaseClosed>> PlantStore::since<CaseClosed>(Instant);
template std::vector<Of<Shipped>> PlantStore::since<Shipped>(Instant);
template std::optional<Of<TinClosed>> PlantStore::first<TinClosed>(std::string const&);
template std::vector<Of<Repacked>> PlantStore::made_of<Repacked>(std::string const&);
template std::optional<Of<RoeTaken>> PlantStore::first<RoeTaken>(std::string const&);
template std::optional<Of<Salted>> PlantStore::first<Salted>(std::string const&);
template std::optional<Of<Shipped>> PlantStore::first<Shipped>(std::string const&);
template std::optional<Of<PermitGranted>> PlantStore::last<PermitGranted>(std::string const&);
template std::vector<Of<TinClosed>> PlantStore::made_of<TinClosed>(std::string const&);

bool PlantStore::has_plant_code() {
    auto const identity = m_farm.identity();
    return identity && identity->plant_code;
}
std::string PlantStore::country() {
    auto const identity = m_farm.identity();
    return identity ? identity->country : "CN";
}

std::optional<Instant> PlantStore::rubbing_of(FishId fish) {
    auto const all = made_of<RubbingStarted>("fish:" + pit_tag_text(fish));
    return all.empty() ? std::nullopt : std::optional{all.front().at};
}

std::optional<std::string> PlantStore::lot_of(FishId fish) {
    auto const all = made_of<RoeTaken>("fish:" + pit_tag_text(fish));
    return all.empty() ? std::nullopt : all.front().body.lot;
}

std::optional<Lot> PlantStore::lot(std::string const& name) {
    auto const roe = first<RoeTaken>(name);
    if (!roe) return std::nullopt;
    Lot lot;
    lot.lot = name;
    lot.fish = roe->body.fish;
    if (auto const harvest = m_farm.harvest_of(lot.fish)) lot.species = harvest->species;
    lot.taken_at = roe->at;
    lot.roe_mg = roe->body.roe_mg.n;
    if (auto salted = first<Salted>(name)) lot.salted = std::move(salted->body);
    std::set<std::string> counted;               // a tin that two stations told is one tin
    for (auto const& tin : made_of<TinClosed>("lot:" + name)) {
        if (!counted.insert(tin.body.tin).second) continue;
        lot.tinned_mg += tin.body.net_mg.n;
        if (!lot.first_tin_at) lot.first_tin_at = tin.at;
    }
    lot.rubbing_at = rubbing_of(lot.fish);
    return lot;
}

std::optional<Plant::InTin> PlantStore::in_tin(std::string const& name) {
    if (auto const closed = first<TinClosed>(name)) {
        InTin tin{closed->body.lot, {}, closed->body.net_mg.n};
        if (auto const roe = first<RoeTaken>(tin.lot))
            if (auto const harvest = m_farm.harvest_of(roe->body.fish)) tin.species = harvest->species;
        return tin;
    }
    auto const filled = made_of<Repacked>("tin:" + name);
    auto tin = filled.empty() || filled.front().body.tin == name ? std::nullopt : in_tin(filled.front().body.tin);
    if (tin) tin->net_mg = filled.front().body.net_mg.n;
    return tin;
}

/// Where a tin was filled from another, the first of them all: the clock ran for that one.
std::optional<Tin> PlantStore::tin(std::string const& name) {
    auto const inside = in_tin(name);
    if (!inside) return std::nullopt;
    Tin tin;
    tin.tin = name;
    tin.lot = inside->lot;
    tin.species = inside->species;
    tin.net_mg = inside->net_mg;
    if (auto const closed = first<TinClosed>(name)) {
        tin.closed_at = closed->at;
    } else {
        auto const filled = made_of<Repacked>("tin:" + name).front();
        tin.closed_at = filled.at;
    }
    if (first<Repacked>(name)) tin.repacked = name;
    if (auto const packed = made_of<CaseClosed>("tin:" + name); !packed.empty()) tin.container = packed.front().body.container;
    tin.hold = hold_on(name, "");
    return tin;
}

std::string PlantStore::hold_on(std::string const& name, std::string const& country) {
    if (auto gone = tin_gone(m_farm.db(), m_farm.enterprise(), name); !gone.empty()) return gone;
    Holds::Of of{{name}, {}, {}, {}, false};
    while (!first<TinClosed>(of.tins.back())) {
        auto const filled = made_of<Repacked>("tin:" + of.tins.back());
        if (filled.empty() || of.tins.size() > 100) return {};
        of.tins.push_back(filled.front().body.tin);
    }
    auto const closed = first<TinClosed>(of.tins.back());
    of.lot = closed->body.lot;
    if (auto const roe = first<RoeTaken>(of.lot)) {
        of.fish = roe->body.fish;
        of.late = !hold_of(rules(), rubbing_of(of.fish), closed->at).empty();
    }
    if (!m_holds) return of.late ? tin_clock(rules())->hold : "";
    for (auto packed = made_of<CaseClosed>("tin:" + name); !packed.empty() && of.containers.size() < 100; packed = made_of<CaseClosed>("container:" + of.containers.back()))
        of.containers.push_back(packed.front().body.container);
    return m_holds->on(of, country);
}

std::optional<std::string> PlantStore::order_of(FishId fish) {
    auto all = made_of<HarvestOrdered>("fish:" + pit_tag_text(fish));
    return all.empty() ? std::nullopt : std::optional{std::move(all.front().body.order)};
}

bool PlantStore::step_told(FishId fish, std::string const& step) { return first<StepDone>(pit_tag_text(fish) + "/" + step).has_value(); }

std::optional<std::int64_t> PlantStore::ovary_mg(FishId fish) {
    for (auto const& told : made_of<StepDone>("fish:" + pit_tag_text(fish)))
        if (auto const* step = rules().find_step(told.body.step); step && step->weighs == "ovary" && told.body.weight_mg) return told.body.weight_mg->n;
    return std::nullopt;
}

std::optional<MaterialReceived> PlantStore::material(std::string const& batch) {
    auto found = first<MaterialReceived>(batch);
    return found ? std::optional{std::move(found->body)} : std::nullopt;
}

std::vector<Kept> PlantStore::between(Instant from, Instant to) {
    return m_farm.db().rows<Kept>(sql[between_times], arg("enterprise", m_farm.enterprise()), arg("from_at", from), arg("to_at", to));
}

std::vector<Kept> PlantStore::with_part(std::string const& part) {
    return m_farm.db().rows<Kept>(sql[every_part], arg("enterprise", m_farm.enterprise()), arg("part", part));
}

std::vector<Kept> PlantStore::between(Instant from, Instant to, char const* kind) {
    return m_farm.db().rows<Kept>(sql[kind_between], arg("enterprise", m_farm.enterprise()), arg("kind", std::string_view{kind}), arg("from_at", from), arg("to_at", to));
}

std::vector<std::string> PlantStore::last_names(char const* kind, Instant before, std::int64_t most) {
    std::vector<std::string> names;
    for (auto& row : m_farm.db().rows<NameRow>(sql[last_named], arg("enterprise", m_farm.enterprise()), arg("kind", std::string_view{kind}), arg("from_at", before - std::chrono::days{366}),
                                               arg("to_at", before), arg("most", most))) names.push_back(std::move(row.name));
    return names;
}

std::vector<Kept> PlantStore::named(char const* kind, std::string const& name) {
    return m_farm.db().rows<Kept>(sql[by_name], arg("enterprise", m_farm.enterprise()), arg("kind", std::string_view{kind}), arg("name", name));
}

template std::optional<Of<HarvestOrdered>> PlantStore::first<HarvestOrdered>(std::string const&);
template std::optional<Of<MaterialReceived>> PlantStore::first<MaterialReceived>(std::string const&);

std::optional<trace::Identity> FarmRead::identity() {
    return trace::IdentityStore{m_reader.db(), m_reader.enterprise()}.told();
}

std::optional<Container> PlantStore::container(std::string const& name) {
    auto const closed = first<CaseClosed>(name);
    if (!closed) return std::nullopt;
    Container container{name, closed->body.tins, closed->body.containers, {}, {}};
    if (auto const on = made_of<CaseClosed>("container:" + name); !on.empty()) container.inside = on.front().body.container;
    auto const gone = made_of<Shipped>("container:" + name);
    if (std::ssize(gone) > times_returned(m_farm.db(), m_farm.enterprise(), name)) container.shipment = gone.back().body.shipment;   // what came back may go again
    return container;
}

std::optional<PartyRegistered> PlantStore::party(std::string const& name) {
    auto found = last<PartyRegistered>(name);
    return found ? std::optional{std::move(found->body)} : std::nullopt;
}

std::optional<PermitGranted> PlantStore::granted(std::string const& name) {
    auto found = last<PermitGranted>(name);
    return found ? std::optional{std::move(found->body)} : std::nullopt;
}

std::optional<Permit> PlantStore::permit(std::string const& name) {
    auto found = granted(name);
    if (!found) return std::nullopt;
    return Permit{std::move(*found), shipped_under(name)};
}

std::int64_t PlantStore::shipped_under(std::string const& permit) {
    std::int64_t all = 0;
    for (auto const& shipment : made_of<Shipped>("permit:" + permit))
        for (auto const& name : shipment.body.containers)
            if (auto const gone = container(name)) for (auto const& [species, mg] : contents(*gone, *this)) all += mg;
    return all;
}

std::vector<FishGave> all_roe(store::Db& db, Enterprise enterprise) {
    std::vector<FishGave> all;
    db.each<Kept>(sql[of_kind], [&](Kept&& kept) {
        auto const at = kept.happened_at;
        auto const roe = read<RoeTaken>(std::move(kept));
        all.push_back({roe.body.fish, at, roe.body.ovary_mg, roe.body.roe_mg, roe.body.carcass_mg});
    }, arg("enterprise", enterprise), arg("kind", std::string_view{RoeTaken::kind}));
    return all;
}

std::vector<store::Sql> statements() {
    std::vector<store::Sql> all{sql.begin(), sql.end()};
    for (auto const& s : label_statements()) all.push_back(s);
    for (auto const& s : tin_statements()) all.push_back(s);
    for (auto const& s : sorting_statements()) all.push_back(s);
    for (auto const& s : things_statements()) all.push_back(s);
    return all;
}

} // namespace osetra::processing
