import { Alert, App, Button, Select, Spin } from 'antd'
import { useRef, useState } from 'react'
import { send_import, type ImportReport, type ImportSheet } from '../api'
import { forget, useGet } from '../data'
import { show_instant } from '../dates'
import { t, word } from '../i18n'
import { says } from '../i18n/says'
import { Nothing, PageHead, problem_text, Section, useNames, When } from '../ui/basic'
import { Icon } from '../ui/icons'
import { Table, type Column } from '../ui/table'

const layouts = ['sites', 'pools', 'cohorts', 'stock', 'opening', 'regroup', 'move', 'tag', 'retag', 'death', 'escape', 'harvest', 'weigh', 'measure', 'count',
  'feed', 'feed_per_fish', 'treat', 'water', 'round', 'trial_weight', 'trial_rearing', 'population', 'management', 'recapture', 'ages', 'ignore']
const fields = ['pool', 'from', 'to', 'pool_kind', 'site', 'name', 'province', 'water_source', 'licence', 'latitude', 'longitude', 'volume', 'area', 'depth', 'flow',
  'walk_order', 'date', 'time', 'cohort', 'to_cohort', 'species', 'year_class', 'hatched', 'heads', 'mean', 'total', 'weight', 'sd', 'deaths', 'cause', 'reason',
  'tag', 'new_tag', 'length', 'sex', 'stage', 'health', 'method', 'low', 'high', 'feed', 'feed_name', 'temperature', 'oxygen', 'ph', 'ammonia', 'turbidity',
  'product', 'dose', 'withdrawal', 'purpose', 'source', 'note', 'action', 'group', 'heads_start', 'total_start', 'mean_start', 'duration', 'sample', 'recaptured',
  'year', 'quantity']
const units = ['g', 'kg', 't', 'jin', 'mg', 'cm', 'mm', 'm', 'L', 'm3', 'm2', 'mu', 'ha', '°C', 'mg/L', 'L/s']

/// `mapped`: a person changed how it is read; `changed`: and it has not been tried so yet.
interface Entry { file: File; report?: ImportReport; sheets?: ImportSheet[]; mapped: boolean; changed: boolean; wrong?: string; busy: boolean; start: string }

