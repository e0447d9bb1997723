#include "farm/import/words.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace osetra::farm::words {
namespace {

using enum Dimension;

// Aliases are folded (half-width, lower case, no spaces) and hold no _ - . : * #. An alias belongs to one field; "weight" and
// "reason" are told apart later by the sheet's layout.
Field const table[] = {
    {"pool", Holds::text, heads, "", "pool poolno poolid poolname pond pondno pondid tank tankno tankid cage cageno 池号 池 池塘 池塘号 塘号 池名 池塘编号 池编号 鱼池 鱼池号 鱼池编号 养殖池 桶号 缸号 网箱 网箱号 所在池 当前池 塘口 塘名"},
    {"from", Holds::text, heads, "", "from frompool frompond fromtank sourcepool sourcepond 转出池 转出池号 原池 原池号 来源池 出池 移出池 从"},
    {"to", Holds::text, heads, "", "to topool topond totank destination destinationpool 转入池 转入池号 目标池 新池 新池号 移入池 到 至"},
    {"pool_kind", Holds::text, heads, "", "poolkind pooltype kind type 类型 池型 池类型 设施类型"},
    {"site", Holds::text, heads, "", "site sitecode farm farmcode base 基地 养殖场 场区 渔场 站点 分场 场 基地编号"},
    {"name", Holds::text, heads, "", "name 名称 名字 全称"},
    {"province", Holds::text, heads, "", "province 省 省份"},
    {"water_source", Holds::text, heads, "", "watersource 水源"},
    {"licence", Holds::text, heads, "", "licence license 许可证 养殖证 养殖证号 许可证号"},
    {"latitude", Holds::degrees, heads, "", "latitude lat 纬度"},
    {"longitude", Holds::degrees, heads, "", "longitude lon lng 经度"},
    {"volume", Holds::amount, volume, "m3", "volume watervolume 体积 水体 容积 水体积 有效水体"},
    {"area", Holds::amount, area, "m2", "area surface surfacearea 面积 水面 水面面积 池面积"},
    {"depth", Holds::amount, length, "m", "depth waterdepth 水深 池深"},
    {"flow", Holds::amount, flow, "L/s", "flow flowrate 流量 进水流量"},
    {"walk_order", Holds::whole, heads, "", "walkorder roundorder 巡塘顺序 顺序"},
    {"date", Holds::day, heads, "", "date day data datum happenedat 日期 时间 记录日期 投放日期 放养日期 入池日期 转池日期 死亡日期 测量日期 称重日期 抽样日期 盘点日期 投喂日期 用药日期 捕捞日期 出鱼日期 打标日期 植标日期 记录时间 采样时间 监测时间 datetime timestamp"},
    {"time", Holds::clock_time, heads, "", "time clock 时刻 钟点"},
    {"cohort", Holds::text, heads, "", "cohort batch lot group batchno 批次 批号 批次号 鱼批 群体 批"},
    {"to_cohort", Holds::text, heads, "", "tocohort tobatch 并入批次 目标批次"},
    {"species", Holds::text, heads, "", "species 品种 鱼种 种类 物种 种"},
    {"year_class", Holds::whole, heads, "", "yearclass 年级 苗年 出生年 出生年份 孵化年 孵化年份 年份"},
    {"hatched", Holds::day, heads, "", "hatched hatchedon hatchdate 孵化日期 出苗日期"},
    {"heads", Holds::amount, heads, "head", "heads head count number n qty quantity samplesize fishcount nindividualsseeded/harvested nindividuals 数量 尾数 数 头数 条数 数目 放养数量 放养尾数 放养数 投放数量 入池数量 转池数量 转池尾数 转出数量 抽样数量 抽样尾数 样本数 取样尾数 捕捞数量 捕捞尾数 出鱼尾数 出鱼数量 起捕尾数 盘点数 盘点数量 盘点尾数 实盘 实盘数 实盘数量 实盘尾数 实际数量 存塘数量 存塘尾数 存池数 存池尾数 逃逸数量"},
    {"book", Holds::text, heads, "", "book bookcount expected 账面 账面数 账面数量 账面尾数 盈亏 差异 差额"},
    {"mean", Holds::amount, mass, "", "mean meanweight avgweight averageweight averagebodyweight bodyweight meanbodyweight meanmass size 均重 平均体重 平均重 平均重量 尾均重 尾重 平均规格 规格 单重 均重量 放养规格 入池规格"},
    {"total", Holds::amount, mass, "", "total totalweight biomass totalmass totalbiomass 总重 总重量 总量 样重 样本总重 合计重量 捕捞重量 起捕重量 出鱼重量"},
    {"weight", Holds::amount, mass, "", "weight fishweight wt 体重 鱼体重 重量"},
    {"sd", Holds::amount, mass, "", "sd stddev standarddeviation 标准差"},
    {"deaths", Holds::amount, heads, "head", "deaths dead mortality mortalities died 死亡 死亡数 死亡数量 死亡尾数 死鱼 死鱼数 死亡量 损失 死亡尾"},
    {"cause", Holds::text, heads, "", "cause deathcause causeofdeath 死因 死亡原因 病因"},
    {"reason", Holds::text, heads, "", "reason 原因 事由 转池原因 用药原因"},
    {"tag", Holds::tag, heads, "", "tag tagno tagid pit pittag pittagno pitno fish fishid rfid 电子标 电子标签 电子标号 电子标签号 芯片 芯片号 标签 标签号 pit标 pit号 pit码 pit标签 pit标号 鱼号"},
    {"new_tag", Holds::tag, heads, "", "newtag newpit newtagno 新标 新标签 新标签号 新芯片号 新电子标 新电子标号"},
    {"length", Holds::amount, length, "cm", "length totallength forklength bodylength 体长 全长 叉长"},
    {"sex", Holds::text, heads, "", "sex gender 性别 雌雄"},
    {"stage", Holds::text, heads, "", "stage maturity gonadstage gonad 性腺 性腺期 性腺分期 卵巢期 卵巢分期 发育期 成熟度 期别 性腺发育"},
    {"health", Holds::text, heads, "", "health condition 健康 健康状况 体况"},
    {"method", Holds::text, heads, "", "method 方法 盘点方法 计数方法 盘点方式"},
    {"low", Holds::amount, heads, "head", "low lower 下限"},
    {"high", Holds::amount, heads, "head", "high upper 上限"},
    {"feed", Holds::amount, mass, "kg", "feed feedamount feedgiven feeding ration feedkg 投喂量 投饵量 饲料量 投饲量 日投喂量 投料 投料量 投喂 喂料量 投饵 饵料量"},
    {"feed_name", Holds::text, heads, "", "feedtype feedname feedproduct feedbrand 饲料 饲料品种 饲料名称 料型 饲料型号 饵料 饲料规格"},
    {"temperature", Holds::amount, temperature, "C", "temperature temp watertemp watertemperature 水温 温度"},
    {"oxygen", Holds::amount, concentration, "mg/L", "oxygen do dissolvedoxygen o2 溶氧 溶解氧 溶氧量"},
    {"ph", Holds::amount, acidity, "pH", "ph ph值 phvalue 酸碱度"},
    {"ammonia", Holds::amount, concentration, "mg/L", "ammonia nh3 nh3n 非离子氨 分子氨"},
    {"turbidity", Holds::amount, turbidity, "NTU", "turbidity 浊度"},
    {"product", Holds::text, heads, "", "product drug medicine treatment medication 药品 药物 药名 用药 药品名称 渔药 渔药名称"},
    {"dose", Holds::text, heads, "", "dose dosage 剂量 用量 用药量"},
    {"withdrawal", Holds::amount, days, "d", "withdrawal withdrawaldays withdrawalperiod 休药期 停药期 休药天数"},
    {"purpose", Holds::text, heads, "", "purpose use 用途 去向"},
    {"source", Holds::text, heads, "", "source origin supplier 来源 苗种来源 供应商 产地"},
    {"note", Holds::text, heads, "", "note notes remark remarks comment comments 备注 说明 附注"},
    {"action", Holds::text, heads, "", "seed/harvest seedharvest action 操作"},
    {"group", Holds::text, heads, "", "treatid treatment_id treat 处理 处理组"},
    {"heads_start", Holds::amount, heads, "head", "countstart headsstart"}, {"heads_end", Holds::amount, heads, "head", "countend headsend"},
    {"total_start", Holds::amount, mass, "", "biomassstart totalstart"}, {"total_end", Holds::amount, mass, "", "biomassend totalend"},
    {"mean_start", Holds::amount, mass, "", "bodyweightstart meanstart"}, {"mean_end", Holds::amount, mass, "", "bodyweightend meanend"},
    {"duration", Holds::amount, days, "d", "duration trialdays 试验天数"},
    {"sample", Holds::whole, heads, "", "t sample sampleno 样次"}, {"caught", Holds::whole, heads, "", "caught 捕获"},
    {"recaptured", Holds::whole, heads, "", "recaptures recaptured 重捕"}, {"returned_marked", Holds::whole, heads, "", "retmarks returnedmarked 放回标记"},
    {"year", Holds::whole, heads, "", "year 年"}, {"age", Holds::whole, heads, "", "age ageyears 年龄"},
    {"quantity", Holds::text, heads, "", "quantityname usedinscript"}, {"value", Holds::text, heads, "", "value 值 数值"},
    {"ignored", Holds::text, heads, "", "序号 编号 no id index 操作人 记录人 负责人 经办人 recorder by operator author description 描述 unit 单位 reference 参考"},
};

/// Takes punctuation out that headings use freely.
std::string plain(std::string_view folded_text) {
    std::string out;
    for (auto const c : folded_text)
        if (std::string_view{"_-.:*#\"'"}.find(c) == std::string_view::npos) out += c;
    for (std::string_view const word : {"：", "、", "。", "*"})
        for (auto at = out.find(word); at != std::string::npos; at = out.find(word, at)) out.erase(at, word.size());
    return out;
}

std::map<std::string, std::string_view, std::less<>> const& alias_table() {
    static auto const all = [] {
        std::map<std::string, std::string_view, std::less<>> m;
        for (auto const& f : table) {
            m.emplace(plain(f.name), f.name);
            std::istringstream in{std::string{f.aliases}};
            for (std::string word; in >> word;) m.emplace(plain(word), f.name);
        }
        return m;
    }();
    return all;
}

std::string_view field_of(std::string_view folded_text) {
    auto const found = alias_table().find(plain(folded_text));
    return found == alias_table().end() ? std::string_view{} : found->second;
}

/// Units that stand in our own field names, where a bare letter would mean something else to people.
Unit const* own_unit(std::string_view token) { return token == "mc" ? find_unit("mC") : find_unit(token); }

std::string replaced(std::string_view s, std::string_view from, std::string_view to) {
    std::string out;
    for (std::size_t i = 0; i < s.size();) {
        if (s.substr(i).starts_with(from)) { out += to; i += from.size(); }
        else out += s[i++];
    }
    return out;
}

} // namespace

