import type { Surveys as SurveysAnswer } from '../api'
import { useGet } from '../data'
import { t } from '../i18n'
import { Answer, Heads, Nothing, PageHead, Section } from '../ui/basic'
import { base, Chart, value_axis } from '../ui/chart'
import { show_estimate, show_number } from '../units'

export default function Surveys() {
  const got = useGet<SurveysAnswer>('/surveys')
  const data = got.data
  const first = data?.recaptures[0]
  const sentence = !data ? ' ' : first
    ? t('surveys.sentence', { series: first.series, heads: show_estimate(first.estimate).text + (show_estimate(first.estimate).error && ` ± ${show_estimate(first.estimate).error}`), samples: first.samples })
    : data.ages.length ? t('surveys.ages_sentence', { count: data.ages.length }) : t('surveys.none')
  return (
    <>
      <PageHead title={t('nav.surveys')} sentence={sentence} />
      <Answer got={got}>
        {s => (!s.ages.length && !s.recaptures.length ? <Nothing>{t('surveys.how')}</Nothing> : (
          <>
            {s.recaptures.length > 0 && (
              <Section title={t('surveys.recapture')}>
                <table className="steps">
                  <thead><tr><th scope="col">{t('field.series')}</th><th scope="col" className="right">{t('surveys.samples')}</th><th scope="col" className="right">{t('surveys.estimate')}</th><th scope="col" className="right">95 %</th><th scope="col" className="wide_only">{t('field.method')}</th></tr></thead>
                  <tbody>
                    {s.recaptures.map(r => (
                      <tr key={r.series}><th scope="row">{r.series}</th><td className="num right">{r.samples}</td><td className="right"><Heads of={r.estimate} /></td>
                        <td className="num right">{show_number(Math.round(r.estimate.low))}–{show_number(Math.round(r.estimate.high))}</td><td className="wide_only">{r.method}</td></tr>
                    ))}
                  </tbody>
                </table>
              </Section>
            )}
            {Object.entries(group(s.ages)).map(([series, years]) => (
              <Section key={series} title={`${t('surveys.ages')} · ${series}`}>
                <Chart height={300} label={t('surveys.ages_words', { series, years: years.length, fish: years.reduce((n, y) => n + y.rows.reduce((m, r) => m + r.heads, 0), 0) })} option={p => {
                  const ages = [...new Set(years.flatMap(y => y.rows.map(r => r.age_years)))].sort((a, b) => a - b)
                  const all = ages.length ? Array.from({ length: ages.at(-1)! - ages[0] + 1 }, (_, i) => ages[0] + i) : []
                  return {
                    ...base(p), color: p.bands,
                    legend: { ...(base(p).legend as object), type: 'scroll' },
                    grid: { left: 8, right: 12, top: 44, bottom: 20, containLabel: true },
                    xAxis: { type: 'category', data: all, name: t('field.age_years'), nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: p.muted, fontSize: 11 }, axisLabel: { color: p.muted, fontSize: 11 }, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false } },
                    yAxis: value_axis(p, t('figure.heads')),
                    series: years.map(y => ({ name: String(y.year), type: 'bar', stack: 'all', barCategoryGap: '15%', data: all.map(a => y.rows.find(r => r.age_years === a)?.heads ?? 0) })),
                  }
                }} />
              </Section>
            ))}
          </>
        ))}
      </Answer>
    </>
  )
}

function group(ages: SurveysAnswer['ages']): Record<string, SurveysAnswer['ages']> {
  const by: Record<string, SurveysAnswer['ages']> = {}
  for (const a of ages) (by[a.series] ??= []).push(a)
  return by
}
