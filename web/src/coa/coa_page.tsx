// What whoever scans the code on a certificate of analysis is told, in both languages, as the paper is.
import { useEffect, useState } from 'react'

interface Line { lot: string; sample: string; name_en: string; name_zh: string; result: string; limit: string; verdict: string }
interface Check {
  state: 'holds' | 'withdrawn' | 'replaced' | 'stale'; company: string; simulated: boolean; certificate: string; what: string; thing: string; market: string
  market_en?: string; market_zh?: string; content_sha256: string; at?: string; newer?: string; newer_at?: string; lines: Line[]
}

const day = (at: string | undefined) => (at ? at.slice(0, 10) : '–')
const verdicts: Record<Check['state'] | 'unknown' | 'away', (c?: Check) => [string, string, string, string]> = {
  holds: () => ['Genuine, unchanged, and still holds.', 'Compare number, goods and results with the paper.', '真实、未经更改、仍然有效。', '请将编号、货物与结果同纸面核对。'],
  withdrawn: () => ['Withdrawn.', 'It was issued, and the company took it back. Do not rely on it.', '已撤回。', '该证书曾签发，现已由公司撤回，请勿采信。'],
  replaced: c => [`Replaced by ${c?.newer}.`, `A newer certificate of the same goods was issued on ${day(c?.newer_at)}. Ask for it.`, `已由 ${c?.newer} 取代。`, `同一货物已于 ${day(c?.newer_at)} 签发新证书，请索取新证书。`],
  stale: () => ['No longer holds.', 'It is genuine, and what it says is not so any more: a result or a hold came after it. Ask the sender.', '不再有效。', '证书属实，但其后有新的检测结果或暂扣，内容已变化，请向发货方查询。'],
  unknown: () => ['Not known.', 'No certificate has this code. The paper may be false, or the code was read wrongly.', '查无此证。', '没有证书使用此编码：证书可能为伪造，或编码识读有误。'],
  away: () => ['Cannot be asked now.', 'The server does not answer. Try again.', '暂时无法查验。', '服务器无应答，请稍后再试。'],
}

export function CoaPage() {
  const [check, set_check] = useState<Check | 'unknown' | 'away' | null>(null)
  useEffect(() => {
    fetch(`/api/v1/coa/${location.pathname.slice('/coa/'.length)}`).then(async r => set_check(r.ok ? await r.json() as Check : r.status === 404 ? 'unknown' : 'away'), () => set_check('away'))
  }, [])
  if (!check) return <main className="coa" aria-busy="true" />
  const state = typeof check === 'string' ? check : check.state
  const c = typeof check === 'string' ? undefined : check
  const [en, en_more, zh, zh_more] = verdicts[state](c)
  return (
    <main className="coa">
      <h1>Certificate of analysis 检验证书{c && <> {c.certificate}</>}</h1>
      {c && <p className="muted">{c.company}{c.simulated && ' · SIMULATED 模拟数据'}</p>}
      <div className={`coa_verdict coa_${state}`} role="status"><b>{en}</b>{en_more}<b lang="zh-CN">{zh}</b><span lang="zh-CN">{zh_more}</span></div>
      {c && <dl>
        <dt>{c.what === 'shipment' ? 'Shipment 发货' : 'Lot 批次'}</dt><dd>{c.thing}</dd>
        <dt>Limits of 依据限量标准</dt><dd>{c.market_en ?? c.market} {c.market_zh}</dd>
        {c.at && <><dt>Issued 签发</dt><dd>{day(c.at)}</dd></>}
        <dt>SHA-256</dt><dd>{c.content_sha256}</dd>
      </dl>}
      {c && c.lines.length > 0 && <table aria-label="Results 检测结果">
        <thead><tr><th>Lot 批次</th><th>Tested 项目</th><th>Result 结果</th><th>Limit 限量</th></tr></thead>
        <tbody>{c.lines.map((l, i) => <tr key={i}><td>{l.lot}</td><td>{l.name_en} {l.name_zh}</td><td>{l.result}</td><td>{l.limit}</td></tr>)}</tbody>
      </table>}
    </main>
  )
}
