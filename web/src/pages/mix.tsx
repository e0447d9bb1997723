import { Button, Checkbox, InputNumber } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { post, Problem } from '../api'
import { PageHead, problem_text, ProblemNote, Section } from '../ui/basic'
import { show_money, show_number } from '../units'
import { example_analysis, example_bands, example_salts } from '../blend/example'
import { percent, save_text, type MixGot } from '../blend/shapes'
import { Sheet } from '../blend/sheet'
import { say } from '../blend/words'
import { uuid7 } from '../uuid7'

const few = (v: number) => (Number.isFinite(v) ? show_number(v, Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2) : '–')

/// Artificial sea water: analysis, salts and target in; what to weigh and in which order out.
export default function MixPage() {
  const [analysis, set_analysis] = useState('')
  const [salts, set_salts] = useState('')
  const [target, set_target] = useState('')
  const [volume, set_volume] = useState(100)
  const [whole_bags, set_whole_bags] = useState(false)
  const [got, set_got] = useState<MixGot>()
  const [wrong, set_wrong] = useState<Problem>()
  const asked = useRef(0)
  const page = useMemo(() => uuid7(), [])
  const ask = { page, analysis, salts, target: target || undefined, volume: `${volume} m3`, whole_bags }
  const key = JSON.stringify(ask)
  useEffect(() => {
    if (!analysis.trim() || !salts.trim()) return
    const mine = ++asked.current
    const late = setTimeout(() => {
      post<MixGot>('/blending/mixes', ask)
        .then(answer => { if (mine === asked.current) { set_got(answer); set_wrong(undefined) } })
        .catch((e: unknown) => { if (mine === asked.current) { set_got(undefined); set_wrong(e instanceof Problem ? e : new Problem(0, 'fault', problem_text(e))) } })
    }, 400)
    return () => clearTimeout(late)
  }, [key])
  const mix = got?.mix
  const sentence = mix ? say('mix_sentence', { volume: `${show_number(mix.volume_l / 1000)} m³`, salts: mix.parts.length, cost: show_money(mix.cost_minor, mix.currency) }) : got?.why ?? say('mix_idle')
  const example = () => { set_analysis(example_analysis); set_salts(example_salts); set_target(example_bands) }
  const save = () => mix && save_text('sea-water.csv', ['salt,formula,g_m3,kg,bags', ...mix.parts.map(p => [p.salt, p.formula, p.g_m3.toFixed(2), p.mg / 1e6, p.bags || ''].join(','))].join('\r\n') + '\r\n')
  return (
    <>
      <PageHead title={say('mix')} sentence={sentence} acts={!analysis && <Button type="primary" onClick={example}>{say('example')}</Button>} />
      <ProblemNote problem={wrong} />
      {got?.charge_doubtful && <p className="warn" role="alert">{say('doubtful', { percent: percent(Math.abs(got.charge_error)) })}</p>}
      <div className="plan_wish">
        <label htmlFor="mix_volume"><span>{say('volume')}, m³</span><InputNumber id="mix_volume" value={volume} min={0.1} max={1_000_000} onChange={n => n && set_volume(n)} /></label>
        <Checkbox className="blend_check" checked={whole_bags} onChange={e => set_whole_bags(e.target.checked)}>{say('whole_bags')}</Checkbox>
      </div>
      {mix && (
        <div className="blend_two">
          <Section title={say('weigh')} acts={<Button size="small" onClick={save}>{say('copy')}</Button>}>
            <table className="plain blend_table">
              <thead><tr><th>{say('salt')}</th><th className="right">{say('g_m3')}</th><th className="right">{whole_bags ? say('bags') : say('kg')}</th><th className="right">{say('cost')}</th></tr></thead>
              <tbody>{mix.parts.map(p => <tr key={p.salt}><td>{p.salt} <span className="muted small">{p.formula}</span></td><td className="right num">{few(p.g_m3)}</td><td className="right num">{p.bags || show_number(p.mg / 1e6, 3)}</td><td className="right num">{show_money(p.cost_minor, mix.currency)}</td></tr>)}</tbody>
            </table>
            <table className="plain blend_table">
              <thead><tr><th>{say('what')}</th><th className="right">{say('source')}</th><th className="right">{say('mixed')}</th><th className="right">{say('range')}</th></tr></thead>
              <tbody>{mix.bands.map(b => <tr key={b.what}><td>{b.what}</td><td className="right num">{few(b.source)}</td><td className="right num"><b>{few(b.value)}</b></td><td className="right num">{few(b.low)}–{few(b.high)}</td></tr>)}</tbody>
            </table>
          </Section>
          <Section title={say('order')}>
            <ol className="blend_steps">{mix.steps.map(s => <li key={s.salts.join()}><b>{s.salts.join(', ')}</b>: {s.act} <span className="muted">{s.why}</span></li>)}</ol>
          </Section>
        </div>
      )}
      <Section title={say('sheets')}>
        <div className="blend_sheets">
          <Sheet id="sheet_analysis" label={say('analysis_sheet')} text={analysis} set={set_analysis} rows={9} />
          <Sheet id="sheet_salts" label={say('salts_sheet')} text={salts} set={set_salts} rows={9} />
          <Sheet id="sheet_bands" label={say('bands_sheet')} text={target} set={set_target} />
        </div>
        {analysis === example_analysis && <p className="muted small">{say('example_note')}</p>}
      </Section>
    </>
  )
}
