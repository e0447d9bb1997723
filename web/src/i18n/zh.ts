import type { Catalogue } from '.'

const zh: Catalogue = {
  simulated: '模拟数据',
  waiting: '加载中',
  nothing: '暂无内容。',

  'nav.main': '页面', 'nav.skip': '跳到正文', 'nav.today': '今日', 'nav.round': '巡池', 'nav.map': '地图', 'nav.pools': '养殖池', 'nav.fish': '鱼',
  'nav.cohorts': '批次', 'nav.stock': '存塘', 'nav.journal': '流水账', 'nav.differences': '盘差', 'nav.tasks': '待办', 'nav.import': '导入',
  'nav.surveys': '调查', 'nav.growth': '生长系数', 'nav.jobs': '任务', 'nav.people': '人员', 'nav.settings': '设置', 'nav.scan': '扫描', 'nav.more': '更多',

  'sign.sentence': '每口池、每尾鱼，任何一天的数都清楚，并知道有多准。', 'sign.name': '登录名', 'sign.password': '密码', 'sign.in': '登录',
  'sign.out': '退出登录', 'sign.me': '当前登录：{{name}}', 'sign.wrong': '登录名或密码不对。请再试一次，或请老板重设密码。',

  'problem.unreachable': '连不上服务器。您记的内容已存在本机，有信号后自动上传。', 'problem.unknown': '出错了，请再试一次。',

  'do.again': '重试', 'do.more': '显示更多', 'do.show': '显示', 'do.before': '上一页', 'do.after': '下一页', 'do.cancel': '取消', 'do.close': '关闭', 'do.correct': '更正',
  'do.withdraw': '撤销', 'do.versions': '历史版本', 'do.edit': '修改', 'do.leave': '不改了', 'do.save': '保存', 'do.record': '记一笔',

  'worst.ok': '正常', 'worst.watch': '留意', 'worst.warn': '预警', 'worst.bad': '今天要处理',
  'unit.heads': '尾',

  'figure.heads': '存塘尾数', 'figure.book_heads': '账面尾数', 'figure.biomass': '存塘量', 'figure.mean': '均重', 'figure.weight': '体重', 'figure.density': '养殖密度',
  'figure.temperature': '水温', 'figure.oxygen': '溶氧', 'figure.feed': '投喂', 'figure.deaths': '死亡',
  'subject.pool': '养殖池', 'subject.site': '养殖场', 'subject.cohort': '批次', 'subject.fish': '鱼',

  'why.title': '这个数怎么来的？', 'why.open': '这个数怎么来的？', 'why.company': '全公司', 'why.facts': '依据的记录，新的在前',
  'why.no_facts': '它是上面各项之和；每一项都能点开看自己的记录。', 'why.more': '到流水账看全部', 'why.was': '原来:',
  'formula.heads': '存塘尾数 = 账面数与最近几次盘点按各自的准确程度合并；未见损失会放宽区间。',
  'formula.biomass': '存塘量 = 尾数 × 均重，两者的误差都计入。',
  'formula.mean': '均重 =（最近称重的立方根 + 生长系数 × 其后积温）的立方；有芯片的鱼各按自己的称重推算。',
  'formula.density': '养殖密度 = 存塘量 ÷ 水体体积。', 'formula.feed': '最近 30 天投喂量之和，来自巡池和投喂记录。',
  'formula.temperature': '当天读数的平均；有本池读数时先用本池的，否则用全场的。',
  'formula.fish': '体重 =（最近称重的立方根 + 生长系数 × 其后积温）³。',
  'formula.cohort': '该批次在各池之和：各池账面数与均重，连同误差。',
  'formula.sum': '各池估计值之和，连同误差。',
  'step.stocked': '放养', 'step.moved in': '转入', 'step.moved out': '转出', 'step.dead': '死亡', 'step.escaped': '逃逸', 'step.harvested': '起捕',
  'step.regrouped': '并批', 'step.differences explained': '盘差调整', 'step.found (left without having come)': '账面缺口', 'step.book': '账面数',
  'step.estimate (95 %)': '估计值（95%）', 'step.heads (95 %)': '尾数（95%）', 'step.biomass (95 %)': '存塘量（95%）', 'step.density': '密度', 'step.read on': '读数日期', 'step.last weighed': '上次称重',

  'step_counted': '{{day}} 盘点（{{method}}）', 'step_weighed': '{{cohort}} 无芯片鱼，推算自称重', 'step_warm': '在 {{pool}} 的积温（自入池或称重起）', 'step_weight': '{{day}} 体重',

  'asof.label': '截至何时', 'asof.now': '现在', 'asof.day': '截至（养殖场日期）', 'asof.known_at': '当时所知（不填为现在）', 'asof.known_only': '按当时所知',
  'asof.as_of': '截至 {{at}}', 'asof.known': '按 {{at}} 所知', 'asof.known_now': '按现在所知', 'asof.back': '回到现在', 'asof.week': '一周前',
  'asof.month_end': '{{day}}，按当时所知', 'asof.month_end_known_now': '{{day}}，按现在所知',
  'asof.means': '“截至”是指养殖场那一天的情况；“当时所知”只看那时已经记下的，之后的更正不算。',

  'search.label': '搜索鱼、养殖池、批次和养殖场', 'search.placeholder': '搜索鱼、池、批次', 'search.short': '搜索', 'search.none': '没有找到。芯片号至少输入三位。',

  'filter.label': '筛选', 'filter.every_site': '全部养殖场', 'filter.every_kind': '全部类型', 'filter.every_state': '全部状态', 'filter.at_least': '{{state}}及以上',
  'filter.open_only': '使用中的池', 'filter.closed_too': '含已停用', 'filter.every_cohort': '全部批次', 'filter.every_stage': '全部发育期', 'filter.every_species': '全部品种',
  'filter.alive_only': '在养的鱼', 'filter.gone_too': '含已死亡和离场', 'filter.living_only': '有鱼的批次', 'filter.emptied_too': '含已清空', 'filter.every_fact': '全部记录', 'filter.from': '从', 'filter.to': '到',

  'today.seen': '今天已巡 {{seen}}/{{pools}} 口池。', 'today.all_seen': '今天 {{pools}} 口池都已巡过。', 'today.seen_then': '{{day}} 巡了 {{seen}}/{{pools}} 口池。',
  'today.no_exceptions': '没有异常。',
  'today.exceptions_other': '有 {{count}} 项异常要看。',
  'today.exceptions_all_bad_other': '有 {{count}} 项异常，今天都必须处理。',
  'today.exceptions_bad_other': '有 {{count}} 项异常，其中 {{bad}} 项今天必须处理。',
  'today.exceptions_title': '异常（最急的在前）', 'today.more_exceptions_other': '还有 {{count}} 项', 'today.since': '自 {{at}}',
  'today.tagged': '有芯片', 'today.ripe': '成熟雌鱼', 'today.round': '今日巡池', 'today.missing_title': '还没巡到', 'today.and_more': '还有 {{count}} 口',
  'today.pool_map': '各场养殖池', 'today.trend': '两年存塘量与死亡', 'today.sites': '养殖场',
  'today.trend_words': '存塘量由 {{from}} 的 {{first}} 吨变为 {{to}} 的 {{last}} 吨。',
  'today.deaths_month': '当月死亡',

  'pool.find': '池号、名称或批次', 'pool.new': '新建养殖池', 'pool.none': '没有符合条件的池。', 'pool.closed': '已停用', 'pool.state': '状态', 'pool.never': '从未',
  'pool.oxygen_head': '溶氧 mg/L', 'pool.not_seen_today': '今天未巡', 'pool.last_seen': '最近巡池 {{at}}。', 'pool.never_seen': '还没有巡过。',
  'pool.sentence': '存塘 {{heads}} 尾，{{mass}}。{{seen}}', 'pool.empty_sentence': '这口池里没有鱼。',
  'pool.withdrawal': '{{product}} 休药期到 {{day}}，期满前不得起捕。', 'pool.feed_30d': '30 天投喂', 'pool.occupants': '池中鱼群', 'pool.no_occupants': '没有鱼。',
  'pool.book': '账面', 'pool.counts': '盘点与盘差', 'pool.ribbon': '最近三十天', 'pool.no_days': '这三十天没有记录。',
  'pool.ribbon_words': '三十天内水温 {{low}} 到 {{high}} °C,死亡 {{deaths}} 尾，投喂 {{feed}}。',
  'pool.life': '池的历史', 'pool.life_words_other': '先后养过 {{count}} 个批次，按尾数堆叠。',
  'pool.roster_other': '{{count}} 尾有芯片的鱼', 'pool.here_since': '入池日期', 'pool.recent': '最近记录', 'pool.all_facts': '到流水账看全部',
  'pool.density_limit': '上限 {{limit}}', 'pool.fcr_means': '近一年投喂量 ÷ 增重',
  'pools.sentence_other': '共 {{count}} 口池，今天已巡 {{seen}} 口。',
  'pools.bad_warn': '{{bad}} 口今天要处理，另有 {{warn}} 口有预警。', 'pools.bad_other': '{{count}} 口今天要处理。', 'pools.warn_other': '{{count}} 口有预警。', 'pools.well': '没有预警。',
  'site.new': '新建养殖场',

  'act.more': '记一笔', 'act.round': '巡池', 'act.feed': '投喂', 'act.death': '死亡', 'act.water': '水质', 'act.move': '转池', 'act.split': '分池', 'act.grade_out': '分级',
  'act.weigh': '抽样称重', 'act.count': '盘点', 'act.treat': '用药', 'act.tag': '打标', 'act.measure': '测量', 'act.harvest': '起捕', 'act.stock': '放养', 'act.escape': '逃逸', 'act.retag': '补标',

  'form.when': '发生时间', 'form.more_other': '还有 {{count}} 项', 'form.choose': '请选择', 'form.unit_of': '{{field}}的单位', 'form.mean_is': '即每尾 {{mean}}。',
  'form.tags_example': '15 位芯片号，一行一个', 'form.refused_means': '请改正后再记。如果确实是这样发生的，也可以照样记下，矛盾之处会列为异常。',
  'form.witnessed': '亲见属实，照记', 'form.wrong.required': '请填写。', 'form.wrong.number': '请填数字，不要比单位更细。', 'form.wrong.whole': '请填整数。',
  'form.wrong.tag': '芯片号是 15 位数字。', 'form.wrong.day': '请选日期。',

  'fact.correction': '更正', 'fact.withdrawal': '撤销', 'fact.no_longer_holds': '已失效', 'fact.because': '原因：{{reason}}',
  'fact.told_later': '{{days}} 天后补记，{{at}}', 'fact.correct_title': '更正：{{kind}}', 'fact.withdraw_title': '撤销这条记录？',
  'fact.withdraw_means': '它仍留在流水账里，但不再计入任何数字。', 'fact.reason': '原因', 'fact.reason_example': '例如：秤设成了斤',
  'fact.withdrawn_by': '{{who}} 于 {{at}} 撤销：{{reason}}', 'fact.corrected_by': '{{who}} 于 {{at}} 更正：{{reason}}', 'fact.withdrawn': '已撤销。', 'fact.corrected': '已更正。', 'fact.recorded_ok': '已记下。', 'fact.versions': '这条记录的全部版本', 'fact.recorded': '{{at}} 记入，第 {{seq}} 号',

  'difference.sentence': '{{at}} 盘点 {{counted}} 尾，账面应有 {{expected}} 尾。', 'difference.explain': '说明原因', 'difference.explain_title': '说明 {{pool}} 的盘差',
  'difference.counted': '盘点数', 'difference.expected': '应有', 'difference.agrees': '相符', 'difference.difference': '盘差', 'difference.explained': '已说明', 'difference.chance': '偶然概率',
  'differences.sentence_other': '有 {{count}} 次盘点与账面不符，共差 {{fish}} 尾，请说明原因。',
  'differences.none': '盘点与账面都相符，或已说明原因。', 'differences.open_only': '未说明的', 'differences.all': '含已说明',

  'book.stocked': '放养', 'book.moved_in': '转入', 'book.moved_out': '转出', 'book.dead': '死亡', 'book.escaped': '逃逸', 'book.harvested': '起捕',
  'book.adjusted': '盘盈盘亏', 'book.regrouped': '并批', 'book.shortfall': '账面缺口', 'book.heads': '账面存塘',

  'fish.find': '芯片号开头几位', 'fish.none': '没有符合条件的鱼。', 'fish.maturity': '发育期', 'fish.sentence_other': '有芯片的鱼共 {{shown}} 尾。',
  'fish.found_other': '找到 {{shown}} 尾。', 'fish.found_more_other': '先列出 {{shown}} 尾，往下滚动看更多。',
  'fish.alive_sentence': '{{year}} 年{{species}}，{{sex}}，在 {{pool}}，{{weight}}。', 'fish.ended_sentence': '{{year}} 年{{species}}，{{sex}}，{{day}} {{how}}。', 'fish.sex_unknown': '未辨雌雄',
  'fish.tags': '芯片', 'fish.life': '生命线', 'fish.life_words': '{{years}} 年里住过 {{pools}} 处，称重 {{weighings}} 次；曲线为称重之间的推算。',
  'fish.model': '推算值与 95% 区间', 'fish.weighed': '实称', 'fish.weights': '称重记录', 'fish.never_weighed': '还没有单独称过。', 'fish.places': '住过的池', 'fish.to_now': '至今',

  'cohort.new': '新建批次', 'cohort.sentence_other': '{{year}} 年{{species}}：{{count}} 口池共 {{heads}} 尾，均重 {{mean}}。', 'cohort.mean': '均重（95% 区间）', 'cohort.weighed': '抽样称重', 'cohort.hatched': '{{day}} 出苗', 'cohort.curve': '均重与尾数',
  'cohort.curve_words': '{{from}} 至 {{to}} 的均重与尾数，称重 {{weighings}} 次。',
  'cohorts.sentence_other': '{{species}} 个品种，共 {{count}} 个批次。',

  'stock.sentence': '{{day}} 存塘 {{heads}} 尾，{{mass}}。', 'stock.sentence_known': '{{day}} 存塘 {{heads}} 尾，{{mass}}；按 {{at}} 所知。',
  'stock.bars_words_other': '存塘量最大的 {{count}} 项；{{name}} 最多，{{mass}}。', 'stock.by': '分组', 'stock.by_site': '养殖场', 'stock.by_pool': '养殖池', 'stock.by_cohort': '批次', 'stock.by_species': '品种',
  'stock.conservation': '进、出、存', 'stock.conservation_means': '进 = 出 + 死亡 + 盘差。账面合计为最后一行；上面的估计值已并入盘点。',

  'journal.sentence': '共记 {{facts}} 笔；最近一笔由 {{who}} 记于 {{at}}。', 'journal.sentence_subject': '{{subject}} 最近一笔是 {{at}}，由 {{who}} 记下。', 'journal.sentence_some': '符合条件的记录，新的在前。',
  'journal.means': '账上从不涂改，错了就再记一笔更正。',
  'journal.subject': '池号或 15 位芯片号', 'journal.none': '没有记录。', 'journal.older': '更早的',

  'tasks.sentence_other': '有 {{count}} 条未被受理的记录等人处理。', 'tasks.none': '没有要处理的事。', 'tasks.title': '待办', 'tasks.open_other': '{{count}} 项待办',
  'tasks.open_only': '未处理的', 'tasks.all': '含已处理', 'tasks.done': '处理好了', 'tasks.was_done': '已处理。', 'task.refused': '未被受理',

  'outbox.offline': '没有信号', 'outbox.pending_other': '{{count}} 条待上传', 'outbox.refused_other': '{{count}} 条未受理',
  'outbox.kept': '没有信号：已存本机，连上后自动上传。', 'outbox.send_now': '立即上传', 'outbox.title': '在本机', 'outbox.waits': '等待信号', 'outbox.other_person': '由他人记下，待其登录后上传',
  'outbox.sentence_other': '本机有 {{count}} 条记录等待上传。',
  'outbox.give_up': '放弃', 'outbox.give_up_sure': '从本机删去？服务器上的待办仍在。',

  'round.sentence': '已巡 {{seen}}/{{pools}} 口，还有 {{left}} 口。', 'round.done': '{{pools}} 口池都巡完了。', 'round.seen': '已巡', 'round.list': '列表', 'round.walk': '按巡池顺序', 'round.day': '巡池日期',
  'round.no_pools': '这个养殖场没有养鱼的池。', 'round.may_not': '您的角色只能查看，不能记录。', 'round.waits': '待上传', 'round.waits_long': '已记在本机，等待信号。',
  'round.before': '上一口池', 'round.after': '下一口池', 'round.seen_by': '{{at}} {{who}} 已巡', 'round.deaths_n_other': '死亡 {{count}} 尾', 'round.deaths': '死亡尾数',
  'round.no_deaths': '无', 'round.fewer': '减一尾', 'round.more_dead': '加一尾', 'round.which_cause': '请选死亡原因。', 'round.which_cohort': '请选批次。', 'round.as_planned': '按计划',
  'round.no_feed': '未投', 'round.water': '水质', 'round.out_of_range': '不可能是这个数，请核对。', 'round.note': '还看到什么？', 'round.save': '已巡，下一口', 'round.save_day': '{{day}} 已巡，下一口',

  'scan.sentence': '把鱼靠近读卡器，或输入芯片号，或用摄像头扫池牌。', 'scan.field': '芯片号或池号', 'scan.open': '打开', 'scan.camera': '用摄像头扫', 'scan.no_camera': '无法使用摄像头。请在浏览器中允许，或手动输入。', 'scan.none': '没有叫 {{q}} 的。',

  'map.sentence_other': '{{count}} 个养殖场，{{pools}} 口池。',
  'map.map': '地图', 'map.grid': '池列表', 'map.all': '全部养殖场', 'map.as': '显示方式', 'map.label': '养殖场位置图；同样的池也在列表里', 'map.no_place_other': '{{count}} 个养殖场还没有位置。',

  'import.sentence': '表格原样拿来即可。先看会发生什么，确认后才入账。', 'import.sentence_files_other': '{{count}} 个文件：{{ready}} 个可以入账，{{stuck}} 个要改。', 'import.drop': '把文件拖到这里', 'import.choose': '选择文件',
  'import.kinds': 'XLSX 或 CSV，中英文表头、斤或公斤、多个工作表都可以。一个文件要么全部入账，要么一条不入；同一文件再导一次不会重复。',
  'import.done_other': '{{file}} 入账 {{count}} 条。', 'import.already': '这个文件以前导过，不再入账。', 'import.stored_other': '已入账 {{count}} 条。',
  'import.would_other': '将记下 {{count}} 条。', 'import.would_not_other': '有 {{count}} 处不能入账。请改文件，或改下面各列的含义。',
  'import.weight': '', 'import.stops': '必须改', 'import.note': '提示', 'import.place': '位置', 'import.problem': '问题与改法', 'import.problems': '文件中的问题',
  'import.preview_other': '前 {{count}} 条', 'import.do_other': '入账 {{count}} 条', 'import.try_again': '按这样再试', 'import.start': '文件没有日期时的第一天',
  'import.notes_other': '{{count}} 条说明', 'import.leave': '去掉这个文件', 'import.the_sheet': '工作表', 'import.rows_other': '{{count}} 行', 'import.layout': '这张表记的是', 'import.columns_other': '用到 {{count}} 列', 'import.columns_of': '{{sheet}} 的各列',
  'import.unused': '不用', 'import.unit': '单位', 'import.field_of': '{{column}} 的含义', 'import.unit_of': '{{column}} 的单位', 'import.history': '已导入', 'import.no_history': '还没有文件。', 'import.file': '文件', 'import.facts': '条数',

  'people.sentence_other': '{{count}} 人可以登录。', 'people.keys_count_other': '{{count}} 台设备有密钥。', 'people.people': '人员', 'people.roles': '角色', 'people.keys': '密钥', 'people.audit': '审计', 'people.new': '新增人员', 'people.inactive': '不能登录', 'people.active': '可以登录',
  'people.login': '登录名', 'people.last_seen': '最近登录', 'people.role': '角色', 'people.everywhere': '全部养殖场', 'people.role_away': '去掉这个角色', 'people.role_more': '再加一个角色', 'people.new_password': '新密码（不填则不变）', 'people.saved': '已保存。', 'people.may': '可以', 'people.may_not': '不可以',
  'people.made': '生成时间', 'people.last_used': '最近使用', 'people.key_away': '收回', 'people.key_away_sure': '使用这个密钥的设备会马上失效。', 'people.key_new': '新密钥', 'people.key_make': '生成密钥', 'people.key_once': '请现在就抄下，只显示这一次。', 'people.no_keys': '还没有密钥。',
  'people.person': '人员', 'people.what': '事项', 'people.code': '代码', 'people.detail': '详情', 'people.remote': '来自', 'people.no_audit': '还没有内容。',
  'permission.view': '查看', 'permission.record': '记录', 'permission.mend': '更正他人记录', 'permission.import': '导入', 'permission.manage': '管理场、池、人员', 'permission.audit': '审计',
  'role.owner': '老板', 'role.manager': '场长', 'role.worker': '饲养员', 'role.breeder': '育种员', 'role.plant': '加工厂', 'role.sales': '销售', 'role.auditor': '审计',

  'jobs.sentence_other': '有 {{count}} 项任务在进行。', 'jobs.none_going': '没有任务在进行。', 'jobs.facts': '{{facts}} 笔相符', 'jobs.none': '还没有任务。耗时的工作会连同进度列在这里。',
  'job_state.queued': '排队', 'job_state.running': '进行中', 'job_state.done': '完成', 'job_state.failed': '失败', 'job_state.cancelled': '已取消', 'job.verify': '核验流水账', 'job.rebuild': '重算数字', 'job.backup': '备份', 'job.import': '导入',

  'surveys.sentence': '{{series}}：由 {{samples}} 次标志重捕估计约 {{heads}} 尾。', 'surveys.ages_sentence_other': '有 {{count}} 个年份的年龄数据。', 'surveys.none': '还没有调查。', 'surveys.how': '导入各年的年龄表或标志重捕表后，这里就能看到。',
  'surveys.recapture': '标志重捕', 'surveys.samples': '次数', 'surveys.estimate': '估计尾数', 'surveys.ages': '年龄', 'surveys.ages_words': '{{series}} 共 {{fish}} 尾，{{years}} 年的年龄分布。',

  'growth.sentence_other': '有 {{count}} 个系数可由自家称重拟合，其中 {{apart}} 个与所用的不同。', 'growth.none': '称重还不够，暂用行业包里的数值。',
  'growth.means': '热生长系数 × 1000:每千度日体重（克）立方根的增长。拟合值附 95% 区间。', 'growth.pack': '行业包', 'growth.used': '所用', 'growth.fitted': '自家称重拟合', 'growth.weighings': '称重次数', 'growth.picture': '与所用值相比', 'growth.adopt': '采用', 'growth.adopt_sure': '今后采用拟合值？所有体重都会重新推算。', 'growth.adopted': '已采用。',

  'settings.sentence': '本机上的显示方式。', 'settings.language': '语言', 'settings.theme': '明暗', 'settings.system': '随系统', 'settings.light': '浅色', 'settings.dark': '深色', 'settings.mass': '重量单位', 'settings.metric': '克、公斤、吨', 'settings.jin': '斤、吨',
  'settings.mass_means': '数据一律按整毫克保存，这里只影响显示和填写。', 'settings.password': '您的密码', 'settings.new_password': '新密码', 'settings.keys': '快捷键', 'settings.key_search': '随处搜索', 'settings.key_move': '在页面中移动、打开', 'settings.key_rows': '在表格中移动', 'settings.key_close': '关闭侧栏',

  'not_yours.title': '无权查看', 'not_yours.sentence': '您的角色不能看这一页。需要时请找场长开通。',
  'missing.title': '没有这个页面', 'missing.sentence': '地址不对，或页面已不在。',

  'exception.density_high': '{{pool}} 密度 {{value}} kg/m³，本阶段上限 {{limit}}。', 'exception.water_warm': '{{pool}} 水温 {{value}} °C,上限 {{limit}} °C。', 'exception.water_cold': '{{pool}} 水温 {{value}} °C,下限 {{limit}} °C。',
  'exception.oxygen_low': '{{pool}} 溶氧饱和度 {{value}}%，低于警戒 {{limit}}%。', 'exception.fish_found': '{{pool}} 有 {{value}} 尾出池却没有入池记录，漏记了放养或转池。',
  'exception.difference_open': '{{pool}} 盘点与账面相差 {{value}} 尾，请说明原因。', 'exception.not_seen': '{{pool}} 已 {{value}} 天没有人巡。',
  'exception_short.density_high': '密度过高', 'exception_short.water_warm': '水温过高', 'exception_short.water_cold': '水温过低', 'exception_short.oxygen_low': '溶氧不足', 'exception_short.fish_found': '漏记入池', 'exception_short.difference_open': '有盘差', 'exception_short.not_seen': '久未巡',

  'kind.site': '养殖场', 'kind.pool': '养殖池', 'kind.cohort': '批次', 'kind.stock': '放养', 'kind.move': '转池', 'kind.regroup': '并批', 'kind.tag': '打标', 'kind.death': '死亡', 'kind.escape': '逃逸', 'kind.harvest': '起捕', 'kind.weigh': '抽样称重', 'kind.measure': '个体测量',
  'kind.retag': '补标', 'kind.count': '盘点', 'kind.adjust': '盘差说明', 'kind.feed': '投喂', 'kind.treat': '用药', 'kind.water': '水质', 'kind.round': '巡池', 'kind.growth': '生长系数', 'kind.ages': '年龄鉴定', 'kind.recapture': '标志重捕',

  'field.site': '养殖场', 'field.name': '名称', 'field.province': '省份', 'field.water_source': '水源', 'field.licence': '许可证', 'field.latitude': '纬度 °', 'field.longitude': '经度 °', 'field.pool': '养殖池', 'field.pool_kind': '类型', 'field.volume_ml': '水体', 'field.area_cm2': '水面',
  'field.flow_ml_s': '流量', 'field.walk_order': '巡池顺序', 'field.outline': '轮廓（经度 纬度，…)', 'field.closed': '停用', 'field.cohort': '批次', 'field.species': '品种', 'field.year_class': '年份', 'field.hatched_on': '出苗日期', 'field.origin': '来源', 'field.heads': '尾数',
  'field.mean_mg': '均重', 'field.sd_mg': '标准差', 'field.method': '方法', 'field.source': '来自', 'field.from': '原池', 'field.to': '目标池', 'field.fish': '鱼（芯片号）', 'field.reason': '原因', 'field.to_cohort': '并入批次', 'field.weight_mg': '体重', 'field.length_mm': '体长', 'field.sex': '性别',
  'field.newly_stocked': '购入时已带芯片', 'field.cause': '原因', 'field.note': '备注', 'field.total_mg': '总重', 'field.purpose': '用途', 'field.stage': '阶段', 'field.health': '健康', 'field.new_tag': '新芯片号', 'field.low': '至少（95%）', 'field.high': '至多（95%）', 'field.about': '针对的盘点',
  'field.feed_mg': '投喂量', 'field.feed': '饲料或批号', 'field.product': '药品', 'field.withdrawal_days': '休药期（天）', 'field.dose': '剂量', 'field.temperature_mc': '水温', 'field.oxygen_ug_l': '溶解氧', 'field.ph_milli': 'pH', 'field.ammonia_ug_l': '总氨氮', 'field.turbidity_milli_ntu': '浊度', 'field.deaths': '死亡尾数',
  'field.tgc_micro': 'TGC × 1000', 'field.se_micro': '标准误', 'field.weighings': '称重次数', 'field.series': '调查', 'field.year': '年份', 'field.age_years': '年龄（岁）', 'field.sample': '第几次', 'field.caught': '捕获', 'field.recaptured': '重捕', 'field.returned_marked': '标记放回', 'field.at': '时间', 'field.author': '记录人',

  'pool_kind.pool': '池塘', 'pool_kind.tank': '鱼缸', 'pool_kind.cage': '网箱', 'pool_kind.raceway': '流水槽', 'pool_kind.tray': '孵化盘',
  'count_method.hand': '人工清点', 'count_method.scan': '逐尾扫描', 'count_method.camera': '影像计数', 'count_method.by_weight': '称重推算', 'count_method.counted': '点数', 'count_method.estimated': '估计',
  'move_reason.transfer': '转池', 'move_reason.split': '分池', 'move_reason.grade_out': '分级', 'move_reason.merge': '并池', 'purpose.roe': '取卵', 'purpose.meat': '鱼肉', 'purpose.sale': '活鱼销售',
  'sex.female': '雌', 'sex.male': '雄', 'sex.unknown': '未知', 'fish_state.alive': '在池', 'fish_state.dead': '死亡', 'fish_state.harvested': '起捕', 'fish_state.escaped': '逃逸', 'fish_state.not_yet': '尚未打标',

  'layout.sites': '养殖场', 'layout.pools': '养殖池', 'layout.cohorts': '批次', 'layout.stock': '放养', 'layout.opening': '期初存塘', 'layout.regroup': '并批', 'layout.move': '转池', 'layout.tag': '打标', 'layout.retag': '补标', 'layout.death': '死亡', 'layout.escape': '逃逸', 'layout.harvest': '起捕', 'layout.weigh': '抽样称重', 'layout.measure': '个体测量',
  'layout.count': '盘点', 'layout.feed': '投喂', 'layout.feed_per_fish': '每尾每日投喂', 'layout.treat': '用药', 'layout.water': '水质', 'layout.round': '巡池', 'layout.trial_weight': '试验：体重', 'layout.trial_rearing': '试验：投喂与水温', 'layout.population': '放苗与死亡率', 'layout.management': '后续放苗与起捕', 'layout.recapture': '标志重捕', 'layout.ages': '年龄鉴定', 'layout.ignore': '不用这张表',

  'column.pool': '养殖池', 'column.from': '原池', 'column.to': '目标池', 'column.pool_kind': '池类型', 'column.site': '养殖场', 'column.name': '名称', 'column.province': '省份', 'column.water_source': '水源', 'column.licence': '许可证', 'column.latitude': '纬度', 'column.longitude': '经度', 'column.volume': '水体', 'column.area': '面积', 'column.depth': '水深', 'column.flow': '流量', 'column.walk_order': '巡池顺序',
  'column.date': '日期', 'column.time': '时间', 'column.cohort': '批次', 'column.to_cohort': '并入批次', 'column.species': '品种', 'column.year_class': '年份', 'column.hatched': '出苗日期', 'column.heads': '尾数', 'column.mean': '均重', 'column.total': '总重', 'column.weight': '体重', 'column.sd': '标准差', 'column.deaths': '死亡', 'column.cause': '原因', 'column.reason': '事由', 'column.tag': '芯片号', 'column.new_tag': '新芯片号', 'column.length': '体长', 'column.sex': '性别', 'column.stage': '发育期', 'column.health': '健康',
  'column.method': '方法', 'column.low': '至少', 'column.high': '至多', 'column.feed': '投喂量', 'column.feed_name': '饲料', 'column.temperature': '水温', 'column.oxygen': '溶氧', 'column.ph': 'pH', 'column.ammonia': '氨氮', 'column.turbidity': '浊度', 'column.product': '药品', 'column.dose': '剂量', 'column.withdrawal': '休药期', 'column.purpose': '用途', 'column.source': '来源', 'column.note': '备注', 'column.action': '动作', 'column.group': '组',
  'column.heads_start': '开始尾数', 'column.total_start': '开始总重', 'column.mean_start': '开始均重', 'column.duration': '天数', 'column.sample': '第几次', 'column.recaptured': '重捕', 'column.year': '年份', 'column.quantity': '数量',

  'audit.sign_in': '登录', 'audit.sign_in_refused': '登录被拒', 'audit.sign_out': '退出', 'audit.refused': '被拒',
}
export default zh
