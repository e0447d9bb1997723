import { Input, Select } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { query_text } from '../api'
import { useAsOf, useSession } from '../data'
import { t } from '../i18n'
import { useQuery } from '../router'
import { Icon } from './icons'

/// Choices above a list. What is chosen stays in the address.
export const Filters = ({ children, end }: { children: ReactNode; end?: ReactNode }) => (
  <div className="filters" role="group" aria-label={t('filter.label')}>{children}{end && <span className="filters_end">{end}</span>}</div>
)

export function Pick({ name, label, options, wide }: { name: string; label: string; options: { value: string; label: string }[]; wide?: boolean }) {
  const [value, set] = useQuery(name)
  return (
    <Select className="pick" value={value || undefined} allowClear placeholder={label} aria-label={label} style={{ minWidth: wide ? 220 : 150 }}
      showSearch={options.length > 8 ? { optionFilterProp: 'label' } : false} options={options} onChange={v => set(v ?? '')} popupMatchSelectWidth={false} />
  )
}

export function Words({ name, label }: { name: string; label: string }) {
  const [value, set] = useQuery(name)
  const [text, set_text] = useState(value)
  useEffect(() => set_text(value), [value])
  useEffect(() => {
    const late = setTimeout(() => { if (text !== value) set(text) }, 250)
    return () => clearTimeout(late)
  }, [text])
  return <Input className="words" allowClear value={text} onChange={e => set_text(e.target.value)} placeholder={label} aria-label={label} />
}

export function Day({ name, label }: { name: string; label: string }) {
  const [value, set] = useQuery(name)
  return <label className="day_filter"><span>{label}</span><input type="date" value={value} onChange={e => set(e.target.value)} /></label>
}

export function Exports({ list, query = {} }: { list: string; query?: Record<string, string> }) {
  const { at, known } = useAsOf()
  if (useSession().sites.length) return null            // lists hold all sites
  return (
    <span className="exports">
      {['csv', 'xlsx'].map(kind => (
        <a key={kind} className="quiet" href={`/api/v1/export/${list}.${kind}${query_text({ ...query, at, known })}`} download>
          <Icon name="export" size={16} /> {kind.toUpperCase()}
        </a>
      ))}
    </span>
  )
}
