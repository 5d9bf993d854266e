import type { Labels } from '../model/workload.ts'
import type { LabelExpression, LabelSelector } from './objects.ts'

/** Whether a metav1.LabelSelector matches; an operator that Kubernetes does not know matches nothing. */
export const selects = (selector: LabelSelector, labels: Labels): boolean =>
  Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
  selector.matchExpressions.every((expression) => meets(expression, labels[expression.key]))

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
