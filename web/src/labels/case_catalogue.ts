// Words of the page that packs cases, English and Chinese.
export const case_words = {
  title: ['Pack a case', '装箱'], empty: ['Scan the first tin that goes into the case.', '扫描入箱的第一罐。'], filled: ['{{n}} tins, {{net}}: scan the next, or the label of the case to close it.', '{{n}} 罐，{{net}}：继续扫罐，或扫箱标签封箱。'],
  done: ['Case {{case}} is closed: {{n}} tins, {{net}}. Stick on its label, and scan the next tin.', '箱 {{case}} 已封：{{n}} 罐，{{net}}。贴上箱标签后继续扫下一罐。'],
  field: ['Scan a tin, or a case label (SSCC) to close', '扫描罐码；扫箱标签（SSCC）即封箱'], close: ['Close as case {{case}}', '封箱，箱号 {{case}}'], twice: ['Tin {{tin}} is in the case already.', '罐 {{tin}} 已在本箱。'], gone: ['Tin {{tin}} is {{gone}}: it cannot be packed.', '罐 {{tin}} {{gone}}，不能装箱。'],
  elsewhere: ['Tin {{tin}} is in case {{case}} already.', '罐 {{tin}} 已在箱 {{case}}。'], held: ['Tin {{tin}} is on hold ({{hold}}).', '罐 {{tin}} 暂扣（{{hold}}）。'], first: ['Scan a tin before the case is closed.', '封箱前请先扫罐。'], out: ['Take out', '取出'],
  in_case: ['In this case', '本箱'], tin: ['Tin', '罐'], lot: ['Lot', '批次'], net: ['Net', '净重'], last: ['Cases closed last', '最近封箱'], case: ['Case', '箱'], tins: ['Tins', '罐数'], lots: ['Lots', '批次'], closed: ['Closed', '封箱时间'], left: ['Left with', '发运单'],
  label: ['Label', '箱标签'], zpl: ['For a label printer', '标签机'], none: ['No case was closed in the last year.', '近一年未封箱。'], no_identity: ['Say in the settings who the company is: then cases have labels with an SSCC.', '请先在设置中登记公司身份，箱标签方有 SSCC。'],
} as const satisfies Record<string, readonly [string, string]>
