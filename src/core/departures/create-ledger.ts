import { keyOf } from '../model/object-ref.ts'
import type { LedgerEvent } from './event.ts'
import { MOST_OTHERS, ROLLOUTS_OF_ONE } from './history.ts'
import type { Ledger } from './ledger.ts'
import { emptyLedger, type LedgerState, noNews } from './ledger-state.ts'
import { isEmpty, recordOf } from './rollout-course.ts'
import { sweep } from './settle.ts'
import { takeFailedHook, takeGap, takeGone, takeList, takeNeed, takeNodeGone, takePod } from './take.ts'
import type { LedgerView, RolloutRecord } from './verdict.ts'

/**
 * Measured with 10,000 Pods of 2,000 workloads, two containers each, as JSON brings them: 1,220 bytes of heap for each Pod,
 * strings and its share of the workload included, 12 MiB in all; 19 MiB once the history of rollouts is full.
 */
export function createLedger(): Ledger {
  const state = emptyLedger()
  return {
    take(event) {
      state.news = noNews()
      // When a hook failed is the time of its Event, which may be old; all others are told as they happen.
      if (event.kind !== 'hook-failed') state.clock.hear(event.at)
      takeEvent(state, event)
      sweep(state)
      return state.news
    },
    get isBehind() {
      return !state.isBlind && state.unswept.size > 0
    },
    view: () => viewOf(state),
  }
}

function takeEvent(state: LedgerState, event: LedgerEvent): void {
  if (event.kind === 'pod') takePod(state, event)
  else if (event.kind === 'need') takeNeed(state, event)
  else if (event.kind === 'gone') takeGone(state, event)
  else if (event.kind === 'hook-failed') takeFailedHook(state, event)
  else if (event.kind === 'node-gone') takeNodeGone(state, event)
  else if (event.kind === 'gap') takeGap(state)
  else if (event.kind === 'listed') takeList(state, event)
}

function viewOf({ workloads, history, followed, counts, since }: LedgerState): LedgerView {
  // As long as departures of it are to be judged, its verdict may change: nobody may take it for the last word.
  const going = [...workloads.values()].flatMap(({ course: { open, closing } }) =>
    [...closing, ...(open === undefined ? [] : [open])]
      .filter((rollout) => !isEmpty(rollout))
      .map((rollout) => recordOf({ ...rollout, ended: undefined })),
  )
  const loose = [...workloads.values()].flatMap(({ course }) => course.loose)
  loose.sort((a, b) => b.due - a.due)
  return {
    ...(since === undefined ? {} : { since }),
    followed: followed.size,
    departures: { ...counts },
    rollouts: newest([...going, ...history.rollouts()]),
    others: [...loose.map(({ departure }) => departure), ...history.others()].slice(0, MOST_OTHERS),
  }
}

/** The newest first, and of each workload no more than are kept of it. */
function newest(rollouts: readonly RolloutRecord[]): readonly RolloutRecord[] {
  const seen = new Map<string, number>()
  return rollouts
    .toSorted((a, b) => b.began - a.began)
    .filter(({ workload }) => {
      const key = keyOf(workload)
      const count = (seen.get(key) ?? 0) + 1
      seen.set(key, count)
      return count <= ROLLOUTS_OF_ONE
    })
}
