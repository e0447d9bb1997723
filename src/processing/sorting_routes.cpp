#include "processing/sorting_routes.h"

#include "access/access.h"
#include "kernel/json.h"
#include "processing/plant_sql.h"
#include "processing/sorting_answers.h"

namespace osetra::processing {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

struct AskLoads { std::string pack, csv; std::optional<bool> dry_run; };
template <Is<AskLoads> X> void visit_fields(X& x, auto f) { f("pack", x.pack); f("csv", x.csv); f("dry_run", x.dry_run); }
struct AskCounts { std::string csv; std::optional<bool> dry_run; };
template <Is<AskCounts> X> void visit_fields(X& x, auto f) { f("csv", x.csv); f("dry_run", x.dry_run); }

constexpr int usual_days = 30;                   // of a report to growers

class SortingRoutes {
public:
    SortingRoutes(farm::Service& service, MakeLoadGate gate) : m_service(service), m_gate(std::move(gate)) {}

    Result<Response> day(Request const& ask) {
        auto const day = OSETRA_TRY(day_in(ask, "day", farm_day(m_service.now(), offset(ask))));
        return said(ask, [&](SortingAsked const& a) { return sorting_day_json(a, day, ask.asked("pack").value_or("")); });
    }
    Result<Response> load(Request const& ask) { return said(ask, [&](SortingAsked const& a) { return sorting_load_json(a, ask.in_path.at("load")); }); }
    Result<Response> pallet(Request const& ask) { return said(ask, [&](SortingAsked const& a) { return pallet_json(a, ask.in_path.at("pallet")); }); }
    Result<Response> growers(Request const& ask) {
        auto const days = OSETRA_TRY(days_in(ask));
        return said(ask, [&](SortingAsked const& a) -> Result<std::string> { return out_turn_json(OSETRA_TRY(turn(ask, a, days)), days.first, days.second); });
    }
    Result<Response> paper(Request const& ask) {
        auto const turned = OSETRA_TRY(turned_in(ask));
        if (turned.turn.all.empty()) return refuse("grower_not_found", "Nothing was sorted on these days.", "from");
        return Response::pdf(out_turn_paper(*turned.turn.pack, turned.company, turned.turn.all), "out-turn.pdf");
    }
    Result<Response> list(Request const& ask) {
        auto const turned = OSETRA_TRY(turned_in(ask));
        Response response;
        response.body = out_turn_csv(*turned.turn.pack, turned.turn.all);
        response.content_type = "text/csv; charset=utf-8";
        response.headers.emplace_back("Content-Disposition", "attachment; filename=\"out-turn.csv\"");
        return response;
    }

    Result<Response> label(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const& name = ask.in_path.at("pallet");
        Result<std::string> text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            SortingStore store{reader.db(), reader.enterprise()};
            text = pallet_label(asked(reader, store), name, access::name_of(reader.db(), ask.caller.enterprise));
        });
        return Response::pdf(OSETRA_TRY(std::move(text)), "pallet-" + name + ".pdf");
    }

    /// Loads of a list: all of them or none. One of today is taken as weighed in now, one of another day at noon.
    Result<Response> take_loads(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskLoads>(ask.body));
        auto const loads = OSETRA_TRY(loads_told(told.csv, told.pack));
        auto const days = OSETRA_TRY(read_loads(told.csv));
        auto const now = m_service.now();
        std::vector<Fact> facts;
        for (std::size_t i = 0; i < loads.size(); ++i)
            facts.push_back(farm::fact_of(m_service, ask.caller.person, loads[i], weighed_in_at(days[i].received_on, now, offset(ask))));
        return taken(ask, loads, "loads", std::move(facts), told.dry_run.value_or(false));
    }
    /// What the sizer wrote: all of it or nothing.
    Result<Response> take_counts(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskCounts>(ask.body));
        Result<std::vector<SizerCounted>> counts;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            SortingStore store{reader.db(), reader.enterprise()};
            counts = counts_told(store, told.csv);
        });
        auto const all = OSETRA_TRY(std::move(counts));
        std::vector<Fact> facts;
        for (auto const& c : all) facts.push_back(farm::fact_of(m_service, ask.caller.person, c, m_service.now()));
        return taken(ask, all, "counts", std::move(facts), told.dry_run.value_or(false));
    }

