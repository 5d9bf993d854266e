import type { Labels } from '../../model/workload.ts'
import { once } from './once.ts'

export interface LabelSelector {
  readonly matchLabels: Labels
  readonly matchExpressions: readonly LabelExpression[]
}

export interface LabelExpression {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

/** A label's value. `hasOwn`, because a label may be called `constructor`. */
export const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined

/** Whether a metav1.LabelSelector matches; an operator that Kubernetes does not know matches nothing. */
export const selectsObject = (selector: LabelSelector, labels: Labels): boolean =>
  Object.entries(selector.matchLabels).every(([key, value]) => labelOf(labels, key) === value) &&
  selector.matchExpressions.every((expression) => meets(expression, labelOf(labels, expression.key)))

/** All of its conditions as expressions, one key each: a label to match becomes an `In` expression. */
export const expressionsOf = ({
  matchLabels,
  matchExpressions,
}: LabelSelector): readonly LabelExpression[] => [
  ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
  ...matchExpressions,
]

/** Results of a selector, by a Namespace's labels and name: each listener needs the same ones for each of its routes. */
const alreadyAnswered = once((_: LabelSelector) => once((_: Labels) => new Map<string, boolean>()))

const NO_LABELS: Labels = {}

/** Matches a Namespace's labels, including the one that the API server sets on each (KEP-2161) and files rarely have. */
export function selectsNamespace(selector: LabelSelector, name: string, labels = NO_LABELS): boolean {
  const answers = alreadyAnswered(selector)(labels)
  const known = answers.get(name)
  if (known !== undefined) return known
  const answer = selectsObject(selector, labelsOfNamespace(name, labels))
  answers.set(name, answer)
  return answer
}

export const labelsOfNamespace = (name: string, labels: Labels = {}): Labels => ({
  'kubernetes.io/metadata.name': name,
  ...labels,
})

/** Whether a label's value (undefined: no such label) satisfies an expression. */
export function meets({ operator, values }: LabelExpression, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}
