import { traitsOf, WORKLOAD_KINDS, type WorkloadKind } from '../core/model/workload-kind.ts'

/** What a command is asked about that takes KIND/NAME. */
export interface AskedWorkload {
  readonly kind: ExplainedKind
  readonly name: string
}

/** The kinds that are judged. A Pod without an owner is one in files only. */
type ExplainedKind = WorkloadKind | 'Pod'

type Parsed =
  | { readonly what: 'workload'; readonly target: AskedWorkload }
  /** A word of the documentation: the id of a finding, a concern or a notice. */
  | { readonly what: 'word'; readonly word: string }
  | { readonly what: 'problem'; readonly problem: string }

/** As `kubectl api-resources` lists them; of a Rollout, as its CustomResourceDefinition does. */
const SHORT_NAMES: Readonly<Partial<Record<ExplainedKind, string>>> = {
  Deployment: 'deploy',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  ReplicaSet: 'rs',
  ReplicationController: 'rc',
  Rollout: 'ro',
  Pod: 'po',
}

/** Those whose template is read. */
const KINDS: readonly ExplainedKind[] = [
  ...(Object.keys(WORKLOAD_KINDS) as WorkloadKind[]).filter((kind) => WORKLOAD_KINDS[kind].isRead),
  'Pod',
]

const namesOf = (kind: ExplainedKind): readonly string[] => {
  const singular = kind.toLowerCase()
  const short = SHORT_NAMES[kind]
  return [singular, `${singular}s`, ...(short === undefined ? [] : [short])]
}

const BY_NAME = new Map(KINDS.flatMap((kind) => namesOf(kind).map((name) => [name, kind] as const)))

/** The names to complete: `deployment/`. */
export const KIND_WORDS: readonly string[] = KINDS.map((kind) => `${kind.toLowerCase()}/`)

/**
 * A kind as kubectl takes it: in any case, plural or short, with its group (`deployments.apps`) or version and group
 * (`deployments.v1.apps`).
 */
export function kindOf(text: string): ExplainedKind | undefined {
  const [name = '', ...parts] = text.toLowerCase().split('.')
  const kind = BY_NAME.get(name)
  if (kind === undefined || parts.length === 0) return kind
  const group = /^v\d/.test(parts[0] ?? '') ? parts.slice(1) : parts
  return group.join('.') === (traitsOf(kind)?.group ?? '') ? kind : undefined
}

/**
 * `deployment/web`, `deployment web`, or one word of the documentation.
 * @param command that is asked.
 */
export function parseTarget(words: readonly string[], command = 'explain'): Parsed {
  const [first = '', second, ...more] = words
  if (more.length > 0) return problem(`one workload at a time: ${first} ${second} and more were given`)
  if (second?.includes('/') && first.includes('/'))
    return problem(`one workload at a time: ${first} and ${second} were given`)
  const [kind = '', name, ...rest] = second === undefined ? first.split('/') : [first, second]
  if (name === undefined) {
    return kindOf(kind) === undefined
      ? { what: 'word', word: kind }
      : problem(`a name is missing: slackwater ${command} ${kind}/NAME`)
  }
  if (rest.length > 0 || kind === '' || name === '' || name.includes('/'))
    return problem(`"${words.join(' ')}" is not KIND/NAME, such as deployment/web`)
  const known = kindOf(kind)
  if (known === undefined)
    return problem(
      `"${kind}" is not a kind of workload that Slackwater reads; it reads ${KINDS.map((one) => one.toLowerCase()).join(', ')}`,
    )
  return { what: 'workload', target: { kind: known, name } }
}

const problem = (text: string): Parsed => ({ what: 'problem', problem: text })
