// Answers that the server does not have yet: kept on the phone, in the order they were given, until it says it took them.
export interface TasteAnswer { round: number; trial: number; chosen?: string; scores: string[]; comment?: string }
export interface Sent { left: TasteAnswer[]; refused?: string }

const key = (link: string) => `osetra.taste.${link}`
export function kept(link: string): TasteAnswer[] {
  try { return JSON.parse(localStorage.getItem(key(link)) ?? '[]') as TasteAnswer[] } catch { return [] }
}
export function keep(link: string, answers: TasteAnswer[]) {
  try { localStorage.setItem(key(link), JSON.stringify(answers)) } catch { /* storage may be shut: then they live as long as the page */ }
}

/// Sends one after the other; stops where there is no signal. What the server refuses for good is dropped and told.
export async function send(link: string, answers: TasteAnswer[], ask: typeof fetch = fetch): Promise<Sent> {
  const left = [...answers]
  let refused: string | undefined
  while (left.length) {
    try {
      const reply = await ask(`/api/v1/taste/${link}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Osetra': '1' }, body: JSON.stringify(left[0]) })
      if (reply.status >= 500 || reply.status === 429) break
      if (!reply.ok) { const told = (await reply.json().catch(() => ({}))) as { code?: string; detail?: string }; if (told.code !== 'answer_exists') refused = told.detail ?? String(reply.status) }
      left.shift()
    } catch { break }
  }
  return { left, refused }
}
