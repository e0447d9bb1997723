#include "quality/blending/blending_routes.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <fmt/core.h>
#include <mutex>
#include <thread>
#include <utility>

#include "farm/pack/pack_texts.h"
#include "kernel/json.h"
#include "kernel/units.h"
#include "quality/blending/answers.h"
#include "quality/blending/goods.h"
#include "quality/blending/product.h"
#include "quality/blending/sheets.h"

namespace osetra::quality {
namespace {

using http::Permission;
using http::Request;
using http::Response;

/// Sheets as text (CSV), and what is wished of the blend.
struct AskBlend {
    std::string product;                         ///< code of a pack
    std::string lots, target;
    std::optional<std::string> past;
    std::optional<std::string> amount, currency, most_cost;
    std::optional<std::int64_t> most_lots, old_days, points;
    std::optional<double> over, old_share, surety;
    std::optional<bool> nearest;
    std::optional<std::string> page;             ///< one that asks again and again: only its last question is worked out
};
template <Is<AskBlend> X> void visit_fields(X& x, auto f) {
    f("product", x.product); f("lots", x.lots); f("target", x.target); f("past", x.past); f("amount", x.amount); f("currency", x.currency); f("most_cost", x.most_cost); f("most_lots", x.most_lots);
    f("old_days", x.old_days); f("points", x.points); f("over", x.over); f("old_share", x.old_share); f("surety", x.surety); f("nearest", x.nearest); f("page", x.page);
}

struct AskMix {
    std::string analysis, salts;
    std::optional<std::string> target, volume, currency;
    std::optional<double> salinity_g_l;
    std::optional<bool> whole_bags;
    std::optional<std::string> page;
};
template <Is<AskMix> X> void visit_fields(X& x, auto f) {
    f("analysis", x.analysis); f("salts", x.salts); f("target", x.target); f("volume", x.volume); f("currency", x.currency); f("salinity_g_l", x.salinity_g_l); f("whole_bags", x.whole_bags); f("page", x.page);
}

Result<Currency> currency_of(std::optional<std::string> const& code) {
    auto const money = OSETRA_TRY(parse_money("1 " + code.value_or("CNY")));
    return money.currency;
}

/// One thread that searches for those who wait, so that minutes of searching hold up nothing else. It takes one question after the other, for searches share what they work with.
class Desk {
public:
    Desk() : m_thread([this] { work(); }) {}
    ~Desk() {
        {
            std::lock_guard const lock{m_mutex};
            m_ended = true;
        }
        m_asked.notify_all();
        m_thread.join();
    }
    Desk(Desk const&) = delete;
    Desk& operator=(Desk const&) = delete;

    /// `whose`: a question of the same one that was not begun yet is answered with asked_again; empty: nobody's. Refusals: asked_again, too_many.
    void ask(std::string whose, std::function<Result<Response>()> answer, http::Reply reply) {
        std::optional<http::Reply> passed_over;
        {
            std::lock_guard const lock{m_mutex};
            auto const same = whose.empty() ? m_waiting.end() : std::find_if(m_waiting.begin(), m_waiting.end(), [&](auto const& q) { return q.whose == whose; });
            if (same != m_waiting.end()) {
                passed_over = std::exchange(same->reply, std::move(reply));
                same->answer = std::move(answer);
            } else if (m_waiting.size() < most_waiting) m_waiting.push_back({std::move(whose), std::move(answer), std::move(reply)});
            else return reply(http::problem(refuse("too_many", "Many others wait for blends. Ask again in a minute.").value()));
        }
        m_asked.notify_one();
        if (passed_over) (*passed_over)(http::problem(refuse("asked_again", "The same page asked anew before this was begun; what it asked last is answered.").value()));
    }

private:
    struct Question {
        std::string whose;
        std::function<Result<Response>()> answer;
        http::Reply reply;
    };
    static constexpr std::size_t most_waiting = 32;

