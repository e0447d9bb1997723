// Makes a PNG of at most 256 colours out of one that Chromium made (8 bits, no interlacing): a screen needs no more, and the file is a third.
import { deflateSync, inflateSync, crc32 } from 'node:zlib'

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

/// -> width, height and one 24-bit number a pixel.
export function read_png(file) {
  const parts = []
  let width, height, channels
  for (let at = 8; at < file.length;) {
    const size = file.readUInt32BE(at), kind = file.toString('latin1', at + 4, at + 8), body = file.subarray(at + 8, at + 8 + size)
    if (kind === 'IHDR') {
      width = body.readUInt32BE(0)
      height = body.readUInt32BE(4)
      channels = { 2: 3, 6: 4 }[body[9]]
      if (body[8] !== 8 || !channels || body[12] !== 0) throw new Error('not a PNG as Chromium makes them')
    }
    if (kind === 'IDAT') parts.push(body)
    at += 12 + size
  }
  const raw = inflateSync(Buffer.concat(parts)), line = width * channels
  const pixels = new Uint32Array(width * height)
  let above = new Uint8Array(line), here = new Uint8Array(line)
  for (let y = 0, at = 0; y < height; y++) {
    const filter = raw[at++]
    for (let i = 0; i < line; i++) {
      const a = i >= channels ? here[i - channels] : 0, b = above[i], c = i >= channels ? above[i - channels] : 0
      const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c)
      here[i] = raw[at++] + [0, a, b, (a + b) >> 1, pa <= pb && pa <= pc ? a : pb <= pc ? b : c][filter]
    }
    for (let x = 0; x < width; x++) pixels[y * width + x] = (here[x * channels] << 16) | (here[x * channels + 1] << 8) | here[x * channels + 2]
    ;[above, here] = [here, above]
  }
  return { width, height, pixels }
}

const parts_of = c => [c >> 16, (c >> 8) & 255, c & 255]

/// The colours that are used most stand as they are (large plain surfaces, text); the rest take the nearest of those.
function palette_of(pixels) {
  const counts = new Map()
  for (const c of pixels) counts.set(c, (counts.get(c) ?? 0) + 1)
  const by_use = [...counts].sort((a, b) => b[1] - a[1])
  const chosen = by_use.slice(0, 96).map(([c]) => c)
  const seen = new Set(chosen)
  for (let step = 24; chosen.length < 256 && step >= 4; step -= 4)              // then spread over what is left, coarse to fine
    for (const [c] of by_use) {
      if (chosen.length === 256) break
      if (seen.has(c)) continue
      const [r, g, b] = parts_of(c)
      if (chosen.every(o => { const [x, y, z] = parts_of(o); return Math.abs(r - x) + Math.abs(g - y) + Math.abs(b - z) > step })) { chosen.push(c); seen.add(c) }
    }
  const index = new Map(chosen.map((c, i) => [c, i]))
  for (const [c] of by_use) {
    if (index.has(c)) continue
    const [r, g, b] = parts_of(c)
    let best = 0, least = Infinity
    chosen.forEach((o, i) => {
      const [x, y, z] = parts_of(o), far = (r - x) ** 2 * 3 + (g - y) ** 2 * 4 + (b - z) ** 2 * 2
      if (far < least) { least = far; best = i }
    })
    index.set(c, best)
  }
  return { chosen, index }
}

const chunk = (kind, body) => {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32BE(body.length, 0)
  out.write(kind, 4, 'latin1')
  body.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length)
  return out
}

export function small_png(file) {
  const { width, height, pixels } = read_png(file)
  const { chosen, index } = palette_of(pixels)
  const raw = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) raw[y * (width + 1) + 1 + x] = index.get(pixels[y * width + x])
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([signature, chunk('IHDR', head), chunk('PLTE', Buffer.from(chosen.flatMap(parts_of))), chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))])
}
