import { keyOf, type ObjectRef } from '../../model/object-ref.ts'
import type { Labels } from '../../model/workload.ts'
import type { About } from './about.ts'
import type { DiscoveryObject } from './discovery-object.ts'
import type { Drawer } from './drawer.ts'
import type { ObjectView } from './view.ts'

/** Objects that are about workloads, whoever sends to them. */
export type RelatedObject = Extract<DiscoveryObject, { readonly about: About }>

/** Objects by the workload that they name. */
export const RELATED: Drawer<RelatedObject> = {
  name: 'related',
  keysOf: ({ about: { workload } }) => (workload === undefined ? [] : [keyOf(workload)]),
}

/** What is about a workload, in a stable order. */
export const relatedTo = (workload: ObjectRef, _labels: Labels, view: ObjectView): readonly RelatedObject[] =>
  view.filed(RELATED, keyOf(workload))
