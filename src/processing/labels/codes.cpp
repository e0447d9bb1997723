#include "processing/labels/codes.h"

#include <memory>
#include <zint.h>

#include "kernel/fault.h"

namespace osetra::processing::labels {
namespace {

using std::string;
using std::string_view;

constexpr int correction_medium = 2, square_only = 100;   // of the library: QR's level M; DataMatrix that is no rectangle

/// Parts of a fixed length need no separator after them (GS1 General Specifications, figure 7.8.5-2): those that begin with these.
bool is_fixed(string const& ai) {
    for (string_view const start : {"00", "01", "02", "11", "12", "13", "15", "16", "17", "20", "31", "32", "33", "34", "35", "36", "41"})
        if (ai.starts_with(start)) return true;
    return false;
}

Result<paper::Dots> encode(int symbology, int mode, int option_1, int option_3, string_view data) {
    std::unique_ptr<zint_symbol, void (*)(zint_symbol*)> const symbol{ZBarcode_Create(), ZBarcode_Delete};
    if (!symbol) throw Fault("no room for a code in memory");
    symbol->symbology = symbology;
    symbol->warn_level = WARN_FAIL_ALL;   // a wrong check digit is no mere warning
    symbol->input_mode = mode;
    if (option_1 != 0) symbol->option_1 = option_1;
    if (option_3 != 0) symbol->option_3 = option_3;
    if (ZBarcode_Encode(symbol.get(), reinterpret_cast<unsigned char const*>(data.data()), static_cast<int>(data.size())) >= ZINT_ERROR)
        return refuse("gs1_malformed", "The code cannot be made of " + string{data} + ": " + symbol->errtxt, "code");
    paper::Dots dots{symbol->width, symbol->rows};
    for (auto y = 0; y < symbol->rows; ++y)
        for (auto x = 0; x < symbol->width; ++x)
            if ((symbol->encoded_data[y][x >> 3] >> (x & 7) & 1) != 0) dots.set(x, y);
    return dots;
}

} // namespace

string bracketed(Elements const& all) {
    string out;
    for (auto const& [ai, value] : all) out += "[" + ai + "]" + value;
    return out;
}
string in_round_brackets(Elements const& all) {
    string out;
    for (auto const& [ai, value] : all) out += "(" + ai + ")" + value;
    return out;
}
string with_fnc1(Elements const& all, string_view fnc1) {
    string out{fnc1};
    for (std::size_t i = 0; i < all.size(); ++i) {
        out += all[i].first + all[i].second;
        if (i + 1 < all.size() && !is_fixed(all[i].first)) out += fnc1;
    }
    return out;
}

char const* code_of(CodeKind k) {
    constexpr char const* codes[] = {"data_matrix", "qr", "gs1_128"};
    return codes[static_cast<std::size_t>(k)];
}
Result<CodeKind> parse_code_kind(string_view text) {
    for (auto const k : {CodeKind::data_matrix, CodeKind::qr, CodeKind::gs1_128})
        if (text == code_of(k)) return k;
    return refuse("code_kind_unknown", string{text} + " is not one of data_matrix, qr, gs1_128.", "codes");
}
int quiet_zone(CodeKind k) { return k == CodeKind::data_matrix ? 1 : k == CodeKind::qr ? 4 : 10; }

Result<paper::Dots> data_matrix(Elements const& elements) { return encode(BARCODE_DATAMATRIX, GS1_MODE, 0, square_only, bracketed(elements)); }
Result<paper::Dots> qr(string_view text) { return encode(BARCODE_QRCODE, UNICODE_MODE, correction_medium, 0, text); }
Result<paper::Dots> gs1_128(Elements const& elements) { return encode(BARCODE_GS1_128, GS1_MODE, 0, 0, bracketed(elements)); }

/// Runs of a row that stand under the like of the row above become one rectangle with it.
std::vector<Run> runs_of(paper::Dots const& dots) {
    std::vector<Run> out;
    std::vector<std::size_t> above, here;
    for (auto y = 0; y < dots.height; ++y) {
        here.clear();
        for (auto x = 0; x < dots.width; ++x) {
            if (!dots.at(x, y)) continue;
            auto end = x;
            while (dots.at(end, y)) ++end;
            auto grown = false;
            for (auto const i : above)
                if (out[i].x == x && out[i].width == end - x) { ++out[i].height; here.push_back(i); grown = true; break; }
            if (!grown) { here.push_back(out.size()); out.push_back({x, y, end - x, 1}); }
            x = end;
        }
        std::swap(above, here);
    }
    return out;
}

} // namespace osetra::processing::labels
