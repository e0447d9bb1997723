#include "processing/label_routes.h"

#include <fmt/core.h>

#include "kernel/json.h"
#include "kernel/number.h"
#include "access/access.h"
#include "processing/cases.h"
#include "processing/label_content_sql.h"
#include "processing/labels/print.h"
#include "processing/processing.h"

namespace osetra::processing {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

constexpr std::chrono::days book_reaches{3 * 365};   ///< tins older than this are not looked for in a count: they kept a year

struct AskLabels {
    std::vector<std::string> tins;
    std::optional<std::string> lot, series, storage, design;
    std::optional<std::int64_t> net_mg, count;
    std::optional<double> width_mm, height_mm;
    std::vector<std::string> languages;
};
template <Is<AskLabels> X> void visit_fields(X& x, auto f) {
    f("tins", x.tins); f("lot", x.lot); f("series", x.series); f("storage", x.storage); f("design", x.design); f("net_mg", x.net_mg); f("count", x.count); f("width_mm", x.width_mm); f("height_mm", x.height_mm);
    f("languages", x.languages);
}
struct AskPrint {
    std::string number;
    std::int64_t count = 1;
    std::string format;                          ///< pdf | zpl
    std::optional<std::string> sheet;            ///< a4
    std::optional<std::int64_t> dpi;             ///< 203 | 300
    std::optional<bool> dots;
};
template <Is<AskPrint> X> void visit_fields(X& x, auto f) { f("number", x.number); f("count", x.count); f("format", x.format); f("sheet", x.sheet); f("dpi", x.dpi); f("dots", x.dots); }
struct AskTin { std::string tin; };
template <Is<AskTin> X> void visit_fields(X& x, auto f) { f("tin", x.tin); }
struct AskWhy { std::string reason; };
template <Is<AskWhy> X> void visit_fields(X& x, auto f) { f("reason", x.reason); }
struct AskSource { std::string source; };
template <Is<AskSource> X> void visit_fields(X& x, auto f) { f("source", x.source); }
struct AskAudit { std::vector<std::string> scans; std::optional<std::string> lot; };
template <Is<AskAudit> X> void visit_fields(X& x, auto f) { f("scans", x.scans); f("lot", x.lot); }

Result<labels::Design> design_of(std::optional<std::string> const& name, std::optional<double> width, std::optional<double> height, std::vector<std::string> const& languages) {
    std::optional<labels::Design> design;
    for (auto const& d : labels::known_designs())
        if (d.name == name.value_or("tin-70x50")) design = d;
    if (!design) return refuse("design_not_found", "There is no design of labels named " + name->substr(0, 40) + ".", "design");
    if (width) design->width_mm = *width;
    if (height) design->height_mm = *height;
    if (!languages.empty()) design->languages = languages;
    OSETRA_TRY(labels::check_design(*design));
    return std::move(*design);
}

Result<std::int64_t> whole(Request const& ask, char const* name, std::int64_t otherwise, std::int64_t most) {
    auto const text = ask.asked(name);
    if (!text) return otherwise;
    auto const n = read_number<std::int64_t>(*text);
    if (!n || *n < 0 || *n > most) return refuse("number_malformed", fmt::format("{} is a whole number of at most {}.", name, most), name);
    return *n;
}

std::vector<std::string> parts(std::string const& text) {
    std::vector<std::string> all;
    for (std::size_t from = 0; from < text.size();) {
        auto const comma = std::min(text.find(',', from), text.size());
        if (comma > from) all.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    return all;
}

void label_fields(JsonOut& out, LabelState const& label) {
    out.value("name", label.name());
    write_fields(out, label);
}

class LabelRoutes {
public:
    explicit LabelRoutes(farm::Service& service) : m_service(service) {}

    Result<Response> designs(Request const&) {
        JsonOut out;
        out.begin_object();
        out.begin_array("designs");
        for (auto const& d : labels::known_designs()) out.record(nullptr, d);
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> cases(Request const& ask) {
        std::string text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { text = cases_json(reader, m_service.now()); });
        return Response::json(std::move(text));
    }
    Result<Response> one_case(Request const& ask) {
        Result<std::string> text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { text = case_json(reader, ask.in_path.at("container")); });
        return Response::json(OSETRA_TRY(std::move(text)));
    }
    Result<labels::Drawing> case_drawing(Request const& ask) {
        Result<UnitLabel> label;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { label = label_of_case(reader, ask.in_path.at("container"), access::name_of(reader.db(), ask.caller.enterprise)); });
        return unit_drawing(OSETRA_TRY(std::move(label)));
    }
    Result<Response> case_pdf(Request const& ask) {
        auto const drawing = OSETRA_TRY(case_drawing(ask));
        return Response::pdf(OSETRA_TRY(labels::pdf_of({drawing})), "case-" + ask.in_path.at("container") + ".pdf");
    }
    Result<Response> case_zpl(Request const& ask) {
        auto const dpi = OSETRA_TRY(whole(ask, "dpi", 203, 300));
        Response out;
        out.body = labels::zpl_of({OSETRA_TRY(case_drawing(ask))}, {dpi >= 300 ? 12 : 8, labels::Printers::own, labels::Printers::own});
        out.content_type = "application/zpl";
        out.headers.emplace_back("Content-Disposition", "attachment; filename=\"case.zpl\"");
        return out;
    }

