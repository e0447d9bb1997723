/// Ids are made where the fact is made, so that sending a fact twice is harmless (RFC 9562, version 7).
/// Within one millisecond the 12 bits after the version count up, so ids made here sort in the order they were made.
let last_ms = 0
let counter = 0

export function uuid7(now = Date.now(), random: (bytes: Uint8Array) => Uint8Array = b => crypto.getRandomValues(b)): string {
  const bytes = random(new Uint8Array(16))
  if (now > last_ms) {
    last_ms = now
    counter = ((bytes[6] << 8) | bytes[7]) & 0x3ff
  } else if (++counter > 0xfff) {
    last_ms += 1
    counter = 0
  }
  let ms = last_ms
  for (let i = 5; i >= 0; --i) {
    bytes[i] = ms % 256
    ms = Math.floor(ms / 256)
  }
  bytes[6] = 0x70 | (counter >> 8)
  bytes[7] = counter & 0xff
  bytes[8] = 0x80 | (bytes[8] & 0x3f)
  const hex = [...bytes].map(b => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/// An id that comes after another, also where that one's clock was ahead of ours: of a fact's versions the one with the greatest id holds.
export const uuid7_after = (id?: string): string => uuid7(id ? Math.max(Date.now(), parseInt(id.replace(/-/g, '').slice(0, 12), 16) + 1) : Date.now())
