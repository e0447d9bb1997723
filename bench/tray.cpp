// How fast the tray camera is: a made-up tray of 2,000 eggs, and of other numbers. `tray_bench [EGGS...]`.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "quality/engine/tray.h"
#include "quality/engine/tray_render.h"

int main(int argc, char** argv) {
    using namespace osetra::quality;
    std::vector<long> numbers;
    for (int i = 1; i < argc; ++i) numbers.push_back(std::atol(argv[i]));
    if (numbers.empty()) numbers = {500, 2'000, 4'000};
    for (auto const eggs : numbers) {
        auto const picture = render_tray({.eggs = eggs, .seed = 77, .px_per_mm = 10, .mean_mm = 2.6});
        TrayQuestion question;
        question.px_per_mm = 10;
        double wall = 1e9, processor = 1e9;
        std::int64_t seen = 0;
        for (int times = 0; times < 5; ++times) {    // the best of five: others use the machine too
            auto const from = std::chrono::steady_clock::now();
            auto const clock = std::clock();
            auto const answer = measure_tray(picture.png, question);
            wall = std::min(wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count());
            processor = std::min(processor, static_cast<double>(std::clock() - clock) / CLOCKS_PER_SEC);
            if (answer) seen = answer->eggs;
        }
        std::printf("%ld eggs in %ld x %ld pixels: %ld seen, %.2f s, %.2f s of processor\n", eggs, static_cast<long>(picture.width), static_cast<long>(picture.height), static_cast<long>(seen), wall, processor);
    }
}
