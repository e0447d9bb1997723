import { App, Button, Drawer, Input, Modal } from 'antd'
import { useState } from 'react'
import { post, seg } from '../api'
import { forget, useGet, useMay, useSession } from '../data'
import { farm_local, from_farm_local, show_day } from '../dates'
import { t } from '../i18n'
import { Link } from '../router'
import { Answer, PageHead, problem_text, Section, useNames, When } from '../ui/basic'
import { Icon } from '../ui/icons'
import { PairTable, PlanFacts } from '../breeding/plan_view'
import type { PlanCard, PlannedPair } from '../breeding/shapes'
import { percent } from '../breeding/words'

export default function BreedingPlan({ id = '' }: { id?: string }) {
  const got = useGet<PlanCard>(`/breeding/plans/${seg(id)}`)
  return <Answer got={got} title={t('breeding.plan')}>{plan => <Card plan={plan} reload={got.reload} />}</Answer>
}

function Card({ plan, reload }: { plan: PlanCard; reload: () => void }) {
  const { message } = App.useApp()
  const names = useNames()
  const may = useMay()
  const me = useSession()
  const [note, set_note] = useState('')
  const [busy, set_busy] = useState(false)
  const [back, set_back] = useState<string | null>(null)
  const [strip, set_strip] = useState<PlannedPair | null>(null)
  const d = plan.detail
  const act = async (path: string, body: object) => {
    set_busy(true)
    await post(`/breeding/plans/${seg(plan.plan)}/${path}`, body).then(() => { forget('/breeding'); reload() }).catch(e => message.error(problem_text(e), 8))
    set_busy(false)
  }
  const stripped = (p: PlannedPair) => plan.stripped.find(s => s.dam === p.dam)
  const sheet = `/api/v1/breeding/plans/${seg(plan.plan)}/sheet.pdf`
  return (
    <>
      <PageHead title={t('breeding.plan')}
        sentence={plan.signature ? t('breeding.plan_signed', { pairs: d.pairs.length, species: names.species(plan.species), by: plan.signature.by }) : t('breeding.plan_waits', { pairs: d.pairs.length, species: names.species(plan.species) })}
        acts={<a className="ant-btn ant-btn-default ant-btn-color-default ant-btn-variant-outlined" href={sheet} target="_blank" rel="noreferrer"><Icon name="export" size={16} /> {t('breeding.sheet')}</a>}>
        <p className="sub muted small">{t('breeding.plan_of', { by: plan.by, season: show_day(d.season) })} <When at={plan.at} /> · <Link to={`/breeding?species=${seg(plan.species)}`}>{t('nav.breeding')}</Link> · <Link to={`/journal?subject=plan:${plan.plan}`}>{t('nav.journal')}</Link></p>
      </PageHead>
      <PlanFacts plan={d} />
      <Section title={t('breeding.pairs')}>
        <PairTable plan={d} act={plan.signature && may('record') ? p => (stripped(p)
          ? <Link to={`/breeding/spawnings?dam=${seg(p.dam)}`} className="num">{stripped(p)!.spawning}</Link>
          : <Button size="small" onClick={() => set_strip(p)}>{t('breeding.strip')}</Button>) : undefined} />
      </Section>
      <Section title={t('breeding.signature')}>
        {plan.signature ? (
          <>
            <p>{t('flight.signed_by', { by: plan.signature.by })}, <When at={plan.signature.at} />{plan.signature.note && `: ${plan.signature.note}`}</p>
            {(plan.signature.by === me.person || may('manage')) && may('mend') && !plan.stripped.length && <Button onClick={() => set_back('')}>{t('flight.take_back')}</Button>}
          </>
        ) : may('mend') ? (
          <form className="sign_form plan_sign" onSubmit={e => { e.preventDefault(); void act('sign', note.trim() ? { note: note.trim() } : {}) }}>
            <label><span>{t('field.note')}</span><Input id="plan_note" value={note} onChange={e => set_note(e.target.value)} maxLength={500} /></label>
            <div className="form_end"><Button type="primary" htmlType="submit" loading={busy}>{t('flight.sign')}</Button><span className="muted small">{t('breeding.sign_means', { f: percent(d.mean_f) })}</span></div>
          </form>
        ) : <p className="muted">{t('breeding.who_signs')}</p>}
      </Section>
      <Modal open={back !== null} title={t('flight.take_back')} okText={t('flight.take_back')} cancelText={t('do.leave')} okButtonProps={{ disabled: !back?.trim() }} onCancel={() => set_back(null)}
        onOk={() => act('unsign', { reason: back!.trim() }).then(() => set_back(null))}>
        <label className="field_label" htmlFor="unsign_reason">{t('flight.why_back')}</label>
        <Input id="unsign_reason" value={back ?? ''} onChange={e => set_back(e.target.value)} />
      </Modal>
      {strip && <Strip plan={plan} pair={strip} close={() => set_strip(null)} done={() => { set_strip(null); forget('/breeding'); reload() }} />}
    </>
  )
}

/// The female and her males are known: only what was weighed is told.
function Strip({ plan, pair, close, done }: { plan: PlanCard; pair: PlannedPair; close: () => void; done: () => void }) {
  const { message } = App.useApp()
  const [roe, set_roe] = useState('')
  const [eggs, set_eggs] = useState('')
  const [at, set_at] = useState(farm_local())
  const sires = plan.detail.pairs.filter(p => p.dam === pair.dam).map(p => p.sire)
  const number = (text: string) => { const n = Number(text.replace(',', '.')); return text.trim() && n > 0 ? n : undefined }
  const send = () => post(`/breeding/plans/${seg(plan.plan)}/strip`, {
    dam: pair.dam, stripped_at: from_farm_local(at), ...(number(roe) ? { roe_mg: Math.round(number(roe)! * 1000) } : {}), ...(number(eggs) ? { eggs: Math.round(number(eggs)!) } : {}),
  }).then(done).catch(e => message.error(problem_text(e), 8))
  return (
    <Drawer open onClose={close} title={`${t('breeding.strip')} · ${pair.dam}`} size={440} destroyOnHidden>
      <form className="form" onSubmit={e => { e.preventDefault(); void send() }}>
        <p>{t('breeding.strip_with', { sires: sires.join(', ') })}</p>
        <div className="field"><label className="field_label" htmlFor="strip_roe">{t('breeding.roe_g')}</label><Input id="strip_roe" inputMode="decimal" value={roe} onChange={e => set_roe(e.target.value)} suffix="g" /></div>
        <div className="field"><label className="field_label" htmlFor="strip_eggs">{t('field.eggs')}</label><Input id="strip_eggs" inputMode="numeric" value={eggs} onChange={e => set_eggs(e.target.value)} /></div>
        <div className="field"><label className="field_label" htmlFor="strip_at">{t('form.when')}</label><Input id="strip_at" type="datetime-local" value={at} onChange={e => set_at(e.target.value)} /></div>
        <div className="form_end"><Button type="primary" htmlType="submit" size="large">{t('do.record')}</Button><Button onClick={close} size="large">{t('do.leave')}</Button></div>
      </form>
    </Drawer>
  )
}
