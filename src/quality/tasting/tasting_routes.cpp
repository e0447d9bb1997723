#include "quality/tasting/tasting_routes.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>

#include "access/access.h"
#include "kernel/json.h"
#include "kernel/sha256.h"
#include "quality/tasting/reviews.h"
#include "quality/tasting/tasting_paper.h"
#include "quality/tasting/tasting_sql.h"

namespace osetra::quality {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

struct AskTasting {
    std::string title, test;
    std::vector<std::string> samples, lots, attributes, allergens, tasters;
    std::optional<std::string> panel;
    std::optional<std::int64_t> seats, rounds, scale_low, scale_high;
};
template <Is<AskTasting> X> void visit_fields(X& x, auto f) {
    f("title", x.title); f("test", x.test); f("samples", x.samples); f("lots", x.lots); f("attributes", x.attributes); f("allergens", x.allergens); f("tasters", x.tasters);
    f("panel", x.panel); f("seats", x.seats); f("rounds", x.rounds); f("scale_low", x.scale_low); f("scale_high", x.scale_high);
}
struct AskAnswer {
    std::int64_t round = 1, trial = 1;
    std::optional<std::string> chosen;
    std::vector<std::string> scores;
    std::optional<std::string> comment;
};
template <Is<AskAnswer> X> void visit_fields(X& x, auto f) { f("round", x.round); f("trial", x.trial); f("chosen", x.chosen); f("scores", x.scores); f("comment", x.comment); }

struct AskReviews { std::string csv; std::optional<bool> dry_run; };
template <Is<AskReviews> X> void visit_fields(X& x, auto f) { f("csv", x.csv); f("dry_run", x.dry_run); }

/// What a tasting is now.
struct Scene {
    Of<TastingPlanned> planned;
    std::vector<Of<Tasted>> answers;
    std::optional<Of<TastingClosed>> closed;
    std::optional<SealedKey> key;
    std::string company;
};

/// A trial of one seat, as its taster sees it.
struct Trial { int round = 0, trial = 0; bool reference = false; std::vector<std::string> codes; };
std::vector<Trial> trials_of(Opened const& key, std::int64_t seat) {
    std::vector<Trial> all;
    for (auto const& s : key.servings) {
        if (s.taster != seat) continue;
        if (all.empty() || all.back().round != s.round || all.back().trial != s.trial) all.push_back({s.round, s.trial, false, {}});
        if (s.place == 0) all.back().reference = true;
        else all.back().codes.push_back(s.code);
    }
    return all;
}

/// Signs a seat: who has the link answers for it.
std::string mac_of(std::string const& secret, Enterprise enterprise, std::string const& tasting, std::int64_t seat) {
    return sha256_hex(secret + sha256_hex(fmt::format("{}\n{}\n{}\n{}", secret, enterprise, tasting, seat))).substr(0, 20);
}
std::string link_of(SealedKey const& key, Enterprise enterprise, std::string const& tasting, std::int64_t seat) {
    return fmt::format("{}.{}.{}.{}", enterprise, tasting, seat, mac_of(key.secret, enterprise, tasting, seat));
}
struct Seat { Enterprise enterprise = 0; std::string tasting; std::int64_t seat = 0; std::string mac; };
std::optional<Seat> parse_link(std::string_view text) {
    auto const last = text.rfind('.');
    auto const middle = last == std::string_view::npos || last == 0 ? last : text.rfind('.', last - 1);
    auto const first = text.find('.');
    if (middle == std::string_view::npos || first >= middle) return std::nullopt;
    Seat s;
    auto const number = [](std::string_view part, auto& n) { auto const [end, error] = std::from_chars(part.data(), part.data() + part.size(), n); return error == std::errc{} && end == part.data() + part.size(); };
    if (!number(text.substr(0, first), s.enterprise) || !number(text.substr(middle + 1, last - middle - 1), s.seat)) return std::nullopt;
    s.tasting = text.substr(first + 1, middle - first - 1);
    s.mac = text.substr(last + 1);
    return s;
}

class TastingRoutes {
public:
    explicit TastingRoutes(farm::Service& service) : m_service(service) {}

