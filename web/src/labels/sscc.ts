/// The 18 digits of a case's label as a scanner types them: with or without its (00), by the check digit; nothing: it is no SSCC.
export function sscc_of(typed: string): string | undefined {
  const digits = typed.replace(/^\]C1/, '').replace(/[()\s]/g, '').replace(/^https?:\/\/[^/]+\/00\//, '')
  const number = /^00\d{18}$/.test(digits) ? digits.slice(2) : digits
  if (!/^\d{18}$/.test(number)) return undefined
  const sum = [...number.slice(0, 17)].reduce((n, d, i) => n + Number(d) * (i % 2 === 0 ? 3 : 1), 0)
  return (10 - (sum % 10)) % 10 === Number(number[17]) ? number : undefined
}
