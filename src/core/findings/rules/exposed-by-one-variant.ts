import { refText } from '../../model/object-ref.ts'
import type { Rule } from '../rule.ts'

/** Files have variants of an object that routes: with another one, no load balancer sends to the workload. */
export const exposedByOneVariant: Rule = {
  id: 'exposed-by-one-variant',
  check: ({ exposures: [exposure] }) => {
    if (exposure?.variant === undefined) return []
    const { object, exposing, other } = exposure.variant
    const message = `exposed by ${refText(object)} of ${exposing}, but not by that of ${other}, and counted as exposed: plan only what is applied together`
    return [{ message, brief: `only one variant of ${object.name} exposes it` }]
  },
}
