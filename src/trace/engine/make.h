#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/fact.h"
#include "kernel/id.h"
#include "kernel/time.h"
#include "trace/engine/event.h"
#include "trace/engine/naming.h"

// Events put together in the tree of event.h, as our facts tell them.
namespace osetra::trace {

inline constexpr std::string_view osetra_space = "https://osetra.example/voc/", gdst_space = "https://traceability-dialogue.org/epcis",
                                  cbvmda_space = "urn:epcglobal:cbv:mda:";
/// The name of a field that EPCIS does not define.
std::string field_name(std::string_view space, std::string_view name);
/// With the prefixes by which those fields are known, for a document that is written.
std::vector<Namespace> our_namespaces();

/// The name of the event that a fact tells as its `index`-th: telling again gives the same.
std::string event_id_of(FactId const&, int index);
/// 2026-03-14T08:02:00.000+08:00
std::string local_time(Instant, FarmOffset);
/// Kilograms as a decimal number, exact.
std::string kilograms(std::int64_t mg);

class EventMaker {
public:
    EventMaker(char const* type, std::string event_id, Instant happened_at, FarmOffset);

    EventMaker& action(char const* word);
    /// Words of CBV bare (shipping), those of others in full. An empty disposition is left out.
    EventMaker& why(std::string_view biz_step, std::string_view disposition);
    EventMaker& where(std::string const& read_point, std::string const& biz_location = {});
    EventMaker& thing(char const* list, std::string const& name);             ///< epcList, childEPCs, inputEPCList, outputEPCList
    EventMaker& amount(char const* list, std::string const& epc_class, std::string const& number, char const* unit = nullptr);
    EventMaker& parent(std::string const& name);
    EventMaker& transformation(std::string const& id);
    EventMaker& transaction(char const* type, std::string const& id);
    EventMaker& source(char const* type, std::string const& id);
    EventMaker& destination(char const* type, std::string const& id);
    EventMaker& certificate(std::string const& uri);
    enum class Kind : std::uint8_t { text, number, truth };
    EventMaker& birth(std::string_view space, char const* name, std::string_view value, Kind = Kind::text);   ///< into ilmd
    EventMaker& field(std::string_view space, char const* name, std::string_view value, Kind = Kind::text);
    /// A sensor's report as EPCIS names its parts: {"type", "https://gs1.org/voc/Count"}, {"value", "12"}.
    struct Part { char const* name; std::string value; bool number = false; };
    EventMaker& report(std::span<Part const> metadata, std::span<Part const> values);

    Node take() { return std::move(m_event); }

private:
    Node& list(char const* name);
    EventMaker& typed(char const* list_name, char const* name, char const* type, std::string_view space, std::string const& id);
    Node m_event;
};

/// The events of one fact, as our enterprise tells them: named after the fact, with the owner and the informant that GDST asks for.
struct OwnEvents {
    Fact const& fact;
    Naming const& names;
    FarmOffset offset;
    std::vector<Node> out = {};

    EventMaker event(char const* type) const;
    void add(EventMaker& made) { out.push_back(made.take()); }
};

/// The event once more, with the statement that it was wrong. reason: incorrect_data, did_not_occur.
Node declared_wrong(Node event, Instant declared_at, char const* reason, std::span<std::string const> corrective_ids);

} // namespace osetra::trace
