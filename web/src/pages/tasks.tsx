import { App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { post, type Task } from '../api'
import { forget, useGet, useSession } from '../data'
import { show_instant } from '../dates'
import { t, word } from '../i18n'
import { says } from '../i18n/says'
import { outbox, send_waiting, useOutbox } from '../outbox_live'
import { usePlace } from '../router'
import { Answer, Nothing, PageHead, problem_text, Section, useNames, When } from '../ui/basic'
import { Filters, Pick } from '../ui/filters'
import { Icon } from '../ui/icons'

export default function Tasks() {
  const got = useGet<{ tasks: Task[] }>('/tasks')
  const waiting = useOutbox()
  const me = useSession()
  const names = useNames()
  const { message } = App.useApp()
  const { query } = usePlace()
  const [busy, set_busy] = useState('')
  const all = query.get('show') === 'all'
  const tasks = (got.data?.tasks ?? []).filter(x => all || x.state === 'open')
  const open = tasks.filter(x => x.state === 'open').length
  const refused = waiting.filter(w => w.state === 'refused')
  const pending = waiting.filter(w => w.state === 'pending')
  const act = async (id: string, f: () => Promise<unknown>, said: string) => {
    set_busy(id)
    try {
      await f()
      message.success(said)
      forget('/')
    } catch (e) { message.error(problem_text(e), 8) }
    set_busy('')
  }
  const sentence = [
    open + refused.length ? t('tasks.sentence', { count: open + refused.length }) : t('tasks.none'),
    pending.length ? t('outbox.sentence', { count: pending.length }) : '',
  ].filter(Boolean).join(' ')
  return (
    <>
      <PageHead title={t('nav.tasks')} sentence={sentence}
        acts={pending.length > 0 && <Button icon={<Icon name="export" size={16} />} onClick={() => void send_waiting()}>{t('outbox.send_now')}</Button>} />
      {waiting.length > 0 && (
        <Section title={t('outbox.title')}>
          <ul className="tasks">
            {waiting.map(w => (
              <li key={w.id} className={w.state === 'refused' ? 'task_bad' : undefined}>
                <div>
                  <b>{says(w.envelope, names)}</b>
                  <p className="muted small num">{show_instant(w.envelope.happened_at ?? w.made_at)} · {w.person}{w.person !== me.person && ` · ${t('outbox.other_person')}`}</p>
                  {w.state === 'refused' && <p className="bad">{w.detail ?? w.code}</p>}
                </div>
                <div className="task_acts">
                  {w.state === 'pending' ? <span className="muted small">{t('outbox.waits')}</span> : (
                    <>
                      <Button size="small" loading={busy === w.id} onClick={() => void act(w.id, async () => {
                        const outcome = await outbox.insist(w.id)
                        if (outcome.outcome === 'refused') throw new Error(outcome.detail)
                      }, t('fact.recorded_ok'))}>{t('form.witnessed')}</Button>
                      <Popconfirm title={t('outbox.give_up_sure')} onConfirm={() => void outbox.give_up(w.id)} okText={t('outbox.give_up')} cancelText={t('do.leave')}>
                        <Button size="small">{t('outbox.give_up')}</Button>
                      </Popconfirm>
                    </>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t('tasks.title')}>
        <Filters><Pick name="show" label={t('tasks.open_only')} options={[{ value: 'all', label: t('tasks.all') }]} wide /></Filters>
        <Answer got={got}>
          {() => (tasks.length ? (
            <ul className="tasks">
              {tasks.map(task => (
                <li key={task.id}>
                  <div>
                    <b>{task.detail || word('task', task.code)}</b>
                    {task.fact && <p>{says(task.fact, names)}</p>}
                    <p className="muted small num"><When at={task.at} /> · {task.person}</p>
                  </div>
                  <div className="task_acts">
                    {task.state === 'open'
                      ? <Button size="small" loading={busy === task.id} onClick={() => void act(task.id, () => post(`/tasks/${task.id}/done`), t('tasks.was_done'))}>{t('tasks.done')}</Button>
                      : <span className="muted small">{t('tasks.was_done')}</span>}
                  </div>
                </li>
              ))}
            </ul>
          ) : <Nothing>{t('tasks.none')}</Nothing>)}
        </Answer>
      </Section>
    </>
  )
}
