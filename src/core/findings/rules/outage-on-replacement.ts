import { type Remark, type Rule, remarkIf } from '../rule.ts'

/**
 * Nobody can serve while a pod is replaced: a sleep would lengthen the outage, so none is injected. Where nobody states
 * how many pods there are, several are assumed, and that is said.
 */
export const outageOnReplacement: Rule = {
  id: 'outage-on-replacement',
  check: ({ outage, outageIfOne }) =>
    outage === undefined
      ? ifOne(outageIfOne)
      : [{ message: `${outage}: no sleep is injected`, brief: 'no pod serves while one is replaced' }],
}

const UNKNOWN =
  'replicas is not set, more than one is assumed; if there is one, its replacement is an outage: set replicas'

const ifOne = (why: string | undefined): readonly Remark[] =>
  remarkIf(why !== undefined, () => ({
    message: UNKNOWN,
    severity: 'information',
    brief: 'replicas is not set, more than one is assumed',
    action: 'set replicas',
  }))
