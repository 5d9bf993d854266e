import { effectiveMode } from '../core/decision/mode.ts'
import { excludedNamespaces } from '../core/decision/scope.ts'
import type { DiscoveryObject } from '../core/discovery/objects/discovery-object.ts'
import { acceptancesOf, withAcceptances } from '../core/findings/acceptance.ts'
import type { Finding } from '../core/findings/finding.ts'
import { ACCEPT_ANNOTATION } from '../core/model/keys.ts'
import type { Mode } from '../core/model/settings.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'
import { backendSwitch } from '../core/traffic/backend-switch.ts'
import type { TrafficObject, TrafficView } from '../core/traffic/change.ts'
import { at, root, ShapeError, stringsAt } from '../kubernetes/json.ts'
import { narrow } from '../kubernetes/narrow.ts'
import { parseAccepts } from '../settings/accept.ts'
import type { Knowledge } from './assess.ts'
import { namespaceMode, namespaceRef } from './modes.ts'

/** An update of an object that moves traffic, as JSON. */
interface TrafficUpdate {
  readonly stored: unknown
  readonly raw: unknown
}

/** What is found in an update, and in which mode; or why it could not be read. */
type TrafficAssessment =
  | { readonly mode: Mode; readonly object: string; readonly findings: readonly Finding[] }
  | { readonly problem: string }

/** Judges what an update does to traffic. In an excluded namespace and in mode off there are no findings. */
export function assessTraffic(
  update: TrafficUpdate,
  { inventory, settings }: Knowledge,
  view: TrafficView,
): TrafficAssessment {
  try {
    const before = trafficIn(update.stored)
    const after = trafficIn(update.raw)
    if (before === undefined || after === undefined) return { problem: 'not an object that moves traffic' }
    const { ref } = after
    const namespace = inventory.namespace(ref.namespace)
    const { mode } = effectiveMode({
      own: [],
      namespace: namespaceMode(namespace),
      installation: settings.mode,
    })
    const isLeftAlone = mode === 'off' || excludedNamespaces(settings).includes(ref.namespace)
    const findings = isLeftAlone ? [] : backendSwitch({ before, after }, view)
    const accepted = [...acceptedBy(after, update.raw, namespace), ...acceptancesOf(settings.accept)]
    return { mode, object: `${ref.kind} ${ref.name}`, findings: withAcceptances(findings, accepted) }
  } catch (error) {
    if (error instanceof ShapeError) return { problem: error.message }
    throw error
  }
}

const isTraffic = (object: DiscoveryObject): object is TrafficObject =>
  object.kind === 'Ingress' || object.kind === 'Service' || object.kind === 'HTTPRoute'

function trafficIn(raw: unknown): TrafficObject | undefined {
  const object = narrow(raw)
  return object !== undefined && isTraffic(object) ? object : undefined
}

/** By its own annotation first, then by its namespace's. */
const acceptedBy = ({ ref }: TrafficObject, raw: unknown, namespace: NamespaceFacts | undefined) =>
  parseAccepts([
    {
      object: ref,
      annotations: stringsAt(at(root(raw), 'metadata', 'annotations'), (key) => key === ACCEPT_ANNOTATION),
    },
    ...(namespace === undefined
      ? []
      : [{ object: namespaceRef(namespace), annotations: namespace.annotations }]),
  ]).acceptances
