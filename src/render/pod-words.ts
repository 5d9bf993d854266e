import type { PodCounts } from '../report/pod-schema.ts'
import { digits } from './counted.ts'

const WORDS: readonly (readonly [keyof PodCounts, string])[] = [
  ['withoutHook', 'without a preStop hook'],
  ['shortHook', 'with a hook that is too short'],
  ['shortGrace', 'with a grace period that is too short'],
  ['withoutGate', 'without a readiness gate'],
  ['gateNotMet', 'with an unmet readiness gate'],
]

/** How many Pods lack what, without zero counts: `14` and `without a preStop hook`. */
export const podLines = (pods: PodCounts): readonly (readonly [count: string, words: string])[] =>
  WORDS.flatMap(([key, words]) => (pods[key] === 0 ? [] : [[digits(pods[key]), words] as const]))

/** `14 without a preStop hook`, `3 without a readiness gate` */
export const podWords = (pods: PodCounts): readonly string[] =>
  podLines(pods).map(([count, words]) => `${count} ${words}`)
