import type { PlannedNamespace } from '../plan/namespaces.ts'
import { few } from './counted.ts'
import type { Paper } from './paint.ts'
import { wrap } from './wrap.ts'

const ACTION: Readonly<Record<Exclude<PlannedNamespace['action'], 'left'>, string>> = {
  add: 'gets the label',
  present: 'has the label already:',
  'other-value': 'keeps the value that you set, not',
  excluded: 'is never changed; left without',
}

/** One sentence a namespace. */
export const drawNamespaces = (
  namespaces: readonly PlannedNamespace[],
  { width }: Paper,
): readonly string[] =>
  namespaces.flatMap((namespace) => wrap(namespaceText(namespace), { width, lead: '  ' }))

function namespaceText(namespace: PlannedNamespace): string {
  const { name, label, value, action, present, why, cure, isUnknown } = namespace
  if (action === 'left')
    return `${name} gets no readiness-gate label: ${why}${cure === undefined ? '' : `; to fix it: ${cure}`}`
  if (isUnknown && action === 'add')
    return `${name} needs the label ${label}=${value}; its Namespace is not among the manifests, so it may have it`
  return `${name} ${ACTION[action]} ${label}=${value}${action === 'other-value' ? ` (it is "${present}")` : ''}${why === undefined ? '' : `; ${why}`}`
}

/** Names of namespaces in one sentence. A choice. */
const NAMED = 5

/**
 * What is done or left to do, one sentence for all namespaces with the same: nothing about a label that is there and
 * right. Names come last, but before a reason: it is long, and may end with a command to copy.
 */
export function drawNamespacesInShort(
  namespaces: readonly PlannedNamespace[],
  { width }: Paper,
): readonly string[] {
  const open = namespaces
    .filter(({ action, why }) => action !== 'present' || why !== undefined)
    .sort((a, b) => Number(a.isUnknown === true) - Number(b.isUnknown === true))
  return [...Map.groupBy(open, shortText)].flatMap(([text, group]) => {
    const names = few([...new Set(group.map(({ name }) => name))], NAMED)
    const isExplained = group.some(({ why }) => why !== undefined)
    return wrap(isExplained ? `${names}: ${text}` : `${text}: ${names}`, { width, lead: '  ', hang: 4 })
  })
}

function shortText({ label, value, action, present, why, cure, isUnknown }: PlannedNamespace): string {
  switch (action) {
    case 'left':
      return `no readiness-gate label, ${why}${cure === undefined ? '' : `; to fix it: ${cure}`}`
    case 'present':
      return `has the label ${label}=${value}; ${why}`
    case 'other-value':
      return `label ${label} stays "${present}", not "${value}"`
    case 'excluded':
      return `never changed, left without ${label}=${value}`
    default:
      return isUnknown === true
        ? `may need the label ${label}=${value}, its Namespace is not among the manifests`
        : `gets the label ${label}=${value}`
  }
}
