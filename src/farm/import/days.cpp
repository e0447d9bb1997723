#include "farm/import/days.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "kernel/text.h"
#include "kernel/units_exact.h"

namespace osetra::farm {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<FarmDay> day_of(int y, int m, int d) {
    using namespace std::chrono;
    auto const date = year{y} / month{static_cast<unsigned>(m)} / day{static_cast<unsigned>(d)};
    if (m < 1 || d < 1 || !date.ok() || y < 1900 || y > 2200) return {};
    return FarmDay{static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())};
}

/// Numbers and words of a date text, and what stands between them.
struct Parts {
    std::vector<int> numbers;
    std::vector<std::size_t> lengths;   ///< of the numbers' digits
    std::string between;                ///< one mark per gap: - / . y m d (年月日), space
    int month_word = 0;                 ///< 1 to 12
    std::size_t month_at = 0;           ///< before which number it stands
    bool odd = false;                   ///< holds something that no date holds
};

Parts parts_of(std::string_view text) {
    Parts p;
    for (std::size_t i = 0; i < text.size();) {
        if (is_digit(text[i])) {
            auto const from = i;
            long n = 0;
            while (i < text.size() && is_digit(text[i])) { if (i - from < 9) n = n * 10 + (text[i] - '0'); ++i; }
            p.numbers.push_back(static_cast<int>(n));
            p.lengths.push_back(i - from);
        } else if (text.substr(i).starts_with("年")) { p.between += 'y'; i += 3; }
        else if (text.substr(i).starts_with("月")) { p.between += 'm'; i += 3; }
        else if (text.substr(i).starts_with("日") || text.substr(i).starts_with("号")) { p.between += 'd'; i += 3; }
        else if (text[i] == '-' || text[i] == '/' || text[i] == '.') { p.between += text[i]; ++i; }
        else if (text[i] == ' ' || text[i] == ',') { ++i; }
        else if (text[i] >= 'a' && text[i] <= 'z') {
            auto const from = i;
            while (i < text.size() && text[i] >= 'a' && text[i] <= 'z') ++i;
            auto const word = text.substr(from, i - from);
            bool known = word == "st" || word == "nd" || word == "rd" || word == "th" || word == "of";
            for (std::size_t m = 0; m < months.size(); ++m)
                if (word.size() >= 3 && word.starts_with(months[m]) && p.month_word == 0) { p.month_word = static_cast<int>(m) + 1; p.month_at = p.numbers.size(); known = true; }
            if (!known) { p.odd = true; return p; }
        } else { p.odd = true; return p; }
    }
    return p;
}

/// A text cut into its date and its time of day.
struct Cut { std::string date; std::optional<std::int64_t> time; bool broken = false; };
Cut cut(std::string_view written) {
    auto text = lower_ascii(half_width(written));
    auto colon = text.find(':');
    if (colon == std::string::npos) return {text, {}, false};
    auto from = colon;
    while (from > 0 && is_digit(text[from - 1])) --from;
    for (std::string_view const word : {"上午", "下午", "晚上", "中午"})
        if (from >= word.size() && text.substr(0, from).ends_with(word)) from -= word.size();
    auto const time = read_clock_time(std::string_view{text}.substr(from));
    auto date = text.substr(0, from);
    while (!date.empty() && (date.back() == ' ' || date.back() == 't')) date.pop_back();
    return {date, time, !time};
}

enum class Form { none, fixed, open, no_year, short_year };
/// What a date text is: a day, or two numbers whose order is open (`a`, `b`), or a day without a year.
struct Reading { Form form = Form::none; int year = 0, a = 0, b = 0; };

