import type { Need, PodFacts } from './pod-facts.ts'

/**
 * What the ledger is told. `at`: milliseconds since 1970, by the clock of whoever tells it. The order may be wrong, an event
 * may come twice, and some may be missing; only a gap that is told makes what was missed `unknown`.
 */
export type LedgerEvent =
  /**
   * A Pod as it is now. `need`: absent where nothing sends to it. Once it had a need, it keeps the last one; but a Pod to
   * which nothing had sent for as long as that sleep when it was deleted was covered: a handover takes it off its
   * Services first.
   */
  | { readonly kind: 'pod'; readonly at: number; readonly pod: PodFacts; readonly need?: Need }
  /** What the Pod needs has changed, and nothing else; of one that is not followed it says nothing. `need`: as above. */
  | { readonly kind: 'need'; readonly at: number; readonly uid: string; readonly need?: Need }
  /** It is no longer there; `pod`: its last state, if that was told. */
  | { readonly kind: 'gone'; readonly at: number; readonly uid: string; readonly pod?: PodFacts }
  /**
   * The Event `FailedPreStopHook`. `at`: when it happened, by the Event itself: a restart runs the hook too, and what failed
   * long before the deletion says nothing about it.
   */
  | { readonly kind: 'hook-failed'; readonly at: number; readonly uid: string; readonly message: string }
  /** A node is no longer there. */
  | { readonly kind: 'node-gone'; readonly at: number; readonly node: string }
  /** From now on nothing is seen: a watch has broken and could not go on, another leader, a restart. */
  | { readonly kind: 'gap'; readonly at: number }
  /** A list of all Pods is complete: whichever of those that were known is not in it went unseen. */
  | { readonly kind: 'listed'; readonly at: number; readonly uids: ReadonlySet<string> }
  /** Nothing has happened; what waits for time to pass may be settled. */
  | { readonly kind: 'tick'; readonly at: number }
