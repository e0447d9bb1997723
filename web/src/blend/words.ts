// Words of the blend and mix pages, both languages side by side.
import { fill, is_zh } from '../i18n'

const all = {
  blend: ['Blend', '拼配'], mix: ['Sea water', '人工海水'],
  blend_sentence: ['{{kg}} from {{lots}} for {{cost}}; no blend that keeps these limits is cheaper by more than {{gap}}.', '{{lots}}拼配{{kg}}，成本{{cost}}；符合这些限度的方案最多再便宜{{gap}}。'],
  cheapest_sentence: ['{{kg}} from {{lots}} for {{cost}}; no blend that keeps these limits is cheaper.', '{{lots}}拼配{{kg}}，成本{{cost}}；符合这些限度的方案中没有更便宜的。'],
  point_sentence: ['{{kg}} from {{lots}} for {{cost}}: the nearest to the targets for its cost.', '{{lots}}拼配{{kg}}，成本{{cost}}：此成本下最接近目标。'],
  lot_count: ['{{n}} lots', '{{n}}个批次'], one_lot: ['one lot', '1个批次'],
  blend_idle: ['Give the lots and what the blend is to be.', '请提供批次和目标。'],
  searching: ['Looking for the cheapest blend …', '正在寻找成本最低的方案……'],
  forbidden: ['{{name}} must not be blended: {{why}}. Keep each lot by itself.', '{{name}}不得拼配：{{why}}。请各批次分开。'],
  untold: ['The pack of {{name}} does not say whether it may be blended, and what nobody allowed is not done.', '{{name}}的产品包没有说明可否拼配；未经允许不拼配。'],
  in_the_way: ['What stands in the way', '受阻原因'], alone: ['One of these alone would do:', '以下任一项放宽即可：'], together: ['Or all of these together, each by the least:', '或同时各放宽一点：'], allow_lots: ['Allow {{lots}} lots', '允许{{lots}}个批次'],
  stands_stock: ['There is less in stock than is asked.', '库存不足目标重量。'], stands_must: ['What must be taken is more than is asked.', '必用批次超过目标重量。'], stands_old: ['The old lots do not reach the share asked.', '老批次不足所要求的占比。'],
  stands_bags: ['Whole bags do not add up to the amount.', '整袋凑不成目标重量。'], stands_lots: ['It cannot be done with so few lots.', '批次上限太少。'], stands_cost: ['No blend of that amount costs so little.', '此成本下没有方案。'],
  stands_surety: ['A blend fits by best estimates, but none with the surety asked.', '按估计值可行，但达不到所要求的把握。'], stands_profile: ['No blend of these lots keeps every limit.', '没有方案符合全部限度。'], stands_time: ['No blend was found in the time given, and none was ruled out.', '限时内未找到方案，也未证明不可行。'],
  product: ['Product', '产品'], amount: ['To be made', '目标重量'], most_lots: ['Lots at most', '最多批次'], surety: ['Surety', '把握'], old_share: ['From old lots, %', '老批次占比，%'], old_days: ['Old from, days', '老批次起算天数'],
  surety_none: ['best estimate', '按估计值'], limits: ['Limits', '限度'], curve: ['Cost against closeness', '成本与接近度'], result: ['Bags', '袋数'], what_limits: ['What limits', '受何限制'],
  curve_means: ['Each point is a blend: the nearest to the targets for its cost. Take one.', '每个点是一个方案：此成本下最接近目标。点选即用。'],
  off: ['Off the targets (1: edge)', '偏离目标（1为限度）'], cost: ['Cost', '成本'], lot: ['Lot', '批次'], bags: ['Bags', '袋'], share: ['Share', '占比'], kg: ['kg', '公斤'], attribute: ['Attribute', '指标'], value: ['Blend', '拼配值'], range: ['Limits', '限度'],
  within: ['Within all limits', '全部在限度内'], bound: ['Above the bound', '高于下界'], taken: ['This blend', '当前方案'], loose: ['loose', '散装'],
  leans_low: ['{{attribute}}: the low limit costs {{cost}} for each 0.1.', '{{attribute}}：下限每0.1值{{cost}}。'], leans_high: ['{{attribute}}: the high limit costs {{cost}} for each 0.1.', '{{attribute}}：上限每0.1值{{cost}}。'],
  nothing_limits: ['No limit makes this blend dearer.', '没有限度抬高此方案的成本。'],
  panel: ['{{attribute}} does not mix as anything here predicts: have {{tasters}} tasters compare the blend with the reference before it is sold.', '{{attribute}}无法由过往拼配预测：出售前请{{tasters}}位评员与标样比较。'],
  sheets: ['Sheets', '表格'], lots_sheet: ['Lots (CSV)', '批次（CSV）'], target_sheet: ['Target (CSV)', '目标（CSV）'], past_sheet: ['Blends made before (CSV), if any', '过往拼配（CSV），可不填'], choose_file: ['Choose a file', '选择文件'],
  leaves: ['Sell or write off', '出库'], gone: ['Sold, used or lost', '已出库'], how: ['How', '去向'], sold: ['sold', '售出'], used: ['used', '领用'], lost: ['lost', '损耗'],
  our_lots: ['Our lots', '本公司批次'], take_ours: ['Take our lots ({{lots}})', '取用本公司批次（{{lots}}）'], left: ['Left', '剩余'], price: ['Price a kg', '每公斤价'], went_into: ['Went into', '用于'], a_blend: ['blend', '拼配'],
  on_hold: ['on hold: {{hold}}', '暂扣：{{hold}}'], left_out: ['Not offered for blending, for want of a price or an attribute: {{lots}}.', '缺价格或指标，暂不可拼配：{{lots}}。'], blends_made: ['Blends made', '已拼配'], made_of: ['Made of', '组成'], signed: ['Signed', '签认'], plans: ['Planned', '已计划'],
  compared: ['compared in {{tasting}}', '已在{{tasting}}中品评'], keep: ['Keep this blend', '保存此方案'], new_lot: ['Name of the new lot, or of the plan', '新批次或计划的名称'], tasting: ['Tasting that compared it with the reference', '与标样比较的品评'], plan_it: ['Keep as a plan', '存为计划'], made_it: ['It was made: sign', '已拼配，签认'],
  plan_told: ['Plan {{name}} is kept; nothing was taken of any lot.', '计划{{name}}已保存，未动用任何批次。'], blend_told: ['Lot {{name}} is in the records, and its bags are taken.', '批次{{name}}已登记，袋数已扣除。'], not_ours: ['These lots are not in the records: the blend can be saved as a recipe, not kept.', '这些批次不在记录中：只能另存配方。'],
  ours_sentence: ['{{lots}} lots with {{kg}} can be blended; {{held}} are on hold.', '可拼配批次{{lots}}个，共{{kg}}；暂扣{{held}}个。'],
  example: ['Show an example', '看例子'], example_note: ['Made-up figures, to try.', '虚构数据，供试用。'], work_out: ['Work it out', '计算'], copy: ['Save the recipe (CSV)', '保存配方（CSV）'],
  analysis_sheet: ['Ion analysis of the source (CSV)', '水源离子分析（CSV）'], salts_sheet: ['Salts (CSV)', '盐类（CSV）'], bands_sheet: ['Target (CSV); empty: as the sea', '目标（CSV）；不填则按海水'], volume: ['Water to be made', '水量'], whole_bags: ['In whole bags', '整袋'],
  mix_idle: ['Give the analysis of the well and the salts to be had.', '请提供水源分析和可用盐类。'], mix_sentence: ['{{volume}} take {{salts}} salts for {{cost}}.', '{{volume}}需{{salts}}种盐，成本{{cost}}。'],
  doubtful: ['The analysis is doubtful: its charges are {{percent}} apart. Have it repeated.', '分析存疑：电荷相差{{percent}}，请复测。'], salt: ['Salt', '盐'], g_m3: ['g/m³', '克/立方米'], weigh: ['To be weighed', '称量'], what: ['What', '项目'], source: ['Source', '水源'], mixed: ['Mixed', '配后'],
  order: ['Order of dissolving', '溶解顺序'], not_kept: ['Nothing is kept: save the recipe, or tell it to the journal when it is made.', '此处不保存：请另存配方。'],
} as const

export type BlendWord = keyof typeof all
export function say(key: BlendWord, values: Record<string, string | number> = {}): string {
  return fill(all[key][is_zh() ? 1 : 0], values)
}
