#include "quality/decide.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "farm/branch.h"
#include "kernel/json.h"
#include "quality/maturity.h"

namespace osetra::quality {
namespace {

constexpr std::size_t longest_name = 40, longest_text = 500, most_values = 100;

std::string joined(std::vector<std::string> const& all) {
    std::string out;
    for (auto const& one : all) out += (out.empty() ? "" : ", ") + one;
    return out;
}

/// Form: what can be seen from the fact and the rules alone.
struct Form {
    Known& known;

    static Result<Done> name(std::string const& text, char const* at) {
        auto const bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == ',' || c == ';' || c == '"' || c == '\\' || c == 0x7f; };
        if (text.empty() || text.size() > longest_name || text.front() == ' ' || text.back() == ' ' || std::any_of(text.begin(), text.end(), bad))
            return refuse("name_malformed", fmt::format("{} is a name of 1 to {} bytes without commas, semicolons and quotation marks.", at, longest_name), at);
        return Done{};
    }
    static Result<Done> name(std::optional<std::string> const& text, char const* at) { return text ? name(*text, at) : Result<Done>{Done{}}; }
    static Result<Done> text(std::string const& told, char const* at) {
        if (told.empty() || told.size() > longest_text) return refuse("name_malformed", fmt::format("{} has 1 to {} bytes of text.", at, longest_text), at);
        return Done{};
    }
    static Result<Done> text(std::optional<std::string> const& told, char const* at) { return told ? text(*told, at) : Result<Done>{Done{}}; }
    static Result<Done> word(std::string const& told, std::initializer_list<char const*> all, char const* at) {
        if (std::find(all.begin(), all.end(), told) != all.end()) return Done{};
        return refuse("word_unknown", fmt::format("{} is one of: {}.", at, joined({all.begin(), all.end()})), at);
    }
    template <class W> static Result<Done> code(std::string const& told, std::vector<W> const& words, char const* at) {
        std::vector<std::string> all;
        for (auto const& w : words) {
            if (w.code == told) return Done{};
            all.push_back(w.code);
        }
        return refuse("word_unknown", fmt::format("{} is one of: {}.", at, joined(all)), at);
    }
    static Result<Done> amount(std::optional<Milligrams> const& mg) {
        if (mg && (mg->n <= 0 || mg->n > 1'000'000'000'000)) return refuse("number_unlikely", "An amount is more than nothing and less than 1,000 t; check its unit.", "amount_mg");
        return Done{};
    }
    static Result<Done> no_twice(std::vector<std::string> const& all, char const* at) {
        std::set<std::string> seen;
        for (auto const& one : all)
            if (!seen.insert(one).second) return refuse("name_twice", fmt::format("{} is named twice.", one), at);
        return Done{};
    }
    static Result<Done> sha256(std::string const& told, char const* at) {
        auto const digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (told.size() != 64 || !std::all_of(told.begin(), told.end(), digit)) return refuse("sha256_malformed", "A SHA-256 is written as 64 hexadecimal digits in lower case.", at);
        return Done{};
    }