    Result<Response> tastings(Request const& ask) {
        OSETRA_TRY(whole(ask));
        JsonOut out;
        out.begin_object();
        out.begin_array("tastings");
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            std::map<std::string, std::set<std::int64_t>> seats;
            for (auto const& a : store.all<Tasted>()) seats[a.body.tasting].insert(a.body.seat);
            std::map<std::string, Of<TastingClosed>> closed;
            for (auto& c : store.all<TastingClosed>()) closed.insert_or_assign(c.body.tasting, std::move(c));
            auto const all = store.all<TastingPlanned>();
            for (auto i = all.size(); i-- > 0;) {
                auto const& p = all[i];
                out.begin_object();
                planned_fields(out, p);
                auto const end = closed.find(p.body.tasting);
                out.value("closed_at", end == closed.end() ? std::optional<Instant>{} : end->second.at);
                out.value("seats_answered", std::ssize(seats[p.body.tasting]));
                if (end != closed.end()) {
                    if (auto const r = report(Scene{p, store.named<Tasted>(p.body.tasting), end->second, {}, {}})) {
                        out.value("outcome", r->outcome);
                        out.value("verdict_en", r->verdict.en);
                        out.value("verdict_zh", r->verdict.zh);
                    }
                }
                out.end_object();
            }
        });
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> plan(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskTasting>(ask.body));
        TastingPlanned body;
        body.title = told.title;
        body.test = told.test;
        body.samples = told.samples;
        body.lots = told.lots;
        body.attributes = told.attributes;
        body.allergens = told.allergens;
        body.tasters = told.tasters;
        body.seats = told.seats.value_or(std::ssize(told.tasters));
        body.rounds = told.rounds.value_or(1);
        body.scale_low = told.scale_low.value_or(1);
        body.scale_high = told.scale_high.value_or(9);
        body.panel = told.panel;
        auto const test = OSETRA_TRY(parse_taste_test(told.test));
        std::random_device chance;
        auto const drawn = [&] { return (static_cast<std::uint64_t>(chance()) << 32) | chance(); };
        auto const design = OSETRA_TRY(make_design({test, body.samples, static_cast<int>(std::clamp<std::int64_t>(body.seats, 0, 2001)), static_cast<int>(std::clamp<std::int64_t>(body.rounds, 0, 99)), drawn(),
                                                    fmt::format("{:016x}{:016x}", drawn(), drawn()), body.attributes}));
        SealedKey const key{fmt::format("{:016x}{:016x}", drawn(), drawn()), key_of(design)};
        body.commitment = commitment_of(key.sealed);
        auto const now = m_service.now();
        std::set<std::string> taken;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { for (auto const& p : store_of(reader).all<TastingPlanned>()) taken.insert(p.body.tasting); });
        auto const year = text_of(farm_day(now, offset(ask))).substr(2, 2);
        for (auto n = 1; body.tasting.empty(); ++n)
            if (auto name = fmt::format("T{}-{:03}", year, n); !taken.contains(name)) body.tasting = name;
        std::vector<farm::Told> said;
        m_service.work(ask.caller.enterprise, [&](farm::Ledger& ledger) {
            said = ledger.record({farm::fact_of(m_service, ask.caller.person, body, now)}, farm::Trust::checked, now, farm::Ledger::Together::all_or_none,
                                 [&](store::Db& db) { TastingStore{db, ask.caller.enterprise}.put_key(body.tasting, key); });
        });
        if (said.front().outcome == farm::Told::Outcome::refused) return tl::unexpected(said.front().refusal);
        return shown(ask, body.tasting, 201);
    }

    Result<Response> tasting(Request const& ask) {
        OSETRA_TRY(whole(ask));
        return shown(ask, ask.in_path.at("tasting"));
    }

    Result<Response> close(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const scene = OSETRA_TRY(scene_of(ask.caller.enterprise, ask.in_path.at("tasting")));
        if (!scene.key) return refuse("key_missing", "The key of this tasting is not here: it was told by hand.", "tasting");
        OSETRA_TRY(farm::record_together(m_service, ask.caller.enterprise, {farm::fact_of(m_service, ask.caller.person, TastingClosed{scene.planned.body.tasting, scene.key->sealed}, m_service.now())}));
        return shown(ask, scene.planned.body.tasting);
    }

    Result<Response> report_paper(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const scene = OSETRA_TRY(scene_of(ask.caller.enterprise, ask.in_path.at("tasting")));
        if (!scene.closed) return refuse("tasting_is_open", "The key opens when the tasting is closed.", "tasting");
        auto const found = OSETRA_TRY(report(scene));
        return Response::pdf(tasting_report_paper(paper_of(ask, scene), found), scene.planned.body.tasting + ".pdf");
    }

    Result<Response> serving(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const scene = OSETRA_TRY(scene_of(ask.caller.enterprise, ask.in_path.at("tasting")));
        if (!scene.key) return refuse("key_missing", "The key of this tasting is not here: it was told by hand.", "tasting");
        auto const key = OSETRA_TRY(open_key(scene.key->sealed, scene.planned.body.commitment));
        return Response::pdf(serving_paper(paper_of(ask, scene), key), scene.planned.body.tasting + "-pour.pdf");
    }

    /// What lots and products scored, over all tastings that are closed.
    Result<Response> lots(Request const& ask) {
        OSETRA_TRY(whole(ask));
        struct Point { std::string product, lot, tasting; Instant at; ProductMean mean; int tasters; };
        std::map<std::string, std::vector<Point>> by_attribute;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            for (auto const& c : store.all<TastingClosed>()) {
                auto planned = store.named<TastingPlanned>(c.body.tasting);
                if (planned.empty()) continue;
                Scene const scene{std::move(planned.front()), store.named<Tasted>(c.body.tasting), c, {}, {}};
                auto const r = report(scene);
                if (!r) continue;
                for (auto const& a : r->attributes)
                    if (a.profile)
                        for (std::size_t i = 0; i < r->products.size(); ++i)
                            by_attribute[a.name].push_back({r->products[i], lot_of(scene.planned.body, r->products[i]), c.body.tasting, scene.planned.at, a.profile->means[i], r->tasters});
            }
        });
        JsonOut out;
        out.begin_object();
        out.objects("attributes", by_attribute, [&](auto const& one) {
            auto const& [name, points] = one;
            out.value("attribute", name);
            std::vector<LotMean> means;
            for (auto const& p : points) if (!p.lot.empty()) means.push_back({p.mean.mean, p.mean.error});
            auto const c = means.size() > 1 ? std::optional{consistency_of(means)} : std::nullopt;
            if (c) { out.value("mean", c->mean); out.value("error", c->error); out.value("between_sd", c->between_sd); out.value("p", c->p); }
            out.begin_array("points");
            std::size_t lot = 0;
            for (auto const& p : points) {
                out.begin_object();
                out.value("product", p.product); out.value("lot", p.lot); out.value("tasting", p.tasting); out.value("at", p.at); out.value("tasters", p.tasters);
                out.value("mean", p.mean.mean); out.value("low", p.mean.low); out.value("high", p.mean.high);
                if (c && !p.lot.empty()) { out.value("away", c->lots[lot].away); out.value("outside", c->lots[lot].outside); ++lot; }
                out.end_object();
            }
            out.end_array();
        });
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> panels(Request const& ask) {
        OSETRA_TRY(whole(ask));
        JsonOut out;
        out.begin_object();
        out.begin_array("tasters");
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            std::map<std::string, Of<TasterRegistered>> last;
            for (auto& t : store_of(reader).all<TasterRegistered>()) last.insert_or_assign(taster_key(t.body.panel, t.body.taster), std::move(t));
            for (auto const& [key, t] : last) {
                out.begin_object();
                write_fields(out, t.body);
                out.value("fact", t.root);
                out.end_object();
            }
        });
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    /// How customers' liking went, and what the last ones said.
    Result<Response> reviews(Request const& ask) {
        OSETRA_TRY(whole(ask));
        constexpr std::size_t most_shown = 500;
        auto const product = ask.asked("product"), channel = ask.asked("channel");
        JsonOut out;
        out.begin_object();
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto const all = store_of(reader).all<Reviewed>();
            std::set<std::string> channels;
            for (auto const& r : all) if (r.body.channel) channels.insert(*r.body.channel);
            auto const said = said_of(all, channel);
            auto const trend = review_trend(said, offset(ask));
            out.value("reviews", std::ssize(said));
            out.value("span", trend.span);
            out.value("channels", std::vector<std::string>{channels.begin(), channels.end()});
            out.objects("points", trend.points, [&](ReviewPoint const& p) {
                out.value("product", p.product); out.value("from", p.from); out.value("at", p.at); out.value("reviews", p.reviews);
                out.value("mean", p.mean); out.value("low", p.low); out.value("high", p.high);
            });
            out.begin_array("last");
            std::size_t shown = 0;
            for (auto i = all.size(); i-- > 0 && shown < most_shown;) {
                auto const& r = all[i];
                if ((product && r.body.product != *product) || (channel && r.body.channel != channel)) continue;
                ++shown;
                out.begin_object();
                write_fields(out, r.body);
                out.value("liking", liking_of(r.body));
                out.value("at", r.at); out.value("by", r.author); out.value("fact", r.root);
                out.end_object();
            }
            out.end_array();
        });
        out.end_object();
        return Response::json(out.take());
    }

    /// A sheet of reviews: all that are not here yet, or none.
    Result<Response> review_sheet(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskReviews>(ask.body));
        auto const rows = OSETRA_TRY(read_review_sheet(told.csv, offset(ask)));
        std::vector<ReviewRow> new_ones;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { new_ones = not_told(rows, store_of(reader).all<Reviewed>()); });
        std::vector<Fact> facts;
        for (auto const& row : new_ones) facts.push_back(farm::fact_of(m_service, ask.caller.person, row.told, row.at));
        auto const fresh = std::ssize(facts);
        auto const dry = told.dry_run.value_or(false);
        if (!dry && fresh > 0) OSETRA_TRY(farm::record_together(m_service, ask.caller.enterprise, std::move(facts)));
        JsonOut out;
        out.begin_object();
        out.value("taken", !dry);
        out.value("reviews", fresh);
        out.value("known", std::ssize(rows) - fresh);
        out.end_object();
        return Response::json(out.take());
    }

    // Of tasters, who have a link and no account.

    Result<Response> seat(Request const& ask) {
        auto const [seat, scene] = OSETRA_TRY(seat_of(ask));
        auto const& p = scene.planned.body;
        JsonOut out;
        out.begin_object();
        out.value("company", scene.company);
        out.value("simulated", m_service.simulated(seat.enterprise));
        out.value("tasting", p.tasting); out.value("title", p.title); out.value("test", p.test); out.value("seat", seat.seat);
        out.value("taster", p.tasters.empty() ? std::string{} : p.tasters[static_cast<std::size_t>(seat.seat - 1)]);
        out.value("attributes", asked_of(p)); out.value("allergens", p.allergens); out.value("scale_low", p.scale_low); out.value("scale_high", p.scale_high);
        out.value("closed", scene.closed.has_value());
        out.begin_array("trials");
        auto const key = OSETRA_TRY(open_key(scene.key->sealed, p.commitment));
        for (auto const& t : trials_of(key, seat.seat)) {
            out.begin_object();
            out.value("round", t.round); out.value("trial", t.trial); out.value("reference", t.reference); out.value("codes", t.codes);
            out.value("answered", std::any_of(scene.answers.begin(), scene.answers.end(), [&](auto const& a) { return a.body.seat == seat.seat && a.body.round == t.round && a.body.trial == t.trial; }));
            out.end_object();
        }
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> answer(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskAnswer>(ask.body));
        auto const [seat, scene] = OSETRA_TRY(seat_of(ask));
        Tasted body{scene.planned.body.tasting, seat.seat, told.round, told.trial, told.chosen, told.scores, told.comment};
        for (auto const& a : scene.answers)   // a phone that did not hear the first time says it again
            if (a.body.seat == body.seat && a.body.round == body.round && a.body.trial == body.trial && to_json(a.body) == to_json(body)) return Response::json(R"({"taken":true})");
        auto const key = OSETRA_TRY(open_key(scene.key->sealed, scene.planned.body.commitment));
        OSETRA_TRY(fits(key, scene.planned.body, body));
        OSETRA_TRY(farm::record_together(m_service, seat.enterprise, {farm::fact_of(m_service, fmt::format("taster:{}", seat.seat), body, m_service.now())}));
        return Response::json(R"({"taken":true})", 201);
    }