export default function Import() {
  const [entries, set_entries] = useState<Entry[]>([])
  const [over, set_over] = useState(false)
  const { message } = App.useApp()
  const picker = useRef<HTMLInputElement>(null)
  const history = useGet<{ imports: { file: string; sha256: string; at: string; person: string; facts: number }[] }>('/imports')

  const update = (file: File, more: Partial<Entry>) => set_entries(all => all.map(e => (e.file === file ? { ...e, ...more } : e)))
  const run = async (entry: Entry, dry: boolean) => {
    update(entry.file, { busy: true, wrong: undefined })
    try {
      const mapping = entry.mapped && entry.sheets
        ? JSON.stringify({ sheets: entry.sheets.map(({ sheet, layout, header_rows, columns }) => ({ sheet, layout, header_rows, columns })) }) : ''
      const report = await send_import(entry.file, entry.file.name, { dry_run: dry ? '1' : '0', mapping, start: entry.start })
      update(entry.file, { report, sheets: report.sheets, busy: false, changed: false })
      if (!dry && report.stored) {
        message.success(t('import.done', { count: report.facts, file: report.file }))
        forget('/')
      }
    } catch (e) { update(entry.file, { busy: false, wrong: problem_text(e) }) }
  }
  const take = (list: FileList | null) => {
    for (const file of list ?? []) {
      const entry: Entry = { file, mapped: false, changed: false, busy: true, start: '' }
      set_entries(all => [...all.filter(e => e.file.name !== file.name), entry])
      void run(entry, true)
    }
  }
  const ready = entries.filter(e => e.report && !e.report.stored && !e.report.already && !e.report.problems.some(p => p.severity === 'bad')).length
  const stuck = entries.filter(e => e.wrong || e.report?.problems.some(p => p.severity === 'bad')).length
  return (
    <>
      <PageHead title={t('nav.import')} sentence={entries.length ? t('import.sentence_files', { ready, stuck, count: entries.length }) : t('import.sentence')} />
      <div className={over ? 'drop drop_over' : 'drop'} onDragOver={e => { e.preventDefault(); set_over(true) }} onDragLeave={() => set_over(false)}
        onDrop={e => { e.preventDefault(); set_over(false); take(e.dataTransfer.files) }}>
        <Icon name="import" size={32} />
        <p>{t('import.drop')}</p>
        <Button type="primary" onClick={() => picker.current?.click()}>{t('import.choose')}</Button>
        <input ref={picker} id="import_files" type="file" multiple accept=".csv,.txt,.tsv,.xlsx" className="hidden_input" aria-label={t('import.choose')} tabIndex={-1} onChange={e => { take(e.target.files); e.target.value = '' }} />
        <p className="muted small">{t('import.kinds')}</p>
      </div>
      {entries.map(e => <FileReport key={e.file.name} entry={e} update={more => update(e.file, more)} run={dry => void run(e, dry)} leave={() => set_entries(all => all.filter(x => x !== e))} />)}
      <Section title={t('import.history')}>
        {history.data?.imports.length ? (
          <table className="steps">
            <thead><tr><th scope="col">{t('import.file')}</th><th scope="col">{t('field.at')}</th><th scope="col">{t('field.author')}</th><th scope="col" className="right">{t('import.facts')}</th></tr></thead>
            <tbody>{history.data.imports.map(i => <tr key={i.sha256 + i.at}><th scope="row">{i.file}</th><td className="num">{show_instant(i.at)}</td><td>{i.person}</td><td className="num right">{i.facts.toLocaleString('en-US')}</td></tr>)}</tbody>
          </table>
        ) : <Nothing>{t('import.no_history')}</Nothing>}
      </Section>
    </>
  )
}

function FileReport({ entry, update, run, leave }: { entry: Entry; update: (more: Partial<Entry>) => void; run: (dry: boolean) => void; leave: () => void }) {
  const names = useNames()
  const { report } = entry
  const bad = report?.problems.filter(p => p.severity === 'bad').length ?? 0
  type P = ImportReport['problems'][number]
  const columns: Column<P>[] = [
    { key: 'severity', title: t('import.weight'), cell: p => <span className={p.severity === 'bad' ? 'bad' : 'warn'}>{t(p.severity === 'bad' ? 'import.stops' : 'import.note')}</span>, phone: true },
    { key: 'place', title: t('import.place'), phone: true, cell: p => <span className="place">{p.sheet && report!.sheets.length > 1 ? `${p.sheet} ` : ''}{p.column}{p.row > 0 ? p.row : ''}</span> },
    { key: 'message', title: t('import.problem'), phone: true, cell: p => <>{p.message} {p.cure && <span className="cure">{p.cure}</span>}</> },
  ]
  return (
    <Section className="import_file" title={<><Icon name="journal" size={18} /> {entry.file.name}</>}
      acts={<Button type="text" icon={<Icon name="close" size={18} />} onClick={leave} aria-label={t('import.leave')} />}>
      <Spin spinning={entry.busy} delay={300}>
        {entry.wrong && <Alert type="error" showIcon title={entry.wrong} />}
        {report && (
          <>
            <p className="sentence" role="status">
              {report.already ? t('import.already') : report.stored ? t('import.stored', { count: report.facts })
                : bad ? t('import.would_not', { count: bad }) : t('import.would', { count: report.facts })}
            </p>
            {report.notes.length > 0 && (
              <details open={report.notes.length < 4}>
                <summary>{t('import.notes', { count: report.notes.length })}</summary>
                <ul className="muted small notes">{report.notes.map((n, i) => <li key={i}>{n}</li>)}</ul>
              </details>
            )}
            {report.problems.length > 0 && <div className="problems"><Table rows={report.problems} columns={columns} row_key={p => `${p.sheet} ${p.row} ${p.column} ${p.code} ${report.problems.indexOf(p)}`} label={t('import.problems')} name="problems" height={380} /></div>}
            {!report.stored && !report.already && entry.sheets?.map((sheet, i) => (
              <SheetMapping key={sheet.sheet + i} sheet={sheet} change={s => update({ mapped: true, changed: true, sheets: entry.sheets!.map((x, j) => (i === j ? s : x)) })} />
            ))}
            {report.preview.length > 0 && !report.stored && (
              <details>
                <summary>{t('import.preview', { count: report.preview.length })}</summary>
                <ul className="preview">{report.preview.map((p, i) => <li key={i}><When at={p.happened_at} /> <span>{says({ ...p, says: '' }, names)}</span></li>)}</ul>
              </details>
            )}
            {!report.stored && !report.already && (
              <div className="form_end">
                {entry.changed
                  ? <Button type="primary" onClick={() => run(true)}>{t('import.try_again')}</Button>
                  : <Button type="primary" disabled={bad > 0 || report.facts === 0} onClick={() => run(false)}>{t('import.do', { count: report.facts })}</Button>}
                <label className="day_filter"><span>{t('import.start')}</span><input type="date" value={entry.start} onChange={e => update({ start: e.target.value, changed: true })} /></label>
              </div>
            )}
          </>
        )}
      </Spin>
    </Section>
  )
}

