// How fast events are captured and found: repository_bench DATABASE [--events N] [--document N] [--every N] [--questions N]
// DATABASE is a path, which should not exist yet, or postgresql://... (an empty database), or "private" for a PostgreSQL of its own.
// --events 0 only asks a database that was filled before. repository_bench document [--document N]: one of the documents, for peers.
// One thread, from JSON text to commit: reading, checking, hashing, duplicates, every index. A JSON line for each --every events, and
// one for each kind of question.
#include <sys/time.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "caviar.h"
#include "measure.h"
#include "store/db.h"
#include "store/migrate.h"
#include "trace/trace.h"

using namespace osetra;
using bench::Caviar;
using bench::quantile;
using bench::resident_mb;
using bench::processor_s;
using bench::thread_ms;
using Clock = std::chrono::steady_clock;

namespace {

struct Options {
    std::string where;
    long events = 1'200'000, document = 10'000, every = 100'000, questions = 1'000;
};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void capture(store::Db& db, Caviar& company, Options const& o, std::function<void(std::int64_t fishes)> const& ask) {
    trace::Repository repository{db, 1};
    double spent = 0, processor = 0, bytes = 0, worst = 0;
    long done = 0, marked = 0;
    auto const now = std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now());
    while (done < o.events) {
        auto const json = company.document(static_cast<int>(o.document));
        auto const begin = Clock::now();
        auto const used = processor_s();
        auto const document = trace::read_json(json);
        if (!document) throw std::runtime_error(document.error().message);
        store::Transaction all{db};
        for (auto const& one : repository.capture(*document, trace::Teller::foreign, trace::OnError::rollback, now))
            if (one.outcome != trace::Captured::Outcome::accepted) throw std::runtime_error(one.refusal.code + " at " + one.refusal.at + ": " + one.refusal.message);
        all.commit();
        auto const took = seconds_since(begin);
        worst = std::max(worst, took);
        spent += took;
        processor += processor_s() - used;
        bytes += static_cast<double>(json.size());
        done += o.document;
        marked += o.document;
        if (marked < o.every && done < o.events) continue;
        std::printf(R"({"measure":"capture","events":%ld,"rate":%.0f,"rate_by_processor_time":%.0f,"slowest_document_s":%.2f,"bytes_an_event":%.0f,"resident_mb":%ld})" "\n", done,
                    static_cast<double>(marked) / spent, static_cast<double>(marked) / processor, worst, bytes / static_cast<double>(marked), resident_mb());
        std::fflush(stdout);
        spent = processor = bytes = worst = 0;
        marked = 0;
        if (o.questions > 0 && (done == 1'200'000 || done >= o.events)) ask(company.fishes() - 1);
    }
}

