#include "processing/sorting_answers.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "kernel/csv.h"
#include "kernel/json.h"
#include "processing/unit_label.h"
#include "trace/engine/naming.h"

namespace osetra::processing {
namespace {

constexpr int days_open = 14;                    // how long what was left open is looked for

double hours(Instant from, Instant to) { return std::chrono::duration<double, std::ratio<3600>>(to - from).count(); }

std::vector<SortingTold> until(std::vector<SortingTold> facts, Instant last) {
    std::erase_if(facts, [&](SortingTold const& f) { return f.at > last; });
    return facts;
}

void pack_fields(JsonOut& out, SortingPack const& pack) {
    out.value("pack", pack.code);
    out.value("name_en", pack.name_en);
    out.value("name_zh", pack.name_zh);
    out.value("carton_mg", pack.carton_mg);
    out.value("cartons_per_pallet", pack.cartons_per_pallet);
    auto classes = pack.classes;
    classes.push_back(pack.rest);
    out.objects("classes", classes, [&](auto const& q) {
        out.value("quality", q.code);
        out.value("name_en", q.name_en);
        out.value("name_zh", q.name_zh);
        out.value("sized", q.sized);
        out.value("packed", q.code != pack.rest.code);
    });
    out.objects("sizes", pack.sizes, [&](auto const& s) {
        out.value("size", s.code);
        out.value("from_um", s.from_um);
        out.value("to_um", s.to_um);
    });
}

void load_fields(JsonOut& out, SortingAsked const& asked, LoadState const& load) {
    write_fields(out, load.told);
    if (auto const hold = asked.store.held(load.told.load); !hold.empty()) out.value("hold", hold);
    out.value("net_mg", load.told.net_mg());
    out.value("received_at", load.received_at);
    out.value("fact", load.root);
    out.value("state", std::string_view{word_of(load.stands())});
    if (load.begun_at) {
        out.value("begun_at", *load.begun_at);
        out.value("line", load.line);
    }
    if (load.ended_at) out.value("ended_at", *load.ended_at);
    out.value("sorted_mg", load.sorted_mg);
    out.value("packed_mg", load.packed_mg);
}

void sum_fields(JsonOut& out, std::pair<std::string, std::string> const& of, LoadState::Sum const& sum) {
    out.begin_object();
    out.value("quality", of.first);
    out.value("size", of.second);
    out.value("pieces", sum.pieces);
    out.value("weight_mg", sum.counted_mg);
    out.value("cartons", sum.cartons);
    out.value("packed_mg", sum.packed_mg);
    out.end_object();
}

std::string sscc_of_pallet(SortingAsked const& asked, PalletState const& p) {
    if (trace::is_sscc(p.pallet)) return p.pallet;
    return asked.company_prefix ? trace::sscc_of(*asked.company_prefix, std::stoll(p.pallet), trace::pallet_extension) : "";
}

void pallet_fields(JsonOut& out, SortingAsked const& asked, PalletState const& p) {
    out.value("pallet", p.pallet);
    if (auto const sscc = sscc_of_pallet(asked, p); !sscc.empty()) out.value("sscc", sscc);
    out.value("pack", p.pack);
    out.value("quality", p.quality);
    out.value("size", p.size);
    out.value("cartons", p.cartons);
    if (auto const* pack = find_sorting_pack(p.pack)) out.value("takes", pack->cartons_per_pallet);
    out.value("net_mg", p.net_mg);
    if (p.closed_at) out.value("closed_at", *p.closed_at);
    if (p.sent_at) {
        out.value("sent_at", *p.sent_at);
        out.value("shipment", p.shipment);
        out.value("party", p.party);
    }
    out.objects("parts", p.parts, [&](auto const& part) {
        out.value("load", part.load);
        out.value("grower", part.grower);
        out.value("cartons", part.cartons);
        out.value("net_mg", part.net_mg);
    });
}

void fact_fields(JsonOut& out, std::vector<SortingTold> const& facts) {
    out.objects("facts", facts, [&](auto const& f) {
        out.value("fact", f.root);
        out.value("at", f.at);
        out.value("by", f.author);
        std::visit([&](auto const& b) { out.value("kind", std::string_view{b.kind}); out.record("body", b); out.value("says", says(b)); }, f.body);
    });
}

/// What a day has to do with: loads as they stood at its end, of every pack.
std::vector<LoadState> loads_of(SortingAsked const& asked, Instant start, Instant last) {
    auto const since = start - std::chrono::hours{24 * days_open};
    std::map<std::string, Instant> ended;
    for (auto const& f : asked.store.between(SortingEnded::kind, since, last)) ended.emplace(load_of(f.body), f.at);
    std::vector<LoadState> all;
    for (auto const& f : asked.store.between(LoadReceived::kind, since, last)) {
        auto const over = ended.find(load_of(f.body));
        if (f.at < start && over != ended.end() && over->second < start) continue;
        all.push_back(load_state(load_of(f.body), until(asked.store.of_load(load_of(f.body)), last)));
    }
    return all;
}

std::vector<PalletState> pallets_of(SortingAsked const& asked, Instant start, Instant last, std::string const& pack) {
    auto const since = start - std::chrono::hours{24 * days_open};
    std::map<std::string, Instant> closed;
    for (auto const& f : asked.store.between(PalletClosed::kind, since, last)) closed.emplace(pallet_of(f.body), f.at);
    std::vector<std::string> names;
    std::set<std::string> seen;
    for (auto const& f : asked.store.between(CartonsPacked::kind, since, last)) {
        auto const over = closed.find(pallet_of(f.body));
        if (over != closed.end() && over->second < start) continue;
        if (seen.insert(pallet_of(f.body)).second) names.push_back(pallet_of(f.body));
    }
    std::vector<PalletState> all;
    for (auto const& name : names) {
        auto state = asked.store.pallet_from(name, until(asked.store.of_pallet(name), last));
        if (state.pack == pack) all.push_back(std::move(state));
    }
    return all;
}

/// What one pack's lines did in a day.
struct DayWork {
    std::int64_t pieces = 0, counted_mg = 0;
    double hours = 0;
    std::map<std::pair<std::string, std::string>, LoadState::Sum> by;
};
DayWork work_of(SortingAsked const& asked, std::vector<LoadState> const& loads, Instant start, Instant last) {
    DayWork day;
    for (auto const& load : loads) {
        if (load.stands() == LoadStands::waiting) continue;
        if (load.begun_at) day.hours += std::max(0.0, hours(std::max(*load.begun_at, start), std::min(load.ended_at.value_or(last), last)));
        auto const facts = asked.store.of_load(load.told.load);
        for (auto const& f : facts) {
            if (f.at < start || f.at > last) continue;
            if (auto const* c = std::get_if<SizerCounted>(&f.body)) {
                auto& sum = day.by[{c->quality, c->size.value_or("")}];
                sum.pieces += c->pieces;
                sum.counted_mg += c->weight_mg.n;
                day.pieces += c->pieces;
                day.counted_mg += c->weight_mg.n;
            }
            if (auto const* p = std::get_if<CartonsPacked>(&f.body)) {
                auto& sum = day.by[{p->quality, p->size.value_or("")}];
                sum.cartons += p->cartons;
                sum.packed_mg += net_of(*p, find_sorting_pack(load.told.pack));
            }
        }
    }
    return day;
}

/// Best class first, largest size first: as the pack has them.
std::vector<std::pair<std::string, std::string>> in_order(SortingPack const& pack, std::map<std::pair<std::string, std::string>, LoadState::Sum> const& by) {
    std::vector<std::pair<std::string, std::string>> keys;
    for (auto const& [key, sum] : by) keys.push_back(key);
    auto const rank = [&](std::pair<std::string, std::string> const& k) {
        auto const q = std::find_if(pack.classes.begin(), pack.classes.end(), [&](auto const& c) { return c.code == k.first; }) - pack.classes.begin();
        auto const s = std::find_if(pack.sizes.begin(), pack.sizes.end(), [&](auto const& c) { return c.code == k.second; }) - pack.sizes.begin();
        return std::pair{q, s};
    };
    std::stable_sort(keys.begin(), keys.end(), [&](auto const& a, auto const& b) { return rank(a) < rank(b); });
    return keys;
}

Result<SortingPack const*> pack_in(std::string const& code) {
    auto const* pack = find_sorting_pack(code);
    if (!pack) return refuse("pack_not_found", "There is no pack " + code.substr(0, 40) + " for a sorting line: `osetra sort packs` lists them.", "pack");
    return pack;
}

Result<PalletState> pallet_in(SortingAsked const& asked, std::string const& name) {
    auto pallet = asked.store.pallet(name);
    if (!pallet || pallet->cartons == 0) return refuse("pallet_not_found", fmt::format("There is no pallet {}: nothing was put on it.", name.substr(0, 40)), "pallet");
    return *std::move(pallet);
}

} // namespace

Result<SortingPack const*> sorting_pack_of(SortingAsked const& asked, std::string const& code) {
    if (!code.empty()) return pack_in(code);
    auto const all = asked.store.between(LoadReceived::kind, asked.now - std::chrono::hours{24 * 400}, asked.now + std::chrono::seconds{1});
    auto const* last = all.empty() ? nullptr : find_sorting_pack(std::get<LoadReceived>(all.back().body).pack);
    return last ? last : &sorting_packs().front();
}

Result<std::string> sorting_day_json(SortingAsked const& asked, FarmDay day, std::string const& pack_code) {
    auto const* pack = OSETRA_TRY(sorting_pack_of(asked, pack_code));
    auto const start = start_of(day, asked.offset), last = std::min(asked.now, end_of(day, asked.offset));
    auto const every = loads_of(asked, start, last);
    std::vector<LoadState> loads;
    std::copy_if(every.begin(), every.end(), std::back_inserter(loads), [&](LoadState const& l) { return l.told.pack == pack->code; });
    std::stable_sort(loads.begin(), loads.end(), [](LoadState const& a, LoadState const& b) { return std::tuple{a.stands() == LoadStands::running ? 0 : a.stands() == LoadStands::waiting ? 1 : 2, a.received_at} < std::tuple{b.stands() == LoadStands::running ? 0 : b.stands() == LoadStands::waiting ? 1 : 2, b.received_at}; });
    auto const work = work_of(asked, loads, start, last);
    auto const pallets = pallets_of(asked, start, last, pack->code);
    std::int64_t received_mg = 0, waiting_mg = 0, to_do_mg = 0, waiting = 0, running = 0, through = 0, cartons = 0;
    for (auto const& l : loads) {
        if (l.received_at >= start) received_mg += l.told.net_mg();
        if (l.stands() == LoadStands::waiting) { ++waiting; waiting_mg += l.told.net_mg(); }
        if (l.stands() == LoadStands::running) ++running;
        if (l.stands() == LoadStands::sorted) ++through;
        else to_do_mg += std::max<std::int64_t>(0, l.told.net_mg() - l.sorted_mg);
    }
    for (auto const& [key, sum] : work.by) cartons += sum.cartons;

    JsonOut out;
    out.begin_object();
    out.value("day", day);
    pack_fields(out, *pack);
    out.objects("packs", sorting_packs(), [&](auto const& one) {
        out.value("pack", one.code);
        out.value("name_en", one.name_en);
        out.value("name_zh", one.name_zh);
    });
    out.value("received_mg", received_mg);
    out.value("waiting", waiting);
    out.value("waiting_mg", waiting_mg);
    out.value("running", running);
    out.value("through", through);
    out.value("sorted_mg", work.counted_mg);
    out.value("pieces", work.pieces);
    out.value("cartons", cartons);
    out.value("to_do_mg", to_do_mg);
    out.begin_object("pace");
    out.value("hours", work.hours);
    auto const kg_per_hour = work.hours > 0 ? static_cast<double>(work.counted_mg) / 1e6 / work.hours : 0;
    if (kg_per_hour > 0) {
        out.value("kg_per_hour", kg_per_hour);
        out.value("hours_to_go", static_cast<double>(to_do_mg) / 1e6 / kg_per_hour);
    }
    if (work.pieces > 0) {
        auto const mean_g = static_cast<double>(work.counted_mg) / 1000 / static_cast<double>(work.pieces);
        out.value("mean_g", mean_g);
        out.value("can_kg_per_hour", capacity(*pack, mean_g, 1).kg_per_hour);
    }
    out.end_object();
    out.objects("loads", loads, [&](auto const& l) {
        load_fields(out, asked, l);
    });
    out.begin_array("out_turn");
    for (auto const& key : in_order(*pack, work.by)) sum_fields(out, key, work.by.at(key));
    out.end_array();
    out.objects("pallets", pallets, [&](auto const& p) {
        pallet_fields(out, asked, p);
    });
    out.end_object();
    return out.take();
}

Result<std::string> sorting_load_json(SortingAsked const& asked, std::string const& name) {
    auto const facts = asked.store.of_load(name);
    auto const load = load_state(name, facts);
    auto const* pack = find_sorting_pack(load.told.pack);
    if (!load.received || !pack) return refuse("load_not_found", fmt::format("There is no load {}. Weigh it in first.", name.substr(0, 40)), "load");
    std::set<std::string> names;
    for (auto const& f : facts) if (!pallet_of(f.body).empty()) names.insert(pallet_of(f.body));
    JsonOut out;
    out.begin_object();
    load_fields(out, asked, load);
    out.begin_object("of_pack");
    pack_fields(out, *pack);
    out.end_object();
    out.begin_array("out_turn");
    for (auto const& key : in_order(*pack, load.by)) sum_fields(out, key, load.by.at(key));
    out.end_array();
    out.begin_array("pallets");
    for (auto const& one : names)
        if (auto const pallet = asked.store.pallet(one)) {
            out.begin_object();
            pallet_fields(out, asked, *pallet);
            out.end_object();
        }
    out.end_array();
    fact_fields(out, facts);
    out.end_object();
    return out.take();
}

Result<std::string> pallet_json(SortingAsked const& asked, std::string const& name) {
    auto const pallet = OSETRA_TRY(pallet_in(asked, name));
    JsonOut out;
    out.begin_object();
    pallet_fields(out, asked, pallet);
    if (auto const* pack = find_sorting_pack(pallet.pack)) {
        out.begin_object("of_pack");
        pack_fields(out, *pack);
        out.end_object();
    }
    fact_fields(out, asked.store.of_pallet(name));
    out.end_object();
    return out.take();
}

Result<std::string> pallet_label(SortingAsked const& asked, std::string const& name, std::string const& company) {
    auto const pallet = OSETRA_TRY(pallet_in(asked, name));
    auto const sscc = sscc_of_pallet(asked, pallet);
    if (sscc.empty()) return refuse("identity_missing", "Say first who the company is among its partners: osetra identity --company-prefix DIGITS.", "identity");
    UnitLabel label{fmt::format("Pallet 托盘 {}", name), {company}, sscc};
    if (auto const* pack = find_sorting_pack(pallet.pack)) {
        auto const* of = find_class(*pack, pallet.quality);
        label.lines.push_back(pack->name_en + " " + pack->name_zh);
        label.lines.push_back(fmt::format("{} {}{}", of ? of->name_en : pallet.quality, of ? of->name_zh : "", pallet.size.empty() ? "" : "   Size 规格 " + pallet.size));
    }
    label.lines.push_back(fmt::format("{} cartons 箱   {:.1f} kg net 净重", pallet.cartons, static_cast<double>(pallet.net_mg) / 1e6));
    std::string loads;
    for (auto const& part : pallet.parts) loads += (loads.empty() ? "" : ", ") + part.load;
    label.lines.push_back("Loads 批次 " + loads);
    if (pallet.closed_at) label.lines.push_back("Closed 封托 " + text_of(farm_day(*pallet.closed_at, asked.offset)));
    return unit_label_pdf(label);
}

Result<GrowersTurn> out_turn_of(SortingAsked const& asked, SortingPack const& pack, FarmDay from, FarmDay to, std::string const& grower, std::optional<Prices> const& prices) {
    GrowersTurn out;
    out.pack = &pack;
    std::vector<Load> loads;
    std::vector<Sorted> counted;
    for (auto const& f : asked.store.between(LoadReceived::kind, start_of(from, asked.offset), start_of(to + 1, asked.offset))) {
        auto const& told = std::get<LoadReceived>(f.body);
        if (told.pack != out.pack->code || (!grower.empty() && told.grower != grower)) continue;
        auto const load = asked.store.load(told.load);
        loads.push_back({told.load, told.grower, farm_day(f.at, asked.offset), told.gross_mg.n, told.tare_mg.n});
        if (!load || load->stands() != LoadStands::sorted) {
            out.unsorted.push_back(told.load);
            continue;
        }
        for (auto const& [key, sum] : load->by)
            if (sum.counted_mg > 0) counted.push_back({told.load, key.first, key.second, sum.pieces, sum.counted_mg});
    }
    if (!grower.empty() && loads.empty()) return refuse("grower_not_found", "Nothing of " + grower + " was received on these days.", "grower");
    out.all = OSETRA_TRY(out_turn(*out.pack, loads, counted, prices ? *prices : prices_of(*out.pack)));
    return out;
}

std::string out_turn_json(GrowersTurn const& turn, FarmDay from, FarmDay to) {
    JsonOut out;
    out.begin_object();
    out.value("from", from);
    out.value("to", to);
    pack_fields(out, *turn.pack);
    out.objects("growers", turn.all, [&](auto const& o) {
        out.value("grower", o.grower);
        out.value("loads", o.loads);
        out.value("first_on", o.first_on);
        out.value("last_on", o.last_on);
        out.value("received_mg", o.received_mg);
        out.value("sorted_mg", o.sorted_mg);
        out.value("lost_mg", o.lost_mg());
        out.value("cartons", o.cartons);
        out.value("pallets", o.pallets);
        out.value("money", text_of(o.money));
        out.objects("lines", o.lines, [&](auto const& l) {
            out.value("quality", l.quality);
            out.value("size", l.size);
            out.value("pieces", l.pieces);
            out.value("weight_mg", l.weight_mg);
            out.value("cartons", l.cartons);
            out.value("price", text_of(Money{l.price_minor_per_kg, o.money.currency}));
            out.value("money", text_of(l.money));
        });
    });
    out.value("unsorted", turn.unsorted);
    out.end_object();
    return out.take();
}

Result<std::vector<SizerCounted>> counts_told(SortingStore& store, std::string_view csv) {
    // The first load says of what pack the file is; the measures that its columns name are that pack's.
    auto const table = OSETRA_TRY(read_csv(csv, "counts"));
    std::string first;
    if (!table.sheets.empty() && table.sheets.front().rows.size() > 1) {
        auto const& rows = table.sheets.front().rows;
        for (std::size_t i = 0; i < rows.front().cells.size() && i < rows[1].cells.size(); ++i) if (rows.front().cells[i].text == "load") first = rows[1].cells[i].text;
    }
    auto const missing = [](std::string const& load) { return Refusal{"load_not_found", fmt::format("There is no load {}. Weigh it in first.", load.substr(0, 40)), "load"}; };
    auto const load = store.load(first);
    auto const* pack = load ? find_sorting_pack(load->told.pack) : nullptr;
    if (!pack) return tl::unexpected(missing(first));
    auto const counts = OSETRA_TRY(read_counts(csv, *pack));
    std::map<std::string, std::string> packs;
    for (auto const& c : counts)
        if (!packs.contains(c.load)) {
            auto const of = store.load(c.load);
            if (!of || !of->received) return tl::unexpected(missing(c.load));
            if (of->told.pack != pack->code) return refuse("pack_mixed", fmt::format("Load {} is of the pack {} and load {} of {}: send a file for each.", first, pack->code, c.load, of->told.pack), "load");
            packs[c.load] = of->told.pack;
        }
    std::vector<SizerCounted> all;
    for (auto const& s : sorted(*pack, counts)) all.push_back({s.load, s.quality, s.size.empty() ? std::nullopt : std::optional{s.size}, s.pieces, {s.weight_mg}});
    return all;
}

Result<std::vector<LoadReceived>> loads_told(std::string_view csv, std::string const& pack) {
    OSETRA_TRY(pack_in(pack));
    std::vector<LoadReceived> all;
    for (auto const& l : OSETRA_TRY(read_loads(csv))) all.push_back({l.load, l.grower, pack, {l.gross_mg}, {l.tare_mg}, l.orchard, {}, l.variety});
    return all;
}

Instant weighed_in_at(FarmDay received_on, Instant now, FarmOffset offset) {
    return std::min(now, received_on == farm_day(now, offset) ? now : start_of(received_on, offset) + std::chrono::hours{12});
}

} // namespace osetra::processing
