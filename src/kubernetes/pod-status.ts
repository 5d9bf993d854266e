import { cut } from '../core/model/cut.ts'
import type { GateWords, PodReadiness } from '../core/model/stuck-gate.ts'
import { at, given, isPresent, itemsOf, type JsonNode, optional, root, stringAt } from './json.ts'

/** The state of a Pod that its template does not show. */
export interface PodStatus extends PodReadiness {
  /** Pending or Running, and not being deleted. */
  readonly alive: boolean
  /** RFC 3339 in UTC, so text order is time order; empty if unknown. */
  readonly created: string
  /** Absent: it is not scheduled. */
  readonly node?: string
}

/** @throws ShapeError naming the field, what was expected and what is there. */
export function toPodStatus(raw: unknown): PodStatus {
  const node = root(raw)
  const phase = optional(stringAt, at(node, 'status', 'phase')) ?? 'Pending'
  const conditions = itemsOf(at(node, 'status', 'conditions')).map(conditionOf)
  const { met = [], unmet = [] } = Object.groupBy(conditions, ({ isTrue }) => (isTrue ? 'met' : 'unmet'))
  const changeOf = (type: string, among: readonly Condition[]) => among.find((one) => one.type === type)
  return {
    alive: ['Pending', 'Running'].includes(phase) && !isPresent(at(node, 'metadata', 'deletionTimestamp')),
    created: optional(stringAt, at(node, 'metadata', 'creationTimestamp')) ?? '',
    ...given('node', optional(stringAt, at(node, 'spec', 'nodeName'))),
    ...given('started', timeAt(at(node, 'status', 'startTime'))),
    ...given('containersReady', changeOf('ContainersReady', met)?.since),
    ...given('unready', changeOf('Ready', unmet)?.since),
    isReady: changeOf('Ready', met) !== undefined,
    met: new Set(met.map(({ type }) => type)),
    unmet: new Map(unmet.map(({ type, words }) => [type, words])),
  }
}

interface Condition {
  readonly type: string
  readonly isTrue: boolean
  /** Its last transition, milliseconds since 1970. */
  readonly since?: number
  readonly words: GateWords
}

const conditionOf = (node: JsonNode): Condition => ({
  type: stringAt(at(node, 'type')),
  isTrue: at(node, 'status').value === 'True',
  ...given('since', timeAt(at(node, 'lastTransitionTime'))),
  words: {
    ...given('reason', textAt(at(node, 'reason'))),
    ...given('message', textAt(at(node, 'message'))),
  },
})

/** LBC writes its conditions without a time at first: then the value is null. */
function timeAt({ value }: JsonNode): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** Characters of a condition's text that are kept: ELB's own are shorter. A choice. */
const LONGEST_TEXT = 300

function textAt({ value }: JsonNode): string | undefined {
  return typeof value === 'string' && value !== '' ? cut(value, LONGEST_TEXT) : undefined
}
