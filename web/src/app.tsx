import { App as AntApp, ConfigProvider, theme as ant_theme } from 'antd'
import en_words from 'antd/locale/en_US'
import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react'
import { get, Problem, set_signed_out, type Session } from './api'
import { signed_in, signed_out } from './account'
import { forget, online, session, useSession } from './data'
import { is_zh, useLanguage } from './i18n'
import { doors, Frame } from './frame'
import { start_outbox } from './outbox_live'
import { SignIn } from './pages/sign_in'
import { Today } from './pages/today'
import { dark } from './prefs'
import { usePlace } from './router'
import { useCell } from './store'
import { Waiting } from './ui/basic'
import { palettes } from './ui/chart'
import { asked } from './why_state'

const page = (load: () => Promise<{ default: ComponentType<{ id?: string }> }>) => lazy(load)

const pages: [RegExp, ComponentType<{ id?: string }>][] = [
  [/^\/$/, Today],
  [/^\/map$/, page(() => import('./pages/map'))],
  [/^\/pools$/, page(() => import('./pages/pools'))],
  [/^\/pools\/(.+)$/, page(() => import('./pages/pool'))],
  [/^\/fish$/, page(() => import('./pages/fish_list'))],
  [/^\/fish\/(.+)$/, page(() => import('./pages/fish'))],
  [/^\/cohorts$/, page(() => import('./pages/cohorts'))],
  [/^\/cohorts\/(.+)$/, page(() => import('./pages/cohort'))],
  [/^\/stock$/, page(() => import('./pages/stock'))],
  [/^\/round$/, page(() => import('./pages/round'))],
  [/^\/trace$/, page(() => import('./pages/trace'))],
  [/^\/events$/, page(() => import('./pages/events'))],
  [/^\/capture$/, page(() => import('./pages/capture'))],
  [/^\/publish$/, page(() => import('./pages/publish'))],
  [/^\/scan$/, page(() => import('./pages/scan'))],
  [/^\/more$/, page(() => import('./pages/more'))],
  [/^\/journal$/, page(() => import('./pages/journal'))],
  [/^\/differences$/, page(() => import('./pages/differences'))],
  [/^\/flights$/, page(() => import('./pages/flights'))],
  [/^\/flights\/(.+)$/, page(() => import('./pages/flight'))],
  [/^\/stocktake-plan$/, page(() => import('./pages/stocktake_plan'))],
  [/^\/breeding$/, page(() => import('./pages/breeding'))],
  [/^\/breeding\/plans$/, page(() => import('./pages/breeding_plans'))],
  [/^\/breeding\/plans\/(.+)$/, page(() => import('./pages/breeding_plan'))],
  [/^\/breeding\/crosses$/, page(() => import('./pages/breeding_crosses'))],
  [/^\/breeding\/spawnings$/, page(() => import('./pages/breeding_spawnings'))],
  [/^\/breeding\/trend$/, page(() => import('./pages/breeding_trend'))],
  [/^\/breeding\/varieties$/, page(() => import('./pages/breeding_varieties'))],
  [/^\/breeding\/animals\/(.+)$/, page(() => import('./pages/breeding_animal'))],
  [/^\/labels$/, page(() => import('./pages/labels'))],
  [/^\/tins\/pack$/, page(() => import('./pages/tins_pack'))],
  [/^\/tins\/audit$/, page(() => import('./pages/tins_audit'))],
  [/^\/tins$/, page(() => import('./pages/tins'))],
  [/^\/tastings$/, page(() => import('./pages/tastings'))],
  [/^\/tastings\/trend$/, page(() => import('./pages/tasting_trend'))],
  [/^\/tastings\/(.+)$/, page(() => import('./pages/tasting'))],
  [/^\/grading$/, page(() => import('./pages/grading'))],
  [/^\/grading\/lots\/(.+)$/, page(() => import('./pages/grading_lot'))],
  [/^\/grading\/agreement$/, page(() => import('./pages/grading_agreement'))],
  [/^\/grading\/consistency$/, page(() => import('./pages/grading_consistency'))],
  [/^\/grading\/uses$/, page(() => import('./pages/grading_uses'))],
  [/^\/plant$/, page(() => import('./pages/plant'))],
  [/^\/plant\/orders$/, page(() => import('./pages/plant_orders'))],
  [/^\/plant\/station$/, page(() => import('./pages/station'))],
  [/^\/plant\/wall$/, page(() => import('./pages/plant_wall'))],
  [/^\/plant\/charts$/, page(() => import('./pages/plant_charts'))],
  [/^\/plant\/checks$/, page(() => import('./pages/plant_checks'))],
  [/^\/plant\/lots\/(.+)$/, page(() => import('./pages/plant_lot'))],
  [/^\/sorting$/, page(() => import('./pages/sorting'))],
  [/^\/sorting\/maturity$/, page(() => import('./pages/sorting_maturity'))],
  [/^\/sorting\/growers$/, page(() => import('./pages/sorting_growers'))],
  [/^\/sorting\/loads\/(.+)$/, page(() => import('./pages/sorting_load'))],
  [/^\/sorting\/pallets\/(.+)$/, page(() => import('./pages/sorting_pallet'))],
  [/^\/quality$/, page(() => import('./pages/quality'))],
  [/^\/quality\/holds\/(.+)$/, page(() => import('./pages/holds'))],
  [/^\/quality\/lots\/(.+)$/, page(() => import('./pages/lot_quality'))],
  [/^\/quality\/inputs$/, page(() => import('./pages/inputs'))],
  [/^\/quality\/ripe$/, page(() => import('./pages/quality_ripe'))],
  [/^\/blend$/, page(() => import('./pages/blend'))],
  [/^\/mix$/, page(() => import('./pages/mix'))],
  [/^\/tasks$/, page(() => import('./pages/tasks'))],
  [/^\/import$/, page(() => import('./pages/import'))],
  [/^\/people$/, page(() => import('./pages/people'))],
  [/^\/jobs$/, page(() => import('./pages/jobs'))],
  [/^\/surveys$/, page(() => import('./pages/surveys'))],
  [/^\/growth$/, page(() => import('./pages/growth'))],
  [/^\/settings$/, page(() => import('./pages/settings'))],
]
const Missing = page(() => import('./pages/missing'))
const NotYours = page(() => import('./pages/not_yours'))
const WhyPanel = lazy(() => import('./ui/why').then(m => ({ default: m.WhyPanel })))

