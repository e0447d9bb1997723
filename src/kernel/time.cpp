#include "kernel/time.h"

#include <charconv>
#include <optional>

namespace osetra {
namespace {

using namespace std::chrono;

std::string padded(std::int64_t n, std::size_t width) {
    auto text = std::to_string(n);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

/// Reads fixed-width numbers and expected characters from the front of a text.
struct Scanner {
    std::string_view rest;
    bool ok = true;
    int number(std::size_t digits) {
        int n = 0;
        if (rest.size() < digits) { ok = false; return 0; }
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest[i] < '0' || rest[i] > '9') { ok = false; return 0; }
            n = n * 10 + (rest[i] - '0');
        }
        rest.remove_prefix(digits);
        return n;
    }
    bool take(char c) {
        if (rest.empty() || rest.front() != c) return false;
        rest.remove_prefix(1);
        return true;
    }
    void need(char c) { ok = take(c) && ok; }
};

std::optional<sys_days> scan_date(Scanner& in) {
    auto const y = in.number(4);
    in.need('-');
    auto const m = in.number(2);
    in.need('-');
    auto const d = in.number(2);
    auto const date = year_month_day{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!in.ok || !date.ok() || y < 1900 || y > 2200) return std::nullopt;
    return sys_days{date};
}

std::string date_text(sys_days d) {
    auto const date = year_month_day{d};
    return padded(static_cast<int>(date.year()), 4) + '-' + padded(static_cast<unsigned>(date.month()), 2) + '-' +
           padded(static_cast<unsigned>(date.day()), 2);
}

} // namespace

FarmDay farm_day(Instant t, FarmOffset offset) {
    return {static_cast<std::int32_t>(floor<days>(t + offset.east).time_since_epoch().count())};
}

Instant start_of(FarmDay d, FarmOffset offset) { return Instant{days{d.n} - offset.east}; }

std::string text_of(Instant t) {
    auto const date = floor<days>(t);
    auto const of_day = t - date;
    auto const whole = duration_cast<seconds>(of_day);
    auto const micro = (of_day - whole).count();
    auto const h = whole.count() / 3600;
    auto const m = whole.count() / 60 % 60;
    auto text = date_text(date) + 'T' + padded(h, 2) + ':' + padded(m, 2) + ':' + padded(whole.count() % 60, 2);
    if (micro != 0) text += '.' + padded(micro, 6);
    return text + 'Z';
}

std::string text_of(FarmDay d) { return date_text(sys_days{days{d.n}}); }

Result<Instant> parse_instant(std::string_view text, FarmOffset offset) {
    auto const bad = [&] {
        return refuse("instant_malformed", "\"" + std::string{text.substr(0, 40)} + "\" is not a time: write 2026-01-11T12:00:00Z or 2026-01-11 12:00.");
    };
    Scanner in{text};
    auto const date = scan_date(in);
    if (!date) return bad();
    if (in.rest.empty()) return Instant{*date - offset.east + hours{12}};
    if (!in.take('T') && !in.take(' ')) return bad();
    auto const h = in.number(2);
    in.need(':');
    auto const m = in.number(2);
    auto const s = in.take(':') ? in.number(2) : 0;
    if (!in.ok || h > 23 || m > 59 || s > 59) return bad();
    Microseconds fraction{0};
    if (in.take('.')) {
        std::int64_t scale = 100'000;
        if (in.rest.empty() || in.rest.front() < '0' || in.rest.front() > '9') return bad();
        while (!in.rest.empty() && in.rest.front() >= '0' && in.rest.front() <= '9') {
            fraction += Microseconds{(in.rest.front() - '0') * scale};
            scale /= 10;
            in.rest.remove_prefix(1);
        }
    }
    auto east = offset.east;
    if (in.take('Z') || in.take('z')) {
        east = minutes{0};
    } else if (!in.rest.empty()) {
        auto const minus = in.rest.front() == '-';
        if (!minus && in.rest.front() != '+') return bad();
        in.rest.remove_prefix(1);
        auto const oh = in.number(2);
        in.take(':');
        auto const om = in.number(2);
        if (!in.ok || oh > 15 || om > 59) return bad();
        east = minutes{(minus ? -1 : 1) * (oh * 60 + om)};
    }
    if (!in.ok || !in.rest.empty()) return bad();
    return Instant{*date + hours{h} + minutes{m} + seconds{s} + fraction - east};
}

Result<FarmDay> parse_day(std::string_view text) {
    Scanner in{text};
    auto const date = scan_date(in);
    if (!date || !in.rest.empty())
        return refuse("day_malformed", "\"" + std::string{text.substr(0, 40)} + "\" is not a day: write it like 2026-01-11.");
    return FarmDay{static_cast<std::int32_t>(date->time_since_epoch().count())};
}

} // namespace osetra
