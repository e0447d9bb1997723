#include "processing/sorting_decide.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "trace/engine/naming.h"

namespace osetra::processing {
namespace {

constexpr std::size_t name_longest = 20;                     // of GS1's lots
constexpr std::size_t text_longest = 200;
constexpr std::int64_t heaviest_load_mg = 100'000'000'000;   // a hundred tonnes
constexpr std::int64_t most_pieces = 10'000'000, most_cartons = 10'000;
constexpr double much_missing = 0.1;                         // of a load, before somebody is told [G]

std::string kg(std::int64_t mg) { return fmt::format("{:.1f} kg", static_cast<double>(mg) / 1e6); }
std::string of_size(std::string const& quality, std::string const& size) { return size.empty() ? "class " + quality : fmt::format("class {}, size {}", quality, size); }

Result<Done> name(std::string const& text, char const* at) {
    auto const sound = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.'; };
    if (text.empty() || text.size() > name_longest || !std::all_of(text.begin(), text.end(), sound))
        return refuse("name_malformed", fmt::format("{} has 1 to {} letters, digits, hyphens or points: it goes into the code on the label.", at, name_longest), at);
    return Done{};
}
Result<Done> words(std::optional<std::string> const& told, char const* at) {
    if (told && (told->empty() || told->size() > text_longest)) return refuse("name_malformed", fmt::format("{} has 1 to {} bytes of text.", at, text_longest), at);
    return Done{};
}
Result<Done> weight(std::int64_t mg, char const* at) {
    if (mg < 1 || mg > heaviest_load_mg) return refuse("weight_unlikely", fmt::format("{} cannot be; check the weight and its unit.", kg(mg)), at);
    return Done{};
}
Result<Done> count(std::int64_t n, std::int64_t most, char const* at) {
    if (n < 1 || n > most) return refuse("number_unlikely", fmt::format("Count from 1 to {}.", most), at);
    return Done{};
}
Result<Done> pallet_name(std::string const& text) {
    auto const digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.empty() || !digits || (text.size() > 6 && !trace::is_sscc(text)))
        return refuse("number_malformed", "A pallet has a number of up to 6 digits of our own, or all 18 digits of an SSCC with the right check digit.", "pallet");
    return Done{};
}

/// What can be seen from the fact alone.
struct Form {
    Result<Done> operator()(LoadReceived const& b) const {
        OSETRA_TRY(name(b.load, "load"));
        OSETRA_TRY(words(b.grower, "grower"));
        OSETRA_TRY(words(b.orchard, "orchard"));
        OSETRA_TRY(words(b.variety, "variety"));
        OSETRA_TRY(words(b.note, "note"));
        if (!find_sorting_pack(b.pack)) return refuse("pack_not_found", "There is no pack " + b.pack.substr(0, 40) + " for a sorting line: `osetra sort packs` lists them.", "pack");
        OSETRA_TRY(weight(b.gross_mg.n, "gross_mg"));
        if (b.tare_mg.n < 0 || b.net_mg() <= 0) return refuse("weight_unlikely", "A load weighs more than its crates; weigh again.", "tare_mg");
        return Done{};
    }
    Result<Done> operator()(SortingBegun const& b) const {
        OSETRA_TRY(name(b.load, "load"));
        return b.line ? name(*b.line, "line") : Result<Done>{Done{}};
    }
    Result<Done> operator()(SizerCounted const& b) const {
        OSETRA_TRY(name(b.load, "load"));
        OSETRA_TRY(words(b.quality, "quality"));
        OSETRA_TRY(words(b.size, "size"));
        OSETRA_TRY(count(b.pieces, most_pieces, "pieces"));
        return weight(b.weight_mg.n, "weight_mg");
    }
    Result<Done> operator()(SortingEnded const& b) const {
        OSETRA_TRY(name(b.load, "load"));
        return words(b.note, "note");
    }
    Result<Done> operator()(CartonsPacked const& b) const {
        OSETRA_TRY(pallet_name(b.pallet));
        OSETRA_TRY(name(b.load, "load"));
        OSETRA_TRY(words(b.quality, "quality"));
        OSETRA_TRY(words(b.size, "size"));
        OSETRA_TRY(count(b.cartons, most_cartons, "cartons"));
        return b.net_mg ? weight(b.net_mg->n, "net_mg") : Result<Done>{Done{}};
    }
    Result<Done> operator()(PalletClosed const& b) const {
        OSETRA_TRY(pallet_name(b.pallet));
        return words(b.note, "note");
    }
    Result<Done> operator()(PalletsSent const& b) const {
        OSETRA_TRY(name(b.shipment, "shipment"));
        OSETRA_TRY(words(b.party, "party"));
        if (b.pallets.empty()) return refuse("list_empty", "Say which pallets left.", "pallets");
        std::set<std::string> seen;
        for (auto const& pallet : b.pallets) {
            OSETRA_TRY(pallet_name(pallet));
            if (!seen.insert(pallet).second) return refuse("name_twice", fmt::format("Pallet {} is named twice.", pallet), "pallets");
        }
        for (auto const& [text, at] : {std::pair{b.po, "po"}, std::pair{b.invoice, "invoice"}, std::pair{b.waybill, "waybill"}}) OSETRA_TRY(words(text, at));
        return words(b.note, "note");
    }
};

/// What the facts told before have against it.
struct AgainstBook {
    SortingBook& book;
    Instant at;
    using Said = Result<std::vector<Refusal>>;

