// A laboratory's genotypes are sent: checked before they are taken, used by the next evaluation.
import { App, Button, Checkbox, Drawer, Input } from 'antd'
import { useRef, useState } from 'react'
import { post, Problem } from '../api'
import { forget, useMay } from '../data'
import { problem_text, ProblemNote } from '../ui/basic'
import { send_file, upload_server, upload_shelf } from '../upload'
import { b } from './words'

const ending = (file: File) => file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()
/// Which file is which; undefined where they do not belong together.
export function sorted_files<F extends { name: string }>(files: F[], end: (f: F) => string = f => ending(f as unknown as File)): { format: 'plink' | 'vcf' | 'table'; file: F; bim?: F; fam?: F } | undefined {
  const of = (e: string) => files.find(f => end(f) === e)
  if (files.length === 3 && of('bed') && of('bim') && of('fam')) return { format: 'plink', file: of('bed')!, bim: of('bim'), fam: of('fam') }
  if (files.length !== 1 || ['bed', 'bim', 'fam', 'gz', 'zip'].includes(end(files[0]))) return undefined
  return { format: end(files[0]) === 'vcf' ? 'vcf' : 'table', file: files[0] }
}

export function GiveGenotypes({ species }: { species: string }) {
  const { message } = App.useApp()
  const may = useMay()
  const picker = useRef<HTMLInputElement>(null)
  const [open, set_open] = useState(false)
  const [files, set_files] = useState<File[]>([])
  const [panel, set_panel] = useState('')
  const [leave_out, set_leave_out] = useState(false)
  const [busy, set_busy] = useState(false)
  const [wrong, set_wrong] = useState<Problem>()
  if (!may('record')) return null
  const of = sorted_files(files)
  const send = async () => {
    if (!of) return
    set_busy(true)
    set_wrong(undefined)
    try {
      const sent = async (file: File | undefined) => (file ? await send_file(file, upload_server, upload_shelf, () => undefined) : undefined)
      const [file_sha256, bim_sha256, fam_sha256] = [await sent(of.file), await sent(of.bim), await sent(of.fam)]
      const taken = await post<{ of_species: number }>('/breeding/genotypes', { species, panel: panel.trim() || of.file.name, format: of.format, file_sha256, ...(bim_sha256 && { bim_sha256, fam_sha256 }), ...(leave_out && { leave_out: true }) })
      message.success(b('genotypes_taken', { n: taken.of_species }), 6)
      forget('/breeding')
      set_open(false)
      set_files([])
    } catch (e) {
      if (e instanceof Problem) set_wrong(e)
      else message.error(problem_text(e))
    }
    set_busy(false)
  }
  return (
    <>
      <p className="small"><Button size="small" onClick={() => set_open(true)}>{b('give_genotypes')}</Button></p>
      <Drawer open={open} onClose={() => set_open(false)} title={b('give_genotypes')} destroyOnHidden>
        <form className="sign_form" onSubmit={e => { e.preventDefault(); void send() }}>
          <p className="muted small">{b('genotypes_how')}</p>
          <input ref={picker} id="genotype_files" type="file" multiple hidden accept=".bed,.bim,.fam,.vcf,.csv,.tsv,.txt" onChange={e => { set_files([...(e.target.files ?? [])]); set_wrong(undefined) }} />
          <p><Button onClick={() => picker.current?.click()}>{b('choose_files')}</Button> <span className="small">{files.map(f => f.name).join(', ')}</span></p>
          {files.length > 0 && !of && <p className="bad small" role="alert">{b('files_wrong')}</p>}
          <label><span>{b('panel')}</span><Input id="genotype_panel" value={panel} maxLength={200} onChange={e => set_panel(e.target.value)} /></label>
          <p><Checkbox checked={leave_out} onChange={e => set_leave_out(e.target.checked)}>{b('leave_out')}</Checkbox></p>
          <ProblemNote problem={wrong} />
          <div className="form_end"><Button type="primary" htmlType="submit" disabled={!of} loading={busy}>{b('send')}</Button></div>
        </form>
      </Drawer>
    </>
  )
}
