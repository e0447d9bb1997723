// Words of the sorting pages, English and Chinese.
export const sorting_words = {
  today: ['Line today', '今日产线'], growers: ['Growers', '果农结算'],
  sentence: ['{{sorted}} sorted at {{pace}} an hour of the {{can}} that the line can do; {{waiting}} loads wait ({{mass}}), done in {{hours}} h at this pace.', '已分选 {{sorted}}，每小时 {{pace}}（产线能力 {{can}}）；待分选 {{waiting}} 车（{{mass}}），按此速度还需 {{hours}} 小时。'],
  sentence_done: ['{{sorted}} sorted at {{pace}} an hour of the {{can}} that the line can do; nothing waits.', '已分选 {{sorted}}，每小时 {{pace}}（产线能力 {{can}}）；无待分选。'],
  sentence_waiting: ['Nothing was sorted yet; {{waiting}} loads wait ({{mass}}).', '尚未分选；待分选 {{waiting}} 车（{{mass}}）。'],
  sentence_sorted: ['{{sorted}} sorted; {{waiting}} loads wait ({{mass}}).', '已分选 {{sorted}}；待分选 {{waiting}} 车（{{mass}}）。'],
  none: ['No load was weighed in on this day.', '当日无收货。'],
  loads: ['Loads', '来货'], load: ['Load', '来货批次'], grower: ['Grower', '果农'], received: ['Received', '收货'], net: ['Net', '净重'], state: ['State', '状态'], sorted: ['Sorted', '已分选'], packed: ['Packed', '已装箱'],
  waiting: ['waits', '待分选'], running: ['on the line', '分选中'], through: ['through', '已完成'], line: ['Line', '产线'], begun: ['Begun', '上线'], ended: ['Through', '下线'], gross: ['Gross', '毛重'], crates: ['Crates', '皮重'], orchard: ['Orchard', '果园'],
  out_turn: ['Out-turn by class and size', '等级与规格'], out_turn_words: ['Weight sorted, by size, in a colour for each class', '各规格分选重量，按等级着色'], quality: ['Class', '等级'], size: ['Size', '规格'], no_size: ['none', '无'], fruits: ['Fruits', '个数'], weight: ['Weight', '重量'], share: ['Share', '占比'], cartons: ['Cartons', '箱'],
  pallets: ['Pallets', '托盘'], pallet: ['Pallet', '托盘'], closed: ['Closed', '封托'], open: ['open', '未封'], closed_at: ['closed {{at}}', '{{at}} 封托'], from: ['Loads on it', '来源'], full: ['{{n}} of {{of}}', '{{n}}/{{of}} 箱'],
  weigh_in: ['Weigh a load in', '过磅收货'], list: ['List of loads', '导入收货单'], sizer: ['Sizer file', '导入分选数据'], start: ['Start', '上线'], end: ['Through', '下线'], count: ['Sizer count', '登记计数'], pack_cartons: ['Cartons onto a pallet', '装箱码托'], close: ['Close', '封托'], mend: ['Mend', '更正'],
  pace: ['Pace', '速度'], mean: ['Mean fruit', '平均单果'], can: ['The line can do', '产线能力'], per_hour: ['{{mass}} an hour', '每小时 {{mass}}'], to_go: ['Still to sort', '剩余'], hours: ['Hours run', '运行小时'],
  load_sentence: ['{{grower}}: {{net}} received, {{sorted}} sorted, {{packed}} packed.', '{{grower}}：收货 {{net}}，已分选 {{sorted}}，已装箱 {{packed}}。'],
  difference: ['Came in and was not counted', '未计数差额'], story: ['What was told', '记录'], at: ['When', '时间'], kind: ['Kind', '类型'], what: ['What', '内容'], cartons_act: ['Pack', '装箱'], by: ['By', '登记人'], trace: ['Trace', '追溯'],
  pallet_sentence: ['{{n}} of {{of}} cartons, {{what}}, {{mass}}; {{state}}.', '{{n}} / {{of}} 箱，{{what}}，{{mass}}；{{state}}。'],
  growers_sentence: ['{{n}} growers: {{received}} received, {{sorted}} sorted; {{open}} loads are still to be sorted.', '{{n}} 户果农：收货 {{received}}，已分选 {{sorted}}；{{open}} 车待分选。'], growers_none: ['Nothing was sorted in these days.', '该时段无分选。'],
  money: ['Money', '金额'], price: ['Price a kg', '单价'], paper: ['Paper', '结算单'], all_papers: ['Papers of all', '全部结算单'], first_day: ['Weighed in from', '收货起'], last_day: ['to', '止'], pack: ['What is sorted', '品类'], lost: ['Difference', '差额'],
  list_means: ['A CSV with load, grower, received_on, gross_kg and tare_kg. All of its loads are taken, or none.', 'CSV 文件，列为 load、grower、received_on、gross_kg、tare_kg；全部导入或全部不导入。'],
  sizer_means: ['The CSV that the sizer writes: load, pieces, weight_g and the measures. All of it is taken, or nothing.', '分选机输出的 CSV：load、pieces、weight_g 及各测量列；全部导入或全部不导入。'],
  read: ['{{count}} read; nothing is kept yet.', '读到 {{count}} 条，尚未保存。'], keep: ['Keep them', '保存'], kept: ['{{count}} kept.', '已保存 {{count}} 条。'], choose_file: ['Choose a file', '选择文件'], day: ['Day', '日期'], label: ['Label', '标签'],
} as const satisfies Record<string, readonly [string, string]>