    Result<LoadState> known(std::string const& load) const {
        auto state = book.load(load);
        if (!state || !state->received) return refuse("load_not_found", fmt::format("There is no load {}. Weigh it in first.", load), "load");
        return std::move(*state);
    }
    Result<Done> free(std::string const& load) const {
        if (auto const hold = book.held(load); !hold.empty()) return refuse("load_on_hold", fmt::format("Load {} is on hold ({}); nothing is done with it until somebody decides.", load, hold), "load");
        return Done{};
    }
    static Result<Done> sized(SortingPack const& pack, std::string const& quality, std::optional<std::string> const& size) {
        auto const* of = find_class(pack, quality);
        if (!of) return refuse("code_unknown", fmt::format("\"{}\" is no class of the pack {}.", quality, pack.code), "quality");
        auto const* measured = size ? find_size(pack, *size) : nullptr;
        if (size && !measured) return refuse("code_unknown", fmt::format("\"{}\" is no size of the pack {}.", *size, pack.code), "size");
        if (of->sized && !measured) return refuse("size_missing", fmt::format("Fruit of class {} is of a size: say which.", quality), "size");
        if (of->least_um && measured && measured->to_um <= *of->least_um)
            return refuse("size_not_of_class", fmt::format("Class {} begins at {:g} mm, and size {} ends there or before.", quality, static_cast<double>(*of->least_um) / 1000, *size), "size");
        return Done{};
    }

