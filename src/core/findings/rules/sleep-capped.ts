import type { Cap } from '../../budget/caps.ts'
import { LIMIT_TEXT } from '../../budget/said.ts'
import { SLEEP_ANNOTATION } from '../../model/keys.ts'
import { onTemplate } from '../paste.ts'
import { pasteOf, type Rule } from '../rule.ts'

const ACTION: Readonly<Record<Cap['limit'], string>> = {
  maxSleepSeconds: 'raise it, or lower what needs the sleep',
  spot: 'keep it off Spot nodes',
  maxGraceSeconds: 'raise it, or lower what needs the sleep',
}

/** A limit cut the sleep below what the exposures ask for. */
export const sleepCapped: Rule = {
  id: 'sleep-capped',
  check: (situation) => {
    const { budget } = situation
    const { C, P } = budget.decidedBy.terms
    return budget.caps
      .filter(({ term }) => term === 'sleep')
      .map(({ limit, from, to }) => {
        const short = budget.decidedBy.row.endsWith('-ip') && to < C.value + P.value
        const cost =
          to === 0
            ? 'nothing is injected'
            : short
              ? 'requests will be lost'
              : 'the longest requests may be cut'
        // No other limit yields to what a workload states.
        const own =
          limit === 'maxSleepSeconds'
            ? onTemplate(situation, { [SLEEP_ANNOTATION]: String(from) })
            : undefined
        const brief = `${LIMIT_TEXT[limit]} cuts the sleep from ${from} s to ${to} s`
        return { message: `${brief}: ${cost}`, brief, action: ACTION[limit], ...pasteOf(own) }
      })
  },
}