private:
    using Days = std::pair<FarmDay, FarmDay>;
    FarmOffset offset(Request const& ask) { return m_service.offset(ask.caller.enterprise); }
    static Result<Done> whole(Request const& ask) { return http::of_whole_company(ask, "The sorting line is"); }
    static Result<FarmDay> day_in(Request const& ask, char const* name, FarmDay usual) {
        auto const text = ask.asked(name);
        return text ? parse_day(*text) : Result<FarmDay>{usual};
    }
    Result<Days> days_in(Request const& ask) {
        auto const to = OSETRA_TRY(day_in(ask, "to", farm_day(m_service.now(), offset(ask))));
        return Days{OSETRA_TRY(day_in(ask, "from", to - usual_days)), to};
    }
    static Result<GrowersTurn> turn(Request const& ask, SortingAsked const& a, Days const& days) {
        auto const* pack = OSETRA_TRY(sorting_pack_of(a, ask.asked("pack").value_or("")));
        return out_turn_of(a, *pack, days.first, days.second, ask.asked("grower").value_or(""));
    }
    struct Turned { GrowersTurn turn; std::string company; };
    Result<Turned> turned_in(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const days = OSETRA_TRY(days_in(ask));
        Result<GrowersTurn> found;
        std::string company;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            SortingStore store{reader.db(), reader.enterprise()};
            found = turn(ask, {store, reader.offset(), m_service.now()}, days);
            company = access::name_of(reader.db(), ask.caller.enterprise);
        });
        return Turned{OSETRA_TRY(std::move(found)), company};
    }
    SortingAsked asked(Reader& reader, SortingStore& store) {
        auto const identity = FarmRead{reader}.identity();
        return {store, reader.offset(), m_service.now(), identity ? std::optional{identity->company_prefix} : std::nullopt};
    }
    template <class Say> Result<Response> said(Request const& ask, Say say) {
        OSETRA_TRY(whole(ask));
        Result<std::string> text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            FarmRead farm{reader};
            auto const gate = m_gate ? m_gate(farm) : nullptr;
            SortingStore store{reader.db(), reader.enterprise(), gate.get()};
            text = say(asked(reader, store));
        });
        return Response::json(OSETRA_TRY(std::move(text)));
    }
    template <class T> Result<Response> taken(Request const& ask, std::vector<T> const& told, char const* name, std::vector<Fact> facts, bool dry_run) {
        if (!dry_run) OSETRA_TRY(farm::record_together(m_service, ask.caller.enterprise, std::move(facts)));
        JsonOut out;
        out.begin_object();
        out.value("taken", !dry_run);
        out.begin_array(name);
        for (auto const& one : told) out.record(nullptr, one);
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    farm::Service& m_service;
    MakeLoadGate m_gate;
};

} // namespace

void add_sorting_routes(http::Routes& routes, farm::Service& service, MakeLoadGate gate) {
    auto const all = std::make_shared<SortingRoutes>(service, std::move(gate));
    auto const as = [&](auto member) { return [all, member](Request const& ask) { return ((*all).*member)(ask); }; };
    http::Parameter const pack{"pack", "Code of a sorting pack; that of the load weighed in last."};
    std::vector<http::Parameter> const days{pack, {"from", "First day on which loads were weighed in; 30 days before the last."}, {"to", "Last day; today."}, {"grower", "Of this one alone."}};
    routes.get("/api/v1/sorting", Permission::view, "A sorting line's day: loads, what came of them by class and size, how fast, pallets.", Lane::worker, as(&SortingRoutes::day), {{"day", "Farm day; today."}, pack});
    routes.get("/api/v1/sorting/loads/{load}", Permission::view, "The whole story of a grower's load.", Lane::worker, as(&SortingRoutes::load));
    routes.get("/api/v1/sorting/pallets/{pallet}", Permission::view, "What is on a pallet, and whose it is.", Lane::worker, as(&SortingRoutes::pallet));
    routes.get("/api/v1/sorting/pallets/{pallet}/label.pdf", Permission::view, "A pallet's label with its SSCC, A6.", Lane::worker, as(&SortingRoutes::label));
    routes.post("/api/v1/sorting/loads", Permission::record, "Loads of a list (CSV): all of them or none; dry_run: only what would be told.", http::schema_of<AskLoads>(), as(&SortingRoutes::take_loads));
    routes.post("/api/v1/sorting/counts", Permission::record, "What a sizer counted (CSV): all of it or nothing; dry_run: only what would be told.", http::schema_of<AskCounts>(), as(&SortingRoutes::take_counts));
    routes.get("/api/v1/sorting/growers", Permission::view, "What became of each grower's loads, with money.", Lane::worker, as(&SortingRoutes::growers), days);
    routes.get("/api/v1/sorting/out-turn.pdf", Permission::view, "The out-turn of growers for printing, a page each, English and Chinese.", Lane::worker, as(&SortingRoutes::paper), days);
    routes.get("/api/v1/sorting/out-turn.csv", Permission::view, "The out-turn of growers as a list.", Lane::worker, as(&SortingRoutes::list), days);
}

} // namespace osetra::processing
