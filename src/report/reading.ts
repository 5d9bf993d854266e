import type { AssessedObject } from '../assessment/subject.ts'
import { isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { objectPath, readObject } from '../cluster/objects.ts'
import { REPORTED, resourceName } from '../cluster/resources.ts'
import { othersFirst } from '../cluster/slices.ts'
import { messageOf } from '../core/model/thrown.ts'
import { at, optional, root, stringAt } from '../kubernetes/json.ts'
import { groupOf } from '../kubernetes/workload.ts'
import { listResource } from './listing.ts'
import type { Report } from './schema.ts'

/** Limit for all lists together. Milliseconds: the Pods of a big cluster take some ten seconds. */
const LONGEST = 60_000

/** The source of a report's workloads. */
export type ReportSource = ClusterSource | ManifestSource

export interface ClusterSource {
  readonly api: ApiServer
  /** The Lease of the leader; absent: no replica acts on this cluster. */
  readonly lease?: { readonly namespace: string; readonly name: string }
  /** Milliseconds. @default 60,000 */
  readonly longest?: number
  /** Resources that are known not to be served. */
  readonly absent?: readonly string[]
  /** Before each list. */
  readonly onList?: (part: string) => void
}

/** Nothing is known about running Pods or the leader. */
interface ManifestSource {
  /** Files and folders, as named by the user. */
  readonly manifests: readonly string[]
  /** The objects in them, as a cluster would store them. */
  readonly objects: readonly ReportedObject[]
  /** The namespace of objects that name none. */
  readonly namespace: string
}

interface ReportedObject {
  readonly raw: unknown
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string | undefined
}

interface ReportReading {
  /** The only one to read. */
  readonly namespace: string | undefined
  readonly signal: AbortSignal
  /** Takes each object, as soon as it has been read. */
  readonly take: (what: 'workload' | 'pod', object: unknown) => void
}

/** What could not be read, and the leader. */
export interface ReportExtent {
  readonly leader?: string | undefined
  readonly missing: Report['missing']
}

/** Reads every workload and Pod once. @throws the signal's reason if it is aborted. */
export const readAll = (source: ReportSource, reading: ReportReading): Promise<ReportExtent> =>
  'api' in source ? readCluster(source, reading) : readManifests(source, reading)

async function readCluster(
  source: ClusterSource,
  { namespace, signal, take }: ReportReading,
): Promise<ReportExtent> {
  const tooLong = timeLimit(source.longest ?? LONGEST)
  const missing: Report['missing'] = []
  try {
    const either = AbortSignal.any([signal, tooLong.signal])
    const leader = await leaderOf(source, either).catch((error: unknown) => {
      missing.push({ part: 'leases.coordination.k8s.io', problem: messageOf(error) })
      return undefined
    })
    for (const listed of REPORTED) {
      const part = resourceName(listed.resource)
      if (source.absent?.includes(part) === true) continue
      source.onList?.(part)
      const what = listed.resource.kind === 'Pod' ? 'pod' : 'workload'
      const onObject = (object: unknown): void => take(what, object)
      const problem = await listResource(listed, { api: source.api, namespace, signal: either, onObject })
      signal.throwIfAborted()
      if (problem !== undefined) missing.push({ part, problem })
    }
    return { leader, missing }
  } finally {
    tooLong.end()
  }
}

/** A Pod in a file does not run. */
const isReported = ({ apiVersion, kind }: ReportedObject): boolean =>
  kind !== 'Pod' &&
  REPORTED.some(({ resource }) => resource.kind === kind && resource.group === groupOf(apiVersion))

async function readManifests(
  { objects, namespace: unnamed }: ManifestSource,
  { namespace, signal, take }: ReportReading,
): Promise<ReportExtent> {
  for (const object of objects.filter(isReported)) {
    if (namespace !== undefined && (object.namespace ?? unnamed) !== namespace) continue
    await othersFirst(() => {
      signal.throwIfAborted()
      take('workload', object.raw)
    })
  }
  return { missing: [] }
}

/** What the webhook would see at its next change. Objects from a cluster name their namespace. */
export function objectFrom(source: ReportSource, what: 'workload' | 'pod', raw: unknown): AssessedObject {
  const isFromFile = 'manifests' in source
  return { what, raw, namespace: isFromFile ? source.namespace : 'default', fromFile: isFromFile }
}

function timeLimit(milliseconds: number) {
  const controller = new AbortController()
  const reason = new Error(`not read completely within ${milliseconds / 1000} s`)
  const timer = setTimeout(() => controller.abort(reason), milliseconds)
  return { signal: controller.signal, end: () => clearTimeout(timer) }
}

/** The current holder of the Lease. */
async function leaderOf({ api, lease }: ClusterSource, signal: AbortSignal): Promise<string | undefined> {
  if (lease === undefined) return undefined
  const path = objectPath({ apiVersion: 'coordination.k8s.io/v1', plural: 'leases', ...lease })
  try {
    const stored = root(await readObject(api, path, signal))
    return optional(stringAt, at(stored, 'spec', 'holderIdentity'))
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}
