#include "processing/decide.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>

namespace osetra::processing {
namespace {

constexpr std::int64_t heaviest_mg = 1'000'000'000;      // a tonne of one thing
constexpr std::size_t most_in_one = 2'000;
/// Salt that makes up such a share of the salted product, whole grams.
std::int64_t salt_for(std::int64_t roe_mg, std::int64_t share) { return roe_mg * share / (100'000 - share) / 1000 * 1000; }
constexpr std::size_t serial_longest = 20;               // of GS1's serials and lots

std::string kg(std::int64_t mg) { return fmt::format("{:.3f} kg", static_cast<double>(mg) / 1e6); }
std::string grams(std::int64_t mg) { return fmt::format("{:g} g", static_cast<double>(mg) / 1e3); }

/// Form: what can be seen from the fact alone.
struct Form {
    Plant& plant;

    static Result<Done> name(std::string const& text, char const* at) {
        auto const sound = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.'; };
        if (text.empty() || text.size() > serial_longest || !std::all_of(text.begin(), text.end(), sound))
            return refuse("name_malformed", fmt::format("{} has 1 to {} letters, digits, hyphens or points: it goes into the code on the label.", at, serial_longest), at);
        return Done{};
    }
    static Result<Done> text(std::optional<std::string> const& told, char const* at, std::size_t longest = 200) {
        if (told && (told->empty() || told->size() > longest)) return refuse("name_malformed", fmt::format("{} has 1 to {} bytes of text.", at, longest), at);
        return Done{};
    }
    static Result<Done> weight(std::int64_t mg, char const* at, std::int64_t least = 1) {
        if (mg < least || mg > heaviest_mg) return refuse("weight_unlikely", fmt::format("{} cannot be; check the weight and its unit.", kg(mg)), at);
        return Done{};
    }
    static Result<Done> weight(std::optional<Milligrams> const& w, char const* at) { return w ? weight(w->n, at, 0) : Result<Done>{Done{}}; }
    static Result<Done> names(std::vector<std::string> const& list, char const* at) {
        if (list.size() > most_in_one) return refuse("number_unlikely", fmt::format("More than {} in one; tell it in parts.", most_in_one), at);
        std::set<std::string> seen;
        for (auto const& one : list)
            if (!seen.insert(one).second) return refuse("name_twice", fmt::format("{} is named twice.", one), at);
        return Done{};
    }
    static Result<Done> container(std::string const& text, char const* at) {
        auto const digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (text.empty() || !digits || (text.size() > 6 && !trace::is_sscc(text)))
            return refuse("number_malformed", "A case has a number of up to 6 digits of our own, or all 18 digits of an SSCC with the right check digit.", at);
        return Done{};
    }
    static Result<Done> country(std::string const& code) {
        auto const capital = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (code.size() != 2 || !std::all_of(code.begin(), code.end(), capital)) return refuse("country_malformed", "A country is told in two capital letters: CN, FR.", "country");
        return Done{};
    }
    static Result<Done> gln(std::optional<std::string> const& told, char const* at) {
        if (told && !trace::is_gln(*told)) return refuse("gln_malformed", "A GLN has 13 digits, the last of them a check digit; read it again.", at);
        return Done{};
    }

    Result<Done> operator()(RubbingStarted const& b) const { return text(b.station, "station"); }
    Result<Done> operator()(RoeTaken const& b) const {
        if (b.lot) OSETRA_TRY(name(*b.lot, "lot"));
        OSETRA_TRY(weight(b.ovary_mg.n, "ovary_mg"));
        OSETRA_TRY(weight(b.roe_mg.n, "roe_mg"));
        OSETRA_TRY(weight(b.waste_mg, "waste_mg"));
        OSETRA_TRY(weight(b.carcass_mg, "carcass_mg"));
        if (auto const waste = b.waste_mg.value_or(Milligrams{}).n; waste + b.roe_mg.n > b.ovary_mg.n)
            return refuse("more_than_ovary", fmt::format("An ovary of {} cannot give {} of roe and {} of waste. Weigh again.", kg(b.ovary_mg.n), kg(b.roe_mg.n), kg(waste)), "roe_mg");
        return text(b.station, "station");
    }
    Result<Done> operator()(Salted const& b) const {
        OSETRA_TRY(name(b.lot, "lot"));
        OSETRA_TRY(weight(b.salt_mg.n, "salt_mg"));
        OSETRA_TRY(weight(b.drained_mg, "drained_mg"));
        OSETRA_TRY(text(b.salt_lot, "salt_lot"));
        OSETRA_TRY(text(b.grade, "grade", 20));
        if (b.egg_um && (*b.egg_um < 500 || *b.egg_um > 8'000)) return refuse("number_unlikely", "An egg of caviar measures 0.5 to 8 mm.", "egg_um");
        return text(b.station, "station");
    }
    Result<Done> operator()(TinClosed const& b) const {
        OSETRA_TRY(name(b.tin, "tin"));
        OSETRA_TRY(name(b.lot, "lot"));
        if (b.tin_batch) OSETRA_TRY(name(*b.tin_batch, "tin_batch"));
        return weight(b.net_mg.n, "net_mg");
    }
    Result<Done> operator()(Repacked const& b) const {
        OSETRA_TRY(name(b.tin, "tin"));
        if (b.tins.empty()) return refuse("list_empty", "Say which tins were filled.", "tins");
        OSETRA_TRY(names(b.tins, "tins"));
        for (auto const& one : b.tins) OSETRA_TRY(name(one, "tins"));
        return weight(b.net_mg.n, "net_mg");
    }
    Result<Done> operator()(CaseClosed const& b) const {
        OSETRA_TRY(container(b.container, "container"));
        if (b.tins.empty() && b.containers.empty()) return refuse("list_empty", "Say which tins or cases are in it.", "tins");
        OSETRA_TRY(names(b.tins, "tins"));
        return names(b.containers, "containers");
    }
    Result<Done> operator()(PartyRegistered const& b) const {
        OSETRA_TRY(name(b.party, "party"));
        OSETRA_TRY(text(b.name, "name"));
        OSETRA_TRY(country(b.country));
        OSETRA_TRY(gln(b.gln, "gln"));
        OSETRA_TRY(gln(b.place_gln, "place_gln"));
        OSETRA_TRY(text(b.address, "address", 500));
        OSETRA_TRY(text(b.contact, "contact"));
        OSETRA_TRY(text(b.phone, "phone"));
        return text(b.email, "email");
    }
    Result<Done> operator()(PermitGranted const& b) const {
        OSETRA_TRY(text(b.permit, "permit", 50));
        OSETRA_TRY(weight(b.quantity_mg.n, "quantity_mg"));
        if (b.species && !plant.knows_species(*b.species)) return refuse("code_unknown", fmt::format("\"{}\" is no species of the pack.", *b.species), "species");
        return Done{};
    }
    Result<Done> operator()(Shipped const& b) const {
        OSETRA_TRY(name(b.shipment, "shipment"));
        if (b.containers.empty()) return refuse("list_empty", "Say which cases or pallets went.", "containers");
        OSETRA_TRY(names(b.containers, "containers"));
        OSETRA_TRY(text(b.po, "po", 50));
        OSETRA_TRY(text(b.invoice, "invoice", 50));
        OSETRA_TRY(text(b.waybill, "waybill", 50));
        OSETRA_TRY(text(b.permit, "permit", 50));
        return text(b.certificate, "certificate");
    }
    Result<Done> operator()(HarvestOrdered const& b) const {
        OSETRA_TRY(name(b.order, "order"));
        if (b.fish.empty()) return refuse("list_empty", "Say which fish are to be harvested.", "fish");
        if (b.fish.size() > most_in_one) return refuse("number_unlikely", fmt::format("More than {} in one; tell it in parts.", most_in_one), "fish");
        if (std::set<FishId>{b.fish.begin(), b.fish.end()}.size() < b.fish.size()) return refuse("name_twice", "A fish is named twice.", "fish");
        OSETRA_TRY(text(b.line, "line", 40));
        OSETRA_TRY(text(b.note, "note", 500));
        auto const least = plant.rules().purge_days_least;
        if (b.purge_from && b.planned_on - *b.purge_from < least)
            return refuse("purge_too_short", fmt::format("Fish purge for {} days at least; {} days lie between {} and {}. Plan a later day.", least, b.planned_on - *b.purge_from, text_of(*b.purge_from), text_of(b.planned_on)), "planned_on");
        return Done{};
    }
    Result<Done> operator()(StepDone const& b) const {
        auto const& rules = plant.rules();
        auto const* step = rules.find_step(b.step);
        if (!step) return refuse("step_unknown", fmt::format("\"{}\" is no step of the pack.", b.step), "step");
        if (step->told_by != StepDone::kind) return refuse("step_has_a_fact", fmt::format("{} is told by a fact of its own: osetra tell {}.", step->name_en, step->told_by), "step");
        OSETRA_TRY(text(b.station, "station", 40));
        OSETRA_TRY(text(b.operator_name, "operator"));
        OSETRA_TRY(text(b.line, "line", 40));
        if (b.weight_mg && step->weighs.empty()) return refuse("weight_unlikely", fmt::format("Nothing is weighed at \"{}\".", step->name_en), "weight_mg");
        return b.weight_mg ? weight(b.weight_mg->n, "weight_mg") : Result<Done>{Done{}};
    }
    static Result<Done> amount(std::optional<Milligrams> const& mg, std::optional<std::int64_t> const& count) {
        if (mg.has_value() == count.has_value()) return refuse("field_missing", "Say how much: weight_mg of salt and brine, count of tins.", "weight_mg");
        if (count && (*count < 1 || *count > 10'000'000)) return refuse("number_unlikely", "Count from 1 to 10,000,000.", "count");
        return mg ? weight(mg->n, "weight_mg") : Result<Done>{Done{}};
    }
    Result<Done> operator()(MaterialReceived const& b) const {
        OSETRA_TRY(name(b.batch, "batch"));
        if (b.material != "salt" && b.material != "brine" && b.material != "tins") return refuse("code_unknown", "A material is salt, brine or tins.", "material");
        OSETRA_TRY(amount(b.weight_mg, b.count));
        if ((b.material == "tins") != b.count.has_value()) return refuse("field_missing", "Tins are counted; salt and brine are weighed.", "count");
        OSETRA_TRY(text(b.supplier, "supplier"));
        return text(b.certificate, "certificate");
    }
    Result<Done> operator()(MaterialUsed const& b) const {
        OSETRA_TRY(name(b.batch, "batch"));
        OSETRA_TRY(amount(b.weight_mg, b.count));
        if (b.lot) OSETRA_TRY(name(*b.lot, "lot"));
        return text(b.note, "note", 500);
    }
    Result<Done> operator()(PointChecked const& b) const {
        auto const* point = plant.rules().find_check(b.point);
        if (!point) return refuse("point_unknown", fmt::format("\"{}\" is no control point of the pack.", b.point), "point");
        auto const told = point->measures == "temperature_mc" ? b.temperature_mc.has_value() : point->measures == "share_ppm" ? b.share_ppm.has_value() : b.good.has_value();
        auto const at = point->measures == "flag" ? std::string{"good"} : point->measures;
        if (!told) return refuse("field_missing", fmt::format("{}: tell {}.", point->name_en, at), at);
        OSETRA_TRY(text(b.action, "action", 500));
        OSETRA_TRY(text(b.line, "line", 40));
        return text(b.operator_name, "operator");
    }
};

/// What the book has to say to it.
struct Against {
    Fact const& fact;
    Plant& plant;
    FarmOffset offset;
    std::vector<Refusal> warnings;

    void warn(char const* code, std::string message, char const* at) { warnings.push_back({code, std::move(message), at}); }

    Result<farm::HarvestOf> harvested(FishId fish) const {
        if (!plant.knows_fish(fish)) return refuse("fish_not_found", fmt::format("No fish carries the tag {}. Read it again.", pit_tag_text(fish)), "fish");
        auto const harvest = plant.harvest_of(fish);
        if (!harvest || (!harvest->purpose.empty() && harvest->purpose != "roe"))
            return refuse("fish_not_harvested", fmt::format("Fish {} was not harvested for roe. Tell the harvest first.", pit_tag_text(fish)), "fish");
        if (fact.happened_at < harvest->at) return refuse("order_wrong", "That is before the fish was harvested; check the times.", "happened_at");
        return *harvest;
    }
    Result<Lot> known_lot(std::string const& name) const {
        auto lot = plant.lot(name);
        if (!lot) return refuse("lot_not_found", fmt::format("There is no roe lot \"{}\". Tell the roe first, or mend the name.", name), "lot");
        return std::move(*lot);
    }
    Result<Tin> free_tin(std::string const& name, char const* at) const {
        auto tin = plant.tin(name);
        if (!tin) return refuse("tin_not_found", fmt::format("There is no tin \"{}\". Tell it first, or mend the name.", name), at);
        if (tin->repacked) return refuse("tin_repacked", fmt::format("Tin {} was opened, and others were filled from it.", name), at);
        if (tin->container) return refuse("tin_packed", fmt::format("Tin {} is in case {} already.", name, *tin->container), at);
        if (!tin->hold.empty()) return refuse("tin_on_hold", fmt::format("Tin {} is on hold ({}); it goes nowhere until somebody releases it.", name, tin->hold), at);
        return std::move(*tin);
    }

    Result<Done> within_body(std::int64_t ovary_mg, std::optional<std::int64_t> const& body_mg, char const* field) const {
        auto const most = plant.rules().ovary_share_most;
        if (body_mg && ovary_mg > *body_mg / 100'000 * most)
            return refuse("more_than_body", fmt::format("An ovary of {} in a fish of {} cannot be: it has {} % at most. Weigh again.", kg(ovary_mg), kg(*body_mg), most / 1000), field);
        return Done{};
    }

    Result<Done> operator()(RubbingStarted const& b) {
        OSETRA_TRY(harvested(b.fish));
        if (plant.rubbing_of(b.fish)) return refuse("rubbing_twice", fmt::format("The rubbing of fish {} was told before; correct that one.", pit_tag_text(b.fish)), "fish");
        return Done{};
    }
    Result<Done> operator()(RoeTaken const& b) {
        auto const harvest = OSETRA_TRY(harvested(b.fish));
        OSETRA_TRY(within_body(b.ovary_mg.n, harvest.weight_mg, "ovary_mg"));
        if (auto const ovary = plant.ovary_mg(b.fish); ovary && std::abs(*ovary - b.ovary_mg.n) * 1000 > *ovary * plant.rules().balance_thousandths)
            return refuse("ovary_differs", fmt::format("The ovary weighed {} when it was taken, not {}. Weigh again, or correct that step.", kg(*ovary), kg(b.ovary_mg.n)), "ovary_mg");
        if (auto const other = plant.lot_of(b.fish)) return refuse("roe_taken_before", fmt::format("Fish {} gave lot {} already: a fish is harvested once, and a lot is one fish.", pit_tag_text(b.fish), *other), "fish");
        if (auto const other = plant.lot(*b.lot)) return refuse("lot_exists", fmt::format("Lot {} is of fish {}: a lot is one fish.", *b.lot, pit_tag_text(other->fish)), "lot");
        if (!plant.rubbing_of(b.fish)) warn("rubbing_missing", "Nobody told when the rubbing began: whether the fifteen minutes were kept cannot be seen.", "fish");
        return Done{};
    }
    Result<Done> operator()(Salted const& b) {
        auto const lot = OSETRA_TRY(known_lot(b.lot));
        if (lot.salted) return refuse("lot_salted", fmt::format("Lot {} was salted before; correct that one.", b.lot), "lot");
        if (fact.happened_at < lot.taken_at) return refuse("order_wrong", "That is before the roe was taken; check the times.", "happened_at");
        auto const drained = b.drained_mg.value_or(Milligrams{}).n;
        auto const caviar = lot.roe_mg + b.salt_mg.n - drained;
        if (caviar <= 0) return refuse("more_drained", fmt::format("{} cannot have run off {} of roe.", kg(drained), kg(lot.roe_mg)), "drained_mg");
        auto const share = b.salt_mg.n * 100'000 / caviar;
        auto const least = plant.rules().salt_share_least, most = plant.rules().salt_share_most;
        if (share < least || share > most)
            return refuse("salt_out_of_range", fmt::format("{} of salt in {} of caviar is {:.2f} g in 100 g; caviar has {:g} to {:g}. That would be {} to {}.", grams(b.salt_mg.n), kg(caviar),
                                                           static_cast<double>(share) / 1000, static_cast<double>(least) / 1000, static_cast<double>(most) / 1000,
                                                           grams(salt_for(lot.roe_mg, least)), grams(salt_for(lot.roe_mg, most))), "salt_mg");
        if (!plant.has_plant_code()) return refuse("plant_code_missing", "The label needs the plant's registration. Tell it first: osetra identity --plant-code CN-ZJ-0007", "lot");
        return Done{};
    }
    Result<Done> operator()(TinClosed const& b) {
        if (auto const other = plant.tin(b.tin)) return refuse("tin_exists", fmt::format("Tin {} was closed before and holds lot {}: a tin holds one lot.", b.tin, other->lot), "tin");
        auto const lot = OSETRA_TRY(known_lot(b.lot));
        if (!lot.salted) return refuse("lot_not_salted", fmt::format("Lot {} has not been salted.", b.lot), "lot");
        auto const most = lot.caviar_mg() + lot.caviar_mg() * plant.rules().balance_thousandths / 1000;
        if (lot.tinned_mg + b.net_mg.n > most)
            return refuse("more_than_salted", fmt::format("Lot {} gave {} of caviar, of which {} is in tins; {} more cannot be.", b.lot, kg(lot.caviar_mg()), kg(lot.tinned_mg), grams(b.net_mg.n)), "net_mg");
        if (!lot.rubbing_at) warn("clock_unknown", "Nobody told when the rubbing began: whether the fifteen minutes were kept cannot be seen.", "lot");
        else if (!hold_of(plant.rules(), lot.rubbing_at, fact.happened_at).empty())
            warn("roe_too_old", fmt::format("From rubbing to the closed tin it took {} s; the limit is {} s. The tin is on hold.",
                                            std::chrono::duration_cast<std::chrono::seconds>(fact.happened_at - *lot.rubbing_at).count(), tin_clock(plant.rules())->limit_s), "tin");
        return Done{};
    }
    Result<Done> operator()(Repacked const& b) {
        auto const from = OSETRA_TRY(free_tin(b.tin, "tin"));
        for (auto const& one : b.tins)
            if (auto const other = plant.tin(one)) return refuse("tin_exists", fmt::format("Tin {} was closed before and holds lot {}: a tin holds one lot.", one, other->lot), "tins");
        auto const filled = b.net_mg.n * static_cast<std::int64_t>(b.tins.size());
        if (filled > from.net_mg + from.net_mg * plant.rules().balance_thousandths / 1000)
            return refuse("more_than_tin", fmt::format("Tin {} held {}; {} tins of {} cannot be filled from it.", b.tin, grams(from.net_mg), b.tins.size(), grams(b.net_mg.n)), "net_mg");
        return Done{};
    }
    Result<Done> operator()(CaseClosed const& b) {
        if (plant.container(b.container)) return refuse("container_exists", fmt::format("Case {} was closed before.", b.container), "container");
        for (auto const& one : b.tins) OSETRA_TRY(free_tin(one, "tins"));
        for (auto const& one : b.containers) OSETRA_TRY(free_container(one));
        return Done{};
    }
    Result<Container> free_container(std::string const& name) const {
        auto container = plant.container(name);
        if (!container) return refuse("container_not_found", fmt::format("There is no case {}. Only a closed case can be sent: tell it first.", name), "containers");
        if (container->inside) return refuse("container_packed", fmt::format("Case {} is on {} already.", name, *container->inside), "containers");
        if (container->shipment) return refuse("container_shipped", fmt::format("Case {} left with shipment {}.", name, *container->shipment), "containers");
        return std::move(*container);
    }
    Result<Done> operator()(PartyRegistered const&) { return Done{}; }
    Result<Done> operator()(PermitGranted const& b) {
        if (b.party && !plant.party(*b.party)) return refuse("party_not_found", fmt::format("There is no party \"{}\". Register it first.", *b.party), "party");
        return Done{};
    }
    Result<Done> operator()(Shipped const& b) {
        if (plant.knows_shipment(b.shipment)) return refuse("shipment_exists", fmt::format("Shipment {} left before.", b.shipment), "shipment");
        auto const party = plant.party(b.party);
        if (!party) return refuse("party_not_found", fmt::format("There is no party \"{}\". Register it first.", b.party), "party");
        std::map<std::string, std::int64_t> weights;
        for (auto const& one : b.containers) {
            auto const container = OSETRA_TRY(free_container(one));
            if (auto const held = held_in(container, party->country, plant))
                return refuse("shipment_on_hold", fmt::format("Tin {} in case {} is on hold ({}); it may not go to {} until somebody releases it.", held->first, one, held->second, party->country), "containers");
            for (auto const& [species, mg] : contents(container, plant)) weights[species] += mg;
        }
        if (!b.permit) {
            if (party->country != plant.country()) return refuse("permit_missing", fmt::format("Caviar leaves the country for {} only under a permit; name it.", party->country), "permit");
            return Done{};
        }
        return under(*b.permit, b.party, weights);
    }
    Result<Done> under(std::string const& number, std::string const& party, std::map<std::string, std::int64_t> const& weights) const {
        auto const permit = plant.permit(number);
        if (!permit) return refuse("permit_not_found", fmt::format("There is no permit {}. Tell it first.", number), "permit");
        auto const& granted = permit->granted;
        if (granted.valid_until && farm_day(fact.happened_at, offset) > *granted.valid_until) return refuse("permit_expired", fmt::format("Permit {} was good until {}.", number, text_of(*granted.valid_until)), "permit");
        if (granted.party && *granted.party != party) return refuse("permit_party", fmt::format("Permit {} is for {}.", number, *granted.party), "permit");
        std::int64_t all = 0;
        for (auto const& [species, mg] : weights) {
            if (granted.species && *granted.species != species) return refuse("permit_species", fmt::format("Permit {} is for {}; the cases hold {}.", number, *granted.species, species), "permit");
            all += mg;
        }
        if (permit->shipped_mg + all > granted.quantity_mg.n)
            return refuse("permit_exceeded", fmt::format("Permit {} allows {}; {} went before, and {} more is too much.", number, kg(granted.quantity_mg.n), kg(permit->shipped_mg), kg(all)), "permit");
        return Done{};
    }

    Result<Done> operator()(HarvestOrdered const& b) {
        if (plant.knows_order(b.order)) return refuse("order_exists", fmt::format("Harvest order {} was told before; correct that one.", b.order), "order");
        for (auto const fish : b.fish) {
            if (!plant.knows_fish(fish)) return refuse("fish_not_found", fmt::format("No fish carries the tag {}. Read it again.", pit_tag_text(fish)), "fish");
            if (auto const gone = plant.harvest_of(fish); gone && gone->at <= fact.happened_at) return refuse("fish_harvested", fmt::format("Fish {} was harvested before.", pit_tag_text(fish)), "fish");
            if (auto const other = plant.order_of(fish)) return refuse("fish_ordered", fmt::format("Fish {} is in harvest order {} already.", pit_tag_text(fish), *other), "fish");
        }
        if (!b.purge_from && plant.rules().purge_days_least > 0) warn("purge_unknown", "Nobody told since when these fish purge.", "purge_from");
        return Done{};
    }
    Result<Done> operator()(StepDone const& b) {
        auto const harvest = OSETRA_TRY(harvested(b.fish));
        if (plant.step_told(b.fish, b.step))
            return refuse("step_told", fmt::format("\"{}\" of fish {} was told before; nothing more is to be done.", plant.rules().find_step(b.step)->name_en, pit_tag_text(b.fish)), "step");
        if (b.weight_mg && plant.rules().find_step(b.step)->weighs == "ovary") OSETRA_TRY(within_body(b.weight_mg->n, harvest.weight_mg, "weight_mg"));
        return Done{};
    }
    Result<Done> operator()(MaterialReceived const& b) {
        if (plant.material(b.batch)) return refuse("batch_exists", fmt::format("Batch {} was received before; correct that one.", b.batch), "batch");
        return Done{};
    }
    Result<Done> operator()(MaterialUsed const& b) {
        auto const batch = plant.material(b.batch);
        if (!batch) return refuse("batch_not_found", fmt::format("There is no batch \"{}\". Tell that it came first.", b.batch), "batch");
        if (batch->count.has_value() != b.count.has_value()) return refuse("field_missing", "Tins are counted; salt and brine are weighed.", "count");
        if (b.lot) OSETRA_TRY(known_lot(*b.lot));
        return Done{};
    }
    Result<Done> operator()(PointChecked const& b) {
        auto const& point = *plant.rules().find_check(b.point);
        if (!is_good(point, b) && !b.action)
            warn("check_failed", fmt::format("{} is outside its limits: {} Tell what was done.", point.name_en, point.action_en), "point");
        return Done{};
    }
};

} // namespace

bool is_good(farm::PlantCheck const& point, PointChecked const& b) {
    if (point.measures == "flag") return b.good.value_or(false);
    auto const value = point.measures == "temperature_mc" ? (b.temperature_mc ? std::optional{b.temperature_mc->n} : std::nullopt) : b.share_ppm;
    return value && (!point.least || *value >= *point.least) && (!point.most || *value <= *point.most);
}

Body body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<Body>([](auto&& see) { processing::each_kind(see); }, kind, json);
}

void complete(Body& body, Plant& plant, FarmOffset offset) {
    auto* roe = std::get_if<RoeTaken>(&body);
    if (!roe || roe->lot) return;
    auto const harvest = plant.harvest_of(roe->fish);
    if (!harvest) return;
    auto day = text_of(farm_day(harvest->at, offset));
    std::erase(day, '-');
    roe->lot = day + "-" + pit_tag_text(roe->fish).substr(7);
}

farm::PlantClock const* tin_clock(farm::PlantRules const& rules) {
    for (auto const& clock : rules.clocks)
        if (auto const* step = rules.find_step(clock.to); step && step->told_by == TinClosed::kind && !clock.hold.empty()) return &clock;
    return nullptr;
}

std::string hold_of(farm::PlantRules const& rules, std::optional<Instant> const& rubbing_at, Instant closed_at) {
    auto const* clock = tin_clock(rules);
    return clock && rubbing_at && closed_at - *rubbing_at > std::chrono::seconds{clock->limit_s} ? clock->hold : "";
}

std::int64_t suggested_salt_mg(farm::PlantRules const& rules, std::int64_t roe_mg) { return salt_for(roe_mg, rules.salt_share_usual); }

std::vector<std::pair<std::string, std::int64_t>> contents(Container const& container, Plant& plant) {
    std::map<std::string, std::int64_t> sums;
    for (auto const& name : container.tins)
        if (auto const tin = plant.in_tin(name)) sums[tin->species] += tin->net_mg;
    for (auto const& name : container.containers)
        if (auto const inner = plant.container(name)) for (auto const& [species, mg] : contents(*inner, plant)) sums[species] += mg;
    return {sums.begin(), sums.end()};
}

std::optional<std::pair<std::string, std::string>> held_in(Container const& container, std::string const& country, Plant& plant) {
    for (auto const& tin : container.tins)
        if (auto hold = plant.hold_on(tin, country); !hold.empty()) return std::pair{tin, std::move(hold)};
    for (auto const& name : container.containers)
        if (auto const inner = plant.container(name))
            if (auto held = held_in(*inner, country, plant)) return held;
    return std::nullopt;
}

Result<std::vector<Refusal>> judge(Fact const& fact, Body const& body, Plant& plant, farm::Trust trust, FarmOffset offset) {
    OSETRA_TRY(std::visit(Form{plant}, body));
    if (auto const* roe = std::get_if<RoeTaken>(&body); roe && !roe->lot)
        return refuse("fish_not_harvested", fmt::format("Fish {} was not harvested for roe, so its lot has no name. Tell the harvest first, or name the lot.", pit_tag_text(roe->fish)), "fish");
    if (trust == farm::Trust::witnessed || fact.act != FactAct::tell) return std::vector<Refusal>{};
    Against against{fact, plant, offset, {}};
    OSETRA_TRY(std::visit(against, body));
    return std::move(against.warnings);
}

std::string cites_label(std::string const& species, std::string const& country, int year, std::string const& plant_code, std::string const& lot) {
    return fmt::format("{}/C/{}/{:04}/{}/{}", species, country, year, plant_code, lot);
}

template <> std::string says(RubbingStarted const& b) { return fmt::format("Rubbing of the roe of fish {} began.", pit_tag_text(b.fish)); }
template <> std::string says(RoeTaken const& b) { return fmt::format("{} of roe taken from fish {}: lot {}.", kg(b.roe_mg.n), pit_tag_text(b.fish), b.lot.value_or("")); }
template <> std::string says(Salted const& b) { return fmt::format("Lot {} salted with {}{}.", b.lot, grams(b.salt_mg.n), b.grade ? ", grade " + *b.grade : ""); }
template <> std::string says(TinClosed const& b) { return fmt::format("Tin {} closed: {} of lot {}.", b.tin, grams(b.net_mg.n), b.lot); }
template <> std::string says(Repacked const& b) { return fmt::format("{} tins of {} filled from tin {}.", b.tins.size(), grams(b.net_mg.n), b.tin); }
template <> std::string says(CaseClosed const& b) {
    return fmt::format("Case {} closed with {}{}.", b.container, b.tins.empty() ? "" : fmt::format("{} tins", b.tins.size()),
                       b.containers.empty() ? "" : fmt::format("{}{} cases", b.tins.empty() ? "" : " and ", b.containers.size()));
}
template <> std::string says(PartyRegistered const& b) { return fmt::format("Party {} registered: {}, {}.", b.party, b.name, b.country); }
template <> std::string says(PermitGranted const& b) { return fmt::format("Permit {} allows {}{}.", b.permit, kg(b.quantity_mg.n), b.species ? " of " + *b.species : ""); }
template <> std::string says(Shipped const& b) { return fmt::format("Shipment {} left for {}: {} cases{}.", b.shipment, b.party, b.containers.size(), b.permit ? ", permit " + *b.permit : ""); }

template <> std::string says(HarvestOrdered const& b) { return fmt::format("Harvest order {}: {} fish on {}{}.", b.order, b.fish.size(), text_of(b.planned_on), b.line ? ", line " + *b.line : ""); }
template <> std::string says(StepDone const& b) {
    return fmt::format("Fish {}: {}{}{}.", pit_tag_text(b.fish), b.step, b.weight_mg ? ", " + kg(b.weight_mg->n) : "", b.station ? " at " + *b.station : "");
}
template <> std::string says(MaterialReceived const& b) { return fmt::format("{} of {} came, batch {}.", b.count ? std::to_string(*b.count) : kg(b.weight_mg.value_or(Milligrams{}).n), b.material, b.batch); }
template <> std::string says(MaterialUsed const& b) { return fmt::format("{} of batch {} used{}.", b.count ? std::to_string(*b.count) : kg(b.weight_mg.value_or(Milligrams{}).n), b.batch, b.lot ? " for lot " + *b.lot : ""); }
template <> std::string says(PointChecked const& b) {
    auto const seen = b.temperature_mc ? fmt::format("{:g} °C", static_cast<double>(b.temperature_mc->n) / 1000) : b.share_ppm ? fmt::format("{:g} %", static_cast<double>(*b.share_ppm) / 10'000) : std::string{b.good.value_or(false) ? "good" : "not good"};
    return fmt::format("Control point {}: {}{}.", b.point, seen, b.action ? "; " + *b.action : "");
}

} // namespace osetra::processing
