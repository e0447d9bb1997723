// The words of grading, in both languages, and how its figures are written.
import { fill, is_zh } from '../i18n'

const words = {
  title: ['Grading', '分级'], lot_title: ['Grading of lot', '批次分级'], agreement: ['Graders', '评级员'], uses: ['Uses and prices', '用途与价格'],
  none: ['No lot was made yet. A lot appears here once its roe is told.', '尚无批次。登记取卵后批次会出现在这里。'],
  sentence: ['{{decided}} of the last {{all}} lots are graded; {{waiting}} wait for a decision.', '最近 {{all}} 个批次中已定级 {{decided}} 个，{{waiting}} 个待定级。'],
  lot: ['Lot', '批次'], made: ['Taken', '取卵时间'], species: ['Species', '品种'], scored_by: ['Graders', '评级人数'], photo: ['Photo, mm', '照片 mm'], grade: ['Grade', '级别'], by: ['Signed by', '签认人'],
  consistency: ['Consistency', '一致性'], consistency_sentence: ['{{out}} of {{lots}} signed lots break a run rule.', '{{lots}} 个已签批次中有 {{out}} 个触发判异准则。'],
  consistency_none: ['Consistency shows once two lots are signed with their values.', '两个批次签认并有数值后显示一致性。'],
  consistency_words: ['Each attribute of the last 120 signed lots: the usual, three sigma around it from lot to lot (dashed), and what the best grade asks (red). Diamonds break a run rule.', '最近 120 个已签批次的各项指标：均值、批间三倍标准差（虚线）、最高级要求（红线）；菱形为判异点。'],
  not_graded: ['not graded', '未定级'], months: ['Grades by month', '各月级别'], months_words: ['Lots of each grade in each month, and their mean egg diameter.', '各月各级批次数及平均卵径。'], mean_mm: ['Mean diameter, mm', '平均卵径 mm'], lots: ['lots', '批次'],
  lot_decided: ['Lot {{lot}} is {{grade}}, signed by {{by}}.', '批次 {{lot}} 定为{{grade}}，{{by}} 签认。'],
  lot_suggested: ['Lot {{lot}} would be {{grade}} by the rules; nobody has signed it yet.', '按规则批次 {{lot}} 应为{{grade}}，尚未签认。'],
  lot_missing: ['Lot {{lot}} cannot be graded yet: {{what}} is missing.', '批次 {{lot}} 还不能定级：缺少{{what}}。'],
  lot_blind: ['Score lot {{lot}} first; then you see what others gave.', '请先为批次 {{lot}} 评分，之后才能看到他人的评分。'],
  lot_no_scheme: ['No scheme of grades is for this species.', '没有适用于该品种的分级方案。'],
  known: ['What is known', '已知数据'], asks: ['{{grade}} asks', '{{grade}}要求'], own: ['Your scores', '我的评分'], own_words: ['Alone, without talking. Leave empty what you cannot judge.', '独立评分，不讨论；无法判断的项可留空。'], save: ['Give scores', '提交评分'],
  scores: ['Scores', '评分'], grader: ['Grader', '评级员'], no_scores: ['Nobody has scored it yet.', '尚无评分。'], blind: ['{{n}} graders have scored it; their scores are shown after you gave yours.', '已有 {{n}} 人评分，您评分后可见。'],
  camera: ['Tray photograph', '卵盘照片'], camera_words: ['200 eggs or more in one layer on a white tray, straight from above, with a printed 15 mm marker.', '白盘上单层铺 200 粒以上，垂直拍摄，旁放 15 mm 打印标记。'], choose: ['Choose a photograph', '选择照片'], marker: ['Marker, mm', '标记边长 mm'], or_scale: ['or pixels a millimetre', '或每毫米像素'], measure: ['Measure', '测量'], measuring: ['Measuring …', '测量中…'],
  photo_told: ['{{eggs}} eggs, {{mean}} mm ({{low}} to {{high}}), spread {{spread}} mm, {{broken}}% broken', '{{eggs}} 粒，{{mean}} mm（{{low}} 至 {{high}}），离散 {{spread}} mm，破卵 {{broken}}%'], look_again: ['look again', '建议重拍'], sure: ['sure', '可信'], not_calibrated: ['colour not calibrated', '颜色未校准'],
  overlay: ['The tray with every egg that was seen: green measured, amber not measured, red broken', '识别结果：绿色已测，黄色未测，红色破卵'],
  why: ['Why', '理由'], rules_say: ['The rules say', '按规则'], panel_says: ['Your panel would say', '以往评级推断'], panel_words: ['Learnt from {{n}} decisions; right for {{right}}% of lots left out, calibration error {{error}}.', '由 {{n}} 次定级学得；留出批次正确率 {{right}}%，校准误差 {{error}}。'],
  no_model: ['Too few past decisions, or none near a limit, to tell what the panel would say.', '以往定级太少或没有接近界限的批次，尚不能推断评级结果。'],
  decide: ['Decide the grade', '定级'], decide_words: ['Your name stands under it. Where it is not what the rules say, tell why.', '以您的名义签认；与规则不同时请说明理由。'], reason: ['Reason', '理由'], sign: ['Sign', '签认'], who_decides: ['A manager decides.', '由场长定级。'], facts: ['See the fact', '查看记录'],
  agree_sentence: ['{{n}} lots were scored by several graders: agreement {{word}} (alpha {{alpha}}, {{low}} to {{high}}).', '{{n}} 个批次由多人评分：一致性{{word}}（alpha {{alpha}}，{{low}} 至 {{high}}）。'], agree_few: ['Too few lots were scored by two graders or more to tell how they agree.', '由两人以上评分的批次太少，尚不能判断一致性。'],
  agree_words: ['Each grader\'s grade is worked out by the rules from what that grader scored alone; measurements do not count.', '每位评级员的级别仅由其本人评分按规则得出，测量值不计。'], stricter: ['Stricter by', '偏严'], milder: ['Milder by', '偏宽'], grades: ['grades', '级'], same: ['Same as others', '与他人相同'], pairs: ['Pairs', '两两一致性'], kappa: ['Weighted kappa', '加权 kappa'],
  uses_sentence: ['{{use}} earns most with {{grade}}: {{margin}} a portion.', '{{use}}用{{grade}}利润最高：每份 {{margin}}。'], uses_none: ['No use is told for this product.', '该产品没有用途数据。'], per_kg: ['a kilogram', '每公斤'], prices: ['Prices by grade', '各级价格'], set_price: ['New price', '新价格'], keep: ['Keep', '保存'],
  bill: ['Bill of material', '用料清单'], sells: ['Sells for', '售价'], goods: ['Goods', '主料'], rest: ['All else', '其他'], margin: ['Margin', '毛利'], best: ['best', '最佳'], not_for: ['not for this use', '不用于此'], pays_below: ['Pays up to', '主料价上限'], loss: ['lost on the way', '损耗'],
  start_values: ['Prices and costs that nobody has changed are starting values of the product pack.', '未修改的价格与成本为产品包初始值。'],
  none_word: ['none', '无'], slight: ['slight', '极低'], fair: ['fair', '较低'], moderate: ['moderate', '中等'], substantial: ['substantial', '较高'], perfect: ['almost perfect', '很高'],
} as const satisfies Record<string, readonly [string, string]>
export type GradingWord = keyof typeof words

export const g = (key: GradingWord, values: Record<string, string | number> = {}): string =>
  fill(words[key][is_zh() ? 1 : 0], values)

export interface Named { name_en: string; name_zh: string }
export const named = (x: Named | undefined) => (x ? (is_zh() ? x.name_zh : x.name_en) : '–')
export const agreement_word = (word: string) => g(({ none: 'none_word', 'almost perfect': 'perfect' } as Record<string, GradingWord>)[word] ?? (word as GradingWord))
