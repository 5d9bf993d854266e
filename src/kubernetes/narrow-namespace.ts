import type { NamespaceObject } from '../core/discovery/objects/discovery-object.ts'
import { OUR_PREFIX } from '../core/model/keys.ts'
import { at, given, optional, stringAt, stringsAt } from './json.ts'
import { clusterRef, type Envelope, isDeleting } from './narrow-metadata.ts'

/** Its labels, which selectors use, and Slackwater's own annotations on it. */
export function narrowNamespace(envelope: Envelope): NamespaceObject {
  const ref = clusterRef(envelope)
  const metadata = at(envelope.document, 'metadata')
  return {
    kind: 'Namespace',
    ref,
    facts: {
      name: ref.name,
      ...given('uid', optional(stringAt, at(metadata, 'uid'))),
      labels: stringsAt(at(metadata, 'labels')),
      annotations: stringsAt(at(metadata, 'annotations'), (key) => key.startsWith(OUR_PREFIX)),
      ...(isDeleting(envelope) ? { deleting: true } : {}),
    },
  }
}
