import type { Standing } from '../../judgement/standing.ts'
import { standingOf } from '../../judgement/standing.ts'
import type { ResultWorkload } from '../../result/result.ts'
import { exposureText } from '../budget.ts'
import { STATE_TEXT } from '../report-overview.ts'

/** The five answers as shown to users. */
export const STANDING_TEXT: Readonly<Record<Standing, string>> = {
  'at-risk': 'At risk',
  unknown: 'Unknown',
  accepted: 'Accepted',
  protected: 'Protected',
  'not-exposed': 'No load balancer',
}

/** A sign beside the words, for those who see no color. */
export const STANDING_SIGN: Readonly<Record<Standing, string>> = {
  'at-risk': '▲',
  unknown: '?',
  accepted: '○',
  protected: '✓',
  'not-exposed': '–',
}

/** `At risk: would change`, `Protected` */
export function stateWords(workload: ResultWorkload): string {
  const standing = standingOf(workload)
  const word = STANDING_TEXT[standing]
  if (workload.state === undefined || workload.state === standing) return word
  return `${word}: ${STATE_TEXT[workload.state]}`
}

/** The kinds of load balancer that send to a workload, each once: `ALB, ip targets`. */
export const balancersOf = ({ exposures }: ResultWorkload): readonly string[] => [
  ...new Set(exposures.map(exposureText)),
]

/** The objects that its load balancers are created for, each once: `Ingress shop/web`. */
export const creatorsOf = ({ exposures }: ResultWorkload): readonly string[] => [
  ...new Set(exposures.flatMap(({ because: [first] }) => first?.text.split(' → ')[0] ?? [])),
]
