#include "processing/sorting_line.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <tuple>
#include <yaml-cpp/yaml.h>

#include "kernel/csv.h"
#include "kernel/fault.h"
#include "kernel/paper.h"

namespace osetra::processing {
namespace {

using std::string;
using std::string_view;

constexpr std::size_t text_limit = 1 << 18;
constexpr std::int64_t heaviest_load_mg = 100'000'000'000;   // a hundred tonnes
constexpr std::int64_t more_allowed_thousandths = 20;        // scales of the weighbridge and of the sizer [G]

/// One map of the file; every key that nobody asked for is unknown.
class Keys {
public:
    Keys(YAML::Node node, string place, std::optional<Refusal>& refusal) : m_node(std::move(node)), m_place(std::move(place)), m_refusal(refusal) {
        if (!m_node.IsMap()) bad("pack_malformed", "is to be a map of keys and values", m_node);
    }
    YAML::Node need(char const* key) {
        m_asked.insert(key);
        auto const node = m_node.IsMap() ? m_node[key] : YAML::Node{};
        if (!node.IsDefined() || node.IsNull()) bad("pack_key_missing", string{key} + " is missing", m_node);
        return node;
    }
    bool has(char const* key) { m_asked.insert(key); return m_node.IsMap() && m_node[key].IsDefined(); }
    string text(char const* key) {
        auto const node = need(key);
        return node.IsDefined() && node.IsScalar() ? node.Scalar() : string{};
    }
    double number(char const* key, double least, double most) { return number_of(need(key), key, least, most); }
    double number_of(YAML::Node const& node, string const& key, double least, double most) {
        if (!node.IsDefined() || !node.IsScalar()) { bad("pack_value_range", key + " is to be a number", m_node); return least; }
        char* end = nullptr;
        auto const text = node.Scalar();
        auto const value = std::strtod(text.c_str(), &end);
        if (text.empty() || *end != 0 || !(value >= least && value <= most)) { bad("pack_value_range", fmt::format("{} is to be a number of {:g} to {:g}", key, least, most), node); return least; }
        return value;
    }
    void end() {
        if (!m_node.IsMap()) return;
        for (auto const& pair : m_node)
            if (!m_asked.contains(pair.first.Scalar())) bad("pack_key_unknown", pair.first.Scalar() + " is not a key here", pair.first);
    }
    void bad(char const* code, string message, YAML::Node const& node) {
        if (!m_refusal) m_refusal = Refusal{code, message + "; mend the pack.", fmt::format("line {}: {}", node.IsDefined() ? node.Mark().line + 1 : 0, m_place)};
    }

private:
    YAML::Node m_node;
    string m_place;
    std::optional<Refusal>& m_refusal;
    std::set<string> m_asked;
};

QualityClass class_of(YAML::Node const& node, string const& place, std::vector<string> const& measures, std::optional<Refusal>& refusal) {
    Keys keys{node, place, refusal};
    QualityClass out{keys.text("code"), keys.text("name_en"), keys.text("name_zh"), {}, {}, false};
    if (keys.has("limits"))
        for (auto const& pair : keys.need("limits")) {
            auto const name = pair.first.Scalar();
            if (std::find(measures.begin(), measures.end(), name) == measures.end()) keys.bad("pack_key_unknown", name + " is no measure of this pack", pair.first);
            out.limits[name] = keys.number_of(pair.second, name, 0, 1e6);
        }
    if (keys.has("least_mm")) out.least_um = std::llround(1000 * keys.number("least_mm", 0, 1000));
    if (keys.has("sized")) out.sized = keys.text("sized") == "true";
    keys.end();
    return out;
}

/// Rows of a small table by the names of its columns.
struct Rows {
    std::map<string, std::size_t> columns;
    std::vector<std::pair<std::uint32_t, std::vector<string>>> rows;
    string name;

