import type { Decision } from '../core/decision/decide.ts'
import { listNames } from '../core/findings/rule.ts'
import type { Change } from '../core/injection/desired.ts'
import { ownedWorkIn } from '../core/injection/owned-work.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { at, isPresent, root } from '../kubernetes/json.ts'
import type { AdmissionRequest } from './review.ts'

/**
 * Warnings for a request that only removed Slackwater's work, which was then restored. Without them kubectl would
 * report "patched" although nothing has changed.
 */
export function putBackWarnings(decision: Decision, request: AdmissionRequest): readonly string[] {
  const { verdict, changes, subject, mode } = decision
  if (verdict !== 'restore' || changes.length === 0 || isRoutine(decision, request)) return []
  const way =
    subject.what === 'pod'
      ? 'a stored Pod cannot be changed: delete it and create it again'
      : mode.mode === 'off'
        ? 'mode is off: the next change of the template removes it, for example kubectl rollout restart'
        : 'to change it: annotation slackwater.dev/sleep-seconds on the template, or label slackwater.dev/mode=off'
  return [`restored: ${partsOf(decision).join(', ')}`, way]
}

/** The field managers that kubectl uses for changes typed by a user (kubectl's cmd/edit and cmd/patch). */
const BY_HAND = ['kubectl-edit', 'kubectl-patch']

/**
 * Requests that tools send all day and that would be warned about forever: a whole manifest that replaces the object,
 * without Slackwater's work; and the grace period as the source states it, or stated it when Slackwater raised it.
 */
function isRoutine(decision: Decision, { fieldManager, object }: AdmissionRequest): boolean {
  if (fieldManager !== undefined && BY_HAND.includes(fieldManager)) return false
  return isWholeManifest(object) || isGraceOfSource(decision)
}

/** An object read from the cluster, or a patch of one, has a uid; a manifest has none. */
const isWholeManifest = (object: unknown): boolean => !isPresent(at(root(object), 'metadata', 'uid'))

function isGraceOfSource({ changes, subject: { template, stored } }: Decision): boolean {
  if (!changes.every(({ kind }) => kind === 'set-grace')) return false
  const before = ownedWorkIn(stored).grace?.before ?? DEFAULT_GRACE
  const { grace } = template
  // Nobody states the default: the API server fills it in.
  return (
    grace !== undefined && (grace === template.stated?.grace || (grace === before && grace !== DEFAULT_GRACE))
  )
}

function partsOf({ changes, subject }: Decision): readonly string[] {
  const names = changes.flatMap((change) => hookOf(change, subject.template.containers))
  const sleeps = changes.flatMap((change) => ('sleep' in change ? [change.sleep] : []))
  const grace = changes.flatMap((change) => (change.kind === 'set-grace' ? [change.to] : []))
  const parts = [
    ...(names.length === 0 ? [] : [`preStop sleep ${Math.max(...sleeps)} s of ${listNames(names)}`]),
    ...grace.map((to) => `terminationGracePeriodSeconds ${to}`),
    ...(changes.some(({ kind }) => kind === 'set-probe-grace') ? ['the grace period of probes'] : []),
  ]
  return parts.length === 0 ? ['annotation slackwater.dev/injected'] : parts
}

const hookOf = (change: Change, containers: readonly { readonly name: string }[]): readonly string[] =>
  change.kind === 'add-hook' || change.kind === 'replace-hook'
    ? [containers[change.container]?.name ?? '']
    : []
