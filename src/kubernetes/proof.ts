import { LBC_GATE_PREFIX } from '../core/model/aws-controllers.ts'
import { unescapeKey } from '../core/model/json-pointer.ts'
import { isRecord } from '../core/model/json-value.ts'
import { ANNOTATIONS_LIMIT, DEFAULT_GRACE, MEASURED_HOOKS, STOPPING_PROBES } from '../core/model/workload.ts'
import type { PatchOperation } from './patch.ts'

/** Result of applying a patch to a copy, with what the API server would reject in it, if anything. */
type Proof =
  | { readonly proven: true; readonly patched: unknown }
  | { readonly proven: false; readonly problem: string }

/**
 * Applies operations to a copy of the touched paths and checks the template against the API server's own rules.
 * `failurePolicy: Ignore` does not protect users from a patch that fails to apply, or that makes the object invalid:
 * so an unproven patch is not sent.
 */
export function prove(object: unknown, operations: readonly PatchOperation[], templatePath: string): Proof {
  const patched = applyToCopy(object, operations)
  if (patched === undefined) return { proven: false, problem: 'the patch does not apply to the object' }
  const problem = problemIn(memberAt(patched, ...templatePath.split('/').slice(1)))
  return problem === undefined ? { proven: true, patched } : { proven: false, problem }
}

/**
 * The object after the operations; undefined if one does not apply. Untouched parts are shared, not copied. So are
 * the operations' own values: no later operation writes into them, because it copies every level that it walks
 * through.
 */
export function applyToCopy(object: unknown, operations: readonly PatchOperation[]): unknown {
  const document = shallowCopy(object)
  const way: Way = { keys: [''], levels: [document] }
  for (const operation of operations) if (!applies(operation, way)) return undefined
  return document
}

/**
 * The levels that lead to the last operation's target, each a copy of our own. The next one begins where its path leaves
 * this one, which halves the time that a proof takes: most operations are about one container.
 */
interface Way {
  keys: readonly string[]
  /** `levels[n]` is the value behind the first n keys, without the empty one before the first slash. */
  readonly levels: unknown[]
}

/** Applies one operation as RFC 6902 says. False: it does not apply. */
function applies(operation: PatchOperation, way: Way): boolean {
  const keys = operation.path.split('/')
  const last = keys.length - 1
  if (!goesTo(keys, last, way)) return false
  const parent = way.levels[last - 1]
  const key = unescapeKey(keys[last] ?? '')
  if (Array.isArray(parent)) return appliesToList(operation, parent, key)
  return isRecord(parent) && appliesToMapping(operation, parent as Record<string, unknown>, key)
}

/**
 * Walks to the parent of a target and copies each level that it enters, so that applying never writes into shared parts.
 * False: there is no such level.
 */
function goesTo(keys: readonly string[], last: number, way: Way): boolean {
  const { levels } = way
  let depth = 1
  while (depth < last && depth < levels.length && keys[depth] === way.keys[depth]) depth += 1
  levels.length = depth
  way.keys = keys
  for (; depth < last; depth += 1) {
    const level = levels[depth - 1]
    const key = unescapeKey(keys[depth] ?? '')
    if ((!isRecord(level) && !Array.isArray(level)) || !Object.hasOwn(level, key)) return false
    const parent = level as Record<string, unknown>
    const copy = shallowCopy(parent[key])
    parent[key] = copy
    levels.push(copy)
  }
  return true
}

function appliesToMapping(operation: PatchOperation, parent: Record<string, unknown>, key: string): boolean {
  // Assigning to it would set the prototype.
  if (key === '__proto__') return false
  if (operation.op !== 'add' && !Object.hasOwn(parent, key)) return false
  if (operation.op === 'remove') delete parent[key]
  else parent[key] = operation.value
  return true
}

function appliesToList(operation: PatchOperation, parent: unknown[], key: string): boolean {
  const isEnd = operation.op === 'add' && key === '-'
  const index = isEnd ? parent.length : Number(key)
  const most = operation.op === 'add' ? parent.length : parent.length - 1
  if (!isEnd && (String(index) !== key || index > most || index < 0 || !Number.isInteger(index))) return false
  if (operation.op === 'remove') parent.splice(index, 1)
  else parent.splice(index, operation.op === 'add' ? 0 : 1, operation.value)
  return true
}

