// Words of what customers say, English and Chinese.
export const review_words = {
  panels: ['Panels, blind', '盲评'],
  title: ['Customers', '顾客评价'], sentence: ['Customers like {{best}} best now ({{mean}} of 9, {{n}} reviews in that {{span}}); rising: {{up}}, falling: {{down}}.', '顾客目前最喜欢：{{best}}（9 分制 {{mean}}，该{{span}} {{n}} 条）；{{up}} 种上升，{{down}} 种下降。'],
  none: ['No review yet. Tell one, or read a sheet of a shop or a restaurant.', '尚无评价。可登记一条，或导入门店、餐厅的评价表。'], chart: ['Mean liking in reviews, by product and span of time', '各产品各时段的平均喜好度（顾客评价）'],
  how: ['Stars and cards are put on one scale, 1 to 9. In brackets 95 %; of fewer than five reviews by the spread of all of that product. Who reviews is not chosen by chance and knows what it eats: so reviews stand apart from panels.', '星级与评分卡统一换算为 1–9 分。括号内为 95% 区间；不足五条时按该产品全部评价的离散度。顾客并非随机抽取，且知道所食何物，故与盲评分列。'],
  product: ['Product', '产品'], last_mean: ['Lately', '最近'], reviews: ['Reviews', '评价数'], way: ['Trend', '趋势'], per_year: ['Points a year', '每年变化（分）'], channel: ['Where', '渠道'],
  rises: ['rises', '上升'], falls: ['falls', '下降'], steady: ['steady', '持平'], once: ['one span only', '仅一个时段'], month: ['month', '月'], quarter: ['quarter', '季度'], year: ['year', '年'],
  said: ['What was said', '评价内容'], said_of: ['What was said of {{product}}', '{{product}}的评价'], at: ['Day', '日期'], score: ['Score', '评分'], words: ['Words', '留言'], lot: ['Lot', '批次'], by: ['Told by', '登记人'],
  all: ['All products', '全部产品'], tell: ['Tell a review', '登记评价'], sheet: ['Reviews from a sheet', '导入评价表'], choose: ['Choose a file', '选择文件'], mend: ['Facts', '原始记录'],
  sheet_means: ['A CSV with the columns date, product and score (or stars), perhaps scale, lot, channel, customer and words. The same sheet again changes nothing.', 'CSV 文件，须有日期、产品、评分（或星级）三列，可有评分制、批次、渠道、客户、评价。重复导入不会重复计数。'],
  sheet_read: ['{{count}} new reviews; {{known}} are here already. Nothing is kept yet.', '新评价 {{count}} 条，已有 {{known}} 条；尚未保存。'], keep: ['Keep them', '保存'], kept: ['{{count}} reviews kept.', '已保存 {{count}} 条评价。'],
} as const
