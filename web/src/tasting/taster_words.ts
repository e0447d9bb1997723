// The words of the page of a taster, in both languages. It loads without the app's catalogue: it must be quick on any phone.
const en = {
  other: '中文', other_label: '切换到中文', simulated: 'Simulated data', waiting: 'One moment', bad: 'This link is not known.', bad_means: 'Ask who leads the tasting for a new one.',
  unreachable: 'No connection', unreachable_means: 'Your answers are kept on this phone and sent when there is a signal.', again: 'Try again',
  hello: 'Tasting {title}', seat: 'Seat {seat}', contains: 'The samples contain: {what}. Do not taste if you must not eat this.', rinse: 'Rinse with water. Taste in the order shown, from the left. There is no wrong answer.',
  begin: 'Begin', of: '{n} of {all}', taste: 'Taste', in_order: 'Taste in this order', reference: 'Reference', next: 'Send', comment: 'A word about it, if you like',
  triangle: 'Two are the same. Which one is different?', duo_trio: 'Which one is the same as the reference?', '2afc': 'Which one is stronger?', '3afc': 'Which one is stronger?', paired: 'Which one do you prefer?',
  no_difference: 'No difference', ranking: 'Touch the best first, then the next, to the last.', hedonic: 'How much do you like it?', profile: 'How strong is it?', liking: 'Liking', undo: 'Start over',
  low: 'not at all', high: 'very much', thanks: 'Thank you', thanks_means: 'All your answers are there. You can put the phone away.', sending: '{n} answers wait for a signal. Keep this page open.', refused: 'An answer was not taken: {why}',
  closed: 'This tasting is over.', pause: 'Rinse, wait a moment, then go on.',
}
type Words = typeof en
const zh: Words = {
  other: 'English', other_label: 'Switch to English', simulated: '模拟数据', waiting: '请稍候', bad: '此链接无效。', bad_means: '请向主持人索取新链接。',
  unreachable: '没有网络', unreachable_means: '您的答案保存在本机，有信号时自动发送。', again: '重试',
  hello: '品评：{title}', seat: '{seat} 号座位', contains: '样品含有：{what}。不能食用者请勿品尝。', rinse: '请先用清水漱口，按所示顺序从左到右品尝。答案没有对错。',
  begin: '开始', of: '第 {n} / {all} 题', taste: '请品尝', in_order: '请按此顺序品尝', reference: '对照样', next: '提交', comment: '想说的话（可不填）',
  triangle: '其中两个相同，哪一个不同？', duo_trio: '哪一个与对照样相同？', '2afc': '哪一个更强？', '3afc': '哪一个更强？', paired: '您更喜欢哪一个？',
  no_difference: '没有差别', ranking: '请先点最好的，再点次好的，直到最后。', hedonic: '您有多喜欢它？', profile: '强度如何？', liking: '喜好度', undo: '重新排序',
  low: '完全没有', high: '非常强', thanks: '谢谢', thanks_means: '您的答案已全部收到，可以放下手机了。', sending: '{n} 个答案等待信号，请不要关闭本页。', refused: '有答案未被接受：{why}',
  closed: '本次品评已结束。', pause: '请漱口，稍等片刻再继续。',
}
export type Word = keyof Words
export const taster_words = { en, zh }
export type Language = keyof typeof taster_words
export const say = (language: Language, word: Word, values: Record<string, string | number> = {}): string =>
  taster_words[language][word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