const shallowCopy = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice()
  return isRecord(value) ? { ...value } : value
}

function memberAt(document: unknown, ...keys: readonly string[]): unknown {
  let value = document
  for (const key of keys) value = isRecord(value) ? value[key] : undefined
  return value
}

/** What the API server would reject. Checks everything that a patch of Slackwater's can make invalid. */
function problemIn(template: unknown): string | undefined {
  const spec = memberAt(template, 'spec')
  const annotations = memberAt(template, 'metadata', 'annotations')
  if (annotationBytes(annotations) > ANNOTATIONS_LIMIT) return 'its annotations would exceed 256 KiB'
  const gate = gateProblem(memberAt(spec, 'readinessGates'))
  if (gate !== undefined) return gate
  const grace = memberAt(spec, 'terminationGracePeriodSeconds') ?? DEFAULT_GRACE
  const containers = memberAt(spec, 'containers')
  if (typeof grace !== 'number' || !Array.isArray(containers)) return 'it is not a pod template'
  return (
    problemAmong(containers, grace) ?? problemAmong(restartableIn(memberAt(spec, 'initContainers')), grace)
  )
}

function problemAmong(containers: readonly unknown[], grace: number): string | undefined {
  for (const container of containers) {
    const problem = containerProblem(container, grace)
    if (problem !== undefined) return `container ${String(memberAt(container, 'name'))}: ${problem}`
  }
  return undefined
}

/**
 * A condition type is a qualified name (apimachinery, util/validation, IsQualifiedName): after its prefix, at most 63
 * characters that begin and end with a letter or a digit.
 */
const GATE_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/** Of the gates that can be ours. */
function gateProblem(gates: unknown): string | undefined {
  if (!Array.isArray(gates)) return undefined
  const names = gates.flatMap((gate) => {
    const type = memberAt(gate, 'conditionType')
    const isOurs = typeof type === 'string' && type.startsWith(LBC_GATE_PREFIX)
    return isOurs ? [type.slice(LBC_GATE_PREFIX.length)] : []
  })
  const bad = names.find((name) => !GATE_NAME.test(name))
  return bad === undefined ? undefined : `readiness gate ${LBC_GATE_PREFIX}${bad} is not a valid name`
}

/** Only init containers with restartPolicy Always may have hooks; these are measured too (core/injection/measured). */
const restartableIn = (containers: unknown): readonly unknown[] =>
  Array.isArray(containers)
    ? containers.filter((container) => memberAt(container, 'restartPolicy') === 'Always')
    : []

function containerProblem(container: unknown, grace: number): string | undefined {
  const lifecycle = memberAt(container, 'lifecycle')
  for (const name of MEASURED_HOOKS) {
    const problem = hookProblem(memberAt(lifecycle, name), grace)
    if (problem !== undefined) return `its ${name} would ${problem}`
  }
  for (const name of STOPPING_PROBES) {
    const own = memberAt(container, name, 'terminationGracePeriodSeconds')
    if (typeof own === 'number' && own <= 0) return `its ${name} would have a grace period of ${own} s`
  }
  return undefined
}

function hookProblem(hook: unknown, grace: number): string | undefined {
  if (hook === undefined || hook === null) return undefined
  const handlers = isRecord(hook) ? Object.values(hook).filter((handler) => handler !== null) : []
  if (handlers.length !== 1) return `have ${handlers.length} handlers`
  const sleep = memberAt(hook, 'sleep', 'seconds')
  if (sleep === undefined) return undefined
  const valid = typeof sleep === 'number' && sleep >= 0 && sleep <= grace
  return valid ? undefined : `sleep ${String(sleep)} s within a grace period of ${grace} s`
}

function annotationBytes(annotations: unknown): number {
  if (!isRecord(annotations)) return 0
  let sum = 0
  for (const key of Object.keys(annotations)) {
    const value = annotations[key]
    sum += Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0)
  }
  return sum
}
