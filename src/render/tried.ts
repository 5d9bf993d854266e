import type { Tried } from '../report/audit-schema.ts'
import type { Report, WorkloadEntry } from '../report/schema.ts'
import { digits } from './counted.ts'
import { MARK } from './notices.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

/** Each result as shown to users, the first screen's order. */
const RESULT_TEXT: Readonly<Record<Tried['result'], string>> = {
  refused: 'refused',
  'changed-back': 'accepted, but changed back by a policy',
  'not-tried': 'could not be tried',
  accepted: 'accepted',
}

/** How many of the changes the API server would take; nothing if none was sent. */
export function drawTriedTotals({ workloads }: Report, { width, paint }: Paper): readonly string[] {
  const results = workloads.flatMap(({ tried }) => tried?.result ?? [])
  if (results.length === 0) return []
  const words = Object.entries(RESULT_TEXT).flatMap(([result, text]) => {
    const count = results.filter((one) => one === result).length
    return count === 0 ? [] : [`${digits(count)} ${text}`]
  })
  return wrap(`Server-side dry run of the changes: ${words.join(', ')}`, { width, lead: '', hang: 2 }).map(
    paint.bold,
  )
}

/** What became of the change of one workload, unless it was accepted. */
export function drawTried({ tried }: WorkloadEntry, { width, paint }: Paper): readonly string[] {
  if (tried === undefined || tried.result === 'accepted') return []
  const { result, message, lost = [] } = tried
  const what = [message, lost.join(', ')].filter((text) => text !== undefined && text !== '').join(': ')
  return wrap(`dry run: ${RESULT_TEXT[result]}: ${what}`, { width, lead: `    ${MARK.warning} ` }).map(
    paint.yellow,
  )
}
