import type { Draft } from '../core/model/draft.ts'
import { OUR_PREFIX, RECORD_ANNOTATION } from '../core/model/keys.ts'
import { LONGEST, longer, type Seconds, seconds, shorter } from '../core/model/seconds.ts'
import {
  ANNOTATIONS_LIMIT,
  type Container,
  MEASURED_HOOKS,
  type PodTemplate,
  type PreStop,
  type Probe,
  STOPPING_PROBES,
  type StoppingProbe,
} from '../core/model/workload.ts'
import { portsOf, readinessHttpOf } from './container-endpoints.ts'
import {
  at,
  integerAt,
  isPresent,
  itemsOf,
  type JsonNode,
  membersOf,
  optional,
  ShapeError,
  stringAt,
  stringsAt,
} from './json.ts'
import { proxyWaitAt } from './linkerd.ts'
import { asksForSpot, nodePoolsOf } from './spot.ts'
import { shutdownGraceOf } from './wait-shutdown.ts'
import { mustSpreadOverZones } from './zone-spread.ts'

const isOwnKey = (key: string): boolean => key.startsWith(OUR_PREFIX)

/**
 * Reads a pod template, or a Pod, which has the same shape.
 * @throws ShapeError naming the field, what was expected and what is there.
 */
export function toPodTemplate(node: JsonNode): PodTemplate {
  const metadata = at(node, 'metadata')
  const annotations = at(metadata, 'annotations')
  const spec = at(node, 'spec')
  const labels = stringsAt(at(metadata, 'labels'))
  const own = stringsAt(annotations, isOwnKey)
  const sizes = annotationSizes(annotations)
  const grace = optional(int64At, at(spec, 'terminationGracePeriodSeconds'))
  const template: Draft<PodTemplate> = {
    labels,
    annotations: own,
    hasMetadata: isPresent(metadata),
    hasAnnotations: isPresent(annotations),
    foreignAnnotationBytes: sizes.foreign,
    containers: itemsOf(at(spec, 'containers')).map(toContainer),
    nativeSidecars: itemsOf(at(spec, 'initContainers')).filter(isNativeSidecar).map(toContainer),
    readinessGates: itemsOf(at(spec, 'readinessGates')).map((gate) => stringAt(at(gate, 'conditionType'))),
    spot: asksForSpot(spec),
  }
  if (sizes.isOverfull) template.overfull = true
  if (grace !== undefined) template.grace = grace < 0 ? INSTEAD_OF_NEGATIVE : grace
  if (grace !== undefined && grace < 0) template.negativeGrace = true
  const proxyWait = proxyWaitAt(annotations)
  if (proxyWait !== undefined) template.proxyWait = proxyWait
  if (mustSpreadOverZones(spec)) template.spreadsOverZones = true
  const nodePools = nodePoolsOf(spec)
  if (nodePools !== undefined) template.nodePools = nodePools
  return template
}

/** A time that Kubernetes takes: a whole number of seconds, not negative. One beyond `LONGEST` is read as that. */
export function secondsAt(node: JsonNode): Seconds {
  const time = int64At(node)
  if (time < 0)
    throw new ShapeError({
      path: node.path,
      keys: node.keys,
      expected: 'a whole number from 0',
      got: String(time),
    })
  return time
}

/** An int64 is more than JSON carries exactly here: the API server takes 9223372036854775807, and so must we. */
function int64At(node: JsonNode): Seconds {
  const { value } = node
  const isBeyond = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isBeyond ? shorter(LONGEST, longer(seconds(-LONGEST), seconds(value))) : seconds(integerAt(node))
}

/**
 * What Kubernetes makes of a negative grace period in a Pod (kubernetes 1.35, pkg/apis/core/v1/conversion.go). The API
 * server takes one in a template, as it takes any other (validation.go, ValidatePodSpec).
 */
const INSTEAD_OF_NEGATIVE = seconds(1)

/** In one walk: the annotations may be as long as the API server takes, and are measured at every request. */
function annotationSizes(annotations: JsonNode): { readonly foreign: number; readonly isOverfull: boolean } {
  let [foreign, own, record] = [0, 0, 0]
  const members = membersOf(annotations)
  for (const key of Object.keys(members)) {
    const value = members[key]
    const bytes = Buffer.byteLength(key) + byteLength(value)
    if (!isOwnKey(key)) foreign += bytes
    else if (key === RECORD_ANNOTATION) record += typeof value === 'string' ? bytes : 0
    else own += bytes
  }
  const others = foreign + own
  const isOverfull = record > 0 && others <= ANNOTATIONS_LIMIT && others + record > ANNOTATIONS_LIMIT
  return { foreign, isOverfull }
}

const byteLength = (value: unknown): number => (typeof value === 'string' ? Buffer.byteLength(value) : 0)

const isNativeSidecar = (container: JsonNode): boolean => at(container, 'restartPolicy').value === 'Always'

const [PRE_STOP, POST_START] = MEASURED_HOOKS

function toContainer(node: JsonNode): Container {
  const lifecycle = at(node, 'lifecycle')
  const hook = at(lifecycle, PRE_STOP)
  const preStop = isPresent(hook) ? toPreStop(hook) : undefined
  const container: Draft<Container> = {
    name: stringAt(at(node, 'name')),
    hasLifecycle: isPresent(lifecycle),
    onlyPreStop: presentIn(lifecycle).every((key) => key === PRE_STOP),
    probes: {},
    hasReadinessProbe: false,
  }
  if (preStop !== undefined) {
    container.preStop = preStop
    const shutdownGrace = shutdownGraceOf(node, preStop.exec)
    if (shutdownGrace !== undefined) preStop.shutdownGrace = shutdownGrace
  }
  const postStart = optional(secondsAt, at(lifecycle, POST_START, 'sleep', 'seconds'))
  if (postStart !== undefined) container.postStartSleep = postStart
  container.probes = toProbes(node)
  container.hasReadinessProbe = isPresent(at(node, 'readinessProbe'))
  const ports = portsOf(node)
  if (ports.length > 0) container.ports = ports
  const readinessHttp = readinessHttpOf(node)
  if (readinessHttp !== undefined) container.readinessHttp = readinessHttp
  return container
}

/** The keys of a mapping that have a value. */
function presentIn(node: JsonNode): string[] {
  if (!isPresent(node)) return []
  const members = membersOf(node)
  return Object.keys(members).filter((key) => members[key] !== null)
}

function toPreStop(hook: JsonNode): Draft<PreStop> {
  const preStop: Draft<PreStop> = { handlers: presentIn(hook).sort() }
  const sleep = optional(secondsAt, at(hook, 'sleep', 'seconds'))
  if (sleep !== undefined) preStop.sleep = sleep
  if (isPresent(at(hook, 'exec'))) preStop.exec = itemsOf(at(hook, 'exec', 'command')).map(stringAt)
  return preStop
}

function toProbes(container: JsonNode): Container['probes'] {
  const probes: Partial<Record<StoppingProbe, Probe>> = {}
  for (const name of STOPPING_PROBES) {
    const probe = at(container, name)
    if (!isPresent(probe)) continue
    const grace = optional(secondsAt, at(probe, 'terminationGracePeriodSeconds'))
    probes[name] = grace === undefined ? {} : { grace }
  }
  return probes
}
