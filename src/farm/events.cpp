#include "farm/events.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

#include "farm/pack/pack_texts.h"
#include "trace/engine/make.h"

namespace osetra::farm {
namespace {

using trace::Article;
using trace::EventMaker;
using trace::Node;
using trace::cbvmda_space;
using trace::gdst_space;
using trace::osetra_space;

constexpr int hatching_days = 60;   // fish that come younger than that came out of the egg here [G]

/// Makes the events of one fact; one operator() a kind.
struct Teller : trace::OwnEvents {
    Around& around;

    std::string place(PoolId const& id) const {
        auto const* pool = around.pool(id);
        return names.pool(pool ? pool->site.text : "", id.text);
    }
    std::string species_of(CohortId const& id) const {
        auto const* cohort = around.cohort(id);
        return cohort ? cohort->species : "";
    }
    std::string lot(CohortId const& id) const { return names.lot(Article::live_fish, species_of(id), id.text); }
    void parents(EventMaker& made, char const* word, std::optional<std::string> const& told) const {
        if (!told) return;
        for (std::size_t from = 0; from < told->size();) {
            auto const to = std::min(told->find_first_of(" ,;", from), told->size());
            auto const one = told->substr(from, to - from);
            from = to + 1;
            if (one.empty()) continue;
            auto const tag = parse_pit_tag(one);
            made.birth(osetra_space, word, tag ? names.fish(*tag) : names.device(one));   // a studbook's own names are of animals too
        }
    }
    /// What is known of fish when they come to be.
    void origin(EventMaker& made, CohortId const& id) const {
        auto const* cohort = around.cohort(id);
        made.birth(cbvmda_space, "lotNumber", id.text).birth(cbvmda_space, "countryOfOrigin", names.identity().country);
        made.birth(cbvmda_space, "productionMethodForFishAndSeafoodCode", "AQUACULTURE");
        if (!cohort) return;
        made.birth(osetra_space, "species", cohort->species).birth(osetra_space, "yearClass", std::to_string(cohort->year_class), EventMaker::Kind::number);
        if (cohort->origin) made.birth(osetra_space, "origin", *cohort->origin);
        parents(made, "sire", cohort->sire);
        parents(made, "dam", cohort->dam);
        if (cohort->sire || cohort->dam) made.birth(gdst_space, "broodstockSource", "domesticated");
    }

