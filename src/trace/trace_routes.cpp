#include "trace/trace_routes.h"


#include "kernel/number.h"
#include "trace/meant_sql.h"
#include "trace/recall_pdf.h"
#include "trace/trace_answer.h"

namespace osetra::trace {
namespace {

using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

constexpr std::size_t most_things = 20'000;
http::Parameter const id{"id", "The thing: a GS1 Digital Link, an EPC URN, or whatever name its events have; of our own also what stands on it: serial, lot, tag, number of the case."};
http::Parameter const at{"at", "As it was then: an instant, or a day for its noon; all that is told where it is left out."};
http::Parameter const most{"most", "At most so many things (5,000; up to 20,000)."};

Result<TraceQuestion> question_of(Request const& ask) {
    TraceQuestion question;
    auto const name = ask.asked("id");
    if (!name) return refuse("field_missing", "id is missing: which thing?", "id");
    question.id = *name;
    question.direction = ask.asked("direction").value_or("both");
    if (auto const text = ask.asked("at")) question.at = OSETRA_TRY(parse_instant(*text, {}));
    if (auto const text = ask.asked("most")) {
        auto const told = read_number<decltype(question.most)>(*text);
        if (!told || *told == 0) return refuse("number_malformed", "most is a whole number from 1 on.", "most");
        question.most = std::min(*told, most_things);
    }
    return question;
}

/// Calls with the store of one moment; the refusal of what is asked is the answer.
template <class T> Result<T> asked(Service& service, Request const& ask, TraceQuestion question, auto answer_of) {
    if (!ask.caller.holds(Permission::view, ""))
        return refuse("not_allowed", "Lineage leads to every site and to partners: this needs a role for the whole company, not for single sites.");
    Result<T> answer = refuse("thing_not_found", "");
    service.read(ask.caller.enterprise, [&](Desk& desk) {
        LineageStore store{desk.db, desk.enterprise};
        question.id = meant(desk.db, desk.enterprise, store, question.id);
        answer = answer_of(store, desk.events, question);
    });
    return answer;
}

Response download(std::string body, std::string type, std::string const& name) {
    Response response;
    response.body = std::move(body);
    response.content_type = std::move(type);
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
    return response;
}

} // namespace

void add_trace_routes(http::Routes& routes, Service& service) {
    routes.get("/api/v1/trace", Permission::view, "Where a thing came from and what became of it: all levels, quantities, containers and when, with the events behind", Lane::worker,
               [&service](Request const& ask) -> Result<Response> {
                   auto const question = OSETRA_TRY(question_of(ask));
                   auto const begin = service.now();
                   auto answer = OSETRA_TRY((asked<TraceAnswer>(service, ask, question, trace_of)));
                   answer.ms = static_cast<double>((service.now() - begin).count()) / 1'000;
                   return Response::json(to_json(answer));
               },
               {id, {"direction", "up: origins; down or recall: results and what held them; both (default)."}, at, most});
    routes.get("/api/v1/recall", Permission::view, "What is affected by a fault of a thing: where each item is, who received what, whom to call", Lane::worker,
               [&service](Request const& ask) -> Result<Response> {
                   auto const question = OSETRA_TRY(question_of(ask));
                   auto const format = ask.asked("format").value_or("json");
                   if (format != "json" && format != "csv" && format != "xlsx" && format != "pdf") return refuse("format_unknown", "format is json, csv, xlsx or pdf.", "format");
                   auto const recall = OSETRA_TRY((asked<Recall>(service, ask, question, recall_of)));
                   if (format == "csv") return download(write_csv(to_table(recall, {})), "text/csv; charset=utf-8", "recall.csv");
                   if (format == "xlsx") return download(write_xlsx(to_table(recall, {})), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "recall.xlsx");
                   if (format == "pdf") return download(to_pdf(recall, service.now(), {}), "application/pdf", "recall.pdf");
                   return Response::json(to_json(recall));
               },
               {id, {"format", "json (default), csv, xlsx or pdf."}, at, most});
}

} // namespace osetra::trace
