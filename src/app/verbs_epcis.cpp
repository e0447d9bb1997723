#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "app/verbs.h"
#include "kernel/fault.h"
#include "kernel/json.h"
#include "trace/engine/hash.h"
#include "trace/engine/spelling.h"
#include "trace/engine/validate.h"

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
            auto const hash = trace::event_hash(event, document.not_hashed);
            auto const text = verb.pre_hash ? trace::pre_hash(event, document.not_hashed) : std::string{};
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
        auto const xml = verb.to.empty() ? document.json : verb.to == "xml";
        if (!verb.names.empty()) {
            trace::CompanyPrefixes own;
            for (auto const& prefix : verb.company_prefixes) OSETRA_TRY(own.add(prefix));
            trace::spell(document, verb.names == "urn" ? trace::EpcFormat::always_epc_urn : trace::EpcFormat::always_gs1_digital_link, trace::prefixes_seen(document, own));
        }
        auto const text = xml ? OSETRA_TRY(trace::write_xml(document)) : trace::write_json(document) + "\n";
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

} // namespace osetra::app
