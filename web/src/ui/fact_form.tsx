import { Alert, App, Button, Checkbox, Drawer, Input, Select, Space } from 'antd'
import { useMemo, useState } from 'react'
import { Problem, reason_mends, send_facts, type Body, type CohortRow, type Envelope, type FactRow, type FormField, type Outcome, type PoolRow } from '../api'
import { forget, session, useGet, useKinds, usePack, useSites } from '../data'
import { farm_local, from_farm_local } from '../dates'
import { is_zh, own_script, t, word, type Key } from '../i18n'
import { mass_taste, narrow } from '../prefs'
import { outbox } from '../outbox_live'
import { useCell } from '../store'
import { show_mass } from '../units'
import { uuid7, uuid7_after } from '../uuid7'
import type { Rules } from '../quality/shapes'
import type { SortingPack } from '../sorting/shapes'
import { problem_text, Waiting } from './basic'
import { closed_lists, field_units, fill, list_area, read, type Typed, type Values } from './form_values'

interface Choice { value: string; label: string }

function useChoices(kind: string, load: unknown) {
  const pack = usePack()
  const sites = useSites()
  const pools = useGet<{ pools: PoolRow[] }>('/pools').data?.pools
  const cohorts = useGet<{ cohorts: CohortRow[] }>('/cohorts').data?.cohorts
  const rules = useGet<Rules>(/^(hold|lab_sample|test_result|input|programme)$/.test(kind) ? '/quality/rules' : null).data
  const sorting = useGet<{ packs: SortingPack[] }>(/^(load|maturity_sample)$/.test(kind) ? '/sorting' : null).data
  const sorted = useGet<{ of_pack: SortingPack }>(load && /^(sizer_count|cartons)$/.test(kind) ? `/sorting/loads/${encodeURIComponent(String(load))}` : null).data?.of_pack
  const coded = (list: { code: string; name_en: string; name_zh: string }[] | undefined): Choice[] =>
    (list ?? []).map(c => ({ value: c.code, label: is_zh() ? c.name_zh : c.name_en }))
  return (field: FormField, body: Body): Choice[] | undefined => {
    const closed = Array.isArray(field.choices) ? field.choices : closed_lists[`${kind}.${field.name}`]
    if (closed) return closed.map(c => ({ value: c, label: word(list_area(field.name, kind) ?? field.name, c) }))
    if (kind === 'hold' && field.name === 'reason') return coded(rules?.hold_reasons)
    if (kind === 'lab_sample' && field.name === 'plan') return coded(rules?.plans)
    if (kind === 'test_result' && field.name === 'analyte') return coded(rules?.analytes)
    if (kind === 'input' && field.name === 'use') return coded(rules?.input_uses)
    if (/^(load|maturity_sample)$/.test(kind) && field.name === 'pack') return coded(sorting?.packs.map(p => ({ ...p, code: p.pack })))
    if (sorted && field.name === 'quality') return coded(sorted.classes.filter(c => c.packed || kind === 'sizer_count').map(c => ({ ...c, code: c.quality })))
    if (sorted && field.name === 'size') return sorted.sizes.map(z => ({ value: z.size, label: `${z.size} · ${z.from_um / 1000}–${z.to_um / 1000} mm` }))
    if (field.name === 'programme') return coded(rules?.programmes)
    const here = (body.pool ?? body.from) as string | undefined
    const what = typeof field.choices === 'string' ? field.choices : field.name
    if (/^(pool|from|to)$/.test(field.name) && !(kind === 'pool' && field.name === 'pool'))
      return pools?.map(p => ({ value: p.pool, label: p.name && p.name !== p.pool ? `${p.pool} · ${own_script(p.name)}` : p.pool }))
    if (/^(cohort|to_cohort)$/.test(field.name) && kind !== 'cohort') {
      const in_pool = pools?.find(p => p.pool === here)?.cohorts ?? []
      const rest = (cohorts ?? []).map(c => c.cohort).filter(c => !in_pool.includes(c))
      const near = field.name === 'cohort' && !['stock'].includes(kind) ? in_pool : []
      return (near.length ? near : [...in_pool, ...rest]).map(c => ({ value: c, label: c }))
    }
    if (field.name === 'site' && kind !== 'site') return sites?.map(s => ({ value: s.site, label: `${s.site} · ${s.name}` }))
    if (what === 'species') return coded(pack?.species)
    if (field.name === 'cause') return coded(kind === 'adjust' ? pack?.causes.difference : pack?.causes.death)
    if (field.name === 'stage') return coded(kind === 'growth' ? pack?.stages : pack?.maturity)
    if (field.name === 'health') return coded(pack?.health)
    return undefined
  }
}

