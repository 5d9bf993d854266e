import { gateWordsText } from '../../core/model/stuck-gate.ts'
import { exposedRollout } from '../../judgement/workloads.ts'
import type { ResultWorkload } from '../../result/result.ts'
import { counted } from '../counted.ts'
import { podWords } from '../pod-words.ts'
import { rolloutWords } from '../report-departures.ts'
import { type Html, html, isolated } from './html.ts'

/** What the template has, what would change, what running Pods lack. */
export const podPart = (workload: ResultWorkload): Html =>
  html`<h3>Template and Pods</h3>
<dl>${[...present(workload), ...changes(workload), ...pods(workload), ...lateExposure(workload), ...rollouts(workload), ...others(workload)].map(entry)}</dl>`

type Entry = readonly [name: string, ...texts: readonly string[]]

const entry = ([name, ...texts]: Entry): Html =>
  html`<dt>${name}</dt>${texts.map((text) => html`<dd>${isolated(text)}</dd>`)}`

function present({ present: { containers, gracePeriodSeconds } }: ResultWorkload): readonly Entry[] {
  const hooks = containers.map((container) => `container ${container.name}: ${hookText(container)}`)
  return [['Now', ...hooks, `grace period ${gracePeriodSeconds ?? 'default 30'} s`]]
}

function hookText({ hook, seconds, ours }: ResultWorkload['present']['containers'][number]): string {
  if (hook === undefined) return 'no preStop hook'
  const length = seconds === undefined ? 'of unknown length' : `${seconds} s`
  return `preStop ${hook} ${length}${ours ? ' (Slackwater’s)' : ''}`
}

const changes = ({ changes: clauses, state }: ResultWorkload): readonly Entry[] =>
  clauses.length === 0 || state === 'protected'
    ? [['Would change', 'nothing']]
    : [['Would change', ...clauses]]

function pods({ pods: seen }: ResultWorkload): readonly Entry[] {
  if (seen === undefined) return []
  const { running, oldest, cause, cure, stuckGate } = seen
  const lacking = podWords(seen)
  const since = oldest === undefined ? '' : ` (the oldest created ${oldest})`
  const stuck =
    stuckGate === undefined
      ? []
      : [
          `${counted(stuckGate.pods, 'Pod')} stuck at the readiness gate ${stuckGate.gate} (over ${stuckGate.limitSeconds} s, first ${stuckGate.pod}): ${gateWordsText(stuckGate)}`,
        ]
  const words =
    lacking.length === 0
      ? [`${counted(running, 'Pod')}: none lacks hook or gate`]
      : [
          `of ${counted(running, 'Pod')}: ${lacking.join(', ')}${since}`,
          ...(cause === undefined ? [] : [cause]),
        ]
  return [['Running Pods', ...words, ...stuck], ...(cure === undefined ? [] : [['To do', cure] as const])]
}

function lateExposure({ lateExposure: late }: ResultWorkload): readonly Entry[] {
  if (late === undefined) return []
  const { verdict, why = '', cure } = late
  if (verdict === 'adopt') return [['Rollout', 'Slackwater will roll it out once']]
  const word = verdict === 'wait' ? 'not rolled out yet' : 'not rolled out by Slackwater'
  return [['Rollout', `${word}: ${why}`, ...(cure === undefined ? [] : [cure])]]
}

/** What was seen of its Pods as they left; what to do is said of the last one that has ended. */
function rollouts(workload: ResultWorkload): readonly Entry[] {
  const known = workload.rollouts ?? []
  if (known.length === 0) return []
  const cure = exposedRollout(workload)?.cure
  return [
    ['Last rollouts', ...known.map(rolloutWords)],
    ...(cure === undefined ? [] : [['To do', cure] as const]),
  ]
}

const others = (workload: ResultWorkload): readonly Entry[] =>
  [
    listed('Not used', workload.warnings),
    listed(
      'Notices',
      workload.notices.map(({ object, text }) => `${object.kind} ${object.name}: ${text}`),
    ),
    listed('Rejected without Slackwater if a request', workload.refusedWithoutUs?.requests ?? []),
    listed(
      'Hook without a load balancer',
      workload.orphanedHook === undefined ? [] : [workload.orphanedHook.cure],
    ),
    listed('Accepted here, but not found', workload.unusedAccepts ?? []),
  ].filter(([, ...texts]) => texts.length > 0)

const listed = (name: string, texts: readonly string[]): Entry => [name, ...texts]
