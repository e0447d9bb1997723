#include "quality/answers.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "kernel/csv.h"
#include "kernel/number.h"
#include "kernel/sha256.h"
#include "kernel/text.h"

namespace osetra::quality {
namespace {

using std::chrono::days;
constexpr std::size_t link_hash_digits = 32;     // of 64: more than anybody can try
constexpr days pool_sample_counts{366};          // a sample of a pool speaks for the fish that were in it within a year [G]

std::string joined(std::vector<std::string> const& all, char const* between = ", ") {
    std::string out;
    for (auto const& one : all) out += (out.empty() ? "" : between) + one;
    return out;
}
Safety const& rules() { return safety(); }

void put_hold_fields(JsonOut& out, QualityStore& store, Hold const& h) {
    out.value("hold", h.hold);
    out.value("what", h.what == "clock" ? std::string{"lot"} : h.what);
    out.value("thing", h.thing);
    out.value("reason", h.reason);
    out.value("markets", h.markets);
    out.value("put_at", h.put_at);
    out.value("put_by", h.put_by);
    out.value("failed", h.failed);
    out.value("state", h.state);
    out.value("bars", h.bars);
    auto const told = store.named<HoldPut>(h.hold);
    if (!told.empty()) {
        out.value("note", told.front().body.note);
        out.value("fact", told.front().root);
    }
    if (auto const d = store.decision(h.hold)) {
        out.begin_object("decision");
        write_fields(out, d->told);
        out.value("at", d->at);
        out.value("by", d->by);
        out.value("agreed_by", d->agreed_by);
        out.end_object();
    }
}

/// Milligrams of a lot, still here, that a hold bars.
std::int64_t held_of(processing::LotTold const& lot, Hold const& h) {
    if (h.what != "clock" && (h.what != "tin" || h.failed)) return lot.here_mg;
    std::int64_t mg = 0;
    for (auto const& t : lot.tins)
        if (h.what == "clock" ? t.closed_at >= h.put_at : t.tin == h.thing) mg += t.net_mg;
    return std::min(mg, lot.here_mg);
}

void put_sample(JsonOut& out, QualityStore& store, Of<SampleTaken> const& s) {
    out.begin_object();
    write_fields(out, s.body);
    out.value("at", s.at);
    out.value("by", s.author);
    out.value("fact", s.root);
    out.value("missing", missing(store, s));
    out.objects("results", store.results(s.body.sample.value_or("")), [&](auto const& r) {
        write_fields(out, r.body);
        out.value("at", r.at);
        out.value("by", r.author);
        out.value("fact", r.root);
        auto const* analyte = rules().find_analyte(r.body.analyte);
        out.begin_array("verdicts");
        if (analyte)
            for (auto const& [market, j] : judged(rules(), *analyte, store.product(), r.body.values, r.body.unit)) {
                out.begin_object();
                out.value("market", market);
                out.value("limit", text_of(*j.limit));
                out.value("source", j.limit->source);
                out.value("verdict", std::string{word_of(j.verdict)});
                out.end_object();
            }
        out.end_array();
    });
    out.end_object();
}

void put_lot(JsonOut& out, QualityStore& store, LotState const& s) {
    out.value("lot", s.told.lot);
    out.value("fish", s.told.fish);
    out.value("taken_at", s.told.taken_at);
    out.value("grade", s.told.grade);
    std::vector<std::string> tins;
    for (auto const& t : s.told.tins) tins.push_back(t.tin);
    out.value("tins", tins);
    out.value("tinned_mg", s.told.tinned_mg);
    out.value("here_mg", s.told.here_mg);
    out.value("held_mg", s.held_mg);
    out.value("shipments", s.told.shipments);
    out.value("awaited", s.awaited);
    out.objects("holds", s.holds, [&](auto const& h) {
        put_hold_fields(out, store, h);
    });
    std::vector<std::string> barred;
    for (auto const& m : rules().markets)
        for (auto const& h : s.holds)
            if (h.what != "clock" && (h.what != "tin" || h.failed) && bars_for(h, rules(), m.countries.front())) { barred.push_back(m.code); break; }
    out.value("barred", barred);
    out.value("state", std::string{s.held_mg > 0 && s.held_mg == s.told.here_mg && barred.size() == rules().markets.size() ? "held" : !s.holds.empty() ? "held_partly" : !s.awaited.empty() ? "awaited" : "free"});
}

template <class W> void put_words(JsonOut& out, char const* name, std::vector<W> const& words) {
    out.begin_array(name);
    for (auto const& w : words) {
        out.begin_object();
        out.value("code", w.code);
        out.value("name_en", w.name_en);
        out.value("name_zh", w.name_zh);
        out.end_object();
    }
    out.end_array();
}

} // namespace

std::vector<std::string> missing(QualityStore& store, Of<SampleTaken> const& s) {
    std::vector<std::string> asked = s.body.analytes;
    if (auto const* plan = s.body.plan ? rules().find_plan(*s.body.plan) : nullptr) asked.insert(asked.begin(), plan->analytes.begin(), plan->analytes.end());
    auto const found = store.results(s.body.sample.value_or(""));
    std::vector<std::string> out;
    for (auto const& a : asked)
        if (std::none_of(found.begin(), found.end(), [&](auto const& r) { return r.body.analyte == a; }) && std::find(out.begin(), out.end(), a) == out.end()) out.push_back(a);
    return out;
}

std::vector<Of<SampleTaken>> samples_of(QualityStore& store, processing::LotTold const& lot) {
    auto all = store.about<SampleTaken>("lot:" + lot.lot);
    auto const add = [&](std::vector<Of<SampleTaken>>&& more) { std::move(more.begin(), more.end(), std::back_inserter(all)); };
    for (auto const& t : lot.tins) add(store.about<SampleTaken>("tin:" + t.tin));
    add(store.about<SampleTaken>("fish:" + pit_tag_text(lot.fish)));
    for (auto const& stay : store.stays(lot.fish))
        for (auto& s : store.about<SampleTaken>("pool:" + stay.pool))
            if (s.at < stay.to_at && s.at > stay.from_at - pool_sample_counts && s.at > lot.taken_at - pool_sample_counts && s.at <= lot.taken_at + days{1} &&
                std::none_of(all.begin(), all.end(), [&](auto const& o) { return o.root == s.root; })) all.push_back(std::move(s));
    return all;
}

std::optional<LotState> lot_state(QualityStore& store, std::string const& name, std::vector<Hold> const& barring) {
    auto told = processing::lot_told(store.db(), store.enterprise(), name);
    if (!told) return std::nullopt;
    LotState state{std::move(*told), {}, 0, {}};
    for (auto const& h : barring) {
        if (h.what == "case" || !store.reaches(h, name, state.told.fish)) continue;
        state.holds.push_back(h);
        state.held_mg = std::max(state.held_mg, held_of(state.told, h));
    }
    for (auto const& s : samples_of(store, state.told))
        if (auto const open = missing(store, s); !open.empty()) state.awaited.push_back(s.body.sample.value_or("") + ": " + joined(open));
    return state;
}

std::string overview_json(QualityStore& store, Instant now) {
    auto const barring = store.barring();
    std::vector<LotState> lots;
    for (auto const& lot : processing::lots_of(store.db(), store.enterprise(), most_lots))
        if (auto state = lot_state(store, lot, barring); state && state->told.here_mg > 0) lots.push_back(std::move(*state));
    std::int64_t here = 0, held = 0, free = 0, free_lots = 0, held_lots = 0;
    for (auto const& l : lots) {
        here += l.told.here_mg;
        held += l.held_mg;
        free += l.told.here_mg - l.held_mg;
        held_lots += l.held_mg > 0;
        free_lots += l.holds.empty();
    }
    JsonOut out;
    out.begin_object();
    out.value("at", now);
    out.value("here_mg", here);
    out.value("held_mg", held);
    out.value("held_lots", held_lots);
    out.value("free_mg", free);
    out.value("free_lots", free_lots);
    out.begin_array("holds");
    for (auto const& h : barring) {
        std::int64_t mg = 0, n = 0;
        for (auto const& l : lots)
            if (std::any_of(l.holds.begin(), l.holds.end(), [&](Hold const& o) { return o.hold == h.hold; })) { mg += held_of(l.told, h); ++n; }
        out.begin_object();
        put_hold_fields(out, store, h);
        out.value("held_mg", mg);
        out.value("lots", n);
        out.end_object();
    }
    out.end_array();
    out.begin_array("decided");
    for (auto const& h : store.last_holds(60))
        if (!h.bars || h.state == "condemned") {
            out.begin_object();
            put_hold_fields(out, store, h);
            out.end_object();
        }
    out.end_array();
    out.begin_array("awaited");
    for (auto const& s : store.last<SampleTaken>(200)) {
        auto const open = missing(store, s);
        if (open.empty()) continue;
        out.begin_object();
        write_fields(out, s.body);
        out.value("at", s.at);
        out.value("days", static_cast<std::int64_t>(std::chrono::duration_cast<days>(now - s.at).count()));
        out.value("missing", open);
        out.end_object();
    }
    out.end_array();
    out.objects("lots", lots, [&](auto const& l) {
        put_lot(out, store, l);
    });
    out.end_object();
    return out.take();
}

std::string rules_json(QualityStore& store) {
    JsonOut out;
    out.begin_object();
    out.value("product", store.product());
    put_words(out, "markets", rules().markets);
    put_words(out, "hold_reasons", rules().hold_reasons);
    put_words(out, "programmes", rules().programmes);
    put_words(out, "input_uses", rules().input_uses);
    out.begin_array("analytes");
    for (auto const& a : rules().analytes) {
        out.begin_object();
        out.value("code", a.code);
        out.value("name_en", a.name_en);
        out.value("name_zh", a.name_zh);
        out.value("group", a.group);
        out.value("unit", a.unit);
        out.begin_array("limits");
        for (auto const& l : a.limits) {
            if (!l.product.empty() && l.product != store.product()) continue;
            out.begin_object();
            out.value("market", l.market);
            out.value("limit", text_of(l));
            out.value("source", l.source);
            out.end_object();
        }
        out.end_array();
        out.end_object();
    }
    out.end_array();
    out.objects("plans", rules().plans, [&](auto const& p) {
        out.value("code", p.code);
        out.value("name_en", p.name_en);
        out.value("name_zh", p.name_zh);
        out.value("every", p.every);
        out.value("units", p.units);
        out.value("amount_g", p.amount_g);
        out.value("analytes", p.analytes);
    });
    out.end_object();
    return out.take();
}

Result<std::string> hold_json(QualityStore& store, std::string const& name) {
    auto const h = store.hold(name);
    if (!h) return refuse("hold_not_found", fmt::format("There is no hold {}.", name.substr(0, 60)), "hold");
    JsonOut out;
    out.begin_object();
    put_hold_fields(out, store, *h);
    out.objects("decisions", store.decisions(name), [&](auto const& d) {
        write_fields(out, d.body);
        out.value("at", d.at);
        out.value("by", d.author);
        out.value("fact", d.root);
    });
    out.objects("agreements", store.named<DecisionAgreed>(name), [&](auto const& a) {
        out.value("note", a.body.note);
        out.value("at", a.at);
        out.value("by", a.author);
        out.value("fact", a.root);
    });
    out.begin_array("lots");
    for (auto const& lot : processing::lots_of(store.db(), store.enterprise(), most_lots)) {
        auto const state = lot_state(store, lot, {*h});
        if (!state || state->holds.empty()) continue;
        out.begin_object();
        out.value("lot", lot);
        out.value("here_mg", state->told.here_mg);
        out.value("held_mg", state->held_mg);
        out.value("shipments", state->told.shipments);
        out.end_object();
    }
    out.end_array();
    if (h->reason == "test")
        for (auto const& s : store.named<SampleTaken>(name.substr(5))) {
            out.begin_array("samples");
            put_sample(out, store, s);
            out.end_array();
        }
    out.end_object();
    return out.take();
}

std::string lots_json(QualityStore& store) {
    auto const barring = store.barring();
    JsonOut out;
    out.begin_object();
    out.begin_array("lots");
    for (auto const& lot : processing::lots_of(store.db(), store.enterprise(), most_lots))
        if (auto const state = lot_state(store, lot, barring)) {
            out.begin_object();
            put_lot(out, store, *state);
            out.end_object();
        }
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> lot_json(QualityStore& store, std::string const& name) {
    auto const state = lot_state(store, name, store.barring());
    if (!state) return refuse("lot_not_found", fmt::format("There is no lot {}.", name.substr(0, 60)), "lot");
    JsonOut out;
    out.begin_object();
    put_lot(out, store, *state);
    out.begin_array("samples");
    for (auto const& s : samples_of(store, state->told)) put_sample(out, store, s);
    out.end_array();
    out.begin_array("markets");
    for (auto const& m : rules().markets) {
        auto const may = certifiable(store, "lot", name, m.code);
        out.begin_object();
        out.value("market", m.code);
        out.value("name_en", m.name_en);
        out.value("name_zh", m.name_zh);
        out.value("may", may.has_value());
        if (!may) {
            out.value("code", may.error().code);
            out.value("why", may.error().message);
        }
        out.end_object();
    }
    out.end_array();
    out.objects("certificates", store.about<AnalysisCertified>("lot:" + name), [&](auto const& c) {
        write_fields(out, c.body);
        out.value("at", c.at);
        out.value("by", c.author);
    });
    out.end_object();
    return out.take();
}

std::string inputs_json(QualityStore& store, Instant now) {
    JsonOut out;
    out.begin_object();
    std::vector<std::string> programmes, products;
    for (auto const& p : rules().programmes) programmes.push_back(p.code);
    std::set<std::string> pools;
    out.begin_array("inputs");
    auto inputs = store.all<InputReceived>();
    std::reverse(inputs.begin(), inputs.end());
    std::stable_sort(inputs.begin(), inputs.end(), [](auto const& x, auto const& y) { return std::tie(y.at, y.body.input) < std::tie(x.at, x.body.input); });   // the newest first
    for (auto const& i : inputs) {
        products.push_back(i.body.article);
        out.begin_object();
        write_fields(out, i.body);
        out.value("at", i.at);
        out.value("by", i.author);
        out.value("fact", i.root);
        out.objects("bans", rules().bans_of(i.body.substances, programmes), [&](auto const& ban) {
            out.value("programme", ban.programme);
            out.value("limited", ban.limited);
            out.value("source", ban.source);
        });
        out.objects("uses", store.about<InputUsed>("input:" + i.body.input), [&](auto const& u) {
            write_fields(out, u.body);
            out.value("at", u.at);
            out.value("by", u.author);
            out.value("fact", u.root);
            auto const hold = store.hold("USE-" + u.body.use.value_or(""));
            if (hold) { out.value("hold", hold->hold); out.value("hold_state", hold->state); }
            if (i.body.withdrawal_days) out.value("until_at", u.at + days{*i.body.withdrawal_days});
        });
        out.end_object();
    }
    out.end_array();
    out.begin_array("programmes");
    std::set<std::string> sites;
    for (auto const& p : store.all<ProgrammeFollowed>()) sites.insert(p.body.site.text);
    for (auto const& site : sites)
        for (auto const& p : store.programmes_at(site, now)) {
            out.begin_object();
            out.value("site", site);
            out.value("programme", p);
            out.end_object();
        }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string ripe_json(QualityStore& store, farm::Reader& reader, Instant now) {
    auto const* rule = rules().ripe_rule(store.product(), "roe");
    if (!rule) for (auto const& r : rules().ripe) if (r.product == store.product()) rule = &r;
    JsonOut out;
    out.begin_object();
    out.value("at", now);
    out.value("product", store.product());
    if (rule) {
        out.value("looked_days", rule->looked_days);
        out.value("source", rule->source);
    }
    std::vector<std::string> pools;
    for (auto const& p : reader.pools()) pools.push_back(p.pool.text);
    std::map<std::string, QualityStore::TreatedTold> running;
    for (auto& t : store.treated(pools, now - days{400}))
        if (t.until > now && (!running.contains(t.pool) || running.at(t.pool).until < t.until)) running[t.pool] = std::move(t);
    std::map<std::string, std::string> held;
    for (auto const& h : store.barring())
        if (h.what == "pool") held.emplace(h.thing, h.hold);
    out.begin_array("stages");
    for (auto const& stage : reader.pack().maturity) {
        auto const fish = store.alive_at_stage(stage.code);
        out.begin_object();
        out.value("stage", stage.code);
        out.value("name_en", stage.name_en);
        out.value("name_zh", stage.name_zh);
        out.value("ripe", stage.ripe);
        out.value("fish", static_cast<std::int64_t>(fish.size()));
        out.end_object();
    }
    out.end_array();
    std::int64_t ripe = 0;
    out.begin_array("fish");
    for (auto const& stage : reader.pack().maturity) {
        if (!stage.ripe) continue;
        for (auto const& f : store.alive_at_stage(stage.code)) {
            auto const ago = f.stage_at ? std::chrono::duration_cast<days>(now - *f.stage_at).count() : 9'999;
            auto const treated = running.find(f.pool);
            auto const hold = held.find(f.pool);
            auto const* why = rule && rule->looked_days > 0 && ago > rule->looked_days ? "looked_too_long_ago" : treated != running.end() ? "withdrawal_running" : hold != held.end() ? "pool_held" : "";
            ripe += *why == 0;
            out.begin_object();
            out.value("fish", f.fish);
            out.value("pool", f.pool);
            out.value("cohort", f.cohort);
            out.value("stage", f.stage);
            out.value("stage_at", f.stage_at);
            out.value("days", static_cast<std::int64_t>(ago));
            out.value("ready", *why == 0);
            out.value("why", std::string{why});
            if (treated != running.end()) { out.value("product", treated->second.product); out.value("until_at", treated->second.until); }
            if (hold != held.end()) out.value("hold", hold->second);
            out.end_object();
        }
    }
    out.end_array();
    out.value("ready", ripe);
    out.end_object();
    return out.take();
}

namespace {

Result<Done> certify_lot(QualityStore& store, std::string const& name, Market const& market, Certificate& out) {
    auto const state = lot_state(store, name, store.barring());
    if (!state) return refuse("lot_not_found", fmt::format("There is no lot {}.", name), "thing");
    for (auto const& h : state->holds)
        if (bars_for(h, rules(), market.countries.front()) && h.reason != "clock" && (h.what != "tin" || h.reason == "test"))   // a tin's failed test holds its lot, its clock the tin alone
            return refuse("lot_on_hold", fmt::format("Lot {} is on hold ({}, {}); decide of that first.", name, h.hold, h.reason), "thing");
    if (!state->awaited.empty()) return refuse("results_missing", fmt::format("Results of lot {} are missing: {}.", name, joined(state->awaited, "; ")), "thing");
    auto any = false;
    for (auto const& s : samples_of(store, state->told))
        for (auto const& r : store.results(s.body.sample.value_or(""))) {
            auto const* analyte = rules().find_analyte(r.body.analyte);
            if (!analyte) continue;
            CertifiedLine line{name, analyte->code, analyte->name_en, analyte->name_zh, r.body.method.value_or("–"), joined(r.body.values), r.body.unit, "–", "", "–", s.body.sample.value_or("")};
            for (auto const& [code, j] : judged(rules(), *analyte, store.product(), r.body.values, r.body.unit)) {
                if (code != market.code) continue;
                line.limit = text_of(*j.limit);
                line.source = j.limit->source;
                line.verdict = word_of(j.verdict);
                any = true;
                if (j.verdict != Verdict::pass)
                    return refuse("result_out", fmt::format("{} of sample {} {} for {}: {} {} where the limit is {}.", analyte->name_en, line.sample, j.verdict == Verdict::fail ? "is out of bounds" : "cannot be judged", market.name_en, line.values, line.unit, line.limit), "thing");
            }
            out.lines.push_back(std::move(line));
        }
    if (!any) return refuse("nothing_tested", fmt::format("Nothing of lot {} was tested against a limit of {}. Take a sample first.", name, market.name_en), "thing");
    out.lots.push_back(name);
    return Done{};
}

} // namespace

Result<Certificate> certifiable(QualityStore& store, std::string const& what, std::string const& thing, std::string const& code) {
    auto const market = std::find_if(rules().markets.begin(), rules().markets.end(), [&](Market const& m) { return m.code == code; });
    if (market == rules().markets.end()) return refuse("word_unknown", "market is one of: EU, US, CN, JP.", "market");
    Certificate out;
    out.told = {{}, what, thing, code, {}};
    if (what == "shipment") {
        auto const shipment = processing::shipment_told(store.db(), store.enterprise(), thing);
        if (!shipment) return refuse("shipment_not_found", fmt::format("There is no shipment {}.", thing.substr(0, 60)), "thing");
        for (auto const& lot : shipment->lots) OSETRA_TRY(certify_lot(store, lot, *market, out));
    } else OSETRA_TRY(certify_lot(store, thing, *market, out));
    out.content = fmt::format("{} {} {}\n", what, thing, code);
    for (auto const& l : out.lines) out.content += fmt::format("{}|{}|{}|{}|{} {}|{}|{}|{}\n", l.lot, l.sample, l.analyte, l.method, l.values, l.unit, l.limit, l.source, l.verdict);
    Sha256 hash;
    hash.add(out.content);
    out.told.content_sha256 = hash.hex();
    return out;
}

Result<Certificate> certificate(QualityStore& store, std::string const& name) {
    auto const issued = store.named<AnalysisCertified>(name);
    if (issued.empty()) return refuse("certificate_not_found", fmt::format("There is no certificate {}.", name.substr(0, 60)), "certificate");
    auto const& told = issued.front();
    auto now = certifiable(store, told.body.what, told.body.thing, told.body.market);
    if (!now || now->told.content_sha256 != told.body.content_sha256)
        return refuse("certificate_stale", fmt::format("What certificate {} says is not so any more{} Issue a new one.", name, now ? "." : ": " + now.error().message), "certificate");
    now->told = told.body;
    now->fact = told.root;
    now->issued_by = told.author;
    now->issued_at = told.at;
    return now;
}

std::string certificates_json(QualityStore& store) {
    JsonOut out;
    out.begin_object();
    out.objects("certificates", store.last<AnalysisCertified>(500), [&](auto const& c) {
        write_fields(out, c.body);
        out.value("at", c.at);
        out.value("by", c.author);
        out.value("fact", c.root);
    });
    out.end_object();
    return out.take();
}

std::string text_of(CertificateLink const& link) { return fmt::format("{}.{}.{}", link.enterprise, link.fact.text(), link.hash); }
std::optional<CertificateLink> parse_certificate_link(std::string_view text) {
    auto const first = text.find('.'), last = text.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    auto const enterprise = read_number<Enterprise>(text.substr(0, first));
    auto const fact = Uuid::parse(text.substr(first + 1, last - first - 1));
    auto const hash = text.substr(last + 1);
    if (!enterprise || !fact || hash.size() != link_hash_digits) return std::nullopt;
    return CertificateLink{*enterprise, *fact, std::string{hash}};
}
CertificateLink link_of(Enterprise enterprise, FactId const& fact, AnalysisCertified const& told) { return {enterprise, fact, told.content_sha256.substr(0, link_hash_digits)}; }

Result<std::string> certificate_check_json(QualityStore& store, farm::Reader& reader, CertificateLink const& link, std::string const& company, bool simulated) {
    auto const unknown = refuse("certificate_not_found", "No certificate has this code. Hold the paper against its sender.");
    // The journal keeps what was withdrawn, so that the paper is not merely unknown then.
    auto const first = farm::fact_json(reader, link.fact);
    if (!first) return unknown;
    auto const fact = JsonIn::parse(*first);
    auto const body = fact ? fact->child("body") : std::nullopt;
    auto const issued = body ? from_json<AnalysisCertified>(body->dump()) : Result<AnalysisCertified>{tl::unexpected(Refusal{})};
    if (!issued || issued->content_sha256.substr(0, link_hash_digits) != link.hash) return unknown;
    auto const kept = store.one<AnalysisCertified>(link.fact);
    std::optional<farm::Of<AnalysisCertified>> newer;
    for (auto const& other : store.last<AnalysisCertified>(500))
        if (kept && other.at > kept->at && other.body.what == issued->what && other.body.thing == issued->thing && other.body.market == issued->market && (!newer || other.at > newer->at)) newer = other;
    auto const now = kept ? certificate(store, issued->certificate) : Result<Certificate>{tl::unexpected(Refusal{})};
    JsonOut out;
    out.begin_object();
    out.value("state", std::string_view{!kept ? "withdrawn" : newer ? "replaced" : !now ? "stale" : "holds"});
    out.value("company", company);
    out.value("simulated", simulated);
    write_fields(out, *issued);
    if (kept) out.value("at", kept->at);
    if (newer) {
        out.value("newer", newer->body.certificate);
        out.value("newer_at", newer->at);
    }
    for (auto const& m : safety().markets)
        if (m.code == issued->market) { out.value("market_en", m.name_en); out.value("market_zh", m.name_zh); }
    out.begin_array("lines");
    if (now)
        for (auto const& l : now->lines) {
            out.begin_object();
            out.value("lot", l.lot);
            out.value("sample", l.sample);
            out.value("name_en", l.name_en);
            out.value("name_zh", l.name_zh);
            out.value("result", l.values + " " + l.unit);
            out.value("limit", l.limit);
            out.value("verdict", l.verdict);
            out.end_object();
        }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string next_certificate(QualityStore& store, Instant at) {
    auto const start = "CA" + osetra::text_of(farm_day(at, store.offset())).substr(2, 2) + "-";
    auto const greatest = store.greatest_name(AnalysisCertified::kind, start, start + ":");
    return fmt::format("{}{:05}", start, (greatest ? std::atoll(greatest->c_str() + start.size()) : 0) + 1);
}

namespace {

constexpr std::array<std::pair<std::string_view, std::array<std::string_view, 5>>, 9> headings{{
    {"sample", {"sample", "sample no", "sample id", "样品", "样品编号"}},
    {"analyte", {"analyte", "parameter", "test", "项目", "检测项目"}},
    {"value", {"value", "result", "values", "结果", "检测结果"}},
    {"unit", {"unit", "units", "uom", "单位", "计量单位"}},
    {"method", {"method", "standard", "test method", "方法", "检测方法"}},
    {"lod", {"lod", "detection limit", "mdl", "检出限", "方法检出限"}},
    {"loq", {"loq", "quantification limit", "mql", "定量限", "方法定量限"}},
    {"tested_on", {"tested on", "date", "tested_on", "日期", "检测日期"}},
    {"report", {"report", "report no", "report id", "报告", "报告编号"}},
}};

std::string lower(std::string text) {
    text = lower_ascii(std::move(text));
    while (!text.empty() && text.back() == ' ') text.pop_back();
    while (!text.empty() && text.front() == ' ') text.erase(text.begin());
    return text;
}

std::optional<std::string> analyte_named(std::string const& told) {
    auto const name = lower(told);
    for (auto const& a : rules().analytes)
        if (name == a.code || name == lower(a.name_en) || told == a.name_zh) return a.code;
    return std::nullopt;
}

} // namespace

Result<std::vector<SheetRow>> read_sheet(std::string_view csv) {
    auto const table = OSETRA_TRY(read_csv(csv, "results.csv"));
    std::map<std::string_view, std::size_t> column;
    std::vector<SheetRow> out;
    auto const& rows = table.sheets.front().rows;
    auto const text = [](TableRow const& row, std::size_t at) { return at < row.cells.size() ? row.cells[at].text : std::string{}; };
    for (auto const& row : rows) {
        if (&row == &rows.front()) {
            for (std::size_t i = 0; i < row.cells.size(); ++i)
                for (auto const& [field, words] : headings)
                    if (std::find(words.begin(), words.end(), lower(text(row, i))) != words.end()) column.emplace(field, i);
            for (auto const* needed : {"sample", "analyte", "value", "unit"})
                if (!column.contains(needed)) return refuse("column_missing", fmt::format("The sheet has no column \"{}\"; its first line names its columns.", needed), needed);
            continue;
        }
        auto const at = fmt::format("line {}", row.number);
        auto const cell = [&](char const* field) { auto const c = column.find(field); return c == column.end() ? std::string{} : text(row, c->second); };
        auto const sample = cell("sample"), value = cell("value");
        if (sample.empty() && value.empty() && cell("analyte").empty()) continue;
        if (sample.empty() || value.empty()) return refuse("field_missing", "A line needs a sample and a value.", at);
        auto const analyte = analyte_named(cell("analyte"));
        if (!analyte) return refuse("word_unknown", fmt::format("\"{}\" is nothing that the rules know; write it as they do: {}.", cell("analyte").substr(0, 60), "osetra quality rules"), at);
        if (auto v = parse_value(value); !v) return refuse("value_malformed", v.error().message, at);
        auto const number = [&](char const* field) -> Result<std::optional<double>> {
            auto const told = cell(field);
            if (told.empty()) return std::optional<double>{};
            auto const n = read_number<double>(told);
            if (!n) return refuse("number_malformed", fmt::format("\"{}\" is no number.", told.substr(0, 40)), at);
            return n;
        };
        auto const before = std::find_if(out.begin(), out.end(), [&](SheetRow const& r) { return r.told.sample == sample && r.told.analyte == *analyte; });
        if (before != out.end()) {
            if (before->told.unit != cell("unit")) return refuse("unit_unknown", fmt::format("The units of one analyte are told in one unit; line {} has {}.", before->line, before->told.unit), at);
            before->told.values.push_back(value);
            continue;
        }
        SheetRow one{row.number, {}};
        one.told.sample = sample;
        one.told.analyte = *analyte;
        one.told.values = {value};
        one.told.unit = cell("unit");
        if (auto const method = cell("method"); !method.empty()) one.told.method = method;
        one.told.lod = OSETRA_TRY(number("lod"));
        one.told.loq = OSETRA_TRY(number("loq"));
        if (auto const day = cell("tested_on"); !day.empty()) one.told.tested_on = OSETRA_TRY(parse_day(day));
        if (auto const report = cell("report"); !report.empty()) one.told.report = report;
        out.push_back(std::move(one));
    }
    if (out.empty()) return refuse("column_missing", "The sheet has no line with a result.", "sample");
    return out;
}

} // namespace osetra::quality
