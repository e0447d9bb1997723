// Words of the leader's pages of tastings, in both languages.
const en = {
  title: 'Tastings', sentence_none: 'No tasting yet.', sentence: '{open} going on, {closed} closed.', new: 'New tasting', name: 'What it is about', test: 'Test', samples: 'Samples, one a line', lots: 'Lot of ours (sample = lot), one a line',
  attributes: 'Attributes, one a line', seats: 'Tasters', rounds: 'Rounds', allergens: 'Contains, by commas', make: 'Make the tasting', state: 'State', open: 'going on', closed: 'closed', verdict: 'Verdict', tasters: 'Tasters', at: 'Made',
  triangle: 'Triangle: which is the odd one?', duo_trio: 'Duo-trio: which is the reference?', '2afc': '2-AFC: which is stronger?', '3afc': '3-AFC: which is stronger?', paired: 'Pairs: which do you prefer?', ranking: 'Ranking: put them in order', hedonic: 'Liking: how much do you like each?', profile: 'Profile: how strong is each attribute?',
  progress: '{done} of {all} tasters have answered all.', going: '{done} of {all} tasters have answered all; the key is sealed.', links: 'Links for tasters', links_how: 'Give each taster the link of one seat: no account is needed. What they hold answers for that seat only.', copy: 'Copy link', copied: 'Copied', seat: 'Seat', answered: 'Answered', link: 'Link', open_link: 'Open', liking: 'Liking',
  pour: 'To pour by (PDF)', pour_how: 'For whoever pours: tells what is what.', close: 'Close and open the key', close_sure: 'Nobody can answer any more. Close?', report: 'Report (PDF)', key: 'Key', key_fits: 'The key fits what was sealed.', key_changed: 'The key does not fit what was sealed!', sealed: 'Sealed with SHA-256',
  not_analysed: 'No verdict: {why}', right: 'Right', chance: 'By chance', enough: 'Enough at 5 %', perceive: 'Perceive it', d_prime: "d'", power: 'Power', needed: 'Answers needed', worth: 'Worth (95 %)', share: 'First places', product: 'Sample', lot: 'Lot', mean: 'Mean (95 %)', group: 'Group', group_how: 'Samples that share a letter do not differ (Tukey, 5 %).',
  means_chart: 'Mean of each sample with its 95 % interval', worth_chart: 'Worth of each sample with its 95 % interval', profile_chart: 'Profile: mean of each sample by attribute', panel: 'How tasters worked', good: 'good', discriminates_little: 'tells products apart little', repeats_badly: 'does not repeat itself', disagrees: 'disagrees with the others', not_judged: 'not judged', discriminates: 'Tells apart', agrees: 'Agrees', repeats: 'Repeats', comments: 'What tasters said',
  lots_title: 'Lot to lot', lots_sentence: 'Lots are alike in {alike} of {all} attributes.', lots_none: 'No lot was scored in a closed tasting yet.', lots_chart: 'Mean of each lot with its 95 % interval', between: 'Between lots', lots_p: 'p of being alike', trend: 'Liking over tastings', outside: 'unlike the others', facts: 'Fact',
}
type Words = typeof en
const zh: Words = {
  title: '品评', sentence_none: '还没有品评。', sentence: '{open} 场进行中，{closed} 场已结束。', new: '新建品评', name: '主题', test: '检验方法', samples: '样品，每行一个', lots: '本厂批次（样品 = 批次），每行一个',
  attributes: '属性，每行一个', seats: '品评员人数', rounds: '轮次', allergens: '含有（逗号分隔）', make: '生成品评', state: '状态', open: '进行中', closed: '已结束', verdict: '结论', tasters: '品评员', at: '建立',
  triangle: '三点检验：哪一个不同？', duo_trio: '二-三点检验：哪一个是对照？', '2afc': '2-AFC：哪一个更强？', '3afc': '3-AFC：哪一个更强？', paired: '成对比较：更喜欢哪一个？', ranking: '排序：排出先后', hedonic: '喜好：有多喜欢？', profile: '剖面：各属性强度如何？',
  progress: '{all} 人中 {done} 人已全部作答。', going: '{all} 人中 {done} 人已全部作答；密钥封存中。', links: '品评员链接', links_how: '每个座位一条链接，发给一位品评员，无需账号；链接只能为该座位作答。', copy: '复制链接', copied: '已复制', seat: '座位', answered: '已答', link: '链接', open_link: '打开', liking: '喜好度',
  pour: '备样单（PDF）', pour_how: '仅供备样者：写明样品身份。', close: '结束并开封密钥', close_sure: '结束后无人能再作答。确定？', report: '报告（PDF）', key: '密钥', key_fits: '密钥与封存指纹一致。', key_changed: '密钥与封存指纹不一致！', sealed: '封存指纹 SHA-256',
  not_analysed: '无结论：{why}', right: '答对', chance: '随机概率', enough: '5 % 临界数', perceive: '能分辨者', d_prime: "d'", power: '检验力', needed: '所需答案数', worth: '价值（95 %）', share: '首选比例', product: '样品', lot: '批次', mean: '均值（95 %）', group: '分组', group_how: '字母相同者差异不显著（Tukey，5 %）。',
  means_chart: '各样品均值及 95 % 区间', worth_chart: '各样品价值及 95 % 区间', profile_chart: '剖面：各属性样品均值', panel: '品评员表现', good: '良好', discriminates_little: '区分力弱', repeats_badly: '重复性差', disagrees: '与他人不一致', not_judged: '未评', discriminates: '区分', agrees: '一致', repeats: '重复', comments: '品评员留言',
  lots_title: '批次一致性', lots_sentence: '{all} 个属性中 {alike} 个批次一致。', lots_none: '已结束的品评中还没有批次得分。', lots_chart: '各批次均值及 95 % 区间', between: '批次间', lots_p: '一致的 p 值', trend: '历次喜好度', outside: '与其他批次不同', facts: '记录',
}
export type TasteWord = keyof Words
export const tasting_words = { en, zh }
