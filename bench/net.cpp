// How many pictures of 1280x720 a second one core reads: own kernels of each kind, OpenCV's dnn on the same network, and the whole detector.
#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "stocktake/engine/detect.h"
#include "stocktake/engine/net.h"
#include "stocktake/engine/normalise.h"
#include "stocktake/engine/onnx.h"
#include "stocktake/engine/render.h"

namespace {

using namespace osetra::stocktake;

constexpr int height = 720, width = 1280;

Weights const& weights() {
    static auto const w = read_weights(weights_within("open")).value();
    return w;
}
cv::Mat const& picture() {
    static auto const p = render_still(StillKind::pond, 5, width, height, 400).bgr;
    return p;
}

void own_kernel(benchmark::State& state, Kernels const& kernels) {
    Net net{weights(), kernels};
    Light const light{picture()};
    std::vector<float> rows(static_cast<std::size_t>(height * width * picture_step));
    light.put({0, 0, width, height}, rows.data(), width * picture_step);
    auto const put = [&](int y, float* to) { std::copy_n(rows.data() + y * width * picture_step, width * picture_step, to); };
    auto const take = [&](int, float const* heads) { benchmark::DoNotOptimize(heads); };
    for (auto _ : state) net.run(height, width, put, take);
    state.SetItemsProcessed(state.iterations());
}

void opencv_dnn(benchmark::State& state) {
    auto const onnx = write_onnx(weights(), height, width);
    auto net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    int const shape[] = {1, picture_channels, height, width};
    cv::Mat const input(4, shape, CV_32F, cv::Scalar::all(0.5));
    for (auto _ : state) {
        net.setInput(input);
        benchmark::DoNotOptimize(net.forward().data);
    }
    state.SetItemsProcessed(state.iterations());
}

void whole_detector(benchmark::State& state) {
    Detector const detector{weights()};
    DetectOptions options;
    options.scale = 1;
    for (auto _ : state) benchmark::DoNotOptimize(detector.detect(picture(), options));
    state.SetItemsProcessed(state.iterations());
}

} // namespace

int main(int count, char** words) {
    cv::setNumThreads(1);
    for (auto const& k : kernels_here()) benchmark::RegisterBenchmark(("network, own kernel " + std::string{k.name}).c_str(), own_kernel, k)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("network, OpenCV dnn", opencv_dnn)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("whole detector", whole_detector)->Unit(benchmark::kMillisecond);
    benchmark::Initialize(&count, words);
    benchmark::RunSpecifiedBenchmarks();
}
