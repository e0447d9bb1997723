#include "app/demo_quality.h"

#include <fmt/core.h>

#include "kernel/json.h"

namespace osetra::app::demo {

using namespace quality;
using std::chrono::seconds;

namespace {

constexpr char const *plant = "jiang.bo", *owner = "zhang.wei", *second = "ye.qin";
constexpr std::int64_t every_lots = 6, fails_every = 40;  // one lot in so many is tested; one sample in so many is out of bounds
constexpr int laboratory_days = 6;

} // namespace

template <class T> void DemoQuality::tell(T const& body, Instant happened, char const* author) { m_tell(T::kind, to_json(body), happened, author); }

void DemoQuality::open(Instant at, std::string const& site) {
    tell(ProgrammeFollowed{SiteId{site}, "eu_export", {}, {}}, at, owner);
    tell(InputReceived{"IO-2401", "Iodophor 10 %", "disinfectant", {"7553-56-2"}, "Delta Supplies (invented)", Milligrams{25'000'000}, {}, {}, {}}, at + seconds{60}, plant);
    tell(InputReceived{"FM-2402", "Formalin 37 %", "drug", {"50-00-0"}, "Delta Supplies (invented)", Milligrams{20'000'000}, 21, {}, {}}, at + seconds{120}, plant);
    tell(InputReceived{"EN-2403", "Enrofloxacin 5 %", "drug", {"93106-60-6"}, "Delta Supplies (invented)", Milligrams{2'000'000}, 45, {}, {}}, at + seconds{180}, plant);
}

void DemoQuality::lot(std::string const& lot, Instant at) {
    if (m_lots++ % every_lots != 0) return;
    auto const day = farm_day(at, FarmOffset{std::chrono::hours{8}});
    auto const year = std::stoll(text_of(day).substr(2, 2));
    if (year != m_year) { m_year = year; m_sample = 0; }
    auto const name = fmt::format("S{:02}-{:05}", year, ++m_sample);
    tell(SampleTaken{name, "lot", lot, "lot_release", {}, Milligrams{125'000}, 5, "East Lab (invented)", {}}, at + seconds{1'800}, plant);
    m_due.push_back({name, day + laboratory_days, ++m_failed % fails_every == 7});
}

void DemoQuality::results(Due const& due, Instant at) {
    auto const none = std::vector<std::string>(5, "absent");
    auto listeria = none;
    if (due.fails) listeria[2] = "present";
    std::vector<std::string> plates, coliforms;
    for (auto i = 0; i < 5; ++i) {
        plates.push_back(std::to_string(m_random.whole(2, 60) * 50));
        coliforms.push_back("<10");
    }
    auto const report = fmt::format("EL-{}", due.sample.substr(1));
    auto const of = [&](char const* analyte, std::vector<std::string> values, char const* unit, char const* method) {
        TestReported r;
        r.sample = due.sample;
        r.analyte = analyte;
        r.values = std::move(values);
        r.unit = unit;
        r.method = method;
        r.report = report;
        tell(r, at, plant);
        at += seconds{40};
    };
    of("listeria_25g", listeria, "in_25g", "GB 4789.30-2016");
    of("salmonella_25g", none, "in_25g", "GB 4789.4-2024");
    of("plate_count", plates, "cfu/g", "GB 4789.2-2022");
    of("coliforms", coliforms, "cfu/g", "GB 4789.3-2016");
    of("salt", {fmt::format("{:.2f}", m_random.between(3.2, 3.9))}, "g/100g", "GB 5009.44-2016");
    if (due.fails) m_failed_due.push_back({due.sample, due.on + 2, true});
}

void DemoQuality::one_day(FarmDay today, Instant morning) {
    while (!m_due.empty() && m_due.front().on <= today) {
        results(m_due.front(), morning + seconds{600});
        m_due.pop_front();
    }
    // The plates were mixed up, and a second person has seen it: released.
    while (!m_failed_due.empty() && m_failed_due.front().on <= today) {
        auto const hold = "TEST-" + m_failed_due.front().sample;
        tell(HoldDecided{hold, "release", "The laboratory mixed up two plates; five new units were without finding (its letter of the day after).", {}, true}, morning + seconds{3'600}, owner);
        tell(DecisionAgreed{hold, "Seen the laboratory's letter."}, morning + seconds{9'000}, second);
        m_failed_due.pop_front();
    }
}

} // namespace osetra::app::demo