    Said operator()(LoadReceived const& b) const {
        if (auto const before = book.load(b.load); before && before->received) return refuse("load_exists", fmt::format("Load {} was weighed in before; correct that one.", b.load), "load");
        if (auto const why = book.against(b, at); !why.empty()) return std::vector{Refusal{"load_held", fmt::format("Load {} is on hold, RIPE-{}: {}.", b.load, b.load, why), "load"}};
        return std::vector<Refusal>{};
    }
    Said operator()(SortingBegun const& b) const {
        auto const load = OSETRA_TRY(known(b.load));
        if (load.ended_at) return refuse("load_sorted", fmt::format("Load {} was sorted to its end.", b.load), "load");
        OSETRA_TRY(free(b.load));
        if (load.begun_at) return refuse("load_running", fmt::format("Load {} is on the line already.", b.load), "load");
        auto const line = b.line.value_or(usual_line);
        if (auto const other = book.on_line(line)) return refuse("line_busy", fmt::format("Line {} sorts load {}; end that one first.", line, *other), "line");
        return std::vector<Refusal>{};
    }
    Said operator()(SizerCounted const& b) const {
        auto const load = OSETRA_TRY(known(b.load));
        if (load.ended_at) return refuse("load_sorted", fmt::format("Load {} was sorted to its end.", b.load), "load");
        OSETRA_TRY(sized(*find_sorting_pack(load.told.pack), b.quality, b.size));
        if (auto const sum = load.sorted_mg + b.weight_mg.n; sum > most_sorted_mg(load.told.net_mg()))
            return refuse("more_than_received", fmt::format("With this {} of load {} were sorted and {} received; weigh again or mend the load.", kg(sum), b.load, kg(load.told.net_mg())), "weight_mg");
        return std::vector<Refusal>{};
    }
    Said operator()(SortingEnded const& b) const {
        auto const load = OSETRA_TRY(known(b.load));
        if (load.ended_at) return refuse("load_sorted", fmt::format("Load {} was sorted to its end.", b.load), "load");
        if (load.stands() != LoadStands::running) return refuse("load_not_running", fmt::format("Load {} is not on the line: nothing of it began.", b.load), "load");
        auto const net = static_cast<double>(load.told.net_mg());
        if (auto const missing = (net - static_cast<double>(load.sorted_mg)) / net; missing > much_missing)
            return std::vector{Refusal{"load_difference", fmt::format("{:.1f} % of load {} came in and was not counted.", 100 * missing, b.load), "load"}};
        return std::vector<Refusal>{};
    }
    Said operator()(CartonsPacked const& b) const {
        auto const load = OSETRA_TRY(known(b.load));
        OSETRA_TRY(free(b.load));
        auto const& pack = *find_sorting_pack(load.told.pack);
        OSETRA_TRY(sized(pack, b.quality, b.size));
        if (b.quality == pack.rest.code) return refuse("class_not_packed", fmt::format("Class {} goes into no cartons.", b.quality), "quality");
        auto const size = b.size.value_or("");
        if (auto const pallet = book.pallet(b.pallet)) {
            if (pallet->closed_at) return refuse("pallet_closed", fmt::format("Pallet {} was closed.", b.pallet), "pallet");
            if (pallet->cartons > 0 && (pallet->pack != pack.code || pallet->quality != b.quality || pallet->size != size))
                return refuse("pallet_mixed", fmt::format("Pallet {} holds {} of {}; begin another one.", b.pallet, of_size(pallet->quality, pallet->size), pallet->pack), "pallet");
            if (pallet->cartons + b.cartons > pack.cartons_per_pallet) return refuse("pallet_full", fmt::format("Pallet {} takes {} more cartons.", b.pallet, pack.cartons_per_pallet - pallet->cartons), "cartons");
        } else if (b.cartons > pack.cartons_per_pallet) return refuse("pallet_full", fmt::format("A pallet takes {} cartons.", pack.cartons_per_pallet), "cartons");
        auto const of = load.by.find({b.quality, size});
        auto const counted = of == load.by.end() ? 0 : of->second.counted_mg, packed = (of == load.by.end() ? 0 : of->second.packed_mg) + net_of(b, &pack);
        if (packed > most_sorted_mg(counted))
            return refuse("more_than_counted", fmt::format("With these {} of load {} are packed as {}, and the sizer counted {}.", kg(packed), b.load, of_size(b.quality, size), kg(counted)), "cartons");
        return std::vector<Refusal>{};
    }
    Said operator()(PalletClosed const& b) const {
        auto const pallet = book.pallet(b.pallet);
        if (!pallet || pallet->cartons == 0) return refuse("pallet_not_found", fmt::format("There is no pallet {}: nothing was put on it.", b.pallet), "pallet");
        if (pallet->closed_at) return refuse("pallet_closed", fmt::format("Pallet {} was closed.", b.pallet), "pallet");
        auto const* pack = find_sorting_pack(pallet->pack);
        if (pack && pallet->cartons < pack->cartons_per_pallet)
            return std::vector{Refusal{"pallet_part", fmt::format("Pallet {} holds {} of {} cartons.", b.pallet, pallet->cartons, pack->cartons_per_pallet), "pallet"}};
        return std::vector<Refusal>{};
    }
    Said operator()(PalletsSent const& b) const {
        if (!book.party(b.party)) return refuse("party_not_found", fmt::format("There is no party {}. Register it first, with its country.", b.party), "party");
        if (book.knows_shipment(b.shipment)) return refuse("shipment_exists", fmt::format("Shipment {} was told before; correct that one.", b.shipment), "shipment");
        for (auto const& name : b.pallets) {
            auto const pallet = book.pallet(name);
            if (!pallet || pallet->cartons == 0) return refuse("pallet_not_found", fmt::format("There is no pallet {}: nothing was put on it.", name), "pallets");
            if (!pallet->closed_at) return refuse("pallet_open", fmt::format("Pallet {} is still open; close it first.", name), "pallets");
            if (pallet->sent_at) return refuse("pallet_gone", fmt::format("Pallet {} left with shipment {}.", name, pallet->shipment), "pallets");
            for (auto const& part : pallet->parts) OSETRA_TRY(free(part.load));
        }
        return std::vector<Refusal>{};
    }
};

/// The earlier of two, whichever was told first.
template <class T> void earliest(std::optional<T>& kept, T const& told) { if (!kept || told < *kept) kept = told; }

} // namespace

