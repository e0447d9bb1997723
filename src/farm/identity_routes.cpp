#include "farm/identity_routes.h"

#include "kernel/json.h"
#include "trace/identity_sql.h"

namespace osetra::farm {

using http::Permission;
using http::Request;
using http::Response;

std::string identity_json(std::optional<trace::Identity> const& told, trace::Numbers& numbers) {
    JsonOut out;
    out.begin_object();
    out.value("told", told.has_value());
    if (told) {
        write_fields(out, *told);
        out.value("demonstration", trace::is_demonstration(*told));
        trace::Naming const names{*told, numbers};
        out.value("company", names.company());
        out.value("plant", names.plant());
    }
    out.end_object();
    return out.take();
}

void add_identity_routes(http::Routes& routes, Service& service) {
    routes.get("/api/v1/identity", Permission::view, "Who the enterprise is among its partners: its GS1 prefix, its plant's registration.", http::Lane::worker, [&service](Request const& ask) -> Result<Response> {
        std::string answer;
        service.read(ask.caller.enterprise, [&](Reader& reader) {
            trace::IdentityStore store{reader.db(), reader.enterprise()};
            store.only_read(true);
            answer = identity_json(store.told(), store);
        });
        return Response::json(std::move(answer));
    });
    routes.put("/api/v1/identity", Permission::manage, "Says who the enterprise is among its partners. Told first, all that the journal holds for them is told too; the prefix stays once things are named with it.",
               http::schema_of<trace::Identity>(), [&service](Request const& ask) -> Result<Response> {
                   auto const identity = OSETRA_TRY(from_json<trace::Identity>(ask.body));
                   Result<Done> done{Done{}};
                   std::string answer;
                   service.work(ask.caller.enterprise, [&](Ledger& ledger) {
                       done = ledger.tell_identity(identity, service.now());
                       trace::IdentityStore store{ledger.reader().db(), ask.caller.enterprise};
                       store.only_read(true);
                       answer = identity_json(store.told(), store);
                   });
                   if (!done) return tl::unexpected(done.error());
                   return Response::json(std::move(answer));
               });
}

} // namespace osetra::farm