    Result<Response> preview(Request const& ask) {
        auto const width = OSETRA_TRY(whole(ask, "width_mm", 0, 300)), height = OSETRA_TRY(whole(ask, "height_mm", 0, 300)), net = OSETRA_TRY(whole(ask, "net_mg", 0, 100'000'000));
        auto const design = OSETRA_TRY(design_of(ask.asked("design"), width > 0 ? std::optional{static_cast<double>(width)} : std::nullopt, height > 0 ? std::optional{static_cast<double>(height)} : std::nullopt, parts(ask.asked("languages").value_or(""))));
        Result<std::string> svg = std::string{};
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { svg = picture(reader, ask, design, net); });
        if (!svg) return tl::unexpected(svg.error());
        Response out;
        out.body = std::move(*svg);
        out.content_type = "image/svg+xml";
        return out;
    }

    Result<Response> issue(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskLabels>(ask.body));
        LabelWish wish{told.tins, told.lot, told.net_mg.value_or(0), told.count.value_or(1), told.series.value_or("L"), OSETRA_TRY(design_of(told.design, told.width_mm, told.height_mm, told.languages)), told.storage};
        Result<std::vector<LabelRun>> runs = std::vector<LabelRun>{};
        write(ask, [&](Reader& reader, LabelRegister& labels) { runs = issue_labels(reader, labels, wish, ask.caller.person, m_service.now()); });
        if (!runs) return tl::unexpected(runs.error());
        JsonOut out;
        out.begin_object();
        out.begin_array("runs");
        for (auto const& run : *runs) {
            out.begin_object();
            out.value("first", LabelName{run.series, run.first}.text());
            out.value("last", LabelName{run.series, run.last}.text());
            out.value("count", run.last - run.first + 1);
            out.end_object();
        }
        out.end_array();
        out.end_object();
        return Response::json(out.take(), 201);
    }

    /// Drawn first, then marked as printed, then sent: what could not be drawn was not printed, and nothing is sent twice.
    Result<Response> print(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskPrint>(ask.body));
        auto const first = OSETRA_TRY(LabelName::parse(told.number));
        if (told.format != "pdf" && told.format != "zpl") return refuse("word_unknown", "A format is pdf or zpl.", "format");
        Result<std::string> bytes = std::string{};
        std::vector<labels::Drawing> drawings;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            LabelRegister labels{reader.db(), reader.enterprise(), LabelRegister::Within::callers};
            auto drawn = drawings_of(labels, first, told.count);
            if (drawn) drawings = std::move(*drawn);
            else bytes = tl::unexpected(drawn.error());
        });
        if (!bytes) return tl::unexpected(bytes.error());
        if (told.format == "pdf") bytes = labels::pdf_of(drawings, told.sheet ? std::optional{labels::Sheet{}} : std::nullopt);
        else {
            auto const kind = told.dots.value_or(false) ? labels::Printers::dots : labels::Printers::own;
            bytes = labels::zpl_of(drawings, {told.dpi.value_or(203) == 300 ? 12 : 8, kind, kind});
        }
        if (!bytes) return tl::unexpected(bytes.error());
        Result<std::vector<LabelState>> printed = std::vector<LabelState>{};
        write(ask, [&](Reader&, LabelRegister& labels) { printed = labels.print(first, told.count, ask.caller.person, m_service.now()); });
        if (!printed) return tl::unexpected(printed.error());
        Response out;
        out.body = std::move(*bytes);
        out.content_type = told.format == "pdf" ? "application/pdf" : "application/octet-stream";
        out.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}.{}\"", first.text(), told.format));
        return out;
    }

    Result<Response> list(Request const& ask) {
        LabelName after;
        if (auto const text = ask.asked("after")) after = OSETRA_TRY(LabelName::parse(*text));
        auto const limit = OSETRA_TRY(whole(ask, "limit", 200, 1'000));
        JsonOut out;
        out.begin_object();
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            LabelRegister labels{reader.db(), reader.enterprise()};
            out.begin_array("labels");
            if (auto const text = ask.asked("q")) {
                if (auto const name = LabelName::parse(*text)) { if (auto const found = labels.find(*name)) put(out, *found); }
                else if (auto const on = labels.on_tin(labels::parse_scan(*text).name)) put(out, *on);
            } else for (auto const& one : labels.list(ask.asked("state"), after, limit)) put(out, one);
            out.end_array();
            out.begin_array("counts");
            for (auto const& n : labels.counts()) out.record(nullptr, n);
            out.end_array();
        });
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> show(Request const& ask) {
        auto const name = OSETRA_TRY(LabelName::parse(ask.in_path.at("number")));
        Result<std::string> text = std::string{};
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { text = one_label(reader, name); });
        if (!text) return tl::unexpected(text.error());
        return Response::json(std::move(*text));
    }

    Result<Response> apply(Request const& ask) {
        auto const name = OSETRA_TRY(LabelName::parse(ask.in_path.at("number")));
        auto const tin = labels::parse_scan(OSETRA_TRY(from_json<AskTin>(ask.body)).tin).name;
        Result<Done> done = Done{};
        write(ask, [&](Reader& reader, LabelRegister& labels) {
            done = knows_tin(reader, tin) ? labels.apply(name, tin, ask.caller.person, m_service.now()) : refuse("tin_not_found", "There is no tin " + tin.substr(0, 40) + "; close it first.", "tin");
        });
        if (!done) return tl::unexpected(done.error());
        return show(ask);
    }
    Result<Response> spoil(Request const& ask) { return end(ask, true); }
    Result<Response> cancel(Request const& ask) { return end(ask, false); }

    Result<Response> codes(Request const& ask) {
        JsonOut out;
        out.begin_object();
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto const confirmed = LabelRegister{reader.db(), reader.enterprise()}.confirmed();
            out.begin_array("codes");
            for (auto const& s : labels::SpeciesCodes::known().all()) {
                out.begin_object();
                out.value("code", s.code);
                out.value("latin", s.latin);
                out.value("name_en", s.name(labels::Language::en));
                out.value("name_zh", s.name(labels::Language::zh));
                out.value("may_print", s.seen || confirmed.contains(s.code));
                out.end_object();
            }
            out.end_array();
        });
        out.end_object();
        return Response::json(out.take());
    }
    Result<Response> confirm(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskSource>(ask.body));
        Result<Done> done = Done{};
        write(ask, [&](Reader&, LabelRegister& labels) { done = labels.confirm(ask.in_path.at("code"), told.source, ask.caller.person, m_service.now()); });
        if (!done) return tl::unexpected(done.error());
        return codes(ask);
    }

    Result<Response> tin(Request const& ask) {
        auto const scanned = ask.asked("scan");
        if (!scanned) return refuse("tin_not_found", "Scan a tin or type its number.", "scan");
        Result<TinStory> story = TinStory{};
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { story = tin_story(reader, *scanned); });
        if (!story) return tl::unexpected(story.error());
        return Response::json(to_json(*story));
    }

    Result<Response> audit(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskAudit>(ask.body));
        labels::Book book;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { book = book_of(reader, m_service.now() - book_reaches); });
        auto const found = labels::audit(book, told.scans, told.lot);
        JsonOut out;
        out.begin_object();
        out.value("expected", found.expected);
        out.value("seen", found.seen);
        out.value("missing_mg", found.missing_mg);
        out.begin_array("missing");
        for (auto const& name : found.missing) {
            auto const& tin = book.tins.at(name);
            out.begin_object();
            out.value("tin", name);
            out.value("lot", tin.lot);
            out.value("net_mg", tin.net_mg);
            if (!tin.container.empty()) out.value("container", tin.container);
            out.end_object();
        }
        out.end_array();
        out.value("twice", found.twice);
        out.value("unknown", found.unknown);
        out.begin_array("unexpected");
        for (auto const& [name, gone] : found.unexpected) {
            out.begin_object();
            out.value("tin", name);
            out.value("gone", gone);
            out.end_object();
        }
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

