#include "processing/register_branch_sql.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <set>
#include <variant>

#include "kernel/sha256.h"
#include "processing/plant_sql.h"
#include "trace/engine/make.h"

namespace osetra::processing {
namespace {

using store::arg;
using TinBody = std::variant<TinsLost, TinSampled, CasesReturned>;

enum Name : std::size_t { put_row, drop_rows, clear_rows, all_rows, gone_of, returned_of };
constexpr std::array sql{
    store::Sql{"tin_fact.put", "INSERT INTO tin_fact (enterprise, root, thing, kind, happened_at, word, net_mg) VALUES (:enterprise, :root, :thing, :kind, :happened_at, :word, :net_mg)"},
    store::Sql{"tin_fact.drop", "DELETE FROM tin_fact WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"tin_fact.clear", "DELETE FROM tin_fact WHERE enterprise = :enterprise"},
    store::Sql{"tin_fact.all", "SELECT root, thing, kind, happened_at, word, net_mg FROM tin_fact WHERE enterprise = :enterprise ORDER BY root, thing"},
    store::Sql{"tin_fact.gone", "SELECT root, thing, kind, happened_at, word, net_mg FROM tin_fact WHERE enterprise = :enterprise AND thing = :thing AND (kind = 'loss' OR (kind = 'sample' AND net_mg IS NULL)) ORDER BY happened_at, root LIMIT 1"},
    store::Sql{"tin_fact.returned", "SELECT count(*) AS n FROM tin_fact WHERE enterprise = :enterprise AND thing = :thing AND kind = 'return'"},
};

struct Row {
    FactId root;
    std::string thing, kind;
    Instant happened_at;
    std::string word;
    std::optional<std::int64_t> net_mg;
};
template <Is<Row> X> void visit_fields(X& x, auto f) { f("root", x.root); f("thing", x.thing); f("kind", x.kind); f("happened_at", x.happened_at); f("word", x.word); f("net_mg", x.net_mg); }
struct NumberRow { std::int64_t n = 0; };
template <Is<NumberRow> X> void visit_fields(X& x, auto f) { f("n", x.n); }

TinBody body_in(Fact const& fact) {
    return farm::body_among<TinBody>([](auto&& see) { each_tin_kind(see); }, fact.kind, fact.body);
}

std::vector<std::string> things_of(TinBody const& body) {
    if (auto const* lost = std::get_if<TinsLost>(&body)) return lost->tins;
    if (auto const* sampled = std::get_if<TinSampled>(&body)) return {sampled->tin};
    return std::get<CasesReturned>(body).containers;
}
std::string word_of(TinBody const& body) {
    if (auto const* lost = std::get_if<TinsLost>(&body)) return lost->cause;
    if (auto const* sampled = std::get_if<TinSampled>(&body)) return sampled->purpose;
    return std::get<CasesReturned>(body).reason;
}

Result<Done> one_of(std::string const& told, std::initializer_list<std::string_view> words, char const* at) {
    if (std::find(words.begin(), words.end(), told) != words.end()) return Done{};
    std::string all;
    for (auto const w : words) all += (all.empty() ? "" : ", ") + std::string{w};
    return refuse("word_unknown", fmt::format("{} is one of {}.", at, all), at);
}

Result<Done> form(TinBody const& body) {
    auto const things = things_of(body);
    auto const* at = std::holds_alternative<CasesReturned>(body) ? "containers" : "tins";
    if (things.empty() || things.front().empty()) return refuse("list_empty", "Say which.", at);
    std::set<std::string> seen;
    for (auto const& one : things)
        if (!seen.insert(one).second) return refuse("name_twice", one + " is named twice.", at);
    if (std::holds_alternative<TinsLost>(body)) return one_of(word_of(body), {"broken", "spoiled", "stolen", "not_found"}, "cause");
    if (auto const* sampled = std::get_if<TinSampled>(&body)) {
        OSETRA_TRY(one_of(sampled->purpose, {"laboratory", "tasting", "retained", "customs"}, "purpose"));
        if (sampled->net_mg && sampled->net_mg->n < 1) return refuse("weight_unlikely", "A sample weighs something; leave the weight out for a whole tin.", "net_mg");
        return Done{};
    }
    return one_of(word_of(body), {"refused", "damaged", "warm", "not_ordered", "other"}, "reason");
}

class TinBranch final : public farm::Branch {
public:
    explicit TinBranch(farm::FarmAsked& farm) : m_farm(farm), m_plant(farm) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override {
        auto const body = body_in(fact);
        OSETRA_TRY(form(body));
        if (trust != farm::Trust::witnessed && fact.act == FactAct::tell) OSETRA_TRY(book(body));
        return std::vector<Refusal>{};
    }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = body_in(fact);
        std::vector<std::string> all;
        for (auto const& one : things_of(body)) all.push_back((std::holds_alternative<CasesReturned>(body) ? "container:" : "tin:") + one);
        if (auto const* back = std::get_if<CasesReturned>(&body)) all.push_back("shipment:" + back->shipment);
        return all;
    }
    void enter(Fact const& fact) override {
        auto const body = body_in(fact);
        auto const* sampled = std::get_if<TinSampled>(&body);
        auto const net = sampled && sampled->net_mg ? std::optional{sampled->net_mg->n} : std::nullopt;
        for (auto const& one : things_of(body)) m_farm.db().run(sql[put_row], arg("enterprise", m_farm.enterprise()), Row{fact.root(), one, fact.kind, fact.happened_at, word_of(body), net});
    }
    void leave(Fact const& fact) override { m_farm.db().run(sql[drop_rows], arg("enterprise", m_farm.enterprise()), arg("root", fact.root())); }
    void clear() override { m_farm.db().run(sql[clear_rows], arg("enterprise", m_farm.enterprise())); }
    std::string digest() override {
        Sha256 rows;
        m_farm.db().each<Row>(sql[all_rows], [&](Row&& row) { rows.add(to_json(row) + "\n"); }, arg("enterprise", m_farm.enterprise()));
        return "tin_fact " + rows.hex() + "\n";
    }

    std::vector<trace::Node> events_of(Fact const& fact, trace::Naming const& names) override {
        auto const body = body_in(fact);
        trace::OwnEvents tell{fact, names, m_farm.offset()};
        auto made = tell.event("ObjectEvent");
        if (auto const* back = std::get_if<CasesReturned>(&body)) {
            for (auto const& one : back->containers) made.thing("epcList", names.container(one));
            made.action("OBSERVE").why("receiving", "returned").where(names.cold_store());
            tell.add(made);
            return std::move(tell.out);
        }
        auto known = false;
        for (auto const& one : things_of(body))
            if (auto const tin = m_plant.in_tin(one)) { made.thing("epcList", names.tin(tin->species, tin->net_mg, one)); known = true; }
        if (!known) return {};
        auto const* sampled = std::get_if<TinSampled>(&body);
        if (sampled && sampled->net_mg) made.action("OBSERVE").why("sampling", "").where(names.cold_store());
        else if (sampled) made.action("DELETE").why("sampling", "destroyed").where(names.cold_store());
        else {
            auto const& cause = std::get<TinsLost>(body).cause;
            made.action("DELETE").why("decommissioning", cause == "broken" ? "damaged" : cause == "stolen" ? "stolen" : cause == "not_found" ? "unknown" : "destroyed").where(names.cold_store());
        }
        tell.add(made);
        return std::move(tell.out);
    }

private:
    Result<Plant::InTin> there(std::string const& name) {
        auto tin = m_plant.in_tin(name);
        if (!tin) return refuse("tin_not_found", "There is no tin " + name + ".", "tins");
        if (auto const gone = tin_gone(m_farm.db(), m_farm.enterprise(), name); !gone.empty()) return refuse("tin_gone", fmt::format("Tin {} was {} before.", name, gone), "tins");
        if (m_plant.first<Repacked>(name)) return refuse("tin_repacked", fmt::format("Tin {} was opened, and others were filled from it.", name), "tins");
        return std::move(*tin);
    }
    Result<Done> book(TinBody const& body) {
        if (auto const* lost = std::get_if<TinsLost>(&body)) {
            for (auto const& one : lost->tins) OSETRA_TRY(there(one));
            return Done{};
        }
        if (auto const* sampled = std::get_if<TinSampled>(&body)) {
            auto const tin = OSETRA_TRY(there(sampled->tin));
            if (sampled->net_mg && sampled->net_mg->n > tin.net_mg) return refuse("more_than_tin", fmt::format("Tin {} holds {:g} g.", sampled->tin, static_cast<double>(tin.net_mg) / 1e3), "net_mg");
            return Done{};
        }
        auto const& back = std::get<CasesReturned>(body);
        if (!m_plant.knows_shipment(back.shipment)) return refuse("shipment_not_found", "There is no shipment " + back.shipment + ".", "shipment");
        for (auto const& one : back.containers) {
            auto const container = m_plant.container(one);
            if (!container) return refuse("container_not_found", "There is no case " + one + ".", "containers");
            if (container->shipment != back.shipment) return refuse("container_not_shipped", fmt::format("Case {} is not out with shipment {}.", one, back.shipment), "containers");
        }
        return Done{};
    }

    farm::FarmAsked& m_farm;
    PlantStore m_plant;
};

std::string listed(std::vector<std::string> const& all) { return all.size() == 1 ? all.front() : fmt::format("{} and {} more", all.front(), all.size() - 1); }

std::string says_lost(TinsLost const& b) { return fmt::format("Tin {} lost: {}.", b.tins.empty() ? "" : listed(b.tins), b.cause); }
std::string says_sampled(TinSampled const& b) {
    return b.net_mg ? fmt::format("{:g} g of tin {} taken as a sample ({}).", static_cast<double>(b.net_mg->n) / 1e3, b.tin, b.purpose) : fmt::format("Tin {} taken as a sample ({}).", b.tin, b.purpose);
}
std::string says_returned(CasesReturned const& b) { return fmt::format("Case {} of shipment {} came back: {}.", b.containers.empty() ? "" : listed(b.containers), b.shipment, b.reason); }

} // namespace

farm::BranchPlan tin_branch() {
    farm::BranchPlan plan;
    plan.kinds = {farm::kind_of<TinsLost>(&says_lost), farm::kind_of<TinSampled>(&says_sampled), farm::kind_of<CasesReturned>(&says_returned)};
    plan.make = [](farm::FarmAsked& farm) { return std::make_unique<TinBranch>(farm); };
    return plan;
}

std::string tin_gone(store::Db& db, Enterprise enterprise, std::string const& tin) {
    auto const row = db.row<Row>(sql[gone_of], arg("enterprise", enterprise), arg("thing", tin));
    return !row ? "" : row->kind == TinsLost::kind ? "lost" : "sampled";
}
std::int64_t times_returned(store::Db& db, Enterprise enterprise, std::string const& container) {
    return db.row<NumberRow>(sql[returned_of], arg("enterprise", enterprise), arg("thing", container)).value().n;
}

std::vector<store::Sql> tin_statements() { return {sql.begin(), sql.end()}; }

} // namespace osetra::processing
