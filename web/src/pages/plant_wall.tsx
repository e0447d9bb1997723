import { useEffect } from 'react'
import { Link } from '../router'
import { PageHead } from '../ui/basic'
import { PlantTabs, server_now, step_name, useLine, useSeconds, held_for } from '../plant/parts'
import { clock_now, clock_text, leading } from '../plant/state'
import { named, p } from '../plant/words'

/// Every running clock, for a screen on the wall.
export default function PlantWall() {
  const { line } = useLine()
  useSeconds()
  useEffect(() => { let lock: { release(): Promise<void> } | undefined
    void navigator.wakeLock?.request('screen').then(l => { lock = l }).catch(() => {})
    return () => { void lock?.release() } }, [])
  const now = server_now()
  const fish = (line?.fish ?? []).map(f => ({ f, c: leading(f, now) })).sort((a, b) => (a.c ? clock_now(a.c, now).left : 1e6) - (b.c ? clock_now(b.c, now).left : 1e6))
  const late = fish.filter(x => x.c && clock_now(x.c, now).state === 'late').length
  return (
    <>
      <PageHead title={p('wall')} sentence={!line ? ' ' : p(line.fish.length ? 'line_sentence' : 'line_empty', { running: fish.filter(x => x.c).length, late, held: line.held, done: line.done, waiting: line.waiting.length })} />
      <PlantTabs />
      <div className="wall">
        {fish.map(({ f, c }) => {
          const of = c && clock_now(c, now)
          return (
            <Link key={f.fish} to={f.lot ? `/plant/lots/${encodeURIComponent(f.lot)}` : `/fish/${f.fish}`} className={`wall_fish ${f.hold ? 'held' : of?.state ?? ''}`}>
              <div className="wall_tag">{f.line && `${f.line} · `}{f.lot ?? f.fish}{f.station ? ` · ${f.station}` : ''}</div>
              {c && of ? <><div className="wall_clock">{clock_text(of.left)}</div><div className="wall_tag">{of.left < 0 ? p('over') : p('to_go')} · {named(c)}</div></> : f.hold ? <div className="wall_step bad">{p('hold')}: {held_for(f.hold)}</div> : null}
              <div className="wall_step">{f.hold && !c ? step_name(line!.steps, f.step) : `→ ${step_name(line!.steps, f.next)}`}</div>
            </Link>
          )
        })}
      </div>
    </>
  )
}