private:
    static void put(JsonOut& out, LabelState const& label) {
        out.begin_object();
        label_fields(out, label);
        out.end_object();
    }

    static Result<std::string> picture(Reader& reader, Request const& ask, labels::Design const& design, std::int64_t net_mg) {
        labels::LabelContent content;
        if (auto const lot = ask.asked("lot")) content = OSETRA_TRY(content_of_lot(reader, *lot, net_mg));
        else content = OSETRA_TRY(content_of_tin(reader, labels::parse_scan(ask.asked("tin").value_or("")).name));
        content.storage = ask.asked("storage");
        content.number = LabelName{"L", 0}.text();
        if (!content.serial) content.serial = content.number;
        paper::Glyphs const glyphs;
        auto const drawn = OSETRA_TRY(labels::draw(content, design, glyphs, LabelRegister{reader.db(), reader.enterprise()}.confirmed()));
        return labels::svg_of(drawn, glyphs);
    }

    static Result<std::string> one_label(Reader& reader, LabelName const& name) {
        LabelRegister labels{reader.db(), reader.enterprise()};
        auto const label = labels.find(name);
        if (!label) return refuse("label_not_found", "No label " + name.text() + " was ever issued.", "number");
        JsonOut out;
        out.begin_object();
        label_fields(out, *label);
        if (auto const run = labels.run_of(*label)) {
            auto const content = OSETRA_TRY(numbered(*run, name.number));
            out.record("content", content);
        }
        out.begin_array("acts");
        for (auto const& act : labels.acts(name)) out.record(nullptr, act);
        out.end_array();
        out.end_object();
        return out.take();
    }

    void write(Request const& ask, std::function<void(Reader&, LabelRegister&)> const& work) {
        m_service.work(ask.caller.enterprise, [&](farm::Ledger& ledger) {
            auto& reader = ledger.reader();
            LabelRegister labels{reader.db(), reader.enterprise()};
            work(reader, labels);
        });
    }

    Result<Response> end(Request const& ask, bool spoiled) {
        auto const name = OSETRA_TRY(LabelName::parse(ask.in_path.at("number")));
        auto const told = OSETRA_TRY(from_json<AskWhy>(ask.body));
        Result<Done> done = Done{};
        write(ask, [&](Reader&, LabelRegister& labels) {
            done = spoiled ? labels.spoil(name, told.reason, ask.caller.person, m_service.now()) : labels.cancel(name, told.reason, ask.caller.person, m_service.now());
        });
        if (!done) return tl::unexpected(done.error());
        return show(ask);
    }

    farm::Service& m_service;
};

} // namespace

