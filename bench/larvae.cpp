#include "larvae.h"

#include <fstream>
#include <map>
#include <sstream>
#include <vector>

namespace osetra::bench {

using namespace osetra::stocktake;

std::optional<Truth> larvae(std::filesystem::path const& folder, Labels labels) {
    std::ifstream in{folder / "tracks.csv"};
    if (!in) return {};
    constexpr std::size_t frames = 200, exchanged_from = 46;
    std::map<std::size_t, std::vector<TrueMark>> rows;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        std::vector<std::string> cell;
        std::istringstream cells{line};
        for (std::string c; std::getline(cells, c, ',');) cell.push_back(c);
        auto const frame = std::stoul(cell.at(1));
        auto id = std::stoll(cell.at(2));
        if (labels == Labels::put_right && frame >= exchanged_from && (id == 1 || id == 8)) id = 9 - id;
        rows[frame].push_back({id, {std::stod(cell.at(3)), std::stod(cell.at(4)), 0, 0, 1, 1}});
    }
    Truth t;
    t.scene = "larvae";
    t.frames_per_s = 1;
    t.frames.resize(frames);
    for (std::size_t i = 0; i < frames; ++i) t.frames[i].at_s = static_cast<double>(i);
    std::map<std::int64_t, std::pair<std::size_t, Mark>> last;
    for (auto const& [frame, marks] : rows)
        for (auto const& m : marks) {
            t.frames.at(frame).marks.push_back(m);
            if (auto const it = last.find(m.fish); it != last.end())
                for (auto k = it->second.first + 1; k < frame; ++k) {
                    auto const w = static_cast<double>(k - it->second.first) / static_cast<double>(frame - it->second.first);
                    auto const& from = it->second.second;
                    t.frames[k].marks.push_back({m.fish, {from.x * (1 - w) + m.mark.x * w, from.y * (1 - w) + m.mark.y * w, 0, 0, 1, 0}});
                }
            last[m.fish] = {frame, m.mark};
        }
    t.fish_count = std::ssize(last);
    return t;
}

} // namespace osetra::bench