    void work() {
        for (;;) {
            Question q;
            {
                std::unique_lock lock{m_mutex};
                m_asked.wait(lock, [&] { return m_ended || !m_waiting.empty(); });
                if (m_ended) return;
                q = std::move(m_waiting.front());
                m_waiting.pop_front();
            }
            try {
                auto answer = q.answer();
                q.reply(answer ? std::move(*answer) : http::problem(answer.error()));
            } catch (std::exception const&) {
                // the reply that falls here is told and logged as a fault
            }
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_asked;
    std::deque<Question> m_waiting;
    bool m_ended = false;
    std::thread m_thread;                        ///< last: it works with all of the above
};

/// What a person waits for: seconds of search, of one blend and of a curve.
constexpr double wait_seconds = 2, curve_seconds = 6;
constexpr std::size_t most_lots_asked = 2'000;

Result<BlendTask> task_of(AskBlend const& told) {
    auto const pack = farm::pack_text(told.product);
    if (pack.empty()) return refuse("product_not_found", fmt::format("There is no pack \"{}\".", told.product.substr(0, 40)), "product");
    OSETRA_TRY(may_be_blended(pack));
    auto const lots = OSETRA_TRY(read_table(told.lots, "lots"));
    auto const target = OSETRA_TRY(read_table(told.target, "target"));
    auto const currency = OSETRA_TRY(currency_of(told.currency));
    auto task = OSETRA_TRY(read_blend(lots, target, currency));
    if (task.lots.size() > most_lots_asked) return refuse("too_many_lots", fmt::format("At most {} lots at once; `osetra blend` takes more.", most_lots_asked), "lots");
    auto& wish = task.wish;
    wish.amount_mg.n = OSETRA_TRY(parse_quantity(told.amount.value_or("100 kg"), Dimension::mass, find_unit("kg")));
    wish.over = std::clamp(told.over.value_or(wish.over), 0.0, 1.0);
    wish.goal = told.nearest.value_or(false) ? BlendGoal::nearest : BlendGoal::cheapest;
    if (told.most_lots && *told.most_lots > 0) wish.most_lots = told.most_lots;
    wish.old_share = std::clamp(told.old_share.value_or(0), 0.0, 1.0);
    wish.old_days = told.old_days.value_or(0);
    wish.surety = std::clamp(told.surety.value_or(0), 0.0, 0.9999);
    if (told.most_cost) wish.most_cost = OSETRA_TRY(parse_money(*told.most_cost));
    wish.seconds = wait_seconds;
    if (told.past && !told.past->empty()) {
        std::vector<std::string> kinds;
        for (auto const& lot : task.lots) if (!lot.kind.empty() && std::find(kinds.begin(), kinds.end(), lot.kind) == kinds.end()) kinds.push_back(lot.kind);
        auto const table = OSETRA_TRY(read_table(*told.past, "past"));
        auto const past = OSETRA_TRY(read_past(table, nullptr, kinds));
        OSETRA_TRY(learn(task, past));
    }
    return task;
}

/// What is made here and elsewhere, and whether it may be blended.
Result<Response> products(Request const&) {
    JsonOut out;
    out.begin_object();
    out.begin_array("products");
    for (auto const& pack : farm::pack_texts()) {
        auto const told = OSETRA_TRY(blending_of(pack.text));
        out.begin_object();
        out.value("code", pack.code);
        out.value("name_en", told.name_en);
        out.value("name_zh", told.name_zh);
        if (told.allowed) out.value("allowed", *told.allowed);
        out.value("why_en", told.why_en);
        out.value("why_zh", told.why_zh);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return Response::json(out.take());
}

Result<Response> blend(AskBlend const& told) {
    auto const task = OSETRA_TRY(task_of(told));
    auto const answer = OSETRA_TRY(blend_lots(task.lots, task.wish));
    return Response::json(blend_json(task, answer));
}

Result<Response> curve(AskBlend const& told) {
    auto task = OSETRA_TRY(task_of(told));
    task.wish.seconds = curve_seconds;
    auto const points = OSETRA_TRY(blend_curve(task.lots, task.wish, static_cast<int>(std::clamp<std::int64_t>(told.points.value_or(7), 2, 12))));
    return Response::json(curve_json(task, points));
}

Result<Response> mix(AskMix const& told) {
    auto const analysis_table = OSETRA_TRY(read_table(told.analysis, "analysis"));
    auto const analysis = OSETRA_TRY(read_analysis(analysis_table));
    auto const currency = OSETRA_TRY(currency_of(told.currency));
    auto const salts_table = OSETRA_TRY(read_table(told.salts, "salts"));
    auto const salts = OSETRA_TRY(read_salts(salts_table, currency));
    MixWish wish;
    wish.volume_l = static_cast<double>(OSETRA_TRY(parse_quantity(told.volume.value_or("1 m3"), Dimension::volume, find_unit("m3")))) / 1000;
    wish.whole_bags = told.whole_bags.value_or(false);
    wish.seconds = wait_seconds;
    if (told.target && !told.target->empty()) {
        auto const target = OSETRA_TRY(read_table(*told.target, "target"));
        wish.bands = OSETRA_TRY(read_bands(target));
    } else wish.bands = kester_bands(told.salinity_g_l.value_or(1.1 * salinity_g_l(analysis.water)));
    auto const answer = OSETRA_TRY(mix_water(analysis.water, salts, wish));
    return Response::json(mix_json(salts, wish, answer));
}

/// A route whose answer comes from the desk.
template <class Ask> http::Route searched(std::shared_ptr<Desk> desk, std::string path, std::string about, Result<Response> (*answer)(Ask const&)) {
    http::Route route;
    route.method = http::Method::post;
    route.needs = Permission::view;
    route.about = std::move(about);
    route.body_schema = http::schema_of<Ask>();
    route.lane = http::Lane::io;
    route.act = [desk = std::move(desk), answer, path](Request const& ask, http::Reply reply) {
        auto told = from_json<Ask>(ask.body);
        if (!told) return reply(http::problem(told.error()));
        auto whose = told->page ? fmt::format("{} {} {} {}", ask.caller.enterprise, ask.caller.person, path, *told->page) : std::string{};
        desk->ask(std::move(whose), [answer, told = std::move(*told)] { return answer(told); }, std::move(reply));
    };
    route.path = std::move(path);
    return route;
}

} // namespace

void add_blending_routes(http::Routes& routes, farm::Service& service) {
    auto const desk = std::make_shared<Desk>();
    routes.get("/api/v1/blending/products", Permission::view, "Products, and whether each may be blended, as its pack says.", http::Lane::worker, products);
    routes.get("/api/v1/blending/goods", Permission::view, "Lots of goods that were received or blended with what is left of them, blends and plans; with a product also its lots as the sheet that blends read.", http::Lane::worker, [&service](Request const& ask) -> Result<Response> {
        OSETRA_TRY(http::of_whole_company(ask, "Goods are"));
        std::string json;
        service.read(ask.caller.enterprise, [&](farm::Reader& reader) {
            BlendStore store{reader.db(), reader.enterprise()};
            json = goods_json(store, ask.asked("product").value_or(""), service.now(), reader.offset());
        });
        return Response::json(std::move(json));
    }, {{"product", "Code of a product pack"}});
    routes.add(searched<AskBlend>(desk, "/api/v1/blending/blends", "The cheapest blend of the lots in a sheet (or the one nearest to the target), or what stands in its way; nothing is kept.", blend));
    routes.add(searched<AskBlend>(desk, "/api/v1/blending/curves", "Blends from the cheapest to the one nearest to the target; nothing is kept.", curve));
    routes.add(searched<AskMix>(desk, "/api/v1/blending/mixes", "Which salts a saline source needs, cheapest, and in which order they are dissolved; nothing is kept.", mix));
}

} // namespace osetra::quality