void ask(store::Db& db, std::int64_t fishes, Options const& o) {
    trace::Repository repository{db, 1};
    std::uint64_t state = 5;
    auto const any_fish = [&] { return 1 + static_cast<std::int64_t>((state = state * 6364136223846793005U + 1442695040888963407U) >> 33U) % (fishes - 1); };
    using Asked = std::vector<trace::Parameter>;
    struct Kind { char const* name; std::function<Asked()> question; };
    auto const link = [](std::string const& urn) { return trace::to_digital_link(urn).value_or(urn); };
    std::vector<Kind> const kinds{
        {"MATCH_epc, one tin, as a link", [&] { return Asked{{"MATCH_epc", {link(Caviar::tin(any_fish(), 7))}}}; }},
        {"MATCH_anyEPC, one fish", [&] { return Asked{{"MATCH_anyEPC", {Caviar::fish(any_fish())}}}; }},
        {"MATCH_anyEPCClass, one lot", [&] { return Asked{{"MATCH_anyEPCClass", {Caviar::lot(any_fish(), 'C')}}}; }},
        {"MATCH_anyEPC, ten cases", [&] { Asked q{{"MATCH_anyEPC", {}}}; for (int i = 0; i < 10; ++i) q[0].values.push_back(Caviar::box(any_fish(), 1)); return q; }},
        {"EQ_bizStep", [&] { return Asked{{"EQ_bizStep", {any_fish() % 2 ? "shipping" : "inspecting"}}}; }},
        {"EQ_readPoint, a pool", [&] { return Asked{{"EQ_readPoint", {Caviar::pool(any_fish())}}}; }},
        {"EQ_readPoint and EQ_bizStep", [&] { return Asked{{"EQ_readPoint", {Caviar::pool(any_fish())}}, {"EQ_bizStep", {"inspecting"}}}; }},
        {"EQ_bizTransaction_po", [&] { return Asked{{"EQ_bizTransaction_po", {"urn:epc:id:gdti:9528765.00001.PO" + std::to_string(1'000'000 + any_fish() / 8).substr(1)}}}; }},
        {"EQ_bizStep, a day of event time", [&] {
             auto const from = Instant{std::chrono::sys_days{std::chrono::January / 5 / 2016}} + std::chrono::minutes{any_fish() * 4};
             return Asked{{"EQ_bizStep", {"shipping"}}, {"GE_eventTime", {text_of(from)}}, {"LT_eventTime", {text_of(from + std::chrono::hours{24})}}}; }},
        {"a day of event time", [&] {
             auto const from = Instant{std::chrono::sys_days{std::chrono::January / 5 / 2016}} + std::chrono::minutes{any_fish() * 4};
             return Asked{{"GE_eventTime", {text_of(from)}}, {"LT_eventTime", {text_of(from + std::chrono::hours{24})}}}; }},
        {"EQ_bizStep, orderBy eventTime", [&] { return Asked{{"EQ_bizStep", {any_fish() % 2 ? "receiving" : "packing"}}, {"orderBy", {"eventTime"}}}; }},
        {"MATCH_anyEPC, orderBy eventTime ASC", [&] { return Asked{{"MATCH_anyEPC", {Caviar::fish(any_fish())}}, {"orderBy", {"eventTime"}}, {"orderDirection", {"ASC"}}}; }},
    };
    for (auto const& kind : kinds) {
        std::vector<double> ms, processor_ms;
        long events = 0;
        for (long i = 0; i < o.questions; ++i) {
            auto const parameters = kind.question();
            auto const begin = Clock::now();
            auto const used = thread_ms();
            auto const query = trace::parse_query(parameters, {}, repository.master_data());
            if (!query) throw std::runtime_error(query.error().message);
            auto const page = repository.events(*query, 30);
            if (!page) throw std::runtime_error(page.error().message);
            ms.push_back(seconds_since(begin) * 1'000);
            processor_ms.push_back(thread_ms() - used);
            events += std::ssize(page->events);
        }
        std::printf(R"({"measure":"question","asked":"%s","median_ms":%.3f,"p99_ms":%.3f,"p99_processor_ms":%.3f,"events_a_page":%.1f})" "\n", kind.name, quantile(ms, 0.5), quantile(ms, 0.99), quantile(processor_ms, 0.99),
                    static_cast<double>(events) / static_cast<double>(o.questions));
        std::fflush(stdout);
    }
    std::printf(R"({"measure":"memory","resident_mb":%ld})" "\n", resident_mb());
}

} // namespace

int main(int count, char** words) {
    Options o;
    for (int i = 1; i < count; ++i) {
        auto const is = [&](char const* name) { return std::strcmp(words[i], name) == 0 && i + 1 < count; };
        if (is("--events")) o.events = std::atol(words[++i]);
        else if (is("--document")) o.document = std::atol(words[++i]);
        else if (is("--every")) o.every = std::atol(words[++i]);
        else if (is("--questions")) o.questions = std::atol(words[++i]);
        else o.where = words[i];
    }
    if (o.where == "document") {   // for peers: the same events as a file
        std::fputs(Caviar{7}.document(static_cast<int>(o.document)).c_str(), stdout);
        return 0;
    }
    if (o.where.empty()) {
        std::fprintf(stderr, "repository_bench DATABASE|private|document [--events N] [--document N] [--every N] [--questions N]\n");
        return 2;
    }
    o.where = bench::database(o.where);
    try {
        auto const db = store::open(o.where);
        store::migrate(*db);
        if (o.events == 0) {   // what another run has filled
            ask(*db, trace::Repository{*db, 1}.last_no() / Caviar::events_a_fish - 1, o);
            return 0;
        }
        Caviar company{7};
        capture(*db, company, o, [&](std::int64_t fishes) { ask(*db, fishes, o); });
    } catch (std::exception const& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