    Result<Done> operator()(HoldPut const& b) const {
        OSETRA_TRY(name(b.hold, "hold"));
        if (b.hold && (b.hold->starts_with("TEST-") || b.hold->starts_with("USE-") || b.hold->starts_with("CLOCK-") || b.hold->starts_with("RIPE-")))
            return refuse("name_malformed", "Names that begin with TEST-, USE-, CLOCK- and RIPE- are of holds that follow from other facts; choose another.", "hold");
        OSETRA_TRY(word(b.what, {"lot", "tin", "case", "fish", "pool", "input", "load"}, "what"));
        OSETRA_TRY(name(b.thing, "thing"));
        OSETRA_TRY(code(b.reason, known.rules().hold_reasons, "reason"));
        OSETRA_TRY(no_twice(b.markets, "markets"));
        for (auto const& m : b.markets) OSETRA_TRY(code(m, known.rules().markets, "markets"));
        return text(b.note, "note");
    }
    Result<Done> operator()(HoldDecided const& b) const {
        OSETRA_TRY(name(b.hold, "hold"));
        OSETRA_TRY(word(b.decision, {"release", "release_with_condition", "rework", "condemn"}, "decision"));
        OSETRA_TRY(text(b.reason, "reason"));
        if (b.decision == "release_with_condition" && !b.condition) return refuse("condition_missing", "Say under which condition it is released.", "condition");
        return text(b.condition, "condition");
    }
    Result<Done> operator()(DecisionAgreed const& b) const {
        OSETRA_TRY(name(b.hold, "hold"));
        return text(b.note, "note");
    }
    Result<Done> operator()(SampleTaken const& b) const {
        OSETRA_TRY(name(b.sample, "sample"));
        OSETRA_TRY(word(b.what, {"lot", "tin", "fish", "pool", "input"}, "what"));
        OSETRA_TRY(name(b.thing, "thing"));
        if (b.plan) OSETRA_TRY(code(*b.plan, known.rules().plans, "plan"));
        if (!b.plan && b.analytes.empty()) return refuse("list_empty", "Name a sampling plan, or what is to be tested.", "analytes");
        OSETRA_TRY(no_twice(b.analytes, "analytes"));
        for (auto const& a : b.analytes) OSETRA_TRY(code(a, known.rules().analytes, "analytes"));
        OSETRA_TRY(amount(b.amount_mg));
        if (b.units && (*b.units < 1 || *b.units > 100)) return refuse("number_unlikely", "A sample has 1 to 100 units.", "units");
        OSETRA_TRY(text(b.laboratory, "laboratory"));
        return text(b.note, "note");
    }
    Result<Done> operator()(TestReported const& b) const {
        OSETRA_TRY(name(b.sample, "sample"));
        OSETRA_TRY(code(b.analyte, known.rules().analytes, "analyte"));
        if (b.values.empty() || b.values.size() > most_values) return refuse("list_empty", fmt::format("Tell 1 to {} values, one a unit.", most_values), "values");
        for (auto const& v : b.values) OSETRA_TRY(parse_value(v));
        auto const& analyte = *known.rules().find_analyte(b.analyte);
        if (!unit_factor(b.unit, analyte.unit)) return refuse("unit_unknown", fmt::format("{} is told in {}; \"{}\" cannot be compared with that.", analyte.name_en, analyte.unit, b.unit.substr(0, 20)), "unit");
        OSETRA_TRY(text(b.method, "method"));
        for (auto const& [n, at] : {std::pair{b.lod, "lod"}, std::pair{b.loq, "loq"}})
            if (n && !(*n >= 0 && *n < 1e12)) return refuse("number_unlikely", fmt::format("{} is nought or more.", at), at);
        if (b.lod && b.loq && *b.lod > *b.loq) return refuse("number_unlikely", "The limit of detection is not above the limit of quantification.", "lod");
        OSETRA_TRY(text(b.report, "report"));
        return b.report_sha256 ? sha256(*b.report_sha256, "report_sha256") : Result<Done>{Done{}};
    }
    Result<Done> operator()(InputReceived const& b) const {
        OSETRA_TRY(name(b.input, "input"));
        OSETRA_TRY(text(b.article, "article"));
        OSETRA_TRY(code(b.use, known.rules().input_uses, "use"));
        for (auto const& s : b.substances) OSETRA_TRY(name(s, "substances"));
        OSETRA_TRY(no_twice(b.substances, "substances"));
        if (b.substances.empty() && (b.use == "drug" || b.use == "disinfectant" || b.use == "plant_protection" || b.use == "ripening_agent"))
            return refuse("list_empty", "Name what is active in it: a CAS number or a name.", "substances");
        OSETRA_TRY(amount(b.amount_mg));
        if (b.withdrawal_days && (*b.withdrawal_days < 0 || *b.withdrawal_days > 3'650)) return refuse("number_unlikely", "A withdrawal period has 0 to 3,650 days.", "withdrawal_days");
        OSETRA_TRY(text(b.supplier, "supplier"));
        OSETRA_TRY(text(b.certificate, "certificate"));
        return text(b.note, "note");
    }
    Result<Done> operator()(InputUsed const& b) const {
        OSETRA_TRY(name(b.use, "use"));
        OSETRA_TRY(name(b.input, "input"));
        OSETRA_TRY(amount(b.amount_mg));
        return text(b.reason, "reason");
    }
    Result<Done> operator()(ProgrammeFollowed const& b) const {
        OSETRA_TRY(code(b.programme, known.rules().programmes, "programme"));
        return text(b.certificate, "certificate");
    }
    Result<Done> operator()(AnalysisCertified const& b) const {
        OSETRA_TRY(name(b.certificate, "certificate"));
        OSETRA_TRY(word(b.what, {"lot", "shipment"}, "what"));
        OSETRA_TRY(name(b.thing, "thing"));
        OSETRA_TRY(code(b.market, known.rules().markets, "market"));
        return sha256(b.content_sha256, "content_sha256");
    }
    Result<Done> floors(std::string const& pack) const {
        if (!known.rules().floors_of(pack, "")) return refuse("floors_missing", fmt::format("The rules tell no floors of ripeness for \"{}\".", pack.substr(0, 40)), "pack");
        return Done{};
    }
    Result<Done> operator()(MaturityMeasured const& b) const {
        OSETRA_TRY(name(b.sample, "sample"));
        OSETRA_TRY(name(b.load, "load"));
        if (!b.pack || !b.grower) return refuse("block_missing", "Say whose fruit it is (grower, orchard) and of which pack, or name its load.", b.pack ? "grower" : "pack");
        OSETRA_TRY(floors(*b.pack));
        OSETRA_TRY(name(b.grower, "grower"));
        OSETRA_TRY(name(b.orchard, "orchard"));
        OSETRA_TRY(name(b.variety, "variety"));
        if (b.values.empty() || b.values.size() > most_values) return refuse("list_empty", fmt::format("Tell 1 to {} values: one a fruit, or the mean of all.", most_values), "values");
        std::set<std::string> measures;
        for (auto const& r : known.rules().ripe)
            if (r.product == *b.pack)
                for (auto const& m : r.measures) {
                    measures.insert(m.analyte);
                    if (!m.over.empty()) measures.insert(m.over);
                }
        for (auto const& v : OSETRA_TRY(parse_measured(b.values)))
            if (!measures.contains(v.measure)) return refuse("word_unknown", fmt::format("values are of: {}.", joined({measures.begin(), measures.end()})), "values");
        if (b.fruits && (*b.fruits < 1 || *b.fruits > 10'000)) return refuse("number_unlikely", "A sample is of 1 to 10,000 fruits.", "fruits");
        return text(b.note, "note");
    }
    Result<Done> operator()(MaturityGate const& b) const {
        OSETRA_TRY(floors(b.pack));
        return text(b.note, "note");
    }
};

/// What the book has to say to it.
struct Against {
    Fact const& fact;
    Known& known;
    std::vector<Refusal> warnings;

    void warn(char const* code, std::string message, char const* at) { warnings.push_back({code, std::move(message), at}); }
    Result<Done> there(std::string const& what, std::string const& thing) const {
        if (!known.knows(what, thing)) return refuse("thing_not_found", fmt::format("There is no {} \"{}\". Tell of it first, or mend its name.", what, thing), "thing");
        return Done{};
    }
    Result<Hold> there(std::string const& name) const {
        auto hold = known.hold(name);
        if (!hold) return refuse("hold_not_found", fmt::format("There is no hold {}. Read the list: osetra quality show", name), "hold");
        return std::move(*hold);
    }

    Result<Done> operator()(HoldPut const& b) {
        OSETRA_TRY(there(b.what, b.thing));
        if (known.hold(*b.hold)) return refuse("hold_exists", fmt::format("Hold {} was put before; choose another name.", *b.hold), "hold");
        return Done{};
    }
    Result<Done> operator()(HoldDecided const& b) {
        auto const hold = OSETRA_TRY(there(b.hold));
        // Forms tell whole minutes.
        if (fact.happened_at + std::chrono::minutes{1} <= hold.put_at) return refuse("order_wrong", fmt::format("That is before {} was put on hold; check the times.", hold.thing), "happened_at");
        if (hold.state == "released" || hold.state == "conditional" || hold.state == "condemned")
            return refuse("hold_decided", fmt::format("Hold {} is {}. Correct that decision, or put a new hold.", b.hold, hold.state), "hold");
        auto const releases = b.decision.starts_with("release");
        if (releases && hold.failed && !b.against_result.value_or(false))
            return refuse("result_failed", fmt::format("{} {} failed a test. Condemn or rework it; or give the reason and say against_result=true: it is released once a second person agrees.", hold.what, hold.thing), "decision");
        if (releases && hold.failed) warn("second_awaited", fmt::format("Hold {} is lifted once a second person agrees.", b.hold), "hold");
        return Done{};
    }
    Result<Done> operator()(DecisionAgreed const& b) {
        auto const hold = OSETRA_TRY(there(b.hold));
        auto const decision = known.decision(b.hold);
        if (!decision) return refuse("decision_missing", fmt::format("Nobody has decided of hold {} yet.", b.hold), "hold");
        if (hold.state != "second_awaited") return refuse("second_not_needed", fmt::format("Hold {} waits for nobody's consent: it is {}.", b.hold, hold.state), "hold");
        if (decision->by == fact.author) return refuse("second_is_the_same", "Who decided cannot also be the second person; somebody else must agree.", "hold");
        return Done{};
    }
    Result<Done> operator()(SampleTaken const& b) {
        OSETRA_TRY(there(b.what, b.thing));
        if (known.sample(*b.sample)) return refuse("sample_exists", fmt::format("Sample {} was taken before; choose another name.", *b.sample), "sample");
        auto const* plan = b.plan ? known.rules().find_plan(*b.plan) : nullptr;
        if (plan && b.units.value_or(1) < plan->units) warn("sample_too_small", fmt::format("The plan asks for {} units; of {} some verdicts cannot be told.", plan->units, b.units.value_or(1)), "units");
        return Done{};
    }
    Result<Done> operator()(TestReported const& b) {
        auto const sample = known.sample(b.sample);
        if (!sample) return refuse("sample_not_found", fmt::format("There is no sample {}. Tell that it was taken first.", b.sample), "sample");
        if (b.report_sha256 && !known.has_medium(*b.report_sha256)) return refuse("media_missing", "The report is not in the media store; send the file first.", "report_sha256");
        std::string failed, unclear;
        for (auto const& [market, j] : judged(known.rules(), *known.rules().find_analyte(b.analyte), known.product(), b.values, b.unit)) {
            auto& list = j.verdict == Verdict::fail ? failed : unclear;
            if (j.verdict != Verdict::pass) list += (list.empty() ? "" : ", ") + fmt::format("{} ({})", market, text_of(*j.limit));
        }
        if (!failed.empty()) warn("result_out", fmt::format("{} is out of bounds for {}. {} {} is on hold: TEST-{}.", known.rules().find_analyte(b.analyte)->name_en, failed, sample->what, sample->thing, b.sample), "values");
        if (!unclear.empty()) warn("result_unclear", fmt::format("The verdict cannot be told for {}: too few units, or a method that does not see so little.", unclear), "values");
        return Done{};
    }
    std::string named(std::vector<Ban> const& bans, bool limited) const {
        std::string out;
        for (auto const& b : bans)
            if (b.limited == limited) out += (out.empty() ? "" : "; ") + b.programme + ": " + b.source;
        return out;
    }
    Result<Done> operator()(InputReceived const& b) {
        if (known.input(b.input)) return refuse("input_exists", fmt::format("Input {} was received before; correct that one.", b.input), "input");
        auto all = std::vector<std::string>{};
        for (auto const& p : known.rules().programmes) all.push_back(p.code);
        auto const bans = known.rules().bans_of(b.substances, all);
        if (auto const text = named(bans, false); !text.empty()) warn("input_forbidden_somewhere", fmt::format("Forbidden by {}. It may not be used where that is followed.", text), "substances");
        for (auto const& s : b.substances)
            if (!known.rules().find_substance(s)) warn("substance_unknown", fmt::format("The rules do not know \"{}\": whether it is forbidden cannot be seen.", s), "substances");
        return Done{};
    }
    Result<Done> operator()(InputUsed const& b) {
        auto const input = known.input(b.input);
        if (!input) return refuse("input_not_found", fmt::format("There is no input {}. Tell that it was received first.", b.input), "input");
        OSETRA_TRY(there("pool", b.pool.text));
        if (known.knows_use(*b.use)) return refuse("use_exists", fmt::format("Use {} was told before; choose another name.", *b.use), "use");
        auto const bans = known.rules().bans_of(input->substances, known.programmes_of(b.site.value_or(SiteId{}), fact.happened_at));
        if (auto const text = named(bans, false); !text.empty()) {
            if (!b.admitted.value_or(false))
                return refuse("input_forbidden", fmt::format("{} is forbidden for {} ({}). Do not use it. If it was used already, tell it with admitted=true: the pool goes on hold.", input->article, b.pool.text, text), "input");
            warn("pool_on_hold", fmt::format("{} is forbidden for {} ({}). The pool is on hold: USE-{}.", input->article, b.pool.text, text, *b.use), "input");
        }
        if (auto const text = named(bans, true); !text.empty()) warn("input_limited", fmt::format("{} is allowed within bounds ({}).", input->article, text), "input");
        return Done{};
    }
    Result<Done> operator()(ProgrammeFollowed const& b) {
        if (!known.knows_site(b.site)) return refuse("site_not_found", fmt::format("There is no site \"{}\". Register it first, or mend the name.", b.site.text), "site");
        return Done{};
    }
    Result<Done> operator()(AnalysisCertified const& b) {
        if (known.knows_certificate(b.certificate)) return refuse("certificate_exists", fmt::format("Certificate {} was issued before.", b.certificate), "certificate");
        return Done{};
    }
    Result<Done> operator()(MaturityMeasured const& b) {
        if (known.knows_maturity(*b.sample)) return refuse("sample_exists", fmt::format("Sample {} was taken before; choose another name.", *b.sample), "sample");
        if (b.load && !known.load(*b.load)) return refuse("load_not_found", fmt::format("There is no load {}. Weigh it in first.", *b.load), "load");
        auto const verdict = verdict_of(*known.rules().floors_of(*b.pack, b.variety.value_or("")), b);
        if (!verdict.ripe) warn(verdict.enough ? "fruit_unripe" : "sample_too_small", fmt::format("{} may not be harvested yet: {}.", b.orchard.value_or(*b.grower), verdict.why), "values");
        return Done{};
    }
    Result<Done> operator()(MaturityGate const&) { return Done{}; }
};

struct Namer {
    std::string operator()(HoldPut const& b) const { return b.hold.value_or(""); }
    std::string operator()(HoldDecided const& b) const { return b.hold; }
    std::string operator()(DecisionAgreed const& b) const { return b.hold; }
    std::string operator()(SampleTaken const& b) const { return b.sample.value_or(""); }
    std::string operator()(TestReported const& b) const { return b.sample; }
    std::string operator()(InputReceived const& b) const { return b.input; }
    std::string operator()(InputUsed const& b) const { return b.use.value_or(""); }
    std::string operator()(ProgrammeFollowed const& b) const { return b.site.text; }
    std::string operator()(AnalysisCertified const& b) const { return b.certificate; }
    std::string operator()(MaturityMeasured const& b) const { return b.sample.value_or(""); }
    std::string operator()(MaturityGate const& b) const { return b.pack; }
};
struct Parts {
    using All = std::vector<std::string>;
    All operator()(HoldPut const& b) const { return {b.what + ":" + b.thing}; }
    All operator()(HoldDecided const&) const { return {}; }
    All operator()(DecisionAgreed const&) const { return {}; }
    All operator()(SampleTaken const& b) const { return {b.what + ":" + b.thing}; }
    All operator()(TestReported const&) const { return {}; }
    All operator()(InputReceived const&) const { return {}; }
    All operator()(InputUsed const& b) const { return {"input:" + b.input, "pool:" + b.pool.text}; }
    All operator()(ProgrammeFollowed const&) const { return {}; }
    All operator()(AnalysisCertified const& b) const { return {b.what + ":" + b.thing}; }
    All operator()(MaturityMeasured const& b) const {
        All all{"block:" + block_of(b)};
        if (b.load) all.push_back("load:" + *b.load);
        return all;
    }
    All operator()(MaturityGate const& b) const { return {"block:" + b.pack}; }
};

} // namespace

Body body_of(std::string_view kind, std::string_view json) {
    return farm::body_among<Body>([](auto&& see) { quality::each_kind(see); }, kind, json);
}
std::string name_of(Body const& body) { return std::visit(Namer{}, body); }
std::vector<std::string> parts_of(Body const& body) { return std::visit(Parts{}, body); }

void settle(Hold& hold, std::optional<Decision> const& d) {
    hold.state = "open";
    if (d) {
        auto const& word = d->told.decision;
        if (word == "condemn") hold.state = "condemned";
        else if (word == "rework") hold.state = "rework";
        else if (hold.failed && !d->agreed_by) hold.state = "second_awaited";
        else hold.state = word == "release" ? "released" : "conditional";
    }
    hold.bars = hold.state != "released" && hold.state != "conditional";
}

bool bars_for(Hold const& hold, Safety const& rules, std::string const& country) {
    if (!hold.bars) return false;
    if (hold.markets.empty()) return true;
    if (country.empty()) return false;
    auto const* market = rules.market_of(country);
    return !market || ("," + hold.markets + ",").find("," + market->code + ",") != std::string::npos;
}

void complete(Body& body, Known& known, Instant at) {
    if (auto* b = std::get_if<HoldPut>(&body); b && !b->hold) b->hold = known.next_name(HoldPut::kind, "H", at);
    if (auto* b = std::get_if<SampleTaken>(&body); b && !b->sample) b->sample = known.next_name(SampleTaken::kind, "S", at);
    if (auto* b = std::get_if<InputUsed>(&body); b) {
        if (!b->use) b->use = known.next_name(InputUsed::kind, "U", at);
        if (!b->site) b->site = known.site_of(b->pool);
    }
    if (auto* b = std::get_if<MaturityMeasured>(&body)) {
        if (!b->sample) b->sample = known.next_name(MaturityMeasured::kind, "M", at);
        if (auto const load = b->load ? known.load(*b->load) : std::nullopt) {
            if (!b->pack) b->pack = load->pack;
            if (!b->grower) {
                b->grower = load->grower;
                if (!b->orchard && !load->orchard.empty()) b->orchard = load->orchard;
            }
            if (!b->variety && !load->variety.empty()) b->variety = load->variety;
        }
    }
}

Result<std::vector<Refusal>> judge(Fact const& fact, Body const& body, Known& known, bool witnessed) {
    OSETRA_TRY(std::visit(Form{known}, body));
    if (witnessed || fact.act != FactAct::tell) return std::vector<Refusal>{};
    Against against{fact, known, {}};
    OSETRA_TRY(std::visit(against, body));
    return std::move(against.warnings);
}

template <> std::string says(HoldPut const& b) { return fmt::format("{} {} put on hold {}: {}{}{}.", b.what, b.thing, b.hold.value_or(""), b.reason, b.markets.empty() ? "" : ", for " + joined(b.markets), b.note ? "; " + *b.note : ""); }
template <> std::string says(HoldDecided const& b) {
    auto const* done = b.decision == "release" ? "released" : b.decision == "condemn" ? "condemned" : b.decision == "rework" ? "to be reworked" : "released with a condition";
    return fmt::format("Hold {} {}{}: {}.", b.hold, done, b.condition ? " (" + *b.condition + ")" : "", b.reason);
}
template <> std::string says(DecisionAgreed const& b) { return fmt::format("A second person agrees with the decision of hold {}.", b.hold); }
template <> std::string says(SampleTaken const& b) { return fmt::format("Sample {} taken from {} {}{}.", b.sample.value_or(""), b.what, b.thing, b.laboratory ? " for " + *b.laboratory : ""); }
template <> std::string says(TestReported const& b) { return fmt::format("{} of sample {}: {} {}.", b.analyte, b.sample, joined(b.values), b.unit); }
template <> std::string says(InputReceived const& b) { return fmt::format("Input {} received: {}{}.", b.input, b.article, b.substances.empty() ? "" : " (" + joined(b.substances) + ")"); }
template <> std::string says(InputUsed const& b) { return fmt::format("Input {} used on {}.", b.input, b.pool.text); }
template <> std::string says(ProgrammeFollowed const& b) { return fmt::format("{} {} the programme {}.", b.site.text, b.left.value_or(false) ? "left" : "follows", b.programme); }
template <> std::string says(MaturityMeasured const& b) {
    return fmt::format("Sample {} of {}{}{}: {}.", b.sample.value_or(""), b.load ? "load " + *b.load + ", " : "", b.grower.value_or(""), b.orchard ? ", " + *b.orchard : "", joined(b.values));
}
template <> std::string says(MaturityGate const& b) { return fmt::format("Loads of {} are {} to its floors of ripeness.", b.pack, b.lifted.value_or(false) ? "no longer held" : "held"); }
template <> std::string says(AnalysisCertified const& b) { return fmt::format("Certificate of analysis {} issued for {} {}, {}.", b.certificate, b.what, b.thing, b.market); }

} // namespace osetra::quality
