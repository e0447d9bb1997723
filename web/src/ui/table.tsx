import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { t } from '../i18n'
import { narrow } from '../prefs'
import { useCell } from '../store'
import { useQuery } from '../router'

export interface Column<T> {
  key: string
  title: ReactNode
  cell: (row: T) => ReactNode
  sort?: (row: T) => number | string | null | undefined
  right?: boolean
  width?: number | string
  phone?: boolean          // shown at 390 px too
}

/// A real table, of which only the rows in sight are in the page. The order is kept in the address.
export function Table<T>({ rows, columns, row_key, open, label, more, name = 'sort', empty, height }: {
  rows: T[]; columns: Column<T>[]; row_key: (row: T) => string; open?: (row: T) => void; label: string
  more?: () => void; name?: string; empty?: ReactNode; height?: number
}) {
  const is_narrow = useCell(narrow)
  const [order, set_order] = useQuery(name)
  const shown = is_narrow ? columns.filter(c => c.phone) : columns
  const box = useRef<HTMLDivElement>(null)
  const [window_, set_window] = useState({ top: 0, height: 900 })
  const row_height = is_narrow ? 56 : 40

  const sorted = useMemo(() => {
    const by = columns.find(c => c.key === order.replace(/^-/, ''))?.sort
    if (!by) return rows
    const sign = order.startsWith('-') ? -1 : 1
    return [...rows].sort((a, b) => {
      const x = by(a), y = by(b)
      if (x == null) return y == null ? 0 : 1
      if (y == null) return -1
      return sign * (typeof x === 'string' ? x.localeCompare(String(y), undefined, { numeric: true }) : x - (y as number))
    })
  }, [rows, order, columns])

  useEffect(() => {
    const el = box.current
    if (!el) return
    const look = () => set_window({ top: el.scrollTop, height: el.clientHeight || 900 })
    look()
    el.addEventListener('scroll', look, { passive: true })
    const observer = new ResizeObserver(look)
    observer.observe(el)
    return () => { el.removeEventListener('scroll', look); observer.disconnect() }
  }, [])

  const virtual = sorted.length > 200
  const first = virtual ? Math.max(0, Math.floor(window_.top / row_height) - 10) : 0
  const last = virtual ? Math.min(sorted.length, first + Math.ceil(window_.height / row_height) + 20) : sorted.length
  useEffect(() => {
    if (more && virtual && last >= sorted.length - 5) more()
  }, [last, sorted.length, virtual, more])

  const key_down = (e: KeyboardEvent<HTMLTableRowElement>, row: T) => {
    if (e.target !== e.currentTarget) return
    if (e.key === 'Enter') { open?.(row); e.preventDefault() }
    const step = e.key === 'ArrowDown' ? 'nextElementSibling' : e.key === 'ArrowUp' ? 'previousElementSibling' : null
    if (step) { (e.currentTarget[step] as HTMLElement | null)?.focus(); e.preventDefault() }
  }
  if (!rows.length) return <p className="nothing">{empty ?? t('nothing')}</p>
  return (
    <div className={virtual || height ? 'table_box table_box_tall' : 'table_box'} style={height && !is_narrow ? { maxHeight: height } : undefined} ref={box}
      tabIndex={virtual ? 0 : undefined} role={virtual ? 'region' : undefined} aria-label={virtual ? label : undefined}>
      <table className="table" aria-label={label} aria-rowcount={sorted.length + 1}>
        <thead>
          <tr>
            {shown.map(c => {
              const on = order.replace(/^-/, '') === c.key
              return (
                <th key={c.key} scope="col" className={c.right ? 'right' : undefined} style={{ width: c.width }}
                  aria-sort={on ? (order.startsWith('-') ? 'descending' : 'ascending') : undefined}>
                  {c.sort
                    ? <button type="button" onClick={() => set_order(on && !order.startsWith('-') ? '-' + c.key : on ? '' : c.key)}>
                        {c.title}<span aria-hidden="true" className="order">{on ? (order.startsWith('-') ? '▼' : '▲') : ''}</span>
                      </button>
                    : c.title}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr aria-hidden="true" className="gap"><td colSpan={shown.length} style={{ height: first * row_height }} /></tr>}
          {sorted.slice(first, last).map((row, i) => (
            <tr key={row_key(row)} aria-rowindex={first + i + 2} tabIndex={open ? 0 : undefined} className={open ? 'opens' : undefined}
              onClick={open && (e => { if (!(e.target as HTMLElement).closest('a,button,input')) open(row) })}
              onKeyDown={open && (e => key_down(e, row))}>
              {shown.map(c => <td key={c.key} className={c.right ? 'right' : undefined}>{c.cell(row)}</td>)}
            </tr>
          ))}
          {last < sorted.length && <tr aria-hidden="true" className="gap"><td colSpan={shown.length} style={{ height: (sorted.length - last) * row_height }} /></tr>}
        </tbody>
      </table>
      {more && !virtual && <div className="table_more"><button type="button" className="quiet" onClick={more}>{t('do.more')}</button></div>}
    </div>
  )
}