private:
    static TastingStore store_of(Reader& reader) { return {reader.db(), reader.enterprise()}; }
    FarmOffset offset(Request const& ask) { return m_service.offset(ask.caller.enterprise); }

    static Result<Done> whole(Request const& ask) { return http::of_whole_company(ask, "Tastings are"); }
    static std::vector<std::string> asked_of(TastingPlanned const& p) {
        if (p.test == "hedonic") return {"liking"};
        return p.test == "profile" ? p.attributes : std::vector<std::string>{};
    }

    Result<Scene> scene_of(Enterprise enterprise, std::string const& name) {
        std::optional<Scene> scene;
        m_service.read(enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            auto planned = store.named<TastingPlanned>(name);
            if (planned.empty()) return;
            auto closed = store.named<TastingClosed>(name);
            scene = Scene{std::move(planned.front()), store.named<Tasted>(name), closed.empty() ? std::nullopt : std::optional{std::move(closed.front())}, store.key(name), access::name_of(reader.db(), enterprise)};
        });
        if (!scene) return refuse("tasting_not_found", fmt::format("There is no tasting {}.", name.substr(0, 60)), "tasting");
        return std::move(*scene);
    }
    Result<std::pair<Seat, Scene>> seat_of(Request const& ask) {
        auto const seat = parse_link(ask.in_path.at("link"));
        auto const nobody = [] { return refuse("link_not_found", "This link is not known. Ask for a new one."); };
        if (!seat) return nobody();
        auto scene = scene_of(seat->enterprise, seat->tasting);
        if (!scene || !scene->key || seat->seat < 1 || seat->seat > scene->planned.body.seats || seat->mac != mac_of(scene->key->secret, seat->enterprise, seat->tasting, seat->seat)) return nobody();
        return std::pair{*seat, std::move(*scene)};
    }

    /// The answer is of what this seat was served.
    static Result<Done> fits(Opened const& key, TastingPlanned const& planned, Tasted const& a) {
        auto const trials = trials_of(key, a.seat);
        auto const t = std::find_if(trials.begin(), trials.end(), [&](auto const& x) { return x.round == a.round && x.trial == a.trial; });
        if (t == trials.end()) return refuse("answer_unknown", "Nothing like this was served.", "trial");
        auto const had = [&](std::string const& code) { return std::find(t->codes.begin(), t->codes.end(), code) != t->codes.end(); };
        auto const attributes = asked_of(planned);
        auto const ranked = planned.test == "ranking";
        if (attributes.empty() && !ranked) {
            auto const tie = planned.test == "paired" && a.chosen == "=";
            if (!a.chosen || !a.scores.empty()) return refuse("answer_missing", "Choose one of the samples.", "chosen");
            if (!tie && !had(*a.chosen)) return refuse("code_unknown", "You had no sample of this code.", "chosen");
            return Done{};
        }
        std::set<std::pair<std::string, std::string>> seen;
        for (auto const& text : a.scores) {
            auto const s = OSETRA_TRY(parse_score(text));
            if (!had(s.code)) return refuse("code_unknown", "You had no sample of this code.", "scores");
            if (ranked ? !s.attribute.empty() : std::find(attributes.begin(), attributes.end(), s.attribute) == attributes.end()) return refuse("attribute_unknown", "This is not asked for.", "scores");
            auto const least = ranked ? 1 : planned.scale_low, most = ranked ? std::ssize(t->codes) : planned.scale_high;
            if (s.score < static_cast<double>(least) || s.score > static_cast<double>(most)) return refuse("number_unlikely", fmt::format("A score is from {} to {}.", least, most), "scores");
            if (!seen.emplace(s.code, s.attribute).second) return refuse("answer_exists", "A sample is scored twice.", "scores");
        }
        if (seen.size() != t->codes.size() * std::max<std::size_t>(1, attributes.size())) return refuse("answer_missing", "Something was not answered.", "scores");
        return Done{};
    }

    static Result<TasteReport> report(Scene const& scene) {
        auto const key = OSETRA_TRY(open_key(scene.closed->body.key, scene.planned.body.commitment));
        std::vector<TasteAnswer> answers;
        for (auto const& a : scene.answers) answers.push_back(answer_of(a.body));
        auto r = OSETRA_TRY(report_of_answers(key, answers, {}));
        auto const& names = scene.planned.body.tasters;
        for (auto& t : r.panel) {                // seats are numbers there
            std::size_t seat = 0;
            std::from_chars(t.taster.data(), t.taster.data() + t.taster.size(), seat);
            if (seat > 0 && seat <= names.size()) t.taster = names[seat - 1];
        }
        return r;
    }

    static void planned_fields(JsonOut& out, Of<TastingPlanned> const& p) {
        write_fields(out, p.body);
        out.value("at", p.at);
        out.value("by", p.author);
        out.value("fact", p.root);
    }

    Result<Response> shown(Request const& ask, std::string const& name, int status = 200) {
        auto const scene = OSETRA_TRY(scene_of(ask.caller.enterprise, name));
        auto const& p = scene.planned.body;
        JsonOut out;
        out.begin_object();
        planned_fields(out, scene.planned);
        auto const sealed = scene.closed ? scene.closed->body.key : scene.key ? scene.key->sealed : std::string{};
        out.begin_array("progress");
        if (auto const key = open_key(sealed, p.commitment))
            for (std::int64_t seat = 1; seat <= p.seats; ++seat) {
                auto const trials = trials_of(*key, seat);
                out.begin_object();
                out.value("seat", seat);
                out.value("taster", p.tasters.empty() ? std::string{} : p.tasters[static_cast<std::size_t>(seat - 1)]);
                out.value("answered", std::count_if(scene.answers.begin(), scene.answers.end(), [&](auto const& a) { return a.body.seat == seat; }));
                out.value("of", std::ssize(trials));
                if (!scene.closed && scene.key && ask.caller.holds(Permission::record)) out.value("link", "/taste/" + link_of(*scene.key, ask.caller.enterprise, p.tasting, seat));
                out.end_object();
            }
        out.end_array();
        out.begin_array("comments");
        if (scene.closed)
            for (auto const& a : scene.answers)
                if (a.body.comment) { out.begin_object(); out.value("seat", a.body.seat); out.value("comment", *a.body.comment); out.end_object(); }
        out.end_array();
        if (scene.closed) {
            out.value("closed_at", scene.closed->at);
            out.value("closed_by", scene.closed->author);
            out.value("key_fits", commitment_of(scene.closed->body.key) == p.commitment);
            auto const r = report(scene);
            if (r) out.raw("report", json_of(*r));
            else out.value("not_analysed", r.error().message);
        }
        out.end_object();
        return Response::json(out.take(), status);
    }

    TastingPaper paper_of(Request const& ask, Scene const& scene) {
        return {scene.company, m_service.simulated(ask.caller.enterprise), scene.planned.body, scene.planned.at, offset(ask)};
    }
    farm::Service& m_service;
};

} // namespace

