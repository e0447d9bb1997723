#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "trace/engine/lineage.h"

// What must be so in a chain of our own, beyond what the standard wants of an event: nothing comes out that did not go in, a tin is of
// one lot, its label says what its history says, and no permit is used up twice. Pure; what was told before comes from a Past.
namespace osetra::trace {

/// What earlier events say, found by names in any spelling.
class Past {
public:
    virtual ~Past() = default;
    struct Said {
        Tie tie = Tie::used;
        std::string other;                ///< of a process its bare id
        Time at = 0;
        std::int64_t what = 0;
        std::optional<double> quantity;
        std::string uom;
        Node const* event = nullptr;      ///< lives as long as the Past
        std::string event_id;
    };
    enum class End : std::uint8_t { from, to };
    /// Links of one kind: of what went out from the thing, or led to it.
    virtual std::vector<Said> said(std::string_view thing, Tie, End) = 0;
    virtual std::vector<Said> said_of_process(std::string_view id, Tie) = 0;
    /// Events that name this paper.
    virtual std::vector<Node const*> with_paper(std::string_view id) = 0;
    /// Values of master data of a place, a paper or a party, by the attribute's local name; of a place also of the one that it is part of.
    virtual std::vector<std::string> attribute(std::string_view id, std::string_view local) = 0;
};

/// What contradicts the chain, in this order; places are fields of the event. Refusals: more_out_than_in (mass, or heads where fish are
/// named; 0.5 % and a gram are what two scales may differ by), lot_overdrawn, tin_mixes_lots, tin_mixes_species, tin_without_lot,
/// fish_harvested_twice, salt_out_of_range (3 to 5 g/100 g, Codex CXS 291-2010), rubbing_too_long (900 s), container_open,
/// label_malformed, label_contradicts, permit_exceeded (where documents or master data tell the permit's amount).
std::vector<Refusal> check_chain(Node const& event, std::string_view event_id, Past&);

/// CITES label: species/source/country/year/plant/lot (Res. Conf. 12.7). Refusal: label_malformed.
struct CitesLabel {
    std::string species, source, country, year, plant, lot;
};
Result<CitesLabel> parse_cites_label(std::string_view);

} // namespace osetra::trace
