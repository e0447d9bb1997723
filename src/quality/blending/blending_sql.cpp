#include "quality/blending/blending_sql.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <set>
#include <tuple>

#include "kernel/sha256.h"
#include "quality/blending/blending.h"

namespace osetra::quality {
namespace {

using store::arg;

enum Name : std::size_t { put_part, drop_parts, clear_parts, parts_of_lot, all_parts, lots_on_hold };
#define OSETRA_TAKEN "SELECT root, lot, bags, mg, happened_at, blend FROM blend_part WHERE enterprise = :enterprise"
constexpr std::array sql{
    store::Sql{"blend.put_part", "INSERT INTO blend_part (enterprise, root, lot, bags, mg, happened_at, blend) VALUES (:enterprise, :root, :lot, :bags, :mg, :happened_at, :blend)"},
    store::Sql{"blend.drop_parts", "DELETE FROM blend_part WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"blend.clear_parts", "DELETE FROM blend_part WHERE enterprise = :enterprise"},
    store::Sql{"blend.parts_of_lot", OSETRA_TAKEN " AND lot = :lot ORDER BY happened_at, root"},
    store::Sql{"blend.all_parts", OSETRA_TAKEN " ORDER BY happened_at, root, lot"},
    store::Sql{"blend.lots_on_hold", "SELECT thing, hold, reason FROM quality_hold WHERE enterprise = :enterprise AND bars = 1 AND what = 'lot' ORDER BY put_at, hold"},
};

struct HeldRow { std::string thing, hold, reason; };
template <Is<HeldRow> X> void visit_fields(X& x, auto f) { f("thing", x.thing); f("hold", x.hold); f("reason", x.reason); }

farm::KeptTable const& table() {
    static farm::KeptTable const made{"blend"};
    return made;
}

} // namespace

BlendStore::BlendStore(store::Db& db, Enterprise enterprise) : KeptFacts(db, enterprise, table()) {}

void BlendStore::enter(Fact const& fact) {
    auto const body = blending_body_of(fact.kind, fact.body);
    KeptFacts::enter(fact, blending_name_of(body));
    if (auto const* left = std::get_if<GoodsLeft>(&body)) m_db.run(sql[put_part], arg("enterprise", m_enterprise), Taken{fact.root(), left->lot, left->bags.value_or(0), left->amount_mg ? left->amount_mg->n : 0, fact.happened_at, {}});
    auto const* made = std::get_if<BlendMade>(&body);
    if (!made) return;
    auto const all = parse_components(made->components);
    if (!all) throw Fault("a blend's components cannot be read: " + all.error().message);
    for (auto const& c : *all) m_db.run(sql[put_part], arg("enterprise", m_enterprise), Taken{fact.root(), c.lot, c.bags, c.mg, fact.happened_at, made->lot});
}
void BlendStore::leave(Fact const& fact) {
    KeptFacts::leave(fact.root());
    m_db.run(sql[drop_parts], arg("enterprise", m_enterprise), arg("root", fact.root()));
}
void BlendStore::clear() {
    KeptFacts::clear();
    m_db.run(sql[clear_parts], arg("enterprise", m_enterprise));
}
std::string BlendStore::digest() {
    Sha256 rows;
    for (auto const& t : all_taken()) rows.add(to_json(t) + "\n");
    return KeptFacts::digest() + "blend_part " + rows.hex() + "\n";
}

std::optional<GoodsLot> BlendStore::lot(std::string const& name, FactId const& without) {
    std::optional<GoodsLot> first;
    auto const take = [&](auto const& all) {
        for (auto const& of : all)
            if (of.root != without && (!first || of.at < first->there_at)) first = lot_of(of.root, of.at, of.body);
    };
    take(named<LotReceived>(name));
    take(named<BlendMade>(name));
    return first;
}
std::vector<GoodsLot> BlendStore::lots() {
    std::vector<GoodsLot> found;
    std::set<std::string> names;
    auto const take = [&](auto const& all) { for (auto const& of : all) found.push_back(lot_of(of.root, of.at, of.body)); };
    take(all<LotReceived>());
    take(all<BlendMade>());
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return std::tie(a.there_at, a.lot, a.root) < std::tie(b.there_at, b.lot, b.root); });
    std::erase_if(found, [&](auto const& l) { return !names.insert(l.lot).second; });
    return found;
}
std::string BlendStore::told_by(FactId const& root) {
    if (auto const received = one<LotReceived>(root)) return received->body.lot;
    if (auto const made = one<BlendMade>(root)) return made->body.lot;
    return {};
}

std::vector<BlendStore::Taken> BlendStore::taken_of(std::string const& lot) { return m_db.rows<Taken>(sql[parts_of_lot], arg("enterprise", m_enterprise), arg("lot", lot)); }
std::vector<BlendStore::Taken> BlendStore::all_taken() { return m_db.rows<Taken>(sql[all_parts], arg("enterprise", m_enterprise)); }
LotTaken BlendStore::taken(std::string const& lot, FactId const& without) {
    LotTaken sum;
    for (auto const& t : taken_of(lot)) {
        if (t.root == without) continue;
        sum.bags += t.bags;
        sum.mg += t.mg;
        if (t.bags > 0) sum.in_bags_mg += t.mg;
        if (!sum.first_at) {
            sum.first_at = t.happened_at;
            sum.first_blend = t.blend;
        }
    }
    return sum;
}

std::map<std::string, std::string> BlendStore::held() {
    std::map<std::string, std::string> all;
    for (auto const& row : m_db.rows<HeldRow>(sql[lots_on_hold], arg("enterprise", m_enterprise))) all.try_emplace(row.thing, row.hold + ", " + row.reason);
    if (all.empty()) return all;
    // blends come after what is in them, so once through is enough
    auto const own = all;
    for (auto const& t : all_taken())
        if (auto const of = all.find(t.lot); of != all.end() && !t.blend.empty()) all.try_emplace(t.blend, own.contains(t.lot) ? fmt::format("{}, of {}", of->second, t.lot) : of->second);
    return all;
}

bool knows_goods(store::Db& db, Enterprise enterprise, std::string const& lot) { return BlendStore{db, enterprise}.lot(lot).has_value(); }

std::vector<store::Sql> blending_statements() { return table().with(sql); }

} // namespace osetra::quality
