#include "quality/quality_routes.h"

#include <fmt/format.h>

#include "access/access.h"
#include "quality/answers.h"
#include "quality/papers.h"

namespace osetra::quality {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

struct AskCertificate { std::string what, thing, market; };
template <Is<AskCertificate> X> void visit_fields(X& x, auto f) { f("what", x.what); f("thing", x.thing); f("market", x.market); }
struct AskSheet { std::string csv; std::optional<bool> dry_run; };
template <Is<AskSheet> X> void visit_fields(X& x, auto f) { f("csv", x.csv); f("dry_run", x.dry_run); }
struct AskUse {
    std::string input;
    PoolId pool;
    std::optional<Milligrams> amount_mg;
    std::optional<std::string> reason;
    std::optional<bool> admitted;
};
template <Is<AskUse> X> void visit_fields(X& x, auto f) { f("input", x.input); f("pool", x.pool); f("amount_mg", x.amount_mg); f("reason", x.reason); f("admitted", x.admitted); }

class QualityRoutes {
public:
    explicit QualityRoutes(farm::Service& service) : m_service(service) {}

    Result<Response> overview(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) -> Result<std::string> { return overview_json(s, m_service.now()); }); }
    Result<Response> rules(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) -> Result<std::string> { return rules_json(s); }); }
    Result<Response> hold(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) { return hold_json(s, ask.in_path.at("hold")); }); }
    Result<Response> lots(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) -> Result<std::string> { return lots_json(s); }); }
    Result<Response> lot(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) { return lot_json(s, ask.in_path.at("lot")); }); }
    Result<Response> inputs(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) -> Result<std::string> { return inputs_json(s, m_service.now()); }); }
    Result<Response> ripe(Request const& ask) { return said(ask, [&](QualityStore& s, Reader& r) -> Result<std::string> { return ripe_json(s, r, m_service.now()); }); }
    Result<Response> maturity(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) -> Result<std::string> { return maturity_json(s, ask.asked("pack").value_or(""), m_service.now()); }); }
    Result<Response> certificates(Request const& ask) { return said(ask, [&](QualityStore& s, Reader&) -> Result<std::string> { return certificates_json(s); }); }

    /// A laboratory's sheet: all of its results or none.
    Result<Response> results(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskSheet>(ask.body));
        auto const rows = OSETRA_TRY(read_sheet(told.csv));
        std::vector<Fact> facts;
        for (auto const& row : rows) facts.push_back(farm::fact_of(m_service, ask.caller.person, row.told, m_service.now()));
        if (!told.dry_run.value_or(false))
            if (auto const done = farm::record_together(m_service, ask.caller.enterprise, std::move(facts)); !done) return tl::unexpected(done.error());
        JsonOut out;
        out.begin_object();
        out.value("taken", !told.dry_run.value_or(false));
        out.begin_array("results");
        for (auto const& row : rows) {
            out.begin_object();
            out.value("line", row.line);
            write_fields(out, row.told);
            out.end_object();
        }
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    /// An input was used. A medicine with a withdrawal period is a treatment of the pool too: both are told, or neither.
    Result<Response> use(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskUse>(ask.body));
        std::optional<InputReceived> input;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto const all = store_of(reader).named<InputReceived>(told.input);
            if (!all.empty()) input = all.front().body;
        });
        auto const now = m_service.now();
        std::vector<Fact> facts{farm::fact_of(m_service, ask.caller.person, InputUsed{{}, told.input, told.pool, told.amount_mg, told.reason, {}, told.admitted}, now)};
        if (input && input->use == "drug" && input->withdrawal_days) {
            farm::Treated treated;
            treated.pool = told.pool;
            treated.product = input->article;
            treated.withdrawal_days = *input->withdrawal_days;
            treated.reason = told.reason;
            facts.push_back(farm::fact_of(m_service, ask.caller.person, treated, now));
        }
        OSETRA_TRY(farm::record_together(m_service, ask.caller.enterprise, std::move(facts)));
        return inputs(ask);
    }

    Result<Response> certify(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskCertificate>(ask.body));
        Result<Certificate> made = tl::unexpected(Refusal{});
        std::string name;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            made = certifiable(store, told.what, told.thing, told.market);
            name = next_certificate(store, m_service.now());
        });
        auto certificate = OSETRA_TRY(std::move(made));
        certificate.told.certificate = name;
        OSETRA_TRY(farm::record_together(m_service, ask.caller.enterprise, {farm::fact_of(m_service, ask.caller.person, certificate.told, m_service.now())}));
        JsonOut out;
        out.record(nullptr, certificate.told);
        return Response::json(out.take(), 201);
    }

    Result<Response> paper(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const& name = ask.in_path.at("certificate");
        Result<Certificate> found = tl::unexpected(Refusal{});
        std::string company;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            found = certificate(store, name);
            company = access::name_of(reader.db(), ask.caller.enterprise);
        });
        auto const certificate = OSETRA_TRY(std::move(found));
        return Response::pdf(analysis_certificate(certificate, company, m_service.simulated(ask.caller.enterprise), m_service.offset(ask.caller.enterprise), link_in(ask, certificate)), certificate.told.certificate + ".pdf");
    }

    /// Whoever scanned the code on a certificate.
    Result<Response> check(Request const& ask) {
        auto const link = parse_certificate_link(ask.in_path.at("link"));
        auto const unknown = refuse("certificate_not_found", "No certificate has this code. Hold the paper against its sender.");
        if (!link) return unknown;
        Result<std::string> text;
        m_service.read(link->enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            text = certificate_check_json(store, reader, *link, access::name_of(reader.db(), link->enterprise), m_service.simulated(link->enterprise));
        });
        return Response::json(OSETRA_TRY(std::move(text)));
    }

    /// Whether what a certificate says is still so.
    Result<Response> verify(Request const& ask) {
        return said(ask, [&](QualityStore& s, Reader&) -> Result<std::string> {
            auto const c = OSETRA_TRY(certificate(s, ask.in_path.at("certificate")));
            JsonOut out;
            out.begin_object();
            write_fields(out, c.told);
            out.value("at", c.issued_at);
            out.value("by", c.issued_by);
            out.value("holds", true);
            out.value("link", "/coa/" + text_of(link_of(ask.caller.enterprise, c.fact, c.told)));
            out.begin_array("lines");
            for (auto const& l : c.lines) {
                out.begin_object();
                out.value("lot", l.lot);
                out.value("sample", l.sample);
                out.value("analyte", l.analyte);
                out.value("values", l.values);
                out.value("unit", l.unit);
                out.value("limit", l.limit);
                out.value("source", l.source);
                out.value("verdict", l.verdict);
                out.end_object();
            }
            out.end_array();
            out.end_object();
            return out.take();
        });
    }

