// Words of the quality pages, English and Chinese.
import { fill, is_zh } from '../i18n'

const words = {
  nothing: ['Nothing is on hold.', '无暂扣品。'],
  sentence: ['{{held}} of {{here}} is on hold, in {{lots}} lots; {{free}} may go.', '库存 {{here}}，其中 {{held}}（{{lots}} 批）暂扣；可发 {{free}}。'],
  sentence_free: ['All {{here}} here may go.', '库存 {{here}} 均可发货。'],
  holds: ['On hold', '暂扣'], decided: ['Decided lately', '近期处置'], awaited: ['Results awaited', '待检结果'], lots: ['Lots that are here', '在库批次'],
  no_awaited: ['No result is awaited.', '无待检样品。'], no_lots: ['No lot is here.', '无在库批次。'],
  hold: ['Hold', '暂扣单'], on: ['Of', '对象'], why: ['Why', '原因'], markets: ['For', '市场'], all: ['all', '全部'], state: ['State', '状态'], held: ['Held', '暂扣量'], since: ['Since', '起始'],
  sample: ['Sample', '样品'], laboratory: ['Laboratory', '实验室'], missing: ['Awaited', '待检项目'], days: ['Days', '天数'], lot: ['Lot', '批次'], here: ['Here', '在库'], grade: ['Grade', '等级'],
  may_go: ['May go to', '可发往'], nowhere: ['nowhere', '不可发货'], put_hold: ['Put on hold', '暂扣'], take_sample: ['Take a sample', '取样'], sheet: ['Results from a sheet', '导入检测单'], inputs: ['Inputs', '投入品'],
  ripe: ['Ripe to harvest', '成熟可采'], decide: ['Decide', '处置'], agree: ['Agree as second person', '复核同意'], decision: ['Decision', '处置'], by: ['By', '签字'], agreed: ['Agreed by', '复核'],
  hold_sentence_open: ['{{what}} {{thing}} goes nowhere until somebody decides.', '{{what}} {{thing}} 未经处置不得放行。'],
  hold_sentence_second: ['Released by {{by}}; it is lifted once a second person agrees.', '{{by}} 已同意放行，须第二人复核后生效。'],
  hold_sentence_done: ['{{what}} {{thing}}: {{state}}.', '{{what}} {{thing}}：{{state}}。'],
  sign_means: ['Your name stands under this decision.', '您的姓名将作为签字记录。'], barred_lots: ['Lots it bars', '受限批次'], shipments: ['Left with', '已随货发出'], history: ['What was decided', '处置记录'],
  lot_sentence_free: ['{{here}} here; nothing bars it.', '在库 {{here}}，可放行。'], lot_sentence_held: ['{{held}} of {{here}} is on hold.', '在库 {{here}}，其中 {{held}} 暂扣。'],
  results: ['Results', '检测结果'], tested: ['Tested', '项目'], result: ['Result', '结果'], method: ['Method', '方法'], no_results: ['Nothing of it was tested yet.', '尚无检测。'],
  certificate: ['Certificate of analysis', '检验证书'], issue: ['Issue', '签发'], open_paper: ['Open', '打开'], may_certify: ['All that is asked was found in bounds.', '所检项目全部合格。'],
  story: ['Where it came from', '来源追溯'], pass: ['in bounds', '合格'], fail: ['out of bounds', '不合格'], unclear: ['cannot be told', '无法判定'], limit: ['Limit', '限量'],
  sheet_means: ['A CSV with the columns sample, analyte, value and unit. All of its results are taken, or none.', 'CSV 文件，须有样品、检测项目、检测结果、单位四列；全部导入或全部不导入。'],
  sheet_read: ['{{count}} results read; nothing is kept yet.', '读到 {{count}} 项结果，尚未保存。'], sheet_take: ['Keep them', '保存'], sheet_taken: ['{{count}} results kept.', '已保存 {{count}} 项结果。'], choose_file: ['Choose a file', '选择文件'],
  inputs_sentence: ['{{count}} inputs, {{bad}} of them used where they are forbidden.', '投入品 {{count}} 种，其中 {{bad}} 种违规使用。'], article: ['Article', '品名'], substances: ['Active substances', '有效成分'],
  forbidden_by: ['Forbidden by', '禁用依据'], within: ['within bounds', '限量使用'], used_on: ['Used on', '使用'], received: ['Received', '入库'], supplier: ['Supplier', '供应商'], new_input: ['Received', '登记入库'], use_it: ['Used', '登记使用'],
  programmes: ['Programmes that sites follow', '各场执行的规范'], no_programmes: ['No site has said that it follows one; the law holds everywhere.', '尚无养殖场登记规范；法定禁用清单处处适用。'], follow: ['Follow a programme', '登记规范'], until: ['no harvest before {{day}}', '{{day}} 前不得起捕'],
  ripe_sentence: ['{{ready}} of {{seen}} fish seen ripe may be harvested for roe.', '见成熟 {{seen}} 尾，其中 {{ready}} 尾可采卵。'], fish: ['Fish', '鱼'], pool: ['Pool', '池'], stage: ['Stage', '期'], seen: ['Seen', '检查日'], why_not: ['Why not', '不可原因'],
  stages: ['All living fish by the stage last seen', '存活鱼按末次所见分期'], rule: ['A stage counts for {{days}} days.', '分期结果 {{days}} 天内有效。'], use: ['For', '用途'], no_inputs: ['Nothing has been received yet.', '尚无登记。'],
  reach: ['What it reaches', '波及范围'], reach_none: ['Nothing was made of it and nothing left with it.', '尚未制成其他产品，也未发出。'], reach_sentence: ['It reaches {{blends}} blends, {{tins}} tins, {{cases}} cases and {{customers}} customers.', '波及拼配 {{blends}} 批、罐 {{tins}} 个、箱 {{cases}} 个、客户 {{customers}} 家。'],
  reach_out: ['{{out}} have left the house.', '{{out}} 个已离厂。'], reach_blends: ['Blends', '拼配批'], reach_cases: ['Cases', '箱'], reach_customers: ['Customers', '客户'], reach_tins: ['Tins that it reaches', '波及的罐'], reach_tin: ['Tin', '罐'], reach_where: ['Where', '所在'],
  reach_customer: ['Who has it', '持有方'], reach_case: ['Case', '箱'], reach_recall: ['Recall of {{thing}}, to print', '{{thing}} 召回清单（可打印）'], reach_some: ['The first {{count}} of {{all}} lots.', '仅显示 {{all}} 批中的前 {{count}} 批。'],
  reach_unknown: ['No event tells of {{lots}}, so what became of it is not known here.', '{{lots}} 无事件记录，去向不明。'], and_more: ['and {{count}} more', '另有 {{count}} 个'],
} as const

