#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>

#include "app/verbs.h"
#include "kernel/fault.h"
#include "kernel/json.h"
#include "store/db.h"
#include "trace/engine/hash.h"
#include "trace/engine/spelling.h"
#include "trace/engine/validate.h"
#include "trace/trace.h"

namespace osetra::app {
namespace {

Result<trace::Document> read_document(Context const& c, std::string const& path) {
    std::ostringstream bytes;
    std::error_code ignored;
    if (path == "-") bytes << c.io.in.rdbuf();
    else {
        if (std::filesystem::is_directory(path, ignored)) return refuse("file_not_found", path + " is a folder; name its files.", path);
        std::ifstream in{path, std::ios::binary};
        if (!in) return refuse("file_not_found", "There is no file " + path + " that can be read.", path);
        bytes << in.rdbuf();
    }
    auto read = trace::read_epcis(bytes.view());
    if (!read) {
        auto no = read.error();
        no.at = path + (no.at.empty() ? "" : " " + no.at);
        return tl::unexpected(std::move(no));
    }
    return read;
}

std::string counted_events(trace::Document const& d) { return fmt::format("{} {}", d.events.size(), d.events.size() == 1 ? "event" : "events"); }

} // namespace

Result<Done> epcis_hash(Context const& c, EpcisVerb const& verb) {
    JsonOut out;
    out.begin_object();
    out.begin_array("events");
    for (auto const& file : verb.files) {
        auto const document = OSETRA_TRY(read_document(c, file));
        for (std::size_t i = 0; i < document.events.size(); ++i) {
            auto const& event = document.events[i];
            auto const hash = trace::event_hash(document.hashed(i), document.not_hashed);
            auto const text = verb.pre_hash ? trace::pre_hash(document.hashed(i), document.not_hashed) : std::string{};
            if (!c.where.json) {
                c.io.out << hash << "  " << file << ' ' << i + 1 << ' ' << event.name << '\n';
                if (verb.pre_hash) c.io.out << text << '\n';
                continue;
            }
            out.begin_object();
            out.value("file", file);
            out.value("event", static_cast<std::int64_t>(i + 1));
            out.value("type", event.name);
            out.value("hash", hash);
            if (verb.pre_hash) out.value("pre_hash", text);
            out.end_object();
        }
    }
    out.end_array();
    out.end_object();
    if (c.where.json) c.io.out << out.text() << '\n';
    return Done{};
}

Result<Done> epcis_convert(Context const& c, EpcisVerb const& verb) {
    if (verb.files.size() > 1 && !std::filesystem::is_directory(verb.out))
        return refuse("out_not_folder", "Several files go into a folder that is there: --out FOLDER.", verb.out);
    std::set<std::filesystem::path> written_to;
    for (auto const& file : verb.files) {
        auto document = OSETRA_TRY(read_document(c, file));
        auto const old = verb.to == "xml-1.2";
        auto const xml = verb.to.empty() ? document.json : verb.to != "json";
        if (auto const names = verb.names.empty() && old ? "urn" : verb.names; !names.empty()) {
            trace::CompanyPrefixes own;
            for (auto const& prefix : verb.company_prefixes) OSETRA_TRY(own.add(prefix));
            trace::spell(document, names == "urn" ? trace::EpcFormat::always_epc_urn : trace::EpcFormat::always_gs1_digital_link, trace::prefixes_seen(document, own));
        }
        auto const text = xml ? OSETRA_TRY(trace::write_xml(document, old ? trace::XmlVersion::v1_2 : trace::XmlVersion::v2_0)) : trace::write_json(document) + "\n";
        if (verb.out.empty()) {
            c.io.out << text;
            continue;
        }
        auto path = std::filesystem::path{verb.out};
        if (std::filesystem::is_directory(path)) path /= std::filesystem::path{file}.filename().replace_extension(xml ? ".xml" : ".jsonld");
        std::error_code ignored;
        if (std::filesystem::equivalent(path, file, ignored)) return refuse("out_is_input", "The file would be written over itself. Name another.", path.string());
        if (!written_to.insert(path).second) return refuse("out_twice", "Two of the files would be written to this one. Convert them one by one.", path.string());
        std::ofstream written{path, std::ios::binary};
        written << text;
        if (!written.flush()) throw Fault("cannot write " + path.string() + "; check the folder and the room on the disk");
        c.io.out << fmt::format("{}: {} written to {}\n", file, counted_events(document), path.string());
    }
    return Done{};
}

Result<Done> epcis_validate(Context const& c, EpcisVerb const& verb) {
    JsonOut out;
    out.begin_object();
    out.begin_array("findings");
    std::size_t wrong = 0;
    for (auto const& file : verb.files) {
        auto const document = read_document(c, file);
        std::vector<trace::Finding> findings;
        if (document) findings = trace::validate(*document);
        else if (document.error().code == "file_not_found") return tl::unexpected(document.error());
        else findings.push_back({document.error().code, document.error().message, document.error().at, false});
        std::size_t here = 0;
        for (auto const& f : findings) {
            if (!f.hint) ++here;
            if (!c.where.json) {
                c.io.out << fmt::format("{}: {}{}: {} ({})\n", file, f.hint ? "hint: " : "", f.at, f.message, f.code);
                continue;
            }
            out.begin_object();
            out.value("file", file);
            out.value("at", f.at);
            out.value("code", f.code);
            out.value("message", f.message);
            out.put_flag("hint", f.hint);
            out.end_object();
        }
        if (!c.where.json && document)
            c.io.out << fmt::format("{}: {}, {}\n", file, counted_events(*document), here ? fmt::format("{} to mend", here) : "nothing to mend");
        wrong += here;
    }
    out.end_array();
    out.end_object();
    if (c.where.json) c.io.out << out.text() << '\n';
    if (wrong) return refuse("epcis_invalid", fmt::format("Not as EPCIS 2.0 wants it in {} {}. Mend what is named above.", wrong, wrong == 1 ? "place" : "places"));
    return Done{};
}

namespace {

using Outcome = trace::Captured::Outcome;

/// What became of the events of one document, and of the document.
struct Taken {
    std::vector<trace::Captured> events;
    bool kept = false;

