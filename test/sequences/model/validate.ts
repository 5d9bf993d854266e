import type { Kind } from './kinds.ts'
import { at, equal, type Fields, fieldsOf, itemsOf, type Value } from './values.ts'

/**
 * What the API server refuses, of the things that the tests do (pkg/apis/core/validation/validation.go and
 * pkg/apis/apps/validation/validation.go, 1.35).
 */
export interface Problem {
  readonly what: /** More than one in a hook. */
    | 'handlers'
    | 'no handler'
    | 'sleep'
    | 'probe'
    | 'container'
    | 'names'
    | 'labels'
    | 'annotations'
    | 'immutable'
    | 'conflict'
    | 'patch'
    | 'missing'
  /** The field. */
  readonly where: string
}

/** `total annotation size` (apimachinery, TotalAnnotationSizeLimitB). */
const ANNOTATIONS_LIMIT = 256 * 1024

export function problemsOf(object: Fields, old: Fields | undefined, kind: Kind): readonly Problem[] {
  const template = fieldsOf(at(object, ...kind.templateAt))
  return [
    ...annotationProblems(object),
    ...(kind.kind === 'Pod' ? [] : annotationProblems(template)),
    ...(kind.kind === 'Pod' ? [] : selectorProblems(object, template)),
    ...specProblems(fieldsOf(template['spec'])),
    ...(old === undefined ? [] : updateProblems(object, old, kind)),
  ]
}

function annotationProblems(object: Fields): readonly Problem[] {
  const entries = Object.entries(fieldsOf(at(object, 'metadata', 'annotations')))
  const size = entries.reduce((sum, [key, value]) => sum + key.length + bytesOf(value), 0)
  return size > ANNOTATIONS_LIMIT ? [{ what: 'annotations', where: 'metadata.annotations' }] : []
}

const bytesOf = (value: Value | undefined): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : 0

function selectorProblems(object: Fields, template: Fields): readonly Problem[] {
  const labels = fieldsOf(at(template, 'metadata', 'labels'))
  const selector = Object.entries(fieldsOf(at(object, 'spec', 'selector', 'matchLabels')))
  const matches = selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
  return matches ? [] : [{ what: 'labels', where: 'spec.template.metadata.labels' }]
}

/** RFC 1123 label. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

function specProblems(spec: Fields): readonly Problem[] {
  const grace = Number(spec['terminationGracePeriodSeconds'])
  const containers = itemsOf(spec['containers'])
  const initContainers = itemsOf(spec['initContainers'])
  const names = [...containers, ...initContainers].map(({ name }) => String(name))
  return [
    ...(containers.length === 0 ? [{ what: 'container', where: 'containers' } as const] : []),
    ...(new Set(names).size < names.length ? [{ what: 'names', where: 'containers' } as const] : []),
    ...names.filter((name) => !NAME.test(name)).map((where) => ({ what: 'names', where }) as const),
    ...containers.flatMap((one) => containerProblems(one, grace)),
    ...initContainers.flatMap((one) => initProblems(one, grace)),
  ]
}

const isImageless = ({ image }: Fields): boolean => typeof image !== 'string' || image === ''

/** Hooks and probes are for containers that run along, native sidecars among them. */
function initProblems(one: Fields, grace: number): readonly Problem[] {
  if (one['restartPolicy'] === 'Always') return containerProblems({ ...one, restartPolicy: undefined }, grace)
  const extra = ['lifecycle', 'livenessProbe', 'startupProbe', 'readinessProbe'].filter(
    (key) => one[key] !== undefined,
  )
  return [
    ...(isImageless(one) ? [{ what: 'container', where: String(one['name']) } as const] : []),
    ...extra.map((key) => ({ what: 'container', where: `${String(one['name'])}.${key}` }) as const),
  ]
}

function containerProblems(one: Fields, grace: number): readonly Problem[] {
  const name = String(one['name'])
  return [
    ...(isImageless(one) ? [{ what: 'container', where: name } as const] : []),
    ...['postStart', 'preStop'].flatMap((hook) =>
      hookProblems(at(one, 'lifecycle', hook), `${name}.lifecycle.${hook}`, grace),
    ),
    ...['livenessProbe', 'startupProbe', 'readinessProbe'].flatMap((key) =>
      probeProblems(one[key], `${name}.${key}`),
    ),
  ]
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'sleep']

/** validateHandler and validateSleepAction: exactly one handler, 0 ≤ sleep ≤ grace. */
function hookProblems(hook: Value | undefined, where: string, grace: number): readonly Problem[] {
  if (hook === undefined) return []
  const handlers = HANDLERS.filter((handler) => at(hook, handler) !== undefined)
  if (handlers.length !== 1) return [{ what: handlers.length === 0 ? 'no handler' : 'handlers', where }]
  const seconds = handlers[0] === 'sleep' ? Number(at(hook, 'sleep', 'seconds')) : undefined
  const isValid = seconds === undefined || (seconds >= 0 && seconds <= grace)
  return isValid ? [] : [{ what: 'sleep', where }]
}

function probeProblems(probe: Value | undefined, where: string): readonly Problem[] {
  if (probe === undefined) return []
  const handlers = HANDLERS.filter((handler) => at(probe, handler) !== undefined)
  const grace = at(probe, 'terminationGracePeriodSeconds')
  const isValid = grace === undefined || (!where.endsWith('readinessProbe') && Number(grace) > 0)
  return handlers.length === 1 && isValid ? [] : [{ what: 'probe', where }]
}

/** Of a Pod only images may change, and a negative grace period, which there is none of. */
function updateProblems(object: Fields, old: Fields, { kind }: Kind): readonly Problem[] {
  if (kind === 'Pod')
    return equal(withoutImages(object['spec']), withoutImages(old['spec']))
      ? []
      : [{ what: 'immutable', where: 'spec' }]
  const fixed = kind === 'StatefulSet' ? ['selector', 'serviceName', 'podManagementPolicy'] : ['selector']
  return fixed
    .filter((key) => !equal(at(object, 'spec', key), at(old, 'spec', key)))
    .map((key) => ({ what: 'immutable', where: `spec.${key}` }))
}

const withoutImages = (spec: Value | undefined): Fields => ({
  ...fieldsOf(spec),
  containers: itemsOf(at(spec, 'containers')).map((one) => ({ ...one, image: '' })),
  initContainers: itemsOf(at(spec, 'initContainers')).map((one) => ({ ...one, image: '' })),
})