std::vector<Field> const& fields() {
    static std::vector<Field> const all{std::begin(table), std::end(table)};
    return all;
}

Field const* find_field(std::string_view name) {
    for (auto const& f : fields())
        if (f.name == name) return &f;
    return nullptr;
}

std::optional<Heading> read_heading(std::string_view heading) {
    auto text = half_width(heading);
    text = replaced(text, "【", "(");
    text = replaced(text, "】", ")");
    text = replaced(text, "〔", "(");
    text = replaced(text, "〕", ")");
    if (text.empty()) return {};
    if (auto const field = field_of(folded(text)); !field.empty()) return Heading{field, nullptr};

    Unit const* unit = nullptr;
    for (auto const& [open, close] : {std::pair{'(', ')'}, {'[', ']'}}) {
        auto const from = text.find(open);
        auto const to = text.find(close, from == std::string::npos ? 0 : from);
        if (from == std::string::npos || to == std::string::npos) continue;
        if (!unit) unit = find_unit(std::string_view{text}.substr(from + 1, to - from - 1));
        text.erase(from, to - from + 1);
    }
    auto const base = folded(text);
    if (auto const field = field_of(base); !field.empty()) return Heading{field, unit};
    if (unit) return {};

    // own names: volume_ml, oxygen_ug_l, ph_milli; and those of data people: bodyweight_g_start, temp_C
    if (base.find('_') != std::string::npos) {
        if (base == "ph_milli") return Heading{"ph", find_unit("mpH")};
        if (base == "turbidity_milli_ntu") return Heading{"turbidity", find_unit("mNTU")};
        std::vector<std::string> tokens;
        std::istringstream in{base};
        for (std::string t; std::getline(in, t, '_');) tokens.push_back(t);
        for (std::size_t i = 1; i < tokens.size(); ++i) {
            for (std::size_t n = std::min<std::size_t>(2, tokens.size() - i); n >= 1; --n) {
                auto written = tokens[i];
                if (n == 2) written.append(1, '/').append(tokens[i + 1]);
                auto const* u = own_unit(written);
                if (!u) continue;
                std::string rest;
                for (std::size_t k = 0; k < tokens.size(); ++k)
                    if (k < i || k >= i + n) rest += tokens[k];
                if (auto const field = field_of(rest); !field.empty()) return Heading{field, u};
            }
        }
    }
    // "体重/g", "水温℃", "weight kg": the longest field name that leaves a unit behind
    for (auto cut = base.size(); cut-- > 1;) {
        if ((static_cast<unsigned char>(base[cut]) & 0xC0U) == 0x80U) continue;
        auto rest = base.substr(cut);
        while (!rest.empty() && std::string_view{"/:,_- "}.find(rest.front()) != std::string_view::npos) rest.erase(0, 1);
        auto const field = field_of(std::string_view{base}.substr(0, cut));
        if (field.empty()) continue;
        if (auto const* u = find_unit(rest)) return Heading{field, u};
    }
    return {};
}

