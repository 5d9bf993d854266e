import { LIMIT_TEXT } from '../../budget/said.ts'
import type { Rule } from '../rule.ts'

/** A limit cut the sleep below what the exposures ask for. */
export const sleepCapped: Rule = {
  id: 'sleep-capped',
  check: ({ budget }) => {
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
        return { message: `${LIMIT_TEXT[limit]} cuts the sleep from ${from} s to ${to} s: ${cost}` }
      })
  },
}