    void operator()(Stocked const& b) {
        auto const* cohort = around.cohort(b.cohort);
        auto const hatched = cohort && cohort->hatched_on && farm_day(fact.happened_at, offset) - *cohort->hatched_on <= hatching_days;
        auto made = event("ObjectEvent");
        made.action("ADD").why(hatched ? "urn:gdst:bizStep:hatching" : "commissioning", "active").where(place(b.pool), place(b.pool));
        made.amount("quantityList", lot(b.cohort), std::to_string(b.heads.n));
        origin(made, b.cohort);
        if (b.source) made.field(osetra_space, "stockedFrom", *b.source);
        add(made);
    }
    void operator()(Moved const& b) {
        std::map<std::string, std::vector<FishId>> by_pool;
        if (b.from || b.fish.empty()) by_pool[b.from ? b.from->text : ""] = b.fish;
        else for (auto const fish : b.fish) by_pool[before(fish)].push_back(fish);
        for (auto const& [from, fish] : by_pool) {
            auto made = event("ObjectEvent");
            made.action("OBSERVE").why("stocking", "active").where(place(b.to), place(b.to));
            for (auto const one : fish) made.thing("epcList", names.fish(one));
            if (fish.empty()) made.amount("quantityList", lot(b.cohort.value_or(CohortId{})), std::to_string(b.heads.value_or(Heads{}).n));
            if (!from.empty()) made.source("location", place(PoolId{from}));
            made.destination("location", place(b.to));
            add(made);
        }
    }
    void operator()(Regrouped const& b) {
        auto made = event("TransformationEvent");
        auto const heads = std::to_string(b.heads.n);
        made.why("creating_class_instance", "active").where(place(b.pool), place(b.pool));
        made.amount("inputQuantityList", lot(b.cohort), heads).amount("outputQuantityList", lot(b.to_cohort), heads);
        origin(made, b.to_cohort);
        add(made);
    }
    void operator()(Tagged const& b) {
        auto const where = place(b.pool);
        auto const bought = b.newly_stocked.value_or(false);
        auto made = event(bought ? "ObjectEvent" : "TransformationEvent");
        if (bought) made.action("ADD").thing("epcList", names.fish(b.fish));
        else made.amount("inputQuantityList", lot(b.cohort), "1").thing("outputEPCList", names.fish(b.fish));
        made.why(bought ? "commissioning" : "creating_class_instance", "active").where(where, where);
        if (bought) {
            origin(made, b.cohort);
        } else {
            made.birth(cbvmda_space, "lotNumber", b.cohort.text).birth(osetra_space, "species", species_of(b.cohort));
        }
        if (b.sex && *b.sex != "unknown") made.birth(osetra_space, "sex", *b.sex == "female" ? "F" : "M");
        add(made);
        auto with_tag = event("AssociationEvent");
        with_tag.parent(names.fish(b.fish)).thing("childEPCs", names.tag(b.fish)).action("ADD").why("installing", "").where(where);
        add(with_tag);
    }
    void operator()(Retagged const& b) {
        auto const where = before(b.fish);
        auto off = event("AssociationEvent");   // of whatever tag it carried
        off.parent(names.fish(b.fish)).action("DELETE").why("removing", "").where(where.empty() ? "" : place(PoolId{where}));
        add(off);
        auto on = event("AssociationEvent");
        on.parent(names.fish(b.fish)).thing("childEPCs", names.tag(b.new_tag)).action("ADD").why("installing", "").where(where.empty() ? "" : place(PoolId{where}));
        add(on);
    }
    std::string before(FishId fish) const {
        auto const was = around.fish_before(fish, fact.happened_at);
        return was ? was->pool.text : "";
    }
    struct Leaving {
        char const* disposition;
        char const* word;
        std::string value;
    };
    /// Fish that are no more here, one event a pool.
    void gone(std::optional<PoolId> const& pool, std::optional<CohortId> const& cohort, std::optional<Heads> const& heads, std::vector<FishId> const& fish, Leaving const& how) {
        std::map<std::string, std::vector<FishId>> by_pool;
        for (auto const one : fish) by_pool[before(one)].push_back(one);
        if (fish.empty()) by_pool[pool.value_or(PoolId{}).text] = {};
        for (auto const& [from, list] : by_pool) {
            auto made = event("ObjectEvent");
            made.action("DELETE").why("decommissioning", how.disposition);
            auto const at = from.empty() && pool ? pool->text : from;
            if (!at.empty()) made.where(place(PoolId{at}));
            for (auto const one : list) made.thing("epcList", names.fish(one));
            if (list.empty()) made.amount("quantityList", lot(cohort.value_or(CohortId{})), std::to_string(heads.value_or(Heads{}).n));
            if (how.word) made.field(osetra_space, how.word, how.value);
            add(made);
        }
    }
    void operator()(Died const& b) { gone(b.pool, b.cohort, b.heads, b.fish, {"destroyed", "mortalityCause", b.cause}); }
    void operator()(Escaped const& b) { gone(b.pool, b.cohort, b.heads, b.fish, {"unknown", "leaving", "escape"}); }
    void operator()(RoundDone const& b) {
        if (b.cohort) gone(b.pool, b.cohort, b.deaths, {}, {"destroyed", "mortalityCause", b.cause.value_or("unknown")});
    }
    void operator()(Adjusted const& b) {
        if (b.heads.n < 0) return gone(b.pool, b.cohort, Heads{-b.heads.n}, {}, {"unknown", "differenceCause", b.cause});
        auto made = event("ObjectEvent");
        made.action("ADD").why("commissioning", "active").where(place(b.pool), place(b.pool)).amount("quantityList", lot(b.cohort), std::to_string(b.heads.n));
        origin(made, b.cohort);
        made.field(osetra_space, "differenceCause", b.cause);
        add(made);
    }
    void operator()(Harvested const& b) {
        auto const purpose = b.purpose.value_or("");
        if (purpose == "sale") {
            auto made = event("ObjectEvent");
            made.action("OBSERVE").why("shipping", "in_transit");
            auto const from = b.pool ? b.pool->text : b.fish.empty() ? "" : before(b.fish.front());
            if (!from.empty()) made.where(place(PoolId{from}));
            for (auto const fish : b.fish) made.thing("epcList", names.fish(fish));
            if (b.fish.empty()) made.amount("quantityList", lot(b.cohort.value_or(CohortId{})), std::to_string(b.heads.value_or(Heads{}).n));
            made.source("owning_party", names.company()).source("possessing_party", names.company());
            return add(made);
        }
        auto const killed = [&](std::string const& pool, std::string const& transformation) {
            auto made = event("TransformationEvent");
            made.transformation(transformation).why("urn:gdst:bizStep:farmHarvest", "in_progress");
            if (pool.empty()) return made;
            made.where(place(PoolId{pool}), names.plant());
            made.field(osetra_space, "container", pool);
            if (auto const* known = around.pool(PoolId{pool})) made.field(gdst_space, "aquacultureMethod", known->pool_kind);
            return made;
        };
        // Each fish apart, for each gives a lot of its own.
        for (auto const fish : b.fish) {
            auto made = killed(before(fish), harvest_transformation(fact.root(), fish));
            made.thing("inputEPCList", names.fish(fish));
            add(made);
        }
        if (!b.fish.empty() || !b.cohort || !b.heads) return;
        auto made = killed(b.pool.value_or(PoolId{}).text, harvest_transformation(fact.root(), FishId{}));
        made.amount("inputQuantityList", lot(*b.cohort), std::to_string(b.heads->n));
        add(made);
    }
    void operator()(Counted const& b) {
        auto const cohorts = around.cohorts_in(b.pool, fact.happened_at);
        auto made = event("ObjectEvent");
        made.action("OBSERVE").why("stock_taking", "active").where(place(b.pool), place(b.pool));
        auto const what = cohorts.size() == 1 ? lot(cohorts.front()) : names.kind(Article::live_fish, "");
        made.amount("quantityList", what, std::to_string(b.heads.n));
        std::vector<EventMaker::Part> const when{{"time", trace::local_time(fact.happened_at, offset)}, {"dataProcessingMethod", "https://osetra.example/methods/count-" + b.method}};
        std::vector<EventMaker::Part> count{{"type", "https://gs1.org/voc/Count"}, {"value", std::to_string(b.heads.n), true}, {"uom", "C62"}};
        if (b.low) count.push_back({"minValue", std::to_string(b.low->n), true});
        if (b.high) count.push_back({"maxValue", std::to_string(b.high->n), true});
        made.report(when, count);
        add(made);
    }
    void operator()(Fed const& b) {
        if (!b.feed || around.feed_before(b.pool, fact) == b.feed) return;
        auto made = event("ObjectEvent");
        made.action("OBSERVE").why("dispensing", "dispensed").where(place(b.pool)).amount("quantityList", names.lot(Article::feed, "", *b.feed), trace::kilograms(b.feed_mg.n), "KGM");
        made.field(cbvmda_space, "lotNumber", *b.feed);
        add(made);
    }
    void operator()(SiteRegistered const&) {}
    void operator()(PoolRegistered const&) {}
    void operator()(CohortRegistered const&) {}
    void operator()(SampleWeighed const&) {}
    void operator()(Measured const&) {}
    void operator()(Treated const&) {}
    void operator()(WaterMeasured const&) {}
    void operator()(GrowthAdopted const&) {}
    void operator()(AgesRead const&) {}
    void operator()(Recaptured const&) {}
};

Node leaf(char const* name, std::string text) { return {name, std::move(text), {}, Node::Kind::text}; }
Node attribute(std::string const& name, std::string value) {
    auto node = leaf("attribute", std::move(value));
    node.children = {leaf("id", name)};
    return node;
}
std::string cbv(char const* name) { return std::string{cbvmda_space} + name; }
std::string ours(char const* name) { return std::string{osetra_space} + name; }

Node element(std::string const& id) {
    auto node = leaf("VocabularyElement", "");
    node.children = {leaf("id", id)};
    return node;
}
void attribute_of(Node& to, std::string const& name, std::optional<std::string> const& value) {
    if (value && !value->empty()) to.children.push_back(attribute(name, *value));
}
void position_of(Node& to, std::optional<double> latitude, std::optional<double> longitude) {
    if (latitude) to.children.push_back(attribute(cbv("latitude"), fmt::format("{}", *latitude)));
    if (longitude) to.children.push_back(attribute(cbv("longitude"), fmt::format("{}", *longitude)));
}
Node vocabulary(char const* type, std::vector<Node> elements) {
    auto list = leaf("VocabularyElementList", "");
    list.children = std::move(elements);
    auto node = leaf("Vocabulary", "");
    node.children = {leaf("type", std::string{"urn:epcglobal:epcis:vtype:"} + type), std::move(list)};
    return node;
}
std::vector<Node> as_places(std::vector<Node> elements) {
    if (elements.empty()) return {};
    auto again = elements;
    return {vocabulary("BusinessLocation", std::move(elements)), vocabulary("ReadPoint", std::move(again))};
}

} // namespace

bool concerns_partners(Body const& body) {
    if (auto const* round = std::get_if<RoundDone>(&body)) return round->deaths && round->deaths->n > 0 && round->cohort;
    if (auto const* fed = std::get_if<Fed>(&body)) return fed->feed.has_value();
    if (auto const* adjusted = std::get_if<Adjusted>(&body)) return adjusted->heads.n != 0;
    return std::holds_alternative<Stocked>(body) || std::holds_alternative<Moved>(body) || std::holds_alternative<Regrouped>(body) || std::holds_alternative<Tagged>(body) ||
           std::holds_alternative<Died>(body) || std::holds_alternative<Escaped>(body) || std::holds_alternative<Harvested>(body) || std::holds_alternative<Retagged>(body) ||
           std::holds_alternative<Counted>(body);
}

std::vector<Node> events_of(Fact const& fact, Body const& body, trace::Naming const& names, Around& around, FarmOffset offset) {
    if (fact.act == FactAct::withdraw || !concerns_partners(body)) return {};
    Teller tell{{fact, names, offset}, around};
    std::visit(tell, body);
    return std::move(tell.out);
}

std::string harvest_transformation(FactId const& root, FishId fish) { return "urn:uuid:" + named_uuid(root, "harvest/" + pit_tag_text(fish)).text(); }

std::vector<Node> place_vocabularies(std::vector<SiteRegistered> const& sites, std::vector<PoolRegistered> const& pools, trace::Naming const& names) {
    std::vector<Node> elements;
    for (auto const& s : sites) {
        auto site = element(names.site(s.site.text));
        attribute_of(site, cbv("name"), s.name);
        attribute_of(site, cbv("countryCode"), names.identity().country);
        attribute_of(site, cbv("state"), s.province);
        attribute_of(site, ours("waterSource"), s.water_source);
        attribute_of(site, ours("licence"), s.licence);
        position_of(site, s.latitude, s.longitude);
        auto below = leaf("children", "");
        for (auto const& p : pools) if (p.site == s.site) below.children.push_back(leaf("id", names.pool(s.site.text, p.pool.text)));
        if (!below.children.empty()) site.children.push_back(std::move(below));
        elements.push_back(std::move(site));
    }
    for (auto const& p : pools) {   // FSMA 204's farm map: each container by name, with its coordinates
        auto pool = element(names.pool(p.site.text, p.pool.text));
        attribute_of(pool, cbv("name"), p.name ? *p.name : p.pool.text);
        attribute_of(pool, ours("container"), p.pool.text);
        attribute_of(pool, ours("containerKind"), p.pool_kind);
        position_of(pool, p.latitude, p.longitude);
        elements.push_back(std::move(pool));
    }
    return as_places(std::move(elements));
}

std::vector<Node> company_vocabularies(trace::Naming const& names) {
    auto const& i = names.identity();
    auto company = element(names.company());
    attribute_of(company, cbv("name"), i.name);
    attribute_of(company, cbv("countryCode"), i.country);
    attribute_of(company, cbv("streetAddressOne"), i.address);
    attribute_of(company, cbv("contact"), i.phone);
    auto plant = element(names.plant());
    attribute_of(plant, cbv("name"), i.plant_name ? *i.plant_name : i.name);
    attribute_of(plant, cbv("countryCode"), i.country);
    attribute_of(plant, ours("citesRegistration"), i.plant_code);
    auto below = leaf("children", "");
    for (auto const* station : {"KILL", "ROE", "SALT", "TIN", "PACK"}) below.children.push_back(leaf("id", names.station(station)));
    plant.children.push_back(std::move(below));
    auto store = element(names.cold_store());
    attribute_of(store, cbv("name"), i.name + ", cold store");
    attribute_of(store, cbv("countryCode"), i.country);
    auto all = as_places({plant, store});
    all.push_back(vocabulary("Party", {std::move(company)}));
    return all;
}

std::vector<Node> article_vocabularies(std::vector<std::string> const& articles, trace::Naming const& names, Pack const& pack) {
    static std::map<std::string, Article, std::less<>> const words{{"live_fish", Article::live_fish}, {"roe", Article::roe}, {"carcass", Article::carcass}, {"caviar", Article::caviar}, {"feed", Article::feed}, {"salt", Article::salt}, {"load", Article::load}, {"carton", Article::carton}, {"goods", Article::goods}};
    static std::map<std::string, char const*, std::less<>> const said{{"live_fish", "live"}, {"roe", "roe"}, {"carcass", "carcass"}, {"caviar", "caviar"}, {"tin", "caviar"}, {"feed", "Feed"}, {"salt", "Salt"}, {"load", "Load"}, {"carton", "Cartons"}, {"goods", "Goods"}};
    std::vector<Node> elements;
    for (auto const& article : articles) {
        auto const slash = article.find('/');
        auto const word = article.substr(0, slash);
        auto const rest = slash == std::string::npos ? std::string{} : article.substr(slash + 1);
        auto const tin = word == "tin";
        auto const code = tin ? rest.substr(0, rest.find('/')) : rest;   // of cartons: pack/class/size
        auto const net = tin ? std::stoll(rest.substr(code.size() + 1)) : 0;
        if (!said.contains(word)) continue;
        auto const id = tin ? names.tin(code, net, "0") : names.kind(words.find(word)->second, code);
        auto made = element(tin ? id.substr(0, id.rfind("/21/")) : id);
        auto const* species = pack.find_species(code);
        auto const hybrid = species && species->hybrid ? std::string{"hybrid "} : std::string{};
        auto const other = word == "goods" ? read_pack(pack_text(code)) : Result<Pack>{refuse("", "")};   // of a product that is not the farm's own
        auto const product = other ? other->name_en : std::string{};
        attribute_of(made, cbv("descriptionShort"), !product.empty() ? product : species ? hybrid + species->name_en + ", " + said.find(word)->second + (net > 0 ? fmt::format(", {} kg net", trace::kilograms(net)) : "") : said.find(word)->second + (code.empty() ? "" : ", " + code));
        attribute_of(made, cbv("speciesForFisheryStatisticsPurposesName"), species ? std::optional{species->latin} : std::nullopt);
        attribute_of(made, cbv("speciesForFisheryStatisticsPurposesCode"), species ? std::optional{species->code} : std::nullopt);
        if (net > 0) made.children.push_back(attribute(cbv("netWeight"), trace::kilograms(net)));
        elements.push_back(std::move(made));
    }
    if (elements.empty()) return {};
    return {vocabulary("EPCClass", std::move(elements))};
}

} // namespace osetra::farm