    Result<std::size_t> column(string const& of) const {
        auto const at = columns.find(of);
        if (at == columns.end()) return refuse("column_unknown", name + " has no column " + of + ".", of);
        return at->second;
    }
    static Result<Rows> read(string_view csv, char const* name) {
        auto const table = OSETRA_TRY(read_csv(csv, name));
        Rows out;
        out.name = name;
        if (!table.sheets.empty())
            for (auto const& row : table.sheets.front().rows) {
                std::vector<string> cells;
                for (auto const& c : row.cells) cells.push_back(c.text);
                if (out.columns.empty()) for (std::size_t i = 0; i < cells.size(); ++i) out.columns.emplace(cells[i], i);
                else { cells.resize(std::max(cells.size(), out.columns.size())); out.rows.emplace_back(row.number, std::move(cells)); }
            }
        return out;
    }
    Result<double> number(std::pair<std::uint32_t, std::vector<string>> const& row, std::size_t column) const {
        auto const& text = row.second[column];
        char* end = nullptr;
        auto const value = std::strtod(text.c_str(), &end);
        if (text.empty() || *end != 0 || !std::isfinite(value)) return refuse("number_malformed", "\"" + text + "\" is no number.", fmt::format("{} row {}", name, row.first));
        return value;
    }
};

std::int64_t whole(double v) { return std::llround(v); }

} // namespace

Result<SortingPack> read_sorting_pack(string_view yaml) {
    if (yaml.size() > text_limit) return refuse("pack_malformed", "A pack of a sorting line is no larger than 256 kB.", "line 1");
    YAML::Node root;
    try {
        root = YAML::Load(string{yaml});
    } catch (YAML::Exception const& e) {
        return refuse("pack_malformed", string{"The pack is not YAML: "} + e.what(), fmt::format("line {}", e.mark.line + 1));
    }
    std::optional<Refusal> refusal;
    SortingPack out;
    Keys keys{root, "pack", refusal};
    out.code = keys.text("pack"); out.name_en = keys.text("name_en"); out.name_zh = keys.text("name_zh");
    for (auto const& m : keys.need("measures")) out.measures.push_back(m.Scalar());
    if (out.measures.empty()) keys.bad("pack_value_range", "measures is to name at least the diameter", root);
    for (auto const& s : keys.need("sizes")) {
        Keys size{s, "sizes", refusal};
        out.sizes.push_back({size.text("code"), whole(1000 * size.number("from_mm", 0, 1000)), whole(1000 * size.number("to_mm", 0, 1000))});
        size.end();
        auto const& it = out.sizes.back();
        if (it.from_um >= it.to_um) size.bad("pack_order", it.code + " ends before it begins", s);
        for (std::size_t i = 0; i + 1 < out.sizes.size(); ++i)
            if (out.sizes[i].from_um < it.to_um && it.from_um < out.sizes[i].to_um) size.bad("pack_order", it.code + " overlaps " + out.sizes[i].code, s);
    }
    for (auto const& c : keys.need("classes")) out.classes.push_back(class_of(c, "classes", out.measures, refusal));
    out.rest = class_of(keys.need("rest"), "rest", out.measures, refusal);
    Keys carton{keys.need("carton"), "carton", refusal};
    out.carton_mg = whole(1000 * carton.number("net_g", 1, 1e6));
    out.cartons_per_pallet = whole(carton.number("per_pallet", 1, 10'000));
    carton.end();
    Keys line{keys.need("line"), "line", refusal};
    out.lanes = whole(line.number("lanes", 1, 100));
    out.cups_per_minute = whole(line.number("cups_per_minute", 1, 100'000));
    out.filled = line.number("filled", 0.01, 1);
    line.end();
    auto const currency = keys.text("currency");
    auto const money = parse_money("0 " + currency);
    if (money) out.currency = money->currency;
    else keys.bad("pack_value_range", currency + " is no currency", root);
    for (auto const& pair : keys.need("prices_minor_per_kg")) {
        auto const code = pair.first.Scalar();
        if (code != out.rest.code && std::none_of(out.classes.begin(), out.classes.end(), [&](QualityClass const& q) { return q.code == code; })) keys.bad("pack_key_unknown", code + " is no class of this pack", pair.first);
        out.price_minor_per_kg[code] = whole(keys.number_of(pair.second, code, 0, 1e9));
    }
    keys.end();
    if (refusal) return tl::unexpected(*refusal);
    return out;
}

std::vector<SortingPack> const& sorting_packs() {
    static auto const all = [] {
        std::vector<SortingPack> out;
        for (auto const text : sorting_pack_texts()) {
            auto pack = read_sorting_pack(text);
            if (!pack) throw Fault("a pack of a sorting line cannot be read: " + pack.error().message + " (" + pack.error().at + ")");
            out.push_back(std::move(*pack));
        }
        return out;
    }();
    return all;
}

SortingPack const* find_sorting_pack(string_view code) {
    auto const& all = sorting_packs();
    auto const at = std::find_if(all.begin(), all.end(), [&](SortingPack const& p) { return p.code == code; });
    return at == all.end() ? nullptr : &*at;
}

Result<std::vector<Load>> read_loads(string_view csv) {
    auto const rows = OSETRA_TRY(Rows::read(csv, "loads"));
    auto const load = OSETRA_TRY(rows.column("load")), grower = OSETRA_TRY(rows.column("grower")), day = OSETRA_TRY(rows.column("received_on")), gross = OSETRA_TRY(rows.column("gross_kg")), tare = OSETRA_TRY(rows.column("tare_kg"));
    auto const told = [&](char const* column, auto const& row) -> std::optional<string> {
        auto const at = rows.columns.find(column);
        return at == rows.columns.end() || row.second[at->second].empty() ? std::nullopt : std::optional{row.second[at->second]};
    };
    std::vector<Load> all;
    std::set<string> seen;
    for (auto const& row : rows.rows) {
        Load one{row.second[load], row.second[grower], OSETRA_TRY(parse_day(row.second[day])), 0, 0, told("orchard", row), told("variety", row)};
        one.gross_mg = whole(1e6 * OSETRA_TRY(rows.number(row, gross)));
        one.tare_mg = whole(1e6 * OSETRA_TRY(rows.number(row, tare)));
        auto const at = fmt::format("loads row {}", row.first);
        if (one.tare_mg < 0 || one.net_mg() <= 0 || one.gross_mg > heaviest_load_mg) return refuse("weight_unlikely", "A load weighs more than its crates and less than a hundred tonnes; weigh again.", at);
        if (one.load.empty() || one.grower.empty()) return refuse("name_malformed", "A load has a number and a grower.", at);
        if (!seen.insert(one.load).second) return refuse("load_twice", "Load " + one.load + " is there twice.", at);
        all.push_back(std::move(one));
    }
    return all;
}

Result<std::vector<Counted>> read_counts(string_view csv, SortingPack const& pack) {
    auto const rows = OSETRA_TRY(Rows::read(csv, "counts"));
    auto const load = OSETRA_TRY(rows.column("load")), pieces = OSETRA_TRY(rows.column("pieces")), weight = OSETRA_TRY(rows.column("weight_g"));
    std::vector<std::size_t> measured;
    for (auto const& m : pack.measures) measured.push_back(OSETRA_TRY(rows.column(m)));
    std::vector<Counted> all;
    for (auto const& row : rows.rows) {
        Counted one;
        one.load = row.second[load];
        one.pieces = whole(OSETRA_TRY(rows.number(row, pieces)));
        one.weight_mg = whole(1000 * OSETRA_TRY(rows.number(row, weight)));
        if (one.pieces < 1 || one.weight_mg < 1 || one.weight_mg > heaviest_load_mg) return refuse("weight_unlikely", "A line of the sizer has at least one fruit and some weight.", fmt::format("counts row {}", row.first));
        for (auto const c : measured) one.measures.push_back(OSETRA_TRY(rows.number(row, c)));
        all.push_back(std::move(one));
    }
    return all;
}

Prices prices_of(SortingPack const& pack) {
    Prices all;
    for (auto const& [quality, minor] : pack.price_minor_per_kg) all[{quality, ""}] = minor;
    return all;
}

Result<Prices> read_prices(string_view csv, SortingPack const& pack) {
    auto const rows = OSETRA_TRY(Rows::read(csv, "prices"));
    auto const quality = OSETRA_TRY(rows.column("class")), size = OSETRA_TRY(rows.column("size")), price = OSETRA_TRY(rows.column("price_per_kg"));
    auto const coins = std::pow(10, minor_digits(pack.currency));
    Prices all;
    for (auto const& row : rows.rows) {
        auto const& q = row.second[quality];
        auto const& s = row.second[size];
        auto const at = fmt::format("prices row {}", row.first);
        if (!find_class(pack, q)) return refuse("code_unknown", "\"" + q + "\" is no class of the pack.", at);
        if (!s.empty() && !find_size(pack, s)) return refuse("code_unknown", "\"" + s + "\" is no size of the pack.", at);
        auto const told = OSETRA_TRY(rows.number(row, price));
        if (told < 0) return refuse("number_malformed", "A price is not below nought.", at);
        all[{q, s}] = whole(coins * told);
    }
    return all;
}

Placed place(SortingPack const& pack, std::vector<double> const& measures) {
    auto const diameter = whole(1000 * measures.front());
    auto const size = std::find_if(pack.sizes.begin(), pack.sizes.end(), [&](SizeClass const& s) { return diameter >= s.from_um && diameter < s.to_um; });
    for (auto const& q : pack.classes) {
        if (q.sized && size == pack.sizes.end()) continue;
        if (q.least_um && diameter < *q.least_um) continue;
        auto const good = std::all_of(q.limits.begin(), q.limits.end(), [&](auto const& limit) {
            auto const at = std::find(pack.measures.begin(), pack.measures.end(), limit.first) - pack.measures.begin();
            return measures[static_cast<std::size_t>(at)] <= limit.second;
        });
        if (good) return {&q, size == pack.sizes.end() ? "" : size->code};
    }
    return {&pack.rest, ""};
}

QualityClass const* find_class(SortingPack const& pack, string_view code) {
    if (code == pack.rest.code) return &pack.rest;
    auto const at = std::find_if(pack.classes.begin(), pack.classes.end(), [&](QualityClass const& q) { return q.code == code; });
    return at == pack.classes.end() ? nullptr : &*at;
}
SizeClass const* find_size(SortingPack const& pack, string_view code) {
    auto const at = std::find_if(pack.sizes.begin(), pack.sizes.end(), [&](SizeClass const& s) { return s.code == code; });
    return at == pack.sizes.end() ? nullptr : &*at;
}
std::int64_t most_sorted_mg(std::int64_t net_mg) { return net_mg + net_mg / 1000 * more_allowed_thousandths; }

std::vector<Sorted> sorted(SortingPack const& pack, std::vector<Counted> const& counts) {
    std::map<std::tuple<string, string, string>, std::size_t> known;
    std::vector<Sorted> all;
    for (auto const& c : counts) {
        auto const placed = place(pack, c.measures);
        auto const [at, added] = known.emplace(std::tuple{c.load, placed.quality->code, placed.size}, all.size());
        if (added) all.push_back({c.load, placed.quality->code, placed.size});
        all[at->second].pieces += c.pieces;
        all[at->second].weight_mg += c.weight_mg;
    }
    return all;
}

Result<std::vector<OutTurn>> out_turn(SortingPack const& pack, std::vector<Load> const& loads, std::vector<Counted> const& counts, Prices const& prices) {
    return out_turn(pack, loads, sorted(pack, counts), prices);
}

Result<std::vector<OutTurn>> out_turn(SortingPack const& pack, std::vector<Load> const& loads, std::vector<Sorted> const& counts, Prices const& prices) {
    std::map<string, Load const*> by_load;
    for (auto const& l : loads) by_load[l.load] = &l;
    auto const rank = [&](string const& quality) {
        auto const at = std::find_if(pack.classes.begin(), pack.classes.end(), [&](QualityClass const& q) { return q.code == quality; });
        return at - pack.classes.begin();
    };
    auto const size_rank = [&](string const& size) { return std::find_if(pack.sizes.begin(), pack.sizes.end(), [&](SizeClass const& s) { return s.code == size; }) - pack.sizes.begin(); };
    struct Sum { std::int64_t pieces = 0, weight_mg = 0; };
    std::map<string, std::map<std::pair<string, string>, Sum>> sums;
    std::map<string, std::int64_t> sorted_of_load;
    for (auto const& c : counts) {
        auto const load = by_load.find(c.load);
        if (load == by_load.end()) return refuse("load_not_found", "Load " + c.load + " was counted and never received; add it to the loads.", "load");
        auto& sum = sums[load->second->grower][{c.quality, c.size}];
        sum.pieces += c.pieces;
        sum.weight_mg += c.weight_mg;
        sorted_of_load[c.load] += c.weight_mg;
    }
    for (auto const& [name, came_out] : sorted_of_load) {
        auto const net = by_load.at(name)->net_mg();
        if (came_out > most_sorted_mg(net))
            return refuse("more_than_received", fmt::format("Of load {} {:.1f} kg were sorted and {:.1f} kg received; weigh again or mend the file.", name, static_cast<double>(came_out) / 1e6, static_cast<double>(net) / 1e6), "load");
    }
    std::vector<OutTurn> all;
    for (auto const& [grower, lines] : sums) {
        OutTurn out;
        out.grower = grower;
        out.money = {0, pack.currency};
        for (auto const& l : loads) {
            if (l.grower != grower || !sorted_of_load.contains(l.load)) continue;
            if (out.loads.empty()) out.first_on = out.last_on = l.received_on;
            out.first_on = std::min(out.first_on, l.received_on);
            out.last_on = std::max(out.last_on, l.received_on);
            out.loads.push_back(l.load);
            out.received_mg += l.net_mg();
        }
        for (auto const& [key, sum] : lines) {
            auto price = prices.find(key);
            if (price == prices.end()) price = prices.find({key.first, ""});
            if (price == prices.end()) return refuse("price_missing", fmt::format("There is no price of class {}{}.", key.first, key.second.empty() ? "" : ", size " + key.second), "class");
            OutTurnLine line{key.first, key.second, sum.pieces, sum.weight_mg, key.first == pack.rest.code ? 0 : sum.weight_mg / pack.carton_mg, price->second, price_of({{price->second, pack.currency}, {1'000'000}}, {sum.weight_mg})};
            out.sorted_mg += line.weight_mg;
            out.cartons += line.cartons;
            out.money = out.money + line.money;
            out.lines.push_back(std::move(line));
        }
        std::sort(out.lines.begin(), out.lines.end(), [&](OutTurnLine const& a, OutTurnLine const& b) { return std::pair{rank(a.quality), size_rank(a.size)} < std::pair{rank(b.quality), size_rank(b.size)}; });
        out.pallets = (out.cartons + pack.cartons_per_pallet - 1) / pack.cartons_per_pallet;
        all.push_back(std::move(out));
    }
    return all;
}

Capacity capacity(SortingPack const& pack, double mean_g, double kg) {
    Capacity c;
    c.pieces_per_hour = static_cast<double>(pack.lanes * pack.cups_per_minute) * 60 * pack.filled;
    c.kg_per_hour = c.pieces_per_hour * mean_g / 1000;
    c.hours = kg / c.kg_per_hour;
    c.cartons_per_hour = c.kg_per_hour * 1e6 / static_cast<double>(pack.carton_mg);
    return c;
}

string out_turn_csv(SortingPack const& pack, std::vector<OutTurn> const& all) {
    string out = "grower,class,size,pieces,kg,share_percent,cartons,price_per_kg,money,currency\n";
    auto const coins = std::pow(10, minor_digits(pack.currency));
    for (auto const& o : all)
        for (auto const& l : o.lines)
            out += fmt::format("{},{},{},{},{:.3f},{:.2f},{},{:.2f},{:.2f},{}\n", o.grower, l.quality, l.size, l.pieces, static_cast<double>(l.weight_mg) / 1e6, 100 * static_cast<double>(l.weight_mg) / static_cast<double>(o.sorted_mg), l.cartons,
                               static_cast<double>(l.price_minor_per_kg) / coins, static_cast<double>(l.money.minor) / coins, code_of(pack.currency));
    return out;
}

string out_turn_paper(SortingPack const& pack, string const& company, std::vector<OutTurn> const& all) {
    paper::Paper sheet{paper::Lie::upright};
    auto const name = [&](string const& code) {
        if (code == pack.rest.code) return pack.rest.name_en + " " + pack.rest.name_zh;
        for (auto const& q : pack.classes) if (q.code == code) return q.name_en + " " + q.name_zh;
        return code;
    };
    for (auto const& o : all) {
        sheet.line("Out-turn 分选结算单", paper::large);
        sheet.line(fmt::format("{}   {} {}", company, pack.name_en, pack.name_zh), paper::normal + 2);
        string loads;
        for (auto const& l : o.loads) loads += (loads.empty() ? "" : ", ") + l;
        sheet.line(fmt::format("Grower 果农 {}   received 收货 {} – {}   loads 批次 {}", o.grower, text_of(o.first_on), text_of(o.last_on), loads), paper::normal);
        sheet.line(fmt::format("Received 收货 {:.1f} kg, sorted 分选 {:.1f} kg, difference 差额 {:.1f} kg ({:.1f} %)", static_cast<double>(o.received_mg) / 1e6, static_cast<double>(o.sorted_mg) / 1e6, static_cast<double>(o.lost_mg()) / 1e6,
                               100 * static_cast<double>(o.lost_mg()) / static_cast<double>(o.received_mg)), paper::normal);
        sheet.gap(paper::normal);
        std::vector<std::vector<string>> rows;
        for (auto const& l : o.lines)
            rows.push_back({name(l.quality), l.size, std::to_string(l.pieces), fmt::format("{:.1f}", static_cast<double>(l.weight_mg) / 1e6), fmt::format("{:.1f} %", 100 * static_cast<double>(l.weight_mg) / static_cast<double>(o.sorted_mg)), std::to_string(l.cartons),
                            text_of(Money{l.price_minor_per_kg, pack.currency}), text_of(l.money)});
        sheet.table({{"Class 等级", 0.2F}, {"Size 规格", 0.09F}, {"Pieces 个数", 0.11F}, {"kg", 0.1F}, {"Share 占比", 0.1F}, {"Cartons 箱", 0.09F}, {"Price a kg 单价", 0.15F}, {"Money 金额", 0.16F}}, rows);
        sheet.line(fmt::format("To be paid 应付 {}   {} cartons 箱, {} pallets 托盘", text_of(o.money), o.cartons, o.pallets), paper::normal + 3);
        sheet.signature("For the packing house: name, day 分选厂：姓名、日期");
    }
    return sheet.bytes();
}

} // namespace osetra::processing
