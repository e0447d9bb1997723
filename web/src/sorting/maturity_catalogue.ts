// Words of the page of ripeness, English and Chinese.
export const maturity_words = {
  title: ['Ripeness', '成熟度'], none: ['No fruit was measured yet. Take a sample of ten fruits of a block: soluble solids of each, and the acid.', '尚无测定。请从果园取十个果，逐果测可溶性固形物，并测酸。'],
  sentence: ['{{ripe}} of {{all}} blocks may be harvested.', '{{all}} 个果园中 {{ripe}} 个可采收。'], next: [' {{block}} will be ripe about {{day}}.', '{{block}} 预计 {{day}} 前后达标。'],
  held: [' Loads on hold: {{n}}.', '{{n}} 车来货暂扣。'], block: ['Block', '果园'], variety: ['Variety', '品种'], state: ['State', '状态'], sampled: ['Sampled', '取样日'], against: ['Against the floors', '与下限对照'], ripe_on: ['Ripe', '达标'],
  ripe: ['ripe', '达标'], unripe: ['not yet', '未达标'], stale: ['ripe, sample too old', '曾达标，样品过期'], unmeasured: ['not measured', '未测'], since: ['since {{day}}', '{{day}} 起'], about: ['about {{day}}', '约 {{day}}'], between: ['{{from}} to {{to}}', '{{from}} 至 {{to}}'],
  unknown: ['cannot be told', '无法判断'], take: ['Tell a sample', '登记样品'], gate_on: ['Hold loads to the floors', '启用达标放行'], gate_off: ['Hold them no longer', '停用达标放行'],
  gate_stands: ['Since {{day}} a load whose block has no ripe sample of the last days goes on hold until somebody decides ({{by}}).', '自 {{day}} 起，果园近日无达标样品的来货先暂扣，待人处置（{{by}}）。'],
  gate_none: ['Loads are not held to the floors yet: whoever manages can switch that on.', '来货尚未按下限把关：管理者可启用。'],
  loads: ['Loads of the last two weeks at the gate', '近两周来货把关'], load: ['Load', '来货批次'], received: ['Received', '收货'], grower: ['Grower', '果农'], sample: ['Sample', '样品'], why: ['Why', '原因'], hold: ['Hold', '暂扣单'], fruits: ['Fruits', '果数'],
  samples: ['Samples', '样品记录'], floor: ['Floor', '下限'], not_there: ['not measured', '未测'], a_week: ['{{n}} a week', '每周 {{n}}'], way: ['{{name}} on the way to its floor', '{{name}}走势与下限'], good_for: ['A sample of at least {{fruits}} fruits speaks for loads of {{days}} days. {{source}}', '样品不少于 {{fruits}} 个果，{{days}} 天内有效。{{source}}'],
  over: ['{{a}} to {{b}}', '{{a}}与{{b}}之比'], at_least: ['at least {{n}}', '不低于 {{n}}'], at_most: ['at most {{n}}', '不高于 {{n}}'], mend: ['Mend', '更正'], measured: ['Measured', '实测'], trend: ['Trend', '趋势'], decide: ['Decide', '处置'],
} as const satisfies Record<string, readonly [string, string]>
