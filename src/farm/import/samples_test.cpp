#include <gtest/gtest.h>
#include <xlsxwriter.h>

#include <charconv>
#include <string>
#include <vector>

// How data/*.xlsx were made. Run once with --gtest_also_run_disabled_tests --gtest_filter=*WriteSamples; the files are committed.
namespace osetra::farm {
namespace {

class Book {
public:
    explicit Book(std::string const& name) : m_book(workbook_new((std::string{OSETRA_ROOT} + "/data/" + name).c_str())) {
        lxw_doc_properties properties{};
        properties.created = 946'684'800;
        workbook_set_properties(m_book, &properties);
        m_day = workbook_add_format(m_book);
        format_set_num_format(m_day, "yyyy-mm-dd");
        m_center = workbook_add_format(m_book);
        format_set_align(m_center, LXW_ALIGN_CENTER);
        format_set_bold(m_center);
        m_text = workbook_add_format(m_book);
        format_set_num_format(m_text, "@");
    }
    ~Book() { workbook_close(m_book); }
    Book(Book const&) = delete;
    Book& operator=(Book const&) = delete;

    lxw_worksheet* sheet(char const* name) { m_row = 0; return m_sheet = workbook_add_worksheet(m_book, name); }
    /// Cells divided by |. "#5" is the number 5, "@45356" a day, "=x" a formula that shows x.
    void row(std::string const& line) {
        lxw_col_t column = 0;
        for (std::size_t i = 0; i <= line.size();) {
            auto const bar = std::min(line.find('|', i), line.size());
            auto const cell = line.substr(i, bar - i);
            double n = 0;
            if (cell.size() > 1) std::from_chars(cell.data() + 1, cell.data() + cell.size(), n);
            if (cell.starts_with('#')) worksheet_write_number(m_sheet, m_row, column, n, nullptr);
            else if (cell.starts_with('@')) worksheet_write_number(m_sheet, m_row, column, n, m_day);
            else if (cell.starts_with('=')) worksheet_write_formula_str(m_sheet, m_row, column, "=1/0", nullptr, cell.c_str() + 1);
            else if (!cell.empty()) worksheet_write_string(m_sheet, m_row, column, cell.c_str(), m_text);
            ++column;
            i = bar + 1;
        }
        ++m_row;
    }
    void merged(lxw_row_t r1, lxw_col_t c1, lxw_row_t r2, lxw_col_t c2, char const* text) { worksheet_merge_range(m_sheet, r1, c1, r2, c2, text, m_center); }
    void skip() { ++m_row; }

private:
    lxw_workbook* m_book;
    lxw_worksheet* m_sheet = nullptr;
    lxw_format *m_day = nullptr, *m_center = nullptr, *m_text = nullptr;
    lxw_row_t m_row = 0;
};

TEST(Samples, DISABLED_WriteSamples) {
    {
        Book b{"farm-records-2024.xlsx"};
        b.sheet("池塘清单");
        b.merged(0, 0, 0, 6, "千岛湖基地池塘清单（2024年）");
        b.skip();
        b.row("序号|池号|类型|场区|面积（亩）|水深(m)|备注");
        b.row("#1|A1|水泥池|千岛湖|#0.6|#1.5|");
        b.row("#2|A2|水泥池|千岛湖|#0.6|#1.5|");
        b.row("#3|A3|流水槽|千岛湖|#0.3|#1.2|");
        b.row("#4|B1|网箱|千岛湖|300㎡|4米|深水区");
        b.row("|合计|||#1.5||");

        b.sheet("放养记录");
        b.merged(0, 0, 0, 7, "2024年放养记录");
        b.merged(1, 0, 2, 0, "池号");
        b.merged(1, 1, 2, 1, "日期");
        b.merged(1, 2, 2, 2, "品种");
        b.merged(1, 3, 2, 3, "批次");
        b.merged(1, 4, 1, 6, "放养");
        b.merged(1, 7, 2, 7, "备注");
        b.skip(); b.skip();
        b.row("||||数量（尾）|规格（尾/斤）|总重（斤）|");
        b.merged(3, 0, 4, 0, "A1");
        b.row("|3月5日|西伯利亚鲟|BAE-2023|#2000|#8|#250|");
        b.row("|3月6日|施氏鲟|SCH-2023|１，５００|12 g/尾||自育苗");
        b.row("A1小计||||#3500|||");
        b.row("A2号|3月8日|杂交鲟|DH-2022|0.12万|#2|#600|");
        b.row("");
        b.row("B1|2024-3-9|达氏鳇|DAU-2021|120尾|3.5斤/尾|420斤|");
        b.row("合计||||#4820|||");
        b.row("制表：王工");

        b.sheet("转池");
        b.row("日期|转出池|转入池|批次|尾数|原因");
        b.row("@45413|A1|A3|BAE-2023|#400|分级");
        b.row("@45414|A1|A2|SCH-2023|#200|分池");

        b.sheet("死亡登记");
        b.row("日期|池号|批次|死亡数(尾)|死因|备注");
        b.row("@45420|A1|BAE-2023|#3|缺氧|夜间停电");
        b.row("@45421|A1|SCH-2023|#1|不详|");
        b.row("@45422|A2|DH-2022|#0||");
        b.row("2024年5月12日|B1||2|水质恶化|");

        b.sheet("打样");
        b.row("日期|池号|批次|抽样尾数|样重(斤)|均重(g)");
        b.row("@45443|A1|BAE-2023|#30|#6.3|#105");
        b.row("@45443|A3|BAE-2023|#20|2.4 kg|");
        b.row("@45443|B1||#5||1.9公斤");

        b.sheet("投喂");
        b.row("日期|池号|投喂量|饲料");
        b.row("||(kg)|");
        b.row("@45444|A1|#12.5|3mm 膨化料");
        b.row("@45444|A2|9斤|3mm 膨化料");
        b.row("|合计|#17||");

        b.sheet("水质");
        b.row("日期|时间|池号|水温℃|溶氧(mg/L)|pH|氨氮");
        b.row("@45444|8:30|A1|#15.2|#8.3|#7.4|#0.2");
        b.row("@45444|14:30|A1|#16.05|#7.9|#7.5|");
        b.row("@45444|8:40|B1|14.8度|8.6||");

        b.sheet("电子标登记");
        b.row("PIT号|池号|批次|日期|体重(kg)|全长(cm)|性别|性腺分期");
        b.row("156000000000001|B1|DAU-2021|@45446|#1.85|#62|雌|II期");
        b.row("156000000000002|B1|DAU-2021|@45446|#1.7|#61|雄|");
        b.row("#156000000000003|B1|DAU-2021|@45446|3.9斤|#63.5|未知|Ⅱ");

        b.sheet("盘点");
        b.merged(0, 0, 0, 3, "截至2024年6月30日盘点表");
        b.skip();
        b.row("池号|账面数|实盘数（尾）|盘点方法");
        b.row("A1|#2896|#2880|人工");
        b.row("A2|#1400|#1396|称重");
        b.row("A3|#400||");
        b.row("合计|#4696|#4276|");

        b.sheet("用药");
        b.row("日期|池号|药品|用量|休药期(天)|原因");
        b.row("@45450|A2|聚维酮碘|0.5 mg/L|#0|消毒");
        b.row("@45451|A1|恩诺沙星|20 mg/kg|#16|细菌病");

        b.sheet("出鱼");
        b.row("日期|池号|批次|捕捞尾数|捕捞重量(斤)|用途");
        b.row("@45500|A2|DH-2022|#50|#36.5|活鱼销售");
        worksheet_hide(b.sheet("旧数据"));
        b.row("池号|数量");
        b.row("Z9|#1");
    }
    {
        Book b{"farm-records-mistakes.xlsx"};
        b.sheet("池塘");
        b.row("池号|类型|面积(亩)|场区");
        b.row("A1|池塘|#2|基地一");
        b.row("A1|池塘|#2|基地一");
        b.row("A2|游泳馆|#2|基地一");
        b.sheet("放养");
        b.row("日期|池号|品种|数量|均重");
        b.row("@45356|A1|BAE|#100|#50");
        b.row("@45356|A9|BAE|#100|#50");
        b.row("@45356|A1|BAE|#-5|50 g");
        b.row("@45356|A1|金龙鱼|#5|50 g");
        b.row("@45356|A1|BAE|#10.5|50 g");
        b.row("@45356|A1|BAE||50 g");
        b.row("@45356|A1|BAE|=#REF!|50 g");
        b.row("三月|A1|BAE|#5|50 g");
        b.row("@54356|A1|BAE|#5|50 g");
        b.sheet("电子标");
        b.row("电子标|池号|批次|日期|体重(kg)|性别");
        b.row("156000000000001|A1|BAE-2024|@45360|#1.1|雌");
        b.row("156000000000001|A1|BAE-2024|@45360|#1.2|雄");
        b.row("15600000000002|A1|BAE-2024|@45360|#1.2|雄");
        b.row("1.56E+14|A1|BAE-2024|@45360|#1.2|雄");
        b.row("156000000000004|A1|BAE-2024|@45360|#1200|雄");
        b.row("156000000000005|A1|BAE-2024|@45360|#1.2|红");
        b.sheet("水温");
        b.row("日期|池号|水温(℃)|溶氧(mg/L)");
        b.row("@45360|A1|#152|#8");
        b.row("@45360|A1|#15.2|#83");
        b.row("@45360|A1|冷|#8");
        b.row("@45360||#15|#8");
    }
}

} // namespace
} // namespace osetra::farm
