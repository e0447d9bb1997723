#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/money.h"
#include "kernel/quantity.h"
#include "quality/engine/scheffe.h"

// Which lots to blend, and how many bags of each, so that the blend is as wished and cheapest (or nearest to the wish), or why that cannot be done.
namespace osetra::quality {

/// A lot that may go into a blend.
struct BlendLot {
    std::string lot;
    std::string kind;                            ///< cultivar, field ...: what meets in Scheffe's terms; may be empty
    UnitPrice price;
    Milligrams available_mg;
    std::optional<Milligrams> bag_mg;            ///< taken in whole bags; none: to the gram
    Milligrams least_mg{0};                      ///< where any of it is taken, so much at the least
    Milligrams must_mg{0};                       ///< so much is taken anyhow
    std::int64_t age_days = 0;
    std::vector<double> value;                   ///< of each attribute
    std::vector<double> error;                   ///< standard error of each; 0: taken as exact
};

/// What the blend shall be in one attribute.
struct BlendAim {
    std::string attribute;
    double low, target, high;                    ///< low <= target <= high
    double weight = 1;                           ///< how much being off the target counts, where the nearest is asked
    bool counted = true;                         ///< false: left to the confirmation panel, for it does not mix as anything known
    std::vector<Meeting> meetings;               ///< between kinds, numbered as in BlendWish::kinds
    double model_error = 0;                      ///< standard deviation of what past blends were off from the model
};

enum class BlendGoal : std::uint8_t { cheapest, nearest };

struct BlendWish {
    Milligrams amount_mg;                        ///< to be made
    double over = 0.02;                          ///< share of it that may be made more, for bags are whole
    BlendGoal goal = BlendGoal::cheapest;
    std::optional<std::int64_t> most_lots;
    double old_share = 0;                        ///< at least this share comes from lots of old_days or older
    std::int64_t old_days = 0;
    double surety = 0;                           ///< least probability that every attribute is within; 0: their best estimates are
    std::optional<Money> most_cost;
    std::vector<std::string> kinds;
    std::vector<BlendAim> aims;
    double seconds = 8;                          ///< of search
    double gap = 0.005;                          ///< stop within this share of the bound
};

struct BlendPart {
    std::size_t lot;                             ///< place in the list
    std::int64_t bags;                           ///< 0: loose
    Milligrams mg;
    Money cost;
};

struct BlendMean {
    double value;                                ///< of the blend, by what is known of its lots
    double error;                                ///< standard error of that
    double within;                               ///< probability of lying between low and high
    double saved_by_wider;                       ///< minor units saved, about, per unit that the limit it leans on gives way; 0: no limit holds it
    std::int8_t leans;                           ///< -1 on its low limit, 1 on its high one, 0 on none
};

struct Blend {
    std::vector<BlendPart> parts;                ///< greatest first
    Milligrams amount_mg;
    Money cost;
    std::vector<BlendMean> mean;                 ///< of each aim
    double within = 1;                           ///< probability that every counted attribute is within, errors independent of one another; exact
    double off = 0;                              ///< mean distance from the targets, 1: at the edge of the tolerance; weighed
    double old_share = 0;
    double bound = 0;                            ///< nothing that fits costs (nearest: is off) less, by the program that was solved
    double gap = 0;                              ///< how far above the bound, as a share
    bool bound_holds = true;                     ///< false: interactions are taken as straight lines round this blend, and the bound with them
};

/// A tolerance that has to give.
struct BlendGive {
    std::size_t aim;
    bool low_side;
    double by;                                   ///< the limit moves outwards by this
};

/// What came of it: a blend, or what stands in its way.
struct BlendAnswer {
    std::optional<Blend> blend;
    std::string obstacle;                        ///< stable word where there is no blend: stock, must, old, bags, lots, cost, surety, profile, time
    std::string why;                             ///< the sentence to it
    std::vector<BlendGive> together;             ///< the least giving that makes it possible, all at once
    std::vector<BlendGive> alone;                ///< each one that would do by itself
    std::optional<std::int64_t> lots_needed;     ///< with so many lots it could be done
};

/// Refusals: lots_none, aims_none, lot_twice, amount_wrong, attribute_count, value_missing (a value or error that is no number), limits_crossed, currency_mixed, kind_missing (an attribute whose kinds meet, and a lot of no kind).
Result<BlendAnswer> blend_lots(std::vector<BlendLot> const&, BlendWish const&);

/// From the cheapest blend to the one nearest to the profile: the least that can be off at each of `points` costs. Each point is a blend that can be taken.
Result<std::vector<Blend>> blend_curve(std::vector<BlendLot> const&, BlendWish const&, int points);

/// Tasters that a triangle test needs to find, 8 times in 10, a difference that three in ten can taste, at 5 %.
int confirming_tasters();

} // namespace osetra::quality