std::string_view layout_of(std::string_view written) {
    auto const text = folded(written);
    struct Word { std::string_view layout; std::vector<std::string_view> words; };
    static std::vector<Word> const all{
        {"retag", {"换标", "补标", "retag"}},
        {"regroup", {"并批", "regroup"}},
        {"move", {"转池", "分池", "并池", "倒池", "调池", "分塘", "转塘", "transfer", "moves", "grade-out", "gradeout"}},
        {"death", {"死亡", "死鱼", "损耗", "mortalit", "deaths"}},
        {"escape", {"逃逸", "逃鱼", "escape"}},
        {"weigh", {"抽样", "打样", "称重", "samplew", "weighing", "weights"}},
        {"measure", {"体检", "测量", "b超", "超声", "measur", "ultrasound"}},
        {"tag", {"电子标", "植标", "打标", "标记登记", "pit", "tagging", "tags"}},
        {"count", {"盘点", "清点", "实盘", "stocktak", "counts"}},
        {"treat", {"用药", "药品", "treatment", "medicat"}},
        {"harvest", {"出鱼", "捕捞", "起捕", "harvest"}},
        {"opening", {"期初", "存塘", "在塘", "opening", "结存"}},
        {"stock", {"放养", "入池", "投苗", "进苗", "投放", "stocking"}},
        {"round", {"巡塘", "日报", "dailyround", "dailylog"}},
        {"feed", {"投喂", "投饵", "投饲", "feeding", "feed"}},
        {"water", {"水质", "水温", "溶氧", "water", "temperature"}},
        {"pools", {"池塘清单", "池塘表", "鱼池清单", "池塘台账", "poollist", "pools", "ponds"}},
        {"cohorts", {"批次清单", "批次表", "cohorts", "batches"}},
        {"sites", {"基地清单", "场区清单", "sites", "farms"}},
    };
    for (auto const& w : all)
        for (auto const word : w.words)
            if (text.find(word) != std::string::npos) return w.layout;
    return {};
}

