import type { Body, Exception, FactRow } from '../api'
import { has_word, is_zh, t, word, type Key } from '.'
import { mass_taste } from '../prefs'
import { group_digits, show_mass, show_number, show_oxygen, show_temperature } from '../units'

type Names = { species: (c: string) => string; cause: (c: string) => string; stage: (c: string | null | undefined) => string }

const n = (x: unknown) => (typeof x === 'number' ? show_number(x) : String(x ?? ''))
const kg = (x: unknown) => (typeof x === 'number' ? show_mass(x, mass_taste.get()) : '')

function fish_of(body: Body): string {
  const fish = body.fish
  if (Array.isArray(fish) && fish.length) return fish.length > 2 ? `${fish[0]} 等 ${fish.length} 尾` : fish.join('、')
  if (typeof fish === 'string') return fish
  return body.heads !== undefined ? `${body.cohort ?? ''} ${n(body.heads)} 尾`.trim() : ''
}

function round_zh(b: Body): string {
  const parts = [`${b.pool} 巡塘`]
  if (typeof b.deaths === 'number') parts.push(b.deaths ? `死亡 ${n(b.deaths)} 尾` : '无死亡')
  if (typeof b.feed_mg === 'number') parts.push(`投喂 ${kg(b.feed_mg)}`)
  if (typeof b.temperature_mc === 'number') parts.push(`水温 ${show_temperature(b.temperature_mc)} °C`)
  if (typeof b.oxygen_ug_l === 'number') parts.push(`溶氧 ${show_oxygen(b.oxygen_ug_l)} mg/L`)
  if (b.note) parts.push(String(b.note))
  return parts.join('，')
}

