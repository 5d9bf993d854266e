import { parse } from 'yaml'

/** What a user does with a paste, done to manifests that were read. */

type Json = unknown
type Mapping = Record<string, Json>

const isMapping = (value: Json): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The one that `# Kind namespace/name` names at its beginning; without it the workload. */
const isTarget = (paste: string, object: Mapping, workload: Json): boolean => {
  const named = /^# (\w+) (?:([\w.-]+)\/)?([\w.-]+)(?::|$)/m.exec(paste.split('\n', 1)[0] ?? '')
  if (named === null) return object === workload
  const [, kind, namespace, name] = named
  const metadata = isMapping(object['metadata']) ? object['metadata'] : {}
  const own = metadata['namespace'] ?? (namespace === undefined ? undefined : 'default')
  return object['kind'] === kind && metadata['name'] === name && own === namespace
}

/**
 * The same objects after the paste: a strategic merge patch of the object that it is for, or the label of a command.
 * @throws where the paste is neither.
 */
export function applyPaste(objects: readonly Json[], paste: string, workload: Json): readonly Json[] {
  const labelled = /^kubectl label namespace (\S+) (\S+)=(\S+)$/.exec(paste)
  if (labelled !== null) return objects.map((object) => withLabel(object, labelled))
  const patch: Json = parse(paste)
  if (!isMapping(patch)) throw new Error(`neither YAML nor a command that is known here: ${paste}`)
  const targets = objects.filter((object) => isMapping(object) && isTarget(paste, object, workload))
  if (targets.length !== 1) throw new Error(`for ${targets.length} objects: ${paste}`)
  return objects.map((object) => (targets.includes(object) ? merged(object, patch) : object))
}

function withLabel(object: Json, [, name, key = '', value]: RegExpExecArray): Json {
  const isIt = isMapping(object) && object['kind'] === 'Namespace'
  if (!isIt || !isMapping(object['metadata']) || object['metadata']['name'] !== name) return object
  return merged(object, { metadata: { labels: { [key]: value } } })
}

/** Kubernetes' strategic merge, as far as pastes need it: null deletes, containers are merged by name. */
function merged(target: Json, patch: Json): Json {
  if (Array.isArray(patch)) return patch.every(isNamed) ? mergedByName(target, patch) : patch
  if (!isMapping(patch)) return patch
  const result: Mapping = { ...(isMapping(target) ? target : {}) }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

const isNamed = (value: Json): value is Mapping => isMapping(value) && typeof value['name'] === 'string'

function mergedByName(target: Json, patch: readonly Mapping[]): Json {
  const had: readonly Json[] = Array.isArray(target) ? target : []
  const patchOf = (one: Json) => patch.find(({ name }) => isMapping(one) && one['name'] === name)
  const added = patch.filter((one) => !had.some((other) => patchOf(other) === one))
  return [...had.map((one) => (patchOf(one) === undefined ? one : merged(one, patchOf(one)))), ...added]
}