void add_label_routes(http::Routes& routes, farm::Service& service) {
    auto const own = std::make_shared<LabelRoutes>(service);
    auto const as = [own](auto act) {
        return [own, act](Request const& ask) -> Result<Response> {
            OSETRA_TRY(http::of_whole_company(ask, "Labels and tins are"));
            return ((*own).*act)(ask);
        };
    };
    routes.get("/api/v1/labels/designs", Permission::view, "Designs of labels that are there.", Lane::io, as(&LabelRoutes::designs));
    routes.get("/api/v1/labels/qr.svg", Permission::signed_in, "A text as a QR code: a link for somebody's phone.", Lane::worker, [](Request const& ask) -> Result<Response> {
        auto const text = ask.asked("text").value_or("");
        if (text.empty() || text.size() > 500) return refuse("text_malformed", "A QR code takes 1 to 500 bytes here.", "text");
        Response out;
        out.body = OSETRA_TRY(qr_svg(text));
        out.content_type = "image/svg+xml";
        return out;
    }, {{"text", "At most 500 bytes."}});
    routes.get("/api/v1/labels/preview.svg", Permission::view, "How the label of a tin, or of a lot's tins, will look.", Lane::worker, as(&LabelRoutes::preview),
               {{"tin", "As scanned."}, {"lot", "Instead of a tin."}, {"net_mg", "Of a lot's tins."}, {"design", "tin-70x50 where none is named."}, {"width_mm", "Another size."}, {"height_mm", "Another size."}, {"languages", "en,zh,fr,de,ja."}, {"storage", "Temperature as it stands on the label."}});
    routes.post("/api/v1/labels/runs", Permission::record, "Gives out numbers that nobody had before, for tins or for a lot.", http::schema_of<AskLabels>(), as(&LabelRoutes::issue));
    routes.post("/api/v1/labels/print", Permission::record, "Labels as PDF or for a label printer; each number once.", http::schema_of<AskPrint>(), as(&LabelRoutes::print));
    routes.get("/api/v1/labels/codes", Permission::view, "Codes of species, and whether they may be printed.", Lane::worker, as(&LabelRoutes::codes));
    routes.post("/api/v1/labels/codes/{code}/confirm", Permission::manage, "Somebody looked a code from memory up: it may be printed from now on.", http::schema_of<AskSource>(), as(&LabelRoutes::confirm));
    routes.get("/api/v1/labels", Permission::view, "Labels with their states, in order of their numbers.", Lane::worker, as(&LabelRoutes::list),
               {{"state", "issued, printed, applied, spoiled or voided."}, {"after", "Only numbers after this one."}, {"limit", "200."}, {"q", "One label by its number, or that of a tin as scanned."}});
    routes.get("/api/v1/labels/{number}", Permission::view, "One label: what stands on it, and every act on it.", Lane::worker, as(&LabelRoutes::show));
    routes.post("/api/v1/labels/{number}/apply", Permission::record, "The label was put on a tin.", http::schema_of<AskTin>(), as(&LabelRoutes::apply));
    routes.post("/api/v1/labels/{number}/spoil", Permission::record, "The label was spoiled and destroyed.", http::schema_of<AskWhy>(), as(&LabelRoutes::spoil));
    routes.post("/api/v1/labels/{number}/void", Permission::record, "The label was taken off or is not needed, and is destroyed.", http::schema_of<AskWhy>(), as(&LabelRoutes::cancel));
    routes.get("/api/v1/cases", Permission::view, "Cases and pallets of tins that were closed last, and the next number that nothing has yet.", Lane::worker, as(&LabelRoutes::cases));
    routes.get("/api/v1/cases/{container}", Permission::view, "What is in a case or pallet by lot, and where it is.", Lane::worker, as(&LabelRoutes::one_case));
    routes.get("/api/v1/cases/{container}/label.pdf", Permission::view, "The label of a case with its SSCC as GS1-128, A6.", Lane::worker, as(&LabelRoutes::case_pdf));
    routes.get("/api/v1/cases/{container}/label.zpl", Permission::view, "The same for a label printer.", Lane::worker, as(&LabelRoutes::case_zpl), {{"dpi", "203 or 300; 203."}});
    routes.get("/api/v1/tins", Permission::view, "A tin by what was scanned: lot, weight, label, where it is.", Lane::worker, as(&LabelRoutes::tin), {{"scan", "The code on it, its serial, or its label's number."}});
    routes.post("/api/v1/tins/audit", Permission::view, "What a count by scanning finds: tins that are missing, scanned twice, unknown, or gone by the book.", http::schema_of<AskAudit>(), as(&LabelRoutes::audit));
}

} // namespace osetra::processing
