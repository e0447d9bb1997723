#include "quality/grading/grading_routes.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include "farm/pack/pack_texts.h"
#include "kernel/json.h"
#include "quality/engine/grade_scheme.h"
#include "quality/engine/tray.h"
#include "quality/grading/answers.h"

namespace osetra::quality {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

constexpr std::int64_t most_lots = 300;

struct AskScore { std::string scheme; std::vector<std::string> scores; std::optional<std::string> note; };
template <Is<AskScore> X> void visit_fields(X& x, auto f) { f("scheme", x.scheme); f("scores", x.scores); f("note", x.note); }
struct AskPhoto {
    std::string photo_sha256;
    std::optional<double> px_per_mm, marker_mm;
    std::optional<double> card_x, card_y, card_width, card_height;   ///< of the patches, pixels
};
template <Is<AskPhoto> X> void visit_fields(X& x, auto f) {
    f("photo_sha256", x.photo_sha256); f("px_per_mm", x.px_per_mm); f("marker_mm", x.marker_mm); f("card_x", x.card_x); f("card_y", x.card_y); f("card_width", x.card_width); f("card_height", x.card_height);
}
struct AskGrade { std::string scheme, grade; std::optional<std::string> reason; };
template <Is<AskGrade> X> void visit_fields(X& x, auto f) { f("scheme", x.scheme); f("grade", x.grade); f("reason", x.reason); }

/// All that was told of one lot.
struct OfLot {
    LotRow row;
    std::map<std::string, Of<GradeScored>> scores;
    std::optional<Of<TrayPhotographed>> photo;
    std::optional<Of<GradeDecided>> decided;
    Scheme const* scheme = nullptr;
};

template <class T> std::optional<Of<T>> last_of(std::vector<Of<T>> all) { return all.empty() ? std::nullopt : std::optional{std::move(all.back())}; }

void put_values(JsonOut& out, char const* name, Values const& values) {
    out.begin_object(name);
    for (auto const& [code, v] : values) out.put(code.c_str(), v);
    out.end_object();
}

void put_scheme(JsonOut& out, char const* name, Scheme const& s) {
    out.begin_object(name);
    out.put("code", s.code);
    out.put("name_en", s.name_en);
    out.put("name_zh", s.name_zh);
    out.put("basis", s.basis);
    out.put("decide", s.decide == Decide::lowest ? "lowest" : "weighted");
    out.objects("grades", s.grades, [&](auto const& g) {
        out.put("code", g.code);
        out.put("name_en", g.name_en);
        out.put("name_zh", g.name_zh);
    });
    out.objects("attributes", s.attributes, [&](auto const& a) {
        out.put("code", a.code);
        out.put("name_en", a.name_en);
        out.put("name_zh", a.name_zh);
        out.put("unit", a.unit);
        out.put("kind", a.kind == AttributeKind::scored ? "scored" : "measured");
        out.put("from", a.from);
        out.put("to", a.to);
        out.value("optional", a.optional);
        out.value("camera", !a.camera.empty());
        out.begin_object("limits_en");
        for (auto const& [place, limit] : a.limits) out.put(s.grades[place].code.c_str(), limit_text(a, place, Tongue::english));
        out.end_object();
        out.begin_object("limits_zh");
        for (auto const& [place, limit] : a.limits) out.put(s.grades[place].code.c_str(), limit_text(a, place, Tongue::chinese));
        out.end_object();
    });
    out.end_object();
}

void put_agreement(JsonOut& out, char const* name, Result<Agreement> const& a) {
    if (!a) return;
    out.begin_object(name);
    out.put("value", a->value);
    out.put("low", a->low);
    out.put("high", a->high);
    out.put("lots", a->lots);
    out.put("word", agreement_word(a->value));
    out.end_object();
}

class GradingRoutes {
public:
    GradingRoutes(farm::Service& service, GradingDesk desk) : m_service(service), m_desk(desk) {
        auto read = read_grading(farm::pack_text(service.pack().code));
        if (read) m_product = std::move(*read);
    }

