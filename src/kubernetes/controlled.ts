import type { LabelSelector } from '../core/discovery/objects/label-selector.ts'
import { HANDOVER_ANNOTATION } from '../core/model/keys.ts'
import type { Labels } from '../core/model/workload.ts'
import {
  at,
  given,
  integerAt,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  root,
  stringAt,
  stringsAt,
} from './json.ts'
import { selectorAt } from './narrow-selector.ts'

/** Who controls an object (`ownerReferences[].controller: true`). */
interface Controller {
  readonly kind: string
  readonly name: string
  readonly uid: string
}

/** An object that may have a controller. */
interface Controlled {
  readonly name: string
  readonly uid: string
  readonly labels: Labels
  readonly controller?: Controller
  readonly isDeleting: boolean
}

export interface ReplicaSetFacts extends Controlled {
  readonly replicas: number
  readonly selector: LabelSelector
  /** `spec.template`, as it stands. */
  readonly template: unknown
}

export interface RunningPod extends Controlled {
  /** RFC 3339 in UTC; empty: unknown. */
  readonly created: string
  /** What `slackwater handover` wrote into its annotation; absent: nothing. */
  readonly handover?: string
  readonly raw: unknown
}

/** @throws ShapeError */
export function toControlled(raw: unknown): Controlled {
  const metadata = at(root(raw), 'metadata')
  return {
    name: stringAt(at(metadata, 'name')),
    uid: optional(stringAt, at(metadata, 'uid')) ?? '',
    labels: stringsAt(at(metadata, 'labels')),
    ...given('controller', controllerAt(metadata)),
    isDeleting: isPresent(at(metadata, 'deletionTimestamp')),
  }
}

function controllerAt(metadata: JsonNode): Controller | undefined {
  const owner = itemsOf(at(metadata, 'ownerReferences')).find((one) => at(one, 'controller').value === true)
  if (owner === undefined) return undefined
  return {
    kind: stringAt(at(owner, 'kind')),
    name: stringAt(at(owner, 'name')),
    uid: optional(stringAt, at(owner, 'uid')) ?? '',
  }
}

/** @throws ShapeError */
export function toReplicaSet(raw: unknown): ReplicaSetFacts {
  const spec = at(root(raw), 'spec')
  return {
    ...toControlled(raw),
    // The API server sets 1 if it is left out.
    replicas: optional(integerAt, at(spec, 'replicas')) ?? 1,
    selector: selectorAt(at(spec, 'selector')),
    template: at(spec, 'template').value,
  }
}

/** @throws ShapeError */
export function toRunningPod(raw: unknown): RunningPod {
  const metadata = at(root(raw), 'metadata')
  return {
    ...toControlled(raw),
    created: optional(stringAt, at(metadata, 'creationTimestamp')) ?? '',
    ...given('handover', optional(stringAt, at(metadata, 'annotations', HANDOVER_ANNOTATION))),
    raw,
  }
}
