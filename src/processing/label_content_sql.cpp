#include "processing/label_content_sql.h"

#include <fmt/core.h>

#include "kernel/json.h"
#include "processing/plant_sql.h"
#include "processing/register_branch_sql.h"
#include "trace/identity_sql.h"

namespace osetra::processing {
namespace {

using labels::LabelContent;

int year_of(Instant at, FarmOffset offset) { return static_cast<int>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{farm_day(at, offset).n}}}.year()); }

/// The last part of a Digital Link after a key: /01/NUMBER.
std::string after(std::string const& link, std::string_view key) {
    auto const at = link.find(key);
    if (at == std::string::npos) return {};
    auto const from = at + key.size();
    return link.substr(from, link.find('/', from) - from);
}

struct Scene {
    FarmRead farm;
    trace::IdentityStore numbers;
    PlantStore plant{farm};
    explicit Scene(farm::Reader& reader) : farm(reader), numbers(reader.db(), reader.enterprise()) { numbers.only_read(true); }

    Result<trace::Identity> identity() {
        auto told = farm.identity();
        if (!told) return refuse("identity_missing", "Say first who the company is among its partners: osetra identity --company-prefix DIGITS.", "identity");
        if (!told->plant_code) return refuse("plant_code_missing", "The label names the plant by its registration: osetra identity --plant-code CODE.", "plant_code");
        return *told;
    }
    Result<LabelContent> of_lot(Lot const& lot, std::int64_t net_mg, std::optional<int> repacked_in) {
        auto const identity = OSETRA_TRY(this->identity());
        if (!lot.salted) return refuse("lot_not_salted", lot.lot + " is not salted yet: only then it is known what the label says.", "lot");
        auto const made = plant.first<Salted>(lot.lot);
        auto const country = identity.country, code = *identity.plant_code;
        labels::CitesText const original{lot.species, 'C', country, year_of(lot.taken_at, farm.offset()), code, lot.lot};
        LabelContent content;
        content.label = repacked_in ? OSETRA_TRY(labels::repacked(original, {*repacked_in, country, code, lot.lot})).text() : original.text();
        if (numbers.article(fmt::format("tin/{}/{}", lot.species, net_mg)) == 0)
            return refuse("gtin_missing", fmt::format("Tins of {:g} g of this species have no GTIN yet: they get it when the first of them is closed.", static_cast<double>(net_mg) / 1e3), "net_mg");
        content.gtin = after(trace::Naming{identity, numbers}.tin(lot.species, net_mg, "0"), "/01/");
        content.net_mg = net_mg;
        if (auto const caviar = lot.caviar_mg(); caviar > 0) content.salt_per_100k = (lot.salted->salt_mg.n * 100'000 + caviar / 2) / caviar;
        content.packed_on = farm_day(made->at, farm.offset());
        content.best_before_on = farm_day(made->at, farm.offset()) + keeps_days;
        content.producer = identity.plant_name.value_or(identity.name) + (identity.address ? ", " + *identity.address : "");
        return content;
    }
};

} // namespace

Result<LabelContent> content_of_tin(farm::Reader& reader, std::string const& name) {
    Scene scene{reader};
    auto const tin = scene.plant.tin(name);
    if (!tin) return refuse("tin_not_found", "There is no tin " + name + ".", "tin");
    auto const lot = scene.plant.lot(tin->lot);
    if (!lot) return refuse("lot_not_found", "There is no lot " + tin->lot + ".", "tin");
    auto const original = scene.plant.first<TinClosed>(name).has_value();
    auto content = OSETRA_TRY(scene.of_lot(*lot, tin->net_mg, original ? std::nullopt : std::optional{year_of(tin->closed_at, reader.offset())}));
    content.serial = name;
    if (!original) content.packed_on = farm_day(tin->closed_at, reader.offset());
    return content;
}

Result<LabelContent> content_of_lot(farm::Reader& reader, std::string const& name, std::int64_t net_mg) {
    Scene scene{reader};
    auto const lot = scene.plant.lot(name);
    if (!lot) return refuse("lot_not_found", "There is no lot " + name + ".", "lot");
    return scene.of_lot(*lot, net_mg, std::nullopt);
}

Result<std::vector<LabelRun>> issue_labels(farm::Reader& reader, LabelRegister& labels, LabelWish const& wish, std::string const& author, Instant now) {
    std::vector<std::pair<LabelContent, std::int64_t>> wanted;
    if (wish.lot) wanted.emplace_back(OSETRA_TRY(content_of_lot(reader, *wish.lot, wish.net_mg)), wish.count);
    for (auto const& tin : wish.tins) wanted.emplace_back(OSETRA_TRY(content_of_tin(reader, tin)), 1);
    if (wanted.empty()) return refuse("label_none", "Name the tins, or a lot with the weight of its tins and how many.", "tins");
    auto const confirmed = labels.confirmed();
    paper::Glyphs const glyphs;
    for (auto& [content, count] : wanted) {
        if (wish.storage) content.storage = wish.storage;
        auto trial = content;
        trial.number = LabelName{wish.series, 99'999'999}.text();
        if (!trial.serial) trial.serial = trial.number;
        OSETRA_TRY(labels::draw(trial, wish.design, glyphs, confirmed));
    }
    std::vector<LabelRun> runs;
    for (auto const& [content, count] : wanted) runs.push_back(OSETRA_TRY(labels.issue(wish.series, count, to_json(content), to_json(wish.design), author, now)));
    return runs;
}

