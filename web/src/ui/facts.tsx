import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { send_facts, type FactChain, type FactRow } from '../api'
import { forget, useGet, useMay, useSession } from '../data'
import { show_instant, days_between } from '../dates'
import { t, word } from '../i18n'
import { says } from '../i18n/says'
import { uuid7_after } from '../uuid7'
import { Answer, problem_text, useNames, When } from './basic'
import { FactForm } from './fact_form'
import { Icon } from './icons'

export const root_of = (fact: FactRow) => fact.corrects ?? fact.id

/// One fact with its times and author, and what can be done about it in place.
export function FactLine({ fact, mended, plain }: { fact: FactRow; mended?: () => void; plain?: boolean }) {
  const names = useNames()
  const may = useMay()
  const me = useSession()
  const [doing, set_doing] = useState<'correct' | 'withdraw' | 'versions' | null>(null)
  const may_mend = may('mend') || (may('record') && fact.author === me.person)
  const late = days_between(fact.happened_at, fact.recorded_at)
  return (
    <article className={fact.holds ? 'fact_line' : 'fact_line fact_gone'}>
      <div className="fact_says">
        <span className="kind">{word('kind', fact.kind)}</span>
        {fact.act !== 'tell' && <span className={`act act_${fact.act}`}>{t(fact.act === 'correct' ? 'fact.correction' : 'fact.withdrawal')}</span>}
        {!fact.holds && <span className="act">{t('fact.no_longer_holds')}</span>}
        <p>{says(fact, names)}</p>
        {fact.mended_by && <p className="reason">{t(fact.mended_by.act === 'withdraw' ? 'fact.withdrawn_by' : 'fact.corrected_by', { who: fact.mended_by.author, at: show_instant(fact.mended_by.recorded_at), reason: fact.mended_by.reason })}</p>}
        {fact.reason && <p className="reason">{t('fact.because', { reason: fact.reason })}</p>}
      </div>
      <div className="fact_meta">
        <When at={fact.happened_at} />
        <span>{fact.author}</span>
        {late > 1 && <span className="late">{t('fact.told_later', { days: late, at: show_instant(fact.recorded_at) })}</span>}
        {!plain && (
          <span className="fact_acts">
            {may_mend && fact.holds && fact.act !== 'withdraw' && (
              <>
                <Button size="small" type="text" icon={<Icon name="edit" size={16} />} onClick={() => set_doing('correct')}>{t('do.correct')}</Button>
                <Button size="small" type="text" icon={<Icon name="undo" size={16} />} onClick={() => set_doing('withdraw')}>{t('do.withdraw')}</Button>
              </>
            )}
            <Button size="small" type="text" icon={<Icon name="clock" size={16} />} onClick={() => set_doing('versions')}>{t('do.versions')}</Button>
          </span>
        )}
      </div>
      {doing === 'correct' && (
        <FactForm kind={fact.kind} title={t('fact.correct_title', { kind: word('kind', fact.kind) })} corrects={fact}
          close={() => set_doing(null)} done={() => mended?.()} />
      )}
      {doing === 'withdraw' && <Withdraw fact={fact} close={() => set_doing(null)} done={() => mended?.()} />}
      {doing === 'versions' && <Versions id={fact.id} close={() => set_doing(null)} />}
    </article>
  )
}

function Withdraw({ fact, close, done }: { fact: FactRow; close: () => void; done: () => void }) {
  const { message } = App.useApp()
  const names = useNames()
  const [reason, set_reason] = useState('')
  const [busy, set_busy] = useState(false)
  const [id] = useState(() => uuid7_after(fact.id))
  const send = async () => {
    set_busy(true)
    try {
      const [outcome] = await send_facts([{ id, kind: fact.kind, act: 'withdraw', corrects: root_of(fact), reason: reason.trim(), body: fact.body,
        happened_at: fact.happened_at }])
      if (outcome.outcome === 'refused') throw new Error(outcome.detail)
      message.success(t('fact.withdrawn'))
      forget('/')
      done()
      close()
    } catch (e) {
      message.error(e instanceof Error && !('status' in e) ? e.message : problem_text(e))
    }
    set_busy(false)
  }
  return (
    <Modal open title={t('fact.withdraw_title')} onCancel={close} onOk={send} okText={t('do.withdraw')} cancelText={t('do.leave')}
      okButtonProps={{ danger: true, disabled: !reason.trim(), loading: busy }}>
      <p>{says(fact, names)}</p>
      <p className="muted">{t('fact.withdraw_means')}</p>
      <label className="field_label" htmlFor="withdraw_reason">{t('fact.reason')}</label>
      <Input.TextArea id="withdraw_reason" autoFocus rows={2} value={reason} onChange={e => set_reason(e.target.value)} maxLength={300} />
    </Modal>
  )
}

function Versions({ id, close }: { id: string; close: () => void }) {
  const got = useGet<FactChain>(`/facts/${id}`)
  return (
    <Modal open title={t('fact.versions')} onCancel={close} footer={null} width={640}>
      <Answer got={got} rows={3}>
        {chain => (
          <ol className="versions">
            {(chain.chain?.length ? chain.chain : [chain]).map(f => (
              <li key={f.id}>
                <FactLine fact={f} plain />
                <p className="muted num small">{t('fact.recorded', { at: show_instant(f.recorded_at), seq: f.seq })} · <code>{f.id}</code></p>
              </li>
            ))}
          </ol>
        )}
      </Answer>
    </Modal>
  )
}

export function FactList({ facts, mended }: { facts: FactRow[]; mended?: () => void }) {
  return <div className="fact_list">{facts.map(f => <FactLine key={f.id} fact={f} mended={mended} />)}</div>
}
