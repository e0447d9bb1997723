#include <algorithm>
#include <fmt/core.h>

#include "farm/answer_parts.h"
#include "farm/events.h"
#include "farm/farm_sql.h"
#include "trace/engine/make.h"
#include "trace/identity_sql.h"

namespace osetra::farm {
namespace {

using store::arg;
using trace::EventMaker;

std::string thousandths(std::int64_t n) { return fmt::format("{}{}.{:03}", n < 0 ? "-" : "", std::abs(n) / 1000, std::abs(n) % 1000); }

/// One event a day: where the fish was, what the water was like, what it weighed.
trace::Node day_event(FishId fish, Stay const& stay, PoolDay const& day, std::optional<Estimate> const& weight, std::string const& place, trace::Naming const& names, FarmOffset offset) {
    static Uuid const space = named_uuid(Uuid{}, "https://osetra.example/voc/fish-day");
    auto const from = std::max(start_of(day.day, offset), stay.from_at);
    auto const to = std::min(end_of(day.day, offset), stay.to_at);
    EventMaker made{"ObjectEvent", "urn:uuid:" + named_uuid(space, pit_tag_text(fish) + "/" + text_of(day.day)).text(), to, offset};
    made.action("OBSERVE").thing("epcList", names.fish(fish)).why("sensor_reporting", "active").where(place, place);
    EventMaker::Part const when[] = {{"startTime", trace::local_time(from, offset)}, {"endTime", trace::local_time(to, offset)}};
    if (auto const warm = day.temperature_mc()) {
        EventMaker::Part const parts[] = {{"type", "https://gs1.org/voc/Temperature"}, {"meanValue", thousandths(*warm), true}, {"uom", "CEL"}};
        made.report(when, parts);
    }
    if (day.oxygen_ug_l) {   // dissolved oxygen, by its InChI key
        EventMaker::Part const parts[] = {{"type", "https://gs1.org/voc/MassConcentration"}, {"chemicalSubstance", "https://identifiers.org/inchikey:MYMOFIZGZYHOMD-UHFFFAOYSA-N"},
                                          {"minValue", thousandths(*day.oxygen_ug_l), true}, {"uom", "M1"}};
        made.report(when, parts);
    }
    if (weight) {
        EventMaker::Part const parts[] = {{"type", "https://gs1.org/voc/Mass"}, {"value", trace::kilograms(weight->value), true}, {"minValue", trace::kilograms(weight->low), true},
                                          {"maxValue", trace::kilograms(weight->high), true}, {"uom", "KGM"}};
        made.report(when, parts);
    }
    return made.take();
}

} // namespace

Result<std::string> history_epcis(Reader& reader, FishId tag, std::optional<FarmDay> from, std::optional<FarmDay> to, Instant now) {
    auto const fish = reader.fish_by_tag(tag);
    if (!fish) return refuse("fish_not_found", "No fish carries the tag " + pit_tag_text(tag) + ".", "fish");
    trace::IdentityStore numbers{reader.db(), reader.enterprise()};
    numbers.only_read(true);
    auto const identity = numbers.told();
    if (!identity) return refuse("identity_missing", "The company has not said who it is among its partners: osetra identity --company-prefix ...", "identity");
    trace::Naming const names{*identity, numbers};

    trace::Document document;
    document.creation_date = trace::local_time(now, reader.offset());
    document.namespaces = trace::our_namespaces();
    std::vector<PoolRegistered> pools;
    std::vector<SiteRegistered> sites;
    for (auto const& stay : reader.stays(*fish)) {
        auto const* pool = reader.pool(stay.pool);
        if (pool && std::none_of(pools.begin(), pools.end(), [&](auto const& p) { return p.pool == pool->pool; })) {
            pools.push_back(*pool);
            if (auto const* site = reader.site(pool->site.text); site && std::none_of(sites.begin(), sites.end(), [&](auto const& s) { return s.site == site->site; })) sites.push_back(*site);
        }
        auto const place = names.pool(pool ? pool->site.text : "", stay.pool);
        auto first = farm_day(stay.from_at, reader.offset());
        auto last = farm_day(std::min(stay.to_at, now), reader.offset());
        if (from) first = std::max(first, *from);
        if (to) last = std::min(last, *to);
        for (auto const& day : reader.db().rows<PoolDay>(sql::all[sql::days], arg("enterprise", reader.enterprise()), arg("pool", stay.pool), arg("from", first), arg("to", last))) {
            auto const leaves_today = stay.to_at != forever && day.day == farm_day(stay.to_at, reader.offset());
            if (leaves_today && stay.went != Went::died && stay.went != Went::escaped && stay.went != Went::harvested) continue;   // the day is told of where it was at its end
            document.events.push_back(day_event(*fish, stay, day, weight_on(reader, stay, day.day), place, names, reader.offset()));
        }
    }
    document.vocabularies = place_vocabularies(sites, pools, names);
    return trace::write_json(document);
}

} // namespace osetra::farm