const zh: Record<string, (b: Body, names: Names) => string> = {
  site: b => `登记养殖场 ${b.site} ${b.name ?? ''}`,
  pool: b => (b.closed ? `停用养殖池 ${b.pool}` : `登记养殖池 ${b.pool}（${b.site}）`),
  cohort: (b, x) => `登记批次 ${b.cohort}：${x.species(String(b.species ?? ''))}，${b.year_class} 年`,
  stock: b => `${b.pool} 放入 ${b.cohort} ${n(b.heads)} 尾${b.mean_mg ? `，均重 ${kg(b.mean_mg)}` : ''}`,
  move: b => `${fish_of(b)} 从 ${b.from ?? '原池'} 转到 ${b.to}${b.reason ? `（${word('move_reason', String(b.reason))}）` : ''}`,
  regroup: b => `${b.pool} 中 ${n(b.heads)} 尾由 ${b.cohort} 改计入 ${b.to_cohort}`,
  tag: b => `${b.fish} 打标，批次 ${b.cohort}，在 ${b.pool}${b.weight_mg ? `，体重 ${kg(b.weight_mg)}` : ''}`,
  death: (b, x) => `${b.pool ? b.pool + ' ' : ''}死亡 ${fish_of(b)}，原因：${x.cause(String(b.cause ?? ''))}`,
  escape: b => `${b.pool ? b.pool + ' ' : ''}逃逸 ${fish_of(b)}`,
  harvest: b => `${b.pool ? b.pool + ' ' : ''}起捕 ${fish_of(b)}${b.total_mg ? `，共 ${kg(b.total_mg)}` : ''}${b.purpose ? `（${word('purpose', String(b.purpose))}）` : ''}`,
  weigh: b => `${b.pool} 抽样称重：${b.cohort} ${n(b.heads)} 尾共 ${kg(b.total_mg)}${typeof b.total_mg === 'number' && typeof b.heads === 'number' && b.heads ? `，均重 ${kg(b.total_mg / b.heads)}` : ''}`,
  measure: (b, x) => [`测量 ${b.fish}`, b.weight_mg ? `体重 ${kg(b.weight_mg)}` : '', b.length_mm ? `体长 ${show_number(Number(b.length_mm) / 10, 1)} cm` : '',
    b.sex ? word('sex', String(b.sex)) : '', b.stage ? `${x.stage(String(b.stage))}` : ''].filter(Boolean).join('，'),
  retag: b => `${b.fish} 换标为 ${b.new_tag}`,
  count: b => `${b.pool} 盘点 ${n(b.heads)} 尾（${word('count_method', String(b.method ?? ''))}）${b.low != null && b.high != null ? `，区间 ${n(b.low)}–${n(b.high)}` : ''}`,
  adjust: (b, x) => `${b.pool} ${b.cohort} 账面调整 ${typeof b.heads === 'number' && b.heads > 0 ? '+' : ''}${n(b.heads)} 尾，原因：${x.cause(String(b.cause ?? ''))}`,
  feed: b => `${b.pool} 投喂 ${kg(b.feed_mg)}${b.feed ? ` ${b.feed}` : ''}`,
  treat: b => `${b.pool ?? fish_of(b)} 用药 ${b.product}，休药期 ${n(b.withdrawal_days ?? 0)} 天`,
  water: b => [`${b.pool ?? b.site} 水质`, b.temperature_mc != null ? `水温 ${show_temperature(Number(b.temperature_mc))} °C` : '',
    b.oxygen_ug_l != null ? `溶氧 ${show_oxygen(Number(b.oxygen_ug_l))} mg/L` : '', b.ph_milli != null ? `pH ${show_number(Number(b.ph_milli) / 1000, 1)}` : '']
    .filter(Boolean).join('，'),
  round: round_zh,
  growth: (b, x) => `${b.site} 采用生长系数：${x.species(String(b.species ?? ''))} ${x.stage(String(b.stage ?? ''))}，TGC×1000 ${show_number(Number(b.tgc_micro) / 1000, 3)}`,
  ages: b => `${b.series} ${b.year} 年：${b.age_years} 龄 ${n(b.heads)} 尾`,
  rubbing: b => `${b.fish} 开始搓卵`,
  roe: b => `${b.fish} 取卵 ${kg(b.roe_mg)}，批号 ${b.lot ?? ''}`,
  salt: b => `批次 ${b.lot} 拌盐 ${kg(b.salt_mg)}${b.grade ? `，等级 ${b.grade}` : ''}`,
  tin: b => `装罐 ${b.tin}：批次 ${b.lot}，净重 ${kg(b.net_mg)}`,
  harvest_order: b => `起捕单 ${b.order}：${Array.isArray(b.fish) ? b.fish.length : 0} 尾，${b.planned_on}${b.line ? `，${b.line}` : ''}`,
  step: b => `${b.fish} 工序 ${b.step}${b.weight_mg ? `，${kg(b.weight_mg)}` : ''}${b.station ? `，${b.station}` : ''}`,
  material: b => `到货 ${b.batch}（${b.material}）${b.count ? `${n(b.count)} 只` : kg(b.weight_mg)}`,
  material_used: b => `使用 ${b.batch} ${b.count ? `${n(b.count)} 只` : kg(b.weight_mg)}`,
  check: b => `控制点 ${b.point}：${b.temperature_mc != null ? `${show_temperature(Number(b.temperature_mc))} °C` : b.share_ppm != null ? `${show_number(Number(b.share_ppm) / 10_000, 1)}%` : b.good ? '合格' : '不合格'}`,
  repack: b => `由罐 ${b.tin} 分装 ${Array.isArray(b.tins) ? b.tins.length : 0} 罐，每罐 ${kg(b.net_mg)}`,
  case: b => `装箱 ${b.container}：${[...(Array.isArray(b.tins) ? b.tins : []), ...(Array.isArray(b.containers) ? b.containers : [])].length} 件`,
  party: b => `登记往来单位 ${b.party}：${b.name ?? ''}（${b.country ?? ''}）`,
  permit: b => `许可证 ${b.permit}：${kg(b.quantity_mg)}${b.species ? ` ${b.species}` : ''}`,
  ship: b => `发运 ${b.shipment} 给 ${b.party}：${Array.isArray(b.containers) ? b.containers.length : 0} 箱`,
  flight_flown: b => `${b.pool} 航拍（${b.file ?? ''}）`,
  flight_counted: b => `机器计数 ${n(b.heads)} 尾（95% ${n(b.low)}–${n(b.high)}），模型 ${b.model ?? ''}`,
  marks_corrected: b => `修正标记：补 ${Array.isArray(b.added) ? b.added.length : 0}，删 ${Array.isArray(b.struck) ? b.struck.length : 0}`,
  flight_hand_counted: b => `人工数帧 ${Array.isArray(b.points) ? b.points.length : 0} 尾`,
  stocktake_signed: b => `签认 ${n(b.heads)} 尾（95% ${n(b.low)}–${n(b.high)}）${b.why ? `：${b.why}` : ''}`,
  site_calibrated: b => `${b.site} 本场计数校准${b.note ? `：${b.note}` : ''}`,
  recapture: b => `${b.series} 第 ${b.sample} 次：捕获 ${n(b.caught)}，其中标记 ${n(b.recaptured)}`,
}

/// A fact in one sentence: the server's in English, ours in Chinese.
export function says(fact: Pick<FactRow, 'kind' | 'body'> & { says?: string }, names: Names): string {
  const own = is_zh() ? zh[fact.kind]?.(fact.body, names) : undefined
  return own ?? (fact.says || fallback_sentence(fact))
}

const fallback_sentence = (fact: { kind: string; body: Body }) =>
  `${word('kind', fact.kind)}: ${Object.entries(fact.body).map(([k, v]) => `${word('field', k)} ${Array.isArray(v) ? v.join(', ') : v}`).join(', ')}`

/// The same beside the pool's name, which need not be said twice.
export function exception_about(e: Exception): string {
  const text = group_digits(exception_text(e))
  const name = e.pool ?? ''
  if (!name || !text.startsWith(name)) return text
  const rest = text.slice(name.length).replace(/^[\s:：，,]+/, '')
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/// An exception in words: ours where the code is known in this language, else the server's sentence.
export function exception_text(e: Exception): string {
  if (!is_zh() || !has_word('exception', e.code)) return e.detail || word('exception', e.code)
  const shown = (x: number | null) => (x == null ? '–' : show_number(x, Number.isInteger(x) ? 0 : 1))
  return t(`exception.${e.code}` as Key, { pool: e.pool ?? '', fish: e.fish ?? '', value: shown(e.value), limit: shown(e.limit) })
}
