import { Button, Input } from 'antd'
import { useState } from 'react'
import { get, query_text, type Hit } from '../api'
import { t } from '../i18n'
import { go, Link } from '../router'
import { PageHead, problem_text } from '../ui/basic'
import { Camera, Detector } from '../ui/camera'
import { Icon } from '../ui/icons'

/// A tag read by a reader (which types it), typed by hand, or a pool's label read by the camera.
export default function Scan() {
  const [text, set_text] = useState('')
  const [hits, set_hits] = useState<Hit[] | null>(null)
  const [said, set_said] = useState('')
  const [camera, set_camera] = useState(false)
  const find = async (raw: string) => {
    if (/^urn:epc|\/(01|00|8004|414|417)\//.test(raw)) { go(`/trace?id=${encodeURIComponent(raw.trim())}`); return }
    const q = raw.trim().split('/').at(-1)!.replace(/[\s-]/g, '')
    if (!q) return
    set_said('')
    if (/^\d{15}$/.test(q)) { go(`/fish/${q}`); return }
    try {
      const found = (await get<{ hits: Hit[] }>('/search' + query_text({ q }))).hits
      const exact = found.find(h => h.id.toLowerCase() === q.toLowerCase()) ?? (found.length === 1 ? found[0] : undefined)
      if (exact) go(exact.type === 'site' ? `/pools?site=${exact.id}` : `/${exact.type === 'fish' ? 'fish' : exact.type + 's'}/${encodeURIComponent(exact.id)}`)
      else { set_hits(found); if (!found.length) set_said(t('scan.none', { q })) }
    } catch (e) { set_said(problem_text(e)) }
  }
  return (
    <div className="scan">
      <PageHead title={t('nav.scan')} sentence={t('scan.sentence')} />
      <form onSubmit={e => { e.preventDefault(); void find(text) }}>
        <Input size="large" autoFocus value={text} inputMode="numeric" autoComplete="off" aria-label={t('scan.field')} placeholder={t('scan.field')} className="scan_field num"
          onChange={e => { set_text(e.target.value); if (/^\d{15}$/.test(e.target.value.trim())) void find(e.target.value) }} />
        <Button type="primary" size="large" htmlType="submit" block disabled={!text.trim()}>{t('scan.open')}</Button>
      </form>
      {said && <p className="notice notice_warn" role="alert">{said} {text.trim() && <Link to={`/trace?id=${encodeURIComponent(text.trim())}`}>{t('trace.trace')}</Link>}</p>}
      {hits && hits.length > 0 && <ul className="more_list">{hits.map(h => <li key={h.type + h.id}><Link to={`/${h.type === 'fish' ? 'fish' : h.type === 'site' ? 'pools?site=' : h.type + 's'}${h.type === 'site' ? h.id : '/' + encodeURIComponent(h.id)}`}><b>{h.id}</b> <span className="muted">{h.text}</span></Link></li>)}</ul>}
      {Detector && (camera
        ? <Camera take={raw => { set_camera(false); set_text(raw); void find(raw) }} failed={said_ => { set_camera(false); set_said(said_) }} />
        : <Button size="large" block icon={<Icon name="camera" />} onClick={() => set_camera(true)}>{t('scan.camera')}</Button>)}
    </div>
  )
}
