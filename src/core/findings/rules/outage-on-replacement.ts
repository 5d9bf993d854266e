import { type Rule, remarkIf } from '../rule.ts'

/** Nobody can serve while a pod is replaced: a sleep would lengthen the outage, so none is injected. */
export const outageOnReplacement: Rule = {
  id: 'outage-on-replacement',
  check: ({ outage }) => remarkIf(outage !== undefined, () => `${outage}: no sleep is injected`),
}
