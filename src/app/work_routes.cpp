#include "app/work_routes.h"
#include "kernel/number.h"

#include <algorithm>
#include <fmt/core.h>

namespace osetra::app {
namespace {

using http::Lane;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;
using store::Job;
using store::Medium;
using store::Upload;

constexpr std::size_t chunk_bytes = std::size_t{8} << 20U;       ///< of one piece of an upload
constexpr std::int64_t piece_bytes = std::int64_t{8} << 20;      ///< of one answer to a Range request
constexpr std::int64_t whole_bytes = std::int64_t{64} << 20;     ///< larger files are read in pieces
constexpr std::int64_t jobs_shown = 200;

struct AskJob { std::string kind; };
struct AskUpload {
    std::string name;
    std::int64_t size = 0;
    std::optional<std::string> sha256;
};
template <Is<AskUpload> X> void visit_fields(X& x, auto f) { f("name", x.name); f("size", x.size); f("sha256", x.sha256); }

constexpr char const* job_schema = R"({"type":"object","additionalProperties":false,"required":["kind"],)"
    R"("properties":{"kind":{"type":"string"},"input":{"type":"object"}}})";

Result<Uuid> id_in(Request const& request, std::string_view name) {
    auto id = Uuid::parse(request.in_path.at(name));
    if (id) return id;
    // What is no id names nothing: the same answer as for an id that is not there.
    return refuse(fmt::format("{}_not_found", name), fmt::format("There is no {} {}.", name, request.in_path.at(name)), std::string{name});
}

Result<std::int64_t> offset_in(Request const& request) {
    auto const offset = read_number<std::int64_t>(request.asked("offset").value_or(""));
    if (!offset || *offset < 0) return refuse("offset_malformed", "Say with ?offset=N at which byte this piece begins.", "offset");
    return *offset;
}

std::string upload_json(Upload const& upload, std::int64_t offset) {
    JsonOut out;
    out.begin_object();
    out.value("upload", upload.upload);
    out.value("name", upload.name);
    out.value("size", upload.size);
    out.value("offset", offset);
    out.value("chunk", static_cast<std::int64_t>(chunk_bytes));
    out.end_object();
    return out.take();
}

std::string offset_json(std::int64_t offset) { return fmt::format(R"({{"offset":{}}})", offset); }

std::string medium_json(Medium const& medium) {
    JsonOut out;
    out.begin_object();
    out.value("sha256", store::sha256_text(medium.sha256));
    out.value("size", medium.size);
    out.value("name", medium.name);
    out.value("content_type", medium.content_type);
    out.value("person", medium.person);
    out.value("added_at", medium.added_at);
    out.end_object();
    return out.take();
}

struct Range { std::int64_t first = 0, last = 0; };

/// "bytes=0-99", "bytes=100-" and "bytes=-50" (RFC 9110, 14.1.2). Absent: not one range that we read, so the whole file is meant.
std::optional<Range> range_in(Request const& request, std::int64_t size) {
    auto const header = request.headers.find("range");
    if (header == request.headers.end()) return std::nullopt;
    std::string_view text = header->second;
    if (!text.starts_with("bytes=")) return std::nullopt;
    text.remove_prefix(6);
    auto const dash = text.find('-');
    if (dash == std::string_view::npos || text.find(',') != std::string_view::npos) return std::nullopt;
    auto const number = [](std::string_view digits) -> std::optional<std::int64_t> {
        auto const n = read_number<std::int64_t>(digits);
        return n && *n >= 0 ? n : std::nullopt;
    };
    auto const first = number(text.substr(0, dash)), last = number(text.substr(dash + 1));
    if (dash == 0) return last ? std::optional<Range>{{std::max<std::int64_t>(size - *last, 0), size - 1}} : std::nullopt;
    if (!first || (!last && dash + 1 < text.size()) || (last && *last < *first)) return std::nullopt;
    return Range{*first, std::min(last.value_or(size - 1), size - 1)};
}

/// Pictures, clips and papers open in the page; everything else is only ever saved.
std::string disposition_of(Medium const& medium) {
    auto const& type = medium.content_type;
    std::string name;
    for (auto const c : medium.name) {
        auto const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        name += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    auto const shown = type.starts_with("image/") || type.starts_with("video/") || type == "application/pdf";
    return fmt::format("{}; filename*=UTF-8''{}", shown ? "inline" : "attachment", name);
}

Result<Response> give_medium(store::MediaFolder const& media, Medium const& medium, Request const& request) {
    auto const tag = '"' + store::sha256_text(medium.sha256) + '"';
    Response response{200, {}, medium.content_type, {{"ETag", tag}, {"Cache-Control", "private, max-age=31536000, immutable"},
                                                     {"Accept-Ranges", "bytes"}, {"Content-Disposition", disposition_of(medium)}}, false};
    if (auto const known = request.headers.find("if-none-match"); known != request.headers.end() && known->second.find(tag) != std::string::npos) {
        response.status = 304;
        return response;
    }
    auto const range = range_in(request, medium.size);
    if (!range) {
        if (medium.size > whole_bytes)
            return refuse("range_needed", fmt::format("The file has {} bytes. Ask for it in pieces with the Range header.", medium.size), "range");
        response.body = media.read(medium, 0, medium.size);
        return response;
    }
    if (range->first > range->last) {
        auto nothing = http::problem({"range_outside", fmt::format("The file has {} bytes.", medium.size), "range"});
        nothing.status = 416;
        nothing.headers.emplace_back("Content-Range", fmt::format("bytes */{}", medium.size));
        return nothing;
    }
    // A long piece is cut; the reader asks for the rest (RFC 9110, 15.3.7 lets a server send less than was asked).
    response.body = media.read(medium, range->first, std::min(range->last - range->first + 1, piece_bytes));
    response.status = 206;
    response.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->first + static_cast<std::int64_t>(response.body.size()) - 1, medium.size));
    return response;
}

void add_job_routes(http::Routes& routes, std::shared_ptr<WorkParts> const& parts) {
    routes.get("/api/v1/jobs", Permission::view, "Long work of the enterprise, newest first.", Lane::worker, [parts](Request const& request) -> Result<Response> {
        store::Pool::Lease db{parts->pool};
        JsonOut out;
        out.begin_object();
        out.begin_array("jobs");
        for (auto const& job : store::jobs_of(*db, request.caller.enterprise, jobs_shown)) out.raw(nullptr, job_json(job));
        out.end_array();
        out.begin_array("kinds");
        for (auto const& kind : parts->kinds) {
            if (!request.caller.holds(kind.needs)) continue;
            out.begin_object();
            out.value("kind", kind.kind);
            out.value("about", kind.about);
            out.end_object();
        }
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    });
    routes.get("/api/v1/jobs/{job}", Permission::view, "One job.", Lane::worker, [parts](Request const& request) -> Result<Response> {
        store::Pool::Lease db{parts->pool};
        auto const id = OSETRA_TRY(id_in(request, "job"));
        auto const job = store::job_by_id(*db, request.caller.enterprise, id);
        if (!job) return refuse("job_not_found", "There is no job " + id.text() + ".", "job");
        return Response::json(job_json(*job));
    });
    routes.post("/api/v1/jobs", Permission::view, "Starts long work; each kind names the permission it needs.", job_schema, [parts](Request const& request) -> Result<Response> {
        auto in = OSETRA_TRY(JsonIn::parse(request.body));
        AskJob ask;
        if (!in.has("kind")) return refuse("field_missing", "kind is missing.", "kind");
        in.get("kind", ask.kind);
        if (in.refusal()) return tl::unexpected(*in.refusal());
        for (auto const& name : in.names())
            if (name != "kind" && name != "input") return refuse("field_unknown", name + " is not a field here.", name);
        auto const kind = std::find_if(parts->kinds.begin(), parts->kinds.end(), [&](JobKind const& k) { return k.kind == ask.kind; });
        if (kind == parts->kinds.end()) return refuse("kind_unknown", "There is no work of the kind " + ask.kind + ". GET /api/v1/jobs lists the kinds.", "kind");
        if (!request.caller.holds(kind->needs)) return refuse("not_allowed", fmt::format("This work needs the permission \"{}\".", http::word_of(kind->needs)), "kind");
        auto const input = in.child("input");
        if (in.has("input") && (!input || input->is_array())) return refuse("field_type", "input is an object.", "input");
        store::Pool::Lease db{parts->pool};
        auto const id = parts->new_id();
        store::put_job(*db, request.caller.enterprise, id, ask.kind, input ? input->dump() : "{}", request.caller.person, parts->clock.now());
        return Response::json(job_json(*store::job_by_id(*db, request.caller.enterprise, id)), 201);
    });
    // Who started it may stop it; so may who could have started it.
    auto const may_change = [parts](Request const& request, Job const& job) {
        auto const kind = std::find_if(parts->kinds.begin(), parts->kinds.end(), [&](JobKind const& k) { return k.kind == job.kind; });
        return job.person == request.caller.person || request.caller.holds(kind == parts->kinds.end() ? Permission::manage : kind->needs);
    };
    auto const change = [parts, may_change](auto act) {
        return [parts, may_change, act](Request const& request) -> Result<Response> {
            auto const id = OSETRA_TRY(id_in(request, "job"));
            store::Pool::Lease db{parts->pool};
            auto const job = store::job_by_id(*db, request.caller.enterprise, id);
            if (!job) return refuse("job_not_found", "There is no job " + id.text() + ".", "job");
            if (!may_change(request, *job)) return refuse("not_allowed", "Only who started a job, and who may start such jobs, can change it.", "job");
            return Response::json(job_json(OSETRA_TRY(act(*db, request.caller.enterprise, id))));
        };
    };
    routes.post("/api/v1/jobs/{job}/cancel", Permission::view, "The job will not be done.", "",
                change([parts](store::Db& db, Enterprise e, Uuid const& id) { return store::cancel_job(db, e, id, parts->clock.now()); }));
    routes.post("/api/v1/jobs/{job}/retry", Permission::view, "A failed or cancelled job starts afresh.", "",
                change([parts](store::Db& db, Enterprise e, Uuid const& id) { return store::retry_job(db, e, id, parts->clock.now()); }));
}

void add_upload_routes(http::Routes& routes, std::shared_ptr<WorkParts> const& parts) {
    routes.post("/api/v1/uploads", Permission::record, "Begins a file; its bytes follow in pieces of at most `chunk`.", http::schema_of<AskUpload>(), [parts](Request const& request) -> Result<Response> {
        auto const ask = OSETRA_TRY(from_json<AskUpload>(request.body));
        Upload upload{parts->new_id(), ask.name, ask.size, std::nullopt, request.caller.person, {}};
        if (ask.sha256) upload.sha256 = OSETRA_TRY(store::parse_sha256(*ask.sha256));
        store::Pool::Lease db{parts->pool};
        auto const begun = OSETRA_TRY(parts->media.begin(*db, request.caller.enterprise, upload, parts->clock.now()));
        return Response::json(upload_json(begun, 0), 201);
    });
    routes.get("/api/v1/uploads/{upload}", Permission::record, "How much of the file is there: go on from `offset`.", Lane::worker, [parts](Request const& request) -> Result<Response> {
        store::Pool::Lease db{parts->pool};
        auto const id = OSETRA_TRY(id_in(request, "upload"));
        return Response::json(offset_json(OSETRA_TRY(parts->media.offset_of(*db, request.caller.enterprise, id))));
    });
    http::Route piece;
    piece.method = Method::put;
    piece.path = "/api/v1/uploads/{upload}";
    piece.needs = Permission::record;
    piece.about = "The next piece of the file, as it is. After a lost answer ask for the offset and go on there.";
    piece.query = {{"offset", "the byte at which this piece begins; it must be where the file ends so far"}};
    piece.body_limit = chunk_bytes;
    piece.answer = [parts](Request const& request) -> Result<Response> {
        auto const id = OSETRA_TRY(id_in(request, "upload"));
        auto const offset = OSETRA_TRY(offset_in(request));
        store::Pool::Lease db{parts->pool};
        return Response::json(offset_json(OSETRA_TRY(parts->media.add(*db, request.caller.enterprise, id, offset, request.body, parts->clock.now()))));
    };
    routes.add(std::move(piece));
    routes.post("/api/v1/uploads/{upload}/done", Permission::record, "The file is whole: it is checked and kept under its SHA-256.", "", [parts](Request const& request) -> Result<Response> {
        auto const id = OSETRA_TRY(id_in(request, "upload"));
        store::Pool::Lease db{parts->pool};
        return Response::json(medium_json(OSETRA_TRY(parts->media.finish(*db, request.caller.enterprise, id, parts->clock.now()))));
    });
    routes.get("/api/v1/media/{sha256}", Permission::view, "A kept file; Range requests are answered in pieces of up to 8 MiB.", Lane::worker, [parts](Request const& request) -> Result<Response> {
        auto const sha256 = OSETRA_TRY(store::parse_sha256(request.in_path.at("sha256")));
        store::Pool::Lease db{parts->pool};
        auto const medium = OSETRA_TRY(parts->media.find(*db, request.caller.enterprise, sha256));
        return give_medium(parts->media, medium, request);
    });
}

} // namespace

std::vector<JobKind> job_kinds() {
    return {{"verify", "Checks the journal's chain and everything worked out from it.", Permission::manage}};
}

void add_work_routes(http::Routes& routes, WorkParts parts) {
    auto const shared = std::make_shared<WorkParts>(std::move(parts));
    add_job_routes(routes, shared);
    add_upload_routes(routes, shared);
}

} // namespace osetra::app