    std::ptrdiff_t count(Outcome o) const { return std::count_if(events.begin(), events.end(), [&](auto const& e) { return e.outcome == o; }); }
    char const* word(trace::Captured const& e) const {
        if (e.outcome == Outcome::refused) return "refused";
        return e.outcome == Outcome::duplicate ? "duplicate" : kept ? "accepted" : "not kept";
    }
};

Taken take(Company& company, trace::Document const& document, EpcisVerb const& verb, Instant now) {
    trace::Repository repository{*company.db, company.record.enterprise};
    store::Transaction all{*company.db};
    Taken taken;
    taken.events = repository.capture(document, verb.teller == "ours" ? trace::Teller::ours : trace::Teller::foreign,
                                      verb.proceed ? trace::OnError::proceed : trace::OnError::rollback, now);
    taken.kept = verb.proceed || taken.count(Outcome::refused) == 0;
    if (taken.kept) all.commit();
    return taken;
}

void print_taken(std::ostream& out, std::string const& file, trace::Document const& document, Taken const& taken) {
    for (std::size_t i = 0; i < taken.events.size(); ++i) {
        auto const& e = taken.events[i];
        out << fmt::format("{} {} {}: {}{}{}\n", file, i + 1, document.events[i].name, taken.word(e), e.event_id.empty() ? "" : " ", e.event_id);
        if (e.outcome == Outcome::refused) out << fmt::format("  {}: {} ({})\n", e.refusal.at, e.refusal.message, e.refusal.code);
        for (auto const& w : e.warnings) out << fmt::format("  hint: {}: {} ({})\n", w.at, w.message, w.code);
    }
    out << fmt::format("{}: {}, {} {}, {} known already, {} refused\n", file, counted_events(document), taken.count(Outcome::accepted), taken.kept ? "accepted" : "good but not kept",
                       taken.count(Outcome::duplicate), taken.count(Outcome::refused));
}

void put_refusal(JsonOut& out, Refusal const& r) {
    out.value("code", r.code);
    out.value("message", r.message);
    out.value("at", r.at);
}
void put_taken(JsonOut& out, std::string const& file, Taken const& taken) {
    out.begin_object();
    out.value("file", file);
    out.put_flag("kept", taken.kept);
    out.begin_array("events");
    for (auto const& e : taken.events) {
        out.begin_object();
        out.value("outcome", std::string{taken.word(e)});
        out.value("event_id", e.event_id);
        if (e.outcome == Outcome::duplicate || (e.outcome == Outcome::accepted && taken.kept)) out.value("no", e.no);
        if (e.outcome == Outcome::refused) put_refusal(out, e.refusal);
        if (!e.warnings.empty()) {
            out.begin_array("hints");
            for (auto const& w : e.warnings) { out.begin_object(); put_refusal(out, w); out.end_object(); }
            out.end_array();
        }
        out.end_object();
    }
    out.end_array();
    out.end_object();
}

/// "EQ_bizStep=shipping"; a name without a value has none.
std::vector<trace::Parameter> parameters_of(EpcisVerb const& verb) {
    std::vector<trace::Parameter> all;
    for (auto const& told : verb.parameters) {
        auto const equal = told.find('=');
        all.push_back({told.substr(0, equal), {}});
        if (equal != std::string::npos) all.back().values.push_back(told.substr(equal + 1));
    }
    return all;
}

} // namespace

Result<Done> epcis_capture(Context const& c, EpcisVerb const& verb) {
    std::vector<trace::Document> documents;
    for (auto const& file : verb.files) documents.push_back(OSETRA_TRY(read_document(c, file)));
    auto company = OSETRA_TRY(open_company(c, Missing::make));
    JsonOut out;
    out.begin_object();
    out.begin_array("documents");
    std::ptrdiff_t refused = 0;
    auto kept = true;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto const taken = take(company, documents[i], verb, c.clock.now());
        if (c.where.json) put_taken(out, verb.files[i], taken);
        else print_taken(c.io.out, verb.files[i], documents[i], taken);
        refused += taken.count(Outcome::refused);
        kept = kept && taken.kept;
    }
    out.end_array();
    out.end_object();
    if (c.where.json) c.io.out << out.text() << '\n';
    if (refused)
        return refuse("events_refused", fmt::format("{} {} not taken. {}", refused, refused == 1 ? "event was" : "events were",
                                                    kept ? "The others are kept." : "Nothing of their documents is kept: mend them, or keep the others with --proceed."));
    return Done{};
}

