#pragma once
#include <string>
#include <vector>

#include "quality/blending/blending_sql.h"

// What people ask of goods and blends that are told.
namespace osetra::quality {

/// A lot and what is left of it.
struct GoodsNow {
    GoodsLot lot;
    LotTaken taken;
    std::string hold;                            ///< why nothing is made of it; empty: nothing bars it
    std::vector<std::string> blends;             ///< that took of it
    std::int64_t left_mg() const { return lot.amount_mg - taken.mg; }
    std::int64_t left_bags() const;              ///< \pre it has bags
};
/// Of one product, or of all where it is empty; in the order of their times.
std::vector<GoodsNow> goods_now(BlendStore&, std::string const& product);

/// The lots of which something is left and nothing bars it, as the sheet that blends read (sheets.h). `left_out`: lots that lack an attribute which more than half have, or a price.
struct GoodsSheet {
    std::string csv;
    std::vector<std::string> left_out;
};
GoodsSheet goods_sheet(std::vector<GoodsNow> const&, FarmDay today, FarmOffset);

/// {"goods": [...], "blends": [...], "outs": [...], "plans": [...]}, and with a product its sheet. Blends, what left and plans: the newest first.
std::string goods_json(BlendStore&, std::string const& product, Instant now, FarmOffset);

} // namespace osetra::quality