Reading reading_of(std::string_view text) {
    auto const p = parts_of(text);
    if (p.odd) return {};
    auto const n = p.numbers.size();
    if (p.month_word > 0) {
        if (n != 2) return {};
        auto const year_at = p.lengths[1] >= p.lengths[0] ? 1U : 0U;
        auto year = p.numbers[year_at];
        if (p.lengths[year_at] == 2) year += 2000;
        return {Form::fixed, year, p.month_word, p.numbers[1 - year_at]};
    }
    if (p.between.find('m') != std::string::npos) {
        if (p.between.find('y') != std::string::npos) {
            if (n != 3) return {};
            return {Form::fixed, p.lengths[0] == 2 ? 2000 + p.numbers[0] : p.numbers[0], p.numbers[1], p.numbers[2]};
        }
        return n == 2 ? Reading{Form::no_year, 0, p.numbers[0], p.numbers[1]} : Reading{};
    }
    if (n == 1 && p.lengths[0] == 8 && p.between.empty()) return {Form::fixed, p.numbers[0] / 10'000, p.numbers[0] / 100 % 100, p.numbers[0] % 100};
    if (n == 3 && p.between.size() >= 2) {
        if (p.lengths[0] == 4) return {Form::fixed, p.numbers[0], p.numbers[1], p.numbers[2]};
        if (p.lengths[2] == 4) {
            if (p.between[0] == '.') return {Form::fixed, p.numbers[2], p.numbers[1], p.numbers[0]};   // only day.month.year is written with points
            return {Form::open, p.numbers[2], p.numbers[0], p.numbers[1]};
        }
        return {Form::short_year, 0, 0, 0};
    }
    if (n == 2 && p.between.size() == 1 && (p.between[0] == '/' || p.between[0] == '-') && p.lengths[0] <= 2 && p.lengths[1] <= 2)
        return {Form::no_year, 0, p.numbers[0], p.numbers[1]};
    return {};
}

} // namespace

Instant instant_of(LocalTime t, FarmOffset offset) {
    return start_of(t.day, offset) + Microseconds{t.us_of_day.value_or(day_us / 2)};
}

std::optional<std::int64_t> read_clock_time(std::string_view written) {
    auto text = lower_ascii(half_width(written));
    bool afternoon = false, forenoon = false;
    for (std::string_view const word : {"下午", "晚上", "pm", "p.m."})
        if (auto const at = text.find(word); at != std::string::npos) { afternoon = true; text.erase(at, word.size()); }
    for (std::string_view const word : {"上午", "am", "a.m."})
        if (auto const at = text.find(word); at != std::string::npos) { forenoon = true; text.erase(at, word.size()); }
    text = half_width(text);
    if (text.ends_with('z')) return {};   // a zone: the farm's clock is meant everywhere else
    std::array<std::int64_t, 3> n{};
    std::size_t i = 0, field = 0;
    for (; field < 3; ++field) {
        auto const from = i;
        while (i < text.size() && is_digit(text[i]) && i - from < 2) n[field] = n[field] * 10 + (text[i++] - '0');
        if (i == from) return {};
        if (i == text.size() || text[i] != ':') { ++field; break; }
        ++i;
    }
    std::int64_t fraction = 0;
    if (i < text.size() && text[i] == '.') {
        std::int64_t place = 100'000;
        for (++i; i < text.size() && is_digit(text[i]); ++i, place /= 10) fraction += (text[i] - '0') * place;
    }
    if (i != text.size() || field < 2 || n[0] > 24 || n[1] > 59 || n[2] > 59) return {};
    if (afternoon && n[0] < 12) n[0] += 12;
    if (forenoon && n[0] == 12) n[0] = 0;
    auto const us = ((n[0] * 60 + n[1]) * 60 + n[2]) * 1'000'000 + fraction;
    return us < day_us ? std::optional{us} : std::nullopt;
}

void DayReader::learn(Cell const& cell) {
    if (cell.kind != CellKind::text && cell.kind != CellKind::number) return;
    auto const r = reading_of(cut(cell.text).date);
    if (r.form != Form::open) return;
    if (r.a != r.b) ++m_open;
    if (r.a > 12) m_first_over_12 = true;
    if (r.b > 12) m_second_over_12 = true;
}

DateOrder DayReader::order() const {
    if (m_told != DateOrder::guess) return m_told;
    if (m_first_over_12 == m_second_over_12) return DateOrder::guess;
    return m_first_over_12 ? DateOrder::day_first : DateOrder::month_first;
}

