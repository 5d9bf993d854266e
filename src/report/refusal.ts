import type { Subject } from '../core/decision/subject.ts'
import { standingIn } from '../core/injection/standing.ts'
import { longest } from '../core/model/seconds.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadEntry } from './schema.ts'

type Refusal = NonNullable<WorkloadEntry['refusedWithoutUs']>

/**
 * Which requests the API server would refuse while we are away (docs/failure-behaviour.md); undefined where nothing
 * of ours stands in the template. Only a native sleep is compared with the grace period, and a second handler is
 * refused beside either form.
 */
export function refusalOf({ template }: Subject): Refusal | undefined {
  const statedGrace = template.stated?.grace
  const { sleeps, form } = standingIn(template)
  const sleep = longest([...sleeps.values()])
  if (sleep === 0) return undefined
  const names = [...sleeps.keys()].join(', ')
  if (form === 'exec')
    return {
      likelihood: 'if-changed',
      sleepSeconds: sleep,
      requests: [`adds a preStop of another kind than exec to ${names}`],
    }
  const lower = statedGrace !== undefined && statedGrace < sleep
  return {
    likelihood: lower ? 'certain' : 'if-changed',
    sleepSeconds: sleep,
    ...given('statedGraceSeconds', statedGrace),
    requests: [
      ...(lower
        ? [`states a grace period of ${statedGrace} s, below our sleep of ${sleep} s, as its source does now`]
        : []),
      `adds a preStop of its own to ${names}`,
      ...(lower ? [] : [`states a grace period below ${sleep} s`]),
    ],
  }
}
