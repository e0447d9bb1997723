// How fast the web of links is walked: lineage_bench DATABASE|private [--cohorts N] [--questions N]
// DATABASE is a path (filled when it is new), postgresql://..., or "private" for a PostgreSQL of its own. A cohort is 200 fish; each
// gives a carcass, roe, a lot of caviar, 40 tins and two cases; pallets of 20 cases are shipped and received. 300 cohorts: 2.9 million
// things, 5.3 million edges. A JSON line for each kind of question, wall clock and the thread's processor time.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "measure.h"
#include "store/db.h"
#include "store/migrate.h"
#include "trace/trace_answer.h"

using namespace osetra;
using bench::quantile;
using bench::resident_mb;
using bench::thread_ms;
using std::string;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int fish_a_cohort = 200, tins_a_fish = 40, tins_a_case = 20, cases_a_pallet = 20;

struct Options {
    string where;
    long cohorts = 300, questions = 2'000;
};

string padded(std::int64_t n, int width) {
    auto text = std::to_string(n);
    return string(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, width - std::ssize(text))), '0') + text;
}
string cohort(std::int64_t n) { return "urn:epc:class:lgtin:9521234.000001.H" + padded(n, 5); }
string fish(std::int64_t n) { return "urn:epc:id:giai:9521234.F" + padded(n, 9); }
string lot(char const* item, std::int64_t n) { return "urn:epc:class:lgtin:9521234." + string{item} + ".L" + padded(n, 9); }
string tin(std::int64_t n, int i) { return "urn:epc:id:sgtin:9521234.003333." + padded(n * tins_a_fish + i, 10); }
string box(std::int64_t n) { return "urn:epc:id:sscc:9521234." + padded(n, 10); }
string pallet(std::int64_t n) { return "urn:epc:id:sscc:9521234." + padded(5'000'000'000 + n, 10); }
string salt(std::int64_t n) { return "urn:epc:class:lgtin:9529999.000077.S" + padded(n / 500, 5); }

/// Documents of the chain, a cohort each.
class Chain {
public:
    string document(std::int64_t c) {
        m_out = R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/voc/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z","epcisBody":{"eventList":[)";
        m_first = true;
        m_minute = c * 2'000;
        string all;
        auto const from = c * fish_a_cohort;
        for (int i = 0; i < fish_a_cohort; ++i) all += (i ? ",\"" : "\"") + fish(from + i) + '"';
        event("ObjectEvent", "urn:gdst:bizStep:hatching", R"("action":"ADD","quantityList":[{"epcClass":")" + cohort(c) + R"(","quantity":200}],"ilmd":{"osetra:species":"BAE","osetra:sire":"urn:epc:id:giai:9521234.S)" + padded(c % 40, 4) + R"("})", "HATCH");
        event("TransformationEvent", "creating_class_instance", R"("inputQuantityList":[{"epcClass":")" + cohort(c) + R"(","quantity":200}],"outputEPCList":[)" + all + "]", ("P-" + padded(c % 160, 4)).c_str());
        for (int i = 0; i < fish_a_cohort; ++i) one_fish(from + i);
        auto const boxes = fish_a_cohort * tins_a_fish / tins_a_case;
        for (int p = 0; p < boxes / cases_a_pallet; ++p) one_pallet(c * (boxes / cases_a_pallet) + p);
        return m_out + "]}}";
    }

private:
    void event(char const* type, char const* step, string const& more, char const* place) {
        using namespace std::chrono;
        m_out += (m_first ? "" : ",") + string{R"({"type":")"} + type + R"(","eventTime":")" + text_of(Instant{sys_days{January / 5 / 2016}} + minutes{m_minute++}) + R"(","eventTimeZoneOffset":"+00:00","bizStep":")" + step +
                 R"(","readPoint":{"id":"urn:epc:id:sgln:9521234.00001.)" + place + R"("},)" + more + '}';
        m_first = false;
    }
    static string kg(string const& what, char const* quantity) { return R"({"epcClass":")" + what + R"(","quantity":)" + quantity + R"(,"uom":"KGM"})"; }
    void one_fish(std::int64_t n) {
        auto const process = R"("transformationID":"urn:uuid:00000000-0000-4000-8000-)" + padded(n, 12) + '"';
        event("TransformationEvent", "urn:gdst:bizStep:farmHarvest", R"("inputEPCList":[")" + fish(n) + "\"]," + process, "KILL");
        event("TransformationEvent", "urn:gdst:bizStep:farmHarvest", R"("outputQuantityList":[)" + kg(lot("001111", n), "1.2") + "," + kg(lot("001199", n), "17.5") + "]," + process, "ROE");
        event("TransformationEvent", "commissioning", R"("inputQuantityList":[)" + kg(lot("001111", n), "1.2") + "," + kg(salt(n), "0.04") + R"(],"outputQuantityList":[)" + kg(lot("002222", n), "1.23") + R"(],"ilmd":{"osetra:species":"BAE","osetra:grade":"A","osetra:citesLabel":"BAE/C/CN/2016/CN-ZJ-0007/L)" + padded(n, 9) + R"("})", "SALT");
        string tins;
        for (int i = 0; i < tins_a_fish; ++i) tins += (i ? ",\"" : "\"") + tin(n, i) + '"';
        event("TransformationEvent", "commissioning", R"("inputQuantityList":[)" + kg(lot("002222", n), "1.2") + R"(],"outputEPCList":[)" + tins + R"(],"ilmd":{"osetra:netMass":{"osetra:value":30,"osetra:uom":"GRM"}})", "TIN");
        for (int b = 0; b < tins_a_fish / tins_a_case; ++b) {
            string inside;
            for (int i = 0; i < tins_a_case; ++i) inside += (i ? ",\"" : "\"") + tin(n, b * tins_a_case + i) + '"';
            event("AggregationEvent", "packing", R"("action":"ADD","disposition":"container_closed","parentID":")" + box(n * (tins_a_fish / tins_a_case) + b) + R"(","childEPCs":[)" + inside + "]", "PACK");
        }
    }
    void one_pallet(std::int64_t n) {
        string inside;
        for (int i = 0; i < cases_a_pallet; ++i) inside += (i ? ",\"" : "\"") + box(n * cases_a_pallet + i) + '"';
        event("AggregationEvent", "packing", R"("action":"ADD","disposition":"container_closed","parentID":")" + pallet(n) + R"(","childEPCs":[)" + inside + "]", "PACK");
        auto const of = R"("action":"OBSERVE","epcList":[")" + pallet(n) + "\"]";
        event("ObjectEvent", "shipping", of + R"(,"destinationList":[{"type":"owning_party","destination":"urn:epc:id:pgln:9528765.0000)" + std::to_string(n % 10) + R"("}])", "DOOR");
        event("ObjectEvent", "receiving", of, "DOOR");
    }
    string m_out;
    bool m_first = true;
    std::int64_t m_minute = 0;
};

