import type { LeavingTarget } from './leaving-target.ts'
import type { ErrorSeen } from './measurement.ts'

/**
 * How a loss stands to the sleep of its Pod. Its application still ran while its hook held SIGTERM back:
 * - `asleep`: so it was lost to something else, such as a keep-alive that is shorter than the load balancer's;
 * - `after`: SIGTERM had come before the load balancer stopped sending: a longer sleep would have covered it;
 * - `open`: it came before SIGTERM, which ended it: how long it would have taken is not known;
 * - `unknown`: no ledger knows how long it slept.
 */
type SleepAtLoss = 'asleep' | 'after' | 'open' | 'unknown'

/** 5xx with the same reason, at the same target. Milliseconds since 1970. */
interface ErrorGroup {
  readonly cause: ErrorSeen['cause']
  readonly targetGroup?: string
  /** As the log has it: `10.0.1.2:8080`; absent: the load balancer had none. */
  readonly address?: string
  /** The leaving target that they were lost at. */
  readonly target?: LeavingTarget
  readonly count: number
  /** When the first and the last of them came. */
  readonly first: number
  readonly last: number
  /** Only of what was lost at a leaving target. Of several kinds: `after`, then `open`. */
  readonly sleep?: SleepAtLoss
  /** How many of them are `open`; absent: none. */
  readonly open?: number
  /** The sleep that would have covered all that are `after`, in whole seconds from the deletion; absent: none, or not known. */
  readonly wouldCover?: number
  /** How many these are. */
  readonly covered?: number
}

/** The 5xx around a moment: what was lost before what the application answered itself, those with the most first. @param errors as a measurement has them, of its `span`. */
export function whyAround(errors: readonly ErrorSeen[]): readonly ErrorGroup[] {
  const groups = Map.groupBy(errors, ({ request, cause, target }) =>
    [
      cause,
      request.loadBalancer,
      request.targetGroup,
      request.target,
      target?.pod?.name,
      target?.deleted,
    ].join(' '),
  )
  return [...groups.values()]
    .flatMap(groupOf)
    .sort((a, b) => own(a) - own(b) || b.count - a.count || a.first - b.first)
}

const own = ({ cause }: ErrorGroup): number => (cause === 'application' ? 1 : 0)

function groupOf(errors: readonly ErrorSeen[]): readonly ErrorGroup[] {
  const [first] = errors
  if (first === undefined) return []
  const { cause, target, request } = first
  const times = errors.map(({ request: { at } }) => at).sort((a, b) => a - b)
  const last = times.at(-1) ?? request.at
  return [
    {
      cause,
      ...(request.targetGroup === undefined ? {} : { targetGroup: request.targetGroup }),
      ...(request.target === undefined ? {} : { address: request.target }),
      count: errors.length,
      first: times[0] ?? request.at,
      last,
      ...(target === undefined ? {} : { target, ...sleepOf(target, errors) }),
    },
  ]
}

const SECOND = 1_000

/** A request is lost when it is answered: an outstanding one at SIGTERM, though it came before it. */
function sleepOf(
  { deleted, slept }: LeavingTarget,
  errors: readonly ErrorSeen[],
): Pick<ErrorGroup, 'sleep' | 'open' | 'wouldCover' | 'covered'> {
  if (deleted === undefined || slept === undefined) return { sleep: 'unknown' }
  const sigterm = deleted + slept * SECOND
  const came = errors.map(({ request }) => request.at).filter((at) => at >= sigterm)
  const open = errors.filter(({ request: { at, answered } }) => at < sigterm && answered >= sigterm).length
  const opened = open === 0 ? {} : { open }
  if (came.length === 0) return { sleep: open === 0 ? 'asleep' : 'open', ...opened }
  const last = came.reduce((most, at) => Math.max(most, at))
  return {
    sleep: 'after',
    ...opened,
    // One that comes at the very moment of SIGTERM is not covered.
    wouldCover: Math.floor((last - deleted) / SECOND) + 1,
    covered: came.length,
  }
}