/// How one sheet is read: what it is, and what each column means. Guessed by the server, mended here.
function SheetMapping({ sheet, change }: { sheet: ImportSheet; change: (s: ImportSheet) => void }) {
  const [open, set_open] = useState(sheet.layout === '' || sheet.layout === 'ignore')
  const column = (i: number, more: Partial<ImportSheet['columns'][number]>) => change({ ...sheet, columns: sheet.columns.map((c, j) => (i === j ? { ...c, ...more } : c)) })
  return (
    <div className="sheet">
      <div className="sheet_head">
        <b>{sheet.sheet || t('import.the_sheet')}</b>
        <span className="muted small num">{t('import.rows', { count: sheet.rows })}</span>
        <Select value={sheet.layout || undefined} onChange={layout => change({ ...sheet, layout })} aria-label={t('import.layout')} style={{ minWidth: 220 }} popupMatchSelectWidth={false}
          options={layouts.map(l => ({ value: l, label: word('layout', l) }))} showSearch={{ optionFilterProp: 'label' }} />
        <button type="button" className="quiet" onClick={() => set_open(!open)} aria-expanded={open}>{t('import.columns', { count: sheet.columns.filter(c => c.field).length })}</button>
      </div>
      {open && (
        <div className="mapping" tabIndex={0} role="region" aria-label={t('import.columns_of', { sheet: sheet.sheet })}>
          <table>
            <thead>
              <tr>{sheet.columns.map((c, i) => <th key={c.column} scope="col"><span className="muted small">{c.column}</span> {c.heading}
                <Select size="small" value={c.field || undefined} allowClear placeholder={t('import.unused')} aria-label={t('import.field_of', { column: c.heading || c.column })} style={{ width: 150 }} popupMatchSelectWidth={false}
                  onChange={v => column(i, { field: v ?? '' })} options={fields.map(f => ({ value: f, label: word('column', f) }))} showSearch={{ optionFilterProp: 'label' }} />
                <Select size="small" value={c.unit || undefined} allowClear placeholder={t('import.unit')} aria-label={t('import.unit_of', { column: c.heading || c.column })} style={{ width: 90 }}
                  onChange={v => column(i, { unit: v ?? '' })} options={[...new Set([...(c.unit ? [c.unit] : []), ...units])].map(u => ({ value: u, label: u === 'jin' ? '斤' : u === 'mu' ? '亩' : u }))} />
              </th>)}</tr>
            </thead>
            <tbody>{(sheet.sample ?? []).slice(0, 5).map((row, r) => <tr key={r}>{sheet.columns.map((c, i) => <td key={c.column} className="num">{row[i] ?? ''}</td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
    </div>
  )
}
