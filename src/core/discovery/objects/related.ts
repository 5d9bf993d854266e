import { compareRefs, keyOf, type ObjectRef } from '../../model/object-ref.ts'
import type { Labels } from '../../model/workload.ts'
import type { About } from './about.ts'
import type { DiscoveryObject } from './discovery-object.ts'
import type { Drawer } from './drawer.ts'
import { selectsObject } from './label-selector.ts'
import type { ObjectView } from './view.ts'

/** Objects that refer to workloads or Pods, independent of load balancers. */
export type RelatedObject = Extract<DiscoveryObject, { readonly about: About }>

/** Objects by the workload that they name, or by their namespace if they select Pods. */
export const RELATED: Drawer<RelatedObject> = {
  name: 'related',
  keysOf: ({ ref, about: { workload, pods } }) => [
    ...(workload === undefined ? [] : [keyOf(workload)]),
    ...(pods === undefined ? [] : [selecting(ref.namespace)]),
  ],
}

/** Cannot equal the key of an object: those contain NULs. */
const selecting = (namespace: string): string => `selects in ${namespace}`

/** The objects about a workload whose Pods have these labels, in a stable order. */
export const relatedTo = (workload: ObjectRef, labels: Labels, view: ObjectView): readonly RelatedObject[] =>
  [
    ...view.filed(RELATED, keyOf(workload)),
    ...view
      .filed(RELATED, selecting(workload.namespace))
      .filter(({ about: { pods } }) => pods !== undefined && selectsObject(pods, labels)),
  ].sort((a, b) => compareRefs(a.ref, b.ref))
