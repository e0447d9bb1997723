#pragma once
#include <cstdlib>
#include <dmtx.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <zbar.h>

#include "kernel/glyphs.h"

// What tests read labels back with: libdmtx for DataMatrix, ZBar for QR and Code 128, and the few words of ZPL II that our labels are written in.
namespace osetra::processing::labels {

/// Black on white with a quiet border; `grow`: dots a dot is made of.
struct Grey {
    int width, height;
    std::vector<unsigned char> pixels;
    Grey(paper::Dots const& dots, int grow, int border = 8) : width(dots.width * grow + 2 * border), height(dots.height * grow + 2 * border), pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 255) {
        for (auto y = 0; y < dots.height * grow; ++y)
            for (auto x = 0; x < dots.width * grow; ++x)
                if (dots.at(x / grow, y / grow)) pixels[static_cast<std::size_t>(y + border) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x + border)] = 0;
    }
};

/// What every QR code and Code 128 in a picture says, as a phone and a hand scanner would read it.
inline std::vector<std::string> read_qr_and_bars(paper::Dots const& dots, int grow = 1) {
    Grey const grey{dots, grow, 24};
    zbar::ImageScanner scanner;
    scanner.set_config(zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
    scanner.set_config(zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
    scanner.set_config(zbar::ZBAR_CODE128, zbar::ZBAR_CFG_ENABLE, 1);
    zbar::Image image{static_cast<unsigned>(grey.width), static_cast<unsigned>(grey.height), "Y800", grey.pixels.data(), grey.pixels.size()};
    std::vector<std::string> out;
    if (scanner.scan(image) <= 0) return out;
    for (auto symbol = image.symbol_begin(); symbol != image.symbol_end(); ++symbol) out.push_back(symbol->get_data());
    return out;
}

/// What the first DataMatrix in a picture says; a separator (FNC1) is character 29. `grow`: dots a dot is made of.
inline std::optional<std::string> read_data_matrix(paper::Dots const& dots, int grow = 1) {
    Grey grey{dots, grow};
    auto* image = dmtxImageCreate(grey.pixels.data(), grey.width, grey.height, DmtxPack8bppK);
    auto* decode = dmtxDecodeCreate(image, 1);
    dmtxDecodeSetProp(decode, DmtxPropFnc1, 29);
    auto until = dmtxTimeAdd(dmtxTimeNow(), 20'000);
    std::optional<std::string> found;
    while (auto* region = dmtxRegionFindNext(decode, &until)) {
        if (auto* message = dmtxDecodeMatrixRegion(decode, region, DmtxUndefined)) {
            found = std::string(reinterpret_cast<char const*>(message->output), static_cast<std::size_t>(message->outputIdx));
            dmtxMessageDestroy(&message);
        }
        dmtxRegionDestroy(&region);
        if (found) break;
    }
    dmtxDecodeDestroy(&decode);
    dmtxImageDestroy(&image);
    return found;
}

/// Draws the graphics of one label, and gathers what its own fonts and codes were asked for.
struct ZplRead {
    paper::Dots dots;
    std::vector<std::string> texts, data_matrices, qrs;
};
inline ZplRead read_zpl(std::string const& zpl) {
    ZplRead out;
    auto const number_after = [&](std::string const& word) { return std::atoi(zpl.c_str() + zpl.find(word) + word.size()); };
    out.dots = paper::Dots{number_after("^PW"), number_after("^LL")};
    for (auto at = zpl.find("^FO"); at != std::string::npos; at = zpl.find("^FO", at + 1)) {
        char* end = nullptr;
        auto const x = static_cast<int>(std::strtol(zpl.c_str() + at + 3, &end, 10));
        auto const y = static_cast<int>(std::strtol(end + 1, &end, 10));
        auto const field = zpl.substr(at, zpl.find("^FS", at) - at);
        auto const data = [&](std::string const& word) { return field.substr(field.find(word) + word.size()); };
        if (field.find("^BX") != std::string::npos) { out.data_matrices.push_back(data("^FD")); continue; }
        if (field.find("^BQ") != std::string::npos) { out.qrs.push_back(data("^FD")); continue; }
        if (field.find("^A0") != std::string::npos) { out.texts.push_back(data("^FD")); continue; }
        auto const graphic = field.find("^GFA,");
        if (graphic == std::string::npos) continue;
        auto rest = field.substr(graphic + 5);
        auto const all = std::atoi(rest.c_str());
        for (auto n = 0; n < 2; ++n) rest = rest.substr(rest.find(',') + 1);
        auto const row_digits = 2 * static_cast<std::size_t>(std::atoi(rest.c_str()));
        rest = rest.substr(rest.find(',') + 1);
        std::string digits;
        std::size_t repeat = 0;
        for (auto const c : rest) {
            if (c >= 'G' && c <= 'Y') repeat += static_cast<std::size_t>(c - 'F');
            else if (c >= 'g' && c <= 'z') repeat += 20 * static_cast<std::size_t>(c - 'f');
            else if (c == ',') digits.append((row_digits - digits.size() % row_digits) % row_digits + (digits.size() % row_digits == 0 ? row_digits : 0), '0');
            else if (c == ':') digits += digits.substr(digits.size() - row_digits);
            else { digits.append(repeat == 0 ? 1 : repeat, c); repeat = 0; }
        }
        if (digits.size() != 2 * static_cast<std::size_t>(all)) continue;   // a graphic that is not as long as it says draws nothing
        for (std::size_t i = 0; i < digits.size(); ++i) {
            auto const value = std::strtol(digits.substr(i, 1).c_str(), nullptr, 16);
            for (auto bit = 0; bit < 4; ++bit)
                if ((value >> (3 - bit) & 1) != 0) out.dots.set(x + static_cast<int>(i % row_digits) * 4 + bit, y + static_cast<int>(i / row_digits));
        }
    }
    return out;
}

} // namespace osetra::processing::labels
