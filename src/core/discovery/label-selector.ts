import type { Labels } from '../model/workload.ts'

export interface LabelSelector {
  readonly matchLabels: Labels
  readonly matchExpressions: readonly LabelExpression[]
}

export interface LabelExpression {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

/** Whether a metav1.LabelSelector matches; an operator that Kubernetes does not know matches nothing. */
const selects = (selector: LabelSelector, labels: Labels): boolean =>
  Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
  selector.matchExpressions.every((expression) => meets(expression, labels[expression.key]))

/** A Namespace by its labels, and by the one that the API server writes on each (KEP-2161) and files seldom have. */
export const selectsNamespace = (selector: LabelSelector, name: string, labels: Labels = {}): boolean =>
  selects(selector, { 'kubernetes.io/metadata.name': name, ...labels })

function meets({ operator, values }: LabelExpression, value: string | undefined): boolean {
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
