import { DELETION_COST } from '../core/handover/change.ts'
import type { PodView } from '../core/handover/scene.ts'
import { knownLength } from '../core/injection/hooks.ts'
import { HANDOVER_ANNOTATION } from '../core/model/keys.ts'
import { LONGEST, type Seconds, shorter } from '../core/model/seconds.ts'
import { TARGET_GATE } from '../core/model/stuck-gate.ts'
import {
  at,
  given,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  root,
  stringAt,
  stringsAt,
} from '../kubernetes/json.ts'
import { toPodTemplate } from '../kubernetes/template.ts'

/** @throws ShapeError */
export function podViewOf(raw: unknown): PodView {
  const node = root(raw)
  const metadata = at(node, 'metadata')
  const annotations = stringsAt(at(metadata, 'annotations'), (key) =>
    [HANDOVER_ANNOTATION, DELETION_COST].includes(key),
  )
  return {
    name: stringAt(at(metadata, 'name')),
    uid: stringAt(at(metadata, 'uid')),
    version: stringAt(at(metadata, 'resourceVersion')),
    labels: stringsAt(at(metadata, 'labels')),
    ...given('handover', annotations[HANDOVER_ANNOTATION]),
    ...given('cost', annotations[DELETION_COST]),
    isReady: itemsOf(at(node, 'status', 'conditions')).some(
      (one) => at(one, 'type').value === 'Ready' && at(one, 'status').value === 'True',
    ),
    isDeleting: isPresent(at(metadata, 'deletionTimestamp')),
    isOver: ['Succeeded', 'Failed'].includes(optional(stringAt, at(node, 'status', 'phase')) ?? ''),
    isGated: itemsOf(at(node, 'spec', 'readinessGates')).some((one) =>
      TARGET_GATE.test(stringAt(at(one, 'conditionType'))),
    ),
    ...given('hook', shortestHook(node)),
    created: optional(stringAt, at(metadata, 'creationTimestamp')) ?? '',
    ...given('owner', ownerOf(metadata)),
  }
}

function ownerOf(metadata: JsonNode): string | undefined {
  const owner = itemsOf(at(metadata, 'ownerReferences')).find((one) => at(one, 'controller').value === true)
  return owner && optional(stringAt, at(owner, 'uid'))
}

function shortestHook(node: JsonNode): Seconds | undefined {
  const hooks = toPodTemplate(node).containers.map(
    ({ preStop }) => preStop && (knownLength(preStop) ?? LONGEST),
  )
  return hooks.reduce(
    (least, hook) => (least === undefined || hook === undefined ? undefined : shorter(least, hook)),
    LONGEST,
  )
}
