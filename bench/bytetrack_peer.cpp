// ByteTrack-cpp (MIT, github.com/Vertical-Beach/ByteTrack-cpp) as a program, for stocktake_peers: boxes in, tracks out. Not built with Osetra; with a checkout of theirs in B:
//     g++ -std=c++17 -O2 -I B/include -I /usr/include/eigen3 -o bytetrack bench/bytetrack_peer.cpp B/src/*.cpp
// In, of each frame: how many, then x y width height score of each. Out, of each frame: how many, then track x y width height of each.
#include <cstdio>
#include <iostream>
#include <vector>

#include "ByteTrack/BYTETracker.h"

int main() {
    byte_track::BYTETracker tracker{15, 30};
    for (std::size_t n = 0; std::cin >> n;) {
        std::vector<byte_track::Object> boxes;
        for (std::size_t i = 0; i < n; ++i) {
            float x = 0, y = 0, width = 0, height = 0, score = 0;
            std::cin >> x >> y >> width >> height >> score;
            boxes.emplace_back(byte_track::Rect<float>{x, y, width, height}, 0, score);
        }
        auto const tracks = tracker.update(boxes);
        std::printf("%zu\n", tracks.size());
        for (auto const& t : tracks) std::printf("%zu %g %g %g %g\n", t->getTrackId(), static_cast<double>(t->getRect().x()), static_cast<double>(t->getRect().y()), static_cast<double>(t->getRect().width()), static_cast<double>(t->getRect().height()));
    }
}