    Result<Response> lots(Request const& ask) {
        OSETRA_TRY(whole(ask));
        JsonOut out;
        out.begin_object();
        out.begin_array("lots");
        std::vector<Of<GradeDecided>> decided;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            std::map<std::string, std::vector<Of<GradeScored>>> scores;
            for (auto& s : store.all<GradeScored>()) scores[s.body.lot].push_back(std::move(s));
            std::map<std::string, Of<TrayPhotographed>> photos;
            for (auto& p : store.all<TrayPhotographed>()) photos.insert_or_assign(p.body.lot, std::move(p));
            decided = store.all<GradeDecided>();
            std::map<std::string, Of<GradeDecided> const*> last;
            for (auto const& d : decided) last[d.body.lot] = &d;
            for (auto const& row : store.last_lots(most_lots)) {
                auto const own = last_scores(scores[row.lot]);
                auto const d = last.find(row.lot);
                auto const* scheme = scheme_for(m_product, row.species, scores[row.lot], d == last.end() ? std::vector<Of<GradeDecided>>{} : std::vector{*d->second});
                out.begin_object();
                out.put("lot", row.lot);
                out.value("fish", row.fish);
                out.put("species", row.species);
                out.value("taken_at", row.taken_at);
                if (scheme) out.put("scheme", scheme->code);
                out.put("graders", static_cast<std::int64_t>(own.size()));
                out.value("mine", own.contains(ask.caller.person));
                if (auto const p = photos.find(row.lot); p != photos.end()) out.put("photo_mm", static_cast<double>(p->second.body.mean_um) / 1000);
                if (d != last.end()) {
                    out.put("grade", d->second->body.grade);
                    out.put("by", d->second->author);
                    out.value("fact", d->second->root);
                }
                out.end_object();
            }
        });
        out.end_array();
        put_season(out, decided, m_service.offset(ask.caller.enterprise));
        out.begin_array("schemes");
        for (auto const& s : m_product.schemes) put_scheme(out, nullptr, s);
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    /// What signed lots measured from one to the next, each attribute of each scheme.
    Result<Response> consistency(Request const& ask) {
        OSETRA_TRY(whole(ask));
        std::vector<Of<GradeDecided>> decided;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { decided = store_of(reader).all<GradeDecided>(); });
        JsonOut out;
        out.begin_object();
        out.begin_array("schemes");
        for (auto const& s : m_product.schemes) {
            auto const series = measured_lots(s, decided);
            if (series.empty()) continue;
            out.begin_object();
            put_scheme(out, "scheme", s);
            out.begin_array("charts");
            for (auto const& a : s.attributes) {
                auto const found = series.find(a.code);
                if (found == series.end()) continue;
                out.begin_object();
                out.put("attribute", a.code);
                if (auto const best = a.limits.find(0); best != a.limits.end()) {
                    if (a.better != Better::less) out.put("least", best->second.low);
                    if (a.better != Better::more) out.put("most", best->second.high);
                }
                processing::put_chart(out, found->second);
                out.end_object();
            }
            out.end_array();
            out.end_object();
        }
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> lot(Request const& ask) { return shown(ask, 200); }