export interface FactFormProps {
  kind: string; title: string; preset?: Body; hide?: string[]; first?: string[]; corrects?: FactRow
  close: () => void; done?: (outcome: Outcome) => void
}

/// A form for any kind of fact, made from the program's own description of it.
export function FactForm(props: FactFormProps) {
  const kinds = useKinds()
  const is_narrow = useCell(narrow)
  const form = kinds?.find(k => k.kind === props.kind)?.form
  return (
    <Drawer open onClose={props.close} title={props.title} size={is_narrow ? '100%' : 440} className="fact_form" destroyOnHidden>
      {form ? <Fields {...props} form={form} /> : <Waiting rows={6} />}
    </Drawer>
  )
}

function Fields({ kind, preset, hide = [], first = [], corrects, close, done, form }: FactFormProps & { form: FormField[] }) {
  const { message } = App.useApp()
  const taste = useCell(mass_taste)
  const choices_of = useChoices(kind, preset?.load ?? corrects?.body.load)
  const start: Body = useMemo(() => ({ ...preset, ...(corrects?.body ?? {}) }), [])
  const [values, set_values] = useState<Values>(() => fill(form, start, taste))
  const [when, set_when] = useState(() => farm_local(corrects?.happened_at ?? Date.now()))
  const [reason, set_reason] = useState('')
  const [tried, set_tried] = useState(false)
  const [busy, set_busy] = useState(false)
  const [refused, set_refused] = useState<Outcome | null>(null)
  const [id, set_id] = useState(() => uuid7_after(corrects?.id))
  const [all, set_all] = useState(!!corrects)

  const { body, wrong } = read(form, values, taste)
  const set = (name: string, typed: Typed) => {
    set_values(v => ({ ...v, [name]: typed }))
    set_refused(null)
    set_id(uuid7_after(corrects?.id))          // other words make another fact
  }
  const open_fields = form.filter(f => !hide.includes(f.name))
  const main = open_fields.filter(f => f.required || first.includes(f.name) || start[f.name] != null)
    .sort((a, b) => (first.indexOf(a.name) + 1 || 99) - (first.indexOf(b.name) + 1 || 99))
  const rest = open_fields.filter(f => !main.includes(f))
  const [asked, set_asked] = useState(false)     // the server takes it with a reason
  const wants_reason = !!corrects || asked
  const missing_reason = wants_reason && !reason.trim()

  const send = async (witnessed: boolean) => {
    set_tried(true)
    if (wrong.length || missing_reason) {
      document.getElementById(`f_${wrong[0]?.field ?? 'why_reason'}`)?.focus()
      return
    }
    const envelope: Envelope = { id, kind, happened_at: from_farm_local(when), body }
    if (corrects) Object.assign(envelope, { act: 'correct', corrects: corrects.corrects ?? corrects.id, reason: reason.trim() })
    else if (asked) envelope.reason = reason.trim()
    set_busy(true)
    try {
      const [outcome] = await send_facts([envelope], witnessed)
      if (outcome.outcome === 'refused') {
        set_refused(outcome)
        if (reason_mends(outcome.code)) {
          set_asked(true)
          set_tried(false)
        }
      }
      else {
        const warnings = outcome.warnings ?? []
        if (warnings.length) message.warning(warnings.map(w => w.detail).join(' '), 8)
        else message.success(t(corrects ? 'fact.corrected' : 'fact.recorded_ok'))
        forget('/')
        done?.(outcome)
        close()
      }
    } catch (e) {
      if (e instanceof Problem && e.unreachable) {
        await outbox.add(envelope, session.get()!.person, new Date().toISOString())
        message.info(t('outbox.kept'))
        close()
      } else message.error(problem_text(e), 8)
    }
    set_busy(false)
  }

  const field_view = (field: FormField) => (
    <FieldInput key={field.name} field={field} typed={values[field.name]} choices={choices_of(field, body)} taste={taste}
      wrong={tried ? wrong.find(w => w.field === field.name)?.why : undefined} set={typed => set(field.name, typed)} />
  )
  const mean = kind === 'weigh' && typeof body.heads === 'number' && body.heads > 0 && typeof body.total_mg === 'number'
    ? show_mass(body.total_mg / body.heads, taste) : ''

  return (
    <form className="form" onSubmit={e => { e.preventDefault(); void send(false) }} noValidate>
      {main.map(field_view)}
      {mean && <p className="hint">{t('form.mean_is', { mean })}</p>}
      <div className="field">
        <label className="field_label" htmlFor="f_when">{t('form.when')}</label>
        <Input id="f_when" type="datetime-local" value={when} onChange={e => { set_when(e.target.value); set_id(uuid7_after(corrects?.id)) }} required />
      </div>
      {rest.length > 0 && !all && <button type="button" className="quiet" onClick={() => set_all(true)}>{t('form.more', { count: rest.length })}</button>}
      {all && rest.map(field_view)}
      {wants_reason && (
        <div className="field">
          <label className="field_label" htmlFor="f_why_reason">{t('fact.reason')} <span className="required">*</span></label>
          <Input.TextArea id="f_why_reason" rows={2} value={reason} onChange={e => { set_reason(e.target.value); if (!corrects) set_id(uuid7()) }} maxLength={300}
            status={tried && missing_reason ? 'error' : undefined} aria-invalid={tried && missing_reason} placeholder={corrects ? t('fact.reason_example') : undefined} />
          {tried && missing_reason && <p className="wrong" role="alert">{t('form.wrong.required')}</p>}
        </div>
      )}
      {refused && (
        <Alert type="error" showIcon role="alert" title={refused.detail ?? refused.code}
          description={<>
            <p>{t('form.refused_means')}</p>
            <Button size="small" onClick={() => void send(true)} loading={busy}>{t('form.witnessed')}</Button>
          </>} />
      )}
      <div className="form_end">
        <Button type="primary" htmlType="submit" loading={busy} size="large">{t(corrects ? 'do.correct' : 'do.record')}</Button>
        <Button onClick={close} size="large">{t('do.leave')}</Button>
      </div>
    </form>
  )
}

