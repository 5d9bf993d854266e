import { isAbsent, isExpired, isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { InventorySink } from '../cluster/inventory-sink.ts'
import { isServed } from '../cluster/is-served.ts'
import { type Listed, listAll } from '../cluster/list-watch.ts'
import { readObject } from '../cluster/objects.ts'
import { readObserved } from '../cluster/observed.ts'
import { apiVersionOf, pathOf, RESOURCES, resourceName } from '../cluster/resources.ts'
import type { Inventory } from '../core/inventory/create-inventory.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import { isEnoughInNamespace } from './unknown-without.ts'

/** Lists under way at the same time. A choice: few enough that API priority and fairness delays nobody else. */
const LISTS = 4

/** How often a list is begun again that expired before its last page. A choice, as in report/listing.ts. */
const RESTARTS = 2

interface Filling {
  readonly api: ApiServer
  readonly inventory: Inventory
  /** Where to list what may not be listed in all namespaces; absent: nowhere. */
  readonly namespace: string | undefined
  /** Where Slackwater runs, or would: the ConfigMap with what was observed is there. */
  readonly ownNamespace: string
  readonly date: () => Date
  readonly signal: AbortSignal
  /** Before each list. */
  readonly onList: (part: string) => void
}

interface Missing {
  readonly part: string
  readonly problem: string
}

export interface Filled {
  /** In the order of the kinds. */
  readonly missing: readonly Missing[]
  /** Resources that are not served: not installed. */
  readonly absent: readonly string[]
  /** Objects that do not have the shape of their kind. */
  readonly unreadable: readonly Unreadable[]
}

interface Unreadable {
  readonly object: string
  readonly problem: string
}

/** Lists every kind that discovery and the decisions read, once. @throws the signal's reason if it is aborted. */
export async function fillInventory(filling: Filling): Promise<Filled> {
  const missing = new Map<string, string>()
  const absent: string[] = []
  const unreadable: Unreadable[] = []
  const waiting = RESOURCES.values()
  const work = async (): Promise<void> => {
    for (const resource of waiting) {
      const problem = await fillWith(resource, filling, unreadable)
      filling.signal.throwIfAborted()
      if (problem === ABSENT) absent.push(resourceName(resource))
      else if (problem !== undefined) missing.set(resourceName(resource), problem)
    }
  }
  const { signal, ownNamespace: namespace } = filling
  await Promise.all([readObserved({ ...filling, namespace }, signal), ...Array.from({ length: LISTS }, work)])
  const parts = RESOURCES.map(resourceName).filter((part) => missing.has(part))
  return { missing: parts.map((part) => ({ part, problem: missing.get(part) ?? '' })), absent, unreadable }
}

/** Not a problem. */
const ABSENT = Symbol('not installed')

/** @returns why it could not be listed completely; undefined if it could. */
async function fillWith(
  resource: Resource,
  filling: Filling,
  unreadable: Unreadable[],
): Promise<string | typeof ABSENT | undefined> {
  const { inventory, onList } = filling
  const part = resourceName(resource)
  onList(part)
  const onUnreadable = (text: string): void => {
    const [object = part, ...problem] = text.split(': ')
    // As the report names it: a workload that cannot be read is told once.
    unreadable.push({ object: object.replace(part, resource.kind), problem: problem.join(': ') })
  }
  const sink = new InventorySink({ inventory, resource, listener: { onUnreadable } })
  for (const version of resource.versions) {
    try {
      await listInto(sink, listedIn(resource, version), filling)
      return undefined
    } catch (error) {
      if (isAbsent(error)) continue
      return await problemOf(error, { resource, version, sink }, filling)
    }
  }
  return resource.builtIn ? 'this cluster does not serve it: its Kubernetes is too old' : ABSENT
}

const listedIn = (resource: Resource, version: string, namespace?: string): Listed => ({
  path: pathOf(resource, version, namespace),
  apiVersion: apiVersionOf(resource, version),
  kind: resource.kind,
})

async function listInto(sink: InventorySink, listed: Listed, { api, signal }: Filling): Promise<void> {
  for (let restarts = 0; ; restarts++) {
    try {
      sink.begin()
      await listAll({ api, listed, signal, onObject: (object) => sink.put(object) })
      sink.end()
      return
    } catch (error) {
      if (!isExpired(error) || restarts === RESTARTS) throw error
    }
  }
}

interface Failed {
  readonly resource: Resource
  readonly version: string
  readonly sink: InventorySink
}

/** What may not be listed everywhere may be so in the only namespace that matters; what is not installed is empty. */
async function problemOf(
  error: unknown,
  { resource, version, sink }: Failed,
  filling: Filling,
): Promise<string | typeof ABSENT | undefined> {
  const { api, namespace, signal } = filling
  const problem = messageOf(error)
  if (!isForbidden(error)) return problem
  if (!resource.builtIn && !(await isInstalled(resource, filling))) return ABSENT
  if (namespace === undefined) return problem
  try {
    if (resource.kind === 'Namespace') {
      const { path, apiVersion, kind } = listedIn(resource, version)
      sink.put({ apiVersion, kind, ...objectOf(await readObject(api, `${path}/${namespace}`, signal)) })
    } else await listInto(sink, listedIn(resource, version, namespace), filling)
    return isEnoughInNamespace(resource)
      ? undefined
      : `only those of namespace ${namespace} could be listed: ${problem}`
  } catch {
    return problem
  }
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})

/** If the discovery may not be read either, it may be installed. */
async function isInstalled(resource: Resource, { api, signal }: Filling): Promise<boolean> {
  for (const version of resource.versions) {
    try {
      if (await isServed(api, resource, version, signal)) return true
    } catch {
      return true
    }
  }
  return false
}
