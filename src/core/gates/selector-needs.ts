import {
  expressionsOf,
  type LabelExpression,
  type LabelSelector,
  labelOf,
  labelsOfNamespace,
  meets,
} from '../discovery/objects/label-selector.ts'
import { GATE_ENABLED, OUR_PREFIX } from '../model/keys.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'

/** What is missing for a webhook's `namespaceSelector` to select a namespace. */
export type SelectorNeeds =
  | { readonly kind: 'met' }
  /** These labels, none of which is set to any value; never empty. */
  | { readonly kind: 'labels'; readonly labels: Labels }
  /** A label has another value than the selector requires. */
  | { readonly kind: 'other-value'; readonly key: string; readonly present: string; readonly wanted: string }
  /** No added label makes it match; `why` is a clause. */
  | { readonly kind: 'impossible'; readonly why: string }

/** The minimum of labels to add; existing labels are neither changed nor removed. */
export function needsOf(
  selector: LabelSelector,
  { name, labels }: Pick<NamespaceFacts, 'name' | 'labels'>,
): SelectorNeeds {
  const byKey = Map.groupBy(expressionsOf(selector), ({ key }) => key)
  const current = labelsOfNamespace(name, labels)
  const needs = [...byKey].map(([key, expressions]) => needOf(key, expressions, labelOf(current, key)))
  const obstacle = needs.find(({ kind }) => kind === 'impossible' || kind === 'other-value')
  if (obstacle !== undefined) return obstacle
  const lacking = needs.flatMap((need) => (need.kind === 'labels' ? Object.entries(need.labels) : []))
  return lacking.length === 0 ? { kind: 'met' } : { kind: 'labels', labels: Object.fromEntries(lacking) }
}

function needOf(
  key: string,
  expressions: readonly LabelExpression[],
  present: string | undefined,
): SelectorNeeds {
  const isMetBy = (value: string | undefined) => expressions.every((expression) => meets(expression, value))
  if (isMetBy(present)) return { kind: 'met' }
  const wanted = valuesFor(expressions).find(isMetBy)
  if (wanted === undefined || (present !== undefined && isReserved(key)))
    return { kind: 'impossible', why: refusal(key, present) }
  if (present !== undefined)
    return expressions.some(({ operator }) => operator === 'In')
      ? { kind: 'other-value', key, present, wanted }
      : { kind: 'impossible', why: refusal(key, present) }
  if (isReserved(key))
    return { kind: 'impossible', why: `it requires the label ${key}, which Slackwater does not set` }
  return { kind: 'labels', labels: { [key]: wanted } }
}

const refusal = (key: string, present: string | undefined): string =>
  present === undefined
    ? `no value of the label ${key} satisfies it`
    : `it excludes namespaces with ${key}=${present}`

/** Values to try, the best first: those in the selector, then `enabled`, then similar ones that are not excluded. */
const valuesFor = (expressions: readonly LabelExpression[]): readonly string[] => {
  const valuesWith = (operator: string) =>
    expressions.filter((expression) => expression.operator === operator).flatMap(({ values }) => values)
  const others = valuesWith('NotIn').map((_, index) => `${GATE_ENABLED}-${index + 1}`)
  return [...valuesWith('In'), GATE_ENABLED, ...others]
}

/**
 * Labels that mean more than a readiness gate: those of Kubernetes itself (its reserved domains; one of them configures
 * Pod Security) and Slackwater's own.
 */
const isReserved = (key: string): boolean =>
  key.startsWith(OUR_PREFIX) || /(^|\.)(kubernetes|k8s)\.io\//.test(key)