    Result<Response> score(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskScore>(ask.body));
        OSETRA_TRY(record(ask, GradeScored{ask.in_path.at("lot"), told.scheme, told.scores, told.note}));
        return shown(ask, 201);
    }

    Result<Response> photo(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskPhoto>(ask.body));
        auto const found = OSETRA_TRY(of_lot(ask));
        auto const bytes = OSETRA_TRY(m_desk.photograph(ask.caller.enterprise, told.photo_sha256));
        TrayQuestion q;
        q.px_per_mm = told.px_per_mm;
        q.marker_mm = told.marker_mm;
        if (told.card_x && told.card_y && told.card_width && told.card_height) q.card = {*told.card_x, *told.card_y, *told.card_width, *told.card_height};
        if (found.scheme)
            for (auto const& a : found.scheme->attributes)
                if (a.camera == "diameter_mm") { q.least_mm = a.from; q.most_mm = a.to; }
        auto const a = OSETRA_TRY(measure_tray(bytes, q));
        auto const drawn = OSETRA_TRY(tray_overlay(bytes, a));
        auto const overlay = OSETRA_TRY(m_desk.keep(ask.caller.enterprise, ask.in_path.at("lot") + "-tray.png", drawn, ask.caller.person));
        auto const um = [](double mm) { return static_cast<std::int64_t>(std::llround(1000 * mm)); };
        TrayPhotographed fact;
        fact.lot = ask.in_path.at("lot");
        fact.photo_sha256 = told.photo_sha256;
        fact.overlay_sha256 = overlay;
        fact.eggs = a.eggs;
        fact.measured = a.measured;
        fact.broken = a.broken;
        fact.mean_um = um(a.mean_mm.value);
        fact.mean_low_um = um(a.mean_mm.low);
        fact.mean_high_um = um(a.mean_mm.high);
        fact.spread_um = um(a.spread_mm.value);
        if (a.colour_calibrated) { fact.lightness = a.lightness; fact.red_green = a.red_green; fact.yellow_blue = a.yellow_blue; }
        fact.colour_spread = a.colour_spread;
        fact.verdict = a.verdict;
        OSETRA_TRY(record(ask, fact));
        return shown(ask, 201);
    }

    Result<Response> decide(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskGrade>(ask.body));
        auto const found = OSETRA_TRY(of_lot(ask));
        auto const* scheme = all_gradings().find(told.scheme);
        if (!scheme) return refuse("scheme_not_found", fmt::format("No product pack has the scheme \"{}\".", told.scheme.substr(0, 40)), "scheme");
        auto const values = joined_values(*scheme, found.scores, found.photo ? std::optional{found.photo->body} : std::nullopt);
        GradeDecided fact{ask.in_path.at("lot"), told.scheme, told.grade, score_texts(values), std::nullopt, told.reason};
        if (auto const by_rule = grade(*scheme, values)) fact.suggested = scheme->grades[by_rule->grade].code;
        OSETRA_TRY(record(ask, fact));
        return shown(ask, 201);
    }

    Result<Response> agreement(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const wanted = ask.asked("scheme");
        auto const* scheme = wanted ? all_gradings().find(*wanted) : nullptr;
        if (wanted && !scheme) return refuse("scheme_not_found", fmt::format("No product pack has the scheme \"{}\".", wanted->substr(0, 40)), "scheme");
        std::vector<std::string> graders;
        Ratings ratings;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            std::map<std::string, std::map<std::string, std::size_t>> of_lot;
            std::map<std::string, std::size_t> place;
            std::map<std::string, std::vector<Of<GradeScored>>> scores;
            for (auto& s : store_of(reader).all<GradeScored>())
                if (!scheme || s.body.scheme == scheme->code) scores[s.body.lot].push_back(std::move(s));
            for (auto const& [lot, all] : scores)
                for (auto const& [grader, s] : last_scores(all)) {
                    auto const* own = all_gradings().find(s.body.scheme);
                    auto const values = parse_scores(s.body.scores);
                    auto const graded = own && values ? own_grade(*own, *values) : std::nullopt;
                    if (!graded) continue;
                    if (place.emplace(grader, graders.size()).second) graders.push_back(grader);
                    of_lot[lot][grader] = *graded;
                }
            for (auto const& [lot, by] : of_lot) {
                ratings.emplace_back(graders.size());
                for (auto const& [grader, graded] : by) ratings.back()[place[grader]] = static_cast<int>(graded);
            }
        });
        JsonOut out;
        out.begin_object();
        out.put("lots", static_cast<std::int64_t>(ratings.size()));
        put_agreement(out, "alpha", krippendorff_alpha(ratings, Metric::ordinal));
        out.begin_array("graders");
        auto const standing = standings(ratings);
        for (std::size_t i = 0; i < graders.size(); ++i) {
            out.begin_object();
            out.put("grader", graders[i]);
            out.put("lots", standing[i].lots);
            out.put("stricter", standing[i].higher);
            out.put("same", standing[i].same);
            out.end_object();
        }
        out.end_array();
        out.begin_array("pairs");
        std::size_t grades = 2;
        for (auto const& lot : ratings)
            for (auto const& g : lot)
                if (g) grades = std::max(grades, static_cast<std::size_t>(*g) + 1);
        for (std::size_t a = 0; a < graders.size(); ++a)
            for (std::size_t b = a + 1; b < graders.size(); ++b) {
                auto const kappa = kappa_of(ratings, a, b, grades, Disagreement::quadratic);
                if (!kappa) continue;
                out.begin_object();
                out.put("first", graders[a]);
                out.put("second", graders[b]);
                put_agreement(out, "kappa", kappa);
                out.end_object();
            }
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> uses(Request const& ask) {
        OSETRA_TRY(whole(ask));
        std::map<std::string, std::map<std::string, long long>> prices;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { prices = prices_now(reader); });
        JsonOut out;
        out.begin_object();
        out.put("currency", m_product.currency);
        out.objects("prices", m_product.schemes, [&](auto const& s) {
            put_scheme(out, "scheme", s);
            out.begin_object("price_minor_per_kg");
            for (auto const& [grade, minor] : prices[s.code]) out.put(grade.c_str(), static_cast<std::int64_t>(minor));
            out.end_object();
        });
        out.begin_array("uses");
        for (auto const& p : m_product.portions) put_portion(out, p, prices[p.scheme]);
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> price(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<GradePriced>(ask.body));
        OSETRA_TRY(record(ask, told));
        return uses(ask);
    }