bool is_subtotal(std::string_view cell) {
    auto const text = plain(folded(cell));
    if (text.size() > 40) return false;
    for (std::string_view const word : {"合计", "小计", "总计", "累计", "共计", "总和"})
        if (text.ends_with(word) || text.starts_with(word)) return true;
    if (text == "平均" || text == "平均值" || text == "sum" || text == "average" || text == "mean") return true;
    for (std::string_view const word : {"subtotal", "grandtotal", "total"})
        if (text.starts_with(word) || text.ends_with(word)) return true;
    return false;
}

bool is_remark(std::string_view cell) {
    auto const text = folded(cell);
    if (text.find(':') != std::string::npos && text.find_first_of("0123456789") == std::string::npos) return true;
    for (std::string_view const word : {"制表", "审核", "填表", "备注", "注:", "说明", "签字", "note:", "notes:", "remark"})
        if (text.starts_with(word)) return true;
    return text.size() > 60;
}

namespace {
struct Pair { std::string_view written, word; };
std::optional<std::string> pick(std::string_view written, std::initializer_list<Pair> pairs) {
    auto const text = plain(folded(written));
    for (auto const& p : pairs)
        if (text == p.written) return std::string{p.word};
    return {};
}
} // namespace

std::optional<std::string> sex_of(std::string_view written) {
    return pick(written, {{"female", "female"}, {"f", "female"}, {"雌", "female"}, {"雌性", "female"}, {"雌鱼", "female"}, {"母", "female"}, {"♀", "female"},
                          {"male", "male"}, {"m", "male"}, {"雄", "male"}, {"雄性", "male"}, {"雄鱼", "male"}, {"公", "male"}, {"♂", "male"},
                          {"unknown", "unknown"}, {"u", "unknown"}, {"未知", "unknown"}, {"不明", "unknown"}, {"未鉴定", "unknown"}, {"?", "unknown"}});
}

