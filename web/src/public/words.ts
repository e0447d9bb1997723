// The words of the page behind a label's code, in both languages. It loads without the app's catalogue: it must be quick on any phone.
const en = {
  other: '中文', other_label: '切换到中文', simulated: 'Simulated data', waiting: 'Looking it up',
  genuine: 'Genuine', genuine_means: 'Issued by {who}.', lot_means: 'A lot of {who}.', not_issued: 'We did not issue this {what}.', unknown: 'Nobody here issued this {what}.',
  not_issued_means: 'The number on it is not one of {who}. Do not rely on the label; ask whom you bought it from.', unknown_means: 'The number belongs to no company that keeps its records here.',
  recalled: 'Recalled', recalled_means: '{who} calls this back. Do not eat or sell it; ask whom you bought it from.',
  unreachable: 'No connection', unreachable_means: 'Try again when the phone has a signal.', again: 'Try again', busy: 'Too many questions at once. Try again in a moment.', bad: 'This is no code of a label.',
  tin: 'tin', lot: 'lot', case: 'case', fish: 'fish', place: 'place', party: 'company', item: 'product', thing: 'thing',
  caviar: 'Caviar', grade: 'Grade', net: 'Net', salt: 'Salt', age: 'Age at harvest', years: '{n} years', year_class: 'Hatched', label: 'CITES label',
  story: 'Its story', hatched: 'Hatched', raised: 'Raised', in_pool: 'in {pool}', parents: 'Parents', harvested: 'Harvested', salted: 'Salted', packed: 'Packed', at_plant: 'at {plant}', shipped: 'Shipped', received: 'Received', repacked: 'Repacked',
  cold: 'Cold chain', cold_kept: 'Kept between {low} and {high} °C.', cold_alarm: 'Reached {high} °C on the way: an alarm was raised.', cold_from: '{n} readings', farm: 'Farm', map: 'The farm on the map', keep: 'Keep at −2 to +2 °C; once opened, eat within two days.',
  label_means: '{species} / source {source} / country of origin {country} / harvested {year} / plant {plant} / lot {lot}', nothing_more: 'The company publishes nothing more about it.', code: 'Code', within: 'Contains', place_of: 'A place of {who}.', party_of: 'This is {who}.',
}
type Words = typeof en
const zh: Words = {
  other: 'English', other_label: 'Switch to English', simulated: '模拟数据', waiting: '正在查询',
  genuine: '正品', genuine_means: '由{who}签发。', lot_means: '{who}的批次。', not_issued: '此{what}不是我们签发的。', unknown: '此{what}的编码不属于这里的任何企业。',
  not_issued_means: '上面的编码不属于{who}。请勿相信该标签，并向卖家核实。', unknown_means: '在此存档的企业都没有使用这个编码。',
  recalled: '已召回', recalled_means: '{who}正在召回此产品。请勿食用或销售，并联系卖家。',
  unreachable: '没有网络', unreachable_means: '有信号时请重试。', again: '重试', busy: '请求太频繁，请稍后再试。', bad: '这不是标签编码。',
  tin: '罐', lot: '批', case: '箱', fish: '鱼', place: '地点', party: '企业', item: '产品', thing: '物品',
  caviar: '鱼子酱', grade: '等级', net: '净重', salt: '含盐', age: '取卵年龄', years: '{n} 年', year_class: '出苗', label: 'CITES 标签',
  story: '它的来历', hatched: '出苗', raised: '养殖', in_pool: '于 {pool}', parents: '亲本', harvested: '起捕', salted: '腌制', packed: '装罐', at_plant: '于{plant}', shipped: '发货', received: '收货', repacked: '分装',
  cold: '冷链', cold_kept: '全程 {low} 至 {high} °C。', cold_alarm: '途中曾达 {high} °C，已触发警报。', cold_from: '{n} 次读数', farm: '养殖场', map: '养殖场位置', keep: '请于 −2 至 +2 °C 保存，开罐后两天内食用。',
  label_means: '{species} / 来源 {source} / 原产国 {country} / {year} 年取卵 / 工厂 {plant} / 批号 {lot}', nothing_more: '该企业没有公布更多资料。', code: '编码', within: '内含', place_of: '{who}的地点。', party_of: '这是{who}。',
}
export type Word = keyof Words
export const all_words = { en, zh }
export type Language = keyof typeof all_words

export const first_language = (): Language => {
  try { const kept = localStorage.getItem('osetra.language'); if (kept === 'en' || kept === 'zh') return kept } catch { /* storage may be shut */ }
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
export function say(language: Language, word: Word, values: Record<string, string | number> = {}): string {
  return all_words[language][word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
export function day_words(language: Language, day: string): string {
  const [y, m, d] = day.slice(0, 10).split('-').map(Number)
  return language === 'zh' ? `${y}年${m}月${d}日` : `${d} ${months[m - 1]} ${y}`
}
/// Names are often written in both scripts, in either order: the part in the reader's.
export function script_of(language: Language, name: string): string {
  const zh_first = /^([\u3400-\u9fff][^A-Za-z]*?)\s*([A-Za-z].*)$/.exec(name), en_first = /^([A-Za-z][^\u3400-\u9fff]*?)\s*([\u3400-\u9fff].*)$/.exec(name)
  const zh = zh_first?.[1] ?? en_first?.[2], en = zh_first?.[2] ?? en_first?.[1]
  return (language === 'zh' ? zh : en) ?? name
}
