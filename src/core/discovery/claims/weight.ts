import type { Claim } from './claim.ts'

/** A path to a target group, with its written weight; absent: all of the traffic. */
interface Weighed {
  readonly weight?: number
}

/** Weight 0 sends nothing. One path with a higher weight is enough for `some`. */
export const weightOf = (ways: readonly Weighed[]): NonNullable<Claim['weight']> =>
  ways.every(({ weight }) => weight === 0) ? 'none-now' : 'some'

/** The sentence about a target group that gets no traffic for the time being. */
export const weightSentences = (claims: readonly Claim[]): readonly string[] =>
  claims.some(({ weight }) => weight === 'none-now') && !claims.some(({ weight }) => weight === 'some')
    ? ['assumed to get traffic: the weight is 0 now, but a change of weights creates no new pods']
    : []