export type Word = keyof typeof words
export function q(key: Word, values: Record<string, unknown> = {}): string {
  return fill(words[key][is_zh() ? 1 : 0], values)
}

const codes: Record<string, [string, string]> = {
  open: ['open', '待处置'], second_awaited: ['a second person awaited', '待复核'], released: ['released', '已放行'], conditional: ['released with a condition', '附条件放行'], rework: ['to be reworked', '待返工'], condemned: ['condemned', '已判废'],
  test: ['a test failed', '检测不合格'], clock: ['the 15 minutes were not kept', '超 15 分钟'], forbidden_input: ['a forbidden input was used', '使用禁用投入品'],
  unripe: ['not ripe', '未达标'], unmeasured: ['ripeness not measured', '成熟度未测'], load: ['Load', '来货批次'],
  lot: ['Lot', '批次'], tin: ['Tin', '罐'], case: ['Case', '箱'], fish: ['Fish', '鱼'], pool: ['Pool', '池'], input: ['Input', '投入品'],
  looked_too_long_ago: ['looked at too long ago', '检查过期'], withdrawal_running: ['withdrawal period', '休药期内'], pool_held: ['its pool is on hold', '所在池被暂扣'],
  release: ['released', '放行'], release_with_condition: ['released with a condition', '附条件放行'], condemn: ['condemned', '判废'],
}
export const q_code = (code: string) => codes[code]?.[is_zh() ? 1 : 0] ?? code.replace(/_/g, ' ')
export const coded_name = (list: { code: string; name_en: string; name_zh: string }[] | undefined, code: string) => {
  const found = list?.find(x => x.code === code)
  return found ? (is_zh() ? found.name_zh : found.name_en) : q_code(code)
}
/// Height of a table of few rows, so that none stands half empty.
export const tall = (rows: number, most: number) => Math.min(most, 60 + 56 * rows)