private:
    static GradingStore store_of(Reader& reader) { return {reader.db(), reader.enterprise()}; }

    static Result<Done> whole(Request const& ask) { return http::of_whole_company(ask, "Grading is"); }
    template <class T> Result<Done> record(Request const& ask, T const& body) {
        return farm::record_together(m_service, ask.caller.enterprise, {farm::fact_of(m_service, ask.caller.person, body, m_service.now())});
    }

    std::map<std::string, std::map<std::string, long long>> prices_now(Reader& reader) {
        auto prices = m_product.price_minor_per_kg;
        for (auto const& p : store_of(reader).all<GradePriced>()) prices[p.body.scheme][p.body.grade] = p.body.price_minor;
        return prices;
    }

    /// By month of the last three years: lots of each grade, and the mean of what was measured.
    static void put_season(JsonOut& out, std::vector<Of<GradeDecided>> const& decided, FarmOffset offset) {
        struct Month { std::map<std::string, std::int64_t> grades; double egg_sum = 0; std::int64_t eggs = 0; };
        std::map<std::string, Month> months;
        std::map<std::string, Of<GradeDecided> const*> last;
        for (auto const& d : decided) last[d.body.lot] = &d;
        for (auto const& [lot, d] : last) {
            auto& m = months[text_of(farm_day(d->at, offset)).substr(0, 7)];
            ++m.grades[d->body.grade];
            auto const* scheme = all_gradings().find(d->body.scheme);
            auto const values = parse_scores(d->body.values);
            if (!scheme || !values) continue;
            for (auto const& a : scheme->attributes)
                if (a.camera == "diameter_mm" && values->contains(a.code)) { m.egg_sum += values->at(a.code); ++m.eggs; }
        }
        while (months.size() > 36) months.erase(months.begin());
        out.objects("months", months, [&](auto const& one) {
            auto const& [month, m] = one;
            out.put("month", month);
            out.begin_object("grades");
            for (auto const& [grade, n] : m.grades) out.put(grade.c_str(), n);
            out.end_object();
            if (m.eggs > 0) out.put("mean_mm", m.egg_sum / static_cast<double>(m.eggs));
        });
    }

    void put_portion(JsonOut& out, Portion const& p, std::map<std::string, long long> const& prices) {
        auto const* scheme = m_product.find(p.scheme);
        auto const answer = margin_of(p, *scheme, prices);
        out.begin_object();
        out.put("code", p.code);
        out.put("name_en", p.name_en);
        out.put("name_zh", p.name_zh);
        out.put("scheme", p.scheme);
        out.put("grams", p.grams);
        out.put("loss", p.loss);
        out.put("price_minor", static_cast<std::int64_t>(p.price_minor));
        out.put("pays_below_minor_per_kg", static_cast<std::int64_t>(answer.pays_below_minor_per_kg));
        out.value("best", answer.best);
        out.objects("parts", p.parts, [&](auto const& part) {
            out.put("name_en", part.name_en);
            out.put("name_zh", part.name_zh);
            out.put("amount", part.amount);
            out.put("unit", part.unit);
            out.put("cost_minor", static_cast<std::int64_t>(part.cost_minor));
        });
        out.objects("grades", answer.grades, [&](auto const& m) {
            out.put("grade", m.grade);
            out.value("allowed", m.allowed);
            out.put("goods_minor", static_cast<std::int64_t>(m.goods_minor));
            out.put("margin_minor", static_cast<std::int64_t>(m.margin_minor));
            out.put("margin_share", m.margin_share);
        });
        out.end_object();
    }

    Result<OfLot> of_lot(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const& name = ask.in_path.at("lot");
        std::optional<OfLot> found;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            auto const row = store.lot(name);
            if (!row) return;
            auto const scores = store.named<GradeScored>(name);
            auto const decided = store.named<GradeDecided>(name);
            found = OfLot{*row, last_scores(scores), last_of(store.named<TrayPhotographed>(name)), last_of(decided), scheme_for(m_product, row->species, scores, decided)};
        });
        if (!found) return refuse("lot_not_found", fmt::format("The plant knows no lot {}.", name.substr(0, 60)), "lot");
        return std::move(*found);
    }

    void put_suggestion(JsonOut& out, Request const& ask, OfLot const& of, Values const& values) {
        auto const by_rule = grade(*of.scheme, values);
        out.begin_object("suggested");
        if (by_rule) {
            out.put("grade", of.scheme->grades[by_rule->grade].code);
            out.put_text_list("reasons_en", reasons(*of.scheme, *by_rule, Tongue::english));
            out.put_text_list("reasons_zh", reasons(*of.scheme, *by_rule, Tongue::chinese));
        } else
            out.put("missing", by_rule.error().at);
        Result<PanelModel> model = tl::unexpected(Refusal{});
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto decided = store_of(reader).all<GradeDecided>();
            std::erase_if(decided, [&](auto const& d) { return d.body.lot == of.row.lot; });   // it shall not know its own answer
            model = learn_panel(*of.scheme, decided);
        });
        if (!model) out.put("no_model", model.error().message);
        else if (auto const p = model->probabilities(*of.scheme, values); !p.empty()) {
            out.begin_object("probability");
            for (std::size_t i = 0; i < p.size(); ++i) out.put(of.scheme->grades[i].code.c_str(), p[i]);
            out.end_object();
            out.put("model_lots", model->model.lots);
            out.put("model_right", model->calibration.right);
            out.put("model_brier", model->calibration.brier);
            out.put("model_error", model->calibration.error);
        }
        out.end_object();
    }

    /// Graders see each other's scores only once they have given their own, or the lot is decided; who may decide sees them.
    Result<Response> shown(Request const& ask, int status) {
        auto const of = OSETRA_TRY(of_lot(ask));
        auto const open = of.decided || of.scores.contains(ask.caller.person) || ask.caller.holds(Permission::mend);
        JsonOut out;
        out.begin_object();
        out.put("lot", of.row.lot);
        out.value("fish", of.row.fish);
        out.put("species", of.row.species);
        out.value("taken_at", of.row.taken_at);
        out.value("blind", !open);
        out.put("graders", static_cast<std::int64_t>(of.scores.size()));
        if (of.scheme) put_scheme(out, "scheme", *of.scheme);
        out.begin_array("scores");
        for (auto const& [grader, s] : of.scores) {
            if (!open && grader != ask.caller.person) continue;
            out.begin_object();
            out.put("grader", grader);
            out.value("at", s.at);
            out.value("fact", s.root);
            put_values(out, "values", parse_scores(s.body.scores).value_or(Values{}));
            out.value("note", s.body.note);
            out.end_object();
        }
        out.end_array();
        if (of.photo) {
            out.begin_object("photo");
            write_fields(out, of.photo->body);
            out.value("at", of.photo->at);
            out.put("by", of.photo->author);
            out.value("fact", of.photo->root);
            out.end_object();
        }
        if (of.decided) {
            out.begin_object("decided");
            write_fields(out, of.decided->body);
            out.value("at", of.decided->at);
            out.put("by", of.decided->author);
            out.value("fact", of.decided->root);
            out.end_object();
        }
        if (of.scheme && open) {
            auto const values = joined_values(*of.scheme, of.scores, of.photo ? std::optional{of.photo->body} : std::nullopt);
            put_values(out, "values", values);
            put_suggestion(out, ask, of, values);
        }
        out.end_object();
        return Response::json(out.take(), status);
    }

    farm::Service& m_service;
    GradingDesk m_desk;
    Grading m_product;
};

} // namespace

