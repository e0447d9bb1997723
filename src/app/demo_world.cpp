#include "app/demo_world.h"

#include <algorithm>
#include <numbers>

#include <fmt/format.h>

namespace osetra::app {
namespace demo {
namespace {

// Eight farms in six provinces. Springs are even all year; lakes of the south reach 25 C in August and 10 C in January.
SitePlan const first_sites[] = {
    {"QX", "衢溪泉鲟苗场 Quxi Spring Hatchery", "浙江 Zhejiang", "spring", "", 28.9021, 118.5127, Role::hatchery, 15.0, 1.5, 1.03, 180},
    {"YH", "云湖网箱场 Yunhu Lake Cages", "浙江 Zhejiang", "reservoir", "", 29.5713, 118.8846, Role::cages, 17.4, 7.4, 1.00, 105},
    {"XS", "修水湾网箱场 Xiushui Bay Cages", "江西 Jiangxi", "reservoir", "", 29.2468, 115.4039, Role::cages, 17.5, 7.2, 0.97, 65},
    {"DJ", "东江源网箱场 Dongjiang Head Cages", "湖南 Hunan", "reservoir", "", 25.8287, 113.3902, Role::cages, 16.8, 6.3, 0.99, 285},
    {"QJ", "清江湾鲟鱼场 Qingjiang Bend Farm", "湖北 Hubei", "river", "", 30.4395, 110.8714, Role::grow_out, 15.8, 5.2, 1.02, 210},
    {"BS", "白沙泉鲟鱼场 Baisha Spring Farm", "四川 Sichuan", "spring", "", 30.0684, 102.7629, Role::grow_out, 15.0, 1.2, 1.01, 780},
    {"MJ", "岷江冷水育苗场 Minjiang Coldwater Hatchery", "四川 Sichuan", "spring", "", 31.0412, 103.5821, Role::hatchery, 14.6, 2.4, 0.98, 920},
    {"HT", "浑塘寒泉鲟鱼场 Huntang Cold Spring Farm", "辽宁 Liaoning", "spring", "", 41.2674, 125.3318, Role::grow_out, 12.9, 4.2, 0.96, 330},
};

struct Share {
    Kind kind;
    double of_pools;
};
std::vector<Share> shares_of(Role role) {
    switch (role) {
    case Role::hatchery: return {{Kind::tray, 0.25}, {Kind::tank, 0.40}, {Kind::raceway, 0.25}, {Kind::pool, 0.10}};
    case Role::grow_out: return {{Kind::raceway, 0.40}, {Kind::pool, 0.60}};
    case Role::cages: return {{Kind::tank, 0.10}, {Kind::pool, 0.10}, {Kind::cage, 0.80}};
    case Role::mixed: break;
    }
    return {{Kind::tray, 0.15}, {Kind::tank, 0.25}, {Kind::raceway, 0.25}, {Kind::pool, 0.35}};
}

struct Shape {
    char letter;
    char const* zh;
    char const* en;
    double length_m, width_m, depth_m;
};
Shape shape_of(Kind kind) {
    switch (kind) {
    case Kind::tray: return {'H', "孵化槽", "Tray", 3, 0.7, 0.5};
    case Kind::tank: return {'T', "圆桶", "Tank", 4.5, 4.5, 0.9};
    case Kind::raceway: return {'R', "流水池", "Raceway", 18, 3.2, 1.1};
    case Kind::pool: return {'P', "养殖池", "Pool", 12, 8, 1.4};
    case Kind::cage: return {'C', "网箱", "Cage", 7, 7, 3.6};
    }
    return {};
}

constexpr double metres_per_degree = 111'320;

} // namespace

std::int64_t Random::events(double mean) {
    if (mean <= 0) return 0;
    if (mean > 30) return std::max<std::int64_t>(0, std::llround(normal(mean, std::sqrt(mean))));
    auto left = part();
    auto term = std::exp(-mean);
    std::int64_t n = 0;
    while (left >= term && n < 200) {
        left -= term;
        term *= mean / static_cast<double>(++n);
    }
    return n;
}

std::vector<SitePlan> plan_sites(std::int64_t farms) {
    std::vector<SitePlan> sites;
    for (std::int64_t i = 0; i < farms; ++i) {
        auto const turn = i / 8;
        auto site = first_sites[static_cast<std::size_t>(i % 8)];
        if (turn > 0) {
            site.code += std::to_string(turn + 1);
            site.name += fmt::format(" {}", turn + 1);
            site.latitude += 0.11 * static_cast<double>(turn % 7);
            site.longitude += 0.13 * static_cast<double>(turn % 5);
        }
        if (farms < 5) site.role = Role::mixed;
        site.licence = fmt::format("SIM-{}-{:04}", site.code, 1000 + 37 * i);
        sites.push_back(std::move(site));
    }
    return sites;
}

double usual_celsius(SitePlan const& site, FarmDay day) {
    constexpr double warmest = 216;   // days after 1 January: 5 August
    auto const of_year = std::fmod(static_cast<double>(day.n), 365.2425);
    return site.mean_c + site.swing_c * std::cos(2 * std::numbers::pi * (of_year - warmest) / 365.2425);
}

char const* word_of(Kind kind) {
    switch (kind) {
    case Kind::tray: return "tray";
    case Kind::tank: return "tank";
    case Kind::raceway: return "raceway";
    case Kind::pool: return "pool";
    case Kind::cage: return "cage";
    }
    return "";
}

std::vector<PoolPlan> plan_pools(std::vector<SitePlan> const& sites, DemoOptions const& options, Random& random) {
    std::vector<PoolPlan> pools;
    auto const scale = std::clamp(static_cast<double>(options.fish) / static_cast<double>(options.pools) / 250, 0.4, 6.0);
    for (std::size_t s = 0; s < sites.size(); ++s) {
        auto const& site = sites[s];
        auto const farms = static_cast<std::int64_t>(sites.size());
        auto const here = options.pools / farms + (static_cast<std::int64_t>(s) < options.pools % farms ? 1 : 0);
        auto const shares = shares_of(site.role);
        std::int64_t walk = 0;
        double row_north = 0;   // metres: each kind lies in rows of its own
        for (std::size_t k = 0; k < shares.size(); ++k) {
            auto const last = k + 1 == shares.size();
            auto const n = last ? here - walk : std::min(here - walk, std::max<std::int64_t>(1, std::llround(shares[k].of_pools * static_cast<double>(here))));
            auto const shape = shape_of(shares[k].kind);
            auto const grow = std::sqrt(scale);
            auto const length = shape.length_m * grow, width = shape.width_m * grow;
            constexpr std::int64_t in_row = 12;
            for (std::int64_t i = 0; i < n; ++i) {
                PoolPlan p;
                p.site = static_cast<std::int32_t>(s);
                p.kind = shares[k].kind;
                p.code = fmt::format("{}-{}{:0{}}", site.code, shape.letter, i + 1, here > 99 ? 3 : 2);
                p.name = fmt::format("{}{} {} {}", shape.zh, i + 1, shape.en, i + 1);
                p.area_m2 = length * width * random.between(0.92, 1.08);
                p.volume_m3 = p.area_m2 * shape.depth_m;
                p.walk_order = ++walk;
                auto const east = static_cast<double>(i % in_row) * (length + 3);
                auto const north = row_north + static_cast<double>(i / in_row) * (width + 3);
                auto const lon = [&](double m) { return site.longitude + m / (metres_per_degree * std::cos(site.latitude * std::numbers::pi / 180)); };
                auto const lat = [&](double m) { return site.latitude - m / metres_per_degree; };
                p.longitude = lon(east + length / 2);
                p.latitude = lat(north + width / 2);
                auto const round = p.kind == Kind::tank;
                auto const corners = round ? 12 : 4;
                for (int c = 0; c < corners; ++c) {
                    auto const angle = 2 * std::numbers::pi * c / corners;
                    auto const x = round ? east + length / 2 * (1 + std::cos(angle)) : east + (c == 1 || c == 2 ? length : 0);
                    auto const y = round ? north + width / 2 * (1 + std::sin(angle)) : north + (c >= 2 ? width : 0);
                    p.outline += fmt::format("{}{:.6f} {:.6f}", c > 0 ? ", " : "", lon(x), lat(y));
                }
                pools.push_back(std::move(p));
            }
            row_north += static_cast<double>((n + in_row - 1) / in_row) * (width + 3) + 6;
        }
    }
    return pools;
}

} // namespace demo

std::vector<DemoPerson> demo_people(DemoOptions const& options) {
    static constexpr struct { char const* id; char const* name; } names[] = {
        {"li.na", "李娜 Li Na"},          {"wang.jun", "王军 Wang Jun"},     {"zhao.min", "赵敏 Zhao Min"},    {"chen.bo", "陈波 Chen Bo"},
        {"liu.yang", "刘洋 Liu Yang"},    {"yang.fan", "杨帆 Yang Fan"},     {"huang.lei", "黄磊 Huang Lei"},  {"zhou.jie", "周杰 Zhou Jie"},
        {"wu.xia", "吴霞 Wu Xia"},        {"xu.gang", "徐刚 Xu Gang"},       {"sun.li", "孙丽 Sun Li"},        {"ma.chao", "马超 Ma Chao"},
        {"zhu.hong", "朱红 Zhu Hong"},    {"hu.bin", "胡斌 Hu Bin"},         {"guo.ping", "郭平 Guo Ping"},    {"he.qing", "何清 He Qing"},
        {"lin.tao", "林涛 Lin Tao"},      {"luo.yan", "罗艳 Luo Yan"},       {"gao.feng", "高峰 Gao Feng"},    {"liang.mei", "梁梅 Liang Mei"},
        {"song.kai", "宋凯 Song Kai"},    {"tang.wen", "唐文 Tang Wen"},     {"deng.hua", "邓华 Deng Hua"},    {"feng.yu", "冯雨 Feng Yu"}};
    std::vector<DemoPerson> people{{"zhang.wei", "张伟 Zhang Wei", "owner", ""},
                                   {"qian.ying", "钱颖 Qian Ying", "breeder", ""},
                                   {"fang.ming", "方明 Fang Ming", "auditor", ""},
                                   {"shen.lan", "沈兰 Shen Lan", "sales", ""},
                                   {"jiang.bo", "江波 Jiang Bo", "plant", ""},
                                   {"ye.qin", "叶琴 Ye Qin", "manager", ""}};
    std::size_t next = 0;
    for (auto const& site : demo::plan_sites(options.farms))
        for (auto const* role : {"manager", "worker", "worker"}) {
            auto const& name = names[next % std::size(names)];
            auto const turn = next / std::size(names);
            people.push_back({turn > 0 ? fmt::format("{}{}", name.id, turn + 1) : name.id, name.name, role, site.code});
            ++next;
        }
    return people;
}

} // namespace osetra::app
