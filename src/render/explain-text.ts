import { printableIn } from '../core/model/printable.ts'
import type { ResultWorkload } from '../result/result.ts'
import type { Paper } from './paint.ts'
import { drawInFull } from './report-details.ts'

/** Each workload in full, with the fixes by hand: `explain` is asked where Slackwater is not installed, too. */
export const explainText = (workloads: readonly ResultWorkload[], paper: Paper): string =>
  workloads
    .map((entry) => `${drawInFull(printableIn(entry), { ...paper, byHand: true }).join('\n')}\n`)
    .join('\n')
