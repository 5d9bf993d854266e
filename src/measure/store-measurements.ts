import { ApiError, isAbsent, isConflict, isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { APPLY_PATCH, objectPath, patchObject, readObject } from '../cluster/objects.ts'
import type { Measured, Measurements } from '../core/model/observed.ts'
import { at, optional, root, stringAt } from '../kubernetes/json.ts'
import {
  MEASURED_KEY,
  OBSERVED_CONFIG_MAP,
  readMeasurements,
  writeMeasurements,
} from '../kubernetes/observed-document.ts'

/** Its own, so that the key that AWS's answers are under stays the leader's. */
const MEASURE_FIELD_MANAGER = 'slackwater-measure'

/** Somebody else may measure at the same time. A choice. */
const TRIES = 3

interface StoreInputs {
  readonly api: ApiServer
  /** The namespace that Slackwater runs in. */
  readonly namespace: string
  readonly found: Measurements
  /** Departures that a measurement must be from to be used by the installation. */
  readonly enough: number
  /** Asks the API server without storing anything. */
  readonly isDryRun: boolean
  readonly signal: AbortSignal
}

export type Stored =
  | {
      readonly ok: true
      /** Entries that were written anew, and those of earlier measurements that stay beside them. */
      readonly written: number
      readonly kept: number
      /** What could not be read of the former object, or did not fit; sentences. */
      readonly warnings: readonly string[]
    }
  /** One sentence, with what to do. */
  | { readonly ok: false; readonly problem: string }

/**
 * Stores measurements in the ConfigMap that running replicas follow, by server-side apply. Entries of other load balancers
 * and target groups stay. An entry with too few departures does not replace one that has enough.
 */
export async function storeMeasurements(inputs: StoreInputs): Promise<Stored> {
  for (let left = TRIES; ; left--) {
    try {
      return await storeOnce(inputs)
    } catch (error) {
      if (left > 1 && isChanged(error)) continue
      if (error instanceof ApiError) return { ok: false, problem: problemOf(error, inputs) }
      throw error
    }
  }
}

/** Written by somebody else since it was read. Not a conflict of field managers, which stays one. */
const isChanged = (error: unknown): boolean =>
  isConflict(error) && error instanceof ApiError && !error.message.includes('conflict with')

const nameIn = (namespace: string) => ({
  apiVersion: 'v1',
  plural: 'configmaps',
  namespace,
  name: OBSERVED_CONFIG_MAP,
})

const whatIn = (namespace: string): string => `ConfigMap ${namespace}/${OBSERVED_CONFIG_MAP}`

async function storeOnce({ api, namespace, found, enough, isDryRun, signal }: StoreInputs): Promise<Stored> {
  const path = objectPath(nameIn(namespace))
  const former = await formerOf(api, path, signal)
  if (former.isNewer === true)
    return {
      ok: false,
      problem: `${whatIn(namespace)} was not written: ${former.problems.join('; ')}: measure with that one`,
    }
  const entries = merged(former.entries, found.entries, enough)
  const { text, omitted } = writeMeasurements({ ...found, entries })
  const { name } = nameIn(namespace)
  const version = former.version === undefined ? {} : { resourceVersion: former.version }
  const body = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...version },
    data: { [MEASURED_KEY]: text },
  }
  const query = { fieldManager: MEASURE_FIELD_MANAGER, ...(isDryRun ? { dryRun: 'All' } : {}) }
  await patchObject(api, { path, body, query, contentType: APPLY_PATCH }, signal)
  const left = omitted.map((one) => `${one} did not fit into the ConfigMap and was left out`)
  const written = entries.filter((one) => found.entries.includes(one)).length
  return {
    ok: true,
    written,
    kept: entries.length - written,
    warnings: [...former.problems.map((one) => `${one}; it is written anew`), ...left],
  }
}

interface Former {
  readonly entries: readonly Measured[]
  readonly problems: readonly string[]
  /** Of a newer format: what is in it would be lost. */
  readonly isNewer?: true
  /** Absent: there is no such object. */
  readonly version?: string
}

async function formerOf(api: ApiServer, path: string, signal: AbortSignal): Promise<Former> {
  let stored: unknown
  try {
    stored = await readObject(api, path, signal)
  } catch (error) {
    if (isAbsent(error)) return { entries: [], problems: [] }
    throw error
  }
  const object = root(stored)
  const version = stringAt(at(object, 'metadata', 'resourceVersion'))
  const text = optional(stringAt, at(object, 'data', MEASURED_KEY))
  const { value, ...read } = text === undefined ? { problems: [] } : readMeasurements(text)
  return { entries: value?.entries ?? [], ...read, version }
}

/** The new ones first: of too many the oldest are left out. */
function merged(
  former: readonly Measured[],
  found: readonly Measured[],
  enough: number,
): readonly Measured[] {
  const stored = new Map(former.map((one) => [idOf(one), one]))
  const taken = found.flatMap((one) => {
    const earlier = stored.get(idOf(one))
    return earlier !== undefined && sizeOf(one) < enough && sizeOf(earlier) >= enough ? [] : [one]
  })
  const replaced = new Set(taken.map(idOf))
  return [...taken, ...former.filter((one) => !replaced.has(idOf(one)))]
}

const idOf = ({ loadBalancer, targetGroup }: Measured): string => targetGroup ?? loadBalancer

const sizeOf = ({ lastRequest, propagation }: Measured): number =>
  Math.max(lastRequest?.n ?? 0, propagation?.n ?? 0)

function problemOf(error: ApiError, { namespace }: StoreInputs): string {
  const what = whatIn(namespace)
  if (isForbidden(error))
    return `${what} was not written: the verbs get, create and patch on configmaps of namespace ${namespace} are required (${error.message})`
  if (isAbsent(error))
    return `${what} was not written: there is no namespace ${namespace}: set --slackwater-namespace (${error.message})`
  if (isConflict(error))
    return `${what} was not written: somebody else owns its key ${MEASURED_KEY}: remove the key and run this again (${error.message})`
  return `${what} was not written: ${error.message}`
}
