#pragma once
#include <vector>

namespace osetra::stocktake {

/// A body that was followed: mean logit of its marks' scores, and for how many looks.
struct Evident {
    double evidence = 0, looks = 1;
};

/// The share of all bodies that are evident enough to be followed. Bodies of one water differ in how plainly they show, about normally; those that show too little are never begun, so what is
/// followed is the upper part of that normal, cut off softly a little above the logit of the score that begins a track. Its middle and spread are found by maximum likelihood (weakly held to
/// what is usual), and the part below the cut is reckoned from them. Nobody followed: 1.
double share_evident(std::vector<Evident> const&, double begins_at_score);

} // namespace osetra::stocktake