function FieldInput({ field, typed, choices, taste, wrong, set }: {
  field: FormField; typed: Typed; choices?: Choice[]; taste: 'metric' | 'jin'; wrong?: string; set: (t: Typed) => void
}) {
  const id = `f_${field.name}`
  const units = field_units(field, taste)
  const unit = units.find(u => u.code === typed.unit) ?? units[0]
  const status = wrong ? 'error' : undefined
  const label = word('field', field.name)
  const described = wrong ? `${id}_wrong` : undefined
  let input
  if (choices)
    input = (
      <Select id={id} value={typed.text || undefined} onChange={v => set({ text: v ?? '' })} allowClear={!field.required} status={status}
        showSearch={choices.length > 8 ? { optionFilterProp: 'label' } : false} options={choices} style={{ width: '100%' }} aria-label={label}
        placeholder={t('form.choose')} />
    )
  else if (field.type === 'flag')
    return <div className="field"><Checkbox id={id} checked={typed.text === 'true'} onChange={e => set({ text: e.target.checked ? 'true' : '' })}>{label}</Checkbox></div>
  else if (field.type === 'fish_list')
    input = <Input.TextArea id={id} rows={3} value={typed.text} onChange={e => set({ text: e.target.value })} status={status} inputMode="numeric"
      placeholder={t('form.tags_example')} className="num" aria-describedby={described} />
  else {
    const numeric = field.type === 'int' || field.type === 'number' || units.length > 0
    const plain = (
      <Input id={id} type={field.type === 'day' ? 'date' : 'text'} inputMode={numeric ? 'decimal' : undefined} value={typed.text} status={status}
        onChange={e => set({ text: e.target.value, unit: unit?.code })} className={numeric ? 'num' : undefined} autoComplete="off"
        aria-invalid={!!wrong} aria-describedby={described} suffix={units.length === 1 ? unit.label || undefined : undefined} />
    )
    input = units.length > 1 ? (
      <Space.Compact block>
        {plain}
        <Select value={unit.code} onChange={code => set({ text: typed.text, unit: code })} style={{ width: 88 }} aria-label={t('form.unit_of', { field: label })}
          options={units.map(u => ({ value: u.code, label: u.label }))} />
      </Space.Compact>
    ) : plain
  }
  return (
    <div className="field">
      <label className="field_label" htmlFor={id}>{label}{field.required && <span className="required"> *</span>}</label>
      {input}
      {wrong && <p className="wrong" id={`${id}_wrong`} role="alert">{t(`form.wrong.${wrong}` as Key)}</p>}
    </div>
  )
}
