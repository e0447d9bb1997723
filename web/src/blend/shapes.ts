// What the server answers of blends and mixes.
export interface BlendPart { lot: string; kind: string; bags: number; bag_mg: number; mg: number; share: number; cost_minor: number }
export interface BlendAttribute {
  attribute: string; low: number; target: number; high: number; counted: boolean; value: number; error: number; within: number; leans: number; saved_by_wider: number
}
export interface Blend {
  amount_mg: number; cost_minor: number; currency: string; bound: number; gap: number; bound_holds: boolean; within: number; off: number; old_share: number
  parts: BlendPart[]; attributes: BlendAttribute[]
}
export interface BlendGot {
  blend?: Blend; obstacle?: string; why?: string; lots_needed?: number; panel_tasters: number; notes: string[]
  together?: Give[]; alone?: Give[]
}
/// A limit moves outwards by this.
export interface Give { attribute: string; side: 'low' | 'high'; by: number }
/// `allowed` is left out where the pack does not say.
export interface Product { code: string; name_en: string; name_zh: string; allowed?: boolean; why_en: string; why_zh: string }
/// Lists that are empty are left out.
interface Recipe { components: string[]; target?: string[]; promised?: string[]; cost_minor?: number; currency?: string; within?: number; at: string; by: string; fact: string }
export interface GoodsAnswer {
  goods: {
    lot: string; product: string; variety: string; there_at: string; amount_mg: number; left_mg: number; bag_mg?: number; left_bags?: number; price_minor?: number; currency?: string
    attributes?: string[]; made_on?: string; blended: boolean; hold?: string; blends?: string[]; fact: string
  }[]
  outs: { lot: string; cause: string; bags?: number; amount_mg: number; party?: string; price_minor?: number; currency?: string; invoice?: string; at: string; by: string; fact: string }[]
  blends: (Recipe & { lot: string; product: string; plan?: string; amount_mg: number; tasting?: string })[]
  plans: (Recipe & { plan: string; product: string; made: boolean })[]
  sheet?: string; left_out?: string[]
}
export interface MixGot {
  charge_error: number; charge_doubtful: boolean; why?: string
  mix?: {
    volume_l: number; cost_minor: number; currency: string; gap: number
    parts: { salt: string; formula: string; g_m3: number; mg: number; bags: number; cost_minor: number }[]
    steps: { salts: string[]; act: string; why: string }[]
    bands: { what: string; low: number; value: number; high: number; source: number }[]
  }
}

/// A row an attribute, as the sheet of targets has it.
export interface Aim { attribute: string; low: number; target: number; high: number }

export const aims_text = (aims: Aim[]) => ['attribute,low,target,high', ...aims.map(a => [a.attribute.includes(',') ? `"${a.attribute}"` : a.attribute, a.low, a.target, a.high].join(','))].join('\n') + '\n'
/// Nothing where the sheet is not in that plain form: then the server reads it as it is, without sliders.
export function aims_of(text: string): Aim[] | undefined {
  const lines = text.trim().split(/\r?\n/).map(l => l.split(',').map(c => c.trim()))
  const at = (name: string) => lines[0]?.indexOf(name) ?? -1
  const [attribute, low, target, high] = ['attribute', 'low', 'target', 'high'].map(at) as [number, number, number, number]
  if (attribute < 0 || low < 0 || high < 0 || lines.length < 2) return undefined
  const aims = lines.slice(1).map(l => ({ attribute: l[attribute] ?? '', low: Number(l[low]), high: Number(l[high]), target: target < 0 || !l[target] ? (Number(l[low]) + Number(l[high])) / 2 : Number(l[target]) }))
  return aims.every(a => a.attribute && a.low <= a.target && a.target <= a.high) ? aims : undefined
}

/// Where nobody has said yet what the blend is to be: the middle half of what the lots of a sheet have, in each attribute.
export function target_of(sheet: string): string {
  const lines = sheet.trim().split(/\r?\n/).map(l => l.split(','))
  const known = ['lot', 'kind', 'price', 'available kg', 'bag kg', 'age']
  const aims = (lines[0] ?? []).flatMap((attribute, c) => {
    if (known.includes(attribute) || attribute.endsWith(' error')) return []
    const values = lines.slice(1).map(l => Number(l[c])).filter(Number.isFinite).sort((a, b) => a - b)
    const at = (share: number) => Math.round(10 * values[Math.round(share * (values.length - 1))]!) / 10
    return values.length ? [{ attribute, low: at(0.25), target: (at(0.25) + at(0.75)) / 2, high: at(0.75) }] : []
  })
  return aims.length ? aims_text(aims) : ''
}

export const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`

export function save_text(name: string, text: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(['\ufeff' + text], { type: 'text/csv' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}
