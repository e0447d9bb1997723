#include "stocktake/engine/render_camera.h"

#include <array>
#include <opencv2/imgproc.hpp>

#include "media/media.h"

namespace osetra::stocktake {

Camera camera_of(Dice& dice, float fish_px) {
    Camera c;
    auto const softest = std::clamp(fish_px * .045f, .5f, 2.2f);   // what leaves a body a body
    if (dice.chance(.6f)) c.defocus_px = dice.uniform(.3f, softest);
    if (dice.chance(.2f)) c.smear_px = dice.uniform(1, fish_px * .14f), c.smear_way = dice.angle();
    if (dice.chance(.4f)) c.vignette = dice.uniform(0, .6f);
    for (auto i = 0; i < 3; ++i) c.balance[i] = dice.uniform(.8f, 1.2f);
    if (dice.chance(.1f)) c.balance = {dice.uniform(.3f, 1.2f), dice.uniform(.5f, 1.2f), dice.uniform(.3f, 1.2f)};
    c.gamma = dice.log_uniform(.65f, 1.6f);
    c.contrast = dice.uniform(.6f, 1.25f);
    c.lift = dice.uniform(-.1f, .15f);
    if (dice.chance(.8f)) c.noise = dice.log_uniform(.003f, .05f), c.colour_noise = c.noise * dice.uniform(0, 1);
    if (dice.chance(.3f)) c.sharpen = dice.uniform(.2f, 1.5f);
    if (dice.chance(.7f)) c.jpeg_quality = static_cast<int>(dice.uniform(35, 96));
    if (dice.chance(.25f) && fish_px > 20) c.pixel_size = dice.uniform(1, std::min(2.f, fish_px / 16));
    return c;
}

cv::Mat photograph(cv::Mat_<cv::Vec3f> const& seen, Camera const& c, Dice& dice) {
    cv::Mat_<cv::Vec3f> picture = seen.clone();
    if (c.smear_px > 1) {
        auto const n = static_cast<int>(c.smear_px) | 1;
        cv::Mat_<float> kernel(n, n, 0.f);
        auto const middle = static_cast<float>(n / 2);
        for (int k = 0; k < 4 * n; ++k) {
            auto const t = (static_cast<float>(k) / static_cast<float>(4 * n - 1) - .5f) * static_cast<float>(n - 1);
            kernel(cvRound(middle + t * std::sin(c.smear_way)), cvRound(middle + t * std::cos(c.smear_way))) += 1;
        }
        kernel /= cv::sum(kernel)[0];
        cv::filter2D(picture, picture, -1, kernel);
    }
    if (c.defocus_px > .25f) cv::GaussianBlur(picture, picture, {}, c.defocus_px);
    if (c.pixel_size > 1.02f) {
        auto const full = picture.size();
        cv::Mat_<cv::Vec3f> small;
        cv::resize(picture, small, {}, 1 / c.pixel_size, 1 / c.pixel_size, cv::INTER_AREA);
        cv::resize(small, picture, full, 0, 0, cv::INTER_CUBIC);
    }
    if (c.sharpen > 0) {
        cv::Mat_<cv::Vec3f> soft;
        cv::GaussianBlur(picture, soft, {}, 1.2);
        cv::addWeighted(picture, 1 + c.sharpen, soft, -c.sharpen, 0, picture);
    }
    std::array<float, 1025> tone;   // gamma, contrast and lift by one table
    for (std::size_t i = 0; i < tone.size(); ++i) {
        auto const x = std::pow(static_cast<float>(i) / 1024, c.gamma);
        tone[i] = ((x - .5f) * c.contrast + .5f + c.lift) * 255;
    }
    cv::Mat_<cv::Vec3b> out(picture.size());
    auto const mx = static_cast<float>(picture.cols) / 2, my = static_cast<float>(picture.rows) / 2, by_r2 = 1 / (mx * mx + my * my);
    std::array<float, 1024> grain;   // normal numbers, taken from random places
    for (auto& g : grain) g = dice.normal() * 255;
    for (int y = 0; y < out.rows; ++y) {
        auto const* p = picture[y];
        auto* o = out[y];
        for (int x = 0; x < out.cols; ++x) {
            auto const dx = static_cast<float>(x) - mx, dy = static_cast<float>(y) - my;
            auto const fall = 1 - c.vignette * (dx * dx + dy * dy) * by_r2;
            auto const bits = dice.next();
            auto const grey = c.noise * grain[bits & 1023];
            for (int k = 0; k < 3; ++k) {
                auto const x1 = std::clamp(p[x][k] * c.balance[k] * fall, 0.f, 1.f);
                auto const v = tone[static_cast<std::size_t>(x1 * 1024)] + grey + c.colour_noise * grain[(bits >> (10 + 10 * k)) & 1023];
                o[x][k] = static_cast<uchar>(std::clamp(v + .5f, 0.f, 255.f));
            }
        }
    }
    return c.jpeg_quality > 0 ? media::unpack(media::jpeg(out, c.jpeg_quality)) : out;
}

} // namespace osetra::stocktake
