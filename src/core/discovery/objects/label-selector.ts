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

/** A label's value; a label may be called `constructor`. */
export const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined

/** Whether a metav1.LabelSelector matches; an operator that Kubernetes does not know matches nothing. */
export const selectsObject = (selector: LabelSelector, labels: Labels): boolean =>
  Object.entries(selector.matchLabels).every(([key, value]) => labelOf(labels, key) === value) &&
  selector.matchExpressions.every((expression) => meets(expression, labelOf(labels, expression.key)))

/** Everything that it demands, one key at a time: a label to match is an expression of its own. */
export const expressionsOf = ({
  matchLabels,
  matchExpressions,
}: LabelSelector): readonly LabelExpression[] => [
  ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
  ...matchExpressions,
]

/** Answers of a selector, by a Namespace's labels and its name: each listener asks the same of each of its routes. */
const alreadyAnswered = once((_: LabelSelector) => once((_: Labels) => new Map<string, boolean>()))

const NO_LABELS: Labels = {}

/** A Namespace by its labels, and by the one that the API server writes on each (KEP-2161) and files seldom have. */
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

/** Whether a label with this value, or none, is what an expression demands. */
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