Result<LabelContent> numbered(LabelRun const& run, std::int64_t number) {
    auto content = OSETRA_TRY(from_json<LabelContent>(run.content));
    content.number = LabelName{run.series, number}.text();
    if (content.gtin && !content.serial) content.serial = content.number;
    return content;
}

Result<std::vector<labels::Drawing>> drawings_of(LabelRegister& labels, LabelName const& first, std::int64_t count) {
    paper::Glyphs const glyphs;
    auto const confirmed = labels.confirmed();
    std::vector<labels::Drawing> all;
    std::optional<LabelRun> run;
    labels::Design design;
    for (auto n = first.number; n < first.number + count; ++n) {
        if (!run || n > run->last) {
            auto const label = labels.find({first.series, n});
            if (label) run = labels.run_of(*label);
            if (!label || !run) return refuse("label_not_found", "No label " + LabelName{first.series, n}.text() + " was ever issued.", "number");
            design = OSETRA_TRY(from_json<labels::Design>(run->design));
        }
        auto const content = OSETRA_TRY(numbered(*run, n));
        all.push_back(OSETRA_TRY(labels::draw(content, design, glyphs, confirmed)));
    }
    return all;
}

Result<TinStory> tin_story(farm::Reader& reader, std::string const& scanned) {
    Scene scene{reader};
    LabelRegister labels{reader.db(), reader.enterprise()};
    auto name = labels::parse_scan(scanned).name;
    auto tin = scene.plant.tin(name);
    if (!tin)
        if (auto const number = LabelName::parse(name))
            if (auto const label = labels.find(*number); label && label->tin) {
                name = *label->tin;
                tin = scene.plant.tin(name);
            }
    if (!tin) return refuse("tin_not_found", "There is no tin " + name + ".", "tin");
    TinStory story{name, tin->lot, tin->species, tin->net_mg, tin->closed_at, {}, tin->container, {}, {}, tin->hold};
    if (!scene.plant.first<TinClosed>(name))
        if (auto const filled = scene.plant.made_of<Repacked>("tin:" + name); !filled.empty()) story.from = filled.front().body.tin;
    if (auto const label = labels.on_tin(name)) story.label = label->name();
    if (auto const gone = tin_gone(reader.db(), reader.enterprise(), name); !gone.empty()) story.gone = gone;
    if (tin->repacked) story.gone = "opened";
    for (auto box = tin->container; box;) {
        auto const container = scene.plant.container(*box);
        if (container && container->shipment) story.gone = "shipped";
        box = container ? container->inside : std::nullopt;
    }
    return story;
}

labels::Book book_of(farm::Reader& reader, Instant from) {
    Scene scene{reader};
    labels::Book book;
    for (auto const& closed : scene.plant.since<TinClosed>(from)) book.tins[closed.body.tin] = {closed.body.lot, {}, closed.body.net_mg.n, {}};
    auto const repacked = scene.plant.since<Repacked>(from);
    for (auto const& again : repacked) {
        auto const opened = book.tins.find(again.body.tin);
        auto const lot = opened == book.tins.end() ? std::string{} : opened->second.lot;
        if (opened != book.tins.end()) opened->second.gone = "opened";
        for (auto const& tin : again.body.tins) book.tins[tin] = {lot, {}, again.body.net_mg.n, {}};
    }
    auto const identity = scene.farm.identity();
    std::map<std::string, std::vector<std::string>> inside;
    auto const cases = scene.plant.since<CaseClosed>(from);   // in order of time: what is in a pallet was closed before
    for (auto const& one : cases) {
        auto& tins = book.containers[one.body.container];
        tins = one.body.tins;
        for (auto const& inner : one.body.containers)
            if (auto const at = book.containers.find(inner); at != book.containers.end()) tins.insert(tins.end(), at->second.begin(), at->second.end());
        for (auto const& tin : tins)
            if (auto const at = book.tins.find(tin); at != book.tins.end()) at->second.container = one.body.container;
        if (identity) book.container_names[after(trace::Naming{*identity, scene.numbers}.container(one.body.container), "/00/")] = one.body.container;
    }
    for (auto& [name, tin] : book.tins)
        if (auto const gone = tin_gone(reader.db(), reader.enterprise(), name); !gone.empty()) tin.gone = gone;
    for (auto const& shipped : scene.plant.since<Shipped>(from))
        for (auto const& container : shipped.body.containers) {
            auto const known = scene.plant.container(container);
            if (!known || !known->shipment) continue;   // it came back
            for (auto const& tin : book.containers[container])
                if (auto const at = book.tins.find(tin); at != book.tins.end()) at->second.gone = "shipped";
        }
    return book;
}

bool knows_tin(farm::Reader& reader, std::string const& tin) { return Scene{reader}.plant.in_tin(tin).has_value(); }

} // namespace osetra::processing