Result<LocalTime> DayReader::read(Cell const& cell) const {
    if (cell.kind == CellKind::moment) {
        auto const day = cell.when_us >= 0 ? cell.when_us / day_us : -((-cell.when_us + day_us - 1) / day_us);
        LocalTime t{FarmDay{static_cast<std::int32_t>(day)}, {}};
        if (cell.with_time) t.us_of_day = cell.when_us - day * day_us;
        return t;
    }
    auto const malformed = [&] { return refuse("day_malformed", fmt::format("\"{}\" is not a day. Write it like 2024-03-05.", clipped(cell.text, 40))); };
    if (cell.kind != CellKind::text && cell.kind != CellKind::number) return malformed();
    auto const [date, time, broken] = cut(cell.text);
    if (broken) return malformed();
    auto const r = reading_of(date);
    auto year = r.year, month = r.a, day = r.b;
    switch (r.form) {
    case Form::none: {
        // a spreadsheet's serial number: 1954 to 2119
        auto const serial = parse_decimal(date);
        auto const whole_days = serial ? whole(*serial) : Result<std::int64_t>{0};
        if (whole_days && *whole_days >= 20'000 && *whole_days < 80'000) return LocalTime{FarmDay{static_cast<std::int32_t>(*whole_days - 25'569)}, time};
        return malformed();
    }
    case Form::short_year:
        return refuse("year_short", fmt::format("\"{}\" has a year of two digits, so the day is not certain. Write it like 2024-03-05.", clipped(cell.text, 40)));
    case Form::no_year:
        if (!m_year) return refuse("year_missing", fmt::format("\"{}\" has no year, and neither the sheet's title nor its name tells one. Write it like 2024-03-05.", clipped(cell.text, 40)));
        year = *m_year;
        if (m_told == DateOrder::day_first && date.find("月") == std::string::npos) std::swap(month, day);
        break;
    case Form::open: {
        if (r.a == r.b) break;
        if (m_first_over_12 && m_second_over_12 && m_told == DateOrder::guess)
            return refuse("day_mixed", fmt::format("\"{}\": in this column the day comes first in some cells and the month in others. Write all days like 2024-03-05.", clipped(cell.text, 40)));
        if (order() == DateOrder::guess)
            return refuse("day_ambiguous", fmt::format("\"{}\" can be two days, and nothing in the column tells which number is the month. Say whether the day or the month comes first.", clipped(cell.text, 40)));
        if (order() == DateOrder::day_first) std::swap(month, day);
        break;
    }
    case Form::fixed: break;
    }
    auto const found = day_of(year, month, day);
    if (!found) return malformed();
    return LocalTime{*found, time};
}

std::optional<int> year_in(std::string_view text) {
    for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
        if (!(text.substr(i, 2) == "19" || text.substr(i, 2) == "20") || !is_digit(text[i + 2]) || !is_digit(text[i + 3])) continue;
        if ((i > 0 && is_digit(text[i - 1])) || (i + 4 < text.size() && is_digit(text[i + 4]))) continue;
        return (text[i] - '0') * 1000 + (text[i + 1] - '0') * 100 + (text[i + 2] - '0') * 10 + (text[i + 3] - '0');
    }
    return {};
}

std::optional<FarmDay> day_in(std::string_view written) {
    auto const text = half_width(written);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_digit(text[i]) || (i > 0 && is_digit(text[i - 1]))) continue;
        auto end = i;
        while (end < text.size() && (is_digit(text[end]) || std::string_view{"-/. "}.find(text[end]) != std::string_view::npos || std::string_view{text}.substr(end).starts_with("年") ||
                                     std::string_view{text}.substr(end).starts_with("月") || std::string_view{text}.substr(end).starts_with("日")))
            end += static_cast<unsigned char>(text[end]) >= 0x80 ? 3U : 1U;
        auto const r = reading_of(text.substr(i, end - i));
        if (r.form == Form::fixed)
            if (auto const day = day_of(r.year, r.a, r.b)) return day;
        i = end;
    }
    return {};
}

} // namespace osetra::farm