SortingBody sorting_body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<SortingBody>([](auto&& see) { each_sorting_kind(see); }, kind, json);
}
std::string const& load_of(SortingBody const& body) {
    static std::string const none;
    return std::visit([](auto const& b) -> std::string const& { if constexpr (requires { b.load; }) return b.load; else return none; }, body);
}
std::string const& pallet_of(SortingBody const& body) {
    static std::string const none;
    return std::visit([](auto const& b) -> std::string const& { if constexpr (requires { b.pallet; }) return b.pallet; else return none; }, body);
}

char const* word_of(LoadStands s) {
    static constexpr char const* words[] = {"waiting", "running", "sorted"};
    return words[static_cast<std::size_t>(s)];
}

std::int64_t net_of(CartonsPacked const& b, SortingPack const* pack) { return b.net_mg ? b.net_mg->n : pack ? b.cartons * pack->carton_mg : 0; }

LoadState load_state(std::string const& load, std::vector<SortingTold> const& facts) {
    LoadState out;
    out.told.load = load;
    SortingTold const *weighed = nullptr, *begun = nullptr;
    auto const before = [](SortingTold const& a, SortingTold const* b) { return !b || std::pair{a.at, a.root} < std::pair{b->at, b->root}; };
    for (auto const& f : facts) {
        if (load_of(f.body) != load) continue;
        if (std::holds_alternative<LoadReceived>(f.body) && before(f, weighed)) weighed = &f;
        if (std::holds_alternative<SortingBegun>(f.body) && before(f, begun)) begun = &f;
        if (std::holds_alternative<SortingEnded>(f.body)) earliest(out.ended_at, f.at);
    }
    if (weighed) {
        out.told = std::get<LoadReceived>(weighed->body);
        out.received_at = weighed->at;
        out.root = weighed->root;
        out.received = true;
    }
    if (begun) {
        out.begun_at = begun->at;
        out.line = std::get<SortingBegun>(begun->body).line.value_or(usual_line);
    }
    auto const* pack = find_sorting_pack(out.told.pack);
    for (auto const& f : facts) {
        if (load_of(f.body) != load) continue;
        if (auto const* counted = std::get_if<SizerCounted>(&f.body)) {
            auto& sum = out.by[{counted->quality, counted->size.value_or("")}];
            sum.pieces += counted->pieces;
            sum.counted_mg += counted->weight_mg.n;
            out.sorted_mg += counted->weight_mg.n;
        }
        if (auto const* packed = std::get_if<CartonsPacked>(&f.body)) {
            auto& sum = out.by[{packed->quality, packed->size.value_or("")}];
            sum.cartons += packed->cartons;
            sum.packed_mg += net_of(*packed, pack);
            out.packed_mg += net_of(*packed, pack);
        }
    }
    return out;
}

