import type { NamespaceFacts } from '../../model/workload.ts'
import type { NamespaceObject } from './discovery-object.ts'
import { ALL, type Drawer } from './drawer.ts'
import { findClusterWide, type ObjectView } from './view.ts'

export const NAMESPACES: Drawer<NamespaceObject> = { name: 'namespaces', keysOf: () => [ALL] }

export const namespaceFacts = (name: string, view: ObjectView): NamespaceFacts | undefined =>
  findClusterWide('Namespace', name, view)?.facts

/** Every known Namespace, by name. */
export const allNamespaces = (view: ObjectView): readonly NamespaceFacts[] =>
  view.filed(NAMESPACES, ALL).map(({ facts }) => facts)
