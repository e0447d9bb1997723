import { App, Button, Progress } from 'antd'
import { post, seg, type Job } from '../api'
import { useGet } from '../data'
import { t, word, type Key } from '../i18n'
import { Answer, Nothing, PageHead, problem_text, When } from '../ui/basic'
import { Icon } from '../ui/icons'
import { show_number } from '../units'

export default function Jobs() {
  const got = useGet<{ jobs: Job[]; kinds: { kind: string; about: string }[] }>('/jobs')
  const { message } = App.useApp()
  const jobs = got.data?.jobs ?? []
  const going = jobs.filter(j => j.state === 'running' || j.state === 'queued').length
  const kinds = got.data?.kinds ?? []
  const start = (kind: string) => post('/jobs', { kind }).then(() => got.reload()).catch(e => message.error(problem_text(e)))
  const act = (job: Job, what: 'cancel' | 'retry') => post(`/jobs/${seg(job.job)}/${what}`).then(() => got.reload()).catch(e => message.error(problem_text(e)))
  return (
    <>
      <PageHead title={t('nav.jobs')} sentence={!got.data ? ' ' : going ? t('jobs.sentence', { count: going }) : t('jobs.none_going')}
        acts={kinds.map(k => <Button key={k.kind} icon={<Icon name="check" size={16} />} onClick={() => void start(k.kind)}>{word('job', k.kind, k.about)}</Button>)} />
      <Answer got={got}>
        {() => (jobs.length ? (
          <ul className="tasks">
            {jobs.map(j => (
              <li key={j.job}>
                <div>
                  <b>{word('job', j.kind)}</b>
                  <p className="small">{t(`job_state.${j.state}` as Key)}{j.said ? `: ${j.said}` : j.state === 'done' && typeof j.result?.facts === 'number' ? `: ${t('jobs.facts', { facts: show_number(j.result.facts) })}` : ''}</p>
                  {j.state === 'running' && <Progress percent={Math.round(j.progress * 100)} size="small" status="active" aria-label={word('job', j.kind)} />}
                  <p className="muted small"><When at={j.created_at} /> · {j.person}</p>
                </div>
                <div className="task_acts">
                  {(j.state === 'running' || j.state === 'queued') && <Button size="small" onClick={() => void act(j, 'cancel')}>{t('do.cancel')}</Button>}
                  {(j.state === 'failed' || j.state === 'cancelled') && <Button size="small" onClick={() => void act(j, 'retry')}>{t('do.again')}</Button>}
                </div>
              </li>
            ))}
          </ul>
        ) : <Nothing>{t('jobs.none')}</Nothing>)}
      </Answer>
    </>
  )
}
