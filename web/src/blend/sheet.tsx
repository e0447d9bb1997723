// A sheet that a person pastes, types or chooses as a file.
import { Input } from 'antd'
import { say } from './words'

export function Sheet({ id, label, text, set, rows = 6 }: { id: string; label: string; text: string; set: (text: string) => void; rows?: number }) {
  const read = (file: File | undefined) => void file?.text().then(t => set(t.replace(/^\ufeff/, '')))
  return (
    <div className="blend_sheet">
      <label htmlFor={id}>{label}</label>
      <Input.TextArea id={id} value={text} rows={rows} spellCheck={false} className="num" onChange={e => set(e.target.value)} />
      <label className="blend_file">{say('choose_file')}<input type="file" accept=".csv,text/csv" onChange={e => { read(e.target.files?.[0]); e.target.value = '' }} /></label>
    </div>
  )
}