export function Root() {
  const is_dark = useCell(dark)
  const lang = useLanguage()
  const [zh_words, set_zh_words] = useState<typeof en_words>()
  useEffect(() => {
    if (is_zh()) void import('antd/locale/zh_CN').then(m => set_zh_words(m.default))
    forget('/')
  }, [lang])
  const p = palettes[is_dark ? 'dark' : 'light']
  return (
    <ConfigProvider
      locale={is_zh() && zh_words ? zh_words : en_words}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
      theme={{
        algorithm: is_dark ? ant_theme.darkAlgorithm : ant_theme.defaultAlgorithm,
        token: {
          colorPrimary: is_dark ? '#2b8088' : p.accent, colorInfo: p.accent, colorError: p.bad, colorWarning: p.warn, colorLink: p.accent,
          colorText: p.text, colorTextPlaceholder: p.muted, colorBgContainer: p.surface, colorBgElevated: is_dark ? '#1c2326' : '#fff',
          colorBorder: is_dark ? '#465256' : '#b9bfbc', colorBorderSecondary: p.line,
          borderRadius: 6, fontSize: 14, fontFamily: 'var(--font)', motion: false, controlHeight: 36,
        },
        components: { Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' } },
      }}
    >
      <AntApp><Gate /></AntApp>
    </ConfigProvider>
  )
}

function Gate() {
  const me = useCell(session)
  const is_online = useCell(online)
  const [known, set_known] = useState(false)
  const [unreachable, set_unreachable] = useState(false)
  useEffect(() => {
    set_signed_out(signed_out)
    get<Session>('/session')
      .then(signed_in)
      .catch(e => set_unreachable(e instanceof Problem && e.unreachable))
      .finally(() => set_known(true))
  }, [is_online])
  useEffect(() => void start_outbox(), [])
  if (!known) return null
  if (!me) return <SignIn unreachable={unreachable} />
  return <Frame><Page /></Frame>
}

function Page() {
  const { path } = usePlace()
  const me = useSession()
  const why_asked = useCell(asked)
  const [why_wanted, set_why_wanted] = useState(false)
  useEffect(() => { if (why_asked) set_why_wanted(true) }, [why_asked])
  const hit = pages.find(([pattern]) => pattern.test(path))
  const id = hit && decodeURIComponent(hit[0].exec(path)![1] ?? '')
  const door = doors.flat().find(d => d.to === path)
  const Shown = (door?.may && !me.may.includes(door.may)) || (door?.whole && me.sites.length) ? NotYours : hit?.[1] ?? Missing
  return (
    <Suspense fallback={<Waiting rows={6} />}>
      <Shown key={path} id={id} />
      {why_wanted && <Suspense fallback={null}><WhyPanel /></Suspense>}
    </Suspense>
  )
}
