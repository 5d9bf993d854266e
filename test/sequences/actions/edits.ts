import type { Kind } from '../model/kinds.ts'
import { changedAt, type Fields, fieldsOf, itemsOf, type Value, withMember } from '../model/values.ts'

/** What people change in an object, in their manifest or as it is stored, as data. */

export type Hook = { readonly [handler: string]: Fields }

export type Edit =
  | { readonly what: 'image'; readonly container: string; readonly image: string }
  /** Undefined: not stated. */
  | { readonly what: 'grace'; readonly seconds: number | undefined }
  | {
      readonly what: 'hook'
      readonly container: string
      readonly on: 'preStop' | 'postStart'
      readonly hook: Hook | undefined
    }
  | { readonly what: 'lifecycle'; readonly container: string; readonly value: Fields | undefined }
  | {
      readonly what: 'probe'
      readonly container: string
      readonly probe: 'livenessProbe' | 'startupProbe' | 'readinessProbe'
      readonly value: Fields | undefined
    }
  | { readonly what: 'env'; readonly container: string; readonly value: string | undefined }
  | { readonly what: 'add'; readonly container: string; readonly first: boolean }
  | { readonly what: 'remove'; readonly container: string }
  | { readonly what: 'rename'; readonly container: string; readonly to: string }
  /** Two containers take each other's names. */
  | { readonly what: 'swap' }
  | { readonly what: 'reverse' }
  /** Undefined: none. */
  | { readonly what: 'native sidecar'; readonly lifecycle: Fields | undefined; readonly present: boolean }
  | {
      readonly what: 'label'
      readonly on: 'template' | 'object'
      readonly key: string
      readonly value: string | undefined
    }
  | {
      readonly what: 'annotation'
      readonly key: string
      readonly value: string | undefined
      /** A mapping that is emptied stays where it was. */
      readonly keepsMap?: true
    }
  | { readonly what: 'replicas'; readonly count: number }

/** The record's annotation, as the user may edit it. */
export const RECORD = 'slackwater.dev/injected'

export const concernsRecord = (edit: Edit): boolean => edit.what === 'annotation' && edit.key === RECORD

/**
 * The object with an edit made.
 * @param isPart the object states only a part: a container that it does not name is named.
 */
export function edited(object: Fields, edit: Edit, kind: Kind, isPart = false): Fields {
  const inTemplate = (
    keys: readonly string[],
    change: (value: Value | undefined) => Value | undefined,
  ): Fields => changedAt(object, [...kind.templateAt, ...keys], change)
  switch (edit.what) {
    case 'grace':
      return inTemplate(['spec', 'terminationGracePeriodSeconds'], () => edit.seconds)
    case 'native sidecar':
      return inTemplate(['spec', 'initContainers'], (list) => withNativeSidecar(itemsOf(list), edit))
    case 'label':
      return edit.on === 'object'
        ? changedAt(object, ['metadata', 'labels'], (map) =>
            withoutBare(withMember(fieldsOf(map), edit.key, edit.value)),
          )
        : inTemplate(['metadata', 'labels', edit.key], () => edit.value)
    case 'annotation':
      return inTemplate(['metadata', 'annotations'], (map) =>
        edit.keepsMap
          ? withMember(fieldsOf(map), edit.key, edit.value)
          : withoutBare(withMember(fieldsOf(map), edit.key, edit.value)),
      )
    case 'replicas':
      return kind.kind === 'Pod' ? object : changedAt(object, ['spec', 'replicas'], () => edit.count)
    default:
      return inTemplate(['spec', 'containers'], (list) => containersWith(itemsOf(list), edit, isPart))
  }
}

type ContainerEdit = Exclude<
  Edit,
  { readonly what: 'grace' | 'native sidecar' | 'label' | 'annotation' | 'replicas' }
>

function containersWith(list: readonly Fields[], edit: ContainerEdit, isPart: boolean): readonly Fields[] {
  switch (edit.what) {
    case 'add': {
      if (list.some(({ name }) => name === edit.container)) return list
      const added = { name: edit.container, image: 'side:1' }
      return edit.first ? [added, ...list] : [...list, added]
    }
    case 'remove':
      return list.length > 1 || isPart ? list.filter(({ name }) => name !== edit.container) : list
    case 'rename':
      return list.some(({ name }) => name === edit.to)
        ? list
        : list.map((one) => (one['name'] === edit.container ? { ...one, name: edit.to } : one))
    case 'swap':
      return swapped(list)
    case 'reverse':
      return list.toReversed()
    default:
      return listed(list, edit.container, isPart).map((one) =>
        one['name'] === edit.container ? containerWith(one, edit) : one,
      )
  }
}

/** A manifest that states a part names the container that it has something to say of. */
const listed = (list: readonly Fields[], name: string, isPart: boolean): readonly Fields[] =>
  isPart && !list.some((one) => one['name'] === name) ? [...list, { name }] : list

function swapped(list: readonly Fields[]): readonly Fields[] {
  const [one, other, ...rest] = list
  if (one === undefined || other === undefined) return list
  return [{ ...one, name: other['name'] }, { ...other, name: one['name'] }, ...rest]
}

function containerWith(
  one: Fields,
  edit: Extract<ContainerEdit, { readonly what: 'image' | 'hook' | 'lifecycle' | 'probe' | 'env' }>,
): Fields {
  switch (edit.what) {
    case 'image':
      return { ...one, image: edit.image }
    case 'hook':
      return withoutEmpty(changedAt(one, ['lifecycle', edit.on], () => edit.hook))
    case 'lifecycle':
      return withMember(one, 'lifecycle', edit.value)
    case 'probe':
      return withMember(one, edit.probe, edit.value)
    case 'env':
      return withMember(
        one,
        'env',
        edit.value === undefined ? undefined : [{ name: '__proto__', value: edit.value }],
      )
  }
}

/** Who takes the last key out of a mapping takes the mapping out. */
const withoutBare = (fields: Fields): Fields | undefined =>
  Object.keys(fields).length === 0 ? undefined : fields

/** Who takes the last hook away takes the mapping away, too. */
const withoutEmpty = (one: Fields): Fields =>
  Object.keys(fieldsOf(one['lifecycle'])).length === 0 ? withMember(one, 'lifecycle', undefined) : one

function withNativeSidecar(
  list: readonly Fields[],
  { lifecycle, present }: Extract<Edit, { readonly what: 'native sidecar' }>,
): readonly Fields[] | undefined {
  const others = list.filter(({ name }) => name !== 'native')
  if (!present) return others.length === 0 ? undefined : others
  const sidecar = { name: 'native', image: 'native:1', restartPolicy: 'Always' }
  return [...others, lifecycle === undefined ? sidecar : { ...sidecar, lifecycle }]
}

/** The manifest of a team: it states everything that the kind needs. Where something sends, it sends to `app: web`. */
export function manifestOf({ kind, apiVersion }: Kind, name = 'web'): Fields {
  const labels = { app: 'web', name }
  const spec = { containers: [{ name: 'app', image: 'web:1' }] }
  if (kind === 'Pod') return { apiVersion, kind, metadata: { name, labels }, spec }
  return {
    apiVersion,
    kind,
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { name } },
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      template: { metadata: { labels }, spec },
    },
  }
}

/** What a second manager states at first: which object it speaks of. */
export const partOf = ({ kind, apiVersion }: Kind, name = 'web'): Fields => ({
  apiVersion,
  kind,
  metadata: { name },
})
