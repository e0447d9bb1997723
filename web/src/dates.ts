// Instants travel in UTC; a person reads and writes them in the farm's own time, whatever zone the browser is in.

let offset_minutes = 480
let language = 'en'

export function set_farm_time(offset: number) { offset_minutes = offset }
export function set_date_language(lang: string) { language = lang }

const shifted = (instant: string | number | Date) => new Date(new Date(instant).getTime() + offset_minutes * 60_000)

/// The farm's day of an instant: "2026-01-11".
export const farm_day = (instant: string | number | Date = Date.now()) => shifted(instant).toISOString().slice(0, 10)
/// For <input type="datetime-local">: "2026-01-11T07:30".
export const farm_local = (instant: string | number | Date = Date.now()) => shifted(instant).toISOString().slice(0, 16)
export function from_farm_local(text: string): string {
  return new Date(new Date(text + (text.length === 16 ? ':00Z' : 'Z')).getTime() - offset_minutes * 60_000)
    .toISOString().replace('.000Z', 'Z')
}

const month_names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function show_day(day: string | null | undefined): string {
  if (!day) return '–'
  const [y, m, d] = day.slice(0, 10).split('-').map(Number)
  return language === 'zh' ? `${y}年${m}月${d}日` : `${d} ${month_names[m - 1]} ${y}`
}

export function show_month(day: string): string {
  const [y, m] = day.split('-').map(Number)
  return language === 'zh' ? `${y}年${m}月` : `${month_names[m - 1]} ${y}`
}

export const show_time = (instant: string) => farm_local(instant).slice(11)

/// Today: the time alone; else the day, with the time where it tells something.
export function show_instant(instant: string | null | undefined, now: string | number = Date.now()): string {
  if (!instant) return '–'
  const local = farm_local(instant)
  if (local.slice(0, 10) === farm_day(now)) return local.slice(11)
  return local.endsWith('T00:00') ? show_day(local) : `${show_day(local)} ${local.slice(11)}`
}

/// What a page is asked as of: a whole day, or an instant.
export const show_at = (at: string) => (at.length === 10 ? show_day(at) : show_instant(at))

export function add_days(day: string, days: number): string {
  return new Date(Date.parse(day + 'T00:00:00Z') + days * 86_400_000).toISOString().slice(0, 10)
}

export const days_between = (from: string, to: string) =>
  Math.round((Date.parse(to.slice(0, 10) + 'T00:00:00Z') - Date.parse(from.slice(0, 10) + 'T00:00:00Z')) / 86_400_000)

/// Two days as briefly as they can be told apart: "15 – 18 May", "28 May – 3 Jun", with years only where they differ.
export function show_span(from: string, to: string): string {
  const [y1, m1, d1] = farm_day(from).split('-').map(Number), [y2, m2, d2] = farm_day(to).split('-').map(Number)
  if (y1 !== y2) return `${show_day(farm_day(from))} – ${show_day(farm_day(to))}`
  if (m1 === m2 && d1 === d2) return show_short_day(from)
  if (language === 'zh') return m1 === m2 ? `${m1}月${d1}–${d2}日` : `${m1}月${d1}日–${m2}月${d2}日`
  return m1 === m2 ? `${d1} – ${d2} ${month_names[m1 - 1]}` : `${d1} ${month_names[m1 - 1]} – ${d2} ${month_names[m2 - 1]}`
}
export function show_short_day(instant: string): string {
  const [, m, d] = farm_day(instant).split('-').map(Number)
  return language === 'zh' ? `${m}月${d}日` : `${d} ${month_names[m - 1]}`
}
