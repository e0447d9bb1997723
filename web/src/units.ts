// Stored figures are whole smallest units; this file turns them into what people read and write, and back, exactly.

export interface Estimate { value: number; low: number; high: number }
export type MassTaste = 'metric' | 'jin'
export interface Unit { code: string; label: string; per: number }   // per: smallest units in one of this unit

const mg: Record<string, Unit> = {
  mg: { code: 'mg', label: 'mg', per: 1 },
  g: { code: 'g', label: 'g', per: 1_000 },
  kg: { code: 'kg', label: 'kg', per: 1_000_000 },
  jin: { code: 'jin', label: '斤', per: 500_000 },
  t: { code: 't', label: 't', per: 1_000_000_000 },
}

/// What a field of a fact can be written in, best first. The unit is read off the field's name or the form's hint.
export function units_of(hint: string | undefined, taste: MassTaste): Unit[] {
  switch (hint) {
    case 'mg': return taste === 'jin' ? [mg.jin, mg.kg, mg.g] : [mg.kg, mg.g, mg.jin]
    case 'mg_total': return taste === 'jin' ? [mg.jin, mg.kg, mg.g] : [mg.kg, mg.g, mg.jin]
    case 'ml': return [{ code: 'm3', label: 'm³', per: 1_000_000 }, { code: 'L', label: 'L', per: 1_000 }]
    case 'ml_s': return [{ code: 'L/s', label: 'L/s', per: 1_000 }]
    case 'cm2': return [{ code: 'm2', label: 'm²', per: 10_000 }, { code: 'mu', label: '亩', per: 6_666_667 }]
    case 'mc': return [{ code: '°C', label: '°C', per: 1_000 }]
    case 'ug_l': return [{ code: 'mg/L', label: 'mg/L', per: 1_000 }]
    case 'mm': return [{ code: 'cm', label: 'cm', per: 10 }, { code: 'mm', label: 'mm', per: 1 }]
    case 'milli': return [{ code: '', label: '', per: 1_000 }]
    case 'milli_ntu': return [{ code: 'NTU', label: 'NTU', per: 1_000 }]
    default: return []
  }
}

/// "1,25" or "1.25" in a unit -> whole smallest units; undefined where it is no number or finer than the smallest unit.
export function to_smallest(text: string, per: number): number | undefined {
  const clean = text.trim().replace(/[\s,](?=\d{3}(\D|$))/g, '').replace(',', '.')
  const match = /^([-−]?)(\d*)(?:\.(\d*))?$/.exec(clean)
  if (!match || (!match[2] && !match[3])) return undefined
  const decimals = (match[3] ?? '').replace(/0+$/, '')
  const whole = BigInt((match[2] || '0') + decimals) * BigInt(per)
  const scale = 10n ** BigInt(decimals.length)
  if (whole % scale !== 0n) return undefined
  const value = Number(whole / scale)
  return match[1] ? -value : value
}

/// The exact text of a stored figure in a unit, for filling in a form.
export function from_smallest(value: number, per: number): string {
  const text = (value / per).toFixed(9)
  return text.replace(/\.?0+$/, '')
}

/// Thousands in a sentence of the server's: 11139 -> 11,139. Names with digits (MJ-1234), days and tags stay as they are.
export const group_digits = (text: string) => text.replace(/(?<![\w.,-])([+-] ?)?(\d{4,9})(?![\w-]|[.,]\d)/g, (_, sign: string | undefined, digits: string) => `${(sign ?? '').replace('-', '−')}${show_number(Number(digits))}`)
  .replace(/(^|\s)-(?= ?\d)/g, '$1−')

const formats = new Map<string, Intl.NumberFormat>()
export function show_number(value: number, decimals = 0): string {
  const key = String(decimals)
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    formats.set(key, format)
  }
  const text = format.format(value)
  return /[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', '')
}

/// Minor units of a currency: 3212000 CNY -> 32,120.00 CNY.
export const show_money = (minor: number, currency: string) => { const digits = currency === 'JPY' ? 0 : 2; return `${show_number(minor / 10 ** digits, digits)} ${currency}` }
/// Money as the server writes it: 101931.84 CNY -> 101,931.84 CNY.
export const group_money = (text: string) => { const [amount = '', currency = ''] = text.split(' '); return `${show_number(Number(amount), amount.split('.')[1]?.length ?? 0)} ${currency}` }

/// How far apart two figures must be to mean something: one digit of the error, two where it begins with 1.
export function step_of(error: number): number {
  if (!(error > 0)) return 0
  const magnitude = 10 ** Math.floor(Math.log10(error) + 1e-9)
  return error / magnitude < 1.95 ? magnitude / 10 : magnitude
}

function decimals_of(step: number): number {
  return step >= 1 || step === 0 ? 0 : Math.min(4, Math.ceil(-Math.log10(step) - 1e-9))
}

export interface Shown { text: string; error: string; unit: string }

/// An estimate with no more digits than it deserves: 41,300 ± 600.
export function show_estimate(e: Estimate, per = 1, unit = '', least = 1): Shown {
  const value = e.value / per
  const error = Math.max(e.high - e.value, e.value - e.low, 0) / per
  const step = Math.max(step_of(error), least)
  const round = (x: number) => Math.round(x / step) * step
  const decimals = decimals_of(step)
  if (error < step / 2) return { text: show_number(round(value), decimals), error: '', unit }
  return { text: show_number(round(value), decimals), error: show_number(Math.ceil(error / step - 1e-9) * step, decimals), unit }
}

/// The unit in which a mass reads well.
export function mass_unit(value_mg: number, taste: MassTaste): Unit {
  const size = Math.abs(value_mg)
  if (size >= 10_000 * mg.kg.per) return mg.t
  if (taste === 'jin') return mg.jin
  return size >= mg.kg.per ? mg.kg : mg.g
}

export function show_mass_estimate(e: Estimate, taste: MassTaste): Shown {
  if (e.value === 0 && e.high === 0) return { text: '0', error: '', unit: '' }
  const unit = mass_unit(e.value || e.high, taste)
  const value = Math.abs(e.value / unit.per)
  const least = value >= 1000 ? 1 : value >= 100 ? 0.1 : 0.01
  return show_estimate(e, unit.per, unit.label, unit.code === 'g' ? (value >= 10 ? 1 : 0.1) : least)
}

/// A mass that is known, not estimated: three to four figures.
export function show_mass(value_mg: number, taste: MassTaste, unit = mass_unit(value_mg, taste)): string {
  const value = value_mg / unit.per
  const size = Math.abs(value)
  return `${show_number(value, size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2)} ${unit.label}`
}

export const show_temperature = (mc: number | null | undefined) => (mc == null ? '–' : show_number(mc / 1000, 1))
export const show_oxygen = (ug_l: number | null | undefined) => (ug_l == null ? '–' : show_number(ug_l / 1000, 1))
/// mg of fish in a litre of water -> kg/m3
export const show_density = (mg_l: number | null | undefined) => (mg_l == null ? '–' : show_number(mg_l / 1000, mg_l < 10_000 ? 1 : 0))
export const show_volume = (ml: number | null | undefined) =>
  ml == null ? '–' : `${show_number(ml / 1e6, ml < 10e6 ? 1 : 0)} m³`
export const show_length = (mm: number | null | undefined) => (mm == null ? '–' : `${show_number(mm / 10, 1)} cm`)
export const show_percent = (part: number, whole: number) => (whole > 0 ? `${Math.round((100 * part) / whole)}%` : '–')
