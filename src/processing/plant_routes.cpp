#include "processing/plant_routes.h"

#include <map>
#include <mutex>
#include <tuple>

#include "kernel/number.h"
#include "processing/stations_answers.h"

namespace osetra::processing {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

/// What a scale shows.
struct AskScale {
    std::string station;
    std::int64_t weight_mg = 0;
    bool stable = true;
};
template <Is<AskScale> X> void visit_fields(X& x, auto f) { f("station", x.station); f("weight_mg", x.weight_mg); f("stable", x.stable); }

class PlantRoutes {
public:
    PlantRoutes(farm::Service& service, MakeHolds holds) : m_service(service), m_holds(std::move(holds)) {}

    /// Every station asks it after every fact, so one answer serves all until something is told, and no longer than two seconds.
    Result<Response> line(Request const& ask) {
        auto const key = std::tuple{ask.caller.enterprise, ask.asked("line").value_or(""), ask.asked("step").value_or("")};
        return answer(ask, [&](PlantAsked const& a) {
            auto const seq = m_service.seq();
            {
                std::lock_guard const hold{m_lock};
                if (auto const last = m_lines.find(key); last != m_lines.end() && last->second.seq == seq && a.now - last->second.made < std::chrono::seconds{2}) return Result<std::string>{last->second.text};
            }
            auto text = line_json(a, std::get<1>(key), std::get<2>(key));
            std::lock_guard const hold{m_lock};
            if (m_lines.size() > most_remembered) m_lines.clear();
            m_lines[key] = {seq, a.now, text};
            return Result<std::string>{std::move(text)};
        });
    }
    Result<Response> day(Request const& ask) {
        auto const day = OSETRA_TRY(day_in(ask));
        return answer(ask, [&](PlantAsked const& a) { return Result<std::string>{plant_day_json(a, day)}; });
    }
    Result<Response> lot(Request const& ask) {
        return answer(ask, [&](PlantAsked const& a) { return lot_json(a, ask.in_path.at("lot")); });
    }
    Result<Response> salt(Request const& ask) {
        return answer(ask, [&](PlantAsked const& a) { return salt_json(a, ask.in_path.at("lot")); });
    }
    Result<Response> capacity(Request const& ask) {
        return answer(ask, [&](PlantAsked const& a) { return Result<std::string>{capacity_json(a)}; });
    }
    Result<Response> charts(Request const& ask) {
        auto const lots = OSETRA_TRY(count_in(ask, "lots", 120));
        return answer(ask, [&](PlantAsked const& a) { return Result<std::string>{charts_json(a, lots)}; });
    }
    Result<Response> checks(Request const& ask) {
        auto const day = OSETRA_TRY(day_in(ask));
        return answer(ask, [&](PlantAsked const& a) { return Result<std::string>{checks_json(a, day)}; });
    }
    Result<Response> orders(Request const& ask) {
        auto const most = OSETRA_TRY(count_in(ask, "limit", 30));
        return answer(ask, [&](PlantAsked const& a) { return Result<std::string>{orders_json(a, most)}; });
    }
    Result<Response> materials(Request const& ask) {
        return answer(ask, [&](PlantAsked const& a) { return Result<std::string>{materials_json(a)}; });
    }

    Result<Response> scale(Request const& ask) {
        OSETRA_TRY(whole(ask));
        auto const told = OSETRA_TRY(from_json<AskScale>(ask.body));
        if (told.station.size() > 40) return refuse("name_malformed", "A station's name has at most 40 bytes.", "station");
        m_service.tell(ask.caller.enterprise, "scale", to_json(told));
        return Response::json("{}", 202);
    }

private:
    /// The plant is of the whole company: somebody who is of one farm alone does not see it.
    static Result<Done> whole(Request const& ask) {
        if (!ask.caller.sites.empty()) return refuse("not_allowed", "The plant is of the whole company, and you see only some of its farms.");
        return Done{};
    }
    Result<FarmDay> day_in(Request const& ask) {
        if (auto const text = ask.asked("day")) return parse_day(*text);
        return farm_day(m_service.now(), m_service.offset(ask.caller.enterprise));
    }
    static Result<std::int64_t> count_in(Request const& ask, char const* name, std::int64_t usual) {
        auto const text = ask.asked(name);
        if (!text) return usual;
        auto const n = read_number<std::int64_t>(*text);
        if (!n || *n < 1 || *n > 1'000) return refuse("limit_malformed", "The limit is a number from 1 to 1000.", name);
        return *n;
    }
    template <class Make> Result<Response> answer(Request const& ask, Make make) {
        OSETRA_TRY(whole(ask));
        Result<std::string> text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            FarmRead farm{reader};
            auto const holds = m_holds ? m_holds(farm) : nullptr;
            PlantStore plant{farm, holds.get()};
            text = make(PlantAsked{plant, farm, m_service.now()});
        });
        if (!text) return tl::unexpected(text.error());
        return Response::json(std::move(*text));
    }

    static constexpr std::size_t most_remembered = 100;
    struct Made {
        std::int64_t seq = 0;
        Instant made;
        std::string text;
    };
    farm::Service& m_service;
    MakeHolds m_holds;
    std::mutex m_lock;
    std::map<std::tuple<Enterprise, std::string, std::string>, Made> m_lines;
};

} // namespace

void add_plant_routes(http::Routes& routes, farm::Service& service, MakeHolds holds) {
    auto const all = std::make_shared<PlantRoutes>(service, std::move(holds));
    auto const as = [&](auto member) { return [all, member](Request const& ask) { return ((*all).*member)(ask); }; };
    http::Parameter const day{"day", "Farm day; today."};
    routes.get("/api/v1/plant/line", Permission::view, "Every fish on the line with its steps, running clocks, weights and holds, and what waits.", Lane::worker, as(&PlantRoutes::line),
               {{"line", "Of this line alone."}, {"step", "Whose next step it is: a station's queue."}});
    routes.get("/api/v1/plant/day", Permission::view, "Lots of a day with the balance of each, to the gram, and of the day.", Lane::worker, as(&PlantRoutes::day), {day});
    routes.get("/api/v1/plant/lots/{lot}", Permission::view, "The whole story of a lot: steps, weights, balance, tins, holds, every fact.", Lane::worker, as(&PlantRoutes::lot));
    routes.get("/api/v1/plant/lots/{lot}/salt", Permission::view, "How much salt for a lot, and between what.", Lane::worker, as(&PlantRoutes::salt));
    routes.get("/api/v1/plant/capacity", Permission::view, "What the line can do today by hour, from its own recorded times.", Lane::worker, as(&PlantRoutes::capacity));
    routes.get("/api/v1/plant/charts", Permission::view, "Control charts of time, yield and salt, with the run rules that are broken.", Lane::worker, as(&PlantRoutes::charts), {{"lots", "The last so many; 120."}});
    routes.get("/api/v1/plant/checks", Permission::view, "Control points of a day: done, due, missed, failed.", Lane::worker, as(&PlantRoutes::checks), {day});
    routes.get("/api/v1/plant/orders", Permission::view, "Harvest orders, the newest first.", Lane::worker, as(&PlantRoutes::orders), {{"limit", "At most so many; 30."}});
    routes.get("/api/v1/plant/materials", Permission::view, "Batches of salt, brine and tins: came, used, left.", Lane::worker, as(&PlantRoutes::materials));
    routes.post("/api/v1/plant/scale", Permission::record, "What a scale shows now; the screens of its station hear it as the live event `scale`. Nothing is kept.", http::schema_of<AskScale>(), as(&PlantRoutes::scale));
}

} // namespace osetra::processing