void add_tasting_routes(http::Routes& routes, farm::Service& service) {
    auto const all = std::make_shared<TastingRoutes>(service);
    auto const as = [&](auto member) { return [all, member](Request const& ask) { return ((*all).*member)(ask); }; };
    routes.get("/api/v1/tastings", Permission::view, "Blind tastings, the newest first, with the verdicts of those that are closed.", Lane::worker, as(&TastingRoutes::tastings));
    routes.post("/api/v1/tastings", Permission::record, "Makes a blind tasting: orders, codes and a sealed key.", http::schema_of<AskTasting>(), as(&TastingRoutes::plan));
    routes.get("/api/v1/tastings/{tasting}", Permission::view, "One tasting: who has answered, a link for each seat, and, once closed, the report.", Lane::worker, as(&TastingRoutes::tasting));
    routes.post("/api/v1/tastings/{tasting}/close", Permission::mend, "Ends a tasting: nobody answers any more, and the key opens.", "", as(&TastingRoutes::close));
    routes.get("/api/v1/tastings/{tasting}/report.pdf", Permission::view, "The report of a closed tasting, A4, English and Chinese.", Lane::worker, as(&TastingRoutes::report_paper));
    routes.get("/api/v1/tastings/{tasting}/pour.pdf", Permission::mend, "What is poured under which code: for who serves, not for who tastes or asks.", Lane::worker, as(&TastingRoutes::serving));
    routes.get("/api/v1/tasted-lots", Permission::view, "What lots and products scored over all closed tastings, and whether lots are alike.", Lane::worker, as(&TastingRoutes::lots));
    routes.get("/api/v1/reviews", Permission::view, "What customers said of products: liking on the scale of 1 to 9 by product and span of time, and the last reviews.", Lane::worker, as(&TastingRoutes::reviews),
               {{"product", "The last reviews of this product only."}, {"channel", "Only what was said there."}});
    routes.post("/api/v1/reviews", Permission::record, "Reviews of a sheet (CSV): all that are not here yet, or none; dry_run: only how many.", http::schema_of<AskReviews>(), as(&TastingRoutes::review_sheet));
    routes.get("/api/v1/tasters", Permission::view, "Who tastes, by panel, and what they must not eat.", Lane::worker, as(&TastingRoutes::panels));
    routes.get("/api/v1/taste/{link}", Permission::open, "What the taster with this link is asked.", Lane::worker, as(&TastingRoutes::seat));
    routes.post("/api/v1/taste/{link}", Permission::open, "The taster with this link answers one trial; the same again changes nothing.", http::schema_of<AskAnswer>(), as(&TastingRoutes::answer));
}

} // namespace osetra::quality
