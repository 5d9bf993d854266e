import { type Reliance, relianceOf } from '../core/decision/reliance.ts'
import type { Subject } from '../core/decision/subject.ts'
import { listNames } from '../core/findings/rule.ts'
import { type OwnedWork, ownedWorkIn } from '../core/injection/owned-work.ts'
import { longer, longest, type Seconds, seconds } from '../core/model/seconds.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadEntry } from './schema.ts'

type Refusal = NonNullable<WorkloadEntry['refusedWithoutUs']>

/**
 * The requests that the API server would reject while Slackwater is unavailable (docs/failure-behaviour.md); undefined
 * if there are none. The cause is Slackwater's sleep, or a user's own sleep that needs the grace period that Slackwater
 * raised.
 */
export function refusalOf({ template }: Subject): Refusal | undefined {
  const stated = template.stated?.grace
  const ownedWork = ownedWorkIn(template)
  const sleep = longest([...ownedWork.sleeps.values()])
  const reliance = ownedWork.grace === undefined ? undefined : relianceOf(template, ownedWork)
  if (sleep === 0 && reliance === undefined) return undefined
  const measured = longer(ownedWork.form === 'sleep' ? sleep : seconds(0), reliance?.sleep ?? seconds(0))
  return {
    likelihood: stated !== undefined && stated < measured ? 'certain' : 'if-changed',
    sleepSeconds: longer(sleep, measured),
    ...given('statedGraceSeconds', stated),
    requests: [...forUsers(reliance, stated), ...forOurs(ownedWork, sleep, stated)],
  }
}

/** Only a native sleep is compared with the grace period; a second handler is rejected next to either form. */
function forOurs(
  { sleeps, form }: OwnedWork,
  sleep: Seconds,
  stated: Seconds | undefined,
): readonly string[] {
  const names = [...sleeps.keys()].join(', ')
  if (sleep === 0) return []
  if (form === 'exec') return [`adds a preStop of another kind than exec to ${names}`]
  const lower = stated !== undefined && stated < sleep
  return [
    ...(lower
      ? [
          `states a grace period of ${stated} s, below Slackwater’s sleep of ${sleep} s, as its manifest does now`,
        ]
      : []),
    `adds its own preStop to ${names}`,
    ...(lower ? [] : [`states a grace period below ${sleep} s`]),
  ]
}

function forUsers(reliance: Reliance | undefined, stated: Seconds | undefined): readonly string[] {
  if (reliance === undefined) return []
  const own = `the sleep of ${reliance.sleep} s in ${listNames(reliance.containers)}`
  return stated !== undefined && stated < reliance.sleep
    ? [`states a grace period of ${stated} s, below ${own}, as its manifest does now`]
    : [`creates or replaces it from a manifest with ${own} and without the grace period for it`]
}
