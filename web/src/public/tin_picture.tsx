import { useMemo } from 'react'

/// A tin seen from above, its eggs laid by the serial: every tin has its own picture, always the same.
export function TinPicture({ seed, size = 232 }: { seed: string; size?: number }) {
  const eggs = useMemo(() => {
    let state = [...seed].reduce((n, c) => (Math.imul(n, 31) + c.charCodeAt(0)) >>> 0, 2166136261)
    const chance = () => { state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0; return state / 4294967296 }
    const all: { x: number; y: number; r: number; tone: number }[] = []
    const r = 8.6, step = r * 1.72
    for (let row = -8; row <= 8; row++)
      for (let column = -8; column <= 8; column++) {
        const x = (column + (row % 2 ? 0.5 : 0)) * step + (chance() - 0.5) * 2.2, y = row * step * 0.87 + (chance() - 0.5) * 2.2
        if (Math.hypot(x, y) < 89) all.push({ x, y, r: r * (0.93 + chance() * 0.14), tone: chance() })
      }
    return all
  }, [seed])
  return (
    <svg className="tin_picture" width={size} height={size} viewBox="-116 -116 232 232" aria-hidden="true">
      <defs>
        <radialGradient id="rim" cx="35%" cy="28%"><stop offset="0%" stopColor="#fbf3dd" /><stop offset="55%" stopColor="#c9a961" /><stop offset="100%" stopColor="#7d6229" /></radialGradient>
        <radialGradient id="well"><stop offset="70%" stopColor="#0b1d20" /><stop offset="100%" stopColor="#04100f" /></radialGradient>
        {['#56635b', '#6b6448', '#7c6b45', '#4a5659'].map((c, i) => <radialGradient key={i} id={`egg${i}`} cx="36%" cy="30%"><stop offset="0%" stopColor="#d9d4bd" /><stop offset="20%" stopColor={c} /><stop offset="78%" stopColor="#1d2728" /><stop offset="100%" stopColor="#0e1617" /></radialGradient>)}
      </defs>
      <circle r="113" fill="url(#rim)" />
      <circle r="103" fill="none" stroke="#8d7033" strokeWidth="1" opacity=".7" />
      <circle r="96" fill="url(#well)" />
      {eggs.map((e, i) => <circle key={i} cx={e.x} cy={e.y} r={e.r} fill={`url(#egg${Math.floor(e.tone * 4)})`} />)}
      <circle r="96" fill="none" stroke="#000" strokeOpacity=".45" strokeWidth="7" />
    </svg>
  )
}