std::optional<std::string> pool_kind_of(std::string_view written) {
    return pick(written, {{"pool", "pool"}, {"pond", "pool"}, {"池", "pool"}, {"池塘", "pool"}, {"水泥池", "pool"}, {"土塘", "pool"}, {"鱼池", "pool"}, {"圆池", "pool"},
                          {"tank", "tank"}, {"桶", "tank"}, {"缸", "tank"}, {"玻璃钢桶", "tank"}, {"玻璃缸", "tank"}, {"养殖桶", "tank"},
                          {"cage", "cage"}, {"网箱", "cage"}, {"raceway", "raceway"}, {"流水槽", "raceway"}, {"跑道", "raceway"}, {"跑道池", "raceway"}, {"流水池", "raceway"},
                          {"tray", "tray"}, {"孵化盘", "tray"}, {"孵化槽", "tray"}});
}

std::optional<std::string> count_method_of(std::string_view written) {
    return pick(written, {{"hand", "hand"}, {"人工", "hand"}, {"人工清点", "hand"}, {"手工", "hand"}, {"点数", "hand"}, {"全池清点", "hand"},
                          {"scan", "scan"}, {"扫描", "scan"}, {"扫标", "scan"}, {"逐尾扫描", "scan"}, {"camera", "camera"}, {"影像", "camera"}, {"影像计数", "camera"},
                          {"无人机", "camera"}, {"drone", "camera"}, {"byweight", "by_weight"}, {"称重", "by_weight"}, {"称重推算", "by_weight"}, {"按重量", "by_weight"}});
}

std::string bare_name(std::string_view written) {
    auto text = folded(written);
    for (std::string_view const word : {"号", "池塘", "池", "塘", "#", "no.", "№"})
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) text.erase(at, word.size());
    while (text.size() > 1 && text.front() == '0') text.erase(0, 1);
    return text.empty() ? folded(written) : text;
}

} // namespace osetra::farm::words
