#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/result.h"
#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

/// A photograph whose visible bodies a person marked.
struct MarkedPicture {
    std::string path;
    std::string group;                          ///< the session or tub it comes from
    int width = 0, height = 0;                  ///< pixels
    Marks marks;                                ///< middle and diagonal of the boxes drawn; nobody knows the axis (0)
    std::optional<std::int64_t> physical;       ///< bodies that truly are there, seen or not
    std::int64_t labelled = 0;                  ///< bodies marked
    std::string quality;                        ///< good; noisy: to learn from, not to be measured by
};

/// A folder with images/, counts.csv (image,width,height,group,physical_count,labelled_count,label_quality) and points.csv (image,x,y,w,h: middle and size of a box in pixels), in
/// the order of counts.csv.
/// Refusals: pictures_missing (a file that is not there), pictures_malformed (with file and row).
Result<std::vector<MarkedPicture>> read_pictures(std::string const& folder);

} // namespace osetra::stocktake