void fill(store::Db& db, Options const& o) {
    trace::Repository repository{db, 1};
    Chain chain;
    auto const begin = Clock::now();
    long events = 0;
    for (long c = 0; c < o.cohorts; ++c) {
        auto const document = trace::read_json(chain.document(c));
        if (!document) throw std::runtime_error(document.error().message);
        store::Transaction all{db};
        for (auto const& one : repository.capture(*document, trace::Teller::foreign, trace::OnError::rollback, Instant{std::chrono::sys_days{std::chrono::March / 2 / 2026}}))
            if (one.outcome != trace::Captured::Outcome::accepted) throw std::runtime_error(one.refusal.code + " at " + one.refusal.at + ": " + one.refusal.message);
        all.commit();
        events += std::ssize(document->events);
    }
    std::printf(R"({"measure":"filled","events":%ld,"seconds":%.0f,"resident_mb":%ld})" "\n", events, std::chrono::duration<double>(Clock::now() - begin).count(), resident_mb());
    std::fflush(stdout);
}

void ask(store::Db& db, Options const& o) {
    trace::LineageStore web{db, 1};
    trace::Repository repository{db, 1};
    std::uint64_t state = 11;
    auto const any = [&](std::int64_t n) { return static_cast<std::int64_t>((state = state * 6364136223846793005U + 1442695040888963407U) >> 33U) % n; };
    auto const fishes = o.cohorts * fish_a_cohort;
    using trace::Direction;
    struct Kind { char const* name; long questions; std::function<string()> thing; Direction direction; bool whole; };
    std::vector<Kind> const kinds{
        {"tin to origin", o.questions, [&] { return tin(any(fishes), static_cast<int>(any(tins_a_fish))); }, Direction::up, false},
        {"fish to everything", o.questions, [&] { return fish(any(fishes)); }, Direction::down, false},
        {"pallet to origins of all in it", o.questions / 20, [&] { return pallet(any(fishes * tins_a_fish / tins_a_case / cases_a_pallet)); }, Direction::up, false},
        {"a cohort's recall", o.questions / 20, [&] { return cohort(any(o.cohorts)); }, Direction::down, false},
        {"tin to origin, the whole answer as JSON", o.questions, [&] { return tin(any(fishes), 3); }, Direction::up, true},
        {"fish to everything, the whole answer as JSON", o.questions / 4, [&] { return fish(any(fishes)); }, Direction::down, true},
        {"a cohort's recall, the whole answer as JSON", o.questions / 100, [&] { return cohort(any(o.cohorts)); }, Direction::down, true},
    };
    for (auto const& kind : kinds) {
        std::vector<double> ms, processor;
        std::size_t things = 0;
        for (long i = 0; i < std::max(kind.questions, 10L); ++i) {
            auto const name = kind.thing();
            auto const begin = Clock::now();
            auto const used = thread_ms();
            if (kind.whole) {
                auto const answer = trace::trace_of(web, repository, {name, kind.direction == Direction::up ? "up" : "down", {}, 20'000});
                if (!answer) throw std::runtime_error(answer.error().message);
                things += answer->nodes.size();
                if (to_json(*answer).empty()) return;
            } else {
                trace::Ask question;
                question.direction = kind.direction;
                things += trace::walk(web, web.find(name).value(), question).things.size();
            }
            ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
            processor.push_back(thread_ms() - used);
        }
        std::printf(R"({"measure":"walk","asked":"%s","things":%.0f,"median_ms":%.3f,"p99_ms":%.3f,"median_processor_ms":%.3f,"p99_processor_ms":%.3f})" "\n", kind.name,
                    static_cast<double>(things) / static_cast<double>(ms.size()), quantile(ms, 0.5), quantile(ms, 0.99), quantile(processor, 0.5), quantile(processor, 0.99));
        std::fflush(stdout);
    }
    std::printf(R"({"measure":"memory","resident_mb":%ld})" "\n", resident_mb());
}

} // namespace

int main(int count, char** words) {
    Options o;
    for (int i = 1; i < count; ++i) {
        auto const is = [&](char const* name) { return std::strcmp(words[i], name) == 0 && i + 1 < count; };
        if (is("--cohorts")) o.cohorts = std::atol(words[++i]);
        else if (is("--questions")) o.questions = std::atol(words[++i]);
        else o.where = words[i];
    }
    if (o.where.empty()) {
        std::fprintf(stderr, "lineage_bench DATABASE|private [--cohorts N] [--questions N]\n");
        return 2;
    }
    o.where = bench::database(o.where);
    try {
        auto const db = store::open(o.where);
        store::migrate(*db);
        if (trace::Repository{*db, 1}.last_no() == 0) fill(*db, o);
        if (db->engine() == store::Db::Engine::postgres) db->script("ANALYZE");   // which autovacuum does within a minute or so
        ask(*db, o);
    } catch (std::exception const& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
