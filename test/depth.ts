/**
 * How long the tests look that could look for ever: generated cases, costs at growing sizes, large inputs. `npm test`
 * takes a share of them and ends within a minute; `npm run test:deep`, which CI runs too, takes all.
 */

/** SLACKWATER_DEEP=1: all of them. */
export const IS_DEEP = process.env['SLACKWATER_DEEP'] === '1'

/** One in so many, otherwise. A choice: all of them take three minutes. */
const SHARE = 10

/** @returns of so many generated cases how many are tried. */
export const runsOf = (all: number, share = SHARE): number => (IS_DEEP ? all : Math.ceil(all / share))

/** @returns of cases of one kind those that are tried: the first, and then one in so many. */
export function* sampleOf<T>(all: Iterable<T>, share = SHARE): Generator<T> {
  let index = 0
  for (const one of all) if (IS_DEEP || index++ % share === 0) yield one
}