Result<Done> epcis_query(Context const& c, EpcisVerb const& verb) {
    auto company = OSETRA_TRY(open_company(c));
    trace::Repository repository{*company.db, company.record.enterprise};
    auto const query = OSETRA_TRY(trace::parse_query(parameters_of(verb), repository.prefixes(), repository.master_data()));
    std::vector<trace::Event> found;
    std::optional<trace::Place> after;
    constexpr std::int64_t at_once = 1'000;
    do {
        auto page = OSETRA_TRY(repository.events(query, verb.all ? at_once : std::min(at_once, verb.limit - std::ssize(found)), after));
        std::move(page.events.begin(), page.events.end(), std::back_inserter(found));
        after = page.next;
    } while (after && (verb.all || std::ssize(found) < verb.limit));
    auto document = trace::results_of(std::move(found), repository.prefixes(), c.clock.now());
    if (verb.names == "urn" || verb.names == "link")
        trace::spell(document, verb.names == "urn" ? trace::EpcFormat::always_epc_urn : trace::EpcFormat::always_gs1_digital_link, repository.company_prefixes());
    c.io.out << (verb.format == "xml" ? OSETRA_TRY(trace::write_xml(document)) : trace::write_json(document) + "\n");
    if (after) c.io.err << fmt::format("There are more than these {}: --limit N or --all.\n", document.events.size());
    return Done{};
}

} // namespace osetra::app
