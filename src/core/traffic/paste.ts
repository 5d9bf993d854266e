import { ALB_ACTION_PREFIX } from '../discovery/annotations/annotation-keys.ts'
import type { ServiceObject } from '../discovery/objects/discovery-object.ts'
import type { Labels } from '../model/workload.ts'
import type { TrafficObject } from './change.ts'
import type { Move, Target, WeighedTarget } from './moves.ts'

/** Values are written as JSON, which is YAML, too: names are other people's text. */
const quoted = (value: unknown): string => JSON.stringify(value)

/** A port by its number is a number in both, and a name is a text; a target group is known by the port as written. */
const portValue = (port: string): number | string => (/^\d+$/.test(port) ? Number(port) : port)

/** The first step, and what comes after it. */
export const pasteForRule = (kind: TrafficObject['kind'], { from, to }: Move): string => {
  const weighed = [...sharesOf(from), ...to.map((one) => ({ ...one, weight: 0 }))]
  const lines = kind === 'Ingress' ? actionLines(weighed, to) : backendLines(weighed)
  return ['# First; go on when the new targets are healthy.', ...lines, ...STEPS_AFTER].join('\n')
}

/** Several keep their shares: one of them may be a canary. */
const sharesOf = (from: Move['from']): Move['from'] =>
  from.length > 1 ? from : from.map((one) => ({ ...one, weight: 100 }))

/** A target group is deleted as soon as no rule names it, whatever its requests (LBC docs: blue_green). */
const STEPS_AFTER = [
  '# Then exchange the weights. Name the new Service alone after the deregistration delay.',
]

function actionLines(weighed: readonly WeighedTarget[], [to]: readonly Target[]): readonly string[] {
  const name = `${to?.service.name ?? ''}-switch`
  const targetGroups = weighed.map(({ service, port, weight }) => ({
    serviceName: service.name,
    servicePort: portValue(port),
    weight,
  }))
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } })
  return [
    'metadata:',
    '  annotations:',
    `    ${quoted(`${ALB_ACTION_PREFIX}${name}`)}: ${quoted(action)}`,
    '# the backend of the rule:',
    'backend:',
    `  service: {name: ${quoted(name)}, port: {name: use-annotation}}`,
  ]
}

const backendLines = (weighed: readonly WeighedTarget[]): readonly string[] => [
  'backendRefs:',
  ...weighed.map(
    ({ service, port, weight }) =>
      `  - {name: ${quoted(service.name)}, namespace: ${quoted(service.namespace)}, port: ${quoted(portValue(port))}, weight: ${weight}}`,
  ),
]

/** What both selectors ask for selects the old Pods and the new ones; without any of it only a second Service helps. */
export function pasteForSelector(before: ServiceObject, after: ServiceObject): string {
  const shared = Object.entries(after.selector).filter(([key, value]) => before.selector[key] === value)
  return shared.length > 0
    ? sharedSelector(before, Object.fromEntries(shared), after.selector)
    : secondService(after)
}

const selectorPatch = ({ ref }: ServiceObject, selector: Labels, gone: Labels): string => {
  const removed = Object.keys(gone).filter((key) => selector[key] === undefined)
  const wanted = { ...Object.fromEntries(removed.map((key) => [key, null])), ...selector }
  const patch = JSON.stringify({ spec: { selector: wanted } })
  return `kubectl -n ${ref.namespace} patch service ${ref.name} -p '${patch}'`
}

const sharedSelector = (before: ServiceObject, shared: Labels, wanted: Labels): string =>
  [
    '# First select both; go on when the new targets are healthy.',
    selectorPatch(before, shared, before.selector),
    '# Then:',
    selectorPatch(before, wanted, shared),
  ].join('\n')

const secondService = ({ ref, selector, ports }: ServiceObject): string =>
  [
    '# A second Service. Then move the traffic to it with weights, as the page of backend-switch shows.',
    'apiVersion: v1',
    'kind: Service',
    `metadata: {name: ${quoted(`${ref.name}-next`)}, namespace: ${quoted(ref.namespace)}}`,
    `spec: ${quoted({ selector, ports: ports.map(({ isUdp, ...port }) => ({ ...port, ...(isUdp ? { protocol: 'UDP' } : {}) })) })}`,
  ].join('\n')