private:
    QualityStore store_of(Reader& reader) { return {reader.db(), reader.enterprise(), reader.offset(), reader.pack().code}; }
    static Result<Done> whole(Request const& ask) { return http::of_whole_company(ask, "Quality is"); }
    static std::string link_in(Request const& ask, Certificate const& c) {
        auto const base = http::base_of(ask);
        return base.empty() ? base : base + "/coa/" + text_of(link_of(ask.caller.enterprise, c.fact, c.told));
    }
    template <class Say> Result<Response> said(Request const& ask, Say say) {
        OSETRA_TRY(whole(ask));
        Result<std::string> text = tl::unexpected(Refusal{});
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto store = store_of(reader);
            text = say(store, reader);
        });
        return Response::json(OSETRA_TRY(std::move(text)));
    }
    farm::Service& m_service;
};

} // namespace

void add_quality_routes(http::Routes& routes, farm::Service& service) {
    auto const all = std::make_shared<QualityRoutes>(service);
    auto const as = [&](auto member) { return [all, member](Request const& ask) { return ((*all).*member)(ask); }; };
    routes.get("/api/v1/quality", Permission::view, "What is on hold and how much of it, which results are awaited, and which lots may go.", Lane::worker, as(&QualityRoutes::overview));
    routes.get("/api/v1/quality/rules", Permission::view, "What is tested, the limits of each market with their sources, sampling plans, hold reasons and programmes.", Lane::worker, as(&QualityRoutes::rules));
    routes.get("/api/v1/quality/holds/{hold}", Permission::view, "One hold with its decisions and the lots that it bars.", Lane::worker, as(&QualityRoutes::hold));
    routes.get("/api/v1/quality/lots", Permission::view, "The last lots with their holds and awaited results.", Lane::worker, as(&QualityRoutes::lots));
    routes.get("/api/v1/quality/lots/{lot}", Permission::view, "One lot: holds, samples, results with the verdict of each market, certificates.", Lane::worker, as(&QualityRoutes::lot));
    routes.post("/api/v1/quality/results", Permission::record, "Results from a laboratory's sheet as CSV: all of them or none; dry_run: only what would be told.", http::schema_of<AskSheet>(), as(&QualityRoutes::results));
    routes.get("/api/v1/quality/inputs", Permission::view, "Inputs with what forbids them, where they were used, and programmes that sites follow.", Lane::worker, as(&QualityRoutes::inputs));
    routes.post("/api/v1/quality/inputs/uses", Permission::record, "An input was used on a pool; a medicine with a withdrawal period is told as a treatment too.", http::schema_of<AskUse>(), as(&QualityRoutes::use));
    routes.get("/api/v1/quality/ripe", Permission::view, "Which fish may be harvested for roe, and why others may not.", Lane::worker, as(&QualityRoutes::ripe));
    routes.get("/api/v1/quality/maturity", Permission::view, "Which blocks of growers are ripe by their samples, when others will be, and which loads the gate holds.", Lane::worker, as(&QualityRoutes::maturity), {{"pack", "Code of a pack; every one."}});
    routes.get("/api/v1/quality/certificates", Permission::view, "Certificates of analysis, the newest first.", Lane::worker, as(&QualityRoutes::certificates));
    routes.post("/api/v1/quality/certificates", Permission::manage, "Issues a certificate of analysis of a lot or a shipment for a market; its number is made.", http::schema_of<AskCertificate>(), as(&QualityRoutes::certify));
    routes.get("/api/v1/coa/{link}", Permission::open, "What the code on a certificate of analysis leads to: whether it is genuine and holds, was withdrawn or replaced.", Lane::worker, as(&QualityRoutes::check));
    routes.get("/api/v1/quality/certificates/{certificate}", Permission::view, "Whether what a certificate says is still so.", Lane::worker, as(&QualityRoutes::verify));
    routes.get("/api/v1/quality/certificates/{certificate}/paper.pdf", Permission::view, "The certificate, A4, English and Chinese.", Lane::worker, as(&QualityRoutes::paper));
}

} // namespace osetra::quality