void add_grading_routes(http::Routes& routes, farm::Service& service, GradingDesk desk) {
    auto const all = std::make_shared<GradingRoutes>(service, desk);
    auto const as = [&](auto member) { return [all, member](Request const& ask) { return ((*all).*member)(ask); }; };
    routes.get("/api/v1/grading/lots", Permission::view, "The last 300 lots with their grades, what each month's lots were graded, and the product's schemes.", Lane::worker, as(&GradingRoutes::lots));
    routes.get("/api/v1/grading/lots/{lot}", Permission::view, "One lot: scores, photograph, the grade that the rules give with reasons, the panel's probabilities, the decision. Graders do not see each other's scores before they gave their own.", Lane::worker, as(&GradingRoutes::lot));
    routes.post("/api/v1/grading/lots/{lot}/scores", Permission::record, "The caller's own scores of a lot.", http::schema_of<AskScore>(), as(&GradingRoutes::score));
    routes.post("/api/v1/grading/lots/{lot}/photos", Permission::record, "Measures a tray photograph that was sent to the media store, and keeps what was seen.", http::schema_of<AskPhoto>(), as(&GradingRoutes::photo));
    routes.post("/api/v1/grading/lots/{lot}/grade", Permission::mend, "Decides the grade of a lot, in the caller's name.", http::schema_of<AskGrade>(), as(&GradingRoutes::decide));
    routes.get("/api/v1/grading/consistency", Permission::view, "Control charts of what signed lots measured, by scheme and attribute, with the run rules that are broken; least and most: what the best grade asks.", Lane::worker, as(&GradingRoutes::consistency));
    routes.get("/api/v1/grading/agreement", Permission::view, "How far graders agree beyond chance, and who is strict.", Lane::worker, as(&GradingRoutes::agreement), {{"scheme", "Only of this scheme."}});
    routes.get("/api/v1/grading/uses", Permission::view, "Prices by grade, and what each use costs and leaves made of each grade.", Lane::worker, as(&GradingRoutes::uses));
    routes.post("/api/v1/grading/prices", Permission::manage, "What a kilogram of a grade brings from now on.", http::schema_of<GradePriced>(), as(&GradingRoutes::price));
}

} // namespace osetra::quality
