import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { didYouMean, near } from '../core/model/spelling.ts'
import type { AskedWorkload } from './target.ts'

interface Search {
  readonly target: AskedWorkload
  /** The only one that was looked in; absent: all. */
  readonly namespace?: string | undefined
  /** Every workload that could be read. */
  readonly known: readonly ObjectRef[]
  /** `in the files`, or nothing. */
  readonly where: string
}

/** Why a name leads to nothing, with what may be meant: another namespace or kind that has it, or names like it. */
export function notFoundText({ target, namespace, known, where }: Search): string {
  const { kind, name } = target
  const place =
    namespace === undefined ? where : `in namespace ${namespace}${where === '' ? '' : ` ${where}`}`
  const head = `there is no ${kind} ${name}${place === '' ? '' : ` ${place}`}`
  const same = known.filter((ref) => ref.kind === kind && ref.name === name)
  if (same.length > 0) return `${head}; ${othersText(same.map((ref) => ref.namespace))}`
  const named = known.filter((ref) => ref.name === name && isMeant(ref, namespace))
  if (named.length > 0) return `${head}${didYouMean(named.slice(0, SHOWN).map(refText))}`
  const alike = known.filter((ref) => ref.kind === kind && isMeant(ref, namespace))
  const names = [...new Set(alike.map((ref) => ref.name))].sort()
  const meant = near(name, names)
  return `${head}${meant.length > 0 ? didYouMean(meant) : thereAre(kind, names)}`
}

/** `; there are Deployments api, web and 3 more` */
function thereAre(kind: string, names: readonly string[]): string {
  if (names.length === 0) return ''
  const more = names.length - SHOWN
  const rest = more > 0 ? ` and ${more} more` : ''
  return `; there ${names.length === 1 ? `is ${kind}` : `are ${kind}s`} ${names.slice(0, SHOWN).join(', ')}${rest}`
}

/** In one sentence. A choice. */
const SHOWN = 5

const isMeant = (ref: ObjectRef, namespace: string | undefined): boolean =>
  namespace === undefined || ref.namespace === namespace

/** `namespace shop has one`, `namespaces prod, stage and 3 more have one` */
function othersText(namespaces: readonly string[]): string {
  const all = [...new Set(namespaces)].sort()
  const [first = ''] = all
  if (all.length === 1) return `namespace ${first} has one: -n ${first}`
  const shown = all.slice(0, SHOWN)
  const more = all.length - shown.length
  const last = more > 0 ? `${more} more` : shown.pop()
  return `namespaces ${shown.join(', ')} and ${last} have one: give -n`
}
