import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { ErrorSeen } from '../core/measurement/measurement.ts'
import { whyAround } from '../core/measurement/why.ts'
import { instant } from './document.ts'
import type { MomentEntry, WhyEntry } from './schema.ts'
import type { TimeSpan } from './time-span.ts'

/** Before and after the asked time: a request that fails there may belong to the same departure. Milliseconds; a choice. */
const AROUND = 60_000

/** Moments that are listed. A choice. */
const MOST = 200

export const aroundOf = ({ from, to }: TimeSpan): TimeSpan => ({ from: from - AROUND, to: to + AROUND })

interface WhyInputs {
  /** As it was given. */
  readonly time: string
  /** What was looked at. */
  readonly span: TimeSpan
  readonly errors: readonly ErrorSeen[]
  readonly leaving: readonly LeavingTarget[]
  /** Requests of that time, whatever their answer. */
  readonly inSpan: number
}

/** What happened around a time: the failed requests, each with its reason, between what happened to the Pods. */
export function whyEntry({ time, span, errors, leaving, inSpan }: WhyInputs): WhyEntry {
  const moments = [...errors.map(errorMoment), ...leaving.flatMap((one) => momentsOf(one, span))].sort(
    (a, b) => a.at - b.at,
  )
  return {
    asked: time,
    from: instant(span.from),
    to: instant(span.to),
    text: inSpan === 0 ? NO_REQUESTS : answerText(errors),
    failed: errors.length,
    reasons: whyAround(errors).map(reasonText),
    moments: moments.slice(0, MOST).map(({ at, ...rest }) => ({ at: instant(at), ...rest })),
    more: Math.max(0, moments.length - MOST),
  }
}

/** `4 at Pod shop/web-x (10.0.1.2:8080): no target was left; a sleep of 3 s would have covered them`. */
function reasonText(group: Alike): string {
  const { count, cause, address, targetGroup, target } = group
  const pod = target?.pod
  const nowhere = targetGroup === undefined ? 'no target group' : `target group ${nameOf(targetGroup)}`
  const where = pod === undefined ? (address ?? nowhere) : `Pod ${pod.namespace}/${pod.name} (${address})`
  const lacks = (target?.missing ?? []).map((text) => `; it ${text}`).join('')
  return `${count} at ${where}: ${CAUSES[cause]}${lacks}${coverText(group)}`
}

function coverText({ count, sleep, open = 0, wouldCover, covered = 0 }: Alike): string {
  if (sleep === 'asleep') return '; its application had not got SIGTERM by then, so it was not the sleep'
  const opened = open === 0 ? '' : `; ${open} ${open === 1 ? 'was' : 'were'} open when SIGTERM came`
  if (wouldCover === undefined) return opened
  const which = covered < count ? `${covered} of them` : count === 1 ? 'it' : 'them'
  return `${opened}; a sleep of ${wouldCover} s would have covered ${which}`
}

/** `k8s-shop-web-1a2b3c4d5e` of the ARN. */
const nameOf = (targetGroup: string): string => targetGroup.split('/').at(-2) ?? targetGroup

type Alike = ReturnType<typeof whyAround>[number]

type Moment = Omit<MomentEntry, 'at'> & { readonly at: number }

const CAUSES: Readonly<Record<ErrorSeen['cause'], string>> = {
  reset: 'the target refused or closed the connection',
  connect: 'the address no longer answered',
  nobody: 'no target was left',
  other: 'the load balancer’s own answer',
  application: 'the application answered that itself',
  unrelated: 'no departure explains it',
}

function errorMoment({ request, cause, target }: ErrorSeen): Moment {
  const { answered, at, status } = request
  const left = target?.deleted ?? target?.deregistered
  const after = left === undefined ? '' : `, ${short((at - left) / 1000)} s after it began to leave`
  const pod = target?.pod
  const whose = pod === undefined ? after : ` (Pod ${pod.namespace}/${pod.name}${after})`
  const where = request.target ?? 'no target'
  return { at: answered, text: `${status} at ${where}${whose}: ${CAUSES[cause]}`, bad: true }
}

/** One decimal. */
const short = (seconds: number): string => String(Math.round(seconds * 10) / 10)

/** What happened to one target within the time. */
function momentsOf(one: LeavingTarget, { from, to }: TimeSpan): readonly Moment[] {
  const { pod, ip, missing, slept, deleted } = one
  const name = pod === undefined ? `address ${ip}` : `Pod ${pod.namespace}/${pod.name} (${ip})`
  const lacks = missing.length === 0 ? '' : `; it ${missing.join('; it ')}`
  const sigterm = slept === undefined || deleted === undefined ? undefined : deleted + slept * 1000
  const known: readonly (readonly [number | undefined, string])[] = [
    [deleted, `${name} is deleted${lacks}`],
    [one.deregistering, `${name}: the controller calls DeregisterTargets`],
    [one.deregistered, `${name}: DeregisterTargets has returned`],
    [sigterm, `${name} gets SIGTERM`],
    [one.ended, `${name}: its last container has ended`],
    [one.gone, `${name} is gone`],
    [one.reused, `address ${ip} is registered again`],
  ]
  return known.flatMap(([at, text]) =>
    at !== undefined && at >= from && at <= to ? [{ at, text, bad: false }] : [],
  )
}

/** Not the same as: nothing failed. */
const NO_REQUESTS =
  'the logs have no request of this time, so they do not show what failed. A time without a zone is UTC'

function answerText(errors: readonly ErrorSeen[]): string {
  if (errors.length === 0) return 'no request was answered with 500 or above'
  const of = (...causes: readonly ErrorSeen['cause'][]): readonly ErrorSeen[] =>
    errors.filter(({ cause }) => causes.includes(cause))
  const leaving = of('reset', 'connect', 'other')
  const pods = new Set(leaving.map(({ target }) => target?.ip)).size
  const parts: readonly (readonly [number, string])[] = [
    [leaving.length, `at ${pods} ${pods === 1 ? 'target that was' : 'targets that were'} leaving`],
    [of('nobody').length, 'while no target was left'],
    [of('application').length, 'by the application itself'],
    [of('unrelated').length, 'which no departure explains'],
  ]
  const known = parts.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`)
  const what = errors.length === 1 ? '1 request was' : `${errors.length} requests were`
  const [only] = known
  if (known.length === 1 && only !== undefined)
    return `${what} answered with 500 or above, ${only.replace(/^\d+ /, '')}`
  return `${what} answered with 500 or above: ${known.join(', ')}`
}