PalletState pallet_state(std::string const& pallet, std::vector<SortingTold> const& facts, std::map<std::string, LoadReceived> const& loads) {
    PalletState out;
    out.pallet = pallet;
    std::vector<SortingTold const*> on;
    for (auto const& f : facts) {
        if (auto const* sent = std::get_if<PalletsSent>(&f.body); sent && std::find(sent->pallets.begin(), sent->pallets.end(), pallet) != sent->pallets.end() && (!out.sent_at || f.at < *out.sent_at)) {
            out.sent_at = f.at;
            out.shipment = sent->shipment;
            out.party = sent->party;
        }
        if (pallet_of(f.body) != pallet) continue;
        if (std::holds_alternative<CartonsPacked>(f.body)) on.push_back(&f);
        else earliest(out.closed_at, f.at);
    }
    std::sort(on.begin(), on.end(), [](auto const* a, auto const* b) { return std::pair{a->at, a->root} < std::pair{b->at, b->root}; });
    std::map<std::string, std::size_t> at;
    for (auto const* f : on) {
        auto const& b = std::get<CartonsPacked>(f->body);
        auto const load = loads.find(b.load);
        auto const* pack = load == loads.end() ? nullptr : find_sorting_pack(load->second.pack);
        if (out.parts.empty()) {
            out.pack = pack ? pack->code : "";
            out.quality = b.quality;
            out.size = b.size.value_or("");
            out.first_at = f->at;
        }
        auto const [place, added] = at.emplace(b.load, out.parts.size());
        if (added) out.parts.push_back({b.load, load == loads.end() ? "" : load->second.grower});
        out.parts[place->second].cartons += b.cartons;
        out.parts[place->second].net_mg += net_of(b, pack);
        out.cartons += b.cartons;
        out.net_mg += net_of(b, pack);
    }
    return out;
}

Result<std::vector<Refusal>> judge(Fact const& fact, SortingBody const& body, SortingBook& book, farm::Trust trust) {
    OSETRA_TRY(std::visit(Form{}, body));
    if (trust == farm::Trust::witnessed || fact.act != FactAct::tell) return std::vector<Refusal>{};
    return std::visit(AgainstBook{book, fact.happened_at}, body);
}

template <> std::string says(LoadReceived const& b) { return fmt::format("Load {} of {} weighed in: {} net.", b.load, b.grower, kg(b.net_mg())); }
template <> std::string says(SortingBegun const& b) { return fmt::format("Load {} begun on line {}.", b.load, b.line.value_or(usual_line)); }
template <> std::string says(SizerCounted const& b) { return fmt::format("{} fruits, {}, of load {} counted as {}.", b.pieces, kg(b.weight_mg.n), b.load, of_size(b.quality, b.size.value_or(""))); }
template <> std::string says(SortingEnded const& b) { return fmt::format("Load {} is through.", b.load); }
template <> std::string says(CartonsPacked const& b) { return fmt::format("{} cartons of load {}, {}, put on pallet {}.", b.cartons, b.load, of_size(b.quality, b.size.value_or("")), b.pallet); }
template <> std::string says(PalletsSent const& b) { return fmt::format("{} pallets left for {} with shipment {}.", b.pallets.size(), b.party, b.shipment); }
template <> std::string says(PalletClosed const& b) { return fmt::format("Pallet {} closed.", b.pallet); }

} // namespace osetra::processing
