import { isStackLabel } from '../core/discovery/annotations/annotation-keys.ts'
import type { TargetGroupBindingObject } from '../core/discovery/objects/discovery-object.ts'
import { controllerOfGroup, kindOf } from '../core/model/aws-controllers.ts'
import { at, booleanAt, given, type JsonNode, optional, portAt, stringAt, stringsAt } from './json.ts'
import { type Envelope, isDeleting, namespacedRef } from './narrow-metadata.ts'
import { targetTypeAt } from './narrow-target-type.ts'

/** The controller takes a quoted number for a port name, which no port can have (LBC pkg/k8s/service_utils.go). */
function portText(node: JsonNode): string {
  const text = portAt(node)
  return typeof node.value === 'string' && /^\d+$/.test(text) ? `"${text}"` : text
}

/** `arn:…:targetgroup/NAME/ID`; anything else cannot be told from another one. */
const targetGroupOf = ({ value }: JsonNode): string | undefined =>
  typeof value === 'string' && /:targetgroup\/[^/]+\/[^/]+$/.test(value) ? value : undefined

export function narrowTargetGroupBinding(envelope: Envelope): TargetGroupBindingObject {
  const spec = at(envelope.document, 'spec')
  const controller = controllerOfGroup(envelope.group)
  return {
    kind: 'TargetGroupBinding',
    controller,
    ref: { ...namespacedRef(envelope), kind: kindOf('TargetGroupBinding', controller) },
    labels: stringsAt(at(envelope.document, 'metadata', 'labels'), isStackLabel),
    service: stringAt(at(spec, 'serviceRef', 'name')),
    port: portText(at(spec, 'serviceRef', 'port')),
    ...given('targetType', optional(targetTypeAt, at(spec, 'targetType'))),
    ...given('protocol', optional(stringAt, at(spec, 'targetGroupProtocol'))),
    ...given('targetGroup', targetGroupOf(at(spec, 'targetGroupARN'))),
    multiCluster: optional(booleanAt, at(spec, 'multiClusterTargetGroup')) ?? false,
    deleting: isDeleting(envelope),
  }
}
