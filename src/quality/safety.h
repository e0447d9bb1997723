#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

// The rules that goods are held against, as data (packs/rules/safety.yaml): what is tested, limits by market, sampling plans, substances that programmes forbid,
// when something is ripe. Every limit has its source. Pure.
namespace osetra::quality {

struct Word { std::string code, name_en, name_zh; };

struct Market : Word {
    std::vector<std::string> countries;          ///< ISO 3166
};

/// How a limit judges.
enum class Bound : std::uint8_t {
    absent,    ///< not to be found
    below,     ///< less than `most` (a reference point for action: at it is too much)
    at_most,   ///< no more than `most`
    range,     ///< from `least` to `most`
    at_least,  ///< no less than `least`
    classes    ///< of `n` units no more than `c` above `m`; none above `limit_m` where there is one (three classes)
};
struct Limit {
    std::string market;                          ///< "all": every market
    std::string product;                         ///< code of the product pack; empty: every product
    Bound bound{};
    double least = 0, most = 0, m = 0;
    std::optional<double> limit_m;
    std::int64_t n = 1, c = 0;
    std::string source;
};
/// In words for people: "< 0.5", "n=5 c=0 m=100".
std::string text_of(Limit const&);

struct Analyte : Word {
    std::string group;                           ///< residue | metal | microbe | composition
    std::string unit;
    std::vector<Limit> limits;
};
struct TestPlan : Word {
    std::vector<std::string> analytes;
    std::string every;                           ///< how often, in words: lot, pool_year
    std::int64_t units = 1, amount_g = 0;
};
struct Programme : Word {
    bool every_site = false;                     ///< law: nobody has to say that he follows it
};
struct Ban {
    std::string programme;                       ///< code of a programme
    bool limited = false;                        ///< allowed within bounds that `source` names: flagged, never a hold
    std::string source;
};
struct Substance {
    std::string cas, name_en, name_zh;
    std::vector<std::string> aliases;
    std::vector<Ban> bans;
};
/// When something of a product may be harvested for its purpose.
struct RipeRule {
    std::string product, purpose;
    std::string variety, name_en, name_zh;       ///< empty: of every one that has no rule of its own
    std::int64_t looked_days = 0;                ///< the stage was seen no longer ago; 0: no stage is asked
    struct Measure {
        std::string analyte, over;               ///< over: divided by that one
        std::optional<double> least, most;
        std::string name() const { return over.empty() ? analyte : analyte + "/" + over; }
    };
    std::vector<Measure> measures;               ///< of a sample of the block
    std::int64_t measured_days = 0;              ///< a sample speaks for loads of so many days
    std::int64_t fruits = 0;                     ///< fewer measured say nothing
    std::string source;
};

struct Safety {
    std::vector<Word> hold_reasons, input_uses;
    std::vector<Programme> programmes;
    std::vector<Market> markets;
    std::vector<Analyte> analytes;
    std::vector<TestPlan> plans;
    std::vector<Substance> substances;
    std::vector<RipeRule> ripe;

    Analyte const* find_analyte(std::string_view code) const;
    TestPlan const* find_plan(std::string_view code) const;
    Substance const* find_substance(std::string_view cas_or_name) const;   ///< letters of either case
    Market const* market_of(std::string_view country) const;               ///< nullptr: it has no rules here
    RipeRule const* ripe_rule(std::string_view product, std::string_view purpose) const;
    /// The floors that fruit of a variety is held to; nullptr: none are told for that product.
    RipeRule const* floors_of(std::string_view product, std::string_view variety) const;
    /// Programmes that every site works by, and those it has said it follows: what forbids a substance, or nothing.
    std::vector<Ban> bans_of(std::vector<std::string> const& substances, std::vector<std::string> const& programmes) const;
};
bool has(std::vector<Word> const&, std::string_view code);

/// Refusals: those of the file's reading (pack_...), pack_code_unknown, pack_value_type.
Result<Safety> read_safety(std::string_view yaml);
std::string_view safety_text();                  ///< that was built in
Safety const& safety();                          ///< the same, read; made once

/// A value as a laboratory writes it: 0.31, <0.5, >300, absent, present.
struct Value {
    double number = 0;
    enum class Mark : std::uint8_t { exact, less, more, absent, present } mark{};
};
/// Refusal: value_malformed.
Result<Value> parse_value(std::string_view);

/// What one unit of an amount is in another: ug/kg in mg/kg; nothing where they cannot be compared.
std::optional<double> unit_factor(std::string_view from, std::string_view to);

enum class Verdict : std::uint8_t { pass, fail, unclear };   ///< unclear: the method or the number of units cannot tell
std::string_view word_of(Verdict);
/// `factor`: what a value is times in the limit's unit.
Verdict verdict(Limit const&, std::span<Value const>, double factor);

/// A limit of a market and what the values are by it.
struct Judged { Limit const* limit = nullptr; Verdict verdict{}; };
/// By each limit that there is for the product; "all" is once there for every market. \pre the unit can be compared
std::vector<std::pair<std::string, Judged>> judged(Safety const&, Analyte const&, std::string_view product, std::vector<std::string> const& values, std::string_view unit);

} // namespace osetra::quality
