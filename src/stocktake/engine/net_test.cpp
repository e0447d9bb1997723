#include "stocktake/engine/net.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/dnn.hpp>

#include "stocktake/engine/detect.h"
#include "stocktake/engine/onnx.h"
#include "stocktake/engine/render_dice.h"

namespace osetra::stocktake {
namespace {

/// The layers with numbers drawn so that planes neither die out nor run away.
Weights drawn(std::uint64_t seed) {
    Dice dice{seed};
    Weights w;
    w.name = "drawn";
    w.layers = network_layers();
    for (auto& l : w.layers) {
        if (l.kind != LayerKind::convolve) continue;
        auto const inputs = l.in * l.kernel * l.kernel;
        for (int i = 0; i < l.out * inputs; ++i) l.weight.push_back(dice.normal() * std::sqrt(2.0f / static_cast<float>(inputs)));
        for (int i = 0; i < l.out; ++i) l.bias.push_back(dice.uniform(-0.2f, 0.2f));
    }
    return w;
}

float value(int y, int x, int c) { return std::sin(static_cast<float>(y * 7 + x * 3 + c * 11)) + std::cos(static_cast<float>(x * y % 61)); }

struct Heads {
    int height = 0, width = 0;
    std::vector<float> data;
    float const* at(int y, int x) const { return data.data() + (y * width + x) * head_count; }
    std::vector<float> said(int y, int x) const { return {at(y, x), at(y, x) + head_count}; }
};

template <class Value> Heads run(Net& net, int height, int width, Value const& value) {
    Heads out{height / 2, width / 2, std::vector<float>(static_cast<std::size_t>(height * width / 4 * head_count))};
    auto const put = [&](int y, float* to) {
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < picture_channels; ++c) to[x * picture_step + c] = value(y, x, c);
    };
    auto const take = [&](int y, float const* heads) {
        for (int x = 0; x < out.width; ++x) std::copy_n(heads + x * 16, +head_count, out.data.data() + (y * out.width + x) * head_count);
    };
    net.run(height, width, put, take);
    return out;
}
Heads run(Net& net, int height, int width) { return run(net, height, width, value); }

TEST(Weights, AreReadAsWritten) {
    auto w = drawn(3);
    w.recipe = "seed 3, nothing learnt";
    w.threshold = 0.35;
    auto const bytes = write_weights(w);
    auto const again = read_weights(bytes);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->name, "drawn");
    EXPECT_EQ(again->recipe, w.recipe);
    EXPECT_EQ(again->threshold, 0.35);
    ASSERT_EQ(again->layers.size(), w.layers.size());
    EXPECT_NEAR(again->layers[0].weight[5], w.layers[0].weight[5], 1e-3);
    EXPECT_EQ(again->layers[0].bias, w.layers[0].bias);
    EXPECT_EQ(again->sha256.size(), 64u);
}

TEST(Weights, ThatAreNoneAreRefused) {
    auto const good = write_weights(drawn(4));
    auto changed = good;
    changed[changed.size() / 2] ^= 1;
    for (auto const& bad : {std::string{}, std::string{"PNG"}, good.substr(0, good.size() - 1), good + "x", changed}) {
        auto const read = read_weights(bad);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, "model_malformed");
    }
    EXPECT_EQ(Detector::load("no such model").error().code, "model_unknown");
}

TEST(Weights, FromBeforeThePastWasToldPayItNoHeed) {
    auto w = drawn(8);
    auto& first = w.layers.front();
    first.in = 3;
    first.weight.resize(static_cast<std::size_t>(first.out * 3 * 9));
    auto const read = read_weights(write_weights(w));
    ASSERT_TRUE(read) << read.error().message;
    Net net{*read};
    auto const changed = [](int y, int x, int c) { return c == 4 ? 3 : value(y, x, c); };
    EXPECT_EQ(run(net, 64, 64).said(5, 5), run(net, 64, 64, changed).said(5, 5));
}

TEST(Net, AllKernelsSayTheSame) {
    auto const w = drawn(5);
    Net plain{w, kernels_scalar()};
    auto const expected = run(plain, 80, 432);
    for (auto const& k : kernels_here()) {
        Net net{w, k};
        auto const got = run(net, 80, 432);
        auto worst = 0.0f;
        for (int y = 0; y < got.height; ++y)
            for (int x = 0; x < got.width; ++x)
                for (int c = 0; c < head_count; ++c) worst = std::max(worst, std::abs(got.at(y, x)[c] - expected.at(y, x)[c]) / (1 + std::abs(expected.at(y, x)[c])));
        EXPECT_LT(worst, 1e-4f) << k.name;
    }
}

TEST(Net, SaysWhatOpenCvSaysOfItsOnnx) {
    auto const w = drawn(6);
    constexpr int height = 80, width = 432;   // several groups of tiles, and tiles that reach beyond every edge
    Net net{w};
    auto const got = run(net, height, width);
    auto const onnx = write_onnx(w, height, width);
    auto other = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    int const shape[] = {1, picture_channels, height, width};
    cv::Mat picture(4, shape, CV_32F);
    for (int c = 0; c < picture_channels; ++c)
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) picture.ptr<float>(0, c)[y * width + x] = value(y, x, c);
    other.setInput(picture);
    cv::Mat const head = other.forward();
    ASSERT_EQ(head.size[1], static_cast<int>(head_count));
    ASSERT_EQ(head.size[2], height / 2);
    auto worst = 0.0f;
    for (int c = 0; c < head_count; ++c)
        for (int y = 0; y < got.height; ++y)
            for (int x = 0; x < got.width; ++x) {
                auto const theirs = head.ptr<float>(0, c)[y * got.width + x];
                worst = std::max(worst, std::abs(got.at(y, x)[c] - theirs) / (1 + std::abs(theirs)));
            }
    EXPECT_LT(worst, 1e-3f);
}

TEST(Net, KeepsNothingOfThePictureBefore) {
    Net net{drawn(7)};
    auto const first = run(net, 64, 64);
    run(net, 32, 96);
    net.rest();
    EXPECT_EQ(first.said(5, 5), run(net, 64, 64).said(5, 5));
}

} // namespace
} // namespace osetra::stocktake
