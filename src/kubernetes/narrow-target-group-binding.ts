import { isStackLabel } from '../core/discovery/annotation-keys.ts'
import type { TargetGroupBindingObject } from '../core/discovery/objects.ts'
import { at, given, optional, portAt, stringAt, stringsAt } from './json.ts'
import { type Envelope, isDeleting, namespacedRef } from './narrow-metadata.ts'
import { targetTypeAt } from './narrow-target-type.ts'

export function narrowTargetGroupBinding(envelope: Envelope): TargetGroupBindingObject {
  const spec = at(envelope.document, 'spec')
  return {
    kind: 'TargetGroupBinding',
    ref: namespacedRef(envelope),
    labels: stringsAt(at(envelope.document, 'metadata', 'labels'), isStackLabel),
    service: stringAt(at(spec, 'serviceRef', 'name')),
    port: portAt(at(spec, 'serviceRef', 'port')),
    ...given('targetType', optional(targetTypeAt, at(spec, 'targetType'))),
    ...given('protocol', optional(stringAt, at(spec, 'targetGroupProtocol'))),
    deleting: isDeleting(envelope),
  }
}
